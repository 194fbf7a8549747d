"""How do the files of one table become typed columns in DuckDB?

Cells written the plain way are typed in SQL while the file is read. Every other cell is kept as text beside its column;
only the distinct ones of these come into Python, are read by ``values``, and go back. Parquet files stay where they are
unless some of their cells are such text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import textfiles
from helpers.manifest import PARQUET_FILES, UNITS, TableFiles, example_toml
from helpers.refusals import Refusal, nearest
from helpers.tables import SHOWN, TABLES, Column, counted, faults, listed, missing, suspicious
from helpers.values import Reading, Remark, is_unknown, read_numbers, read_times

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

ROW = "__row"
_ODD = "__odd"
_DESCRIBED = 10_000  # offending rows that are described one by one
_NAMES_SHOWN = 30
_TYPES = {"count": "BIGINT", "number": "DOUBLE", "time": "TIMESTAMP", "flag": "BOOLEAN"}
_TRUE, _FALSE = ("true", "1", "yes", "t", "y", "1.0"), ("false", "0", "no", "f", "n", "0.0")
_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_CLOCK = r"[ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ISO = {True: rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_CLOCK}Z?)?", False: rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}Z"}
_NUMBER = {
    # Without three digits alone after the point, which may also be thousands.
    None: r"-?([0-9]+|0\.[0-9]+|[0-9]{4,}\.[0-9]+|[0-9]{1,3}\.([0-9]{1,2}|[0-9]{4,}))",
    ".": r"-?[0-9]+(\.[0-9]+)?",
    ",": r"-?[0-9]+",
}
_GROUPED = r"[1-9][0-9]{0,2}([.,][0-9]{3})+"
_TOTAL_NAMES = ("total_interactions", "total_engagement", "total_engagements")
_DATA = re.compile(r"[-+0-9.,:/ ]+|https?://.*|.{200,}", re.DOTALL)


@dataclass(frozen=True)
class Loaded:
    """A table in DuckDB.

    Parameters
    ----------
    table : str
        The tidy table.
    query : str
        SQL that gives its columns.
    rows : int
        How many rows there are.
    file_rows : mapping of Path to int
        How many each file has.
    notes, faults : tuple of str
        What was decided, and what makes the table unusable.
    """

    table: str
    query: str = ""
    rows: int = 0
    file_rows: Mapping[Path, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    """One file as DuckDB can read it."""

    path: Path
    reader: str  # the table function that reads it
    header: tuple[str, ...]
    cells: tuple[str, ...]  # how its columns are called in SQL
    types: tuple[str, ...]
    layout: textfiles.Layout | None = None

    def cell(self, name: str) -> tuple[str, str]:
        """Give SQL and type of a column."""
        place = self.header.index(name)
        return self.cells[place], self.types[place]


@dataclass
class _Work:
    """A table on its way in."""

    con: duckdb.DuckDBPyConnection
    spec: TableFiles
    timezone: str
    scratch: Path
    files: list[_File] = field(default_factory=list)
    bounds: list[int] = field(default_factory=list)  # number of rows up to and with each file
    ours: dict[str, bool] = field(default_factory=dict)  # our columns, and whether they have cells kept as text
    extras: dict[str, str] = field(default_factory=dict)  # the file's other columns, and what they are called with us
    is_view: bool = False
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The tidy table."""
        return self.spec.table

    @property
    def raw(self) -> str:
        """The name of the table or view in DuckDB."""
        return quoted(f"raw_{self.table}")

    @property
    def label(self) -> str:
        """What messages call the input."""
        names = [file.name for file in self.spec.files]
        return names[0] if len(names) == 1 else f"{self.table} ({len(names)} files)"

    @property
    def row(self) -> str:
        """SQL for the position of a row among all files."""
        return ROW if self.is_view else "rowid"

    def one(self, sql: str) -> tuple:
        """Fetch one row."""
        return self.con.execute(sql).fetchone()

    def where(self, rows: Sequence[int]) -> str:
        """Say where rows stand: physical lines of text files, row numbers of Parquet files."""
        said, start = [], 0
        for file, end in zip(self.files, self.bounds, strict=True):
            inside = [int(row) - start for row in rows if start <= row < end]
            if inside:
                shown = inside[: SHOWN + 1]
                numbers = textfiles.line_numbers(file.layout, shown) if file.layout else [row + 1 for row in shown]
                place = textfiles.lines(numbers, "line" if file.layout else "row")
                said.append(place if len(self.files) == 1 else f"{file.path.name} {place}")
            start = end
        return "; ".join(said)


