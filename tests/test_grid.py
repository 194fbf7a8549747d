"""Which runs does a grid ask for, how are data split for them, and what do its runs and their page hold?"""

import csv
import gc
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from conftest import in_browser
from test_batch import PATIENCE, alive, snapshot, wait_until
from toys import CLAIMS, code, prose, sample, toy_cells, toy_project, write_notebook

from helpers import ROOT
from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.ground.parameters import declared, load_notebook
from helpers.pages.comparison import agreement
from helpers.reading import connection
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import data_files
from helpers.running import split
from helpers.running.batch import make_batch, memory_bytes, shares
from helpers.running.grid import MOST_RUNS, folder_names, read_grid
from helpers.running.processes import aside
from helpers.running.project import Project
from helpers.running.reports import make_reports
from helpers.running.score import read_claims

pytestmark = pytest.mark.usefixtures("warmed")

NASTY = ["../../up", "<script>alert(1)</script>", "Nike", "nike", "NIKE ", "日本", "CON", "a\nb", "=1+1", '"; -- x']
"""Names of brands that must stay names."""

MANY = 24
"""Brands of one batch: more than a page shows side by side, or a person reads."""

COUNTING = """from helpers.reading.dataset import open_dataset
rows = open_dataset("../" + data, engine=engine).rows["posts"]
if "bad" in data:
    raise ValueError("a <b>bad</b> brand")
entries[0] = {**entries[0], "verdict": "supported" if rows > 2 else "too little data", "n_rows": rows}
if rows > 2:
    entries[0] |= {"estimate": rows / 10, "ci_low": rows / 10 - 0.2, "ci_high": rows / 10 + 0.2}
else:
    entries[0] |= {"estimate": None, "ci_low": None, "ci_high": None}"""


@pytest.fixture
def project(tmp_path):
    """Give a toy project whose data are opened by the real engine."""
    return replace(toy_project(tmp_path), open_dataset=open_dataset, data_files=data_files)


def counting_cells(*before):
    """Return a notebook whose first claim tells how many posts it saw."""
    *cells, record = toy_cells(*before)
    lines = record.source.split("\n")
    return [*cells, code("\n".join([*lines[:3], COUNTING, lines[3]]))]


def write_grid(project, text, name="grid"):
    path = project.root / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def write_brands(project, brands, *, accounts=2, posts=2):
    """Write posts of some accounts for each brand, and what belongs to the accounts and posts."""
    folder = project.root / "data" / "sample"
    rows = [
        (f"{number}-{account}-{post}", f"{number}-{account}", brand, post)
        for number, brand in enumerate(brands)
        for account in range(accounts)
        for post in range(posts)
    ]
    write_csv(folder / "posts.csv", ["post_id", "account_id", "brand", "likes"], rows)
    ids = dict.fromkeys(account for _, account, *_ in rows)
    write_csv(folder / "accounts.csv", ["account_id", "followers"], [(account, 100) for account in ids])
    write_csv(folder / "comments.csv", ["comment_id", "post_id"], [(f"c{post}", post) for post, *_ in rows])
    write_csv(folder / "teams.csv", ["team_id", "employees"], [("t1", 5), ("t2", 6)])


