"""Which format draws most? From posts to sums for each account and format, and to the estimates of notebook 05."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.times import seconds
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.published import points
from helpers.claims.registry import registry
from helpers.claims.verdicts import Threat
from helpers.doubts.dates import of_dates
from helpers.estimates import Estimate, gain_in_r2, paired_difference, within_ratio
from helpers.ground.disclosure import edges
from helpers.measures import (
    COUNTED,
    DAY_S,
    MONDAY,
    Reduced,
    completed,
    engagement,
    outside_or_young,
    sums_of_products,
    with_owner,
)
from helpers.reading.complete import hold_throughout, with_settled
from helpers.reading.sampling import in_memory

KINDS = {
    "image": "still",
    "carousel": "still",
    "text": "still",
    "video": "video",
    "reel": "video",
    "live": "live",
}
"""How formats are grouped; stories and links belong to no group, since neither is like the others."""

DENOMINATORS = {"reach": "reach", "follower": "followers", "post": "posts"}
"""What engagement may be set against, best first: people reached, followers, or the post itself."""

DEPTH = ("watch_time", "shares", "saves")
"""What is said to say more than followers."""

ADDED = {"one event": 1.0, "ten events": 10.0}
"""What every post is given at the overall rate before it is divided, so that a post that few saw has no wild rate."""

WATCHERS = 10.0
"""Persons whose watch time counts as one event: seconds come in lumps of a person's."""

SCALES = ("per person reached", "totals")
"""Depth for each person reached; or as counts, which contain reach themselves."""

_EXPECTED = {
    "platform": "String",
    "created_at": "Datetime",
    "captured_at": "Datetime",
    "format": "String",
    **dict.fromkeys(("followers", "comments", "shares", "saves", "reach", "views"), "Float64"),
    **dict.fromkeys(("watch_time_s", "duration_s"), "Float64"),
}


def reduce(
    tables: Mapping[str, Any],
    *,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    short_s: float = 60.0,
) -> Reduced:
    """Reduce posts to one row for each account and format, and to sums of products for what explains reach.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` is used, and ``accounts`` to know who owns them.
    min_age_days : float, default 0
        Posts younger than this at capture are left out.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.
    short_s : float, default 60
        A video up to this many seconds is short.

    Returns
    -------
    Reduced
        ``formats``: for each account, format and length the number of posts and, for each way to count engagement and
        each denominator, the sums over posts where both are known, with comments and views likewise (ways that are the
        same, as where a table has no shares, stand once), and who owns the account. ``depth``: for each account the
        sums of products of ln reach, ln followers, and watch time, shares and saves for each person reached (or for
        each view) and as ln counts. Both are empty where there are no posts.
    """
    if "posts" not in tables:
        empty = pd.DataFrame({"account": [], "owner": [], "kind": [], "format": [], "length": [], "posts": []})
        return Reduced({"formats": empty, "depth": pd.DataFrame({"n": []})}, 0, {"accounts": 0})
    raw = nw.from_native(tables["posts"]).lazy()
    there = raw.collect_schema().names()
    # Where a table has no shares, two ways to count are one, and are added up once.
    ways = {
        tuple(name for name in counts if name in there): i for i, counts in reversed([*enumerate(COUNTED.values())])
    }
    sums = {f"_{i}": engagement(raw, counts=counts) for counts, i in ways.items()}
    posts = completed(raw, _EXPECTED).with_columns(**sums, _left_out=outside_or_young(platforms, min_age_days))
    table = _by_format(posts, there=there, ways={i: names for names, i in ways.items()}, short_s=short_s)
    used = table[table["kind"].notna() & (table["posts"] > 0)]
    days = used["first"].min(), used["last"].max()
    excluded = {
        f"posts too young at capture{' or of other platforms' if platforms else ''}": table["left_out"].sum(),
        "posts of unknown format": table.loc[table["format"].isna(), "posts"].sum(),
        "stories, links and others": table.loc[table["format"].notna() & table["kind"].isna(), "posts"].sum(),
    }
    formats = used.drop(columns=["left_out", "first", "last"]).reset_index(drop=True)
    formats = with_owner(formats, tables.get("accounts")).drop(columns=["platform", "account_id"])
    depth = with_owner(_depth(posts.filter(~nw.col("_left_out")), there), tables.get("accounts"))
    return Reduced(
        {"formats": formats, "depth": depth},
        int(used["posts"].sum()),
        {"accounts": formats["account"].nunique(), "accounts with watch time": len(depth)},
        {reason: int(count) for reason, count in excluded.items() if count},
        None if len(used) == 0 or pd.isna(days[0]) else (days[0].date(), days[1].date()),
    )


