"""What does an account of one's own look like where the truth is known?

Its weeks go up and down for reasons of their own, which last; it has grown, it has seasons, it took one step, and two
of its posts went round the world. Onto that, effects of formats, hours and replies are planted; or none.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.parts import Whole
from helpers.simulate.posts import CAPTURED

if TYPE_CHECKING:
    from helpers.simulate.parts import Tables

ZONE = "Europe/Amsterdam"
"""The clock by which the account posts; its tables hold UTC, as all do."""

FIRST_MONDAY = np.datetime64("2024-02-26")
"""The first of 70 weeks, the last of which ends on the day before the capture."""

FORMATS = {"image": 0.38, "carousel": 0.30, "reel": 0.26, "live": 0.06}
"""How often the account posts what."""

REACHED = {"image": 1.0, "carousel": 1.3, "reel": 1.6, "live": 0.6}
"""How many people a post reaches, as a multiple of an image's. Only in a world in which formats differ."""

INTENTS = {"value": 0.45, "conversation": 0.25, "promotion": 0.18, "bait": 0.12}

HOURS = {8: 0.16, 12: 0.22, 16: 0.22, 20: 0.40}
"""The parts of the day, by the hour with which they begin, and how often the account posts in them."""

TAGS = ("#summer", "#recipe", "#local", "#offer", "#team", "#tips")
"""Hashtags that the account uses, each on three posts in ten."""

CAPTURED_AT = (1, 3, 6, 12, 24, 48, 72, 168)
"""Hours after posting at which the counts of posts are followed."""

HALF_LIFE_H, HALF_LIFE_SPREAD = 8.0, 0.3
"""Hours in which half of a post's engagement is there, and how far posts differ in the ln of that."""

FIRST_VIEWS = np.datetime64("2024-07-02")
"""From this day on the platform counts views and no longer impressions (data/metric_changes.toml)."""


@dataclass(frozen=True)
class Planted:
    """What is planted in the world of one account; by default nothing.

    Parameters
    ----------
    weeks, posts : int
        How long, and how often, it has posted.
    carousel, reel, live, promotion, evening, reply, paid : float
        Effects on the ln rate of engagement per person reached: of a carousel, a reel or a live against an image, of
        promotion, of an hour from 20 on, of answering all comments (on the next week), and on the posts of weeks with
        another one that was boosted.
    live_comments : float
        Effect on the ln rate of comments of a live, beyond that on all engagement.
    reached : bool
        Whether formats reach more or fewer people (`REACHED`).
    resemblance : float
        Correlation of what drives neighbouring weeks.
    week_spread, spread : float
        Standard deviation of ln rates between weeks, and between posts of a week.
    trend, season, step : float
        Growth of the ln rate over the whole time, swing of its seasons, and the step that it takes at 60% of the time.
    viral : int
        Posts that reached twelve times as many people as others.
    bursts : float
        How far weeks differ in their number of posts: 0 gives as many to each but for chance, 1 many to few of them.
    skew : bool
        Whether posts differ by a gamma distribution whose standard deviation is 1.4 times its mean.
    """

    weeks: int = 70
    posts: int = 180
    carousel: float = 0.0
    reel: float = 0.0
    live: float = 0.0
    live_comments: float = 0.0
    promotion: float = 0.0
    evening: float = 0.0
    reply: float = 0.0
    paid: float = 0.0
    reached: bool = False
    resemblance: float = 0.5
    week_spread: float = 0.2
    spread: float = 0.4
    trend: float = 0.35
    season: float = 0.12
    step: float = 0.25
    viral: int = 2
    bursts: float = 0.15
    skew: bool = False


NULL = Planted()
PLANTED = replace(
    NULL, carousel=0.35, reel=0.6, live=0.6, live_comments=0.8, promotion=-0.5, evening=0.4, reply=0.8, reached=True
)
"""Nothing differs but by chance and time; and what the lesson of notebook 12 finds."""


def weekly(planted: Planted, rng: np.random.Generator) -> np.ndarray:
    """Draw what drives each week's ln rate, neighbours alike, shape (weeks,)."""
    own = rng.standard_normal(planted.weeks)
    for week in range(1, planted.weeks):
        own[week] = planted.resemblance * own[week - 1] + np.sqrt(1 - planted.resemblance**2) * own[week]
    at = np.arange(planted.weeks) / planted.weeks
    season = planted.season * np.cos(2 * np.pi * np.arange(planted.weeks) / 52)
    return planted.week_spread * own + planted.trend * at + season + planted.step * (at >= 0.6)


