"""Units that are not independent, outcomes that are skewed or rare: known answers, and how often intervals hold."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from helpers import claims
from helpers.estimates import (
    Estimate,
    Noise,
    fit_slope,
    from_influence,
    ln_ratio_of_means,
    mean,
    median,
    paired_difference,
    regress,
    standardised_difference,
    summed,
    weighted_mean,
    within_ratio,
    within_slope,
)
from helpers.families.account_size.estimators import slope_difference
from helpers.families.tiers.estimators import difference_over_owners

SLOPE = claims.registry()["size-like-rate-falls"]


@pytest.fixture
def brands() -> pd.DataFrame:
    """Twenty brands on one to four of three platforms, rates of a brand alike."""
    rng = np.random.default_rng(8)
    owner = np.repeat(np.arange(20), rng.integers(1, 5, 20))
    platform = rng.choice(["x", "y", "z"], len(owner))
    followers = np.exp(rng.normal(9, 1.5, 20)[owner] + rng.normal(0, 1, len(owner)))
    rate = followers**-0.1 * np.exp(rng.normal(0, 0.5, 20)[owner] + rng.normal(0, 0.3, len(owner)) + (platform == "x"))
    return pd.DataFrame({"followers": followers, "rate": rate, "platform": platform, "owner": owner})


def error_of(estimate: Estimate) -> float:
    assert estimate.influence is not None
    return float(np.sqrt(np.sum(estimate.influence[1] ** 2)))


def test_slope_within_platforms_is_poisson_with_their_levels(brands):
    """Against statsmodels: a level for each platform, and HC3 of the weighted regression at the solution."""
    table = brands.assign(x=np.log(brands["followers"]))
    glm = smf.glm("rate ~ x + platform", table, family=sm.families.Poisson()).fit(tol=1e-12)
    found = fit_slope(brands, outcome="rate", within="platform").slope
    assert found.value == pytest.approx(glm.params["x"], abs=1e-8)
    working = np.log(glm.mu) + (table["rate"] - glm.mu) / glm.mu
    theirs = sm.WLS(working, glm.model.exog, weights=glm.mu).fit(cov_type="HC3")
    assert error_of(found) == pytest.approx(np.asarray(theirs.bse)[glm.model.exog_names.index("x")], rel=1e-6)
    ols = smf.ols("np.log(rate) ~ x + platform", table).fit()
    logs = fit_slope(brands, outcome="rate", within="platform", estimator="log-ols").slope
    assert logs.value == pytest.approx(ols.params["x"], abs=1e-10)


def test_line_within_platforms_lies_at_the_mean_of_their_levels(brands):
    table = brands.assign(x=np.log(brands["followers"]))
    ols = smf.ols("np.log(rate) ~ x + platform", table).fit()
    line = fit_slope(brands, outcome="rate", within="platform", estimator="log-ols").at([1_000.0])
    shares = table["platform"].value_counts(normalize=True)
    level = sum(
        share * ols.predict(pd.DataFrame({"x": [math.log(1_000)], "platform": [p]}))[0] for p, share in shares.items()
    )
    assert line["expected"][0] == pytest.approx(math.exp(level))


def test_platforms_that_tell_nothing_are_left_out(brands):
    silent = pd.DataFrame({"followers": [50.0, 5_000.0, 9_000.0], "rate": 0.0, "platform": "silent", "owner": 90})
    alone = pd.DataFrame({"followers": [700.0], "rate": 0.5, "platform": "alone", "owner": 91})
    more = pd.concat([brands, silent, alone], ignore_index=True)
    ours, theirs = (fit_slope(frame, outcome="rate", within="platform", cluster="owner") for frame in (brands, more))
    assert theirs.slope.value == pytest.approx(ours.slope.value, abs=1e-9)
    assert (theirs.slope.low, theirs.slope.n_units) == (pytest.approx(ours.slope.low), 20)
    unknown = fit_slope(brands.assign(platform=None), outcome="rate", within="platform").slope
    assert unknown.value == pytest.approx(fit_slope(brands, outcome="rate").slope.value, abs=1e-9)


def test_owner_is_left_out_as_a_whole(brands):
    """For least squares the influence of an owner is how far the fit without it lies off."""
    fit = fit_slope(brands, outcome="rate", within="platform", cluster="owner", estimator="log-ols")
    table = brands.assign(y=np.log(brands["rate"]), x=np.log(brands["followers"]))
    for owner, moved in zip(fit.units, fit.influence[:, 1], strict=True):
        without = smf.ols("y ~ x + platform", table[table["owner"] != owner]).fit().params["x"]
        assert moved == pytest.approx(fit.coefficients[1] - without, rel=0.02, abs=1e-5)
    same = regress(table, outcome="rate", terms=["x"], adjust=["platform"], cluster="owner", link="log").term("x")
    ours = fit_slope(brands, outcome="rate", within="platform", cluster="owner").slope
    assert (ours.value, ours.low, ours.n_units) == (pytest.approx(same.value), pytest.approx(same.low, rel=1e-4), 20)


def test_one_account_an_owner_is_as_without_owners(brands):
    alone = brands.assign(owner=[f"o{i}" for i in range(len(brands))])
    for within in (None, "platform"):
        ours = fit_slope(alone, outcome="rate", within=within, cluster="owner").slope
        assert ours == fit_slope(alone, outcome="rate", within=within).slope.__class__(
            **{**vars(fit_slope(alone, outcome="rate", within=within).slope), "method": ours.method}
        )


def test_equal_clusters_are_as_their_means():
    """Two values a unit: the mean over values has the interval of the mean of the units' means."""
    rng = np.random.default_rng(2)
    values, units = rng.lognormal(0, 1, 40), np.repeat(np.arange(20), 2)
    means = values.reshape(20, 2).mean(axis=1)
    for ours, theirs in (
        (mean(values, units=units), mean(means)),
        (weighted_mean(values, units=units), weighted_mean(means)),
        (paired_difference(values, np.zeros(40), units=units), paired_difference(means, np.zeros(20))),
        (median(np.repeat(means, 2), units=units), median(means)),
    ):
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high))
        assert ours.n_units == 20


