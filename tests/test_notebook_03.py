"""Notebook 03 from data to verdict: sample, null world, hostile and silent data, real prompts."""

import csv
import json
import statistics
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from conftest import by_chance, comes_out, holds

from helpers import ROOT, claims, passive_active, simulate
from helpers.batch import Project, make_reports
from helpers.engine import open_dataset

NOTEBOOK = ROOT / "notebooks" / "03-passive-active-use.ipynb"
REAL = ROOT.parent / "shared" / "real"

PROMPTS = """
name = "prompts of twitter users"
kind = "user"
[tables.diary]
file = {file}
repeated = "last"
[tables.diary.columns]
person_id = "random_id"
observed_at = "StartDate"
passive_min = "w_scrolled"
active_min = "w_commented"
positive_affect = "pos_aff"
negative_affect = "neg_aff"
meaning = "sense_community"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK.stem) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["notebook"] == NOTEBOOK.stem}


@pytest.mark.parametrize("world", ["documents", "literature"])
def test_sample_gives_the_planted_verdicts(project, tmp_path, world):
    rows = run(project, simulate.write_sample(world, folder=tmp_path / world), world)
    truths = simulate.truths(world)
    assert len(rows) == 8
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), row["claim_id"]
        assert row["data_kind"] == "simulated"
    if world == "documents":
        assert all(comes_out(row) for row in rows.values() if row["claim_id"] != "use-share-world"), rows
    else:
        slopes = ("use-passive-stress", "use-active-meaning", "use-active-better-than-passive", "use-effect-is-shared")
        assert by_chance(rows[claim_id]["verdict"] for claim_id in slopes)  # tiny averages, large differences


def test_null_world_supports_none(project, tmp_path):
    rows = run(project, simulate.write_sample("null", folder=tmp_path / "null"), "null")
    assert by_chance(row["verdict"] for row in rows.values())
    assert rows["use-mostly-watching"]["verdict"] == "negligible"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,views\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "diary.stress" in rows["use-passive-stress"]["reason"]
    assert "survey.minutes_per_day" in rows["use-minutes-nl"]["reason"]
    for claim in claims.of_notebook(NOTEBOOK.stem):
        assert any(f"{table}." in rows[claim.id]["reason"] for option in claim.needs for table in option), claim.id


def test_recorded_use_without_moods_says_how_much_is_watching(project, tmp_path):
    """As `make import` leaves personal data downloads of a class: minutes by the hour, no mood."""
    rng = np.random.default_rng(4)
    hours = pd.date_range("2025-05-01", periods=48, freq="h").strftime("%Y-%m-%dT%H:%M:%SZ")
    frame = pd.DataFrame([(f"person-{i:03d}", hour) for i in range(14) for hour in hours])
    frame.columns = ["person_id", "observed_at"]
    use = {"passive_min": rng.integers(0, 40, len(frame)), "active_min": rng.integers(0, 10, len(frame))}
    frame.assign(**use).to_csv(tmp_path / "diary.csv", index=False)
    rows = run(project, tmp_path, "recorded")
    assert rows["use-mostly-watching"]["verdict"] == "supported"
    totals = frame.assign(**use).groupby("person_id")[list(use)].sum()
    share = (totals["passive_min"] / totals.sum(axis=1)).mean()
    assert float(rows["use-mostly-watching"]["estimate"]) == pytest.approx(share - 0.5, abs=1e-9)
    others = {row["verdict"] for claim_id, row in rows.items() if claim_id != "use-mostly-watching"}
    assert others == {"no data"}
    assert "diary.stress" in rows["use-effect-is-shared"]["reason"]


def test_hostile_and_thin_data(project, tmp_path):
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    frame = pd.DataFrame(
        {
            "person_id": names * 3,
            "observed_at": [f"2025-01-0{1 + i // 4}T10:00:00Z" for i in range(12)],
            "passive_min": [0, 5, None, 5] * 3,
            "active_min": [0] * 12,
            "stress": [3, 3, 3, 1, 3, 4, 3, None, 3, 5, 3, None],
            "meaning": [None] * 12,
        }
    )
    frame.to_csv(tmp_path / "diary.csv", index=False)
    people = {"person_id": names, "uses_social_media": ["true"] * 4, "minutes_per_day": [0, 1440, "", 5]}
    pd.DataFrame(people).to_csv(tmp_path / "survey.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} <= {"too little data", "no data"}
    for page in (project.reports / "hostile").glob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


ESM = REAL / "esm-twitter-wellbeing" / "data.csv"


@pytest.fixture(scope="module")
def esm() -> pd.DataFrame:
    if not ESM.exists():
        pytest.skip("esm-twitter-wellbeing: real files are not there")
    return pd.read_csv(ESM, low_memory=False).drop_duplicates(["random_id", "StartDate"], keep="last").copy()


def prompts_of(folder: Path, *, active: str = "w_commented") -> Path:
    """Write what a person would: which column is which; the file stays as it was downloaded."""
    text = PROMPTS.format(file=json.dumps(str(ESM))).replace("w_commented", active)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


def by_hand(esm: pd.DataFrame, mood: str, use: str) -> tuple[float, float, float]:
    """Give the plain centred regression: statsmodels' least squares, errors clustered by person."""
    known = esm.dropna(subset=[mood])
    parts = {"y": known[mood].astype(float), "x": known[use].astype(float)}
    frame = pd.DataFrame(
        {name: part - part.groupby(known["random_id"]).transform("mean") for name, part in parts.items()}
    )
    fit = smf.ols("y ~ x - 1", frame).fit(cov_type="cluster", cov_kwds={"groups": known["random_id"]})
    return fit.params["x"], *fit.conf_int().loc["x"]


