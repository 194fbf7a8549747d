"""What could fake a result is told: error in followers, samples cut at a count, hidden counts, hidden causes."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from toys import Tables

from helpers import claims
from helpers.claims.analysis import judged
from helpers.doubts.errors import error_needed, lower_edge, without_error
from helpers.doubts.hidden import linear_twin, robustness_value
from helpers.doubts.ranks import best_of_each
from helpers.doubts.sentences import told_error, told_strength
from helpers.doubts.threats import (
    UNSAID,
    YEARLY,
    of_cut,
    of_error,
    of_error_held,
    of_hidden,
    plausible_error,
    spread_of_sizes,
)
from helpers.estimates import Estimate, fit_slope, on_t
from helpers.families.account_size import FAMILY, analysis as account_size, threatened
from helpers.families.audience.analysis import ANALYSES as AUDIENCE
from helpers.families.tiers import analysis as tiers
from helpers.measures import Reduced, reduce_posts

FALL = claims.registry()["size-like-rate-falls"]
WARNINGS = ("follower counts: ", "no post has fewer than ")


def sized(n: int, *, rng: np.random.Generator, error: float, slope: float = 0.0) -> pd.DataFrame:
    """Draw accounts of 10,000 to 100,000 followers, counted with an error; rates are likes over the wrong count."""
    true = 1e4 * 10 ** rng.random(n)
    likes = true**slope * true * 0.03 * np.exp(0.65 * rng.standard_normal(n))
    followers = true * np.exp(error * rng.standard_normal(n))
    return pd.DataFrame({"followers": followers, "rate": likes / followers, "platform": "x"})


@pytest.mark.parametrize(("estimator", "within"), [("log-ols", 0.01), ("ppml", 0.02)])
def test_error_alone_makes_the_fall_of_the_closed_form(estimator, within):
    """Error s in ln followers and no effect: -s^2 / (variance of ln followers, error included); here -0.266."""
    share = 0.16 / (0.16 + np.log(10) ** 2 / 12)
    assert share == pytest.approx(0.266, abs=5e-4)
    found = fit_slope(
        sized(60_000, rng=np.random.default_rng(1), error=0.4), outcome="rate", estimator=estimator
    ).slope.value
    assert found == pytest.approx(-share, abs=within)  # standard error of least squares 0.003
    assert without_error(-found, share=share) == pytest.approx(0, abs=within / (1 - share))
    accounts = sized(60_000, rng=np.random.default_rng(2), error=0.4, slope=-0.3)
    fall = -fit_slope(accounts, outcome="rate", estimator=estimator).slope.value
    assert without_error(fall, share=0.16 / spread_of_sizes(accounts)) == pytest.approx(0.3, abs=within / (1 - share))


def test_simulated_extrapolation_agrees_with_the_closed_form():
    """SIMEX (Cook & Stefanski 1994): add error on purpose, and follow the slope back to less than there was."""
    rng = np.random.default_rng(3)
    accounts = sized(20_000, rng=rng, error=0.4, slope=-0.2)
    added, slopes = np.array([0, 0.5, 1, 1.5, 2]), []
    for times in added:
        wrong = np.exp(0.4 * np.sqrt(times) * rng.standard_normal(len(accounts)))
        worse = accounts.assign(followers=accounts["followers"] * wrong, rate=accounts["rate"] / wrong)
        slopes.append(fit_slope(worse, outcome="rate", estimator="log-ols").slope.value)
    # b = 1 + slope is b0 V / (V + added s^2): one over it is a line in what was added, which is followed back to -1
    line = np.polyfit(added, 1 / (1 + np.array(slopes)), 1)
    closed = without_error(-slopes[0], share=0.16 / spread_of_sizes(accounts))
    assert 1 - 1 / np.polyval(line, -1) == pytest.approx(closed, abs=0.03)
    assert closed == pytest.approx(0.2, abs=0.03)


def test_a_contrast_between_tiers_is_moved_by_the_share_of_their_distance():
    accounts = sized(60_000, rng=np.random.default_rng(4), error=0.4)
    size = np.log(accounts["followers"])
    small, large = size < np.log(2e4), size > np.log(5e4)
    contrast = np.log(accounts["rate"])[small].mean() - np.log(accounts["rate"])[large].mean()
    apart = size[large].mean() - size[small].mean()
    left = without_error(contrast, share=0.16 / size.var(), mechanical=apart)
    assert contrast > 0.3
    assert abs(left) < 0.1  # exact for normal sizes; these are uniform


def test_the_error_that_explains_a_fall():
    assert error_needed(0.266, variance=0.16 + 0.4418) == pytest.approx(0.4, abs=1e-3)
    assert error_needed(0.5, variance=2.0, mechanical=4.0) == pytest.approx(0.5)
    assert np.isnan(error_needed(-0.1, variance=1.0))
    assert np.isnan(error_needed(1.0, variance=1.0))


def test_when_followers_were_counted_says_how_far_off_they_may_be():
    known = pd.DataFrame({"at_posting": [1.0, 1.0], "years": [np.nan, np.nan]})
    late = pd.DataFrame({"at_posting": [0.0, 0.0], "years": [3.0, 1.0]})
    assert plausible_error(known) == (0, "they were counted when the posts were made")
    assert plausible_error(late) == (pytest.approx(YEARLY * np.sqrt(5)), "they were counted 2.0 years after the posts")
    assert plausible_error(known.assign(at_posting=0.0)) == (UNSAID, "the data do not say when they were counted")
    assert plausible_error(pd.DataFrame({"followers": [1.0]}))[0] == UNSAID


def test_the_reduction_tells_when_followers_were_counted_and_the_smallest_counts():
    posts = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "b", "c", "d"],
            "created_at": pd.to_datetime(["2024-01-01", "2024-01-03", "2023-01-01", "2023-01-01", "2024-01-01", None]),
            "captured_at": pd.to_datetime(["2025-01-01"] * 6),
            "followers": [10, 10, 20, 20, 30, 40],
            "followers_at": ["posting", None, "capture", "capture", None, "capture"],
            "likes": [5, 3, -1, 7, None, -1],
        }
    )
    found = reduce_posts(posts).frame.set_index("account_id")
    assert found["at_posting"].tolist() == [0.5, 0, 0, 0]
    assert found.loc["b", "years"] == pytest.approx(2.0, abs=0.01)  # two years, one of them of 366 days
    assert found["years"].isna().tolist() == [True, False, True, True]
    assert found["like_least"].iloc[:2].tolist() == [3, 7]
    assert found["like_unknown"].tolist() == [0, 1, 0, 1]  # c has no count at all: nobody counted


def drawn_counts(
    n: int, *, rng: np.random.Generator, above: float = 0.0, posts: int = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the smallest and the mean likes of accounts, of posts above a share of all posts, and how many they are."""
    level = np.repeat(300 * 10 ** rng.random(n) * np.exp(0.65 * rng.standard_normal(n)), posts)
    likes, of = rng.poisson(level * np.exp(0.7 * rng.standard_normal(n * posts))), np.repeat(np.arange(n), posts)
    kept = pd.Series(likes)[likes >= np.quantile(likes, above)].groupby(of[likes >= np.quantile(likes, above)])
    return kept.min().to_numpy(dtype=float), kept.mean().to_numpy(), kept.size().to_numpy()


