"""Is it going where the texts say? From weeks of accounts, and campaigns, to the yearly changes of notebook 13.

Who posts changes from year to year, and a mean over whoever posts moves with that. So an account counts that posts
throughout at least a year, and is set against its own past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import measures
from helpers.base.times import seconds
from helpers.base.words import counted, with_commas
from helpers.claims import registry
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.own_account import BLOCKS
from helpers.claims.verdicts import Threat
from helpers.doubts.threats import between, telling
from helpers.estimates import Estimate, paired_difference, regress
from helpers.measures import Reduced, with_owner
from helpers.reading.sampling import in_memory

YEAR_WEEKS = 52
"""An account counts whose first and last post lie so many weeks apart, both included."""

LONGEST_GAP = 13
"""Weeks without a post after which an account was not there throughout: a quarter of a year."""

WEEKS_A_YEAR = 365.25 / 7

SHARES = {
    "conversation": "comments and shares among likes, comments and shares",
    "talk": "posts that converse among those that converse or promote",
    "video": "recorded videos among posts",
    "live": "live broadcasts among posts",
}
"""Whose yearly change is asked for, in words."""

SMALL_FROM, SMALL_BELOW = 1_000, (100_000, 50_000)
"""Followers from which an account is nano, and below which it is micro at most; the first is the default."""

_ACCOUNT = ["platform", "account_id"]

_POSTS = {"format": "String", "intent": "String", "shares": "Float64"}


def reduce(
    tables: Mapping[str, Any],
    *,
    zone: str = "UTC",
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced:
    """Add posts up to weeks of accounts where they live, and take campaigns with the day on which they began.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` and ``campaigns`` are used where they are there.
    zone : str, default "UTC"
        The clock by which weeks are told apart.
    min_age_days, platforms, start, end
        As in `measures.account_rates`; campaigns follow none of them but the period.

    Returns
    -------
    Reduced
        Frames ``weeks`` (from `account_weeks`, only of accounts that are there throughout, see `throughout`) and
        ``campaigns`` (one row for each: account_id, years since the first of all, followers); each row says who owns
        the account.
    """
    frames: dict[str, pd.DataFrame] = {}
    units, excluded, period, n_rows = {"accounts": 0}, dict[str, int](), None, 0
    accounts = tables.get("accounts")
    if "posts" in tables:
        chosen: dict[str, Any] = {"min_age_days": min_age_days, "platforms": platforms, "start": start, "end": end}
        posts, excluded, period = measures.prepared_posts(tables["posts"], zone=zone, **chosen)
        weeks = account_weeks(posts)
        there = throughout(weeks)
        frames["weeks"] = with_owner(weeks[there].reset_index(drop=True), accounts)
        units = {name: part["account"].nunique() for name, part in _of_accounts(weeks, there).items()}
        n_rows = int(weeks.loc[there, "posts"].sum())
    if "campaigns" in tables:
        frames["campaigns"] = with_owner(campaign_rows(tables["campaigns"], accounts), accounts)
        units |= {"campaigns": len(frames["campaigns"])}
        n_rows += len(frames["campaigns"])
    return Reduced(frames, n_rows, units, excluded, period)


def _of_accounts(weeks: pd.DataFrame, there: pd.Series) -> dict[str, pd.DataFrame]:
    return {"accounts": weeks, "accounts that post throughout a year": weeks[there]}


def account_weeks(posts: nw.LazyFrame) -> pd.DataFrame:
    """Count, for each account and week, what shares are made of, where the posts live.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and week with a post, sorted: account (a number), platform, account_id, week, posts,
        and for each of `SHARES` the sums ``<share>, part``, ``<share>, whole`` and ``<share>, posts``, the posts of
        which both are known. A post of unknown intent, format or counts is in none of them.
    """
    frame = measures.completed(posts, _POSTS).filter(~nw.col("week").is_null())
    counts = nw.col("likes") + nw.col("comments") + nw.col("shares")
    some = (nw.col("likes") >= 0) & (nw.col("comments") >= 0) & (nw.col("shares") >= 0) & (counts > 0)
    talk, video = nw.col("intent") == "conversation", nw.col("format").is_in(["video", "reel"])
    judged = nw.col("intent").is_in(["conversation", "promotion"])
    known = ~nw.col("format").is_null()
    parts = {
        "conversation": (some, nw.col("comments") + nw.col("shares"), counts),
        "talk": (judged, talk.cast(nw.Float64), nw.lit(1.0)),
        "video": (known, video.cast(nw.Float64), nw.lit(1.0)),
        "live": (known, (nw.col("format") == "live").cast(nw.Float64), nw.lit(1.0)),
    }
    columns: dict[str, nw.Expr] = {}
    for name, (told, part, whole) in parts.items():
        columns |= {f"{name}, part": nw.when(told).then(part), f"{name}, whole": nw.when(told).then(whole)}
        columns[f"{name}, posts"] = nw.when(told).then(nw.lit(1.0))
    keys = [*_ACCOUNT, "week"]
    prepared = frame.select(*keys, **{f"_{name}": column for name, column in columns.items()})
    sums = {name: nw.col(f"_{name}").sum() for name in columns}
    table = in_memory(prepared.group_by(keys).agg(posts=nw.len(), **sums)).sort_values(keys, ignore_index=True)
    table = table.astype({"week": "int64", **dict.fromkeys(["posts", *columns], "float64")})
    table.insert(0, "account", table.groupby(_ACCOUNT, dropna=False, sort=False).ngroup())
    return table


def throughout(weeks: pd.DataFrame) -> pd.Series:
    """Say which weeks are of accounts that post throughout at least a year.

    Parameters
    ----------
    weeks : pandas.DataFrame
        Columns account and week, sorted; weeks with posts only.

    Returns
    -------
    pandas.Series
        True where the account's first and last week are `YEAR_WEEKS` apart, and no gap is longer than `LONGEST_GAP`.
    """
    of = weeks.groupby("account")["week"]
    span = of.transform("max") - of.transform("min") + 1
    gap = of.diff().fillna(0).groupby(weeks["account"]).transform("max")
    return (span >= YEAR_WEEKS) & (gap <= LONGEST_GAP)


def campaign_rows(campaigns: Any, accounts: Any) -> pd.DataFrame:
    """Take the campaigns whose beginning is known.

    Parameters
    ----------
    campaigns : narwhals.LazyFrame or pandas.DataFrame
        Tidy campaigns.
    accounts : narwhals.LazyFrame, pandas.DataFrame or None
        Tidy accounts, for followers that campaigns do not tell.

    Returns
    -------
    pandas.DataFrame
        Columns account_id, years (since the first of them) and followers (missing where unknown), sorted.
    """
    frame = measures.completed(
        nw.from_native(campaigns).lazy(), {"started_at": "Datetime", "followers": "Float64"}
    ).filter(~nw.col("started_at").is_null())
    days = seconds(frame, "started_at", since=measures.MONDAY) / measures.DAY_S
    table = in_memory(frame.select("account_id", "followers", years=days / 365.25))
    table = table.astype({"account_id": "object", "followers": "float64", "years": "float64"})
    if table["followers"].isna().any() and accounts is not None:
        table = table.assign(followers=table["followers"].fillna(_followers_of(table, accounts)))
    table = table.assign(
        years=table["years"] - table["years"].min(), followers=lambda t: t["followers"].where(t["followers"] > 0)
    )
    return table.sort_values(["account_id", "years"], ignore_index=True)


def _followers_of(table: pd.DataFrame, accounts: Any) -> pd.Series:
    """Look followers up in the table of accounts, by an id that stands there once."""
    frame = nw.from_native(accounts).lazy()
    if "followers" not in frame.collect_schema().names():
        return pd.Series(np.nan, index=table.index)
    known = in_memory(frame.select("account_id", "followers")).drop_duplicates("account_id", keep=False)
    return table["account_id"].map(known.set_index("account_id")["followers"].astype("float64"))


def own_changes(weeks: pd.DataFrame, *, share: str, block: str = "four weeks") -> pd.DataFrame:
    """Fit a line to each account's share over time.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `account_weeks`.
    share : str
        One of `SHARES`.
    block : str, default "four weeks"
        One of `own_account.BLOCKS`: weeks that are added up to one share.

    Returns
    -------
    pandas.DataFrame
        Columns account, owner, posts (behind the line) and change (of the share in a year), for accounts whose share is
        known in three blocks or more. Blocks weigh by the posts behind them.
    """
    made = _shares(weeks, share, block).assign(x=lambda t: t["week"] / WEEKS_A_YEAR)
    of = made.groupby("account")
    weight = made["n"] / of["n"].transform("sum")
    centred = {
        name: made[name] - (weight * made[name]).groupby(made["account"]).transform("sum") for name in ("x", "y")
    }
    sums = (
        made.assign(xx=weight * centred["x"] ** 2, xy=weight * centred["x"] * centred["y"])
        .groupby("account")
        .agg(owner=("owner", "first"), posts=("n", "sum"), blocks=("block", "size"), xx=("xx", "sum"), xy=("xy", "sum"))
    )
    kept = sums[(sums["blocks"] >= 3) & (sums["xx"] > 0)]
    return kept.assign(change=kept["xy"] / kept["xx"]).reset_index()[["account", "owner", "posts", "change"]]


def _shares(weeks: pd.DataFrame, share: str, block: str) -> pd.DataFrame:
    """Add weeks up to blocks of each account, with the share in them as ``y`` and the posts behind it as ``n``."""
    names = {"part": f"{share}, part", "whole": f"{share}, whole", "n": f"{share}, posts"}
    cells = weeks.assign(block=weeks["week"] // BLOCKS[block], owner=weeks.get("owner", weeks["account"]))
    made = cells.groupby(["account", "block"], as_index=False).agg(
        week=("week", "mean"), owner=("owner", "first"), **{name: (column, "sum") for name, column in names.items()}
    )
    return made[made["whole"] > 0].assign(y=lambda t: t["part"] / t["whole"])


def year_on_year(weeks: pd.DataFrame, *, share: str, block: str = "four weeks") -> pd.DataFrame:
    """Set each account's share in some weeks against that in the same weeks a year later: no season is in that.

    Parameters
    ----------
    weeks, share, block
        As in `own_changes`.

    Returns
    -------
    pandas.DataFrame
        The columns of `own_changes`, for accounts that have the same weeks in two years, 52 weeks apart. A mean over
        pairs of blocks, each with the weight of a difference of two shares of so many posts; posts are those of both.
    """
    made, years = _shares(weeks, share, block), YEAR_WEEKS / WEEKS_A_YEAR
    before = made.assign(block=made["block"] + YEAR_WEEKS // BLOCKS[block])
    pairs = made.merge(before, on=["account", "block"], suffixes=("", "_before"))
    pairs["weight"] = 1 / (1 / pairs["n"] + 1 / pairs["n_before"])
    pairs["weighted"] = pairs["weight"] * (pairs["y"] - pairs["y_before"]) / years
    pairs["posts"] = pairs["n"] + pairs["n_before"]
    sums = pairs.groupby("account").agg(
        owner=("owner", "first"), posts=("posts", "sum"), weighted=("weighted", "sum"), weight=("weight", "sum")
    )
    return sums.assign(change=sums["weighted"] / sums["weight"]).reset_index()[["account", "owner", "posts", "change"]]


WAYS = {"a line over time": own_changes, "the same weeks a year apart": year_on_year}
"""How an account's yearly change is found; the first is the default."""


def change(
    data: Reduced, *, share: str, block: str = "four weeks", way: str = "a line over time", sign: float = 1.0
) -> Estimate | None:
    """Estimate the yearly change of a share, mean over accounts that are there throughout of each one's own.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    share, block
        As in `own_changes`.
    way : str
        One of `WAYS`.
    sign : float
        -1 where the claim is that the share falls.

    Returns
    -------
    Estimate or None
        Errors over owners; not finite with fewer than two. None without posts.
    """
    if "weeks" not in data.frames:
        return None
    own = WAYS[way](data.frames["weeks"], share=share, block=block)
    found = paired_difference(own["change"], np.zeros(len(own)), units=own["owner"])
    return found if sign > 0 else -found


def _season(
    data: Reduced, estimate: Estimate, *, claim_id: str, share: str, block: str, way: str, sign: float = 1.0
) -> list[Threat]:
    """Say where the same weeks a year apart tell something else than the line: a season is in it that is shared."""
    weeks = data.frames.get("weeks")
    if weeks is None or WAYS[way] is year_on_year or not estimate.is_finite:
        return []
    line, pairs = (of(weeks, share=share, block=block) for of in WAYS.values())
    both = line.merge(pairs[["account", "change"]], on="account", suffixes=("", "_paired"))
    apart = paired_difference(both["change"], both["change_paired"], units=both["owner"])
    left = change(data, share=share, block=block, way=list(WAYS)[1], sign=sign)
    if left is None or not left.is_finite or not (apart.low > 0 or apart.high < 0):
        return []
    low, high = min(estimate.low, left.low), max(estimate.high, left.high)
    says = f"a season that accounts share is in it: by the same weeks a year apart it could be {between(low, high)}"
    return telling(registry()[claim_id], estimate, Threat(says, low, high), anyway=False)


def smaller(data: Reduced, *, small_below: int = SMALL_BELOW[0]) -> Estimate | None:
    """Estimate by how much the share of nano and micro accounts among those that are paid rises in a year.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    small_below : int
        One of `SMALL_BELOW`.

    Returns
    -------
    Estimate or None
        Slope of being small on the beginning, over campaigns, errors over owners of accounts; ``n_side`` is the smaller
        of the two kinds. None where the campaigns span less than a year, or one kind is missing.
    """
    table = data.frames["campaigns"].dropna(subset=["followers"])
    table = table[table["followers"] >= SMALL_FROM]
    if table.empty or np.ptp(table["years"]) < 1:
        return None
    table = table.assign(small=(table["followers"] < small_below).astype(float))
    fit = regress(table, outcome="small", terms=["years"], cluster="owner")
    if fit is None or table["small"].nunique() < 2:
        return None
    sides = table.groupby("small")["owner"].nunique()
    return replace(fit.term("years"), n_side=int(sides.min()))


def _left_out(data: Reduced) -> Sequence[str]:
    """Say how many accounts are there throughout, where not all of them are."""
    n, of = (data.units.get(name, 0) for name in ("accounts that post throughout a year", "accounts"))
    return [] if n == of else [f"{n:,} of {counted(of, 'account')} post throughout a year"]


def _short(data: Reduced) -> Sequence[str]:
    """Say so where the campaigns span less than a year."""
    years = data.frames["campaigns"]["years"]
    return (
        [f"the campaigns span {years.max() * 12:.0f} months, and a year is needed"]
        if len(years) and years.max() < 1
        else []
    )


_CHOICES = {"block": ("four weeks", "quarter"), "way": tuple(WAYS)}


def _of_share(claim_id: str, share: str) -> Analysis:
    of, threats = partial(change, share=share), partial(_season, claim_id=claim_id, share=share)
    return Analysis(of, _CHOICES, rows=rows_of("weeks", add=f"{share}, posts"), remarks=_left_out, threats=threats)


ANALYSES: Mapping[str, Analysis] = {
    "trend-less-approval": _of_share("trend-less-approval", "conversation"),
    "trend-conversation": _of_share("trend-conversation", "talk"),
    "trend-video": _of_share("trend-video", "video"),
    "trend-live": _of_share("trend-live", "live"),
    "trend-smaller-creators": Analysis(
        smaller, {"small_below": SMALL_BELOW[:1]}, rows=rows_of("campaigns", "followers"), remarks=_short,
        others={"small_below": SMALL_BELOW[1:]},
    ),
}  # fmt: skip
"""How each claim is put to the test: by default, and otherwise."""

LABELS = {
    "trend-less-approval": "comments and shares among all interactions",
    "trend-conversation": "conversation against promotion",
    "trend-video": "recorded video among posts",
    "trend-live": "live among posts",
    "trend-smaller-creators": "nano and micro among those paid",
}
"""What changes are called in pictures and sentences."""


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List how many accounts are there throughout, and what campaigns span."""
    facts = [*with_commas({"rows used": data.n_rows, **data.units}), ("period of the posts", measures.days_of(data))]
    if len(campaigns := data.frames.get("campaigns", pd.DataFrame())):
        facts.append(("years that the campaigns span", f"{campaigns['years'].max():.1f}"))
    return facts


def courses(data: Reduced, *, block: str = "quarter") -> pd.DataFrame:
    """Follow the shares of accounts that are there throughout, each against its own mean.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    block : str, default "quarter"
        One of `own_account.BLOCKS`.

    Returns
    -------
    pandas.DataFrame
        Columns share (in words), date (the Monday on which the block begins), accounts and points (mean over accounts,
        in per cent points from their own mean); blocks with fewer than ten accounts are left out.
    """
    columns = ["share", "date", "accounts", "points"]
    weeks = data.frames.get("weeks")
    if weeks is None or weeks.empty:
        return pd.DataFrame(columns=columns)
    parts = []
    for name, words in SHARES.items():
        sums = {"part": (f"{name}, part", "sum"), "whole": (f"{name}, whole", "sum")}
        cells = (
            weeks.assign(block=weeks["week"] // BLOCKS[block]).groupby(["account", "block"], as_index=False).agg(**sums)
        )
        cells = cells[cells["whole"] > 0].assign(y=lambda t: 100 * t["part"] / t["whole"])
        own = cells.assign(points=cells["y"] - cells.groupby("account")["y"].transform("mean"))
        told = own.groupby("block", as_index=False).agg(accounts=("account", "nunique"), points=("points", "mean"))
        days = pd.to_timedelta(told["block"] * BLOCKS[block] * 7, unit="D")
        parts.append(told.assign(share=words, date=pd.Timestamp(measures.MONDAY) + days))
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table["accounts"] >= 10, columns].reset_index(drop=True)


def told_courses(table: pd.DataFrame) -> str:
    """Tell both ends of every course, for the text beside its picture."""
    if table.empty:
        return "Nothing to show: fewer than ten accounts post throughout a year."
    ends = [
        f"{share} from {part['points'].iloc[0]:+.1f} to {part['points'].iloc[-1]:+.1f}"
        for share, part in table.groupby("share", sort=False)
    ]
    return "Shares by quarter, in points from each account's own mean: " + "; ".join(ends) + "."


def who_came(*, seed: int, accounts: int = 200, years: int = 2) -> pd.DataFrame:
    """Show how a mean over whoever posts moves where no account changes anything.

    Accounts that post a lot of video open later than others.

    Parameters
    ----------
    seed : int
        Seed.
    accounts, years : int
        Size.

    Returns
    -------
    pandas.DataFrame
        Column share of video: in the first and in the last quarter, over all accounts that post then, and over those
        that post in both.
    """
    rng = np.random.default_rng(seed)
    habit = rng.beta(2, 3, accounts)
    opened = np.sort(rng.uniform(-years, years, accounts))[
        np.argsort(np.argsort(habit + 0.3 * rng.standard_normal(accounts)))
    ]
    shares = {at: rng.binomial(40, habit) / 40 for at in ("first quarter", "last quarter")}
    there = {"first quarter": opened < 0.25, "last quarter": opened < years}
    both = there["first quarter"]
    rows = {at: (share[there[at]].mean(), share[both].mean()) for at, share in shares.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["whoever posts", "there throughout"])
