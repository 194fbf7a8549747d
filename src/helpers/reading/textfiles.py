"""How is a delimited text file laid out: encoding, delimiter, header, and on which line is a row?"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from helpers.base.words import counted, listed
from helpers.reading.values import mended, visible
from helpers.tables import SHOWN

LONGEST_CELL = 1 << 24
"""Characters that a cell may have; Python's own limit of 131,072 is below long posts with their lists of tags."""
csv.field_size_limit(LONGEST_CELL)

WIDE = "a text in UTF-16 or UTF-32, without a mark that is read"
NARROW = 'save it as CSV (UTF-8), or state encoding = "utf-16-le" for it in a dataset.toml'
_WIDE, _MOSTLY_NUL = 4_096, 0.5  # bytes looked at, and the share of NUL in every second of them, as in letters of Latin
_CHUNK = 1 << 18  # stays in the processor's cache: looking for NUL bytes takes a quarter of the time of 4 MB
_SAMPLE = 1 << 16
_LATIN = ("cp1252", "cp1250")
_OTHERS = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp932", "gb18030", "big5", "euc_kr")
FOOTERS = 3
"""Lines of one cell that may stand under a table, such as "Showing top 500 results"."""
_TELLING = 500  # lines that are shown to charset-normalizer
_COHERENT = 10  # percent of what makes a language; a few sentences in their own encoding have 18 and more
_DELIMITERS = (",", ";", "\t", "|")
_CELLS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\"[^\"\n]{1,80}\"|[A-Za-z_][\w .-]{0,80})[,;\t|]")
_NAME = 200  # bytes in which the first name of a table ends
_SEP = re.compile(r"\"?sep=(.)\"?\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a text file is to be read.

    Parameters
    ----------
    file : Path
        The file.
    encoding : str
        A codec that takes care of a byte order mark.
    delimiter : str
        What stands between cells.
    header : tuple of str
        The names in the first row, without space around them.
    notes, faults : tuple of str
        What was decided, and what makes the file unreadable.
    skip : int
        Lines above the header.
    """

    file: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    skip: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB reads the file as it is; line breaks in its header may hide every row from it."""
        breaks = any(sign in name for name in self.header for sign in "\r\n")
        return self.encoding == "utf-8-sig" and not self.skip and not breaks


def is_cells(file: Path) -> bool:
    """Tell whether a file begins as a table of text, whatever its name says: with a name and what parts cells.

    Neither JSON nor Parquet begins so.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "posts.json"
    >>> [is_cells(file) for text in ("post_id;likes", '"post id",likes', '["a", 1]', "[{") if file.write_text(text)]
    [True, True, False, False]
    """
    with file.open("rb") as stream:
        return _CELLS.match(stream.read(_NAME)) is not None


def layout(file: Path, *, encoding: str | None = None, delimiter: str | None = None, skip: int = 0) -> Layout:
    """Find out how a text file is laid out, from its bytes.

    Parameters
    ----------
    file : Path
        A CSV or another delimited text file.
    encoding, delimiter : str, optional
        What the person who has the file says.
    skip : int
        Lines above the header. A first line such as ``sep=;``, which names the delimiter, is found without.

    Returns
    -------
    Layout
        With faults instead of an exception, so that all of them can be told at once.
    """
    found, notes, faults = _encoding(file, encoding)
    if faults:
        return Layout(file, found, delimiter or ",", (), faults=tuple(faults))
    with file.open(encoding=found, errors="replace", newline="") as text:
        sample = text.read(_SAMPLE)
    stated = _SEP.match(sample)
    skip = max(skip, 1 if stated else 0)
    body = "".join(islice(io.StringIO(sample, newline=""), skip, None))
    mark = delimiter or (stated[1] if stated else _delimiter(body, cut=len(sample) == _SAMPLE))
    try:
        header = next(csv.reader(io.StringIO(body, newline=""), delimiter=mark), [])
    except csv.Error:
        return Layout(file, found, mark, (), faults=(f"{file.name}: its first row cannot be read as CSV",))
    names = tuple(visible(mended(name)) for name in header)
    if not any(names):
        faults = [f"{file.name} is empty: it has not even a header"]
    return Layout(file, found, mark, names, tuple(notes), tuple(faults), skip)


def _encoding(file: Path, stated: str | None) -> tuple[str, list[str], list[str]]:
    """Decide the encoding: (codec, notes, faults)."""
    with file.open("rb") as stream:
        start = stream.read(_WIDE)
    if is_wide(start) and not stated:
        return "utf-8-sig", [], [f"{file.name} is {WIDE}: {NARROW}"]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", [f"{file.name}: UTF-16"], _undecodable(file, "utf-16")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"PAR1")):
        return "utf-8-sig", [], [f"{file.name} is not text, whatever its name says: save the table as CSV (UTF-8)"]
    named = codecs.lookup(stated).name if stated else "utf-8"
    if named != "utf-8":
        wide = named.startswith(("utf-16", "utf-32"))  # in which every other byte may be NUL
        return named, [], _undecodable(file, named) + ([] if wide else _nul(file))
    good, nul = _scan(file)
    if nul:
        return "utf-8-sig", [], [f"{file.name}: damaged, NUL bytes from line {nul:,} on; save or download it again"]
    if good:
        return "utf-8-sig", [], []
    if stated:
        return "utf-8-sig", [], [f"{file.name} is not {stated}, as dataset.toml states"]
    last = next(codec for codec in (*_other_script(file), "cp1252", "latin-1") if not _undecodable(file, codec))
    said = f'{file.name} is not UTF-8: read as {last}; accents may be wrong, state encoding = "..." in dataset.toml'
    return last, [said], []


def _other_script(file: Path) -> list[str]:
    """Name the encoding of a text that is not in Latin letters; for these cp1252 is the likeliest anyway.

    charset-normalizer decides, and is believed where it finds a language in the letters.
    """
    from charset_normalizer import from_bytes

    telling = (line for chunk in _chunks(file) for line in chunk.splitlines() if not line.isascii())
    found = from_bytes(b"\n".join(islice(telling, _TELLING)), cp_isolation=[*_LATIN, *_OTHERS]).best()
    if found is None or found.percent_coherence < _COHERENT or found.encoding in _LATIN:
        return []
    return [found.encoding]


def _chunks(file: Path) -> Iterator[bytes]:
    """Read a file piece by piece."""
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _scan(file: Path) -> tuple[bool, int]:
    """Tell whether the bytes are UTF-8, and on which line the first NUL stands (0 for none)."""
    decoder, good = codecs.getincrementaldecoder("utf-8")(), True
    for before, chunk in enumerate(_chunks(file)):
        if (nul := chunk.find(0)) >= 0:
            lines = sum(earlier.count(b"\n") for earlier in islice(_chunks(file), before))
            return good, lines + chunk.count(b"\n", 0, nul) + 1
        if not good or (chunk.isascii() and not decoder.getstate()[0]):
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            good = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        good = False
    return good, 0


def _nul(file: Path) -> list[str]:
    """Find NUL bytes in a file of one-byte characters."""
    _, line = _scan(file)
    return [f"{file.name}: damaged, NUL bytes from line {line:,} on; save or download it again"] if line else []


def _undecodable(file: Path, codec: str) -> list[str]:
    """Say whether bytes do not fit an encoding."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:  # also of a mark that is not there
        return [f"{file.name} is not {codec}"]
    return []


def is_wide(start: bytes) -> bool:
    """Tell whether a file begins as a text of two or four bytes for each character, in a form that is not read.

    Examples
    --------
    >>> is_wide("post_id,likes".encode("utf-16-le")), is_wide(b"post_id,likes")
    (True, False)
    """
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return True
    nuls = sorted(half.count(0) / max(len(half), 1) for half in (start[:_WIDE:2], start[1:_WIDE:2]))
    is_marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return nuls[0] == 0 and nuls[1] > _MOSTLY_NUL and not is_marked


def _delimiter(sample: str, *, cut: bool) -> str:
    """Choose the delimiter under which the most rows have as many cells as the header."""
    best, score = ",", (0.0, 1)
    for mark in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=mark) if row]
        except csv.Error:
            continue
        rows = rows[:-1] if cut else rows
        width = len(rows[0]) if rows else 0
        if width > 1:
            found = (sum(len(row) == width for row in rows) / len(rows), width)
            best, score = (mark, found) if found > score else (best, score)
    return best


def rows(found: Layout) -> Iterator[tuple[int, list[str]]]:
    """Read the rows under the header one by one, with the line on which each begins.

    Parameters
    ----------
    found : Layout
        The file's layout.

    Yields
    ------
    tuple of int and list of str
        Physical line number from 1, and the cells. Blank lines are passed over, as DuckDB does.
    """
    with found.file.open(encoding=found.encoding, newline="") as text:
        for _ in range(found.skip):
            text.readline()
        reader = csv.reader(text, delimiter=found.delimiter, strict=True)
        next(reader, None)
        line = found.skip + reader.line_num
        for cells in reader:
            if cells or len(found.header) == 1:
                yield line + 1, cells
            line = found.skip + reader.line_num


def malformed(found: Layout) -> list[str]:
    """Say which rows do not fit the header, or where quoting breaks off.

    Rows that lack some cells at their end are read as though these were empty, as every spreadsheet does. At fault are
    rows with fewer than half of the cells, but for lines under the table, parts of one row that a line break has cut,
    and a last row that ends in the middle.

    Parameters
    ----------
    found : Layout
        The file's layout.

    Returns
    -------
    list of str
        Faults with counts and line numbers; empty when every row fits.
    """
    uneven = _uneven(found)
    # Beside rows that are too long, those that are too short are parts of broken ones.
    is_whole = not (uneven.long or uneven.breaks_after)
    short = _broken(uneven, cut=_is_cut(found)) if is_whole else [row.line for row in uneven.short]
    faults = []
    if uneven.breaks_after:
        said = f"a quotation mark is opened and not closed, or not doubled, after line {uneven.breaks_after:,}"
        faults.append(f"{found.file.name}: {said}")
    is_last = len(short) > 1 and {row.place for row in uneven.short if row.line in short} >= set(
        range(uneven.size - len(short), uneven.size)
    )
    other = "; if they are a second table, save it as a file of its own" if is_last else ""
    for kind, at, more in (("fewer", short, other), ("more", uneven.long, "")):
        if at:
            said = f"{counted(len(at), 'row')} with {kind} cells than the header, which has {uneven.width}"
            faults.append(f"{found.file.name}: {said} ({lines(at)}){more}")
    return faults


def lacking(found: Layout) -> list[str]:
    """Say how many rows lack cells at their end, in a file without faults.

    Parameters
    ----------
    found : Layout
        The file's layout.

    Returns
    -------
    list of str
        One note, or none.
    """
    at = [row.line for row in _uneven(found).short if row.cells > 1]
    return [f"{counted(len(at), 'row')} without the last cells, taken as empty ({lines(at)})"] if at else []


@dataclass(frozen=True)
class _Short:
    """A row with fewer cells than the header: its place among the rows, its line, and how many cells it has."""

    place: int
    line: int
    cells: int


@dataclass
class _Uneven:
    """The rows of a file that do not have as many cells as the header."""

    width: int
    short: list[_Short]
    long: list[int]
    size: int = 0
    breaks_after: int = 0


def _uneven(found: Layout) -> _Uneven:
    """Look at the length of every row."""
    uneven, line = _Uneven(len(found.header), [], []), 1
    try:
        for line, cells in rows(found):
            if len(cells) < uneven.width and any(cell.strip() for cell in cells):
                uneven.short.append(_Short(uneven.size, line, len(cells)))
            elif any(cells[uneven.width :]):
                uneven.long.append(line)
            uneven.size += 1
    except csv.Error:
        uneven.breaks_after = line
    return uneven


def _broken(uneven: _Uneven, *, cut: bool) -> list[int]:
    """Name the lines of short rows that are more than rows without their last cells."""
    found: set[int] = set()
    run: list[_Short] = []
    ends = {uneven.size - 1 - back for back in range(FOOTERS)}
    for row in uneven.short:
        if 2 * row.cells < uneven.width and not (row.cells == 1 and row.place in ends):
            found.add(row.line)
        run = [*run, row] if run and run[-1].place + 1 == row.place else [row]
        if len(run) > 1 and sum(part.cells for part in run) - len(run) + 1 == uneven.width:
            found |= {part.line for part in run}
    if cut and uneven.short and (last := uneven.short[-1]).place == uneven.size - 1 and last.cells > 1:
        found |= set() if any(row.cells == last.cells for row in uneven.short[:-1]) else {last.line}
    return sorted(found)


def _is_cut(found: Layout) -> bool:
    """Tell whether a file does not end with the end of a line."""
    with found.file.open("rb") as stream:
        stream.seek(max(0, found.file.stat().st_size - 2))
        end = stream.read()
    return b"\n" not in end and b"\r" not in end


def lines(numbers: Sequence[int], word: str = "line") -> str:
    """Name line numbers, the first ten of them.

    Examples
    --------
    >>> lines([3, 7])
    'lines 3, 7'
    """
    more = " ..." if len(numbers) > SHOWN else ""
    return f"{word}{'' if len(numbers) == 1 else 's'} {listed(f'{number}' for number in numbers[:SHOWN])}{more}"


def line_numbers(found: Layout, wanted: Sequence[int]) -> list[int]:
    """Find the lines on which rows begin.

    Parameters
    ----------
    found : Layout
        The file's layout.
    wanted : sequence of int
        Positions of rows under the header, from 0, ascending.

    Returns
    -------
    list of int
        Physical line numbers from 1; captions that run over several lines are counted as they stand in the file.
    """
    remaining, places = set(wanted), []
    for place, (line, _) in enumerate(rows(found)):
        if place in remaining:
            places.append(line)
            if len(places) == len(remaining):
                break
    return places


def recoded(found: Layout, *, to: Path) -> Layout:
    """Write a file anew as UTF-8 with its header in one line, and nothing else changed, which is quick.

    Parameters
    ----------
    found : Layout
        The file's layout.
    to : Path
        Where the copy is written.

    Returns
    -------
    Layout
        The layout of the copy, whose rows may still not fit its header.
    """
    with (
        found.file.open(encoding=found.encoding, newline="") as text,
        to.open("w", encoding="utf-8", newline="") as out,
    ):
        for _ in range(found.skip):
            text.readline()
        next(csv.reader(text, delimiter=found.delimiter), None)
        header = [" ".join(name.split()) for name in found.header]
        csv.writer(out, delimiter=found.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(header)
        shutil.copyfileobj(text, out, _CHUNK)
    return Layout(to, "utf-8-sig", found.delimiter, found.header)


def plain_copy(found: Layout, *, to: Path) -> Layout:
    """Write a file anew as UTF-8 with commas, so that DuckDB reads it.

    Parameters
    ----------
    found : Layout
        The file's layout.
    to : Path
        Where the copy is written.

    Returns
    -------
    Layout
        The layout of the copy. Rows keep their order; lines may differ.
    """
    width = len(found.header)
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([" ".join(name.split()) for name in found.header])
        writer.writerows([*cells[:width], *[""] * (width - len(cells))] for _, cells in rows(found))
    return Layout(to, "utf-8-sig", ",", found.header)
