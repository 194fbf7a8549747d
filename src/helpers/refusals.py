"""How is bad input refused? With every fault at once, and what to do next."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


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


def nearest(name: str, allowed: Sequence[str]) -> str:
    """Point to the allowed name that is nearest to one that is not.

    Parameters
    ----------
    name : str
        The name that came.
    allowed : sequence of str
        The names there are.

    Returns
    -------
    str
        ``" (did you mean 'min_posts'?)"``, or an empty text when nothing is near.

    Examples
    --------
    >>> nearest("min_post", ["min_posts", "platform"])
    " (did you mean 'min_posts'?)"
    """
    close = get_close_matches(name, allowed, n=1, cutoff=0.5)
    return f" (did you mean '{close[0]}'?)" if close else ""
