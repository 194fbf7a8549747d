"""What is a file, judged by its content: which export, which tables, or nothing that is known?"""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import counted, listed
from helpers.ground.languages import totals
from helpers.ground.scratch import scratch
from helpers.reading import jsons, sheets, textfiles
from helpers.reading.accounts import OF_ACCOUNTS
from helpers.reading.loading import literal
from helpers.reading.manifest import JSON_FILES, TableFiles
from helpers.reading.meanings import meant, worded
from helpers.reading.typing import is_among
from helpers.reading.values import plain_name
from helpers.sources.intake import Piece
from helpers.sources.layouts import TIDY, Field, Layout, Match, match, translated
from helpers.sources.proposals import TELLING, Table, best, foreign, propose, wide
from helpers.tables import TABLES

TRIED = 10
"""Rows in which a header is looked for: exports have titles, sources and names of metrics above it, at most five."""
SAMPLE = 2_000
"""Rows on which a proposal for an unknown table rests."""
EVEN = 0.8
"""Share of rows that fill the header's columns; tables with a few broken rows are tables, prose with commas is not."""
NEARLY = 3
"""Columns of a signature that must be there before a file is said to look like an export that lacks one."""

NAMED = 3
"""So many records under a name each, or names of columns in the first column, are no chance."""
SHOWN_LISTS = 6
"""Lists in a record that a message names."""
MOST_LISTS = 8
"""Lists in one JSON record that are looked at, those of the longest records first."""
SHOWN_NAMES = 40
"""Columns that a message lists."""

