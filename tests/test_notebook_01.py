"""Notebook 01 from data to verdict: sample, null world, hostile file, real files, by hand and in batch."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import by_chance, in_browser
from notebook_reports import hostile_posts, solved, vaccination_tweets, verdicts
from test_real_data import real

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.claims import registry
from helpers.running.reports import make_reports
from helpers.running.score import read_claims

NOTEBOOK = "01-account-size"
WORLDS = ("documents", "null")

REDDIT = """
name = "reddit top posts"
kind = "user"
[tables.posts]
file = "posts.csv"
[tables.posts.columns]
post_id = "id"
account_id = "subreddit"
created_at = "created_utc"
followers = "subscribers"
likes = "score"
comments = "num_comments"
[tables.posts.constants]
platform = "reddit"
"""


@pytest.fixture(scope="module")
def on_sample(reports) -> Path:
    reports.on_world("documents")
    return reports.project.reports / "documents"


def test_sample_gives_the_planted_verdicts(on_sample, reports, sample_of):
    rows = reports.rows("documents")
    assert len(rows) == 11
    given = {claim_id: row["verdict"] for claim_id, row in rows.items()}
    assert given.pop("size-comments-fall-faster") in ("supported", "direction supported")
    assert set(given.values()) == {"supported", "reproduced"}
    assert not any("follower counts" in row["reason"] or "fewer than" in row["reason"] for row in rows.values())
    assert {row["data_kind"] for row in rows.values()} == {"simulated"}
    for row in rows.values():
        assert float(row["ci_low"]) < float(row["estimate"]) < float(row["ci_high"])
        assert 0 <= float(row["robust_share"]) <= 1
        assert float(row["p_value"]) <= float(row["p_holm"]) <= 1
    record = reports.record("documents")
    files = sample_of("documents").glob("*.csv")
    tables = {file.stem: len(pd.read_csv(file, low_memory=False)) for file in files}
    assert {name: record["data"]["rows"][name] for name in tables} == tables
    assert record["data"]["excluded"]["likes hidden"] > 0
    assert record["parameters"]["min_age_days"] == 3.0


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_built_pages_in_a_browser(on_sample, open_page, width):
    report = open_page(on_sample / "01-account-size.html", viewport={"width": width, "height": 844})
    assert report.evaluate("document.documentElement.scrollWidth") == width
    texts = report.locator("img").evaluate_all("images => images.map((image) => image.alt)")
    assert len(texts) == 7  # one of them what the panel shows of the own choices
    assert all(any(character.isdigit() for character in text) for text in texts)
    world, simulated = report.locator(".answer").all()  # what real data gave stands first, and as large
    assert world.get_attribute("class") == "answer world"
    assert world.locator("p").first.text_content().startswith("Yes: in the mean of 5 datasets")
    assert simulated.locator("h2").text_content() == "The answer in simulated data"
    assert world.bounding_box()["y"] < simulated.bounding_box()["y"]
    sizes = [one.evaluate("of => getComputedStyle(of).fontSize") for one in (world, simulated)]
    assert sizes[0] == sizes[1]
    weights = world.locator("p").evaluate_all("all => all.map((one) => getComputedStyle(one).fontWeight)")
    assert weights == ["600", *["400"] * (len(weights) - 1)]
    facts = report.locator(".facts").inner_text()
    (led,) = (row for row in read_claims(on_sample / "claims.csv") if row["claim_id"] == "size-like-rate-falls")
    assert f"in the answer: {int(led['n_units']):,} accounts whose followers, likes and comments are known" in facts
    report.locator("nav.contents a").first.click()
    index = open_page(on_sample / "index.html", viewport={"width": width, "height": 844})
    assert index.evaluate("document.documentElement.scrollWidth") == width
    assert "Simulated data" in index.locator(".banner").inner_text()
    index.select_option("#filter-verdict", "supported")
    shown = index.locator("#claims tbody tr:visible").evaluate_all("rows => rows.map((row) => row.id)")
    supported = {row["claim_id"] for row in read_claims(on_sample / "claims.csv") if row["verdict"] == "supported"}
    assert len(shown) == len(supported) >= 2
    assert set(shown) == supported
    index.locator("#claims tbody tr:visible a").first.click()
    assert index.url.endswith("01-account-size.html#size-like-rate-falls")


def test_null_world_gives_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert {rows[f"size-{name}-rate-falls"]["verdict"] for name in ("like", "comment")} == {"negligible"}


def test_by_hand_as_in_batch(on_sample, reports, tmp_path, monkeypatch):
    """Run the notebook as JupyterLab would, elsewhere, with nothing injected: every output is that of the batch."""
    from nbclient import NotebookClient

    monkeypatch.chdir(tmp_path)
    notebook = solved(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb")
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    made = reports.executed("documents").cells
    injected = [cell for cell in made if "injected-parameters" not in cell.metadata.get("tags", [])]
    here, there = ([_pictures_and_tables(cell) for cell in cells] for cells in (notebook.cells, injected))
    assert here == there
    assert not list(tmp_path.iterdir())  # nothing is written by hand


def _pictures_and_tables(cell) -> list[dict[str, str]]:
    kinds = ("image/png", "application/vnd.engagement-claims.record+json", "text/markdown")
    return [
        {kind: out["data"][kind] for kind in kinds if kind in out["data"]}
        for out in cell.get("outputs", [])
        if "data" in out
    ]


def test_hostile_names_and_thin_data(reports, tmp_path):
    posts = hostile_posts(
        platform=["<script>alert(2)</script>", "$x_$", "a_{b}", "{{ 7*7 }}"],
        followers=[5, 500, 50_000, 5_000_000],
        likes=[0, -1, 3, 9_000],
        comments=[None] * 4,
        caption=["</script><script>alert(3)</script>"] * 4,
    )
    (tmp_path / "a b' {x}").mkdir()
    file = tmp_path / "a b' {x}" / "posts.csv"
    posts.to_csv(file, index=False)
    assert set(verdicts(reports.on_hostile(file))) == {"too little data"}


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert "posts.likes" in rows["size-like-rate-falls"]["reason"]


def test_averages_of_accounts_are_enough(reports, tmp_path):
    rng = np.random.default_rng(8)
    size = (10 ** rng.uniform(2, 7.5, 300)).astype(int)
    likes = size * 0.3 * size**-0.2 * rng.lognormal(-0.18, 0.6, 300)
    frame = pd.DataFrame({"account_id": [f"a{i}" for i in range(300)], "followers": size, "avg_likes": likes.round(1)})
    frame.to_csv(tmp_path / "accounts.csv", index=False)
    rows = reports.make(tmp_path / "accounts.csv", "averages")
    found = rows["size-like-rate-falls"]
    assert float(found["ci_low"]) < 0.2 < float(found["ci_high"])
    assert rows["size-comment-rate-falls"]["verdict"] == "no data"


def tidy(folder: Path, **tables: pd.DataFrame) -> Path:
    folder.mkdir()
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def averaged(size: np.ndarray, rate: np.ndarray, **columns: object) -> pd.DataFrame:
    """Make a table of accounts with averages, from sizes and like rates."""
    frame = pd.DataFrame({"account_id": [f"a{i}" for i in range(len(size))], "followers": size.round().astype(int)})
    return frame.assign(avg_likes=(rate * frame["followers"]).round(6), **columns)


def test_rates_of_two_likes_are_too_little(reports, tmp_path):
    """Caught seconds after posting: 2 likes on 240 posts of 120 accounts."""
    size = np.repeat(np.geomspace(100, 1e6, 120).astype(int), 2)
    posts = pd.DataFrame({"post_id": range(240), "account_id": np.repeat(np.arange(120), 2), "platform": "mastodon"})
    posts = posts.assign(followers=size, likes=0, comments=0)
    posts.loc[[4, 100], "likes"] = 1
    rows = reports.make(tidy(tmp_path / "zero", posts=posts), "zero")
    assert {row["verdict"] for claim_id, row in rows.items() if "like-rate" in claim_id} == {"too little data"}
    assert rows["size-like-rate-falls"]["reason"] == "0 accounts with anything to count; 10 are needed"


def test_platforms_that_differ_in_size_and_rate_support_no_fall(reports, tmp_path):
    """No slope within any of three platforms, a clear one over all: it stands beside, under its own name."""
    rng = np.random.default_rng(3)
    platform = np.repeat([0, 1, 2], 200)
    size, rate = np.exp(rng.normal(8 + 2 * platform, 1)), 0.05 * np.exp(-1.0 * platform + rng.normal(0, 0.5, 600))
    accounts = averaged(size, rate, platform=np.array(["x", "tiktok", "youtube"])[platform])
    found = reports.make(tidy(tmp_path / "platforms", accounts=accounts), "platforms")["size-like-rate-falls"]
    assert found["verdict"] in ("inconclusive", "negligible")
    assert float(found["ci_low"]) < 0 < float(found["ci_high"])
    pooled = checked_slope(accounts, account="account_id", size="followers", count="avg_likes")
    assert pooled < -0.3
    page = reports.page("platforms").replace("\n", "")
    told = re.search(r"<th[^>]*>over all platforms</th>(.*?)</tr>", page)[1]
    assert f"slope {pooled:.3f} (".replace("-", "\N{MINUS SIGN}") in told


def test_a_brand_on_four_platforms_is_one_unit(reports, tmp_path):
    """Named by owner, or by the same id on several platforms: 40 brands, 160 accounts."""
    rng = np.random.default_rng(5)
    owner = np.repeat(np.arange(40), 4)
    size = np.exp(rng.normal(10, 1.5, 40)[owner] + rng.normal(0, 0.7, 160))
    rate = 0.03 * np.exp(rng.normal(0, 0.8, 40)[owner] + rng.normal(0, 0.3, 160))
    platform = np.tile(["x", "tiktok", "youtube", "instagram"], 40)
    accounts = averaged(size, rate, platform=platform, owner=[f"brand {i}" for i in owner])
    named = reports.make(tidy(tmp_path / "named", accounts=accounts), "named")["size-like-rate-falls"]
    same = accounts.drop(columns="owner").assign(account_id=[f"brand{i}" for i in owner])
    by_id = reports.make(tidy(tmp_path / "by_id", accounts=same), "by-id")["size-like-rate-falls"]
    apart = reports.make(tidy(tmp_path / "apart", accounts=accounts.drop(columns="owner")), "apart")
    apart = apart["size-like-rate-falls"]
    assert [int(row["n_units"]) for row in (named, by_id, apart)] == [40, 40, 160]
    assert float(named["ci_low"]) == pytest.approx(float(by_id["ci_low"]), abs=1e-9)
    assert float(named["estimate"]) == pytest.approx(float(apart["estimate"]), abs=1e-9)


def test_an_effect_of_half_the_margin_gets_no_verdict_beyond_its_direction(reports, tmp_path):
    rng = np.random.default_rng(6)
    half = registry()["size-like-rate-falls"].margin / 2
    size = np.exp(rng.uniform(7, 16, 4_000))
    rate = 0.05 * size**-half * rng.lognormal(-0.02, 0.2, 4_000)
    found = reports.make(tidy(tmp_path / "half", accounts=averaged(size, rate)), "half")["size-like-rate-falls"]
    assert float(found["ci_low"]) < half < float(found["ci_high"])
    assert found["verdict"] in ("negligible", "direction supported", "inconclusive")


def checked_slope(frame: pd.DataFrame, *, account: str, size: str, count: str) -> float:
    """Give the slope independently: pandas for the accounts, statsmodels' formula interface for the fit."""
    frame = frame[frame[size] > 0]
    accounts = (
        frame.assign(rate=frame[count] / frame[size]).groupby(account).agg(rate=("rate", "mean"), size=(size, "mean"))
    )
    accounts["ln_size"] = np.log(accounts["size"])
    return sm.formula.glm("rate ~ ln_size", accounts, family=sm.families.Poisson()).fit(tol=1e-12).params["ln_size"]


