"""In which worlds is the truth known? Simulated accounts and posts with planted rates.

A verdict on simulated data shows that the method finds what was planted. It says nothing about the world outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers import ROOT

if TYPE_CHECKING:
    import pandas as pd

SEED = 20250701
"""Seed of the committed sample; the day of capture, chosen before anything was simulated."""

BANDS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
"""Edges of the bands that accounts are drawn from, equally many from each, as studies with quotas do. Within a band
small accounts are commoner than large ones."""

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

CAPTURED = np.datetime64("2025-07-01T00:00:00")
PERIOD_DAYS = 120


@dataclass(frozen=True)
class World:
    """A world with its planted rates.

    Parameters
    ----------
    name : str
        Name on the command line.
    meaning : str
        What holds in it, in words.
    like_rates, comment_rates : tuple of float
        Expected rates of an average account in each of the six bands of `BANDS`.
    """

    name: str
    meaning: str
    like_rates: tuple[float, ...]
    comment_rates: tuple[float, ...]


def _published_rates() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Split HypeAuditor's engagement rates of 2018 by Quintly's share of comments of 2013 (data/published.csv)."""
    from helpers.published import figures

    rates = figures("account-size", measures=["engagement_rate"]).query("study == 'HypeAuditor 2018, mean'")
    shares = figures("account-size", measures=["comment_share_of_interactions"])
    middles = np.sqrt(np.array(BANDS[:-1]) * np.array(BANDS[1:]))
    rate, share = _looked_up(rates, middles), _looked_up(shares, middles)
    return tuple((rate * (1 - share)).round(6).tolist()), tuple((rate * share).round(6).tolist())


def _looked_up(table: "pd.DataFrame", sizes: np.ndarray) -> np.ndarray:
    table = table.sort_values("followers_low")
    at = np.searchsorted(table["followers_low"].to_numpy(), sizes, side="right") - 1
    return table["estimate"].to_numpy()[np.maximum(at, 0)]


def world(name: str) -> World:
    """Give a world by its name.

    Parameters
    ----------
    name : str
        ``"documents"``, ``"literature"`` or ``"null"``.

    Returns
    -------
    World
        The world.

    Raises
    ------
    Refusal
        If there is no such world.
    """
    from helpers.refusals import Refusal, nearest

    if name == "documents":
        meaning = "the documents' figures hold: likes fall from 8% to 1.6%, comments from 0.5% to 0.04%"
        steps = np.exp(np.linspace(np.log(0.005), np.log(0.0004), 6)).round(6)
        return World(name, meaning, (0.08, 0.04, 0.0237, 0.018, 0.0166, 0.016), tuple(steps.tolist()))
    if name == "literature":
        meaning = "engagement as HypeAuditor (2018) and Quintly (2013) published it by account size"
        return World(name, meaning, *_published_rates())
    if name == "null":
        return World(name, "account size changes nothing: the same rates at every size", (0.031,) * 6, (0.0014,) * 6)
    names = ["documents", "literature", "null"]
    raise Refusal(
        f"World '{name}' is unknown{nearest(name, names)}.",
        mend=f"Choose one of {', '.join(names)}: make sample WORLD=null",
    )


