"""How does a kernel start without importing its libraries again? It is forked from a server that has imported them.

A run starts one server: a process of its own, so that nothing of what runs notebooks is in it. The server imports
`LIBRARIES` and the families of claims with what they name, works out what is the same whatever data there are, and
waits at a socket. Whoever wants a
kernel (`helpers.running.forked`) connects, sends one line of JSON, and gets two numbers: the process id at once, the
exit status when the kernel has ended. Closing the connection kills the kernel. The server ends with the process that
started it, and takes its kernels along.

A fork copies memory, but of all threads only the one that forks. So the server forks only while it has a single thread;
where that cannot be had, or a forked process cannot compute, it says so and ends, and every kernel starts plainly.
"""

import builtins
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from helpers.families import found
from helpers.ground.scratch import held

LIBRARIES = (
    "ipykernel.kernelapp",
    "pandas",
    "pandas.io.formats.style",
    "narwhals",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "seaborn",
    "statsmodels.formula.api",
    "statsmodels.genmod.families",
    "statsmodels.stats.meta_analysis",
    "statsmodels.stats.sandwich_covariance",
    "helpers.plots",
    "helpers.reading.dataset",
    "helpers.reading.spark",
)
"""Imported before the fork, whichever notebook will run. Not duckdb: its import starts a thread, and looks whether it
happens in a notebook."""

TOO_EARLY = ("duckdb", "matplotlib_inline.backend_inline")
"""What must not be imported before the fork; kernels with the second one draw no pictures."""

LAUNCHER = "ipykernel_launcher"
"""The module that a plain kernel runs."""

STATUS = struct.Struct("!i")
"""How the server sends a number."""

ONE_THREAD = {f"{name}_THREADS": "1" for name in ("OPENBLAS_NUM", "OMP_NUM", "MKL_NUM", "VECLIB_MAXIMUM")}
"""One thread for linear algebra: its libraries start theirs at import, and several add up in another order."""

PATIENCE = 5.0
"""Seconds for a request to arrive whole."""


def environment(folder: Path) -> dict[str, str]:
    """Give a kernel what makes two runs alike: no personal start-up files, one order of sets and sums, pictures.

    Parameters
    ----------
    folder : Path
        An empty folder for what IPython writes.

    Returns
    -------
    dict of str to str
        This process's environment with those changes; a number of threads that a person set stays.
    """
    fixed = {
        "IPYTHONDIR": str(folder),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "JPY_SESSION_NAME": "",  # nobody sits before a batch, also where one is started from a notebook
        "VSCODE_PID": "",
    }
    return {**ONE_THREAD, **os.environ, **fixed}


@contextmanager
def server(cwd: Path, *, engine: str) -> Iterator[str | None]:
    """Start a server that lives as long as the context; it imports while the caller goes on.

    Parameters
    ----------
    cwd : Path
        Where the notebooks lie: libraries look for their settings there when they are imported.
    engine : str
        What opens the data.

    Yields
    ------
    str or None
        The path of its socket; None where kernels are not to be forked: on Windows, which cannot, and with Spark.
    """
    if not hasattr(os, "fork") or engine == "spark":
        yield None
        return
    folder, remove = held("ec-")
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.bind(str(folder / "warm"))
        except OSError:  # the path is too long for a socket
            remove()
            yield None
            return
        door.listen()
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(door.fileno()), str(os.getpid())],
            pass_fds=[door.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=environment(folder),
            start_new_session=True,  # Ctrl-C is for the process above, which then ends the server
        )
    try:
        yield str(folder / "warm")
    finally:
        process.terminate()
        process.wait()
        remove()


def main(door: socket.socket, parent: int) -> None:
    """Be the server, and in each kernel that it forks be that kernel.

    Parameters
    ----------
    door : socket
        Listens for requests.
    parent : int
        The process that the server ends with.
    """
    del sys.path[0]  # the folder of the notebooks is no place to import libraries from
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read by ipykernel at import: a kernel ends with its parent
    _import_libraries()
    _work_ahead()
    fault = unfit()
    if fault:
        sys.exit(f"kernels start without a server: {fault}")
    gc.collect()
    gc.freeze()  # the collector of a kernel need not walk through, and so copy, what all of them share
    request = _serve(door, parent)
    if request:
        _become_kernel(request)
    else:
        shutil.rmtree(Path(door.getsockname()).parent, ignore_errors=True)


