"""What do all claims of a run come to?"""

import csv
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.claims.record import COLUMNS
from helpers.ground.freshness import digest, write_text
from helpers.reading.manifest import Address
from helpers.running.plan import Run
from helpers.running.project import shown
from helpers.running.speaking import kept

NOT_RUN = "not run on these data yet"
SILENT = "these data cannot speak to it"
FAILED = "the notebook failed"
"""Why a notebook has no record."""

ON_PAGES = ("survives",)
"""What records say of a claim that pages show and claims.csv has no column for."""


def claim_rows(
    registry: Mapping[str, Any],
    *,
    records: Mapping[str, Mapping[str, Any]],
    missing: Mapping[str, str],
    data: Mapping[str, str],
    holm: Callable[[list[float | None]], list[float | None]],
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """Collect one row for each claim of the run's notebooks.

    Parameters
    ----------
    registry : mapping of str to Claim
        Every claim; decides the order.
    records : mapping of str to mapping
        The records of the notebooks that finished.
    missing : mapping of str to str
        The notebooks without a record, each with the reason.
    data : mapping
        name and kind of the data, for the claims that were not computed.
    holm : callable
        Adjusts the p-values of one question, the claims of a notebook.
    known : mapping of str to mapping, optional
        By claim id what is known without a notebook, as a record's entry.

    Returns
    -------
    list of dict
        With the keys of `COLUMNS` and `ON_PAGES`. A claim that was not computed has no verdict, and a reason.
    """
    beside: Mapping[str, Mapping[str, Any]] = known or {}
    found = {claim["claim_id"]: claim for record in records.values() for claim in record["claims"]}
    rows, named = [], {"data_name": data["name"], "data_kind": data["kind"]}
    for claim_id, claim in registry.items():
        reason = missing.get(claim.notebook, "the notebook does not report this claim")
        if claim_id in found:
            rows.append(dict(found.pop(claim_id)))
        elif claim_id in beside and missing.get(claim.notebook) not in (None, FAILED):
            rows.append(dict(beside[claim_id]))
        elif claim.notebook in records or claim.notebook in missing:
            names = ("document", "notebook", "kind", "unit", "published", "margin", "unit_of_analysis")
            about = {name: getattr(claim, name, None) for name in names}
            rows.append({"claim_id": claim_id, **about, **named, "reason": reason, "scope": "general"})
    rows += [dict(claim) for claim in found.values()]
    for notebook in dict.fromkeys(row["notebook"] for row in rows):
        question = [row for row in rows if row["notebook"] == notebook]
        for row, p_holm in zip(question, holm([row.get("p_value") for row in question]), strict=True):
            row["p_holm"] = p_holm
    return [{column: row.get(column) for column in (*COLUMNS, *ON_PAGES)} for row in rows]


def claims_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of `claim_rows` as the text of claims.csv; no text of a user's becomes a formula in it."""
    from helpers.reading.values import harmless

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(cell) if isinstance(cell := row[name], str) else cell for name in COLUMNS})
    return out.getvalue()


@dataclass(frozen=True)
class Score:
    """What the scoreboard is made from.

    Parameters
    ----------
    rows : sequence of dict
        The rows of claims.csv.
    data : mapping
        name and kind of the data, and what a record says of them.
    notebooks : sequence of dict
        name, title, state (done, failed, silent, not run), answer, message.
    own : bool
        Whether the data are of an account of one's own, or of a few.
    """

    rows: Sequence[Mapping[str, Any]]
    data: Mapping[str, Any]
    notebooks: Sequence[Mapping[str, Any]] = field(default_factory=list)
    own: bool = False

    def mark(self, run: Run) -> str:
        """Fingerprint the scoreboard."""
        return digest([self.rows, self.data, self.notebooks, self.own, run.name, run.code, run.registration])


