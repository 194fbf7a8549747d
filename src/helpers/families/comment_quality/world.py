"""What would comments look like of which some say something and some do not? Texts, captions, and what reach does.

Reach answers to the comments of the week before, as they were drawn. If it answers to the number of substantive ones
alone, both claims of document 004 hold: their share lifts reach where the number of all is held fixed, and empty ones
beside them do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulate.panel import monday_week
from helpers.simulate.parts import Effect


@dataclass(frozen=True)
class Quality:
    """What is planted in a world.

    Parameters
    ----------
    substantive : float
        Slope of next week's ln reach on ln(1 + substantive comments).
    any : float
        The same on ln(1 + comments of every kind).
    community : float
        By how much the substantive share of communities is higher.
    words : float
        Slope of ln expected comments on ln words of the caption.
    """

    substantive: float = 0.0
    any: float = 0.0
    community: float = 0.0
    words: float = 0.0


PLANTED = {
    # The documents give no figures: effects are as large as their words, well beyond the margins.
    "documents": Quality(substantive=0.25, community=0.22),
    # Instagram denied in 2020 that short comments and emoji count for less: comments of every kind do the same.
    "literature": Quality(any=0.15),
    # The claims of no effect are false here, as they must be for nothing to hold.
    "null": Quality(any=0.3, words=0.15),
}

TALKED, CAPTIONED = (1.0, 16.0), (16.0, 130.0)
"""Expected comments of a post, for accounts whose comments are written down, and for those with captions."""

LEVEL, LEVEL_SPREAD = 0.4, 0.08
"""Substantive share of an account's comments: mean, and standard deviation between accounts."""

SUBSTANTIVE_SPREAD, EMPTY_SPREAD = 0.4, 1.7
"""Standard deviation from week to week of the ln number of either kind: empty comments come in bursts."""

EMOJI_SHARE, NAMED_SHARE, DUTCH_SHARE = 0.4, 0.1, 0.5
"""Of empty comments those of emoji alone; of stock phrases those with a first name, which the rule takes for something
said; of accounts those that are commented on in Dutch."""

WORDS, WORDS_SPREAD, MOST_WORDS = 8, 0.8, 40
"""Words of a caption: median, standard deviation of ln, most."""

SHARE_SLOPE, EMPTY_SLOPE, SHARE_GAP = 1.494, 0.547, 0.887
"""Over a large panel (checked in the tests): the slope of ln(1 + substantive) on their share, ln(1 + all) held fixed;
of ln(1 + all) on ln(1 + empty), ln(1 + substantive) held fixed; and what of a planted difference in the expected share
is left in the share that is counted, since bursts weigh more in it."""

TEXTS = {
    ("emoji", False): ("🔥", "🔥🔥🔥", "😍", "❤️❤️", "👏👏", "😂😂", "🙌", "💯", "😍🔥", "👍"),
    ("emoji", True): ("🔥", "🔥🔥🔥", "😍", "❤️❤️", "👏👏", "😂😂", "🙌", "💯", "😍🔥", "👍"),
    ("stock", False): ("So cool!", "Nice pic", "Love this 😍", "Amazing!!", "Great post", "niceee", "So true", "Wow!"),
    ("stock", True): (
        "Wat mooi!",
        "Leuk!",
        "Zo mooi 😍",
        "Prachtig!!",
        "Mooie foto",
        "Toppp",
        "Helemaal eens",
        "Wauw!",
    ),
    ("substantive", False): (
        "Which lens did you use for this one?",
        "We tried it last week and it rained all day",
        "Is the path open to bikes in winter?",
        "My daughter wants the blue one",
        "I think step three should come first",
        "Ours broke after a month, sadly",
        "How long did you leave it in the oven?",
        "That bench is where I met my wife",
    ),
    ("substantive", True): (
        "Welke maat heb je daar genomen?",
        "Bij ons duurde het maar een kwartier",
        "Kun je dit ook zonder oven maken?",
        "Mijn zus werkt daar om de hoek",
        "Ik zou de stof eerst wassen",
        "Die van ons was na een maand stuk",
        "Is het pad ook open voor fietsers?",
        "Vorig jaar stond dat hek er nog niet",
    ),
}
"""Made-up comments by quality and language, Dutch where true."""

FIRST_NAMES = ("Anna", "Bram", "Chris", "Daan", "Eva")

