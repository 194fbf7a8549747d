"""Influencer tiers: reductions and ratios by hand, planted truths recovered, gaps told as such."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from conftest import agrees, by_chance
from scipy import stats
from toys import Tables

from helpers import claims, plots
from helpers.claims import analysis, published
from helpers.evidence import summaries
from helpers.families.tiers import FAMILY, analysis as tiers, world
from helpers.families.tiers.estimators import slope_in_spreads
from helpers.tools import sample

WORLDS = ("documents", "literature", "null")


@pytest.fixture(scope="module")
def judged(tables):
    verdicts = {}
    for name in WORLDS:
        rates = ["likes + comments by followers", "likes by followers"]
        data = tiers.reduce(tables[name], min_age_days=3.0, rates=rates)
        verdicts[name] = analysis.judged(tiers.asked(), data, tiers.ANALYSES, dataset=Tables(tables[name]))
    return verdicts


def test_planted_claims_are_supported(judged):
    assert {verdict.verdict for verdict in judged["documents"].values()} == {"supported", "direction supported"}
    assert len(judged["documents"]) == 11


def test_the_sample_has_enough_accounts_for_every_claim(judged):
    """Power of a two-sided test at 5% for the planted effect, as told of `ACCOUNTS_PER_TIER`."""
    planted, power = sample.truths("documents"), {}
    for claim_id, verdict in judged["documents"].items():
        error = (verdict.estimate.high - verdict.estimate.low) / (2 * 1.96)
        power[claim_id] = stats.norm.cdf(planted[claim_id] / error - 1.96)
    assert power.pop("tier-micro-beats-macro") == pytest.approx(0.89, abs=0.005)
    assert min(power.values()) >= 0.99


@pytest.mark.parametrize("name", ["documents", "literature"])
def test_planted_truths_lie_in_the_intervals(judged, name):
    planted = sample.truths(name)
    for claim_id, verdict in judged[name].items():
        assert agrees(verdict.estimate, planted[claim_id]), claim_id


def test_null_world_supports_nothing(judged):
    assert by_chance(verdict.verdict for verdict in judged["null"].values())
    assert all(value == 0 for name, value in sample.truths("null").items() if name.startswith("tier-"))


POSTS = pd.DataFrame(
    {
        "post_id": list("pqrstuvw"),
        "account_id": ["a", "a", "a", "b", "b", "b", "c", "c"],
        "platform": "x",
        "followers": [2_000.0, 2_000, 2_000, 1_000_000, 1_000_000, 1_000_000, 50_000, None],
        "likes": [90.0, 40, -1, 1_000, 3_000, 5_000, 100, 7],
        "comments": [10.0, 0, 5, 0, 1_000, None, 0, 7],
        "reach": [1_000.0, 500, 500, None, 0, 10_000, 1_000, 7],
        "sponsored": pd.array([True, True, True, True, True, False, False, None], dtype="boolean"),
        "disclosed": pd.array([True, False, False, True, False, None, None, None], dtype="boolean"),
    }
)


def test_rates_by_hand():
    data = tiers.reduce({"posts": POSTS})
    accounts = data.frames["accounts"].set_index("account_id")
    both, likes, reach = (accounts[name] for name in ("likes + comments by followers", "likes by followers", _REACH))
    assert both.to_dict() == pytest.approx({"a": (100 / 2_000 + 40 / 2_000) / 2, "b": 2_500 / 1e6, "c": 100 / 50_000})
    assert likes["b"] == pytest.approx(9_000 / 3 / 1e6)  # the post without comments counts where only likes are asked
    assert reach["a"] == pytest.approx((100 / 1_000 + 40 / 500) / 2)
    assert math.isnan(reach["b"])  # unknown, zero, and one without comments
    assert accounts["likes by views"].isna().all()
    assert data.n_rows == 7
    assert data.excluded == {
        "posts of unknown or zero followers": 1,
        "posts with likes hidden or missing": 1,
        "posts with comments hidden or missing": 1,
    }


_REACH = "likes + comments by reach"


def test_the_same_from_a_database():
    import duckdb

    connection = duckdb.connect()
    there = tiers.reduce({"posts": connection.from_df(POSTS)})
    here = tiers.reduce({"posts": POSTS})
    for name in ("accounts", "sponsored"):
        pd.testing.assert_frame_equal(there.frames[name], here.frames[name], check_dtype=False)


def test_labels_that_became_commoner_while_reach_fell_decide_nothing():
    rng, shape = np.random.default_rng(9), (30, 50)
    late = np.arange(50) >= 25
    posts = pd.DataFrame(
        {
            "post_id": np.arange(1500).astype(str),
            "account_id": np.repeat(np.arange(30), 50).astype(str),
            "platform": "instagram",
            "created_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.tile(np.arange(50) * 7, 30), unit="D"),
            "followers": 10_000,
            "likes": rng.poisson(300 * np.where(late, 0.5, 1) * rng.lognormal(0, 0.6, shape)).ravel(),
            "comments": 5,
            "sponsored": True,
            "disclosed": (rng.random(shape) < np.where(late, 0.85, 0.15)).ravel(),
        }
    )
    (claim,) = (claim for claim in tiers.asked() if claim.id == "tier-disclosure-helps")
    analysed, data = tiers.ANALYSES[claim.id], tiers.reduce({"posts": posts})
    choices = analysed.chosen({})
    found = analysed.estimate(data, **choices)
    threats = analysed.threats(data, found, **choices)
    assert claims.judge(claim, found).verdict == "contradicted"
    assert claims.judge(claim, found, threats=threats).verdict == "inconclusive"


def test_disclosure_compares_an_account_with_itself():
    data = tiers.reduce({"posts": POSTS})
    cells = data.frames["sponsored"].set_index(["account_id", "disclosed"])["likes + comments by followers, sum"]
    assert cells.to_dict() == pytest.approx({("a", 0): 0.02, ("a", 1): 0.05, ("b", 0): 0.004, ("b", 1): 0.001})
    # One post on each side of each account: the conditional ratio is that of the sums.
    assert tiers.disclosure_ratio(data).value == pytest.approx(math.log(0.051 / 0.024))
    paired = tiers.disclosure_ratio(data, contrast="paired ln ratios")
    assert paired.value == pytest.approx((math.log(2.5) + math.log(0.25)) / 2)


def test_few_posts_and_averages():
    assert set(tiers.reduce({"posts": POSTS}, min_posts=2).frames["accounts"]["account_id"]) == {"a", "b"}
    listed = pd.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "platform": ["x", "x", None],
            "followers": [1_000, 0, 5_000],
            "avg_likes": [10.0, 5, 8],
            "avg_comments": [1.0, 1, None],
            "avg_views": [100.0, 1, 50],
        }
    )
    data = tiers.reduce({"accounts": listed})
    accounts = data.frames["accounts"].set_index("account_id")
    assert accounts.loc["a", "likes + comments by followers"] == pytest.approx(0.011)
    assert accounts.loc["a", "likes by views"] == pytest.approx(0.1)
    assert math.isnan(accounts.loc["c", "likes + comments by followers"])
    assert accounts.loc["c", "likes by followers"] == pytest.approx(0.0016)
    assert (data.n_rows, data.excluded) == (2, {"accounts of unknown or zero followers": 1})
    # Posts without comments do not stand in the way of averages that have both.
    both = tiers.reduce({"accounts": listed, "posts": POSTS.drop(columns="comments")})
    assert both.frames["accounts"]["likes + comments by followers"].notna().sum() == 1


CAMPAIGNS = pd.DataFrame(
    {
        "campaign_id": ["k1", "k2", "k3", "k4"],
        "account_id": ["a", "a", "b", "b"],
        "followers": [2_000.0, 2_000, 600_000, None],
        "fee": [50.0, 150, 1_000, None],
        "engagements": [100, 300, 1_000, 500],
        "impressions": [1_000, 0, 10_000, 10_000],
        "revenue": [40.0, None, 6_000, -600],
        "collaboration": ["cocreation", "placement", "placement", None],
        "trust": [6.0, 5, 4, None],
    }
)


def test_campaigns_of_an_account_are_averaged_first():
    data = tiers.reduce({"campaigns": CAMPAIGNS})
    accounts = tiers.campaign_accounts(data).set_index("account_id")
    assert accounts["cost_per_engagement"].to_dict() == {"a": 200 / 400, "b": 1.0}
    assert accounts["revenue_per_follower"].to_dict() == pytest.approx({"a": 40 / 2_000, "b": 2_700 / 600_000})
    assert accounts["trust"].to_dict() == {"a": 5.5, "b": 4.0}
    assert accounts["campaigns"].to_dict() == {"a": 2, "b": 2}
    assert data.units["accounts in campaigns"] == 2
    unsized = tiers.reduce({"campaigns": CAMPAIGNS.drop(columns="followers")})
    assert unsized.excluded == {"campaigns of unknown followers": 4}
    known = pd.DataFrame({"account_id": ["a", "b"], "followers": [3_000, 5], "platform": ["x", "y"]})
    joined = tiers.campaign_accounts(tiers.reduce({"campaigns": CAMPAIGNS, "accounts": known}, platforms=["x"]))
    assert joined[["account_id", "followers"]].to_numpy().tolist() == [["a", 2_000]]


def test_trust_by_fit_and_label_agree_with_statsmodels():
    """Least squares over the standard deviation; campaigns of an account that are alike are averaged first."""
    rng = np.random.default_rng(6)
    n = 240
    campaigns = pd.DataFrame(
        {
            "campaign_id": range(n), "account_id": [f"a{i // 4}" for i in range(n)], "followers": 5_000.0,
            "fit": rng.integers(1, 8, n).astype(float), "disclosed": rng.random(n) < 0.5,
        }
    ).assign(trust=lambda t: 3 + 0.3 * t["fit"] + 0.5 * t["disclosed"] + rng.standard_normal(n))  # fmt: skip
    data = tiers.reduce({"campaigns": campaigns})
    for term in ("fit", "disclosed"):
        cells = campaigns.groupby(["account_id", term], as_index=False)["trust"].mean()
        fit = sm.OLS(cells["trust"], sm.add_constant(cells[term].astype(float))).fit()
        found = tiers.trust_slope(data, term=term)
        assert found.value == pytest.approx(fit.params[term] / cells["trust"].std())
        assert found.n_units == 60
        assert found.low < found.value < found.high
    assert tiers.trust_slope(data, term="disclosed").n_side == 60 - _without_both(campaigns)
    assert tiers.trust_slope(tiers.reduce({"campaigns": campaigns.drop(columns="trust")}), term="fit") is None


def _without_both(campaigns: pd.DataFrame) -> int:
    """Count the accounts that lack the kind that more of them lack."""
    return 60 - int(campaigns.groupby("disclosed")["account_id"].nunique().min())


def test_slope_in_spreads_has_the_interval_of_a_correlation():
    """On a standardised term, against the large-sample error of a correlation, (1 - r^2) / sqrt(n)."""
    rng = np.random.default_rng(4)
    x, e = rng.standard_normal((2, 4_000))
    table = pd.DataFrame({"x": (x - x.mean()) / x.std(ddof=1), "y": 0.6 * x + 0.8 * e, "owner": range(4_000)})
    found = slope_in_spreads(table, outcome="y", term="x")
    assert found.value == pytest.approx(np.corrcoef(table["x"], table["y"])[0, 1])
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx((1 - found.value**2) / np.sqrt(4_000), rel=0.25)


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = 240
    small = np.arange(n) % 2
    platform = np.where(rng.random(n) < 0.3 + 0.4 * small, "x", "y")
    rate = 0.02 * np.exp(0.4 * small + 0.5 * (platform == "x")) * rng.lognormal(-0.08, 0.4, n)
    return pd.DataFrame(
        {
            "account_id": [f"a{i}" for i in range(n)],
            "platform": platform,
            "category": None,
            "followers": np.where(small, 2e4, 6e5),
            "n_rows": 1.0,
            "likes + comments by followers": rate,
        }
    )


def as_reduced(accounts, **frames):
    return tiers.Reduced({"accounts": accounts.assign(owner=accounts["account_id"]), **frames}, len(accounts), {})


def test_ratio_agrees_with_statsmodels(planted):
    """Against statsmodels' formula interface: Poisson GLM for the ratio of means, OLS for that of geometric means."""
    import statsmodels.api as sm

    data = as_reduced(planted)
    table = planted.assign(rate=planted["likes + comments by followers"], micro=planted["followers"] < 1e5)
    glm = smf.glm("rate ~ micro + platform", table, family=sm.families.Poisson()).fit(tol=1e-12)
    found = tiers.tier_ratio(data, first=["micro"], second=["macro"])
    assert found.value == pytest.approx(glm.params["micro[T.True]"], abs=1e-8)
    assert (found.n_units, found.n_side) == (240, 120)
    ols = smf.ols("np.log(rate) ~ micro + platform", table).fit()
    logs = tiers.tier_ratio(data, first=["micro"], second=["macro"], estimator="log-ols")
    assert logs.value == pytest.approx(ols.params["micro[T.True]"], abs=1e-10)
    plain = tiers.tier_ratio(data, first=["micro"], second=["macro"], adjust="nothing")
    means = table.groupby("micro")["rate"].mean()
    assert plain.value == pytest.approx(np.log(means[True] / means[False]), abs=1e-8)
    assert plain.value > found.value  # platform x has more micro accounts and higher rates


