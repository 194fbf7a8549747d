"""How does DuckDB open the tables of one of its databases where they are?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import listed
from helpers.reading.manifest import Address, Manifest, TableFiles, is_database
from helpers.reading.work import literal, one_row, quoted
from helpers.tables import TABLES

if TYPE_CHECKING:
    import duckdb


_UNUSABLE = {
    "lock": "close it in the program that has it open, or give a copy",
    "already attached": "close it where this program has it open, or give a copy",
    "version": "save its tables as Parquet with the DuckDB that wrote it, or install that version here",
}
"""By a word of DuckDB's message, what to do about a database that cannot be opened."""


_OF_SYSTEM = re.compile(
    r"\b(?:duckdb_\w+|pragma_\w+|sqlite_(?:temp_)?(?:master|schema)|information_schema|pg_catalog)\b"
    r"|\b(?:query(?:_table)?|getenv|current_(?:setting|database|query|user)|sniff_csv|glob)\b\W?\s*\(",
    re.IGNORECASE,
)
"""Names by which a query learns of the machine and of other data."""


@dataclass(frozen=True)
class Kept:
    """A table or view of a database.

    Parameters
    ----------
    name : str
        As it is called there, with its schema where that is not the main one.
    sql : str
        What a query calls it.
    is_view : bool
        Whether its rows are made by a query, and so have no numbers of their own.
    """

    name: str
    sql: str
    is_view: bool

    def numbered(self, columns: Sequence[str]) -> str:
        """Write SQL that gives its rows with a number each, named as those of Parquet files."""
        own = not self.is_view and "rowid" not in map(str.casefold, columns)
        return f"(SELECT *, {'rowid' if own else 'row_number() OVER () - 1'} AS file_row_number FROM {self.sql})"


def attach(con: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Attach a database, which is never written to, and return its name, which is its path.

    Raises
    ------
    Refusal
        When it is open for writing elsewhere, damaged, of a newer format, or no database of DuckDB.
    """
    import duckdb

    database = str(file)
    try:
        con.execute(f"ATTACH IF NOT EXISTS {literal(database)} AS {quoted(database)} (READ_ONLY, TYPE duckdb)")
    except duckdb.Error as error:
        said = first_line(error)
        mend = next((mend for word, mend in _UNUSABLE.items() if word in said), "copy or export it again")
        raise Refusal(f"{file.name} cannot be opened as a database of DuckDB", [said], mend) from None
    return database


def shut_off(con: duckdb.DuckDBPyConnection, files: Iterable[Path | Address], *, folders: Iterable[str | Path]) -> None:
    """Let the views of a database reach nothing but the dataset, as whoever made it may have meant them to read more.

    A view is a query of somebody else's, and could read any file or address, or a table of the notebook's own.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        What runs its views; it cannot be opened again. Without a database among the files nothing is shut.
    files : iterable of Path or Address
        The dataset's.
    folders : iterable of str or Path
        Where the connection may read and write: copies, and what does not fit into memory.
    """
    here = [file for file in files if isinstance(file, Path)]
    if not any(map(is_database, here)):
        return
    if not one_row(con, "SELECT current_setting('enable_external_access')")[0]:
        return
    places = [one_row(con, "SELECT current_setting('temp_directory')")[0], *map(str, folders)]
    paths = [path for file in here for path in (str(file), f"{file}.wal")]
    for name, allowed in (("allowed_directories", places), ("allowed_paths", paths)):
        con.execute(f"SET {name} = [{', '.join(literal(place) for place in allowed if place)}]")
    con.execute("SET python_enable_replacements = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def tables(con: duckdb.DuckDBPyConnection, file: Path) -> dict[str, Kept]:
    """List the tables and views of a database.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        What attaches it.
    file : Path
        The database.

    Returns
    -------
    dict of str to Kept
        By name in small letters; of two with one name that of the main schema.

    Raises
    ------
    Refusal
        As `attach`.
    """
    database = attach(con, file)
    sql = f"""
        SELECT schema_name, name, is_view
        FROM (
            SELECT database_name, schema_name, table_name AS name, internal, false AS is_view FROM duckdb_tables()
            UNION ALL
            SELECT database_name, schema_name, view_name, internal, true FROM duckdb_views()
        )
        WHERE database_name = {literal(database)} AND NOT internal
        ORDER BY schema_name = 'main', schema_name, name
    """
    return {
        name.casefold(): Kept(
            name if schema == "main" else f"{schema}.{name}", ".".join(map(quoted, (database, schema, name))), is_view
        )
        for schema, name, is_view in con.execute(sql).fetchall()
    }


def looks_around(con: duckdb.DuckDBPyConnection, file: Path, view: str) -> bool:
    """Tell whether a view, or what else it may be made of, asks for the machine's settings and names instead of data.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        What has the database attached.
    file : Path
        The database.
    view : str
        The view's name.

    Returns
    -------
    bool
        Where its definition, or that of another view or a macro of the database, names functions and tables of the
        system, or makes a query of a text.
    """
    known = f"database_name = {literal(str(file))}"
    sql = f"""
        SELECT sql FROM duckdb_views() WHERE {known} AND NOT internal
        UNION ALL
        SELECT macro_definition FROM duckdb_functions() WHERE {known} AND NOT internal
    """
    is_one = tables(con, file)[view].is_view
    return is_one and any(_OF_SYSTEM.search(text or "") for (text,) in con.execute(sql).fetchall())


def spread(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Manifest:
    """Name the tidy tables of a dataset that is a database.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        What opens it.
    manifest : Manifest
        Any dataset's; one without a database comes back as it is.

    Returns
    -------
    Manifest
        With an entry for each table and view that is called as a tidy table.

    Raises
    ------
    Refusal
        As `tables`, or when it has none of them.
    """
    unnamed = [spec for spec in manifest.tables if not spec.table and is_database(spec.files[0])]
    if not unnamed:
        return manifest
    (file,) = unnamed[0].files
    there = tables(con, Path(file))
    stated = {spec.table: spec for spec in manifest.tables if spec.table}
    found = {name: stated.get(name, TableFiles(name, (file,))) for name in TABLES if name in there or name in stated}
    others = [kept.name for name, kept in there.items() if name not in TABLES]
    if not found:
        faults = [f"{name}{nearest(name, list(TABLES))}" for name in others] or ["it is empty"]
        mend = f"name a table or view after what it holds, as in CREATE VIEW posts AS ...; tables are {listed(TABLES)}"
        raise Refusal(
            f"{file.name} has no table that is known here, only" if others else f"{file.name} has no table",
            faults,
            mend,
        )
    notes = [f"not read, as no table has the name: {listed(others[:10])}"] if others else []
    return replace(manifest, tables=tuple(found.values()), notes=(*manifest.notes, *notes))


def first_line(error: Exception) -> str:
    """Give what an error of DuckDB says first, without its kind.

    Examples
    --------
    >>> first_line(ValueError("IO Error: no such file\\nSee also"))
    'no such file'
    """
    return str(error).partition("\n")[0].partition("Error: ")[2] or str(error).partition("\n")[0]