def quoted(name: str) -> str:
    """Quote a name for SQL.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _path(file: Path) -> str:
    """Quote a file for SQL, with the characters that DuckDB takes for patterns made harmless."""
    return literal("".join(f"[{character}]" if character in "[*?" else character for character in str(file)))


def load(con: duckdb.DuckDBPyConnection, spec: TableFiles, *, timezone: str, scratch: Path) -> Loaded:
    """Bring a table's files into DuckDB, typed, and find everything that is wrong with them.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    spec : TableFiles
        The files and how to read them.
    timezone : str
        The zone of times that name none.
    scratch : Path
        A folder for copies of files that DuckDB does not read as they are.

    Returns
    -------
    Loaded
        The table. With faults it must not be used.
    """
    import duckdb

    work = _Work(con, spec, timezone, scratch)
    try:
        for step in (_open_files, _know_table, _plan, _create, _read_odd, _check):
            step(work)
            if work.faults and step is not _read_odd:
                break
    except duckdb.Error as error:
        # What is wrong inside a Parquet file comes as any of DuckDB's errors, at whatever step meets it first.
        if not work.is_view or isinstance(error, duckdb.OutOfMemoryException):
            raise
        work.faults.append("damaged inside: save or download it again")
    visible = [quoted(name) for name in (*work.ours, *work.extras.values())]
    return Loaded(
        table=work.table,
        query=f"SELECT {', '.join(visible)} FROM {work.raw}",
        rows=work.bounds[-1] if work.bounds else 0,
        file_rows=dict(zip(work.spec.files, _sizes(work), strict=False)),
        notes=tuple(f"{work.label}: {note}" for note in work.notes),
        faults=tuple(f"{work.label}: {fault}" for fault in work.faults),
    )


def _sizes(work: _Work) -> list[int]:
    """Give the number of rows of each file."""
    return [end - start for start, end in zip([0, *work.bounds], work.bounds, strict=False)]


def _open_files(work: _Work) -> None:
    """Find out how every file is laid out."""
    for path in work.spec.files:
        parquet = path.suffix.lower() in PARQUET_FILES
        opened = _open_parquet(work, path) if parquet else _open_text(work, path)
        if opened:
            work.files.append(opened)


def _open_text(work: _Work, path: Path) -> _File | None:
    """Lay out a text file; DuckDB gets a UTF-8 copy of any other encoding."""
    found = textfiles.layout(path, encoding=work.spec.encoding, delimiter=work.spec.delimiter)
    work.notes += found.notes
    if found.faults:
        work.faults += found.faults
        return None
    copy = found if found.is_plain else _copied(work, found)
    return _text_file(path, found, copy) if copy else None


def _copied(work: _Work, found: textfiles.Layout) -> textfiles.Layout | None:
    """Copy a text file into the scratch folder, unless its rows do not fit its header."""
    wrong = textfiles.malformed(found)
    work.faults += wrong
    return None if wrong else textfiles.plain_copy(found, to=work.scratch / f"{work.table}-{len(work.files)}.csv")


def _text_file(path: Path, found: textfiles.Layout, copy: textfiles.Layout) -> _File:
    """Describe a text file to DuckDB: every column as text, so that nothing is guessed."""
    cells = tuple(f"c{place}" for place in range(len(found.header)))
    columns = ", ".join(f"'{cell}': 'VARCHAR'" for cell in cells)
    reader = (
        f"read_csv({_path(copy.file)}, auto_detect = false, header = true, delim = {literal(copy.delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}})"
    )
    return _File(path, reader, found.header, cells, ("VARCHAR",) * len(cells), found)


def _open_parquet(work: _Work, path: Path) -> _File | None:
    """Describe a Parquet file, from its own schema."""
    import duckdb

    reader = f"read_parquet({_path(path)}, file_row_number = true)"
    try:
        described = work.con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {reader}").fetchall()
    except duckdb.Error:
        work.faults.append(f"{path.name} is cut off, damaged or no Parquet file: save or download it again")
        return None
    names = tuple(name for name, *_ in described)
    return _File(path, reader, names, tuple(quoted(name) for name in names), tuple(kind for _, kind, *_ in described))


def _know_table(work: _Work) -> None:
    """Tell posts from accounts by the columns, where neither a name nor dataset.toml says it."""
    header = work.files[0].header
    if not work.table:
        table = next((name for name in ("posts", "accounts") if TABLES[name].required[0] in header), None)
        if not table:
            raise _unknown_export(work.files[0])
        work.spec = replace(work.spec, table=table)


def _unknown_export(file: _File) -> Refusal:
    """Refuse a file of which nobody can tell what it is, with the way to say it."""
    what = f"{file.path.name} is neither a table of posts nor one of accounts"
    if any(_DATA.fullmatch(name) for name in file.header if name):
        return Refusal(what, ["its first row seems to hold data, not the names of columns"], "add a row with the names")
    empty = [] if not file.layout or any(textfiles.rows(file.layout)) else ["it has a header and no rows"]
    named = listed(file.header[:_NAMES_SHOWN]) + (" ..." if len(file.header) > _NAMES_SHOWN else "")
    needs = f"posts need {listed(TABLES['posts'].required)}; accounts need {listed(TABLES['accounts'].required)}"
    example = example_toml(file.path.name, "posts", [name for name in file.header if name])
    mend = f"say which column is which in a dataset.toml beside the file, and give the folder:\n\n{example}\n"
    mend += '[tables.posts.constants]   # what every row shares\nplatform = "..."\n'
    return Refusal(what, [*empty, f"its columns are {named}", needs], mend)


def _plan(work: _Work) -> None:
    """Decide which of the file's columns are which of ours, and what the others are called."""
    for file in work.files:
        theirs = _theirs(work, file)
        here = {*theirs, *work.spec.constants}
        others = [name for name in file.header if name not in theirs.values()]
        absent = missing([*here, *work.spec.columns, *others], table=work.table)
        work.faults += absent if len(work.files) == 1 else [f"{file.path.name}: {fault}" for fault in absent]
        work.faults += _ambiguous(work, file, theirs)
        work.ours.update(dict.fromkeys((name for name in TABLES[work.table].columns if name in here), False))
    used = {name.casefold() for name in (*work.ours, *(f"{name}{_ODD}" for name in work.ours), ROW, "rowid")}
    for file in work.files:
        theirs = set(_theirs(work, file).values())
        for name in file.header:
            if name and name not in theirs and name not in work.extras:
                work.extras[name] = _free(name, used)
                used.add(work.extras[name].casefold())
    for ours, others in _unlike(work).items():
        work.notes.append(f"{ours} is missing in {listed(others)} and unknown there")
    work.notes += _near_misses(work)


