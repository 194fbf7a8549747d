"""Dialogue: reductions by hand and alike on two engines, estimates against dummies, planted truths, thin data."""

import re
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
from helpers.doubts.weekly import Weekly, in_a_later_week
from helpers.families.dialogue import (
    FAMILY,
    analysis as dialogue,
    campaigns,
    people,
    pictures,
    study,
    world as planting,
)
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
    later = in_a_later_week(weeks, pd.Series([1.0, 2, 3, 4]))
    assert later.tolist()[0] == 2
    assert later.isna().tolist() == [False, True, True, True]  # 7 is a gap, and the next account is another


@pytest.mark.parametrize("by", range(-6, 7))
def test_however_far_a_later_week_is_none_of_another_account(by):
    weeks = pd.DataFrame({"account": np.repeat(["b", "a", "c"], 5), "week": np.tile(np.arange(-2, 3), 3)})
    values = 100.0 * weeks["account"].map({"a": 1, "b": 2, "c": 3}) + weeks["week"]
    later = in_a_later_week(weeks, values, by=by)
    there = (weeks["week"] + by).between(-2, 2)
    assert later.equals((values + by).where(there))


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
    assert set(here.frames) == {"weeks", "kinds", "repeats", "reach", "returns", "lengths"}
    for name, frame in here.frames.items():
        pd.testing.assert_frame_equal(frame, there.frames[name], check_dtype=False, rtol=1e-9, atol=1e-9)


def small_panel(seed: int) -> Reduced:
    tables = panel.draw("documents", rng=np.random.default_rng(seed), accounts=24, weeks=12, effects=(EFFECT,))
    return dialogue.reduce(tables)


def of_week(table: pd.DataFrame, name: str, by: int) -> pd.Series:
    """Look a column of another week up by a merge."""
    other = table[["account", "week", name]].assign(week=table["week"] - by).rename(columns={name: "found"})
    return table[["account", "week"]].merge(other, how="left", on=["account", "week"])["found"]


def with_columns(data: Reduced) -> pd.DataFrame:
    """Lay out by hand what is held fixed beside the share that was answered."""
    weeks = data.frames["weeks"]
    table = weeks.assign(now=np.log(weeks["engagement"].where(weeks["engagement"] > 0)), few=1 / weeks["known_posts"])
    own = table["now"] - table.groupby("account")["now"].transform("mean")
    usual = table.groupby("account")["share_answered"].transform("mean")
    return table.assign(
        of_few=own * table["few"],
        later=of_week(table, "now", 1),
        few_then=of_week(table, "few", 1),
        ln_comments=np.log(1 + table["comments"]),
        few_comments=1 / (1 + table["answerable"]),
        share_before=of_week(table, "share_answered", -1).fillna(usual),
        posts_before=of_week(table, "posts", -1).fillna(table.groupby("account")["posts"].transform("mean")),
    )


def fitted(formula: str, table: pd.DataFrame):
    """Fit least squares with dummies for the accounts and weeks of the rows that are used."""
    names = [name for name in table if name in re.findall(r"\w+", formula)]
    return smf.ols(f"{formula} + C(account) + C(week)", table.dropna(subset=names)).fit()


HELD = "now + of_few + ln_comments + few_comments"


def test_weekly_slopes_are_those_of_dummies():
    data = small_panel(1)
    table = with_columns(data)
    fit = fitted(f"later ~ share_answered + few_then + {HELD} + share_before", table)
    assert dialogue.reply_slope(data).value == pytest.approx(fit.params["share_answered"], abs=1e-8)
    held = f"few_then + {HELD} + share_before + posts_before"
    fit = fitted(f"later ~ share_answered + posts + {held}", table)
    used = table.dropna(subset=["later", "now", "share_answered"])
    spread = [fitted(f"{name} ~ 1", used).resid.std(ddof=0) for name in ("share_answered", "posts")]
    beats = dialogue.replying_beats_posting(data)
    expected = fit.params["share_answered"] * spread[0] - fit.params["posts"] * spread[1]
    assert beats.value == pytest.approx(expected, abs=1e-8)
    alone = fitted("later ~ share_answered + few_then", table).params["share_answered"]
    assert dialogue.reply_slope(data, held="nothing").value == pytest.approx(alone, abs=1e-8)


