"""How fragile is an estimate: what do all other reasonable ways of analysis give?"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helpers.base.words import p_text
from helpers.claims.analysis import same_estimand
from helpers.claims.wording import scale_told
from helpers.ground.scales import SCALES, on_scale, reads
from helpers.plots.picture import Picture
from helpers.plots.style import DOCUMENT, INK, OURS, PALE, PUBLISHED, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.claims import Claim

RESULTS = ("value", "low", "high", "verdict", "estimand")
"""Columns of a table of specifications that are no choice."""

LABEL_WIDTH = 24
"""Letters of the upright label in a line: more would reach into the choices below."""


def specification_curve(
    tables: "Mapping[str, pd.DataFrame]",
    *,
    claim: "Claim",
    label: str,
    data_kind: str,
    choices: Sequence[str] = (),
    name: str | None = None,
) -> Picture:
    """Draw the estimates of all specifications in order, with the choices behind each below.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        From `analysis.specifications`, by claim id; the first row of a table is the default. Data that cannot speak to
        the claim have no table of it, and the picture says so.
    claim : Claim
        The claim; its margin is drawn as a band, and the scale is the one on which it is told.
    label : str
        What is estimated, for the axis, in the words of that scale.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    choices : sequence of str, optional
        Columns whose values are shown as rows of dots, in this order; by default those of all choices.
    name : str, optional
        What is estimated, for the text alternative; by default `label`.

    Returns
    -------
    Picture
        With the span of the estimates, and the number of each verdict, in its text.
    """
    import matplotlib.pyplot as plt
    import pandas as pd

    scale = scale_told(claim)
    table = on_scale(tables.get(claim.id, pd.DataFrame(columns=[*choices, *RESULTS])), scale)
    known = table.dropna(subset=["value", "low"])
    drawn = same_estimand(known).sort_values("value")
    beside = known.drop(drawn.index)
    place = range(len(drawn))
    shown = choices or table.columns.difference(RESULTS, sort=False)
    rows = [(choice, value) for choice in shown for value in drawn[choice].unique()]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(6.2, 3.2 + 0.24 * len(rows)), sharex=True, layout="constrained",
        gridspec_kw={"height_ratios": [3, 0.24 * len(rows) + 0.2]},
    )  # fmt: skip
    plt.close(figure)  # its picture shows it
    margin = claim.margin or 0.0  # a quoted figure has none
    null, *near = (SCALES[scale].turn(place) for place in (0.0, -margin, margin))
    top.axhspan(*near, color=PALE, alpha=0.5, linewidth=0, label="within the margin")
    top.axhline(null, color=INK, linewidth=0.8)
    top.vlines(place, drawn["low"], drawn["high"], color=OURS, linewidth=1, alpha=0.5)
    top.plot(place, drawn["value"], ".", color=OURS, markersize=4, label="a specification, 95% interval")
    if len(table) and table.index[0] in drawn.index:
        default = list(drawn.index).index(table.index[0])
        top.plot(
            default, drawn["value"].iloc[default], "o", color=DOCUMENT, markersize=7, label="the default", zorder=5
        )
    _draw_beside(top, beside, start=len(drawn) + 1)
    top.set_ylabel(textwrap.fill(label, LABEL_WIDTH))
    if len(known):  # intervals, margin and nought are all in sight; only a very wide interval ends at the frame
        far = [abs(place - null) for place in (*known["value"], *near)]
        lowest, highest = min(known["low"].min(), *near) - null, max(known["high"].max(), *near) - null
        top.set_ylim(null + 1.05 * max(lowest, -2.5 * max(far)), null + 1.05 * min(highest, 2.5 * max(far)))
    if scale != "found":
        top.yaxis.set_major_formatter(reads(scale))
    top.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)  # above the axes, never on an interval
    _draw_choices(bottom, drawn, rows)
    for ax in (top, bottom) if known.empty else ():
        say_empty(ax, "nothing to show: no way of analysis gives an estimate")
    joint = p_text(table.attrs.get("joint"))
    if joint:
        bottom.set_xlabel(f"{bottom.get_xlabel()}; joint test of no effect: p {joint}")
    return Picture(top, _told(table, name=name or label, joint=joint, write=reads(scale)), data_kind)


def _draw_beside(ax: "Axes", beside: "pd.DataFrame", *, start: int) -> None:
    """Set other estimands to the right of the curve, in a colour of their own."""
    if len(beside):
        place = range(start, start + len(beside))
        ax.vlines(place, beside["low"], beside["high"], color=PUBLISHED, linewidth=1)
        ax.plot(place, beside["value"], "D", color=PUBLISHED, markersize=4, label="another estimand, not counted")


def _draw_choices(ax: "Axes", drawn: "pd.DataFrame", rows: Sequence[tuple[str, Any]]) -> None:
    """Mark under every specification what was chosen in it, a row for each choice."""
    for height, (choice, value) in enumerate(rows[::-1]):
        chosen = [place for place, found in enumerate(drawn[choice]) if found == value]
        ax.plot(chosen, [height] * len(chosen), "|", color=INK, markersize=5)
    names = [f"{choice.replace('min_', 'fewest ').replace('_', ' ')}: {value}" for choice, value in rows[::-1]]
    ax.set_yticks(range(len(rows)), names, fontsize="small")
    ax.set(xticks=[], ylim=(-0.9, len(rows) - 0.4))
    ax.set_xlabel(f"{len(drawn)} specifications, smallest estimate first")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)


def _told(table: "pd.DataFrame", *, name: str, joint: str, write: Callable[..., str]) -> str:
    beside = table.drop(same_estimand(table).index).dropna(subset=["value"])
    values = same_estimand(table)["value"].dropna()
    if values.empty:
        return f"No specification could be estimated for the {name}."
    shares = table.loc[values.index, "verdict"].value_counts()
    told = ", ".join(f"{count} {verdict}" for verdict, count in shares.items())
    tested = f" Joint test of no effect: p {joint}." if joint else ""
    others = "; ".join(f"{row.estimand} {write(row.value)} ({row.verdict})" for row in beside.itertuples())
    other = f" Other estimands, not counted: {others}." if others else ""
    span = f"from {write(values.min())} to {write(values.max())}"
    return f"{name} under {len(values)} specifications, {span}: {told}.{tested}{other}"
