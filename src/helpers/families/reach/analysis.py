"""Does reach say what people do? From posts and their history to the estimates of notebook 10."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.claims.analysis import Analysis, on_frame, rows_of
from helpers.estimates import Estimate, gain_in_r2, paired_difference
from helpers.families.reach import outcomes
from helpers.measures import Reduced, marked_posts, sums_of_products, with_owner
from helpers.reading.sampling import in_memory

MEASURES = ("reach", "views", "likes", "shares")
"""What is called reach: how many saw a post, and how many waved at it."""

BEHAVIOURS = ("conversions", "clicks")
"""What people did."""

METRICS = (*MEASURES, "comments", "saves", "clicks", "watch_time_s")
"""Among these the best metric for a goal is looked for."""

GROUPS = {"all four": MEASURES, "reach and views": MEASURES[:2], "likes and shares": MEASURES[2:]}
"""Which measures are averaged."""

SCALES = ("rank", "ln")
"""Ranks within an account's posts of one goal, or ln(1 + count)."""

TOLD_BY, AGAINST = ("reach", "likes", "comments"), ("reach", "clicks")
"""What people gave and what they clicked, each beside reach: which of the two tells more about conversions."""

SPLITS = ("alternate", "first and second")
"""How accounts are divided into the half that chooses and the half that is measured."""

COUNTED = ("engagement", "views")
"""What a half-life is that of: likes, comments and shares together, or views."""

FEWEST_POSTS = 10
"""An account's rank correlation over fewer posts is little more than noise."""

HALF_LIFE_LIMIT = 24.0
"""Hours; attention that is half gone within a day counts as short."""

_KEYS = ["platform", "account_id"]


def reduce(
    tables: Mapping[str, Any],
    *,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    fewest_hours: float = 48.0,
) -> Reduced:
    """Reduce posts, their history, customers, teams and learners to what the claims rest on, where they live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; those that are not there leave their frame empty.
    min_age_days : float, default 0
        Posts that were younger at capture are left out.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.
    fewest_hours : float, default 48
        Posts that were followed for fewer hours have no half-life.

    Returns
    -------
    Reduced
        Frames ``ranks`` (from `rank_correlations`), ``products_rank`` and ``products_ln`` (from `products`),
        ``told_rank`` and ``told_ln`` (from `told_products`), ``half_lives`` and ``course`` (from `attention`), each
        with who owns the account, and those of `outcomes.reduce`.
    """
    frames, rows, excluded, period = _of_posts(tables, min_age_days, platforms)
    found, more, late = attention(tables, platforms=platforms, fewest_hours=fewest_hours)
    own = outcomes.reduce(tables)
    frames = {name: with_owner(frame, tables.get("accounts")) for name, frame in (frames | found).items()}
    units = {
        "accounts with rank correlations": _with_correlations(frames["ranks"]),
        "accounts with posts of a goal": frames["products_rank"][_KEYS].drop_duplicates().shape[0],
        "accounts whose posts were followed": len(frames["half_lives"]),
    }
    return Reduced(
        {**frames, **own.frames},
        rows + more + own.n_rows,
        {**units, **own.units},
        {**excluded, **late, **own.excluded},
        period,
    )


def _with_correlations(ranks: pd.DataFrame) -> int:
    """Count the accounts in which something can be correlated."""
    pairs = [pair for pair, *_ in _pairs([*MEASURES, *BEHAVIOURS]) if pair in ranks]
    return int(ranks[pairs].notna().any(axis=1).sum())


