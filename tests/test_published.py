"""Published figures keep their address, their denominator and who published them."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.claims import published
from helpers.evidence import summaries
from helpers.families.account_size.analysis import ladders
from helpers.families.account_size.pictures import ladder
from helpers.families.passive_active import literature

ALL = pd.read_csv(ROOT / "data" / "published.csv", dtype={"year": "str", "n": "str", "k": "str"})


def test_every_figure_has_an_address_or_the_words_that_none_was_kept():
    assert set(ALL["source"]) <= set(published.SOURCES)
    assert set(ALL["provenance"]) == set(published.PROVENANCE)
    own = ALL["provenance"] == "document only"
    assert set(ALL.loc[own, "source"]) == {"document"}
    assert (ALL["url"].isna() == (own | (ALL["address"] == "not kept"))).all()
    assert not (ALL["provenance"] == "seen")[ALL["url"].isna()].any()  # seen is what a reader can see too
    passing = ALL["url"].fillna("").str.contains(r"[?&](?:p|query)=|//staging\.|netlify\.app|//content-na1\.")
    assert (ALL.loc[passing, "address"] == "passing").all()
    assert not (published.figures("account-size")["bounds"] == "ci95").any()  # none of these came with an interval
    assert (ROOT / "data" / "published.csv").stat().st_size < 100_000


def test_every_study_says_what_it_compared_and_what_it_found():
    studies = ALL[ALL["source"] == "study"]
    assert studies["design"].notna().all()
    assert ALL["design"].notna().all()  # of sellers too, or that it was not told
    assert not (studies["design"] == "comparison not told").any()
    told = published.told(ALL.query("design == 'comparison not told'"))["n, compared"]
    assert told.str.endswith("; comparison not told").all()
    assert ALL[["estimate", "low", "finding"]].notna().any(axis="columns").all()
    notes = ALL["note"].dropna().str.cat(ALL["finding"].fillna(""), join="left")
    assert not notes.str.contains("not seen|inferred|from memory|not checked|excerpt|address").any()  # work, no reading


@pytest.mark.parametrize(
    ("study", "words"),
    [  # read in the abstracts: both halves of what was found, and against whom
        (
            "Waltenrath",
            "later posts of the same author gain after a disclosed advertisement and lose after an undisclosed",
        ),
        ("Park", "only for products bought for pleasure"),
        ("De Veirman", "those with many followers are liked better"),
        ("Lin et al", "quality stays as it was"),
        ("Gross", "matter-of-fact ones more with macro-influencers"),
        ("Dhaoui", "more posts bring comments only through likes and shares"),
        ("Dhaoui", "only video brings comments of itself"),
        ("Garimella", "with the age of the account to a peak"),
        ("Panek", "fewer members write most of it, and the fewer members leave it"),
        ("Cao", "earns favour"),
        ("Boerman", "bond with the influencer is not damaged"),
        ("Kay", "than after any who do not"),
        ("Wies", "rises with followers and then falls"),
        ("Tian", "always above nought"),
        ("Moon", "engagement with seeded posts"),
        ("Leung", "news of a new product hurts"),
        ("Liu & Zhao", "recall the brand"),
        ("De Veirman", "can be liked less"),
        ("Janssen", "through credibility and identification"),
        ("Beichert, Bayerl", "all three measures of return"),
        ("Marciano", "only problematic use goes with it"),
        ("Thrul", "who found no effect on the whole"),
        ("Lemahieu", "however long the abstinence"),
        ("Wang", "more use goes with more loneliness"),
        ("Roberts", "and loneliness with more use"),
        ("Frison", "lower mood with more posting later"),
        ("Verduyn", "there through envy"),
        ("Valkenburg, Beyens", "47% of those who enjoy it"),
        ("Valkenburg et al", "more self-esteem in 78%"),
        ("Proserpio", "after their ratings fell"),
        ("Cresci", "rules from the media do badly"),
        ("Lin et al", "strong moderation helps"),
        ("Panek", "with time more members take part, and more leave"),
        ("Super-linear", "the fewer of its users write most of it"),
        ("Joyce", "neither the length nor the tone"),
    ],
)
def test_what_a_study_found_is_told_whole(study, words):
    rows = ALL[ALL["study"].str.startswith(study)]
    assert (rows["finding"].fillna("") + rows["note"].fillna("")).str.contains(words).any()


def test_figures_have_the_sign_of_what_was_found():
    lonely = ALL[(ALL["study"] == "Wang et al.") & (ALL["measure"] == "hedges_g")]
    assert lonely["estimate"].tolist() == [0.47, 0.36]  # the abstract: more time, and a minus
    network = ALL[(ALL["study"] == "Huang") & (ALL["measure"] == "r")].set_index("contrast")["estimate"]
    assert network.filter(like="wellbeing").tolist() == [0.21, 0.06]  # by profile, and by what people say
    assert network.filter(like="self-esteem").tolist() == [0.31, 0.05]


def test_between_persons_is_said_where_it_was_between_persons():
    rows = ALL[ALL["study"] == "Godard & Holtzman"]
    assert set(rows["design"]) == {"between persons"}
    allcott = ALL[ALL["study"] == "Allcott et al."]
    assert sorted(allcott["estimate"]) == [0.041, 0.06]
    newcomers = ALL[(ALL["study"] == "Joyce & Kraut") & ALL["estimate"].notna()]
    assert newcomers["estimate"].tolist() == [0.56, 0.44]
    assert set(newcomers["n"]) == {"2777"}


@pytest.mark.parametrize(
    ("study", "counted"),
    [  # each read where it is stated: an abstract, a page of an author or of the trial, or who reports it
        ("Allcott", {"19857", "15585"}),
        ("Tian", {">500000 videos"}),
        ("Garimella", {"4 sets of users, not told how many"}),
        ("Beichert", {"1881533 purchases"}),
        ("Schmidt", {"312 effect sizes, as another page tells"}),
        ("Proserpio", {"tens of thousands of reviews"}),
        ("Cresci", {"3900 accounts"}),
        ("Kanuri", {"5706 posts"}),
    ],
)
def test_how_many_a_study_counted_is_told(study, counted):
    rows = ALL[ALL["study"].str.startswith(study)]
    assert counted == set(rows["n"].fillna(rows["k"]))


def test_only_three_studies_do_not_say_how_many_they_counted():
    silent = ALL[(ALL["source"] == "study") & ALL["n"].isna() & ALL["k"].isna()]
    assert set(silent["study"]) == {"Sheikhi", "Wu & Zhang (accelerating growth)", "Yoon, Kempes, Yang, West & Youn"}
    assert published.told(silent)["n, compared"].str.startswith("not stated; ").all()


def test_measures_are_asked_for_by_name():
    rates = published.figures("account-size", measures=["like_rate"])
    assert set(rates["measure"]) == {"like_rate"}
    assert rates["estimate"].between(0, 1).all()
    with pytest.raises(ValueError, match="measure likes is not published"):
        published.figures("account-size", measures=["likes"])


def test_markerly_ladder():
    rows = ladders(published.figures("account-size", measures=["like_rate"]))
    markerly = rows[(rows["study"] == "Markerly")]
    assert markerly["estimate"].tolist()[:4] == [0.08, 0.04, 0.0237, 0.018]
    assert markerly["middle"].is_monotonic_increasing


def test_ladder_of_one_band_is_no_ladder():
    table = pd.DataFrame(
        {
            "study": ["A", "B", "B"],
            "platform": "x",
            "followers_low": [0.0, 1_000.0, 10_000.0],
            "followers_high": [1_000.0, 10_000.0, None],
            "estimate": [0.1, 0.05, 0.06],
            "source": "vendor",
        }
    )
    rows = ladders(table)
    assert rows["study"].tolist() == ["B", "B"]
    assert rows["middle"].round().tolist() == [3162, 17321]
    none = pd.DataFrame(columns=["band", "followers", "mean", "low", "high"])
    assert "0 fall" in ladder(rows, bands=none, data_kind="user").alt


def test_a_table_of_studies_is_a_table_of_links():
    rows = published.figures("account-size").query("source == 'study'")
    words = published.told(rows)
    assert set(words["by"]) == {f"research, {way}" for way in ("seen at the named source", "reported by another page")}
    assert "an inverted U" in " ".join(words["found"])
    assert words["n, compared"].tolist()[:2] == [
        "over 500,000 videos; collected, as its first author's slides tell; between accounts",
        "over 1,700 influencers; 802 campaigns; between accounts",
    ]
    html = published.table(rows)._repr_html_()
    assert html.count("<a href=") == len(rows)
    assert re.search(
        r'<a href="https://arxiv.org/abs/2103.10754"[^>]*>Garimella &amp; West \(ICWSM\) \(2021\)</a>', html
    )


def test_a_year_is_not_written_as_a_count():
    counts = published.told(ALL)["n, compared"]
    assert counts.str.contains(r"307,000 accounts \(2019\)").any()
    assert not counts.str.contains(r"(?:in |\()(?:1,9|2,0)\d\d\b").any()


def test_what_is_not_known_of_a_figure_is_said():
    rows = ALL.iloc[[0]].assign(
        url=None, address="not kept", study="<b>A", estimate=np.nan, n=None, k=None, design=None
    )
    words = published.told(rows).iloc[0]
    assert words[["found", "n, compared"]].tolist() == ["no figure given", "not stated"]
    assert words["by"].endswith("reported by another page; no address kept")
    assert "&lt;b&gt;A (2016)" in published.table(rows)._repr_html_()
    assert published.told(rows.assign(low=0.1, high=0.2)).iloc[0]["found"] == "like rate: 0.1 to 0.2"
    power = published.told(rows.assign(measure="scaling_exponent", estimate=2.0)).iloc[0]["found"]
    assert power.startswith("scaling exponent: 2 (4 times with twice as many)")


def test_a_study_gets_one_row():
    rows = published.figures("passive-active-use").query("measure != 'r'")
    shown = literature.by_study(rows).data.set_index("study")
    assert len(shown) == rows.groupby(["study", "year"], dropna=False).ngroups < len(rows)
    trials = shown.loc["Thrul et al. (2025)"]
    assert trials["found"].startswith("reduction/abstinence < 1 week (d: -0.175 (")
    assert "reduction/abstinence >= 1 week (d: 0.156" in trials["found"]
    assert trials["n, compared"] == "20 studies; trials"
    assert "adjusted odds ratio: 1.33 (95%: 1.17 to 1.51)" in shown.loc["Escobar-Viera et al. (2018)"]["found"]
    both = shown.loc["Allcott et al. (2025)"]  # two networks, each with its own persons
    assert both["among"] == "Facebook US; Instagram US"
    assert both["n, compared"].startswith("19,857; ")
    assert "; 15,585; " in both["n, compared"]
    assert "without Instagram, against one" in both["found"]


def test_points_have_no_interval_and_leave_figures_without_a_value_out():
    figures = pd.DataFrame({"label": ["a", "b"], "value": [None, 0.5], "source": "study", "low": 0.4, "year": "2020"})
    found = published.points(figures)
    assert list(found) == ["label", "value", "low", "high", "source"]
    assert found[["label", "value", "source"]].to_numpy().tolist() == [["b", 0.5, "study"]]
    assert found[["low", "high"]].isna().all(axis=None)
    assert list(found.index) == [0]


VACCINATED = [(4, 119), (6, 300), (3, 228), (62, 13536), (33, 5036), (180, 1361), (8, 2537), (505, 87886), (29, 7470),
              (17, 1699), (186, 50448), (5, 2493), (27, 16886)]  # fmt: skip
OTHERS = [(11, 128), (29, 274), (11, 209), (248, 12619), (47, 5761), (372, 1079), (10, 619), (499, 87892), (45, 7232),
          (65, 1600), (141, 27197), (3, 2338), (29, 17825)]  # fmt: skip
"""Cases and others in thirteen trials of a vaccine (dat.bcg of metafor; Colditz and others 1994)."""


def test_intervals_of_a_pool_are_metafors():
    """Its README has for `rma(yi, vi, data=dat, test="knha")`: mean -0.7145, error 0.1808, tau2 0.3132 (by restricted
    likelihood), -1.1084 to -0.3206 with 12 degrees of freedom; and `predict(res, transf=exp)` 0.14 to 1.76. Eleven
    degrees would give 1.79, a normal quantile 1.55."""
    found = summaries.about(-0.7145, 0.1808, between=0.3132, studies=13)
    assert (found.mean.low, found.mean.high) == pytest.approx((-1.1084, -0.3206), abs=1e-4)
    assert np.exp(found.further).round(2).tolist() == [0.14, 1.76]


def test_a_pool_of_the_vaccine_trials():
    """As `rma(yi, vi, data=dat, test="knha")` in metafor's README, to the digits that it gives."""
    counts = np.array([VACCINATED, OTHERS], dtype=float)
    shares, variances = counts[..., 0] / counts.sum(axis=-1), 1 / counts[..., 0] - 1 / counts.sum(axis=-1)
    found = summaries.summary(np.log(shares[0] / shares[1]), np.sqrt(variances.sum(axis=0)))
    assert found.mean.value == pytest.approx(-0.7145, abs=5e-5)
    assert (found.mean.low, found.mean.high) == pytest.approx((-1.1084, -0.3206), abs=5e-5)
    assert np.exp(found.further) == pytest.approx((0.14, 1.76), abs=0.005)
    assert summaries.summary(np.array([0.1, 0.2]), np.array([0.1, 0.1])) is None


