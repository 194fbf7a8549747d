"""Notebook 05 from data to verdict: the three worlds, data that cannot speak, hostile names, real pages."""

import csv
import statistics
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from conftest import by_chance, comes_out, holds

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.simulate import depth, formats

NOTEBOOK = ROOT / "notebooks" / "05-format.ipynb"
REAL = ROOT.parent / "shared" / "real"
CLAIMS = {*formats.truths("null"), *depth.truths("null")}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK.stem) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["claim_id"] in CLAIMS}


@pytest.mark.parametrize("world", ["documents", "literature"])
def test_planted_truths_lie_in_the_intervals(project, tmp_path, world):
    data = ROOT / "data" / "sample" if world == "documents" else simulate.write_sample(world, folder=tmp_path / world)
    rows = run(project, data, world)
    for claim, truth in (formats.truths(world) | depth.truths(world)).items():
        assert holds(rows[claim], truth), rows[claim]["claim_id"]
        assert 0 <= float(rows[claim]["robust_share"]) <= 1
    if world == "documents":
        assert all(comes_out(row) for row in rows.values()), rows


def test_null_world_supports_none(project, tmp_path):
    rows = run(project, simulate.write_sample("null", folder=tmp_path / "null"), "null")
    assert by_chance(row["verdict"] for row in rows.values())
    assert rows["format-video-beats-image"]["verdict"] == "negligible"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,likes\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.format" in rows["format-video-beats-image"]["reason"]
    assert "posts.watch_time_s" in rows["format-depth-beats-followers"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    n = 40
    frame = pd.DataFrame(
        {
            "post_id": [f"<img src=x onerror=alert({i})>" for i in range(n)],
            "account_id": ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"] * (n // 4),
            "format": ["video", "image", "live", "reel"] * (n // 4),
            "duration_s": [5, None, 0, 100_000] * (n // 4),
            "followers": [5, 0, 50_000, 5_000_000] * (n // 4),
            "likes": [0, -1, 3, 9_000] * (n // 4),
            "comments": [None, 0, 1, 2] * (n // 4),
            "views": [0, None, 7, 1] * (n // 4),
            "reach": [0, 1, None, 3] * (n // 4),
            "shares": [0, 1, None, 3] * (n // 4),
            "saves": [0, 1, None, 3] * (n // 4),
            "watch_time_s": [0, 1, None, 3.5] * (n // 4),
        }
    )
    frame.to_csv(tmp_path / "posts.csv", index=False)
    rows = run(project, tmp_path / "posts.csv", "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    assert "<script>alert" not in (project.reports / "hostile" / "05-format.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["uci-facebook-metrics", "uci-fb-live-thailand", "fb-pages-2016"])
def test_real_pages_are_too_few_and_it_is_said(project, folder):
    if not (REAL / folder).exists():
        pytest.skip(f"{folder}: real files are not there")
    rows = run(project, REAL / folder, folder)
    told = ["1 account; 10 are needed", *(f"{n} accounts; 10 are needed" for n in range(2, 10))]
    assert rows["format-video-beats-image"]["verdict"] == "too little data"
    assert rows["format-video-beats-image"]["reason"] in [*told, "no variation to estimate from"]
    assert rows["format-depth-beats-followers"]["verdict"] == "no data"
    assert rows["format-live-draws-comments"]["verdict"] == "no data"


def test_the_notebook_reads_like_a_lesson():
    reads_like_a_lesson(NOTEBOOK)


def reads_like_a_lesson(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    lengths = [len(cell.source.splitlines()) for cell in code]
    assert 25 <= len(notebook.cells) <= 45
    assert 0.40 <= 1 - len(code) / len(notebook.cells) <= 0.65
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 20
    assert code[0].metadata["tags"] == ["parameters"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert not any(line.startswith("def ") for cell in code for line in cell.source.splitlines())
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    parts = [line for text in prose for line in text.splitlines() if line.startswith("## ")]
    assert len(parts) == 9
    assert (parts[0], parts[-1]) == ("## The question", "## Limits and exercises")
