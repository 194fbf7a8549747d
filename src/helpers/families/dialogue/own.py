"""How are the claims about dialogue put to one account?"""

import numpy as np
import pandas as pd

from helpers.claims.analysis import Own
from helpers.claims.own_account import CHOICES, FEWEST_WEEKS, contrast, slope_of_posts, weekly_slope, weeks_of
from helpers.estimates import Estimate
from helpers.measures import Reduced


def promotion(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate minus the ln ratio of promotions to other posts that were not boosted."""
    found = contrast(data, lambda posts: _told(posts["intent"], "promotion").where(_organic(posts)), **choices)
    return found and -found


def repetition(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate minus the ln ratio of a day's later posts to its first, over days with several."""
    found = contrast(data, _later_on_a_day, **choices)
    return found and -found


def _later_on_a_day(posts: pd.DataFrame) -> pd.Series:
    days = posts.groupby(["account", "day"])["at"]
    return (days.rank(method="first") > 1).astype(float).where(days.transform("size") > 1)


def _told(values: pd.Series, one: str) -> pd.Series:
    return values.eq(one).astype(float).where(values.notna())


def _organic(posts: pd.DataFrame) -> pd.Series:
    """Say which posts were not boosted; all of them where no post says so."""
    boosted = posts["boosted"]
    return boosted.eq(False).fillna(False) if boosted.notna().any() else pd.Series(True, index=posts.index)


def replies(data: Reduced, *, held: str = "engagement now") -> Estimate | None:
    """Estimate next week's ln rate of engagement on the share of this week's comments that were answered."""
    return _next_week(_answered(data), term="share", held=held)


def replies_or_posts(data: Reduced, *, held: str = "engagement now") -> Estimate | None:
    """Estimate what a standard deviation more of comments answered does to next week, minus one more of posts."""
    weeks = _answered(data).dropna(subset=["share"])
    answered, posted = ((weeks[name] - weeks[name].mean()) / weeks[name].std() for name in ("share", "posts"))
    halves = weeks.assign(more=(answered - posted) / 2, both=(answered + posted) / 2)
    return _next_week(halves, term="more", held=held, also=("both",)) if np.isfinite(halves["more"]).any() else None


def _answered(data: Reduced) -> pd.DataFrame:
    """Give the weeks with the share of their comments that were answered, over posts of which both are known."""
    posts = data.frames["posts"]
    known = posts["owner_replies"].notna() & posts["comments"].notna()
    weeks = weeks_of(
        data, answered=lambda p: p["owner_replies"].where(known), asked=lambda p: p["comments"].where(known)
    )
    share = weeks["answered"] / weeks["asked"].where(weeks["asked"] > 0)
    return weeks.assign(share=share.clip(upper=1))


def bait(data: Reduced, *, held: str = "engagement now") -> Estimate | None:
    """Estimate next week's ln rate of engagement after nothing but bait against none."""
    return _next_week(weeks_of(data, share=lambda posts: _told(posts["intent"], "bait")), term="share", held=held)


def _next_week(weeks: pd.DataFrame, *, term: str, held: str, also: tuple[str, ...] = ()) -> Estimate | None:
    return weekly_slope(weeks, term=term, held=[*also, *(["ln_rate"] if held == "engagement now" else [])], later=1)


def paid(data: Reduced) -> Estimate | None:
    """Estimate the ln rate of engagement of other posts in weeks with a boosted one, against other weeks."""
    posts = data.frames["posts"]
    boosted = posts["boosted"].eq(True).fillna(False).astype(float)
    organic = posts["engagement"].where(_organic(posts))
    weeks = weeks_of(Reduced({"posts": posts.assign(engagement=organic)}, 0, {}), boosted=lambda _: boosted)
    return weekly_slope(weeks.assign(boosted=(weeks["boosted"] > 0).astype(float)), term="boosted", held=["posts"])


def interaction(data: Reduced, *, block: str = "quarter") -> Estimate | None:
    """Estimate the slope of ln reach on ln engagement per view, over posts that were not boosted."""
    posts = data.frames["posts"].where(_organic(data.frames["posts"]))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach, rate = np.log(posts["reach"].to_numpy()), np.log((posts["engagement"] / posts["views"]).to_numpy())
    return slope_of_posts(data, outcome=reach, term=rate, block=block)


_LIKES_OR_COMMENTS = ("likes", "comments")
_HELD = {"held": ("engagement now", "nothing")}


def _with(*columns: str) -> tuple[dict[str, tuple[str, ...]], ...]:
    return tuple({"posts": ("created_at", *columns, name)} for name in _LIKES_OR_COMMENTS)


OWN = {
    "dialogue-promotion-lowers": Own(promotion, _with("intent"), choices=CHOICES),
    "dialogue-repetition-wears-out": Own(repetition, _with(), choices=CHOICES),
    "dialogue-reply-raises-engagement": Own(
        replies,
        ({"posts": ("created_at", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
    ),
    "dialogue-replying-beats-posting": Own(
        replies_or_posts,
        ({"posts": ("created_at", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
    ),
    "dialogue-bait-does-not-help": Own(bait, _with("intent"), fewest=FEWEST_WEEKS["slope"], choices=_HELD),
    "dialogue-paid-lifts-organic": Own(paid, _with("boosted"), fewest=FEWEST_WEEKS["slope"], choices={}),
    "dialogue-interaction-drives-reach": Own(
        interaction,
        ({"posts": ("created_at", "likes", "comments", "views", "reach")},),
        choices={"block": ("quarter", "four weeks")},
    ),
}
"""By claim."""