def _theirs(work: _Work, file: _File) -> dict[str, str]:
    """Map our columns to those of one file."""
    stated = {ours: name for ours, name in work.spec.columns.items() if name in file.header}
    taken = set(work.spec.columns.values())
    own = {
        name: name
        for name in TABLES[work.table].columns
        if name in file.header and name not in (*work.spec.columns, *work.spec.constants) and name not in taken
    }
    return stated | own


def _ambiguous(work: _Work, file: _File, theirs: Mapping[str, str]) -> list[str]:
    """Find columns that dataset.toml names and the file lacks, and names that come twice."""
    header = [name for name in file.header if name]
    where = "" if len(work.files) == 1 else f"{file.path.name}: "
    named = {**work.spec.columns, **{f"total {name}": name for name in work.spec.totals}}
    said = [
        f"{where}there is no column {name!r}{nearest(name, header)}, which dataset.toml names for {ours}"
        for ours, name in named.items()
        if name not in header
    ]
    doubled = sorted({name for name in theirs.values() if header.count(name) > 1})
    return said + [f"{where}{name!r} is there more than once: rename one of them" for name in doubled]


def _free(name: str, used: set[str]) -> str:
    """Find a name that is not used yet; DuckDB does not tell cases apart."""
    candidate, number = name, 2
    while candidate.casefold() in used:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _unlike(work: _Work) -> dict[str, list[str]]:
    """Find our columns that only some of the files have."""
    lacking: dict[str, list[str]] = {}
    for file in work.files:
        here = {*_theirs(work, file), *work.spec.constants}
        for ours in work.ours:
            if ours not in here:
                lacking.setdefault(ours, []).append(file.path.name)
    return lacking


