"""How is one notebook run? By papermill in a fresh kernel, with a time limit and a word where a cell takes long.

Imports papermill: only the process that runs notebooks imports this module.
"""

import logging
import math
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.base.refusals import no_room
from helpers.claims import COLUMNS, MIME
from helpers.ground.drawn import FIGURE, TRAVELS
from helpers.ground.markup import clean_html, clean_markdown
from helpers.ground.progress import going_on
from helpers.ground.scratch import held
from helpers.reading.connection import SPILL
from helpers.running import warm


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Hide a module from imports for a moment."""
    known: dict[str, Any] = sys.modules
    absent = module not in known
    known.setdefault(module, None)
    try:
        yield
    finally:
        if absent:
            del known[module]


with _without("rfc3987_syntax"):  # jsonschema would build a grammar of addresses (0.8 s) that no notebook needs
    import nbformat
    import papermill
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import remove_error_markers
    from papermill.log import logger

    from helpers.running.forked import ForkingProvisioner

CELLS = "ENGAGEMENT_CLAIMS_CELLS"
"""The variable of the environment by which every cell is told as it begins, to see where the seconds go."""

LONG_CELL = 30.0
"""Seconds after which a cell is said to go on."""

SOCKET_LENGTH = 90
"""Longest path of a socket's folder: the systems allow 104 to 108 characters for the socket itself."""

INJECTED = "injected-parameters"
"""The tag that papermill gives to the cell with this run's parameters."""

PROCESS_PLACES = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py|(?<=\bat )0x[0-9a-f]{6,}")
"""What changes from run to run in outputs: names of a cell's temporary file, addresses in memory."""


class NotebookFailed(Exception):
    """A notebook that did not finish, with the reason in words, what was executed so far, and whether it refused."""

    def __init__(self, message: str, notebook: nbformat.NotebookNode, *, refused: bool = False) -> None:
        """Keep all three."""
        super().__init__(message)
        self.notebook, self.refused = notebook, refused


