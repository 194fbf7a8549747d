"""Do comments count that say something? From comments, posts and captions to the estimates of notebook 07."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import measures
from helpers.base.words import with_commas
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.registry import registry
from helpers.claims.verdicts import Threat, Verdict
from helpers.doubts.dates import of_dates
from helpers.doubts.weekly import Weekly, in_a_later_week, placebo_of
from helpers.estimates import Estimate, regress, weighted_mean, wilson, within_slope
from helpers.ground.root import ROOT
from helpers.measures import Reduced
from helpers.measures.posts import comments_of_posts, words
from helpers.reading.comment_rule import QUALITIES
from helpers.reading.sampling import in_memory
from helpers.simulate.lessons import slopes_by_week

HELD = ("reach now", "nothing")
"""What is held fixed beside the number of comments where the week after is looked at; the first is the default."""

WEEKS = ("taken out", "left in")
"""Whether the mean of each week, over accounts, goes out as well."""

FEWEST = (10, 30)
"""Comments that an account needs for its substantive share to be compared with others'; the first is the default."""

ZEROS = ("kept", "left out", "ln(1 + c)")
"""What becomes of posts without comments; the first is the default."""

LABELS = {
    "comment-substance-lifts-reach": "all substantive against none, next week's reach",
    "comment-stock-phrases-do-nothing": "twice as many emoji and stock phrases, next week's reach",
    "comment-caption-length": "twice the words in a caption, comments",
}
"""Claims on the ln scale that one picture can hold."""


def on_one_scale(verdicts: Mapping[str, Verdict], others: pd.DataFrame) -> pd.DataFrame:
    """Put estimates of the claims in `LABELS` and of open data into rows of one picture, as ln ratios.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    others : pandas.DataFrame
        From `evidence.answers.with_open_data`.

    Returns
    -------
    pandas.DataFrame
        As `plots.forest` takes it; slopes on a ln number are told by what twice as much brings.
    """
    found = [(label, verdicts[claim_id].estimate) for claim_id, label in LABELS.items() if claim_id in verdicts]
    ours = [(label, one.value, one.low, one.high, "here") for label, one in found if one]
    rows = pd.DataFrame(ours, columns=["label", "value", "low", "high", "source"])
    rows = pd.concat([rows, others], ignore_index=True) if ours and len(others) else rows if ours else others
    doubled = np.where(rows["label"].astype(str).str.startswith("twice"), math.log(2), 1.0)
    return rows.assign(**rows[["value", "low", "high"]].astype(float).mul(doubled, axis=0))


ERRORS = ROOT / "data" / "comment_rule_errors.csv"
"""How the rule did on comments labelled by hand, counted; a test counts again."""

_ACCOUNT = ["platform", "account_id"]


def reduce(
    tables: Mapping[str, Any],
    *,
    zone: str = "UTC",
    coded: bool = True,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
) -> Reduced:
    """Reduce comments and posts to what the claims about comments need, where the tables live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; without ``posts`` there is nothing.
    zone : str, default "UTC"
        The clock by which weeks are told apart.
    coded : bool, default True
        Whether a quality that stands in the table goes before that of the rule.
    min_age_days, platforms, start, end
        As in `measures.account_rates`; comments follow their posts.

    Returns
    -------
    Reduced
        Frames ``captions`` (an account and number of words) and, where there are comments, ``weeks`` (an account and
        week) and ``accounts``.
    """
    if "posts" not in tables:
        return Reduced({}, 0, {"accounts": 0})
    chosen: dict[str, Any] = {"min_age_days": min_age_days, "platforms": platforms, "start": start, "end": end}
    posts, excluded, period = measures.prepared_posts(tables["posts"], zone=zone, **chosen)
    frames, units = {"captions": caption_cells(posts)}, {}
    n_rows = int(posts.select(n=nw.len()).collect("pandas").to_native()["n"][0])
    if "comments" in tables:
        counts = comments_of_posts(tables["comments"], coded=coded)
        frames["weeks"] = comment_weeks(counts, posts)
        frames["accounts"] = comment_accounts(frames["weeks"], tables.get("accounts"))
        units = {"accounts with comments": len(frames["accounts"]), "weeks of accounts": len(frames["weeks"])}
        unread = int(frames["weeks"]["unread"].sum())
        excluded |= {"posts whose comments are not in the table": unread} if unread else {}
    frames = {name: measures.with_owner(frame, tables.get("accounts")) for name, frame in frames.items()}
    units |= {"accounts with captions": int(frames["captions"]["account"].nunique())}
    return Reduced(frames, n_rows, units, excluded, period)


