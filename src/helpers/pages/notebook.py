"""How does a notebook look on a page? One offline HTML file for each.

Imports nbconvert: only the process that writes such pages imports this module.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nbformat
from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML

from helpers.claims import MIME
from helpers.pages.assets import TEMPLATES, look
from helpers.pages.headings import split_heading
from helpers.pages.outputs import picture, scrolling, tidy_table
from helpers.pages.prose import Prose
from helpers.pages.takeaways import sentences
from helpers.pages.views import asked_of, claim_views, facts


class PageExporter(TemplateExporter):
    """nbconvert with the template ``templates/report`` and nothing from the network."""

    template_name = "report"
    output_mimetype = "text/html"

    def __init__(self, **options: Any) -> None:
        """Look for templates in this package only."""
        super().__init__(extra_template_basedirs=[str(TEMPLATES)], **options)

    def _file_extension_default(self) -> str:
        return ".html"

    def default_filters(self) -> Any:
        """Add the filters that the template uses to nbconvert's own."""
        yield from super().default_filters()
        yield "code", lambda source: Markup(scrolling(Highlight2HTML(pygments_lexer="python3")(source)))
        yield "tidy_table", tidy_table
        yield "picture", picture

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment


@dataclass(frozen=True)
class Page:
    """What a notebook's page shows around its cells.

    Parameters
    ----------
    name, title : str
        The notebook's name and first heading.
    record : mapping or None
        The full record; none when the notebook failed.
    failure : str
        Why it failed, else empty.
    declared : mapping
        Each parameter's meaning and default, by name.
    values : mapping
        Each parameter's value in this run.
    registration : mapping or None
        Whether the run keeps to what was registered: fits, head, says.
    data : mapping
        name and kind of the data.
    registry : mapping of str to Claim
        For the claims' wordings.
    world : str
        What open data say on its question, where its own data are simulated.
    """

    name: str
    title: str
    data: Mapping[str, Any]
    registry: Mapping[str, Any]
    record: Mapping[str, Any] | None = None
    failure: str = ""
    declared: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    registration: Mapping[str, Any] | None = None
    world: str = ""


def notebook_page(notebook: nbformat.NotebookNode, *, page: Page) -> str:
    """Write a notebook's report.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    page : Page
        What stands around the cells.

    Returns
    -------
    str
        One HTML file that opens offline.
    """
    prose = Prose()
    context = {
        "prose": {index: prose.html(source) for index, source in _prose_sources(notebook).items()},
        "say": Prose().html,
        "contents": prose.contents,
        "page": page,
        "claims": claim_views((page.record or {}).get("claims", []), registry=page.registry),
        "facts": _facts(page),
        "parameters": _parameters(page),
        "mime": MIME,
        "cite": _cite(page),
        "main": main_picture(notebook) if page.record else None,
        "sentences": sentences((page.record or {}).get("answer", "")),
        "world": sentences(page.world),
        "look": look(),
    }
    return _exporter().from_notebook_node(notebook, resources={"context": context})[0] + "\n"


@cache
def _exporter() -> PageExporter:
    return PageExporter()


def get_ready() -> None:
    """Write a page of nothing, so that processes forked from this one need not load and compile what writes theirs."""
    cells = [nbformat.v4.new_markdown_cell("0"), nbformat.v4.new_code_cell("0")]
    notebook_page(nbformat.v4.new_notebook(cells=cells), page=Page("", "", {"name": "", "kind": "user"}, {}))


RESULT = re.compile(r"^## +Result", re.M)
"""The heading after which a notebook shows its main picture first."""


def main_picture(notebook: nbformat.NotebookNode) -> tuple[int, int] | None:
    """Find the picture that stands under the answer.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.

    Returns
    -------
    tuple of int or None
        The places of its cell and of its output: the first picture of the results; where they have none, the first one
        after them or before. A picture of nothing but figures of others is none.
    """
    seen, before, after = False, list[tuple[int, int]](), list[tuple[int, int]]()
    for place, cell in enumerate(notebook.cells):
        seen = seen or (cell.cell_type == "markdown" and RESULT.search(cell.source) is not None)
        for number, output in enumerate(cell.get("outputs", [])):
            kinds = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
            if kinds and output.get("metadata", {}).get(kinds[0], {}).get("kind") != "":
                (after if seen else before).append((place, number))
    return next(iter([*after, *before]), None)


def _cite(page: Page) -> str:
    """Say how a picture of this page is cited: the page, the version, the data; quoted figures rest on none."""
    if not page.record:
        return ""
    version = page.record.get("versions", {}).get("engagement-claims", "")
    said = f"{page.title} In: Claims about social-media engagement, put to the test, version {version}."
    if page.record.get("claims") and {row["kind"] for row in page.record["claims"]} == {"Q"}:
        return f"{said} The figures were looked up; the page names their sources."
    kind = "simulated" if page.data["kind"] == "simulated" else "own data"
    data = f"{page.data['name']} ({kind}, fingerprint {page.record.get('data_fingerprint', '')[:12]})"
    return f"{said} Data: {data}."


def _prose_sources(notebook: nbformat.NotebookNode) -> dict[int, str]:
    """Return the Markdown of each prose cell, the page's title taken out."""
    sources = {index: cell.source for index, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"}
    for index, source in sources.items():
        title, rest = split_heading(source)
        if title:
            return {**sources, index: rest}
    return sources


def _facts(page: Page) -> list[str]:
    record = page.record or {}
    data = record.get("data", {})
    asked = asked_of(record.get("claims", []), data, record.get("answer", ""))
    return facts(data, tables=_tables_asked(page), asked=asked)


def _parameters(page: Page) -> list[dict[str, Any]]:
    known = [(name, value, page.declared[name]) for name, value in page.values.items()]
    return [{"name": name, "value": value, "default": of.default, "meaning": of.meaning} for name, value, of in known]


def _tables_asked(page: Page) -> set[str]:
    """Name the tables that any claim of a notebook could use."""
    asked = [page.registry.get(row["claim_id"]) for row in (page.record or {}).get("claims", [])]
    return {table for claim in asked for option in getattr(claim, "needs", ()) for table in option}
