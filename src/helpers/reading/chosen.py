"""Do the data hold what a person has chosen of them? If not, it is said what there is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import listed
from helpers.ground.platforms import platform_named

CHOOSING = ("platforms", "start", "end")
"""Parameters that choose a part of the data; empty means all."""

_TIMES = {"posts": "created_at", "diary": "observed_at"}
"""Tables that a period can be chosen from, and the column that says when."""

_MOST = 30
"""Platforms that a message lists."""


def refuse_absent(
    tables: Mapping[str, Any], *, platforms: Sequence[str] = (), start: str | None = None, end: str | None = None
) -> None:
    """Refuse a choice of which the data hold nothing.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables.
    platforms : sequence of str, default ()
        Each has to be in some table.
    start, end : str, optional
        First and last day, as 2025-01-31; part of what lies between them has to be within the time of some table.

    Raises
    ------
    Refusal
        With every fault, and what there is.

    Examples
    --------
    >>> import pandas as pd
    >>> refuse_absent({"posts": pd.DataFrame({"platform": ["instagram", "x"]})}, platforms=["Instagram"])
    Traceback (most recent call last):
        ...
    helpers.base.refusals.Refusal: the data hold nothing of what was chosen
      - platforms: 'Instagram' is in no table (did you mean 'instagram'?)
    What to do: choose of the platforms that there are: instagram, x
    """
    faults, there = _platforms(tables, platforms) if platforms else ([], [])
    more, period = _period(tables, start, end) if start or end else ([], "")
    if faults or more:
        raise Refusal("the data hold nothing of what was chosen", [*faults, *more], _mend(faults, there, more, period))


def _mend(faults: Sequence[str], there: Sequence[str], more: Sequence[str], period: str) -> str:
    """Say what there is, of that which was asked for."""
    rest = f" and {len(there) - _MOST} more" if len(there) > _MOST else ""
    says = [f"choose of the platforms that there are: {listed(there[:_MOST])}{rest}"] if faults and there else []
    says += ["leave platforms empty, as no table names any"] if faults and not there else []
    undated = any("has a date" in fault for fault in more)
    way = "leave start and end empty" if undated else "write days as 2025-01-31, the first one first"
    says += [f"choose days from {period}" if period else way] if more else []
    return "; ".join(says)


def _platforms(tables: Mapping[str, Any], wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the faults, and the platforms that there are."""
    import narwhals as nw

    there: set[str] = set()
    for table in tables.values():
        frame = nw.from_native(table).lazy()
        if "platform" in frame.collect_schema().names():
            found = frame.select("platform").drop_nulls().unique().collect("pandas")
            there |= {str(name) for name in found["platform"].to_list()}
    known = sorted(there)
    low = {platform_named(name): name for name in known}
    absent = [name for name in wanted if name not in there]
    ours = [low.get(platform_named(str(name))) for name in absent]
    near = [f" (did you mean '{name}'?)" if name else "" for name in ours]
    return [
        f"platforms: {name!r} is in no table{same or nearest(str(name), known)}"
        for name, same in zip(absent, near, strict=True)
    ], known


def _period(tables: Mapping[str, Any], start: str | None, end: str | None) -> tuple[list[str], str]:
    """Give the faults, and the days that there are."""
    days, faults = {}, []
    for name, day in (("start", start), ("end", end)):
        try:
            days[name] = date.fromisoformat(day[:10]) if day else None
        except (ValueError, TypeError):
            faults.append(f"{name}: {day!r} is no day")
    if faults:
        return faults, ""
    if days["start"] and days["end"] and days["start"] > days["end"]:
        return [f"start: {start} lies after end: {end}"], ""
    spans = _spans(tables)
    inside = [
        (first, last)
        for first, last in spans
        if not (days["start"] and last < days["start"]) and not (days["end"] and first > days["end"])
    ]
    if not spans and _TIMES.keys() & tables.keys():
        return ["start and end: nothing in the data has a date, so that no period can be chosen"], ""
    if inside or not spans:
        return [], ""
    period = f"{min(first for first, _ in spans)} to {max(last for _, last in spans)}"
    chosen = " to ".join(str(day) for day in days.values() if day)
    return [f"start and end: nothing lies within {chosen}"], period


def _spans(tables: Mapping[str, Any]) -> list[tuple[date, date]]:
    """Give the first and the last day of each table that has any."""
    import narwhals as nw

    found = []
    for name, column in _TIMES.items():
        frame = nw.from_native(tables[name]).lazy() if name in tables else None
        if frame is not None and column in frame.collect_schema().names():
            ends = frame.select(first=nw.col(column).min(), last=nw.col(column).max()).collect("pandas").to_native()
            if ends["first"].notna()[0]:
                found.append((ends["first"][0].date(), ends["last"][0].date()))
    return found
