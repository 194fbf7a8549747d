"""Results of several datasets are pooled as metafor pools them, and what may not enter stays out, with the reason."""

import math

import numpy as np
import pandas as pd
import pytest
from test_published import OTHERS, VACCINATED

from helpers.claims import holm, registry
from helpers.evidence.over_runs import FURTHER, pooled_claims
from helpers.evidence.pooling import by_kind, chosen, pooled, scale_of, spread_interval, spread_share
from helpers.evidence.summaries import QUANTILE, about, spread_between
from helpers.evidence.telling import differences, judged, told


def results(values, errors, **columns):
    """Lay effects out as datasets a, b, c, ... with the 95% intervals that their errors have."""
    values, errors = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    names = [chr(ord("a") + k) for k in range(len(values))]
    low, high = values - QUANTILE * errors, values + QUANTILE * errors
    return pd.DataFrame({"dataset": names, "estimate": values, "ci_low": low, "ci_high": high, **columns})


def vaccine():
    """Give ln risk ratios and their errors of metafor's dat.bcg."""
    counts = np.array([VACCINATED, OTHERS], dtype=float)
    shares, variances = counts[..., 0] / counts.sum(axis=-1), 1 / counts[..., 0] - 1 / counts.sum(axis=-1)
    return np.log(shares[0] / shares[1]), np.sqrt(variances.sum(axis=0))


def test_the_vaccine_trials_as_metafor_has_them():
    """Its README, `rma(yi, vi, data=dat, test="knha")`: tau2 0.3132, I2 92.22%, Q(12) = 152.2330, p < .0001, estimate
    -0.7145 with a standard error of 0.1808, from -1.1084 to -0.3206, p 0.0019; predict(res, transf=exp) 0.14 to 1.76.
    Its tests (test_misc_confint.r): I2 92.1173% at tau2 0.3088, and the Q profile of tau2 from 0.1197 to 1.1115."""
    values, errors = vaccine()
    found = pooled(results(values, errors))
    assert found.tau**2 == pytest.approx(0.3132, abs=5e-5)
    assert found.share == pytest.approx(0.9222, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert found.p_value < 1e-4
    assert (found.mean.value, found.mean.low, found.mean.high) == pytest.approx((-0.7145, -1.1084, -0.3206), abs=5e-5)
    assert (found.mean.high - found.mean.low) / 2 / 2.178813 == pytest.approx(0.1808, abs=5e-5)  # t, 12 degrees
    assert found.mean.p_value == pytest.approx(0.0019, abs=5e-5)
    assert np.exp(found.further).round(2).tolist() == [0.14, 1.76]
    assert (found.tau_low**2, found.tau_high**2) == pytest.approx((0.1197, 1.1115), abs=5e-5)
    assert spread_share(errors, between=0.3088) == pytest.approx(0.921173, abs=1e-5)
    assert found.mean.n_units == 13
    assert len(found.without) == 13
    assert sum(found.weights.values()) == pytest.approx(1)


def test_without_knapp_and_hartung_the_vaccine_trials_have_another_error():
    """Viechtbauer (2010), section 3: estimate -0.7145, standard error 0.1798 where the weights are taken for known."""
    values, errors = vaccine()
    weights = 1 / (errors**2 + spread_between(values, errors))
    assert weights.sum() ** -0.5 == pytest.approx(0.1798, abs=5e-5)


def test_aspirin_before_birth_as_metafor_has_it():
    """CLASP, six trials (DerSimonian & Kacker 2007, tables 3 and 4; metafor's test_analysis_example_dersimonian2007.r):
    by restricted likelihood tau 0.1843, ln odds ratio -0.2980 with an error of 0.1343 without Knapp and Hartung."""
    n = np.array([[156, 303, 565, 1570, 103, 4659], [74, 303, 477, 1565, 105, 4650]], dtype=float)
    cases = np.array([[5, 5, 12, 69, 9, 313], [8, 17, 9, 94, 11, 352]], dtype=float)
    odds = cases / (n - cases)
    errors = np.sqrt((1 / cases + 1 / (n - cases)).sum(axis=0))
    found = pooled(results(np.log(odds[0] / odds[1]), errors))
    assert (found.tau, found.mean.value) == pytest.approx((0.1843, -0.2980), abs=5e-5)
    assert np.sum(1 / (errors**2 + found.tau**2)) ** -0.5 == pytest.approx(0.1343, abs=5e-5)


def test_a_further_dataset_as_metafor_predicts_it():
    """`predict(rma.uni(yi=c(0.40,-0.20,0.55,0.10), vi=c(0.05,0.06,0.04,0.05), method="PM", test="knha"))`: mean
    0.22957, tau2 0.05930, -0.70650 to 1.16564 (recorded in a public test of a forest plot, forest-plot/index.html)."""
    values, errors = np.array([0.40, -0.20, 0.55, 0.10]), np.sqrt([0.05, 0.06, 0.04, 0.05])
    weights = 1 / (errors**2 + 0.05930)
    found = about(weights @ values / weights.sum(), weights.sum() ** -0.5, between=0.05930, studies=4)
    assert found.mean.value == pytest.approx(0.22957, abs=5e-6)
    assert found.further == pytest.approx((-0.70650, 1.16564), abs=5e-5)


def test_equal_errors_by_hand():
    """With errors of 0.1 tau2 is the variance of 0.1, 0.3, 0.8, 0.4 less 0.01, and the mean the plain one."""
    values = np.array([0.1, 0.3, 0.8, 0.4])
    found = pooled(results(values, [0.1] * 4))
    assert found.mean.value == pytest.approx(0.4)
    assert found.tau**2 == pytest.approx(values.var(ddof=1) - 0.01, rel=1e-5)
    assert found.share == pytest.approx(found.tau**2 / (found.tau**2 + 0.01))
    assert found.without["c"].value == pytest.approx(np.mean([0.1, 0.3, 0.4]))
    assert found.without["a"].value == pytest.approx(0.5)
    assert list(found.weights.values()) == pytest.approx([0.25] * 4)


def test_where_nothing_differs_the_error_does_not_shrink_and_no_further_dataset_is_told():
    """Knapp and Hartung's factor would make the interval of three equal results a point."""
    found = pooled(results([0.2, 0.2 + 1e-9, 0.2 - 1e-9], [0.1] * 3))
    assert (found.tau, found.tau_low, found.share) == (0, 0, 0)
    assert found.mean.high - found.mean.value == pytest.approx(4.302653 * 0.1 / math.sqrt(3), rel=1e-6)
    assert found.further is None
    assert found.tau_high == 0  # closer together than chance allows in 39 of 40 cases
    assert "closer together than chance" in differences(found)
    assert "is not shown" in differences(pooled(results([0.2, 0.3, 0.4], [0.1] * 3)))


def test_the_q_profile_ends_where_q_is_the_quantile():
    values, errors = np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.2, 0.3])
    for end, quantile in zip(spread_interval(values, errors), (7.377759, 0.0506356), strict=True):  # chi2, 2 degrees
        weights = 1 / (errors**2 + end**2)
        mean = weights @ values / weights.sum()
        assert end == 0 or weights @ (values - mean) ** 2 == pytest.approx(quantile, rel=1e-5)


