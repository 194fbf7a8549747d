"""How well do the estimators of notebook 07 do on worlds with a known truth?"""

from collections.abc import Iterator

import numpy as np

from helpers.simulate.study import Case, Study, estimated


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate half a year of some accounts and their comments, and estimate every claim as the notebook does."""
    from helpers.families.comment_quality import world
    from helpers.families.comment_quality.analysis import ANALYSES, reduce
    from helpers.simulate import panel

    tables = panel.draw(name, rng=rng, accounts=size, effects=(world.EFFECT,))
    data = reduce({**tables, "comments": tables["comments"].drop(columns="text")})  # their quality is known
    return estimated(ANALYSES, data, world.truths(name))


STUDY = Study(unit="accounts", sizes=(180, 360), cases=cases)
"""Accounts that are followed for 26 weeks, equally many from each band of size; about one in six has its comments
written down, and one in seven captions. Drawing and reducing comments takes most of the time of a world."""
