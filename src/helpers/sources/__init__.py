"""How do a person's files become a dataset of this project, kept under data/user?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.base.refusals import Refusal, of_system
from helpers.ground.filenames import file_label, readable, unnamed
from helpers.ground.root import ROOT
from helpers.ground.scratch import scratch
from helpers.reading.manifest import (
    DATABASE_FILES,
    JSON_FILES,
    PARQUET_FILES,
    SHEET_FILES,
    TEXT_FILES,
    TOML,
    located,
    no_path,
    not_a_zone,
)
from helpers.reading.values import plain_name
from helpers.tables import TABLES

if TYPE_CHECKING:
    from helpers.sources.receipt import Prospects, Receipt

USER = ROOT / "data" / "user"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HEADER = 65_536  # bytes in which the header of a text file stands
_NAMED = 10_000  # files whose names are looked for in a message
_PACKED = (".zip", ".gz", ".xz", ".bz2", ".tar", ".tgz")
_MAY_BE_EXPORTS = (*TEXT_FILES, *JSON_FILES, *SHEET_FILES, ".js", ".txt", ".tab")
_LOOKED = 200  # files in folders beside tidy tables that are looked at
_NO_EXPORTS = (".toml", *PARQUET_FILES, ".db", ".duckdb", ".sqlite")


@dataclass(frozen=True)
class Imported:
    """What an import has written.

    Parameters
    ----------
    folder : Path
        Where the dataset is now.
    rows : mapping of str to int
        Rows of each table.
    files : tuple of str
        The files read, by the names under which reports know them.
    notes : tuple of str
        What was decided, in sentences.
    summary : tuple of str
        What was read and kept, in a few lines.
    asked : tuple of str
        How many claims will get a verdict, and what to add next, the best first.
    aloud : tuple of str
        What nobody may overlook: files that were not read, posts without followers, exports that are cut.
    """

    folder: Path
    rows: Mapping[str, int]
    files: tuple[str, ...]
    notes: tuple[str, ...]
    summary: tuple[str, ...]
    asked: tuple[str, ...] = ()
    aloud: tuple[str, ...] = ()


def import_data(
    source: str | Path,
    name: str = "",
    *,
    keep_text: bool = False,
    clock: str | None = None,
    to: Path | None = None,
    today: date | None = None,
    prospects: Prospects | None = None,
) -> Imported:
    """Read a person's files and keep them as tidy Parquet tables, with names and texts reduced to what claims need.

    Parameters
    ----------
    source : str or Path
        Native exports (a file, a folder or a zip), or what ``dataset.open_dataset`` takes.
    name : str
        The new dataset's name, which must be given and is the name of its folder: letters, digits, - and _.
    keep_text : bool
        Whether captions, comments and file names stay as they are. Ids become pseudonyms in any case.
    clock : str, optional
        The time zone by whose clock hours and weekdays are to be told, as in "Europe/Amsterdam"; by default that of a
        dataset.toml beside the files, else UTC.
    to : Path, optional
        The folder in which it is made; by default data/user.
    today : date, optional
        The day of the import; by default that of the computer's clock. Later times in personal downloads are faults.
    prospects : callable, optional
        Says of every claim whether the data will give a verdict on it; by default their tables and columns decide.

    Returns
    -------
    Imported
        What was written. An import under a name that is taken replaces that import and keeps its key; one that fails
        or is interrupted leaves it as it was.

    Raises
    ------
    Refusal
        When the name is no plain folder name, there is no such time zone, the folder of that name was not made by an
        import, or the files cannot be read: all faults at once, and nothing is written.
    """
    if not isinstance(source, str | Path):
        raise no_path(source)
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise Refusal(f"{name!r} is no name for a dataset", mend="use letters, digits, - and _, as in NAME=brand")
    if clock and (strange := not_a_zone(clock)):
        raise Refusal(f"the clock cannot be used: {strange}", mend="CLOCK=Europe/Amsterdam, say, or leave it out")
    folder = (to or USER) / name
    _may_replace(folder)
    found = located(source)
    how: dict[str, Any] = {"keep_text": keep_text, "clock": clock, "prospects": prospects}
    with scratch() as room:
        try:
            return _imported(found, folder, room, today=today or date.today(), **how)
        except Refusal as refusal:
            raise unnamed(refusal, _paths(found, room)) from None


def _imported(
    found: Path,
    folder: Path,
    room: Path,
    *,
    today: date,
    keep_text: bool,
    clock: str | None,
    prospects: Prospects | None,
) -> Imported:
    """Read what is a person's own form or a platform's, and write it."""
    import duckdb

    from helpers.reading.connection import connected
    from helpers.sources.assembly import assemble, from_tables
    from helpers.sources.receipt import by_columns
    from helpers.sources.writing import write

    try:
        if not _is_mapped(found) and is_export(found):
            made = assemble(found, con=connected(), scratch=room, today=today, keep_text=keep_text)
        else:
            made = from_tables(found, scratch=room, lists=_lists_beside(found), keep_text=keep_text)
        made.clock = clock or made.clock
        return _told(write(made, folder, keep_text=keep_text, prospects=prospects or by_columns), folder)
    except duckdb.Error as error:
        # A page of a Parquet file or of a database may be damaged, which shows when it is read and no earlier.
        if of_system(error) or not any(map(_has_pages, (found, *found.rglob("*")))):
            raise
        raise Refusal(f"{found.name} is damaged inside", mend="save or download it again, whole") from None


def _has_pages(path: Path) -> bool:
    return path.suffix.lower() in (*PARQUET_FILES, *DATABASE_FILES)


def _paths(found: Path, room: Path) -> Iterator[Path]:
    """List what a message may name: what was given, and what was taken out of it."""
    yield found
    for folder in (found, room):
        yield from islice(sorted(folder.rglob("*")), _NAMED)


def _told(receipt: Receipt, folder: Path) -> Imported:
    """Say what was written."""
    from helpers.sources.receipt import said_aloud, summary

    labels = tuple(file.title for section in receipt.sections for file in section.files)
    notes = (*receipt.notes, *(note for section in receipt.sections for note in section.notes))
    told = (tuple(summary(receipt)), receipt.answers.lines, tuple(said_aloud(receipt)))
    return Imported(folder, dict(receipt.rows), labels, notes, *told)


def said_aloud(folder: Path) -> list[str]:
    """Say again what nobody may overlook of an import, such as files that were not read.

    Parameters
    ----------
    folder : Path
        What an import has written.

    Returns
    -------
    list of str
        The lines that the import gave as `Imported.aloud`.
    """
    from helpers.sources.receipt import TEXT

    parts = (folder / TEXT).read_text(encoding="utf-8").split("\n\n") if (folder / TEXT).is_file() else []
    return parts[2].splitlines() if len(parts) > 2 else []


def propose(source: str | Path) -> Path | None:
    """Write a proposed dataset.toml beside files of which nothing is known, for a person to check.

    Parameters
    ----------
    source : str or Path
        A file or a folder.

    Returns
    -------
    Path or None
        What was written; None where the files are known, and nothing is.

    Raises
    ------
    Refusal
        Where nothing can be proposed: there is no table, a dataset.toml is there already, or the files are packed.
    """
    from helpers.sources.assembly import proposal

    found = located(source)
    toml = (found if found.is_dir() else found.parent) / TOML
    if found.suffix == ".toml" or toml.is_file():
        return None
    with scratch() as folder:
        try:
            text = proposal(found, scratch=folder)
        except Refusal as refusal:
            raise unnamed(refusal, _paths(found, folder)) from None
    if text:
        with toml.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    return toml if text else None


def slug(path: Path) -> str:
    """Name an import after its source, or ``export`` where the source's name may lead to a person.

    Parameters
    ----------
    path : Path
        A file or folder.

    Returns
    -------
    str
        Letters, digits and dashes.

    Examples
    --------
    >>> slug(Path("Table data.csv")), slug(Path("instagram-janedoe.zip"))
    ('table-data', 'export')
    """
    plain = "-".join(re.findall(r"[a-z0-9]+", path.stem.lower()))
    return plain[:40].strip("-") if plain and file_label(path.name, 1) == path.name else "export"


def is_export(path: Path) -> bool:
    """Tell whether something has to be imported before it can be opened.

    Parameters
    ----------
    path : Path
        A file or folder that exists.

    Returns
    -------
    bool
        False for a folder of tidy tables without an export or a list of accounts beside them, a dataset.toml, one with
        it and no such list, and one file of posts or accounts; also for an empty folder. Only the beginnings of files
        are looked at, and what a file is called decides nothing that its columns do not bear out.
    """
    if _is_mapped(path):
        return bool(_lists_beside(path))
    if readable(str(path)) != str(path):
        return True  # which an import gives a name that can be read
    if path.is_file():
        if path.suffix.lower() in _NO_EXPORTS:
            return False
        wanted = [TABLES[table].required[:1] for table in ("posts", "accounts")]
        return not any(set(names) & _header(path) for names in wanted) or _is_known(path)
    inside = [item for item in sorted(path.iterdir()) if not item.name.startswith(".")]
    tables = [item for item in inside if item.stem.partition("-")[0] in TABLES and _is_table(item)]
    if tables:
        of_accounts = all(item.stem.partition("-")[0] in ("accounts", "account_history") for item in tables)
        return any(_is_export_beside(item, packed=of_accounts) for item in inside if item not in tables)
    return any(item.is_file() or item.is_dir() for item in inside)


def _is_mapped(path: Path) -> bool:
    """Tell whether a dataset.toml says how to read what was given."""
    return path.suffix == ".toml" or (path / TOML).is_file()


def _lists_beside(path: Path) -> list[Path]:
    """Find the lists of accounts beside tables that a dataset.toml does not name; none where there is no such file."""
    from helpers.reading.accounts import OF_ACCOUNTS
    from helpers.reading.manifest import read_manifest

    if not _is_mapped(path):
        return []
    tables = [(table, file) for table in read_manifest(path).tables for file in table.files if isinstance(file, Path)]
    # What has the name of a table and not its columns may be a list in a person's own words.
    named = {file for table, file in tables if not table.columns and table.table in OF_ACCOUNTS}
    read = {file.resolve() for _, file in tables if file not in named or _is_table_file(file)}
    folder = path.parent if path.suffix == ".toml" else path
    beside = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _MAY_BE_EXPORTS and file.is_file()]
    return [file for file in beside if file.resolve() not in read and _is_list(file)]


def _is_list(file: Path) -> bool:
    """Tell whether a file lists accounts with their followers."""
    from helpers.sources.recognition import is_list

    return is_list(file)


def _is_export_beside(item: Path, *, packed: bool) -> bool:
    """Tell whether something beside tidy tables is an export; an archive may be what they were made from."""
    if item.is_file():
        return packed if item.suffix.lower() in _PACKED else _is_known(item) or _is_list(item)
    files = islice((file for file in item.rglob("*") if file.is_file()), _LOOKED)
    return any(map(_is_known, files))


def _is_known(file: Path) -> bool:
    """Tell whether a file is an export that is known, or a part of a personal download."""
    from helpers.sources import downloads, recognition

    if file.suffix.lower() not in _MAY_BE_EXPORTS:
        return False
    return downloads.recognised([file.name], [file]) is not None or recognition.is_known(file)


def _is_table(item: Path) -> bool:
    """Tell whether what has the name of a tidy table also has its columns."""
    if item.is_dir():
        return item.name in TABLES and any(map(_is_table_file, item.iterdir()))
    return item.is_file() and _is_table_file(item)


def _is_table_file(file: Path) -> bool:
    """Tell whether a file in or of a tidy table's name is one."""
    if file.suffix.lower() in PARQUET_FILES:
        return True
    if file.suffix.lower() not in TEXT_FILES:
        return False
    table = next((name for name in (file.stem.partition("-")[0], file.parent.name) if name in TABLES), None)
    header = _header(file)
    # One column alone is no export: what is wrong with such a file is said best where tables are opened.
    return table is not None and (len(header) < 2 or bool(set(TABLES[table].required) & header))


def _header(file: Path) -> set[str]:
    """Read the column names of a text file of our own form, as far as a glance shows them."""
    if file.suffix.lower() not in (*TEXT_FILES, ".txt") or not file.is_file():
        return set()
    with file.open("rb") as stream:
        start = stream.read(_HEADER)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    return {plain_name(name.strip().strip('"')) for name in re.split(r"[,;\t|]", first)}


def _may_replace(folder: Path) -> None:
    """Refuse to write over anything that an import did not write."""
    from helpers.sources.privacy import KEY
    from helpers.sources.receipt import PAGE, TEXT

    if not folder.exists():
        return
    own = folder.is_dir() and (folder / TOML).is_file()
    ours = (TOML, KEY, PAGE, TEXT)
    if not own or any(item.suffix != ".parquet" and item.name not in ours for item in folder.iterdir()):
        raise Refusal(f"{folder} is there already and was not made by an import", mend="choose another NAME")
