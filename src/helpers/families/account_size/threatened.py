"""In which worlds does a rate fall with size, or rise, for no other reason than how the data were made?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.claims import Verdict, judge, registry
from helpers.families.account_size.analysis import ANALYSES, reduce
from helpers.simulate.accounts import draw_accounts
from helpers.simulate.posts import draw_posts
from helpers.simulate.worlds import world

SIZES = (1e4, 1e5)
"""Followers from and to: a range so narrow that little fakes much."""

ERROR = 0.4
"""Standard deviation of the error in ln followers."""

CUT, HIDDEN = 0.5, 0.3
"""Shares of the posts that fall below the cut, and whose likes are hidden as they are low."""

BEST = 10
"""Posts of each account where as many are taken of each."""

MORE = {"best posts of accounts": (2, 6), "clean, the latest posts": (3, 3)}
"""How many times as many posts there were, of smaller and of larger accounts, in worlds in which some are taken."""

CLAIM = "size-like-rate-falls"
"""The claim that is judged."""

MIN_AGE_DAYS = 3.0
"""As in the notebook."""

FALL = 0.3
"""Slope of the ln rates on ln followers where there is one, sign turned."""


def _off(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Count each account's followers once, at a time that is not told, and wrongly."""
    names = posts["account_id"].unique()
    wrong = dict(zip(names, np.exp(ERROR * rng.standard_normal(len(names))), strict=True))
    counted = posts.groupby("account_id")["followers"].transform("median") * posts["account_id"].map(wrong)
    return posts.drop(columns="followers_at").assign(followers=counted.round())


def _cut(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Leave out the posts with few likes, and with hidden ones, as a search for posts above a number does."""
    return posts[posts["likes"] >= posts["likes"].quantile(CUT)]


def _hidden(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Hide the likes of posts that have few."""
    return posts.assign(likes=posts["likes"].mask(posts["likes"] < posts["likes"].quantile(HIDDEN), -1))


def _best_of_accounts(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Take the posts of each account with most likes, as a list of top posts does."""
    return posts[posts.groupby("account_id")["likes"].rank(ascending=False, method="first") <= BEST]


def _latest(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Take as many posts of each account, the latest ones: nothing is wrong with that."""
    return posts[posts.groupby("account_id")["created_at"].rank(ascending=False, method="first") <= BEST]


def _as_it_is(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    return posts


WORLDS: dict[str, tuple[bool, float, Callable[..., pd.DataFrame]]] = {
    "error in followers": (True, 0.0, _off),
    "posts above a number of likes": (True, 0.0, _cut),
    "low likes hidden": (True, 0.0, _hidden),
    "best posts of accounts": (True, 0.0, _best_of_accounts),
    "clean, no effect": (False, 0.0, _as_it_is),
    "clean, an effect": (False, FALL, _as_it_is),
    "clean, the latest posts": (False, 0.0, _latest),
}
"""By name: whether something fakes a result there, the fall that is true, and what is done to the posts."""


def drawn(name: str, *, n: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the posts of a threatened world, or of a clean one to set beside it.

    Parameters
    ----------
    name : str
        One of `WORLDS`.
    n : int
        Accounts, of sizes between `SIZES`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tidy ``posts``, for `reduce`. Rates are the same at every size but for the fall of the world.
    """
    _, fall, done = WORLDS[name]
    accounts = draw_accounts(world("null"), n=n, rng=rng, quotas=False, edges=SIZES)
    factor = (accounts["followers"] / np.sqrt(SIZES[0] * SIZES[1])) ** -fall
    rates = {rate: accounts[rate] * factor for rate in ("like_rate", "comment_rate")}
    times = np.where(accounts["followers"] > accounts["followers"].median(), *MORE.get(name, (1, 1))[::-1])
    made = accounts.assign(**rates).loc[accounts.index.repeat(times)]
    return {"posts": done(draw_posts(made.reset_index(drop=True), rng=rng), rng=rng)}


def judged(name: str, *, n: int, rng: np.random.Generator) -> tuple[Verdict, Verdict]:
    """Judge the fall of the like rate in a world, as the notebook does.

    Parameters
    ----------
    name, n, rng
        As in `drawn`.

    Returns
    -------
    tuple of Verdict
        By the interval alone, without a reason; and with what could have faked it, which is the reason where there is
        one.
    """
    claim, analysis = registry()[CLAIM], ANALYSES[CLAIM]
    data, choices = reduce(drawn(name, n=n, rng=rng), min_age_days=MIN_AGE_DAYS), analysis.chosen({})
    found = analysis.estimate(data, **choices)
    threats = analysis.threats(data, found, **choices) if analysis.threats and found else ()
    return judge(claim, found), judge(claim, found, threats=threats)
