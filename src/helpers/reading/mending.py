"""How are cells that are not written the plain way read and put back?

Only the distinct ones of a column come into Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from helpers.base.words import counted, listed
from helpers.reading.meanings import is_spoken
from helpers.reading.typing import FLAGS, in_utc, is_local, keeps_odd, local_time
from helpers.reading.values import (
    STATE_FORMAT,
    WRITE_ISO,
    Reading,
    Remark,
    in_zone,
    is_unknown,
    mended,
    read_numbers,
    read_times,
    seconds,
    tags,
)
from helpers.reading.work import ODD, Work, quoted
from helpers.tables import HIDDEN, SHOWN, TABLES, Column, factors

if TYPE_CHECKING:
    import pandas as pd


_MIL = re.compile(r"(?<=[0-9\s])mil\.?\s*$", re.IGNORECASE)
_MI = re.compile(r"(?<=[0-9\s])mi\.?\s*$", re.IGNORECASE)
_GROUPED = r"[1-9][0-9]{0,2}([.,][0-9]{3})+"
_TOTAL_NAMES = ("total_interactions", "total_engagement", "total_engagements")
YES_OR_NO = (("diary", "passive_min"), ("diary", "active_min"))
"""Numbers that a table may tell as yes or no instead."""

SEARCHED = 5_000_000
"""Rows of Parquet files in which texts that are to be read anew are looked for."""
MOSTLY = 0.75
"""Share of rows that have to be understood before a word that comes once is taken for one of the same kind."""
MANY_ROWS, MOST_WORDS, LONGEST_WORD = 10, 20, 30
"""A word is named in a message when so many rows hold it, it is one of no more, and it is no longer than this."""

_UNMADE = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, OSError)
"""What making a value from a damaged cell may end in; the cell is then named as a fault."""


def read_odd(work: Work) -> None:
    """Read the cells that are not written the plain way, and put them back.

    Parameters
    ----------
    work : Work
        The table on its way in; its columns, notes and faults are added to.
    """
    # One column at a time, DuckDB answers for Parquet files from the few values that dictionaries state.
    looked = (
        f"SELECT 1 FROM {_looked(work, name)} WHERE {quoted(name + ODD)} IS NOT NULL LIMIT 1" for name in work.ours
    )
    for name, sql in zip(work.ours, looked, strict=True):
        work.ours[name] = keeps_odd(name, work) and work.con.execute(sql).fetchone() is not None
    odd = [name for name, is_odd in work.ours.items() if is_odd]
    local = {
        name: work.one(f"SELECT count({quoted(name)}) FROM {work.raw}")[0] for name in work.ours if is_local(name, work)
    }
    if odd:
        work.keep()
    for name in odd:
        _read_local_times(work, name)
    # All columns are read before any is put back: the totals need what the cells say.
    readings = _as_elsewhere(work, [(name, *_read_column(work, name)) for name in odd])
    for name, cells, reading in readings:
        _put_back(work, name, cells["text"], reading.column)
        weights = cells["rows"].tolist()
        for note in reading.notes:
            read = local.pop(name, 0) if note.says == in_zone(work.timezone) else 0
            work.notes.append(f"{name}: {_counted(note, weights, also=read)}")
        work.faults += [_placed(work, name, cells["text"], fault, weights) for fault in reading.faults]
    work.notes += [f"{name}: {counted(n, 'value')} {in_zone(work.timezone)}" for name, n in local.items() if n]
    work.notes += [*_hidden(work), *_totals_checked(work)]


def _looked(work: Work, name: str) -> str:
    """Say in which rows odd cells of a column are looked for: of many texts in Parquet files in the first ones."""
    if not work.is_view or TABLES[work.table].columns[name].kind != "text" or work.bounds[-1] <= SEARCHED:
        return work.raw
    return f"(FROM {work.raw} WHERE {work.row} < {SEARCHED})"


def _read_local_times(work: Work, name: str) -> None:
    """Read times of a zone other than UTC; those in an hour of change, or not written plainly, are left.

    Those of a stated format have been read with the file.
    """
    known = name in work.spec.makes or name in work.spec.formats
    if TABLES[work.table].columns[name].kind != "time" or work.timezone == "UTC" or known:
        return
    cell, odd = quoted(name), quoted(name + ODD)
    for value in (local_time(odd), in_utc(cell, work.timezone)):
        work.con.execute(f"UPDATE {work.raw} SET {cell} = {value} WHERE {odd} IS NOT NULL")


def _hidden(work: Work) -> list[str]:
    """Count what the platform hides."""
    names = [name for name in work.spec.hidden if name in work.ours]
    counts = [work.one(f"SELECT count(*) FROM {work.raw} WHERE {quoted(name)} = {HIDDEN}")[0] for name in names]
    return [f"{name}: {counted(n, 'value')} hidden by the platform" for name, n in zip(names, counts, strict=True) if n]


def _counted(remark: Remark, weights: Sequence[int], *, also: int = 0) -> str:
    """Say a remark with the number of cells that it is about, those that SQL read among them."""
    return f"{counted(sum(weights[at] for at in remark.at) + also, 'value')} {remark.says}"


def _as_elsewhere(
    work: Work, readings: Sequence[tuple[str, pd.DataFrame, Reading]]
) -> list[tuple[str, pd.DataFrame, Reading]]:
    """Read numbers whose marks nothing decides as the other columns show that the file writes them."""
    marks = {reading.decimal for _, _, reading in readings} - {""}
    again = []
    for name, cells, reading in readings:
        is_number = TABLES[work.table].columns[name].kind in ("count", "number")
        other = _read_column(work, name, *marks)[1] if is_number and reading.faults and len(marks) == 1 else reading
        if other is not reading and not other.faults:
            mark, at = next(iter(marks)), tuple(range(len(cells)))
            told = Remark(f"read with {mark!r} for decimals, as other columns of the file show", at)
            reading = replace(other, notes=(*other.notes, told))
        again.append((name, cells, reading))
    return again


def _read_column(work: Work, name: str, decimal: str | None = None) -> tuple[pd.DataFrame, Reading]:
    """Read the distinct odd cells of one column, in the order in which they come."""
    odd = quoted(name + ODD)
    # Of times that SQL has read, one stands for all, so that what is noted of it is noted of them.
    kind = TABLES[work.table].columns[name].kind
    unread = f"CASE WHEN {quoted(name)} IS NULL THEN {odd} END" if kind == "time" else odd
    cells = work.con.execute(
        f"SELECT arg_min({odd}, rowid) AS text, count(*) AS rows FROM {work.raw} WHERE {odd} IS NOT NULL "
        f"GROUP BY {unread} ORDER BY min(rowid)"
    ).df()
    texts = cells["text"].tolist()
    make = work.spec.makes.get(name)
    made, unmade = _made(texts, make, keep=str(HIDDEN) if name in work.spec.hidden else "") if make else (texts, ())
    reading = _reading(work, name, made, cells["rows"].tolist(), decimal)
    fault = [Remark("not written as in the exports known", unmade)] if unmade else []
    return cells, replace(reading, faults=(*reading.faults, *fault))


def _made(texts: Sequence[str], make: Callable[[str], str], *, keep: str) -> tuple[list[str | None], tuple[int, ...]]:
    """Make values from texts: (values, positions of those of which none could be made)."""
    made: list[str | None] = []
    for text in texts:
        try:
            made.append(text if text == keep else make(text))
        except _UNMADE:
            made.append(None)
    return made, tuple(at for at, value in enumerate(made) if value is None)


def _reading(
    work: Work, name: str, texts: Sequence[str | None], weights: Sequence[int], decimal: str | None
) -> Reading:
    """Read the distinct odd cells of one column by what the column holds."""
    column, spec = TABLES[work.table].columns[name], work.spec
    if column.kind == "time":
        fmt = None if any(name in names for names in work.dated.values()) else spec.formats.get(name)
        mend = WRITE_ISO if spec.export else STATE_FORMAT
        return read_times(texts, timezone=work.timezone, fmt=fmt, mend=mend)
    if column.kind in ("flag", "category") or (column.kind == "text" and name in spec.values):  # noqa: PD011 (no frame)
        (known,) = work.one(f"SELECT count({quoted(name)}) FROM {work.raw}")
        # What an export calls a kind of post that is new is no fault of the file.
        untold: dict[str, str] | None = {} if spec.export and column.kind == "category" else None
        return _words(texts, column, spec.values.get(name, untold), weights, known)  # noqa: PD011
    if column.kind in ("id", "text"):
        return _texts(texts, column)
    if (said := _yes_or_no(work, name, texts)) is not None:
        return said
    is_length = column.unit == "s" and name not in spec.units
    of_video = name == "duration_s" or any(text and seconds(text) != text for text in texts)
    lengths = [text and seconds(text, of_video=of_video) if is_length else text for text in texts]
    clocked = tuple(at for at, text in enumerate(texts) if text != lengths[at])
    texts, thousand = _spelled(work, lengths)
    plain = _plain_sample(work, name, column)
    read = partial(
        read_numbers,
        [*texts, *plain],
        kind="count" if column.kind == "count" else "number",
        decimal=spec.decimal or decimal,
        thousands=spec.thousands,
        grouped=spec.export,
        factor=factors(column)[spec.units[name]] if name in spec.units else Decimal(1),
    )
    reading = read()
    if reading.faults and column.kind == "count":
        expected = _expected(work, name)
        if expected:
            wanted = [None if text is None else expected.get(text) for text in texts]
            reading = read(expected=[*wanted, *([None] * len(plain))])
    if reading.faults and column.kind == "count" and _has_semicolons(work):
        other = read(decimal=",")
        at = tuple(at for at, text in enumerate(texts) if text and "." in text)
        noted = Remark("read with '.' between thousands, as in spreadsheets that part cells by semicolons", at)
        reading = reading if other.faults else replace(other, notes=(*other.notes, noted))
    reading = _without_sample(reading, len(texts))
    told = [Remark("written as a length on a clock, read as seconds", clocked)]
    told += [Remark("with 'mil', read as a thousand, as in Spanish and Portuguese", thousand)]
    return replace(reading, notes=(*reading.notes, *(remark for remark in told if remark.at)))


def _spelled(work: Work, texts: Sequence[str | None]) -> tuple[Sequence[str | None], tuple[int, ...]]:
    """Write 1,2 mil as 1,2 K where it is a thousand: (texts, positions changed).

    In Spanish and Portuguese it is, which a decimal comma tells, mi for a million, or names of columns; in English it
    may be a million.
    """
    at = tuple(place for place, text in enumerate(texts) if text and _MIL.search(text))
    told = any("," in (texts[place] or "") for place in at) or any(text and _MI.search(text) for text in texts)
    told = told or is_spoken([name for file in work.files for name in file.header], "Spanish", "Portuguese")
    if not at or not told or any(text and text.strip().casefold().endswith("k") for text in texts):
        return texts, ()
    return [text and _MIL.sub("K", text) if place in at else text for place, text in enumerate(texts)], at


def _has_semicolons(work: Work) -> bool:
    """Tell whether cells are parted by semicolons, as spreadsheets do where ',' is the decimal mark; unless stated."""
    is_stated = work.spec.decimal or work.spec.thousands
    return not is_stated and all(file.layout and file.layout.delimiter == ";" for file in work.files)


def _yes_or_no(work: Work, name: str, texts: Sequence[str | None]) -> Reading | None:
    """Read use that prompts only say yes or no to as 1 and 0; None where any cell says something else."""
    import pandas as pd

    if (work.table, name) not in YES_OR_NO:
        return None
    words = [None if text is None or is_unknown(text) else FLAGS.get(text.strip().casefold()) for text in texts]
    said = tuple(at for at, word in enumerate(words) if word)
    known = sum(text is not None and not is_unknown(text) for text in texts)
    if not said or len(said) < known or work.one(f"SELECT count(*) FROM {work.raw} WHERE {quoted(name)} > 1")[0]:
        return None
    numbers = pd.Series([None if word is None else float(word == "true") for word in words], dtype="float64")
    return Reading(numbers, (Remark("yes or no, taken as 1 and 0", said),))


def _plain_sample(work: Work, name: str, column: Column) -> list[str]:
    """Take cells that were written the plain way as evidence of what '.' and ',' mean in the column."""
    cell = quoted(name)
    if column.kind == "count":
        (largest,) = work.one(f"SELECT max({cell}) FROM {work.raw}")
        return [] if largest is None else [str(largest)]
    (broken,) = work.one(f"SELECT count(*) FROM {work.raw} WHERE {cell} <> trunc({cell})")
    return ["0.5"] if broken else []


def _without_sample(reading: Reading, size: int) -> Reading:
    """Drop the evidence again; a fault that only it showed is one of all the other cells."""

    def inside(remark: Remark) -> tuple[int, ...]:
        return tuple(at for at in remark.at if at < size)

    notes = tuple(Remark(note.says, inside(note)) for note in reading.notes if inside(note))
    found = tuple(Remark(fault.says, inside(fault) or tuple(range(size))) for fault in reading.faults)
    return replace(reading, column=reading.column[:size], notes=notes, faults=found)


def _words(
    texts: Sequence[str | None],
    column: Column,
    stated: Mapping[str, str] | None,
    weights: Sequence[int],
    understood: int,
) -> Reading:
    """Read words: what is not among those known is another where there is one, unknown beside stated ones, or a fault.

    `understood` is the number of rows whose word was known while the file was read.
    """
    import pandas as pd

    known = {there.strip().casefold(): ours for there, ours in (stated or {}).items()}
    ours = {**column.words, **{word: word for word in column.categories}}
    allowed = {"flag": FLAGS, "category": ours}.get(column.kind, {}) | known
    said = [None if text is None or is_unknown(text) else text.strip().casefold() for text in texts]
    unknown = tuple(at for at, text in enumerate(texts) if text and text.strip() and said[at] is None)
    wrong = tuple(at for at, word in enumerate(said) if word is not None and word not in allowed)
    strange = [(said[at], weights[at]) for at in wrong]
    is_told = stated is not None or bool(column.words and _are_words(strange, understood))
    other = "other" if is_told and "other" in column.categories else None
    named = _named(strange, understood)
    values: list[str | bool | None] = [allowed.get(word, other) if word is not None else None for word in said]
    if column.kind == "flag":
        values = [None if value is None else value == "true" for value in values]
    series = pd.Series(values, dtype="boolean" if column.kind == "flag" else "str")
    notes = [Remark("unknown ('N/A', '-' and the like)", unknown)]
    if is_told:
        notes.append(Remark(f"not among the words known for it, taken as {other or 'unknown'}{named}", wrong))
        return Reading(series, tuple(note for note in notes if note.at))
    fault = (
        f"not among the values allowed: {listed(column.categories)}"
        if column.categories
        else "neither true nor false; allowed are true, false, 1, 0, yes, no"
    ) + (f"{named}; say under values which is which" if named else "")
    faults = (Remark(fault, wrong),) if wrong else ()
    return Reading(series, tuple(note for note in notes if note.at), faults)


def _are_words(strange: Sequence[tuple[str | None, int]], understood: int) -> bool:
    """Tell whether cells that were not understood are words of a kind: each comes again, or most rows are understood.

    A column of which no row is understood can hardly be what it is said to be.
    """
    come_again = all(rows > 1 for _, rows in strange)
    return understood > 0 and (come_again or understood >= MOSTLY * sum((rows for _, rows in strange), understood))


def _named(words: Sequence[tuple[str | None, int]], understood: int) -> str:
    """Name words that were not understood and that many rows hold, as no handle or caption may be in a message.

    That a word comes again is enough where most rows were understood, so that the column is what it is said to be.
    """
    fewest = 2 if understood >= sum(rows for _, rows in words) else MANY_ROWS
    plain = [
        word for word, rows in words if word and rows >= fewest and len(word) <= LONGEST_WORD and word.isprintable()
    ]
    return f" ({listed(map(repr, plain[:SHOWN]))})" if plain and len(words) <= MOST_WORDS else ""


def _texts(texts: Sequence[str | None], column: Column) -> Reading:
    """Read ids and texts; texts that had been decoded wrongly are mended."""
    import pandas as pd

    read = [mended(text) if text and column.kind == "text" else text for text in texts]
    changed = tuple(at for at, text in enumerate(texts) if text != read[at])
    if column.is_tags:
        read = [tags(text) if text else text for text in read]
    notes = (Remark("decoded wrongly before it came here, mended", changed),) if changed else ()
    return Reading(pd.Series([text or None for text in read], dtype="str"), notes)


def _put_back(work: Work, name: str, texts: pd.Series, values: pd.Series) -> None:
    """Write what was read into the column; what stands there of a list of words goes also where none was found."""
    import pandas as pd

    read = pd.DataFrame({"text": texts, "value": values.to_numpy() if values.dtype.kind == "M" else values.array})
    if not TABLES[work.table].columns[name].is_tags:
        read = read[read["value"].notna()]
    if read.empty:
        return
    work.con.register("read_values", read)
    work.con.execute(
        f"UPDATE {work.raw} SET {quoted(name)} = r.value FROM read_values r WHERE {quoted(name + ODD)} = r.text"
    )
    work.con.unregister("read_values")


def _placed(work: Work, name: str, texts: pd.Series, fault: Remark, weights: Sequence[int]) -> str:
    """Say a fault with its count and where it stands."""
    work.con.register("bad_values", texts.iloc[list(fault.at)].to_frame("text"))
    odd = quoted(name + ODD)
    sql = (
        f"SELECT rowid FROM {work.raw} SEMI JOIN bad_values ON {odd} = bad_values.text ORDER BY rowid LIMIT {SHOWN + 1}"
    )
    rows = [row for (row,) in work.con.execute(sql).fetchall()]
    work.con.unregister("bad_values")
    return f"{name}: {_counted(fault, weights)} ({work.where(rows)})"


def _totals(work: Work) -> dict[str, tuple[str, ...]]:
    """Name the file's columns that are sums of ours: stated, or known by their name."""
    found = dict(work.spec.totals)
    for name in work.extras:
        parts = tuple(part for part in ("likes", "comments", "shares") if part in work.ours)
        if name.strip().casefold().replace(" ", "_") in _TOTAL_NAMES and name not in found and len(parts) > 1:
            found[name] = parts
    return found


