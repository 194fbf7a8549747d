"""How does a run look on a page? One offline HTML file for each notebook, and the scoreboard of all claims.

Imports nbconvert: only the process that writes pages imports this module.
"""

import base64
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import bleach
import mistune
import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML, strip_ansi

from helpers.base.words import number, p_text
from helpers.claims import MIME
from helpers.claims.wording import here, published
from helpers.pages.headings import split_heading

TEMPLATES = Path(__file__).parent / "templates"

MARKS = {
    "supported": ("✓", "good"),
    "reproduced": ("✓", "good"),
    "contradicted": ("✗", "bad"),
    "not reproduced": ("≠", "bad"),
    "negligible": ("≈", "even"),
    "inconclusive": ("?", "open"),
    "too little data": ("…", "none"),
    "no data": ("–", "none"),
    "confirmed": ("✓", "good"),
    "confirmed with a difference": ("≈", "even"),
    "misattributed": ("✗", "bad"),
    "not found": ("?", "open"),
    "document only": ("–", "none"),
    "": ("!", "none"),
}
"""A sign and a colour group for each verdict and for each status of a quoted figure; the word always stands beside
them. Counts are told in this order."""

KINDS = {"D": "direction", "V": "value", "N": "no effect", "Q": "quoted figure"}
"""The kinds of claim in words."""

TAGS = (
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "dl", "dt", "dd"}
    | {"table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    | {"a", "abbr", "code", "del", "em", "kbd", "strong", "sub", "sup"}
)
"""What prose may hold; every other tag is shown as the text that it is."""

ATTRIBUTES = {"a": ["href", "title"], "abbr": ["title"], "th": ["class"], "td": ["class"]}
"""The attributes that prose may hold."""

ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.S)
CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.S)
NUMBER = re.compile(r"(?:[-−+]?\d[\d.,]*(?:e[-+]?\d+)?\s*%?|NaN|nan|None|&lt;NA&gt;|–)?")
"""The rows, cells and numbers of a table as pandas writes it."""

BAR = (150, 26)
"""Width and height of an interval bar, in pixels."""


class Prose:
    """Markdown of one page turned into safe HTML, with ids and a right order of headings.

    Mathematics is not rendered: ``$x_$`` may be somebody's name and stays the text that it is.
    """

    def __init__(self) -> None:
        """Begin a page."""
        self.contents: list[tuple[str, str]] = []
        self.seen: Counter[str] = Counter()
        self.level = 2
        self.read = mistune.create_markdown(renderer=_Renderer(escape=False), plugins=["table", "strikethrough"])

    def html(self, source: str) -> Markup:
        """Turn one cell's Markdown into HTML.

        Parameters
        ----------
        source : str
            Markdown; HTML in it is kept as far as `TAGS` goes.

        Returns
        -------
        Markup
            Safe to stand on a page.

        Examples
        --------
        >>> str(Prose().html("Is <script> or $x_$ a *name*?")).strip()
        '<p>Is &lt;script&gt; or $x_$ a <em>name</em>?</p>'
        """
        raw = re.sub(r' style="text-align:(\w+)"', r' class="\1"', str(self.read(source)))
        clean = bleach.clean(raw, tags=TAGS, attributes=ATTRIBUTES, protocols=["http", "https", "mailto"])
        headed = re.sub(r"<h([1-6])>(.*?)</h\1>", self._heading, clean, flags=re.S)
        return Markup(_scrolling(re.sub(r"<th\b", '<th scope="col"', headed)))

    def _heading(self, found: re.Match[str]) -> str:
        self.level = max(2, min(int(found[1]), self.level + 1))
        words = re.sub(r"<[^>]+>", "", found[2])
        name = slug(Markup(words).unescape())
        self.seen[name] += 1
        name = name if self.seen[name] == 1 else f"{name}-{self.seen[name]}"
        if self.level == 2:
            self.contents.append((name, words))
        return f'<h{self.level} id="{name}">{found[2]}</h{self.level}>'


