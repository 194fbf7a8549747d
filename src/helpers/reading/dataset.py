"""How is a dataset opened where it lives?"""

from __future__ import annotations

import os
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal, nearest, no_room
from helpers.base.words import listed
from helpers.ground.filenames import unnamed
from helpers.ground.scratch import scratch
from helpers.reading import opened
from helpers.reading.chosen import refuse_absent
from helpers.reading.connection import ENGINES, SPILL, connected
from helpers.reading.manifest import Address, Manifest, address, is_database, read_manifest
from helpers.reading.opened import OPENED, Opened
from helpers.reading.work import one_row

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw
    from pyspark.sql import SparkSession

    from helpers.reading.loading import Loaded

ON_A_CLUSTER = (
    "posts are joined with followers by the exact id and platform only, as they are on a cluster: make import joins "
    "them by handle, name or link too"
)
"""What is said where lists of accounts are not looked through."""


@dataclass(frozen=True)
class Dataset:
    """Tidy tables that have been read, checked and typed, where they live.

    Parameters
    ----------
    name, kind, source, timezone : str
        As dataset.toml says; ``kind`` is ``simulated`` or ``user``.
    clock : str
        The zone whose clock hours and weekdays are told by: that of dataset.toml, else ``timezone``.
    path : Path or Address
        The folder or file.
    tables : mapping of str to narwhals.LazyFrame
        Tables by name. Ids and text are text, counts whole, numbers floating, times UTC without a zone. Hidden counts
        are -1, unknown values null. Columns that the project does not know are carried along as they are.
    rows : mapping of str to int
        Rows of each table.
    file_rows : mapping of Path or Address to int
        Rows of each file; of a database those of all its tables.
    file_dropped : mapping of Path or Address to mapping of str to int
        By file and rule, rows among these that are in no table, such as totals.
    notes : tuple of str
        What reading decided, in sentences.
    connection : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        What the tables live in.
    """

    name: str
    kind: str
    source: str
    timezone: str
    clock: str
    path: Path | Address
    tables: Mapping[str, nw.LazyFrame] = field(repr=False)
    rows: Mapping[str, int]
    file_rows: Mapping[Path | Address, int]
    notes: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection | SparkSession = field(repr=False, compare=False)
    file_dropped: Mapping[Path | Address, Mapping[str, int]] = field(default_factory=dict)

    def having(self, *, platforms: Sequence[str] = (), start: str | None = None, end: str | None = None) -> Dataset:
        """Give the dataset itself, or refuse a choice of which it holds nothing.

        Parameters
        ----------
        platforms, start, end
            As in `chosen.refuse_absent`.

        Returns
        -------
        Dataset
            The same, whole: reductions take the part that was chosen.

        Raises
        ------
        Refusal
            With what there is to choose from.
        """
        refuse_absent(self.tables, platforms=platforms, start=start, end=end)
        return self


