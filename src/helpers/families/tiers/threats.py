"""What else could have made a ratio between tiers, and how strong would a hidden cause have to be?"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.claims import Claim
from helpers.claims.verdicts import Threat
from helpers.doubts.errors import filled
from helpers.doubts.hidden import linear_twin
from helpers.doubts.sentences import told_error, told_strength
from helpers.doubts.threats import of_cut, of_error, of_hidden
from helpers.estimates import Estimate

HELD = ("platform", "category")
"""What the linear twin holds fixed."""


def distance(accounts: pd.DataFrame, side: pd.Series) -> float:
    """Say how far apart the mean ln followers of two groups are: those of side 0 less those of side 1."""
    sizes = np.log(accounts["followers"].astype(float))
    return float(sizes[side == 0].mean() - sizes[side == 1].mean())


def of_error_between(claim: Claim, estimate: Estimate, accounts: pd.DataFrame, *, side: pd.Series) -> list[Threat]:
    """Say whether error in followers could have made a ratio between small accounts and large ones.

    Parameters
    ----------
    claim : Claim
        Signed so that small accounts do better.
    estimate : Estimate
        The ln ratio of what each has per follower.
    accounts : pandas.DataFrame
        Of all tiers: followers, platform, and what `doubts.threats.plausible_error` asks for.
    side : pandas.Series
        1 for small accounts, 0 for large ones, not a number for those of neither.

    Returns
    -------
    list of Threat
        One, or none where the result stands.
    """
    sized = accounts["followers"] > 0
    apart = distance(accounts[sized], side[sized])
    return of_error(claim, estimate, accounts[sized], mechanical=apart) if estimate.is_finite and apart > 0 else []


def of_ratio(
    claim: Claim,
    estimate: Estimate,
    accounts: pd.DataFrame,
    *,
    side: pd.Series,
    rate: str,
    names: Sequence[str],
    per_follower: bool,
    again: Callable[[pd.DataFrame], Estimate],
) -> list[Threat]:
    """Say what could fake a ratio of engagement rates.

    Parameters
    ----------
    claim, estimate, accounts, side
        As in `of_error_between`; accounts whose rate is known, also with their counts.
    rate : str
        Column of the rate.
    names : sequence of str
        What it counts: like, or like and comment.
    per_follower : bool
        Whether the rate has followers below the line.
    again : callable
        Called with accounts; gives the estimate from these.

    Returns
    -------
    list of Threat
        Those that could carry the result.
    """
    if not estimate.is_finite:
        return []
    unknown = accounts[[f"{name}_unknown" for name in names]].max(axis=1).to_numpy(dtype=float)
    posts = accounts["n_rows"].to_numpy(dtype=float) - unknown
    rates = filled(accounts[rate].to_numpy(dtype=float), known=posts, unknown=unknown)
    ends = [again(accounts.assign(**{rate: rates}))] if unknown.any() else []
    share = float(unknown.sum() / max(accounts["n_rows"].sum(), 1))
    return [
        *(of_error_between(claim, estimate, accounts, side=side) if per_follower else []),
        *of_cut(
            claim, estimate, accounts, names=["like"], again=lambda kept: again(accounts[kept]), highest=estimate.high
        ),
        *of_hidden(claim, estimate, share=share, ends=ends),
    ]


def told(name: str, estimate: Estimate | None, accounts: pd.DataFrame, *, rate: str, per_follower: bool) -> list[str]:
    """Say how much error in followers would explain a ratio, and how strong a hidden cause must be.

    Parameters
    ----------
    name : str
        Which accounts are compared.
    estimate : Estimate or None
        The ln ratio; without one nothing is said.
    accounts : pandas.DataFrame
        As in `of_ratio`, with side, and platform and category as they are held fixed.
    rate : str
        Column of the rate.
    per_follower : bool
        Whether the rate has followers below the line.

    Returns
    -------
    list of str
        Sentences.
    """
    if estimate is None or not estimate.is_finite:
        return []
    used = accounts[accounts[rate].notna()]
    compared = used[used["side"].notna()]
    held = pd.get_dummies(compared[list(HELD)].astype("object"), dtype=float).to_numpy()
    twin = linear_twin(compared[rate].to_numpy(dtype=float), compared["side"].to_numpy(), held=held)
    strength = told_strength(name, twin, by="tiers within platforms and categories")
    apart = distance(used, used["side"])
    return [*([told_error(name, estimate, used, mechanical=apart)] if per_follower else []), strength]
