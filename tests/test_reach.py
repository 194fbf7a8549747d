"""Reach and behaviour: reductions by hand, known answers of each analysis, worlds with planted truths."""

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.claims import of_notebook, published
from helpers.estimates import gain_in_r2, regress
from helpers.families.reach import analysis as reach, outcomes, pictures, work_and_learning, world as worlds
from helpers.families.reach.estimators import pooled_ratio, standardised_slope
from helpers.families.reach.study import STUDY
from helpers.families.reach.world import EFFECT
from helpers.ground.scales import on_scale
from helpers.measures import sums_of_products
from helpers.simulate import panel
from helpers.simulate.customers import CONNECTED_SHARE, draw_customers
from helpers.simulate.streams import stream
from helpers.simulate.worlds import WORLDS

POSTS = pd.DataFrame(
    {
        "post_id": [f"p{i}" for i in range(9)],
        "account_id": list("aaaaabbbb"),
        "reach": [1, 2, 3, 4, 99, 5, 5, 5, 5],
        "likes": [4, 3, -1, 2, 1, 1, 2, 3, 4],
        "conversions": [10, 10, 30, 20, None, 4, 3, 2, 1],
    }
)


def on_duckdb(**frames):
    connection = duckdb.connect()
    return {name: nw.from_native(connection.from_df(frame)) for name, frame in frames.items()}


BOTH = pytest.mark.parametrize("tables", [lambda **frames: frames, on_duckdb], ids=["pandas", "duckdb"])


@BOTH
def test_ranks_within_accounts(tables):
    found = reach.reduce(tables(posts=POSTS)).frames["ranks"].set_index("account_id")
    expected = stats.spearmanr([1, 2, 3, 4], [10, 10, 30, 20]).statistic
    assert found.loc["a", "reach and conversions"] == pytest.approx(expected)
    assert found.loc["a", "likes and conversions"] == pytest.approx(
        stats.spearmanr([4, 3, 2], [10, 10, 20]).statistic
    )  # hidden likes and unknown conversions are left out, and ranks taken among the rest
    assert found["n likes and conversions"].tolist() == [3, 4]
    assert np.isnan(found.loc["b", "reach and conversions"])  # reach does not vary
    assert found.loc["b", "likes and conversions"] == -1
    assert "views and conversions" not in found


def test_too_few_posts_are_left_out_and_measures_averaged():
    frame = reach.reduce({"posts": POSTS}).frames["ranks"]
    assert reach.not_behaviour(frame) is None
    found = reach.not_behaviour(frame, fewest_posts=3)
    own = frame[["reach and conversions", "likes and conversions"]].mean(axis=1)
    assert found.value == pytest.approx(0.5 - own.mean())
    assert found.n_units == 2


HISTORY = pd.DataFrame(
    {
        "post_id": ["p0"] * 4 + ["p1"] * 3 + ["p5"] * 3 + ["p6", "p7"],
        "hours": [1, 4, 24, 48, 2, 10, 48, 1, 8, 50, 3, 60],
        "likes": [20, 40, 80, 100, 5, 5, 10, 60, 50, 100, 9, 0],
    }
)


@BOTH
def test_half_lives_by_hand(tables):
    data = reach.reduce(tables(posts=POSTS, post_history=HISTORY))
    found = data.frames["half_lives"].set_index("account_id")
    # p0 crosses one half between 4 and 24 hours: 4 + (50 - 40) / (80 - 40) * 20 = 9; p1 at 2 hours exactly.
    assert found.loc["a", "engagement"] == pytest.approx(np.log([9, 2]).mean())
    # p5 had 60, was taken back to 50 and crossed first within the first hour, at 1 * 50 / 60.
    assert found.loc["b", "engagement"] == pytest.approx(np.log(50 / 60))
    assert found["posts engagement"].tolist() == [2, 1]
    assert data.excluded == {"posts followed for fewer than 48 hours": 1}
    course = data.frames["course"]
    assert course.query("account_id == 'a' and hours == 48")["share"].tolist() == [1.0]
    found = reach.short_attention(data.frames["half_lives"])
    assert found.value == pytest.approx(np.log(24) - np.mean([np.log([9, 2]).mean(), np.log(50 / 60)]))


