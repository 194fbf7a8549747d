"""Which rows of a table are none of its observations: totals, and lines under it?"""

from __future__ import annotations

from collections.abc import Iterable

from helpers.ground.languages import totals
from helpers.reading.work import ODD, Work, literal, quoted
from helpers.tables import TABLES

ALOUD = ("left out: a row of totals", "left out: a line under", "the export is cut", "not among the words known")
"""What a note says that nobody may overlook."""
TOTALS = "a row of totals"
LINE = "a line under the table"
FEWEST_ROWS, FEWEST_COLUMNS = 3, 2
"""A row without a word for it is one of totals when so many others add up to it, in so many columns."""
SEARCHED = 5_000_000
"""Rows of Parquet files up to which such rows are looked for; larger ones were written by programs."""
_UNSUMMED = ("followers", "following", "reach", "members")
"""Counts of persons, who may be the same in several rows: a total need not be their sum."""


def leave_out_lines(work: Work) -> None:
    """Leave out rows that a word calls totals, and lines of text under the table.

    Parameters
    ----------
    work : Work
        The table on its way in, its odd cells not read yet; rows go from it, and notes tell of them.
    """
    if _is_large(work) or work.is_empty:
        return
    said = _said(work, [*_key(work), *_odd_times(work), *_first(work)])
    _leave_out(work, said, TOTALS)
    cells = _mapped(work)
    if len(cells) < FEWEST_ROWS:
        return
    filled = " + ".join(f"({cell} IS NOT NULL)::INTEGER" for cell in cells.values())
    texts = _texts(work)
    line = f"({filled}) = 1 AND contains(trim(coalesce({', '.join(texts)})), ' ')" if texts else "false"
    cut = _numbers(work, line, texts)
    _leave_out(work, line, LINE)
    work.notes += [f"the export is cut: a line under the table says so, with the number {number}" for number in cut]


def leave_out_sums(work: Work) -> None:
    """Leave out a row without a time whose counts are the sums of all others.

    Parameters
    ----------
    work : Work
        The table on its way in, with every cell read; rows go from it, and notes tell of them.
    """
    counts = [name for name in work.ours if _is_summed(work, name)]
    times = [quoted(name) for name in work.ours if TABLES[work.table].columns[name].kind == "time"]
    if _is_large(work) or work.is_empty or not counts:
        return
    sums = ", ".join(f"sum(greatest({quoted(name)}, 0)) AS {quoted(f's {name}')}" for name in counts)
    untimed = [f"r.{time} IS NULL" for time in times]
    same = [f"coalesce(2 * r.{quoted(name)} = {quoted(f's {name}')}, {quoted(f's {name}')} = 0)" for name in counts]
    told = " + ".join(f"({quoted(f's {name}')} > 0)::INTEGER" for name in counts)
    word = f"({_said(work, _texts(work), 'r.')})"
    enough = f"(({told}) >= {FEWEST_COLUMNS} AND n > {FEWEST_ROWS} OR ({told}) > 0 AND {word} AND n > 2)"
    where = " AND ".join([*untimed, *same, enough])
    sql = f"SELECT r.{work.row} FROM {work.raw} r, (SELECT {sums}, count(*) AS n FROM {work.raw}) WHERE {where}"
    rows = [row for (row,) in work.con.execute(sql).fetchall()]
    if len(rows) == 1:
        work.leave_out(rows, f"{TOTALS}: its counts are the sums of the others")


def is_aloud(note: str) -> bool:
    """Tell whether a note is one that nobody may overlook.

    Examples
    --------
    >>> is_aloud("1 row left out: a row of totals (line 2)")
    True
    """
    return any(said in note for said in ALOUD)


def _is_large(work: Work) -> bool:
    return work.is_view and bool(work.bounds) and work.bounds[-1] > SEARCHED


def _is_summed(work: Work, name: str) -> bool:
    """Tell whether a column counts what adds up over rows."""
    return TABLES[work.table].columns[name].kind == "count" and name not in (*_UNSUMMED, *work.spec.constants)


def _mapped(work: Work) -> dict[str, str]:
    """Give SQL for the cells of our columns that the files fill, read or still odd."""
    names = [name for name in work.ours if name not in work.spec.constants and not work.is_row(name)]
    columns = {name for name, *_ in work.con.execute(f"DESCRIBE {work.raw}").fetchall()}
    odd = {name: f", {quoted(name + ODD)}" for name in names if name + ODD in columns}
    return {name: f"coalesce(CAST({quoted(name)} AS VARCHAR){odd.get(name, '')})" for name in names}


def _key(work: Work) -> list[str]:
    """Give the column that names a row, unless its names are those of accounts, of which one may be called Total."""
    first = TABLES[work.table].required[0]
    plain = first in work.ours and first not in work.spec.constants and not work.is_row(first)
    return [quoted(first)] if plain and first != "account_id" else []


def _odd_times(work: Work) -> list[str]:
    """Give what stands in columns of times and is not read."""
    return [cell for name, cell in _mapped(work).items() if TABLES[work.table].columns[name].kind == "time"]


def _first(work: Work) -> list[str]:
    """Give the first column of the file, where it is none of ours and kept beside them."""
    called = work.extras.get(work.files[0].header[0]) if work.files else None
    return [f"CAST({quoted(called)} AS VARCHAR)"] if called and not work.spec.export else []


def _texts(work: Work) -> list[str]:
    """Give SQL for the cells of our columns that can hold words."""
    kinds = ("id", "text", "category", "time")
    return [cell for name, cell in _mapped(work).items() if TABLES[work.table].columns[name].kind in kinds]


def _said(work: Work, cells: Iterable[str], table: str = "") -> str:
    """Write SQL that tells whether any of several cells is a word for totals."""
    words = ", ".join(map(literal, sorted(totals())))
    found = [f"lower(trim({cell}, ' :=*')) IN ({words})" for cell in cells]
    return f"coalesce({' OR '.join(found)}, false)" if found else "false"


def _numbers(work: Work, line: str, texts: list[str]) -> list[str]:
    """Find the numbers in lines under the table."""
    number = f"regexp_extract(coalesce({', '.join(texts)}), '[0-9][0-9.,]*')" if texts else "''"
    found = work.con.execute(f"SELECT DISTINCT {number} FROM {work.raw} WHERE {line}").fetchall()
    return [text for (text,) in found if text]


def _leave_out(work: Work, where: str, rule: str) -> None:
    """Leave out the rows of which something is true."""
    rows = [row for (row,) in work.con.execute(f"SELECT {work.row} FROM {work.raw} WHERE {where}").fetchall()]
    if not rows:
        return
    work.leave_out(rows, rule)
    work.is_empty = work.bounds[-1] == sum(work.dropped.values())
    if work.is_empty:
        work.faults.append(f"{work.table} has no rows but those left out: {', '.join(work.dropped)}")
