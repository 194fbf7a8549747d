"""Does it pay to answer, or to send? From weeks, posts and comments of accounts to the estimates of notebook 04."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import measures
from helpers.base import words
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.published import points
from helpers.claims.registry import registry
from helpers.claims.verdicts import Threat
from helpers.doubts.dates import of_dates
from helpers.doubts.weekly import Weekly, in_a_later_week, placebo_of
from helpers.estimates import Estimate, demeaned, regress, weighted_mean, within_ratio
from helpers.families.dialogue import campaigns
from helpers.families.dialogue.campaigns import with_followers_before
from helpers.families.dialogue.cells import ACCOUNT, collected, sums
from helpers.families.dialogue.people import length_slope, lengths_of, returns_of, visits
from helpers.families.dialogue.repeats import WITHIN_DAYS, repeat_cells
from helpers.measures import WEEK_OUTCOMES, Reduced
from helpers.reading.sampling import few_in_memory
from helpers.simulate.lessons import slopes_by_week

ANSWERING_FROM = (0.1, 0.25)
"""An account that answers at least this share of its comments is one that answers; the first is the default."""

FEWEST_ENGAGED = (30, 0)
"""Mean engagement of a post from which on an account tells how reach follows engagement: below it the noise of small
counts is a large part of the differences."""

HELD = ("engagement now", "nothing")
"""What is held fixed where a later week is looked at; the first is the default."""

OUTCOME = {"outcome": WEEK_OUTCOMES}

LABELS = {
    "dialogue-reply-raises-engagement": "all answered against none, next week",
    "dialogue-bait-does-not-help": "nothing but bait against none, next week",
    "dialogue-paid-lifts-organic": "week with a boosted post, other posts",
    "dialogue-talk-beats-campaign": "all answered less a boosted week, next week",
    "dialogue-ads-need-connection": "boosted week, all answered before against none",
    "dialogue-campaigns-wake-fans": "week with a boosted post, for each follower before",
    "dialogue-promotion-lowers": "other posts against promotion",
    "dialogue-invitation-engages": "asking or telling against promotion",
    "dialogue-repetition-wears-out": "other posts against repeats of the one before",
    "dialogue-replying-beats-posting": "replying minus posting, per own SD",
}
"""Claims on the ln scale of engagement that one picture can hold."""


def reduce(
    tables: Mapping[str, Any],
    *,
    zone: str = "UTC",
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced:
    """Reduce posts and comments to what the claims about dialogue need, where the tables live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; without ``posts`` there is nothing.
    zone : str, default "UTC"
        The clock by which weeks and days are told apart.
    min_age_days, platforms, start, end
        As in `measures.account_rates`; comments follow their posts.

    Returns
    -------
    Reduced
        Frames ``weeks`` (an account and week), ``kinds`` (an account's posts of one intent, boosted or not),
        ``repeats`` (an account's posts that repeat the one before or do not), ``reach`` (an account) and, where there
        are comments, ``returns`` (an account's newcomers or others) and ``lengths`` (an account's answers); each row
        says who owns the account.
    """
    if "posts" not in tables:
        return Reduced({}, 0, {"accounts": 0})
    chosen: dict[str, Any] = {"min_age_days": min_age_days, "platforms": platforms, "start": start, "end": end}
    posts, excluded, period = measures.prepared_posts(tables["posts"], zone=zone, **chosen)
    posts = posts if "comments" in tables else few_in_memory(posts)  # to be joined, both have to lie in one place
    frames = {
        "weeks": with_followers_before(measures.account_weeks(posts), posts, tables.get("account_history")),
        "kinds": promotion_cells(posts),
        "repeats": repeat_cells(posts),
        "reach": reach_moments(posts),
    }
    if "comments" in tables:
        persons, unknown = visits(tables["comments"], posts)
        frames |= {"returns": returns_of(persons), "lengths": lengths_of(persons)}
        excluded |= unknown
    frames = {name: measures.with_owner(frame, tables.get("accounts")) for name, frame in frames.items()}
    weeks = frames["weeks"]
    silent = int((weeks["engagement"] == 0).sum())
    excluded |= {"weeks without any engagement": silent} if silent else {}
    accounts = max(frame["account"].nunique() for frame in frames.values())
    units = {"accounts": int(accounts), "weeks of accounts": len(weeks)}
    n_rows = int(posts.select(n=nw.len()).collect("pandas").to_native()["n"][0])
    return Reduced(frames, n_rows, units, excluded, period)


def promotion_cells(posts: nw.LazyFrame) -> pd.DataFrame:
    """Add up each account's promotions, invitations and other posts, boosted and organic ones apart.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`; posts of unknown intent or engagement are left out.

    Returns
    -------
    pandas.DataFrame
        Columns account, promotion (0 or 1), invites (1 where posts converse or tell a story, 0 where they promote,
        missing for others), organic (0, 1, or missing), posts, and the sums of `cells.sums`.
    """
    known = posts.filter(~nw.col("intent").is_null() & ~nw.col("engagement").is_null())
    promotes = nw.when(nw.col("intent") == "promotion").then(nw.lit(0))
    invites = nw.when(nw.col("intent").is_in(["conversation", "story"])).then(nw.lit(1)).otherwise(promotes)
    told = known.with_columns(promotion=(nw.col("intent") == "promotion").cast(nw.Int64), invites=invites)
    keys = [*ACCOUNT, "promotion", "invites", "organic"]
    return collected(told.group_by(keys).agg(posts=nw.len(), **sums()), by=keys)


def reach_moments(posts: nw.LazyFrame) -> pd.DataFrame:
    """Give, for each account, what a line of ln reach on ln engagement per view needs.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`; only organic posts with reach, views and engagement above 0.

    Returns
    -------
    pandas.DataFrame
        Columns account, posts, engaged (mean engagement), and for engagement and for likes per view: slope, sxx (sum of
        squares of ln engagement per view around the account's mean) and noise (the part of it that counting alone
        gives: Poisson counts of mean m have a variance of ln of about 1 / m).
    """
    counts = ("engagement", "likes")
    used = posts.filter((nw.col("organic") == 1) & (nw.col("reach") > 0) & (nw.col("views") > 0))
    used = used.filter((nw.col("engagement") > 0) & (nw.col("likes") > 0))
    used = used.with_columns(y=nw.col("reach").log(), **{f"{c}_x": (nw.col(c) / nw.col("views")).log() for c in counts})
    products = {f"{c}_xx": nw.col(f"{c}_x") * nw.col(f"{c}_x") for c in counts}
    products |= {f"{c}_xy": nw.col(f"{c}_x") * nw.col("y") for c in counts}
    products |= {f"{c}_noise": 1.0 / nw.col(c) for c in counts}
    names = ["y", *(f"{c}_x" for c in counts), *products]
    means = {name: nw.col(name).mean() for name in names}
    table = collected(
        used.with_columns(**products)
        .group_by(ACCOUNT)
        .agg(posts=nw.len(), engaged=nw.col("engagement").mean(), **means),
        by=ACCOUNT,
    )
    columns: dict[str, pd.Series] = {}
    for count in counts:
        x, xx, xy, noise = (table[f"{count}_{part}"] for part in ("x", "xx", "xy", "noise"))
        sxx = (table["posts"] * (xx - x**2)).where(table["posts"] > 1, 0.0).clip(lower=0)
        sxy = table["posts"] * (xy - x * table["y"])
        columns |= {f"{count}_slope": sxy / sxx.where(sxx > 1e-9), f"{count}_sxx": sxx}
        columns[f"{count}_noise"] = noise * (table["posts"] - 1)
    return table[["account", *ACCOUNT, "posts", "engaged"]].assign(**columns)


def weekly(
    data: Reduced,
    terms: Mapping[str, float],
    *,
    outcome: str = "engagement",
    weeks_later: int = 1,
    held: str = HELD[0],
    fixed: Sequence[str] = (),
) -> Weekly:
    """Set the ln of a week's mean engagement per post against what the account did in an earlier week.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    terms : mapping of str to float
        Columns of the weeks, with the weights of their slopes.
    outcome : str, default "engagement"
        One of `measures.WEEK_OUTCOMES`, or one of them with ``organic_`` before it. Weeks in which it is 0 have no ln
        and are left out.
    weeks_later : int, default 1
        From the week of the terms to that of the outcome, exactly.
    held : str, default "engagement now"
        Holds the outcome of the terms' own week fixed, and the terms of the week before. Without it (``"nothing"``) a
        term that goes with its own week's outcome by a slope b is off by about -b / T over T weeks: an account's weeks
        are set against their common mean, so a good week makes all others look worse. With it that bias falls on the
        covariate, whose own slope is off by about -1 / T (Nickell 1981) and is not looked at.
    fixed : sequence of str, default ()
        More columns of the terms' week that are held fixed.

    Returns
    -------
    Weekly
        Errors over owners.

    References
    ----------
    Nickell, S. (1981). Biases in dynamic models with fixed effects. Econometrica 49.
    """
    weeks = data.frames["weeks"]
    known = weeks[f"{'organic_' if outcome.startswith('organic_') else ''}known_posts"]
    table = weeks.assign(
        ln=np.log(weeks[outcome].where(weeks[outcome] > 0)),
        few=1 / known.where(known > 0),
        ln_comments=np.log1p(weeks["comments"]),
        few_comments=1 / (1 + weeks["answerable"]),
        ln_posts=np.log(weeks["posts"]),
    )
    return Weekly(table, "ln", terms, later=weeks_later, held=fixed, now=held != "nothing", few="few")


def replying(data: Reduced, terms: Mapping[str, float] | None = None, *, held: str = HELD[0], **choices: Any) -> Weekly:
    """Set engagement against the share of an earlier week's comments that was answered, or bins of it.

    The share has the number of comments below the line. An owner with time for six answers gives a low one in weeks of
    many comments, and comments tell of attention that engagement alone, a mean of few skewed posts, does not show. So
    with engagement now the comments of that week are held fixed too: the ln of 1 + their mean per post, and 1 / (1 +
    their number), of which the share of six is a multiple.
    """
    fixed = () if held == "nothing" else ("ln_comments", "few_comments")
    return weekly(data, terms or {"share_answered": 1.0}, held=held, fixed=fixed, **choices)


def reply_slope(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate next week's ln engagement for all comments answered against none."""
    return replying(data, **choices).effect()


def replying_against_posting(data: Reduced, *, frequency: str = "posts", **choices: Any) -> Weekly:
    """Set engagement against replying less posting in an earlier week, each for one standard deviation.

    The standard deviations are those within account and week, and taken as known: over n rows they are off by a share
    of about 1 / sqrt(2 n), far less than the slopes.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    frequency : str, default "posts"
        ``"posts"`` of the week, or ``"ln posts"``.
    **choices
        As in `replying`.

    Returns
    -------
    Weekly
        Its effect is in ln points of the later week's engagement, with the joint covariance of both slopes.
    """
    terms = ["share_answered", frequency.replace(" ", "_")]
    both = replying(data, dict.fromkeys(terms, 1.0), **choices)
    table, adjust = both.rows()
    used = table.dropna(subset=["then", *terms, *adjust])
    if used.empty:
        return both
    factors = [used[name].factorize()[0] for name in ("account", "week")]
    spreads = demeaned(used[terms].to_numpy(dtype=float), factors).std(axis=0)
    return replace(both, terms={terms[0]: spreads[0], terms[1]: -spreads[1]})


def replying_beats_posting(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate the effect of replying minus that of posting, as `replying_against_posting` sets them."""
    return replying_against_posting(data, **choices).effect()


def answering(weeks: pd.DataFrame, *, answering_from: float = ANSWERING_FROM[0]) -> pd.Series:
    """Say for each week whether its account is one that answers: 1 or 0, missing without any comment."""
    sums = weeks.groupby("account")[["owner_replies", "answerable"]].transform("sum")
    share = sums["owner_replies"] / sums["answerable"].where(sums["answerable"] > 0)
    return (share >= answering_from).astype(float).where(share.notna())


def trend_difference(
    data: Reduced, *, outcome: str = "engagement", answering_from: float = ANSWERING_FROM[0]
) -> Estimate | None:
    """Estimate by how much more engagement grows in a week with accounts that answer than with those that do not.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome : str
        One of `measures.WEEK_OUTCOMES`.
    answering_from : float
        Share of comments answered, over all weeks, from which on an account is one that answers.

    Returns
    -------
    Estimate or None
        Difference of trends in ln points a week, levels of accounts and of weeks taken out; ``n_side`` is the smaller
        of the two groups of owners.
    """
    weeks = data.frames["weeks"]
    ln, answers = np.log(weeks[outcome].where(weeks[outcome] > 0)), answering(weeks, answering_from=answering_from)
    table = weeks.assign(ln=ln, answers=answers, more=answers * (weeks["week"] - weeks["week"].mean()))
    table = table.dropna(subset=["ln", "answers"])
    fit = regress(table, outcome="ln", terms=["more"], within=["account", "week"], cluster="owner")
    sides = table.groupby("answers")["owner"].nunique()
    side = int(min(sides.get(0.0, 0), sides.get(1.0, 0)))
    return replace(fit.term("more"), n_side=side) if fit else None


def paid(data: Reduced, *, outcome: str = "engagement", when: str = "same week") -> Weekly:
    """Set the engagement of other posts against whether one of the week was boosted, or one of the week before.

    A boosted post is one post more, and weeks of many posts differ in other things too, such as second posts on a day:
    the number of posts is held fixed.
    """
    later = int(when == "next week")
    held = HELD[0] if later else "nothing"  # in the same week it is the outcome itself
    boosted = {"boosted": 1.0}
    return weekly(data, boosted, outcome=f"organic_{outcome}", weeks_later=later, held=held, fixed=("posts",))


def paid_slope(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate the ln engagement of other posts in a week with a boosted one, or in the next, against other weeks."""
    return paid(data, **choices).effect()


def baiting(data: Reduced, **choices: Any) -> Weekly:
    """Set engagement against the share of bait among an earlier week's posts."""
    return weekly(data, {"share_bait": 1.0}, **choices)


def bait_slope(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate next week's ln engagement after nothing but bait against none."""
    return baiting(data, **choices).effect()


def talking_or_buying(data: Reduced, **choices: Any) -> Weekly:
    """Set engagement against the share answered less a boosted post in an earlier week: what either leaves behind."""
    return replying(data, {"share_answered": 1.0, "boosted": -1.0}, **choices)


def talk_beats_campaign(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate the effect on next week's ln engagement of answering all comments less that of a boosted week."""
    return talking_or_buying(data, **choices).effect()


WEEKLY: Mapping[str, Callable[..., Weekly]] = {
    "dialogue-reply-raises-engagement": replying,
    "dialogue-replying-beats-posting": replying_against_posting,
    "dialogue-paid-lifts-organic": paid,
    "dialogue-bait-does-not-help": baiting,
    "dialogue-talk-beats-campaign": talking_or_buying,
    "dialogue-campaigns-wake-fans": campaigns.waking,
}
"""Claims on a cause that changes from week to week, which can be asked what the week before was like."""


def promotion_ratio(data: Reduced, *, outcome: str = "engagement", posts: str = "organic") -> Estimate | None:
    """Estimate minus the ln ratio of promotions to other posts of the same account, over organic posts or all."""
    cells = data.frames["kinds"]
    cells = cells[cells["organic"] == 1] if posts == "organic" else cells
    return _own_ratio(cells, treated="promotion", outcome=outcome)


def invitation_ratio(data: Reduced, *, outcome: str = "engagement", posts: str = "organic") -> Estimate | None:
    """Estimate the ln ratio of posts that converse or tell a story to promotions of the same account."""
    cells = data.frames["kinds"].dropna(subset=["invites"])
    cells = cells[cells["organic"] == 1] if posts == "organic" else cells
    found = _own_ratio(cells, treated="invites", outcome=outcome)
    return found and -found


def repetition_ratio(
    data: Reduced, *, outcome: str = "engagement", against: str = "same format", within_days: int = WITHIN_DAYS[0]
) -> Estimate | None:
    """Estimate minus the ln ratio of posts that repeat the one before them to other posts of the account.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome : str
        One of `measures.WEEK_OUTCOMES`.
    against : str, default "same format"
        Common formats are repeated more often, and formats differ: others of the same format, or ``"all formats"``.
    within_days : int
        One of `repeats.WITHIN_DAYS`: what comes later is no repetition.
    """
    cells = data.frames["repeats"].assign(repeats=lambda table: table[f"repeats_{within_days}"])
    format_of = cells["format"].factorize()[0] if against == "same format" else 0
    stratum = cells["account"] * 10_000 + format_of
    return _own_ratio(cells.assign(stratum=stratum), treated="repeats", outcome=outcome, stratum="stratum")


def _own_ratio(cells: pd.DataFrame, *, treated: str, outcome: str, stratum: str | None = None) -> Estimate | None:
    """Compare within accounts. Sums are set against the account's own mean, lest the giants among them decide alone."""
    whole = cells.groupby("account")[[outcome, "posts"]].transform("sum")
    own = whole[outcome] / whole["posts"]
    cells = cells.assign(relative=cells[outcome] / own.where(own > 0))
    sums = {"treated": treated, "total": "relative", "exposure": "posts"}
    found = within_ratio(cells, unit="account", cluster="owner", stratum=stratum, **sums)
    return found and -found


def _dated(claim_id: str, frame: str, treated: str, *, sign: int = -1) -> Callable[..., list[Threat]]:
    """Say whether posts of two kinds that were made at different times could carry a result."""

    def threats(data: Reduced, found: Estimate, *, outcome: str, posts: str = "organic", **_: Any) -> list[Threat]:
        cells = data.frames[frame].rename(columns={treated: "treated"}).dropna(subset=["treated"])
        cells = cells[cells["organic"] == 1] if "organic" in cells and posts == "organic" else cells
        rows = cells.groupby(["account", "owner", "treated"])[[outcome, "posts", "days", "dated"]].sum().reset_index()
        return of_dates(registry()[claim_id], found, rows.assign(rate=rows[outcome] / rows["posts"]), sign=sign)

    return threats


def return_difference(
    data: Reduced, *, back: str = "elsewhere", average: str = "over commenters", among: str = "all"
) -> Estimate | None:
    """Estimate by how much more often commenters come back who were answered, under the same post and as well known.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    back : str, default "elsewhere"
        ``"elsewhere"``: under another post of the account; ``"anywhere"``: also once more under the same post, which
        an answer invites to and which is no return.
    average : str, default "over commenters"
        Accounts weigh by what their posts can tell, or all alike (``"over accounts"``).
    among : str, default "all"
        ``"newcomers"``: only those who had not commented on the account before, whom no owner can favour.

    Returns
    -------
    Estimate or None
        Difference of shares, errors over owners; None without accounts that have both kinds under one post.
    """
    table = data.frames["returns"]
    table = table[table["newcomers"] == 1] if among == "newcomers" else table
    sums = table.assign(gap=table[back] * table["weight"]).groupby("account")[["gap", "weight"]].sum()
    if len(sums) < 2:
        return None
    weight = sums["weight"] if average == "over commenters" else None
    whose = "owner" if "owner" in table else "account"
    owners = table.drop_duplicates("account").set_index("account", drop=False)[whose]
    return weighted_mean(sums["gap"] / sums["weight"], weight, units=owners.reindex(sums.index))


def reach_slope(
    data: Reduced, *, rate: str = "engagement", fewest: float = FEWEST_ENGAGED[0], noise: str = "left in"
) -> Estimate | None:
    """Estimate the slope of ln reach on ln engagement per view within accounts, over organic posts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    rate : str, default "engagement"
        ``"engagement"`` or ``"likes"`` per view.
    fewest : float
        Accounts with a lower mean engagement of a post are left out.
    noise : str, default "left in"
        ``"taken out"`` divides by what is left of the variation when the part that counting gives is subtracted (errors
        in variables, Fuller 1987): right where reach answers to how engaging a post is, and not to the count itself.

    Returns
    -------
    Estimate or None
        Slopes of accounts weighted by their variation, which is the slope with a level for each account.

    References
    ----------
    Fuller, W. A. (1987). Measurement Error Models, chapter 1.
    """
    table = data.frames["reach"]
    table = table[table["engaged"] >= fewest]
    slope, weight = table[f"{rate}_slope"], table[f"{rate}_sxx"]
    if noise == "taken out":
        weight = weight - table[f"{rate}_noise"]
        slope = slope * table[f"{rate}_sxx"] / weight.where(weight > 0)
    known = slope.notna() & (weight > 0)
    return weighted_mean(slope, weight, units=table["owner"]) if known.sum() > 1 else None


def noise_share(data: Reduced, *, rate: str = "engagement", fewest: float = FEWEST_ENGAGED[0]) -> float:
    """Say what share of the variation in engagement per view counting alone gives; not a number without any.

    A plain slope is at most this share too small.
    """
    if "reach" not in data.frames:
        return float("nan")
    used = data.frames["reach"].loc[lambda table: table["engaged"] >= fewest]
    total = used[f"{rate}_sxx"].sum()
    return float(used[f"{rate}_noise"].sum() / total) if total > 0 else float("nan")


_LAGGED = {**OUTCOME, "weeks_later": (1,), "held": HELD}
_LATER = {"weeks_later": (2,)}

ANALYSES: Mapping[str, Analysis] = {
    "dialogue-reply-raises-engagement": Analysis(
        reply_slope,
        _LAGGED,
        rows_of("weeks", add="posts"),
        others=_LATER,
        threats=placebo_of(replying),
    ),
    "dialogue-replying-beats-posting": Analysis(
        replying_beats_posting,
        {"frequency": ("posts", "ln posts"), **_LAGGED},
        rows_of("weeks", add="posts"),
        others=_LATER,
        threats=placebo_of(replying_against_posting),
    ),
    "dialogue-sending-loses-attention": Analysis(
        trend_difference, {**OUTCOME, "answering_from": ANSWERING_FROM}, rows_of("weeks", add="posts")
    ),
    "dialogue-promotion-lowers": Analysis(
        promotion_ratio,
        {**OUTCOME, "posts": ("organic", "all posts")},
        rows_of("kinds", add="posts"),
        threats=_dated("dialogue-promotion-lowers", "kinds", "promotion"),
    ),
    "dialogue-invitation-engages": Analysis(
        invitation_ratio,
        {**OUTCOME, "posts": ("organic", "all posts")},
        rows_of("kinds", "invites", add="posts"),
        threats=_dated("dialogue-invitation-engages", "kinds", "invites", sign=1),
    ),
    "dialogue-repetition-wears-out": Analysis(
        repetition_ratio,
        {**OUTCOME, "against": ("same format",), "within_days": WITHIN_DAYS[:1]},
        rows_of("repeats", add="posts"),
        others={"against": ("all formats",), "within_days": WITHIN_DAYS[1:]},
        threats=_dated("dialogue-repetition-wears-out", "repeats", f"repeats_{WITHIN_DAYS[0]}"),
    ),
    "dialogue-heard-people-return": Analysis(
        return_difference,
        {"back": ("elsewhere", "anywhere"), "average": ("over commenters", "over accounts"), "among": ("all",)},
        rows_of("returns", add="commenters"),
        others={"among": ("newcomers",)},
    ),
    "comment-few-sentences-suffice": Analysis(
        length_slope,
        {"back": ("elsewhere", "anywhere"), "average": ("over commenters", "over accounts")},
        rows_of("lengths", add="answered"),
    ),
    "dialogue-paid-lifts-organic": Analysis(
        paid_slope,
        {**OUTCOME, "when": ("same week",)},
        rows_of("weeks", add="posts"),
        others={"when": ("next week",)},
        threats=placebo_of(paid),
    ),
    "dialogue-campaigns-wake-fans": Analysis(
        lambda data, **choices: campaigns.waking(data, **choices).effect(),
        {**OUTCOME},
        rows_of("weeks", "followers_before", add="posts"),
        threats=placebo_of(campaigns.waking),
    ),
    "dialogue-ads-need-connection": Analysis(
        campaigns.connection,
        {**OUTCOME, "posts": ("all posts",)},
        rows_of("weeks", add="posts"),
        others={"posts": ("organic",)},
    ),
    "dialogue-talk-beats-campaign": Analysis(
        talk_beats_campaign,
        _LAGGED,
        rows_of("weeks", add="posts"),
        others=_LATER,
        threats=placebo_of(talking_or_buying),
    ),
    "dialogue-bait-does-not-help": Analysis(
        bait_slope,
        _LAGGED,
        rows_of("weeks", add="posts"),
        others=_LATER,
        threats=placebo_of(baiting),
    ),
    "dialogue-interaction-drives-reach": Analysis(
        reach_slope,
        {"rate": ("engagement", "likes"), "fewest": FEWEST_ENGAGED, "noise": ("left in", "taken out")},
        rows_of("reach", add="posts"),
    ),
}
"""How each claim is put to the test: by default, and otherwise."""


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List what the posts and the weeks of accounts are."""
    counts = words.with_commas({"posts used": data.n_rows}), words.with_commas(data.units)
    weeks = _weeks_facts(data.frames["weeks"]) if "weeks" in data.frames else []
    return [*counts[0], ("period", measures.days_of(data)), *counts[1], *weeks]


def _weeks_facts(weeks: pd.DataFrame) -> list[tuple[str, str]]:
    spans = weeks.groupby("account")["week"].agg(["min", "max"])
    gaps = int((spans["max"] - spans["min"] + 1).sum()) - len(weeks)
    answers = weeks.assign(answers=answering(weeks)).drop_duplicates("account")["answers"]
    return [
        ("weeks without a post, between others", f"{gaps:,}"),
        ("weeks whose share answered is known", f"{weeks['share_answered'].notna().sum():,}"),
        ("accounts that answer, that do not, unknown", " / ".join(
            f"{count:,}" for count in ((answers == 1).sum(), (answers == 0).sum(), answers.isna().sum())
        )),
        ("weeks with a boosted post", f"{(weeks['boosted'] == 1).sum():,}"),
        ("weeks whose posts have a known intent", f"{weeks['share_bait'].notna().sum():,}"),
    ]  # fmt: skip


def classroom(*, seed: int = 4, accounts: int = 200, n_weeks: int = 26) -> pd.DataFrame:
    """Show four slopes on simulated weeks in which answering changes nothing at all.

    Weeks go better or worse by chance. In a good week there are more comments, and the owner has time for about eight
    answers, whatever comes.

    Parameters
    ----------
    seed : int, default 4
        Seed.
    accounts, n_weeks : int
        Size.

    Returns
    -------
    pandas.DataFrame
        Slope and 95% interval by what is compared, four rows, as text.
    """
    rng = np.random.default_rng(seed)
    luck = np.exp(0.6 * rng.standard_normal(accounts * n_weeks))
    comments = 1 + rng.poisson(12 * luck)
    answers = np.minimum(comments, rng.poisson(8, len(luck)))
    weeks = pd.DataFrame(
        {"account": np.repeat(np.arange(accounts), n_weeks), "week": np.tile(range(n_weeks), accounts)}
    )
    weeks = weeks.assign(share=answers / comments, ln_answers=np.log1p(answers))
    weeks = weeks.assign(now=np.log(comments + rng.poisson(60 * luck)))
    weeks = weeks.assign(later=in_a_later_week(weeks, weeks["now"]))
    ways = [
        ("number of answers (ln), same week", "now", "ln_answers", ()),
        ("share answered, same week", "now", "share", ()),
        ("share answered, next week", "later", "share", ()),
        ("the same, this week's engagement held fixed", "later", "share", ("now",)),
    ]
    return slopes_by_week(weeks, ways, title="ln engagement on")


SHARE_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def by_share_answered(data: Reduced, **how: Any) -> pd.DataFrame:
    """Average the later week's ln engagement over bins of the share answered, levels of accounts and weeks taken out.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    **how
        Choices of `replying`.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high and source (``here``), ready for `plots.forest`: each bin against weeks without
        an answer; empty where nothing can be fitted.
    """
    columns = ["label", "value", "low", "high", "source"]
    if "weeks" not in data.frames:
        return pd.DataFrame(columns=columns)
    edges = list(pairwise(SHARE_BINS))
    share = data.frames["weeks"]["share_answered"]
    inside = {f"{low:.0%} to {high:.0%} answered": ((share > low) & (share <= high)) for low, high in edges}
    terms = {name: flag.astype(float).where(share.notna()) for name, flag in inside.items() if flag.any()}
    weeks = data.frames["weeks"].assign(**terms)
    fit = replying(Reduced({"weeks": weeks}, 0, {}), dict.fromkeys(terms, 1.0), **how).fit() if terms else None
    found = [(name, fit.term(name)) for name in terms] if fit and (share == 0).any() else []
    rows = [(name, one.value, one.low, one.high, "here") for name, one in found if one.is_finite]
    return pd.DataFrame(rows, columns=columns)


def courses(data: Reduced, *, outcome: str = "engagement", answering_from: float = ANSWERING_FROM[0]) -> pd.DataFrame:
    """Follow accounts that answer and accounts that do not from week to week.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome, answering_from
        As in `trend_difference`.

    Returns
    -------
    pandas.DataFrame
        Columns group, date (the Monday), accounts, value (the outcome as a multiple of the account's own mean, a
        geometric mean over accounts), low and high (95% interval); weeks with fewer than four accounts of the group are
        left out.
    """
    from helpers.estimates import mean

    columns = ["group", "date", "accounts", "value", "low", "high"]
    if "weeks" not in data.frames:
        return pd.DataFrame(columns=columns)
    weeks = data.frames["weeks"]
    ln = np.log(weeks[outcome].where(weeks[outcome] > 0))
    own = ln - ln.groupby(weeks["account"]).transform("mean")
    told = weeks.assign(own=own, answers=answering(weeks, answering_from=answering_from)).dropna(
        subset=["own", "answers"]
    )
    names = {1.0: "accounts that answer", 0.0: "accounts that do not answer"}
    rows = []
    for (answers, week), group in told.groupby(["answers", "week"]):
        found = mean(group["own"], units=group["owner"])
        date = pd.Timestamp(measures.MONDAY) + pd.Timedelta(weeks=week)
        if found.is_finite:
            rows.append((names[answers], date, len(group), *np.exp([found.value, found.low, found.high])))
    return pd.DataFrame(rows, columns=columns)


def published_effects(figures: pd.DataFrame) -> pd.DataFrame:
    """Put published changes of engagement on the ln scale, ready for `plots.forest_of`.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`; only shares by which engagement changes are taken, and levels against another.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives; signed as they were published.
    """
    change = figures["estimate"].where(figures["measure"].isin(["engagement_change", "review_volume_change"]))
    level = figures["estimate"].where(figures["measure"] == "share_of_level_at_one_a_day")
    ratio = (1 + change).fillna(level)
    used = figures.assign(value=np.log(ratio)).dropna(subset=["value"])
    contrast, study = used["contrast"], used["study"].str.replace(" via.*| data science", "", regex=True)
    topics = [contrast.str.contains("repl|respond"), contrast.str.contains("branded")]
    topic = np.select(topics, ["answering", "promotion"], default="twice a day")
    detail = contrast.str.extract("[,:] (.*)$")[0].fillna(used["platform"]).str.split(" ").str[0]
    label = topic + ", " + detail + ": " + study + " " + used["year"]
    return points(used.assign(label=label))


LEADS = ("dialogue-reply-raises-engagement", "dialogue-heard-people-return")
"""The claims that the answer begins with."""
