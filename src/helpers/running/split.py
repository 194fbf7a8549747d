"""How is a dataset split by the values of a column, so that each value is a dataset of its own?

Every table is read once however many values there are: sorted by part, and written as one folder for each. A table that
has the column is split by it; one that names accounts follows the accounts of these rows, one that names posts the
posts; any other is written once, and stands in every part. Rows without a value are in no part.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import counted, listed
from helpers.reading.dataset import settled
from helpers.reading.manifest import TOML, Address
from helpers.reading.work import literal, quoted
from helpers.running.grid import MOST_RUNS, folder_names
from helpers.running.overlap import IDS, pairs_of
from helpers.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb

    from helpers.reading.dataset import Dataset


LOG = "split.json"
"""What a split folder says of itself; a folder without it was not written here."""

SHARED = "_shared"
"""The folder of the tables that every part has."""

KEYS = ("account_id", "post_id")
"""The ids by which a table without the column follows those that have it."""

UNFIT = {
    "id": "accounts and persons are the units: a report on one of them can show nothing",
    "text": "no two texts are alike",
    "count": "a count has no few values",
    "number": "a number has no few values",
    "time": "a time has no few values",
}
"""Why a column of a kind is not one to split by."""

GROUPS = ("platform", "country", "category", "period")
"""Columns of text with which rows are grouped."""

_PART = "__part"


@dataclass(frozen=True)
class Part:
    """One value of the column.

    Parameters
    ----------
    value : str
        As it stands in the data.
    folder : str
        Name of its dataset's folder.
    rows : int
        Rows of the table that have it.
    """

    value: str
    folder: str
    rows: int


@dataclass(frozen=True)
class Split:
    """A dataset that was split.

    Parameters
    ----------
    mark : str
        Fingerprint of what was split, and how.
    name, kind : str
        Of the dataset.
    column : str
        As ``posts.brand``.
    parts : tuple of Part
        In the order of the values.
    unknown : int
        Rows of the table without a value, which are in no part.
    followed : mapping of str to str
        For each table how it was split: ``"by brand"``, ``"by account_id"``, ``"by post_id"``, or an empty text where
        every part reads the same rows.
    shared : sequence of (str, str)
        Folders of parts that share accounts or other units.
    """

    mark: str
    name: str
    kind: str
    column: str
    parts: tuple[Part, ...]
    unknown: int
    followed: Mapping[str, str]
    shared: Sequence[tuple[str, str]] = ()


def read_split(folder: Path) -> Split | None:
    """Read what a split folder says of itself.

    Parameters
    ----------
    folder : Path
        It may be missing.

    Returns
    -------
    Split or None
        None where nothing is there.

    Raises
    ------
    Refusal
        When there is a folder that was not written by a split.
    """
    try:
        found = json.loads((folder / LOG).read_text(encoding="utf-8"))
        shared = tuple((first, second) for first, second in found.get("shared", []))
        return Split(**{**found, "parts": tuple(Part(**part) for part in found["parts"]), "shared": shared})
    except (OSError, ValueError, KeyError, TypeError):
        if folder.exists():
            mend = "choose another RUN, so that what is there stays"
            raise Refusal(f"{folder} holds data that no batch has put there", mend=mend) from None
        return None


def split_by(
    open_dataset: Callable[..., Dataset],
    data: Path | Address,
    engine: str,
    column: str,
    only: Sequence[str],
    folder: Path,
    mark: str,
) -> Split:
    """Write a dataset for each value of a column.

    Parameters
    ----------
    open_dataset : callable
        `helpers.reading.dataset.open_dataset`.
    data : Path or Address
        What it opens.
    engine : str
        What opens it.
    column : str
        A table and its column, as ``posts.brand``.
    only : sequence of str
        The values wanted; all of them when empty.
    folder : Path
        Where the datasets go, one folder for each; what a split left there is replaced when all has gone well.
    mark : str
        Kept, so that the same split is not made again.

    Returns
    -------
    Split
        What was done.

    Raises
    ------
    Refusal
        When the data, the column or a value cannot be used; nothing is written then.
    """
    from helpers.sources.writing import replacing

    dataset = open_dataset(data, engine=engine)
    table, name = known_column(column, dataset)
    con, relations = settled(dataset)
    for known, relation in relations.items():
        relation.create_view(_view(known))
    parts, unknown = _values(con, table, name, only, column)
    followed = _follow(con, dataset, name)
    how = {table: way for table, (way, _) in followed.items()}
    shared = tuple(_shared(con, dataset, followed, parts))
    done = Split(mark, dataset.name, dataset.kind, column, parts, unknown, how, shared)
    with replacing(folder) as fresh:
        for known, (_, membership) in followed.items():
            if membership:
                _write_parts(con, TABLES[known], membership, fresh)
            else:
                _write_shared(con, TABLES[known], fresh)
        for number, part in enumerate(parts):
            _arrange(fresh, number, part, dataset, followed)
        for left in fresh.glob("*.split"):
            left.rmdir()
        (fresh / LOG).write_text(json.dumps(asdict(done), indent=1) + "\n", encoding="utf-8")
    return done


def known_column(column: str, dataset: Dataset) -> tuple[str, str]:
    """Find the table and the column by which a dataset is to be split.

    Parameters
    ----------
    column : str
        As ``posts.brand``.
    dataset : Dataset
        The opened data.

    Returns
    -------
    tuple of str
        Table and column.

    Raises
    ------
    Refusal
        When there is no such column, or it is one of those by which nothing can be grouped.
    """
    table, _, name = column.partition(".")
    there = {known: frame.collect_schema().names() for known, frame in dataset.tables.items()}
    if table not in there:
        fault = f"there is no table {table!r}{nearest(table, list(there))}; these data have {listed(there)}"
    elif name not in there[table]:
        fault = f"{table} has no column {name!r}{nearest(name, there[table])}; it has {listed(there[table])}"
    else:
        known = TABLES[table].columns.get(name)
        if known is None or known.kind not in UNFIT or name in GROUPS:
            return table, name
        fault = f"{name} is {'an' if known.kind == 'id' else 'a'} {known.kind}: {UNFIT[known.kind]}"
    mend = "name a table and a column that groups its rows, as in each = 'posts.platform'"
    raise Refusal(f"each = {column!r} cannot be used", [fault], mend)


def _view(table: str) -> str:
    return f"tidy_{table}"


def _values(
    con: duckdb.DuckDBPyConnection, table: str, name: str, only: Sequence[str], column: str
) -> tuple[tuple[Part, ...], int]:
    """Number the values of the column, and count the rows that have none."""
    text = f"CAST({quoted(name)} AS VARCHAR)"
    known = f"trim({text}) <> ''"
    ((number, unknown),) = con.execute(
        f"SELECT count(DISTINCT {text}) FILTER ({known}), count(*) FILTER (({known}) IS NOT TRUE) FROM {_view(table)}"
    ).fetchall()
    faults = [] if number else [f"no row of {table} has a value in {name}"]
    if number > MOST_RUNS and not only:
        faults.append(f"{name} has {number:,} values, and a batch makes {MOST_RUNS:,} runs at most")
    if faults:
        mend = 'take a column with fewer values, or name those that are wanted: only = ["...", "..."]'
        raise Refusal(f"each = {column!r} cannot be used", faults, mend)
    found = con.execute(
        f"SELECT {text} AS value, count(*) FROM {_view(table)} WHERE {known} GROUP BY value ORDER BY value"
    ).fetchall()
    rows = _wanted(dict(found), only)
    folders = folder_names(list(rows))
    con.execute("CREATE TABLE parts (value VARCHAR, part INTEGER)")
    con.executemany("INSERT INTO parts VALUES (?, ?)", [(value, part) for part, value in enumerate(rows)])
    return tuple(Part(value, folders[value], count) for value, count in rows.items()), unknown


def _wanted(rows: Mapping[str, int], only: Sequence[str]) -> dict[str, int]:
    """Keep the values that were asked for."""
    strange = [f"there is no value {value!r}{nearest(value, list(rows))}" for value in only if value not in rows]
    if strange:
        raise Refusal("only = [...] cannot be used", strange, "write values as they stand in the data")
    return {value: count for value, count in rows.items() if not only or value in only}


def _follow(con: duckdb.DuckDBPyConnection, dataset: Dataset, name: str) -> dict[str, tuple[str, str]]:
    """Say for each table how it is split: in words, and as SQL that gives its rows with their part."""
    columns = {table: frame.collect_schema().names() for table, frame in dataset.tables.items()}
    done: dict[str, tuple[str, str]] = {}
    for table, there in columns.items():
        if name in there:
            rows = f"{_view(table)} t JOIN parts p ON CAST(t.{quoted(name)} AS VARCHAR) = p.value"
            done[table] = (f"by {name}", rows)
    for key in KEYS:
        having = [rows for table, (_, rows) in done.items() if key in columns[table]]
        leaders = [f"SELECT DISTINCT t.{key}, p.part FROM {rows}" for rows in having]
        followers = [table for table, there in columns.items() if table not in done and key in there]
        if leaders and followers:
            # a set, not a list: an account of two brands is in the reports of both, and once in each
            known = f"parts_of_{key}"
            con.execute(f"CREATE TABLE {known} AS {' UNION '.join(leaders)}")
            for table in followers:
                done[table] = (f"by {key}", f"{_view(table)} t JOIN {known} p ON t.{key} = p.{key}")
    return {table: done.get(table, ("", "")) for table in columns}


def _shared(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, followed: Mapping[str, tuple[str, str]], parts: Sequence[Part]
) -> list[tuple[str, str]]:
    """Say which parts share units: an account of two brands is in both."""
    there = {table: frame.collect_schema().names() for table, frame in dataset.tables.items()}
    units = [
        f"SELECT DISTINCT '{column}' AS of, CAST(t.{column} AS VARCHAR) AS unit, p.part FROM {rows}"
        for table, (_, rows) in followed.items()
        for column in set(IDS) & set(there[table])
        if rows
    ]
    if not units:
        return []
    con.execute(f"CREATE TEMP TABLE units AS {' UNION '.join(sorted(units))}")
    sizes = dict(con.execute("SELECT part, count(*) FROM units GROUP BY part").fetchall())
    several = con.execute(
        "SELECT parts, count(*) FROM (SELECT list(part ORDER BY part) AS parts FROM units WHERE unit IS NOT NULL "
        "GROUP BY of, unit HAVING count(*) > 1) GROUP BY parts"
    ).fetchall()
    folders = {number: part.folder for number, part in enumerate(parts)}
    memberships = [([folders[part] for part in both], count) for both, count in several]
    return pairs_of({folders[part]: count for part, count in sizes.items()}, memberships)


def _columns(table: Table, names: Sequence[str]) -> str:
    """Write times with their zone: dataset.toml may name another, in which a bare time would be read again."""
    times = [name for name in names if name in table.columns and table.columns[name].kind == "time"]
    replaced = ", ".join(f"timezone('UTC', t.{quoted(name)}) AS {quoted(name)}" for name in times)
    return f"t.* REPLACE ({replaced})" if times else "t.*"


def _names(con: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    return [name for name, *_ in con.execute(f"DESCRIBE {_view(table.name)}").fetchall()]


def _write_parts(con: duckdb.DuckDBPyConnection, table: Table, membership: str, fresh: Path) -> None:
    """Write a table's rows by part. Sorted first: parts then come one after another, which takes few open files."""
    rows = f"SELECT {_columns(table, _names(con, table))}, p.part AS {_PART} FROM {membership} ORDER BY p.part"
    to = literal(str(fresh / f"{table.name}.split"))
    con.execute(f"COPY ({rows}) TO {to} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({_PART}))")


