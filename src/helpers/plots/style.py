"""What does it look like? Pictures that carry their own text alternative."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

from helpers.base.words import percent

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


def show(figure: "Figure", *, alt: str) -> None:
    """Display a picture together with its text alternative, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The picture.
    alt : str
        What it shows, with its main numbers; made from computed values.

    Raises
    ------
    ValueError
        If the text alternative is empty.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if not alt.strip():
        raise ValueError("a picture needs a text alternative: pass alt= made from its numbers")
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)


def _axes(ax: "Axes | None", *, size: tuple[float, float] = SIZE) -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def _signed(ax: "Axes", data_kind: str) -> None:
    ax.set_title(
        KINDS[data_kind],
        loc="right",
        color=DOCUMENT if data_kind == "simulated" else OURS,
        fontweight="normal",
        fontsize="small",
    )


def _size_axis(ax: "Axes", *, rates: bool = True) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    from helpers.base.words import short_number

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


def _nothing(ax: "Axes", words: str, *, height: float = 0.5) -> None:
    """Say in the middle of a picture why it is empty."""
    ax.text(0.5, height, words, transform=ax.transAxes, ha="center")


def _not_drawn(ax: "Axes", words: str) -> None:
    """Tell in the corner what lies outside a log axis."""
    ax.text(0.01, 0.01, f"{words} at 0, not drawn", transform=ax.transAxes, fontsize="x-small", color=PUBLISHED)


def _margin(ax: "Axes", low: float, high: float, *, alpha: float = 0.5) -> None:
    ax.axvspan(low, high, color=PALE, alpha=alpha, linewidth=0, label="within the margin")


def _ends(rows: "pd.DataFrame", value: str = "value") -> "list[pd.Series]":
    """Give how far intervals reach to either side, 0 where there is none."""
    below, above = rows[value] - rows["low"], rows["high"] - rows[value]
    return [below.fillna(0).clip(lower=0), above.fillna(0).clip(lower=0)]


def _multiples(ax: "Axes") -> None:
    """Write a log axis of ratios as 0.5×, 1×, 2×."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _straight(ax: "Axes", x: "pd.Series", y: "pd.Series", *, over: "pd.Series", **look: Any) -> None:
    """Draw the least-squares line of some points over a range, where they have one."""
    if np.ptp(x) > 0:
        slope, level = np.polyfit(x, y, 1)
        ends = np.array([over.min(), over.max()])
        ax.plot(ends, level + slope * ends, **look)