_PAGES = {"data", "items", "feed", "posts"}
_AROUND = _PAGES | {
    *("includes", "meta", "errors", "kind", "etag", "nextPageToken", "prevPageToken", "regionCode", "pageInfo"),
    *("paging", "cursor", "hitsTotal", "__twarc"),
}
"""Keys of an interface's answers: lists of records, and what stands around them."""
_HEAD = 1 << 18
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<\?xml)", re.IGNORECASE)
_EXPORT_PAGES = (b"content-cell", b"uiBoxWhite", b"_a6-g", b"pam _3-95")
"""What the pages of Google Takeout and of Meta's downloads name their boxes."""
_TIKTOK_TEXT = re.compile(r"(?:^|\n)Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?\r?\n(?:Link|UserName|Search Term): ")
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"OggS", b"ID3", b"\x7fELF", b"MZ", b"PK\x03\x04")
_DATABASE = b"SQLite format 3\x00"
_TABLE_NAMES = (".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".js", ".xls", ".xlsx", ".parquet")
_ASK_JSON = "ask for the download again in JSON"
_DAMAGE = (csv.Error, ValueError, LookupError, ArithmeticError, TypeError, AttributeError)


@dataclass(frozen=True)
class Recognised:
    """A file, or a part of one, that is an export.

    Parameters
    ----------
    piece : Piece
        The file.
    match : Match
        The export, and which of its columns is which of ours.
    files : tuple of Path
        The file itself or copies made of it, as DuckDB can read them; none where nothing in it can be used.
    header : tuple of str
        The columns of these files.
    skip : int
        Lines above the header.
    part : str
        The sheet, where it is one of a workbook.
    left : tuple of str
        Other sheets of the workbook that are tables and no export known, by number and size; said once for each file.
    """

    piece: Piece
    match: Match
    files: tuple[Path, ...]
    header: tuple[str, ...] = ()
    skip: int = 0
    part: str = ""
    left: tuple[str, ...] = ()


_CLUTTER = ("thumbs.db", "ehthumbs.db", "desktop.ini")
"""What Windows leaves in a folder that somebody has looked at."""


@dataclass(frozen=True)
class Unknown:
    """A file that is no export known.

    Parameters
    ----------
    piece : Piece
        The file.
    header : tuple of str
        Its columns, where it is a table.
    proposal : str
        A dataset.toml to be confirmed by the person; empty where it is no table at all.
    says : str
        What it is instead.
    hint : str
        What else there is to say of it, such as whose language to set.
    """

    piece: Piece
    header: tuple[str, ...] = ()
    proposal: str = ""
    says: str = ""
    hint: str = ""


@dataclass(frozen=True)
class _Found:
    """A table in a file: its columns, and where its rows are."""

    path: Path
    header: tuple[str, ...]
    skip: int = 0
    part: str = ""
    kind: str = "text"  # text, parquet or json
    records: str = ""  # keys that lead to the records in a JSON file


def recognise(
    piece: Piece, *, scratch: Path, layouts: Sequence[Layout] | None = None, proposing: bool = False
) -> list[Recognised] | Unknown:
    """Say which export a file is.

    Parameters
    ----------
    piece : Piece
        The file.
    scratch : Path
        A folder for copies.
    layouts : sequence of Layout, optional
        The exports there are; by default all readers'.
    proposing : bool
        Whether a table that lacks one column of an export is unknown too, and not refused.

    Returns
    -------
    list of Recognised, or Unknown
        One for each table in it; a workbook has a table on each sheet.

    Raises
    ------
    Refusal
        When it is an export that cannot be used as it is: damaged, locked, a page instead of JSON, of a layout that
        lacks one column, or like two exports at once.
    """
    if layouts is None:
        from helpers.sources.readers import LAYOUTS

        layouts = LAYOUTS
    folder = Path(tempfile.mkdtemp(dir=scratch))
    found = _tables(piece, folder)
    if isinstance(found, Unknown):
        return found
    shown = [table for table in found if not sheets.is_hidden(table.path)] or found
    left = [f"sheet {sheets.number_of(table.path)} (hidden)" for table in found if table not in shown]
    tables = [list(_candidates(table, folder)) for table in shown]
    if len(tables) == 1 and (first := [one.header for one in tables[0]]) and (said := turned(first[0], first[1:])):
        return Unknown(piece, first[0], says=f"a table of a layout that is not known: {said}", hint=said)
    known = []
    for tried in tables:
        ours = _known(piece, tried, layouts, folder)
        if not ours or ours[0].match.layout.table == "accounts":  # beside which their posts may stand
            ours += _inside(piece, tried, layouts, folder)
        known += ours
        if not ours and not proposing:
            _refuse_drift(piece, tried, layouts)
        left += [] if ours or len(tables) < 2 else _left(tried)
    return [replace(known[0], left=tuple(left)), *known[1:]] if known else _unknown(piece, tables)


def _left(tried: Sequence[_Found]) -> list[str]:
    """Name a sheet that is a table and no export known by its number and size: its own name may be a person's."""
    sample = _sampled(tried, "")
    if not (sample and sample.rows):
        return []
    told = f"a table of {counted(len(sample.header), 'column')}, no export that is known"
    return [f"sheet {sheets.number_of(tried[0].path)} ({told})"]


def is_known(file: Path) -> bool:
    """Tell whether a file is an export, by the beginning of it.

    Parameters
    ----------
    file : Path
        Any file.

    Returns
    -------
    bool
        False also for tidy tables, and for what cannot be read.
    """
    from helpers.sources.readers import LAYOUTS

    with scratch() as folder:
        try:
            found = _tables(Piece(file, file.name), folder)
            tables = [] if isinstance(found, Unknown) else found
            tried = [one for table in tables for one in _candidates(table, folder)]
            tried += [replace(one, header=jsons.header(one.path, path=path)) for one in tried for path in _lists(one)]
        except Refusal:
            return False
        return any(match(table.header, LAYOUTS) for table in tried if not _is_ours(table.header))


def is_list(file: Path) -> bool:
    """Tell whether a file lists accounts with their followers, or these by day.

    Parameters
    ----------
    file : Path
        Any file.

    Returns
    -------
    bool
        By its columns, ours or those of lists that are known, whatever its name; False for what cannot be read.
    """
    from helpers.sources.readers import LAYOUTS

    with scratch() as folder:
        try:
            found = _tables(Piece(file, file.name), folder)
            tried = [] if isinstance(found, Unknown) else [one for table in found for one in _candidates(table, folder)]
        except Refusal:
            return False
    for table in tried:
        ours = _tidy(table, Piece(file, file.name)) if _is_ours(table.header) else None
        matches = [ours] if ours else match(table.header, LAYOUTS)[:1]
        if matches and "followers" in matches[0].columns and matches[0].layout.table in OF_ACCOUNTS:
            return True
    return False


def _is_ours(header: Sequence[str]) -> bool:
    """Tell whether a header has what a tidy table needs, and no column that is not ours."""
    names = {plain_name(name) for name in header if name and not name.startswith(f"{jsons.OVER}.")}
    return any(set(table.required) <= names <= set(table.columns) for table in TABLES.values())


def table_files(found: Recognised) -> TableFiles:
    """Say how the files of an export are loaded.

    Parameters
    ----------
    found : Recognised
        The export.

    Returns
    -------
    TableFiles
        For ``loading.load``, with the layout's zone as time zone.
    """
    layout, columns = found.match.layout, dict(found.match.columns)
    if layout.is_twofold:
        columns = {ours: name for ours, name in columns.items() if found.header.count(name) < 2}
    fields = {ours: layout.fields[ours] for ours in columns}
    here = {plain_name(name): name for name in reversed(found.header)}
    return TableFiles(
        table=layout.table,
        files=found.files,
        columns=columns,
        constants={
            ours: value for ours, value in layout.constants.items() if ours not in columns and _is_said(ours, columns)
        },
        units={ours: field.unit for ours, field in fields.items() if field.unit},
        formats={ours: field.format for ours, field in fields.items() if field.format},
        totals={here[plain_name(name)]: parts for name, parts in layout.totals.items() if plain_name(name) in here},
        values={ours: field.words for ours, field in fields.items() if field.words},
        hidden={ours: field.hidden for ours, field in fields.items() if field.hidden},
        dropped={rule: told if isinstance(told, str) else _told(*told, here) for rule, told in layout.dropped.items()},
        unfit=layout.unfit,
        sql={ours: field.sql for ours, field in fields.items() if field.sql},
        makes={ours: field.make for ours, field in fields.items() if field.make},
        export=True,
        skip=found.skip,
    )


def _is_said(ours: str, columns: Mapping[str, str]) -> bool:
    """Tell whether a constant says something: when followers were counted does so only beside followers."""
    return ours != "followers_at" or "followers" in columns


def _told(names: Sequence[str], cells: Sequence[str], here: Mapping[str, str]) -> str:
    """Write SQL that tells the rows with one of these cells in the first of these columns that is there."""
    return next((is_among(f'"{plain_name(name)}"', cells) for name in names if plain_name(name) in here), "false")


def _tables(piece: Piece, folder: Path) -> list[_Found] | Unknown:
    """List the tables in a file, or say why there are none."""
    path, name = piece.path, PurePosixPath(piece.name).name.casefold()
    if name.startswith("~$") or name in _CLUTTER:
        return Unknown(piece, says="of the system or of an open program, no data")
    with path.open("rb") as stream:
        start = stream.read(_HEAD)
    if not start.strip():
        lost = path.suffix.lower() in _TABLE_NAMES
        return Unknown(piece, says="an empty file", hint="it is empty: save or download it again" if lost else "")
    if start.startswith(b"PAR1"):
        return [_Found(path, _parquet_header(piece), kind="parquet")]
    if sheets.is_workbook(path):
        written = sheets.to_csv(path, folder)
        return [_Found(copy, (), part=name) for name, copy in written.items()] or Unknown(
            piece, says="an empty workbook"
        )
    if start[8:12] == b"DUCK":
        return Unknown(piece, says="a database of DuckDB", hint="give the database itself, as FROM or DATA")
    if start.startswith(b"ARROW1"):
        return Unknown(piece, says="a file of Arrow", hint="it is a file of Arrow or Feather: save it as Parquet")
    if start.startswith(_DATABASE):
        raise Refusal(f"{piece.name} is a database", mend="save its tables as CSV or Parquet")
    if textfiles.is_wide(start) and path.suffix.lower() in (*_TABLE_NAMES, ".txt"):
        raise Refusal(f"{piece.name} is {textfiles.WIDE}", mend=textfiles.NARROW)
    if start.startswith(_NO_TEXT) or _is_binary(start):
        if path.suffix.lower() in _TABLE_NAMES:
            raise Refusal(f"{piece.name} is damaged or not what its name says", mend="save or download it again")
        return Unknown(piece, says="no text and no table")
    if _PAGE.match(start):
        return _page(piece, start)
    return _json(piece) or _text(piece, start)


def _is_binary(start: bytes) -> bool:
    """Tell whether bytes are no text: they hold NUL characters and are not UTF-16."""
    return b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))


