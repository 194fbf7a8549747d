"""How large is an effect, and how sure are we? An estimate with its interval: mean, median, weighted mean.

Every interval here is built from influence values: how much each account moves the estimate. Their squares add up to
the variance (White 1980), their fourth powers say how well that variance is known, and so how many degrees of freedom
Student's t gets. Rates are skewed and a few accounts weigh heavily; a plain normal interval then covers too rarely.
What was tried, and how often each interval holds the truth, stands in docs/calibration.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import neg
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import pandas as pd


FEWEST_DEGREES = 1.5
"""Student's t with fewer degrees of freedom than this has no mean to speak of: the data then say next to nothing."""


ROUNDING = 1e-10
"""A spread below this, on the scale of a slope or relative to a mean, is rounding and no variation."""


MOST_LEFT_OUT = 0.999
"""Share of a unit that is left out at most: a unit that alone decides would leave nothing behind."""


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
    n_events : int, optional
        Units in which anything happened at all, where outcomes are counts or rates; on the smaller side where two
        groups are compared, of a slope at most twice those of the half with fewer.
    ends : callable, optional
        Called with a level, 0 to 1; gives the lower and upper end of the interval that is to hold the truth so often.
        Without it `at` takes the distances of the 95% interval's ends as those of a normal distribution.
    influence : tuple of numpy.ndarray, optional
        Names of the independent units, and how far each moves the estimate, each of shape (n,).
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
    n_events: int | None = None
    ends: Callable[[float], tuple[float, float]] | None = field(default=None, compare=False, repr=False)
    influence: tuple[np.ndarray, np.ndarray] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def spanning(
        cls,
        value: float,
        ends: Callable[[float], tuple[float, float]],
        *,
        p_value: float,
        n_units: int,
        null: float = 0.0,
        method: str = "",
        n_side: int | None = None,
    ) -> "Estimate":
        """Give an estimate whose intervals of any level a function knows."""
        (low, high), (low_90, high_90) = ends(0.95), ends(0.90)
        return cls(value, low, high, low_90, high_90, p_value, n_units, null, method, n_side, ends=ends)

    @classmethod
    def none(
        cls, n_units: int, *, value: float = np.nan, null: float = 0.0, method: str = "", n_side: int | None = None
    ) -> "Estimate":
        """Give an estimate without intervals, as where nothing varies or units are too few; the value where known."""
        return cls(value, np.nan, np.nan, np.nan, np.nan, np.nan, n_units, null, method, n_side)

    @property
    def is_finite(self) -> bool:
        """Whether estimate and intervals are numbers, which no variation or too few units prevent."""
        return bool(np.isfinite([self.value, self.low, self.high, self.low_90, self.high_90]).all())

    def at(self, level: float) -> tuple[float, float]:
        """Give the interval of a level, 0 to 1."""
        if self.ends is not None:
            return self.ends(level)
        far = float(special.ndtri(0.5 + level / 2) / special.ndtri(0.975))
        return self.value - far * (self.value - self.low), self.value + far * (self.high - self.value)

    def widened(self, number: int) -> "Estimate":
        """Give the estimate with intervals that hold together for so many claims: 1 - alpha / number (Bonferroni)."""
        (low, high), (low_90, high_90) = self.at(1 - 0.05 / number), self.at(1 - 0.10 / number)
        return replace(self, low=low, high=high, low_90=low_90, high_90=high_90)

    def beyond(self, border: float) -> tuple[float, float]:
        """Give the one-sided p-values of the truths at or below a border, and at or above it.

        They come from the intervals: the p-value is the tail beside the widest interval whose end meets the border.

        Examples
        --------
        >>> [round(p, 4) for p in on_t(1.0, 0.5, np.inf).beyond(0.0)]  # z = 2
        [0.0228, 0.9772]
        """
        upper = _tail(lambda level: self.at(level)[0] - border, lambda level: border - self.at(level)[1])
        return upper, 1 - upper

    def __str__(self) -> str:
        """Write the estimate with its interval."""
        ends = f"{self.value:.3f} (95% interval {self.low:.3f} to {self.high:.3f})".replace("-", "\N{MINUS SIGN}")
        return f"{ends if self.is_finite else 'no interval'}, n = {self.n_units:,}{f'; {self.method}' * self.is_finite}"

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
            ends=None if self.ends is None else _Turned(self.ends, neg, falls=True),
            influence=None if self.influence is None else (self.influence[0], -self.influence[1]),
        )

    def shifted(self, by: float) -> "Estimate":
        """Add a constant to estimate, intervals and null value."""
        return self.on_scale(lambda value: value + by)

    def on_scale(self, of: Callable[[float], float]) -> "Estimate":
        """Turn estimate, intervals and null value into those of a rising function, as of ln ratios into ratios."""
        fields = ("value", "low", "high", "low_90", "high_90", "null")
        turned: dict[str, Any] = {name: float(of(getattr(self, name))) for name in fields}
        return replace(self, **turned, ends=None if self.ends is None else _Turned(self.ends, of))


