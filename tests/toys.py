"""Toy notebooks, claims and a toy project for the tests of runs and pages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw

from helpers.base.refusals import Refusal
from helpers.running.kernel import nbformat  # without the grammar of addresses that jsonschema builds in two seconds
from helpers.running.project import Project

NASTY = "<script>alert(1)</script>"
NAME_LIKE_MATHS = "$x_$"


@dataclass(frozen=True)
class ToyClaim:
    id: str
    notebook: str
    kind: str = "D"
    document: str = "004"
    question: str = "Does a toy do what it is said to do?"
    claim: str = "A toy does what it is said to do."
    published: float | None = None
    published_text: str = ""
    margin: float = 0.05
    unit: str = "slope"
    unit_of_analysis: str = "account"
    told: str = ""

    def given(self, name: str) -> float:
        return float(getattr(self, name))


@dataclass(frozen=True)
class ToyStatement:
    id: str
    document: str
    statement: str
    reason: str


@dataclass(frozen=True)
class ToyDataset:
    name: str
    kind: str
    notes: tuple[str, ...] = ()


class Tables:
    """Tables in memory, as `claims.lacking` needs a dataset."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tables = {name: nw.from_native(table).lazy() for name, table in tables.items()}


def entry(claim: ToyClaim, **figures: Any) -> dict[str, Any]:
    """Return the entry of a claim in a record."""
    names = ("document", "notebook", "kind", "unit", "published", "margin", "unit_of_analysis")
    blank = {"verdict": "inconclusive", "estimate": None, "ci_low": None, "ci_high": None, "n_rows": 40, "n_units": 20}
    beside = {"robust_share": None, "p_value": None, "data_name": "toy", "data_kind": "simulated", "reason": ""}
    beside |= {"scope": "general", "answer": "", "units_needed": None}
    return {"claim_id": claim.id, **{name: getattr(claim, name) for name in names}, **blank, **beside, **figures}


CLAIMS = [
    ToyClaim("toy-falls", "01-toy", claim="The rate falls as toys grow."),
    ToyClaim(
        "toy-level", "01-toy", kind="V", unit="likes per follower (share)", published=0.08, margin=0.2, document="002"
    ),
    ToyClaim("toy-none", "01-toy", kind="N", claim="Colour does not matter."),
    ToyClaim("other-rises", "02-other", claim="Other toys rise.", document="001"),
]

ENTRIES = [
    entry(CLAIMS[0], verdict="supported", estimate=0.31, ci_low=0.28, ci_high=0.34, p_value=1e-7),
    entry(CLAIMS[1], verdict="not reproduced", estimate=0.0512, ci_low=0.047, ci_high=0.0554, p_value=0.002),
    entry(CLAIMS[2], verdict="no data", reason="accounts: colour is missing"),
]

PARAMETERS = """from typing import Literal

data: str = "data/sample"  # where the data are
engine: str = "duckdb"  # what opens them
fewest: int = 5  # fewest posts of an account
edges: list[int] = [1000, 10000]  # band edges
least: float | None = None  # youngest age, in hours
way: Literal["mean", "median"] = "mean"  # how rates are put together"""


def code(source: str, **metadata: Any) -> Any:
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def prose(source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source)


def record_cell(notebook: str, entries: list[dict[str, Any]], *, answer: str = "Yes: the rate falls.") -> Any:
    seen = {"name": "toy", "kind": "simulated", "source": "tests", "rows": {"posts": 40}, "units": {"accounts": 20}}
    return code(
        "from helpers.claims.record import Record\nimport json\n"
        f"entries = json.loads({json.dumps(entries)!r})\nRecord({notebook!r}, {seen!r}, entries, {answer!r})"
    )


PICTURE = """import matplotlib.pyplot as plt
from IPython.display import display
fig, ax = plt.subplots(figsize=(5, 3), dpi=72)
ax.plot([1, 2, 3], [3, 2, 1])
ax.set_title(r"\\$x_\\$")
plt.close(fig)
display(fig, metadata={"image/png": {"alt": 'A line that falls from 3 to 1, of "$x_$"'}})"""

TABLE = f"""import pandas as pd
wide = {{f"column {{i}} of a wide table": [1.5, 2.5] for i in range(14)}}
pd.DataFrame({{"account": [{NASTY!r}, {NAME_LIKE_MATHS!r}], **wide}})"""


def toy_cells(*middle: Any, name: str = "01-toy", entries: list[dict[str, Any]] | None = None) -> list[Any]:
    """Return the cells of a notebook that works, with others before its record."""
    parameters = code(PARAMETERS, tags=["parameters"])
    return [
        prose(f"# Does size matter? ({name})\n\nSome words."),
        parameters,
        *middle,
        record_cell(name, entries or ENTRIES),
    ]


def write_notebook(folder: Path, name: str, cells: list[Any]) -> Path:
    notebook = nbformat.v4.new_notebook(cells=cells)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"c{index}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def open_toy(path: Path, *, engine: str) -> ToyDataset:
    if "broken" in (path / "posts.csv").read_text():
        raise Refusal(f"{path.name}: 1 file cannot be used", ["posts.csv: line 2 is broken"], "mend it")
    return ToyDataset("toy", "simulated")


def toy_project(folder: Path) -> Project:
    """Make a small project in a folder: data and a helper, no notebooks yet."""
    (folder / "data" / "sample").mkdir(parents=True)
    (folder / "data" / "sample" / "posts.csv").write_text("post_id,likes\n1,2\n")
    (folder / "src" / "helpers").mkdir(parents=True)
    (folder / "src" / "helpers" / "measures.py").write_text("RATE = 1\n")
    return toy_project_again(folder)


def toy_project_again(folder: Path) -> Project:
    """Return the project that stands in a folder."""
    return Project(
        root=folder,
        notebooks=folder / "notebooks",
        reports=folder / "reports",
        registry=lambda: {claim.id: claim for claim in CLAIMS},
        holm=lambda p_values: p_values,
        documents=lambda: {"001": "On other toys", "002": "On levels", "004": "On toys"},
        untestable=lambda: [ToyStatement("toy-smiles", "002", "Toys smile.", "A smile is not recorded.")],
        tally=lambda: {"002": {"statements": 2, "tested with data": 1, "left, with a reason": 1}},
        data_files=lambda path: sorted(path.glob("*.csv")),
        open_dataset=open_toy,
        prospects=lambda dataset: {},
    )


def sample(project: Project) -> str:
    """Return the toy project's own sample, wherever the tests are started."""
    return str(project.root / "data" / "sample")
