"""What did the posts of one account, or of a few, gather: post by post, in the order of time?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helpers.measures.posts import Reduced, comments_of_posts, completed, with_followers, words
from helpers.measures.weeks import MONDAY, prepared_posts
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

FEWEST_ACCOUNTS = 10
"""With fewer accounts than this nothing can be said of accounts at large, and each is compared with itself."""

DENOMINATORS = ("reach", "views", "impressions", "followers")
"""What engagement may be set against, best first; a post where none of them is known counts for itself."""

NEARLY_ALL = 0.8
"""The best denominator that at least this share of the posts has is taken, else the one that most have."""

_COLUMNS = {
    **dict.fromkeys(("post_id", "format", "intent", "goal", "hashtags", "caption"), "String"),
    **dict.fromkeys(("shares", "saves", "clicks", "conversions", "impressions", "views"), "Float64"),
    **dict.fromkeys(("watch_time_s", "duration_s", "owner_replies"), "Float64"),
    **dict.fromkeys(("boosted", "sponsored", "disclosed"), "Boolean"),
    **dict.fromkeys(("likes", "comments", "reach", "followers"), "Float64"),
    **dict.fromkeys(("created_at", "captured_at"), "Datetime"),
}


def own_posts(
    tables: Mapping[str, Any],
    *,
    zone: str = "UTC",
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced | None:
    """Give the posts of an account of one's own, or of a few, one row each.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` is used, with followers from ``accounts`` where posts have none.
    zone : str, default "UTC"
        The clock by which hours, days and weeks are told apart.
    min_age_days, platforms, start, end
        As in `account_rates`.

    Returns
    -------
    Reduced or None
        ``post_history``, its captures, where there are any, and ``posts``, sorted by time: account (a number from 1,
        in the order of posts), at (local time), week, day (whole ones since `MONDAY`), hour (missing where the table
        holds dates only), weekday (0 is Monday), engagement, words of the caption, the columns of tidy posts, and
        ``per``, what engagement is set against. None without posts, or where there are as many accounts as
        `FEWEST_ACCOUNTS`.
    """
    import narwhals as nw
    import pandas as pd

    if "posts" not in tables:
        return None
    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    if number_of_owners(frames["posts"], frames.get("accounts")) >= FEWEST_ACCOUNTS:
        return None
    posts = completed(with_followers(frames["posts"], frames.get("accounts")), {"platform": "String", **_COLUMNS})
    at = times_of_day(posts)
    only_dates, one_hour = at == [0], are_days_alone(at)
    used, excluded, period = prepared_posts(
        posts, zone="UTC" if only_dates else zone, min_age_days=min_age_days, platforms=platforms, start=start, end=end
    )
    names = ["platform", "account_id", "week", "day", "_seconds", "engagement", *_COLUMNS]
    there = used.collect_schema().names()
    length = nw.col("caption_words").cast(nw.Float64) if "caption_words" in there else words()
    table = in_memory(used.select(*names, words=length)).sort_values(["created_at", "post_id"], ignore_index=True)
    seconds = table["_seconds"]
    sizes = table.groupby(["platform", "account_id"], dropna=False)["week"].transform("size")
    codes = table.assign(_n=-sizes).groupby(["_n", "platform", "account_id"], dropna=False).ngroup() + 1
    frame = table.drop(columns=["_seconds", "platform", "account_id"]).assign(
        account=codes,
        at=pd.Timestamp(MONDAY) + pd.to_timedelta(seconds, unit="s"),
        hour=seconds // 3_600 % 24 if not one_hour else float("nan"),
        weekday=table["day"] % 7,
    )
    numbers = [name for name, kind in _COLUMNS.items() if kind == "Float64"]
    frame = frame.astype(dict.fromkeys([*numbers, "engagement", "words"], "float64"))
    frame = _with_comments(frame, frames.get("comments"))
    frame = frame.assign(per=frame[named] if (named := denominator(frame)) != "posts" else 1.0)
    weeks = int(frame["week"].nunique())
    found = {"posts": frame}
    if "post_history" in frames:
        found["post_history"] = _followed(frames["post_history"], frame["post_id"])
    return Reduced(found, len(frame), {"accounts": int(codes.nunique()), "weeks": weeks}, excluded, period)


def times_of_day(posts: "nw.LazyFrame") -> list[int]:
    """List at which seconds of the day, in UTC, posts are, up to three of them."""
    import narwhals as nw

    at = nw.col("created_at")
    second = (at.dt.hour() * 3_600 + at.dt.minute() * 60 + at.dt.second()).cast(nw.Int64)
    times = posts.select(n=second).unique().filter(~nw.col("n").is_null()).sort("n").head(3).collect("pandas")
    return [int(time) for time in times.to_native()["n"]]


def are_days_alone(at: list[int]) -> bool:
    """Tell from `times_of_day` that posts have no clock time: the midnight of a zone is at one time, or at two."""
    return len(at) < 3 and (not at or at[-1] - at[0] in (0, 3_600))


def _followed(history: "nw.LazyFrame", posts: "pd.Series") -> "pd.DataFrame":
    """Give the captures of these posts, unknown and hidden counts missing."""
    there = [name for name in ("likes", "comments", "shares", "views") if name in history.collect_schema().names()]
    table = in_memory(history.select("post_id", "hours", *there)).astype(dict.fromkeys(["hours", *there], "float64"))
    table = table[table["post_id"].isin(posts) & (table["hours"] >= 0)]
    return table.assign(**table[there].where(table[there] >= 0))


def _with_comments(posts: "pd.DataFrame", comments: "nw.LazyFrame | None") -> "pd.DataFrame":
    """Add how many of each post's comments say something, and how many nothing; unknown without comments."""
    there = comments.collect_schema().names() if comments is not None else []
    if comments is None or not {"quality", "text"} & set(there):
        return posts.assign(substantive=float("nan"), hollow=float("nan"))
    told = in_memory(comments_of_posts(comments), unit="post_id").set_index("post_id").astype("float64")
    counts = posts[["post_id"]].merge(told, left_on="post_id", right_index=True, how="left").set_index(posts.index)
    counts = counts.fillna(dict.fromkeys(("substantive", "emoji", "stock"), 0.0))
    return posts.assign(substantive=counts["substantive"], hollow=counts["emoji"] + counts["stock"])


