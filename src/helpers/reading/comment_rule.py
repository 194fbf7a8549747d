"""How much does a comment say? The rule that sorts comments into emoji, stock phrase and substantive, in one place.

Imports and notebook 07 use the same rule. It is one SQL expression, written for DuckDB or for Spark, so
texts stay where they live.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ground.root import ROOT
from helpers.reading.work import literal, quoted

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd


QUALITIES = ("emoji", "stock", "substantive")
"""What a comment can be, from the least that it says to the most."""

PHRASES = ROOT / "data" / "stock_phrases.toml"
"""The open list of stock phrases; whoever edits it edits the rule."""

NAMES = r"@[\p{L}\p{M}\p{N}_.]+"
"""Names after an @."""

WORDLIKE, APOSTROPHE = r"[\p{L}\p{N}]", "'"
NO_WORDS = r"[^\p{L}\p{M}\p{N}']+"


@dataclass(frozen=True)
class Dialect:
    """How an engine's SQL writes what the rule is made of.

    Parameters
    ----------
    name, text : callable
        Quote a column's name, and a text.
    swapped : callable
        Called with SQL of a text, a pattern and a text: puts the last for every match.
    found : callable
        Called with SQL of a text and a pattern: whether it matches somewhere.
    told : callable
        Called with SQL of a text, SQL of its bare words and the list of phrases: the cases ``stock`` and
        ``substantive``.
    """

    name: Callable[[str], str]
    text: Callable[[str], str]
    swapped: Callable[[str, str, str], str]
    found: Callable[[str, str], str]
    told: Callable[[str, str, Path], str]


def _told_by_duckdb(text: str, bare: str, phrases: Path) -> str:
    may_be, is_stock = (literal(pattern) for pattern in _stock(phrases))
    return (
        f"WHEN NOT regexp_full_match({text}, {may_be}) THEN 'substantive' "
        f"WHEN regexp_full_match({bare}, {is_stock}) THEN 'stock' ELSE 'substantive'"
    )


DUCKDB = Dialect(
    quoted,
    literal,
    lambda text, pattern, new: f"regexp_replace({text}, {literal(pattern)}, {literal(new)}, 'g')",
    lambda text, pattern: f"regexp_matches({text}, {literal(pattern)})",
    _told_by_duckdb,
)


def _told_by_spark(text: str, bare: str, phrases: Path) -> str:
    """Write for Spark, whose patterns take exponential time where phrases may follow one another in any number.

    Comments with a word that is in no phrase are told at once. In the others it is worked out word by word up to which
    words they are made of whole phrases.
    """
    from helpers.reading.spark import written

    known = _phrases(phrases)
    words = "|".join(sorted({word for phrase in known for word in phrase}))
    all_known = written(rf"\A(?:(?:{words})(?: |\z))*+\z")
    one = written(rf"\A(?:{'|'.join(' '.join(phrase) for phrase in known)})\z")
    longest = max(len(phrase) for phrase in known)
    ends_here = f"l -> made[i - l] AND regexp_like(array_join(slice(w, i - l + 1, l), ' '), {one})"
    grown = f"concat(made, array(exists(sequence(1, least(i, {longest})), {ends_here})))"
    made = f"element_at(aggregate(sequence(1, size(w)), array(true), (made, i) -> {grown}), -1)"
    return (
        f"WHEN {bare} = '' THEN 'stock' "
        f"WHEN NOT regexp_like({bare}, {all_known}) THEN 'substantive' "
        f"WHEN transform(array(split({bare}, ' ')), w -> {made})[0] THEN 'stock' ELSE 'substantive'"
    )


def _spark() -> Dialect:
    from helpers.reading.spark import named, written

    return Dialect(
        named,
        written,
        lambda text, pattern, new: f"regexp_replace({text}, {written(pattern)}, {written(new)})",
        lambda text, pattern: f"regexp_like({text}, {written(pattern)})",
        _told_by_spark,
    )


def quality(cell: str, *, phrases: Path = PHRASES, dialect: Dialect = DUCKDB) -> str:
    r"""Write SQL for how much a comment says: ``emoji``, ``stock`` or ``substantive``.

    Parameters
    ----------
    cell : str
        The column with the comment.
    phrases : Path
        The list of stock phrases.
    dialect : Dialect
        The engine's SQL.

    Returns
    -------
    str
        ``emoji`` where there is no letter or digit, ``stock`` where nothing but names and the phrases of the list is
        left, in any number and order, else ``substantive``; unknown where the comment is empty.
    """
    text = dialect.name(cell)
    nameless = dialect.swapped(f"lower({text})", NAMES, " ")
    straight = f"replace({nameless}, '’', {dialect.text(APOSTROPHE)})"
    bare = f"trim({dialect.swapped(straight, NO_WORDS, ' ')})"
    # The first test, for letters and figures of English, is quick and spares most comments the second.
    wordless = f"NOT {dialect.found(text, '[a-zA-Z0-9]')} AND NOT {dialect.found(text, WORDLIKE)}"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN {wordless} THEN CASE WHEN trim({text}) <> '' THEN 'emoji' END "
        f"{dialect.told(text, bare, phrases)} END"
    )


def _phrases(file: Path) -> list[list[str]]:
    """Read the list, longest phrases first, each a list of patterns of words whose last letter may be drawn out."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    phrases = sorted({phrase for language in told.values() for phrase in language}, key=len, reverse=True)
    return [[f"{re.escape(word)}{re.escape(word[-1])}*" for word in phrase.split()] for phrase in phrases]


