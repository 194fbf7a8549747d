"""Which files make up a dataset, and what does its dataset.toml say of them?

Nothing here opens a table: only names, folders and dataset.toml are looked at, so that asking is cheap.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import counted, listed
from helpers.ground.filenames import file_label, is_plain, readable, unnamed
from helpers.ground.root import ROOT
from helpers.reading.across import key_of
from helpers.reading.values import visible
from helpers.tables import TABLES, Column, factors

TEXT_FILES = (".csv", ".tsv")
PARQUET_FILES = (".parquet",)
SHEET_FILES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
JSON_FILES = (".json", ".ndjson", ".jsonl")
TABLE_FILES = (*TEXT_FILES, *PARQUET_FILES)
DATABASE_FILES = (".duckdb", ".db")
TOML = "dataset.toml"

_IMPORT = "import it with make import FROM=... NAME=..."
NOT_YET = {
    **dict.fromkeys((".xlsx", ".xls", ".ods"), f"a spreadsheet: {_IMPORT}, or name it in a dataset.toml"),
    **dict.fromkeys((".json", ".ndjson", ".jsonl", ".js"), f"JSON: {_IMPORT}, or name it in a dataset.toml"),
    **dict.fromkeys((".zip", ".gz", ".7z", ".rar", ".tar", ".xz"), f"an archive: {_IMPORT}"),
    **dict.fromkeys((".html", ".htm"), "a web page: give a CSV or Parquet file"),
    ".sqlite": "a database of SQLite: save its tables as CSV or Parquet",
}
"""Kinds of file that people come with, and what to make of them."""

_NO_FILES = {
    stat.S_ISFIFO: "a pipe and no file",
    stat.S_ISSOCK: "a socket and no file",
    stat.S_ISCHR: "a device and no file",
    stat.S_ISBLK: "a device and no file",
}
"""What a path may lead to that ends never, or only when somebody else wills it."""

_USUAL = ("utf-8", "utf-16", "cp1252", "cp1251", "cp932", "gb18030", "big5", "euc_kr")
ENCODINGS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "mac_roman", "koi8_r", "koi8_u"),
        *("cp437", "cp850", "cp852", "cp866", "cp874", "cp932", "cp949", "cp950", *(f"cp125{n}" for n in range(9))),
        *("shift_jis", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "big5hkscs", "euc_kr"),
        *(f"iso8859_{n}" for n in range(1, 17) if n != 12),
    )
)
"""Encodings that texts come in, by Python's own names."""

MADE_OF_TEXT: Mapping[str, tuple[str, ...]] = {"posts": ("caption_words",)}
"""What stands in place of a text that was reduced before it came here; no table asks for it, and claims take it."""

_SECRET = re.compile(r"sig|token|secret|password|credential|key", re.IGNORECASE)


class Address(str):
    """Where a Parquet file lies on the web, or files lie in S3; it has the parts of a name that a path has."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The last piece, which may be a pattern."""
        return self._path.name

    @property
    def suffix(self) -> str:
        """The ending."""
        return self._path.suffix

    @property
    def stem(self) -> str:
        """The last piece without its ending, or for a pattern what stands before it."""
        return self._path.parent.name or urlsplit(self).netloc if "*" in self.name else self._path.stem

    @property
    def _path(self) -> PurePosixPath:
        return PurePosixPath(urlsplit(self).path)


