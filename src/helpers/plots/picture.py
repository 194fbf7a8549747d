"""How does a picture keep its text alternative?"""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.ground import drawn
from helpers.plots.style import DOCUMENT, EMPTY, OURS, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = {"simulated": "simulated data", "user": "your data"}
"""Words that stand on each picture, so that none travels without saying what it shows."""


def axes(ax: "Axes | None", *, size: tuple[float, float] = SIZE) -> "Axes":
    """Take the axes that were given, or those of a new figure, which only its `Picture` shows."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=size, layout="constrained")
    plt.close(figure)
    return ax


@dataclass(frozen=True)
class Picture:
    """A figure, what it shows in words and whose data; it shows itself where it is the last line of a cell.

    Every plot function returns one and tells its own numbers. For a figure of your own:
    ``Picture(sns.histplot(rates), alt=f"{len(rates)} rates", data_kind=dataset.kind)``.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        What was drawn on; the upper of two panels.
    alt : str
        What the figure shows, with its main numbers; made from computed values.
    data_kind : str, optional
        ``"simulated"`` or ``"user"``, written in the corner; none where the data are no dataset's, and ``""`` where
        only figures of others are drawn, which never stand under an answer.

    Raises
    ------
    ValueError
        If the text alternative is empty, or whose data these are is not known.
    """

    ax: "Axes"
    alt: str
    data_kind: str | None = None

    def __post_init__(self) -> None:
        """Refuse to go without a text, write in the corner whose data these are, and keep the numbered ticks alone.

        Ticks without numbers take a third of the time that a picture on log axes needs.
        """
        if not self.alt.strip():
            raise ValueError("a picture needs a text alternative: pass alt= made from its numbers")
        if self.data_kind not in (None, "", *KINDS):
            raise ValueError(f"data_kind is {self.data_kind!r}; allowed are {', '.join(map(repr, KINDS))}")
        for panel in self.figure.axes:
            panel.minorticks_off()
        if self.data_kind:
            colour = DOCUMENT if self.data_kind == "simulated" else OURS
            self.ax.set_title(KINDS[self.data_kind], loc="right", fontsize="small", color=colour, fontweight="normal")

    @property
    def figure(self) -> "Figure":
        """The whole figure."""
        return self.ax.figure.get_figure(root=True)

    @property
    def nothing(self) -> str | None:
        """Why there is nothing to see, in a sentence, empty where the cell says it; None where there is something."""
        if any(panel.get_gid() != EMPTY for panel in self.figure.axes if panel.get_label() != "<colorbar>"):
            return None
        return "".join(f"Nothing to show here: {text.get_text().split(': ', 1)[-1]}." for text in self.ax.texts[-1:])

    def _ipython_display_(self) -> None:
        """Display the figure with its text, and close it; in a batch hand over its vector and its numbers as well.

        Where there is nothing to see, a sentence says why in its place, unless the cell has said it.
        """
        import matplotlib.pyplot as plt
        from IPython.display import Markdown, display

        said = {"image/png": {"alt": self.alt, "kind": self.data_kind}}
        if self.nothing is not None:
            display(*([Markdown(self.nothing)] if self.nothing else []))
        elif os.environ.get(drawn.TRAVELS):
            shown, figure = drawn.travelling(self.figure, title=self.alt)
            display(shown, metadata=said, raw=True)
            display({drawn.FIGURE: figure}, raw=True)
        else:
            display(self.figure, metadata=said)
        plt.close(self.figure)
