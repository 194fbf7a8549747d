"""How are the claims of several finished runs pooled into a folder of their own?"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal, nearest
from helpers.claims import COLUMNS
from helpers.evidence.over_runs import FURTHER, pooled_claims
from helpers.ground.freshness import Hashes, digest, named_hashes, project_files, write_text
from helpers.ground.progress import tell
from helpers.reading.values import harmless
from helpers.running.folder import BATCH, POOL, json_text, locked
from helpers.running.overlap import shared_accounts
from helpers.running.plan import check_names, find_data, read_json
from helpers.running.processes import aside
from helpers.running.project import Project, shown
from helpers.running.score import is_shown, read_claims

NUMBERS = ("estimate", "ci_low", "ci_high", "margin", "n_rows", "n_units", "robust_share", "p_value", "p_holm")
"""Columns of claims.csv that hold numbers; ``published`` holds a number or words."""

SAME = ("kind", "unit", "margin")
"""What the registry says of a claim and a run must have been made with, so that it answers what is asked now."""


@dataclass(frozen=True)
class Finished:
    """A finished run.

    Parameters
    ----------
    name : str
        As it was given, its folder under ``reports/``.
    folder : Path
        Where it stands.
    claims : sequence of mapping
        Rows of its claims.csv, with plain numbers.
    records : mapping of str to mapping
        Its notebooks' records.
    """

    name: str
    folder: Path
    claims: Sequence[Mapping[str, Any]]
    records: Mapping[str, Mapping[str, Any]]

    @property
    def kinds(self) -> set[str]:
        """The kinds of its data: one."""
        return {row["data_kind"] for row in self.claims}

    @property
    def data(self) -> set[str]:
        """Fingerprints of its data: one, unless its notebooks saw them at different times."""
        return {record["data_fingerprint"] for record in self.records.values()}

    @property
    def place(self) -> str:
        """What it read, as DATA named it; empty where no record says so."""
        return next((record["read"] for record in self.records.values() if record.get("read")), "")


def make_pool(
    *,
    runs: str,
    run: str = "pooled",
    project: Project | None = None,
    say: Callable[[str], None] = tell,
) -> int:
    """Pool the claims of finished runs, and write the folder.

    Parameters
    ----------
    runs : str
        Their names, with spaces between; a run of a batch as ``batch/run``.
    run : str
        The pool's folder under ``reports/``.
    project : Project
        Where the pieces lie.
    say : callable
        Takes one line of progress.

    Returns
    -------
    int
        0.

    Raises
    ------
    Refusal
        When a run is not there, has not finished, or does not go with the others: all faults together. Nothing has
        been written then.
    """
    project = project or Project()
    check_names(run=run, engine="duckdb")
    folder = project.reports / run
    if folder.exists() and not (folder / POOL).exists():
        raise Refusal(f"{shown(folder)} holds something else than a pool", mend="choose another RUN for the pool")
    found = finished_runs(runs, project=project)
    hashes = Hashes(project.reports / ".fingerprints.json")
    code = named_hashes(project_files(project.root), base=project.root, hashes=hashes)
    hashes.save()
    mark = digest([[(one.name, one.claims, sorted(one.data)) for one in found], run, code])
    with locked(folder):
        table = claims_of_runs(found)
        if is_shown(folder, table=table, mark=mark) and (folder / "pooled.csv").is_file():
            say(f"nothing to do: {shown(folder)} is up to date")
            return 0
        shared, notes = _shared(found, project)
        own = {one.name: one.claims for one in found}
        rows = pooled_claims(own, registry=project.registry(), holm=project.holm, shared=shared)
        folder.mkdir(exist_ok=True)
        write_text(folder / POOL, json_text({"runs": [one.name for one in found]}))
        write_text(folder / "pooled.csv", pooled_csv(rows))
        write_text(folder / "claims.csv", table)
        write_text(folder / "index.html", _page(found, rows, run, notes=notes, mark=mark, project=project))
    number = sum(row["estimate"] is not None for row in rows)
    say(f"{number} of {len(rows)} claims pooled over {len(found)} runs; the others are listed with the reason")
    say(f"{shown(folder / 'index.html')} is written")
    return 0


def finished_runs(runs: str, *, project: Project) -> list[Finished]:
    """Read finished runs, or refuse them with every fault that there is.

    Parameters
    ----------
    runs : str
        Their names, with spaces between.
    project : Project
        Where they stand.

    Returns
    -------
    list of Finished
        In the order in which they were named.

    Raises
    ------
    Refusal
        When none or one is named, or one is unknown, unfinished, or does not go with the others.
    """
    names = runs.split()
    known = sorted(path.parent.relative_to(project.reports).as_posix() for path in _indexes(project.reports))
    example = f"make pool RUNS={' '.join(known[:3])!r}" if len(known) > 1 else 'make pool RUNS="a b c"'
    if len(names) < 2:
        told = f"RUNS={runs!r} names {len(names) or 'no'} run{'s' * (not names)}" if runs else "no RUNS were given"
        raise Refusal(f"make pool pools several runs, and {told}", mend=f"name finished runs: {example}")
    faults = [fault for name in dict.fromkeys(names) if (fault := _unfit(name, known, project.reports))]
    faults += [f"{name} is named {names.count(name)} times" for name in dict.fromkeys(names) if names.count(name) > 1]
    fit = [name for name in dict.fromkeys(names) if not _unfit(name, known, project.reports)]
    found = [_read(name, project.reports / name) for name in fit]
    faults += [*_mixed(found), *_outdated(found, project.registry())]
    if faults:
        raise Refusal("RUNS cannot be pooled", faults, "name finished runs that go together; 'make reports' makes one")
    return found


def _indexes(reports: Path) -> Iterator[Path]:
    """Find the front pages of runs, those of batches' runs too."""
    for page in [*reports.glob("*/index.html"), *reports.glob("*/*/index.html")]:
        if not ((page.parent / BATCH).exists() or (page.parent / POOL).exists()):
            yield page