class _Renderer(mistune.HTMLRenderer):
    """Markdown for a page that stands alone: a picture becomes a link to it, a link to a file beside it its words."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, url, title) if re.match(r"https?:|mailto:|#", url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(f"picture: {text}", url, title)


def slug(words: str) -> str:
    """Turn a heading into the name of its place.

    Examples
    --------
    >>> slug("What was published, and where?")
    'what-was-published-and-where'
    """
    flat = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", flat.lower())) or "part"


def _scrolling(html: str) -> str:
    """Let a wide table scroll in a box of its own, which the keyboard reaches."""
    opened = '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table'
    return re.sub(r"<table\b", opened, html).replace("</table>", "</table></div>")


def tidy_table(html: str) -> Markup:
    """Give the tables of pandas and of our helpers what a reader without eyes needs.

    Parameters
    ----------
    html : str
        HTML that an output holds; pandas has escaped what came from data.

    Returns
    -------
    Markup
        Without pandas' own style, with scopes on the headers, in a box that scrolls.

    Examples
    --------
    >>> "scope" in tidy_table("<table><thead><tr><th>a</th></tr></thead></table>")
    True
    """
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.S)
    return Markup(_scrolling(re.sub(r"<table\b.*?</table>", _tidy, html, flags=re.S)))


def _tidy(found: re.Match[str]) -> str:
    """Set numbers to the right, name the columns in one row, say which header is for what."""
    head, closed, body = found[0].replace(' border="1"', "").partition("</thead>")
    opening, row, _ = head.partition("<tr")
    if not (closed and row):
        return found[0]
    rows = [CELL.findall(row) for row in ROW.findall(body)]
    # counted from the right, because a header that spans rows is missing from the left of those below it
    width = min(map(len, rows), default=0)
    right = {-place for place in range(1, width + 1) if all(_is_number(cells[-place]) for cells in rows)}
    names = _one_header([CELL.findall(row) for row in ROW.findall(head)])
    header = "".join(_row(cells, right, scope="col") for cells in names)
    return opening + header + closed + ROW.sub(lambda row: _row(CELL.findall(row[1]), right, scope="row"), body)


def _is_number(cell: tuple[str, str, str]) -> bool:
    return cell[0] == "td" and NUMBER.fullmatch(cell[2].strip()) is not None


def _one_header(rows: list[list[tuple[str, str, str]]]) -> list[list[tuple[str, str, str]]]:
    """Put the name of pandas' index, which has a row of its own, beside the names of the columns."""
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return rows
    pairs = list(zip(*rows, strict=True))
    if not all(_is_blank(upper) or _is_blank(lower) for upper, lower in pairs):
        return rows
    return [[lower if _is_blank(upper) else upper for upper, lower in pairs]]


def _is_blank(cell: tuple[str, str, str]) -> bool:
    return not cell[2].replace("&nbsp;", "").strip()


def _row(cells: list[tuple[str, str, str]], right: set[int], *, scope: str) -> str:
    made = []
    for place, (tag, attributes, words) in enumerate(cells, start=-len(cells)):
        kind = "td" if _is_blank((tag, attributes, words)) else tag
        attributes += f' scope="{scope}"' if kind == "th" and "scope=" not in attributes else ""
        attributes += " data-right" if place in right else ""
        made.append(f"<{kind}{attributes}>{words}</{kind}>")
    return f"<tr>{''.join(made)}</tr>"