def _page(piece: Piece, start: bytes) -> Unknown:
    """Pass over a web page, unless it is a download that should have been JSON."""
    if any(mark in start for mark in _EXPORT_PAGES):
        raise Refusal(f"{piece.name} is a download as a web page, which has no times that can be read: {_ASK_JSON}")
    is_named = piece.path.suffix.lower() in _TABLE_NAMES
    hint = "it is a web page, whatever its name says: open it in a spreadsheet and save the table as CSV (UTF-8)"
    return Unknown(piece, says="a web page", hint=hint if is_named else "")


def _json(piece: Piece) -> list[_Found] | Unknown | None:
    """Find the table in JSON; None when it is no JSON."""
    form = jsons.shape(piece.path)
    if form is None:
        named = piece.path.suffix.lower() in JSON_FILES and not textfiles.is_cells(piece.path)
        return _no_records(piece) if named and _is_plain_json(piece.path) else None
    header = jsons.header(piece.path)
    return [_Found(piece.path, header, kind="json")] if header else _no_records(piece)


def _no_records(piece: Piece) -> Unknown:
    """Say of JSON what it lacks to be a table."""
    hint = 'it holds no records, which name their cells, as in [{"post_id": "p1", "likes": 5}, ...]'
    return Unknown(piece, says="JSON without records", hint=hint)


