"""The registry, the verdict rules at their borders, and Holm's adjustment."""

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.weightstats import DescrStatsW

from helpers.claims import (
    FEWEST_EVENTS,
    KINDS,
    PLAIN,
    VERDICTS,
    Verdict,
    holm,
    judge,
    lacking,
    of_notebook,
    registry,
    table,
)
from helpers.claims.analysis import (
    Analysis,
    judged,
    other_estimands,
    robust_share,
    rows_of,
    specifications,
    summary_of_specifications,
)
from helpers.claims.planning import chance, units_needed
from helpers.claims.verdicts import Threat, corrected
from helpers.claims.wording import answered, doubted, say, told, usual_telling
from helpers.estimates import Estimate, on_t
from helpers.ground.telling import times
from helpers.measures import Reduced
from helpers.pages.takeaways import sentences

DIRECTION = replace(registry()["size-like-rate-falls"], margin=0.05)
VALUE = replace(registry()["size-like-rate-under-1k"], published=0.08, margin=0.2)
NO_EFFECT = replace(DIRECTION, kind="N")


def estimate(low: float, low_90: float, high_90: float, high: float, n_units: int = 50) -> Estimate:
    return Estimate((low_90 + high_90) / 2, low, high, low_90, high_90, 0.5, n_units)


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((0.01, 0.02, 0.09, 0.10), "direction supported"),  # above 0; whether beyond the margin is open
        ((0.05, 0.06, 0.09, 0.10), "direction supported"),  # touches the margin: not above it
        ((0.00, 0.01, 0.09, 0.10), "inconclusive"),  # touches 0: not above it
        ((0.01, 0.02, 0.05, 0.06), "direction supported"),  # 90% touches the margin: not shown to be below it
        ((0.01, 0.02, 0.049, 0.06), "negligible"),  # above 0, and shown to be below the margin
        ((-0.10, -0.09, -0.02, -0.01), "direction contradicted"),
        ((-0.10, -0.09, -0.07, -0.06), "contradicted"),
        ((-0.10, -0.09, -0.01, 0.00), "inconclusive"),
        ((-0.06, -0.049, -0.02, -0.01), "negligible"),  # below 0, but within the margin
        ((-0.06, -0.05, -0.02, -0.01), "direction contradicted"),  # 90% touches the margin: not inside it
        ((-0.06, -0.04, 0.04, 0.06), "negligible"),  # the 95% interval may reach beyond the margin
        ((-0.07, -0.06, 0.04, 0.06), "inconclusive"),
        ((0.10, 0.11, 0.19, 0.20), "supported"),
    ],
)
def test_direction(ends, verdict):
    assert judge(DIRECTION, estimate(*ends)).verdict == verdict


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((0.78, 0.81, 1.19, 1.22), "reproduced"),  # only the 90% interval has to lie within
        ((0.81, 0.82, 0.95, 0.99), "reproduced"),  # leaves out 1, but within the margin
        ((0.75, 0.79, 1.10, 1.15), "inconclusive"),
        ((0.60, 0.65, 0.90, 0.95), "inconclusive"),  # leaves out 1, but not what is near enough
        ((0.60, 0.65, 0.75, 0.79), "not reproduced"),
        ((1.21, 1.25, 1.30, 1.40), "not reproduced"),
        ((1.20, 1.25, 1.30, 1.40), "inconclusive"),  # touches the margin: not wholly outside
        ((1.00, 1.05, 1.30, 1.40), "inconclusive"),  # touches the published value: does not leave it out
        ((0.50, 0.60, 1.50, 1.60), "inconclusive"),
    ],
)
def test_value(ratios, verdict):
    low, low_90, high_90, high = (0.08 * ratio for ratio in ratios)
    assert judge(VALUE, estimate(low, low_90, high_90, high)).verdict == verdict


