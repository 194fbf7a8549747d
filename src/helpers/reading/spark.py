"""How is a dataset opened on Spark, on this machine or on a cluster?

A local session reads Parquet where it lies; DuckDB, which is quicker on one machine, checks it first, and makes Parquet
of everything else. Through Spark Connect nothing but Parquet is read, and Spark checks it itself: this machine looks at
the files' ends only. Either is done once for a run (`helpers.reading.opened`).
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from helpers.base.refusals import Refusal
from helpers.base.words import listed
from helpers.ground.platforms import SIGNS, WORDS
from helpers.ground.scratch import held
from helpers.reading.guards import ahead
from helpers.reading.loading import Loaded, judge
from helpers.reading.manifest import PARQUET_FILES, Address
from helpers.reading.opened import OPENED
from helpers.reading.typing import DECIMAL_ID, MESSY
from helpers.reading.work import File, Work, literal, quoted
from helpers.tables import TABLES, Column, limits

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession


REMOTE = "SPARK_REMOTE"
"""The environment variable with a cluster's address."""

OLDEST_JAVA = 17
Part = tuple[list[str], list[str]]
"""Parquet files that are laid out alike, by Spark's addresses, and its SQL for their columns."""

MAJOR = 4
"""Of Spark and PySpark: earlier ones read times without a zone otherwise, later ones are not known yet."""

NOISE = ("PySpark does not yet fully support pandas", "The copy keyword is deprecated")
"""What PySpark 4.3 says of pandas 3; the test of all reductions shows that it gives the right numbers."""

_PORT = 15_002  # of Spark Connect
_PATIENCE_S = 10
_SHARE_OF_MEMORY = 0.4  # a Java machine takes more than its heap, and the notebook has tables of its own

_RUNTIME = {
    "spark.sql.session.timeZone": "UTC",
    # A division by zero that no expression guards is an error, not a number of some engine's own.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Otherwise a file with one column of such times cannot be read at all.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
}

_SCRATCH = "spark.local.dir"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_BROKEN = ("FLOAT", "DOUBLE")
_TYPES = {"count": "BIGINT", "number": "DOUBLE", "time": "TIMESTAMP_NTZ", "flag": "BOOLEAN"}
_TIMES = ("TIMESTAMP", "TIMESTAMP_MS", "DATE")
_ZONED = "TIMESTAMP WITH TIME ZONE"
_ROUNDED = "^[0-9]([.,][0-9]+)?E[+][0-9]+$"  # an id that a spreadsheet turned into a number
_UNCLEAN = "__unclean"
_IMPORT = "run make import FROM=... NAME=..."


def session(memory_limit: str | None = None, threads: int | None = None) -> SparkSession:
    """Start Spark on this machine, or reach the cluster that SPARK_REMOTE names; a session that is there is used.

    Parameters
    ----------
    memory_limit : str, optional
        Memory of a local session, such as "4GB"; by default 40% of the machine's.
    threads : int, optional
        Of a local session; by default one for each core.

    Returns
    -------
    pyspark.sql.SparkSession
        With times in UTC and nothing said while it works.

    Raises
    ------
    Refusal
        When PySpark or Java is absent or of a version that does not do, or the cluster cannot be reached.
    """
    _known_pyspark()
    for said in NOISE:
        warnings.filterwarnings("ignore", said, module=r"pyspark\.")
    address = os.environ.get(REMOTE)
    made = _reached(address) if address else _started(memory_limit, threads)
    _known_version(made.version, "the cluster" if address else "the Spark that SPARK_HOME names")
    for name, value in _RUNTIME.items():
        made.conf.set(name, value)
    return made


def is_remote(session: SparkSession) -> bool:
    """Tell whether a session is one through Spark Connect.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        From `session`.

    Returns
    -------
    bool
        Whether its files may be out of this machine's reach.
    """
    return ".connect." in type(session).__module__


def _known_pyspark() -> None:
    """Refuse an environment without PySpark, or with another than was tried."""
    try:
        import pyspark
    except ImportError:
        mend = "make env ENGINE=spark (without make: pip install '.[spark]'), or leave ENGINE out"
        raise Refusal("ENGINE=spark needs PySpark, which is not installed", mend=mend) from None
    _known_version(pyspark.__version__, "PySpark")


def _known_version(version: str, whose: str) -> None:
    if version.partition(".")[0] != str(MAJOR):
        mend = f"use Spark {MAJOR}: make env ENGINE=spark installs it, and SPARK_HOME should not be set"
        raise Refusal(f"{whose} is of version {version}; allowed is {MAJOR}.x", mend=mend)