def _is_plain_json(path: Path) -> bool:
    """Tell JSON that holds plain values only from text of another kind, or refuse it."""
    import ijson

    with path.open("rb") as stream:
        try:
            for _ in ijson.basic_parse(stream, multiple_values=True):
                pass
        except (ijson.JSONError, ValueError):
            raise Refusal(f"{path.name} is cut off, damaged or no JSON", mend="download it again, whole") from None
    return True


def _text(piece: Piece, start: bytes) -> list[_Found] | Unknown:
    """Take a text for a table, unless it is clearly none."""
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    if _TIKTOK_TEXT.search(text):
        raise Refusal(f"{piece.name} is a TikTok download as text: {_ASK_JSON}")
    if piece.path.suffix.lower() in (".md", ".pdf", ".toml", ".py", ".log", ".xml", ".css"):
        return Unknown(piece, says="a text, no table")
    return [_Found(piece.path, ())]


def _parquet_header(piece: Piece) -> tuple[str, ...]:
    """Name the columns of a Parquet file."""
    import duckdb

    try:
        described = duckdb.connect().execute(f"DESCRIBE FROM read_parquet({literal(str(piece.path))})").fetchall()
    except duckdb.Error:
        raise Refusal(
            f"{piece.name} is cut off, damaged or no Parquet file", mend="save or download it again"
        ) from None
    return tuple(name for name, *_ in described)


def _known(piece: Piece, tried: Sequence[_Found], layouts: Sequence[Layout], folder: Path) -> list[Recognised]:
    """Recognise one table: by the first row among its first ten that fits an export, or as tidy already."""
    for table in tried:
        if _is_ours(table.header) and (tidy := _tidy(table, piece)):
            return [_as_tidy(piece, table, tidy, folder)]
        matches = _best(piece, match(table.header, layouts))
        if matches:
            return [one for found in matches for one in _prepared(piece, table, found, folder)]
    for table in tried:
        tidy = _tidy(table, piece)
        if tidy:
            return [_as_tidy(piece, table, tidy, folder)]
    return []


def _as_tidy(piece: Piece, table: _Found, tidy: Match, folder: Path) -> Recognised:
    """Take a table for one of our own form."""
    found = _with_account(tidy, table.header, table.records)
    files = _readable(table, folder)
    if table.kind == "json":  # of which keys that come late are known now
        return _refitted(piece, table, found, files[0])
    return Recognised(piece, found, files, table.header, table.skip, table.part)


def _inside(piece: Piece, tried: list[_Found], layouts: Sequence[Layout], folder: Path) -> list[Recognised]:
    """Recognise the lists of records inside a JSON file of one record; they are candidates from then on."""
    known = []
    for table in [table for table in tried if table.kind == "json" and not table.records]:
        pages = _lists(table) or _paged(table)
        for path in pages or _of_accounts(table):
            inner = replace(table, header=jsons.header(table.path, path=path), records=path)
            tried.append(inner)
            found = _known(piece, [inner], layouts, folder) if inner.header else []
            known += [one for one in found if pages or one.match.layout.table == "posts"]
    return known


def _lists(table: _Found) -> list[str]:
    """Name the lists of records in a JSON file of one record, those with the most keys first."""
    inside = Counter(name.partition("/0.")[0] for name in table.header if "/0." in name)
    return [name for name, _ in inside.most_common(MOST_LISTS)] if inside and jsons.shape(table.path) == "one" else []


def _paged(table: _Found) -> list[str]:
    """Name the lists in answers of an interface that were saved page after page, each of which is a record."""
    if jsons.shape(table.path) not in ("list", "lines") or not {name.split(".")[0] for name in table.header} & _PAGES:
        return []
    first = next(iter(jsons.records(table.path)), {})
    inside = Counter(name.partition("/0.")[0] for name in table.header if "/0." in name)
    return [name for name, _ in inside.most_common(MOST_LISTS) if "/" not in name] if {*first} <= _AROUND else []


