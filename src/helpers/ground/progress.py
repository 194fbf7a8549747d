"""What is said while something takes long?"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from helpers.base.refusals import plain

LONG = 2.0
"""Seconds after which work is said to go on."""

_LOOK = 0.2


@contextmanager
def going_on(
    since: Callable[[], float], tell: Callable[[float], None], *, first: float | None = None
) -> Iterator[None]:
    """Tell that a piece of work goes on: after two seconds, then after four, eight and so on.

    Parameters
    ----------
    since : callable
        Returns when the present piece began, by ``time.monotonic``; infinity where none has.
    tell : callable
        Takes the seconds since then. It is called in a thread, which has ended when the context ends.
    first : float, optional
        Seconds after which it is told first, instead of two.
    """
    over, start = threading.Event(), LONG if first is None else first

    def watch() -> None:
        begun, due = since(), start
        while not over.wait(_LOOK):
            if since() != begun:
                begun, due = since(), start
            elif time.monotonic() - begun >= due:
                tell(time.monotonic() - begun)
                due *= 2

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def tell(line: str) -> None:
    """Write one line of progress to standard error, whole even when several processes write."""
    os.write(2, f"{plain(line, breaks=True)}\n".encode())
