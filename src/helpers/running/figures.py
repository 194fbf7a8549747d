"""How do the pictures of a run travel? Each as a vector file with its numbers beside, in a folder of their own."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from helpers.ground.drawn import COLUMNS
from helpers.ground.freshness import write_text

FOLDER = "figures"
"""Where they stand in a run's folder."""

ENDINGS = (".svg", ".csv")
"""The files of each picture."""


def write(folder: Path, figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Write pictures as vector files and tables.

    Parameters
    ----------
    folder : Path
        A run's folder, or its draft.
    figures : mapping of str to mapping
        By the name of their files svg and numbers, from `kernel.taken_out`.
    """
    for name, figure in figures.items():
        (folder / FOLDER).mkdir(exist_ok=True)
        write_text(folder / FOLDER / f"{name}.svg", figure["svg"])
        write_text(folder / FOLDER / f"{name}.csv", table(figure["numbers"]))


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write the numbers behind a picture as CSV, without columns that no row fills; no text becomes a formula in it.

    Examples
    --------
    >>> table([{"series": "here", "shows": "point", "x": 1, "y": 0.5}, {"shows": "mark", "x": 0}])
    'series,shows,x,y\\nhere,point,1,0.5\\n,mark,0,\\n'
    """
    from helpers.reading.values import harmless

    rows = list(rows)
    columns = [name for name in COLUMNS if any(name in row for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return out.getvalue()


def are_there(folder: Path, names: Iterable[str]) -> bool:
    """Say whether all files of pictures stand in a run's folder."""
    return all((folder / FOLDER / f"{name}{ending}").is_file() for name in names for ending in ENDINGS)


def of_notebook(folder: Path, notebook: str) -> list[Path]:
    """List the files of a notebook's pictures."""
    named = re.compile(rf"{re.escape(notebook)}-\d+\.(svg|csv)")
    return sorted(path for path in (folder / FOLDER).glob("*") if named.fullmatch(path.name))


def put(draft: Path, target: Path, notebook: str) -> None:
    """Put the pictures of a notebook that finished in the place of those that it had."""
    drawn = of_notebook(draft, notebook)
    remove(target, notebook)
    for path in drawn:
        (target / FOLDER).mkdir(exist_ok=True)
        path.replace(target / FOLDER / path.name)


def remove(folder: Path, notebook: str) -> None:
    """Remove the pictures of a notebook, and their folder with the last ones."""
    for path in of_notebook(folder, notebook):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # it is not empty, or not there
        (folder / FOLDER).rmdir()
