"""Which open datasets are there, what can they speak to, and how is one of them laid out to be read?"""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal, nearest
from helpers.ground.root import ROOT
from helpers.reading.manifest import TOML

OPEN = ROOT / "data" / "open.toml"
"""The registry of open datasets; the comment at its top explains the fields."""

READ = ("mapping", "import")
"""How a dataset is read: with the dataset.toml of its entry, or as an export that is known."""


@dataclass(frozen=True)
class OpenFile:
    """One file of a dataset.

    Parameters
    ----------
    name : str
        Its name, in the folder of its dataset.
    sha256, bytes : str and int
        Of the copy that the figures rest on.
    published_address : str
        Where the published file lies.
    published_sha256 : str
        Of the published file; an empty text where it was never seen.
    tried : str
        Whether the published file was ever read, in words.
    """

    name: str
    sha256: str
    bytes: int
    published_address: str
    published_sha256: str
    tried: str


@dataclass(frozen=True)
class OpenData:
    """One open dataset, as its entry says it.

    Parameters
    ----------
    id, title, citation, licence, address : str
        What it is, by whom, under which terms and where.
    platform, captured : str
        Where its posts are, and when they were counted.
    sampled : str
        Who is in it, and how they came to be.
    faults : tuple of str
        What is wrong with it.
    selected : bool
        Whether it was chosen by the outcome.
    notebooks : tuple of str
        Those that are run on it; empty where it can say nothing.
    silent : str
        Why not the others.
    read : str
        One of `READ`.
    changed : str
        What was changed in the copy.
    files : tuple of OpenFile
        What is read.
    mapping, published_mapping : str
        The dataset.toml for the copy, and for the published file where that differs.
    claims : tuple of str
        Patterns of the claims that are kept; empty means all.
    units : str
        What a unit is where the claim says something else.
    parameters : mapping of str to mapping
        By notebook, the parameters that differ from the usual ones.
    """

    id: str
    title: str
    citation: str
    licence: str
    address: str
    platform: str
    captured: str
    sampled: str
    faults: tuple[str, ...]
    selected: bool
    notebooks: tuple[str, ...]
    silent: str
    read: str
    changed: str
    files: tuple[OpenFile, ...]
    mapping: str
    published_mapping: str = ""
    claims: tuple[str, ...] = ()
    units: str = ""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Size of all its files."""
        return sum(file.bytes for file in self.files)

    def keeps(self, claim_id: str) -> bool:
        """Say whether it may speak to a claim."""
        return not self.claims or any(fnmatchcase(claim_id, pattern) for pattern in self.claims)


_parsed = lru_cache(1)(tomllib.loads)  # every sentence on open data asks for it


def open_data(path: Path = OPEN) -> dict[str, OpenData]:
    """Read the registry of open datasets.

    Parameters
    ----------
    path : Path
        The registry.

    Returns
    -------
    dict of str to OpenData
        By id, in the registry's order.

    Raises
    ------
    Refusal
        When an entry lacks something or holds what is unknown: all faults at once.
    """
    stated = _parsed(path.read_text(encoding="utf-8")).get("dataset", [])
    faults = [fault for place, entry in enumerate(stated, start=1) for fault in _faults(entry, place)]
    ids = [entry.get("id") for entry in stated]
    faults += [f"{name} is there twice" for name in sorted({str(one) for one in ids if ids.count(one) > 1})]
    if faults:
        raise Refusal(f"{path.name} cannot be used", faults, "mend these; the comment at its top explains the fields")
    return {entry["id"]: _entry(entry) for entry in stated}


def _faults(entry: Mapping[str, Any], place: int) -> list[str]:
    """Find what is wrong with an entry."""
    named, known = f"dataset {entry.get('id', place)}", {one.name for one in fields(OpenData)}
    needed = known - {"files", "published_mapping", "claims", "units", "parameters"}
    faults = [f"{named}: {name} is missing" for name in sorted(needed - entry.keys())]
    allowed = sorted(known - {"files"} | {"file"})
    faults += [f"{named}: unknown key {name!r}{nearest(name, allowed)}" for name in entry if name not in allowed]
    if not entry.get("file"):
        faults.append(f"{named}: name its files under [[dataset.file]]")
    for file in entry.get("file", []):
        lacking = {one.name for one in fields(OpenFile)} - file.keys()
        faults += [f"{named}: {file.get('name', 'a file')} lacks {name}" for name in sorted(lacking)]
    if entry.get("read", READ[0]) not in READ:
        faults.append(f"{named}: read is {entry['read']!r}; allowed are {', '.join(READ)}")
    if entry.get("read") == "mapping" and not entry.get("mapping"):
        faults.append(f"{named}: is read with a mapping and has none")
    if not entry.get("notebooks") and not entry.get("silent"):
        faults.append(f"{named}: say under silent why no notebook is run on it")
    return faults


def _entry(entry: Mapping[str, Any]) -> OpenData:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items() if name != "file"
    }
    return OpenData(**plain, files=tuple(OpenFile(**file) for file in entry["file"]))


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def together(hashes: Mapping[str, str]) -> str:
    """Give one SHA-256 for all files of a dataset.

    Parameters
    ----------
    hashes : mapping of str to str
        By name.

    Returns
    -------
    str
        Of one file its own; of several that of the lines that ``sha256sum`` would write of them, in the order of names.

    Examples
    --------
    >>> together({"a.csv": "00ff"})
    '00ff'
    """
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    lines = "".join(f"{found}  {name}\n" for name, found in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def lay_out(entry: OpenData, places: Mapping[str, Path], folder: Path, *, published: bool = False) -> Path:
    """Put a dataset's files into a folder of its own, with its dataset.toml beside them.

    Parameters
    ----------
    entry : OpenData
        The dataset.
    places : mapping of str to Path
        By file name where each lies.
    folder : Path
        Where the folder is made; it is called after the dataset.
    published : bool
        Whether these are the published files, which may have a mapping of their own.

    Returns
    -------
    Path
        The folder.
    """
    made = folder / entry.id
    made.mkdir(parents=True)
    for file in entry.files:
        name = Path(file.published_address).name if published and entry.published_mapping else file.name
        shutil.copyfile(places[file.name], made / name)
    if entry.read == "mapping":
        text = (entry.published_mapping if published else "") or entry.mapping
        (made / TOML).write_text(text, encoding="utf-8", newline="\n")
    return made
