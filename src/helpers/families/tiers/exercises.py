"""What do the exercises of notebook 02 ask?"""

from helpers.claims.analysis import judged
from helpers.families.tiers.analysis import ANALYSES, choose, tier_ratio
from helpers.lessons import At, Exercise, valued


def _changed(at: At) -> int:
    """Count the claims whose verdict is another with narrow tiers."""
    asked = [verdict.claim for verdict in at.verdicts.values()]
    how = at.how | {"tiers": choose("narrow")}
    other = judged(asked, at.reduced, ANALYSES, dataset=at.dataset, parameters=how)
    return sum(other[name].verdict != verdict.verdict for name, verdict in at.verdicts.items())


def _by_reach(at: At) -> float | None:
    how = {"first": ("nano",), "second": ("mega",), "tiers": at.how["tiers"], "count": at.how["count"]}
    return valued(tier_ratio(at.reduced, base="reach", **how))


EXERCISES = (
    Exercise(
        "02-1",
        _changed,
        "Judge the claims again with the other tiers among the parameters, and compare verdict with verdict.",
        "The accounts are the same; only the names that they go by have moved.",
    ),
    Exercise(
        "02-2",
        _by_reach,
        "Compare nano with mega accounts as the notebook does, with one thing changed: what engagement is divided by. "
        "A ln ratio of 0 says that they are alike.",
        "Set it beside the ratio for each follower: part of that is how few of its followers a large account reaches.",
        is_ln=True,
    ),
)
"""Answers are worked out from the reduced tables, the verdicts and the notebook's choices."""
