"""How is bad input refused? With every fault at once, and what to do next."""

import tempfile
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_NO_SPACE = ("max_temp_directory_size", "No space left on device", "not enough space on the disk")
"""What DuckDB and the systems say of a full disk."""
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
        self.what, self.faults, self.mend = what, tuple(faults), mend
        lines = [what, *(f"  - {fault}" for fault in self.faults)]
        super().__init__("\n".join([*lines, f"What to do: {mend}"] if mend else lines))


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
    the disk is full: what does not fit into memory found no room there
    >>> no_room("division by zero")
    """
    if any(sign in said for sign in _NO_SPACE):
        mend = f"free some of the disk of {tempfile.gettempdir()}, or set TMPDIR to a folder on a larger one"
        return Refusal("the disk is full: what does not fit into memory found no room there", mend=mend)
    if _NO_MEMORY in said:
        mend = (
            "allow more, as ENGAGEMENT_CLAIMS_MEMORY=4GB in the environment or memory_limit in JupyterLab, run fewer "
            "notebooks side by side with JOBS=1, or save the tables as Parquet, which is read piece by piece"
        )
        return Refusal("the data do not fit into the memory allowed", mend=mend)
    return None