def _of_posts(
    tables: Mapping[str, Any], min_age_days: float, platforms: Sequence[str]
) -> tuple[dict[str, pd.DataFrame], int, dict[str, int], Any]:
    """Reduce posts to rank correlations and sums of products, and count them."""
    none = pd.DataFrame({**{key: pd.Series(dtype="str") for key in _KEYS}, "goal": pd.Series(dtype="str")})
    frames = {"ranks": none[_KEYS].assign(posts=0.0), **{f"products_{scale}": none for scale in SCALES}}
    frames |= {f"told_{scale}": none[_KEYS] for scale in SCALES}
    if "posts" not in tables:
        return frames, 0, {}, None
    there = nw.from_native(tables["posts"]).lazy().collect_schema().names()
    columns = [name for name in dict.fromkeys((*METRICS, *BEHAVIOURS)) if name in there]
    expected = {**dict.fromkeys(columns, "Float64"), "goal": "String"}
    chosen = {name: tables[name] for name in ("posts", "accounts") if name in tables}
    posts = marked_posts(chosen, expected=expected, min_age_days=min_age_days, platforms=platforms)
    counts = {"outside": nw.col("_outside"), "young": nw.col("_young"), "used": ~nw.col("_outside") & ~nw.col("_young")}
    posts = posts.with_columns(**{f"_n_{name}": mark.cast(nw.Int64) for name, mark in counts.items()})
    used = nw.when(nw.col("_n_used") == 1).then(nw.col("created_at"))
    told = posts.with_columns(_time=used).select(
        *(nw.col(f"_n_{name}").sum() for name in counts), first=nw.col("_time").min(), last=nw.col("_time").max()
    )
    row = told.collect("pandas").to_native().iloc[0]
    period = (row["first"].date(), row["last"].date()) if pd.notna(row["first"]) else None
    shown = {name: nw.when(nw.col(name) >= 0).then(nw.col(name).cast(nw.Float64)) for name in columns}
    named = {"platform": nw.col("platform").cast(nw.String()).fill_null("not stated")}
    kept = posts.filter(nw.col("_n_used") == 1).select("account_id", "goal", **named, **shown)
    frames["ranks"] = rank_correlations(kept)
    if {"goal", "conversions"} <= set(there):
        frames |= {f"products_{scale}": products(kept, scale=scale) for scale in SCALES}
    if {"conversions", *TOLD_BY, *AGAINST} <= set(there):
        frames |= {f"told_{scale}": told_products(kept, scale=scale) for scale in SCALES}
    reasons = {"posts outside the chosen platforms": "outside", "posts too young at capture": "young"}
    excluded = {reason: int(row[f"_n_{name}"] or 0) for reason, name in reasons.items()}
    return frames, int(row["_n_used"] or 0), {reason: n for reason, n in excluded.items() if n}, period


