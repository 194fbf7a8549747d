"""How are the notebooks of one run executed side by side, and what stands in the run's folder afterwards?"""

import csv
import gc
import importlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import ROOT
from .engine import CHECKED, SPILL
from .freshness import Hashes, digest, fingerprint, named_hashes, project_files, write_text
from .manifest import Address, address, matching
from .parameters import Parameter, declared, load_notebook, read_file, settle
from .progress import going_on
from .refusals import Refusal, nearest
from .report import claim_rows, claims_csv, split_heading

ENGINES = ("duckdb", "spark")
"""What opens the data."""

LIBRARIES = (
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "duckdb",
    "pyspark",
    "narwhals",
    "seaborn",
    "matplotlib",
    "papermill",
    "nbconvert",
)
"""Libraries whose versions stand in every record."""

TIME_LIMIT = 3600.0
"""Seconds that one notebook may take."""

FINISHED = (".html", ".ipynb", ".json")
"""What a notebook that finished leaves."""

WRECKED = (".html", ".ipynb", ".json", ".txt")
"""What a notebook that failed leaves in ``failed/``."""

BATCH = "batch.json"
"""What a batch of runs says of itself; the folder that holds it is no run's own."""

REFUSED = 2
"""Exit status where all that went wrong is that something was refused."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

GRACE = 1.0
"""Seconds that work on the data has to stop by itself."""

WAIT = 0.5
"""Seconds after which a wait begins anew: Python misses a signal that comes just before it, until it ends."""

STOPS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C and a polite kill."""

NOT_RUN = "not run on these data yet"
FAILED = "the notebook failed"


def tell(line: str) -> None:
    """Write one line of progress to standard error, whole even when several processes write."""
    os.write(2, f"{line}\n".encode())


def _registry() -> Mapping[str, Any]:
    return importlib.import_module("helpers.claims").registry()


def _holm(p_values: list[float | None]) -> list[float | None]:
    return importlib.import_module("helpers.claims").holm(p_values)


def _documents() -> Mapping[str, str]:
    return importlib.import_module("helpers.claims").documents()


def _untestable() -> Sequence[Any]:
    return importlib.import_module("helpers.claims").untestable()


def _data_files(path: Path) -> list[Path]:
    return importlib.import_module("helpers.engine").data_files(path)


def _open_dataset(path: Path, *, engine: str) -> Any:
    return importlib.import_module("helpers.engine").open_dataset(path, engine=engine)


@dataclass(frozen=True)
class Project:
    """Where a project's pieces lie.

    Parameters
    ----------
    root, notebooks, reports : Path
        Its folders.
    registry, holm, documents, untestable, data_files, open_dataset : callable
        The functions of the same name in `helpers.claims` and `helpers.engine`, imported when called.
    """

    root: Path = ROOT
    notebooks: Path = ROOT / "notebooks"
    reports: Path = ROOT / "reports"
    registry: Callable[[], Mapping[str, Any]] = _registry
    holm: Callable[[list[float | None]], list[float | None]] = _holm
    documents: Callable[[], Mapping[str, str]] = _documents
    untestable: Callable[[], Sequence[Any]] = _untestable
    data_files: Callable[[Path], list[Path]] = _data_files
    open_dataset: Callable[..., Any] = _open_dataset

    @property
    def user(self) -> Path:
        """Where imports are kept."""
        return self.root / "data" / "user"


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
class Setting:
    """What the notebooks of a run have in common while they run.

    Parameters
    ----------
    draft : Path
        Where a running notebook's files stand until it has finished.
    registry : mapping of str to Claim
        For the wordings on the page.
    data : mapping
        name and kind of the data.
    limit : float
        Seconds that one notebook may take.
    server : str or None
        Forks the kernels (`helpers.warm`).
    quiet : bool
        Whether cells are not told one by one.
    """

    draft: Path
    registry: Mapping[str, Any]
    data: Mapping[str, str]
    limit: float = TIME_LIMIT
    server: str | None = None
    quiet: bool = False


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
    """

    name: str
    folder: Path
    data: Path | Address
    engine: str
    tasks: Sequence[Task]
    wanted: Sequence[str]
    project: Project
    code: str

    @cached_property
    def registry(self) -> Mapping[str, Any]:
        """The registry of claims."""
        return self.project.registry()

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
        return found if found and found.get("fingerprint") == task.fingerprint else None

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
    place = find_data(data, root=project.root)
    given = read_file(Path(params)) if params else {}
    place = imported(place, project=project, hashes=hashes, say=say)
    made = planned(shelf, given, run=run, data=place, engine=engine, wanted=wanted, project=project, hashes=hashes)
    hashes.save()
    return made


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
) -> Run:
    """Give every notebook what one run gives it, without touching the run's folder.

    Parameters
    ----------
    shelf : Shelf
        The notebooks.
    given : mapping
        Parameters as a file holds them (`helpers.parameters.read_file`).
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
    is_inside = not isinstance(data, Address) and data.is_relative_to(project.root)
    place = data.relative_to(project.root).as_posix() if is_inside else str(data)
    tasks = []
    for name, path in shelf.paths.items():
        values, cells = settled[name], shelf.cells[name]
        own = {key: value for key, value in values.items() if value != shelf.declared[name][key].default}
        mark = fingerprint(cells, parameters=values, engine=engine, data=content, project=shelf.code)
        given_here = {**own, "data": place, "engine": engine}
        tasks.append(Task(path, _title(cells, name), shelf.declared[name], values, given_here, mark, digest(content)))
    return Run(run, project.reports / run, data, engine, tasks, wanted, project, digest(shelf.code))


