"""Does engagement fall as accounts grow? From a table of accounts to the estimates of notebook 01."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from helpers.base.words import percent, short_number
from helpers.claims import Claim, Verdict, judge, registry
from helpers.claims.analysis import specified
from helpers.claims.wording import Sentence, came_back
from helpers.estimates import ESTIMATORS, Estimate, fit_slope, mean, median
from helpers.families.account_size.estimators import slope_difference
from helpers.measures import DEFINITIONS

if TYPE_CHECKING:
    import pandas as pd


COLUMNS = {"mean of post rates": "rate", "ratio of sums": "ratio", "by reach": "reach_rate"}
"""Where `measures` keeps an outcome under each of its `DEFINITIONS`."""

SPECIFICATION_COLUMNS = ("platform", "min_posts", "definition", "estimator", "value", "low", "high", "verdict")

FEWEST_POSTS = (1, 3, 10)
"""Thresholds for the posts an account must have, tried one by one; the first is the default."""

MOST_PLATFORMS = 6
"""Platforms tried one by one; the largest come first, so that pictures stay readable."""


def column(outcome: str, *, definition: str, estimator: str = "ppml") -> str:
    """Name the column that holds an outcome.

    Parameters
    ----------
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `measures.DEFINITIONS`.
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
    if definition not in COLUMNS:
        raise ValueError(f"definition '{definition}' is unknown; allowed: {', '.join(DEFINITIONS)}")
    name = outcome.removesuffix("_rate")
    return f"{name}s" if estimator == "counts" else f"{name}_{COLUMNS[definition]}"


def estimate(
    claim: Claim,
    accounts: "pd.DataFrame",
    *,
    estimator: str = "ppml",
    definition: str = "mean of post rates",
    centre: str = "mean",
    edge_factor: float = 1.0,
) -> Estimate | None:
    """Estimate what a claim about account size is about, signed as the claim is.

    Parameters
    ----------
    claim : Claim
        A claim of notebook 01.
    accounts : pandas.DataFrame
        From `measures.account_rates`.
    estimator : str, default "ppml"
        For slopes: one of `estimates.ESTIMATORS`.
    definition : str, default "mean of post rates"
        One of `measures.DEFINITIONS`.
    centre : str, default "mean"
        For bands: the mean or the median over accounts.
    edge_factor : float, default 1
        For bands: multiplies the edges of the claim's band.

    Returns
    -------
    Estimate or None
        None when a slope cannot be fitted.
    """
    if claim.kind == "V":
        low, high = (edge * edge_factor for edge in claim.followers)
        rates = accounts[column(claim.outcome, definition=definition)].to_numpy()
        size = accounts["followers"].to_numpy()
        values = rates[(low <= size) & (size < high)]
        return mean(values, null=claim.published) if centre == "mean" else median(values)
    if claim.outcome is None:
        first, second = (column(o, definition=definition, estimator=estimator) for o in ("like_rate", "comment_rate"))
        return slope_difference(accounts, first=first, second=second, estimator=estimator)
    outcome = column(claim.outcome, definition=definition, estimator=estimator)
    fit = fit_slope(accounts, outcome=outcome, estimator=estimator)
    return None if fit is None else -fit.slope


def band_means(accounts: "pd.DataFrame", *, outcome: str, definition: str = "mean of post rates") -> "pd.DataFrame":
    """Summarise the rates of each band of account size: mean with its interval, median beside it.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `measures.with_bands`.
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `measures.DEFINITIONS`.

    Returns
    -------
    pandas.DataFrame
        One row for each band: band, accounts, followers (geometric mean), mean, low, high, median, median_low,
        median_high. A band of fewer than four accounts has no interval.
    """
    import numpy as np
    import pandas as pd

    name = column(outcome, definition=definition)
    rows = []
    for band, group in accounts[["band", "followers", name]].dropna(subset=[name]).groupby("band", observed=False):
        centre, middle = mean(group[name]), median(group[name])
        size = float(np.exp(np.log(group["followers"]).mean())) if len(group) else np.nan
        rows.append(
            (band, len(group), size, centre.value, centre.low, centre.high, middle.value, middle.low, middle.high)
        )
    names = ["band", "accounts", "followers", "mean", "low", "high", "median", "median_low", "median_high"]
    return pd.DataFrame(rows, columns=names)


