"""Hours and hashtags by hand: clocks, cells, shrinkage, permutation, choice without leakage; edges."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from helpers.base.refusals import Refusal
from helpers.claims import analysis, registry
from helpers.claims.record import answered
from helpers.claims.verdicts import OWN_ACCOUNT, judge
from helpers.estimates import Estimate
from helpers.families.timing import FAMILY, analysis as timing, company, estimators, pictures
from helpers.families.timing.estimators import false_discovery, shrunken, spread_between
from helpers.families.timing.world import EFFECT
from helpers.reading.dataset import open_dataset
from helpers.simulate import panel


def reduced(posts, **how):
    return timing.reduce({"posts": posts}, **{"min_posts": 1, "min_weeks": 0, **how})


def posts_at(*times, **columns):
    frame = pd.DataFrame({"created_at": pd.to_datetime(list(times)).astype("datetime64[s]")})
    frame = frame.assign(post_id=[f"p{i}" for i in range(len(frame))], account_id="a", platform="x", likes=1)
    return frame.assign(**columns)


# Weekdays from the calendar: Monday 0. The moon landing was on a Sunday, 1 January 2000 a Saturday.
DATES = {
    "1969-07-20T20:17:00": 6 * 24 + 20,
    "2000-01-01T00:00:00": 5 * 24,
    "2024-02-29T23:59:59": 3 * 24 + 23,
    "2025-07-01T12:30:00": 1 * 24 + 12,
    "2026-11-23T06:00:00": 0 * 24 + 6,
}


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_known_dates(engine):
    posts = posts_at(*DATES)
    with duckdb.connect() as con:
        table = con.sql("select * from posts") if engine == "duckdb" else posts
        cells = reduced(table).frames["hours"]["cell"].tolist()
    assert sorted(cells) == sorted(DATES.values())
    for text, cell in DATES.items():
        moment = datetime.fromisoformat(text)
        assert cell == moment.weekday() * 24 + moment.hour


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_local_hours_over_years_as_the_clock_library_gives_them(zone):
    rng = np.random.default_rng(0)
    times = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 3 * 365 * 86_400, 600), unit="s")
    turns = pd.to_datetime(["2019-03-31T00:59:59", "2019-03-31T01:00:00", "2020-10-25T00:59:59", "2020-10-25T01:00:00"])
    posts = posts_at(*times, *turns)
    local = posts["created_at"].dt.tz_localize("UTC").dt.tz_convert(ZoneInfo(zone))
    expected = (local.dt.day_of_week * 24 + local.dt.hour).value_counts().sort_index()
    cells = reduced(posts, timezone=zone).frames["hours"].groupby("cell")["posts"].sum()
    assert cells.to_dict() == expected.to_dict()


def test_an_unknown_zone_is_refused():
    with pytest.raises(Refusal, match="no time zone 'Mars'"):
        reduced(posts_at("2025-01-01"), timezone="Mars")


HALVES = posts_at(
    "2025-01-06T08:00:00", "2025-01-06T08:30:00", "2025-01-07T08:00:00", "2025-03-03T08:00:00",
    likes=[4, 2, 3, 7], hashtags=["#One two", "one ONE", None, "two"],
)  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_sums_by_hand_on_two_engines(engine):
    with duckdb.connect() as con:
        data = reduced(con.sql("select * from HALVES") if engine == "duckdb" else HALVES)
    hours = data.frames["hours"]
    assert hours[["late", "cell", "posts", "total"]].to_numpy().tolist() == [
        [False, 8, 2, 6.0],
        [False, 32, 1, 3.0],
        [True, 8, 1, 7.0],
    ]
    rows = timing.deviations(data, "hours").set_index("cell")
    # Mean 3 in the first half, in both cells; the only post of the second is as it always is.
    assert rows["deviation"].tolist() == pytest.approx([0, 0])
    assert rows["exposure"].tolist() == pytest.approx([2 * (1 - 2 / 3) + 0, 1 * (1 - 1 / 3)])
    # With 6 on Tuesday the mean is 4: at Monday 8 h 6 over two posts.
    more = timing.deviations(reduced(HALVES.assign(likes=[4, 2, 6, 7])), "hours").set_index("cell")["deviation"]
    assert more.tolist() == pytest.approx([6 / 4 - 2, 6 / 4 - 1])
    logs = timing.deviations(data, "hours", measure="ln(1 + engagement)").set_index("cell")["deviation"]
    assert logs.sum() == pytest.approx(0, abs=1e-12)
    assert data.period == (datetime(2025, 1, 6).date(), datetime(2025, 3, 3).date())


def test_what_came_up_while_reach_fell_has_no_effect():
    """In the second half of a year everything gets half as much, posts come in the evening and have a new hashtag."""
    rng, late = np.random.default_rng(4), np.tile(np.arange(60) >= 30, 30)
    day, hour = np.tile(np.arange(60) * 6, 30), np.where(late & (rng.random(1800) < 0.7), 20, rng.integers(8, 21, 1800))
    posts = pd.DataFrame(
        {
            "post_id": np.arange(1800).astype(str),
            "account_id": np.repeat(np.arange(30), 60).astype(str),
            "created_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(day * 24 + hour, unit="h"),
            "likes": rng.poisson(200 * np.where(late, 0.5, 1) * rng.lognormal(0, 0.5, 1800)),
            "hashtags": np.where(late & (rng.random(1800) < 0.6), "#new", "#old"),
        }
    )
    data = timing.reduce({"posts": posts})
    for claim_id in ("timing-hour-matters", "hashtag-some-work"):
        analysed = timing.ANALYSES[claim_id]
        assert analysed.estimate(data, **analysed.chosen({})).low == 0


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_hashtag_that_stands_twice_counts_once(engine, monkeypatch):
    monkeypatch.setattr(timing, "FEWEST_ACCOUNTS", 1)
    monkeypatch.setattr(timing, "FEWEST_TAG_POSTS", 1)
    with duckdb.connect() as con:
        data = reduced(con.sql("select * from HALVES") if engine == "duckdb" else HALVES)
    told = data.frames["tags"][["cell", "late", "posts", "total"]].to_numpy().tolist()
    assert told == [["one", False, 2, 6.0], ["two", False, 1, 4.0], ["two", True, 1, 7.0]]


def test_shrinkage_of_the_baseball_players():
    # Efron & Morris (1977), Stein's paradox in statistics: 18 players after 45 times at bat; factor 0.212, from .400
    # to .294 for the first (Clemente), from .178 to .247 for the last but one (Munson).
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]) / 45
    variance = hits.mean() * (1 - hits.mean()) / 45
    found = shrunken(hits, np.full(18, variance))
    factor = (found.means - hits.mean()) / (hits - hits.mean())
    assert factor == pytest.approx(np.full(18, 0.212), abs=0.002)
    assert found.means[[0, 16]] == pytest.approx([0.294, 0.247], abs=0.0006)
    # The James-Stein factor itself, without any of our code.
    assert factor[0] == pytest.approx(1 - 15 * variance / np.sum((hits - hits.mean()) ** 2), rel=1e-6)


def test_uncertain_means_shrink_more():
    found = shrunken(np.array([0.5, 0.5, -0.5, -0.5, 0.0]), np.array([0.01, 0.2, 0.01, 0.2, 0.05]))
    assert found.means[0] > found.means[1] > 0
    assert found.errors[1] > found.errors[0]
    few = shrunken(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert few.means.tolist() == [1.0, 2.0]


def test_false_discovery_as_benjamini_and_hochberg():
    # Their example of 1995, 15 comparisons: four are called at 5%, where Bonferroni calls three.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert (false_discovery(np.array(p)) <= 0.05).sum() == 4
    assert (np.array(p) * 15 <= 0.05).sum() == 3
    assert false_discovery(np.array([])).size == 0


def test_spread_is_the_product_of_what_different_accounts_found():
    cells = pd.DataFrame(
        {"a": [1, 2, 3, 4] * 2, "c": [0] * 4 + [1] * 4, "d": [1.0, 2, 3, 2, -1, -2, -1, 0], "x": [2.0] * 8}
    )
    # Pairs of different accounts: (8^2 - 18) / 8 and ((-4)^2 - 6) / 8, over 2 (8^2 - 16) / 8.
    expected = ((64 - 18) / 8 + (16 - 6) / 8) / (2 * (64 - 16) / 8)
    found = spread_between(cells, unit="a", cell="c", total="d", exposure="x")
    assert found.value == pytest.approx(np.sqrt(expected))
    assert found.n_units == 4


def test_spread_below_noise_is_0_and_alone_it_is_none():
    cells = pd.DataFrame({"a": list("abcdef"), "c": [0, 0, 1, 1, 2, 2], "d": [1.0, -1, 2, -2, 1, -1], "x": [1.0] * 6})
    found = spread_between(cells, unit="a", cell="c", total="d", exposure="x")
    assert found.value == found.low == 0 <= found.high
    still = spread_between(cells.assign(d=0.0), unit="a", cell="c", total="d", exposure="x")
    assert still.value == 0
    assert not still.is_finite  # posts that never differ say nothing about noise
    alone = cells.assign(c=range(6))
    assert spread_between(alone, unit="a", cell="c", total="d", exposure="x") is None
    assert spread_between(cells.head(2), unit="a", cell="c", total="d", exposure="x") is None


def test_ends_of_a_spread_solve_their_equation_by_hand():
    # noise alone: 2 +- 2 sqrt(0.25); growth alone: (1 - x)^2 = 2^2 0.1 x, so x = 1.2 -+ sqrt(1.2^2 - 1)
    assert estimators._score_ends(2.0, 0.25, 0.0, 2.0, 0.0) == (1.0, 3.0)
    assert estimators._score_ends(1.0, 0.0, 0.1, 2.0, 0.0) == pytest.approx((1.2 - 0.44**0.5, 1.2 + 0.44**0.5))
    # below zero nothing grows, and the ends run through zero without a leap
    assert estimators._score_ends(-2.0, 0.25, 9.0, 2.0, 0.0) == (-3.0, -1.0)
    assert estimators._score_ends(1.0, 0.25, 9.0, 2.0, 0.0)[0] == pytest.approx(0, abs=1e-12)


def test_products_of_noise_are_as_skewed_as_chi_square():
    # The sum over pairs of units of the products of what they found in 8 cells is chi-square with 8 degrees of
    # freedom, less a constant: skewness sqrt(8 / 8). Known to 0.1 from 1,000 of 3,000 units.
    noise = sparse.csr_array(np.random.default_rng(3).normal(size=(3_000, 8)))
    assert estimators._skewness_of_products(noise) == pytest.approx(1, abs=0.1)
    assert estimators._skewness_of_products(noise[:1]) == 0


def test_ends_of_skewed_noise_are_those_of_chi_square():
    """scipy's quantiles of chi-square with 100 degrees of freedom; Cornish and Fisher's first step errs by 0.01."""
    k, z = 100, stats.norm.ppf(0.975)
    low, high = estimators._score_ends(0.0, 1.0, 0.0, z, np.sqrt(8 / k) / 6)
    assert (-high, -low) == pytest.approx(tuple((stats.chi2(k).ppf([0.025, 0.975]) - k) / np.sqrt(2 * k)), abs=0.01)
    # Where the truth tried has an error of its own, s^2 = 1 + x, the end solves 10 - x = 2 s + 0.1 (2^2 - 1) / s^2.
    low, _ = estimators._score_ends(10.0, 1.0, 1.0, 2.0, 0.1)
    error = np.sqrt(1 + low)
    assert 10 - low == pytest.approx(2 * error + 0.1 * 3 / error**2)


def test_a_spread_that_just_excludes_zero_has_a_p_of_five_percent():
    bend, t = 0.05, 2.0
    value = t + bend * (t**2 - 1)
    assert estimators._score_ends(value, 1.0, 3.0, t, bend)[0] == pytest.approx(0, abs=1e-9)
    assert estimators._unbent(value, bend) == pytest.approx(t)
    assert estimators._unbent(-t + bend * (t**2 - 1), bend) == pytest.approx(-t)
    assert estimators._unbent(1.5, 0.0) == 1.5


def test_noise_alone_is_missed_as_often_below_as_above():
    """Squares of noise are skewed: with t alone, 0.047 of these worlds are missed above and none below."""
    rng, ends = np.random.default_rng(6), []
    frame = pd.DataFrame({"a": np.repeat(np.arange(60), 12), "c": np.tile(np.arange(12), 60), "x": 1.0})
    for _ in range(2_000):
        found = spread_between(frame.assign(d=rng.normal(size=720)), unit="a", cell="c", total="d", exposure="x")
        ends.append((found.low > 0, found.high == 0))
    assert (np.mean(ends, axis=0) < 0.033).all()


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_the_interval_of_a_spread_covers_it(spread):
    """0.95 of 1,000 worlds is known to 0.014 (two standard errors). At 0, the end of the scale, only 2.5% miss it."""
    rng, held = np.random.default_rng(5), []
    frame = pd.DataFrame({"a": np.repeat(np.arange(40), 12), "c": np.tile(np.arange(12), 40), "x": 1.0})
    effects = spread * np.tile([1.0, -1.0], 6)  # their spread is exactly this
    for _ in range(1_000):
        found = spread_between(
            frame.assign(d=rng.normal(np.tile(effects, 40))), unit="a", cell="c", total="d", exposure="x"
        )
        held.append(found.low <= spread <= found.high)
    assert 0.93 <= np.mean(held) <= (0.97 if spread else 0.99)


def test_few_cells_hide_their_spread_from_the_jackknife_and_it_is_covered_all_the_same():
    """Four parts of a day over 26 units: with the score interval alone, 0.13 of these worlds are missed below."""
    rng, held = np.random.default_rng(5), []
    frame = pd.DataFrame({"a": np.repeat(np.arange(26), 4), "c": np.tile(np.arange(4), 26), "x": 1.0})
    for _ in range(600):
        d = rng.normal(np.tile([0.2, -0.2], 52))
        found = spread_between(frame.assign(d=d), unit="a", cell="c", total="d", exposure="x")
        held.append((found.high >= 0.2, found.low <= 0.2))
    assert (np.mean(held, axis=0) > 0.95).all()


def test_squares_that_noise_may_give_rule_out_what_a_noncentral_chi_square_does():
    low, high = estimators._square_ends(24.0, 6.0, 0.95, part=2.0)  # 12 with 3 degrees of freedom
    found = stats.ncx2([3, 3], [high / 2, low / 2]).cdf(12)
    assert found == pytest.approx([0.025, 0.975])
    assert estimators._square_ends(0.01, 6.0, 0.95, part=2.0) == (0.0, 0.0)


def test_products_within_a_block_tell_nothing():
    """Of two blocks of two units: 2 (3 * 4) and 2 (-3 * -1) over 4 posts of a cell, over 2 * 2 * 2 posts of two."""
    cells = pd.DataFrame({"a": [1, 2, 3, 4] * 2, "b": [1, 1, 2, 2] * 2, "c": [0] * 4 + [1] * 4, "x": 1.0})
    cells = cells.assign(d=[1.0, 2, 3, 1, -1, -2, -1, 0])
    found = spread_between(cells, unit="a", cell="c", total="d", exposure="x", block="b")
    assert found.value == pytest.approx(np.sqrt((2 * 3 * 4 / 4 + 2 * 3 * 1 / 4) / (2 * 2 * 2 * 2 / 4)))


@pytest.fixture(scope="module")
def drawn():
    return panel.draw("documents", rng=np.random.default_rng(4), accounts=40, effects=(EFFECT,))["posts"]


def later(posts):
    """Mark the later half of each account's time."""
    seconds = posts["created_at"].astype("int64")
    ends = seconds.groupby(posts["account_id"]).agg(["min", "max"])
    return 2 * seconds > posts["account_id"].map(ends["min"] + ends["max"])