def _known_java() -> None:
    """Refuse a machine without Java, or with one that Spark does not run on."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    mend = (
        f"install Java {OLDEST_JAVA} or later (Debian and Ubuntu: apt install openjdk-17-jre-headless; macOS: brew "
        "install openjdk@17; conda: conda install openjdk) and set JAVA_HOME to it where it is not found"
    )
    try:
        said = subprocess.run([java or "java", "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        where = f"JAVA_HOME={home} holds none" if home else "none is on the PATH"
        raise Refusal(f"ENGINE=spark needs Java, and {where}", mend=mend) from None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    if found is None:
        raise Refusal(f"ENGINE=spark needs Java, and {java} does not say its version", mend=mend)
    if int(found[1]) < OLDEST_JAVA:
        raise Refusal(f"Java is of version {found[1]}; Spark {MAJOR} needs {OLDEST_JAVA} or later", mend=mend)


def _started(memory_limit: str | None, threads: int | None) -> SparkSession:
    """Start Spark on this machine; the Java machine ends with this process."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    _known_java()
    cores = threads or os.cpu_count() or 1
    scratch = str(held()[0])
    settings = {
        "spark.driver.memory": _java_memory(memory_limit),
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        _SCRATCH: scratch,
        "spark.sql.warehouse.dir": str(Path(scratch, "warehouse")),
        # Shuffles of small tables into 200 parts would take most of the time; parts beyond memory go to disk.
        "spark.sql.shuffle.partitions": str(2 * cores),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **_RUNTIME,
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("engagement-claims").config(map=settings)
    with tempfile.TemporaryFile() as log:
        try:
            with _errors_to(log):
                made = builder.getOrCreate()
        except Exception as error:
            log.seek(0)
            lines = [line for line in log.read().decode(errors="replace").splitlines() if "WARN" not in line]
            raise Refusal(
                "Spark did not start", [*lines[-5:], str(error)], "mend what it names, or leave ENGINE out"
            ) from None
    made.sparkContext.setLogLevel("OFF")
    # The Java machine removes the folder, as it outlives a process that is killed.
    java = made.sparkContext._jvm
    java.org.apache.spark.util.ShutdownHookManager.registerShutdownDeleteDir(java.java.io.File(scratch))
    return made


def _java_memory(memory_limit: str | None) -> str:
    """Write a limit of memory as Java has it, in whole megabytes."""
    from helpers.reading.connection import MEMORY_LIMIT, machine_memory

    given = memory_limit or os.environ.get(MEMORY_LIMIT) or f"{machine_memory() * _SHARE_OF_MEMORY:.0f}B"
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]?)i?B", given, flags=re.IGNORECASE)
    if found is None:
        raise Refusal(
            f"memory_limit cannot be {memory_limit!r}", mend="give memory as in '4GB' and threads as a number"
        )
    power = " KMGT".index(found[2].upper() or " ")
    return f"{max(1_024, int(float(found[1]) * 1024.0 ** (power - 2)))}m"


@contextmanager
def _errors_to(file: IO[bytes]) -> Iterator[None]:
    """Let a process that is started meanwhile write its errors to a file, for all its life."""
    kept = os.dup(2)
    os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _reached(address: str) -> SparkSession:
    """Reach a cluster through Spark Connect; whether anybody listens is asked first, as PySpark would try for long."""
    parts = urlsplit(address)
    mend = f"set {REMOTE} as in sc://host:{_PORT} to a Spark {MAJOR} Connect server that runs, or unset it"
    if parts.scheme != "sc" or not parts.hostname:
        raise Refusal(f"{REMOTE} is no address of Spark Connect", mend=mend)
    where = f"{parts.hostname}:{parts.port or _PORT}"
    try:
        socket.create_connection((parts.hostname, parts.port or _PORT), timeout=_PATIENCE_S).close()
    except OSError as error:
        raise Refusal(f"no Spark answers at {where}, which {REMOTE} names", [str(error)], mend) from None
    try:
        from pyspark.sql import SparkSession

        made = SparkSession.builder.remote(address).getOrCreate()
        _ = made.version
    except Exception as error:
        first = str(error).partition("\n")[0]
        raise Refusal(f"Spark Connect at {where} cannot be used", [first], mend) from None
    return made


