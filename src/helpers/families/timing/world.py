"""What would hour and hashtags do? Good hours of the week and good hashtags, planted on the panel."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from helpers.simulate.panel import made_again
from helpers.simulate.parts import Effect

TAGS = tuple(f"tag{i:02d}" for i in range(1, 31))
TAGGED_SHARE, MOST_TAGS = 0.6, 4
"""Share of posts with hashtags, and the most that one has; they fall by chance, some five times as often as others."""

GOOD_TAGS = ("tag03", "tag07", "tag12", "tag16", "tag21")
"""The hashtags that raise engagement where any do."""

TAG_EFFECTS = {"documents": 0.35, "literature": 0.0, "null": 0.0}
"""Literature: no difference found over 75 million Instagram posts (Socialinsider 2022), none in Mention's study."""

GOOD_HOURS = {"documents": 0.40, "literature": 0.0, "null": 0.0}
"""Difference in ln engagement on weekday evenings from 18 h and on weekend mornings to 12 h: a quarter of all posts."""

DAYPARTS = {"documents": (0.0, 0.0), "literature": (np.log(1.088), np.log(1.111)), "null": (0.0, 0.0)}
"""How much less afternoons (from 12 h) and evenings (from 18 h) bring than mornings. Literature: link clicks of a
newspaper's posts (Kanuri, Chen & Sridhar 2018)."""

FEW, MANY = 6, 22
"""First and last hour in which the panel posts."""


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Give posts hashtags, and the effects of those and of the hour.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts of the panel, with created_at in UTC, which is their local time.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Columns hashtags and ln_engagement, with the rows of `posts`.
    """
    days = posts["created_at"].to_numpy().astype("datetime64[D]").astype(int)
    hours = posts["created_at"].dt.hour.to_numpy()
    drawn = _drawn_tags(len(posts), rng)
    used = drawn[made_again(pd.Series(np.arange(len(posts))), posts).to_numpy()]
    texts = [" ".join(TAGS[i] for i in np.flatnonzero(row)) or None for row in used]
    lift = hour_effect(name, (days + 3) % 7, hours) + used @ tag_effects(name)
    return pd.DataFrame({"hashtags": texts, "ln_engagement": lift}, index=posts.index)


def _drawn_tags(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw which post has which hashtag, shape (n, tags)."""
    popularity = np.linspace(5, 1, len(TAGS))
    # The smallest of exponential waiting times, weighted by popularity, are a draw without replacement.
    waiting = rng.exponential(size=(n, len(TAGS))) / popularity
    number = rng.integers(1, MOST_TAGS + 1, n) * (rng.random(n) < TAGGED_SHARE)
    return np.argsort(np.argsort(waiting, axis=1), axis=1) < number[:, None]


def tag_effects(name: str) -> np.ndarray:
    """Give the effect of each of `TAGS` on ln engagement."""
    return TAG_EFFECTS[name] * np.isin(TAGS, GOOD_TAGS)


def hour_effect(name: str, weekday: np.ndarray, hour: np.ndarray) -> np.ndarray:
    """Give the effect of weekday (0 for Monday) and hour on ln engagement."""
    good = np.where(weekday < 5, hour >= 18, hour <= 12)
    afternoon, evening = DAYPARTS[name]
    return GOOD_HOURS[name] * good - np.where(hour >= 18, evening, np.where(hour >= 12, afternoon, 0.0))


@cache
def hour_shares() -> np.ndarray:
    """Give the share of posts that the panel has in each hour of the day, shape (24,)."""
    from scipy import stats

    edges = stats.norm(15, 4).cdf(np.arange(25) - 0.5)
    shares = np.diff(edges)
    shares[FEW], shares[MANY] = edges[FEW + 1], 1 - edges[MANY]
    shares[:FEW] = shares[MANY + 1 :] = 0
    return shares / shares.sum()


def hour_lifts(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Give, for each of the 168 hours of the week from Monday 0 h, relative engagement and the share of posts."""
    at = np.arange(168)
    lifts, shares = np.exp(hour_effect(name, at // 24, at % 24)), np.tile(hour_shares(), 7) / 7
    return lifts / (lifts @ shares), shares


@cache
def tag_lifts(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Give, for each of `TAGS`, engagement relative to posts without it, and the share of posts that have it."""
    used = _drawn_tags(200_000, np.random.default_rng(1))
    lifts, shares = np.exp(used @ tag_effects(name)), used.mean(axis=0)
    inside = used.T @ lifts / used.sum(axis=0)
    return inside / ((lifts.sum() - used.T @ lifts) / (len(lifts) - used.sum(axis=0))), shares


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim; what a schedule gains only where data of this size find the good hours."""
    lifts, shares = hour_lifts(name)
    ratios, uses = tag_lifts(name)
    good = lifts > 1.05 if GOOD_HOURS[name] else np.arange(168) % 24 < 12
    rest = 1 + uses * (ratios - 1)
    spread = np.average(((ratios - 1) / rest) ** 2, weights=uses * (1 - uses))
    gains = {} if any(DAYPARTS[name]) else {"timing-schedule-gains": scheduled(name, good)}
    return gains | {
        "timing-hour-matters": float(np.sqrt(np.average((lifts - 1) ** 2, weights=shares))),
        "hashtag-some-work": float(np.sqrt(spread)),
        "hashtag-choice-gains": tagged(name, np.isin(TAGS, GOOD_TAGS)),
    }


def scheduled(name: str, chosen: np.ndarray) -> float:
    """Work out the true ln ratio of posts in chosen hours of the week to all others; `chosen` has shape (168,)."""
    lifts, shares = hour_lifts(name)
    inside, outside = (np.average(lifts[part], weights=shares[part]) for part in (chosen, ~chosen))
    return float(np.log(inside / outside))


def tagged(name: str, chosen: np.ndarray) -> float:
    """Work out the true ln ratio of posts with a chosen hashtag to those without it; `chosen` has the shape of TAGS."""
    ratios, uses = tag_lifts(name)
    return float(np.log(np.average(ratios[chosen], weights=(uses * (1 - uses))[chosen])))


EFFECT = Effect("timing", plan, truths)
"""What is planted on the panel."""