def test_later_posts_cannot_change_the_choice(drawn):
    rng = np.random.default_rng(9)
    changed = drawn.assign(likes=drawn["likes"].mask(later(drawn), rng.integers(0, 10**6, len(drawn))))
    assert (changed["likes"] != drawn["likes"]).mean() > 0.4
    one, two = reduced(drawn), reduced(changed)
    for measure in timing.MEASURES:
        for cells in timing.CELLS:
            how = {"measure": measure, "cells": cells}
            assert timing.chosen_hours(one, **how) == timing.chosen_hours(two, **how)
        assert timing.chosen_tags(one, measure=measure) == timing.chosen_tags(two, measure=measure)
    assert timing.schedule_gain(one).value != pytest.approx(timing.schedule_gain(two).value, abs=1e-6)
    earlier = drawn.assign(likes=drawn["likes"].mask(~later(drawn), rng.integers(0, 10**6, len(drawn))))
    assert timing.chosen_hours(one) != timing.chosen_hours(reduced(earlier))


def test_gain_of_a_schedule_by_hand(drawn):
    data = reduced(drawn)
    chosen = timing.chosen_hours(data)
    late = drawn[later(drawn)].assign(y=lambda posts: posts["likes"] + posts["comments"])
    cell = late["created_at"].dt.day_of_week * 24 + late["created_at"].dt.hour
    late = late.assign(y=late["y"] / late.groupby("account_id")["y"].transform("mean"), good=cell.isin(chosen))
    import statsmodels.formula.api as smf
    from statsmodels.genmod.families import Poisson

    fit = smf.glm("y ~ good + C(account_id)", late.dropna(subset=["y"]), family=Poisson()).fit(tol=1e-12)
    assert timing.schedule_gain(data).value == pytest.approx(fit.params["good[T.True]"], abs=1e-6)


