"""What does a rate look like over size?"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.base.words import percent, short_number
from helpers.ground.disclosure import FEWEST, cells, without_few
from helpers.ground.ticks import readable_log
from helpers.plots.picture import Picture, axes
from helpers.plots.style import DOCUMENT, INK, OURS, PAIR, PUBLISHED, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def rate_by_size(
    accounts: "pd.DataFrame",
    *,
    bands: "pd.DataFrame",
    outcome: str,
    label: str,
    data_kind: str,
    line: "pd.DataFrame | None" = None,
    document: Sequence[tuple[float, float]] = (),
    name: str | None = None,
    by: str = "followers",
    ax: "Axes | None" = None,
) -> Picture:
    """Draw rates against followers: accounts, band means with intervals, the fitted line, the document's points.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account, with followers and the outcome; accounts with a rate of 0 lie outside a log axis and
        are told in the corner.
    bands : pandas.DataFrame
        Columns band, followers (a typical size), mean, low and high.
    outcome : str
        Column with the rate.
    label : str
        What the rate is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    line : pandas.DataFrame, optional
        From `estimates.Fit.at`.
    document : sequence of (followers, rate), default ()
        The document's figures, each at a typical size of its band.
    name : str, optional
        What the rate is, for the text alternative; by default `label`.
    by : str, default "followers"
        What the bands are of.
    ax : matplotlib.axes.Axes, optional
        Axes on which the accounts are drawn already, as by seaborn's histplot; by default they are drawn so.

    Returns
    -------
    Picture
        With the means of the bands in its text.
    """
    import seaborn as sns

    bare, ax = ax is None, axes(ax)
    seen = accounts.loc[(accounts[outcome] > 0) & (accounts["followers"] > 0), ["followers", outcome]]
    if seen.empty:
        say_empty(ax, "no account with this rate in these data")
    if bare:
        own = len(seen) < FEWEST
        _draw_units(ax, seen, own=own, x="followers", y=outcome, color=PUBLISHED, data_kind=data_kind)
    if line is not None:
        ax.fill_between(line["size"], line["low"], line["high"], color=OURS, alpha=0.18, linewidth=0)
        drawn = {"color": OURS, "linewidth": 1.5, "label": "fitted line, 95% interval", "errorbar": None}
        sns.lineplot(line, x="size", y="expected", ax=ax, **drawn)
    draw_means(ax, bands, fmt="o", color=INK, markersize=4, label="mean of a band, 95% interval", zorder=5)
    if document:
        look: Any = {"marker": "D", "s": 80, "facecolors": "none", "edgecolors": DOCUMENT, "linewidths": 1.8}
        ax.scatter(*zip(*document, strict=True), zorder=4, label="the document's figure", **look)
    size_axes(ax)
    ax.set_ylabel(label)
    if zeros := int((accounts[outcome] == 0).sum()):
        _say_zeros(ax, f"{zeros:,} accounts")
    _legend_below(ax, "accounts", color=PUBLISHED)
    return Picture(ax, told_means(bands, name=name or label, by=by), data_kind)


def _draw_units(ax: "Axes", units: "pd.DataFrame", *, own: bool, x: str, y: str, color: str, data_kind: str) -> None:
    """Draw where units lie as a density on log axes; one's own each as a dot; a group of fewer than ten not at all."""
    import seaborn as sns

    ax.set(xlabel=x, ylabel=y)  # else seaborn makes ticks only to see whether names can be read
    if own:
        sns.scatterplot(units, x=x, y=y, s=14, color=color, ax=ax)
    elif len(units) >= FEWEST:
        cut = cells(len(units), most=40, data_kind=data_kind)
        sns.histplot(units.astype({x: float, y: float}), x=x, y=y, log_scale=True, color=color, ax=ax, **cut)


def told_means(bands: "pd.DataFrame", *, name: str, by: str = "followers") -> str:
    """Tell the means of bands with their intervals in a sentence."""
    told = [
        f"{row.band} {percent(row.mean)} ({percent(row.low)} to {percent(row.high)})"
        for row in without_few(bands).dropna(subset=["low"]).itertuples()
    ]
    if not told:
        return f"No band has enough accounts for a mean {name}."
    return f"Mean {name} by {by}, with 95% interval: {'; '.join(told)}."


def draw_means(ax: "Axes", bands: "pd.DataFrame", **look: Any) -> None:
    """Draw means with their intervals; on a log axis an interval down to 0 ends just above the edge."""
    drawn = bands[bands["low"].notna() & (bands["mean"] > 0)]
    below = (drawn["mean"] - drawn["low"]).clip(upper=drawn["mean"] * 0.999)
    if len(drawn):  # else a legend would name what is not there
        ax.errorbar(drawn["followers"], drawn["mean"], yerr=[below, drawn["high"] - drawn["mean"]], capsize=3, **look)


