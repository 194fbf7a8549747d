"""How does JSON of any size become a table, in little memory?

Records are read one by one. Keys of keys are joined by dots, lists of plain values and of named tags by spaces; of a
list of other records the column has the length, and ``key/0.name`` what the first of them holds; where each names a
figure, as the insights of Meta's interfaces do, ``key:reach`` is that figure. Of labels that have a text and a moment
each, as in Meta's downloads, ``key:timestamp`` is the one moment, and ``key:title`` the title, whatever the language
of the labels. Of records in a list inside, ``^.name``
is what stands around the list, as the followers of an account stand around its posts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, TypeAlias

from helpers.base.refusals import Refusal
from helpers.reading.values import mended

SAMPLE = 200
"""Records that show which columns there are; keys that come later are found too, at the price of a second pass."""
DEPTH = 12
"""Keys within keys that are followed; exports have at most eight, and deeper ones would exhaust Python's stack."""
WIDTH = 5_000
"""Columns beyond which keys are not names of columns but values, such as ids."""
ONE_RECORD = 100_000_000
"""Bytes that a file of one record may have, as it is read at once; lists of records may have any size."""
OVER = "^"
"""The key under which records of a list inside have what stands around it."""
_TAG_KEYS = ("name", "text", "tag", "title", "hashtag", "hashtagName")
_LABEL = {"href", "value", "timestamp", "uri", "creation_timestamp", "title"}
"""What a label of Meta's downloads may have."""
_OPENING = 40  # parts of a file that show how pandas has laid it out
_EVENTS = 200_000  # of the parser, in which the first records of any list in one record are found
_Stream: TypeAlias = "IO[bytes] | _Recoded"
_GLIMPSE, _LOOKED = 1 << 16, 1 << 20
_ASSIGNMENT = re.compile(rb"\s*(?:window|var|let|const)?[ .]?[\w.$\[\]\"']{1,100}\s*=\s*(?=[\[{])")
_MEND = "download it again, whole"


