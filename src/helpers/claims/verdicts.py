"""What verdict do the data give? The rules, fixed before any data are seen."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, plural
from helpers.claims.planning import borders, units_needed
from helpers.claims.registry import Claim

if TYPE_CHECKING:
    from helpers.estimates import Estimate
    from helpers.measures import Reduced

VERDICTS = (
    "supported",
    "direction supported",
    "contradicted",
    "direction contradicted",
    "negligible",
    "reproduced",
    "not reproduced",
    "inconclusive",
    "too little data",
    "no data",
)
"""Every verdict there is on a claim that data can judge."""

PLAIN = {
    "supported": "yes",
    "direction supported": "yes, perhaps too little to matter",
    "contradicted": "the opposite",
    "direction contradicted": "rather the opposite",
    "negligible": "too small to matter",
    "reproduced": "the same figure",
    "not reproduced": "another figure",
    "inconclusive": "the data cannot tell",
    "too little data": "too few to tell",
    "no data": "not in these data",
}
"""Each verdict in words for readers who are no statisticians."""

FEWEST_UNITS = 10
"""Fewer accounts or persons than this on a side is too little data: below it no interval for a skewed mean holds."""

FEWEST_EVENTS = 10
"""Fewer units in which anything happened at all are too little data: a rate that two likes make is none.

