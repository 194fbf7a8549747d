"""Imports: what is kept of a person's files, and what a failing import leaves alone."""

import hashlib
import tomllib

import pandas as pd
import pytest

from helpers.base.refusals import Refusal
from helpers.reading.connection import connected
from helpers.reading.dataset import open_dataset
from helpers.sources import import_data, privacy, writing
from helpers.sources.assembly import Assembly

POSTS = "post_id,account_id,created_at,likes,mine\n1,a,2024-07-01 12:00,1.2K,x\n2,a,2024-01-01 12:00,-1,\n3,b,,,y\n"
TOML = 'timezone = "Europe/Amsterdam"\n[tables.posts]\nfile = "tweets.csv"\n'


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "tweets.csv").write_text(POSTS)
    (folder / "dataset.toml").write_text(TOML)
    return folder


def posts(folder):
    return open_dataset(folder).tables["posts"].collect("pandas").to_native()


def test_an_import_opens_again_with_the_same_values(source, tmp_path):
    done = import_data(source, "brand", to=tmp_path / "user")
    assert (done.folder, done.rows, done.files) == (tmp_path / "user" / "brand", {"posts": 3}, ("tweets.csv",))
    before, after = open_dataset(source), open_dataset(done.folder)
    given, kept = (data.tables["posts"].collect("pandas").to_native() for data in (before, after))
    assert given["created_at"].equals(kept["created_at"])
    # What is hidden is empty with a flag beside it, so that nobody who sums the file subtracts it.
    assert given["likes"].tolist()[:2] == [1200, -1]
    assert (kept["likes"].isna().tolist(), kept["likes"].sum()) == ([False, True, True], 1200)
    assert kept["likes_hidden"].tolist() == [False, True, False]
    assert (after.name, after.kind, after.timezone) == ("brand", "user", "UTC")


def test_ids_become_pseudonyms_and_columns_of_ones_own_go(source, tmp_path):
    frame = posts(import_data(source, "brand", to=tmp_path).folder)
    assert list(frame.columns) == ["post_id", "account_id", "created_at", "likes", "likes_hidden"]
    assert frame["account_id"].str.fullmatch("a_[0-9a-f]{16}").all()
    assert (frame["account_id"].nunique(), frame["post_id"].nunique()) == (2, 3)


def test_a_name_keeps_its_key_and_with_it_its_pseudonyms(source, tmp_path):
    folder = import_data(source, "brand", to=tmp_path).folder
    before, key = posts(folder), folder / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    import_data(source, "brand", to=tmp_path)
    pd.testing.assert_frame_equal(posts(folder), before)
    assert set(posts(import_data(source, "other", to=tmp_path).folder)["account_id"]).isdisjoint(before["account_id"])
    import_data(folder, "brand", to=tmp_path)
    pd.testing.assert_frame_equal(posts(folder), before)


def test_a_column_without_a_single_value_is_not_written(source, tmp_path):
    (source / "tweets.csv").write_text("post_id,account_id,likes,shares\n1,a,3,\n2,a,,\n")
    assert list(posts(import_data(source, "brand", to=tmp_path).folder).columns) == ["post_id", "account_id", "likes"]


def test_dataset_toml_tells_where_it_came_from(source, tmp_path):
    folder = import_data(source, "brand", to=tmp_path / "user").folder
    told = tomllib.loads((folder / "dataset.toml").read_text())
    assert told["source"] == "tweets.csv"
    assert str(tmp_path) not in (folder / "dataset.toml").read_text()
    assert told["files"] == [
        {
            "file": "tweets.csv",
            "sha256": hashlib.sha256(POSTS.encode()).hexdigest(),
            "reader": "tables",
            "timezone": "Europe/Amsterdam",
            "rows_read": 3,
            "rows_kept": 3,
            "dropped": {},
        }
    ]


def test_an_import_replaces_the_one_of_its_name_and_may_read_from_it(source, tmp_path):
    user = tmp_path / "user"
    import_data(source, "brand", to=user)
    (source / "tweets.csv").write_text("post_id,account_id\n9,z\n")
    folder = import_data(source, "brand", to=user).folder
    assert open_dataset(folder).rows == {"posts": 1}
    import_data(folder, "brand", to=user)
    assert open_dataset(folder).rows == {"posts": 1}
    assert [item.name for item in user.iterdir()] == ["brand"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "/tmp/x", "a b", ".hidden", "a\n", "é", "x" * 65, "-x"])