def test_value_at_the_margin_itself_is_not_within():
    claim = replace(VALUE, published=1.0, margin=0.25)
    assert judge(claim, estimate(0.7, 0.75, 1.1, 1.2)).verdict == "inconclusive"
    assert judge(claim, estimate(0.7, 0.7501, 1.1, 1.2)).verdict == "reproduced"


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((-0.06, -0.04, 0.04, 0.06), "supported"),
        ((0.01, 0.02, 0.04, 0.06), "supported"),  # equivalence, though the 95% interval leaves out 0
        ((0.01, 0.02, 0.08, 0.10), "inconclusive"),  # leaves out 0, but not what is too small to matter
        ((0.06, 0.07, 0.08, 0.10), "contradicted"),
        ((-0.10, -0.08, -0.07, -0.06), "contradicted"),
        ((-0.10, -0.08, 0.08, 0.10), "inconclusive"),  # a large p-value shows nothing
    ],
)
def test_no_effect(ends, verdict):
    assert judge(NO_EFFECT, estimate(*ends)).verdict == verdict


def test_too_little_data_and_no_data():
    nine = judge(DIRECTION, estimate(0.01, 0.02, 0.09, 0.1, n_units=9))
    assert (nine.verdict, nine.estimate, nine.reason) == ("too little data", None, "9 accounts; 10 are needed")
    assert nine.row(data_name="", data_kind="user", n_rows=40)["n_units"] == 9  # not 0: they are there, and too few
    assert judge(DIRECTION, estimate(0.01, 0.02, 0.09, 0.1, n_units=10)).verdict == "direction supported"
    found = replace(estimate(0.06, 0.07, 0.09, 0.1), n_events=FEWEST_EVENTS - 1)
    rare = judge(DIRECTION, found)
    assert (rare.verdict, rare.estimate) == ("too little data", None)
    assert rare.reason == f"{FEWEST_EVENTS - 1} accounts with anything to count; {FEWEST_EVENTS} are needed"
    assert judge(DIRECTION, replace(found, n_events=FEWEST_EVENTS)).verdict == "supported"
    still = Estimate(0.5, *[float("nan")] * 5, n_units=50)
    assert judge(DIRECTION, still).reason == "nothing to compare: all are alike in this"
    assert judge(DIRECTION, None, missing="missing: posts.likes").verdict == "no data"
    with pytest.raises(ValueError, match="not judged by data"):
        judge(replace(DIRECTION, kind="Q"), None)
    with pytest.raises(ValueError, match="size-like-rate-under-1k: a claim of kind V without published"):
        judge(replace(VALUE, published=None), estimate(0.01, 0.02, 0.09, 0.1))


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [
        ((0.06, 0.20), "supported"),  # all that the threat leaves possible is beyond the margin
        ((0.05, 0.20), "inconclusive"),
        ((-0.02, 0.08), "inconclusive"),
        ((-math.inf, math.inf), "inconclusive"),
    ],
)
def test_a_threat_comes_first_in_the_reason_and_takes_the_verdict_where_it_could_carry_it(bounds, verdict):
    found = judge(DIRECTION, estimate(0.06, 0.07, 0.09, 0.1), reason="old", threats=[Threat("placebo: fails", *bounds)])
    assert (found.verdict, found.reason) == (verdict, "placebo: fails; old")
    assert found.estimate is not None


@pytest.mark.parametrize(
    ("claim", "found", "bounds", "verdict"),
    [
        (DIRECTION, (0.01, 0.02, 0.09, 0.10), (0.01, 0.04), "direction supported"),  # neither 0 nor the margin
        (DIRECTION, (0.01, 0.02, 0.09, 0.10), (0.01, 0.06), "inconclusive"),
        (DIRECTION, (-0.10, -0.09, -0.07, -0.06), (-0.1, 0.2), "inconclusive"),
        (DIRECTION, (-0.10, -0.09, -0.07, -0.06), (0.01, 0.2), "contradicted"),  # bounds that do not concern it
        (DIRECTION, (-0.02, -0.01, 0.01, 0.02), (0.0, 0.1), "inconclusive"),
        (NO_EFFECT, (-0.02, -0.01, 0.01, 0.02), (0.0, 0.1), "inconclusive"),
        (NO_EFFECT, (-0.02, -0.01, 0.01, 0.02), (-0.04, 0.04), "supported"),
        (VALUE, (0.072, 0.074, 0.086, 0.088), (0.05, 0.08), "inconclusive"),
    ],
)
def test_a_threat_concerns_the_borders_that_a_verdict_rests_on(claim, found, bounds, verdict):
    assert judge(claim, estimate(*found), threats=[Threat("x", *bounds)]).verdict == verdict


