"""Notebook 06 from data to verdict: the three worlds, data that cannot speak, hostile names, real posts."""

import json
import re

import pandas as pd
import pytest
from conftest import by_chance, comes_out
from notebook_reports import assert_recovered, hostile_posts, planted, verdicts
from test_real_data import case, real

NOTEBOOK = "06-timing-hashtags"
WORLDS = ("documents", "literature", "null")


@pytest.mark.parametrize("world", ["documents", "literature"])
def test_planted_truths_lie_in_the_intervals(reports, sample_of, world):
    rows = reports.on_world(world)
    # In the literature no schedule's gain is known, and a day's later posts get much less, planted by dialogue,
    # which is an effect of the hour too.
    known = rows if world == "documents" else ("hashtag-some-work", "hashtag-choice-gains")
    assert_recovered({claim: rows[claim] for claim in known}, planted(sample_of(world)))
    if world == "documents":
        assert all(comes_out(row) for row in rows.values()), rows
        assert float(rows["timing-hour-matters"]["p_value"]) == 1 / 500  # of the permutation test


def test_null_world_supports_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert rows["hashtag-some-work"]["verdict"] == "negligible"


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert "posts.created_at" in rows["timing-hour-matters"]["reason"]
    assert "posts.hashtags" in rows["hashtag-some-work"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        80, likes=[0, -1, 3, 9_000], hashtags=["#<script>alert(2)</script> #$x_$", "", "   ", "#a #a"]
    ).assign(created_at=pd.date_range("2024-01-01", periods=80, freq="83h"))
    posts.to_csv(tmp_path / "posts.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path / "posts.csv"))) == {"too little data"}


@pytest.mark.parametrize("folder", ["tw-vaccination", "uci-facebook-metrics"])
def test_real_posts_give_a_report(reports, folder):
    source = real(folder)
    rows = reports.make(source, folder)
    if folder == "uci-facebook-metrics":
        # One page, whose times are hours of a week of unknown date.
        assert set(verdicts(rows)) <= {"too little data", "no data"}
        return
    raw = pd.read_csv(next(source.glob("*.csv")), dtype={"id": "str"})
    seconds = (raw["id"].astype("int64") // 2**22 + 1288834974657) // 1000
    enough = raw.groupby("user_id_hash")["id"].transform("size") >= 5
    raw = raw.assign(seconds=seconds)[enough]
    assert int(rows["hashtag-some-work"]["n_rows"]) == len(raw)
    expected = spread_by_hand(raw)
    assert rows["hashtag-some-work"]["verdict"] not in ("no data", "too little data")
    assert float(rows["hashtag-some-work"]["estimate"]) == pytest.approx(expected, rel=1e-6)


def spread_by_hand(raw: pd.DataFrame) -> float:
    """Work the spread between hashtags out with loops over halves of accounts' time and hashtags."""
    at = raw.groupby("user_id_hash")["seconds"]
    raw = raw.assign(late=2 * raw["seconds"] > at.transform("min") + at.transform("max"))
    level = raw.groupby(["user_id_hash", "late"])["favorites"].transform("mean")
    deviation = (raw["favorites"] / level.where(level > 0)).fillna(1) - 1
    words = raw["hashtags"].fillna("").map(lambda text: {part.strip("[]' ").lower() for part in text.split(",")} - {""})
    rows = raw.assign(deviation=deviation, words=words)
    own: dict[str, dict[str, tuple[float, float]]] = {}
    posts: dict[str, int] = {}
    for (user, _), half in rows.groupby(["user_id_hash", "late"]):
        for tag in set().union(*half["words"]):
            there = half["words"].map(lambda found, tag=tag: tag in found)
            n, share = there.sum(), there.mean()
            total, size = own.setdefault(tag, {}).get(user, (0.0, 0.0))
            own[tag][user] = (total + half.loc[there, "deviation"].sum(), size + n * (1 - share))
            posts[tag] = posts.get(tag, 0) + n
    known = [tag for tag in own if len(own[tag]) >= 3 and posts[tag] >= 20]
    assert len(known) < 300
    above = below = 0.0
    for tag in known:
        pairs = [(total, size) for total, size in own[tag].values() if size > 0]
        if not pairs:
            continue
        totals, sizes = (sum(pair[i] for pair in pairs) for i in (0, 1))
        above += (totals**2 - sum(total**2 for total, _ in pairs)) / sizes
        below += (sizes**2 - sum(size**2 for _, size in pairs)) / sizes
    return (max(above, 0.0) / below) ** 0.5


def test_case_handles_printed(reports):
    """No id and no row of one account stands in any output or on any page."""
    source = case("handles-printed-by-05-06")
    reports.make(source / "posts.csv", "handles")
    told = [json.dumps(output) for output in reports.outputs("handles")] + [reports.page("handles")]
    posts = pd.read_csv(source / "posts.csv", dtype=str)
    names = {*posts["account_id"], *posts["post_id"]}
    assert len(names) > 10
    assert not [name for name in names if any(re.search(rf"\b{re.escape(name)}\b", text) for text in told)]


def test_case_report_redirect_by_hashtag(reports):
    """Markup in a hashtag is text, wherever it is shown."""
    reports.on_hostile(case("report-redirect-by-hashtag") / "posts.csv")
    told = [str(output.get("data", {}).get("text/html", "")) for output in reports.outputs("hostile")]
    assert any(told)
    assert not [
        text
        for text in [*told, reports.page("hostile")]
        if re.search(r"<meta[/ ]http-equiv=.?refresh|<img src=x", text)
    ]
