"""Audiences: reductions by hand, known answers of each analysis, the step detector and its marks."""

import re
from types import SimpleNamespace

import duckdb
import matplotlib.pyplot as plt
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers import plots
from helpers.claims import of_notebook
from helpers.estimates import wilson
from helpers.families.audience import FAMILY, analysis as audience, pictures, world as worlds
from helpers.families.audience.study import STUDY
from helpers.simulate.worlds import WORLDS

ACCOUNTS = pd.DataFrame(
    {
        "account_id": ["a", "b", "c", "d"],
        "platform": "instagram",
        "followers": [100, 1_000, 0, 50],
        "following": [200, 1_000, 5, None],
        "posts": [3, 0, 1, None],
        "is_fake": [True, False, True, None],
        "mutual_share": [0.5, 0.1, None, 0.9],
        "avg_likes": [10.0, 20.0, 1.0, None],
        "avg_comments": [1.0, None, 1.0, 2.0],
    }
)


def on_duckdb(**frames):
    """Register pandas frames with DuckDB, which is where notebooks find their tables."""
    connection = duckdb.connect()
    return {name: nw.from_native(connection.from_df(frame)) for name, frame in frames.items()}


def rows(data):
    return data.frames["accounts"].set_index("account_id")


@pytest.mark.parametrize("tables", [lambda **frames: frames, on_duckdb], ids=["pandas", "duckdb"])
def test_accounts_by_hand(tables):
    accounts = rows(audience.reduce(tables(accounts=ACCOUNTS)))
    assert accounts.loc["a", ["like_rate", "comment_rate", "engagement_rate"]].tolist() == pytest.approx(
        [0.1, 0.01, 0.11]
    )
    assert np.isnan(accounts.loc["b", "engagement_rate"])  # an unknown number of comments is not none
    assert accounts["overfollowing"].tolist()[:3] == [1.0, 0.0, 1.0]  # as many as follow it are not more
    assert accounts["follows_twice"].tolist()[:3] == [0.0, 0.0, 1.0]  # twice as many is not over twice
    assert np.isnan(accounts.loc["d", "overfollowing"])
    assert accounts["never_posted"].tolist()[:3] == [0.0, 1.0, 0.0]
    assert accounts["is_fake"].tolist()[:3] == [1.0, 0.0, 1.0]
    assert np.isnan(accounts.loc["d", "is_fake"])
    assert np.isnan(accounts.loc["c", "like_rate"])  # nobody follows it: no rate, but a label that marks rules
    assert accounts["stepped"].isna().all()


def test_rates_come_from_posts_where_there_are_any():
    posts = pd.DataFrame(
        {"post_id": ["1", "2"], "account_id": "a", "platform": "instagram", "likes": [4, 6], "followers": 50}
    )
    accounts = rows(audience.reduce({"posts": posts, "accounts": ACCOUNTS}))
    assert accounts.loc["a", "like_rate"] == pytest.approx(0.1)
    assert accounts.loc["a", "followers"] == 50  # at posting, for the rate
    assert accounts.loc["a", "overfollowing"] == 1  # 200 against 100 now
    assert accounts.loc["b", "like_rate"] == pytest.approx(0.02)  # from its averages


def test_only_chosen_platforms():
    two = ACCOUNTS.assign(platform=["x", "x", "instagram", "instagram"])
    assert sorted(rows(audience.reduce({"accounts": two}, platforms=["x"])).index) == ["a", "b"]


def test_nothing_at_all_gives_empty_tables_and_no_estimate():
    data = audience.reduce({})
    assert data.units == {"accounts": 0, "accounts with followers by time since following": 0}
    for way in audience.ANALYSES.values():
        found = way.estimate(data, **way.chosen({}))
        assert found is None or not found.is_finite
        assert way.rows(data) == 0
    assert audience.marks(data).empty
    assert "no accounts labelled" in audience.describe_marks(audience.marks(data))
    assert set(audience.raw_and_held(data).to_numpy().ravel()) == {"–"}


def history(name, followers, *, start="2025-01-01"):
    dates = pd.date_range(start, periods=len(followers))
    return pd.DataFrame({"account_id": name, "date": dates, "followers": pd.array(followers, dtype="Int64")})


