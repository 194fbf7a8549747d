"""Formats by hand: reductions, comparisons within accounts, what explains reach; edges and real files."""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from exports import kept
from test_real_data import real

from helpers.claims import judge
from helpers.claims.registry import of_notebook
from helpers.estimates import gain_in_r2
from helpers.families.formats import analysis as formats
from helpers.families.formats.pictures import account_spread
from helpers.measures import sums_of_products
from helpers.reading import complete

(DEPTH,) = (claim for claim in of_notebook("05-format") if claim.id == "format-depth-beats-followers")

VIDEO = "format-video-beats-image"

POSTS = pd.DataFrame(
    {
        "post_id": [f"p{i}" for i in range(8)],
        "account_id": list("aaaabbbb"),
        "platform": "x",
        "format": ["video", "image", "text", "story", "reel", "carousel", "live", None],
        "duration_s": [30.0, None, None, None, 60.0, None, 900.0, None],
        "followers": [100, 100, 100, 100, 50, 50, 50, 50],
        "likes": [10, 2, 3, 9, 6, -1, 1, 5],
        "comments": [2, 1, None, 1, 0, 4, 8, 1],
        "reach": [40, 30, 20, 10, 20, 20, 0, 10],
        "views": [60, None, None, None, 30, None, 20, None],
    }
)


def both_engines(posts):
    with duckdb.connect() as con:
        yield formats.reduce({"posts": con.sql("select * from posts")})
    yield formats.reduce({"posts": posts})


@pytest.mark.parametrize("gap", [None, "reach", "followers", "likes", "views", "comments", "created_at"])
@pytest.mark.parametrize("absent", [(), ("views",), ("reach", "likes")])
def test_what_all_posts_tell_is_not_asked_of_each_account_and_gives_the_same(gap, absent, monkeypatch):
    """Complete posts, those that lack one cell, and tables that lack columns: on DuckDB as pandas counts them."""
    monkeypatch.setattr(complete, "MANY", 0)
    posts = POSTS.assign(
        **{name: POSTS[name].clip(lower=1).fillna(3) for name in ("likes", "comments", "reach", "views")}
    )
    posts = posts.assign(created_at=pd.date_range("2024-01-01", periods=8), shares=2)
    if gap:
        posts.loc[1, gap] = None
    here, there = (data.frames["formats"] for data in both_engines(posts.drop(columns=list(absent))))
    pd.testing.assert_frame_equal(here, there, check_dtype=False, rtol=1e-12)


def test_reduction_by_hand_on_two_engines():
    for data in both_engines(POSTS):
        table = data.frames["formats"].set_index(["account", "format"])
        # a: text has no comments count, so no engagement; b: the carousel's likes are hidden.
        assert table.loc[("x a", "video"), ["engagement_0_reach", "reach_0"]].tolist() == [12, 40]
        assert table.loc[("x a", "text"), ["engagement_0_reach", "posts_0_reach"]].tolist() == [0, 0]
        assert table.loc[("x b", "carousel"), "posts_0_follower"] == 0
        # Reach of the live broadcast is 0: no rate by reach, but one by follower.
        assert table.loc[("x b", "live"), ["posts_0_reach", "engagement_0_follower"]].tolist() == [0, 9]
        assert table.loc[("x b", "live"), ["comments_of_views", "views"]].tolist() == [8, 20]
        assert table["length"].dropna().to_dict() == {
            ("x a", "video"): "short",
            ("x b", "reel"): "short",
            ("x b", "live"): "long",
        }
        assert data.n_rows == 6
        assert data.excluded == {"posts of unknown format": 1, "stories, links and others": 1}


def panel_of(rates, *, posts=2):
    """Give each account images with the first rate and videos with the second, reach 1,000 a post."""
    rows = [
        (f"{account}{kind}{i}", f"a{account}", kind, 1_000, round(1_000 * rate))
        for account, pair in enumerate(rates)
        for kind, rate in zip(("image", "video"), pair, strict=True)
        for i in range(posts)
    ]
    return pd.DataFrame(rows, columns=["post_id", "account_id", "format", "reach", "likes"])


def test_a_shared_ratio_comes_back_whatever_the_sizes():
    rates = [(0.01 * (i + 1), 0.015 * (i + 1)) for i in range(12)]
    data = formats.reduce({"posts": panel_of(rates)})
    for estimator in ("ratio of expected rates", "mean of ln ratios"):
        found = formats.compare(data, treated="video", control="still", estimator=estimator)
        assert found.value == pytest.approx(np.log(1.5), abs=1e-9)
        assert found.n_units == 12
    ratios = formats.account_ratios(data, treated="video", control="still")
    assert ratios.tolist() == pytest.approx([1.5] * 12)


