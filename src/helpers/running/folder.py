"""What stands in the folder of a run, and when?"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.ground.scratch import take
from helpers.running import figures
from helpers.running.plan import FINISHED, Run, read_json
from helpers.running.project import shown

WRECKED = (".html", ".ipynb", ".json", ".txt")
"""What a notebook that failed leaves in ``failed/``."""

POOL = "pool.json"
"""What the folder of a pool says of itself: of which runs it is."""

BATCH = "batch.json"
"""What the folder of a batch says of itself; one that holds it is no run's own."""


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
            take(file)
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
            figures.remove(run.folder, path.stem)
    for task in run.tasks:
        if run.record(task) is None:
            _remove(run.folder, task.name, FINISHED)
            figures.remove(run.folder, task.name)
    for path in sorted(run.failed.glob("*.json")):
        known = tasks.get(path.stem)
        if known is None or known.name in run.wanted or run.failure(known) is None:
            _remove(run.failed, path.stem, WRECKED)
    _remove(run.folder, "index", (".html",))
    _remove(run.folder, "claims", (".csv",))
    with suppress(OSError):  # it is not empty, or not there
        run.failed.rmdir()


def _remove(folder: Path, name: str, endings: Sequence[str]) -> None:
    for ending in endings:
        (folder / (name + ending)).unlink(missing_ok=True)


def json_text(content: Any) -> str:
    """Write JSON with the same bytes for the same content."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
