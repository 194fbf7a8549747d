"""How do time and memory grow with the number of posts, and what does the way through this package add to the least?

Posts are made, 1, 10 and 100 million, with a hundredth as many accounts, whose numbers of posts fall by Zipf's law and
whose like rate falls with their followers by an exponent that is known. Two reductions, that of notebook 01 and the
widest of the others, are measured in processes of their own, each right after what it is compared with.
"""

import json
import os
import re
import resource
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.root import ROOT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


MILLIONS = (1, 10, 100)
POSTS_OF_AN_ACCOUNT = 100
EXPONENT = -0.2
"""Of the like rate on followers, in the posts made here."""

NEAR = 1e-9
"""How far, of their size, figures may differ between ways."""

BESIDE_SQL = 1.1
"""At most so many times what SQL by hand takes that nulls values once and adds up plainly."""

LIMIT = "2GB"
"""The small memory with which the largest reduction has to end as well."""

PANDAS_MOST = 10
"""Millions of posts up to which pandas is run: above, its strings alone fill the machine."""

RESULTS, PICTURE, PAGE = (ROOT / "docs" / f"scale.{ending}" for ending in ("csv", "png", "md"))

_MACROS = """
CREATE MACRO bits(x, k) AS ((hash(x) >> (20 * k)) & 1048575) / 1048576.0;
CREATE MACRO bell(x) AS 2.0 * (bits(x, 0) + bits(x, 1) + bits(x, 2) - 1.5);
"""
_ACCOUNTS = """
CREATE TABLE accounts AS
SELECT k, 'a' || k AS account_id, ceil(exp(9 + 3 * bell(k)))::BIGINT AS followers, exp(0.5 * bell(-k)) AS liked,
    ['instagram', 'tiktok', 'x', 'facebook', 'youtube', 'linkedin', 'threads', 'bluesky'][1 + k % 8] AS platform
FROM range(1, {accounts} + 1) AS t(k)
"""
_POSTS = """
COPY (
    SELECT 'p' || i AS post_id, account_id, platform,
        TIMESTAMP '2024-01-01' + to_seconds(i * 31536000 // {posts}) AS created_at,
        TIMESTAMP '2025-03-01' AS captured_at, ['image', 'carousel', 'video', 'reel'][1 + i % 4] AS format,
        CASE WHEN i % 4 > 1 THEN (10 + i % 120)::DOUBLE END AS duration_s, followers,
        floor(0.5 * pow(followers, 1 + {exponent}) * liked * exp(0.6 * noise) + bits(i, 1))::BIGINT AS likes,
        floor(0.05 * pow(followers, 0.75) * liked * exp(-0.5 * noise) + bits(i, 2))::BIGINT AS comments,
        ceil(followers * (0.2 + bits(i, 0)))::BIGINT AS reach, ceil(followers * (0.3 + bits(i, 2)))::BIGINT AS views
    FROM (SELECT i, bell(i) AS noise, floor(pow({accounts}, bits(-i, 0) + bits(-i, 1) / 1048576))::BIGINT AS k
        FROM range({posts}) AS t(i)) JOIN accounts USING (k)
) TO '{file}' (COMPRESSION zstd)
"""


