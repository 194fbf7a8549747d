"""What stands in the folder of a run, and when?"""

import importlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from helpers.base.freshness import write_text
from helpers.base.refusals import Refusal
from helpers.running.plan import FINISHED, Run, Setting, Task, read_json, shown

WRECKED = (".html", ".ipynb", ".json", ".txt")
"""What a notebook that failed leaves in ``failed/``."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second make off the same folder; the system lets go when this process ends, however it ends.

    Parameters
    ----------
    folder : Path
        Where a run is written.

    Raises
    ------
    Refusal
        When another process writes it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.lock"
    while True:
        file = path.open("a+")
        try:
            _take(file)
        except OSError:
            file.close()
            mend = "wait for it, or choose another RUN"
            raise Refusal(f"another make is writing {shown(folder)} just now", mend=mend) from None
        with suppress(OSError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                break
        file.close()
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        file.close()


def _take(file: Any) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(run: Run) -> None:
    """Remove every page that is not current, before anything runs: what stands in the folder is finished.

    Parameters
    ----------
    run : Run
        Only files that a run leaves are removed.
    """
    tasks = {task.name: task for task in run.tasks}
    for path in sorted(run.folder.glob("*.json")):
        known = tasks.get(path.stem)
        ours = "fingerprint" in (read_json(path) or {})
        if ours and (known is None or run.record(known) is None):
            _remove(run.folder, path.stem, FINISHED)
    for task in run.tasks:
        if run.record(task) is None:
            _remove(run.folder, task.name, FINISHED)
    for path in sorted(run.failed.glob("*.json")):
        known = tasks.get(path.stem)
        if known is None or known.name in run.wanted or run.failure(known) is None:
            _remove(run.failed, path.stem, WRECKED)
    _remove(run.folder, "index", (".html",))
    _remove(run.folder, "claims", (".csv",))
    _drop_empty(run.failed)


def _remove(folder: Path, name: str, endings: Sequence[str]) -> None:
    for ending in endings:
        (folder / (name + ending)).unlink(missing_ok=True)


def _drop_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _publish(run: Run, task: Task, setting: Setting, message: str) -> None:
    """Move a notebook's files to where a reader finds them, the record last."""
    target, endings = (run.failed, WRECKED) if message else (run.folder, FINISHED)
    target.mkdir(exist_ok=True)
    if message:
        if not (run.draft / f"{task.name}.html").exists():
            _write(task, setting, importlib.import_module("helpers.running.kernel").read(task.path), None, message)
        write_text(run.draft / f"{task.name}.txt", message + "\n")
        note = {"notebook": task.name, "fingerprint": task.fingerprint, "message": message}
        write_text(run.draft / f"{task.name}.json", json_text(note))
    for ending in endings:
        (run.draft / (task.name + ending)).replace(target / (task.name + ending))


def json_text(content: Any) -> str:
    """Write JSON with the same bytes for the same content."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write(task: Task, setting: Setting, executed: Any, record: dict[str, Any] | None, message: str) -> None:
    import nbformat

    pages = importlib.import_module("helpers.pages.notebook")
    data = record["data"] if record else setting.data
    page = pages.Page(
        task.name, task.title, data, setting.registry, record, message, declared=task.declared, values=task.values
    )
    write_text(setting.draft / f"{task.name}.ipynb", nbformat.writes(executed) + "\n")
    write_text(setting.draft / f"{task.name}.html", pages.notebook_page(executed, page=page))
    if record:
        write_text(setting.draft / f"{task.name}.json", json_text(record))
