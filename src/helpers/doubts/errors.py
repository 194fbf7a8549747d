"""What could fake a result? Error in sizes, and a sample cut at a count."""

import numpy as np
from scipy import special

FEWEST_BELOW = 5
"""Units that a smooth distribution would have below an edge, at the least, for their absence to tell of a cut."""


def without_error(value: float, *, share: float, mechanical: float = 1.0) -> float:
    """Take out of an estimate what error in a size does that is both its scale and its denominator.

    Counts are regressed on the ln size, and a rate is a count divided by that size. Error that is independent of the
    size makes up a share of the variance of the ln size; by that share the slope of the ln count is too small, so that
    the ln rate falls even where there is nothing. Exact for least squares on logs, whatever the distribution of sizes.

    Parameters
    ----------
    value : float
        How the ln rate falls, per unit of ln size, or between two groups.
    share : float
        Variance of the error over the variance of the ln size as it was measured, below 1.
    mechanical : float, default 1
        What a count that does not grow with size would give: 1 for a slope, the distance of their mean ln sizes for two
        groups.

    Returns
    -------
    float
        The fall without the error.

    References
    ----------
    Fuller, W. A. (1987). Measurement error models. Wiley.

    Examples
    --------
    >>> without_error(0.25, share=0.25), without_error(0.625, share=0.25)
    (0.0, 0.5)
    """
    return (value - share * mechanical) / (1 - share)


def error_needed(value: float, *, variance: float, mechanical: float = 1.0) -> float:
    """Say how much error in the ln size would explain a fall away: its standard deviation.

    Parameters
    ----------
    value, mechanical : float
        As in `without_error`.
    variance : float
        Of the ln size as it was measured.

    Returns
    -------
    float
        Not a number where no error does: for a rise, and for counts that do not grow with size.

    Examples
    --------
    >>> error_needed(0.25, variance=4.0)
    1.0
    """
    share = value / mechanical if mechanical > 0 else np.nan
    return float(np.sqrt(share * variance)) if 0 < share < 1 else np.nan


def lower_edge(least: np.ndarray, typical: np.ndarray, posts: np.ndarray) -> float | None:
    """Find the count at which a sample was cut: where counts begin sharply, as no distribution that thins out does.

    Of the third of units with the smallest counts the spacings are looked at, on the ln scale. Below a cut they are of
    one size up to the edge; where a distribution thins out, the j-th spacing is 1/j of the first (Renyi 1953). The ln
    of the ratio of the two likelihoods decides, and how near the edge the units come beside how far their own posts
    spread: with several posts each, whatever the spread between units, those near a cut stand next to it.

    Parameters
    ----------
    least : numpy.ndarray
        The smallest count of each unit, shape (n,); unknown ones are left out.
    typical : numpy.ndarray
        The mean count of each unit, shape (n,).
    posts : numpy.ndarray
        Posts of each unit with a known count, shape (n,).

    Returns
    -------
    float or None
        The smallest count of all, at least 1, where the sample was cut there; None where nothing tells so.

    References
    ----------
    Renyi, A. (1953). On the theory of order statistics. Acta Mathematica Hungarica 4.
    """
    known = np.isfinite(least) & np.isfinite(typical)
    least, typical, posts = least[known], typical[known], posts[known]
    if len(least) < 10 or least.min() < 1:
        return None
    edge = float(least.min())
    width = max(1.0, edge / 10)
    hard = _hardness(least)
    if np.sum(least < edge + width) * edge / width < FEWEST_BELOW or hard <= 0:
        return None
    nearness = _nearness(least, typical=typical, several=posts > 1)
    sharp = hard > 4 if nearness is None else nearness < 0.2 or (hard > 3 and nearness < 1)
    return edge if sharp else None


def _hardness(counts: np.ndarray) -> float:
    """Give the ln of the ratio of likelihoods: even spacings from the smallest count on, to spacings as of a tail."""
    counts = np.sort(counts)
    values, first, ties = np.unique(counts, return_index=True, return_counts=True)
    of = np.searchsorted(values, counts)
    rank = (np.arange(len(counts)) - first[of] + 0.5) / ties[of]  # equal counts are spread over their unit
    spacings = np.diff(np.log(counts - 0.5 + rank)[: max(9, -(-len(counts) // 3)) + 1])
    number = len(spacings)
    return number * np.log(np.arange(1, number + 1) @ spacings / spacings.sum()) - float(special.gammaln(number + 1))


def _nearness(least: np.ndarray, *, typical: np.ndarray, several: np.ndarray) -> float | None:
    """Say how near to the edge the lowest units come, over how far they spread themselves; None with single posts."""
    if several.sum() < 5:
        return None
    low = several & (least <= np.quantile(least[several], 1 / 3))
    spread = np.median(np.log(typical[low] / least[low]))
    return float(np.median(np.log(least[low] / least.min())) / max(spread, 1e-3))


def filled(values: np.ndarray, *, known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Give the means that units would have if their unknown counts were all 0.

    Parameters
    ----------
    values : numpy.ndarray
        Mean of each unit over its known counts, shape (n,).
    known, unknown : numpy.ndarray
        How many counts of each unit are known, and how many are not, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,); a unit of which nothing is known has 0.

    Examples
    --------
    >>> filled(np.array([0.4, 0.4, np.nan]), known=np.array([2, 2, 0]), unknown=np.array([2, 0, 1])).tolist()
    [0.2, 0.4, 0.0]
    """
    lowest = np.where(known > 0, values * known, 0.0) / np.maximum(known + unknown, 1)
    return np.where(unknown > 0, lowest, values)
