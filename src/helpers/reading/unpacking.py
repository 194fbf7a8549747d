"""How much may come out of what is packed, so that a small file cannot fill the disk?"""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from helpers.base.refusals import Refusal

RATIO = 200
"""How often a member may be larger than what it was packed in; tables and JSON of real exports reach some 40."""
FREE_OF_RATIO = 10_000_000
"""Bytes up to which the ratio says nothing: short repetitive files pack better than any bomb needs."""

CHUNK = 1 << 20
"""Bytes that are taken out at a time."""
WHOLE = "download or copy it again, whole"
"""What to do with an archive that is damaged or cut off."""
BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, LookupError, OverflowError, RuntimeError),
)
"""What reading an archive of any kind ends in when it is damaged or cut off: the standard library believes its numbers,
so that a wrong one ends in an index, a version or a name that cannot be."""


def unpacked_size(path: Path) -> int:
    """Measure what a zipped office file would take when it is read, without believing what it says.

    Parameters
    ----------
    path : Path
        A workbook that is a zip inside.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    Refusal
        When it is damaged or a bomb.
    """
    size = 0
    try:
        with zipfile.ZipFile(path) as packed:
            for member in packed.infolist():
                written = 0
                with packed.open(member) as stream:
                    while chunk := stream.read(CHUNK):
                        written += len(chunk)
                        if written > max(FREE_OF_RATIO, RATIO * member.compress_size):
                            raise Refusal(f"{path.name} is a zip bomb", mend="ask where it comes from")
                size += written
    except BROKEN:
        raise Refusal(f"{path.name} is damaged or cut off", mend=WHOLE) from None
    return size
