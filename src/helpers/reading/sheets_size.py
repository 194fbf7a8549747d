"""How large is a zipped workbook?"""

from __future__ import annotations

import zipfile
from pathlib import Path

from helpers.base.refusals import Refusal
from helpers.sources.intake import _BROKEN, _CHUNK, _WHOLE, FREE_OF_RATIO, RATIO


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
                    while chunk := stream.read(_CHUNK):
                        written += len(chunk)
                        if written > max(FREE_OF_RATIO, RATIO * member.compress_size):
                            raise Refusal(f"{path.name} is a zip bomb", mend="ask where it comes from")
                size += written
    except (*_BROKEN, NotImplementedError, RuntimeError):
        raise Refusal(f"{path.name} is damaged or cut off", mend=_WHOLE) from None
    return size
