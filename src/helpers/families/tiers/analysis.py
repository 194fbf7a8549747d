"""Does a smaller creator do better? From posts, accounts and campaigns to the estimates of notebook 02."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.times import seconds
from helpers.base.words import percent, short_number, with_commas
from helpers.claims import Claim, of_notebook, registry
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.published import Studies, figures, points, told as told_of
from helpers.claims.verdicts import Threat, Verdict
from helpers.doubts.dates import of_dates
from helpers.doubts.ranks import best_of_each
from helpers.estimates import (
    Estimate,
    band_means,
    paired_difference,
    regress,
    within_ratio,
)
from helpers.families.tiers import threats
from helpers.families.tiers.estimators import difference_over_owners, slope_in_spreads
from helpers.ground.disclosure import without_few
from helpers.lessons import rests_on
from helpers.measures import (
    DAY_S,
    MONDAY,
    Reduced,
    accounts_with_size,
    completed,
    counted_when,
    days_of,
    first_and_last_day,
    marked_posts,
    size_contributions,
    with_owner,
)
from helpers.reading.sampling import in_memory

NAMES = ("nano", "micro", "mid", "macro", "mega")
"""Tiers from the smallest; accounts below the first are in none."""


@dataclass(frozen=True)
class Tiers:
    """A set of tiers.

    Parameters
    ----------
    name : str
        Name of the set.
    edges : tuple of float
        Followers from which nano, micro, mid, macro and mega accounts begin; they rise.
    """

    name: str
    edges: tuple[float, ...]

    def __str__(self) -> str:
        """Give the set's name."""
        return self.name

    def of(self, followers: pd.Series) -> pd.Series:
        """Give the tier of each account; missing below the first edge and where followers are unknown."""
        bins = [*self.edges, float("inf")]
        return pd.cut(followers.astype("float64"), bins=bins, right=False, labels=list(NAMES))


SETS = {
    "usual": Tiers("usual", (1e3, 1e4, 1e5, 5e5, 1e6)),
    "narrow": Tiers("narrow", (1e3, 1e4, 5e4, 1e5, 5e5)),
    "wide mid": Tiers("wide mid", (1e3, 1e4, 5e4, 5e5, 1e6)),
}
"""Sets of tiers that sources use: the commonest; SociaVault's (2026), whose celebrities begin at half a million; and
micro accounts up to 50,000 with a wide middle, as HypeAuditor's reports have it."""

COUNTS = {"likes + comments": ("likes", "comments"), "likes": ("likes",)}
"""What counts as engagement on a post; a post where one of them is hidden or missing is left out."""

BASES = {
    "followers": "followers of the account",
    "reach": "persons who saw the post",
    "impressions": "times it was displayed",
    "views": "times it was played",
}
"""What the count of a post is divided by."""

LARGE = {"macro and mega": ("macro", "mega"), "mid and larger": ("mid", "macro", "mega")}
"""Which accounts nano and micro ones are compared with."""

SMALL = ("nano", "micro")

ADJUSTMENTS = {"platform and category": ("platform", "category"), "nothing": ()}
"""What is held fixed between accounts."""

FEWEST_ALIKE = 5
"""Platforms and categories with fewer accounts are taken together: one account tells nothing about its own."""


def choose(tier_set: str = "usual", *, edges: Sequence[float] = ()) -> Tiers:
    """Give a set of tiers by its name, or one with edges of your own.

    Parameters
    ----------
    tier_set : str
        One of `SETS`.
    edges : sequence of float, default ()
        Five rising numbers of followers from which the tiers begin; they replace the named set.

    Returns
    -------
    Tiers
        The set.

    Raises
    ------
    ValueError
        If the name is unknown, or the edges are not five that rise.

    Examples
    --------
    >>> choose(edges=[500, 5_000, 50_000, 250_000, 1_000_000]).name
    'from 500, 5k, 50k, 250k, 1M'
    """
    if not len(edges):
        if tier_set not in SETS:
            raise ValueError(f"tier set '{tier_set}' is unknown; allowed: {', '.join(SETS)}")
        return SETS[tier_set]
    if len(edges) != len(NAMES) or list(edges) != sorted(set(edges)) or edges[0] < 0:
        raise ValueError(f"tier edges are {list(edges)}; they must be {len(NAMES)} numbers of followers that rise")
    return Tiers(f"from {', '.join(short_number(edge) for edge in edges)}", tuple(float(edge) for edge in edges))


def sets_table(chosen: Tiers) -> pd.DataFrame:
    """Lay the sets of tiers out for reading, the chosen one first.

    Parameters
    ----------
    chosen : Tiers
        The set in use.

    Returns
    -------
    pandas.DataFrame
        One row for each set, one column for each tier: followers from which it begins, as text.
    """
    sets = dict.fromkeys([chosen, *SETS.values()])
    rows = {str(one): ["from " + short_number(edge) for edge in one.edges] for one in sets}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(NAMES)).rename_axis("set of tiers")


def asked(*, count: str = "likes + comments", base: str = "followers") -> list[Claim]:
    """Give the claims of notebook 02, each needing what the chosen engagement rate needs.

    The registry lists what can answer a claim under any choice. A rate of likes + comments cannot be had from likes
    alone, nor one by reach without reach: options that do not fit are taken out, so that a verdict names
    what is missing.

    Parameters
    ----------
    count : str
        One of `COUNTS`.
    base : str
        One of `BASES`.

    Returns
    -------
    list of Claim
        In the registry's order.
    """
    claims = of_notebook("02-influencer-tiers")
    return [
        replace(claim, needs=_narrowed(claim, count, base)) if claim.outcome == "engagement_rate" else claim
        for claim in claims
    ]


def _narrowed(claim: Claim, count: str, base: str) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    fitting = []
    for option in claim.needs:
        columns = {column.removeprefix("avg_") for table in option.values() for column in table}
        if ("comments" in COUNTS[count]) != ("comments" in columns):
            continue
        if base == "followers":
            fitting.append(option)
        elif "posts" in option:
            fitting.append({**option, "posts": (*option["posts"], base)})
        elif base == "views":
            fitting.append({"accounts": (*option["accounts"], "avg_views")})
    return tuple(fitting)


def rate_column(count: str, base: str) -> str:
    """Name the column of an engagement rate.

    Examples
    --------
    >>> rate_column("likes + comments", "reach")
    'likes + comments by reach'
    """
    return f"{count} by {base}"


RATES = {rate_column(count, base): (count, base) for count in COUNTS for base in BASES}
"""Every engagement rate by its column."""


def definition(count: str, base: str) -> str:
    """Write out how an engagement rate is defined.

    Examples
    --------
    >>> print(definition("likes", "views"))
    engagement rate = likes / views (times it was played) of each post, averaged over the posts of an account
    """
    return (
        f"engagement rate = {f'({count})' if '+' in count else count} / {base} ({BASES[base]}) of each post, averaged "
        "over the posts of an account"
    )


