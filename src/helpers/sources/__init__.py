"""How do a person's files become a dataset of this project, kept under data/user?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers import ROOT
from helpers.refusals import Refusal

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
READER = "tables"
"""What reads a folder of tidy tables, one file of posts or accounts, and what a dataset.toml maps."""


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
        Names of the files read.
    notes : tuple of str
        What reading decided.
    """

    folder: Path
    rows: Mapping[str, int]
    files: tuple[str, ...]
    notes: tuple[str, ...]


def import_data(source: str | Path, name: str, *, to: Path | None = None) -> Imported:
    """Read a person's files and keep them as tidy Parquet tables, which open without reading text again.

    Parameters
    ----------
    source : str or Path
        A folder or file as ``engine.open_dataset`` takes it.
    name : str
        The new dataset's name, which is the name of its folder: letters, digits, - and _.
    to : Path, optional
        The folder in which it is made; by default data/user.

    Returns
    -------
    Imported
        What was written. An import under a name that is taken replaces that import; one that fails or is interrupted
        leaves it as it was.

    Raises
    ------
    Refusal
        When the name is no plain folder name, the folder of that name was not made by an import, or the files cannot
        be read; nothing is written then.
    """
    from helpers.engine import open_dataset
    from helpers.sources.writing import write

    folder = (to or ROOT / "data" / "user") / name
    if not _NAME.fullmatch(name):
        raise Refusal(f"{name!r} is no name for a dataset", mend="use letters, digits, - and _, as in NAME=brand")
    _may_replace(folder)
    dataset = open_dataset(source)
    files = [
        {"file": path.name, "sha256": _fingerprint(path), "reader": READER, "timezone": dataset.timezone}
        | {"rows_read": rows, "rows_kept": rows, "dropped": {}}
        for path, rows in dataset.file_rows.items()
    ]
    write(dataset, folder, name=name, files=files)
    return Imported(folder, dict(dataset.rows), tuple(path.name for path in dataset.file_rows), dataset.notes)


def _may_replace(folder: Path) -> None:
    """Refuse to write over anything that an import did not write."""
    if not folder.exists():
        return
    own = folder.is_dir() and (folder / "dataset.toml").is_file()
    if not own or any(item.suffix != ".parquet" and item.name != "dataset.toml" for item in folder.iterdir()):
        raise Refusal(f"{folder} is there already and was not made by an import", mend="choose another NAME")


def _fingerprint(path: Path) -> str:
    """Compute the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
