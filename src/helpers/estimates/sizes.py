"""How does an outcome go with size? Means of bands, and a fitted line."""

from typing import TYPE_CHECKING

import numpy as np

from helpers.estimates.interval import mean, median
from helpers.estimates.regression import fit_slope

if TYPE_CHECKING:
    import pandas as pd


def band_means(
    units: "pd.DataFrame", *, outcome: str, size: str = "followers", cluster: str | None = None
) -> "pd.DataFrame":
    """Summarise an outcome in each band of size: mean with its interval, median beside it.

    Parameters
    ----------
    units : pandas.DataFrame
        One row for each account, with the outcome, its size and its ``band``, a category.
    outcome : str
        Column of the outcome; where it is missing an account counts nowhere.
    size : str, default "followers"
        Column of the size.
    cluster : str, optional
        Column of the independent unit, such as the owner; by default every account is one.

    Returns
    -------
    pandas.DataFrame
        One row for each band: band, accounts, followers (geometric mean of the size), mean, low, high, median,
        median_low, median_high. A band of fewer than four accounts has no interval.
    """
    import pandas as pd

    rows = []
    known = units[["band", size, outcome, *([cluster] if cluster else [])]].dropna(subset=[outcome])
    for band, group in known.groupby("band", observed=False):
        together = group[cluster] if cluster else None
        centre, middle = (centred(group[outcome], units=together) for centred in (mean, median))
        typical = float(np.exp(np.log(group[size]).mean())) if len(group) else np.nan
        rows.append(
            (band, len(group), typical, centre.value, centre.low, centre.high, middle.value, middle.low, middle.high)
        )
    names = ["band", "accounts", "followers", "mean", "low", "high", "median", "median_low", "median_high"]
    return pd.DataFrame(rows, columns=names)


def fitted_line(
    units: "pd.DataFrame",
    *,
    outcome: str,
    size: str = "followers",
    points: int = 60,
    within: str | None = None,
    cluster: str | None = None,
) -> "pd.DataFrame | None":
    """Fit the line that a picture shows: expected outcome over the sizes there are.

    Parameters
    ----------
    units : pandas.DataFrame
        One row for each account or community.
    outcome, size : str
        Columns.
    points : int, default 60
        Sizes at which it is evaluated.
    within, cluster : str, optional
        As in `fit_slope`.

    Returns
    -------
    pandas.DataFrame or None
        As `Fit.at` gives; None when nothing can be fitted.
    """
    fit = fit_slope(units, outcome=outcome, size=size, within=within, cluster=cluster)
    if fit is None or not fit.slope.is_finite:
        return None
    sizes = units.loc[units[outcome].notna() & (units[size] > 0), size]
    return fit.at(np.geomspace(sizes.min(), sizes.max(), points))
