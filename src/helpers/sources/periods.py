"""What do exports say of one video whose counts are those of a period each, as YouTube Studio's are?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from helpers.base.words import counted, listed
from helpers.reading.work import one_row, quoted
from helpers.sources.intake import Piece
from helpers.sources.joining import FILE, GROWING

if TYPE_CHECKING:
    import duckdb

OF_A_PERIOD = ("youtube-studio-videos",)
"""Layouts whose counts are those of the period that was chosen for the export."""
EXPORTED = re.compile(r"(?:/|: )[^/]+ (\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d) ([^/]+?)(?: ?\(\d+\))?(?:\.zip)?/")
"""How YouTube Studio names a zip, or the folder that is unpacked: breakdown, period, channel, number of the copy."""
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:_| ?[-–] ?| to | tot | t/m | bis )(\d{4}-\d\d-\d\d)")

_PERSONS = ("reach",)  # who was reached in two periods may be the same persons
_SUMMED = (*(name for name in GROWING if name not in _PERSONS), "watch_time_s")
_MEND = "What to do: export once more, with the period Lifetime, and give that file alone"


class Period(NamedTuple):
    """First and last day of an export."""

    start: date
    end: date


def period(piece: Piece) -> Period | None:
    """Say which period an export is of, as the name of its file, zip or folder says; None where none does."""
    found = _DAYS.findall(f"{piece.archive}/{piece.name}")
    try:
        return Period(*map(date.fromisoformat, found[-1])) if found else None
    except ValueError:
        return None


def added_up(
    con: duckdb.DuckDBPyConnection, posts: str, *, columns: Sequence[str], periods: Mapping[int, Period | None]
) -> tuple[str, list[str]]:
    """Add up the counts of videos that stand in exports of several periods which do not overlap.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts : str
        The table, before repeats go.
    columns : sequence of str
        Its columns.
    periods : mapping of int to Period or None
        By the number of each file whose counts are those of a period, that period where it is known.

    Returns
    -------
    (str, list of str)
        SQL for all posts, in which each row of such a video has the sums, so that any of them may stay, and no number
        of persons. And what nobody may overlook: what was added, and what is no total.
    """
    files = ", ".join(map(str, periods)) or "NULL"
    rows = f"SELECT post_id, {FILE} FROM {posts} WHERE {FILE} IN ({files})"
    sets = f"SELECT list_sort(list(DISTINCT {FILE})) AS files, count(*) AS n FROM ({rows}) GROUP BY post_id"
    several = f"SELECT files, count(*) FROM ({sets}) WHERE len(files) > 1 AND n = len(files) GROUP BY 1 ORDER BY 1"
    sums, said, doubtful = [], [], 0
    for some, n in con.execute(several).fetchall():
        known = sorted(span for at in some if (span := periods[at]))
        if len(known) == len(some) and all(one.end < other.start for one, other in pairwise(known)):
            sums.append(some)
            said.append(_told(n, known))
        elif len(known) < len(some) or not _one_holds_all(known):
            doubtful += n
    if doubtful:
        said.append(
            f"WARNING: {counted(doubtful, 'video')} in several exports of YouTube Studio, which each count within a "
            "period: the higher counts were kept and may be no totals, as the periods overlap or stand in no name of a "
            f"file or folder. {_MEND}"
        )
    return _summed(posts, columns, sums, files), said + _partial(con, posts, columns, periods)


def _one_holds_all(periods: Sequence[Period]) -> bool:
    """Tell whether one period has all others in it, so that its counts are the highest."""
    first, last = min(one.start for one in periods), max(one.end for one in periods)
    return Period(first, last) in periods


def _told(n: int, periods: Sequence[Period]) -> str:
    """Say which periods were added up, and how many days between them no export covers."""
    told = listed(f"{one.start} to {one.end}" for one in periods)
    gap = sum((other.start - one.end - timedelta(days=1)).days for one, other in pairwise(periods))
    gaps = f"; {counted(gap, 'day')} between them in no export" if gap else ""
    return f"{counted(n, 'video')} in exports of several periods ({told}): their counts were added up{gaps}"


def _summed(posts: str, columns: Sequence[str], sums: Sequence[Sequence[int]], files: str) -> str:
    """Write SQL that gives every row of a video in some files the sums of all its rows there; other files stay."""
    if not sums:
        return f"SELECT * FROM {posts}"
    each = "OVER (PARTITION BY post_id)"
    put = []
    for cell in (quoted(name) for name in _SUMMED if name in columns):
        # What one of the files does not know, or hides, has no sum.
        whole = f"min({cell}) {each} >= 0 AND count({cell}) {each} = count(*) {each}"
        kind = "DOUBLE" if cell == quoted("watch_time_s") else "BIGINT"
        total = f"CAST(sum({cell}) {each} AS {kind})"
        put.append(f"CASE WHEN NOT added THEN {cell} WHEN {whole} THEN {total} END AS {cell}")
    put += [f"CASE WHEN NOT added THEN {name} END AS {name}" for name in _PERSONS if name in columns]
    wanted = ", ".join(f"[{', '.join(map(str, some))}]" for some in sums)
    theirs = f"FROM {posts} WHERE {FILE} IN ({files})"
    marked = f"SELECT *, list_sort(list({FILE}) {each}) IN ({wanted}) AS added {theirs}"
    told = f" REPLACE ({', '.join(put)})" if put else ""
    rest = f"SELECT * FROM {posts} WHERE {FILE} NOT IN ({files})"
    return f"SELECT * EXCLUDE (added){told} FROM ({marked}) UNION ALL BY NAME {rest}"


def _partial(
    con: duckdb.DuckDBPyConnection, posts: str, columns: Sequence[str], periods: Mapping[int, Period | None]
) -> list[str]:
    """Say how many videos were published before the first day that their exports count."""
    starts = [(at, span.start) for at, span in periods.items() if span]
    if not starts or "created_at" not in columns:
        return []
    told = ", ".join(f"({at}, DATE '{start}')" for at, start in starts)
    first = f"SELECT post_id, min(created_at) AS created_at, min(s.start) AS start FROM {posts} p"
    first += f" JOIN (VALUES {told}) s(file, start) ON p.{FILE} = s.file GROUP BY ALL"
    n, early, day = one_row(con, f"SELECT count(*), count(*) FILTER (created_at < start), min(start) FROM ({first})")
    if not early:
        return []
    return [
        f"{early:,} of {counted(n, 'video')} were published before the first day of their export of YouTube Studio "
        f"(the earliest: {day}), so that their counts are those since then and no totals. {_MEND}"
    ]
