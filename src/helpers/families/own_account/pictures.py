"""What does an account's history look like?"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.base.words import counted, percent, short_number
from helpers.families.own_account.look import panels
from helpers.ground.ticks import readable_dates, readable_log
from helpers.plots import DOCUMENT, INK, OURS, PALE, PUBLISHED, Picture, axes, ratio_axis, say_empty
from helpers.plots.style import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes


def _top(panels: "Mapping[str, Axes]") -> "Axes":
    """Give the first panel, or axes that say why there is none."""
    for ax in panels.values():
        return ax
    say_empty(ax := axes(None), "nothing to show: no post has a date and a count")
    return ax


def _plain_axes(ax: "Axes", write: "Callable[[float], str]" = short_number) -> None:
    """Write few dates below and plain numbers, or per cent, beside a log axis, where no formula is drawn."""
    readable_dates(ax.xaxis)
    readable_log(ax.yaxis, write)


def history(posts: pd.DataFrame, *, panels: "Mapping[str, Axes]", data_kind: str, answered: str = "") -> Picture:
    """Add to every post over time what is usual, and what lies outside.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `look.dots`.
    panels : mapping of str to matplotlib.axes.Axes
        From `look.panels`, with the posts drawn on them, as by seaborn's scatterplot.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    answered : str, default ""
        What the answer compares formats by, from `analysis.rate_words`; said where it is not what is drawn.

    Returns
    -------
    Picture
        With the number of posts, their median and those outside in its text.
    """
    drawn, told = "likes and comments", []
    note = f"each post's own count; the answer compares\n{answered}" if answered not in ("", drawn) else None
    for name, ax in panels.items():
        own = posts[posts["account_name"] == name]
        known, odd = own.dropna(subset=["usual"]), own[own["outside"]]
        low, high = known["low"] + 0.5, known["high"] + 0.5
        ax.vlines(known["at"], low, high, color=PALE, linewidth=1, alpha=0.5, zorder=0, label="usual range")
        at, shown, label = odd["at"], odd["shown"], "outside that range"
        ax.plot(at, shown, "o", color=DOCUMENT, fillstyle="none", markersize=9, label=label)
        ax.set(yscale="log", xlabel="", ylabel=f"{drawn} of a post")
        _plain_axes(ax)
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.12), ncols=3, title=note)
        told.append(_told(name, own))
    said = f"Posts over time{f', {note}'.replace(chr(10), ' ') if note else ''}. {'; '.join(told) or '0 posts'}."
    return Picture(_top(panels), said, data_kind)


def _told(name: str, own: pd.DataFrame) -> str:
    odd = ", ".join(f"{row.at:%Y-%m-%d} with {row.engagement:,.0f}" for row in own[own["outside"]].itertuples())
    start = f"{name}: " if name else ""
    return f"{start}{len(own)} posts, median {own['engagement'].median():,.0f}; outside the usual: {odd or 'none'}"


def score_boxes(table: "pd.DataFrame", *, data_kind: str, ax: "Axes | None" = None) -> Picture:
    """Draw how scores lie, by format.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns score (above 0) and format, one row for each post.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes on which the boxes are drawn already, as by seaborn's boxplot.

    Returns
    -------
    Picture
        With the median score of each format in its text.
    """
    import seaborn as sns

    bare, ax = ax is None, axes(ax)
    if bare:
        sns.boxplot(table, x="score", y="format", log_scale=len(table) > 0, color=PALE, fliersize=3, ax=ax)
    if table.empty:
        say_empty(ax, "nothing to show: no post has a score")
    ratio_axis(ax)
    ax.set(xlabel="score: what was expected is 1×", ylabel="")
    told = ", ".join(f"{name} {score:.2f}" for name, score in table.groupby("format")["score"].median().items())
    return Picture(ax, f"Median score by format: {told or 'none'}; {counted(len(table), 'post')}.", data_kind)


def compared(table: pd.DataFrame, *, label: str, data_kind: str, ax: "Axes | None" = None) -> Picture:
    """Draw the ratios of what posts gather, how many saw them and how many engaged beside each other.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.ratios`.
    label : str
        What is compared, for the text alternative.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        With every ratio and interval in its text; of nothing to compare it shows nothing.
    """
    rows = table.assign(
        row=[" ".join(filter(None, pair)) for pair in zip(table["account"], table["level"], strict=True)]
    )
    names = list(dict.fromkeys(rows["row"]))
    ax = axes(ax, size=(6.2, 1.6 + 0.42 * max(len(names), 2)))
    looks = {"engagement": ("o", OURS), "reach": ("s", PUBLISHED), "views": ("s", PUBLISHED)}
    height = {name: len(names) - 1 - place for place, name in enumerate(names)}
    for outcome, own in rows.groupby("outcome", sort=False):
        (mark, colour), word = looks[str(outcome)], " or ".join(dict.fromkeys(own["what"]))
        at = own["row"].map(height) + (0.13 if outcome != "engagement" else -0.13)
        spread = [own["ratio"] - own["low"], own["high"] - own["ratio"]]
        ax.errorbar(own["ratio"], at, xerr=spread, fmt=mark, color=colour, markersize=5, capsize=2.5, label=word)
    ax.axvline(1, color=INK, linewidth=0.8)
    if rows.empty:
        ax.set_gid(EMPTY)  # without words of its own: `forwarded` says beside it why
    else:
        ratio_axis(ax)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)  # above the axes, never on their names
    against = ", ".join(dict.fromkeys(table["against"]))
    ax.set_yticks(list(height.values()), names, fontsize="small")
    ax.set(ylim=(-0.6, max(len(names), 1) - 0.4), xlabel=f"ratio to {against}" if against else "ratio")
    told = [f"{row.row} {row.what} {row.ratio:.2f} ({row.low:.2f} to {row.high:.2f})" for row in rows.itertuples()]
    return Picture(ax, f"Ratios by {label}, to {against or 'nothing'}: {'; '.join(told) or '0 ratios'}.", data_kind)


def course(weeks: pd.DataFrame, *, breaks: pd.DataFrame, label: str, data_kind: str) -> Picture:
    """Draw each account's weeks over time with their smooth course, and the days on which a metric changed.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `analysis.in_weeks`.
    breaks : pandas.DataFrame
        From `analysis.breaks`.
    label : str
        What the rate is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    Picture
        With the median of the first and the last quarter of the weeks, and the days, in its text.
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess

    places, told = panels(weeks, name="account"), []
    for name, ax in places.items():
        own = weeks[weeks["account"] == name]
        ax.plot(own["at"], own["rate"], "o", color=OURS, markersize=4, alpha=0.7, label="a week")
        if len(own) >= 10:
            smooth = np.exp(lowess(own["ln_rate"], own["week"].astype(float), frac=0.5, return_sorted=False))
            ax.plot(own["at"], smooth, color=INK, linewidth=1.5, label="smooth course")
        for day in breaks["at"]:
            ax.axvline(day, color=DOCUMENT, linewidth=1, linestyle=":", label="a metric changed")
        marks = dict(zip(*ax.get_legend_handles_labels()[::-1], strict=True))
        ax.legend(list(marks.values()), list(marks), loc="upper center", bbox_to_anchor=(0.45, -0.12), ncols=3)
        ax.set(yscale="log", xlabel="", ylabel=label)
        _plain_axes(ax, short_number if label.endswith("per post") else percent)
        quarter = max(len(own) // 4, 1)
        first, last = own["rate"].iloc[:quarter].median(), own["rate"].iloc[-quarter:].median()
        told.append(
            f"{name + ': ' if name else ''}{len(own)} weeks, median {first:.3g} at first and {last:.3g} at last"
        )
    days = ", ".join(f"{day:%Y-%m-%d}" for day in breaks["at"])
    return Picture(
        _top(places), f"{label} by week. {'; '.join(told) or '0 weeks'}. Metric changes: {days or 'none'}.", data_kind
    )
