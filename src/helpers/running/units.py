"""How many units would do? Told before any data are there, from the spread in other data such as the sample."""

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.base.words import counted
from helpers.claims.planning import ASKED
from helpers.running.plan import plan
from helpers.running.reports import make_reports


def units_page(*, notebook: str, data: str, run: str, **options: Any) -> tuple[int, str]:
    """Run a notebook where that is needed, and say how many units each of its claims would need.

    Parameters
    ----------
    notebook, data, run, **options
        As for `make_reports`.

    Returns
    -------
    tuple of int and str
        The status of the run, and the text; empty where the notebook failed.
    """
    status = make_reports(notebook=notebook, data=data, run=run, **options)
    if status:
        return status, ""
    made = plan(data=data, run=run, notebook=notebook, params=options.get("params"), engine=options["engine"])
    record = next(made.record(task) for task in made.tasks if task.name == notebook)
    return 0, told(record["claims"], data=record["data"]) if record else ""


def told(claims: Sequence[Mapping[str, Any]], *, data: Mapping[str, Any]) -> str:
    """Write the numbers of units that claims would need.

    Parameters
    ----------
    claims : sequence of mapping
        Claims of a record.
    data : mapping
        name and kind of the data whose spread is taken.

    Returns
    -------
    str
        Plain lines; what cannot be worked out is said.
    """
    kind = "simulated data" if data["kind"] == "simulated" else "data"
    lines = [f"From the spread in {data['name']} ({kind}), four times in five:"]
    width = max((len(claim["claim_id"]) for claim in claims), default=0)
    for claim in claims:
        needed, unit = claim.get("units_needed"), claim.get("unit_of_analysis") or "unit"
        how = (
            f"{counted(needed, unit)} to {ASKED[claim['kind']]}"
            if needed
            else f"unknown: {claim['reason'] or 'no spread'}"
        )
        lines.append(f"  {claim['claim_id']:<{width}}  {how}")
    return "\n".join(lines)