def test_accounts_of_other_tiers_help_to_adjust_and_are_not_counted(planted):
    import statsmodels.api as sm

    rng = np.random.default_rng(12)
    nano = planted.assign(followers=5_000.0, account_id="n" + planted["account_id"])
    nano["likes + comments by followers"] *= rng.uniform(1, 3, len(nano))
    nano.loc[nano["platform"] == "x", "likes + comments by followers"] *= 1.5
    both = pd.concat([planted, nano], ignore_index=True)
    tier = both["followers"].map(lambda size: "nano" if size < 1e4 else "micro" if size < 1e5 else "macro")
    table = both.assign(rate=both["likes + comments by followers"], tier=tier)
    glm = smf.glm("rate ~ tier + platform", table, family=sm.families.Poisson()).fit(tol=1e-12)
    found = tiers.tier_ratio(as_reduced(both), first=["micro"], second=["macro"])
    assert found.value == pytest.approx(glm.params["tier[T.micro]"], abs=1e-8)
    assert (found.n_units, found.n_side) == (240, 120)
    alone = tiers.tier_ratio(as_reduced(planted), first=["micro"], second=["macro"])
    assert abs(found.value - alone.value) > 0.01
    plain = {"first": ["micro"], "second": ["macro"], "adjust": "nothing"}
    assert tiers.tier_ratio(as_reduced(both), **plain) == tiers.tier_ratio(as_reduced(planted), **plain)


