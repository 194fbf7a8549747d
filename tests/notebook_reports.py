"""Reports of one notebook, and what the tests of every notebook ask of them."""

import ast
import csv
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import holds, once, warmed_by
from test_real_data import real

from helpers import ROOT
from helpers.claims import of_notebook
from helpers.running.plan import Project
from helpers.running.reports import make_reports
from helpers.tools import sample

Rows = dict[str, dict[str, str]]
"""What claims.csv says of a notebook's claims, by claim."""

HOSTILE = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
"""Names that a page, mathematics, a spreadsheet and a template would take for something to run."""

SILENT = {
    "posts": ("post_id,account_id,views", "p{0},a{0},5"),
    "survey": ("person_id,weight", "p{0},1"),
    "accounts": ("account_id,followers", "a{0},5"),
}
"""Header and row of tables too poor for the claims of some notebook."""

VACCINATION = """
name = "vaccination tweets"
kind = "user"
[tables.posts]
file = "tweets.csv"
[tables.posts.columns]
post_id = "id"
account_id = "user_id_hash"
created_at = "date"
followers = "user_followers"
likes = "favorites"
shares = "retweets"
[tables.posts.constants]
platform = "x"
"""


@dataclass(frozen=True)
class Tried(Project):
    """The project, but for its reports and what is imported for them."""

    @property
    def user(self) -> Path:
        """Where imports are kept."""
        return self.reports / "imported"


