"""What does every row of a table tell? What all rows have, or none, need not be asked of each account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd


MANY = 5_000_000
"""Rows from which it pays to ask: planning the questions takes a fifth of a second."""


def hold_throughout(rows: nw.LazyFrame, conditions: Mapping[str, nw.Expr]) -> set[str]:
    """Find the conditions that are true of every row, where that is quickly known and worth knowing.

    DuckDB answers most from the least and greatest values that Parquet files and its own tables state, and else reads
    on until a row is found that breaks one. Other engines would have to read everything, and are not asked.

    Parameters
    ----------
    rows : narwhals.LazyFrame
        A table.
    conditions : mapping of str to narwhals.Expr
        Truth values by name; unknown is not true.

    Returns
    -------
    set of str
        Names of those that hold; on other engines, and in tables of fewer than `MANY` rows, none.
    """
    import narwhals as nw

    if not rows.implementation.is_duckdb() or rows.select(n=nw.len()).to_native().fetchone()[0] < MANY:
        return set()
    broken = {name: rows.filter(~holds.fill_null(False)).select(at=nw.lit(1)) for name, holds in conditions.items()}
    return {name for name, found in broken.items() if not found.head(1).to_native().fetchone()}


def with_settled(table: pd.DataFrame, settled: Mapping[str, str | float | None]) -> pd.DataFrame:
    """Add columns that need not be worked out: the same as another column, or one value throughout.

    Parameters
    ----------
    table : pandas.DataFrame
        A reduced table.
    settled : mapping of str to str, float or None
        By the name of a new column its value, or the name of the column that it equals, also of one added before it.

    Returns
    -------
    pandas.DataFrame
        A wider copy.
    """
    for name, what in settled.items():
        table = table.assign(**{name: table[what] if isinstance(what, str) else what})
    return table
