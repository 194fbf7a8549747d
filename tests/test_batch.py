import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from toys import (
    CLAIMS,
    ENTRIES,
    PICTURE,
    code,
    entry,
    prose,
    sample,
    toy_cells,
    toy_project,
    toy_project_again,
    write_notebook,
)

from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.ground.progress import going_on
from helpers.reading.connection import SPILL
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import data_files
from helpers.reading.opened import OPENED
from helpers.running.jobs import TIME_LIMIT, Refused, status_of
from helpers.running.plan import plan
from helpers.running.processes import aside
from helpers.running.reports import make_reports
from helpers.running.score import read_claims

pytestmark = pytest.mark.usefixtures("warmed")


def make(project, *, run="r", **options):
    """Make a run and return its status and what was said."""
    lines = []
    status = make_reports(data=sample(project), run=run, project=project, say=lines.append, **options)
    return status, lines


@pytest.fixture
def project(tmp_path):
    project = toy_project(tmp_path)
    write_notebook(project.notebooks, "01-toy", toy_cells())
    return project


def test_a_run_leaves_what_the_contract_says(toy_run):
    files = sorted(path.name for path in (toy_run.reports / "first").iterdir())
    books = [f"{name}{ending}" for name in ("01-toy", "02-other") for ending in (".html", ".ipynb", ".json")]
    assert files == sorted([*books, "claims.csv", "index.html"])
    assert len(read_claims(toy_run.reports / "first" / "claims.csv")) == len(CLAIMS)


def test_the_record_says_what_made_it(toy_run):
    record = json.loads((toy_run.reports / "first" / "01-toy.json").read_text())
    assert record["claims"] == ENTRIES
    assert record["parameters"] == {"fewest": 5, "edges": [1000, 10000], "least": None, "way": "mean"}
    assert {"python", "pandas", "papermill", "nbconvert"} <= set(record["versions"])
    assert len(record["fingerprint"]) == len(record["data_fingerprint"]) == 64


def test_a_second_run_does_nothing_and_says_so(toy_run):
    before = {path: path.stat().st_mtime_ns for path in (toy_run.reports / "first").iterdir()}
    begun = time.process_time()
    status, lines = make(toy_run, run="first")
    assert (status, len(lines)) == (0, 1)
    assert re.fullmatch("nothing to do: .*first is up to date", lines[0])
    assert time.process_time() - begun < 0.25
    assert before == {path: path.stat().st_mtime_ns for path in (toy_run.reports / "first").iterdir()}


def test_two_runs_give_the_same_bytes(toy_run):
    assert make(toy_run, run="second", jobs=1)[0] == 0
    for path in (toy_run.reports / "first").iterdir():
        if path.name != "index.html":
            assert path.read_bytes() == (toy_run.reports / "second" / path.name).read_bytes(), path.name


def test_the_scoreboard_comes_back_without_running_anything(copy):
    page = copy.reports / "first" / "index.html"
    before = page.read_bytes()
    page.unlink()
    (copy.reports / "first" / "claims.csv").write_text("half")
    status, lines = make(copy, run="first")
    assert (status, len(lines)) == (0, 1)
    assert page.read_bytes() == before
    assert len(read_claims(copy.reports / "first" / "claims.csv")) == len(CLAIMS)


