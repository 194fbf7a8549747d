"""How do the notebooks of a run go side by side, and how are their files put in place?"""

import gc
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.base.freshness import write_text
from helpers.reading.manifest import Address
from helpers.reading.opened import OPENED
from helpers.running.folder import WRECKED, json_text
from helpers.running.plan import FINISHED, Project, Run, Setting, Task, shown, tell
from helpers.running.processes import WAIT, _context, _forks, _heard, _unheard, aside, in_environment

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

REFUSED = 2
"""Exit status where all that went wrong is that something was refused."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


class Refused(str):
    """Why a notebook failed, where that is no fault of the notebook."""

    __slots__ = ()


def server_for(project: Project, *, engine: str) -> AbstractContextManager[str | None]:
    """Start what kernels are forked from; it imports while the data are read."""
    from helpers.running.warm import server

    return server(project.notebooks, engine=engine)


@contextmanager
def checked(run: Run, side_by_side: int, say: Callable[[str], None]) -> Iterator[dict[str, str]]:
    """Let the data be opened and checked in a process of its own while this one imports what runs notebooks.

    As long as the context lasts, kernels find them open (`kept_open`).

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
    with kept_open():
        yield aside(check_data, *work, meanwhile=lambda: import_what_runs(side_by_side), goes_on=goes_on)


@contextmanager
def kept_open() -> Iterator[None]:
    """Give a run a folder for the datasets that its processes open, so that each is opened and checked only once."""
    with tempfile.TemporaryDirectory(prefix="ec-", ignore_cleanup_errors=True) as folder:
        with in_environment(OPENED, folder):
            yield


def check_data(open_dataset: Callable[..., Any], data: Path | Address, engine: str) -> dict[str, str]:
    """Open the data and return their name and kind, or refuse them."""
    dataset = open_dataset(data, engine=engine)
    return {"name": dataset.name, "kind": dataset.kind}


def import_what_runs(side_by_side: int) -> None:
    """Import what runs notebooks and writes pages, where this process or one forked from it will use it."""
    if _forks() or side_by_side == 1:
        import helpers.running.kernel
    if _forks() and side_by_side > 1:
        import helpers.pages.notebook  # noqa: F401


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
    from helpers.running import kernel as execution

    # while the kernel works, this process has time to import what makes the page
    threading.Thread(target=_import_pages).start()
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


def _import_pages() -> None:
    import helpers.pages.notebook  # noqa: F401


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


def _publish(run: Run, task: Task, setting: Setting, message: str) -> None:
    """Move a notebook's files to where a reader finds them, the record last."""
    target, endings = (run.failed, WRECKED) if message else (run.folder, FINISHED)
    target.mkdir(exist_ok=True)
    if message:
        if not (run.draft / f"{task.name}.html").exists():
            from helpers.running import kernel

            _write(task, setting, kernel.read(task.path), None, message)
        write_text(run.draft / f"{task.name}.txt", message + "\n")
        note = {"notebook": task.name, "fingerprint": task.fingerprint, "message": message}
        write_text(run.draft / f"{task.name}.json", json_text(note))
    for ending in endings:
        (run.draft / (task.name + ending)).replace(target / (task.name + ending))


def _write(task: Task, setting: Setting, executed: Any, record: dict[str, Any] | None, message: str) -> None:
    import nbformat

    from helpers.pages import notebook as pages

    data = record["data"] if record else setting.data
    page = pages.Page(
        task.name, task.title, data, setting.registry, record, message, declared=task.declared, values=task.values
    )
    write_text(setting.draft / f"{task.name}.ipynb", nbformat.writes(executed) + "\n")
    write_text(setting.draft / f"{task.name}.html", pages.notebook_page(executed, page=page))
    if record:
        write_text(setting.draft / f"{task.name}.json", json_text(record))