@dataclass(frozen=True)
class TableFiles:
    """The files of one table and how to read them.

    Parameters
    ----------
    table : str
        A tidy table, or an empty text where the columns of the one file have to tell, or the names in the database.
    files : tuple of Path or Address
        The files, in the order of their names.
    columns : mapping of str to str
        Our column names to the file's.
    constants : mapping of str to str
        Our columns that have the same value on every row.
    units : mapping of str to str
        The unit that the file counts a column in.
    formats : mapping of str to str
        ``strptime`` formats of time columns.
    totals : mapping of str to tuple of str
        The file's columns that are sums of ours.
    values : mapping of str to mapping of str to str
        For a category, flag, text or number of ours, the file's words to our words, compared without regard to case.
    hidden : mapping of str to iterable of str
        For a count of ours, the cells that say that the platform hides it.
    dropped : mapping of str to str
        By rule, in words, SQL that tells which rows are no observation, such as a total.
    unfit : tuple of str
        SQL that gives the fault of a row that makes the file unusable.
    sql : mapping of str to str
        What makes our value from the row: SQL that names columns as in ``sources.layouts.Field``.
    makes : mapping of str to callable
        What makes our value from the file's text, for each distinct text.
    reduced : mapping of str to mapping of str to callable
        For a text of ours that is not kept: by name, what writes SQL for a column that is made of it in its place.
    export : bool
        Whether the files are a platform's export: only the columns named are read then, whatever the others are called,
        and rows that repeat a key are left to the import.
    beside : frozenset of str
        Of an export, plain names of further columns that are carried along under their own names.
    repeated : str
        Of rows that repeat a key, whether the ``first`` or the ``last`` is kept; otherwise they are a fault.
    skip : int
        Lines above the header.
    sheet : str
        The sheet of a workbook; by default the first that has cells.
    records : str
        Keys joined by dots that lead to the list of records in a JSON file.
    across : mapping of str to str
        For columns of ours that the file has once for each hour or day, how these are called, as in ``h{hours}``.
    left_out : mapping of str to tuple of str
        By column of the file, the cells on which a row is not wanted.
    delimiter, encoding, decimal, thousands : str, optional
        What the person who has the file says about it.
    """

    table: str
    files: tuple[Path | Address, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hidden: Mapping[str, Iterable[str]] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    sql: Mapping[str, str] = field(default_factory=dict)
    makes: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    reduced: Mapping[str, Mapping[str, Callable[[str], str]]] = field(default_factory=dict)
    export: bool = False
    beside: frozenset[str] = frozenset()
    repeated: str = ""
    skip: int = 0
    sheet: str = ""
    records: str = ""
    across: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    thousands: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a dataset consists of.

    Parameters
    ----------
    path : Path or Address
        The folder or file that was given.
    name, kind, source, timezone : str
        As in dataset.toml, or the name of the folder or file, ``user``, nothing and ``UTC``.
    clock : str
        The zone whose clock hours are told by, where dataset.toml names one beside ``timezone``.
    toml : Path or None
        The dataset.toml.
    tables : tuple of TableFiles
        One for each table.
    notes : tuple of str
        What was left aside.
    is_import : bool
        Whether an import has made it, in which accounts have been joined and ids are pseudonyms.
    """

    path: Path | Address
    name: str
    kind: str
    source: str
    timezone: str
    toml: Path | None
    tables: tuple[TableFiles, ...]
    notes: tuple[str, ...] = ()
    clock: str = ""
    is_import: bool = False

    @property
    def files(self) -> list[Path | Address]:
        """Every file that decides what the dataset holds: dataset.toml, tables, what a database has still to write."""
        tables = {file for table in self.tables for file in table.files}
        logs = {log for file in tables if (log := Path(f"{file}.wal")).is_file()}
        return sorted(tables | logs | ({self.toml} if self.toml else set()), key=str)


def located(path: str | Path) -> Path:
    """Find a path from the current folder or else from the project's.

    Parameters
    ----------
    path : str or Path
        A file or folder.

    Returns
    -------
    Path
        Where it is, absolute.

    Raises
    ------
    Refusal
        When it is in neither place, with the nearest names there.
    """
    given = expanded(path)
    for place in (Path.cwd(), ROOT):
        if (place / given).is_file() or (place / given).is_dir():
            return (place / given).resolve()
    if "://" in str(path):
        raise Refusal(f"{path} is an address", mend="give a folder or a file on this machine; DATA may be an address")
    here, mend = Path.cwd() / given, "give a folder of tables, or one CSV or Parquet file"
    if os.path.lexists(here):
        raise Refusal(f"{shown_path(path)} is {no_file(here)}", mend=f"write its content into a file; {mend}")
    folder = here.parent
    while not folder.is_dir():
        folder = folder.parent
    hint = nearest(given.name, [item.name for item in folder.iterdir() if is_plain(item.name)])
    where = path if is_plain(given.name) else f"file or folder at {shown_path(path)}"
    raise Refusal(f"there is no {where}{hint}", mend=mend)


def expanded(path: str | Path) -> Path:
    """Give a path with ~ as the folder that it stands for.

    Raises
    ------
    Refusal
        When there is no such user, or no disk has names that long.
    """
    mend = "give the path of a file or folder that is there"
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in Path(path).parts):
        raise Refusal(f"a name in the path that was given is longer than {_LONGEST_NAME} signs", mend=mend)
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise Refusal("the path that was given begins with ~ and a name that no user here has", mend=mend) from None


def shown_path(path: str | Path) -> str:
    """Give a path as it was typed where its name leads to nobody, else what kind of name it has."""
    name = Path(path).name
    return str(path) if is_plain(name) else file_label(name, 1).replace("file 1", "the path that was given")


def no_file(path: Path) -> str:
    """Say what a path leads to that is neither a file nor a folder.

    Parameters
    ----------
    path : Path
        Something that is there.

    Returns
    -------
    str
        A pipe could be waited for without end, and a device may never end.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return "a link that leads nowhere"
    return next((words for is_one, words in _NO_FILES.items() if is_one(mode)), "no file")


def address(text: str | Path) -> Address | None:
    """Take a text for an address, where it is one.

    Parameters
    ----------
    text : str or Path
        What names data.

    Returns
    -------
    Address or None
        None for a path.

    Raises
    ------
    Refusal
        When it is one that is not read here, or holds what only its owner should know.

    Examples
    --------
    >>> address("s3://bucket/brand/*.parquet").stem, address("data/sample")
    ('brand', None)
    """
    if "://" not in str(text):
        return None
    given, want = Address(text), "give https://host/posts.parquet or s3://bucket/folder/*.parquet"
    try:
        parts = urlsplit(given)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if "@" in parts.netloc or any(_SECRET.search(name) for name, _ in parse_qsl(parts.query)):
        mend = "download the file, or for s3:// set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
        raise Refusal("the address holds a password or a signature, which reports would show", mend=mend)
    if parts.scheme not in ("http", "https", "s3") or not host:
        raise Refusal(f"{text} is no address that is read here", mend=want)
    if given.suffix.lower() not in PARQUET_FILES:
        raise Refusal(f"{text} is not the address of a Parquet file", mend=f"{want}, or download the file")
    if "*" in given and parts.scheme != "s3":
        raise Refusal(f"{text} is a pattern, which only s3:// has", mend="give one file, or download them all")
    return given


def matching(pattern: str | Path) -> list[Path]:
    """List the files that a name or a pattern means, from the current folder or else from the project's.

    Parameters
    ----------
    pattern : str or Path
        With ``*``, ``?`` or ``[...]`` for what may be anything.

    Returns
    -------
    list of Path
        In the order of their names, absolute.
    """
    given = str(expanded(pattern))
    return next(filter(None, (_matching(given, place) for place in (Path.cwd(), ROOT))), [])


def no_path(given: object) -> Refusal:
    """Refuse what is no path, such as a frame, with the way from one to a dataset."""
    came = "nothing" if given is None else f"a {type(given).__name__}"
    way = "write a frame as a table first, as in frame.to_csv('mine/posts.csv', index=False), and give 'mine'"
    return Refusal(f"the path of a folder or a file is needed; {came} came", mend=way)


def read_manifest(path: str | Path) -> Manifest:
    """Say which files make up a dataset and how they are to be read.

    Parameters
    ----------
    path : str or Path
        A folder of tidy tables, a folder with a dataset.toml, a dataset.toml, one file, a pattern that several files
        match, a database of DuckDB, or the address of Parquet files.

    Returns
    -------
    Manifest
        Tables, files and what dataset.toml says.

    Raises
    ------
    Refusal
        When something is missing, of an unknown kind, or wrong in dataset.toml: all at once.
    """
    if not isinstance(path, str | os.PathLike):
        raise no_path(path)
    if afar := address(path):
        return Manifest(afar, afar.stem, "user", str(afar), "UTC", None, (TableFiles("", (afar,)),))
    files = matching(path) if _is_pattern(path) else []
    if files and files[0].name != Path(path).name:
        return _openable(_from_pattern(Path(path), files))
    found = located(path)
    try:
        return _openable(_stated(found))
    except Refusal as refusal:
        folder = found if found.is_dir() else found.parent
        raise unnamed(refusal, [found, *sorted(folder.iterdir())]) from None


def _openable(manifest: Manifest) -> Manifest:
    """Refuse files whose names no engine can be told."""
    wrong = [file_label(file.name, place) for place, file in enumerate(manifest.files, start=1) if _is_odd(file)]
    if wrong:
        raise Refusal("names that are no UTF-8, of a file or of its folder", wrong, "rename them, then run it again")
    return manifest


def _is_odd(file: Path | Address) -> bool:
    return isinstance(file, Path) and readable(str(file)) != str(file)


def _stated(found: Path) -> Manifest:
    """Say which files what was given consists of."""
    if found.is_dir():
        toml = found / TOML
        return _from_folder(found, toml if toml.is_file() else None)
    if found.suffix == ".toml":
        return _from_folder(found.parent, found, given=found)
    _known_kind(found)
    if is_database(found):
        return _from_database(found)
    return Manifest(found, found.stem, "user", "", "UTC", None, (TableFiles("", (found,)),))


def data_files(path: str | Path) -> list[Path | Address]:
    """List every file that decides what a dataset holds.

    Parameters
    ----------
    path : str or Path
        As for ``open_dataset``.

    Returns
    -------
    list of Path or Address
        dataset.toml where there is one, and every table's files, with what a database has still to write into its own;
        sorted, absolute.

    Raises
    ------
    Refusal
        As ``read_manifest``.
    """
    return read_manifest(path).files


def _known_kind(file: Path | Address) -> None:
    """Refuse a file that is neither CSV nor Parquet, with what to do."""
    suffix = file.suffix.lower()
    if suffix in NOT_YET:
        raise Refusal(f"{file.name} is {NOT_YET[suffix].split(':')[0]}", mend=NOT_YET[suffix].split(": ")[1])
    if suffix not in (*TABLE_FILES, *DATABASE_FILES, ".txt"):
        mend = "give a CSV or Parquet file, or a database of DuckDB"
        raise Refusal(f"{file.name} is not a kind of file that is read here", mend=mend)


def is_database(file: Path | Address) -> bool:
    """Tell whether a file is named as a database of DuckDB."""
    return file.suffix.lower() in DATABASE_FILES


def _from_folder(folder: Path, toml: Path | None, given: Path | None = None) -> Manifest:
    """Put together what dataset.toml names and what has the name of a table."""
    stated = _parsed(toml) if toml else {}
    tidy, strange, faults = _tidy_files(folder)
    tidy, bare = _without_empty(tidy)
    mapped, mapping_faults = _mapped_tables(stated.get("tables", {}), folder, tidy)
    faults += _stated_faults(stated) + mapping_faults
    if faults:
        raise Refusal(f"{toml if toml else folder} cannot be used", faults, "mend these, then run it again")
    taken = {file for table in mapped.values() for file in table.files}
    said = sum(_leads_out(file, folder) for table in mapped.values() for file in table.files)
    for name, files in tidy.items():
        if name not in mapped and not taken.intersection(files):
            mapped[name] = TableFiles(name, tuple(files))
    strange = [file for file in strange if file not in taken]
    if not mapped:
        raise _nothing_found(folder, strange)
    notes = [
        f"not read, as {why}: {listed(file_label(file.name, place) for place, file in enumerate(files[:10], start=1))}"
        for why, files in (("no table has the name", strange), ("nothing is in it", bare))
        if files
    ]
    linked = sum(_leads_out(file, folder) for table in mapped.values() for file in table.files) - said
    for number, where in ((said, f"its {TOML} says"), (linked, "links in it lead there")):
        notes += [f"read from outside the folder, as {where}: {counted(number, 'file')}"] if number else []
    return Manifest(
        path=given or folder,
        name=stated.get("name", folder.name),
        kind=stated.get("kind", "user"),
        source=stated.get("source", ""),
        timezone=stated.get("timezone", "UTC"),
        toml=toml,
        tables=tuple(mapped[name] for name in TABLES if name in mapped),
        notes=(*map(str, stated.get("notes", ())), *notes),
        clock=stated.get("clock", ""),
        is_import=any(isinstance(file, dict) and "reader" in file for file in stated.get("files", ())),
    )


def _is_pattern(path: str | Path) -> bool:
    return any(character in str(path) for character in "*?[")


def _from_pattern(pattern: Path, files: list[Path]) -> Manifest:
    """Take the files that a pattern means for one table, which their columns have to tell."""
    for file in files:
        _known_kind(file)
    kinds = sorted({file.suffix.lower() for file in files})
    if _are_mixed(files) or any(map(is_database, files)):
        mend = "give a pattern that CSV files or Parquet files match, such as *.parquet"
        raise Refusal(f"{pattern} matches files of different kinds", [listed(kinds)], mend)
    return Manifest(pattern, files[0].parent.name, "user", "", "UTC", None, (TableFiles("", tuple(files)),))


def _from_database(file: Path) -> Manifest:
    """Leave it to the database which tables it has; a dataset.toml beside it may say how to read them."""
    toml = file.parent / TOML
    stated = _parsed(toml) if toml.is_file() else {}
    faults, tables = _stated_faults(stated), stated.get("tables", {})
    if not faults:  # a table for which dataset.toml names a file is another one
        tables = {name: entry for name, entry in tables.items() if not (isinstance(entry, dict) and "file" in entry)}
    mapped, wrong = _mapped_tables(tables, file.parent, {name: [file] for name in TABLES})
    faults += wrong
    if faults:
        raise Refusal(f"{toml} cannot be used", faults, "mend these, then run it again")
    return Manifest(
        path=file,
        name=stated.get("name", file.stem),
        kind=stated.get("kind", "user"),
        source=stated.get("source", ""),
        timezone=stated.get("timezone", "UTC"),
        toml=toml if stated else None,
        tables=(*mapped.values(), TableFiles("", (file,))),
        clock=stated.get("clock", ""),
    )


def _nothing_found(folder: Path, strange: list[Path]) -> Refusal:
    """Say that a folder holds no table, and what it holds instead."""
    kinds = (*NOT_YET, *DATABASE_FILES)
    others = sorted(item.name for item in folder.iterdir() if item.suffix.lower() in kinds)
    names = [file.name for file in strange] + others
    faults = [f"{name}{nearest(Path(name).stem, list(TABLES))}" for name in names[:10]]
    faults += [f"and {len(names) - 10} more"] if len(names) > 10 else []
    mend = (
        "name a file after its table, as in posts.csv, or write a dataset.toml (make import ... PROPOSE=1 proposes one)"
    )
    mend += ", or give the database itself" if any(name.endswith(DATABASE_FILES) for name in others) else ""
    what = f"{folder} holds no table" + (", only" if names else ", and no file at all")
    return Refusal(what, faults, f"{mend}; tables are {listed(TABLES)}")


def _tidy_files(folder: Path) -> tuple[dict[str, list[Path]], list[Path], list[str]]:
    """Sort a folder's files: those named after a table, strangers, and what is wrong."""
    tidy: dict[str, list[Path]] = {}
    strange, faults = [], []
    for item in sorted(folder.iterdir()):
        if item.is_dir() and item.name in TABLES:
            inside = [file for file in sorted(item.iterdir()) if file.suffix.lower() in TABLE_FILES]
            tidy.setdefault(item.name, []).extend(inside)
        elif item.suffix.lower() in TABLE_FILES:
            name = item.stem if item.stem in TABLES else item.stem.partition("-")[0]
            if not item.is_file():
                faults += [f"{item.name} is {no_file(item)}: put a file with its content there"] * (name in TABLES)
            elif name in TABLES:
                tidy.setdefault(name, []).append(item)
            else:
                strange.append(item)
    tidy = {name: files for name, files in tidy.items() if files}
    faults += [
        f"{name} is there as CSV and as Parquet ({listed(file.name for file in files[:10])}): keep one"
        for name, files in tidy.items()
        if len({file.suffix.lower() in PARQUET_FILES for file in files}) > 1
    ]
    return tidy, strange, faults


def _without_empty(tidy: dict[str, list[Path]]) -> tuple[dict[str, list[Path]], list[Path]]:
    """Set files aside in which nothing is, unless there are no others: (the others by table, the empty ones)."""
    bare = [file for files in tidy.values() for file in files if file.stat().st_size <= _BARE and not _filled(file)]
    left = {name: [file for file in files if file not in bare] for name, files in tidy.items()}
    left = {name: files for name, files in left.items() if files}
    return (left, bare) if left else (tidy, [])


def _filled(file: Path) -> bool:
    return bool(file.read_bytes().strip())


def _parsed(toml: Path) -> dict:
    """Read a TOML file."""
    if toml.stat().st_size > _LARGEST_TOML:
        raise Refusal(f"{toml} cannot be used", ["it is too large for what it is"], "write it anew")
    try:
        stated = tomllib.loads(toml.read_text(encoding="utf-8-sig"))
        is_empty_sign = "\\u0000" in json.dumps(stated, default=str)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The parser's words name a line and a column and quote no value.
        said = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise Refusal(f"{toml} is not TOML", [said], "mend the line named") from None
    except RecursionError:
        raise Refusal(f"{toml} cannot be used", ["brackets in brackets without end"], "write it anew") from None
    if is_empty_sign:
        raise Refusal(f"{toml} cannot be used", ["a text in it holds a NUL character, \\u0000"], "take it out")
    return stated


_MOST_LINES = 10_000  # above a header
_LONGEST_NAME = 255  # bytes, on every disk
_LARGEST_TOML = 100_000_000  # bytes; an import of a hundred thousand files writes a fifth of them
_BARE = 1_000
"""Bytes up to which a file is looked at for whether anything is in it."""
_TOP: Mapping[str, type | tuple[type, ...]] = {
    **{"name": str, "kind": str, "source": str, "timezone": str, "clock": str},
    **{"tables": dict, "files": list, "notes": list},
}
_TABLE: Mapping[str, type | tuple[type, ...]] = {
    **{"file": (str, list), "delimiter": str, "encoding": str, "decimal": str, "thousands": str},
    **{"columns": dict, "constants": dict, "units": dict, "formats": dict, "totals": dict, "values": dict},
    **{"hidden": dict, "across": dict, "left_out": dict},
    **{"repeated": str, "skip": int, "sheet": str, "records": str},
}


def _shape(stated: dict, allowed: Mapping[str, type | tuple[type, ...]], where: str) -> list[str]:
    """Find keys that are unknown or of the wrong type."""
    faults = []
    for key, value in stated.items():
        if key not in allowed:
            faults.append(f"{where}: unknown key {key!r}{nearest(key, list(allowed))}; allowed are {listed(allowed)}")
        elif not isinstance(value, allowed[key]):
            faults.append(f"{where}: {key} has the wrong type, {type(value).__name__}")
    return faults


def _stated_faults(stated: dict) -> list[str]:
    """Find what is wrong above the tables."""
    faults = _shape(stated, _TOP, TOML)
    kind = stated.get("kind", "user")
    if kind not in ("simulated", "user"):
        faults.append(f"{TOML}: kind is {kind!r}; allowed are simulated, user")
    for key in ("timezone", "clock"):
        if isinstance(zone := stated.get(key, "UTC"), str) and (strange := not_a_zone(zone)):
            faults.append(f"{TOML}: {key}: {strange}")
    return faults


def not_a_zone(name: str) -> str:
    """Say that there is no time zone of that name, and how it is written; an empty text where there is one."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        hint = nearest(name, sorted(available_timezones()))
        return f"there is no time zone {name!r}{hint}; write it as in 'Europe/Amsterdam' or 'UTC'"
    return ""


def _mapped_tables(
    stated: object, folder: Path, tidy: Mapping[str, list[Path]]
) -> tuple[dict[str, TableFiles], list[str]]:
    """Read the tables of dataset.toml: (tables, faults)."""
    mapped: dict[str, TableFiles] = {}
    faults: list[str] = []
    for name, entry in stated.items() if isinstance(stated, dict) else ():
        where = f"[tables.{name}]"
        if name not in TABLES:
            faults.append(f"{where}: there is no such table{nearest(name, list(TABLES))}; tables are {listed(TABLES)}")
            continue
        wrong = _shape(entry, _TABLE, where) if isinstance(entry, dict) else [f"{where}: is not a table"]
        if not wrong:
            files, wrong = _named_files(entry.get("file"), folder, tidy.get(name, []), where)
            wrong += _entry_faults(entry, name, where)
        if not wrong:
            mapped[name] = _table_files(name, tuple(files), entry)
        faults += wrong
    return mapped, faults


def _leads_out(file: Path | Address, folder: Path) -> bool:
    """Say whether a name or a link leads out of a folder, which may come from somebody else."""
    return isinstance(file, Path) and not file.resolve().is_relative_to(folder.resolve())


def _named_files(
    named: str | list | None, folder: Path, tidy: Sequence[Path], where: str
) -> tuple[list[Path], list[str]]:
    """Find the files that a table of dataset.toml names."""
    if not named:
        return [*tidy], [] if tidy else [f'{where}: which file? state file = "..."']
    files: list[Path] = []
    faults = []
    for pattern in [named] if isinstance(named, str) else named:
        try:
            found = _matching(_here(str(pattern)), folder)
        except Refusal as refusal:
            faults.append(f"{where}: {refusal.what}: {refusal.mend}")
            continue
        if not found:
            hint = nearest(str(pattern), [item.name for item in folder.iterdir()])
            faults.append(f"{where}: there is no file {pattern!r}{hint}")
        for file in found:
            try:
                if file.suffix.lower() not in (*SHEET_FILES, *JSON_FILES):
                    _known_kind(file)
            except Refusal as refusal:
                faults.append(f"{where}: {refusal.what}: {refusal.mend}")
        files += [file for file in found if file not in files]
    if _are_mixed(files):
        faults.append(f"{where}: file names CSV and Parquet together; name one kind")
    return files, faults


def _here(pattern: str) -> str:
    """Refuse an address: who gives others a dataset.toml would otherwise have their computers send requests."""
    if address(pattern):
        mend = "download the file and name that, or type the address yourself, as in make reports DATA=https://..."
        raise Refusal("it names an address, and none is fetched because a file says so", mend=mend)
    return pattern


def _are_mixed(files: Sequence[Path]) -> bool:
    """Tell whether some files have types and others are text."""
    return len({file.suffix.lower() in (*PARQUET_FILES, *DATABASE_FILES) for file in files}) > 1


def _matching(pattern: str, folder: Path) -> list[Path]:
    """List the files that a name or a pattern means."""
    path = Path(pattern)
    start = Path(path.anchor) if path.is_absolute() else folder
    try:
        if (folder / pattern).is_file():
            return [(folder / pattern).resolve()]
        found = start.glob(str(path.relative_to(path.anchor))) if _is_pattern(pattern) else ()
        return sorted(file.resolve() for file in found if file.is_file())
    except (OSError, ValueError, NotImplementedError, IndexError):  # no name or pattern that there can be
        return []


def _entry_faults(entry: dict, name: str, where: str) -> list[str]:
    """Find what is wrong in a table's mapping."""
    columns = TABLES[name].columns
    faults = []
    for part in ("columns", "constants", "units", "formats", "values", "hidden", "across"):
        for ours in entry.get(part, {}):
            if ours not in columns and not (part == "columns" and ours in MADE_OF_TEXT.get(name, ())):
                faults.append(f"{where[:-1]}.{part}]: {name} has no column {ours!r}{nearest(ours, list(columns))}")
    for total, parts in entry.get("totals", {}).items():
        counts = [ours for ours, column in columns.items() if column.kind == "count"]
        bad = [part for part in parts if part not in counts] if isinstance(parts, list) and parts else ["nothing"]
        faults += [f"{where[:-1]}.totals]: {total!r} is not a list of counts of {name}: {bad[0]!r}"] if bad else []
    twice = sorted(set(entry.get("columns", {})) & set(entry.get("constants", {})))
    faults += [f"{where}: {ours} is among the columns and among the constants" for ours in twice]
    for part in ("columns", "units", "formats"):
        wrong = [ours for ours, value in entry.get(part, {}).items() if not isinstance(value, str)]
        faults += [f"{where[:-1]}.{part}]: {ours} has to be text" for ours in wrong]
    faults += _shape_faults(entry, columns, where)
    wrong = [ours for ours, cells in entry.get("hidden", {}).items() if not _are_texts(cells)]
    faults += [
        f"{where[:-1]}.hidden]: {ours} has to be the word that says so, or a list of such words" for ours in wrong
    ]
    wrong = [ours for ours in entry.get("hidden", {}) if ours in columns and columns[ours].kind != "count"]
    faults += [f"{where[:-1]}.hidden]: {ours} is not a count" for ours in wrong]
    wrong = [ours for ours, value in entry.get("constants", {}).items() if isinstance(value, (dict, list))]
    faults += [f"{where[:-1]}.constants]: {ours} has to be one value" for ours in wrong]
    if not faults:
        faults += _unit_faults(entry, columns, where) + _word_faults(entry, columns, where) + _mark_faults(entry, where)
    return faults


def _shape_faults(entry: dict, columns: Mapping[str, Column], where: str) -> list[str]:
    """Find what is wrong with columns that stand side by side, and with cells on which rows are left out."""
    keys = {key_of(pattern) if isinstance(pattern, str) else "" for pattern in entry.get("across", {}).values()}
    faults = []
    if keys and (len(keys) > 1 or not keys <= {*columns}):
        said = 'give the name of the columns with one of ours in braces, the same for all, as in shares = "h{hours}"'
        faults.append(f"{where[:-1]}.across]: {said}")
    wrong = [theirs for theirs, cells in entry.get("left_out", {}).items() if not _are_texts(cells)]
    told = "has to be the cell on which a row is left out, or a list of such cells"
    return faults + [f"{where[:-1]}.left_out]: {theirs} {told}" for theirs in wrong]


def _are_texts(cells: object) -> bool:
    """Tell whether something is a text or a list of texts."""
    return isinstance(cells, str) or (isinstance(cells, list) and all(isinstance(cell, str) for cell in cells))


def _unit_faults(entry: dict, columns: Mapping[str, Column], where: str) -> list[str]:
    """Find units that a column cannot have, and formats of columns that are no times."""
    faults = []
    for ours, unit in entry.get("units", {}).items():
        allowed = factors(columns[ours])
        if unit not in allowed:
            faults.append(f"{where[:-1]}.units]: {ours} cannot be in {unit!r}; allowed are {listed(allowed)}")
    for ours in entry.get("formats", {}):
        if columns[ours].kind != "time":
            faults.append(f"{where[:-1]}.formats]: {ours} is not a time")
    return faults


def _word_faults(entry: dict, columns: Mapping[str, Column], where: str) -> list[str]:
    """Find words of ours that a column does not allow, and columns that have no words."""
    faults = []
    for ours, words in entry.get("values", {}).items():
        column, at = columns[ours], f"{where[:-1]}.values.{ours}]"
        allowed = {"flag": ("true", "false"), "category": column.categories}.get(column.kind)
        if not isinstance(words, dict):
            faults.append(f'{at}: give words, as in "their word" = "our word"')
        elif column.kind not in ("flag", "category", "text", "number"):
            way = '; say under hidden which word means that it is hidden, as in likes = "Verborgen"'
            faults.append(f"{at}: {ours} is a {column.kind} and has no words{way if column.kind == 'count' else ''}")
        elif column.kind == "number":
            wrong = [word for word in words.values() if isinstance(word, bool) or not isinstance(word, (int, float))]
            faults += [f"{at}: {ours} is a number; say it as in TRUE = 1, FALSE = 0"] if wrong else []
        elif allowed:
            strange = sorted({_written(word) for word in words.values()}.difference(allowed))
            faults += [
                f"{at}: {word!r} is no {ours}{nearest(word, allowed)}; use {listed(allowed)}" for word in strange
            ]
    return faults


def _mark_faults(entry: dict, where: str) -> list[str]:
    """Find marks that cannot be, and an unknown encoding."""
    faults = []
    decimal, thousands = entry.get("decimal"), entry.get("thousands")
    if decimal not in (None, ".", ","):
        faults.append(f'{where}: decimal is {decimal!r}; allowed are "." and ","')
    if thousands not in (None, ".", ",", " ", "'"):
        faults.append(f"{where}: thousands is {thousands!r}; allowed are . , ' and a space")
    if decimal and decimal == thousands:
        faults.append(f"{where}: decimal and thousands are the same mark, {decimal!r}")
    if len(entry.get("delimiter", ",")) != 1:
        faults.append(f"{where}: delimiter has to be one character")
    if entry.get("repeated", "first") not in ("first", "last"):
        faults.append(f"{where}: repeated is {entry['repeated']!r}; allowed are first, last")
    if not 0 <= entry.get("skip", 0) <= _MOST_LINES:
        faults.append(f"{where}: skip is the number of lines above the header, from 0 to {_MOST_LINES:,}")
    if not _is_encoding(entry.get("encoding", "utf-8")):
        said = f"there is no encoding {entry['encoding']!r} of texts that is read here"
        faults.append(f"{where}: {said}; write it as in {listed(_USUAL)}")
    return faults


def _is_encoding(name: str) -> bool:
    """Tell whether Python knows an encoding of texts by that name: some of its codecs are none, or decode commands."""
    try:
        return codecs.lookup(name).name in ENCODINGS
    except (LookupError, ValueError):
        return False


def _table_files(name: str, files: tuple[Path | Address, ...], entry: dict) -> TableFiles:
    """Make the description of a table that dataset.toml maps."""
    hidden = entry.get("hidden", {})
    return TableFiles(
        table=name,
        files=files,
        columns={ours: visible(name) for ours, name in entry.get("columns", {}).items()},
        constants={ours: _written(value) for ours, value in entry.get("constants", {}).items()},
        units=entry.get("units", {}),
        formats=entry.get("formats", {}),
        totals={visible(total): tuple(parts) for total, parts in entry.get("totals", {}).items()},
        hidden={ours: (cells,) if isinstance(cells, str) else tuple(cells) for ours, cells in hidden.items()},
        values={
            ours: {there: _written(word) for there, word in words.items()}
            for ours, words in entry.get("values", {}).items()
        },
        **{key: entry[key] for key in ("repeated", "skip", "sheet", "records", "across") if key in entry},
        left_out={
            visible(theirs): (cells,) if isinstance(cells, str) else tuple(cells)
            for theirs, cells in entry.get("left_out", {}).items()
        },
        delimiter=entry.get("delimiter"),
        encoding=entry.get("encoding"),
        decimal=entry.get("decimal"),
        thousands=entry.get("thousands"),
    )


def _written(value: object) -> str:
    """Write a constant as a cell would hold it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_KNOWN_AS = {
    "post_id": ("id", "status_id", "tweet_id", "video_id", "video", "permalink", "url"),
    "account_id": ("user_id", "author_id", "page_id", "channel_id", "user_id_hash", "user", "author", "subreddit"),
    "created_at": ("created", "created_utc", "timestamp", "date", "datetime", "status_published", "publish_time"),
    "followers": ("user_followers", "author_followers", "subscribers", "followers_at_posting"),
    "likes": ("like", "num_likes", "like_count", "favorites", "favourites", "score", "num_reactions"),
    "comments": ("comment", "num_comments", "comment_count", "comment_total", "replies", "reply_count"),
    "shares": ("share", "num_shares", "share_count", "retweets", "retweet_count", "reposts"),
    "views": ("view_count", "plays", "video_views"),
}
"""What other files call our columns: for suggestions in a message, never to read a file by."""


def example_toml(file: str, table: str, columns: Iterable[str]) -> str:
    """Write a dataset.toml that a person can finish, with the column names of their own file.

    Parameters
    ----------
    file : str
        The file's name.
    table : str
        The tidy table that it may be.
    columns : iterable of str
        The file's columns.

    Returns
    -------
    str
        Lines to put into a dataset.toml beside the file.

    Examples
    --------
    >>> print(example_toml("tweets.csv", "posts", ["id", "favorites"]))
    [tables.posts]
    file = "tweets.csv"
    [tables.posts.columns]   # ours = "the file's"
    post_id = "id"
    account_id = "..."
    likes = "favorites"
    """
    left, lines = {name.casefold().replace(" ", "_"): name for name in columns}, []
    for ours, column in TABLES[table].columns.items():
        match = next((name for name in (ours, *_KNOWN_AS.get(ours, ())) if name in left), None)
        if match or column.required:
            lines.append(f"{ours} = {_quoted(left.pop(match) if match else '...')}")
    head = [f"[tables.{table}]", f"file = {_quoted(file)}", f'[tables.{table}.columns]   # ours = "the file\'s"']
    return "\n".join([*head, *lines])


def _quoted(text: str) -> str:
    """Write a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
