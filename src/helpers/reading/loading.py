"""How do the files of one table become typed columns in DuckDB?

Cells written the plain way are typed in SQL while the file is read. Every other cell is kept as text beside its column;
only the distinct ones of these come into Python, are read by ``mending``, and go back. Parquet files stay where they
are unless some of their cells are such text.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal, nearest, no_room
from helpers.base.words import counted, listed
from helpers.reading import across, databases, sheets, textfiles
from helpers.reading.guards import (
    doubt_lengths,
    hide_flagged,
    leave_out_ahead,
    leave_out_empty,
    leave_out_lines,
    leave_out_second_tables,
    leave_out_sums,
    leave_out_total,
)
from helpers.reading.manifest import (
    JSON_FILES,
    MADE_OF_TEXT,
    PARQUET_FILES,
    Address,
    TableFiles,
    example_toml,
    is_database,
)
from helpers.reading.meanings import UNUSED, near_misses
from helpers.reading.mending import read_odd
from helpers.reading.typing import in_utc, is_among, is_local, keeps_odd, typed
from helpers.reading.values import date_form, plain_name, read_times, visible
from helpers.reading.work import AGAIN, BLANK, ODD, ROW, TYPED, File, Work, literal, quoted
from helpers.tables import TABLES, limits, missing

if TYPE_CHECKING:
    import duckdb


_DESCRIBED = 10_000  # offending rows that are described one by one
_FEW = 20_000  # rows up to which Parquet files are read once, and not anew by each question
_MANY = 5_000_000  # rows beyond which the ids of a Parquet table are looked at in part
_ONE_IN = 64  # ids of such a table; a power of two
_NAMES_SHOWN = 30
_RULE = "__rule"
_UNFIT = "__unfit"
_OUT = "__out "
_MADE = "__made "
_KEPT = "__kept "
_LOCAL = "__local "
_SERIALS = itertools.count()
_SHUT = "disabled by configuration"  # what DuckDB says of a view that reaches out
_MISREAD = re.compile('[."]')  # narwhals takes such names apart on DuckDB
_DATA = re.compile(r"[-+0-9.,:/ ]+|https?://.*|.{200,}", re.DOTALL)


@dataclass(frozen=True)
class Loaded:
    """A table in DuckDB.

    Parameters
    ----------
    table : str
        The tidy table.
    work : Work
        How it came to be.
    query : str
        SQL that gives its columns. Of files that stay where they are it reads these, in any connection.
    rows : int
        How many rows there are.
    file_dropped : mapping of Path or Address to mapping of str to int
        By file and rule, rows that were left out one by one.
    file_rows : mapping of Path or Address to int
        How many each file has, those dropped among them.
    dropped : mapping of str to int
        By rule, rows that are no observation and are not in the table.
    notes, faults : tuple of str
        What was decided, and what makes the table unusable.
    source, row : str
        Where the columns of `query` are too, and the column there that numbers the rows of all files.
    is_empty : bool
        Whether all that is wrong is that there are no rows, or none that is not dropped.
    """

    table: str
    work: Work = field(repr=False)
    query: str = ""
    rows: int = 0
    file_rows: Mapping[Path | Address, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    file_dropped: Mapping[Path | Address, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    source: str = ""
    row: str = "rowid"
    is_empty: bool = False


def _path(file: Path | Address) -> str:
    """Quote a file for SQL, with the characters that DuckDB takes for patterns made harmless."""
    if isinstance(file, Address):
        return literal(file)
    return literal("".join(f"[{character}]" if character in "[*?" else character for character in str(file)))


def load(
    con: duckdb.DuckDBPyConnection,
    spec: TableFiles,
    *,
    timezone: str,
    scratch: Path,
    checked: bool = False,
    elsewhere: Callable[[Work], None] | None = None,
) -> Loaded:
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
    checked : bool
        Whether these very rows are known to keep the rules.
    elsewhere : callable, optional
        Judges Parquet files of which DuckDB is to read the ends only.

    Returns
    -------
    Loaded
        The table. With faults it must not be used.
    """
    work = Work(con, spec, timezone, scratch, serial=next(_SERIALS))
    judged = (elsewhere,) if elsewhere else (*_READ, *(() if checked else (_check,)))
    _through(work, (_open_files, _know_table, _call_ours, _plan, _create, _date_otherwise, *judged))
    return as_loaded(work)


def as_loaded(work: Work) -> Loaded:
    """Describe a table as it stands in DuckDB.

    Parameters
    ----------
    work : Work
        The table, read and judged; it may have been changed since.

    Returns
    -------
    Loaded
        What it is now.
    """
    extras = () if work.spec.export else work.extras.values()
    reduced = (name for ours, made in work.spec.reduced.items() if ours in work.ours for name in made)
    visible = [quoted(name) for name in (*work.ours, *extras, *reduced)]
    return Loaded(
        table=work.table,
        work=work,
        query=f"SELECT {', '.join(visible)} FROM {f'({work.view})' if work.is_view else work.raw}",
        rows=(work.bounds[-1] if work.bounds else 0) - sum(work.dropped.values()),
        file_rows=dict(zip(work.spec.files, _sizes(work), strict=False)),
        dropped=work.dropped,
        file_dropped=_by_file(work),
        notes=tuple(f"{work.label}: {note}" for note in work.notes),
        faults=tuple(f"{work.label}: {fault.removeprefix(f'{work.label}: ')}" for fault in work.faults),
        source=work.raw,
        row=work.row,
        is_empty=work.is_empty,
    )


