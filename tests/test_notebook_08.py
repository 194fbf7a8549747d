"""Notebook 08 from data to verdict: sample, other worlds, hostile and silent data, and real accounts labelled fake."""

import csv
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import by_chance, comes_out, holds
from scipy import stats

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.claims import of_notebook

NOTEBOOK = "08-audience"
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
    assert all(comes_out(row) for row in rows.values()), rows
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), row["claim_id"]
        assert 0 <= float(row["robust_share"]) <= 1
    assert {row["n_units"] for row in rows.values()} <= {"900", "150", "149"}
    page = (project.reports / "sample" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    assert "accounts labelled fake and calls" in page


@pytest.mark.parametrize("world", ["literature", "null"])
def test_other_worlds(project, tmp_path, world):
    simulate.write_sample(world, folder=tmp_path / world)
    rows = run(project, tmp_path / world, world)
    truths = planted(tmp_path / world)
    assert by_chance(row["verdict"] for claim_id, row in rows.items() if truths[claim_id] <= 0)
    for claim_id, row in rows.items():
        width = float(row["ci_high"]) - float(row["ci_low"])
        assert abs(float(row["estimate"]) - truths[claim_id]) < width, claim_id


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,views\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "follower_activity.likes" in rows["audience-new-followers-like-more"]["reason"]
    assert "accounts.following" in rows["audience-overfollowing-lower"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    accounts = {
        "platform": names,
        "followers": [5, 0, 7, 9],
        "following": [9, 9, 0, None],
        "avg_likes": [0, 1, None, 2],
    }
    more = {"is_fake": [True, False, None, True], "mutual_share": [0.1, None, 0.5, 1.0]}
    pd.DataFrame({"account_id": names, **accounts, **more}).to_csv(tmp_path / "accounts.csv", index=False)
    history = {"account_id": names[:2], "date": "2025-01-01", "followers": [0, 3]}
    pd.DataFrame(history).to_csv(tmp_path / "account_history.csv", index=False)
    activity = {
        "account_id": names,
        "tenure_months": [1, 0, 400, 6],
        "followers": [0, 1, 2, 3],
        "likes": [0, None, 1, 2],
    }
    pd.DataFrame(activity).to_csv(tmp_path / "follower_activity.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data", "no data"}
    for page in (project.reports / "hostile").glob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


def real(name: str) -> Path:
    path = REAL / "ig-fake-spammer-genuine" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path.name}: real files are not there")
    return path


RULES = {
    "follows more than it is followed": lambda raw: raw["#follows"] > raw["#followers"],
    "follows over twice as many": lambda raw: raw["#follows"] > 2 * raw["#followers"],
    "has never posted": lambda raw: raw["#posts"] == 0,
}


@pytest.mark.parametrize("name", ["train", "test"])
def test_real_accounts_mark_the_rules_and_leave_the_claims_open(project, name):
    """No likes, so no verdict; the rules are marked as pandas and scipy mark them."""
    file = real(name)
    rows = run(project, file, f"fake-{name}")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "accounts.avg_likes" in rows["audience-bought-lower"]["reason"]
    raw = pd.read_csv(file)
    fake = raw["fake"] == 1
    page = (project.reports / f"fake-{name}" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    for rule, flags in RULES.items():
        flagged = flags(raw)
        hits, alarms = int((fake & flagged).sum()), int((~fake & flagged).sum())
        said = f"finds {hits} of {fake.sum()} accounts labelled fake and calls {alarms} of {(~fake).sum()} genuine ones"
        assert f"{rule}\N{RIGHT DOUBLE QUOTATION MARK} {said}" in page
        interval = stats.binomtest(hits, int(fake.sum())).proportion_ci(method="wilson")
        assert f"{100 * hits / fake.sum():.3g}% ({100 * interval.low:.3g}% to {100 * interval.high:.3g}%)" in page
    assert "one-day step in followers\N{RIGHT DOUBLE QUOTATION MARK} finds" not in page  # there is no history
    record = json.loads((project.reports / f"fake-{name}" / f"{NOTEBOOK}.json").read_text(encoding="utf-8"))
    assert record["data"]["units"]["accounts"] == len(raw)


def test_averages_with_following_are_enough(project, tmp_path):
    rng = np.random.default_rng(3)
    size = (10 ** rng.uniform(2.5, 6, 400)).astype(int)
    over = rng.random(400) < 0.5
    likes = size * 0.05 * np.exp(-0.4 * over) * rng.lognormal(-0.125, 0.5, 400)
    frame = pd.DataFrame({"account_id": range(400), "followers": size, "following": size + np.where(over, 9, -9)})
    frame.assign(avg_likes=likes.round(2)).to_csv(tmp_path / "accounts.csv", index=False)
    rows = run(project, tmp_path / "accounts.csv", "averages")
    found = rows["audience-overfollowing-lower"]
    assert found["verdict"] == "supported"
    assert float(found["ci_low"]) < 0.4 < float(found["ci_high"])
    assert {row["verdict"] for claim_id, row in rows.items() if claim_id != "audience-overfollowing-lower"} == {
        "no data"
    }