def _loose(cell: str) -> str:
    """Write SQL that takes any '.' or ',' between groups of three digits for thousands."""
    bare = f"regexp_replace({cell}, '[.,]', '', 'g')"
    grouped = f"CASE WHEN regexp_full_match({cell}, '{_GROUPED}') THEN {bare} ELSE {cell} END"
    return f"CASE WHEN NOT contains({grouped}, '.') THEN TRY_CAST({grouped} AS BIGINT) END"


def _total_of(work: Work, name: str) -> str:
    """Write SQL for the number in a column of totals."""
    return _loose(f"CAST({quoted(work.extras[name])} AS VARCHAR)")


def _expected(work: Work, name: str) -> dict[str, int]:
    """Say which value the totals ask for, for each odd cell of a column in which they agree."""
    wanted: dict[str, int] = {}
    for total, parts in _totals(work).items():
        if name not in parts or any(part not in work.ours for part in parts) or total not in work.extras:
            continue
        others = [part for part in parts if part != name]
        known = (f"coalesce({quoted(part)}, {_loose(quoted(part + ODD))})" for part in others)
        rest = " + ".join(f"greatest(coalesce({cell}, 0), 0)" for cell in known)
        odd = quoted(name + ODD)
        sql = (
            f"SELECT text, any_value(wanted) FROM (SELECT {odd} AS text, {_total_of(work, total)} - ({rest or 0}) "
            f"AS wanted FROM {work.raw} WHERE {odd} IS NOT NULL) "
            "GROUP BY text HAVING count(DISTINCT wanted) = 1 AND count(wanted) = count(*)"
        )
        wanted |= dict(work.con.execute(sql).fetchall())
    return wanted


def _totals_checked(work: Work) -> list[str]:
    """Note how often a stated column of totals is not the sum of its parts."""
    said = []
    for total, parts in work.spec.totals.items():
        absent = [part for part in parts if part not in work.ours]
        if absent:
            said.append(f"total {total!r} was not checked, as {listed(absent)} is not there")
            continue
        added = " + ".join(quoted(part) for part in parts)
        hidden = " AND ".join(f"{quoted(part)} >= 0" for part in parts)
        number = _total_of(work, total)
        usable = f"{number} IS NOT NULL AND {hidden}"
        sql = f"SELECT count(*), count(*) FILTER ({number} <> {added}) FROM {work.raw} WHERE {usable}"
        checked, unlike = work.one(sql)
        said.append(f"total {total!r} is not the sum of {listed(parts)} in {unlike:,} of {counted(checked, 'row')}")
    return said