def test_pools_hold_the_mean_and_a_further_study():
    """4,000 pools of five studies whose true effects differ: 95% are wanted of the mean; chance is 0.7 points.

    With a normal quantile it would be held in 86%. A further study is a limit of so few: as the spread between studies
    is itself hardly known, metafor's interval holds 89% where they differ by a fifth and errors are half of that.
    """
    rng = np.random.default_rng(3)
    held, normal = np.zeros(2), 0
    for _ in range(4_000):
        errors = rng.uniform(0.05, 0.2, 5)
        effects = 0.2 + 0.2 * rng.standard_normal(5) + errors * rng.standard_normal(5)
        found, further = summaries.summary(effects, errors), 0.2 + 0.2 * rng.standard_normal()
        held += found.mean.low <= 0.2 <= found.mean.high, found.further[0] <= further <= found.further[1]
        error = (found.mean.high - found.mean.value) / 2.776
        normal += abs(found.mean.value - 0.2) <= 1.96 * error
    assert held[0] / 4_000 == pytest.approx(0.95, abs=0.015)
    assert held[1] / 4_000 == pytest.approx(0.89, abs=0.015)
    assert normal / 4_000 < 0.9


def test_outcomes_of_different_kinds_are_not_mixed():
    rows = literature.with_intervals(published.figures("passive-active-use", measures=["r"]))
    assert (
        literature.summaries_of_correlations(rows) == {}
    )  # two of each outcome have an interval, and three are needed
    assert len(literature.correlation_rows(rows)) == rows["estimate"].notna().sum()


