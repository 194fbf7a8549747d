"""On which scale is an estimate told, and how is a number of it written?"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from helpers.base.words import number
from helpers.ground.telling import Spanning, per_cent, relative

if TYPE_CHECKING:
    import pandas as pd


def _ratio(ln_ratio: float) -> float:
    return math.exp(ln_ratio) if ln_ratio < 700 else math.inf


def _change(ln_ratio: float) -> float:
    return math.expm1(ln_ratio) if ln_ratio < 700 else math.inf


def _of_hundred(share: float) -> str:
    return f"{100 * share:.0f}"


@dataclass(frozen=True)
class Scale:
    """A way to tell an estimate.

    Parameters
    ----------
    turn : callable
        From the estimate to the number that is told.
    write : callable
        Writes numbers that are told together, alike; their signs stand in the words beside them.
    """

    turn: Callable[[float], float]
    write: Callable[..., list[str]]


def _each(write: Callable[[float], str]) -> Callable[..., list[str]]:
    return lambda *numbers: [write(one) for one in numbers]


SCALES: Mapping[str, Scale] = {
    "found": Scale(float, _each(number)),
    "change": Scale(_change, relative),
    "fall": Scale(lambda x: _change(-x), relative),
    "times": Scale(_ratio, _each(number)),
    "tenfold": Scale(lambda x: _change(-x * math.log(10)), relative),
    "tenth": Scale(lambda x: _change(x * math.log(10)), relative),
    "doubled": Scale(lambda x: _change(x * math.log(2)), relative),
    "points": Scale(lambda x: 100 * x, _each(lambda x: f"{abs(x):.2g}" if abs(x) < 9.95 else f"{abs(x):.0f}")),
    "part": Scale(float, _each(per_cent)),
    "swing": Scale(float, _each(lambda x: f"{abs(x):.2f}" if abs(x) >= 0.095 else f"{abs(x):.2g}")),
    "share": Scale(lambda x: x + 0.5, _each(per_cent)),
    "many": Scale(lambda x: x + 0.25, _each(per_cent)),
    "pairs": Scale(lambda x: NormalDist().cdf(x / math.sqrt(2)), _each(_of_hundred)),
    "agreeing": Scale(lambda x: 0.5 + math.asin(min(1.0, max(-1.0, x))) / math.pi, _each(_of_hundred)),
    "matching": Scale(
        lambda x: 0.5 + math.asin(2 * math.sin(math.pi / 6 * min(1.0, max(-1.0, 0.5 - x)))) / math.pi,
        _each(_of_hundred),
    ),
    "hours": Scale(lambda x: 24 * _ratio(-x), _each(number)),
}
"""How an estimate is told. ``found``: as it is. A ln ratio as a relative change (``change``), turned to the other side
(``fall``), or as ``times``. The fall of a ln rate with ln size as the change of what is ten times as large
(``tenfold``) or a tenth as large (``tenth``); a slope of ln on ln as the change with twice as much (``doubled``). Such
changes are told as times where one of those that are told together is large (`relative`). A fraction in ``points`` of a
hundred or as a ``part`` in per cent. A number of a person's own standard deviations (``swing``), never told in per
cent: it would be read as so much more of the outcome itself. A ``share`` that was estimated less one half, ``many``
less one quarter.

Of a hundred pairs: a standardised difference as how often the one of the first group is the higher of two (``pairs``,
McGraw & Wong 1992), a correlation as how often two agree in their order (``agreeing``), 0.5 less a rank correlation
likewise (``matching``), for variables that are jointly normal (Kruskal 1958). ``hours``: ln 24 less a ln half-life."""


def on_scale(table: "pd.DataFrame", scale: str) -> "pd.DataFrame":
    """Turn the columns value, low and high to one of `SCALES`, the lower end first."""
    shown = table[["value", "low", "high"]].astype(float).map(SCALES[scale].turn, na_action="ignore")
    ends = shown[["low", "high"]]  # a fall turned over has them the other way round
    return table.assign(value=shown["value"], low=ends.min(axis=1), high=ends.max(axis=1))


def reads(scale: str) -> Callable[..., str]:
    """Give what writes a number beside an axis: a number as it was found, points, swings and hours plainly, times with
    their sign, and the rest, which are fractions, in per cent."""
    factor, after = (1, "") if scale in ("found", "points", "swing", "hours") else (100, "%")
    factor, after = (1, "×") if scale == "times" else (factor, after)
    return lambda value, _=None: f"{factor * value:.3g}{after}".replace("-", "\N{MINUS SIGN}")


def spanned(estimate: Spanning | None, spec: str = ".3f", *, scale: str = "found") -> str:
    """Write an estimate with its 95% interval; a dash where there is none.

    Parameters
    ----------
    estimate : Estimate or None
        The estimate; one that is not finite has none of it.
    spec : str
        How its numbers are written, as in a format string.
    scale : str
        One of `SCALES`.

    Returns
    -------
    str
        With a true minus sign.
    """
    if estimate is None or not all(map(math.isfinite, (estimate.value, estimate.low, estimate.high))):
        return "–"
    turn = SCALES[scale].turn
    low, high = sorted((turn(estimate.low), turn(estimate.high)))
    said = f"{turn(estimate.value):{spec}} ({low:{spec}} to {high:{spec}})"
    return said.replace("-", "\N{MINUS SIGN}")


def changed(estimate: Spanning | None) -> str:
    """Write a ln ratio as a change in per cent with its 95% interval; a dash where there is none."""
    return spanned(estimate, "+.0%", scale="change")