def _of_accounts(table: _Found) -> list[str]:
    """Name the lists in records of accounts, but for those of what others have posted."""
    if jsons.shape(table.path) not in ("list", "lines"):
        return []
    around = [name for name in table.header if "/0." not in name]
    inside = Counter(name.partition("/0.")[0] for name in table.header if name.count("/0.") == 1)
    plain = [name for name in around if name not in inside]
    is_account = any(_of_account(name) == "followers" or worded(name) in _HANDLES for name in plain)
    own = [name for name, _ in inside.most_common(MOST_LISTS) if not _OTHERS & {*worded(name).split("_")}]
    return own if is_account else []


_OTHERS = {
    *("like", "likes", "liked", "saved", "saves", "tag", "tags", "tagged", "mention", "mentions", "mentioned"),
    *("favorite", "favorites", "favourites", "bookmarks", "reposts", "shared", "related", "recommended", "suggested"),
}
"""Words in the name of a list of posts that are not of the account around it."""
_HANDLES = ("username", "handle", "screen_name", "unique_id", "uniqueid", "user_name", "account", "acct")
_NAMES = (*_HANDLES, "id", "name")
"""What an account around its posts is called, that by which lists know it first."""


def _of_account(name: str) -> str:
    """Say whether what stands around posts names their account, or counts its followers."""
    last = worded(name.rpartition(".")[2])
    return "account_id" if last in _NAMES else "followers" if meant(last, "accounts") == "followers" else ""


def _with_account(found: Match, header: Sequence[str], path: str) -> Match:
    """Give posts the account around them with its followers; posts that name theirs have it only where it is that."""
    layout = found.layout
    above = [name for name in header if name.startswith(f"{jsons.OVER}.")]
    if layout.table != "posts" or not above or _OTHERS & {*worded(path).split("_")}:
        return found
    names = sorted((name for name in above if _of_account(name) == "account_id"), key=_by_name)
    followers = [name for name in above if _of_account(name) == "followers"]
    fields, constants = dict(layout.fields), dict(layout.constants)
    own = found.columns.get("account_id")
    if names and not own:
        fields["account_id"] = Field((names[0],))
        constants.pop("account_id", None)
    if len(followers) == 1 and "followers" not in found.columns:
        is_theirs = _is_any(f'"{plain_name(own)}"', names) if own else "true"
        fields["followers"] = Field((followers[0],), sql=f"CASE WHEN {is_theirs} THEN {{cell}} END")
        constants["followers_at"] = "capture"
    return match(header, [replace(layout, fields=fields, constants=constants)])[0]


def _by_name(name: str) -> tuple[int, int]:
    """Sort what names an account: by its word, and of two the nearer."""
    return _NAMES.index(worded(name.rpartition(".")[2])), name.count(".")


def _is_any(cell: str, names: Sequence[str]) -> str:
    """Write SQL that tells whether a cell is one of those in other columns, whatever its case."""
    told = [f'lower({cell}) = lower("{plain_name(name)}")' for name in names]
    return f"coalesce({' OR '.join(told)}, false)" if told else "false"


def _candidates(table: _Found, folder: Path) -> Iterator[_Found]:
    """Give a table with each of its first rows as header; columns of JSON and Parquet are certain."""
    if table.kind != "text":
        yield table
        return
    head = _head(table.path, folder)
    for skip in range(TRIED):
        found = textfiles.layout(head, skip=skip)
        if found.skip == skip and any(found.header):
            yield replace(table, header=found.header, skip=skip)


def _head(path: Path, folder: Path) -> Path:
    """Copy the beginning of a large file, so that looking at its header does not take reading all of it."""
    if path.stat().st_size <= _HEAD:
        return path
    with path.open("rb") as stream:
        start = stream.read(_HEAD)
    end = start.rfind(b"\n") + 1 or _HEAD
    # In UTF-16 the line break has a second byte, and characters have two.
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    head = Path(tempfile.mkdtemp(dir=folder)) / path.name
    head.write_bytes(start[: end - end % 2] if wide else start[:end])
    return head