def write_csv(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def make(project, grid, **options):
    """Make a batch and return its status and what was said."""
    lines = []
    status = make_batch(grid=grid, data=sample(project), project=project, say=lines.append, **options)
    return status, lines


def ran(lines):
    """Name what was run, as label and notebook."""
    told = (re.fullmatch(r"\d+ of \d+  (.+?)  (\S+)  (finished|failed)  .*", line) for line in lines)
    return sorted(found[1] for found in told if found)


def collection(project):
    books = sorted(project.notebooks.glob("*.ipynb"))
    return {book.stem: declared(load_notebook(book), name=book.stem) for book in books}


def read(project, text, *, given=None, notebook=None):
    grid = Path(write_grid(project, text))
    return read_grid(grid, collection=collection(project), given=given or {}, notebook=notebook)


# ---- which runs ------------------------------------------------------------------------------------------------------


def test_combinations_counted_by_hand(project):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other"))
    grid = read(project, 'fewest = [1, 5]\nedges = [[10], [10, 20], []]\n["02-other"]\nway = ["mean", "median"]\n')
    assert len(grid.combinations) == 2 * 3 * 2
    assert grid.combinations[0].label == "fewest = 1, edges = [10], way = mean"
    assert grid.combinations[0].words == "fewest 1, edges 10, way mean"
    assert set(grid.varied) == {"fewest", "edges", "way"}
    assert grid.combinations[-1].given == {"fewest": 5, "edges": [], "02-other": {"way": "median"}}
    assert grid.notebooks == ("01-toy", "02-other")
    fixed = {"least": 1.0, "01-toy": {"way": "median"}}
    grid = read(project, "fewest = [1, 5]\n", given=fixed, notebook="01-toy")
    assert [combination.given for combination in grid.combinations] == [{**fixed, "fewest": n} for n in (1, 5)]
    assert fixed == {"least": 1.0, "01-toy": {"way": "median"}}


def test_parameters_stand_in_words_over_the_runs():
    name, notebooks = "01-account-size", ROOT / "notebooks"
    there = {name: declared(load_notebook(notebooks / f"{name}.ipynb"), name=name)}
    asked = read_grid(notebooks / "params" / "grid.toml", collection=there, given={})
    first, last = asked.combinations[0], asked.combinations[-1]
    assert (first.words, last.words) == ("least age 3 days, estimator ppml", "least age 14 days, estimator counts")
    assert first.label == "min_age_days = 3.0, estimator = ppml"
    assert asked.varied["least age"].startswith("min_age_days: posts younger than this")


def test_a_parameter_of_two_notebooks_is_told_apart(project):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other"))
    grid = read(project, '["01-toy"]\nfewest = [1]\n["02-other"]\nfewest = [2]\n')
    assert grid.combinations[0].label == "01-toy fewest = 1, 02-other fewest = 2"


def test_every_fault_of_a_grid_comes_at_once(project):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other"))
    text = (
        'each = "posts"\nonly = "x"\nfewst = [1]\nfewest = [1, "two", 1.5]\nedges = [10, 20]\nleast = 3.0\nway = []\n'
        'data = ["a"]\n["01-toi"]\nway = ["mean"]\n["01-toy"]\nway = ["middle", "mean", "mean"]\nfewest = [2]\n'
    )
    with pytest.raises(Refusal) as refusal:
        read(project, text, given={"least": 1.0})
    said = str(refusal.value)
    for fault in (
        "each: 'posts' came; allowed is a table and its column",
        "only: 'x' came; allowed is a list of texts",
        "fewst: no notebook declares this parameter (did you mean 'fewest'?)",
        "fewest: 'two' (a text) came; allowed is a whole number",
        "fewest: 1.5 (a number) came; allowed is a whole number",
        "edges: 10 (a whole number) came; allowed is a list of whole numbers",
        "least: 3.0 came; allowed is a list of the values to try",
        "way: [] came; allowed is a list of the values to try",
        "data: is not set here; use DATA= instead",
        "[01-toi]: no notebook has this name (did you mean '01-toy'?)",
        "[01-toy] way: 'middle' (a text) came; allowed is one of 'mean', 'median'",
        "[01-toy] way: a value stands there twice",
        "fewest: stands at the top and under a notebook; keep one of the two",
    ):
        assert fault in said
    assert "What to do: write a list for each parameter" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it asks for no run"),
        ('notebooks = ["01-toi"]\nfewest = [1]', "notebooks: '01-toi' is not there (did you mean '01-toy'?)"),
        ("notebooks = []\nfewest = [1]", "notebooks: [] came"),
        ('only = ["a"]\nfewest = [1]', "there is no each"),
        ("fewest = [1", "cannot be read"),
        ('least = [1.0]\n["01-toy"]\nfewest = [1]', "PARAMS fixes it too"),
        (f"fewest = {list(range(40))}\nedges = {[[n] for n in range(40)]}", f"1,600 runs; {MOST_RUNS:,} are the most"),
        ('notebooks = ["02-other"]\n["01-toy"]\nfewest = [1]', "[01-toy]: this notebook is not among those to run"),
    ],
)
def test_a_grid_that_cannot_be_used_says_why(project, text, says):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other"))
    with pytest.raises(Refusal) as refusal:
        read(project, text, given={"least": 2.0})
    assert says in str(refusal.value)


