"""Dialogue: reductions by hand and alike on two engines, estimates against dummies, planted truths, thin data."""

from datetime import datetime
from types import SimpleNamespace

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from conftest import agrees, by_chance, on_duckdb

from helpers import claims, measures, plots
from helpers.claims import published
from helpers.families.dialogue import FAMILY, analysis as dialogue, pictures, world as planting
from helpers.families.dialogue.world import EFFECT
from helpers.measures import Reduced
from helpers.simulate import panel
from helpers.simulate.worlds import WORLDS

ASKED = claims.of_notebook("04-dialogue")


@pytest.fixture(scope="module")
def worlds(tables) -> dict[str, Reduced]:
    return {
        name: dialogue.reduce({table: on_duckdb(frame) for table, frame in found.items()}, min_age_days=3.0)
        for name, found in tables.items()
    }


@pytest.fixture
def posts() -> pd.DataFrame:
    """Return two weeks of x, one of y with a missing count, and a post without a time."""
    frame = pd.DataFrame(
        {
            "post_id": list("abcdefg"),
            "account_id": ["x", "x", "x", "x", "y", "y", "y"],
            "platform": ["instagram"] * 4 + [None] * 3,
            "created_at": pd.to_datetime(
                ["2025-03-30 21:30", "2025-03-30 22:30", "2025-04-06", "2025-04-06", "2025-03-25", "2025-03-26", None],
                format="mixed",
            ),
            "likes": [10, 20, 4, -1, 6, 8, 5],
            "comments": [2, 0, 4, 3, None, 0, 1],
            "owner_replies": [1, 0, 9, 0, 0, 0, 0],
            "boosted": [False, True, None, False, False, False, False],
            "intent": ["promotion", "bait", None, "value", "bait", "bait", "promotion"],
        }
    )
    return frame.astype(dict.fromkeys(["likes", "comments", "owner_replies"], "Int64") | {"boosted": "boolean"})


def test_weeks_by_hand(posts):
    prepared, excluded, period = measures.prepared_posts(posts)
    weeks = measures.account_weeks(prepared).set_index(["account_id", "week"])
    # 24 March 2025 was a Monday, and so were 31 March and 7 April; 2,882 weeks after 29 December 1969.
    monday = (datetime(2025, 3, 24) - datetime(1969, 12, 29)).days // 7
    assert weeks.index.tolist() == [("x", monday), ("x", monday + 1), ("y", monday)]
    assert weeks["posts"].tolist() == [2, 2, 2]
    assert weeks["likes"].tolist() == [15, 4, 7]  # a hidden count is not known
    assert weeks["comments"].tolist() == [1, 3.5, 0]
    assert weeks["engagement"].tolist() == [16, 8, 8]  # likes and comments, where both are known
    assert weeks["organic_engagement"].tolist()[::2] == [12, 8]
    assert np.isnan(weeks["organic_engagement"].iloc[1])  # nobody knows whether its one known post was boosted
    assert weeks["share_answered"].tolist()[:2] == [0.5, 1.0]  # 9 answers to 7 comments are all of them
    assert np.isnan(weeks["share_answered"].iloc[2])  # no comment, no share
    assert weeks["boosted"].tolist() == [1, 0, 0]
    assert weeks["share_bait"].tolist() == [0.5, 0, 1]
    assert excluded == {"posts without a time, in no week": 1}
    assert [f"{day}" for day in period] == ["2025-03-25", "2025-04-06"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "America/New_York"])
def test_weeks_are_the_same_on_pandas_and_duckdb(posts, zone):
    here, there = (
        measures.account_weeks(measures.prepared_posts(table, zone=zone)[0]) for table in (posts, on_duckdb(posts))
    )
    pd.testing.assert_frame_equal(here, there, check_dtype=False)
    local = posts["created_at"].dropna().dt.tz_localize("UTC").dt.tz_convert(zone)
    expected = local.dt.strftime("%G-%V").groupby(posts["account_id"]).nunique()  # ISO weeks begin on Mondays, too
    assert here.groupby("account_id").size().to_dict() == expected.to_dict()


