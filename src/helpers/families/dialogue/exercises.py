"""What do the exercises of notebook 04 ask?"""

from helpers.families.dialogue.analysis import classroom, reply_slope
from helpers.lessons import At, Exercise, valued


def _two_weeks(at: At) -> float | None:
    """Estimate the effect of answering two weeks later."""
    return (
        valued(reply_slope(at.reduced, outcome=at.outcome, held=at.held, weeks_later=2)) if at.reduced.n_rows else None
    )


def _tossed(at: At) -> float:
    """Say how many comments each side of the coin needs to tell 12% who return from 10%, four times in five."""
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    size = proportion_effectsize(0.12, 0.10)
    return float(NormalIndPower().solve_power(effect_size=size, alpha=0.05, power=0.8))


def _is_near(at: At, answer: float) -> bool:
    """Formulas for two shares differ by a few in a hundred."""
    return hasattr(answer, "__float__") and abs(float(answer) / _tossed(at) - 1) < 0.05


EXERCISES = (
    Exercise(
        "04-1",
        lambda at: str(classroom(seed=4).index[0]),
        "Such a study counts answers and engagement of the same posts. Give the line of the table by its name.",
        "Where there is more to answer, more is answered: the slope is large although answering does nothing.",
    ),
    Exercise(
        "04-2",
        _two_weeks,
        "Estimate as the notebook does, with one thing changed: engagement is that of the week after next.",
        "What works through next week only should be near nought here; what is as large here may be something slow.",
    ),
    Exercise(
        "04-3",
        _tossed,
        "Two shares, 10% and 12%; a test at 5% that sees the gap four times in five: look in statsmodels.stats.power.",
        "Thousands on each side, for two returns more in a hundred: small effects ask for large experiments.",
        accepts=_is_near,
    ),
)
"""Answers are worked out from the reduced weeks, or need no data."""