def goal_posts(n_accounts=12, posts=20, seed=1):
    rng = np.random.default_rng(seed)
    n = n_accounts * posts
    goal = rng.choice(["engage", "convert"], n)
    metrics = {name: rng.poisson(50, n) for name in ("reach", "comments", "clicks")}
    driver = np.where(goal == "engage", metrics["comments"], metrics["clicks"])
    ids = {
        "post_id": np.arange(n).astype(str),
        "account_id": np.repeat([f"a{i:02d}" for i in range(n_accounts)], posts),
    }
    return pd.DataFrame({**ids, "platform": "x", "goal": goal, **metrics, "conversions": driver + rng.poisson(9, n)})


@BOTH
@pytest.mark.parametrize("scale", reach.SCALES)
def test_gain_of_a_metric_for_each_goal_agrees_with_regressions(tables, scale):
    posts = goal_posts()
    data = reach.reduce(tables(posts=posts))
    chosen = reach.chosen_metrics(data.frames[f"products_{scale}"])
    assert [own for own, _ in chosen] == [{"engage": "comments", "convert": "clicks"}] * 2
    cell = posts.groupby(["account_id", "goal"])
    columns = ["conversions", "reach", "comments", "clicks"]
    if scale == "rank":
        size = cell["reach"].transform("size").to_numpy()[:, None]
        values = (cell[columns].rank() - (size + 1) / 2) / size
    else:
        values = np.log(posts[columns] + 1)
        values = values - values.groupby([posts["account_id"], posts["goal"]]).transform("mean")
    second = posts["account_id"].str[1:].astype(int) % 2
    one = np.where(second == 1, chosen[0][1], chosen[1][1])  # each half is measured with the other's choice
    best = posts["goal"].map({"engage": "comments", "convert": "clicks"})

    def r2(metric):
        own = values.to_numpy()[np.arange(len(posts)), values.columns.get_indexer(metric)]
        terms = {f"{g}{h}": own * ((posts["goal"] == g) & (second == h)) for g in ("engage", "convert") for h in (0, 1)}
        return sm.OLS(values["conversions"], pd.DataFrame(terms)).fit().rsquared

    found = reach.gain(data, scale=scale)
    assert found.value == pytest.approx(r2(best) - r2(one), abs=0.02)  # the jackknife takes the optimism out
    assert found.low > 0
    assert found.n_units == 12
    assert reach.metric_table(data, scale=scale).loc["engage"].tolist() == ["comments", "comments"]


def test_one_metric_for_all_goals_gains_nothing():
    posts = goal_posts()
    posts = posts.assign(conversions=posts["reach"] + np.random.default_rng(2).poisson(2, len(posts)))
    found = reach.gain(reach.reduce({"posts": posts}))
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert found.is_finite


def test_gain_in_r2_agrees_with_statsmodels():
    rng = np.random.default_rng(3)
    x, z = rng.standard_normal((2, 200))
    rows = pd.DataFrame({"account_id": np.repeat(np.arange(40), 5), "x": x, "z": z, "y": x + 0.3 * z})
    rows["y"] += rng.standard_normal(200)
    sums = sums_of_products(rows, columns=["y", "x", "z"], by=["account_id"])
    whole = [sm.OLS(rows["y"], sm.add_constant(rows[[name]])).fit().rsquared for name in ("x", "z")]
    found = gain_in_r2(sums, outcome="y", first=["x"], second=["z"])
    assert found.value == pytest.approx(whole[0] - whole[1], abs=0.02)
    assert found.low < whole[0] - whole[1] < found.high


TEAMS = pd.DataFrame(
    {
        "team_id": list("abcdefgh"),
        "employees": [10, 10, 10, 20, 20, 10, 10, 5],
        "engagement": [1.0, 2, 3, 4, 5, 6, 7, 8],
        "leavers_12m": [4, 4, 3, 5, 4, 2, 1, 1],
        "profit": [1.0, 3, 2, 4, 6, 5, 8, 7],
    }
)


