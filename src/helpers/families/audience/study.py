"""How well do the estimators of notebook 08 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from helpers.families.audience import world
from helpers.simulate.study import Case, Study, estimated, textbook

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
    from helpers.families.audience.analysis import ANALYSES

    accounts = world.draw_accounts(name, n=size, rng=rng)
    data = _reduced(accounts, world.draw_activity(accounts, name, rng=rng))
    planted = world.truths(name) | {"audience-bought-lower": world.EFFECTS[name].bought}
    return estimated(ANALYSES, data, planted, plain=_plain)


def _reduced(accounts: "pd.DataFrame", activity: "pd.DataFrame") -> "Reduced":
    """Reduce what was drawn without the detour over tables of any engine, which would take most of the time."""
    from helpers.families.audience.analysis import flagged
    from helpers.measures import Reduced

    size = accounts["followers"]
    known = {"like_rate": accounts["avg_likes"] / size, "comment_rate": accounts["avg_comments"] / size}
    unknown = dict.fromkeys(("posts", "steps", "days"), np.nan)
    frame = flagged(accounts.assign(**known, **unknown, followers_now=size, is_fake=accounts["bought"].astype(float)))
    frame = frame.assign(owner=np.arange(len(frame)))
    groups = activity.assign(
        account_id=activity.index // len(world.TENURES), months=np.where(activity["tenure_months"] < 6, 0, 6)
    )
    groups = groups.assign(likes_followers=groups["followers"], comments_followers=groups["followers"])
    tenure = groups.drop(columns="tenure_months").groupby(["account_id", "months"], as_index=False).sum()
    tenure = tenure.assign(owner=tenure["account_id"])
    return Reduced({"accounts": frame, "tenure": tenure}, size.size, {})


def _plain(claim_id: str, data: "Reduced") -> tuple[float, float] | None:
    """Give the textbook interval: robust errors without correction, or a paired t without zeros, normal quantile."""
    if claim_id in TERMS:
        return _plain_slope(data.frames["accounts"], *TERMS[claim_id])
    count = "likes" if "like" in claim_id else "comments"
    tenure = data.frames["tenure"]
    rates = []
    for side in (tenure["months"] < 6, tenure["months"] >= 6):
        sums = tenure[side].groupby("account_id")[[count, f"{count}_followers"]].sum()
        rates.append(sums[count] / sums[f"{count}_followers"])
    gaps = (np.log(rates[0][rates[0] > 0]) - np.log(rates[1][rates[1] > 0])).dropna()
    return textbook(gaps.mean(), gaps.std() / math.sqrt(len(gaps))) if len(gaps) > 1 else None


def _plain_slope(accounts: "pd.DataFrame", term: str, sign: int) -> tuple[float, float]:
    """Poisson pseudo-maximum likelihood with HC0 errors, by Newton's steps."""
    held = [] if term == "mutual_share" else [accounts["ln_followers"]]
    x = np.column_stack([np.ones(len(accounts)), accounts[term].to_numpy(), *held])
    y = accounts["like_rate"].to_numpy() / accounts["like_rate"].mean()
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        expected = np.exp(x @ beta)
        bread = np.linalg.inv(x.T @ (expected[:, None] * x))
        beta = beta + np.clip(bread @ x.T @ (y - expected), -1, 1)
    moved = (x * (y - np.exp(x @ beta))[:, None]) @ bread[:, 1]
    return textbook(sign * beta[1], math.sqrt(moved @ moved))


STUDY = Study(unit="accounts", sizes=(60, 200, 600), cases=cases)
"""Accounts in a simulated study; a quarter of them bought followers."""