def test_correlations_of_one_outcome_are_summed_up(monkeypatch):
    studies = ("A", "B", "C")
    monkeypatch.setattr(
        literature, "SUMMARISED", {"loneliness": tuple((study, "use ~ loneliness") for study in studies)}
    )
    rows = pd.DataFrame({"study": studies, "contrast": "use ~ loneliness", "year": "2020", "source": "study"})
    half = 1.959964 * 0.02
    for effects in ([0.1, 0.1, 0.1], [0.0, 0.1, 0.2]):
        z = np.arctanh(np.array(effects))
        table = rows.assign(estimate=effects, low=np.tanh(z - half), high=np.tanh(z + half))
        found = literature.summaries_of_correlations(table)["loneliness"]
        by_hand = z.std(ddof=1) / np.sqrt(3)  # of equal errors: the mean's own spread over studies, t(2) = 4.3027
        reach = 4.3027 * max(by_hand, 0.02 / np.sqrt(3))
        ends = np.tanh([z.mean() - reach, z.mean() + reach])
        assert (found.mean.low, found.mean.high) == pytest.approx(tuple(ends), abs=1e-4)
        assert found.further[0] <= found.mean.low < found.mean.value < found.mean.high <= found.further[1]
        assert list(literature.correlation_rows(table)["label"][3:]) == [
            "loneliness: mean of 3",
            "loneliness: a further study",
        ]
