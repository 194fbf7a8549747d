"""How well do the estimators of notebook 08 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from helpers.calibrate import Case, Study
from helpers.simulate import audience

if TYPE_CHECKING:
    import pandas as pd

    from helpers.measures import Reduced

TERMS = {
    "audience-overfollowing-lower": ("overfollowing", -1),
    "audience-bought-lower": ("is_fake", -1),
    "audience-acquaintances-higher": ("mutual_share", 1),
}
"""Term of the claims about rates, and the sign that turns its coefficient into the claim."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts that are all labelled and count by tenure, and estimate every claim as the notebook does."""
    from helpers.audience import ANALYSES, reduce

    accounts = audience.draw_accounts(name, n=size, rng=rng)
    activity = audience.draw_activity(accounts, name, rng=rng)
    data = reduce({"accounts": accounts.assign(is_fake=accounts["bought"]), "follower_activity": activity})
    planted = audience.truths(name) | {"audience-bought-lower": audience.EFFECTS[name].bought}
    for claim_id, truth in planted.items():
        analysis = ANALYSES[claim_id]
        yield Case(claim_id, analysis.estimate(data, **analysis.chosen({})), truth, _plain(claim_id, data))


def _plain(claim_id: str, data: "Reduced") -> tuple[float, float]:
    """Give the textbook interval: robust errors without correction, or a paired t without zeros, normal quantile."""
    if claim_id in TERMS:
        return _plain_slope(data.frames["accounts"], *TERMS[claim_id])
    count = "likes" if "like" in claim_id else "comments"
    sides = data.frames["tenure"].assign(new=data.frames["tenure"]["months"] < 6).groupby(["account_id", "new"])
    rates = (sides[count].sum() / sides[f"{count}_followers"].sum()).unstack()
    gaps = np.log(rates[(rates > 0).all(axis=1)]).pipe(lambda ln: ln[True] - ln[False])
    if len(gaps) < 2:
        return math.nan, math.nan
    error = gaps.std(ddof=1) / math.sqrt(len(gaps))
    return gaps.mean() - 1.96 * error, gaps.mean() + 1.96 * error


def _plain_slope(accounts: "pd.DataFrame", term: str, sign: int) -> tuple[float, float]:
    """Poisson pseudo-maximum likelihood with HC0 errors, by Newton's steps."""
    x = [np.ones(len(accounts)), accounts[term].to_numpy()]
    x = np.column_stack(x if term == "mutual_share" else [*x, accounts["ln_followers"]])
    y = accounts["like_rate"].to_numpy() / accounts["like_rate"].mean()
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        expected = np.exp(x @ beta)
        bread = np.linalg.inv(x.T @ (expected[:, None] * x))
        beta = beta + np.clip(bread @ x.T @ (y - expected), -1, 1)
    error = math.sqrt(
        (x * (y - np.exp(x @ beta))[:, None]) @ bread[:, 1] @ ((x * (y - np.exp(x @ beta))[:, None]) @ bread[:, 1])
    )
    return tuple(sorted(sign * beta[1] + k * 1.96 * error for k in (-1, 1)))


STUDY = Study(unit="accounts", sizes=(60, 200, 600), cases=cases, repeats=400)
"""Accounts in a simulated study; a quarter of them bought followers."""
