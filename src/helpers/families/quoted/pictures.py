"""The pictures of notebook 11."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import DOCUMENT, INK, OURS, PALE, PUBLISHED, _axes, _ends


def quoted_against_found(table: "pd.DataFrame", *, tolerance: float, ax: "Axes | None" = None) -> "Axes":
    """Draw each figure that was found as a multiple of the quoted one.

    Parameters
    ----------
    table : pandas.DataFrame
        From `quoted.compared`; intervals are drawn where there are any.
    tolerance : float
        Relative difference that still counts as the same, drawn as a band.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; full dots come from the source itself, hollow ones are the nearest figure from elsewhere.
    """
    from matplotlib.ticker import FuncFormatter

    ax = _axes(ax, size=(6.2, 1.4 + 0.5 * len(table)))
    ax.axvspan(1 - tolerance, 1 + tolerance, color=PALE, linewidth=0, label="counts as the same")
    ax.axvline(1, color=DOCUMENT, linewidth=1, label="the quoted figure")
    for is_near, fill, label in ((False, OURS, "found, with its 95% interval"), (True, "white", "nearest there is")):
        rows = table[(table["relation"] == "nearest") == is_near]
        look = {"fmt": "o", "color": OURS, "markerfacecolor": fill, "capsize": 3, "markersize": 6, "label": label}
        ax.errorbar(rows["ratio"], rows.index, xerr=_ends(rows, "ratio"), **look)
    for place, row in enumerate(table.itertuples()):
        ax.text(0, place + 0.2, row.label, fontsize="small", color=INK)
    ax.set(xlim=(0, 1.25), ylim=(-0.5, len(table) - 0.2), yticks=[], xlabel="found, as a multiple of the quoted figure")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=2)
    return ax


def stacked_counts(counts: "pd.DataFrame", *, label: str, ax: "Axes | None" = None) -> "Axes":
    """Draw counts as bars of parts, one bar for each row, with the number in each part.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; one row for each bar, one column for each part.
    label : str
        What is counted.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, the first row on top.
    """
    ax = _axes(ax, size=(6.2, 1.8 + 0.6 * len(counts)))
    colours = ("#2f855a", "#6b46a8", DOCUMENT, "#b7791f", PUBLISHED)
    names = [textwrap.fill(name, 24) for name in counts.index]
    start = np.zeros(len(counts))
    for part, colour in zip(counts.columns, colours, strict=False):
        bars = ax.barh(names, counts[part], left=start, color=colour, edgecolor="white", label=part)
        ax.bar_label(bars, [str(n) if n else "" for n in counts[part]], label_type="center", color="white")
        start += counts[part].to_numpy()
    ax.invert_yaxis()
    ax.set_xlabel(label)
    ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.55 / len(counts)), ncols=2)
    return ax


def intervals(table: "pd.DataFrame", *, series: str, label: str, ax: "Axes | None" = None) -> "Axes":
    """Draw estimates with intervals in rows, one mark for each value of a column.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns label, value, low, high and the one named by `series`; shares.
    series : str
        Column whose values are drawn beside each other.
    label : str
        What is shown, for the axis.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    labels, values = list(table["label"].unique()), list(table[series].unique())
    ax = _axes(ax, size=(6.2, 1.6 + 0.6 * len(labels)))
    for place, (value, colour) in enumerate(zip(values, (INK, OURS, PUBLISHED, DOCUMENT), strict=False)):
        rows = table[table[series] == value]
        height = [labels.index(name) + 0.16 * (len(values) - 1 - 2 * place) / 2 for name in rows["label"]]
        ax.errorbar(rows["value"], height, xerr=_ends(rows), fmt="o", color=colour, capsize=3, label=f"{value:g}")
    ax.set_yticks(range(len(labels)), labels, fontsize="small")
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(label)
    ax.legend(title=series.replace("_", " "), loc="upper center", bbox_to_anchor=(0.4, -0.6 / len(labels)), ncols=4)
    return ax
