"""Which datasets share accounts or persons? Asked of the data themselves; ids go nowhere, only who shares with whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.base.words import listed
from helpers.reading.manifest import Address
from helpers.running.project import Project
from helpers.sources.privacy import KEY

IDS = ("account_id", "owner", "person_id", "customer_id", "team_id", "community_id")
"""Columns that name units, or who runs them. The same account_id on two platforms is one owner, and so one account."""

LEAST_SHARED = 0.05
"""Share of the smaller dataset's units in the larger from which on both count as one: below it, results of the two are
correlated by hardly more than that."""


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
        Pairs of names, and what could not be found out, in sentences.
    """
    units: dict[str, set[tuple[str, str]]] = {}
    for name, place in places.items():
        try:
            if place is not None:
                units[name] = _units(project.open_dataset(place, engine="duckdb"))
        except Refusal:
            continue
    where: dict[tuple[str, str], list[str]] = {}
    for name, own in units.items():
        for unit in own:
            where.setdefault(unit, []).append(name)
    several = Counter(tuple(names) for names in where.values() if len(names) > 1)
    return pairs_of({name: len(own) for name, own in units.items()}, several.items()), _unknown(places, units)


def _units(dataset: Any) -> set[tuple[str, str]]:
    """Collect the ids of all tables, each with what it names."""
    import narwhals as nw

    found = set()
    for table in dataset.tables.values():
        frame = nw.from_native(table).lazy()
        for column in set(IDS) & set(frame.collect_schema().names()):
            ids = frame.select(column).unique().collect("pandas").to_native()[column].dropna()
            found |= {(column, str(one)) for one in ids}
    return found


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
    file = Path(place) / KEY if isinstance(place, Path) else None
    return file.read_bytes() if file and file.is_file() else None