def test_parameters_reach_the_notebook_and_its_folder_is_where_it_works(project, tmp_path, monkeypatch):
    told = code("import os\nprint(data, fewest, edges, way, os.getcwd())")
    write_notebook(project.notebooks, "01-toy", toy_cells(told))
    (tmp_path / "p.toml").write_text('fewest = 7\n["01-toy"]\nway = "median"\n')
    here = os.getcwd()
    status, lines = make(project, params=str(tmp_path / "p.toml"))
    executed = (project.reports / "r" / "01-toy.ipynb").read_text()
    assert status == 0
    assert f"data/sample 7 [1000, 10000] median {project.notebooks}" in executed
    assert os.getcwd() == here
    assert "fewest = 7 (default 5)" in (project.reports / "r" / "01-toy.html").read_text()
    assert lines[-3] == "1 notebook to run, 1 side by side"
    assert re.fullmatch(r"01-toy  finished  [\d.]+ s", lines[-2])
    monkeypatch.setenv("ENGAGEMENT_CLAIMS_CELLS", "1")
    _, lines = make(project, run="cells", params=str(tmp_path / "p.toml"))
    told = [line.split("  ")[1] for line in lines if "01-toy  cell" in line]
    assert told == ["cell 1 of 3", "cell 2 of 3", "cell 3 of 3"]


WRECKS = {
    "02-error": ("1 / 0", "cell 2 of 3 stopped with ZeroDivisionError: division by zero"),
    "03-refused": (
        "from helpers.base.refusals import Refusal\n"
        "raise Refusal('posts: 2 columns are missing', ['likes', 'followers'])",
        "posts: 2 columns are missing\n  - likes\n  - followers",
    ),
    "04-mute": (
        PICTURE.replace("metadata", "include=None, metadata").replace('"alt"', '"title"'),
        "no text alternative: cell 2",
    ),
    "05-dead": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel died in cell 2 of 3"),
    "06-slow": ("import time\ntime.sleep(100)", "the time limit of 8 s was reached in cell 2 of 3"),
}


@pytest.fixture(scope="module")
def wrecked(tmp_path_factory):
    """Run a notebook that works beside one of each kind that does not."""
    project = toy_project(tmp_path_factory.mktemp("wrecked"))
    write_notebook(project.notebooks, "01-toy", toy_cells())
    for name, (source, _) in WRECKS.items():
        write_notebook(project.notebooks, name, toy_cells(code(source), name=name, entries=[]))
    write_notebook(project.notebooks, "07-silent", toy_cells()[:-1])
    status, _ = make(project, jobs=2, time_limit=8)
    return project, status


def test_one_failure_does_not_stop_the_others(wrecked):
    project, status = wrecked
    assert status == 1
    assert (project.reports / "r" / "01-toy.json").exists()
    assert not list((project.reports / "r").glob("0[2-7]*"))
    assert not (project.reports / "r" / ".running").exists()


@pytest.mark.parametrize("name", WRECKS)
def test_a_failure_is_kept_and_told(wrecked, name):
    failed, says = wrecked[0].reports / "r" / "failed", WRECKS[name][1]
    assert says in (failed / f"{name}.txt").read_text()
    assert (failed / f"{name}.ipynb").exists()
    page = (failed / f"{name}.html").read_text()
    assert "This notebook did not finish" in page
    assert "Traceback" in page if name == "02-error" else "Traceback" not in page
    index = (wrecked[0].reports / "r" / "index.html").read_text()
    assert f'<strong>{name} failed.</strong> <span>Its claims were not computed. <a href="failed/{name}.html">' in index


def test_a_notebook_without_a_record_failed(wrecked):
    assert "no cell ends in a record" in (wrecked[0].reports / "r" / "failed" / "07-silent.txt").read_text()


def test_claims_of_a_failed_notebook_are_not_computed_and_success_clears_the_failure(project):
    broken = write_notebook(project.notebooks, "02-other", toy_cells(code("1 / 0"), name="02-other", entries=[]))
    assert make(project)[0] == 1
    row = read_claims(project.reports / "r" / "claims.csv")[3]
    assert (row["claim_id"], row["verdict"], row["reason"]) == ("other-rises", "", "the notebook failed")
    broken.unlink()
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other", entries=[entry(CLAIMS[3])]))
    status, lines = make(project)
    assert status == 0
    assert not [line for line in lines if line.startswith("01-toy")]
    assert not (project.reports / "r" / "failed").exists()
    assert read_claims(project.reports / "r" / "claims.csv")[3]["verdict"] == "inconclusive"


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_bad_input_writes_nothing_and_removes_nothing(copy, tmp_path):
    run = copy.reports / "first"
    before = snapshot(run)
    posts = copy.root / "data" / "bad"
    posts.mkdir()
    (posts / "posts.csv").write_text("broken")
    with pytest.raises(Refusal, match="line 2 is broken"):
        make_reports(data=str(posts), run="first", project=copy)
    (tmp_path / "p.toml").write_text("fewst = 3")
    with pytest.raises(Refusal, match="did you mean 'fewest'"):
        make_reports(data=sample(copy), run="first", params=str(tmp_path / "p.toml"), project=copy)
    assert snapshot(run) == before
    assert not (copy.reports / ".first.lock").exists()


