"""What is made ready before the first notebook of a run starts: its data, its kernels, its libraries?"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from helpers.ground.scratch import scratch
from helpers.reading.opened import OPENED
from helpers.running.plan import Run
from helpers.running.processes import aside, forks, in_environment
from helpers.running.project import Project, shown
from helpers.running.speaking import Speaking, ask


def server_for(project: Project, *, engine: str) -> AbstractContextManager[str | None]:
    """Start what kernels are forked from; it imports while the data are read."""
    from helpers.running.warm import server

    return server(project.notebooks, engine=engine)


@contextmanager
def checked(
    run: Run | None, side_by_side: int, say: Callable[[str], None], *, server: str | None = None
) -> Iterator[Speaking | None]:
    """Let the data be opened and checked in a process of its own while this one imports what runs notebooks.

    As long as the context lasts, kernels find them open.

    Parameters
    ----------
    run : Run or None
        What is to be made; None where the data are many parts, each opened by the first kernel that wants it.
    side_by_side : int
        How many notebooks will go on at a time.
    say : callable
        Takes one line of progress, where it takes long.
    server : str, optional
        What kernels are forked from. It outlives this process where that is killed, and clears up then.

    Yields
    ------
    Speaking or None
        What the data can speak to; None of parts.
    """
    inside = Path(server).parent if server else None
    with scratch("ec-", inside) as folder, in_environment(OPENED, str(folder)):
        yield _asked(run, lambda: import_what_runs(side_by_side), say)


def _asked(run: Run | None, meanwhile: Callable[[], None], say: Callable[[str], None]) -> Speaking | None:
    if run is None:
        meanwhile()
        return None
    told = f"reading and checking {shown(run.data)}"
    work = (run.project, run.data, run.engine, run.choices)
    found: Speaking = aside(ask, *work, meanwhile=meanwhile, goes_on=lambda seconds: say(f"{told}  {seconds:.1f} s"))
    return found


def import_what_runs(side_by_side: int) -> None:
    """Import what runs notebooks and writes pages, where this process or one forked from it will use it."""
    if forks() or side_by_side == 1:
        import helpers.running.kernel  # noqa: F401
    if forks() and side_by_side > 1:
        from helpers.pages.notebook import get_ready

        get_ready()
