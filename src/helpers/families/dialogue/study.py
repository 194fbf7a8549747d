"""How well do the estimators of notebook 04 do on worlds with a known truth?

Beside the panel of the sample there are worlds unlike it: attention that lasts from week to week, owners with habits,
owners who answer more while attention is high, or have time for six answers a week, and owners who answer those whom
they know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from helpers.measures import Reduced
from helpers.simulate.study import Case, Study, Warned, estimated, warned


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate some accounts in a world, and estimate as the notebook does every claim that it plants something on."""
    from helpers.families.dialogue import world
    from helpers.families.dialogue.analysis import ANALYSES, reduce
    from helpers.simulate import panel

    if name in ATTENTION:
        return estimated(ANALYSES, draw_weeks(ATTENTION[name], accounts=size, rng=rng), ATTENTION[name].truths())
    if name in CROWDS:
        return estimated(ANALYSES, reduce(draw_comments(CROWDS[name], accounts=size, rng=rng)), CROWDS[name].truths())
    data = reduce(panel.draw(name, rng=rng, accounts=size, effects=(world.EFFECT,)))
    return estimated(ANALYSES, data, world.truths(name))


def heeded(name: str, size: int, rng: np.random.Generator) -> Iterator[Warned]:
    """Ask the placebo in a world where the owner goes by what is in no column, or in a clean one beside it."""
    from helpers.families.dialogue.analysis import ANALYSES

    world = {**THREATENED, "clean": ATTENTION["attention lasts"]}[name]
    return warned(ANALYSES, draw_weeks(world, accounts=size, rng=rng), ["dialogue-reply-raises-engagement"])


STUDY = Study(
    unit="accounts",
    sizes=(48, 120),
    cases=cases,
    threatened={name: partial(heeded, name) for name in ("attention is heeded", "clean")},
    threatened_sizes=(60,),
)
"""Accounts that are followed for 26 weeks, equally many from each band of size."""


@dataclass(frozen=True)
class Attention:
    """Weeks of accounts that the public attends to more or less.

    Parameters
    ----------
    replies : float, default 0
        Next week's ln engagement, all comments answered against none.
    boosted : float, default 0
        Ln engagement of the other posts in a week with a boosted one.
    lasts, habit : float
        Correlation of a week's attention with the week before's, and of what moves the owner to answer.
    heeds : float, default 0
        Ln odds of answering a comment for a standard deviation more attention, which no column shows; half of it for
        boosting a post.
    sees : float, default 0
        Ln odds of answering for a standard deviation more engagement than usual, which the columns show.
    most : int, optional
        Answers that the owner has time for in a week; all comments are answered until then.
    weeks : int, default 40
        That accounts are followed.
    """

    replies: float = 0.0
    boosted: float = 0.0
    lasts: float = 0.6
    habit: float = 0.3
    heeds: float = 0.0
    sees: float = 0.0
    most: int | None = None
    weeks: int = 40

    def truths(self) -> dict[str, float]:
        """Say what is planted, by claim."""
        return {
            "dialogue-reply-raises-engagement": self.replies,
            "dialogue-paid-lifts-organic": self.boosted,
            "dialogue-bait-does-not-help": 0.0,
        }


ATTENTION: Mapping[str, Attention] = {
    "attention lasts": Attention(lasts=0.6, habit=0.6),
    "attention and answers work": Attention(replies=0.2, boosted=0.2, lasts=0.6, habit=0.6),
    "attention is brief": Attention(replies=0.2, boosted=0.2, lasts=0.3, habit=0.3),
    "attention is seen": Attention(sees=1.5),
    "six answers a week": Attention(most=6),
}
"""Worlds that the estimates must cover, as what the owner goes by is in the columns."""

THREATENED: Mapping[str, Attention] = {
    "attention is heeded": Attention(heeds=1.5),
    "attention is heeded and lasts": Attention(heeds=1.5, lasts=0.8),
}
"""Worlds that no estimate can cover: the owner goes by what is in no column. Here the placebo must warn of answering
and of boosting; not of bait, which the owner takes no pains to time."""

ATTENTION_SPREAD, LUCK, TALK_LUCK = 0.4, 0.8, 0.5
"""Standard deviations: of the ln attention of a week, of ln likes and of ln comments between posts of one week."""

USUAL, TALKED, PACE = 60, 0.15, 3.0
"""Median of expected likes and comments of a post, the part that comments are, and posts in a week."""

BEFOREHAND = 10
"""Weeks that go by before accounts are followed."""


