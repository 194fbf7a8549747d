"""`make pool` pools finished runs, refuses what does not go together, all faults at once, and says who is counted."""

import csv
import json
from dataclasses import replace

import pytest
from toys import CLAIMS, ENTRIES, entry, sample, toy_cells, toy_project, write_notebook

from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.evidence.over_runs import FURTHER
from helpers.reading.dataset import open_dataset
from helpers.running.folder import json_text
from helpers.running.overlap import pairs_of, shared_accounts
from helpers.running.pooling import finished_runs, make_pool
from helpers.running.reports import make_reports
from helpers.running.score import claims_csv, read_claims


@pytest.fixture
def project(tmp_path):
    return toy_project(tmp_path)


def finish(project, name, value, *, kind="user", claim=CLAIMS[0], parameters=None, data=None, **more):
    """Leave what a finished run leaves: a front page, claims.csv and a record."""
    folder = project.reports / name
    folder.mkdir(parents=True)
    row = entry(claim, verdict="supported", estimate=value, ci_low=value - 0.05, ci_high=value + 0.05, p_value=0.01)
    rows = [{**row, "p_holm": 0.02, "data_name": name, "data_kind": kind, "n_units": 30, **more}]
    (folder / "claims.csv").write_text(claims_csv(rows), encoding="utf-8")
    (folder / "index.html").write_text("a page")
    (folder / "01-toy.html").write_text("a page")
    record = {"data_fingerprint": data or name, "parameters": parameters or {"fewest": 5}, "read": f"data/{name}"}
    (folder / "01-toy.json").write_text(json_text({"fingerprint": "x", **record}))


def three(project):
    for name, value in zip("abc", (0.1, 0.3, 0.5), strict=True):
        finish(project, name, value)


def pool(project, runs="a b c", **options):
    lines = []
    assert make_pool(runs=runs, project=project, say=lines.append, **options) == 0
    return lines


