"""What is to be run, on which data, with which parameters?"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal, nearest
from helpers.evidence.registration import told as kept_to
from helpers.ground.freshness import Hashes, digest, fingerprint, named_hashes, project_files
from helpers.ground.parameters import Parameter, declared, load_notebook, read_file, settle
from helpers.ground.progress import tell
from helpers.pages.headings import split_heading
from helpers.reading.chosen import CHOOSING
from helpers.reading.connection import ENGINES
from helpers.reading.manifest import Address, address, expanded, matching, shown_path
from helpers.running import figures
from helpers.running.content import data_content, laid_out, registered
from helpers.running.project import Project, shown

FINISHED = (".html", ".ipynb", ".json")
"""What a notebook that finished leaves."""


@dataclass(frozen=True)
class Task:
    """One notebook with what this run gives it.

    Parameters
    ----------
    path : Path
        The notebook.
    title : str
        Its first heading.
    declared : mapping of str to Parameter
        Its parameters.
    values : mapping
        Their values in this run, without ``data`` and ``engine``.
    given : mapping
        What papermill injects: the values that differ from the defaults, with ``data`` and ``engine``.
    fingerprint, data_fingerprint : str
        Of everything that decides the report, and of the data alone.
    """

    path: Path
    title: str
    declared: Mapping[str, Parameter]
    values: Mapping[str, Any]
    given: Mapping[str, Any]
    fingerprint: str
    data_fingerprint: str

    @property
    def name(self) -> str:
        """The notebook's name, that of all its files."""
        return self.path.stem


@dataclass(frozen=True)
class Run:
    """One run: a folder under ``reports/`` and the notebooks on one dataset.

    Parameters
    ----------
    name : str
        The run's name.
    folder : Path
        Where it is written.
    data : Path or Address
        What it reads.
    engine : str
        What opens the data.
    tasks : sequence of Task
        Every notebook of the collection.
    wanted : sequence of str
        The notebooks that are to be up to date afterwards.
    project : Project
        Where the pieces lie.
    code : str
        Fingerprint of the helpers, the registry and the lock.
    registration : mapping or None
        Whether the run keeps to what was registered under its name; None where nothing was.
    """

    name: str
    folder: Path
    data: Path | Address
    engine: str
    tasks: Sequence[Task]
    wanted: Sequence[str]
    project: Project
    code: str
    registration: Mapping[str, Any] | None = None

    @cached_property
    def registry(self) -> Mapping[str, Any]:
        """The registry of claims."""
        return self.project.registry()

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What the wanted notebooks choose of the data, each choice once; none where all take everything."""
        told = [{name: task.values[name] for name in CHOOSING if task.values.get(name)} for task in self._wanted]
        return [one for place, one in enumerate(told) if one and one not in told[:place]]

    @property
    def _wanted(self) -> list[Task]:
        return [task for task in self.tasks if task.name in self.wanted]

    @property
    def failed(self) -> Path:
        """Where failed notebooks are kept."""
        return self.folder / "failed"

    @property
    def draft(self) -> Path:
        """Where a running notebook's files stand until it has finished."""
        return self.folder / ".running"

    def record(self, task: Task) -> dict[str, Any] | None:
        """Return a notebook's record if it is current and its files are there."""
        files = [self.folder / (task.name + ending) for ending in FINISHED]
        found = read_json(files[-1]) if all(file.is_file() for file in files) else None
        if not found or found.get("fingerprint") != task.fingerprint:
            return None
        return found if figures.are_there(self.folder, found.get("figures", ())) else None

    def failure(self, task: Task) -> str | None:
        """Return why a notebook failed, if it did so with the present content."""
        found = read_json(self.failed / f"{task.name}.json")
        return found["message"] if found and found.get("fingerprint") == task.fingerprint else None


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON object from a file; None where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def plan(
    *,
    data: str,
    run: str,
    params: str | None = None,
    engine: str = "duckdb",
    notebook: str | None = None,
    project: Project | None = None,
    say: Callable[[str], None] = tell,
) -> Run:
    """Check everything that a person gave and find what it means, without touching the run's folder.

    Parameters
    ----------
    data, run, params, engine, notebook : str
        As make's variables; `params` and `notebook` may be missing.
    project : Project
        Where the pieces lie.
    say : callable
        Takes one line of progress, where exports have to be imported first.

    Returns
    -------
    Run
        Ready to be made.

    Raises
    ------
    Refusal
        When a name, a parameter, the engine or the data cannot be used.
    """
    project = project or Project()
    check_names(run=run, engine=engine)
    hashes = Hashes(project.reports / ".fingerprints.json")
    shelf = read_shelf(project, hashes)
    wanted = [shelf.named(notebook)] if notebook else list(shelf.paths)
    named = find_data(data, root=project.root)
    given = read_file(Path(params)) if params else {}
    settle(given, shelf.declared)  # before an import, which leaves something behind
    place = imported(named, project=project, hashes=hashes, say=say)
    told = _kept_to(shelf, given, named, data, run, project, hashes)
    how: dict[str, Any] = {"project": project, "hashes": hashes, "registration": told}
    made = planned(shelf, given, run=run, data=place, engine=engine, wanted=wanted, **how)
    hashes.save()
    return made


