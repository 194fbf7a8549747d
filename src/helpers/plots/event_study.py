"""How do the weeks around a cause differ? One panel for each claim on a cause that changes from week to week."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.plots.picture import Picture
from helpers.plots.style import INK, OURS, PALE, PUBLISHED, bars, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.claims import Verdict

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
        By claim id; their margins are drawn as bands around 0.
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
    for ax, (claim_id, table) in zip(figure.axes, courses.items(), strict=True):
        _panel(ax, table, margin=verdicts[claim_id].claim.margin)
        ax.set_title(labels[claim_id], loc="left", fontsize="small", fontweight="normal")
    figure.supylabel(label, fontsize="small")
    figure.axes[-1].set_xlabel("weeks after the cause")
    if handles := {
        word: mark for ax in figure.axes for mark, word in zip(*ax.get_legend_handles_labels(), strict=True)
    }:
        figure.legend(list(handles.values()), list(handles), loc="outside lower center", ncols=3)
    told = "; ".join(f"{labels[claim_id]}: {_told(table)}" for claim_id, table in courses.items())
    return Picture(
        figure.axes[0], f"{label}, by weeks after the cause, those before it as a placebo: {told}.", data_kind
    )


def _panel(ax: "Axes", table: "pd.DataFrame", *, margin: float | None) -> None:
    if margin is not None:
        ax.axhspan(-margin, margin, color=PALE, alpha=0.5, linewidth=0, label="within the margin")
    ax.axhline(0, color=INK, linewidth=0.8)
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


def _told(table: "pd.DataFrame") -> str:
    if table.empty:
        return "0 estimates"
    told = [f"{row.weeks:+d} {row.value:+.2f} ({row.low:+.2f} to {row.high:+.2f})" for row in table.itertuples()]
    return ", ".join(told)