def test_a_giant_weighs_no_more_than_others():
    data = [
        formats.reduce({"posts": panel_of([(0.01, 0.02), (0.02, 0.03), (0.03, 0.03)]).assign(reach=reach)})
        for reach in (1_000, [1_000] * 8 + [1_000] * 4)
    ]
    giant = panel_of([(0.01, 0.02), (0.02, 0.03), (0.03, 0.03)])
    last = giant["account_id"] == "a2"
    giant.loc[last, ["reach", "likes"]] *= 10_000
    data.append(formats.reduce({"posts": giant}))
    values = [formats.compare(one, treated="video", control="still").value for one in data]
    assert values == pytest.approx([values[0]] * 3, abs=1e-9)


def years_of(*, later, rng, accounts=30, n=60):
    """Draw posts over a year in whose second half everything gets half as much; videos then come so much more often."""
    day = np.sort(rng.integers(0, 364, (accounts, n)))
    share = np.where(day < 182, 1 / (1 + later), later / (1 + later)) if later else 0.5
    own = rng.lognormal(0, 0.5, (accounts, 1)) * np.where(day < 182, 1.0, 0.5)
    table = {
        "post_id": np.arange(accounts * n).astype(str),
        "account_id": np.repeat(np.arange(accounts), n).astype(str),
        "created_at": np.datetime64("2024-01-01T12:00:00") + day.ravel().astype("timedelta64[D]"),
        "format": np.where(rng.random(day.shape) < share, "video", "image").ravel(),
        "likes": rng.poisson(200 * own * rng.lognormal(0, 0.6, day.shape)).ravel(),
    }
    return formats.reduce({"posts": pd.DataFrame(table)})


def test_formats_of_different_times_decide_nothing():
    claim, rng = next(claim for claim in of_notebook("05-format") if claim.id == VIDEO), np.random.default_rng(7)
    video = formats.ANALYSES[VIDEO]
    for later, plain, told in ((4, "contradicted", "inconclusive"), (0, None, None)):
        data = years_of(later=later, rng=rng)
        found = video.estimate(data, **video.chosen({}))
        threats = video.threats(data, found, **video.chosen({}))
        assert (judge(claim, found).verdict, judge(claim, found, threats=threats).verdict) == (plain, told) or not later
        assert [threat.says.startswith("one kind of posts was made") for threat in threats] == [True] * bool(later)


def test_best_denominator_is_the_first_that_is_known():
    posts = panel_of([(0.01, 0.02)] * 3)
    assert formats.best_denominator(formats.reduce({"posts": posts}).frames["formats"]) == "reach"
    sized = posts.drop(columns="reach").assign(followers=500)
    assert formats.best_denominator(formats.reduce({"posts": sized}).frames["formats"]) == "follower"
    bare = posts.drop(columns="reach")
    assert formats.best_denominator(formats.reduce({"posts": bare}).frames["formats"]) == "post"


def test_without_posts_nothing_is_estimated():
    data = formats.reduce({})
    assert all(analysis.estimate(data) is None for analysis in formats.ANALYSES.values())
    assert formats.format_rates(data).empty
    ratios = formats.account_ratios(data, treated="live", control="video")
    assert "0 accounts" in account_spread(ratios, average=None, label="x", name="x", data_kind="user").alt


@pytest.fixture
def watched():
    rng = np.random.default_rng(3)
    account = np.repeat(np.arange(15), 6)
    x, z = rng.standard_normal((2, 90))
    size = rng.standard_normal(15)[account]
    y = 0.8 * x + 0.3 * z + 0.6 * size + rng.standard_normal(90)
    return pd.DataFrame({"account_id": account, "y": y, "x": x, "z": z, "size": size})


