"""Notebook 04 from data to verdict: sample, null world, silent and hostile data, real files."""

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

NOTEBOOK = ROOT / "notebooks" / "04-dialogue.ipynb"
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK.stem) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["claim_id"].startswith("dialogue-")}


def test_sample_gives_the_planted_verdicts(project):
    rows = run(project, ROOT / "data" / "sample", "sample")
    assert set(rows) == {claim.id for claim in of_notebook(NOTEBOOK.stem)}
    assert all(comes_out(row) for row in rows.values()), rows
    assert {row["data_kind"] for row in rows.values()} == {"simulated"}
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
    assert rows["dialogue-bait-does-not-help"]["verdict"] == "contradicted"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "survey.csv").write_text("person_id,weight\n" + "".join(f"p{i},1\n" for i in range(12)))
    (tmp_path / "dataset.toml").write_text('name = "survey"\nkind = "user"\n', encoding="utf-8")
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.owner_replies" in rows["dialogue-reply-raises-engagement"]["reason"]
    assert "comments.parent_id" in rows["dialogue-heard-people-return"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    n = 40
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    frame = pd.DataFrame({"post_id": [f"<img src=x onerror=alert({i})>" for i in range(n)]})
    frame = frame.assign(
        account_id=names * (n // 4),
        platform=["<script>alert(2)</script>", None, "a_{b}", "{{ 7*7 }}"] * (n // 4),
        created_at=[None, "2025-01-06T00:00:00", "2025-01-06T00:00:00", "1999-12-31T23:59:59"] * (n // 4),
        likes=[0, -1, None, 9_000] * (n // 4),
        comments=[0, 0, 5, None] * (n // 4),
        owner_replies=[0, 7, -1, None] * (n // 4),
        boosted=["true", "false", None, None] * (n // 4),
        intent=["bait", None, "promotion", "value"] * (n // 4),
        reach=[0, 1, None, -1] * (n // 4),
        views=[0, 1, None, -1] * (n // 4),
    )
    comments = pd.DataFrame(
        {"comment_id": range(4), "post_id": "nowhere", "author_id": names, "parent_id": [0, 1, 9, None]}
    )
    frame.to_csv(tmp_path / "posts.csv", index=False)
    comments.assign(created_at=None, is_owner=None).to_csv(tmp_path / "comments.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    page = (project.reports / "hostile" / "04-dialogue.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "onerror=alert" not in page


def imported(project: Project, folder: str, tmp_path: Path, name: str) -> dict[str, dict[str, str]]:
    from helpers.sources import import_data

    source = REAL / folder
    if not source.exists():
        pytest.skip(f"{folder}: real files are not there")
    return run(project, import_data(source, name, to=tmp_path).folder, name)


def test_customer_care_has_no_unanswered_side(project, tmp_path):
    """25 brands whose conversations all were answered; what is left is checked with pandas alone."""
    file = REAL / "support-ibm-twitter-cdp" / "messages_tidy.csv"
    rows = imported(project, "support-ibm-twitter-cdp", tmp_path, "care")
    assert {rows[f"dialogue-{name}"]["verdict"] for name in ("reply-raises-engagement", "promotion-lowers")} == {
        "no data"
    }
    assert "posts.likes" in rows["dialogue-reply-raises-engagement"]["reason"]
    heard = rows["dialogue-heard-people-return"]
    raw = pd.read_csv(file, dtype="str")
    raw = raw.assign(of_client=raw["role"] == "client")
    # A message answers the one before it, so a client is answered whom an agent follows; all conversations end so.
    followed = raw.groupby("session_id")["of_client"].shift(-1).eq(False)
    clients = raw[raw["of_client"]].assign(answered=followed[raw["of_client"]])
    by_person = clients.dropna(subset=["author"]).groupby(["session_id", "author"])["answered"].any()
    sides = by_person.groupby("session_id").nunique()
    assert (heard["verdict"], int(heard["n_units"])) == ("too little data", 0)
    assert set(sides) == {1}  # no conversation holds a client with an answer beside one without


def test_two_politicians_are_two_units(project, tmp_path):
    rows = imported(project, "tw-538-ratio", tmp_path, "ratio")
    repetition = rows["dialogue-repetition-wears-out"]
    assert (repetition["verdict"], repetition["reason"]) == ("too little data", "2 accounts; 10 are needed")
    others = {row["verdict"] for name, row in rows.items() if name != "dialogue-repetition-wears-out"}
    assert others == {"no data"}
    frames = [pd.read_csv(file, encoding="latin-1") for file in (REAL / "tw-538-ratio").glob("*.csv")]
    posts = pd.concat(frames)
    days = pd.to_datetime(posts["created_at"], format="%m/%d/%y %H:%M").dt.normalize()
    on_days = posts.groupby(["user", days])["url"].transform("nunique")
    assert int(repetition["n_rows"]) == int((on_days > 1).sum()) - int(posts["url"].duplicated().sum())


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
    assert not any(line.startswith("def ") for cell in code for line in cell.source.splitlines())
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [line[3:] for line in prose.splitlines() if line.startswith("## ")] == [
        "The question", "The published claim", "Parameters", "The data", "How it is measured", "Result",
        "Published beside ours", "How fragile it is", "Limits and exercises",
    ]  # fmt: skip
    assert np.array([cell.id.startswith("dialogue-") for cell in notebook.cells]).all()
