"""The picture of notebook 04."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import INK, OURS, PUBLISHED, _axes, _nothing, _signed


def courses(table: "pd.DataFrame", *, label: str, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw how groups go from week to week, each with its interval as a band.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns group, date, value, low and high; at most three groups.
    label : str
        What the value is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    ax = _axes(ax, size=(6.2, 3.6))
    ax.axhline(0, color=INK, linewidth=0.8)
    looks = (("-", OURS), ("--", INK), (":", PUBLISHED))
    for (group, rows), (dash, colour) in zip(table.groupby("group", sort=False), looks, strict=False):
        ax.plot(rows["date"], rows["value"], dash, color=colour, label=f"{group}, 95% interval")
        ax.fill_between(rows["date"], rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)
    if table.empty:
        _nothing(ax, "nothing to show: no group can be followed", height=0.6)
        ax.set_xticks([])
    else:
        locator = AutoDateLocator(maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.12), ncols=2)
    ax.set_ylabel(label)
    _signed(ax, data_kind)
    return ax