def data_content(data: Path | Address, *, project: Project, hashes: Hashes) -> list[tuple[str, str]]:
    """List the files of a dataset with what they hold, its own name first.

    Parameters
    ----------
    data : Path or Address
        What can be opened.
    project : Project
        Knows which files make up a dataset.
    hashes : Hashes
        The memory.

    Returns
    -------
    list of (str, str)
        Names and SHA-256; of an address what `helpers.addresses.marks` says.
    """
    base = data if Path(data).is_dir() else Path(data).parent
    files = project.data_files(data)
    afar = [file for file in files if isinstance(file, Address)]
    here = named_hashes([file for file in files if file not in afar], base=base, hashes=hashes)
    if not hashes.afar.keys() >= set(afar):
        hashes.afar |= aside(_marks, afar)
    return [(data.name, ""), *here, *((str(file), hashes.afar[file]) for file in afar)]


def _marks(addresses: Sequence[Address]) -> dict[Address, str]:
    return importlib.import_module("helpers.addresses").marks(addresses)


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
    for place in (Path(os.path.abspath(data)), root / data):
        if data and (place.exists() or matching(place)):
            return place
    raise Refusal(
        f"DATA={data} does not exist", mend="name a folder of tables or exports, one file or zip, or a dataset.toml"
    )


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
    sources = importlib.import_module("helpers.sources")
    if isinstance(data, Address) or not data.exists() or not sources.is_export(data):
        return data
    files = [data] if data.is_file() else sorted(path for path in data.rglob("*") if path.is_file())
    mark = digest(named_hashes(files, base=data if data.is_dir() else data.parent, hashes=hashes))
    folder = project.user / f"{sources.slug(data)}-{mark[:8]}"
    if not (folder / "dataset.toml").is_file():
        say(f"{shown(data)} holds no tables of our own form: it is imported first")
        sources.import_data(data, folder.name, to=project.user)
    say(f"the data are {shown(folder)}; how they were read stands in {shown(folder / 'import.html')}")
    return folder