def open_dataset(
    path: str | Path,
    *,
    engine: str = "duckdb",
    memory_limit: str | None = None,
    threads: int | None = None,
    checked: bool = False,
    without: Sequence[Path] = (),
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
        Such as "4GB"; by default a run's share, or else 60% of the machine (40% for Spark). Beyond it engines work on
        disk where they can.
    threads : int, optional
        By default one for each core.
    checked : bool
        Whether rows and keys are known to keep the rules; only an import says so of what it has just written.
    without : sequence of Path
        Files that are none of its tables, though they are called after one.

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
        raise Refusal(f"there is no engine {engine!r}{nearest(str(engine), ENGINES)}", mend=f"use {listed(ENGINES)}")
    manifest = read_manifest(path)
    if without:
        kept = (replace(one, files=tuple(file for file in one.files if file not in without)) for one in manifest.tables)
        manifest = replace(manifest, tables=tuple(table for table in kept if table.files))
    mark = opened.mark_of(manifest, engine=engine)  # before the check: a file that changes meanwhile is checked anew

    from helpers.reading import spark

    session = spark.session(memory_limit, threads) if engine == "spark" else None
    connection = connected(None if session else memory_limit, threads)
    try:
        found = opened.find(mark) or _opened(manifest, connection, session, checked=checked, mark=mark)
        return _dataset(manifest, found, connection, session)
    except BaseException as error:
        connection.close()  # so that a database can be mended where it is open, also before the collector comes
        if full := no_room(str(error)):
            raise full from None
        if isinstance(error, Refusal):
            raise unnamed(error, map(Path, (manifest.path, *manifest.files))) from None
        raise


def holds_fewer(dataset: Dataset, number: int) -> bool:
    """Tell whether a dataset holds fewer accounts and persons in all than a number, and so is somebody's own.

    Parameters
    ----------
    dataset : Dataset
        The opened data.
    number : int
        From so many on they are others'.

    Returns
    -------
    bool
        True also where there is none.
    """
    found: set[object] = set()
    for frame in dataset.tables.values():
        for name in {*_OF_PEOPLE}.intersection(frame.collect_schema().names()):
            some = frame.select(name).drop_nulls().unique().head(number).collect("pandas")
            found |= {(_OF_PEOPLE[name], one) for one in some[name].to_list()}
            if len(found) >= number:
                return False
    return True


_OF_PEOPLE = {
    **dict.fromkeys(("account_id", "author_id"), "account"),
    **dict.fromkeys(("person_id", "customer_id"), "person"),
}
"""Columns of ids of people, and of which kind they are."""


def settled(dataset: Dataset) -> tuple[duckdb.DuckDBPyConnection, dict[str, duckdb.DuckDBPyRelation]]:
    """Give the tables of a dataset where they can be written to other places, and no view of a database runs.

    Parameters
    ----------
    dataset : Dataset
        On DuckDB.

    Returns
    -------
    connection and dict of str to relation
        The dataset's own; where it is a database, a new connection with copies, which go with it.
    """
    relations = {table: frame.to_native() for table, frame in dataset.tables.items()}
    if not any(map(is_database, dataset.file_rows)):
        return dataset.connection, relations
    room = Path(one_row(dataset.connection, "SELECT current_setting('temp_directory')")[0])
    room.mkdir(mode=0o700, exist_ok=True)
    con = connected()
    for table, relation in relations.items():
        relation.write_parquet(str(room / f"{table}.parquet"))
    weakref.finalize(con, id, dataset)  # with which the folder would go
    return con, {table: con.read_parquet(str(room / f"{table}.parquet")) for table in relations}


def _opened(
    manifest: Manifest,
    connection: duckdb.DuckDBPyConnection,
    session: SparkSession | None,
    *,
    checked: bool,
    mark: str,
) -> Opened:
    """Load every table or refuse them together; within a run, keep them for its other processes."""
    from helpers.reading import addresses, databases, spark

    manifest = databases.spread(connection, addresses.reached(connection, manifest))
    loaded, told = _loaded(manifest, connection, session, checked=checked)
    file_rows: Counter[str] = Counter()
    for table in loaded:
        file_rows.update({str(file): rows for file, rows in table.file_rows.items()})
    found = Opened(
        rows={table.table: table.rows for table in loaded},
        file_rows=file_rows,
        notes=(*manifest.notes, *(note for table in loaded for note in table.notes), *told),
        tables={table.table: table.query for table in loaded},
        databases=[file for file in file_rows if is_database(Path(file))],
        file_dropped={str(file): dict(told) for table in loaded for file, told in table.file_dropped.items()},
    )
    typed = [table.table for table in loaded if not table.work.is_view]
    if session:
        parts = {table.table: spark.parts(table, session=session, connection=connection) for table in loaded}
        found, typed = replace(found, tables=parts, databases=()), []
    return opened.keep(found, mark=mark, typed=typed, connection=connection)


def _loaded(
    manifest: Manifest, connection: duckdb.DuckDBPyConnection, session: SparkSession | None, *, checked: bool
) -> tuple[list[Loaded], list[str]]:
    """Load every table and refuse them together: (the tables, what their joining gave)."""
    from helpers.reading import databases, spark
    from helpers.reading.accounts import acquaint
    from helpers.reading.loading import as_loaded, load

    elsewhere = partial(spark.check, session=session) if session and spark.is_remote(session) else None
    how = partial(load, connection, timezone=manifest.timezone, checked=checked, elsewhere=elsewhere)
    with scratch(inside=os.environ.get(SPILL) or None) as copies:
        folders = [copies, *_places(), *filter(None, [session and spark.scratch_of(session)])]
        databases.shut_off(connection, manifest.files, folders=folders)
        loaded = [how(spec, scratch=copies) for spec in manifest.tables]
    full = [table for table in loaded if not table.is_empty or table.dropped]
    bare = [fault for table in loaded if full and table not in full for fault in (*table.notes, *table.faults)]
    loaded = full or loaded  # a header alone says nothing against the other tables
    faults, told = [fault for table in loaded for fault in table.faults], list[str]()
    if not (faults or elsewhere or checked or manifest.is_import):
        told, faults = acquaint(connection, {table.table: table.work for table in loaded})
        loaded = [as_loaded(table.work) for table in loaded]
    elif elsewhere and not manifest.is_import and {"posts", "accounts"} <= {table.table for table in loaded}:
        told = [ON_A_CLUSTER]
    loaded = [replace(loaded[0], notes=(*loaded[0].notes, *bare)), *loaded[1:]] if bare else loaded
    if faults:
        mend = "mend the file, or say in a dataset.toml beside it how it is to be read"
        raise Refusal(f"{manifest.path} cannot be used", faults, mend)
    for table in loaded:
        table.work.let_go()
    return loaded, told


def _places() -> list[str]:
    """List the folders in which the processes of a run keep what they share."""
    return [place for name in (SPILL, OPENED) if (place := os.environ.get(name))]


def _dataset(
    manifest: Manifest, found: Opened, connection: duckdb.DuckDBPyConnection, session: SparkSession | None
) -> Dataset:
    """Look at the tables where they live."""
    import narwhals as nw

    from helpers.reading import databases, spark

    for file in found.databases:
        databases.attach(connection, Path(file))
    databases.shut_off(connection, manifest.files, folders=_places())
    look = partial(spark.frame, session) if session else connection.sql
    return Dataset(
        name=manifest.name,
        kind=manifest.kind,
        source=manifest.source,
        timezone=manifest.timezone,
        clock=manifest.clock or manifest.timezone,
        path=manifest.path,
        tables=MappingProxyType({table: nw.from_native(look(it)).lazy() for table, it in found.tables.items()}),
        rows=MappingProxyType(found.rows),
        file_rows=MappingProxyType({address(name) or Path(name): rows for name, rows in found.file_rows.items()}),
        file_dropped=MappingProxyType({address(name) or Path(name): by for name, by in found.file_dropped.items()}),
        notes=tuple(found.notes),
        connection=session or connection,
    )
