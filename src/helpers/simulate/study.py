"""What is put to the test in worlds with known truth?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from helpers.estimates import Estimate


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