def _title(cells: Sequence[Mapping[str, Any]], name: str) -> str:
    prose = (cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    return next((title for title, _ in map(split_heading, prose) if title), name)


def make_reports(
    *,
    data: str,
    run: str,
    params: str | None = None,
    engine: str = "duckdb",
    jobs: int | None = None,
    notebook: str | None = None,
    time_limit: float = TIME_LIMIT,
    warm: bool = True,
    project: Project | None = None,
    say: Callable[[str], None] = tell,
) -> int:
    """Bring a run's folder up to date: run what is stale, write the pages and the table of claims.

    Parameters
    ----------
    data, run, params, engine, notebook
        As for `plan`.
    jobs : int
        Notebooks side by side; by default as `usual_jobs` says.
    time_limit : float
        Seconds that one notebook may take.
    warm : bool
        Fork kernels from a server that has their libraries loaded, where that is possible.
    project : Project
        Where the pieces lie.
    say : callable
        Takes one line of progress.

    Returns
    -------
    int
        As `status_of`.

    Raises
    ------
    Refusal
        When the input cannot be used; nothing has been written or removed then.
    """
    made = plan(data=data, run=run, params=params, engine=engine, notebook=notebook, project=project, say=say)
    if (made.folder / BATCH).exists():
        raise Refusal(f"{shown(made.folder)} holds the runs of a batch", mend="choose another RUN")
    with locked(made.folder):
        shutil.rmtree(made.draft, ignore_errors=True)
        stale = [task for task in made.tasks if task.name in made.wanted and made.record(task) is None]
        if not stale and pages_current(made):
            say(f"nothing to do: {shown(made.folder)} is up to date")
            return 0
        side_by_side = min(jobs or usual_jobs(engine), len(stale))
        warmed = server_for(made.project, engine=made.engine) if stale and warm else nullcontext()
        with warmed as address, checked(made, side_by_side, say) if stale else nullcontext() as facts:
            sweep(made)
            made.folder.mkdir(parents=True, exist_ok=True)
            setting = Setting(made.draft, dict(made.registry), facts or {}, time_limit, address)
            jobs = [Job(made, task, setting) for task in stale]
            messages = {job.task.name: message for job, message in run_all(jobs, side_by_side, say) if message}
        write_pages(made, facts)
    for name, message in messages.items():
        say(f"{name}  {message}")
    say(f"{shown(made.folder / 'index.html')} is written")
    return status_of(messages.values())


def status_of(messages: Iterable[str]) -> int:
    """Give the exit status of notebooks.

    Parameters
    ----------
    messages : iterable of str
        Why those that failed did so.

    Returns
    -------
    int
        0 when none failed, 2 when all that did were refused, else 1.
    """
    kinds = {isinstance(message, Refused) for message in messages}
    return (REFUSED if kinds == {True} else 1) if kinds else 0


class Refused(str):
    """Why a notebook failed, where that is no fault of the notebook."""

    __slots__ = ()


def usual_jobs(engine: str) -> int:
    """Say how many notebooks run side by side where nobody says it.

    Parameters
    ----------
    engine : str
        What opens the data.

    Returns
    -------
    int
        The machine's cores; one with Spark on this machine, as each notebook then has a Java machine of its own, which
        takes every core and much memory.
    """
    if engine == "spark" and not os.environ.get("SPARK_REMOTE"):
        return 1
    return os.cpu_count() or 1


def server_for(project: Project, *, engine: str) -> AbstractContextManager[str | None]:
    """Start what kernels are forked from; it imports while the data are read."""
    return importlib.import_module("helpers.warm").server(project.notebooks, engine=engine)


def shown(path: Path | Address) -> str:
    """Write a path as it is seen from here."""
    if isinstance(path, Address):
        return path
    near = Path(os.path.relpath(path)) if os.path.splitdrive(path)[0] == os.path.splitdrive(os.getcwd())[0] else path
    return str(path if ".." in near.parts else near)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second make off the same folder; the system lets go when this process ends, however it ends.

    Parameters
    ----------
    folder : Path
        Where a run is written.

    Raises
    ------
    Refusal
        When another process writes it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.lock"
    while True:
        file = path.open("a+")
        try:
            _take(file)
        except OSError:
            file.close()
            mend = "wait for it, or choose another RUN"
            raise Refusal(f"another make is writing {shown(folder)} just now", mend=mend) from None
        with suppress(OSError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                break
        file.close()
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        file.close()


def _take(file: Any) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def checked(run: Run, side_by_side: int, say: Callable[[str], None]) -> Iterator[dict[str, str]]:
    """Let the data be checked in a process of its own while this one imports what runs notebooks.

    As long as the context lasts, the environment tells kernels what was found, so that they need not check again.

    Parameters
    ----------
    run : Run
        What is to be made.
    side_by_side : int
        How many notebooks will go on at a time.
    say : callable
        Takes one line of progress, where it takes long.

    Yields
    ------
    dict of str to str
        Name and kind of the data.
    """

    def goes_on(seconds: float) -> None:
        say(f"reading and checking {shown(run.data)}  {seconds:.1f} s")

    work = (run.project.open_dataset, run.data, run.engine)
    facts, passed = aside(check_data, *work, meanwhile=lambda: import_what_runs(side_by_side), goes_on=goes_on)
    with in_environment(CHECKED, passed):
        yield facts


@contextmanager
def in_environment(name: str, value: str) -> Iterator[None]:
    """Set a variable of the environment for this process and those that it starts, for as long as the context lasts."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def check_data(open_dataset: Callable[..., Any], data: Path, engine: str) -> tuple[dict[str, str], str]:
    """Open the data and return their name and kind, and what makes opening them again quick; or refuse them."""
    dataset = open_dataset(data, engine=engine)
    return {"name": dataset.name, "kind": dataset.kind}, dataset.checked


def import_what_runs(side_by_side: int) -> None:
    """Import what runs notebooks and writes pages, where this process or one forked from it will use it."""
    if _forks() or side_by_side == 1:
        importlib.import_module("helpers.execution")
    if _forks() and side_by_side > 1:
        importlib.import_module("helpers.pages")


def aside(
    work: Callable[..., Any],
    *given: Any,
    meanwhile: Callable[[], None] = lambda: None,
    goes_on: Callable[[float], None] = lambda seconds: None,
) -> Any:
    """Do work on the data in a process of its own: this one forks later, and must have started no threads then.

    Parameters
    ----------
    work : callable
        A function of a module; what it gets and gives is pickled where processes are not forked.
    given : object
        Its arguments.
    meanwhile : callable
        What to do here until it is done.
    goes_on : callable
        Takes the seconds that it has taken so far, where it takes long.

    Returns
    -------
    object
        What `work` returns.

    Raises
    ------
    Refusal
        As `work` does.
    RuntimeError
        When it broke or was killed.
    """
    context = _context()
    receive, send = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="ec-", ignore_cleanup_errors=True) as spill:
        child = context.Process(target=_send_back, args=(work, given, send, spill), daemon=True)
        begun = time.monotonic()
        try:
            with _unheard():
                child.start()
            send.close()
            with going_on(lambda: begun, goes_on):
                meanwhile()
                while not receive.poll(WAIT):
                    pass
                verdict, what = receive.recv()
        except EOFError:
            raise RuntimeError("the check of the data was killed; most often the machine ran out of memory") from None
        except KeyboardInterrupt:
            if child.pid:
                child.terminate()
                child.join(GRACE)
                child.kill()  # DuckDB may take long to hear of it, and all that it has written goes with the folder
            raise
        finally:
            if child.pid:
                child.join()
    if verdict == "refused":
        raise Refusal(*what)
    if verdict == "broke":
        raise RuntimeError(f"the check of the data broke\n{what}")
    return what


def _forks() -> bool:
    return sys.platform == "linux"


@contextmanager
def _unheard() -> Iterator[None]:
    """Let Ctrl-C wait until a process that is being started is known, and so can be ended."""
    if _forks():
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        _heard()


def _heard() -> None:
    """Hear of Ctrl-C again, also in a process that was forked meanwhile."""
    if _forks():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _context() -> Any:
    import multiprocessing

    return multiprocessing.get_context("fork" if _forks() else "spawn")


def _send_back(work: Callable[..., Any], given: Sequence[Any], send: Any, spill: str) -> None:
    gc.freeze()  # garbage of the process that forked this one, such as a database, has threads that are not here
    os.environ[SPILL] = spill
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _heard()
        send.send(("done", work(*given)))
    except Refusal as refusal:
        send.send(("refused", (refusal.what, refusal.faults, refusal.mend)))
    except KeyboardInterrupt:
        return
    except Exception:
        import traceback

        send.send(("broke", traceback.format_exc()))


def sweep(run: Run) -> None:
    """Remove every page that is not current, before anything runs: what stands in the folder is finished.

    Parameters
    ----------
    run : Run
        Only files that a run leaves are removed.
    """
    tasks = {task.name: task for task in run.tasks}
    for path in sorted(run.folder.glob("*.json")):
        known = tasks.get(path.stem)
        ours = "fingerprint" in (read_json(path) or {})
        if ours and (known is None or run.record(known) is None):
            _remove(run.folder, path.stem, FINISHED)
    for task in run.tasks:
        if run.record(task) is None:
            _remove(run.folder, task.name, FINISHED)
    for path in sorted(run.failed.glob("*.json")):
        known = tasks.get(path.stem)
        if known is None or known.name in run.wanted or run.failure(known) is None:
            _remove(run.failed, path.stem, WRECKED)
    _remove(run.folder, "index", (".html",))
    _remove(run.folder, "claims", (".csv",))
    _drop_empty(run.failed)


def _remove(folder: Path, name: str, endings: Sequence[str]) -> None:
    for ending in endings:
        (folder / (name + ending)).unlink(missing_ok=True)


def _drop_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


@dataclass(frozen=True)
class Job:
    """One notebook of one run, to be executed.

    Parameters
    ----------
    run : Run
        The run.
    task : Task
        The notebook.
    setting : Setting
        What it has in common with the run's others.
    """

    run: Run
    task: Task
    setting: Setting


def run_all(jobs: Sequence[Job], side_by_side: int, say: Callable[[str], None]) -> Iterator[tuple[Job, str]]:
    """Execute notebooks and put the files of each in place as it ends.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they start.
    side_by_side : int
        How many go on at a time.
    say : callable
        Takes one line of progress.

    Yields
    ------
    tuple of Job and str
        The job, and why it failed; empty when it finished.
    """
    try:
        run_them = _in_turn if side_by_side <= 1 else _together
        for job, message in run_them(jobs, side_by_side, say):
            _publish(job.run, job.task, job.setting, message)
            yield job, message
    finally:
        for folder in {job.setting.draft for job in jobs}:
            shutil.rmtree(folder, ignore_errors=True)


def _in_turn(jobs: Sequence[Job], side_by_side: int, say: Callable[[str], None]) -> Iterator[tuple[Job, str]]:
    for job in jobs:
        job.setting.draft.mkdir(exist_ok=True)
        yield job, run_one(job.task, setting=job.setting, say=say)


def _together(jobs: Sequence[Job], side_by_side: int, say: Callable[[str], None]) -> Iterator[tuple[Job, str]]:
    from multiprocessing.connection import wait

    waiting, busy = list(reversed(jobs)), {}
    try:
        while waiting or busy:
            while waiting and len(busy) < side_by_side:
                job = waiting.pop()
                job.setting.draft.mkdir(exist_ok=True)
                process = _context().Process(target=_worker, args=(job.task, job.setting))
                with _unheard():
                    process.start()
                    busy[process.sentinel] = (process, job)
            for sentinel in wait(list(busy), WAIT):
                process, job = busy.pop(sentinel)
                process.join()
                if process.exitcode == INTERRUPTED:  # Ctrl-C reaches every process; this one's may have been lost
                    raise KeyboardInterrupt
                yield job, _message(job.setting.draft / f"{job.task.name}.txt", process.exitcode)
    finally:
        for process, _ in busy.values():
            process.terminate()
        for process, _ in busy.values():
            process.join()


def _worker(task: Task, setting: Setting) -> None:
    gc.freeze()  # garbage of the process that forked this one, such as a database, has threads that are not here
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _heard()
        message = run_one(task, setting=setting, say=tell)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    if message:
        write_text(setting.draft / f"{task.name}.txt", message)
        sys.exit(REFUSED if isinstance(message, Refused) else 1)


def _message(path: Path, status: int | None) -> str:
    """Return what a worker said about its failure."""
    if status == 0:
        return ""
    if path.exists():
        return (Refused if status == REFUSED else str)(path.read_text(encoding="utf-8"))
    return f"its process ended with status {status}; most often the machine ran out of memory"


def _publish(run: Run, task: Task, setting: Setting, message: str) -> None:
    """Move a notebook's files to where a reader finds them, the record last."""
    target, endings = (run.failed, WRECKED) if message else (run.folder, FINISHED)
    target.mkdir(exist_ok=True)
    if message:
        if not (run.draft / f"{task.name}.html").exists():
            _write(task, setting, importlib.import_module("helpers.execution").read(task.path), None, message)
        write_text(run.draft / f"{task.name}.txt", message + "\n")
        note = {"notebook": task.name, "fingerprint": task.fingerprint, "message": message}
        write_text(run.draft / f"{task.name}.json", json_text(note))
    for ending in endings:
        (run.draft / (task.name + ending)).replace(target / (task.name + ending))


def json_text(content: Any) -> str:
    """Write JSON with the same bytes for the same content."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def run_one(task: Task, *, setting: Setting, say: Callable[[str], None]) -> str:
    """Run one notebook and write its three files into the draft folder.

    Parameters
    ----------
    task : Task
        What to run.
    setting : Setting
        What it has in common with the others.
    say : callable
        Takes one line of progress.

    Returns
    -------
    str
        Why it failed; empty when it finished. A failed notebook leaves its page and what was executed, no record.
    """
    execution = importlib.import_module("helpers.execution")
    # while the kernel works, this process has time to import what makes the page
    threading.Thread(target=importlib.import_module, args=("helpers.pages",)).start()
    say = _nothing if setting.quiet else say
    watch = execution.Watch(task.name, task.path.parent, say, setting.limit, setting.server)
    try:
        executed = execution.execute(task.path, values=task.given, watch=watch)
        record = {**execution.record_of(executed, name=task.name), **_beside(task)}
        message = ""
    except execution.NotebookFailed as failure:
        executed, record = failure.notebook, None
        message = Refused(failure) if failure.refused else str(failure)
    _write(task, setting, executed, record, message)
    say(f"{task.name}  {'failed' if message else 'finished'}  {watch.elapsed():.1f} s")
    return message


def _nothing(line: str) -> None:
    """Say nothing."""


def _beside(task: Task) -> dict[str, Any]:
    """Return what the batch knows of a run beside the notebook's own record."""
    return {
        "parameters": dict(task.values),
        "engine": task.given["engine"],
        "fingerprint": task.fingerprint,
        "data_fingerprint": task.data_fingerprint,
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries behind the figures."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


def _write(task: Task, setting: Setting, executed: Any, record: dict[str, Any] | None, message: str) -> None:
    import nbformat

    pages = importlib.import_module("helpers.pages")
    data = record["data"] if record else setting.data
    page = pages.Page(
        task.name, task.title, data, setting.registry, record, message, declared=task.declared, values=task.values
    )
    write_text(setting.draft / f"{task.name}.ipynb", nbformat.writes(executed) + "\n")
    write_text(setting.draft / f"{task.name}.html", pages.notebook_page(executed, page=page))
    if record:
        write_text(setting.draft / f"{task.name}.json", json_text(record))


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
        name, title, state, answer, message.
    """

    rows: Sequence[Mapping[str, Any]]
    data: Mapping[str, Any]
    notebooks: Sequence[Mapping[str, Any]] = field(default_factory=list)

    def mark(self, run: Run) -> str:
        """Fingerprint the scoreboard."""
        return digest([self.rows, self.data, self.notebooks, run.name, run.code])


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
    for task in run.tasks:
        record, failure = run.record(task), run.failure(task)
        state = "done" if record else "failed" if failure is not None else "not run"
        if record:
            records[task.name] = record
        else:
            missing[task.name] = FAILED if state == "failed" else NOT_RUN
        answer = record["answer"] if record else ""
        notebooks.append(
            {"name": task.name, "title": task.title, "state": state, "answer": answer, "message": failure or ""}
        )
    seen = [record["data"] for record in records.values()]
    known = max(seen, key=lambda told: told.get("analysed", True), default=None)  # 00 and 11 only name the data
    data = known or facts or {"name": run.data.stem, "kind": "user"}
    rows = claim_rows(run.registry, records=records, missing=missing, data=data, holm=run.project.holm)
    return Score(rows, data, notebooks)


def pages_current(run: Run, present: Score | None = None) -> bool:
    """Say whether claims.csv and index.html show the records as they are.

    Parameters
    ----------
    run : Run
        The run.
    present : Score, optional
        What they should show, where it is known already.

    Returns
    -------
    bool
        False where one is missing.
    """
    present = present or score(run)
    try:
        same = (run.folder / "claims.csv").read_text(encoding="utf-8") == claims_csv(present.rows)
        with (run.folder / "index.html").open(encoding="utf-8") as page:
            return same and f'<meta name="fingerprint" content="{present.mark(run)}">' in page.read(2_000)
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
    pages = importlib.import_module("helpers.pages")
    page = pages.index_page(
        present.rows,
        run=run.name,
        data=present.data,
        notebooks=present.notebooks,
        registry=run.registry,
        fingerprint=present.mark(run),
        documents=run.project.documents(),
        untestable=run.project.untestable(),
    )
    write_text(run.folder / "claims.csv", claims_csv(present.rows))
    write_text(run.folder / "index.html", page)


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
