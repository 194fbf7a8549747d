"""How does a reader make a column out of several, before the table is read?

Most readers only name columns, or make theirs from a row by SQL while the file is read. What needs several rows, or a
header that is believed only after a look at the cells, is written anew here: row by row in Python, which is slow, and
therefore only for exports that are small by nature.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from pathlib import Path

from helpers.base.refusals import Refusal
from helpers.reading import textfiles
from helpers.reading.values import plain_name

Row = dict[str, str]
"""Cells by the names of their columns, as ``values.plain_name`` writes them."""


def rows(file: Path) -> Iterator[Row]:
    """Read a text table row by row.

    Parameters
    ----------
    file : Path
        A delimited text file in any encoding.

    Yields
    ------
    dict of str to str
        The cells; a name that comes again has its number behind it, as in ``subscribers 2``.

    Raises
    ------
    Refusal
        When the file is no table, or rows do not fit its header.
    """
    yield from _rows(*_opened(file))


def rewritten(
    file: Path, folder: Path, change: Callable[[Iterator[Row]], Iterable[Row]], *, added: Iterable[str]
) -> tuple[Path, ...]:
    """Write a table anew, as UTF-8 with commas, with columns added.

    Parameters
    ----------
    file : Path
        A delimited text file.
    folder : Path
        An empty folder for the copy.
    change : callable
        Gets the rows and gives those to write.
    added : iterable of str
        The columns that the rows have in addition.

    Returns
    -------
    tuple of Path
        The one copy.

    Raises
    ------
    Refusal
        As ``rows``.
    """
    found, names = _opened(file)
    header = dict(zip(names, found.header, strict=True))
    header = {name: " ".join(called.split()) if plain_name(called) == name else name for name, called in header.items()}
    header |= {plain_name(name): name for name in added}
    copy = folder / f"{file.stem}.rows.csv"
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header.values())
        writer.writerows(map(itemgetter(*header), change(_rows(found, names))))
    return (copy,)


def _opened(file: Path) -> tuple[textfiles.Layout, list[str]]:
    """Lay a table out and give every column a name of its own."""
    found = textfiles.layout(file)
    if found.faults:
        raise _unreadable(found, found.faults)
    names: list[str] = []
    for name in map(plain_name, found.header):
        times = sum(other == name or other.startswith(f"{name} ") for other in names) if name in names else 0
        names.append(f"{name} {times + 1}" if times else name)
    return found, names


def _rows(found: textfiles.Layout, names: list[str]) -> Iterator[Row]:
    """Read the rows; the first that does not fit leads to a refusal that counts all of them."""
    width, is_uneven = len(names), False
    try:
        for _, cells in textfiles.rows(found):
            if not is_uneven and (len(cells) < width or any(cells[width:])):
                is_uneven = True
                if faults := textfiles.malformed(found):
                    raise _unreadable(found, faults)
            yield dict(zip(names, [*cells, *[""] * (width - len(cells))], strict=False))
    except csv.Error:
        raise _unreadable(found, textfiles.malformed(found)) from None


def _unreadable(found: textfiles.Layout, faults: Iterable[str]) -> Refusal:
    return Refusal(f"{found.file.name} cannot be read", faults, "save or download it again")


def by_content(row: Row) -> str:
    """Make an id for a row that has none from what it says, so that copies of a file name it alike.

    Examples
    --------
    >>> by_content({"like": "3"}) == by_content({"me gusta": "3"})
    True
    """
    return hashlib.sha256("\x1f".join(row.values()).encode()).hexdigest()[:16]


def by_position(file: Path) -> str:
    """Make the first part of ids for the rows of a file, from its bytes; the row's number is to follow.

    Two files never share it, and the same file gets the same again.
    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:8]
