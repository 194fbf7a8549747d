"""What verdict do the data give? The rules, fixed before any data are seen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted
from helpers.claims.registry import Claim

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimates import Estimate

VERDICTS = (
    "supported",
    "contradicted",
    "negligible",
    "reproduced",
    "not reproduced",
    "inconclusive",
    "too little data",
    "no data",
)
"""Every verdict there is on a claim that data can judge."""

FEWEST_UNITS = 10
"""Fewer accounts or persons than this on a side is too little data: below it no interval for a skewed mean holds."""


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
    """

    claim: Claim
    verdict: str
    estimate: "Estimate | None" = None
    reason: str = ""
    robust_share: float | None = None
    n_rows: int | None = None

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
            "n_units": estimate.n_units if estimate else 0,
            "unit_of_analysis": claim.unit_of_analysis,
            "robust_share": _plain(self.robust_share),
            "p_value": _plain(estimate.p_value if estimate else None),
            "data_name": data_name,
            "data_kind": data_kind,
            "reason": self.reason,
        }


def _plain(number: float | None) -> float | None:
    """Turn a NumPy number into a plain one of ten digits, and what is no number into None.

    Beyond them a figure may differ from run to run: several threads add up in any order.
    """
    return None if number is None or math.isnan(number) else float(f"{number:.10g}")


def judge(claim: Claim, estimate: "Estimate | None", *, reason: str = "", missing: str = "") -> Verdict:
    """Give the verdict that the rules prescribe.

    Direction claims (D) are signed so that the claimed direction is positive. `negligible` when the 90% interval lies
    inside plus and minus the margin, whatever the 95% interval says (two one-sided tests, Schuirmann 1987); otherwise
    `supported` or `contradicted` when the 95% interval lies above or below 0. Value claims (V) work on the ratio of
    the estimate to the published value: `reproduced` when its 90% interval lies within one plus and minus the margin,
    otherwise `not reproduced` when the 95% interval leaves out one. A claim of no effect (N) is `supported` where a
    direction claim would be negligible. An interval that only touches a border does not lie beyond or inside it.

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
    if estimate is None or _fewest(estimate) < FEWEST_UNITS or not estimate.is_finite:
        return Verdict(claim, "too little data", reason=reason or _too_little(claim, estimate))
    verdict = _value_verdict(claim, estimate) if claim.kind == "V" else _direction_verdict(claim, estimate)
    return Verdict(claim, verdict, estimate, reason)


def _fewest(estimate: "Estimate") -> int:
    """Count the units on the smaller side."""
    return estimate.n_units if estimate.n_side is None else estimate.n_side


def _too_little(claim: Claim, estimate: "Estimate | None") -> str:
    if estimate is None or _fewest(estimate) >= FEWEST_UNITS:
        return "no variation to estimate from"
    side = "" if estimate.n_side is None else " on a side"
    return f"{counted(_fewest(estimate), claim.unit_of_analysis)}{side}; {FEWEST_UNITS} are needed"


def _direction_verdict(claim: Claim, estimate: "Estimate") -> str:
    margin = claim.given("margin")
    negligible = -margin < estimate.low_90 and estimate.high_90 < margin
    if claim.kind == "N":
        beside_zero = estimate.low > 0 or estimate.high < 0
        return "supported" if negligible else "contradicted" if beside_zero else "inconclusive"
    if negligible:
        return "negligible"
    return "supported" if estimate.low > 0 else "contradicted" if estimate.high < 0 else "inconclusive"


def _value_verdict(claim: Claim, estimate: "Estimate") -> str:
    published, margin = claim.given("published"), claim.given("margin")
    if 1 - margin < estimate.low_90 / published and estimate.high_90 / published < 1 + margin:
        return "reproduced"
    left_out = estimate.low > published or estimate.high < published
    return "not reproduced" if left_out else "inconclusive"


def table(verdicts: Mapping[str, Verdict]) -> "pd.DataFrame":
    """Lay verdicts out for reading.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        One row for each claim: published, here, 95% interval, accounts or persons, verdict, as text.
    """
    import pandas as pd

    rows = [
        (
            claim_id,
            verdict.claim.published_text,
            *_told(verdict),
            verdict.verdict + (f" ({verdict.reason})" if verdict.reason else ""),
        )
        for claim_id, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["claim", "published", "here", "95% interval", "n", "verdict"]).set_index("claim")


def _told(verdict: Verdict) -> tuple[str, str, str]:
    estimate = verdict.estimate
    if estimate is None:
        return "–", "–", "–"
    as_share = verdict.claim.unit.endswith("(share)")
    value, low, high = (
        f"{100 * x:.3g}%" if as_share else f"{x:.3g}" for x in (estimate.value, estimate.low, estimate.high)
    )
    return value, f"{low} to {high}", f"{estimate.n_units:,}"


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
