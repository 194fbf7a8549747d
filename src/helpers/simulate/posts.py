"""Which posts would a world give? Accounts of every size and their posts, with planted rates and real gaps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.worlds import BANDS, World, world

if TYPE_CHECKING:
    import pandas as pd

ACCOUNTS_PER_BAND = 400
"""Enough that a band's mean is known to about 4%, so that a planted 20% margin can be met."""

POSTS_PER_ACCOUNT = 10
"""Mean number of posts; the number itself is overdispersed, from 4 upwards."""

LIKE_SPREAD, COMMENT_SPREAD = 0.65, 0.70
"""Standard deviation of ln rate between accounts of one size. The quartiles that SociaVault publishes for TikTok (4.92
and 12.31%) imply 0.68; accounts in the Reddit sample of the tests spread by 0.77 to 0.84 around the fitted line."""

LEVEL_CORRELATION = 0.6
"""Accounts that get many likes for their size also get many comments."""

POST_SPREAD = 0.7
"""Standard deviation of ln rate between posts of one account, before Poisson noise."""

GATHERING_DAYS = 0.8
"""Likes come in with this time constant: after one day 71%, after three days 98%."""

PLATFORMS = {"instagram": (1.3, 1.2), "tiktok": (1.2, 0.9), "facebook": (0.7, 1.1), "x": (0.8, 0.8)}
"""Factors on the like and the comment rate, equally many accounts on each; they average 1, so that a band's mean is
what was planted."""

HIDDEN_SHARE, MISSING_SHARE, UNREACHED_SHARE = 0.05, 0.01, 0.3
"""Instagram posts whose likes are hidden; posts whose comments are missing; accounts that do not share their reach."""

CATEGORIES = ("beauty", "food", "sport", "technology", "travel")
"""Subjects of accounts; they change nothing, and fall by chance."""

PAID_SHARE, SPONSORED_SHARE, DISCLOSED_SHARE = 0.4, 0.4, 0.5
"""Persons who take money from brands; their posts that are paid for; those of them that say so."""

CAPTURED = np.datetime64("2025-07-01T00:00:00")
PERIOD_DAYS = 120


def draw_accounts(
    planted: World, *, n: int, rng: np.random.Generator, quotas: bool = True, edges: Sequence[float] = BANDS
) -> "pd.DataFrame":
    """Draw accounts: size, platform and own level of likes and comments.

    Parameters
    ----------
    planted : World
        Gives the expected rates.
    n : int
        Number of accounts.
    rng : numpy.random.Generator
        Source of randomness.
    quotas : bool, default True
        Equally many accounts from each band and platform; otherwise band and platform fall by chance.
    edges : sequence of float
        Edges of the bands that accounts are drawn from; their rates are those of the world's own bands.

    Returns
    -------
    pandas.DataFrame
        One row for each account: account_id, platform, followers, kind, category, and the account's own expected
        like_rate and comment_rate.
    """
    import pandas as pd

    aside = rng.spawn(1)[0]  # what was added later draws from a stream of its own, so that the rest stays as it was
    bands, names = len(edges) - 1, list(PLATFORMS)
    band = np.arange(n) * bands // n if quotas else np.sort(rng.integers(bands, size=n))
    platform = np.array(names)[np.arange(n) % len(names) if quotas else rng.integers(len(names), size=n)]
    factors = np.array([PLATFORMS[name] for name in platform])
    low, high = np.array(edges)[band], np.array(edges)[band + 1]
    followers = low * (high / low) ** rng.beta(1, 1.4, n)
    rated = np.searchsorted(BANDS, low, side="right") - 1
    normal = rng.standard_normal((n, 2))
    comment_normal = LEVEL_CORRELATION * normal[:, 0] + np.sqrt(1 - LEVEL_CORRELATION**2) * normal[:, 1]
    like_level = np.exp(LIKE_SPREAD * normal[:, 0] - LIKE_SPREAD**2 / 2)
    comment_level = np.exp(COMMENT_SPREAD * comment_normal - COMMENT_SPREAD**2 / 2)
    return pd.DataFrame(
        {
            "account_id": [f"a{i:05d}" for i in range(1, n + 1)],
            "platform": platform,
            "followers": followers.astype(np.int64),
            "kind": rng.choice(["person", "brand", "publisher"], n, p=[0.7, 0.25, 0.05]),
            "category": aside.choice(CATEGORIES, n),
            "like_rate": np.array(planted.like_rates)[rated] * factors[:, 0] * like_level,
            "comment_rate": np.array(planted.comment_rates)[rated] * factors[:, 1] * comment_level,
        }
    )


