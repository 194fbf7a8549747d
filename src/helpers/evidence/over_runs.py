"""What do several runs come to together, claim by claim?"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted
from helpers.claims import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim
    from helpers.evidence.pooling import Pooled

FURTHER = (
    "datasets",
    "n_datasets",
    "left_out",
    "tau",
    "tau_low",
    "tau_high",
    "i2",
    "q",
    "q_p_value",
    "further_low",
    "further_high",
    "without_low",
    "without_high",
    "tried",
)
"""What pooled.csv says of a claim after the columns of claims.csv."""


def pooled_claims(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    registry: "Mapping[str, Claim]",
    holm: Callable[[list[float | None]], list[float | None]],
    shared: Sequence[tuple[str, str]] = (),
) -> list[dict[str, Any]]:
    """Pool the claims of several runs, each scope by itself.

    Parameters
    ----------
    runs : mapping of str to sequence of mapping
        By the run's name its rows of claims.csv, with plain numbers.
    registry : mapping of str to Claim
        Every claim; decides the order. Quoted figures are nobody's data and are not pooled.
    holm : callable
        Adjusts the p-values of one question.
    shared : sequence of (str, str), default ()
        Pairs of runs that share accounts.

    Returns
    -------
    list of dict
        One row for each claim and scope of which at least one run gives an estimate: the columns of claims.csv, told of
        the mean over runs, and `FURTHER`. With fewer than three estimates a claim is listed, with its reason, and not
        pooled.
    """
    import pandas as pd

    from helpers.evidence.pooling import FIGURES

    rows = [{"dataset": name, **row} for name, own in runs.items() for row in own if row["claim_id"] in registry]
    told_of = [row for row in rows if row.get("estimate") is not None and registry[row["claim_id"]].kind != "Q"]
    if not told_of:
        return []
    table = pd.DataFrame(told_of)
    table[[*FIGURES, "n_units", "n_rows"]] = table[[*FIGURES, "n_units", "n_rows"]].astype(float)
    groups = dict(list(table.groupby(["claim_id", "scope"], sort=False)))
    order = list(registry)
    done = [
        _row(registry[claim_id], group, scope=scope, shared=shared, tried=len(table))
        for (claim_id, scope), group in sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]
    for notebook in dict.fromkeys(row["notebook"] for row in done):
        question = [row for row in done if row["notebook"] == notebook]
        for row, p_holm in zip(question, holm([row["p_value"] for row in question]), strict=True):
            row["p_holm"] = p_holm
    return done


def _row(
    claim: "Claim", rows: "pd.DataFrame", *, scope: str, shared: Sequence[tuple[str, str]], tried: int
) -> dict[str, Any]:
    """Pool one claim."""
    from helpers.claims import wording
    from helpers.evidence.pooling import FEWEST, chosen, pooled, scale_of
    from helpers.evidence.telling import judged, takes_a_side, told

    scale = scale_of(claim.kind)
    kept, left_out = chosen(rows, scale=scale, shared=shared)
    found = pooled(rows, scale=scale, shared=shared)
    few = "" if found else f"{counted(len(kept), 'dataset')} to pool, {FEWEST} are needed"
    gone = "; ".join(f"{name} {why}" for name, why in left_out.items())
    verdict = judged(claim, found, reason="; ".join(filter(None, [few, gone and f"left out: {gone}"])))
    names = {"data_name": ", ".join(kept["dataset"]), "data_kind": str(rows["data_kind"].iloc[0])}
    row = verdict.row(**names, n_rows=int(kept["n_rows"].sum()))
    row |= {"n_units": int(kept["n_units"].sum()), "scope": scope, "units_needed": None, "p_holm": None}
    row["answer"] = verdict.reason
    if found:
        plain, interval = wording.told(found.mean, claim.told or wording.usual_telling(claim.unit), claim.unit)
        rest = told(found, unit=claim.unit, tried=tried, stands_out=takes_a_side(verdict))
        row["answer"] = f"{plain[0].upper()}{plain[1:]} (95% interval {interval}). {rest}"
    row |= {"datasets": ", ".join(kept["dataset"]), "n_datasets": len(kept), "left_out": gone, "tried": tried}
    return {column: row.get(column) for column in (*COLUMNS, *FURTHER)} | (_spread(found) if found else {})


def _spread(found: "Pooled") -> dict[str, Any]:
    """Give what a pool says beyond its mean, as numbers of ten digits."""
    without = sorted(mean.value for mean in found.without.values())
    told_of = {
        "tau": found.tau,
        "tau_low": found.tau_low,
        "tau_high": found.tau_high,
        "i2": found.share,
        "q": found.q,
        "q_p_value": found.p_value,
        "further_low": found.further[0] if found.further else None,
        "further_high": found.further[1] if found.further else None,
        "without_low": without[0] if without else None,
        "without_high": without[-1] if without else None,
    }
    return {name: None if value is None else float(f"{value:.10g}") for name, value in told_of.items()}
