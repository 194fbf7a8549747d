"""What do several results of one kind say together? A mean with random effects, and where a further one would lie."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.estimates import Estimate, on_t

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

QUANTILE = 1.959964
"""How many standard errors the 95% interval of a normal distribution reaches to each side."""


@dataclass(frozen=True)
class Summary:
    """What studies of one kind say together.

    Parameters
    ----------
    mean : Estimate
        The mean effect over studies.
    further : tuple of float
        Between which ends a further study of the same kind would lie, 95 times in 100.
    between : float
        Variance of the true effects between studies.
    """

    mean: Estimate
    further: tuple[float, float]
    between: float


def summary(effects: "np.ndarray", errors: "np.ndarray", *, fewest: int = 3) -> Summary | None:
    """Sum studies of one kind up with random effects.

    The spread between studies is that of the greatest restricted likelihood, which statsmodels does not have (its Paule
    and Mandel covers a little less where errors are uneven: docs/calibration-pooling.md). The error of the mean is
    Knapp and Hartung's, never below that without their correction, and both intervals have Student's t with k - 1
    degrees of freedom, as R's metafor has them with ``test="adhoc"``.

    Parameters
    ----------
    effects, errors : numpy.ndarray
        Each study's effect and its standard error, above 0, shape (k,).
    fewest : int, default 3
        With fewer studies the spread between them cannot be known.

    Returns
    -------
    Summary or None
        None with too few studies.

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model.
    Journal of Educational and Behavioral Statistics 30.
    Knapp, G. & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate.
    Statistics in Medicine 22.
    Roever, C., Knapp, G. & Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification for random-
    effects meta-analysis with few studies. BMC Medical Research Methodology 15.
    Viechtbauer, W. (2010). Conducting meta-analyses in R with the metafor package. Journal of Statistical Software 36.

    Examples
    --------
    >>> import numpy as np
    >>> found = summary(np.array([0.1, 0.3, 0.5]), np.array([0.1, 0.1, 0.1]))
    >>> round(found.mean.value, 3), round(found.mean.low, 3), round(found.further[0], 3)
    (0.3, -0.197, -0.596)
    """
    if len(effects) < fewest:
        return None
    between = spread_between(effects, errors)
    weights = 1 / (errors**2 + between)
    mean = float(weights @ effects / weights.sum())
    stray = float(weights @ (effects - mean) ** 2) / (len(effects) - 1)
    return about(mean, math.sqrt(max(stray, 1.0) / weights.sum()), between=between, studies=len(effects))


def spread_between(effects: "np.ndarray", errors: "np.ndarray") -> float:
    """Find the variance of true effects between studies that makes their restricted likelihood greatest.

    Parameters
    ----------
    effects, errors : numpy.ndarray
        As for `summary`.

    Returns
    -------
    float
        0 where studies differ by no more than chance.

    Examples
    --------
    >>> import numpy as np
    >>> round(spread_between(np.array([0.1, 0.3, 0.5]), np.array([0.1, 0.1, 0.1])), 3)
    0.03
    """
    import numpy as np
    from scipy import optimize

    def unlikely(spread: float) -> float:
        variances = errors**2 + spread**2
        weights = 1 / variances
        mean = weights @ effects / weights.sum()
        return float(np.log(variances).sum() + np.log(weights.sum()) + weights @ (effects - mean) ** 2)

    if not (widest := float(np.ptp(effects))):
        return 0.0
    found = optimize.minimize_scalar(unlikely, bounds=(0.0, widest), method="bounded", options={"xatol": 1e-7 * widest})
    return float(found.x**2) if found.fun < unlikely(0.0) else 0.0


def about(value: float, error: float, *, between: float, studies: int) -> Summary:
    """Put the interval of the mean, and that of a further study, around a mean of studies.

    Parameters
    ----------
    value, error : float
        Mean over studies and its standard error.
    between : float
        Variance of true effects between studies.
    studies : int
        Their number.

    Returns
    -------
    Summary
        Both with Student's t on one degree less than there are studies.
    """
    mean = on_t(
        value, error, studies - 1, n_units=studies, method="random effects, restricted likelihood, Knapp-Hartung"
    )
    further = on_t(value, math.hypot(error, math.sqrt(between)), studies - 1)
    return Summary(mean, (further.low, further.high), between)


def pooled(rows: "pd.DataFrame", *, name: str, fewest: int = 3) -> str:
    """Sum studies up where that is meaningful, and say why not where it is not.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`: contrast, measure, estimate, low, high and bounds. Effects are pooled only where all that have a
        95% interval are of one measure and one contrast.
    name : str
        What the effect is, for the sentence.
    fewest : int, default 3
        As in `summary`.

    Returns
    -------
    str
        One sentence.
    """
    told = rows.dropna(subset=["estimate"])
    known = told[(told["bounds"] == "ci95") & (told["high"] > told["low"])]
    counted = known if len(known) >= fewest else told
    kinds = len(counted[["measure", "contrast"]].drop_duplicates())
    found = summary(known["estimate"].to_numpy(), standard_errors(*known[["low", "high"]].to_numpy().T), fewest=fewest)
    if found is None or kinds > 1:
        return (
            f"No summary is computed for the {name}: of {len(rows)} published rows {len(told)} give a figure, "
            f"{len(known)} of them with an interval, of {kinds} different kind{'s' * (kinds != 1)}; at least "
            f"{fewest} of one measure and one contrast with intervals are needed."
        )
    mean, (low, high) = found.mean, found.further
    return (
        f"Random-effects mean of {len(known)} published effects ({name}): {mean.value:.3f} (95% interval "
        f"{mean.low:.3f} to {mean.high:.3f}); a further study of the same kind is expected between {low:.3f} and "
        f"{high:.3f}."
    )


def standard_errors(low: "np.ndarray", high: "np.ndarray") -> "np.ndarray":
    """Give the standard errors that 95% intervals have, taken as normal ones."""
    return (high - low) / (2 * QUANTILE)
