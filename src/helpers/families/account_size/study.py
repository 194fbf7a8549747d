"""How well do the estimators of notebook 01 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims import Threat, registry
from helpers.simulate.accounts import draw_accounts, true_slopes
from helpers.simulate.posts import draw_posts
from helpers.simulate.study import Case, Study, Warned, estimated, textbook
from helpers.simulate.worlds import BANDS, World, world

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim
    from helpers.measures import Reduced


MIN_AGE_DAYS = 3.0
"""As in the notebook."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts from bands by chance, and estimate every claim as the notebook does."""
    from helpers.families.account_size.analysis import ANALYSES, reduce

    planted, slopes = world(name), _slopes(name)
    posts = draw_posts(draw_accounts(planted, n=size, rng=rng, quotas=False), rng=rng)
    data = reduce({"posts": posts}, min_age_days=MIN_AGE_DAYS)
    truths = {claim_id: _truth(registry()[claim_id], planted, slopes) for claim_id in ANALYSES}
    return estimated(ANALYSES, data, truths, plain=_plain)


@cache
def _slopes(name: str) -> dict[str, float]:
    return true_slopes(world(name))


def _plain(claim_id: str, data: "Reduced") -> tuple[float, float] | None:
    """Give the plain interval: robust errors without a small-sample correction, and the normal quantile."""
    claim, accounts = registry()[claim_id], data.frames["accounts"]
    if claim.kind != "V":
        return _plain_slope(claim, accounts)
    low, high = claim.given("followers")
    values = accounts.loc[accounts["followers"].between(low, high, inclusive="left"), claim.outcome].dropna()
    return textbook(values.mean(), values.std() / math.sqrt(len(values))) if len(values) > 1 else None


def _plain_slope(claim: "Claim", accounts: "pd.DataFrame") -> tuple[float, float] | None:
    from helpers.estimates import fit_slope

    outcomes = [claim.outcome] if claim.outcome else ["comment_rate", "like_rate"]
    both = accounts.dropna(subset=outcomes)
    fits = [fit for outcome in outcomes if (fit := fit_slope(both, outcome=outcome, leverage=False))]
    if len(fits) < len(outcomes):
        return None
    value, influence = -fits[0].coefficients[1], -fits[0].influence[:, 1]
    if len(fits) == 2:
        value, influence = value + fits[1].coefficients[1], influence + fits[1].influence[:, 1]
    return textbook(value, math.sqrt(np.sum(influence**2)))


def _truth(claim: "Claim", planted: World, slopes: dict[str, float]) -> float:
    if claim.kind == "V":
        band = BANDS.index(low) if (low := claim.given("followers")[0]) in BANDS else 0
        return getattr(planted, f"{claim.outcome}s")[band]
    return -slopes[claim.outcome] if claim.outcome else slopes["difference"]


def warned(name: str, size: int, rng: np.random.Generator) -> Iterator[Warned]:
    """Judge the fall of the like rate in a clean world, or in one where something fakes a result and there is one."""
    from helpers.families.account_size import threatened

    (is_faked, _, _), (alone, told) = threatened.WORLDS[name], threatened.judged(name, n=size, rng=rng)
    if not is_faked or alone.verdict not in ("inconclusive", "too little data"):
        came = [Threat(told.reason)] if told.reason != alone.reason else []
        yield Warned(threatened.CLAIM, came, told.verdict)


WORLDS = (
    "error in followers",
    "posts above a number of likes",
    "low likes hidden",
    "clean, no effect",
    "clean, an effect",
    "best posts of accounts",
    "clean, the latest posts",
)
"""Worlds in which something fakes a fall, and clean ones beside them."""

STUDY = Study(
    unit="accounts",
    sizes=(30, 100, 300, 1_000),
    cases=cases,
    threatened={name: partial(warned, name) for name in WORLDS},
    threatened_sizes=(100, 300),
)
"""Accounts in a simulated study, each from one of the six bands of size by chance."""