def specifications(claim: Claim, accounts: "pd.DataFrame") -> "pd.DataFrame":
    """Judge a claim under every reasonable way to analyse the same accounts.

    Slopes: estimator, definition of the rate, platform, fewest posts of an account. Bands: mean or median,
    definition, platform, edges halved or doubled. All combinations are tried; the first row is the notebook's default.

    Parameters
    ----------
    claim : Claim
        A claim of notebook 01.
    accounts : pandas.DataFrame
        From `measures.account_rates`.

    Returns
    -------
    pandas.DataFrame
        One row for each specification: its choices, value, low, high and verdict.
    """
    import pandas as pd

    rows = []
    accounts = accounts.astype({"platform": "category"})  # texts are slow to compare
    for platform, fewest, choices in _choices(claim, accounts):
        if not rows or (platform, fewest) != (rows[-1]["platform"], rows[-1]["min_posts"]):
            part = accounts[accounts["n_posts"].fillna(fewest) >= fewest]
            part = part if platform == "all" else part[part["platform"] == platform]
        all_choices = {"platform": platform, "min_posts": fewest, **choices}
        rows.append(specified(claim, estimate(claim, part, **choices), all_choices))
    return pd.DataFrame(rows)


def _choices(claim: Claim, accounts: "pd.DataFrame") -> Iterator[tuple[str, int, dict[str, Any]]]:
    largest = accounts["platform"].value_counts().index[:MOST_PLATFORMS]
    platforms = ["all", *largest] if len(largest) > 1 else ["all"]
    if claim.kind == "V":
        for platform, definition, centre, factor in product(
            platforms, DEFINITIONS, ("mean", "median"), (1.0, 0.5, 2.0)
        ):
            yield platform, 1, {"definition": definition, "centre": centre, "edge_factor": factor}
        return
    for platform, fewest, definition, estimator in product(platforms, FEWEST_POSTS, DEFINITIONS, ESTIMATORS):
        if estimator != "counts" or definition == "mean of post rates":
            yield platform, fewest, {"definition": definition, "estimator": estimator}


def no_specifications() -> "pd.DataFrame":
    """Give the empty table of a claim that data cannot speak to, ready for a picture that says so."""
    import pandas as pd

    return pd.DataFrame(columns=list(SPECIFICATION_COLUMNS))


def judged(
    claims: Sequence[Claim],
    accounts: "pd.DataFrame",
    *,
    missing: dict[str, str],
    estimator: str = "ppml",
    definition: str = "mean of post rates",
) -> dict[str, Verdict]:
    """Judge the claims of notebook 01 on one table of accounts.

    Parameters
    ----------
    claims : sequence of Claim
        Claims of notebook 01.
    accounts : pandas.DataFrame
        From `measures.account_rates`.
    missing : dict of str to str
        What the data lack for a claim, by claim id, from `claims.lacking`; an empty text where nothing lacks.
    estimator, definition : str
        As in `estimate`.

    Returns
    -------
    dict of str to Verdict
        Verdicts by claim id.
    """
    verdicts = {}
    for claim in claims:
        gap = missing[claim.id]
        found = None if gap else estimate(claim, accounts, estimator=estimator, definition=definition)
        verdicts[claim.id] = judge(claim, found, missing=gap)
    return verdicts


def fitted_line(
    accounts: "pd.DataFrame", *, outcome: str, definition: str = "mean of post rates", points: int = 25
) -> "pd.DataFrame | None":
    """Fit the line that a picture shows: expected rate over the sizes there are.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `measures.account_rates`.
    outcome : str
        ``"like_rate"`` or ``"comment_rate"``.
    definition : str
        One of `measures.DEFINITIONS`.
    points : int, default 25
        Sizes at which it is evaluated.

    Returns
    -------
    pandas.DataFrame or None
        As `estimates.Fit.at` gives; None when nothing can be fitted.
    """
    import numpy as np

    name = column(outcome, definition=definition)
    fit = fit_slope(accounts, outcome=name)
    if fit is None or not fit.slope.is_finite:
        return None
    sizes = accounts.loc[accounts[name].notna() & (accounts["followers"] > 0), "followers"]
    return fit.at(np.geomspace(sizes.min(), sizes.max(), points))


def band_table(bands: "pd.DataFrame") -> "pd.DataFrame":
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
    import pandas as pd

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


