"""How do rates fall with size here and elsewhere, and how far do averages lie from the quoted ones?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpers.plots import DOCUMENT, INK, OURS, PUBLISHED, Picture, axes, bars, margin_band, ratio_axis, say_empty
from helpers.plots.sizes import draw_means, size_axes, told_means

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def ladder(published: "pd.DataFrame", *, bands: "pd.DataFrame", data_kind: str, ax: "Axes | None" = None) -> Picture:
    """Draw each source's ladder of rates over account size, with this data's bands on top.

    Parameters
    ----------
    published : pandas.DataFrame
        From `analysis.ladders`; vendors are dashed and pale, others full.
    bands : pandas.DataFrame
        From `analysis.band_means`, of the like rate.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        With how many ladders fall, and the means of the bands, in its text.
    """
    ax = axes(ax, size=(6.2, 8.0))
    looks = {
        "vendor": ("--", PUBLISHED, "vendor"),
        "other": ("-.", PUBLISHED, "other page"),
        "study": ("-", INK, "research"),
    }
    labelled: set[str] = set()
    ends: list[tuple[float, float, str, str]] = []
    for name, rows in published.groupby("ladder", sort=False):
        dash, colour, word = looks[rows["source"].iloc[0]]
        is_source = name.startswith("Markerly")
        label = "Markerly 2016, the document's likely source" if is_source else f"published, {word}"
        ax.plot(
            rows["middle"], rows["estimate"], dash, marker=".", markersize=4, linewidth=2 if is_source else 0.9,
            color=DOCUMENT if is_source else colour, alpha=1 if is_source else 0.6,
            label=None if label in labelled else label, gid=str(name),
        )  # fmt: skip
        labelled.add(label)
        ends.append((float(rows["middle"].iloc[-1]), float(rows["estimate"].iloc[-1]), str(name), colour))
    look = {"color": OURS, "markersize": 6, "linewidth": 2, "label": "here, mean of a band, 95% interval"}
    draw_means(ax, bands, fmt="o-", zorder=5, **look)
    size_axes(ax)
    _name_ends(ax, ends)
    ax.set_ylabel("rate per follower")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.15), ncols=1)
    return Picture(ax, f"{_told_ladders(published)} {told_means(bands, name='like rate')}", data_kind)


def _name_ends(ax: "Axes", ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Write the name of each ladder to the right of the picture, in the order of their ends, a thin line to each."""
    if not ends:
        return
    ordered = sorted(ends, key=lambda end: end[1])
    for place, (x, y, name, colour) in enumerate(ordered):
        height = (place + 0.5) / len(ordered)
        ax.annotate(
            name, (x, y), xytext=(1.04, height), textcoords=ax.transAxes, fontsize=8, color=INK, va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "alpha": 0.5, "relpos": (0, 0.5)},
            annotation_clip=False,
        )  # fmt: skip


def _told_ladders(table: "pd.DataFrame") -> str:
    ends = table.groupby("ladder")["estimate"].agg(["first", "last"])
    vendors = table.groupby("ladder")["source"].first().eq("vendor").sum()
    falling = (ends["last"] < ends["first"]).sum()
    return (
        f"{len(ends)} published ladders of rates by followers, {vendors} of them by vendors: {falling} fall from their "
        f"smallest band to their largest, {len(ends) - falling} do not."
    )


def value_ratios(table: "pd.DataFrame", *, margin: float, data_kind: str, ax: "Axes | None" = None) -> Picture:
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
    Picture
        With every multiple in its text.
    """
    labels, options = list(table["label"].unique()), list(table["choice"].unique())
    ax = axes(ax, size=(6.2, max(2.5, 1.4 + 0.5 * len(labels))))
    margin_band(ax, 1 - margin, 1 + margin)
    ax.axvline(1, color=DOCUMENT, linewidth=1)
    marks, colours = "osD^v", (OURS, INK, PUBLISHED, "#8a5fbf", "#3f8f5f")
    for i, option in enumerate(options):
        rows = table[(table["choice"] == option) & (table["ratio"] > 0)].dropna(subset=["low"])
        height = [len(labels) - 1 - labels.index(label) + 0.13 * (len(options) / 2 - i) for label in rows["label"]]
        below, above = bars(rows, "ratio")
        ax.errorbar(
            rows["ratio"], height, xerr=[below.clip(upper=rows["ratio"] * 0.999), above], fmt=marks[i % 5],
            color=colours[i % 5], markersize=4.5, capsize=2, linewidth=1, label=option,
        )  # fmt: skip
    ratio_axis(ax)
    ax.set_yticks(range(len(labels)), labels[::-1], fontsize="small")
    ax.set_xlabel("estimate as a multiple of the published figure")
    if labels:
        ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.18 - 0.6 / len(labels)), ncols=2)
    else:
        say_empty(ax, "nothing to compare: no average could be tested")
    return Picture(ax, _told_ratios(table), data_kind)


def _told_ratios(table: "pd.DataFrame") -> str:
    if table.empty:
        return "No quoted average could be tested."
    told = [
        f"{choice}: " + ", ".join(f"{row.label} {row.ratio:.2f} times" for row in rows.itertuples())
        for choice, rows in table.groupby("choice", sort=False)
    ]
    return "Estimates as multiples of the published figure. " + "; ".join(told) + "."
