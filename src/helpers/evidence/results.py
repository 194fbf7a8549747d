"""What did each claim give on each open dataset, and what is kept when it is asked again?

One row is one dataset and one claim. Rows are figures only. A margin or an estimand is frozen with the first row: when
an entry of the registry changes later, the old row keeps its verdict and gets the date of the change under
``superseded``, and the new verdict stands in a row of its own below it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.base.refusals import Refusal
from helpers.ground.freshness import digest
from helpers.ground.root import ROOT

if TYPE_CHECKING:
    from helpers.claims import Claim
    from helpers.evidence.datasets import OpenData

EVIDENCE = ROOT / "data" / "evidence.csv"
"""Where the rows are kept."""

COLUMNS = (
    *("dataset", "claim_id", "kind", "estimate", "ci_low", "ci_high", "n_units", "unit_of_analysis", "scope"),
    *(
        "verdict",
        "reason",
        "unit",
        "published",
        "margin",
        "selected",
        "units",
        "parameters",
        "versions",
        "date",
        "data_sha256",
    ),
    *("registry_sha256", "claim_sha256", "superseded", "note"),
)
"""The columns of evidence.csv, in their order."""

NUMBERS = ("estimate", "ci_low", "ci_high", "margin")
"""Columns that are numbers; what was published may be words."""

FROZEN = ("kind", "estimand", "published", "margin", "unit", "unit_of_analysis", "outcome", "followers")
"""What of a claim must not change after its first row; wordings may."""

_FIGURES = ("estimate", "ci_low", "ci_high", "n_units", "scope", "verdict", "data_sha256", "claim_sha256", "margin")
_UNJUDGED = ("", "no data")


def claim_hash(claim: Claim) -> str:
    """Give the fingerprint of what is frozen of a claim."""
    return digest([str(getattr(claim, name, None)) for name in FROZEN])


def rows_of(
    judged: Iterable[Mapping[str, Any]], entry: OpenData, *, registry: Mapping[str, Claim], beside: Mapping[str, str]
) -> list[dict[str, str]]:
    """Turn a run's rows of claims.csv into rows of evidence.

    Parameters
    ----------
    judged : iterable of mapping
        As `helpers.running.score.claim_rows` gives them.
    entry : OpenData
        The dataset.
    registry : mapping of str to Claim
        The claims as they are now.
    beside : mapping of str to str
        versions, date, data_sha256 and registry_sha256.

    Returns
    -------
    list of dict
        Texts, for the claims that the dataset may speak to and that got a verdict; numbers have six digits.
    """
    told = []
    for row in judged:
        claim = registry.get(row["claim_id"])
        if claim is None or claim.kind == "Q" or not entry.keeps(claim.id) or (row["verdict"] or "") in _UNJUDGED:
            continue
        changed = entry.parameters.get(row["notebook"], {})
        own = {"dataset": entry.id, "selected": _yes(entry.selected), "units": entry.units, "note": ""}
        own["parameters"] = "; ".join(f"{name} = {value}" for name, value in changed.items())
        cells = {name: _text(row.get(name)) for name in COLUMNS if name in row}
        told.append(dict.fromkeys(COLUMNS, "") | cells | own | dict(beside) | {"claim_sha256": claim_hash(claim)})
    return told


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def renewed(old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]], *, today: str) -> list[dict[str, str]]:
    """Bring the rows of one dataset up to date.

    Parameters
    ----------
    old, new : sequence of mapping
        Rows as `rows_of` gives them: those that are kept, and those of today.
    today : str
        The date.

    Returns
    -------
    list of dict
        A row whose figures came out as before keeps its date. One whose claim was changed meanwhile stays, with the
        date of today under ``superseded``, above the new one. One whose data or code alone changed gives way. One whose
        claim was changed so that these data give no verdict on it any more, or was taken out, stays too, superseded.
    """
    before = {row["claim_id"]: row for row in old if not row["superseded"]}
    kept = [dict(row) for row in old if row["superseded"]]
    present = {row["claim_id"] for row in new}
    kept += [{**row, "superseded": today} for claim_id, row in before.items() if claim_id not in present]
    for row in new:
        last = before.get(row["claim_id"])
        if last is None:
            kept.append(dict(row))
        elif last["claim_sha256"] != row["claim_sha256"]:
            kept += [{**last, "superseded": today}, dict(row)]
        elif all(last[name] == row[name] for name in _FIGURES):
            kept.append({**row, "date": last["date"], "versions": last["versions"]})
        else:
            kept.append(dict(row))
    return kept


def ordered(
    rows: Iterable[Mapping[str, str]], *, datasets: Sequence[str], claims: Sequence[str]
) -> list[dict[str, str]]:
    """Sort rows by the two registries; of one dataset and claim the present row stands last.

    Parameters
    ----------
    rows : iterable of mapping
        Any rows.
    datasets, claims : sequence of str
        Ids in their order; rows of others stand last.

    Returns
    -------
    list of dict
        All of them.
    """
    place = {name: at for at, name in enumerate(datasets)}, {name: at for at, name in enumerate(claims)}

    def key(row: Mapping[str, str]) -> tuple[int, int, str]:
        last = row["superseded"] or "9999"
        return place[0].get(row["dataset"], len(place[0])), place[1].get(row["claim_id"], len(place[1])), last

    return [dict(row) for row in sorted(rows, key=key)]


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as the text of evidence.csv."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row[name] for name in COLUMNS} for row in rows)
    return out.getvalue()


def read_rows(path: Path = EVIDENCE, *, past: bool = False) -> list[dict[str, str]]:
    """Read the rows that are kept.

    Parameters
    ----------
    path : Path
        The table.
    past : bool
        Whether rows of an earlier wording of a claim come too.

    Returns
    -------
    list of dict
        Every cell as text; nothing where there is no table yet.

    Raises
    ------
    Refusal
        When the table lacks columns.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise Refusal(f"{path.name} lacks {', '.join(lacking)}", mend="delete it, then run 'make evidence'")
        return [row for row in reader if past or not row["superseded"]]


def number(text: str) -> float | None:
    """Read a number of a row; None where it is empty."""
    return float(text) if text else None


def estimated(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Keep the rows that have an estimate: where there was too little data there is none."""
    return [row for row in rows if row["estimate"]]
