"""How do groups of units compare, weighted or not?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import Estimate, from_influence, on_t


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
    told = {"n_units": int(n.sum()), "n_side": int(n.min()), "method": "Hedges' g"}
    if n.min() < 4 or not max(group.std() for group in groups) > 0:
        return Estimate(*[np.nan] * 6, **told)
    variances, freedom = np.array([group.var(ddof=1) for group in groups]), n.sum() - 2
    pooled = np.sum((n - 1) * variances) / freedom
    correction = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) * np.sqrt(2 / freedom)
    g = float(correction * (groups[0].mean() - groups[1].mean()) / np.sqrt(pooled))
    shares = variances / n
    welch = shares.sum() ** 2 / np.sum(shares**2 / (n - 1))
    spread = g**2 * np.sum((variances / pooled) ** 2 / (n - 1)) / 8
    error = float(np.sqrt(shares.sum() / pooled + spread) * correction)
    return replace(on_t(g, error, welch), **told)


def weighted_mean(
    values: "pd.Series | np.ndarray",
    weights: "pd.Series | np.ndarray | None" = None,
    *,
    null: float = 0.0,
    skewed: bool = False,
) -> Estimate:
    """Estimate a mean or share from a weighted sample.

    The weighted mean is a ratio of sums; its error is that of its linearisation, so it grows with the design effect.

    Parameters
    ----------
    values : pandas.Series or numpy.ndarray
        One value for each person, or 0 and 1 for a share; missing values are left out.
    weights : pandas.Series or numpy.ndarray, optional
        Survey weights in the same order, not negative; missing ones are left out with their value. None: all alike.
    null : float, default 0
        The value that the p-value tests against.
    skewed : bool, default False
        Whether the values are 0 or more with a long tail to the right, as minutes and money are: the interval is then
        made on the ln scale, with the error of the mean without each person in turn (jackknife).

    Returns
    -------
    Estimate
        The mean with Student's t on `degrees_of_freedom`. `design_effect` tells what the weights cost.

    References
    ----------
    Lohr, S. L. (2021). Sampling: Design and Analysis, 3rd ed., chapters 4 and 9.
    Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed., chapter 4 and appendix C (jackknife, ln scale).

    Examples
    --------
    >>> weighted_mean(np.array([0, 0, 1, 1, 1.0]), np.array([1, 1, 1, 1, 2.0])).value.__round__(3)
    0.667
    """
    values, weights = _weighted(values, weights)
    n = len(values)
    if n < 2:
        return Estimate(*[np.nan] * 6, n_units=n, null=null, method="weighted mean")
    centre, influence = _linearised(values, weights)
    method = f"weighted mean, design effect {design_effect(weights):.2f}"
    if skewed and centre > 0:
        own = weights / weights.sum()
        left_out = own * (values - centre) / (1 - np.minimum(own, 0.999))
        ln_null = float(np.log(null)) if null > 0 else -np.inf
        found = from_influence(float(np.log(centre)), left_out / centre, method=f"{method}, ln scale", null=ln_null)
        ends = {end: float(np.exp(getattr(found, end))) for end in ("low", "high", "low_90", "high_90")}
        return replace(found, value=centre, null=null, **ends)
    return from_influence(centre, influence, method=method, null=null)


def _weighted(
    values: "pd.Series | np.ndarray", weights: "pd.Series | np.ndarray | None"
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the values that are known and have a weight."""
    values = np.asarray(values, dtype=float)
    weights = np.ones_like(values) if weights is None else np.asarray(weights, dtype=float)
    known = ~np.isnan(values) & ~np.isnan(weights) & (weights > 0)
    return values[known], weights[known]


def _linearised(values: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Give a weighted mean and the influence of each value on it."""
    n, centre = len(values), float(weights @ values / weights.sum())
    return centre, weights * (values - centre) / weights.sum() * np.sqrt(n / (n - 1))


def design_effect(weights: "pd.Series | np.ndarray") -> float:
    """Say by what factor unequal weights raise the variance of a mean.

    Parameters
    ----------
    weights : pandas.Series or numpy.ndarray
        Survey weights, above 0.

    Returns
    -------
    float
        1 where all are alike; n divided by it is the effective number of persons.

    References
    ----------
    Kish, L. (1965). Survey Sampling, section 11.7.

    Examples
    --------
    >>> design_effect(np.array([1.0, 1, 2]))
    1.125
    """
    weights = np.asarray(weights, dtype=float)
    return float(len(weights) * np.sum(weights**2) / weights.sum() ** 2)


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
    found = from_influence(value, np.concatenate([moved[0], -moved[1]]), method="ln ratio of means, delta method")
    return replace(found, n_side=min(map(len, groups)))
