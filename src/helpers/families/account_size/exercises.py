"""What do the exercises of notebook 01 ask?"""

from helpers.families.account_size.analysis import fall
from helpers.lessons import At, Exercise, valued
from helpers.measures import Reduced, with_bands


def _lost(at: At) -> list[str] | None:
    """Name the bands that lose the largest share of their accounts where ten posts are asked for."""
    banded = with_bands(at.reduced.frames["accounts"], edges=at.edges)
    share = (banded["n_posts"] < 10).groupby(banded["band"], observed=True).mean()
    return list(share.index[share == share.max()]) if len(share) and share.max() > 0 else None


def _moved(at: At) -> float | None:
    """Say how far the slope of likes moves when the largest account is left out."""
    accounts = at.reduced.frames["accounts"]
    rest = accounts[accounts["followers"] < accounts["followers"].max()]
    how = {"outcome": "like_rate", "estimator": "counts"}
    found, fewer = (valued(fall(Reduced({"accounts": one}, len(one), {}), **how)) for one in (accounts, rest))
    return None if found is None or fewer is None else abs(found - fewer)


_DIRECTIONS = ("size-like-rate-falls", "size-comment-rate-falls", "size-comments-fall-faster")

EXERCISES = (
    Exercise(
        "01-1",
        lambda at: valued(fall(at.reduced, outcome="like_rate", definition="by reach")),
        "Estimate it as the cell does that prints slopes, with one thing changed: what likes are divided by. "
        "A fall is the slope with its sign turned.",
        "Set it beside the slope for each follower: what differs is how the reach of a post grows with followers.",
    ),
    Exercise(
        "01-2",
        _lost,
        "Set min_posts to 10, count what each band loses, and divide by what it had; name it as the table does.",
        "Fewer accounts make an interval wider, and those that stay post more often: they are other accounts.",
    ),
    Exercise(
        "01-3",
        lambda at: sum(at.verdicts[name].verdict == "supported" for name in _DIRECTIONS),
        "Count the verdict *supported*, word for word, among the first three claims of the table.",
        "In the world null the truth is that nothing falls: what comes out there is chance.",
    ),
    Exercise(
        "01-4",
        _moved,
        "Estimate the fall from counts twice, with all accounts and without the largest: how far do the two differ?",
        "Counts weigh an account by its likes, so one giant can decide; rates give every account one vote.",
    ),
)
"""Answers are worked out from the reduced accounts and the verdicts."""
