"""What do the exercises of notebook 07 ask?"""

from helpers.families.comment_quality.analysis import caption_slope, substance_slope
from helpers.lessons import At, Exercise, valued


def _not_held(at: At) -> float | None:
    """Estimate the slope on substance with this week's reach left free."""
    if "weeks" not in at.reduced.frames:
        return None
    return valued(substance_slope(at.reduced, outcome=at.outcome, weeks=at.weeks, held="nothing"))


def _one_added(at: At) -> float | None:
    """Estimate the slope of captions with one added to each count."""
    return valued(caption_slope(at.reduced, zeros="ln(1 + c)")) if "captions" in at.reduced.frames else None


EXERCISES = (
    Exercise(
        "07-1",
        _not_held,
        "Estimate as the notebook does, with one thing changed: nothing is held fixed.",
        "A week that reaches many has many comments of every kind; unless it is held fixed, part of that stays.",
    ),
    Exercise(
        "07-2",
        _one_added,
        "Nought has no ln: add one to every count, and leave all else as the notebook has it.",
        "Adding one flattens the slope of small counts, and so helps a claim of no effect.",
    ),
)
"""Answers are worked out from the reduced weeks and captions."""