def test_gain_in_r2_agrees_with_statsmodels_left_out_one_by_one(watched):
    from scipy import stats

    from helpers.estimates import degrees_of_freedom

    sums = sums_of_products(watched, columns=["y", "x", "z", "size"], by=["account_id"])
    found = gain_in_r2(sums, outcome="y", first=["x", "z"], second=["size"])
    sides = []
    for formula in ("y ~ x + z", "y ~ size"):
        left = [smf.ols(formula, watched[watched["account_id"] != one]).fit().rsquared for one in range(15)]
        r2 = 15 * smf.ols(formula, watched).fit().rsquared - 14 * np.mean(left)
        z = np.arctanh(np.sqrt(left))
        own = (z.mean() - z) * np.sqrt(14 / 15)
        t, error = stats.t(degrees_of_freedom(own)).ppf(0.975), np.sqrt(np.sum(own**2))
        a = np.sum(own**3) / (6 * error**3)  # the acceleration of DiCiccio & Efron (1992)
        wides = [error * sign * t / (1 - a * sign * t) ** 2 for sign in (-1, 1)]
        low, high = (np.tanh(max(np.arctanh(np.sqrt(r2)) + wide, 0)) ** 2 for wide in wides)
        sides.append((r2, low, high, own))
    (r2, low, high, own), (r2_0, low_0, high_0, own_0) = sides
    assert found.value == pytest.approx(r2 - r2_0, abs=1e-10)
    r = np.corrcoef(own, own_0)[0, 1]  # Zou (2007); what single units do to both is their correlation
    down = np.sqrt((r2 - low) ** 2 + (high_0 - r2_0) ** 2 - 2 * r * (r2 - low) * (high_0 - r2_0))
    up = np.sqrt((high - r2) ** 2 + (r2_0 - low_0) ** 2 - 2 * r * (high - r2) * (r2_0 - low_0))
    # what the inverted test does not reject reaches a little further, if anything (tests/test_explained.py)
    assert down * (1 - 1e-7) <= found.value - found.low <= 1.05 * down
    assert up * (1 - 1e-7) <= found.high - found.value <= 1.05 * up


def test_gain_in_r2_within_accounts(watched):
    centred = watched - watched.groupby("account_id").transform("mean").reindex(columns=watched.columns, fill_value=0)
    share = smf.ols("y ~ x + z", centred).fit().rsquared
    sums = sums_of_products(watched, columns=["y", "x", "z", "size"], by=["account_id"])
    found = gain_in_r2(sums, outcome="y", first=["x", "z"], within=True)
    assert abs(found.value - share) < 0.05  # the jackknife takes a little off
    assert found.value < share


def test_gain_in_r2_at_the_edges(watched):
    watched = watched.assign(twice=2 * watched["x"], flat=1.0)
    sums = sums_of_products(watched, columns=["y", "x", "twice", "flat"], by=["account_id"])
    assert gain_in_r2(sums, outcome="y", first=["x", "twice"]) is None
    assert gain_in_r2(sums, outcome="y", first=["flat"]) is None
    assert gain_in_r2(sums.head(3), outcome="y", first=["x"]) is None


def watched_posts(*, worlds, accounts, posts, seed, per_person=True, mean_ln_reach=8.0, share_rate=0.01):
    """Posts of many worlds in which depth tells nothing of reach, as rates of people reached or as totals."""
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(worlds * accounts), posts)
    n = len(account)
    reach = np.exp(mean_ln_reach + rng.standard_normal(worlds * accounts)[account] + 0.8 * rng.standard_normal(n))
    reach = np.maximum(1, reach.round())
    rates = np.exp(0.9 * rng.standard_normal((3, n)) - 0.4)
    people = reach if per_person else np.exp(mean_ln_reach)
    return pd.DataFrame(
        {
            "post_id": np.arange(n).astype(str),
            "account_id": [f"{i // accounts:03d}-{i:05d}" for i in account],
            "format": "video",
            "followers": np.exp(9 + rng.standard_normal(worlds * accounts)).round()[account],
            "reach": reach,
            "watch_time_s": rng.gamma(people * rates[0] / 10, 100).round(),
            "shares": rng.poisson(people * rates[1] * share_rate),
            "saves": rng.poisson(people * rates[2] * share_rate / 2),
        }
    )


def depth_verdicts(posts, **how):
    """Verdicts on depth against followers, one for each world."""
    whole = formats.reduce({"posts": posts})
    table, asked = whole.frames["depth"], formats.ANALYSES["format-depth-beats-followers"]
    choices = {**asked.chosen({}), **how}
    found = []
    for _, part in table.groupby(table["account_id"].str[:3]):
        data = replace(whole, frames={"depth": part})
        estimate = asked.estimate(data, **choices)
        threats = asked.threats(data, estimate, **choices)
        found.append((judge(DEPTH, estimate), judge(DEPTH, estimate, threats=threats)))
    return [[verdict.verdict for verdict in side] for side in zip(*found, strict=True)], found


