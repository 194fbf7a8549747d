"""Which files does a person give, and can what is packed in archives be taken out safely?

Nothing that an archive says of itself is believed: bytes are counted as they come out, members get names of our own,
and whatever would reach outside the scratch folder, or stay unread, is refused.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from helpers.base.refusals import FULL, Refusal
from helpers.base.words import counted
from helpers.ground.filenames import file_label, readable
from helpers.ground.scratch import reachable
from helpers.reading.manifest import TOML, no_file
from helpers.reading.unpacking import BROKEN, CHUNK, FREE_OF_RATIO, RATIO, WHOLE

TOTAL = 20_000_000_000
"""Bytes that all archives together may hold: forty times the largest download asked for here, and still one disk."""
MEMBERS = 100_000
"""Files in all archives together: downloads of ten years, with one file for each message thread, have fewer."""
NESTING = 2
"""An archive, and archives in it: some platforms pack one zip for each part of a download. Deeper ones are bombs."""
XZ_MEMORY = 256_000_000
"""Bytes that unpacking xz may ask for; its strongest usual setting needs 65 MB."""
_UNPACK = "unpack it yourself and give the folder"
_MEDIA = (
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".avif", ".bmp", ".tif", ".tiff", ".svg"),
    *(".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv", ".srt", ".vtt"),
    *(".mp3", ".m4a", ".wav", ".ogg", ".opus", ".aac"),
)
_FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"\x28\xb5\x2f\xfd": "zst"}


@dataclass(frozen=True)
class Piece:
    """One file to be read.

    Parameters
    ----------
    path : Path
        Where it is now.
    name : str
        What it is called for the person: its path inside the folder or archive that was given.
    archive : str
        The archive that it came from.
    """

    path: Path
    name: str
    archive: str = ""


class _Bytes(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Read up to so many."""


@dataclass
class _Hold:
    """The scratch folder, and how much has been taken out of archives so far."""

    scratch: Path
    total: int = 0
    members: int = 0
    seen: int = 0
    shown: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def label(self, name: str, archive: str = "") -> str:
        """Name a file for a message, with the archive that it came from."""
        self.seen += 1
        label, around = file_label(name, self.seen), self.shown.get(archive)
        return f"{around}: {label}" if around else label

    def reachable(self, path: Path, name: str) -> Path:
        """Give a path that every library can open."""
        return path if readable(str(path)) == str(path) else reachable(path, self.place(name).parent)

    def place(self, name: str) -> Path:
        """Make a folder of its own for a member, so that no name of an archive decides where it goes."""
        self.members += 1
        if self.members > MEMBERS:
            raise Refusal(
                f"there are more than {MEMBERS:,} files in the archives", mend="give only the files with data"
            )
        folder = self.scratch / f"{self.members:06}"
        folder.mkdir(parents=True)
        plain = "".join(c if c.isalnum() or c in "-_. ()" else "_" for c in PurePosixPath(name).name)
        return folder / (plain[-100:].lstrip(".") or "file")

    def pour(self, stream: _Bytes, to: Path, *, packed: int, label: str) -> None:
        """Write what comes out of an archive and count it as it comes."""
        written = 0
        with to.open("wb") as out:
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                self.total += len(chunk)
                if written > max(FREE_OF_RATIO, RATIO * packed):
                    raise Refusal(f"{label} unpacks to more than {RATIO} times its size: a zip bomb", mend=_UNPACK)
                if self.total > TOTAL:
                    raise Refusal(
                        f"the archives hold more than {TOTAL // 10**9} GB", mend="give only the files with data"
                    )
                out.write(chunk)


def gather(source: str | Path, *, scratch: Path, faults: list[str] | None = None) -> tuple[Piece, ...]:
    """List the files of a file, a folder or an archive, with everything that is packed in them taken out.

    Hidden files, pictures, films, sound, datasets that were imported before and reports are passed over. Files that are
    not packed stay where they are.

    Parameters
    ----------
    source : str or Path
        A file, a folder (with all folders in it) or an archive: zip, tar, gz, bz2, xz.
    scratch : Path
        An empty folder for what is taken out.
    faults : list of str, optional
        Takes what is wrong with single files, where the others are to be listed all the same.

    Returns
    -------
    tuple of Piece
        In the order of their names.

    Raises
    ------
    Refusal
        When there is nothing to read, or an archive is damaged, cut off, encrypted, a bomb, or holds links or names
        that lead elsewhere; all such archives at once.
    """
    root = Path(source).expanduser()
    if not (root.is_file() or root.is_dir()):
        raise Refusal(f"there is no file or folder {file_label(root.name, 1)}", mend="give a file, a folder or a zip")
    hold = _Hold(scratch)
    found = _walk(root, hold) if root.is_dir() else [(root.name, root)]
    pieces = [piece for name, path in found for piece in _pieces(path, name, "", hold, 1)]
    given = "the folder" if root.is_dir() else file_label(root.name, 1)
    if faults is not None and pieces:
        faults += hold.faults
    elif hold.faults:
        raise Refusal(f"{given} cannot be read", hold.faults, "mend or leave out what is named, then run it again")
    if not pieces:
        raise Refusal(
            f"{given} holds no file with data",
            ["hidden files, pictures, films and sound are passed over"],
            "give the export as the platform made it: a table, JSON or a zip",
        )
    return tuple(pieces)


