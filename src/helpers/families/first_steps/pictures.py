"""Where does an interval lie against a published figure, and which verdict does that give?"""

from typing import TYPE_CHECKING

from helpers.families.first_steps.analysis import stacked
from helpers.plots import DOCUMENT, INK, OURS, PUBLISHED, Picture, axes, margin_band

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.estimates import Estimate


def rates_and_interval(
    rates: "pd.Series", *, estimate: "Estimate", published: float, margin: float, ax: "Axes | None" = None
) -> Picture:
    """Draw a few rates on a line, their mean with both intervals, and the published figure with its margin.

    Parameters
    ----------
    rates : pandas.Series
        One rate for each account, as fractions.
    estimate : Estimate
        Their mean.
    published, margin : float
        The figure that is tested, and the share of it that does not matter.
    ax : matplotlib.axes.Axes, optional
        Axes on which the rates are drawn already, as by seaborn's scatterplot of `analysis.stacked`.

    Returns
    -------
    Picture
        With the mean, its intervals and the margin in its text.
    """
    from matplotlib.ticker import PercentFormatter

    bare, ax = ax is None, axes(ax, size=(6.2, 3.6))
    near, far = published * (1 - margin), published * (1 + margin)
    margin_band(ax, near, far)
    ax.axvline(published, color=DOCUMENT, linewidth=1.2, label="published")
    if bare:
        ax.plot(*stacked(rates).to_numpy().T, "o", color=PUBLISHED, markersize=6, label="one account")
    ax.plot([estimate.low, estimate.high], [1, 1], color=OURS, linewidth=1.5, label="95% interval of the mean")
    ax.plot([estimate.low_90, estimate.high_90], [1, 1], color=OURS, linewidth=5, alpha=0.5, label="90% interval")
    ax.plot(estimate.value, 1, "o", color=OURS, markersize=8, label="mean")
    ax.set(ylim=(-0.2, 1.4), yticks=[], xlabel="likes per follower", ylabel="")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3)
    return Picture(
        ax,
        f"{len(rates)} rates from {rates.min():.1%} to {rates.max():.1%}. Their mean is {estimate.value:.1%}, its 95% "
        f"interval {estimate.low:.1%} to {estimate.high:.1%}, its 90% interval {estimate.low_90:.1%} to "
        f"{estimate.high_90:.1%}. The published figure is {published:.1%} and its margin {near:.1%} to {far:.1%}.",
    )


def verdict_rules(table: "pd.DataFrame", *, margin: float, ax: "Axes | None" = None) -> Picture:
    """Draw one example of each verdict on a direction: where its intervals lie against nought and the margin.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.examples`.
    margin : float
        Drawn as a band around nought.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        With every interval and its verdict in its text.
    """
    ax = axes(ax, size=(6.2, 1.4 + 0.42 * len(table)))
    margin_band(ax, -margin, margin)
    ax.axvline(0, color=INK, linewidth=0.8)
    places = range(len(table))
    ax.hlines(places, table["low"], table["high"], color=OURS, linewidth=1.5, label="95% interval")
    ax.hlines(places, table["low_90"], table["high_90"], color=OURS, linewidth=5, alpha=0.5, label="90% interval")
    ax.plot(table["value"], places, "o", color=OURS, markersize=6)
    ax.set_yticks(places, table["verdict"])
    ax.invert_yaxis()
    ax.set_xlabel("effect in the claimed direction")
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=3)
    told = [f"{row.low:.3f} to {row.high:.3f}: {row.verdict}" for row in table.itertuples()]
    return Picture(ax, f"Examples of 95% intervals with their verdicts: {'; '.join(told)}.", "")  # no data behind it
