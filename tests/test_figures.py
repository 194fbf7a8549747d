"""Pictures travel: their numbers are read from what is drawn, their files stand in the folder of a run."""

import csv
import json
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from conftest import in_browser
from IPython.core.pylabtools import print_figure
from toys import code, prose, sample, toy_cells, toy_project, write_notebook

from helpers import plots
from helpers.families.formats.analysis import bars, without_ends
from helpers.families.formats.pictures import account_spread
from helpers.families.passive_active.analysis import in_groups
from helpers.ground import drawn
from helpers.ground.disclosure import FEWEST
from helpers.pages.notebook import main_picture
from helpers.running import figures
from helpers.running.kernel import taken_out
from helpers.running.reports import make_reports

DRAWN = """import matplotlib.pyplot as plt
from helpers.plots import Picture
figure, ax = plt.subplots()
ax.plot([1, 2], [3, 4], label="=1+1")
plt.close(figure)
Picture(ax, alt="Two points, <3> and 4", data_kind="simulated")"""


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_estimates_are_read_with_their_intervals_and_the_names_of_their_rows(ax):
    ax.errorbar([1, 2], [0, 1], xerr=[[0.1, 0.2], [0.3, 0.4]], fmt="o", label="here")
    ax.set_yticks([0, 1], ["likes", "comments\nof all"])
    assert drawn.numbers(ax.figure) == [
        {"series": "here", "shows": "estimate", "row": "likes", "x": 1, "x_low": 0.9, "x_high": 1.3},
        {"series": "here", "shows": "estimate", "row": "comments of all", "x": 2, "x_low": 1.8, "x_high": 2.4},
    ]


def test_points_lines_bands_and_marks_are_read(ax):
    ax.scatter([1, np.nan], [2, 3], label="dots")
    ax.plot([1, 2], [5, 6], label="line")
    ax.plot([1], [7], "o")
    ax.fill_between([1, 2], [0, 1], [2, 3], label="area")
    ax.vlines([1], [0], [4])
    ax.axvspan(-1, 1, label="margin")
    ax.axhline(9)
    ax.plot([], [], label="a word in the legend only")
    told = [tuple(sorted(row.items())) for row in drawn.numbers(ax.figure)]
    wanted = [
        {"series": "dots", "shows": "point", "x": 1, "y": 2},
        {"series": "line", "shows": "line", "x": 1, "y": 5},
        {"series": "line", "shows": "line", "x": 2, "y": 6},
        {"shows": "point", "x": 1, "y": 7},
        {"series": "area", "shows": "band", "x": 1, "y_low": 0, "y_high": 2},
        {"series": "area", "shows": "band", "x": 2, "y_low": 1, "y_high": 3},
        {"shows": "interval", "x": 1, "y_low": 0, "y_high": 4},
        {"series": "margin", "shows": "band", "x_low": -1, "x_high": 1},
        {"shows": "mark", "y": 9},
    ]
    assert sorted(told) == sorted(tuple(sorted(row.items())) for row in wanted)


def test_bars_cells_and_days_are_read(ax):
    sns.histplot(x=[1.0, 1.0, 3.0], bins=[0, 2, 4], ax=ax)
    assert [(row["x_low"], row["x_high"], row["y"]) for row in drawn.numbers(ax.figure)] == [(0, 2, 2), (2, 4, 1)]
    figure, other = plt.subplots()
    sns.heatmap(pd.DataFrame([[1.5, np.nan]], index=["Mon"], columns=["a", "b"]), ax=other)
    assert [(row["value"], row["row"]) for row in drawn.numbers(figure)] == [(1.5, "a Mon")]
    plt.close(figure)
    figure, other = plt.subplots()
    other.plot(pd.date_range("2025-01-31", periods=2), [1, 2])
    assert [row["x"] for row in drawn.numbers(figure)] == ["2025-01-31", "2025-02-01"]
    plt.close(figure)


def test_a_vector_keeps_its_text_and_its_bytes():
    def made():
        figure, ax = plt.subplots()
        ax.plot([1, 2], [3, 4])
        ax.set_xlabel("followers & <more>")
        return drawn.travelling(figure, title="It falls <5>")[1]["svg"]

    first = made()
    assert first == made()
    root = ElementTree.fromstring(first)
    assert root.attrib["role"] == "img"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "It falls <5>"
    words = ["".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "followers & <more>" in words
    assert not re.search(r"<dc:date>|matplotlib\.org", first)


@pytest.mark.parametrize("layout", ["constrained", None])
def test_a_picture_in_a_batch_is_that_of_a_notebook(layout):
    def made():
        figure, ax = plt.subplots(layout=layout)
        ax.semilogx([1, 200], [3, 4], label="a line")
        ax.set(xlabel="followers", title="a title that is wider than the panel " * 3)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1.2))
        return figure

    shown, figure = drawn.travelling(made(), title="It rises")
    assert shown["image/png"] == print_figure(made(), bbox_inches="tight", base64=True)  # IPython's own
    assert shown["text/plain"] == repr(made())
    assert [row["shows"] for row in figure["numbers"]] == ["line", "line"]


def test_a_table_of_numbers_has_no_formula():
    assert figures.table([{"series": "=1+1", "x": 2}]).splitlines()[1].startswith("'=1+1")


@pytest.fixture
def project(tmp_path):
    made = toy_project(tmp_path)
    write_notebook(made.notebooks, "01-toy", toy_cells(prose("## Result"), code(DRAWN), code(DRAWN)))
    return made