def _walk(root: Path, hold: _Hold) -> Iterator[tuple[str, Path]]:
    """List a folder's files in the order of their names; links, pipes and devices are faults."""
    waiting = [root]
    while waiting:  # folders may be nested deeper than Python calls itself
        item = waiting.pop()
        if item.is_symlink() and item != root:
            hold.faults.append(f"{hold.label(item.name)} is a link, which is not followed: put the file itself there")
        elif item.is_dir():
            inside = [] if item != root and _is_ours(item) else sorted(item.iterdir(), reverse=True)
            waiting += [part for part in inside if not _is_hidden(part.name)]
        elif item.is_file():
            yield item.relative_to(root).as_posix(), item
        else:
            hold.faults.append(f"{hold.label(item.name)} is {no_file(item)}: put a file with its content there")


def _is_hidden(name: str) -> bool:
    """Tell what is no part of the data."""
    return name.startswith(".") or name in ("__MACOSX", TOML)


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is a dataset that was imported, or a run's reports."""
    if (folder / "claims.csv").is_file() and (folder / "index.html").is_file():
        return True
    toml = folder / TOML
    return toml.is_file() and "[[files]]" in toml.read_text(encoding="utf-8", errors="replace")


def _pieces(path: Path, name: str, archive: str, hold: _Hold, depth: int) -> Iterator[Piece]:
    """Give a file as it is, or what is packed in it."""
    if path.suffix.lower() in _MEDIA:
        return
    label = f"{archive}: {name}" if archive else name
    shown = hold.shown[label] = hold.label(name, archive)
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
        kind = _kind(path, start)
        if kind is None:
            yield Piece(hold.reachable(path, name), readable(name), archive)
        elif kind in _FOREIGN.values():
            hold.faults.append(f"{shown} is a {kind} archive, which is not read here: {_UNPACK}")
        elif depth > NESTING:
            hold.faults.append(f"{shown} is an archive in an archive in an archive: {_UNPACK}")
        else:
            yield from _unpacked(path, label, kind, hold, depth)
    except Refusal as refusal:
        about = refusal.what.removeprefix(label)
        hold.faults.append(f"{about if about == refusal.what else shown + about}: {refusal.mend}")
    except BROKEN as error:
        # An error of the machine has a number; those of damaged archives that are OSErrors too have none.
        number = getattr(error, "errno", None)
        if number in FULL:
            raise
        said = f"cannot be read ({os.strerror(number)})" if number else f"is damaged or cut off: {WHOLE}"
        hold.faults.append(f"{shown} {said}")