QUIET = [1_000 + 2 * (day // 2) for day in range(20)]


@pytest.mark.parametrize("tables", [lambda **frames: frames, on_duckdb], ids=["pandas", "duckdb"])
def test_steps_by_hand(tables):
    jump = [count + 200 * (day >= 10) for day, count in enumerate(QUIET)]
    gap = history("gap", jump).drop(index=9)  # the day before the jump is missing: it is no jump of one day
    still = [500] * 20
    one_more = [500] * 10 + [501] * 10  # deviation 0, but a single follower is no step
    unknown = history("unknown", QUIET)
    unknown.loc[5, "followers"] = pd.NA
    parts = [
        history("jump", jump),
        gap,
        history("still", still),
        history("one more", one_more),
        unknown,
        history("short", jump[8:14]),
    ]
    table = tables(account_history=pd.concat(parts).sample(frac=1, random_state=1, ignore_index=True))
    found = audience.follower_steps(table["account_history"]).set_index("account_id")
    assert found["steps"].to_dict() == {"jump": 1, "gap": 0, "still": 0, "one more": 0, "unknown": 0, "short": 1}
    assert found.loc["jump", "largest"] == pytest.approx((1_000 + 10 + 200) / (1_000 + 8) - 1)
    assert found["days"].to_dict() == {"jump": 19, "gap": 17, "still": 19, "one more": 19, "unknown": 17, "short": 5}
    data = audience.reduce({**tables(accounts=pd.DataFrame({"account_id": found.index, "followers": 9})), **table})
    assert np.isnan(rows(data).loc["short", "stepped"])  # five days do not tell what is usual
    assert rows(data).loc[["jump", "still"], "stepped"].tolist() == [1.0, 0.0]


def test_step_threshold_is_what_it_says():
    """Fifty growths of 0, fifty of 2% and one of 20%: the median is 2%, the median deviation 2% (scipy says the same).

    The odd day lies 18 points above the median, so 18 / (1.4826 * 2) = 6.07 robust standard deviations.
    """
    growth = np.array([0.0, 0.02] * 50 + [0.2])
    growth[:2] = 0.02  # so that the middle one is 2%
    assert np.median(growth) == 0.02
    growth[2:10] = [0.04, 0.0] * 4
    counts = np.round(1e12 * np.cumprod(np.concatenate([[1.0], 1 + growth]))).astype("int64")
    limit = (0.2 - 0.02) / stats.median_abs_deviation(growth, scale="normal")
    for step_size, steps in ((0.99 * limit, 1), (1.01 * limit, 0)):
        assert audience.follower_steps(history("a", counts), step_size=step_size)["steps"].item() == steps
    assert audience.follower_steps(history("a", counts), step_size=1, step_share=0.21)["steps"].item() == 0


def test_what_counts_as_bought():
    accounts = pd.DataFrame({"is_fake": [1, 0, 0, np.nan, np.nan, 1], "stepped": [0, 1, np.nan, 1, np.nan, np.nan]})
    expected = {
        "label or step": [1, 1, 0, 1, None, 1],
        "label before step": [1, 0, 0, 1, None, 1],
        "label": [1, 0, 0, None, None, 1],
        "step": [0, 1, None, 1, None, None],
    }
    assert set(expected) == set(audience.EVIDENCE)
    for evidence, answers in expected.items():
        found = audience.bought(accounts, evidence=evidence)
        assert [None if value != value else value for value in found] == answers
    with pytest.raises(ValueError, match="evidence 'rumour' is unknown"):
        audience.bought(accounts, evidence="rumour")


def two_groups(n=200, seed=0):
    """Draw labelled accounts without history, as one frame of reduced accounts."""
    drawn = worlds.draw_accounts("documents", n=n, rng=np.random.default_rng(seed))
    return audience.reduce({"accounts": drawn.assign(is_fake=drawn["bought"])})


def test_ratios_agree_with_statsmodels():
    data = two_groups()
    accounts = data.frames["accounts"]
    poisson = {"family": sm.families.Poisson()}
    fit = sm.formula.glm("like_rate ~ overfollowing + ln_followers", accounts, **poisson).fit(tol=1e-12)
    found = audience.compared(accounts, group="overfollowing")
    assert found.value == pytest.approx(-fit.params["overfollowing"], abs=1e-8)
    assert found.n_units == 200
    assert found.n_side == min(accounts["overfollowing"].sum(), 200 - accounts["overfollowing"].sum())
    raw = sm.formula.glm("comment_rate ~ mutual_share", accounts, **poisson).fit(tol=1e-12)
    slope = audience.by_acquaintance(accounts, outcome="comments")
    assert slope.value == pytest.approx(raw.params["mutual_share"], abs=1e-8)
    assert slope.n_side is None
    some = accounts[accounts["like_rate"] > 0]
    ols = sm.formula.ols("np.log(like_rate) ~ is_fake + ln_followers + C(platform)", some).fit()
    logs = audience.compared(accounts, group="is_fake", estimator="log-ols", held="size and platform")
    assert logs.value == pytest.approx(-ols.params["is_fake"], abs=1e-8)


def test_tenure_by_hand():
    """Two accounts with likes per new and old follower of 2 and 1: the ratio is 2, whoever counts."""
    activity = pd.DataFrame(
        {
            "account_id": ["a", "a", "a", "b", "b"],
            "tenure_months": [1, 5.9, 6, 2, 40],
            "followers": [10, 20, 100, 1_000, 3_000],
            "likes": [20, 40, 100, 2_000, 3_000],
            "comments": [1, None, 5, 0, 30],
        }
    )
    data = audience.reduce(on_duckdb(follower_activity=activity))
    for weights in audience.WEIGHTS:
        found = audience.by_tenure(data.frames["tenure"], outcome="likes", weights=weights)
        assert found.value == pytest.approx(np.log(2))
        assert found.n_units == 2
    tenure = data.frames["tenure"].set_index(["account_id", "months"])
    assert tenure.loc[("a", 0.0), ["likes", "likes_followers"]].tolist() == [20, 10]
    assert tenure.loc[("a", 3.0), ["comments", "comments_followers"]].tolist() == [
        0,
        0,
    ]  # unknown comments of 20 people
    assert tenure.loc[("a", 6.0), ["likes", "likes_followers"]].tolist() == [100, 100]
    # The followers' own weights: 3,000 likes of 3,000 old ones would drown account a.
    uneven = activity.assign(likes=[20, 40, 100, 3_000, 3_000])
    tables = audience.reduce({"follower_activity": uneven}).frames["tenure"]
    by_accounts, by_followers = (
        audience.by_tenure(tables, outcome="likes", weights=who).value for who in audience.WEIGHTS
    )
    assert np.log(2) < by_accounts < by_followers < np.log(3)


def test_another_edge_between_new_and_old():
    activity = pd.DataFrame(
        {"account_id": ["a", "a", "b", "b"], "tenure_months": [7, 8, 7, 8], "followers": 10, "likes": [6, 2, 9, 3]}
    )
    frame = audience.reduce({"follower_activity": activity}, tenure_months=8).frames["tenure"]
    assert audience.by_tenure(frame, outcome="likes", tenure_months=8).value == pytest.approx(np.log(3))
    for outcome in ("likes", "comments"):  # nobody is new by the document's edge, and nobody counted comments
        found = audience.by_tenure(frame, outcome=outcome)
        assert (found.n_units, found.is_finite) == (0, False)


def test_marks_against_known_wilson_intervals():
    """Hits and passes by hand; Newcombe (1998, table I) gives 81 of 263 as .2553 to .3662."""
    assert wilson(81 / 263, n=263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    marked = audience.marks(audience.reduce({"accounts": ACCOUNTS})).set_index("rule")
    assert marked.loc["follows more than it is followed", ["hits", "fakes", "passed", "genuine"]].tolist() == [
        2,
        2,
        1,
        1,
    ]
    assert marked.loc["has never posted", ["hits", "fakes", "passed", "genuine"]].tolist() == [0, 2, 0, 1]
    assert "one-day step in followers" not in marked.index
    told = audience.describe_marks(marked.reset_index())
    assert "finds 2 of 2 accounts labelled fake and calls 0 of 1 genuine ones fake" in told
    table = audience.marks_table(marked.reset_index(), share=0.5)
    assert table.iloc[0, -1] == "100%"
    assert audience.flag_worth(0, 1, share=0.5) == "nothing flagged"
    assert audience.flag_worth(0.9, 0.9, share=0.1) == "50%"


def test_published_shares_on_the_scale_of_the_claim():
    from helpers.claims import published

    rows_ = audience.implied(published.figures("audience"))
    assert rows_["value"].tolist() == pytest.approx([-np.log(1 - 0.2223)])
    assert rows_["source"].tolist() == ["vendor"]


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_have_what_they_plant(name):
    tables = worlds.draw(name, rng=np.random.default_rng(5))
    data = audience.reduce(tables)
    truths = worlds.truths(name)
    assert list(truths) == [claim.id for claim in of_notebook("08-audience")] == list(audience.ANALYSES)
    for claim_id, way in audience.ANALYSES.items():
        found = way.estimate(data, **way.chosen({}))
        error = (found.high - found.low) / 4
        assert abs(found.value - truths[claim_id]) < 4 * error, claim_id
    accounts = rows(data)
    unlabelled = accounts[accounts["is_fake"].isna()]
    assert unlabelled["stepped"].mean() == pytest.approx(worlds.BOUGHT_SHARE)  # there every purchase is a step
    marked = audience.marks(data).set_index("rule").loc["one-day step in followers"]
    assert 0.4 < marked["sensitivity"] < 0.95
    assert 0.85 < marked["specificity"] < 1


def test_the_null_world_misleads_who_compares_unlike_accounts():
    lesson = worlds.draw_accounts("null", n=2_000, rng=np.random.default_rng(8))
    told = audience.raw_and_held(audience.reduce({"accounts": lesson}))
    raw, held = told.loc["follows more than it is followed"]
    assert raw.startswith("+5")
    assert "\N{MINUS SIGN}" in held
    assert "+" in held


def test_calibration_cases_are_those_of_the_notebook():
    """The same accounts through the notebook's reduction give the same estimates."""
    cases = list(STUDY.cases("documents", 60, np.random.default_rng(0)))
    rng = np.random.default_rng(0)
    accounts = worlds.draw_accounts("documents", n=60, rng=rng)
    tables = {"accounts": accounts.assign(is_fake=accounts["bought"])}
    data = audience.reduce(tables | {"follower_activity": worlds.draw_activity(accounts, "documents", rng=rng)})
    for case, way in zip(cases, audience.ANALYSES.values(), strict=True):
        again = way.estimate(data, **way.chosen({}))
        assert (case.estimate.value, case.estimate.low) == pytest.approx((again.value, again.low))
    assert [case.claim_id for case in cases] == list(audience.ANALYSES)
    assert all(case.plain[0] < case.plain[1] for case in cases)


def test_pictures_of_groups_and_of_histories_can_be_drawn_from_anything():
    accounts = two_groups().frames["accounts"]
    look = {"size": "followers", "outcome": "like_rate", "group": "overfollowing", "label": "likes for each follower"}
    names, lines = audience.lines(accounts, group="overfollowing", rate="like_rate")
    one_silent = accounts.assign(like_rate=accounts["like_rate"].mask(accounts.index == 0, 0.0))
    picture = plots.groups_by_size(one_silent, names=names, lines=lines, data_kind="user", rates=True, **look)
    ax = picture.ax
    ax.figure.canvas.draw()
    assert ax.get_title(loc="right") == "your data"
    counts = accounts["overfollowing"].value_counts()
    shown = [text.get_text() for text in ax.get_legend().get_texts()]
    assert [any(f"(n = {n - less})" in text for text in shown) for n in counts for less in (0, 1)].count(True) == 2
    assert any("1 at 0, not drawn" in text.get_text() for text in ax.texts)
    assert re.match(r"Expected likes for each follower by followers. .+: [\d.]+% at ", picture.alt)
    names, lines = audience.lines(accounts.iloc[:0], group="overfollowing", rate="like_rate")
    assert lines == [None, None]
    empty = plots.groups_by_size(accounts.iloc[:0], names=names, lines=lines, data_kind="simulated", **look)
    empty.figure.canvas.draw()
    assert any("nothing to show" in text.get_text() for text in empty.ax.texts)
    example = worlds.example_history(4)
    steps = audience.follower_steps(example)
    ax = pictures.histories(example, steps=steps, data_kind="simulated").ax
    ax.figure.canvas.draw()
    assert ax.get_title(loc="right") == "simulated data"
    assert len(ax.get_lines()) == 3
    plt.close("all")


def test_the_lesson_shows_what_the_rule_sees_and_what_it_misses():
    steps = audience.follower_steps(worlds.example_history(4)).set_index("account_id")["steps"]
    assert steps.to_dict() == {"buys in a day": 1, "buys little by little": 0, "grows quietly": 0}


def test_facts_name_rows_units_and_losses():
    data = audience.reduce({"accounts": ACCOUNTS})
    dataset = SimpleNamespace(rows={"accounts": 4, "diary": 9}, notes=["a note"])
    told = FAMILY.facts(data, dataset=dataset)["value"]
    assert told["rows read: accounts"] == told["accounts"] == "4"
    assert told["accounts of unknown or zero followers"] == "1"
    assert told["period"] == "unknown"
    assert told["reading"] == "a note"
    assert "rows read: diary" not in told  # a table for which no claim of the notebook asks
