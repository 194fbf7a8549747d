"""How do rows of several files become one table: which repeats go, what one file gives to another, what is one page?

Every function gets the name of a table or view in DuckDB and its columns, and returns SQL or what SQL found.
``from_file`` and ``place`` number the files and the rows in them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.words import counted
from helpers.ground.root import ROOT
from helpers.reading.work import literal, one_row, quoted
from helpers.tables import TABLES

if TYPE_CHECKING:
    import duckdb

FILE, PLACE, RULE = "from_file", "place", "left_out"
EXACT = "repeats another row exactly"
EARLIER = "earlier capture"
LOWER = "another capture, with lower or the same counts"
GROWING = ("likes", "comments", "shares", "saves", "clicks", "reach", "impressions", "views")
"""Counts that hardly ever fall, so that the higher of two was counted later."""
FEWEST_SHARED = 10
"""Fewer posts in common than this may be chance."""
NEARLY_ALL = 0.8
"""Share of the smaller page's posts from which on two pages are taken for one."""


@dataclass(frozen=True)
class SamePage:
    """Two account ids that seem to be one page.

    Parameters
    ----------
    first, second : str
        The ids.
    shared : int
        Posts in common.
    of : int
        Posts of the one that has fewer.
    how : str
        What makes the posts the same.
    """

    first: str
    second: str
    shared: int
    of: int
    how: str


def repeats(view: str, *, table: str, columns: Sequence[str], latest_by: str = "") -> str:
    """Write SQL that marks all rows of one key but the last; of rows that are the same throughout, all but the first.

    Parameters
    ----------
    view : str
        The table with all files' rows.
    table : str
        The tidy table.
    columns : sequence of str
        The columns that it has, without those that number files and rows.
    latest_by : str, optional
        The column that tells which capture is the last. Without it, or where it is unknown, that is the one with the
        highest counts, then the place in the files: their names need not follow the time, as Apr stands before Mar.

    Returns
    -------
    str
        SQL that gives every row with one column more, `RULE`: null for rows that stay.
    """
    key = ", ".join(quoted(name) for name in TABLES[table].present_key(columns))
    dated = latest_by in columns
    counts = [f"greatest(coalesce({name}, 0), 0)::DOUBLE" for name in GROWING if name in columns]
    ways = ([f"{quoted(latest_by)} DESC NULLS LAST"] if dated else []) + [" + ".join(counts) + " DESC"] * bool(counts)
    when = "".join(f"{way}, " for way in ways)
    whole = f"hash({', '.join(quoted(name) for name in columns)})"
    last = f"first_value({whole}) OVER (PARTITION BY {key} ORDER BY {when}{FILE} DESC, {PLACE} DESC)"
    nth = f"row_number() OVER (PARTITION BY {key}, {whole} ORDER BY {FILE}, {PLACE})"
    other = LOWER if counts and not dated else EARLIER
    rule = f"CASE WHEN {whole} <> {last} THEN '{other}' WHEN {nth} > 1 THEN '{EXACT}' END"
    return f"SELECT *, {rule} AS {RULE} FROM {view}"


def has_repeats(con: duckdb.DuckDBPyConnection, view: str, *, table: str, columns: Sequence[str]) -> bool:
    """Tell whether any key comes twice; clean tables are spared the sorting.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    view, table, columns
        As for `repeats`.
    """
    return come_again(con, view, TABLES[table].present_key(columns))


def come_again(con: duckdb.DuckDBPyConnection, view: str, names: Sequence[str]) -> bool:
    """Tell whether any values of some columns come twice together.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    view : str
        A table.
    names : sequence of str
        The columns.
    """
    key = ", ".join(quoted(name) for name in names)
    sql = f"SELECT 1 FROM (SELECT hash({key}) AS h FROM {view}) GROUP BY h HAVING count(*) > 1 LIMIT 1"
    return con.execute(sql).fetchone() is not None


def same_pages(
    con: duckdb.DuckDBPyConnection, posts: str, *, columns: Sequence[str], ids_repeat: bool = True
) -> list[SamePage]:
    """Find account ids under which the same posts stand.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts : str
        The table, before repeats were taken out.
    columns : sequence of str
        Its columns.
    ids_repeat : bool
        Whether any post id may come twice.

    Returns
    -------
    list of SamePage
        Pairs that share post ids, and pairs most of whose posts have the same moment and the same counts.
    """
    if one_row(con, f"SELECT count(DISTINCT account_id) < 2 FROM {posts}")[0]:
        return []
    found = _pairs(con, posts, "post_id", how="the same post ids", fewest=1, share=0.0) if ids_repeat else []
    if {"created_at", "likes", "comments"} <= set(columns):
        known = {frozenset((pair.first, pair.second)) for pair in found}
        traces = "struct_pack(at := created_at, likes := likes, comments := comments)"
        where = "created_at IS NOT NULL AND likes + comments > 0"
        near = _pairs(con, posts, traces, how="posts of the same moment with the same counts", where=where)
        found += [pair for pair in near if frozenset((pair.first, pair.second)) not in known]
    return found