def _kept_to(
    shelf: "Shelf",
    given: Mapping[str, Any],
    place: Path | Address,
    data: str,
    run: str,
    project: Project,
    hashes: Hashes,
) -> dict[str, Any] | None:
    """Say whether a run keeps to what was registered under its name; None where nothing was."""
    known = registered(project, run)
    if known is None:
        return None
    about: dict[str, Any] = {"cells": shelf.cells, "code": shelf.code, "project": project, "hashes": hashes}
    return kept_to(known, laid_out(place, data, parameters=settle(given, shelf.declared), **about))


def check_names(*, run: str, engine: str) -> None:
    """Refuse a run's name that is no plain folder name, and an engine that there is not.

    Parameters
    ----------
    run, engine : str
        As make's variables.

    Raises
    ------
    Refusal
        When one cannot be used.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", run, flags=re.ASCII) or run.endswith("."):
        raise Refusal(
            f"RUN={run!r} is not a plain folder name", mend="use letters, digits, dots, dashes and underscores"
        )
    if engine not in ENGINES:
        raise Refusal(f"ENGINE={engine} is not known{nearest(engine, ENGINES)}", mend=f"allowed: {', '.join(ENGINES)}")


@dataclass(frozen=True)
class Shelf:
    """The notebooks of a project and what all their reports depend on, read once however many runs there are.

    Parameters
    ----------
    paths : mapping of str to Path
        The notebooks by name, in order.
    cells : mapping of str to sequence
        Their cells.
    declared : mapping of str to mapping
        Their parameters.
    code : sequence of (str, str)
        Names and hashes of the helpers, the registry and the lock.
    """

    paths: Mapping[str, Path]
    cells: Mapping[str, Sequence[Mapping[str, Any]]]
    declared: Mapping[str, Mapping[str, Parameter]]
    code: Sequence[tuple[str, str]]

    def named(self, notebook: str) -> str:
        """Return the name of the notebook that a person named, or refuse it."""
        name = notebook.removesuffix(".ipynb").removeprefix("notebooks/")
        if name not in self.paths:
            names = list(self.paths)
            raise Refusal(
                f"NOTEBOOK={notebook} is not there{nearest(name, names)}", mend=f"there are: {', '.join(names)}"
            )
        return name


def read_shelf(project: Project, hashes: Hashes) -> Shelf:
    """Read the notebooks of a project.

    Parameters
    ----------
    project : Project
        Where the pieces lie.
    hashes : Hashes
        The memory of what files hold.

    Returns
    -------
    Shelf
        What every run needs of them.

    Raises
    ------
    Refusal
        When a notebook or its parameters cannot be used.
    """
    paths = sorted(path for path in project.notebooks.glob("*.ipynb") if not path.name.startswith("."))
    books = {path.stem: load_notebook(path) for path in paths}
    return Shelf(
        paths={path.stem: path for path in paths},
        cells={name: book["cells"] for name, book in books.items()},
        declared={name: declared(book, name=name) for name, book in books.items()},
        code=named_hashes(project_files(project.root), base=project.root, hashes=hashes),
    )


def planned(
    shelf: Shelf,
    given: Mapping[str, Any],
    *,
    run: str,
    data: Path | Address,
    engine: str,
    wanted: Sequence[str],
    project: Project,
    hashes: Hashes,
    registration: Mapping[str, Any] | None = None,
) -> Run:
    """Give every notebook what one run gives it, without touching the run's folder.

    Parameters
    ----------
    shelf : Shelf
        The notebooks.
    given : mapping
        Parameters as a file holds them (`helpers.ground.parameters.read_file`).
    run, engine : str
        Checked (`check_names`).
    data : Path or Address
        What can be opened.
    wanted : sequence of str
        The notebooks that are to be up to date afterwards.
    project : Project
        Where the pieces lie.
    hashes : Hashes
        The memory of what files hold.
    registration : mapping, optional
        As in `Run`; a page that says something else of it is stale.

    Returns
    -------
    Run
        Ready to be made.

    Raises
    ------
    Refusal
        When a parameter cannot be used.
    """
    settled = settle(given, shelf.declared)
    content = data_content(data, project=project, hashes=hashes)
    # a path inside the project is passed as it stands there, so that a moved clone gives the same bytes
    is_inside = isinstance(data, Path) and data.is_relative_to(project.root)
    place = Path(data).relative_to(project.root).as_posix() if is_inside else str(data)
    tasks = []
    for name, path in shelf.paths.items():
        values, cells = settled[name], shelf.cells[name]
        own = {key: value for key, value in values.items() if value != shelf.declared[name][key].default}
        mark = fingerprint(cells, parameters=values, engine=engine, data=content, project=shelf.code)
        mark = digest([mark, registration]) if registration else mark
        given_here = {**own, "data": place, "engine": engine}
        tasks.append(Task(path, _title(cells, name), shelf.declared[name], values, given_here, mark, digest(content)))
    folder = project.reports / run
    return Run(run, folder, data, engine, tasks, wanted, project, digest(shelf.code), registration)


def find_data(data: str, *, root: Path) -> Path | Address:
    """Find what DATA names: from the current folder, else from the project's.

    Parameters
    ----------
    data : str
        A path, a pattern or an address.
    root : Path
        The project's folder.

    Returns
    -------
    Path or Address
        A path is absolute.

    Raises
    ------
    Refusal
        When nothing is there, or it is no address that is read here.
    """
    afar = address(data)
    if afar:
        return afar
    expanded(data)
    for place in (Path(os.path.abspath(data)), root / data):
        if data and (place.exists() or matching(place)):
            return place
    mend = "name a folder of tables or exports, one file or zip, or a dataset.toml"
    raise Refusal(f"DATA={shown_path(data)} does not exist", mend=mend)


def imported(data: Path | Address, *, project: Project, hashes: Hashes, say: Callable[[str], None]) -> Path | Address:
    """Import native exports that DATA names, unless files of this content were imported before.

    Parameters
    ----------
    data : Path or Address
        What DATA names; anything that can be opened as it is comes back as it is.
    project : Project
        Where the import is kept.
    hashes : Hashes
        The memory of what files hold, which makes asking again quick.
    say : callable
        Takes one line of progress.

    Returns
    -------
    Path or Address
        What can be opened.

    Raises
    ------
    Refusal
        When the exports cannot be imported; nothing has been written then.
    """
    from helpers import sources

    if isinstance(data, Address) or not data.exists() or not sources.is_export(data):
        return data
    files = [data] if data.is_file() else sorted(path for path in data.rglob("*") if path.is_file())
    mark = digest(named_hashes(files, base=data if data.is_dir() else data.parent, hashes=hashes))
    folder = project.user / f"{sources.slug(data)}-{mark[:8]}"
    if not (folder / "dataset.toml").is_file():
        say(f"{shown(data)} holds more than tables of our own form: it is imported first")
        sources.import_data(data, folder.name, to=project.user, prospects=project.prospects)
    where = f"the data are {shown(folder)}; how they were read stands in {shown(folder / 'import.html')}"
    say("; ".join([where, *(line.strip() for line in sources.said_aloud(folder))]))
    return folder


def _title(cells: Sequence[Mapping[str, Any]], name: str) -> str:
    prose = (cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    return next((title for title, _ in map(split_heading, prose) if title), name)