def test_adjustment_survives_rare_silent_and_repeated_groups(planted):
    odd = planted.assign(category=np.where(planted["platform"] == "x", "one", "other"))  # says what platform says
    odd.loc[:6, "category"] = "silent"
    odd.loc[:6, "likes + comments by followers"] = 0.0
    odd.loc[7:9, "category"] = [None, "lonely", "alone"]
    found = tiers.tier_ratio(as_reduced(odd), first=["micro"], second=["macro"])
    assert found.is_finite
    assert found.low < 0.4 < found.high
    apart = planted.assign(platform=np.where(planted["followers"] < 1e5, "x", "y"))  # no platform has both tiers
    nothing = tiers.tier_ratio(as_reduced(apart), first=["micro"], second=["macro"])
    assert not nothing.is_finite
    claim = claims.registry()["tier-micro-beats-macro"]
    assert claims.judge(claim, nothing).verdict == "too little data"


def test_few_accounts_on_a_side_are_too_little(planted):
    few = pd.concat([planted[planted["followers"] < 1e5], planted[planted["followers"] > 1e5].head(9)])
    found = tiers.tier_ratio(as_reduced(few), first=["micro"], second=["macro"])
    verdict = claims.judge(claims.registry()["tier-micro-beats-macro"], found)
    assert (verdict.verdict, verdict.reason) == ("too little data", "9 accounts on a side; 10 are needed")