def make_posts(file: Path, *, posts: int) -> None:
    """Write posts as Parquet with zstd; the same on every machine.

    Parameters
    ----------
    file : Path
        Where.
    posts : int
        How many; the accounts are a hundredth of it, and the k-th of them has a share of posts in proportion to 1 / k.
    """
    import duckdb

    accounts = max(posts // POSTS_OF_AN_ACCOUNT, 1)
    con = duckdb.connect()
    con.execute("PRAGMA disable_progress_bar")
    con.execute(_MACROS)
    con.execute(_ACCOUNTS.format(accounts=accounts))
    con.execute(_POSTS.format(accounts=accounts, posts=posts, exponent=EXPONENT, file=str(file).replace("'", "''")))


def _ours(file: str, what: str, limit: str) -> "pd.DataFrame":
    from helpers.reading.dataset import open_dataset

    start = time.perf_counter()
    tables = open_dataset(file, memory_limit=limit or None).tables
    _said["open_s"] = time.perf_counter() - start
    if what == "accounts":
        from helpers.measures import account_rates

        return account_rates(tables, min_age_days=3.0).frame
    from helpers.families.formats import analysis as formats

    return formats.reduce(tables, min_age_days=3.0).frames["formats"]


def _scan(file: str, what: str, limit: str) -> "pd.DataFrame":
    columns = ["account_id", "platform", "created_at", "captured_at", "followers", "likes", "comments", "reach"]
    columns += ["format", "duration_s", "views"] if what == "formats" else []
    return _sql(f"SELECT {', '.join(f'max({name}) AS {name}' for name in columns)} FROM '{file}'", limit)


def _by_hand(file: str, what: str, limit: str) -> "pd.DataFrame":
    return _sql(_accounts_sql(file) if what == "accounts" else _formats_sql(file), limit)


def _accounts_sql(file: str) -> str:
    """Write the reduction as one would by hand: what does not count is made null once, and sums are plain."""
    known = ", ".join(f"CASE WHEN sized AND {name}s >= 0 THEN {name}s::DOUBLE END AS {name}s" for name in _OUTCOMES)
    hidden = ", ".join(f"CASE WHEN sized AND {name}s = -1 THEN 1 END AS {name}_hidden" for name in _OUTCOMES)
    below = ", ".join(f"CASE WHEN {name}s IS NOT NULL THEN followers END AS {name}_followers" for name in _OUTCOMES)
    parts = ["count(young) AS young", "count(followers) AS n_posts", "sum(followers) / count(followers) AS followers"]
    parts += [f"{end}(created_at) AS {end}_at" for end in ("min", "max")]
    for name in _OUTCOMES:
        parts += [
            f"count({name}s) AS {name}_posts",
            f"count({name}_hidden) AS {name}_hidden",
            f"count(followers) - count({name}s) - count({name}_hidden) AS {name}_missing",
            f"min({name}s) AS {name}_least",
            f"sum({name}s) / count({name}s) AS {name}s",
            f"sum({name}s) / sum({name}_followers) AS {name}_ratio",
            f"sum({name}s / {name}_followers) / count({name}s) AS {name}_rate",
            f"avg({name}s / reach) AS {name}_reach_rate",
        ]
    return f"""
        WITH marked AS (
            SELECT *, old AND coalesce(followers > 0, false) AS sized
            FROM (SELECT *, coalesce(captured_at - created_at >= INTERVAL 3 DAY, true) AS old FROM '{file}')
        ), counts AS (
            SELECT platform, account_id, CASE WHEN NOT old THEN 1 END AS young, {known}, {hidden},
                CASE WHEN sized THEN followers::DOUBLE END AS followers,
                CASE WHEN sized THEN created_at END AS created_at,
                CASE WHEN reach > 0 THEN reach::DOUBLE END AS reach
            FROM marked
        )
        SELECT platform, account_id, {", ".join(parts)} FROM (SELECT *, {below} FROM counts) GROUP BY ALL ORDER BY 1, 2
    """


_OUTCOMES = ("like", "comment")


def _formats_sql(file: str) -> str:
    """Write the reduction by hand likewise; the table has no shares, so that there is one way to count engagement."""
    return f"""
        WITH marked AS (
            SELECT *, CASE WHEN duration_s <= 60 THEN 1 WHEN duration_s > 60 THEN 2 ELSE 0 END AS length,
                likes >= 0 AND comments >= 0 AS known, comments >= 0 AND views > 0 AS talked
            FROM (SELECT *, coalesce(captured_at - created_at < INTERVAL 3 DAY, false) AS young FROM '{file}')
        ), counts AS (
            SELECT platform, account_id, format, length, CASE WHEN young THEN 1 END AS young,
                CASE WHEN NOT young THEN created_at END AS created_at,
                CASE WHEN NOT young AND talked THEN comments::DOUBLE END AS comments,
                CASE WHEN NOT young AND talked THEN views::DOUBLE END AS views,
                CASE WHEN NOT young AND known THEN likes::DOUBLE + comments END AS total,
                CASE WHEN NOT young AND known AND reach > 0 THEN reach::DOUBLE END AS reach,
                CASE WHEN NOT young AND known AND followers > 0 THEN followers::DOUBLE END AS followers
            FROM marked
        ), totals AS (
            SELECT *, CASE WHEN reach IS NOT NULL THEN total END AS reached,
                CASE WHEN followers IS NOT NULL THEN total END AS followed
            FROM counts
        )
        SELECT platform, account_id, format, length, count(*) - count(young) AS posts, count(young) AS left_out,
            min(created_at) AS first, max(created_at) AS last, count(created_at) AS dated,
            sum(epoch(created_at)) / 86400 AS days, sum(comments) AS comments_of_views, sum(views) AS views,
            count(views) AS viewed_posts, sum(reached) AS engagement_0_reach, sum(reach) AS reach_0,
            count(reach) AS posts_0_reach, sum(followed) AS engagement_0_follower, sum(followers) AS follower_0,
            count(followers) AS posts_0_follower, sum(total) AS engagement_0_post, count(total) AS posts_0_post
        FROM totals GROUP BY ALL ORDER BY 1, 2, 3, 4
    """


def _sql(query: str, limit: str) -> "pd.DataFrame":
    import duckdb

    con = duckdb.connect()
    con.execute("PRAGMA disable_progress_bar")
    if limit:
        con.execute(f"SET memory_limit = '{limit}'")
    return con.sql(query).df()


def _pandas(file: str, what: str, limit: str) -> "pd.DataFrame":
    columns = "account_id, platform, created_at, captured_at, followers, likes, comments, reach"
    posts = _sql(f"SELECT {columns}{', format, duration_s, views' if what == 'formats' else ''} FROM '{file}'", limit)
    posts = posts[~(posts["captured_at"] - posts["created_at"] < "3D") & (posts["followers"] > 0)]
    return _pandas_formats(posts) if what == "formats" else _pandas_accounts(posts)


def _pandas_accounts(posts: "pd.DataFrame") -> "pd.DataFrame":
    named = {"n_posts": ("likes", "size"), "followers": ("followers", "mean")}
    for name in ("like", "comment"):
        known = posts[f"{name}s"].where(posts[f"{name}s"] >= 0)
        posts = posts.assign(
            **{f"{name}s": known, f"{name}_rate": known / posts["followers"], f"{name}_reach": known / posts["reach"]}
        )
        named |= {f"{name}s": (f"{name}s", "mean"), f"{name}_posts": (f"{name}s", "count")}
        named |= {f"{name}_rate": (f"{name}_rate", "mean"), f"{name}_reach_rate": (f"{name}_reach", "mean")}
    return posts.groupby(["platform", "account_id"]).agg(**named).reset_index()


def _pandas_formats(posts: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np

    seconds, views = posts["duration_s"], posts["views"]
    posts = posts.assign(length=np.select([seconds <= 60, seconds > 60], ["short", "long"], np.array(None)))
    named = {"posts": ("likes", "size"), "first": ("created_at", "min"), "last": ("created_at", "max")}
    value = posts["likes"].where(posts["likes"] >= 0) + posts["comments"].where(posts["comments"] >= 0)
    talked = (posts["comments"] >= 0) & (views > 0)
    posts = posts.assign(comments_of_views=posts["comments"].where(talked), views=views.where(talked))
    named |= {name: (name, "sum") for name in ("comments_of_views", "views")} | {"viewed_posts": ("views", "count")}
    for name, column in (("reach", "reach"), ("follower", "followers"), ("post", None)):
        known = value if column is None else value.where(posts[column] > 0)
        posts[f"engagement_0_{name}"] = known
        named |= {f"engagement_0_{name}": (f"engagement_0_{name}", "sum")}
        named |= {f"posts_0_{name}": (f"engagement_0_{name}", "count")}
        if column:
            posts[f"{name}_0"] = posts[column].where(known.notna())
            named |= {f"{name}_0": (f"{name}_0", "sum")}
    keys = ["platform", "account_id", "format", "length"]
    return posts.groupby(keys, dropna=False).agg(**named).reset_index()


def _polars(file: str, what: str, limit: str) -> "pd.DataFrame":
    import polars as pl

    young = (pl.col("captured_at") - pl.col("created_at") < pl.duration(days=3)).fill_null(False)
    posts = pl.scan_parquet(file).with_columns(young=young)
    posts, named = _polars_formats(posts) if what == "formats" else _polars_accounts(posts)
    keys = ["platform", "account_id", "format", "length"][: 4 if what == "formats" else 2]
    return posts.group_by(keys).agg(*named).sort(keys).collect(engine="streaming")


def _polars_accounts(posts: Any) -> tuple[Any, list[Any]]:
    import polars as pl

    number = pl.Float64
    sized = ~pl.col("young") & (pl.col("followers") > 0)
    posts = posts.with_columns(sized=sized.fill_null(False), reach=pl.when(pl.col("reach") > 0).then("reach"))
    posts = posts.with_columns(
        *(pl.when("sized").then(name) for name in ("followers", "created_at")),
        *(pl.when(pl.col("sized") & (pl.col(f"{name}s") >= 0)).then(f"{name}s").cast(number) for name in _OUTCOMES),
        **{f"{name}_hidden": pl.col("sized") & (pl.col(f"{name}s") == -1) for name in _OUTCOMES},
    )
    below = {f"{name}_below": pl.when(pl.col(f"{name}s").is_not_null()).then("followers") for name in _OUTCOMES}
    named = [pl.col("young").sum(), pl.col("followers").count().alias("n_posts"), pl.col("followers").mean()]
    named += [pl.col("created_at").min().alias("min_at"), pl.col("created_at").max().alias("max_at")]
    for name in _OUTCOMES:
        count, hidden = pl.col(f"{name}s"), pl.col(f"{name}_hidden").sum()
        named += [count.count().alias(f"{name}_posts"), hidden, count.mean().alias(f"{name}s")]
        named += [count.min().alias(f"{name}_least")]
        named += [(pl.col("followers").count() - count.count() - hidden).alias(f"{name}_missing")]
        named += [(count.sum() / pl.col(f"{name}_below").sum()).alias(f"{name}_ratio")]
        named += [(count / pl.col(f"{name}_below")).mean().alias(f"{name}_rate")]
        named += [(count / pl.col("reach")).mean().alias(f"{name}_reach_rate")]
    return posts.with_columns(**below), named


def _polars_formats(posts: Any) -> tuple[Any, list[Any]]:
    import polars as pl

    seconds, old = pl.col("duration_s"), ~pl.col("young")
    likes, comments, views = map(pl.col, ("likes", "comments", "views"))
    known, talked = old & (likes >= 0) & (comments >= 0), old & (comments >= 0) & (views > 0)
    posts = posts.with_columns(
        length=pl.when(seconds <= 60).then(1).when(seconds > 60).then(2).otherwise(0),
        created_at=pl.when(old).then("created_at"),
        total=pl.when(known).then(likes.cast(pl.Float64) + comments),
        comments=pl.when(talked).then("comments"),
        views=pl.when(talked).then("views"),
        **{name: pl.when(known & (pl.col(name) > 0)).then(name) for name in ("reach", "followers")},
    )
    sides = {"reach": "reach", "follower": "followers"}
    posts = posts.with_columns(
        **{f"total_{name}": pl.when(pl.col(column).is_not_null()).then("total") for name, column in sides.items()}
    )
    days, total = pl.col("created_at"), pl.col("total")
    named = [(~pl.col("young")).sum().alias("posts"), pl.col("young").sum().alias("left_out")]
    named += [days.min().alias("first"), days.max().alias("last"), days.count().alias("dated")]
    named += [(days.dt.epoch("s").cast(pl.Float64).sum() / 86_400).alias("days")]
    named += [comments.sum().alias("comments_of_views"), views.sum(), views.count().alias("viewed_posts")]
    named += [total.sum().alias("engagement_0_post"), total.count().alias("posts_0_post")]
    for name, column in sides.items():
        named += [pl.col(f"total_{name}").sum().alias(f"engagement_0_{name}")]
        named += [pl.col(column).sum().alias(f"{name}_0"), pl.col(column).count().alias(f"posts_0_{name}")]
    return posts, named


WAYS: Mapping[str, Callable[[str, str, str], Any]] = {
    "bare DuckDB": _scan,
    "DuckDB SQL by hand": _by_hand,
    "this package": _ours,
    "pandas": _pandas,
    "polars": _polars,
}
"""Ways from posts to a reduced table."""

_CHECKED = {
    "accounts": ("n_posts", "likes", "comment_rate", "comment_reach_rate"),
    "formats": ("posts", "engagement_0_follower", "reach_0"),
}
"""Columns whose sums must be the same on every way."""

_said: dict[str, float] = {}


def one(way: str, what: str, file: str, limit: str) -> None:
    """Go one way once and print what it took as JSON; for a process of its own.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    what : str
        ``"accounts"`` (notebook 01) or ``"formats"`` (notebook 05).
    file : str
        From `make_posts`.
    limit : str
        Memory limit of DuckDB; empty for the default.
    """
    import duckdb  # noqa: F401  imported here, so that the time measured is the reduction's own

    import helpers.families.formats.analysis
    import helpers.reading.dataset  # noqa: F401

    start = time.perf_counter()
    table = WAYS[way](file, what, limit)
    took = time.perf_counter() - start - _said.get("open_s", 0.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
    sums = {} if way == "bare DuckDB" else {name: float(table[name].sum()) for name in _CHECKED[what]}
    print(json.dumps({"s": took, "peak_gb": peak, "rows": len(table), "sums": sums} | _said))


def measure(scratch: Path, *, tell: Callable[[str], None], millions: tuple[int, ...] = MILLIONS) -> "pd.DataFrame":
    """Measure every way at every size.

    Parameters
    ----------
    scratch : Path
        A folder; the largest file takes 2 GB.
    tell : callable
        Told what is being measured.
    millions : tuple of int
        Sizes.

    Returns
    -------
    pandas.DataFrame
        One row for each size, reduction, way and limit: s, peak_gb, rows, open_s, which is checking the file before
        the reduction, and for the whole notebook reduction_s, the cell in it that opens the data and reduces them.

    Raises
    ------
    RuntimeError
        When a way ends with an error, or gives other figures than SQL by hand.
    """
    import pandas as pd

    beside = _polars_beside(scratch / "polars", tell)
    rows = []
    for size in millions:
        file = scratch / f"posts-{size}.parquet"
        tell(f"writing {size} million posts")
        make_posts(file, posts=size * 1_000_000)
        for what, way, limit in _plan(size, polars=beside is not None):
            tell(f"{size} million posts to {what}: {way}{f', {limit}' if limit else ''}")
            cost = _measured(way, what, file, limit, beside=beside if way == "polars" else None)
            rows.append({"millions": size, "what": what, "way": way, "limit": limit} | cost)
        tell(f"{size} million posts: the whole notebook")
        rows.append({"millions": size, "what": "notebook 01", "way": "this package", "limit": ""} | _notebook(file))
        file.unlink()
    table = pd.DataFrame(rows)
    _compare(table)
    return table.drop(columns="sums")


def _polars_beside(folder: Path, tell: Callable[[str], None]) -> Path | None:
    """Install polars where only its own measurement sees it: statsmodels imports it wherever it finds it, in 1.7 s."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(folder), *extras["bench"]]
    tell("fetching polars")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        tell(f"polars is left out, as it could not be installed: {done.stderr.strip()[-300:]}")
        return None
    return folder


def _plan(size: int, *, polars: bool) -> Iterator[tuple[str, str, str]]:
    """Say what is measured at one size."""
    for what in _CHECKED:
        for way in ("bare DuckDB", "DuckDB SQL by hand", "this package"):
            yield what, way, ""
        yield what, "this package", LIMIT
        if size <= PANDAS_MOST:
            yield what, "pandas", ""
        if polars:
            yield what, "polars", ""


def _measured(way: str, what: str, file: Path, limit: str, *, beside: Path | None = None) -> dict[str, Any]:
    script = "import sys; from helpers.tools import scale; scale.one(*sys.argv[1:])"
    command = [sys.executable, "-c", script, way, what, str(file), limit]
    places = [str(beside), *filter(None, [os.environ.get("PYTHONPATH")])] if beside else []
    environment = os.environ | ({"PYTHONPATH": os.pathsep.join(places)} if places else {})
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{way}, {what}, {file.name} ended with {done.returncode}: {done.stderr[-1000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _notebook(file: Path) -> dict[str, Any]:
    """Run notebook 01 as make does; the slope is read from its table of claims, its reduction from what it tells."""
    import shutil

    import pandas as pd

    command = [sys.executable, "-m", "helpers", "reports", f"--data={file}", "--run=bench-scale"]
    start = time.perf_counter()
    environment = os.environ | {"ENGAGEMENT_CLAIMS_CELLS": "1"}
    command.append("--notebook=01-account-size")
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    took = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"notebook 01 on {file.name} ended with {done.returncode}: {done.stderr[-1000:]}")
    claims = pd.read_csv(ROOT / "reports" / "bench-scale" / "claims.csv").set_index("claim_id")
    shutil.rmtree(ROOT / "reports" / "bench-scale", ignore_errors=True)
    slope = claims.loc["size-like-rate-falls"]
    ends = {"slope": -slope["estimate"], "low": -slope["ci_high"], "high": -slope["ci_low"]}
    return {"s": took, "reduction_s": _reduction(done.stderr)} | ends


def _reduction(told: str) -> float:
    """Find how long the cell took that reduces: from where it is told to begin to where the next one is."""
    cells = json.loads((ROOT / "notebooks" / "01-account-size.ipynb").read_text(encoding="utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    (at,) = (n for n, source in enumerate(codes, start=1) if "account_size.reduce(" in source)
    begun = {int(n): float(s) for n, s in re.findall(r"cell (\d+) of \d+  ([\d.]+) s$", told, re.MULTILINE)}
    return begun[at + 1] - begun[at]


def _compare(table: "pd.DataFrame") -> None:
    """Hold the sums of every way against those of SQL by hand."""
    for (size, what), part in table.dropna(subset="sums").groupby(["millions", "what"]):
        (wanted,) = part.loc[part["way"] == "DuckDB SQL by hand", "sums"]
        for way, sums in zip(part["way"], part["sums"], strict=True):
            unlike = [name for name in sums if abs(sums[name] - wanted[name]) > NEAR * abs(wanted[name])]
            if unlike:
                raise RuntimeError(f"{way} gives other {', '.join(unlike)} for {what} of {size} million posts")


def bounds(table: "pd.DataFrame") -> list[tuple[str, float, float]]:
    """Set what was measured against what is wanted.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measure`.

    Returns
    -------
    list of (str, float, float)
        What it is, what came out and at most what was wanted; for the largest size, and against SQL by hand for the two
        largest.
    """
    most = table["millions"].max()

    def cost(size: int, what: str, way: str = "this package", limit: str = "") -> "pd.Series":
        here = table[table["millions"].eq(size) & table["what"].eq(what) & table["way"].eq(way)]
        return here[here["limit"].fillna("").eq(limit)].iloc[0]

    found = []
    for what, meaning in MEANINGS.items():
        for size in sorted(table["millions"].unique())[-2:]:
            ratio = cost(size, what)["s"] / cost(size, what, "DuckDB SQL by hand")["s"]
            found.append((f"{meaning} / SQL by hand, {size} million", ratio, BESIDE_SQL))
        found.append((f"peak GB, {meaning}", cost(most, what)["peak_gb"], 4.0))
    for what, meaning in MEANINGS.items():
        small = cost(most, what, limit=LIMIT)
        found.append((f"peak GB with a limit of {LIMIT}, {meaning}", small["peak_gb"], 4.0))
    for what, meaning in MEANINGS.items() if most // 10 in set(table["millions"]) else ():
        growth = cost(most, what)["s"] / cost(most // 10, what)["s"]
        found.append((f"growth from {most // 10} to {most} million, {meaning}", growth, 12.0))
    whole = cost(most, "notebook 01")
    found.append(("the whole notebook 01 / the reduction in it", whole["s"] / whole["reduction_s"], 1.5))
    found.append(("the whole notebook 01 / its reduction by itself", whole["s"] / cost(most, "accounts")["s"], 1.5))
    return found


MEANINGS = {"accounts": "posts to accounts (notebook 01)", "formats": "posts to accounts and formats (notebook 05)"}
"""The reductions in words."""

_MARKS = "<!-- measured by make bench -->\n", "<!-- end of what was measured -->\n"


def lines(table: "pd.DataFrame") -> list[str]:
    """Write the table and the bounds in Markdown.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measure`.

    Returns
    -------
    list of str
        Lines.
    """
    said = ["| million posts | what | way | s | peak GB | checking the file before, s |", "|--:|---|---|--:|--:|--:|"]
    for row in table.itertuples():
        way = f"{row.way}, limit of {row.limit}" if isinstance(row.limit, str) and row.limit else row.way
        cells = [f"{value:.2f}" if value == value else "" for value in (row.s, row.peak_gb, row.open_s)]
        what = MEANINGS.get(row.what, f"{row.what}, of it {row.reduction_s:.2f} s the reduction")
        said.append(f"| {row.millions} | {what} | {way} | {' | '.join(cells)} |")
    said += ["", "| at the largest sizes | measured | wanted at most |", "|---|--:|--:|"]
    said += [f"| {what} | {value:.2f} | {most} |" for what, value, most in bounds(table)]
    slope = table[table["what"] == "notebook 01"].iloc[-1]
    return [
        *said,
        "",
        f"Planted exponent of the like rate {EXPONENT}; notebook 01 gave {slope['slope']:.4f} "
        f"({slope['low']:.4f} to {slope['high']:.4f}).",
    ]


def picture(table: "pd.DataFrame") -> "Figure":
    """Draw seconds against the number of posts, one line for each way.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measure`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each reduction.
    """
    import matplotlib.pyplot as plt
    import seaborn as sns

    from helpers import plots

    plots.style()
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    for axis, (what, meaning) in zip(axes, MEANINGS.items(), strict=True):
        part = table[table["what"].eq(what) & table["limit"].fillna("").eq("")]
        look = {"hue": "way", "hue_order": list(WAYS), "marker": "o", "legend": axis is axes[0]}
        sns.lineplot(part, x="millions", y="s", ax=axis, **look)
        axis.set(xscale="log", yscale="log", xlabel="million posts", ylabel="seconds")
        axis.set_title(meaning.replace(" (", "\n("))
        axis.set_xticks(list(MILLIONS), [str(size) for size in MILLIONS])
        axis.yaxis.set_major_formatter("{x:g}")
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].get_legend().remove()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def main(scratch: Path, *, tell: Callable[[str], None]) -> bool:
    """Measure, write the results to docs, and say whether every bound is kept.

    Parameters
    ----------
    scratch, tell
        As for `measure`.

    Returns
    -------
    bool
        Whether it is.
    """
    table = measure(scratch, tell=tell).round({"s": 3, "peak_gb": 3, "open_s": 3, "reduction_s": 3})
    table.to_csv(RESULTS, index=False)
    picture(table).savefig(PICTURE, dpi=110)
    write_page(table)
    print("\n".join(lines(table)))
    return all(value <= most for _, value, most in bounds(table))


def write_page(table: "pd.DataFrame") -> None:
    """Put what was measured into docs/scale.md, between its marks.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measure`.
    """
    before, rest = PAGE.read_text(encoding="utf-8").split(_MARKS[0])
    _, after = rest.split(_MARKS[1])
    made = "\n".join(["", *lines(table), "", ""])
    PAGE.write_text(before + _MARKS[0] + made + _MARKS[1] + after, encoding="utf-8", newline="\n")
