"""How well do the estimators of notebook 10 do on worlds with a known truth?"""

from collections.abc import Iterator

import numpy as np

from helpers.calibrate import Case, Study


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts, and as many teams, twice as many learners and four times as many customers, and estimate."""
    from helpers.reach import ANALYSES, reduce
    from helpers.simulate import communities, panel, reach, work_and_learning

    tables = panel.draw(name, rng=rng, accounts=size, effects=("reach",), quotas=False) | {
        "customers": communities.draw_customers(name, n=4 * size, rng=rng),
        "teams": work_and_learning.draw_teams(name, n=size, rng=rng),
        "learning": work_and_learning.draw_learners(name, n=2 * size, rng=rng),
    }
    data = reduce(tables)
    for claim_id, truth in (reach.truths(name) | work_and_learning.truths(name)).items():
        analysis = ANALYSES[claim_id]
        yield Case(claim_id, analysis.estimate(data, **analysis.chosen({})), truth)


STUDY = Study(unit="accounts", sizes=(48, 120), cases=cases)
"""Accounts that are followed for 26 weeks, at most 30 of them hour by hour; as many teams, twice as many learners and
four times as many customers."""