def check(work: Work, *, session: SparkSession) -> None:
    """Judge Parquet files on Spark by the rules of their table; where one is broken, DuckDB says which, and where.

    Parameters
    ----------
    work : Work
        The table on its way in, laid out; faults are added to it.
    session : pyspark.sql.SparkSession
        What reads the files.
    """
    foreign = _foreign(work)
    if foreign:
        why = f"a cluster reads Parquet of the project's own types only, which this is not ({listed(foreign)})"
        work.faults.append(f"{why}: {_IMPORT}, and give the folder that it writes")
        return
    table, key = frame(session, _parts(work, marked=True)), TABLES[work.table].present_key(work.ours)
    broken = " OR ".join(rule.breaks.format(named(rule.column)) for rule in limits(work.ours, table=work.table))
    repeated = table.groupBy(*key).count().filter("`count` > 1")
    looks = {
        "some rows break a rule of the table": table.filter(broken),
        f"some cells are not written the plain way: {_IMPORT} first": table.filter(_UNCLEAN),
        f"some rows repeat an earlier row's {listed(key)}: keep one of each": repeated,
    }
    if late := " OR ".join(ahead(work.ours, work.table).values()):
        looks[f"some rows are later than their capture, or than today: {_IMPORT} first"] = table.filter(late)
    found = [said for said, rows in looks.items() if not rows.isEmpty()]
    if found:
        judge(work)
        work.faults += [] if work.faults else found  # of large tables DuckDB looks at a part of the ids only


def parts(loaded: Loaded, *, session: SparkSession, connection: duckdb.DuckDBPyConnection) -> list[Part]:
    """Say what Spark reads of a table that was loaded: its own Parquet files, or else a copy.

    Parameters
    ----------
    loaded : Loaded
        The table, without faults.
    session : pyspark.sql.SparkSession
        What will read it.
    connection : duckdb.DuckDBPyConnection
        What it was loaded in.

    Returns
    -------
    list of Part
        For `frame`.
    """
    if not _foreign(loaded.work):
        return _parts(loaded.work)
    copy = _folder(session) / f"{loaded.table}.parquet"
    connection.execute(f"COPY ({loaded.query}) TO {literal(str(copy))} (FORMAT parquet, COMPRESSION zstd)")
    return [([_address(copy)], ["*"])]


def frame(session: SparkSession, parts: Iterable[Part]) -> DataFrame:
    """Give a table to Spark.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        What reads the table.
    parts : iterable of Part
        What it is read from.

    Returns
    -------
    pyspark.sql.DataFrame
        With the rows of all parts.
    """
    read = (session.read.parquet(*files).selectExpr(*columns) for files, columns in parts)
    return reduce(lambda one, other: one.unionByName(other), read)


def scratch_of(session: SparkSession) -> str | None:
    """Name the folder where a session on this machine keeps copies; one on a cluster has none here."""
    return session.conf.get(_SCRATCH, None)


def _folder(session: SparkSession) -> Path:
    """Make a folder for a copy, which goes with the run, or outside one with this process."""
    kept = os.environ.get(OPENED)
    folder, remove = held(inside=kept or scratch_of(session))
    if not kept:
        atexit.register(remove)
    return folder


def _foreign(work: Work) -> list[str]:
    """Say what keeps Spark from reading a table's files as they are."""
    if not work.is_view:
        return ["text, or cells to be read first"]
    if any(isinstance(file.path, Address) or file.path.suffix.lower() not in PARQUET_FILES for file in work.files):
        return ["a database or an address"]
    stated = ("units", "formats", "values", "hidden", "makes", "reduced", "dropped", "unfit", "totals")
    return [
        *(name for name in stated if getattr(work.spec, name)),
        *(name for name in work.ours if work.is_row(name)),
        *(
            name
            for file in work.files
            for name, cell in zip(file.header, file.cells, strict=True)
            if quoted(name) != cell
        ),
        *dict.fromkeys(name for file in work.files for name in work.ours if not _cell(file, name, work)[0]),
    ]


def _parts(work: Work, *, marked: bool = False) -> list[Part]:
    """Read Parquet files as the view in DuckDB does; files laid out alike are read together.

    With `marked`, a column says of each row whether a cell of it is not written the plain way.
    """
    alike: dict[tuple, list[File]] = {}
    for file in work.files:
        alike.setdefault((file.header, file.types), []).append(file)
    return [([_address(file.path) for file in files], _columns(files[0], work, marked)) for files in alike.values()]