def test_teams_by_hand():
    teams = outcomes.reduce(on_duckdb(teams=TEAMS)).frames["teams"]
    top, bottom = outcomes.top_and_bottom(teams)
    assert (sorted(top["engagement"]), sorted(bottom["engagement"])) == ([7, 8], [1, 2])
    found = outcomes.stay_twice(teams)
    assert found.value == pytest.approx((13 / 15) / (12 / 20))
    assert (found.null, found.n_side) == (1.0, 2)
    assert found.low < found.value < found.high
    assert outcomes.stay_twice(teams, ratio_of="odds").value == pytest.approx((13 / 2) / (12 / 8))
    table = outcomes.staying(teams)
    assert table["share_stays"].tolist() == pytest.approx([13 / 15, 12 / 20, 13 / 15 / (12 / 20)])
    earned = outcomes.earn_more(teams)
    assert earned.value == pytest.approx(np.corrcoef(TEAMS["engagement"], TEAMS["profit"])[0, 1])


def test_leavers_agree_with_statsmodels_and_its_exposure():
    teams = outcomes.reduce({"teams": TEAMS}).frames["teams"]
    design, spread = sm.add_constant(TEAMS["engagement"]), TEAMS["engagement"].std()
    family = sm.families.Poisson()
    fit = sm.GLM(TEAMS["leavers_12m"], design, family=family, exposure=TEAMS["employees"]).fit(tol=1e-12)
    assert outcomes.leave_less(teams).value == pytest.approx(-fit.params["engagement"] * spread, abs=1e-7)
    rates = sm.GLM(TEAMS["leavers_12m"] / TEAMS["employees"], design, family=family).fit(tol=1e-12)
    assert outcomes.leave_less(teams, alike="teams").value == pytest.approx(
        -rates.params["engagement"] * spread, abs=1e-7
    )
    constant = regress(TEAMS, outcome="leavers_12m", terms=["engagement"], link="log", exposure="employees")
    assert constant.coefficients[0] == pytest.approx(fit.params["const"], abs=1e-7)
    with pytest.raises(ValueError, match="exposure 'employees' with link 'identity'"):
        regress(TEAMS, outcome="profit", terms=["engagement"], exposure="employees")


def test_ratio_of_shares_of_alike_units_is_the_risk_ratio_of_a_table():
    """Units of one person each: the error of the ln risk ratio is sqrt(1/a - 1/n1 + 1/c - 1/n2) (Katz et al. 1978)."""
    first = pd.DataFrame({"stay": [1] * 300 + [0] * 100}).assign(all=1)
    second = pd.DataFrame({"stay": [1] * 150 + [0] * 250}).assign(all=1)
    found = pooled_ratio(first, second, cases="stay", others="all")
    assert found.value == pytest.approx(2)
    error = np.sqrt(1 / 300 - 1 / 400 + 1 / 150 - 1 / 400)
    assert np.log(found.high / found.low) / 2 / 1.96 == pytest.approx(error, rel=0.02)


def test_likes_and_comments_against_clicks_agree_with_regressions():
    """R2 on ranks within accounts, by statsmodels; the jackknife takes out about k / n of it for k columns."""
    rng = np.random.default_rng(3)
    n, accounts = 40, 30
    counts = rng.poisson(np.exp(rng.normal(3, 0.5, (5, n * accounts))))
    names = ["reach", "likes", "comments", "clicks", "conversions"]
    posts = pd.DataFrame(dict(zip(names, counts, strict=True))).assign(
        account_id=np.repeat([f"a{i:02d}" for i in range(accounts)], n), post_id=range(n * accounts), platform="x"
    )
    posts["conversions"] += posts["comments"]
    ranks = posts.groupby("account_id")[names].rank() / n
    ranks = ranks - ranks.groupby(posts["account_id"]).transform("mean")
    shares = [
        sm.OLS(ranks["conversions"], ranks[list(terms)]).fit().rsquared for terms in (reach.TOLD_BY, reach.AGAINST)
    ]
    for tables in ({"posts": posts}, on_duckdb(posts=posts)):
        found = reach.tells_more(reach.reduce(tables))
        assert found.value == pytest.approx(shares[0] - shares[1], abs=0.003)
        assert (found.n_units, found.low > 0) == (accounts, True)
    lacking = reach.reduce({"posts": posts.drop(columns="clicks")})
    assert reach.tells_more(lacking) is None


