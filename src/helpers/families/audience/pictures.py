"""The picture of notebook 08."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import DOCUMENT, OURS, PUBLISHED, _axes, _signed


def histories(history: "pd.DataFrame", *, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw how the followers of a few accounts grew.

    Parameters
    ----------
    history : pandas.DataFrame
        Tidy account_history of a few accounts, whose account_id names the line.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, followers as a multiple of the first day's.
    """
    ax = _axes(ax, size=(6.2, 3.4))
    looks = (("-", PUBLISHED), ("-", DOCUMENT), ("--", OURS))
    for place, (name, days) in enumerate(history.groupby("account_id", sort=False)):
        dash, colour = looks[place % len(looks)]
        since = (days["date"] - days["date"].min()).dt.days
        ax.plot(since, days["followers"] / days["followers"].iloc[0], dash, color=colour, label=name)
    ax.set_xlabel("day")
    ax.set_ylabel("followers, times the first day's")
    ax.legend(loc="upper left")
    _signed(ax, data_kind)
    return ax