@pytest.mark.parametrize("n", [30, 100, 300])
@pytest.mark.parametrize("above", [0.2, 0.5, 0.8])
def test_a_sample_cut_at_a_count_is_recognised(n, above):
    rng = np.random.default_rng(5)
    found = [lower_edge(*drawn_counts(n, rng=rng, above=above)) is not None for _ in range(100)]
    assert np.mean(found) > 0.8  # measured over 400: .89 to .92 with 30 accounts, .99 and more with 100


def steady(n: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw accounts whose likes differ as little as their sizes, which begin sharply."""
    level = np.repeat(300 * 10 ** rng.random(n) * np.exp(0.05 * rng.standard_normal(n)), 10).reshape(n, 10)
    likes = rng.poisson(level * np.exp(0.1 * rng.standard_normal((n, 10))))
    return likes.min(axis=1).astype(float), likes.mean(axis=1), np.full(n, 10)


def rare(n: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw accounts that get few likes."""
    likes = rng.poisson(4 * rng.lognormal(0, 0.5, (n, 1)), (n, 10))
    return likes.min(axis=1).astype(float), likes.mean(axis=1), np.full(n, 10)


@pytest.mark.parametrize("n", [30, 100, 300])
@pytest.mark.parametrize("world", [drawn_counts, steady, rare])
def test_an_uncut_sample_is_left_alone(n, world):
    rng = np.random.default_rng(6)
    found = [lower_edge(*world(n, rng=rng)) is not None for _ in range(100)]
    assert np.mean(found) <= 0.1  # measured over 400: at most .05


def test_too_few_accounts_or_a_zero_tell_of_no_cut():
    assert lower_edge(np.full(9, 50.0), np.full(9, 60.0), np.full(9, 5)) is None
    assert lower_edge(np.array([0.0, *[1.0] * 40]), np.full(41, 3.0), np.full(41, 5)) is None
    assert lower_edge(np.full(40, 100.0), np.full(40, 300.0), np.full(40, 5)) == 100


def posts_of(m: int, *, rng: np.random.Generator, viral: float = 0.0, accounts: int = 60) -> pd.DataFrame:
    """Draw posts, m of each account, of which a share does four times as well as others."""
    level = np.repeat(np.exp(rng.uniform(4, 10, accounts)), m)
    spread = 0.6 * rng.standard_normal(len(level)) + np.log(4) * (rng.random(len(level)) < viral)
    return pd.DataFrame(
        {"account_id": np.repeat(np.arange(accounts), m).astype(str), "likes": rng.poisson(level * np.exp(spread))}
    )


def best_are_told(posts: pd.DataFrame) -> bool:
    return best_of_each(posts.groupby("account_id").size(), {"posts": posts.assign(platform="x")})


@pytest.mark.parametrize("viral", [0.0, 0.1])
def test_the_best_posts_of_each_account_are_recognised_and_as_many_by_chance_are_not(viral):
    """Measured over 25 worlds of eight kinds: all of the first, at most 0.08 of the others."""
    rng, told = np.random.default_rng(21), []
    for _ in range(20):
        posts = posts_of(30, rng=rng, viral=viral)
        groups = posts.groupby("account_id")["likes"]
        best = posts[groups.rank(ascending=False, method="first") <= 10]
        told.append((best_are_told(best), best_are_told(posts), best_are_told(posts_of(10, rng=rng, viral=viral))))
    found = np.mean(told, axis=0)
    assert found[0] >= 0.9
    assert (found[1:] <= 0.1).all()


def test_where_likes_begin_is_asked_only_of_accounts_with_as_many_posts():
    """Likes e to the 0, 1, 2 and so on (less one half): the least of five even steps lies 2 below, 1.27 errors."""
    even = pd.DataFrame(
        {"account_id": np.repeat([str(k) for k in range(20)], 5), "likes": np.tile(np.exp(range(4, 9)), 20)}
    )
    assert not best_are_told(even)
    hard = even.assign(likes=np.tile(np.exp([4.0, 4.1, 4.2, 4.4, 6.0]), 20))
    assert best_are_told(hard)
    assert not best_are_told(hard[hard["account_id"].astype(int) < 19])
    assert not best_are_told(hard.drop(index=range(0, 60, 5)))  # twelve of twenty have a post fewer, their least
    assert not best_of_each(pd.Series([5] * 20), {})


def test_the_best_of_each_account_make_averages_too_large_and_any_difference():
    counts = {"like_least": 0.0, "likes": 9.0, "like_posts": 10, "like_unknown": 0, "best_of_each": True}
    accounts = pd.DataFrame({"followers": np.linspace(1e4, 1e5, 40)}).assign(**counts)
    how = {"names": ["like"], "again": lambda kept: None}
    (told,) = of_cut(FALL, slope_of(0.3, 0.05), accounts, **how, highest=0.4)
    assert (told.low, told.high) == (-np.inf, np.inf)
    level = claims.registry()["size-like-rate-under-1k"]
    (told,) = of_cut(level, slope_of(level.published, 0.001), accounts, **how, highest=level.published)
    assert (told.low, told.high) == (-np.inf, level.published)
    assert of_cut(FALL, slope_of(0.3, 0.05), accounts.assign(best_of_each=False), **how) == []


def test_robustness_values_of_the_paper_and_of_sensemakr():
    """Cinelli & Hazlett 2020, Darfur: 13.9% and 7.6%; the others by PySensemakr 0.0.8, to its six digits."""
    assert robustness_value(4.18445, 783) == pytest.approx(0.138776, abs=1e-6)
    assert robustness_value(-4.18445, 783, level=0.95) == pytest.approx(0.076258, abs=1e-6)
    assert robustness_value(2.5, 28) == pytest.approx(0.373852, abs=1e-6)
    assert robustness_value(2.5, 28, level=0.95) == pytest.approx(0.07463, abs=1e-5)
    assert robustness_value(60, 20, level=0.95) == pytest.approx(0.993201, abs=1e-6)
    assert robustness_value(40, 3, level=0.95) == pytest.approx(0.980805, abs=1e-6)
    assert robustness_value(1.5, 28, level=0.95) == 0


def test_a_hidden_cause_of_that_strength_brings_the_slope_to_zero():
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((2, 400))
    y = np.exp(0.3 * x + y)
    twin = linear_twin(y, x)
    share = robustness_value(twin.t, twin.freedom)
    both = sm.add_constant(np.column_stack([x, np.log(y)]))
    x_left, y_left = (both[:, i] - both[:, i].mean() for i in (1, 2))
    y_left = y_left - twin.value * x_left
    # The cause is correlated with x and, x held fixed, with y, each with a partial R2 of that share.
    noise = rng.standard_normal(400)
    noise -= (
        np.column_stack([np.ones(400), x_left, y_left])
        @ np.linalg.lstsq(np.column_stack([np.ones(400), x_left, y_left]), noise, rcond=None)[0]
    )
    scaled = [part / np.linalg.norm(part) for part in (x_left, y_left, noise)]
    rest = np.sqrt(1 - share)
    cause = np.sqrt(share) * scaled[0] + rest * (np.sqrt(share) * scaled[1] + rest * scaled[2])
    fitted = sm.OLS(np.log(y), sm.add_constant(np.column_stack([x, cause]))).fit()
    assert fitted.params[1] == pytest.approx(0, abs=1e-9)


def test_the_linear_twin_is_least_squares_of_statsmodels():
    rng = np.random.default_rng(8)
    group = rng.integers(3, size=60)
    x = rng.standard_normal(60) + group
    y = np.exp(0.5 * x - group + rng.standard_normal(60))
    y[:4] = 0
    held = pd.get_dummies(group, dtype=float).to_numpy()
    fitted = sm.OLS(np.log(y[4:]), np.column_stack([x, held])[4:]).fit()
    twin = linear_twin(y, x, held=held)
    assert (twin.value, twin.t) == (pytest.approx(fitted.params[0]), pytest.approx(fitted.tvalues[0]))
    assert (twin.freedom, twin.left_out) == (fitted.df_resid, 4)
    assert "4 accounts at 0 left out" in told_strength("Fall", twin, by="ln followers")
    assert linear_twin(y, np.ones(60)) is None
    assert "too few accounts" in told_strength("Fall", None, by="ln followers")


def slope_of(value: float, error: float) -> Estimate:
    return on_t(value, error, 200, n_units=200)


def narrow(**columns: object) -> pd.DataFrame:
    return sized(200, rng=np.random.default_rng(9), error=0.4).assign(**columns)


def test_only_an_error_that_moves_a_border_into_reach_is_told():
    """A threat that adds nothing leaves a direction alone whose interval holds the margin already."""
    unsaid, posting = narrow(), narrow(at_posting=1.0)
    direction = slope_of(0.12, 0.05)
    assert claims.judge(FALL, direction).verdict == "direction supported"
    assert of_error(FALL, direction, posting) == []
    (threat,) = of_error(FALL, direction, unsaid)
    assert claims.judge(FALL, direction, threats=[threat]).verdict == "inconclusive"
    assert "this difference would vanish" in threat.says
    assert "the data do not say when they were counted" in threat.says
    assert threat.low == pytest.approx(without_error(direction.low, share=0.16 / spread_of_sizes(unsaid)))
    assert of_error(FALL, slope_of(0.9, 0.02), unsaid) == []  # counts that hardly grow with followers
    assert of_error(FALL, slope_of(-0.3, 0.05), unsaid) == []  # error makes no rise
    assert len(of_error(FALL, slope_of(0.0, 0.02), unsaid)) == 1  # negligible, and a rise may be hidden
    assert of_error(FALL, slope_of(0.0, 0.02), posting) == []
    assert of_error(FALL, slope_of(0.0, 0.2), unsaid) == []  # nothing to carry
    (all_of_it,) = of_error(FALL, slope_of(0.3, 0.05), narrow(followers=np.linspace(9e3, 1.1e4, 200)))
    assert all_of_it.low == -np.inf
    assert "no error in follower counts would give a rise" in told_error("Fall", slope_of(-0.1, 0.05), unsaid)
    assert "would give so much" in told_error("Fall", slope_of(1.1, 0.05), unsaid)


def test_a_cut_is_bounded_by_the_accounts_beyond_its_reach():
    rng = np.random.default_rng(10)
    least, mean, posts = drawn_counts(300, rng=rng, above=0.5)
    counts = {"like_least": least, "likes": mean, "like_posts": posts, "like_unknown": 0}
    accounts = pd.DataFrame({"followers": np.linspace(1e4, 1e5, len(least)), **counts})
    found = slope_of(0.3, 0.05)
    told = {"names": ["like"], "highest": found.high}
    (beyond,) = of_cut(FALL, found, accounts, again=lambda kept: slope_of(0.02, 0.05), **told)
    assert beyond.low < 0 < beyond.high < found.value
    (nowhere,) = of_cut(FALL, found, accounts, again=lambda kept: None, **told)
    assert (nowhere.low, nowhere.high) == (-np.inf, found.high)
    assert nowhere.says.startswith(f"no post has fewer than {least.min():,.0f} likes")
    assert of_cut(FALL, found, accounts, again=lambda kept: slope_of(0.3, 0.05), **told) == []
    assert of_cut(FALL, found, accounts.assign(like_unknown=posts), again=lambda kept: None, **told) == []


def test_hidden_counts_are_bounded_by_none_at_all():
    found = slope_of(0.3, 0.05)
    (threat,) = of_hidden(FALL, found, share=0.3, ends=[slope_of(-0.2, 0.05)])
    assert (threat.low, threat.high) == (slope_of(-0.2, 0.05).low, found.high)
    assert threat.says.startswith("30% of the counts are hidden or missing")
    assert of_hidden(FALL, found, share=0.3, ends=[slope_of(0.29, 0.05)]) == []
    assert of_hidden(FALL, found, share=0.0, ends=[]) == []


def warned(name: str, *, n: int, worlds: int, seed: int) -> tuple[int, int, int]:
    """Count worlds with a result by the rules alone, those of them that are warned, and all that are warned."""
    rng = np.random.default_rng(seed)
    results = told = every = 0
    for _ in range(worlds):
        plain, found = threatened.judged(name, n=n, rng=rng)
        is_result = plain.verdict != "inconclusive"
        assert found.verdict == ("inconclusive" if found.reason else plain.verdict)
        results, told, every = (
            results + is_result,
            told + (is_result and found.reason > ""),
            every + (found.reason > ""),
        )
    return results, told, every


def at_least(share: float, count: int, number: int) -> bool:
    """Say whether a count is in keeping with a share of at least so much: less would come by chance once in 100."""
    return count >= stats.binom.ppf(0.01, number, share)


def test_error_in_followers_is_told_where_it_makes_a_result():
    """Measured over 100 worlds of 30, 100 and 300 accounts: 17 of 19 results, 51 of 51, 98 of 99."""
    results, told, _ = warned("error in followers", n=300, worlds=20, seed=11)
    assert results >= 15
    assert at_least(0.9, told, results)


@pytest.mark.parametrize("name", ["posts above a number of likes", "low likes hidden"])
def test_a_cut_and_hidden_likes_are_told(name):
    """Measured over 100 worlds of 30, 100 and 300 accounts: at least 93, 100 and 100."""
    _, _, every = warned(name, n=30, worlds=20, seed=12)
    assert at_least(0.9, every, 20)


@pytest.mark.parametrize("name", [name for name, (fakes, *_) in threatened.WORLDS.items() if not fakes])
def test_clean_worlds_are_not_warned(name):
    """Measured over 100 worlds of 30, 100 and 300 accounts: at most 7, 5 and 0."""
    _, _, every = warned(name, n=30, worlds=20, seed=13)
    assert at_least(0.9, 20 - every, 20)


def test_error_in_followers_is_told_of_tiers_that_lie_close_together():
    close = tiers.choose(edges=[1e4, 2e4, 4e4, 6e4, 8e4])
    accounts = sized(2_000, rng=np.random.default_rng(14), error=0.4).rename(columns={"rate": "likes by followers"})
    zero = dict.fromkeys(("comment_unknown", "like_unknown", "comments", "likes", "comment_least", "like_least"), 0.0)
    accounts = accounts.assign(category=None, n_rows=1.0, like_posts=1.0, comment_posts=1.0, **zero)
    accounts = accounts.assign(owner=range(len(accounts)))
    told = {"tiers": close, "count": "likes", "base": "followers", "adjust": "nothing", "estimator": "ppml"}
    for columns, number in (({}, 1), ({"at_posting": 1.0}, 0)):
        data = tiers.Reduced({"accounts": accounts.assign(**columns)}, 2_000, {})
        analysis = tiers.ANALYSES["tier-nano-beats-mega"]
        found = analysis.estimate(data, **told)
        assert found.low > 0
        threats = analysis.threats(data, found, **told)
        assert [threat.says.startswith("follower counts: ") for threat in threats] == [True] * number
    by_reach = told | {"base": "reach"}
    seen = data.frames["accounts"].assign(**{"likes by reach": accounts["likes by followers"]})
    reached = tiers.Reduced({"accounts": seen.drop(columns="at_posting")}, 2_000, {})
    assert analysis.threats(reached, found, **by_reach) == []


def test_the_page_says_what_would_explain_a_fall_away(tables):
    posts = tables["documents"]
    data = account_size.reduce(posts, min_age_days=3.0)
    verdicts = judged(claims.of_notebook("01-account-size"), data, FAMILY.analyses, dataset=Tables(posts))
    assert not any(verdict.reason.startswith(WARNINGS) for verdict in verdicts.values())
    told = account_size.what_else(verdicts, data)
    assert told.count("- Fall of the ") == 4
    assert "robustness value of least squares on ln rates, \N{MINUS SIGN}0." in told


LOWER = claims.registry()["audience-overfollowing-lower"]


def two_groups(error, *, n=4_000, apart=1.0, seed=5):
    """Draw accounts whose likes grow in step with their followers, in two groups of which the first is the smaller."""
    rng = np.random.default_rng(seed)
    side = rng.integers(0, 2, n).astype(float)
    true = 9.0 - apart * side + rng.standard_normal(n)
    followers = np.exp(true + error * rng.standard_normal(n))
    likes = np.exp(true - 3.0 + 0.3 * rng.standard_normal(n))
    return pd.DataFrame({"followers": followers, "like_rate": likes / followers, "likes": likes, "overfollowing": side})


def test_size_held_fixed_leaves_the_errors_share_of_the_distance_between_groups():
    """Closed form: groups a unit of ln followers apart, variance 1 within, error 0.4 leave 0.16 / 1.16 of that unit."""
    table = two_groups(0.4)
    y, x = np.log(table["like_rate"]), np.log(table["followers"])
    fit = np.linalg.lstsq(np.column_stack([np.ones(len(table)), table["overfollowing"], x]), y, rcond=None)[0]
    assert -fit[1] == pytest.approx(0.16 / 1.16, abs=0.03)  # two errors of the simulation
    found = slope_of(0.16 / 1.16, 0.02)
    (threat,) = of_error_held(LOWER, found, table, side=table["overfollowing"])
    assert threat.low == pytest.approx(found.low - 0.16 / 1.16, abs=0.01)
    assert threat.high == found.high
    assert "holding it fixed leaves" in threat.says
    assert of_error_held(LOWER, found, table.assign(at_posting=1.0), side=table["overfollowing"]) == []
    assert of_error_held(LOWER, slope_of(0.6, 0.02), table, side=table["overfollowing"]) == []
    assert of_error_held(LOWER, found, two_groups(0.4, apart=0.0), side=table["overfollowing"]) == []


def judged_08(accounts: pd.DataFrame, claim_id: str) -> claims.Verdict:
    """Judge a claim of notebook 08 as the notebook does."""
    analysis, data = AUDIENCE[claim_id], Reduced({"accounts": accounts}, len(accounts), {})
    choices = analysis.chosen({})
    found = analysis.estimate(data, **choices)
    return claims.judge(claims.registry()[claim_id], found, threats=analysis.threats(data, found, **choices))


@pytest.mark.parametrize("claim_id", ["audience-overfollowing-lower", "audience-bought-lower"])
def test_groups_of_accounts_are_warned_of(claim_id):
    """Nothing but error in followers makes the smaller group look worse; hidden likes and a cut are told too."""
    table = two_groups(0.4, n=2_000).assign(
        platform="x",
        owner=range(2_000),
        comment_rate=0.0,
        comments=0.0,
        engagement_rate=0.0,
        is_fake=np.nan,
        stepped=np.nan,
    )
    table = table.assign(ln_followers=np.log(table["followers"]), band="a", is_fake=table["overfollowing"])
    table = table.assign(like_ratio=table["like_rate"], like_reach_rate=np.nan)
    table = table.assign(like_least=0.0, like_posts=3.0, like_unknown=0.0)
    verdict = judged_08(table, claim_id)
    assert verdict.verdict == "inconclusive"
    assert verdict.reason.startswith("follower counts")
    clean = judged_08(table.assign(at_posting=1.0), claim_id)
    assert not clean.reason
    unknown = np.where(table["overfollowing"] == 0, 3.0, 0.0)
    hidden = judged_08(table.assign(at_posting=1.0, like_unknown=unknown), claim_id)
    assert "of the counts are hidden or missing" in hidden.reason
    assert hidden.verdict == "inconclusive"