def test_impossible_teams_keep_their_profit_only():
    broken = TEAMS.assign(leavers_12m=[11, 4, 3, 5, 4, 2, 1, 1])
    data = outcomes.reduce({"teams": broken})
    teams = data.frames["teams"].set_index("engagement")
    assert np.isnan(teams.loc[TEAMS["engagement"].iloc[0], "leavers"])
    assert teams["leavers"].notna().sum() == len(TEAMS) - 1
    assert data.excluded == {"teams with more leavers than employees, or none of either": 1}
    alike = outcomes.reduce({"teams": TEAMS.assign(engagement=3.0)}).frames["teams"]
    assert outcomes.stay_twice(alike) is None
    assert outcomes.leave_less(alike) is None


def test_standardised_slope_has_the_interval_of_a_correlation():
    """Against the large-sample error of a correlation of normal values, (1 - r^2) / sqrt(n)."""
    rng = np.random.default_rng(4)
    x, e = rng.standard_normal((2, 4_000))
    found = standardised_slope(pd.DataFrame({"x": x, "y": 0.6 * x + 0.8 * e}), outcome="y", term="x")
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx((1 - found.value**2) / np.sqrt(4_000), rel=0.05)


def test_odds_ratio_of_alike_units_is_that_of_a_table():
    """Units of one person each: the error is that of the 2 x 2 table, sqrt(1/a + 1/b + 1/c + 1/d)."""
    first = pd.DataFrame({"stay": [1] * 300 + [0] * 100}).assign(leave=lambda t: 1 - t["stay"])
    second = pd.DataFrame({"stay": [1] * 200 + [0] * 200}).assign(leave=lambda t: 1 - t["stay"])
    found = pooled_ratio(first, second, cases="stay", others="leave")
    assert found.value == pytest.approx(3)
    error = np.sqrt(1 / 300 + 1 / 100 + 1 / 200 + 1 / 200)
    assert np.log(found.high / found.low) / 2 / 1.96 == pytest.approx(error, rel=0.02)
    assert pooled_ratio(first[:300], second, cases="stay", others="leave") is None  # nobody left


def test_customers_and_learners_by_hand():
    customers = pd.DataFrame(
        {"customer_id": list("abcde"), "emotionally_connected": [1, 1, 0, 0, None], "revenue_12m": [0, 6, 1, 2, 9.0]}
    ).astype({"emotionally_connected": "boolean"})
    data = outcomes.reduce({"customers": customers})
    assert outcomes.emotion_pays(data.frames["customers"]).value == pytest.approx(np.log(2))
    assert data.excluded == {"customers of unknown attachment or revenue": 1}
    learners = pd.DataFrame(
        {
            "person_id": list("abcdefgh"),
            "condition": ["one_way"] * 4 + ["interactive"] * 4,
            "score": [1.0, 2, 3, 4, 2, 3, 4, 5],
            "delay_days": [0, 7, 7, 7, 7, 7, 7, None],
        }
    )
    learning = outcomes.reduce(on_duckdb(learning=learners)).frames["learning"]
    choices = {"column": "condition", "first": "interactive", "second": "one_way"}
    assert outcomes.learning_gain(learning, **choices).value == pytest.approx(0.673, abs=5e-4)  # as in the docstring
    assert outcomes.learning_gain(learning, **choices, least_delay_days=7).n_units == 6
    assert outcomes.learning_gain(learning, column="pace", first="own", second="set") is None


def test_nothing_at_all_gives_empty_tables_and_no_estimate():
    for tables in ({}, {"posts": POSTS[["post_id", "account_id"]]}, {"posts": POSTS, "post_history": HISTORY[:0]}):
        data = reach.reduce(tables)
        for claim_id, analysis in reach.ANALYSES.items():
            assert analysis.estimate(data, **analysis.chosen({})) is None, claim_id
            assert analysis.rows(data) == 0
        assert reach.metric_table(data).empty
        assert reach.course_rows(data.frames["course"]).empty
    look = {"half_life": None, "limit": 24, "data_kind": "user"}
    picture = pictures.course_of_attention(reach.course_rows(data.frames["course"]), **look)
    assert "nothing to show" in picture.ax.texts[0].get_text()
    assert "0 posts were followed" in picture.alt


def test_course_of_attention_is_signed_and_told():
    rows = pd.DataFrame({"hours": [1.0, 24], "value": [0.2, 1.0], "low": [0.1, 1.0], "high": [0.3, 1.0]})
    picture = pictures.course_of_attention(rows, half_life=None, limit=24, data_kind="simulated")
    assert "simulated" in picture.ax.get_title(loc="right")
    assert picture.ax.get_xlabel() == "hours after posting"
    assert "20% after 1 hours" in picture.alt