def _by_format(
    posts: nw.LazyFrame, *, there: Sequence[str], ways: Mapping[int, Sequence[str]], short_s: float
) -> pd.DataFrame:
    """Add up posts by account, format and length; ``left_out`` says how many of them are not used."""
    keys, duration = ["platform", "account_id", "format", "length"], nw.col("duration_s")
    settled = _settled(posts, there=there, ways=ways)
    # Whole numbers make a narrower key than words do.
    length = nw.when(duration <= short_s).then(nw.lit(1)).when(duration > short_s).then(nw.lit(2)).otherwise(nw.lit(0))
    posts, summed, counted = _contributions(posts.with_columns(length=length), sorted(ways))
    made = posts.group_by(keys).agg(
        n_all=nw.len(),
        **{name: nw.col(f"_s_{column}").count() for name, column in counted.items() if name not in settled},
        **{name: nw.col(f"_s_{name}").sum() for name in summed if name not in settled},
        first=nw.col("_s_time").min(),
        last=nw.col("_s_time").max(),
    )
    table = in_memory(made.sort(*keys, nulls_last=True))
    table = with_settled(table.assign(posts=table["n_all"] - table["left_out"]), settled)
    numbers = ["posts", *counted, *summed]
    table = table[[*keys, *numbers, "first", "last"]].astype(dict.fromkeys(numbers, "float64"))
    return table.assign(
        account=_named(table),
        days=table["days"] / DAY_S,
        kind=table["format"].map(KINDS),
        length=table["length"].map({1: "short", 2: "long"}).astype("str"),
        **{f"post_{i}": table[f"posts_{i}_post"] for i in ways},
    )


