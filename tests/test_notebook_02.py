"""Notebook 02 from data to verdict: sample, null world, missing tables, hostile file, real files."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import by_chance, comes_out
from notebook_reports import (
    HOSTILE,
    assert_recovered,
    hostile_posts,
    planted,
    vaccination_tweets,
    verdicts,
)

NOTEBOOK = "02-influencer-tiers"
WORLDS = ("documents", "null")


def test_sample_gives_the_planted_verdicts(reports, sample_of):
    rows = reports.on_world("documents")
    assert len(rows) == 11
    assert rows["tier-micro-beats-macro"]["verdict"] in ("supported", "direction supported")
    assert all(comes_out(row) for claim_id, row in rows.items() if claim_id != "tier-micro-beats-macro"), rows
    assert not any("follower counts" in row["reason"] or "hidden" in row["reason"] for row in rows.values())
    assert_recovered(rows, planted(sample_of("documents")))
    for row in rows.values():
        assert float(row["p_value"]) <= float(row["p_holm"]) <= 1
        assert row["unit_of_analysis"] == "account"
    page = reports.page("documents")
    assert "engagement rate = (likes + comments) / followers" in page
    assert "No summary is computed" in page


def test_null_world_gives_none(reports):
    rows = reports.on_world("null")
    assert by_chance(verdicts(rows))
    assert all(row["estimate"] for row in rows.values())


def test_data_that_cannot_speak_are_told_so(reports, tmp_path):
    rows = reports.on_silent(tmp_path)
    assert "posts.likes" in rows["tier-micro-beats-macro"]["reason"]
    assert "campaigns.trust" in rows["tier-small-more-trusted"]["reason"]
    assert rows["tier-disclosure-trusted"]["reason"] == "missing: campaigns.disclosed, campaigns.trust"
    assert "posts.sponsored" in rows["tier-disclosure-helps"]["reason"]


def test_hostile_names_and_thin_data(reports, tmp_path):
    n = 40
    posts = hostile_posts(
        n,
        platform=HOSTILE[::-1],
        followers=[5, 5_000, 50_000, 5_000_000],
        likes=[0, -1, 3, 9_000],
        comments=[None, 0, 0, 1],
        sponsored=[True, None, False, True],
        disclosed=[None, True, False, True],
    )
    campaigns = {
        "campaign_id": range(n), "account_id": HOSTILE * (n // 4), "followers": [0, 5_000, None, 5_000_000] * (n // 4),
        "fee": 0, "engagements": [0, -1, 5, None] * (n // 4), "impressions": 0, "revenue": [-5, 0, None, 1] * (n // 4),
        "trust": 4, "fit": 4, "style": "everyday", "collaboration": ["placement", None] * (n // 2),
    }  # fmt: skip
    posts.to_csv(tmp_path / "posts.csv", index=False)
    pd.DataFrame(campaigns).to_csv(tmp_path / "campaigns.csv", index=False)
    assert set(verdicts(reports.on_hostile(tmp_path))) <= {"too little data", "no data"}


def test_vaccination_tweets(reports, tmp_path):
    rows = reports.make(vaccination_tweets(tmp_path), "without-comments")
    assert set(verdicts(rows)) == {"no data"}
    assert "posts.comments" in rows["tier-micro-beats-macro"]["reason"]
    params = tmp_path / "likes.toml"
    params.write_text('count = "likes"\n', encoding="utf-8")
    rows = reports.make(tmp_path, "likes", params=params)
    tweets = pd.read_csv(tmp_path / "tweets.csv")
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


def test_a_list_of_accounts_with_averages(reports, tmp_path):
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
    found = reports.make(tmp_path / "accounts.csv", "averages")["tier-micro-beats-macro"]
    assert float(found["ci_low"]) < np.log(2) < float(found["ci_high"])
    rates = (frame["avg_likes"] + frame["avg_comments"]) / frame["followers"]
    assert int(found["n_units"]) == frame["followers"].lt(1e6).sum() == len(rates)