def test_the_placebo_is_that_of_dummies():
    """The outcome a week before, less what earlier shares did, on what the other columns do not tell of the share."""
    data = small_panel(1)
    table = with_columns(data)
    slope = dialogue.reply_slope(data).value
    left = fitted(f"share_answered ~ {HELD}", table).resid
    undone = table["now"] - slope * table["share_before"]
    own = undone - undone.groupby(table["account"]).transform("mean")
    table = table.assign(undone=undone, left=left, of_few=own * table["few"])
    table = table.assign(before=of_week(table, "undone", -1), few_then=of_week(table, "few", -1))
    held = HELD.replace("now", "undone")
    fit = fitted(f"before ~ left + few_then + {held}", table)
    assert dialogue.replying(data).placebo().value == pytest.approx(fit.params["left"], abs=1e-8)


def test_the_course_of_a_week_holds_effect_and_placebo():
    around = dialogue.paid(small_panel(1))
    course = around.course().set_index("weeks")
    assert course.index.tolist() == [-3, -2, -1, 0, 1, 2, 3]  # nothing of its own week is held fixed
    assert course["placebo"].tolist() == [True] * 3 + [False] * 4
    assert course.loc[0, "value"] == dialogue.paid_slope(small_panel(1)).value
    assert course.loc[-1, "value"] == around.placebo().value
    assert 0 not in set(dialogue.replying(small_panel(1)).course()["weeks"])


def test_accounts_that_always_post_as_much_are_no_reason_to_give_up():
    data = small_panel(1)
    weeks = data.frames["weeks"].assign(known_posts=2)
    assert dialogue.reply_slope(Reduced({"weeks": weeks}, 0, {})) is not None


def shares(world: study.Attention, claim_id: str, *, accounts: int, worlds: int) -> pd.DataFrame:
    """Judge a weekly claim in some worlds, before and after its placebo."""
    (claim,) = (one for one in ASKED if one.id == claim_id)
    rows = []
    for seed in range(worlds):
        data = study.draw_weeks(world, accounts=accounts, rng=np.random.default_rng([seed, accounts]))
        analysis = dialogue.ANALYSES[claim_id]
        found = analysis.estimate(data, **analysis.chosen({}))
        threats = analysis.threats(data, found, **analysis.chosen({}))
        verdicts = claims.judge(claim, found), claims.judge(claim, found, threats=threats)
        covered = found.low <= world.truths()[claim_id] <= found.high
        rows.append((covered, bool(threats), *(verdict.verdict for verdict in verdicts), verdicts[1].reason))
    return pd.DataFrame(rows, columns=["covered", "warned", "before", "after", "reason"])


REPLIES = "dialogue-reply-raises-engagement"


def test_the_placebo_warns_of_owners_who_heed_what_no_column_shows():
    found = shares(study.THREATENED["attention is heeded"], REPLIES, accounts=60, worlds=20)
    # Measured over 200 worlds: no interval held the truth of 0, and the placebo failed in all.
    assert found["before"].str.endswith("supported").sum() >= 18
    assert found["warned"].sum() >= 18
    assert (found.loc[found["warned"], "after"] == "inconclusive").all()
    assert found.loc[found["warned"], "reason"].str.startswith("placebo").all()


@pytest.mark.parametrize("name", ["attention and answers work", "six answers a week"])
def test_the_placebo_is_quiet_where_nothing_is_hidden(name):
    found = shares(study.ATTENTION[name], REPLIES, accounts=30, worlds=40)
    # A count of 40 with a chance of 0.05 each is above 6 once in two hundred times.
    assert found["warned"].sum() <= 6
    assert (~found["covered"]).sum() <= 6