def test_three_runs_are_pooled(project):
    """By hand: mean 0.3, standard error 0.2 / sqrt(3) as the errors are equal, t of two degrees 4.303."""
    three(project)
    lines = pool(project)
    with (project.reports / "pooled" / "pooled.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert float(row["estimate"]) == pytest.approx(0.3)
    assert float(row["ci_low"]) == pytest.approx(0.3 - 4.302653 * 0.2 / 3**0.5, rel=1e-6)
    assert (row["claim_id"], row["verdict"], row["n_datasets"], row["datasets"]) == (
        CLAIMS[0].id,
        "inconclusive",
        "3",
        "a, b, c",
    )
    assert set(FURTHER) <= set(row)
    page = (project.reports / "pooled" / "index.html").read_text(encoding="utf-8")
    assert "What do the runs come to together?" in page
    assert "Mean of 3 datasets: 0.300" in page
    assert 'href="../a/01-toy.html#toy-falls"' in page
    assert [row["run"] for row in read_claims(project.reports / "pooled" / "claims.csv")] == ["a", "b", "c"]
    assert lines[0] == "1 of 1 claims pooled over 3 runs; the others are listed with the reason"
    assert "nothing to do" in pool(project)[0]


def test_a_run_that_changes_is_pooled_again(project):
    three(project)
    pool(project)
    (project.reports / "a" / "claims.csv").unlink()
    (project.reports / "a").rename(project.reports / "old")
    finish(project, "a", 0.9)
    assert "nothing to do" not in pool(project)[0]


def test_two_runs_are_listed_and_not_pooled(project):
    three(project)
    pool(project, "a b", run="two")
    (row,) = read_claims(project.reports / "two" / "pooled.csv")
    assert (row["estimate"], row["verdict"]) == ("", "too little data")
    assert row["reason"] == "2 datasets to pool, 3 are needed"
    assert "not pooled, as fewer than three" in (project.reports / "two" / "index.html").read_text(encoding="utf-8")


def test_scopes_are_pooled_apart(project):
    three(project)
    finish(project, "mine", 9.0, scope="own account")
    pool(project, "a b c mine")
    rows = read_claims(project.reports / "pooled" / "pooled.csv")
    assert [(row["scope"], row["n_datasets"]) for row in rows] == [("general", "3"), ("own account", "1")]
    assert float(rows[0]["estimate"]) == pytest.approx(0.3)


def test_every_fault_is_told_at_once_and_nothing_is_written(project):
    three(project)
    finish(project, "simulated", 0.2, kind="simulated")
    finish(project, "other", 0.2, parameters={"fewest": 7})
    finish(project, "older", 0.2, margin=0.5)
    finish(project, "grid", 0.2)
    (project.reports / "grid" / "batch.json").write_text("{}")
    (project.reports / "half").mkdir()
    with pytest.raises(Refusal) as refused:
        make_pool(runs="a b a simulated other older grid half nowere ../up", project=project)
    said = str(refused.value)
    for fault in (
        "a is named 2 times",
        "simulated and real data are mixed: simulated against a, b, other, older",
        "parameter fewest of 01-toy differs: 5 in a against 7 in other",
        "older was made with another registry (toy-falls): make it again",
        "grid is a batch, whose page pools its runs already",
        "half has not finished",
        "there is no run nowere",
        "'../up' is not the name of a run",
    ):
        assert fault in said
    assert not (project.reports / "pooled").exists()


@pytest.mark.parametrize("runs", ["", "a"])
def test_one_run_is_no_pool(project, runs):
    three(project)
    with pytest.raises(Refusal, match="make pool RUNS='a b c'"):
        make_pool(runs=runs, project=project)


def test_refused_on_the_command_line(capsys, monkeypatch):
    monkeypatch.delenv("RUNS", raising=False)
    monkeypatch.delenv("RUN", raising=False)
    assert main(["pool", "--runs", "no-such-run nor-this"]) == 2
    said = capsys.readouterr().err
    assert "there is no run no-such-run" in said
    assert "there is no run nor-this" in said


def test_a_pool_and_a_run_keep_off_each_other(project):
    three(project)
    write_notebook(project.notebooks, "01-toy", toy_cells())
    with pytest.raises(Refusal, match="something else than a pool"):
        make_pool(runs="a b", run="c", project=project)
    pool(project)
    with pytest.raises(Refusal, match="holds a pool of runs"):
        make_reports(data=sample(project), run="pooled", project=project)
    with pytest.raises(Refusal, match="pooled is a pool itself"):
        make_pool(runs="a pooled", run="again", project=project)


def test_runs_of_a_batch_are_named_by_their_folder(project):
    three(project)
    finish(project, "grid/x", 0.4)
    (project.reports / "grid" / "batch.json").write_text("{}")
    assert [run.name for run in finished_runs("a grid/x", project=project)] == ["a", "grid/x"]
    with pytest.raises(Refusal, match="name its runs, as grid/x"):
        make_pool(runs="a grid", project=project)


def test_the_same_data_are_counted_once(project):
    three(project)
    finish(project, "twin", 0.2, data="a")
    pool(project, "a b c twin")
    (row,) = read_claims(project.reports / "pooled" / "pooled.csv")
    assert row["datasets"] == "a, b, c"
    assert row["left_out"] == "twin shares accounts with a, which is larger and is counted"


def write_posts(project, name, accounts, followers=None):
    folder = project.root / "data" / name
    folder.mkdir()
    sizes = followers or [""] * len(accounts)
    rows = "".join(f"{name}-{k},{account},{k},{sizes[k]}\n" for k, account in enumerate(accounts))
    (folder / "posts.csv").write_text("post_id,account_id,likes,followers\n" + rows)


def test_accounts_that_two_runs_share_are_counted_once(project):
    """b holds half of a's accounts; c has its own; what d read is not there."""
    project = replace(project, open_dataset=open_dataset)
    three(project)
    finish(project, "d", 0.5001)
    write_posts(project, "a", ["anna", "bo.b", "carl", "dora"])
    write_posts(project, "b", ["anna", "bo.b"])
    write_posts(project, "c", ["emil", "finn"])
    places = {name: project.root / "data" / name for name in "abc"}
    assert shared_accounts(project, {**places, "d": None}) == (
        [("a", "b")],
        ["Whether d share accounts with others is not known: the data are not there."],
    )
    pool(project, "a b c d")
    (row,) = read_claims(project.reports / "pooled" / "pooled.csv")
    assert row["datasets"] == "a, c, d"
    assert row["left_out"] == "b shares accounts with a, which is larger and is counted"
    page = (project.reports / "pooled" / "index.html").read_text(encoding="utf-8")
    assert "Left out: b shares accounts with a" in page
    assert "anna" not in page


def test_running_numbers_are_the_same_account_only_with_about_as_many_followers(project):
    """a and b are two waves of four accounts; c numbers others likewise."""
    project = replace(project, open_dataset=open_dataset)
    numbers = ["u1", "u2", "u3", "u4"]
    write_posts(project, "a", numbers, [100, 1000, 10_000, 100_000])
    write_posts(project, "b", numbers, [110, 950, 11_000, 101_000])
    write_posts(project, "c", numbers, [9_000, 80, 700, 500])
    write_posts(project, "d", numbers)
    pairs, _ = shared_accounts(project, {name: project.root / "data" / name for name in "abcd"})
    assert pairs == [("a", "b")]


def test_few_accounts_in_common_do_not_count_as_sharing():
    assert pairs_of({"a": 100, "b": 60}, [(["a", "b"], 2)]) == []  # 3.3% of the smaller one
    assert pairs_of({"a": 100, "b": 40}, [(["a", "b"], 2)]) == [("a", "b")]  # 5%


def test_pseudonyms_of_different_imports_cannot_be_compared(project):
    project = replace(project, open_dataset=open_dataset)
    for name in "ab":
        write_posts(project, name, ["u1", "u2"])
        (project.root / "data" / name / "key").write_bytes(name.encode() * 32)
    _, notes = shared_accounts(project, {name: project.root / "data" / name for name in "ab"})
    assert "pseudonyms made at their import" in notes[0]


@pytest.mark.usefixtures("warmed")
def test_runs_of_notebooks_can_be_pooled(project):
    """What a run leaves is what a pool reads: three runs of the toy notebook give the very same figures."""
    project = replace(project, open_dataset=open_dataset)
    write_notebook(project.notebooks, "01-toy", toy_cells(entries=ENTRIES))
    for name in "abc":
        folder = project.root / "data" / name
        folder.mkdir()
        (folder / "posts.csv").write_text(f"post_id,account_id,likes\n{name},{name},2\n")
        assert make_reports(data=str(folder), run=name, project=project, say=print) == 0
        assert json.loads((project.reports / name / "01-toy.json").read_text())["read"] == f"data/{name}"
    pool(project)
    rows = {row["claim_id"]: row for row in read_claims(project.reports / "pooled" / "pooled.csv")}
    assert rows["toy-falls"]["reason"].startswith(
        "1 dataset to pool, 3 are needed; left out: b gives the very figures of"
    )