def _best(piece: Piece, matches: Sequence[Match]) -> list[Match]:
    """Choose the export; several when one export holds several tables, a refusal when two fit equally well."""
    if not matches:
        return []
    best = matches[0]
    equal = [m for m in matches if (len(m.evidence), len(m.columns)) == (len(best.evidence), len(best.columns))]
    together = [
        m for m in matches if m.layout.signature == best.layout.signature and m.layout.unlike == best.layout.unlike
    ]
    together = list({m.layout.table: m for m in reversed(together)}.values())[::-1]
    rivals = [m.layout.title for m in equal if m not in together]
    if rivals:
        raise Refusal(
            f"{piece.name} fits {listed([best.layout.title, *rivals])} equally well",
            mend="say in a dataset.toml beside it which column is which",
        )
    return together


def _prepared(piece: Piece, table: _Found, found: Match, folder: Path) -> list[Recognised]:
    """Bring a recognised table into files that DuckDB can read."""
    found = _with_account(found, table.header, table.records)
    layout = found.layout
    if not layout.table:
        return [Recognised(piece, found, (), table.header, part=table.part)]
    if not layout.flatten and table.kind != "json":
        return [Recognised(piece, found, (table.path,), table.header, table.skip, table.part)]
    own = Path(tempfile.mkdtemp(dir=folder))
    try:
        made = tuple(layout.flatten(_headed(table, own), own)) if layout.flatten else _readable(table, own)
        return [_refitted(piece, table, found, file) for file in made]
    except _DAMAGE:
        said = f"{piece.name} looks like {layout.title}, but is damaged inside"
        raise Refusal(said, mend="download it again, or see docs/your-data.md for what is read") from None


def _headed(table: _Found, folder: Path) -> Path:
    """Give a reader a file whose first row is the header."""
    found = textfiles.layout(table.path) if table.kind == "text" and table.skip else None
    if found is None or found.skip == table.skip:
        return table.path
    below = textfiles.layout(table.path, skip=table.skip)
    return textfiles.plain_copy(below, to=folder / table.path.name).file


def _refitted(piece: Piece, table: _Found, found: Match, file: Path) -> Recognised:
    """Find our columns in a file that a reader made."""
    if file == table.path:
        return Recognised(piece, found, (file,), table.header, table.skip, table.part)
    header = _parquet_header(replace(piece, path=file)) if file.suffix == ".parquet" else textfiles.layout(file).header
    anew = match(header, [replace(found.layout, signature=(), unlike=())])[0]
    used = set(anew.columns.values())
    ignored = tuple(name for name in found.ignored if name not in used)
    return Recognised(
        piece,
        Match(found.layout, anew.columns, found.evidence, ignored, anew.lacking),
        (file,),
        header,
        part=table.part,
    )


def _readable(table: _Found, folder: Path) -> tuple[Path, ...]:
    """Give a table as DuckDB can read it."""
    if table.kind != "json":
        return (table.path,)
    copy = Path(tempfile.mkdtemp(dir=folder)) / f"{table.path.stem}.csv"
    jsons.records_to_csv(table.path, copy, path=table.records)
    return (copy,)


def _tidy(table: _Found, piece: Piece) -> Match | None:
    """Recognise a tidy table by its columns: the one of its name if it fits, or that which needs and knows the most."""
    # `Likes` is ours, unless there is a column called likes.
    called = {plain_name(name): name for name in reversed(table.header)} | {name: name for name in table.header}
    stem, here = Path(piece.name).stem.partition("-")[0], {plain_name(name) for name in table.header}
    fitting = [name for name, one in TABLES.items() if set(one.required) <= here and _is_meant(name, stem, here)]
    if not fitting:
        return None
    best = max(fitting, key=lambda name: (len(here & set(TABLES[name].columns)), len(TABLES[name].required)))
    name = stem if stem in fitting else best
    columns = {ours: called[ours] for ours in TABLES[name].columns if ours in called}
    layout = Layout(
        name=f"{TIDY}{name}",
        title=f"a tidy table of {name}",
        table=name,
        signature=tuple((ours,) for ours in TABLES[name].required),
        fields={ours: Field((ours,)) for ours in TABLES[name].columns},
        zone_reason="tidy tables have times in UTC",
    )
    ignored = tuple(header for header in table.header if header not in columns.values())
    return Match(layout, columns, TABLES[name].required, ignored, tuple(set(layout.fields) - set(columns)))


def _is_meant(name: str, stem: str, here: set[str]) -> bool:
    """Tell whether a file that has what a table needs is one: by its name, or as most of its columns are ours."""
    known = here & set(TABLES[name].columns)
    return name in (stem, "posts", "accounts") or (len(known) > 1 and 2 * len(known) >= len(here))