def test_trust_is_hedges_g_of_accounts():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"account_id": np.repeat(np.arange(40).astype(str), 3), "followers": 0.0})
    rows["followers"] = np.where(np.repeat(np.arange(40) < 15, 3), 5_000.0, 2e6)
    rows["trust"] = np.clip(rng.normal(4, 1, 120) + (rows["followers"] < 1e4), 1, 7)
    rows["campaign_id"] = [f"k{i}" for i in range(120)]
    found = tiers.trust_difference(tiers.reduce({"campaigns": rows}))
    means = rows.groupby("account_id").agg(trust=("trust", "mean"), followers=("followers", "first"))
    small, large = (means.loc[means["followers"].lt(1e4) == side, "trust"] for side in (True, False))
    pooled = np.sqrt((14 * small.var() + 24 * large.var()) / 38)
    # Hedges (1981): the correction is close to 1 - 3 / (4 df - 1), to within 1e-4 at 38 degrees of freedom.
    assert found.value == pytest.approx((small.mean() - large.mean()) / pooled * (1 - 3 / (4 * 38 - 1)), abs=1e-4)
    assert (found.n_units, found.n_side) == (40, 15)


def test_errors_are_over_accounts_not_campaigns():
    campaigns = tiers.classroom(seed=3)
    table = tiers.rows_or_accounts(campaigns)
    means = campaigns.groupby("account_id").agg(small=("small", "first"), ln_rate=("ln_rate", "mean"))
    sides = [means.loc[means["small"] == side, "ln_rate"] for side in (1, 0)]
    welch = stats.ttest_ind(*sides, equal_var=False)
    assert table["difference"].to_list() == pytest.approx([sides[0].mean() - sides[1].mean()] * 2)
    # Leaving out one account at a time is close to Welch's interval, and several times as wide as that over rows.
    interval = welch.confidence_interval()
    assert table.loc["accounts as units", "width"] == pytest.approx(interval.high - interval.low, rel=0.1)
    assert table.loc["accounts as units", "width"] > 3 * table.loc["campaigns as units", "width"]