def reduce(
    tables: Mapping[str, Any],
    *,
    min_posts: int = 1,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
    rates: Sequence[str] = tuple(RATES),
) -> Reduced:
    """Reduce posts and campaigns to accounts, where they live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts``, ``accounts`` and ``campaigns`` are used where they are.
    min_posts : int, default 1
        Accounts with fewer usable posts have no engagement rate.
    min_age_days : float, default 0
        Posts younger than this at capture are left out.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.
    start, end : str or None
        Only posts from `start` up to and including `end`. Campaigns have no date and stay.
    rates : sequence of str
        Which of `RATES` are wanted; by default all.

    Returns
    -------
    Reduced
        ``accounts``: one row for each account with platform, category, followers, the rates, n_rows: the posts
        behind them, or 1 where the data are averages, and what `measures.reduce_posts` tells of counts and followers.
        ``sponsored``: one row for each account and disclosed (0 or 1), with sum and number of each rate.
        ``campaigns``: one row for each account, collaboration, style, fit and disclosed, with sums and numbers.
        Each row says who owns the account.
    """
    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    known = _known_accounts(frames.get("accounts"))
    chosen: dict[str, Any] = {"min_age_days": min_age_days, "start": start, "end": end}
    accounts, sponsored, excluded, period = _from_posts_or_averages(
        frames, known, min_posts=min_posts, platforms=platforms, rates=rates, **chosen
    )
    accounts = accounts.assign(best_of_each=best_of_each(accounts["n_rows"], frames, platforms=platforms, **chosen))
    campaigns = _campaign_cells(frames["campaigns"], known, platforms) if "campaigns" in frames else _no_campaigns()
    unsized = int(campaigns.loc[~(campaigns["followers"] > 0), "n"].sum())
    if unsized:
        excluded |= {"campaigns of unknown followers": unsized}
    units = {"accounts": len(accounts), "accounts in campaigns": int(campaigns["account_id"].nunique())}
    reduced = {"accounts": accounts, "sponsored": sponsored, "campaigns": campaigns}
    reduced = {name: with_owner(frame, known) for name, frame in reduced.items()}
    return Reduced(reduced, int(accounts["n_rows"].sum() + campaigns["n"].sum()), units, excluded, period)


def _known_accounts(accounts: nw.LazyFrame | None) -> pd.DataFrame:
    """Give platform, owner, category, followers and averages of the accounts that have a row of their own."""
    texts, numbers = ("account_id", "platform", "owner", "category"), ("followers", *_AVERAGES.values())
    there = [] if accounts is None else [n for n in (*texts, *numbers) if n in accounts.collect_schema().names()]
    table = in_memory(accounts.select(*there)) if accounts is not None and there else pd.DataFrame()
    table = table.reindex(columns=[*texts, *numbers])
    return table.astype({**dict.fromkeys(texts, "object"), **dict.fromkeys(numbers, "float64")})


_AVERAGES = {"likes": "avg_likes", "comments": "avg_comments", "views": "avg_views"}


def _from_posts_or_averages(
    frames: Mapping[str, nw.LazyFrame],
    known: pd.DataFrame,
    *,
    min_posts: int,
    platforms: Sequence[str],
    rates: Sequence[str],
    **chosen: Any,
) -> "tuple[pd.DataFrame, pd.DataFrame, dict[str, int], tuple[date, date] | None]":
    if not _counted(frames, known):
        accounts, excluded = _averaged(known, platforms)
        return accounts[[*_ACCOUNT_COLUMNS, *rates]], _no_sponsored(rates), excluded, None
    cells = _post_cells(marked_posts(frames, expected=_EXPECTED, platforms=platforms, **chosen), rates=rates)
    sums = _sums(rates)
    grouped = cells.groupby(["platform", "account_id"], dropna=False, as_index=False)
    accounts = grouped.agg({**dict.fromkeys(sums, "sum"), **_ENDS})
    accounts = accounts.astype(dict.fromkeys(("platform", "account_id"), "object"))
    accounts = accounts.astype(dict.fromkeys(("like_least", "comment_least"), "float64"))
    few = accounts["n_posts"].between(1, min_posts - 1)
    excluded = {told: int(accounts[f"n_{reason}"].sum()) for reason, told in _REASONS.items()}
    excluded |= {f"posts of accounts with fewer than {min_posts} posts": int(accounts.loc[few, "n_posts"].sum())}
    accounts = accounts[accounts["n_posts"] >= max(min_posts, 1)].reset_index(drop=True)
    means = {rate: accounts[f"{rate}, sum"] / _above_zero(accounts[f"{rate}, n"]) for rate in rates}
    size = accounts["followers_sum"] / accounts["n_posts"]
    accounts = accounts.assign(**means, followers=size, n_rows=accounts["n_posts"], **counted_when(accounts))
    accounts = _with_category(accounts.assign(**_counts(accounts)), known)
    kept = cells[cells["disclosed"] >= 0].merge(accounts[["platform", "account_id"]], on=["platform", "account_id"])
    period = first_and_last_day(accounts)
    excluded = {reason: n for reason, n in excluded.items() if n}
    return accounts[[*_ACCOUNT_COLUMNS, *rates]], kept[list(_no_sponsored(rates))], excluded, period


def _counts(accounts: pd.DataFrame) -> dict[str, pd.Series]:
    """Give the mean count of each kind for each account, and how many posts tell it and do not."""
    columns: dict[str, pd.Series] = {}
    for name in ("like", "comment"):
        unknown, total = accounts[f"n_{name}s"], accounts[f"{name}_total"]
        posts = accounts["n_posts"] - unknown
        columns |= {f"{name}_posts": posts, f"{name}s": total / _above_zero(posts)}
        columns[f"{name}_unknown"] = unknown.where(posts > 0, 0)  # elsewhere nobody counted
    return columns


def _counted(frames: Mapping[str, nw.LazyFrame], known: pd.DataFrame) -> bool:
    """Say whether rates come from posts: where those lack counts, averages of accounts are better than nothing."""
    columns = frames["posts"].collect_schema().names() if "posts" in frames else []
    if all(name in columns for name in COUNTS["likes + comments"]):
        return True
    return bool(columns) and known["avg_likes"].isna().all()


def _above_zero(numbers: pd.Series) -> pd.Series:
    """Take zeros out, so that nothing is divided by them."""
    return numbers.where(numbers > 0)


_COUNT_COLUMNS = tuple(
    f"{name}{part}" for name in ("like", "comment") for part in ("s", "_least", "_posts", "_unknown")
)
_ACCOUNT_COLUMNS = (
    *("platform", "account_id", "category", "followers", "n_rows", "at_posting", "years"),
    *_COUNT_COLUMNS,
)

