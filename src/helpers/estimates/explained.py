"""How much better do some columns explain an outcome than others?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates.interval import ROUNDING, Estimate, degrees_of_freedom, summed, t_quantile


def gain_in_r2(
    sums: "pd.DataFrame",
    *,
    outcome: str,
    first: Sequence[str],
    second: Sequence[str] = (),
    within: bool = False,
    cluster: str | None = None,
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
        One row for each unit, from `measures.sums_of_products`: n, sums and sums of products.
    outcome : str
        What is explained.
    first, second : sequence of str
        The two sets of terms; an empty second set explains nothing.
    within : bool, default False
        Whether each unit's own means are taken out first, so that only differences within units count.
    cluster : str, optional
        Column of what is independent, such as the owner of accounts; by default every row is.

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
    some = products[:, 0, 0] > 0
    products = products[some]
    if within:
        products[:, 1:, 1:] -= products[:, 1:, :1] * products[:, :1, 1:] / products[:, :1, :1]
        products[:, 0, 1:] = products[:, 1:, 0] = 0
    if cluster:
        products = summed(products, sums[cluster][some])[1]
    n = len(products)
    if n < 4:
        return None
    total = products.sum(axis=0)
    sides = [_shares(total, total - products, [1 + names.index(name) for name in terms]) for terms in (first, second)]
    value, pull = sides[0].value - sides[1].value, np.array([side.influence for side in sides])
    if not np.isfinite([value, *pull.ravel()]).all():
        return None
    method = "difference of R2, Fisher's z by jackknife over units, accelerated, MOVER"
    if not np.abs(pull).max() > ROUNDING:
        return Estimate.none(n, value=value, method=method)
    lengths = np.sqrt((pull**2).sum(axis=1))
    together = float(pull[0] @ pull[1] / lengths.prod()) if lengths.all() else 0.0

    def reach(level: float, *, up: bool) -> float:
        own = abs(sides[0].end(level, up=up) - sides[0].inside)
        other = abs(sides[1].end(level, up=not up) - sides[1].inside)
        return float(np.sqrt(max(own**2 + other**2 - 2 * together * own * other, 0.0)))

    def ends(level: float) -> tuple[float, float]:
        below, above = (reach(0.5 + level / 2, up=up) for up in (False, True))
        return value - below, value + above

    freedom = min(side.freedom for side in sides)
    spread = reach(0.975, up=value < 0) / stats.t.ppf(0.975, freedom)
    p_value = float(2 * stats.t.sf(abs(value) / spread, freedom)) if spread else np.nan
    return Estimate.spanning(value, ends, p_value=p_value, n_units=n, method=method)


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
        t = t_quantile(level if up else 1 - level, self.freedom)
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
