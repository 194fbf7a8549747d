"""Opening a dataset: what people's files look like, and what is refused, with every fault and nobody's words."""

import contextlib
import csv
import gc
import io
import os
import socket
import stat
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.ground.scratch import LOCK
from helpers.measures.posts import account_rates
from helpers.reading import addresses, loading
from helpers.reading.connection import SPILL, connected
from helpers.reading.dataset import open_dataset
from helpers.reading.guards import is_aloud
from helpers.reading.manifest import Address, data_files, located

SECRET = "anna.de.vries"


def saved(folder: Path, **texts) -> Path:
    """Write files: posts="..." becomes posts.csv, toml="..." becomes dataset.toml."""
    for name, text in texts.items():
        path = folder / ("dataset.toml" if name == "toml" else f"{name}.csv")
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def frame(path, table="posts", **options) -> pd.DataFrame:
    return open_dataset(path, **options).tables[table].collect("pandas").to_native()


def refused(path, **options) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        open_dataset(path, **options)
    return refusal.value


def listed(column: pd.Series) -> list:
    return [None if pd.isna(value) else value for value in column]


def test_a_tidy_folder_is_typed_and_keeps_hidden_unknown_and_zero_apart(tmp_path):
    saved(
        tmp_path,
        posts="post_id,account_id,created_at,likes,watch_time_s,sponsored,format,mine\n"
        "1,a,2024-05-01 10:00:00,-1,1.5,TRUE,Image,kept\n"
        "2,a,2024-05-01T10:00:00Z,,,no,reel,\n"
        "02,b,,0,12,0,N/A,x\n",
        accounts="account_id,followers,verified\na,12,\nb,7,yes\n",
    )
    dataset = open_dataset(tmp_path)
    assert dict(dataset.rows) == {"posts": 3, "accounts": 2}
    assert (dataset.name, dataset.kind, dataset.timezone) == (tmp_path.name, "user", "UTC")
    kinds = {name: str(kind) for name, kind in dataset.tables["posts"].collect_schema().items()}
    assert kinds == {
        **{
            "post_id": "String",
            "account_id": "String",
            "likes": "Int64",
            "watch_time_s": "Float64",
            "format": "String",
        },
        **{"created_at": "Datetime(time_unit='us', time_zone=None)", "sponsored": "Boolean", "mine": "String"},
        **{"followers": "Int64", "followers_at": "String"},  # those of the accounts
    }
    posts = frame(tmp_path)
    assert listed(posts["post_id"]) == ["1", "2", "02"]
    assert listed(posts["likes"]) == [-1, None, 0]
    assert listed(posts["sponsored"]) == [True, False, False]
    assert listed(posts["format"]) == ["image", "reel", None]
    assert listed(posts["created_at"]) == [pd.Timestamp("2024-05-01 10:00")] * 2 + [None]
    assert listed(posts["mine"]) == ["kept", None, "x"]


def test_tables_are_reduced_where_they_live_even_when_the_dataset_is_gone(tmp_path):
    saved(tmp_path, posts="post_id,account_id,likes\n1,a,4\n2,a,6\n3,b,-1\n")
    posts = open_dataset(tmp_path).tables["posts"]
    gc.collect()
    mean = posts.filter(nw.col("likes") >= 0).group_by("account_id").agg(nw.col("likes").mean()).collect("pandas")
    assert mean.to_dict(as_series=False) == {"account_id": ["a"], "likes": [5.0]}


def test_one_file_of_posts_or_of_accounts_is_known_by_its_columns(tmp_path):
    saved(tmp_path, mine="post_id,account_id\n1,a\n", theirs="account_id,followers\na,5\n")
    assert set(open_dataset(tmp_path / "mine.csv").tables) == {"posts"}
    accounts = open_dataset(tmp_path / "theirs.csv")
    assert set(accounts.tables) == {"accounts"}
    assert accounts.name == "theirs"


def test_relative_paths_start_here_or_else_in_the_project(tmp_path, monkeypatch):
    saved(tmp_path, posts="post_id,account_id\n1,a\n")
    monkeypatch.chdir(tmp_path)
    assert open_dataset("posts.csv").path == tmp_path / "posts.csv"
    monkeypatch.chdir(tmp_path.parent)
    assert open_dataset(tmp_path.name).path == tmp_path
    assert located("pyproject.toml") == ROOT / "pyproject.toml"


def test_many_files_of_one_table_are_one_table_in_the_order_of_their_names(tmp_path):
    saved(
        tmp_path, **{"posts-2025": "likes,account_id,post_id\n3,a,3\n", "posts-2024": "post_id,account_id\n1,a\n2,a\n"}
    )
    dataset = open_dataset(tmp_path)
    posts = dataset.tables["posts"].collect("pandas").to_native()
    assert listed(posts["post_id"]) == ["1", "2", "3"]
    assert listed(posts["likes"]) == [None, None, 3]
    assert any("likes is missing in posts-2024.csv" in note for note in dataset.notes)
    assert {path.name: rows for path, rows in dataset.file_rows.items()} == {"posts-2024.csv": 2, "posts-2025.csv": 1}


def test_a_required_column_must_be_in_every_file(tmp_path):
    saved(tmp_path, **{"posts-1": "post_id,account_id\n1,a\n", "posts-2": "post_id\n2\n"})
    assert "posts-2.csv: posts needs account_id" in str(refused(tmp_path))


def test_parquet_is_read_where_it_lives(tmp_path):
    (tmp_path / "posts").mkdir()
    for part in (1, 2):
        moment = "TIMESTAMPTZ '2024-01-01 00:00:00+02' AS created_at"
        sql = f"SELECT {part} AS post_id, 'a' AS account_id, {part}.0 AS likes, {moment}"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/posts/{part}.parquet'")
    dataset = open_dataset(tmp_path)
    posts = dataset.tables["posts"].collect("pandas").to_native()
    assert listed(posts["post_id"]) == ["1", "2"]
    assert listed(posts["likes"]) == [1, 2]
    assert str(dataset.tables["posts"].collect_schema()["likes"]) == "Int64"
    assert posts["created_at"].tolist() == [pd.Timestamp("2023-12-31 22:00")] * 2
    views = dataset.connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone()
    assert views == (1,)


def test_parquet_with_text_for_numbers_and_unknowns_as_nan_is_read_too(tmp_path):
    rows = "VALUES ('1', 'a', '1.2K', 'nan'::DOUBLE), ('2', 'a', '3', 5)"
    sql = f"SELECT * FROM ({rows}) t(post_id, account_id, likes, comments)"
    duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/posts.parquet'")
    posts = frame(tmp_path)
    assert listed(posts["likes"]) == [1200, 3]
    assert listed(posts["comments"]) == [None, 5]


def test_parquet_faults_come_with_row_numbers(tmp_path):
    likes = "CASE WHEN i = 2 THEN 1.5 ELSE i END AS likes"
    sql = f"SELECT i::VARCHAR AS post_id, 'a' AS account_id, {likes}, -i AS views FROM range(4) t(i)"
    duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/posts.parquet'")
    message = str(refused(tmp_path))
    assert "likes: 1 value not whole, where a count belongs (row 3)" in message
    assert "views: 2 values below -1 (a count is 0 or more; -1 means hidden) (rows 3, 4)" in message


def test_parquet_that_is_damaged_inside_is_refused(tmp_path):
    file = tmp_path / "posts.parquet"
    duckdb.sql(f"COPY (SELECT i::VARCHAR AS post_id, uuid() AS account_id FROM range(5000) t(i)) TO '{file}'")
    content = bytearray(file.read_bytes())
    content[4 : len(content) - 2000] = b"\x07" * (len(content) - 2004)
    file.write_bytes(content)
    assert "posts.parquet: damaged inside" in str(refused(tmp_path))