def number_of_owners(posts: "nw.LazyFrame", accounts: "nw.LazyFrame | None" = None) -> int:
    """Count who runs the accounts that post; the same id on several platforms is one."""
    import narwhals as nw

    ids = posts.select("account_id").unique()
    if accounts is None or "owner" not in accounts.collect_schema().names():
        counted = ids.select(n=nw.col("account_id").n_unique())
    else:
        owners = accounts.filter(~nw.col("owner").is_null()).select("account_id", "owner").unique(["account_id"])
        joined = ids.join(owners, on="account_id", how="left")
        counted = joined.select(n=nw.coalesce("owner", "account_id").n_unique())
    return int(counted.collect("pandas").to_native()["n"].iloc[0])


def denominator(posts: "pd.DataFrame") -> str:
    """Choose what engagement is set against.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts with the columns of `DENOMINATORS`.

    Returns
    -------
    str
        The first of `DENOMINATORS` that `NEARLY_ALL` of the posts with a count have, else the one that most have, and
        ``"posts"`` where none has half of them.

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"reach": [None, 50, 60], "views": [70, 80, 90]}).reindex(columns=DENOMINATORS)
    >>> denominator(posts)
    'views'
    """
    shares = {name: float((posts[name] > 0).mean()) for name in DENOMINATORS} if len(posts) else {}
    for name, share in shares.items():
        if share >= NEARLY_ALL:
            return name
    best = max(shares, key=lambda name: shares[name], default="posts")
    return best if shares.get(best, 0.0) >= 0.5 else "posts"
