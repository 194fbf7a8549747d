"""What do platforms and people call things, in which language? One file for each under ``data/languages``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from helpers.ground.root import ROOT

FOLDER = ROOT / "data" / "languages"


@dataclass(frozen=True)
class Language:
    """The words of one language.

    Parameters
    ----------
    language, basis : str
        Its name in English, and where the words are from.
    months, short : str
        The months, whole and abbreviated, parted by spaces, January first; bars part several words for one.
    totals : tuple of str
        What a row of totals is called.
    gained : tuple of str
        What says in a name that followers were won or lost, and are not all there are.
    limits : tuple of str
        What says in a line under a table that only so many rows are listed.
    units : mapping of str to str
        By unit, words for it in a name, parted by spaces.
    activity : mapping of str to tuple of str
        What begins or ends an entry of Google's My Activity (``watched``, ``done``, ``visited``), with an ellipsis
        where the title stands.
    headers, words : mapping of str to mapping of str to list of str
        By family of exports and English name, what a column, or a word in one, is called.
    meanings : mapping of str to mapping of str to str
        By tidy table and column, what files of people's own call it, parted by spaces.
    """

    language: str
    basis: str
    months: str
    short: str
    totals: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    activity: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@cache
def languages(folder: Path = FOLDER) -> tuple[Language, ...]:
    """Read every language, English first.

    Parameters
    ----------
    folder : Path
        Where the files are.

    Returns
    -------
    tuple of Language
        In the order of their names otherwise.
    """
    read = [Language(**tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.toml"))]
    return tuple(sorted(read, key=lambda one: one.language != "English"))


@cache
def months() -> Mapping[str, int]:
    """Give the number of the month for each name and abbreviation, in all languages; none stands for two months.

    Examples
    --------
    >>> months()["maart"], months()["dic"]
    (3, 12)
    """
    lists = (names.split() for one in languages() for names in (one.months, one.short))
    return {name: number for names in lists for number, one in enumerate(names, start=1) for name in one.split("|")}


@cache
def totals() -> frozenset[str]:
    """Give what a row of totals is called, in all languages, in small letters."""
    return frozenset(word.casefold() for one in languages() for word in one.totals)


@cache
def gained() -> frozenset[str]:
    """Give the words, in all languages, which say in a name that followers were won or lost."""
    return frozenset(word for one in languages() for word in one.gained)


@cache
def limits() -> frozenset[str]:
    """Give the words, in all languages, which say that only so many rows are listed."""
    return frozenset(word for one in languages() for word in one.limits)


@cache
def activity(kind: str) -> re.Pattern[str]:
    """Give what entries of My Activity of one kind look like, in all languages.

    Examples
    --------
    >>> bool(activity("watched").fullmatch("Katzen angesehen")), bool(activity("done").fullmatch("Liked cats"))
    (True, True)
    """
    forms = [form for one in languages() for form in one.activity.get(kind, ())]
    told = ".*".join
    return re.compile("|".join(told(map(re.escape, form.split("…"))) for form in forms), re.IGNORECASE | re.DOTALL)


@cache
def unit_words() -> Mapping[str, str]:
    """Give the unit that each word for one means, in all languages.

    Examples
    --------
    >>> unit_words()["uren"], unit_words()["stunden"]
    ('hours', 'hours')
    """
    return {word: unit for one in languages() for unit, words in one.units.items() for word in words.split()}