class TestLargeTables:
    """Of large Parquet tables the ids are looked at in part; here a table is large from 5,000 rows on."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        monkeypatch.setattr(loading, "_MANY", 5_000)

    def written(self, folder, sql):
        duckdb.sql(f"COPY ({sql}) TO '{folder}/posts.parquet' (ROW_GROUP_SIZE 2048)")

    @pytest.mark.parametrize("rows", [6_000, 30_001, 200_000])
    def test_a_table_saved_twice_is_refused(self, tmp_path, rows):
        once = f"SELECT 'p' || i AS post_id, 'a' AS account_id, 1 AS likes FROM range({rows}) AS t(i)"
        self.written(tmp_path, f"{once} UNION ALL {once}")
        assert "repeat an earlier row" in str(refused(tmp_path))

    @pytest.mark.parametrize("place", [0, 77_777, 99_999])
    def test_an_id_missing_anywhere_is_refused(self, tmp_path, place):
        sql = (
            f"SELECT nullif(i, {place})::VARCHAR AS post_id, 'a' AS account_id, 1 AS likes FROM range(100_000) AS t(i)"
        )
        self.written(tmp_path, sql)
        assert f"post_id: 1 value missing (row {place + 1})" in str(refused(tmp_path))

    def test_a_clean_table_says_what_was_checked(self, tmp_path):
        self.written(
            tmp_path, "SELECT i::VARCHAR AS post_id, 'a' AS account_id, 1 AS likes FROM range(100_000) AS t(i)"
        )
        dataset = open_dataset(tmp_path)
        assert dataset.rows == {"posts": 100_000}
        assert any("one post_id in 64" in note for note in dataset.notes)


def test_parquet_that_is_cut_in_the_middle_is_refused_by_name(tmp_path):
    (tmp_path / "posts").mkdir()
    for part in (1, 2):
        sql = f"SELECT '{part}-' || i AS post_id, uuid() AS account_id FROM range(5000) t(i)"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/posts/{part}.parquet'")
    content = (tmp_path / "posts" / "2.parquet").read_bytes()
    (tmp_path / "posts" / "2.parquet").write_bytes(content[: len(content) // 2])
    said = "posts (2 files): 2.parquet is cut off, damaged or no Parquet file: save or download it again"
    assert said in str(refused(tmp_path))


def test_our_columns_are_read_by_the_type_of_each_file_or_refused_by_name(tmp_path):
    for part, (likes, at) in enumerate({"7::UTINYINT": "DATE '2024-05-01'", "'1.2K'": "'2024-05-01'"}.items()):
        sql = f"SELECT '{part}' AS post_id, 'a' AS account_id, {likes} AS likes, {at} AS created_at"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/p{part}.parquet'")
    posts = frame(tmp_path / "p*.parquet")
    assert (listed(posts["likes"]), set(posts["created_at"])) == ([7, 1200], {pd.Timestamp("2024-05-01")})
    duckdb.sql(f"COPY (SELECT '3' AS post_id, 'a' AS account_id, [1, 2] AS likes) TO '{tmp_path}/p3.parquet'")
    message = str(refused(tmp_path / "p*.parquet"))
    assert "posts (3 files): likes: 1 value not readable as a number (p3.parquet row 1)" in message
    duckdb.sql(f"COPY (SELECT '3' AS post_id) TO '{tmp_path}/p3.parquet'")
    assert "p3.parquet: posts needs account_id" in str(refused(tmp_path / "p*.parquet"))
    duckdb.sql(f"COPY (SELECT '3' AS post_id, 'a' AS account_id) TO '{tmp_path}/p3.parquet'")
    notes = open_dataset(tmp_path / "p*.parquet").notes
    assert "posts (3 files): likes is missing in p3.parquet and unknown there" in notes


@pytest.mark.parametrize("setting", ["max_temp_directory_size = '1MB'", "temp_directory = ''"])
def test_where_memory_and_disk_are_full_the_data_are_refused_and_nothing_is_left(tmp_path, monkeypatch, setting):
    rows = "SELECT i AS post_id, i % 9 AS account_id, repeat(uuid()::VARCHAR, 9) AS mine FROM range(300_000) t(i)"
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path}/posts.csv'")
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setenv(SPILL, str(spill))

    def tight(*limits):
        connection = connected("60MB", 1)
        connection.execute(f"SET {setting}")
        return connection

    monkeypatch.setattr("helpers.reading.dataset.connected", tight)
    message = str(refused(tmp_path / "posts.csv"))
    assert ("the disk is full" if "max" in setting else "do not fit into the memory allowed") in message
    assert ("TMPDIR" if "max" in setting else "memory_limit") in message
    assert not list(spill.iterdir())


def test_an_unknown_column_whose_type_differs_between_parquet_files_becomes_text(tmp_path):
    (tmp_path / "posts").mkdir()
    for part, extra in enumerate(("1", "{'a': 1}")):
        sql = f"SELECT {part} AS post_id, 'a' AS account_id, {extra} AS extra"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/posts/{part}.parquet'")
    assert listed(frame(tmp_path)["extra"]) == ["1", "{'a': 1}"]


def test_a_mapping_brings_names_units_constants_formats_and_zone(tmp_path):
    saved(
        tmp_path,
        tweets="id;user;favorites;when;hours;likes\n1;a;1,5;01/02/2024 13:00;0,5;9\n2;b;-1;02/02/2024 13:00;2;8\n",
        toml="""
