"""How are the notebooks run on open datasets, and data/evidence.csv brought up to date?"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.base.words import counted
from helpers.evidence import fetching, results
from helpers.evidence.datasets import OPEN, OpenData, lay_out, open_data, sha256_of, together
from helpers.evidence.page import evidence_page
from helpers.ground.freshness import Hashes, digest, write_text
from helpers.ground.progress import tell
from helpers.ground.scratch import scratch
from helpers.running import plan
from helpers.running.folder import json_text
from helpers.running.jobs import TIME_LIMIT, Job, Setting, run_all, usual_jobs, versions
from helpers.running.plan import Run, Shelf, read_json
from helpers.running.project import Project, shown
from helpers.running.ready import checked, server_for
from helpers.running.score import score

MEMORY = ".evidence.json"
"""Under reports/: by dataset what it was last run with, so that nothing is run twice."""

LIBRARIES = ("python", "pandas", "numpy", "scipy", "statsmodels", "duckdb", "narwhals")
"""Whose versions stand beside a figure."""


@dataclass(frozen=True)
class Places:
    """Where the evidence lies.

    Parameters
    ----------
    project : Project
        The project.
    registry : Path
        The open datasets.
    table, page : Path
        What is written.
    """

    project: Project
    registry: Path
    table: Path
    page: Path

    @classmethod
    def of(cls, project: Project) -> Places:
        """Give the usual places in a project."""
        data = project.root / "data"
        return cls(project, data / OPEN.name, data / results.EVIDENCE.name, project.root / "docs" / "evidence.md")

    @property
    def memory(self) -> Path:
        """What was last run."""
        return self.project.reports / MEMORY


def make_evidence(
    *,
    source: str | None = None,
    download: bool | None = None,
    jobs: int | None = None,
    only: Sequence[str] = (),
    today: date | None = None,
    places: Places | None = None,
    say: Callable[[str], None] = tell,
) -> int:
    """Run the claims on the open datasets and write data/evidence.csv and docs/evidence.md.

    Parameters
    ----------
    source : str, optional
        A folder that holds the files, in a folder for each dataset.
    download : bool, optional
        Whether what is not there is downloaded; None asks, where somebody can answer.
    jobs : int, optional
        Notebooks side by side.
    only : sequence of str
        Datasets that are looked at; empty means all.
    today : date, optional
        The day of the figures; by default that of the computer's clock.
    places : Places, optional
        Where the pieces lie.
    say : callable
        Takes one line of progress.

    Returns
    -------
    int
        0 when all that could be run was run, 1 when a notebook failed.

    Raises
    ------
    Refusal
        When the registry or FROM cannot be used; nothing has been written then.
    """
    places = places or Places.of(Project())
    hashes = Hashes(places.project.reports / ".fingerprints.json")
    entries = open_data(places.registry)
    day = (today or date.today()).isoformat()
    chosen = {name: entry for name, entry in entries.items() if not only or name in only}
    found = _found(chosen, source, download, hashes=hashes, say=say)
    here = {name: files for name, files in found.items() if isinstance(files, fetching.Found)}
    shelf = plan.read_shelf(places.project, hashes)
    marks = {name: _mark(entries[name], files, shelf) for name, files in here.items()}
    hashes.save()
    old = results.read_rows(places.table, past=True)
    done: dict[str, Any] = read_json(places.memory) or {}
    known = Counter(row["dataset"] for row in old)
    stale = [name for name, mark in marks.items() if entries[name].notebooks and done.get(name) != [mark, known[name]]]
    fresh, failed = _run(stale, entries, here, places=places, shelf=shelf, hashes=hashes, jobs=jobs, day=day, say=say)
    rows = _merged(old, fresh, {name: files for name, files in found.items() if name not in here}, day=day)
    rows = _written(rows, entries, places)
    number = Counter(row["dataset"] for row in rows)
    done |= {name: [marks[name], number[name]] for name in stale if name not in failed}
    write_text(places.memory, json_text(done))
    _tell_end(rows, stale, failed, here, places, say=say)
    return 1 if failed else 0


def _tell_end(
    rows: Sequence[Mapping[str, str]],
    stale: Sequence[str],
    failed: Sequence[str],
    here: Mapping[str, object],
    places: Places,
    *,
    say: Callable[[str], None],
) -> None:
    """Say what there is now."""
    cells = results.estimated([row for row in rows if not row["superseded"]])
    sets = len({row["dataset"] for row in cells})
    what = "nothing to do" if not stale else f"{counted(len(stale) - len(failed), 'dataset')} run"
    say(f"{what}: {shown(places.table)} has {counted(len(cells), 'estimate')} on {counted(sets, 'dataset')}")
    if failed:
        say(f"not run to the end: {', '.join(failed)}; their old figures stay")
    if not here:
        say("no file of an open dataset is here: give FROM=folder, or YES=1 to download what can be downloaded")


def _found(
    entries: Mapping[str, OpenData],
    source: str | None,
    download: bool | None,
    *,
    hashes: Hashes,
    say: Callable[[str], None],
) -> dict[str, fetching.Found | fetching.Absent]:
    """Find the files of every dataset, and say of each that is not here why not."""
    folder = Path(source).expanduser() if source else None
    if folder is not None and not folder.is_dir():
        raise Refusal(f"FROM={shown(folder)} is no folder", mend="give a folder with a folder for each dataset in it")
    cache = Path(os.environ["EVIDENCE_CACHE"]) if os.environ.get("EVIDENCE_CACHE") else fetching.usual_cache()
    where = fetching.Source(folder, download, cache, fetching.asked)
    found = {name: fetching.find(entry, where) for name, entry in entries.items()}
    for name, files in found.items():
        if isinstance(files, fetching.Absent):
            say(f"{name}: {files.why}")
        elif files.published:  # whoever said yes to all was not asked, and is told the terms
            say(f"{name}: the published files, licence: {entries[name].licence}")
    return found


def _mark(entry: OpenData, files: fetching.Found, shelf: Shelf) -> str:
    """Fingerprint all that decides the figures of a dataset; its own figures of before are no part of that."""
    beside = (results.EVIDENCE.name, OPEN.name)  # figures of before, and entries of other datasets
    code = [(name, mark) for name, mark in shelf.code if not name.endswith(beside)]
    cells = {name: _code(shelf, name) for name in entry.notebooks}
    return digest([repr(entry), sorted(files.hashes.items()), files.published, code, cells])


def _code(shelf: Shelf, notebook: str) -> list[str]:
    """Give the code of a notebook: prose decides no figure."""
    return [cell["source"] for cell in shelf.cells[shelf.named(notebook)] if cell["cell_type"] == "code"]


def _run(
    stale: Sequence[str],
    entries: Mapping[str, OpenData],
    here: Mapping[str, fetching.Found],
    *,
    places: Places,
    shelf: Shelf,
    hashes: Hashes,
    jobs: int | None,
    day: str,
    say: Callable[[str], None],
) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
    """Run the notebooks of datasets in one queue: (rows by dataset, datasets that failed)."""
    if not stale:
        return {}, []
    with scratch("ec-evidence-") as room:
        project = replace(places.project, reports=room / "reports")
        project.reports.mkdir()
        runs, failed = {}, []
        for name in stale:
            try:
                runs[name] = _planned(entries[name], here[name], room, project=project, shelf=shelf, hashes=hashes)
            except Refusal as refusal:
                failed.append(name)
                say(f"{name}: {refusal}")
        failed += _execute(runs, project, jobs=jobs, say=say)
        registry = sha256_of(places.project.root / "data" / "claims.toml")
        beside = {"versions": _versions(), "date": day, "registry_sha256": registry}
        told = {}
        for name, run in runs.items():
            if name not in failed:
                present = score(run, {"name": name, "kind": "user"})
                own = beside | {"data_sha256": together(here[name].hashes)}
                told[name] = results.rows_of(present.rows, entries[name], registry=run.registry, beside=own)
    return told, failed


def _planned(
    entry: OpenData, files: fetching.Found, room: Path, *, project: Project, shelf: Shelf, hashes: Hashes
) -> Run:
    """Lay a dataset out, import it where it is an export, and plan its notebooks."""
    from helpers.sources import import_data

    folder = lay_out(entry, files.places, room / "given", published=files.published)
    if entry.read == "import":
        folder = import_data(folder, entry.id, to=room / "user").folder
        shutil.rmtree(room / "given" / entry.id)
    wanted = [shelf.named(name) for name in entry.notebooks]
    how: dict[str, Any] = {"run": entry.id, "data": folder, "engine": "duckdb", "wanted": wanted}
    return plan.planned(shelf, entry.parameters, project=project, hashes=hashes, **how)


def _execute(runs: Mapping[str, Run], project: Project, *, jobs: int | None, say: Callable[[str], None]) -> list[str]:
    """Execute the notebooks of all runs, and name the runs of which one failed."""
    queue, failed = [], []
    for name, run in runs.items():
        run.folder.mkdir(parents=True)
        setting = Setting(run.draft, dict(run.registry), {"name": name, "kind": "user"}, TIME_LIMIT, quiet=True)
        queue += [Job(run, task, setting) for task in run.tasks if task.name in run.wanted]
    side_by_side = max(1, min(jobs or usual_jobs("duckdb"), len(queue)))
    with (
        server_for(project, engine="duckdb") if queue else nullcontext() as server,
        checked(None, side_by_side, say, server=server),
    ):
        queue = [replace(job, setting=replace(job.setting, server=server)) for job in queue]
        for place, (job, message) in enumerate(run_all(queue, side_by_side, say), start=1):
            say(f"{place} of {len(queue)}  {job.run.name}  {job.task.name}{f'  {message}' if message else ''}")
            failed += [job.run.name] * bool(message)
    return list(dict.fromkeys(failed))


def _versions() -> str:
    found = {"helpers": version("engagement-claims"), **versions()}
    return ", ".join(f"{name} {found[name]}" for name in ("helpers", *LIBRARIES) if name in found)


def _merged(
    old: Sequence[Mapping[str, str]],
    fresh: Mapping[str, Sequence[Mapping[str, str]]],
    absent: Mapping[str, object],
    *,
    day: str,
) -> list[dict[str, str]]:
    """Put the rows of today into those that are kept; figures whose file has changed stay, and it is said when."""
    rows: list[dict[str, str]] = []
    for name in dict.fromkeys([*(row["dataset"] for row in old), *fresh]):
        before = [row for row in old if row["dataset"] == name]
        why = absent.get(name)
        if name in fresh:
            rows += results.renewed(before, fresh[name], today=day)
        elif isinstance(why, fetching.Absent) and why.changed:
            rows += [{**row, "note": row["note"] or f"not renewed since {day}: {why.why}"} for row in before]
        else:
            rows += map(dict, before)
    return rows


def _written(
    rows: Sequence[Mapping[str, str]], entries: Mapping[str, OpenData], places: Places
) -> list[dict[str, str]]:
    """Write the table and its page, each only where it changes."""
    registry = places.project.registry()
    kept = [row for row in rows if row["dataset"] in entries]
    sorted_rows = results.ordered(kept, datasets=list(entries), claims=list(registry))
    _put(places.table, results.as_csv(sorted_rows))
    _put(places.page, evidence_page(sorted_rows, entries, registry=registry))
    return sorted_rows


def _put(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