def groups_by_size(
    table: "pd.DataFrame",
    *,
    size: str,
    outcome: str,
    group: str | None,
    names: Sequence[str],
    lines: "Sequence[pd.DataFrame | None]",
    label: str,
    data_kind: str,
    name: str | None = None,
    rates: bool = False,
    ax: "Axes | None" = None,
) -> Picture:
    """Draw an outcome against size on log scales, groups in two colours with a fitted line each.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each unit. Units at 0 lie outside a log axis and are told in the corner.
    size, outcome : str
        Columns; the size also names the axis.
    group : str or None
        Column with 0 and 1, missing where unknown; None draws all units as one group.
    names : sequence of str
        What the groups are called: one name, or those of 0 and 1.
    lines : sequence of pandas.DataFrame or None
        From `estimates.Fit.at`, one for each name.
    label : str
        What the outcome is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    name : str, optional
        What the outcome is, for the text alternative; by default `label`.
    rates : bool, default False
        Whether the outcome is told in per cent, beside the axis and in the text.
    ax : matplotlib.axes.Axes, optional
        Axes on which the units are drawn already, as by seaborn's histplot; by default they are drawn so.

    Returns
    -------
    Picture
        With both ends of every line in its text.
    """
    import seaborn as sns

    bare, ax = ax is None, axes(ax)
    known = table if group is None else table[table[group].notna()]
    seen = known[(known[outcome] > 0) & (known[size] > 0)]
    if seen.empty:
        say_empty(ax, "nothing to show: these data do not have it")
    for number, (side, line, colour) in enumerate(zip(names, lines, PAIR.values(), strict=False)):
        units = seen if group is None else seen[seen[group] == number]
        if bare:
            own = len(seen) < FEWEST
            _draw_units(ax, units, own=own, x=size, y=outcome, color=colour, data_kind=data_kind)
        if line is not None:
            ax.fill_between(line["size"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
            look = {"color": colour, "linewidth": 1.8, "label": f"{side} (n = {len(units):,})", "errorbar": None}
            sns.lineplot(line, x="size", y="expected", ax=ax, **look)
    size_axes(ax, rates=False)
    readable_log(ax.yaxis, percent if rates else "{:g}".format)
    ax.set_xlabel(size)
    ax.set_ylabel(label)
    if zeros := int((known[outcome] == 0).sum()):
        _say_zeros(ax, f"{zeros:,}")
    _legend_below(ax, "units", color=OURS if group is None else PUBLISHED)
    told = _told_ends(names, lines, size=size, name=name or label, write=percent if rates else "{:.3g}".format)
    return Picture(ax, told, data_kind)


def _told_ends(
    names: Sequence[str], lines: "Sequence[pd.DataFrame | None]", *, size: str, name: str, write: Callable[[float], str]
) -> str:
    told = [
        f"{side}: {write(line['expected'].iloc[0])} at {line['size'].iloc[0]:,.0f} {size},"
        f" {write(line['expected'].iloc[-1])} at {line['size'].iloc[-1]:,.0f}"
        for side, line in zip(names, lines, strict=True)
        if line is not None
    ]
    return f"Expected {name} by {size}. {'; '.join(told)}." if told else f"No {name} can be shown: 0 lines fitted."


def size_axes(ax: "Axes", *, rates: bool = True) -> None:
    """Make both axes logarithmic, with followers as 10k and 1M below, and rates as per cent beside them."""
    from matplotlib.ticker import FuncFormatter, LogLocator

    ax.set_xscale("log")
    ax.set_yscale("log")
    if not ax.has_data() or not np.isfinite(ax.dataLim.minpos).all():
        ax.set(xlim=(1e2, 1e8), ylim=(1e-5, 1))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
    ax.xaxis.set_major_locator(LogLocator(numticks=12))
    if rates:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    ax.set_xlabel("followers")


def _legend_below(ax: "Axes", units: str, *, color: str) -> None:
    """Put the legend under the axes, where it lies on nothing, and say in it what the cells of a density are."""
    from matplotlib.collections import QuadMesh
    from matplotlib.patches import Patch

    handles, labels = ax.get_legend_handles_labels()
    if any(isinstance(drawn, QuadMesh) for drawn in ax.collections):
        handles, labels = [*handles, Patch(color=color, alpha=0.5)], [*labels, f"{units}: the darker, the more"]
    if handles:
        ax.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=2)


def _say_zeros(ax: "Axes", words: str) -> None:
    """Tell in the corner how many lie outside a log axis."""
    ax.text(0.01, 0.01, f"{words} at 0, not drawn", transform=ax.transAxes, fontsize="x-small", color=PUBLISHED)
