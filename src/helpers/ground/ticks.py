"""Which numbers stand beside a log axis, however little of it is shown, and which dates below one of time?"""

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


def readable_log(axis: "Axis", write: Callable[[float], str], *, most: int = 9) -> None:
    """Label a log axis with plain numbers, at least `FEWEST` of them within what is shown.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        On a log scale.
    write : callable
        Writes a number.
    most : int, default 9
        Powers of ten at most; where there are more, every second one stands there, 1 among them.
    """
    from math import log10

    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

    class Readable(LogLocator):
        def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
            for steps in STEPS:
                ticks = LogLocator(subs=steps, numticks=99).tick_values(vmin, vmax)
                if (shown := sum(vmin <= tick <= vmax for tick in ticks)) >= FEWEST:
                    return [tick for tick in ticks if round(log10(tick)) % 2 == 0] if shown > most else ticks
            return MaxNLocator(4).tick_values(vmin, vmax)

    axis.set_major_locator(Readable())
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))


def readable_dates(axis: "Axis", *, most: int = 6) -> None:
    """Label an axis of time with few dates, the first of which names its year.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        With dates.
    most : int, default 6
        Dates at most.
    """
    from matplotlib.dates import MONTHLY, AutoDateLocator, ConciseDateFormatter, num2date

    class Dated(ConciseDateFormatter):
        def format_ticks(self, values: Sequence[float]) -> list[str]:
            told: list[str] = super().format_ticks(values)
            if not told:
                return told
            at, (first, *rest) = num2date(values[0]), told
            if f"{at:%Y}" in first:
                return told
            return [f"{first} {at:%Y}" if first.isalpha() else f"{at:%d %b %Y}", *rest]

    locator = AutoDateLocator(maxticks=most)
    locator.intervald[MONTHLY] = [1, 2, 3, 4, 6, 12]  # without whole years it finds nothing for thirty months and more
    axis.set_major_locator(locator)
    axis.set_major_formatter(Dated(locator, show_offset=False))
