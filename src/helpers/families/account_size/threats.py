"""What else could have made a fall of rates with size, and how strong would a hidden cause have to be?"""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from helpers.claims import Claim, Verdict
from helpers.claims.verdicts import Threat
from helpers.doubts.hidden import linear_twin
from helpers.doubts.sentences import told_error, told_strength
from helpers.doubts.threats import of_cut, of_error, of_hidden, unknown_share, with_unknown_at_none
from helpers.estimates import Estimate
from helpers.measures import OUTCOMES

Again = Callable[[pd.DataFrame], Estimate | None]
"""Estimates once more, from a table of accounts that was changed."""


def outcomes_of(claim: Claim) -> list[str]:
    """List what a claim counts: likes, comments, or both where their falls are compared."""
    return [claim.outcome.removesuffix("_rate")] if claim.outcome else list(OUTCOMES)


def may_be_cut(names: list[str]) -> list[str]:
    """List the counts by which posts may have been chosen: likes always, as posts are searched by them."""
    return list(dict.fromkeys(["like", *names]))


def of_slope(
    claim: Claim, estimate: Estimate, accounts: pd.DataFrame, *, again: Again, per_follower: bool = True
) -> list[Threat]:
    """Say what could fake a slope, or a difference of slopes.

    Parameters
    ----------
    claim : Claim
        Of notebook 01, about a direction.
    estimate : Estimate
        As it was made.
    accounts : pandas.DataFrame
        The accounts behind it, as `measures.account_rates` gives them.
    again : callable
        Called with accounts; gives the estimate from these.
    per_follower : bool, default True
        Whether the rate has followers below the line. Without them, and for the difference of two slopes, error in
        followers makes an effect smaller and never one out of nothing.

    Returns
    -------
    list of Threat
        Those that could carry the result.
    """
    names = outcomes_of(claim)
    used = accounts[accounts[[f"{name}_posts" for name in names]].gt(0).all(axis=1)]
    mechanical = per_follower and len(names) == 1
    highest = estimate.high if len(names) == 1 else math.inf
    return [
        *(of_error(claim, estimate, used) if mechanical else []),
        *of_cut(claim, estimate, used, names=may_be_cut(names), again=lambda kept: again(used[kept]), highest=highest),
        *of_hidden(claim, estimate, share=unknown_share(accounts, names), ends=_ends(accounts, names, again)),
    ]


def of_average(claim: Claim, estimate: Estimate, accounts: pd.DataFrame, *, again: Again) -> list[Threat]:
    """Say what could fake an average: a cut makes it too large, hidden counts may; keywords are those of `of_slope`."""
    names, (low, high) = outcomes_of(claim), claim.given("followers")
    band = accounts["followers"].between(low, high, inclusive="left")
    share = unknown_share(accounts[band], names)
    return [
        *of_cut(claim, estimate, accounts, names=may_be_cut(names), again=lambda kept: None, highest=estimate.high),
        *of_hidden(claim, estimate, share=share, ends=_ends(accounts[band], names, again)),
    ]


def _ends(accounts: pd.DataFrame, names: list[str], again: Again) -> list[Estimate | None]:
    """Estimate with every unknown count at 0, of each outcome by itself and of both."""
    ways = [names, *([name] for name in names if len(names) > 1)]
    return [again(with_unknown_at_none(accounts, way)) for way in ways if unknown_share(accounts, way)]


def told(verdicts: Mapping[str, Verdict], accounts: pd.DataFrame, *, columns: Mapping[str, str]) -> str:
    """Say of each slope how much error in followers would explain it, and how strong a hidden cause must be.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    accounts : pandas.DataFrame
        As in `of_slope`.
    columns : mapping of str to str
        By claim id, the column with the rate.

    Returns
    -------
    str
        A list in Markdown; empty where there is no estimate.
    """
    lines = []
    for claim_id, column in columns.items():
        found, used = verdicts[claim_id].estimate, accounts[accounts[column].notna()]
        if found is None:
            continue
        name = f"Fall of the {outcomes_of(verdicts[claim_id].claim)[0]} rate"
        held = pd.get_dummies(used["platform"].astype("object"), drop_first=True, dtype=float).to_numpy()
        twin = linear_twin(
            used[column].to_numpy(dtype=float), np.log(used["followers"].to_numpy(dtype=float)), held=held
        )
        lines += [told_error(name, found, used), told_strength(name, twin, by="ln followers within platforms")]
    return "\n".join(f"- {line}" for line in lines)