def _by_file(work: Work) -> dict[Path | Address, dict[str, int]]:
    """Say for each file how many of its rows were left out one by one, by rule."""
    found: dict[Path | Address, dict[str, int]] = {}
    for rule, rows in work.gone.items():
        for row in rows:
            place = next(place for place, end in enumerate(work.bounds) if row < end)
            told = found.setdefault(work.spec.files[place], {})
            told[rule] = told.get(rule, 0) + 1
    return found


def _through(work: Work, steps: Sequence[Callable[[Work], None]]) -> None:
    """Take a table as far as it goes."""
    import duckdb

    try:
        for step in steps:
            step(work)
            if work.faults and step not in _GOING_ON:
                break
    except duckdb.Error as error:
        # What is wrong inside a Parquet file comes as any of DuckDB's errors, at whatever step meets it first.
        if not work.is_view or no_room(str(error)):
            raise
        lost = isinstance(error, duckdb.IOException) and any(isinstance(file, Address) for file in work.spec.files)
        work.faults.append(databases.first_line(error) if lost else "damaged inside: save or download it again")


def judge(work: Work) -> None:
    """Find what is wrong with the rows of files that are laid out.

    Parameters
    ----------
    work : Work
        The table on its way in; faults and notes are added to it.
    """
    _through(work, (*_READ, _check))


def texts(con: duckdb.DuckDBPyConnection, file: Path, *, scratch: Path) -> str:
    """Bring a file into DuckDB as it is, for readers that look at several rows at once.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    file : Path
        What ``load`` takes.
    scratch : Path
        A folder for copies.

    Returns
    -------
    str
        The table, quoted. Its columns are texts under their plain names, empty ones null.

    Raises
    ------
    Refusal
        When the file is no table, or rows do not fit its header.
    """
    work = Work(con, TableFiles("rows", (file,), export=True), "UTC", scratch, serial=next(_SERIALS))
    _open_files(work)
    if not work.faults:
        work.extras = {name: plain_name(name) for name in work.files[0].header}
        _create_table(work)
    if work.faults:
        raise Refusal(f"{file.name} cannot be read", work.faults, "save or download it again")
    return work.raw


def _sizes(work: Work) -> list[int]:
    """Give the number of rows of each file."""
    return [end - start for start, end in zip([0, *work.bounds], work.bounds, strict=False)]


def _open_files(work: Work) -> None:
    """Find out how every file is laid out."""
    for path in work.spec.files:
        try:
            opened = _open(work, path)
        except Refusal as refusal:
            work.faults += [refusal.what, *refusal.faults]
            continue
        if opened:
            work.files.append(opened)


def _open(work: Work, path: Path | Address) -> File | None:
    if isinstance(path, Address) or _is_parquet(path):
        return _open_parquet(work, path)
    return _open_database(work, path) if is_database(path) else _open_text(work, path)


def _is_parquet(path: Path) -> bool:
    """Tell Parquet by how it begins; what is called so and does not is damaged, unless it is a table of text."""
    with path.open("rb") as stream:
        begins = stream.read(4) == b"PAR1"
    return begins or (path.suffix.lower() in PARQUET_FILES and not textfiles.is_cells(path))


def _open_text(work: Work, path: Path) -> File | None:
    """Lay out a text file; DuckDB gets a UTF-8 copy of any other encoding, of a sheet and of JSON."""
    spec, text = work.spec, _as_text(work, path)
    found = textfiles.layout(text, encoding=spec.encoding, delimiter=spec.delimiter, skip=spec.skip)
    if spec.across and not found.faults:
        long = across.lengthened(found, spec.across, to=_copy_of(work).with_suffix(".long.csv"))
        found = replace(textfiles.layout(long), notes=found.notes)
    work.notes += found.notes
    if found.faults:
        work.faults += found.faults
        return None
    return _text_file(path, found, found if found.is_plain else textfiles.recoded(found, to=_copy_of(work)))


def _as_text(work: Work, path: Path) -> Path:
    """Write a sheet of a workbook, or JSON, as a text table."""
    suffix, folder = path.suffix.lower(), work.scratch / f"{work.serial}-{len(work.files)}"
    if sheets.is_workbook(path):
        folder.mkdir()
        found = sheets.to_csv(path, folder)
        name = work.spec.sheet or next(iter(found), "")
        if name not in found:
            raise Refusal(f"{path.name} has no sheet {name!r} with cells{nearest(name, list(found))}")
        return found[name]
    if suffix in JSON_FILES and not textfiles.is_cells(path):
        from helpers.reading import jsons

        folder.mkdir()
        jsons.records_to_csv(path, folder / path.name, path=work.spec.records)
        return folder / path.name
    return path


