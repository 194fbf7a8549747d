"""Trends: what an account's own change is, who is there throughout, and worlds with planted truths."""

from types import SimpleNamespace

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
import statsmodels.api as sm
from conftest import on_duckdb

from helpers.claims import of_notebook, registry
from helpers.claims.analysis import of_own_account
from helpers.claims.verdicts import judge
from helpers.families.trends import analysis as trends, own, pictures, study, world
from helpers.measures import Reduced, own_posts, prepared_posts
from helpers.plots import axes
from helpers.simulate import panel

DIRECTIONS = ("supported", "direction supported", "contradicted", "direction contradicted")


def posts_of(account: str, weeks, **columns) -> pd.DataFrame:
    days = pd.Timestamp("2024-01-02") + pd.to_timedelta(7 * np.asarray(weeks), unit="D")
    ids = [f"{account}-{week}-{i}" for i, week in enumerate(weeks)]
    return pd.DataFrame({"post_id": ids, "account_id": account, "created_at": days, **columns})


def test_only_who_posts_throughout_a_year_counts():
    """One posts for 52 weeks, one for 51, one with a gap of 13 weeks and one with a gap of 14."""
    weeks = {"a": [0, *range(10, 52, 10), 51], "b": [*range(0, 51, 10), 50]}
    weeks |= {"c": [*range(21), *range(33, 60)], "d": [*range(21), *range(34, 60)]}
    posts = pd.concat([posts_of(name, at) for name, at in weeks.items()], ignore_index=True)
    table = trends.account_weeks(_prepared(posts))
    assert sorted(table[trends.throughout(table)]["account_id"].unique()) == ["a", "c"]
    data = trends.reduce({"posts": on_duckdb(posts)})
    assert data.units == {"accounts": 4, "accounts that post throughout a year": 2}
    assert trends.ANALYSES["trend-video"].remarks(data) == ["2 of 4 accounts post throughout a year"]


def _prepared(posts: pd.DataFrame):
    return prepared_posts(posts)[0]