def _pairs(columns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Name the pairs of a reach measure and a behaviour that a table has columns for."""
    for measure in MEASURES:
        for behaviour in BEHAVIOURS:
            if measure in columns and behaviour in columns:
                yield f"{measure} and {behaviour}", measure, behaviour


def rank_correlations(posts: nw.LazyFrame | pd.DataFrame) -> pd.DataFrame:
    """Correlate reach measures with behaviour over the posts of each account, by ranks, where the posts live.

    Ranks within the account, ties sharing their mean rank, are Spearman's; only sums of them leave the engine.

    Parameters
    ----------
    posts : narwhals.LazyFrame or pandas.DataFrame
        With platform, account_id and counts, hidden ones made unknown; columns that are not there have no correlation.

    Returns
    -------
    pandas.DataFrame
        One row for each account, sorted: platform, account_id, posts, and for each pair, such as ``reach and clicks``,
        Spearman's correlation (missing where one of the two does not vary) and ``n reach and clicks``, the posts behind
        it.

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things. American Journal of Psychology 15.
    """
    frame = nw.from_native(posts).lazy()
    pairs = list(_pairs(frame.collect_schema().names()))
    both: dict[str, nw.Expr] = {}
    for pair, *names in pairs:
        known = ~nw.col(names[0]).is_null() & ~nw.col(names[1]).is_null()
        both |= {f"{side} {pair}": nw.when(known).then(nw.col(name)) for side, name in zip("xy", names, strict=True)}
    ranks = {name: nw.col(name).rank("average").over(*_KEYS) for name in both}
    sums = {f"n {pair}": nw.col(f"x {pair}").count() for pair, *_ in pairs}
    squares = {f"{a}{b} {pair}": nw.col(f"{a} {pair}") * nw.col(f"{b} {pair}") for pair, *_ in pairs for a, b in _SIDES}
    frame = frame.select(*_KEYS, **both)
    if pairs:
        frame = frame.with_columns(**ranks).with_columns(**squares)
    sums |= {name: nw.col(name).sum() for name in squares}
    table = in_memory(frame.group_by(*_KEYS).agg(posts=nw.len(), **sums))
    table = table.astype(dict.fromkeys(["posts", *sums], "float64")).sort_values(_KEYS, ignore_index=True)
    return table[[*_KEYS, "posts"]].assign(**dict(_correlations(table, [pair for pair, *_ in pairs])))


_SIDES = (("x", "x"), ("y", "y"), ("x", "y"))


def _correlations(table: pd.DataFrame, pairs: Sequence[str]) -> Iterator[tuple[str, pd.Series]]:
    """Turn sums of squares and products of ranks into correlations; ranks of n posts have the mean (n + 1) / 2."""
    for pair in pairs:
        n = table[f"n {pair}"]
        own = n * (n + 1) ** 2 / 4
        xx, yy, xy = (table[f"{a}{b} {pair}"] - own for a, b in _SIDES)
        # Ranks are multiples of one half, so that what does not vary gives exactly 0.
        yield pair, (xy / np.sqrt(xx * yy).where((xx > 0) & (yy > 0))).clip(-1, 1)
        yield f"n {pair}", n


def products(posts: nw.LazyFrame, *, scale: str = SCALES[0]) -> pd.DataFrame:
    """Reduce posts with a goal to what least squares needs, for each account and goal, where the posts live.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        With platform, account_id, goal, conversions and metrics. A metric that is known for less than four in five of
        the posts is not used; posts that lack another are left out.
    scale : str, default "rank"
        One of `SCALES`. Either way the means of an account's posts of one goal are taken out.

    Returns
    -------
    pandas.DataFrame
        As `measures.sums_of_products`, by platform, account_id and goal.
    """
    asked = posts.filter(~nw.col("goal").is_null() & ~nw.col("conversions").is_null())
    there = [name for name in METRICS if name in asked.collect_schema().names()]
    counted = asked.select(n=nw.len(), **{name: nw.col(name).count() for name in there}).collect("pandas").to_native()
    used = ["conversions", *(name for name in there if counted[name].iloc[0] >= 0.8 * counted["n"].iloc[0])]
    cell = [*_KEYS, "goal"]
    known = asked.select(*cell, *used).drop_nulls(subset=used)
    value = {name: nw.col(name).rank("average") if scale == "rank" else (nw.col(name) + 1).log() for name in used}
    if scale == "rank":
        posted = nw.len().over(*cell)
        centred = {name: (ranks.over(*cell) - (posted + 1) / 2) / posted for name, ranks in value.items()}
        return sums_of_products(known.with_columns(**centred), columns=used, by=cell)
    known = known.with_columns(**value)
    centred = {name: nw.col(name) - nw.col(name).mean().over(*cell) for name in used}
    return sums_of_products(known.with_columns(**centred), columns=used, by=cell)


def told_products(posts: nw.LazyFrame, *, scale: str = SCALES[0]) -> pd.DataFrame:
    """Reduce posts to what the claim on likes and comments against clicks needs, for each account, where they live.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        With platform, account_id, conversions, reach, likes, comments and clicks; posts that lack one are left out.
    scale : str, default "rank"
        One of `SCALES`; either way the mean of the account is taken out.

    Returns
    -------
    pandas.DataFrame
        As `measures.sums_of_products`, by platform and account_id.
    """
    used = ["conversions", *dict.fromkeys((*TOLD_BY, *AGAINST))]
    known = posts.select(*_KEYS, *used).drop_nulls(subset=used)
    if scale == "rank":
        posted = nw.len().over(*_KEYS)
        made = {name: (nw.col(name).rank("average").over(*_KEYS) - (posted + 1) / 2) / posted for name in used}
    else:
        logs = known.with_columns(**{name: (nw.col(name) + 1).log() for name in used})
        return sums_of_products(
            logs.with_columns(**{name: nw.col(name) - nw.col(name).mean().over(*_KEYS) for name in used}),
            columns=used,
            by=_KEYS,
        )
    return sums_of_products(known.with_columns(**made), columns=used, by=_KEYS)


def tells_more(data: Reduced, *, scale: str = SCALES[0]) -> Estimate | None:
    """Estimate how much more of conversions likes and comments explain beyond reach than clicks do.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    scale : str, default "rank"
        One of `SCALES`.

    Returns
    -------
    Estimate or None
        Difference of R2 within accounts; None where nothing varies.
    """
    table = data.frames[f"told_{scale}"]
    if "n" not in table:
        return None
    return gain_in_r2(table, outcome="conversions", first=TOLD_BY, second=AGAINST, within=True, cluster="owner")


def attention(
    tables: Mapping[str, Any], *, platforms: Sequence[str] = (), fewest_hours: float = 48.0
) -> tuple[dict[str, pd.DataFrame], int, dict[str, int]]:
    """Say how fast posts gather what they gather, from counts some hours after posting, where they live.

    A post's half-life is the time at which it had half of what it had at its last capture, by straight lines between
    captures from 0 at posting; where counts were taken back, the first time.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``post_history`` is used, and ``posts`` to know whose posts they are.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.
    fewest_hours : float, default 48
        Posts that were followed for fewer hours are left out.

    Returns
    -------
    tuple of dict of str to pandas.DataFrame, int, and dict of str to int
        Frames ``half_lives`` (one row for each account: for engagement and views the mean ln half-life in hours and
        under ``posts <name>`` the posts behind it) and ``course`` (one row for each account and hour: the mean share of
        engagement reached); captures used; posts left out, by reason.
    """
    none = {
        "half_lives": pd.DataFrame({key: [] for key in (*_KEYS, *_half_life_columns())}),
        "course": pd.DataFrame({key: [] for key in (*_KEYS, "hours", "share")}),
    }
    if "post_history" not in tables or "posts" not in tables:
        return none, 0, {}
    history = _followed(tables, platforms)
    ends = (
        history.group_by("post_id")
        .agg(last=nw.col("hours").max())
        .select(posts=nw.len(), short=(nw.col("last") < fewest_hours).cast(nw.Int64).sum())
    )
    row = ends.collect("pandas").to_native().iloc[0]
    long = history.with_columns(_last=nw.col("hours").max().over("post_id")).filter(nw.col("_last") >= fewest_hours)
    captures = int(long.select(n=nw.len()).collect("pandas").to_native()["n"].iloc[0])
    shares = {name: _shares(long, name) for name in COUNTED}
    parts = [_half_lives(shared, name).set_index(_KEYS) for name, shared in shares.items()]
    half_lives = pd.concat(parts, axis=1).sort_index().reset_index()
    hour = shares["engagement"].with_columns(hours=nw.col("hours").round(0))
    course = hour.group_by(*_KEYS, "hours").agg(share=nw.col("_share").mean()).collect("pandas").to_native()
    excluded = {f"posts followed for fewer than {fewest_hours:g} hours": int(row["short"] or 0)}
    found = {"half_lives": half_lives, "course": course.sort_values([*_KEYS, "hours"], ignore_index=True)}
    return found, captures, {reason: n for reason, n in excluded.items() if n}


def _half_life_columns() -> list[str]:
    return [column for name in COUNTED for column in (name, f"posts {name}")]


def _followed(tables: Mapping[str, Any], platforms: Sequence[str]) -> nw.LazyFrame:
    """Join captures with the account of their post, and add up what counts as engagement."""
    history = nw.from_native(tables["post_history"]).lazy()
    owners = marked_posts({"posts": tables["posts"]}, expected={}, platforms=platforms).filter(~nw.col("_outside"))
    owners = owners.join(history.select("post_id"), on="post_id", how="semi")
    platform = nw.col("platform").cast(nw.String()).fill_null("not stated")
    owners = (
        owners.with_columns(platform=platform)
        .group_by("post_id")
        .agg(platform=nw.col("platform").min(), account_id=nw.col("account_id").min())
    )
    there = [name for name in ("likes", "comments", "shares", "views") if name in history.collect_schema().names()]
    counts = {name: nw.when(nw.col(name) >= 0).then(nw.col(name).cast(nw.Float64)) for name in there}
    history = history.select("post_id", hours=nw.col("hours").cast(nw.Float64), **counts)
    parts = [nw.col(name) for name in there if name != "views"]
    unknown = nw.lit(None, dtype=nw.Float64())
    history = history.with_columns(
        engagement=sum(parts[1:], parts[0]) if parts else unknown,
        views=nw.col("views") if "views" in there else unknown,
    )
    return history.filter(nw.col("hours") >= 0).join(owners, on="post_id", how="inner")


def _shares(history: nw.LazyFrame, counted: str) -> nw.LazyFrame:
    """Set counts against those of the last capture at which they are known; posts with nothing have no course."""
    known = history.filter(~nw.col(counted).is_null())
    known = known.with_columns(_end=nw.col("hours").max().over("post_id"))
    final = nw.when(nw.col("hours") == nw.col("_end")).then(nw.col(counted))
    known = known.with_columns(_final=final).with_columns(_final=nw.col("_final").max().over("post_id"))
    known = known.filter(nw.col("_final") > 0)
    return known.select(*_KEYS, "post_id", "hours", _share=nw.col(counted) / nw.col("_final"))


def _half_lives(shares: nw.LazyFrame, counted: str) -> pd.DataFrame:
    """Find where each post's course first crosses one half, and average the ln over the posts of an account."""

    def before(name: str) -> nw.Expr:
        return nw.col(name).shift(1).over("post_id", order_by="hours").fill_null(0)

    lines = shares.with_columns(_hours_before=before("hours"), _share_before=before("_share"))
    crossed = lines.filter((nw.col("_share") >= 0.5) & (nw.col("_share_before") < 0.5))
    way = (0.5 - nw.col("_share_before")) / (nw.col("_share") - nw.col("_share_before"))
    at = nw.col("_hours_before") + way * (nw.col("hours") - nw.col("_hours_before"))
    posts = (
        crossed.with_columns(_at=at).filter(nw.col("_at") > 0).group_by(*_KEYS, "post_id").agg(_at=nw.col("_at").min())
    )
    means = posts.with_columns(_ln=nw.col("_at").log()).group_by(*_KEYS)
    table = in_memory(means.agg(nw.col("_ln").mean().alias(counted), nw.len().alias(f"posts {counted}")))
    return table.astype({counted: "float64", f"posts {counted}": "float64"})


def account_correlations(
    ranks: pd.DataFrame, *, behaviour: str, measures: Sequence[str] = MEASURES, fewest_posts: int = FEWEST_POSTS
) -> pd.DataFrame:
    """Take the correlations that rest on enough posts.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From `rank_correlations`.
    behaviour : str
        One of `BEHAVIOURS`.
    measures : sequence of str, default MEASURES
        Reach measures.
    fewest_posts : int, default 10
        Correlations over fewer posts are left out.

    Returns
    -------
    pandas.DataFrame
        One column for each measure that there is, one row for each account with at least one correlation.
    """
    pairs = {measure: f"{measure} and {behaviour}" for measure in measures if f"{measure} and {behaviour}" in ranks}
    table = {measure: ranks[pair].where(ranks[f"n {pair}"] >= fewest_posts) for measure, pair in pairs.items()}
    return ranks[[]].assign(**table).dropna(how="all")


def not_behaviour(
    ranks: pd.DataFrame, *, measures: str = "all four", fewest_posts: int = FEWEST_POSTS
) -> Estimate | None:
    """Estimate 0.5 minus the mean over accounts of the rank correlation of reach measures with conversions.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From `rank_correlations`.
    measures : str, default "all four"
        One of `GROUPS`; an account's correlations are averaged first.
    fewest_posts : int, default 10
        As in `account_correlations`.

    Returns
    -------
    Estimate or None
        None where no account has a correlation.
    """
    table = account_correlations(ranks, behaviour="conversions", measures=GROUPS[measures], fewest_posts=fewest_posts)
    if table.empty:
        return None
    own = table.mean(axis=1).to_numpy()
    found = paired_difference(np.full(len(own), 0.5), own, units=ranks.loc[table.index, "owner"])
    return replace(found, method="mean of accounts' rank correlations")


def short_attention(
    half_lives: pd.DataFrame, *, counted: str = COUNTED[0], fewest_followed: int = 1
) -> Estimate | None:
    """Estimate ln 24 minus the mean over accounts of the ln half-life in hours.

    Parameters
    ----------
    half_lives : pandas.DataFrame
        From `attention`.
    counted : str, default "engagement"
        One of `COUNTED`.
    fewest_followed : int, default 1
        Accounts with fewer posts that have a half-life are left out.

    Returns
    -------
    Estimate or None
        None where nothing was followed.
    """
    own = half_lives.loc[half_lives[f"posts {counted}"] >= fewest_followed, counted].dropna().astype(float)
    if own.empty:
        return None
    found = paired_difference(np.full(len(own), np.log(HALF_LIFE_LIMIT)), own, units=half_lives.loc[own.index, "owner"])
    return replace(found, method="mean of accounts' ln half-lives")


def explained(table: pd.DataFrame) -> pd.DataFrame:
    """Say how much of the squares of conversions, from accounts' own means by goal, each metric explains by itself.

    Parameters
    ----------
    table : pandas.DataFrame
        From `products`.

    Returns
    -------
    pandas.DataFrame
        One row for each goal, one column for each metric; 0 where a metric does not vary.
    """
    sums = table.groupby("goal").sum(numeric_only=True)
    names = [name for name in METRICS if name in sums]
    squares = {name: sums[_both(sums, name, "conversions")] ** 2 / sums[f"{name}*{name}"] for name in names}
    return sums[[]].assign(**squares).replace(np.inf, np.nan).fillna(0)


def best_metrics(table: pd.DataFrame) -> "tuple[dict[str, str], str] | None":
    """Choose the metric that explains most over all goals, and for each goal one that explains more if there is any.

    A goal leaves the common metric only for one that explains more beyond chance (90% interval of the gain above 0 on
    the accounts that choose); else the noise of needless choices would count against metrics of their own.

    Parameters
    ----------
    table : pandas.DataFrame
        From `products`, of the accounts that choose.

    Returns
    -------
    tuple of dict of str to str, and str, or None
        The metric by goal, and one for all; None where no metric varies.
    """
    gained = explained(table)
    gained = gained[gained.max(axis=1) > 0]
    if gained.empty:
        return None
    one = str(gained.sum().idxmax())
    return {goal: _own_or(one, best, table[table["goal"] == goal]) for goal, best in gained.idxmax(axis=1).items()}, one


def _own_or(one: str, best: str, sums: pd.DataFrame) -> str:
    """Give a goal's best metric where it explains more than the common one beyond chance, else the common one."""
    if best == one:
        return one
    found = gain_in_r2(sums, outcome="conversions", first=[best], second=[one], cluster="owner")
    return best if found is None or found.low_90 > 0 else one


def _both(table: pd.DataFrame, a: str, b: str) -> str:
    """Find the column of a product whichever way round it is called."""
    return f"{a}*{b}" if f"{a}*{b}" in table else f"{b}*{a}"


def halves(table: pd.DataFrame, *, split: str = SPLITS[0]) -> np.ndarray:
    """Divide the accounts of a table into two halves, those of one owner together.

    Parameters
    ----------
    table : pandas.DataFrame
        From `products`.
    split : str, default "alternate"
        One of `SPLITS`, by the order of owners' names.

    Returns
    -------
    numpy.ndarray
        0 or 1 for each row.
    """
    numbers = table.groupby("owner", sort=True).ngroup().to_numpy()
    return numbers % 2 if split == "alternate" else (numbers >= (numbers.max(initial=0) + 1) / 2).astype(int)


def chosen_metrics(table: pd.DataFrame, *, split: str = SPLITS[0]) -> "list[tuple[dict[str, str], str]] | None":
    """Choose metrics on each half of the accounts.

    Parameters
    ----------
    table : pandas.DataFrame
        From `products`.
    split : str, default "alternate"
        One of `SPLITS`.

    Returns
    -------
    list of tuple or None
        From `best_metrics`, chosen on the first and on the second half; None where a half cannot choose.
    """
    if "conversions" not in table or table.empty:
        return None
    side = halves(table, split=split)
    first, second = (best_metrics(table[side == half]) for half in (0, 1))
    return [first, second] if first and second else None


def gain(data: Reduced, *, scale: str = SCALES[0], split: str = SPLITS[0]) -> Estimate | None:
    """Estimate how much more of the variance of conversions is explained by a metric for each goal than by one for all.

    Metrics are chosen on one half of the accounts and measured on the other, and the other way round: a choice is never
    rewarded for the noise that it was made from. Either way each goal has a slope of its own, so that only the choice
    of the metric differs.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    scale : str, default "rank"
        One of `SCALES`.
    split : str, default "alternate"
        One of `SPLITS`.

    Returns
    -------
    Estimate or None
        The gain in R2 within accounts and goals. Where the same metric is chosen for every goal it is exactly 0, and so
        are the ends of its interval. None where nothing can be chosen or fitted.
    """
    table = data.frames[f"products_{scale}"]
    found = chosen_metrics(table, split=split)
    if found is None:
        return None
    side = halves(table, split=split)
    goals = sorted(set(found[0][0]) & set(found[1][0]))
    first = [(found[1 - half][0][goal], goal, half) for half in (0, 1) for goal in goals]
    second = [(found[1 - half][1], goal, half) for half in (0, 1) for goal in goals]
    if not goals:
        return None
    sums, named = _designed(table, side, first, second)
    estimate = gain_in_r2(sums, outcome="y", first=[named(term) for term in first], second=[named(t) for t in second])
    if estimate is not None and first == second:
        return Estimate.spanning(
            0.0, lambda _: (0.0, 0.0), p_value=1.0, n_units=estimate.n_units, method=estimate.method
        )
    return estimate


def _designed(
    table: pd.DataFrame, side: np.ndarray, first: list[tuple[str, str, int]], second: list[tuple[str, str, int]]
) -> tuple[pd.DataFrame, Any]:
    """Lay sums of products out as the terms of one regression, each a metric in a goal and a half of the accounts."""

    def named(term: tuple[str, str, int]) -> str:
        return " ".join(map(str, term))

    goals = table["goal"].isin([goal for _, goal, _ in first])
    owners = table.groupby("owner", sort=True).ngroup().to_numpy()
    n = owners.max(initial=-1) + 1

    def summed(values: pd.Series, which: pd.Series | np.ndarray) -> np.ndarray:
        return np.bincount(owners, values.to_numpy(dtype=float) * np.asarray(which), n)

    sums = {"n": summed(table["n"], goals), "y": np.zeros(n), "y*y": summed(table["conversions*conversions"], goals)}
    terms = list(dict.fromkeys([*first, *second]))
    for i, (metric, goal, half) in enumerate(terms):
        cell, name = (table["goal"] == goal) & (side == half), named(terms[i])
        sums |= {name: np.zeros(n), f"y*{name}": summed(table[_both(table, metric, "conversions")], cell)}
        for other in terms[i:]:
            shared = table[_both(table, metric, other[0])] if other[1:] == (goal, half) else table["n"] * 0
            sums[f"{name}*{named(other)}"] = summed(shared, cell)

    return pd.DataFrame(sums), named


def metric_table(data: Reduced, *, scale: str = SCALES[0], split: str = SPLITS[0]) -> pd.DataFrame:
    """Show which metric each half of the accounts chose for each goal.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    scale, split
        As in `gain`.

    Returns
    -------
    pandas.DataFrame
        One row for each goal and one for all goals, one column for each half; empty where none could choose.
    """
    found = chosen_metrics(data.frames[f"products_{scale}"], split=split) or []
    columns = {
        f"chosen on the {name} half": pd.Series({**own, "one for all": one}, dtype="str")
        for name, (own, one) in zip(("first", "second"), found, strict=False)
    }
    return pd.DataFrame(columns).rename_axis(index="goal").fillna("–")


def short_of_half(rows: pd.DataFrame) -> pd.DataFrame:
    """Set rank correlations against one half, as the claim does: by how much each falls short of it."""
    return rows.assign(value=0.5 - rows["value"], low=0.5 - rows["high"], high=0.5 - rows["low"])


def correlation_rows(ranks: pd.DataFrame, *, fewest_posts: int = FEWEST_POSTS) -> pd.DataFrame:
    """Lay mean rank correlations out for `plots.forest`.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From `rank_correlations`.
    fewest_posts : int, default 10
        As in `account_correlations`.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high, source and accounts, one row for each reach measure and behaviour; a single
        account has no interval.
    """
    rows = []
    for behaviour in BEHAVIOURS:
        table = account_correlations(ranks, behaviour=behaviour, fewest_posts=fewest_posts)
        for measure in table:
            own = table[measure].dropna()
            if len(own):
                found = paired_difference(own, np.zeros(len(own)), units=ranks.loc[own.index, "owner"])
                rows.append((f"{measure} with {behaviour}", own.mean(), found.low, found.high, "here", len(own)))
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "source", "accounts"])