def test_a_verdict_says_whether_it_survives_the_number_of_claims():
    # z of 0.05 / 0.025 is 2: beyond 1.96, not beyond the 2.50 of four claims; three errors are
    once, thrice = (on_t(k * 0.025, 0.025, math.inf, n_units=40) for k in (2, 3))
    asked = {f"{k}": judge(DIRECTION, found) for k, found in enumerate((once, thrice, thrice, thrice))}
    asked["gone"] = judge(DIRECTION, None, missing="missing: posts.likes")
    told = corrected(asked)
    assert [verdict.survives for verdict in told.values()] == [False, True, True, True, None]
    assert told["0"].verdict == "direction supported"
    assert told["0"].reason == "does not hold with an interval widened for the 4 claims of this question"
    assert corrected({"0": asked["0"]})["0"].survives is True
    # claims of another question, told in one call, are none of its claims: p. 12 tells several notebooks' at once
    other = replace(asked["0"], claim=replace(DIRECTION, notebook="another"))
    together = corrected({**asked, "other": other})
    assert together["other"].survives is True
    assert together["0"].reason == told["0"].reason


@pytest.mark.parametrize(
    ("told", "ends", "said"),
    [
        (
            "video draws {change:more|less} than images",
            (-0.1, 0.2),
            "The data cannot tell whether video draws more or less than images (95% interval 9.5% less to 22% more, "
            "all of which would fit; 5.1% more here; 40 weeks).",
        ),
        (
            "hours differ by {part} in what they bring",
            (0.04, 0.24),
            "The data cannot tell: hours differ by anything from 4% to 24% in what they bring (95% interval 4% to 24%; "
            "14% here; 40 weeks).",
        ),
    ],
)
def test_an_open_answer_asks_and_its_number_is_no_message(told, ends, said):
    low, high = ends
    value = (low + high) / 2
    found = Estimate(value, low, high, low, high, 0.5, n_units=40)
    claim = replace(DIRECTION, told=told, unit_of_analysis="week")
    assert answered(Verdict(claim, "inconclusive", found)) == said


def test_what_leaves_an_answer_open_is_told_where_the_interval_alone_would_not():
    found = Estimate(0.2, 0.1, 0.3, 0.12, 0.28, 0.01, n_units=40)
    claim = replace(DIRECTION, told="video draws {change:more|less} than images", unit_of_analysis="week")
    assert answered(Verdict(claim, "inconclusive", found, "made 90 days later")) == (
        "The data cannot tell whether video draws more or less than images: made 90 days later (95% interval 11% to "
        "35% more; 22% more here; 40 weeks)."
    )
    around_zero = replace(found, low=-0.1)
    assert "made 90 days" not in answered(Verdict(claim, "inconclusive", around_zero, "made 90 days later"))


def test_p_values_are_those_of_the_kind_of_claim():
    # statsmodels.stats.weightstats.ttost_mean gives the same two one-sided t tests on these numbers
    values = np.array([0.01, -0.02, 0.03, 0.00, 0.02, -0.01, 0.04, -0.03, 0.01, 0.02, 0.00, 0.01])
    error = values.std(ddof=1) / np.sqrt(len(values))
    found = on_t(float(values.mean()), error, len(values) - 1, n_units=len(values))
    expected = DescrStatsW(values).ttost_mean(-0.05, 0.05)[0]
    assert judge(NO_EFFECT, found).p_value == pytest.approx(expected, rel=1e-9)
    assert judge(DIRECTION, found).p_value == pytest.approx(DescrStatsW(values).ttest_mean(0)[1], rel=1e-9)
    rates = 0.08 + values
    near = on_t(float(rates.mean()), error, len(values) - 1, n_units=len(values), null=0.08)
    assert judge(VALUE, near).p_value == pytest.approx(DescrStatsW(rates).ttost_mean(0.064, 0.096)[0], rel=1e-9)


