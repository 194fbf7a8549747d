"""How do the weeks around a cause differ? One panel for each claim on a cause that changes from week to week."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.claims.wording import scale_told
from helpers.ground.scales import SCALES, on_scale, reads
from helpers.plots.picture import Picture
from helpers.plots.style import INK, OURS, PALE, PUBLISHED, bars, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.claims import Claim, Verdict

PANEL = 1.9
"""Inches that a panel is high."""


def event_study(
    courses: "Mapping[str, pd.DataFrame]",
    *,
    verdicts: "Mapping[str, Verdict]",
    labels: Mapping[str, str],
    label: str,
    data_kind: str,
) -> Picture:
    """Draw estimates for the weeks before a cause, which are a placebo, and for those after it.

    Parameters
    ----------
    courses : mapping of str to pandas.DataFrame
        By claim id, from the top; columns weeks (after the cause, below 0 before it), value, low, high and placebo
        (true where the cause cannot have had an effect).
    verdicts : mapping of str to Verdict
        By claim id; their margins are drawn as bands, and each panel has the scale on which its claim is told.
    labels : mapping of str to str
        By claim id what the panel is called.
    label : str
        What is estimated, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    Picture
        With every estimate in its text.
    """
    import matplotlib.pyplot as plt

    size = (6.2, 0.9 + PANEL * len(courses))
    figure, _ = plt.subplots(len(courses), 1, figsize=size, sharex=True, layout="constrained")
    plt.close(figure)  # its picture shows it
    asked = {claim_id: verdicts[claim_id].claim for claim_id in courses}
    courses = {claim_id: on_scale(table, scale_told(asked[claim_id])) for claim_id, table in courses.items()}
    for ax, (claim_id, table) in zip(figure.axes, courses.items(), strict=True):
        _panel(ax, table, claim=asked[claim_id])
        ax.set_title(labels[claim_id], loc="left", fontsize="small", fontweight="normal")
    figure.supylabel(label, fontsize="small")
    figure.axes[-1].set_xlabel("weeks after the cause")
    if handles := {
        word: mark for ax in figure.axes for mark, word in zip(*ax.get_legend_handles_labels(), strict=True)
    }:
        figure.legend(list(handles.values()), list(handles), loc="outside lower center", ncols=3)
    told = "; ".join(f"{labels[name]}: {_told(table, claim=asked[name])}" for name, table in courses.items())
    return Picture(
        figure.axes[0], f"{label}, by weeks after the cause, those before it as a placebo: {told}.", data_kind
    )


def _panel(ax: "Axes", table: "pd.DataFrame", *, claim: "Claim") -> None:
    scale = scale_told(claim)
    null, *near = (SCALES[scale].turn(place) for place in (0.0, -(claim.margin or 0.0), claim.margin or 0.0))
    ax.axhspan(*near, color=PALE, alpha=0.5, linewidth=0, label="within the margin")
    ax.axhline(null, color=INK, linewidth=0.8)
    ax.yaxis.set_major_formatter(reads(scale))
    ax.axvline(0, color=INK, linewidth=0.8, linestyle=":")
    looks = ((True, "s", PUBLISHED, "none", "before: placebo"), (False, "o", OURS, "full", "after, 95% interval"))
    for placebo, mark, colour, fill, word in looks:
        rows = table[table["placebo"] == placebo]
        if len(rows):
            ax.errorbar(
                rows["weeks"], rows["value"], yerr=bars(rows), fmt=mark, color=colour, fillstyle=fill, markersize=5,
                capsize=2.5, linewidth=1.3, label=word,
            )  # fmt: skip
    if table.empty:
        say_empty(ax, "nothing to show: too few weeks follow one another")
    else:
        ax.set_xticks(range(int(table["weeks"].min()), int(table["weeks"].max()) + 1))


def _told(table: "pd.DataFrame", *, claim: "Claim") -> str:
    write = reads(scale_told(claim))
    told = [f"{row.weeks:+d} {write(row.value)} ({write(row.low)} to {write(row.high)})" for row in table.itertuples()]
    return ", ".join(told) or "0 estimates"