def _pairs(
    con: duckdb.DuckDBPyConnection,
    posts: str,
    trace: str,
    *,
    how: str,
    where: str = "true",
    fewest: int = FEWEST_SHARED,
    share: float = NEARLY_ALL,
) -> list[SamePage]:
    """Count what pairs of accounts share; only rows whose trace comes again are looked at twice."""
    rows = f"(SELECT account_id, {trace} AS trace FROM {posts} WHERE {where})"
    again = f"(SELECT hash(trace) FROM {rows} GROUP BY 1 HAVING count(*) > 1)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE seen_again AS "
        f"SELECT DISTINCT account_id, trace FROM {rows} WHERE account_id IS NOT NULL AND hash(trace) IN {again}"
    )
    pairs = """
        WITH shared AS (SELECT trace FROM seen_again GROUP BY 1 HAVING count(*) BETWEEN 2 AND 20),
        few AS (FROM seen_again SEMI JOIN shared USING (trace))
        SELECT a.account_id AS one, b.account_id AS other, count(*) AS n
        FROM few a JOIN few b ON a.trace = b.trace AND a.account_id < b.account_id GROUP BY ALL
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE sharing AS SELECT * FROM ({pairs}) WHERE n >= {fewest}")
    if not one_row(con, "SELECT count(*) FROM sharing")[0]:
        return []
    sql = f"""
        WITH named AS (SELECT one AS account_id FROM sharing UNION SELECT other FROM sharing),
        theirs AS (SELECT DISTINCT account_id, trace FROM {rows} SEMI JOIN named USING (account_id)),
        sizes AS (SELECT account_id, count(*) AS posts FROM theirs GROUP BY 1)
        SELECT one, other, n, least(s.posts, t.posts) AS of_all
        FROM sharing JOIN sizes s ON s.account_id = one JOIN sizes t ON t.account_id = other
        WHERE n >= {share} * of_all ORDER BY n DESC, 1, 2 LIMIT 100
    """
    return [SamePage(first, second, n, of, how) for first, second, n, of in con.execute(sql).fetchall()]


@dataclass(frozen=True)
class Change:
    """A day on which a platform changed the meaning of a figure, as ``data/metric_changes.toml`` tells it."""

    platform: str
    columns: tuple[str, ...]
    date: date
    change: str
    sources: tuple[str, ...]
    formats: tuple[str, ...] = ()


@cache
def changes(file: Path = ROOT / "data" / "metric_changes.toml") -> tuple[Change, ...]:
    """Read the list of changes of meaning.

    Parameters
    ----------
    file : Path
        The list.

    Returns
    -------
    tuple of Change
        In the list's order.
    """
    told = tomllib.loads(file.read_text(encoding="utf-8"))["change"]
    lists = ("columns", "sources", "formats")
    return tuple(Change(**entry | {name: tuple(entry[name]) for name in lists if name in entry}) for entry in told)


def breaks(con: duckdb.DuckDBPyConnection, posts: str, *, columns: Sequence[str]) -> list[str]:
    """Say which changes of meaning a table of posts spans.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts : str
        The table.
    columns : sequence of str
        Its columns.

    Returns
    -------
    list of str
        One sentence for each change with posts on both sides, or with the old and the new figure.
    """
    if "platform" not in columns:
        return []
    named = con.execute(f"SELECT DISTINCT platform FROM {posts} WHERE platform IS NOT NULL").fetchall()
    platforms = {name.lower() for (name,) in named}
    notes = []
    for change in (change for change in changes() if change.platform in platforms):
        used = [name for name in change.columns if name in columns]
        there = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in used)
        only = _only(change, columns)
        sides = _sides(con, posts, f"({there}) AND {only}", change.date) if used and "created_at" in columns else (0, 0)
        both = len(used) > 1 and _filled(con, posts, used, only)
        if all(sides) or both:
            notes.append(_sentence(change, sides, used if both else ()))
    return notes


def _only(change: Change, columns: Sequence[str]) -> str:
    """Write SQL for the posts that a change is about."""
    platform = f"lower(platform) = {literal(change.platform)}"
    if not change.formats or "format" not in columns:
        return platform
    return f"{platform} AND (format IS NULL OR format IN ({', '.join(map(literal, change.formats))}))"


def _sides(con: duckdb.DuckDBPyConnection, posts: str, where: str, day: date) -> tuple[int, int]:
    """Count the posts from before a day and from then on."""
    sides = f"count(*) FILTER (created_at < DATE '{day}'), count(*) FILTER (created_at >= DATE '{day}')"
    before, after = one_row(con, f"SELECT {sides} FROM {posts} WHERE {where}")
    return before, after


def _filled(con: duckdb.DuckDBPyConnection, posts: str, names: Sequence[str], where: str) -> bool:
    """Tell whether each of several columns holds values."""
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    return all(one_row(con, f"SELECT {counts} FROM {posts} WHERE {where}"))


def _sentence(change: Change, sides: Sequence[int], both: Sequence[str]) -> str:
    """Put a change and what it does to these data into words."""
    said = [f"{change.date.day} {change.date:%B %Y}: {change.change}"]
    if all(sides):
        said.append(f"Here are {counted(sides[0], 'post')} from before and {counted(sides[1], 'post')} from then on.")
    if both:
        said.append(f"{' and '.join(both)} stay two columns.")
    elif len(change.columns) == 1:
        said.append(f"Compare {change.columns[0]} within one side only.")
    return " ".join(said)


def gaps(con: duckdb.DuckDBPyConnection, view: str, *, columns: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Count hidden and missing cells.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    view : str
        A table.
    columns : mapping of str to str
        Its columns and their kinds.

    Returns
    -------
    dict of str to (int, int)
        Hidden and missing cells of each column that has any.
    """
    if not columns:
        return {}
    parts = []
    for name, kind in columns.items():
        parts.append(f"count(*) FILTER ({quoted(name)} = -1)" if kind == "count" else "0")
        parts.append(f"count(*) - count({quoted(name)})")
    counts = one_row(con, f"SELECT {', '.join(parts)} FROM {view}")
    pairs = zip(columns, counts[::2], counts[1::2], strict=True)
    return {name: (hidden, unknown) for name, hidden, unknown in pairs if hidden or unknown}
