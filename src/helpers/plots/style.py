"""What do all pictures have in common? Their colours, and what the author of one needs to draw it."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.base.words import percent, short_number

INK, OURS, DOCUMENT, PUBLISHED, PALE = "#1f2430", "#1b6ca8", "#c8472b", "#7a7f8c", "#c9ced8"
"""Colours: text, this data's estimates, the document's figures, other published figures, single accounts."""

SIZE = (6.2, 4.6)
"""Inches. Small, so that letters stay legible when a phone shrinks the picture to its width."""

KINDS = {"simulated": "simulated data", "user": "your data"}
"""Words that stand on each picture, so that none travels without saying what it shows."""


def style() -> None:
    """Set the look of every picture and table: plain axes, letters that can be read on a phone, no math in labels.

    Text from data is drawn as it is: a dollar sign starts no formula. No text in a table is cut off.
    """
    import matplotlib as mpl
    import pandas as pd
    import seaborn as sns

    pd.set_option("display.max_colwidth", None)
    sns.set_theme(style="ticks", font_scale=1.05)
    mpl.rcParams.update(
        {
            "figure.figsize": SIZE,
            "figure.dpi": 110,
            "savefig.dpi": 160,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.titlelocation": "left",
            "axes.titlesize": "medium",
            "axes.titleweight": "bold",
            "text.parse_math": False,
            "legend.frameon": False,
            "legend.fontsize": "small",
        }
    )


def axes(ax: "Axes | None", *, size: tuple[float, float] = SIZE) -> "Axes":
    """Take the axes that were given, or those of a new figure, which only its `Picture` shows."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=size, layout="constrained")
    plt.close(figure)
    return ax


def mark_kind(ax: "Axes", data_kind: str) -> None:
    """Write in the corner whether the data are simulated or the reader's own."""
    ax.set_title(
        KINDS[data_kind],
        loc="right",
        color=DOCUMENT if data_kind == "simulated" else OURS,
        fontweight="normal",
        fontsize="small",
    )


def size_axes(ax: "Axes", *, rates: bool = True) -> None:
    """Make both axes logarithmic, with followers as 10k and 1M below, and rates as per cent beside them."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    ax.set_yscale("log")
    if not ax.has_data() or not np.isfinite(ax.dataLim.minpos).all():
        ax.set(xlim=(1e2, 1e8), ylim=(1e-5, 1))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
    ax.xaxis.set_major_locator(LogLocator(numticks=12))
    if rates:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("followers")


def say_empty(ax: "Axes", words: str, *, height: float = 0.5) -> None:
    """Say in the middle of a picture why it is empty."""
    ax.text(0.5, height, words, transform=ax.transAxes, ha="center")


def margin_band(ax: "Axes", low: float, high: float, *, alpha: float = 0.5) -> None:
    """Shade what lies within the margin of a claim."""
    ax.axvspan(low, high, color=PALE, alpha=alpha, linewidth=0, label="within the margin")


def bar_lengths(rows: "pd.DataFrame", value: str = "value") -> "list[pd.Series]":
    """Give how far intervals reach to either side, 0 where there is none."""
    below, above = rows[value] - rows["low"], rows["high"] - rows[value]
    return [below.fillna(0).clip(lower=0), above.fillna(0).clip(lower=0)]


def multiples_axis(ax: "Axes") -> None:
    """Write a log axis of ratios as 0.5×, 1×, 2×."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.xaxis.set_minor_formatter(NullFormatter())
