"""What did each account do in each week, and what did its posts gather?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.base.times import moment, seconds
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
from helpers.measures.posts import EXPECTED, completed, is_outside, is_young

MONDAY = datetime(1969, 12, 29)
"""The Monday before all times: weeks are counted from here, in whole weeks."""

DAY_S, WEEK_S = 86_400, 7 * 86_400

WEEK_OUTCOMES = ("engagement", "likes", "comments")
"""What a week's posts gathered: likes and comments together, or one of them."""

_USED = {
    **EXPECTED,
    "shares": "Float64",
    "views": "Float64",
    "owner_replies": "Float64",
    "boosted": "Boolean",
    "intent": "String",
}


def local_seconds(frame: "nw.LazyFrame", times: str, *, zone: str, first: datetime, last: datetime) -> "nw.Expr":
    """Turn UTC times into seconds since `MONDAY` on the clock of a zone, by arithmetic that every engine does alike.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The table.
    times : str
        A column of times in UTC, without a zone.
    zone : str
        Name of the zone, as in ``"Europe/Amsterdam"``.
    first, last : datetime
        The earliest and the latest time; the clock changes between them are looked up.

    Returns
    -------
    narwhals.Expr
        Whole seconds. Divided by a week and rounded down they number weeks, divided by a day days.
    """
    import narwhals as nw

    changes = _clock_changes(zone, first, last)
    found = seconds(frame, times, since=MONDAY) + changes[0][1]
    for (_, before), (at, after) in pairwise(changes):
        found = found + nw.when(nw.col(times) >= moment(at)).then(nw.lit(after - before)).otherwise(nw.lit(0))
    return found


