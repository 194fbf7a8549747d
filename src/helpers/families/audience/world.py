"""Which audiences would a world give? Accounts with what is known of their followers, their history and their fans.

These accounts have averages and no posts, so that they disturb no claim that rests on posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulate.accounts import COMMENT_SPREAD, LEVEL_CORRELATION, LIKE_SPREAD, PLATFORMS
from helpers.simulate.posts import CAPTURED

ACCOUNTS, FIRST_NUMBER = 900, 80_001
"""Numbered apart from the other accounts of the sample."""

SIZES = (300.0, 1e6)
"""Followers, evenly spread on a log scale: accounts that can have acquaintances, and that somebody might buy for."""

LIKE_RATE, COMMENT_RATE, SIZE_SLOPE = 0.05, 0.003, -0.2
"""Expected rates of an account with 1,000 followers, and their slope on ln followers. Rates fall with size in every
world, the null world too: this is what a comparison of unlike accounts mistakes for an effect."""

POSTS_AVERAGED = 12
"""Posts behind an account's averages."""

BOUGHT_SHARE = 0.25
LABELLED = 600
"""Accounts with a label, from the first; the others must be told by their history."""

WITH_HISTORY, DAYS = 400, 60
"""Accounts with a history, from the last, so that some have a label as well; days counted."""

GRADUAL_SHARE, VIRAL_SHARE = 0.3, 0.04
"""Among labelled accounts with a history: buyers who were sent their followers little by little, so that no day stands
out, and genuine accounts that went viral in a day. Elsewhere every purchase is a step and nobody goes viral, so that
the planted ratio is known."""

FIRST_DAY = 5
"""No purchase before this day of the history: its first days must show what is usual."""

TENURED = 150
"""Accounts that know for how long their followers have followed them."""

TENURES = (1, 3, 5, 9, 18, 36)
"""Months, one for each group of followers."""


@dataclass(frozen=True)
class Effects:
    """What is planted, each as ln ratio of expected rates and signed as its claim.

    Parameters
    ----------
    overfollowing, bought : float
        Loss of accounts that follow more than they are followed, and of those with bought followers.
    acquaintances : float
        Gain from none to all of the followers being followed back.
    new_likes, new_comments : float
        Gain of followers of less than six months over older ones.
    """

    overfollowing: float
    bought: float
    acquaintances: float
    new_likes: float
    new_comments: float


EFFECTS = {
    "documents": Effects(np.log(1.6), np.log(1.6), np.log(2), np.log(1.5), np.log(1.8)),
    "literature": Effects(0.0, float(-np.log(1 - 0.2223)), 0.0, 0.0, 0.0),
    "null": Effects(0.0, 0.0, 0.0, 0.0, 0.0),
}
"""The document gives no figures, so its are chosen well beyond the margins. In `literature` bought followers cost what
the share of suspicious followers that HypeAuditor found (2019) costs if none of them ever reacts; on the other claims
no figure was found, and nothing is planted."""