def test_rates_of_depth_by_hand():
    posts = watched_posts(worlds=1, accounts=8, posts=5, seed=1)
    found = formats.ANALYSES["format-depth-beats-followers"].estimate(formats.reduce({"posts": posts}))
    overall = posts[["watch_time_s", "shares", "saves"]].sum() / posts["reach"].sum()
    persons = {"watch_time_s": 10, "shares": 1 / overall["shares"], "saves": 1 / overall["saves"]}
    rates = {k: (posts[k] + overall[k] * persons[k]) / (posts["reach"] + persons[k]) for k in persons}
    table = posts.assign(y=np.log(posts["reach"]), size=np.log(posts["followers"]), **rates)
    gains = []
    for left_out in [None, *posts["account_id"].unique()]:
        kept = table[table["account_id"] != left_out]
        both = [smf.ols(f"y ~ {terms}", kept).fit().rsquared for terms in ("watch_time_s + shares + saves", "size")]
        gains.append(both[0] - both[1])
    assert found.value == pytest.approx(8 * gains[0] - 7 * np.mean(gains[1:]), abs=1e-10)  # the jackknife's correction


@pytest.mark.parametrize("mean_ln_reach", [8.0, 5.0], ids=["frequent", "rare"])
def test_depth_that_is_noise_supports_nothing(mean_ln_reach):
    posts = watched_posts(worlds=60, accounts=30, posts=10, seed=5, mean_ln_reach=mean_ln_reach)
    (bare, warned), found = depth_verdicts(posts)
    most = 60 * 0.025 + 2 * np.sqrt(60 * 0.025 * 0.975)  # two Monte Carlo errors are allowed
    assert bare.count("supported") + bare.count("direction supported") <= most
    assert sum("fall where reach grows" in verdict.reason for _, verdict in found) <= 6
    assert warned.count("supported") == 0


def test_totals_support_whatever_depth_is():
    posts = watched_posts(worlds=10, accounts=30, posts=10, seed=5)
    (bare, warned), _ = depth_verdicts(posts, scale="totals")
    assert set(bare) == {"supported"}  # what the claim used to be judged by
    assert set(warned) == {"inconclusive"}


def test_totals_that_do_not_follow_reach_are_no_depth():
    posts = watched_posts(worlds=10, accounts=30, posts=10, seed=6, per_person=False)
    (bare, warned), found = depth_verdicts(posts)
    assert bare.count("supported") > 7  # 1 / reach explains reach
    assert not {"supported", "direction supported"} & set(warned)
    risen = [after.reason for before, after in found if before.verdict != "inconclusive"]
    assert all(reason.startswith(("watch time", "shares", "saves")) for reason in risen)


def test_views_stand_in_where_reach_is_not_known():
    posts = watched_posts(worlds=1, accounts=12, posts=5, seed=2)
    asked = formats.ANALYSES["format-depth-beats-followers"]
    by_reach = formats.reduce({"posts": posts})
    by_view = formats.reduce({"posts": posts.rename(columns={"reach": "views"})})
    assert asked.estimate(by_view).value == pytest.approx(asked.estimate(by_reach).value, abs=1e-12)
    assert asked.remarks(by_view) == ["reach is not known: views instead, and depth for each view"]
    assert asked.remarks(by_reach) == []
    empty = formats.reduce({"posts": posts.assign(reach=None, views=posts["reach"])})
    assert empty.frames["depth"]["per"].unique().tolist() == ["view"]


def test_the_paradox_is_one():
    table = formats.two_accounts().pivot_table(index="account", columns="format", values="rate")
    better = table["video"] > table["image"]
    assert better.to_dict() == {"both, over posts": False, "large account": True, "small account": True}


def test_shares_that_do_nothing_explain_reach():
    assert formats.part_and_whole(seed=5) > 0.9


@pytest.mark.parametrize("folder", ["fb-pages-2016", "uci-fb-live-thailand", "uci-facebook-metrics"])
def test_real_pages_by_hand(tmp_path, folder):
    posts = kept(real(folder), tmp_path)[0]["posts"]
    data = formats.reduce({"posts": posts})
    grouped = posts.assign(kind=posts["format"].map(formats.KINDS), y=posts["likes"] + posts["comments"])
    below = "reach" if folder == "uci-facebook-metrics" else None
    grouped = grouped.dropna(subset=["y", "kind"])
    sums = grouped.assign(n=1).groupby(["account_id", "kind"])[["y", "n"] + ([below] if below else [])].sum()
    rates = (sums["y"] / sums[below or "n"]).unstack()  # noqa: PD010
    both = rates.dropna(subset=["video", "still"])
    expected = (both["video"] / both["still"]).sort_index()
    how = {} if folder != "uci-facebook-metrics" else {"per": "reach"}
    ours = formats.account_ratios(data, treated="video", control="still", **how)
    assert ours.tolist() == pytest.approx(expected[expected > 0].tolist(), rel=1e-9)
    found = formats.compare(data, treated="video", control="still", estimator="mean of ln ratios", **how)
    if len(expected) > 1:
        assert found.value == pytest.approx(np.log(expected).mean(), rel=1e-9)
    assert len(expected) < 10  # too few pages for a verdict