def _clock_changes(zone: str, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """List the zone's offsets in seconds, each with the UTC time from which it holds, to the hour."""
    from zoneinfo import ZoneInfo

    there = ZoneInfo(zone)

    def offset(at: datetime) -> int:
        return int((at.replace(tzinfo=UTC).astimezone(there).utcoffset() or timedelta()).total_seconds())

    changes, day = [(first, offset(first))], datetime(first.year, first.month, first.day)
    while day <= last:
        following = day + timedelta(days=1)
        if offset(following) != changes[-1][1]:
            hours = (day + timedelta(hours=hour) for hour in range(25))
            at = next(hour for hour in hours if offset(hour) != changes[-1][1])
            changes.append((at, offset(at)))
        day = following
    return changes


def prepared_posts(
    posts: "nw.LazyFrame | pd.DataFrame",
    *,
    zone: str = "UTC",
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> "tuple[nw.LazyFrame, dict[str, int], tuple[date, date] | None]":
    """Choose the posts to be used and add what reductions by week and day ask for, where the posts live.

    Parameters
    ----------
    posts : narwhals.LazyFrame or pandas.DataFrame
        Tidy posts; account_id is required, other columns count as unknown when absent.
    zone : str, default "UTC"
        The clock by which weeks and days are told apart.
    min_age_days, platforms, start, end
        As in `account_rates`.

    Returns
    -------
    tuple of narwhals.LazyFrame, dict of str to int, and tuple of date or None
        The posts with ``week`` and ``day`` (whole ones since `MONDAY`, unknown without a time), ``engagement`` (likes
        and comments, both known; the one that there is, where the table has no column for the other), and ``organic``
        (1 where the post was not boosted, 0 where it was; in a table that does not tell, 1 for every post; unknown
        where only this post's is); hidden counts made unknown. Then posts left out, by reason, and the first and last
        day of the posts used.
    """
    import narwhals as nw

    raw = nw.from_native(posts).lazy()
    there = raw.collect_schema().names()
    frame = completed(raw, _USED)
    outside, young = is_outside(platforms, start, end), is_young(min_age_days)
    left_out = {
        "posts outside the chosen platforms or period": outside,
        "posts too young at capture": ~outside & young,
        "posts without a time, in no week": ~outside & ~young & nw.col("created_at").is_null(),
    }
    kept = ~outside & ~young
    counts = {f"_{i}": reason.cast(nw.Int64) for i, reason in enumerate(left_out.values())}
    marked = frame.with_columns(**counts, _kept=kept)
    used = marked.filter(nw.col("_kept"))
    sums = marked.select(**{name: nw.col(name).sum() for name in counts}).collect("pandas").to_native().iloc[0]
    ends = used.select(first=nw.col("created_at").min(), last=nw.col("created_at").max()).collect("pandas").to_native()
    excluded = {reason: int(sums[f"_{i}"]) for i, reason in enumerate(left_out) if sums[f"_{i}"] > 0}
    first, last = (value.to_pydatetime() for value in ends.iloc[0]) if ends["first"].notna()[0] else (MONDAY, MONDAY)
    local = local_seconds(used, "created_at", zone=zone, first=first, last=last)
    names = ("likes", "comments", "shares", "reach", "views", "owner_replies")
    shown = {name: nw.when(nw.col(name) >= 0).then(nw.col(name)) for name in names}
    parts = [name for name in ("likes", "comments") if name in there] or ["likes"]
    engagement = nw.col(parts[0]) if len(parts) == 1 else nw.col("likes") + nw.col("comments")
    organic = nw.when(nw.col("boosted") == nw.lit(False)).then(nw.lit(1)).when(nw.col("boosted") == nw.lit(True))
    used = used.with_columns(**shown, platform=nw.col("platform").cast(nw.String()), _seconds=local).with_columns(
        engagement=engagement,
        week=nw.col("_seconds") // WEEK_S,
        day=nw.col("_seconds") // DAY_S,
        organic=organic.then(nw.lit(0)) if "boosted" in there else nw.lit(1),
    )
    return used, excluded, None if first == MONDAY else (first.date(), last.date())


def account_weeks(posts: "nw.LazyFrame") -> "pd.DataFrame":
    """Reduce posts to weeks of accounts, where the posts live. Weeks without posts have no row: they are gaps.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `prepared_posts`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and week, sorted: platform, account_id, account (a number), week, posts; likes,
        comments, shares, reach and engagement, each the mean over the posts where it is known; organic_engagement and
        its kin over the posts that were not boosted; known_posts and organic_known_posts, the posts behind engagement;
        owner_replies and answerable (sums over the posts where replies and comments are known) and share_answered, the
        first over the second, at most 1, missing without comments; share_promotion and share_bait of the posts whose
        intent is known; boosted, 1 in weeks with a boosted post.
    """
    import narwhals as nw

    known = nw.when(~nw.col("owner_replies").is_null() & ~nw.col("comments").is_null())
    organic = nw.when(nw.col("organic") == 1)
    told = nw.when(~nw.col("intent").is_null())
    columns = {
        **{name: nw.col(name) for name in (*WEEK_OUTCOMES, "shares", "reach")},
        **{f"organic_{name}": organic.then(nw.col(name)) for name in WEEK_OUTCOMES},
        "share_promotion": told.then((nw.col("intent") == "promotion").cast(nw.Float64)),
        "share_bait": told.then((nw.col("intent") == "bait").cast(nw.Float64)),
    }
    sums = {"owner_replies": known.then(nw.col("owner_replies")), "answerable": known.then(nw.col("comments"))}
    keys = ["platform", "account_id", "week"]
    prepared = posts.filter(~nw.col("week").is_null()).select(
        *keys, **{f"_{name}": column for name, column in (columns | sums).items()}, _boosted=1 - nw.col("organic")
    )
    made = prepared.group_by(keys).agg(
        posts=nw.len(),
        known_posts=nw.col("_engagement").count(),
        organic_known_posts=nw.col("_organic_engagement").count(),
        **{name: nw.col(f"_{name}").mean() for name in columns},
        **{name: nw.col(f"_{name}").sum() for name in sums},
        boosted=nw.col("_boosted").max(),
    )
    table = in_memory(made)
    table = table.sort_values(keys, ignore_index=True).astype(dict.fromkeys([*columns, *sums, "boosted"], "float64"))
    table = table.astype({"week": "int64", "posts": "int64"})
    share = (table["owner_replies"] / table["answerable"].where(table["answerable"] > 0)).clip(upper=1)
    table = table.assign(share_answered=share)
    table.insert(0, "account", table.groupby(["platform", "account_id"], dropna=False, sort=False).ngroup())
    return table
