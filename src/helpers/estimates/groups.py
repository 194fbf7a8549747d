"""How do two groups of units compare?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import Estimate, counted_units, from_influence, on_t


def standardised_difference(first: "pd.Series | np.ndarray", second: "pd.Series | np.ndarray") -> Estimate:
    """Estimate the standardised mean difference of two groups: Hedges' g.

    The difference of the means over the pooled standard deviation, times the exact small-sample correction. Its
    variance is the usual large-sample one with the groups' own variances, on Welch's degrees of freedom.

    Parameters
    ----------
    first, second : pandas.Series or numpy.ndarray
        One value for each unit; missing values are left out.

    Returns
    -------
    Estimate
        First minus second in standard deviations; not finite with fewer than four values in a group or no variation.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of Educational Statistics 6.
    Bonett, D. G. (2008). Confidence intervals for standardized linear contrasts of means. Psychological Methods 13.

    Examples
    --------
    >>> round(standardised_difference(np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 4, 5])).value, 3)
    -0.673
    """
    from scipy.special import gammaln

    groups = [np.asarray(group, dtype=float) for group in (first, second)]
    groups = [group[~np.isnan(group)] for group in groups]
    n = np.array([len(group) for group in groups])
    n_units, n_side, method = int(n.sum()), int(n.min()), "Hedges' g"
    if n_side < 4 or not max(group.std() for group in groups) > 0:
        return Estimate.none(n_units, n_side=n_side, method=method)
    variances, freedom = np.array([group.var(ddof=1) for group in groups]), n.sum() - 2
    pooled = np.sum((n - 1) * variances) / freedom
    correction = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) * np.sqrt(2 / freedom)
    g = float(correction * (groups[0].mean() - groups[1].mean()) / np.sqrt(pooled))
    shares = variances / n
    welch = shares.sum() ** 2 / np.sum(shares**2 / (n - 1))
    spread = g**2 * np.sum((variances / pooled) ** 2 / (n - 1)) / 8
    error = float(np.sqrt(shares.sum() / pooled + spread) * correction)
    return replace(on_t(g, error, welch, n_units=n_units, method=method), n_side=n_side)


def ln_ratio_of_means(first: "pd.Series | np.ndarray", second: "pd.Series | np.ndarray") -> Estimate | None:
    """Estimate the ln ratio of two means of skewed amounts, which may be 0 and now and then negative, as refunds are.

    The mean of logs would lose the zeros and answer another question; Poisson pseudo-maximum likelihood allows no
    negative amounts. Errors are those of the delta method: how far, to first order, the ln of a mean moves when one
    unit is left out.

    Parameters
    ----------
    first, second : pandas.Series or numpy.ndarray
        One amount for each unit; missing values are left out.

    Returns
    -------
    Estimate or None
        Ln of the mean of `first` over the mean of `second`; None with fewer than two units in a group, or a mean that
        is not above 0.

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B 16. (On why
    a mean near 0 in the denominator leaves no interval.)
    Efron, B. (1982). The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6.

    Examples
    --------
    >>> round(ln_ratio_of_means(np.array([0.0, 2, 4, 6]), np.array([1.0, 1, 2, 2])).value, 3)
    0.693
    """
    groups = [np.asarray(group, dtype=float) for group in (first, second)]
    groups = [group[~np.isnan(group)] for group in groups]
    if min(map(len, groups)) < 2 or not min(group.mean() for group in groups) > 0:
        return None
    moved = [(group - group.mean()) / (group.mean() * (len(group) - 1)) for group in groups]
    value = float(np.log(groups[0].mean() / groups[1].mean()))
    events = min(counted_units(group != 0) for group in groups)
    influence, method = np.concatenate([moved[0], -moved[1]]), "ln ratio of means, delta method"
    found = from_influence(value, influence, n_events=events, skewed=True, method=method)
    return replace(found, n_side=min(map(len, groups)))
