"""How does an outcome change with size or any term?

All is one fit (`_fitted`): least squares or Poisson, and what each unit does to it. The solver is our own: statsmodels
takes five times as long on a million accounts, and seven times on a hundred, which specification curves fit by the
thousand. Tests hold it to the same numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import (
    MOST_LEFT_OUT,
    ROUNDING,
    Estimate,
    Noise,
    counted_units,
    factorized,
    from_influence,
    summed,
)

ESTIMATORS = ("ppml", "log-ols", "counts")
"""Ways to estimate a slope: Poisson pseudo-maximum likelihood on rates; least squares on ln rates, zeros left out;
Poisson pseudo-maximum likelihood on counts, slope less one."""

MOST_STEPS = 200
"""Of Newton's method, which takes five to ten where there is a solution."""

FEW_COLUMNS = 20
"""So many are solved by singular values, which no sum of others upsets; of more they take twenty times as long."""

MOST_SPREAD = 6.0
"""Of the variance of ln outcomes, which no spread of rates reaches: a model is asked no further."""

MOST_KEPT = 20_000_000
"""Bytes of an outcome beyond which a fitted line is not kept for whoever asks for it again."""


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
    units : numpy.ndarray
        Names of the units, shape (n_units,).
    noise : Noise or None
        What skewed outcomes do to every coefficient; with the log link only.
    events : mapping of str to int
        Of each term the units with an outcome above 0, on the smaller side where it tells two sides apart, of a slope
        at most twice those of the half with fewer; with the log link only.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    influence: np.ndarray
    method: str
    units: np.ndarray
    noise: Noise | None = None
    events: Mapping[str, int] = field(default_factory=dict)

    def term(self, name: str) -> Estimate:
        """Give a coefficient with its intervals."""
        return self.contrast({name: 1.0})

    def contrast(self, weights: Mapping[str, float]) -> Estimate:
        """Give a weighted sum of coefficients with its intervals, their joint covariance included."""
        sums = np.array([weights.get(name, 0.0) for name in self.names])
        if unknown := set(weights) - set(self.names):
            raise ValueError(f"no term {', '.join(sorted(unknown))}; there are: {', '.join(self.names)}")
        return from_influence(
            float(self.coefficients @ sums),
            self.influence @ sums,
            units=self.units,
            n_events=min((self.events[name] for name in weights if name in self.events), default=None),
            skewed=self.noise is not None,
            noise=self.noise and self.noise.along(sums),
            method=self.method,
        )


class Fit(Regression):
    """A fitted line of the ln expected outcome on ln size: its ``level`` (of several groups the mean) and ``slope``."""

    @property
    def slope(self) -> Estimate:
        """The slope with its intervals."""
        return self.term("slope")

    def at(self, size: Sequence[float] | np.ndarray) -> "pd.DataFrame":
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
            line = self.contrast({"level": 1.0, "slope": x})
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
    within: str | None = None,
    cluster: str | None = None,
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
    within : str, optional
        Column of groups, such as platforms, each with a level of its own, so that accounts are compared within them.
        Accounts of unknown group are one group. Groups of one size, or without any outcome above 0, are left out.
    cluster : str, optional
        Column of the independent unit, such as the owner, whose accounts are left out together (CR3); by default every
        account is one.

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
    y, sizes = (np.asarray(accounts[name], dtype=float) for name in (outcome, size))
    groups, _ = factorized(accounts[within]) if within else (np.zeros(0, dtype=int), None)
    units, names = factorized(accounts[cluster]) if cluster else (np.zeros(0, dtype=int), accounts.index)
    # The last lines are kept, as verdicts and pictures ask for the same.
    fit = _kept_line if y.nbytes <= MOST_KEPT else _kept_line.__wrapped__
    found = fit(*(one.tobytes() for one in (y, sizes, groups, units)), estimator, leverage)
    if found is None:
        return None
    how = f"{estimator}{f' within {within}' if within else ''}, {f'CR3 over {cluster}' if cluster else 'HC3'}"
    return replace(found, method=f"{how} and estimated df", units=np.asarray(names)[found.units])


