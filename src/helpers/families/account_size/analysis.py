"""Does engagement fall as accounts grow? From a table of accounts to the estimates of notebook 01."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers import estimates
from helpers.base.words import counted, percent, short_number, with_commas
from helpers.claims import FEWEST_UNITS, Verdict, judge, registry
from helpers.claims.analysis import Analysis
from helpers.claims.verdicts import Threat
from helpers.claims.wording import plainly, told
from helpers.doubts.ranks import best_of_each
from helpers.estimates import ESTIMATORS, Estimate, fit_slope, mean, median
from helpers.families.account_size import threats
from helpers.families.account_size.estimators import slope_difference, slopes_by_half
from helpers.ground.scales import spanned
from helpers.measures import Reduced, account_rates, days_of

DEFINITIONS = {
    "mean of post rates": "rate",  # count / followers for each post, averaged within the account
    "ratio of sums": "ratio",  # all counts of an account / followers summed over the same posts
    "by reach": "reach_rate",  # count / people reached for each post, averaged within the account
}
"""Usual definitions of an engagement rate at the level of one account, and what `measures` calls each."""

FEWEST_POSTS = (1, 3, 10)
"""Thresholds for the posts an account must have, tried one by one; the first is the default."""

COMPARED = ("within platforms", "over all platforms")
"""Which accounts are compared: those of one platform, its level held fixed, or all; then platforms that differ in size
and in rate bring a slope of their own. The first is the default."""

MOST_PLATFORMS = 6
"""Platforms tried one by one; the largest come first, so that pictures stay readable."""


def column(outcome: str, *, definition: str, estimator: str = "ppml") -> str:
    """Name the column that holds an outcome.

    Parameters
    ----------
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `DEFINITIONS`.
    estimator : str
        The estimator ``"counts"`` works on counts per post, whatever the definition of the rate.

    Returns
    -------
    str
        A column of the table of accounts.

    Raises
    ------
    ValueError
        If the definition is unknown.
    """
    if definition not in DEFINITIONS:
        raise ValueError(f"definition '{definition}' is unknown; allowed: {', '.join(DEFINITIONS)}")
    name = outcome.removesuffix("_rate")
    return f"{name}s" if estimator == "counts" else f"{name}_{DEFINITIONS[definition]}"


def reduce(tables: Mapping[str, Any], **chosen: Any) -> Reduced:
    """Reduce posts, or averages of accounts, to one row for each account, where they live.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; posts and accounts are used where they are there.
    **chosen
        min_posts, min_age_days, platforms, start and end, as in `measures.account_rates`.

    Returns
    -------
    Reduced
        ``accounts``, as `measures.account_rates` gives it, platform and owner as categories: texts are slow to compare;
        and best_of_each, as `doubts.ranks` says it.
    """
    found = account_rates(tables, **chosen)
    accounts = found.frame.astype(dict.fromkeys(("platform", "owner"), "category"))
    best = best_of_each(accounts["n_posts"], tables, **chosen)
    return replace(found, frames={"accounts": accounts.assign(best_of_each=best)})


def largest_platforms(data: Reduced) -> list[str]:
    """List the platforms with most accounts; none where there is only one."""
    counts = data.frames["accounts"]["platform"].value_counts()
    largest = counts.index[counts > 0][:MOST_PLATFORMS]
    return list(largest) if len(largest) > 1 else []


def some(data: Reduced, *, platform: str = "all", min_posts: int = 1) -> np.ndarray:
    """Say which accounts are of one platform and have posts enough.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    platform : str, default "all"
        Only this one.
    min_posts : int, default 1
        Accounts with fewer posts are left out; those whose number of posts is unknown stay.

    Returns
    -------
    numpy.ndarray
        True for each account that is wanted.
    """
    accounts = data.frames["accounts"]
    kept = ~(accounts["n_posts"].to_numpy() < min_posts) if min_posts > 1 else np.ones(len(accounts), dtype=bool)
    return kept if platform == "all" else kept & (accounts["platform"] == platform).to_numpy()


def fall(
    data: Reduced,
    *,
    outcome: str,
    estimator: str = "ppml",
    definition: str = "mean of post rates",
    compared: str = COMPARED[0],
    **which: Any,
) -> Estimate | None:
    """Estimate how a rate falls with size: the slope of its ln on ln followers, sign turned.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    estimator : str, default "ppml"
        One of `estimates.ESTIMATORS`.
    definition : str, default "mean of post rates"
        One of `DEFINITIONS`.
    compared : str, default "within platforms"
        One of `COMPARED`.
    **which
        Which accounts: platform and min_posts, as in `some`.

    Returns
    -------
    Estimate or None
        None when a slope cannot be fitted. Errors are over owners.
    """
    name = column(outcome, definition=definition, estimator=estimator)
    accounts = data.frames["accounts"][["followers", name, "platform", "owner"]][some(data, **which)]
    fit = fit_slope(accounts, outcome=name, estimator=estimator, **held(compared))
    return None if fit is None else -fit.slope


def held(compared: str = COMPARED[0]) -> dict[str, Any]:
    """Say what accounts that are compared share, and what is independent, in the words of `estimates.fit_slope`."""
    return {"within": "platform" if compared == COMPARED[0] else None, "cluster": "owner"}


def comments_fall_faster(
    data: Reduced,
    *,
    estimator: str = "ppml",
    definition: str = "mean of post rates",
    compared: str = COMPARED[0],
    **which: Any,
) -> Estimate | None:
    """Estimate how much faster the comment rate falls than the like rate; the keywords are those of `fall`."""
    first, second = (column(o, definition=definition, estimator=estimator) for o in ("like_rate", "comment_rate"))
    accounts = data.frames["accounts"][["followers", first, second, "platform", "owner"]][some(data, **which)]
    return slope_difference(accounts, first=first, second=second, estimator=estimator, **held(compared))


def average(
    data: Reduced,
    *,
    claim_id: str,
    definition: str = "mean of post rates",
    centre: str = "mean",
    edge_factor: float = 1.0,
    **which: Any,
) -> Estimate:
    """Estimate the average rate of a band of account size, over the accounts of all platforms.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    claim_id : str
        A value claim of notebook 01, whose rate and band are meant.
    definition : str, default "mean of post rates"
        One of `DEFINITIONS`.
    centre : str, default "mean"
        The mean or the median over accounts.
    edge_factor : float, default 1
        Multiplies the edges of the band.
    **which
        Which accounts: platform and min_posts, as in `some`.

    Returns
    -------
    Estimate
        A fraction.
    """
    claim = registry()[claim_id]
    low, high = (edge * edge_factor for edge in claim.given("followers"))
    name = column(claim.given("outcome"), definition=definition)
    accounts = data.frames["accounts"]
    size, rates = (accounts[one].to_numpy() for one in ("followers", name))
    inside = (low <= size) & (size < high) & some(data, **which)
    owners = accounts["owner"].to_numpy()[inside]
    if centre == "median":
        return median(rates[inside], units=owners)
    return mean(rates[inside], null=claim.given("published"), units=owners)


def _sound(*, estimator: str, definition: str, **_: Any) -> bool:
    """Counts are the same whatever the definition of a rate."""
    return estimator != "counts" or definition == "mean of post rates"


AVERAGES = (
    *("size-like-rate-under-1k", "size-like-rate-1k-10k", "size-like-rate-10k-100k", "size-like-rate-100k-1m"),
    *("size-like-rate-1m-10m", "size-like-rate-over-10m", "size-comment-rate-under-1k", "size-comment-rate-over-10m"),
)
"""The claims that give an average rate for a band of account size."""

_ALL = ("all", largest_platforms)
_PER_FOLLOWER = tuple(name for name in DEFINITIONS if name != "by reach")
_SLOPE: Mapping[str, Any] = {
    "choices": {
        "platform": _ALL,
        "min_posts": FEWEST_POSTS,
        "definition": _PER_FOLLOWER,
        "estimator": tuple(name for name in ESTIMATORS if name != "log-ols"),
        "compared": COMPARED[:1],
    },
    # Of rates by reach, of geometric means, and of what lies between platforms the slope is another.
    "others": {"definition": ("by reach",), "estimator": ("log-ols",), "compared": COMPARED[1:]},
    "sound": _sound,
}
_AVERAGE: Mapping[str, Any] = {
    "choices": {
        "platform": _ALL,
        "min_posts": FEWEST_POSTS[:1],
        "definition": _PER_FOLLOWER,
        "centre": ("mean",),
        "edge_factor": (1.0,),
    },
    "others": {"definition": ("by reach",), "centre": ("median",), "edge_factor": (0.5, 2.0)},
}


def threatened(
    data: Reduced, estimate: Estimate, *, claim_id: str, of: Callable[..., Estimate | None], **choices: Any
) -> list[Threat]:
    """Say what else could have made an estimate.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    estimate : Estimate
        What `of` gave for the data and the choices.
    claim_id : str
        A claim of notebook 01.
    of : callable
        Gives the estimate again for changed data.
    **choices
        Of the analysis.

    Returns
    -------
    list of Threat
        Those that could carry the result.
    """
    if not estimate.is_finite:
        return []
    claim = registry()[claim_id]
    which = {name: choices[name] for name in ("platform", "min_posts") if name in choices}
    accounts = data.frames["accounts"][some(data, **which)]

    def again(changed: pd.DataFrame) -> Estimate | None:
        return of(replace(data, frames={"accounts": changed}), **choices)

    if claim.kind == "V":
        return threats.of_average(claim, estimate, accounts, again=again)
    by_followers = choices.get("definition") != "by reach"
    return threats.of_slope(claim, estimate, accounts, again=again, per_follower=by_followers)


def _analysis(claim_id: str, of: Callable[..., Estimate | None], choices: Mapping[str, Any], **more: Any) -> Analysis:
    return Analysis(of, choices, threats=partial(threatened, claim_id=claim_id, of=of), **more)


_SLOPES: dict[str, Callable[..., Estimate | None]] = {
    "size-like-rate-falls": partial(fall, outcome="like_rate"),
    "size-comment-rate-falls": partial(fall, outcome="comment_rate"),
    "size-comments-fall-faster": comments_fall_faster,
}

_FALLS = {"like_rate": "size-like-rate-falls", "comment_rate": "size-comment-rate-falls"}

ANALYSES = {
    **{claim_id: _analysis(claim_id, of, **_SLOPE) for claim_id, of in _SLOPES.items()},
    **{claim_id: _analysis(claim_id, partial(average, claim_id=claim_id), **_AVERAGE) for claim_id in AVERAGES},
}
"""By claim: how it is estimated, and what could be done otherwise."""


def what_else(verdicts: Mapping[str, Verdict], data: Reduced, *, definition: str = "mean of post rates") -> str:
    """Say what else could have made the falls: error in follower counts, or a hidden cause, and how large it must be.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    data : Reduced
        From `reduce`.
    definition : str
        One of `DEFINITIONS`.

    Returns
    -------
    str
        A list in Markdown.
    """
    columns = {f"size-{name}-rate-falls": column(f"{name}_rate", definition=definition) for name in ("like", "comment")}
    return threats.told(verdicts, data.frames["accounts"], columns=columns)


def evenness(data: Reduced, *, outcome: str, **how: Any) -> str:
    """Say whether a rate falls as fast among the larger half of the accounts as among the smaller half.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome, **how
        As in `fall`; accounts are compared within platforms.

    Returns
    -------
    str
        One sentence: both halves with their 95% intervals, called uneven where the interval of their difference lies to
        one side of 0; or that it cannot be told.
    """
    border, found, reason = _by_half(data, outcome=outcome, **how)
    if reason:
        return f"Whether the fall is even, among smaller as among larger accounts, cannot be told ({reason})."
    small, large, more = found
    base = "person reached" if how.get("definition") == "by reach" and how.get("estimator") != "counts" else "follower"
    less, around = told(small, f"{{tenfold:more|fewer}} {outcome.removesuffix('_rate')}s per {base}")
    rest, about = told(large, "{tenfold:more|fewer}")
    change = "fall" if max(small.value, large.value) > 0 else "rise"
    is_even = more.low <= 0 <= more.high
    return (
        f"{f'Nothing speaks against an even {change}' if is_even else f'The {change} is not even'}: among the smaller "
        f"half of the accounts (up to {short_number(float(f'{border:.2g}'))} followers) ten times the followers "
        f"go with {less} ({around}), among the larger half with {rest} ({about})"
        f"{'; the two differ by no more than chance may' if is_even else ''}."
    )


def with_evenness(answer: str, verdict: Verdict, data: Reduced, **how: Any) -> str:
    """Add to an answer that begins with the fall of likes that the fall is uneven, where `evenness` finds it so.

    Parameters
    ----------
    answer : str
        In sentences; the first tells `verdict`.
    verdict : Verdict
        On the fall of the like rate.
    data : Reduced
        From `reduce`.
    **how
        As in `evenness`.

    Returns
    -------
    str
        The answer as it was where the halves do not differ by more than chance may, and where they or the verdict
        cannot be told.
    """
    _, found, _ = _by_half(data, outcome="like_rate", **how)
    if not found or found[2].low <= 0 <= found[2].high or verdict.verdict == "inconclusive" or not verdict.estimate:
        return answer
    (less, around), (rest, about) = (told(one, "{tenfold:more|fewer}") for one in found[:2])
    first, _, others = answer.partition(").")
    uneven = f"{less} ({around}) among the smaller half of the accounts, {rest} ({about}) among the larger"
    return f"{first}), though not evenly: {uneven}.{others}"


def _by_half(
    data: Reduced, *, outcome: str, definition: str = "mean of post rates", estimator: str = "ppml", **which: Any
) -> tuple[float, list[Estimate], str]:
    """Give the median size, the fall in the smaller and the larger half and their difference, or why there is none."""
    name, claim = column(outcome, definition=definition, estimator=estimator), registry()[_FALLS[outcome]]
    accounts = data.frames["accounts"][["followers", name, "platform", "owner"]][some(data, **which)]
    found = slopes_by_half(accounts, outcome=name, estimator=estimator, **held())
    verdicts = [judge(claim, slope and -slope) for slope in (found.smaller, found.larger, found.difference)]
    reason = next((verdict.reason for verdict in verdicts if not verdict.estimate), "")
    if found.fewest < FEWEST_UNITS:
        reason = f"{counted(found.fewest, 'account')} in one of the halves; {FEWEST_UNITS} are needed"
    return found.border, [] if reason else [one.estimate for one in verdicts if one.estimate], reason


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List what the accounts are: how many, of which size, where and when."""
    size, platforms = data.frame["followers"], data.frame["platform"].dropna().unique()
    low, high = size.quantile([0.05, 0.95]) if len(size) else (0.0, 0.0)  # the ends are single accounts
    spread = f"mostly {low:,.0f} to {high:,.0f}, median {size.median():,.0f}" if len(size) else "none"
    return [
        *with_commas({"rows used": data.n_rows, **data.units}),
        ("followers of an account", spread),
        ("platforms", ", ".join(sorted(platforms)) or "not stated"),
        ("period", days_of(data)),
    ]