@cache
def _stock(file: Path) -> tuple[str, str]:
    """Write the pattern of a comment that is made of stock phrases only, and before it one that is quicker.

    The quick one knows no letters but those of English, and lets a few more comments through. It reads the raw text and
    gives up at the first word that no phrase goes on with, so most texts are not read to their end.
    """
    words = _phrases(file)
    one = "|".join(" ".join(phrase) for phrase in words)
    between = "[^a-z0-9@]"
    quick = "|".join(["@[^ ]*", *(f"{between}+".join(phrase).replace("'", ".") for phrase in words)])
    return f"(?is){between}*((?:{quick}){between}*)*", f"(({one})( ({one}))*)?"


def with_quality(comments: nw.LazyFrame | pd.DataFrame, *, coded: bool = True) -> nw.LazyFrame:
    """Give every comment its quality, where the comments live.

    Parameters
    ----------
    comments : narwhals.LazyFrame or pandas.DataFrame
        Tidy comments; with neither text nor quality every quality is unknown.
    coded : bool, default True
        Whether a quality that the table holds goes before the rule's. Where there is no text it is all there is.

    Returns
    -------
    narwhals.LazyFrame
        The comments with ``quality``. A pandas frame is read by DuckDB for this one column.
    """
    import narwhals as nw

    frame = nw.from_native(comments).lazy()
    there = frame.collect_schema().names()
    if "text" not in there:
        return frame if "quality" in there else frame.with_columns(quality=nw.lit(None, dtype=nw.String()))
    dialect = _spark() if frame.implementation.is_spark_like() else DUCKDB
    by_rule = quality("text", dialect=dialect)
    given = f"coalesce(quality, {by_rule})" if coded and "quality" in there else by_rule
    columns = [*(dialect.name(name) for name in there if name != "quality"), f"{given} AS quality"]
    native = nw.to_native(frame)
    if frame.implementation.is_spark_like():
        return nw.from_native(native.selectExpr(*columns))
    if frame.implementation.is_duckdb():
        return nw.from_native(native.project(", ".join(columns)))
    return _read_by_duckdb(frame, given)


def _read_by_duckdb(frame: nw.LazyFrame, sql: str) -> nw.LazyFrame:
    """Work out a column of a pandas frame in a database that lasts as long as this call."""
    import duckdb
    import narwhals as nw

    table = frame.collect("pandas").to_native()
    with duckdb.connect() as con:
        names = [name for name in ("text", "quality") if name in table]
        texts = table[names].astype("object").where(table[names].notna(), None).assign(_row=range(len(table)))
        typed = con.from_df(texts).project(", ".join(["_row", *(f"{name}::VARCHAR AS {name}" for name in names)]))
        found = typed.project(f"_row, {sql} AS quality").order("_row").df()
    return nw.from_native(table.assign(quality=found["quality"].to_numpy())).lazy()