def _settled(posts: nw.LazyFrame, *, there: Sequence[str], ways: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    """Say which sums and counts need not be worked out: all posts tell what they rest on, or the table has no column.

    Each takes as long as the next; where posts lack nothing, half of them are the same as another.
    """
    asked = {name: nw.col(column) > 0 for name, column in DENOMINATORS.items() if column in there}
    asked |= {
        f"posts_{i}_post": nw.all_horizontal(*(nw.col(n) >= 0 for n in names), ignore_nulls=False)
        for i, names in ways.items()
        if names
    }
    asked["viewed_posts"] = (nw.col("comments") >= 0) & (nw.col("views") > 0)
    asked["dated"] = ~nw.col("created_at").is_null()
    whole = hold_throughout(posts, asked)
    settled: dict[str, Any] = {name: "posts" for name in asked if name in whole and name not in DENOMINATORS}
    for i in ways:
        for name, column in DENOMINATORS.items():
            if name in whole:
                settled |= {f"engagement_{i}_{name}": f"engagement_{i}_post", f"posts_{i}_{name}": f"posts_{i}_post"}
            elif name != "post" and column not in there:
                settled |= dict.fromkeys((f"engagement_{i}_{name}", f"{name}_{i}", f"posts_{i}_{name}"), 0.0)
    if "views" not in there:
        settled |= dict.fromkeys(("comments_of_views", "views", "viewed_posts"), 0.0)
    return settled


def _named(table: pd.DataFrame) -> pd.Series:
    """Name the account of each row by platform and id; rows of one account lie together, and share the name."""
    parts = [table["platform"].astype("str").fillna("").to_numpy(), table["account_id"].to_numpy()]
    first = np.ones(len(table), dtype=bool)
    first[1:] = (parts[0][1:] != parts[0][:-1]) | (parts[1][1:] != parts[1][:-1])
    names = np.array([" ".join(pair) for pair in zip(*(part[first] for part in parts), strict=True)], dtype=object)
    return pd.Series(names[first.cumsum() - 1], index=table.index, dtype="str")


def _contributions(posts: nw.LazyFrame, ways: Sequence[int]) -> tuple[nw.LazyFrame, list[str], dict[str, str]]:
    """Add what each post contributes, null where nothing; say what is added up, and what is counted as what.

    A condition is worked out once and not in each sum.
    """
    used, comments, views = ~nw.col("_left_out"), nw.col("comments"), nw.col("views")
    talked = nw.when(used & (comments >= 0) & (views > 0))
    base = {
        "left_out": nw.when(nw.col("_left_out")).then(nw.lit(1)),
        "time": nw.when(used).then(nw.col("created_at")),
        "days": nw.when(used).then(seconds(posts, "created_at", since=MONDAY).cast(nw.Float64())),
        "comments_of_views": talked.then(comments.cast(nw.Float64())),
        "views": talked.then(views.cast(nw.Float64())),
        **{f"engagement_{i}_post": nw.when(used).then(nw.col(f"_{i}")) for i in ways},
    }
    below, above = {}, {}
    counted = {"left_out": "left_out", "viewed_posts": "views", "dated": "days"}
    for i in ways:
        whole = nw.col(f"_s_engagement_{i}_post")
        counted[f"posts_{i}_post"] = f"engagement_{i}_post"
        for name, column in DENOMINATORS.items():
            if name != "post":
                known = nw.when(~whole.is_null() & (nw.col(column) > 0))
                below[f"{name}_{i}"] = known.then(nw.col(column).cast(nw.Float64()))
                above[f"engagement_{i}_{name}"] = nw.when(~nw.col(f"_s_{name}_{i}").is_null()).then(whole)
                counted[f"posts_{i}_{name}"] = f"{name}_{i}"
    for step in (base, below, above):
        posts = posts.with_columns(**{f"_s_{name}": value for name, value in step.items()})
    return posts, [name for name in base | below | above if name not in ("left_out", "time")], counted


def _depth(posts: nw.LazyFrame, there: Sequence[str]) -> pd.DataFrame:
    """Reduce posts with followers, watch time, shares, saves and reach; with views where nobody's reach is known.

    Every one of these is needed of a post; where one is not in the table, the posts need not be read again.
    """
    for seen in ("reach", "views"):
        if {seen, "followers", "watch_time_s", "shares", "saves"} <= set(there):
            table = _depth_of(posts, seen)
            if len(table):
                return table.assign(per="person reached" if seen == "reach" else "view")
    return pd.DataFrame({"account_id": [], "n": []})


def _depth_of(posts: nw.LazyFrame, seen: str) -> pd.DataFrame:
    """Reduce posts to sums of products of ln reach, ln followers, and depth as rates and as counts.

    A rate is (count + k m) / (reach + k), with m the overall rate and k the persons who bring what is added. Whatever
    the reach of a post, it is m on average where depth does not depend on reach; a logarithm of rare counts would not
    be, and would find in small posts what is not there.
    """
    counts = {name: nw.col("watch_time_s" if name == "watch_time" else name) for name in DEPTH}
    known = (nw.col(seen) > 0) & (nw.col("followers") > 0)
    for count in counts.values():
        known = known & (count >= 0)
    number = nw.Float64()
    rows = posts.filter(known).select(
        *_KEYS,
        _seen=nw.col(seen).cast(number),
        ln_followers=nw.col("followers").cast(number).log(),
        **{f"_{name}": count.cast(number) for name, count in counts.items()},
    )
    sums = rows.select(nw.col("_seen", *(f"_{name}" for name in DEPTH)).sum()).collect("pandas").to_native().iloc[0]
    rates = {}
    for name in DEPTH:
        overall = float(sums[f"_{name}"]) / float(sums["_seen"]) if sums["_seen"] > 0 else 0.0
        for added, events in ADDED.items():
            persons = events * WATCHERS if name == "watch_time" else events / overall if overall else 1.0
            rates[_term(name, added)] = (nw.col(f"_{name}") + persons * overall) / (nw.col("_seen") + persons)
    logs = {f"ln_{name}": (nw.col(f"_{name}") + 1).log() for name in DEPTH}
    rows = rows.with_columns(ln_reach=nw.col("_seen").log(), **rates, **logs)
    columns = ["ln_reach", "ln_followers", *rates, *logs]
    return sums_of_products(rows, columns=columns, by=_KEYS)


_KEYS = ["platform", "account_id"]


def _term(name: str, added: str) -> str:
    """Name the column of a rate."""
    return f"{name} rate, {added} added"


def _way(table: pd.DataFrame, counted: str) -> int:
    """Give the number of a way to count engagement, as the columns of the reduced table have it."""
    at = list(COUNTED).index(counted)
    return at if f"posts_{at}_post" in table else 0


def best_denominator(table: pd.DataFrame, *, counted: str = "likes and comments") -> str:
    """Name the best denominator that stills and videos of at least two accounts have.

    Parameters
    ----------
    table : pandas.DataFrame
        ``formats`` of `reduce`.
    counted : str
        One of `COUNTED`.

    Returns
    -------
    str
        One of `DENOMINATORS`.
    """
    at = _way(table, counted)
    for name in DENOMINATORS:
        known = table[table[f"posts_{at}_{name}"] > 0] if len(table) else table
        if known.loc[known["kind"] == "video", "account"].nunique() >= 2:
            return name
    return "post"


def sides(
    data: Reduced, *, treated: str, control: str, per: str = "best there is", counted: str = "likes and comments"
) -> pd.DataFrame:
    """Put two groups of posts of each account beside one another, each account weighing by its posts.

    Totals and exposures of an account are divided by its own level, so that an account of ten million followers has no
    more say than one of a thousand that posts as often.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    treated, control : str
        Groups: ``"video"``, ``"still"``, ``"image"``, ``"live"``, ``"short"`` or ``"long"`` (videos of that length).
    per : str
        One of `DENOMINATORS`, ``"view"`` (comments per view), or the best there is.
    counted : str
        One of `COUNTED`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and side: account, owner, treated, total, exposure, posts, rate (total / exposure), and
        the days of its dated posts, summed, with their number.
    """
    table = data.frames["formats"]
    per = best_denominator(table, counted=counted) if per == "best there is" else per
    at = _way(table, counted)
    names = (
        ("comments_of_views", "views", "viewed_posts")
        if per == "view"
        else (f"engagement_{at}_{per}", f"{per}_{at}", f"posts_{at}_{per}")
    )
    if table.empty:
        return table.reindex(columns=["account", "owner", "treated", "total", "exposure", "posts", "rate"])
    chosen = {name: _group(table, name) for name in (treated, control)}
    used = table[chosen[treated] | chosen[control]].assign(treated=chosen[treated].astype(int))
    named = used.rename(columns={"posts": "all_posts"}).rename(
        columns=dict(zip(names, ("total", "exposure", "posts"), strict=True))
    )
    sums = ["total", "exposure", "posts", "days", "dated"]
    made = named.groupby(["account", "owner", "treated"])[sums].sum().reset_index()
    made = made[made["exposure"] > 0]
    both = made[made.groupby("account")["treated"].transform("nunique") == 2]
    whole = both.groupby("account")[["total", "exposure", "posts"]].transform("sum")
    both, whole = both[whole["total"] > 0], whole[whole["total"] > 0]
    rate = both["total"] / both["exposure"]
    return both.assign(
        rate=rate,
        total=both["total"] / whole["total"] * whole["posts"],
        exposure=both["exposure"] / whole["exposure"] * whole["posts"],
    ).reset_index(drop=True)


def _group(table: pd.DataFrame, name: str) -> pd.Series:
    if name in ("short", "long"):
        return (table["kind"] == "video") & (table["length"] == name)
    return table["format"].eq(name) if name == "image" else table["kind"].eq(name)


def compare(
    data: Reduced,
    *,
    treated: str,
    control: str,
    per: str = "best there is",
    counted: str = "likes and comments",
    estimator: str = "ratio of expected rates",
) -> Estimate | None:
    """Estimate the ln ratio of two groups of posts, each account compared with itself.

    Parameters
    ----------
    data, treated, control, per, counted
        As in `sides`.
    estimator : str
        ``"ratio of expected rates"`` (conditional Poisson, zeros stay in) or ``"mean of ln ratios"`` (each account's
        ln ratio, accounts with a zero on a side left out).

    Returns
    -------
    Estimate or None
        None where fewer than two accounts have both.
    """
    rows = sides(data, treated=treated, control=control, per=per, counted=counted)
    if rows.empty:
        return None
    if estimator == "ratio of expected rates":
        sums = {"treated": "treated", "total": "total", "exposure": "exposure"}
        return within_ratio(rows, unit="account", cluster="owner", **sums)

    wide = rows.pivot_table(index=["account", "owner"], columns="treated", values="rate")
    with np.errstate(divide="ignore"):
        return paired_difference(np.log(wide[1]), np.log(wide[0]), units=wide.index.get_level_values("owner"))


def _dated(claim_id: str, **groups: str) -> Any:
    """Say whether posts of the two groups that were made at different times could carry a result."""

    def threats(data: Reduced, found: Estimate, *, stills: str = "", estimator: str = "", **how: str) -> list[Threat]:
        chosen = groups | ({"control": "image"} if stills == "images" else {}) | how
        return of_dates(registry()[claim_id], found, sides(data, **chosen))

    return threats


def _depth_gain(
    data: Reduced, *, scale: str = SCALES[0], compared: str = "all posts", added: str = "one event"
) -> Estimate | None:
    """Estimate R2 of ln reach on depth minus R2 on ln followers."""
    terms = [f"ln_{name}" if scale == "totals" else _term(name, added) for name in DEPTH]
    return _gain_of(data.frames["depth"], terms, within=compared != "all posts")


def _gain_of(table: pd.DataFrame, terms: Sequence[str], *, within: bool = False) -> Estimate | None:
    if table.empty:
        return None
    second = () if within else ("ln_followers",)
    found = gain_in_r2(table, outcome="ln_reach", first=terms, second=second, within=within, cluster="owner")
    events = int((table[[f"ln_{name}" for name in DEPTH]] > 0).any(axis=1).sum())
    return replace(found, n_events=events) if found else None


def _depth_threats(data: Reduced, found: Estimate, *, scale: str, compared: str, added: str) -> list[Threat]:
    """Say what reach that is in depth itself could have made.

    As a total it is reach times a rate. As a rate it falls with reach wherever the total does not follow reach, as
    everything does that is divided by it; what falling rates explain may be that alone, and a result that rests on
    them is none.
    """
    if scale == "totals":
        return [Threat("totals contain reach: more people share more often")]
    table, within = data.frames["depth"], compared != "all posts"
    falling = [name for name in DEPTH if _shared(table, _term(name, added)) < 0]
    if not falling or not found.low > 0:
        return []
    rest = _gain_of(table, [_term(name, added) for name in DEPTH if name not in falling], within=within)
    if rest and rest.low > 0:
        return []
    words = ", ".join(name.replace("_", " ") for name in falling)
    says = f"{words} for each person reached fall where reach grows, as whatever is divided by reach may"
    return [Threat(says, rest.low, found.high) if rest and rest.is_finite else Threat(says)]


def _shared(table: pd.DataFrame, term: str) -> float:
    """Give the sum of products of a term and ln reach, both from their means over all posts."""
    return float(table[f"ln_reach*{term}"].sum() - table["ln_reach"].sum() * table[term].sum() / table["n"].sum())


def _depth_remarks(data: Reduced) -> list[str]:
    table = data.frames["depth"]
    by_view = len(table) and table["per"].iloc[0] == "view"
    return ["reach is not known: views instead, and depth for each view"] if by_view else []


def _rows(*groups: str) -> Any:
    def count(data: Reduced) -> int:
        table = data.frames["formats"]
        return int(table.loc[sum(_group(table, name) for name in groups) > 0, "posts"].sum())

    return count


_RATIO = {"estimator": ("ratio of expected rates", "mean of ln ratios")}
_ENGAGEMENT = {"per": ("best there is",), "counted": tuple(COUNTED)[:1], **_RATIO}
_OTHERS = {"per": tuple(DENOMINATORS), "counted": tuple(COUNTED)[1:]}
"""Engagement for each person reached, follower or post, and with shares, are different things."""

ANALYSES = {
    "format-video-beats-image": Analysis(
        lambda data, stills="images, carousels and texts", **how: compare(
            data, treated="video", control="image" if stills == "images" else "still", **how
        ),
        {"stills": ("images, carousels and texts",), **_ENGAGEMENT},
        _rows("video", "still"),
        others={"stills": ("images",), **_OTHERS},
        threats=_dated("format-video-beats-image", treated="video", control="still"),
    ),
    "format-short-beats-long-video": Analysis(
        lambda data, **how: compare(data, treated="short", control="long", **how),
        _ENGAGEMENT,
        _rows("short", "long"),
        others=_OTHERS,
        threats=_dated("format-short-beats-long-video", treated="short", control="long"),
    ),
    "format-live-draws-comments": Analysis(
        lambda data, **how: compare(data, treated="live", control="video", per="view", **how),
        _RATIO,
        _rows("live", "video"),
        threats=_dated("format-live-draws-comments", treated="live", control="video", per="view"),
    ),
    "format-depth-beats-followers": Analysis(
        _depth_gain,
        {"scale": SCALES[:1], "compared": ("all posts",), "added": tuple(ADDED)},
        rows_of("depth", add="n"),
        others={"scale": SCALES[1:], "compared": ("within accounts",)},
        threats=_depth_threats,
        remarks=_depth_remarks,
    ),
}
"""By claim: how it is estimated, and what could be done otherwise."""


def format_rates(data: Reduced, *, per: str = "best there is", counted: str = "likes and comments") -> pd.DataFrame:
    """Set each format against the same account's other formats, for reading and for the picture.

    Parameters
    ----------
    data, per, counted
        As in `sides`.

    Returns
    -------
    pandas.DataFrame
        For each format: posts, accounts, mean rate over posts, ratio to the same account's other posts with its 95%
        interval (``low``, ``high``; missing with fewer than ten accounts).
    """
    from helpers.claims import FEWEST_UNITS

    table = data.frames["formats"]
    at = _way(table, counted)
    per = best_denominator(table, counted=counted) if per == "best there is" else per
    rows = []
    for name, part in table.groupby("format") if len(table) else ():
        other = table.assign(kind=np.where(table["format"] == name, "one", "other"))
        found = compare(Reduced({"formats": other}, 0, {}), treated="one", control="other", per=per, counted=counted)
        ends: tuple[float, ...] = (np.nan,) * 3
        if found and found.n_units >= FEWEST_UNITS and found.is_finite:
            ends = tuple(float(x) for x in np.exp([found.value, found.low, found.high]))
        total, below = part[f"engagement_{at}_{per}"].sum(), part[f"{per}_{at}"].sum()
        rate = total / below if below else np.nan
        rows.append((name, int(part["posts"].sum()), part["account"].nunique(), rate, *ends))
    names = ["format", "posts", "accounts", "rate", "ratio", "low", "high"]
    return pd.DataFrame(rows, columns=names).set_index("format")


def rate_words(data: Reduced, *, per: str = "best there is", counted: str = "likes and comments") -> str:
    """Say what a rate is, such as "likes and comments per person reached"; parameters as in `sides`."""
    named = best_denominator(data.frames["formats"], counted=counted) if per == "best there is" else per
    return f"{counted} {'per person reached' if named == 'reach' else f'per {named}'}"


def account_ratios(data: Reduced, *, treated: str, control: str, **how: Any) -> pd.Series:
    """Give each account's own ratio of two groups of posts, where both are above 0.

    Parameters
    ----------
    data, treated, control, how
        As in `sides`.

    Returns
    -------
    pandas.Series
        Ratio by account.
    """
    return ratios_of(sides(data, treated=treated, control=control, **how))


def ratios_of(rows: pd.DataFrame) -> pd.Series:
    """Give the ratio of both sides of each account, of rows from `sides`."""
    if rows.empty:
        return pd.Series(dtype=float)
    wide = rows[rows["rate"] > 0].pivot_table(index="account", columns="treated", values="rate").dropna()
    return wide[1] / wide[0] if {0, 1} <= set(wide) else pd.Series(dtype=float)


def without_ends(ratios: pd.Series) -> pd.Series:
    """Put what lies beyond the ends of a picture at its ends: one in fifty on either side, as far up as down."""
    if ratios.empty:
        return ratios
    reach = max(1.5, float(ratios.quantile(0.98)), 1 / float(ratios.quantile(0.02)))
    return ratios.clip(1 / reach, reach)


def bars(ratios: pd.Series, *, data_kind: str) -> dict[str, Any]:
    """Say how accounts' ratios are put into bars, as seaborn's histplot takes it.

    Parameters
    ----------
    ratios : pandas.Series
        One of each account.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    dict
        bins, stat and log_scale; of others' data a density whose bars hold ten accounts at least.
    """
    bins = edges(np.log10(without_ends(ratios).astype(float)), most=30, data_kind=data_kind)
    return {"bins": bins, "stat": "density" if isinstance(bins, list) else "count", "log_scale": len(ratios) > 0}


def two_accounts() -> pd.DataFrame:
    """Show on four numbers how a comparison across accounts misleads.

    Returns
    -------
    pandas.DataFrame
        Two made-up accounts with posts and mean rate by format, and the mean over all posts of both.
    """
    rows = [
        ("small account", "image", 8, 0.080),
        ("small account", "video", 2, 0.100),
        ("large account", "image", 2, 0.020),
        ("large account", "video", 8, 0.025),
    ]
    table = pd.DataFrame(rows, columns=["account", "format", "posts", "rate"])
    summed = (
        table.assign(rate=table["rate"] * table["posts"]).groupby("format", as_index=False)[["posts", "rate"]].sum()
    )
    together = summed.assign(account="both, over posts", rate=summed["rate"] / summed["posts"])
    return pd.concat([table, together], ignore_index=True)


def part_and_whole(*, seed: int, n: int = 400) -> float:
    """Show how well shares seem to explain reach when every viewer is equally likely to share, whatever the post.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    n : int, default 400
        Number of posts.

    Returns
    -------
    float
        R2 of ln reach on ln(1 + shares), although shares raise no post's reach.
    """
    rng = np.random.default_rng(seed)
    reach = np.exp(rng.normal(9, 1, n))
    shares = rng.poisson(0.02 * reach)
    return float(np.corrcoef(np.log(reach), np.log1p(shares))[0, 1] ** 2)


def published_ratios(figures: pd.DataFrame) -> pd.DataFrame:
    """Turn published rates of videos and images of one source and platform into ln ratios, for a forest picture.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives.
    """
    rates = figures[figures["measure"] == "engagement_rate"].assign(
        side=figures["contrast"].map({"reels": "video", "video": "video", "image": "image", "photo": "image"})
    )
    rows = []
    for (study, platform), part in rates.dropna(subset=["side"]).groupby(["study", "platform"]):
        by = part.drop_duplicates("side").set_index("side")
        if {"video", "image"} <= set(by.index):
            value = float(np.log(by.loc["video", "estimate"] / by.loc["image", "estimate"]))
            rows.append((f"{study}, {platform}", value, by["source"].iloc[0]))
    return points(pd.DataFrame(rows, columns=["label", "value", "source"]))