def test_where_the_placebo_fails_anything_may_be_true():
    """However small what was there before is beside the effect."""
    accounts, weeks = 60, 30
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"account": np.repeat(range(accounts), weeks), "week": np.tile(range(weeks), accounts)})
    table = table.assign(cause=rng.standard_normal(len(table)), noise=rng.standard_normal(len(table)))
    after, before = (in_a_later_week(table, table["cause"], by=by).fillna(0) for by in (-1, 1))
    for faked in (0.05, 0.2):
        one = table.assign(y=after + faked * before + table["noise"])
        (threat,) = Weekly(one, "y", {"cause": 1.0}).threats()
        assert threat.says.startswith("placebo: the week before differs already")
        assert (threat.low, threat.high) == (-np.inf, np.inf)


def test_without_weeks_that_follow_one_another_there_is_no_placebo():
    weeks = pd.DataFrame({"account": np.repeat(range(12), 4), "week": np.tile([0, 1, 10, 11], 12)})
    rng = np.random.default_rng(1)
    weeks = weeks.assign(cause=rng.standard_normal(48), y=rng.standard_normal(48))
    (threat,) = Weekly(weeks[weeks["week"] % 10 == 0], "y", {"cause": 1.0}, later=0, now=False).threats()
    assert threat.says.startswith("no placebo")
    (claim,) = (one for one in ASKED if one.id == REPLIES)
    found = Weekly(weeks, "y", {"cause": 1.0}).effect()
    assert claims.judge(claim, found, threats=[threat]).verdict == claims.judge(claim, found).verdict


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


def test_what_repeats_the_post_before_by_hand():
    days = ["01", "02", "03", "04", "05", "20", "21", "22"]
    frame = pd.DataFrame(
        {
            "post_id": list("abcdefgh"), "account_id": "x", "platform": None, "likes": [1, 2, 4, 8, 16, 32, 64, 128],
            "created_at": pd.to_datetime([f"2025-01-{day}" for day in days]),
            "format": ["image", "image", "video", "video", "video", "video", "video", None],
            "hashtags": ["one two", "#One three", "one three", "four", "four five", "four", None, "four"],
        }
    )  # fmt: skip
    # b has one of two tags of a: repeated; c another format; d no tag of c; e the one of d; f too late; g and h untold
    found = dialogue.repeat_cells(measures.prepared_posts(frame)[0])
    there = dialogue.repeat_cells(measures.prepared_posts(on_duckdb(frame))[0])
    names = [name for name in found if name != "platform"]
    pd.testing.assert_frame_equal(found[names], there[names], check_dtype=False)
    sums = found.groupby(["format", "repeats_7"])["engagement"].sum()
    assert sums.to_dict() == {("image", 1): 2, ("video", 0): 4 + 8 + 32, ("video", 1): 16}
    assert found.groupby("repeats_28")["engagement"].sum().to_dict() == {0: 4 + 8, 1: 2 + 16 + 32}
    assert dialogue.repeat_cells(measures.prepared_posts(frame.drop(columns="hashtags"))[0]).empty


def test_repeats_are_set_against_others_of_their_format():
    """Every account has likes of 3 against 4 within a format, whatever formats bring: the ratio is 3 / 4."""
    rows, videos = [], [("video", tag, likes) for tag, likes in zip("abbc", (40, 40, 30, 40), strict=True)]
    for account in range(12):
        for at, (kind, tags, likes) in enumerate([("image", "a", 4), ("image", "a", 3), ("image", "b", 4), *videos]):
            rows.append(
                (
                    f"p{account}-{at}",
                    f"x{account}",
                    pd.Timestamp("2025-01-01") + pd.Timedelta(days=at),
                    kind,
                    tags,
                    likes,
                )
            )
    posts = pd.DataFrame(rows, columns=["post_id", "account_id", "created_at", "format", "hashtags", "likes"])
    data = dialogue.reduce({"posts": posts})
    assert dialogue.repetition_ratio(data).value == pytest.approx(-np.log(3 / 4))
    assert dialogue.repetition_ratio(data, against="all formats").value != pytest.approx(-np.log(3 / 4), abs=0.01)


