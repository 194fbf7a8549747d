"""How well do the estimators of notebook 01 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims import of_notebook
from helpers.families.account_size.world import true_slopes
from helpers.simulate.accounts import draw_accounts
from helpers.simulate.posts import draw_posts
from helpers.simulate.study import Case, Study
from helpers.simulate.worlds import BANDS, World, world

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim
    from helpers.estimates import Estimate


MIN_AGE_DAYS = 3.0
"""As in the notebook."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts from bands by chance, and estimate every claim as the notebook does."""
    from helpers.measures import account_rates

    planted = world(name)
    slopes = _slopes(name)
    posts = draw_posts(draw_accounts(planted, n=size, rng=rng, quotas=False), rng=rng)
    accounts = account_rates({"posts": posts}, min_age_days=MIN_AGE_DAYS).frame
    for claim in of_notebook("01-account-size"):
        estimate, plain = _estimated(claim, accounts)
        yield Case(claim.id, estimate, _truth(claim, planted, slopes), plain)


@cache
def _slopes(name: str) -> dict[str, float]:
    return true_slopes(world(name))


def _estimated(claim: "Claim", accounts: "pd.DataFrame") -> tuple["Estimate | None", tuple[float, float]]:
    """Estimate as the notebook does, and give the plain 95% interval beside it."""
    from helpers.families.account_size.analysis import estimate

    found = estimate(claim, accounts)
    if claim.kind == "V":
        low, high = claim.followers
        values = accounts.loc[accounts["followers"].between(low, high, inclusive="left"), claim.outcome].dropna()
        return found, _plain_mean(values.to_numpy())
    return found, _plain_slope(claim, accounts)


def _plain_mean(values: np.ndarray) -> tuple[float, float]:
    if len(values) < 2:
        return math.nan, math.nan
    error = values.std(ddof=1) / math.sqrt(len(values))
    return values.mean() - 1.96 * error, values.mean() + 1.96 * error


def _plain_slope(claim: "Claim", accounts: "pd.DataFrame") -> tuple[float, float]:
    """Robust errors without a small-sample correction, and the normal quantile."""
    from helpers.estimates import fit_slope

    outcomes = [claim.outcome] if claim.outcome else ["comment_rate", "like_rate"]
    both = accounts.dropna(subset=outcomes)
    fits = [fit_slope(both, outcome=outcome, leverage=False) for outcome in outcomes]
    value, influence = -fits[0].coefficients[1], -fits[0].influence[:, 1]
    if len(fits) == 2:
        value, influence = value + fits[1].coefficients[1], influence + fits[1].influence[:, 1]
    error = math.sqrt(np.sum(influence**2))
    return value - 1.96 * error, value + 1.96 * error


def _truth(claim: "Claim", planted: World, slopes: dict[str, float]) -> float:
    if claim.kind == "V":
        band = BANDS.index(claim.followers[0]) if claim.followers[0] in BANDS else 0
        return getattr(planted, f"{claim.outcome}s")[band]
    return -slopes[claim.outcome] if claim.outcome else slopes["difference"]


STUDY = Study(unit="accounts", sizes=(30, 100, 300, 1_000), cases=cases)
"""Accounts in a simulated study, each from one of the six bands of size by chance."""
