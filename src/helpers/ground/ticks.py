"""Which numbers stand beside a log axis, however little of it is shown?"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axis import Axis

STEPS = (
    *((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)),
    *((1, 1.2, 1.5, 2, 3, 4, 6, 8), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)),
)
"""Numbers that may stand there, in each power of ten, the fewest first."""

FEWEST = 3
"""So many are within what is shown."""


def readable_log(axis: "Axis", write: Callable[[float], str]) -> None:
    """Label a log axis with plain numbers, at least `FEWEST` of them within what is shown.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        On a log scale.
    write : callable
        Writes a number.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    class Readable(LogLocator):
        def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
            for steps in STEPS:
                ticks = LogLocator(subs=steps, numticks=99).tick_values(vmin, vmax)
                if sum(vmin <= tick <= vmax for tick in ticks) >= FEWEST:
                    return ticks
            return MaxNLocator(4).tick_values(vmin, vmax)

    axis.set_major_locator(Readable())
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axis.set_minor_formatter(NullFormatter())