@dataclass(frozen=True)
class Reports:
    """A notebook, and the project whose reports lie in a folder of the test's own."""

    notebook: str
    project: Project
    of_worlds: Callable[[str], Path]

    def on_world(self, world: str) -> Rows:
        """Return the rows of a world's sample, on which all notebooks run together; pages are found as of `make`."""
        made = self.of_worlds(world)
        failure = made / "failed" / f"{self.notebook}.txt"
        assert not failure.exists(), failure.read_text(encoding="utf-8")
        own = self.project.reports / world
        if not own.exists():
            own.symlink_to(made, target_is_directory=True)
        return self._finished(world)

    def make(self, data: Path, run: str, *, params: Path | None = None) -> Rows:
        """Make a report and return its rows of claims.csv."""
        options = {"project": self.project, "notebook": self.notebook, "params": str(params) if params else None}
        assert make_reports(data=str(data), run=run, **options) == 0
        return self._finished(run)

    def _finished(self, run: str) -> Rows:
        assert not [output for output in self.outputs(run) if output.get("name") == "stderr"]  # nothing warns
        assert len(re.findall(r"[.!?](?= [A-Z]|$)", self.record(run)["answer"])) <= 3  # sentences
        return self.rows(run)

    def on_silent(self, folder: Path, table: str = "posts") -> Rows:
        """Make a report of data that speak to no claim: each must name a table of which it lacks something."""
        header, row = SILENT[table]
        lines = [header, *(row.format(i) for i in range(12))]
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        rows = self.make(folder, "silent")
        assert set(verdicts(rows)) == {"no data"}
        for claim in of_notebook(self.notebook):
            assert any(f"{name}." in rows[claim.id]["reason"] for needed in claim.needs for name in needed), claim.id
        return rows

    def on_hostile(self, data: Path) -> Rows:
        """Make a report of data with hostile names, none of which may run in a page."""
        rows = self.make(data, "hostile")
        files = (self.project.reports / "hostile").glob("*.html")
        pages = {file.name: file.read_text(encoding="utf-8") for file in files}
        assert len(pages) >= 2  # the notebook's and the index
        assert not [name for name, text in pages.items() if "<script>alert" in text or "onerror=alert" in text]
        return rows

    def rows(self, run: str) -> Rows:
        """Read the rows of the notebook's claims, which are all there and in order."""
        with (self.project.reports / run / "claims.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["claim_id"]: row for row in csv.DictReader(file) if row["notebook"] == self.notebook}
        assert list(rows) == [claim.id for claim in of_notebook(self.notebook)]
        return rows

    def page(self, run: str) -> str:
        """Read the notebook's page."""
        return self._text(run, "html")

    def record(self, run: str) -> dict[str, Any]:
        """Read what the notebook handed over."""
        return json.loads(self._text(run, "json"))

    def executed(self, run: str) -> Any:
        """Read the notebook as it was run."""
        return nbformat.reads(self._text(run, "ipynb"), as_version=4)

    def outputs(self, run: str) -> list[Any]:
        """List the outputs of all cells."""
        return [output for cell in self.executed(run).cells for output in cell.get("outputs", [])]

    def _text(self, run: str, ending: str) -> str:
        return (self.project.reports / run / f"{self.notebook}.{ending}").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample_of(shared) -> Callable[[str], Path]:
    """Give the folder with a world's sample, written once; that of the documents' world is in the repository."""

    @cache
    def folder(world: str) -> Path:
        if world == "documents":
            return ROOT / "data" / "sample"
        place = shared / "samples" / world
        return once(place, lambda: sample.write_sample(world, folder=place))

    return folder


SOLUTION = re.compile(r"<details><summary>Solution of ([\d-]+)</summary>\s+```python\n(.*?)\n```\s+</details>", re.S)
CHECK = re.compile(r'^check\("([\d-]+)", \.\.\.\)$', re.M)


def solutions(cells: list[Any]) -> dict[str, str]:
    """Read the solutions that a notebook unfolds, by the name of their exercise."""
    return dict(pair for cell in cells if cell.cell_type == "markdown" for pair in SOLUTION.findall(cell.source))


def solved(path: Path) -> Any:
    """Read a notebook with every solution in place of the three dots; each names what it was said to be."""
    notebook = nbformat.read(path, as_version=4)
    known = solutions(notebook.cells)
    for cell in notebook.cells:
        for name in CHECK.findall(cell.source) if cell.cell_type == "code" else []:
            *before, last = [ast.unparse(node) for node in ast.parse(known[name]).body]
            answered = "\n".join([*before, f'check("{name}", {last})'])
            cell.source = cell.source.replace(f'check("{name}", ...)', answered)
    return notebook


def _asked(module: object) -> list[str]:
    """List the notebooks that a module of tests asks for in its WORLDS: its NOTEBOOK, or its NOTEBOOKS."""
    names = getattr(module, "NOTEBOOKS", None) or [getattr(module, "NOTEBOOK", None)]
    return [name for name in names if name and hasattr(module, "WORLDS")]


@pytest.fixture(scope="session")
def of_worlds(request, shared, sample_of, kernel_server) -> Callable[[str], Path]:
    """Give the reports of a world's sample: of every notebook that these tests ask for in this world, in one run.

    In the documents' world the exercises are solved, in the others they are as a student finds them.
    """
    modules = {getattr(item, "module", None) for item in request.session.items}
    asking = [(name, module) for module in modules for name in _asked(module)]

    @cache
    def folder(world: str) -> Path:
        notebooks, reports = shared / "notebooks" / world, shared / "reports"

        def make() -> None:
            notebooks.mkdir(parents=True)
            for name in {name for name, module in asking if world in module.WORLDS}:
                path = ROOT / "notebooks" / f"{name}.ipynb"
                if world == "documents":
                    nbformat.write(solved(path), notebooks / path.name)
                else:
                    (notebooks / path.name).symlink_to(path)
            project = Project(notebooks=notebooks, reports=reports)
            with warmed_by(kernel_server):
                make_reports(data=str(sample_of(world)), run=world, project=project)

        return once(reports / world, make)

    return folder


@pytest.fixture(scope="module")
def reports(request, tmp_path_factory, warmed, of_worlds) -> Reports:
    """Give the reports of the notebook that the module calls NOTEBOOK, in a folder of the module's own."""
    project = Tried(reports=tmp_path_factory.mktemp("reports"))
    return Reports(request.module.NOTEBOOK, project, of_worlds)


def verdicts(rows: Rows) -> list[str]:
    """List the verdicts of all claims."""
    return [row["verdict"] for row in rows.values()]


def planted(sample: Path) -> dict[str, float]:
    """Read what was planted in a sample, by claim."""
    return tomllib.loads((sample / "truth.toml").read_text(encoding="utf-8"))["claims"]


def assert_recovered(rows: Rows, truths: dict[str, float]) -> None:
    """Check that the estimate of every claim agrees with what was planted, in data called simulated."""
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), claim_id
        assert row["robust_share"] == "" or 0 < float(row["robust_share"]) <= 1, claim_id
        assert row["data_kind"] == "simulated"


def assert_near(rows: Rows, truths: dict[str, float]) -> None:
    """Check that the estimate of every claim lies within an interval's width of what was planted."""
    for claim_id, row in rows.items():
        width = float(row["ci_high"]) - float(row["ci_low"])
        assert abs(float(row["estimate"]) - truths[claim_id]) < width, claim_id


def hostile_posts(n: int = 40, **columns: list[Any]) -> pd.DataFrame:
    """Return posts with hostile names, whose other columns repeat four values."""
    posts = {"post_id": [f"<img src=x onerror=alert({i})>" for i in range(n)]}
    return pd.DataFrame(posts | {name: four * (n // 4) for name, four in {"account_id": HOSTILE, **columns}.items()})


def vaccination_tweets(folder: Path) -> Path:
    """Lay out the tweets on vaccination as a person would, who says which column is which."""
    shutil.copy(real("tw-vaccination/vaccination_tweets_pseudonymised.csv"), folder / "tweets.csv")
    (folder / "dataset.toml").write_text(VACCINATION, encoding="utf-8")
    return folder
