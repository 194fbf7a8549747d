"""How well do the estimators of notebook 02 do on worlds with a known truth?"""

from collections.abc import Iterator

import numpy as np

from helpers.families.tiers.world import TIER_EDGES, draw, rate_ratio, truths
from helpers.simulate.study import Case, Study, estimated
from helpers.simulate.worlds import BANDS, world

MIN_AGE_DAYS = 3.0
"""As in the notebook."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate influencers, as many of each tier, and estimate every claim as the notebook does."""
    from helpers.families.tiers.analysis import ANALYSES, rate_column, reduce

    rates = [rate_column("likes + comments", "followers")]
    data = reduce(draw(name, rng=rng, per_tier=size), min_age_days=MIN_AGE_DAYS, rates=rates)
    planted = truths(name) | {"tier-nano-beats-mega": _nano_to_mega(name)}
    return estimated(ANALYSES, data, {claim_id: planted[claim_id] for claim_id in ANALYSES})


def _nano_to_mega(name: str) -> float:
    """Give the ratio where no account has more followers than the last edge of the tiers."""
    nano, mega = (BANDS.index(edge) for edge in (TIER_EDGES[0], TIER_EDGES[-2]))
    return rate_ratio(world(name), nano, {mega: 1})


STUDY = Study(unit="accounts per tier", sizes=(20, 100, 500), cases=cases)
"""Accounts in each of five tiers; those with campaigns have two to five."""