def comment_weeks(counts: nw.LazyFrame, posts: nw.LazyFrame) -> pd.DataFrame:
    """Reduce posts and their comments to weeks of accounts, where the posts live.

    A post counts as read when comments of it are in the table, or when it has none. In a week with another post the
    number of comments is unknown. Accounts of which no comment was read are left out.

    Parameters
    ----------
    counts : narwhals.LazyFrame
        From `comments_of_posts`.
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and week, sorted: platform, account_id, account (a number), week, posts, unread, the
        sums emoji, stock, substantive and empty, reach (mean of all posts) and organic_reach (of those not boosted).
    """
    names = (*QUALITIES, "empty")
    joined = posts.select(*_ACCOUNT, "post_id", "week", "organic", "reach", "comments").join(
        counts.with_columns(_read=nw.lit(1)), on="post_id", how="left"
    )
    silent = (nw.col("comments") == 0).fill_null(False)
    told = joined.with_columns(
        **{name: nw.col(name).fill_null(0) for name in names},
        unread=(nw.col("_read").is_null() & ~silent).cast(nw.Int64),
        organic_reach=nw.when(nw.col("organic") == 1).then(nw.col("reach")),
    )
    sums = {name: nw.col(name).sum() for name in (*names, "unread")}
    means = {name: nw.col(name).mean() for name in ("reach", "organic_reach")}
    table = in_memory(told.group_by(*_ACCOUNT, "week").agg(posts=nw.len(), **sums, **means))
    table = table.sort_values([*_ACCOUNT, "week"], ignore_index=True)
    table = table.astype(dict.fromkeys([*names, "unread", *means], "float64"))
    some = table[list(names)].sum(axis=1).groupby([table[name] for name in _ACCOUNT], dropna=False).transform("sum")
    table = table[some > 0].reset_index(drop=True)
    table.insert(0, "account", table.groupby(_ACCOUNT, dropna=False, sort=False).ngroup())
    return table


def comment_accounts(weeks: pd.DataFrame, accounts: nw.LazyFrame | pd.DataFrame | None) -> pd.DataFrame:
    """Add up the comments of each account, and look up what kind of account it is.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `comment_weeks`.
    accounts : narwhals.LazyFrame or pandas.DataFrame, optional
        Tidy accounts; an account of unknown platform is found by its id alone.

    Returns
    -------
    pandas.DataFrame
        One row for each account: platform, account_id, account, emoji, stock, substantive, comments (those with a
        quality), share (the substantive part of them), mean_share (mean of its weeks' shares), and kind.
    """
    weeks = weeks.assign(share=_share(weeks))
    told = weeks.groupby("account").agg(
        platform=("platform", "first"), account_id=("account_id", "first"), mean_share=("share", "mean"),
        **{name: (name, "sum") for name in QUALITIES},
    )  # fmt: skip
    told = told.reset_index().assign(comments=lambda one: one[list(QUALITIES)].sum(axis=1), share=_share)
    if accounts is None or "kind" not in (frame := nw.from_native(accounts).lazy()).collect_schema().names():
        return told.assign(kind=None)
    keys = [name for name in _ACCOUNT if name in frame.collect_schema().names() and told[name].notna().all()]
    kinds = frame.select(*keys, "kind").collect("pandas").to_native().drop_duplicates(keys)
    return told.merge(kinds, on=keys, how="left")


def _share(counts: pd.DataFrame) -> pd.Series:
    """Give the substantive part of comments with a quality; missing where there is none."""
    total = counts[list(QUALITIES)].sum(axis=1)
    return counts["substantive"] / total.where(total > 0)