def draw_weeks(world: Attention, *, accounts: int, rng: np.random.Generator) -> Reduced:
    """Draw weeks of accounts, as `measures.account_weeks` gives them.

    Parameters
    ----------
    world : Attention
        What holds.
    accounts : int
        Accounts.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Reduced
        Frame ``weeks``; weeks without posts have no row.
    """
    shape = (accounts, world.weeks + BEFOREHAND)
    attention, mood = _lasting(shape, world.lasts, rng), _lasting(shape, world.habit, rng)
    posts = rng.poisson(PACE * np.exp(0.3 * rng.standard_normal((accounts, 1))), shape)
    bait = rng.binomial(2, 0.35, shape) / 2
    boosted = rng.random(shape) < _share(-1 + 0.5 * world.heeds * attention)
    level = np.log(USUAL) + 0.8 * rng.standard_normal((accounts, 1)) + 0.1 * rng.standard_normal(shape[1])
    level = level + ATTENTION_SPREAD * attention + world.boosted * boosted
    odds = rng.normal(0, 0.7, (accounts, 1)) + 1.2 * mood + world.heeds * attention
    likes, comments, answers = (np.zeros(shape) for _ in range(3))
    answered = np.full(accounts, 0.5)
    for week in range(shape[1]):
        ln, n = level[:, week] + world.replies * answered, posts[:, week]
        likes[:, week] = rng.poisson((1 - TALKED) * np.exp(ln) * _luck(n, LUCK, rng))
        comments[:, week] = rng.poisson(TALKED * np.exp(ln) * _luck(n, TALK_LUCK, rng))
        more = np.log((likes[:, week] + comments[:, week] + 1) / np.maximum(n, 1)) - level[:, [0]].mean(axis=1)
        answers[:, week] = _answers(comments[:, week], odds[:, week] + world.sees * more, world.most, rng)
        answered = answers[:, week] / np.maximum(comments[:, week], 1)
    kept = np.arange(shape[1]) >= BEFOREHAND
    columns = {"posts": posts, "likes": likes, "answerable": comments, "owner_replies": answers, "share_bait": bait}
    account, week = np.indices(shape)[:, :, kept]
    table = pd.DataFrame({"account": account.ravel(), "week": week.ravel()})
    table = table.assign(**{name: values[:, kept].ravel() for name, values in (columns | {"boosted": boosted}).items()})
    return Reduced({"weeks": _as_measured(table[table["posts"] > 0].reset_index(drop=True))}, len(table), {})


def _as_measured(table: pd.DataFrame) -> pd.DataFrame:
    """Turn sums of weeks into the columns that reductions give."""
    posts, comments = table["posts"], table["answerable"]
    table = table.assign(
        likes=table["likes"] / posts, comments=comments / posts, boosted=table["boosted"].astype(float)
    )
    table = table.assign(engagement=table["likes"] + table["comments"], known_posts=posts, organic_known_posts=posts)
    share = table["owner_replies"] / comments.where(comments > 0)
    return table.assign(organic_engagement=table["engagement"], share_answered=share, owner=table["account"])


def _lasting(shape: tuple[int, int], correlation: float, rng: np.random.Generator) -> np.ndarray:
    """Draw normal values whose neighbours in a row resemble each other, each of variance 1."""
    values = rng.standard_normal(shape)
    for at in range(1, shape[1]):
        values[:, at] = correlation * values[:, at - 1] + np.sqrt(1 - correlation**2) * values[:, at]
    return values


