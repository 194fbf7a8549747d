"""What was registered stays as it was, and every page of a run says whether it keeps to it, and where not."""

import json
import math
from dataclasses import replace

import pytest
from toys import CLAIMS, sample, toy_cells, toy_project, write_notebook

from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.evidence.registration import NOT_SEEN, departures, present
from helpers.running.registering import register
from helpers.running.reports import make_reports

NOW = "2026-03-01T12:00:00+00:00"


@pytest.fixture
def project(tmp_path):
    project = toy_project(tmp_path)
    write_notebook(project.notebooks, "01-toy", toy_cells())
    return project


def registered(project, run="mine", data="data/new", **options):
    lines = []
    assert register(data=data, run=run, now=NOW, project=project, say=lines.append, **options) == 0
    return json.loads((project.root / "registrations" / f"{run}.json").read_text(encoding="utf-8")), lines


def bring_data(project, name="new", text="post_id,likes\n1,2\n"):
    folder = project.root / "data" / name
    folder.mkdir(exist_ok=True)
    (folder / "posts.csv").write_text(text)
    return str(folder)


def run(project, **options):
    """Make the run and return what its pages say of its registration."""
    assert make_reports(data=bring_data(project), run="mine", project=project, say=print, **options) == 0
    pages = [(project.reports / "mine" / name).read_text(encoding="utf-8") for name in ("index.html", "01-toy.html")]
    record = json.loads((project.reports / "mine" / "01-toy.json").read_text(encoding="utf-8"))
    return pages, record.get("registration")


def test_a_registration_freezes_claims_parameters_code_and_data(project):
    found, lines = registered(project)
    assert found["data"] == {"name": "data/new", "sha256": NOT_SEEN, "analysed_before": []}
    assert found["parameters"]["01-toy"]["fewest"] == 5
    assert found["claims"]["toy-falls"]["margin"] == CLAIMS[0].margin
    assert set(found["code"]) == {"src/helpers/measures.py"}
    assert found["registered_at"] == NOW
    text = (project.root / "registrations" / "mine.txt").read_text(encoding="utf-8")
    for told in (
        "toy-falls",
        "margin 0.05 (slope)",
        "fewest = 5",
        NOT_SEEN,
        found["sha256"],
        "The rate falls as toys grow.",
    ):
        assert told in text
    assert "commit or deposit them" in lines[0]


def test_the_same_is_registered_once_and_nothing_else_takes_its_place(project, tmp_path):
    first, _ = registered(project)
    again, lines = registered(project)
    assert again == first
    assert lines == [
        f"nothing to do: {project.root / 'registrations' / 'mine.json'} registers this already, since {NOW}"
    ]
    params = tmp_path / "other.toml"
    params.write_text("fewest = 9\n")
    with pytest.raises(Refusal, match="registers something else already") as refused:
        registered(project, params=str(params))
    assert "fewest of 01-toy 9, registered 5" in str(refused.value)
    assert json.loads((project.root / "registrations" / "mine.json").read_text()) == first


def test_data_that_are_there_are_hashed_and_not_opened(project):
    def never(*_, **__):
        raise AssertionError("opened")

    data = bring_data(project)
    found, _ = registered(replace(project, open_dataset=never), data=data)
    assert found["data"]["name"] == "data/new"
    assert len(found["data"]["sha256"]) == 64
    bring_data(project, text="post_id,likes\n1,3\n")
    other, _ = registered(project, run="other", data=data)
    assert other["data"]["sha256"] != found["data"]["sha256"]


@pytest.mark.usefixtures("warmed")
def test_every_page_says_that_a_run_keeps_to_its_registration(project):
    registered(project)
    pages, told = run(project)
    assert told["fits"]
    for page in pages:
        assert "Registered beforehand." in page
        assert "registrations/mine.json of 2026-03-01" in page
        assert "the data were not yet seen" in page