@lru_cache(maxsize=4)
def _kept_line(outcome: bytes, sizes: bytes, groups: bytes, units: bytes, estimator: str, leverage: bool) -> Fit | None:
    y, size, group, unit = (
        np.frombuffer(outcome),
        np.frombuffer(sizes),
        *(np.frombuffer(one, int) for one in (groups, units)),
    )
    log = estimator != "log-ols"
    rows = np.flatnonzero((size > 0) & (~np.isnan(y) if log else y > 0))
    rows = rows[_telling(group[rows], np.log(size[rows]), y[rows])] if len(group) else rows
    y, x = y[rows], np.log(size[rows])
    if len(y) < 4 or np.ptp(x) == 0 or not y.any():
        return None
    centre = x.mean()  # taken out, so that no size of account upsets the fit
    levels = (group[rows][:, None] == np.unique(group[rows])[1:]).astype(float) if len(group) else np.empty((len(y), 0))
    codes, names = factorized(unit[rows]) if len(unit) else (None, rows)
    fitted = _fitted(
        np.column_stack([np.ones_like(x), x - centre, levels - levels.mean(axis=0)]),
        y if log else np.log(y),
        link="log" if log else "identity",
        units=codes,
        left=(lambda own: 1 - np.minimum(own, MOST_LEFT_OUT)) if leverage else np.ones_like,  # HC3, HC0
    )
    if fitted is None:
        return None
    back = np.array([[1, 0], [-centre, 1]])
    coefficients, influence = (found[..., :2] @ back for found in fitted[:2])
    noise = fitted[2] and replace(fitted[2], moved=fitted[2].moved[:, :2] @ back)
    events = {"level": counted_units(y > 0, codes), "slope": _events(y > 0, x, codes)}
    coefficients = coefficients - (0, estimator == "counts")
    return Fit(tuple(events), coefficients, influence, estimator, names, noise, events)