@pytest.fixture
def copy(toy_run, tmp_path):
    """Copy the run that is shared by all tests, to change it."""
    shutil.copytree(toy_run.root, tmp_path / "copy")
    return toy_project_again(tmp_path / "copy")


def test_other_notebooks_on_older_data_are_swept_and_named(copy):
    run = copy.reports / "first"
    assert (run / "01-toy.json").exists()
    (copy.root / "data" / "sample" / "posts.csv").write_text("post_id,likes\n1,3\n")
    (run / ".running").mkdir()
    assert make(copy, run="first", notebook="02-other.ipynb")[0] == 0
    assert not list(run.glob("01-toy*"))
    assert not (run / ".running").exists()
    assert "not run on these data yet" in (run / "index.html").read_text()
    row = read_claims(run / "claims.csv")[0]
    assert (row["verdict"], row["reason"]) == ("", "not run on these data yet")


def marks(project, **options):
    return [task.fingerprint for task in plan(data=sample(project), run="r", project=project, **options).tasks]


def test_content_decides_what_is_stale_and_time_does_not(project, tmp_path):
    first = marks(project)
    notebook, posts = project.notebooks / "01-toy.ipynb", tmp_path / "data" / "sample" / "posts.csv"
    for path in (notebook, posts):
        os.utime(path)
    assert marks(project) == first
    (tmp_path / "p.toml").write_text("fewest = 5")
    assert marks(project, params=str(tmp_path / "p.toml")) == first
    seen = {tuple(first)}
    (tmp_path / "p.toml").write_text("fewest = 6")
    seen.add(tuple(marks(project, params=str(tmp_path / "p.toml"))))
    posts.write_text("post_id,likes\n1,9\n")
    seen.add(tuple(marks(project)))
    (tmp_path / "src" / "helpers" / "measures.py").write_text("RATE = 2\n")
    seen.add(tuple(marks(project)))
    write_notebook(project.notebooks, "01-toy", toy_cells(prose("A word more.")))
    seen.add(tuple(marks(project)))
    assert len(seen) == 5


def test_a_moved_project_stays_fresh(project, tmp_path):
    first = marks(project)
    moved = toy_project(tmp_path / "elsewhere")
    write_notebook(moved.notebooks, "01-toy", toy_cells())
    assert marks(moved) == first


@pytest.mark.parametrize("run", ["", ".", "..", "a/b", "../a", ".hidden", "-a", "a.", "a b", "a" * 101])
def test_a_run_has_a_plain_name(project, run):
    with pytest.raises(Refusal, match="is not a plain folder name"):
        plan(data=sample(project), run=run, project=project)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"engine": "dukdb"}, "ENGINE=dukdb is not known (did you mean 'duckdb'?)"),
        ({"notebook": "01-toi"}, "NOTEBOOK=01-toi is not there (did you mean '01-toy'?)"),
        ({"data": "nowhere"}, "DATA=nowhere does not exist"),
        ({"data": ""}, "DATA= does not exist"),
        ({"data": "no*.csv"}, "DATA=no*.csv does not exist"),
    ],
)
def test_unknown_names_are_refused(project, options, says):
    with pytest.raises(Refusal) as refusal:
        plan(**{"data": sample(project), "run": "r", "project": project, **options})
    assert says in str(refusal.value)


