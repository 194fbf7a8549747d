"""What do the exercises of notebook 09 ask?"""

from helpers.families.communities.analysis import moderated_gain, worth
from helpers.lessons import At, Exercise, valued


def _moved(at: At) -> float | None:
    """Say how far the ratio of revenues moves when the largest buyer is left out."""
    customers = at.reduced.frames["customers"]
    rest = customers[customers["revenue"] < customers["revenue"].max()]
    found, fewer = (valued(worth(one)) for one in (customers, rest))
    return None if found is None or fewer is None else abs(found - fewer)


EXERCISES = (
    Exercise(
        "09-1",
        lambda at: valued(moderated_gain(at.reduced.frames["communities"], held="nothing")),
        "Compare as the notebook does, with one thing changed: nothing is held fixed. A ln ratio of 0 says that "
        "they are alike.",
        "Large communities are moderated more often and less active: compared as they are, moderators look useless.",
        is_ln=True,
    ),
    Exercise(
        "09-2",
        _moved,
        "Estimate the ln ratio twice, with and without the customer of the largest revenue; how far do the two differ?",
        "An interval of a mean of skewed amounts has to allow for the buyer who happens to be among them.",
    ),
)
"""Answers are worked out from the reduced communities and customers."""