def _columns(file: File, work: Work, marked: bool) -> list[str]:
    """Write Spark's SQL for the columns of one file."""
    cells = {name: _cell(file, name, work) for name in work.ours}
    columns = [f"{value} AS {named(name)}" for name, (value, _) in cells.items()]
    for name, called in work.extras.items():
        alike = len({other.cell(name)[1] for other in work.files if name in other.header}) == 1
        value = named(name) if name in file.header else "NULL"
        columns.append(f"{value if alike else f'CAST({value} AS STRING)'} AS {named(called)}")
    unclean = " OR ".join(f"coalesce({bad}, false)" for _, bad in cells.values() if bad) or "false"
    return [*columns, f"{unclean} AS {_UNCLEAN}"] if marked else columns


def _cell(file: File, ours: str, work: Work) -> tuple[str, str]:
    """Write Spark's SQL for a typed column and for whether a cell of it is not plain; empty where it takes more."""
    column = TABLES[work.table].columns[ours]
    if ours in work.spec.constants:
        return (written(work.spec.constants[ours]), "") if column.kind in ("id", "text", "category") else ("", "")
    theirs = work.spec.columns.get(ours, ours)
    if theirs not in file.header:
        return f"CAST(NULL AS {_TYPES.get(column.kind, 'STRING')})", ""
    cell, kind = named(theirs), file.cell(theirs)[1]
    if ours == "platform" and kind == "VARCHAR":
        return _platform(cell), ""
    number = f"CAST({cell} AS DOUBLE)"
    whole = f"try_cast({number} AS BIGINT)"
    broken = kind in _BROKEN or kind.startswith("DECIMAL")
    trimmed = f"trim(CAST({cell} AS STRING))"
    plain = {
        ("count", kind in _WHOLE): (f"CAST({cell} AS BIGINT)", ""),
        ("count", broken): (
            f"CASE WHEN {number} % 1 = 0 THEN {whole} END",
            f"NOT isnan({number}) AND {cell} IS NOT NULL AND ({number} % 1 <> 0 OR {whole} IS NULL)",
        ),
        ("number", kind in _WHOLE): (number, ""),
        ("number", broken): (f"nanvl({number}, NULL)", f"abs({number}) = double('infinity')"),
        ("time", (kind in _TIMES and work.timezone == "UTC") or kind == _ZONED): (f"CAST({cell} AS TIMESTAMP_NTZ)", ""),
        ("flag", kind == "BOOLEAN"): (cell, ""),
        ("category", kind == "VARCHAR"): (_category(cell, column), ""),
        ("text", kind == "VARCHAR"): (
            f"nullif({cell}, '')", f"{cell} RLIKE {written(MESSY)}" if column.is_tags else ""
        ),
        ("id", kind == "VARCHAR" or kind in _WHOLE): (
            f"nullif(CASE WHEN {trimmed} LIKE '%.0' THEN regexp_replace({trimmed}, '{DECIMAL_ID}', '$1') "
            f"ELSE {trimmed} END, '')",
            f"{cell} RLIKE '{_ROUNDED}'" if column.required else ""
        ),
    }  # fmt: skip
    return plain.get((column.kind, True), ("", ""))


def _platform(cell: str) -> str:
    """Write Spark's SQL that gives our word for a platform; one that is not known in small letters."""
    whens = " ".join(f"WHEN {written(word)} THEN {written(ours)}" for word, ours in WORDS.items())
    return f"CASE regexp_replace(lower({cell}), {written(SIGNS)}, '') {whens} ELSE nullif(lower(trim({cell})), '') END"


def _category(cell: str, column: Column) -> str:
    """Write Spark's SQL that reads a category, in our words and in those of files of all kinds."""
    whens = " ".join(f"WHEN {written(word)} THEN {written(ours)}" for word, ours in column.words.items())
    return f"CASE lower(trim({cell})) {whens} ELSE lower(trim({cell})) END" if whens else f"lower(trim({cell}))"


def named(name: str) -> str:
    """Quote a name for Spark's SQL.

    Examples
    --------
    >>> named("my likes")
    '`my likes`'
    """
    return "`" + name.replace("`", "``") + "`"


def written(text: str) -> str:
    r"""Quote a text for Spark's SQL.

    Examples
    --------
    >>> print(written("it's"))
    'it\'s'
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _address(file: str | Path) -> str:
    """Write a file for Spark, with the characters that it takes for patterns made harmless."""
    return "file:" + re.sub(r"([\[\]{}*?\\,])", r"\\\1", str(Path(file).absolute()))
