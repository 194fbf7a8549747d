"""How is each claim of a notebook put to the test: by default, and in every other reasonable way?

A notebook's module declares an `Analysis` for each claim; judging them, trying their other choices and telling the
outcome is the same for all and stands here.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

from helpers.plots.style import DOCUMENT, INK, OURS, PALE, _signed


def describe_specifications(table: "pd.DataFrame", *, name: str) -> str:
    """Tell the span of estimates over specifications in words, for the text alternative of a picture.

    Parameters
    ----------
    table : pandas.DataFrame
        From `specifications`.
    name : str
        What is estimated.

    Returns
    -------
    str
        One sentence.
    """
    values = table["value"].dropna()
    if values.empty:
        return f"No specification could be estimated for the {name}."
    shares = table.loc[values.index, "verdict"].value_counts()
    told = ", ".join(f"{count} {verdict}" for verdict, count in shares.items())
    return f"{name} under {len(values)} specifications, from {values.min():.2f} to {values.max():.2f}: {told}."


def specification_curve(
    table: "pd.DataFrame", *, margin: float, choices: Sequence[str], label: str, data_kind: str
) -> "Figure":
    """Draw the estimates of all specifications in order, with the choices behind each below.

    Parameters
    ----------
    table : pandas.DataFrame
        From `account_size.specifications`; its first row is the default.
    margin : float
        The claim's margin, drawn as a band around 0.
    choices : sequence of str
        Columns whose values are shown as rows of dots.
    label : str
        What is estimated.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    matplotlib.figure.Figure
        The picture.
    """
    import matplotlib.pyplot as plt

    drawn = table.dropna(subset=["value", "low"]).sort_values("value")
    place = range(len(drawn))
    rows = [(choice, value) for choice in choices for value in drawn[choice].unique()]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(6.2, 3.2 + 0.24 * len(rows)), sharex=True, layout="constrained",
        gridspec_kw={"height_ratios": [3, 0.24 * len(rows) + 0.2]},
    )  # fmt: skip
    top.axhspan(-margin, margin, color=PALE, alpha=0.5, linewidth=0, label="within the margin")
    top.axhline(0, color=INK, linewidth=0.8)
    top.vlines(place, drawn["low"], drawn["high"], color=OURS, linewidth=1, alpha=0.5)
    top.plot(place, drawn["value"], ".", color=OURS, markersize=4, label="a specification, 95% interval")
    if len(table) and table.index[0] in drawn.index:
        default = list(drawn.index).index(table.index[0])
        top.plot(
            default, drawn["value"].iloc[default], "o", color=DOCUMENT, markersize=7, label="the default", zorder=5
        )
    top.set_ylabel(label)
    if len(drawn):
        reach = max(drawn["value"].abs().max(), margin) * 1.6
        top.set_ylim(max(drawn["low"].min(), -reach), min(drawn["high"].max(), reach) + reach * 0.5)
    top.legend(loc="upper left")
    _signed(top, data_kind)
    for height, (choice, value) in enumerate(reversed(rows)):
        chosen = [x for x, found in zip(place, drawn[choice], strict=True) if found == value]
        bottom.plot(chosen, [height] * len(chosen), "|", color=INK, markersize=5)
    bottom.set_yticks(range(len(rows)), [_choice_name(*row) for row in reversed(rows)], fontsize="small")
    bottom.set_xticks([])
    bottom.set_xlabel(f"{len(drawn)} specifications, smallest estimate first")
    bottom.spines[["left", "bottom"]].set_visible(False)
    bottom.tick_params(length=0)
    return figure


def _choice_name(choice: str, value: Any) -> str:
    names: Mapping[str, str] = {
        "platform": f"platform: {value}",
        "min_posts": f"{value} or more posts",
        "edge_factor": f"band edges times {value}",
        "weeks_later": f"{value} weeks later" if value != 1 else "1 week later",
        "held": f"held fixed: {value}",
        "min_prompts": f"{value} or more prompts",
        "measure": f"mood: {value}",
        "hold_fixed": f"held fixed: {value}",
    }
    return names.get(choice, str(value))