def test_rank_correlations_are_drawn_as_pairs_that_agree():
    rows = pd.DataFrame({"label": ["reach"], "value": [0.5], "low": [0.0], "high": [1.0], "source": ["here"]})
    turned = on_scale(reach.short_of_half(rows), "matching").iloc[0]
    # Kruskal (1958): a share 1/2 + asin(r) / pi of pairs agree, where r = 2 sin(pi rho / 6) for a rank correlation rho
    half = 0.5 + np.arcsin(2 * np.sin(np.pi / 12)) / np.pi
    assert turned[["value", "low", "high"]].tolist() == pytest.approx([half, 0.5, 1.0])


def test_published_figures_are_told_by_ratios_or_by_pairs():
    assert set(outcomes.RATIO_LABELS) | set(outcomes.PAIR_LABELS) <= set(outcomes.LABELS)
    figures = published.figures("reach-and-behaviour")
    standard = figures["measure"] == "standardised_difference"
    assert len(outcomes.on_our_scale(figures[standard])) + len(outcomes.on_our_scale(figures[~standard])) == 5


def test_published_figures_on_the_scale_of_the_claims():
    rows = outcomes.on_our_scale(published.figures("reach-and-behaviour")).set_index("label")["value"]
    assert rows["HBR 2015, spend uplift, most"] == pytest.approx(np.log(2))
    assert rows["Gallup Q12, turnover, low-turnover orgs"] == pytest.approx(-np.log(0.49) / 2.54)
    assert rows["Freeman et al., exam score"] == 0.47
    assert len(rows) == 5
    z = stats.norm.ppf(0.75)
    assert pytest.approx(2 * stats.norm.pdf(z) / 0.25, abs=0.005) == outcomes.QUARTERS_APART


def test_lessons():
    heap = reach.heap_and_within(np.arange(4), np.array([1, 0, 3, 2]), np.array(list("aabb")))["rank correlation"]
    assert heap.tolist() == pytest.approx([0.6, -1])
    told = reach.gain_from_chance(posts=40, metrics=6, goals=4, seed=1)["gain in R2"]
    assert told.iloc[0] > 0.02
    assert abs(told.iloc[1]) < 0.005


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_have_what_they_plant(name):
    truths = worlds.truths(name) | work_and_learning.truths(name)
    assert list(truths) == [claim.id for claim in of_notebook("10-reach-and-behaviour")] == list(reach.ANALYSES)
    tables = panel.draw(name, rng=np.random.default_rng(6), accounts=120, effects=(EFFECT,))
    tables |= work_and_learning.draw(name, rng=np.random.default_rng(6))
    data = reach.reduce(tables | {"customers": draw_customers(name, n=900, rng=np.random.default_rng(6))})
    for claim_id, analysis in reach.ANALYSES.items():
        found = analysis.estimate(data, **analysis.chosen({}))
        assert abs(found.value - truths[claim_id]) <= max(found.high - found.low, 1e-9), claim_id


def test_half_life_as_measured_is_what_is_planted():
    for planted in worlds.PLANTED.values():
        assert worlds.measured(worlds._middle(planted.half_life)) == pytest.approx(np.log(planted.half_life), abs=1e-8)


def test_attachment_changes_no_other_stream_and_no_mean():
    rng = np.random.default_rng(8)
    customers = draw_customers("documents", n=40_000, rng=rng)
    again = np.random.default_rng(8)
    again.standard_normal(40_000), again.random(40_000)
    expected = stream(int(again.integers(2**32)), "emotion").random(40_000) < CONNECTED_SHARE
    assert (customers["emotionally_connected"] == expected).all()
    plain = draw_customers("null", n=40_000, rng=np.random.default_rng(8))
    members = customers["is_community_member"]
    assert customers.loc[~members, "revenue_12m"].mean() == pytest.approx(
        plain.loc[~members, "revenue_12m"].mean(), rel=0.02
    )


def test_calibration_cases_are_those_of_the_notebook():
    cases = list(STUDY.cases("documents", 48, np.random.default_rng(0)))
    assert [case.claim_id for case in cases] == list(reach.ANALYSES)
