import json
import os
import pickle
import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from toys import CLAIMS, ENTRIES, PICTURE, TABLE, code, entry, prose, sample, toy_cells, toy_project, write_notebook

from helpers import ROOT
from helpers.estimates import Estimate
from helpers.running import warm
from helpers.running.reports import make_reports
from helpers.simulate.worlds import WORLDS, World
from helpers.tools.sample import sample as simulated

pytest_plugins = ["notebook_reports"]  # its fixtures, and its assertions told in full

# a busy machine is no fault
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

PATIENCE = 600_000
"""Milliseconds after which what a browser is to do will not come any more, however busy the machine is."""

QUESTION = """## The question

Why *so*? <script>alert(2)</script> and $x_$ costs $5, **surely**.

| a | b |
|---|--:|
| 1 | 2 |

#### A heading two levels too deep

![a remote picture](https://example.org/a.png) [bad](javascript:alert(3))
"""


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """Give a folder that all workers of these tests have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(path: Path, make: Callable[[], object]) -> Path:
    """Let the worker that comes first make a file or folder of `shared`; the others wait, and fail as it failed."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path.with_suffix(".lock"), timeout=600, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # the system lets go of it when a worker dies, on each of the three systems
        made, failed = path.with_suffix(".made"), path.with_suffix(".failed")
        if failed.exists():
            pytest.fail(failed.read_text(encoding="utf-8"))
        if not made.exists():
            try:
                make()
            except BaseException:
                failed.write_text(f"{path.name} could not be made:\n{traceback.format_exc()}", encoding="utf-8")
                raise
            made.touch()
    return path


@pytest.fixture(scope="session")
def sample_tables(shared) -> Callable[[str], tuple[World, dict[str, pd.DataFrame]]]:
    """Give what was planted in a world and a copy of the tables of its sample, drawn once for all workers."""

    def kept(world: str) -> tuple[World, dict[str, pd.DataFrame]]:
        file = shared / "drawn" / f"{world}.pickle"
        return pickle.loads(once(file, lambda: file.write_bytes(pickle.dumps(simulated(world)))).read_bytes())

    return kept


@pytest.fixture(scope="session")
def kernel_server() -> Iterator[str | None]:
    """Start what kernels are forked from, once for all tests of a worker."""
    with warm.server(ROOT / "notebooks", engine="duckdb") as address:
        yield address


@contextmanager
def warmed_by(server: str | None) -> Iterator[None]:
    """Let runs take their kernels from a server that is there already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "server", lambda cwd, *, engine: nullcontext(server))
        yield


@pytest.fixture(scope="module")
def warmed(kernel_server) -> Iterator[None]:
    """Let the runs of a module take their kernels from one server."""
    with warmed_by(kernel_server):
        yield


@pytest.fixture(scope="session")
def toy_run(tmp_path_factory, kernel_server):
    """Run two toy notebooks side by side, once, and return the project."""
    project = toy_project(tmp_path_factory.mktemp("toy {run}"))
    spoken = code("import warnings\nwarnings.warn('careful')\nprint('hello <b>', object())")
    styled = code("pd.DataFrame({'a': [1.0]}).style.format('{:.2f}')")
    middle = [prose(QUESTION), code(PICTURE), prose("## The result\n\n## The result"), code(TABLE), styled, spoken]
    write_notebook(project.notebooks, "01-toy", toy_cells(*middle, entries=ENTRIES))
    others = [entry(claim, verdict="supported", estimate=0.2, ci_low=0.1, ci_high=0.3) for claim in CLAIMS[3:]]
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other", entries=others))
    with warmed_by(kernel_server):
        assert make_reports(data=sample(project), run="first", project=project, jobs=2) == 0
    return project


CONNECTION = duckdb.connect()


def on_duckdb(frame: pd.DataFrame) -> nw.LazyFrame:
    """Register a pandas frame with DuckDB, which is where notebooks find their tables."""
    return nw.from_native(CONNECTION.from_df(frame))


@pytest.fixture(scope="module")
def tables(sample_tables) -> dict[str, dict[str, pd.DataFrame]]:
    """Give the tables of every world's sample."""
    return {name: sample_tables(name)[1] for name in WORLDS}


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a page from disk; afterwards nothing but pages may have been asked for, and nothing gone wrong."""
    asked, wrong, tabs = [], [], []

    def opening(path, **options):
        tab = chromium.new_context(**options).new_page()
        tab.set_default_timeout(PATIENCE)
        tabs.append(tab)
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("requestfailed", lambda request: wrong.append(request.url))
        tab.on("dialog", lambda dialog: wrong.append(dialog.message))
        tab.goto(path.as_uri())
        return tab

    yield opening
    for tab in tabs:
        tab.context.close()
    assert not wrong
    assert all(url.startswith("file:///") and url.split("#")[0].split("?")[0].endswith(".html") for url in asked)


WIDER = 1.68
"""A 99.9% interval is so many times as wide as a 95% one; of sixty claims three miss their 95% interval by chance."""

CHOSEN = {"timing-schedule-gains", "hashtag-choice-gains", "reach-each-goal-its-metric"}
"""What a choice gains hangs on how well these data let one choose: the planted value is that of the best choice, or of
large panels without the other topics' effects."""


def holds(row: dict[str, str], truth: float) -> bool:
    """Tell whether a claim's row in claims.csv agrees with what was planted, chance set aside."""
    value, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    if row["claim_id"] in CHOSEN:
        return (low > 0) == (truth > 0.01)
    return value - WIDER * (value - low) <= truth <= value + WIDER * (high - value)


def agrees(estimate: Estimate, truth: float) -> bool:
    """Tell whether an estimate agrees with what was planted, chance set aside."""
    low, high = (estimate.value + WIDER * (end - estimate.value) for end in (estimate.low, estimate.high))
    return low <= truth <= high


def by_chance(verdicts: Iterable[str]) -> bool:
    """Tell whether no more claims of one notebook are supported where nothing holds than chance lets through.

    Each of the up to nine claims has a chance of 0.025, so three at once come about once in a thousand worlds.
    """
    return sum(verdict in ("supported", "reproduced") for verdict in verdicts) <= 2


def comes_out(row: dict[str, str]) -> bool:
    """Tell whether a planted claim got its verdict; one of no effect may stay open, as the sample is small for it."""
    good = {"D": {"supported"}, "V": {"reproduced"}, "N": {"supported", "inconclusive"}}
    return row["verdict"] in good[row["kind"]]


@pytest.fixture
def given(tmp_path):
    """Write files and import them."""
    from helpers.sources import import_data

    def write(*, keep_text=False, **files):
        folder = tmp_path / "given"
        for name, content in files.items():
            file = folder / name.replace("__", "/").replace("_DOT_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return import_data(folder, "made", to=tmp_path / "user", keep_text=keep_text)

    return write
