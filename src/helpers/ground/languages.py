"""What do platforms and people call things, in which language? One file for each under ``data/languages``."""

from __future__ import annotations

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
        The months, whole and abbreviated, parted by spaces, January first.
    totals : tuple of str
        What a row of totals is called.
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
    return {name: number for names in lists for number, name in enumerate(names, start=1)}


@cache
def totals() -> frozenset[str]:
    """Give what a row of totals is called, in all languages, in small letters."""
    return frozenset(word.casefold() for one in languages() for word in one.totals)
