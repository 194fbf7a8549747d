"""Which figures about others may be shown? None that rests on fewer than ten persons or accounts.

Whoever knows one of nine can work out much of the others from a count and a mean, and a minimum is always one person's
own figure. Statistical offices and the users of ehrQL hold cells back for that reason; here one rule does it for every
table that a notebook shows. Three things are exempt: the number of units that a claim rests on, since a verdict
cannot be weighed without it; the reason ``too little data``, which tells nothing else; and data of one's own, which are
those of fewer than ten accounts or persons in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FEWEST = 10
"""Persons or accounts that a figure must rest on."""

PEOPLE = frozenset(
    ("accounts", "persons", "people", "respondents", "customers", "authors", "users", "owners", "count", "in campaigns")
)
"""What a column is called that counts persons or accounts in each row; ``count`` is pandas' own word in summaries."""

_COUNT = "count"
"""What a row of counts is called in pandas' summaries; a row called after units tells what a claim rests on."""

ENDS = frozenset(("min", "max", "minimum", "maximum", "lowest", "highest", "smallest", "largest"))
"""What a row or column is called that shows the figure of one unit."""

FEW, HELD_BACK = f"under {FEWEST}", "–"
"""What stands in place of a small count, and of what rests on it."""


def held_back(table: pd.DataFrame) -> pd.DataFrame:
    """Say which cells of a table rest on too few.

    Parameters
    ----------
    table : pandas.DataFrame
        As a notebook shows it; numbers may be written with commas.

    Returns
    -------
    pandas.DataFrame
        True in each row whose count of persons or accounts is from 1 to 9, and in rows and columns of ends.

    Examples
    --------
    >>> import pandas as pd
    >>> held_back(pd.DataFrame({"accounts": [9, 10], "rate": [0.1, 0.2]}))["rate"].tolist()
    [True, False]
    """
    import numpy as np
    import pandas as pd

    cells = np.zeros(table.shape, dtype=bool)
    for place, name in enumerate(table.columns):
        if _called(name) in PEOPLE:
            cells[_few(table.iloc[:, place]), :] = True
        if _called(name) in ENDS:
            cells[:, place] = True
    for place, label in enumerate(table.index):
        if _called(label) == _COUNT:
            cells[:, _few(table.iloc[place])] = True
        if _called(label) in ENDS:
            cells[place, :] = True
    return pd.DataFrame(cells, index=table.index, columns=table.columns)


def disclosed(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table as it may be shown.

    Parameters
    ----------
    table : pandas.DataFrame
        It stays as it is.

    Returns
    -------
    pandas.DataFrame
        The same where nothing is held back; else a copy with `FEW` for small counts and `HELD_BACK` for what rests on
        them.
    """
    cells = held_back(table).to_numpy()
    if not cells.any():
        return table
    shown = table.astype(object)
    for row, column in zip(*cells.nonzero(), strict=True):
        is_count = _called(table.columns[column]) in PEOPLE or _called(table.index[row]) == _COUNT
        shown.iloc[row, column] = FEW if is_count else HELD_BACK
    return shown


def rare(units: int, *, data_kind: str) -> int:
    """Say on how many persons or accounts a cell of a picture is not to rest, as the threshold below which it is empty.

    Parameters
    ----------
    units : int
        Persons or accounts in the picture.
    data_kind : str
        ``"simulated"``: nobody's, or ``"user"``.

    Returns
    -------
    int
        0 where every cell may be shown: the data are simulated, or of fewer than ten in all, which are one's own.

    Examples
    --------
    >>> rare(200, data_kind="user"), rare(9, data_kind="user"), rare(200, data_kind="simulated")
    (9, 0, 0)
    """
    return FEWEST - 1 if data_kind != "simulated" and units >= FEWEST else 0


def cells(units: int, *, most: int, data_kind: str) -> dict[str, int]:
    """Say into how many cells a side a density is cut, and which stay empty, as seaborn's histplot takes it.

    Parameters
    ----------
    units : int
        Persons or accounts in the picture.
    most : int
        Cells on a side where each may be shown.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    dict of str to int
        ``bins`` and ``thresh``, as `rare` gives it; of others' data larger cells, so that most of the units lie in some
        that may be shown.

    Examples
    --------
    >>> cells(4000, most=40, data_kind="user"), cells(4000, most=40, data_kind="simulated")
    ({'bins': 10, 'thresh': 9}, {'bins': 40, 'thresh': 0})
    """
    thresh = rare(units, data_kind=data_kind)
    few = max(3, round((units / (4 * FEWEST)) ** 0.5))
    return {"bins": min(most, few) if thresh else most, "thresh": thresh}


def edges(values: Sequence[float], *, most: int, data_kind: str) -> int | list[float]:
    """Say how values of persons or accounts are put into the bars of a density, as seaborn's histplot takes it.

    Parameters
    ----------
    values : sequence of float
        One of each; as logarithms to base 10 where the axis is logarithmic.
    most : int
        Bars where each may be shown.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    int or list of float
        A number of bars; for others' data the edges of bars that hold as many units each, ten at least.

    Examples
    --------
    >>> edges(range(30), most=40, data_kind="user"), edges(range(30), most=40, data_kind="simulated")
    ([0.0, 10.0, 20.0, 29.0], 40)
    """
    import numpy as np

    known = np.sort(np.asarray(values, dtype=float))
    known = known[np.isfinite(known)]
    if not rare(len(known), data_kind=data_kind):
        return most
    count = min(most, len(known) // FEWEST)
    first = [known[(place * len(known)) // count] for place in range(count)]
    found = np.unique([*first, known[-1]]).tolist()
    return found if len(found) > 1 else 1


def without_few(means: pd.DataFrame, *, count: str = "accounts") -> pd.DataFrame:
    """Leave out of means what rests on too few, before sentences are made of them.

    Parameters
    ----------
    means : pandas.DataFrame
        One row for each group.
    count : str, default "accounts"
        The column with the persons or accounts of each; where there is none, nothing is left out.

    Returns
    -------
    pandas.DataFrame
        A copy in which the numbers of groups of fewer than ten are missing; all stay where they are fewer than ten
        together, which are one's own.

    Examples
    --------
    >>> import pandas as pd
    >>> without_few(pd.DataFrame({"accounts": [9, 10], "mean": [0.1, 0.2]}))["mean"].tolist()
    [nan, 0.2]
    """
    if count not in means or means[count].sum() < FEWEST:
        return means
    shown = means.copy()
    numbers = [name for name in means.select_dtypes("number") if name != count]
    shown[numbers] = shown[numbers].astype("float64")
    shown.loc[_few(means[count]), numbers] = float("nan")
    return shown


def _few(values: pd.Series) -> np.ndarray:
    """Tell counts from 1 to 9."""
    import pandas as pd

    numbers = pd.to_numeric(values.astype("str").str.replace(",", ""), errors="coerce")
    return ((numbers > 0) & (numbers < FEWEST)).to_numpy()


def _called(label: object) -> str:
    return str(label).strip().casefold()
