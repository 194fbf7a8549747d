"""Do many analyses of one question together find more than chance would?"""

from collections.abc import Sequence

import numpy as np

from helpers.estimates.interval import Estimate

FLIPS = 1_999
"""Draws of signs, which know a p-value of 0.05 to 0.005."""


def joint_test(estimates: Sequence[Estimate], *, flips: int = FLIPS) -> float | None:
    """Test that none of several analyses of the same question on the same units finds anything.

    The statistic is the mean of their t statistics. What it would be without any effect comes from the same influence
    values with signs drawn anew for each unit, the same ones in all analyses: that keeps how analyses hang together and
    how unequal units are, which exchanging outcomes between units would not.

    Parameters
    ----------
    estimates : sequence of Estimate
        With `Estimate.influence`; those without it, or without an interval, are left out.
    flips : int, default FLIPS
        Draws of signs.

    Returns
    -------
    float or None
        Two-sided p-value; None with fewer than two analyses or four units.

    References
    ----------
    Simonsohn, U., Simmons, J. P. & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4. (The
    averaged statistic.)
    Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2008). Bootstrap-based improvements for inference with clustered
    errors. Review of Economics and Statistics 90. (Signs drawn by cluster.)
    """
    told = [(found, found.influence) for found in estimates if found.influence is not None and found.is_finite]
    if len(told) < 2:
        return None
    errors = np.array([np.sqrt(np.sum(moved**2)) for _, (_, moved) in told])
    names, at = np.unique(np.concatenate([units for _, (units, _) in told]), return_inverse=True)
    moves = np.concatenate([moved / error for (_, (_, moved)), error in zip(told, errors, strict=True)])
    if len(names) < 4 or not np.isfinite(moves).all():
        return None
    weights = np.bincount(at, moves) / len(told)
    here = np.mean([(found.value - found.null) / error for (found, _), error in zip(told, errors, strict=True)])
    rng = np.random.default_rng(0)
    drawn = np.concatenate([signs @ weights for signs in _signs(rng, flips, len(weights))])
    return float((1 + np.sum(np.abs(drawn) >= abs(here))) / (1 + flips))


def _signs(rng: np.random.Generator, flips: int, units: int) -> list[np.ndarray]:
    """Draw signs in parts, so that very many units need little memory."""
    parts = np.array_split(np.arange(flips), max(1, flips * units // 4_000_000))
    return [2.0 * rng.integers(0, 2, (len(part), units), dtype=np.int8) - 1.0 for part in parts]
