"""Which datasets share accounts or persons? Asked of the data themselves; ids go nowhere, only who shares with whom."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.base.words import listed
from helpers.reading.manifest import Address
from helpers.running.project import Project

IDS = ("account_id", "owner", "person_id", "customer_id", "team_id", "community_id")
"""Columns that name units, or who runs them. The same account_id on two platforms is one owner, and so one account."""

LEAST_SHARED = 0.05
"""Share of the smaller dataset's units in the larger from which on both count as one: below it, results of the two are
correlated by hardly more than that."""


NUMBERED = re.compile(r"[A-Za-z]*[_-]?0*\d{1,6}")
"""An id that is a running number: in another dataset it may be anybody's, unless its followers are about as many."""

NEAR = 0.25
"""Difference of ln followers up to which a running number is the same account at another time."""

MOST_PAIRS = 5_000_000
"""Pairs that are counted one by one; where units are in so many datasets, all that share any count as sharing."""


def pairs_of(sizes: Mapping[str, int], memberships: Iterable[tuple[Sequence[str], int]]) -> list[tuple[str, str]]:
    """Name the pairs of datasets that share units.

    Parameters
    ----------
    sizes : mapping of str to int
        Units of each dataset.
    memberships : iterable of (sequence of str, int)
        Datasets that hold the same units, and how many units those are.

    Returns
    -------
    list of (str, str)
        Those of which at least `LEAST_SHARED` of the smaller one's units are in the other.

    Examples
    --------
    >>> pairs_of({"a": 100, "b": 20, "c": 500}, [(["a", "b"], 2), (["a", "c"], 3)])
    [('a', 'b')]
    """
    both: Counter[tuple[str, str]] = Counter()
    known = list(memberships)
    if sum(len(names) ** 2 for names, _ in known) > MOST_PAIRS:
        return list(combinations(sorted({name for names, _ in known for name in names}), 2))
    for names, units in known:
        for pair in combinations(sorted(names), 2):
            both[pair] += units
    return sorted(pair for pair, units in both.items() if units >= LEAST_SHARED * min(sizes[name] for name in pair))


def shared_accounts(
    project: Project, places: Mapping[str, Path | Address | None]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Open datasets and say which of them share accounts, persons or other units.

    Parameters
    ----------
    project : Project
        Knows how data are opened.
    places : mapping of str to Path, Address or None
        By name where the data lie; None where they are not there any more.

    Returns
    -------
    tuple of list and list
        Pairs of names, and what could not be found out, in sentences. Ids that are running numbers are taken for the
        same account only where followers are about as many, and for the same person never.
    """
    units: dict[str, dict[tuple[str, str], float]] = {}
    for name, place in places.items():
        try:
            if place is not None:
                units[name] = _units(project.open_dataset(place, engine="duckdb"))
        except Refusal:
            continue
    pairs = [(one, other) for one, other in combinations(units, 2) if _common(units[one], units[other])]
    return pairs, _unknown(places, units)


def _units(dataset: Any) -> dict[tuple[str, str], float]:
    """Collect the ids of all tables, each with what it names, and the ln of its followers where they are known."""
    import narwhals as nw

    found: dict[tuple[str, str], float] = {}
    for table in dataset.tables.values():
        frame = nw.from_native(table).lazy()
        names = frame.collect_schema().names()
        for column in set(IDS) & set(names):
            size = (
                nw.col("followers").cast(nw.Float64).mean() if "followers" in names else nw.lit(None, nw.Float64).max()
            )
            sizes = frame.group_by(column).agg(size=size).collect("pandas").to_native().dropna(subset=[column])
            for one, followers in zip(sizes[column].astype(str), sizes["size"].astype(float), strict=True):
                known = math.log(followers) if followers > 0 else math.nan
                found[column, one] = known if known == known else found.get((column, one), math.nan)
    return found


def _common(one: Mapping[tuple[str, str], float], other: Mapping[tuple[str, str], float]) -> bool:
    """Say whether two datasets have so many units in common that they count as one."""
    both = one.keys() & other.keys()
    named = sum(not NUMBERED.fullmatch(unit) for _, unit in both)
    apart = [abs(one[key] - other[key]) for key in both if NUMBERED.fullmatch(key[1])]
    near = [distance < NEAR for distance in apart if distance == distance]
    same = named + (sum(near) if sum(near) >= len(near) / 2 else 0)
    return same >= max(1, LEAST_SHARED * min(len(one), len(other)))


def _unknown(places: Mapping[str, Path | Address | None], units: Mapping[str, object]) -> list[str]:
    """Say where it is not known whether datasets share units."""
    lost = [name for name in places if name not in units]
    said = [f"Whether {listed(lost)} share accounts with others is not known: the data are not there."] if lost else []
    keyed = {name: _key(place) for name, place in places.items() if name in units}
    imported = [name for name, key in keyed.items() if key is not None]
    if imported and len(set(keyed.values())) > 1:
        said.append(
            f"Accounts of {listed(imported)} have pseudonyms made at their import, which others do not share: an "
            "account that is in two of the runs is counted twice, and cannot be seen."
        )
    return said


def _key(place: Path | Address | None) -> bytes | None:
    """Read the key that pseudonyms of an import were made with."""
    from helpers.sources.privacy import KEY

    file = Path(place) / KEY if isinstance(place, Path) else None
    return file.read_bytes() if file and file.is_file() else None