def draw_posts(accounts: "pd.DataFrame", *, rng: np.random.Generator, disclosure: float = 0.0) -> "pd.DataFrame":
    """Draw the posts of simulated accounts, with the gaps that real exports have.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `draw_accounts`.
    rng : numpy.random.Generator
        Source of randomness.
    disclosure : float, default 0
        Ln ratio of likes and comments, disclosed sponsored posts to undisclosed ones of the same account.

    Returns
    -------
    pandas.DataFrame
        Tidy posts: likes -1 where hidden, empty where missing, young posts with part of their likes.
    """
    import pandas as pd

    aside = rng.spawn(1)[0]
    counts = 4 + rng.negative_binomial(2, 2 / (POSTS_PER_ACCOUNT - 2), len(accounts))
    of = accounts.loc[np.repeat(accounts.index, counts)].reset_index(drop=True)
    n = len(of)
    age_days = rng.uniform(0.02, PERIOD_DAYS, n)
    gathered = 1 - np.exp(-age_days / GATHERING_DAYS)
    growth = np.exp(rng.normal(0, 0.02, n) - 0.0004 * (age_days - PERIOD_DAYS / 2))
    followers = np.maximum(1, of["followers"] * growth).astype(np.int64)
    appeal = np.exp(POST_SPREAD * rng.standard_normal(n) - POST_SPREAD**2 / 2) * gathered
    expected = {name: followers * of[f"{name}_rate"] * appeal for name in ("like", "comment")}
    likes, comments = (rng.poisson(count) for count in expected.values())
    reach = 1 + rng.poisson(followers * 0.35 * (of["followers"] / 1e4) ** -0.05 * gathered * rng.lognormal(0, 0.3, n))
    seconds = (age_days * 86_400).astype("timedelta64[s]")
    posts = pd.DataFrame(
        {
            "post_id": [f"p{i:06d}" for i in range(1, n + 1)],
            "account_id": of["account_id"],
            "platform": of["platform"],
            "created_at": CAPTURED - seconds,
            "captured_at": CAPTURED,
            "format": rng.choice(["image", "carousel", "text", "link"], n, p=[0.4, 0.35, 0.15, 0.1]),
            "followers": followers,
            "followers_at": "posting",
            "likes": likes,
            "comments": pd.array(comments, dtype="Int64"),
            "shares": rng.poisson(likes * 0.08),
            "reach": pd.array(reach, dtype="Int64"),
            "views": rng.poisson(reach * 1.3),
        }
    )
    paid = _sponsorship(of, rng=aside)
    factor = _disclosure_factor(paid, disclosure)
    for name, count in expected.items():
        posts[f"{name}s"] = _multiplied(posts[f"{name}s"], expected=count, factor=factor, rng=aside)
    return _with_gaps(posts.assign(**paid), rng=rng)


def _sponsorship(of: "pd.DataFrame", *, rng: np.random.Generator) -> "dict[str, pd.Series]":
    """Say which posts are paid for, and which of those say so; for the others that is unknown."""
    import pandas as pd

    names = of["account_id"].unique()
    paid = of["account_id"].isin(names[rng.random(len(names)) < PAID_SHARE]) & (of["kind"] == "person")
    sponsored = paid & (rng.random(len(of)) < SPONSORED_SHARE)
    disclosed = pd.Series(rng.random(len(of)) < DISCLOSED_SHARE, dtype="boolean").where(sponsored)
    return {"sponsored": sponsored, "disclosed": disclosed}


