"""Notebook 09 from data to verdict: sample, other worlds, hostile and silent data, and real posts of subreddits."""

import csv
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import by_chance, comes_out, holds

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.claims import of_notebook

NOTEBOOK = "09-communities"
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
    assert {row["n_rows"] for row in rows.values()} == {"960", "900"}
    assert {row["n_units"] for row in rows.values()} == {"320", "900"}


@pytest.mark.parametrize("world", ["literature", "null"])
def test_other_worlds(project, tmp_path, world):
    simulate.write_sample(world, folder=tmp_path / world)
    rows = run(project, tmp_path / world, world)
    truths = planted(tmp_path / world)
    assert by_chance(row["verdict"] for claim_id, row in rows.items() if truths[claim_id] <= 0)
    for claim_id, row in rows.items():
        width = float(row["ci_high"]) - float(row["ci_low"])
        assert abs(float(row["estimate"]) - truths[claim_id]) < width, claim_id
    expected = "contradicted" if world == "literature" else "negligible"
    assert rows["community-small-contributes-more"]["verdict"] == expected


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,views\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert (
        rows["community-small-talks-deeper"]["reason"]
        == "missing: communities.members, communities.median_thread_depth"
    )
    assert "customers.revenue_12m" in rows["community-members-worth-more"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"]
    counts = {"members": [5, 0, 7, None], "active_members": [9, 9, 0, None], "posts": [0, 1, None, 2], "comments": 0}
    more = {"moderated": [True, False, None, True], "median_thread_depth": [0, None, 1.5, 2], "platform": names}
    pd.DataFrame({"community_id": names, **counts, **more}).to_csv(tmp_path / "communities.csv", index=False)
    customers = {
        "customer_id": names,
        "is_community_member": [True, False, None, True],
        "revenue_12m": [0, -5, 1, None],
    }
    pd.DataFrame(customers).to_csv(tmp_path / "customers.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    for page in (project.reports / "hostile").glob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


def test_posts_of_subreddits_tell_how_comments_grow_and_no_verdict(project):
    source = REAL / "reddit-top-by-subreddit" / "reddit_sample_long.csv"
    if not source.exists():
        pytest.skip("real files are not there")
    rows = run(project, source, "reddit")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    posts = pd.read_csv(source)
    columns = {"size": ("subscribers", "mean"), "comments": ("num_comments", "mean"), "likes": ("score", "mean")}
    table = posts.groupby("subreddit").agg(**columns).assign(ln=lambda t: np.log(t["size"]))
    page = (project.reports / "reddit" / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
    for count in ("comments", "likes"):
        fit = sm.formula.glm(f"{count} ~ ln", table, family=sm.families.Poisson()).fit(tol=1e-12)
        assert f"Over 46 accounts the {count} of a post grow with followers to the power {fit.params['ln']:.2f}" in page
