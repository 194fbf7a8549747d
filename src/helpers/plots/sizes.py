"""What does a rate look like over size?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import DOCUMENT, INK, OURS, PALE, _axes, _not_drawn, _nothing, _signed, _size_axis


def rate_by_size(
    accounts: "pd.DataFrame",
    *,
    bands: "pd.DataFrame",
    line: "pd.DataFrame | None",
    outcome: str,
    label: str,
    document: Sequence[tuple[float, float]],
    data_kind: str,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw rates against followers: accounts, band means with intervals, the fitted line, the document's points.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account, with followers and the outcome; accounts with a rate of 0 lie outside a log axis and
        are told in the corner.
    bands : pandas.DataFrame
        From `account_size.band_means`.
    line : pandas.DataFrame or None
        From `estimates.Fit.at`.
    outcome : str
        Column with the rate.
    label : str
        What the rate is, for the axis.
    document : sequence of (followers, rate)
        The document's figures, each at a typical size of its band.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax)
    seen = accounts.loc[(accounts[outcome] > 0) & (accounts["followers"] > 0), ["followers", outcome]]
    if seen.empty:
        _nothing(ax, "no account with this rate in these data")
    few = seen.sample(min(len(seen), 3_000), random_state=0)
    ax.scatter(few["followers"], few[outcome], s=6, color=PALE, linewidths=0, label="one account", rasterized=True)
    if line is not None:
        ax.fill_between(line["size"], line["low"], line["high"], color=OURS, alpha=0.18, linewidth=0)
        ax.plot(line["size"], line["expected"], color=OURS, linewidth=1.5, label="fitted line, 95% interval")
    _band_means(ax, bands, fmt="o", color=INK, markersize=5, label="mean of a band, 95% interval", zorder=4)
    if document:
        ax.scatter(
            *zip(*document, strict=True), marker="D", s=42, color=DOCUMENT, zorder=5, label="the document's figure"
        )
    _size_axis(ax)
    ax.set_ylabel(label)
    if zeros := int((accounts[outcome] == 0).sum()):
        _not_drawn(ax, f"{zeros:,} accounts")
    ax.legend(loc="upper right")
    _signed(ax, data_kind)
    return ax


def _band_means(ax: "Axes", bands: "pd.DataFrame", **look: Any) -> None:
    """Draw means with their intervals; on a log axis an interval down to 0 ends just above the edge."""
    drawn = bands.dropna(subset=["low"])
    drawn = drawn[drawn["mean"] > 0]
    below = (drawn["mean"] - drawn["low"]).clip(upper=drawn["mean"] * 0.999)
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
    ax: "Axes | None" = None,
) -> "Axes":
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
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import FuncFormatter

    ax = _axes(ax)
    known = table if group is None else table[table[group].notna()]
    seen = known[(known[outcome] > 0) & (known[size] > 0)]
    if seen.empty:
        _nothing(ax, "nothing to show: these data do not have it")
    for number, (name, line, colour) in enumerate(zip(names, lines, (OURS, DOCUMENT), strict=False)):
        units = seen if group is None else seen[seen[group] == number]
        few = units.sample(min(len(units), 2_000), random_state=0)
        ax.scatter(few[size], few[outcome], s=8, color=colour, alpha=0.35, linewidths=0, rasterized=True)
        if line is not None:
            ax.fill_between(line["size"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
            ax.plot(line["size"], line["expected"], color=colour, linewidth=1.8, label=f"{name} (n = {len(units):,})")
    _size_axis(ax, rates=False)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xlabel(size)
    ax.set_ylabel(label)
    if zeros := int((known[outcome] == 0).sum()):
        _not_drawn(ax, f"{zeros:,}")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="best")
    _signed(ax, data_kind)
    return ax