@pytest.mark.parametrize(
    ("mood", "use", "ours", "told"),
    [
        ("neg_aff", "w_scrolled", "negative_affect", (0.057, 0.021, 0.093)),
        ("sense_community", "w_commented", "meaning", (0.31, 0.15, 0.47)),
        ("pos_aff", "w_tweeted", "positive_affect", None),
        ("pos_aff", "w_liked", "positive_affect", None),
        ("pos_aff", "w_commented", "positive_affect", None),
        ("sense_community", "w_tweeted", "meaning", None),
        ("sense_community", "w_liked", "meaning", None),
    ],
)
def test_real_prompts_within_persons(esm, tmp_path, mood, use, ours, told):
    kind = "passive" if use == "w_scrolled" else "active"
    folder = prompts_of(tmp_path, active="w_commented" if kind == "passive" else use)
    opened = open_dataset(folder)
    data = passive_active.reduce(opened.tables)
    assert "data.csv: passive_min: 6,218 values yes or no, taken as 1 and 0" in opened.notes
    assert any("1 row left out: person_id, observed_at as in another row" in note for note in opened.notes)
    assert passive_active.unit_of(data, kind) == "prompt with use"
    how = {"outcome": ours, "contrast": {kind: 1.0}, "scale": "points", "estimator": "centred regression"}
    found = passive_active.within_slope(data.frames["prompts"], **how)
    slope, low, high = by_hand(esm, mood, use)
    assert found.value == pytest.approx(slope, abs=1e-9)
    # Ours leaves out persons by turns and takes Student's t: a little wider than the plain clustered interval.
    assert (found.low, found.high) == (
        pytest.approx(low, abs=0.1 * (high - low)),
        pytest.approx(high, abs=0.1 * (high - low)),
    )
    assert found.high - found.low >= high - low
    if told:
        assert (slope, low, high) == pytest.approx(told, abs=0.005)


def test_real_prompts_in_the_notebook(project, esm, tmp_path):
    rows = run(project, prompts_of(tmp_path), "esm")
    stress, meaning = rows["use-passive-stress"], rows["use-active-meaning"]
    assert "measured by negative affect: stress was not asked" in stress["reason"]
    assert stress["unit"] == "own SD per prompt with use"
    assert stress["verdict"] == meaning["verdict"] == "supported"
    assert int(stress["n_rows"]) == len(esm) == 6_217
    assert {rows[claim_id]["verdict"] for claim_id in ("use-minutes-nl", "use-share-nl", "use-share-world")} == {
        "no data"
    }
    assert "survey" in rows["use-share-nl"]["reason"]
    page = (project.reports / "esm" / f"{NOTEBOOK.stem}.html").read_text(encoding="utf-8")
    assert "0.057 (" in page  # the plain slope in points stands in the table of slopes


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
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    assert [line[3:] for line in lines if line.startswith("## ")] == [
        "The question", "The published claim", "Parameters", "The data", "How it is measured", "Result",
        "Published beside ours", "How fragile it is", "Limits and exercises",
    ]  # fmt: skip
