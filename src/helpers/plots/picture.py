"""How does a picture keep its text alternative?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A figure and what it shows in words; it shows both where it is the last line of a cell.

    Every plot function returns one and tells its own numbers. For a figure of your own:
    ``Picture(sns.histplot(rates), alt=f"{len(rates)} rates")``.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        What was drawn on; the upper of two panels.
    alt : str
        What the figure shows, with its main numbers; made from computed values.

    Raises
    ------
    ValueError
        If the text alternative is empty.
    """

    ax: "Axes"
    alt: str

    def __post_init__(self) -> None:
        """Refuse to go without a text."""
        if not self.alt.strip():
            raise ValueError("a picture needs a text alternative: pass alt= made from its numbers")

    @property
    def figure(self) -> "Figure":
        """The whole figure."""
        return self.ax.figure

    def _ipython_display_(self) -> None:
        """Display the figure with its text, and close it, so that it is not shown again without."""
        import matplotlib.pyplot as plt
        from IPython.display import display

        display(self.figure, metadata={"image/png": {"alt": self.alt}})
        plt.close(self.figure)