def test_vaccination_tweets(reports, tmp_path):
    rows = reports.make(vaccination_tweets(tmp_path), "vaccination")
    tweets = pd.read_csv(tmp_path / "tweets.csv")
    likes = rows["size-like-rate-falls"]
    assert float(likes["estimate"]) == pytest.approx(
        -checked_slope(tweets, account="user_id_hash", size="user_followers", count="favorites"), abs=1e-6
    )
    assert int(likes["n_units"]) == tweets.loc[tweets["user_followers"] > 0, "user_id_hash"].nunique()
    assert likes["verdict"] == "supported"
    assert rows["size-comment-rate-falls"]["verdict"] == "no data"
    small = tweets[tweets["user_followers"].between(1, 999)]
    assert rows["size-like-rate-under-1k"]["data_kind"] == "user"
    assert int(rows["size-like-rate-under-1k"]["n_units"]) <= small["user_id_hash"].nunique()


def test_reddit(reports, tmp_path):
    source = real("reddit-top-by-subreddit/reddit_sample_long.csv")
    shutil.copy(source, tmp_path / "posts.csv")
    (tmp_path / "dataset.toml").write_text(REDDIT, encoding="utf-8")
    rows = reports.make(tmp_path, "reddit")
    posts = pd.read_csv(source)
    for claim, count in (("size-like-rate-falls", "score"), ("size-comment-rate-falls", "num_comments")):
        slope = checked_slope(posts, account="subreddit", size="subscribers", count=count)
        assert float(rows[claim]["estimate"]) == pytest.approx(-slope, abs=1e-6)
        assert int(rows[claim]["n_units"]) == 46
        assert int(rows[claim]["n_rows"]) == 43_685
    assert rows["size-like-rate-under-1k"]["verdict"] == "too little data"


def test_a_real_file_with_a_header_only_is_refused_and_nothing_is_written(reports):
    source = real("fb-pages-2016/10ronaldinho_facebook_statuses.csv")
    with pytest.raises(Refusal) as refusal:
        make_reports(data=str(source), run="refused", project=reports.project)
    assert "only a header" in str(refusal.value)
    assert "What to do:" in str(refusal.value)
    assert not (reports.project.reports / "refused").exists()
