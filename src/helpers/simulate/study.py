"""What is put to the test in worlds with known truth?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from helpers.claims import Threat
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
    worlds : tuple of str
        The worlds that an estimate must cover: those of the sample data, and others that are unlike them.
    null_worlds : tuple of str
        Those of them in which nothing holds.
    null_size : optional
        The size at which these are counted by `make calibrate` with ``--null``; by default the second of `sizes`, as at
        the first many claims have too little data to say anything.
    bounded : tuple of str
        Claims whose estimate has an end of its scale, so that it cannot be moved to another truth.
    threatened : mapping of str to callable
        The worlds that no estimate can cover, and a clean one beside them: by name what simulates one, called with a
        size and a random generator, which gives one `Warned` for each claim.
    threatened_sizes : tuple
        Sizes for them.
    least_covered : mapping of str to float
        Worlds in which a coverage below that of all others is known and said, and what is wanted there.
    """

    unit: str
    sizes: tuple[Any, ...]
    cases: Callable[[str, Any, np.random.Generator], Iterable[Case]]
    worlds: tuple[str, ...] = ("documents", "null")
    null_worlds: tuple[str, ...] = ("null",)
    null_size: Any = None
    bounded: tuple[str, ...] = ()
    threatened: Mapping[str, Callable[[Any, np.random.Generator], Iterable[Warned]]] = field(default_factory=dict)
    threatened_sizes: tuple[Any, ...] = ()
    least_covered: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Warned:
    """What is said of one claim in a world that no estimate can cover, or in a clean one beside it.

    Parameters
    ----------
    claim_id : str
        The claim.
    threats : sequence of Threat
        What the analysis warns of.
    verdict : str
        What the rules give, threats allowed for.
    """

    claim_id: str
    threats: Sequence[Threat]
    verdict: str


def warned(analyses: Mapping[str, Analysis], data: Reduced, claims: Iterable[str]) -> Iterator[Warned]:
    """Judge claims as their notebook does, threats included.

    Parameters
    ----------
    analyses : mapping of str to Analysis
        By claim id.
    data : Reduced
        The reduced tables of a simulated world.
    claims : iterable of str
        Their ids.

    Yields
    ------
    Warned
        In their order.
    """
    from helpers.claims import judge, registry

    for claim_id in claims:
        analysis = analyses[claim_id]
        choices = analysis.chosen({})
        found = analysis.estimate(data, **choices)
        threats = analysis.threats(data, found, **choices) if analysis.threats and found else ()
        yield Warned(claim_id, threats, judge(registry()[claim_id], found, threats=threats).verdict)


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
