"""What would accounts see that answer their public, or do not? Effects on the panel, and a small table of comments.

Every effect works by whole weeks from Monday to Sunday (UTC), as notebook 04 counts them. Comments have authors and
times and no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulate.panel import monday_week
from helpers.simulate.parts import Effect


@dataclass(frozen=True)
class Dialogue:
    """What is planted in a world, on the ln scale where nothing else is said.

    Parameters
    ----------
    replies : float
        Next week's engagement, where all comments of a week are answered instead of none.
    trend : float
        By how much more the engagement of accounts that answer grows in a week.
    promotion, repetition : float
        Engagement of a promotion against another post, and of a day's later posts against its first.
    bait : float
        Next week's engagement after a week of nothing but bait.
    boosted : float
        Engagement of the other posts in a week with a boosted one.
    heard : float
        By how much the chance to come back is higher for a commenter who was answered.
    reward : float
        Slope of ln reach on ln engagement per view.
    """

    replies: float = 0.0
    trend: float = 0.0
    promotion: float = 0.0
    repetition: float = 0.0
    bait: float = 0.0
    boosted: float = 0.0
    heard: float = 0.0
    reward: float = 0.0


PLANTED = {
    # The documents give no figures: effects are as large as their words, well beyond the margins.
    "documents": Dialogue(0.20, 0.012, -0.25, -0.20, 0.0, 0.20, 0.10, 0.15),
    # +12% reviews where hotels answer (Proserpio & Zervas), 18% less engagement for branded posts (Mavrck), 57% of the
    # likes for posts of a day with two (Track Social), no organic gain from promotion (Wisemetrics); 0 where none was
    # found.
    "literature": Dialogue(replies=np.log(1.12), promotion=np.log(0.82), repetition=np.log(0.57)),
    # Only the claim of no effect is false here, as it must be for nothing to hold.
    "null": Dialogue(bait=0.18),
}

SENDERS = 1 / 3
"""Share of accounts that never answer."""

HABITS = (0.3, 0.7)
"""The others answer this share of their comments on average; from week to week it varies as beta(h, 1 - h) does."""

PROMOTIONS, BAIT_WEEKS, BOOSTED_WEEKS, BOOST = 0.15, 0.35, 0.25, 0.7
"""Share of promotions among other posts; of weeks with nothing but bait; of weeks of two posts or more that have a
boosted one; what boosting adds to its ln reach."""

REPLY_SPREAD = 0.275
"""Standard deviation of the share answered within account and week, over a large panel (checked in the tests)."""

COMMENT_ACCOUNTS, COMMENT_ROWS = 30, 11_500
"""At most so many accounts have their comments in a table, and at most so many rows does it have."""

FEWEST_ENGAGED = 30
"""Mean engagement of a post from which on an account's reach tells something, as in the notebook."""

COMES_BACK, MEMORY_DAYS = 0.12, 28
"""Chance to come back without an answer, and the days within which it happens."""


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Say which posts promote, bait or are boosted, how much is answered, and what that does to engagement.

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
        As `panel.EFFECTS` says; ``answering`` is the share of comments that will be answered, and no column of posts.
    """
    planted = PLANTED[name]
    account, week = pd.factorize(posts["account_id"])[0], monday_week(posts["created_at"])
    week = week - week.min() + 1  # the week before the first has habits too
    shape = (account.max() + 1, week.max() + 1)
    answering = _habits(shape, rng)
    bait = rng.random(shape) < BAIT_WEEKS
    boosted = _one_a_week(account * shape[1] + week, rng)
    with_boost = pd.Series(boosted).groupby(account * shape[1] + week).transform("any").to_numpy()
    other = rng.choice(["promotion", "value", "conversation", "story"], len(posts), p=[PROMOTIONS, 0.35, 0.25, 0.25])
    intent = np.where(bait[account, week], "bait", other)
    later = posts.groupby(["account_id", posts["created_at"].dt.normalize()]).cumcount().to_numpy() > 0
    answers = (answering.max(axis=1) > 0)[account] - 0.5
    effect = planted.replies * answering[account, week - 1] + planted.bait * bait[account, week - 1]
    effect += planted.trend * answers * (week - week.mean()) + planted.promotion * (intent == "promotion")
    effect += planted.repetition * later + planted.boosted * (with_boost & ~boosted)
    columns = {"intent": intent, "boosted": boosted, "answering": answering[account, week]}
    return pd.DataFrame({"ln_engagement": effect, "ln_reach": BOOST * boosted, **columns}, index=posts.index)


def _habits(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw the share that is answered, for accounts and weeks."""
    habit = rng.uniform(*HABITS, (shape[0], 1))
    return rng.beta(habit, 1 - habit, shape) * (rng.random((shape[0], 1)) >= SENDERS)


