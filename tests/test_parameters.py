import json

import pandas as pd
import pytest
from toys import PARAMETERS

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.ground.parameters import Parameter, declared, hold_to, load_notebook, read_file, settle
from helpers.reading.chosen import refuse_absent
from helpers.running.plan import Project
from helpers.running.reports import make_reports


def notebook(source, tags=("parameters",)):
    return {"cells": [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source}]}


BASE = 'data: str = "d"\nengine: str = "duckdb"\n'


def own(line):
    """Return the one parameter that a line declares beside data and engine."""
    return declared(notebook(BASE + line), name="01")["x"]


@pytest.fixture
def collection():
    return {
        "01-toy": declared(notebook(PARAMETERS), name="01-toy"),
        "02-other": declared(
            notebook(BASE + "fewest: int = 9  # posts\nshare: float = 0.5  # of all"), name="02-other"
        ),
    }


def test_reads_name_type_default_and_meaning(collection):
    edges = collection["01-toy"]["edges"]
    assert (edges.type, edges.default, edges.meaning) == ("list[int]", [1000, 10000], "band edges")
    assert collection["01-toy"]["way"].choices == ("mean", "median")
    assert list(collection["01-toy"]) == ["data", "engine", "fewest", "edges", "least", "way"]


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ('x: str = "a=b"  # text', "a=b"),
        ('x: str = "https://x.org/?a=1#love"  # address', "https://x.org/?a=1#love"),
        ("x: float = 1e-3  # small", 1e-3),
        ("x: int = -5  # below nought", -5),
        ("x: bool = True  # or not", True),
        ('x: list[str] = ["a", "#b"]  # tags', ["a", "#b"]),
        ("x: list[float] = [1, 2.5]  # mixed", [1, 2.5]),
        ("x: str | None = None  # nothing", None),
        ('x: Literal["a", "b"] | None = None  # maybe', None),
        ("x: Literal[1, 2] = 2  # whole", 2),
        ('x: \'Literal["a", "b"]\' = "b"  # quoted', "b"),
    ],
)
def test_every_kind_of_declaration(line, default):
    parameter = own(line)
    assert parameter.default == default
    assert parameter.meaning == line.rsplit("# ", 1)[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x = 5", "line 3: not of the form"),
        ("x: int = 2 * 3", "the value of x is not a literal"),
        ("x: int = len('a')", "the value of x is not a literal"),
        ('x: Path = "a"', "type Path of x is not known"),
        ('x: int = "5"', "the default of x does not fit its type: '5' (a text) came; allowed is a whole number"),
        ("x: int", "line 3: not of the form"),
        ("x: int = 5  # posts [1 and more]", "the bound '1 and more' is not known"),
        ("x: int = 0  # posts [1 to 10]", "0 (a whole number) came; allowed is a whole number: 1 to 10"),
        ("%matplotlib inline", "line 3 of the parameters cell cannot be read"),
    ],
)
def test_refuses_a_cell_that_cannot_be_read(line, says):
    with pytest.raises(Refusal) as refusal:
        declared(notebook(BASE + line), name="01-toy")
    assert "01-toy" in str(refusal.value)
    assert says in str(refusal.value)


def test_refuses_a_notebook_without_the_tag_or_without_data():
    with pytest.raises(Refusal, match="01: no code cell is tagged 'parameters'"):
        declared(notebook(BASE, tags=()), name="01")
    with pytest.raises(Refusal, match="data: str is not declared"):
        declared(notebook('engine: str = "duckdb"'), name="01")


def test_a_key_applies_to_every_notebook_and_a_table_to_one(collection):
    settled = settle({"fewest": 3, "02-other": {"fewest": 4}}, collection)
    assert settled["01-toy"]["fewest"] == 3
    assert settled["02-other"]["fewest"] == 4
    assert "data" not in settled["01-toy"]


