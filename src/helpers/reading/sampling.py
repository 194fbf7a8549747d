"""Which units are taken where there are more than a notebook can hold, or than a hundred fits can wait for?

Of fifty million accounts some millions say nearly as much. Those are drawn by a hash of their ids, the same for every
table, engine and run, with all their rows. Estimates stay unbiased, and their intervals hold: they are those of the
accounts that were drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    import pandas as pd


MOST_ROWS = 10_000_000
"""Rows of a reduced table that all come into memory; with more, a half, a quarter and so on of the accounts."""

VECTORS_AT_A_TIME = 512
"""How much is fetched from DuckDB at a time, in its vectors of 2,048 rows: a million rows."""

_LOT, _LOTS = "__lot", 1 << 32


def in_memory(table: nw.LazyFrame, *, unit: str = "account_id") -> pd.DataFrame:
    """Bring a reduced table into memory, and of too many rows those of a share of the units, which is then said.

    Rows are fetched a million at a time. As soon as there are more than `MOST_ROWS`, half of the units go, and so on
    (adaptive sampling).

    Parameters
    ----------
    table : narwhals.LazyFrame
        One row for each unit, or several.
    unit : str, default "account_id"
        The column that names units.

    Returns
    -------
    pandas.DataFrame
        All rows of the units that were drawn; all units where there are few enough.

    References
    ----------
    Flajolet, P. (1990). On adaptive sampling. Computing 43.
    """
    native = table.to_native()
    if hasattr(native, "fetch_df_chunk"):
        found, share = _fetched(table, unit)
    elif hasattr(native, "persist"):
        found, share = _from_spark(native, unit)
    else:
        found, share = table.collect("pandas").to_native(), 1
    if share > 1:
        print(
            f"More than {MOST_ROWS:,} rows: one {unit} in {share} is taken, drawn by a hash, with all its rows. "
            f"Intervals are some {share**0.5:.1f} times as wide as with all of them, and hold as they stand."
        )
    return found


FEW_ROWS = 5_000
"""Rows on which each further step takes DuckDB longer to plan than to do."""


def few_in_memory(table: nw.LazyFrame) -> nw.LazyFrame:
    """Bring a table of at most `FEW_ROWS` rows into memory, as those of one account are; a larger one stays in DuckDB.

    Parameters
    ----------
    table : narwhals.LazyFrame
        On which several steps follow.

    Returns
    -------
    narwhals.LazyFrame
        With the same rows.
    """
    import narwhals as nw

    if not hasattr(table.to_native(), "fetch_df_chunk"):
        return table
    few = table.head(FEW_ROWS + 1).collect("pandas").to_native()
    return nw.from_native(few).lazy() if len(few) <= FEW_ROWS else table


def _fetched(table: nw.LazyFrame, unit: str) -> tuple[pd.DataFrame, int]:
    """Fetch from DuckDB part by part, as it would hold all that it gives at once outside its memory limit."""
    relation, share, parts = table.to_native(), 1, []
    while len(part := relation.fetch_df_chunk(VECTORS_AT_A_TIME)):
        parts.append(part if share == 1 else _drawn(_with_lots(part, unit), share))
        while sum(map(len, parts)) > MOST_ROWS:
            parts = [_with_lots(one, unit) for one in parts] if share == 1 else parts
            share *= 2
            parts = [_drawn(one, share) for one in parts]
    if not parts:  # an empty part does not know its types
        return table.collect("pandas").to_native(), 1
    return _united(parts).drop(columns=_LOT, errors="ignore"), share


def _united(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put parts together; a column of text that is empty throughout one of them is text still."""
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    texts = {name for part in parts for name, kind in part.dtypes.items() if kind == "str"}
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(texts, "str"))


def drawn(frame: pd.DataFrame, *, unit: str, most: int) -> pd.DataFrame:
    """Take all rows of so many units as are wanted where there are more: those whose hashes are the lowest.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each unit, or several.
    unit : str
        The column that names units.
    most : int
        How many units are taken at most.

    Returns
    -------
    pandas.DataFrame
        The same units on every machine and whatever the order of the rows, in the order that they have.

    Examples
    --------
    >>> import pandas as pd
    >>> drawn(pd.DataFrame({"account_id": ["a", "b", "c", "b"]}), unit="account_id", most=2)["account_id"].tolist()
    ['a', 'c']
    """
    import numpy as np

    if len(frame) <= most:
        return frame
    of_row, units = frame[unit].factorize(use_na_sentinel=False)
    if len(units) <= most:
        return frame
    lots = _lots(units)
    return frame[(lots <= np.partition(lots, most - 1)[most - 1])[of_row]]


def _lots(units: pd.Series | pd.Index) -> np.ndarray:
    """Give each unit a number below 2^32: the start of the MD5 of its name, which Spark knows too."""
    import duckdb

    with duckdb.connect() as connection:  # four times as quick as Python's own
        connection.register("units", units.astype("str").to_frame(name="name"))
        lots = connection.sql("SELECT ('0x' || md5(coalesce(name, ''))[:8])::UINTEGER AS lot FROM units")
        return lots.fetchnumpy()["lot"]


def _with_lots(part: pd.DataFrame, unit: str) -> pd.DataFrame:
    return part.assign(**{_LOT: _lots(part[unit])})


def _drawn(part: pd.DataFrame, share: int) -> pd.DataFrame:
    return part[part[_LOT] < _LOTS // share]


def _from_spark(frame: Any, unit: str) -> tuple[pd.DataFrame, int]:
    """Count in Spark, and fetch what is drawn."""
    import narwhals as nw

    share, taken = 1, frame.persist()
    try:
        while taken.count() > MOST_ROWS:
            share *= 2
            taken = frame.filter(f"md5(coalesce(CAST(`{unit}` AS STRING), '')) < '{_LOTS // share:08x}'")
        return nw.from_native(taken).lazy().collect("pandas").to_native(), share
    finally:
        frame.unpersist()
