"""What must be run again? Whatever has other content than at its last run."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

PIECE, BLOCK = 1 << 28, 1 << 20
"""Bytes that one core hashes at a time, and that it reads at a time."""

SETTLED_NS = 2_000_000_000
"""A file must be this much older than the cache to be known by its time: the coarsest clock of a file system is 2 s."""


def digest(content: Any) -> str:
    """Fingerprint a JSON value.

    Parameters
    ----------
    content : object
        Anything that JSON can write; the order of keys does not matter.

    Returns
    -------
    str
        SHA-256 in hexadecimal.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def state_of(stat: os.stat_result) -> list[int]:
    """Say by what a file is known without being read.

    Parameters
    ----------
    stat : os.stat_result
        Of the file.

    Returns
    -------
    list of int
        Size, time of the last change, inode, and the time at which anything about it changed last, which nobody can
        put back (on Windows that of its making).
    """
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns]


class Hashes:
    """Content hashes of files, remembered by size, times and inode so that a large file is read once.

    Parameters
    ----------
    cache : Path
        Where the memory is kept; a cache that is missing or damaged is empty.
    """

    def __init__(self, cache: Path) -> None:
        """Read the memory."""
        self.cache, self.new = cache, False
        self.known: dict[str, Any] = {}
        self.afar: dict[str, str] = {}  # what was found at addresses; asked once by each process, and not kept
        self.written_ns = 0
        try:
            known = json.loads(cache.read_text(encoding="utf-8"))
            self.known = known if isinstance(known, dict) else {}
            self.written_ns = cache.stat().st_mtime_ns
        except (OSError, ValueError):
            pass

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file's content, of a file above `PIECE` that of its pieces' SHA-256.

        Parameters
        ----------
        path : Path
            A file that exists.

        Returns
        -------
        str
            In hexadecimal.
        """
        key, stat = os.path.abspath(path), path.stat()
        *mark, changed = state_of(stat)
        entry = self.known.get(key)
        settled = stat.st_mtime_ns + SETTLED_NS <= self.written_ns
        if settled and isinstance(entry, list) and entry[:3] + entry[4:] == [*mark, changed]:
            return str(entry[3])
        found = _content_hash(path, stat.st_size)
        self.known[key] = [*mark, found, changed]
        self.new = True
        return found

    def save(self) -> None:
        """Keep what was learnt, for the files that still exist."""
        if not self.new:
            return
        kept = {key: entry for key, entry in self.known.items() if os.path.exists(key)}
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        write_text(self.cache, json.dumps(kept, indent=0, sort_keys=True))
        self.new = False


def _content_hash(path: Path, size: int) -> str:
    """Hash a file, a large one in pieces side by side."""
    starts = range(0, max(size, 1), PIECE)
    if len(starts) == 1:
        return _piece_hash(path, 0)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing lets other threads work
        return digest(list(pool.map(partial(_piece_hash, path), starts)))


def _piece_hash(path: Path, start: int) -> str:
    found, left = hashlib.sha256(), PIECE
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while left and (block := file.read(min(left, BLOCK))):
            found.update(block)
            left -= len(block)
    return found.hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
        In a folder that exists.
    text : str
        The content, written as UTF-8 with ``\\n`` at line ends.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def project_files(root: Path) -> list[Path]:
    """List what every report depends on: the helpers, the registry, figures of others and of open data, and the lock.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    list of Path
        Sorted; only files that exist.
    """
    helpers = root / "src" / "helpers"
    inside = [path for path in helpers.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    data = ("claims.toml", "published.csv", "open.toml", "evidence.csv", "known.toml", "statements.csv", "whom.toml")
    beside = [*(root / "data" / name for name in data), root / "requirements.lock"]
    return sorted(path for path in [*inside, *beside] if path.is_file())


def named_hashes(files: Iterable[Path], *, base: Path, hashes: Hashes) -> list[tuple[str, str]]:
    """Pair each file's place below a folder with its content.

    Parameters
    ----------
    files : iterable of Path
        Files that exist.
    base : Path
        The folder; a file outside it goes by its bare name, so that a moved project stays fresh.
    hashes : Hashes
        The memory.

    Returns
    -------
    list of (str, str)
        Place and SHA-256, sorted.
    """
    whole = Path(os.path.abspath(base))
    pairs = []
    for file in files:
        path = Path(os.path.abspath(file))
        name = path.relative_to(whole).as_posix() if path.is_relative_to(whole) else path.name
        pairs.append((name, hashes.of(path)))
    return sorted(pairs)


def content(cells: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Reduce a notebook to what decides its report: kinds, tags and sources of its cells.

    Parameters
    ----------
    cells : sequence of mapping
        The cells, as `helpers.ground.parameters.load_notebook` gives them.

    Returns
    -------
    list of [str, list of str, str]
        Outputs, ids, counts and other metadata are left out.

    Examples
    --------
    >>> content([{"cell_type": "code", "source": "1 + 1", "outputs": [], "metadata": {"tags": ["a"]}}])
    [['code', ['a'], '1 + 1']]
    """
    return [[cell["cell_type"], cell.get("metadata", {}).get("tags", []), cell["source"]] for cell in cells]


def fingerprint(
    cells: Sequence[Mapping[str, Any]],
    *,
    parameters: Mapping[str, Any],
    engine: str,
    data: Sequence[tuple[str, str]],
    project: Sequence[tuple[str, str]],
) -> str:
    """Fingerprint everything that decides one notebook's report.

    Parameters
    ----------
    cells : sequence of mapping
        The notebook's cells.
    parameters : mapping
        Every parameter with its value of this run.
    engine : str
        What opens the data.
    data, project : sequence of (str, str)
        Names and hashes of the data's files and of the project's (`named_hashes`).

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    return digest([content(cells), dict(parameters), engine, list(data), list(project)])
