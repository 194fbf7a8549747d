"""What would accounts give that are followed closely? Half a year of posts on which many effects are planted.

Each effect is a family's: it says which columns it adds to the posts, and by how much it raises or lowers the ln of
engagement, comments or reach. The panel adds the plans up, draws the counts, and lets each effect finish what hangs on
them. Effects are scaled within each account, so that its mean rates stay as planted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.accounts import PLATFORMS, draw_accounts
from helpers.simulate.parts import Effect, Part
from helpers.simulate.posts import CAPTURED
from helpers.simulate.streams import stream
from helpers.simulate.worlds import world
from helpers.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


ACCOUNTS, WEEKS, POSTS_PER_WEEK = 180, 26, 2.5
"""Equally many accounts from each of the six bands of size; weeks before the day of capture; mean posts in a week."""

PACE_SPREAD = 0.5
"""Standard deviation of the ln number of posts in a week, between accounts."""

POST_SPREAD, REACH_SPREAD = 0.5, 0.35
"""Standard deviation of ln engagement per person reached, and of ln reach, between posts of one account."""

REACHED = 0.35
"""Persons reached for each follower, on average."""

VIEWS_PER_REACH, SHARES_PER_LIKE, SAVES_PER_LIKE = 1.3, 0.08, 0.05

FIRST_NUMBER = 90_001
"""Panel accounts are numbered from here on, apart from the others of the sample."""

LONG_ACCOUNTS, LONG_WEEKS, FIRST_LONG = 24, 60, 90_501
"""So many more accounts are followed for over a year, so that it can be asked where things are going; their numbers."""

AGAIN = 0.07
"""Share of posts that are made like the one before them, in format and hashtags."""


def draw(
    name: str,
    *,
    rng: np.random.Generator,
    accounts: int = ACCOUNTS,
    weeks: int = WEEKS,
    effects: Sequence[Effect] = (),
    quotas: bool = True,
    first: int = FIRST_NUMBER,
) -> dict[str, pd.DataFrame]:
    """Draw the posts of a panel, and the tables that its effects finish.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    rng : numpy.random.Generator
        Source of randomness.
    accounts, weeks : int
        Size of the panel.
    effects : sequence of Effect
        What is planted; a calibration plants only what it looks at.
    quotas : bool, default True
        As in `accounts.draw_accounts`.
    first : int
        Number of the first account.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tidy tables by name, posts and accounts among them.
    """
    owners = draw_accounts(world(name), n=accounts, rng=rng, quotas=quotas)
    owners = owners.assign(account_id=[f"a{first + i}" for i in range(accounts)])
    posts = skeleton(owners, weeks=weeks, rng=rng)
    seed = int(rng.integers(2**32))
    posts = _planned(posts, name, {effect: _stream(seed, "plan", effect) for effect in effects})
    tables = {"posts": _counted(posts, rng=rng), "accounts": owners[["account_id", "platform", "followers", "kind"]]}
    for effect in effects:
        if effect.finish:
            tables |= effect.finish(tables, name, rng=_stream(seed, "finish", effect))
    kept = [column for column in TABLES["posts"].columns if column in tables["posts"]]
    return tables | {"posts": tables["posts"][kept]}


def _stream(seed: int, what: str, effect: Effect) -> np.random.Generator:
    """Give an effect random numbers of its own; their names are as old as the sample, which they must not change."""
    return stream(seed, f"{what} helpers.simulate.{effect.name}")


def skeleton(owners: pd.DataFrame, *, weeks: int, rng: np.random.Generator) -> pd.DataFrame:
    """Say who posts when.

    Parameters
    ----------
    owners : pandas.DataFrame
        From `accounts.draw_accounts`.
    weeks : int
        Weeks before the day of capture.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        One row for each post, sorted by account and time: post_id, account_id, platform, followers, created_at,
        captured_at, week (from 0), day, whether it is made like the post before (again), and the account's expected
        like_rate and comment_rate. The last three days are empty, so that every post has gathered its likes.
    """

    pace = POSTS_PER_WEEK * np.exp(PACE_SPREAD * rng.standard_normal(len(owners)) - PACE_SPREAD**2 / 2)
    numbers = np.maximum(weeks // 2, rng.poisson(pace * weeks))
    of = owners.loc[np.repeat(owners.index, numbers)].reset_index(drop=True)
    n = len(of)
    hour = np.clip(np.round(rng.normal(15, 4, n)), 6, 22).astype(int)
    day = rng.integers(0, 7 * weeks - 3, n)
    minutes = rng.integers(0, 60, n)
    start = CAPTURED - np.timedelta64(7 * weeks, "D")
    created = start + day * np.timedelta64(1, "D") + (60 * hour + minutes) * np.timedelta64(1, "m")
    columns = of[["account_id", "platform", "followers", "like_rate", "comment_rate"]]
    posts = columns.assign(created_at=created.astype("datetime64[s]"), captured_at=CAPTURED, week=day // 7, day=day)
    posts = posts.sort_values(["account_id", "created_at"], kind="stable", ignore_index=True)
    again = (rng.spawn(1)[0].random(n) < AGAIN) & posts["account_id"].duplicated()
    return posts.assign(post_id=[f"q{i:06d}" for i in range(1, n + 1)], followers_at="capture", again=again)


def _planned(posts: pd.DataFrame, name: str, streams: Mapping[Effect, np.random.Generator]) -> pd.DataFrame:
    """Add the columns of every effect, and add up what they do to the ln of counts."""
    sums = {column: np.zeros(len(posts)) for column in ("ln_engagement", "ln_comments", "ln_reach")}
    for effect, rng in streams.items():
        plan = effect.plan(posts, name, rng=rng)
        for column in plan:
            if column in sums:
                sums[column] = sums[column] + plan[column].to_numpy(dtype=float)
            else:
                posts = posts.assign(**{column: plan[column].to_numpy()})
    for effect in streams:
        more = effect.after(posts, name) if effect.after else {}
        sums = {column: total + np.asarray(more.get(column, 0.0), dtype=float) for column, total in sums.items()}
    return posts.assign(**sums)


def made_again(values: pd.Series, posts: pd.DataFrame) -> pd.Series:
    """Let posts that are made like the one before have its value instead of their own, unknown ones too."""
    import pandas as pd

    own = np.where(posts["again"], -1, np.arange(len(posts)))
    return pd.Series(values.to_numpy()[np.maximum.accumulate(own)], index=posts.index)


def _counted(posts: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the counts of posts from their plans."""
    n = len(posts)
    reached = np.exp(posts["ln_reach"] + REACH_SPREAD * rng.standard_normal(n))
    liked = np.exp(posts["ln_engagement"] + POST_SPREAD * rng.standard_normal(n))
    by_account = posts["account_id"].to_numpy()
    reach = 1 + rng.poisson(posts["followers"] * REACHED * _scaled(reached, by_account))
    audience = posts["followers"] * _scaled(posts["followers"] * 0.0 + reach, by_account)
    likes = rng.poisson(audience * posts["like_rate"] * _scaled(liked, by_account, weights=reach))
    talked = liked * np.exp(posts["ln_comments"])
    comments = rng.poisson(audience * posts["comment_rate"] * _scaled(talked, by_account, weights=reach))
    return posts.assign(
        likes=likes,
        comments=comments,
        shares=rng.poisson(likes * SHARES_PER_LIKE),
        saves=rng.poisson(likes * SAVES_PER_LIKE),
        reach=reach,
        views=rng.poisson(reach * VIEWS_PER_REACH),
    )