def _near_misses(work: _Work) -> list[str]:
    """Note columns that differ from ours by case or spacing only, and are therefore not used."""
    said = []
    for name in work.extras:
        ours = name.strip().casefold().replace(" ", "_")
        if ours in TABLES[work.table].columns and ours not in work.ours:
            said.append(f"column {name!r} is not used; if it is {ours}, name it so or map it in dataset.toml")
    return said


def _create(work: _Work) -> None:
    """Read the files: text into a table, Parquet as a view that leaves it where it is."""
    work.is_view = not work.files[0].layout
    counts = _create_view(work) if work.is_view else _create_table(work)
    work.bounds = [sum(counts[: place + 1]) for place in range(len(counts))]
    bare = [file.path.name for file, number in zip(work.files, counts, strict=False) if not number]
    if not work.faults and not sum(counts):
        work.faults.append(f"{work.table} has no rows" + ("" if work.is_view else ", only a header"))
    elif bare:
        work.notes.append(f"{listed(bare)} without rows")


def _create_view(work: _Work) -> list[int]:
    """Look at Parquet files as one view and count their rows."""
    counts = [work.one(f"SELECT count(*) FROM {file.reader}")[0] for file in work.files]
    offsets = [sum(counts[:place]) for place in range(len(counts))]
    numbered = [f", file_row_number + {offset} AS {ROW}" for offset in offsets]
    selects = [_select(work, file, also=also) for file, also in zip(work.files, numbered, strict=True)]
    work.con.execute(f"CREATE TEMP VIEW {work.raw} AS {' UNION ALL '.join(selects)}")
    return counts


def _create_table(work: _Work) -> list[int]:
    """Read text files into one table and count their rows."""
    import duckdb

    counts = []
    for place, file in enumerate(work.files):
        into = f"CREATE TEMP TABLE {work.raw} AS " if place == 0 else f"INSERT INTO {work.raw} "
        try:
            counts.append(work.one(into + _select(work, file))[0])
        except duckdb.InvalidInputException:
            counts.append(_second_try(work, file, into))
        if work.faults:
            break
    return counts


def _second_try(work: _Work, file: _File, into: str) -> int:
    """Read a file that DuckDB stumbled over from a copy, or say what is wrong with it."""
    import duckdb

    copy = _copied(work, file.layout)
    try:
        return work.one(into + _select(work, _text_file(file.path, file.layout, copy)))[0] if copy else 0
    except duckdb.InvalidInputException:
        work.faults.append(f"{file.path.name} cannot be read as CSV, as with rows of more than two million characters")
        return 0


def _select(work: _Work, file: _File, *, also: str = "") -> str:
    """Write the SQL that types one file's columns."""
    theirs, columns = _theirs(work, file), TABLES[work.table].columns
    parts = []
    for ours in work.ours:
        if ours in work.spec.constants:
            cell, kind = literal(work.spec.constants[ours]), "VARCHAR"
        else:
            cell, kind = file.cell(theirs[ours]) if ours in theirs else ("NULL::VARCHAR", "VARCHAR")
        typed, odd = _typed(cell, kind, ours, columns[ours], work)
        parts.append(f"{typed} AS {quoted(ours)}")
        if columns[ours].kind not in ("id", "text"):
            parts.append(f"{odd} AS {quoted(ours + _ODD)}")
    parts += [f"{_extra(work, file, name)} AS {quoted(called)}" for name, called in work.extras.items()]
    return f"SELECT {', '.join(parts)}{also} FROM {file.reader}"


def _extra(work: _Work, file: _File, name: str) -> str:
    """Write the SQL of a column that the project does not know; as text where files differ in its type."""
    types = {other.cell(name)[1] for other in work.files if name in other.header}
    cell = file.cell(name)[0] if name in file.header else "NULL"
    return f"CAST({cell} AS {types.pop() if len(types) == 1 else 'VARCHAR'})"