Found by simulation: Poisson counts of 60 and 240 accounts, so rare that 3 to 45 of them have any, over followers that
span one to four decades. Slopes cover 0.93 or more wherever they can be fitted; but where hardly any of the smaller
half of the accounts has one, a slope is said to rise too often, in 0.037 of worlds without any where 24 of 100 accounts
had one. So of a slope at most twice those of the half with fewer are counted, and it is 0.018; a study in which most
accounts have any loses nothing. Ratios of two groups cover 0.60 to 0.78 where one unit of a side has any, 0.88 to 0.94
where two have, about 0.94 from four on and 0.95 from ten on; means of a band cover 0.94 or more from six on. Fewer than
ten are not accepted for all that, as of units: what happened to so few is an anecdote, whatever an interval says."""


OWN_ACCOUNT = "own account"
"""The scope of a verdict about the one account, or the fewer than ten, that the data hold."""


@dataclass(frozen=True)
class Threat:
    """What could have made a result, beside what the claim says, and how far it could reach.

    Parameters
    ----------
    says : str
        In words; the reason of the verdict begins with them.
    low, high : float
        Between which values the truth may lie once the threat is allowed for, on the estimate's scale, signed as the
        claim is. A verdict that not all of them would give is not given. By default anything may be true.
    """

    says: str
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True)
class Verdict:
    """A claim with what the data say about it.

    Parameters
    ----------
    claim : Claim
        The claim that was judged.
    verdict : str
        One of `VERDICTS`.
    estimate : Estimate or None
        The estimate with its intervals; none where there was too little or nothing to estimate from.
    reason : str
        Why there is no estimate, or what stands out; empty otherwise.
    robust_share : float or None
        Share of the specifications tried, the default among them, that reach the same verdict, 0 to 1.
    n_rows : int or None
        Rows that the verdict rests on, where they are not those of the whole notebook.
    scope : str
        ``"general"``: about accounts, persons, communities at large; or ``"own account"``: about the ones at hand.
    survives : bool or None
        Whether the verdict stays with intervals widened for the number of claims of its question; None where there is
        no interval.
    data : Reduced, optional
        What it was estimated from, where that is not what the notebook reduced its tables to.
    n_units : int, default 0
        Units there are, where they are too few for an estimate.
    """

    claim: Claim
    verdict: str
    estimate: "Estimate | None" = None
    reason: str = ""
    robust_share: float | None = None
    n_rows: int | None = None
    scope: str = "general"
    survives: bool | None = None
    data: "Reduced | None" = field(default=None, repr=False, compare=False)
    n_units: int = 0

    @property
    def p_value(self) -> float | None:
        """Against 0 for a direction; of two one-sided tests at the margin for a value and for no effect.

        Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
        """
        claim, found = self.claim, self.estimate
        if found is None:
            return None
        if claim.kind in "DQ":
            return found.p_value
        low, high = borders(claim)
        return max(found.beyond(low)[0], found.beyond(high)[1])

    def row(self, *, data_name: str, data_kind: str, n_rows: int | None) -> dict[str, Any]:
        """Give the claim's entry in the record, in the columns of ``claims.csv`` (without the Holm p-value).

        Parameters
        ----------
        data_name, data_kind : str
            The dataset's name, and ``"simulated"`` or ``"user"``.
        n_rows : int or None
            Rows of the data that entered the analysis; the verdict's own go first.

        Returns
        -------
        dict
            Plain numbers, text and None, ready for JSON.
        """
        claim, estimate = self.claim, self.estimate
        published = claim.published_text if claim.published is None else claim.published
        return {
            "claim_id": claim.id,
            "document": claim.document,
            "notebook": claim.notebook,
            "kind": claim.kind,
            "verdict": self.verdict,
            "estimate": _plain(estimate.value if estimate else None),
            "ci_low": _plain(estimate.low if estimate else None),
            "ci_high": _plain(estimate.high if estimate else None),
            "unit": claim.unit,
            "published": published,
            "margin": claim.margin,
            "n_rows": n_rows if self.n_rows is None else self.n_rows,
            "n_units": estimate.n_units if estimate else self.n_units,
            "unit_of_analysis": claim.unit_of_analysis,
            "robust_share": _plain(self.robust_share),
            "p_value": _plain(self.p_value),
            "data_name": data_name,
            "data_kind": data_kind,
            "reason": self.reason,
            "scope": self.scope,
            "units_needed": units_needed(claim, estimate) if estimate and claim.kind != "Q" else None,
            "survives": self.survives,
        }


def _plain(number: float | None) -> float | None:
    """Turn a NumPy number into a plain one of ten digits, and what is no number into None.

    Beyond them a figure may differ from run to run: several threads add up in any order.
    """
    return None if number is None or math.isnan(number) else float(f"{number:.10g}")


def judge(
    claim: Claim,
    estimate: "Estimate | None",
    *,
    reason: str = "",
    missing: str = "",
    threats: Sequence[Threat] = (),
    fewest: int = FEWEST_UNITS,
) -> Verdict:
    """Give the verdict that the rules prescribe; the first rule that holds.

    Direction claims (D) are signed so that the claimed direction is positive. `negligible`: the 90% interval lies
    inside plus and minus the margin (two one-sided tests, Schuirmann 1987). `supported`: the 95% interval lies above
    the margin; `direction supported`: above 0; `contradicted` and `direction contradicted`: the same below. Value
    claims (V) work on the ratio of the estimate to the published value: `reproduced` when its 90% interval lies within
    one plus and minus the margin, `not reproduced` when its 95% interval lies wholly outside. A claim of no effect (N)
    is `supported` when the 90% interval lies inside plus and minus the margin, `contradicted` when the 95% interval
    lies wholly outside. Else the verdict is `inconclusive`. An interval that only touches a border does not lie beyond
    or inside it.

    Parameters
    ----------
    claim : Claim
        The claim with its kind, margin and published value.
    estimate : Estimate or None
        The estimate, signed as the claim says; None when the data gave none.
    reason : str, default ""
        Why there is no estimate; told with the verdict.
    missing : str, default ""
        What the data lack, from `lacking`; gives `no data`.
    threats : sequence of Threat, default ()
        What else could have made the result. The reason begins with them; where the values that one leaves possible
        include a border that the verdict rests on, it is `inconclusive`.
    fewest : int, default FEWEST_UNITS
        With fewer units than this, or on a side, it is too little data.

    Returns
    -------
    Verdict
        The claim with its verdict.

    Raises
    ------
    ValueError
        For quoted figures (Q), which no data can judge.
    """
    if claim.kind not in "DVN":
        raise ValueError(f"{claim.id}: a claim of kind {claim.kind} is not judged by data")
    if missing:
        return Verdict(claim, "no data", reason=missing)
    if estimate is None or too_few(estimate, fewest) or not estimate.is_finite:
        units = estimate.n_units if estimate else 0
        return Verdict(claim, "too little data", reason=reason or _too_little(claim, estimate, fewest), n_units=units)
    ruled, told = _ruled(claim, estimate), "; ".join(filter(None, [*(threat.says for threat in threats), reason]))
    carried = any(_carries(claim, ruled, threat) for threat in threats)
    return Verdict(claim, "inconclusive" if carried else ruled, estimate, told)


def too_few(estimate: "Estimate", fewest: int = FEWEST_UNITS) -> bool:
    """Say whether an estimate rests on fewer units than a verdict may, or on fewer in which anything happened."""
    return _fewest(estimate) < fewest or (estimate.n_events is not None and estimate.n_events < FEWEST_EVENTS)


def compares_too_few(number: int, unit: str) -> str:
    """Say that there are too few units to compare with each other.

    Examples
    --------
    >>> compares_too_few(1, "account")
    'compares accounts with each other: 10 are needed, these data hold 1'
    """
    return f"compares {plural(unit)} with each other: {FEWEST_UNITS} are needed, these data hold {number}"


def of_too_few(verdict: Verdict, number: int | None) -> Verdict:
    """Say of a claim without a verdict how many units the data hold, where they are known to be too few."""
    if verdict.verdict != "too little data" or not 0 < (number or FEWEST_UNITS) < FEWEST_UNITS:
        return verdict
    return replace(verdict, reason=compares_too_few(number or 0, verdict.claim.unit_of_analysis), n_units=number or 0)


def _fewest(estimate: "Estimate") -> int:
    """Count the units on the smaller side."""
    return estimate.n_units if estimate.n_side is None else estimate.n_side


def _too_little(claim: Claim, estimate: "Estimate | None", fewest: int) -> str:
    if estimate is None or not too_few(estimate, fewest):
        return "nothing to compare: all are alike in this"
    side, unit = "" if estimate.n_side is None else " on a side", claim.unit_of_analysis
    if _fewest(estimate) < fewest:
        return f"{counted(_fewest(estimate), unit)}{side}; {fewest} are needed"
    return f"{counted(estimate.n_events or 0, unit)}{side} with anything to count; {FEWEST_EVENTS} are needed"


def _ruled(claim: Claim, estimate: "Estimate") -> str:
    low, high = borders(claim)
    inside = low < estimate.low_90 and estimate.high_90 < high
    if claim.kind == "D":
        return "negligible" if inside else _direction(estimate, high)
    yes, no = ("reproduced", "not reproduced") if claim.kind == "V" else ("supported", "contradicted")
    return yes if inside else no if estimate.low > high or estimate.high < low else "inconclusive"


def _direction(estimate: "Estimate", margin: float) -> str:
    if estimate.low > 0:
        return "supported" if estimate.low > margin else "direction supported"
    if estimate.high < 0:
        return "contradicted" if estimate.high < -margin else "direction contradicted"
    return "inconclusive"


def _carries(claim: Claim, verdict: str, threat: Threat) -> bool:
    """Say whether a threat leaves a border possible that a verdict rests on."""
    low, high = borders(claim)
    asked = {low, high}
    if claim.kind == "D" and verdict != "negligible":
        asked = {0.0, high} if verdict.endswith("supported") else {low, 0.0}
    return any(threat.low <= border <= threat.high for border in asked)


def corrected(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Say of each verdict whether it survives the number of claims of its question.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        All claims of one question or of several, by claim id. A question is the claims of one notebook; those of it
        with an estimate are counted.

    Returns
    -------
    dict of str to Verdict
        With `survives`; where a verdict does not, its reason ends with a sentence on it.

    References
    ----------
    Dunn, O. J. (1961). Multiple comparisons among means. Journal of the American Statistical Association 56.
    """
    number = Counter(verdict.claim.notebook for verdict in verdicts.values() if verdict.estimate is not None)
    return {claim_id: _corrected(verdict, number[verdict.claim.notebook]) for claim_id, verdict in verdicts.items()}


def _corrected(verdict: Verdict, number: int) -> Verdict:
    if verdict.estimate is None:
        return verdict
    ruled = _ruled(verdict.claim, verdict.estimate)
    survives = verdict.verdict == "inconclusive" or ruled == _ruled(verdict.claim, verdict.estimate.widened(number))
    told = "" if survives else f"does not hold with an interval widened for the {number} claims of this question"
    return replace(verdict, survives=survives, reason="; ".join(filter(None, [verdict.reason, told])))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for their number by Holm's step-down rule.

    Parameters
    ----------
    p_values : sequence of float or None
        Plain p-values, 0 to 1; None where a claim has none. They are counted only where they are.

    Returns
    -------
    list of float or None
        Adjusted p-values in the same order.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    order = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    running = 0.0
    for rank, (p, i) in enumerate(order):
        running = max(running, min(1.0, p * (len(order) - rank)))
        adjusted[i] = running
    return adjusted