def test_units_needed_known_answers():
    # Direction: (1.959964 + 0.841621)^2 (sd / margin)^2 = 7.84888 x 16 = 125.6; equivalence (Julious 2004):
    # (1.644854 + 1.281552)^2 x 16 = 137.02. The standard deviation of a unit is 0.2, four margins of 0.05.
    found = on_t(0.3, 0.2 / math.sqrt(50), math.inf, n_units=50)
    assert (units_needed(DIRECTION, found), units_needed(NO_EFFECT, found)) == (126, 138)
    # statsmodels.stats.power: the one-sided normal power that goes with 40 of 125.6 units
    power = NormalIndPower(ddof=0).power(0.25, 40, 0.025, ratio=0, alternative="larger")
    assert chance("D", 125.582, [125.582, 40]) == pytest.approx([0.8, power], abs=1e-4)
    # two one-sided tests: 2 Phi(0.05 sqrt(n) / 0.2 - 1.644854) - 1, nothing where that is below 0
    assert chance("N", 137.021, [137.021, 80, 40]) == pytest.approx([0.8, 0.4456, 0.0], abs=1e-3)
    assert units_needed(DIRECTION, on_t(0.3, 0.001, math.inf, n_units=50)) == 10
    assert units_needed(DIRECTION, Estimate.none(20)) is None


def test_what_estimates_something_else_stands_beside_and_is_not_counted():
    def found(_, *, definition="mean", cut=1):
        return on_t({"mean": 0.3, "sum": 0.2, "median": -0.3}[definition], 0.02, math.inf, n_units=50)

    way = {
        DIRECTION.id: Analysis(
            found, {"definition": ("mean", "sum"), "cut": (1, 2)}, others={"definition": ("median",)}
        )
    }
    nothing = Reduced({}, 0, {})
    table = specifications({DIRECTION.id: judge(DIRECTION, found(None))}, nothing, way)[DIRECTION.id]
    assert table["estimand"].tolist() == ["", "", "", "", "definition: median"]
    assert table["verdict"].tolist() == ["supported"] * 4 + ["contradicted"]
    assert robust_share(judge(DIRECTION, found(None)), table) == 1.0
    assert robust_share(judge(DIRECTION, found(None)), table.head(1)) is None  # it agrees with itself only
    assert robust_share(judge(DIRECTION, found(None)), table.iloc[[0, 4]]) is None  # the other one asks something else
    other = specifications(
        {DIRECTION.id: judge(DIRECTION, found(None))}, nothing, way, parameters={"definition": "median"}
    )
    assert other[DIRECTION.id]["definition"].tolist() == ["median", "median"]


def test_holm_known_answer():
    # statsmodels.stats.multitest.multipletests(method="holm") on the same four values
    from statsmodels.stats.multitest import multipletests

    plain = [0.01, 0.04, 0.03, 0.005]
    assert holm(plain) == pytest.approx([0.03, 0.06, 0.06, 0.02], abs=1e-12)
    assert holm(plain) == pytest.approx(multipletests(plain, method="holm")[1].tolist(), abs=1e-12)
    assert holm([None, 0.9, 0.8]) == [None, 1.0, 1.0]
    assert holm([]) == []


def test_registry_is_complete_and_sound():
    claims = registry()
    assert len(of_notebook("01-account-size")) == 11
    for claim in (claim for claim in claims.values() if claim.kind != "Q"):
        assert claim.kind in KINDS
        assert claim.quoted is None
        assert claim.margin > 0
        assert claim.margin_reason
        assert claim.needs
        assert (claim.kind == "V") == (claim.published is not None)
        assert claim.kind != "V" or claim.outcome is None or claim.unit.endswith("(share)")
    assert len(set(VERDICTS)) == len(VERDICTS) == 10