def test_the_clock_changes_to_the_second():
    times = pd.Series(pd.date_range("2024-03-30 20:00", "2025-11-03 08:00", freq="1799s"))
    frame = nw.from_native(pd.DataFrame({"t": times}))
    ends = {"first": times.iloc[0].to_pydatetime(), "last": times.iloc[-1].to_pydatetime()}
    for zone in ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata"):
        seconds = frame.select(s=measures.local_seconds(frame, "t", zone=zone, **ends)).to_native()["s"]
        local = times.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
        assert seconds.tolist() == (local - pd.Timestamp(1969, 12, 29)).dt.total_seconds().tolist()


def test_a_later_week_is_that_week_exactly():
    weeks = pd.DataFrame({"account": [0, 0, 0, 1], "week": [5, 6, 8, 7]})
    later = measures.in_a_later_week(weeks, pd.Series([1.0, 2, 3, 4]))
    assert later.tolist()[0] == 2
    assert later.isna().tolist() == [False, True, True, True]  # 7 is a gap, and the next account is another


def test_reductions_are_the_same_on_pandas_and_duckdb(tables, worlds):
    found = tables["documents"]
    some = found["posts"]["account_id"].isin(found["comments"].loc[found["comments"]["is_owner"], "author_id"])
    part = {**found, "posts": found["posts"][some].reset_index(drop=True)}
    here, there = (
        dialogue.reduce(part if here else {name: on_duckdb(frame) for name, frame in part.items()}) for here in (1, 0)
    )
    assert (here.n_rows, here.units, here.excluded, here.period) == (
        there.n_rows, there.units, there.excluded, there.period,
    )  # fmt: skip
    assert set(here.frames) == {"weeks", "kinds", "days", "reach", "returns"}
    for name, frame in here.frames.items():
        pd.testing.assert_frame_equal(frame, there.frames[name], check_dtype=False, rtol=1e-9, atol=1e-9)


def small_panel(seed: int) -> Reduced:
    tables = panel.draw("documents", rng=np.random.default_rng(seed), accounts=24, weeks=12, effects=(EFFECT,))
    return dialogue.reduce(tables)


def test_two_way_slopes_are_those_of_dummies():
    data = small_panel(1)
    weeks = data.frames["weeks"]
    table = weeks.assign(now=np.log(weeks["engagement"].where(weeks["engagement"] > 0)))
    following = table[["account", "week", "now"]].assign(week=table["week"] - 1, few=1 / table["posts"])
    following = following.rename(columns={"now": "later"})
    table = table.merge(following, on=["account", "week"])
    fit = smf.ols("later ~ share_answered + posts + few + now + C(account) + C(week)", table).fit()
    ours = dialogue.two_way(data, terms=["share_answered", "posts"])
    assert ours.coefficients[:2] == pytest.approx(fit.params[["share_answered", "posts"]].to_numpy(), abs=1e-8)
    used = table.dropna(subset=["later", "now", "share_answered"])
    spread = [
        smf.ols(f"{name} ~ C(account) + C(week)", used).fit().resid.std(ddof=0) for name in ("share_answered", "posts")
    ]
    beats = dialogue.replying_beats_posting(data)
    expected = fit.params["share_answered"] * spread[0] - fit.params["posts"] * spread[1]
    assert beats.value == pytest.approx(expected, abs=1e-8)
    alone = smf.ols("later ~ share_answered + few + C(account) + C(week)", table).fit().params["share_answered"]
    assert dialogue.reply_slope(data, held="nothing").value == pytest.approx(alone, abs=1e-8)


def test_the_difference_of_trends_is_that_of_dummies():
    data = small_panel(2)
    weeks = data.frames["weeks"]
    sums = weeks.groupby("account")[["owner_replies", "answerable"]].transform("sum")
    table = weeks.assign(more=(sums["owner_replies"] >= 0.1 * sums["answerable"]) * weeks["week"])
    table = table[(table["engagement"] > 0) & (sums["answerable"] > 0)].assign(ln=lambda one: np.log(one["engagement"]))
    fit = smf.ols("ln ~ more + C(account) + C(week)", table).fit()
    found = dialogue.trend_difference(data)
    assert found.value == pytest.approx(fit.params["more"], abs=1e-8)
    answers = table.groupby("account")["more"].max() > 0
    assert found.n_side == min(answers.sum(), (~answers).sum())


