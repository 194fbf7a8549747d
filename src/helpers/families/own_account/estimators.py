"""Is a post unusual for its account, and has the account changed?"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.claims.own_account import in_blocks
from helpers.estimates import Estimate, in_time, regress

LAST = 100
"""Posts of the same format from which a post's expectation is taken."""

FEWEST_BEFORE = 10
"""With fewer posts before it a post has no expectation."""

FEWEST_TO_TELL = 40
"""With fewer posts nobody knows what one in a hundred looks like."""

SHARE_OF_TIME = 0.4
"""Share of the posts that a smooth course rests on at each point."""

COUNTS = ["likes", "comments"]


def middle_mean(values: np.ndarray) -> float:
    """Give the mean without the top and the bottom quarter, unknown ones left out.

    Examples
    --------
    >>> middle_mean(np.array([0.0, 4.0, 6.0, 500.0]))
    5.0
    """
    known = np.sort(values[~np.isnan(values)])
    cut = len(known) // 4
    return float(known[cut : len(known) - cut].mean()) if len(known) else float("nan")


def at_age(history: pd.DataFrame, hours: float) -> pd.Series:
    """Give what each post had gathered at an age, by straight lines between its captures.

    Parameters
    ----------
    history : pandas.DataFrame
        Captures: post_id, hours, likes and comments.
    hours : float
        The age.

    Returns
    -------
    pandas.Series
        Likes and comments by post_id; missing for posts that were not followed for so long.
    """
    known = history.assign(total=_total(history)).dropna(subset=["total"]).sort_values("hours")
    found = {
        post: np.interp(hours, np.r_[0, own["hours"]], np.r_[0, own["total"]])
        if own["hours"].iloc[-1] >= hours
        else np.nan
        for post, own in known.groupby("post_id")
    }
    return pd.Series(found, dtype="float64")


def _total(table: pd.DataFrame) -> pd.Series:
    there = [name for name in COUNTS if name in table]
    return table[there].sum(axis=1, skipna=False) if there else pd.Series(np.nan, index=table.index)


def scores(posts: pd.DataFrame, *, history: pd.DataFrame | None = None) -> pd.DataFrame:
    """Set every post against its account's last posts of the format, as CrowdTangle did.

    Parameters
    ----------
    posts : pandas.DataFrame
        Of one account, from `measures.own_posts`, with ``young``, in the order of time. A post without a date has no
        posts before it, and no score.
    history : pandas.DataFrame, optional
        Captures of the posts. Young posts are set against others at the age at which they were last looked at; without
        captures they have no score.

    Returns
    -------
    pandas.DataFrame
        The posts with ``actual`` (likes and comments), ``expected`` (mean of the last `LAST` posts of the format before
        it, top and bottom quarter dropped, at the same age) and ``score``, actual over expected.

    References
    ----------
    CrowdTangle (2024). How do you calculate overperforming scores? Help page, closed with the service in August 2024.
    """
    table = posts.reset_index(drop=True)
    final = table["engagement"].mask(table["young"] | table["at"].isna())
    actual, expected = final.to_numpy(dtype=float, copy=True), np.full(len(table), np.nan)
    ages = history.groupby("post_id")["hours"].max() if history is not None and len(history) else pd.Series(dtype=float)
    looked = table["post_id"].map(ages)
    for rows in table.groupby(table["format"].fillna("")).indices.values():
        expected[rows] = [middle_mean(_enough(actual[rows[max(0, i - LAST) : i]])) for i in range(len(rows))]
        for i, row in enumerate(rows):
            if table["young"][row] and looked[row] > 0:
                then = at_age(history, looked[row])
                before = table["post_id"].iloc[rows[max(0, i - LAST) : i]].map(then).to_numpy(dtype=float)
                actual[row], expected[row] = then.get(table["post_id"][row]), middle_mean(_enough(before))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(expected > 0, actual / expected, np.nan)
    return table.assign(actual=actual, expected=expected, score=score)


