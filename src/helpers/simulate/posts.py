"""Which posts would a world give? Accounts of every size and their posts, with planted rates and real gaps."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


POSTS_PER_ACCOUNT = 10
"""Mean number of posts; the number itself is overdispersed, from 4 upwards."""

POST_SPREAD = 0.7
"""Standard deviation of ln rate between posts of one account, before Poisson noise."""

GATHERING_DAYS = 0.8
"""Likes come in with this time constant: after one day 71%, after three days 98%."""

HIDDEN_SHARE, MISSING_SHARE, UNREACHED_SHARE = 0.05, 0.01, 0.3
"""Instagram posts whose likes are hidden; posts whose comments are missing; accounts that do not share their reach."""

PAID_SHARE, SPONSORED_SHARE, DISCLOSED_SHARE = 0.4, 0.4, 0.5
"""Persons who take money from brands; their posts that are paid for; those of them that say so."""

CAPTURED = np.datetime64("2025-07-01T00:00:00")
PERIOD_DAYS = 120


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
