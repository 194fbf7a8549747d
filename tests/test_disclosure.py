"""No table shows what rests on fewer than ten persons or accounts of others."""

import pandas as pd
import pytest

from helpers.ground.disclosure import FEW, HELD_BACK, disclosed, held_back, without_few
from helpers.reading.dataset import holds_fewer, open_dataset
from helpers.reading.display import frame_html, styled_html

BANDS = pd.DataFrame({"accounts": [12, 3, 0], "mean": [0.1, 0.2, float("nan")]}, index=["small", "large", "none"])


def test_a_small_count_and_what_rests_on_it_are_held_back():
    assert disclosed(BANDS)[:2].astype("str").to_numpy().tolist() == [["12", "0.1"], [FEW, HELD_BACK]]
    assert BANDS.loc["large", "mean"] == 0.2
    enough = BANDS.assign(accounts=10)
    assert disclosed(enough) is enough


@pytest.mark.parametrize("name", ["accounts", "persons", "customers", "respondents", "count", "Accounts"])
@pytest.mark.parametrize(
    ("number", "held"), [(1, True), (9, True), ("9", True), (10, False), ("1,009", False), (0, False)]
)
def test_counts_of_people_are_known_by_their_names(name, number, held):
    assert held_back(pd.DataFrame({name: [number], "mean": [1.0]})).to_numpy().all() == held


def test_posts_and_the_units_of_a_claim_are_shown():
    shown = pd.DataFrame({"posts": [3], "n": [4], "teams": [2]})
    assert disclosed(shown) is shown
    facts = pd.DataFrame({"value": ["3"]}, index=["accounts"])
    assert disclosed(facts) is facts


@pytest.mark.parametrize("turned", [False, True])
def test_minimum_and_maximum_are_single_units(turned):
    summary = pd.DataFrame({"rate": range(30)}).describe()
    shown = disclosed(summary.T if turned else summary)
    shown = shown.T if turned else shown
    assert shown.loc[["min", "max"], "rate"].tolist() == [HELD_BACK, HELD_BACK]
    assert shown.loc["50%", "rate"] == 14.5
    few = disclosed(pd.DataFrame({"rate": range(9)}).describe())
    assert set(few["rate"]) == {FEW, HELD_BACK}


def test_tables_are_shown_by_that_rule_but_for_data_of_ones_own():
    for html in (frame_html(BANDS), styled_html(BANDS.style.format({"mean": "{:.1%}"}))):
        assert FEW in html
        assert "0.2" not in html
        assert "20.0%" not in html
    assert "0.2" in frame_html(BANDS, own=True)
    assert "20.0%" in styled_html(BANDS.style.format({"mean": "{:.1%}"}), own=True)
    twice = pd.DataFrame({"accounts": [3, 20], "mean": [0.2, 0.3]}, index=["a", "a"])
    assert "0.2" not in styled_html(twice.style)


def test_means_in_sentences_are_left_out_too():
    assert without_few(BANDS)["mean"].isna().tolist() == [False, True, True]
    own = BANDS.assign(accounts=[2, 1, 0])
    assert without_few(own) is own


@pytest.mark.parametrize(("accounts", "own"), [(1, True), (9, True), (10, False)])
def test_data_of_fewer_than_ten_accounts_are_ones_own(tmp_path, accounts, own):
    rows = "".join(f"{n},a{n % accounts},3\n" for n in range(40))
    (tmp_path / "posts.csv").write_text(f"post_id,account_id,likes\n{rows}")
    assert holds_fewer(open_dataset(tmp_path), 10) is own


def test_other_persons_are_others(tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id\n1,a\n")
    comments = "".join(f"{n},1,f{n}\n" for n in range(12))
    (tmp_path / "comments.csv").write_text(f"comment_id,post_id,author_id\n{comments}")
    assert not holds_fewer(open_dataset(tmp_path), 10)
