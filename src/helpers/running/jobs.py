"""How do the notebooks of a run go side by side, and how are their files put in place?"""

import errno
import gc
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpers.base.refusals import of_system
from helpers.ground.freshness import write_text
from helpers.ground.progress import tell
from helpers.running import figures
from helpers.running.folder import WRECKED, json_text
from helpers.running.plan import FINISHED, Run, Task
from helpers.running.processes import WAIT, context, ends_with, heard, unheard

PROJECT = "engagement-claims"
"""What this project is called where its version is asked for."""

LIBRARIES = (
    PROJECT,
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
"""Libraries whose versions stand in every record, this project first."""

TIME_LIMIT = 3600.0
"""Seconds that one notebook may take."""

REFUSED = 2
"""Exit status where all that went wrong is that something was refused."""

STUCK = 74
"""Exit status of a worker that found no room to write, or no leave."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


class Refused(str):
    """Why a notebook failed, where that is no fault of the notebook."""

    __slots__ = ()


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
        Forks the kernels (`helpers.running.warm`).
    quiet : bool
        Whether cells are not told one by one.
    registration : mapping or None
        Whether the run keeps to what was registered under its name.
    world : mapping
        What open data say, as `helpers.running.speaking.world` gives it.
    """

    draft: Path
    registry: Mapping[str, Any]
    data: Mapping[str, str]
    limit: float = TIME_LIMIT
    server: str | None = None
    quiet: bool = False
    registration: Mapping[str, Any] | None = None
    world: Mapping[str, Any] = field(default_factory=dict)


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

    waiting: list[Job] = list(reversed(jobs))
    busy: dict[Any, tuple[Any, Job]] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < side_by_side:
                job = waiting.pop()
                job.setting.draft.mkdir(exist_ok=True)
                process = context().Process(target=_worker, args=(job.task, job.setting, os.getpid()))
                with unheard():
                    process.start()
                    busy[process.sentinel] = (process, job)
            for sentinel in wait(list(busy), WAIT):
                process, job = busy.pop(sentinel)
                process.join()
                if process.exitcode == INTERRUPTED:  # Ctrl-C reaches every process; this one's may have been lost
                    raise KeyboardInterrupt
                if process.exitcode == STUCK:
                    raise _stuck(job)
                yield job, _message(job.setting.draft / f"{job.task.name}.txt", process.exitcode)
    finally:
        for process, _ in busy.values():
            process.terminate()
        for process, _ in busy.values():
            process.join()


def _worker(task: Task, setting: Setting, parent: int) -> None:
    gc.freeze()  # garbage of the process that forked this one, such as a database, has threads that are not here
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        heard()
        ends_with(parent)
        message = run_one(task, setting=setting, say=tell)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        if of_system(error) is None:
            raise
        sys.exit(STUCK)
    if message:
        write_text(setting.draft / f"{task.name}.txt", message)
        sys.exit(REFUSED if isinstance(message, Refused) else 1)


def _stuck(job: Job) -> Exception:
    """Find out why a worker could not write its files, which it had no place to say."""
    try:
        trial = job.setting.draft / ".trial"
        trial.write_bytes(bytes(1 << 20))
        trial.unlink()
    except OSError as error:
        return error
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # others have left the disk meanwhile


def _message(path: Path, status: int | None) -> str:
    """Return what a worker said about its failure."""
    if status == 0:
        return ""
    if path.exists():
        return (Refused if status == REFUSED else str)(path.read_text(encoding="utf-8"))
    return f"its process ended with status {status}; most often the machine ran out of memory"


def run_one(task: Task, *, setting: Setting, say: Callable[[str], None]) -> str:
    """Run one notebook and write its files into the draft folder.

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
    from helpers.running import kernel

    # while the kernel works, this process has time to load what makes the page
    threading.Thread(target=_get_ready).start()
    say = (lambda line: None) if setting.quiet else say
    watch = kernel.Watch(task.name, task.path.parent, say, setting.limit, setting.server)
    try:
        executed = kernel.execute(task.path, values=task.given, watch=watch)
        drawn = kernel.taken_out(executed, name=task.name)
        record = {**kernel.record_of(executed, name=task.name), **_beside(task), "figures": list(drawn)}
        record |= {"registration": dict(setting.registration)} if setting.registration else {}
        figures.write(setting.draft, drawn)
        message = ""
    except kernel.NotebookFailed as failure:
        executed, record = failure.notebook, None
        kernel.taken_out(executed, name=task.name)
        message = Refused(failure) if failure.refused else str(failure)
    _write(task, setting, executed, record, message)
    say(f"{task.name}  {'failed' if message else 'finished'}  {watch.elapsed():.1f} s")
    return message


def _get_ready() -> None:
    from helpers.pages.notebook import get_ready

    get_ready()


def _beside(task: Task) -> dict[str, Any]:
    """Return what is known of a notebook beside its own record."""
    return {
        "parameters": dict(task.values),
        "engine": task.given["engine"],
        "read": task.given["data"],
        "fingerprint": task.fingerprint,
        "data_fingerprint": task.data_fingerprint,
        "versions": versions(),
    }


@cache
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
    if not message:
        figures.put(run.draft, target, task.name)
    for ending in endings:
        (run.draft / (task.name + ending)).replace(target / (task.name + ending))


def _write(task: Task, setting: Setting, executed: Any, record: dict[str, Any] | None, message: str) -> None:
    import nbformat

    from helpers.pages import notebook as pages
    from helpers.pages.known import in_the_world

    data = record["data"] if record else setting.data
    known: dict[str, Any] = {"declared": task.declared, "values": task.values, "registration": setting.registration}
    if record and data["kind"] == "simulated":
        known["world"] = in_the_world(setting.registry, record["claims"], setting.world.get("answers", {}))
    page = pages.Page(task.name, task.title, data, setting.registry, record, message, **known)
    write_text(setting.draft / f"{task.name}.ipynb", nbformat.writes(executed) + "\n")
    write_text(setting.draft / f"{task.name}.html", pages.notebook_page(executed, page=page))
    if record:
        write_text(setting.draft / f"{task.name}.json", json_text(record))
