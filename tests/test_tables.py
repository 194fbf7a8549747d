"""What a tidy table is, and what is said of one that breaks its rules."""

from datetime import datetime, timedelta

import duckdb
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from helpers import ROOT, tables
from helpers.base.refusals import Refusal
from helpers.reading.dataset import open_dataset
from helpers.running import tables_page

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


def opened(folder, frame):
    duckdb.from_df(frame).write_parquet(str(folder / "posts.parquet"))
    return open_dataset(folder)


def faults(folder, frame):
    with pytest.raises(Refusal) as refusal:
        opened(folder, frame)
    return [fault.removeprefix("posts.parquet: ") for fault in refusal.value.faults]


def test_a_sound_table_passes_with_hidden_unknown_and_zero_counts(tmp_path):
    frame = posts(
        likes=[-1.0, float("nan"), 0.0],
        format=["image", None, "live"],
        created_at=pd.to_datetime(["2024-01-01", None, "1990-01-01"]),
        sponsored=pd.Series([True, None, False], dtype="boolean"),
        mine=["kept", "and", "ignored"],
    )
    assert opened(tmp_path, frame).rows == {"posts": 3}


def test_an_empty_row_of_parquet_is_none(tmp_path):
    frame = posts(likes=[1.0, 2.0, 3.0])
    dataset = opened(tmp_path, pd.concat([frame, pd.DataFrame({"post_id": [None]})], ignore_index=True))
    assert dataset.rows == {"posts": 3}
    assert dataset.notes == ("posts.parquet: 1 row left out: no cell is filled (row 4)",)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"likes": [1, -2]}, "likes: 1 value below -1 (a count is 0 or more; -1 means hidden) (row 2)"),
        (
            {"likes": [6_000_000_000, 6_000_000_001]},
            "likes: 1 value above 6,000,000,000, more than is possible (row 2)",
        ),
        ({"views": [10**12, 10**12 + 1]}, "views: 1 value above 1,000,000,000,000, more than is possible (row 2)"),
        ({"likes": [1.5, 2.0]}, "likes: 1 value not whole, where a count belongs (row 1)"),
        ({"likes": ["1", "lots"]}, "likes: 1 value not readable as a number (row 2)"),
        ({"created_at": ["2024", "2025"]}, "created_at: 2 values not readable as a date (rows 1, 2)"),
        (
            {"sponsored": ["maybe", "true"]},
            "sponsored: 1 value neither true nor false; allowed are true, false, 1, 0, yes, no (row 1)",
        ),
        (
            {"goal": ["learn", "earn"]},
            "goal: 1 value not among the values allowed: engage, inform, convert, learn (row 2)",
        ),
        ({"post_id": ["1", None]}, "post_id: 1 value missing (row 2)"),
        (
            {"post_id": ["1", "1"]},
            "post_id: 1 row repeats an earlier row (row 2); "
            'keep one of each, or say repeated = "first" for the table in dataset.toml',
        ),
        ({"watch_time_s": [0.0, -0.1]}, "watch_time_s: 1 value below 0 (row 2)"),
        (
            {"created_at": [datetime(1989, 12, 31, 23, 59, 59), datetime(1990, 1, 1)]},
            "created_at: 1 value before 1990, when there was no social medium; leave unknown times empty (row 1)",
        ),
    ],
)
def test_each_fault_is_said_with_its_count_and_place(tmp_path, columns, said):
    assert faults(tmp_path, posts(**columns)) == [said]


def test_the_same_post_id_on_two_platforms_is_two_posts(tmp_path):
    frame = posts(post_id=["1", "1"], platform=["x", "tiktok"])
    assert opened(tmp_path, frame).rows == {"posts": 2}
    (said,) = faults(tmp_path, frame.assign(platform="x"))
    assert said.startswith("platform, post_id: 1 row repeats an earlier row (row 2)")


def test_all_faults_come_together_in_the_order_of_the_columns(tmp_path):
    said = faults(tmp_path, posts(likes=[7 * 10**9, -7], followers=[-2, 1], account_id=["a", None]))
    assert [fault[:22] for fault in said] == [
        "account_id: 1 value mi",
        "followers: 1 value bel",
        "likes: 1 value below -",
        "likes: 1 value above 6",
    ]


def test_of_very_many_rows_at_fault_the_first_are_described(tmp_path):
    said = faults(tmp_path, posts(likes=[-2] * 10_001 + [7 * 10**9]))
    assert said[0].startswith("likes: 10,000 values below -1")
    assert said[1:] == ["only the first 10,000 offending rows are described"]


def test_an_unknown_table_is_refused():
    with pytest.raises(Refusal, match="did you mean 'posts'"):
        tables.find("post")


counts = st.one_of(st.none(), st.integers(-3, 3), st.integers(tables.PERSONS - 1, tables.PERSONS + 1))
formats = st.sampled_from([None, "image", "reel", "painting"])
times = st.sampled_from([None, *(tables.EARLIEST + timedelta(seconds=step) for step in (-1, 0, 1))])
ids = st.sampled_from([None, "1", "2"])


@given(st.lists(st.tuples(ids, counts, formats, times), min_size=1, max_size=8))
def test_rules_select_what_plain_python_does(rows):
    fits = {
        "post_id": lambda value: value is not None,
        "likes": lambda value: value is None or -1 <= value <= 6_000_000_000,
        "format": lambda value: value in (None, *tables.TABLES["posts"].columns["format"].categories),
        "created_at": lambda value: value is None or value >= datetime(1990, 1, 1),
    }
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (post_id TEXT, likes BIGINT, format TEXT, created_at TIMESTAMP, row BIGINT)")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [(*row, at) for at, row in enumerate(rows)])
    found = {name: [] for name in fits}
    for rule in tables.limits(list(fits), table="posts"):
        sql = f"SELECT row FROM t WHERE {rule.breaks.format(rule.column)}"
        found[rule.column] += [row for (row,) in connection.execute(sql).fetchall()]
    connection.close()
    wanted = {name: [at for at, row in enumerate(rows) if not fits[name](row[n])] for n, name in enumerate(fits)}
    assert {name: sorted(at) for name, at in found.items()} == wanted


def test_the_page_of_tables_is_made_from_the_declarations():
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == tables_page.page(), "run make readme"
    assert "| **post_id** | id |" in written
    assert all(f"## {name}\n" in written for name in tables.TABLES)