def _enough(before: np.ndarray) -> np.ndarray:
    return before if np.isfinite(before).sum() >= FEWEST_BEFORE else before[:0]


def limits(posts: pd.DataFrame, *, level: float = 0.99) -> pd.DataFrame:
    """Say within what the account's own posts lie ninety-nine times in a hundred, and which lie outside.

    A post's usual count is a smooth course over time (lowess, which a few odd posts do not bend) times what its format
    gets. How far posts stray from it in ln is described on each side by a Student's t, which allows for tails that are
    heavy, and heavier on one side.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `scores`; posts without an age, a count or a date are no part of it.
    level : float, default 0.99
        How often a post of the account is to lie within.

    Returns
    -------
    pandas.DataFrame
        With ``usual``, ``low``, ``high`` (counts) and ``outside``; missing, and false, where they are unknown and with
        fewer than `FEWEST_TO_TELL` posts.

    References
    ----------
    Cleveland, W. S. (1979). Robust locally weighted regression and smoothing scatterplots. Journal of the American
    Statistical Association 74.
    """
    empty = posts.assign(usual=np.nan, low=np.nan, high=np.nan, outside=False)
    told = posts[posts["engagement"].notna() & posts["at"].notna() & ~posts["young"]]
    if len(told) < FEWEST_TO_TELL:
        return empty
    ln = np.log(told["engagement"].to_numpy() + 0.5)
    usual = _usual(told, ln)
    strays = ln - usual
    below, above = reaches(strays, level=level)
    columns = {"usual": usual, "low": usual - below, "high": usual + above}
    for name, column in columns.items():
        empty.loc[told.index, name] = np.maximum(np.exp(column) - 0.5, 0)
    empty.loc[told.index, "outside"] = (strays < -below) | (strays > above)
    return empty


def _usual(posts: pd.DataFrame, ln: np.ndarray) -> np.ndarray:
    """Give the ln count that is usual for a post's format at its time."""
    from statsmodels.nonparametric.smoothers_lowess import lowess

    days = (posts["at"] - posts["at"].min()).dt.total_seconds().to_numpy() / 86_400
    kind = posts["format"].fillna("").to_numpy()
    course = np.full(len(ln), np.median(ln))
    for _ in range(3):
        own = pd.Series(ln - course).groupby(kind).transform("median").to_numpy()
        course = lowess(ln - own, days, frac=SHARE_OF_TIME, return_sorted=False, delta=0.01 * np.ptp(days))
    return course + pd.Series(ln - course).groupby(kind).transform("median").to_numpy()


def reaches(strays: np.ndarray, *, level: float) -> tuple[float, float]:
    """Say how far below and above the usual the account's posts lie, so often in all.

    What strays on a side by more than that side's median is described by a generalised Pareto distribution, fitted by
    probability-weighted moments: the limit shape of tails, whether they end soon, fall off or drag on.

    Parameters
    ----------
    strays : numpy.ndarray
        Ln count less the usual one, shape (n,).
    level : float
        How often they lie within.

    Returns
    -------
    tuple of float
        Both at or above 0.

    References
    ----------
    Hosking, J. R. M. & Wallis, J. R. (1987). Parameter and quantile estimation for the generalized Pareto distribution.
    Technometrics 29.
    """
    sides = strays < 0, strays > 0
    below, above = (_reach(np.abs(strays[side]), beyond=(1 - level) / 2 * len(strays)) for side in sides)
    return below, above


def _reach(far: np.ndarray, *, beyond: float) -> float:
    """Say beyond what distance so many of these lie, on average."""
    from scipy import stats

    start = float(np.median(far)) if len(far) else 0.0
    over = np.sort(far[far > start]) - start
    if len(over) < 2 or beyond >= len(over):
        return float(far.max(initial=0.0))
    mean, n = over.mean(), len(over)
    weighted = float((1 - (np.arange(n) + 0.65) / n) @ over) / n
    ratio = mean / (mean - 2 * weighted)
    shape, scale = 2 - ratio, 2 * mean * weighted / (mean - 2 * weighted)
    return start + float(stats.genpareto.isf(beyond / n, shape, scale=scale))


