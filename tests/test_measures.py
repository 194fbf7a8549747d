"""Posts reduced to accounts: the same figures by hand, on pandas and on DuckDB."""

from datetime import date
from types import SimpleNamespace

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from helpers import measures
from helpers.families.account_size import FAMILY, lessons
from helpers.reading import complete


@pytest.fixture
def posts() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "post_id": list("abcdefg"),
            "account_id": ["x", "x", "x", "y", "y", "z", "w"],
            "platform": ["instagram"] * 5 + [None, "x"],
            "likes": [10, -1, None, 5, 0, 3, 4],
            "comments": [1, 2, 3, 4, None, 0, -1],
            "followers": [100, 100, 200, 50, 50, 0, 10],
            "reach": [50, 50, None, 0, 10, 5, 8],
            "created_at": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"] + ["2024-02-01"] * 3),
            "captured_at": pd.to_datetime(["2024-03-01"] * 6 + ["2024-02-02"]),
        }
    )
    return frame.astype(dict.fromkeys(["likes", "comments", "reach"], "Int64"))


CONNECTION = duckdb.connect()


def on_duckdb(frame: pd.DataFrame) -> nw.LazyFrame:
    return nw.from_native(CONNECTION.from_df(frame))


CHOICES = [
    {},
    {"min_age_days": 3.0},
    {"min_posts": 3},
    {"platforms": ["instagram"]},
    {"start": "2024-01-02", "end": "2024-01-31"},
]


@pytest.mark.parametrize("chosen", CHOICES)
def test_same_on_pandas_and_duckdb(posts, chosen):
    here, there = (measures.reduce_posts(table, **chosen) for table in (posts, on_duckdb(posts)))
    pd.testing.assert_frame_equal(here.frame, there.frame, check_dtype=False, rtol=1e-12)
    assert (here.n_rows, here.excluded, here.period) == (there.n_rows, there.excluded, there.period)


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("told", ["all", "all but one count", "followers alone", "no flags, one hidden"])
def test_what_all_posts_tell_is_not_asked_of_each_account_and_gives_the_same(posts, chosen, told, monkeypatch):
    monkeypatch.setattr(complete, "MANY", 0)
    whole = posts.assign(**{name: posts[name].clip(lower=1).fillna(7) for name in ("likes", "comments", "followers")})
    if told == "all but one count":
        whole.loc[2, "comments"] = pd.NA
    if told == "followers alone":
        whole = posts.assign(followers=whole["followers"])
    if told == "no flags, one hidden":
        whole = whole.assign(likes_hidden=[True] + [False] * 6, comments_hidden=False)
    here, there = (measures.reduce_posts(table, **chosen) for table in (whole, on_duckdb(whole)))
    pd.testing.assert_frame_equal(here.frame, there.frame, check_dtype=False, rtol=1e-12)
    assert (here.n_rows, here.excluded, here.period) == (there.n_rows, there.excluded, there.period)


def test_what_holds_throughout_is_asked_of_large_tables_alone(posts, monkeypatch):
    asked = {"followers": nw.col("followers") >= 0, "likes": nw.col("likes") >= 0, "reach": nw.col("reach") >= 0}
    assert complete.hold_throughout(on_duckdb(posts), asked) == set()
    monkeypatch.setattr(complete, "MANY", 7)
    assert complete.hold_throughout(on_duckdb(posts), asked) == {"followers"}  # one is hidden, one reach unknown
    assert complete.hold_throughout(nw.from_native(posts).lazy(), asked) == set()


