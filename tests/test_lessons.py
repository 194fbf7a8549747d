"""Exercises: answers are checked against the data at hand, and every solution that a notebook unfolds is right."""

import gc
import importlib
import re
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_reports import CHECK, solutions

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.estimates import Estimate, mean
from helpers.families import found
from helpers.families.account_size import panel as account_size
from helpers.families.passive_active import panel as passive_active
from helpers.families.tiers import panel as tiers
from helpers.lessons import Exercise, Panel, checker, few, periods
from helpers.plots import Picture, axes
from helpers.reading.dataset import open_dataset
from helpers.running import warm

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = [path.stem for path in PATHS]
WORLDS = ("documents",)
FOLDERS = {family.notebook: name for name, family in found().items()}


def exercises(name: str) -> tuple[Exercise, ...]:
    return importlib.import_module(f"helpers.families.{FOLDERS[name]}.exercises").EXERCISES


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


def test_each_exercise_has_a_cell_and_a_solution(path):
    cells = nbformat.read(path, as_version=4).cells
    asked = [one for cell in cells if cell.cell_type == "code" for one in CHECK.findall(cell.source)]
    assert asked == [one.id for one in exercises(path.stem)] == list(solutions(cells))
    assert len(asked) >= 2
    assert {one[:2] for one in asked} == {path.stem[:2]}
    cells = [cell for cell in cells if cell.cell_type == "code" and "check(" in cell.source]
    assert [cell.metadata.tags for cell in cells] == [["exercise"]] * len(asked)  # one cell each


@pytest.fixture
def answered(of_worlds) -> Path:
    """Give the reports of the solved notebooks on the sample data."""
    return of_worlds("documents")


