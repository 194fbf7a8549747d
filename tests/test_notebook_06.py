"""Notebook 06 from data to verdict: the three worlds, data that cannot speak, hostile names, real posts."""

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from conftest import by_chance, comes_out, holds
from test_notebook_05 import reads_like_a_lesson

from helpers import ROOT, simulate
from helpers.batch import Project, make_reports
from helpers.simulate import timing

NOTEBOOK = ROOT / "notebooks" / "06-timing-hashtags.ipynb"
REAL = ROOT.parent / "shared" / "real"
CLAIMS = set(timing.truths("null"))


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def run(project: Project, data: Path, name: str) -> dict[str, dict[str, str]]:
    assert make_reports(data=str(data), run=name, project=project, notebook=NOTEBOOK.stem) == 0
    with (project.reports / name / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file) if row["claim_id"] in CLAIMS}


@pytest.mark.parametrize("world", ["documents", "literature"])
def test_planted_truths_lie_in_the_intervals(project, tmp_path, world):
    data = ROOT / "data" / "sample" if world == "documents" else simulate.write_sample(world, folder=tmp_path / world)
    rows = run(project, data, world)
    for claim, truth in timing.truths(world).items():
        if (world, claim) == ("literature", "timing-hour-matters"):
            continue  # there a day's later posts get much less, planted by dialogue, which is an effect of the hour too
        assert holds(rows[claim], truth), rows[claim]["claim_id"]
    if world == "documents":
        assert all(comes_out(row) for row in rows.values()), rows
        assert float(rows["timing-hour-matters"]["p_value"]) == 1 / 500  # of the permutation test


def test_null_world_supports_none(project, tmp_path):
    rows = run(project, simulate.write_sample("null", folder=tmp_path / "null"), "null")
    assert by_chance(row["verdict"] for row in rows.values())
    assert rows["hashtag-some-work"]["verdict"] == "negligible"


def test_data_that_cannot_speak_are_told_so(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id,views\n" + "".join(f"p{i},a{i},5\n" for i in range(12)))
    rows = run(project, tmp_path, "silent")
    assert {row["verdict"] for row in rows.values()} == {"no data"}
    assert "posts.created_at" in rows["timing-hour-matters"]["reason"]
    assert "posts.hashtags" in rows["hashtag-some-work"]["reason"]


def test_hostile_names_and_thin_data(project, tmp_path):
    n = 80
    frame = pd.DataFrame(
        {
            "post_id": [f"<img src=x onerror=alert({i})>" for i in range(n)],
            "account_id": ["<script>alert(1)</script>", "$x_$", "=HYPERLINK(1)", "{{ 7*7 }}"] * (n // 4),
            "created_at": pd.date_range("2024-01-01", periods=n, freq="83h"),
            "likes": [0, -1, 3, 9_000] * (n // 4),
            "hashtags": ["#<script>alert(2)</script> #$x_$", "", "   ", "#a #a"] * (n // 4),
        }
    )
    frame.to_csv(tmp_path / "posts.csv", index=False)
    rows = run(project, tmp_path / "posts.csv", "hostile")
    assert {row["verdict"] for row in rows.values()} == {"too little data"}
    assert "<script>alert" not in (project.reports / "hostile" / f"{NOTEBOOK.stem}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["tw-vaccination", "uci-facebook-metrics"])
def test_real_posts_give_a_report(project, folder):
    if not (REAL / folder).exists():
        pytest.skip(f"{folder}: real files are not there")
    rows = run(project, REAL / folder, folder)
    if folder == "uci-facebook-metrics":
        # One page, whose times are hours of a week of unknown date.
        assert {rows[claim]["verdict"] for claim in CLAIMS} <= {"too little data", "no data"}
        return
    raw = pd.read_csv(next((REAL / folder).glob("*.csv")), dtype={"id": "str"})
    seconds = (raw["id"].astype("int64") // 2**22 + 1288834974657) // 1000
    enough = raw.groupby("user_id_hash")["id"].transform("size") >= 5
    raw = raw.assign(seconds=seconds)[enough]
    assert int(rows["hashtag-some-work"]["n_rows"]) == len(raw)
    expected = spread_by_hand(raw)
    assert rows["hashtag-some-work"]["verdict"] not in ("no data", "too little data")
    assert float(rows["hashtag-some-work"]["estimate"]) == pytest.approx(expected, rel=1e-6)


def spread_by_hand(raw: pd.DataFrame) -> float:
    """Work the spread between hashtags out with loops over accounts and hashtags."""
    level = raw.groupby("user_id_hash")["favorites"].transform("mean")
    deviation = (raw["favorites"] / level.where(level > 0)).fillna(1) - 1
    words = raw["hashtags"].fillna("").map(lambda text: {part.strip("[]' ").lower() for part in text.split(",")} - {""})
    rows = raw.assign(deviation=deviation, words=words)
    own: dict[str, list[tuple[float, float]]] = {}
    posts: dict[str, int] = {}
    for _, account in rows.groupby("user_id_hash"):
        for tag in set().union(*account["words"]):
            there = account["words"].map(lambda found, tag=tag: tag in found)
            n, share = there.sum(), there.mean()
            own.setdefault(tag, []).append((account.loc[there, "deviation"].sum(), n * (1 - share)))
            posts[tag] = posts.get(tag, 0) + n
    known = [tag for tag in own if len(own[tag]) >= 3 and posts[tag] >= 20]
    assert len(known) < 300
    above = below = 0.0
    for tag in known:
        pairs = [(total, size) for total, size in own[tag] if size > 0]
        if not pairs:
            continue
        totals, sizes = (sum(pair[i] for pair in pairs) for i in (0, 1))
        above += (totals**2 - sum(total**2 for total, _ in pairs)) / sizes
        below += (sizes**2 - sum(size**2 for _, size in pairs)) / sizes
    return (above / below) ** 0.5 if above > 0 else -((-above / below) ** 0.5)


def test_the_notebook_reads_like_a_lesson():
    reads_like_a_lesson(NOTEBOOK)
