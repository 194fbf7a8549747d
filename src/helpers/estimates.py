"""How large is an effect, and how sure are we? An estimate with its interval: mean, median, slope, difference.

Every interval here is built from influence values: how much each account moves the estimate. Their squares add up to
the variance (White 1980), their fourth powers say how well that variance is known, and so how many degrees of freedom
Student's t gets. Rates are skewed and a few accounts weigh heavily; a plain normal interval then covers too rarely.
What was tried, and how often each interval holds the truth, stands in docs/calibration.md.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd
    from statsmodels.genmod.generalized_linear_model import GLM, GLMResults

ESTIMATORS = ("ppml", "log-ols", "counts")
"""Ways to estimate a slope: Poisson pseudo-maximum likelihood on rates; least squares on ln rates, zeros left out;
Poisson pseudo-maximum likelihood on counts, slope less one."""

FEWEST_DEGREES = 1.5
"""Student's t with fewer degrees of freedom than this has no mean to speak of: the data then say next to nothing."""


ROUNDING = 1e-10
"""A spread below this, on the scale of a slope or relative to a mean, is rounding and no variation."""


@dataclass(frozen=True)
class Estimate:
    """An estimate with its intervals.

    Parameters
    ----------
    value : float
        The estimate.
    low, high : float
        The 95% interval.
    low_90, high_90 : float
        The 90% interval, which decides whether an effect is within a margin.
    p_value : float
        Two-sided p-value against `null`.
    n_units : int
        Accounts or persons that the estimate rests on.
    null : float, default 0
        The value that the p-value tests against.
    method : str
        Name of the estimator and of its interval.
    """

    value: float
    low: float
    high: float
    low_90: float
    high_90: float
    p_value: float
    n_units: int
    null: float = 0.0
    method: str = ""

    @property
    def is_finite(self) -> bool:
        """Whether estimate and intervals are numbers, which no variation or too few units prevent."""
        return bool(np.isfinite([self.value, self.low, self.high, self.low_90, self.high_90]).all())

    def __str__(self) -> str:
        """Write the estimate with its interval."""
        told = f"{self.value:.3f} (95% interval {self.low:.3f} to {self.high:.3f}), n = {self.n_units:,}; {self.method}"
        return told if self.is_finite else f"no interval, n = {self.n_units:,}"

    def __neg__(self) -> "Estimate":
        """Turn the sign, intervals included."""
        return replace(
            self,
            value=-self.value,
            low=-self.high,
            high=-self.low,
            low_90=-self.high_90,
            high_90=-self.low_90,
            null=-self.null,
        )

    def shifted(self, by: float) -> "Estimate":
        """Add a constant to estimate, intervals and null value."""
        fields = ("value", "low", "high", "low_90", "high_90", "null")
        return replace(self, **{field: getattr(self, field) + by for field in fields})


def degrees_of_freedom(influence: np.ndarray) -> float:
    """Estimate how many degrees of freedom a variance has that is a sum of squared influence values.

    Satterthwaite's match of mean and variance: with n values of kurtosis k the sum of squares is as well known as one
    of 2n / (k - 1) normal values. The kurtosis is the small-sample one (G2). Normal values give about n - 1; one value
    that outweighs the others brings the number down to one or two.

    Parameters
    ----------
    influence : numpy.ndarray
        Influence values, one for each unit, shape (n,), summing to about 0.

    Returns
    -------
    float
        Between `FEWEST_DEGREES` and n - 1.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin 2.
    Joanes, D. N. & Gill, C. A. (1998). Comparing measures of sample skewness and kurtosis. The Statistician 47.
    """
    n = len(influence)
    if n < 4:
        return FEWEST_DEGREES
    kurtosis = 3 + stats.kurtosis(influence, bias=False)
    return float(np.clip(2 * n / max(kurtosis - 1, 1e-9), FEWEST_DEGREES, n - 1))