def _typed(cell: str, kind: str, ours: str, column: Column, work: _Work) -> tuple[str, str]:
    """Write SQL for a typed column and for the cells that are not written the plain way."""
    as_text = cell if kind == "VARCHAR" else f"CAST({cell} AS VARCHAR)"
    if column.kind in ("id", "text"):
        spaced = f"CASE WHEN contains({as_text}, ' ') THEN trim({as_text}) ELSE {as_text} END"
        return f"nullif({spaced if column.kind == 'id' else as_text}, '')", ""
    given = ours in work.spec.units or ours in work.spec.formats
    native = None if given else _native(cell, kind, column, work.timezone)
    if native:
        return native
    if given:
        return f"NULL::{_TYPES[column.kind]}", as_text
    if column.kind == "count":
        whole = f"TRY_CAST({as_text} AS BIGINT)"
        typed = f"CASE WHEN CAST({whole} AS VARCHAR) = {as_text} THEN {whole} END"
    elif column.kind == "flag":
        typed = _word(as_text, {**dict.fromkeys(_TRUE, "true"), **dict.fromkeys(_FALSE, "false")})
    elif column.kind == "category":
        typed = _word(as_text, {value: literal(value) for value in column.categories})
    else:
        plain = _ISO[work.timezone == "UTC"] if column.kind == "time" else _NUMBER[_decimal(work.spec)]
        type_ = _TYPES[column.kind]
        typed = f"CASE WHEN regexp_full_match({as_text}, {literal(plain)}) THEN TRY_CAST({as_text} AS {type_}) END"
    return typed, f"CASE WHEN {typed} IS NULL THEN {as_text} END"


def _word(cell: str, words: Mapping[str, str]) -> str:
    """Write SQL that turns words into values; only cells that are not one as they stand are brought to lower case."""
    lowered = f"lower(trim({cell}))"
    whens = [f"WHEN {text} = {literal(word)} THEN {value}" for text in (cell, lowered) for word, value in words.items()]
    return f"CASE {' '.join(whens)} END"


def _native(cell: str, kind: str, column: Column, timezone: str) -> tuple[str, str] | None:
    """Write SQL for a column that Parquet types already."""
    nothing = "NULL::VARCHAR"
    if column.kind == "count" and kind in _INTEGERS:
        return f"CAST({cell} AS BIGINT)", nothing
    if column.kind in ("count", "number") and (kind in (*_INTEGERS, "FLOAT", "DOUBLE") or kind.startswith("DECIMAL")):
        number = f"CAST({cell} AS DOUBLE)"
        plain = f"isfinite({number})" + (f" AND trunc({number}) = {number}" if column.kind == "count" else "")
        typed = f"CASE WHEN {plain} THEN TRY_CAST({cell} AS {_TYPES[column.kind]}) END"
        return typed, f"CASE WHEN {typed} IS NULL AND NOT isnan({number}) THEN CAST({cell} AS VARCHAR) END"
    if column.kind == "time" and kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {cell})", nothing
    if column.kind == "time" and kind in _TIMES and timezone == "UTC":
        return f"CAST({cell} AS TIMESTAMP)", nothing
    return (cell, nothing) if column.kind == "flag" and kind == "BOOLEAN" else None


def _decimal(spec: TableFiles) -> str | None:
    """Say which decimal mark dataset.toml states."""
    if spec.decimal:
        return spec.decimal
    return {".": ",", None: None}.get(spec.thousands, ".")


def _read_odd(work: _Work) -> None:
    """Read the cells that are not written the plain way, and put them back."""
    columns = TABLES[work.table].columns
    kept = [name for name in work.ours if columns[name].kind not in ("id", "text")]
    if kept:
        counts = work.one(f"SELECT {', '.join(f'count({quoted(name + _ODD)})' for name in kept)} FROM {work.raw}")
        work.ours.update({name: bool(number) for name, number in zip(kept, counts, strict=True)})
    odd = [name for name, is_odd in work.ours.items() if is_odd]
    if odd and work.is_view:
        work.con.execute(f"CREATE TEMP TABLE {quoted('kept_' + work.table)} AS FROM {work.raw} ORDER BY {ROW}")
        work.con.execute(f"DROP VIEW {work.raw}")
        work.con.execute(f"ALTER TABLE {quoted('kept_' + work.table)} RENAME TO {work.raw}")
        work.is_view = False
    # All columns are read before any is put back: the totals need what the cells say.
    readings = [(name, *_read_column(work, name)) for name in odd]
    for name, cells, reading in readings:
        _put_back(work, name, cells["text"], reading.column)
        weights = cells["rows"].tolist()
        work.notes += [f"{name}: {_counted(note, weights)}" for note in reading.notes]
        work.faults += [_placed(work, name, cells["text"], fault, weights) for fault in reading.faults]
    work.notes += _totals_checked(work)