def band_means(accounts: pd.DataFrame, *, outcome: str, definition: str = "mean of post rates") -> pd.DataFrame:
    """Summarise the rates of each band of account size: mean with its interval, median beside it.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `measures.with_bands`.
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `DEFINITIONS`.

    Returns
    -------
    pandas.DataFrame
        One row for each band: band, accounts, followers (geometric mean), mean, low, high, median, median_low,
        median_high. A band of fewer than four accounts has no interval.
    """
    return estimates.band_means(accounts, outcome=column(outcome, definition=definition), cluster="owner")


def fitted_line(
    accounts: pd.DataFrame,
    *,
    outcome: str,
    definition: str = "mean of post rates",
    points: int = 25,
    estimator: str = "ppml",
) -> pd.DataFrame | None:
    """Fit the line that a picture shows: expected rate over the sizes there are, at the mean level of the platforms.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `measures.account_rates`.
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `DEFINITIONS`.
    points : int, default 25
        Sizes at which it is evaluated.
    estimator : str, default "ppml"
        One of `estimates.ESTIMATORS`; of counts the line is that of the rate they make.

    Returns
    -------
    pandas.DataFrame or None
        As `estimates.Fit.at` gives; None when nothing can be fitted.
    """
    name = column(outcome, definition=definition, estimator=estimator)
    fit = fit_slope(accounts, outcome=name, estimator=estimator, **held())
    if fit is None or not fit.slope.is_finite:
        return None
    sizes = accounts.loc[accounts[name].notna() & (accounts["followers"] > 0), "followers"]
    return fit.at(np.geomspace(sizes.min(), sizes.max(), points))


