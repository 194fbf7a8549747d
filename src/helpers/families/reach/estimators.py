"""How do rates, shares and odds differ with a score?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates import Estimate, from_influence, regress


def standardised_slope(
    table: "pd.DataFrame", *, outcome: str, term: str, link: str = "identity", exposure: str | None = None
) -> Estimate | None:
    """Estimate the slope on a term in units of its standard deviation; of a standardised outcome with identity link.

    With the identity link this is the correlation. The standard deviations are estimates themselves, and the interval
    allows for that: their influence values are added to those of the slope (delta method).

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each unit; rows with a missing value are left out.
    outcome, term : str
        Columns of numbers.
    link, exposure
        As in `regress`; with the log link the slope is that of the ln expected outcome.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.

    References
    ----------
    Yuan, K.-H. & Chan, W. (2011). Biases and standard errors of standardized regression coefficients. Psychometrika 76.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 5], "y": [1.0, 3, 4, 8, 9, 11]})
    >>> round(standardised_slope(table, outcome="y", term="x").value, 3)
    0.987
    """
    used = table[[outcome, term, *([exposure] if exposure else [])]].dropna()
    used = used[used[exposure] > 0] if exposure else used
    fit = regress(used, outcome=outcome, terms=[term], link=link, exposure=exposure)
    if fit is None:
        return None
    slope, moved = fit.coefficients[1], fit.influence[:, 1]
    spread, spread_moved = _spread(used[term])
    slope, moved = slope * spread, moved * spread + slope * spread_moved
    if link == "identity":
        spread, spread_moved = _spread(used[outcome])
        if not spread > 0:
            return None
        slope, moved = slope / spread, moved / spread - slope / spread**2 * spread_moved
    return from_influence(float(slope), moved, method=f"{fit.method}, in standard deviations")


def _spread(values: "pd.Series") -> tuple[float, np.ndarray]:
    """Give a standard deviation and the influence of each value on it."""
    values = values.to_numpy(dtype=float)
    n, spread = len(values), float(values.std(ddof=1))
    return spread, ((values - values.mean()) ** 2 - spread**2) / (2 * spread * n) if spread > 0 else np.zeros(n)


def pooled_ratio(
    first: "pd.DataFrame",
    second: "pd.DataFrame",
    *,
    cases: str,
    others: str,
    borders: "Sequence[pd.DataFrame]" = (),
    n_ranked: int = 0,
) -> Estimate | None:
    """Estimate the ratio of the odds, or of the shares, of two groups of units in which persons were counted.

    Set against the others cases give odds, set against all persons a share. They are added up over units; the units,
    not the persons, are independent, so that the interval comes from leaving out one unit at a time, on the ln scale.

    Parameters
    ----------
    first, second : pandas.DataFrame
        One row for each unit.
    cases, others : str
        Columns with counts, whose ratio is the odds, or the share where the second counts everybody.
    borders : sequence of pandas.DataFrame, default ()
        Where the groups are the upper and lower part of ranked units: the units near each border. The border moves with
        the sample; a unit's part in that is (ln odds of its group - ln odds at the border) x (inside - share) / share.
    n_ranked : int, default 0
        How many units were ranked, where there are borders.

    Returns
    -------
    Estimate or None
        That of `first` over that of `second`, tested against 1; None with fewer than two units in a group, or
        where one unit holds all cases or all others of its group.

    References
    ----------
    Rao, J. N. K. & Scott, A. J. (1992). A simple method for the analysis of clustered binary data. Biometrics 48.

    Examples
    --------
    >>> import pandas as pd
    >>> first = pd.DataFrame({"stay": [8, 10, 12], "leave": [2, 1, 2]})
    >>> round(pooled_ratio(first, first.assign(leave=[4, 2, 4]), cases="stay", others="leave").value, 3)
    2.0
    """
    groups = [group[[cases, others]].dropna().to_numpy(dtype=float) for group in (first, second)]
    if min(map(len, groups)) < 2 or not all((group.sum(axis=0) - group > 0).all() for group in groups):
        return None
    whole, moved = zip(*map(_ln_odds, groups), strict=True)
    influence = np.concatenate([moved[0], -moved[1]])
    if borders:
        influence = np.concatenate([influence, np.zeros(n_ranked - len(influence))])
        places = (slice(0, len(groups[0])), slice(len(groups[0]), len(groups[0]) + len(groups[1])))
        for sign, border, level, inside in zip((1, -1), borders, whole, places, strict=True):
            influence += sign * _of_border(border[[cases, others]].to_numpy(dtype=float), level, inside, n_ranked)
    found = from_influence(whole[0] - whole[1], influence)
    n_units, n_side = sum(map(len, groups)), min(map(len, groups))
    method = "ratio of pooled counts, jackknife over units on the ln scale"
    return replace(found.on_scale(np.exp), n_units=n_units, n_side=n_side, method=method)


def _of_border(counts: np.ndarray, level: float, inside: slice, n: int) -> np.ndarray:
    """Say how far each of n ranked units moves the ln odds of a group by moving its border."""
    at, share = counts.sum(axis=0), (inside.stop - inside.start) / n
    if not (at > 0).all():
        return np.zeros(n)
    part = np.full(n, -share)
    part[inside] += 1
    return (level - np.log(at[0] / at[1])) * part / (share * n)


def _ln_odds(counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Give the ln odds of a group and the influence of each of its units."""
    n, total = len(counts), counts.sum(axis=0)
    whole = float(np.log(total[0] / total[1]))
    left = total - counts
    return whole, (whole - np.log(left[:, 0] / left[:, 1])) * np.sqrt((n - 1) / n)
