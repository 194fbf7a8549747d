"""At which hours of the week does engagement lie above an account's own mean?"""

from typing import TYPE_CHECKING

import numpy as np

from helpers.families.timing.analysis import DAYS
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
        Axes to draw on.

    Returns
    -------
    Picture
        With the best and the worst hour, their zone, and how many are sure, in its text.
    """
    import matplotlib as mpl

    ax = axes(ax, size=(6.2, 3.4))
    reach = max(0.05, float(table["effect"].abs().max())) if len(table) else 0.05
    scale = mpl.cm.ScalarMappable(mpl.colors.Normalize(-100 * reach, 100 * reach), "RdBu_r")
    grid = np.ones((7, 24, 4))
    for row in table.itertuples():
        colour = np.array(scale.to_rgba(100 * row.effect))
        # Full colour from two standard errors on; below that the cell fades towards white.
        sureness = min(1.0, abs(row.effect) / row.error / 2) ** 2 if row.error > 0 else 1.0
        grid[int(row.weekday), int(row.hour)] = 1 - (1 - colour) * max(0.12, sureness)
    ax.imshow(grid, aspect="auto", interpolation="nearest", extent=(-0.5, 23.5, 6.5, -0.5))
    ax.set_yticks(range(7), [day[:3] for day in DAYS])
    ax.set_xticks(range(0, 24, 3), [f"{hour} h" for hour in range(0, 24, 3)])
    ax.set_xlabel(f"hour, {zone}; pale: not sure, white: no posts")
    if len(table):
        ax.figure.colorbar(scale, ax=ax, shrink=0.9, label="% above own mean")
    else:
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