def band_table(bands: pd.DataFrame) -> pd.DataFrame:
    """Lay the bands out for reading, medians beside means.

    Parameters
    ----------
    bands : pandas.DataFrame
        From `band_means`.

    Returns
    -------
    pandas.DataFrame
        One row for each band, as text.
    """
    rows = [
        (
            row.band,
            f"{row.accounts:,}",
            *(
                _spanned(*ends)
                for ends in ((row.mean, row.low, row.high), (row.median, row.median_low, row.median_high))
            ),
        )
        for row in bands.itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=["band", "accounts", "mean (95% interval)", "median (95% interval)"]).set_index(
        "band"
    )


def _spanned(value: float, low: float, high: float) -> str:
    if value != value:
        return "–"
    return percent(value) + (f" ({percent(low)} to {percent(high)})" if low == low else " (too few)")


def both_ways(data: Reduced, *, estimator: str, definition: str) -> pd.DataFrame:
    """Tell the fall of the like rate within platforms, and over all of them.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    estimator, definition : str
        As in `fall`.

    Returns
    -------
    pandas.DataFrame
        One row for each of `COMPARED`, as text: as the claim is told, accounts, and the slope under technical.
    """
    rows = []
    for compared in COMPARED:
        found = fall(data, outcome="like_rate", estimator=estimator, definition=definition, compared=compared)
        told_so = plainly(found, registry()["size-like-rate-falls"])
        technical = f"slope {spanned(-found)}; {found.method}" if found else "too little data for a slope"
        rows.append((compared, told_so, f"{found.n_units:,}" if found else "–", technical))
    return pd.DataFrame(rows, columns=["compared", "here (95% interval)", "accounts", "technical"]).set_index(
        "compared"
    )


