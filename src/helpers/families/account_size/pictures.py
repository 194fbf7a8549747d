"""The pictures of notebook 01."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.sizes import _band_means
from helpers.plots.style import (
    DOCUMENT,
    INK,
    OURS,
    PUBLISHED,
    _axes,
    _ends,
    _margin,
    _multiples,
    _nothing,
    _signed,
    _size_axis,
)


def ladder(published: "pd.DataFrame", *, bands: "pd.DataFrame", data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw each source's ladder of rates over account size, with this data's bands on top.

    Parameters
    ----------
    published : pandas.DataFrame
        From `published.ladders`; vendors are dashed and pale, others full.
    bands : pandas.DataFrame
        From `account_size.band_means`.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax, size=(6.2, 6.0))
    looks = {
        "vendor": ("--", PUBLISHED, "vendor"),
        "other": ("-.", PUBLISHED, "other page"),
        "study": ("-", INK, "research"),
    }
    labelled: set[str] = set()
    for name, rows in published.groupby("ladder", sort=False):
        dash, colour, word = looks[rows["source"].iloc[0]]
        is_source = name.startswith("Markerly")
        label = "Markerly 2016, the document's likely source" if is_source else f"published, {word}"
        ax.plot(
            rows["middle"], rows["estimate"], dash, marker=".", markersize=4, linewidth=2 if is_source else 0.9,
            color=DOCUMENT if is_source else colour, alpha=1 if is_source else 0.6,
            label=None if label in labelled else label,
        )  # fmt: skip
        labelled.add(label)
    look = {"color": OURS, "markersize": 6, "linewidth": 2, "label": "here, mean of a band, 95% interval"}
    _band_means(ax, bands, fmt="o-", zorder=5, **look)
    _size_axis(ax)
    ax.set_ylabel("rate per follower")
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.15), ncols=1)
    _signed(ax, data_kind)
    return ax


def value_ratios(table: "pd.DataFrame", *, margin: float, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw estimates as a multiple of the published figure, one row for each claim, one mark for each definition.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns label, choice, ratio, low and high (95% interval of the ratio), in drawing order from the top.
    margin : float
        Drawn as a band around 1.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    labels, options = list(table["label"].unique()), list(table["choice"].unique())
    ax = _axes(ax, size=(6.2, max(2.5, 1.4 + 0.5 * len(labels))))
    _margin(ax, 1 - margin, 1 + margin)
    ax.axvline(1, color=DOCUMENT, linewidth=1)
    marks, colours = "osD^v", (OURS, INK, PUBLISHED, "#8a5fbf", "#3f8f5f")
    for i, option in enumerate(options):
        rows = table[(table["choice"] == option) & (table["ratio"] > 0)].dropna(subset=["low"])
        height = [len(labels) - 1 - labels.index(label) + 0.13 * (len(options) / 2 - i) for label in rows["label"]]
        below, above = _ends(rows, "ratio")
        ax.errorbar(
            rows["ratio"], height, xerr=[below.clip(upper=rows["ratio"] * 0.999), above], fmt=marks[i % 5],
            color=colours[i % 5], markersize=4.5, capsize=2, linewidth=1, label=option,
        )  # fmt: skip
    _multiples(ax)
    ax.set_yticks(range(len(labels)), labels[::-1], fontsize="small")
    ax.set_xlabel("estimate as a multiple of the published figure")
    if labels:
        ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.18 - 0.6 / len(labels)), ncols=2)
    else:
        _nothing(ax, "nothing to compare: no average could be tested")
    _signed(ax, data_kind)
    return ax
