"""How does what a cell shows get onto a page? A table or a picture, made readable without eyes and without a mouse."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from helpers.ground.markup import clean_html

ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.S)

CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.S)

NUMBER = re.compile(r"(?:[-−+]?\d[\d.,]*(?:e[-+]?\d+)?\s*%?|\d{4}-\d\d-\d\d|NaN|nan|None|&lt;NA&gt;|–)?")
"""The rows, cells and numbers of a table as pandas writes it; a date stands with the numbers, on one line."""


LONG, FACTS = 24, '<th scope="col">fact</th>'
"""Rows of a table beyond which it is folded, as every estimate of open data may be; and how a table of facts begins,
which come first and stay in sight."""


def tidy_table(html: str) -> Markup:
    """Give the tables of pandas and of our helpers what a reader without eyes needs.

    Parameters
    ----------
    html : str
        HTML that an output holds.

    Returns
    -------
    Markup
        Harmless, with scopes on the headers, in a box that scrolls, folded where it is long; without rows a sentence.

    Examples
    --------
    >>> "scope" in tidy_table("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>")
    True
    """
    boxed = scrolling(re.sub(r"<table\b.*?</table>", _tidy, clean_html(html), flags=re.S))
    return Markup(re.sub(r'<div class="scroll".*?</table></div>', _folded, boxed, flags=re.S))


def _folded(found: re.Match[str]) -> str:
    """Fold a table that is longer than what a reader takes in on the way; one without rows is no table."""
    head, ended, body = found[0].partition("</thead>")
    rows = len(ROW.findall(body))
    names = ", ".join(words.strip() for _, _, words in CELL.findall(head) if words.strip())
    if ended and not rows:
        return f"<p>Nothing to list here; the table would have: {names}.</p>"
    if rows <= LONG or FACTS in head:
        return found[0]
    return f"<details><summary>Table of {rows} rows: {names}</summary>{found[0]}</details>"


def _tidy(found: re.Match[str]) -> str:
    """Set numbers to the right, name the columns in one row, say which header is for what."""
    head, closed, body = found[0].partition("</thead>")
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
        words = f"\N{MINUS SIGN}{words.strip()[1:]}" if re.match(r"\s*-[\d.]", words) and place in right else words
        made.append(f"<{kind}{attributes}>{words}</{kind}>")
    return f"<tr>{''.join(made)}</tr>"


def scrolling(html: str) -> str:
    """Let a wide table scroll in a box of its own, and let the keyboard reach what scrolls, lines of code too."""
    opened = '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table'
    boxed = re.sub(r"<table\b", opened, html).replace("</table>", "</table></div>")
    return boxed.replace("<pre>", '<pre tabindex="0">')


def picture(output: Mapping[str, Any], *, cite: str = "") -> Markup:
    """Turn a picture into a figure with its text alternative.

    Parameters
    ----------
    output : mapping
        An output with PNG, JPEG or SVG and ``alt`` in the metadata of that kind; where its vector and its numbers are
        in files of their own, with their name under ``figure``.
    cite : str
        How to cite it; without it nothing is said of files.

    Returns
    -------
    Markup
        The picture as part of the page, with links to its files; nothing is loaded.
    """
    kind = next(kind for kind in output["data"] if kind.startswith("image/"))
    content = output["data"][kind]
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else "".join(content.split())
    about = output["metadata"].get(kind, {})
    shown = f'<img src="data:{kind};base64,{encoded}" alt="{escape(about.get("alt", ""))}">'
    return Markup(f"<figure>{shown}{_caption(about.get('figure', ''), cite)}</figure>")


def _caption(name: str, cite: str) -> str:
    """Link the files of a picture, and say how to cite it."""
    if not cite or not re.fullmatch(r"[\w.-]+", name):
        return ""
    links = f'<a href="figures/{name}.svg">Picture (SVG)</a> · <a href="figures/{name}.csv">its numbers (CSV)</a>'
    words = escape(f"{cite} Picture {name}.")
    return f'<figcaption>{links}<details class="cite"><summary>Cite this</summary>{words}</details></figcaption>'