def course_rows(course: pd.DataFrame) -> pd.DataFrame:
    """Average the courses of accounts for a picture.

    Parameters
    ----------
    course : pandas.DataFrame
        From `attention`: hours and share for each account.

    Returns
    -------
    pandas.DataFrame
        Columns hours, value, low and high (95% interval over accounts) where at least four accounts were counted.
    """
    rows = []
    for hours, part in course.groupby("hours"):
        shares = part["share"]
        found = paired_difference(shares, np.zeros(len(shares)), units=part["owner"])
        if len(shares) >= 4:
            low, high = (shares.mean() if np.isnan(end) else end for end in (found.low, found.high))
            rows.append((float(hours), shares.mean(), low, high))
    return pd.DataFrame(rows, columns=["hours", "value", "low", "high"])


def in_hours(half_life: Estimate | None) -> str:
    """Say a half-life in hours.

    Parameters
    ----------
    half_life : Estimate or None
        From `short_attention`.

    Returns
    -------
    str
        One sentence.
    """
    if half_life is None:
        return "There is no half-life: no post was followed."
    value, low, high = HALF_LIFE_LIMIT * np.exp(-np.array([half_life.value, half_life.high, half_life.low]))
    ends = f" (95% interval {low:.1f} to {high:.1f})" if np.isfinite([low, high]).all() else ""
    return f"Half of the engagement is there after {value:.1f} hours{ends}."