def _copied(work: Work, found: textfiles.Layout) -> textfiles.Layout | None:
    """Copy a text file that DuckDB stumbled over row by row, unless its rows do not fit its header."""
    wrong = textfiles.malformed(found)
    work.faults += wrong
    work.notes += [] if wrong else textfiles.lacking(found)
    return None if wrong else textfiles.plain_copy(found, to=_copy_of(work))


def _copy_of(work: Work) -> Path:
    """Give a place for a copy."""
    return work.scratch / f"{work.serial}-{work.table}-{len(work.files)}.csv"


def _text_file(path: Path, found: textfiles.Layout, copy: textfiles.Layout) -> File:
    """Describe a text file to DuckDB: every column as text, so that nothing is guessed."""
    cells = tuple(f"c{place}" for place in range(len(found.header)))
    columns = ", ".join(f"'{cell}': 'VARCHAR'" for cell in cells)
    reader = (
        f"read_csv({_path(copy.file)}, auto_detect = false, header = true, delim = {literal(copy.delimiter)}, "
        f"quote = '\"', escape = '\"', compression = 'none', columns = {{{columns}}})"
    )
    return File(path, reader, found.header, cells, ("VARCHAR",) * len(cells), found)


def _open_parquet(work: Work, path: Path | Address) -> File | None:
    """Describe a Parquet file, from its own schema."""
    import duckdb

    reader = f"read_parquet({_path(path)}, file_row_number = true)"
    try:
        described = work.con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {reader}").fetchall()
    except duckdb.Error as error:
        work.faults.append(_unreadable(path, error))
        return None
    return _typed_file(path, reader, described)


def _typed_file(path: Path | Address, reader: str, described: Sequence[tuple]) -> File:
    """Describe a file that has types, its columns by the names that a person sees."""
    names = [name for name, *_ in described]
    cells, kinds = tuple(map(quoted, names)), tuple(kind for _, kind, *_ in described)
    return File(path, reader, tuple(map(visible, names)), cells, kinds)


def _unreadable(path: Path | Address, error: Exception) -> str:
    """Say why a Parquet file cannot be read."""
    import duckdb

    if isinstance(path, Address) and isinstance(error, duckdb.IOException):
        return f"{path} cannot be fetched: {databases.first_line(error)}"
    return f"{path.name} is cut off, damaged or no Parquet file: save or download it again"


def _open_database(work: Work, path: Path) -> File | None:
    """Describe a table of a database."""
    import duckdb

    found = databases.tables(work.con, path)
    if work.table not in found:
        work.faults.append(
            f"{path.name} has no table or view {work.table}; it has {listed(kept.name for kept in found.values())}"
        )
        return None
    shut = f"the view {work.table} reads more than its own database, which is refused: make it a table"
    if databases.looks_around(work.con, path, work.table):
        work.faults.append(shut)
        return None
    try:
        described = work.con.execute(f"DESCRIBE FROM {found[work.table].sql}").fetchall()
    except duckdb.Error as error:
        said = databases.first_line(error)
        work.faults.append(shut if _SHUT in said else f"the view {work.table} does not work: {said}")
        return None
    names = tuple(name for name, *_ in described)
    return _typed_file(path, found[work.table].numbered(names), described)


def _know_table(work: Work) -> None:
    """Tell posts from accounts by the columns, where neither a name nor dataset.toml says it."""
    header = work.files[0].header
    if not work.table:
        called = {*map(plain_name, header)}
        table = next((name for name in ("posts", "accounts") if TABLES[name].required[0] in called), None)
        if not table:
            raise _unknown_export(work.files[0])
        work.spec = replace(work.spec, table=table)


def _call_ours(work: Work) -> None:
    """Give a tidy table's columns our names where case, spaces around them or what is invisible alone differ.

    An engine that does not tell cases apart would else take a column as ours that was never read as such.
    """
    if work.spec.export:
        return
    stated = {*work.spec.columns, *work.spec.columns.values(), *work.spec.totals, *work.spec.constants}
    known = {*TABLES[work.table].columns} - stated
    for place, file in enumerate(work.files):
        called = {name: plain_name(name) for name in file.header if name not in stated}
        meant = {name: ours for name, ours in called.items() if ours in known and ours != name}
        twice = {name: ours for name, ours in meant.items() if ours in file.header}
        work.notes += [f"column {name!r} is {UNUSED[2]} {ours} is there too" for name, ours in twice.items()]
        header = tuple(name if name in twice else meant.get(name, name) for name in file.header)
        work.files[place] = replace(file, header=header)