@dataclass(frozen=True)
class _Turned:
    """The ends of an interval on another scale."""

    ends: Callable[[float], tuple[float, float]]
    of: Callable[[float], float]
    falls: bool = False

    def __call__(self, level: float) -> tuple[float, float]:
        low, high = (float(self.of(end)) for end in self.ends(level))
        return (high, low) if self.falls else (low, high)


def _tail(low_beyond: Callable[[float], float], high_below: Callable[[float], float]) -> float:
    """Find the p-value of the truths at or below a border: below one half where the interval lies above it."""
    beyond, sign = (low_beyond, 1) if low_beyond(0.0) >= 0 else (high_below, -1)
    inside, outside = 0.0, 1.0
    for _ in range(50):  # a level of 1 itself has no interval
        level = (inside + outside) / 2
        inside, outside = (level, outside) if beyond(level) >= 0 else (inside, level)
    tail = (1 - inside) / 2
    return tail if sign > 0 else 1 - tail


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


def t_quantile(share: float | Sequence[float], freedom: float) -> np.ndarray:
    """Give quantiles of Student's t: `scipy.stats` without its checks, which take longer than all else here.

    Parameters
    ----------
    share : float or sequence of float
        How much lies below each quantile, 0 to 1.
    freedom : float
        Degrees of freedom.

    Returns
    -------
    numpy.ndarray
        In the order of `share`.

    Examples
    --------
    >>> t_quantile((0.95, 0.975), 4).round(3).tolist()
    [2.132, 2.776]
    """
    return special.stdtrit(freedom, share)


def _two_sided(statistic: float, freedom: float) -> float:
    """Give the two-sided p-value of a statistic that follows Student's t."""
    return float(2 * special.stdtr(freedom, -abs(statistic)))


@dataclass(frozen=True)
class Noise:
    """What outcomes would do to estimates, were they lognormal with the spread that they have.

    Parameters
    ----------
    moved : numpy.ndarray
        How far one standard deviation of each unit's outcome moves the estimate, signed, shape (n,); of several
        estimates at once (n, k).
    skewness : numpy.ndarray
        Of each unit's outcome, shape (n,).
    """

    moved: np.ndarray
    skewness: np.ndarray

    def along(self, weights: np.ndarray) -> "Noise":
        """Give the noise of a weighted sum of estimates."""
        return replace(self, moved=self.moved @ weights)

    def drawn(self, error: float) -> float:
        """Draw an error towards that of the model, where it is larger: the more, the more uneven and skewed it is."""
        squares = self.moved**2
        own = float(np.sqrt(squares.sum()))
        if not own > error:
            return error
        uneven = abs(float(np.sign(self.moved) @ squares)) / own**2
        skewness = abs(float((self.moved**3) @ self.skewness)) / own**3
        return error * (own / error) ** (np.sqrt(uneven) * min(skewness, 1.0))


