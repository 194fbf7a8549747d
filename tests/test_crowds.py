"""Of more rows than a notebook can hold, some units are drawn: which, how many, and what estimates make of them."""

import hashlib

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from helpers import measures
from helpers.estimates import fit_slope
from helpers.reading import sampling
from helpers.reading.dataset import open_dataset
from helpers.tools import scale

FEW = 5_000


@pytest.fixture(params=[1, 512])
def few(monkeypatch, request):
    """Let five thousand rows be as many as come into memory, fetched two thousand or a million at a time."""
    monkeypatch.setattr(sampling, "MOST_ROWS", FEW)
    monkeypatch.setattr(sampling, "VECTORS_AT_A_TIME", request.param)


def test_parts_together_have_the_types_of_the_whole(monkeypatch):
    late = ("'x' || i", "i", "true", "0.5", "TIMESTAMP '2024-01-01'", "NULL::VARCHAR")
    columns = ", ".join(f"CASE WHEN i > 5000 THEN {cell} END AS c{n}" for n, cell in enumerate(late))
    relation = duckdb.sql(
        f"SELECT 'a' || i AS account_id, {columns}, sum(i) OVER () AS s FROM range(9000) t(i) ORDER BY i"
    )
    whole = relation.df()
    monkeypatch.setattr(sampling, "VECTORS_AT_A_TIME", 1)
    pd.testing.assert_frame_equal(sampling.in_memory(nw.from_native(relation).lazy()), whole)


def table(units, rows=1):
    return nw.from_native(
        duckdb.sql(f"SELECT 'a' || i // {rows} AS account_id, i FROM range({units * rows}) t(i) ORDER BY i")
    ).lazy()


@pytest.mark.parametrize("units", [0, 3, FEW])
def test_with_few_rows_all_are_taken(few, units, capsys):
    found = sampling.in_memory(table(units))
    pd.testing.assert_frame_equal(found, table(units).collect("pandas").to_native())
    assert capsys.readouterr().out == ""


def test_the_smallest_share_that_does_is_drawn_by_md5(few, capsys):
    found = sampling.in_memory(table(36_000, rows=3))
    assert capsys.readouterr().out.startswith("More than 5,000 rows: one account_id in 32 is taken")
    # 108,000 rows: one in 16 would be some 6,750 rows, one in 32 some 3,375; ids by Python's own library
    wanted = [f"a{i}" for i in range(36_000) if hashlib.md5(f"a{i}".encode()).hexdigest() < "08000000"]
    assert found["account_id"].tolist() == [name for name in wanted for _ in range(3)]
    assert list(found) == ["account_id", "i"]
    assert found["i"].is_monotonic_increasing
    assert len(found) == pytest.approx(108_000 / 32, rel=0.1)


def test_one_row_too_many_halves_the_units(few):
    found = sampling.in_memory(table(FEW + 1))
    assert 2_300 < len(found) < 2_700
    # of another table with more rows the same units are drawn, or fewer of them
    assert set(sampling.in_memory(table(FEW + 1, rows=4))["account_id"]) < set(found["account_id"])


@pytest.mark.parametrize("rows", [1, 3])
def test_so_many_units_as_are_wanted_are_drawn_by_the_same_hash(rows):
    names = [f"ä{i}" for i in range(2_000)]
    wanted = set(sorted(names, key=lambda name: hashlib.md5(name.encode()).hexdigest())[:100])
    frame = pd.DataFrame({"person_id": names * rows, "i": range(2_000 * rows)}, index=range(9, 2_000 * rows + 9))
    found = sampling.drawn(frame, unit="person_id", most=100)
    pd.testing.assert_frame_equal(found, frame[frame["person_id"].isin(wanted)])
    assert sampling.drawn(frame, unit="person_id", most=2_000) is frame


def test_of_units_that_were_drawn_already_as_many_are_drawn_as_of_all(few):
    """Both draw the lowest hashes: of the quarter that came into memory not four times as many are taken."""
    found = sampling.in_memory(table(4 * FEW - 100))
    whole = table(4 * FEW - 100).collect("pandas").to_native()
    some, same = (sampling.drawn(frame, unit="account_id", most=300)["account_id"] for frame in (found, whole))
    assert some.tolist() == same.tolist()
    assert len(some) == 300


def test_a_planted_slope_is_found_in_those_that_were_drawn(tmp_path, monkeypatch, capsys):
    """One in 4 of 9,999 accounts: the interval is about twice as wide, and holds what was planted."""
    scale.make_posts(tmp_path / "posts.parquet", posts=1_000_000)

    def slope():
        accounts = measures.account_rates(open_dataset(tmp_path / "posts.parquet").tables).frame
        return fit_slope(accounts, outcome="like_rate").slope

    whole = slope()
    monkeypatch.setattr(sampling, "MOST_ROWS", 3_000)
    part = slope()
    assert "one account_id in 4 is taken" in capsys.readouterr().out
    assert part.n_units == pytest.approx(whole.n_units / 4, rel=0.1)
    assert part.high - part.low == pytest.approx(2 * (whole.high - whole.low), rel=0.2)
    assert part.low < -0.2 < part.high
    assert whole.low < -0.2 < whole.high