def score(run: Run, facts: Mapping[str, str] | None = None) -> Score:
    """Collect the claims of a run from the records that are current.

    Parameters
    ----------
    run : Run
        The run.
    facts : mapping
        name and kind of the data when they were checked; else a record says them.

    Returns
    -------
    Score
        Over all notebooks of the collection.
    """
    records, missing, notebooks = {}, {}, []
    told = kept(run)
    silent = told.silent(run) if told else set()
    for task in run.tasks:
        record, failure = run.record(task), run.failure(task)
        state = "failed" if failure is not None else "silent" if task.name in silent else "not run"
        state = "done" if record else state
        if record:
            records[task.name] = record
        else:
            missing[task.name] = {"failed": FAILED, "silent": SILENT}.get(state, NOT_RUN)
        answer = record["answer"] if record else ""
        notebooks.append(
            {"name": task.name, "title": task.title, "state": state, "answer": answer, "message": failure or ""}
        )
    seen = [record["data"] for record in records.values()]
    known = max(seen, key=lambda told: told.get("analysed", True), default=None)  # 00 and 11 only name the data
    data = (told.seen if told else None) or known or facts or {"name": run.data.stem, "kind": "user"}
    beside = {row["claim_id"]: row for row in told.rows} if told else {}
    rows = claim_rows(run.registry, records=records, missing=missing, data=data, holm=run.project.holm, known=beside)
    return Score(rows, data, notebooks, bool(told and told.own))


def pages_current(run: Run) -> bool:
    """Say whether claims.csv and index.html of a run show the records as they are; not where one is missing."""
    present = score(run)
    return is_shown(run.folder, table=claims_csv(present.rows), mark=present.mark(run))


def is_shown(folder: Path, *, table: str, mark: str) -> bool:
    """Say whether claims.csv and index.html in a folder are those that should be there.

    Parameters
    ----------
    folder : Path
        Of a run, or of a batch.
    table : str
        What claims.csv should hold.
    mark : str
        The fingerprint that index.html should have.

    Returns
    -------
    bool
        False where one is missing.
    """
    try:
        same = (folder / "claims.csv").read_text(encoding="utf-8") == table
        with (folder / "index.html").open(encoding="utf-8") as page:
            return same and f'<meta name="fingerprint" content="{mark}">' in page.read(2_000)
    except OSError:
        return False


def write_pages(run: Run, facts: Mapping[str, str] | None) -> None:
    """Write claims.csv and index.html.

    Parameters
    ----------
    run : Run
        The run.
    facts : mapping or None
        name and kind of the data.
    """
    present = score(run, facts)
    from helpers.evidence.answers import answers, in_words
    from helpers.evidence.questions import set_by_set, words
    from helpers.pages.scoreboard import index_page

    page = index_page(
        present.rows,
        run=run.name,
        data=present.data,
        notebooks=present.notebooks,
        registry=run.registry,
        fingerprint=present.mark(run),
        documents=run.project.documents(),
        untestable=run.project.untestable(),
        own=present.own,
        truth=truth_of(run.data),
        tally=run.project.tally(),
        registration=run.registration,
        answers=words(),
        sets=set_by_set(),
        evidence={claim_id: in_words(answer, units=True) for claim_id, answer in answers().items()},
    )
    write_text(run.folder / "claims.csv", claims_csv(present.rows))
    write_text(run.folder / "index.html", page)


def truth_of(data: Path | Address) -> dict[str, Any]:
    """Read what simulated data were made to hold from the ``truth.toml`` beside them; nothing where there is none."""
    file = data / "truth.toml" if isinstance(data, Path) else None
    return tomllib.loads(file.read_text(encoding="utf-8")) if file and file.is_file() else {}


def read_claims(path: Path) -> list[dict[str, str]]:
    """Read a claims.csv.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of dict
        Every cell as text.

    Raises
    ------
    Refusal
        When there is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        raise Refusal(f"{shown(path)} is not there", mend="run 'make reports' first") from None