@pytest.mark.slow
def test_every_solution_is_right_and_every_model_gives_the_verdict(answered, path):
    failure = answered / "failed" / f"{path.stem}.txt"
    assert not failure.exists(), failure.read_text(encoding="utf-8")
    notebook = nbformat.read(answered / path.name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    told = "\n".join(output.get("data", {}).get("text/markdown", "") for output in outputs)
    assert re.findall(r"\*\*([\d-]+): right\.\*\*", told) == [one.id for one in exercises(path.stem)]
    if any("beside(" in cell.source for cell in notebook.cells if cell.cell_type == "code"):
        assert told.count("the same to 1e-6") == 1


@pytest.mark.slow
def test_a_batch_shows_a_panel_without_a_trace_of_its_widgets(answered):
    for name in ("01-account-size", "02-influencer-tiers", "03-passive-active-use", "12-own-account"):
        for ending in ("ipynb", "html"):
            assert "widget" not in (answered / f"{name}.{ending}").read_text(encoding="utf-8"), name
        cells = nbformat.read(answered / f"{name}.ipynb", as_version=4).cells
        (cell,) = [cell for cell in cells if cell.cell_type == "code" and "panel.explore(" in cell.source]
        assert ["image/png" in output.data for output in cell.outputs] == [False, True]
        assert cell.outputs[1].metadata["image/png"]["alt"]


def moved() -> tuple[Panel, list[str]]:
    seen: list[str] = []

    def show(*, size: int, name: str) -> tuple[str, Picture]:
        seen.append(f"{size} {name}")
        return f"**{size}** <script>", Picture(axes(None), f"size {size}", "user")

    return Panel(show, {"size": [1, 2], "name": ["a", "b"]}), seen


def test_a_panel_shows_the_own_choices_where_nobody_sits_before_it(monkeypatch, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("VSCODE_PID", raising=False)
    panel, seen = moved()
    panel._ipython_display_()
    assert seen == ["1 a"]
    assert panel.default == {"size": 1, "name": "a"}


def test_a_panel_follows_its_lists_where_somebody_does(monkeypatch, capsys):
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    panel, seen = moved()
    widget = panel.widget()
    lists = widget.children[0].children
    assert [one.description for one in lists] == ["size", "name"]
    lists[0].value = 2
    lists[1].value = "b"
    assert seen == ["1 a", "2 a", "2 b"]
    assert gc.get_freeze_count()  # what is loaded is not gone through at each picture
    gc.unfreeze()


def test_a_kernel_of_a_batch_is_told_that_nobody_sits_before_it(monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    assert warm.environment(tmp_path)["JPY_SESSION_NAME"] == ""


def test_quarters_or_years_are_offered():
    assert periods(None) == {"all": (None, None)}
    assert periods((date(2025, 1, 5), date(2025, 3, 1))) == {"all": (None, None)}
    found = periods((date(2024, 12, 5), date(2025, 3, 1)))
    assert found["2024, quarter 4"] == ("2024-10-01", "2024-12-31")
    assert list(periods((date(2019, 12, 5), date(2022, 3, 1)))) == ["all", "2019", "2020", "2021", "2022"]


def test_few_of_others_are_not_shown_as_a_part():
    assert few(6) == "6 accounts; 10 are needed"
    assert few(10) == ""
    told = account_size.sentence(None, reason=few(6))
    assert told == "That likes fall with size: **too little data** (6 accounts; 10 are needed)."


def test_sentences_of_panels_say_the_effect_and_the_verdict():
    fall = Estimate(0.1549, 0.14, 0.17, 0.143, 0.167, n_units=200, p_value=0.0)
    assert account_size.sentence(fall) == (
        "Ten times the followers go with **30% fewer likes for each follower** "
        "(95% interval 28% to 32% fewer): *supported*."
    )
    assert account_size.sentence(None).startswith("That likes fall with size: **")
    told = passive_active.sentence(fall, "stress on passive")
    assert told.startswith(
        "One hour more of passive use than usual goes with stress that is **0.15 higher**, where 1 is a"
    )
    assert tiers.sentence(fall).startswith("Micro accounts get **17% more engagement** than macro accounts")
    many = Estimate(5.3, -8.0, 7.5, -7.0, 7.0, n_units=40, p_value=0.1)
    assert tiers.sentence(many).startswith(
        "Micro accounts get **200 times as much engagement** as macro accounts (95% interval under 0.005 to "
        "over 1,000 times as much): "
    )


def exercise(right, **more) -> Exercise:
    return Exercise("01-1", lambda at: right, "Look again.", "So it is.", **more)


def said(right, answer, **more) -> str:
    return checker([exercise(right, **more)])("01-1", answer).data


def test_numbers_are_right_to_two_or_three_digits():
    assert said(0.1537, 0.154) == "**01-1: right.** So it is."
    assert said(0.1537, np.float64(0.1537)) == "**01-1: right.** So it is."
    assert said(-0.1537, -0.1545) == "**01-1: not yet.** Look again."
    assert said(0.1537, 0.15) == said(-0.000482, -0.00048) == said(0.0, 0) == "**01-1: right.** So it is."
    assert "A number is asked for; a ndarray came" in said(0.1537, np.array([1.0, 2.0]))
    assert said(0.5, mean(np.array([0.4, 0.5, 0.6, 0.5]))) == "**01-1: right.** So it is."


@pytest.mark.parametrize(("right", "answer"), [(0.00412, 0.00361), (0.00412, 0.00463), (0.1537, 0.152), (12.4, 12.1)])
def test_a_near_miss_is_none_however_small_the_number(right, answer):
    """The first two are 12% off, and lie within .0005."""
    assert said(right, answer) == "**01-1: not yet.** Look again."


@pytest.mark.parametrize(
    ("right", "answer"), [(0.00412, 0.0041), (0.00412, 0.00412), (0.0996, 0.1), (154.61, 150), (9.96, 10)]
)
def test_a_number_may_be_rounded_to_two_digits_that_tell_something(right, answer):
    assert "right." in said(right, answer)


@pytest.mark.parametrize(
    ("right", "answer", "slip"),
    [
        (0.1537, -0.154, "The size is right, the sign is not."),
        (-3, 3, "The size is right, the sign is not."),
        (0.1537, 15.4, "It is out by a factor of 100: a share is asked for."),
        (15.37, 0.154, "It is out by a factor of 100: per cent is asked for."),
        (0.1537, 0.2, "It is rounded too far"),
        (-0.00048, 0.0, "It is rounded too far"),
        (0.00412, 0.004, "It is rounded too far"),
        (0.1537, float("nan"), "Look again."),
        (3, 4.0, "Look again."),
    ],
)
def test_what_is_often_done_to_a_right_number_is_named(right, answer, slip):
    assert said(right, answer).startswith(f"**01-1: not yet.** {slip}")


@pytest.mark.parametrize("answer", [1.47, 0.47, 1.4687])
def test_a_ratio_that_came_for_its_ln_is_named(answer):
    """exp(0.3844) = 1.4687."""
    assert said(0.3844, answer, is_ln=True).startswith("**01-1: not yet.** That is the ratio, or the change")
    assert said(0.3844, answer) == "**01-1: not yet.** Look again."
    assert "right." in said(0.3844, 0.384, is_ln=True)


CALLED = re.compile(r"\b[a-z_]+\.[a-z_]+|\w=\S")
"""A function by its name and module, or what it is called with."""


def test_a_hint_does_not_hand_over_the_call(path):
    hints = [one.hint.replace("statsmodels.stats.power", "") for one in exercises(path.stem)]
    assert not [hint for hint in hints if CALLED.search(hint)]


def test_whole_numbers_and_words_are_right_or_wrong():
    assert said(3, 3.0) == said(3, 3) == "**01-1: right.** So it is."
    assert "not yet" in said(3, 4)
    assert said(["1k–10k", "under 1k"], " Under 1K ") == "**01-1: right.** So it is."
    assert "not yet" in said(["1k–10k"], "under 1k")


def test_another_kind_of_answer_is_told_what_is_asked_for():
    assert said(3, "three") == "**01-1: not yet.** A number is asked for; a str came. Look again."
    assert said(0.5, None) == "**01-1: not yet.** A number is asked for; nothing came. Look again."
    assert said(1, True) == "**01-1: not yet.** A number is asked for; a bool came. Look again."
    assert said("video", 1) == "**01-1: not yet.** A word in quotes is asked for; a int came. Look again."


def test_three_dots_ask_for_nothing_and_work_nothing_out():
    check = checker([Exercise("01-1", lambda at: 1 / 0, "", "")])
    assert check("01-1", ...) is None
    with pytest.raises(ZeroDivisionError):
        check("01-1", 1)


def test_data_without_an_answer_say_so_and_unknown_exercises_are_refused():
    assert said(None, 0.5) == "**01-1:** these data cannot answer it. The sample data can: data/sample."
    with pytest.raises(Refusal, match=r"did you mean '01-1'") as refused:
        checker([exercise(1)])("01-7", 3)
    assert refused.value.mend == "there are: 01-1"


def test_where_many_answers_are_right_each_is_looked_at():
    first = exercises("00-start-here")
    from helpers.claims import registry

    table = pd.DataFrame({"rate": [0.05, 0.06, 0.07, 0.07, 0.07, 0.08, 0.08, 0.08, 0.09, 0.11]})
    check = checker(first, table=table, claim=registry()["size-like-rate-under-1k"])
    centre = float(table["rate"].mean())
    assert "right" in check("00-4", [0.1 * centre, 1.9 * centre] * 5).data
    assert "not yet" in check("00-4", [centre] * 9 + [centre * 1.001]).data  # a verdict, and no open one
    assert "not yet" in check("00-4", [0.2, 0.01] * 5).data  # another mean
    assert "not yet" in check("00-4", "0.1").data
    for answer, fault in (
        ([-0.1, 2 * centre + 0.1] * 5, "none is below 0"),  # the same mean, and no verdict
        ([0.0] * 9 + [float("nan")], "none is below 0"),
        ([100 * centre] * 10, "factor of 100: shares are asked for"),
        ([0.2, 0.01] * 5, "Their mean is another one."),
        ([0.1] * 9, "A list of 10 numbers is asked for."),
        (["a"] * 10, "A list of 10 numbers is asked for."),
        (0.1, "A list of 10 numbers is asked for."),
    ):
        assert check("00-4", answer).data.startswith("**00-4: not yet.** ")
        assert fault in check("00-4", answer).data
    assert "right" in check("00-3", "too little data").data


def posted(folder: Path, accounts: int, few_on: str = "x") -> Path:
    """Write two posts of each account; the first four are on a platform of their own."""
    rows = [
        (f"{n}-{m}", f"a{n}", few_on if n < 4 else "instagram", 100 * 2**n, 5 + 3 * n + m, 1 + n)
        for n in range(accounts)
        for m in range(2)
    ]
    folder.mkdir()
    names = ["post_id", "account_id", "platform", "followers", "likes", "comments"]
    pd.DataFrame(rows, columns=names).to_csv(folder / "posts.csv", index=False)
    return folder


def panels(folder: Path) -> list[Panel]:
    dataset, sizes = open_dataset(folder), importlib.import_module("helpers.families.account_size.analysis")
    made = importlib.import_module("helpers.families.tiers.analysis")
    look = {"definition": "mean of post rates", "estimator": "ppml", "edges": [1_000, 10_000]}
    of_tiers = {"tiers": made.choose("usual", edges=[]), "count": "likes", "base": "followers", "estimator": "ppml"}
    return [
        account_size.explore(dataset, sizes.reduce(dataset.tables), **look),
        tiers.explore(dataset, made.reduce(dataset.tables), **of_tiers),
    ]


def test_ones_own_few_accounts_stay_shown_in_panels_and_a_few_of_others_do_not(tmp_path):
    """Four accounts in all are one's own: told to be too few for a verdict, and drawn. Four of sixteen are others'."""
    for panel in panels(posted(tmp_path / "own", 4)):
        told, picture = panel.show(**panel.default)
        assert "4 accounts; 10 are needed" in told
        assert not picture.nothing
        assert sum(np.ma.count(mesh.get_array()) for mesh in picture.ax.collections if hasattr(mesh, "get_coordinates"))
    for panel in panels(posted(tmp_path / "others", 16)):
        told, picture = panel.show(**{**panel.default, "platform": "x"})
        assert (picture, "4 accounts; 10 are needed" in told) == (None, True)
        assert panel.show(**panel.default)[1] is not None
