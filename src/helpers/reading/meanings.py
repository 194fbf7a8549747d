"""What do people call our columns, in which words and languages? Nothing is read by that: it is asked and proposed."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import cache

from helpers.base.words import counted, listed
from helpers.ground.languages import languages
from helpers.reading.values import visible
from helpers.tables import TABLES

UNUSED = ("not used; if it is", "not used; if they are", "not used, as")
"""What is said of columns that may be ours."""
_NEAR = 4  # names of columns that may be ours
_PREFIXES = re.compile(
    r"^(?:n|nb|no|num|number|total|count|aantal|anzahl|nombre|número|numero|public_metrics|statistics)_(?:of_|de_)?"
)
_SUFFIXES = re.compile(r"_(?:count|counts|total|n)$")


@cache
def meanings(table: str) -> Mapping[str, tuple[str, ...]]:
    """Give what our columns of a table are called, in all languages.

    Parameters
    ----------
    table : str
        The tidy table.

    Returns
    -------
    mapping of str to tuple of str
        By our column, words as `worded` writes them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for ours in TABLES[table].columns:
        told = [language.meanings.get(table, {}).get(ours, "") for language in languages()]
        found[ours] = tuple(dict.fromkeys(word for words in told for word in words.split()))
    return found


def worded(name: str) -> str:
    """Write a name in small letters with low lines, words of camelCase apart, without the number of a question.

    Examples
    --------
    >>> worded("commentCount"), worded("8. What is your age?"), worded("statistics.like_count")
    ('comment_count', 'what_is_your_age', 'statistics_like_count')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", visible(name))
    return re.sub(r"^[0-9]+_(?=[^\W\d])", "", re.sub(r"\W+", "_", apart.casefold()).strip("_"))


def forms_of(name: str) -> tuple[str, ...]:
    """Give the forms of a name that are compared: whole, its last part, and without words such as number of.

    Examples
    --------
    >>> forms_of("number of likes")
    ('number_of_likes', 'likes')
    """
    whole = worded(name)
    last = worded(re.split(r"[./:]", visible(name).removesuffix(".value"))[-1])
    stripped = [_SUFFIXES.sub("", _PREFIXES.sub("", form)) for form in (whole, last)]
    return tuple(dict.fromkeys(form for form in (whole, last, *stripped) if form))


def meant(name: str, table: str) -> str:
    """Say which of our columns a name may mean; empty where none, or where several may be meant.

    Examples
    --------
    >>> meant("volgers", "posts"), meant("likeCount", "posts"), meant("my mark", "posts")
    ('followers', 'likes', '')
    """
    forms = {*forms_of(name)}
    exact = [ours for ours in meanings(table) if ours in forms]
    found = exact or [ours for ours, words in meanings(table).items() if forms & {*words}]
    return found[0] if len(found) == 1 else ""


def is_spoken(names: Iterable[str], *those: str) -> bool:
    """Tell whether a column is called as in one of some languages, and in no other.

    Examples
    --------
    >>> is_spoken(["fecha", "likes"], "Spanish", "Portuguese"), is_spoken(["likes"], "Spanish")
    (True, False)
    """
    told: dict[bool, set[str]] = {True: set(), False: {name for table in TABLES.values() for name in table.columns}}
    for one in languages():
        words = (text for meanings_of in one.meanings.values() for text in meanings_of.values())
        told[one.language in those].update(word for text in words for word in text.split())
    return any(worded(name) in told[True] - told[False] for name in names)


def near_misses(names: Iterable[str], *, table: str, used: Container[str], is_mapped: bool = False) -> list[str]:
    """Note columns that may be ours by their name and are not used: in one line, as it stands on the screen.

    Parameters
    ----------
    names : iterable of str
        What the other columns of the file are called.
    table : str
        The tidy table.
    used : container of str
        Our columns that are there.
    is_mapped : bool
        Whether dataset.toml maps columns: only those count then that are called as ours but for spaces and low lines.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    found: dict[str, str] = {}
    for name in names:
        ours = worded(name) if is_mapped else meant(name, table)
        if ours in TABLES[table].columns and ours not in used:
            found.setdefault(ours, repr(name))
    if not found:
        return []
    more = f" and {counted(len(found) - _NEAR, 'other')}" if len(found) > _NEAR else ""
    theirs, meanings_of = (listed([*some][:_NEAR]) + more for some in (found.values(), found))
    if len(found) == 1:
        return [f"column {theirs} is {UNUSED[0]} {meanings_of}, name it so or map it in dataset.toml"]
    return [f"columns {theirs} are {UNUSED[1]} {meanings_of}, name them so or map them in dataset.toml"]
