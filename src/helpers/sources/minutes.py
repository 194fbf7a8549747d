"""How many minutes of use do single events make, hour by hour?

A download says when something was viewed or done, not for how long. The rule: events at most `gap_minutes` apart belong
to one session, and each lasts until the next; the last one of a session, and one that stands alone, lasts
`event_minutes`. Minutes are split over the hours in which they fall.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal

if TYPE_CHECKING:
    import pandas as pd

GAP_MINUTES = 5.0
"""Longer than nearly every short video and post; long videos watched one after the other are under-counted."""
EVENT_MINUTES = 1.0
"""What an event lasts when nothing says when it ended."""

_HOUR = 3600.0  # seconds


def use_by_hour(
    times: Iterable[float], *, gap_minutes: float = GAP_MINUTES, event_minutes: float = EVENT_MINUTES
) -> pd.DataFrame:
    """Turn the times of events into minutes and counts for each hour.

    Parameters
    ----------
    times : iterable of float
        Seconds since 1970 (UTC), in any order.
    gap_minutes : float
        How far apart two events of one session are at most.
    event_minutes : float
        How long the last event of a session lasts; at most the gap, so that no minute counts twice.

    Returns
    -------
    DataFrame
        `minutes` and `events`, indexed by `observed_at`, the beginning of the hour (UTC). Hours without use have no
        row. The minutes of all hours are at most the time from first to last event and `event_minutes` more.

    Raises
    ------
    Refusal
        When the gap is no positive number, or `event_minutes` is none between 0 and the gap.

    Examples
    --------
    >>> use_by_hour([0, 120, 3540, 3660], gap_minutes=5, event_minutes=1)["minutes"].tolist()
    [4.0, 2.0]
    """
    import numpy as np
    import pandas as pd

    check_rule(gap_minutes, event_minutes)
    begins = np.sort(np.fromiter(times, dtype="float64"))
    until_next = np.diff(begins, append=np.inf)
    ends = begins + np.where(until_next <= gap_minutes * 60, until_next, event_minutes * 60)
    first = np.floor(begins / _HOUR).astype("int64")
    last = np.maximum(first, np.ceil(ends / _HOUR).astype("int64") - 1)
    event = np.repeat(np.arange(begins.size), last - first + 1)
    # Counts 0, 1, 2 ... within each event, one for each hour that it touches.
    hour = first[event] + np.arange(event.size) - np.searchsorted(event, event)
    seconds = np.minimum(ends[event], (hour + 1) * _HOUR) - np.maximum(begins[event], hour * _HOUR)
    pieces = pd.DataFrame({"hour": hour, "minutes": seconds / 60, "events": hour == first[event]})
    use = pieces.groupby("hour").agg(minutes=("minutes", "sum"), events=("events", "sum"))
    use.index = pd.to_datetime(use.index * int(_HOUR), unit="s").as_unit("us").rename("observed_at")
    return use.astype({"minutes": "float64", "events": "int64"})


def check_rule(gap_minutes: float, event_minutes: float) -> None:
    """Refuse a rule that cannot be applied.

    Raises
    ------
    Refusal
        With every fault of the two numbers.
    """
    faults = []
    if not 0 < gap_minutes < float("inf"):
        faults.append(f"gap_minutes is {gap_minutes}; it has to be a positive number")
    if not 0 < event_minutes <= gap_minutes:
        faults.append(f"event_minutes is {event_minutes}; it has to be above 0 and at most gap_minutes")
    if faults:
        raise Refusal("events cannot become minutes by this rule", faults, "use gap_minutes=5 and event_minutes=1")
