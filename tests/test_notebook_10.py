"""Notebook 10 from data to verdict: sample, other worlds, hostile and silent data, and two real exports."""

import csv
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from conftest import by_chance, holds
from scipy import stats

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.claims import of_notebook

NOTEBOOK = "10-reach-and-behaviour"
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        found = {row["claim_id"]: row for row in csv.DictReader(file) if row["notebook"] == NOTEBOOK}
    assert list(found) == [claim.id for claim in of_notebook(NOTEBOOK)]
    return found


def planted(folder: Path) -> dict[str, float]:
    return tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))["claims"]


def test_sample_gives_the_planted_verdicts(project):
    rows = run(project, ROOT / "data" / "sample", "sample")
    truths = planted(ROOT / "data" / "sample")
    for claim_id, row in rows.items():
        assert row["verdict"] == ("reproduced" if claim_id == "staff-engaged-stay-twice" else "supported"), claim_id
        assert holds(row, truths[claim_id]), row["claim_id"]
        assert 0 <= float(row["robust_share"]) <= 1
    assert rows["reach-is-not-behaviour"]["n_units"] == "180"
    assert rows["reach-attention-is-short"]["n_rows"] == "150"


@pytest.mark.parametrize("world", ["literature", "null"])
def test_other_worlds(project, tmp_path, world):
    simulate.write_sample(world, folder=tmp_path / world)
    rows = run(project, tmp_path / world, world)
    truths = planted(tmp_path / world)
    good = {claim_id for claim_id, row in rows.items() if row["verdict"] in ("supported", "reproduced")}
    assert by_chance(rows[claim_id]["verdict"] for claim_id in good if truths[claim_id] <= 0 or world == "null")
    if world != "null":
        assert {"loyalty-emotion-pays", "staff-engaged-leave-less", "learning-doing-beats-watching"} <= good
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), row["claim_id"]
    assert rows["reach-is-not-behaviour"]["verdict"] == "negligible"
    assert rows["staff-engaged-stay-twice"]["verdict"] == "not reproduced"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,followers\n" + "".join(f"a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.conversions" in rows["reach-is-not-behaviour"]["reason"]
    assert rows["reach-each-goal-its-metric"]["reason"] == "missing: posts.goal, posts.conversions"
    assert "teams.engagement" in rows["staff-engaged-stay-twice"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    counts = {"reach": [5, 0, None, 7], "likes": [-1, 0, 3, None], "conversions": [0, 0, None, 2]}
    told = {"goal": ["engage", None, "learn", "learn"], "platform": names}
    pd.DataFrame({"post_id": names, "account_id": names, **counts, **told}).to_csv(tmp_path / "posts.csv", index=False)
    history = {"post_id": [*names, "gone"], "hours": [0, 1, 2, 100, 5], "likes": [3, None, 0, -1, 4]}
    pd.DataFrame(history).to_csv(tmp_path / "post_history.csv", index=False)
    teams = {"employees": [5, 0, None, 3], "engagement": [3, 3, 3, None], "leavers_12m": [5, 0, 1, 4], "profit": -1}
    pd.DataFrame({"team_id": names, **teams}).to_csv(tmp_path / "teams.csv", index=False)
    customers = {"emotionally_connected": [True, False, None, True], "revenue_12m": [0, -5, 1, None]}
    pd.DataFrame({"customer_id": names, **customers}).to_csv(tmp_path / "customers.csv", index=False)
    learners = {"condition": ["interactive", None, "one_way", "one_way"], "pace": "own", "score": [1, 2, None, 2]}
    pd.DataFrame({"person_id": names, **learners}).to_csv(tmp_path / "learning.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    for page in (project.reports / "hostile").glob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


def test_the_posts_of_a_page_tell_how_clicks_go_with_reach(project):
    source = REAL / "uci-facebook-metrics" / "dataset_Facebook.csv"
    if not source.exists():
        pytest.skip("real files are not there")
    rows = run(project, source, "facebook")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert rows["reach-is-not-behaviour"]["reason"] == "missing: posts.conversions"
    posts = pd.read_csv(source, sep=";")
    columns = {"reach": "Lifetime Post Total Reach", "likes": "like", "shares": "share"}
    page = (project.reports / "facebook" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    for measure, column in columns.items():
        both = posts[[column, "Lifetime Post Consumptions"]].dropna()
        expected = stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic
        found = re.search(rf"{measure} with clicks</th>\s*<td[^>]*>([\d.]+)<", page)
        assert float(found[1]) == pytest.approx(expected, abs=0.0051)  # shown with two decimals


def test_an_export_of_a_channel_has_no_conversions(project):
    source = REAL / "ytstudio-kenjee"
    if not source.exists():
        pytest.skip("real files are not there")
    rows = run(project, source, "youtube")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert rows["reach-each-goal-its-metric"]["reason"] == "missing: posts.goal, posts.conversions"
    page = (project.reports / "youtube" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    videos = pd.read_csv(source / "Aggregated_Metrics_By_Video.csv")
    assert re.search(rf"rows read: posts</th>\s*<td[^>]*>{len(videos) - 1}<", page)  # the first row is the total
    assert "with clicks</th>" not in page
