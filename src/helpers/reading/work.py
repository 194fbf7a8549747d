"""What is known of a table while it is on its way in?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.words import counted
from helpers.reading import textfiles
from helpers.reading.manifest import Address, TableFiles, is_database
from helpers.reading.values import plain_name
from helpers.tables import SHOWN, TABLES

if TYPE_CHECKING:
    import duckdb


ROW = "__row"
EACH_ROW = "row"
"""What dataset.toml names for an id where there is no column of ids, and each row stands for one."""
_COLUMN = re.compile(r'\{cell\}|"([^"]*)"')
ODD = "__odd"
"""What the name of a column of cells kept as text ends in."""
BLANK = "__blank"
"""The column that tells whether all cells of a row are empty."""
AGAIN = "__again"
"""The column that tells whether a row holds the names of the columns once more."""
_SPACES = " \t\r\n\xa0\u200b\ufeff"
TYPED = "__typed "
"""What the name of a column of typed cells begins with, before it gets its own."""


@dataclass(frozen=True)
class File:
    """One file as DuckDB can read it."""

    path: Path | Address
    reader: str  # the table function that reads it
    header: tuple[str, ...]
    cells: tuple[str, ...]  # how its columns are called in SQL
    types: tuple[str, ...]
    layout: textfiles.Layout | None = None

    def cell(self, name: str) -> tuple[str, str]:
        """Give SQL and type of a column."""
        place = self.header.index(name)
        return self.cells[place], self.types[place]

    @property
    def is_blank(self) -> str:
        """SQL that tells whether all cells of a row are empty, or hold spaces only."""
        filled = (f"nullif(trim(CAST({cell} AS VARCHAR), {literal(_SPACES)}), '')" for cell in self.cells)
        return f"coalesce({', '.join(filled)}) IS NULL"

    @property
    def is_header(self) -> str:
        """SQL that tells whether a row repeats the header, as where files were put under one another."""
        named = [(cell, literal(name)) for cell, name in zip(self.cells, self.header, strict=True) if name]
        if not self.layout or len(named) < 2:
            return "false"
        told = " AND ".join(f"trim({cell}) = {name}" for cell, name in named)
        return f"CASE WHEN contains({named[0][0]}, {named[0][1]}) THEN coalesce({told}, false) ELSE false END"

    def filled(self, sql: str, name: str = "") -> str:
        """Put this file's cells into SQL that names columns as in ``layouts.Field``; what it lacks becomes null."""
        texts = [f"CAST({cell} AS VARCHAR)" for cell in self.cells]
        known = {plain_name(called): text for called, text in zip(reversed(self.header), reversed(texts), strict=True)}
        own = {"{cell}": texts[self.header.index(name)]} if name else {}
        return _COLUMN.sub(lambda found: own.get(found[0]) or known.get(found[1], "NULL::VARCHAR"), sql)


@dataclass
class Work:
    """A table on its way in."""

    con: duckdb.DuckDBPyConnection
    spec: TableFiles
    timezone: str
    scratch: Path
    files: list[File] = field(default_factory=list)
    bounds: list[int] = field(default_factory=list)  # number of rows up to and with each file
    ours: dict[str, bool] = field(default_factory=dict)  # our columns, and whether they have cells kept as text
    extras: dict[str, str] = field(default_factory=dict)  # the file's other columns, and what they are called with us
    is_view: bool = False
    is_copied: bool = False  # whether the few rows of a view have been read, for what is asked of them on their way in
    view: str = ""  # SQL of a view, which reads the files where they stay
    is_empty: bool = False  # without a row, or without one that is not dropped
    serial: int = 0  # tells tables of one database apart
    dropped: dict[str, int] = field(default_factory=dict)  # rows by rule
    gone: dict[str, list[int]] = field(default_factory=dict)  # places of those left out one by one, by rule
    dated: dict[int, set[str]] = field(default_factory=dict)  # by file, times not written in the format of the export
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The tidy table."""
        return self.spec.table

    @property
    def raw(self) -> str:
        """The name of the table or view in DuckDB."""
        return quoted(f"raw_{self.table}_{self.serial}")

    @property
    def label(self) -> str:
        """What messages call the input."""
        names = [f"{file.name}: {self.table}" if is_database(file) else file.name for file in self.spec.files]
        return names[0] if len(names) == 1 else f"{self.table} ({len(names)} files)"

    @property
    def row(self) -> str:
        """SQL for the position of a row among all files."""
        return ROW if self.is_view else "rowid"

    def is_row(self, name: str) -> bool:
        """Tell whether a column of ids is made of the numbers of the rows."""
        is_id = name in TABLES[self.table].columns and TABLES[self.table].columns[name].kind == "id"
        stated = is_id and self.spec.columns.get(name) == EACH_ROW
        return stated and not any(EACH_ROW in file.header for file in self.files)

    def leave_out(self, rows: Sequence[int], rule: str) -> None:
        """Take rows out, and tell of them by rule and place."""
        self.keep()
        self.con.execute(f"DELETE FROM {self.raw} WHERE rowid IN ({', '.join(map(str, rows))})")
        self.dropped[rule] = self.dropped.get(rule, 0) + len(rows)
        self.gone.setdefault(rule, []).extend(rows)
        self.notes.append(f"{counted(len(rows), 'row')} left out: {rule} ({self.where(sorted(rows))})")

    def keep(self) -> None:
        """Make a table of a view, so that its cells can be changed."""
        if self.is_view and not self.is_copied:
            kept = quoted(f"kept_{self.table}_{self.serial}")
            self.con.execute(f"CREATE TEMP TABLE {kept} AS FROM {self.raw} ORDER BY {ROW}")
            self.con.execute(f"DROP VIEW {self.raw}")
            self.con.execute(f"ALTER TABLE {kept} RENAME TO {self.raw}")
        self.is_view = False

    def let_go(self) -> None:
        """Look at the files again where rows of them were only read to be asked about, and not changed."""
        if self.is_view and self.is_copied:
            self.con.execute(f"DROP TABLE {self.raw}")
            self.con.execute(f"CREATE TEMP VIEW {self.raw} AS {self.view}")
            self.is_copied = False

    def one(self, sql: str) -> tuple:
        """Fetch the one row that a query gives."""
        return one_row(self.con, sql)

    def where(self, rows: Sequence[int]) -> str:
        """Say where rows stand: physical lines of text files, row numbers of Parquet files."""
        said, start = [], 0
        for file, end in zip(self.files, self.bounds, strict=True):
            is_last = end == self.bounds[-1]  # a table of a database has gaps in its row numbers
            inside = [int(row) - start for row in rows if start <= row and (row < end or is_last)]
            if inside:
                shown = inside[: SHOWN + 1]
                numbers = textfiles.line_numbers(file.layout, shown) if file.layout else [row + 1 for row in shown]
                place = textfiles.lines(numbers, "line" if file.layout else "row")
                said.append(place if len(self.files) == 1 else f"{file.path.name} {place}")
            start = end
        return "; ".join(said)


def one_row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    """Fetch the one row that a query gives."""
    (row,) = con.execute(sql).fetchall()
    return row


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
