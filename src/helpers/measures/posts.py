"""What is measured, and on which unit? Rates and sizes, posts reduced to accounts where the data live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from helpers.base.times import moment
from helpers.reading.complete import hold_throughout, with_settled
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
from helpers.base.words import short_number

BAND_EDGES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Edges between bands of account size that the documents and their likely source use."""

OUTCOMES = ("like", "comment")
"""What is counted on a post and set against its followers."""

COUNTED = {"likes and comments": ("likes", "comments"), "likes, comments and shares": ("likes", "comments", "shares")}
"""What engagement may be the sum of."""

EXPECTED = {
    **dict.fromkeys(("platform", "followers_at"), "String"),
    **dict.fromkeys(("created_at", "captured_at"), "Datetime"),
    **dict.fromkeys(("followers", "likes", "comments", "reach"), "Float64"),
    **dict.fromkeys(("likes_hidden", "comments_hidden"), "Boolean"),
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
        ``accounts``, with the rates named in `reduce_posts` and the owner of each; empty when there is neither table.
        Owners are counted among the units where they are fewer.
    """
    import narwhals as nw
    import pandas as pd

    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    if "posts" in frames:
        posts = with_followers(frames["posts"], frames.get("accounts"))
        found = reduce_posts(
            posts, min_posts=min_posts, min_age_days=min_age_days, platforms=platforms, start=start, end=end
        )
    else:
        none = nw.from_native(pd.DataFrame({"account_id": pd.Series(dtype="str")})).lazy()
        found = read_averages(frames.get("accounts", none), platforms=platforms)
    accounts = with_owner(found.frame, frames.get("accounts"))
    fewer = {"owners, whose accounts count as one": n} if (n := accounts["owner"].nunique()) < len(accounts) else {}
    return replace(found, frames={"accounts": accounts}, units={**found.units, **fewer})


def with_owner(table: "pd.DataFrame", accounts: "nw.LazyFrame | pd.DataFrame | None") -> "pd.DataFrame":
    """Say who runs each account, as accounts of one owner are no independent units.

    Parameters
    ----------
    table : pandas.DataFrame
        One or more rows for each account, with account_id and, where it is known, platform.
    accounts : narwhals.LazyFrame or pandas.DataFrame, optional
        Tidy accounts.

    Returns
    -------
    pandas.DataFrame
        A copy with ``owner``; where nobody says who it is, the account_id, so that an id on several platforms is one.
    """
    import narwhals as nw
    import numpy as np
    import pandas as pd

    if accounts is None or "owner" not in (frame := nw.from_native(accounts).lazy()).collect_schema().names():
        return table.assign(owner=table["account_id"])
    there, frame = frame.collect_schema().names(), frame.filter(~nw.col("owner").is_null())
    named = in_memory(frame.select(*(name for name in ("platform", "account_id", "owner") if name in there)))
    ids, owner = table[["account_id"]].astype("object"), table["account_id"].astype("object").to_numpy()
    # The account on its platform knows best; an id that is known from another platform is of the same owner.
    for keys in (["account_id"], ["platform", "account_id"]):
        if all(key in one for one in (named, table) for key in keys):
            told = named.astype("object").drop_duplicates(keys)[[*keys, "owner"]]
            found = ids.assign(**table[keys].astype("object")).merge(told, on=keys, how="left")["owner"].to_numpy()
            owner = np.where(pd.isna(found), owner, found)
    return table.assign(owner=owner)


def with_followers(posts: "nw.LazyFrame", accounts: "nw.LazyFrame | None") -> "nw.LazyFrame":
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
    mean over the posts used. For what could fake a result: ``like_least`` (smallest known count), ``like_unknown``
    (posts whose count is hidden, or missing while others of the account are known), the same for comments, and
    ``at_posting`` and ``years`` as `counted_when`.

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

    posts = nw.from_native(posts).lazy()
    there, posts = posts.collect_schema().names(), completed(posts, EXPECTED)
    settled = _settled(posts, there, chosen=bool(platforms or start or end))
    marked = _marked(posts, min_age_days=min_age_days, platforms=platforms, start=start, end=end)
    sums = {name: getattr(nw.col(f"_{at}"), how)() for name, (at, how) in _AGGREGATES.items() if name not in settled}
    grouped = marked.with_columns(**_contributions()).with_columns(**_rates()).group_by("platform", "account_id")
    table = in_memory(grouped.agg(n_all=nw.len(), **sums).sort("platform", "account_id", nulls_last=True))
    table = with_settled(table.assign(n_old=table["n_all"] - table["n_young"]), settled)
    return _assembled(table, min_posts=min_posts)


def _settled(posts: "nw.LazyFrame", there: Sequence[str], *, chosen: bool) -> dict[str, Any]:
    """Say what need not be asked of each account, as every post tells it or none: a sum takes as long as the next."""
    import narwhals as nw

    shown = {name: (nw.col(f"{name}s") >= 0) & ~nw.col(f"{name}s_hidden").fill_null(False) for name in OUTCOMES}
    whole = hold_throughout(posts, {"sized": nw.col("followers") > 0} | shown)
    settled: dict[str, Any] = {} if "followers_at" in there else {"n_posting": 0, "captured": None}
    settled |= {} if chosen else {"n_outside": 0} | ({"n_posts": "n_old"} if "sized" in whole else {})
    for name in whole & set(OUTCOMES):
        settled |= {f"{name}_posts": "n_posts", f"{name}_followers": "followers", f"{name}_hidden": 0}
    return settled


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

    return (nw.col("captured_at") - nw.col("created_at") < nw.lit(timedelta(days=min_age_days))).fill_null(False)


def _contributions() -> dict[str, "nw.Expr"]:
    """Say what each post contributes to the sums of its account; null where it contributes nothing.

    What is null once here can be added up and counted as it stands: a condition in each of twenty sums would be worked
    out twenty times.
    """
    import narwhals as nw

    sized, number = nw.col("_sized"), nw.Float64()
    shares: dict[str, nw.Expr] = {
        "_outside_posts": nw.when(nw.col("_outside")).then(nw.lit(1)),
        "_young_posts": nw.when(nw.col("_young")).then(nw.lit(1)),
        "_followers": nw.when(sized).then(nw.col("followers").cast(number)),
        "_created_at": nw.when(sized).then(nw.col("created_at")),
        "_reach": nw.when(nw.col("reach") > 0).then(nw.col("reach").cast(number)),
    }
    for outcome in OUTCOMES:
        count, flag = nw.col(f"{outcome}s"), nw.col(f"{outcome}s_hidden").fill_null(False)
        known = sized & (count >= 0) & ~flag
        shares |= {
            f"_{outcome}s": nw.when(known).then(count.cast(number)),
            f"_{outcome}_followers": nw.when(known).then(nw.col("followers").cast(number)),
            f"_{outcome}_hidden": nw.when(sized & ((count == -1).fill_null(False) | flag)).then(nw.lit(1)),
        }
    return shares | size_contributions()


def size_contributions() -> dict[str, "nw.Expr"]:
    """Say what each post tells of when its followers were counted: at posting, or at a capture and when that was."""
    import narwhals as nw

    sized, at = nw.col("_sized"), nw.col("followers_at")
    return {
        "_n_posting": (sized & (at == "posting").fill_null(False)).cast(nw.Int64),
        "_captured": nw.when(sized & (at == "capture").fill_null(False)).then(nw.col("captured_at")),
    }


def _rates() -> dict[str, "nw.Expr"]:
    """Set the counts of each post against its followers and reach."""
    import narwhals as nw

    return {
        f"_{outcome}_{rate}": nw.col(f"_{outcome}s") / nw.col(below.format(outcome))
        for outcome in OUTCOMES
        for rate, below in {"rate": "_{}_followers", "reach_rate": "_reach"}.items()
    }


_AGGREGATES = {
    "n_outside": ("outside_posts", "count"),
    "n_young": ("young_posts", "count"),
    "n_posts": ("followers", "count"),
    "followers": ("followers", "sum"),
    "first": ("created_at", "min"),
    "last": ("created_at", "max"),
    **{
        f"{outcome}_{part}": (f"{outcome}{column}", how)
        for outcome in OUTCOMES
        for part, column, how in (
            ("posts", "s", "count"),
            ("hidden", "_hidden", "count"),
            ("sum", "s", "sum"),
            ("followers", "_followers", "sum"),
            ("rate", "_rate", "sum"),
            ("reach_rate", "_reach_rate", "mean"),
            ("least", "s", "min"),
        )
    },
    "n_posting": ("n_posting", "sum"),
    "captured": ("captured", "max"),
}
"""Which contributions of an account's posts become one number, and how; what follows from these is not asked again."""


def _assembled(table: "pd.DataFrame", *, min_posts: int) -> Reduced:
    """Turn sums per account into rates, and count what was left out."""
    few = (table["n_posts"] > 0) & (table["n_posts"] < min_posts)
    excluded = {
        "posts outside the chosen platforms or period": table["n_outside"].sum(),
        "posts too young at capture": table["n_young"].sum(),
        "posts of unknown or zero followers": (
            table["n_all"] - table["n_outside"] - table["n_young"] - table["n_posts"]
        ).sum(),
        f"posts of accounts with fewer than {min_posts} posts": table.loc[few, "n_posts"].sum(),
    }
    kept = table[(table["n_posts"] >= max(min_posts, 1))]
    kept = kept.assign(followers=kept["followers"] / kept["n_posts"])
    for outcome in OUTCOMES:
        posts, hidden = kept[f"{outcome}_posts"], kept[f"{outcome}_hidden"]
        missing = kept["n_posts"] - posts - hidden
        excluded[f"{outcome}s hidden"] = hidden.sum()
        excluded[f"{outcome}s missing"] = missing.sum()
        known, total = posts.where(posts > 0), kept[f"{outcome}_sum"]
        kept = kept.assign(
            **{
                f"{outcome}s": total / known,
                f"{outcome}_rate": kept[f"{outcome}_rate"] / known,
                f"{outcome}_ratio": total / kept[f"{outcome}_followers"].where(posts > 0),
                f"{outcome}_unknown": hidden + missing.where(posts > 0, 0),  # elsewhere nobody counted
            }
        )
    rates = [f"{outcome}{part}" for outcome in OUTCOMES for part in ("_posts", "s", "_rate", "_ratio", "_reach_rate")]
    kept = kept.assign(**counted_when(kept))
    lowest = [f"{outcome}_{part}" for outcome in OUTCOMES for part in ("least", "unknown")]
    told = ["platform", "account_id", "followers", "n_posts", *rates, *lowest, "at_posting", "years"]
    frame = kept[told].reset_index(drop=True)
    numeric = ["followers", *lowest, *(rate for rate in rates if not rate.endswith("_posts"))]
    frame = frame.astype({**dict.fromkeys(numeric, "float64"), "n_posts": "int64"})
    n_rows = int(frame["n_posts"].sum())
    excluded = {reason: int(count) for reason, count in excluded.items() if count}
    return Reduced({"accounts": frame}, n_rows, {"accounts": len(frame)}, excluded, first_and_last_day(kept))


def counted_when(table: "pd.DataFrame") -> "dict[str, pd.Series]":
    """Say when the followers of each account were counted.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each account: n_posts, n_posting, first and last (times of its posts) and captured.

    Returns
    -------
    dict of str to pandas.Series
        ``at_posting``: share of its posts whose followers are said to be of that day; ``years``: from the middle of its
        posts to the capture that the followers are said to be of, not a number where nothing says so.
    """
    import pandas as pd

    first, last, captured = (pd.to_datetime(table[name], utc=True) for name in ("first", "last", "captured"))
    years = (captured - (first + (last - first) / 2)).dt.total_seconds() / (365.25 * 86_400)
    return {"at_posting": (table["n_posting"] / table["n_posts"]).astype("float64"), "years": years.astype("float64")}


def days_of(data: Reduced) -> str:
    """Write the first and last day of reduced tables, ``unknown`` where there are no times."""
    return "unknown" if data.period is None else f"{data.period[0]} to {data.period[1]}"


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
        rates |= {f"{outcome}_least": average, f"{outcome}_unknown": 0.0}
    rates |= {"at_posting": 0.0, "years": float("nan")}
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
    posts = completed(with_followers(frames["posts"], frames.get("accounts")), {**EXPECTED, **expected})
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


def words(cell: str = "caption") -> "nw.Expr":
    """Count the words of a text: what stands between spaces and is no hashtag, name or address.

    Parameters
    ----------
    cell : str, default "caption"
        Column with the text.

    Returns
    -------
    narwhals.Expr
        Whole numbers; unknown where there is no text.
    """
    import narwhals as nw

    text = nw.col(cell).str.replace_all(r"(https?://|[#@])\S*", " ").str.replace_all(r"\s+", " ")
    text = nw.concat_str(nw.lit(" "), text.str.strip_chars())
    spaces = text.str.len_chars() - text.str.replace_all(" ", "", literal=True).str.len_chars()
    return nw.when(~nw.col(cell).is_null()).then(nw.when(text == " ").then(nw.lit(0)).otherwise(spaces))


def comments_of_posts(comments: "nw.LazyFrame | pd.DataFrame", *, coded: bool = True) -> "nw.LazyFrame":
    """Count visitors' comments of each quality under each post, where the comments live.

    Parameters
    ----------
    comments : narwhals.LazyFrame or pandas.DataFrame
        Tidy comments. The owner's are left out; where nobody knows whose a comment is, it is a visitor's.
    coded : bool, default True
        As in `with_quality`.

    Returns
    -------
    narwhals.LazyFrame
        One row for each post: post_id, emoji, stock, substantive, and empty (comments without a quality).
    """
    import narwhals as nw

    from helpers.reading.comment_rule import QUALITIES, with_quality

    told = completed(with_quality(comments, coded=coded), {"is_owner": "Boolean"})
    visitors = told.filter(~(nw.col("is_owner") == nw.lit(True)).fill_null(False)).select(
        "post_id",
        **{name: (nw.col("quality") == name).fill_null(False).cast(nw.Int64) for name in QUALITIES},
        empty=nw.col("quality").is_null().cast(nw.Int64),
    )
    return visitors.group_by("post_id").agg(**{name: nw.col(name).sum() for name in (*QUALITIES, "empty")})