def test_folders_are_plain_different_and_stay(project):
    names = folder_names([*NASTY, "", "x" * 300, "x" * 301])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) and len(name) <= 60 for name in names.values())
    assert names["../../up"].startswith("up-")
    assert folder_names(["Nike", "../../up"]) == {"Nike": "Nike", "../../up": names["../../up"]}


@pytest.mark.parametrize(
    ("verdicts", "same", "says"),
    [
        (["supported", "contradicted", "no data"], False, "opposed"),
        (["reproduced", "not reproduced"], False, "opposed"),
        (["contradicted", "negligible"], False, "differ"),
        (["supported", "inconclusive", "no data"], False, "leaning"),
        (["inconclusive", "inconclusive"], False, "agree"),
        (["contradicted", "contradicted", "too little data", "not computed"], False, "agree"),
        (["supported", "supported"], True, "same"),
        (["supported"], True, "agree"),
        (["no data", "too little data", "not computed"], True, "silent"),
    ],
)
def test_agreement_of_runs(verdicts, same, says):
    assert agreement(verdicts, same=same) == says


# ---- memory ----------------------------------------------------------------------------------------------------------


def test_memory_is_shared_out():
    assert (memory_bytes("4GB"), memory_bytes("1.5 gib"), memory_bytes("900m")) == (4 * 10**9, 1610612736, 9 * 10**8)
    for budget in (850_000_000, 4_000_000_000, 64_000_000_000):
        side_by_side, limit = shares(budget, wanted=8)
        assert 1 <= side_by_side <= 8
        assert side_by_side * (limit + 600_000_000) <= budget
    assert shares(850_000_000, wanted=8) == (1, 250_000_000)
    assert shares(64_000_000_000, wanted=2)[0] == 2
    for text in ("much", "10MB", "4 parsecs", "-4GB", "0"):
        with pytest.raises(Refusal, match="MEMORY="):
            memory_bytes(text)


def test_a_notebook_of_a_batch_gets_its_share_of_memory(project):
    show = "print(open_dataset('../' + data).connection.execute(\"SELECT current_setting('memory_limit')\").fetchone())"
    write_notebook(
        project.notebooks, "01-toy", counting_cells(code(f"from helpers.reading.dataset import open_dataset\n{show}"))
    )
    write_brands(project, ["a"])
    assert make(project, write_grid(project, "fewest = [1, 2]"), memory="2GB", jobs=2)[0] == 0
    assert connection.MEMORY_LIMIT not in os.environ
    for book in (project.reports / "grid").glob("*/01-toy.ipynb"):
        assert "('381.4 MiB',)" in book.read_text()  # 2 GB / 2 less 600 MB is 400 MB, in DuckDB's own units


# ---- data that are split ---------------------------------------------------------------------------------------------


def test_each_table_is_split_as_it_can_be_and_no_row_is_lost(project):
    write_brands(project, ["a", "b", "", " ", "c"])
    folder = project.user / "brands"
    done = split.split_by(open_dataset, Path(sample(project)), "duckdb", "posts.brand", [], folder, "mark")
    assert split.read_split(folder) == done
    assert [(part.value, part.rows) for part in done.parts] == [("a", 4), ("b", 4), ("c", 4)]
    assert done.unknown == 8
    assert done.followed == {
        "posts": "by brand",
        "accounts": "by account_id",
        "comments": "by post_id",
        "teams": "",
    }
    opened = [open_dataset(folder / part.folder) for part in done.parts]
    assert [dataset.rows for dataset in opened] == [{"posts": 4, "accounts": 2, "comments": 4, "teams": 2}] * 3
    assert {dataset.name for dataset in opened} == {"sample: a", "sample: b", "sample: c"}
    names = opened[1].tables["posts"].collect("pandas").to_native()
    assert set(names["brand"]) == {"b"}
    assert sorted(names["likes"]) == [0, 0, 1, 1]


