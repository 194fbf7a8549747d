"""How is the folder of a run brought up to date?"""

import shutil
from collections.abc import Callable
from contextlib import nullcontext

from helpers.base.refusals import Refusal
from helpers.base.words import counted
from helpers.ground.progress import tell
from helpers.running.folder import BATCH, POOL, locked, sweep
from helpers.running.jobs import TIME_LIMIT, Job, Setting, run_all, status_of, usual_jobs
from helpers.running.plan import Run, Task, plan
from helpers.running.project import Project, shown
from helpers.running.ready import checked, server_for
from helpers.running.score import pages_current, write_pages
from helpers.running.speaking import Speaking, asked_for, keep, kept


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
    everything: bool = False,
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
    everything : bool
        Run the notebooks too to which the data cannot speak.
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
    if (made.folder / POOL).exists():
        raise Refusal(f"{shown(made.folder)} holds a pool of runs", mend="choose another RUN")
    with locked(made.folder):
        shutil.rmtree(made.draft, ignore_errors=True)
        everything = everything or notebook is not None
        told = kept(made)
        stale = _stale(made, told, everything)
        if told and not stale and pages_current(made):
            say(f"nothing to do: {shown(made.folder)} is up to date")
            return 0
        side_by_side = max(1, min(jobs or usual_jobs(engine), len(stale)))
        warmed = server_for(made.project, engine=made.engine) if stale and warm else nullcontext()
        asks = bool(stale or not told)
        with warmed as server, checked(made, side_by_side, say, server=server) if asks else nullcontext(told) as asked:
            assert asked is not None  # only the parts of a batch are not asked here
            for line in asked.aloud:
                say(line)
            stale = _stale(made, asked, everything)
            sweep(made)
            made.folder.mkdir(parents=True, exist_ok=True)
            keep(made, asked)
            facts, kept_to = asked.facts, made.registration
            setting = Setting(
                made.draft, dict(made.registry), facts, time_limit, server, registration=kept_to, world=asked.world
            )
            if stale:
                say(f"{counted(len(stale), 'notebook')} to run, {side_by_side} side by side")
            ended = run_all([Job(made, task, setting) for task in stale], side_by_side, say)
            messages = {job.task.name: message for job, message in ended if message}
        write_pages(made, asked.facts)
    for name, message in messages.items():
        say(f"{name}  {message}")
    say(f"{shown(made.folder / 'index.html')} is written")
    return status_of(messages.values())


def _stale(run: Run, told: Speaking | None, everything: bool) -> list[Task]:
    """List the notebooks that have to be run."""
    return [task for task in asked_for(run, told, everything=everything) if run.record(task) is None]
