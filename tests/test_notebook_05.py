"""Notebook 05 from data to verdict: the three worlds, data that cannot speak, hostile names, real pages."""

import json
import re

import pandas as pd
import pytest
from conftest import by_chance, comes_out
from notebook_reports import assert_recovered, hostile_posts, planted, verdicts
from test_real_data import case, real

NOTEBOOK = "05-format"
WORLDS = ("documents", "literature", "null")


@pytest.mark.parametrize("world", ["documents", "literature"])
def test_planted_truths_lie_in_the_intervals(reports, sample_of, world):
    rows = reports.on_world(world)
    assert_recovered(rows, planted(sample_of(world)))
    if world == "documents":
        assert all(comes_out(row) for row in rows.values()), rows


def test_null_world_supports_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert rows["format-video-beats-image"]["verdict"] == "negligible"


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert "posts.format" in rows["format-video-beats-image"]["reason"]
    assert "posts.watch_time_s" in rows["format-depth-beats-followers"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        format=["video", "image", "live", "reel"],
        duration_s=[5, None, 0, 100_000],
        followers=[5, 0, 50_000, 5_000_000],
        likes=[0, -1, 3, 9_000],
        comments=[None, 0, 1, 2],
        views=[0, None, 7, 1],
        reach=[0, 1, None, 3],
        shares=[0, 1, None, 3],
        saves=[0, 1, None, 3],
        watch_time_s=[0, 1, None, 3.5],
    )
    posts.to_csv(tmp_path / "posts.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path / "posts.csv"))) <= {"too little data", "no data"}


@pytest.mark.parametrize("folder", ["uci-facebook-metrics", "uci-fb-live-thailand", "fb-pages-2016"])
def test_real_pages_are_compared_with_themselves(reports, folder):
    """Fewer than ten pages: their posts within the same weeks, where they have dates; ten lines of pandas agree."""
    rows = reports.make(real(folder), folder)
    row = rows["format-video-beats-image"]
    assert (row["scope"], row["unit_of_analysis"]) == ("own account", "week")
    if folder == "uci-facebook-metrics":  # month, weekday and hour only
        assert row["verdict"] in ("no data", "too little data")
    else:
        assert int(row["n_units"]) >= 10
        assert float(row["ci_low"]) < float(row["estimate"]) < float(row["ci_high"])
    assert rows["format-depth-beats-followers"]["verdict"] == "no data"
    assert not rows["format-live-draws-comments"]["ci_low"]


def test_case_handles_printed(reports):
    """No id and no row of one account stands in any output or on any page."""
    source = case("handles-printed-by-05-06")
    reports.make(source / "posts.csv", "handles")
    told = [json.dumps(output) for output in reports.outputs("handles")] + [reports.page("handles")]
    posts = pd.read_csv(source / "posts.csv", dtype=str)
    names = {*posts["account_id"], *posts["post_id"]}
    assert len(names) > 10
    assert not [name for name in names if any(re.search(rf"\b{re.escape(name)}\b", text) for text in told)]
