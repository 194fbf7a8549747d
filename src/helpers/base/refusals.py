"""How is bad input refused? With every fault at once, and what to do next."""

import errno
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_LINE, _WHOLE = 800, 4_000
"""Characters of one fault, and of a whole message: what came may be as long as somebody pleases to make it."""

_SIGNS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters that a screen obeys or hides instead of showing them: colours, deletions, changes of direction,
halves of characters."""

_NO_SPACE = ("max_temp_directory_size", "No space left on device", "not enough space on the disk", "quota exceeded")
"""What DuckDB and the systems say of a full disk."""
_NO_LEAVE = ("Permission denied", "Read-only file system", "Access is denied", "No usable temporary directory")
"""What they say of a folder in which nothing may be written, or of a file that may not be read."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""Numbers of errors that say that there is no room."""
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_MEMORY = "Out of Memory Error"


class Refusal(Exception):
    """Input that the project does not work with, told to the person who gave it.

    Commands print the message to standard error and exit with status 2; nothing has been written by then.
    Messages name files, columns, parameters and counts, never a caption, a comment or a handle.

    Parameters
    ----------
    what : str
        What was given and cannot be used, one line.
    faults : iterable of str
        Every fault found, each with what came and what is allowed.
    mend : str
        What to do next.
    """

    def __init__(self, what: str, faults: Iterable[str] = (), mend: str = "") -> None:
        self.what, self.mend = _cut(plain(what), _LINE), _cut(plain(mend, breaks=True), _WHOLE // 2)
        self.faults = tuple(_cut(plain(fault), _LINE) for fault in faults)
        shown = _as_many(self.faults, _WHOLE - len(self.what) - len(self.mend))
        lines = [self.what, *(f"  - {fault}" for fault in shown)]
        super().__init__("\n".join([*lines, f"What to do: {self.mend}"] if mend else lines))


def plain(text: str, *, breaks: bool = False) -> str:
    """Write the characters that a screen would obey as escapes, and line breaks as spaces.

    Parameters
    ----------
    text : str
        What is to be shown.
    breaks : bool
        Whether lines stay lines.

    Returns
    -------
    str
        Nothing in it moves, colours or hides what stands beside it.

    Examples
    --------
    >>> plain("red \\x1b[31m,\\nnext"), plain("déjà vu 👍🏽")
    ('red \\\\x1b[31m, next', 'déjà vu 👍🏽')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if breaks and character == "\n" else _shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\r\t" or unicodedata.category(character) == "Zs":
        return " "
    return repr(character)[1:-1] if unicodedata.category(character) in _SIGNS else character


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def _as_many(faults: Sequence[str], room: int) -> list[str]:
    """Give as many faults as fit, and the number of the others."""
    shown: list[str] = []
    for fault in faults:
        room -= len(fault) + 5
        if room < 0 and shown:
            return [*shown, f"and {len(faults) - len(shown):,} more"]
        shown.append(fault)
    return shown


def nearest(name: str, allowed: Sequence[str], *, alike: float = 0.5) -> str:
    """Point to the allowed name that is nearest to one that is not.

    Parameters
    ----------
    name : str
        The name that came.
    allowed : sequence of str
        The names there are.
    alike : float
        How much of the two names has to be the same.

    Returns
    -------
    str
        ``" (did you mean 'min_posts'?)"``, or an empty text when nothing is near.

    Examples
    --------
    >>> nearest("min_post", ["min_posts", "platform"])
    " (did you mean 'min_posts'?)"
    """
    close = get_close_matches(name, allowed, n=1, cutoff=alike)
    return f" (did you mean '{close[0]}'?)" if close else ""


def no_room(said: str) -> Refusal | None:
    """Tell a full disk and a full memory from every other error.

    Parameters
    ----------
    said : str
        What an error says that came from DuckDB or from a file.

    Returns
    -------
    Refusal or None
        What to do; None where there is room enough.

    Examples
    --------
    >>> print(no_room("IO Error: Could not write file: No space left on device").what)
    the disk is full: there was no room for what had to be written
    >>> no_room("division by zero")
    """
    if any(sign in said for sign in _NO_SPACE):
        mend = (
            f"free some of the disk of {_temporary()}, or set TMPDIR to a folder on a larger one; if there is room, "
            "the disk with reports/ and data/user/ is full"
        )
        return Refusal("the disk is full: there was no room for what had to be written", mend=mend)
    if _NO_MEMORY in said:
        mend = (
            "allow more, as ENGAGEMENT_CLAIMS_MEMORY=4GB in the environment or memory_limit in JupyterLab, run fewer "
            "notebooks side by side with JOBS=1, or save the tables as Parquet, which is read piece by piece"
        )
        return Refusal("the data do not fit into the memory allowed", mend=mend)
    return None


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # it is so full, or so closed, that none can be used
        return "the system's temporary folder"


def of_system(error: Exception) -> Refusal | None:
    """Tell what the machine does not let us do from a fault of the project.

    Parameters
    ----------
    error : Exception
        From the system, or from DuckDB, which has errors of its own for it.

    Returns
    -------
    Refusal or None
        What to do; None for every other error.

    Examples
    --------
    >>> print(of_system(OSError(errno.EROFS, "Read-only file system")).what)
    a file or folder cannot be written or read: Read-only file system
    >>> of_system(ValueError("no number"))
    """
    number, said = getattr(error, "errno", None), str(error)
    full = no_room("No space left on device" if number in FULL else said)
    if full:
        return full
    sign = next((sign for sign in _NO_LEAVE if sign in said), getattr(error, "strerror", None))
    if number in _CLOSED or sign in _NO_LEAVE:
        mend = (
            "see to it that you may write in reports/, data/user/ and the folder for temporary files (which TMPDIR "
            "names), and may read what you give; or work in a copy of the project where you may"
        )
        return Refusal(f"a file or folder cannot be written or read: {sign}", mend=mend)
    return None