def _counted(remark: Remark, weights: Sequence[int]) -> str:
    """Say a remark with the number of cells that it is about."""
    return f"{counted(sum(weights[at] for at in remark.at), 'value')} {remark.says}"


def _read_column(work: _Work, name: str) -> tuple[pd.DataFrame, Reading]:
    """Read the distinct odd cells of one column, in the order in which they come."""
    odd, column = quoted(name + _ODD), TABLES[work.table].columns[name]
    cells = work.con.execute(
        f"SELECT {odd} AS text, count(*) AS rows FROM {work.raw} WHERE {odd} IS NOT NULL GROUP BY 1 ORDER BY min(rowid)"
    ).df()
    texts = cells["text"].tolist()
    if column.kind == "time":
        return cells, read_times(texts, timezone=work.timezone, fmt=work.spec.formats.get(name))
    if column.kind in ("flag", "category"):
        return cells, _words(texts, column)
    stated = {
        "decimal": work.spec.decimal,
        "thousands": work.spec.thousands,
        "factor": _factor(work.spec, name, column),
    }
    plain = _plain_sample(work, name, column)
    reading = read_numbers([*texts, *plain], kind=column.kind, **stated)
    if reading.faults and column.kind == "count":
        expected = _expected(work, name)
        if expected:
            wanted = [*(expected.get(text) for text in texts), *([None] * len(plain))]
            reading = read_numbers([*texts, *plain], kind=column.kind, **stated, expected=wanted)
    return cells, _without_sample(reading, len(texts))


def _factor(spec: TableFiles, name: str, column: Column) -> Decimal:
    """Say by what a column is to be multiplied."""
    if name not in spec.units:
        return Decimal(1)
    return UNITS["count" if column.kind == "count" else column.unit][spec.units[name]]


def _plain_sample(work: _Work, name: str, column: Column) -> list[str]:
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


def _words(texts: Sequence[str], column: Column) -> Reading:
    """Read flags and categories that are not among the words allowed."""
    import pandas as pd

    wrong = tuple(at for at, text in enumerate(texts) if not is_unknown(text))
    unknown = tuple(at for at, text in enumerate(texts) if is_unknown(text) and text.strip())
    said = (
        f"not among the values allowed: {listed(column.categories)}"
        if column.categories
        else ("neither true nor false; allowed are true, false, 1, 0, yes, no")
    )
    values = pd.Series([None] * len(texts), dtype="boolean" if column.kind == "flag" else "str")
    notes = (Remark("unknown ('N/A', '-' and the like)", unknown),) if unknown else ()
    return Reading(values, notes, (Remark(said, wrong),) if wrong else ())


def _put_back(work: _Work, name: str, texts: pd.Series, values: pd.Series) -> None:
    """Write what was read into the column."""
    import pandas as pd

    read = pd.DataFrame({"text": texts, "value": values.to_numpy() if values.dtype.kind == "M" else values.array})
    read = read[read["value"].notna()]
    if read.empty:
        return
    work.con.register("read_values", read)
    work.con.execute(
        f"UPDATE {work.raw} SET {quoted(name)} = r.value FROM read_values r WHERE {quoted(name + _ODD)} = r.text"
    )
    work.con.unregister("read_values")


def _placed(work: _Work, name: str, texts: pd.Series, fault: Remark, weights: Sequence[int]) -> str:
    """Say a fault with its count and where it stands."""
    work.con.register("bad_values", texts.iloc[list(fault.at)].to_frame("text"))
    odd = quoted(name + _ODD)
    sql = f"SELECT rowid FROM {work.raw} SEMI JOIN bad_values ON {odd} = text ORDER BY rowid LIMIT {SHOWN + 1}"
    rows = [row for (row,) in work.con.execute(sql).fetchall()]
    work.con.unregister("bad_values")
    return f"{name}: {_counted(fault, weights)} ({work.where(rows)})"


def _totals(work: _Work) -> dict[str, tuple[str, ...]]:
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


def _total_of(work: _Work, name: str) -> str:
    """Write SQL for the number in a column of totals."""
    return _loose(f"CAST({quoted(work.extras[name])} AS VARCHAR)")