def _unknown_export(file: File) -> Refusal:
    """Refuse a file of which nobody can tell what it is, with the way to say it."""
    what = f"{file.path.name} is neither a table of posts nor one of accounts"
    if any(_DATA.fullmatch(name) for name in file.header if name):
        return Refusal(what, ["its first row seems to hold data, not the names of columns"], "add a row with the names")
    empty = [] if not file.layout or any(textfiles.rows(file.layout)) else ["it has a header and no rows"]
    named = listed(file.header[:_NAMES_SHOWN]) + (" ..." if len(file.header) > _NAMES_SHOWN else "")
    needs = f"posts need {listed(TABLES['posts'].required)}; accounts need {listed(TABLES['accounts'].required)}"
    example = example_toml(file.path.name, "posts", [name for name in file.header if name])
    mend = "say which column is which in a dataset.toml beside the file, and give the folder; make import FROM=... "
    mend += f"NAME=... PROPOSE=1 writes a first one, or begin with this:\n\n{example}\n"
    mend += '[tables.posts.constants]   # what every row shares\nplatform = "..."\n'
    return Refusal(what, [*empty, f"its columns are {named}", needs], mend)


def _plan(work: Work) -> None:
    """Decide which of the file's columns are which of ours, and what the others are called."""
    for file in work.files:
        theirs = _theirs(work, file)
        here = {*theirs, *work.spec.constants, *filter(work.is_row, work.spec.columns)}
        others = [name for name in file.header if name not in theirs.values()]
        absent = missing([*here, *work.spec.columns, *others], table=work.table)
        work.faults += absent if len(work.files) == 1 else [f"{file.path.name}: {fault}" for fault in absent]
        work.faults += _ambiguous(work, file, theirs)
        work.ours.update(dict.fromkeys((name for name in TABLES[work.table].columns if name in here), False))
    used = {name.casefold() for name in (*work.ours, *(f"{name}{ODD}" for name in work.ours), ROW, "rowid")}
    made = {name: work.spec.columns.get(name) for name in MADE_OF_TEXT.get(work.table, ())}
    work.extras |= {theirs: _free(name, used) for name, theirs in made.items() if theirs}
    for file in work.files:
        mapped = set(_theirs(work, file).values())
        for name in file.header:
            wanted = name in work.spec.totals or plain_name(name) in work.spec.beside or not work.spec.export
            if name and wanted and name not in mapped and name not in work.extras:
                work.extras[name] = _free(_MISREAD.sub("_", name).casefold(), used)
                used.add(work.extras[name].casefold())
    for ours, others in _unlike(work).items():
        work.notes.append(f"{ours} is missing in {listed(others)} and unknown there")
    if not work.spec.export:
        work.notes += near_misses(work.extras, table=work.table, used=work.ours, is_mapped=bool(work.spec.columns))


def _theirs(work: Work, file: File) -> dict[str, str]:
    """Map our columns to those of one file."""
    stated = {ours: name for ours, name in work.spec.columns.items() if name in file.header}
    if work.spec.export:
        return stated
    taken = set(work.spec.columns.values())
    own = {
        name: name
        for name in TABLES[work.table].columns
        if name in file.header and name not in (*work.spec.columns, *work.spec.constants) and name not in taken
    }
    return stated | own


def _ambiguous(work: Work, file: File, theirs: Mapping[str, str]) -> list[str]:
    """Find columns that dataset.toml names and the file lacks, and names that come twice."""
    header = [name for name in file.header if name]
    where = "" if len(work.files) == 1 else f"{file.path.name}: "
    named = {**work.spec.columns, **{f"total {name}": name for name in work.spec.totals}}
    here = {*map(plain_name, header)}
    named |= {f"rows left out by {name}": name for name in work.spec.left_out if plain_name(name) not in here}
    said = [
        f"{where}there is no column {name!r}{nearest(name, header)}, which dataset.toml names for {ours}"
        for ours, name in named.items()
        if name not in header and not work.is_row(ours)
    ]
    asked = {*re.findall('"([^"]+)"', " ".join((*work.spec.sql.values(), *work.spec.dropped.values())))}
    asked = {name for name in file.header if plain_name(name) in asked}
    for name in sorted({plain_name(name): name for name in (*asked, *theirs.values())}.values()):
        places = [at for at, other in enumerate(file.header) if _is_same(other, name, work)]
        if len(places) > 1 and _differ(work, file, places):
            told = "is there more than once, with different cells, and nothing tells which is meant"
            said.append(f"{where}{name!r} {told}: delete or rename one of these columns")
        elif len(places) > 1:
            work.notes.append(f"{where}{name!r} is there more than once, with the same cells: one is taken")
    return said


def _is_same(name: str, other: str, work: Work) -> bool:
    """Tell whether two columns have one name; in exports case and what is invisible tell none apart."""
    return name == other or (work.spec.export and plain_name(name) == plain_name(other))


def _differ(work: Work, file: File, places: Sequence[int]) -> bool:
    """Tell whether columns hold different cells; rows that do not fit the header are found later."""
    if not file.layout:
        first, *others = (f"CAST({file.cells[at]} AS VARCHAR)" for at in places)
        unlike = " OR ".join(f"{first} IS DISTINCT FROM {other}" for other in others)
        return bool(work.con.execute(f"SELECT 1 FROM {file.reader} WHERE {unlike} LIMIT 1").fetchall())
    with suppress(csv.Error, UnicodeDecodeError):
        for _, cells in textfiles.rows(file.layout):
            if len({cells[at].strip() for at in places if at < len(cells)}) > 1:
                return True
    return False


