"""How is each claim of a notebook put to the test: by default, and in every other reasonable way?

A notebook's module declares an `Analysis` for each claim; judging them, trying their other choices and telling the
outcome is the same for all and stands here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.claims import Verdict

if TYPE_CHECKING:
    import pandas as pd

import textwrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import DOCUMENT, INK, OURS, PUBLISHED, _axes, _ends, _margin, _nothing, _signed


def forest_rows(
    verdicts: Mapping[str, Verdict], *, labels: Mapping[str, str], published: "pd.DataFrame | None" = None
) -> "pd.DataFrame":
    """Lay estimates, and published figures on the same scale under them, out for `plots.forest`.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id; those without an estimate are left out.
    labels : mapping of str to str
        By claim id what the row is called; only these claims are taken.
    published : pandas.DataFrame, optional
        Columns label, value, low, high (missing where unknown) and source (``vendor``, ``study``, ``other`` or
        ``document``).

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high and source (``here`` for estimates of these data), from the top.
    """
    import pandas as pd

    columns = ["label", "value", "low", "high", "source"]
    found = [(label, verdicts[claim_id].estimate) for claim_id, label in labels.items() if claim_id in verdicts]
    ours = [(label, estimate.value, estimate.low, estimate.high, "here") for label, estimate in found if estimate]
    frame = pd.DataFrame(ours, columns=columns)
    if published is None or published.empty:
        return frame
    return pd.concat([frame, published[columns]], ignore_index=True) if len(frame) else published[columns]


def describe_forest(table: "pd.DataFrame", *, unit: str) -> str:
    """Tell the rows of a forest picture in words, for its text alternative.

    Parameters
    ----------
    table : pandas.DataFrame
        From `forest_rows`.
    unit : str
        What the numbers are.

    Returns
    -------
    str
        One sentence.
    """
    told = [
        f"{row.label} {row.value:.3g}" + (f" ({row.low:.3g} to {row.high:.3g})" if row.low == row.low else "")
        for row in table.itertuples()
    ]
    return f"{unit}: {'; '.join(told)}." if told else f"Nothing to show for {unit}: 0 estimates."


LABEL_WIDTH = 38
"""Letters of a label beside a forest picture before it gets a second line: more would leave the axis no room."""


def forest(
    table: "pd.DataFrame",
    *,
    label: str,
    data_kind: str,
    margin: float | None = None,
    null: float = 0.0,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw estimates with their intervals, one below the other, published figures beside ours.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analyses.forest_rows`: label, value, low, high and source (``here``, ``document``, ``study``, ``vendor``
        or ``other``), in drawing order from the top. A figure without an interval is a mark alone.
    label : str
        What is estimated, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    margin : float, optional
        The claims' margin, drawn as a band around `null`.
    null : float, default 0
        Where nothing differs.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    labels = [textwrap.fill(text, LABEL_WIDTH) for text in table["label"]]
    row = 0.46 if any("\n" in text for text in labels) else 0.34
    ax = _axes(ax, size=(6.2, 1.5 + row * max(len(table), 2)))
    if margin is not None:
        _margin(ax, null - margin, null + margin)
    ax.axvline(null, color=INK, linewidth=0.8)
    looks = {
        "here": ("o", OURS, "here, 95% interval"),
        "document": ("D", DOCUMENT, "the document's figure"),
        "study": ("s", INK, "research"),
        "vendor": ("v", PUBLISHED, "vendor"),
        "other": ("^", PUBLISHED, "other page"),
    }
    height = dict(zip(table.index, range(len(table) - 1, -1, -1), strict=True))
    for source, (mark, colour, word) in looks.items():
        rows = table[table["source"] == source].dropna(subset=["value"])
        if rows.empty:
            continue
        ax.errorbar(
            rows["value"], [height[place] for place in rows.index], xerr=_ends(rows), fmt=mark, color=colour,
            markersize=5, capsize=2.5, linewidth=1.3, label=word,
            fillstyle="none" if source in ("vendor", "other") else "full",
        )  # fmt: skip
    if table.empty:
        _nothing(ax, "nothing to show: these data give no estimate")
    ax.set_yticks(list(height.values()), labels, fontsize="small")
    ax.set_ylim(-0.7, max(len(table), 1) - 0.3)
    ax.set_xlabel(label)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.9 / (0.8 + row * max(len(table), 2))), ncols=3)
    _signed(ax, data_kind)
    return ax
