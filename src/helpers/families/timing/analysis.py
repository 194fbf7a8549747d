"""Does it matter when, and with which hashtags? From posts to cells for each account, and to notebook 06's estimates.

A cell is an hour of the week, or a hashtag. What an account's posts in a cell have more than its other posts is its
deviation there; deviations of many accounts make the effect of a cell.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.refusals import Refusal
from helpers.base.times import seconds
from helpers.claims import Verdict
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.published import points
from helpers.claims.verdicts import OWN_ACCOUNT
from helpers.estimates import ROUNDING, Estimate, from_influence, within_ratio
from helpers.families.timing.estimators import false_discovery, shrunken, spread_between
from helpers.ground.disclosure import FEWEST
from helpers.lessons import rests_on, two_sided
from helpers.measures import COUNTED, Reduced, completed, engagement, outside_or_young, with_owner
from helpers.measures.own import are_days_alone, times_of_day
from helpers.reading.sampling import in_memory
from helpers.reading.tags import one_a_row

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

CELLS = ("weekday and hour", "hour of the day", "weekday and part of the day")
"""How the week may be divided; a part of the day is four hours."""

NO_HOURS = "with a day and no clock time"
"""Why posts cannot be compared by hour."""

MEASURES = ("relative engagement", "ln(1 + engagement)")
"""Engagement divided by the account's mean, so that zeros stay in and no account outweighs others; or its logarithm."""

FEWEST_ACCOUNTS, FEWEST_TAG_POSTS, MOST_TAGS = 3, 20, 300
"""A hashtag is looked at when so many accounts used it, on so many posts; of more tags the most used are taken."""

LONG_WORK = 50_000_000
"""Shuffled rows above which a permutation test takes more than about two seconds, and tells how far it is."""

_MONDAY = datetime(1900, 1, 1)
"""A Monday before any post, from which seconds are counted, so that no count is negative."""

_EXPECTED = {
    "post_id": "String",
    "platform": "String",
    "created_at": "Datetime",
    "captured_at": "Datetime",
    "hashtags": "String",
}


