"""What do the exercises of notebook 13 ask?"""

import pandas as pd

from helpers.families.trends.analysis import own_changes
from helpers.lessons import At, Exercise


def _by_quarters(at: At) -> float | None:
    """Give the mean yearly change of video from shares of quarters."""
    changes = _changes(at, share="video", block="quarter")
    return None if changes is None else float(changes.mean())


def _going_live(at: At) -> float | None:
    """Give the share of accounts whose share of live broadcasts rises."""
    changes = _changes(at, share="live", block=at.block)
    return None if changes is None else float((changes > 0).mean())


def _changes(at: At, *, share: str, block: str) -> "pd.Series | None":
    weeks = at.reduced.frames.get("weeks")
    found = None if weeks is None else own_changes(weeks, share=share, block=block)["change"]
    return None if found is None or found.empty else found


EXERCISES = (
    Exercise(
        "13-1",
        _by_quarters,
        "Estimate the change of each account again, from shares of quarters, and take the mean over accounts.",
        "Fewer, larger shares: each account has its own line still, and the mean hardly moves.",
    ),
    Exercise(
        "13-2",
        _going_live,
        "Take the change that each account made by itself; count those above 0, and divide by all.",
        "Half would rise if nothing happened. A mean change can come from a few accounts that change a lot.",
    ),
)
"""Answers are worked out from the weeks of the accounts."""