def _free(name: str, used: set[str]) -> str:
    """Find a name that is not used yet; DuckDB does not tell cases apart."""
    candidate, number = name, 2
    while candidate.casefold() in used:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _unlike(work: Work) -> dict[str, list[str]]:
    """Find our columns that only some of the files have."""
    lacking: dict[str, list[str]] = {}
    for file in work.files:
        here = {*_theirs(work, file), *work.spec.constants}
        for ours in work.ours:
            if ours not in here and not work.is_row(ours):
                lacking.setdefault(ours, []).append(file.path.name)
    return lacking


def _create(work: Work) -> None:
    """Read the files: text into a table, Parquet as a view that leaves it where it is."""
    # What is made of cells is made once, not anew each time that somebody looks.
    work.is_view = not (work.files[0].layout or work.spec.sql)
    counts = _create_view(work) if work.is_view else _create_table(work)
    work.bounds = [sum(counts[: place + 1]) for place in range(len(counts))]
    bare = [file.path.name for file, number in zip(work.files, counts, strict=False) if not number]
    work.is_empty = not work.faults and not sum(counts)
    if work.is_empty:
        work.faults.append(f"{work.table} has no rows" + ("" if work.is_view else ", only a header"))
    elif bare:
        work.notes.append(f"{listed(bare)} without rows")


def _create_view(work: Work) -> list[int]:
    """Look at Parquet files as one view and count their rows; of few, what is asked is asked of a copy."""
    counts = [work.one(f"SELECT count(*) FROM {file.reader}")[0] for file in work.files]
    work.view = _united(work, counts)
    work.is_copied = sum(counts) <= _FEW and not any(isinstance(file.path, Address) for file in work.files)
    kind, rows = ("TABLE", f"FROM ({work.view}) ORDER BY {ROW}") if work.is_copied else ("VIEW", work.view)
    work.con.execute(f"CREATE TEMP {kind} {work.raw} AS {rows}")
    return counts


def _united(work: Work, counts: Sequence[int], *, one_in: str = "") -> str:
    """Write SQL for the rows of all Parquet files; where an id is named, those of one in many values of it.

    These are chosen by the cells as they stand in the file, so that only theirs are typed.
    """
    selects = []
    for place, file in enumerate(work.files):
        rows = file.reader
        if one_in:
            rows = f"(FROM {rows} WHERE hash({file.cell(_theirs(work, file)[one_in])[0]}) & {_ONE_IN - 1} = 0)"
        number = f", file_row_number + {sum(counts[:place])} AS {ROW}"
        selects.append(_select(work, replace(file, reader=rows), also=number))
    return " UNION ALL ".join(selects)


def _create_table(work: Work) -> list[int]:
    """Read files into one table and count their rows."""
    import duckdb

    counts = []
    for place, file in enumerate(work.files):
        into = f"CREATE TEMP TABLE {work.raw} AS " if place == 0 else f"INSERT INTO {work.raw} "
        try:
            counts.append(work.one(into + _select(work, file))[0])
        except duckdb.Error as error:
            if file.layout and isinstance(error, duckdb.InvalidInputException):
                counts.append(_second_try(work, file.layout, into, name=file.path.name))
            elif file.layout or no_room(str(error)):
                raise
            else:
                work.faults.append(_unreadable(file.path, error))
        if work.faults:
            break
    return counts


def _date_otherwise(work: Work) -> None:
    """Read an export anew whose times are not written as its platform does, where a whole file writes them in one way.

    A spreadsheet or another language may have changed them; which part is the day is then decided as in any file.
    """
    is_text = work.spec.export and not work.is_view
    formats = [name for name in work.spec.formats if is_text and name in work.ours and keeps_odd(name, work)]
    for name in formats:
        sql = f"SELECT DISTINCT {quoted(name + ODD)} FROM {work.raw} WHERE {quoted(name + ODD)} IS NOT NULL"
        odd = [text for (text,) in work.con.execute(sql).fetchall()]  # some are in an hour in which clocks change
        if not any(date_form(text) for text in _misfits(odd, work.spec.formats[name])):
            continue
        for place, file in enumerate(work.files):
            texts = _texts(file, _theirs(work, file).get(name))
            forms = {form for text in texts if (form := date_form(text))}
            if len(forms) == 1 and any(map(date_form, _misfits(texts, work.spec.formats[name]))):
                work.dated.setdefault(place, set()).add(name)
    if work.dated:
        work.con.execute(f"DROP TABLE {work.raw}")
        _create_table(work)


def _misfits(texts: Iterable[str], fmt: str) -> list[str]:
    """Give the texts that are no time in a format."""
    cells = list(texts)
    return [cells[at] for fault in read_times(cells, fmt=fmt).faults for at in fault.at]


def _texts(file: File, name: str | None) -> set[str]:
    """Give the different cells of a column of a text file; rows that do not fit the header are found later."""
    found = set()
    if file.layout and name:
        at = file.header.index(name)
        with suppress(csv.Error, UnicodeDecodeError):
            for _, cells in textfiles.rows(file.layout):
                found.update(cells[at : at + 1])
    return found