def test_an_address_that_cannot_be_reached_is_refused_with_status_2_and_nothing_is_left(tmp_path, monkeypatch, capsys):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{door.getsockname()[1]}/posts.parquet"
    project = replace(toy_project(tmp_path), data_files=data_files, open_dataset=open_dataset)
    write_notebook(project.notebooks, "01-toy", toy_cells())
    monkeypatch.setattr("helpers.running.plan.Project", lambda: project)
    assert main(["reports", "--data", nobody, "--run", "r"]) == 2
    assert capsys.readouterr().err.startswith(f"{nobody} cannot be fetched")
    assert not list(project.reports.glob("*"))


@pytest.mark.skipif(sys.platform != "linux", reason="what is patched here is not so in a process that is not forked")
def test_at_an_address_what_the_server_tells_decides_what_is_stale(project, monkeypatch):
    told, seen = {}, []
    monkeypatch.setattr("helpers.running.content._marks", lambda addresses: dict.fromkeys(addresses, told["now"]))
    for told["now"] in ("a", "a", "b"):
        afar = replace(project, data_files=data_files)
        (task,) = plan(data="https://host/posts.parquet", run="r", project=afar).tasks
        assert task.given["data"] == "https://host/posts.parquet"
        seen.append(task.fingerprint)
    assert seen[0] == seen[1] != seen[2]


def test_a_run_that_another_make_writes_is_refused_and_a_dead_ones_lock_is_not(project):
    fcntl = pytest.importorskip("fcntl")
    project.reports.mkdir()
    lock = project.reports / ".r.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Refusal, match="another make is writing"):
            make(project)
    assert lock.exists()
    assert make(project)[0] == 0
    assert not lock.exists()


DRIVER = """
import sys
from pathlib import Path
from toys import sample, toy_project_again
from helpers import __main__
from helpers.running.reports import make_reports
project = toy_project_again(Path(sys.argv[1]))
make = lambda options: make_reports(data=sample(project), run="r", jobs=2, project=project)
__main__.COMMANDS["reports"] = make
sys.exit(__main__.main(["reports"]))
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for kernels in /proc")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("books", [1, 2])
def test_a_stopped_run_leaves_no_kernel_and_no_half_page(project, tmp_path, stop, books):
    for number in range(1, books + 1):
        spill = f"spill = os.environ['{SPILL}']\nopen(spill + '/half', 'w').close()\n"
        told = f"open('spill{number}', 'w').write(spill)\nopen('kept{number}', 'w').write(os.environ['{OPENED}'])\n"
        told += f"open('pid{number}', 'w').write(str(os.getpid()))\n"
        sleep = code(f"import os, time\n{spill}{told}time.sleep(600)")
        write_notebook(project.notebooks, f"0{number}-toy", toy_cells(sleep, name=f"0{number}-toy"))
    where = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": where}
    command = [sys.executable, "-c", DRIVER, str(tmp_path)]
    made = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    pids = [project.notebooks / f"pid{number}" for number in range(1, books + 1)]
    wait_until(lambda: all(path.exists() and path.read_text() for path in pids), while_runs=made)
    if stop == signal.SIGINT:
        os.killpg(made.pid, stop)
    else:
        made.send_signal(stop)
    _, said = made.communicate(timeout=PATIENCE)
    assert made.returncode == 130
    assert "Traceback" not in said
    assert [path.name for path in (project.reports / "r").iterdir()] == []
    wait_until(lambda: not any(alive(int(path.read_text())) for path in pids))
    folders = [Path(told.read_text()) for name in ("spill*", "kept*") for told in project.notebooks.glob(name)]
    assert len(folders) == 2 * books
    assert not any(folder.exists() for folder in folders)


STUBBORN = f"""
import os, signal, sys, time
from pathlib import Path
from helpers import __main__
from helpers.running.processes import aside
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal: what runs in the background ignores Ctrl-C
def work(note):
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    spill = Path(os.environ["{SPILL}"])
    (spill / "half").touch()
    Path(note).write_text(f"{{os.getpid()}} {{spill}}")
    time.sleep(600)
