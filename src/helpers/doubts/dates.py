"""Were the posts that are compared made at the same time? Reach and seasons change, and formats come and go."""

from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.registry import Claim
from helpers.claims.verdicts import Threat
from helpers.doubts.threats import between, telling
from helpers.estimates import paired_difference, regress

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimates import Estimate


def of_dates(claim: Claim, estimate: "Estimate", rows: "pd.DataFrame", *, sign: int = 1) -> list[Threat]:
    """Say whether one kind of posts was made later than the other, and what is left where it was not.

    Each account's posts of two kinds are compared over all its time, so that whatever changed meanwhile is in their
    ratio, the more the further apart they are. Accounts differ in that: for one whose kinds are of the same day the
    line of ln ratios on the days between them says what is left.

    Parameters
    ----------
    claim, estimate
        As in `threats.of_error`.
    rows : pandas.DataFrame
        One row for each account and side: account, owner, treated (1 or 0), rate, and the days of its dated posts,
        summed, with their number, ``dated``; ``x`` where the estimate is the slope of the ln rate on it.
    sign : int, default 1
        -1 where the estimate is minus the ln ratio.

    Returns
    -------
    list of Threat
        One, or none where both kinds are of the same time on average, or the result stands.
    """
    told = rows[(rows["rate"] > 0) & (rows["dated"] > 0)]
    names = {
        "day": told["days"] / told["dated"],
        "ln": sign * np.log(told["rate"]),
        "x": told.get("x", told["treated"]),
    }
    told = told.assign(**names)
    wide = told.pivot_table(index=["account", "owner"], columns="treated", values=list(names)).dropna()
    if wide.shape[1] < 6:
        return []
    gaps = (wide.xs(1, axis=1, level="treated") - wide.xs(0, axis=1, level="treated")).reset_index()
    gaps = gaps.assign(ln=gaps["ln"] / gaps["x"])
    later = paired_difference(gaps["day"], 0 * gaps["day"], units=gaps["owner"])
    if not (later.is_finite and (later.low > 0 or later.high < 0)):
        return []
    line = regress(gaps, outcome="ln", terms=["day"], cluster="owner")
    left = line.contrast({"constant": 1.0}) if line else None
    low, high = (min(estimate.low, left.low), max(estimate.high, left.high)) if left else (-np.inf, np.inf)
    says = f"one kind of posts was made {abs(later.value):.0f} days later than the other, on average, and what changed"
    says += f" meanwhile is in the difference: had both been made at the same time, it could be {between(low, high)}"
    return telling(claim, estimate, Threat(says, low, high), anyway=False)
