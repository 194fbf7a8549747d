"""What does it look like when an account buys followers?"""

from typing import TYPE_CHECKING

from helpers.base.words import spelled
from helpers.plots import DOCUMENT, OURS, PUBLISHED, Picture, axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def histories(history: "pd.DataFrame", *, steps: "pd.DataFrame", data_kind: str, ax: "Axes | None" = None) -> Picture:
    """Draw how the followers of a few accounts grew.

    Parameters
    ----------
    history : pandas.DataFrame
        Tidy account_history of a few accounts, whose account_id names the line.
    steps : pandas.DataFrame
        From `analysis.follower_steps`, of the same accounts.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        Followers as a multiple of the first day's, with every account's steps in its text.
    """
    ax = axes(ax, size=(6.2, 3.4))
    looks = (("-", PUBLISHED), ("-", DOCUMENT), ("--", OURS))
    for place, (name, days) in enumerate(history.groupby("account_id", sort=False)):
        dash, colour = looks[place % len(looks)]
        since = (days["date"] - days["date"].min()).dt.days
        ax.plot(since, days["followers"] / days["followers"].iloc[0], dash, color=colour, label=name)
    ax.set_xlabel("day")
    ax.set_ylabel("followers, times the first day's")
    ax.legend(loc="upper left")
    told = "; ".join(
        f"{row.account_id}: {row.steps:.0f} steps, largest day {row.largest:+.1%}" for row in steps.itertuples()
    )
    accounts = f"{spelled(history['account_id'].nunique())} {'simulated ' * (data_kind == 'simulated')}accounts"
    return Picture(ax, f"Followers of {accounts} over {history['date'].nunique()} days. {told}.", data_kind)