def _one_a_week(account_week: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Boost one post, whichever, in some of the weeks of two posts or more."""
    order = rng.permutation(len(account_week))
    _, first, counts = np.unique(account_week[order], return_index=True, return_counts=True)
    chosen = (rng.random(len(counts)) < BOOSTED_WEEKS) & (counts > 1)
    boosted = np.zeros(len(account_week), dtype=bool)
    boosted[order[first[chosen]]] = True
    return boosted


def finish(tables: Mapping[str, pd.DataFrame], name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Count what was answered, let reach follow engagement, and write the comments of some smaller accounts down.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables so far, with the counts of posts.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``posts`` with owner_replies, reach and views; ``comments`` without text, for others to write.
    """
    posts = tables["posts"]
    posts = posts.assign(owner_replies=_answered(posts, rng), **_rewarded(posts, PLANTED[name].reward))
    return {"posts": posts, "comments": _comments(posts, PLANTED[name].heard, rng)}


def _answered(posts: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Answer comments evenly, so that a week's share is within one comment of what was planned, however few there are.

    Plain chance would add noise to the share, and noise in a regressor pulls its slope towards 0.
    """
    key = [posts["account_id"], monday_week(posts["created_at"])]
    groups = posts["comments"].groupby(key)
    after = groups.cumsum().to_numpy()
    start = rng.random(groups.ngroups)[groups.ngroup()]
    share = posts["answering"].to_numpy()
    before = after - posts["comments"].to_numpy()
    return (np.floor(share * after + start) - np.floor(share * before + start)).astype(np.int64)


def _rewarded(posts: pd.DataFrame, slope: float) -> dict[str, np.ndarray]:
    """Let reach rise with the part of engagement per view that no effect plans, so that other effects stay as they are.

    With planned variance P, unplanned variance N and covariance K of the plans of reach and engagement, raising ln
    reach by c times the unplanned part gives a slope of (c (1 - c) N + K) / (P + (1 - c)^2 N), which is solved for c.
    """
    count = posts["likes"] + posts["comments"]
    used = (count > 0) & (posts["views"] > 0) & ~posts["boosted"]
    rate = np.log(count.where(used) / posts["views"])
    columns = {"rate": rate, "plan": posts["ln_engagement"].where(used), "reach": posts["ln_reach"].where(used)}
    rate, plan, reach = (column - column.groupby(posts["account_id"]).transform("mean") for column in columns.values())
    surprise = rate - plan
    # Small counts jump by chance; the slope is planted where the notebook looks for it.
    engaged = count.groupby(posts["account_id"]).transform("mean") >= FEWEST_ENGAGED
    p, n, k = (product[engaged].mean() for product in (plan**2, surprise**2, plan * reach))
    root = np.sqrt((1 + 2 * slope) ** 2 - 4 * (1 + slope) * (slope * (p + n) - k) / n)
    factor = np.exp((1 + 2 * slope - root) / (2 * (1 + slope)) * surprise.fillna(0))
    return {name: np.rint(posts[name] * factor).clip(lower=1).astype(np.int64) for name in ("reach", "views")}


def _comments(posts: pd.DataFrame, heard: float, rng: np.random.Generator) -> pd.DataFrame:
    """Write down who commented on the posts of smaller accounts that answer, and who came back."""
    rows: list[tuple[int, int, int, float, bool]] = []  # post, author, the comment that it answers, time, owner's
    for number, account in enumerate(_smaller_accounts(posts)):
        _talk(rows, posts[posts["account_id"] == account], number, heard, rng)
    at, author, parent, seconds, owner = (np.array(one) for one in (zip(*rows, strict=True) if rows else [()] * 5))
    at, parent = np.asarray(at, dtype=np.int64), np.asarray(parent, dtype=np.int64)
    accounts = posts["account_id"].to_numpy()[at]
    named = np.array([f"u{person:06d}" for person in np.asarray(author, dtype=np.int64)], dtype=object)
    times = posts["created_at"].to_numpy()[at] + np.asarray(seconds).astype(np.int64).astype("timedelta64[s]")
    table = {
        "comment_id": [f"c{number:05d}" for number in range(1, len(rows) + 1)],
        "post_id": posts["post_id"].to_numpy()[at],
        "author_id": np.where(owner, accounts, named),
        "parent_id": [f"c{number + 1:05d}" if number >= 0 else None for number in parent],
        "created_at": times,
        "is_owner": np.asarray(owner, dtype=bool),
    }
    return pd.DataFrame(table)


def _smaller_accounts(posts: pd.DataFrame) -> list[str]:
    """Choose accounts that answer, those with the fewest comments first, but two for each post at least."""
    sums = posts.groupby("account_id").agg(
        posts=("post_id", "size"), comments=("comments", "sum"), replies=("owner_replies", "sum")
    )
    sums = sums[(sums["comments"] >= 2 * sums["posts"]) & (sums["replies"] > 0)]
    rows = (sums["comments"] + sums["replies"]).sort_values(kind="stable")[:COMMENT_ACCOUNTS]
    return rows.index[rows.cumsum() <= COMMENT_ROWS].tolist()


def _talk(
    rows: list[tuple[int, int, int, float, bool]],
    posts: pd.DataFrame,
    number: int,
    heard: float,
    rng: np.random.Generator,
) -> None:
    """Add the comments and answers under one account's posts, in the order of time."""
    start = posts["created_at"].iloc[0]
    waiting: list[tuple[int, float]] = []  # who will come back, and when they commented last
    newcomer = 10_000 * number
    for post in posts.itertuples():
        posted = (post.created_at - start).total_seconds()
        waiting = [one for one in waiting if one[1] + (MEMORY_DAYS - 2) * 86_400 > posted]
        answered = rng.random(post.comments).argsort().argsort() < post.owner_replies
        returns = rng.random(post.comments) < COMES_BACK + heard * answered
        delays = rng.exponential(6 * 3600, post.comments).clip(60, 40 * 3600)
        come, waiting = waiting[: post.comments], waiting[post.comments :]
        for i in range(post.comments):
            newcomer += i >= len(come)
            author, last = come[i] if i < len(come) else (newcomer, 0.0)
            time = max(delays[i], last - posted + 60)
            rows.append((post.Index, author, -1, time, False))
            if answered[i]:
                rows.append((post.Index, author, len(rows) - 1, time + 600, True))
            if returns[i]:
                waiting.append((author, posted + time))


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is.

    How often an account posts changes nothing in any world, so replying beats posting by all that replying does.
    """
    planted = PLANTED[name]
    return {
        "dialogue-reply-raises-engagement": planted.replies,
        "dialogue-replying-beats-posting": planted.replies * REPLY_SPREAD,
        "dialogue-sending-loses-attention": planted.trend,
        "dialogue-promotion-lowers": -planted.promotion,
        "dialogue-repetition-wears-out": -planted.repetition,
        "dialogue-heard-people-return": planted.heard,
        "dialogue-paid-lifts-organic": planted.boosted,
        "dialogue-bait-does-not-help": planted.bait,
        "dialogue-interaction-drives-reach": planted.reward,
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what is planted on the panel about answering."""
    comments = tables["comments"]
    return (
        f"- Dialogue: {SENDERS:.0%} of the panel's accounts never answer, the others"
        f" {HABITS[0]:.0%} to {HABITS[1]:.0%} of their comments, more in some weeks than in others. {PROMOTIONS:.0%} of"
        f" other posts promote, {BAIT_WEEKS:.0%} of weeks hold nothing but bait, and some weeks have a boosted post.\n"
        f"- comments.csv: {len(comments):,} comments and answers under the posts of"
        f" {comments.loc[comments['is_owner'], 'author_id'].nunique()} smaller accounts of the panel: who, when and in"
        " answer to what. `posts.comments` counts those of visitors only.\n"
    )


EFFECT = Effect("dialogue", plan, truths, finish, card)
"""What is planted on the panel."""
