"""What do the exercises of notebook 12 ask?"""

from helpers.lessons import At, Exercise


def _by_chance(at: At) -> float | None:
    """Say how many posts would lie outside the usual range by chance."""
    known = at.table["usual"].notna().sum()
    return float(known) / 100 if known else None


def _highest(at: At) -> float | None:
    """Give the highest score."""
    scores = at.table["score"].dropna()
    return float(scores.max()) if len(scores) else None


EXERCISES = (
    Exercise(
        "12-1",
        _by_chance,
        "The usual range is where ninety-nine posts in a hundred lie: count the posts that have one.",
        "So many outliers mean nothing. Count those in the picture before you look for reasons.",
    ),
    Exercise(
        "12-2",
        _highest,
        "It is the largest number in the column `score` of the table of posts.",
        "Then look whether that post lies outside the usual range: a high score that does not happens now and then.",
    ),
)
"""Answers are worked out from the scored posts of the account at hand."""
