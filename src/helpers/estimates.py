"""How large is an effect, and how sure are we? An estimate with its interval: mean, median, slope, difference.

Every interval here is built from influence values: how much each account moves the estimate. Their squares add up to
the variance (White 1980), their fourth powers say how well that variance is known, and so how many degrees of freedom
Student's t gets. Rates are skewed and a few accounts weigh heavily; a plain normal interval then covers too rarely.
What was tried, and how often each interval holds the truth, stands in docs/calibration.md.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special, stats

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

ESTIMATORS = ("ppml", "log-ols", "counts")
"""Ways to estimate a slope: Poisson pseudo-maximum likelihood on rates; least squares on ln rates, zeros left out;
Poisson pseudo-maximum likelihood on counts, slope less one."""

FEWEST_DEGREES = 1.5
"""Student's t with fewer degrees of freedom than this has no mean to speak of: the data then say next to nothing."""


ROUNDING = 1e-10
"""A spread below this, on the scale of a slope or relative to a mean, is rounding and no variation."""

MOST_STEPS = 200
"""Of Newton's method, which takes five to ten where there is a solution."""

MOST_KEPT = 20_000_000
"""Bytes of an outcome beyond which a fitted line is not kept for whoever asks for it again."""


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
    n_side : int, optional
        Units on the smaller side, where two groups are compared.
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
    n_side: int | None = None

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
    _, kurtosis = _shape(influence)
    return float(np.clip(2 * n / max(2 + kurtosis, 1e-9), FEWEST_DEGREES, n - 1))


def _shape(values: np.ndarray) -> tuple[float, float]:
    """Give the small-sample skewness and excess kurtosis (G1 and G2) of four values or more; nan without variation."""
    n, centred = len(values), values - values.mean()
    squares = centred * centred
    variance = squares.mean()
    if not variance > 0:
        return np.nan, np.nan
    third, fourth = (squares @ centred) / n / variance**1.5, (squares @ squares) / n / variance**2
    skewness = np.sqrt(n * (n - 1)) / (n - 2) * third
    return skewness, ((n**2 - 1) * fourth - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3))


def _t_quantile(share: float | Sequence[float], freedom: float) -> np.ndarray:
    """Give quantiles of Student's t: `scipy.stats` without its checks, which take longer than all else here."""
    return special.stdtrit(freedom, share)


def _two_sided(statistic: float, freedom: float) -> float:
    """Give the two-sided p-value of a statistic that follows Student's t."""
    return float(2 * special.stdtr(freedom, -abs(statistic)))


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
    freedom = degrees_of_freedom(influence)
    return on_t(float(value), error, freedom, null=null, n_units=len(influence), method=method)


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
    spread, (skewness, _) = values.std(), _shape(values)
    freedom = degrees_of_freedom(values - centre)
    quantiles = _t_quantile((0.975, 0.025, 0.95, 0.05), freedom)
    ends = centre - spread * _hall_inverse(quantiles / np.sqrt(n), skewness, n)
    statistic = np.sqrt(n) * _hall((centre - null) / spread, skewness, n)
    floor = 0.0 if values.min() >= 0 else -np.inf
    return Estimate(
        value=float(centre),
        low=float(max(floor, ends[0])),
        high=float(ends[1]),
        low_90=float(max(floor, ends[2])),
        high_90=float(ends[3]),
        p_value=_two_sided(statistic, freedom),
        n_units=n,
        null=null,
        method=method,
    )


def _hall(x: float, skewness: float, n: int) -> float:
    return x + skewness * x**2 / 3 + skewness**2 * x**3 / 27 + skewness / (6 * n)


def _hall_inverse(y: np.ndarray, skewness: float, n: int) -> np.ndarray:
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
    n, tail = len(values), (1 - level) / 2
    below = int(special.bdtrik(tail, n, 0.5)) + 1  # at least one too many
    while below >= 0 and special.bdtr(below, n, 0.5) > tail:
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
    return _line(np.asarray(accounts[outcome], float), np.asarray(accounts[size], float), estimator, leverage)


def _line(y: np.ndarray, size: np.ndarray, estimator: str, leverage: bool = True) -> Fit | None:
    """Fit as `fit_slope` does; nan is missing. The last lines are kept, as verdicts and pictures ask for the same."""
    fit = _kept_line if y.nbytes <= MOST_KEPT else _kept_line.__wrapped__
    return fit(y.tobytes(), size.tobytes(), estimator, leverage)


@lru_cache(maxsize=4)
def _kept_line(outcome: bytes, sizes: bytes, estimator: str, leverage: bool) -> Fit | None:
    y, size = np.frombuffer(outcome), np.frombuffer(sizes)
    used = (size > 0) & (y > 0 if estimator == "log-ols" else ~np.isnan(y))
    y, x = y[used], np.log(size[used])
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
    centre, scale = x.mean(), y.mean()
    design = np.column_stack([np.ones_like(x), x - centre])
    fitted = _poisson_fit(design, y / scale)
    if fitted is None:
        return None
    coefficients, expected = fitted
    influence = _influence(design, weights=expected, residuals=y / scale - expected, leverage=leverage)
    return _uncentred(coefficients + np.array([np.log(scale), 0]), influence, centre)


