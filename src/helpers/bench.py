"""Where do the seconds of a report go? Measured beside a floor of the same run, because machines are noisy."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import ROOT

NOTEBOOK = "01-account-size"
REPEATS = 3
ALLOWED = 1.4
"""A report may take this many times its floor."""
IDLE = 0.5
"""Seconds that a run with nothing to do may take."""

CONVERSION = """
import sys, time
start = time.perf_counter()
import nbformat
from nbconvert import HTMLExporter
HTMLExporter(template_name="basic").from_notebook_node(nbformat.read(sys.argv[1], as_version=4))
print(time.perf_counter() - start)
"""

CELLS = """
import sys
from datetime import datetime
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, kernel_name="python3", record_timing=True).execute()
stamps = [cell.metadata["execution"] for cell in notebook.cells if cell.cell_type == "code"]
spans = [[datetime.fromisoformat(s[key]) for key in ("iopub.execute_input", "shell.execute_reply")] for s in stamps]
seconds = [(end - start).total_seconds() for start, end in spans]
nbformat.write(notebook, sys.argv[2])
print(seconds[1], sum(seconds) - seconds[1])
"""


def main() -> int:
    """Measure a report on the sample and print the split; tell progress on standard error.

    Returns
    -------
    int
        0 when the limits are kept, 1 when one is not.
    """
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        rounds = [_round(scratch, number) for number in range(1, REPEATS + 1)]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(ROOT / "reports" / "bench", ignore_errors=True)
    middle = {name: statistics.median(entry[name] for entry in rounds) for name in rounds[0]}
    print(page(middle))
    return 0 if middle["ratio"] <= ALLOWED and middle["nothing to do"] <= IDLE else 1


def _round(scratch: Path, number: int) -> dict[str, float]:
    """Measure the floor and the report once, one right after the other."""
    _tell(f"round {number} of {REPEATS}: the floor")
    empty, executed = _empty(scratch), scratch / "executed.ipynb"
    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", str(empty), str(scratch / "out.ipynb")]
    source = ROOT / "notebooks" / f"{NOTEBOOK}.ipynb"
    parts = {"empty papermill run": _timed(papermill)}
    parts["imports"], parts["cells"] = (float(x) for x in _printed(CELLS, str(source), str(executed)).split())
    parts["one conversion"] = float(_printed(CONVERSION, str(executed)))
    floor = sum(parts.values())
    _tell(f"round {number} of {REPEATS}: the report")
    shutil.rmtree(ROOT / "reports" / "bench", ignore_errors=True)
    command = ["make", "--no-print-directory", "-C", str(ROOT), "report", f"NOTEBOOK={NOTEBOOK}", "RUN=bench"]
    command += [f"PY={sys.executable}"]
    report, idle = _timed(command), _timed(command)
    return {**parts, "floor": floor, "make report": report, "ratio": report / floor, "nothing to do": idle}


def _empty(scratch: Path) -> Path:
    import nbformat

    path = scratch / "empty.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")], metadata=kernel), path)
    return path


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    _run(command)
    return time.perf_counter() - start


def _printed(script: str, *arguments: str) -> str:
    return _run([sys.executable, "-c", script, *arguments]).strip().splitlines()[-1]


def _run(command: list[str]) -> str:
    environment = {**os.environ, "MAKEFLAGS": "", "MAKELEVEL": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def page(middle: dict[str, float]) -> str:
    """Write medians as a table.

    Parameters
    ----------
    middle : dict of str to float
        Seconds by name, and the ratio.

    Returns
    -------
    str
        Plain text.
    """
    lines = [f"{name:24}{value:8.2f} s" for name, value in middle.items() if name != "ratio"]
    ratio, idle = middle["ratio"], middle["nothing to do"]
    limits = [
        f"report / floor {ratio:.2f}, allowed {ALLOWED}: {_kept(ratio <= ALLOWED)}",
        f"nothing to do {idle:.2f} s, allowed {IDLE} s: {_kept(idle <= IDLE)}",
    ]
    return "\n".join([f"Report {NOTEBOOK} on the sample, medians of {REPEATS} rounds", *lines, *limits])


def _kept(kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
