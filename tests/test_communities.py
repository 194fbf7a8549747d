"""Communities and customers: reductions by hand, known answers of each analysis, worlds with planted truths."""

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims import judge, of_notebook, published, registry
from helpers.estimates import ln_ratio_of_means, regress
from helpers.families.communities import analysis as communities, world as worlds
from helpers.families.communities.study import STUDY
from helpers.families.communities.world import draw_communities
from helpers.simulate.customers import draw_customers
from helpers.simulate.worlds import WORLDS

PERIODS = pd.DataFrame(
    {
        "community_id": ["a", "a", "b", "c", "c", "d"],
        "period": ["1", "2", "1", "1", "2", "1"],
        "members": [100, 200, 50, 10, 0, 8],
        "active_members": [10, 40, 0, 5, 5, None],
        "posts": [50, 20, 0, 1, 1, 3],
        "comments": [50, 80, 0, None, 1, 5],
        "median_thread_depth": [2.0, 4.0, None, 1.0, 9.0, 2.0],
        "moderated": [True, True, False, True, False, None],
    }
)


def on_duckdb(**frames):
    connection = duckdb.connect()
    return {name: nw.from_native(connection.from_df(frame)) for name, frame in frames.items()}


@pytest.mark.parametrize("tables", [lambda **frames: frames, on_duckdb], ids=["pandas", "duckdb"])
def test_periods_are_averaged_first(tables):
    data = communities.reduce(tables(communities=PERIODS))
    found = data.frames["communities"].set_index("community_id")
    assert found["members"].tolist() == [150, 50, 10, 8]
    assert found["active_share"].tolist()[:3] == pytest.approx([(0.1 + 0.2) / 2, 0, 0.5])
    assert found["contributions_per_member"].tolist()[:2] == pytest.approx([(1 + 0.5) / 2, 0])
    assert np.isnan(found.loc["c", "contributions_per_member"])  # unknown comments; the period without members is out
    assert found["thread_depth"].tolist()[::2] == [3.0, 1.0]
    assert found["moderated"].tolist()[:3] == [1.0, 0.0, 1.0]
    assert np.isnan(found.loc["d", "moderated"])
    assert np.isnan(found.loc["d", "active_share"])
    assert found["periods"].tolist() == [2, 1, 1, 1]
    assert (data.n_rows, data.units["communities"]) == (5, 4)
    assert data.excluded == {"periods with fewer than 1 member": 1}


def test_few_members_and_few_periods():
    data = communities.reduce({"communities": PERIODS}, min_members=20, min_periods=2)
    assert data.frames["communities"]["community_id"].tolist() == ["a"]
    assert data.excluded == {"periods with fewer than 20 members": 3, "communities with fewer than 2 periods": 1}


def test_moderated_half_of_the_time_is_unknown():
    half = PERIODS.assign(moderated=[True, False, False, True, True, True])
    data = communities.reduce({"communities": half})
    assert np.isnan(data.frames["communities"].set_index("community_id").loc["a", "moderated"])
    assert data.excluded["communities moderated in half of their periods"] == 1


def test_the_same_name_on_two_platforms_is_two_communities():
    two = PERIODS.assign(platform=["x", "y", "x", "x", "x", None])
    found = communities.reduce(on_duckdb(communities=two)).frames["communities"]
    assert len(found) == 5
    assert set(found["platform"]) == {"x", "y", "not stated"}


def test_nothing_at_all_gives_empty_tables_and_no_estimate():
    for tables in ({}, {"communities": PERIODS[["community_id"]]}, {"customers": pd.DataFrame({"customer_id": ["a"]})}):
        data = communities.reduce(tables)
        for claim_id, analysis in communities.ANALYSES.items():
            assert analysis.estimate(data, **analysis.chosen({})) is None, claim_id
            assert analysis.rows(data) == 0
        assert communities.line(data.frames["communities"], outcome="active_share") is None
    assert communities.from_posts({}).empty
    assert "neither" in communities.describe_posts(communities.from_posts({}))


def test_customers_by_hand():
    told = pd.DataFrame(
        {
            "customer_id": list("abcde"),
            "is_community_member": [True, True, False, False, None],
            "revenue_12m": [0, 6, 1, 2, 9.0],
        }
    )
    data = communities.reduce(on_duckdb(customers=told))
    found = communities.worth(data.frames["customers"])
    assert found.value == pytest.approx(np.log(3 / 1.5))
    assert (found.n_units, found.n_side) == (4, 2)
    assert data.excluded == {"customers of unknown membership, or of whom nothing else is known": 1}
    bought = communities.worth(data.frames["customers"], customers_counted="who bought")
    assert bought is None  # one member is left
    refunded = data.frames["customers"].assign(revenue=[0, 6, 1, -2.0])
    assert communities.worth(refunded) is None  # a mean below 0 has no ln


