"""What of HTML and Markdown can do no harm? The one place where that is said, for pages, notebooks and JupyterLab.

Whatever comes from data may hold markup: a hashtag that leaves the page, a name whose picture runs a script. Tables of
ours are escaped where they become HTML (``plots.tables``), so that a name is read as it is written. What gets past that
is taken out here, wherever an output is shown or kept.
"""

import re
from typing import Any

TABLE = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "span", "p", "br", "pre", "code", "a"}
TABLE |= {
    "b",
    "i",
    "em",
    "strong",
    "sub",
    "sup",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
"""What an output may hold; every other tag goes. Styles and scripts go with all that is in them."""

_CELL: dict[str, set[str]] = {"th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}, "a": {"href"}}
_SCHEMES = {"http", "https", "mailto"}
_CLASSES = {"table": {"dataframe"}}

_PLAIN_TAG = re.compile(r"</?(?:br|sub|sup|em|strong|b|i|code|kbd)\s*/?>|<https?://[^\s<>\"']*>", re.IGNORECASE)
_TARGET = re.compile(r"\s*<?(?:https?://|mailto:|#|[\w./-]+(?=[\s#?>)]))", re.IGNORECASE)
_RISKY = re.compile(r"<[A-Za-z/!?][^>]*>?|!\[|\](?=[(\[:])")
"""In Markdown: a tag, a picture, and where a link says to what it leads."""


def clean_html(html: str) -> str:
    """Leave of an output's HTML what shows a table or text.

    Parameters
    ----------
    html : str
        From anywhere.

    Returns
    -------
    str
        Whole elements of `TABLE`, without styles, ids, handlers or anything that is fetched.

    Examples
    --------
    >>> clean_html("<table style='color:red'><tr><td onclick='a()'>1<img src=x></td></tr></table>")
    '<table><tbody><tr><td>1</td></tr></tbody></table>'
    """
    return _cleaned(
        html, tags=TABLE, attributes=_CELL, allowed_classes=_CLASSES, clean_content_tags={"script", "style"}
    )


def clean_prose(html: str, *, tags: set[str], attributes: dict[str, set[str]], classes: dict[str, set[str]]) -> str:
    """Leave of prose what it may hold; the words in other elements stay, those of a script too, as text.

    Parameters
    ----------
    html : str
        From anywhere.
    tags, attributes, classes
        What may stay.

    Returns
    -------
    str
        An opening tag that nobody closes takes no prose with it.
    """
    return _cleaned(html, tags=tags, attributes=attributes, allowed_classes=classes, clean_content_tags=set())


def _cleaned(html: str, **allowed: Any) -> str:
    import nh3

    return nh3.clean(html, url_schemes=_SCHEMES, **allowed)


def clean_markdown(text: str) -> str:
    """Leave of Markdown what sets words: JupyterLab runs the HTML in it, and fetches its pictures.

    Parameters
    ----------
    text : str
        Sentences, some with values from data.

    Returns
    -------
    str
        Tags other than those that only set words are shown as they are written, pictures and links to anything but
        pages, mail and files beside it too.

    Examples
    --------
    >>> clean_markdown("**2 < 3**<br>[a](https://x.org) <img src=x> ![b](y) [c](javascript:d())")
    '**2 < 3**<br>[a](https://x.org) &lt;img src=x> !\\\\[b](y) [c\\\\](javascript:d())'
    """

    def shown(found: re.Match[str]) -> str:
        sign, rest = found[0], text[found.end() + 1 :]
        if sign.startswith("<"):
            return sign if _PLAIN_TAG.fullmatch(sign) else "&lt;" + _RISKY.sub(_escaped, sign[1:])
        if sign == "]" and (text[found.end()] == "[" or _TARGET.match(rest)):
            return sign
        return _escaped(found)

    return _RISKY.sub(shown, text)


def _escaped(found: re.Match[str]) -> str:
    """Write a sign of Markdown as itself."""
    return {"![": "!\\[", "]": "\\]"}.get(found[0], found[0].replace("<", "&lt;"))
