"""How well do the estimators of notebook 05 do on panels with a known truth?"""

import math
from collections.abc import Iterator

import numpy as np

from helpers.families.formats import depth, world
from helpers.families.formats.analysis import ANALYSES, reduce, sides
from helpers.measures import Reduced
from helpers.simulate import panel
from helpers.simulate.study import Case, Study

MIN_AGE_DAYS = 3.0
"""As in the notebook."""

PAIRS = {
    "format-video-beats-image": ("video", "still", "best there is"),
    "format-short-beats-long-video": ("short", "long", "best there is"),
    "format-live-draws-comments": ("live", "video", "view"),
}


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate a panel, and video accounts beside it, and estimate every claim as the notebook does."""
    posts = panel.draw(name, rng=rng, accounts=size, effects=(world.EFFECT,))["posts"]
    data = reduce({"posts": posts}, min_age_days=MIN_AGE_DAYS)
    watched = reduce(depth.draw(name, rng=rng, accounts=size), min_age_days=MIN_AGE_DAYS)
    for claim, truth in {**world.truths(name), **depth.truths(name)}.items():
        own = data if claim in PAIRS else watched
        plain = _paired_t(own, *PAIRS[claim]) if claim in PAIRS else (math.nan, math.nan)
        yield Case(claim, ANALYSES[claim].estimate(own), truth, plain)


def _paired_t(data: Reduced, treated: str, control: str, per: str) -> tuple[float, float]:
    """Give the textbook interval: a paired test on accounts' ln ratios with the normal quantile."""
    rows = sides(data, treated=treated, control=control, per=per)
    wide = rows[rows["rate"] > 0].pivot_table(index="account", columns="treated", values="rate").dropna()
    gaps = np.log(wide[1] / wide[0])
    error = gaps.std() / math.sqrt(len(gaps))
    return gaps.mean() - 1.96 * error, gaps.mean() + 1.96 * error


STUDY = Study(unit="accounts", sizes=(20, 60), cases=cases)
"""Accounts in a simulated panel of half a year."""