def from_influence(
    value: float,
    influence: np.ndarray,
    *,
    units: "np.ndarray | pd.Index | None" = None,
    n_events: int | None = None,
    skewed: bool = False,
    noise: Noise | None = None,
    method: str = "",
    null: float = 0.0,
) -> Estimate:
    """Build an estimate and its intervals from influence values.

    Where they are skewed, the interval spans that of Student's t and that of Hall's transformation, which takes the
    skewness out: the first is too short on the side of the tail, the second may be on the other. Most samples of
    outcomes with a long tail lack its end, and then value and error are off together; it shows where the spread lies at
    one end of what is compared. There the error is drawn towards the one that lognormal outcomes of the same spread
    would have: not at all where both ends are alike, as errors are then right on average, nor where units are so many
    that skewness does not matter. docs/calibration.md says how often it holds.

    Parameters
    ----------
    value : float
        The estimate.
    influence : numpy.ndarray
        How much each independent unit moves it, shape (n,); the standard error is the root of the sum of squares.
    units : array of shape (n,), optional
        Names of the units, to be kept with the estimate.
    n_events : int, optional
        As in `Estimate`.
    skewed : bool, default False
        Whether outcomes have a long tail, as rates and counts have.
    noise : Noise, optional
        Of outcomes that are skewed.
    method : str
        Name to keep with the estimate.
    null : float, default 0
        The value that the p-value tests against.

    Returns
    -------
    Estimate
        With Student's t on `degrees_of_freedom`; intervals are not finite when nothing varies.

    References
    ----------
    Hall, P. (1992). On the removal of skewness by transformation. Journal of the Royal Statistical Society B 54.
    """
    error, n = float(np.sqrt(np.sum(influence**2))), len(influence)
    if not error > ROUNDING:
        return replace(Estimate.none(n, value=value, null=null, method=method), n_events=n_events)
    freedom = degrees_of_freedom(influence)
    if skewed and n > 3:
        drawn = error if noise is None else noise.drawn(error)
        both, skewness = ((error, freedom), (drawn, n - 2)), float(_shape(influence)[0])
        found = _spanned(float(value), *both, skewness=skewness, null=null, n_units=n, method=method)
    else:
        found = on_t(float(value), error, freedom, null=null, n_units=n, method=method)
    return replace(found, n_events=n_events, influence=None if units is None else (np.asarray(units), influence))


def _spanned(
    value: float,
    plain: tuple[float, float],
    drawn: tuple[float, float],
    *,
    skewness: float,
    null: float,
    n_units: int,
    method: str,
) -> Estimate:
    """Span Student's t for two errors with their degrees of freedom, and Hall's interval for the second.

    Hall's takes the units' number less two: fewer, as one value outweighs the others, would count that value twice. It
    ends where the transformation is flat, as it tells nothing of what lies further off.
    """
    root = np.sqrt(n_units)
    flat = -3 * root / skewness if skewness else np.inf
    within = np.maximum if skewness > 0 else np.minimum

    def ends(level: float) -> tuple[float, float]:
        t, t_drawn = (t_quantile((0.5 + level / 2, 0.5 - level / 2), freedom) for _, freedom in (plain, drawn))
        halls = within(root * _hall_inverse(t_drawn / root, skewness, n_units), flat)
        reached = np.stack([plain[0] * t, drawn[0] * t_drawn, drawn[0] * halls])
        return float(value - reached.max()), float(value - reached.min())

    t, t_drawn = ((value - null) / error for error, _ in (plain, drawn))
    halls = root * _hall(t_drawn / root, skewness, n_units) if within(t_drawn, flat) == t_drawn else np.inf
    p_value = max(_two_sided(t, plain[1]), _two_sided(t_drawn, drawn[1]), _two_sided(halls, drawn[1]))
    return Estimate.spanning(value, ends, p_value=p_value, n_units=n_units, null=null, method=method)


def summed(influence: np.ndarray, units: "pd.Series | np.ndarray | None") -> "tuple[np.ndarray, np.ndarray]":
    """Add influence values up by independent unit, as the accounts of one owner are one.

    Parameters
    ----------
    influence : numpy.ndarray
        Shape (n, ...).
    units : array of shape (n,), optional
        The unit of each; by default every value is one.

    Returns
    -------
    tuple of numpy.ndarray
        Names of the units, and their sums, in the order in which they come.

    Examples
    --------
    >>> names, sums = summed(np.array([0.1, 0.2, -0.3]), np.array(["a", "b", "a"]))
    >>> names.tolist(), sums.round(3).tolist()
    (['a', 'b'], [-0.2, 0.2])
    """
    if units is None:
        return np.arange(len(influence)), influence
    codes, names = factorized(units)
    if len(names) == len(influence):
        return names, influence
    columns = influence.reshape(len(influence), -1)
    sums = np.column_stack([np.bincount(codes, column, len(names)) for column in columns.T])
    return names, sums.reshape(-1, *influence.shape[1:])


