"""What do the exercises of notebook 08 ask?"""

import pandas as pd

from helpers.families.audience.analysis import RULES, compared, marks, reduce
from helpers.lessons import At, Exercise, valued


def _step_rule(table: pd.DataFrame) -> pd.Series | None:
    """Give the marks of the rule on steps, where labels are known."""
    found = table[table["rule"] == next(iter(RULES))]
    return found.iloc[0] if len(found) else None


def _eager(at: At) -> float | None:
    """Give the sensitivity of the step rule with low thresholds."""
    found = _step_rule(marks(reduce(at.dataset.tables, step_size=3, step_share=0.01, **at.chosen)))
    return None if found is None else float(found["sensitivity"])


def _break_even(at: At) -> float | None:
    """Say at which share of fakes half of the flagged accounts are fake."""
    found = _step_rule(at.marks)
    if found is None:
        return None
    alarms = 1 - float(found["specificity"])
    return alarms / (float(found["sensitivity"]) + alarms) if alarms > 0 else None


def _as_they_are(at: At) -> float | None:
    how = {"outcome": at.outcome, "estimator": at.estimator, "held": "nothing"}
    return valued(compared(at.reduced.frames["accounts"], group="overfollowing", **how))


EXERCISES = (
    Exercise(
        "08-1",
        _as_they_are,
        "Compare as the notebook does, with one thing changed: nothing is held fixed.",
        "Small accounts have high rates and follow many: compared as they are, the one hides the other.",
    ),
    Exercise(
        "08-2",
        _eager,
        "Look at every account again with the new rule for a step; then lay out how often each rule is right.",
        "A rule that calls more accounts fake finds more fakes, and more who are none: look at its specificity, too.",
    ),
    Exercise(
        "08-3",
        _break_even,
        "Of all accounts the share s is fake. The rule flags s times its sensitivity rightly, and (1 - s) times "
        "(1 - its specificity) wrongly: set the two equal.",
        "Below that share most flagged accounts are genuine, however good the rule looks in a file half of fakes.",
    ),
)
"""Answers are worked out from the reduced accounts, or from the tables where thresholds change."""
