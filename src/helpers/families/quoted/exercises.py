"""What do the exercises of notebook 11 ask?"""

from helpers.estimates import wilson
from helpers.lessons import At, Exercise


def _asked(at: At, *, design_effect: float = 1.0, reach: float = 0.02) -> float:
    """Say how many have to be asked for a share of one half to be known to within two points either way."""
    low, high = 1.0, 1e6
    while high - low > 0.5:
        middle = (low + high) / 2
        ends = wilson(0.5, n=middle / design_effect)
        low, high = (middle, high) if (ends[1] - ends[0]) / 2 > reach else (low, middle)
    return high


EXERCISES = (
    Exercise(
        "11-1",
        _asked,
        "Half the width of the interval has to be 0.02. Try numbers in proportion_confint until it is.",
        "A few thousand do for a country as for a town: what counts is how many are asked, not how many live there.",
    ),
    Exercise(
        "11-2",
        lambda at: _asked(at, design_effect=3.0),
        "A design effect of 3 makes the variance three times as large: so many tell as much as a third of them would.",
        "What a sample is worth depends on how it was drawn before it depends on its size.",
    ),
)
"""Answers need no data."""
