"""What follows from other choices in notebook 03, moved by hand?"""

from functools import partial
from typing import Any

from helpers.claims import judge, registry
from helpers.estimates import Estimate
from helpers.families.passive_active.analysis import USES, mean_slope, reduce, slopes_of, unit_of
from helpers.families.passive_active.pictures import effect_distribution
from helpers.lessons import Panel, by_period, first_of
from helpers.measures import Reduced
from helpers.plots import Picture
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

    def show(*, slope: str, scale: str, prompts: int, estimator: str, period: str) -> tuple[str, Picture]:
        data, (mood, use) = of(period), slope.split(" on ")
        contrast = {use: 1.0} | ({USES[use == "passive"]: 0.0} if hold_fixed != "nothing" else {})
        how: dict[str, Any] = {"contrast": contrast, "scale": scale, "estimator": estimator, "min_prompts": prompts}
        found = mean_slope(data.frames["prompts"], outcome=mood, **how) if "prompts" in data.frames else None
        margin = registry()["use-passive-stress"].margin or 0.0
        look: dict[str, Any] = {
            "label": f"own slope of {slope} for each {unit_of(data, use)} (1 = a person's usual swing)",
            "data_kind": dataset.kind,
        }
        effects = slopes_of(data, path=slope, min_prompts=prompts)[1]
        return sentence(found, slope, per=unit_of(data, use)), effect_distribution(effects, margin=margin, **look)

    choices = {
        "slope": list(SLOPES),
        "scale": first_of(scale, SCALES),
        "prompts": first_of(min_prompts, FEWEST_PROMPTS),
        "estimator": first_of(estimator, ESTIMATORS),
        "period": times,
    }
    return Panel(show, choices)


def sentence(found: Estimate | None, slope: str, *, per: str = "hour") -> str:
    """Say how a mood goes with use within persons, and which verdict that gives.

    Parameters
    ----------
    found : Estimate or None
        The mean slope.
    slope : str
        One of `SLOPES`.
    per : str
        What use is counted in.

    Returns
    -------
    str
        Markdown.
    """
    mood, use = slope.split(" on ")
    verdict = judge(registry()[SLOPES[slope]], found)
    if verdict.estimate is None:
        return f"That {mood} goes with {use} use: **{verdict.verdict}** ({verdict.reason})."
    value, low, high = verdict.estimate.value, verdict.estimate.low, verdict.estimate.high
    more = f"**{abs(value):.2f} standard deviations {'more' if value >= 0 else 'less'} {mood}**"
    return f"One {per} more of {use} use than usual goes with {more} ({low:+.2f} to {high:+.2f}): *{verdict.verdict}*."
