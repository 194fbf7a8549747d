"""How are the runs of a grid made: side by side within a memory budget, and each once, whatever stopped the last time?

A batch is a folder under ``reports/`` with one ordinary run in it for each combination and value, a page that compares
them, and their claims in one table. All its notebooks wait in one queue, whichever run they are of. Each that ends puts
its files in place at once, so that a batch that was stopped goes on where it was.
"""

import csv
import io
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.base.words import counted
from helpers.claims import COLUMNS
from helpers.evidence.over_runs import pooled_claims
from helpers.ground.freshness import Hashes, digest, write_text
from helpers.ground.parameters import read_file, settle
from helpers.ground.progress import tell
from helpers.reading.connection import MEMORY_LIMIT, machine_memory
from helpers.reading.manifest import Address
from helpers.reading.values import harmless
from helpers.running import plan
from helpers.running.folder import BATCH, json_text, locked, sweep
from helpers.running.grid import Grid, folder_names, read_grid
from helpers.running.jobs import TIME_LIMIT, Job, Setting, run_all, status_of, usual_jobs
from helpers.running.plan import Run
from helpers.running.pooling import pooled_csv
from helpers.running.processes import aside, in_environment
from helpers.running.project import Project, shown
from helpers.running.ready import checked, server_for
from helpers.running.score import Score, is_shown, pages_current, score, write_pages
from helpers.running.speaking import Speaking, ask_each, asked_for, keep, kept, memory
from helpers.running.split import Part, Split, read_split, split_by, told as told_of

NOTEBOOK_BYTES = 600_000_000
"""What a notebook is given beside DuckDB: it, its kernel and its page took 330 MB on the sample data, and tables with a
row for each account want room too."""

LEAST_BYTES = 250_000_000
"""Less memory than this DuckDB cannot work with."""

LONGEST_LABEL = 80
"""Letters of a run's label."""

SHARE_OF_MEMORY = 0.8
"""Of the machine, for all notebooks side by side."""

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12} | {
    f"{p}I": 2 ** (10 * n) for n, p in enumerate("KMGT", 1)
}
"""Bytes in each unit of memory."""


@dataclass(frozen=True)
class Member:
    """One run of a batch.

    Parameters
    ----------
    label : str
        For a reader: the value and the combination.
    rows : int or None
        Rows of the table that was split; None where the data were not split.
    run : Run
        Ready to be made.
    data : mapping
        name and kind of its data; empty until they are known.
    words : str
        The label in a reader's words, for the page that compares the runs.
    """

    label: str
    rows: int | None
    run: Run
    data: Mapping[str, str]
    words: str


@dataclass(frozen=True)
class Batch:
    """What a batch consists of.

    Parameters
    ----------
    folder : Path
        Where it is written.
    members : sequence of Member
        Its runs.
    asked : Grid
        What the grid asks for.
    split : Split or None
        How the data were split.
    """

    folder: Path
    members: Sequence[Member]
    asked: Grid
    split: Split | None

    @property
    def runs(self) -> dict[str, Run]:
        """Its runs by name."""
        return {member.run.name: member.run for member in self.members}


def make_batch(
    *,
    grid: str | None,
    data: str,
    run: str | None = None,
    params: str | None = None,
    engine: str = "duckdb",
    jobs: int | None = None,
    notebook: str | None = None,
    memory: str | None = None,
    time_limit: float = TIME_LIMIT,
    warm: bool = True,
    everything: bool = False,
    project: Project | None = None,
    say: Callable[[str], None] = tell,
) -> int:
    """Bring every run of a grid up to date, and the page that compares them.

    Parameters
    ----------
    grid : str
        The grid file.
    data, params, engine, jobs, notebook, time_limit, warm, everything, project, say
        As for `helpers.running.reports.make_reports`.
    run : str, optional
        The batch's folder under ``reports/``; by default named after the grid file.
    memory : str, optional
        What all notebooks side by side may take, as ``4GB``; by default 80% of the machine.

    Returns
    -------
    int
        0 when every notebook of every run is up to date, 1 when one failed.

    Raises
    ------
    Refusal
        When the input cannot be used; no report has been written or removed then.
    """
    project = project or Project()
    if not grid:
        raise _no_grid(project)
    name = run or "-".join(re.findall(r"[A-Za-z0-9][\w.-]*", Path(grid).stem, flags=re.ASCII)) or "batch"
    plan.check_names(run=name, engine=engine)
    budget = memory_bytes(memory) if memory else None
    hashes = Hashes(project.reports / ".fingerprints.json")
    shelf = plan.read_shelf(project, hashes)
    given = read_file(Path(params)) if params else {}
    settle(given, shelf.declared)
    chosen = shelf.named(notebook) if notebook else None
    asked = read_grid(Path(grid), collection=shelf.declared, given=given, notebook=chosen)
    folder = project.reports / name
    if folder.exists() and not (folder / BATCH).exists():
        raise Refusal(f"{shown(folder)} holds a run of its own", mend="choose another RUN for the batch")
    place = plan.find_data(data, root=project.root)
    place = plan.imported(place, project=project, hashes=hashes, say=say)
    with locked(folder):
        split = _split(asked, place, engine, name, project=project, shelf=shelf, hashes=hashes, say=say)
        inner = replace(project, reports=folder)
        members = list(_members(asked, split, place, engine, project=inner, shelf=shelf, hashes=hashes))
        hashes.save()
        made = Batch(folder, members, asked, split)
        everything = everything or len(asked.notebooks) < len(shelf.paths)  # named ones always run
        how: dict[str, Any] = {"budget": budget, "time_limit": time_limit, "warm": warm, "everything": everything}
        return _make(made, jobs=jobs, say=say, **how)


