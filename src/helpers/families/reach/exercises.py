"""What do the exercises of notebook 10 ask?"""

import math

from helpers.families.reach.analysis import COUNTED, HALF_LIFE_LIMIT, not_behaviour, short_attention
from helpers.lessons import At, Exercise, valued


def _applause(at: At) -> float | None:
    """Estimate one half less the rank correlation of likes and shares."""
    ranks = at.reduced.frames["ranks"]
    return valued(not_behaviour(ranks, measures="likes and shares", fewest_posts=at.fewest_posts))


def _hours(at: At) -> float | None:
    """Give the half-life in hours."""
    found = valued(short_attention(at.reduced.frames["half_lives"], counted=COUNTED[0]))
    return None if found is None else HALF_LIFE_LIMIT * math.exp(-found)


EXERCISES = (
    Exercise(
        "10-1",
        _applause,
        "Estimate as the notebook does, with one thing changed: which counts are ranked. It is above 0 where the "
        "correlation is below one half.",
        "The smaller it is, the better a stand-in applause is for what people did: set it beside all four together.",
    ),
    Exercise(
        "10-2",
        _hours,
        "The estimate is ln 24 less the mean ln half-life: take it from ln 24, and raise e to that power.",
        "A mean of logarithms is a geometric mean: half of the accounts lie on either side, if they are lognormal.",
    ),
)
"""Answers are worked out from the reduced posts and their history."""
