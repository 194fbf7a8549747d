"""Simulated worlds: the same bytes for a seed, and what was planted is there."""

import tomllib

import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.families.tiers.world import TIER_EDGES
from helpers.measures import reduce_posts
from helpers.simulate.accounts import draw_accounts, true_slopes
from helpers.simulate.posts import draw_posts
from helpers.simulate.worlds import BANDS, World, world
from helpers.tools import sample


@pytest.fixture(scope="module")
def documents(sample_tables):
    return sample_tables("documents")


def test_same_seed_same_bytes(documents, tmp_path):
    """The committed sample is what this seed gave once; it gives it again, whatever was drawn before."""
    _, other = sample.sample("documents", seed=sample.SEED + 1)
    assert not other["posts"].equals(documents[1]["posts"])
    folder = sample.write_sample("documents", folder=tmp_path)
    committed = ROOT / "data" / "sample"
    for file in sorted(folder.iterdir()):
        assert file.read_bytes() == (committed / file.name).read_bytes(), f"{file.name}: run make sample"
    assert sum(file.stat().st_size for file in committed.iterdir()) < 12_000_000


@pytest.mark.parametrize(("name", "place"), [("documents", "data/sample"), ("null", "data/worlds/null")])
def test_another_world_never_goes_over_the_committed_sample(tmp_path, monkeypatch, capsys, documents, name, place):
    monkeypatch.setattr(sample, "ROOT", tmp_path)
    few = {table: frame[:3] for table, frame in documents[1].items()}
    monkeypatch.setattr(sample, "sample", lambda name, **_: (world(name), few))
    assert main(["sample", "--world", name]) == 0
    assert {path.parent for path in tmp_path.rglob("*.csv")} == {tmp_path / place}
    assert f"{place}: {len(few)} tables of the world {name!r}" in capsys.readouterr().out


def test_looks_like_real_data(documents):
    tables = documents[1]
    posts, accounts = tables["posts"], tables["accounts"]
    assert accounts["followers"].min() < 1_000
    assert accounts["followers"].max() > 10_000_000
    assert posts["account_id"].isin(accounts["account_id"]).all()
    assert posts["post_id"].is_unique
    assert (posts.loc[posts["likes"] == -1, "platform"] == "instagram").all()
    assert 0 < (posts["likes"] == -1).mean() < 0.05
    assert 0 < posts["comments"].isna().mean() < 0.05
    assert (posts["likes"] == 0).any()
    counts = posts[posts["likes"] >= 0]
    assert counts["likes"].var() > 10 * counts["likes"].mean()
    assert posts.groupby("account_id").size().agg(["min", "max"]).tolist()[0] >= 4
    rates = (counts["likes"] / counts["followers"]).groupby(counts["platform"]).mean()
    assert rates.max() > 1.4 * rates.min()


def test_young_posts_are_still_gathering(documents):
    posts = documents[1]["posts"]
    posts = posts[posts["post_id"].str.startswith("p")]  # the panel has no posts of its last days
    posts = posts[posts["likes"] >= 0]
    age = (posts["captured_at"] - posts["created_at"]) / pd.Timedelta(days=1)
    rate = posts["likes"] / posts["followers"]
    assert rate[age < 0.5].mean() < 0.5 * rate[age > 5].mean()


@pytest.mark.parametrize("name", ["documents", "null", "literature"])
def test_planted_band_means_come_back(sample_tables, name):
    planted, tables = sample_tables(name)
    accounts = reduce_posts(tables["posts"], min_age_days=3.0).frame
    band = np.digitize(accounts["followers"], BANDS) - 1
    for outcome in ("like_rate", "comment_rate"):
        means = accounts.groupby(np.clip(band, 0, 5))[outcome].agg(["mean", "sem"])
        planted_rates = np.array(getattr(planted, f"{outcome}s"))
        assert (np.abs(means["mean"] - planted_rates) < 4 * means["sem"]).all()


def test_true_slopes_of_known_worlds():
    slopes = true_slopes(world("null"))
    assert list(slopes.values()) == pytest.approx([0, 0, 0], abs=1e-9)
    truth = tomllib.loads((ROOT / "data" / "sample" / "truth.toml").read_text(encoding="utf-8"))
    again = true_slopes(world("documents"))
    assert truth["slopes"] == pytest.approx(again, abs=1e-6)
    assert again["difference"] == pytest.approx(again["like_rate"] - again["comment_rate"])
    # A rate that falls by the same factor in each of six decades lies on a line: slope = ln(factor) / ln(10)
    steps = 0.005 * 0.6 ** np.arange(6)
    line = World("line", "", tuple(steps), tuple(steps))
    assert true_slopes(line)["like_rate"] == pytest.approx(np.log(0.6) / np.log(10), abs=0.01)


def test_documents_world_plants_the_documents_figures(documents):
    planted = documents[0]
    assert (planted.like_rates[0], planted.like_rates[-1]) == (0.08, 0.016)
    assert (planted.comment_rates[0], planted.comment_rates[-1]) == (0.005, 0.0004)


def test_unknown_world_is_refused():
    with pytest.raises(Refusal, match=r"did you mean 'null'"):
        world("nul")


def test_chance_instead_of_quotas():
    rng = np.random.default_rng(0)
    accounts = draw_accounts(world("null"), n=600, rng=rng, quotas=False)
    sizes = accounts.groupby(np.digitize(accounts["followers"], BANDS)).size()
    assert len(accounts) == 600
    assert sizes.max() > sizes.min()


def test_disclosure_changes_sponsored_posts_and_nothing_else():
    without, with_it = (
        draw_posts(
            draw_accounts(world("null"), n=600, rng=np.random.default_rng(5)),
            rng=np.random.default_rng(5),
            disclosure=disclosure,
        )
        for disclosure in (0.0, np.log(2))
    )
    others = ~without["sponsored"]
    pd.testing.assert_frame_equal(without[others], with_it[others])
    same = [name for name in without if name not in ("likes", "comments")]
    pd.testing.assert_frame_equal(without[same], with_it[same])
    assert with_it["disclosed"].notna().equals(with_it["sponsored"])
    for name in ("likes", "comments"):
        known = with_it["sponsored"] & (with_it[name] >= 0).fillna(False) & (without[name] >= 0).fillna(False)
        total = with_it[known].groupby("disclosed")[name].sum() / without[known].groupby("disclosed")[name].sum()
        assert total[True] == pytest.approx(4 / 3, rel=0.02)
        assert total[False] == pytest.approx(2 / 3, rel=0.02)


def test_influencers_have_campaigns_posts_and_a_row_of_their_own(documents):
    tables = documents[1]
    campaigns, accounts = tables["campaigns"], tables["accounts"]
    joined = campaigns.merge(accounts, on="account_id", suffixes=("", "_listed"), validate="many_to_one")
    assert len(joined) == len(campaigns)
    assert (joined["followers"] == joined["followers_listed"]).all()
    assert campaigns["account_id"].isin(tables["posts"]["account_id"]).all()
    assert campaigns.groupby("account_id").size().between(2, 5).all()
    assert campaigns["fit"].between(1, 7).all()
    assert set(np.diff(np.unique(np.digitize(joined["followers"], TIER_EDGES)))) == {1}
