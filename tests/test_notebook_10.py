"""Notebook 10 from data to verdict: sample, other worlds, hostile and silent data, and two real exports."""

import re

import pandas as pd
import pytest
from conftest import by_chance, holds
from notebook_reports import HOSTILE, assert_recovered, planted, verdicts
from scipy import stats
from test_real_data import real

NOTEBOOK = "10-reach-and-behaviour"
WORLDS = ("documents", "literature", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    expected = dict.fromkeys(rows, "supported") | {"staff-engaged-stay-twice": "reproduced"}
    assert {claim_id: row["verdict"] for claim_id, row in rows.items()} == expected
    assert_recovered(rows, planted(sample_of("documents")))
    assert rows["reach-is-not-behaviour"]["n_units"] == "204"
    assert rows["reach-attention-is-short"]["n_rows"] == "150"


@pytest.mark.parametrize("world", ["literature", "null"])
def test_other_worlds(reports, sample_of, world):
    rows, truths = reports.on_world(world), planted(sample_of(world))
    good = {claim_id for claim_id, row in rows.items() if row["verdict"] in ("supported", "reproduced")}
    assert by_chance(rows[claim_id]["verdict"] for claim_id in good if truths[claim_id] <= 0 or world == "null")
    if world != "null":
        assert {"loyalty-emotion-pays", "staff-engaged-leave-less", "learning-doing-beats-watching"} <= good
    for claim_id, row in rows.items():
        assert holds(row, truths[claim_id]), row["claim_id"]
    assert rows["reach-is-not-behaviour"]["verdict"] == "negligible"
    assert rows["staff-engaged-stay-twice"]["verdict"] == "not reproduced"


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path, "accounts")
    assert "posts.conversions" in rows["reach-is-not-behaviour"]["reason"]
    assert rows["reach-each-goal-its-metric"]["reason"] == "missing: posts.goal, posts.conversions"
    assert "teams.engagement" in rows["staff-engaged-stay-twice"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    counts = {"reach": [5, 0, None, 7], "likes": [-1, 0, 3, None], "conversions": [0, 0, None, 2]}
    counts |= {"comments": [1, None, 0, -1], "clicks": [None, 0, 2, -1]}
    told = {"account_id": HOSTILE, "goal": ["engage", None, "learn", "learn"], "platform": HOSTILE}
    pd.DataFrame({"post_id": HOSTILE, **counts, **told}).to_csv(tmp_path / "posts.csv", index=False)
    history = {"post_id": [*HOSTILE, "gone"], "hours": [0, 1, 2, 100, 5], "likes": [3, None, 0, -1, 4]}
    pd.DataFrame(history).to_csv(tmp_path / "post_history.csv", index=False)
    teams = {"employees": [5, 0, None, 3], "engagement": [3, 3, 3, None], "leavers_12m": [5, 0, 1, 4], "profit": -1}
    pd.DataFrame({"team_id": HOSTILE, **teams}).to_csv(tmp_path / "teams.csv", index=False)
    customers = {"emotionally_connected": [True, False, None, True], "revenue_12m": [0, -5, 1, None]}
    pd.DataFrame({"customer_id": HOSTILE, **customers}).to_csv(tmp_path / "customers.csv", index=False)
    learners = {"condition": ["interactive", None, "one_way", "one_way"], "pace": "own", "score": [1, 2, None, 2]}
    pd.DataFrame({"person_id": HOSTILE, **learners}).to_csv(tmp_path / "learning.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) == {"too little data", "no data"}  # of one account, undated


def test_the_posts_of_a_page_tell_how_clicks_go_with_reach(reports):
    source = real("uci-facebook-metrics/dataset_Facebook.csv")
    rows = reports.make(source, "facebook")
    assert set(verdicts(rows)) == {"no data"}
    assert rows["reach-is-not-behaviour"]["reason"] == "missing: posts.created_at, posts.conversions"
    posts = pd.read_csv(source, sep=";")
    columns = {"reach": "Lifetime Post Total Reach", "likes": "like", "shares": "share"}
    page = reports.page("facebook")
    for measure, column in columns.items():
        both = posts[[column, "Lifetime Post Consumptions"]].dropna()
        expected = stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic
        found = re.search(rf"{measure} with clicks</th>\s*<td[^>]*>([\d.]+)<", page)
        assert float(found[1]) == pytest.approx(expected, abs=0.0051)  # shown with two decimals


def test_an_export_of_a_channel_has_no_conversions(reports):
    source = real("ytstudio-kenjee")
    rows = reports.make(source, "youtube")
    assert set(verdicts(rows)) == {"no data"}
    assert rows["reach-each-goal-its-metric"]["reason"] == "missing: posts.goal, posts.conversions"
    page = reports.page("youtube")
    videos = pd.read_csv(source / "Aggregated_Metrics_By_Video.csv")
    assert re.search(rf"rows read: posts</th>\s*<td[^>]*>{len(videos) - 1}<", page)  # the first row is the total
    assert "with clicks</th>" not in page