def by_chance(n: int, *, level: float = 0.99) -> tuple[float, int]:
    """Say how many of n posts lie outside by chance alone: the mean, and what is exceeded once in forty times.

    Examples
    --------
    >>> by_chance(180)
    (1.8, 5)
    """
    from scipy import stats

    return round(n * (1 - level), 1), int(stats.binom.ppf(0.975, n, 1 - level))


def typical_ratio(
    posts: pd.DataFrame, *, treated: pd.Series, ln: pd.Series, held: pd.Series | None = None
) -> Estimate | None:
    """Estimate the ln ratio of what a typical post of two kinds gathers, within the same weeks.

    A difference of means of ln counts, so of geometric means: one post that went round the world is one post, where it
    would decide a ratio of means alone.

    Parameters
    ----------
    posts : pandas.DataFrame
        Of one account, with account and week.
    treated : pandas.Series
        1 for the numerator, 0 for the denominator, missing for posts of neither.
    ln : pandas.Series
        Ln of what each post gathered; missing where unknown.
    held : pandas.Series, optional
        What is held fixed, such as the format: a level for each of its values is taken out too.

    Returns
    -------
    Estimate or None
        Least squares with a level for each block of weeks, as for
        `claims.own_account.contrast`; errors over weeks, each left out in turn. None when nothing can be compared.
    """
    cells = pd.DataFrame(
        {"account": posts["account"], "week": posts["week"], "treated": treated, "ln": ln, "total": 1.0}
    )
    cells = cells.replace([np.inf, -np.inf], np.nan).dropna().astype({"week": "int64", "treated": "float64"})
    if held is not None:
        cells = cells.assign(held=held.astype("object").fillna("").astype(str))
    told = in_blocks(cells)
    within = ["block", *(["held"] if held is not None and len(set(told["held"])) > 1 else [])]
    fit = regress(told, outcome="ln", terms=["treated"], within=within, cluster="week")
    return fit.term("treated") if fit else None


def steps_within(weeks: pd.DataFrame, steps: Iterable[pd.Timestamp]) -> list[np.ndarray]:
    """Give a step of 0 and 1 for each day on which a metric changed within these weeks; days of one week are one."""
    jumps = dict.fromkeys(tuple((weeks["at"] >= day).astype(float)) for day in steps)
    return [np.array(jump) for jump in jumps if 0 < sum(jump) < len(jump)]


def rate_over_time(weeks: pd.DataFrame, *, steps: Iterable[pd.Timestamp] = ()) -> Estimate | None:
    """Estimate the growth of a ln rate over a quarter of a year.

    Least squares on time, a step at each change of the metric held fixed; errors allow for weeks that resemble their
    neighbours.

    Parameters
    ----------
    weeks : pandas.DataFrame
        Columns week, at and ln_rate, in the order of time.
    steps : iterable of pandas.Timestamp, default ()
        Days on which the metric changed.

    Returns
    -------
    Estimate or None
        A ln ratio; None with too few weeks.

    References
    ----------
    As for `estimates.in_time`.
    """
    at = weeks["week"].to_numpy(dtype=float)
    design = np.column_stack([at / 13, np.ones(len(at)), *steps_within(weeks, steps)])
    if len(at) <= design.shape[1] + 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    inverse = np.linalg.inv(design.T @ design)
    y = weeks["ln_rate"].to_numpy(dtype=float)
    coefficients = inverse @ design.T @ y
    own = np.einsum("ij,jk,ik->i", design, inverse, design)
    moved = (design @ inverse)[:, 0] * (y - design @ coefficients) / (1 - np.minimum(own, 0.999))
    return in_time(float(coefficients[0]), moved, method="least squares on weeks, each week left out")