def _refuse_drift(piece: Piece, tried: Sequence[_Found], layouts: Sequence[Layout]) -> None:
    """Refuse a table that has all but one column of an export, by the name of that column."""
    near: list[tuple[int, Layout, tuple[str, ...], tuple[str, ...]]] = []
    for table in tried:
        names = {plain_name(name) for name in table.header}
        for layout in (layout for layout in layouts if not layout.is_closed):  # people's own tables have no columns due
            gone = [group for group in layout.signature if not names & {plain_name(name) for name in group}]
            present = len(layout.signature) - len(gone)
            if len(gone) == 1 and present >= NEARLY and not names & {plain_name(name) for name in layout.unlike}:
                near.append((present, layout, gone[0], table.header))
    if not near:
        return
    _, layout, group, header = max(near, key=lambda one: one[0])
    hint = nearest(group[0], [name for name in header if name])
    is_foreign = any(plain_name(name) in translated() for name in header)
    way = f"set {layout.title.partition(',')[0]} to English and export it again; or s" if is_foreign else ""
    asked = "ay in a dataset.toml beside the file which column is which"
    raise Refusal(
        f"{piece.name} looks like {layout.title}, but has no column {group[0]!r}{hint}",
        [f"its columns are {listed([name for name in header if name][:SHOWN_NAMES])}"],
        f"{way or 'has the platform renamed it? Then s'}{asked}: make import FROM=... NAME=... PROPOSE=1 writes one to "
        "correct",
    )


def _unknown(piece: Piece, tables: Sequence[Sequence[_Found]]) -> Unknown:
    """Propose how the first table of an unknown file may be read."""
    for tried in tables:
        sample = _sampled(tried, Path(piece.name).name)
        if sample and sample.rows:
            other = (_folded(tried[0]) if tried[0].kind == "json" else "") or wide(sample.header)
            hint = other or foreign(sample)
            says = "a table of a layout that is not known" + (
                f": {told}" if (told := hint or _more(sample.header)) else ""
            )
            return Unknown(piece, sample.header, "" if other else propose(sample), says, hint)
    lone = [one.header[0] for tried in tables for one in tried[:1] if one.kind == "text" and len(one.header) == 1]
    whole = (
        "each of its rows is one cell, as where a program has put whole rows in quotation marks: take the file as it "
    )
    is_whole = any(max(map(name.count, ",;\t")) >= NAMED for name in lone)
    hint = f"{whole}came, or part the columns in a spreadsheet and save it again as CSV" if is_whole else ""
    return Unknown(piece, says="no table, or one without rows", hint=hint)


def _more(header: Sequence[str]) -> str:
    """Say which columns keep a list of accounts with their followers from being read as one."""
    from helpers.sources.readers import LAYOUTS

    lists = match(
        header, [replace(one, is_closed=False) for one in LAYOUTS if one.is_closed and one.table in OF_ACCOUNTS]
    )
    known = {plain_name(name) for name in lists[0].layout.fields["account_id"].names} if lists else set()
    more = [repr(name) for name in (lists[0].ignored if lists else ()) if plain_name(name) not in known]
    return f"to be read as a list of followers it would have to lack {listed(more[:SHOWN_LISTS])}" if more else ""


def _folded(table: _Found) -> str:
    """Say how to unfold records that hold many posts each, in lists side by side or in one list of records."""
    if jsons.shape(table.path) == "one":
        return _keyed(table.path)
    first = next(iter(jsons.records(table.path)), {})
    lengths = {key: len(value) for key, value in first.items() if isinstance(value, list) and not _holds_records(value)}
    size = next((size for size, lists in Counter(lengths.values()).items() if size > 1 and lists > 1), 0)
    side = [key for key, length in lengths.items() if size and length == size]
    if side:
        named = listed(side[:SHOWN_LISTS])
        return (
            f"its records hold lists side by side ({named}), with one entry for each post. Unfold them to one record "
            f"for each post, in Python: pandas.read_json(FILE).explode([{listed(map(repr, side))}]).to_csv('posts.csv')"
        )
    for key, value in first.items():
        if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict) and _are_posts(value):
            return (
                f"each of its records holds many posts, in the list {key!r}. Unfold them to one record for each post, "
                f"in Python: pandas.json_normalize(json.load(open(FILE)), {key!r}, meta=[KEY OF THE ACCOUNT])"
            )
    return ""


