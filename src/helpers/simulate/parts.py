"""What may a family of claims plant in the sample data? Tables of its own, or an effect on the panel's posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]


def _nothing(name: str, **given: object) -> dict[str, pd.DataFrame]:
    """Draw no table."""
    return {}


def _silent(tables: Tables) -> str:
    """Tell nothing."""
    return ""


@dataclass(frozen=True)
class Part:
    """Tables that a family adds to the sample, and what is planted in them.

    Parameters
    ----------
    name : str
        Names its stream of random numbers, so that no part changes another.
    truths : callable
        Called with the world's name; the true value of each claim's estimand, signed as the claim is.
    draw : callable
        Called with the world's name and ``rng``; tables by name. Rows of a table that is there go below its rows.
    card : callable
        Called with all tables; Markdown lines that tell what is in them.
    place : int
        Where it comes among the parts, which decides the order of rows in tables that several add to; equals stand in
        the order of their families.
    """

    name: str
    truths: Callable[[str], Mapping[str, float]]
    draw: Callable[..., Tables] = _nothing
    card: Callable[[Tables], str] = _silent
    place: int = 2


@dataclass(frozen=True)
class Effect:
    """What a family plants on the posts of the panel.

    Parameters
    ----------
    name : str
        Names its streams of random numbers.
    plan : callable
        Called with posts, the world's name and ``rng``; a table with the rows of the posts. Its columns
        ``ln_engagement``, ``ln_comments`` and ``ln_reach`` are added to the ln of likes and comments, of comments alone
        and of reach; all others are new columns of the posts.
    truths : callable
        As for `Part`.
    finish : callable, optional
        Called with the tables so far (posts with their counts, accounts, what effects before it drew), the world's name
        and ``rng``; the tables that it adds or changes.
    card : callable
        As for `Part`.
    after : callable, optional
        Called with the posts, the columns of every effect among them, and the world's name; gives more to add to the ln
        of likes and comments, where that hangs on what others planned.
    """

    name: str
    plan: Callable[..., pd.DataFrame]
    truths: Callable[[str], Mapping[str, float]]
    finish: Callable[..., Tables] | None = None
    card: Callable[[Tables], str] = _silent
    after: Callable[[pd.DataFrame, str], pd.DataFrame] | None = None


@dataclass(frozen=True)
class Whole:
    """A world that a family has for itself: small data of its own, beside the sample.

    Parameters
    ----------
    meaning : str
        What holds in it, in words.
    draw : callable
        Called with the world's name and ``rng``; all its tables by name.
    truths : callable
        Gives the true value of each claim's estimand that is known, signed as the claim is.
    card : callable
        Called with the tables; Markdown that tells what is in them.
    timezone : str
        Where its accounts live.
    """

    meaning: str
    draw: Callable[..., Tables]
    truths: Callable[[], Mapping[str, float]]
    card: Callable[[Tables], str]
    timezone: str = "UTC"
