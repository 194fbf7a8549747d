"""How often, and how nearly, are quoted figures found again, and how sure can a quoted share be?"""

import textwrap
from typing import TYPE_CHECKING, Any

from helpers.claims.published import PROVENANCE
from helpers.families.quoted.analysis import RELATIONS
from helpers.plots import DOCUMENT, INK, OURS, PALE, PUBLISHED, Picture, axes, bars

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def quoted_against_found(table: "pd.DataFrame", *, tolerance: float, ax: "Axes | None" = None) -> Picture:
    """Draw each figure that was found as a multiple of the quoted one.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.compared`; intervals are drawn where there are any.
    tolerance : float
        Relative difference that still counts as the same, drawn as a band.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        Full dots were seen at the source itself, squares are what another page reports of it, hollow dots the nearest
        figure from elsewhere; what is not the same stands in its text.
    """
    from matplotlib.ticker import FuncFormatter

    ax = axes(ax, size=(6.2, 1.4 + 0.5 * len(table)))
    ax.axvspan(1 - tolerance, 1 + tolerance, color=PALE, linewidth=0, label="counts as the same")
    ax.axvline(1, color=DOCUMENT, linewidth=1, label="the quoted figure")
    near, seen = table["relation"] == "nearest", table["provenance"] == PROVENANCE["seen"]
    kinds = (
        (~near & seen, "o", OURS, "seen at the source, with its 95% interval"),
        (~near & ~seen, "s", PALE, "as another page reports it"),
        (near, "o", "white", "nearest there is"),
    )
    for chosen, mark, fill, label in kinds:
        rows = table[chosen]
        look: dict[str, Any] = {"fmt": mark, "color": OURS, "markerfacecolor": fill, "capsize": 3, "markersize": 6}
        ax.errorbar(rows["ratio"], rows.index, xerr=bars(rows, "ratio"), label=label, **look)
    ax.set_yticks(range(len(table)), [textwrap.fill(label, 34) for label in table["label"]], fontsize="small")
    ends = table[["ratio", "high"]].max(axis=None)
    ax.set(
        xlim=(0, max(1.25, 1.1 * ends)), ylim=(-0.5, len(table) - 0.5), xlabel="found, as a multiple of the quoted one"
    )
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.legend(loc="upper center", bbox_to_anchor=(0.15, -0.14), ncols=2)
    return Picture(ax, _told_found(table, tolerance=tolerance))


def _told_found(table: "pd.DataFrame", *, tolerance: float) -> str:
    same = (table["ratio"] - 1).abs() <= tolerance
    lines = [f"{same.sum()} of {len(table)} figures found are the quoted ones to within {tolerance:.2g} of them."]
    for row in table[~same].itertuples():
        how = f"{RELATIONS[row.relation]}, {row.provenance}"
        lines.append(f"{row.label}, {row.ratio:.2f} times the quoted figure ({how}).")
    return " ".join(lines)


def counted_statuses(counts: "pd.DataFrame", *, label: str, ax: "Axes | None" = None) -> Picture:
    """Show counts as a grid of shaded cells, one row for each document.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; one row for each document, one column for each status.
    label : str
        What is counted.
    ax : matplotlib.axes.Axes, optional
        Axes on which seaborn has drawn the grid; without it, it is drawn here.

    Returns
    -------
    Picture
        The first row on top, with every count above 0 in its text.
    """
    if ax is None:
        import seaborn as sns

        ax = sns.heatmap(counts, annot=True, fmt="d", cmap="Blues", cbar=False, linewidths=2, ax=axes(None))
    if figure := ax.get_figure(root=True):
        figure.set_size_inches(7.2, 1.8 + 0.6 * len(counts))
    ax.set_yticks(ax.get_yticks(), [textwrap.fill(name, 24) for name in counts.index], rotation=0)
    ax.set_xticks(
        ax.get_xticks(),
        [textwrap.fill(name, 10, break_long_words=False) for name in counts],
        rotation=0,
        fontsize="small",
    )
    ax.grid(visible=False)
    ax.set(xlabel=label, ylabel="")
    told = [", ".join(f"{n} {part}" for part, n in row.items() if n) for _, row in counts.iterrows()]
    return Picture(ax, " ".join(f"Document {name}: {row}." for name, row in zip(counts.index, told, strict=True)))


def intervals(table: "pd.DataFrame", *, series: str, label: str, ax: "Axes | None" = None) -> Picture:
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
    Picture
        With the narrowest and the widest interval of every row in its text.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    labels, values = list(table["label"].unique()), list(table[series].unique())
    ax = axes(ax, size=(6.2, 1.6 + 0.6 * len(labels)))
    for place, (value, colour) in enumerate(zip(values, (INK, OURS, PUBLISHED, DOCUMENT), strict=False)):
        rows = table[table[series] == value]
        height = [labels.index(name) + 0.16 * (len(values) - 1 - 2 * place) / 2 for name in rows["label"]]
        ax.errorbar(rows["value"], height, xerr=bars(rows), fmt="o", color=colour, capsize=3, label=f"{value:g}")
    ax.set_yticks(range(len(labels)), labels, fontsize="small")
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(label)
    ax.legend(title=series.replace("_", " "), loc="upper center", bbox_to_anchor=(0.4, -0.6 / len(labels)), ncols=4)
    return Picture(ax, _told_widths(table, series=series))


def _told_widths(table: "pd.DataFrame", *, series: str) -> str:
    lines = []
    for label, rows in table.groupby("label", sort=False):
        ends = rows.sort_values(series).iloc[[0, -1]].drop_duplicates(series)
        told = [
            f"{low:.1%} to {high:.1%} at a {series.replace('_', ' ')} of {value:g}"
            for low, high, value in zip(ends["low"], ends["high"], ends[series], strict=True)
        ]
        lines.append(f"{label}: {rows['value'].iloc[0]:.1%}, {' and '.join(told)}.")
    return " ".join(lines)
