"""What is measured, and on which unit? Rates and sizes, posts reduced to accounts where the data live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from helpers.base.times import moment
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
from helpers.base.words import short_number

BAND_EDGES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Edges between bands of account size that the documents and their likely source use."""

OUTCOMES = ("like", "comment")
"""What is counted on a post and set against its followers."""

COUNTED = {
    "likes and comments": ("likes", "comments"),
    "likes, comments and shares": ("likes", "comments", "shares"),
}
"""What engagement may be the sum of."""

DEFINITIONS = {
    "mean of post rates": "count / followers for each post, averaged within the account",
    "ratio of sums": "all counts of an account / followers summed over the same posts",
    "by reach": "count / people reached for each post, averaged within the account",
}
"""Usual definitions of an engagement rate at the level of one account."""

EXPECTED = {
    "platform": "String",
    "created_at": "Datetime",
    "captured_at": "Datetime",
    "followers": "Float64",
    "likes": "Float64",
    "comments": "Float64",
    "reach": "Float64",
    "likes_hidden": "Boolean",
    "comments_hidden": "Boolean",
}
"""Columns that every reduction of posts asks for, with their types where a table lacks them."""


@dataclass(frozen=True)
class Reduced:
    """Tables with at most one row for each account, person or cell, and what was left out on the way.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        Reduced tables by name; one that the data cannot give is not among them.
    n_rows : int
        Rows of the data that they rest on.
    units : dict of str to int
        How many accounts, persons or communities there are.
    excluded : dict of str to int
        Rows left out, by reason, in words.
    period : tuple of date or None
        First and last day, where there are times.
    """

    frames: Mapping[str, "pd.DataFrame"]
    n_rows: int
    units: Mapping[str, int]
    excluded: Mapping[str, int] = field(default_factory=dict)
    period: tuple[date, date] | None = None

    @property
    def frame(self) -> "pd.DataFrame":
        """The table, where there is only one."""
        (frame,) = self.frames.values()
        return frame


