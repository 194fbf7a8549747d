"""How often do the intervals of a pool hold, in worlds where the spread between datasets is known?"""

import math
from typing import TYPE_CHECKING

import numpy as np

from helpers.evidence.pooling import LEAST_SHARE, spread_share
from helpers.evidence.summaries import summary

if TYPE_CHECKING:
    import pandas as pd

ERROR = 0.1
"""Typical standard error of a dataset's result."""

UNEVEN = (0.5, 1.0, 2.0, 4.0)
"""How large errors are, as multiples of it: large datasets stand beside small ones."""

SPREADS = {"none": 0.0, "half an error": 0.5, "one error": 1.0, "two errors": 2.0, "six errors": 6.0}
"""The worlds: standard deviation of the true effects, in typical standard errors."""

SIZES = (3, 5, 10)
"""Datasets in a pool."""

TRUTH = 0.2
"""Mean of the true effects."""

WORLDS = 4_000
"""Worlds of each kind and size."""

LEAST_COVERED = {"mean": 0.93, "further": 0.90}
"""What is wanted of the interval of the mean, and of that of a further dataset where it is shown."""

PAGE = """\
# Calibration of pools

Made by `make calibrate STUDY=pooling`; do not edit. Datasets with a known spread of their true effects are drawn, with
errors between half and four times the typical one, and pooled as `helpers.evidence.pooling` does: spread by restricted
likelihood, error by Knapp and Hartung and never below that without their correction, Student's t on one degree less
than there are datasets. Counted is how often the 95% interval of the **mean** holds it, and how often that of a
**further** dataset holds the true effect of one more; wanted are {mean:.2f} and {further:.2f}. The mean is held in
{least:.3f} at the least, where errors are as uneven as here and the spread is of their size: a limit.

The interval of a further dataset takes the spread for known. Where it was found to be small it may be large all the
same, and then the interval is too short, with ten datasets as with five. So it is **shown** only where at least
{share:.0%} of the variance between the results is more than chance (I2), and counted there alone in the last column.
Among {worlds:,} worlds a share of 0.95 is known to about plus or minus {chance:.3f}, less well where it is shown in
few.

| true spread | datasets | worlds | mean held | further held, always shown | shown | further held, where shown |
|---|---:|---:|---:|---:|---:|---:|
{rows}
"""


def count(*, worlds: int = WORLDS, seed: int = 20) -> "pd.DataFrame":
    """Draw worlds and count what their pools hold.

    Parameters
    ----------
    worlds : int
        Worlds of each kind and size.
    seed : int
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        One row for each spread and size: spread, datasets, worlds, mean_held, further_held, shown, held_where_shown
        (not a number where it is never shown).
    """
    import pandas as pd

    rows = []
    for place, (spread, errors) in enumerate(SPREADS.items()):
        for size in SIZES:
            rng = np.random.default_rng([seed, place, size])
            told = np.array([_world(rng, errors * ERROR, size) for _ in range(worlds)])
            shown = told[:, 2] == 1
            held = float(told[shown, 1].mean()) if shown.any() else math.nan
            rows.append((spread, size, worlds, *told.mean(axis=0), held))
    names = ["spread", "datasets", "worlds", "mean_held", "further_held", "shown", "held_where_shown"]
    return pd.DataFrame(rows, columns=names)


def _world(rng: np.random.Generator, spread: float, size: int) -> tuple[bool, bool, bool]:
    """Draw datasets and a further one, pool them, and say what the pool held, and whether it would be shown."""
    errors = ERROR * rng.choice(UNEVEN, size)
    effects = TRUTH + spread * rng.standard_normal(size) + errors * rng.standard_normal(size)
    further = TRUTH + spread * rng.standard_normal()
    found = summary(effects, errors)
    assert found is not None  # three or more
    shown = spread_share(errors, between=found.between) >= LEAST_SHARE
    return found.mean.low <= TRUTH <= found.mean.high, found.further[0] <= further <= found.further[1], shown


def page(table: "pd.DataFrame") -> str:
    """Write the page on pools.

    Parameters
    ----------
    table : pandas.DataFrame
        From `count`.

    Returns
    -------
    str
        Markdown.
    """
    lines = []
    for row in table.itertuples():
        shares = (row.mean_held, row.further_held, row.shown, row.held_where_shown)
        told = " | ".join("–" if math.isnan(share) else f"{share:.3f}" for share in shares)
        lines.append(f"| {row.spread} | {row.datasets} | {row.worlds:,} | {told} |")
    chance = 2 * math.sqrt(0.95 * 0.05 / table["worlds"].min())
    return PAGE.format(
        chance=chance,
        least=table["mean_held"].min(),
        rows="\n".join(lines),
        share=LEAST_SHARE,
        worlds=int(table["worlds"].min()),
        **LEAST_COVERED,
    )
