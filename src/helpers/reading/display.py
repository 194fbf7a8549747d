"""How do tables and sentences get into a notebook, so that nothing in them runs? What is from data is escaped here."""

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.ground.disclosure import FEW, FEWEST, HELD_BACK, PEOPLE, disclosed, held_back
from helpers.ground.markup import clean_html, clean_markdown

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
    if shell is None or shell.display_formatter is None:
        return
    formatters, own = shell.display_formatter.formatters, _Own(shell.user_ns)
    html, plain = formatters["text/html"], formatters["text/plain"]
    html.for_type_by_name("pandas.io.formats.style", "Styler", lambda styled: styled_html(styled, own=own.all()))
    for module in ("pandas", "pandas.core.frame"):  # as earlier and later pandas call it
        html.for_type_by_name(module, "DataFrame", lambda table: frame_html(table, own=own.all()))
        plain.for_type_by_name(module, "DataFrame", lambda table, out, _: out.text(repr(_shown(table, own.all()))))
    formatters["text/markdown"].for_type_by_name("IPython.core.display", "Markdown", markdown)


class _Own:
    """Whether the data that a notebook has opened are all of one's own."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._known: dict[int, bool] = {}

    def all(self) -> bool:
        """Ask each dataset once."""
        from helpers.reading.dataset import Dataset, holds_fewer

        opened = [value for value in list(self._names.values()) if isinstance(value, Dataset)]
        for dataset in opened:
            if id(dataset) not in self._known:
                self._known[id(dataset)] = holds_fewer(dataset, FEWEST)
        return bool(opened) and all(self._known[id(dataset)] for dataset in opened)


def _shown(table: "pd.DataFrame", own: bool) -> "pd.DataFrame":
    return table if own else disclosed(table)


def frame_html(table: "pd.DataFrame", *, own: bool = False) -> str | None:
    """Write a data frame, which pandas escapes, as HTML; where the data are of others, without what rests on few."""
    html = _shown(table, own)._repr_html_()
    return None if html is None else clean_html(html)


def styled_html(styled: "Styler", *, own: bool = False) -> str:
    """Write a styled table as HTML, its labels, their names and its cells escaped.

    Parameters
    ----------
    styled : Styler
        It stays as it is.
    own : bool
        Whether the data are one's own, so that figures that rest on few are shown.

    Returns
    -------
    str
        Without colours and ids, which a page does not show either.
    """
    safe = copy.deepcopy(styled)
    if not own:
        _hold_back(safe)
    for axis in (0, 1):
        safe.format_index(escape="html", axis=axis)
        safe.format_index_names(escape="html", axis=axis)
    safe.data = safe.data.map(_escaped)
    return clean_html(safe.to_html())


def _hold_back(styled: "Styler") -> None:
    """Write a dash where a figure rests on too few; where labels come twice, the whole rows go."""
    cells = held_back(styled.data)
    for column in range(cells.shape[1]):
        rows = cells.iloc[:, column].to_numpy()
        if rows.any() and styled.data.index.is_unique and styled.data.columns.is_unique:
            name = styled.data.columns[column]
            words = FEW if str(name).casefold() in PEOPLE else HELD_BACK
            styled.format(lambda _, words=words: words, subset=(styled.data.index[rows], [name]))
        elif rows.any():
            styled.hide(subset=styled.data.index[rows], axis="index")


def markdown(sentences: Any) -> str:
    """Write sentences that were filled in from data as Markdown."""
    return clean_markdown(sentences.data)


def _escaped(cell: Any) -> Any:
    """Escape a text, or anything else that is no number, time or gap."""
    from markupsafe import escape
    from pandas.api.types import is_scalar

    return cell if is_scalar(cell) and not isinstance(cell, str | bytes) else str(escape(cell))