def _posting(planted: Planted, rng: np.random.Generator) -> np.ndarray:
    """Draw the weeks in which the posts fall, in order; the first and the last have one."""
    share = rng.gamma(1 / max(planted.bursts, 1e-3), size=planted.weeks)
    weeks = rng.choice(planted.weeks, planted.posts - 2, p=share / share.sum())
    return np.sort(np.r_[0, weeks, planted.weeks - 1])


def _times(week: np.ndarray, hour: np.ndarray, rng: np.random.Generator) -> pd.Series:
    """Turn a week and an hour of the local clock into a time in UTC; days and minutes by chance, but seldom Sunday."""
    day = rng.choice(7, len(week), p=[0.17, 0.17, 0.17, 0.17, 0.17, 0.10, 0.05])
    minute = rng.integers(0, 60, len(week))
    local = pd.Series(FIRST_MONDAY + (7 * week + day).astype("timedelta64[D]")) + pd.to_timedelta(hour, unit="h")
    local = local + pd.to_timedelta(minute, unit="min")
    return local.dt.tz_localize(ZONE).dt.tz_convert("UTC").dt.tz_localize(None).dt.as_unit("s")


def _one_of(shares: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(list(shares), n, p=list(shares.values()))


def posts_of(planted: Planted, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the posts of an account.

    Parameters
    ----------
    planted : Planted
        What holds.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy posts in the order of time, all of them old enough at capture to have gathered what they will.
    """
    week, n = _posting(planted, rng), planted.posts
    kind, intent = _one_of(FORMATS, n, rng), _one_of(INTENTS, n, rng)
    part = _one_of(HOURS, n, rng)
    boosted = rng.random(n) < 0.06
    followers = 3_000 * np.exp(0.6 * week / planted.weeks)
    wide = pd.Series(kind).map(REACHED).to_numpy() if planted.reached else np.ones(n)
    viral = np.isin(np.arange(n), rng.choice(n, planted.viral, replace=False))
    reach = followers * 0.4 * wide * np.where(viral, 12, 1) * rng.lognormal(-0.08, 0.4, n)
    noise = rng.gamma(0.5, 2, n) if planted.skew else rng.lognormal(-(planted.spread**2) / 2, planted.spread, n)
    level = weekly(planted, rng) + planted.paid * np.isin(np.arange(planted.weeks), week[boosted])
    ln_rate = (
        level[week]
        + pd.Series(kind).map({"carousel": planted.carousel, "reel": planted.reel, "live": planted.live}).fillna(0)
        + planted.promotion * (intent == "promotion")
        + planted.evening * (part == 20)
    ).to_numpy()
    answered = rng.beta(0.5, 0.5, planted.weeks)
    ln_rate = ln_rate + planted.reply * np.r_[0.0, answered[:-1] - 0.5][week]
    expected = np.maximum(reach, 1) * 0.05 * np.exp(ln_rate) * noise
    comments = rng.poisson(expected * 0.09 * np.exp(planted.live_comments * (kind == "live")))
    tags = np.where(rng.random((n, len(TAGS))) < 0.3, np.array(TAGS), "")
    moving = np.isin(kind, ["reel", "live"])
    frame = pd.DataFrame(
        {
            "created_at": _times(week, part + rng.integers(0, np.where(part == 20, 3, 4)), rng),
            "captured_at": CAPTURED,
            "platform": "instagram",
            "account_id": "own",
            "format": kind,
            "followers": followers.astype("int64"),
            "followers_at": "posting",
            "likes": rng.poisson(expected * 0.91),
            "comments": comments,
            "shares": rng.poisson(expected * 0.05),
            "saves": rng.poisson(expected * 0.04),
            "reach": np.maximum(reach, 1).astype("int64"),
            "conversions": rng.poisson(2, n),
            "duration_s": pd.array(np.where(moving, rng.integers(8, 150, n), 0), dtype="Int64"),
            "boosted": boosted,
            "intent": intent,
            "hashtags": [" ".join(filter(None, own)) for own in tags],
            "caption_words": np.maximum(1, rng.lognormal(3, 0.7, n)).astype("int64"),
            "owner_replies": rng.binomial(comments, answered[week]),
        }
    )
    seen = (frame["reach"] * rng.lognormal(0.3, 0.1, n)).astype("int64").astype("Int64")
    late = frame["created_at"] >= FIRST_VIEWS
    frame = frame.assign(
        duration_s=frame["duration_s"].where(pd.Series(moving)), impressions=seen.mask(late), views=seen.where(late)
    ).sort_values("created_at", kind="stable", ignore_index=True)
    frame.insert(0, "post_id", [f"own-{i:04d}" for i in range(n)])
    return frame


def history_of(posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw how each post gathered what it has: fast at first, half of it after some `HALF_LIFE_H` hours."""
    half = HALF_LIFE_H * np.exp(HALF_LIFE_SPREAD * rng.standard_normal(len(posts)))
    hours = np.tile(CAPTURED_AT, len(posts))
    there = 1 - 0.5 ** (hours / np.repeat(half, len(CAPTURED_AT)))
    there = there / np.repeat(there.reshape(len(posts), -1)[:, -1], len(CAPTURED_AT))
    columns = {name: np.repeat(posts[name].to_numpy(), len(CAPTURED_AT)) for name in ("likes", "comments", "shares")}
    counts = {name: np.round(column * there).astype("int64") for name, column in columns.items()}
    return pd.DataFrame({"post_id": np.repeat(posts["post_id"].to_numpy(), len(CAPTURED_AT)), "hours": hours, **counts})


WORLDS = {"own-account": PLANTED, "own-account-null": NULL}
"""By name what is planted."""


def draw(name: str, *, rng: np.random.Generator) -> "Tables":
    """Draw the tables of a world of one account.

    Parameters
    ----------
    name : str
        One of `WORLDS`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        posts, accounts and post_history.
    """
    posts = posts_of(WORLDS[name], rng)
    last = {"followers": int(posts["followers"].iloc[-1]), "kind": "brand", "category": "food"}
    accounts = pd.DataFrame([{"account_id": "own", "platform": "instagram", **last}])
    return {"posts": posts, "accounts": accounts, "post_history": history_of(posts, rng)}


def truths(planted: Planted) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is; only where it does not depend on a choice.

    What hours that were chosen bring depends on the choice, and is known where none differ. Formats, intents and what
    posts gather change in no year.
    """
    wide = REACHED if planted.reached else dict.fromkeys(REACHED, 1.0)
    weight = {kind: share * wide[kind] for kind, share in FORMATS.items()}
    still = weight["image"] + weight["carousel"]
    mean_still = (weight["image"] + weight["carousel"] * np.exp(planted.carousel)) / still
    parts = np.exp(np.where(np.array(list(HOURS)) == 20, planted.evening, 0.0))
    shares = np.array(list(HOURS.values()))
    relative = parts / (shares @ parts)
    hours = float(np.sqrt(shares @ (relative - 1) ** 2))
    known = {
        "format-video-beats-image": float(planted.reel - np.log(mean_still)),
        "format-short-beats-long-video": 0.0,
        "format-live-draws-comments": planted.live - planted.reel + planted.live_comments,
        "dialogue-promotion-lowers": -planted.promotion,
        "dialogue-reply-raises-engagement": planted.reply,
        "dialogue-bait-does-not-help": 0.0,
        "dialogue-paid-lifts-organic": planted.paid,
        "timing-hour-matters": hours,
        "hashtag-some-work": 0.0,
        "comment-caption-length": 0.0,
        "dialogue-invitation-engages": -planted.promotion,
        "dialogue-repetition-wears-out": 0.0,
        "dialogue-campaigns-wake-fans": planted.paid,
        "dialogue-talk-beats-campaign": planted.reply,
        "dialogue-ads-need-connection": 0.0,
        "trend-less-approval": 0.0,
        "trend-conversation": 0.0,
        "trend-video": 0.0,
        "trend-live": 0.0,
    }
    of_hours = [] if planted.evening else ["timing-schedule-gains"]
    return known | dict.fromkeys(["hashtag-choice-gains", *of_hours], 0.0)


def card(tables: "Tables") -> str:
    """Tell in Markdown what is in the tables."""
    posts = tables["posts"]
    kinds = ", ".join(f"{count} {kind}" for kind, count in posts["format"].value_counts().items())
    return f"""One account of one's own: {len(posts)} posts over {PLANTED.weeks} weeks ({kinds}), with its growth, its
seasons, a step at 60% of the time, two posts that reached twelve times as many people as others, and weeks that
resemble their neighbours (correlation {PLANTED.resemblance}). Until {FIRST_VIEWS} the platform counts impressions,
from then on views. `post_history.csv` follows every post for a week. Times are UTC; the account lives in {ZONE}.
"""


WHOLES = {
    "own-account": Whole(
        "one account of one's own: carousels, reels and evening hours do better, promotion worse, and answering "
        "comments helps the week after",
        draw=draw, truths=lambda: truths(PLANTED), card=card, timezone=ZONE,
    ),
    "own-account-null": Whole(
        "one account of one's own, whose formats, hours, hashtags and answers change nothing",
        draw=draw, truths=lambda: truths(NULL), card=card, timezone=ZONE,
    ),
}  # fmt: skip
"""The worlds of one account that `make sample` writes."""
