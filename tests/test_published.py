"""Published figures keep their address, their denominator and who published them."""

import pandas as pd
import pytest

from helpers import ROOT
from helpers.claims import published
from helpers.families.account_size.pictures import ladder


def test_every_figure_has_an_address_or_is_marked_as_the_documents_own():
    table = published.figures("account-size")
    assert set(table["source"]) <= set(published.SOURCES)
    unaddressed = table[table["url"].isna()]
    assert set(unaddressed["source"]) == {"document"}
    others = published.figures("quoted-figures")
    assert set(others["source"]) <= set(published.SOURCES)
    assert others.loc[others["url"].isna(), "note"].str.startswith("address not kept").all()
    assert set(table["provenance"]) <= {"seen", "secondary", "vendor", "document only"}
    assert not (table["bounds"] == "ci95").any()  # no account-size figure came with an interval
    assert (ROOT / "data" / "published.csv").stat().st_size < 100_000


def test_measures_are_asked_for_by_name():
    rates = published.figures("account-size", measures=["like_rate"])
    assert set(rates["measure"]) == {"like_rate"}
    assert rates["estimate"].between(0, 1).all()
    with pytest.raises(ValueError, match="measure likes is not published"):
        published.figures("account-size", measures=["likes"])


def test_markerly_ladder():
    rows = published.ladders(published.figures("account-size", measures=["like_rate"]))
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
    rows = published.ladders(table)
    assert rows["study"].tolist() == ["B", "B"]
    assert rows["middle"].round().tolist() == [3162, 17321]
    none = pd.DataFrame(columns=["band", "followers", "mean", "low", "high"])
    assert "0 fall" in ladder(rows, bands=none, data_kind="user").alt


def test_table_says_who_published():
    shown = published.table(published.figures("account-size").query("source == 'study'"))
    assert set(shown["by"]) == {"research"}
    assert "no figure given" in " ".join(shown["figure"])


def test_a_study_gets_one_row():
    rows = published.figures("passive-active-use").query("measure != 'r'")
    shown = published.by_study(rows)
    assert len(shown) == rows.groupby(["study", "year"], dropna=False).ngroups < len(rows)
    assert shown.loc["Thrul et al.", "found"] == (
        "reduction/abstinence < 1 week (d: -0.175); reduction/abstinence >= 1 week (d: 0.156)"
    )


def test_points_have_no_interval_and_leave_figures_without_a_value_out():
    figures = pd.DataFrame({"label": ["a", "b"], "value": [None, 0.5], "source": "study", "low": 0.4, "year": "2020"})
    found = published.points(figures)
    assert list(found) == ["label", "value", "low", "high", "source"]
    assert found[["label", "value", "source"]].to_numpy().tolist() == [["b", 0.5, "study"]]
    assert found[["low", "high"]].isna().all(axis=None)
    assert list(found.index) == [0]