def _poisson_fit(
    design: np.ndarray, y: np.ndarray, exposure: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Find the coefficients of a log-linear mean and the expected outcomes by Newton's method; None without any.

    The likelihood is concave: a step that does not climb went too far, and is halved.
    """
    columns = np.ascontiguousarray(design.T)
    offset = 0.0 if exposure is None else np.log(exposure)
    coefficients = np.zeros(len(columns))
    with np.errstate(all="ignore"), suppress(np.linalg.LinAlgError):  # what runs away fails the test of its score
        expected, height = _climbed(coefficients, columns, y, offset)
        for _ in range(MOST_STEPS):
            score = columns @ (y - expected)
            step = np.linalg.lstsq((columns * expected) @ columns.T, score, rcond=None)[0]
            gain, least = score @ step, height - ROUNDING * (1 + abs(height))
            expected, height = _climbed(coefficients + step, columns, y, offset)
            while not height >= least and np.abs(step).max() > 0:
                step = step / 2
                expected, height = _climbed(coefficients + step, columns, y, offset)
            coefficients = coefficients + step
            if gain < ROUNDING:
                break
        if np.isfinite(coefficients).all() and np.abs(columns @ (y - expected)).max() < 1e-6 * len(y):
            return coefficients, expected
    return None


def _climbed(
    coefficients: np.ndarray, columns: np.ndarray, y: np.ndarray, offset: np.ndarray | float
) -> tuple[np.ndarray, float]:
    """Give the expected outcomes and the ln likelihood, up to a constant."""
    line = coefficients @ columns + offset
    expected = np.exp(line)
    return expected, y @ line - expected.sum()


def _least_squares(x: np.ndarray, y: np.ndarray, leverage: bool) -> tuple[np.ndarray, np.ndarray]:
    centre = x.mean()
    design = np.column_stack([np.ones_like(x), x - centre])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    residuals = y - design @ coefficients
    influence = _influence(design, weights=np.ones_like(y), residuals=residuals, leverage=leverage)
    return _uncentred(coefficients, influence, centre)


def _influence(design: np.ndarray, *, weights: np.ndarray, residuals: np.ndarray, leverage: bool) -> np.ndarray:
    moved = design @ np.linalg.inv(design.T @ (weights[:, None] * design))
    if leverage:
        own = weights * np.einsum("ij,ij->i", moved, design)
        residuals = residuals / (1 - np.minimum(own, 0.999))
    return moved * residuals[:, None]


def _uncentred(coefficients: np.ndarray, influence: np.ndarray, centre: float) -> tuple[np.ndarray, np.ndarray]:
    back = np.array([[1, 0], [-centre, 1]])
    return coefficients @ back, influence @ back


@dataclass(frozen=True)
class Regression:
    """A fitted regression, with the influence of every unit on every coefficient.

    Parameters
    ----------
    names : tuple of str
        Terms, in the order of the coefficients.
    coefficients : numpy.ndarray
        Shape (k,).
    influence : numpy.ndarray
        Influence of each unit on each coefficient, shape (n_units, k): how far the coefficient moves when the unit is
        left out.
    method : str
        Name of the estimator.
    residuals : numpy.ndarray
        Outcome less fitted value of each row used, shape (n_rows,).
    fitted_share : float
        Share of the outcome's variance that the terms explain, after centring; 0 to 1.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    influence: np.ndarray
    method: str
    residuals: np.ndarray
    fitted_share: float

    def term(self, name: str) -> Estimate:
        """Give a coefficient with its intervals."""
        return self.contrast({name: 1.0})

    def contrast(self, weights: Mapping[str, float]) -> Estimate:
        """Give a weighted sum of coefficients with its intervals, their joint covariance included."""
        sums = np.array([weights.get(name, 0.0) for name in self.names])
        if unknown := set(weights) - set(self.names):
            raise ValueError(f"no term {', '.join(sorted(unknown))}; there are: {', '.join(self.names)}")
        return from_influence(float(self.coefficients @ sums), self.influence @ sums, method=self.method)


def regress(
    table: "pd.DataFrame",
    *,
    outcome: str,
    terms: Sequence[str],
    adjust: Sequence[str] = (),
    within: Sequence[str] = (),
    cluster: str | None = None,
    link: str = "identity",
    exposure: str | None = None,
) -> Regression | None:
    """Regress an outcome on terms, with errors over independent units.

    Identity link: least squares. Log link: Poisson pseudo-maximum likelihood, for outcomes that are not negative.
    `within` takes the means of one or two factors out of outcome and terms first (least squares only), so that each
    account is compared with itself. Errors come from leaving out one unit at a time: HC3 for rows, its extension to
    clusters (CR3) where rows belong together. Both are worked out from sums per unit, so cost grows linearly.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each observation; rows with a missing outcome, term, factor or cluster are left out.
    outcome : str
        Column with the outcome.
    terms : sequence of str
        Columns of numbers or flags whose coefficients are wanted.
    adjust : sequence of str, default ()
        Columns held fixed: numbers as they are, texts and categories as one indicator for each value but the first.
    within : sequence of str, default ()
        One or two columns of groups whose means are taken out.
    cluster : str, optional
        Column of the independent unit; by default every row is one.
    link : str, default "identity"
        ``"identity"`` or ``"log"``.
    exposure : str, optional
        Column with what the expected outcome is proportional to, such as the persons among whom cases are counted; rows
        where it is not above 0 are left out. With the log link only.

    Returns
    -------
    Regression or None
        None when there are too few units, a term does not vary or is a sum of others, or no fit converges.

    Raises
    ------
    ValueError
        If the link is unknown, `within` is combined with the log link, or `exposure` with the identity.

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology 28.
    Guimaraes, P. & Portugal, P. (2010). A simple feasible procedure to fit models with high-dimensional fixed effects.
    Stata Journal 10.
    Santos Silva, J. M. C. & Tenreyro, S. (2006). The log of gravity. Review of Economics and Statistics 88.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 5], "y": [1.0, 3, 4, 8, 9, 11]})
    >>> regress(table, outcome="y", terms=["x"]).coefficients.round(3).tolist()
    [0.857, 2.057]
    """
    if link not in ("identity", "log") or (within and link == "log"):
        raise ValueError(f"link '{link}'{' within groups' if within else ''}; allowed: identity, or log without groups")
    if exposure and link == "identity":
        raise ValueError(f"exposure '{exposure}' with link 'identity'; allowed: link log")
    columns = [outcome, *terms, *adjust, *within, *(name for name in (cluster, exposure) if name)]
    used = table[list(dict.fromkeys(columns))].dropna()
    used = used[used[exposure] > 0] if exposure else used
    design, names = _design(used, terms=terms, adjust=adjust, constant=not within)
    y = used[outcome].to_numpy(dtype=float)
    units = np.arange(len(used)) if cluster is None else _codes(used[cluster])
    if len(used) <= design.shape[1] + 1 or units.max(initial=-1) < 3 or (link == "log" and not y.any()):
        return None
    if within:
        y, *centred = demeaned(np.column_stack([y, design]), [_codes(used[name]) for name in within]).T
        design = np.column_stack(centred)
    fitted = _fitted(design, y, units, link, used[exposure].to_numpy(dtype=float) if exposure else None)
    if fitted is None:
        return None
    coefficients, influence, residuals = fitted
    spread = np.sum((y - y.mean()) ** 2)
    share = 1 - np.sum(residuals**2) / spread if spread > 0 else np.nan
    made = {"identity": "least squares", "log": "ppml"}[link] + (f" within {' and '.join(within)}" if within else "")
    method = f"{made}, {'CR3 over ' + cluster if cluster else 'HC3'} and estimated df"
    return Regression(names, coefficients, influence, method, residuals, float(share))


def _design(
    used: "pd.DataFrame", *, terms: Sequence[str], adjust: Sequence[str], constant: bool
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Lay out terms and what is held fixed as columns of numbers."""
    import pandas as pd

    columns = {"constant": np.ones(len(used))} if constant else {}
    columns |= {name: used[name].to_numpy(dtype=float) for name in terms}
    for name in adjust:
        if pd.api.types.is_numeric_dtype(used[name]):
            columns[name] = used[name].to_numpy(dtype=float)
        else:
            kinds = sorted(used[name].astype(str).unique())[1:]
            columns |= {f"{name}: {kind}": (used[name].astype(str) == kind).to_numpy(dtype=float) for kind in kinds}
    return np.column_stack(list(columns.values())), tuple(columns)


def _codes(groups: "pd.Series") -> np.ndarray:
    import pandas as pd

    return pd.factorize(groups)[0]


def _fitted(
    design: np.ndarray, y: np.ndarray, units: np.ndarray, link: str, exposure: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Fit coefficients, and how far each moves when a unit is left out; columns are scaled so that none is lost."""
    scale = np.abs(design).max(axis=0)
    if not (scale > ROUNDING).all() or np.linalg.matrix_rank(design / scale) < design.shape[1]:
        return None
    scaled = design / scale
    if link == "identity":
        coefficients = np.linalg.lstsq(scaled, y, rcond=None)[0]
        expected, weights = scaled @ coefficients, np.ones_like(y)
    else:
        level = y.mean() if exposure is None else y.sum() / exposure.sum()
        found = _poisson_fit(scaled, y / level, exposure)
        if found is None:
            return None
        coefficients, expected = found[0], found[1] * level
        weights = expected
        coefficients = coefficients + np.log(level) * _constant(scaled)
    influence = _left_out(scaled, weights=weights, residuals=y - expected, units=units)
    return coefficients / scale, influence / scale, y - expected


def _constant(design: np.ndarray) -> np.ndarray:
    """Mark the constant column, the first."""
    return np.eye(design.shape[1])[0]


def _left_out(design: np.ndarray, *, weights: np.ndarray, residuals: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Say how far coefficients move when a unit is left out (one step, exact for least squares), shape (units, k)."""
    k, n = design.shape[1], int(units.max()) + 1
    whole = design.T @ (weights[:, None] * design)
    score = np.column_stack([np.bincount(units, design[:, i] * residuals, n) for i in range(k)])
    own = np.empty((n, k, k))
    for i in range(k):
        for j in range(i, k):
            own[:, i, j] = own[:, j, i] = np.bincount(units, weights * design[:, i] * design[:, j], n)
    # A unit that alone decides a coefficient would leave nothing behind; 0.999 of it is taken out then.
    return np.linalg.solve(whole - 0.999 * own, score[:, :, None])[:, :, 0]


def demeaned(values: np.ndarray, factors: Sequence[np.ndarray], *, rounds: int = 1_000) -> np.ndarray:
    """Take the means of groups out of columns; of two or more factors by turns until nothing changes.

    Parameters
    ----------
    values : numpy.ndarray
        Shape (n, k).
    factors : sequence of numpy.ndarray
        For each factor the group of every row, as whole numbers from 0, shape (n,).
    rounds : int, default 1000
        Most rounds; a panel that falls apart needs more than one that hangs together.

    Returns
    -------
    numpy.ndarray
        Shape (n, k); every group of every factor has mean 0, to 1e-10 of the column's own spread.

    References
    ----------
    Guimaraes, P. & Portugal, P. (2010). A simple feasible procedure to fit models with high-dimensional fixed effects.
    Stata Journal 10. (Alternating projections; for one factor a single round is exact.)

    Examples
    --------
    >>> demeaned(np.array([[1.0], [3.0], [10.0]]), [np.array([0, 0, 1])]).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    values = np.array(values, dtype=float)
    sizes = [np.maximum(np.bincount(codes), 1) for codes in factors]
    tolerance = 1e-10 * np.maximum(values.std(axis=0), np.finfo(float).tiny)
    for _ in range(rounds):
        moved = np.zeros(values.shape[1])
        for codes, size in zip(factors, sizes, strict=True):
            means = np.column_stack([np.bincount(codes, column, len(size)) / size for column in values.T])
            values -= means[codes]
            moved = np.maximum(moved, np.abs(means).max(axis=0))
        if len(factors) == 1 or (moved <= tolerance).all():
            break
    # What is left of a column that the factors explain in full is rounding.
    values[:, np.abs(values).max(axis=0, initial=0) < 100 * tolerance] = 0
    return values


def within_ratio(
    cells: "pd.DataFrame", *, unit: str, treated: str, total: str, exposure: str, stratum: str | None = None
) -> Estimate | None:
    """Estimate the ln ratio of two rates where every unit is compared with itself.

    Poisson pseudo-maximum likelihood with one level for each unit (or stratum within it), conditional on the stratum's
    sum: zeros stay in, the levels need no estimating, and only the ratio of expected rates has to be shared. Errors are
    over units, each left out in turn.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each unit, stratum and side; more rows of one kind are added up.
    unit : str
        Column of the independent unit, such as the account.
    treated : str
        Column that tells the sides apart: true or 1 for the numerator of the ratio, false or 0 for its denominator.
    total : str
        Column with the sum of the outcome in the cell, not negative.
    exposure : str
        Column with what the total is set against: number of posts, followers, people reached; above 0.
    stratum : str, optional
        Column of groups within which sides are compared; by default the unit itself.

    Returns
    -------
    Estimate or None
        The ln ratio; ``n_units`` are the units that have both sides in one stratum and an outcome above 0. Not finite
        when there are fewer than two; None when all outcomes stand on one side.

    References
    ----------
    Hausman, J., Hall, B. H. & Griliches, Z. (1984). Econometric models for count data with an application to the
    patents-R&D relationship. Econometrica 52.
    Wooldridge, J. M. (1999). Distribution-free estimation of some nonlinear panel data models. Journal of Econometrics
    90.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"a": [1, 1, 2, 2], "video": [0, 1, 0, 1], "likes": [10, 30, 4, 4], "posts": [1, 1, 1, 1]})
    >>> round(float(np.exp(within_ratio(cells, unit="a", treated="video", total="likes", exposure="posts").value)), 3)
    2.429
    """
    pairs = _pairs(cells, unit=unit, treated=treated, total=total, exposure=exposure, stratum=stratum)
    y0, y1, e0, e1 = (pairs[name].to_numpy() for name in ("y0", "y1", "e0", "e1"))
    units = _codes(pairs["unit"])
    if units.max(initial=-1) < 1:
        return Estimate(*[np.nan] * 6, n_units=int(units.max(initial=-1)) + 1, method="conditional ppml")
    if not y0.any() or not y1.any():
        return None
    level, value = y0 + y1, float(np.log(y1.sum() / e1.sum()) - np.log(y0.sum() / e0.sum()))
    for _ in range(100):
        share = e1 / (e1 + e0 * np.exp(-value))
        step = np.sum(y1 - level * share) / np.sum(level * share * (1 - share))
        value += float(np.clip(step, -2, 2))
        if abs(step) < 1e-12:
            break
    share = e1 / (e1 + e0 * np.exp(-value))
    score, own = np.bincount(units, y1 - level * share), np.bincount(units, level * share * (1 - share))
    influence = score / (own.sum() - 0.999 * own)
    return from_influence(value, influence, method=f"conditional ppml within {stratum or unit}, leaving out {unit}s")


def _pairs(
    cells: "pd.DataFrame", *, unit: str, treated: str, total: str, exposure: str, stratum: str | None
) -> "pd.DataFrame":
    """Put both sides of each stratum beside one another; strata with one side or nothing counted tell nothing."""
    used = cells.dropna(subset=list({unit, treated, total, exposure, stratum or unit}))
    used = used[used[exposure] > 0]
    side = used[treated].astype(bool)
    told = used[[unit]].set_axis(["unit"], axis=1).assign(stratum=used[stratum or unit])
    for number, chosen in ((0, ~side), (1, side)):
        told[f"y{number}"] = used[total].astype(float).where(chosen, 0.0)
        told[f"e{number}"] = used[exposure].astype(float).where(chosen, 0.0)
    pairs = told.groupby(["unit", "stratum"], observed=True, sort=True).sum().reset_index()
    return pairs[(pairs["e0"] > 0) & (pairs["e1"] > 0) & (pairs["y0"] + pairs["y1"] > 0)]


def paired_difference(first: "pd.Series | np.ndarray", second: "pd.Series | np.ndarray") -> Estimate:
    """Estimate the mean over units of a difference between two values of each, such as two ln rates.

    Parameters
    ----------
    first, second : pandas.Series or numpy.ndarray
        One value for each unit, shape (n,), in the same order; pairs with a missing or infinite value are left out.

    Returns
    -------
    Estimate
        Mean of first minus second, with Student's t on `degrees_of_freedom`.
    """
    gaps = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    gaps = gaps[np.isfinite(gaps)]
    return _plain_mean(gaps, method="mean of paired differences")


def _plain_mean(values: np.ndarray, *, method: str) -> Estimate:
    n = len(values)
    if n < 2:
        return Estimate(*[np.nan] * 6, n_units=n, method=method)
    return from_influence(float(values.mean()), (values - values.mean()) / np.sqrt(n * (n - 1)), method=method)


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


def on_t(
    value: float, error: float, freedom: float, *, null: float = 0.0, n_units: int = 0, method: str = ""
) -> Estimate:
    """Put intervals of Student's t around a value.

    Parameters
    ----------
    value, error : float
        The estimate and its standard error, above 0.
    freedom : float
        Degrees of freedom; infinity gives the normal distribution.
    null, n_units, method
        As in `Estimate`.

    Returns
    -------
    Estimate
        With 95% and 90% intervals and a two-sided p-value.
    """
    freedom = max(freedom, FEWEST_DEGREES)
    wide, narrow = _t_quantile((0.975, 0.95), freedom) * error
    ends = (value - wide, value + wide, value - narrow, value + narrow)
    p_value = _two_sided((value - null) / error, freedom)
    return Estimate(value, *map(float, ends), p_value, n_units, null, method)


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
    columns = np.asarray(accounts[[size, first, second]], dtype=float).T
    fewest = 0 if estimator == "log-ols" else -np.inf
    sizes, *outcomes = columns[:, (columns[1:] > fewest).all(axis=0)]  # what is missing is above nothing
    fits = [_line(outcome, sizes, estimator) for outcome in outcomes]
    if None in fits:
        return None
    value = fits[0].coefficients[1] - fits[1].coefficients[1]
    influence = fits[0].influence[:, 1] - fits[1].influence[:, 1]
    return from_influence(float(value), influence, method=f"{estimator}, joint covariance")


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


@dataclass(frozen=True)
class PersonEffects:
    """Effects of single persons, each with its error, and how far the true ones behind them differ.

    Parameters
    ----------
    effects, variances : numpy.ndarray
        Each person's estimate and its error variance, above 0, shape (n,).
    variance : float
        Variance of the true effects between persons, by moments (DerSimonian & Laird, with weights that allow for it).
    kept : numpy.ndarray or float, default 1
        The share of that variance that shows in each estimate: less than 1 where an effect is divided by a spread that
        it raises itself. An estimate varies by ``kept`` times the variance of true effects, plus its error.
    """

    effects: np.ndarray
    variances: np.ndarray
    variance: float
    kept: np.ndarray | float = 1.0

    @property
    def mean(self) -> Estimate:
        """The mean true effect, each person weighted by how well the own effect is known."""
        weights = 1 / (self.kept * self.variance + self.variances)
        centre = float(weights @ self.effects / weights.sum())
        own = weights / weights.sum()
        influence = own * (self.effects - centre) / (1 - np.minimum(own, 0.999))  # each person left out in turn
        return from_influence(centre, influence, method="two steps: mean of own slopes, weighted by their errors")

    @property
    def shrunken(self) -> np.ndarray:
        """Each person's effect drawn to the mean as far as its error asks (empirical Bayes), shape (n,)."""
        trust = np.minimum(1, self.variance / (self.kept * self.variance + self.variances))
        return self.mean.value + trust * (self.effects - self.mean.value)

    def share_beyond(self, margin: float) -> Estimate:
        """Estimate the share of persons whose true effect is above a margin, less one half.

        True effects are taken as normal. Every pair of mean and spread gives a share; the interval holds the shares
        that restricted likelihood does not rule out (profile likelihood). How much likelihood a true share loses by
        chance is simulated: where errors drown the differences it is much less than a chi-squared variable says, as no
        spread is below 0. Persons are simulated in groups of like errors, so that the time does not grow with them.

        Parameters
        ----------
        margin : float
            The effect that a person has to exceed.

        Returns
        -------
        Estimate
            Share minus one half; its interval may touch minus or plus one half.

        References
        ----------
        Hardy, R. J. & Thompson, S. G. (1996). A likelihood approach to meta-analysis with random effects. Statistics in
        Medicine 15.
        Mathur, M. B. & VanderWeele, T. J. (2019). New metrics for meta-analyses of heterogeneous effects. Statistics in
        Medicine 38.
        Self, S. G. & Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and likelihood ratio
        tests under nonstandard conditions. Journal of the American Statistical Association 82.
        """
        n, method = len(self.effects), "two steps: own slopes, normal between persons, profile likelihood"
        if n < 4:
            return Estimate(*[np.nan] * 6, n_units=n, method=method)
        shares = np.linspace(0, 1, 1_001)
        z = stats.norm.ppf(np.clip(shares, 1e-9, 1 - 1e-9))
        spreads = np.concatenate([[0], np.geomspace(1e-3, 1, 120)])
        spreads *= 3 * self.effects.std() + np.sqrt(self.variances.min())
        whole = _Restricted(spreads, self.effects, self.effects**2, self.variances, self.kept)
        profile = whole.at(margin + z[:, None] * spreads)
        lost = 2 * (profile.max() - profile.max(axis=1))
        tried = np.arange(0, len(shares), 40)
        likely = spreads[profile[tried].argmax(axis=1)]
        chance = np.array(
            [self._lost_by_chance(at, spread, spreads[::3]) for at, spread in zip(z[tried], likely, strict=True)]
        )
        within = {
            level: shares[lost <= np.interp(shares, shares[tried], np.quantile(chance, level, axis=1))] - 0.5
            for level in (0.95, 0.90)
        }
        ends = [float(end) for level in within.values() for end in (level.min(), level.max())]
        half = len(shares) // 2
        p_value = (1 + np.sum(chance[tried == half] >= lost[half])) / (1 + chance.shape[1])
        return Estimate(float(shares[lost.argmin()]) - 0.5, *ends, float(p_value), n_units=n, method=method)

    def _lost_by_chance(self, z: float, spread: float, spreads: np.ndarray) -> np.ndarray:
        """Simulate twice the ln likelihood that the truth loses, where the mean lies z spreads above the margin."""
        rng = np.random.default_rng(0)  # the same draws for every share, so that limits run smoothly
        parts = np.array_split(np.argsort(self.variances), min(12, len(self.variances)))
        sizes = np.array([len(part) for part in parts])
        errors = np.array([1 / np.mean(1 / self.variances[part]) for part in parts])
        kept = np.array([np.broadcast_to(self.kept, self.variances.shape)[part].mean() for part in parts])
        variance, shape = kept * spread**2 + errors, (1_000, len(parts))
        means = z * spread + np.sqrt(variance / sizes) * rng.standard_normal(shape)
        squares = means**2 + variance * 2 * rng.standard_gamma((sizes - 1) / 2, shape) / sizes
        drawn = _Restricted(spreads, means, squares, errors, kept, sizes)
        return 2 * (drawn.level.max(axis=1) - drawn.at(z * spreads).max(axis=1))


class _Restricted:
    """The restricted ln likelihood of spreads between persons, in groups of equal errors.

    Parameters
    ----------
    spreads : numpy.ndarray
        Standard deviations of true effects to try, shape (k,).
    means, squares : numpy.ndarray
        Mean effect and mean squared effect of each group, shape (..., groups).
    errors, kept, sizes : numpy.ndarray or float
        Error variance, share of the spread that shows and number of persons of each group, shape (groups,).
    """

    def __init__(
        self,
        spreads: np.ndarray,
        means: np.ndarray,
        squares: np.ndarray,
        errors: np.ndarray,
        kept: np.ndarray | float,
        sizes: np.ndarray | float = 1.0,
    ) -> None:
        """Find the best mean for every spread."""
        weights = 1 / (spreads[:, None] ** 2 * kept + errors)
        self._total = (weights * sizes).sum(axis=1)
        self._centre = means @ (weights * sizes).T / self._total
        misfit = squares @ (weights * sizes).T - self._total * self._centre**2
        self.level = 0.5 * ((np.log(weights) * sizes).sum(axis=1) - np.log(self._total) - misfit)

    def at(self, mean: np.ndarray) -> np.ndarray:
        """Give the ln likelihood of each spread with a mean of its own that is not the best."""
        return self.level - 0.5 * self._total * (mean - self._centre) ** 2


def person_effects(effects: np.ndarray, variances: np.ndarray, kept: np.ndarray | float = 1.0) -> PersonEffects | None:
    """Find by moments how far true effects differ behind estimates that each have their own error.

    Parameters
    ----------
    effects, variances : numpy.ndarray
        Each person's estimate and its error variance, shape (n,); persons whose variance is not above 0 and finite are
        left out.
    kept : numpy.ndarray or float, default 1
        As in `PersonEffects`.

    Returns
    -------
    PersonEffects or None
        None with fewer than four persons or effects that do not vary.

    References
    ----------
    DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7.
    DerSimonian, R. & Kacker, R. (2007). Random-effects model for meta-analysis of clinical trials: an update.
    Contemporary Clinical Trials 28. (Two-step version.)

    Examples
    --------
    >>> found = person_effects(np.array([0.0, 0.2, 0.4, 0.6]), np.full(4, 0.01))
    >>> round(found.variance, 4), round(found.mean.value, 2)
    (0.0567, 0.3)
    """
    known = np.isfinite(effects) & np.isfinite(variances) & (variances > 0)
    kept = np.broadcast_to(np.asarray(kept, dtype=float), known.shape)[known]
    effects, variances = np.asarray(effects, dtype=float)[known], np.asarray(variances, dtype=float)[known]
    if len(effects) < 4 or not np.ptp(effects) > ROUNDING:
        return None
    variance = 0.0
    for _ in range(2):
        variance = _between(effects, variances, 1 / (variances + kept * variance), kept)
    return PersonEffects(effects, variances, variance, kept)


def _between(effects: np.ndarray, variances: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> float:
    """Solve for the variance at which the weighted squares are as large as they are expected to be."""
    total = weights.sum()
    centre = weights @ effects / total
    found = weights @ (effects - centre) ** 2
    own = weights - weights**2 / total
    return float(max(0.0, (found - own @ variances) / (own @ kept)))


def weighted_share(
    answers: "pd.Series | np.ndarray", weights: "pd.Series | np.ndarray | None" = None, *, null: float = 0.0
) -> Estimate:
    """Estimate the share of yes in a weighted sample, with an interval that holds near 0 and 1.

    Wilson's interval with the effective number of persons: as many as would tell as much without weights and with the
    same share.

    Parameters
    ----------
    answers : pandas.Series or numpy.ndarray
        1 or true for yes, 0 or false for no; missing answers are left out.
    weights, null
        As in `weighted_mean`.

    Returns
    -------
    Estimate
        0 to 1; not finite where all answer alike.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22.
    Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24.

    Examples
    --------
    >>> share = weighted_share(np.array([1.0] * 8 + [0.0] * 2))
    >>> share.value, round(share.low, 2), round(share.high, 2)
    (0.8, 0.47, 0.95)
    """
    answers, weights = _weighted(answers, weights)
    n, method = len(answers), "weighted share, Wilson's interval"
    if n < 4 or not np.ptp(answers) > 0:
        return Estimate(float(answers.mean()) if n else np.nan, *[np.nan] * 5, n_units=n, null=null, method=method)
    share, influence = _linearised(answers, weights)
    size = share * (1 - share) / np.sum(influence**2)

    def ends(probability: float) -> tuple[float, float]:
        q = stats.norm.ppf(probability) ** 2 / size
        middle, reach = share + q / 2, np.sqrt(q * share * (1 - share) + q**2 / 4)
        return float((middle - reach) / (1 + q)), float((middle + reach) / (1 + q))

    # As Wilson's interval does, the test takes the error that would hold if the share were the one tested.
    error = np.sqrt(null * (1 - null) / size) if 0 < null < 1 else np.sqrt(share * (1 - share) / size)
    p_value = float(2 * stats.norm.sf(abs(share - null) / error))
    method += f", design effect {design_effect(weights):.2f}"
    return Estimate(share, *ends(0.975), *ends(0.95), p_value, n, null, method)


def gain_in_r2(
    sums: "pd.DataFrame", *, outcome: str, first: Sequence[str], second: Sequence[str] = (), within: bool = False
) -> Estimate | None:
    """Estimate how much more of an outcome's variance one set of terms explains than another, on the same rows.

    Both least-squares fits are worked out from sums of products, so rows are never needed. Leaving out one unit at a
    time gives the correction for the optimism that more terms bring, and for each set the error of Fisher's z of its
    multiple correlation, which is nearly normal where R2 itself is skewed; what skewness is left, as where terms do not
    vary within units, the acceleration of its influence values takes out, as in approximate bootstrap intervals. The
    two intervals are put together by MOVER, with the correlation of what single units do to the two.

    Parameters
    ----------
    sums : pandas.DataFrame
        One row for each independent unit, from `measures.sums_of_products`: n, sums and sums of products.
    outcome : str
        What is explained.
    first, second : sequence of str
        The two sets of terms; an empty second set explains nothing.
    within : bool, default False
        Whether each unit's own means are taken out first, so that only differences within units count.

    Returns
    -------
    Estimate or None
        R2 of the first set minus R2 of the second; None with fewer than four units, no variation, or terms of which
        one is a sum of others.

    References
    ----------
    DiCiccio, T. & Efron, B. (1992). More accurate confidence intervals in exponential families. Biometrika 79.
    Miller, R. G. (1974). The jackknife: a review. Biometrika 61.
    Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological Methods 12.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.measures import sums_of_products
    >>> y, x = [1.0, 3, 2, 5, 4, 7, 6, 9, 7, 8], [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    >>> rows = pd.DataFrame({"account_id": list("aabbccddee"), "y": y, "x": x})
    >>> sums = sums_of_products(rows, columns=["y", "x"], by=["account_id"])
    >>> gain_in_r2(sums, outcome="y", first=["x"]).n_units
    5
    """
    names = [outcome, *dict.fromkeys([*first, *second])]
    products = np.stack([np.stack([_product(sums, a, b) for b in ["n", *names]], axis=-1) for a in ["n", *names]], -1)
    products = products[products[:, 0, 0] > 0]
    if within:
        products[:, 1:, 1:] -= products[:, 1:, :1] * products[:, :1, 1:] / products[:, :1, :1]
        products[:, 0, 1:] = products[:, 1:, 0] = 0
    n = len(products)
    if n < 4:
        return None
    total = products.sum(axis=0)
    sides = [_shares(total, total - products, [1 + names.index(name) for name in terms]) for terms in (first, second)]
    value, pull = sides[0].value - sides[1].value, np.array([side.influence for side in sides])
    if not np.isfinite([value, *pull.ravel()]).all():
        return None
    told = {"n_units": n, "method": "difference of R2, Fisher's z by jackknife over units, accelerated, MOVER"}
    if not np.abs(pull).max() > ROUNDING:
        return Estimate(value, *[np.nan] * 5, **told)
    lengths = np.sqrt((pull**2).sum(axis=1))
    together = float(pull[0] @ pull[1] / lengths.prod()) if lengths.all() else 0.0

    def reach(level: float, *, up: bool) -> float:
        own = abs(sides[0].end(level, up=up) - sides[0].inside)
        other = abs(sides[1].end(level, up=not up) - sides[1].inside)
        return float(np.sqrt(max(own**2 + other**2 - 2 * together * own * other, 0.0)))

    ends = [value + sign * reach(level, up=sign > 0) for level in (0.975, 0.95) for sign in (-1, 1)]
    freedom = min(side.freedom for side in sides)
    spread = reach(0.975, up=value < 0) / stats.t.ppf(0.975, freedom)
    return Estimate(value, *ends, float(2 * stats.t.sf(abs(value) / spread, freedom)) if spread else np.nan, **told)


@dataclass(frozen=True)
class _Explained:
    """R2 of one set of terms, corrected for optimism, and what each unit does to Fisher's z of its root."""

    value: float
    influence: np.ndarray

    @property
    def inside(self) -> float:
        """R2 within its scale: the correction may lead out of it."""
        return float(np.clip(self.value, 0, 1 - ROUNDING))

    @property
    def freedom(self) -> float:
        return degrees_of_freedom(self.influence) if self.influence.any() else np.inf

    def end(self, level: float, *, up: bool) -> float:
        """Give the end of a one-sided interval, further off on the side to which the influence is skewed."""
        error = np.sqrt((self.influence**2).sum())
        t = _t_quantile(level if up else 1 - level, self.freedom)
        pull = float(np.clip(t * (self.influence**3).sum() / (6 * error**3), -0.5, 0.5)) if error else 0.0
        z = np.arctanh(np.sqrt(self.inside)) + error * t / (1 - pull) ** 2
        return float(np.tanh(max(z, 0.0)) ** 2)


def _shares(total: np.ndarray, without: np.ndarray, terms: Sequence[int]) -> _Explained:
    """Find R2 from the sums of all units, and from those of all but one."""
    n, whole, left_out = len(without), _explained(total[None], terms)[0], _explained(without, terms)
    z = np.arctanh(np.sqrt(np.clip(left_out, 0, 1 - ROUNDING)))
    return _Explained(float(n * whole - (n - 1) * left_out.mean()), (z.mean() - z) * np.sqrt((n - 1) / n))


def _product(sums: "pd.DataFrame", a: str, b: str) -> np.ndarray:
    """Find a sum of products whichever way round its column is called; n stands for the constant."""
    names = [name for name in (a, b) if name != "n"]
    column = "*".join(names) if names else "n"
    return sums[column if column in sums else f"{b}*{a}"].to_numpy(dtype=float)


def _explained(products: np.ndarray, terms: Sequence[int]) -> np.ndarray:
    """Give R2 from stacked sums of products: 0 the constant, 1 the outcome; not a number where nothing varies."""
    centred = products - products[:, :, :1] * products[:, :1, :] / products[:, :1, :1]
    spread = centred[:, 1, 1]
    scale = np.sqrt(centred[:, terms, terms])
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = centred[:, terms, 1] / scale / np.sqrt(spread)[:, None]
        correlations = centred[:, terms][:, :, terms] / scale[:, :, None] / scale[:, None, :]
    known = np.isfinite(correlations).all(axis=(1, 2)) & (spread > 0)
    known[known] = np.linalg.matrix_rank(correlations[known], tol=1e-9, hermitian=True) == len(terms)
    shares = np.full(len(products), np.nan)
    solved = np.linalg.solve(correlations[known], shared[known][:, :, None])[:, :, 0]
    shares[known] = np.einsum("ij,ij->i", shared[known], solved)
    return shares


def spread_between(cells: "pd.DataFrame", *, unit: str, cell: str, total: str, exposure: str) -> Estimate | None:
    """Estimate by how much cells differ beyond noise: the standard deviation of their effects.

    A cell's variance is estimated by the products of what different units found in it. Noise of one unit has nothing
    to do with that of another, so it drops out, whatever its size: the same as the variance of the cells' means minus
    their sampling variance over units. Cells weigh by their exposure. A negative variance (less variation than noise
    alone gives) is kept as a negative standard deviation, so that no effect is not pushed above zero.

    The interval is a score interval, as Wilson's of a share: it holds the variances that what was found does not rule
    out with the error that goes with each. That error has a part from noise alone, as products of noise have no linear
    part and are estimated as they are; and a part that grows with the variance itself, which is what a jackknife over
    units finds beyond the noise (it counts noise twice). Sums of products of noise are skewed to the right, as a sum of
    squares is, so their quantiles are taken by Cornish and Fisher's expansion from t and their skewness; without it
    nothing was found to be something too often. A standard error that belongs to the estimate, and not to the
    variance tried, covered 0.99 where cells do not differ, and too rarely above where they do.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each unit and cell; more rows of one kind are added up.
    unit, cell : str
        Columns of the independent unit and of the cell.
    total : str
        Column with the unit's summed deviations in the cell, from its own mean.
    exposure : str
        Column with what the expected total is proportional to: number of posts times the share that is elsewhere.

    Returns
    -------
    Estimate or None
        In the deviations' unit; None with fewer than four units or no cell that two of them share.

    References
    ----------
    Efron, B. & Stein, C. (1981). The jackknife estimate of variance. Annals of Statistics 9.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22.
    Hoeffding, W. (1948). A class of statistics with asymptotically normal distribution. Annals of Mathematical
    Statistics 19.
    Cornish, E. A. & Fisher, R. A. (1938). Moments and cumulants in the specification of distributions. Review of the
    International Statistical Institute 5.
    """
    from scipy import sparse

    used = cells[cells[exposure] > 0]
    table = used.groupby([unit, cell], observed=True)[[total, exposure]].sum().reset_index()
    units, at = _codes(table[unit]), _codes(table[cell])
    n = int(units.max(initial=-1)) + 1
    if n < 4:
        return None
    own, size = table[total].to_numpy(dtype=float), table[exposure].to_numpy(dtype=float)
    sums, sizes = np.bincount(at, own), np.bincount(at, size)
    products = np.bincount(units, own * (sums[at] - own) / sizes[at], n)
    weights = np.bincount(units, size * (sizes[at] - size) / sizes[at], n)
    whole = weights.sum()
    if not whole > ROUNDING * sizes.sum():
        return None
    variance = products.sum() / whole
    influence = 2 * (products - variance * weights) / (whole - 2 * weights)  # each unit left out in turn
    kept = max(variance, 0.0) / (max(variance, 0.0) + np.sum(own**2) / sizes.sum() / sizes)
    noise = (own - size * (kept * sums / sizes)[at]) / np.sqrt(sizes[at])
    shared = sparse.csr_array((noise, (units, at)), shape=(n, len(sums)))
    pairs = np.sum((shared.T @ shared).power(2).data) - np.sum(np.bincount(units, noise**2, n) ** 2)
    alone = max(0.0, 2 * pairs / whole**2)
    method = f"spread over {cell}s beyond noise, score interval, jackknife over {unit}s"
    scale = max(variance, np.sqrt(alone))
    if not scale > ROUNDING**2:
        return Estimate(_signed_root(variance), *[np.nan] * 5, n_units=n, method=method)
    growth = max(float(influence @ influence) - 2 * alone, 0.0) / scale
    t = stats.t(degrees_of_freedom(influence))
    bend = min(_skewness_of_products(shared) / 6, 1 / (4 * float(t.ppf(0.975))))  # further on it would fold back
    ends = [end for level in (0.975, 0.95) for end in _score_ends(variance, alone, growth, float(t.ppf(level)), bend)]
    p_value = float(2 * t.sf(abs(_unbent(variance / np.sqrt(alone), bend)))) if alone else 0.0
    return Estimate(_signed_root(variance), *map(_signed_root, ends), p_value, n_units=n, method=method)


def _score_ends(value: float, alone: float, growth: float, t: float, bend: float) -> tuple[float, float]:
    """Solve for the truths that lie t errors off; the squared error is `alone`, and above 0 grows with the truth.

    What is skewed is the part `alone`: there both quantiles lie bend (t^2 - 1) errors further up.
    """
    error, half = t * np.sqrt(alone), t**2 * growth / 2

    def ends(value: float) -> tuple[float, float]:
        root = np.sqrt(max(half**2 + 2 * value * half + error**2, 0.0))
        return (
            value + half - root if value > error else value - error,
            value + half + root if value > -error else value + error,
        )

    def shift(end: float) -> float:
        return bend * (t**2 - 1) * np.sqrt(alone) * alone / (alone + growth * max(end, 0.0)) if alone else 0.0

    low, high = ends(value)
    for _ in range(30):  # settles, as the shift moves less than the end that it is taken at
        low, high = ends(value - shift(low))[0], ends(value - shift(high))[1]
    return low, high


def _skewness_of_products(noise: "sparse.csr_array", most: int = 1000) -> float:
    """Give the skewness of a sum over pairs of units of the products of their noise, shape (units, cells).

    Pairs make its second and triangles its third moment; of many units `most` are enough, as it is free of scale.
    """
    some = noise[np.unique(np.linspace(0, noise.shape[0] - 1, most).astype(int))]
    between = (some @ some.T).toarray()
    np.fill_diagonal(between, 0.0)
    pairs, triangles = np.sum(between**2), np.sum(between @ between * between)
    return float(max(8 * triangles / (2 * pairs) ** 1.5, 0.0)) if pairs > 0 else 0.0


def _unbent(quantile: float, bend: float) -> float:
    """Give the z for which z + bend (z^2 - 1) is the quantile."""
    if not bend:
        return quantile
    return float((np.sqrt(max(1 + 4 * bend * (bend + quantile), 0.0)) - 1) / (2 * bend))


def _signed_root(value: float) -> float:
    return float(np.sign(value) * np.sqrt(abs(value)))


@dataclass(frozen=True)
class Shrunken:
    """Means drawn towards their common mean, the more the less is known of them.

    Parameters
    ----------
    means, errors : numpy.ndarray
        Shrunken means and their standard errors, shape (k,).
    spread : float
        Standard deviation of the true means, 0 where their differences are no larger than noise.
    """

    means: np.ndarray
    errors: np.ndarray
    spread: float


def shrunken(values: np.ndarray, variances: np.ndarray) -> Shrunken:
    """Shrink means that were measured with noise towards their common mean (empirical Bayes).

    With equal variances this is the James-Stein estimate, with unequal ones Morris's extension of it. The spread of the
    true means is the one for which the weighted squares of the differences are as large as expected.

    Parameters
    ----------
    values, variances : numpy.ndarray
        Means and their sampling variances, above 0, shape (k,).

    Returns
    -------
    Shrunken
        Fewer than four means are left as they are.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. Journal of the American
    Statistical Association 78.
    Paule, R. C. & Mandel, J. (1982). Consensus values and weighting factors. Journal of Research of the National Bureau
    of Standards 87.

    Examples
    --------
    >>> found = shrunken(np.array([0.40, 0.35, 0.30, 0.25, 0.20]), np.full(5, 0.004))
    >>> found.means.round(3).tolist()
    [0.368, 0.334, 0.3, 0.266, 0.232]
    """
    from scipy.optimize import brentq

    k = len(values)
    if k < 4:
        return Shrunken(np.array(values, dtype=float), np.sqrt(variances), 0.0)

    def centre(between: float) -> float:
        return float(np.average(values, weights=1 / (variances + between)))

    def excess(between: float) -> float:
        return float(np.sum((values - centre(between)) ** 2 / (variances + between)) - (k - 1))

    most = float(np.sum((values - values.mean()) ** 2)) + float(np.max(variances))
    between = brentq(excess, 0, most, xtol=1e-15) if excess(0.0) > 0 else 0.0
    middle, total = centre(between), variances + between
    factor = (k - 3) / (k - 1) * variances / total
    moved = middle + (1 - factor) * (values - middle)
    unsure = 2 / (k - 3) * factor**2 * (variances.mean() + between) / total * (values - middle) ** 2
    return Shrunken(moved, np.sqrt(variances * (1 - (k - 1) / k * factor) + unsure), float(np.sqrt(between)))


def false_discovery(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values so that calling those below a level significant keeps the share of false calls below it.

    Parameters
    ----------
    p_values : numpy.ndarray
        Shape (k,), 0 to 1.

    Returns
    -------
    numpy.ndarray
        Adjusted p-values in the same order.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful approach to
    multiple testing. Journal of the Royal Statistical Society B 57.

    Examples
    --------
    >>> false_discovery(np.array([0.01, 0.02, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    return stats.false_discovery_control(p_values) if len(p_values) else np.array([])


def within_slope(cells: "pd.DataFrame", *, unit: str, term: str, total: str, exposure: str) -> Estimate | None:
    """Estimate the slope of ln expected outcome on a number, where every unit is compared with itself.

    Poisson pseudo-maximum likelihood with one level for each unit, conditional on the unit's sum, as in `within_ratio`:
    zeros stay in, and only the mean has to be right. Rows of one unit and one value of the term can be added up before
    without any loss. Errors are over units, each left out in turn.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each unit and value of the term, or for each observation.
    unit : str
        Column of the independent unit, such as the account.
    term : str
        Column with the number, such as ln words.
    total : str
        Column with the sum of the outcome in the cell, not negative.
    exposure : str
        Column with what the total is set against, such as the number of posts; above 0.

    Returns
    -------
    Estimate or None
        ``n_units`` are the units in which the term varies and the outcome is not always 0. None when there are fewer
        than two, or no slope is finite.

    References
    ----------
    Hausman, J., Hall, B. H. & Griliches, Z. (1984). Econometric models for count data with an application to the
    patents-R&D relationship. Econometrica 52.
    Wooldridge, J. M. (1999). Distribution-free estimation of some nonlinear panel data models. Journal of Econometrics
    90.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"a": [1, 1, 2, 2], "x": [0, 1.0, 0, 1], "likes": [10, 20, 3, 6], "posts": [1, 1, 1, 1]})
    >>> round(float(np.exp(within_slope(cells, unit="a", term="x", total="likes", exposure="posts").value)), 3)
    2.0
    """
    used = cells.dropna(subset=[unit, term, total, exposure])
    used = used[used[exposure] > 0]
    by = used.groupby(unit)
    used = used[(by[term].transform("max") > by[term].transform("min")) & (by[total].transform("sum") > 0)]
    x, y, e = (used[name].to_numpy(dtype=float) for name in (term, total, exposure))
    units = _codes(used[unit])
    n = int(units.max(initial=-1)) + 1
    if n < 2:
        return None
    x = x - (np.bincount(units, x * e, n) / np.bincount(units, e, n))[units]
    sums, value = np.bincount(units, y, n), 0.0
    for _ in range(100):
        weight = e * np.exp(np.clip(value * x, -500, 500))
        level = np.bincount(units, weight, n)
        centre = np.bincount(units, weight * x, n) / level
        own = sums * (np.bincount(units, weight * x**2, n) / level - centre**2)
        score = np.bincount(units, y * x, n) - sums * centre
        step = score.sum() / own.sum() if own.sum() > 0 else np.nan
        value += float(np.clip(step, -1, 1))
        if not abs(step) > 1e-12:
            break
    if not abs(step) < 1e-6:
        return None
    influence = score / (own.sum() - 0.999 * own)
    return from_influence(value, influence, method=f"conditional ppml within {unit}, leaving out {unit}s")


def standardised_slope(
    table: "pd.DataFrame", *, outcome: str, term: str, link: str = "identity", exposure: str | None = None
) -> Estimate | None:
    """Estimate the slope on a term in units of its standard deviation; of a standardised outcome with identity link.

    With the identity link this is the correlation. The standard deviations are estimates themselves, and the interval
    allows for that: their influence values are added to those of the slope (delta method).

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each unit; rows with a missing value are left out.
    outcome, term : str
        Columns of numbers.
    link, exposure
        As in `regress`; with the log link the slope is that of the ln expected outcome.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.

    References
    ----------
    Yuan, K.-H. & Chan, W. (2011). Biases and standard errors of standardized regression coefficients. Psychometrika 76.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 5], "y": [1.0, 3, 4, 8, 9, 11]})
    >>> round(standardised_slope(table, outcome="y", term="x").value, 3)
    0.987
    """
    used = table[[outcome, term, *([exposure] if exposure else [])]].dropna()
    used = used[used[exposure] > 0] if exposure else used
    fit = regress(used, outcome=outcome, terms=[term], link=link, exposure=exposure)
    if fit is None:
        return None
    slope, moved = fit.coefficients[1], fit.influence[:, 1]
    spread, spread_moved = _spread(used[term])
    slope, moved = slope * spread, moved * spread + slope * spread_moved
    if link == "identity":
        spread, spread_moved = _spread(used[outcome])
        if not spread > 0:
            return None
        slope, moved = slope / spread, moved / spread - slope / spread**2 * spread_moved
    return from_influence(float(slope), moved, method=f"{fit.method}, in standard deviations")


def _spread(values: "pd.Series") -> tuple[float, np.ndarray]:
    """Give a standard deviation and the influence of each value on it."""
    values = values.to_numpy(dtype=float)
    n, spread = len(values), float(values.std(ddof=1))
    return spread, ((values - values.mean()) ** 2 - spread**2) / (2 * spread * n) if spread > 0 else np.zeros(n)


def odds_ratio(
    first: "pd.DataFrame",
    second: "pd.DataFrame",
    *,
    cases: str,
    others: str,
    borders: "Sequence[pd.DataFrame]" = (),
    n_ranked: int = 0,
) -> Estimate | None:
    """Estimate the ratio of the odds of two groups of units in which persons were counted.

    Cases and others are added up over units; the units, not the persons, are independent, so that the interval comes
    from leaving out one unit at a time, on the ln scale.

    Parameters
    ----------
    first, second : pandas.DataFrame
        One row for each unit.
    cases, others : str
        Columns with counts, whose ratio is the odds.
    borders : sequence of pandas.DataFrame, default ()
        Where the groups are the upper and lower part of ranked units: the units near each border. The border moves with
        the sample; a unit's part in that is (odds of its group - odds at the border) x (inside - share) / share.
    n_ranked : int, default 0
        How many units were ranked, where there are borders.

    Returns
    -------
    Estimate or None
        The odds of `first` over those of `second`, tested against 1; None with fewer than two units in a group, or
        where one unit holds all cases or all others of its group.

    References
    ----------
    Rao, J. N. K. & Scott, A. J. (1992). A simple method for the analysis of clustered binary data. Biometrics 48.

    Examples
    --------
    >>> import pandas as pd
    >>> first = pd.DataFrame({"stay": [8, 10, 12], "leave": [2, 1, 2]})
    >>> round(odds_ratio(first, first.assign(leave=[4, 2, 4]), cases="stay", others="leave").value, 3)
    2.0
    """
    groups = [group[[cases, others]].dropna().to_numpy(dtype=float) for group in (first, second)]
    if min(map(len, groups)) < 2 or not all((group.sum(axis=0) - group > 0).all() for group in groups):
        return None
    whole, moved = zip(*map(_ln_odds, groups), strict=True)
    influence = np.concatenate([moved[0], -moved[1]])
    if borders:
        influence = np.concatenate([influence, np.zeros(n_ranked - len(influence))])
        places = (slice(0, len(groups[0])), slice(len(groups[0]), len(groups[0]) + len(groups[1])))
        for sign, border, level, inside in zip((1, -1), borders, whole, places, strict=True):
            influence += sign * _of_border(border[[cases, others]].to_numpy(dtype=float), level, inside, n_ranked)
    found = from_influence(whole[0] - whole[1], influence)
    ends = {end: float(np.exp(getattr(found, end))) for end in ("value", "low", "high", "low_90", "high_90")}
    method = "ratio of pooled odds, jackknife over units on the ln scale"
    n = {"n_units": sum(map(len, groups)), "n_side": min(map(len, groups))}
    return replace(found, **ends, **n, null=1.0, method=method)


def _of_border(counts: np.ndarray, level: float, inside: slice, n: int) -> np.ndarray:
    """Say how far each of n ranked units moves the ln odds of a group by moving its border."""
    at, share = counts.sum(axis=0), (inside.stop - inside.start) / n
    if not (at > 0).all():
        return np.zeros(n)
    part = np.full(n, -share)
    part[inside] += 1
    return (level - np.log(at[0] / at[1])) * part / (share * n)


def _ln_odds(counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Give the ln odds of a group and the influence of each of its units."""
    n, total = len(counts), counts.sum(axis=0)
    whole = float(np.log(total[0] / total[1]))
    left = total - counts
    return whole, (whole - np.log(left[:, 0] / left[:, 1])) * np.sqrt((n - 1) / n)
