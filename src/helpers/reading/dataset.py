"""How is a dataset opened where it lives?"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.base.freshness import digest
from helpers.base.refusals import Refusal, nearest, no_room
from helpers.base.words import listed
from helpers.reading.manifest import Address, Manifest, data_files, read_manifest

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw
    from pyspark.sql import SparkSession

    from helpers.reading.loading import Loaded
from helpers.reading.connection import SPILL, connected

__all__ = ["Dataset", "data_files", "open_dataset"]

ENGINES = ("duckdb", "spark")

CHECKED = "ENGAGEMENT_CLAIMS_CHECKED"
"""The variable with which a batch tells its notebooks what its own check of the data noted (`Dataset.checked`), so that
a hundred million rows are not checked once more in each. Files that changed since are checked anew."""


@dataclass(frozen=True)
class Dataset:
    """Tidy tables that have been read, checked and typed, where they live.

    Parameters
    ----------
    name, kind, source, timezone : str
        As dataset.toml says; ``kind`` is ``simulated`` or ``user``.
    path : Path or Address
        The folder or file.
    tables : mapping of str to narwhals.LazyFrame
        Tables by name. Ids and text are text, counts whole, numbers floating, times UTC without a zone. Hidden counts
        are -1, unknown values null. Columns that the project does not know are carried along as they are.
    rows : mapping of str to int
        Rows of each table.
    file_rows : mapping of Path to int
        Rows of each file; of a database those of all its tables.
    notes : tuple of str
        What reading decided, in sentences.
    connection : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        What the tables live in.
    checked : str
        For `CHECKED`, that the same files are opened again without a check; empty for an address.
    """

    name: str
    kind: str
    source: str
    timezone: str
    path: Path | Address
    tables: Mapping[str, nw.LazyFrame] = field(repr=False)
    rows: Mapping[str, int]
    file_rows: Mapping[Path, int]
    notes: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection | SparkSession = field(repr=False, compare=False)
    checked: str = field(default="", repr=False, compare=False)


def open_dataset(
    path: str | Path,
    *,
    engine: str = "duckdb",
    memory_limit: str | None = None,
    threads: int | None = None,
    checked: bool = False,
) -> Dataset:
    """Open a dataset, or refuse it with everything that is wrong with it.

    Parameters
    ----------
    path : str or Path
        A folder of tidy tables as CSV or Parquet, a folder with a dataset.toml or that file itself, one file of posts
        or of accounts, a pattern that several of them match, a database of DuckDB with tables or views of their
        names, or an address: https://host/posts.parquet, or s3://bucket/folder/*.parquet. A relative path is taken from
        the current folder, or else from the project's.
    engine : {"duckdb", "spark"}
        What opens it. For Spark the environment variable SPARK_REMOTE may name a cluster.
    memory_limit : str, optional
        Such as "4GB"; by default a batch's share, or else 60% of the machine (40% for Spark). Beyond it engines work on
        disk where they can.
    threads : int, optional
        By default one for each core.
    checked : bool
        Whether rows and keys are known to keep the rules; only an import says so of what it has just written.

    Returns
    -------
    Dataset
        Tables that keep the rules of ``helpers.tables``.

    Raises
    ------
    Refusal
        When the engine is not there; when files are missing, damaged or unknown, an address cannot be reached, a cell
        cannot be read, or a row breaks a rule: all faults at once.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "posts.csv").write_text("post_id,account_id,likes\\n1,a,12\\n2,a,\\n")
    >>> dataset = open_dataset(folder)
    >>> dataset.rows["posts"], int(dataset.tables["posts"].collect("pandas")["likes"].null_count())
    (2, 1)
    """
    if engine not in ENGINES:
        raise Refusal(f"there is no engine {engine!r}{nearest(engine, ENGINES)}", mend=f"use {listed(ENGINES)}")
    manifest = read_manifest(path)

    from helpers.reading import spark

    session = spark.session(memory_limit, threads) if engine == "spark" else None
    connection = connected(None if session else memory_limit, threads)
    try:
        with tempfile.TemporaryDirectory(prefix="engagement-claims-", dir=os.environ.get(SPILL)) as copies:
            return _opened(manifest, connection, Path(copies), checked=checked, session=session)
    except BaseException as error:
        connection.close()  # so that a database can be mended where it is open, also before the collector comes
        if full := no_room(str(error)):
            raise full from None
        raise


def _opened(
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    *,
    checked: bool,
    session: SparkSession | None,
) -> Dataset:
    """Load every table and refuse them together."""
    import narwhals as nw

    from helpers.reading import addresses, databases, spark
    from helpers.reading.loading import load

    manifest = databases.spread(connection, addresses.reached(connection, manifest))
    how = {"timezone": manifest.timezone, "scratch": scratch}
    mark = _mark(manifest)  # before the check: a file that changes meanwhile is checked anew
    passed = [()] * len(manifest.tables) if checked else _passed(manifest, mark)
    if session and spark.is_remote(session):
        how["elsewhere"] = partial(spark.check, session=session)
    loaded = [load(connection, spec, passed=notes, **how) for spec, notes in zip(manifest.tables, passed, strict=True)]
    faults = [fault for table in loaded for fault in table.faults]
    if faults:
        mend = "mend the file, or say in a dataset.toml beside it how it is to be read"
        raise Refusal(f"{manifest.path} cannot be used", faults, mend)

    def live(table: Loaded) -> object:
        if session:
            return spark.frame(session, table, connection=connection)
        return connection.sql(table.query)

    file_rows: Counter[Path] = Counter()
    for table in loaded:
        file_rows.update(table.file_rows)
    return Dataset(
        name=manifest.name,
        kind=manifest.kind,
        source=manifest.source,
        timezone=manifest.timezone,
        path=manifest.path,
        tables=MappingProxyType({t.table: nw.from_native(live(t)).lazy() for t in loaded}),
        rows=MappingProxyType({t.table: t.rows for t in loaded}),
        file_rows=MappingProxyType(file_rows),
        notes=(*manifest.notes, *(note for table in loaded for note in table.notes)),
        connection=session or connection,
        checked=json.dumps([mark, [table.passed for table in loaded]]) if mark else "",
    )


def _passed(manifest: Manifest, mark: str) -> Sequence[Sequence[str] | None]:
    """Give what a batch noted of each table when it checked these very files; None for all where it did not."""
    known, notes = json.loads(os.environ.get(CHECKED) or '["", []]')
    return notes if mark and mark == known else [None] * len(manifest.tables)


def _mark(manifest: Manifest) -> str:
    """Fingerprint the files of a dataset by size, time and inode; addresses have none."""
    files = [file for spec in manifest.tables for file in spec.files] + ([manifest.toml] if manifest.toml else [])
    if any(isinstance(file, Address) for file in files):
        return ""
    states = ((str(file), file.stat()) for file in files)
    return digest([[name, state.st_size, state.st_mtime_ns, state.st_ino] for name, state in states])
