"""What do several results on one claim come to together? Random effects over datasets, or studies, of one kind.

The mean, its interval and that of a further dataset are `evidence.summaries.summary`: the spread between datasets by
restricted likelihood, errors by Knapp and Hartung and never below those without their correction, Student's t on one
degree less than there are datasets. What stands here is which results may enter, how much they differ, and what one of
them does to the whole.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize, special

from helpers.evidence.summaries import standard_errors, summary

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimates import Estimate

FEWEST = 3
"""Fewer results are listed and not pooled: the spread between two cannot be known."""

LEAST_SHARE = 0.25
"""Share of the variance between results that is more than chance (I2) from which on it is said where a further one
would lie. Below it the spread is so little known that the interval holds a further dataset too rarely in many
simulated worlds; docs/calibration-pooling.md has how often it does so where it is shown, and without this rule."""

SCALES = ("plain", "ln")
"""How results are put on a line: as they are, or their ln where only ratios have a meaning."""

FIGURES = ("estimate", "ci_low", "ci_high")
"""What a result consists of; to the last digit no two datasets have the same."""

MOST_LEFT_OUT = 50
"""With more datasets than this none is left out to see what it does: none of so many decides."""

FEWEST_OF_A_KIND = 3
"""Datasets of one kind from which on their own mean is shown beside that of others."""


@dataclass(frozen=True)
class Pooled:
    """What several results on one claim come to together.

    Parameters
    ----------
    mean : Estimate
        Mean of the true effects over datasets like these, on the scale of the results; its units are the datasets.
    further : tuple of float or None
        Between which ends a further dataset of the same kind would lie, 95 times in 100; None where that is not known
        well enough (`LEAST_SHARE`).
    tau, tau_low, tau_high : float
        Standard deviation of the true effects between datasets, on the scale they are pooled on, with its 95% interval
        (Q profile).
    share : float
        I2: the share of the variance between results that is more than chance, 0 to 1.
    q, p_value : float
        Cochran's Q, and its p-value against no spread at all.
    weights : mapping of str to float
        By dataset, summing to 1.
    without : mapping of str to Estimate
        The mean with each dataset left out, by its name; empty with three, of which two would be left, and with more
        than `MOST_LEFT_OUT`.
    left_out : mapping of str to str
        By dataset why it is not in the mean.
    scale : str
        One of `SCALES`.
    """

    mean: "Estimate"
    further: tuple[float, float] | None
    tau: float
    tau_low: float
    tau_high: float
    share: float
    q: float
    p_value: float
    weights: Mapping[str, float]
    without: "Mapping[str, Estimate]" = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    scale: str = "plain"


def scale_of(kind: str) -> str:
    """Give the scale on which the results on a kind of claim are pooled.

    Parameters
    ----------
    kind : str
        As in the registry. A value is judged by its ratio to the published one, so its ln is pooled; directions and
        claims of no effect are differences, many of them of ln already.

    Returns
    -------
    str
        One of `SCALES`.
    """
    return "ln" if kind == "V" else "plain"


def chosen(
    rows: "pd.DataFrame", *, scale: str = "plain", shared: Sequence[tuple[str, str]] = ()
) -> "tuple[pd.DataFrame, dict[str, str]]":
    """Say which results may be pooled, and why each other may not.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row for each dataset, as for `pooled`.
    scale : str, default "plain"
        One of `SCALES`.
    shared : sequence of (str, str), default ()
        Pairs of datasets that share accounts.

    Returns
    -------
    tuple of pandas.DataFrame and dict
        The rows kept, and by dataset why it is left out: no interval, none on the ln scale, selected on the outcome, a
        seller's figure, the same figures as another, or accounts that a larger dataset of the pool holds already.
    """
    left_out = {}
    for row in rows.to_dict("records"):
        if why := _unfit(row, scale):
            left_out[row["dataset"]] = why
    kept = rows[~rows["dataset"].isin(list(left_out))]
    size = kept["n_units"].fillna(0) if "n_units" in kept else 0
    pairs = {frozenset(pair) for pair in shared}
    counted: dict[str, tuple[float, ...]] = {}
    for row in kept.assign(_size=size).sort_values(["_size", "dataset"], ascending=[False, True]).to_dict("records"):
        name, figures = row["dataset"], tuple(row[column] for column in FIGURES)
        if figures in counted.values():
            other = next(other for other, known in counted.items() if known == figures)
            left_out[name] = f"gives the very figures of {other}, as the same data do"
        elif other := next((other for other in counted if frozenset((name, other)) in pairs), ""):
            left_out[name] = f"shares accounts with {other}, which is larger and is counted"
        else:
            counted[name] = figures
    return kept[kept["dataset"].isin(list(counted))], left_out


def _unfit(row: Mapping[str, Any], scale: str) -> str:
    """Say why a result cannot be pooled whatever others there are; an empty text where it can."""
    value, low, high = (float(row[name]) for name in FIGURES)
    if not (math.isfinite(value) and math.isfinite(low) and math.isfinite(high) and low < high):
        return "has no estimate with an interval"
    if scale == "ln" and low <= 0:
        return "has an interval that reaches 0, of which there is no ratio"
    if row.get("selected") == True:  # noqa: E712 - NumPy's truth is not Python's
        return "was selected on the outcome"
    return "is a seller's figure" if row.get("source") == "vendor" else ""


def pooled(
    rows: "pd.DataFrame", *, scale: str = "plain", shared: Sequence[tuple[str, str]] = (), fewest: int = FEWEST
) -> Pooled | None:
    """Pool results on one claim with random effects.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row for each dataset: dataset (its name, once), estimate, ci_low and ci_high (a 95% interval); and where
        known n_units (decides which of two that share accounts is kept), selected (whether it was chosen by the
        outcome), source (``"vendor"`` is never pooled) and scope. Standard errors are those that the intervals have as
        normal ones, on the scale they are pooled on: a little too large where they are of Student's t.
    scale : str, default "plain"
        One of `SCALES`; on ``"ln"`` the mean is a geometric one.
    shared : sequence of (str, str), default ()
        Pairs of datasets that share accounts: these are counted once, in the larger one.
    fewest : int, default FEWEST
        With fewer results nothing is pooled.

    Returns
    -------
    Pooled or None
        None with too few results that may enter; `chosen` says why each other may not.

    Raises
    ------
    ValueError
        If results are of several scopes, a name stands twice, or there is no such scale.

    References
    ----------
    Higgins, J. P. T. & Thompson, S. G. (2002). Quantifying heterogeneity in a meta-analysis. Statistics in Medicine 21.
    Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis. Statistics in
    Medicine 26.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"dataset": ["a", "b", "c"], "estimate": [0.1, 0.3, 0.5]})
    >>> found = pooled(rows.assign(ci_low=rows["estimate"] - 0.1, ci_high=rows["estimate"] + 0.1))
    >>> round(found.mean.value, 3), round(found.tau, 3), round(found.share, 3)
    (0.3, 0.193, 0.935)
    """
    _check(rows, scale)
    kept, left_out = chosen(rows, scale=scale, shared=shared)
    if len(kept) < fewest:
        return None
    names = list(kept["dataset"])
    values, low, high = (_on(scale, kept[name].to_numpy(dtype=float)) for name in FIGURES)
    errors = standard_errors(low, high)
    found = _of_effects(values, errors, names=names)
    few = FEWEST < len(names) <= MOST_LEFT_OUT
    without = {name: _without(values, errors, k) for k, name in enumerate(names)} if few else {}
    found = replace(found, without=without, left_out=left_out, scale=scale)
    return found if scale == "plain" else _back(found)


def _check(rows: "pd.DataFrame", scale: str) -> None:
    if scale not in SCALES:
        raise ValueError(f"there is no scale {scale!r}; there are {', '.join(SCALES)}")
    if not rows["dataset"].is_unique:
        raise ValueError("a dataset stands in two rows; give one result of each")
    if "scope" in rows and len(set(rows["scope"])) > 1:
        raise ValueError("results of one account and results about accounts at large are not mixed")


def _on(scale: str, values: np.ndarray) -> np.ndarray:
    return np.log(values) if scale == "ln" else values


def _of_effects(values: np.ndarray, errors: np.ndarray, *, names: Sequence[str]) -> Pooled:
    """Pool effects with known errors."""
    found = summary(values, errors)
    assert found is not None  # three or more
    weights = 1 / (errors**2 + found.between)
    share = spread_share(errors, between=found.between)
    q, (low, high) = _q(0.0, values, errors), spread_interval(values, errors)
    return Pooled(
        mean=found.mean,
        further=found.further if share >= LEAST_SHARE else None,
        tau=math.sqrt(found.between),
        tau_low=low,
        tau_high=high,
        share=share,
        q=q,
        p_value=float(special.chdtrc(len(values) - 1, q)),
        weights=dict(zip(names, (weights / weights.sum()).tolist(), strict=True)),
    )


def _without(values: np.ndarray, errors: np.ndarray, place: int) -> "Estimate":
    found = summary(np.delete(values, place), np.delete(errors, place))
    assert found is not None  # four or more before
    return found.mean


def spread_share(errors: np.ndarray, *, between: float) -> float:
    """Give I2: how much of the variance between results is more than chance.

    Parameters
    ----------
    errors : numpy.ndarray
        Standard errors, shape (k,).
    between : float
        Variance of the true effects.

    Returns
    -------
    float
        0 to 1. The errors count with the "typical" variance of Higgins and Thompson.
    """
    weights = errors**-2.0
    typical = (len(errors) - 1) * weights.sum() / (weights.sum() ** 2 - np.sum(weights**2))
    return float(between / (between + typical))


def _q(between: float, values: np.ndarray, errors: np.ndarray) -> float:
    """Sum the squared distances from the weighted mean, over their variances."""
    weights = 1 / (errors**2 + between)
    return float(weights @ (values - weights @ values / weights.sum()) ** 2)


def spread_interval(values: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """Give the 95% interval of the standard deviation between true effects, by the Q profile.

    Parameters
    ----------
    values, errors : numpy.ndarray
        Effects and their standard errors, shape (k,).

    Returns
    -------
    tuple of float
        Both ends; 0 where no spread is compatible with chance.
    """
    furthest = float(np.ptp(values) ** 2 + errors.max() ** 2) * len(values)

    def end(quantile: float) -> float:
        if _q(0.0, values, errors) <= quantile:
            return 0.0
        most = furthest
        while _q(most, values, errors) > quantile:
            most *= 4
        return math.sqrt(optimize.brentq(lambda between: _q(between, values, errors) - quantile, 0.0, most))

    high, low = (float(2 * special.gammaincinv((len(values) - 1) / 2, share)) for share in (0.025, 0.975))
    return end(low), end(high)


def _back(found: Pooled) -> Pooled:
    """Turn what was pooled as ln into ratios; the spread stays that of the ln."""
    further = None if found.further is None else (math.exp(found.further[0]), math.exp(found.further[1]))
    without = {name: mean.on_scale(math.exp) for name, mean in found.without.items()}
    return replace(found, mean=found.mean.on_scale(math.exp), further=further, without=without)


def by_kind(
    rows: "pd.DataFrame", *, kind: str, scale: str = "plain", shared: Sequence[tuple[str, str]] = ()
) -> "dict[str, Pooled]":
    """Pool the datasets of each kind by themselves, to see what goes with a difference between them.

    A comparison of kinds of dataset is one of few, unlike in much more: it describes and tests nothing.

    Parameters
    ----------
    rows : pandas.DataFrame
        As for `pooled`.
    kind : str
        A column: text is a kind as it stands; numbers are split at their median.
    scale, shared
        As for `pooled`.

    Returns
    -------
    dict of str to Pooled
        By kind, where at least two kinds have `FEWEST_OF_A_KIND` datasets each; empty otherwise.
    """
    from pandas.api.types import is_numeric_dtype

    kept, _ = chosen(rows, scale=scale, shared=shared)
    told = kept[kept[kind].notna()]
    kinds = told[kind]
    if is_numeric_dtype(kinds):
        middle = kinds.median()
        kinds = kinds.map(lambda value: f"up to {middle:,.3g}" if value <= middle else f"above {middle:,.3g}")
    groups = {str(name): group for name, group in told.groupby(kinds.astype(str)) if len(group) >= FEWEST_OF_A_KIND}
    each = {name: pooled(group, scale=scale) for name, group in groups.items()}
    return {name: found for name, found in each.items() if found} if len(groups) > 1 else {}
