"""How well do the estimators of notebook 10 do on worlds with a known truth?"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.study import Case, Study, estimated

if TYPE_CHECKING:
    import pandas as pd

    from helpers.measures import Reduced


LARGE = 2_000
"""Accounts in the panel that tells what a choice of metrics is worth."""


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts, and as many teams, twice as many learners and four times as many customers, and estimate.

    What metrics gain that were chosen from few accounts has its own truth, as some goals do not get theirs.
    """
    from helpers.families.reach import work_and_learning, world
    from helpers.families.reach.analysis import ANALYSES, reduce
    from helpers.families.reach.world import EFFECT
    from helpers.simulate import panel
    from helpers.simulate.customers import draw_customers

    tables = panel.draw(name, rng=rng, accounts=size, effects=(EFFECT,), quotas=False) | {
        "customers": draw_customers(name, n=4 * size, rng=rng),
        "teams": work_and_learning.draw_teams(name, n=size, rng=rng),
        "learning": work_and_learning.draw_learners(name, n=2 * size, rng=rng),
    }
    data = reduce(tables)
    truths = world.truths(name) | work_and_learning.truths(name)
    truths["reach-each-goal-its-metric"] -= _lost(name, data)
    truths["reach-interactions-tell-more-than-clicks"] = world.PLANTED[name].alone
    return estimated(ANALYSES, data, truths)


def _lost(name: str, data: "Reduced") -> float:
    """Say how much less the metrics chosen gain than the best ones do; nothing where goals have none of their own."""
    from helpers.families.reach import world
    from helpers.families.reach.analysis import chosen_metrics

    choices = chosen_metrics(data.frames["products_rank"])
    if not world.PLANTED[name].gain or choices is None:
        return 0.0
    shares = _explained(name)
    best = shares.max(axis=1).sum() - shares.sum().max()
    own = [
        sum(shares.loc[goal, metric] - shares.loc[goal, one] for goal, metric in each.items()) for each, one in choices
    ]
    return float(best - np.mean(own))


@cache
def _explained(name: str) -> "pd.DataFrame":
    """Say what share of the variance of conversions each metric explains among the posts of each goal."""
    from helpers.families.reach.analysis import explained, reduce
    from helpers.families.reach.world import EFFECT
    from helpers.simulate import panel

    posts = panel.draw(name, rng=np.random.default_rng(1), accounts=LARGE, effects=(EFFECT,), quotas=False)["posts"]
    table = reduce({"posts": posts}).frames["products_rank"]
    return explained(table) / table["conversions*conversions"].sum()


STUDY = Study(
    unit="accounts", sizes=(48, 120), cases=cases, bounded=("reach-is-not-behaviour", "reach-each-goal-its-metric")
)
"""Accounts that are followed for 26 weeks, at most 30 of them hour by hour; as many teams, twice as many learners and
four times as many customers."""
