"""How does each unit compare with itself?"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import Estimate, from_influence
from helpers.estimates.regression import _codes


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
