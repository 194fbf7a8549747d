"""How far do two groups of accounts differ, where some have the same owner?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.estimates import Estimate, from_influence, regress, standardised_difference, summed


def difference_over_owners(first: pd.DataFrame, second: pd.DataFrame, *, outcome: str) -> Estimate:
    """Estimate the standardised mean difference of two groups of accounts, owners as independent units.

    Where every account has an owner of its own this is `estimates.standardised_difference`; else Hedges' g is the same,
    and its errors are those of the delta method, an owner left out as a whole.

    Parameters
    ----------
    first, second : pandas.DataFrame
        One row for each account, with its ``owner`` and the outcome.
    outcome : str
        A column; accounts without it are left out.

    Returns
    -------
    Estimate
        First minus second in standard deviations.

    References
    ----------
    Hedges, L. V. (2007). Effect sizes in cluster-randomized designs. Journal of Educational and Behavioral Statistics
    32. (On what a standardised difference is where units come in clusters.)
    """
    groups = [group.dropna(subset=[outcome]) for group in (first, second)]
    found = standardised_difference(*(group[outcome] for group in groups))
    owners = pd.concat([group["owner"] for group in groups])
    n_side = min(group["owner"].nunique() for group in groups)
    if not found.is_finite or not owners.duplicated().any():
        return replace(found, n_side=n_side)
    values = [group[outcome].to_numpy(dtype=float) for group in groups]
    off = np.concatenate([one - one.mean() for one in values])
    variance = off @ off / (len(off) - 2)
    shares = [
        sign / (len(group) - group.groupby("owner")["owner"].transform("size"))
        for sign, group in zip((1, -1), groups, strict=True)
    ]
    rest = np.concatenate([share.replace(np.inf, 1).to_numpy() for share in shares])
    moved = off * rest / np.sqrt(variance) - found.value * (off**2 / variance - 1) / (2 * len(off))
    names, influence = summed(moved, owners)
    made = from_influence(found.value, influence, units=names, method="Hedges' g, delta method over owners")
    return replace(made, n_side=n_side)


def slope_in_spreads(table: pd.DataFrame, *, outcome: str, term: str, adjust: Sequence[str] = ()) -> Estimate | None:
    """Estimate the slope of an outcome, in its standard deviations, on a number or a flag, owners as independent units.

    The standard deviation is an estimate too: what an owner does to it is added to what it does to the slope (delta
    method).

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each account and kind of campaign, with its ``owner``.
    outcome, term : str
        Columns of numbers; rows without one of them are left out.
    adjust : sequence of str
        Columns held fixed.

    Returns
    -------
    Estimate or None
        Standard deviations for each unit of the term; ``n_side`` is the smaller group of owners where the term is a
        flag. None where nothing can be fitted.

    References
    ----------
    Yuan, K.-H. & Chan, W. (2011). Biases and standard errors of standardized regression coefficients. Psychometrika 76.
    """
    used = table.dropna(subset=[outcome, term])
    fit = regress(used, outcome=outcome, terms=[term], adjust=adjust, cluster="owner")
    spread = float(used[outcome].std()) if len(used) > 1 else 0.0
    if fit is None or not spread > 0:
        return None
    off = (used[outcome] - used[outcome].mean()).to_numpy(dtype=float)
    names, moved = summed((off**2 - spread**2) / (2 * spread * len(off)), used["owner"])
    own = pd.Series(moved, index=names).reindex(fit.units).to_numpy()
    at = fit.names.index(term)
    slope = float(fit.coefficients[at]) / spread
    method = f"{fit.method}, in standard deviations of {outcome}"
    found = from_influence(slope, (fit.influence[:, at] - slope * own) / spread, units=fit.units, method=method)
    sides = used.groupby(term)["owner"].nunique()
    return replace(found, n_side=int(sides.min())) if len(sides) == 2 else found
