"""How do the files of an open dataset come here: from a folder, from the cache, or from where they are published?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpers.base.refusals import Refusal
from helpers.evidence.datasets import OpenData, OpenFile, sha256_of

RETRIES = 3
"""How often a download that broke off is begun again."""


@dataclass(frozen=True)
class Found:
    """The files of one dataset.

    Parameters
    ----------
    places : mapping of str to Path
        By name where each lies.
    hashes : mapping of str to str
        By name its SHA-256.
    published : bool
        Whether they are the published files and not the copies.
    """

    places: Mapping[str, Path]
    hashes: Mapping[str, str]
    published: bool = False


@dataclass(frozen=True)
class Absent:
    """Why the files of one dataset are not here.

    Parameters
    ----------
    why : str
        In words.
    changed : bool
        Whether a file is another than the registered one, or its address is dead: its figures are old then.
    """

    why: str
    changed: bool = False


@dataclass(frozen=True)
class Source:
    """Where files may be taken from.

    Parameters
    ----------
    folder : Path or None
        A folder with a folder for each dataset.
    download : bool or None
        Whether downloads are wanted; None where that was not said.
    cache : Path
        Where downloads are kept, outside the project.
    ask : callable
        Takes a question and says whether the answer was yes.
    hash_of : callable
        Gives the SHA-256 of a file.
    """

    folder: Path | None
    download: bool | None
    cache: Path
    ask: Callable[[str], bool]
    hash_of: Callable[[Path], str] = field(default=sha256_of)


def usual_cache() -> Path:
    """Name the folder in which downloads are kept, outside the project."""
    import pooch

    return Path(pooch.os_cache("engagement-claims"))


def asked(question: str) -> bool:
    """Ask on the terminal; without one the answer is no."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def is_asked(download: bool | None) -> bool:
    """Say whether there is somebody who can answer."""
    return download is None and sys.stdin.isatty()


def find(entry: OpenData, source: Source) -> Found | Absent:
    """Find the files of a dataset, in the folder that was named, else by downloading them.

    Parameters
    ----------
    entry : OpenData
        The dataset.
    source : Source
        Where to look.

    Returns
    -------
    Found or Absent
        Files whose hash is the registered one, all copies or all published; or why not.

    Raises
    ------
    Refusal
        When the folder that was named is not there.
    """
    if source.folder is None:
        return _downloaded(entry, source)
    if not source.folder.is_dir():
        raise Refusal("FROM is no folder", mend="make evidence FROM=folder, with a folder for each dataset in it")
    here = {file.name: source.folder / entry.id / file.name for file in entry.files}
    there = [file for file in entry.files if here[file.name].is_file()]
    if not there:
        return _downloaded(entry, source)
    if len(there) < len(entry.files):
        missing = ", ".join(file.name for file in entry.files if file not in there)
        return Absent(f"FROM holds a part of it only: {missing} is not there", changed=True)
    hashes = {name: source.hash_of(path) for name, path in here.items()}
    for published in (False, True):
        if all(hashes[file.name] == _wanted(file, published=published) for file in entry.files):
            return Found(here, hashes, published)
    other = [file.name for file in entry.files if hashes[file.name] not in (file.sha256, file.published_sha256)]
    return Absent(f"{', '.join(other)} in FROM is another file than the registered one", changed=True)


def _wanted(file: OpenFile, *, published: bool) -> str:
    return file.published_sha256 if published else file.sha256


def _downloaded(entry: OpenData, source: Source) -> Found | Absent:
    """Fetch the published files, where their hash is known and somebody wants them."""
    if any(not file.published_sha256 for file in entry.files):
        return Absent("its published files were never opened here, so that their hash is not known: give FROM=folder")
    if source.download is False or not (source.download or source.ask(_question(entry))):
        return Absent("not downloaded: nobody said yes (YES=1 says it for all)")
    places, hashes = {}, {}
    for file in entry.files:
        path = _fetched(file, source.cache / entry.id)
        if isinstance(path, Absent):
            return path
        places[file.name], hashes[file.name] = path, file.published_sha256
    return Found(places, hashes, published=True)


def _question(entry: OpenData) -> str:
    size = entry.bytes / 1e6
    return f"{entry.id} ({size:.1f} MB, {entry.citation}; licence: {entry.licence}): download it?"


def _fetched(file: OpenFile, folder: Path) -> Path | Absent:
    """Fetch one file into the cache; one that is there and whose hash fits is not fetched again."""
    import pooch

    shelf = pooch.create(
        path=folder,
        base_url="",
        registry={file.name: f"sha256:{file.published_sha256}"},
        urls={file.name: file.published_address},
        retry_if_failed=RETRIES,
    )
    pooch.get_logger().setLevel("ERROR")
    try:
        return Path(shelf.fetch(file.name))
    except ValueError:
        return Absent(f"{file.name}: what its address gives now is another file than the registered one", changed=True)
    except OSError as error:
        return Absent(f"{file.name}: its address cannot be reached ({type(error).__name__})", changed=True)