def test_the_length_of_an_answer_by_hand():
    """Under one post two were answered with 4 and with 16 signs, and the second came back: half a person a doubling."""
    posts = pd.DataFrame({"post_id": ["o", "p", "q"], "account_id": "x"})
    rows = [
        ("1", "o", "ann", None, "2025-01-01", False), ("2", "p", "ben", None, "2025-03-01", False),
        ("3", "p", "x", "2", "2025-03-01", True), ("4", "p", "cas", None, "2025-03-01", False),
        ("5", "p", "x", "4", "2025-03-01", True), ("6", "p", "dan", None, "2025-03-01", False),
        ("7", "q", "cas", None, "2025-03-05", False), ("8", "q", "zoe", None, "2025-05-30", False),
    ]  # fmt: skip
    comments = comments_of(*rows).assign(text=[None, "x", "four", "y", "a text of sixteen", None, "z", None])
    comments.loc[4, "text"] = "sixteen signs ok"
    for told in (comments, comments.assign(text_length=comments["text"].str.len()).drop(columns="text")):
        for made in (lambda frame: frame, on_duckdb):
            tables = {"comments": made(told), "posts": made(posts)}
            frame = dialogue.reduce(tables).frames["lengths"]
            assert frame[["answered", "sxx", "elsewhere", "anywhere"]].to_numpy().tolist() == [[2, 2, 1, 1]]
    two = pd.concat([frame, frame.assign(account=1, owner="y", elsewhere=-1.0)])
    assert dialogue.length_slope(Reduced({"lengths": two}, 0, {})).value == pytest.approx(0)
    assert dialogue.length_slope(Reduced({"lengths": frame}, 0, {})) is None
    untold = dialogue.reduce({"comments": comments.drop(columns="text"), "posts": posts}).frames["lengths"]
    assert untold.empty


def test_followers_of_the_week_before_by_hand():
    posts = pd.DataFrame(
        {
            "post_id": list("abc"), "account_id": ["x", "x", "y"], "likes": 5, "followers": [10.0, 20, 30],
            "created_at": pd.to_datetime(["2025-01-07", "2025-01-14", "2025-01-14"]),
            "followers_at": ["posting", "posting", "capture"],
        }
    )  # fmt: skip
    history = pd.DataFrame(
        {"account_id": "y", "date": pd.to_datetime(["2025-01-06", "2025-01-12", "2025-01-13"]), "followers": [7, 8, 9]}
    )
    for made in (lambda frame: frame, on_duckdb):
        weeks = dialogue.reduce({"posts": made(posts), "account_history": made(history)}).frames["weeks"]
        told = weeks.set_index(["account_id", "week"])["followers_before"]
        assert told.fillna(-1).tolist() == [-1, 10, 8]  # x before its first week, x, and y's last of that week


def boosted_weeks() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    account, week = (grid.ravel() for grid in np.indices((40, 20)))
    n = len(account)
    share, boosted = rng.random(n), (rng.random(n) < 0.4).astype(float)
    frame = pd.DataFrame({"account": account, "week": week, "share_answered": share, "boosted": boosted, "posts": 3})
    frame = frame.assign(
        owner=account, organic_known_posts=3, followers_before=100 + week, comments=1.0, answerable=3.0
    )
    engaged = np.exp(3 + 0.3 * boosted + 0.2 * rng.standard_normal(n))
    return frame.assign(engagement=engaged, organic_engagement=engaged, known_posts=3)


def test_connection_is_the_interaction_of_statsmodels():
    weeks = boosted_weeks()
    found = campaigns.connection(Reduced({"weeks": weeks}, 0, {}))
    table = weeks.assign(ln=np.log(weeks["engagement"]), last=of_week(weeks, "share_answered", -1)).dropna()
    fit = fitted("ln ~ boosted * last", table)
    assert found.value == pytest.approx(fit.params["boosted:last"], abs=1e-8)
    assert found.n_units == 40