def test_first_and_later_posts_of_a_day_by_hand():
    times = ["2025-01-01 09:00", "2025-01-01 08:00", "2025-01-01 10:00", "2025-01-02 09:00", "2025-01-02 09:00"]
    frame = pd.DataFrame(
        {
            "post_id": list("abcde"), "account_id": "x", "platform": None, "created_at": pd.to_datetime(times),
            "likes": [1, 10, 2, 7, 3],
        }
    )  # fmt: skip
    cells = dialogue.day_cells(measures.prepared_posts(frame)[0]).set_index(["in_day", "later"])
    assert cells["engagement"].to_dict() == {(2, 0): 7, (2, 1): 3, (3, 0): 10, (3, 1): 3}
    assert cells["posts"].to_dict() == {(2, 0): 1, (2, 1): 1, (3, 0): 1, (3, 1): 2}


def test_days_added_up_give_the_estimate_of_single_days(tables):
    frame = tables["documents"]["posts"].query("boosted == False")
    frame = frame[frame["comments"].notna()].assign(day=lambda one: one["created_at"].dt.normalize())
    frame = frame.sort_values(["created_at", "post_id"]).assign(
        engagement=lambda one: (one["likes"] + one["comments"]).astype(float),
        later=lambda one: one.groupby(["account_id", "day"]).cumcount() > 0,
        several=lambda one: one.groupby(["account_id", "day"])["day"].transform("size") > 1,
    )
    frame = frame[frame["several"]]
    frame = frame.assign(relative=frame["engagement"] / frame.groupby("account_id")["engagement"].transform("mean"))
    frame = frame.assign(stratum=frame.groupby(["account_id", "day"]).ngroup(), one=1)
    single = dialogue.within_ratio(
        frame, unit="account_id", treated="later", total="relative", exposure="one", stratum="stratum"
    )
    data = dialogue.reduce({"posts": on_duckdb(tables["documents"]["posts"])})
    found = dialogue.repetition_ratio(data)
    assert found.value == pytest.approx(-single.value, abs=1e-8)
    assert found.high - found.low == pytest.approx(single.high - single.low, abs=1e-8)


def test_promotions_against_other_posts_by_hand():
    rows = [("x", "promotion", 20), ("x", "value", 40), ("x", "story", 60), ("y", "promotion", 2), ("y", "bait", 5)]
    frame = pd.DataFrame(rows, columns=["account_id", "intent", "likes"]).assign(post_id=range(5), boosted=False)
    boosted = pd.DataFrame({"account_id": ["x"], "intent": "promotion", "likes": 10**6, "post_id": 9, "boosted": True})
    data = dialogue.reduce({"posts": pd.concat([frame, boosted], ignore_index=True)})
    found = dialogue.promotion_ratio(data)
    # Both accounts have the ratio 2 / 5: so has their common estimate, whatever their weights.
    assert found.value == pytest.approx(-np.log(0.4))
    assert dialogue.promotion_ratio(data, posts="all posts").value < 0


def comments_of(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["comment_id", "post_id", "author_id", "parent_id", "created_at", "is_owner"])
    return frame.assign(created_at=pd.to_datetime(frame["created_at"]), is_owner=frame["is_owner"].astype("boolean"))


