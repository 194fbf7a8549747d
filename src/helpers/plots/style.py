"""What do all pictures have in common? Their colours, and what the author of one needs to draw it."""

from typing import TYPE_CHECKING

from helpers.ground.ticks import readable_log
from helpers.reading.display import harmless_display

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INK, OURS, DOCUMENT, PUBLISHED, PALE, OPEN = "#1f2430", "#1b6ca8", "#c8472b", "#7a7f8c", "#c9ced8", "#2f855a"
"""Colours: text, this data's estimates, the document's figures, other published figures, single accounts, open data."""

PAIR = {0: OURS, 1: DOCUMENT}
"""Colours of two groups: those without a trait, and those with it."""

EMPTY = "empty"
"""What axes are called that hold nothing but the words why."""

SIZE = (6.2, 4.6)
"""Inches. Small, so that letters stay legible when a phone shrinks the picture to its width."""


def style() -> None:
    """Set the look of every picture and table: plain axes, letters that can be read on a phone, no math in labels.

    Text from data is drawn as it is: a dollar sign starts no formula, and markup in a table or a sentence does nothing
    (`helpers.reading.display`). No text in a table is cut off.
    """
    import matplotlib as mpl
    import pandas as pd
    import seaborn as sns

    harmless_display()
    pd.set_option("display.max_colwidth", None)
    sns.set_theme(style="ticks", font_scale=1.05)
    mpl.rcParams.update(
        {
            "figure.figsize": SIZE,
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
            "savefig.dpi": 160,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.titlelocation": "left",
            "axes.titley": 1.0,  # looked for otherwise, at a tenth of the time of drawing, with the same picture
            "axes.titlesize": "medium",
            "axes.titleweight": "bold",
            "text.parse_math": False,
            "legend.frameon": False,
            "legend.fontsize": "small",
        }
    )


def say_empty(ax: "Axes", words: str, *, height: float = 0.5) -> None:
    """Say in the middle of a picture why it is empty; a `Picture` of which all is empty shows the words alone."""
    ax.set_gid(EMPTY)
    ax.text(0.5, height, words, transform=ax.transAxes, ha="center")


def margin_band(ax: "Axes", low: float, high: float, *, alpha: float = 0.5) -> None:
    """Shade what lies within the margin of a claim."""
    ax.axvspan(low, high, color=PALE, alpha=alpha, linewidth=0, label="within the margin")


def bars(rows: "pd.DataFrame", value: str = "value") -> "list[pd.Series]":
    """Give how far intervals reach to either side, 0 where there is none."""
    return [side.fillna(0).clip(lower=0) for side in (rows[value] - rows["low"], rows["high"] - rows[value])]


def ratio_axis(ax: "Axes") -> None:
    """Write a log axis of ratios as 0.5×, 1×, 2×."""
    ax.set_xscale("log")
    readable_log(ax.xaxis, lambda value: f"{value:,g}×", most=5)
