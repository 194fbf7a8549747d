"""How well do the estimators of notebook 05 do on panels with a known truth?"""

import math
from collections.abc import Iterator

import numpy as np

from helpers.families.formats import depth, world
from helpers.families.formats.analysis import ANALYSES, reduce, sides
from helpers.measures import Reduced
from helpers.simulate import panel
from helpers.simulate.study import Case, Study, estimated, textbook

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
    yield from estimated(ANALYSES, data, world.truths(name), plain=_paired_t)
    yield from estimated(ANALYSES, watched, depth.truths(name))


def _paired_t(claim_id: str, data: Reduced) -> tuple[float, float]:
    """Give the textbook interval: a paired test on accounts' ln ratios with the normal quantile."""
    treated, control, per = PAIRS[claim_id]
    rows = sides(data, treated=treated, control=control, per=per)
    wide = rows[rows["rate"] > 0].pivot_table(index="account", columns="treated", values="rate").dropna()
    gaps = np.log(wide[1] / wide[0])
    return textbook(gaps.mean(), gaps.std() / math.sqrt(len(gaps)))


STUDY = Study(unit="accounts", sizes=(20, 60), cases=cases, bounded=("format-depth-beats-followers",))
"""Accounts in a simulated panel of half a year."""
