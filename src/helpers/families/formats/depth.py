"""What would explain reach? Accounts that see their videos' watch time, where reach follows watching or followers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.simulate.posts import CAPTURED

ACCOUNTS, POSTS = 120, 10

FIRST_NUMBER = 95_001
"""These accounts are numbered from here on. Their likes and comments are not known: such exports exist."""

LOADINGS = {"watch_time": 0.8, "shares": 0.6, "saves": 0.5}
"""How far each ln rate follows what a post is worth watching; the rest of its spread is its own. Standard units."""

REACH = {"documents": (0.2, 0.8), "literature": (0.3, 0.7), "null": (None, 0.6)}
"""How far ln reach follows ln followers, and what a post is worth watching. In the null world both explain equally
much. Literature: 1% more followers, 0.1% more impressions on TikTok (Tian, Dew & Iyengar 2024)."""

SPREADS = {"reach": 1.3, "followers": 1.6, "watch_time": 0.5, "shares": 0.5, "saves": 0.5}
LEVELS = {"reach": 9.6, "followers": 9.5, "watch_time": 2.4, "shares": -3.1, "saves": -3.6}
"""Standard deviations and means of the ln of reach and followers, and of what each person reached watches (seconds),
shares and saves: counts are large, so that rounding hardly matters."""


def draw(
    name: str, *, rng: np.random.Generator, accounts: int = ACCOUNTS, posts: int = POSTS
) -> dict[str, pd.DataFrame]:
    """Draw posts with reach, followers, watch time, shares and saves.

    Parameters
    ----------
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.
    accounts, posts : int
        Number of accounts, and of posts for each.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``posts`` and ``accounts``.
    """
    n = accounts * posts
    size = np.repeat(rng.standard_normal(accounts), posts)
    worth = np.sqrt(0.2) * np.repeat(rng.standard_normal(accounts), posts) + np.sqrt(0.8) * rng.standard_normal(n)
    by_followers, by_worth = _weights(name)
    own = np.sqrt(1 - by_followers**2 - by_worth**2)
    standard = {"reach": by_followers * size + by_worth * worth + own * rng.standard_normal(n), "followers": size}
    for column, loading in LOADINGS.items():
        standard[column] = loading * worth + np.sqrt(1 - loading**2) * rng.standard_normal(n)
    sizes = {column: np.exp(LEVELS[column] + SPREADS[column] * values) for column, values in standard.items()}
    counts = {
        column: np.maximum(1, np.round(values * (sizes["reach"] if column in LOADINGS else 1))).astype(np.int64)
        for column, values in sizes.items()
    }
    ids = np.repeat([f"a{FIRST_NUMBER + i}" for i in range(accounts)], posts)
    days = rng.integers(4, 120, n)
    table = pd.DataFrame({"post_id": [f"w{i:06d}" for i in range(1, n + 1)], "account_id": ids, "platform": "tiktok"})
    table = table.assign(
        created_at=(CAPTURED - days * np.timedelta64(1, "D")).astype("datetime64[s]"),
        captured_at=CAPTURED,
        format="video",
        followers=counts["followers"],
        followers_at="capture",
        shares=counts["shares"],
        saves=counts["saves"],
        reach=counts["reach"],
        watch_time_s=counts["watch_time"],
    )
    owners = table.drop_duplicates("account_id")[["account_id", "platform", "followers"]].assign(kind="person")
    return {"posts": table, "accounts": owners.reset_index(drop=True)}


def _weights(name: str) -> tuple[float, float]:
    by_followers, by_worth = REACH[name]
    return (np.sqrt(_depth_share(by_worth)) if by_followers is None else by_followers), by_worth


def _depth_share(by_worth: float) -> float:
    """Work out R2 of ln reach on the three rates, whose logarithms are normal, from their correlations."""
    loadings = np.array(list(LOADINGS.values()))
    spreads = np.array([SPREADS[column] for column in LOADINGS])
    together = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    own = np.sqrt(np.expm1(spreads**2))
    correlations = np.expm1(np.outer(spreads, spreads) * together) / np.outer(own, own)
    with_reach = by_worth * loadings * spreads / own
    return float(with_reach @ np.linalg.solve(correlations, with_reach))


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim."""
    by_followers, by_worth = _weights(name)
    return {"format-depth-beats-followers": round(float(_depth_share(by_worth) - by_followers**2), 12) + 0.0}


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what is planted."""
    del tables
    return (
        f"- {ACCOUNTS} video accounts (a{FIRST_NUMBER} and up) with {POSTS} posts each: reach, followers, watch time,"
        " shares and saves; their likes and comments are not known.\n"
    )
