"""How long does a post go on gathering engagement?"""

from typing import TYPE_CHECKING

from helpers.families.reach.analysis import in_hours
from helpers.plots import DOCUMENT, INK, OURS, Picture, axes, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.estimates import Estimate


def course_of_attention(
    table: "pd.DataFrame", *, half_life: "Estimate | None", limit: float, data_kind: str, ax: "Axes | None" = None
) -> Picture:
    """Draw which share of the engagement is there after how many hours.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns hours, value, low and high; shares of the last capture. Hours of 0 cannot be shown.
    half_life : Estimate or None
        From `analysis.short_attention`, for the text alternative.
    limit : float
        Hours with which the half-life is compared.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes on which the shares are drawn already, as by seaborn's lineplot.

    Returns
    -------
    Picture
        With every share and the half-life in its text.
    """
    import seaborn as sns
    from matplotlib.ticker import PercentFormatter, ScalarFormatter

    bare, ax = ax is None, axes(ax, size=(6.2, 3.6))
    shown = table[table["hours"] > 0]
    if shown.empty:
        say_empty(ax, "nothing to show: no post was followed")
        ax.set_xticks([])
    else:
        ax.axhline(0.5, color=INK, linewidth=0.8)
        ax.axvline(limit, color=DOCUMENT, linestyle="--", label=f"{limit:g} hours")
        ax.fill_between(shown["hours"], shown["low"], shown["high"], color=OURS, alpha=0.2, linewidth=0)
        if bare:
            look = {"marker": "o", "color": OURS, "label": "mean over accounts, 95% interval", "errorbar": None}
            sns.lineplot(shown, x="hours", y="value", ax=ax, **look)
        ax.set_xscale("log")
        ticks = [
            hours for hours in (1, 2, 4, 8, 24, 48, 96, 168) if shown["hours"].min() <= hours <= shown["hours"].max()
        ]
        ax.set_xticks(ticks or [float(shown["hours"].iloc[0])])
        ax.xaxis.set_major_formatter(ScalarFormatter())
        ax.set_ylim(0, 1.05)
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.18), ncols=2)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel="hours after posting", ylabel="share of the last capture")
    return Picture(ax, _told(table, half_life), data_kind)


def _told(table: "pd.DataFrame", half_life: "Estimate | None") -> str:
    if table.empty:
        return "No course of attention can be shown: 0 posts were followed."
    told = "; ".join(f"{row.value:.0%} after {row.hours:g} hours" for row in table.itertuples())
    return f"Share of the engagement at the last capture: {told}. {in_hours(half_life)}"