def _kind(path: Path, start: bytes) -> str | None:
    """Tell what a file is packed as; None when it is no archive."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return None if _is_office(path) else "zip"
    if start[257:262] == b"ustar":
        return "tar"
    signs = {b"\x1f\x8b": "gz", b"\xfd7zXZ\x00": "xz", b"BZh": "bz2", **_FOREIGN}
    return next((kind for sign, kind in signs.items() if start.startswith(sign)), None)


def _is_office(path: Path) -> bool:
    """Tell a workbook or another office file, which is a zip too, from a zip."""
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _unpacked(path: Path, label: str, kind: str, hold: _Hold, depth: int) -> Iterator[Piece]:
    """Take everything out of an archive."""
    if kind in ("gz", "xz", "bz2"):
        yield from _single(path, label, kind, hold, depth)
        return
    members = _zip_members(path, label, hold) if kind == "zip" else _tar_members(path, label, hold)
    for name, file in sorted(members):
        yield from _pieces(file, name, label, hold, depth + 1)


def _single(path: Path, label: str, kind: str, hold: _Hold, depth: int) -> Iterator[Piece]:
    """Unpack a file that is packed alone; a tar in it is part of the same archive."""
    inner = path.name[: -len(path.suffix)] if path.suffix.lower() in (".gz", ".xz", ".bz2") else path.name
    if path.suffix.lower() in (".tgz", ".txz", ".tbz2"):
        inner = path.stem + ".tar"
    to = hold.place(inner)
    with _opened(path, kind) as stream:
        hold.pour(stream, to, packed=path.stat().st_size, label=label)
    with to.open("rb") as stream:
        is_tar = stream.read(512)[257:262] == b"ustar"
    yield from _unpacked(to, label, "tar", hold, depth) if is_tar else _pieces(to, inner, label, hold, depth + 1)


@contextmanager
def _opened(path: Path, kind: str) -> Iterator[_Bytes]:
    """Open a packed file as the bytes that are in it."""
    if kind == "xz":
        with path.open("rb") as stream:
            yield _Xz(stream)
    else:
        with gzip.open(path) if kind == "gz" else bz2.open(path) as stream:
            yield stream


class _Xz:
    """The bytes in an xz file, with a bound on the memory that it may ask for, which ``lzma.open`` does not have."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._inner = lzma.LZMADecompressor(memlimit=XZ_MEMORY)

    def read(self, size: int) -> bytes:
        """Read up to so many bytes; none at the end."""
        while not self._inner.eof:
            packed = self._stream.read(CHUNK) if self._inner.needs_input else b""
            if self._inner.needs_input and not packed:
                raise EOFError("the file ends before its end is marked")
            if out := self._inner.decompress(packed, size):
                return out
        if self._inner.unused_data.strip(b"\x00") or self._stream.read(1):
            raise lzma.LZMAError("there is more after the end")
        return b""


def _zip_members(path: Path, label: str, hold: _Hold) -> list[tuple[str, Path]]:
    """Take the files out of a zip: (name, where it is now)."""
    taken = []
    with zipfile.ZipFile(path) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        kinds = [stat.S_IFMT(member.external_attr >> 16) for member in members]
        odd = [kind not in (0, stat.S_IFREG) for kind in kinds]
        _refuse_members(label, [(member.filename, is_odd) for member, is_odd in zip(members, odd, strict=True)])
        if any(member.flag_bits & 1 for member in members):
            raise Refusal(f"{label} is locked with a password", mend=_UNPACK)
        for member in members:
            if _is_wanted(member.filename):
                to = hold.place(member.filename)
                try:
                    with packed.open(member) as stream:
                        hold.pour(stream, to, packed=member.compress_size, label=label)
                except (NotImplementedError, RuntimeError):
                    raise Refusal(f"{label} is packed in a way that is not read here", mend=_UNPACK) from None
                taken.append((member.filename, to))
    return taken


def _tar_members(path: Path, label: str, hold: _Hold) -> list[tuple[str, Path]]:
    """Take the files out of a tar: (name, where it is now)."""
    taken = []
    size = path.stat().st_size
    with tarfile.open(path, mode="r:") as packed:
        members = [member for member in packed if not member.isdir()]
        _refuse_members(label, [(member.name, not member.isreg() or member.issparse()) for member in members])
        with path.open("rb") as stream:
            stream.seek(packed.offset)
            if stream.read(512) != bytes(512):
                raise EOFError("a tar ends with a block of zeros")
        for member in members:
            if _is_wanted(member.name) and (inside := packed.extractfile(member)):
                to = hold.place(member.name)
                hold.pour(inside, to, packed=size, label=label)
                taken.append((member.name, to))
    return taken


def _is_wanted(name: str) -> bool:
    """Tell files that may hold data from hidden ones, and from pictures, films and sound."""
    inside = PurePosixPath(name)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in inside.parts)
    return not hidden and inside.suffix.lower() not in _MEDIA


def _refuse_members(label: str, members: list[tuple[str, bool]]) -> None:
    """Refuse an archive with names that lead elsewhere, or members that are no plain files."""
    astray = [name for name, _ in members if _leads_elsewhere(name)]
    odd = [name for name, is_odd in members if is_odd]
    said = []
    if astray:
        said.append(f"{counted(len(astray), 'name')} leading out of the folder")
    if odd:
        said.append(f"{counted(len(odd), 'member')} other than plain files, such as links")
    if said:
        raise Refusal(f"{label} has {' and '.join(said)}", mend="do not open it; ask where it comes from")


def _leads_elsewhere(name: str) -> bool:
    """Tell whether a member's name is absolute, climbs up, or hides something."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or "\x00" in name or parts[0][1:2] == ":"


def fingerprint(path: Path) -> str:
    """Compute the SHA-256 of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
