"""How is the folder of a run brought up to date?"""

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import nullcontext

from helpers.base.refusals import Refusal
from helpers.running.folder import locked, sweep
from helpers.running.jobs import REFUSED, Job, Refused, checked, run_all, server_for
from helpers.running.plan import TIME_LIMIT, Project, Setting, plan, shown, tell
from helpers.running.score import pages_current, write_pages

BATCH = "batch.json"
"""What a batch of runs says of itself; the folder that holds it is no run's own."""


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
