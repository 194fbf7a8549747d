"""What do these data and others say about several claims, one estimate below the other?"""

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.ground.scales import SCALES, on_scale, reads
from helpers.plots.picture import Picture, axes
from helpers.plots.style import DOCUMENT, INK, OPEN, OURS, PUBLISHED, bars, margin_band, ratio_axis, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.claims import Verdict

LABEL_WIDTH = 38
"""Letters of a label beside a forest picture before it gets a second line: more would leave the axis no room."""


def forest_of(
    verdicts: "Mapping[str, Verdict]",
    *,
    labels: Mapping[str, str],
    published: "pd.DataFrame | None" = None,
    margin_of: str | None = None,
    **look: Any,
) -> Picture:
    """Draw the estimates behind verdicts, and published figures on the same scale under them.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id; those without an estimate are left out.
    labels : mapping of str to str
        By claim id what the row is called; only these claims are drawn, in this order.
    published : pandas.DataFrame, optional
        Columns label, value, low, high (missing where unknown) and source (any but ``here``).
    margin_of : str, optional
        The claim whose margin is drawn; none where the claims have several, on several scales.
    **look
        The rest as in `forest`.

    Returns
    -------
    Picture
        From `forest`.
    """
    import pandas as pd

    columns = ["label", "value", "low", "high", "source"]
    found = [(row, verdicts[claim_id].estimate) for claim_id, row in labels.items() if claim_id in verdicts]
    ours = [(row, estimate.value, estimate.low, estimate.high, "here") for row, estimate in found if estimate]
    rows = pd.DataFrame(ours, columns=columns)
    if published is not None and len(published):
        rows = pd.concat([rows, published[columns]], ignore_index=True) if ours else published[columns]
    margin = verdicts[margin_of].claim.margin if margin_of else None
    return forest(rows, margin=margin, **look)


def forest(
    table: "pd.DataFrame",
    *,
    label: str,
    data_kind: str,
    margin: float | None = None,
    null: float = 0.0,
    scale: str = "found",
    name: str | None = None,
    nothing: str = "these data give no estimate",
    ax: "Axes | None" = None,
) -> Picture:
    """Draw estimates with their intervals, one below the other, published figures beside ours.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns label, value, low, high and source (``here``, ``document``, ``study``, ``vendor``, ``other``, ``open``
        or ``selected``), in drawing order from the top. A figure without an interval is a mark alone.
    label : str
        What is estimated, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    margin : float, optional
        The claims' margin, drawn as a band around `null`.
    null : float, default 0
        Where nothing differs.
    scale : str, default "found"
        One of `ground.scales.SCALES`, on which all of it is shown: ``times`` for ln ratios, ``part`` for shares in per
        cent, ``points``, ``tenfold`` or ``tenth`` for slopes on size.
    name : str, optional
        What is estimated, for the text alternative; by default `label`.
    nothing : str
        Why a table is empty, where it is.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        With every row in its text.
    """
    turn, table = SCALES[scale].turn, on_scale(table, scale)
    labels = [textwrap.fill(text, LABEL_WIDTH) for text in table["label"]]
    row = 0.34 + 0.14 * max((text.count("\n") for text in labels), default=0)  # as high as its longest label
    tall = 1.5 + row * max(len(table), 2)
    if ax is not None:
        tall = float(ax.figure.get_figure(root=True).get_figheight())
    ax = axes(ax, size=(6.2, tall))
    if margin is not None:
        margin_band(ax, turn(null - margin), turn(null + margin))
    ax.axvline(turn(null), color=INK, linewidth=0.8)
    looks = {
        "here": ("o", OURS, "here, 95% interval"),
        "document": ("D", DOCUMENT, "the document's figure"),
        "study": ("s", INK, "research"),
        "vendor": ("v", PUBLISHED, "vendor"),
        "other": ("^", PUBLISHED, "other page"),
        "open": ("P", OPEN, "open data"),
        "selected": ("X", OPEN, "open data, chosen by the outcome"),
    }
    height = dict(zip(table.index, range(len(table) - 1, -1, -1), strict=True))
    for source, (mark, colour, word) in looks.items():
        rows = table[table["source"] == source].dropna(subset=["value"])
        if rows.empty:
            continue
        ax.errorbar(
            rows["value"], [height[place] for place in rows.index], xerr=bars(rows), fmt=mark, color=colour,
            markersize=5, capsize=2.5, linewidth=1.3, label=word,
            fillstyle="none" if source in ("vendor", "other", "selected") else "full",
        )  # fmt: skip
    if table.empty:
        say_empty(ax, f"nothing to show: {nothing}")
    ax.set_yticks(list(height.values()), labels, fontsize="small", multialignment="left")  # in any viewer's font
    ax.set_ylim(-0.7, max(len(table), 1) - 0.3)
    if scale == "times":
        ratio_axis(ax)
    elif scale not in ("found", "points"):
        ax.xaxis.set_major_formatter(reads(scale))
    ax.set(xlabel=label, ylabel="")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.9 / (tall - 0.7)), ncols=3)
    return Picture(
        ax, _told(table, name=name or label, scale=scale), data_kind if (table["source"] == "here").any() else ""
    )


def _told(table: "pd.DataFrame", *, name: str, scale: str) -> str:
    write = reads(scale)
    told = [
        f"{row.label} {write(row.value)}" + (f" ({write(row.low)} to {write(row.high)})" if row.low == row.low else "")
        for row in table.itertuples()
    ]
    return f"{name}: {'; '.join(told)}." if told else f"Nothing to show for {name}: 0 estimates."