def caption_cells(posts: nw.LazyFrame) -> pd.DataFrame:
    """Add up, for each account, the posts with captions of so many words.

    For the slope of ln expected comments this loses nothing, as posts of one account with equally long captions stand
    for one another.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`, with ``caption``, or with ``caption_words`` as imports make it.

    Returns
    -------
    pandas.DataFrame
        Columns platform, account_id, account, words (1 and up), posts, comments (sum), some (posts with comments),
        ln_comments (sum over those), ln1p (sum of ln(1 + comments)), and the days of dated posts, summed, with their
        number; empty without captions.
    """
    there = posts.collect_schema().names()
    length = nw.col("caption_words").cast(nw.Float64) if "caption_words" in there else None
    length = words() if length is None and "caption" in there else length
    if length is None:
        length = nw.lit(None, dtype=nw.Float64())
    known = posts.select(*_ACCOUNT, "comments", days="day", words=length).filter(
        (nw.col("words") > 0) & (nw.col("comments") >= 0)
    )
    some = (nw.col("comments") > 0).cast(nw.Int64)
    at_least_one = nw.when(nw.col("comments") > 0).then(nw.col("comments")).otherwise(nw.lit(1))
    told = known.with_columns(some=some, ln_comments=at_least_one.log(), ln1p=(nw.col("comments") + 1).log())
    sums = {name: nw.col(name).sum() for name in ("comments", "some", "ln_comments", "ln1p", "days")}
    sums["dated"] = nw.col("days").count()
    table = in_memory(told.group_by(*_ACCOUNT, "words").agg(posts=nw.len(), **sums))
    table = table.sort_values([*_ACCOUNT, "words"], ignore_index=True)
    table = table.astype(dict.fromkeys(["words", "posts", *sums], "float64"))
    table.insert(0, "account", table.groupby(_ACCOUNT, dropna=False, sort=False).ngroup())
    return table


def with_terms(weeks: pd.DataFrame, *, outcome: str = "organic_reach", fewest: int = 0) -> pd.DataFrame:
    """Add what the regressions on the week after need.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `comment_weeks`.
    outcome : str, default "organic_reach"
        Or ``"reach"``, boosted posts included.
    fewest : int, default 0
        In weeks with fewer comments the share is unknown.

    Returns
    -------
    pandas.DataFrame
        With ln_reach (ln mean reach of the week's posts), share (substantive part of the comments), ln_all,
        ln_substantive and ln_nothing: ln of 1 plus the number of comments with a quality, of substantive ones, and of
        emoji and stock phrases. They are unknown in a week with a post that was not read.
    """
    whole = weeks["unread"] == 0
    nothing = weeks["emoji"] + weeks["stock"]
    comments = (nothing + weeks["substantive"]).where(whole)
    return weeks.assign(
        ln_reach=np.log(weeks[outcome].where(weeks[outcome] > 0)),
        share=_share(weeks).where(comments >= fewest),
        ln_all=np.log1p(comments),
        ln_substantive=np.log1p(weeks["substantive"]).where(whole),
        ln_nothing=np.log1p(nothing).where(whole),
    )


def substance(
    data: Reduced,
    *,
    outcome: str = "organic_reach",
    held: str = HELD[0],
    weeks: str = WEEKS[0],
    fewest: int = 1,
) -> Weekly:
    """Set reach against the substantive share of the comments of the week before, their number held fixed.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome : str, default "organic_reach"
        As in `with_terms`.
    held : str, default "reach now"
        Holds this week's ln reach fixed, and last week's share: a week that reaches many has many comments, and is set
        against a mean over the account's weeks to which the next one belongs (Nickell 1981).
    weeks : str, default "taken out"
        Whether the mean of each week goes out as well as that of each account.
    fewest : int, default 1
        Weeks with fewer comments are left out.

    Returns
    -------
    Weekly
        Its effect is the slope on the share, 0 to 1, errors over owners.

    References
    ----------
    Nickell, S. (1981). Biases in dynamic models with fixed effects. Econometrica 49.
    """
    table = with_terms(data.frames["weeks"], outcome=outcome, fewest=fewest)
    return _weekly(table, term="share", fixed="ln_all", held=held, weeks=weeks)


def nothing(data: Reduced, *, outcome: str = "organic_reach", held: str = HELD[0], weeks: str = WEEKS[0]) -> Weekly:
    """Set reach against ln(1 + emoji and stock phrases) of the week before, substantive comments held fixed."""
    table = with_terms(data.frames["weeks"], outcome=outcome)
    return _weekly(table, term="ln_nothing", fixed="ln_substantive", held=held, weeks=weeks)


def _weekly(table: pd.DataFrame, *, term: str, fixed: str, held: str, weeks: str) -> Weekly:
    within = ("account", *(["week"] if weeks == "taken out" else []))
    return Weekly(table, "ln_reach", {term: 1.0}, held=(fixed,), now=held == "reach now", within=within)