name = "mine"
source = "by hand"
timezone = "Europe/Amsterdam"
[tables.posts]
file = "tweets.csv"
[tables.posts.columns]
post_id = "id"
account_id = "user"
likes = "favorites"
created_at = "when"
watch_time_s = "hours"
[tables.posts.constants]
platform = "x'; DROP TABLE raw_posts; --"
sponsored = false
[tables.posts.units]
likes = "thousands"
watch_time_s = "hours"
[tables.posts.formats]
created_at = "%d/%m/%Y %H:%M"
""",
    )
    dataset = open_dataset(tmp_path)
    posts = dataset.tables["posts"].collect("pandas").to_native()
    assert (dataset.name, dataset.source) == ("mine", "by hand")
    assert listed(posts["likes"]) == [1500, -1]
    assert listed(posts["watch_time_s"]) == [1800, 7200]
    assert listed(posts["created_at"]) == [pd.Timestamp("2024-02-01 12:00"), pd.Timestamp("2024-02-02 12:00")]
    assert set(posts["platform"]) == {"x'; drop table raw_posts; --"}
    assert set(posts["sponsored"]) == {False}
    assert listed(posts["likes_2"]) == ["9", "8"]  # theirs, which the mapping set aside
    assert open_dataset(tmp_path / "dataset.toml").rows == {"posts": 2}


TOTALS = "post_id,account_id,likes,comments,shares,{total}\n1,a,407.137,1000,3,{sum}\n2,a,5612,1,2,5615\n"


def test_a_column_of_totals_confirms_what_a_mark_means(tmp_path):
    saved(tmp_path, posts=TOTALS.format(total="Total Interactions", sum="408.140"))
    assert listed(frame(tmp_path)["likes"]) == [407_137, 5_612]
    saved(tmp_path, posts=TOTALS.format(total="Total Interactions", sum="408.141"))
    assert "likes: 1 value with a '.' or ','" in str(refused(tmp_path))
    saved(tmp_path, posts=TOTALS.format(total="Summe", sum="408140"))
    assert "(line 2)" in str(refused(tmp_path))
    saved(tmp_path, toml='[tables.posts.totals]\nSumme = ["likes", "comments", "shares"]\n')
    dataset = open_dataset(tmp_path)
    assert any("'Summe' is not the sum of likes, comments, shares in 0 of 2 rows" in note for note in dataset.notes)


def test_stated_marks_decide(tmp_path):
    saved(tmp_path, posts=TOTALS.format(total="x", sum="1"), toml='[tables.posts]\nthousands = "."\n')
    assert listed(frame(tmp_path)["likes"]) == [407_137, 5_612]


def test_plain_decimals_are_evidence_for_the_whole_column(tmp_path):
    saved(tmp_path, accounts="account_id,avg_likes\na,0.5\nb,12.345\nc,7\n")
    assert listed(frame(tmp_path, "accounts")["avg_likes"]) == [0.5, 12.345, 7]
    saved(tmp_path, accounts="account_id,avg_likes\na,0.5\nb,1,5\n".replace("1,5", '"1,5"'))
    assert "avg_likes" in str(refused(tmp_path))
    saved(tmp_path, accounts="account_id,avg_likes\na,3\nb,12.345\n")
    assert "avg_likes: 1 value" in str(refused(tmp_path))


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [
        ("utf-8", ",", "\n"),
        ("utf-8-sig", ";", "\r\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-8", "|", "\n"),
        ("utf-8", ",", "\r"),
    ],
)
def test_encodings_delimiters_and_line_ends_are_found(tmp_path, encoding, delimiter, end):
    rows = ["post_id,account_id,likes,caption", "1,ané,3,çà", "2,b,4,ü"]
    (tmp_path / "posts.csv").write_bytes(end.join(row.replace(",", delimiter) for row in rows).encode(encoding))
    posts = frame(tmp_path)
    assert listed(posts["account_id"]) == ["ané", "b"]
    assert listed(posts["likes"]) == [3, 4]


def test_mixed_line_ends_are_read_from_a_copy(tmp_path):
    (tmp_path / "posts.csv").write_bytes(b'post_id,account_id,caption\n1,a,"x\r\ny"\r\n2,b,z\n')
    assert listed(frame(tmp_path)["account_id"]) == ["a", "b"]


def test_other_encodings_are_read_as_stated_or_with_a_note(tmp_path):
    (tmp_path / "posts.csv").write_bytes("post_id,account_id\n1,é\u201c\n".encode("cp1252"))
    dataset = open_dataset(tmp_path)
    assert listed(dataset.tables["posts"].collect("pandas").to_native()["account_id"]) == ["é\u201c"]
    assert any("read as cp1252" in note for note in dataset.notes)
    saved(tmp_path, toml='[tables.posts]\nencoding = "cp1252"\n')
    assert open_dataset(tmp_path).notes == ()
    saved(tmp_path, toml='[tables.posts]\nencoding = "utf-8"\n')
    assert "is not utf-8" in str(refused(tmp_path))


def test_files_and_columns_with_hostile_names_are_only_names(tmp_path):
    folder = tmp_path / 'it\'s [a] "test" *'
    folder.mkdir()
    header = [
        "post_id",
        "account_id",
        'x"; DROP TABLE raw_posts; --',
        "Post_ID",
        "__row",
        "rowid",
        "likes__odd",
        "a FROM b",
    ]
    with (folder / "posts-[1]'.csv").open("w", newline="") as out:
        csv.writer(out).writerows([header, ["1", "a", "b", "c", "d", "e", "f", "g"]])
    (folder / "posts-2?.csv").write_text("post_id,account_id\n2,b\n")
    assert listed(frame(folder)["post_id"]) == ["2", "1"]  # '2' comes before '['
    sql = 'SELECT \'1\' AS post_id, \'a\' AS account_id, 1 AS "a FROM b", 2 AS "x""y"'
    other = tmp_path / "parquet"
    other.mkdir()
    duckdb.sql(f"COPY ({sql}) TO '{other}/posts.parquet'")
    assert listed(frame(other)["a from b"]) == [1]  # in small letters, so that it is nothing that we make later


def test_line_numbers_are_those_of_the_file_also_with_captions_over_several_lines(tmp_path):
    saved(
        tmp_path,
        posts='post_id,account_id,caption,likes\r\n1,a,"one\r\ntwo\r\nthree",1\r\n\r\n2,a,x,-9\r\n3,a,"y\r\nz",many\r\n4,a,,3\r\n',
    )
    message = str(refused(tmp_path))
    assert "likes: 1 value not readable as a number (line 7)" in message
    assert "(a count is 0 or more; -1 means hidden) (line 6)" in message


def test_long_lists_of_lines_are_cut_and_counted(tmp_path):
    saved(tmp_path, posts="post_id,account_id,created_at\n" + "".join(f"{n},a,never\n" for n in range(30)))
    said = str(refused(tmp_path))
    assert "created_at: 30 values not readable as a date (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ...)" in said


def test_two_date_formats_after_a_spreadsheet_are_read_by_the_column(tmp_path):
    saved(tmp_path, posts="post_id,account_id,created_at\n1,a,4/22/2018 6:00\n2,a,4/11/18 04:53\n")
    dataset = open_dataset(tmp_path)
    created = dataset.tables["posts"].collect("pandas").to_native()["created_at"]
    assert listed(created) == [pd.Timestamp("2018-04-22 06:00"), pd.Timestamp("2018-04-11 04:53")]
    assert dataset.notes == ("posts.csv: created_at: 2 values read as month/day/year, as parts above 12 show",)


def test_offsets_are_applied(tmp_path):
    saved(tmp_path, posts="post_id,account_id,created_at\n1,a,2024-05-01T10:00:00+02:00\n2,a,2024-05-01 24:00:00\n")
    told = str(refused(tmp_path))
    assert "created_at: 1 value that no calendar or clock has ('2024-05-01 24:00:00')" in told
    assert "(line 3)" in told
    saved(tmp_path, posts="post_id,account_id,created_at\n1,a,2024-05-01T10:00:00+02:00\n2,a,2024-05-01\n")
    assert listed(frame(tmp_path)["created_at"]) == [pd.Timestamp("2024-05-01 08:00"), pd.Timestamp("2024-05-01")]


def test_times_after_capture_are_noted(tmp_path):
    saved(
        tmp_path,
        posts="post_id,account_id,created_at,captured_at\n1,a,2024-05-02,2024-05-01\n2,a,2024-05-01,2024-05-01\n",
    )
    assert open_dataset(tmp_path).notes == (
        "posts.csv: created_at: 1 value after captured_at; is the time zone right?",
    )


def test_who_has_an_unknown_table_is_told_of_the_proposal(tmp_path):
    (tmp_path / "mine.csv").write_text("Nr,Hearts\n1,5\n")
    for place in (tmp_path, tmp_path / "mine.csv"):
        assert "PROPOSE=1" in refused(place).mend


def test_an_empty_file_beside_tables_is_passed_over_and_said(tmp_path):
    saved(tmp_path, posts="post_id,account_id\n1,a\n", comments="", accounts="account_id,followers\n")
    (tmp_path / "posts-2.csv").write_text("\n")
    dataset = open_dataset(tmp_path)
    assert dataset.rows == {"posts": 1}
    assert dataset.notes == (
        "not read, as nothing is in it: comments.csv, posts-2.csv",
        "accounts.csv: accounts has no rows, only a header",
    )


def test_rows_that_cannot_have_happened_yet_are_left_out_and_counted(tmp_path):
    """A planned post, one of a wrong date, and one of a zone that is wrong by less than a day, which stays."""
    head = "post_id,account_id,created_at,captured_at\n"
    saved(tmp_path, posts=head + "1,a,2024-05-01,2024-05-02\n2,a,2024-05-07,2024-05-02\n3,a,2094-05-01,\n4,a,,\n")
    dataset = open_dataset(tmp_path)
    assert dataset.rows == {"posts": 3 - 1}
    assert dataset.notes == (
        "posts.csv: 1 row left out: later than their capture (created_at after captured_at) (line 3)",
        "posts.csv: 1 row left out: later than today (created_at) (line 4)",
    )
    saved(tmp_path, posts=head + "1,a,2024-05-07,2024-05-02\n")
    assert "no rows but those left out: later than their capture" in str(refused(tmp_path))


@pytest.mark.parametrize("empty", [",,,,", ' ,\t,"",,', ",", "   ", ",,,,,,,", "\u00a0,,,,"])
def test_rows_without_a_filled_cell_are_no_rows(tmp_path, empty):
    head = "post_id,account_id,likes,comments,mine\n"
    saved(tmp_path, posts=head + f"1,a,5,1,x\n{empty}\n2,b,6,1,y\n3,b,6,1,z\n4,b,6,1,z\n{empty}\n")
    dataset = open_dataset(tmp_path)
    assert dataset.rows == {"posts": 4}
    assert dataset.notes == ("posts.csv: 2 rows left out: no cell is filled (lines 3, 7)",)
    saved(tmp_path, posts=head + "1,a,5,1,x\n,,,,kept\n")
    assert "post_id: 1 value missing (line 3)" in str(refused(tmp_path))
    saved(tmp_path, posts=head + empty + "\n")
    assert "no rows but those left out: no cell is filled" in str(refused(tmp_path))


def test_every_fault_of_every_file_is_in_one_message_and_nobodys_words(tmp_path):
    saved(
        tmp_path,
        posts="post_id,account_id,platform,format,likes,comments,created_at,sponsored,caption\n"
        f"{SECRET},{SECRET},x,{SECRET},{SECRET},-4,{SECRET},{SECRET},{SECRET}\n"
        f"{SECRET},{SECRET},x,image,7000000000,1,1970-01-01,1,{SECRET}\n"
        f"1.34E+18,,x,image,1,1,2020-01-01,1,{SECRET}\n",
        accounts=f"account_id,followers,kind\n{SECRET},1.5,brand\n{SECRET},2,{SECRET}\n",
    )
    message = str(refused(tmp_path))
    for said in (
        "posts.csv: likes: 1 value not readable as a number (line 2)",
        "posts.csv: created_at: 1 value not readable as a date (line 2)",
        "posts.csv: sponsored: 1 value neither true nor false",
        "posts.csv: format: 1 value not among the values allowed: image, carousel,",
        "posts.csv: comments: 1 value below -1",
        "posts.csv: likes: 1 value above 6,000,000,000, more than is possible (line 3)",
        "posts.csv: created_at: 1 value before 1990",
        "posts.csv: account_id: 1 value missing (line 4)",
        "posts.csv: post_id: 1 value rounded by a spreadsheet",
        "accounts.csv: followers: 1 value not whole",
        "accounts.csv: kind: 1 value not among the values allowed: person, brand, publisher, community (line 3)",
        "accounts.csv: account_id: 1 row repeats an earlier row (line 3)",
    ):
        assert said in message
    assert SECRET not in message


def test_unknown_columns_give_a_ready_dataset_toml(tmp_path):
    saved(tmp_path, tweets=f"id,user,favorites,text\n1,{SECRET},4,{SECRET}\n")
    refusal = refused(tmp_path / "tweets.csv")
    assert "its columns are id, user, favorites, text" in str(refusal)
    assert 'post_id = "id"\naccount_id = "user"\nlikes = "favorites"' in str(refusal)
    assert SECRET not in str(refusal)
    start = refusal.mend.index("[tables.posts]")
    saved(tmp_path, toml=refusal.mend[start:])
    assert open_dataset(tmp_path).rows == {"posts": 1}


def test_a_file_without_a_header_is_not_quoted(tmp_path):
    saved(tmp_path, posts=f"17,{SECRET},2024-01-01,{SECRET}\n18,b,2024-01-02,c\n")
    message = str(refused(tmp_path / "posts.csv"))
    assert "its first row seems to hold data" in message
    assert SECRET not in message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("posts.csv", b"", "posts.csv is empty"),
        ("posts.csv", b"\n\n", "posts.csv is empty"),
        ("posts.csv", b"post_id,account_id\n", "posts has no rows, only a header"),
        ("posts.csv", b"post_id,account_id\n1,a\n2,\x00\n", "damaged, NUL bytes from line 3 on"),
        (
            "posts.csv",
            b"post_id,account_id,likes\n1,a\n2,a,3\n3,a,4,5\n",
            "1 row with fewer cells than the header, which has 3 (line 2)",
        ),
        (
            "posts.csv",
            b"post_id,account_id,likes\n1,a\n2,a,3\n3,a,4,5\n",
            "1 row with more cells than the header, which has 3 (line 4)",
        ),
        ("posts.csv", b'post_id,account_id\n1,"a\n2,b\n', "a quotation mark is opened and not closed"),
        ("posts.csv", b"post_id,account_id,likes,likes\n1,a,2,3\n", "'likes' is there more than once"),
        ("posts.csv", b"PK\x03\x04 a zip", "posts.csv is not text"),
        ("posts.csv", b"\xff\xfep\x00o\x00s", "posts.csv is not utf-16"),
        ("posts.parquet", b"PAR1 cut off", "posts.parquet is cut off, damaged or no Parquet file"),
        ("posts.parquet", b"", "posts.parquet is cut off, damaged or no Parquet file"),
        ("post.csv", b"post_id,account_id\n1,a\n", "post.csv (did you mean 'posts'?)"),
        ("export.xlsx", b"PK", "holds no table, only"),
        ("posts.csv", b"post_id,account_id\n,a\n", "post_id: 1 value missing (line 2)"),
    ],
)
def test_what_cannot_be_a_table_is_refused_with_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    refusal = refused(tmp_path)
    assert said in str(refusal)
    assert refusal.mend


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.xlsx", "a spreadsheet"), ("a.json", "JSON"), ("a.zip", "an archive"), ("a.pdf", "not a kind of file")],
)
def test_other_kinds_of_file_are_refused_with_what_to_do(tmp_path, name, said):
    (tmp_path / name).write_bytes(b"x")
    refusal = refused(tmp_path / name)
    assert said in str(refusal)
    assert refusal.mend


def test_missing_paths_empty_folders_addresses_and_engines(tmp_path):
    saved(tmp_path, posts="post_id,account_id\n1,a\n")
    assert "did you mean 'posts.csv'" in str(refused(tmp_path / "post.csv"))
    assert "there is no" in str(refused(tmp_path / "no" / "such" / "folder"))
    (tmp_path / "bare").mkdir()
    assert "no file at all" in str(refused(tmp_path / "bare"))
    assert "is no address that is read here" in str(refused("postgresql://somewhere/db"))
    assert "there is no engine 'sparkk'" in str(refused(tmp_path, engine="sparkk"))
    assert "memory_limit cannot be" in str(refused(tmp_path, memory_limit="lots"))
    assert open_dataset(tmp_path, memory_limit="200MB", threads=1).rows == {"posts": 1}


def test_the_same_table_as_csv_and_as_parquet_is_refused(tmp_path):
    saved(tmp_path, posts="post_id,account_id\n1,a\n")
    duckdb.sql(f"COPY (SELECT 1 AS post_id) TO '{tmp_path}/posts.parquet'")
    assert "posts is there as CSV and as Parquet" in str(refused(tmp_path))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("nam = 'x'", "unknown key 'nam' (did you mean 'name'?)"),
        ("name = 3", "name has the wrong type"),
        ("kind = 'real'", "kind is 'real'; allowed are simulated, user"),
        ("timezone = 'Europe/Amsterdan'", "(did you mean 'Europe/Amsterdam'?)"),
        ("[tables.post]", "there is no such table (did you mean 'posts'?)"),
        ("[tables.posts]\nfiel = 'x'", "unknown key 'fiel' (did you mean 'file'?)"),
        ("[tables.posts]\nfile = 'postss.csv'", "there is no file 'postss.csv' (did you mean 'posts.csv'?)"),
        ("[tables.accounts]\n", "which file?"),
        ("[tables.posts.columns]\nlike = 'likes'", "posts has no column 'like' (did you mean 'likes'?)"),
        ("[tables.posts.columns]\nlikes = 'favorits'", "no column 'favorits' (did you mean 'favorites'?)"),
        ("[tables.posts.columns]\nlikes = 3", "likes has to be text"),
        ("[tables.posts.constants]\nplatfrom = 'x'", "posts has no column 'platfrom' (did you mean 'platform'?)"),
        ("[tables.posts.constants]\nplatform = ['x']", "platform has to be one value"),
        (
            "[tables.posts.columns]\nlikes='favorites'\n[tables.posts.constants]\nlikes = 3",
            "among the columns and among",
        ),
        ("[tables.posts.units]\nlikes = 'hours'", "likes cannot be in 'hours'; allowed are ones, thousands, millions"),
        ("[tables.posts.formats]\nlikes = '%d'", "likes is not a time"),
        ("[tables.posts.totals]\nsum = ['like']", "'sum' is not a list of counts of posts: 'like'"),
        ("[tables.posts.totals]\nsum = ['likes']", "there is no column 'sum'"),
        ("[tables.posts]\ndecimal = ';'", "decimal is ';'"),
        ("[tables.posts]\nthousands = ';'", "thousands is ';'"),
        ("[tables.posts]\ndecimal = '.'\nthousands = '.'", "the same mark"),
        ("[tables.posts]\ndelimiter = ''", "delimiter has to be one character"),
        ("[tables.posts]\nencoding = 'utf-9'", "there is no encoding 'utf-9'"),
        ("[tables.posts", "is not TOML"),
        ("tables = 3", "tables has the wrong type"),
        ("[tables]\nposts = 3", "is not a table"),
    ],
)
def test_mistakes_in_dataset_toml_are_named_with_what_is_allowed(tmp_path, toml, said):
    saved(tmp_path, posts="post_id,account_id,favorites\n1,a,3\n", toml=toml)
    assert said in str(refused(tmp_path))


def test_all_mistakes_in_dataset_toml_come_together(tmp_path):
    saved(tmp_path, posts="post_id,account_id\n1,a\n", toml="nam = 1\nkind = 'x'\n[tables.pots]\n")
    assert len(refused(tmp_path).faults) == 3


def test_columns_that_are_nearly_ours_and_files_that_are_no_table_are_noted(tmp_path):
    saved(tmp_path, posts="post_id,account_id,Watch time s\n1,a,3\n", extra="x\n1\n")
    notes = " ".join(open_dataset(tmp_path).notes)
    assert "column 'Watch time s' is not used; if it is watch_time_s" in notes
    assert "extra.csv" in notes


NEARLY = "Post_ID,account_id , PLATFORM,Created_at,Followers,\u200blikes,Comments,Reach\n"
NEARLY += "".join(f"p{at},a{at % 2},IG,2025-03-0{at}T10:00:00Z,100,{at}0,1,\n" for at in range(1, 5))


@pytest.mark.parametrize("kind", ["csv", "parquet", "duckdb", "toml"])
def test_a_column_that_differs_from_ours_by_case_spaces_or_what_is_invisible_is_ours(tmp_path, kind):
    saved(tmp_path, **{"posts" if kind == "csv" else "mine": NEARLY})
    place = tmp_path if kind in ("csv", "toml") else tmp_path / f"posts.{kind}"
    if kind == "toml":
        saved(
            tmp_path,
            toml='[tables.posts]\nfile = "mine.csv"\ncolumns = {saves = "Comments"}\nleft_out = {Likes = "40"}\n',
        )
    if kind == "parquet":
        cells = duckdb.from_df(pd.read_csv(io.StringIO(NEARLY), dtype=str))
        cells.write_parquet(str(place))
    if kind == "duckdb":
        with duckdb.connect(str(place)) as connection:
            connection.from_df(pd.read_csv(io.StringIO(NEARLY), dtype=str)).create("posts")
    tables = open_dataset(place).tables
    posts = tables["posts"].collect("pandas").to_native()
    likes = [10, 20, 30] if kind == "toml" else [10, 20, 30, 40]
    assert posts["likes"].tolist() == likes
    assert str(posts["created_at"].dtype).startswith("datetime64")
    assert set(posts["platform"]) == {"instagram"}
    assert posts["reach"].isna().all()
    accounts = account_rates(tables).frames["accounts"]  # asks for comments and reach too, which were crashes
    assert accounts["followers"].tolist() == [100, 100]


def test_of_two_columns_that_may_be_ours_the_exact_one_is_taken_and_two_others_are_refused(tmp_path):
    saved(tmp_path, posts="post_id,account_id,Likes,likes\n1,a,3,4\n")
    assert frame(tmp_path)["likes"].tolist() == [4]
    assert "column 'Likes' is not used, as likes is there too" in " ".join(open_dataset(tmp_path).notes)
    saved(tmp_path, posts="post_id,account_id,Likes,LIKES\n1,a,3,4\n")
    assert "'likes' is there more than once, with different cells" in str(refused(tmp_path))
    (tmp_path / "posts.csv").unlink()
    rows = duckdb.sql("""SELECT 1 AS post_id, 'a' AS account_id, 3 AS "Likes", 4 AS "LIKES " """)
    rows.write_parquet(str(tmp_path / "posts.parquet"))
    assert "'likes' is there more than once, with different cells" in str(refused(tmp_path))


def test_names_that_may_mean_ours_are_asked_about_on_the_screen_in_one_line(tmp_path):
    saved(tmp_path, posts="post_id,account_id,datum,volgers,likeCount,mine\n1,a,2025-01-01,9,3,x\n")
    (said,) = filter(is_aloud, open_dataset(tmp_path).notes)
    told = "'datum', 'volgers', 'likeCount' are not used; if they are created_at, followers, likes, name them so"
    assert told in said
    saved(tmp_path, posts="post_id,account_id,comment\n1,a,4\n")
    (said,) = filter(is_aloud, open_dataset(tmp_path).notes)
    assert "'comment' is not used; if it is comments, name it so" in said
    mapped = '[tables.posts]\nfile = "posts.csv"\ncolumns = {shares = "comment"}\n'  # who maps has seen the others
    saved(tmp_path, posts="post_id,account_id,comment,volgers\n1,a,4,5\n", toml=mapped)
    assert not [*filter(is_aloud, open_dataset(tmp_path).notes)]


def test_a_percentage_among_counts_is_one_fault_at_its_own_line(tmp_path):
    saved(tmp_path, posts="post_id,account_id,likes\n1,a,11\n2,a,10%\n3,a,12\n")
    assert refused(tmp_path).faults == ("posts.csv: likes: 1 value a percentage, where a count belongs (line 3)",)
    saved(tmp_path, posts="post_id,account_id,likes\n1\n2,a,3\n")
    assert refused(tmp_path).faults[0].count("posts.csv") == 1


def test_data_files_lists_what_decides_and_nothing_else(tmp_path):
    saved(tmp_path, tweets="id\n1\n", accounts="account_id\na\n", toml="[tables.posts]\nfile = 'tw*.csv'\n")
    (tmp_path / "README.md").write_text("card")
    assert [path.name for path in data_files(tmp_path)] == ["accounts.csv", "dataset.toml", "tweets.csv"]
    assert data_files(tmp_path / "tweets.csv") == [tmp_path / "tweets.csv"]
    with pytest.raises(Refusal):
        data_files(tmp_path / "nothing")


def test_looking_for_files_loads_no_heavy_library(tmp_path):
    saved(tmp_path, posts="post_id,account_id\n1,a\n")
    heavy = "{'pandas', 'numpy', 'duckdb', 'narwhals', 'matplotlib', 'statsmodels'}"
    code = (
        "import sys; from helpers import sources, tables; from helpers.sources import intake, recognition; "
        "from helpers.reading import dataset, jsons, loading, manifest, sheets, textfiles; "
        f"manifest.data_files(sys.argv[1]); print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (tmp_path / "posts.csv").write_bytes("post_id,account_id\n1,é\n".encode("utf-16"))
    dataset = open_dataset(tmp_path / "posts.csv")
    (spill,) = scratch.iterdir()
    assert stat.S_IMODE(spill.stat().st_mode) == 0o700
    assert os.listdir(spill) == [LOCK]  # of what a process that is killed leaves, the next start takes this away
    dataset.connection.execute("SET memory_limit = '60MB'; SET threads = 1")
    dataset.connection.execute("CREATE TEMP TABLE large AS SELECT hash(i) AS h FROM range(12000000) t(i)")
    assert os.listdir(spill) != [LOCK]
    del dataset
    gc.collect()
    refused(tmp_path / "nothing.csv")
    (tmp_path / "posts.csv").write_bytes(b"post_id,account_id\n1,\n")
    refused(tmp_path / "posts.csv")
    gc.collect()
    assert os.listdir(scratch) == []


cells = st.one_of(st.none(), st.integers(-1, 6_000_000_000))
words = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters='\n"'), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cells, words), min_size=1, max_size=6), delimiter=st.sampled_from(",;\t|"))
def test_what_is_written_is_what_is_read(tmp_path, rows, delimiter):
    with (tmp_path / "posts.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(["post_id", "account_id", "likes", "caption"])
        writer.writerows([f"p{at}", "a", "" if likes is None else likes, text] for at, (likes, text) in enumerate(rows))
    posts = frame(tmp_path)
    assert listed(posts["likes"]) == [likes for likes, _ in rows]
    assert listed(posts["caption"]) == [text or None for _, text in rows]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(str.encode), header=st.booleans())
def test_random_bytes_are_opened_or_refused_and_never_a_traceback(tmp_path, content, header):
    (tmp_path / "posts.csv").write_bytes((b"post_id,account_id,likes\n" if header else b"") + content)
    opened = None
    with contextlib.suppress(Refusal):
        opened = open_dataset(tmp_path)
    assert opened is None or opened.rows["posts"] > 0


def test_words_of_a_category_and_a_flag_are_said_in_dataset_toml(tmp_path):
    toml = '[tables.posts.values.format]\nFoto = "image"\n"Reel (new)" = "reel"\n'
    toml += (
        '[tables.posts.values.sponsored]\nJa = true\nNee = "false"\n[tables.posts.values.platform]\nIG = "instagram"\n'
    )
    posts = (
        "post_id,account_id,format,sponsored,platform\n1,a,foto,JA,ig\n2,a, REEL (NEW) ,nee,x\n3,a,Hologram,perhaps,\n"
    )
    saved(tmp_path, posts=posts + "4,a,video,yes,IG\n5,a,N/A,,IG\n", toml=toml)
    read = frame(tmp_path)
    assert listed(read["format"]) == ["image", "reel", "other", "video", None]
    assert listed(read["sponsored"]) == [True, False, None, True, None]
    assert listed(read["platform"]) == ["instagram", None, None, "instagram", "instagram"]
    notes = open_dataset(tmp_path).notes
    assert "posts.csv: format: 1 value not among the words known for it, taken as other" in notes
    assert "posts.csv: sponsored: 1 value not among the words known for it, taken as unknown" in notes
    assert "posts.csv: platform: 1 value not among the words known for it, taken as unknown" in notes


YES_NO = """person_id,observed_at,passive_min,active_min,stress
a,2025-01-01T10:00:00Z,TRUE,ja,3
a,2025-01-01T12:00:00Z,FALSE,nee,veel
a,2025-01-01T12:00:00Z,NA,2.5,4
"""


def test_names_of_other_columns_do_not_get_in_the_way(tmp_path):
    saved(tmp_path, posts='post_id,account_id,merged.x,"the ""best""",.\n1,a,2,3,4\n')
    kept = open_dataset(tmp_path).tables["posts"].filter(nw.col("post_id") == "1").collect("pandas")
    assert kept.columns == ["post_id", "account_id", "merged_x", "the _best_", "_"]


