"""Notebook 07 from data to verdict: sample, null world, silent and hostile data, a real channel."""

import csv
import statistics
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import by_chance, comes_out, holds

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.claims import of_notebook

NOTEBOOK = ROOT / "notebooks" / "07-comment-quality.ipynb"
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK.stem) == 0
    asked = {claim.id for claim in of_notebook(NOTEBOOK.stem)}
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["claim_id"] in asked}


def test_sample_gives_the_planted_verdicts(project):
    rows = run(project, ROOT / "data" / "sample", "sample")
    assert len(rows) == 4
    assert all(comes_out(row) for row in rows.values()), rows
    truths = simulate.truths("documents")
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), row["claim_id"]
        assert 0 < float(row["robust_share"]) <= 1
    executed = nbformat.read(project.reports / "sample" / NOTEBOOK.name, as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "stream"]  # nothing warns


def test_null_world_gives_none(project, tmp_path):
    simulate.write_sample("null", folder=tmp_path / "null")
    rows = run(project, tmp_path / "null", "null")
    assert by_chance(row["verdict"] for row in rows.values())
    assert rows["comment-stock-phrases-do-nothing"]["verdict"] == "contradicted"
    assert rows["comment-few-sentences-suffice"]["verdict"] == "contradicted"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "survey.csv").write_text("person_id,weight\n" + "".join(f"p{i},1\n" for i in range(12)))
    (tmp_path / "dataset.toml").write_text('name = "survey"\nkind = "user"\n', encoding="utf-8")
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "comments.quality" in rows["comment-substance-lifts-reach"]["reason"]
    assert "posts.caption" in rows["comment-few-sentences-suffice"]["reason"]


def test_hostile_texts_and_thin_data(project, tmp_path):
    n = 40
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    posts = pd.DataFrame({"post_id": range(n), "account_id": names * (n // 4), "caption": names * (n // 4)})
    posts = posts.assign(
        platform=["<script>alert(2)</script>", None, "a_{b}", "{{ 7*7 }}"] * (n // 4),
        created_at=[None, "2025-01-06T00:00:00", "2025-01-06T00:00:00", "1999-12-31T23:59:59"] * (n // 4),
        comments=[0, -1, 5, None] * (n // 4),
        reach=[0, 1, None, -1] * (n // 4),
    )
    comments = pd.DataFrame({"comment_id": range(n), "post_id": range(n), "text": names * (n // 4)})
    accounts = pd.DataFrame({"account_id": names, "kind": ["community", "brand", None, "brand"]})
    for name, frame in {"posts": posts, "comments": comments, "accounts": accounts}.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    page = (project.reports / "hostile" / f"{NOTEBOOK.stem}.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page


def test_a_channel_is_one_account(project, tmp_path):
    """Its comments are sorted and counted, and checked with pandas alone; no verdict, for accounts are the units."""
    from helpers.sources import import_data

    source = REAL / "ytstudio-kenjee"
    if not source.exists():
        pytest.skip("ytstudio-kenjee: real files are not there")
    rows = run(project, import_data(source, "channel", to=tmp_path).folder, "channel")
    assert {row["verdict"] for row in rows.values()} <= {"too little data", "no data"}
    executed = nbformat.read(project.reports / "channel" / NOTEBOOK.name, as_version=4)
    told = "\n".join(str(output) for cell in executed.cells for output in cell.get("outputs", []))
    raw = pd.read_csv(source / "All_Comments_Final.csv").dropna(subset=["Comments"])
    videos = pd.read_csv(source / "Aggregated_Metrics_By_Video.csv")["Video"]
    wordless = ~raw["Comments"].str.contains(r"[^\W_]", regex=True)
    assert f"{(wordless & raw['VidId'].isin(videos)).sum():,}" in told
    assert not any(text in told for text in raw["Comments"].str.slice(0, 200) if len(text) > 40)


def test_the_notebook_reads_like_a_lesson():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    lengths = [len(cell.source.splitlines()) for cell in code]
    assert 25 <= len(notebook.cells) <= 45
    assert 0.40 <= 1 - len(code) / len(notebook.cells) <= 0.65
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 20
    assert code[0].metadata["tags"] == ["parameters"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [line[3:] for line in prose.splitlines() if line.startswith("## ")] == [
        "The question", "The published claim", "Parameters", "The data", "How it is measured", "Result",
        "Published beside ours", "How fragile it is", "Limits and exercises",
    ]  # fmt: skip
    assert np.array([cell.id.startswith("comment-quality-") for cell in notebook.cells]).all()