os.register_at_fork(after_in_parent=lambda: time.sleep(1))  # the work is known here only after it has begun
__main__.COMMANDS["reports"] = lambda options: aside(work, sys.argv[1])
sys.exit(__main__.main(["reports"]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the work is handed to a forked process")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_work_on_the_data_that_hears_of_no_signal_is_ended_with_all_that_it_wrote(tmp_path, stop):
    note = tmp_path / "note"
    command = [sys.executable, "-c", STUBBORN, str(note)]
    made = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_until(lambda: note.exists() and note.read_text(), while_runs=made)
    os.killpg(made.pid, stop)
    _, said = made.communicate(timeout=PATIENCE)
    assert (made.returncode, said) == (130, "stopped\n")
    pid, spill = note.read_text().split()
    assert not alive(int(pid))
    assert not Path(spill).exists()


def test_work_that_takes_long_is_said_to_go_on(monkeypatch):
    monkeypatch.setattr("helpers.ground.progress.LONG", 0.3)
    told = []
    aside(time.sleep, 1.8, goes_on=told.append)
    assert 1 <= len(told) <= 3
    assert told == sorted(told)
    assert told[0] >= 0.3
    aside(time.sleep, 0, goes_on=told.clear)
    assert told


def test_each_piece_of_work_is_told_by_itself(monkeypatch):
    monkeypatch.setattr("helpers.ground.progress.LONG", 0.3)
    since, told = [math.inf], []
    with going_on(lambda: since[-1], told.append):
        time.sleep(0.8)
        assert not told
        for _ in range(2):
            since.append(time.monotonic())
            wait_until(lambda: len(told) >= len(since) - 1)
            time.sleep(0.05)
    assert all(0.3 <= seconds < 30 for seconds in told)


def test_what_was_refused_in_a_notebook_gives_status_2_and_so_does_a_full_disk(project, tmp_path):
    full = code("raise OSError('IO Error: Could not write file: No space left on device')")
    write_notebook(project.notebooks, "02-full", toy_cells(full, name="02-full", entries=[]))
    refusal = code("from helpers.base.refusals import Refusal\nraise Refusal('no')")
    write_notebook(project.notebooks, "03-refused", toy_cells(refusal, name="03-refused", entries=[]))
    status, lines = make(project, jobs=2)
    assert status == 2
    assert any(line.startswith("02-full  the disk is full") and "TMPDIR" in line for line in lines)
    assert (project.reports / "r" / "01-toy.html").exists()
    assert [status_of(said) for said in ([], [Refused("no")], ["broke", Refused("no")])] == [0, 2, 1]


PATIENCE = 300
"""Seconds after which what is waited for will not come any more, however busy the machine is."""


def wait_until(condition, *, while_runs=None):
    """Wait for something to happen, as long as the process lives that is to do it."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert while_runs is None or while_runs.poll() is None, "it ended before"
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_the_command_line_refuses_with_status_2(capsys, monkeypatch):
    monkeypatch.setenv("RUN", "")
    assert main(["reports", "--data", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("DATA=nowhere does not exist")
    assert main(["reports", "--data=nowhere", "--jobs=", "--params=", "--notebook="]) == 2
    assert capsys.readouterr().err.startswith("DATA=nowhere does not exist")
    monkeypatch.setenv("RUN", "../up")
    assert main(["reports"]) == 2
    assert "RUN='../up'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["reports", "--jobs", "none"], ["reports", "--jobs", "0"], ["repots"], []])
def test_the_command_line_refuses_unknown_options(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_the_time_limit_is_an_hour():
    assert TIME_LIMIT == 3600
