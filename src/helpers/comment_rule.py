"""How much does a comment say? The rule that sorts comments into emoji, stock phrase and substantive, in one place.

Imports and notebook 07 use the same rule. It is one SQL expression, so texts stay where they live.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT
from helpers.incoming import literal, quoted

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

QUALITIES = ("emoji", "stock", "substantive")
"""What a comment can be, from the least that it says to the most."""

PHRASES = ROOT / "data" / "stock_phrases.toml"
"""The open list of stock phrases; whoever edits it edits the rule."""

NAMES = r"@[\p{L}\p{M}\p{N}_.]+"
"""Names after an @."""


def quality(cell: str, *, phrases: Path = PHRASES) -> str:
    r"""Write SQL for how much a comment says: ``emoji``, ``stock`` or ``substantive``.

    Parameters
    ----------
    cell : str
        The column with the comment.
    phrases : Path
        The list of stock phrases.

    Returns
    -------
    str
        ``emoji`` where there is no letter or digit, ``stock`` where nothing but names and the phrases of the list is
        left, in any number and order, else ``substantive``; unknown where the comment is empty.
    """
    text = quoted(cell)
    named = f"regexp_replace(lower({text}), {literal(NAMES)}, ' ', 'g')"
    bare = f"trim(regexp_replace(replace({named}, '’', ''''), '[^\\p{{L}}\\p{{M}}\\p{{N}}'']+', ' ', 'g'))"
    may_be, is_stock = (literal(pattern) for pattern in _stock(phrases))
    # The first test, for letters and figures of English, is quick and spares most comments the second.
    wordless = f"NOT regexp_matches({text}, '[a-zA-Z0-9]') AND NOT regexp_matches({text}, '[\\p{{L}}\\p{{N}}]')"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN {wordless} THEN CASE WHEN trim({text}) <> '' THEN 'emoji' END "
        f"WHEN NOT regexp_full_match({text}, {may_be}) THEN 'substantive' "
        f"WHEN regexp_full_match({bare}, {is_stock}) THEN 'stock' ELSE 'substantive' END"
    )


@cache
def _stock(file: Path) -> tuple[str, str]:
    """Write the pattern of a comment that is made of stock phrases only, and before it one that is quicker.

    The quick one knows no letters but those of English, and lets a few more comments through. It reads the raw text and
    gives up at the first word that no phrase goes on with, so most texts are not read to their end.
    """
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    phrases = sorted({phrase for language in told.values() for phrase in language}, key=len, reverse=True)
    words = [[f"{re.escape(word)}{re.escape(word[-1])}*" for word in phrase.split()] for phrase in phrases]
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
        The comments with ``quality``. A frame that is no relation of DuckDB is read by it for this one column.
    """
    import narwhals as nw

    frame = nw.from_native(comments).lazy()
    there = frame.collect_schema().names()
    if "text" not in there:
        return frame if "quality" in there else frame.with_columns(quality=nw.lit(None, dtype=nw.String()))
    by_rule = quality("text")
    given = f"coalesce(quality, {by_rule})" if coded and "quality" in there else by_rule
    native = nw.to_native(frame)
    if hasattr(native, "project"):
        kept = ", ".join(quoted(name) for name in there if name != "quality")
        return nw.from_native(native.project(f"{kept}, {given} AS quality"))
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