_ENDS = {"first": "min", "last": "max", "captured": "max", "like_least": "min", "comment_least": "min"}
"""What is the smallest or the largest over the posts of an account."""

_EXPECTED = {"impressions": "Float64", "views": "Float64", "sponsored": "Boolean", "disclosed": "Boolean"}

_REASONS = {
    "outside": "posts outside the chosen platforms or period",
    "young": "posts too young at capture",
    "unsized": "posts of unknown or zero followers",
    "likes": "posts with likes hidden or missing",
    "comments": "posts with comments hidden or missing",
}


def _sums(rates: Sequence[str]) -> list[str]:
    """Name what is added up over the posts of an account."""
    counts = ["n_posts", "followers_sum", "like_total", "comment_total", "n_posting"]
    counts += ["days", "dated", *(f"n_{reason}" for reason in _REASONS)]
    return counts + [f"{rate}, {part}" for rate in rates for part in ("sum", "n")]


def _no_sponsored(rates: Sequence[str]) -> pd.DataFrame:
    parts = [f"{rate}, {part}" for rate in rates for part in ("sum", "n")]
    return pd.DataFrame(columns=["platform", "account_id", "disclosed", "days", "dated", *parts])


def _post_cells(posts: nw.LazyFrame, *, rates: Sequence[str]) -> pd.DataFrame:
    """Add posts up by account and by whether they are sponsored and say so, in one pass where they live."""
    sized = nw.col("_sized")
    known = {name: (nw.col(name) >= 0).fill_null(False) for name in ("likes", "comments")}
    # 1 and 0 for disclosed and not, -1 for posts that tell nothing about it
    paid = nw.col("sponsored").fill_null(False) & ~nw.col("disclosed").is_null()
    flag = nw.when(paid & nw.col("disclosed").fill_null(False)).then(nw.lit(1)).otherwise(nw.lit(0))
    marks = {
        "outside": nw.col("_outside"),
        "young": nw.col("_young"),
        "unsized": ~nw.col("_outside") & ~nw.col("_young") & ~sized,
        **{name: sized & ~there for name, there in known.items()},
    }
    parts: dict[str, nw.Expr] = {
        "disclosed_": nw.when(paid).then(flag).otherwise(nw.lit(-1)),
        "n_posts": sized.cast(nw.Int64),
        "followers_sum": nw.when(sized).then(nw.col("followers")),
        "first": nw.when(sized).then(nw.col("created_at")),
        "last": nw.when(sized).then(nw.col("created_at")),
        "days": nw.when(sized).then(seconds(posts, "created_at", since=MONDAY).cast(nw.Float64()) / DAY_S),
        "dated": (sized & ~nw.col("created_at").is_null()).cast(nw.Int64),
        **{f"n_{reason}": mark.cast(nw.Int64) for reason, mark in marks.items()},
        **{name.removeprefix("_"): part for name, part in size_contributions().items()},
    }
    for name, there in known.items():
        parts |= dict.fromkeys((f"{name[:-1]}_least", f"{name[:-1]}_total"), nw.when(sized & there).then(nw.col(name)))
    for rate in rates:
        count, base = RATES[rate]
        usable = sized & (nw.col(base) > 0).fill_null(False)
        for name in COUNTS[count]:
            usable = usable & known[name]
        total = sum((nw.col(name) for name in COUNTS[count][1:]), start=nw.col(COUNTS[count][0]))
        parts[f"{rate}, sum"] = nw.when(usable).then(total) / nw.when(usable).then(nw.col(base))
        parts[f"{rate}, n"] = usable.cast(nw.Int64)
    sums = _sums(rates)
    how = {**dict.fromkeys(sums, "sum"), **_ENDS}
    posts = posts.with_columns(**{f"_{name}": part for name, part in parts.items()})
    table = posts.group_by("platform", "account_id", "_disclosed_").agg(
        **{name: getattr(nw.col(f"_{name}"), kind)() for name, kind in how.items()}
    )
    cells = in_memory(table.rename({"_disclosed_": "disclosed"}))
    # A column that is unknown throughout comes back as numbers, which do not join with text.
    cells = cells.astype({**dict.fromkeys(("platform", "account_id"), "object"), **dict.fromkeys(sums, "float64")})
    return cells.sort_values(["platform", "account_id", "disclosed"], ignore_index=True)


