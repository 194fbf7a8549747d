"""At which hours of the week does engagement lie above an account's own mean?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.families.timing.analysis import DAYS, MANY_POSTS, limits, on_map
from helpers.plots import INK, Picture, axes, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def week_map(
    table: "pd.DataFrame", *, data_kind: str, zone: str = "the data's own clock", ax: "Axes | None" = None
) -> Picture:
    """Draw the effect of each hour of the week; what is not sure is pale, what has no posts is left white.

    Of one account, or a few, parts of the day are drawn with their numbers of posts: pale and in brackets where they
    are few, bold where the effect lies more than two standard errors from the mean.

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
        sns.heatmap(grid, **limits(grid), cmap="RdBu_r", ax=ax)
    if not table.empty:  # the bar keeps its full colours
        sure = on_map(table, data_kind=data_kind, value="sure")
        ax.collections[0].set_alpha(np.nan_to_num(sure.to_numpy()))
    long = table.attrs.get("long", 1)
    ax.set_yticks(np.arange(7) + 0.5, [day[:3] for day in DAYS], rotation=0)
    if long == 1:
        ax.set_xticks(np.arange(0, 24, 3) + 0.5, [f"{hour} h" for hour in range(0, 24, 3)], rotation=0)
        ax.set(xlabel=f"hour, {zone}; pale: not sure, white: no posts or too few", ylabel="")
    else:
        ax.set_xticks(
            np.arange(6) + 0.5, [f"{hour}\N{EN DASH}{hour + long} h" for hour in range(0, 24, long)], rotation=0
        )
        sure = "bold: sure" if (table["effect"].abs() > 2 * table["error"]).any() else "none is sure"
        ax.set(xlabel=f"part of the day, {zone}; posts in each; pale: under {MANY_POSTS}, {sure}", ylabel="")
        _write_posts(table, long=long, ax=ax)
    if table.empty:
        say_empty(ax, "nothing to show: no account was followed long enough")
    return Picture(ax, _told(table, zone), data_kind)


def _write_posts(table: "pd.DataFrame", *, long: int, ax: "Axes") -> None:
    """Write the number of posts into each part of the week."""
    dark = 0.6 * ax.collections[0].get_clim()[1] / 100 if len(table) else 0.0
    for row in table.itertuples():
        few, sure = row.posts < MANY_POSTS, abs(row.effect) > 2 * row.error
        look: dict[str, Any] = {
            "fontsize": "small",
            "fontweight": "bold" if sure else "normal",
            "ha": "center",
            "va": "center",
        }
        colour = "white" if abs(row.effect) > dark and not few else INK
        text = f"({row.posts})" if few else f"{row.posts}"
        ax.text(row.hour / long + 0.5, row.weekday + 0.5, text, color=colour, **look)


def _told(table: "pd.DataFrame", zone: str) -> str:
    if table.empty:
        return "Nothing to show: 0 hours of the week have posts."
    sure = int((table["effect"].abs() > 2 * table["error"]).sum())
    ends = [table.loc[table["effect"].idxmax()], table.loc[table["effect"].idxmin()]]
    told = [f"{DAYS[int(row['weekday'])]} {int(row['hour'])} h ({row['effect']:+.0%})" for row in ends]
    long = table.attrs.get("long", 1)
    of, drawn = ("Hours", "are drawn in full colour") if long == 1 else ("Parts", "stand in bold")
    few = "" if long == 1 else f"; {(table['posts'] < MANY_POSTS).sum()} with fewer than {MANY_POSTS} posts are pale"
    return (
        f"{of} of the week ({zone}), {len(table)} of {168 // long} with posts: shrunk effects from {told[1]} to"
        f" {told[0]}; {sure} lie more than two standard errors from the mean and {drawn}{few}."
    )