def test_fit_and_kind_of_campaign_by_least_squares():
    campaigns = world.draw("documents", rng=np.random.default_rng(6), per_tier=30)["campaigns"]
    data = tiers.reduce({"campaigns": campaigns})
    table = campaigns.assign(rate=campaigns["engagements"] / campaigns["impressions"])
    table = table.groupby(["account_id", "fit"], as_index=False)["rate"].mean()
    table = table[table["rate"] > 0]
    ols = smf.ols("np.log(rate) ~ fit", table).fit()
    assert tiers.fit_effect(data, estimator="log-ols").value == pytest.approx(ols.params["fit"], abs=1e-10)
    fixed = smf.ols("np.log(rate) ~ fit + account_id", table).fit()
    assert tiers.fit_effect(data, estimator="within account").value == pytest.approx(fixed.params["fit"], abs=1e-9)
    for estimator in ("ppml", "log-ols", "within account"):
        for adjust in ("tier", "tier, form and fit"):
            kinds = {"side": "style", "value": "everyday", "against": "polished"}
            found = tiers.campaign_ratio(data, **kinds, estimator=estimator, adjust=adjust)
            assert found.low < np.log(1.25) < found.high


def test_sets_of_tiers():
    followers = pd.Series([999, 1_000, 99_999, 100_000, 1e6, None])
    assert tiers.choose().of(followers).tolist()[1:5] == ["nano", "micro", "mid", "mega"]
    assert tiers.choose().of(followers).isna().tolist() == [True, False, False, False, False, True]
    assert tiers.choose("narrow").of(pd.Series([60_000])).tolist() == ["mid"]
    mine = tiers.choose(edges=[500, 5_000, 50_000, 250_000, 1_000_000])
    assert mine.of(pd.Series([999])).tolist() == ["nano"]
    assert tiers.sets_table(mine).index[0] == str(mine)
    with pytest.raises(ValueError, match="must be 5 numbers"):
        tiers.choose(edges=[5_000, 500])
    with pytest.raises(ValueError, match="allowed: usual, narrow"):
        tiers.choose("huge")


