"""How is a number of some unit told in words, where nobody says so for the claim at hand, and how a relative change?"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Spanning(Protocol):
    """What can be told with its 95% interval: an estimate, or what a page knows of one."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def low(self) -> float:
        """The lower end."""

    @property
    def high(self) -> float:
        """The upper end."""


class Span(NamedTuple):
    """The three numbers of an estimate that are told; an `Estimate` would bring its libraries along."""

    value: float
    low: float
    high: float


USUAL: Mapping[str, str] = {
    "ln ratio": "{change:more|less}",
    "ln ratio, sign turned": "{fall:more|less}",
    "ln ratio per point": "{change:more|less} for each point",
    "difference of ln ratios": "{change:more|less}",
    "ratio": "{found} times",
    "ratio of shares": "{found} times",
    "odds ratio": "odds {found} times as high",
    "slope": "{doubled:more|less} with twice as much",
    "slope, share from 0 to 1": "{change:more|less} with all of it against none",
    "slope, sign turned": "{tenfold:more|less} at ten times the size",
    "slope per SD, sign turned": "{fall:more|less} with one usual step more",
    "SD per SD": "two agree in their order in {agreeing} of 100 pairs",
    "standard deviations": "in {pairs} of 100 pairs it is so",
    "standard deviation": "they differ by {part} of what is usual",
    "difference of shares": "{points:more|fewer} of a hundred",
    "difference of shares for each doubling": "{points:more|fewer} of a hundred with twice as much",
    "change of a share in a year": "{points:more|fewer} of a hundred each year",
    "standard deviations per point": "in {pairs} of 100 pairs one point apart",
    "difference of R2": "{points:more|less} of a hundred parts explained",
    "gain in R2": "{points:more|less} of a hundred parts explained",
    "own SD per hour": "{swing:more|less} with an hour more, where 1 is a person's usual swing",
    "own SD per prompt with use": (
        "{swing:higher|lower} at a prompt with use than at one without, where 1 is a person's usual swing"
    ),
    "share of persons, minus one half": "{share}",
    "share of persons, minus one quarter": "{many}",
    "share of time, minus one half": "{share}",
    "share of prompts with use, minus one half": "{share} of the prompts with use",
}
"""How an estimate is told where the registry says nothing else, by the beginning of its unit."""

MANYFOLD, MOST_TOLD = 5, 1_000
"""From the first on a ratio is told as times and not in per cent; beyond the second only that it is more than that."""

MOST_LOST = 0.995
"""A loss beyond it would be rounded to all there is, and is told as over 99%."""

AS_MUCH: Mapping[str, str] = {"fewer": "many", "less": "much", "lower": "high", "shallower": "deep"}
"""What times go with, by the word for a change downwards."""


def per_cent(share: float) -> str:
    """Write a fraction in per cent without its sign, with two digits at least.

    Examples
    --------
    >>> per_cent(-0.0123), per_cent(0.304)
    ('1.2%', '30%')
    """
    return f"{_briefly(abs(100 * share))}%"


def relative(*changes: float) -> list[str]:
    """Write relative changes that are told together, each without its side, which `side` gives.

    All in per cent; all as times where one of them is `MANYFOLD` or more, so that the ends of an interval stand on one
    scale.

    Parameters
    ----------
    *changes : float
        1 is a doubling, -0.5 a halving.

    Returns
    -------
    list of str
        Such as "30%" and "over 99%", or "0.7 times" and "202 times".

    Examples
    --------
    >>> relative(-0.3), relative(3.5, -0.9998), relative(200.63)
    (['30%'], ['350%', 'over 99%'], ['202 times'])
    >>> relative(-0.3, -0.96, -0.9998, 0.0, float("inf"))
    ['0.7 times', '0.04 times', 'under 0.005 times', '1.0 times', 'over 1,000 times']
    """
    if max(changes) + 1 >= MANYFOLD:
        return [f"{_manifold(1 + change)} times" for change in changes]
    return ["over 99%" if change <= -MOST_LOST else per_cent(change) for change in changes]


def _manifold(ratio: float) -> str:
    if ratio > MOST_TOLD:
        return f"over {MOST_TOLD:,}"
    return times(ratio) if ratio > 1 - MOST_LOST else f"under {1 - MOST_LOST:.3f}"


def times(ratio: float) -> str:
    """Write a ratio with two digits, with more where it would print as 1 and is not.

    Examples
    --------
    >>> times(1.486), times(1.046), times(0.9961), times(148.6), times(1.0)
    ('1.5', '1.05', '0.996', '149', '1.0')
    """
    told = _briefly(ratio)
    digits = (f"{ratio:.{places}f}" for places in range(2, 9))
    return told if told != "1" else next((text for text in digits if float(text) != 1), "1.0")


def side(written: str, end: float, above: str, below: str) -> str:
    """Give the words behind a number that was written without its sign.

    Examples
    --------
    >>> side("30%", -0.3, "more", "fewer"), side("202 times", 201, "more", "fewer"), side("3", 3, "", "")
    ('fewer', 'as many', '')
    """
    if above and written.endswith(" times"):
        return f"as {AS_MUCH.get(below, 'much')}"
    return above if end > 0 else below


def _briefly(size: float) -> str:
    return f"{size:,.0f}" if size >= 9.95 else f"{float(f'{size:.2g}'):g}"
