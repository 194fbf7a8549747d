"""How strong must a hidden cause be to undo a difference between accounts? A quantity of least squares."""

from dataclasses import dataclass

import numpy as np
import scipy


@dataclass(frozen=True)
class Twin:
    """A slope by plain least squares on the ln of an outcome, beside an estimate of another kind.

    Parameters
    ----------
    value : float
        The slope.
    t : float
        Its classical t statistic.
    freedom : int
        Residual degrees of freedom.
    left_out : int
        Units whose outcome is 0, which has no ln.
    """

    value: float
    t: float
    freedom: int
    left_out: int


def linear_twin(outcome: np.ndarray, term: np.ndarray, *, held: np.ndarray | None = None) -> Twin | None:
    """Regress the ln of an outcome on a term by least squares, other columns held fixed.

    Parameters
    ----------
    outcome : numpy.ndarray
        Not negative, shape (n,); units at 0, or where anything is unknown, are left out.
    term : numpy.ndarray
        Shape (n,).
    held : numpy.ndarray, optional
        Columns held fixed beside the constant, shape (n, k); they may say the same as one another.

    Returns
    -------
    Twin or None
        None where nothing varies or fewer than three degrees of freedom are left.
    """
    columns = np.column_stack([np.ones(len(term)), *([] if held is None else [held])]).astype(float)
    known = np.isfinite(np.column_stack([outcome, term, columns])).all(axis=1)
    used = known & (outcome > 0)
    columns, both = columns[used], np.column_stack([np.log(outcome[used]), term[used]])
    freedom = int(used.sum() - np.linalg.matrix_rank(columns) - 1) if used.any() else 0
    if freedom < 3:
        return None
    y, x = (both - columns @ np.linalg.lstsq(columns, both, rcond=None)[0]).T
    value = float(x @ y / max(x @ x, np.finfo(float).tiny))
    left = float(np.sum((y - value * x) ** 2))
    if np.ptp(x) < 1e-9 or left < 1e-18:
        return None
    return Twin(value, value / np.sqrt(left / freedom / (x @ x)), freedom, int((known & ~used).sum()))


def robustness_value(t: float, freedom: float, *, level: float | None = None) -> float:
    """Say what share of both spreads a hidden cause must explain to bring a slope of least squares to 0.

    The share is a partial R2: of what term and what outcome have left once all that is held fixed has explained its
    part. A cause that explains less than this of both cannot bring the slope to 0.

    Parameters
    ----------
    t : float
        The slope's classical t statistic.
    freedom : float
        Residual degrees of freedom, at least 2.
    level : float, optional
        Of the interval that is to be brought to 0, instead of the slope: 0.95 for the 95% interval.

    Returns
    -------
    float
        0 to 1; 0 where the interval includes 0 as it is.

    References
    ----------
    Cinelli, C. & Hazlett, C. (2020). Making sense of sensitivity: extending omitted variable bias. Journal of the Royal
    Statistical Society, Series B 82.

    Examples
    --------
    >>> round(robustness_value(4.18445, 783), 3), round(robustness_value(4.18445, 783, level=0.95), 3)  # their Darfur
    (0.139, 0.076)
    """
    f = abs(t) / np.sqrt(freedom)
    needed = 0.0 if level is None else float(scipy.stats.t.isf((1 - level) / 2, freedom - 1) / np.sqrt(freedom - 1))
    if f <= needed:
        return 0.0
    if f * needed > 1:  # a cause explains less of the outcome than of the term, and the interval is what gives way
        return float((f**2 - needed**2) / (1 + f**2))
    g = (f - needed) ** 2
    return float((np.sqrt(g**2 + 4 * g) - g) / 2)