def shape(file: Path) -> str | None:
    """Tell how JSON is laid out.

    Parameters
    ----------
    file : Path
        Any file.

    Returns
    -------
    {"list", "lines", "columns", "index", "split", "one"} or None
        A list of records, a record on each line, a table as pandas writes it by columns, by rows that are numbered, or
        split from its names, or one record; None when it does not begin like JSON.
    """
    with _opened(file) as stream:
        start = stream.read(_GLIMPSE).lstrip()
    if start[:1] == b"[":
        return "list" if start[1:].lstrip()[:1] in (b"{", b"]", b"") else None
    if not re.match(rb"\{\s*(\"|\}|$)", start):
        return None
    first, found, rest = start.partition(b"\n")
    if found and first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{":
        return "lines"
    return _of_pandas(file) or "one"


def _of_pandas(file: Path) -> str:
    """Tell how pandas has laid out a table in one record, its rows called by numbers; empty where it has not."""
    import ijson

    try:
        with _opened(file) as stream:
            parts = [*islice(ijson.basic_parse(stream), _OPENING)]
    except (ijson.JSONError, UnicodeDecodeError, ValueError, ArithmeticError):
        return ""
    keys = [(level, str(key)) for level, event, key in _levels(parts) if event == "map_key"]
    outer, inner = ([key for at, key in keys if at == level] for level in (1, 2))
    if outer[:2] == ["columns", "index"] and not inner:
        return "split"
    if {event for level, event, _ in _levels(parts) if level == 1} - {"map_key", "start_map", "end_map"} or not inner:
        return ""
    counted, named = ([key.isdecimal() for key in keys] for keys in (inner, outer))
    if all(counted) and not any(named) and max(level for level, *_ in _levels(parts)) <= 2:
        return "columns"
    return "index" if (outer[1:] or outer == ["0"]) and all(named) and not any(counted) else ""


def _levels(parts: Iterable[tuple[str, object]]) -> Iterator[tuple[int, str, object]]:
    """Give parts with the number of records and lists around them, that which begins one still outside it."""
    level = 0
    for event, value in parts:
        level -= event.startswith("end_")
        yield level, event, value
        level += event.startswith("start_")


def header(file: Path, *, path: str = "") -> tuple[str, ...]:
    """Name the columns that the first records have, in the order in which they come.

    Parameters
    ----------
    file : Path
        JSON: a list of records, a record on each line, or one record.
    path : str
        Keys joined by dots that lead to a list of records inside.

    Returns
    -------
    tuple of str
        Names as ``records_to_csv`` writes them.

    Raises
    ------
    Refusal
        When it is no JSON, or cut off among these records.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.json"
    >>> _ = file.write_text('[{"id": 1, "user": {"name": "a"}, "tags": ["x", "y"], "media": [{"kind": "photo"}]}]')
    >>> header(file)
    ('id', 'user.name', 'tags', 'media', 'media/0.kind')
    """
    names: dict[str, None] = {}
    if not path and shape(file) == "one":
        return tuple(flat(glimpsed(file)))
    for record in islice(records(file, path=path), SAMPLE):
        names.update(dict.fromkeys(flat(record)))
    return tuple(names)


def records(file: Path, *, path: str = "") -> Iterator[Mapping[str, object]]:
    """Read records one by one.

    Parameters
    ----------
    file : Path
        JSON in UTF-8 or UTF-16, also as the X archive has it, behind ``window.YTD.tweets.part0 =``.
    path : str
        Keys joined by dots that lead to a list of records inside. Where the list is missing there are none.

    Yields
    ------
    mapping
        Each record; what is no record in the list is passed over.

    Raises
    ------
    Refusal
        When it is no JSON or cut off; what came before has been given then.
    """
    import ijson

    form = shape(file)
    if form is None:
        raise Refusal(f"{file.name} is no JSON with records", mend=_MEND)
    if form in ("one", "columns") and not path and file.stat().st_size > ONE_RECORD:
        raise Refusal(
            f"{file.name} is one record of more than {ONE_RECORD // 10**6} MB", mend="give its parts as files"
        )
    if path and form in ("list", "lines"):
        yield from _in_each(file, path.split("."))
        return
    around = {OVER: over} if path and (over := _around(file, path.split("."))) else {}
    prefix = f"{path}.item" if path else "item" if form == "list" else ""
    with _opened(file) as stream:
        try:
            if form in _PANDAS and not path:
                yield from _PANDAS[form](stream)
                return
            for record in ijson.items(stream, prefix, multiple_values=form == "lines"):
                if isinstance(record, dict):
                    yield {**record, **around}
        except (ijson.JSONError, UnicodeDecodeError, ValueError, ArithmeticError, TypeError, AttributeError):
            # The parser's words quote the text, so they are not told.
            raise _broken(file) from None


def _in_each(file: Path, steps: list[str]) -> Iterator[Mapping[str, object]]:
    """Read the records in the same list of each record, with what stands around it."""
    for record in records(file):
        inside: object = record
        around: dict[str, object] = {}
        for step in steps:
            held = inside if isinstance(inside, dict) else {}
            around |= {key: value for key, value in held.items() if key != step and not isinstance(value, list)}
            inside = held.get(step)
        for item in inside if isinstance(inside, list) else ():
            if isinstance(item, dict):
                yield {**item, OVER: around} if around else item


def _around(file: Path, steps: list[str]) -> dict[str, object]:
    """Read what stands around a list in one record, the nearer of two of one name."""
    found: dict[str, tuple[int, object]] = {}
    for keys, value in _outside(file, file.stat().st_mtime_ns):
        shared = next((at for at, step in enumerate(steps) if keys[at : at + 1] != (step,)), len(steps))
        name = ".".join(keys[shared:])
        if name and shared >= found.get(name, (0,))[0]:
            found[name] = (shared, value)
    return {name: value for name, (_, value) in found.items()}


@lru_cache(maxsize=4)
def _outside(file: Path, _changed: int) -> tuple[tuple[tuple[str, ...], object], ...]:
    """Read the plain values in one record that are in no list, with the keys that lead to them."""
    import ijson

    found: list[tuple[tuple[str, ...], object]] = []
    keys: list[str] = []
    lists = 0
    with _opened(file) as stream:
        parts = ijson.basic_parse(stream)
        try:
            for event, value in parts if file.stat().st_size <= ONE_RECORD else islice(parts, _EVENTS):
                lists += (event == "start_array") - (event == "end_array")
                if event == "start_map":
                    keys.append("")
                elif event == "end_map":
                    keys.pop()
                elif event == "map_key":
                    keys[-1] = value
                elif not lists and not event.endswith("_array") and len(found) < WIDTH:
                    found.append((tuple(keys), value))
        except (ijson.JSONError, UnicodeDecodeError, ValueError, ArithmeticError, IndexError):
            return ()
    return tuple(found)


def _broken(file: Path) -> Refusal:
    """Say why something is no JSON: as Python writes and prints what it has, or cut off."""
    with file.open("rb") as stream:
        start = stream.read(_LOOKED)
    if re.search(rb"[:\[,]\s*(?:NaN|-?Infinity)\b", start):
        said = f"{file.name} holds NaN or Infinity, for which JSON has no word"
        return Refusal(said, mend=f"write null for what is unknown, or {_MEND}")
    if re.match(rb"\s*(?:\xef\xbb\xbf)?[\[\s]*\{\s*'", start):
        said = f"{file.name} is what Python prints, with single quotation marks, and no JSON"
        return Refusal(said, mend="write it with json.dump, or save the table as CSV")
    return Refusal(f"{file.name} is cut off, damaged or no JSON", mend=_MEND)


def _by_columns(stream: _Stream) -> Iterator[Mapping[str, object]]:
    """Give the rows of {"likes": {"0": 5, "1": 7}}."""
    import ijson

    columns = next(ijson.items(stream, ""))
    rows = [*dict.fromkeys(key for cells in columns.values() for key in cells)]
    for row in rows:
        yield _indexed(row, rows[0], {name: cells.get(row) for name, cells in columns.items()})


def _by_rows(stream: _Stream) -> Iterator[Mapping[str, object]]:
    """Give the rows of {"0": {"likes": 5}, "1": {"likes": 7}}."""
    import ijson

    first = ""
    for row, record in ijson.kvitems(stream, ""):
        first = first or row
        if isinstance(record, dict):
            yield _indexed(row, first, record)


def _indexed(row: str, first: str, record: Mapping[str, object]) -> Mapping[str, object]:
    """Keep what a row is called, unless rows are counted from 0: it may be an id."""
    return record if first == "0" else {"index": row, **record}


def _split(stream: _Stream) -> Iterator[Mapping[str, object]]:
    """Give the rows of {"columns": ["likes"], "index": [0, 1], "data": [[5], [7]]}."""
    import ijson

    names: list[str] = []
    for key, value in ijson.kvitems(stream, ""):
        names = [str(name) for name in value] if key == "columns" else names
        yield from (dict(zip(names, row, strict=True)) for row in (value if key == "data" else ()))


_PANDAS = {"columns": _by_columns, "index": _by_rows, "split": _split}


def glimpsed(file: Path) -> Mapping[str, object]:
    """Read the beginning of a file of one record, as far as its lists do not get too long.

    Parameters
    ----------
    file : Path
        JSON of one record.

    Returns
    -------
    mapping
        The record, or its beginning.
    """
    import ijson

    built = ijson.ObjectBuilder()
    with _opened(file) as stream:
        try:
            for event, value in islice(ijson.basic_parse(stream), _EVENTS):
                built.event(event, value)
        except (ijson.JSONError, UnicodeDecodeError, ValueError, ArithmeticError):
            raise _broken(file) from None
    return built.value if isinstance(built.value, dict) else {}


def flat(record: Mapping[str, object]) -> dict[str, str]:
    """Write a record as cells.

    Parameters
    ----------
    record : mapping
        A record with records in it.

    Returns
    -------
    dict of str to str
        Keys joined by dots, and texts; nothing and empty lists are empty.

    Examples
    --------
    >>> flat({"id": 7, "likes": None, "stats": {"play": True}, "replies": [{"by": "a"}, {"by": "b"}]})
    {'id': '7', 'likes': '', 'stats.play': 'true', 'replies': '2', 'replies/0.by': 'a'}
    """
    cells: dict[str, str] = {}
    _flatten(record, "", DEPTH, cells)
    return cells


def _flatten(record: Mapping[str, object], before: str, depth: int, cells: dict[str, str]) -> None:
    """Add a record's cells."""
    for key, value in record.items():
        name = f"{before}{mended(key)}"
        if isinstance(value, dict):
            cells.update((f"{name}:{called}", told) for called, told in _labelled(value))
            if depth:
                _flatten(value, f"{name}.", depth - 1, cells)
        elif isinstance(value, list) and (tags := _tags(str(key), value)):
            cells[name] = tags
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            cells[name] = str(len(value))
            if depth and isinstance(value[0], dict):
                _flatten(value[0], f"{name}/0.", depth - 1, cells)
            cells.update((f"{name}:{called}", figure) for called, figure in _figures(value))
        elif isinstance(value, list):
            cells[name] = " ".join(_written(item) for item in value)
        else:
            cells[name] = _written(value)


def _tags(key: str, items: list) -> str:
    """Write a list of tags that are records with a name as words; empty where it is none."""
    if not key.casefold().endswith("tags"):
        return ""
    named = [
        next((item[name] for name in _TAG_KEYS if item.get(name)), None) for item in items if isinstance(item, dict)
    ]
    is_whole = len(named) == len(items) and all(isinstance(name, str) for name in named)
    return " ".join("_".join(str(name).split()) for name in named) if is_whole else ""


def _labelled(labels: dict) -> Iterator[tuple[str, str]]:
    """Give the moment and the title of labels, where one of them has it."""
    told = [label for label in labels.values() if isinstance(label, dict) and {*label} <= _LABEL]
    for name in ("timestamp", "title") if told and len(told) == len(labels) else ():
        found = {_written(label[name]) for label in told if label.get(name)}
        if len(found) == 1:
            yield name, found.pop()


def _figures(items: list) -> Iterator[tuple[str, str]]:
    """Give the figures in a list of records that name them, as {"name": "reach", "values": [{"value": 5}]} does."""
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            values = item.get("values")
            inner = values[0] if isinstance(values, list) and len(values) == 1 else item
            figure = inner.get("value") if isinstance(inner, dict) else None
            if isinstance(figure, (int, float, str, Decimal)):
                yield item["name"], _written(figure)


def _written(value: object) -> str:
    """Write a plain value; NUL characters, which no text needs and no table takes, go."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\x00", "")


def records_to_csv(file: Path, to: Path, *, path: str = "") -> int:
    """Write the records of a JSON file as CSV, in memory that does not grow with the file.

    Parameters
    ----------
    file : Path
        JSON as ``records`` reads it.
    to : Path
        The CSV file, UTF-8 with commas.
    path : str
        Keys joined by dots that lead to a list of records inside.

    Returns
    -------
    int
        How many records there are. Without any the file has the header alone, or nothing.

    Raises
    ------
    Refusal
        When it is no JSON, cut off, or has more than 5,000 different keys.
    """
    names = dict.fromkeys(header(file, path=path))
    first, written = len(names), 0
    rows = to.with_name(f"{to.name}.part")
    with rows.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for record in records(file, path=path):
            cells = flat(record)
            names.update(dict.fromkeys(cells))
            if len(names) > WIDTH:
                raise Refusal(
                    f"{file.name} has more than {WIDTH:,} different keys",
                    mend="its keys seem to be values, such as ids: write them into records of their own",
                )
            writer.writerow([cells.get(name, "") for name in names])
            written += 1
    _head(rows, to, tuple(names), is_even=len(names) == first)
    rows.unlink()
    return written


def _head(rows: Path, to: Path, names: tuple[str, ...], *, is_even: bool) -> None:
    """Write the header and under it the rows, filled up where columns were found after them."""
    with rows.open(encoding="utf-8", newline="") as given, to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(name.replace("\x00", "") for name in names)
        if is_even:
            while chunk := given.read(_GLIMPSE):
                out.write(chunk)
        else:
            for cells in csv.reader(given):
                writer.writerow([*cells, *[""] * (len(names) - len(cells))])


@contextmanager
def _opened(file: Path) -> Iterator[_Stream]:
    """Open JSON as UTF-8 without a byte order mark, from where it begins."""
    with file.open("rb") as stream:
        start = stream.read(_GLIMPSE)
        stream.seek(0)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield _Recoded(stream)
            return
        mark = 3 if start.startswith(b"\xef\xbb\xbf") else 0
        assigned = _ASSIGNMENT.match(start, mark)
        stream.seek(assigned.end() if assigned else mark)
        yield stream


class _Recoded:
    """UTF-16 read as the UTF-8 that the parser needs."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-16", errors="replace")

    def read(self, size: int = -1) -> bytes:
        """Read about so many characters."""
        return self._text.read(size).encode("utf-8", errors="replace")
