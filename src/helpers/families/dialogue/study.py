"""How well do the estimators of notebook 04 do on worlds with a known truth?"""

from collections.abc import Iterator

import numpy as np

from helpers.simulate.study import Case, Study, estimated


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate half a year of some accounts, and estimate every claim as the notebook does."""
    from helpers.families.dialogue import world
    from helpers.families.dialogue.analysis import ANALYSES, reduce
    from helpers.simulate import panel

    data = reduce(panel.draw(name, rng=rng, accounts=size, effects=(world.EFFECT,)))
    return estimated(ANALYSES, data, world.truths(name))


STUDY = Study(unit="accounts", sizes=(48, 120), cases=cases)
"""Accounts that are followed for 26 weeks, equally many from each band of size."""
