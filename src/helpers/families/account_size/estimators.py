"""How much faster does one rate fall with size than another?"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates import Estimate, fit_slope, from_influence


def slope_difference(
    accounts: "pd.DataFrame", *, first: str, second: str, size: str = "followers", estimator: str = "ppml"
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

    Returns
    -------
    Estimate or None
        None when either line cannot be fitted.
    """
    fewest = 0 if estimator == "log-ols" else -np.inf
    known = (accounts[[first, second]].to_numpy(dtype=float) > fewest).all(axis=1)  # what is missing is above nothing
    both = accounts.loc[known, list({size, first, second})]
    fits = [fit for name in (first, second) if (fit := fit_slope(both, outcome=name, size=size, estimator=estimator))]
    if len(fits) < 2:
        return None
    value = fits[0].coefficients[1] - fits[1].coefficients[1]
    influence = fits[0].influence[:, 1] - fits[1].influence[:, 1]
    return from_influence(float(value), influence, method=f"{estimator}, joint covariance")