def _as_dated(work: Work, file: File) -> Work:
    """Forget the formats of times that a file does not write so."""
    place = next((place for place, other in enumerate(work.files) if other.path == file.path), -1)
    names = work.dated.get(place, set())
    formats = {name: fmt for name, fmt in work.spec.formats.items() if name not in names}
    return replace(work, spec=replace(work.spec, formats=formats)) if names else work


def _second_try(work: Work, found: textfiles.Layout, into: str, *, name: str) -> int:
    """Read a file that DuckDB stumbled over from a copy, or say what is wrong with it."""
    import duckdb

    copy = _copied(work, found)
    try:
        return work.one(into + _select(work, _text_file(found.file, found, copy)))[0] if copy else 0
    except duckdb.InvalidInputException:
        work.faults.append(f"{name} cannot be read as CSV, as with rows of more than two million characters")
        return 0


def _select(work: Work, file: File, *, also: str = "") -> str:
    """Write the SQL that types one file's columns: what is made of cells first, then types, then what is odd."""
    theirs, values, kept, parts = _theirs(work, file), [], [], []
    work = _as_dated(work, file)
    for ours in work.ours:
        value, odd = typed(*_given(work, file, ours, theirs), ours, work)
        local = is_local(ours, work)
        values.append(f"{value} AS {quoted((_LOCAL if local else TYPED) + ours)}")
        kept += [f"{in_utc(quoted(_LOCAL + ours), work.timezone)} AS {quoted(TYPED + ours)}"] if local else []
        if ours in work.spec.reduced:
            kept.append(
                f"CASE WHEN {quoted(TYPED + ours)} IS NOT NULL THEN coalesce({odd}, '') END AS {quoted(_KEPT + ours)}"
            )
            parts += _reduced(work, ours)
            continue
        parts.append(f"{quoted(TYPED + ours)} AS {quoted(ours)}")
        if keeps_odd(ours, work):
            parts.append(f"{odd} AS {quoted(ours + ODD)}")
    parts += [f"{_rule(work, file)} AS {_RULE}"] if work.spec.dropped else []
    for place, (name, cells) in enumerate(work.spec.left_out.items()):
        cell = f"coalesce({file.filled(quoted(plain_name(name)))}, '')"
        parts.append(f"{_is_unwanted(cell, cells)} AS {quoted(f'{_OUT}{place}')}")
    parts += [f"coalesce({', '.join(map(file.filled, work.spec.unfit))}) AS {_UNFIT}"] if work.spec.unfit else []
    parts += [f"{_extra(work, file, name)} AS {quoted(called)}" for name, called in work.extras.items()]
    parts += [f"{file.is_blank} AS {BLANK}", f"{file.is_header} AS {AGAIN}"] if work.table in TABLES else []
    made = [
        f"{file.filled(sql, theirs[ours])} AS {quoted(_MADE + ours)}"
        for ours, sql in work.spec.sql.items()
        if ours in theirs
    ]
    return f"SELECT {', '.join(parts)}{also} FROM {_with(kept, _with(values, _with(made, file.reader)))}"


def _is_unwanted(cell: str, cells: Sequence[str]) -> str:
    """Write SQL that tells whether a row is left out by a cell; a star stands for anything, as in 2009-*."""
    plain, stars = [text for text in cells if "*" not in text], [text for text in cells if "*" in text]
    told = [is_among(cell, plain)] if plain else []
    patterns = (re.sub(r"([?\[\]])", r"[\1]", text.strip().lower()) for text in stars)
    return " OR ".join([*told, *(f"lower(trim({cell})) GLOB {literal(pattern)}" for pattern in patterns)])


def _reduced(work: Work, ours: str) -> list[str]:
    """Write SQL for what is made of a text that is not kept; of an odd one it is made when it has been mended."""
    kept, text = quoted(_KEPT + ours), TYPED + ours
    made = [
        f"CASE WHEN {kept} = '' THEN {write(text)} END AS {quoted(name)}"
        for name, write in work.spec.reduced[ours].items()
    ]
    return [f"{kept} AS {quoted(ours)}", f"nullif({kept}, '') AS {quoted(ours + ODD)}", *made]


def _given(work: Work, file: File, ours: str, theirs: Mapping[str, str]) -> tuple[str, str]:
    """Give SQL and type of the cells from which a column of ours is typed."""
    if ours in work.spec.constants:
        return literal(work.spec.constants[ours]), "VARCHAR"
    if work.is_row(ours):
        place = next(place for place, other in enumerate(work.files, start=1) if other.path == file.path)
        number = "row_number() OVER ()" if file.layout else "file_row_number + 1"
        return f"('row {place}-' || {number})", "VARCHAR"
    if ours in work.spec.sql and ours in theirs:
        return quoted(_MADE + ours), "VARCHAR"
    return file.cell(theirs[ours]) if ours in theirs else ("NULL::VARCHAR", "VARCHAR")


def _with(columns: Sequence[str], rows: str) -> str:
    """Write SQL for rows with columns beside, so that what is made of them asks for each only once."""
    return f"(SELECT *, {', '.join(columns)} FROM {rows})" if columns else rows


