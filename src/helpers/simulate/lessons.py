"""What do simple comparisons find on simulated weeks of accounts, where the truth is known?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def slopes_by_week(
    weeks: pd.DataFrame, ways: Sequence[tuple[str, str, str, Sequence[str]]], *, title: str
) -> pd.DataFrame:
    """Fit a slope for each way to look, within accounts and weeks.

    Parameters
    ----------
    weeks : pandas.DataFrame
        One row for each account and week.
    ways : sequence of tuple
        What is compared, in words, and the columns: outcome, term, and those held fixed.
    title : str
        What the words are about.

    Returns
    -------
    pandas.DataFrame
        Slope and 95% interval by what is compared, as text.
    """
    import pandas as pd

    from helpers.estimates import regress

    rows = []
    for name, y, x, held in ways:
        fitted = regress(weeks, outcome=y, terms=[x], adjust=held, within=["account", "week"], cluster="account")
        if fitted:
            one = fitted.term(x)
            rows.append((name, f"{one.value:+.3f}", f"{one.low:+.3f} to {one.high:+.3f}"))
    return pd.DataFrame(rows, columns=[title, "slope", "95% interval"]).set_index(title)
