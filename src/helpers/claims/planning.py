"""How many units would do? The number that a verdict needs, from the spread that data show."""

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import TYPE_CHECKING

from helpers.claims.registry import Claim

if TYPE_CHECKING:
    from helpers.estimates import Estimate

POWER = 0.8
"""How often the verdict is to come, where the truth is what is assumed: four times in five."""

ASKED = {
    "D": "show the direction of an effect as large as the margin",
    "V": "come out as the same figure where it is the same",
    "N": "show that nothing is there where nothing is",
}
"""What a number of units is counted for, by kind of claim."""

NORMAL = NormalDist()
"""The standard normal distribution; the pages of a run are made without loading scipy."""

FEWEST = 10
"""No verdict is given on fewer units."""


def borders(claim: Claim) -> tuple[float, float]:
    """Give the two values between which the truth does not matter: around the published value, or around 0."""
    margin = claim.given("margin")
    if claim.kind == "V":
        published = claim.given("published")
        low, high = sorted((published * (1 - margin), published * (1 + margin)))
        return low, high
    return -margin, margin


def unit_error(estimate: "Estimate") -> float:
    """Give the standard error that a single unit would leave: that of the estimate times the root of its units.

    Taken from the interval that reaches half an error to each side, where Student's t is next to normal.
    """
    low, high = estimate.at(2 * NORMAL.cdf(0.5) - 1)
    return (high - low) * math.sqrt(estimate.n_units)


def units_needed(claim: Claim, estimate: "Estimate") -> int | None:
    """Say how many units like these a verdict would need, four times in five.

    For a direction: for a 95% interval above 0 where the truth is the margin. For a value or no effect: to come out
    `reproduced` or `supported` where the truth is the published figure, or 0.

    Parameters
    ----------
    claim : Claim
        With its kind, margin and published value.
    estimate : Estimate
        From data whose spread is taken for the spread elsewhere.

    Returns
    -------
    int or None
        At least 10; None where the spread is unknown.

    References
    ----------
    Julious, S. A. (2004). Sample sizes for clinical trials with normal data. Statistics in Medicine 23.
    """
    error, (low, high) = unit_error(estimate), borders(claim)
    if not (math.isfinite(error) and error > 0):
        return None
    needed = (_wanted(claim.kind) * error / ((high - low) / 2)) ** 2
    return max(FEWEST, math.ceil(needed)) if needed < 1e12 else None


def chance(kind: str, needed: float, units: Iterable[float]) -> list[float]:
    """Say how often so many units would give the verdict that `units_needed` counts on.

    Parameters
    ----------
    kind : str
        The kind of claim: D, V or N.
    needed : float
        From `units_needed`.
    units : iterable of float
        Numbers of units.

    Returns
    -------
    list of float
        0 to 1 for each; four in five at `needed`.
    """
    reaches = [_wanted(kind) * math.sqrt(number / needed) for number in units]
    if kind == "D":
        return [NORMAL.cdf(reach - NORMAL.inv_cdf(0.975)) for reach in reaches]
    return [max(0.0, 2 * NORMAL.cdf(reach - NORMAL.inv_cdf(0.95)) - 1) for reach in reaches]


def _wanted(kind: str) -> float:
    """Give the errors that the margin has to be away, so that the verdict comes four times in five."""
    if kind == "D":
        return NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(POWER)
    return NORMAL.inv_cdf(0.95) + NORMAL.inv_cdf((1 + POWER) / 2)
