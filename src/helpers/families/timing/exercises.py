"""What do the exercises of notebook 06 ask?"""

from helpers.families.timing.analysis import CELLS, schedule_gain, tag_table
from helpers.lessons import At, Exercise, valued


def _called(at: At) -> int | None:
    """Count the hashtags that are called better or worse."""
    table = tag_table(at.reduced, measure=at.measure)
    return int(table["called"].sum()) if table["q_value"].notna().any() else None


EXERCISES = (
    Exercise(
        "06-1",
        lambda at: valued(schedule_gain(at.reduced, share=0.05, measure=at.measure, cells=at.cells)),
        "A share of 0.05 is one hour in twenty. The gain is a ln ratio, and it is read from the later halves.",
        "The fewer hours are chosen, the better they look in the earlier halves, and the more of that is luck.",
        is_ln=True,
    ),
    Exercise(
        "06-2",
        lambda at: valued(schedule_gain(at.reduced, share=at.share, measure=at.measure, cells=CELLS[1])),
        "Monday 9 h and Tuesday 9 h are the same cell here: the day has 24 of them. All else stays as above.",
        "A coarser week has more posts in each cell and can miss what differs between weekdays: bias against noise.",
        is_ln=True,
    ),
    Exercise(
        "06-3",
        _called,
        "Count the hashtags whose adjusted p-value is at most 5%; the table marks them as called.",
        "Of those called, one in twenty is expected to be false.",
    ),
)
"""Answers are worked out from the reduced posts."""
