"""How is the claim about disclosure put to one account?"""

import pandas as pd

from helpers.claims.analysis import Own
from helpers.claims.own_account import contrast
from helpers.estimates import Estimate
from helpers.measures import Reduced


def disclosed(data: Reduced, **choices: str) -> Estimate | None:
    """Estimate the ln ratio of disclosed to undisclosed sponsored posts."""
    return contrast(data, _disclosed, **choices)


def _disclosed(posts: pd.DataFrame) -> pd.Series:
    return posts["disclosed"].astype("float64").where(posts["sponsored"].eq(True).fillna(False))


OWN = {
    "tier-disclosure-helps": Own(
        disclosed,
        tuple({"posts": ("created_at", "sponsored", "disclosed", name)} for name in ("likes", "comments")),
        told="sponsored posts that say so get {change:more|less} engagement {per} than those of the "
        "same account that hide it",
    ),
}
"""By claim."""