def test_rates_by_hand(posts):
    frame = measures.reduce_posts(posts).frame.set_index("account_id")
    assert frame.index.tolist() == ["x", "y", "w"]  # z has zero followers and is no account with a rate
    assert frame.loc["x", "like_rate"] == 10 / 100  # the hidden and the missing count are left out, not zero
    assert frame.loc["y", "like_rate"] == pytest.approx((5 / 50 + 0) / 2)  # a zero is a rate of zero
    assert frame.loc["x", "comment_rate"] == pytest.approx((1 / 100 + 2 / 100 + 3 / 200) / 3)
    assert frame.loc["x", "comment_ratio"] == pytest.approx(6 / 400)
    assert frame.loc["y", "like_reach_rate"] == 0  # the post with reach 0 has no rate by reach
    assert frame.loc["x", "like_reach_rate"] == 10 / 50
    assert frame.loc["x", "followers"] == pytest.approx(400 / 3)
    assert frame.loc["w", "like_rate"] == 0.4
    assert pd.isna(frame.loc["w", "comment_rate"])


def test_what_is_left_out_is_counted(posts):
    found = measures.reduce_posts(posts, min_age_days=3.0)
    assert found.excluded == {
        "posts too young at capture": 1,
        "posts of unknown or zero followers": 1,
        "likes hidden": 1,
        "likes missing": 1,
        "comments missing": 1,
    }
    assert (found.n_rows, found.period) == (5, (date(2024, 1, 1), date(2024, 2, 1)))
    few = measures.reduce_posts(posts, min_posts=3)
    assert few.excluded["posts of accounts with fewer than 3 posts"] == 3
    assert few.frame["account_id"].tolist() == ["x"]


def test_period_includes_its_last_day_and_leaves_unknown_days_out(posts):
    posts.loc[0, "created_at"] = pd.NaT
    found = measures.reduce_posts(posts, end="2024-02-01")
    assert found.excluded["posts outside the chosen platforms or period"] == 1
    assert found.period == (date(2024, 1, 2), date(2024, 2, 1))


def test_unknown_age_stays(posts):
    posts["captured_at"] = pd.NaT
    assert measures.reduce_posts(posts, min_age_days=3.0).n_rows == 6


def test_columns_that_are_not_there_are_unknown():
    bare = pd.DataFrame({"account_id": ["x", "y"], "likes": [1, 2], "followers": [10, 10]})
    for table in (bare, on_duckdb(bare)):
        found = measures.reduce_posts(table)
        assert found.frame["like_rate"].tolist() == [0.1, 0.2]
        assert found.frame["comment_rate"].isna().all()
        assert found.period is None


def test_followers_come_from_the_table_of_accounts(posts):
    accounts = pd.DataFrame({"account_id": ["x", "y"], "platform": ["instagram"] * 2, "followers": [1000, 500]})
    without = posts.drop(columns="followers")
    partly = posts.assign(followers=posts["followers"].where(posts["account_id"] != "y").astype("Float64"))
    for wrap in (lambda frame: frame, on_duckdb):
        found = measures.account_rates({"posts": wrap(without), "accounts": wrap(accounts)}).frame
        assert found.set_index("account_id")["like_rate"].to_dict() == {"x": 0.01, "y": 0.005}
        filled = measures.account_rates({"posts": wrap(partly), "accounts": wrap(accounts)}).frame
        assert filled.set_index("account_id")["like_rate"].to_dict() == {"w": 0.4, "x": 0.1, "y": 0.005}


def test_averages():
    table = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d"],
            "followers": [100, 0, 1000, None],
            "avg_likes": [8.0, 1.0, -1.0, 2.0],
            "avg_comments": [None, 1.0, 5.0, 2.0],
        }
    )
    for wrapped in (table, on_duckdb(table)):
        found = measures.account_rates({"accounts": wrapped})
        frame = found.frame.set_index("account_id")
        assert frame["like_rate"].dropna().to_dict() == {"a": 0.08}
        assert frame["comment_rate"].dropna().to_dict() == {"c": 0.005}
        assert found.excluded == {"accounts of unknown or zero followers": 2}
        assert found.n_rows == 2


def test_no_table_gives_no_accounts():
    found = measures.account_rates({})
    assert (len(found.frame), found.n_rows) == (0, 0)


