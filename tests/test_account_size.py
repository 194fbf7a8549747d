"""Account size: planted truths are recovered, a null world shows nothing, thin data are told as such."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from toys import Tables

from helpers import claims, plots
from helpers.claims import analysis, judge, registry
from helpers.estimates import Estimate, fit_slope
from helpers.families.account_size import FAMILY, analysis as account_size
from helpers.families.account_size.estimators import slopes_by_half
from helpers.families.account_size.pictures import value_ratios
from helpers.measures import Reduced, with_bands
from helpers.pages.takeaways import sentences
from helpers.simulate.accounts import true_slopes
from helpers.simulate.worlds import world

ASKED = claims.of_notebook("01-account-size")
SLOPE, BAND = "size-like-rate-falls", "size-like-rate-under-1k"


@pytest.fixture(scope="module")
def worlds(tables) -> dict[str, Reduced]:
    return {name: account_size.reduce(drawn, min_age_days=3.0) for name, drawn in tables.items()}


@pytest.fixture(scope="module")
def empty() -> Reduced:
    return account_size.reduce({})


def judged(data: Reduced) -> dict[str, claims.Verdict]:
    return {claim.id: claims.judge(claim, FAMILY.analyses[claim.id].estimate(data)) for claim in ASKED}


def specifications(claim_id: str, data: Reduced) -> pd.DataFrame:
    verdict = claims.Verdict(claims.registry()[claim_id], "inconclusive")
    return analysis.specifications({claim_id: verdict}, data, FAMILY.analyses)[claim_id]


def test_planted_claims_are_supported_or_reproduced(worlds):
    verdicts = judged(worlds["documents"])
    # Comments are planted to fall faster by little more than the margin: the direction is sure, its size is not.
    given = {claim_id: verdict.verdict for claim_id, verdict in verdicts.items()}
    assert given.pop("size-comments-fall-faster") in ("supported", "direction supported")
    assert set(given.values()) == {"supported", "reproduced"}
    truth = true_slopes(world("documents"))
    for name, planted in (("like_rate", -truth["like_rate"]), ("comment_rate", -truth["comment_rate"])):
        found = verdicts[f"size-{name.replace('_', '-')}-falls"].estimate
        assert found.low < planted < found.high
    difference = verdicts["size-comments-fall-faster"].estimate
    assert difference.low < truth["difference"] < difference.high


def test_null_world_supports_nothing(worlds):
    verdicts = judged(worlds["null"])
    assert not {verdict.verdict for verdict in verdicts.values()} & {"supported", "reproduced"}


def test_literature_world_recovers_its_slopes(worlds):
    verdicts = judged(worlds["literature"])
    truth = true_slopes(world("literature"))
    found = verdicts["size-like-rate-falls"].estimate
    assert found.low < -truth["like_rate"] < found.high


def kinked(n: int, *, after: float, noise: float, before: float = -0.25) -> pd.DataFrame:
    """Make accounts of two platforms, one liked twice as much, whose slope changes at 10,000 followers."""
    size = np.geomspace(100, 1e6, n)
    line = np.where(size <= 1e4, before, after) * np.log(size / 1e4)
    rate = 0.02 * np.exp(line + np.random.default_rng(5).normal(0, noise, n)) * (1 + np.arange(n) // 2 % 2)
    accounts = pd.DataFrame({"followers": size, "like_rate": rate, "platform": np.arange(n) // 2 % 2})
    return accounts.assign(owner=np.arange(n), n_posts=5, comment_rate=np.nan)


def even(accounts: pd.DataFrame, outcome: str = "like_rate") -> str:
    return account_size.evenness(Reduced({"accounts": accounts}, len(accounts), {}), outcome=outcome)


def test_a_kink_at_the_median_is_found_exactly_where_nothing_else_differs():
    """Worlds without noise: PPML on an exact log-linear mean gives its slope (its score is 0 there)."""
    found = slopes_by_half(kinked(80, after=-0.05, noise=0), outcome="like_rate", within="platform", cluster="owner")
    assert found.smaller.value == pytest.approx(-0.25)
    assert found.larger.value == pytest.approx(-0.05)
    assert found.difference.value == pytest.approx(-0.2)
    assert found.border == pytest.approx(1e4, rel=0.1)
    assert found.fewest == 40


def test_halves_that_share_no_owner_are_independent():
    """The variance of a difference of independent estimates is the sum of theirs, less twice what they share."""

    def variances(accounts: pd.DataFrame) -> list[float]:
        found = slopes_by_half(accounts, outcome="like_rate", within="platform", cluster="owner")
        moved = [one.influence[1] for one in (found.smaller, found.larger, found.difference)]
        return [float(one @ one) for one in moved]

    accounts = kinked(200, after=-0.05, noise=0.4)
    first, second, both = variances(accounts)
    assert both == pytest.approx(first + second)
    first, second, both = variances(accounts.assign(owner=np.arange(200) % 100))  # each with an account in either half
    assert both != pytest.approx(first + second, rel=0.01)


def test_a_fall_is_called_uneven_only_where_halves_differ_by_more_than_chance():
    bent, straight = even(kinked(200, after=0, noise=0.3)), even(kinked(200, after=-0.25, noise=0.3))
    assert bent.startswith("The fall is not even: among the smaller half of the accounts (up to 10k followers) ten ")
    assert "fewer likes per follower (" in bent
    assert straight.startswith("Nothing speaks against an even fall: ")
    assert straight.endswith("; the two differ by no more than chance may.")
    assert even(kinked(200, before=0.1, after=0.6, noise=0.3)).startswith("The rise is not even: ")


def test_the_answer_says_of_an_uneven_fall_that_it_is_uneven_and_stays_as_it_was_else():
    told = "Yes: 30% fewer likes (95% interval 20% to 40% fewer; 200 accounts). Of 11 claims the answer is “yes” to 2."
    found = fit_slope(kinked(200, after=0, noise=0.3), outcome="like_rate", size="followers").slope

    def answer(accounts: pd.DataFrame, estimate: Estimate | None = -found) -> str:
        data = Reduced({"accounts": accounts}, len(accounts), {})
        return account_size.with_evenness(told, judge(registry()["size-like-rate-falls"], estimate), data)

    bent, straight = kinked(200, after=0, noise=0.3), kinked(200, after=-0.25, noise=0.3)
    halves = re.search(r"go with (.*?) likes per follower (\(.*?\)), among the larger half with (.*?\))\.", even(bent))
    smaller, around, larger = halves.groups()
    uneven = (
        f", though not evenly: {smaller} {around} among the smaller half of the accounts, {larger} among the larger."
    )
    assert answer(bent) == told.replace(").", f"){uneven}", 1)
    assert answer(straight) == answer(bent, None) == answer(bent.head(0)) == told
    assert len(sentences(answer(bent))) == 2


def test_of_halves_too_small_nothing_is_told():
    needed = "cannot be told (9 accounts in one of the halves; 10 are needed)."
    assert even(kinked(18, after=0, noise=0.3)).endswith(needed)
    assert "cannot be told (0 accounts" in even(kinked(80, after=0, noise=0.3), outcome="comment_rate")
    one_size = kinked(80, after=0, noise=0.3).assign(followers=1_000)
    assert "cannot be told (0 accounts" in even(one_size)  # all are of the smaller half
    few_owners = kinked(80, after=0, noise=0.3).assign(owner=np.arange(80) % 8)
    assert "cannot be told (8 accounts; 10 are needed)" in even(few_owners)


def test_no_data_gives_every_claim_a_verdict_and_every_picture_a_text(empty):
    verdicts = judged(empty)
    assert {verdict.verdict for verdict in verdicts.values()} == {"too little data"}
    gone = analysis.judged(ASKED, empty, FAMILY.analyses, dataset=Tables({}))
    assert {verdict.verdict for verdict in gone.values()} == {"no data"}
    bands = account_size.band_means(with_bands(empty.frame), outcome="like_rate")
    look = {"outcome": "like_rate", "label": "like rate", "data_kind": "user"}
    assert "No band" in plots.rate_by_size(with_bands(empty.frame), bands=bands, **look).alt
    assert account_size.band_table(bands)["accounts"].eq("0").all()
    ratios = account_size.ratio_table(verdicts, empty)
    assert "No quoted average" in value_ratios(ratios, margin=0.2, data_kind="user").alt
    assert "none of these claims can be tested: missing" in FAMILY.answer(gone, data_kind="user")
    assert account_size.fitted_line(empty.frame, outcome="like_rate") is None
    assert account_size.growth(gone).empty
    assert "cannot be told (0 accounts" in account_size.evenness(empty, outcome="like_rate")


def test_specifications_try_every_combination_once(worlds):
    data = worlds["documents"]
    slope, band = specifications(SLOPE, data), specifications(BAND, data)
    same = slope[slope["estimand"] == ""]
    assert len(same) == 5 * 3 * 3  # platforms, fewest posts, two definitions of rates and one of counts
    choices = ["platform", "min_posts", "definition", "estimator"]
    assert not same.duplicated(choices).any()
    assert set(slope["estimand"]) == {
        *("", "definition: by reach", "estimator: log-ols", "compared: over all platforms")
    }
    verdicts = judged(data)
    assert slope.loc[0, "value"] == verdicts[SLOPE].estimate.value
    assert (band["estimand"] == "").sum() == 5 * 2
    assert {"centre: median", "edge factor: 0.5"} < set(band["estimand"])
    share = analysis.robust_share(verdicts[SLOPE], slope)
    assert share == (same["verdict"] == "supported").sum() / (same["verdict"] != "too little data").sum()


def test_platforms_are_not_tried_where_there_is_one():
    accounts = pd.DataFrame({"platform": [None] * 40, "n_posts": np.nan, "followers": np.geomspace(100, 1e6, 40)})
    accounts = accounts.assign(like_rate=0.01, like_ratio=0.01, like_reach_rate=np.nan, likes=1.0, owner=range(40))
    accounts.loc[3, "like_rate"] = 0.02
    assert set(specifications(SLOPE, Reduced({"accounts": accounts}, 40, {}))["platform"]) == {"all"}


def test_band_of_a_value_claim_includes_its_lower_edge_only():
    accounts = pd.DataFrame({"followers": [999.0, 1_000.0, 9_999.0, 10_000.0], "like_rate": [0.1, 0.2, 0.3, 0.4]})
    accounts["owner"] = list("abcd")
    estimate = FAMILY.analyses["size-like-rate-1k-10k"].estimate
    data = Reduced({"accounts": accounts}, 4, {})
    assert estimate(data).value == pytest.approx(0.25)
    assert estimate(data, centre="median", edge_factor=0.1).n_units == 1


def test_words_follow_the_numbers(worlds):
    verdicts = judged(worlds["documents"])
    told = FAMILY.answer(verdicts, data_kind="simulated")
    drop = 1 - 10 ** -verdicts["size-like-rate-falls"].estimate.value
    assert told.startswith("In these simulated data, yes: ")
    assert f"{drop:.0%} fewer likes per follower" in told
    assert told.endswith("“the same figure” to 8.")
    assert told.count(". ") == 2
    b = 1 - verdicts["size-like-rate-falls"].estimate.value
    more, technical = account_size.growth(verdicts).loc["likes"]
    assert more.startswith(f"{2**b - 1:.0%} more likes (")
    assert technical.startswith(f"exponent b {b:.3f} (")


def test_the_fall_within_platforms_and_over_all_is_told_as_the_claim_is(worlds):
    table = account_size.both_ways(worlds["documents"], estimator="ppml", definition="mean of post rates")
    assert list(table.index) == list(account_size.COMPARED)
    for compared, told, _, technical in table.itertuples():
        slope = -account_size.fall(worlds["documents"], outcome="like_rate", compared=compared).value
        assert told.startswith(f"an account with ten times the followers gets {1 - 10**slope:.0%} fewer likes")
        assert technical.startswith(f"slope {slope:.3f} (".replace("-", "\N{MINUS SIGN}"))


def test_document_points_lie_in_their_bands():
    points = account_size.document_points("like_rate")
    assert points[0] == (pytest.approx(math.sqrt(1e5)), 0.08)
    assert len(points) == 6
    assert len(account_size.document_points("comment_rate")) == 2


def test_unknown_definition_is_refused():
    with pytest.raises(ValueError, match="allowed: mean of post rates"):
        account_size.column("like_rate", definition="mean")


def test_many_units_are_drawn_whole_and_the_same_each_time(monkeypatch):
    monkeypatch.setattr(analysis, "MOST_UNITS", 100)
    rows = pd.DataFrame(
        {"account_id": [f"a{i % 1_000}" for i in range(3_000)], "week": [i // 1_000 for i in range(3_000)]}
    )
    some = analysis.drawn(rows)
    assert set(some.groupby("account_id").size()) == {3}
    assert some["account_id"].nunique() == 100
    assert set(analysis.drawn(rows.sample(frac=1, random_state=0))["account_id"]) == set(some["account_id"])
    assert len(analysis.drawn(rows.head(100))) == 100
    assert len(analysis.drawn(rows.drop(columns="account_id"))) == 3_000