def draw_accounts(planted: World, *, n: int, rng: np.random.Generator, quotas: bool = True) -> "pd.DataFrame":
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

    Returns
    -------
    pandas.DataFrame
        One row for each account: account_id, platform, followers, kind, and the account's own expected like_rate and
        comment_rate.
    """
    import pandas as pd

    bands, names = len(BANDS) - 1, list(PLATFORMS)
    band = np.arange(n) * bands // n if quotas else np.sort(rng.integers(bands, size=n))
    platform = np.array(names)[np.arange(n) % len(names) if quotas else rng.integers(len(names), size=n)]
    factors = np.array([PLATFORMS[name] for name in platform])
    low, high = np.array(BANDS)[band], np.array(BANDS)[band + 1]
    followers = low * (high / low) ** rng.beta(1, 1.4, n)
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
            "like_rate": np.array(planted.like_rates)[band] * factors[:, 0] * like_level,
            "comment_rate": np.array(planted.comment_rates)[band] * factors[:, 1] * comment_level,
        }
    )


def draw_posts(accounts: "pd.DataFrame", *, rng: np.random.Generator) -> "pd.DataFrame":
    """Draw the posts of simulated accounts, with the gaps that real exports have.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `draw_accounts`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy posts: likes -1 where hidden, empty where missing, young posts with part of their likes.
    """
    import pandas as pd

    counts = 4 + rng.negative_binomial(2, 2 / (POSTS_PER_ACCOUNT - 2), len(accounts))
    of = accounts.loc[np.repeat(accounts.index, counts)].reset_index(drop=True)
    n = len(of)
    age_days = rng.uniform(0.02, PERIOD_DAYS, n)
    gathered = 1 - np.exp(-age_days / GATHERING_DAYS)
    growth = np.exp(rng.normal(0, 0.02, n) - 0.0004 * (age_days - PERIOD_DAYS / 2))
    followers = np.maximum(1, of["followers"] * growth).astype(np.int64)
    appeal = np.exp(POST_SPREAD * rng.standard_normal(n) - POST_SPREAD**2 / 2) * gathered
    likes = rng.poisson(followers * of["like_rate"] * appeal)
    comments = rng.poisson(followers * of["comment_rate"] * appeal)
    reach = 1 + rng.poisson(followers * 0.35 * (of["followers"] / 1e4) ** -0.05 * gathered * rng.lognormal(0, 0.3, n))
    seconds = (age_days * 86_400).astype("timedelta64[s]")
    posts = pd.DataFrame(
        {
            "post_id": [f"p{i:06d}" for i in range(1, n + 1)],
            "account_id": of["account_id"],
            "platform": of["platform"],
            "created_at": CAPTURED - seconds,
            "captured_at": CAPTURED,
            "format": rng.choice(["image", "video", "carousel", "text"], n, p=[0.4, 0.35, 0.15, 0.1]),
            "followers": followers,
            "followers_at": "posting",
            "likes": likes,
            "comments": pd.array(comments, dtype="Int64"),
            "shares": rng.poisson(likes * 0.08),
            "reach": pd.array(reach, dtype="Int64"),
            "views": rng.poisson(reach * 1.3),
        }
    )
    return _with_gaps(posts, rng=rng)


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


def sample(name: str, *, seed: int = SEED) -> tuple[World, Mapping[str, "pd.DataFrame"]]:
    """Simulate the sample data of a world.

    Parameters
    ----------
    name : str
        World, as in `world`.
    seed : int
        Seed; the same seed gives the same tables.

    Returns
    -------
    tuple of World and dict of str to pandas.DataFrame
        The world, and its tidy tables ``posts`` and ``accounts``.
    """
    planted = world(name)
    rng = np.random.default_rng(seed)
    accounts = draw_accounts(planted, n=ACCOUNTS_PER_BAND * (len(BANDS) - 1), rng=rng)
    posts = draw_posts(accounts, rng=rng)
    return planted, {"posts": posts, "accounts": accounts[["account_id", "platform", "followers", "kind"]]}


def write_sample(name: str = "documents", *, seed: int = SEED, folder: Path = ROOT / "data" / "sample") -> Path:
    """Write the sample data of a world, its planted truths and its card.

    Parameters
    ----------
    name : str, default "documents"
        World, as in `world`.
    seed : int
        Seed; the same seed gives the same bytes.
    folder : Path
        Where the files go; files of the same names are replaced.

    Returns
    -------
    Path
        The folder.
    """
    planted, tables = sample(name, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in tables.items():
        frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")
    texts = {
        "dataset.toml": _dataset_toml(planted, seed),
        "truth.toml": _truth_toml(planted, seed),
        "README.md": _card(planted, seed, tables),
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return folder


def _dataset_toml(planted: World, seed: int) -> str:
    return (
        f'name = "sample-{planted.name}"\n'
        'kind = "simulated"\n'
        f'source = "helpers.simulate, world {planted.name}, seed {seed}"\n'
        'timezone = "UTC"\n'
    )


def _truth_toml(planted: World, seed: int) -> str:
    slopes = true_slopes(planted)
    lines = [
        "# What was planted. Rates are fractions of followers; slopes are those that the estimator converges to.",
        f'world = "{planted.name}"',
        f"seed = {seed}",
        f"band_edges = [{', '.join(f'{edge:.0f}' for edge in BANDS)}]",
        f"like_rates = {list(planted.like_rates)}",
        f"comment_rates = {list(planted.comment_rates)}",
        "",
        "[slopes]",
        *(f"{name} = {slope:.6f}" for name, slope in slopes.items()),
    ]
    return "\n".join(lines) + "\n"


def _card(planted: World, seed: int, tables: Mapping[str, "pd.DataFrame"]) -> str:
    posts, accounts = tables["posts"], tables["accounts"]
    rows = "\n".join(
        f"| {low:,.0f} to {high:,.0f} | {like:.2%} | {comment:.3%} |"
        for low, high, like, comment in zip(
            BANDS[:-1], BANDS[1:], planted.like_rates, planted.comment_rates, strict=True
        )
    )
    return f"""# Sample data: the world "{planted.name}"

**These data are simulated.** No account or post in them exists. They serve to try the notebooks, and to show that the
method finds what was planted: {planted.meaning}.

Made by `make sample WORLD={planted.name}` (helpers.simulate, seed {seed}); the same seed gives the same bytes.

| table | rows | one row is |
|---|---|---|
| posts.csv | {len(posts):,} | a post: platform, times, followers at posting, likes, comments, shares, reach, views |
| accounts.csv | {len(accounts):,} | an account: platform, followers, kind |

## What was planted

| followers | like rate | comment rate |
|---|---|---|
{rows}

The slopes that follow from them stand in truth.toml.

## What makes it look like real data

- Equally many accounts from each band of size, as in a study with quotas; within a band small accounts are commoner.
- Accounts of one size differ (standard deviation of the ln like rate {LIKE_SPREAD}, comment rate {COMMENT_SPREAD}),
  and so do the posts of one account ({POST_SPREAD}), with Poisson noise on top. Most rates are low and a few are high.
- Platforms differ by fixed factors that average 1.
- {(posts["likes"] == -1).sum():,} posts have hidden likes (-1), {posts["comments"].isna().sum():,} lack a comment
  count (empty), {posts["reach"].isna().sum():,} lack reach. Hidden, missing and zero are three things.
- Posts younger than a few days at capture ({CAPTURED}) are still gathering likes; the notebooks leave them out.

Columns are explained in docs/tables.md. The data may be used freely (MIT, as the project).
"""