def test_permutation_finds_what_is_planted_and_not_what_is_not(drawn):
    observed, deals = timing.permuted(reduced(drawn), permutations=99, seed=2)
    assert timing.permutation_p(observed, deals) == 0.01
    again = timing.permuted(reduced(drawn), permutations=99, seed=2)
    assert np.array_equal(deals, again[1])
    rng = np.random.default_rng(1)
    p_values = []
    for _ in range(20):
        shuffled = drawn.assign(likes=rng.permutation(drawn["likes"].to_numpy()))
        p_values.append(timing.permutation_p(*timing.permuted(reduced(shuffled), permutations=39, seed=3)))
    assert np.mean(np.array(p_values) <= 0.05) <= 0.2
    assert 0.3 < np.mean(p_values) < 0.7


def test_a_permuted_statistic_is_the_squared_spread(drawn):
    data = reduced(drawn)
    observed, _ = timing.permuted(data, permutations=1)
    assert np.sqrt(observed) == pytest.approx(timing.spread(data, "hours").value, rel=1e-9)


def test_the_permutation_of_many_accounts_is_no_p_value_of_one():
    found = Estimate(0.07, 0.03, 0.13, 0.04, 0.12, 0.012, n_units=168)
    of_many = judge(registry()["timing-hour-matters"], found)
    of_one = replace(of_many, scope=OWN_ACCOUNT)
    told = [timing.with_permutation({"timing-hour-matters": one}, 0.174) for one in (of_many, of_one)]
    assert [one["timing-hour-matters"].p_value for one in told] == [0.174, 0.012]


