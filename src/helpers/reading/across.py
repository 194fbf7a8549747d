"""How does a table with a column for each hour or day become one with a row for each?"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from helpers.base.refusals import Refusal, nearest
from helpers.reading import textfiles

_PLACE = re.compile(r"\{([a-z_]+)\}")


def key_of(pattern: str) -> str:
    """Name the column that stands in a pattern; an empty text where it is none.

    Examples
    --------
    >>> key_of("h{hours}"), key_of("h")
    ('hours', '')
    """
    found = _PLACE.findall(pattern)
    return found[0] if len(found) == 1 else ""


def places(header: Sequence[str], pattern: str) -> dict[str, int]:
    """Find the columns that a pattern means.

    Parameters
    ----------
    header : sequence of str
        The file's columns.
    pattern : str
        A name in which the key's name stands in braces.

    Returns
    -------
    dict of str to int
        What stands in place of the key, with the column's place.

    Examples
    --------
    >>> places(("item", "h1", "h24"), "h{hours}")
    {'1': 1, '24': 2}
    """
    before, after = _PLACE.sub("\\0", pattern).split("\0")
    fits = re.compile(f"{re.escape(before)}(.+){re.escape(after)}")
    return {found[1]: place for place, name in enumerate(header) if (found := fits.fullmatch(name))}


def lengthened(found: textfiles.Layout, patterns: Mapping[str, str], *, to: Path) -> Path:
    """Write a row for each column that the patterns mean, with what it counts and the hour or day in its name.

    Parameters
    ----------
    found : Layout
        The file's layout.
    patterns : mapping of str to str
        For a column of ours, how the file's columns for it are called, as ``shares = "h{hours}"``.
    to : Path
        The CSV file to write.

    Returns
    -------
    Path
        That file. The other columns stay; a row without any count is none, as an empty cell is unknown.

    Raises
    ------
    Refusal
        When no column is called so.
    """
    where = {ours: places(found.header, pattern) for ours, pattern in patterns.items()}
    wrong = [
        f"there is no column {pattern!r}{nearest(pattern, list(found.header))}, which dataset.toml names for {ours}"
        for ours, pattern in patterns.items()
        if not where[ours]
    ]
    if wrong:
        raise Refusal(f"{found.file.name} has no such columns", wrong)
    taken = {place for columns in where.values() for place in columns.values()}
    kept = [place for place in range(len(found.header)) if place not in taken]
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*(found.header[place] for place in kept), key_of(next(iter(patterns.values()))), *where])
        for _, cells in textfiles.rows(found):
            writer.writerows(_long(cells, kept, list(where.values())))
    return to


def _long(cells: Sequence[str], kept: Sequence[int], where: Sequence[Mapping[str, int]]) -> Iterator[list[str]]:
    """Give the rows that one row becomes."""
    own = [cells[place] if place < len(cells) else "" for place in kept]
    for key in dict.fromkeys(key for columns in where for key in columns):
        told = [cells[columns[key]] if columns.get(key, len(cells)) < len(cells) else "" for columns in where]
        if any(cell.strip() for cell in told):
            yield [*own, key, *told]
