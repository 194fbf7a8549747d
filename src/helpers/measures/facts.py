"""What do reduced tables rest on, and what was left out?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpers.base.words import with_commas
from helpers.measures.posts import Reduced

if TYPE_CHECKING:
    import pandas as pd


def facts_of(
    data: Reduced,
    *,
    rows: Mapping[str, int],
    notes: Sequence[str] = (),
    own: Sequence[tuple[str, str]] | None = None,
) -> "pd.DataFrame":
    """List what reduced tables rest on and what was left out, before any result.

    Parameters
    ----------
    data : Reduced
        The reduced tables.
    rows : mapping of str to int
        Rows read of each table.
    notes : sequence of str, default ()
        What reading the files decided.
    own : sequence of tuple of str, optional
        Facts and values that stand between what was read and what was left out; by default rows used, units and
        period.

    Returns
    -------
    pandas.DataFrame
        Columns fact (the index) and value, as text.
    """
    import pandas as pd

    if own is None:
        own = [*with_commas({"rows used": data.n_rows, **data.units}), ("period", days_of(data))]
    read = with_commas({f"rows read: {table}": count for table, count in rows.items()})
    listed = [*read, *own, *with_commas(data.excluded), *(("reading", note) for note in notes)]
    return pd.DataFrame(listed, columns=["fact", "value"]).set_index("fact")


def days_of(data: Reduced) -> str:
    """Write the first and last day of reduced tables, ``unknown`` where there are no times."""
    return "unknown" if data.period is None else f"{data.period[0]} to {data.period[1]}"
