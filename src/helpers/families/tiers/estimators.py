"""How far do two groups of accounts differ, where some have the same owner?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.estimates import Estimate, from_influence, standardised_difference, summed


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