def factorized(units: "pd.Series | np.ndarray") -> tuple[np.ndarray, np.ndarray]:
    """Number units from 0 in the order in which they come; give the number of each row, and the names."""
    import pandas as pd

    codes, names = pd.factorize(units)
    return codes, np.asarray(names)


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

    def ends(level: float) -> tuple[float, float]:
        reach = error * float(t_quantile(0.5 + level / 2, freedom))
        return value - reach, value + reach

    p_value = _two_sided((value - null) / error, freedom)
    return Estimate.spanning(value, ends, p_value=p_value, n_units=n_units, null=null, method=method)


def mean(
    values: "pd.Series | np.ndarray", *, null: float = 0.0, units: "pd.Series | np.ndarray | None" = None
) -> Estimate:
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
    units : array of shape (n,), optional
        The independent unit of each value, as the owner of each account; by default every value is one.

    Returns
    -------
    Estimate
        The mean over values, with errors from leaving out one unit at a time; not finite with fewer than four units or
        no variation.

    References
    ----------
    Hall, P. (1992). On the removal of skewness by transformation. Journal of the Royal Statistical Society B 54.

    Examples
    --------
    >>> estimate = mean(np.array([0.01, 0.02, 0.02, 0.03, 0.12]))
    >>> round(estimate.value, 3), estimate.high - estimate.value > estimate.value - estimate.low
    (0.04, True)
    """
    values, units = _known(values, units)
    centre = float(values.mean()) if len(values) else np.nan
    names, moved = left_out(values - centre, units)
    n, method = len(moved), "mean, Hall's interval"
    if n < 4 or not values.std() > ROUNDING * abs(centre):
        return Estimate.none(n, value=centre, null=null, method=method)
    spread, (skewness, _) = float(np.sqrt(n * moved @ moved)), _shape(moved)
    freedom = degrees_of_freedom(moved)
    statistic = np.sqrt(n) * _hall((centre - null) / spread, skewness, n)
    floor = 0.0 if values.min() >= 0 else -np.inf

    def ends(level: float) -> tuple[float, float]:
        quantiles = t_quantile((0.5 + level / 2, 0.5 - level / 2), freedom)
        low, high = centre - spread * _hall_inverse(quantiles / np.sqrt(n), skewness, n)
        return float(max(floor, low)), float(high)

    p_value = _two_sided(statistic, freedom)
    found = Estimate.spanning(centre, ends, p_value=p_value, n_units=n, null=null, method=method)
    return replace(found, n_events=counted_units(values != 0, units), influence=(names, moved))


def left_out(deviations: np.ndarray, units: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Say how far a mean moves when a unit is left out, all its values together, to the scale of the plain variance.

    Parameters
    ----------
    deviations : numpy.ndarray
        Of each value from the mean, shape (n,).
    units : numpy.ndarray, optional
        The unit of each; by default every value is one, and moves the mean by its deviation over n.

    Returns
    -------
    tuple of numpy.ndarray
        Names of the units, and how far each moves the mean.
    """
    names, added = summed(np.column_stack([deviations, np.ones(len(deviations))]), units)
    sums, sizes = added.T
    return names, sums * (1 - 1 / max(len(names), 1)) / np.maximum(len(deviations) - sizes, 1)


def counted_units(some: np.ndarray, units: "pd.Series | np.ndarray | None" = None) -> int:
    """Count the units with a true value among theirs; every value is one where there are no names."""
    return int(np.count_nonzero(some)) if units is None else len(factorized(np.asarray(units)[some])[1])


def _known(
    values: "pd.Series | np.ndarray", units: "pd.Series | np.ndarray | None"
) -> tuple[np.ndarray, np.ndarray | None]:
    """Leave missing values out, and their units."""
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values)
    return values[known], None if units is None else np.asarray(units)[known]


def _hall(x: float, skewness: float, n: int) -> float:
    return x + skewness * x**2 / 3 + skewness**2 * x**3 / 27 + skewness / (6 * n)


def _hall_inverse(y: np.ndarray, skewness: float, n: int) -> np.ndarray:
    if abs(skewness) < 1e-6:
        return y - skewness / (6 * n)
    return 3 * (np.cbrt(1 + skewness * (y - skewness / (6 * n))) - 1) / skewness


