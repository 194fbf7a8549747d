"""How does each unit compare with itself?

The solver is our own: statsmodels' conditional Poisson model walks through groups one by one, and a level for each
account in its Poisson model takes a matrix of accounts by accounts. With two sides the same is a binomial model of
statsmodels, which notebooks show and tests hold this to.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import MOST_LEFT_OUT, Estimate, counted_units, factorized, from_influence, left_out

MOST_STEPS = 100
"""Of Newton's method, which takes about five; a slope that is still moving then runs away."""


def within_ratio(
    cells: "pd.DataFrame",
    *,
    unit: str,
    treated: str,
    total: str,
    exposure: str,
    stratum: str | None = None,
    cluster: str | None = None,
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
    cluster : str, optional
        Column of what is independent where units are not, such as the owner of accounts; by default the unit.

    Returns
    -------
    Estimate or None
        The ln ratio; ``n_units`` are the units (clusters) that have both sides in one stratum and an outcome above 0,
        ``n_events`` those with an outcome above 0 on the side where fewer have one. Not finite when there are fewer
        than two units; None when all outcomes stand on one side.

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
    sides = cells.dropna(subset=[treated])
    sides = sides.assign(**{treated: sides[treated].astype(bool).astype(float)})
    return _conditional(
        sides, unit=unit, term=treated, total=total, exposure=exposure, stratum=stratum, cluster=cluster
    )


def paired_difference(
    first: "pd.Series | np.ndarray",
    second: "pd.Series | np.ndarray",
    *,
    units: "pd.Series | np.ndarray | None" = None,
) -> Estimate:
    """Estimate the mean over units of a difference between two values of each, such as two ln rates.

    Parameters
    ----------
    first, second : pandas.Series or numpy.ndarray
        One value for each unit, shape (n,), in the same order; pairs with a missing or infinite value are left out.
    units : array of shape (n,), optional
        The independent unit of each pair, such as the owner of the account; by default every pair is one.

    Returns
    -------
    Estimate
        Mean of first minus second, with Student's t on `degrees_of_freedom`.
    """
    gaps = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    known = np.isfinite(gaps)
    gaps, method = gaps[known], "mean of paired differences"
    names, moved = left_out(
        gaps - gaps.mean() if len(gaps) else gaps, None if units is None else np.asarray(units)[known]
    )
    n = len(names)
    if n < 2:
        return Estimate.none(n, method=method)
    return from_influence(float(gaps.mean()), moved * np.sqrt(n / (n - 1)), units=names, method=method)


def within_slope(
    cells: "pd.DataFrame", *, unit: str, term: str, total: str, exposure: str, cluster: str | None = None
) -> Estimate | None:
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
    cluster : str, optional
        As in `within_ratio`.

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
    found = _conditional(cells, unit=unit, term=term, total=total, exposure=exposure, cluster=cluster)
    return found if found and found.n_units > 1 else None


def _conditional(
    cells: "pd.DataFrame",
    *,
    unit: str,
    term: str,
    total: str,
    exposure: str,
    stratum: str | None = None,
    cluster: str | None = None,
) -> Estimate | None:
    """Fit the slope of ln expected outcome on a term, conditional on the sums of strata; the one engine of both.

    Strata in which the term never changes or nothing was counted tell nothing. No slope is finite where all outcomes
    stand at the upper end of their strata, or all at the lower end.
    """
    within, cluster = list(dict.fromkeys([unit, stratum or unit])), cluster or unit
    used = cells.dropna(subset=[*dict.fromkeys([*within, cluster]), term, total, exposure])
    used = used[used[exposure] > 0]
    x, y, e = (used[name].to_numpy(dtype=float) for name in (term, total, exposure))
    strata = used.groupby(within, observed=True).ngroup().to_numpy()
    sums = np.bincount(strata, y)
    low, high = np.full(len(sums), np.inf), np.full(len(sums), -np.inf)
    np.minimum.at(low, strata, x)
    np.maximum.at(high, strata, x)
    told = ((low < high) & (sums > 0))[strata]
    units, names = factorized(used[cluster][told])
    if len(names) < 2:
        return Estimate.none(len(names), method="conditional ppml")
    some = told & (y > 0)
    found = None
    if (some & (x > low[strata])).any() and (some & (x < high[strata])).any():
        found = _climbed(x[told], y[told], e[told], strata=strata[told])
    if found is None:
        return None
    value, score, own = found
    influence = np.bincount(units, score) / (own.sum() - MOST_LEFT_OUT * np.bincount(units, own))
    method = f"conditional ppml within {stratum or unit}, leaving out {cluster}s"
    ends = ((x < high[strata])[told], (x > low[strata])[told])
    events = min(counted_units(side & (y[told] > 0), units) for side in ends)
    return from_influence(value, influence, units=names, n_events=events, method=method)


def _climbed(
    x: np.ndarray, y: np.ndarray, exposure: np.ndarray, *, strata: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """Find the slope by Newton's method, and each row's part in score and information there; None if it runs away."""

    def whole(values: np.ndarray) -> np.ndarray:
        return np.bincount(strata, values)[strata]

    def parts(slope: float) -> tuple[np.ndarray, np.ndarray]:
        weight = exposure * np.exp(np.clip(slope * x, -500, 500))
        share = weight / whole(weight)
        off = x - whole(share * x)
        return y * off, sums * share * off**2

    x = x - whole(x * exposure) / whole(exposure)
    sums, value, step = whole(y), 0.0, np.inf
    for _ in range(MOST_STEPS):
        score, own = (part.sum() for part in parts(value))
        step = score / own if own > 0 else np.nan
        value += float(np.clip(step, -1, 1))
        if not abs(step) > 1e-12:
            break
    return (value, *parts(value)) if abs(step) < 1e-6 else None