@dataclass
class Watch:
    """One run of one notebook as it goes on.

    Parameters
    ----------
    name : str
        The notebook's name.
    folder : Path
        Where the kernel works.
    tell : callable
        Takes one line of progress.
    limit : float
        Seconds that the whole notebook may take.
    server : str or None
        Forks the kernel (`helpers.running.warm`); without one the kernel starts plainly.
    """

    name: str
    folder: Path
    tell: Callable[[str], None]
    limit: float
    server: str | None = None
    started: float = field(default_factory=time.monotonic)
    notebook: nbformat.NotebookNode | None = None
    numbers: dict[int, str] = field(default_factory=dict)
    at: int = 0
    kernel: AsyncKernelManager | None = None
    stopped: bool = False
    since: float = math.inf

    def begin(self, notebook: nbformat.NotebookNode) -> None:
        """Number the code cells as their author counts them."""
        self.notebook = notebook
        codes = [i for i, cell in enumerate(notebook.cells) if _author_code(cell)]
        self.numbers = {index: f"cell {n} of {len(codes)}" for n, index in enumerate(codes, start=1)}

    def cell(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        """Note which cell starts, and say it where somebody wants to know."""
        self.at, self.since = cell_index, time.monotonic()
        if cell_index in self.numbers and os.environ.get(CELLS):
            self.tell(f"{self.name}  {self.numbers[cell_index]}  {self.elapsed():.1f} s")

    def goes_on(self, seconds: float) -> None:
        """Say that a cell takes long."""
        self.tell(f"{self.name}  {self.place()} goes on  {self.elapsed():.1f} s")

    def place(self) -> str:
        """Name the cell that runs."""
        return self.numbers.get(self.at, "the cell with the run's parameters")

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self.started

    def left(self, cell: object = None) -> int:
        """Return the whole seconds left, at least one."""
        return max(1, round(self.limit - self.elapsed()))


def _author_code(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip()) and INJECTED not in cell.metadata.get("tags", [])


class WatchedEngine(Engine):
    """A papermill engine with one time limit for the notebook, local sockets and a watch."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, watch: Watch, **ignored: Any) -> None:
        """Run the cells in a kernel of this environment, in the notebook's own folder."""
        watch.begin(nb_man.nb)
        scratch, remove = held("ec-")
        watch.kernel = manager = _kernel_manager(kernel_name, scratch, watch.server)
        client = PapermillNotebookClient(
            nb_man,
            km=manager,
            log=logger,
            timeout_func=watch.left,
            record_timing=False,
            coalesce_streams=True,  # how prints are split into messages depends on how busy the machine is
            shutdown_kernel="immediate",
            on_cell_execute=watch.cell,
        )
        try:
            with going_on(lambda: watch.since, watch.goes_on, first=LONG_CELL):
                environment = warm.environment(scratch) | {SPILL: str(scratch), TRAVELS: "1"}
                client.execute(cleanup_kc=True, cwd=str(watch.folder), env=environment)
        finally:
            _kill(manager)
            remove()


def _kernel_manager(kernel_name: str, scratch: Path, server: str | None) -> AsyncKernelManager:
    manager = AsyncKernelManager(kernel_name=kernel_name, connection_file=str(scratch / "connection.json"))
    manager.kernel_spec_manager.kernel_dirs = [os.path.join(sys.prefix, "share", "jupyter", "kernels")]
    if os.name == "posix" and len(str(scratch)) <= SOCKET_LENGTH:
        manager.transport, manager.ip = "ipc", str(scratch / "k")
    if server:
        manager.provisioner = ForkingProvisioner(server=server, kernel_spec=manager.kernel_spec, parent=manager)
    return manager


def _kill(manager: AsyncKernelManager) -> None:
    """End a kernel that is still there, and what its cells have started: all of it is of the kernel's group."""
    process = getattr(manager.provisioner, "process", None)  # there is no provisioner before the start
    if process is None:
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS permits no signal to the dead
        if group := getattr(manager.provisioner, "pgid", None):
            os.killpg(group, signal.SIGKILL)
    with suppress(ProcessLookupError):
        if process.poll() is None:
            process.kill()


papermill_engines.register("watched", WatchedEngine)
logger.addHandler(logging.NullHandler())


def execute(path: Path, *, values: Mapping[str, Any], watch: Watch) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom.

    Parameters
    ----------
    path : Path
        The notebook.
    values : mapping
        Parameters that differ from the declared defaults, plain values.
    watch : Watch
        Follows the run.

    Returns
    -------
    NotebookNode
        The executed notebook without times and random names, so that two runs with one seed are equal.

    Raises
    ------
    NotebookFailed
        When a cell fails, the kernel dies, the time is up, or a picture has no text alternative.
    """
    notebook = read(path)
    try:
        with _stoppable(watch):
            notebook = papermill.execute_notebook(
                notebook,
                None,
                parameters=dict(values),
                engine_name="watched",
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                watch=watch,
            )
    except PapermillExecutionError as error:
        message, refused = _cell_message(error, watch)
        raise NotebookFailed(message, neutral(watch.notebook or notebook), refused=refused) from None
    except CellTimeoutError:
        message = f"the time limit of {watch.limit:g} s was reached in {watch.place()}"
        raise NotebookFailed(message, neutral(watch.notebook or notebook)) from None
    except (RuntimeError, NoSuchKernel) as error:
        raise NotebookFailed(_dead_message(error, watch), neutral(watch.notebook or notebook)) from None
    executed = neutral(notebook)
    mute = pictures_without_text(executed)
    if mute:
        raise NotebookFailed("a picture has no text alternative: " + ", ".join(mute), executed)
    return executed


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook; name the cells that an old format left nameless, which papermill would name at random.

    Parameters
    ----------
    path : Path
        The notebook.

    Returns
    -------
    NotebookNode
        In format 4.5 or later.
    """
    notebook = nbformat.read(path, as_version=4)
    for index, cell in enumerate(notebook.cells):
        cell.setdefault("id", f"cell-{index}")
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    return notebook


@contextmanager
def _stoppable(watch: Watch) -> Iterator[None]:
    """Let Ctrl-C and a polite kill end the kernel at once.

    An interrupt that falls into a callback of the event loop is lost there. The dead kernel then ends the run, and
    `stopped` tells that this was no accident.
    """

    def stop(number: int, frame: object) -> None:
        watch.stopped = True
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it would tell of the dead kernel at the very end
        if watch.kernel is not None:
            _kill(watch.kernel)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Exception:
        if watch.stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _cell_message(error: PapermillExecutionError, watch: Watch) -> tuple[str, bool]:
    """Say why a cell stopped, and whether that was a refusal."""
    if error.ename == "Refusal":
        return error.evalue, True
    full = no_room(error.evalue)
    return (str(full), True) if full else (f"{watch.place()} stopped with {error.ename}: {error.evalue}", False)


def _dead_message(error: Exception, watch: Watch) -> str:
    if isinstance(error, DeadKernelError):
        return f"the kernel died in {watch.place()}; most often the machine ran out of memory"
    return f"the kernel could not be used: {error}"


def neutral(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out what differs between two runs of the same content, and what would run where the notebook is opened.

    Parameters
    ----------
    notebook : NotebookNode
        As papermill leaves it; it is changed in place.

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    remove_error_markers(notebook).metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
        for output in cell.get("outputs", []):
            _neutral_output(output)
    return notebook


def _neutral_output(output: nbformat.NotebookNode) -> None:
    data = output.get("data", {})
    for key in ("text", "evalue"):
        if key in output:
            output[key] = PROCESS_PLACES.sub("cell", output[key])
    if "traceback" in output:
        output["traceback"] = [PROCESS_PLACES.sub("cell", line) for line in output["traceback"]]
    if "text/plain" in data:
        data["text/plain"] = PROCESS_PLACES.sub("cell", data["text/plain"])
    if "text/html" in data:
        data["text/html"] = clean_html(data["text/html"])
    if "text/markdown" in data:
        data["text/markdown"] = clean_markdown(data["text/markdown"])


def taken_out(notebook: nbformat.NotebookNode, *, name: str) -> dict[str, dict[str, Any]]:
    """Take the vectors and numbers of pictures out of an executed notebook, which shows them no longer.

    Parameters
    ----------
    notebook : NotebookNode
        As `execute` returns it; each picture that handed one over gets the name of its files, as
        ``01-account-size-1``, into the metadata under ``figure``.
    name : str
        The notebook's name.

    Returns
    -------
    dict of str to dict
        By the name of its files, in the order of the pictures: svg and numbers.
    """
    found: dict[str, dict[str, Any]] = {}
    for cell in notebook.cells:
        kept: list[Any] = []
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).get(FIGURE)
            if figure is None:
                kept.append(output)
            elif kept and (kind := _picture_kind(kept[-1])):
                called = f"{name}-{len(found) + 1}"
                found[called] = figure
                kept[-1].metadata.setdefault(kind, {})["figure"] = called
        if "outputs" in cell:
            cell["outputs"] = kept
    return found


def _picture_kind(output: nbformat.NotebookNode) -> str:
    return next((kind for kind in output.get("data", {}) if kind.startswith("image/")), "")


def pictures_without_text(notebook: nbformat.NotebookNode) -> list[str]:
    """Name the code cells that show a picture without a text alternative.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Returns
    -------
    list of str
        As ``cell 3``, counted as their author counts code cells.
    """
    codes = [cell for cell in notebook.cells if _author_code(cell)]
    return [f"cell {n}" for n, cell in enumerate(codes, start=1) if any(map(_is_mute, cell.outputs))]


def _is_mute(output: nbformat.NotebookNode) -> bool:
    kind = _picture_kind(output)
    return bool(kind) and not output.get("metadata", {}).get(kind, {}).get("alt", "").strip()


def record_of(notebook: nbformat.NotebookNode, *, name: str) -> dict[str, Any]:
    """Take the record out of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        As `execute` returns it.
    name : str
        The notebook's name, which its record must carry too.

    Returns
    -------
    dict
        The last record shown.

    Raises
    ------
    NotebookFailed
        When no cell shows one, or it lacks something.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    records = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    if not records:
        raise NotebookFailed("no cell ends in a record (helpers.claims.record.Record)", notebook)
    record = records[-1]
    faults = [f"it says notebook {record['notebook']}"] if record["notebook"] != name else []
    for claim in record["claims"]:
        lacking = sorted(set(COLUMNS) - {"p_holm"} - set(claim))
        faults += [f"claim {claim.get('claim_id')} lacks {', '.join(lacking)}"] if lacking else []
    if faults:
        raise NotebookFailed("the record cannot be used: " + "; ".join(faults), notebook)
    return record