def test_use_told_as_yes_or_no_is_one_and_zero(tmp_path):
    toml = '[tables.diary]\nrepeated = "last"\n[tables.diary.values]\nactive_min = {Ja = 1, nee = 0}\n'
    toml += "stress = {veel = 4.5}\n"
    (tmp_path / "diary.csv").write_text(YES_NO, encoding="utf-8")
    (tmp_path / "dataset.toml").write_text(toml.replace("last", "first"), encoding="utf-8")
    read = frame(tmp_path, table="diary")
    assert listed(read["passive_min"]) == [1, 0]
    assert (listed(read["active_min"]), listed(read["stress"])) == ([1, 0], [3, 4.5])
    opened = open_dataset(tmp_path)
    assert opened.rows["diary"] == 2
    assert "diary.csv: passive_min: 2 values yes or no, taken as 1 and 0" in opened.notes
    left = "1 row left out: person_id, observed_at as in another row, of which the first is kept (line 4)"
    assert f"diary.csv: {left}" in opened.notes
    (tmp_path / "dataset.toml").write_text(toml, encoding="utf-8")
    assert listed(frame(tmp_path, table="diary")["active_min"]) == [1, 2.5]


def test_a_repeated_row_of_a_parquet_file_is_left_out_where_that_is_said(tmp_path):
    rows = (
        "('a', TIMESTAMP '2025-01-01', true), ('a', TIMESTAMP '2025-01-01', false), ('b', TIMESTAMP '2025-01-01', NULL)"
    )
    table = f"SELECT * FROM (VALUES {rows}) t(person_id, observed_at, passive_min)"
    duckdb.sql(f"COPY ({table}) TO '{tmp_path}/diary.parquet'")
    assert 'say repeated = "first"' in str(refused(tmp_path))
    (tmp_path / "dataset.toml").write_text('[tables.diary]\nrepeated = "last"\n', encoding="utf-8")
    assert listed(frame(tmp_path, table="diary")["passive_min"]) == [0, None]


