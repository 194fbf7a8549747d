"""Account size: planted truths are recovered, a null world shows nothing, thin data are told as such."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers import claims, plots
from helpers.claims import analysis
from helpers.families.account_size import analysis as account_size
from helpers.families.account_size.world import true_slopes
from helpers.measures import account_rates, with_bands
from helpers.simulate.worlds import world

ASKED = claims.of_notebook("01-account-size")
NOTHING_MISSING = {claim.id: "" for claim in ASKED}


@pytest.fixture(scope="module")
def worlds(tables) -> dict[str, pd.DataFrame]:
    return {name: account_rates(drawn, min_age_days=3.0).frame for name, drawn in tables.items()}


@pytest.fixture(scope="module")
def empty() -> pd.DataFrame:
    return account_rates({}).frame


def test_planted_claims_are_supported_or_reproduced(worlds):
    verdicts = account_size.judged(ASKED, worlds["documents"], missing=NOTHING_MISSING)
    assert {verdict.verdict for verdict in verdicts.values()} == {"supported", "reproduced"}
    truth = true_slopes(world("documents"))
    for name, planted in (("like_rate", -truth["like_rate"]), ("comment_rate", -truth["comment_rate"])):
        found = verdicts[f"size-{name.replace('_', '-')}-falls"].estimate
        assert found.low < planted < found.high
    difference = verdicts["size-comments-fall-faster"].estimate
    assert difference.low < truth["difference"] < difference.high


def test_null_world_supports_nothing(worlds):
    verdicts = account_size.judged(ASKED, worlds["null"], missing=NOTHING_MISSING)
    assert not {verdict.verdict for verdict in verdicts.values()} & {"supported", "reproduced"}


def test_literature_world_recovers_its_slopes(worlds):
    verdicts = account_size.judged(ASKED, worlds["literature"], missing=NOTHING_MISSING)
    truth = true_slopes(world("literature"))
    found = verdicts["size-like-rate-falls"].estimate
    assert found.low < -truth["like_rate"] < found.high


def test_no_data_gives_every_claim_a_verdict_and_every_picture_a_text(empty):
    verdicts = account_size.judged(ASKED, empty, missing=NOTHING_MISSING)
    assert {verdict.verdict for verdict in verdicts.values()} == {"too little data"}
    gone = account_size.judged(ASKED, empty, missing=dict.fromkeys(NOTHING_MISSING, "missing: posts"))
    assert {verdict.verdict for verdict in gone.values()} == {"no data"}
    bands = account_size.band_means(with_bands(empty), outcome="like_rate")
    assert "No band" in account_size.describe_bands(bands, outcome="like_rate")
    assert account_size.band_table(bands)["accounts"].eq("0").all()
    assert "No specification" in plots.describe_specifications(account_size.no_specifications(), name="fall")
    assert "No quoted average" in account_size.describe_ratios(
        account_size.ratio_table(ASKED, empty, missing=NOTHING_MISSING)
    )
    assert "cannot be tested" in account_size.answer(gone, data_kind="user")
    assert account_size.fitted_line(empty, outcome="like_rate") is None
    assert account_size.exponents(gone).empty


def test_specifications_try_every_combination_once(worlds):
    accounts = worlds["documents"]
    slope = account_size.specifications(ASKED[0], accounts)
    assert len(slope) == 5 * 3 * 7
    choices = ["platform", "min_posts", "definition", "estimator"]
    assert not slope.duplicated(choices).any()
    default = account_size.estimate(ASKED[0], accounts)
    assert slope.loc[0, "value"] == default.value
    band = account_size.specifications(claims.registry()["size-like-rate-under-1k"], accounts)
    assert len(band) == 5 * 3 * 2 * 3
    verdicts = account_size.judged(ASKED, accounts, missing=NOTHING_MISSING)
    share = analysis.robust_share(verdicts["size-like-rate-falls"], slope)
    assert share == (slope["verdict"] == "supported").sum() / (slope["verdict"] != "too little data").sum()


def test_platforms_are_not_tried_where_there_is_one():
    accounts = pd.DataFrame({"platform": [None] * 40, "n_posts": np.nan, "followers": np.geomspace(100, 1e6, 40)})
    accounts = accounts.assign(like_rate=0.01, like_ratio=0.01, like_reach_rate=np.nan, likes=1.0)
    accounts.loc[3, "like_rate"] = 0.02
    assert set(account_size.specifications(ASKED[0], accounts)["platform"]) == {"all"}


def test_band_of_a_value_claim_includes_its_lower_edge_only():
    accounts = pd.DataFrame({"followers": [999.0, 1_000.0, 9_999.0, 10_000.0], "like_rate": [0.1, 0.2, 0.3, 0.4]})
    claim = claims.registry()["size-like-rate-1k-10k"]
    assert account_size.estimate(claim, accounts).value == pytest.approx(0.25)
    assert account_size.estimate(claim, accounts, centre="median", edge_factor=0.1).n_units == 1


def test_words_follow_the_numbers(worlds):
    verdicts = account_size.judged(ASKED, worlds["documents"], missing=NOTHING_MISSING)
    told = account_size.answer(verdicts, data_kind="simulated")
    drop = 1 - 10 ** -verdicts["size-like-rate-falls"].estimate.value
    assert told.startswith("In these simulated data")
    assert f"{drop:.0%} lower" in told
    assert "Of 8 quoted averages that could be tested, 8 came back." in told
    table = account_size.exponents(verdicts)
    assert float(table.loc["likes", "exponent b"]) == pytest.approx(
        1 - verdicts["size-like-rate-falls"].estimate.value, abs=5e-4
    )


def test_document_points_lie_in_their_bands():
    points = account_size.document_points("like_rate")
    assert points[0] == (pytest.approx(math.sqrt(1e5)), 0.08)
    assert len(points) == 6
    assert len(account_size.document_points("comment_rate")) == 2


def test_unknown_definition_is_refused():
    with pytest.raises(ValueError, match="allowed: mean of post rates"):
        account_size.column("like_rate", definition="mean")


def test_many_units_are_drawn_whole_and_the_same_each_time(monkeypatch):
    monkeypatch.setattr(analysis, "MOST_UNITS", 100)
    rows = pd.DataFrame(
        {"account_id": [f"a{i % 1_000}" for i in range(3_000)], "week": [i // 1_000 for i in range(3_000)]}
    )
    some = analysis.drawn(rows)
    assert set(some.groupby("account_id").size()) == {3}
    assert 60 <= some["account_id"].nunique() <= 140  # 100 expected, standard deviation 9.5
    assert set(analysis.drawn(rows.sample(frac=1, random_state=0))["account_id"]) == set(some["account_id"])
    assert len(analysis.drawn(rows.head(100))) == 100
    assert len(analysis.drawn(rows.drop(columns="account_id"))) == 3_000
