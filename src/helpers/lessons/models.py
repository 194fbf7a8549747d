"""Does a plain model of statsmodels give what a verdict rests on?

The estimators of `helpers.estimates` are quick enough for specification curves and a million accounts, and their
intervals hold for few and skewed units. What they estimate is what any statistics package does, and each notebook
shows it: it fits its main model once more with statsmodels, on the same rows.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.claims.verdicts import OWN_ACCOUNT, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimates import Estimate

SAME = 1e-6
"""Two estimates are the same where they differ by no more: solvers stop at differences far smaller."""


def rests_on(verdict: Verdict) -> bool:
    """Say whether a verdict rests on an estimate over accounts or persons, which a plain model can be set beside.

    Parameters
    ----------
    verdict : Verdict
        From `claims.analysis.judged`.

    Returns
    -------
    bool
        False where there is no estimate, and where the units are the weeks of the account at hand.
    """
    return verdict.scope != OWN_ACCOUNT and verdict.estimate is not None and verdict.estimate.is_finite


def beside(fit: Any, term: str, verdict: "Verdict | Estimate | None", *, sign: float = 1.0, plus: float = 0.0) -> str:
    """Set a coefficient of a model beside the estimate of a verdict.

    Parameters
    ----------
    fit : results of statsmodels, or None
        None where there was nothing to fit.
    term : str
        The coefficient.
    verdict : Verdict or Estimate
        What it is set beside: a verdict with its estimate, or an estimate.
    sign, plus : float
        The verdict's estimate is ``plus + sign * coefficient``.

    Returns
    -------
    str
        Sentences in Markdown: both with their intervals, and whether they are the same to `SAME`; or why there is
        nothing to compare.
    """
    if fit is None:
        return f"Nothing is fitted here. {_why_not(verdict)}"
    value = plus + sign * float(fit.params[term])
    low, high = sorted(plus + sign * float(end) for end in fit.conf_int().loc[term])
    found = verdict.estimate if isinstance(verdict, Verdict) else verdict
    if found is None:
        return f"statsmodels finds {value:.6f}; the verdict rests on no estimate. {_why_not(verdict)}"
    told = (
        f"statsmodels finds **{value:.6f}** (95% interval {low:.3g} to {high:.3g}), the verdict rests on "
        f"**{found.value:.6f}** ({found.low:.3g} to {found.high:.3g})"
    ).replace("-", "\N{MINUS SIGN}")
    if not math.isclose(value, found.value, rel_tol=0, abs_tol=SAME):
        return f"{told}: not the same, as this run's parameters ask for another estimate ({found.method})."
    return (
        f"{told}: **the same to 1e-6**. The estimate is the library's; what differs is the interval, which here has "
        f"to hold for few units and skewed ones ({found.method})."
    )


def _why_not(verdict: "Verdict | Estimate | None") -> str:
    if not isinstance(verdict, Verdict):
        return "These data hold nothing to estimate from."
    if verdict.scope == OWN_ACCOUNT:
        return "These data hold fewer than ten accounts, and the verdict compares weeks of the account at hand instead."
    return f"The verdict is *{verdict.verdict}*: {verdict.reason or 'these data hold nothing to estimate from'}."


def two_sided(cells: "pd.DataFrame", *, unit: str, treated: str, total: str, exposure: str) -> "pd.DataFrame":
    """Put both sides of each unit into one row, for a comparison within units by a binomial model.

    Given what a unit gathered on both sides together, how much of it fell to one side is binomial where each side is
    Poisson: the logit of that share is the ln ratio of the rates plus the ln ratio of the exposures. So a binomial
    model with that offset is the conditional Poisson model of `estimates.within_ratio`.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each unit and side, as `estimates.within_ratio` takes them; more rows of one kind are added up.
    unit, treated, total, exposure : str
        Columns, as there; a stratum within the unit is a unit here.

    Returns
    -------
    pandas.DataFrame
        One row for each unit with both sides and a total above 0: share (of the total that fell to side 1), total, and
        ln_exposure (of side 1 over side 0).

    References
    ----------
    Hausman, J., Hall, B. H. & Griliches, Z. (1984). Econometric models for count data with an application to the
    patents-R&D relationship. Econometrica 52.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"a": [1, 1], "video": [0, 1], "likes": [10.0, 30.0], "posts": [1.0, 2.0]})
    >>> two_sided(cells, unit="a", treated="video", total="likes", exposure="posts").round(3).to_dict("list")
    {'share': [0.75], 'total': [40.0], 'ln_exposure': [0.693]}
    """
    used = cells.dropna(subset=[unit, treated, total, exposure])
    used = used[used[exposure] > 0]
    used = used.assign(_side=used[treated].astype(int))
    how = {"index": unit, "columns": "_side", "values": [total, exposure], "aggfunc": "sum", "observed": True}
    both = [(name, side) for name in (total, exposure) for side in (0, 1)]
    sides = used.pivot_table(**how).reindex(columns=both).dropna()
    whole = sides[total].sum(axis=1)
    sides, whole = sides[whole > 0], whole[whole > 0]
    gap = np.log(sides[(exposure, 1)].astype(float)) - np.log(sides[(exposure, 0)].astype(float))
    rows = {"share": sides[(total, 1)] / whole, "total": whole, "ln_exposure": gap}
    return sides[[]].droplevel(0, axis=1).assign(**rows).reset_index(drop=True).astype(float)