def _disclosure_factor(paid: "dict[str, pd.Series]", disclosure: float) -> np.ndarray:
    """Give each post the factor of its disclosure; sponsored posts average 1, so that planted rates stay."""
    lift = np.exp(disclosure)
    factors = np.array([1.0, lift]) / (DISCLOSED_SHARE * lift + 1 - DISCLOSED_SHARE)
    disclosed = paid["disclosed"].fillna(False).to_numpy(dtype=int)
    return np.where(paid["sponsored"], factors[disclosed], 1.0)


def _multiplied(
    counts: "pd.Series", *, expected: "pd.Series", factor: np.ndarray, rng: np.random.Generator
) -> "pd.Series":
    """Change the expectation of Poisson counts afterwards: thinned they stay Poisson, and so does a sum of two."""
    thinned = rng.binomial(counts.to_numpy(dtype=np.int64), np.minimum(factor, 1))
    added = rng.poisson(expected.to_numpy() * np.maximum(factor - 1, 0))
    return counts.mask(factor != 1, thinned + added)


def _with_gaps(posts: "pd.DataFrame", *, rng: np.random.Generator) -> "pd.DataFrame":
    """Hide likes, lose comments and withhold reach."""
    n = len(posts)
    hidden = (posts["platform"] == "instagram") & (rng.random(n) < HIDDEN_SHARE)
    missing = rng.random(n) < MISSING_SHARE
    names = posts["account_id"].unique()
    unreached = posts["account_id"].isin(names[rng.random(len(names)) < UNREACHED_SHARE])
    return posts.assign(
        likes=posts["likes"].mask(hidden, -1),
        comments=posts["comments"].mask(missing),
        reach=posts["reach"].mask(unreached),
    )


def classroom(name: str, *, seed: int, n: int = 120) -> "pd.DataFrame":
    """Draw a few posts to learn on.

    Parameters
    ----------
    name : str
        World, as in `world`.
    seed : int
        Seed; the same seed gives the same posts.
    n : int, default 120
        Number of accounts.

    Returns
    -------
    pandas.DataFrame
        Tidy posts.
    """
    rng = np.random.default_rng(seed)
    return draw_posts(draw_accounts(world(name), n=n, rng=rng), rng=rng)


def true_slopes(planted: World, *, per_cell: int = 400) -> dict[str, float]:
    """Compute the slopes that the estimator converges to in a world, from its planted rates without any noise.

    The planted rates are steps, so the slope depends on how accounts spread over sizes; this is its value for the
    spread that `draw_accounts` uses.

    Parameters
    ----------
    planted : World
        The world.
    per_cell : int, default 400
        Sizes evaluated in each band, at evenly spaced quantiles.

    Returns
    -------
    dict of str to float
        ``like_rate``, ``comment_rate`` and their ``difference`` (like minus comment).
    """
    import pandas as pd
    from scipy import stats

    from helpers.estimates import fit_slope

    quantiles = stats.beta(1, 1.4).ppf((np.arange(per_cell) + 0.5) / per_cell)
    low, high = np.array(BANDS[:-1])[:, None], np.array(BANDS[1:])[:, None]
    grid = {"followers": (low * (high / low) ** quantiles).ravel()}
    grid |= {
        "like_rate": np.repeat(planted.like_rates, per_cell),
        "comment_rate": np.repeat(planted.comment_rates, per_cell),
    }
    frame = pd.DataFrame(grid)
    slopes = {name: float(fit_slope(frame, outcome=name).coefficients[1]) for name in ("like_rate", "comment_rate")}
    return {**slopes, "difference": slopes["like_rate"] - slopes["comment_rate"]}
