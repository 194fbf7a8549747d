"""Where do temporary copies lie, who else may see them, and who sweeps away what a kill has left?

Each folder holds a file that its process keeps locked for as long as it lives. The system lets go of the lock however
a process ends, so a folder whose lock can be taken belongs to nobody any more.
"""

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from helpers.ground.filenames import readable

PREFIXES = ("engagement-claims-", "ec-")
"""What the names of our temporary folders begin with."""

OLD = ".old-"
"""What the name of a folder begins with that holds what is being replaced."""

LOCK = ".in-use"
"""The file in each of them that is locked."""


_LOCKS: dict[Path, Any] = {}
"""The locks of this process, which would be let go with the last name that they have."""


def take(file: Any) -> None:
    """Lock an open file for this process and those that it forks, or raise an OSError where another has it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def held(prefix: str = PREFIXES[0], inside: str | Path | None = None) -> tuple[Path, Callable[[], None]]:
    """Make a temporary folder that only its owner may enter.

    Parameters
    ----------
    prefix : str
        What its name begins with.
    inside : str or Path, optional
        Where; by default the system's temporary folder, which TMPDIR names.

    Returns
    -------
    Path and callable
        The folder, and what removes it.
    """
    folder = Path(tempfile.gettempdir() if inside is None else inside) / f"{prefix}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        lock = (folder / LOCK).open("a+")
        take(lock)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    owner = os.getpid()
    _LOCKS[folder] = lock

    def remove() -> None:
        _LOCKS.pop(folder, lock).close()
        if os.getpid() == owner:  # a forked process closes what it has of the lock and leaves the folder
            shutil.rmtree(folder, ignore_errors=True)

    return folder, remove


@contextmanager
def scratch(prefix: str = PREFIXES[0], inside: str | Path | None = None) -> Iterator[Path]:
    """Give a temporary folder, as `held`, that goes when the context ends."""
    folder, remove = held(prefix, inside)
    try:
        yield folder
    finally:
        remove()


def sweep(place: str | Path | None = None, prefixes: tuple[str, ...] = PREFIXES) -> None:
    """Remove temporary folders whose process was killed.

    Parameters
    ----------
    place : str or Path, optional
        Where to look; by default in the system's temporary folder.
    prefixes : tuple of str
        What their names begin with.
    """
    with suppress(OSError), os.scandir(tempfile.gettempdir() if place is None else place) as items:
        for item in items:
            if item.name.startswith(prefixes) and item.is_dir(follow_symlinks=False) and _is_ours(item):
                _sweep_one(Path(item.path))


def put_back(place: Path) -> None:
    """Put back what a kill took away while it was being replaced, unless the new one came in its place.

    Parameters
    ----------
    place : Path
        Where folders that begin with `OLD` hold, under its own name, what stood beside them.
    """
    with suppress(OSError):
        for old in place.glob(f"{OLD}*"):
            with suppress(OSError), (old / LOCK).open("r+") as lock:
                take(lock)
                for item in old.iterdir():
                    if item.name != LOCK and not (place / item.name).exists():
                        item.rename(place / item.name)


def reachable(path: Path, folder: Path) -> Path:
    """Give a path by which libraries can open what has a name that is no UTF-8.

    Parameters
    ----------
    path : Path
        A file or folder that exists.
    folder : Path
        Where it may be given another name.

    Returns
    -------
    Path
        The same path where its name is UTF-8; else a link to it, or a copy of a file where there are no links.
    """
    if readable(str(path)) == str(path):
        return path
    named = folder / "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in path.name
    )
    try:
        named.symlink_to(path.absolute())
    except OSError:
        shutil.copyfile(path, named)
    return named


def _is_ours(item: "os.DirEntry[str]") -> bool:
    return not hasattr(os, "getuid") or item.stat(follow_symlinks=False).st_uid == os.getuid()


def _sweep_one(folder: Path) -> None:
    """Remove a folder unless somebody has its lock; one without a lock is being made, or not ours."""
    with suppress(OSError), (folder / LOCK).open("r+") as lock:
        if stat.S_ISREG(os.fstat(lock.fileno()).st_mode):
            take(lock)
            shutil.rmtree(folder, ignore_errors=True)


def private(folder: Path) -> None:
    """Take the leave of everybody but the owner from a folder and all that is in it; the owner gets no more either.

    Parameters
    ----------
    folder : Path
        Its files may have been written by libraries that know no better than the system's usual leave.
    """
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
