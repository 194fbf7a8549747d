"""Is every statement of the documents tested, looked up, or left with a reason?"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.claims import documents
from helpers.ground.root import ROOT

if TYPE_CHECKING:
    import pandas as pd

LIST = ROOT / "data" / "statements.csv"
"""Every statement of the five documents that could be checked, in our words: document, sentence, statement, claim (the
claims that test it), quoted (the quoted figures that look it up), reason (the entry that says why neither is done), and
fingerprint, by which whoever has the documents can see that the sentence is the one that was counted."""

WAYS = ("tested with data", "looked up at a source", "left, with a reason")
"""What is done about a statement, and where several are, the first of them."""


def sentences(text: str) -> list[str]:
    """Count a document's sentences, in the order of its file.

    Parameters
    ----------
    text : str
        The file's text.

    Returns
    -------
    list of str
        Cut at the end of each line, and after a full stop, a question mark, an exclamation mark or an ellipsis that is
        followed by a space. Headings count as sentences, empty pieces do not. The first is number 1.

    Examples
    --------
    >>> sentences("A heading\\n\\nOne. Two at 1.5%! Three\\n")
    ['A heading', 'One.', 'Two at 1.5%!', 'Three']
    """
    pieces = [piece for line in text.splitlines() for piece in re.split(r"(?<=[.!?\N{HORIZONTAL ELLIPSIS}])\s+", line)]
    return [piece.strip() for piece in pieces if piece.strip()]


def statements(path: Path = LIST) -> list[dict[str, str]]:
    """Read the list of statements.

    Parameters
    ----------
    path : Path
        The list.

    Returns
    -------
    list of dict
        The columns of the file, and way, one of `WAYS`.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{**row, "way": WAYS[0] if row["claim"] else WAYS[1] if row["quoted"] else WAYS[2]} for row in rows]


def counts(path: Path = LIST) -> dict[str, dict[str, int]]:
    """Count what is done about the statements of each document.

    Parameters
    ----------
    path : Path
        As in `statements`.

    Returns
    -------
    dict of str to dict
        By the document's number: how many statements there are, and for each of `WAYS` how many.
    """
    found = Counter((row["document"], row["way"]) for row in statements(path))
    numbers = dict.fromkeys(number for number, _ in found)
    ways = {number: {way: found[number, way] for way in WAYS} for number in numbers}
    return {number: {"statements": sum(told.values()), **told} for number, told in ways.items()}


def tally() -> "pd.DataFrame":
    """Lay `counts` out for reading, with the documents' titles and a row for all."""
    import pandas as pd

    table = pd.DataFrame.from_dict(counts(), orient="index")
    titles = documents()
    table = table.rename(index=lambda number: f"{number} {titles[number]}").rename_axis("document")
    table.loc["all"] = table.sum()
    return table
