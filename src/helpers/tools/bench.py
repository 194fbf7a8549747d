"""Where do the seconds of a report go? Measured beside a floor of the same run, because machines are noisy."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from helpers.ground.root import ROOT
from helpers.tools import scale

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


IMPORT_RATIO, IMPORT_GB = 3.0, 2.0
"""An import of CSV may take this many times DuckDB's reading with types given, in this much memory."""

DOWNLOAD_GB = 1.0
"""A personal download of 500 MB may take this much memory."""

CSV_MB, JSON_MB = 1_000, 500

TIKTOK = """
COPY (
    SELECT 1600000000000000000 + i AS id, 1600000000000000000 + i AS thread_id, 'name' || (i % 20000) AS author,
        'Name ' || (i % 20000) AS author_full, (i * 7919) % 900000 AS author_followers, 10 AS author_likes,
        5 AS author_videos, '' AS author_avatar, repeat('some words of a caption, ', 12) AS body, '' AS stickers,
        strftime(TIMESTAMP '2024-01-01' + INTERVAL (i % 9000000) SECOND, '%Y-%m-%d %H:%M:%S') AS timestamp,
        1704067200 + i % 9000000 AS unix_timestamp, 'no' AS is_duet, 'no' AS is_ad, (i * 31) % 90000 AS likes,
        (i * 17) % 900 AS comments, (i * 13) % 500 AS shares, (i * 101) % 2000000 AS plays, 'a,b' AS hashtags,
        'https://example.org/' || i AS tiktok_url, '' AS challenges, '' AS effects, '' AS warning
    FROM range({rows}) AS t(i)
) TO '{file}' (HEADER)
"""
META = """
COPY (
    SELECT 17900000000000000 + i AS "Post ID", 17841400000000000 + i % 20000 AS "Account ID",
        'name' || (i % 20000) AS "Account username", 'Name ' || (i % 20000) AS "Account name",
        repeat('some words of a caption, ', 12) AS "Description", i % 90 AS "Duration (sec)",
        strftime(timezone('America/Los_Angeles', to_timestamp(1600000000 + i % 1000000 * 60)), '%m/%d/%Y %H:%M')
            AS "Publish time",
        'https://example.org/' || i AS "Permalink", 'IG ' || ['image', 'reel', 'carousel'][i % 3 + 1] AS "Post type",
        '' AS "Data comment", 'Lifetime' AS "Date", (i * 101) % 2000000 AS "Views", (i * 97) % 1000000 AS "Reach",
        (i * 31) % 90000 AS "Likes", (i * 13) % 500 AS "Shares", i % 7 AS "Follows", (i * 17) % 900 AS "Comments",
        (i * 11) % 300 AS "Saves"
    FROM range({rows}) AS t(i)
) TO '{file}' (HEADER)
"""
TABLES = {
    "CSV": (
        TIKTOK,
        470,
        "%Y-%m-%d %H:%M:%S",
        {"id": "VARCHAR", "author": "VARCHAR", "body": "VARCHAR", "timestamp": "TIMESTAMP"}
        | dict.fromkeys(("author_followers", "likes", "comments", "shares", "plays"), "BIGINT"),
    ),
    "Pacific Time": (
        META,
        420,
        "%m/%d/%Y %H:%M",
        dict.fromkeys(("Post ID", "Account ID", "Description", "Post type"), "VARCHAR")
        | {"Publish time": "TIMESTAMP"}
        | dict.fromkeys(("Duration (sec)", "Views", "Reach", "Likes", "Shares", "Comments", "Saves"), "BIGINT"),
    ),
}
"""SQL of tables as 4CAT and as Meta write them, bytes in a row, and what DuckDB is given: format of times, types."""

READ = """
import json, resource, sys, time, duckdb
types = json.loads(sys.argv[2])
start = time.perf_counter()
file, times = sys.argv[1], sys.argv[3]
duckdb.sql(f"CREATE TABLE t AS FROM read_csv('{file}', types={types}, timestampformat='{times}')")
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""

IMPORT = """
import resource, sys, time
from pathlib import Path
from helpers.sources import import_data
start = time.perf_counter()
import_data(sys.argv[1], "bench", to=Path(sys.argv[2]))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""


def main() -> int:
    """Measure a report, imports, batches and growth, and print what they cost; tell progress on standard error.

    Returns
    -------
    int
        0 when the limits are kept, 1 when one is not.
    """
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        rounds = [_round(scratch, number) for number in range(1, REPEATS + 1)]
        imported = _imports(scratch)
        batches = measure_batches(scratch)
        grown = scale.main(scratch, tell=_tell)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(ROOT / "reports" / "bench", ignore_errors=True)
    middle = {name: statistics.median(entry[name] for entry in rounds) for name in rounds[0]}
    lines, kept = page(middle)
    more, also_kept = imports_page(imported)
    batch_lines, batches_kept = batches_page(batches)
    print("\n".join([*lines, "", *more, "", *batch_lines]))
    return 0 if kept and also_kept and batches_kept and grown else 1