def _import_libraries() -> None:
    """Import as a cell would: pandas asks at import whether it is in a notebook, and how text will be written."""
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    assert isinstance(sys.stdout, TextIOWrapper)  # nothing in this process has put another in its place
    encoding = sys.stdout.encoding
    sys.stdout.reconfigure(encoding="UTF-8")  # in these letters, as a kernel says it
    for library in LIBRARIES:
        importlib.import_module(library)
    for family in found().values():  # which brings the helpers along, so that no kernel imports them
        for library in family.libraries:
            importlib.import_module(library)
    sys.stdout.reconfigure(encoding=encoding)
    del vars(builtins)["get_ipython"]


def _work_ahead() -> None:
    """Read the claims, what open data say of them, and words by language, which nearly every notebook needs."""
    from helpers.claims import registry
    from helpers.evidence.answers import answers
    from helpers.ground.languages import languages

    registry()
    answers()
    languages()


def unfit() -> str:
    """Say why this process must not fork kernels.

    Returns
    -------
    str
        Empty when it may.
    """
    early = [module for module in TOO_EARLY if module in sys.modules]
    if early:
        return f"{' and '.join(early)} came with the libraries"
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(PATIENCE)  # matplotlib has a timer run while it looks for fonts, once on a new machine
    if threads() > 1:
        return f"the libraries started {threads() - 1} threads"
    return "" if _fork_computes() else "a forked process could not compute"


def threads() -> int:
    """Count the threads of this process, on Linux those that Python does not know of too."""
    with suppress(OSError):
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()


def _fork_computes() -> bool:
    """Try one fork: with some systems' own linear algebra, a process that was forked crashes at its first product."""
    import numpy as np

    pid = os.fork()
    if not pid:
        np.linalg.svd(np.ones((64, 64)) @ np.ones((64, 64)))
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def _serve(door: socket.socket, parent: int) -> dict[str, Any] | None:
    """Fork a kernel for each request and bury it when it ends; return the request in the kernel, None at the end."""
    kernels: dict[int, socket.socket] = {}
    told: list[int] = []
    bell, hammer = socket.socketpair()
    hammer.setblocking(False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda number, frame: told.append(number))
    signal.set_wakeup_fd(hammer.fileno(), warn_on_full_buffer=False)
    while signal.SIGTERM not in told and os.getppid() == parent:
        ready, _, _ = select.select([door, bell, *kernels.values()], [], [], 1.0)
        if bell in ready:
            bell.recv(4096)
        for pid in [pid for pid, connection in kernels.items() if connection in ready]:
            _end(pid)  # nothing more is ever sent: the other side is gone
        _bury(kernels)
        if door in ready:
            request = _fork(door, kernels)
            if request:
                for open_here in (door, bell, hammer, *kernels.values()):
                    open_here.close()
                return request
    signal.set_wakeup_fd(-1)  # the bell goes before the last kernel's end could ring it
    for pid in kernels:
        _end(pid)
    return None


def _fork(door: socket.socket, kernels: dict[int, socket.socket]) -> dict[str, Any] | None:
    """Answer one request; only in the new kernel is it returned."""
    connection, _ = door.accept()
    try:
        connection.settimeout(PATIENCE)
        with connection.makefile("rb") as lines:
            request = json.loads(lines.readline())
        pid = os.fork()
    except (OSError, ValueError):  # the other side gave up, or there is no room for a process
        connection.close()
        return None
    if pid:
        kernels[pid] = connection
        return None
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    with connection, suppress(OSError):  # sent from here, so that the kernel's group is there when its id is known
        connection.sendall(STATUS.pack(os.getpid()))
    return request


def _end(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # a kernel just forked has no group of its own yet
        with suppress(ProcessLookupError, PermissionError):  # macOS permits no signal to the dead
            kill(pid, signal.SIGKILL)


def _bury(kernels: dict[int, socket.socket]) -> None:
    """Tell the exit status of each kernel that has ended."""
    for pid in list(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with kernels.pop(pid) as connection, suppress(OSError):
                connection.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))


def _become_kernel(request: Mapping[str, Any]) -> None:
    """Do what ``python -m ipykernel_launcher`` does in a new process."""
    import numpy as np

    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    os.chdir(request["cwd"])
    np.random.seed()  # noqa: NPY002  the global state was made at import, once for all kernels; Python renews its own
    sys.path.insert(0, os.getcwd())
    sys.argv = ["-m", *request["arguments"]]
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