def test_who_comes_back_by_hand():
    posts = pd.DataFrame({"post_id": ["p", "q", "r"], "account_id": ["x", "x", "y"]})
    comments = comments_of(
        ("1", "p", "ann", None, "2025-01-01", False),  # answered, back under q
        ("2", "p", "x", "1", "2025-01-02", True),
        ("3", "p", "ben", None, "2025-01-01", False),  # answered, writes again under p only
        ("4", "p", "x", "3", "2025-01-02", True),
        ("5", "p", "ben", "4", "2025-01-03", False),
        ("6", "p", "cas", None, "2025-01-01", False),  # not answered, back too late
        ("7", "p", "dan", None, "2025-01-01", False),  # not answered, on another account only
        ("8", "q", "ann", None, "2025-01-20", False),
        ("9", "q", "cas", None, "2025-01-30", False),
        ("10", "r", "dan", None, "2025-01-05", False),
        ("11", "r", "eva", None, "2025-02-10", False),  # sets the end of what is known
        ("12", "p", None, None, "2025-01-01", False),  # nobody knows who
    )
    frame, early = dialogue.returns(comments, measures.prepared_posts(posts)[0])
    assert frame[["commenters", "answered", "weight"]].to_numpy().tolist() == [[4, 2, 1]]
    assert (frame["elsewhere"][0], frame["anywhere"][0]) == (0.5, 1.0)
    assert early == 3  # ann and cas under q, and eva: their 28 days were not over
    there, _ = dialogue.returns(on_duckdb(comments), measures.prepared_posts(on_duckdb(posts))[0])
    pd.testing.assert_frame_equal(frame, there, check_dtype=False)


def test_the_slope_of_reach_is_that_of_dummies(tables, worlds):
    frame = tables["documents"]["posts"].query("boosted == False and likes > 0")
    frame = frame.assign(total=(frame["likes"] + frame["comments"]).astype(float), views=frame["views"].astype(float))
    frame = frame[frame.groupby("account_id")["total"].transform("mean") >= 30]
    x, y = np.log(frame["total"] / frame["views"]), np.log(frame["reach"].astype(float))
    x, y = (column - column.groupby(frame["account_id"]).transform("mean") for column in (x, y))
    assert dialogue.reach_slope(worlds["documents"]).value == pytest.approx(
        float((x * y).sum() / (x * x).sum()), abs=1e-8
    )
    corrected = dialogue.reach_slope(worlds["documents"], noise="taken out").value
    share = dialogue.noise_share(worlds["documents"])
    assert 0 < share < 0.05
    assert corrected == pytest.approx(dialogue.reach_slope(worlds["documents"]).value / (1 - share), rel=1e-9)


def test_a_shared_denominator_biases_next_week_and_holding_this_week_fixed_mends_it():
    slopes = dialogue.classroom(accounts=2_000)["slope"].astype(float)
    same, later, held = slopes.iloc[1], slopes.iloc[2], slopes.iloc[3]
    # Within 26 weeks an account's other weeks look worse by a part 1 / 25 of what the week itself has too much.
    assert later == pytest.approx(-same / 25, abs=0.03)
    assert abs(held) < 0.04


def judged(data: Reduced) -> dict[str, claims.Verdict]:
    return {
        claim.id: claims.judge(
            claim, dialogue.ANALYSES[claim.id].estimate(data, **dialogue.ANALYSES[claim.id].chosen({}))
        )
        for claim in ASKED
    }


@pytest.mark.parametrize("name", WORLDS)
def test_planted_truths_lie_in_the_intervals(worlds, name):
    truths = planting.truths(name)
    for claim_id, verdict in judged(worlds[name]).items():
        assert agrees(verdict.estimate, truths[claim_id]), claim_id


def test_planted_verdicts(worlds):
    for claim_id, verdict in judged(worlds["documents"]).items():
        open_too = {"inconclusive"} if claim_id == "dialogue-bait-does-not-help" else set()
        assert verdict.verdict in {"supported"} | open_too, claim_id
    null = judged(worlds["null"])
    assert by_chance(verdict.verdict for verdict in null.values())
    assert null["dialogue-bait-does-not-help"].verdict == "contradicted"


def test_the_spread_of_replies_is_what_the_truth_says():
    tables = panel.draw("null", rng=np.random.default_rng(3), accounts=3_000, effects=(EFFECT,))
    weeks = measures.account_weeks(measures.prepared_posts(tables["posts"])[0]).dropna(subset=["share_answered"])
    codes = [weeks[name].factorize()[0] for name in ("account", "week")]
    spread = dialogue.demeaned(weeks[["share_answered"]].to_numpy(), codes).std()
    assert spread == pytest.approx(planting.REPLY_SPREAD, abs=0.01)