def test_a_fault_is_placed_also_beside_a_column_of_the_name_text(tmp_path):
    saved(tmp_path, comments="comment_id,post_id,text,is_owner\n1,p,so nice,true\n2,p,hello,perhaps\n")
    assert "is_owner: 1 value neither true nor false" in (said := str(refused(tmp_path)))
    assert "(line 3)" in said


def test_minutes_are_not_mixed_with_yes_and_no(tmp_path):
    minutes = YES_NO.replace("12:00:00Z,NA", "13:00:00Z,30").replace("ja", "").replace("nee", "").replace("veel", "")
    (tmp_path / "diary.csv").write_text(minutes, encoding="utf-8")
    assert "passive_min: 2 values not readable as a number" in str(refused(tmp_path))


def test_words_that_a_column_does_not_allow_are_faults(tmp_path):
    toml = "[tables.posts]\nskip = -1\n[tables.posts.values]\nsponsored = 'Ja'\nlikes = {many = '3'}\n"
    toml += "format = {Foto = 'picture'}\n"
    said = str(refused(saved(tmp_path, posts="post_id,account_id\n1,a\n", toml=toml)))
    assert "'picture' is no format" in said
    assert "likes is a count and has no words" in said
    assert "[tables.posts.values.sponsored]: give words" in said
    toml = "[tables.diary]\nrepeated = 'both'\n[tables.diary.values]\nstress = {ja = true}\n"
    said = str(refused(saved(tmp_path, toml=toml, diary="person_id,observed_at\n")))
    assert "stress is a number; say it as in TRUE = 1, FALSE = 0" in said
    toml = toml.replace("true", "1")
    assert "repeated is 'both'; allowed are first, last" in str(refused(saved(tmp_path, toml=toml)))
    toml = "[tables.posts]\nskip = -1\n"
    assert "skip is the number of lines above the header" in str(refused(saved(tmp_path, toml=toml)))


