"""A dataset that a run has opened and checked: its other processes have the very same, and no other."""

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from test_grid import write_brands, write_grid
from toys import code, sample, toy_cells, toy_project, write_notebook

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import Address, Manifest, TableFiles, data_files
from helpers.reading.opened import OPENED, mark_of
from helpers.running.batch import make_batch
from helpers.running.ready import checked
from helpers.running.reports import make_reports

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

POSTS = "'p' || i AS post_id, 'a' || i % 3 AS account_id, CASE WHEN i % 4 THEN i END AS likes"
TIMES = "TIMESTAMP '2025-01-01 10:00:00.123456' + to_days(i::INTEGER) AS created_at, i % 2 = 0 AS sponsored"
STRANGE = """CASE WHEN i % 5 THEN 170141183460469231731687303715884105727::HUGEINT - i END AS huge,
    'x'::ENUM ('x', 'y') AS word, '101'::BIT AS bits, union_value(k := i) AS either, [i, NULL] AS "list, of",
    {'a': i, 'b': 'x'} AS "part.s", TIMESTAMP_S '2025-01-01 10:00:00' AS seconds, INTERVAL 3 DAY AS a_while,
    TIMESTAMPTZ '2025-01-01 10:00:00+02' AS zoned, DATE '2025-01-01' AS "the ""day"" it was", uuid() AS uu,
    1.50::DECIMAL(5, 2) AS price, 'x'::BLOB AS bytes, MAP {'a': i} AS pairs, i::UTINYINT AS tiny"""
MAPPING = """name = "mine"
kind = "simulated"
source = "by hand"
timezone = "Europe/Amsterdam"
notes = ["as it was kept"]
[tables.posts]
file = "tweets.csv"
encoding = "cp1252"
[tables.posts.columns]
post_id = "id"
account_id = "user"
likes = "favorites"
created_at = "when"
[tables.posts.constants]
platform = "it's"
[tables.posts.units]
likes = "thousands"
"""
TWEETS = """id;user;favorites;when;likes;a.b;no name;"the ""best"" one"
1;a;1,5;2024-02-01 13:00;9;;é;"two
lines"
2;b;-1;2024-07-02 13:00;;x;;
3;b;;;8;x;"";€
"""


def the_sample(folder):
    return ROOT / "data" / "sample"


def mapped_text(folder):
    (folder / "tweets.csv").write_bytes(TWEETS.encode("cp1252"))
    (folder / "dataset.toml").write_text(MAPPING)
    return folder


def database(folder):
    with duckdb.connect(str(folder / "mine.duckdb")) as connection:
        connection.execute(f"CREATE TABLE posts AS SELECT {POSTS}, {TIMES}, {STRANGE} FROM range(40) t(i)")
        connection.execute("CREATE VIEW accounts AS SELECT DISTINCT account_id, 7 AS followers FROM posts ORDER BY 1")
        connection.execute("CREATE TABLE other AS SELECT 1 AS x")
    return folder / "mine.duckdb"


def parquet(folder):
    (folder / "posts").mkdir()
    for part in (1, 2):
        rows = f"SELECT '{part}' || post_id AS post_id, * EXCLUDE (post_id) FROM (SELECT {POSTS}, {TIMES}"
        duckdb.sql(f"COPY ({rows}, [i] AS mine FROM range(40) t(i))) TO '{folder}/posts/{part}.parquet'")
    return folder


def parquet_in_words(folder):
    """Parquet in which some cells have to be read first: it becomes a table."""
    odd = "CASE WHEN i = 7 THEN '1.2K' ELSE i::VARCHAR END AS comments, [i] AS mine, uuid() AS uu"
    duckdb.sql(f"COPY (SELECT {POSTS}, {TIMES}, {odd} FROM range(40) t(i)) TO '{folder}/posts.parquet'")
    return folder / "p*s.parquet"


def mixed(folder):
    """A database whose odd cells make a table of one of its tables, and text beside it."""
    (folder / "accounts.csv").write_text("account_id,followers,mine\na0,5,x\na1,,\n")
    with duckdb.connect(str(folder / "mine.db")) as connection:
        words = "CASE WHEN i = 7 THEN '1.2K' ELSE i::VARCHAR END AS comments"
        connection.execute(f"CREATE TABLE posts AS SELECT {POSTS}, {words}, {STRANGE} FROM range(40) t(i)")
        connection.execute("CREATE TABLE comments AS SELECT 'c' || i AS comment_id, 'p1' AS post_id FROM range(9) t(i)")
    tables = "".join(f'[tables.{name}]\nfile = "mine.db"\n' for name in ("posts", "comments"))
    (folder / "dataset.toml").write_text(tables)
    return folder


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Be a process of a run."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv(OPENED, str(folder))
    return folder


@pytest.fixture
def nothing_is_read(monkeypatch):
    """Return what forbids to read and check a table from then on."""

    def forbid():
        def read(*given, **options):
            raise AssertionError("it was read again")

        monkeypatch.setattr("helpers.reading.loading.load", read)

    return forbid


def told(dataset):
    """Say all that a dataset is, but the objects themselves."""
    names = ("name", "kind", "source", "timezone", "path", "notes")
    tables = {name: (table.to_native(), table.collect_schema()) for name, table in dataset.tables.items()}
    return {
        **{name: getattr(dataset, name) for name in names},
        "rows": dict(dataset.rows),
        "file_rows": dict(dataset.file_rows),
        "columns": {name: [*zip(rows.columns, rows.types, strict=True)] for name, (rows, _) in tables.items()},
        "schema": {name: dict(schema) for name, (_, schema) in tables.items()},
        "cells": {name: rows.project("COLUMNS(*)::VARCHAR").fetchall() for name, (rows, _) in tables.items()},
    }