def account_rates(
    tables: Mapping[str, Any],
    *,
    min_posts: int = 1,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced:
    """Give every account its size and rates, from posts or from a table of account averages.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` is used when it is there, with followers from ``accounts`` where posts have none;
        otherwise ``accounts`` with its average counts.
    min_posts : int, default 1
        Accounts with fewer usable posts are left out.
    min_age_days : float, default 0
        Posts younger than this at capture are left out: they are still gathering likes. Posts whose age is unknown
        stay.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.
    start, end : str or None
        Only posts created from `start` up to and including `end`, as ``YYYY-MM-DD``.

    Returns
    -------
    Reduced
        ``accounts``, with the rates named in `reduce_posts`; empty when there is neither table.
    """
    import narwhals as nw
    import pandas as pd

    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    if "posts" in frames:
        posts = _with_followers(frames["posts"], frames.get("accounts"))
        return reduce_posts(
            posts, min_posts=min_posts, min_age_days=min_age_days, platforms=platforms, start=start, end=end
        )
    averages = frames.get("accounts", nw.from_native(pd.DataFrame({"account_id": pd.Series(dtype="str")})).lazy())
    return read_averages(averages, platforms=platforms)


def _with_followers(posts: "nw.LazyFrame", accounts: "nw.LazyFrame | None") -> "nw.LazyFrame":
    """Fill followers that posts lack from the table of accounts."""
    import narwhals as nw

    if accounts is None or "followers" not in accounts.collect_schema().names():
        return posts
    theirs, ours = accounts.collect_schema().names(), posts.collect_schema().names()
    keys = ["account_id", "platform"] if "platform" in theirs and "platform" in ours else ["account_id"]
    joined = posts.join(accounts.select(*keys, _size=nw.col("followers")), on=keys, how="left")
    size = nw.coalesce("followers", "_size") if "followers" in ours else nw.col("_size")
    return joined.with_columns(followers=size).drop("_size")


def completed(frame: "nw.LazyFrame", expected: Mapping[str, str]) -> "nw.LazyFrame":
    """Add the columns that are expected and not there, as unknown.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        A table.
    expected : mapping of str to str
        Names of columns with the narwhals type that they get where they are absent.

    Returns
    -------
    narwhals.LazyFrame
        The table, wider where something was absent.
    """
    import narwhals as nw

    there = frame.collect_schema().names()
    gaps = {name: nw.lit(None, dtype=getattr(nw, kind)()) for name, kind in expected.items() if name not in there}
    return frame.with_columns(**gaps) if gaps else frame


def reduce_posts(
    posts: "nw.LazyFrame | pd.DataFrame",
    *,
    min_posts: int = 1,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced:
    """Reduce posts to accounts, in one pass where the posts live.

    For likes and comments each account gets: ``like_rate`` (mean over posts of likes / followers), ``like_ratio``
    (likes / followers, both summed over the same posts), ``like_reach_rate`` (mean over posts of likes / reach),
    ``likes`` (mean count per post) and ``like_posts`` (posts with a known count); the same for comments. A count that
    is missing or hidden (-1) leaves that post out of that rate only, and is never taken as zero. ``followers`` is the
    mean over the posts used.

    Parameters
    ----------
    posts : narwhals.LazyFrame or pandas.DataFrame
        Tidy posts; account_id is required, other columns count as unknown when absent.
    min_posts, min_age_days, platforms, start, end
        As in `account_rates`.

    Returns
    -------
    Reduced
        ``accounts``, sorted by platform and account.
    """
    import narwhals as nw

    posts = completed(nw.from_native(posts).lazy(), EXPECTED)
    marked = _marked(posts, min_age_days=min_age_days, platforms=platforms, start=start, end=end)
    posts = marked.with_columns(**_contributions())
    names = {name: getattr(nw.col(f"_{name}"), how)() for name, how in _AGGREGATES.items()}
    grouped = posts.group_by("platform", "account_id").agg(n_all=nw.len(), **names)
    table = in_memory(grouped.sort("platform", "account_id", nulls_last=True))
    return _assembled(table, min_posts=min_posts)


def _marked(
    posts: "nw.LazyFrame", *, min_age_days: float, platforms: Sequence[str], start: str | None, end: str | None
) -> "nw.LazyFrame":
    import narwhals as nw

    outside = is_outside(platforms, start, end)
    young = ~outside & is_young(min_age_days)
    sized = ~outside & ~young & (nw.col("followers") > 0).fill_null(False)
    return posts.with_columns(_outside=outside, _young=young, _sized=sized)


def is_outside(platforms: Sequence[str], start: str | None, end: str | None) -> "nw.Expr":
    """Mark posts of other platforms, and those not posted from the first day wanted to the last; never unknown."""
    import narwhals as nw

    outside, unknown = nw.lit(False), nw.col("created_at").is_null()
    if platforms:
        outside = outside | ~nw.col("platform").is_in(list(platforms)).fill_null(False)
    if start:
        outside = outside | unknown | (nw.col("created_at") < moment(datetime.fromisoformat(start))).fill_null(True)
    if end:
        after = datetime.fromisoformat(end) + timedelta(days=1)
        outside = outside | unknown | (nw.col("created_at") >= moment(after)).fill_null(True)
    return outside


def is_young(min_age_days: float) -> "nw.Expr":
    """Mark posts that were still gathering likes when they were counted; those of unknown age are not young."""
    import narwhals as nw

    age = nw.col("captured_at") - nw.col("created_at")
    return (age < nw.lit(timedelta(days=min_age_days))).fill_null(False)


def _contributions() -> dict[str, "nw.Expr"]:
    """Say what each post contributes to the sums and means of its account; null where it contributes nothing."""
    import narwhals as nw

    sized, followers, created = nw.col("_sized"), nw.col("followers"), nw.col("created_at")
    unsized = ~nw.col("_outside") & ~nw.col("_young") & ~sized
    shares = {
        "_n_outside": nw.col("_outside").cast(nw.Int64),
        "_n_young": nw.col("_young").cast(nw.Int64),
        "_n_unsized": unsized.cast(nw.Int64),
        "_n_posts": sized.cast(nw.Int64),
        "_followers": nw.when(sized).then(followers),
        "_first": nw.when(sized).then(created),
        "_last": nw.when(sized).then(created),
    }
    for outcome in OUTCOMES:
        shares |= _outcome_contributions(outcome)
    return shares


def _outcome_contributions(outcome: str) -> dict[str, "nw.Expr"]:
    import narwhals as nw

    sized, count, followers, reach = (nw.col(name) for name in ("_sized", f"{outcome}s", "followers", "reach"))
    known = sized & (count >= 0).fill_null(False) & ~nw.col(f"{outcome}s_hidden").fill_null(False)
    reached = known & (reach > 0).fill_null(False)
    hidden = sized & ((count == -1).fill_null(False) | nw.col(f"{outcome}s_hidden").fill_null(False))
    return {
        f"_{outcome}_posts": known.cast(nw.Int64),
        f"_{outcome}_hidden": hidden.cast(nw.Int64),
        f"_{outcome}_missing": (sized & ~known & ~hidden).cast(nw.Int64),
        f"_{outcome}s": nw.when(known).then(count),
        f"_{outcome}_sum": nw.when(known).then(count),
        f"_{outcome}_followers": nw.when(known).then(followers),
        f"_{outcome}_rate": nw.when(known).then(count) / nw.when(known).then(followers),
        f"_{outcome}_reach_rate": nw.when(reached).then(count) / nw.when(reached).then(reach),
    }


_AGGREGATES = {
    "n_outside": "sum",
    "n_young": "sum",
    "n_unsized": "sum",
    "n_posts": "sum",
    "followers": "mean",
    "first": "min",
    "last": "max",
    **{
        f"{outcome}_{part}": "sum"
        for outcome in OUTCOMES
        for part in ("posts", "hidden", "missing", "sum", "followers")
    },
    **{f"{outcome}{part}": "mean" for outcome in OUTCOMES for part in ("s", "_rate", "_reach_rate")},
}
"""How the contributions of an account's posts become one number."""


def _assembled(table: "pd.DataFrame", *, min_posts: int) -> Reduced:
    """Turn sums per account into rates, and count what was left out."""
    few = (table["n_posts"] > 0) & (table["n_posts"] < min_posts)
    excluded = {
        "posts outside the chosen platforms or period": table["n_outside"].sum(),
        "posts too young at capture": table["n_young"].sum(),
        "posts of unknown or zero followers": table["n_unsized"].sum(),
        f"posts of accounts with fewer than {min_posts} posts": table.loc[few, "n_posts"].sum(),
    }
    kept = table[(table["n_posts"] >= max(min_posts, 1))]
    for outcome in OUTCOMES:
        excluded[f"{outcome}s hidden"] = kept[f"{outcome}_hidden"].sum()
        excluded[f"{outcome}s missing"] = kept[f"{outcome}_missing"].sum()
        denominator = kept[f"{outcome}_followers"].where(kept[f"{outcome}_posts"] > 0)
        kept = kept.assign(**{f"{outcome}_ratio": kept[f"{outcome}_sum"] / denominator})
    rates = [f"{outcome}{part}" for outcome in OUTCOMES for part in ("_posts", "s", "_rate", "_ratio", "_reach_rate")]
    frame = kept[["platform", "account_id", "followers", "n_posts", *rates]].reset_index(drop=True)
    numeric = ["followers", *(rate for rate in rates if not rate.endswith("_posts"))]
    frame = frame.astype({**dict.fromkeys(numeric, "float64"), "n_posts": "int64"})
    n_rows = int(frame["n_posts"].sum())
    excluded = {reason: int(count) for reason, count in excluded.items() if count}
    return Reduced({"accounts": frame}, n_rows, {"accounts": len(frame)}, excluded, first_and_last_day(kept))


def first_and_last_day(table: "pd.DataFrame") -> tuple[date, date] | None:
    """Give the period that columns of times, first and last, span; None without any."""
    first, last = table["first"].min(), table["last"].max()
    return None if first is None or first != first else (first.date(), last.date())


def read_averages(accounts: "nw.LazyFrame | pd.DataFrame", *, platforms: Sequence[str] = ()) -> Reduced:
    """Give accounts their rates from a table that holds averages already.

    Parameters
    ----------
    accounts : narwhals.LazyFrame or pandas.DataFrame
        Tidy accounts with followers, avg_likes, avg_comments; a missing average stays missing.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.

    Returns
    -------
    Reduced
        ``accounts`` with the columns that `reduce_posts` gives; rates by reach are unknown, and n_posts is the
        account's own number of posts where the table has it.
    """
    import narwhals as nw

    expected = {"platform": "String", "followers": "Float64", "posts": "Float64", "avg_likes": "Float64"}
    frame = completed(nw.from_native(accounts).lazy(), {**expected, "avg_comments": "Float64"})
    wanted = frame.select("platform", "account_id", "followers", "posts", "avg_likes", "avg_comments")
    table = in_memory(wanted)
    kept, excluded = accounts_with_size(table, platforms=platforms)
    size = kept["followers"].astype("float64")
    rates: dict[str, Any] = {"platform": kept["platform"], "account_id": kept["account_id"], "followers": size}
    rates["n_posts"] = kept["posts"].astype("float64")
    for outcome in OUTCOMES:
        average = kept[f"avg_{outcome}s"].astype("float64")
        average = average.where(average >= 0)
        rates[f"{outcome}_posts"] = average.notna().astype(int)
        rates[f"{outcome}s"] = average
        rates[f"{outcome}_rate"] = rates[f"{outcome}_ratio"] = average / size
        rates[f"{outcome}_reach_rate"] = float("nan")
    frame = kept[[]].assign(**rates)
    return Reduced({"accounts": frame}, len(frame), {"accounts": len(frame)}, excluded)


def accounts_with_size(
    table: "pd.DataFrame", *, platforms: Sequence[str] = ()
) -> "tuple[pd.DataFrame, dict[str, int]]":
    """Keep the accounts of the chosen platforms whose followers are known, sorted; count the others by reason."""
    inside = table["platform"].isin(list(platforms)) if platforms else table["account_id"].notna()
    sized = inside & (table["followers"] > 0)
    excluded = {
        "accounts outside the chosen platforms": int((~inside).sum()),
        "accounts of unknown or zero followers": int((inside & ~sized).sum()),
    }
    kept = table[sized].sort_values(["platform", "account_id"], ignore_index=True)
    return kept, {reason: count for reason, count in excluded.items() if count}


def band_labels(edges: Sequence[float] = BAND_EDGES) -> list[str]:
    """Name the bands between edges of account size.

    Parameters
    ----------
    edges : sequence of float
        Rising numbers of followers.

    Returns
    -------
    list of str
        One name more than there are edges.

    Examples
    --------
    >>> band_labels([1_000, 1_000_000])
    ['under 1k', '1k–1M', '1M and over']
    """
    names = [short_number(edge) for edge in edges]
    between = [f"{low}–{high}" for low, high in pairwise(names)]
    return [f"under {names[0]}", *between, f"{names[-1]} and over"]


def with_bands(accounts: "pd.DataFrame", *, edges: Sequence[float] = BAND_EDGES) -> "pd.DataFrame":
    """Add the band of account size.

    Parameters
    ----------
    accounts : pandas.DataFrame
        With a column followers.
    edges : sequence of float
        Rising numbers of followers; an account at an edge belongs to the band above it.

    Returns
    -------
    pandas.DataFrame
        A copy with the ordered category ``band``.

    Raises
    ------
    ValueError
        If the edges do not rise.
    """
    import pandas as pd

    if list(edges) != sorted(set(edges)) or not edges or edges[0] <= 0:
        raise ValueError(f"band edges are {list(edges)}; they must be above 0 and rise")
    bins = [-float("inf"), *edges, float("inf")]
    band = pd.cut(accounts["followers"], bins=bins, right=False, labels=band_labels(edges))
    return accounts.assign(band=band)


def marked_posts(
    tables: Mapping[str, Any],
    *,
    expected: Mapping[str, str],
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> "nw.LazyFrame":
    """Mark which posts can be used, for reductions that need other columns than likes and comments.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables with ``posts``; followers come from ``accounts`` where posts have none.
    expected : mapping of str to str
        Columns that the reduction uses beside the usual ones, with their narwhals type; unknown where they are absent.
    min_age_days, platforms, start, end
        As in `account_rates`.

    Returns
    -------
    narwhals.LazyFrame
        The posts with ``_outside`` (not of the chosen platforms or period), ``_young`` (at capture) and ``_sized``
        (neither, and followers are known), each true or false.
    """
    import narwhals as nw

    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    posts = completed(_with_followers(frames["posts"], frames.get("accounts")), {**EXPECTED, **expected})
    return _marked(posts, min_age_days=min_age_days, platforms=platforms, start=start, end=end)


def engagement(posts: "nw.LazyFrame", *, counts: Sequence[str]) -> "nw.Expr":
    """Add up the counts of each post that the data have a column for.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        Tidy posts.
    counts : sequence of str
        Columns such as likes and comments; one that the table lacks altogether is no part of the sum.

    Returns
    -------
    narwhals.Expr
        A post where one of the counts is missing or hidden has no sum; nor has any post of a table with none of them.
    """
    import narwhals as nw

    there = [name for name in counts if name in posts.collect_schema().names()]
    if not there:
        return nw.lit(None, dtype=nw.Float64())
    known = nw.all_horizontal(*((nw.col(name) >= 0).fill_null(False) for name in there), ignore_nulls=False)
    total = nw.sum_horizontal(*(nw.col(name).cast(nw.Float64()) for name in there))
    return nw.when(known).then(total)


def outside_or_young(platforms: Sequence[str] = (), min_age_days: float = 0.0) -> "nw.Expr":
    """Mark posts of other platforms and posts that were still gathering likes when they were counted.

    Parameters
    ----------
    platforms : sequence of str, default ()
        Platforms that are wanted; empty means all.
    min_age_days : float, default 0
        Least age at capture; posts of unknown age are not young.

    Returns
    -------
    narwhals.Expr
        True or false, never unknown.
    """
    return is_outside(platforms, None, None) | is_young(min_age_days)
