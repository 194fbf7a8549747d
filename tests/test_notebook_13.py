"""Notebook 13 from data to verdict: sample, null world, silent, hostile and short data."""

import pandas as pd
from conftest import by_chance, comes_out
from notebook_reports import HOSTILE, assert_recovered, hostile_posts, planted, verdicts

NOTEBOOK = "13-trends"
WORLDS = ("documents", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    assert len(rows) == 5
    assert all(comes_out(row) for row in rows.values()), rows
    assert_recovered(rows, planted(sample_of("documents")))
    assert {row["n_units"] for claim_id, row in rows.items() if "smaller" not in claim_id} == {"24"}


def test_null_world_gives_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert rows["trend-video"]["reason"] == "missing: posts.created_at, posts.format"
    assert "campaigns.started_at" in rows["trend-smaller-creators"]["reason"]


def test_half_a_year_is_too_little_and_the_reason_says_so(reports, tmp_path):
    rows = [
        (f"p{account}-{week}", f"a{account}", f"2025-{1 + week // 5:02d}-{1 + 5 * (week % 5):02d}")
        for account in range(12)
        for week in range(25)
    ]
    posts = pd.DataFrame(rows, columns=["post_id", "account_id", "created_at"]).assign(
        format="video", likes=1, comments=1, shares=1
    )
    posts.to_csv(tmp_path / "posts.csv", index=False)
    found = reports.make(tmp_path, "short")
    assert found["trend-video"]["verdict"] == "too little data"
    assert "0 of 12 accounts post throughout a year" in found["trend-video"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        created_at=[None, "2025-01-06T00:00:00", "2024-01-06T00:00:00", "1999-12-31T23:59:59"],
        likes=[0, -1, None, 9_000], comments=[0, 0, 5, None], shares=[0, 1, None, -1],
        intent=["bait", None, "promotion", "conversation"], format=["video", None, "live", "image"],
    )  # fmt: skip
    posts.to_csv(tmp_path / "posts.csv", index=False)
    campaigns = {"campaign_id": range(4), "account_id": HOSTILE, "followers": [5, None, 5_000, 5_000_000]}
    times = ["2024-01-01T00:00:00Z", None, "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z"]
    pd.DataFrame({**campaigns, "started_at": times}).to_csv(tmp_path / "campaigns.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) == {"too little data"}
