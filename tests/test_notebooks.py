"""Every notebook reads like a lesson, and the registry and the notebooks know each other."""

import ast
import json
import re
import statistics
from collections import Counter

import nbformat
import pytest

from helpers import ROOT
from helpers.claims import registry
from helpers.ground.parameters import declared, load_notebook

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITHOUT_CLAIMS = {"00-start-here", "12-own-account"}
PARTS = [
    "The question",
    "The published claim",
    "Parameters",
    "The data",
    "How it is measured",
    "Result",
    "Published beside ours",
    "How fragile it is",
    "Limits and exercises",
]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def cells(path):
    return nbformat.read(path, as_version=4).cells


@pytest.fixture(scope="module")
def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def prose_lines(cells) -> list[str]:
    return [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]


def drawn(cell) -> list[ast.Call]:
    """Find the calls that make a picture in a cell."""
    nodes = (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call))
    return [node for node in nodes if re.match(r"(plots|pictures)\.(?!style$)", ast.unparse(node.func))]


def test_nine_parts_in_order(cells):
    lines = prose_lines(cells)
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == PARTS
    assert cells[0].source.startswith("# ")
    assert sum(line.startswith("# ") for line in lines) == 1


def test_about_as_much_prose_as_code_in_short_cells(cells, code):
    lengths = [len(cell.source.splitlines()) for cell in code]
    assert 25 <= len(cells) <= 45
    assert 0.40 <= 1 - len(code) / len(cells) <= 0.65
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 20


def test_parameters_come_first_and_imports_once(path, code):
    assert [index for index, cell in enumerate(code) if "parameters" in cell.metadata.get("tags", [])] == [0]
    assert code[0].metadata["tags"] == ["parameters"]
    found = declared(load_notebook(path), name=path.stem)
    assert {"data", "engine"} < set(found)
    assert all(parameter.meaning for parameter in found.values())
    trees = [ast.parse(cell.source) for cell in code]
    importing = [
        tree for tree in trees if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
    ]
    assert len(importing) == 1
    assert not any(isinstance(node, ast.FunctionDef) for tree in trees for node in ast.walk(tree))
    assert not any(line.startswith("## ") for cell in code for line in cell.source.splitlines())


def test_no_outputs_and_lasting_names_of_cells(path, cells, code):
    assert not any(cell.outputs or cell.execution_count for cell in code)
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert len(set(ids)) == len(cells)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*-\d\d[a-z]?", name) for name in ids)
    assert len({name.rpartition("-")[0] for name in ids}) == 1  # all are called after the notebook


def test_every_picture_ends_its_cell_and_is_told_from_its_numbers(code):
    drawing = [cell for cell in code if drawn(cell)]
    assert drawing
    for cell in drawing:
        (call,) = drawn(cell)
        assert ast.unparse(ast.parse(cell.source).body[-1]) == ast.unparse(call)  # else nobody would see it
        alt = {keyword.arg: keyword.value for keyword in call.keywords}.get("alt")
        assert not isinstance(alt, ast.Constant), ast.unparse(call)


def test_the_last_code_cell_hands_over_the_record(path, code):
    """After it come the exercises only, of which nothing is handed over."""
    own = [cell for cell in code if "exercise" not in cell.metadata.get("tags", [])]
    assert code[: len(own)] == own
    last = ast.parse(own[-1].source).body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    assert "record" in ast.unparse(last.value.func)


def test_no_result_is_typed_into_prose(cells):
    """A decimal below the heading of the results can only be one; definitions and the claim's box stand above it."""
    lines = prose_lines(cells)
    after = lines[lines.index("## Result") : lines.index("## Limits and exercises")]
    assert not [
        line for line in after if not line.startswith(">") and re.search(r"(?<![\w.])\d+[.,]\d+(?![\w.])", line)
    ]


def test_registry_and_notebooks_know_each_other():
    asked = Counter(claim.notebook for claim in registry().values())
    assert set(asked) == {path.stem for path in NOTEBOOKS} - WITHOUT_CLAIMS
    questions = {claim.notebook: set() for claim in registry().values()}
    for claim in registry().values():
        questions[claim.notebook].add(claim.question)
    assert all(len(found) == 1 for found in questions.values())


def test_the_rules_are_told_as_they_are():
    """Of a direction: the whole interval above the margin, else above zero only."""
    texts = [(ROOT / "README.md").read_text(encoding="utf-8")]
    texts += [" ".join(cell.source for cell in nbformat.read(path, as_version=4).cells) for path in NOTEBOOKS]
    told = [" ".join(text.split()) for text in texts if "`supported` needs" in text]
    assert len(told) == 12
    for text in told:
        assert re.search(r"`supported` needs the (whole )?95% interval above the margin", text), text[:80]
        assert "`direction supported`" in text
