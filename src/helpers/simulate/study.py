"""What is put to the test in worlds with known truth?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from helpers.claims.analysis import Analysis
    from helpers.estimates import Estimate
    from helpers.measures import Reduced


@dataclass(frozen=True)
class Case:
    """One claim in one simulated world.

    Parameters
    ----------
    claim_id : str
        The claim.
    estimate : Estimate or None
        As the notebook estimates it.
    truth : float
        What was planted, on the scale of the estimate.
    plain : tuple of float
        The ends of the textbook 95% interval; not a number where there is none.
    """

    claim_id: str
    estimate: Estimate | None
    truth: float
    plain: tuple[float, float] = (math.nan, math.nan)


@dataclass(frozen=True)
class Study:
    """A family of estimators and the worlds that they are tried on.

    Parameters
    ----------
    unit : str
        What a size counts, such as accounts, or persons x prompts.
    sizes : tuple
        Sizes of a simulated study, passed on to `cases`.
    cases : callable
        Called with the world's name, a size and a random generator; gives one `Case` for each claim.
    """

    unit: str
    sizes: tuple[Any, ...]
    cases: Callable[[str, Any, np.random.Generator], Iterable[Case]]


def estimated(
    analyses: Mapping[str, Analysis],
    data: Reduced,
    truths: Mapping[str, float],
    *,
    plain: Callable[[str, Reduced], tuple[float, float] | None] | None = None,
) -> Iterator[Case]:
    """Estimate claims as their notebook does, beside what was planted.

    Parameters
    ----------
    analyses : mapping of str to Analysis
        By claim id.
    data : Reduced
        The reduced tables of a simulated world.
    truths : mapping of str to float
        By claim id what was planted.
    plain : callable, optional
        Called with a claim id and the data where there is an estimate; gives the ends of the textbook interval, or
        None where there is none.

    Yields
    ------
    Case
        In the order of the truths.
    """
    for claim_id, truth in truths.items():
        analysis = analyses[claim_id]
        found = analysis.estimate(data, **analysis.chosen({}))
        interval = plain(claim_id, data) if plain and found else None
        yield Case(claim_id, found, truth, interval or Case.plain)


def textbook(value: float, error: float) -> tuple[float, float]:
    """Give the ends of the 95% interval that textbooks have: the normal quantile, nothing corrected."""
    return value - 1.96 * error, value + 1.96 * error
