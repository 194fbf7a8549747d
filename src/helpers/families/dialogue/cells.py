"""How are posts and persons of an account added up where they live, and brought into memory?"""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from helpers.measures import WEEK_OUTCOMES
from helpers.reading.sampling import in_memory

ACCOUNT = ["platform", "account_id"]


def collected(frame: nw.LazyFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Bring a reduced table to pandas: sorted, numbers floating, and a number for each account."""
    table = in_memory(frame).sort_values(list(by), ignore_index=True)
    numbers = [name for name in table if name not in (*ACCOUNT, "format")]
    table = table.astype(dict.fromkeys(numbers, "float64"))
    table.insert(0, "account", table.groupby(ACCOUNT, dropna=False, sort=False).ngroup())
    return table


def sums() -> dict[str, nw.Expr]:
    """Add up what posts gathered, and the days on which they were made, as far as they are known."""
    days = {"days": nw.col("day").sum(), "dated": nw.col("day").count()}
    return {name: nw.col(name).sum() for name in WEEK_OUTCOMES} | days
