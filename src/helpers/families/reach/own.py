"""How are the claims about reach and attention put to one account?"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.claims.analysis import Own
from helpers.estimates import Estimate, in_time
from helpers.families.reach.analysis import AGAINST, COUNTED, GROUPS, HALF_LIFE_LIMIT, SCALES, TOLD_BY
from helpers.measures import Reduced

FEWEST_HOURS = 48.0
"""Posts that were followed for fewer hours have no half-life."""


def half_lives(history: pd.DataFrame, *, counted: str = COUNTED[0]) -> pd.Series:
    """Give the hours in which each post had half of what it had when it was last looked at.

    Parameters
    ----------
    history : pandas.DataFrame
        Captures: post_id, hours, and cumulative likes, comments, shares and views, missing where unknown.
    counted : str
        ``"engagement"`` (likes, comments and shares that are known, together) or ``"views"``.

    Returns
    -------
    pandas.Series
        Hours by post_id, by straight lines between captures from 0 at posting; only posts that were followed for
        `FEWEST_HOURS` and gathered something.
    """
    parts = ["views"] if counted == "views" else [name for name in ("likes", "comments", "shares") if name in history]
    known = history.assign(total=history.reindex(columns=parts).sum(axis=1, min_count=1)).dropna(subset=["total"])
    found = {post: _half_life(own) for post, own in known.sort_values("hours").groupby("post_id")}
    return pd.Series(found, dtype="float64").dropna()


def _half_life(course: pd.DataFrame) -> float:
    hours, counts = (np.r_[0.0, course[name].to_numpy(dtype=float)] for name in ("hours", "total"))
    if hours[-1] < FEWEST_HOURS or counts[-1] <= 0:
        return np.nan
    at = int(np.argmax(counts >= counts[-1] / 2))
    way = (counts[-1] / 2 - counts[at - 1]) / (counts[at] - counts[at - 1])
    return float(hours[at - 1] + way * (hours[at] - hours[at - 1])) or np.nan


def short_attention(data: Reduced, *, counted: str = COUNTED[0]) -> Estimate | None:
    """Estimate ln 24 minus the mean over posts of the ln half-life in hours; weeks are what is left out."""
    history = data.frames.get("post_history")
    if history is None or history.empty:
        return None
    posts = data.frames["posts"].assign(half_life=lambda p: p["post_id"].map(half_lives(history, counted=counted)))
    told = posts.dropna(subset=["half_life", "week"])
    if told.empty:
        return None
    return _over_weeks(told, lambda own: float(np.log(HALF_LIFE_LIMIT) - np.log(own["half_life"]).mean()))


def not_behaviour(data: Reduced, *, measures: str = next(iter(GROUPS))) -> Estimate | None:
    """Estimate 0.5 minus the mean of the rank correlations of reach measures with conversions within accounts."""
    posts = data.frames["posts"].dropna(subset=["week", "conversions"])
    there = [name for name in GROUPS[measures] if posts[name].std() > 0 and posts[name].notna().mean() >= 0.5]
    told = posts.dropna(subset=there)
    if not there or not np.ptp(told["conversions"]) > 0:
        return None
    ranks = told.groupby("account")[[*there, "conversions"]].rank(pct=True)
    within = ranks - ranks.groupby(told["account"]).transform("mean")
    table = within.assign(week=told["week"])
    return _over_weeks(table, lambda own: 0.5 - float(own[there].corrwith(own["conversions"]).mean()))


def tells_more(data: Reduced, *, scale: str = SCALES[0]) -> Estimate | None:
    """Estimate how much more of conversions likes and comments explain beyond reach than clicks do; weeks left out."""
    used = ["conversions", *dict.fromkeys((*TOLD_BY, *AGAINST))]
    posts = data.frames["posts"].dropna(subset=["week", *used])
    made = posts.groupby("account")[used].rank(pct=True) if scale == "rank" else np.log1p(posts[used].clip(lower=0))
    within = made - made.groupby(posts["account"]).transform("mean")
    if len(posts) < 2 * len(used) or not (within.std() > 0).all():
        return None
    return _over_weeks(within.assign(week=posts["week"]), lambda own: _r2(own, TOLD_BY) - _r2(own, AGAINST))


def _r2(table: pd.DataFrame, terms: Sequence[str]) -> float:
    """Give the share of the squares of conversions that terms explain, less what so many terms explain by chance."""
    y, x = table["conversions"].to_numpy(), table[list(terms)].to_numpy()
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    n, k = x.shape
    return 1 - float(left @ left / (y @ y)) * (n - 1) / max(n - 1 - k, 1)


def _over_weeks(posts: pd.DataFrame, of: Callable[[pd.DataFrame], float]) -> Estimate:
    """Estimate something of all posts, each week left out in turn, in the order of time."""
    value = of(posts)
    weeks = np.sort(posts["week"].unique())
    without = [of(posts[posts["week"] != week]) if len(weeks) > 1 else np.nan for week in weeks]
    moved = np.nan_to_num(value - np.array(without))
    return in_time(value, moved, method="each week left out")


_FOLLOWED = tuple(
    {"posts": ("created_at",), "post_history": ("post_id", "hours", name)} for name in ("likes", "comments", "shares")
)

OWN = {
    "reach-attention-is-short": Own(short_attention, _FOLLOWED, choices={"counted": COUNTED}),
    "reach-is-not-behaviour": Own(
        not_behaviour,
        tuple({"posts": ("created_at", "conversions", name)} for name in ("reach", "views", "likes", "shares")),
        choices={"measures": tuple(GROUPS)},
    ),
    "reach-interactions-tell-more-than-clicks": Own(
        tells_more,
        ({"posts": ("created_at", "conversions", "clicks", "reach", "likes", "comments")},),
        choices={"scale": SCALES},
    ),
}
"""By claim."""