def run(project, **options) -> int:
    return make_reports(data=sample(project), run="r", project=project, say=lambda line: None, **options)


@pytest.mark.usefixtures("warmed")
def test_a_run_leaves_its_pictures_and_their_numbers_and_removes_them_with_their_page(project):
    folder = project.reports / "r"
    assert run(project) == 0
    names = ["01-toy-1.csv", "01-toy-1.svg", "01-toy-2.csv", "01-toy-2.svg"]
    assert sorted(path.name for path in (folder / "figures").iterdir()) == names
    rows = list(csv.DictReader((folder / "figures" / "01-toy-1.csv").read_text().splitlines()))
    assert [(row["x"], row["y"], row["series"]) for row in rows] == [("1", "3", "'=1+1"), ("2", "4", "'=1+1")]
    assert json.loads((folder / "01-toy.json").read_text())["figures"] == ["01-toy-1", "01-toy-2"]
    page = (folder / "01-toy.html").read_text()
    assert all(page.count(f'href="figures/{name}"') == 1 for name in names)
    assert "version 0" in page.split("Cite this")[1].split("</details>")[0]
    assert drawn.FIGURE not in (folder / "01-toy.ipynb").read_text()
    before = {name: (folder / "figures" / name).read_bytes() for name in names}
    (folder / "figures" / names[0]).unlink()
    assert run(project) == 0
    assert {name: (folder / "figures" / name).read_bytes() for name in names} == before
    write_notebook(project.notebooks, "01-toy", toy_cells(code(DRAWN)))
    assert run(project) == 0
    assert sorted(path.name for path in (folder / "figures").iterdir()) == names[:2]
    write_notebook(project.notebooks, "01-toy", toy_cells(code(DRAWN), code("1 / 0")))
    assert run(project) == 1
    assert not (folder / "figures").exists()
    assert "figures/" not in (folder / "failed" / "01-toy.html").read_text()


@in_browser
@pytest.mark.usefixtures("warmed")
def test_links_under_a_picture_lead_to_its_files(project, open_page):
    run(project)
    tab = open_page(project.reports / "r" / "01-toy.html")
    assert tab.locator("#main-picture figure").count() == 1
    assert tab.locator("article figure").count() == 1
    for link in tab.locator("figcaption a").all():
        assert (project.reports / "r" / link.get_attribute("href")).is_file()


def test_only_what_stands_behind_a_picture_is_taken_out_and_named():
    shown = {"output_type": "display_data", "metadata": {}}
    picture = {**shown, "data": {"image/png": "AA=="}}
    figure = {**shown, "data": {drawn.FIGURE: {"svg": "<svg/>", "numbers": []}}}
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(one) for one in (figure, picture, figure)])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert list(taken_out(notebook, name="n")) == ["n-1"]
    assert [list(output.data) for output in cell.outputs] == [["image/png"]]
    assert cell.outputs[0].metadata["image/png"]["figure"] == "n-1"


def test_the_main_picture_is_the_first_of_the_results():
    def with_picture():
        output = nbformat.v4.new_output("display_data", data={"image/png": "AA=="})
        return nbformat.v4.new_code_cell("x", outputs=[output])

    lesson, heading, result = with_picture(), prose("## Result"), with_picture()
    assert main_picture(nbformat.v4.new_notebook(cells=[lesson, heading, result])) == (2, 0)
    assert main_picture(nbformat.v4.new_notebook(cells=[lesson, heading])) == (0, 0)
    assert main_picture(nbformat.v4.new_notebook(cells=[heading])) is None
    result.outputs[0].metadata["image/png"] = {"alt": "Figures of others", "kind": ""}
    assert main_picture(nbformat.v4.new_notebook(cells=[heading, result])) is None


def smallest(picture) -> float:
    """Give the smallest count in any cell of a density."""
    mesh = next(one for one in picture.ax.collections if one.get_array() is not None)
    return float(np.ma.asarray(mesh.get_array()).compressed().min())


def test_no_picture_of_others_shows_one_of_them():
    sizes = np.geomspace(100, 1e6, 400)
    accounts = pd.DataFrame({"followers": sizes, "like_rate": 0.2 * sizes**-0.2})
    bands = pd.DataFrame({"band": ["all"], "followers": [1e4], "mean": [0.02], "low": [0.01], "high": [0.03]})
    look = {"bands": bands, "outcome": "like_rate", "label": "rate", "data_kind": "user"}
    assert smallest(plots.rate_by_size(accounts, **look)) >= FEWEST
    own = plots.rate_by_size(accounts.iloc[:9], **look).ax.collections
    assert len(own[0].get_offsets()) == 9
    lines, told = in_groups(pd.DataFrame({"slope": np.arange(205.0), "low": -1.0, "high": 1.0}))
    assert (len(lines), told) == (10, "20 persons")
    assert lines["slope"].iloc[0] == pytest.approx(np.arange(21).mean())  # 205 persons in 10 groups: 21 in the first
    assert len(in_groups(lines.iloc[:9])[0]) == 9
    ratios = pd.Series(np.geomspace(0.5, 4, 95))
    picture = account_spread(ratios, average=None, label="x", name="x", data_kind="user")
    cut = np.array(bars(ratios, data_kind="user")["bins"])
    assert np.histogram(np.log10(without_ends(ratios)), cut)[0].min() >= FEWEST
    assert len(picture.ax.patches) == 9
    plt.close("all")