def test_registry_refuses_a_claim_twice(tmp_path):
    text = (registry.__wrapped__.__defaults__[0]).read_text(encoding="utf-8")
    entry = text[text.index("[[claim]]") :].split("[[claim]]")[1]
    twice = tmp_path / "claims.toml"
    head = '[questions]\naccount-size = "Does it?"\n[[claim]]'
    twice.write_text(f"{head}{entry}[[claim]]{entry}", encoding="utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        registry(twice)
    twice.write_text(f"{head}{entry}".replace('kind = "D"', 'kind = "X"'), encoding="utf-8")
    with pytest.raises(ValueError, match="kind 'X' is unknown"):
        registry(twice)


def test_lacking_names_the_nearest_gap():
    posts = nw.from_native(pd.DataFrame({"post_id": ["a"], "likes": [1]})).lazy()
    dataset = SimpleNamespace(tables={"posts": posts})
    assert lacking(DIRECTION, dataset) == "missing: posts.followers; or accounts.followers"
    whole = SimpleNamespace(tables={"posts": posts.with_columns(followers=nw.lit(5))})
    assert lacking(DIRECTION, whole) == ""
    averages = pd.DataFrame({"account_id": ["x"], "followers": [1], "avg_likes": [0.1]})
    assert lacking(DIRECTION, SimpleNamespace(tables={"accounts": nw.from_native(averages).lazy()})) == ""


def test_row_and_table_show_what_was_judged():
    verdict = judge(VALUE, estimate(0.07, 0.072, 0.088, 0.09))
    row = verdict.row(data_name="d", data_kind="user", n_rows=7)
    assert (row["verdict"], row["published"], row["n_rows"], row["n_units"]) == ("reproduced", 0.08, 7, 50)
    shown = table({VALUE.id: verdict, "gap": Verdict(DIRECTION, "no data", reason="missing: posts.likes")})
    assert list(shown) == ["published", "here (95% interval)", "n", "verdict", "technical"]
    assert shown.loc[VALUE.claim, ["here (95% interval)", "n", "technical"]].tolist() == [
        "8.00% of the followers of an account with fewer than 1,000 followers like a post (7.00% to 9.00%)",
        "50",
        "8.00% (7.00% to 9.00%) likes per post per follower",
    ]
    fall = table({DIRECTION.id: Verdict(DIRECTION, "supported", slope(0.1549))}).iloc[0]
    assert "slope" not in fall["here (95% interval)"]
    assert fall["here (95% interval)"].endswith("30% fewer likes per follower (28% to 32% fewer)")
    assert fall["technical"].endswith("slope, sign turned")
    assert shown.loc[DIRECTION.claim, "verdict"] == "no data (missing: posts.likes)"


def slope(value: float, half: float = 0.01) -> Estimate:
    return estimate(value - half, value - 0.8 * half, value + 0.8 * half, value + half)


@pytest.mark.parametrize(
    ("found", "words", "said", "interval"),
    [
        # 10^-0.1549 = 0.7000; 10^-0.1649 = 0.684 and 10^-0.1449 = 0.716
        (slope(0.1549), "{tenfold:more|fewer} likes", "30% fewer likes", "28% to 32% fewer"),
        (slope(math.log(1.5)), "{change:more|less}", "50% more", "49% to 52% more"),
        (slope(0.0), "{change:more|less}", "0% less", "1% less to 1% more"),
        (slope(math.log(2)), "costs {fall:more|less}", "costs 50% less", "49% to 50% less"),
        (slope(1.0), "{doubled:more|less}", "100% more", "99% to 101% more"),  # 2^1, 2^0.99 and 2^1.01
        # Phi(0.5 / sqrt 2) = 0.638: McGraw & Wong (1992), Psychological Bulletin 111, formula 2
        (slope(0.5), "in {pairs} of 100 pairs", "in 64 of 100 pairs", "64 to 64"),
        # 1/2 + asin(0.5) / pi = 2/3: Kruskal (1958), JASA 53, the relation of tau to r
        (slope(0.5), "in {agreeing} of 100", "in 67 of 100", "66 to 67"),
        # Spearman's 6 / pi * asin(r / 2) at r = 0.5 is 0.48258, and 2/3 of all pairs agree as above
        (slope(0.5 - 0.48258), "in {matching} of 100", "in 67 of 100", "66 to 67"),
        (slope(0.5), "in {matching} of 100", "in 50 of 100", "50 to 50"),
        (slope(math.log(4), 1e-6), "{hours} hours", "6.00 hours", "6.00 to 6.00"),
        (slope(0.2), "{share} of persons", "70% of persons", "69% to 71%"),
        (slope(0.096), "{points:more|fewer}", "9.6 more", "8.6 to 11 more"),
        # exp(1.6) = 4.95 and exp(1.62) = 5.05 lie about five times, exp(5.3) = 200.3, exp(-5.3) = 0.005
        (slope(1.61), "{change:more|less} than others", "5 times as much as others", "5 to 5.1 times as much"),
        (slope(5.3, 0.1), "{change:more|fewer} likes", "200 times as many likes", "181 to 221 times as many"),
        (slope(-5.3, 1.0), "{fall:higher|lower} than in x", "200 times as high as in x", "74 to 545 times as high"),
        (slope(-5.4, 0.4), "{change:more|less} than others", "over 99% less than others", "99% to over 99% less"),
        (slope(0.0, 800.0), "{change:more|less}", "1.0 times as much", "under 0.005 to over 1,000 times as much"),
        # one end is a multiple: the other, and the number between, are told on its scale. exp(-3.2) = 0.041
        (slope(-0.5, 2.7), "{change:more|fewer} than x", "0.61 times as many as x", "0.041 to 9 times as many"),
        (slope(0.9, 0.8), "{fall:higher|lower}", "59% lower", "9.5% to 82% lower"),
        (slope(-0.85, 0.85), "{fall:higher|lower}", "2.3 times as high", "1.0 to 5.5 times as high"),
        # the border lies at five times: exp(1.609) = 4.998, exp(1.61) = 5.003
        (slope(0.609, 1.0), "{change:more|fewer}", "84% more", "32% fewer to 400% more"),
        (slope(0.61, 1.0), "{change:more|fewer}", "1.8 times as many", "0.68 to 5 times as many"),
        # exp(0.004) = 1.004: an end that leaves out no difference does not print as none
        (slope(1.004, 1.0), "{change:more|fewer}", "2.7 times as many", "1.004 to 7.4 times as many"),
        (
            slope(-9.0, 1.0),
            "{tenfold:deeper|shallower}",
            "over 1,000 times as deep",
            "over 1,000 times as deep",
        ),
    ],
)
def test_an_estimate_is_told_in_natural_units(found, words, said, interval):
    assert told(found, words) == (said, interval)


def test_an_interval_of_many_times_is_no_message():
    said = answered(judge(replace(DIRECTION, told="they get {change:more|less} than others"), slope(0.5, 6.0)))
    assert said == (
        "The data cannot tell whether they get more or less than others (95% interval under 0.005 to 665 times "
        "as much, all of which would fit; 1.6 times as much here; 50 accounts)."
    )


@given(st.floats(-9, 9), st.floats(0.01, 9))
def test_both_ends_of_an_interval_stand_on_one_scale(value, half):
    """Whatever was found: per cent at both ends, or times at both, with the same side and the right order."""
    said, interval = told(slope(value, half), "{change:more|fewer} likes than others")
    low, high = math.expm1(value - half), math.expm1(value + half)
    assert ("%" in interval) == (high < 4) == ("%" in said)
    assert interval.count("times") == (high >= 4)
    numbers = [float(text.replace(",", "")) for text in re.findall(r"[\d,.]+", interval)]
    if high >= 4:
        assert interval.endswith(" times as many")
        assert said.endswith(" likes as others")
        # rounded to two digits, and told as under 0.005 and over 1,000 beyond that
        near = [min(max(1 + end, 0.005), 1_000) for end in (low, high)][-len(numbers) :]
        assert numbers == pytest.approx(near, rel=0.051)
    else:
        nearer, farther = (high, low) if high <= 0 else (low, high)
        near = [abs(100 * max(end, -0.99)) for end in (nearer, farther)][-len(numbers) :]
        assert numbers == pytest.approx(near, rel=0.051, abs=0.01)


@pytest.mark.parametrize("ratio", [0.996, 1.0004, 1.046, 0.9999999])
def test_no_ratio_that_is_not_one_prints_one(ratio):
    assert float(times(ratio)) == pytest.approx(ratio, abs=0.005)
    assert float(times(ratio)) != 1
    assert (times(1.0), times(12.34), times(1234.0)) == ("1.0", "12", "1,234")


def test_a_word_without_a_place_for_its_number_is_refused():
    with pytest.raises(ValueError, match="no place for a number"):
        told(slope(0.1), "it falls")


TECHNICAL = re.compile(
    r"\bslope|\bln\b|\bSD\b|\bR2\b|rank correlation|sign turned|standard deviation|coefficient", re.IGNORECASE
)


@pytest.mark.parametrize("claim", [claim for claim in registry().values() if claim.kind != "Q"], ids=lambda c: c.id)
def test_every_claim_has_an_answer_without_a_technical_word(claim):
    verdict = judge(claim, slope(claim.published or 0.2, 0.001 * (claim.published or 0.2)))
    said = answered(verdict)
    assert said.startswith(f"{PLAIN[verdict.verdict][0].upper()}{PLAIN[verdict.verdict][1:]}: ")
    assert not TECHNICAL.search(said)
    assert "95% interval" in said
    assert ("was published" in said) == (claim.kind == "V")
    assert claim.told == "" or len(said) < 300


def test_what_the_registry_does_not_tell_is_told_by_its_unit():
    bare = replace(DIRECTION, told="", claim="It falls.")
    assert answered(judge(bare, slope(0.1549))).startswith(
        "Yes: It falls: 30% less at ten times the size (95% interval"
    )
    assert usual_telling("ln ratio, sign turned") == "{fall:more|less}"
    assert usual_telling("shares of people (share)") == "{found}"


def test_no_claim_in_own_standard_deviations_is_told_in_per_cent():
    third = Estimate(0.33, 0.28, 0.38, 0.29, 0.37, 0.03, n_units=250)
    own = [claim for claim in registry().values() if claim.unit.startswith("own SD")]
    assert len(own) == 3
    for words in [*(claim.told for claim in own), usual_telling("own SD per hour")]:
        said, interval = told(third, words)
        assert "%" not in said + interval
        assert " 0.33 " in f" {said}"
        assert "where 1 is a person's usual swing" in said
        assert interval.startswith("0.28 to 0.38 ")


def test_yes_to_no_effect_says_first_that_there_is_hardly_any():
    claim = replace(NO_EFFECT, told="{change:more|fewer} come back")
    said = answered(judge(claim, slope(0.0025, 0.02)))
    assert said.startswith("Yes: hardly any difference; 0.25% more come back (95% interval ")
    assert answered(judge(claim, slope(0.5))).startswith("The opposite: 65% more come back")
    assert "hardly" not in answered(judge(DIRECTION, slope(0.5)))


def test_an_answer_says_when_most_other_analyses_disagree():
    few, most, untried = (replace(judge(DIRECTION, slope(0.1549)), robust_share=share) for share in (0.2, 0.5, None))
    assert answered(few).endswith("; fragile: most other ways to analyse the data say otherwise).")
    assert "fragile" not in answered(most) + answered(untried)
    otherwise = "fragile: most other ways to analyse the data say otherwise"
    assert doubted({"a": few, "b": most, "c": few}) == f"; 2 of these 3 answers are {otherwise}"
    assert doubted({"a": few, "b": most}) == f"; 1 of these 2 answers is {otherwise}"
    assert doubted({"a": few}) == f"; it is {otherwise}"
    assert doubted({"a": most, "b": untried}) == ""


def test_an_answer_that_does_not_hold_for_so_many_claims_says_so():
    verdict = replace(judge(DIRECTION, slope(0.1549)), survives=False)
    assert answered(verdict).startswith("Yes, but not once all claims of the question are counted: an account with ten")
    assert say({"c0": verdict}, data_kind="user").startswith("In your data, yes, but not once all claims of the quest")


def test_an_answer_has_at_most_three_sentences_and_begins_with_the_leads():
    others = {f"c{n}": replace(judge(replace(DIRECTION, id=f"c{n}"), slope(0.1549)), survives=True) for n in range(4)}
    gone = {"c4": judge(replace(DIRECTION, id="c4"), None, missing="missing: posts.likes")}
    said = say({**others, **gone}, leads=("c4", "c3"), data_kind="user")
    assert said.startswith("In your data, yes: an account with ten times the followers gets 30% fewer")
    assert said.count(". ") == 2
    assert said.endswith("Of 5 claims the answer is “yes” to 4 and “not in these data” to 1.")
    assert say(others, data_kind="user").endswith("To all 4 claims the answer is “yes”.")
    unsure = replace(judge(DIRECTION, slope(0.0, 0.1)), survives=True)
    assert say({"c0": unsure}, data_kind="user").startswith("Your data cannot tell whether an account with ten times")
    assert say({"c0": unsure}, data_kind="simulated").startswith("These simulated data cannot tell whether")
    each = sentences(say({**others, **gone}, data_kind="simulated"))
    assert len(each) == 3  # a sentence is copied without the page around it
    assert all("simulated" in one for one in each)
    assert "simulated" not in say({**others, **gone}, data_kind="user")
    assert say(gone, data_kind="user") == "In your data none of these claims can be tested: missing: posts.likes."
    assert say({}, data_kind="simulated") == "In these simulated data none of these claims can be tested."


def test_every_sound_combination_is_tried_once_the_notebooks_own_first_and_what_is_slow_last():
    tried = []

    def way(data, **choices):
        tried.append(tuple(choices.values()))

    analysis = Analysis(
        way,
        {
            "platform": ("all", lambda data: data.frames["accounts"]["platform"].unique()),
            "estimator": ("fast", "other"),
        },
        sound=lambda platform, estimator: (platform, estimator) != ("x", "other"),
        slow={"estimator": ("slow",)},
        remarks=lambda data: ["few", "old"],
    )
    data = Reduced({"accounts": pd.DataFrame({"platform": ["x", "y"]})}, 2, {})
    dataset = SimpleNamespace(tables={"posts": nw.from_native(pd.DataFrame(columns=["likes", "followers"])).lazy()})
    how = {"analyses": {DIRECTION.id: analysis}, "parameters": {"estimator": "other"}}
    verdicts = judged([DIRECTION], data, dataset=dataset, **how)
    assert verdicts[DIRECTION.id].reason == "nothing to compare: all are alike in this; few; old"
    none = Reduced({"accounts": pd.DataFrame()}, 0, {}, {"posts too young at capture": 400, "likes missing": 0})
    told = judged([DIRECTION], none, analyses={DIRECTION.id: Analysis(lambda data: None, {})}, dataset=dataset)
    assert told[DIRECTION.id].reason == "no row is left (posts too young at capture: 400)"
    tried.clear()
    table = specifications(verdicts, data, **how)[DIRECTION.id]
    own, rest = ("all", "other"), [("all", "fast"), ("x", "fast"), ("y", "other"), ("y", "fast")]
    assert tried == [own, *rest, ("all", "slow")] == list(zip(table["platform"], table["estimator"], strict=True))


def test_rows_behind_a_claim_are_those_whose_columns_are_known():
    frame = pd.DataFrame({"rate": [0.1, None, 0.3], "posts": [5.0, 7.0, 2.0]})
    data = Reduced({"accounts": frame}, 3, {})
    assert [rows_of("accounts")(data), rows_of("accounts", "rate")(data)] == [3, 2]
    assert rows_of("accounts", "rate", add="posts")(data) == 7


def test_other_estimands_are_told_by_their_number_and_the_estimate_is_technical():
    rows = pd.DataFrame({"value": [0.1549, 0.2], "low": [0.1449, np.nan], "high": [0.1649, np.nan]})
    rows = rows.assign(estimand=["estimator: log-ols", "by reach"], verdict=["supported", "too little data"])
    default = pd.DataFrame([{"value": 0.2, "low": 0.1, "high": 0.3, "estimand": "", "verdict": "supported"}])
    shown = other_estimands({DIRECTION.id: pd.concat([default, rows])})
    assert shown["instead"].tolist() == ["estimator: log-ols", "by reach"]
    assert {*shown.index} == {DIRECTION.claim}
    assert shown["here (95% interval)"].tolist() == ["30% fewer (28% to 32% fewer)", "–"]
    assert shown["technical"].tolist() == ["0.155 (0.145 to 0.165)", "–"]
    assert other_estimands({}).empty


def test_verdicts_of_other_ways_to_analyse_are_counted_by_the_words_of_the_claims():
    default = {"value": 0.2, "low": 0.1, "high": 0.3, "estimand": "", "verdict": "supported"}
    rows = pd.DataFrame([default, default | {"verdict": "inconclusive"}, default, default | {"estimand": "by reach"}])
    shown = summary_of_specifications({DIRECTION.id: rows})
    assert shown.reset_index().to_numpy().tolist() == [[DIRECTION.claim, 2, 1, "–"]]
    assert [*shown.reset_index().columns] == ["claim", "supported", "inconclusive", "joint test, p"]
