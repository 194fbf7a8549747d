"""Does every reduction of every notebook give the same on pandas, DuckDB and Spark?

Spark is left out where PySpark or Java is absent, but never under ENGINE=spark, as .ci/run calls this module.
"""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import partial
from types import SimpleNamespace

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.base import times
from helpers.base.refusals import Refusal
from helpers.families.account_size import analysis as account_size
from helpers.families.audience import analysis as audience
from helpers.families.comment_quality import analysis as comment_quality
from helpers.families.communities import analysis as communities
from helpers.families.dialogue import analysis as dialogue
from helpers.families.formats import analysis as formats
from helpers.families.passive_active import analysis as passive_active
from helpers.families.reach import analysis as reach, outcomes
from helpers.families.tiers import analysis as tiers
from helpers.families.timing import analysis as timing
from helpers.families.trends import analysis as trends
from helpers.reading import comment_rule, sampling, spark
from helpers.reading.connection import connected
from helpers.reading.dataset import ON_A_CLUSTER, open_dataset
from helpers.reading.guards import is_aloud
from helpers.reading.loading import load
from helpers.reading.manifest import read_manifest
from helpers.reading.opened import OPENED
from helpers.running.project import Project
from helpers.running.reports import make_reports
from helpers.tables import TABLES, limits

HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
on_spark = pytest.mark.skipif(
    not HAS_SPARK and os.environ.get("ENGINE") != "spark",
    reason="no PySpark or no Java here: make test ENGINE=spark TESTS=tests/test_engines.py",
)
ENGINES = ["pandas", pytest.param("spark", marks=on_spark)]

pytestmark = [pytest.mark.filterwarnings(f"ignore:{said}") for said in spark.NOISE]

PERIOD = {"start": "2025-01-15", "end": "2025-05-31"}
NOBODY = {"platforms": ["nobody's"]}

CASES = {
    "account_size.reduce": (
        account_size.reduce,
        [{}, {"min_posts": 3, "min_age_days": 3.0, "platforms": ["instagram"], **PERIOD}, NOBODY],
    ),
    "tiers.reduce": (tiers.reduce, [{"min_age_days": 3.0}, {"min_posts": 2, **PERIOD}, NOBODY]),
    "passive_active.reduce": (passive_active.reduce, [{}, PERIOD]),
    "dialogue.reduce": (
        dialogue.reduce,
        [{"zone": "Europe/Amsterdam"}, {"zone": "America/New_York", "min_age_days": 3.0, **PERIOD}, NOBODY],
    ),
    "formats.reduce": (formats.reduce, [{}, {"min_age_days": 3.0, "short_s": 30.0}, NOBODY]),
    "timing.reduce": (
        timing.reduce,
        [
            {"min_weeks": 1.0},
            {"timezone": "Europe/Amsterdam", "counted": "likes, comments and shares", "min_posts": 2},
            NOBODY,
        ],
    ),
    "comment_quality.reduce": (
        comment_quality.reduce,
        [{"coded": False}, {"zone": "Asia/Kolkata", "min_age_days": 3.0}, NOBODY],
    ),
    "audience.reduce": (audience.reduce, [{}, {"tenure_months": 3.0, "step_size": 3.0, "step_share": 0.01}, NOBODY]),
    "communities.reduce": (communities.reduce, [{}, {"min_members": 500, "min_periods": 2}, {"min_members": 10**9}]),
    "communities.from_posts": (communities.from_posts, [{}]),
    "reach.reduce": (reach.reduce, [{}, {"min_age_days": 3.0, "fewest_hours": 24.0}, NOBODY]),
    "outcomes.reduce": (outcomes.reduce, [{}]),
    "trends.reduce": (trends.reduce, [{}, {"zone": "Asia/Kolkata", "min_age_days": 3.0}, NOBODY]),
}
"""Every reduction that a notebook calls, with sets of parameters; one of each leaves nothing."""

RUNS = [
    pytest.param(name, given, id=f"{name}-{n}") for name, (_, all_) in CASES.items() for n, given in enumerate(all_)
]