def test_a_stated_format_means_the_same_in_sql_and_in_python(tmp_path):
    toml = 'timezone = "{}"\n[tables.posts.formats]\ncreated_at = "{}"\n'
    posts = (
        "post_id,account_id,created_at\n1,a,5/1/2024 7:05\n2,a,05/31/2024 23:59\n3,a,\u200e05/31/2024 23:59\n4,a,-\n"
    )
    wanted = [pd.Timestamp("2024-05-01 07:05"), *[pd.Timestamp("2024-05-31 23:59")] * 2, None]
    for zone in ("UTC", "Etc/UTC"):
        saved(tmp_path, posts=posts, toml=toml.format(zone, "%m/%d/%Y %H:%M"))
        assert listed(frame(tmp_path)["created_at"]) == wanted
        saved(tmp_path, posts=posts + "5,a,31/05/2024 10:00\n")
        assert "1 value not in the stated format" in str(refused(tmp_path))
        saved(tmp_path, toml=toml.format(zone, "%Q"))
        assert "4 values not in the stated format '%Q'" in str(refused(tmp_path))


def test_lines_above_the_header_are_skipped_and_counted(tmp_path):
    toml = "[tables.posts]\nskip = 2\n"
    saved(tmp_path, posts="A report\n\npost_id,account_id,likes\n1,a,3\n2,a,many\n", toml=toml)
    assert "likes: 1 value not readable as a number (line 5)" in str(refused(tmp_path))
    saved(tmp_path, posts="sep=;\npost_id;account_id;likes\n1;a;3\n", toml="")
    assert listed(frame(tmp_path)["likes"]) == [3]