def _write_shared(con: duckdb.DuckDBPyConnection, table: Table, fresh: Path) -> None:
    (fresh / SHARED).mkdir(exist_ok=True)
    to = literal(str(fresh / SHARED / f"{table.name}.parquet"))
    rows = f"SELECT {_columns(table, _names(con, table))} FROM {_view(table.name)} t"
    con.execute(f"COPY ({rows}) TO {to} (FORMAT parquet, COMPRESSION zstd)")


def _arrange(fresh: Path, number: int, part: Part, dataset: Dataset, followed: Mapping[str, tuple[str, str]]) -> None:
    """Make one part's files a dataset. A table in which the value has no row is not there."""
    from helpers.sources.writing import toml

    place = fresh / part.folder
    place.mkdir()
    for table, (_, membership) in followed.items():
        made = fresh / f"{table}.split" / f"{_PART}={number}"
        if membership and made.is_dir():
            made.rename(place / table)
    head: dict[str, Any] = {"name": f"{dataset.name}: {part.value}", "kind": dataset.kind, "source": dataset.source}
    head |= {"timezone": "UTC", "clock": dataset.clock, "notes": list(dataset.notes)}
    for table in (table for table, (_, membership) in followed.items() if not membership):
        _put(fresh / SHARED / f"{table}.parquet", place / f"{table}.parquet")
    (place / TOML).write_text(toml(head, []), encoding="utf-8", newline="\n")


def _put(file: Path, place: Path) -> None:
    """Put a file into a part's folder too, without a second copy where the disk can do that: parts read no other."""
    try:
        place.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, place)


def told(split: Split) -> str:
    """Say in a sentence what a split has done.

    Parameters
    ----------
    split : Split
        The split.

    Returns
    -------
    str
        The tables by how they were split, and the rows that are in no part.
    """
    groups: dict[str, list[str]] = {}
    for table, how in split.followed.items():
        groups.setdefault(how, []).append(table)
    phrases = [f"{listed(tables)} {how or 'the same in every run'}" for how, tables in groups.items()]
    gone = counted(split.unknown, "row") + f" without a value in {split.column}, in no run" if split.unknown else ""
    return "; ".join([*phrases, gone] if gone else phrases)
