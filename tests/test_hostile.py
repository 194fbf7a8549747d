"""Every notebook is run on data that mean harm: nothing in them runs, leaves the page or is fetched; no id is shown."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import mistune
import nbformat
import pandas as pd
import pytest
from conftest import in_browser, once, warmed_by
from hostile import HANDLE, MARKS, hostile

from helpers import ROOT
from helpers.ground.markup import clean_html, clean_markdown
from helpers.pages.comparison import Told, page as comparison
from helpers.pages.outputs import tidy_table
from helpers.reading.display import frame_html, styled_html
from helpers.running.plan import Project
from helpers.running.reports import make_reports
from helpers.sources import import_data

if TYPE_CHECKING:
    from playwright.sync_api import Page

PSEUDONYM = re.compile(r"\b[apcukgbt]_[0-9a-f]{16}\b")
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
KINDS = ("tidy", "imported")
TAGS = "script|img|svg|meta|iframe|style|link|base|object|form|input"
HARMFUL = re.compile(rf"<(?:{TAGS})\b|<[^>]+(?:\son\w+\s*=|[\"']javascript:)", re.I)


@pytest.fixture(scope="session")
def hostile_run(shared, kernel_server):
    """Give the reports of all notebooks on hostile data, as they are and imported, each made once for all workers."""

    def made(kind: str) -> Path:
        place = shared / f"hostile {kind}"
        return once(place, lambda: _make(place, kind, kernel_server)) / "reports" / kind

    return made


def _make(place: Path, kind: str, server) -> None:
    data = hostile(place / "data")
    if kind == "imported":
        data = import_data(data, "imported", to=place / "user").folder
    with warmed_by(server):
        make_reports(
            data=str(data), run=kind, project=Project(reports=place / "reports"), everything=True, say=lambda line: None
        )


def executed(run: Path, name: str) -> nbformat.NotebookNode:
    """Read a notebook as it was run, also one that failed."""
    inside = run / f"{name}.ipynb"
    return nbformat.read(inside if inside.exists() else run / "failed" / f"{name}.ipynb", as_version=4)


def outputs(run: Path, name: str) -> list[nbformat.NotebookNode]:
    return [output for cell in executed(run, name).cells for output in cell.get("outputs", [])]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_no_output_shows_an_id(hostile_run, kind, name):
    told = json.dumps(outputs(hostile_run(kind), name), ensure_ascii=False)
    assert len(told) > 1_000
    assert HANDLE not in told
    assert not PSEUDONYM.search(told)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_and_no_record_shows_an_id(hostile_run, kind):
    files = [file for file in hostile_run(kind).rglob("*") if file.suffix in (".html", ".json", ".csv", ".txt")]
    assert len(files) >= 2 * len(NAMES)
    for file in files:
        told = file.read_text(encoding="utf-8")
        assert HANDLE not in told, file.name
        assert not PSEUDONYM.search(told), file.name


@pytest.mark.slow
def test_what_is_hostile_is_shown_as_it_is_written(hostile_run):
    page = (hostile_run("tidy") / "06-timing-hashtags.html").read_text(encoding="utf-8")
    assert "&lt;img/src=x/onerror=alert(1)&gt;" in page


@pytest.mark.slow
@in_browser
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["index", *NAMES])
def test_a_page_of_hostile_data_does_nothing(hostile_run, open_page, kind, name):
    file = hostile_run(kind) / f"{name}.html"
    _stays(open_page, file if file.exists() else hostile_run(kind) / "failed" / f"{name}.html")


@pytest.mark.slow
@in_browser
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_do_nothing_where_no_rules_of_a_page_hold_them(hostile_run, open_page, tmp_path, kind):
    """JupyterLab puts an output's HTML, and the HTML of its Markdown, into its own page as they are."""
    render = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    page = []
    for name in NAMES:
        data = [output.get("data", {}) for output in outputs(hostile_run(kind), name)]
        parts = [one["text/html"] for one in data if "text/html" in one]
        parts += [str(render(one["text/markdown"])) for one in data if "text/markdown" in one]
        assert parts
        assert not HARMFUL.search(re.sub(r"&lt;.*?(?=&gt;|<)", "", " ".join(parts))), name
        page += [*parts, f"<p class=end>{name}</p>"]
    (tmp_path / "all.html").write_text(f"<!DOCTYPE html><meta charset=utf-8>{''.join(page)}", encoding="utf-8")
    tab = _stays(open_page, tmp_path / "all.html")
    assert tab.locator("body > p.end").all_inner_texts() == NAMES  # nothing left open has swallowed what follows it