def test_a_whole_number_is_fine_for_a_number_and_becomes_one(collection):
    assert repr(settle({"share": 1}, collection)["02-other"]["share"]) == "1.0"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fewst": 3}, "fewst: no notebook declares this parameter (did you mean 'fewest'?)"),
        ({"fewest": "ten"}, "fewest: 'ten' (a text) came; allowed is a whole number"),
        ({"fewest": True}, "fewest: True (true or false) came"),
        ({"fewest": 3.0}, "fewest: 3.0 (a number) came"),
        ({"share": True}, "share: True (true or false) came; allowed is a number"),
        ({"share": float("nan")}, "share: nan (a number) came"),
        ({"edges": [1, "b"]}, "edges: [1, 'b'] (a list with a text and a whole number) came"),
        ({"edges": 5}, "edges: 5 (a whole number) came; allowed is a list of whole numbers"),
        ({"way": "modus"}, "way: 'modus' (a text) came; allowed is one of 'mean', 'median'"),
        ({"data": "x"}, "data: is not set here; use DATA= instead"),
        ({"01-toy": {"engine": "x"}}, "engine: is not set here; use ENGINE= instead"),
        ({"01-tou": {"fewest": 1}}, "[01-tou]: no notebook has this name (did you mean '01-toy'?)"),
        ({"01-toy": {"share": 0.5}}, "[01-toy] share: no notebook declares this parameter"),
    ],
)
def test_refuses_what_no_notebook_can_use(collection, given, says):
    with pytest.raises(Refusal) as refusal:
        settle(given, collection)
    assert says in str(refusal.value)


def test_a_date_is_refused(tmp_path, collection):
    (tmp_path / "p.toml").write_text("least = 2024-01-01\n")
    with pytest.raises(Refusal, match=r"least: .* \(a date\) came; allowed is a number or nothing"):
        settle(read_file(tmp_path / "p.toml"), collection)


def test_a_day_as_toml_has_it_and_any_name_of_a_platform_are_understood(tmp_path):
    day = Parameter("start", "str | None", None, "first", allowed=("str", "None"), bound="a day as 2025-01-31")
    chosen = Parameter("platforms", "list[str]", [], "only these", allowed=("list[str]",))
    declared_ = {"01": {"start": day, "platforms": chosen}}
    (tmp_path / "p.toml").write_text('start = 2025-01-31\nplatforms = ["IG", "Twitter", "Koo"]\n')
    settled = settle(read_file(tmp_path / "p.toml"), declared_)
    assert settled == {"01": {"start": "2025-01-31", "platforms": ["instagram", "x", "koo"]}}
    (tmp_path / "p.toml").write_text("start = 2025-01-31T10:00:00\nplatforms = [1]\n")
    with pytest.raises(Refusal) as refusal:
        settle(read_file(tmp_path / "p.toml"), declared_)
    assert len(refusal.value.faults) == 2


def test_all_faults_come_at_once(collection):
    with pytest.raises(Refusal) as refusal:
        settle({"fewst": 3, "way": "modus", "engine": "x"}, collection)
    assert len(refusal.value.faults) == 3


def test_an_unreadable_file_is_refused_with_its_line(tmp_path):
    (tmp_path / "p.toml").write_text("a = 1\nb = NO\n")
    with pytest.raises(Refusal, match="line 2"):
        read_file(tmp_path / "p.toml")
    with pytest.raises(Refusal, match="No such file"):
        read_file(tmp_path / "q.toml")


@pytest.mark.slow
def test_a_choice_that_the_data_do_not_hold_is_refused_before_anything_is_written(tmp_path):
    params = tmp_path / "params.toml"
    params.write_text('platforms = ["Instagrm"]\nstart = "2031-01-01"\n', encoding="utf-8")
    project = Project(reports=tmp_path / "reports")
    how = {"run": "absent", "params": str(params), "project": project, "notebook": "01-account-size"}
    with pytest.raises(Refusal) as refused:
        make_reports(data=str(ROOT / "data" / "sample"), **how)
    assert refused.value.faults == (
        "platforms: 'instagrm' is in no table (did you mean 'instagram'?)",
        "start and end: nothing lies within 2031-01-01",
    )
    assert "instagram" in refused.value.mend
    assert not (project.reports / "absent").exists()


def test_choices_are_held_against_every_table():
    posts = pd.DataFrame({"platform": ["x", None], "created_at": pd.to_datetime(["2025-01-01", "2025-02-01"])})
    diary = pd.DataFrame({"observed_at": pd.to_datetime(["2023-01-01"])})
    tables = {"posts": posts, "accounts": pd.DataFrame({"platform": ["tiktok"]}), "diary": diary}
    refuse_absent(tables, platforms=["x", "tiktok"], start="2025-02-01", end="2025-12-31")
    refuse_absent(tables, start="2022-01-01", end="2023-12-31")
    refuse_absent({"teams": diary}, start="1999-01-01")  # nothing has a time
    for chosen, says in (
        ({"start": "2025-13-01"}, "start: '2025-13-01' is no day"),
        ({"start": "2025-02-01", "end": "2025-01-01"}, "start: 2025-02-01 lies after end: 2025-01-01"),
        ({"start": "2024-01-01", "end": "2024-12-31"}, "start and end: nothing lies within 2024-01-01 to 2024-12-31"),
        ({"platforms": ["facebook"]}, "platforms: 'facebook' is in no table"),
    ):
        with pytest.raises(Refusal) as refused:
            refuse_absent(tables, **chosen)
        assert refused.value.faults == (says,)
    with pytest.raises(Refusal, match="choose days from 2023-01-01 to 2025-02-01"):
        refuse_absent(tables, start="2024-01-01", end="2024-12-31")
    with pytest.raises(Refusal, match="leave platforms empty"):
        refuse_absent({"diary": diary}, platforms=["x"])