def exponents(verdicts: Mapping[str, Verdict]) -> "pd.DataFrame":
    """Turn the slopes of the rates into the exponent b of counts on followers.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        Likes and comments: slope, b = 1 + slope, and its 95% interval, as text.
    """
    import pandas as pd

    rows = []
    for name in ("like", "comment"):
        if found := verdicts[f"size-{name}-rate-falls"].estimate:
            b = (-found).shifted(1)
            rows.append((f"{name}s", f"{b.value - 1:.3f}", f"{b.value:.3f}", f"{b.low:.3f} to {b.high:.3f}"))
    return pd.DataFrame(rows, columns=["count", "slope of the rate", "exponent b", "95% interval of b"]).set_index(
        "count"
    )


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
    return [((max(c.followers[0], 1e2) * min(c.followers[1], 1e8)) ** 0.5, c.published) for c in claims]


def ratio_table(claims: Sequence[Claim], accounts: "pd.DataFrame", *, missing: dict[str, str]) -> "pd.DataFrame":
    """Set the band averages against the published ones, under each definition and with medians beside means.

    Parameters
    ----------
    claims : sequence of Claim
        Claims of notebook 01; only value claims are used.
    accounts : pandas.DataFrame
        From `measures.account_rates`.
    missing : dict of str to str
        As in `judged`; claims that lack data are left out.

    Returns
    -------
    pandas.DataFrame
        Columns label, choice, ratio, low and high, ready for `plots.value_ratios`.
    """
    import pandas as pd

    ways = [(definition, "mean") for definition in DEFINITIONS] + [("mean of post rates", "median")]
    rows = []
    for claim in (claim for claim in claims if claim.kind == "V" and not missing[claim.id]):
        label = f"{claim.outcome.removesuffix('_rate')}s, {_band_name(*claim.followers)}"
        for definition, centre in ways:
            found = judge(claim, estimate(claim, accounts, definition=definition, centre=centre)).estimate
            if found:
                name = definition if centre == "mean" else "median of accounts"
                rows.append((label, name, *(x / claim.published for x in (found.value, found.low, found.high))))
    return pd.DataFrame(rows, columns=["label", "choice", "ratio", "low", "high"])


def _band_name(low: float, high: float) -> str:
    if not low:
        return f"under {short_number(high)}"
    return f"over {short_number(low)}" if high == math.inf else f"{short_number(low)}–{short_number(high)}"


PHRASES = (
    Sentence(
        "{where} an account ten times as large has {told}.",
        {"size-like-rate-falls": "like", "size-comment-rate-falls": "comment"},
        each="a {phrase} rate {tenfold.size:.0%} {tenfold:higher|lower} (95% interval {tenfold.low:+.0%} to"
        " {tenfold.high:+.0%}), {meaning}",
        joined=", and ",
        lost="The {names} rate cannot be tested with these data.",
        between_names=" and the ",
    ),
    partial(came_back, noun="quoted average"),
)
"""What is said of the outcome."""


def describe_bands(bands: "pd.DataFrame", *, outcome: str) -> str:
    """Tell band means and intervals in words, for the text alternative of a picture.

    Parameters
    ----------
    bands : pandas.DataFrame
        From `band_means`.
    outcome : str
        The rate's name.

    Returns
    -------
    str
        One sentence.
    """
    told = [
        f"{row.band} {percent(row.mean)} ({percent(row.low)} to {percent(row.high)})"
        for row in bands.dropna(subset=["low"]).itertuples()
    ]
    name = outcome.replace("_", " ")
    return (
        f"Mean {name} by followers, with 95% interval: {'; '.join(told)}."
        if told
        else f"No band has enough accounts for a mean {name}."
    )


def describe_ratios(table: "pd.DataFrame") -> str:
    """Tell estimates as multiples of the published figures in words, for the text alternative of a picture.

    Parameters
    ----------
    table : pandas.DataFrame
        From `ratio_table`.

    Returns
    -------
    str
        One sentence for each way of averaging.
    """
    if table.empty:
        return "No quoted average could be tested."
    told = [
        f"{choice}: " + ", ".join(f"{row.label} {row.ratio:.2f} times" for row in rows.itertuples())
        for choice, rows in table.groupby("choice", sort=False)
    ]
    return "Estimates as multiples of the published figure. " + "; ".join(told) + "."