def test_own_json_is_read_where_dataset_toml_names_it(tmp_path):
    (tmp_path / "own.json").write_text('{"data": {"items": [{"post_id": "1", "by": {"id": "a"}, "likes": 3}]}}')
    toml = '[tables.posts]\nfile = "own.json"\nrecords = "data.items"\ncolumns = {account_id = "by.id"}\n'
    read = frame(saved(tmp_path, toml=toml))
    assert (listed(read["account_id"]), listed(read["likes"])) == (["a"], [3])
    (tmp_path / "own.json").write_text('{"data": {"items": [{"post_id": "1", ')
    assert "own.json is cut off, damaged or no JSON" in str(refused(tmp_path))
    (tmp_path / "own.xlsx").write_bytes(b"PK\x03\x04")
    assert "own.xlsx is damaged" in str(refused(saved(tmp_path, toml=toml.replace("own.json", "own.xlsx"))))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_line_break_in_the_header_hides_no_rows(tmp_path, line_break):
    file = tmp_path / "posts.csv"
    file.write_bytes(f'post_id,account_id,likes,"some{line_break}note"\np1,a,3,x\np2,a,4,y\n'.encode())
    dataset = open_dataset(file)
    assert dataset.rows == {"posts": 2}
    assert dataset.tables["posts"].collect("pandas").to_native()["likes"].tolist() == [3, 4]


def database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for sql in statements:
            connection.execute(sql)
    return path


POSTS = """CREATE TABLE posts AS SELECT 'p' || i AS post_id, 'a' || i % 5 AS account_id, i::HUGEINT AS likes,
           'Reel'::ENUM ('Reel', 'Image') AS format, TIMESTAMPTZ '2024-01-01 00:00:00+02' AS created_at, i AS mine
           FROM range(20) t(i)"""


def test_a_database_is_read_where_it_is_and_never_written(tmp_path):
    accounts = "CREATE VIEW Accounts AS SELECT DISTINCT account_id, 7 AS followers FROM posts"
    file = database(tmp_path / "mine.duckdb", POSTS, accounts, "CREATE TABLE other AS SELECT 1 AS x")
    before = file.read_bytes()
    dataset = open_dataset(file)
    assert (dataset.name, dict(dataset.rows)) == ("mine", {"posts": 20, "accounts": 5})
    assert dataset.notes == ("not read, as no table has the name: other", "20 of 20 posts joined with followers")
    assert dict(dataset.file_rows) == {file: 25}
    posts = dataset.tables["posts"].collect("pandas").to_native()
    assert posts["likes"].tolist() == list(range(20))
    assert set(posts["format"]) == {"reel"}
    assert posts["created_at"].tolist() == [pd.Timestamp("2023-12-31 22:00")] * 20
    assert posts["mine"].tolist() == list(range(20))
    assert file.read_bytes() == before
    copied = dataset.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'temp'").fetchone()
    assert copied == (0,)


def test_faults_in_a_database_name_the_table_and_the_row(tmp_path):
    file = database(tmp_path / "mine.db", POSTS, "DELETE FROM posts WHERE likes < 18", "UPDATE posts SET likes = -5")
    assert "mine.db: posts: likes: 2 values below -1 (a count is 0 or more; -1 means hidden) (rows 19, 20)" in str(
        refused(file)
    )


def test_a_dataset_toml_beside_a_database_says_how_its_tables_are_read(tmp_path):
    toml = 'name = "ours"\ntimezone = "Europe/Amsterdam"\n[tables.posts.columns]\nlikes = "favourites"\n'
    sql = "CREATE TABLE main.posts AS SELECT '1' AS post_id, 'a' AS account_id, 3 AS favourites"
    file = database(saved(tmp_path, toml=toml) / "mine.duckdb", sql)
    dataset = open_dataset(file)
    assert (dataset.name, dataset.timezone) == ("ours", "Europe/Amsterdam")
    assert frame(file)["likes"].tolist() == [3]
    assert data_files(file) == [tmp_path / "dataset.toml", file]
    saved(tmp_path, toml='[tables.posts]\nfile = "mine.duckdb"\ncolumns = {likes = "favourites"}\n')
    assert frame(tmp_path)["likes"].tolist() == [3]
    saved(tmp_path, toml="tables = 3\n[accounts]\n")
    assert "tables has the wrong type" in str(refused(file))


def test_what_a_database_has_still_to_write_counts_as_its_content(tmp_path):
    script = f"""import duckdb, os
connection = duckdb.connect({str(tmp_path / "mine.duckdb")!r})
connection.execute("CREATE TABLE posts AS SELECT '1' AS post_id, 'a' AS account_id")
connection.execute("CHECKPOINT")
connection.execute("INSERT INTO posts VALUES ('2', 'a')")
os._exit(0)"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert [file.name for file in data_files(tmp_path / "mine.duckdb")] == ["mine.duckdb", "mine.duckdb.wal"]
    assert open_dataset(tmp_path / "mine.duckdb").rows == {"posts": 2}


def test_a_database_without_a_known_table_is_refused_with_what_it_has(tmp_path):
    message = str(refused(database(tmp_path / "mine.duckdb", "CREATE TABLE post AS SELECT 1 AS x")))
    assert "mine.duckdb has no table that is known here, only\n  - post (did you mean 'posts'?)" in message
    assert "CREATE VIEW posts AS" in message
    assert "mine.duckdb has no table\n  - it is empty" in str(
        refused(database(tmp_path / "mine.duckdb", "DROP TABLE post"))
    )
    sql = "CREATE VIEW posts AS SELECT post_id FROM read_parquet('gone.parquet')"
    part = "COPY (SELECT 1 AS post_id) TO 'gone.parquet'"
    with contextlib.chdir(tmp_path):
        database(tmp_path / "mine.duckdb", part, sql)
        Path("gone.parquet").unlink()
        assert "the view posts reads more than its own database" in str(refused(tmp_path / "mine.duckdb"))
    database(tmp_path / "mine.duckdb", "DROP VIEW posts", "CREATE TABLE a AS SELECT 1 AS b")
    database(tmp_path / "mine.duckdb", "CREATE VIEW posts AS SELECT b AS post_id FROM a", "DROP TABLE a")
    assert "the view posts does not work: Table with name a does not exist" in str(refused(tmp_path / "mine.duckdb"))
    message = str(refused(saved(tmp_path, toml='[tables.accounts]\nfile = "mine.duckdb"\n')))
    assert "mine.duckdb has no table or view accounts; it has posts" in message


def of_version(content: bytes, version: int) -> bytes:
    """Put another version into a database's first block, whose sum is that of storage/checksum in DuckDB."""
    block = bytearray(content[8:4096])
    block[4:12] = version.to_bytes(8, "little")
    total = 5381
    for place in range(0, len(block), 8):
        total ^= int.from_bytes(block[place : place + 8], "little") * 0xBF58476D1CE4E5B9 % 2**64
    return total.to_bytes(8, "little") + bytes(block) + content[4096:]


def test_a_database_that_cannot_be_opened_is_refused_with_the_reason(tmp_path):
    file = database(tmp_path / "mine.duckdb", POSTS)
    content = file.read_bytes()
    with duckdb.connect(str(file)):
        message = str(refused(file))
    assert "is already attached" in message
    assert "What to do: close it" in message
    (tmp_path / "newer.db").write_bytes(of_version(content, 99))
    message = str(refused(tmp_path / "newer.db"))
    assert "version number 99" in message
    assert "save its tables as Parquet with the DuckDB that wrote it" in message
    for name, bad in {"cut.duckdb": content[:9000], "no.db": b"SQLite format 3\0" * 500, "empty.db": b""}.items():
        (tmp_path / name).write_bytes(bad)
        assert f"{name} cannot be opened as a database of DuckDB" in str(refused(tmp_path / name))


def test_a_database_that_another_program_writes_is_refused(tmp_path):
    file = tmp_path / "mine.duckdb"
    script = f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        message = str(refused(file))
        other.stdin.close()
    assert "Could not set lock" in message or "being used by another process" in message
    assert "close it in the program that has it open" in message