def substance_slope(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate next week's ln reach after nothing but substantive comments against none, their number held fixed."""
    return substance(data, **choices).effect()


def nothing_slope(data: Reduced, **choices: Any) -> Estimate | None:
    """Estimate the slope of next week's ln reach on ln(1 + emoji and stock phrases), substantive ones held fixed."""
    return nothing(data, **choices).effect()


WEEKLY: Mapping[str, Callable[..., Weekly]] = {
    "comment-substance-lifts-reach": substance,
    "comment-stock-phrases-do-nothing": nothing,
}
"""Claims on a cause that changes from week to week, which can be asked what the week before was like."""


def community_difference(
    data: Reduced, *, share: str = "share", fewest: int = FEWEST[0], against: str = "brands"
) -> Estimate | None:
    """Estimate by how much the substantive share of comments is higher in communities than on brand pages.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    share : str, default "share"
        Of all an account's comments, or ``"mean_share"``: the mean of its weeks' shares.
    fewest : int
        Accounts with fewer comments are left out.
    against : str, default "brands"
        Or ``"brands and publishers"``.

    Returns
    -------
    Estimate or None
        Difference of the means over accounts; ``n_side`` is the smaller group.
    """
    table = data.frames["accounts"]
    other = ["brand", "publisher"] if against == "brands and publishers" else ["brand"]
    table = table[(table["comments"] >= fewest) & table["kind"].isin(["community", *other])]
    community = (table["kind"] == "community").astype(float)
    fit = regress(table.assign(community=community), outcome=share, terms=["community"], cluster="owner")
    side = min(table.loc[community == one, "owner"].nunique() for one in (0, 1))
    return replace(fit.term("community"), n_side=side) if fit else None


def caption_slope(data: Reduced, *, zeros: str = ZEROS[0], fewest: float = 0.0) -> Estimate | None:
    """Estimate the slope of ln comments on ln words of the caption, within accounts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    zeros : str, default "kept"
        ``"kept"``: the slope of the ln *expected* number, for which a post without comments is an observation like any
        other. ``"left out"`` drops such posts, and ``"ln(1 + c)"`` adds one to each count; both pull the slope of
        small counts towards 0, and so towards the claim.
    fewest : float
        Accounts with fewer comments a post are left out.

    Returns
    -------
    Estimate or None
        Errors over owners; accounts weigh by what their posts can tell and not by their comments.
    """
    cells = data.frames["captions"]
    sums = cells.groupby("account")[["comments", "posts"]].transform("sum")
    own = sums["comments"] / sums["posts"]
    cells = cells.assign(x=np.log(cells["words"]), relative=cells["comments"] / own.where(own > 0))[own >= fewest]
    if zeros == "kept":
        # Against the account's own mean, lest the giants decide alone.
        return within_slope(cells, unit="account", cluster="owner", term="x", total="relative", exposure="posts")
    column, weight = ("ln_comments", "some") if zeros == "left out" else ("ln1p", "posts")
    lines = _lines(cells, total=column, weight=weight)
    owners = cells.drop_duplicates("account").set_index("account")["owner"].reindex(lines.index)
    return weighted_mean(lines["slope"], lines["sxx"], units=owners) if (lines["sxx"] > 0).sum() > 1 else None


def _dated(data: Reduced, found: Estimate, **_: Any) -> list[Threat]:
    """Say whether captions that grew longer or shorter while something else changed could carry the result."""
    cells = data.frames["captions"].assign(ln=lambda table: table["posts"] * np.log(table["words"]))
    whole = cells.groupby("account")[["ln", "posts"]].transform("sum")
    cells = cells.assign(treated=(cells["ln"] / cells["posts"] > whole["ln"] / whole["posts"]).astype(int))
    sums = ["ln", "posts", "comments", "days", "dated"]
    rows = cells.groupby(["account", "owner", "treated"])[sums].sum().reset_index()
    rows = rows.assign(x=rows["ln"] / rows["posts"], rate=rows["comments"] / rows["posts"])
    return of_dates(registry()["comment-caption-length"], found, rows)


def _lines(cells: pd.DataFrame, *, total: str, weight: str) -> pd.DataFrame:
    """Fit a line for each account through cells: its slope, and the sum of squares of x that it rests on."""
    x, y, n, account = cells["x"], cells[total], cells[weight], cells["account"]
    parts = {"n": n, "x": n * x, "xx": n * x**2, "y": y, "xy": x * y}
    sums = cells[["account"]].assign(**parts).groupby(account).sum()
    mean = sums["x"] / sums["n"].where(sums["n"] > 0)
    sxx = (sums["xx"] - mean * sums["x"]).clip(lower=0)
    sxx = sxx.where(sxx > 1e-9)
    return sums[[]].assign(slope=(sums["xy"] - mean * sums["y"]) / sxx, sxx=sxx.fillna(0.0))


def _comments(data: Reduced) -> int:
    return int(data.frames["weeks"][list(QUALITIES)].to_numpy().sum())


_LATER = {"outcome": ("organic_reach",), "held": HELD[:1], "weeks": WEEKS}
_OTHER_LATER = {"outcome": ("reach",), "held": HELD[1:]}

ANALYSES: Mapping[str, Analysis] = {
    "comment-substance-lifts-reach": Analysis(
        substance_slope,
        {**_LATER, "fewest": (1, 4)},
        _comments,
        threats=placebo_of(substance),
        others=_OTHER_LATER,
    ),
    "comment-stock-phrases-do-nothing": Analysis(
        nothing_slope, _LATER, _comments, threats=placebo_of(nothing), others=_OTHER_LATER
    ),
    "comment-community-more-sincere": Analysis(
        community_difference,
        {"share": ("share",), "fewest": FEWEST, "against": ("brands",)},
        _comments,
        others={"share": ("mean_share",), "against": ("brands and publishers",)},
    ),
    "comment-caption-length": Analysis(
        caption_slope,
        {"zeros": ZEROS[:1], "fewest": (0.0, 5.0)},
        rows_of("captions", add="posts"),
        others={"zeros": ZEROS[1:]},
        threats=_dated,
    ),
}
"""How each claim is put to the test: by default, and otherwise."""


def errors_of_rule(counts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say how often the rule agrees with comments labelled by hand.

    The labelled comments were drawn from strata, so each stands for as many as its stratum has. A share over strata has
    the effective number of cases that gives its variance, or where nothing varies Kish's.

    Parameters
    ----------
    counts : pandas.DataFrame, optional
        Columns stratum, of (its comments), label, rule and comments (labelled ones); by default those of `ERRORS`.

    Returns
    -------
    pandas.DataFrame
        Columns what, share, low, high (Wilson's 95% interval) and labelled (comments it rests on): the accuracy, and
        for each quality the precision (of those that the rule calls so) and the recall (of those that are so).
    """
    counts = pd.read_csv(ERRORS) if counts is None else counts
    weight = counts["of"] / counts.groupby("stratum")["comments"].transform("sum")
    right, every = counts["label"] == counts["rule"], counts["of"] > 0
    domains = {"accuracy": every}
    for name in QUALITIES:
        domains |= {f"{name}, precision": counts["rule"] == name, f"{name}, recall": counts["label"] == name}
    rows = [(what, *_stratified(counts, weight, inside, right)) for what, inside in domains.items()]
    return pd.DataFrame(rows, columns=["what", "share", "low", "high", "labelled"])


def _stratified(
    counts: pd.DataFrame, weight: pd.Series, inside: pd.Series, right: pd.Series
) -> tuple[float, float, float, int]:
    """Estimate a share within a domain from strata, as a ratio with linearised variance."""
    number = counts["comments"]
    total = (weight * number)[inside].sum()
    share = float((weight * number)[inside & right].sum() / total) if total > 0 else np.nan
    gap = inside * (right - share)
    n = number.groupby(counts["stratum"]).transform("sum")
    centre = (gap * number).groupby(counts["stratum"]).transform("sum") / n
    variance = float((weight**2 * number * (gap - centre) ** 2 * n / (n - 1)).sum()) / total**2 if total > 0 else 0.0
    kish = total**2 / (weight**2 * number)[inside].sum() if total > 0 else 0.0
    effective = share * (1 - share) / variance if variance > 1e-12 else kish
    low, high = wilson(share, n=effective) if effective > 0 else (np.nan, np.nan)
    return share, low, high, int(number[inside].sum())


def error_table(errors: pd.DataFrame) -> pd.DataFrame:
    """Lay the rule's errors out for reading: share and interval as text."""
    told = errors.assign(
        share=errors["share"].map("{:.0%}".format),
        interval=[f"{low:.0%} to {high:.0%}" for low, high in zip(errors["low"], errors["high"], strict=True)],
    )
    return told.set_index("what")[["share", "interval", "labelled"]].rename(columns={"interval": "95% interval"})


def confusion(counts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the labelled comments by hand's label and rule's."""
    counts = pd.read_csv(ERRORS) if counts is None else counts
    table = counts.pivot_table(index="label", columns="rule", values="comments", aggfunc="sum", fill_value=0)
    table = table.reindex(index=list(QUALITIES), columns=list(QUALITIES), fill_value=0).astype(int)
    return table.rename_axis(index="by hand", columns="by the rule")


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List what the posts, their captions and the accounts with comments are."""
    own = [*with_commas({"posts used": data.n_rows}), ("period", measures.days_of(data)), *with_commas(data.units)]
    if "accounts" in data.frames:
        kinds = data.frames["accounts"]["kind"].fillna("unknown").value_counts()
        own += [("kinds of accounts with comments", ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()) or "none")]
    if "captions" in data.frames:
        cells = data.frames["captions"]
        own += [("posts with captions", f"{cells['posts'].sum():,.0f}")]
        own += [("of these without a comment", f"{(cells['posts'] - cells['some']).sum():,.0f}")]
    return own


def composition(data: Reduced) -> pd.DataFrame:
    """Count visitors' comments by quality.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        Columns comments and share (text), one row for each quality; comments without text or quality last.
    """
    names = [*QUALITIES, "empty"]
    weeks = data.frames.get("weeks", pd.DataFrame(columns=names))
    sums = weeks[names].sum().astype(int)
    shares = [f"{n / sums.sum():.1%}" if sums.sum() else "–" for n in sums]
    table = pd.DataFrame({"comments": sums.map("{:,}".format), "share": shares})
    return table.rename(index={"empty": "no text or quality"}).rename_axis(index="quality")


def by_kind(data: Reduced, *, share: str = "share", fewest: int = FEWEST[0]) -> pd.DataFrame:
    """Average the substantive share over the accounts of each kind.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    share, fewest
        As in `community_difference`.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high and source (``here``), ready for `plots.forest`; kinds of fewer than four
        accounts are left out.
    """
    from helpers.estimates import mean

    columns = ["label", "value", "low", "high", "source"]
    if "accounts" not in data.frames:
        return pd.DataFrame(columns=columns)
    table = data.frames["accounts"]
    table = table[(table["comments"] >= fewest) & table["kind"].notna()]
    found = [(f"{kind} ({len(part)})", mean(part[share], units=part["owner"])) for kind, part in table.groupby("kind")]
    rows = [(label, one.value, one.low, one.high, "here") for label, one in found if one.is_finite]
    return pd.DataFrame(rows, columns=columns)


def classroom(*, seed: int = 7, accounts: int = 200, n_weeks: int = 26) -> pd.DataFrame:
    """Show four slopes on simulated weeks in which what comments say changes nothing at all.

    An account has better and worse months: reach and comments of every kind rise and fall together.

    Parameters
    ----------
    seed : int, default 7
        Seed.
    accounts, n_weeks : int
        Size.

    Returns
    -------
    pandas.DataFrame
        Slope and 95% interval by what is compared, four rows, as text.
    """
    rng = np.random.default_rng(seed)
    tide: np.ndarray = np.zeros((accounts, n_weeks))
    for week in range(1, n_weeks):
        tide[:, week] = 0.8 * tide[:, week - 1] + 0.3 * rng.standard_normal(accounts)
    tide = tide.ravel()
    substantive, empty = (rng.poisson(5 * np.exp(tide + 0.5 * rng.standard_normal(tide.size))) for _ in range(2))
    weeks = pd.DataFrame(
        {"account": np.repeat(np.arange(accounts), n_weeks), "week": np.tile(range(n_weeks), accounts)}
    )
    weeks = weeks.assign(substantive=np.log1p(substantive), empty=np.log1p(empty), all=np.log1p(substantive + empty))
    weeks = weeks.assign(share=substantive / np.where(substantive + empty > 0, substantive + empty, np.nan))
    weeks = weeks.assign(now=tide + 0.25 * rng.standard_normal(tide.size))
    weeks = weeks.assign(later=in_a_later_week(weeks, weeks["now"]))
    ways = [
        ("number of substantive comments (ln)", "later", "substantive", ()),
        ("number of emoji and stock phrases (ln)", "later", "empty", ()),
        ("substantive share", "later", "share", ()),
        ("the same, number of comments and reach now held fixed", "later", "share", ("all", "now")),
    ]
    return slopes_by_week(weeks, ways, title="next week's ln reach on")
