"""How well do the estimators of notebook 06 do on panels with a known truth?"""

import math
from collections.abc import Iterator

import numpy as np

from helpers.families.timing import analysis as timing, world as planted
from helpers.measures import Reduced
from helpers.simulate import panel
from helpers.simulate.study import Case, Study, estimated, textbook

MIN_AGE_DAYS = 3.0
"""As in the notebook."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate a panel and estimate every claim as the notebook does; what a choice gains has its own truth."""
    posts = panel.draw(name, rng=rng, accounts=size, effects=(planted.EFFECT,))["posts"]
    data = timing.reduce({"posts": posts}, min_age_days=MIN_AGE_DAYS)
    truths = planted.truths(name) | {
        "timing-schedule-gains": planted.scheduled(name, np.isin(np.arange(168), timing.chosen_hours(data))),
        "hashtag-choice-gains": planted.tagged(name, np.isin(planted.TAGS, timing.chosen_tags(data))),
    }
    return estimated(timing.ANALYSES, data, truths, plain=_plain)


def _plain(claim: str, data: Reduced) -> tuple[float, float] | None:
    """For spreads, take the standard deviation of the raw means for that of the effects, as is often done."""
    if claim not in ("timing-hour-matters", "hashtag-some-work"):
        return None
    table = timing.effects(timing.deviations(data, "hours" if claim.startswith("timing") else "tags"))
    value, k = float(table["raw"].std()), len(table)
    return textbook(value, value / math.sqrt(2 * (k - 1)))


STUDY = Study(unit="accounts", sizes=(30, 100), cases=cases, bounded=("timing-hour-matters", "hashtag-some-work"))
"""Accounts in a simulated panel of half a year."""