@pytest.mark.parametrize("made", [the_sample, mapped_text, database, parquet, parquet_in_words, mixed])
def test_what_was_opened_once_is_the_same_for_all(made, tmp_path, monkeypatch, nothing_is_read):
    path = made(tmp_path)
    alone = told(open_dataset(path))
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv(OPENED, str(kept))
    first = told(open_dataset(path))
    nothing_is_read()
    again = told(open_dataset(path))
    for name, known in alone.items():
        assert first[name] == known, name
        assert again[name] == known, name
    assert any(alone["cells"].values())


def test_parquet_and_databases_are_not_copied(kept, tmp_path):
    for made in (parquet, database):
        folder = tmp_path / made.__name__
        folder.mkdir()
        open_dataset(made(folder))
    assert not [*kept.rglob("*.duckdb"), *kept.rglob("*.parquet")]
    open_dataset(mixed(tmp_path))
    (file,) = kept.rglob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.sql("SELECT table_name FROM duckdb_tables()").fetchall() == [("accounts",), ("posts",)]


ROWS = "post_id,account_id,created_at,captured_at\n1,a,2025-01-02,2025-01-01\n"


def test_files_that_changed_are_opened_and_checked_anew_and_then_kept(kept, tmp_path, nothing_is_read):
    posts = tmp_path / "posts.csv"
    posts.write_text(ROWS)
    assert any("after captured_at" in note for note in open_dataset(tmp_path).notes)
    posts.write_text(ROWS + ",a,,\n")
    with pytest.raises(Refusal, match="post_id: 1 value missing"):
        open_dataset(tmp_path)
    posts.write_text(ROWS + "2,a,,\n")
    assert open_dataset(tmp_path).rows == {"posts": 2}
    (tmp_path / "accounts.csv").write_text("account_id\na\n")
    assert open_dataset(tmp_path).rows == {"posts": 2, "accounts": 1}
    (tmp_path / "dataset.toml").write_text("name = 'mine'")
    assert open_dataset(tmp_path).name == "mine"
    nothing_is_read()
    assert open_dataset(tmp_path).name == "mine"


def test_the_same_files_asked_for_otherwise_are_another_dataset_or_only_another_path(
    kept, tmp_path, monkeypatch, nothing_is_read
):
    (tmp_path / "posts.csv").write_text(ROWS)
    assert [open_dataset(path).name for path in (tmp_path, tmp_path / "posts.csv")] == [tmp_path.name, "posts"]
    nothing_is_read()
    monkeypatch.chdir(tmp_path)
    assert open_dataset("posts.csv").path == tmp_path / "posts.csv"
    assert open_dataset(".").name == tmp_path.name


def test_what_is_at_an_address_is_always_opened_anew_and_so_is_everything_outside_a_run(tmp_path, monkeypatch):
    here, afar = tmp_path / "posts.csv", Address("https://host/accounts.parquet")
    here.write_text(ROWS)
    tables = (TableFiles("posts", (here,)), TableFiles("accounts", (afar,)))
    manifest = Manifest(tmp_path, "mine", "user", "", "UTC", None, tables)
    assert mark_of(manifest, engine="duckdb") == ""
    assert mark_of(replace(manifest, tables=tables[:1]), engine="duckdb")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    open_dataset(here)
    assert not list((tmp_path / "scratch").iterdir())


def test_what_is_kept_goes_with_the_run():
    with checked(None, 1, print):
        folder = Path(os.environ[OPENED])
        open_dataset(ROOT / "data" / "sample")
        assert list(folder.iterdir())
    assert OPENED not in os.environ
    assert not folder.exists()


FINDS = f"""from pathlib import Path
import os
from helpers.reading import loading
from helpers.reading.dataset import open_dataset
if {{first}}:
    open_dataset("../" + data, engine=engine)
loading.load = None
print(open_dataset("../" + data, engine=engine).rows, Path(os.environ["{OPENED}"]).is_dir())
Path("kept").write_text(os.environ["{OPENED}"])"""


@pytest.fixture
def project(tmp_path):
    return replace(toy_project(tmp_path), open_dataset=open_dataset, data_files=data_files)


@pytest.mark.usefixtures("warmed")
@pytest.mark.parametrize("warm", [True, False])
def test_kernels_find_what_the_run_has_opened(project, warm):
    write_notebook(project.notebooks, "01-toy", toy_cells(code(FINDS.format(first=False))))
    write_brands(project, ["a", "b"])
    assert make_reports(data=sample(project), run="r", project=project, warm=warm, say=print) == 0
    assert "'posts': 8" in (project.reports / "r" / "01-toy.ipynb").read_text()
    assert not Path((project.notebooks / "kept").read_text()).exists()


@pytest.mark.usefixtures("warmed")
def test_of_parts_of_data_the_first_kernel_leaves_them_open_for_the_others(project):
    for number in (1, 2):
        cells = toy_cells(code(FINDS.format(first=number == 1)), name=f"0{number}-toy")
        write_notebook(project.notebooks, f"0{number}-toy", cells)
    write_brands(project, ["a", "b"])
    grid = write_grid(project, 'each = "posts.brand"\n')
    assert make_batch(grid=grid, data=sample(project), project=project, jobs=1, say=print) == 0
    for brand in "ab":
        assert "'posts': 4" in (project.reports / "grid" / brand / "02-toy.ipynb").read_text()
    assert not Path((project.notebooks / "kept").read_text()).exists()