def test_good_hashtags_are_called(drawn):
    from helpers.families.timing.world import GOOD_TAGS

    table = timing.tag_table(reduced(drawn))
    assert set(table.head(5).index) <= {*GOOD_TAGS, *table.index[table["q_value"] < 0.2]}
    assert table.loc[list(GOOD_TAGS), "called"].sum() >= 3


@pytest.mark.parametrize("posts", [None, posts_at(), posts_at("2025-01-01"), posts_at("2025-01-01", likes=-1)])
def test_thin_data_give_nothing_and_no_traceback(posts):
    with duckdb.connect() as con:
        tables = [{}] if posts is None else [{"posts": posts}, {"posts": con.sql("select * from posts")}]
        found = [timing.reduce(table) for table in tables]
    for data in found:
        says_nothing(data)


def says_nothing(data):
    assert all(analysis.estimate(data) is None for analysis in timing.ANALYSES.values())
    assert timing.permuted(data)[1].size == 0
    assert timing.week(data).empty
    assert timing.tag_table(data).empty
    assert "nothing" in timing.describe_permutation(*timing.permuted(data)).lower()
    assert "0 hours" in pictures.week_map(timing.week(data), data_kind="user").alt


def test_cells_have_names():
    assert timing.cell_names(np.array([0, 127]), "weekday and hour") == ["Mon 0 h", "Sat 7 h"]
    assert timing.cell_names(np.array([7]), "weekday and part of the day") == ["Tue 4 to 8 h"]
    assert timing.cell_names(np.array([23]), "hour of the day") == ["23 h"]
    with pytest.raises(ValueError, match="unknown"):
        timing.grouped_cells(np.array([1]), "month")