def _stays(open_page, file: Path) -> "Page":
    """Open a page and wait for what might happen; the fixture looks at requests, dialogs and errors."""
    tab = open_page(file)
    tab.wait_for_timeout(400)
    assert tab.url == file.as_uri()
    assert tab.evaluate("document.querySelectorAll('iframe, object, embed, base').length") == 0
    return tab


@in_browser
def test_a_comparison_of_hostile_parts_does_nothing(open_page, tmp_path):
    runs = [Told(mark, f"part-{n}", n, {"name": mark, "kind": "user"}, [], []) for n, mark in enumerate(MARKS)]
    look = {"registry": {}, "notebooks": [], "split": None, "varied": True, "fingerprint": "f"}
    (tmp_path / "index.html").write_text(comparison(runs, name=MARKS[0], **look), encoding="utf-8")
    _stays(open_page, tmp_path / "index.html")


@in_browser
def test_the_check_itself_sees_what_a_page_does(chromium, tmp_path):
    """A test of the tests: without our care each of these attacks is seen."""
    for place, mark in enumerate(MARKS[:3]):
        file = tmp_path / f"{place}.html"
        file.write_text(f"<!DOCTYPE html><table><tr><td>{mark}</td></tr></table>", encoding="utf-8")
        seen = []
        tab = chromium.new_context().new_page()
        tab.on("request", lambda request, seen=seen: seen.append(request.url))
        tab.on("dialog", lambda dialog, seen=seen: (seen.append(dialog.message), dialog.dismiss()))
        tab.goto(file.as_uri())
        tab.wait_for_timeout(400)
        assert len(seen) > 1, mark
        tab.context.close()


def frame(mark: str) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([(mark, 1), ("b", 2)], names=[mark, "n"])
    table = pd.DataFrame({mark: [mark, 1.5], "lists": [[mark], {"a": mark}], "rate": [0.25, None]}, index=index)
    return table.rename_axis(columns=mark)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("style", [None, {"rate": "{:.1%}"}, lambda cell: cell])
def test_labels_names_and_cells_of_a_table_are_escaped_where_it_becomes_html(mark, style):
    table = frame(mark)
    styled = table.style if style is None else table.style.format(style)
    for html in (styled_html(styled), frame_html(table)):
        assert not HARMFUL.search(re.sub(r"&lt;.*?(?=&gt;|</t)", "", html))
        assert html.count("<t") == html.count("</t")
    assert styled_html(styled).count(mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) >= 4
    assert styled.data is table or styled.data.equals(table)  # what was given stays as it is


@pytest.mark.parametrize("mark", MARKS)
def test_html_that_nobody_escaped_is_made_harmless(mark):
    raw = f'<style>p {{}}</style><table style="color:red" onclick="a()"><tr><td id="x">{mark}</td></tr></table>'
    for html in (clean_html(raw), str(tidy_table(raw))):
        assert not HARMFUL.search(html)
        assert "style=" not in html
        assert "id=" not in html


@pytest.mark.parametrize(
    "text",
    [
        *MARKS,
        "[a](java&#115;cript:alert(1))",
        "[a]( data:text/html,<script>alert(1)</script>)",
        "[a][b]\n\n[b]: javascript:alert(1)",
        "![a][b]\n\n[b]: https://evil.example/a.png",
        "<IMG SRC=x\nonerror=alert(1)>",
        "<img src=x <b onerror=alert(1)>",
    ],
)
def test_markdown_holds_no_tag_picture_or_script(text):
    html = str(mistune.create_markdown(escape=False, plugins=["table"])(clean_markdown(f"Rate of {text} is **2**.")))
    assert not re.search(r"<(?!/?(?:p|a|strong|em|code|br)\b)[a-z]|(?:href|src)=\"(?!https?:)", html, re.I), html
    assert "<strong>2</strong>" in html or "\n" in text


def test_markdown_of_ours_stays_as_it_is():
    text = (
        "**Margin:** 2 < 3<br>[source](https://example.org/a_(b)) and [notes](../docs/tables.md), H<sub>2</sub>O\n- a"
    )
    assert clean_markdown(text) == text


def test_no_page_lets_a_style_of_the_data_count(open_page, tmp_path):
    page = comparison([], name="x", registry={}, notebooks=[], split=None, varied=False, fingerprint="f")
    rules = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "unsafe" not in rules
    assert all(part in rules for part in ("default-src 'none'", "style-src 'sha256-", "base-uri 'none'", "form-action"))
