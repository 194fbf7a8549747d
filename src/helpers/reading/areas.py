"""How many cells does a workbook make up, from its first to its last? Asked before anything opens it.

A workbook of a few kilobytes with one cell in its last corner makes up seventeen thousand million, and whatever opens
it makes room for all of them. What a workbook says of its own size is not believed: its cells are looked at.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from helpers.reading.unpacking import CHUNK

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
_PLACELESS = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*?\sr\s*=)")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_NUMBERED = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["'](\d{1,9})["']""")
_CELL_RECORDS = {*range(1, 12), 62}
"""Kinds of records that are cells in a binary workbook; 0 begins a row."""
_PART = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)\b([^<>]*?)(/?)>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")


def cells(file: Path) -> int:
    """Count the cells of the largest sheet of a zipped workbook, empty ones between the others too.

    Parameters
    ----------
    file : Path
        .xlsx, .xlsm, .xlsb or .ods.

    Returns
    -------
    int
        Rows times columns.
    """
    most = 0
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            reads = next((read for ending, read in _READS.items() if name.lower().endswith(ending)), None)
            if reads:
                with packed.open(name) as stream:
                    most = max(most, reads(stream))
    return most


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Read XML piece by piece, each up to the end of a tag."""
    kept = b""
    while chunk := stream.read(CHUNK):
        whole, sign, kept = (kept + chunk).rpartition(b">")
        yield whole + sign
    yield kept


def _in_xml(stream: IO[bytes]) -> int:
    """Look at the cells of a sheet of Excel: most say where they stand, others follow the one before."""
    rows = columns = begun = counted = 0
    for chunk in _chunks(stream):
        places = _CELL.findall(chunk)
        rows = max([rows, *(int(row) for _, row in places)])
        columns = max([columns, *map(_column, {letters for letters, _ in places})])
        begun += len(_ROW.findall(chunk))
        counted = max([counted, *map(int, _NUMBERED.findall(chunk))])
        if _PLACELESS.search(chunk):
            columns = max(columns, *(len(_PLACELESS.findall(row)) for row in _ROW.split(chunk)))
            rows = max(rows, begun, counted)
    return rows * columns


def _column(letters: bytes) -> int:
    """Number a column.

    Examples
    --------
    >>> _column(b"A"), _column(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _in_binary(stream: IO[bytes]) -> int:
    """Look at the cells of a sheet of Excel in its binary form: records with a kind, a length and a content."""
    content = stream.read()
    at = row = rows = columns = 0
    while at < len(content):
        kind, at = _varying(content, at, most=2)
        length, at = _varying(content, at, most=4)
        first = int.from_bytes(content[at : at + 4], "little")
        if kind == 0:
            row = first + 1
        elif kind in _CELL_RECORDS:
            rows, columns = max(rows, row), max(columns, first + 1)
        at += length
    return rows * columns


def _varying(content: bytes, at: int, *, most: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, and say where it ends."""
    number = 0
    for place in range(most):
        byte = content[at + place] if at + place < len(content) else 0
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


def _in_document(stream: IO[bytes]) -> int:
    """Look at the tables of an OpenDocument sheet, whose rows and cells stand for as many as they say."""
    most = height = widest = width = waiting = blank = repeated = 0
    for chunk in _chunks(stream):
        for closing, kind, said, alone in _PART.findall(chunk):
            times = int(found[1]) if (found := _REPEATED.search(said)) else 1
            if kind == b"table":
                most, height, widest, waiting = max(most, height * widest), 0, 0, 0
            elif kind == b"table-row" and not closing:
                width, blank, repeated = 0, 0, times
                waiting += times if alone else 0
            elif kind == b"table-row":
                waiting += repeated
                height, waiting = (height + waiting, 0) if width else (height, waiting)
                widest = max(widest, width)
            elif not closing and alone and b"value" not in said:
                blank += times
            elif not closing:
                width, blank = width + blank + times, 0
    return max(most, height * widest)


_READS = {"content.xml": _in_document, ".xml": _in_xml, ".bin": _in_binary}