def median(values: "pd.Series | np.ndarray", *, units: "pd.Series | np.ndarray | None" = None) -> Estimate:
    """Estimate a median, with the interval between two order statistics.

    Parameters
    ----------
    values : pandas.Series or numpy.ndarray
        One value for each unit, shape (n,); missing values are left out.
    units : array of shape (n,), optional
        The independent unit of each value; by default every value is one. The order statistics are then those of as
        many values as tell as much: n over the design effect of lying above the median.

    Returns
    -------
    Estimate
        The interval is not finite where n is too small for its level (below 6 for 95%). There is no p-value.

    References
    ----------
    Conover, W. J. (1999). Practical Nonparametric Statistics, 3rd ed., section 3.2.
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. JASA 47.
    """
    values, units = _known(values, units)
    n = len(values)
    if not n:
        return Estimate.none(0, method="median")
    middle = float(np.median(values))
    sides = summed(np.sign(values - middle), units)[1]
    effective = n / max(float(sides @ sides) / n, 1.0)
    ends, method = partial(_order_statistics, np.sort(values), effective), "median, order statistics"
    found = Estimate.spanning(middle, ends, p_value=np.nan, n_units=len(sides), method=method)
    return replace(found, n_events=counted_units(values != 0, units))


def _order_statistics(values: np.ndarray, effective: float, level: float) -> tuple[float, float]:
    n, whole, tail = len(values), int(effective), (1 - level) / 2
    below = int(special.bdtrik(tail, whole, 0.5)) + 1  # at least one too many
    while below >= 0 and special.bdtr(below, whole, 0.5) > tail:
        below -= 1
    if below < 0:
        return np.nan, np.nan
    below = int(below * n / whole)
    return float(values[below]), float(values[n - 1 - below])


def weighted_mean(
    values: "pd.Series | np.ndarray",
    weights: "pd.Series | np.ndarray | None" = None,
    *,
    null: float = 0.0,
    skewed: bool = False,
    units: "pd.Series | np.ndarray | None" = None,
) -> Estimate:
    """Estimate a mean or share from a weighted sample.

    The weighted mean is a ratio of sums; its error is that of leaving out each person in turn, so it grows with the
    design effect, and one that outweighs all others is seen to.

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
    units : array of shape (n,), optional
        The independent unit of each value, such as the owner of an account; by default every value is one.

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
    values, weights = with_weights(values, weights, units)
    n = len(values)
    if n < 2:
        return Estimate.none(n, null=null, method="weighted mean")
    centre, influence = linearised(values, weights)
    method = f"weighted mean, design effect {design_effect(weights):.2f}"
    if skewed and centre > 0:
        own = weights / weights.sum()
        left_out = own * (values - centre) / (1 - np.minimum(own, MOST_LEFT_OUT))
        ln_null = float(np.log(null)) if null > 0 else -np.inf
        found = from_influence(float(np.log(centre)), left_out / centre, method=f"{method}, ln scale", null=ln_null)
        return replace(found.on_scale(np.exp), value=centre, null=null)
    return from_influence(centre, influence, n_events=counted_units(values != 0), method=method, null=null)


def with_weights(
    values: "pd.Series | np.ndarray",
    weights: "pd.Series | np.ndarray | None",
    units: "pd.Series | np.ndarray | None" = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the values that are known and have a weight above 0, with their weights (all 1 where there are none).

    With the units of the values each unit gets one: its weighted mean, with the sum of its weights.
    """
    values = np.asarray(values, dtype=float)
    weights = np.ones_like(values) if weights is None else np.asarray(weights, dtype=float)
    known = ~np.isnan(values) & ~np.isnan(weights) & (weights > 0)
    values, weights = values[known], weights[known]
    if units is None:
        return values, weights
    sums = summed(np.column_stack([values * weights, weights]), np.asarray(units)[known])[1]
    return sums[:, 0] / sums[:, 1], sums[:, 1]


def linearised(values: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Give the weighted mean of two values or more, and how far leaving each out moves it, shape (n,)."""
    n, own = len(values), weights / weights.sum()
    centre = float(weights @ values / weights.sum())
    return centre, own * (values - centre) / (1 - np.minimum(own, MOST_LEFT_OUT)) * np.sqrt((n - 1) / n)


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