def _no_grid(project: Project) -> Refusal:
    there = sorted(shown(path) for path in (project.notebooks / "params").glob("*.toml"))
    grids = [name for name in there if "grid" in name or "each" in name]
    mend = 'write a TOML file with a list of values for each parameter, or each = "posts.platform"; then make batch'
    return Refusal(
        "make batch needs GRID=, and none was given", [f"an example: {name}" for name in grids], f"{mend} GRID=it"
    )


def memory_bytes(text: str) -> int:
    """Read an amount of memory.

    Parameters
    ----------
    text : str
        As ``4GB``, ``1.5 GiB`` or ``800M``.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    Refusal
        When it is none, or less than one notebook takes.

    Examples
    --------
    >>> memory_bytes("1.5 GB"), memory_bytes("2GiB")
    (1500000000, 2147483648)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?I?)B?\s*", text, flags=re.IGNORECASE)
    amount = int(float(found[1]) * UNITS[found[2].upper()]) if found and found[2].upper() in UNITS else 0
    if amount < NOTEBOOK_BYTES + LEAST_BYTES:
        least = (NOTEBOOK_BYTES + LEAST_BYTES) / 1e9
        raise Refusal(
            f"MEMORY={text} cannot be used", mend=f"give what all notebooks may take, as 4GB; {least:g}GB is the least"
        )
    return amount


def shares(budget: int, *, wanted: int) -> tuple[int, int]:
    """Share memory out.

    Parameters
    ----------
    budget : int
        Bytes for all notebooks side by side.
    wanted : int
        Notebooks that could go on side by side.

    Returns
    -------
    tuple of int
        Notebooks side by side, and the bytes of DuckDB in each.

    Examples
    --------
    >>> shares(4_000_000_000, wanted=8), shares(16_000_000_000, wanted=2)
    ((4, 400000000), (2, 7400000000))
    """
    side_by_side = max(1, min(wanted, budget // (NOTEBOOK_BYTES + LEAST_BYTES)))
    return side_by_side, max(LEAST_BYTES, budget // side_by_side - NOTEBOOK_BYTES)


def _split(
    asked: Grid,
    data: Path | Address,
    engine: str,
    name: str,
    *,
    project: Project,
    shelf: plan.Shelf,
    hashes: Hashes,
    say: Callable[[str], None],
) -> Split | None:
    """Split the data, unless that was done with the present content."""
    if not asked.each:
        return None
    folder = project.user / name
    content = plan.data_content(data, project=project, hashes=hashes)
    mark = digest([content, asked.each, asked.only, engine, digest(shelf.code)])
    found = read_split(folder)
    if not found or found.mark != mark or not all((folder / part.folder).is_dir() for part in found.parts):
        say(f"splitting {shown(data)} by {asked.each}")
        # DuckDB splits, whatever opens the parts.
        work = (project.open_dataset, data, "duckdb", asked.each, asked.only, folder, mark)
        found = aside(split_by, *work)
        say(f"{counted(len(found.parts), 'dataset')} in {shown(folder)}: {told_of(found)}")
    return found


def _members(
    asked: Grid,
    split: Split | None,
    data: Path | Address,
    engine: str,
    *,
    project: Project,
    shelf: plan.Shelf,
    hashes: Hashes,
) -> Iterator[Member]:
    """Plan every run."""
    whole = Part("", "", 0)
    wanted = [(part, combination) for part in (split.parts if split else [whole]) for combination in asked.combinations]
    names = [", ".join(filter(None, [part.value, combination.label])) for part, combination in wanted]
    folders = folder_names(names)
    for name, (part, combination) in zip(names, wanted, strict=True):
        made = plan.planned(
            shelf,
            combination.given,
            run=folders[name],
            data=project.user / project.reports.name / part.folder if split else data,
            engine=engine,
            wanted=asked.notebooks,
            project=project,
            hashes=hashes,
        )
        facts = {"name": f"{split.name}: {part.value}", "kind": split.kind} if split else {}
        words = ", ".join(filter(None, [part.value, combination.words]))
        yield Member(_printable(name), part.rows if split else None, made, facts, _printable(words))


def _printable(name: str) -> str:
    """Write a value so that it fills one line of a terminal."""
    plain = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)
    return plain if len(plain) <= LONGEST_LABEL else plain[: LONGEST_LABEL - 1] + "…"


def _make(
    made: Batch,
    *,
    jobs: int | None,
    budget: int | None,
    time_limit: float,
    warm: bool,
    everything: bool,
    say: Callable[[str], None],
) -> int:
    """Run what is stale, and write what stands in the folder."""
    told = _asked(made, say)
    stale = {name: _stale(run, told[name], everything) for name, run in made.runs.items()}
    todo = [member for member in made.members if stale[member.run.name] or not pages_current(member.run)]
    if not todo and not _gone(made) and comparison_current(made):
        say(f"nothing to do: {shown(made.folder)} is up to date")
        return 0
    number = sum(map(len, stale.values()))
    messages = {}
    if number:
        first = made.members[0].run
        wanted = min(jobs or usual_jobs(first.engine), number)
        side_by_side, limit = shares(budget or int(SHARE_OF_MEMORY * aside(machine_memory)), wanted=wanted)
        say(_size(made, number, side_by_side, limit))
        warmed = server_for(first.project, engine=first.engine) if warm else nullcontext()
        memory = os.environ.get(MEMORY_LIMIT) or f"{limit}B"  # what a person has set, less or more, stays
        whole = None if made.split else first
        with (
            in_environment(MEMORY_LIMIT, memory),
            warmed as server,
            checked(whole, side_by_side, say, server=server),
        ):
            _sweep(made, todo, told)
            setting = Setting(Path(), dict(first.registry), {}, time_limit, server, quiet=True)
            messages = _run(made, stale, setting, told, side_by_side, say)
    else:
        _sweep(made, todo, told)
    for member in todo:
        if not stale[member.run.name]:
            write_pages(member.run, told[member.run.name].facts)
    write_comparison(made)
    for label, message in messages.items():
        say(f"{label}  {message}")
    say(f"{shown(made.folder / 'index.html')} is written")
    return status_of(messages.values())


def _asked(made: Batch, say: Callable[[str], None]) -> dict[str, Speaking]:
    """Ask the data of every run what they can speak to, unless that is known."""
    known = {name: kept(run) for name, run in made.runs.items()}
    places: dict[Path | Address, list[dict[str, Any]]] = {}
    for name, run in made.runs.items():
        chosen = [] if made.split else run.choices  # a part may lack what the whole has
        if known[name] is None or chosen:
            places.setdefault(run.data, []).extend(chosen)
    first, found = made.members[0].run, {}
    if places:
        say(f"asking {counted(len(places), 'dataset')} what can be said of them")
        found = aside(ask_each, first.project, places, first.engine)
    return {name: told or found[made.runs[name].data] for name, told in known.items()}


def _stale(run: Run, told: Speaking, everything: bool) -> list[plan.Task]:
    return [task for task in asked_for(run, told, everything=everything) if run.record(task) is None]


def _size(made: Batch, number: int, side_by_side: int, limit: int) -> str:
    runs, notebooks = counted(len(made.members), "run"), counted(number, "notebook")
    engine = "Spark" if made.members[0].run.engine == "spark" else "DuckDB"
    return f"{runs}: {notebooks} to run, {side_by_side} side by side, {limit / 1e9:.1f} GB for {engine} in each"


def _gone(made: Batch) -> list[str]:
    """Name the folders of runs that the grid asked for once and does any more not."""
    known = plan.read_json(made.folder / BATCH) or {}
    present = {member.run.name for member in made.members}
    return [name for name in known.get("runs", {}) if name not in present and (made.folder / name).is_dir()]


def _sweep(made: Batch, todo: Sequence[Member], told: Mapping[str, Speaking]) -> None:
    """Remove every page that is not current, and say what the folder is, before anything runs."""
    made.folder.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "claims.csv", "pooled.csv"):
        (made.folder / name).unlink(missing_ok=True)
    for name in _gone(made):
        shutil.rmtree(made.folder / name)
        memory(made.folder / name).unlink(missing_ok=True)
    runs = {member.run.name: member.label for member in made.members}
    write_text(made.folder / BATCH, json_text({"each": made.asked.each, "runs": runs}))
    for member in todo:
        shutil.rmtree(member.run.draft, ignore_errors=True)
        sweep(member.run)
        member.run.folder.mkdir(exist_ok=True)
        keep(member.run, told[member.run.name])


def _run(
    made: Batch,
    stale: Mapping[str, Sequence[plan.Task]],
    setting: Setting,
    told: Mapping[str, Speaking],
    side_by_side: int,
    say: Callable[[str], None],
) -> dict[str, str]:
    """Run the stale notebooks of all runs; write a run's pages when its last one has ended."""
    members = {member.run.name: member for member in made.members}
    jobs = [
        Job(member.run, task, replace(setting, draft=member.run.draft, data=told[member.run.name].facts))
        for member in made.members
        for task in stale[member.run.name]
    ]
    left = Counter(job.run.name for job in jobs)
    messages, begun = {}, time.monotonic()
    for done, (job, message) in enumerate(run_all(jobs, side_by_side, say), start=1):
        label = members[job.run.name].label
        if message:
            messages[f"{label}  {job.task.name}"] = message
        ended = "failed" if message else "finished"
        say(f"{done} of {len(jobs)}  {label}  {job.task.name}  {ended}  {_left(begun, done, len(jobs))}")
        left[job.run.name] -= 1
        if not left[job.run.name]:
            write_pages(job.run, job.setting.data)
            shutil.rmtree(job.setting.draft, ignore_errors=True)
    return messages


