"""In which units may a file count, and what are they in ours?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from helpers.tables.columns import Column

_ONE = Decimal(1)
UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "s": {
        **{"milliseconds": _ONE / 1000, "seconds": _ONE},
        **{"minutes": Decimal(60), "hours": Decimal(3600), "days": Decimal(86400)},
    },
    "min": {"seconds": _ONE / 60, "minutes": _ONE, "hours": Decimal(60)},
    "hours": {"minutes": _ONE / 60, "hours": _ONE, "days": Decimal(24)},
    "days": {"hours": _ONE / 24, "days": _ONE, "weeks": Decimal(7)},
    "share": {"shares": _ONE, "percent": _ONE / 100},
    "currency": {"cents": _ONE / 100, "ones": _ONE, "thousands": Decimal(1000), "millions": Decimal(1_000_000)},
    "count": {"ones": _ONE, "thousands": Decimal(1000), "millions": Decimal(1_000_000)},
}
"""By the unit of our column, the units that a file may count in, and what to multiply by."""


def factors(column: Column) -> Mapping[str, Decimal]:
    """List the units that a file may count a column in, with what to multiply by; none where there is one only.

    Examples
    --------
    >>> from helpers.tables import TABLES
    >>> factors(TABLES["posts"].columns["duration_s"])["minutes"], factors(TABLES["posts"].columns["caption"])
    (Decimal('60'), {})
    """
    return UNITS.get("count" if column.kind == "count" else column.unit, {})
