"""What do the exercises of notebook 00 ask?"""

import math
from typing import Any

from helpers.claims import judge
from helpers.families.first_steps.analysis import by_hand
from helpers.lessons import At, Exercise


def _verdict(at: At, rates: list[float]) -> str:
    return judge(at.claim, by_hand(rates, null=at.claim.published)).verdict


def _stays_open(at: At, answer: Any) -> bool | str:
    """Say whether rates have the mean of the table and leave its claim open, or why they cannot."""
    try:
        rates = [] if isinstance(answer, str) else [float(rate) for rate in answer]
    except (TypeError, ValueError):
        rates = []
    if len(rates) != len(at.table):
        return f"A list of {len(at.table)} numbers is asked for."
    if not all(0 <= rate < math.inf for rate in rates):
        return "A rate is a number of likes for each follower: none is below 0."
    share = sum(rates) / len(rates) / float(at.table["rate"].mean())
    if math.isclose(share, 100, rel_tol=0.01):
        return "They are out by a factor of 100: shares are asked for, not per cent."
    if not math.isclose(share, 1, rel_tol=0.01):
        return "Their mean is another one."
    return _verdict(at, rates) == "inconclusive"


EXERCISES = (
    Exercise(
        "00-1",
        lambda at: float(at.table["rate"].mean()),
        "Divide each account's likes by its followers, add the ten rates, and divide by ten.",
        "Every account has one vote, however many followers it has.",
    ),
    Exercise(
        "00-2",
        lambda at: float(at.table["rate"].std() / math.sqrt(len(at.table))),
        "The spread is the standard deviation (with one less than the number of accounts below the line); divide it by "
        "the root of the number of accounts.",
        "Four times as many accounts would halve it.",
    ),
    Exercise(
        "00-3",
        lambda at: _verdict(at, list(at.table["rate"][:-1])),
        "Count the accounts that are left, and look up what the rules say of so few.",
        "The number of units is looked at first, before any interval.",
    ),
    Exercise(
        "00-4",
        lambda at: float(at.table["rate"].mean()),
        "Give as many rates as there are accounts, with the same mean, and let them lie further apart.",
        "The mean is the same, and nobody knows any more: what the rates differ by decides how sure one can be.",
        accepts=_stays_open,
    ),
)
"""Answers are worked out from the small table and its claim."""
