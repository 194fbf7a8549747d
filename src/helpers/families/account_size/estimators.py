"""How much faster does one rate fall with size than another?"""

from collections.abc import Sequence
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
    fits = [fit for name in (first, second) if (fit := fit_slope(both, outcome=name, **how))]
    if len(fits) < 2:
        return None
    value = float(fits[0].coefficients[1] - fits[1].coefficients[1])
    units, moved = _side_by_side(*fits)
    noises = [fit.noise.along(np.array([0.0, 1.0])) for fit in fits if fit.noise]
    return from_influence(
        value,
        moved[0] - moved[1],
        units=units,
        n_events=min(fit.events["slope"] for fit in fits),
        skewed=bool(noises),
        noise=_of_difference(noises, moved) if noises else None,
        method=f"{fits[0].method}, joint covariance",
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
    shared = float(ours @ theirs / np.sqrt((ours @ ours) * (theirs @ theirs))) * np.sqrt(squares[0] * squares[1])
    left = np.sqrt(max(1 - 2 * shared / sum(squares), 0.0))
    moved = np.concatenate([first.moved, -second.moved])
    return Noise(left * moved, np.concatenate([first.skewness, second.skewness]))
