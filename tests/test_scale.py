"""The posts of the benchmark are as said, every way gives the same figures, and the page is made from the table."""

import time

import duckdb
import pandas as pd
import pytest

from helpers.estimates import fit_slope
from helpers.reading.typing import platform
from helpers.tools import scale


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scale") / "posts.parquet"
    scale.make_posts(path, posts=100_000)
    return path


def test_posts_have_the_planted_exponent_and_accounts_by_zipf(file):
    accounts = scale._ours(str(file), "accounts", "")
    slope = fit_slope(accounts, outcome="like_rate").slope
    assert slope.low <= scale.EXPONENT <= slope.high
    assert len(accounts) <= 1_000
    by_size = accounts["n_posts"].sort_values(ascending=False).to_numpy()
    assert by_size[0] / by_size[9] == pytest.approx(7.3, rel=0.25)  # ln 2 / ln (11 / 10)


@pytest.mark.parametrize("what", scale.MEANINGS)
def test_every_way_gives_the_same_sums(file, what):
    wanted = scale.WAYS["DuckDB SQL by hand"](str(file), what, "")
    found = scale.WAYS["this package"](str(file), what, "500MB")
    assert len(found) == len(wanted)
    for name in scale._CHECKED[what]:
        assert found[name].sum() == pytest.approx(wanted[name].sum(), rel=scale.NEAR)
    by_pandas = scale.WAYS["pandas"](str(file), what, "")
    assert len(by_pandas) == len(wanted)
    further = {
        "accounts": ("like_rate",),
        "formats": ("viewed_posts", "posts_0_reach", "follower_0", "comments_of_views"),
    }
    for name in (*scale._CHECKED[what], *further[what]):
        assert found[name].sum() == pytest.approx(by_pandas[name].sum(), rel=scale.NEAR)


def test_other_figures_are_not_let_through():
    rows = [("DuckDB SQL by hand", {"n_posts": 10.0}), ("this package", {"n_posts": 10.1})]
    table = pd.DataFrame(rows, columns=["way", "sums"]).assign(millions=1, what="accounts")
    with pytest.raises(RuntimeError, match="this package gives other n_posts"):
        scale._compare(table)


def test_the_reduction_in_a_notebook_is_read_from_what_it_tells():
    told = "01-account-size  cell 3 of 19  0.6 s\n01-account-size  cell 3 of 19 goes on  2.8 s\n"
    told += "01-account-size  cell 4 of 19  32.8 s\n01-account-size  cell 5 of 19  33.0 s\n"
    assert scale._reduction(told) == pytest.approx(32.2)


def test_the_page_is_made_from_the_table():
    made = "\n".join(scale.lines(pd.read_csv(scale.RESULTS)))
    assert made in scale.PAGE.read_text(encoding="utf-8")
    assert scale.PICTURE.exists()


def _cpu_s(sql):
    def once():
        start = time.process_time()
        duckdb.sql(sql).fetchall()
        return time.process_time() - start

    return min(once() for _ in range(5))


def test_a_platform_is_looked_up_once_for_each_word_of_a_dictionary(tmp_path):
    # A case with a pattern for each word took ten times as long as plain letters, and a quarter of a reduction.
    file = tmp_path / "posts.parquet"
    names = "['instagram', 'tiktok', 'x', 'facebook', 'youtube', 'linkedin', 'threads', 'bluesky']"
    duckdb.sql(f"COPY (SELECT {names}[1 + i % 8] AS platform FROM range(1000000) AS t(i)) TO '{file}'")
    plain, ours = (
        _cpu_s(f"SELECT max({cell}) FROM '{file}'") for cell in ("lower(trim(platform))", platform("platform"))
    )
    assert ours < 4 * plain