def test_fewer_than_three_are_not_pooled():
    assert pooled(results([0.1, 0.2], [0.1, 0.1])) is None


def test_what_may_not_enter_stays_out_with_the_reason():
    rows = results(
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.1, np.nan],
        [0.1] * 8,
        selected=[False, True, False, False, False, False, False, False],
        source=["study", "study", "vendor", "study", "study", "study", "study", "study"],
        n_units=[10, 10, 10, 40, 30, 20, 10, 10],
    )
    kept, left_out = chosen(rows, shared=[("e", "d"), ("e", "f")])
    assert list(kept["dataset"]) == ["a", "d", "f"]  # e goes for d, and f need not go for e
    assert left_out == {
        "b": "was selected on the outcome",
        "c": "is a seller's figure",
        "e": "shares accounts with d, which is larger and is counted",
        "g": "gives the very figures of a, as the same data do",
        "h": "has no estimate with an interval",
    }
    found = pooled(rows, shared=[("e", "d"), ("e", "f")])
    assert found.left_out == left_out
    assert found.mean.value == pytest.approx((0.1 + 0.4 + 0.6) / 3)


def test_values_are_pooled_as_ratios():
    assert (scale_of("V"), scale_of("D"), scale_of("N")) == ("ln", "plain", "plain")
    rows = results(np.log([0.01, 0.02, 0.04, 0.08]), [0.1] * 4)
    figures = ["estimate", "ci_low", "ci_high"]
    plain, rows[figures] = pooled(rows), np.exp(rows[figures])
    found = pooled(rows, scale="ln")
    assert found.mean.value == pytest.approx((0.01 * 0.02 * 0.04 * 0.08) ** 0.25)
    assert found.mean.low == pytest.approx(math.exp(plain.mean.low))
    assert found.further == pytest.approx(np.exp(plain.further))
    assert found.tau == pytest.approx(plain.tau)
    rows.loc[0, "ci_low"] = 0.0
    assert "reaches 0" in pooled(rows, scale="ln").left_out["a"]