def _scaled(values: pd.Series, by: np.ndarray, *, weights: np.ndarray | float = 1.0) -> pd.Series:
    """Divide by the weighted mean of each account, so that effects shift posts and not accounts."""
    shares = values * 0 + weights
    return values / ((values * shares).groupby(by).transform("sum") / shares.groupby(by).transform("sum"))


def part(effects: Sequence[Effect]) -> Part:
    """Make the panel a part of the sample, with the effects of every family planted on it."""

    def truths(name: str) -> dict[str, float]:
        return {claim: value for effect in effects for claim, value in effect.truths(name).items()}

    def card(tables: Mapping[str, pd.DataFrame]) -> str:
        return (
            f"- A panel: {ACCOUNTS} accounts (a{FIRST_NUMBER} and up, {len(PLATFORMS)} platforms), {WEEKS} weeks,"
            f" about {POSTS_PER_WEEK:g} posts a week, with reach, saves and views; {AGAIN:.0%} of the posts are made"
            f" like the one before. {LONG_ACCOUNTS} more (a{FIRST_LONG} and up) are followed for {LONG_WEEKS} weeks.\n"
            f"{''.join(effect.card(tables) for effect in effects)}"
        )

    return Part("panel", truths, partial(_with_long, effects=effects), card, place=1)


def _with_long(name: str, *, rng: np.random.Generator, effects: Sequence[Effect]) -> dict[str, pd.DataFrame]:
    """Draw the panel, and below it posts of some accounts that are followed for longer, with the same effects."""
    import pandas as pd

    tables = draw(name, rng=rng, effects=effects)
    again = rng.spawn(1)[0]
    more = draw(name, rng=again, effects=effects, accounts=LONG_ACCOUNTS, weeks=LONG_WEEKS, first=FIRST_LONG)
    more["posts"]["post_id"] = more["posts"]["post_id"].str.replace("q", "y", n=1)
    return tables | {kind: pd.concat([tables[kind], more[kind]], ignore_index=True) for kind in ("posts", "accounts")}


def monday_week(times: pd.Series) -> np.ndarray:
    """Number weeks from Monday to Sunday; 1 January 1970 was a Thursday."""
    return (times.to_numpy().astype("datetime64[D]").astype(np.int64) + 3) // 7