def _keyed(path: Path) -> str:
    """Say how to write records, or lists of records, as one list, where they stand under names instead."""
    whole = jsons.glimpsed(path)
    rows = [value[:1] if isinstance(value, list) else [value] for value in whole.values()]
    keys = [{*row[0]} for row in rows if row and isinstance(row[0], dict)]
    if len(whole) < NAMED or len(keys) < len(whole) or not (keys[0] and all(len(keys[0] & one) > 1 for one in keys)):
        return ""
    way = "json.load(open(FILE)).items()"
    if any(isinstance(value, list) for value in whole.values()):
        made = f"[{{'account_id': name, **row}} for name, rows in {way} for row in rows]"
    else:
        made = f"[{{'id': name, **row}} for name, row in {way}]"
    return (
        "its records stand under a name each, not in one list. Write them as one, with the name in each, in Python: "
        f"json.dump({made}, open('posts.json', 'w'))"
    )


def turned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Say that a table stands on its side, where the names of columns stand in its first column.

    Examples
    --------
    >>> turned(("", "0", "1"), (("post_id", "a", "b"), ("likes", "5", "7"), ("comments", "1", "2")))[:21]
    'it stands on its side'
    """
    ours = [plain_name(row[0]) for row in rows if row and meant(row[0], "posts")]
    above = [name for name in header[1:] if meant(name, "posts")]
    if len({*ours}) < NAMED or 2 * len(ours) < len(rows) or above:
        return ""
    return (
        "it stands on its side: its first column holds the names of columns. Turn it, in a spreadsheet with paste and "
        "transpose, or in Python: pandas.read_csv(FILE, index_col=0, header=None).T.to_csv('turned.csv', index=False)"
    )


def _holds_records(items: list) -> bool:
    """Tell whether a list has records or lists in it."""
    return any(isinstance(item, (dict, list)) for item in items)


def _are_posts(items: list) -> bool:
    """Tell whether the records in a list look like posts."""
    rows = [jsons.flat(item) for item in items if isinstance(item, dict)]
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    name, found = best(Table("", header, tuple(tuple(row.get(key, "") for key in header) for row in rows)))
    return name == "posts" and sum(ours in found for ours in TELLING["posts"]) > 1


def _sampled(tried: Sequence[_Found], name: str) -> Table | None:
    """Take the first rows of a table as texts."""
    if not tried:
        return None
    if tried[0].kind == "text":
        return _text_sample(tried, name)
    if tried[0].kind == "parquet":
        return Table(name, tried[0].header, _parquet_rows(tried[0].path))
    path = next(iter(_lists(tried[0])), "")
    header = jsons.header(tried[0].path, path=path) if path else tried[0].header
    records = map(jsons.flat, islice(jsons.records(tried[0].path, path=path), SAMPLE))
    return Table(name, header, tuple(tuple(row.get(key, "") for key in header) for row in records), records=path)


def _text_sample(tried: Sequence[_Found], name: str) -> Table | None:
    """Take the first rows under the widest header; None for prose with commas in it, whose rows differ in length."""
    best = max(tried, key=lambda table: (sum(map(bool, table.header)), -table.skip))
    found = textfiles.layout(best.path, skip=best.skip)
    width, rows = len(found.header), []
    with suppress(csv.Error, UnicodeDecodeError):
        rows += [cells for _, cells in islice(textfiles.rows(found), SAMPLE)]
    rows = [cells for cells in rows if _is_observation(cells)]
    filled = [cells + [""] * (width - len(cells)) for cells in rows if 2 * len(cells) >= width]
    named = [place for place, called in enumerate(found.header) if called]
    whole = tuple(tuple(cells[place] for place in named) for cells in filled if len(cells) == width)
    if len(named) < 2 or 2 * len(named) < width or len(whole) < EVEN * len(rows):
        return None
    return Table(name, tuple(found.header[place] for place in named), whole, found.skip, best.part)


def _is_observation(cells: Sequence[str]) -> bool:
    """Tell a row from an empty one and from one of totals, which are left out when the table is read."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return first != "" and first.casefold().rstrip(" :") not in totals()


def _parquet_rows(path: Path) -> tuple[tuple[str, ...], ...]:
    """Take the first rows of a Parquet file as texts."""
    import duckdb

    sql = f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet({literal(str(path))}) LIMIT {SAMPLE}"
    return tuple(tuple(cell or "" for cell in row) for row in duckdb.connect().execute(sql).fetchall())
