"""Where would things be going? Shares of formats, intents and reactions that change over a year, planted on the panel.

Only accounts that are followed for more than a year change. Of their posts, drawn evenly over time by others, some are
dropped, so that the shares of those that stay change by a straight line; who stays hangs on nothing but format, intent
and time, so that no other effect meets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulate.panel import LONG_WEEKS
from helpers.simulate.parts import Effect


@dataclass(frozen=True)
class Trends:
    """What is planted: changes in a year.

    Parameters
    ----------
    video, live, talk : float
        Of the share of recorded videos, of live broadcasts, and of conversation among conversation and promotion.
    comments : float
        Of the ln of comments against likes.
    conversation : float
        The change of the share of comments and shares among all interactions that follows, measured once on a large
        panel (checked in the tests).
    """

    video: float = 0.0
    live: float = 0.0
    talk: float = 0.0
    comments: float = 0.0
    conversation: float = 0.0


PLANTED = {
    # The documents give no figures: changes are as large as their words, well beyond the margins.
    "documents": Trends(video=0.20, live=0.08, talk=0.25, comments=1.0, conversation=0.055),
    "literature": Trends(),
    "null": Trends(),
}
"""By world. No study of these changes over the same accounts was found."""

LONG_FROM = 40
"""Accounts that are followed for more weeks than this change."""


def _years(posts: pd.DataFrame) -> np.ndarray:
    """Give the time of each post in years around the middle of the panel; 0 throughout where it is short."""
    days = posts["created_at"].to_numpy().astype("datetime64[s]").astype(np.int64) / 86_400
    span = np.ptp(days) if len(days) else 0.0
    return (days - (days.min() + span / 2)) / 365.25 if span > 7 * LONG_FROM else days * 0.0


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Let comments rise or fall against likes.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `panel.skeleton`.
    name : str
        World.
    rng : numpy.random.Generator
        Not used.

    Returns
    -------
    pandas.DataFrame
        Column ln_comments.
    """
    del rng
    return pd.DataFrame({"ln_comments": PLANTED[name].comments * _years(posts)}, index=posts.index)


def finish(tables: Mapping[str, pd.DataFrame], name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Drop posts, so that the shares of formats and intents change.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables so far, with formats and intents.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``posts``.
    """
    posts = tables["posts"]
    years = _years(posts)
    if not years.any() or not {"format", "intent"} <= set(posts.columns):
        return {"posts": posts}
    formats = {"video": posts["format"].isin(["video", "reel"]), "live": posts["format"] == "live"}
    intents = {"talk": posts["intent"] == "conversation", "promotion": posts["intent"] == "promotion"}
    keep = _kept(formats, PLANTED[name], years) * _talked(intents, PLANTED[name], years)
    return {"posts": posts[rng.random(len(posts)) < keep].reset_index(drop=True)}


def _kept(formats: Mapping[str, pd.Series], planted: Trends, years: np.ndarray) -> np.ndarray:
    """Give the chance to keep a post of each format at each time, as high as it can be."""
    usual = {name: inside.mean() for name, inside in formats.items()}
    wanted = {name: usual[name] + getattr(planted, name) * years for name in formats}
    rest, wanted_rest = 1 - sum(usual.values()), 1 - sum(wanted.values())
    ratio = wanted_rest / rest
    for name, inside in formats.items():
        ratio = np.where(inside, wanted[name] / usual[name], ratio)
    ends = [wanted_rest.max() / rest, *(wanted[name].max() / usual[name] for name in formats)]
    return np.clip(ratio / max(ends), 0, 1)


def _talked(intents: Mapping[str, pd.Series], planted: Trends, years: np.ndarray) -> np.ndarray:
    """Give the chance to keep a post that converses or promotes; all others are kept."""
    usual = intents["talk"].sum() / max(intents["talk"].sum() + intents["promotion"].sum(), 1)
    wanted = usual + planted.talk * years
    most = max((wanted / usual).max(), ((1 - wanted) / (1 - usual)).max())
    talked = np.where(intents["talk"], wanted / usual, np.where(intents["promotion"], (1 - wanted) / (1 - usual), most))
    return np.clip(talked / most, 0, 1)


def draw_posts(name: str, *, accounts: int, rng: np.random.Generator, weeks: int = LONG_WEEKS) -> pd.DataFrame:
    """Draw posts of accounts whose shares change by a straight line, for calibration, without any other effect.

    Accounts differ in their shares and in their own changes, by a third of a per cent point and more.

    Parameters
    ----------
    name : str
        World.
    accounts, weeks : int
        Size.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy posts: ids, created_at, format, intent, likes, comments and shares.
    """
    planted = PLANTED[name]
    numbers = np.maximum(weeks, rng.poisson(2 * weeks * np.exp(0.4 * rng.standard_normal(accounts))))
    of = np.repeat(np.arange(accounts), numbers)
    n, middle = len(of), weeks * 7 / 2
    days = rng.uniform(0, 2 * middle, n)
    years = (days - middle) / 365.25
    own = 0.05 * rng.standard_normal((4, accounts))[:, of]
    level = np.clip(
        np.array([[0.12], [0.6], [0.35], [0.1]]) + 0.04 * rng.standard_normal((4, accounts))[:, of], 0.06, 0.8
    )
    slopes = np.array([[planted.conversation], [planted.talk], [planted.video], [planted.live]]) + own
    shares = np.clip(level + slopes * years, 0.001, 0.98)
    drawn, gathered = rng.random((2, n)), rng.poisson(80 * np.exp(0.6 * rng.standard_normal(n)))
    told = rng.binomial(gathered, shares[0])
    kinds = np.where(drawn[0] < shares[2], "video", np.where(drawn[0] < shares[2] + shares[3], "live", "image"))
    talked = np.where(drawn[1] < shares[1] / 2, "conversation", np.where(drawn[1] < 0.5, "promotion", "value"))
    start = np.datetime64("2024-01-01T00:00:00")
    return pd.DataFrame(
        {
            "post_id": [f"t{i:06d}" for i in range(n)],
            "account_id": [f"a{account:04d}" for account in of],
            "created_at": start + (days * 86_400).astype(np.int64).astype("timedelta64[s]"),
            "format": kinds,
            "intent": talked,
            "likes": gathered - told,
            "comments": told // 2,
            "shares": told - told // 2,
        }
    )


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim; that of campaigns is planted with them."""
    planted = PLANTED[name]
    return {
        "trend-less-approval": planted.conversation,
        "trend-conversation": planted.talk,
        "trend-video": planted.video,
        "trend-live": planted.live,
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what changes."""
    del tables
    return "- Trends: accounts that are followed for more than a year turn to video, live and conversation over time.\n"


EFFECT = Effect("trends", plan, truths, finish, card)
"""What is planted on the panel."""
