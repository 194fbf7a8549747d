"""How well do the estimators of notebook 09 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.families.communities import world
from helpers.simulate.customers import draw_customers
from helpers.simulate.study import Case, Study, estimated, textbook

if TYPE_CHECKING:
    from helpers.measures import Reduced


OUTCOMES = {
    "community-small-takes-part": "active_share",
    "community-small-contributes-more": "contributions_per_member",
    "community-small-talks-deeper": "thread_depth",
}


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate communities and twice as many customers, and estimate every claim as the notebook does."""
    from helpers.families.communities.analysis import ANALYSES

    drawn = world.draw_communities(name, n=size, rng=rng)
    data = _reduced(drawn, draw_customers(name, n=2 * size, rng=rng))
    return estimated(ANALYSES, data, world.truths(name), plain=_plain)


def _reduced(drawn: pd.DataFrame, customers: pd.DataFrame) -> "Reduced":
    """Reduce what was drawn without the detour over tables of any engine, which would take most of the time."""
    from helpers.measures import Reduced

    members = drawn["members"]
    periods = {
        "members": members,
        "active_share": drawn["active_members"] / members,
        "contributions_per_member": (drawn["posts"] + drawn["comments"]) / members,
        "thread_depth": drawn["median_thread_depth"],
        "moderated": drawn["moderated"].astype(float),
        "hostile_share": drawn["hostile_share"],
    }
    frame = pd.DataFrame(periods).groupby(drawn.index // world.PERIODS).mean()
    bought = {"member": customers["is_community_member"].astype(float), "revenue": customers["revenue_12m"]}
    bought["retained"] = customers["retained_12m"].astype(float)
    told = {"platform": "not stated", "at_posting": 1.0}
    frame = frame.assign(ln_members=np.log(frame["members"]), community_id=frame.index, **told)
    frames = {"communities": frame, "customers": pd.DataFrame(bought)}
    return Reduced(frames, len(drawn), {})


def _plain(claim_id: str, data: "Reduced") -> tuple[float, float] | None:
    """Give the textbook interval: robust errors without a correction for leverage, normal quantile."""
    from helpers.estimates import fit_slope
    from helpers.measures import revenues

    if claim_id == "community-members-worth-more":
        sides = revenues(data.frames["customers"], of="member")
        value = math.log(sides[0].mean() / sides[1].mean())
        error = math.sqrt(sum(side.var() / len(side) / side.mean() ** 2 for side in sides))
        return textbook(value, error)
    if claim_id not in OUTCOMES:
        return None
    frame = data.frames["communities"]
    fit = fit_slope(frame, outcome=OUTCOMES[claim_id], size="members", leverage=False)
    return textbook(-fit.coefficients[1], math.sqrt(np.sum(fit.influence[:, 1] ** 2))) if fit else None


STUDY = Study(unit="communities", sizes=(30, 100, 300), cases=cases)
"""Communities in a simulated study, each over three months; twice as many customers."""