CAPTION_WORDS = tuple("a day by the sea with new bread and old friends we made this in spring for you".split())  # noqa: SIM905


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Say how many comments of each kind weeks draw, and which posts have captions.

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
        As `panel.EFFECTS` says; ``substantive`` (the share that is expected) and ``kind`` (what an account will be,
        empty where its comments are not written down) are no columns of posts.
    """
    planted = PLANTED[name]
    account, names = pd.factorize(posts["account_id"])
    expected = (posts["followers"] * posts["comment_rate"]).groupby(account).first().to_numpy()
    talked, captioned = ((low <= expected) & (expected < high) for low, high in (TALKED, CAPTIONED))
    kinds = np.where(talked, _kinds(talked, rng), "")
    level = np.clip(LEVEL + LEVEL_SPREAD * rng.standard_normal(len(names)), 0.1, 0.7)
    level = level + planted.community * (kinds == "community")
    week = monday_week(posts["created_at"])
    substantive, share = _mix(level, talked, week - week.min(), account, rng)
    words = _words(len(posts), rng)
    comments = np.where(captioned[account], planted.words * np.log(words), np.log(substantive / share))
    captions = _captions(words, captioned[account], rng)
    columns = {"ln_comments": comments, "caption": captions, "substantive": share, "kind": kinds[account]}
    return pd.DataFrame(columns, index=posts.index)


def _kinds(talked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Make a third each of the accounts that are talked about brands, communities and persons."""
    kinds = np.array(["brand", "community", "person"])[(np.cumsum(talked) - 1) % 3]
    kinds[talked] = rng.permutation(kinds[talked])
    return kinds


