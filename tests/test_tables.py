"""What a tidy table is: declarations, schema and the expression that finds offending rows say the same."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from helpers import ROOT, tables
from helpers.base.refusals import Refusal
from helpers.tables import page

REQUIRED = {
    "posts": ("post_id", "account_id"),
    "accounts": ("account_id",),
    "comments": ("comment_id", "post_id"),
    "campaigns": ("campaign_id", "account_id"),
    "diary": ("person_id", "observed_at"),
    "survey": ("person_id",),
    "communities": ("community_id",),
    "post_history": ("post_id", "hours"),
    "account_history": ("account_id", "date"),
    "follower_activity": ("account_id", "tenure_months"),
    "customers": ("customer_id",),
    "teams": ("team_id",),
    "learning": ("person_id",),
}


def posts(**columns):
    size = len(next(iter(columns.values())))
    ids = {"post_id": [f"p{row}" for row in range(size)], "account_id": ["a"] * size}
    return pd.DataFrame(ids | columns)


def test_the_tables_of_the_contract_are_all_there():
    assert {name: table.required for name, table in tables.TABLES.items()} == REQUIRED


def test_every_column_says_what_it_means_and_categories_have_values():
    for table in tables.TABLES.values():
        assert set(table.key) <= set(table.columns)
        for column in table.columns.values():
            assert column.meaning
            assert bool(column.categories) == (column.kind == "category")
            assert column.maximum is not None or column.kind != "count"


def test_a_sound_table_passes_with_hidden_unknown_and_zero_counts():
    frame = posts(
        likes=[-1.0, float("nan"), 0.0],
        format=["image", None, "live"],
        created_at=pd.to_datetime(["2024-01-01", None, "1990-01-01"]),
        sponsored=[True, None, False],
        mine=["kept", "and", "ignored"],
    )
    tables.check(frame, table="posts")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"likes": [1, -2]}, "likes: 1 value below -1 (a count is 0 or more; -1 means hidden) (row 1)"),
        (
            {"likes": [6_000_000_000, 6_000_000_001]},
            "likes: 1 value above 6,000,000,000, more than is possible (row 1)",
        ),
        ({"views": [10**12, 10**12 + 1]}, "views: 1 value above 1,000,000,000,000, more than is possible (row 1)"),
        ({"likes": [1.5, 2.0]}, "likes: 1 value not whole (row 0)"),
        ({"likes": ["1", "2"]}, "likes: the values are not numbers"),
        ({"created_at": ["2024", "2025"]}, "created_at: the values are not times"),
        ({"sponsored": ["maybe", True]}, "sponsored: 1 value neither true nor false (row 0)"),
        (
            {"goal": ["learn", "earn"]},
            "goal: 1 value not among the values allowed: engage, inform, convert, learn (row 1)",
        ),
        ({"post_id": ["1", None]}, "post_id: 1 value missing (row 1)"),
        ({"post_id": ["1", "1"]}, "post_id: 1 row repeats an earlier row (row 1)"),
        ({"watch_time_s": [0.0, -0.1]}, "watch_time_s: 1 value below 0 (row 1)"),
    ],
)
def test_each_fault_is_said_with_its_count_and_place(columns, said):
    assert tables.faults(posts(**columns), table="posts") == [said]


def test_times_before_any_social_medium_are_faults():
    frame = posts(created_at=pd.to_datetime(["1970-01-01", "2020-01-01"]))
    assert tables.faults(frame, table="posts")[0].startswith("created_at: 1 value before 1990")


def test_the_same_post_id_on_two_platforms_is_two_posts():
    frame = posts(post_id=["1", "1"], platform=["x", "tiktok"])
    assert tables.faults(frame, table="posts") == []
    assert tables.faults(frame.assign(platform="x"), table="posts") == [
        "platform, post_id: 1 row repeats an earlier row (row 1)"
    ]


def test_all_faults_come_in_one_refusal():
    with pytest.raises(Refusal) as refusal:
        tables.check(posts(likes=[-7, 1], format=["painting", "image"]), table="posts")
    assert len(refusal.value.faults) == 2
    assert "painting" not in str(refusal.value)


def test_missing_columns_are_named_together_with_what_they_may_be_called():
    frame = pd.DataFrame({"postid": ["1"], "likes": [2]})
    assert tables.faults(frame, table="posts") == [
        "posts needs post_id (did you mean 'postid'?), account_id, which are not there"
    ]


def test_an_empty_table_and_an_unknown_table_are_refused():
    with pytest.raises(Refusal, match="no rows"):
        tables.check(pd.DataFrame({"person_id": []}), table="learning")
    with pytest.raises(Refusal, match="did you mean 'posts'"):
        tables.find("post")


counts = st.one_of(st.none(), st.integers(-3, 3), st.integers(tables.PERSONS - 1, tables.PERSONS + 1))
formats = st.sampled_from([None, "image", "reel", "painting"])
ids = st.sampled_from([None, "1", "2"])


@given(st.lists(st.tuples(ids, counts, formats), min_size=1, max_size=8))
def test_the_expression_selects_the_rows_that_pandera_describes(rows):
    ids_, likes, formats_ = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            "post_id": pd.Series(ids_, dtype="str"),
            "account_id": "a",
            "likes": pd.Series(likes, dtype="float64"),
            "format": pd.Series(formats_, dtype="str"),
            "row": range(len(rows)),
        }
    )
    seen: list[int] = []
    tables.faults(frame, table="posts", where=lambda labels: seen.extend(labels) or "", keys=False)
    by_pandas = tables.suspicious(nw.from_native(frame).lazy(), table="posts").collect()["row"].to_list()
    connection = duckdb.connect()
    connection.register("frame", frame)
    lazy = nw.from_native(connection.sql("SELECT * FROM frame"))
    by_duckdb = tables.suspicious(lazy, table="posts").collect("pandas")["row"].to_list()
    connection.close()
    assert sorted(by_pandas) == sorted(by_duckdb) == sorted(set(seen))


def test_the_page_of_tables_is_made_from_the_declarations():
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == page.page(), "run make readme"
    assert "| **post_id** | id |" in written
    assert all(f"## {name}\n" in written for name in tables.TABLES)
