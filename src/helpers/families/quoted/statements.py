"""Is every statement of the documents tested, looked up, or left with a reason?"""

import re
from pathlib import Path

import pandas as pd

from helpers import ROOT
from helpers.claims import documents

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


def statements(path: Path = LIST) -> pd.DataFrame:
    """Read the list of statements.

    Parameters
    ----------
    path : Path
        The list.

    Returns
    -------
    pandas.DataFrame
        The columns of the file as text, sentence as a number, and way, one of `WAYS`.
    """
    rows = pd.read_csv(path, dtype="str", keep_default_na=False).astype({"sentence": int})
    way = rows["quoted"].ne("").map({True: WAYS[1], False: WAYS[2]}).mask(rows["claim"].ne(""), WAYS[0])
    return rows.assign(way=way)


def tally(path: Path = LIST) -> pd.DataFrame:
    """Count what is done about the statements of each document.

    Parameters
    ----------
    path : Path
        As in `statements`.

    Returns
    -------
    pandas.DataFrame
        One row for each document and one for all, one column for each of `WAYS`, and how many statements there are.
    """
    rows, titles = statements(path), documents()
    names = rows["document"] + " " + rows["document"].map(titles)
    counts = pd.crosstab(names.rename("document"), rows["way"]).reindex(columns=list(WAYS), fill_value=0)
    counts.loc["all"] = counts.sum()
    return counts.assign(statements=counts.sum(axis="columns")).rename_axis(columns=None)