def _correlated_posts(data: Reduced) -> int:
    ranks = data.frames["ranks"]
    counts = [f"n {measure} and conversions" for measure in MEASURES if f"n {measure} and conversions" in ranks]
    most = ranks[counts].max(axis=1) if counts else ranks["posts"] * 0
    return int(most[most >= FEWEST_POSTS].sum())


def _posts_with_goal(data: Reduced) -> int:
    table = data.frames["products_rank"]
    return int(table["n"].sum()) if "n" in table else 0


ANALYSES: Mapping[str, Analysis] = {
    "reach-is-not-behaviour": Analysis(
        on_frame("ranks", not_behaviour),
        {"measures": tuple(GROUPS), "fewest_posts": (FEWEST_POSTS, 5, 30)},
        rows=_correlated_posts,
    ),
    "reach-interactions-tell-more-than-clicks": Analysis(
        tells_more,
        {"scale": SCALES[:1]},
        rows=lambda data: int(data.frames["told_rank"].get("n", pd.Series()).sum()),
        others={"scale": SCALES[1:]},
    ),
    "reach-attention-is-short": Analysis(
        on_frame("half_lives", short_attention),
        {"counted": COUNTED, "fewest_followed": (1, 3)},
        rows=rows_of("half_lives", add="posts engagement"),
    ),
    "reach-each-goal-its-metric": Analysis(gain, {"scale": SCALES, "split": SPLITS}, rows=_posts_with_goal),
    **outcomes.ANALYSES,
}
"""How each claim of notebook 10 is estimated, and what could be done otherwise."""


