"""Do groups differ by more than noise, which of many stand out, and what is the best guess for each?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy import special

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse
from helpers.estimates import ROUNDING, Estimate, degrees_of_freedom

FEWEST_POSTS = 3
"""A cell or a hashtag of one account is looked at when so many posts have it."""


def spread_between(
    cells: "pd.DataFrame", *, unit: str, cell: str, total: str, exposure: str, block: str | None = None
) -> Estimate | None:
    """Estimate by how much cells differ beyond noise: the standard deviation of their effects.

    A cell's variance is estimated by the products of what different units found in it. Noise of one unit has nothing
    to do with that of another, so it drops out, whatever its size: the same as the variance of the cells' means minus
    their sampling variance over units. Cells weigh by their exposure. No standard deviation is negative: less
    variation than noise alone gives is told as 0.

    The interval is a score interval, as Wilson's of a share: it holds the variances from 0 on that what was found does
    not rule out with the error that goes with each, and so holds 0 where nothing is there. That error has a part from
    noise alone, as products of noise have no linear part and are estimated as they are; and a part that grows with the
    variance itself, which is what a jackknife over units finds beyond the noise (it counts noise twice). Sums of
    products of noise are skewed to the right, as a sum of squares is, so their quantiles are taken by Cornish and
    Fisher's expansion from t and their skewness; without it nothing was found to be something too often. A standard
    error that belongs to the estimate, and not to the variance tried, covered 0.99 where cells do not differ, and too
    rarely above where they do. Where cells are few, as the parts of a day, noise that hides their effects hides them
    from the jackknife too, and the interval ended too soon: it covered 0.84. So it spans the one that a noncentral
    chi-square gives, with as many degrees of freedom as make the noise's sum of squares vary as it does.

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
    block : str, optional
        Column of the units whose deviations are from one common mean, as weeks of a block: what one lacks the others
        have, so that their products tell nothing. By default every unit has a mean of its own.

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
    Steiger, J. H. (2004). Beyond the F test: effect size confidence intervals and tests of close fit in the analysis of
    variance and contrast analysis. Psychological Methods 9.
    """
    from scipy import sparse

    used = cells[cells[exposure] > 0]
    keys = list(dict.fromkeys([unit, cell, block or unit]))
    table = used.groupby(keys, observed=True)[[total, exposure]].sum().reset_index()
    units, at = (table[name].factorize()[0] for name in (unit, cell))
    n = int(units.max(initial=-1)) + 1
    if n < 4:
        return None
    own, size = table[total].to_numpy(dtype=float), table[exposure].to_numpy(dtype=float)
    sums, sizes = np.bincount(at, own), np.bincount(at, size)
    groups = table.groupby([block or unit, cell], observed=True)
    near, near_size = (groups[name].transform("sum").to_numpy() for name in (total, exposure))
    products = np.bincount(units, own * (sums[at] - near) / sizes[at], n)
    weights = np.bincount(units, size * (sizes[at] - near_size) / sizes[at], n)
    whole = weights.sum()
    if not whole > ROUNDING * sizes.sum():
        return None
    if not own.any():
        return Estimate.none(n, value=0.0, method=f"spread over {cell}s beyond noise")
    variance = products.sum() / whole
    influence = 2 * (products - variance * weights) / (whole - 2 * weights)  # each unit left out in turn
    kept = max(variance, 0.0) / (max(variance, 0.0) + np.sum(own**2) / sizes.sum() / sizes)
    noise = (own - size * (kept * sums / sizes)[at]) / np.sqrt(sizes[at])
    shared = sparse.csr_array((noise, (units, at)), shape=(n, len(sums)))
    pairs = np.sum((shared.T @ shared).power(2).data) - np.sum(np.bincount(units, noise**2, n) ** 2)
    alone, squares = max(0.0, 2 * pairs / whole**2), float(noise @ noise) / whole
    method = f"spread over {cell}s beyond noise, score interval, jackknife over {unit}s"
    scale = max(variance, np.sqrt(alone))
    if not scale > ROUNDING**2:
        return Estimate.none(n, value=_root(variance), method=method)
    growth = max(float(influence @ influence) - 2 * alone, 0.0) / scale
    freedom = degrees_of_freedom(influence)
    fold = 1 / (4 * special.stdtrit(freedom, 0.975))  # bent further, it would fold back
    bend = min(_skewness_of_products(shared) / 6, fold)
    part = alone / squares / 2 if alone else 0.0  # of one degree of freedom
    noisy = part > 0 and variance < 1e6 * part  # else scipy finds no end, and noise plays no part

    def ends(level: float) -> tuple[float, float]:
        t = float(special.stdtrit(freedom, 0.5 + level / 2))
        both = [_score_ends(variance, alone, growth, t, bend)]
        both += [_square_ends(variance + squares, squares, level, part=part)] if noisy else []
        return _root(min(low for low, _ in both)), _root(max(high for _, high in both))

    far = abs(_unbent(variance / np.sqrt(alone), bend)) if alone else np.inf
    p_value = float(2 * special.stdtr(freedom, -far))
    if noisy:
        p_value = max(p_value, min(2 * float(special.chdtrc(squares / part, (variance + squares) / part)), 1.0))
    return Estimate.spanning(_root(variance), ends, p_value=p_value, n_units=n, method=method)


def _square_ends(total: float, expected: float, level: float, *, part: float) -> tuple[float, float]:
    """Give the truths from 0 on that a sum of squares does not rule out, of which noise gives `expected`.

    Divided by `part` it is a noncentral chi-square with as many degrees of freedom as parts are expected.
    """
    found, freedom = max(total / part, 0.0), expected / part
    high, low = (
        part * float(special.chndtrinc(found, freedom, tail)) if special.chdtr(freedom, found) > tail else 0.0
        for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high


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


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))


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
    return scipy.stats.false_discovery_control(p_values) if len(p_values) else np.array([])


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