def _telling(groups: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Say which rows are of a group in which size differs and anything was counted; -1 is the unknown group."""
    codes = groups + 1
    low, high = np.full(codes.max(initial=0) + 1, np.inf), np.full(codes.max(initial=0) + 1, -np.inf)
    np.minimum.at(low, codes, x)
    np.maximum.at(high, codes, x)
    return ((low < high) & (np.bincount(codes, y != 0, len(low)) > 0))[codes]


def _fitted(
    design: np.ndarray,
    y: np.ndarray,
    *,
    link: str,
    exposure: np.ndarray | None = None,
    units: np.ndarray | None = None,
    left: Callable[[np.ndarray], np.ndarray] = lambda own: 1 - MOST_LEFT_OUT * own,
) -> tuple[np.ndarray, np.ndarray, Noise | None] | None:
    """Fit coefficients, and how far each moves when a unit is left out; the one engine of all fits here.

    Columns are to be of like size, the first one constant with the log link, and none a sum of others. Without `units`
    every row is one, and `left` says what share of a row's residual is left once it has been left out, given its
    leverage. With the log link comes the noise of each unit.
    """
    if link == "identity":
        coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
        weights, residuals = np.ones_like(y), y - design @ coefficients
    else:
        level = y.sum() / (len(y) if exposure is None else exposure.sum())
        found = _poisson_fit(design, y / level, exposure)
        if found is None:
            return None
        coefficients, weights = found
        residuals = y / level - weights
        coefficients[0] += np.log(level)
    whole = design.T @ (weights[:, None] * design)
    moved = design @ np.linalg.inv(whole)
    own = weights * np.einsum("ij,ij->i", moved, design)
    influence = moved * (residuals / left(own))[:, None]  # HC3, by the formula of Sherman and Morrison
    noise = None
    if link == "log":
        spread = _spread(design[:, min(1, design.shape[1] - 1)], weights + residuals, weights)
        noise = Noise(moved * (weights * spread)[:, None], (spread**2 + 3) * spread)  # skewness of lognormal values
    if units is None or len(units) == units.max(initial=-1) + 1:
        return coefficients, influence, noise
    together = np.bincount(units)[units] > 1
    sums = summed(influence, units)[1]
    codes, several = factorized(units[together])
    parts = (one[together] for one in (design, weights, residuals))
    sums[several] = _units_left_out(*parts, units=codes, whole=whole)
    if noise:
        noise = Noise(summed(noise.moved, units)[1], summed(noise.skewness / np.bincount(units)[units], units)[1])
    return coefficients, sums, noise


def _spread(term: np.ndarray, y: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Say how far outcomes spread about what is expected, as a share of it, were they lognormal, shape (n,).

    Roots of lognormal values with variance s^2 on the ln scale have the squared coefficient of variation exp(s^2 / 4)
    - 1, and feel the tail less than the values do. Their variance is that of differences between neighbours on the
    term, which no line that is bent in truth makes larger (Rice 1984); it may change with the term. Zeros are apart:
    what is above 0 is then lognormal, and stands for more (Aitchison 1955).

    References
    ----------
    Aitchison, J. (1955). On the distribution of a positive random variable having a discrete probability mass at the
    origin. Journal of the American Statistical Association 50.
    Rice, J. (1984). Bandwidth choice for nonparametric regression. Annals of Statistics 12.
    """
    with np.errstate(all="ignore"):
        some = np.flatnonzero(y > 0)
        ties = np.round(term[some] / np.ptp(term), 9)  # whose order rounding must not decide
        mixed = np.mod(np.log(y[some]) * 7_919, 1)  # nor the order of rows, where many are alike
        order = some[np.lexsort((np.round(mixed, 6), ties))]
        x, roots = term[order], np.sqrt(y[order] / expected[order])
        gaps = _line((x[1:] + x[:-1]) / 2, np.diff(roots) ** 2 / 2, at=term)
        spread = np.clip(4 * np.log1p(np.exp(gaps - 2 * _line(x, roots, at=term))), 0, MOST_SPREAD)
        share = 0.0 if len(some) == len(y) else np.minimum(_line(term, (y > 0).astype(float), at=term), 0)
        return np.sqrt(np.maximum(np.exp(spread - share) - 1, 0))


def _line(x: np.ndarray, y: np.ndarray, *, at: np.ndarray) -> np.ndarray:
    """Fit the ln expected outcome as a line on x, and give it at other values; level where there is no line."""
    if not (len(y) > 1 and y.any()):
        return np.full(len(at), -np.inf)
    fit = _poisson_fit(np.column_stack([np.ones_like(x), x]), y / y.mean())
    return np.log(y.mean()) + (fit[0][0] + fit[0][1] * at if fit else 0 * at)


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
            matrix, many = (columns * expected) @ columns.T, len(score) > FEW_COLUMNS
            step = np.linalg.solve(matrix, score) if many else np.linalg.lstsq(matrix, score, rcond=None)[0]
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


def _units_left_out(
    design: np.ndarray, weights: np.ndarray, residuals: np.ndarray, *, units: np.ndarray, whole: np.ndarray
) -> np.ndarray:
    """Say how far coefficients move when a unit is left out (one step, exact for least squares), shape (units, k)."""
    k, order = design.shape[1], np.argsort(units, kind="stable")
    design, weights, residuals = design[order], weights[order], residuals[order]
    starts = np.flatnonzero(np.diff(units[order], prepend=-1))
    sizes = np.diff(starts, append=len(design))
    if sizes.max() < k:  # matrices of a unit's rows are then smaller than those of all columns, and say the same
        moved, out = design @ np.linalg.inv(whole), np.empty((len(starts), k))
        for size in np.unique(sizes):
            rows = starts[sizes == size, None] + np.arange(size)
            own = weights[rows][:, :, None] * (moved[rows] @ design[rows].swapaxes(1, 2))
            left = np.linalg.solve(np.eye(size) - MOST_LEFT_OUT * own, residuals[rows][:, :, None])
            out[sizes == size] = (moved[rows] * left).sum(axis=1)
        return out
    score = np.add.reduceat(design * residuals[:, None], starts)
    own = np.empty((len(starts), k, k))
    for i in range(k):
        shared = np.add.reduceat((weights * design[:, i])[:, None] * design[:, i:], starts)
        own[:, i, i:] = own[:, i:, i] = shared
    return np.linalg.solve(whole - MOST_LEFT_OUT * own, score[:, :, None])[:, :, 0]


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
    units, named = factorized(used[cluster]) if cluster else (None, used.index.to_numpy())
    if len(used) <= design.shape[1] + 1 or len(named) < 4 or (link == "log" and not y.any()):
        return None
    if within:
        y, *centred = demeaned(np.column_stack([y, design]), [used[name].factorize()[0] for name in within]).T
        design = np.column_stack(centred)
    scale = np.abs(design).max(axis=0)  # taken out, so that no column is lost beside another
    # The triangle has the rank of the whole, and is small.
    triangle, near = np.linalg.qr(design / np.maximum(scale, ROUNDING), mode="r"), len(design) * np.finfo(float).eps
    if not (scale > ROUNDING).all() or np.linalg.matrix_rank(triangle, rtol=near) < design.shape[1]:
        return None
    among = used[exposure].to_numpy(dtype=float) if exposure else None
    fitted = _fitted(design / scale, y, link=link, exposure=among, units=units)
    if fitted is None:
        return None
    events = {}
    if link == "log":
        events = {name: _events(y > 0, column, units) for name, column in zip(names, design.T, strict=True)}
    made = {"identity": "least squares", "log": "ppml"}[link] + (f" within {' and '.join(within)}" if within else "")
    method = f"{made}, {'CR3 over ' + cluster if cluster else 'HC3'} and estimated df"
    coefficients, influence = (found / scale for found in fitted[:2])
    noise = fitted[2] and replace(fitted[2], moved=fitted[2].moved / scale)
    return Regression(names, coefficients, influence, method, named, noise, events)


def _events(some: np.ndarray, term: np.ndarray, units: np.ndarray | None) -> int:
    """Count the units in which anything happened, on the smaller side of a term that has two, as `Regression` says."""
    kinds = np.unique(term)
    lower = term == kinds[0] if len(kinds) < 3 else np.argsort(np.argsort(term, kind="stable")) < len(term) // 2
    codes = np.arange(len(term)) if units is None else units
    sides = (some, some & lower, some & ~lower)
    every, low, high = (int(np.count_nonzero(np.bincount(codes[side]))) for side in sides)
    return every if len(kinds) < 2 else min(low, high) if len(kinds) == 2 else min(every, 2 * low, 2 * high)


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
            texts = used[name].astype(str).to_numpy(dtype=object)
            columns |= {f"{name}: {kind}": (texts == kind).astype(float) for kind in sorted(set(texts))[1:]}
    return np.column_stack(list(columns.values())), tuple(columns)


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
