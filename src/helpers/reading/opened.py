"""How does a dataset that a run has opened and checked stay open for the run's kernels?

What had to be read and typed is written once, into a database of DuckDB in a folder of the run: row by row in its order
and in exactly its types, of which Parquet lacks some. Parquet files and other databases stay where they are, and the
query that reads them is kept. A dataset is known by what its names and its dataset.toml say and by the state of its
files: one that has changed is not found here, and is opened and checked anew.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.freshness import digest, state_of, write_text
from helpers.reading.manifest import Address, Manifest

if TYPE_CHECKING:
    import duckdb


OPENED = "ENGAGEMENT_CLAIMS_OPENED"
"""The variable that names the folder where the processes of a run keep what they have opened; it goes with the run."""


@dataclass(frozen=True)
class Opened:
    """Tables that have been read and checked, as every process of a run can have them.

    Parameters
    ----------
    rows, file_rows, file_dropped, notes
        As of ``Dataset``; files by their names.
    tables : mapping of str to object
        By table: SQL for DuckDB, or what ``spark.frame`` reads.
    databases : sequence of str
        Databases of DuckDB that the SQL reads.
    """

    rows: Mapping[str, int]
    file_rows: Mapping[str, int]
    notes: Sequence[str]
    tables: Mapping[str, Any]
    databases: Sequence[str] = ()
    file_dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def mark_of(manifest: Manifest, *, engine: str) -> str:
    """Fingerprint a dataset: what is said of it, and its files by size, times and inode.

    Parameters
    ----------
    manifest : Manifest
        What is to be opened.
    engine : str
        What opens it.

    Returns
    -------
    str
        Empty where a file is at an address, as that has no such state.
    """
    states = []
    for file in manifest.files:
        if isinstance(file, Address):
            return ""
        states.append([str(file), *state_of(file.stat())])
    return digest([engine, repr(replace(manifest, path=Path())), states])  # the same data by whatever path


def find(mark: str) -> Opened | None:
    """Find a dataset among those that this run keeps.

    Parameters
    ----------
    mark : str
        From `mark_of`.

    Returns
    -------
    Opened or None
        None where it has to be opened, and where no run keeps anything.
    """
    place = os.environ.get(OPENED)
    file = Path(place, f"{mark}.json") if place else None
    return Opened(**json.loads(file.read_text(encoding="utf-8"))) if file and file.exists() else None


def keep(opened: Opened, *, mark: str, typed: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Opened:
    """Let the other processes of a run find a dataset; outside a run, and of data at an address, nothing is kept.

    Parameters
    ----------
    opened : Opened
        What was opened.
    mark : str
        From `mark_of`.
    typed : sequence of str
        The tables that were read into the connection; they are written into a database. The others are where they were.
    connection : duckdb.DuckDBPyConnection
        What has read them.

    Returns
    -------
    Opened
        What the others find.
    """
    folder = os.environ.get(OPENED, "")
    if not (mark and os.path.isdir(folder)):
        return opened
    kept = _written(opened, Path(tempfile.mkdtemp(dir=folder)), typed, connection) if typed else opened
    write_text(Path(folder, f"{mark}.json"), json.dumps(vars(kept)))
    return kept


def _written(opened: Opened, folder: Path, typed: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Opened:
    """Write tables into a database, which outlasts the connection."""
    from helpers.reading.work import literal, quoted

    file = str(folder / "tables.duckdb")
    connection.execute(f"ATTACH {literal(file)} AS {quoted(file)}")
    for table in typed:
        connection.execute(f"CREATE TABLE {quoted(file)}.{quoted(table)} AS {opened.tables[table]}")
    connection.execute(f"DETACH {quoted(file)}")  # only now is all of it in the file
    written = {table: f"FROM {quoted(file)}.{quoted(table)}" for table in typed}
    return replace(opened, tables={**opened.tables, **written}, databases=[*opened.databases, file])