def from_influence(value: float, influence: np.ndarray, *, method: str = "", null: float = 0.0) -> Estimate:
    """Build an estimate and its intervals from influence values.

    Parameters
    ----------
    value : float
        The estimate.
    influence : numpy.ndarray
        How much each unit moves it, shape (n,); the standard error is the root of the sum of squares.
    method : str
        Name to keep with the estimate.
    null : float, default 0
        The value that the p-value tests against.

    Returns
    -------
    Estimate
        With Student's t on `degrees_of_freedom`; intervals are not finite when nothing varies.
    """
    error = float(np.sqrt(np.sum(influence**2)))
    if not error > ROUNDING:
        return Estimate(value, *[np.nan] * 5, n_units=len(influence), null=null, method=method)
    t = stats.t(degrees_of_freedom(influence))
    wide, narrow = t.ppf(0.975) * error, t.ppf(0.95) * error
    return Estimate(
        value=float(value),
        low=float(value - wide),
        high=float(value + wide),
        low_90=float(value - narrow),
        high_90=float(value + narrow),
        p_value=float(2 * t.sf(abs(value - null) / error)),
        n_units=len(influence),
        null=null,
        method=method,
    )


def mean(values: "pd.Series | np.ndarray", *, null: float = 0.0) -> Estimate:
    """Estimate a mean of skewed values, with an interval that holds in small groups.

    Hall's cubic transformation takes the skewness out of the studentised mean; Student's t on `degrees_of_freedom`
    replaces the normal quantile. The interval reaches further up than down when the values are skewed to the right.

    Parameters
    ----------
    values : pandas.Series or numpy.ndarray
        One value for each unit, shape (n,); missing values are left out. Rates are not negative, so neither is the
        lower end of an interval of values that are not.
    null : float, default 0
        The value that the p-value tests against.

    Returns
    -------
    Estimate
        Not finite with fewer than four values or no variation.

    References
    ----------
    Hall, P. (1992). On the removal of skewness by transformation. Journal of the Royal Statistical Society B 54.

    Examples
    --------
    >>> estimate = mean(np.array([0.01, 0.02, 0.02, 0.03, 0.12]))
    >>> round(estimate.value, 3), estimate.high - estimate.value > estimate.value - estimate.low
    (0.04, True)
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    n = len(values)
    centre = values.mean() if n else np.nan
    method = "mean, Hall's interval"
    if n < 4 or not values.std() > ROUNDING * abs(centre):
        return Estimate(float(centre), *[np.nan] * 5, n_units=n, null=null, method=method)
    spread, skewness = values.std(), stats.skew(values, bias=False)
    t = stats.t(degrees_of_freedom(values - centre))

    def end(probability: float) -> float:
        return float(centre - spread * _hall_inverse(t.ppf(probability) / np.sqrt(n), skewness, n))

    statistic = np.sqrt(n) * _hall((centre - null) / spread, skewness, n)
    floor = 0.0 if values.min() >= 0 else -np.inf
    return Estimate(
        value=float(centre),
        low=max(floor, end(0.975)),
        high=end(0.025),
        low_90=max(floor, end(0.95)),
        high_90=end(0.05),
        p_value=float(2 * t.sf(abs(statistic))),
        n_units=n,
        null=null,
        method=method,
    )


def _hall(x: float, skewness: float, n: int) -> float:
    return x + skewness * x**2 / 3 + skewness**2 * x**3 / 27 + skewness / (6 * n)


def _hall_inverse(y: float, skewness: float, n: int) -> float:
    if abs(skewness) < 1e-6:
        return y - skewness / (6 * n)
    return 3 * (np.cbrt(1 + skewness * (y - skewness / (6 * n))) - 1) / skewness


def median(values: "pd.Series | np.ndarray") -> Estimate:
    """Estimate a median, with the interval between two order statistics.

    Parameters
    ----------
    values : pandas.Series or numpy.ndarray
        One value for each unit, shape (n,); missing values are left out.

    Returns
    -------
    Estimate
        The interval is not finite where n is too small for its level (below 6 for 95%). There is no p-value.

    References
    ----------
    Conover, W. J. (1999). Practical Nonparametric Statistics, 3rd ed., section 3.2.
    """
    values = np.sort(np.asarray(values, dtype=float))
    values = values[~np.isnan(values)]
    n = len(values)
    if not n:
        return Estimate(*[np.nan] * 6, n_units=0, method="median")
    ends = [end for level in (0.95, 0.90) for end in _order_statistics(values, level)]
    return Estimate(float(np.median(values)), *ends, np.nan, n_units=n, method="median, order statistics")


def _order_statistics(values: np.ndarray, level: float) -> tuple[float, float]:
    n = len(values)
    below = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    if stats.binom.cdf(below, n, 0.5) > (1 - level) / 2:
        below -= 1
    return (np.nan, np.nan) if below < 0 else (float(values[below]), float(values[n - 1 - below]))


@dataclass(frozen=True)
class Fit:
    """A fitted line of the ln expected outcome on ln size.

    Parameters
    ----------
    coefficients : numpy.ndarray
        Intercept and slope, shape (2,).
    influence : numpy.ndarray
        Influence of each unit on both, leverage taken out as in HC3, shape (n, 2).
    estimator : str
        One of `ESTIMATORS`.
    """

    coefficients: np.ndarray
    influence: np.ndarray
    estimator: str

    @property
    def slope(self) -> Estimate:
        """The slope with its intervals."""
        return from_influence(
            float(self.coefficients[1]), self.influence[:, 1], method=f"{self.estimator}, HC3 and estimated df"
        )

    def at(self, size: Sequence[float]) -> "pd.DataFrame":
        """Give the expected outcome at given sizes.

        Parameters
        ----------
        size : sequence of float
            Numbers of followers, above 0.

        Returns
        -------
        pandas.DataFrame
            Columns size, expected, low and high (pointwise 95% intervals), one row for each size.
        """
        import pandas as pd

        rows = []
        for x in np.log(np.asarray(size, dtype=float)):
            line = from_influence(self.coefficients @ (1, x), self.influence @ np.array([1, x]))
            with np.errstate(over="ignore"):  # an interval may reach beyond any number
                rows.append((np.exp(x), *np.exp([line.value, line.low, line.high])))
        return pd.DataFrame(rows, columns=["size", "expected", "low", "high"])


def fit_slope(
    accounts: "pd.DataFrame",
    *,
    outcome: str,
    size: str = "followers",
    estimator: str = "ppml",
    leverage: bool = True,
) -> Fit | None:
    """Fit the ln expected outcome as a line on ln size, each account one observation.

    The default is Poisson pseudo-maximum likelihood: it needs only the expected rate to be right, keeps accounts
    without a single like, and is not Poisson in its errors, which come from influence values with HC3 leverage.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account. Rows with a missing outcome, or a size that is missing or not above 0, are left out.
    outcome : str
        Column with rates, or with counts per post for the estimator ``"counts"``; not negative.
    size : str, default "followers"
        Column with the size.
    estimator : str, default "ppml"
        One of `ESTIMATORS`.
    leverage : bool, default True
        Whether influence values are corrected for leverage (HC3) or not (HC0).

    Returns
    -------
    Fit or None
        None when there are fewer than four accounts, all of one size, no outcome above 0, or no convergence.

    Raises
    ------
    ValueError
        If the estimator is unknown.

    References
    ----------
    Santos Silva, J. M. C. & Tenreyro, S. (2006). The log of gravity. Review of Economics and Statistics 88.
    White, H. (1980). A heteroskedasticity-consistent covariance matrix estimator. Econometrica 48.
    MacKinnon, J. G. & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with improved
    finite sample properties. Journal of Econometrics 29.
    """
    if estimator not in ESTIMATORS:
        raise ValueError(f"estimator '{estimator}' is unknown; allowed: {', '.join(ESTIMATORS)}")
    used = accounts[accounts[outcome].notna() & (accounts[size] > 0)]
    if estimator == "log-ols":
        used = used[used[outcome] > 0]
    y, x = used[outcome].to_numpy(dtype=float), np.log(used[size].to_numpy(dtype=float))
    if len(y) < 4 or np.ptp(x) == 0 or not y.any():
        return None
    fitted = _least_squares(x, np.log(y), leverage) if estimator == "log-ols" else _poisson(x, y, leverage)
    if fitted is None:
        return None
    coefficients, influence = fitted
    if estimator == "counts":
        coefficients = coefficients - (0, 1)
    return Fit(coefficients, influence, estimator)


def _poisson(x: np.ndarray, y: np.ndarray, leverage: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """Fit by Poisson pseudo-maximum likelihood; x is centred and y scaled so that no size of account upsets it."""
    import warnings

    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import (
        ConvergenceWarning,
        HessianInversionWarning,
        PerfectSeparationWarning,
    )

    centre, scale = x.mean(), y.mean()
    design = np.column_stack([np.ones_like(x), x - centre])
    model = sm.GLM(y / scale, design, family=sm.families.Poisson())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # A rate without noise is fitted exactly; whether a fit is one is read from its score, below.
        for known in (PerfectSeparationWarning, ConvergenceWarning, HessianInversionWarning):
            warnings.simplefilter("ignore", known)
        result = _first_fit(model)
    if result is None:
        return None
    expected = result.mu
    influence = _influence(design, weights=expected, residuals=y / scale - expected, leverage=leverage)
    return _uncentred(result.params + np.array([np.log(scale), 0]), influence, centre)


def _first_fit(model: "GLM") -> "GLMResults | None":
    """Fit by iterated least squares; where that runs away, climb the concave likelihood with a line search."""
    for settings in ({"tol": 1e-10}, {"method": "bfgs", "gtol": 1e-9, "disp": False}):
        with suppress(ValueError, np.linalg.LinAlgError):
            result = model.fit(start_params=np.zeros(2), maxiter=200, **settings)
            score = model.exog.T @ (model.endog - result.mu)
            if np.isfinite(result.params).all() and np.abs(score).max() < 1e-6 * len(model.endog):
                return result
    return None


def _least_squares(x: np.ndarray, y: np.ndarray, leverage: bool) -> tuple[np.ndarray, np.ndarray]:
    centre = x.mean()
    design = np.column_stack([np.ones_like(x), x - centre])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    residuals = y - design @ coefficients
    influence = _influence(design, weights=np.ones_like(y), residuals=residuals, leverage=leverage)
    return _uncentred(coefficients, influence, centre)


def _influence(design: np.ndarray, *, weights: np.ndarray, residuals: np.ndarray, leverage: bool) -> np.ndarray:
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    if leverage:
        own = weights * np.einsum("ij,jk,ik->i", design, bread, design)
        residuals = residuals / (1 - np.minimum(own, 0.999))
    return (design @ bread) * residuals[:, None]


def _uncentred(coefficients: np.ndarray, influence: np.ndarray, centre: float) -> tuple[np.ndarray, np.ndarray]:
    back = np.array([[1, 0], [-centre, 1]])
    return coefficients @ back, influence @ back


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
    both = accounts[accounts[first].notna() & accounts[second].notna()]
    if estimator == "log-ols":
        both = both[(both[first] > 0) & (both[second] > 0)]
    fits = [fit_slope(both, outcome=outcome, size=size, estimator=estimator) for outcome in (first, second)]
    if None in fits:
        return None
    value = fits[0].coefficients[1] - fits[1].coefficients[1]
    influence = fits[0].influence[:, 1] - fits[1].influence[:, 1]
    return from_influence(float(value), influence, method=f"{estimator}, joint covariance")
