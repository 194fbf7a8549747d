"""What do people do with the posts of the panel, and how soon? Goals, clicks, conversions, and counts hour by hour.

Conversions are planted by ranks: within each account they go with reach, and so with all reach measures by a planted
rank correlation, and with the metric of the post's goal as far as it goes beyond reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.simulate.parts import Effect


@dataclass(frozen=True)
class Reach:
    """What is planted in a world.

    Parameters
    ----------
    tie : float
        Mean correlation of the ranks of reach measures with the values that order conversions, within accounts. They
        go with reach alone: what likes, shares and views have beyond it tells nothing but through a goal's metric.
    rank : float
        The rank correlation that follows, measured once on large panels (checked in the tests).
    driven : float
        Correlation of conversions with the metric of the post's goal, in what reach does not explain.
    gain : float
        The gain in R2 that follows, measured once on large panels (checked in the tests).
    tells_more, alone : float
        R2 that likes and comments add to reach less what clicks add, measured alike: where comments vary as all effects
        of the sample make them, and on a panel without the others.
    half_life : float
        Geometric mean half-life of engagement in hours, as the notebook measures it.
    """

    tie: float
    rank: float
    driven: float
    gain: float
    tells_more: float
    alone: float
    half_life: float


PLANTED = {
    # The document gives no figures; these are well beyond the margins.
    "documents": Reach(tie=0.15, rank=0.1574, driven=0.75, gain=0.0807, tells_more=0.074, alone=0.0527, half_life=6.0),
    # No figure was found for any of the three.
    "literature": Reach(tie=0.4959, rank=0.5, driven=0.0, gain=0.0, tells_more=0.0, alone=0.0, half_life=24.0),
    "null": Reach(tie=0.4959, rank=0.5, driven=0.0, gain=0.0, tells_more=0.0, alone=0.0, half_life=24.0),
}

GOALS = {"engage": 0.50, "inform": 0.25, "convert": 0.10, "learn": 0.15}
"""Share of posts with each goal."""

DRIVERS = {"engage": "comments", "inform": "saves", "convert": "clicks", "learn": "saves"}
"""The metric that goes with conversions for each goal."""

MEASURES = ("reach", "views", "likes", "shares")

CLICKED = 0.4
"""Correlation of clicks with reach."""

SPREAD, SMALLEST, PER_FOLLOWER = 0.8, 12.0, 0.002
"""Standard deviation of ln conversions and clicks; their level, at least, and for each follower."""

HOURS = (1, 2, 4, 8, 24, 48, 96, 168)
"""Hours after posting at which the followed posts are counted."""

FOLLOWED_ACCOUNTS, FOLLOWED_POSTS, FEWEST_ENGAGED = 30, 5, 100
"""So many accounts have so many posts followed; posts with fewer likes, comments and shares are not."""

PACE, ACCOUNT_SPREAD, POST_SPREAD = 1.5, 0.4, 0.4
"""Standard deviation of ln delays within a post, and of ln half-lives between accounts and between posts of one."""


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Give every post a goal, which changes nothing in its likes, comments or reach.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `panel.skeleton`.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Column goal.
    """
    return pd.DataFrame({"goal": rng.choice(list(GOALS), len(posts), p=list(GOALS.values()))}, index=posts.index)


