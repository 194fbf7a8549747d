"""Notebook 04 from data to verdict: sample, null world, silent and hostile data, real files."""

import pandas as pd
from conftest import by_chance, comes_out
from notebook_reports import HOSTILE, assert_recovered, hostile_posts, planted, verdicts
from test_real_data import real

from helpers.sources import import_data

NOTEBOOK = "04-dialogue"
WORLDS = ("documents", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    assert all(comes_out(row) for row in rows.values()), rows
    assert_recovered(rows, planted(sample_of("documents")))
    assert "stream" not in {output.output_type for output in reports.outputs("documents")}  # nothing is printed


def test_null_world_gives_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert rows["dialogue-bait-does-not-help"]["verdict"] == "contradicted"
    assert float(rows["comment-few-sentences-suffice"]["ci_low"]) > 0  # where longer answers do bring people back


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    (tmp_path / "dataset.toml").write_text('name = "survey"\nkind = "user"\n', encoding="utf-8")
    rows = reports.on_silent(tmp_path, "survey")
    assert "posts.owner_replies" in rows["dialogue-reply-raises-engagement"]["reason"]
    assert "comments.parent_id" in rows["dialogue-heard-people-return"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        platform=["<script>alert(2)</script>", None, "a_{b}", "{{ 7*7 }}"],
        created_at=[None, "2025-01-06T00:00:00", "2025-01-06T00:00:00", "1999-12-31T23:59:59"],
        likes=[0, -1, None, 9_000],
        comments=[0, 0, 5, None],
        owner_replies=[0, 7, -1, None],
        boosted=["true", "false", None, None],
        intent=["bait", None, "promotion", "value"],
        reach=[0, 1, None, -1],
        views=[0, 1, None, -1],
        format=["image", None, "video", "image"],
        hashtags=["#<script> #a", None, "a", "$x_$"],
        followers=[1, None, 0, 7],
        followers_at=["posting", None, "capture", "posting"],
    )
    comments = pd.DataFrame(
        {
            "comment_id": range(4),
            "post_id": "nowhere",
            "author_id": HOSTILE,
            "parent_id": [0, 1, 9, None],
            "text": HOSTILE,
        }
    )
    posts.to_csv(tmp_path / "posts.csv", index=False)
    comments.assign(created_at=None, is_owner=None, text=HOSTILE).to_csv(tmp_path / "comments.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) == {"too little data"}


def test_customer_care_has_no_unanswered_side(reports, tmp_path):
    """25 brands whose conversations all were answered; what is left is checked with pandas alone."""
    source = real("support-ibm-twitter-cdp")
    rows = reports.make(import_data(source, "care", to=tmp_path).folder, "care")
    assert {rows[f"dialogue-{name}"]["verdict"] for name in ("reply-raises-engagement", "promotion-lowers")} == {
        "no data"
    }
    assert "posts.likes" in rows["dialogue-reply-raises-engagement"]["reason"]
    heard = rows["dialogue-heard-people-return"]
    raw = pd.read_csv(source / "messages_tidy.csv", dtype="str")
    raw = raw.assign(of_client=raw["role"] == "client")
    # A message answers the one before it, so a client is answered whom an agent follows; all conversations end so.
    followed = raw.groupby("session_id")["of_client"].shift(-1).eq(False)
    clients = raw[raw["of_client"]].assign(answered=followed[raw["of_client"]])
    by_person = clients.dropna(subset=["author"]).groupby(["session_id", "author"])["answered"].any()
    sides = by_person.groupby("session_id").nunique()
    assert (heard["verdict"], int(heard["n_units"])) == ("too little data", 0)
    assert set(sides) == {1}  # no conversation holds a client with an answer beside one without


def test_two_politicians_are_each_compared_with_themselves(reports, tmp_path):
    rows = reports.make(import_data(real("tw-538-ratio"), "ratio", to=tmp_path).folder, "ratio")
    repetition = rows["dialogue-repetition-wears-out"]
    assert (repetition["scope"], repetition["unit_of_analysis"]) == ("own account", "week")
    # Tweets tell no format, and without one nobody can say that a post repeats the one before.
    assert (repetition["verdict"], repetition["reason"].startswith("missing: posts.format")) == ("no data", True)
