"""How is work done in a process of its own, and how does it end when somebody stops it?"""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from helpers.base.refusals import Refusal
from helpers.ground.progress import going_on
from helpers.ground.scratch import scratch
from helpers.reading.connection import SPILL

GRACE = 1.0
"""Seconds that work on the data has to stop by itself."""

WAIT = 0.5
"""Seconds after which a wait begins anew: Python misses a signal that comes just before it, until it ends."""

STOPS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C and a polite kill."""


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
    here = context()
    receive, send = here.Pipe(duplex=False)
    with scratch("ec-") as spill:
        child = here.Process(target=_send_back, args=(work, given, send, str(spill), os.getpid()), daemon=True)
        begun = time.monotonic()
        try:
            with unheard():
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


def forks() -> bool:
    """Say whether a new process is a copy of this one, with all that it has imported."""
    return sys.platform == "linux"


@contextmanager
def unheard() -> Iterator[None]:
    """Let Ctrl-C wait until a process that is being started is known, and so can be ended."""
    if forks():
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        heard()


def heard() -> None:
    """Hear of Ctrl-C again, also in a process that was forked meanwhile."""
    if forks():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def context() -> Any:
    """Return what starts processes here, and waits for what they send: a context of ``multiprocessing``."""
    import multiprocessing

    return multiprocessing.get_context("fork" if forks() else "spawn")


def ends_with(parent: int) -> None:
    """Stop this process as Ctrl-C does once the one that started it is gone, which a kill -9 leaves no time to say.

    Parameters
    ----------
    parent : int
        The id of the process that started this one, as that one knew it.
    """

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(WAIT)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()


def _send_back(work: Callable[..., Any], given: Sequence[Any], send: Any, spill: str, parent: int) -> None:
    gc.freeze()  # garbage of the process that forked this one, such as a database, has threads that are not here
    os.environ[SPILL] = spill
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        heard()
        ends_with(parent)
        send.send(("done", work(*given)))
    except Refusal as refusal:
        send.send(("refused", (refusal.what, refusal.faults, refusal.mend)))
    except KeyboardInterrupt:
        return
    except Exception:
        import traceback

        send.send(("broke", traceback.format_exc()))