def _rule(work: Work, file: File) -> str:
    """Write SQL for the number of the rule that drops a row."""
    whens = [f"WHEN {file.filled(sql)} THEN {number}" for number, sql in enumerate(work.spec.dropped.values())]
    return f"CASE {' '.join(whens)} END"


def _refuse_unfit(work: Work) -> None:
    """Refuse files with rows that cannot be used, in the words of their layout."""
    if work.spec.unfit:
        sql = f"SELECT {_UNFIT} FROM {work.raw} GROUP BY 1 HAVING {_UNFIT} IS NOT NULL ORDER BY min({work.row}) LIMIT 9"
        work.faults += [said for (said,) in work.con.execute(sql).fetchall()]


def _drop(work: Work) -> None:
    """Drop the rows that are no observation, before anything in them is judged; the others keep their places."""
    _leave_out_by_cell(work)
    if not work.spec.dropped:
        return
    work.keep()
    for number, rule in enumerate(work.spec.dropped):
        (gone,) = work.one(f"DELETE FROM {work.raw} WHERE {_RULE} = {number}")
        if gone:
            work.dropped[rule] = gone
    work.is_empty = work.bounds[-1] == sum(work.dropped.values())
    if work.is_empty:
        work.faults.append(f"{work.table} has no rows but those dropped: {listed(work.dropped)}")


def _leave_out_by_cell(work: Work) -> None:
    """Leave out the rows that dataset.toml does not want, by what stands in a column."""
    for place, (name, cells) in enumerate(work.spec.left_out.items()):
        sql = f"SELECT {work.row} FROM {work.raw} WHERE {quoted(f'{_OUT}{place}')} ORDER BY 1"
        rows = [row for (row,) in work.con.execute(sql).fetchall()]
        if rows:
            work.leave_out(rows, f"{name} is {listed([cell or 'empty' for cell in cells])}, as dataset.toml says")
    if work.spec.left_out and work.bounds[-1] == sum(work.dropped.values()):
        work.is_empty = True
        work.faults.append(f"{work.table} has no rows but those left out: {listed(work.dropped)}")


def _keep_one(work: Work) -> None:
    """Keep the first or the last of the rows that repeat a key, where dataset.toml says which."""
    if not work.spec.repeated:
        return
    key, backwards = TABLES[work.table].present_key(work.ours), " DESC" if work.spec.repeated == "last" else ""
    if not _repeats(work, key, work.raw):
        return
    work.keep()
    gone = _repeats(work, key, work.raw, order=f"rowid{backwards}")
    work.leave_out(gone, f"{listed(key)} as in another row, of which the {work.spec.repeated} is kept")


def _extra(work: Work, file: File, name: str) -> str:
    """Write the SQL of a column that the project does not know; as text where files differ in its type."""
    types = {other.cell(name)[1] for other in work.files if name in other.header}
    cell = file.cell(name)[0] if name in file.header else "NULL"
    return f"CAST({cell} AS {types.pop() if len(types) == 1 else 'VARCHAR'})"


_GOING_ON = (
    *(leave_out_empty, leave_out_lines, leave_out_second_tables, read_odd, leave_out_ahead, leave_out_sums),
    *(leave_out_total, hide_flagged, _keep_one, doubt_lengths),
)
"""Steps after which a table with faults goes on, so that the others come in the same message."""
_READ = (leave_out_empty, _refuse_unfit, _drop, *_GOING_ON[1:])


def _check(work: Work) -> None:
    """Find rows that break a rule of the table, repeated keys and spoiled ids."""
    ids = _ids(work)
    work.faults += _broken_rules(work, ids) + _spoiled_ids(work, ids)
    # A repeated key says little where ids are missing or spoiled.
    if not work.spec.export and not any("_id: " in fault for fault in work.faults):
        key = TABLES[work.table].present_key(work.ours)
        work.faults += _repeated(work, key, next((ids[name] for name in key if name in ids), work.raw))
    work.notes += _late(work)


def _ids(work: Work) -> dict[str, str]:
    """Say for each required id in which rows it is looked at: in all, or in a large table in some.

    There the ids of rows are looked at for one in many, all rows of it, so that a part that was saved twice is found;
    and other ids in the first rows. Empty cells are found wherever they are, as Parquet files state their number.
    """
    declared = TABLES[work.table]
    ids = [name for name in declared.required if declared.columns[name].kind == "id"]
    if not work.is_view or work.bounds[-1] <= _MANY:
        return dict.fromkeys(ids, work.raw)
    first, key = f"(FROM {work.raw} WHERE {work.row} < {_MANY})", declared.present_key(work.ours)
    rows = {name: work.raw if _is_lacking(work, name) else first for name in ids}
    chosen = next((name for name in ids if name in key), None)
    if chosen and rows[chosen] == first and chosen in _theirs(work, work.files[0]):
        cells, some = ", ".join(quoted(name) for name in key), _united(work, _sizes(work), one_in=chosen)
        # The rest of the key, and where the rows stand, are read only if an id is empty, spoiled or there twice.
        wrong = f"count(*) > 1 OR {quoted(chosen)} IS NULL OR {_spoiled(chosen)}"
        sql = f"SELECT 1 FROM ({some}) GROUP BY {quoted(chosen)} HAVING {wrong} LIMIT 1"
        few = "" if work.con.execute(sql).fetchone() else " LIMIT 0"
        work.con.execute(f"CREATE TEMP TABLE ids_{work.serial} AS SELECT {cells}, {work.row} FROM ({some}){few}")
        work.notes.append(f"of more than {_MANY:,} rows, the ids are checked for one {chosen} in {_ONE_IN}")
        rows[chosen] = f"ids_{work.serial}"
    return rows


