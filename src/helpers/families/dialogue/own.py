"""How are the claims about dialogue put to one account?"""

import numpy as np
import pandas as pd

from helpers.claims.analysis import Own
from helpers.claims.own_account import BLOCKS, CHOICES, FEWEST_WEEKS, contrast, weekly_slope, weeks_of
from helpers.estimates import Estimate, regress
from helpers.families.dialogue.repeats import SHARED, WITHIN_DAYS
from helpers.measures import Reduced


def promotion(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate minus the ln ratio of promotions to other posts that were not boosted."""
    found = contrast(data, lambda posts: _told(posts["intent"], "promotion").where(_organic(posts)), **choices)
    return found and -found


def invitation(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate the ln ratio of posts that converse or tell a story to promotions, over posts that were not boosted."""
    return contrast(data, lambda posts: posts["intent"].map(_INVITES).where(_organic(posts)), **choices)


_INVITES = {"conversation": 1.0, "story": 1.0, "promotion": 0.0}


def repetition(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate minus the ln ratio of posts that repeat the one before them to others of the same format."""
    posts = data.frames["posts"]
    format_of = posts["format"].astype("object").where(posts["format"].notna(), "").astype(str)
    account = posts.groupby(["account", format_of]).ngroup()
    flags = _repeats(posts).where(_organic(posts))
    found = contrast(Reduced({"posts": posts.assign(account=account)}, 0, {}), lambda _: flags, **choices)
    return found and -found


def _repeats(posts: pd.DataFrame) -> pd.Series:
    """Say which posts repeat the one before, by the rules of `repeats`; missing for those that cannot be judged."""
    told = posts.sort_values(["account", "at", "post_id"])
    columns = {"words": told["hashtags"].map(_words), "format": told["format"], "at": told["at"]}
    last = {name: column.groupby(told["account"]).shift() for name, column in columns.items()}
    tagged = columns["words"].map(bool) & last["words"].map(bool).fillna(False)
    known = tagged & columns["format"].notna() & last["format"].notna()
    pairs = zip(columns["words"][known], last["words"][known], strict=True)
    shared = pd.Series([len(own & before) / len(before) for own, before in pairs], index=told.index[known])
    soon = columns["at"] - last["at"] <= pd.Timedelta(days=WITHIN_DAYS[0])
    flags = (shared.reindex(told.index) >= SHARED) & (columns["format"] == last["format"]) & soon
    return flags.astype(float).where(known).reindex(posts.index)


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
    return weekly_slope(paid_weeks(data.frames["posts"], per="per"), term="boosted", held=["posts"])


def paid_weeks(posts: pd.DataFrame, *, per: str = "") -> pd.DataFrame:
    """Give the weeks with the ln rate of posts that were not boosted, and whether one was boosted."""
    boosted = posts["boosted"].eq(True).fillna(False).astype(float)
    organic = posts["engagement"].where(_organic(posts))
    used = posts.assign(engagement=organic, per=posts[per] if per else 1.0)
    weeks = weeks_of(Reduced({"posts": used}, 0, {}), boosted=lambda _: boosted)
    return weeks.assign(boosted=(weeks["boosted"] > 0).astype(float))


def _words(text: object) -> set[str]:
    return set(text.lower().replace("#", "").split()) if isinstance(text, str) else set()


def _weeks_of_both(data: Reduced) -> pd.DataFrame:
    """Give the weeks with the share of their comments that was answered, and whether one of their posts was boosted."""
    boosted = data.frames["posts"]["boosted"].eq(True).fillna(False).astype(float)
    weeks = _answered(data).merge(weeks_of(data, boosted=lambda _: boosted)[["account", "week", "boosted"]])
    return weeks.assign(boosted=(weeks["boosted"] > 0).astype(float))


def talk_or_campaign(data: Reduced, *, held: str = "engagement now") -> Estimate | None:
    """Estimate what answering all comments does to next week's engagement, minus what a boosted week does."""
    weeks = _weeks_of_both(data).dropna(subset=["share"])
    if not weeks["boosted"].std() > 0:
        return None
    halves = weeks.assign(more=(weeks["share"] - weeks["boosted"]) / 2, both=(weeks["share"] + weeks["boosted"]) / 2)
    return _next_week(halves, term="more", held=held, also=("both",))


def connection(data: Reduced) -> Estimate | None:
    """Estimate by how much more a boosted week brings where all comments of the week before were answered."""
    weeks = _weeks_of_both(data)
    before = weeks[["account", "week", "share"]].assign(week=weeks["week"] + 1).rename(columns={"share": "last"})
    told = weeks.merge(before, on=["account", "week"]).assign(together=lambda table: table["boosted"] * table["last"])
    return weekly_slope(told, term="together", held=["boosted", "last", "posts"])


def waking(data: Reduced) -> Estimate | None:
    """Estimate the ln engagement of other posts, for each follower of the week before, in weeks with a boosted one."""
    posts = data.frames["posts"]
    weeks = paid_weeks(posts)
    counted = weeks_of(Reduced({"posts": posts}, 0, {}), followers=lambda table: table["followers"])
    before = counted[["account", "week", "followers"]].assign(week=counted["week"] + 1)
    told = weeks.merge(before, on=["account", "week"])
    told = told.assign(ln_rate=told["ln_rate"] - np.log(told["followers"].where(told["followers"] > 0)))
    return weekly_slope(told, term="boosted", held=["posts"])


def of_one_day(data: Reduced) -> str:
    """Say so where all posts have the same followers, those of the day of capture."""
    if data.frames["posts"]["followers"].std() > 0:
        return ""
    return "every post has the same number of followers; that on the day of each post is needed"


def slope_of_posts(data: Reduced, *, outcome: np.ndarray, term: np.ndarray, block: str = "quarter") -> Estimate | None:
    """Estimate the slope of a number on another over posts of the same block of weeks.

    Parameters
    ----------
    data : Reduced
        From `measures.own_posts`.
    outcome, term : numpy.ndarray
        One value for each post, shape (n,); missing or infinite ones are left out.
    block : str, default "quarter"
        One of `BLOCKS`.

    Returns
    -------
    Estimate or None
        Least squares with a level for each account and block, errors over weeks, each left out in turn.
    """
    posts = data.frames["posts"]
    table = posts[["account", "week"]].assign(y=outcome, x=term).replace([np.inf, -np.inf], np.nan).dropna()
    block_of = table["account"].astype(str) + " " + (table["week"] // BLOCKS[block]).astype(int).astype(str)
    fit = regress(table.assign(block=block_of), outcome="y", terms=["x"], within=["block"], cluster="week")
    return fit.term("x") if fit else None


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
    "dialogue-promotion-lowers": Own(
        promotion,
        _with("intent"),
        choices=CHOICES,
        told="posts that push a sale get {fall:more|less} engagement {per} than other posts of the same account",
    ),
    "dialogue-invitation-engages": Own(
        invitation,
        _with("intent"),
        choices=CHOICES,
        told="posts that ask or tell a story get {change:more|less} engagement {per} than posts of the "
        "same account that sell",
    ),
    "dialogue-repetition-wears-out": Own(
        repetition,
        _with("format", "hashtags"),
        choices=CHOICES,
        told="posts that repeat the one before get {fall:more|less} engagement {per} than others of the "
        "account and format",
    ),
    "dialogue-campaigns-wake-fans": Own(
        waking, _with("boosted", "followers"), fewest=FEWEST_WEEKS["slope"], choices={}, short=of_one_day
    ),
    "dialogue-ads-need-connection": Own(
        connection,
        ({"posts": ("created_at", "boosted", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices={},
        told="a boosted week brings {change:more|less} engagement {per} where all comments of the week "
        "before were answered than where none was",
    ),
    "dialogue-talk-beats-campaign": Own(
        talk_or_campaign,
        ({"posts": ("created_at", "boosted", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
        told="a week in which all comments were answered brings {change:more|less} engagement {per} in "
        "the next than a boosted week",
    ),
    "dialogue-reply-raises-engagement": Own(
        replies,
        ({"posts": ("created_at", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
        told="the week after all comments were answered has {change:more|less} engagement {per} than "
        "the week after none was, which does not prove that answering is the cause",
    ),
    "dialogue-replying-beats-posting": Own(
        replies_or_posts,
        ({"posts": ("created_at", "owner_replies", "comments")},),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
        told="a usual step up in answering brings {change:more|less} engagement {per} a week later than "
        "such a step up in posting",
    ),
    "dialogue-bait-does-not-help": Own(
        bait,
        _with("intent"),
        fewest=FEWEST_WEEKS["slope"],
        choices=_HELD,
        told="the week after nothing but bait has {change:more|less} engagement {per} than the week after none",
    ),
    "dialogue-paid-lifts-organic": Own(
        paid,
        _with("boosted"),
        fewest=FEWEST_WEEKS["slope"],
        choices={},
        told="in weeks with a boosted post the other posts get {change:more|less} engagement {per}",
    ),
    "dialogue-interaction-drives-reach": Own(
        interaction,
        ({"posts": ("created_at", "likes", "comments", "views", "reach")},),
        choices={"block": ("quarter", "four weeks")},
    ),
}
"""By claim."""
