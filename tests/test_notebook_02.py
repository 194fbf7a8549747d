"""Notebook 02 from data to verdict: sample, null world, missing tables, hostile file, real files."""

import csv
import shutil
import statistics
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import by_chance, comes_out, holds

from helpers import ROOT, claims, simulate
from helpers.batch import Project, make_reports

NOTEBOOK = ROOT / "notebooks" / "02-influencer-tiers.ipynb"
REAL = ROOT.parent / "shared" / "real"

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


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str, params: Path | None = None) -> dict[str, dict[str, str]]:
    options = {"data": str(data), "run": name, "project": project, "notebook": NOTEBOOK.stem}
    assert make_reports(**options, params=str(params) if params else None) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["notebook"] == NOTEBOOK.stem}


def test_sample_gives_the_planted_verdicts(project):
    rows = run(project, ROOT / "data" / "sample", "sample")
    assert len(rows) == 9
    assert all(comes_out(row) for row in rows.values()), rows
    planted = simulate.truths("documents")
    for claim_id, row in rows.items():
        assert holds(row, planted[claim_id]), row["claim_id"]
        assert 0 < float(row["robust_share"]) <= 1
        assert float(row["p_value"]) <= float(row["p_holm"]) <= 1
        assert row["unit_of_analysis"] == "account"
    page = (project.reports / "sample" / "02-influencer-tiers.html").read_text(encoding="utf-8")
    assert "engagement rate = (likes + comments) / followers" in page
    assert "No summary is computed" in page


def test_null_world_gives_none(project, tmp_path):
    simulate.write_sample("null", folder=tmp_path / "null")
    rows = run(project, tmp_path / "null", "null")
    assert by_chance(row["verdict"] for row in rows.values())
    assert all(row["estimate"] for row in rows.values())


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,views\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.likes" in rows["tier-micro-beats-macro"]["reason"]
    assert "campaigns.trust" in rows["tier-small-more-trusted"]["reason"]
    assert "posts.sponsored" in rows["tier-disclosure-helps"]["reason"]
    for claim in claims.of_notebook(NOTEBOOK.stem):
        assert any(f"{table}." in rows[claim.id]["reason"] for option in claim.needs for table in option), claim.id


def test_hostile_names_and_thin_data(project, tmp_path):
    n = 40
    names = ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"] * (n // 4)
    posts = {
        "post_id": [f"<img src=x onerror=alert({i})>" for i in range(n)],
        "account_id": names,
        "platform": names[::-1],
        "followers": [5, 5_000, 50_000, 5_000_000] * (n // 4),
        "likes": [0, -1, 3, 9_000] * (n // 4),
        "comments": [None, 0, 0, 1] * (n // 4),
        "sponsored": [True, None, False, True] * (n // 4),
        "disclosed": [None, True, False, True] * (n // 4),
    }
    campaigns = {
        "campaign_id": range(n), "account_id": names, "followers": [0, 5_000, None, 5_000_000] * (n // 4),
        "fee": 0, "engagements": [0, -1, 5, None] * (n // 4), "impressions": 0, "revenue": [-5, 0, None, 1] * (n // 4),
        "trust": 4, "fit": 4, "style": "everyday", "collaboration": ["placement", None] * (n // 2),
    }  # fmt: skip
    pd.DataFrame(posts).to_csv(tmp_path / "posts.csv", index=False)
    pd.DataFrame(campaigns).to_csv(tmp_path / "campaigns.csv", index=False)
    rows = run(project, tmp_path, "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    for page in (project.reports / "hostile").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "onerror=alert" not in text


def test_vaccination_tweets(project, tmp_path):
    source = REAL / "tw-vaccination" / "vaccination_tweets_pseudonymised.csv"
    if not source.exists():
        pytest.skip("tw-vaccination: real files are not there")
    shutil.copy(source, tmp_path / "tweets.csv")
    (tmp_path / "dataset.toml").write_text(VACCINATION, encoding="utf-8")
    rows = run(project, tmp_path, "without-comments")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.comments" in rows["tier-micro-beats-macro"]["reason"]
    params = tmp_path / "likes.toml"
    params.write_text('count = "likes"\n', encoding="utf-8")
    rows = run(project, tmp_path, "likes", params)
    tweets = pd.read_csv(source)
    for claim, first, second in (
        ("tier-micro-beats-macro", (1e4, 1e5), (5e5, 1e6)),
        ("tier-nano-beats-mega", (1e3, 1e4), (1e6, np.inf)),
    ):
        value, units, smaller = checked_ratio(tweets, first, second)
        if smaller < 10:
            assert rows[claim]["verdict"] == "too little data"
            assert f"{smaller} accounts on a side" in rows[claim]["reason"]
        else:
            assert float(rows[claim]["estimate"]) == pytest.approx(value, abs=1e-6)
            assert int(rows[claim]["n_units"]) == units
    assert rows["tier-disclosure-helps"]["verdict"] == "no data"


def checked_ratio(
    tweets: pd.DataFrame, first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, int, int]:
    """Compare tiers independently: pandas for the accounts, statsmodels' formula interface for the ratio."""
    tweets = tweets[tweets["user_followers"] > 0]
    tweets = tweets.assign(rate=tweets["favorites"] / tweets["user_followers"])
    accounts = tweets.groupby("user_id_hash").agg(rate=("rate", "mean"), size=("user_followers", "mean"))
    sides = [accounts[accounts["size"].between(*ends, inclusive="left")] for ends in (first, second)]
    table = pd.concat([sides[0].assign(side=1), sides[1].assign(side=0)])
    fit = sm.formula.glm("rate ~ side", table, family=sm.families.Poisson()).fit(tol=1e-12)
    return fit.params["side"], len(table), min(len(side) for side in sides)


def test_a_list_of_accounts_with_averages(project, tmp_path):
    """No real file is a list with averages; this one has the columns of such lists, and a planted factor of 2."""
    rng = np.random.default_rng(8)
    n = 400
    size = np.where(np.arange(n) % 2, 3e4, 7e5) * rng.lognormal(0, 0.1, n)
    rate = 0.02 * np.where(size < 1e5, 2, 1) * rng.lognormal(-0.08, 0.4, n)
    columns = {"followers": size.astype(int), "avg_likes": size * rate * 0.9, "avg_comments": size * rate * 0.1}
    frame = pd.DataFrame(
        {"account_id": [f"a{i}" for i in range(n)], "category": ["food", "food", "sport", "sport"] * (n // 4)} | columns
    )
    frame.to_csv(tmp_path / "accounts.csv", index=False)
    found = run(project, tmp_path / "accounts.csv", "averages")["tier-micro-beats-macro"]
    assert float(found["ci_low"]) < np.log(2) < float(found["ci_high"])
    rates = (frame["avg_likes"] + frame["avg_comments"]) / frame["followers"]
    assert int(found["n_units"]) == frame["followers"].lt(1e6).sum() == len(rates)


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
    headings = [line for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("## ")]
    first = nbformat.read(ROOT / "notebooks" / "01-account-size.ipynb", as_version=4)
    assert headings == [line for cell in first.cells for line in cell.source.splitlines() if line.startswith("## ")]