def growth(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Say what twice the followers bring, and the exponent b of counts on followers behind it.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        Likes and comments: how many more of them, with the 95% interval, and b under technical, as text.
    """
    rows = []
    for name in ("like", "comment"):
        if found := verdicts[f"size-{name}-rate-falls"].estimate:
            b = (-found).shifted(1)
            more, interval = told(b, f"{{doubled:more|fewer}} {name}s")
            rows.append((f"{name}s", f"{more} ({interval})", f"exponent b {spanned(b)}"))
    columns = ["count", "twice the followers bring (95% interval)", "technical"]
    return pd.DataFrame(rows, columns=columns).set_index("count")


def document_points(outcome: str) -> list[tuple[float, float]]:
    """Place the claimed averages at the middle of their bands.

    Parameters
    ----------
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.

    Returns
    -------
    list of (followers, rate)
        One point for each value claim; an open band reaches to 100 or to 100 million followers.
    """
    claims = [c for c in registry().values() if c.kind == "V" and c.outcome == outcome and c.followers]
    bands = [(*c.given("followers"), c.given("published")) for c in claims]
    return [((max(low, 1e2) * min(high, 1e8)) ** 0.5, rate) for low, high, rate in bands]


def ratio_table(verdicts: Mapping[str, Verdict], data: Reduced) -> pd.DataFrame:
    """Set the band averages against the published ones, under each definition and with medians beside means.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id; only value claims that the data can speak to are used.
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        Columns label, choice, ratio, low and high, ready for `pictures.value_ratios`.
    """
    ways = [(definition, "mean") for definition in DEFINITIONS] + [("mean of post rates", "median")]
    rows = []
    for claim in (verdicts[claim_id].claim for claim_id in AVERAGES if verdicts[claim_id].verdict != "no data"):
        published = claim.given("published")
        label = f"{claim.given('outcome').removesuffix('_rate')}s, {_band_name(*claim.given('followers'))}"
        for definition, centre in ways:
            found = judge(claim, average(data, claim_id=claim.id, definition=definition, centre=centre)).estimate
            if found:
                name = definition if centre == "mean" else "median of accounts"
                rows.append((label, name, *(x / published for x in (found.value, found.low, found.high))))
    return pd.DataFrame(rows, columns=["label", "choice", "ratio", "low", "high"])


def _band_name(low: float, high: float) -> str:
    if not low:
        return f"under {short_number(high)}"
    return f"over {short_number(low)}" if high == math.inf else f"{short_number(low)}–{short_number(high)}"


def ladders(table: pd.DataFrame, *, fewest: int = 2) -> pd.DataFrame:
    """Keep the sources that give several bands of account size, ready to be drawn as lines.

    Parameters
    ----------
    table : pandas.DataFrame
        Published figures with followers_low and followers_high.
    fewest : int, default 2
        Sources with fewer bands are left out.

    Returns
    -------
    pandas.DataFrame
        With ``middle`` (the geometric middle of the band; open bands reach down to a tenth of, or up to three times,
        their one edge) and ``ladder`` (source and platform), sorted for drawing.
    """
    table = table.dropna(subset=["estimate"])
    table = table[table["followers_low"].notna() | table["followers_high"].notna()]
    low = table["followers_low"].where(table["followers_low"] > 0, table["followers_high"] / 10)
    high = table["followers_high"].fillna(low * 3)
    table = table.assign(middle=(low * high) ** 0.5, ladder=table["study"] + ", " + table["platform"])
    size = table.groupby("ladder")["middle"].transform("nunique")
    return table[size >= fewest].sort_values(["ladder", "middle"], ignore_index=True)
