"""How well do the estimators of notebook 13 do on worlds with a known truth?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.families.trends import world
from helpers.simulate.study import Case, Study, estimated

CHANGE = {"documents": 0.10, "null": 0.0}
"""Planted yearly change of the share of small accounts among those that are paid."""


START = np.datetime64("2023-01-01T00:00:00")


def cases(name: str, size: int, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate accounts over more than a year, and ten times as many campaigns, and estimate every claim."""
    from helpers.families.trends.analysis import ANALYSES, reduce

    tables = {
        "posts": world.draw_posts(name, accounts=size, rng=rng),
        "campaigns": draw_campaigns(CHANGE[name], n=10 * size, rng=rng),
    }
    return estimated(ANALYSES, reduce(tables), world.truths(name) | {"trend-smaller-creators": CHANGE[name]})


def draw_campaigns(change: float, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw campaigns over two years, about three for each account, small accounts more often as time goes on."""
    years = rng.uniform(0, 2, n)
    small = rng.random(n) < 0.4 + change * (years - 1)
    number = rng.integers(0, max(n // 6, 1), n)
    return pd.DataFrame(
        {
            "campaign_id": [f"k{i}" for i in range(n)],
            "account_id": [f"{'s' if one else 'l'}{i}" for one, i in zip(small, number, strict=True)],
            "followers": np.where(small, 20_000, 800_000),
            "started_at": START + (years * 365.25).astype(int) * np.timedelta64(86_400, "s"),
        }
    )


STUDY = Study(unit="accounts", sizes=(20, 60), cases=cases)
"""Accounts that are followed for 60 weeks, and ten times as many campaigns over two years."""
