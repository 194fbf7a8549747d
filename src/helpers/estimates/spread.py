"""How far do units differ, and what is the best guess for each?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    pass


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
