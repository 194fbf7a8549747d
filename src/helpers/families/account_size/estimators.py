"""How much faster does one rate fall with size than another, or among smaller accounts than among larger ones?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.estimates import Estimate, Fit, Noise, fit_slope, from_influence


def slope_difference(
    accounts: pd.DataFrame,
    *,
    first: str,
    second: str,
    size: str = "followers",
    estimator: str = "ppml",
    within: str | None = None,
    cluster: str | None = None,
) -> Estimate | None:
    """Estimate the slope of one outcome minus that of another, with their joint covariance.

    Both lines are fitted on the accounts that have both outcomes; the difference of an account's two influence values
    is its influence on the difference of slopes.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account.
    first, second : str
        Columns of the two outcomes; the result is the slope of `first` minus the slope of `second`.
    size : str, default "followers"
        Column with the size.
    estimator : str, default "ppml"
        One of `ESTIMATORS`.
    within, cluster : str, optional
        As in `fit_slope`.

    Returns
    -------
    Estimate or None
        None when either line cannot be fitted.
    """
    fewest = 0 if estimator == "log-ols" else -np.inf
    known = (accounts[[first, second]].to_numpy(dtype=float) > fewest).all(axis=1)  # what is missing is above nothing
    both = accounts.loc[known, list({size, first, second, *filter(None, (within, cluster))})]
    how: dict[str, Any] = {"size": size, "estimator": estimator, "within": within, "cluster": cluster}
    return _difference([fit_slope(both, outcome=name, **how) for name in (first, second)])


@dataclass(frozen=True)
class Halves:
    """How an outcome changes with size among the smaller and among the larger half of the accounts.

    Parameters
    ----------
    border : float
        The median size; accounts of just that size are of the smaller half. No number where there are no accounts.
    fewest : int
        Accounts in the half that has fewer.
    smaller, larger : Estimate or None
        The slope of the half; None where it cannot be fitted.
    difference : Estimate or None
        The first less the second, with their joint covariance, as an owner may have accounts in both.
    """

    border: float
    fewest: int
    smaller: Estimate | None
    larger: Estimate | None
    difference: Estimate | None


def slopes_by_half(accounts: pd.DataFrame, *, outcome: str, size: str = "followers", **how: Any) -> Halves:
    """Estimate the slope of an outcome among the smaller and the larger half of the accounts.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account; without the outcome or a size above 0 it is in neither half.
    outcome : str
        Column of the outcome.
    size : str, default "followers"
        Column with the size, at whose median they are split.
    **how
        estimator, within and cluster, as in `fit_slope`.

    Returns
    -------
    Halves
        Both slopes, and what they differ by.
    """
    used = accounts[accounts[outcome].notna() & (accounts[size] > 0)]
    border = float(used[size].median())
    is_small = used[size] <= border
    fits = [fit_slope(used[side], outcome=outcome, size=size, **how) for side in (is_small, ~is_small)]
    slopes = [fit.slope if fit else None for fit in fits]
    fewest = min(int(is_small.sum()), int((~is_small).sum()))
    return Halves(border, fewest, slopes[0], slopes[1], _difference(fits))


def _difference(fits: Sequence[Fit | None]) -> Estimate | None:
    """Take the second slope from the first; what a unit does to both is its influence on the difference."""
    first, second = fits
    if first is None or second is None:
        return None
    units, moved = _side_by_side(first, second)
    noises = [fit.noise.along(np.array([0.0, 1.0])) for fit in (first, second) if fit.noise]
    return from_influence(
        float(first.coefficients[1] - second.coefficients[1]),
        moved[0] - moved[1],
        units=units,
        n_events=min(first.events["slope"], second.events["slope"]),
        skewed=bool(noises),
        noise=_of_difference(noises, moved) if noises else None,
        method=f"{first.method}, joint covariance",
    )


def _side_by_side(first: Fit, second: Fit) -> tuple[np.ndarray, list[np.ndarray]]:
    """Give what each unit does to either slope; 0 where it was left out of one of the two."""
    if np.array_equal(first.units, second.units):
        return first.units, [first.influence[:, 1], second.influence[:, 1]]
    ours, theirs = (pd.Series(fit.influence[:, 1], index=fit.units) for fit in (first, second))
    ours, theirs = ours.align(theirs, fill_value=0.0)
    return ours.index.to_numpy(), [ours.to_numpy(), theirs.to_numpy()]


def _of_difference(noises: Sequence[Noise], influence: Sequence[np.ndarray]) -> Noise:
    """Put the noise of two outcomes together, each as if it were a unit; what they share goes out, by influence."""
    first, second = noises
    ours, theirs = influence
    squares = [float(one.moved @ one.moved) for one in noises]
    least = np.finfo(float).tiny  # where outcomes lie on their line nothing moves
    alike = float(ours @ theirs) / max(np.sqrt((ours @ ours) * (theirs @ theirs)), least)
    left = np.sqrt(max(1 - 2 * alike * np.sqrt(squares[0] * squares[1]) / max(sum(squares), least), 0.0))
    moved = np.concatenate([first.moved, -second.moved])
    return Noise(left * moved, np.concatenate([first.skewness, second.skewness]))