def _imports(scratch: Path) -> dict[str, float]:
    """Import large tables and a large personal download, each table beside DuckDB's own reading of it."""
    import duckdb

    measured: dict[str, float] = {}
    for name, (sql, row, times, types) in TABLES.items():
        file = scratch / "table.csv"
        _tell(f"writing {CSV_MB} MB of {name}")
        duckdb.sql(sql.format(rows=CSV_MB * 1_000_000 // row, file=file))
        measured[f"{name}, GB"] = file.stat().st_size / 1e9
        rounds = [
            _cost(f"DuckDB, types given, {name}", READ, str(file), json.dumps(types), times)
            | _cost(f"import of {name}", IMPORT, str(file), str(scratch / "imported"))
            for _ in range(REPEATS)
        ]
        measured |= {what: statistics.median(entry[what] for entry in rounds) for what in rounds[0]}
        file.unlink()
    download = scratch / "user_data_tiktok.json"
    _tell(f"writing {JSON_MB} MB of JSON")
    _write_download(download)
    measured["JSON, GB"] = download.stat().st_size / 1e9
    return measured | _cost("import of JSON", IMPORT, str(download), str(scratch / "imported"))


def _cost(name: str, script: str, *arguments: str) -> dict[str, float]:
    """Run a script that prints its seconds and its peak memory."""
    _tell(name)
    took, memory = (float(x) for x in _printed(script, *arguments).split())
    return {f"{name}, s": took, f"{name}, peak GB": memory}


def _write_download(file: Path) -> None:
    """Write a TikTok download whose watch history makes up nearly all of it."""
    item = '{{"Date": "2024-{:02d}-{:02d} {:02d}:{:02d}:{:02d}", "Link": "https://www.tiktokv.com/share/video/{}/"}}'
    n = JSON_MB * 1_000_000 // 100
    with file.open("w", encoding="utf-8") as out:
        out.write('{"Your Activity": {"Watch History": {"VideoList": [')
        for i in range(n):
            row = item.format(i // (n // 9 + 1) + 1, i % 28 + 1, i % 24, i % 60, i % 59, 7_000_000_000_000_000_000 + i)
            out.write(("," if i else "") + row)
        out.write(']}}, "Likes and Favorites": {"Like List": {"ItemFavoriteList": [')
        likes = (f'{{"date": "2024-{m:02d}-{d:02d} 12:00:00", "link": ""}}' for m in range(1, 10) for d in range(1, 29))
        out.write(",".join(likes) + "]}}}")


def imports_page(measured: dict[str, float]) -> tuple[list[str], bool]:
    """Write the cost of imports as lines.

    Parameters
    ----------
    measured : dict of str to float
        Sizes, seconds and peak memory by name.

    Returns
    -------
    tuple of list of str and bool
        The lines, and whether every limit is kept.
    """
    bounds = []
    for name in TABLES:
        ratio = measured[f"import of {name}, s"] / measured[f"DuckDB, types given, {name}, s"]
        bounds.append((f"import of {name} / DuckDB", ratio, IMPORT_RATIO))
        bounds.append((f"peak GB of {name}", measured[f"import of {name}, peak GB"], IMPORT_GB))
    bounds.append(("peak GB of the download", measured["import of JSON, peak GB"], DOWNLOAD_GB))
    said = [f"{what} {value:.2f}, allowed {limit}: {_kept(value <= limit)}" for what, value, limit in bounds]
    lines = [
        f"Imports, tables as medians of {REPEATS} rounds",
        *(f"{name:44}{value:8.2f}" for name, value in measured.items()),
        *said,
    ]
    return lines, all(value <= limit for _, value, limit in bounds)


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


def page(middle: dict[str, float]) -> tuple[list[str], bool]:
    """Write the cost of a report as lines.

    Parameters
    ----------
    middle : dict of str to float
        Seconds by name, and the ratio.

    Returns
    -------
    tuple of list of str and bool
        The lines, and whether every limit is kept.
    """
    lines = [f"{name:24}{value:8.2f} s" for name, value in middle.items() if name != "ratio"]
    ratio, idle = middle["ratio"], middle["nothing to do"]
    kept = (ratio <= ALLOWED, idle <= IDLE)
    limits = [
        f"report / floor {ratio:.2f}, allowed {ALLOWED}: {_kept(kept[0])}",
        f"nothing to do {idle:.2f} s, allowed {IDLE} s: {_kept(kept[1])}",
    ]
    return [f"Report {NOTEBOOK} on the sample, medians of {REPEATS} rounds", *lines, *limits], all(kept)


def _kept(kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


BATCH_RATIO = 0.45
"""A batch of several notebooks may take this many times the command lines of papermill and nbconvert."""

COPIES = 8

SIDE_BY_SIDE = 2

BATCH = """
import sys
from dataclasses import replace
from pathlib import Path
from helpers.running.project import Project
from helpers.running.reports import make_reports
folder, run, warm, data = sys.argv[1:]
project = replace(Project(), notebooks=Path(folder), reports=Path(folder) / "reports")
sys.exit(make_reports(data=data, run=run, jobs=2, warm=warm == "warm", project=project))
"""


def measure_batches(scratch: Path) -> dict[str, list[dict[str, float]]]:
    """Run the collection, and copies of one notebook, as command lines and as batches, in rounds.

    Parameters
    ----------
    scratch : Path
        Where everything is written.

    Returns
    -------
    dict of str to list of dict
        For each set of notebooks the seconds of each round by name.

    Raises
    ------
    RuntimeError
        When forked kernels give other files than plain ones: then their speed is worth nothing.
    """
    collection, copies = scratch / "collection", scratch / "copies"
    shutil.copytree(ROOT / "notebooks", collection)
    copies.mkdir()
    text = (ROOT / "notebooks" / f"{NOTEBOOK}.ipynb").read_text(encoding="utf-8")
    for number in range(1, COPIES + 1):  # a record carries the name of its notebook
        own = text.replace(f'claims.record(\\"{NOTEBOOK}\\"', f'claims.record(\\"copy-{number}\\"')
        (copies / f"copy-{number}.ipynb").write_text(own, encoding="utf-8")
    sets = {"the collection": collection, f"{COPIES} copies of {NOTEBOOK}": copies}
    rounds = range(1, REPEATS + 1)
    return {
        name: [_batch_round(folder, f"{name}, round {n} of {REPEATS}") for n in rounds] for name, folder in sets.items()
    }


def _batch_round(folder: Path, title: str) -> dict[str, float]:
    """Measure the command lines and both kinds of batch once, one right after the other."""
    _tell(f"{title}: command lines")
    executed = folder / "executed"
    shutil.rmtree(executed, ignore_errors=True)
    executed.mkdir()
    books = sorted(folder.glob("*.ipynb"))
    begun = time.perf_counter()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(partial(_command_lines, executed=executed), books))
    seconds: dict[str, float] = {"notebooks": len(books), "command lines": time.perf_counter() - begun}
    shutil.rmtree(folder / "reports", ignore_errors=True)
    for kernels, name in (("plain", "batch, plain kernels"), ("warm", "batch, forked kernels")):
        _tell(f"{title}: {name}")
        sample = str(ROOT / "data" / "sample")
        seconds[name] = _timed([sys.executable, "-c", BATCH, str(folder), kernels, kernels, sample])
    _compare(folder / "reports" / "plain", folder / "reports" / "warm")
    return {**seconds, "cells' own work": sum(map(_own_work, sorted(executed.glob("*.ipynb"))))}


def _command_lines(book: Path, *, executed: Path) -> None:
    target = str(executed / book.name)
    _run([sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3", str(book), target])
    _run([sys.executable, "-m", "nbconvert", "--to", "html", target])


def _compare(plain: Path, warm: Path) -> None:
    files = sorted(path.name for path in plain.iterdir() if path.name != "index.html")
    other = [name for name in files if (plain / name).read_bytes() != (warm / name).read_bytes()]
    if other:
        raise RuntimeError(f"forked kernels gave other files: {', '.join(other)}")


def _own_work(executed: Path) -> float:
    """Sum the seconds of the cells without imports, as papermill wrote them down."""
    import nbformat

    cells = [cell for cell in nbformat.read(executed, as_version=4).cells if cell.cell_type == "code"]
    own = [
        cell for cell in cells if not any(line.startswith(("import ", "from ")) for line in cell.source.splitlines())
    ]
    return sum(cell.metadata["papermill"]["duration"] or 0 for cell in own)


def batches_page(measured: dict[str, list[dict[str, float]]]) -> tuple[list[str], bool]:
    """Write the cost of batches as lines.

    Parameters
    ----------
    measured : dict of str to list of dict
        From `measure_batches`.

    Returns
    -------
    tuple of list of str and bool
        The lines, and whether the limit is kept wherever there are several notebooks.
    """
    lines, kept = [f"Batches on the sample, {SIDE_BY_SIDE} notebooks at a time, medians of {REPEATS} rounds"], True
    for title, rounds in measured.items():
        middle = {name: statistics.median(entry[name] for entry in rounds) for name in rounds[0]}
        several = middle.pop("notebooks") > 1
        lines += [f"  {title}", *(f"  {name:30}{value:8.2f} s" for name, value in middle.items())]
        ratio = statistics.median(entry["batch, forked kernels"] / entry["command lines"] for entry in rounds)
        kept &= not several or ratio <= BATCH_RATIO
        limit = f", allowed {BATCH_RATIO}: {_kept(ratio <= BATCH_RATIO)}" if several else ""
        lines.append(f"  forked / command lines {ratio:.2f}{limit}")
    return lines, kept