def _mix(
    level: np.ndarray, talked: np.ndarray, week: np.ndarray, account: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw, for each post's account and week, substantive comments as a part of the usual, and their share."""
    normal = rng.standard_normal((2, len(level), week.max() + 1)) * talked[:, None]
    spreads = (SUBSTANTIVE_SPREAD, EMPTY_SPREAD)
    parts = [
        part[:, None] * np.exp(spread * (draws - spread / 2 * talked[:, None]))
        for part, spread, draws in zip((level, 1 - level), spreads, normal, strict=True)
    ]
    substantive, empty = (part[account, week] for part in parts)
    return substantive, substantive / (substantive + empty)


def _words(n: int, rng: np.random.Generator) -> np.ndarray:
    drawn = np.rint(WORDS * np.exp(WORDS_SPREAD * rng.standard_normal(n)))
    return np.clip(drawn, 1, MOST_WORDS).astype(int)


def _captions(words: np.ndarray, captioned: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write captions of so many words, each a stretch of a text that goes round and round."""
    circle = CAPTION_WORDS * (2 + MOST_WORDS // len(CAPTION_WORDS))
    starts = rng.integers(0, len(CAPTION_WORDS), len(words))
    written = np.full(len(words), None, dtype=object)
    for i in np.flatnonzero(captioned):
        written[i] = " ".join(circle[starts[i] : starts[i] + words[i]])
    return written


def finish(tables: Mapping[str, pd.DataFrame], name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Write what comments say, and let the reach of the week after answer to it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables so far; comments that another effect wrote down are kept and get their quality and text.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``comments`` with quality and text, of more accounts; ``posts`` with their reach;
        ``accounts`` with the kinds of those that are commented on.
    """
    posts, accounts = tables["posts"], tables["accounts"]
    comments = _written(_with_more(tables.get("comments"), posts, rng), posts, rng)
    kinds = posts.drop_duplicates("account_id").set_index("account_id")["kind"]
    kind = accounts["account_id"].map(kinds.where(kinds != ""))
    return {
        "comments": comments,
        "posts": _reached(posts, comments, PLANTED[name]),
        "accounts": accounts.assign(kind=kind.where(kind.notna(), accounts["kind"])),
    }


def _with_more(comments: pd.DataFrame | None, posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add the comments of accounts that nobody wrote down yet, without any answers to them."""
    added = posts["kind"] != ""
    if comments is not None:
        added &= ~posts["account_id"].isin(posts.loc[posts["post_id"].isin(comments["post_id"]), "account_id"])
    of = posts.loc[posts.index[added].repeat(posts.loc[added, "comments"])]
    seconds = rng.exponential(6 * 3600, len(of)).clip(60, 40 * 3600).astype(np.int64).astype("timedelta64[s]")
    more = pd.DataFrame(
        {
            "comment_id": [f"d{i:05d}" for i in range(1, len(of) + 1)],
            "post_id": of["post_id"].to_numpy(),
            "author_id": [f"v{i:06d}" for i in range(1, len(of) + 1)],
            "parent_id": None,
            "created_at": of["created_at"].to_numpy() + seconds,
            "is_owner": False,
        }
    )
    return more if comments is None else pd.concat([comments.astype({"is_owner": bool}), more], ignore_index=True)


def _written(comments: pd.DataFrame, posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give visitors' comments a quality and a text in the language of the account; answers keep theirs, if any."""
    of = posts.set_index("post_id").loc[comments["post_id"], ["account_id", "substantive"]]
    n, visitor = len(comments), ~comments["is_owner"].to_numpy(dtype=bool)
    empty = np.where(rng.random(n) < EMOJI_SHARE, "emoji", "stock")
    quality = np.where(rng.random(n) < of["substantive"].to_numpy(), "substantive", empty)
    account = of["account_id"].factorize()[0]
    dutch = (rng.random(account.max(initial=0) + 1) < DUTCH_SHARE)[account]
    texts = comments["text"].to_numpy(dtype=object) if "text" in comments else np.full(n, None, dtype=object)
    texts = np.where(visitor, np.array(None), texts)
    for (kind, language), phrases in TEXTS.items():
        chosen = visitor & (quality == kind) & (dutch == language)
        texts[chosen] = rng.choice(np.array(phrases, dtype=object), chosen.sum())
    named = visitor & (quality == "stock") & (rng.random(n) < NAMED_SHARE)
    texts[named] = texts[named] + " " + rng.choice(np.array(FIRST_NAMES, dtype=object), named.sum())
    return comments.assign(text=texts, quality=np.where(visitor, quality, np.array(None)))


def counts_by_week(posts: pd.DataFrame, comments: pd.DataFrame) -> pd.DataFrame:
    """Count visitors' comments of accounts and Monday weeks: columns substantive and all, those without any too."""
    key = [posts["account_id"], monday_week(posts["created_at"])]
    visitors = comments[~comments["is_owner"].astype(bool)]
    substantive = (visitors["quality"] == "substantive").groupby(visitors["post_id"]).agg(["sum", "size"])
    found = substantive.reindex(posts["post_id"]).fillna(0).set_axis(["substantive", "all"], axis=1)
    return found.set_index(posts.index).groupby(key).sum()


def _reached(posts: pd.DataFrame, comments: pd.DataFrame, planted: Quality) -> pd.DataFrame:
    """Raise or lower the reach of posts after a week of comments; an account's mean stays.

    Likes and views stay as they are: more posts in a week bring more comments, and engagement of the week after, which
    other effects are about, must not follow from that.
    """
    weeks = counts_by_week(posts, comments)
    effect = planted.substantive * np.log1p(weeks["substantive"]) + planted.any * np.log1p(weeks["all"])
    before = pd.MultiIndex.from_arrays([posts["account_id"], monday_week(posts["created_at"]) - 1])
    told = posts["account_id"].isin(posts.loc[posts["post_id"].isin(comments["post_id"]), "account_id"])
    ln = effect.reindex(before).set_axis(posts.index).where(told)
    factor = np.exp((ln - ln.groupby(posts["account_id"]).transform("mean")).fillna(0))
    return posts.assign(reach=np.rint(posts["reach"] * factor).clip(lower=1).astype(np.int64))


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is; slopes are those that the estimators converge to."""
    planted = PLANTED[name]
    return {
        "comment-substance-lifts-reach": planted.substantive * SHARE_SLOPE,
        "comment-stock-phrases-do-nothing": planted.any * EMPTY_SLOPE,
        "comment-community-more-sincere": planted.community * SHARE_GAP,
        "comment-caption-length": planted.words,
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what comments and captions are."""
    comments, captions = tables["comments"], tables["posts"]["caption"].notna()
    said = comments["quality"].value_counts()
    return (
        "- Comment quality: what visitors wrote is made up from short lists, in English or Dutch:"
        f" {', '.join(f'{said[kind]:,} {kind}' for kind in said.index)}. Empty comments come in bursts. Communities,"
        f" brands and persons are a third each of the accounts that are commented on. {captions.sum():,} posts have a"
        " made-up caption.\n"
    )


EFFECT = Effect("comment_quality", plan, truths, finish, card)
"""What is planted on the panel."""