def test_rows_are_those_of_the_whole_over_platforms_times_included(tmp_path):
    (tmp_path / "data").mkdir()
    posts = [
        (str(n), f"a{n % 5}", ["instagram", "tiktok", "x"][n % 3], f"2025-07-01 {n % 24:02d}:30:00") for n in range(60)
    ]
    write_csv(tmp_path / "data" / "posts.csv", ["post_id", "account_id", "platform", "created_at"], posts)
    (tmp_path / "data" / "dataset.toml").write_text('timezone = "Europe/Amsterdam"\n')
    whole = open_dataset(tmp_path / "data").tables["posts"].collect("pandas").to_native().set_index("post_id")
    done = split.split_by(open_dataset, tmp_path / "data", "duckdb", "posts.platform", [], tmp_path / "out", "m")
    assert sum(part.rows for part in done.parts) == 60
    for part in done.parts:
        dataset = open_dataset(tmp_path / "out" / part.folder)
        own = dataset.tables["posts"].collect("pandas").to_native().set_index("post_id")
        assert dataset.clock == "Europe/Amsterdam"
        assert own["created_at"].equals(whole.loc[own.index, "created_at"])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="counts bytes in /proc/self/io")
def test_a_table_is_read_once_however_many_values_there_are(tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "posts.parquet"
    noise = ", ".join(f"(hash(range + {n}) % 100000)::BIGINT AS extra_{n}" for n in range(12))
    duckdb.execute(
        f"COPY (SELECT range::VARCHAR post_id, (range % 999)::VARCHAR account_id, 'b' || range % 2 few, "
        f"'b' || range % 200 many, {noise} FROM range(60_000)) TO '{file}' (FORMAT parquet)"
    )

    def bytes_read(column):
        before = reading()
        done = split.split_by(open_dataset, tmp_path / "data", "duckdb", column, [], tmp_path / column[6:], "m")
        return len(done.parts), reading() - before

    (few, small), (many, large) = bytes_read("posts.few"), bytes_read("posts.many")
    assert (few, many) == (2, 200)
    assert large < 1.5 * small
    assert large < 8 * file.stat().st_size


def reading():
    return int(re.search(r"rchar: (\d+)", Path("/proc/self/io").read_text())[1])


@pytest.mark.parametrize(
    ("column", "only", "says"),
    [
        ("post.brand", [], "there is no table 'post' (did you mean 'posts'?)"),
        ("posts.brnd", [], "posts has no column 'brnd' (did you mean 'brand'?)"),
        ("posts.account_id", [], "account_id is an id: accounts and persons are the units"),
        ("posts.likes", [], "likes is a count"),
        ("posts.brand", ["a", "z"], "there is no value 'z'"),
        ("posts.nothing", [], "no row of posts has a value in nothing"),
        ("posts.many", [], "many has 1,200 values, and a batch makes 1,000 runs at most"),
    ],
)
def test_what_cannot_be_split_leaves_nothing(tmp_path, column, only, says):
    rows = [(str(n), "a", "ab"[n % 2], 5, "", f"m{n}") for n in range(1200)]
    write_csv(tmp_path / "posts.csv", ["post_id", "account_id", "brand", "likes", "nothing", "many"], rows)
    with pytest.raises(Refusal) as refusal:
        split.split_by(open_dataset, tmp_path / "posts.csv", "duckdb", column, only, tmp_path / "out", "m")
    assert says in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["posts.csv"]


def test_an_imports_folder_is_never_written_over(project):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_brands(project, ["a"])
    (project.user / "brands").mkdir(parents=True)
    (project.user / "brands" / "posts.csv").write_text("mine")
    with pytest.raises(Refusal, match="that no batch has put there"):
        make(project, write_grid(project, 'each = "posts.brand"', "brands"))
    assert (project.user / "brands" / "posts.csv").read_text() == "mine"
    assert not (project.reports / "brands").exists()


# ---- the runs --------------------------------------------------------------------------------------------------------


def test_runs_of_a_grid_each_with_its_parameters(project):
    write_notebook(project.notebooks, "01-toy", toy_cells(code("print(fewest, way, least)")))
    grid = write_grid(project, 'fewest = [1, 7]\nway = ["mean", "median"]\n')
    (project.root / "p.toml").write_text("least = 0.5\n")
    write_brands(project, ["a"])
    status, lines = make(project, grid, params=str(project.root / "p.toml"))
    assert status == 0
    labels = [f"fewest = {fewest}, way = {way}" for fewest in (1, 7) for way in ("mean", "median")]
    assert ran(lines) == labels
    known = json.loads((project.reports / "grid" / "batch.json").read_text())["runs"]
    assert sorted(known.values()) == labels
    for folder, label in known.items():
        fewest, way = re.findall(r"= (\w+)", label)
        assert f"{fewest} {way} 0.5" in (project.reports / "grid" / folder / "01-toy.ipynb").read_text()
    table = read_claims(project.reports / "grid" / "claims.csv")
    assert list(table[0])[:3] == ["run", "label", "claim_id"]
    assert len(table) == 4 * 3  # the claim of 02-other, which is not there, is left out
    assert {(row["run"], row["label"]) for row in table} == set(known.items())


@pytest.fixture
def branded(project):
    """Give a project with one counting notebook and three brands, one of which breaks it."""
    write_notebook(project.notebooks, "01-toy", counting_cells())
    write_brands(project, ["good", "bad", "small"])
    return project, write_grid(project, 'each = "posts.brand"\n', "brands")


def test_one_failing_run_stops_no_other_and_a_second_call_runs_only_it(branded):
    project, grid = branded
    status, lines = make(project, grid)
    folder = project.reports / "brands"
    assert status == 1
    assert ran(lines) == ["bad", "good", "small"]
    assert sorted(path.name for path in (folder / "bad").iterdir()) == ["claims.csv", "failed", "index.html"]
    assert (folder / "good" / "01-toy.html").exists()
    page = (folder / "index.html").read_text()
    assert "1 of 3 runs failed in part." in page
    assert '<a href="bad/failed/01-toy.html">01-toy failed</a>' in page
    assert "a &lt;b&gt;bad&lt;/b&gt; brand" in page
    failed = [row for row in read_claims(folder / "claims.csv") if row["run"] == "bad"]
    assert {(row["verdict"], row["reason"]) for row in failed} == {("", "the notebook failed")}
    status, lines = make(project, grid)
    assert (status, ran(lines)) == (1, ["bad"])
    assert not any(line.startswith("splitting") for line in lines)


def test_a_second_call_runs_nothing_and_then_only_what_is_gone(project):
    write_notebook(project.notebooks, "01-toy", counting_cells())
    write_brands(project, ["a", "b", "c"])
    grid, folder = write_grid(project, 'each = "posts.brand"\n', "brands"), project.reports / "brands"
    assert make(project, grid)[0] == 0
    before = snapshot(folder)
    status, lines = make(project, grid)
    assert (status, len(lines)) == (0, 1)
    assert re.fullmatch("nothing to do: .*brands is up to date", lines[0])
    (folder / "b" / "01-toy.json").unlink()
    status, lines = make(project, grid)
    assert (status, ran(lines)) == (0, ["b"])
    assert snapshot(folder) == before
    (folder / "index.html").write_text("half")
    assert ran(make(project, grid)[1]) == []
    assert snapshot(folder) == before
    write_grid(project, 'each = "posts.brand"\nonly = ["a", "c"]\n', "brands")
    status, lines = make(project, grid)
    assert status == 0
    assert not (folder / "b").exists()
    assert {row["run"] for row in read_claims(folder / "claims.csv")} == {"a", "c"}


def test_a_batch_and_a_run_keep_off_each_other(project):
    write_notebook(project.notebooks, "01-toy", toy_cells())
    write_brands(project, ["a"])
    grid = write_grid(project, "fewest = [1]")
    assert make(project, grid)[0] == 0
    with pytest.raises(Refusal, match="holds the runs of a batch"):
        make_reports(data=sample(project), run="grid", project=project)
    assert make_reports(data=sample(project), run="mine", project=project) == 0
    before = snapshot(project.reports / "mine")
    with pytest.raises(Refusal, match="holds a run of its own"):
        make(project, grid, run="mine")
    assert snapshot(project.reports / "mine") == before


def test_without_a_grid_examples_are_named(capsys, monkeypatch):
    monkeypatch.delenv("GRID", raising=False)
    assert main(["batch"]) == 2
    said = capsys.readouterr().err
    assert "make batch needs GRID=" in said
    assert "params/grid.toml" in said
    assert "params/each.toml" in said
    assert main(["batch", "--grid", "nowhere.toml"]) == 2
    assert "GRID=nowhere.toml: No such file" in capsys.readouterr().err


def test_the_examples_can_be_read():
    real = Project()
    for name, runs in (("grid", 6), ("each", 1)):
        path = real.notebooks / "params" / f"{name}.toml"
        assert len(read_grid(path, collection=collection(real), given={}).combinations) == runs


DRIVER = """
import sys
from dataclasses import replace
from pathlib import Path
from toys import sample, toy_project_again
from helpers import __main__
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import data_files
from helpers.running.batch import make_batch
project = replace(toy_project_again(Path(sys.argv[1])), open_dataset=open_dataset, data_files=data_files)
make = lambda options: make_batch(grid=sys.argv[2], data=sample(project), jobs=2, project=project)
__main__.COMMANDS["batch"] = make
sys.exit(__main__.main(["batch"]))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for kernels in /proc")
def test_a_stopped_batch_keeps_what_is_done_and_goes_on(project):
    wait = (
        "import os, time\nfrom pathlib import Path\n"
        "if 'slow' in data and not Path('go').exists():\n"
        "    Path('pid').write_text(str(os.getpid()))\n    time.sleep(600)"
    )
    write_notebook(project.notebooks, "01-toy", counting_cells(code(wait)))
    write_brands(project, ["a", "b", "slow", "z"])
    grid, folder = write_grid(project, 'each = "posts.brand"\n', "brands"), project.reports / "brands"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    command = [sys.executable, "-c", DRIVER, str(project.root), grid]
    made = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    pid = project.notebooks / "pid"
    wait_until(lambda: pid.exists() and pid.read_text() and (folder / "z" / "index.html").exists(), while_runs=made)
    os.killpg(made.pid, signal.SIGINT)
    _, said = made.communicate(timeout=PATIENCE)
    assert made.returncode == 130
    assert "Traceback" not in said
    wait_until(lambda: not alive(int(pid.read_text())))
    assert not list((folder / "slow").iterdir())
    assert all((folder / name / "index.html").exists() for name in "abz")
    assert not (folder / "index.html").exists()
    (project.notebooks / "go").touch()
    status, lines = make(project, grid)
    assert (status, ran(lines)) == (0, ["slow"])
    assert (folder / "index.html").exists()


# ---- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """Make a batch of many brands, some with names that must stay names, and return its folder and what was said."""
    project = toy_project(tmp_path_factory.mktemp("many"))
    project = replace(project, open_dataset=open_dataset, data_files=data_files)
    cells = toy_cells(prose("A word."))
    *others, record = cells
    size = "import pathlib\nsize = sum(file.stat().st_size for file in pathlib.Path('..', data).rglob('posts/*'))"
    told = "entries[0] |= {'estimate': size / 1e4, 'ci_low': size / 1e4 - 0.02, 'ci_high': size / 1e4 + 0.02}"
    lines = record.source.split("\n")
    write_notebook(project.notebooks, "01-toy", [*others, code("\n".join([*lines[:3], size, told, lines[3]]))])
    brands = [*NASTY, *(f"brand {n:03d}" for n in range(MANY - len(NASTY)))]
    write_brands(project, brands, accounts=1, posts=3)
    status, lines = make(project, write_grid(project, 'each = "posts.brand"\n', "brands"))
    assert status == 0
    return project, lines


def test_many_brands(many):
    project, lines = many
    folder = project.reports / "brands"
    assert len(ran(lines)) == MANY
    table = read_claims(folder / "claims.csv")
    assert len({row["run"] for row in table}) == MANY
    assert len(table) == MANY * 3
    assert {row["label"] for row in table} > {"../../up", "日本", "a\\nb", "'=1+1"}
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == sorted({row["run"] for row in table})
    assert not [path for path in project.root.parent.iterdir() if path.name == "up"]
    assert len(list((project.user / "brands").iterdir())) == MANY + 2  # the shared tables and what was done


def test_the_page_of_many_runs_has_every_run_lettered_and_escaped(many):
    page = (many[0].reports / "brands" / "index.html").read_text()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count('<b class="good" title="') == MANY
    assert re.search(r'title="brand 003: supported, 0\.\d+ \(0\.\d+ to 0\.\d+\)">S</b>', page)
    links = set(re.findall(r'href="([^"#]+)', page)) - {"data:,", "claims.csv"}
    assert not [link for link in links if not (many[0].reports / "brands" / link).is_file()]
    assert len([link for link in links if link.endswith("/index.html")]) == MANY
    assert f"Of {MANY} runs in which a direction does not hold at all, about 0.6 would" in page
    assert "Simulated data." in page or "Your data." in page


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_opens_offline_fits_and_marks_a_run(many, open_page, width):
    tab = open_page(many[0].reports / "brands" / "index.html", viewport={"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.select_option("#one", label="brand 003")
    marked = tab.locator(".strip .marked")
    assert marked.count() == tab.locator("article").count() > 0
    assert "brand 003: supported" in tab.locator(".marked-run").first.text_content()
    assert CLAIMS[0].claim in tab.locator("article h3").first.text_content()


def test_garbage_of_this_process_does_not_harm_those_forked_from_it():
    """Leave a database in a cycle for the collector: its threads are not in the forked process, which it would end."""
    gc.disable()
    try:
        cycle = [duckdb.connect(config={"threads": 4})]
        cycle[0].execute("SELECT sum(range) FROM range(5_000_000)").fetchall()
        cycle.append(cycle)
        del cycle
        assert aside(gc.collect) >= 0
    finally:
        gc.enable()


def test_each_claim_is_pooled_over_the_parts_of_the_data(project):
    """Three brands with 4, 6 and 8 posts: estimates 0.4, 0.6 and 0.8, each give or take 0.2, mean 0.6."""
    write_csv(
        project.root / "data" / "sample" / "posts.csv",
        ["post_id", "account_id", "brand", "likes"],
        [
            (f"{brand}{post}", f"{brand}{post % 2}", brand, post)
            for brand, n in zip("abc", (4, 6, 8), strict=True)
            for post in range(n)
        ],
    )
    write_notebook(project.notebooks, "01-toy", counting_cells())
    status, _ = make(project, write_grid(project, 'each = "posts.brand"'))
    assert status == 0
    rows = {row["claim_id"]: row for row in read_claims(project.reports / "grid" / "pooled.csv")}
    assert float(rows["toy-falls"]["estimate"]) == pytest.approx(0.6)
    assert rows["toy-falls"]["datasets"] == "a, b, c"
    assert "gives the very figures of a" in rows["toy-level"]["left_out"]  # the toy says the same of all
    page = (project.reports / "grid" / "index.html").read_text(encoding="utf-8")
    assert "Together:" in page
    assert "Mean of 3 datasets: 0.600" in page


def test_parts_that_share_accounts_are_counted_once(project):
    """One account posts for all three brands: it is half of each one's accounts."""
    rows = [(f"{brand}{post}", account, brand, post) for brand in "abc" for post, account in enumerate([brand, "all"])]
    write_csv(project.root / "data" / "sample" / "posts.csv", ["post_id", "account_id", "brand", "likes"], rows)
    done = split.split_by(
        open_dataset, Path(sample(project)), "duckdb", "posts.brand", [], project.user / "brands", "mark"
    )
    assert done.shared == (("a", "b"), ("a", "c"), ("b", "c"))


def test_runs_that_differ_in_parameters_are_not_pooled(project):
    write_brands(project, ["a", "b", "c"])
    write_notebook(project.notebooks, "01-toy", counting_cells())
    make(project, write_grid(project, 'each = "posts.brand"\nfewest = [5, 6]'))
    assert not (project.reports / "grid" / "pooled.csv").exists()
    assert "Together:" not in (project.reports / "grid" / "index.html").read_text(encoding="utf-8")
