"""How does Markdown get onto a page? As HTML that can do no harm, its headings in order."""

import re
from collections import Counter

import mistune
from markupsafe import Markup

from helpers.ground.markup import clean_prose
from helpers.pages.headings import slug
from helpers.pages.outputs import scrolling

TAGS = (
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "dl", "dt", "dd"}
    | {"table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    | {"a", "abbr", "code", "del", "em", "kbd", "strong", "sub", "sup"}
)
"""What prose may hold; every other tag goes, and the words in it stay."""

ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}}
"""The attributes that prose may hold, with the classes of `SIDES`."""

SIDES = {cell: {"left", "center", "right"} for cell in ("th", "td")}
"""The classes by which a cell of a table stands to a side."""


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
        >>> str(Prose().html("Is <i onclick='alert(1)'>it</i> or $x_$ a *name*?")).strip()
        '<p>Is it or $x_$ a <em>name</em>?</p>'
        """
        raw = re.sub(r' style="text-align:(\w+)"', r' class="\1"', str(self.read(source)))
        headed = re.sub(r"<h([1-6])>(.*?)</h\1>", self._heading, harmless(raw), flags=re.S)
        return Markup(scrolling(re.sub(r"<th\b", '<th scope="col"', headed)))

    def _heading(self, found: re.Match[str]) -> str:
        self.level = max(2, min(int(found[1]), self.level + 1))
        words = re.sub(r"<[^>]+>", "", found[2])
        name = slug(Markup(words).unescape())
        self.seen[name] += 1
        name = name if self.seen[name] == 1 else f"{name}-{self.seen[name]}"
        if self.level == 2:
            self.contents.append((name, words))
        return f'<h{self.level} id="{name}">{found[2]}</h{self.level}>'


def harmless(html: str) -> str:
    """Leave of HTML what prose may hold.

    Parameters
    ----------
    html : str
        From anywhere.

    Returns
    -------
    str
        Whole elements of `TAGS`, with their `ATTRIBUTES` and `SIDES`, links to the web or by mail only. The words in
        other elements stay, those of a script too, as text: an opening tag that nobody closes takes no prose with it.

    Examples
    --------
    >>> harmless("<p>a<script>alert(1)</script> <b>b")
    '<p>aalert(1) b</p>'
    """
    return clean_prose(html, tags=TAGS, attributes=ATTRIBUTES, classes=SIDES)


class _Renderer(mistune.HTMLRenderer):
    """Markdown for a page that stands alone: a picture becomes a link to it, a link to a file beside it its words."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, url, title) if re.match(r"https?:|mailto:|#", url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(f"picture: {text}", url, title)