def test_a_claim_needs_what_the_chosen_rate_needs():
    only_likes = Tables({"posts": POSTS.drop(columns="comments")})
    both, likes = (tiers.asked(count=count)[0] for count in ("likes + comments", "likes"))
    assert "posts.comments" in claims.lacking(both, only_likes)
    assert claims.lacking(likes, only_likes) == ""
    by_views = tiers.asked(count="likes", base="views")[0]
    assert "posts.views" in claims.lacking(by_views, only_likes)
    assert {"accounts": ("followers", "avg_likes", "avg_views")} in by_views.needs
    assert "campaigns.trust" in claims.lacking(tiers.asked()[2], only_likes)


def test_nothing_gives_verdicts_tables_and_sentences():
    data = tiers.reduce({})
    found = analysis.judged(tiers.asked(), data, tiers.ANALYSES, dataset=Tables({}))
    assert {verdict.verdict for verdict in found.values()} == {"no data"}
    for way in tiers.ANALYSES.values():
        estimate = way.estimate(data, **way.chosen({}))
        assert estimate is None or not estimate.is_finite
    assert tiers.rates_table(data, tiers=tiers.choose()).empty
    assert (tiers.money_table(data, tiers=tiers.choose()) == "–").all(axis=None)
    assert tiers.tier_counts(data, tiers=tiers.choose()).sum().sum() == 0
    means = tiers.tier_means(data.frames["accounts"], outcome="likes by reach", tiers=tiers.choose())
    look = {"outcome": "likes by reach", "label": "rate", "by": "tier", "data_kind": "user"}
    told = plots.rate_by_size(data.frames["accounts"], bands=means, **look).alt
    assert told == "No band has enough accounts for a mean rate."
    assert "none of these claims can be tested" in FAMILY.answer(found, data_kind="user")


def test_published_ratios_keep_their_source_and_sign():
    rows = tiers.published_engagement().set_index("label")
    assert rows.loc["micro/macro: SociaVault, TikTok", "value"] == pytest.approx(math.log(0.0521 / 0.0273))
    assert rows.loc["micro/macro: Mediakix, Instagram", "value"] == pytest.approx(math.log(2.75 / 2.65))
    assert set(rows["source"]) == {"vendor"}
    money = tiers.published_money().set_index("label")
    assert money.loc["sales: Beichert", "value"] == pytest.approx(math.log(0.265 / 0.049))
    assert money.loc["sales: Beichert", "source"] == "study"
    found = tiers.studies_table().data["found"]
    assert found.str.contains("no difference").any()  # evidence against is shown


def test_figures_on_tiers_have_an_address_or_say_that_it_was_not_kept():
    table = pd.concat([published.figures("influencer-tiers"), published.figures("paid-reach")])
    assert len(table) == 34 + 8  # and the studies of tiers and disclosure that were added
    assert (table["url"].notna() | (table["address"] == "not kept")).all()
    assert set(table["source"]) == {"study", "vendor"}


def test_studies_are_pooled_only_where_that_is_meaningful():
    told = summaries.pooled(published.figures("influencer-tiers"), name="tiers")
    assert told.startswith("No summary is computed for the tiers")
    assert "0 of them with an interval" in told
    # By hand: effects 0.1, 0.3, 0.5 with variance 0.01 each vary by 0.04, so tau2 = 0.03 and the mean 0.3 has variance
    # 0.04 / 3; its interval is t(2) = 4.303 times 0.11547; a further study lies within 4.303 x sqrt(0.03 + 0.04 / 3).
    half = stats.norm.ppf(0.975) * 0.1
    rows = pd.DataFrame({"estimate": [0.1, 0.3, 0.5], "measure": "ln_ratio", "contrast": "a ~ b", "bounds": "ci95"})
    rows = rows.assign(low=rows["estimate"] - half, high=rows["estimate"] + half)
    told = summaries.pooled(rows, name="rates")
    assert "0.300 (95% interval -0.197 to 0.797)" in told
    assert "between -0.596 and 1.196" in told
    assert "of 2 different kinds" in summaries.pooled(rows.assign(measure=["a", "b", "a"]), name="rates")
    assert "of 2 different kinds" in summaries.pooled(rows.assign(contrast=["a", "b", "a"]), name="rates")
