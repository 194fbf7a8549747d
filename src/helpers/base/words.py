"""How are numbers and names written in text?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping


def listed(names: Iterable[str]) -> str:
    """Write names one after another, for a message.

    Examples
    --------
    >>> listed(["likes", "shares"])
    'likes, shares'
    """
    return ", ".join(names) or "none"


def counted(number: int, noun: str, verb: str = "") -> str:
    """Write a count with its noun in the right number, for a message.

    Examples
    --------
    >>> counted(1, "row"), counted(2500, "row"), counted(3, "community")
    ('1 row', '2,500 rows', '3 communities')
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}{verb}"


def plural(noun: str) -> str:
    """Give a noun in the plural."""
    return f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"


def short_number(number: float) -> str:
    """Write a number of followers briefly.

    Examples
    --------
    >>> short_number(2_500), short_number(10_000_000)
    ('2.5k', '10M')
    """
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size:
            return f"{number / size:g}{suffix}"
    return f"{number:g}"


def with_commas(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Write counts as facts, with commas between thousands.

    Examples
    --------
    >>> with_commas({"accounts": 1200})
    [('accounts', '1,200')]
    """
    return [(name, f"{count:,}") for name, count in counts.items()]


SHARE = "(share)"
"""A unit that ends with this is a fraction, shown as per cent."""


def number(value: float | None, *, unit: str = "") -> str:
    """Write a number with three significant digits, a fraction as per cent.

    Parameters
    ----------
    value : float or None
        The number; None gives an empty text.
    unit : str
        Its unit; one that ends with ``(share)`` makes it per cent.

    Returns
    -------
    str
        With a comma between thousands and a true minus sign.

    Examples
    --------
    >>> number(0.0804, unit="likes per follower (share)"), number(-0.3141), number(12345.6)
    ('8.04%', '−0.314', '12,346')
    """
    if value is None:
        return ""
    percent = unit.endswith(SHARE)
    size = float(f"{value * 100 if percent else value:.3g}")
    if size == 0:
        text = "0"
    elif abs(size) < 1e-4:
        text = f"{size:.2e}"
    elif abs(size) >= 1000:
        text = f"{value * 100 if percent else value:,.0f}"
    else:
        text = f"{size:.{max(0, 2 - math.floor(math.log10(abs(size))))}f}"
    return text.replace("-", "−") + ("%" if percent else "")


def p_text(value: float | None) -> str:
    """Write a p-value with three decimals.

    Examples
    --------
    >>> p_text(0.0000004), p_text(0.0312), p_text(None)
    ('<0.001', '0.031', '')
    """
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def percent(rate: float) -> str:
    """Write a fraction as a percentage with two or three significant digits.

    Examples
    --------
    >>> percent(0.0237), percent(0.0004), percent(0.08)
    ('2.37%', '0.04%', '8%')
    """
    return f"{float(f'{100 * rate:.3g}'):g}%"


SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def spelled(number: int) -> str:
    """Write a small number as a word, a larger one in figures.

    Examples
    --------
    >>> spelled(3), spelled(1200)
    ('three', '1,200')
    """
    return SPELLED[number] if number < len(SPELLED) else f"{number:,}"