class Files(SimpleHTTPRequestHandler):
    """A folder on the web: one byte range of a file when asked, nothing of what is private."""

    tells = True  # when a file was changed

    def send_head(self):
        if "private" in self.path:
            return self.send_error(403)
        if "list-type=2" in self.path:
            return self.listing()
        if not Path(self.translate_path(self.path)).is_file():
            return self.send_error(404)
        whole = Path(self.translate_path(self.path)).read_bytes()
        first, _, last = (self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")
        part = whole[int(first) : int(last or len(whole)) + 1]
        self.send_response(206 if self.headers["Range"] else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(whole)}")
        if self.tells:
            self.send_header("Last-Modified", self.date_time_string(1_700_000_000))
        self.end_headers()
        return io.BytesIO(part)

    def listing(self):
        """List a folder as S3 lists a bucket."""
        bucket = Path(self.translate_path(self.path))
        files = ((path.relative_to(bucket).as_posix(), path.stat().st_size) for path in sorted(bucket.rglob("*.*")))
        told = "<Key>{}</Key><Size>{}</Size><LastModified>2025-01-01T00:00:00.000Z</LastModified>"
        rows = (f"<Contents>{told.format(*file)}</Contents>" for file in files)
        page = f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(rows)}</ListBucketResult>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return io.BytesIO(page)

    def log_message(self, *said):
        """Say nothing."""


@pytest.fixture
def web(tmp_path):
    """Serve a folder of this machine to this machine."""

    asked = []

    class Here(Files):
        def log_message(self, *said):
            asked.append(said)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Here, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield SimpleNamespace(
            address=f"http://127.0.0.1:{server.server_port}", handler=Here, folder=tmp_path, asked=asked
        )
        server.shutdown()
        thread.join()


def closed_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def test_an_address_that_cannot_be_reached_is_refused_with_the_reason(tmp_path, web):
    nobody = f"http://127.0.0.1:{closed_port()}/posts.parquet"
    said = str(refused(nobody))
    assert f"{nobody} cannot be fetched\n  - " in said
    assert "refused" in said
    assert "the server says 404" in str(refused(f"{web.address}/gone.parquet"))
    assert "the server says 403" in str(refused(f"{web.address}/private.parquet"))


def test_an_address_counts_only_where_a_person_has_typed_it(tmp_path, web):
    (tmp_path / "posts.parquet").write_bytes(b"PAR1")
    for name in ("posts.parquet", "gone.parquet"):
        saved(tmp_path, toml=f'[tables.posts]\nfile = "{web.address}/{name}"\n')
        assert "it names an address, and none is fetched because a file says so" in str(refused(tmp_path))
        with pytest.raises(Refusal, match="names an address"):
            data_files(tmp_path)
    assert web.asked == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (f"https://me:{SECRET}@host/posts.parquet", "holds a password or a signature"),
        (f"https://host/posts.parquet?X-Amz-Signature={SECRET}", "holds a password or a signature"),
        ("https://host/posts.csv", "is not the address of a Parquet file"),
        ("https://host/*.parquet", "is a pattern, which only s3:// has"),
        ("https://[host/posts.parquet", "is no address that is read here"),
        ("https:///posts.parquet", "is no address that is read here"),
        ("gs://bucket/posts.parquet", "is no address that is read here"),
    ],
)
def test_an_address_of_another_kind_is_refused(tmp_path, address, says):
    message = str(refused(address))
    assert says in message
    assert SECRET not in message
    assert says in str(refused(saved(tmp_path, toml=f'[tables.posts]\nfile = "{address}"\n')))


def test_without_httpfs_and_without_a_network_an_address_is_refused_with_what_to_do(tmp_path, web, monkeypatch):
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.setattr(addresses, "_INSTALL", f"INSTALL httpfs FROM '{tmp_path / 'nowhere'}'")
    (tmp_path / "posts.parquet").write_bytes(b"PAR1")
    message = str(refused(f"{web.address}/posts.parquet"))
    assert "httpfs, an extension of DuckDB, which is not here and could not be installed" in message
    assert "download the files" in message


def test_credentials_of_s3_are_not_in_a_message(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{SECRET}' nonsense")
    with pytest.raises(Refusal) as refusal:  # without httpfs, DuckDB knows no secret of this kind
        addresses._give_credentials(connected())
    assert SECRET not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_what_lies_at_an_address_is_known_by_what_the_server_tells(web, tmp_path):
    (tmp_path / "posts.parquet").write_bytes(b"PAR1")
    address = Address(f"{web.address}/posts.parquet")
    first = addresses.marks([address])
    assert addresses.marks([address]) == first == {address: "Tue, 14 Nov 2023 22:13:20 GMT bytes 0-0/4"}
    (tmp_path / "posts.parquet").write_bytes(b"PAR1 and more")
    second = addresses.marks([address])
    assert second != first
    web.handler.tells = False
    assert addresses.marks([address]) != addresses.marks([address])


@pytest.fixture(scope="module")
def httpfs():
    try:
        connected().execute("LOAD httpfs")
    except duckdb.Error:
        package = find_spec("duckdb_extension_httpfs")
        if package is None:
            pytest.skip("DuckDB's httpfs is not installed here: duckdb.sql('INSTALL httpfs')")
        (file,) = Path(package.origin).parent.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")
        connected().execute(f"INSTALL '{file}'")


@pytest.mark.httpfs
@pytest.mark.usefixtures("httpfs")
def test_parquet_at_an_address_is_read_there(tmp_path, web):
    duckdb.sql(
        f"COPY (SELECT i AS post_id, 'a' AS account_id, i AS likes FROM range(9) t(i)) TO '{tmp_path}/p.parquet'"
    )
    dataset = open_dataset(f"{web.address}/p.parquet")
    assert (dataset.name, dataset.source, dict(dataset.rows)) == ("p", f"{web.address}/p.parquet", {"posts": 9})
    assert frame(f"{web.address}/p.parquet")["likes"].tolist() == list(range(9))
    (tmp_path / "p.parquet").write_bytes(b"PAR1 cut in the middle")
    assert "p.parquet is cut off, damaged or no Parquet file" in str(refused(f"{web.address}/p.parquet"))


@pytest.mark.httpfs
@pytest.mark.usefixtures("httpfs")
def test_a_pattern_in_s3_is_one_table_of_all_files_that_match(tmp_path, web, monkeypatch):
    told = {"ENDPOINT_URL": web.address, "ACCESS_KEY_ID": "me", "SECRET_ACCESS_KEY": SECRET, "REGION": "eu-west-1"}
    for name, value in told.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    (tmp_path / "bucket" / "posts").mkdir(parents=True)
    for part, name in enumerate(("mine-1", "mine-2", "other")):
        sql = f"SELECT {part} AS post_id, 'a' AS account_id, {part} AS likes"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/bucket/posts/{name}.parquet'")
    assert sorted(frame("s3://bucket/posts/mine-*.parquet")["likes"]) == [0, 1]
    address = Address("s3://bucket/posts/mine-*.parquet")
    first = addresses.marks([address])
    assert addresses.marks([address]) == first
    duckdb.sql(f"COPY (SELECT 7 AS post_id, 'b' AS account_id) TO '{tmp_path}/bucket/posts/mine-2.parquet'")
    assert addresses.marks([address]) != first
    assert "no file there has such a name" in str(refused("s3://bucket/posts/gone-*.parquet"))
    assert SECRET not in str(refused("s3://bucket/posts/private.parquet"))


def test_a_pattern_is_one_table_of_all_files_that_match(tmp_path, monkeypatch):
    for part in (1, 2):
        sql = f"SELECT {part} AS post_id, 'a' AS account_id, {part} AS likes"
        duckdb.sql(f"COPY ({sql}) TO '{tmp_path}/mine-{part}.parquet'")
    saved(tmp_path, other="post_id\n1\n")
    dataset = open_dataset(tmp_path / "mine-*.parquet")
    assert (dataset.name, dict(dataset.rows)) == (tmp_path.name, {"posts": 2})
    monkeypatch.chdir(tmp_path)
    assert listed(frame("mine-[12].*")["likes"]) == [1, 2]
    assert [path.name for path in data_files("mine-?.parquet")] == ["mine-1.parquet", "mine-2.parquet"]
    assert "*.* matches files of different kinds\n  - .csv, .parquet" in str(refused("*.*"))
    assert "there is no none*.csv" in str(refused("none*.csv"))
    saved(tmp_path, **{"posts[1]": "post_id,account_id\n1,a\n"})
    assert open_dataset("posts[1].csv").name == "posts[1]"
