"""What follows from other choices in notebook 03, moved by hand?"""

from dataclasses import replace
from functools import partial
from typing import Any

from helpers.claims import judge, registry
from helpers.claims.wording import told
from helpers.estimates import Estimate
from helpers.families.passive_active.analysis import USES, mean_slope, person_slopes, reduce, unit_of, usable
from helpers.families.passive_active.pictures import BELOW, effect_distribution
from helpers.lessons import Panel, by_period, few, first_of
from helpers.measures import Reduced
from helpers.plots import INK, Picture
from helpers.reading.dataset import Dataset

SLOPES = {"stress on passive": "use-passive-stress", "meaning on active": "use-active-meaning"}
"""Slopes to choose from, and the claim on each."""

ESTIMATORS, SCALES, FEWEST_PROMPTS = ("two steps", "centred regression"), ("own SD", "common SD"), (3, 10, 20)
"""Estimators that follow within half a second; what a mood is divided by; fewest prompts of a person."""


def explore(
    dataset: Dataset, reduced: Reduced, *, estimator: str, scale: str, min_prompts: int, hold_fixed: str = "nothing"
) -> Panel:
    """Give a panel on what use does to moods within persons.

    Parameters
    ----------
    dataset : Dataset
        The opened data, from which a period is reduced anew.
    reduced : Reduced
        What the notebook has reduced them to.
    estimator, scale, min_prompts, hold_fixed
        The notebook's choices; the last is kept.

    Returns
    -------
    Panel
        In a batch the notebook's own choices.
    """
    times, of = by_period(reduced, partial(reduce, dataset.tables))

    def show(*, slope: str, scale: str, prompts: int, estimator: str, period: str) -> tuple[str, Picture | None]:
        data, (mood, use) = of(period), slope.split(" on ")
        per = unit_of(data, use)
        if "prompts" not in data.frames:
            return sentence(None, slope, per=per), None
        contrast = {use: 1.0} | ({USES[use == "passive"]: 0.0} if hold_fixed != "nothing" else {})
        how: dict[str, Any] = {"outcome": mood, "scale": scale, "min_prompts": prompts}
        table = usable(data.frames["prompts"], terms=list(contrast), **how)
        reason = few(table["person_id"].nunique(), "person")
        if reason and not few(data.frames["prompts"]["person_id"].nunique()):
            return sentence(None, slope, per=per, reason=reason), None  # a few of others
        found = mean_slope(data.frames["prompts"], contrast=contrast, estimator=estimator, **how)
        effects = person_slopes(table, contrast=contrast, scale=scale)[1]
        usual = " (1 = a person's usual swing)" if scale == "own SD" else f", {scale}"
        look: dict[str, Any] = {"label": f"{mood} with one {per} more of {use} use{usual}", "data_kind": dataset.kind}
        picture = effect_distribution(effects, margin=registry()[SLOPES[slope]].margin or 0.0, **look)
        return sentence(found, slope, per=per, scale=scale, reason=reason), _marked(picture, found, estimator)

    choices = {
        "slope": list(SLOPES),
        "scale": first_of(scale, SCALES),
        "prompts": first_of(min_prompts, FEWEST_PROMPTS),
        "estimator": first_of(estimator, ESTIMATORS),
        "period": times,
    }
    return Panel(show, choices)


def _marked(picture: Picture, found: Estimate | None, estimator: str) -> Picture:
    """Mark the mean slope that an estimator gives, in the picture and in its text."""
    if found is None or not found.is_finite:
        return picture
    name = f"mean slope, {estimator}"
    picture.ax.axvspan(found.low, found.high, color=INK, alpha=0.15, linewidth=0)
    picture.ax.axvline(found.value, color=INK, linestyle="--", label=f"{name}, 95% interval")
    picture.ax.legend(**BELOW)
    return replace(picture, alt=f"{picture.alt} {name}: {found.value:.2f} ({found.low:.2f} to {found.high:.2f}).")


def sentence(found: Estimate | None, slope: str, *, per: str = "hour", scale: str = SCALES[0], reason: str = "") -> str:
    """Say how a mood goes with use within persons, and which verdict that gives.

    Parameters
    ----------
    found : Estimate or None
        The mean slope.
    slope : str
        One of `SLOPES`.
    per : str
        What use is counted in.
    scale : str
        What the mood is divided by, one of `SCALES`.
    reason : str, optional
        Why there is too little, where it is known.

    Returns
    -------
    str
        Markdown.
    """
    mood, use = slope.split(" on ")
    verdict = judge(registry()[SLOPES[slope]], found, reason=reason)
    if verdict.estimate is None:
        return f"That {mood} goes with {use} use: **{verdict.verdict}** ({verdict.reason})."
    more, interval = told(verdict.estimate, f"{mood} that is **{{swing:higher|lower}}**")
    one = "a person's usual swing" if scale == SCALES[0] else "that of all persons together"
    more = f"{more}, where 1 is {one} (95% interval {interval})"
    return f"One {per} more of {use} use than usual goes with {more}: *{verdict.verdict}*."
