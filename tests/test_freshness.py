import hashlib
import os
import subprocess
import sys

import pytest

from helpers.ground.freshness import Hashes, fingerprint, named_hashes, project_files

CELL = {"cell_type": "code", "source": "1 + 1", "metadata": {"tags": ["a"]}, "outputs": [], "id": "x"}
SAME = {"parameters": {"a": 1}, "engine": "duckdb", "data": [("posts.csv", "0")], "project": [("src/a.py", "1")]}


@pytest.mark.parametrize(
    "change",
    [
        {"source": "1 + 2"},
        {"cell_type": "markdown"},
        {"metadata": {"tags": ["b"]}},
    ],
)
def test_content_of_a_cell_changes_the_fingerprint(change):
    assert fingerprint([CELL], **SAME) != fingerprint([{**CELL, **change}], **SAME)


@pytest.mark.parametrize("change", [{"outputs": [1]}, {"id": "y"}, {"execution_count": 3}])
def test_what_a_run_leaves_in_a_cell_does_not(change):
    assert fingerprint([CELL], **SAME) == fingerprint([{**CELL, **change}], **SAME)


@pytest.mark.parametrize(
    "change",
    [{"parameters": {"a": 2}}, {"engine": "spark"}, {"data": [("posts.csv", "9")]}, {"project": [("src/a.py", "9")]}],
)
def test_everything_around_the_cells_counts(change):
    assert fingerprint([CELL], **SAME) != fingerprint([CELL], **{**SAME, **change})


def old(path, text="a"):
    """Write a file whose time is long past."""
    path.write_text(text)
    os.utime(path, ns=(10**18, 10**18))
    return path


def test_a_settled_file_is_not_read_again(tmp_path):
    path, cache = old(tmp_path / "a"), tmp_path / "cache.json"
    hashes = Hashes(cache)
    first = hashes.of(path)
    hashes.save()
    again = Hashes(cache)
    again.known[str(path)][3] = "remembered"
    assert again.of(path) == "remembered"
    assert not again.new
    assert len(first) == 64


def test_a_touched_file_with_the_same_content_keeps_its_hash_and_new_content_does_not(tmp_path):
    path, cache = old(tmp_path / "a"), tmp_path / "cache.json"
    hashes = Hashes(cache)
    first = hashes.of(path)
    hashes.save()
    path.touch()
    assert Hashes(cache).of(path) == first
    path.write_text("b")
    assert Hashes(cache).of(path) != first


def test_every_piece_of_a_large_file_counts_and_so_does_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.ground.freshness.PIECE", 4)
    monkeypatch.setattr("helpers.ground.freshness.BLOCK", 3)
    path, found = tmp_path / "posts.parquet", set()
    for content in (b"aaaabbbbcc", b"bbbbaaaacc", b"aaaabbbbcd", b"aaaabbbb", b"aaaabbbbcc\0"):
        path.write_bytes(content)
        found.add(Hashes(tmp_path / "none.json").of(path))
    assert len(found) == 5
    path.write_bytes(b"aaaa")
    assert Hashes(tmp_path / "none.json").of(path) == hashlib.sha256(b"aaaa").hexdigest()


def test_a_file_changed_within_the_clocks_tick_is_seen(tmp_path):
    path, cache = tmp_path / "a", tmp_path / "cache.json"
    path.write_text("a")
    stat = path.stat()
    hashes = Hashes(cache)
    first = hashes.of(path)
    hashes.save()
    path.write_text("b")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert Hashes(cache).of(path) != first


@pytest.mark.parametrize("damage", ["{", "[]", '{"a": 5}', "\x00"])
def test_a_damaged_cache_is_ignored(tmp_path, damage):
    path, cache = old(tmp_path / "a"), tmp_path / "cache.json"
    cache.write_text(damage)
    assert len(Hashes(cache).of(path)) == 64


def test_a_moved_project_has_the_same_names(tmp_path):
    found = []
    for name in ("here", "there"):
        folder = tmp_path / name / "src" / "helpers"
        folder.mkdir(parents=True)
        (folder / "a.py").write_text("1")
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "a.pyc").write_text(name)
        hashes = Hashes(tmp_path / "cache.json")
        found.append(named_hashes(project_files(tmp_path / name), base=tmp_path / name, hashes=hashes))
    assert found[0] == found[1]
    assert [name for name, _ in found[0]] == ["src/helpers/a.py"]


HEAVY = {
    "pandas",
    "numpy",
    "duckdb",
    "papermill",
    "nbconvert",
    "jinja2",
    "statsmodels",
    "matplotlib",
    "narwhals",
}


@pytest.mark.parametrize(
    "module",
    [
        "ground.freshness",
        "ground.parameters",
        *(f"running.{name}" for name in ("grid", "reports", "batch", "pooling", "score", "readme")),
        "__main__",
    ],
)
def test_the_check_for_stale_reports_imports_nothing_heavy(module):
    ask = f"import sys, helpers.{module}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
