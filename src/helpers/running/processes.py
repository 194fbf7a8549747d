"""How do notebooks run side by side?"""

import gc
import importlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.base.freshness import write_text
from helpers.base.progress import going_on
from helpers.base.refusals import Refusal
from helpers.reading.connection import SPILL
from helpers.reading.dataset import CHECKED
from helpers.running.folder import _publish, _write
from helpers.running.plan import Project, Run, Setting, Task, shown, tell

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

GRACE = 1.0
"""Seconds that work on the data has to stop by itself."""

WAIT = 0.5
"""Seconds after which a wait begins anew: Python misses a signal that comes just before it, until it ends."""

STOPS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C and a polite kill."""


class Refused(str):
    """Why a notebook failed, where that is no fault of the notebook."""

    __slots__ = ()


def server_for(project: Project, *, engine: str) -> AbstractContextManager[str | None]:
    """Start what kernels are forked from; it imports while the data are read."""
    return importlib.import_module("helpers.running.warm").server(project.notebooks, engine=engine)


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
        importlib.import_module("helpers.running.kernel")
    if _forks() and side_by_side > 1:
        importlib.import_module("helpers.pages.notebook")


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
    execution = importlib.import_module("helpers.running.kernel")
    # while the kernel works, this process has time to import what makes the page
    threading.Thread(target=importlib.import_module, args=("helpers.pages.notebook",)).start()
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