def draw(name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw accounts of a world with their history and their followers by time since following.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables accounts, account_history and follower_activity.
    """
    accounts = draw_accounts(name, n=ACCOUNTS, rng=rng)
    history = draw_history(accounts.tail(WITH_HISTORY), rng=rng)
    activity = draw_activity(accounts.head(TENURED), name, rng=rng)
    known = np.arange(ACCOUNTS) < LABELLED
    accounts = accounts.assign(is_fake=accounts["bought"].astype("boolean").where(known))
    hidden = ["bought", "likes_each", "comments_each"]
    return {"accounts": accounts.drop(columns=hidden), "account_history": history, "follower_activity": activity}


def draw_accounts(name: str, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw accounts with averages.

    Small accounts follow more than they are followed more often than large ones do; who buys followers, and how many
    acquaintances follow, has nothing to do with size or with each other.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    n : int
        Number of accounts.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        One row for each account: tidy columns, whether followers were bought, and its own expected likes and comments
        for each follower (likes_each, comments_each).
    """
    effects = EFFECTS[name]
    followers = np.exp(rng.uniform(np.log(SIZES[0]), np.log(SIZES[1]), n)).astype(np.int64)
    over = rng.random(n) < 1 / (1 + (followers / 3_000) ** 0.6)
    ratio = np.exp(np.abs(rng.normal(0, 1, n)))
    following = np.where(over, np.ceil(followers * ratio) + 1, np.floor(followers / ratio))
    bought = np.arange(n) % round(1 / BOUGHT_SHARE) == 0
    mutual = rng.beta(1.2, 2.5, n).round(3)
    platform = np.array(list(PLATFORMS))[rng.integers(len(PLATFORMS), size=n)]
    shift = SIZE_SLOPE * np.log(followers / 1_000) - effects.overfollowing * over - effects.bought * bought
    likes, comments = _levels(platform, rng) * np.exp(shift + effects.acquaintances * mutual)
    rates = {"likes": LIKE_RATE * likes, "comments": COMMENT_RATE * comments}
    averages = {
        f"avg_{count}": (rng.poisson(POSTS_AVERAGED * followers * rate) / POSTS_AVERAGED).round(2)
        for count, rate in rates.items()
    }
    return pd.DataFrame(
        {
            "account_id": [f"a{FIRST_NUMBER + i}" for i in range(n)],
            "platform": platform,
            "followers": followers,
            "kind": rng.choice(["person", "brand"], n, p=[0.7, 0.3]),
            "following": following.astype(np.int64),
            "mutual_share": mutual,
            **averages,
            "bought": bought,
            "likes_each": rates["likes"],
            "comments_each": rates["comments"],
        }
    )


def _levels(platform: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw each account's own factor on the like and the comment rate, mean 1 on average over platforms."""
    normal = rng.standard_normal((2, len(platform)))
    normal[1] = LEVEL_CORRELATION * normal[0] + np.sqrt(1 - LEVEL_CORRELATION**2) * normal[1]
    spread = np.array([[LIKE_SPREAD], [COMMENT_SPREAD]])
    return np.array([PLATFORMS[name] for name in platform]).T * np.exp(spread * normal - spread**2 / 2)


def draw_history(accounts: pd.DataFrame, *, rng: np.random.Generator, days: int = DAYS) -> pd.DataFrame:
    """Draw how the followers of accounts grew, backwards from what they have.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `draw_accounts`, in its order.
    rng : numpy.random.Generator
        Source of randomness.
    days : int
        Days before the day of capture.

    Returns
    -------
    pandas.DataFrame
        Tidy account_history.
    """
    n = len(accounts)
    growth = rng.laplace(0.0005, 0.0012, (n, days))
    labelled = accounts["account_id"].str[1:].astype(int).to_numpy() < FIRST_NUMBER + LABELLED
    chance = rng.random(n)
    buys = accounts["bought"].to_numpy()
    gradual, viral = buys & labelled & (chance < GRADUAL_SHARE), ~buys & labelled & (chance < VIRAL_SHARE)
    at = rng.integers(FIRST_DAY, days - 5, n)
    sudden = (buys & ~gradual) | viral
    growth[sudden, at[sudden]] += rng.uniform(0.15, 0.6, n)[sudden]
    slow = gradual[:, None] & (np.abs(np.arange(days) - at[:, None]) <= 5)
    growth[slow] += 0.03
    left = np.cumsum(np.log1p(growth)[:, ::-1], axis=1)[:, ::-1]
    followers = np.column_stack([accounts["followers"].to_numpy()[:, None] * np.exp(-left), accounts["followers"]])
    start = CAPTURED.astype("datetime64[D]") - np.timedelta64(days, "D")
    dates = start + np.arange(days + 1) * np.timedelta64(1, "D")
    return pd.DataFrame(
        {
            "account_id": np.repeat(accounts["account_id"].to_numpy(), days + 1),
            "date": np.tile(dates.astype("datetime64[s]"), n),
            "followers": followers.round().astype(np.int64).ravel(),
        }
    )


def draw_activity(accounts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what followers of each tenure gave in a month.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `draw_accounts`.
    name : str
        World, as in `worlds.world`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy follower_activity, one row for each account and group of `TENURES`.
    """
    n, groups = len(accounts), len(TENURES)
    followers = rng.multinomial(accounts["followers"].to_numpy(), rng.dirichlet(2 * np.ones(groups), n))
    new = np.array(TENURES) < 6
    counts = {}
    for count, gain in (("likes", EFFECTS[name].new_likes), ("comments", EFFECTS[name].new_comments)):
        each = POSTS_AVERAGED * accounts[f"{count}_each"].to_numpy()[:, None] * np.exp(gain * new)
        own = np.exp(0.3 * rng.standard_normal((n, groups)) - 0.045)
        counts[count] = rng.poisson(followers * each * own).ravel()
    return pd.DataFrame(
        {
            "account_id": np.repeat(accounts["account_id"].to_numpy(), groups),
            "tenure_months": np.tile(TENURES, n),
            "followers": followers.ravel(),
            **counts,
        }
    )


def example_history(seed: int) -> pd.DataFrame:
    """Draw three accounts for a lesson: one grows quietly, one buys in a day, one buys little by little.

    Parameters
    ----------
    seed : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        Tidy account_history; account_id is what the account does.
    """
    rng = np.random.default_rng(seed)
    growth = rng.laplace(0.0005, 0.0012, (3, DAYS))
    growth[1, 30] += 0.35
    growth[2, 25:36] += 0.03
    names = ["grows quietly", "buys in a day", "buys little by little"]
    followers = 5_000 * np.exp(np.cumsum(np.log1p(growth), axis=1))
    dates = CAPTURED + (np.arange(DAYS) - DAYS) * np.timedelta64(1, "D")
    columns = {"account_id": np.repeat(names, DAYS), "date": np.tile(dates, 3)}
    return pd.DataFrame({**columns, "followers": followers.round().astype(np.int64).ravel()})


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.

    Returns
    -------
    dict of str to float
        True values of the estimands.
    """
    effects = EFFECTS[name]
    return {
        "audience-overfollowing-lower": float(effects.overfollowing),
        "audience-bought-lower": _seen(float(effects.bought)),
        "audience-acquaintances-higher": float(effects.acquaintances),
        "audience-new-followers-like-more": float(effects.new_likes),
        "audience-new-followers-comment-more": float(effects.new_comments),
    }


def _seen(effect: float) -> float:
    """Give the loss of accounts that are labelled or stepped: those that went viral are among them and lost nothing."""
    viral = VIRAL_SHARE * (1 - BOUGHT_SHARE) * (LABELLED + WITH_HISTORY - ACCOUNTS)
    share = viral / (viral + BOUGHT_SHARE * ACCOUNTS)
    return float(-np.log((1 - share) * np.exp(-effect) + share)) + 0.0


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what the audiences are."""
    return (
        f"- Audiences: {ACCOUNTS} accounts (a{FIRST_NUMBER} and up) with averages and no posts; {LABELLED} have a"
        f" label, {WITH_HISTORY} a history of {DAYS} days, {TENURED} counts by time since following. A quarter bought"
        " followers. The smaller an account, the likelier it follows more than it is followed.\n"
    )
