"""Do accounts that answer go another way, week by week, than those that do not?"""

from typing import TYPE_CHECKING

from helpers.base.words import counted
from helpers.ground.ticks import readable_dates, readable_log
from helpers.plots import INK, Picture, axes, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def courses(table: "pd.DataFrame", *, label: str, data_kind: str, ax: "Axes | None" = None) -> Picture:
    """Draw how groups go from week to week, each with its interval as a band.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns group, date, value, low and high, as multiples; at most three groups.
    label : str
        What the value is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes on which the values are drawn already, as by seaborn's lineplot with the group as hue and style.

    Returns
    -------
    Picture
        With both ends of every course in its text.
    """
    import seaborn as sns

    bare, ax = ax is None, axes(ax, size=(6.2, 3.6))
    ax.axhline(1, color=INK, linewidth=0.8)
    if bare and len(table):
        sns.lineplot(table, x="date", y="value", hue="group", style="group", errorbar=None, ax=ax)
    for place, (_, rows) in enumerate(table.groupby("group", sort=False)):
        ax.fill_between(rows["date"], rows["low"], rows["high"], color=f"C{place}", alpha=0.15, linewidth=0)
    if table.empty:
        say_empty(ax, "nothing to show: no group can be followed", height=0.6)
        ax.set_xticks([])
    else:
        readable_dates(ax.xaxis, most=7)
        ax.set_yscale("log")
        readable_log(ax.yaxis, lambda value: f"{value:g}\N{MULTIPLICATION SIGN}")
        title = "with the 95% interval as a band"
        ax.legend(title=title, loc="upper center", bbox_to_anchor=(0.45, -0.12), ncols=2)
    ax.set(xlabel="", ylabel=label)
    return Picture(ax, _told(table), data_kind)


def _told(table: "pd.DataFrame") -> str:
    if table.empty:
        return "Nothing to show: 0 groups of accounts can be followed."
    told = [
        f"{group} from {rows['value'].iloc[0]:.2f} to {rows['value'].iloc[-1]:.2f} over {counted(len(rows), 'week')}"
        for group, rows in table.groupby("group", sort=False)
    ]
    return "Engagement of a week as a multiple of the account's own mean: " + "; ".join(told) + "."
