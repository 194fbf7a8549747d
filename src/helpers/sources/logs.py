"""When did the events in a file of a personal data download happen?

Of a record only its time is taken; what says that it is an advertisement, or no video, is looked at and not kept.
Everything else, messages too, streams past: no text, no name and no link is kept.
"""

from __future__ import annotations

import csv
import re
from array import array
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getreader
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import SEEK_CUR
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from helpers.base.refusals import Refusal
from helpers.reading.textfiles import LONGEST_CELL
from helpers.sources.events import ANY, EACH, LOOKED, SOURCES, Source, in_english, page

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Older times are a default or a fault: none of the platforms existed."""

Cell = str | float | Decimal
"""What stands at a key of a record, or in a column."""

EMPTY = ""
"""What is met in a section where nothing stands in it."""

_OPENING = 2_000  # parts of a file in which its first record is found
_DEEPEST = 100  # levels; real downloads have fewer than 10


@dataclass
class Log:
    """The events of one kind in one file.

    Parameters
    ----------
    file : str
        The file's name.
    source : Source
        What they are.
    events : int
        How many there are.
    times : array of float
        Seconds since 1970 (UTC) of those that are kept.
    dropped : Counter
        Events left out, by rule.
    span : tuple of float
        First and last time as recorded; empty where there is none.
    doubtful : int
        Of the events, those that nothing but the file says to be of this kind.
    found : bool
        Whether the file has a place for such events at all, so that none means 0.
    """

    file: str
    source: Source
    events: int = 0
    times: array[float] = field(default_factory=lambda: array("d"))
    dropped: Counter[str] = field(default_factory=Counter)
    span: tuple[float, ...] = ()
    doubtful: int = 0
    found: bool = True

    def keep(self, wanted: Callable[[float], bool], rule: str) -> None:
        """Keep the times that are wanted, and count the others under a rule."""
        kept = array("d", filter(wanted, self.times))
        if gone := len(self.times) - len(kept):
            self.dropped[rule] += gone
        self.times = kept


def sources_of(name: str, path: Path | None = None) -> tuple[Source, ...]:
    """Find the kinds of events that a file holds, by its name and how it begins.

    Parameters
    ----------
    name : str
        The file's name; the folder does not matter.
    path : Path, optional
        Where it is. Without it only names that belong to one platform alone count.
    """
    file = page(name).name
    endings = {it: it.ending or ".json" * bool(it.signs) for it in SOURCES}
    named = [it for it, end in endings.items() if file in it.files or (end and file.endswith(end))]
    keys = set(opening(name, path)) if named and path is not None else set()
    return tuple(source for source in named if source.is_in(file, keys))


def opening(name: str, path: Path) -> tuple[str, ...]:
    """Read the keys with which a JSON file begins, or the columns of a CSV file; none where it is neither."""
    found: list[str] = []
    try:
        with _open(path) as stream:
            if page(name).suffix == ".csv":
                rows = _rows(stream)
                found += next(rows, ())  # kept where a row below cannot be read
                found[:] = in_english(found, [*islice(rows, LOOKED)])
            else:
                found.extend(_first_keys(stream))
    except (ValueError, csv.Error, _broken()):
        pass
    return tuple(found)


def read_log(name: str, path: Path, sources: Sequence[Source], *, today: date) -> list[Log]:
    """Read the times of a file's events, in memory that does not grow with their texts.

    Parameters
    ----------
    name : str
        The file's name.
    path : Path
        Where it is.
    sources : sequence of Source
        The kinds of events that it holds.
    today : date
        The day of reading; times after the day that follows are faults.

    Returns
    -------
    list of Log
        One for each kind. Dropped are events without a time that can be read, those of before 2000, those of after
        tomorrow, and advertisements.

    Raises
    ------
    Refusal
        When the file is cut off or damaged.
    """
    file = page(name).name
    logs = {
        source: Log(name, source, found=not source.sections and (not source.sort or file in source.files))
        for source in sources
    }
    latest = datetime.combine(today + timedelta(days=2), time(), UTC).timestamp()
    try:
        with _open(path) as stream:
            for source, record in _records(stream, sources, lambda source: setattr(logs[source], "found", True)):
                _add(logs[source], record, latest)
    except (ValueError, csv.Error, _broken()) as fault:
        raise Refusal(
            f"{name} cannot be read",
            ["it is cut off, damaged or no JSON or CSV in UTF-8"],
            "unpack the download again, or ask the platform for a new one",
        ) from fault
    for log in logs.values():
        log.span = (min(log.times), max(log.times)) if log.times else ()
    return list(logs.values())


def moment(value: Cell) -> float | None:
    """Read a time as seconds since 1970 (UTC); None where there is none.

    Parameters
    ----------
    value : str, float or Decimal
        Seconds since 1970, or ``2024-05-01T12:34:56Z`` or ``2024-05-01 12:34:56 UTC``; a time that names no zone is
        UTC, as all downloads have it. A day alone is no time.

    Examples
    --------
    >>> moment("2024-05-01 12:34:56 UTC") == moment("2024-05-01T12:34:56Z") == moment(1714566896)
    True
    """
    if isinstance(value, str):
        text = value.strip().removesuffix("UTC").rstrip()
        try:
            if len(text) >= len("2024-05-01 12:34"):
                read = datetime.fromisoformat(text)
                return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
            value = int(text)
        except ValueError:
            return None
    return float(min(max(value, -1e15), 1e15)) or None


def _add(log: Log, record: Mapping[str, Sequence[Cell]], latest: float) -> None:
    """Add the events of a record: one for the record itself, or one for each element of a list in it."""
    source = log.source
    inner = [value for keys in source.times if EACH in keys for value in record.get(keys, ())]
    own = [value for keys in source.times if EACH not in keys for value in record.get(keys, ())]
    listed = all(EACH in keys for keys in source.times)
    found = [moment(value) for value in inner]
    if source.is_one or (not inner and not listed):
        found = [next(filter(None, map(moment, [*own, *inner])), None)]
    why = source.sort(record) if source.sort else ""
    if why is None:
        return
    log.found = True
    log.events += len(found)
    where, words = source.advertised
    said = " ".join(str(value) for value in record.get(where, ())).casefold()
    if source.kind == "advertisement" or any(re.search(rf"\b{word}\b", said) for word in words):
        log.dropped["advertisement"] += len(found)
        return
    if why:
        log.dropped[why] += len(found)
        return
    log.doubtful += len(found) if source.doubt and source.doubt(record) else 0
    for at in found:
        if rule := _fault(at, latest):
            log.dropped[rule] += 1
        elif at is not None:
            log.times.append(at)


def _fault(at: float | None, latest: float) -> str:
    """Name the rule by which a time is no observation."""
    if at is None:
        return "no time"
    if at < EARLIEST.timestamp():
        return "before 2000"
    return "after the day of reading" if at >= latest else ""


def _records(
    stream: IO[bytes], sources: Sequence[Source], seen: Callable[[Source], None]
) -> Iterator[tuple[Source, dict[str, list[Cell]]]]:
    """Stream what is looked at of each record, by its place in the declaration; tell of sources whose list is there."""
    if not any(source.lists for source in sources):
        csv.field_size_limit(LONGEST_CELL)
        rows = _rows(stream, strict=True)
        header, first = next(rows, []), list(islice(rows, LOOKED))
        columns = in_english(header, first)
        for row in (dict(zip(columns, cells, strict=False)) for cells in chain(first, rows)):
            for source in sources:
                yield source, {column: [row[column]] for column in source.times if row.get(column)}
        return
    wanted: dict[tuple[str, ...], list[Source]] = {}
    for source in sources:
        for path in source.records:
            wanted.setdefault(path, []).append(source)
    sections: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        for section, key in source.sections:
            for place in ((section, key), (section, EMPTY)):
                sections.setdefault(place, []).append(source)

    def met(section: str, key: str) -> None:
        for source in sections.get((section.casefold(), key.casefold()), ()):
            seen(source)

    yield from _json_records(stream, wanted, met)


def _json_records(
    stream: IO[bytes], wanted: Mapping[tuple[str, ...], Sequence[Source]], met: Callable[[str, str], None]
) -> Iterator[tuple[Source, dict[str, list[Cell]]]]:
    """Walk through a JSON file once, with the keys that lead to where we are; tell of lists and of empty sections.

    A section in which something else stands than the list that is looked for was laid out anew, and tells of nothing.
    """
    ends = {keys[-1] for sources in wanted.values() for source in sources for keys in source.places}
    path: list[str] = []
    record: dict[str, list[Cell]] = {}
    here: Sequence[Source] = ()
    depth, last = 0, ""
    for event, value in _parts(stream):
        before, last = last, event
        if not here and _is_empty(before, event):
            met(path[max(len(path) - 2, 0)] if event == "end_map" else path[-1], EMPTY)
        if event == "map_key":
            path[-1] = value
            if not here and len(path) > 1:
                met(path[-2], value)
        elif event in ("start_map", "start_array"):
            if not here and event == "start_map" and (here := _standing_at(path, wanted)):
                record, depth = {}, len(path)
            path.append("" if event == "start_map" else EACH)
            if len(path) > _DEEPEST:
                raise ValueError("nested too deeply")
        elif event in ("end_map", "end_array"):
            path.pop()
            if here and len(path) == depth:
                yield from ((source, record) for source in here)
                here = ()
        elif not here or event not in ("string", "number") or path[-1] not in ends:
            continue
        elif place := _place(path[depth:], here):
            record.setdefault(place, []).append(value)


def _is_empty(before: str, event: str) -> bool:
    """Tell whether what is met says that no map with keys stands at a key."""
    return event == "end_map" if before == "start_map" else before == "map_key" and event != "start_map"


def _standing_at(path: Sequence[str], wanted: Mapping[tuple[str, ...], Sequence[Source]]) -> Sequence[Source]:
    """Find the sources of which a record stands at a path: exactly there, or at its end under any keys."""
    if not path or path[-1] != EACH:
        return wanted.get(tuple(path), ())
    plain = tuple(key.casefold() for key in path)
    ends = (wanted.get((ANY, *plain[start:])) for start in range(len(plain)))
    return wanted.get(plain) or next(filter(None, ends), ())


def _place(path: Sequence[str], sources: Sequence[Source]) -> str:
    """Find the place in the declaration that a path inside a record has."""
    fits = (keys for source in sources for keys in source.places if len(keys) == len(path))
    return next(("/".join(keys) for keys in fits if all(k in (ANY, p) for k, p in zip(keys, path, strict=True))), "")


def _first_keys(stream: IO[bytes]) -> Iterator[str]:
    """Give the keys of a file's root, or of the first record of a list, and the paths of those inside."""
    path: list[str] = []
    level = 1
    for number, (event, value) in enumerate(islice(_parts(stream), _OPENING)):
        if number == 0 and event == "start_array":
            level = 2
        if event.startswith("start_"):
            path.append("" if event == "start_map" else EACH)
        elif event.startswith("end_"):
            path.pop()
        elif event == "map_key":
            path[-1] = value
            yield "/".join(path[level - 1 :])
        if level == 2 and event == "end_map" and len(path) == 1:
            return


def _parts(stream: IO[bytes]) -> Iterable[tuple[str, Any]]:
    """Give what the parser meets: a text for keys and strings, an int or Decimal for numbers."""
    import ijson

    return ijson.basic_parse(stream)


def _broken() -> type[Exception]:
    import ijson

    return ijson.JSONError


def _open(path: Path) -> IO[bytes]:
    """Open a file behind its byte order mark."""
    stream = path.open("rb")
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    return stream


def _rows(stream: IO[bytes], *, strict: bool = False) -> Iterator[list[str]]:
    """Give the rows of a table that have a cell, as a platform writes it or as a spreadsheet saves it again."""
    lines = filter(str.strip, _lines(stream))
    header = next(lines, "")
    mark = max(",;\t", key=header.count)
    return filter(any, csv.reader(chain([header], lines), delimiter=mark, strict=strict))


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Decode lines, with line breaks inside cells."""
    start = stream.read(2)
    stream.seek(-len(start), SEEK_CUR)
    if start in (BOM_UTF16_LE, BOM_UTF16_BE):
        return iter(getreader("utf-16")(stream))
    return (line.decode("utf-8") for line in stream)