def _expected(work: _Work, name: str) -> dict[str, int]:
    """Say which value the totals ask for, for each odd cell of a column in which they agree."""
    wanted: dict[str, int] = {}
    for total, parts in _totals(work).items():
        if name not in parts or any(part not in work.ours for part in parts) or total not in work.extras:
            continue
        others = [part for part in parts if part != name]
        known = (f"coalesce({quoted(part)}, {_loose(quoted(part + _ODD))})" for part in others)
        rest = " + ".join(f"greatest(coalesce({cell}, 0), 0)" for cell in known)
        odd = quoted(name + _ODD)
        sql = (
            f"SELECT text, any_value(wanted) FROM (SELECT {odd} AS text, {_total_of(work, total)} - ({rest or 0}) "
            f"AS wanted FROM {work.raw} WHERE {odd} IS NOT NULL) "
            "GROUP BY text HAVING count(DISTINCT wanted) = 1 AND count(wanted) = count(*)"
        )
        wanted |= dict(work.con.execute(sql).fetchall())
    return wanted


def _totals_checked(work: _Work) -> list[str]:
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


def _check(work: _Work) -> None:
    """Find rows that break a rule of the table, repeated keys and spoiled ids."""
    work.faults += _broken_rules(work) + _spoiled_ids(work)
    # A repeated key says little where ids are missing or spoiled.
    if not any("_id: " in fault for fault in work.faults):
        work.faults += _repeated(work)
    work.notes += _late(work)


def _broken_rules(work: _Work) -> list[str]:
    """Describe the rows that break a rule; clean data cost one pass."""
    import narwhals as nw

    columns = TABLES[work.table].columns
    ruled = [name for name in work.ours if columns[name].required or columns[name].kind not in ("id", "text")]
    sql = f"SELECT {work.row} AS {ROW}, {', '.join(quoted(name) for name in ruled)} FROM {work.raw}"
    bad = suspicious(nw.from_native(work.con.sql(sql)), table=work.table).head(_DESCRIBED).collect(backend="pandas")
    frame = bad.to_native().set_index(ROW).sort_index()
    if frame.empty:
        return []
    unread = {fault.partition(":")[0] for fault in work.faults}
    found = [
        fault
        for fault in faults(frame, table=work.table, where=work.where, keys=False)
        if not (fault.partition(":")[0] in unread and " missing" in fault)
    ]
    capped = [f"only the first {_DESCRIBED:,} offending rows are described"] if len(frame) == _DESCRIBED else []
    return found + capped


def _spoiled_ids(work: _Work) -> list[str]:
    """Find ids that a spreadsheet turned into numbers such as 1.34E+18."""
    said = []
    for name in TABLES[work.table].required:
        if TABLES[work.table].columns[name].kind == "id":
            spoiled = (
                f"contains({quoted(name)}, 'E+') AND regexp_full_match({quoted(name)}, '[0-9]([.,][0-9]+)?E\\+[0-9]+')"
            )
            sql = f"SELECT {work.row} FROM {work.raw} WHERE {spoiled} ORDER BY 1"
            rows = [row for (row,) in work.con.execute(sql).fetchall()]
            if rows:
                why = "rounded by a spreadsheet (as 1.34E+18): export again and keep ids as text"
                said.append(f"{name}: {counted(len(rows), 'value')} {why} ({work.where(rows)})")
    return said


def _repeated(work: _Work) -> list[str]:
    """Find rows whose key came before."""
    key = TABLES[work.table].present_key(work.ours)
    cells = ", ".join(quoted(name) for name in key)
    sql = f"SELECT count(*) FROM (SELECT hash({cells}) AS h FROM {work.raw} GROUP BY h HAVING count(*) > 1)"
    if not work.one(sql)[0]:
        return []
    numbered = f"row_number() OVER (PARTITION BY {cells} ORDER BY {work.row})"
    sql = f"SELECT {work.row} AS place FROM {work.raw} QUALIFY {numbered} > 1 ORDER BY place"
    rows = [row for (row,) in work.con.execute(sql).fetchall()]
    if not rows:
        return []
    said = f"{counted(len(rows), 'row')} {'repeats' if len(rows) == 1 else 'repeat'} an earlier row"
    return [f"{listed(key)}: {said} ({work.where(rows)}); keep one of each"]


def _late(work: _Work) -> list[str]:
    """Note times after the moment of capture."""
    if not {"created_at", "captured_at"} <= set(work.ours):
        return []
    (late,) = work.one(f"SELECT count(*) FROM {work.raw} WHERE created_at > captured_at")
    return [f"created_at: {counted(late, 'value')} after captured_at; is the time zone right?"] if late else []