def reduce(
    tables: Mapping[str, Any],
    *,
    timezone: str = "UTC",
    counted: str = "likes and comments",
    min_age_days: float = 0.0,
    min_posts: int = 5,
    min_weeks: float = 20.0,
    platforms: Sequence[str] = (),
) -> Reduced:
    """Reduce posts to sums for each account, half of its time, and cell, where the posts live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` is used, and ``accounts`` to know who owns them.
    timezone : str, default "UTC"
        Time zone in which the accounts post, such as ``Europe/Amsterdam``.
    counted : str
        One of `measures.COUNTED`.
    min_age_days : float, default 0
        Posts younger than this at capture are left out.
    min_posts : int, default 5
        Accounts with fewer usable posts are left out.
    min_weeks : float, default 20
        For hours: accounts whose posts span less time are left out, for a schedule needs a past and a future.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.

    Returns
    -------
    Reduced
        ``hours`` (account, owner, late, cell from 0 for Monday 0 h to 167) and ``tags`` (the same columns), each with
        posts, total (sum of engagement) and logs (sum of ln(1 + engagement)); ``whole``, the same sums for each
        account and half. ``late`` tells the second half of the account's time from the first.

    Raises
    ------
    Refusal
        If there is no such time zone.
    """
    zone = _zone(timezone)
    names = ["account", "owner", "late", "cell", "posts", "total", "logs"]
    if "posts" not in tables:
        empty = pd.DataFrame({name: pd.Series(dtype=float) for name in names})
        frames = {"hours": empty, "tags": empty, "whole": empty.drop(columns="cell")}
        return Reduced(frames, 0, {"accounts": 0})
    raw = nw.from_native(tables["posts"]).lazy()
    counts = engagement(raw, counts=COUNTED[counted])
    posts = completed(raw, _EXPECTED).with_columns(_y=counts, _left_out=outside_or_young(platforms, min_age_days))
    known = ~nw.col("_y").is_null() & ~nw.col("created_at").is_null()
    used = posts.filter(~nw.col("_left_out") & known).with_columns(platform=nw.col("platform").fill_null(""))
    used = used.with_columns(_seconds=seconds(used, "created_at", since=_MONDAY))
    used, span = _halved(used, min_posts=min_posts)
    hours = with_owner(_summed(_on_clock(used, zone, span), ["_cell"]), tables.get("accounts"))
    tags = with_owner(_by_tag(used, hours), tables.get("accounts"))
    whole = hours.groupby(["account", "owner", "late"], as_index=False)[["posts", "total", "logs"]].sum()
    one_hour = hours["cell"].mod(24).nunique() <= 2 and are_days_alone(times_of_day(used))
    lasting = (hours["weeks"] >= min_weeks) & (not one_hour)
    short = f"posts of accounts followed for under {min_weeks:g} weeks"
    excluded = {
        f"posts too young, of other platforms, uncounted, undated or of accounts with under {min_posts} posts": (
            int(posts.select(nw.len()).collect("pandas").to_native().iloc[0, 0]) - int(hours["posts"].sum())
        ),
        f"{f'posts {NO_HOURS}' if one_hour else short}, left out for hours": hours.loc[~lasting, "posts"].sum(),
    }
    return Reduced(
        {"hours": hours.loc[lasting, names].reset_index(drop=True), "tags": tags[names], "whole": whole},
        int(hours["posts"].sum()),
        {"accounts": hours["account"].nunique(), "accounts with hashtags": tags["account"].nunique()},
        {reason: int(count) for reason, count in excluded.items() if count},
        None if span is None else (span[0].date(), span[1].date()),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise Refusal(f"there is no time zone {name!r}", mend="use a name such as Europe/Amsterdam or UTC") from None


def _halved(used: nw.LazyFrame, *, min_posts: int) -> "tuple[nw.LazyFrame, tuple[datetime, datetime] | None]":
    """Part each account's time in the middle between its first and its last post."""
    keys, at = ["platform", "account_id"], nw.col("_seconds")
    bounds = used.group_by(*keys).agg(_first=at.min(), _last=at.max(), _n=nw.len())
    bounds = bounds.filter(nw.col("_n") >= min_posts)
    ends = bounds.select(first=nw.col("_first").min(), last=nw.col("_last").max()).collect("pandas").to_native()
    joined = used.join(bounds, on=keys, how="inner")
    joined = joined.with_columns(
        _late=(2 * at > nw.col("_first") + nw.col("_last")).cast(nw.Int64),
        _weeks=(nw.col("_last") - nw.col("_first")) / 604_800.0,
    )
    first, last = ends.iloc[0]
    if pd.isna(first):
        return joined, None
    return joined, (_MONDAY + timedelta(seconds=float(first)), _MONDAY + timedelta(seconds=float(last)))


def _on_clock(used: nw.LazyFrame, zone: ZoneInfo, span: "tuple[datetime, datetime] | None") -> nw.LazyFrame:
    """Say in which hour of the local week each post falls; plain arithmetic, the same on every engine."""
    local = nw.lit(0)
    for start, offset in changes(zone, span) if span else ():
        since = int((start - _MONDAY).total_seconds())
        local = nw.when(nw.col("_seconds") >= since).then(nw.lit(offset)).otherwise(local)
    used = used.with_columns(_local=(nw.col("_seconds") + local).cast(nw.Int64))
    hours = nw.col("_local") // 3_600
    return used.with_columns(_cell=(hours % 168).cast(nw.Int64))


def changes(zone: ZoneInfo, span: tuple[datetime, datetime]) -> list[tuple[datetime, int]]:
    """List when a zone's clock is how far from UTC.

    Parameters
    ----------
    zone : zoneinfo.ZoneInfo
        The zone.
    span : tuple of datetime
        First and last moment, in UTC without a zone.

    Returns
    -------
    list of (datetime, int)
        From when (in UTC) the clock is so many seconds ahead; the first entry holds for all times before the second.
    """

    def ahead(moment: datetime) -> int:
        there = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        return int((there - moment).total_seconds())

    found, at = [(_MONDAY, ahead(span[0]))], span[0].replace(minute=0, second=0, microsecond=0)
    while at <= span[1]:
        after = at + timedelta(days=1)
        if ahead(after) != ahead(at):
            turn = next(at + timedelta(minutes=15 * i) for i in range(1, 97) if _turned(ahead, at, i))
            found.append((turn, ahead(after)))
        at = after
    return found


def _turned(ahead: Any, at: datetime, quarters: int) -> bool:
    return ahead(at + timedelta(minutes=15 * quarters)) != ahead(at)


def _summed(used: nw.LazyFrame, by: Sequence[str]) -> pd.DataFrame:
    y = nw.col("_y")
    grouped = used.with_columns(_logs=(y + 1).log()).group_by("platform", "account_id", "_late", *by)
    made = grouped.agg(posts=nw.len(), total=y.sum(), logs=nw.col("_logs").sum(), weeks=nw.col("_weeks").max())
    table = in_memory(made)
    account = table["platform"].astype(str) + " " + table["account_id"].astype(str)
    table = table.assign(account=account, late=table["_late"].astype(bool)).rename(columns={by[0]: "cell"})
    table = table.astype({"posts": "int64", "total": "float64", "logs": "float64"})
    order = ["account", "late", "cell"]
    return table[["platform", "account_id", *order, "posts", "total", "logs", "weeks"]].sort_values(
        order, ignore_index=True
    )


def _by_tag(used: nw.LazyFrame, hours: pd.DataFrame) -> pd.DataFrame:
    """Take posts apart into their hashtags; a hashtag that stands twice on a post counts once."""
    words = nw.col("hashtags").str.to_lowercase().str.replace_all("#", "", literal=True)
    tagged = used.filter(~nw.col("hashtags").is_null()).with_columns(_cell=words)
    one = one_a_row(tagged, "_cell").filter(nw.col("_cell") != "")
    columns = ["platform", "account_id", "post_id", "_late", "_cell", "_y", "_weeks"]
    table = _summed(one.select(*columns).unique(), ["_cell"])
    kept = table.groupby("cell").agg(accounts=("account", "nunique"), posts=("posts", "sum"))
    kept = kept[(kept["accounts"] >= FEWEST_ACCOUNTS) & (kept["posts"] >= FEWEST_TAG_POSTS)]
    kept = kept.sort_values("posts", ascending=False, kind="stable").head(MOST_TAGS)
    return table[table["cell"].isin(kept.index)].reset_index(drop=True)


def deviations(
    data: Reduced, table: str, *, late: bool | None = None, measure: str = MEASURES[0], cells: str = CELLS[0]
) -> pd.DataFrame:
    """Say how far each account's posts in a cell lie above the mean of its posts in the same half of its time.

    What grows or shrinks over the years, as reach does, is then no effect of the hours and hashtags that come and go.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    table : str
        ``"hours"`` or ``"tags"``.
    late : bool, optional
        Only the earlier (False) or later (True) half of each account's time; by default both. What lies in the other
        half is not looked at, not even for the account's mean.
    measure : str
        One of `MEASURES`.
    cells : str
        For hours: one of `CELLS`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and cell: account, owner, cell, posts, deviation (sum over posts), exposure (posts
        times the share of the account's posts that lie elsewhere: one that is always in the same cell tells nothing).
    """
    part, whole = data.frames[table], data.frames["whole"]
    if late is not None:
        part, whole = part[part["late"] == late], whole[whole["late"] == late]
    if table == "hours":
        part = part.assign(cell=grouped_cells(part["cell"].to_numpy(dtype=int), cells))
    numbers = ["posts", "total", "logs"]
    part = part.groupby(["account", "owner", "late", "cell"], as_index=False)[numbers].sum()
    own = part[["account", "late"]].merge(whole.groupby(["account", "late"])[numbers].sum().reset_index(), how="left")
    if measure == MEASURES[0]:
        level = own["total"] / own["posts"]
        deviation = (part["total"] / level.where(level > 0)).fillna(part["posts"]) - part["posts"]
    else:
        deviation = part["logs"] - part["posts"] * own["logs"] / own["posts"]
    told = part.assign(deviation=deviation, exposure=part["posts"] * (1 - part["posts"] / own["posts"]))
    return told.groupby(["account", "owner", "cell"], as_index=False)[["posts", "deviation", "exposure"]].sum()


def grouped_cells(cell: np.ndarray, cells: str) -> np.ndarray:
    """Put hours of the week (0 for Monday 0 h) together as one of `CELLS` says."""
    if cells not in CELLS:
        raise ValueError(f"cells '{cells}' are unknown; allowed: {', '.join(CELLS)}")
    weekday, hour = cell // 24, cell % 24
    return {CELLS[0]: cell, CELLS[1]: hour, CELLS[2]: weekday * 6 + hour // 4}[cells]


def effects(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimate the effect of each cell, raw and shrunk towards the mean of all.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `deviations`.

    Returns
    -------
    pandas.DataFrame
        By cell: posts, accounts, raw, effect (shrunk) and error, all against the same accounts' other posts.
    """
    used = rows[rows["exposure"] > 0]
    told = used.groupby("cell").agg(
        posts=("posts", "sum"),
        accounts=("account", "nunique"),
        deviation=("deviation", "sum"),
        exposure=("exposure", "sum"),
    )
    raw = told["deviation"] / told["exposure"]
    noise = float((used["deviation"] ** 2).sum() / used["exposure"].sum()) if len(used) else np.nan
    found = shrunken(raw.to_numpy(), np.maximum(noise, 1e-12) / told["exposure"].to_numpy())
    shown = {"raw": raw, "effect": found.means, "error": found.errors}
    return pd.DataFrame({"posts": told["posts"], "accounts": told["accounts"], **shown}, index=told.index)


def spread(
    data: Reduced, table: str, *, measure: str = MEASURES[0], cells: str = CELLS[0], late: bool | None = None
) -> Estimate | None:
    """Estimate the standard deviation of the effects of cells beyond noise, owners as independent units.

    Parameters
    ----------
    data, table, measure, cells, late
        As in `deviations`.

    Returns
    -------
    Estimate or None
        As `estimators.spread_between`.
    """
    rows = deviations(data, table, late=late, measure=measure, cells=cells)
    rows = of_one_whole(rows) if table == "hours" else rows
    return spread_between(rows, unit="owner", cell="cell", total="deviation", exposure="exposure")


def of_one_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Tell effects of cells that part the posts, as hours do, from the mean of all posts and not of those elsewhere.

    A hashtag's effect is what posts have more that have it; that of an hour is its distance from what is usual, and the
    posts of a large cell are part of the usual. `rows` are those of `deviations`; the exposure is that of all posts.
    """
    others = 1 - rows.groupby("cell")["posts"].transform("sum") / rows["posts"].sum()
    return rows.assign(exposure=rows["exposure"] / others)


def chosen_hours(data: Reduced, *, share: float = 0.25, measure: str = MEASURES[0], cells: str = CELLS[0]) -> list[int]:
    """Choose the best cells of the week from the earlier halves alone.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    share : float, default 0.25
        Share of the earlier posts that lie in the chosen cells.
    measure, cells
        As in `deviations`.

    Returns
    -------
    list of int
        Cells, best first.
    """
    found = effects(deviations(data, "hours", late=False, measure=measure, cells=cells))
    best = found.sort_values("effect", ascending=False, kind="stable")
    before = best["posts"].cumsum() - best["posts"]
    return best.index[before < share * best["posts"].sum()].tolist()


def schedule_gain(data: Reduced, *, share: float = 0.25, **how: str) -> Estimate | None:
    """Estimate what the chosen hours bring in the later halves: the ln ratio to all other posts, within account.

    Parameters
    ----------
    data, share, how
        As in `chosen_hours`.

    Returns
    -------
    Estimate or None
        None where fewer than two accounts have later posts of both kinds.
    """
    return _ratio(_scheduled(data, share=share, **how), data)


def _scheduled(data: Reduced, *, share: float, **how: str) -> pd.DataFrame:
    """Add up the later posts of each account in the chosen hours, and those in all others."""
    part = data.frames["hours"]
    chosen = chosen_hours(data, share=share, **how)
    late = part[part["late"].astype(bool)]
    cell = grouped_cells(late["cell"].to_numpy(dtype=int), how.get("cells", CELLS[0]))
    rows = late.assign(chosen=np.isin(cell, chosen).astype(int))
    return rows.groupby(["account", "owner", "chosen"], as_index=False)[["posts", "total"]].sum()


def model_frame(data: Reduced, verdict: Verdict, *, share: float, **how: str) -> pd.DataFrame:
    """Give the accounts behind the gain of a schedule, both sides of each in one row, as statsmodels takes them.

    Parameters
    ----------
    data, share, how
        As in `chosen_hours`.
    verdict : Verdict
        The one on schedules.

    Returns
    -------
    pandas.DataFrame
        As `lessons.two_sided` gives it. Without rows where the verdict rests on no estimate over accounts.
    """
    rows = _relative(_scheduled(data, share=share, **how), data)
    rows = rows if rests_on(verdict) else rows.iloc[:0]
    return two_sided(rows, unit="account", treated="chosen", total="total", exposure="posts")


def chosen_tags(data: Reduced, *, number: int = 5, measure: str = MEASURES[0]) -> list[str]:
    """Choose the best hashtags from the earlier halves alone.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    number : int, default 5
        How many are chosen.
    measure : str
        One of `MEASURES`.

    Returns
    -------
    list of str
        Hashtags, best first.
    """
    found = effects(deviations(data, "tags", late=False, measure=measure))
    return found.sort_values("effect", ascending=False, kind="stable").index[:number].tolist()


def tag_gain(data: Reduced, *, number: int = 5, measure: str = MEASURES[0]) -> Estimate | None:
    """Estimate what the chosen hashtags bring in the later halves: the ln ratio to the account's posts without them.

    Each chosen hashtag is compared with the same account's posts that lack it, and the comparisons are put together.

    Parameters
    ----------
    data, number, measure
        As in `chosen_tags`.

    Returns
    -------
    Estimate or None
        None where fewer than two accounts have later posts of both kinds.
    """
    part, whole = data.frames["tags"], data.frames["whole"]
    late = part[part["late"].astype(bool) & part["cell"].isin(chosen_tags(data, number=number, measure=measure))]
    own = whole[whole["late"].astype(bool)].set_index("account")
    numbers = ["posts", "total"]
    rest = late.assign(**{name: late["account"].map(own[name]) - late[name] for name in numbers})
    both = [
        side.assign(chosen=kind)[["account", "owner", "cell", "chosen", *numbers]]
        for kind, side in ((1, late), (0, rest))
    ]

    rows = pd.concat(both, ignore_index=True)
    rows = rows.assign(stratum=rows["account"].astype(str) + " " + rows["cell"].astype(str))
    return _ratio(rows, data, stratum="stratum")


def _ratio(rows: pd.DataFrame, data: Reduced, *, stratum: str | None = None) -> Estimate | None:
    """Compare rates within accounts."""
    rows = _relative(rows, data)
    if rows.empty:
        return None
    sums = {"treated": "chosen", "total": "total", "exposure": "posts"}
    return within_ratio(rows, unit="account", cluster="owner", stratum=stratum, **sums)


def _relative(rows: pd.DataFrame, data: Reduced) -> pd.DataFrame:
    """Divide the total of each account by its own later level, so that none outweighs others."""
    own = data.frames["whole"]
    own = own[own["late"].astype(bool)].set_index("account")
    level = rows["account"].map(own["total"] / own["posts"])
    return rows.assign(total=rows["total"] / level)[level > 0]


def tag_table(data: Reduced, *, measure: str = MEASURES[0], level: float = 0.05) -> pd.DataFrame:
    """Test every hashtag, with the false discovery rate held.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    measure : str
        One of `MEASURES`.
    level : float, default 0.05
        Share of false calls allowed among those that are called.

    Returns
    -------
    pandas.DataFrame
        As `effects`, with low and high (of the raw effect), p_value, q_value (adjusted) and called; strongest first.
        A hashtag of fewer than ten owners is not tested.
    """
    from helpers.claims import FEWEST_UNITS

    rows = deviations(data, "tags", measure=measure)
    table = effects(rows)
    nothing = (np.nan,) * 3
    tested = {
        tag: _tested(part) if part["owner"].nunique() >= FEWEST_UNITS else nothing
        for tag, part in rows[rows["exposure"] > 0].groupby("cell")
    }
    for i, name in enumerate(("low", "high", "p_value")):
        table[name] = [tested[tag][i] for tag in table.index]
    known = table["p_value"].notna()
    table["q_value"] = np.nan
    table.loc[known, "q_value"] = false_discovery(table.loc[known, "p_value"].to_numpy())
    return table.assign(called=table["q_value"] <= level).sort_values("effect", ascending=False, kind="stable")


def _tested(part: pd.DataFrame) -> tuple[float, float, float]:
    own = part.groupby("owner")[["deviation", "exposure"]].sum()
    mean = own["deviation"].sum() / own["exposure"].sum()
    influence = (own["deviation"] - mean * own["exposure"]) / (own["exposure"].sum() - own["exposure"])
    found = from_influence(float(mean), influence.to_numpy())
    return found.low, found.high, found.p_value


def permuted(
    data: Reduced, *, permutations: int = 499, seed: int = 1, measure: str = MEASURES[0], cells: str = CELLS[0]
) -> tuple[float, np.ndarray]:
    """Test whether hours matter at all, by shuffling them.

    The hours of an account are dealt out anew among those in which it posted equally often: if the hour does not
    matter, every deal is as likely as the one that happened. So the test rests on no formula for the noise.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    permutations : int, default 499
        Number of deals.
    seed : int, default 1
        Seed of the shuffling.
    measure, cells
        As in `deviations`.

    Returns
    -------
    tuple of float and numpy.ndarray
        What happened, and what the deals gave: variance between cells, in the square of the measure's unit. Both are
        empty of meaning (not a number, no deals) where there is nothing to shuffle.

    References
    ----------
    Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in Genetics
    and Molecular Biology 9. (Used in `permutation_p`.)
    """
    rows = of_one_whole(deviations(data, "hours", measure=measure, cells=cells))
    rows = rows[rows["exposure"] > 0]
    if rows["account"].nunique() < 2:
        return np.nan, np.array([])
    group = rows.groupby(["account", "posts"], sort=False).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    group, cell = group[order], pd.factorize(rows["cell"].to_numpy()[order])[0]
    own, size = rows["deviation"].to_numpy()[order], rows["exposure"].to_numpy()[order]
    sizes, rng, drawn = np.bincount(cell, size), np.random.default_rng(seed), np.empty(permutations)
    scale = float(np.sum(sizes - np.bincount(cell, size**2) / sizes))
    if not scale > ROUNDING * sizes.sum():  # no hour that two accounts share
        return np.nan, np.array([])

    def statistic(values: np.ndarray) -> float:
        return float(np.sum((np.bincount(cell, values) ** 2 - np.bincount(cell, values**2)) / sizes)) / scale

    for i in range(permutations):
        # Whole numbers keep the groups together, fractions shuffle inside them: one sort deals out all accounts.
        drawn[i] = statistic(own[np.argsort(group + rng.random(len(group)))])
        if len(own) * permutations > LONG_WORK and (i + 1) % max(1, permutations // 20) == 0:
            print(f"\rshuffling: {i + 1} of {permutations}", end="", file=sys.stderr, flush=True)
    return statistic(own), drawn


def permutation_p(observed: float, drawn: np.ndarray) -> float:
    """Give the p-value of a permutation test: the share of deals, the one that happened among them, that reach it."""
    return float((1 + np.sum(drawn >= observed)) / (1 + len(drawn))) if len(drawn) else np.nan


_MEASURE, _CELLS = {"measure": MEASURES}, {"cells": CELLS}
_RELATIVE, _HOURS = {"measure": MEASURES[:1]}, {"cells": CELLS[:1]}
_LOGS, _COARSER = {"measure": MEASURES[1:]}, {"cells": CELLS[1:]}


def without_clock(data: Reduced) -> list[str]:
    """Say that posts have days and no clock times, where that is why no hour can be compared."""
    return [f"posts {NO_HOURS}"] if any(NO_HOURS in reason for reason in data.excluded) else []


ANALYSES = {
    "timing-hour-matters": Analysis(
        lambda data, **how: spread(data, "hours", **how),
        {**_RELATIVE, **_HOURS},
        rows_of("hours", add="posts"),
        remarks=without_clock,
        others={**_LOGS, **_COARSER},
    ),
    "timing-schedule-gains": Analysis(
        schedule_gain,
        {**_MEASURE, **_CELLS, "share": (0.25,)},
        rows_of("hours", add="posts"),
        remarks=without_clock,
        others={"share": (0.1, 0.5)},
    ),
    "hashtag-some-work": Analysis(
        lambda data, **how: spread(data, "tags", **how), _RELATIVE, rows_of("whole", add="posts"), others=_LOGS
    ),
    "hashtag-choice-gains": Analysis(
        tag_gain, {**_MEASURE, "number": (5,)}, rows_of("whole", add="posts"), others={"number": (3, 10)}
    ),
}
"""By claim: how it is estimated, and what could be done otherwise. For a schedule the measure and the cells are only
what it is chosen by; for a spread they are what it is the spread of."""


def week(data: Reduced, *, measure: str = MEASURES[0]) -> pd.DataFrame:
    """Lay the shrunken effects of the hours of the week out for the heat map.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    measure : str
        One of `MEASURES`.

    Returns
    -------
    pandas.DataFrame
        As `effects`, with weekday (0 for Monday) and hour. Of fewer than ten accounts, whose posts are too few for 168
        hours, of parts of the day of four hours, each by its first; ``attrs["long"]`` says how long they are.
    """
    few = data.frames["hours"]["account"].nunique() < FEWEST
    found = effects(deviations(data, "hours", measure=measure, cells=CELLS[2 if few else 0]))
    at, (a_day, long) = found.index.to_numpy(dtype=int), (6, 4) if few else (24, 1)
    found = found.assign(weekday=at // a_day, hour=at % a_day * long)
    found.attrs["long"] = long
    return found


def on_map(table: pd.DataFrame, *, data_kind: str, value: str = "percent") -> pd.DataFrame:
    """Lay the hours of a week out as a grid.

    Parameters
    ----------
    table : pandas.DataFrame
        From `week`.
    data_kind : str
        ``"simulated"`` or ``"user"``; of others' data an hour of fewer than ten accounts is left out.
    value : str, default "percent"
        Effects in per cent, or ``"sure"``: 1 from two standard errors on, below that the square of the distance, and
        never under 0.12, so that a cell is seen; of parts of the day 1 from `MANY_POSTS` on, and less below.

    Returns
    -------
    pandas.DataFrame
        One row for each weekday, one column for each hour or part of the day, missing without posts.
    """
    is_own = data_kind == "simulated" or not len(table) or table["accounts"].max() < FEWEST
    shown = table if is_own else table[table["accounts"] >= FEWEST]
    far = (shown["effect"].abs() / shown["error"].where(shown["error"] > 0) / 2).fillna(1.0).clip(upper=1.0)
    long = table.attrs.get("long", 1)
    sure = np.maximum(0.12, far**2) if long == 1 else shown["posts"].lt(MANY_POSTS).map({True: 0.4, False: 1.0})
    told = shown.assign(percent=100 * shown["effect"], sure=sure)
    grid = told.pivot_table(index="weekday", columns="hour", values=value, aggfunc="first", observed=False)
    return grid.reindex(index=range(7), columns=range(0, 24, long)).astype(float)


MANY_POSTS = 5
"""A part of the day of one account with fewer posts is pale."""


def limits(grid: pd.DataFrame) -> dict[str, Any]:
    """Say where the colours of a grid end: as far up as down, and at 5% at least.

    Those of parts of the day are filled by nine in ten of the values, however small, for one alone would leave all
    others pale; the bar shows how small, and that it does not hold all.
    """
    far = grid.abs().to_numpy()[grid.notna()]
    hours = len(grid.columns) == 24
    reach = max(5.0, far.max(initial=0.0)) if hours else max(0.5, float(np.quantile(far, 0.9)) if len(far) else 0.0)
    bar = {"label": "% above own mean", "extend": "neither" if far.max(initial=0.0) <= reach else "both"}
    return {"vmin": -reach, "vmax": reach, "cbar_kws": bar}


def cell_names(cell: np.ndarray, cells: str = CELLS[0]) -> list[str]:
    """Name cells of the week for reading.

    Parameters
    ----------
    cell : numpy.ndarray
        From `grouped_cells`.
    cells : str
        One of `CELLS`.

    Returns
    -------
    list of str
        Such as ``Tue 18 h``.
    """
    if cells == CELLS[1]:
        return [f"{hour} h" for hour in cell]
    size, long = (24, 1) if cells == CELLS[0] else (6, 4)
    ends = ["" if long == 1 else f" to {at % size * long + long}" for at in cell]
    return [f"{DAYS[at // size][:3]} {at % size * long}{end} h" for at, end in zip(cell, ends, strict=True)]


def luck(*, seed: int, posts: int = 400) -> pd.DataFrame:
    """Show what choosing the best hour does where no hour is better than another.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    posts : int, default 400
        Posts in each half.

    Returns
    -------
    pandas.DataFrame
        The five hours of the week that did best in the first half, with their gain there and in the second half.
    """
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"hour": rng.integers(0, 24, 2 * posts), "half": np.repeat(["first", "second"], posts)})
    frame = frame.assign(gain=np.exp(0.6 * rng.standard_normal(2 * posts) - 0.18) - 1)
    means = frame.pivot_table(index="hour", columns="half", values="gain")
    return means.sort_values("first", ascending=False).head(5).rename_axis(columns=None)


LEADS = ("timing-schedule-gains", "hashtag-choice-gains")
"""The claims that the answer begins with."""


def describe_permutation(observed: float, drawn: np.ndarray) -> str:
    """Tell in a sentence what the permutation test found.

    Parameters
    ----------
    observed, drawn
        From `permuted`.

    Returns
    -------
    str
        Markdown with computed numbers.
    """
    if not len(drawn):
        return "Too few accounts with posts in several hours: nothing to shuffle."
    above = int(np.sum(drawn >= observed))
    return (
        f"Of {len(drawn)} deals **{above}** gave as much spread as there was"
        f" (p = {permutation_p(observed, drawn):.3f})."
        f" In standard deviations: {_root(observed):+.3f} here, and {_root(np.quantile(drawn, 0.025)):+.3f} to"
        f" {_root(np.quantile(drawn, 0.975)):+.3f} in 95% of the deals."
    )


def _root(variance: float) -> float:
    return float(np.sign(variance) * np.sqrt(abs(variance)))


def with_permutation(verdicts: Mapping[str, Any], p_value: float) -> dict[str, Any]:
    """Put the p-value of the permutation test into the verdict about hours, where it is one about many accounts.

    For one account it would be another question: it deals the hours of the week, post by post, where the verdict is on
    parts of the day, with weeks as units.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    p_value : float
        From `permutation_p`; left aside where it is not a number.

    Returns
    -------
    dict of str to Verdict
        The same verdicts.
    """
    hours = verdicts["timing-hour-matters"]
    if hours.estimate is None or p_value != p_value or hours.scope == OWN_ACCOUNT:
        return dict(verdicts)
    return {**verdicts, "timing-hour-matters": replace(hours, estimate=replace(hours.estimate, p_value=p_value))}


def published_contrasts(figures: pd.DataFrame) -> pd.DataFrame:
    """Turn published changes between times of day into ln ratios, for a forest picture.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives.
    """
    rows = figures[figures["measure"] == "link_clicks_change"]
    label = rows["study"].str.split(",").str[0] + " " + rows["year"] + ": " + rows["contrast"]
    return points(rows.assign(label=label, value=np.log1p(rows["estimate"])))