def test_an_accounts_own_change_is_a_line_through_its_shares():
    """Weighted least squares by statsmodels, on four weeks at a time; unknown formats are in no share."""
    rng = np.random.default_rng(2)
    weeks = np.sort(rng.integers(0, 60, 200))
    kinds = np.where(rng.random(200) < 0.2 + weeks / 100, "reel", "image").astype(object)
    kinds[::9] = None
    data = trends.reduce({"posts": posts_of("x", weeks, format=kinds, likes=3, comments=1, shares=0)})
    found = trends.own_changes(data.frames["weeks"], share="video")
    table = (
        data.frames["weeks"]
        .assign(block=lambda t: t["week"] // 4)
        .groupby("block")
        .agg(part=("video, part", "sum"), whole=("video, whole", "sum"), week=("week", "mean"))
    )
    table = table[table["whole"] > 0]
    fit = sm.WLS(table["part"] / table["whole"], sm.add_constant(table["week"]), weights=table["whole"]).fit()
    assert found["change"].tolist() == pytest.approx([fit.params["week"] * 365.25 / 7])
    assert found["posts"].tolist() == [(kinds != None).sum()]  # noqa: E711
    steady = trends.own_changes(data.frames["weeks"], share="conversation")
    assert steady["change"].tolist() == pytest.approx([0.0])


def test_the_same_weeks_a_year_apart_hold_no_season():
    """By hand: 1 of 4 and 2 of 2 posts, a year later 3 of 4 and 1 of 2; weights 1 / (1/4 + 1/4) and 1 / (1/2 + 1/2).

    Differences of 0.5 and -0.5 in 52 weeks come to (2 * 0.5 - 1 * 0.5) / 3; weeks without a partner are left out.
    """
    week, part, whole = [0, 4, 52, 56, 60], [1, 2, 3, 1, 9], [4, 2, 4, 2, 9]
    columns = {"video, part": part, "video, whole": whole, "video, posts": whole}
    weeks = pd.DataFrame({"account": 0, "week": week, **columns}, dtype="float64").astype({"week": "int64"})
    (found,) = trends.year_on_year(weeks, share="video").to_dict("records")
    assert found["change"] == pytest.approx(0.5 / 3 * 365.25 / 7 / 52)
    assert found["posts"] == 12
    time = np.arange(60)
    swing = 100 * (0.5 + 0.2 * np.sin(2 * np.pi * time / 52))
    columns = {"video, part": swing, "video, whole": 100.0, "video, posts": 100.0}
    season = pd.DataFrame({"account": 0, "week": time, **columns})
    assert trends.year_on_year(season, share="video")["change"].tolist() == pytest.approx([0.0], abs=1e-12)
    assert trends.own_changes(season, share="video")["change"].item() < -0.2


def seasonal(rng, *, weeks: int, swing: float, trend: float = 0.0, accounts: int = 30) -> Reduced:
    """Draw posts of accounts, 2.5 a week, whose share of videos swings over the year and changes by a trend."""
    time = np.tile(np.arange(weeks), accounts)
    own = rng.uniform(0.25, 0.5, accounts).repeat(weeks) + rng.normal(trend, 0.05, accounts).repeat(weeks) * time / 52
    posts = rng.poisson(2.5, len(time))
    share = np.clip(own + swing * np.sin(2 * np.pi * time / 52), 0.01, 0.99)
    columns = {"video, part": rng.binomial(posts, share), "video, whole": posts, "video, posts": posts}
    table = pd.DataFrame({"account": np.arange(accounts).repeat(weeks), "week": time, "posts": posts, **columns})
    table = table[posts > 0].astype(dict.fromkeys(columns, "float64"))
    return Reduced({"weeks": table.assign(owner=table["account"])}, 0, {})


@pytest.mark.parametrize(("weeks", "most", "warned"), [(60, 0.25, 0.7), (104, 0.1, 0.8)])
def test_a_season_that_accounts_share_is_told_from_a_trend(weeks, most, warned):
    """40 worlds whose share of videos swings by 5 points and has no trend; without the doubt 0.5 and 0.4 had one.

    In 40 without season and trend the doubt comes by chance in 0.05; two errors are 0.07.
    """
    claim, video = registry()["trend-video"], trends.ANALYSES["trend-video"]
    rng, chosen = np.random.default_rng(8), {"block": "four weeks", "way": "a line over time"}

    def directions(**planted):
        said = []
        for _ in range(40):
            data = seasonal(rng, weeks=weeks, **planted)
            found = video.estimate(data, **chosen)
            doubts = video.threats(data, found, **chosen)
            said.append((judge(claim, found).verdict, judge(claim, found, threats=doubts).verdict, bool(doubts)))
        return pd.DataFrame(said, columns=["plain", "verdict", "doubted"])

    season = directions(swing=0.05)
    false = season["plain"].isin(DIRECTIONS)
    assert false.mean() > 0.3
    assert season["verdict"].isin(DIRECTIONS).mean() <= most
    assert season.loc[false, "doubted"].mean() >= warned
    assert directions(swing=0.0)["doubted"].mean() <= 0.12
    trend = directions(swing=0.0, trend=0.1)
    assert trend["verdict"].isin(["supported", "direction supported"]).mean() >= 0.9


def test_hidden_counts_and_nothing_are_in_no_share_of_reactions():
    posts = posts_of(
        "x", [0, 0, 0, 30, 60], likes=[-1, 0, 6, 5, 1], comments=[5, 0, 1, 4, 1], shares=[1, 0, 1, 1, None]
    )
    table = trends.account_weeks(_prepared(posts))
    assert table["conversation, part"].tolist() == [2, 5, 0]
    assert table["conversation, whole"].tolist() == [8, 10, 0]
    assert table["conversation, posts"].tolist() == [1, 1, 0]


def test_smaller_creators_are_a_slope_over_campaigns():
    campaigns = study.draw_campaigns(0.1, n=600, rng=np.random.default_rng(3))
    found = trends.smaller(trends.reduce({"campaigns": on_duckdb(campaigns)}))
    days = campaigns["started_at"].to_numpy().astype("datetime64[D]").astype(float)
    small = (campaigns["followers"] < 100_000).astype(float)
    fit = sm.OLS(small, sm.add_constant(days / 365.25)).fit()
    assert found.value == pytest.approx(fit.params.iloc[1])
    assert found.n_units == campaigns["account_id"].nunique()
    short = campaigns[campaigns["started_at"] < "2023-11-01"]
    data = trends.reduce({"campaigns": short})
    assert trends.smaller(data) is None
    assert trends.ANALYSES["trend-smaller-creators"].remarks(data) == [
        "the campaigns span 10 months, and a year is needed"
    ]
    known = pd.DataFrame({"account_id": campaigns["account_id"].unique()}).assign(followers=20_000)
    told = trends.reduce({"campaigns": campaigns.assign(followers=None), "accounts": known})
    assert (told.frames["campaigns"]["followers"] == 20_000).all()


def test_nothing_at_all_gives_no_estimate():
    for tables in (
        {},
        {"posts": posts_of("x", [0, 1])},
        {"campaigns": pd.DataFrame({"campaign_id": ["a"], "account_id": "x"})},
    ):
        data = trends.reduce(tables)
        for claim_id in list(trends.ANALYSES)[:-1]:
            found = trends.ANALYSES[claim_id].estimate(data)
            assert found is None or not found.is_finite
    assert trends.courses(trends.reduce({})).empty
    nothing = pictures.courses(trends.courses(trends.reduce({})), data_kind="user", ax=axes(None))
    assert nothing.nothing == "Nothing to show here: fewer than ten accounts post throughout a year."
    assert "Nothing to show" in nothing.alt


def test_the_legend_of_courses_lies_below_them():
    table = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-04-01"] * 2), "points": [-2.0, 2.0, 3.0, -3.0]})
    table = table.assign(share=["video", "video", "live", "live"], accounts=12)
    ax = sns.lineplot(table, x="date", y="points", hue="share", style="share")
    legend = pictures.courses(table, data_kind="user", ax=ax).ax.get_legend()
    ax.figure.canvas.draw()
    assert legend.get_window_extent().y1 <= ax.get_window_extent().y0


@pytest.mark.parametrize("name", ["documents", "null"])
def test_worlds_have_what_they_plant(name):
    truths = world.truths(name)
    assert (
        [*truths, "trend-smaller-creators"] == [claim.id for claim in of_notebook("13-trends")] == list(trends.ANALYSES)
    )
    cases = list(study.cases(name, 60, np.random.default_rng(4)))
    assert [case.claim_id for case in cases] == list(trends.ANALYSES)
    for case in cases:
        assert abs(case.estimate.value - case.truth) <= case.estimate.high - case.estimate.low, case.claim_id


def test_a_short_panel_is_left_as_it_is():
    posts = panel.draw("documents", rng=np.random.default_rng(1), accounts=12, weeks=26)["posts"]
    again = panel.draw("documents", rng=np.random.default_rng(1), accounts=12, weeks=26, effects=(world.EFFECT,))[
        "posts"
    ]
    assert again["post_id"].tolist() == posts["post_id"].tolist()


def test_one_account_is_set_against_its_own_weeks():
    """Of one account over 80 weeks the slope of least squares on weeks, weighted by posts, by statsmodels."""
    rng = np.random.default_rng(5)
    weeks = np.sort(rng.integers(0, 80, 400))
    kinds = np.where(rng.random(400) < 0.2 + weeks / 200, "live", "image")
    data = own_posts({"posts": posts_of("x", weeks, format=kinds)})
    found = own.change(data, share="live")
    table = pd.DataFrame({"week": weeks, "y": kinds == "live"}).groupby("week")["y"].agg(["mean", "size"]).reset_index()
    fit = sm.WLS(table["mean"], sm.add_constant(table["week"] * 7 / 365.25), weights=table["size"]).fit()
    assert found.value == pytest.approx(fit.params["week"])
    assert found.n_units == len(table)
    assert own.change(data, share="talk") is None


def test_those_who_come_move_the_mean_of_whoever_posts():
    table = trends.who_came(seed=2)
    moved = table.loc["last quarter"] - table.loc["first quarter"]
    assert moved["whoever posts"] > 0.05
    assert abs(moved["there throughout"]) < 0.03


def test_the_trend_of_one_account_is_held_where_weeks_do_not_resemble_one_another():
    """A trend is as slow as the cosines: without what allows for it 0.90 of these intervals hold the truth of 0."""
    rng, held = np.random.default_rng(8), []
    for _ in range(400):
        posts = pd.DataFrame({"account": "a", "week": range(60), "format": rng.choice(["video", "image"], 60)})
        found = own.change(Reduced({"posts": posts}, 0, {}), share="video")
        held.append(found.low <= 0 <= found.high)
    assert 0.93 <= np.mean(held) <= 0.98  # two Monte Carlo errors of 400 around 0.95 are 0.022


def own_weeks(weeks):
    return own_posts({"posts": posts_of("x", np.array(weeks), format=["live", "image"] * (len(weeks) // 2))})


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (range(50), "50 weeks from the first post to the last; 52 are needed (50 with posts)"),
        (range(10), "10 weeks from the first post to the last; 52 are needed; 10 weeks with posts; 26 are needed"),
        (
            range(0, 48, 4),
            "12 weeks with posts; 26 are needed; 45 weeks from the first post to the last; 52 are needed",
        ),
        ([*range(20), *range(32, 52)], ""),  # a quarter of a year without a post
        (
            [*range(20), *range(34, 54)],
            "40 weeks with posts; 52 are needed where a pause is longer than 13 weeks (of 54 from the first post "
            "to the last)",
        ),
        ([*range(26), *range(40, 66)], ""),
        (range(0, 104, 2), ""),
        ([*range(0, 48, 2), 51, 51], "25 weeks with posts; 26 are needed (of 52 from the first post to the last)"),
    ],
)
def test_a_year_is_a_span_of_time_of_which_half_has_posts(weeks, said):
    """A year with pauses is a year; of one account at least 26 of its weeks have posts, and both numbers are told."""
    data = own_weeks([*weeks])
    assert own.short(data, share="live") == said
    analysis, claim = own.OWN["trend-live"], registry()["trend-live"]
    verdict = of_own_account(claim, data, analysis, dataset=SimpleNamespace(tables={"posts": POSTS}))
    assert (verdict.verdict == "too little data") == bool(said)
    assert verdict.reason == said or not said


POSTS = nw.from_native(pd.DataFrame(columns=["created_at", "format"])).lazy()


def test_pauses_give_no_direction_where_nothing_changes():
    """Half of the weeks of a year at random, and a quarter without posts: in 5 of 100 at most an interval leaves out 0.

    Of 200 each, 16 or more come in 1 of 40 series at 5 of 100 (binomial).
    """
    rng, wrong = np.random.default_rng(11), {"random": 0, "gap": 0}
    for name in wrong:
        for _ in range(200):
            half = np.sort(rng.choice(np.arange(1, 51), 24, False))
            weeks = np.repeat([0, *half, 51] if name == "random" else [*range(20), *range(32, 52)], 3)
            posts = pd.DataFrame({"account": "a", "week": weeks, "format": rng.choice(["video", "image"], len(weeks))})
            data = Reduced({"posts": posts}, 0, {})
            assert own.short(data, share="video") == ""
            found = own.change(data, share="video")
            wrong[name] += found.low > 0 or found.high < 0
    assert max(wrong.values()) < 16, wrong