def _left(begun: float, done: int, number: int) -> str:
    if done == number:
        return f"{time.monotonic() - begun:.1f} s"
    seconds = (time.monotonic() - begun) / done * (number - done)
    return f"{time.monotonic() - begun:.1f} s, about {seconds:.0f} s left"


def _scores(made: Batch) -> list[Score]:
    return [score(member.run, member.data or None) for member in made.members]


def _rows(made: Batch, found: Score) -> list[Mapping[str, Any]]:
    """Keep the claims of the notebooks that the batch runs."""
    return [row for row in found.rows if row["notebook"] in made.asked.notebooks]


def _mark(made: Batch, scores: Sequence[Score]) -> str:
    """Fingerprint what the comparison shows."""
    seen = [
        (member.label, member.rows, member.run.name, _rows(made, found), found.data, found.notebooks)
        for member, found in zip(made.members, scores, strict=True)
    ]
    return digest([seen, made.folder.name, made.asked.each, made.members[0].run.code])


def comparison_current(made: Batch) -> bool:
    """Say whether the page and the table of a batch show its runs as they are."""
    scores = _scores(made)
    return is_shown(made.folder, table=claims_of_all(made, scores), mark=_mark(made, scores))


def claims_of_all(made: Batch, scores: Sequence[Score]) -> str:
    """Write the claims of all runs as one CSV: those of claims.csv, with the run's folder and label before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["run", "label", *COLUMNS])
    for member, found in zip(made.members, scores, strict=True):
        for row in _rows(made, found):
            cells = [member.run.name, member.label, *(row[column] for column in COLUMNS)]
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def _pools(made: Batch, scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Pool each claim over the parts of the data; runs that differ in parameters see the same data and are not."""
    if made.split is None or len(made.asked.combinations) > 1:
        return []
    names = {part.folder: member.run.name for part, member in zip(made.split.parts, made.members, strict=True)}
    shared = [(names[first], names[second]) for first, second in made.split.shared]
    runs = {member.run.name: _rows(made, found) for member, found in zip(made.members, scores, strict=True)}
    project = made.members[0].run.project
    return pooled_claims(runs, registry=made.members[0].run.registry, holm=project.holm, shared=shared)


def _varied(varied: Mapping[str, str]) -> list[str]:
    """Say what the parameters mean by which runs differ."""
    told = "; ".join(f"{words} ({meaning})" for words, meaning in varied.items())
    return [f"The runs differ in {told}."] if told else []


def write_comparison(made: Batch) -> None:
    """Write the page that compares the runs of a batch, and their claims in one table."""
    from helpers.pages import comparison

    scores = _scores(made)
    told = [
        comparison.Told(member.words, member.run.name, member.rows, found.data, _rows(made, found), found.notebooks)
        for member, found in zip(made.members, scores, strict=True)
    ]
    split, pools = made.split, _pools(made, scores)
    page = comparison.page(
        told,
        name=made.folder.name,
        registry=made.members[0].run.registry,
        notebooks=made.asked.notebooks,
        split=comparison.Divided(split.column, split.unknown, split.followed) if split else None,
        varied=len(made.asked.combinations) > 1,
        fingerprint=_mark(made, scores),
        pools=pools,
        remarks=_varied(made.asked.varied),
    )
    write_text(made.folder / "claims.csv", claims_of_all(made, scores))
    if pools:
        write_text(made.folder / "pooled.csv", pooled_csv(pools))
    write_text(made.folder / "index.html", page)
