"""Known answers for every estimate, and their behaviour at the edges."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from helpers.estimates import (
    FEWEST_DEGREES,
    Estimate,
    degrees_of_freedom,
    demeaned,
    design_effect,
    fit_slope,
    from_influence,
    mean,
    median,
    on_t,
    paired_difference,
    regress,
    standardised_difference,
    weighted_mean,
    within_ratio,
    within_slope,
)
from helpers.estimates.interval import MOST_LEFT_OUT
from helpers.estimates.regression import _units_left_out
from helpers.families.account_size.estimators import slope_difference


@pytest.fixture
def accounts() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    followers = 10 ** rng.uniform(2, 7, 80)
    rate = 0.2 * followers**-0.15 * rng.lognormal(-0.2, 0.6, 80)
    comment = 0.05 * followers**-0.25 * rng.lognormal(-0.2, 0.6, 80)
    comment[:5] = 0
    return pd.DataFrame({"followers": followers, "like_rate": rate, "comment_rate": comment})


def test_slope_by_hand():
    # Two sizes only, so the fit passes through the two means: slope = ln(mean ratio) / ln(size ratio)
    frame = pd.DataFrame({"followers": [100.0] * 3 + [1000.0] * 3, "rate": [0.1, 0.2, 0.3, 0.01, 0.02, 0.09]})
    expected = math.log(0.04 / 0.2) / math.log(10)
    assert fit_slope(frame, outcome="rate").slope.value == pytest.approx(expected, abs=1e-9)


def test_ppml_agrees_with_statsmodels(accounts):
    design = sm.add_constant(np.log(accounts["followers"]))
    result = sm.GLM(accounts["comment_rate"], design, family=sm.families.Poisson()).fit(cov_type="HC0", tol=1e-12)
    fit = fit_slope(accounts, outcome="comment_rate", leverage=False)
    assert fit.coefficients == pytest.approx(result.params.to_numpy(), abs=1e-7)
    assert np.sqrt((fit.influence**2).sum(axis=0)) == pytest.approx(result.bse.to_numpy(), rel=1e-6)


def test_ppml_comes_back_from_a_step_that_went_too_far():
    # One account of a thousand has nearly all: the first full Newton step leads to exp(990). By hand as above.
    frame = pd.DataFrame({"followers": [100.0] * 999 + [1e6], "rate": [0.5, 1.0, 1.5] * 333 + [1e5]})
    expected = math.log(1e5 / 1.0) / math.log(1e4)
    assert fit_slope(frame, outcome="rate").coefficients[1] == pytest.approx(expected, abs=1e-9)


def test_least_squares_agrees_with_statsmodels_hc3(accounts):
    used = accounts[accounts["comment_rate"] > 0]
    design = sm.add_constant(np.log(used["followers"]))
    result = sm.OLS(np.log(used["comment_rate"]), design).fit(cov_type="HC3")
    fit = fit_slope(accounts, outcome="comment_rate", estimator="log-ols")
    assert fit.coefficients == pytest.approx(result.params.to_numpy(), abs=1e-9)
    assert np.sqrt((fit.influence**2).sum(axis=0)) == pytest.approx(result.bse.to_numpy(), rel=1e-9)


def test_ppml_with_leverage_is_hc3_of_the_weighted_regression(accounts):
    # One step of iterated weighted least squares at the solution, in statsmodels, with HC3
    design = sm.add_constant(np.log(accounts["followers"]))
    glm = sm.GLM(accounts["like_rate"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    working = np.log(glm.mu) + (accounts["like_rate"] - glm.mu) / glm.mu
    result = sm.WLS(working, design, weights=glm.mu).fit(cov_type="HC3")
    fit = fit_slope(accounts, outcome="like_rate")
    assert np.sqrt((fit.influence**2).sum(axis=0)) == pytest.approx(result.bse.to_numpy(), rel=1e-6)


def test_counts_give_the_exponent_less_one(accounts):
    counts = accounts.assign(likes=accounts["like_rate"] * accounts["followers"])
    design = sm.add_constant(np.log(counts["followers"]))
    exponent = sm.GLM(counts["likes"], design, family=sm.families.Poisson()).fit(tol=1e-12).params.iloc[1]
    assert fit_slope(counts, outcome="likes", estimator="counts").slope.value == pytest.approx(exponent - 1, abs=1e-6)


def test_zeros_stay_in_and_missing_rows_fall_out(accounts):
    assert fit_slope(accounts, outcome="comment_rate").slope.n_units == 80
    assert fit_slope(accounts, outcome="comment_rate", estimator="log-ols").slope.n_units == 75
    gappy = accounts.assign(like_rate=accounts["like_rate"].where(accounts.index > 9), followers=accounts["followers"])
    gappy.loc[79, "followers"] = 0
    assert fit_slope(gappy, outcome="like_rate").slope.n_units == 69


def test_scale_of_rate_and_size_does_not_matter(accounts):
    tiny = accounts.assign(like_rate=accounts["like_rate"] * 1e-7, followers=accounts["followers"] * 1e3)
    plain, scaled = (fit_slope(frame, outcome="like_rate").slope for frame in (accounts, tiny))
    assert (scaled.value, scaled.low) == pytest.approx((plain.value, plain.low), abs=1e-8)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"followers": [10.0, 100.0, 1000.0], "rate": [0.1, 0.1, 0.2]}),  # three accounts
        pd.DataFrame({"followers": [100.0] * 20, "rate": np.linspace(0.1, 0.2, 20)}),  # one size
        pd.DataFrame({"followers": np.arange(1.0, 21), "rate": [0.0] * 20}),  # no like at all
        pd.DataFrame({"followers": np.arange(1.0, 21), "rate": [np.nan] * 20}),  # nothing known
    ],
)
def test_no_slope_where_there_is_nothing_to_fit(frame):
    assert fit_slope(frame, outcome="rate") is None
    assert slope_difference(frame.assign(other=frame["rate"]), first="rate", second="other") is None


def test_rates_without_noise_give_no_interval():
    frame = pd.DataFrame({"followers": np.geomspace(10, 1e6, 30)}).assign(rate=lambda f: f["followers"] ** -0.2)
    slope = fit_slope(frame, outcome="rate").slope
    assert slope.value == pytest.approx(-0.2, abs=1e-6)
    constant = frame.assign(rate=0.03)
    assert not fit_slope(constant, outcome="rate").slope.is_finite


def test_unknown_estimator_is_refused(accounts):
    with pytest.raises(ValueError, match="allowed: ppml, log-ols, counts"):
        fit_slope(accounts, outcome="like_rate", estimator="ols")


def test_difference_is_the_stacked_model_with_cluster_errors(accounts):
    # Both outcomes stacked, all terms interacted, cluster errors by account: what statsmodels gives without its
    # small-sample factors is the root of the sum of squared differences of influence values.
    n = len(accounts)
    size = np.log(accounts["followers"])
    design = np.zeros((2 * n, 4))
    design[:n, :2], design[n:, 2:] = sm.add_constant(size), sm.add_constant(size)
    rates = np.concatenate([accounts["like_rate"], accounts["comment_rate"]])
    groups = np.tile(np.arange(n), 2)
    model = sm.GLM(rates, design, family=sm.families.Poisson())
    settings = {"groups": groups, "use_correction": False}
    result = model.fit(cov_type="cluster", cov_kwds=settings, tol=1e-12)
    contrast = np.array([0, 1, 0, -1])
    fits = [fit_slope(accounts, outcome=name, leverage=False) for name in ("like_rate", "comment_rate")]
    influence = fits[0].influence[:, 1] - fits[1].influence[:, 1]
    assert np.sqrt((influence**2).sum()) == pytest.approx(
        math.sqrt(contrast @ result.cov_params() @ contrast), rel=1e-5
    )
    found = slope_difference(accounts, first="like_rate", second="comment_rate")
    assert found.value == pytest.approx(contrast @ result.params, abs=1e-6)
    assert slope_difference(accounts, first="like_rate", second="like_rate").value == 0


def test_fitted_line_passes_through_the_expected_rates(accounts):
    fit = fit_slope(accounts, outcome="like_rate")
    line = fit.at([100, 10_000])
    assert line["expected"].iloc[1] / line["expected"].iloc[0] == pytest.approx(100 ** fit.coefficients[1])
    assert (line["low"] < line["expected"]).all()
    assert (line["expected"] < line["high"]).all()


def test_degrees_of_freedom():
    normal = np.random.default_rng(1).standard_normal(4_000)
    assert 3_000 < degrees_of_freedom(normal) <= 3_999
    alone = np.r_[1.0, np.zeros(99) + 1e-9]
    assert degrees_of_freedom(alone) < 3
    assert degrees_of_freedom(np.array([1.0, -1.0, 0.5])) == FEWEST_DEGREES


def test_interval_from_influence_by_hand():
    influence = np.array([1.0, -1.0] * 10) / 20
    # Twenty values of one size have kurtosis 1, so the variance is fully known: n - 1 = 19 degrees, the most there are
    error, t = math.sqrt(20) / 20, stats.t(19)
    found = from_influence(0.5, influence)
    assert (found.low, found.high) == pytest.approx((0.5 - t.ppf(0.975) * error, 0.5 + t.ppf(0.975) * error))
    assert found.p_value == pytest.approx(2 * t.sf(0.5 / error))


def test_mean_of_symmetric_values_is_student_t():
    values = np.array([1.0, 3.0] * 8)
    found = mean(values, null=2.5)
    # No skewness: Hall's transformation leaves the studentised mean alone (standard deviation with divisor n)
    half = stats.t(15).ppf(0.975) * values.std() / math.sqrt(16)
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half))
    assert found.p_value == pytest.approx(2 * stats.t(15).sf(0.5 / (values.std() / 4)))


def test_mean_of_skewed_values_reaches_further_up():
    values = np.random.default_rng(3).lognormal(0, 1, 40)
    found = mean(values)
    assert found.high - found.value > 1.2 * (found.value - found.low) > 0
    assert found.low < found.low_90 < found.value < found.high_90 < found.high
    assert mean(np.append(values, np.nan)) == found


def test_p_value_and_interval_of_a_mean_agree():
    values = np.random.default_rng(4).lognormal(0, 0.8, 25)
    found = mean(values)
    assert mean(values, null=found.low).p_value == pytest.approx(0.05, abs=1e-6)
    assert mean(values, null=found.high_90).p_value == pytest.approx(0.10, abs=1e-6)


def test_mean_without_variation_or_values():
    assert not mean(np.zeros(30)).is_finite
    assert not mean(np.array([0.1, 0.2, 0.3])).is_finite
    assert mean(np.array([])).n_units == 0
    assert mean(np.array([0.0] * 30 + [5.0])).low == 0


def test_median_by_table():
    # Conover (1999), table for n = 20: the 95% interval runs from the 6th to the 15th value
    found = median(np.arange(1.0, 21))
    assert (found.value, found.low, found.high) == (10.5, 6, 15)
    assert math.isnan(median(np.arange(1.0, 6)).low)
    assert median(np.arange(1.0, 7)).low == 1
    assert median(np.array([])).n_units == 0


def test_turning_the_sign():
    found = Estimate(0.1, 0.05, 0.2, 0.06, 0.18, 0.01, 30)
    turned = -found
    assert (turned.value, turned.low, turned.high, turned.low_90, turned.high_90) == (-0.1, -0.2, -0.05, -0.18, -0.06)
    assert -turned == found
    assert found.shifted(1).low == 1.05
    ratio = found.on_scale(math.exp)
    assert (ratio.value, ratio.high_90, ratio.null) == (math.exp(0.1), math.exp(0.18), 1)
    assert (ratio.p_value, ratio.n_units) == (found.p_value, 30)


def test_no_interval_keeps_the_value_where_there_is_one():
    none = Estimate.none(3, value=0.2, null=0.1, method="mean", n_side=1)
    assert (none.value, none.n_units, none.null, none.method, none.n_side) == (0.2, 3, 0.1, "mean", 1)
    assert not none.is_finite
    assert str(none) == "no interval, n = 3"
    assert math.isnan(Estimate.none(0).value)


def test_coverage_and_false_positives_are_as_stated():
    # 400 worlds, 30 accounts, rates spread by a factor e^0.8: the seed is fixed; three standard errors are 0.033
    rng = np.random.default_rng(11)
    covered, band, false = 0, 0, 0
    for _ in range(400):
        followers = 10 ** rng.uniform(2, 8, 30)
        rate = 0.03 * rng.lognormal(-0.32, 0.8, 30)
        slope = fit_slope(pd.DataFrame({"followers": followers, "rate": rate}), outcome="rate").slope
        covered += slope.low <= 0 <= slope.high
        false += slope.low > 0
        found = mean(rate)
        band += found.low <= 0.03 <= found.high
    assert covered / 400 == pytest.approx(0.95, abs=0.033)
    assert band / 400 == pytest.approx(0.945, abs=0.033)
    assert false / 400 <= 0.05


def test_extreme_data_neither_warn_nor_raise_and_solve_the_equations():
    rng = np.random.default_rng(0)
    fitted = 0
    for _ in range(200):
        n = rng.integers(1, 40)
        followers = np.round(10 ** rng.uniform(0, rng.choice([1, 4, 9.7]), n))
        counts = (rng.lognormal(0, 4, n), np.where(rng.random(n) < 0.9, 0, 6e9), followers * 0.05)[rng.integers(3)]
        frame = pd.DataFrame({"followers": followers, "likes": counts, "rate": counts / followers})
        mean(frame["rate"], null=0.05)
        median(frame["rate"])
        for outcome in ("rate", "likes"):
            fit = fit_slope(frame, outcome=outcome)
            if fit is None:
                continue
            fitted += 1
            fit.at([1, 1e6])
            expected = np.exp(fit.coefficients @ [np.ones(n), np.log(followers)])
            assert expected.sum() == pytest.approx(frame[outcome].sum(), rel=1e-5)
    assert fitted > 150


@pytest.fixture
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 400
    frame = pd.DataFrame(
        {
            "account": rng.integers(0, 25, n),
            "week": rng.integers(0, 10, n),
            "x": rng.normal(size=n),
            "kind": rng.choice(["brand", "person", "shop"], n),
        }
    )
    level = 0.3 * frame["x"] + 0.1 * frame["account"] + 0.2 * frame["week"] + (frame["kind"] == "shop")
    return frame.assign(y=level + rng.normal(size=n), count=rng.poisson(np.exp(0.3 * level)))


def test_regression_agrees_with_statsmodels_hc3(panel):
    ours = regress(panel, outcome="y", terms=["x"], adjust=["kind"])
    theirs = smf.ols("y ~ x + kind", panel).fit(cov_type="HC3")
    assert ours.names == ("constant", "x", "kind: person", "kind: shop")
    assert ours.coefficients == pytest.approx(theirs.params[["Intercept", "x", "kind[T.person]", "kind[T.shop]"]])
    # Leverage is capped at 0.999 of itself, so errors agree to that.
    assert np.sqrt(np.sum(ours.influence[:, 1] ** 2)) == pytest.approx(theirs.bse["x"], rel=1e-4)


def test_poisson_regression_agrees_with_statsmodels(panel):
    ours = regress(panel, outcome="count", terms=["x"], adjust=["kind"], link="log")
    theirs = smf.glm("count ~ x + kind", panel, family=sm.families.Poisson()).fit()
    assert ours.coefficients == pytest.approx(theirs.params[["Intercept", "x", "kind[T.person]", "kind[T.shop]"]])


@pytest.mark.parametrize("link", ["identity", "log"])
def test_a_row_is_a_cluster_of_one(panel, link):
    # CR3 of clusters of one row is HC3 (Bell & McCaffrey 2002), worked out here in two ways.
    told = {"outcome": "count", "terms": ["x"], "adjust": ["kind"], "link": link}
    rows, clusters = (regress(panel.assign(row=panel.index), **told, cluster=cluster) for cluster in (None, "row"))
    assert clusters.coefficients == pytest.approx(rows.coefficients, rel=1e-12)
    assert clusters.influence == pytest.approx(rows.influence, rel=1e-9, abs=1e-15)


def test_a_line_on_size_is_the_regression_on_ln_size(accounts):
    told = accounts.assign(ln_size=np.log(accounts["followers"]))
    line = fit_slope(accounts, outcome="comment_rate")
    fit = regress(told, outcome="comment_rate", terms=["ln_size"], link="log")
    assert fit.coefficients == pytest.approx(line.coefficients, rel=1e-12)
    # Leverage is capped in two ways, at 0.999 and at 0.999 of itself; without much of it both are HC3.
    assert fit.term("ln_size").high == pytest.approx(line.slope.high, rel=1e-3)


def test_two_way_slope_agrees_with_dummies(panel):
    # The classical answer: one indicator for every account and week (statsmodels), tolerance that of the projections.
    ours = regress(panel, outcome="y", terms=["x"], within=["account", "week"], cluster="account")
    theirs = smf.ols("y ~ x + C(account) + C(week)", panel).fit()
    assert ours.coefficients[0] == pytest.approx(theirs.params["x"], abs=1e-8)
    clustered = theirs.get_robustcov_results("cluster", groups=panel["account"])
    error = np.sqrt(np.sum(ours.influence**2))
    plain = clustered.bse[list(theirs.params.index).index("x")]
    assert error == pytest.approx(plain, rel=0.15)  # CR3 against CR1: alike, not equal


def test_influence_is_what_leaving_an_account_out_does(panel):
    whole = regress(panel, outcome="y", terms=["x"], cluster="account")
    for place, account in enumerate(panel["account"].unique()[:5]):
        rest = regress(panel[panel["account"] != account], outcome="y", terms=["x"], cluster="account")
        assert whole.coefficients - rest.coefficients == pytest.approx(whole.influence[place], rel=2e-3, abs=1e-5)


@pytest.mark.parametrize("link", ["identity", "log"])
def test_many_levels_and_few_rows_in_a_unit(link):
    # 61 columns, units of three to nine rows: coefficients as statsmodels has them; for least squares, each unit left
    # out in truth moves them so far (Bell & McCaffrey 2002), but for the cap of 0.999.
    rng = np.random.default_rng(8)
    block, unit = np.tile(np.arange(60), 8), rng.permutation(480) % 80
    frame = pd.DataFrame({"block": [f"{one:02d}" for one in block], "unit": unit, "x": rng.normal(size=480)})
    line = 0.4 * frame["x"] + 0.02 * block + 0.5 * rng.normal(size=80)[unit]
    frame["y"] = rng.poisson(np.exp(line)) if link == "log" else line + rng.normal(size=480)
    ours = regress(frame, outcome="y", terms=["x"], adjust=["block"], cluster="unit", link=link)
    family = sm.families.Poisson() if link == "log" else sm.families.Gaussian()
    theirs = smf.glm("y ~ x + C(block)", frame, family=family).fit(tol=1e-12)
    assert ours.coefficients[1] == pytest.approx(theirs.params["x"], rel=1e-8)
    assert sorted(ours.coefficients[[0, *range(2, 61)]]) == pytest.approx(sorted(theirs.params.drop("x")), rel=1e-6)
    for place, name in enumerate(ours.units[:6] if link == "identity" else []):
        rest = smf.ols("y ~ x + C(block)", frame[frame["unit"] != name]).fit()
        moved = theirs.params["x"] - rest.params["x"]
        assert ours.influence[place, 1] == pytest.approx(moved, rel=5e-3, abs=1e-6)
    doubled = frame.assign(z=(frame["block"] == "07") * 1.0)
    assert regress(doubled, outcome="y", terms=["x", "z"], adjust=["block"], cluster="unit", link=link) is None


def test_many_levels_say_of_units_what_few_say():
    # The matrices of rows and those of columns are two ways to one number.
    rng = np.random.default_rng(9)
    design, weights, residuals = rng.normal(size=(200, 12)), rng.uniform(0.1, 2, 200), rng.normal(size=200)
    units, whole = np.arange(200) // 5, design.T @ (weights[:, None] * design)
    by_rows = _units_left_out(design, weights, residuals, units=units, whole=whole)
    parts = [slice(5 * unit, 5 * unit + 5) for unit in range(40)]
    by_columns = [
        np.linalg.solve(
            whole - MOST_LEFT_OUT * design[one].T @ (weights[one, None] * design[one]), design[one].T @ residuals[one]
        )
        for one in parts
    ]
    assert by_rows == pytest.approx(np.array(by_columns), rel=1e-10)


def test_regression_refuses_what_cannot_be_told(panel):
    assert regress(panel.assign(z=2 * panel["x"]), outcome="y", terms=["x", "z"]) is None
    assert regress(panel.assign(z=panel["account"] * 2.0), outcome="y", terms=["z"], within=["account"]) is None
    assert regress(panel.head(3), outcome="y", terms=["x"]) is None
    with pytest.raises(ValueError, match="link"):
        regress(panel, outcome="y", terms=["x"], within=["week"], link="log")
    with pytest.raises(ValueError, match="no term kind"):
        regress(panel, outcome="y", terms=["x"]).contrast({"kind": 1})


def test_demeaned_panel_that_hangs_together_by_one_row():
    codes = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 2])
    values = demeaned(np.array([[1.0], [2], [4], [3], [9]]), codes)
    for factor in codes:
        assert np.bincount(factor, values.ravel()) == pytest.approx(0, abs=1e-8)


def test_within_ratio_is_poisson_with_account_levels(panel):
    # The conditional and the unconditional Poisson estimate are the same number (Cameron & Trivedi 2013, section 9.3).
    cells = panel.assign(video=panel["week"] > 5, posts=1.0)
    ours = within_ratio(cells, unit="account", treated="video", total="count", exposure="posts")
    theirs = smf.glm("count ~ video + C(account)", cells, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": cells["account"]}
    )
    assert ours.value == pytest.approx(theirs.params["video[T.True]"], abs=1e-8)
    half = (ours.high - ours.low) / 2
    assert half == pytest.approx(1.96 * theirs.bse["video[T.True]"], rel=0.3)


def test_within_strata_is_poisson_with_their_levels(panel):
    cells = panel.assign(video=panel["week"] > 5, posts=1.0, cell=panel["account"].astype(str) + panel["kind"])
    ours = within_ratio(cells, unit="account", treated="video", total="count", exposure="posts", stratum="kind")
    kept = cells[cells.groupby("cell")["count"].transform("sum") > 0]
    theirs = smf.glm("count ~ video + C(cell)", kept, family=sm.families.Poisson()).fit()
    assert ours.value == pytest.approx(theirs.params["video[T.True]"], abs=1e-8)


def test_no_ratio_and_no_slope_where_all_stands_on_one_side():
    # The likelihood then rises for ever; rounding used to end the climb at a slope of about 37.
    cells = pd.DataFrame({"a": [1, 1, 2, 2, 3, 3], "t": [0.0, 1, 0, 1, 0, 1], "y": [0.0, 3, 0, 2, 0, 5]}).assign(e=1.0)
    for side in (cells, cells.assign(t=1 - cells["t"])):
        assert within_ratio(side, unit="a", treated="t", total="y", exposure="e") is None
        assert within_slope(side, unit="a", term="t", total="y", exposure="e") is None
    told = cells.assign(y=[1.0, 3, 0, 2, 0, 5])
    ratio, slope = (
        within_ratio(told, unit="a", treated="t", total="y", exposure="e"),
        within_slope(told, unit="a", term="t", total="y", exposure="e"),
    )
    assert ratio == slope
    assert ratio.value == pytest.approx(math.log(10))


def test_within_ratio_by_hand():
    # Two accounts of one post a side: the ratio of sums, (30 + 4) / (10 + 4).
    cells = pd.DataFrame({"a": [1, 1, 2, 2], "t": [0, 1, 0, 1], "y": [10, 30, 4, 4], "e": [1, 1, 1, 1]})
    found = within_ratio(cells, unit="a", treated="t", total="y", exposure="e")
    assert found.value == pytest.approx(math.log(34 / 14))
    for few, units in ((cells[cells["a"] == 1], 1), (cells[cells["t"] == 1], 0)):
        found = within_ratio(few, unit="a", treated="t", total="y", exposure="e")
        assert (found.is_finite, found.n_units) == (False, units)


def test_standardised_difference_by_hand():
    # Means 2.5 and 3.5, pooled SD sqrt(5/3), d = -0.7746; J(6) = G(3) / (G(2.5) sqrt(3)) = 0.86863 (Hedges 1981).
    found = standardised_difference(np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 4, 5]))
    assert found.value == pytest.approx(-0.7745967 * 0.868629, abs=1e-5)
    assert found.n_side == 4
    assert not standardised_difference(np.ones(5), np.ones(5)).is_finite


@pytest.mark.parametrize(("n", "effect"), [(10, 0.0), (20, 1.0), (100, 0.5)])
def test_standardised_difference_covers(n, effect):
    rng = np.random.default_rng(3)
    held = []
    for _ in range(800):
        found = standardised_difference(rng.normal(effect, 1, n), rng.normal(0, 1, n))
        held.append(found.low <= effect <= found.high)
    assert 0.93 <= np.mean(held) <= 0.98


def test_weighted_mean_agrees_with_statsmodels():
    rng = np.random.default_rng(4)
    values, weights = rng.normal(50, 10, 300), rng.uniform(0.5, 2, 300)
    found = weighted_mean(values, weights)
    design = np.ones((300, 1))
    theirs = sm.WLS(values, design, weights=weights).fit(cov_type="HC3")
    assert found.value == pytest.approx(theirs.params[0])
    left_out = weights * (values - found.value) / (weights.sum() - weights)
    error = (found.high - found.low) / 2 / stats.t(degrees_of_freedom(left_out)).ppf(0.975)
    assert error == pytest.approx(theirs.bse[0] * math.sqrt(299 / 300), rel=1e-9)
    assert design_effect(np.array([1.0, 1, 2])) == pytest.approx(3 * 6 / 16)


def test_one_that_outweighs_all_others_does_not_seem_sure():
    """Fourteen accounts of unlike slopes, one with as many posts as thirty: as linearised it covered 0.43."""
    rng = np.random.default_rng(5)
    weights = np.r_[400.0, np.full(13, 13.0)]
    found = [weighted_mean(rng.standard_normal(14), weights) for _ in range(2_000)]
    assert np.mean([one.low <= 0 <= one.high for one in found]) >= 0.93


def test_skewed_weighted_mean_by_hand():
    """Leaving out 1, 2 or 6 of the three gives 4, 3.5 and 1.5 instead of 3: the error is that of ln 3."""
    found = weighted_mean(np.array([1.0, 2, 6, 3, 3]), np.array([1.0, 1, 1, 0, 0]), skewed=True, null=3.0)
    assert (found.value, found.p_value, found.n_units) == (3, pytest.approx(1), 3)
    error = math.sqrt((4 - 3) ** 2 + (3.5 - 3) ** 2 + (1.5 - 3) ** 2) / 3
    expected = on_t(math.log(3), error, 1.5)
    assert (found.low, found.high) == pytest.approx((math.exp(expected.low), math.exp(expected.high)))
    alike = weighted_mean(np.array([1.0, 2, 6] * 9), skewed=True)
    assert alike.high - alike.value > alike.value - alike.low > 0
    assert weighted_mean(np.zeros(9), skewed=True).is_finite is False


def test_paired_difference_is_the_paired_t_test():
    rng = np.random.default_rng(6)
    first, second = rng.normal(1, 1, 40), rng.normal(0, 1, 40)
    found = paired_difference(first, second)
    assert found.value == pytest.approx(np.mean(first - second))
    assert found.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue, rel=0.5)
    error = np.std(first - second, ddof=1) / math.sqrt(40)
    assert on_t(found.value, error, 39).p_value == pytest.approx(stats.ttest_rel(first, second).pvalue)