def test_mean_over_unequal_clusters_by_hand():
    """Values 1, 3 | 5 | 7 | 4: mean 4; left out, units move it by -4/3, 1/4, 3/4 and 0, times 3/4."""
    found = mean(np.array([1.0, 3, 5, 7, 4]), units=np.array(["a", "a", "b", "c", "d"]))
    names, moved = found.influence
    assert (found.value, names.tolist()) == (4, ["a", "b", "c", "d"])
    assert moved == pytest.approx(np.array([-4 / 3, 1 / 4, 3 / 4, 0]) * 3 / 4)


def test_within_accounts_by_owner():
    """Accounts of one owner are added up; every account its own owner changes nothing."""
    rng = np.random.default_rng(3)
    cells = pd.DataFrame({"a": np.repeat(np.arange(30), 2), "t": np.tile([0.0, 1.0], 30), "e": 1.0})
    cells = cells.assign(y=rng.poisson(20 * np.exp(0.2 * cells["t"])), own=cells["a"], owner=cells["a"] // 2)
    how = {"total": "y", "exposure": "e", "unit": "a"}
    plain, same, owned = (within_ratio(cells, treated="t", **how, cluster=name) for name in (None, "own", "owner"))
    assert (same.value, same.low) == (plain.value, plain.low)
    assert (owned.value, owned.n_units) == (pytest.approx(plain.value), 15)
    pairs = plain.influence[1].reshape(15, 2).sum(axis=1)
    assert owned.influence[1] == pytest.approx(pairs * 29 / 28, rel=0.02, abs=3e-4)  # two of thirty are left out
    assert within_slope(cells, term="t", **how, cluster="owner").low == pytest.approx(owned.low)


def test_trust_over_owners_is_hedges_g_with_their_errors():
    """Without shared owners the two errors are nearly the same; every account twice makes it root 2 larger."""
    rng = np.random.default_rng(5)
    groups = [pd.DataFrame({"trust": rng.normal(i, 1, 400), "owner": np.arange(400) + 400 * i}) for i in (0, 1)]
    plain = difference_over_owners(*groups, outcome="trust")
    assert plain.value == standardised_difference(groups[0]["trust"], groups[1]["trust"]).value
    twice = difference_over_owners(*(pd.concat([group, group]) for group in groups), outcome="trust")
    assert twice.n_side == plain.n_side == 400
    welch = stats.ttest_ind(groups[0]["trust"], groups[1]["trust"], equal_var=False)
    sampled = (welch.confidence_interval().high - welch.confidence_interval().low) / 2 / stats.t(welch.df).ppf(0.975)
    spread = np.sqrt(np.mean([group["trust"].var() for group in groups]))
    by_hand = math.sqrt((sampled / spread) ** 2 + plain.value**2 / (2 * 800))  # Hedges (1981), large samples
    assert error_of(twice) == pytest.approx(by_hand, rel=0.05)


def test_skewed_interval_by_hand():
    """Four influence values of skewness G1 = 2: the ends of Student's t, and of Hall's interval on n - 2."""
    influence = np.array([-0.1, -0.1, -0.1, 0.3])
    error, root = math.sqrt(0.12), 2.0
    found = from_influence(1.0, influence, skewed=True)
    plain, t = from_influence(1.0, influence), stats.t(2).ppf(0.975)
    hall = [3 * (np.cbrt(max(1 + 2 * (sign * t / root - 2 / 24), 0)) - 1) / 2 for sign in (1, -1)]
    ends = sorted(1 - error * root * h for h in hall)
    assert found.low == pytest.approx(min(plain.low, ends[0], 1 - error * t))
    assert found.high == pytest.approx(max(plain.high, ends[1], 1 + error * t))
    for level in (0.5, 0.9, 0.99):
        low, high = (from_influence(1.0, influence, skewed=True, null=end) for end in found.at(level))
        assert low.p_value == pytest.approx(1 - level)
        if found.at(level)[1] < 1 + error * 3 / 2 * root:  # where the transformation is not flat yet
            assert high.p_value == pytest.approx(1 - level)


def test_error_is_drawn_to_the_model_only_where_spread_is_uneven_and_skewed():
    one_side, both = np.array([0.3, 0.4, 0.0]), np.array([0.3, -0.3, 0.2, -0.2])
    skewed = np.full(4, 50.0)
    assert Noise(one_side, skewed[:3]).drawn(0.1) == pytest.approx(0.5)  # all at one end: that of the model
    assert Noise(both, skewed).drawn(0.1) == pytest.approx(0.1)  # as much at either end: as it was
    assert Noise(one_side, np.zeros(3)).drawn(0.1) == pytest.approx(0.1)  # not skewed
    assert Noise(one_side, skewed[:3]).drawn(0.6) == pytest.approx(0.6)  # never smaller
    half = Noise(np.array([0.4, -0.2]), skewed[:2])  # uneven by 0.6: as far up, on the ln scale, as its root
    assert half.drawn(0.1) == pytest.approx(0.1 * (math.sqrt(0.2) / 0.1) ** math.sqrt(0.6))


def test_model_of_the_spread_is_that_of_lognormal_rates():
    """A mean of n lognormal rates of spread s has the error sqrt((exp(s^2) - 1) / n) on the ln scale; zeros add."""
    rng = np.random.default_rng(4)
    side = np.repeat([0.0, 1.0], 20_000)
    spread = np.where(side == 1, 1.2, 0.4)
    table = pd.DataFrame({"side": side, "y": rng.lognormal(-(spread**2) / 2, spread)})
    for keep in (1.0, 0.5):
        thinned = table.assign(y=table["y"] * (rng.random(len(table)) < keep))
        noise = regress(thinned, outcome="y", terms=["side"], link="log").noise.along(np.array([0.0, 1.0]))
        expected = sum((math.exp(s**2) / keep - 1) / 20_000 for s in (0.4, 1.2))
        assert np.sum(noise.moved**2) == pytest.approx(expected, rel=0.1)  # s^2 is known to 0.06 here
    assert np.median(noise.skewness[side == 0]) == pytest.approx(
        (math.exp(0.16) / 0.5 + 2) * math.sqrt(math.exp(0.16) / 0.5 - 1), rel=0.05
    )


def held(draw, truth: float, times: int) -> tuple[float, float, float]:
    """Say how often an interval holds the truth, and how often it lies above and below."""
    found = [draw() for _ in range(times)]
    above, below = (
        np.mean([side(one) for one in found]) for side in (lambda e: e.low > truth, lambda e: e.high < truth)
    )
    return 1 - above - below, above, below


@pytest.mark.parametrize(("n", "least"), [(12, 0.93), (30, 0.92), (100, 0.93)])
def test_slope_holds_where_skewness_falls_with_size(n, least):
    """Spread of ln rates from 1.6 among the smallest to 0.3; Student's t alone held 0.83 to 0.89."""
    rng = np.random.default_rng(6)

    def draw() -> Estimate:
        place = rng.random(n)
        spread = 1.6 - 1.3 * place
        rate = np.exp(-0.1 * 9.2 * place + rng.normal(0, spread) - spread**2 / 2)
        return fit_slope(pd.DataFrame({"followers": np.exp(7 + 9.2 * place), "rate": rate}), outcome="rate").slope

    assert held(draw, -0.1, 500)[0] >= least - 2 * math.sqrt(0.07 * 0.93 / 500)


def test_ratio_holds_where_few_spread_more_than_many():
    """Tiers of 12 (spread 1.5) and 60 (0.5); Student's t alone held 0.86."""
    rng = np.random.default_rng(7)
    side = np.repeat([1.0, 0.0], [12, 60])
    spread = np.where(side == 1, 1.5, 0.5)

    def draw(way) -> Estimate:
        rate = rng.lognormal(-(spread**2) / 2, spread)
        if way == "means":
            return ln_ratio_of_means(rate[:12], rate[12:])
        return regress(pd.DataFrame({"side": side, "y": rate}), outcome="y", terms=["side"], link="log").term("side")

    for way in ("regression", "means"):
        assert held(lambda way=way: draw(way), 0.0, 500)[0] >= 0.93 - 2 * math.sqrt(0.07 * 0.93 / 500)


def test_interval_of_even_rates_is_hardly_wider_than_one_that_knows_the_truth():
    """Spread 0.6 at every size, 100 accounts: the median width is that of the slope's own spread, times 1.1 at most."""
    rng = np.random.default_rng(9)
    found = []
    for _ in range(400):
        size = rng.normal(10, 1.8, 100)
        rate = np.exp(-0.1 * size + rng.normal(0, 0.6, 100) - 0.18)
        found.append(fit_slope(pd.DataFrame({"followers": np.exp(size), "rate": rate}), outcome="rate").slope)
    width = np.median([one.high - one.low for one in found])
    assert width <= 1.1 * 2 * 1.96 * np.std([one.value for one in found])
    assert np.mean([one.low < -0.1 < one.high for one in found]) >= 0.93


@pytest.mark.parametrize("number", [10, 25, 75])
def test_brands_on_four_platforms_are_so_many_units(number):
    """Rates of a brand alike on its platforms: with accounts as units the slope held 0.67 to 0.85."""
    rng = np.random.default_rng(number)
    owner, platform = np.repeat(np.arange(number), 4), np.tile(np.arange(4), number)

    def draw() -> pd.DataFrame:
        size = rng.normal(10, 1.5, number)[owner] + rng.normal(0, 0.7, len(owner))
        ln_rate = rng.normal(0, 0.8, number)[owner] + rng.normal(0, 0.4, len(owner)) + 0.3 * platform - 0.1 * size
        return pd.DataFrame({"followers": np.exp(size), "rate": np.exp(ln_rate), "platform": platform, "owner": owner})

    def slope() -> Estimate:
        found = fit_slope(draw(), outcome="rate", within="platform", cluster="owner").slope
        assert found.n_units == number
        return found

    assert held(slope, -0.1, 300)[0] >= 0.93
    apart = held(lambda: fit_slope(draw(), outcome="rate", within="platform").slope, -0.1, 300)[0]
    assert apart < 0.9


@pytest.mark.parametrize("n", [30, 300])
def test_platforms_that_differ_in_size_and_rate_bring_no_slope(n):
    """All accounts thrown together, a fall came out in 0.5 to 1 of these worlds, in which size does nothing."""
    rng = np.random.default_rng(n)
    calls = {"within": 0, "over all": 0}
    for _ in range(300):
        platform = rng.integers(0, 3, n)
        rate = 0.05 * np.exp(-1.0 * platform + rng.normal(0, 0.7, n))
        frame = pd.DataFrame({"followers": np.exp(rng.normal(8 + 2 * platform, 1)), "rate": rate, "platform": platform})
        calls["within"] += fit_slope(frame, outcome="rate", within="platform").slope.high < 0
        calls["over all"] += fit_slope(frame, outcome="rate").slope.high < 0
    assert calls["within"] / 300 <= 0.025 + 2 * math.sqrt(0.025 * 0.975 / 300)
    assert calls["over all"] / 300 > 0.4


def test_events_are_units_in_which_anything_happened():
    side = np.repeat([1.0, 0.0], [20, 40])
    some = np.zeros(60)
    some[[0, 1, 30, 31, 32]] = 1.0
    frame = pd.DataFrame({"y": some, "side": side, "followers": np.geomspace(10, 1e6, 60), "owner": np.arange(60) // 2})
    assert fit_slope(frame, outcome="y").slope.n_events == 4  # twice the two of the smaller half
    assert fit_slope(frame, outcome="y", cluster="owner").slope.n_events == 2  # of accounts 0 and 1, against two owners
    assert fit_slope(frame.assign(y=1.0), outcome="y").term("level").n_events == 60
    assert fit_slope(frame.head(11).assign(y=1.0 + some[:11]), outcome="y").slope.n_events == 10
    assert regress(frame, outcome="y", terms=["side"], link="log").term("side").n_events == 2
    assert ln_ratio_of_means(some[:20], some[20:]).n_events == 2
    assert mean(some).n_events == median(some).n_events == weighted_mean(some).n_events == 5
    cells = pd.DataFrame(
        {"a": np.repeat(np.arange(20), 2), "t": np.tile([0, 1], 20), "e": 1.0, "y": np.tile([3, 0], 20)}
    )
    cells.loc[[1, 3], "y"] = 1
    assert within_ratio(cells, unit="a", treated="t", total="y", exposure="e").n_events == 2
    both = slope_difference(frame.assign(z=1 - some), first="y", second="z", cluster="owner")
    assert both.n_events == 2


@pytest.mark.parametrize(("likes", "told"), [(2, 2), (9, 8)])
def test_a_rate_of_a_few_likes_is_none(likes, told):
    frame = pd.DataFrame({"followers": np.geomspace(100, 1e6, 400), "rate": 0.0})
    frame.loc[np.linspace(0, 399, likes).astype(int), "rate"] = 1 / frame["followers"]
    verdict = claims.judge(SLOPE, -fit_slope(frame, outcome="rate").slope)
    assert verdict.verdict == "too little data"
    assert verdict.reason == f"{told} accounts with anything to count; 10 are needed"


def test_a_slope_that_hangs_on_a_few_small_accounts_is_too_little():
    """Of 100 accounts some 24 have a like, hardly any of the smaller half: 0.037 of 3,000 such slopes rose."""
    rng, size = np.random.default_rng(2), np.geomspace(1e3, 1e5, 100)

    def events(rate: float) -> tuple[int, int]:
        likes = rng.poisson(2 * rate * size)
        found = fit_slope(pd.DataFrame({"followers": size, "rate": likes / size}), outcome="rate").slope
        return found.n_events, (likes > 0).sum()

    few, many = (np.median([events(rate) for _ in range(20)], axis=0) for rate in (1e-5, 5e-4))
    assert few[0] < claims.verdicts.FEWEST_EVENTS < few[1]
    assert many.min() > 80


@pytest.mark.parametrize("expected", [12, 25])
def test_intervals_hold_from_ten_accounts_with_a_like_on(expected):
    """Two groups of 120 accounts with so few likes that about so many of each have any, rates alike."""
    rng = np.random.default_rng(expected)
    side = np.repeat([1.0, 0.0], 120)

    def draw() -> Estimate:
        level = rng.normal(0, 0.8, 240)
        likes = rng.poisson(-math.log(1 - expected / 120) * np.exp(level - 0.32))
        table = pd.DataFrame({"side": side, "y": likes})
        return regress(table, outcome="y", terms=["side"], link="log").term("side")

    found = [one for one in (draw() for _ in range(400)) if one.n_events >= claims.verdicts.FEWEST_EVENTS]
    assert len(found) > 50
    assert np.mean([one.low < 0 < one.high for one in found]) >= 0.93 - 2 * math.sqrt(0.07 * 0.93 / len(found))


def test_influence_comes_with_names_and_turns_with_the_sign(brands):
    found = fit_slope(brands, outcome="rate", cluster="owner").slope
    names, moved = found.influence
    assert set(names) == set(brands["owner"])
    assert np.array_equal((-found).influence[1], -moved)
    assert summed(np.ones(4), np.array(list("abab")))[1].tolist() == [2, 2]