def _luck(posts: np.ndarray, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Add up the lucks of so many posts, each 1 in the mean."""
    drawn = np.exp(spread * rng.standard_normal((len(posts), max(posts.max(), 1))) - spread**2 / 2)
    return (drawn * (np.arange(drawn.shape[1]) < posts[:, None])).sum(axis=1)


def _share(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


def _answers(comments: np.ndarray, odds: np.ndarray, most: int | None, rng: np.random.Generator) -> np.ndarray:
    """Answer comments as the odds say, or all until there is no time left."""
    if most is not None:
        return np.minimum(comments, most)
    return rng.binomial(comments.astype(int), _share(odds))


@dataclass(frozen=True)
class Crowd:
    """Who comments on accounts, and whom their owners answer.

    Parameters
    ----------
    heard : float, default 0
        By how much the chance to come back within 28 days is higher for a commenter who was answered.
    favoured : str, default "nobody"
        Whom the owner answers more: ``"the known"``, the more so the more often they came; ``"the recent"``, who were
        here within a week or so; ``"regulars"``, those who will come again, which no column shows and few owners know.
    """

    heard: float = 0.0
    favoured: str = "nobody"

    def truths(self) -> dict[str, float]:
        """Say what is planted, by claim."""
        return {"dialogue-heard-people-return": self.heard}

    def chances(self, *, visits: int, gap: np.ndarray, regular: np.ndarray) -> np.ndarray:
        """Give the chance of an answer after so many visits, the last so many posts ago."""
        known, even = 0.2 + 0.7 * (1 - np.exp(-visits / 3)), np.full(len(gap), 0.4)
        kinds = {"nobody": even, "the known": even * 0 + known, "the recent": np.where(gap <= 4, 0.8, 0.25)}
        return (kinds | {"regulars": np.where(regular, 0.7, 0.3)})[self.favoured]


CROWDS: Mapping[str, Crowd] = {
    "nobody favoured": Crowd(heard=0.1),
    "the known favoured": Crowd(favoured="the known"),
    "the known favoured, answers work": Crowd(heard=0.1, favoured="the known"),
    "the recent favoured": Crowd(favoured="the recent"),
}
"""Worlds that the estimate must cover. It is a limit to favour ``"regulars"`` before they have been seen: who is
answered for what he will do cannot be told from who does it for the answer."""

NEWCOMERS, REGULARS = 2.5, 0.2
"""Persons who comment on the account for the first time under a post, and the part of them that are regulars."""

COME_BACK, COME_LATE = (0.12, 0.6), 0.5
"""Chance to come back within 28 days, others and regulars; of regulars who do not, the part that comes later."""

EARLIER, FOLLOWED = 60, 90
"""Posts, one every other day, before the table of comments begins and in it: regulars were there before."""


def draw_comments(crowd: Crowd, *, accounts: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the comments under the posts of some accounts.

    Parameters
    ----------
    crowd : Crowd
        What holds.
    accounts : int
        Accounts.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tidy ``posts`` and ``comments``.
    """
    n_posts = EARLIER + FOLLOWED
    newcomers = rng.poisson(NEWCOMERS, accounts * n_posts)
    account, post = np.divmod(np.repeat(np.arange(accounts * n_posts), newcomers), n_posts)
    person, regular = np.arange(len(post)), rng.random(len(post)) < REGULARS
    visits, parts, gap = 0, [], np.full(len(post), n_posts)
    while len(post):
        answered = rng.random(len(post)) < crowd.chances(visits=visits, gap=gap, regular=regular)
        parts.append(np.column_stack([account, post, person, answered]))
        back = rng.random(len(post)) < np.where(regular, *COME_BACK[::-1]) + crowd.heard * answered
        late = ~back & regular & (rng.random(len(post)) < COME_LATE)
        gap = np.where(back, rng.integers(1, 14, len(post)), rng.integers(15, 31, len(post)))
        stays = (back | late) & (post + gap < n_posts)
        account, post, person, regular, gap = (one[stays] for one in (account, post + gap, person, regular, gap))
        visits += 1
    return _written(np.vstack(parts), rng)


def _written(visits: np.ndarray, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Write visits and answers down as tables, those before `FOLLOWED` left out."""
    account, post, person, answered = visits[visits[:, 1] >= EARLIER].T
    day = np.datetime64("2025-01-01T00:00:00") + ((post - EARLIER) * 172_800).astype("timedelta64[s]")
    time = day + rng.integers(60, 80_000, len(post)).astype("timedelta64[s]")
    posts = pd.DataFrame({"account_id": account, "at": day}).drop_duplicates(ignore_index=True)
    posts = posts.assign(post_id=[f"p{i:05d}" for i in range(len(posts))])
    comments = pd.DataFrame({"account_id": account, "at": day, "author_id": person, "created_at": time})
    comments = comments.merge(posts, on=["account_id", "at"]).assign(parent_id=None, is_owner=False)
    comments = comments.assign(comment_id=[f"c{i:06d}" for i in range(len(comments))])
    answers = comments[answered.astype(bool)].assign(is_owner=True, author_id=-1)
    answers = answers.assign(parent_id=answers["comment_id"], comment_id="a" + answers["comment_id"])
    answers = answers.assign(created_at=answers["created_at"] + np.timedelta64(600, "s"))
    table = pd.concat([comments, answers], ignore_index=True).astype({"author_id": "str"})
    columns = ["comment_id", "post_id", "author_id", "parent_id", "created_at", "is_owner"]
    posts = posts.assign(account_id=posts["account_id"].map("a{}".format), created_at=posts["at"], likes=1)
    return {"posts": posts.drop(columns="at"), "comments": table[columns]}