def test_waking_is_a_slope_on_what_each_follower_of_before_gives():
    weeks = boosted_weeks()
    found = campaigns.waking(Reduced({"weeks": weeks}, 0, {})).effect()
    table = weeks.assign(ln=np.log(weeks["organic_engagement"] / weeks["followers_before"]))
    assert found.value == pytest.approx(fitted("ln ~ boosted", table).params["boosted"], abs=1e-8)
    unknown = weeks.assign(followers_before=np.nan)
    assert campaigns.waking(Reduced({"weeks": unknown}, 0, {})).effect() is None


def test_promotions_against_other_posts_by_hand():
    rows = [("x", "promotion", 20), ("x", "value", 40), ("x", "story", 60), ("y", "promotion", 2), ("y", "bait", 5)]
    frame = pd.DataFrame(rows, columns=["account_id", "intent", "likes"]).assign(post_id=range(5), boosted=False)
    boosted = pd.DataFrame({"account_id": ["x"], "intent": "promotion", "likes": 10**6, "post_id": 9, "boosted": True})
    data = dialogue.reduce({"posts": pd.concat([frame, boosted], ignore_index=True)})
    found = dialogue.promotion_ratio(data)
    # Both accounts have the ratio 2 / 5: so has their common estimate, whatever their weights.
    assert found.value == pytest.approx(-np.log(0.4))
    assert dialogue.promotion_ratio(data, posts="all posts").value < 0
    # Of x one post tells a story: 60 against 20; y invites nobody.
    kinds = data.frames["kinds"]
    twice = pd.concat([kinds, kinds.assign(account=kinds["account"] + 2, owner="z")])
    assert dialogue.invitation_ratio(Reduced({"kinds": twice}, 0, {})).value == pytest.approx(np.log(3))


def test_promotions_of_another_time_decide_nothing():
    """Nothing differs but the half of the year: in the second all get half as much, and most promotions are made."""
    rng, shape = np.random.default_rng(8), (30, 60)
    late = np.arange(60) >= 30
    intent = np.where(rng.random(shape) < np.where(late, 0.5, 0.1), "promotion", "story")
    posts = pd.DataFrame(
        {
            "post_id": np.arange(1800),
            "account_id": np.repeat(np.arange(30), 60).astype(str),
            "created_at": pd.Timestamp("2024-01-01 12:00") + pd.to_timedelta(np.tile(np.arange(60) * 6, 30), unit="D"),
            "intent": intent.ravel(),
            "likes": rng.poisson(200 * np.where(late, 0.5, 1) * rng.lognormal(0, 0.6, shape)).ravel(),
        }
    )
    data = dialogue.reduce({"posts": posts})
    for claim in ASKED:
        if claim.id in ("dialogue-promotion-lowers", "dialogue-invitation-engages"):
            analysis = dialogue.ANALYSES[claim.id]
            choices = analysis.chosen({})
            found = analysis.estimate(data, **choices)
            assert claims.judge(claim, found).verdict == "supported"
            threats = analysis.threats(data, found, **choices)
            verdict = claims.judge(claim, found, threats=threats)
            assert verdict.verdict == "inconclusive"
            assert "days later than the other" in verdict.reason


def returns(comments, posts) -> tuple[pd.DataFrame, dict[str, int]]:
    persons, left_out = people.visits(comments, posts)
    return people.returns_of(persons), left_out


def comments_of(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["comment_id", "post_id", "author_id", "parent_id", "created_at", "is_owner"])
    return frame.assign(created_at=pd.to_datetime(frame["created_at"]), is_owner=frame["is_owner"].astype("boolean"))