@pytest.mark.usefixtures("warmed")
def test_every_page_says_where_a_run_departs(project, tmp_path):
    registered(project)
    claims = {claim.id: claim for claim in [replace(CLAIMS[0], margin=math.inf), *CLAIMS[1:3]]}
    (project.root / "src" / "helpers" / "measures.py").write_text("RATE = 2\n")
    params = tmp_path / "other.toml"
    params.write_text("fewest = 9\n")
    pages, told = run(replace(project, registry=lambda: claims), params=str(params))
    assert not told["fits"]
    assert told["departs"] == [
        "registry: other toy-falls (margin)",
        "registry: without other-rises",
        "parameters: fewest of 01-toy 9, registered 5",
        "code version: other src/helpers/measures.py",
    ]
    for page in pages:
        assert "Not as registered." in page
        assert "fewest of 01-toy 9, registered 5" in page


@pytest.mark.usefixtures("warmed")
def test_a_page_without_a_registration_says_nothing_and_one_made_afterwards_says_so(project):
    pages, told = run(project)
    assert told is None
    assert not any("egistered" in page for page in pages)
    found, _ = registered(project)
    assert found["data"]["analysed_before"] == ["mine"]
    pages, told = run(project)
    assert (told["fits"], told["head"]) == (True, "Registered after the data had been analysed.")
    assert all("had been analysed before it was made, in mine" in page for page in pages)


def laid_out(**changed):
    about = {
        "data": {"name": "data/a", "sha256": "1"},
        "parameters": {"01": {"fewest": 5}},
        "notebooks": {"01": "x"},
        "code": [("src/helpers/claims/verdicts.py", "p"), ("requirements.lock", "q"), ("data/claims.toml", "r")],
        "claims": {claim.id: claim for claim in CLAIMS},
    }
    return present(**{**about, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"data": {"name": "data/a", "sha256": "2"}}, "data: data/a with another content than data/a had"),
        ({"data": {"name": "data/b", "sha256": "1"}}, "data: data/b, registered data/a"),
        ({"notebooks": {"01": "y"}}, "notebooks: other 01"),
        ({"notebooks": {"01": "x", "02": "z"}}, "notebooks: other 02"),
        (
            {"code": [("src/helpers/claims/verdicts.py", "o"), ("requirements.lock", "q")]},
            "code version: other src/helpers/claims",
        ),
        (
            {"code": [("src/helpers/claims/verdicts.py", "p"), ("requirements.lock", "o")]},
            "code version: other requirements.lock",
        ),
        ({"claims": {}}, "registry: without other-rises, toy-falls, toy-level and 1 more"),
    ],
)
def test_each_departure_is_named(changed, said):
    assert departures(laid_out(), laid_out(**changed)) == [said]


def test_no_departure_from_oneself_and_the_registry_is_no_code():
    assert departures(laid_out(), laid_out()) == []
    assert departures(laid_out(), laid_out(code=[*laid_out_code(), ("data/claims.toml", "other")])) == []


def laid_out_code():
    return [("src/helpers/claims/verdicts.py", "p"), ("requirements.lock", "q")]


@pytest.mark.usefixtures("warmed")
def test_a_registration_that_was_edited_is_found_out(project):
    found, _ = registered(project)
    path = project.root / "registrations" / "mine.json"
    found["claims"]["toy-falls"]["margin"] = CLAIMS[0].margin
    found["registered_at"] = "2020-01-01T00:00:00+00:00"
    path.write_text(json.dumps(found))
    _, told = run(project)
    assert told["departs"] == ["registration: its file was changed after it was made"]
    path.write_text("{}")
    with pytest.raises(Refusal, match="no registration that can be read"):
        make_reports(data=sample(project), run="mine", project=project)


def test_refused_on_the_command_line(capsys):
    assert main(["register", "--data", "x", "--run", "../up"]) == 2
    assert "not a plain folder name" in capsys.readouterr().err