def heap_and_within(first: np.ndarray, second: np.ndarray, accounts: np.ndarray) -> pd.DataFrame:
    """Set the rank correlation over all posts beside the mean of those within accounts.

    Parameters
    ----------
    first, second : numpy.ndarray
        Two counts of each post, shape (n,).
    accounts : numpy.ndarray
        The account of each post.

    Returns
    -------
    pandas.DataFrame
        Column rank correlation, one row for each way.

    Examples
    --------
    >>> heap_and_within(np.array([1, 2, 11, 12]), np.array([2, 1, 12, 11]), np.array(list("aabb"))).iloc[:, 0].tolist()
    [0.6, -1.0]
    """
    posts = pd.DataFrame({"platform": "one", "account_id": accounts, "reach": first, "conversions": second})
    heap, within = (
        rank_correlations(table)["reach and conversions"].mean() for table in (posts.assign(account_id="all"), posts)
    )
    rows = {"all posts on one heap": heap, "within accounts, averaged": within}
    return pd.Series(rows, name="rank correlation").round(12).to_frame()


def gain_from_chance(*, posts: int, metrics: int, goals: int, seed: int, repeats: int = 200) -> pd.DataFrame:
    """Show what choosing the best metric for each goal seems to gain where no metric has anything to do with anything.

    Parameters
    ----------
    posts, metrics, goals : int
        Posts of each goal, metrics to choose from, and goals.
    seed : int
        Seed of the simulation.
    repeats : int, default 200
        Simulated studies that are averaged.

    Returns
    -------
    pandas.DataFrame
        Column gain in R2: on the posts that metrics were chosen on, and on others.
    """
    rng = np.random.default_rng(seed)
    shape = (2, repeats, goals)
    outcome, metric = rng.standard_normal((*shape, 1, posts)), rng.standard_normal((*shape, metrics, posts))
    centred = [values - values.mean(axis=-1, keepdims=True) for values in (outcome, metric)]
    products = (centred[0] * centred[1]).sum(axis=-1) ** 2
    explained = products / ((centred[0] ** 2).sum(axis=-1) * (centred[1] ** 2).sum(axis=-1))
    best = explained[0].argmax(axis=-1)[:, :, None]
    one = np.broadcast_to(explained[0].mean(axis=1).argmax(axis=-1)[:, None, None], best.shape)
    gains = [float((np.take_along_axis(r2, best, -1) - np.take_along_axis(r2, one, -1)).mean()) for r2 in explained]
    names = ["on the posts that were chosen on", "on other posts"]
    return pd.DataFrame({"gain in R2": gains}, index=names)