def test_scopes_are_not_mixed_and_names_stand_once():
    rows = results([0.1, 0.2, 0.3], [0.1] * 3, scope=["general", "general", "own account"])
    with pytest.raises(ValueError, match="not mixed"):
        pooled(rows)
    with pytest.raises(ValueError, match="two rows"):
        pooled(rows.assign(dataset="a", scope="general"))
    with pytest.raises(ValueError, match="no scale 'log'"):
        pooled(rows.assign(scope="general"), scale="log")


def test_kinds_of_dataset_are_pooled_by_themselves_where_there_are_enough():
    rows = results(
        [0.1, 0.12, 0.14, 0.5, 0.52, 0.54, 0.9], [0.05] * 7, kind=list("xxxyyyz"), decades=[1, 2, 3, 4, 5, 6, 7]
    )
    assert {kind: round(one.mean.value, 2) for kind, one in by_kind(rows, kind="kind").items()} == {
        "x": 0.12,
        "y": 0.52,
    }
    assert list(by_kind(rows, kind="decades")) == ["above 4", "up to 4"]
    assert by_kind(rows.head(5), kind="kind") == {}  # two of y


def run(name, value, *, claim="size-like-rate-falls", scope="general", half=0.05, **more):
    kind = registry()[claim].kind
    figures = {"estimate": value, "ci_low": value - half, "ci_high": value + half, "n_units": 100, "n_rows": 1000}
    about = {"claim_id": claim, "kind": kind, "notebook": registry()[claim].notebook, "data_kind": "user"}
    return {**about, "scope": scope, "verdict": "supported", **figures, **more}


def test_claims_of_runs_are_pooled_by_scope_and_judged():
    """Means of -0.3, 0.3 and 0.9: by hand, mean 0.3 with a standard error of 0.6 / sqrt(3), t of two degrees 4.303."""
    runs = {name: [run(name, value)] for name, value in zip("abc", (-0.3, 0.3, 0.9), strict=True)}
    runs["d"] = [run("d", 5.0, scope="own account")]
    general, own = pooled_claims(runs, registry=registry(), holm=holm)
    assert (general["verdict"], general["scope"], general["n_datasets"]) == ("inconclusive", "general", 3)
    assert (general["n_units"], general["n_rows"], general["datasets"]) == (300, 3000, "a, b, c")
    assert general["ci_high"] - 0.3 == pytest.approx(4.302653 * 0.6 / math.sqrt(3), rel=1e-5)
    assert general["tried"] == 4
    assert (own["verdict"], own["scope"], own["estimate"]) == ("too little data", "own account", None)
    assert own["reason"] == "1 dataset to pool, 3 are needed"
    assert set(FURTHER) <= set(general)


def test_what_stands_out_is_told_with_how_many_were_tried():
    values = (0.30, 0.31, 0.33, 0.36)
    runs = {name: [run(name, value)] for name, value in zip("abcd", values, strict=True)}
    (row,) = pooled_claims(runs, registry=registry(), holm=holm)
    assert row["verdict"] == "supported"
    assert "4 pairs of claim and dataset were tried" in row["answer"]
    assert "With any one of them left out" in row["answer"]
    assert row["p_holm"] == row["p_value"]
    runs["d"] = [run("d", -0.9)]
    (row,) = pooled_claims(runs, registry=registry(), holm=holm)
    assert "were tried" not in row["answer"]


def test_quoted_figures_and_claims_without_an_estimate_are_not_pooled():
    quoted = next(claim for claim in registry().values() if claim.kind == "Q")
    silent = run("a", 0.1) | {"estimate": None, "ci_low": None, "ci_high": None}
    assert pooled_claims({"a": [silent, run("a", 0.5, claim=quoted.id)]}, registry=registry(), holm=holm) == []


def test_a_pool_is_told_in_units_of_its_claim():
    claim = registry()["size-like-rate-under-1k"]
    found = pooled(results([0.08, 0.06, 0.11, 0.09], [0.002] * 4), scale="ln")
    said = told(found, unit=claim.unit)
    assert said.startswith("Mean of 4 datasets: 8.")
    assert "on the ln scale" in said
    assert judged(claim, found).verdict == "inconclusive"
    assert judged(claim, None).reason == "0 datasets; 3 are needed" or judged(claim, None).verdict == "too little data"