def _averaged(known: pd.DataFrame, platforms: Sequence[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give accounts their rates from a table that holds averages already."""
    kept, excluded = accounts_with_size(known, platforms=platforms)
    rates = {}
    for rate, (count, base) in RATES.items():
        total = kept[[_AVERAGES[name] for name in COUNTS[count]]].sum(axis=1, skipna=False)
        below = {"followers": kept["followers"], "views": kept["avg_views"]}.get(base)
        rates[rate] = float("nan") if below is None else total / _above_zero(below)
    columns: dict[str, Any] = {"n_rows": 1.0, "at_posting": 0.0, "years": float("nan")}
    for name in ("like", "comment"):
        mean = kept[f"avg_{name}s"]
        columns |= {f"{name}s": mean, f"{name}_least": mean}
        columns |= {f"{name}_posts": mean.notna().astype(float), f"{name}_unknown": 0.0}
    return kept[["platform", "account_id", "category", "followers"]].assign(**columns, **rates), excluded


def _with_category(accounts: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Look up the category, by platform and account where the list of accounts names platforms."""
    keys = ["account_id"] if known["platform"].isna().all() else ["platform", "account_id"]
    named = known[[*keys, "category"]].drop_duplicates(keys)
    return accounts.merge(named, on=keys, how="left")


_CAMPAIGN_KEYS = ("account_id", "collaboration", "style", "fit", "disclosed")
_PAIRS = ("cost", "revenue", "trust", "rate")
_CAMPAIGN_SUMS = ("n", *(f"{name}_{part}" for name in _PAIRS for part in ("sum", "n")))


def _no_campaigns() -> pd.DataFrame:
    columns = [*_CAMPAIGN_KEYS, "platform", "category", "followers", *_CAMPAIGN_SUMS]
    return pd.DataFrame(columns=columns).astype(
        dict.fromkeys(("followers", "fit", "disclosed", *_CAMPAIGN_SUMS), "float64")
    )


def _campaign_cells(campaigns: nw.LazyFrame, known: pd.DataFrame, platforms: Sequence[str]) -> pd.DataFrame:
    """Add campaigns up by account, collaboration, style, fit and label, in one pass where they live.

    ``cost_sum`` and ``cost_n`` are fees and engagements of campaigns that tell both; ``rate_sum`` and ``rate_n`` the
    sum of engagements per impression and the number of campaigns that have it; revenue is per follower.
    """
    texts, numbers = dict.fromkeys(("collaboration", "style"), "String"), dict.fromkeys(_CAMPAIGN_NUMBERS, "Float64")
    campaigns = completed(campaigns, texts | numbers | {"disclosed": "Boolean"})
    parts = _campaign_parts()
    told = nw.when(~nw.col("disclosed").is_null()).then(nw.col("disclosed").cast(nw.Int64))
    campaigns = campaigns.with_columns(**{f"_{name}": part for name, part in parts.items()}).with_columns(
        disclosed=told
    )
    table = campaigns.group_by(*_CAMPAIGN_KEYS).agg(n=nw.len(), **{name: nw.col(f"_{name}").sum() for name in parts})
    cells = in_memory(table)
    texts = dict.fromkeys(("account_id", "collaboration", "style"), "object")
    cells = cells.astype({**texts, **dict.fromkeys(("fit", "disclosed", "n", *parts), "float64")})
    return _with_size(cells, known, platforms).sort_values(list(_CAMPAIGN_KEYS), ignore_index=True)


_CAMPAIGN_NUMBERS = ("followers", "fee", "impressions", "engagements", "revenue", "fit", "trust")


def _campaign_parts() -> dict[str, nw.Expr]:
    fee, engagements, impressions, followers = (
        nw.col(name) for name in ("fee", "engagements", "impressions", "followers")
    )
    engaged = (engagements >= 0).fill_null(False)
    priced = engaged & (fee >= 0).fill_null(False)
    shown = engaged & (impressions > 0).fill_null(False)
    sized = (followers > 0).fill_null(False)
    earned, trusted = ~nw.col("revenue").is_null(), ~nw.col("trust").is_null()
    return {
        "cost_sum": nw.when(priced).then(fee),
        "cost_n": nw.when(priced).then(engagements),
        "revenue_sum": nw.when(earned).then(nw.col("revenue")),
        "revenue_n": earned.cast(nw.Int64),
        "trust_sum": nw.when(trusted).then(nw.col("trust")),
        "trust_n": trusted.cast(nw.Int64),
        "rate_sum": nw.when(shown).then(engagements) / nw.when(shown).then(impressions),
        "rate_n": shown.cast(nw.Int64),
        "size_sum": nw.when(sized).then(followers),
        "size_n": sized.cast(nw.Int64),
    }


def _with_size(cells: pd.DataFrame, known: pd.DataFrame, platforms: Sequence[str]) -> pd.DataFrame:
    """Add platform, category and followers of the account; an id that stands on two platforms tells no platform."""
    named = known[known["account_id"].notna()].drop_duplicates("account_id", keep=False)
    named = named[["account_id", "platform", "category", "followers"]]
    size = cells.groupby("account_id")[["size_sum", "size_n"]].sum()
    size = (size["size_sum"] / _above_zero(size["size_n"])).rename("own")
    cells = cells.merge(named, on="account_id", how="left").merge(size, left_on="account_id", right_index=True)
    cells["followers"] = cells["own"].fillna(cells["followers"])
    if platforms:
        cells = cells[cells["platform"].isin(list(platforms))]
    return cells.drop(columns=["own", "size_sum", "size_n"])


def tier_ratio(
    data: Reduced,
    *,
    first: Sequence[str],
    second: Sequence[str],
    tiers: Tiers = SETS["usual"],
    count: str = "likes + comments",
    base: str = "followers",
    adjust: str = "platform and category",
    estimator: str = "ppml",
) -> Estimate:
    """Estimate the ln ratio of mean engagement rates of two groups of tiers, over accounts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    first, second : sequence of str
        Tiers of the numerator and of the denominator.
    tiers : Tiers
        Where they begin.
    count, base : str
        The engagement rate: of `COUNTS`, by `BASES`.
    adjust : str
        What is held fixed, of `ADJUSTMENTS`.
    estimator : str
        ``"ppml"``: ratio of expected rates; ``"log-ols"``: ratio of geometric means, accounts at 0 left out.

    Returns
    -------
    Estimate
        Not finite where a side has too few accounts or nothing varies.

    References
    ----------
    Santos Silva, J. M. C. & Tenreyro, S. (2006). The log of gravity. Review of Economics and Statistics 88.
    """
    held: dict[str, Any] = {"sides": (first, second), "adjust": ADJUSTMENTS[adjust], "estimator": estimator}
    return _ratio(data.frames["accounts"], outcome=rate_column(count, base), tiers=tiers, **held)


def _ratio(
    accounts: pd.DataFrame,
    *,
    outcome: str,
    sides: tuple[Sequence[str], Sequence[str]],
    tiers: Tiers,
    adjust: Sequence[str] = (),
    estimator: str = "ppml",
) -> Estimate:
    """Compare the accounts of two groups of tiers, each account one observation, each owner one unit.

    Where something is held fixed, accounts of the other tiers, each tier with a level of its own, help to say what a
    platform or category does.
    """
    used, compared, held = _sided(accounts, outcome=outcome, sides=sides, tiers=tiers, adjust=adjust)
    return _contrast(used, outcome=outcome, adjust=held, estimator=estimator, compared=compared)


def _sided(
    accounts: pd.DataFrame,
    *,
    outcome: str,
    sides: tuple[Sequence[str], Sequence[str]],
    tiers: Tiers,
    adjust: Sequence[str],
) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Give the accounts used with the side of each, which of them are compared, and what is held fixed."""
    tier = tiers.of(accounts["followers"]).astype("object")
    compared = tier.isin([*sides[0], *sides[1]])
    known = accounts[outcome].notna() & (tier.notna() if adjust else compared)
    used = accounts.assign(side=tier.isin(sides[0]).astype(float), elsewhere=tier.mask(compared, "compared"))[known]
    return used, compared[known], [*adjust, *(["elsewhere"] if adjust else [])]


def model_frame(data: Reduced, verdict: Verdict, *, tiers: Tiers, count: str, base: str) -> pd.DataFrame:
    """Give the accounts behind the comparison of micro with macro, as statsmodels takes them.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    verdict : Verdict
        The one on that comparison.
    tiers, count, base
        As in `tier_ratio`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: rate, side (1 for micro), and as text platform, category and elsewhere (the tier of
        accounts that are not compared). Without rows where the verdict rests on no estimate over accounts.
    """
    outcome, sides = rate_column(count, base), SIDES["tier-micro-beats-macro"]
    held: Mapping[str, Any] = {"tiers": tiers, "adjust": ADJUSTMENTS["platform and category"]}
    used, _, names = _sided(data.frames["accounts"], outcome=outcome, sides=sides, **held)
    used = _with_levels(used if rests_on(verdict) else used.iloc[:0], outcome, names, link="log")
    return used[["side", *names]].assign(rate=used[outcome].astype(float)).reset_index(drop=True)


def _contrast(
    used: pd.DataFrame,
    *,
    outcome: str,
    adjust: Sequence[str],
    estimator: str,
    compared: pd.Series | None = None,
) -> Estimate:
    """Estimate the ln ratio of the outcome, side 1 to side 0, and count the owners compared and those of a side."""
    found = _fit(used, outcome=outcome, term="side", adjust=adjust, estimator=estimator)
    used = used if compared is None else used[compared]
    sides = [used[used["side"] == side] for side in (1, 0)]
    n_units, n_side = used["owner"].nunique(), min(side["owner"].nunique() for side in sides)
    n_events = min(side.loc[side[outcome] > 0, "owner"].nunique() for side in sides)
    return replace(found or Estimate.none(n_units), n_units=n_units, n_side=n_side, n_events=n_events)


def _fit(used: pd.DataFrame, *, outcome: str, term: str, adjust: Sequence[str], estimator: str) -> Estimate | None:
    """Regress an outcome that is not negative on one term, on the log scale, errors over owners."""
    link = "log" if estimator == "ppml" else "identity"
    if link == "identity":
        used = used[used[outcome] > 0]
        used = used.assign(**{outcome: np.log(used[outcome].astype(float))})
    used = _with_levels(used, outcome, adjust, link=link)
    held = _indicators(used, adjust)
    kept = used[[outcome, term, "owner"]].join(held)
    fit = regress(kept, outcome=outcome, terms=[term], adjust=list(held), cluster="owner", link=link)
    return None if fit is None else fit.term(term)


def _with_levels(used: pd.DataFrame, outcome: str, adjust: Sequence[str], *, link: str) -> pd.DataFrame:
    """Name the groups that are held fixed, and leave out those without a level."""
    for name in adjust:
        used = used.assign(**{name: _taken_together(used[name])})
        if link == "log":
            # A group without any engagement has no level to fit, and tells nothing about a ratio.
            used = used[used.groupby(name)[outcome].transform("sum") != 0]
    return used


def _taken_together(groups: pd.Series) -> pd.Series:
    """Put rare values into one group, and unknown ones into another."""
    named = groups.astype("object").where(groups.notna(), "unknown").astype("str")
    return named.where(named.groupby(named).transform("size") >= FEWEST_ALIKE, "rare")


def _indicators(used: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Lay groups out as columns of 0 and 1, without those that say what others say already."""
    parts = [pd.get_dummies(used[name], prefix=name, drop_first=True, dtype=float) for name in names]
    columns = pd.concat([pd.DataFrame(index=used.index), *parts], axis=1)
    kept = np.ones((len(used), 1))
    if not len(used) or _are_apart(np.hstack([kept, columns])):
        return columns
    chosen: list[str] = []
    for name in columns:
        wider = np.column_stack([kept, columns[name]])
        if _are_apart(wider):
            kept, chosen = wider, [*chosen, name]
    return columns[chosen]


def _are_apart(columns: np.ndarray) -> bool:
    """Tell whether no column of 0 and 1 is a sum of others, from how often two are 1 together: exact, and quick."""
    return np.linalg.matrix_rank(columns.T @ columns, hermitian=True) == columns.shape[1]


def campaign_accounts(data: Reduced) -> pd.DataFrame:
    """Average the campaigns of each account, so that an account counts once.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: account_id, owner, platform, category, followers, campaigns, cost_per_engagement (all
        fees over all engagements, in currency), revenue_per_follower (of a campaign, in currency) and trust (points).
    """
    cells = data.frames["campaigns"]
    firsts = dict.fromkeys(("owner", "platform", "category", "followers"), "first")
    table = cells.groupby("account_id", as_index=False).agg({**firsts, **dict.fromkeys(_CAMPAIGN_SUMS, "sum")})
    means = {name: table[f"{name}_sum"] / _above_zero(table[f"{name}_n"]) for name in _PAIRS}
    size = _above_zero(table["followers"])
    told = {"cost_per_engagement": means["cost"], "revenue_per_follower": means["revenue"] / size}
    table = table.assign(campaigns=table["n"], trust=means["trust"], **told)
    return table[["account_id", "owner", "platform", "category", "followers", "campaigns", *told, "trust"]]


def money_ratio(
    data: Reduced,
    *,
    outcome: str,
    sign: float = 1.0,
    tiers: Tiers = SETS["usual"],
    large: str = "macro and mega",
    estimator: str = "ppml",
    adjust: str = "nothing",
) -> Estimate:
    """Estimate the ln ratio of what small and large accounts cost or sell, over accounts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome : str
        ``"cost_per_engagement"`` or ``"revenue_per_follower"``.
    sign : float
        -1 where the claim is that the outcome is smaller.
    tiers, estimator, adjust
        As in `tier_ratio`.
    large : str
        Which accounts nano and micro ones are compared with, of `LARGE`.

    Returns
    -------
    Estimate
        Not finite where a side has too few accounts or nothing varies.
    """
    held: dict[str, Any] = {"sides": (SMALL, LARGE[large]), "adjust": ADJUSTMENTS[adjust], "estimator": estimator}
    found = _ratio(campaign_accounts(data), outcome=outcome, tiers=tiers, **held)
    return -found if sign < 0 else found


def trust_difference(data: Reduced, *, tiers: Tiers = SETS["usual"], large: str = "macro and mega") -> Estimate:
    """Estimate how much more small accounts are trusted, in standard deviations between accounts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    tiers, large
        As in `money_ratio`.

    Returns
    -------
    Estimate
        Hedges' g of the accounts' mean trust.
    """
    accounts = campaign_accounts(data)
    tier = tiers.of(accounts["followers"])
    small, others = (accounts[tier.isin(list(names))] for names in (SMALL, LARGE[large]))
    return difference_over_owners(small, others, outcome="trust")


def trust_slope(data: Reduced, *, term: str, tiers: Tiers = SETS["usual"], adjust: str = "nothing") -> Estimate | None:
    """Estimate how trust, in standard deviations, changes with a point of fit, or with saying that one is paid.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    term : str
        ``"fit"``, or ``"disclosed"`` (1 and 0).
    tiers : Tiers
        Where they begin.
    adjust : str
        ``"nothing"``, or ``"tier"``: small accounts may be trusted more, and fit or say so more often.

    Returns
    -------
    Estimate or None
        The campaigns of an account that are alike in the term are averaged first; errors over owners.
    """
    cells = data.frames["campaigns"]
    cells = cells[cells[term].notna() & (cells["trust_n"] > 0)]
    sums = {"trust_sum": "sum", "trust_n": "sum", "followers": "first", "owner": "first"}
    table = cells.groupby(["account_id", term], as_index=False).agg(sums)
    tier = tiers.of(table["followers"]).astype("object").fillna("unknown").astype(str)
    table = table.assign(trust=table["trust_sum"] / table["trust_n"], tier=tier)
    held = ["tier"] if adjust == "tier" and len(set(table["tier"])) > 1 else []
    return slope_in_spreads(table, outcome="trust", term=term, adjust=held)


def campaign_ratio(
    data: Reduced,
    *,
    side: str,
    value: str,
    against: str,
    tiers: Tiers = SETS["usual"],
    estimator: str = "ppml",
    adjust: str = "tier",
) -> Estimate | None:
    """Estimate the ln ratio of engagement per impression between two kinds of campaign.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    side : str
        ``"collaboration"`` or ``"style"``.
    value, against : str
        The kind in the numerator and the one in the denominator.
    tiers : Tiers
        Where they begin.
    estimator : str
        ``"ppml"`` or ``"log-ols"`` over accounts, those with both kinds counted once on each side; ``"within account"``
        compares each account with itself.
    adjust : str
        ``"tier"``, or ``"tier, form and fit"``: also what else is known of the campaign.

    Returns
    -------
    Estimate or None
        Errors are over owners. None where no account has both kinds, for the comparison within accounts.
    """
    cells = data.frames["campaigns"]
    other = {"collaboration": "style", "style": "collaboration"}[side]
    cells = cells[cells[side].isin([value, against]) & (cells["rate_n"] > 0)]
    if estimator == "within account":
        flagged = cells.assign(flag=(cells[side] == value).astype(int))
        sums = {"treated": "flag", "total": "rate_sum", "exposure": "rate_n"}
        return within_ratio(flagged, unit="account_id", cluster="owner", **sums)
    keys = ["account_id", side] + ([other, "fit"] if adjust == "tier, form and fit" else [])
    sums = {"rate_sum": "sum", "rate_n": "sum", "followers": "first", "owner": "first"}
    table = cells.groupby(keys, as_index=False, dropna=False).agg(sums)
    table = table.assign(
        rate=table["rate_sum"] / table["rate_n"],
        tier=tiers.of(table["followers"]),
        side=(table[side] == value).astype(float),
    )
    held = {"tier": ["tier"], "tier, form and fit": ["tier", other, "fit"]}[adjust]
    return _contrast(table, outcome="rate", adjust=held, estimator=estimator)


def fit_effect(
    data: Reduced, *, tiers: Tiers = SETS["usual"], estimator: str = "ppml", adjust: str = "nothing"
) -> Estimate | None:
    """Estimate how engagement per impression changes with a point of fit between account and brand.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    tiers : Tiers
        Where they begin.
    estimator : str
        As in `campaign_ratio`; within accounts by least squares on the ln rate.
    adjust : str
        ``"nothing"`` or ``"tier"``.

    Returns
    -------
    Estimate or None
        Slope of ln engagement per impression, errors over owners.
    """
    cells = data.frames["campaigns"]
    cells = cells[cells["fit"].notna() & (cells["rate_n"] > 0)]
    sums = {"rate_sum": "sum", "rate_n": "sum", "followers": "first", "owner": "first"}
    table = cells.groupby(["account_id", "fit"], as_index=False).agg(sums)
    table = table.assign(rate=table["rate_sum"] / table["rate_n"], tier=tiers.of(table["followers"]))
    if estimator == "within account":
        seen = table[table["rate"] > 0]
        seen = seen.assign(rate=np.log(seen["rate"]))
        fit = regress(seen, outcome="rate", terms=["fit"], within=["account_id"], cluster="owner")
        return None if fit is None else fit.term("fit")
    held = {"nothing": [], "tier": ["tier"]}[adjust]
    return _fit(table, outcome="rate", term="fit", adjust=held, estimator=estimator)


def _sponsored(data: Reduced, count: str, base: str) -> pd.DataFrame:
    """Give the accounts' sponsored posts that say so and those that do not, as unit, disclosed, total and n."""
    rate = rate_column(count, base)
    cells = data.frames["sponsored"].rename(columns={f"{rate}, sum": "total", f"{rate}, n": "n"})
    return cells.assign(unit=cells["platform"].fillna("").astype(str) + " " + cells["account_id"].astype(str))


def _dated(data: Reduced, found: Estimate, *, count: str, base: str, contrast: str) -> list[Threat]:
    """Say whether labels that became commoner while something else changed could carry a result."""
    cells = _sponsored(data, count, base).rename(columns={"unit": "account", "disclosed": "treated"})
    rates = cells["total"].astype(float) / cells["n"].astype(float)
    return of_dates(registry()["tier-disclosure-helps"], found, cells.assign(rate=rates))


def disclosure_ratio(
    data: Reduced,
    *,
    count: str = "likes + comments",
    base: str = "followers",
    contrast: str = "conditional ratio",
) -> Estimate | None:
    """Estimate the ln ratio of engagement of sponsored posts that say so to those of the same account that do not.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    count, base : str
        As in `tier_ratio`.
    contrast : str
        ``"conditional ratio"``: ratio of expected rates with a level for each account; ``"paired ln ratios"``: mean
        over accounts of the ln ratio of their two mean rates, accounts with a 0 left out.

    Returns
    -------
    Estimate or None
        Accounts with posts of both kinds count. None where there are none.
    """
    cells = _sponsored(data, count, base)
    if contrast == "conditional ratio":
        sums = {"treated": "disclosed", "total": "total", "exposure": "n"}
        return within_ratio(cells, unit="unit", cluster="owner", **sums)
    seen = cells[(cells["n"] > 0) & (cells["total"] > 0)]
    logs = np.log((seen["total"] / seen["n"]).astype(float)).set_axis(seen["unit"])
    is_open = (seen["disclosed"] == 1).to_numpy()
    first, second = logs[is_open].align(logs[~is_open], join="inner")
    owners = seen.drop_duplicates("unit").set_index("unit")["owner"]
    return paired_difference(first, second, units=owners.reindex(first.index))


def threatened(
    data: Reduced, estimate: Estimate, *, claim_id: str, sides: tuple[Sequence[str], Sequence[str]], **choices: Any
) -> list[Threat]:
    """Say what else could have made a ratio of engagement rates.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    estimate : Estimate
        What `tier_ratio` gave for the data and the choices.
    claim_id : str
        Its claim.
    sides : tuple of sequence of str
        Tiers of the numerator and of the denominator.
    **choices
        Those of `tier_ratio`.

    Returns
    -------
    list of Threat
        Those that could carry the result.
    """
    count, base = choices["count"], choices["base"]
    accounts = data.frames["accounts"]
    accounts = accounts[accounts[rate_column(count, base)].notna()]

    def again(changed: pd.DataFrame) -> Estimate:
        frames = {"accounts": changed}
        return tier_ratio(replace(data, frames=frames), first=sides[0], second=sides[1], **choices)

    return threats.of_ratio(
        registry()[claim_id],
        estimate,
        accounts,
        side=side_of(accounts, sides, choices["tiers"]),
        rate=rate_column(count, base),
        names=[name.removesuffix("s") for name in COUNTS[count]],
        per_follower=base == "followers",
        again=again,
    )


def side_of(accounts: pd.DataFrame, sides: tuple[Sequence[str], Sequence[str]], tiers: Tiers) -> pd.Series:
    """Mark accounts of the first tiers with 1, those of the second with 0; not a number for those of neither."""
    tier = tiers.of(accounts["followers"])
    return tier.isin(list(sides[0])).astype(float).where(tier.isin([*sides[0], *sides[1]]))


def sales_threatened(data: Reduced, estimate: Estimate, *, tiers: Tiers, large: str, **choices: Any) -> list[Threat]:
    """Say whether error in followers could have made a ratio of revenues per follower; keywords as in `money_ratio`."""
    accounts = campaign_accounts(data)
    claim = registry()["tier-small-sells-more-per-follower"]
    return threats.of_error_between(claim, estimate, accounts, side=side_of(accounts, (SMALL, LARGE[large]), tiers))


def what_else(verdicts: Mapping[str, Verdict], data: Reduced, *, tiers: Tiers, count: str, base: str) -> str:
    """Say what else could have made the ratios of engagement rates, and how large it must be.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    data : Reduced
        From `reduce`.
    tiers, count, base
        As in `tier_ratio`.

    Returns
    -------
    str
        A list in Markdown.
    """
    lines = []
    for claim_id, sides in SIDES.items():
        accounts = data.frames["accounts"].assign(side=side_of(data.frames["accounts"], sides, tiers))
        name = f"{sides[0][0].capitalize()} against {sides[1][0]} accounts"
        rate = rate_column(count, base)
        held = {name: _taken_together(accounts[name]) for name in ADJUSTMENTS["platform and category"]}
        found = verdicts[claim_id].estimate
        lines += threats.told(name, found, accounts.assign(**held), rate=rate, per_follower=base == "followers")
    return "\n".join(f"- {line}" for line in lines)


SIDES = {"tier-micro-beats-macro": (("micro",), ("macro",)), "tier-nano-beats-mega": (("nano",), ("mega",))}
"""Tiers of the numerator and of the denominator, by claim."""

_COUNTS, _BASES = tuple(COUNTS), tuple(BASES)
_GEOMETRIC = {"estimator": ("log-ols",)}  # ratios of geometric means are another estimand

_RATES: Mapping[str, Any] = {
    "choices": {
        "tiers": tuple(SETS.values()),
        "count": _COUNTS[:1],
        "base": _BASES[:1],
        "adjust": tuple(ADJUSTMENTS)[:1],
        "estimator": ("ppml",),
    },
    "rows": rows_of("accounts", add="n_rows"),
    "others": {"count": _COUNTS[1:], "base": _BASES[1:], "adjust": tuple(ADJUSTMENTS)[1:], **_GEOMETRIC},
}
_CAMPAIGN_ROWS = rows_of("campaigns", add="n")
_MONEY: Mapping[str, Any] = {
    "choices": {"tiers": tuple(SETS.values()), "large": tuple(LARGE), "estimator": ("ppml",)},
    "rows": _CAMPAIGN_ROWS,
    "others": _GEOMETRIC,
}
_TRUST: Mapping[str, Any] = {"tiers": tuple(SETS.values()), "adjust": ("nothing", "tier")}
_KINDS: Mapping[str, Any] = {
    "choices": {
        "tiers": tuple(SETS.values()),
        "estimator": ("ppml", "within account"),
        "adjust": ("tier", "tier, form and fit"),
    },
    "rows": _CAMPAIGN_ROWS,
    "others": _GEOMETRIC,
}

ANALYSES = {
    **{
        claim_id: Analysis(
            partial(tier_ratio, first=sides[0], second=sides[1]),
            threats=partial(threatened, claim_id=claim_id, sides=sides),
            **_RATES,
        )
        for claim_id, sides in SIDES.items()
    },
    "tier-small-more-trusted": Analysis(
        trust_difference, {"tiers": tuple(SETS.values()), "large": tuple(LARGE)}, _CAMPAIGN_ROWS
    ),
    "tier-small-cheaper": Analysis(partial(money_ratio, outcome="cost_per_engagement", sign=-1.0), **_MONEY),
    "tier-small-sells-more-per-follower": Analysis(
        partial(money_ratio, outcome="revenue_per_follower"), threats=sales_threatened, **_MONEY
    ),
    "tier-cocreation-beats-placement": Analysis(
        partial(campaign_ratio, side="collaboration", value="cocreation", against="placement"), **_KINDS
    ),
    "tier-everyday-beats-polished": Analysis(
        partial(campaign_ratio, side="style", value="everyday", against="polished"), **_KINDS
    ),
    "tier-fit-helps": Analysis(
        fit_effect,
        {"tiers": tuple(SETS.values()), "estimator": ("ppml",), "adjust": ("nothing", "tier")},
        _CAMPAIGN_ROWS,
        others={"estimator": ("log-ols", "within account")},
    ),
    "tier-fit-trusted": Analysis(partial(trust_slope, term="fit"), _TRUST, _CAMPAIGN_ROWS),
    "tier-disclosure-trusted": Analysis(partial(trust_slope, term="disclosed"), _TRUST, _CAMPAIGN_ROWS),
    "tier-disclosure-helps": Analysis(
        disclosure_ratio,
        {"count": _COUNTS[:1], "base": _BASES[:1], "contrast": ("conditional ratio",)},
        rows_of("sponsored", add=f"{rate_column('likes', 'followers')}, n"),
        others={"count": _COUNTS[1:], "base": _BASES[1:], "contrast": ("paired ln ratios",)},
        threats=_dated,
    ),
}
"""How each claim of notebook 02 is put to the test, with what could reasonably be done otherwise."""


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List how many accounts and campaigns there are, and from when the posts are."""
    return [*with_commas({"rows used": data.n_rows, **data.units}), ("period of the posts", days_of(data))]


def tier_counts(data: Reduced, *, tiers: Tiers) -> pd.DataFrame:
    """Count the accounts of each tier, and those in none.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    tiers : Tiers
        Where they begin.

    Returns
    -------
    pandas.DataFrame
        One row for each tier: accounts with posts or averages, and accounts in campaigns.
    """
    counts = {}
    for name, table in (("accounts", data.frames["accounts"]), ("in campaigns", campaign_accounts(data))):
        tier = tiers.of(table["followers"])
        counts[name] = tier.value_counts().reindex([*NAMES, "below, or unknown"], fill_value=0)
        counts[name]["below, or unknown"] = tier.isna().sum()
    return pd.DataFrame(counts).rename_axis("tier")


def tier_means(accounts: pd.DataFrame, *, outcome: str, tiers: Tiers) -> pd.DataFrame:
    """Average an outcome over the accounts of each tier, with intervals for skewed values.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account, with followers and the outcome.
    outcome : str
        A column.
    tiers : Tiers
        Where they begin.

    Returns
    -------
    pandas.DataFrame
        One row for each tier: band (its name), accounts, followers (geometric mean), mean, low, high and median; no
        interval with fewer than four accounts.
    """
    means = band_means(accounts.assign(band=tiers.of(accounts["followers"])), outcome=outcome, cluster="owner")
    return means.drop(columns=["median_low", "median_high"])


def rates_table(data: Reduced, *, tiers: Tiers) -> pd.DataFrame:
    """Set the mean engagement rate of each tier side by side under every definition that the data allow.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    tiers : Tiers
        Where they begin.

    Returns
    -------
    pandas.DataFrame
        One row for each definition, one column for each tier, as text.
    """
    rows = {}
    for rate, (count, base) in RATES.items():
        means = without_few(tier_means(data.frames["accounts"], outcome=rate, tiers=tiers))
        if means["accounts"].any():
            told = [percent(value) if value == value else "–" for value in means["mean"]]
            rows[f"{f'({count})' if '+' in count else count} / {base}"] = told
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(NAMES)).rename_axis("mean over accounts")


def money_table(data: Reduced, *, tiers: Tiers) -> pd.DataFrame:
    """Lay out what accounts of each tier cost, sell and are trusted.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    tiers : Tiers
        Where they begin.

    Returns
    -------
    pandas.DataFrame
        One row for each outcome, one column for each tier: mean over accounts with its 95% interval, as text.
    """
    accounts = campaign_accounts(data)
    units = {
        "cost_per_engagement": "cost per engagement (currency)",
        "revenue_per_follower": "revenue per follower (currency)",
        "trust": "trust (points)",
    }
    rows = {}
    for outcome, name in units.items():
        means = without_few(tier_means(accounts, outcome=outcome, tiers=tiers))
        rows[name] = [_spanned(*row) for row in means[["mean", "low", "high"]].itertuples(index=False)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(NAMES)).rename_axis("mean over accounts")


def _spanned(value: float, low: float, high: float) -> str:
    if value != value:
        return "–"
    return f"{value:.3g}" + (f" ({low:.3g} to {high:.3g})" if low == low else " (too few)")


ENGAGEMENT_LABELS = {
    "tier-micro-beats-macro": "micro against macro",
    "tier-nano-beats-mega": "nano against mega",
}
MONEY_LABELS = {
    "tier-small-cheaper": "less per engagement",
    "tier-small-sells-more-per-follower": "more sold per follower",
}
TRUST_LABELS = {
    "tier-small-more-trusted": "small against large accounts",
    "tier-fit-trusted": "a point of fit",
    "tier-disclosure-trusted": "disclosed against not",
}
CAMPAIGN_LABELS = {
    "tier-cocreation-beats-placement": "co-creation against placement",
    "tier-everyday-beats-polished": "everyday against polished",
    "tier-fit-helps": "a point of fit",
    "tier-disclosure-helps": "disclosed against not",
}


def published_engagement() -> pd.DataFrame:
    """Turn published ladders of rates into ln ratios of the tiers that each source names.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives. Each source keeps its own edges, platform and definition.
    """
    table = figures("account-size").dropna(subset=["estimate"])
    table = table[table["measure"].isin(["engagement_rate", "engagement_per_view"])]
    table = table.assign(tier=table["contrast"].str.split().str[0])
    rows = []
    for (study, platform, _), group in table.groupby(["study", "platform", "measure"], sort=False):
        rates = group.drop_duplicates("tier").set_index("tier")["estimate"]
        for first, second in (("micro", "macro"), ("nano", "mega")):
            if first in rates and second in rates:
                label = f"{first}/{second}: {_short(study)}, {platform.split(' (')[0]}"
                rows.append((label, np.log(rates[first] / rates[second]), group["source"].iloc[0]))
    return points(pd.DataFrame(rows, columns=["label", "value", "source"]))


def published_money() -> pd.DataFrame:
    """Turn published costs and revenues into ln ratios of small to large accounts, signed as the claims are.

    Returns
    -------
    pandas.DataFrame
        As `published_engagement` gives.
    """
    table = figures("influencer-tiers").dropna(subset=["estimate"])
    cost = table[table["measure"].isin(["cost_ratio", "cost_per_engagement_ratio", "cost_efficiency_ratio"])]
    rows = list(zip("cost: " + cost["study"].map(_short), np.log(cost["estimate"]), cost["source"], strict=True))
    sold = table[table["measure"] == "revenue_per_follower_EUR"].set_index("contrast")
    ratio = np.log(sold.loc["nano", "estimate"] / sold.loc["macro", "estimate"])
    rows.append((f"sales: {_short(sold['study'].iloc[0])}", ratio, sold["source"].iloc[0]))
    return points(pd.DataFrame(rows, columns=["label", "value", "source"]))


def _short(study: str) -> str:
    """Name a source briefly enough for a picture: up to the first comma, year, bracket or 'via'."""
    return re.split(r",| \(| via | [0-9]{4}", study)[0]


def studies_table() -> Studies:
    """Lay research on tiers and sponsorship out for reading, what found nothing or the opposite included.

    Returns
    -------
    Studies
        As `claims.published.table` gives.
    """
    return Studies(told_of(figures("influencer-tiers").query("source == 'study'")))


def classroom(*, seed: int, n: int = 40) -> pd.DataFrame:
    """Simulate campaigns to learn on: nothing differs between two groups, but campaigns of one account are alike.

    Parameters
    ----------
    seed : int
        Seed; the same seed gives the same campaigns.
    n : int, default 40
        Accounts.

    Returns
    -------
    pandas.DataFrame
        Twenty campaigns of each account: account_id, small (first half of the accounts) and ln_rate.
    """
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(n), 20)
    ln_rate = rng.normal(0, 0.6, n)[of] + rng.normal(0, 0.3, len(of))
    return pd.DataFrame({"account_id": of, "small": (of < n // 2).astype(float), "ln_rate": ln_rate})


def rows_or_accounts(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Compare two groups twice: as if campaigns were independent, and with errors over accounts.

    Parameters
    ----------
    campaigns : pandas.DataFrame
        From `classroom`.

    Returns
    -------
    pandas.DataFrame
        One row for each way: difference of ln rates, 95% interval and its width.
    """
    ways = {"campaigns as units": None, "accounts as units": "account_id"}
    rows = []
    for name, cluster in ways.items():
        if fit := regress(campaigns, outcome="ln_rate", terms=["small"], cluster=cluster):
            found = fit.term("small")
            rows.append((name, found.value, found.low, found.high, found.high - found.low))
    return pd.DataFrame(rows, columns=["way", "difference", "low", "high", "width"]).set_index("way")
