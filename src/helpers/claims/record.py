"""What does a notebook hand over: its data, its verdicts and its answer?"""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.claims.registry import registry
from helpers.claims.verdicts import Verdict
from helpers.claims.wording import answered, doubted, here, published

if TYPE_CHECKING:
    from helpers.measures import Reduced
    from helpers.reading.dataset import Dataset


MIME = "application/vnd.engagement-claims.record+json"
"""The type under which a notebook hands its record to the run that it is part of."""

COLUMNS = (
    "claim_id",
    "document",
    "notebook",
    "kind",
    "verdict",
    "estimate",
    "ci_low",
    "ci_high",
    "unit",
    "published",
    "margin",
    "n_rows",
    "n_units",
    "unit_of_analysis",
    "robust_share",
    "p_value",
    "p_holm",
    "data_name",
    "data_kind",
    "reason",
    "scope",
    "answer",
    "units_needed",
)
"""The columns of claims.csv, in their order."""


@dataclass(frozen=True)
class Record:
    """The result of one notebook: what data it saw, its verdicts and the answer in one sentence.

    Shown in JupyterLab as a table of verdicts; a run takes the whole record from the executed notebook.
    It writes no file.

    Parameters
    ----------
    notebook : str
        The notebook's name.
    data : mapping
        name, kind, source, rows, period, excluded, units.
    claims : sequence of mapping
        One for each claim, with the columns of claims.csv except ``p_holm``.
    answer : str
        One computed sentence.

    Examples
    --------
    >>> record = Record("01", {"name": "sample"}, [], "Yes.")
    >>> record._repr_mimebundle_()["text/plain"]
    'Yes.'
    """

    notebook: str
    data: Mapping[str, Any]
    claims: Sequence[Mapping[str, Any]]
    answer: str

    def plain(self) -> dict[str, Any]:
        """Return the record as JSON writes it: plain numbers, None where a number is missing or not finite."""
        fields = {"notebook": self.notebook, "data": self.data, "claims": self.claims, "answer": self.answer}
        return _plain(fields)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.plain(), "text/html": self._table(), "text/plain": self.answer}

    def _table(self) -> str:
        head = "".join(
            f'<th scope="col">{name}</th>' for name in ("Claim", "Published", "Here (95% interval)", "Verdict")
        )
        rows, known = [], registry()
        for claim in self.plain()["claims"]:
            words = known[claim["claim_id"]].claim if claim["claim_id"] in known else claim["claim_id"]
            cells = (published(claim), here(claim), claim.get("verdict") or claim.get("reason"))
            rest = "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells)
            rows.append(f'<tr><th scope="row">{html.escape(words)}</th>{rest}</tr>')
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return f"<p>{html.escape(self.answer)}</p>{table}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a record holds texts, numbers, lists and mappings; a {type(value).__name__} came")


def record(
    notebook: str,
    *,
    dataset: "Dataset",
    answer: str,
    verdicts: Mapping[str, Verdict] | None = None,
    reduced: "Reduced | None" = None,
) -> Record:
    """Put together what a notebook hands to its run.

    Parameters
    ----------
    notebook : str
        The notebook's name.
    dataset : Dataset
        The opened data.
    answer : str
        The result in sentences, at most three; where most other analyses do not say so, the last one adds that.
    verdicts : mapping of str to Verdict, optional
        By claim id.
    reduced : Reduced, optional
        The reduced tables that the verdicts rest on. Without them the data are named and marked as not analysed, and
        there are no rows, period or units.

    Returns
    -------
    Record
        Shows itself as a table in JupyterLab, and writes no file.
    """
    data: dict[str, Any] = {"name": dataset.name, "kind": dataset.kind, "source": dataset.source}
    if reduced is None:
        data["analysed"] = False
    else:
        data |= {
            "rows": dict(dataset.rows),
            "period": None if reduced.period is None else [day.isoformat() for day in reduced.period],
            "excluded": dict(reduced.excluded),
            "units": dict(reduced.units),
        }
    rows = entries(verdicts or {}, dataset=dataset, n_rows=reduced.n_rows if reduced else None)
    doubt = doubted(verdicts or {})
    return Record(notebook, data, rows, f"{answer.removesuffix('.')}{doubt}." if doubt else answer)


def entries(verdicts: Mapping[str, Verdict], *, dataset: "Dataset", n_rows: int | None = None) -> list[dict[str, Any]]:
    """Give verdicts as a record holds them.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    dataset : Dataset
        The opened data.
    n_rows : int, optional
        Rows of the data that entered the analysis.

    Returns
    -------
    list of dict
        One for each, with the columns of ``claims.csv`` except ``p_holm``.
    """
    name, kind = dataset.name, dataset.kind
    told = ((one.row(data_name=name, data_kind=kind, n_rows=n_rows), one) for one in verdicts.values())
    return [row | {"answer": answered(one, data_kind=kind)} for row, one in told]