@pytest.fixture(autouse=True)
def few_rows_stay_where_they_are(monkeypatch):
    """Here small tables stand for large ones, which no reduction brings into memory."""
    monkeypatch.setattr("helpers.reading.sampling.FEW_ROWS", 0)


def some(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Take few enough rows of the sample that Spark is done soon, and make them harder than they are."""
    posts = tables["posts"]
    kinds = [
        posts[posts[name].notna()]
        for name in ("hashtags", "goal", "intent", "watch_time_s", "caption")
        if name in posts
    ]
    wanted = {account for kind in [posts, *kinds] for account in kind["account_id"].drop_duplicates().head(12)}
    wanted |= set(posts.groupby("account_id")["created_at"].agg(np.ptp).nlargest(3).index)  # followed for over a year
    kept = posts[posts["account_id"].isin(wanted)].reset_index(drop=True)
    return {
        **{name: table.head(600) for name, table in tables.items()},
        "posts": spoiled(kept),
        "accounts": tables["accounts"].head(300),
        "comments": tables["comments"][tables["comments"]["post_id"].isin(kept["post_id"])],
        "post_history": tables["post_history"],
    }


def spoiled(posts: pd.DataFrame) -> pd.DataFrame:
    """Put unknown, hidden and zero cells among the posts, Sundays, and hours in which clocks change."""
    posts, rows = posts.astype({"created_at": "datetime64[us]"}), np.arange(len(posts))
    for step, name in enumerate(("likes", "comments", "followers", "reach", "views", "platform", "format"), start=11):
        if name in posts:
            posts.loc[rows % (7 * step) == 3, name] = None
    for step, name in enumerate(("likes", "comments", "followers", "reach", "views"), start=11):
        if name in posts:
            posts.loc[rows % (9 * step) == 5, name] = 0
            posts.loc[rows % (9 * step) == 7, name] = -1
    posts.loc[rows % 17 == 1, "created_at"] = datetime(2025, 3, 30, 0, 59, 59)  # a Sunday, clocks go forward
    posts.loc[rows % 17 == 2, "created_at"] = datetime(2025, 3, 30, 1, 0)
    posts.loc[rows % 71 == 3, "created_at"] = datetime(2024, 12, 29, 23, 59, 59, 500_000)  # last second of a week
    posts.loc[rows % 71 == 4, "created_at"] = datetime(2024, 2, 29, 23, 59, 59)
    posts.loc[rows % 73 == 5, "created_at"] = None
    silent = posts["account_id"] == posts["account_id"].iloc[0]  # an account of which no count is known
    posts.loc[silent, ["likes", "comments", "reach", "views"]] = None
    return posts


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sample_tables):
    """Write a small dataset with everything that the notebooks read."""
    place = tmp_path_factory.mktemp("few")
    for name, table in some(sample_tables("documents")[1]).items():
        table.to_csv(place / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%fZ")
    return place


@pytest.fixture(scope="module")
def spark_session():
    """Start Spark once; its Java translates programs quickly rather than well, which halves its work on small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        patch.delenv("SPARK_REMOTE", raising=False)
        session = spark.session(memory_limit="2GB", threads=2)
    yield session
    session.stop()


@pytest.fixture(scope="module")
def opened(folder, request):
    """Give a function that opens the dataset on an engine, once."""
    duck = open_dataset(folder)
    known = {"duckdb": duck.tables}

    def tables(engine):
        if engine == "pandas" and engine not in known:
            by_name = {name: by_hand(folder / f"{name}.csv", name) for name in duck.tables}
            theirs = ["followers", "followers_at"]  # lists are joined when tables are opened
            joined = duck.tables["posts"].select("post_id", *theirs).collect("pandas").to_native()
            by_name["posts"] = by_name["posts"].drop(columns=theirs).merge(joined, on="post_id", how="left")
            known[engine] = by_name
        if engine == "spark" and engine not in known:
            request.getfixturevalue("spark_session")
            known[engine] = open_dataset(folder, engine="spark").tables
        return known[engine]

    return tables


def by_hand(path, table):
    """Read a file as a student does, with its rows in another order."""
    kinds = {name: column.kind for name, column in TABLES[table].columns.items()}
    there = pd.read_csv(path, nrows=0).columns
    times = [name for name in there if kinds.get(name) == "time"]
    texts = {name: "str" for name in there if kinds.get(name) in ("id", "text", "category")}
    frame = pd.read_csv(path, dtype=texts, parse_dates=times)
    frame = frame.assign(**{name: frame[name].dt.tz_localize(None) for name in times})
    return frame.sample(frac=1, random_state=7, ignore_index=True)


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Take out how engines write the same value: kinds of number, of unknown and of text."""
    made = {}
    for name, column in table.items():
        known = column.dropna()
        if pd.api.types.is_datetime64_any_dtype(column):
            made[name] = column.astype("datetime64[us]")
        elif pd.api.types.is_numeric_dtype(column) or len(known) == 0 or isinstance(known.iloc[0], bool | np.bool_):
            made[name] = pd.to_numeric(column.astype("object").where(column.notna(), np.nan)).astype("float64")
        else:
            made[name] = column.astype("object").where(column.notna(), None)
    return pd.DataFrame(made).reset_index(drop=True)


def assert_same(one, other, where="result"):
    """Compare two results to 1e-9, however they are nested."""
    if isinstance(one, pd.DataFrame):
        assert list(one.columns) == list(other.columns), where
        pd.testing.assert_frame_equal(plain(one), plain(other), rtol=1e-9, atol=1e-9, obj=where)
    elif is_dataclass(one):
        for part in fields(one):
            assert_same(getattr(one, part.name), getattr(other, part.name), f"{where}.{part.name}")
    elif isinstance(one, Mapping):
        assert set(one) == set(other), where
        for name in one:
            assert_same(one[name], other[name], f"{where}[{name}]")
    else:
        assert one == other, where


@pytest.fixture(scope="module")
def by_duckdb(opened):
    """Give a function that reduces on DuckDB, each way once."""
    known = {}

    def result(name, given):
        key = name, json.dumps(given)
        if key not in known:
            known[key] = CASES[name][0](opened("duckdb"), **given)
        return known[key]

    return result


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "given"), RUNS)
def test_every_reduction_gives_the_same(opened, by_duckdb, name, given, engine):
    assert_same(CASES[name][0](opened(engine), **given), by_duckdb(name, given))


def test_every_reduction_of_every_notebook_is_compared():
    called = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            called |= set(re.findall(r"(\w+\.\w+)\(dataset\.tables", "".join(cell["source"])))
    assert called - {"outcomes.reduce"} == set(CASES) - {"outcomes.reduce"}


def test_the_data_compared_leave_no_table_empty(by_duckdb):
    for name, (_, given) in CASES.items():
        found = by_duckdb(name, given[0])
        frames = getattr(found, "frames", None) or {name: getattr(found, "frame", found)}
        assert [part for part, frame in frames.items() if not len(frame)] == [], name


@on_spark
def test_parquet_is_read_where_it_lies_as_duckdb_reads_it(spark_session, tmp_path):
    duckdb.sql(
        "SELECT '1' AS post_id, 7 AS account_id, ' Image' AS format, 12.0 AS likes, TIMESTAMP '2025-03-30 01:30' AS "
        "created_at, 'it''s' AS caption, true AS sponsored, 0.5::FLOAT AS watch_time_s, 1 AS mine "
        "UNION ALL SELECT ' 2 ', 8, NULL, 'NaN'::DOUBLE, NULL, '', NULL, 'NaN'::FLOAT, NULL"
    ).write_parquet(str(tmp_path / "posts-[1].parquet"))
    duckdb.sql("SELECT '3' AS post_id, 9 AS account_id, -1 AS likes, 'x' AS mine").write_parquet(
        str(tmp_path / "posts-2.parquet")
    )
    duck, there = open_dataset(tmp_path), open_dataset(tmp_path, engine="spark")
    assert there.tables["posts"].collect_schema() == duck.tables["posts"].collect_schema()
    assert (there.rows, there.notes) == (duck.rows, duck.notes)
    rows = [d.tables["posts"].collect("pandas").to_native().sort_values("post_id") for d in (duck, there)]
    pd.testing.assert_frame_equal(plain(rows[0]), plain(rows[1]))
    assert "posts-2.parquet" in " ".join(map(str, there.tables["posts"].to_native().inputFiles()))


@on_spark
def test_what_a_run_has_opened_on_spark_is_not_read_again(spark_session, folder, tmp_path, monkeypatch):
    monkeypatch.setenv(OPENED, str(tmp_path))
    other = tmp_path / "other"
    other.mkdir()
    rows = "SELECT 'p' || i AS post_id, 'a' AS account_id, i AS likes, [i] AS mine FROM range(9) t(i)"
    duckdb.sql(rows).write_parquet(str(other / "posts.parquet"))
    for path in (folder, other):
        first = open_dataset(path, engine="spark")
        with monkeypatch.context() as patch:
            patch.setattr("helpers.reading.loading.load", None)
            again = open_dataset(path, engine="spark")
        assert (again.notes, again.rows, again.file_rows) == (first.notes, first.rows, first.file_rows)
        for name, table in first.tables.items():
            assert again.tables[name].collect_schema() == table.collect_schema()
            assert again.tables[name].to_native().collect() == table.to_native().collect()
        assert len({file.parent for file in tmp_path.glob("*/posts.parquet")} - {other}) == 1  # text only is copied
    assert open_dataset(other).rows == {"posts": 9}
    judged = []
    monkeypatch.setattr(spark, "is_remote", lambda session: True)
    monkeypatch.setattr(spark, "check", lambda work, session: judged.append(work.table))
    for _ in range(2):
        assert open_dataset(other / "posts.parquet", engine="spark").tables["posts"].to_native().count() == 9
    assert judged == ["posts"]  # a cluster judges once for a run too


@on_spark
def test_on_a_cluster_it_is_said_that_lists_are_joined_exactly(spark_session, monkeypatch, tmp_path):
    duckdb.sql("SELECT '1' AS post_id, '@Shop' AS account_id").write_parquet(str(tmp_path / "posts.parquet"))
    duckdb.sql("SELECT 'shop' AS account_id, 9 AS followers").write_parquet(str(tmp_path / "accounts.parquet"))
    assert ON_A_CLUSTER not in open_dataset(tmp_path, engine="spark").notes
    monkeypatch.setattr(spark, "is_remote", lambda session: True)
    monkeypatch.setattr(spark, "check", lambda work, session: None)
    told = open_dataset(tmp_path, engine="spark").notes
    assert ON_A_CLUSTER in told
    assert is_aloud(ON_A_CLUSTER)


@on_spark
def test_the_same_accounts_are_drawn_where_there_are_very_many(spark_session, monkeypatch, capsys):
    monkeypatch.setattr(sampling, "MOST_ROWS", 3_000)
    frame = pd.DataFrame({"account_id": [f"a{i // 2}" for i in range(20_000)], "i": range(20_000)})
    engines = (duckdb.from_df(frame), spark_session.createDataFrame(frame))
    found = [sampling.in_memory(nw.from_native(native).lazy()).sort_values("i")["i"].tolist() for native in engines]
    assert found[0] == found[1]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert said[0] == said[1]
    assert "one account_id in 8 is taken" in said[0]


@on_spark
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("'1' AS post_id, -5 AS likes", "likes: 1 value below -1"),
        ("'1' AS post_id, 2.5 AS likes", "likes: 1 value"),
        ("'1.34E+18' AS post_id, 1 AS likes", "post_id: 1 value rounded by a spreadsheet"),
        ("'1' AS post_id, 1 AS likes UNION ALL SELECT 'a', '1', 1", "1 row repeats an earlier row"),
        ("'1' AS post_id, 'many' AS likes", "run make import"),
    ],
)
def test_a_cluster_judges_by_the_same_rules(spark_session, tmp_path, cells, said):
    duckdb.sql(f"SELECT 'a' AS account_id, {cells}").write_parquet(str(tmp_path / "posts.parquet"))
    (spec,) = read_manifest(tmp_path).tables
    judged = partial(spark.check, session=spark_session)
    found = load(connected(), spec, timezone="UTC", scratch=tmp_path, elsewhere=judged)
    assert said in " ".join(found.faults)


@on_spark
def test_every_rule_is_broken_by_the_same_cells_as_on_duckdb(spark_session, tmp_path):
    edges = [-2, -1, -0.1, 0, 1, 1.1, 7, 7.5, 122, 123, 1440, 1441, 1e9, 1e9 + 1, 6e9, 6e9 + 1, 1e12, 1e12 + 1]
    words = sorted({word for table in TABLES.values() for c in table.columns.values() for word in c.categories})
    cells = {
        "id": (["a", ""], "VARCHAR"),
        "count": ([edge for edge in edges if edge % 1 == 0], "BIGINT"),
        "number": (edges, "DOUBLE"),
        "time": ([datetime(1989, 12, 31, 23, 59, 59), datetime(1990, 1, 1), datetime(2025, 3, 9)], "TIMESTAMP"),
        "category": ([*words, "painting"], "VARCHAR"),
    }
    columns = ", ".join(f"CAST({kind} AS {sql}) AS {kind}" for kind, (_, sql) in cells.items())
    made = pd.DataFrame({kind: pd.Series(values, dtype="object") for kind, (values, _) in cells.items()})
    made.loc[len(made)] = None
    duckdb.sql(f"SELECT {columns} FROM made").write_parquet(str(tmp_path / "cells.parquet"))
    kinds = {(name, column): c.kind for name, table in TABLES.items() for column, c in table.columns.items()}
    rules = [(name, rule) for name, table in TABLES.items() for rule in limits(table.columns, table=name)]
    breaks = sorted({rule.breaks.format(kinds[name, rule.column]) for name, rule in rules})
    asked = [f"{sql} AS r{n}" for n, sql in enumerate(breaks)]
    here = duckdb.sql(f"SELECT {', '.join(asked)} FROM '{tmp_path}/cells.parquet'").fetchall()
    there = spark_session.read.parquet(str(tmp_path / "cells.parquet")).selectExpr(*asked).collect()
    assert [tuple(row) for row in there] == here
    assert all(True in cells for cells in zip(*here, strict=True))


@on_spark
def test_a_cluster_lets_sound_files_pass(spark_session, tmp_path):
    duckdb.sql("SELECT 'a' AS account_id, '1' AS post_id, -1.0 AS likes").write_parquet(str(tmp_path / "posts.parquet"))
    (spec,) = read_manifest(tmp_path).tables
    judged = partial(spark.check, session=spark_session)
    found = load(connected(), spec, timezone="UTC", scratch=tmp_path, elsewhere=judged)
    assert (found.faults, found.rows) == ((), 1)


TEXTS = [
    *("wow", "Wooow!!", "thank you so much", "@a.b @c wow nice", "nice pic nice pic nice pic nice what", "❤️😍", " "),
    *("", "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ hello", "I’m first", "love this", "great 100", "mooi!", "@name!wow"),
    *("wow " * 2_500, "nice pic " * 40 + "x", "it's \\ 'quoted' {braces} $1", "123", "ÀÉ", None),
]


@on_spark
def test_comments_are_told_apart_alike(spark_session):
    table = pd.DataFrame({"n": range(len(TEXTS)), "text": TEXTS})
    here = comment_rule.with_quality(table).collect("pandas").to_native()["quality"]
    there = nw.from_native(spark_session.createDataFrame([*enumerate(TEXTS)], "n int, text string"))
    found = comment_rule.with_quality(there).collect("pandas").to_native().sort_values("n")["quality"]
    assert [None if pd.isna(a) else a for a in found] == [None if pd.isna(a) else a for a in here]


@on_spark
def test_moments_do_not_hang_on_the_clock_of_the_machine(spark_session, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        rows = spark_session.sql("SELECT TIMESTAMP_NTZ '2025-03-09 07:30:00.9' AS t")
        frame = nw.from_native(rows)
        found = frame.select(
            late=nw.col("t") >= times.moment(datetime(2025, 3, 9, 7, 30)),
            s=times.seconds(frame, "t", since=datetime(1969, 12, 29)),
        )
        assert found.collect("pandas").to_native().iloc[0].tolist() == [
            True,
            int((datetime(2025, 3, 9, 7, 30) - datetime(1969, 12, 29)).total_seconds()),
        ]
    finally:
        monkeypatch.undo()
        time.tzset()


REPORT = """
import sys
from pathlib import Path
from helpers.running.plan import Project
from helpers.running.reports import make_reports
data, engine, reports = sys.argv[1:]
how = {"run": engine, "engine": engine, "notebook": "01-account-size", "project": Project(reports=Path(reports))}
sys.exit(make_reports(data=data, **how))
"""


@on_spark
def test_a_notebook_gives_the_same_claims(folder, tmp_path):
    # In processes of their own: the Spark of this one does not survive a fork.
    claims = {}
    for engine in ("duckdb", "spark"):
        given = ["-c", REPORT, str(folder), engine, str(tmp_path)]
        subprocess.run([sys.executable, *given], cwd=ROOT, check=True, capture_output=True, timeout=600)
        claims[engine] = pd.read_csv(tmp_path / engine / "claims.csv")
    pd.testing.assert_frame_equal(claims["spark"], claims["duckdb"], rtol=1e-9)


# ---- what keeps Spark from starting ----------------------------------------------------------------------------------


def refused():
    with pytest.raises(Refusal) as refusal:
        spark.session()
    assert refusal.value.mend
    return refusal.value.what


def test_without_pyspark(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert refused() == "ENGINE=spark needs PySpark, which is not installed"


@pytest.fixture
def pyspark(monkeypatch):
    """Stand in for PySpark, of which nothing but the version and no running session are asked before Java is."""
    sql = SimpleNamespace(SparkSession=SimpleNamespace(getActiveSession=lambda: None))
    package = SimpleNamespace(__version__="4.1.0", sql=sql)
    monkeypatch.setitem(sys.modules, "pyspark", package)
    monkeypatch.setitem(sys.modules, "pyspark.sql", sql)
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    return package


def test_another_spark_than_was_tried(pyspark):
    pyspark.__version__ = "3.5.4"
    assert refused() == "PySpark is of version 3.5.4; allowed is 4.x"


def test_without_java(pyspark, monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused() == "ENGINE=spark needs Java, and none is on the PATH"
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert refused() == f"ENGINE=spark needs Java, and JAVA_HOME={tmp_path} holds none"


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Java")
@pytest.mark.parametrize(("said", "version"), [("1.8.0_392", "8"), ("11.0.21", "11")])
def test_an_old_java(pyspark, monkeypatch, tmp_path, said, version):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{said}\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert refused() == f"Java is of version {version}; Spark 4 needs 17 or later"


@pytest.mark.parametrize("address", ["http://host", "host:15002", "sc://"])
def test_an_address_that_is_none(pyspark, monkeypatch, address):
    monkeypatch.setenv("SPARK_REMOTE", address)
    assert refused() == "SPARK_REMOTE is no address of Spark Connect"


def test_a_cluster_that_does_not_answer(pyspark, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("SPARK_REMOTE", f"sc://127.0.0.1:{port}")
    assert refused() == f"no Spark answers at 127.0.0.1:{port}, which SPARK_REMOTE names"


def test_a_refusal_leaves_no_report(folder, pyspark, monkeypatch, tmp_path):
    monkeypatch.setenv("SPARK_REMOTE", "nowhere")
    with pytest.raises(Refusal):
        make_reports(data=str(folder), run="none", engine="spark", project=Project(reports=tmp_path))
    assert not (tmp_path / "none").exists()
