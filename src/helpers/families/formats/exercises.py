"""What do the exercises of notebook 05 ask?"""

from helpers.families.formats.analysis import account_ratios, compare, two_accounts
from helpers.lessons import At, Exercise, valued

_VIDEO = {"treated": "video", "control": "still"}


def _above(at: At) -> float | None:
    """Give the share of accounts whose videos gather more than their stills."""
    ratios = account_ratios(at.reduced, per=at.per, counted=at.counted, **_VIDEO)
    return float((ratios > 1).mean()) if len(ratios) else None


def _enough(at: At) -> int:
    """Say from how many videos of the small account on video has the higher rate over all posts of both."""
    table = two_accounts()
    rates = table.set_index(["account", "format"])["rate"]
    posts = table.set_index(["account", "format"])["posts"]
    still, large = rates["both, over posts", "image"], ("large account", "video")
    n = 0
    while (n * rates["small account", "video"] + posts[large] * rates[large]) / (n + posts[large]) <= still:
        n += 1
    return n


EXERCISES = (
    Exercise(
        "05-1",
        lambda at: valued(compare(at.reduced, per="follower", counted=at.counted, **_VIDEO)),
        "Compare videos with stills as the notebook does, with one thing changed: what engagement is divided by. A ln "
        "ratio of 0 says that they are alike.",
        "An account's followers are nearly the same under its videos and its stills, so they drop out within accounts.",
        is_ln=True,
    ),
    Exercise(
        "05-2",
        _above,
        "Take the ratio of each account that has both; count those above 1, and divide by all.",
        "An average says what holds in sum; this says for how many accounts.",
    ),
    Exercise(
        "05-3",
        _enough,
        "The small account's videos have a rate of 10%. Add up likes and posts of both accounts' videos, and raise the "
        "number of the small one's from 2 on.",
        "No rate has changed: who posts how much of what decides the comparison over all posts, none within accounts.",
    ),
)
"""Answers are worked out from the reduced posts, or need no data."""