def test_who_comes_back_by_hand():
    posts = pd.DataFrame({"post_id": ["o", "p", "q", "r"], "account_id": ["x", "x", "x", "y"]})
    comments = comments_of(
        ("1", "o", "ann", None, "2025-01-01", False),  # from here on it is known who was there
        ("2", "o", "ben", None, "2025-01-02", False),
        ("3", "p", "cas", None, "2025-03-01", False),  # new, answered, back under q
        ("4", "p", "x", "3", "2025-03-02", True),
        ("5", "p", "dan", None, "2025-03-01", False),  # new, answered, writes again under p only
        ("6", "p", "x", "5", "2025-03-02", True),
        ("7", "p", "dan", "6", "2025-03-03", False),
        ("8", "p", "eva", None, "2025-03-01", False),  # new, not answered, back too late
        ("9", "p", "fay", None, "2025-03-01", False),  # new, not answered, on another account only
        ("10", "p", "ann", None, "2025-03-01", False),  # was there once, answered, back under q
        ("11", "p", "x", "10", "2025-03-02", True),
        ("12", "p", "ben", None, "2025-03-01", False),  # was there once, not answered, back under q all the same
        ("13", "q", "ann", None, "2025-03-20", False),
        ("14", "q", "ben", None, "2025-03-20", False),
        ("15", "q", "cas", None, "2025-03-20", False),
        ("16", "q", "eva", None, "2025-03-30", False),
        ("17", "r", "fay", None, "2025-03-05", False),
        ("18", "r", "gus", None, "2025-05-30", False),  # sets the end of what is known
        ("19", "p", None, None, "2025-03-01", False),  # nobody knows who
    )
    frame, left_out = returns(comments, measures.prepared_posts(posts)[0])
    told = frame[["newcomers", "commenters", "answered", "weight", "elsewhere", "anywhere"]]
    assert told.to_numpy().tolist() == [[0, 2, 1, 0.5, 0, 0], [1, 4, 2, 1, 0.5, 1]]
    assert left_out == {
        "commenters whose 28 days were not over": 1,
        "commenters in the first 56 days of an account's comments": 3,
    }
    there, _ = returns(on_duckdb(comments), measures.prepared_posts(on_duckdb(posts))[0])
    pd.testing.assert_frame_equal(frame, there, check_dtype=False)
    two = pd.concat([frame, frame.assign(account=1)])  # newcomers weigh 1, the others one half
    assert dialogue.return_difference(Reduced({"returns": two}, 0, {})).value == pytest.approx(1 / 3)
    newcomers = dialogue.return_difference(Reduced({"returns": two}, 0, {}), among="newcomers")
    assert newcomers.value == pytest.approx(0.5)


def test_persons_are_set_against_others_who_were_there_as_often_and_as_lately():
    """Of one post, ann and ben were there once, cas twice; ben a year before, so none is like another."""
    rows = [("1", "o", "ann"), ("2", "a", "ben"), ("3", "o", "cas"), ("4", "n", "cas")]
    times = {"a": "2024-01-01", "o": "2025-03-01", "n": "2025-03-05", "p": "2025-03-20", "z": "2025-08-01"}
    rows += [(f"p{name}", "p", name) for name in ("ann", "ben", "cas")] + [("z", "z", "zoe")]
    comments = comments_of(*((number, post, name, None, times[post], False) for number, post, name in rows))
    answer = comments_of(("r", "p", "x", "pann", "2025-03-21", True))
    posts = measures.prepared_posts(pd.DataFrame({"post_id": list(times), "account_id": "x"}))[0]
    assert returns(pd.concat([comments, answer], ignore_index=True), posts)[0].empty
    later = comments.assign(created_at=comments["created_at"].where(comments["post_id"] != "a", "2025-03-01"))
    later = pd.concat([later, comments_of(("0", "z", "yan", None, "2024-01-01", False)), answer], ignore_index=True)
    frame, _ = returns(later, posts)  # now ben is like ann, and cas is not
    assert frame[["newcomers", "commenters", "weight"]].to_numpy().tolist() == [[0, 2, 0.5]]