def _unfit(name: str, known: Sequence[str], reports: Path) -> str:
    """Say why a name is no finished run; an empty text where it is."""
    folder = reports / name
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", name, flags=re.ASCII) or name.endswith("."):
        return f"{name!r} is not the name of a run"
    if (folder / BATCH).exists():
        inside = [one for one in known if one.startswith(f"{name}/")]
        named = f"name its runs, as {inside[0]}" if inside else "it has no finished run"
        return f"{name} is a batch, whose page pools its runs already: {named}"
    if (folder / POOL).exists():
        return f"{name} is a pool itself"
    if not folder.is_dir():
        return f"there is no run {name}{nearest(name, list(known))}"
    if name not in known or not (folder / "claims.csv").is_file():
        return f"{name} has not finished"
    return ""


def _read(name: str, folder: Path) -> Finished:
    found = {path.stem: read_json(path) or {} for path in sorted(folder.glob("*.json"))}
    records = {stem: record for stem, record in found.items() if "data_fingerprint" in record}
    return Finished(name, folder, [_with_numbers(row) for row in read_claims(folder / "claims.csv")], records)


def _with_numbers(row: Mapping[str, str]) -> dict[str, Any]:
    """Turn the texts of claims.csv into what a record holds."""
    plain: dict[str, Any] = {name: cell or None for name, cell in row.items()}
    numbers = {name: float(row[name]) for name in NUMBERS if row.get(name)}
    if re.fullmatch(r"-?[\d.]+(e-?\d+)?", row.get("published") or ""):
        numbers["published"] = float(row["published"])
    return {**plain, "reason": row.get("reason") or "", "scope": row.get("scope") or "general", **numbers}


def _mixed(found: Sequence[Finished]) -> list[str]:
    """Say which runs do not go together."""
    faults = []
    simulated = [one.name for one in found if "simulated" in one.kinds]
    theirs = [one.name for one in found if one.kinds - {"simulated"}]
    if simulated and theirs:
        faults.append(f"simulated and real data are mixed: {', '.join(simulated)} against {', '.join(theirs)}")
    return faults + _differing(found)


