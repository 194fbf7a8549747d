"""Account size: planted truths are recovered, a null world shows nothing, thin data are told as such."""

import math

import numpy as np
import pandas as pd
import pytest
from toys import Tables

from helpers import claims, plots
from helpers.claims import analysis
from helpers.families.account_size import FAMILY, analysis as account_size
from helpers.families.account_size.pictures import value_ratios
from helpers.measures import Reduced, with_bands
from helpers.simulate.accounts import true_slopes
from helpers.simulate.worlds import world

ASKED = claims.of_notebook("01-account-size")
SLOPE, BAND = "size-like-rate-falls", "size-like-rate-under-1k"


@pytest.fixture(scope="module")
def worlds(tables) -> dict[str, Reduced]:
    return {name: account_size.reduce(drawn, min_age_days=3.0) for name, drawn in tables.items()}


@pytest.fixture(scope="module")
def empty() -> Reduced:
    return account_size.reduce({})


def judged(data: Reduced) -> dict[str, claims.Verdict]:
    return {claim.id: claims.judge(claim, FAMILY.analyses[claim.id].estimate(data)) for claim in ASKED}


def specifications(claim_id: str, data: Reduced) -> pd.DataFrame:
    verdict = claims.Verdict(claims.registry()[claim_id], "inconclusive")
    return analysis.specifications({claim_id: verdict}, data, FAMILY.analyses)[claim_id]


def test_planted_claims_are_supported_or_reproduced(worlds):
    verdicts = judged(worlds["documents"])
    # Comments are planted to fall faster by little more than the margin: the direction is sure, its size is not.
    given = {claim_id: verdict.verdict for claim_id, verdict in verdicts.items()}
    assert given.pop("size-comments-fall-faster") in ("supported", "direction supported")
    assert set(given.values()) == {"supported", "reproduced"}
    truth = true_slopes(world("documents"))
    for name, planted in (("like_rate", -truth["like_rate"]), ("comment_rate", -truth["comment_rate"])):
        found = verdicts[f"size-{name.replace('_', '-')}-falls"].estimate
        assert found.low < planted < found.high
    difference = verdicts["size-comments-fall-faster"].estimate
    assert difference.low < truth["difference"] < difference.high


def test_null_world_supports_nothing(worlds):
    verdicts = judged(worlds["null"])
    assert not {verdict.verdict for verdict in verdicts.values()} & {"supported", "reproduced"}


def test_literature_world_recovers_its_slopes(worlds):
    verdicts = judged(worlds["literature"])
    truth = true_slopes(world("literature"))
    found = verdicts["size-like-rate-falls"].estimate
    assert found.low < -truth["like_rate"] < found.high


def test_no_data_gives_every_claim_a_verdict_and_every_picture_a_text(empty):
    verdicts = judged(empty)
    assert {verdict.verdict for verdict in verdicts.values()} == {"too little data"}
    gone = analysis.judged(ASKED, empty, FAMILY.analyses, dataset=Tables({}))
    assert {verdict.verdict for verdict in gone.values()} == {"no data"}
    bands = account_size.band_means(with_bands(empty.frame), outcome="like_rate")
    look = {"outcome": "like_rate", "label": "like rate", "data_kind": "user"}
    assert "No band" in plots.rate_by_size(with_bands(empty.frame), bands=bands, **look).alt
    assert account_size.band_table(bands)["accounts"].eq("0").all()
    ratios = account_size.ratio_table(verdicts, empty)
    assert "No quoted average" in value_ratios(ratios, margin=0.2, data_kind="user").alt
    assert "none of these claims can be tested: missing" in FAMILY.answer(gone, data_kind="user")
    assert account_size.fitted_line(empty.frame, outcome="like_rate") is None
    assert account_size.exponents(gone).empty


def test_specifications_try_every_combination_once(worlds):
    data = worlds["documents"]
    slope, band = specifications(SLOPE, data), specifications(BAND, data)
    same = slope[slope["estimand"] == ""]
    assert len(same) == 5 * 3 * 3  # platforms, fewest posts, two definitions of rates and one of counts
    choices = ["platform", "min_posts", "definition", "estimator"]
    assert not same.duplicated(choices).any()
    assert set(slope["estimand"]) == {
        *("", "definition: by reach", "estimator: log-ols", "compared: over all platforms")
    }
    verdicts = judged(data)
    assert slope.loc[0, "value"] == verdicts[SLOPE].estimate.value
    assert (band["estimand"] == "").sum() == 5 * 2
    assert {"centre: median", "edge factor: 0.5"} < set(band["estimand"])
    share = analysis.robust_share(verdicts[SLOPE], slope)
    assert share == (same["verdict"] == "supported").sum() / (same["verdict"] != "too little data").sum()


def test_platforms_are_not_tried_where_there_is_one():
    accounts = pd.DataFrame({"platform": [None] * 40, "n_posts": np.nan, "followers": np.geomspace(100, 1e6, 40)})
    accounts = accounts.assign(like_rate=0.01, like_ratio=0.01, like_reach_rate=np.nan, likes=1.0, owner=range(40))
    accounts.loc[3, "like_rate"] = 0.02
    assert set(specifications(SLOPE, Reduced({"accounts": accounts}, 40, {}))["platform"]) == {"all"}


def test_band_of_a_value_claim_includes_its_lower_edge_only():
    accounts = pd.DataFrame({"followers": [999.0, 1_000.0, 9_999.0, 10_000.0], "like_rate": [0.1, 0.2, 0.3, 0.4]})
    accounts["owner"] = list("abcd")
    estimate = FAMILY.analyses["size-like-rate-1k-10k"].estimate
    data = Reduced({"accounts": accounts}, 4, {})
    assert estimate(data).value == pytest.approx(0.25)
    assert estimate(data, centre="median", edge_factor=0.1).n_units == 1


def test_words_follow_the_numbers(worlds):
    verdicts = judged(worlds["documents"])
    told = FAMILY.answer(verdicts, data_kind="simulated")
    drop = 1 - 10 ** -verdicts["size-like-rate-falls"].estimate.value
    assert told.startswith("In these simulated data, yes: ")
    assert f"{drop:.0%} fewer likes per follower" in told
    assert told.endswith("“the same figure” to 8.")
    assert told.count(". ") == 2
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
    assert some["account_id"].nunique() == 100
    assert set(analysis.drawn(rows.sample(frac=1, random_state=0))["account_id"]) == set(some["account_id"])
    assert len(analysis.drawn(rows.head(100))) == 100
    assert len(analysis.drawn(rows.drop(columns="account_id"))) == 3_000
