"""How well do estimates for one account do where the truth is known?"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.families import found as families
from helpers.families.own_account.world import NULL, PLANTED, ZONE, Planted, posts_of, truths
from helpers.measures import Reduced, own_posts
from helpers.simulate.study import Case, Study, estimated

if TYPE_CHECKING:
    from helpers.claims.analysis import Analysis

POSTS_A_WEEK = 4
"""How often a simulated account posts, on average."""

WORLDS: dict[str, Planted] = {
    "planted": PLANTED,
    "AR 0": replace(NULL, resemblance=0.0),
    "AR 0.3": replace(NULL, resemblance=0.3),
    "AR 0.6": replace(NULL, resemblance=0.6, week_spread=0.4),
    "bursts": replace(NULL, bursts=1.0),
    "skew": replace(NULL, skew=True),
}
"""By name what is planted: effects, or none where weeks are more or less alike, bunched, or posts are skewed."""


@cache
def analyses() -> "dict[str, Analysis]":
    """Give every claim that can be put to one account, as an analysis of its posts."""
    return {
        claim_id: analysis.own.analysis()
        for family in families().values()
        for claim_id, analysis in family.analyses.items()
        if analysis.own
    }


def account(planted: Planted, rng: np.random.Generator) -> Reduced:
    """Simulate an account and reduce its posts as a notebook does."""
    posts = posts_of(planted, rng)
    data = own_posts({"posts": posts}, zone=ZONE)
    if data is None:
        raise ValueError("a simulated account of one's own is one account")
    said = rng.binomial(posts["comments"], 0.5)
    counts = pd.DataFrame({"post_id": posts["post_id"], "substantive": said, "hollow": posts["comments"] - said})
    frame = data.frames["posts"].drop(columns=["substantive", "hollow"]).merge(counts, on="post_id")
    return replace(data, frames={"posts": frame.astype({"substantive": "float64", "hollow": "float64"})})


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate an account of so many weeks, and estimate every claim whose truth is known as its notebook does."""
    planted = replace(WORLDS[name], weeks=size, posts=POSTS_A_WEEK * size)
    nothing = {"comment-substance-lifts-reach": 0.0, "comment-stock-phrases-do-nothing": 0.0}
    return estimated(analyses(), account(planted, rng), truths(planted) | nothing)


STUDY = Study(
    unit="weeks",
    sizes=(26, 52, 104),
    cases=cases,
    worlds=tuple(WORLDS),
    null_worlds=tuple(name for name in WORLDS if name != "planted"),
    bounded=("timing-hour-matters", "hashtag-some-work"),
    least_covered={"AR 0.6": 0.90},
)
"""Weeks of an account that posts four times in each."""
