"""Notebook 07 from data to verdict: sample, null world, silent and hostile data, a real channel."""

import pandas as pd
from conftest import by_chance, comes_out
from notebook_reports import HOSTILE, assert_recovered, hostile_posts, planted, verdicts
from test_real_data import real

from helpers.sources import import_data

NOTEBOOK = "07-comment-quality"
WORLDS = ("documents", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    assert len(rows) == 4
    assert all(comes_out(row) for row in rows.values()), rows
    assert_recovered(rows, planted(sample_of("documents")))
    assert "stream" not in {output.output_type for output in reports.outputs("documents")}  # nothing is printed


def test_null_world_gives_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert rows["comment-stock-phrases-do-nothing"]["verdict"] == "contradicted"
    assert rows["comment-caption-length"]["verdict"] == "contradicted"


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    (tmp_path / "dataset.toml").write_text('name = "survey"\nkind = "user"\n', encoding="utf-8")
    rows = reports.on_silent(tmp_path, "survey")
    assert "comments.quality" in rows["comment-substance-lifts-reach"]["reason"]
    assert "posts.caption" in rows["comment-caption-length"]["reason"]


def test_hostile_texts_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        caption=HOSTILE,
        platform=["<script>alert(2)</script>", None, "a_{b}", "{{ 7*7 }}"],
        created_at=[None, "2025-01-06T00:00:00", "2025-01-06T00:00:00", "1999-12-31T23:59:59"],
        comments=[0, -1, 5, None],
        reach=[0, 1, None, -1],
    ).assign(post_id=range(40))
    comments = pd.DataFrame({"comment_id": range(40), "post_id": range(40), "text": HOSTILE * 10})
    accounts = pd.DataFrame({"account_id": HOSTILE, "kind": ["community", "brand", None, "brand"]})
    for name, frame in {"posts": posts, "comments": comments, "accounts": accounts}.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) == {"too little data"}


def test_a_channel_is_one_account(reports, tmp_path):
    """Its comments are sorted and counted, and checked with pandas alone; its own weeks are what can be judged."""
    source = real("ytstudio-kenjee")
    rows = reports.make(import_data(source, "channel", to=tmp_path).folder, "channel")
    assert {row["scope"] for row in rows.values() if row["ci_low"]} <= {"own account"}
    told = "\n".join(str(output) for output in reports.outputs("channel"))
    raw = pd.read_csv(source / "All_Comments_Final.csv").dropna(subset=["Comments"])
    videos = pd.read_csv(source / "Aggregated_Metrics_By_Video.csv")["Video"]
    wordless = ~raw["Comments"].str.contains(r"[^\W_]", regex=True)
    assert f"{(wordless & raw['VidId'].isin(videos)).sum():,}" in told
    assert not any(text in told for text in raw["Comments"].str.slice(0, 200) if len(text) > 40)