def test_luck_does_not_come_back():
    table = timing.luck(seed=3)
    assert table["first"].min() > 0.1
    assert abs(table["second"].mean()) < table["first"].mean() / 3


@pytest.mark.parametrize("clock", ["%Y-%m-%d", "%Y-%m-%dT07:00:00Z"])
@pytest.mark.parametrize("accounts", [12, 1])
def test_posts_with_a_day_and_no_clock_time_say_nothing_of_hours(tmp_path, accounts, clock):
    rng, n = np.random.default_rng(1), 300 * accounts
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D")
    posts = {"post_id": range(n), "account_id": np.arange(n) % accounts, "created_at": at.strftime(clock)}
    counts = {"likes": rng.poisson(50, n), "comments": 3, "followers": 1000}
    pd.DataFrame({**posts, **counts}).to_csv(tmp_path / "posts.csv", index=False)
    dataset, claims = open_dataset(tmp_path), [registry()["timing-hour-matters"], registry()["timing-schedule-gains"]]
    found = analysis.judged(claims, timing.reduce(dataset.tables), FAMILY.analyses, dataset=dataset)
    for verdict in found.values():
        if accounts > 1:
            assert verdict.verdict == "too little data"
            assert "posts with a day and no clock time" in verdict.reason
        else:  # weekdays are compared, and called so
            assert "days " in answered(verdict)
            assert "hours" not in answered(verdict)


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (4, 5)])
def test_formats_hang_together_with_hours_where_scipy_says_so(shape):
    """Pearson's test with Yates' correction for two by two, as scipy.stats has it; one row or column tells nothing."""
    rng, said = np.random.default_rng(sum(shape)), set()
    for uneven in np.linspace(0, 3, 40):
        formats = rng.integers(0, shape[1], 60)
        cells = np.where(rng.random(60) < uneven / 4, formats % shape[0], rng.integers(0, shape[0], 60))
        table = pd.crosstab(cells, formats)
        expected = stats.chi2_contingency(table).pvalue < company.BY_CHANCE
        assert company.hang_together(pd.Series(cells), pd.Series(formats)) == expected
        said.add(bool(expected))
    assert said == {True, False}
    assert not company.hang_together(pd.Series([1, 1, 1]), pd.Series([1, 2, 1]))
