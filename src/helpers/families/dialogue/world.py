"""What would accounts see that answer their public, or do not? Effects on the panel, and a small table of comments.

Every effect works by whole weeks from Monday to Sunday (UTC), as notebook 04 counts them. Comments have authors and
times; only answers have a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.families.dialogue.repeats import WITHIN_DAYS, judged
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
        Engagement of a promotion against another post, and of a post that repeats the one before it against others.
    bait : float
        Next week's engagement after a week of nothing but bait.
    boosted : float
        Engagement of the other posts in a week with a boosted one.
    connection : float
        By how much more a boosted week brings where all comments of the week before were answered instead of none.
    heard : float
        By how much the chance to come back is higher for a commenter who was answered.
    length : float
        The same for each doubling of the answer's length.
    reward : float
        Slope of ln reach on ln engagement per view.
    """

    replies: float = 0.0
    trend: float = 0.0
    promotion: float = 0.0
    repetition: float = 0.0
    bait: float = 0.0
    boosted: float = 0.0
    connection: float = 0.0
    heard: float = 0.0
    length: float = 0.0
    reward: float = 0.0


PLANTED = {
    # The documents give no figures: effects are as large as their words, well beyond the margins.
    "documents": Dialogue(0.20, 0.012, -0.25, -0.30, 0.0, 0.20, connection=0.30, heard=0.10, reward=0.15),
    # +12% reviews where hotels answer (Proserpio & Zervas), 18% less engagement for branded posts (Mavrck), no
    # organic gain from promotion (Wisemetrics), 56% instead of 44% of newcomers back where they were answered, however
    # long the answer (Joyce & Kraut 2006); 0 where none was found, as of repeated posts.
    "literature": Dialogue(replies=np.log(1.12), promotion=np.log(0.82), heard=0.12),
    # Only the claims of no effect are false here, as they must be for nothing to hold.
    "null": Dialogue(bait=0.18, length=0.06),
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

WORDS, WORDS_SPREAD, FEWEST_WORDS, MOST_WORDS = 6, 0.8, 2, 40
"""Words of an answer: median, standard deviation of ln, fewest and most. With a single word the chance to come back
would fall below 0 where length counts, and what holds would be less than what is planted."""

CIRCLE = tuple("thank you for your kind words we read all of them and like to hear how it goes".split())  # noqa: SIM905
"""Answers are stretches of these words, which go round."""

HISTORIES, GROWTH, GAINED = 100, 0.003, 0.01
"""So many of the panel's accounts have their followers counted every week, by how much those grow in a week at random
(standard deviation of ln), and what a boosted post adds."""

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
    answers = (answering.max(axis=1) > 0)[account] - 0.5
    effect = planted.replies * answering[account, week - 1] + planted.bait * bait[account, week - 1]
    effect += planted.trend * answers * (week - week.mean()) + planted.promotion * (intent == "promotion")
    effect += planted.boosted * (with_boost & ~boosted)
    # Beyond what either does by itself on average, so that the two keep their own effects.
    weeks = pd.DataFrame({"account": account, "week": week, "with_boost": with_boost}).drop_duplicates()
    often = weeks.groupby("account")["with_boost"].mean().to_numpy()[account]
    effect += planted.connection * (with_boost - often) * (answering[account, week - 1] - answering.mean())
    columns = {"intent": intent, "boosted": boosted, "answering": answering[account, week]}
    return pd.DataFrame({"ln_engagement": effect, "ln_reach": BOOST * boosted, **columns}, index=posts.index)


def repeated(posts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Say what it does to a post that it repeats the one before, by the formats and hashtags that others planned.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts of the panel with every effect's columns.
    name : str
        World.

    Returns
    -------
    pandas.DataFrame
        Column ln_engagement.
    """
    effect = pd.Series(0.0, index=posts.index)
    if {"format", "hashtags"} <= set(posts.columns):
        found = judged(nw.from_native(posts).lazy()).collect("pandas").to_native().set_index("post_id")
        again = posts["post_id"].map(found[f"repeats_{WITHIN_DAYS[0]}"]).fillna(0)
        effect = PLANTED[name].repetition * again.astype(float)
    return pd.DataFrame({"ln_engagement": effect})


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
        ``posts`` with owner_replies, reach and views; ``comments`` with the text of answers only, for others to write
        the rest; ``account_history`` of some accounts.
    """
    posts = tables["posts"]
    posts = posts.assign(owner_replies=_answered(posts, rng), **_rewarded(posts, PLANTED[name].reward))
    history = _history(posts, rng.spawn(1)[0])
    return {"posts": posts, "comments": _comments(posts, PLANTED[name], rng), "account_history": history}


def _history(posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Count the followers of some accounts every Monday, backwards from those of the day of capture."""
    names = np.sort(posts["account_id"].unique())
    chosen = names[np.linspace(0, len(names) - 1, min(HISTORIES, len(names))).astype(int)]
    table = posts[posts["account_id"].isin(chosen)]
    week = monday_week(table["created_at"])
    first, weeks = week.min() - 1, np.arange(week.min() - 1, week.max() + 1)
    gained = np.zeros((len(chosen), len(weeks)))
    np.add.at(
        gained, (np.searchsorted(chosen, table["account_id"]), week - first), GAINED * table["boosted"].to_numpy()
    )
    growth = gained + GROWTH * rng.standard_normal(gained.shape)
    now = table.groupby("account_id")["followers"].first().reindex(chosen).to_numpy()
    left = np.cumsum(growth[:, ::-1], axis=1)[:, ::-1]  # what is still to come from the Monday on
    days = (7 * weeks - 3).astype("datetime64[D]").astype("datetime64[s]")
    return pd.DataFrame(
        {
            "account_id": np.repeat(chosen, len(weeks)),
            "date": np.tile(days, len(chosen)),
            "followers": np.rint(now[:, None] * np.exp(-left)).clip(min=1).astype(np.int64).ravel(),
        }
    )


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


def _comments(posts: pd.DataFrame, planted: Dialogue, rng: np.random.Generator) -> pd.DataFrame:
    """Write down who commented on the posts of smaller accounts that answer, and who came back."""
    rows: list[tuple[int, int, int, float, bool, int]] = []  # post, author, what it answers, time, owner's, words
    lengths = rng.spawn(1)[0]
    for number, account in enumerate(_smaller_accounts(posts)):
        _talk(rows, posts[posts["account_id"] == account], number, planted, rng, lengths)
    at, author, parent, seconds, owner, words = (
        np.array(one) for one in (zip(*rows, strict=True) if rows else [()] * 6)
    )
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
        "text": [_answer(int(number)) for number in words],
    }
    return pd.DataFrame(table)


def _answer(words: int) -> str | None:
    """Write an answer of so many words; None where there is none."""
    return " ".join((CIRCLE * (1 + words // len(CIRCLE)))[:words]) or None


@cache
def usual_length() -> float:
    """Give the mean binary logarithm of the length of an answer, in characters."""
    drawn = _drawn_words(200_000, np.random.default_rng(1))
    lengths = np.array([len(_answer(words) or "") for words in range(1, MOST_WORDS + 1)])
    return float(np.log2(lengths)[drawn - 1].mean())


def _drawn_words(n: int, rng: np.random.Generator) -> np.ndarray:
    drawn = np.rint(WORDS * np.exp(WORDS_SPREAD * rng.standard_normal(n)))
    return np.clip(drawn, FEWEST_WORDS, MOST_WORDS).astype(np.int64)


def _smaller_accounts(posts: pd.DataFrame) -> list[str]:
    """Choose accounts that answer, those with the fewest comments first, but two for each post at least."""
    sums = posts.groupby("account_id").agg(
        posts=("post_id", "size"), comments=("comments", "sum"), replies=("owner_replies", "sum")
    )
    sums = sums[(sums["comments"] >= 2 * sums["posts"]) & (sums["replies"] > 0)]
    rows = (sums["comments"] + sums["replies"]).sort_values(kind="stable")[:COMMENT_ACCOUNTS]
    return rows.index[rows.cumsum() <= COMMENT_ROWS].tolist()


def _talk(
    rows: list[tuple[int, int, int, float, bool, int]],
    posts: pd.DataFrame,
    number: int,
    planted: Dialogue,
    rng: np.random.Generator,
    lengths: np.random.Generator,
) -> None:
    """Add the comments and answers under one account's posts, in the order of time."""
    start = posts["created_at"].iloc[0]
    waiting: list[tuple[int, float]] = []  # who will come back, and when they commented last
    newcomer = 10_000 * number
    for post in posts.itertuples():
        posted = (post.created_at - start).total_seconds()
        waiting = [one for one in waiting if one[1] + (MEMORY_DAYS - 2) * 86_400 > posted]
        answered = rng.random(post.comments).argsort().argsort() < post.owner_replies
        words = _drawn_words(post.comments, lengths)
        length = np.array([np.log2(len(_answer(n) or "-")) for n in words]) - usual_length()
        chance = COMES_BACK + answered * (planted.heard + planted.length * length)
        returns = rng.random(post.comments) < chance
        delays = rng.exponential(6 * 3600, post.comments).clip(60, 40 * 3600)
        come, waiting = waiting[: post.comments], waiting[post.comments :]
        for i in range(post.comments):
            newcomer += i >= len(come)
            author, last = come[i] if i < len(come) else (newcomer, 0.0)
            time = max(delays[i], last - posted + 60)
            rows.append((post.Index, author, -1, time, False, 0))
            if answered[i]:
                rows.append((post.Index, author, len(rows) - 1, time + 600, True, words[i]))
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
        "dialogue-invitation-engages": -planted.promotion,
        "dialogue-repetition-wears-out": -planted.repetition,
        "dialogue-heard-people-return": planted.heard,
        "comment-few-sentences-suffice": planted.length,
        "dialogue-paid-lifts-organic": planted.boosted,
        "dialogue-campaigns-wake-fans": planted.boosted,
        "dialogue-ads-need-connection": planted.connection,
        "dialogue-talk-beats-campaign": planted.replies,
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
        f"  Followers of {HISTORIES} of them were counted every Monday.\n"
        f"- comments.csv: {len(comments):,} comments and answers under the posts of"
        f" {comments.loc[comments['is_owner'], 'author_id'].nunique()} smaller accounts of the panel: who, when and in"
        " answer to what. `posts.comments` counts those of visitors only.\n"
    )


EFFECT = Effect("dialogue", plan, truths, finish, card, repeated)
"""What is planted on the panel."""
