"""What are pages made of? Templates, a style sheet and scripts; whoever writes a page imports no more than it needs."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


@cache
def asset(name: str) -> Markup:
    """Read a style sheet or script of the templates, which goes into a page as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def written(name: str, context: Mapping[str, Any], *, script: str | None = None) -> str:
    """Write a page as one HTML file that opens offline.

    Parameters
    ----------
    name : str
        Its template; it finds the style sheet in ``look``.
    context : mapping
        What it tells; escaped where it is put in.
    script : str or None
        The name of the one script that may run on it: its text is in ``script``, and in ``script_hash`` the hash by
        which the page's own rules let it run and no other.

    Returns
    -------
    str
        HTML.
    """
    parts: dict[str, Any] = {"look": look()}
    if script:
        parts |= {"script": asset(script), "script_hash": _hash(asset(script))}
    return template(name).render({**parts, **context})


@cache
def look() -> Mapping[str, str]:
    """Give the style sheet of all pages, and the hash by which a page's own rules let it style the page and no other.

    No style that came with data counts, neither in a sheet nor on an element.
    """
    css = asset("page.css")
    return {"css": css, "css_hash": _hash(css)}


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def template(name: str) -> Template:
    """Load the template of a whole page, which takes a quarter of a second; what is put into it is escaped."""
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, TEMPLATES / "report"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