IMPOSSIBLE = {
    "int": (-(10**30), 10**30, -1),
    "float": (-1.0, 1e30, float("nan"), float("inf"), 10**400),
    "list[int]": ([-1, 0, 1, 2, 3], [1, 2, 3, 4, 10**30]),
}
BOOKS = {path.stem: declared(load_notebook(path), name=path.stem) for path in Project().notebooks.glob("*.ipynb")}
NUMBERS = [
    (book, name) for book, known in sorted(BOOKS.items()) for name, one in known.items() if one.type in IMPOSSIBLE
]


@pytest.mark.parametrize(("book", "name"), NUMBERS)
def test_every_number_of_every_notebook_is_bounded(book, name):
    parameter = BOOKS[book][name]
    assert parameter.bound
    for value in IMPOSSIBLE[parameter.type]:
        with pytest.raises(Refusal) as refused:
            settle({book: {name: value}}, BOOKS)
        assert refused.value.faults[0].startswith(f"[{book}] {name}: ")
        assert parameter.bound in refused.value.faults[0]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"band_edges": []}, "band_edges: an empty list came; allowed is a list of whole numbers: rising, 1 to 1e9"),
        ({"tier_edges": [1, 2]}, "tier_edges: [1, 2] (a list with a whole number) came"),
        ({"likes": [1, 2]}, "[00-start-here] likes: [1, 2] (a list with a whole number) came"),
        (
            {"start": "2025-02-30"},
            "start: '2025-02-30' (a text) came; allowed is a text or nothing: a day as 2025-01-31",
        ),
        ({"timezone": "Mars/Olympus"}, "timezone: 'Mars/Olympus' (a text) came"),
    ],
)
def test_a_list_a_day_and_a_zone_have_bounds_too(given, says):
    with pytest.raises(Refusal) as refused:
        settle(given, BOOKS)
    assert refused.value.faults[0].startswith(says)


def test_all_that_is_out_of_bounds_is_refused_before_an_import(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.running.plan.imported", lambda *_, **__: pytest.fail("read before it was refused"))
    params = tmp_path / "params.toml"
    params.write_text('min_age_days = 1e9\nshare = 1.5\nnumber = -2\nseed = -1\nstart = "soon"\nshaer = 1\n')
    project = Project(reports=tmp_path / "reports")
    with pytest.raises(Refusal) as refused:
        make_reports(data=str(tmp_path), run="out", params=str(params), project=project)
    names = [fault.split(":")[0] for fault in refused.value.faults]
    assert names == ["shaer", "min_age_days", "start", "share", "number", "seed"]
    assert not (project.reports / "out").exists()


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_is_written_by_hand_into_a_notebook_is_held_to_what_may_be(path):
    """In JupyterLab nothing stands before the notebook; it holds its own parameters to what they declare."""
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    held = next(place for place, cell in enumerate(cells) if f'hold_to("{path.stem}", vars())' in cell)
    assert held == 1  # next after the parameters
    hold_to(path.stem, {name: one.default for name, one in declared(load_notebook(path), name=path.stem).items()})
    for name, one in declared(load_notebook(path), name=path.stem).items():
        if isinstance(one.default, str) and name not in ("data", "engine"):
            with pytest.raises(Refusal, match=f"{name}: 'nope'"):
                hold_to(path.stem, {name: "nope"})


def test_every_fault_of_what_was_written_by_hand_is_told_at_once():
    with pytest.raises(Refusal) as refused:
        hold_to("01-account-size", {"min_posts": -5, "start": "1 May", "platforms": ["x"], "other": 3})
    assert len(refused.value.faults) == 2
    assert "min_posts: -5 (a whole number) came; allowed is a whole number: 1 to 10,000" in str(refused.value)


def test_platforms_that_nobody_has_are_refused_in_every_notebook_that_asks_for_them():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        names = declared(load_notebook(path), name=path.stem)
        chosen = [name for name in ("platforms", "start", "end") if name in names]
        asked = f".having({', '.join(f'{name}={name}' for name in chosen)})" if chosen else ""
        assert asked in "".join("".join(cell["source"]) for cell in load_notebook(path)["cells"]), path.stem