def finish(tables: Mapping[str, pd.DataFrame], name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw clicks and conversions, and follow some posts for a week.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables so far, with the final counts of posts.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``posts`` with clicks and conversions, and ``post_history``.
    """
    planted, posts = PLANTED[name], tables["posts"]
    noise = rng.standard_normal((2, len(posts)))
    latent = np.zeros((2, len(posts)))
    columns = [*MEASURES, "comments", "saves"]
    scores = standard_ranks(posts[columns], posts["account_id"])
    for rows in posts.groupby("account_id", sort=False).indices.values():
        latent[:, rows] = _latent(scores[rows], posts["goal"].to_numpy()[rows], noise[:, rows], planted)
    level = np.clip(posts["followers"].to_numpy() * PER_FOLLOWER, SMALLEST, 1e5)
    clicks, conversions = (np.floor(level * np.exp(SPREAD * values)).astype(np.int64) for values in latent)
    posts = posts.assign(clicks=clicks, conversions=conversions)
    return {"posts": posts, "post_history": history(posts, planted.half_life, rng=rng)}


def standard_ranks(counts: pd.DataFrame, accounts: pd.Series) -> np.ndarray:
    """Turn counts into ranks within accounts with mean 0 and standard deviation 1; 0 where a count does not vary."""
    ranks = counts.groupby(accounts).rank()
    groups = ranks.groupby(accounts)
    spread = groups.transform("std", ddof=0)
    return ((ranks - groups.transform("mean")) / spread.where(spread > 0)).fillna(0).to_numpy()


def _latent(scores: np.ndarray, goals: np.ndarray, noise: np.ndarray, planted: Reach) -> np.ndarray:
    """Say how clicks and conversions of one account's posts are ordered: normal values, shape (2, posts)."""
    measures = scores[:, : len(MEASURES)]
    measures = measures[:, measures.any(axis=0)]
    common = _standard(measures[:, 0]) if measures.shape[1] else np.zeros(len(scores))
    alike = (common @ measures / len(scores)).mean() if measures.shape[1] else 1.0
    clicks = CLICKED * common + np.sqrt(1 - CLICKED**2) * noise[0]
    metrics = {"comments": scores[:, -2], "saves": scores[:, -1], "clicks": _standard(clicks)}
    rest = noise[1].copy()
    for goal, metric in DRIVERS.items():
        beyond = _standard(_beyond(metrics[metric], measures))
        if beyond.any():
            driven = planted.driven * beyond + np.sqrt(1 - planted.driven**2) * noise[1]
            rest = np.where(goals == goal, driven, rest)
    share = min(planted.tie / alike, 1.0)
    return np.stack([clicks, share * common + np.sqrt(1 - share**2) * rest])


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-9 else values * 0


def _beyond(metric: np.ndarray, measures: np.ndarray) -> np.ndarray:
    """Take out of a metric what the reach measures explain."""
    return metric - measures @ np.linalg.lstsq(measures, metric, rcond=None)[0] if measures.shape[1] else metric


def history(posts: pd.DataFrame, half_life: float, *, rng: np.random.Generator) -> pd.DataFrame:
    """Follow some posts of some accounts for a week.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts with their final counts.
    half_life : float
        As in `Reach`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy post_history, counts so far at each of `HOURS`.
    """
    old = posts["captured_at"] - posts["created_at"] >= pd.Timedelta(hours=HOURS[-1])
    enough = posts[["likes", "comments", "shares"]].sum(axis=1) >= FEWEST_ENGAGED
    order = posts[old & enough].assign(lot=lambda table: rng.random(len(table))).sort_values("lot")
    order = order[order.groupby("account_id").cumcount() < FOLLOWED_POSTS]
    sizes = order["account_id"].value_counts().sort_index()
    full = sizes.index[sizes == FOLLOWED_POSTS].to_numpy()
    chosen = rng.permutation(full)[:FOLLOWED_ACCOUNTS]
    followed = order[order["account_id"].isin(chosen)].sort_values("post_id", ignore_index=True)
    own = ACCOUNT_SPREAD * rng.standard_normal(len(chosen))[pd.factorize(followed["account_id"])[0]]
    middle = _middle(half_life) + own + POST_SPREAD * rng.standard_normal(len(followed))
    steps = np.diff(_gathered(middle), axis=1, prepend=0.0)
    steps = np.column_stack([steps, 1 - steps.sum(axis=1)])
    table = {"post_id": np.repeat(followed["post_id"].to_numpy(), len(HOURS)), "hours": np.tile(HOURS, len(followed))}
    for name in ("likes", "comments", "shares", "views"):
        counts = rng.multinomial(followed[name].to_numpy(), steps)[:, :-1]
        table[name] = counts.cumsum(axis=1).ravel()
    return pd.DataFrame(table)


def _gathered(middle: np.ndarray) -> np.ndarray:
    """Give the share that posts have gathered at each of `HOURS`, for their ln median delay, shape (n, hours)."""
    from scipy import stats

    return stats.norm.cdf((np.log(HOURS) - np.asarray(middle)[:, None]) / PACE)


def measured(middle: float) -> float:
    """Give the mean ln half-life that the notebook finds for an ln median delay, by quadrature over posts.

    It differs from the delay: the course ends after a week and is straight between captures.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    shares = _gathered(middle + np.hypot(ACCOUNT_SPREAD, POST_SPREAD) * nodes)
    shares = np.column_stack([np.zeros(len(shares)), shares / shares[:, -1:]])
    hours = np.array([0.0, *HOURS])
    found = [np.interp(0.5, course, hours) for course in shares]
    return float(weights @ np.log(found) / weights.sum())


@cache
def _middle(half_life: float) -> float:
    """Find the ln median delay for which the notebook measures a half-life."""
    from scipy.optimize import brentq

    return float(brentq(lambda middle: measured(middle) - np.log(half_life), -2.0, 8.0, xtol=1e-10))


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is."""
    planted = PLANTED[name]
    return {
        "reach-is-not-behaviour": 0.5 - planted.rank,
        "reach-interactions-tell-more-than-clicks": planted.tells_more,
        "reach-attention-is-short": float(np.log(24 / planted.half_life)),
        "reach-each-goal-its-metric": planted.gain,
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what the panel holds about goals and conversions."""
    followed = tables["post_history"]["post_id"].nunique()
    return (
        f"- Every post of the panel has a goal ({', '.join(GOALS)}), clicks and conversions.\n"
        f"- post_history.csv: {followed} posts of the panel, counted {len(HOURS)} times in their first week.\n"
    )


EFFECT = Effect("reach", plan, truths, finish, card)
"""What is planted on the panel."""