def _differing(found: Sequence[Finished]) -> list[str]:
    """Say which parameters differ between runs: another parameter is another estimand."""
    faults = []
    for notebook in dict.fromkeys(stem for one in found for stem in one.records):
        given = {one.name: one.records[notebook]["parameters"] for one in found if notebook in one.records}
        for name in dict.fromkeys(name for values in given.values() for name in values):
            by = {repr(values.get(name)): run for run, values in reversed(list(given.items()))}
            if len(by) > 1:
                told = " against ".join(f"{value} in {run}" for value, run in sorted(by.items()))
                faults.append(f"parameter {name} of {notebook} differs: {told}")
    return faults


def _outdated(found: Sequence[Finished], registry: Mapping[str, Any]) -> list[str]:
    """Say which runs were judged by another registry than there is now."""
    faults = []
    for one in found:
        changed = [
            row["claim_id"]
            for row in one.claims
            if (claim := registry.get(row["claim_id"])) is None
            or any(row[name] != getattr(claim, name, None) for name in SAME if row[name] is not None)
        ]
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            faults.append(f"{one.name} was made with another registry ({changed[0]}{more}): make it again")
    return faults


def _shared(found: Sequence[Finished], project: Project) -> tuple[list[tuple[str, str]], list[str]]:
    """Say which runs are of the same data, or of the same accounts; simulated accounts are nobody's."""
    same = [(one.name, other.name) for one, other in combinations(found, 2) if one.data & other.data]
    if any("simulated" in one.kinds for one in found):
        return same, []
    pairs, notes = aside(shared_accounts, project, _places(found, project))
    return [*same, *pairs], notes


def _places(found: Sequence[Finished], project: Project) -> dict[str, Any]:
    """Find the data of each run, where they still lie there; nothing of those that do not."""
    places: dict[str, Any] = {}
    for one in found:
        try:
            places[one.name] = find_data(one.place, root=project.root) if one.place else None
        except Refusal:
            places[one.name] = None
    return places


def claims_of_runs(found: Sequence[Finished]) -> str:
    """Write the claims of all runs as one CSV, the run before the columns of claims.csv.

    Parameters
    ----------
    found : sequence of Finished
        The runs.

    Returns
    -------
    str
        As a batch's claims.csv has it.
    """
    return _csv(["run", *COLUMNS], [{"run": one.name, **row} for one in found for row in one.claims])


def pooled_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write pooled claims as one CSV: the columns of claims.csv, told of the mean over runs, and `FURTHER`.

    Parameters
    ----------
    rows : sequence of mapping
        From `pooled_claims`.

    Returns
    -------
    str
        The text of pooled.csv; no text of a user's becomes a formula in it.
    """
    return _csv([*COLUMNS, *FURTHER], rows)


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(column) for column in columns]
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def _page(
    found: Sequence[Finished],
    rows: Sequence[Mapping[str, Any]],
    name: str,
    *,
    notes: Sequence[str],
    mark: str,
    project: Project,
) -> str:
    from helpers.pages import comparison

    up = "../" * (1 + name.count("/"))
    heard = {row["notebook"] for one in found for row in one.claims if row["verdict"]}
    told = [
        comparison.Told(
            one.name,
            up + one.name,
            None,
            {"name": one.name, "kind": "simulated" if "simulated" in one.kinds else "user"},
            [row for row in one.claims if row["notebook"] in heard],
            [_book(one.folder, row["notebook"]) for row in one.claims],
        )
        for one in found
    ]
    return comparison.page(
        told,
        name=name,
        registry=project.registry(),
        notebooks=sorted(heard),
        split=None,
        varied=False,
        fingerprint=mark,
        pools=rows,
        first=True,
        remarks=notes,
    )


def _book(folder: Path, name: str) -> dict[str, str]:
    """Say of a notebook whether the run holds its page."""
    state = "failed" if (folder / "failed" / f"{name}.html").is_file() else "silent"
    state = "done" if (folder / f"{name}.html").is_file() else state
    return {"name": name, "state": state, "message": "it failed in this run", "title": name, "answer": ""}