def returns_in(crowd: study.Crowd, *, worlds: int) -> pd.DataFrame:
    found = []
    for seed in range(worlds):
        tables = study.draw_comments(crowd, accounts=12, rng=np.random.default_rng(seed))
        frame, _ = returns(tables["comments"], measures.prepared_posts(tables["posts"])[0])
        found.append(dialogue.return_difference(Reduced({"returns": frame}, 0, {})))
    return pd.DataFrame([(one.value, one.low, one.high) for one in found], columns=["value", "low", "high"])


@pytest.mark.parametrize("heard", [0.0, 0.1])
def test_favoured_regulars_fake_no_return(heard):
    """Regulars come back five times as often, and are answered up to four times as often, the more they are known."""
    found = returns_in(study.Crowd(heard=heard, favoured="the known"), worlds=15)
    error = found["value"].std() / np.sqrt(len(found))
    assert found["value"].mean() == pytest.approx(heard, abs=3 * error)
    assert ((found["low"] > heard) | (found["high"] < heard)).sum() <= 3
    assert error < 0.02  # as large a bias as the margin would show


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
    assert set(courses["group"]) == {"accounts that answer", "accounts that do not answer"}
    assert courses["date"].dt.day_of_week.eq(0).all()
    courses = courses[
        courses["date"] >= courses["date"].max() - pd.Timedelta(weeks=24)
    ]  # most are followed for so long
    gap = courses.pivot_table(index="date", columns="group", values="value")
    ln = np.log(gap["accounts that answer"] / gap["accounts that do not answer"])
    slope = np.polyfit(range(len(gap)), ln, 1)[0]
    assert slope == pytest.approx(dialogue.trend_difference(data).value, abs=0.004)
    assert "weeks" in pictures.courses(courses, label="x", data_kind="user").alt
    facts = FAMILY.facts(data, dataset=SimpleNamespace(rows={"posts": 5}, notes=["a note"]))["value"]
    assert facts["rows read: posts"] == "5"
    assert facts["weeks with a boosted post"] != "0"
    told = FAMILY.answer(judged(data), data_kind="simulated")
    assert told.startswith("In these simulated data, yes: the week after all comments were answered has ")
    assert "does not prove" in told
    assert f"Of {len(judged(data))} claims put to simulated data the answer is " in told


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


@pytest.mark.parametrize("platform", [{"platform": "instagram"}, {}])
def test_few_posts_are_reduced_in_memory_to_the_same_numbers(platform, monkeypatch):
    """An account's posts are few: DuckDB takes longer to plan each step than to do it, and pandas gives the same."""
    rng, n = np.random.default_rng(4), 90
    posts = pd.DataFrame(
        {
            "post_id": [f"p{i}" for i in range(n)],
            "account_id": rng.choice(["a", "b"], n),
            "created_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200 * 24, n), unit="h"),
            "likes": np.where(rng.random(n) < 0.1, np.nan, rng.poisson(50, n)),
            "comments": rng.poisson(5, n),
            "views": rng.poisson(900, n),
            "reach": rng.poisson(700, n),
            "owner_replies": rng.poisson(2, n),
            "intent": rng.choice(["promotion", "conversation", None], n),
            "format": rng.choice(["image", "video", None], n),
            "hashtags": rng.choice(["a b", "b c", "a", None], n),
            "boosted": rng.choice([True, False, None], n),
            **platform,
        }
    )
    accounts = pd.DataFrame({"account_id": ["a", "b"], "owner": ["one", "one"], **platform})
    made = []
    for most in (0, 5_000):
        monkeypatch.setattr("helpers.reading.sampling.FEW_ROWS", most)
        made.append(dialogue.reduce({"posts": on_duckdb(posts), "accounts": on_duckdb(accounts)}))
    there, here = made
    assert (there.units, there.n_rows, there.excluded) == (here.units, here.n_rows, here.excluded)
    assert all(len(frame) for frame in there.frames.values())
    for name, frame in there.frames.items():
        one, other = (it.assign(platform=it["platform"].astype(str)) for it in (frame, here.frames[name]))
        one, other = (it.replace({"platform": {"nan": "None"}}) for it in (one, other))
        pd.testing.assert_frame_equal(one, other, rtol=1e-12)