def test_who_stays_by_hand():
    """Of 20 members 15 stay, of 40 others 20: a difference of shares with the error of two groups (HC3)."""
    member = np.repeat([True, False], [20, 40])
    stays = np.concatenate([np.arange(20) < 15, np.arange(40) < 20])
    told = pd.DataFrame({"customer_id": range(60), "is_community_member": member, "retained_12m": stays})
    found = communities.loyal(communities.reduce(on_duckdb(customers=told)).frames["customers"])
    assert found.value == pytest.approx(0.75 - 0.5)
    assert (found.n_units, found.n_side) == (60, 20)
    fit = sm.OLS(stays.astype(float), sm.add_constant(member.astype(float))).fit(cov_type="HC3")
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * fit.bse[1], rel=0.06)  # Student's t is a little wider
    assert communities.worth(communities.reduce({"customers": told}).frames["customers"]) is None


def test_hostile_share_is_compared_at_one_size():
    """Poisson pseudo-maximum likelihood with ln members held fixed, by statsmodels."""
    drawn = draw_communities("documents", n=80, rng=np.random.default_rng(4))
    frame = communities.reduce(on_duckdb(communities=drawn)).frames["communities"]
    found = communities.kinder(frame)
    design = sm.add_constant(frame[["moderated", "ln_members"]])
    fit = sm.GLM(frame["hostile_share"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    assert found.value == pytest.approx(-fit.params["moderated"], abs=1e-7)
    assert found.n_side == min(frame["moderated"].sum(), (1 - frame["moderated"]).sum())
    assert communities.kinder(frame.assign(hostile_share=np.nan)) is None


def test_ratio_of_means_agrees_with_poisson_regression():
    """Of amounts that are not negative the ratio is Poisson pseudo-maximum likelihood on one flag, with HC3 errors."""
    rng = np.random.default_rng(2)
    first, second = rng.lognormal(0.3, 0.8, 60), rng.lognormal(0, 0.8, 90) * (rng.random(90) > 0.2)
    found = ln_ratio_of_means(first, np.append(second, np.nan))
    flag = sm.add_constant(np.repeat([1.0, 0.0], [60, 90]))
    fit = sm.GLM(np.concatenate([first, second]), flag, family=sm.families.Poisson()).fit(tol=1e-12, cov_type="HC0")
    assert found.value == pytest.approx(fit.params[1], abs=1e-8)
    # Without the correction of n / (n - 1) for the unit left out, statsmodels' robust error comes back.
    parts = [((x - x.mean()) / x.mean() / len(x)) for x in (first, second)]
    assert np.sqrt(sum(np.sum(part**2) for part in parts)) == pytest.approx(fit.bse[1], rel=1e-8)
    amounts = pd.DataFrame({"amount": np.concatenate([first, second]), "flag": flag[:, 1]})
    ours = regress(amounts, outcome="amount", terms=["flag"], link="log").term("flag")
    assert (found.low, found.high) == pytest.approx((ours.low, ours.high), rel=1e-3)
    assert found.n_side == 60
    assert ln_ratio_of_means(first[:1], second) is None


def test_slopes_and_ratios_agree_with_statsmodels():
    drawn = worlds.draw_communities("documents", n=120, rng=np.random.default_rng(4))
    data = communities.reduce({"communities": drawn})
    rates = drawn.assign(share=drawn["active_members"] / drawn["members"], flag=drawn["moderated"].astype(float))
    table = rates.groupby("community_id")[["members", "share", "flag"]].mean().assign(ln=lambda t: np.log(t["members"]))
    poisson = {"family": sm.families.Poisson()}
    slope = sm.formula.glm("share ~ ln", table, **poisson).fit(tol=1e-12).params["ln"]
    frame = data.frames["communities"]
    assert communities.slope(frame, outcome="active_share").value == pytest.approx(-slope, abs=1e-7)
    gain = sm.formula.glm("share ~ flag + ln", table, **poisson).fit(tol=1e-12).params["flag"]
    found = communities.moderated_gain(frame)
    assert found.value == pytest.approx(gain, abs=1e-7)
    assert found.n_side == min(table["flag"].sum(), 120 - table["flag"].sum())
    large = communities.slope(frame, outcome="active_share", min_members=300)
    assert large.n_units == (table["members"] >= 300).sum()


def test_one_community_on_two_platforms_is_one_unit():
    drawn = worlds.draw_communities("documents", n=40, rng=np.random.default_rng(4))
    twice = pd.concat([drawn.assign(platform=name) for name in ("reddit", "discord")], ignore_index=True)
    once, both = (communities.reduce({"communities": one}).frames["communities"] for one in (drawn, twice))
    for estimate in (lambda frame: communities.slope(frame, outcome="thread_depth"), communities.moderated_gain):
        alone, found = estimate(once), estimate(both)
        assert (found.value, found.n_units, found.n_side) == (pytest.approx(alone.value), 40, alone.n_side)
        assert found.high - found.low == pytest.approx(alone.high - alone.low, rel=0.05)


def test_exponents_are_told_in_both_ways():
    shown = communities.growth([10, 1_000], exponents=[1, 1.5])
    assert shown["twice as many bring 100% more"].tolist() == [2, 2]
    assert shown["twice as many bring 183% more"].tolist() == pytest.approx([2, 20])  # 2 ** 1.5 - 1
    reddit = communities.exponents(published.figures("communities")).iloc[0]
    assert reddit["value"] == pytest.approx(
        -0.27
    )  # contributions that grow faster than members speak against the claim
    assert reddit["label"] == "Reddit, excess comments"


def test_posts_alone_tell_how_comments_grow():
    size = np.repeat([10, 100, 1_000, 10_000, 100_000], 2)
    posts = pd.DataFrame({"post_id": range(10), "account_id": range(10), "followers": size, "comments": size**2 // 100})
    told = communities.from_posts(
        {"posts": posts.assign(comments=posts["comments"] + [0, 1] * 5, likes=size // 2 + [0, 1] * 5)}
    )
    assert told["exponent b"].tolist() == pytest.approx([2, 1], abs=0.01)
    assert "twice the followers bring 300% more comments of a post (95%" in communities.describe_posts(
        told
    )  # 2 ** 2 - 1


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_have_what_they_plant(name):
    data = communities.reduce(worlds.draw(name, rng=np.random.default_rng(6)))
    truths = worlds.truths(name)
    assert list(truths) == [claim.id for claim in of_notebook("09-communities")] == list(communities.ANALYSES)
    for claim_id, analysis in communities.ANALYSES.items():
        found = analysis.estimate(data, **analysis.chosen({}))
        assert abs(found.value - truths[claim_id]) < found.high - found.low, claim_id


def test_moderated_communities_look_less_active_until_size_is_held():
    told = communities.raw_and_held(communities.reduce(worlds.draw("documents", rng=np.random.default_rng(1))))
    assert told.iloc[0, 0].startswith("\N{MINUS SIGN}")
    assert told.iloc[0, 1].startswith("+")


def test_large_communities_moderated_more_often_leave_a_slope_of_their_own():
    """What is planted among communities moderated alike is not the slope over all of them."""
    assert worlds.truths("documents")["community-small-takes-part"] < worlds.EFFECTS["documents"].takes_part - 0.02
    assert worlds.truths("null")["community-small-takes-part"] == 0


def test_calibration_cases_are_those_of_the_notebook():
    """The same communities through the notebook's reduction give the same estimates."""
    cases = list(STUDY.cases("documents", 30, np.random.default_rng(0)))
    rng = np.random.default_rng(0)
    tables = {"communities": worlds.draw_communities("documents", n=30, rng=rng)}
    data = communities.reduce(tables | {"customers": draw_customers("documents", n=60, rng=rng)})
    for case, analysis in zip(cases, communities.ANALYSES.values(), strict=True):
        again = analysis.estimate(data, **analysis.chosen({}))
        assert (case.estimate.value, case.estimate.low) == pytest.approx((again.value, again.low))
    assert [case.claim_id for case in cases] == list(communities.ANALYSES)


def miscounted(*, n=150, error=0.4, seed=3):
    """Draw communities of 1,000 to 10,000 members without any slope, and miscount who is a member of each."""
    rng = np.random.default_rng(seed)
    table = draw_communities("null", n=1_500, rng=rng)
    size = table.groupby("community_id")["members"].transform("mean")
    table = table[size.between(1_000, 10_000)]
    table = table[table["community_id"].isin(table["community_id"].unique()[:n])]
    off = pd.Series(np.exp(error * rng.standard_normal(n)), index=table["community_id"].unique())
    members = (table["members"] * table["community_id"].map(off)).round().astype("int64")
    return table.assign(members=np.maximum(members, table["active_members"]))


def test_members_counted_at_an_unknown_time_decide_nothing():
    own, claim = communities.ANALYSES["community-small-takes-part"], registry()["community-small-takes-part"]
    table = miscounted()
    untold, told = (communities.reduce({"communities": part}) for part in (table.drop(columns="period"), table))
    found = own.estimate(untold, **own.chosen({}))
    verdict = judge(claim, found, threats=own.threats(untold, found, **own.chosen({})))
    assert judge(claim, found).verdict == "supported"  # 1.00 of such worlds
    assert verdict.verdict == "inconclusive"
    assert verdict.reason.startswith("member counts: ")
    assert own.threats(told, found, **own.chosen({})) == []  # counted in the period that they are of
