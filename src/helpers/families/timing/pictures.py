"""At which hours of the week does engagement lie above an account's own mean?"""

from typing import TYPE_CHECKING

import numpy as np

from helpers.families.timing.analysis import DAYS, limits, on_map
from helpers.plots import Picture, axes, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def week_map(
    table: "pd.DataFrame", *, data_kind: str, zone: str = "the data's own clock", ax: "Axes | None" = None
) -> Picture:
    """Draw the effect of each hour of the week; what is not sure is pale, what has no posts is left white.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.week`: weekday (0 for Monday), hour, effect (shrunk) and error.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    zone : str
        Whose hours they are, as "Europe/Amsterdam".
    ax : matplotlib.axes.Axes, optional
        Axes on which the hours are drawn already, as by seaborn's heatmap of `analysis.on_map`.

    Returns
    -------
    Picture
        With the best and the worst hour, their zone, and how many are sure, in its text.
    """
    import seaborn as sns

    bare, ax = ax is None, axes(ax, size=(6.2, 3.4))
    if bare:
        grid = on_map(table, data_kind=data_kind)
        sns.heatmap(grid, **limits(grid), cmap="RdBu_r", cbar_kws={"label": "% above own mean"}, ax=ax)
    if not table.empty:  # the bar keeps its full colours
        sure = on_map(table, data_kind=data_kind, value="sure")
        ax.collections[0].set_alpha(np.nan_to_num(sure.to_numpy()))
    ax.set_yticks(np.arange(7) + 0.5, [day[:3] for day in DAYS], rotation=0)
    ax.set_xticks(np.arange(0, 24, 3) + 0.5, [f"{hour} h" for hour in range(0, 24, 3)], rotation=0)
    ax.set(xlabel=f"hour, {zone}; pale: not sure, white: no posts or too few", ylabel="")
    if table.empty:
        say_empty(ax, "nothing to show: no account was followed long enough")
    return Picture(ax, _told(table, zone), data_kind)


def _told(table: "pd.DataFrame", zone: str) -> str:
    if table.empty:
        return "Nothing to show: 0 hours of the week have posts."
    sure = int((table["effect"].abs() > 2 * table["error"]).sum())
    ends = [table.loc[table["effect"].idxmax()], table.loc[table["effect"].idxmin()]]
    told = [f"{DAYS[int(row['weekday'])]} {int(row['hour'])} h ({row['effect']:+.0%})" for row in ends]
    return (
        f"Hours of the week ({zone}), {len(table)} of 168 with posts: shrunk effects from {told[1]} to {told[0]};"
        f" {sure} lie more than two standard errors from the mean and are drawn in full colour."
    )
