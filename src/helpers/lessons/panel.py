"""How does somebody try other choices in JupyterLab, with the picture and the sentence following at once?

Widgets live between a kernel and a browser. Where there is no browser, in a batch, a panel is a line that says where it
can be moved: what the notebook's own choices show stands on the page already.
"""

import base64
import gc
import html
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, listed
from helpers.ground.disclosure import FEWEST
from helpers.ground.markup import clean_markdown

if TYPE_CHECKING:
    from helpers.measures import Reduced

SESSION = "JPY_SESSION_NAME"
"""What Jupyter tells a kernel that somebody opened a notebook with; a batch gives its kernels an empty one."""

ALL = "all"
"""The choice of everything."""

DOTS = 80
"""Dots per inch of a picture that follows by hand: fewer than elsewhere, so that it follows at once."""

MOST_PERIODS = 8
"""Quarters of a year that are offered; of a longer time years are."""


def is_live() -> bool:
    """Say whether somebody sits before the notebook, in JupyterLab or in an editor that starts kernels itself."""
    return bool(os.environ.get(SESSION) or os.environ.get("VSCODE_PID"))


@dataclass(frozen=True)
class Panel:
    """Choices, and what they show; it shows itself where it is the last line of a cell.

    Parameters
    ----------
    show : callable
        Called with one value for each choice, by name; gives a sentence in Markdown, and a picture that displays itself
        or None where there is nothing to draw, of which the sentence says why.
    choices : mapping of str to sequence
        For each choice its name and the values there are, the notebook's own first.
    words : callable, optional
        Writes a value for the list to choose from; by default as it is.
    """

    show: Callable[..., tuple[str, Any]]
    choices: Mapping[str, Sequence[Any]]
    words: Callable[[Any], str] = str

    def _ipython_display_(self) -> None:
        """Display widgets where somebody can move them, and else a line that says where that is."""
        from IPython.display import Markdown, display

        if is_live():
            display(self.widget())
        else:
            names = listed(name for name, values in self.choices.items() if len(values) > 1)
            display(Markdown(f"*In JupyterLab (`make lab`) lists stand here, to try other choices: {names}.*"))

    def _shown(self, **chosen: Any) -> None:
        from IPython.display import Markdown, display

        sentence, picture = self.show(**chosen)
        display(Markdown(clean_markdown(sentence)), *([] if picture is None else [at_once(picture)]))

    def widget(self) -> Any:
        """Give the widgets: a list for each choice, and below them what they show.

        Returns
        -------
        ipywidgets.VBox
            Its last child is the output.
        """
        import ipywidgets

        lists = {
            name: ipywidgets.Dropdown(options=[(self.words(one), one) for one in values], description=name)
            for name, values in self.choices.items()
        }
        below = ipywidgets.Output()

        def follow(change: object = None) -> None:
            below.clear_output(wait=True)  # the old picture stays until the new one is there
            with below:
                self._shown(**{name: one.value for name, one in lists.items()})

        for one in lists.values():
            one.layout.width, one.style.description_width = "340px", "110px"
            one.observe(follow, names="value")
        follow()
        gc.collect()
        gc.freeze()  # else all that is loaded is gone through, a third of a second, each time that pictures are cleared
        layout = ipywidgets.Layout(flex_flow="row wrap")
        return ipywidgets.VBox([ipywidgets.Box(list(lists.values()), layout=layout), below])


def at_once(picture: Any) -> Any:
    """Give a picture as HTML with its text alternative, which JupyterLab leaves out of a picture in an output widget.

    Parameters
    ----------
    picture : Picture
        Drawn with `DOTS` and laid out once, and closed then.

    Returns
    -------
    IPython.display.HTML or Markdown
        The words alone where the picture has nothing but words.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML, Markdown

    nothing, file = getattr(picture, "nothing", ""), io.BytesIO()
    if not nothing:
        picture.figure.savefig(file, format="png", dpi=DOTS)
    plt.close(picture.figure)
    if nothing:
        return Markdown(clean_markdown(nothing))
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return HTML(f'<img alt="{html.escape(picture.alt)}" src="data:image/png;base64,{data}">')


def first_of(own: Any, others: Sequence[Any]) -> list[Any]:
    """List a notebook's own value first, then the others.

    Examples
    --------
    >>> first_of("by reach", ["mean", "by reach"])
    ['by reach', 'mean']
    """
    return [own, *(one for one in others if one != own)]


def periods(days: tuple[date, date] | None) -> dict[str, tuple[str | None, str | None]]:
    """Offer parts of the time that data span: all of it, and its quarters, or its years where those are many.

    Parameters
    ----------
    days : tuple of date or None
        The first and the last.

    Returns
    -------
    dict of str to tuple of str or None
        By name the first and the last day, as 2025-01-31.

    Examples
    --------
    >>> list(periods((date(2025, 1, 5), date(2025, 6, 30))))
    ['all', '2025, quarter 1', '2025, quarter 2']
    """
    import pandas as pd

    found: dict[str, tuple[str | None, str | None]] = {ALL: (None, None)}
    if days is None:
        return found
    quarters = pd.period_range(*days, freq="Q")
    parts = quarters if len(quarters) <= MOST_PERIODS else pd.period_range(*days, freq="Y")
    for part in parts[:MOST_PERIODS] if len(parts) > 1 else []:
        name = str(part.year) if part.freqstr.startswith("Y") else f"{part.year}, quarter {part.quarter}"
        found[name] = (str(part.start_time.date()), str(part.end_time.date()))
    return found


def by_period(whole: "Reduced", again: "Callable[..., Reduced]") -> "tuple[list[str], Callable[[str], Reduced]]":
    """Offer the periods of reduced data, each reduced anew when it is first asked for.

    Parameters
    ----------
    whole : Reduced
        All of the time.
    again : callable
        Called with the first and the last day as start and end; gives what they reduce to.

    Returns
    -------
    tuple of list of str and callable
        The names of `periods`, and what gives the reduced data of one.
    """
    times = periods(whole.period)

    @lru_cache(maxsize=len(times))
    def of(period: str) -> "Reduced":
        start, end = times[period]
        return whole if period == ALL else again(start=start, end=end)

    return list(times), of


def few(n: int, unit: str = "account") -> str:
    """Say that a choice holds too few for a verdict, and for a picture of others.

    Parameters
    ----------
    n : int
        How many accounts or persons it holds.
    unit : str
        What they are.

    Returns
    -------
    str
        An empty text where they are ten or more.

    Examples
    --------
    >>> few(6), few(1, "person"), few(10)
    ('6 accounts; 10 are needed', '1 person; 10 are needed', '')
    """
    return f"{counted(n, unit)}; {FEWEST} are needed" if n < FEWEST else ""
