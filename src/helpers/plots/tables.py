"""How do tables and sentences get into a notebook, so that nothing in them runs? What is from data is escaped here."""

import copy
from typing import TYPE_CHECKING, Any

from helpers.base.markup import clean_html, clean_markdown

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler


def harmless_display() -> None:
    """Have the notebook show tables and sentences without what a browser would run or fetch.

    pandas escapes a data frame, but of a styled one neither its labels nor its cells, and JupyterLab runs what stands
    in HTML and in Markdown. Outside a notebook nothing is done.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type_by_name("pandas.io.formats.style", "Styler", styled_html)
    formatters["text/html"].for_type_by_name("pandas", "DataFrame", frame_html)
    formatters["text/html"].for_type_by_name("pandas.core.frame", "DataFrame", frame_html)
    formatters["text/markdown"].for_type_by_name("IPython.core.display", "Markdown", markdown)


def frame_html(table: "pd.DataFrame") -> str | None:
    """Write a data frame, which pandas escapes, as HTML."""
    html = table._repr_html_()
    return None if html is None else clean_html(html)


def styled_html(styled: "Styler") -> str:
    """Write a styled table as HTML, its labels, their names and its cells escaped.

    Parameters
    ----------
    styled : Styler
        It stays as it is.

    Returns
    -------
    str
        Without colours and ids, which a page does not show either.
    """
    safe = copy.deepcopy(styled)
    for axis in (0, 1):
        safe.format_index(escape="html", axis=axis)
        safe.format_index_names(escape="html", axis=axis)
    safe.data = safe.data.map(_escaped)
    return clean_html(safe.to_html())


def markdown(sentences: Any) -> str:
    """Write sentences that were filled in from data as Markdown."""
    return clean_markdown(sentences.data)


def _escaped(cell: Any) -> Any:
    """Escape a text, or anything else that is no number, time or gap."""
    from markupsafe import escape
    from pandas.api.types import is_scalar

    return cell if is_scalar(cell) and not isinstance(cell, str | bytes) else str(escape(cell))
