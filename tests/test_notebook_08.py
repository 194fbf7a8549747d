"""Notebook 08 from data to verdict: sample, other worlds, hostile and silent data, and real accounts labelled fake."""

import numpy as np
import pandas as pd
import pytest
from conftest import by_chance, comes_out
from notebook_reports import HOSTILE, assert_near, assert_recovered, planted, verdicts
from scipy import stats
from test_real_data import real

NOTEBOOK = "08-audience"
WORLDS = ("documents", "literature", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    assert all(comes_out(row) for row in rows.values()), rows
    assert_recovered(rows, planted(sample_of("documents")))
    assert {row["n_units"] for row in rows.values()} <= {"900", "150", "149"}
    assert "accounts labelled fake and calls" in reports.page("documents")


@pytest.mark.parametrize("world", ["literature", "null"])
def test_other_worlds(reports, sample_of, world):
    rows, truths = reports.on_world(world), planted(sample_of(world))
    assert by_chance(row["verdict"] for claim_id, row in rows.items() if truths[claim_id] <= 0)
    assert_near(rows, truths)


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert "follower_activity.likes" in rows["audience-new-followers-like-more"]["reason"]
    assert "accounts.following" in rows["audience-overfollowing-lower"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    accounts = {
        "platform": HOSTILE,
        "followers": [5, 0, 7, 9],
        "following": [9, 9, 0, None],
        "avg_likes": [0, 1, None, 2],
    }
    more = {"is_fake": [True, False, None, True], "mutual_share": [0.1, None, 0.5, 1.0]}
    pd.DataFrame({"account_id": HOSTILE, **accounts, **more}).to_csv(tmp_path / "accounts.csv", index=False)
    history = {"account_id": HOSTILE[:2], "date": "2025-01-01", "followers": [0, 3]}
    pd.DataFrame(history).to_csv(tmp_path / "account_history.csv", index=False)
    activity = {
        "account_id": HOSTILE,
        "tenure_months": [1, 0, 400, 6],
        "followers": [0, 1, 2, 3],
        "likes": [0, None, 1, 2],
    }
    pd.DataFrame(activity).to_csv(tmp_path / "follower_activity.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) == {"too little data", "no data"}


RULES = {
    "follows more than it is followed": lambda raw: raw["#follows"] > raw["#followers"],
    "follows over twice as many": lambda raw: raw["#follows"] > 2 * raw["#followers"],
    "has never posted": lambda raw: raw["#posts"] == 0,
}


@pytest.mark.parametrize("name", ["train", "test"])
def test_real_accounts_mark_the_rules_and_leave_the_claims_open(reports, name):
    """No likes, so no verdict; the rules are marked as pandas and scipy mark them."""
    file = real(f"ig-fake-spammer-genuine/{name}.csv")
    rows = reports.make(file, f"fake-{name}")
    assert set(verdicts(rows)) == {"no data"}
    assert "accounts.avg_likes" in rows["audience-bought-lower"]["reason"]
    raw = pd.read_csv(file)
    fake = raw["fake"] == 1
    page = reports.page(f"fake-{name}")
    for rule, flags in RULES.items():
        flagged = flags(raw)
        hits, alarms = int((fake & flagged).sum()), int((~fake & flagged).sum())
        said = f"finds {hits} of {fake.sum()} accounts labelled fake and calls {alarms} of {(~fake).sum()} genuine ones"
        assert f"{rule}\N{RIGHT DOUBLE QUOTATION MARK} {said}" in page
        interval = stats.binomtest(hits, int(fake.sum())).proportion_ci(method="wilson")
        assert f"{100 * hits / fake.sum():.3g}% ({100 * interval.low:.3g}% to {100 * interval.high:.3g}%)" in page
    assert "one-day step in followers\N{RIGHT DOUBLE QUOTATION MARK} finds" not in page  # there is no history
    assert reports.record(f"fake-{name}")["data"]["units"]["accounts"] == len(raw)


def test_averages_with_following_are_enough(reports, tmp_path):
    rng = np.random.default_rng(3)
    size = (10 ** rng.uniform(2.5, 6, 400)).astype(int)
    over = rng.random(400) < 0.5
    likes = size * 0.05 * np.exp(-0.4 * over) * rng.lognormal(-0.125, 0.5, 400)
    frame = pd.DataFrame({"account_id": range(400), "followers": size, "following": size + np.where(over, 9, -9)})
    frame.assign(avg_likes=likes.round(2)).to_csv(tmp_path / "accounts.csv", index=False)
    rows = reports.make(tmp_path / "accounts.csv", "averages")
    found = rows["audience-overfollowing-lower"]
    assert found["verdict"] == "supported"
    assert float(found["ci_low"]) < 0.4 < float(found["ci_high"])
    assert {row["verdict"] for claim_id, row in rows.items() if claim_id != "audience-overfollowing-lower"} == {
        "no data"
    }
