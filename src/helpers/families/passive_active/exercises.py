"""What do the exercises of notebook 03 ask?"""

from helpers.families.passive_active.analysis import passive_stress, slopes_of
from helpers.lessons import At, Exercise, valued


def _left(at: At) -> int | None:
    """Count the persons with a slope who have fewer than fifteen prompts."""
    few, many = (slopes_of(at.reduced, min_prompts=least)[0] for least in (at.min_prompts, 15))
    return len(few) - len(many) if len(few) else None


EXERCISES = (
    Exercise(
        "03-1",
        _left,
        "Have slopes made again of persons with at least so many prompts, and count who is no longer among them.",
        "Who answers seldom may be whoever feels worst: leaving them out is a choice, too.",
    ),
    Exercise(
        "03-2",
        lambda at: valued(passive_stress(at.reduced, scale="common SD", min_prompts=at.min_prompts)),
        "Estimate as the notebook does, with one thing changed: the standard deviation that moods are divided by.",
        "With one common size, those whose stress swings widely count with all of it; with own sizes all swing alike.",
    ),
)
"""Answers are worked out from the reduced diary."""
