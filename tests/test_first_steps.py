"""The ten rows, worked by hand."""

from types import SimpleNamespace

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from helpers.base.refusals import Refusal
from helpers.claims import registry
from helpers.families.first_steps import analysis as first_steps, pictures

CLAIM = registry()["size-like-rate-under-1k"]
TEN = first_steps.rows(
    followers=[100, 200, 300, 400, 500, 200, 400, 600, 800, 900], likes=[5, 12, 21, 28, 35, 16, 32, 48, 72, 99]
)


def test_the_steps_are_those_of_a_calculator():
    # rates 5 6 7 7 7 8 8 8 9 11 %: sum 76, squared distances from 7.6 sum to 24.4, t(9) = 2.262 and 1.833
    assert first_steps.steps(TEN, claim=CLAIM)["result"].tolist() == [
        "7.60%", "1.65%", "0.52%", "6.42% to 8.78%", "6.65% to 8.55%", "0.83 to 1.07", "0.8 to 1.2", "reproduced"
    ]  # fmt: skip


def test_by_hand_against_scipy():
    from scipy import stats

    rates = (TEN["likes"] / TEN["followers"]).to_numpy()
    found = first_steps.by_hand(rates, null=0.08)
    test = stats.ttest_1samp(rates, 0.08)
    assert found.p_value == pytest.approx(test.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx(tuple(test.confidence_interval(0.95)), rel=1e-9)
    assert (found.low_90, found.high_90) == pytest.approx(tuple(test.confidence_interval(0.90)), rel=1e-9)
    assert not first_steps.by_hand(np.array([0.1, 0.1])).is_finite


def test_statsmodels_works_out_what_was_worked_by_hand():
    rates = pd.DataFrame({"rate": (TEN["likes"] / TEN["followers"]).to_numpy()})
    fit, found = smf.ols("rate ~ 1", rates).fit(), first_steps.by_hand(rates["rate"], null=0.08)
    assert fit.params["Intercept"] == pytest.approx(found.value, rel=1e-12)
    assert tuple(fit.conf_int().loc["Intercept"]) == pytest.approx((found.low, found.high), rel=1e-9)
    drawn = first_steps.stacked(rates["rate"])
    assert drawn["height"].round(2).tolist() == [0, 0, 0, 0.16, 0.32, 0, 0.16, 0.32, 0, 0]


def test_nine_rows_are_too_little_and_one_row_can_overturn():
    nine = TEN.iloc[:9]
    assert first_steps.steps(nine, claim=CLAIM)["result"].iloc[-1] == "too little data"
    assert set(first_steps.with_one_changed(TEN, claim=CLAIM)["verdict"]) == {"reproduced", "inconclusive"}
    assert TEN["likes"].tolist()[0] == 5  # the table came back as it was


def test_rows_that_do_not_fit_are_refused_with_every_fault():
    with pytest.raises(Refusal) as refusal:
        first_steps.rows(followers=[0], likes=[1, -2])
    for fault in ("followers holds 1 numbers, likes holds 2", "fewer than two accounts", "above 0"):
        assert fault in str(refusal.value)


def test_the_examples_show_each_verdict_on_a_direction():
    table = first_steps.examples(registry()["size-like-rate-falls"])
    assert table["verdict"].tolist() == [
        "supported", "negligible", "direction supported", "negligible", "negligible", "direction contradicted",
        "contradicted", "inconclusive"
    ]  # fmt: skip
    assert table.loc[1, "low"] > 0  # above nought, and negligible all the same
    rules = pictures.verdict_rules(table, margin=0.05)
    assert "inconclusive" in rules.alt
    assert rules.data_kind == ""  # so that the picture of the rates stands under the answer


def test_the_map_is_made_from_the_registry_and_the_data():
    posts = nw.from_native(pd.DataFrame({"post_id": ["a"], "likes": [1], "followers": [9]})).lazy()
    told = first_steps.map_of_notebooks(SimpleNamespace(tables={"posts": posts}))
    assert told.index.is_monotonic_increasing
    assert told["claims"].sum() == len(registry())
    assert told.loc["01-account-size", "claims"] == 11
    assert told.loc["01-account-size", "these data can speak to"] == 7  # without comments: those on likes only
    brought = first_steps.what_to_bring({CLAIM.id: CLAIM})
    assert brought["claims"].to_dict() == {"accounts": 1, "posts": 1}
    assert brought.loc["accounts", "columns that claims ask for"] == "followers, avg_likes"