def test_the_input_stays_as_it_was(posts):
    before = posts.copy(deep=True)
    measures.reduce_posts(posts, min_age_days=3.0)
    pd.testing.assert_frame_equal(posts, before)


def test_bands_take_their_lower_edge():
    frame = pd.DataFrame({"followers": [999.5, 1_000.0, 9_999_999.0, 10_000_000.0]})
    banded = measures.with_bands(frame)["band"]
    assert banded.tolist() == ["under 1k", "1k–10k", "1M–10M", "10M and over"]
    for edges in ([], [1_000, 1_000], [10, 5], [0, 10]):
        with pytest.raises(ValueError, match="above 0 and rise"):
            measures.with_bands(frame, edges=edges)


def test_four_definitions_by_hand():
    posts = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "c"],
            "likes": [10, 20, 5, -1],
            "followers": [100, 100, 1_000, 10],
            "reach": [50, 40, 100, 10],
        }
    )
    rates = lessons.four_definitions(posts).set_index("definition")["rate"]
    assert rates["mean of post rates"] == pytest.approx((0.1 + 0.2 + 0.005) / 3)
    assert rates["ratio of sums"] == pytest.approx(35 / 1_200)
    assert rates["median of accounts"] == pytest.approx((0.15 + 0.005) / 2)
    assert rates["by reach"] == pytest.approx((0.2 + 0.5 + 0.05) / 3)


def test_mechanical_fall():
    fall = lessons.mechanical_fall([1_000, 2_000], exponents=[0, 1])
    assert fall["twice as many bring 0% more likes"].tolist() == [0.05, 0.025]
    assert fall["twice as many bring 100% more likes"].tolist() == [0.05, 0.05]


def test_facts_come_before_results(posts):
    facts = FAMILY.facts(
        measures.reduce_posts(posts), dataset=SimpleNamespace(rows={"posts": 7}, notes=["read as UTF-8"])
    )["value"]
    assert facts["rows read: posts"] == "7"
    assert facts["likes hidden"] == "1"
    assert facts["reading"] == "read as UTF-8"


@pytest.mark.parametrize("wrap", [lambda frame: frame, on_duckdb])
def test_owner_is_named_by_the_list_of_accounts_or_else_the_account(wrap):
    table = pd.DataFrame({"platform": ["x", "y", "z", "x", None], "account_id": ["a", "a", "a", "b", "c"]})
    assert measures.with_owner(table, None)["owner"].tolist() == ["a", "a", "a", "b", "c"]
    unnamed = pd.DataFrame({"platform": ["x"], "account_id": ["a"]})
    assert measures.with_owner(table, wrap(unnamed))["owner"].tolist() == ["a", "a", "a", "b", "c"]
    named = pd.DataFrame(
        {
            "platform": ["x", "y", "x", "x"],
            "account_id": ["a", "a", "b", "d"],
            "owner": ["Ann", "Bob", None, "Dee"],
        }
    )
    # On z nobody says who owns a: it is taken for the a that is named first.
    assert measures.with_owner(table, wrap(named))["owner"].tolist() == ["Ann", "Bob", "Ann", "b", "c"]
    alone = named.drop(columns="platform").iloc[[0, 2]]
    assert measures.with_owner(table, wrap(alone))["owner"].tolist() == ["Ann", "Ann", "Ann", "b", "c"]
    rates = measures.account_rates({"accounts": wrap(named.assign(followers=[10, 20, 30, 40], avg_likes=1.0))})
    assert rates.frame["owner"].tolist() == ["Ann", "b", "Dee", "Bob"]


def test_a_table_that_does_not_tell_when_followers_were_counted_gives_what_one_of_unknown_days_gives(posts):
    unknown = posts.assign(followers_at=pd.Series([None] * len(posts), dtype="str"))
    untold, empty = (measures.reduce_posts(on_duckdb(frame)).frame for frame in (posts, unknown))
    pd.testing.assert_frame_equal(untold, empty)
    assert untold["at_posting"].eq(0).all()
    assert untold["years"].isna().all()