def _is_lacking(work: Work, name: str) -> bool:
    """Tell whether any cell of a column in Parquet files is empty."""
    cells = ((file, _theirs(work, file).get(name)) for file in work.files)
    asked = (f"SELECT 1 FROM {file.reader} WHERE {file.cell(cell)[0]} IS NULL LIMIT 1" for file, cell in cells if cell)
    return any(work.con.execute(sql).fetchone() for sql in asked)


def _broken_rules(work: Work, ids: Mapping[str, str]) -> list[str]:
    """Describe the rows that break a rule; clean data cost at most one pass."""
    rules = limits(work.ours, table=work.table)
    breaks = [rule.breaks.format(quoted(rule.column)) for rule in rules]
    # One rule at a time, DuckDB answers most from the least and greatest values that Parquet files state.
    looked = (
        f"SELECT 1 FROM {ids.get(rule.column, work.raw)} WHERE {broken} LIMIT 1"
        for rule, broken in zip(rules, breaks, strict=True)
    )
    if not any(work.con.execute(sql).fetchone() for sql in looked):
        return []
    columns = ", ".join(quoted(name) for name in dict.fromkeys(rule.column for rule in rules))
    bad = f"SELECT {work.row} AS {ROW}, {columns} FROM {work.raw} WHERE {' OR '.join(breaks)} LIMIT {_DESCRIBED}"
    where = ", ".join(f"list({ROW} ORDER BY {ROW}) FILTER ({broken})" for broken in breaks)
    number, *places = work.one(f"SELECT count(*), {where} FROM ({bad})")
    unread = {fault.partition(":")[0] for fault in work.faults}
    found = [
        f"{rule.column}: {counted(len(at), 'value')} {rule.says} ({work.where(at)})"
        for rule, at in zip(rules, places, strict=True)
        if at and not (rule.says == "missing" and rule.column in unread)
    ]
    return found + ([f"only the first {_DESCRIBED:,} offending rows are described"] if number == _DESCRIBED else [])


def _spoiled_ids(work: Work, ids: Mapping[str, str]) -> list[str]:
    """Find ids that a spreadsheet turned into numbers such as 1.34E+18."""
    said = []
    for name, looked in ids.items():
        sql = f"SELECT {work.row} FROM {looked} WHERE {_spoiled(name)} ORDER BY 1"
        rows = [row for (row,) in work.con.execute(sql).fetchall()]
        if rows:
            why = "rounded by a spreadsheet (as 1.34E+18): export again and keep ids as text"
            said.append(f"{name}: {counted(len(rows), 'value')} {why} ({work.where(rows)})")
    return said


def _spoiled(name: str) -> str:
    """Write SQL that tells whether an id looks like 1.34E+18."""
    return f"contains({quoted(name)}, '+') AND regexp_full_match({quoted(name)}, '[0-9]([.,][0-9]+)?[eE]\\+[0-9]+')"


def _repeated(work: Work, key: Sequence[str], looked: str) -> list[str]:
    """Describe rows whose key came before."""
    rows = _repeats(work, key, looked)
    if not rows:
        return []
    said = f"{counted(len(rows), 'row')} {'repeats' if len(rows) == 1 else 'repeat'} an earlier row"
    mend = 'keep one of each, or say repeated = "first" for the table in dataset.toml'
    return [f"{listed(key)}: {said} ({work.where(rows)}); {mend}"]


def _repeats(work: Work, key: Sequence[str], rows: str, *, order: str = "") -> list[int]:
    """Find rows whose key came before, in an order that is the files' own unless another is given."""
    cells = ", ".join(quoted(name) for name in key)
    sql = f"SELECT count(*) FROM (SELECT hash({cells}) AS h FROM {rows} GROUP BY h HAVING count(*) > 1)"
    if not work.one(sql)[0]:
        return []
    numbered = f"row_number() OVER (PARTITION BY {cells} ORDER BY {order or work.row})"
    sql = f"SELECT {work.row} AS place FROM {rows} QUALIFY {numbered} > 1 ORDER BY place"
    return [row for (row,) in work.con.execute(sql).fetchall()]


def _late(work: Work) -> list[str]:
    """Note times after the moment of capture."""
    if not {"created_at", "captured_at"} <= set(work.ours):
        return []
    (late,) = work.one(f"SELECT count(*) FROM {work.raw} WHERE created_at > captured_at")
    return [f"created_at: {counted(late, 'value')} after captured_at; is the time zone right?"] if late else []
