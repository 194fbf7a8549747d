"""Does every reduction of every notebook give the same on pandas, DuckDB and Spark?

Spark is left out only where Java or PySpark is absent, and never in CI.
"""

import importlib.util
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from helpers import (
    ROOT,
    audience,
    comment_quality,
    communities,
    dialogue,
    formats,
    measures,
    outcomes,
    passive_active,
    reach,
    spark,
    tiers,
    timing,
)
from helpers.engine import open_dataset
from helpers.simulate import sample
from helpers.tables import TABLES

HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
on_spark = pytest.mark.skipif(
    not HAS_SPARK and not os.environ.get("CI"), reason="PySpark (make env ENGINE=spark) or Java is absent"
)
ENGINES = ["pandas", pytest.param("spark", marks=on_spark)]

pytestmark = [pytest.mark.filterwarnings(f"ignore:{said}") for said in spark.NOISE]

PERIOD = {"start": "2025-01-15", "end": "2025-05-31"}
NOBODY = {"platforms": ["nobody's"]}

CASES = {
    "measures.account_rates": (
        measures.account_rates,
        [{}, {"min_posts": 3, "min_age_days": 3.0, "platforms": ["instagram"], **PERIOD}, NOBODY],
    ),
    "tiers.reduce": (tiers.reduce, [{"min_age_days": 3.0}, {"min_posts": 2, **PERIOD}, NOBODY]),
    "passive_active.reduce": (passive_active.reduce, [{}, PERIOD]),
    "dialogue.reduced": (
        dialogue.reduced,
        [{"zone": "Europe/Amsterdam"}, {"zone": "America/New_York", "min_age_days": 3.0, **PERIOD}, NOBODY],
    ),
    "formats.reduce_formats": (formats.reduce_formats, [{}, {"min_age_days": 3.0, "short_s": 30.0}, NOBODY]),
    "timing.reduce_timing": (
        timing.reduce_timing,
        [
            {"min_weeks": 1.0},
            {"timezone": "Europe/Amsterdam", "counted": "likes, comments and shares", "min_posts": 2},
            NOBODY,
        ],
    ),
    "comment_quality.reduced": (
        comment_quality.reduced,
        [{"coded": False}, {"zone": "Asia/Kolkata", "min_age_days": 3.0}, NOBODY],
    ),
    "audience.reduce": (audience.reduce, [{}, {"tenure_months": 3.0, "step_size": 3.0, "step_share": 0.01}, NOBODY]),
    "communities.reduce": (communities.reduce, [{}, {"min_members": 500, "min_periods": 2}, {"min_members": 10**9}]),
    "communities.from_posts": (communities.from_posts, [{}]),
    "reach.reduce": (reach.reduce, [{}, {"min_age_days": 3.0, "fewest_hours": 24.0}, NOBODY]),
    "outcomes.reduce": (outcomes.reduce, [{}]),
}
"""Every reduction that a notebook calls, with sets of parameters; one of each leaves nothing."""

RUNS = [
    pytest.param(name, given, id=f"{name}-{n}") for name, (_, all_) in CASES.items() for n, given in enumerate(all_)
]


def some(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Take few enough rows of the sample that Spark is done soon, and make them harder than they are."""
    posts = tables["posts"]
    kinds = [
        posts[posts[name].notna()]
        for name in ("hashtags", "goal", "intent", "watch_time_s", "caption")
        if name in posts
    ]
    wanted = {account for kind in [posts, *kinds] for account in kind["account_id"].drop_duplicates().head(12)}
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
def folder(tmp_path_factory):
    """Write a small dataset with everything that the notebooks read."""
    place = tmp_path_factory.mktemp("few")
    for name, table in some(sample("documents")[1]).items():
        table.to_csv(place / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%fZ")
    return place


@pytest.fixture(scope="module")
def opened(folder):
    """Give a function that opens the dataset on an engine, once."""
    duck = open_dataset(folder)
    known = {"duckdb": duck.tables}

    def tables(engine):
        if engine == "pandas" and engine not in known:
            known[engine] = {name: by_hand(folder / f"{name}.csv", name) for name in duck.tables}
        if engine == "spark" and engine not in known:
            known[engine] = open_dataset(folder, engine="spark", threads=2, memory_limit="2GB").tables
        return known[engine]

    yield tables
    if "spark" in known:
        next(iter(known["spark"].values())).to_native().sparkSession.stop()


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