def test_comments_fit_their_posts(tables):
    comments, posts = tables["documents"]["comments"], tables["documents"]["posts"].set_index("post_id")
    comments = comments[~comments["author_id"].str.startswith("v")]  # those that comment quality adds are not answered
    assert len(comments) <= planting.COMMENT_ROWS
    visitors, owners = comments[~comments["is_owner"]], comments[comments["is_owner"]]
    counted = posts.loc[visitors["post_id"].unique()]
    assert visitors.groupby("post_id").size().to_dict() == counted["comments"].to_dict()
    answered = counted.loc[counted["owner_replies"] > 0, "owner_replies"]
    assert owners.groupby("post_id").size().to_dict() == answered.to_dict()
    parents = owners.merge(comments, left_on=["parent_id", "post_id"], right_on=["comment_id", "post_id"])
    assert len(parents) == len(owners)
    assert (parents["created_at_x"] > parents["created_at_y"]).all()
    assert not parents["is_owner_y"].any()
    assert (owners["author_id"] == owners["post_id"].map(posts["account_id"])).all()
    assert not visitors.duplicated(["post_id", "author_id"]).any()


def test_bins_courses_and_words(worlds):
    data = worlds["documents"]
    bins = dialogue.by_share_answered(data)
    assert bins["value"].iloc[-1] > bins["value"].iloc[0]
    courses = dialogue.courses(data)
    assert set(courses["group"]) == {"accounts that answer", "accounts that do not"}
    assert courses["date"].dt.day_of_week.eq(0).all()
    gap = courses.pivot_table(index="date", columns="group", values="value")
    slope = np.polyfit(range(len(gap)), gap["accounts that answer"] - gap["accounts that do not"], 1)[0]
    assert slope == pytest.approx(dialogue.trend_difference(data).value, abs=0.004)
    assert "weeks" in pictures.courses(courses, label="x", data_kind="user").alt
    facts = FAMILY.facts(data, dataset=SimpleNamespace(rows={"posts": 5}, notes=["a note"]))["value"]
    assert facts["rows read: posts"] == "5"
    assert facts["weeks with a boosted post"] != "0"
    told = FAMILY.answer(judged(data), data_kind="simulated")
    assert told.startswith("In these simulated data the week after all comments were answered has ")
    assert "does not prove" in told
    assert "Of 9 claims " in told


def test_published_effects_are_on_the_ln_scale():
    effects = dialogue.published_effects(published.figures("dialogue")).set_index("label")
    assert effects.loc["answering, Threads: Buffer 2026", "value"] == pytest.approx(np.log(1.42))
    assert effects.loc["twice a day, likes: Track Social 2012", "value"] == pytest.approx(np.log(0.57))
    assert (effects["source"] == "vendor").sum() == len(effects) - 1


def test_nothing_gives_nothing(tmp_path):
    empty = dialogue.reduce({})
    assert dialogue.by_share_answered(empty).empty
    assert dialogue.courses(empty).empty
    assert "0 groups" in pictures.courses(dialogue.courses(empty), label="x", data_kind="user").alt
    assert np.isnan(dialogue.noise_share(empty))
    assert list(FAMILY.facts(empty, dataset=SimpleNamespace(rows={}, notes=[])).index) == [
        "posts used",
        "period",
        "accounts",
    ]


def test_one_post_gives_too_little_for_every_claim():
    frame = pd.DataFrame({"post_id": ["a"], "account_id": ["x"], "created_at": pd.to_datetime(["2025-01-01"])})
    frame = frame.assign(likes=1, comments=1, reach=1, views=1, owner_replies=1, boosted=True, intent="bait")
    comments = comments_of(("1", "a", "ann", None, None, None))
    data = dialogue.reduce({"posts": frame, "comments": comments})
    assert {verdict.verdict for verdict in judged(data).values()} == {"too little data"}
    bins = plots.forest(dialogue.by_share_answered(data), label="x", data_kind="user")
    assert bins.alt == "Nothing to show for x: 0 estimates."