def picture(output: Mapping[str, Any]) -> Markup:
    """Turn a picture into a figure with its text alternative.

    Parameters
    ----------
    output : mapping
        An output with PNG, JPEG or SVG and ``alt`` in the metadata of that kind.

    Returns
    -------
    Markup
        The picture as part of the page; nothing is loaded.
    """
    kind = next(kind for kind in output["data"] if kind.startswith("image/"))
    content = output["data"][kind]
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else "".join(content.split())
    alt = escape(output["metadata"].get(kind, {}).get("alt", ""))
    return Markup(f'<figure><img src="data:{kind};base64,{encoded}" alt="{alt}"></figure>')


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
        yield from {
            "code": lambda source: Markup(Highlight2HTML(pygments_lexer="python3")(source)),
            "tidy_table": tidy_table,
            "picture": picture,
            "strip_ansi": strip_ansi,
            **_filters(),
        }.items()

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
    data : mapping
        name and kind of the data.
    registry : mapping of str to Claim
        For the claims' wordings.
    """

    name: str
    title: str
    data: Mapping[str, Any]
    registry: Mapping[str, Any]
    record: Mapping[str, Any] | None = None
    failure: str = ""
    declared: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


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
        "facts": facts((page.record or {}).get("data", {}), tables=_tables_asked(page)),
        "parameters": _parameters(page),
        "mime": MIME,
        "css": Markup(asset("page.css")),
    }
    return _exporter().from_notebook_node(notebook, resources={"context": context})[0] + "\n"


@cache
def _exporter() -> PageExporter:
    return PageExporter()


def _prose_sources(notebook: nbformat.NotebookNode) -> dict[int, str]:
    """Return the Markdown of each prose cell, the page's title taken out."""
    sources = {index: cell.source for index, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"}
    for index, source in sources.items():
        title, rest = split_heading(source)
        if title:
            return {**sources, index: rest}
    return sources


def _parameters(page: Page) -> list[dict[str, Any]]:
    rows = []
    for name, value in page.values.items():
        known = page.declared[name]
        rows.append({"name": name, "value": value, "default": known.default, "meaning": known.meaning})
    return rows


def _tables_asked(page: Page) -> set[str]:
    """Name the tables that any claim of a notebook could use."""
    asked = [page.registry.get(row["claim_id"]) for row in (page.record or {}).get("claims", [])]
    return {table for claim in asked for option in getattr(claim, "needs", ()) for table in option}


def facts(data: Mapping[str, Any], *, tables: Collection[str] = ()) -> list[str]:
    """Say in short phrases what data a record is about.

    Parameters
    ----------
    data : mapping
        The record's part ``data``.
    tables : collection of str, default ()
        The tables to tell the rows of; empty means all.

    Returns
    -------
    list of str
        Rows of each table, the units analysed, the period, what was left out.

    Examples
    --------
    >>> facts({"rows": {"posts": 1200}, "units": {"accounts": 78}, "period": ["2024-01-01", "2025-01-01"]})
    ['1,200 rows of posts', '78 accounts analysed', '2024-01-01 to 2025-01-01']
    """
    rows = [(table, count) for table, count in _largest_first(data.get("rows")) if table in tables or not tables]
    phrases = [f"{count:,} rows of {table}" for table, count in rows]
    phrases += [f"{count:,} {unit} analysed" for unit, count in _largest_first(data.get("units"))]
    period = [str(end)[:10] for end in data.get("period") or [] if end]
    phrases += [" to ".join(period)] if period else []
    gone = [f"{why} {count:,}" for why, count in _largest_first(data.get("excluded")) if count]
    return phrases + (["left out: " + ", ".join(gone)] if gone else [])


def _largest_first(counts: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return sorted((counts or {}).items(), key=lambda item: (-item[1], item[0]))


def claim_views(rows: Sequence[Mapping[str, Any]], *, registry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Turn rows of claims into what a table shows.

    Parameters
    ----------
    rows : sequence of mapping
        Claims of a record or of claims.csv, with plain numbers.
    registry : mapping of str to Claim
        For the wordings.

    Returns
    -------
    list of dict
        Texts, the bar, the verdict's sign and colour group, and numbers to sort by.
    """
    views = []
    for row in rows:
        claim = registry.get(row["claim_id"])
        mark, group = MARKS.get(row.get("verdict") or "", MARKS[""])
        view = {
            "text": getattr(claim, "claim", row["claim_id"]),
            "question": getattr(claim, "question", ""),
            "kind_text": KINDS.get(row["kind"], row["kind"]),
            "published_words": published(row, text=_own_words(claim)),
            "here": here(row),
            "unit_text": (row.get("unit") or "").removesuffix("(share)").strip(),
            "p_text": p_text(row.get("p_value")),
            "p_holm_text": p_text(row.get("p_holm")),
            "mark": mark,
            "group": group,
            "word": row.get("verdict") or "not computed",
            "bar": bar(row),
        }
        views.append({**row, **view})
    return views


def _own_words(claim: Any) -> str:
    return getattr(claim, "published_text", "") or ""


def bar(row: Mapping[str, Any]) -> Markup:
    """Draw an estimate's interval against what it is judged by.

    Parameters
    ----------
    row : mapping
        estimate, ci_low, ci_high, margin, published, kind, unit.

    Returns
    -------
    Markup
        An inline picture with its text alternative; empty when there is no interval, or nothing to judge it by.
    """
    numbers = [row.get(name) for name in ("estimate", "ci_low", "ci_high")]
    quoted_in_words = row["kind"] == "Q" and not isinstance(row.get("published"), int | float)
    if quoted_in_words or any(value is None for value in numbers):
        return Markup("")
    value, low, high = (float(number) for number in numbers)
    target, near, far = yardstick(row)
    start, end = min(low, near, target), max(high, far, target)
    width, height = BAR
    scale = (width - 12) / ((end - start) or 1.0)
    x = [round(6 + (place - start) * scale, 1) for place in (near, far, target, low, high, value)]
    middle = height / 2
    unit = row.get("unit") or ""
    against, margin = number(target, unit=unit), f"{number(near, unit=unit)} to {number(far, unit=unit)}"
    words = f"{here(row)}, judged against {against}" + (f"; margin {margin}" if far > near else "")
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{words}">'
        f'<rect class="margin" x="{x[0]}" y="3" width="{round(x[1] - x[0], 1)}" height="{height - 6}"/>'
        f'<line class="target" x1="{x[2]}" x2="{x[2]}" y1="0" y2="{height}"/>'
        f'<line class="range" x1="{x[3]}" x2="{x[4]}" y1="{middle}" y2="{middle}"/>'
        f'<circle class="point" cx="{x[5]}" cy="{middle}" r="4"/></svg>'
    )


def yardstick(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return what an estimate is judged by and its margin's ends: the published value, else nought."""
    margin, stated = float(row.get("margin") or 0), row.get("published")
    if row["kind"] in "VQ" and isinstance(stated, int | float):
        return float(stated), stated * (1 - margin), stated * (1 + margin)
    return 0.0, -margin, margin


@cache
def asset(name: str) -> str:
    """Read a style sheet or script of the templates."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _filters() -> dict[str, Any]:
    return {"number": number}


@cache
def templates() -> Environment:
    """Return the templates of whole pages; what is put into them is escaped."""
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, TEMPLATES / "report"]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_filters())
    return environment


def index_page(
    rows: Sequence[Mapping[str, Any]],
    *,
    run: str,
    data: Mapping[str, Any],
    notebooks: Sequence[Mapping[str, Any]],
    registry: Mapping[str, Any],
    fingerprint: str,
    documents: Mapping[str, str] | None = None,
    untestable: Sequence[Any] = (),
) -> str:
    """Write the scoreboard.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of claims.csv, with plain numbers.
    run : str
        The run's name.
    data : mapping
        name, kind, and what a record's part ``data`` says where there is one.
    notebooks : sequence of mapping
        name, title, state (done, failed, not run), answer, message.
    registry : mapping of str to Claim
        For the wordings.
    fingerprint : str
        Kept in the page, so that a later run knows that it is current.
    documents : mapping of str to str
        The documents' titles by their number.
    untestable : sequence of Untestable
        What the documents state and no data can test.

    Returns
    -------
    str
        One HTML file that opens offline; without scripts it is a plain table.
    """
    script = asset("index.js")
    views = claim_views(rows, registry=registry)
    context = {
        "run": run,
        "data": data,
        "facts": facts(data),
        "notebooks": notebooks,
        "books": {notebook["name"]: notebook for notebook in notebooks},
        "answering": {view["notebook"] for view in views},
        "total": len(views),
        "counts": counts(views),
        "questions": grouped(views, by="question"),
        "documents": grouped(views, by="document", titles=documents or {}),
        "untestable": untestable,
        "fingerprint": fingerprint,
        "css": Markup(asset("page.css")),
        "script": Markup(script),
        "script_hash": sealed(script),
    }
    return templates().get_template("index.html.j2").render(context)


def sealed(script: str) -> str:
    """Return the hash by which a page's own rules let this script run and no other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def counts(views: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[str, str, str], int]]:
    """Count the verdicts, in the order of `MARKS`.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.

    Returns
    -------
    list of ((word, sign, colour group), int)
        Only verdicts that there are.

    Examples
    --------
    >>> views = [{"word": word, "mark": "", "group": ""} for word in ("no data", "supported", "no data")]
    >>> [(word, count) for (word, _, _), count in counts(views)]
    [('supported', 1), ('no data', 2)]
    """
    order = {word or "not computed": place for place, word in enumerate(MARKS)}
    found = Counter((view["word"], view["mark"], view["group"]) for view in views)
    return sorted(found.items(), key=lambda item: order.get(item[0][0], len(order)))


def grouped(
    views: Sequence[Mapping[str, Any]], *, by: str, titles: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Put the claims of one question, or of one document, together; a claim of two documents stands with both.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.
    by : str
        ``"question"`` follows the notebooks, ``"document"`` its numbers.
    titles : mapping of str to str
        Words for the names, where there are any.

    Returns
    -------
    list of dict
        name, place (its id on the page), title, claims, counts, and the notebooks that answer them.
    """
    told = {id(view): view[by].split() if by == "document" else [view[by]] for view in views}
    names = dict.fromkeys(name for view in views for name in told[id(view)])
    groups = []
    first = {name: min(view["notebook"] for view in views if name in told[id(view)]) for name in names}
    for name in sorted(names, key=None if by == "document" else first.get):
        claims = [view for view in views if name in told[id(view)]]
        title = (titles or {}).get(name, "") or (f"Document {name}" if by == "document" else name or "Other claims")
        answered_by = list(dict.fromkeys(view["notebook"] for view in claims))
        place = f"{by}-{slug(name)}"
        about = {"name": name, "place": place, "title": title, "claims": claims, "notebooks": answered_by}
        groups.append({**about, "counts": counts(claims)})
    return groups
