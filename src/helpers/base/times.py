"""How are times compared and counted, so that every engine does it alike?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import narwhals as nw


def moment(at: datetime) -> nw.Expr:
    """Write a moment in UTC for comparison with a column of times.

    Spark would take a bare datetime for one on the clock of the person's machine.

    Parameters
    ----------
    at : datetime
        Without a zone.

    Returns
    -------
    narwhals.Expr
        The same moment on every engine, whatever the machine's zone.
    """
    import narwhals as nw

    return nw.lit(at.isoformat(" ")).cast(nw.Datetime())


def seconds(frame: nw.LazyFrame, times: str, *, since: datetime) -> nw.Expr:
    """Count the whole seconds from a moment to each time of a column.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The table for which the expression is meant.
    times : str
        A column of times in UTC, none before `since`.
    since : datetime
        Without a zone, a whole day.

    Returns
    -------
    narwhals.Expr
        Whole numbers, unknown where the time is.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"t": [pd.Timestamp("1970-01-02 00:00:01.9")]})).lazy()
    >>> frame.select(s=seconds(frame, "t", since=datetime(1970, 1, 1))).collect()["s"].to_list()
    [86401]
    """
    import narwhals as nw

    time = nw.col(times)
    if not frame.implementation.is_spark_like():
        return (time - moment(since)).dt.total_seconds()
    # narwhals does not count the seconds of a span of time on Spark; elsewhere the calendar is slower than the span.
    year = time.dt.year()
    days = (year - 1) * 365 + (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400 + time.dt.ordinal_day()
    clock = time.dt.hour() * 3_600 + time.dt.minute() * 60 + time.dt.second()
    return (days - since.toordinal()).cast(nw.Int64) * 86_400 + clock