def test_a_name_is_a_plain_folder_name(source, tmp_path, name):
    with pytest.raises(Refusal, match="is no name for a dataset"):
        import_data(source, name, to=tmp_path / "user")
    assert not (tmp_path / "user").exists()


def test_an_unknown_export_writes_nothing_and_leaves_what_was_there(source, tmp_path):
    user = tmp_path / "user"
    folder = import_data(source, "brand", to=user).folder
    before = {item.name: item.read_bytes() for item in folder.iterdir()}
    strange = tmp_path / "export.csv"
    strange.write_text("a,b\n1,2\n")
    with pytest.raises(Refusal, match="no export that is known here"):
        import_data(strange, "brand", to=user)
    assert {item.name: item.read_bytes() for item in folder.iterdir()} == before
    assert [item.name for item in user.iterdir()] == ["brand"]


@pytest.mark.parametrize("step", ["toml", "_swap"])
def test_an_interrupted_import_leaves_the_one_before(source, tmp_path, monkeypatch, step):
    user = tmp_path / "user"
    folder = import_data(source, "brand", to=user).folder

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        import_data(source, "brand", to=user)
    assert open_dataset(folder).rows == {"posts": 3}
    assert [item.name for item in user.iterdir()] == ["brand"]


def test_the_old_import_comes_back_when_the_new_one_cannot_take_its_place(source, tmp_path):
    folder = import_data(source, "brand", to=tmp_path).folder
    with pytest.raises(FileNotFoundError):
        writing._swap(tmp_path / "nowhere", folder)
    assert open_dataset(folder).rows == {"posts": 3}


def test_folders_that_no_import_made_are_not_replaced(source, tmp_path):
    own = tmp_path / "user" / "mine"
    own.mkdir(parents=True)
    (own / "notes.txt").write_text("my work")
    with pytest.raises(Refusal, match="was not made by an import"):
        import_data(source, "mine", to=tmp_path / "user")
    assert (own / "notes.txt").read_text() == "my work"


def test_names_with_quotes_and_line_ends_are_written_as_toml(source, tmp_path):
    odd = 'a"b\\c\nd.csv'
    (source / "tweets.csv").rename(source / odd)
    (source / "dataset.toml").unlink()
    folder = import_data(source / odd, "brand", keep_text=True, to=tmp_path / "user").folder
    assert tomllib.loads((folder / "dataset.toml").read_text())["files"][0]["file"] == odd


@pytest.mark.parametrize("numbers", ["", ", 0 AS from_file, i AS place"])
def test_rows_keep_their_order_though_threads_share_them(tmp_path, numbers):
    # More rows than one thread gets at a time (122,880), and so few accounts that each is named once and joined.
    con, file = connected(threads=2), tmp_path / "posts.parquet"
    privacy.set_key(con, bytes(32))
    columns = f"i::VARCHAR AS post_id, 'n' || i * 7919 % 1000 AS account_id, i AS likes{numbers}"
    con.execute(f"CREATE TEMP TABLE marked_posts AS SELECT {columns} FROM range(1_000_000) AS t(i)")
    order = " ORDER BY from_file, place" if numbers else ""
    con.execute(f"CREATE TEMP VIEW once_posts AS FROM marked_posts{order}")
    writing._write_table(Assembly(con), "posts", "once_posts", file, keep_text=False)
    written = f"read_parquet('{file}', file_row_number = true)"
    astray = f"SELECT count(*), count(*) FILTER (likes <> file_row_number) FROM {written}"
    assert con.execute(astray).fetchone() == (1_000_000, 0)


def test_hours_are_told_by_the_clock_that_is_named(source, tmp_path):
    user = tmp_path / "user"
    done = import_data(source, "brand", to=user)
    assert open_dataset(done.folder).clock == "Europe/Amsterdam"  # as the dataset.toml beside the file says
    done = import_data(source, "brand", clock="Asia/Tokyo", to=user)
    dataset = open_dataset(done.folder)
    assert (dataset.timezone, dataset.clock) == ("UTC", "Asia/Tokyo")
    (source / "dataset.toml").write_text(TOML.replace("Europe/Amsterdam", "UTC"))
    plain = import_data(source, "brand", to=user)
    assert open_dataset(plain.folder).clock == "UTC"
    with pytest.raises(Refusal, match="did you mean 'Asia/Tokyo'"):
        import_data(source, "brand", clock="Asia/Tokio", to=user)
    assert open_dataset(plain.folder).clock == "UTC"
