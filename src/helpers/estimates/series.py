"""How sure is an estimate whose units follow one another in time, as the weeks of one account do?"""

import numpy as np

from helpers.estimates.interval import ROUNDING, Estimate, on_t

SHARE_OF_COSINES, GROWTH_OF_COSINES = 0.4, 2 / 3
"""So many cosines for so many units in time: 0.4 T^(2/3), which trades bias against the width of Student's t."""

FEWEST_COSINES = 2


def cosines(n: int) -> int:
    """Say how many cosine weights a series of n units in time takes, which are the degrees of freedom it has.

    References
    ----------
    Lazarus, E., Lewis, D. J., Stock, J. H. & Watson, M. W. (2018). HAR inference: recommendations for practice. Journal
    of Business & Economic Statistics 36.

    Examples
    --------
    >>> [cosines(n) for n in (10, 26, 52, 104)]
    [2, 4, 6, 9]
    """
    return max(FEWEST_COSINES, round(SHARE_OF_COSINES * n**GROWTH_OF_COSINES))


def long_run_variance(influence: np.ndarray) -> float:
    """Estimate the variance of a sum of influence values that resemble their neighbours in time.

    Equal-weighted cosines: the influence values are projected on the first few cosines, which are slow enough to carry
    what neighbours share and whose squares are nearly independent.

    Parameters
    ----------
    influence : numpy.ndarray
        One value for each unit, in the order of time, shape (n,).

    Returns
    -------
    float
        Variance of their sum; the sum of squares where neighbours have nothing in common, on the average.

    References
    ----------
    Mueller, U. K. (2004). A theory of robust long-run variance estimation. Working paper, Princeton University.
    Lazarus, E., Lewis, D. J., Stock, J. H. & Watson, M. W. (2018). HAR inference: recommendations for practice. Journal
    of Business & Economic Statistics 36.

    Examples
    --------
    >>> round(long_run_variance(np.array([1.0, -1.0, 1.0, -1.0])), 3)  # neighbours differ: next to nothing remains
    1.172
    """
    return float(len(influence) * np.mean((waves(len(influence)) @ influence) ** 2))


def waves(n: int) -> np.ndarray:
    """Give the first `cosines` of a series of n units in time, each of length 1, shape (cosines(n), n)."""
    places = (np.arange(n) + 0.5) / n
    return np.sqrt(2 / n) * np.cos(np.pi * np.arange(1, cosines(n) + 1)[:, None] * places)


def in_time(value: float, influence: np.ndarray, *, null: float = 0.0, method: str = "") -> Estimate:
    """Build an estimate and its intervals from influence values of units that follow one another in time.

    Parameters
    ----------
    value : float
        The estimate.
    influence : numpy.ndarray
        How much each week moves it when it is left out, in the order of time, shape (n,).
    null, method
        As in `Estimate`.

    Returns
    -------
    Estimate
        With Student's t on as many degrees of freedom as there are `cosines`; not finite when nothing varies.

    References
    ----------
    As for `long_run_variance`.
    """
    n, told = len(influence), f"{method}, cosine weights" if method else "cosine weights"
    variance = long_run_variance(influence) if n > FEWEST_COSINES else 0.0
    if not variance > ROUNDING**2:
        return Estimate.none(n, value=value, null=null, method=told)
    return on_t(float(value), float(np.sqrt(variance)), cosines(n), null=null, n_units=n, method=told)
