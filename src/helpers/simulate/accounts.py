"""Which accounts are there, and how much are they liked? Simulated."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.worlds import BANDS, World

if TYPE_CHECKING:
    import pandas as pd


ACCOUNTS_PER_BAND = 400
"""Enough that a band's mean is known to about 4%, so that a planted 20% margin can be met."""

LIKE_SPREAD, COMMENT_SPREAD = 0.65, 0.70
"""Standard deviation of ln rate between accounts of one size. The quartiles that SociaVault publishes for TikTok (4.92
and 12.31%) imply 0.68; accounts in the Reddit sample of the tests spread by 0.77 to 0.84 around the fitted line."""

LEVEL_CORRELATION = 0.6
"""Accounts that get many likes for their size also get many comments."""

PLATFORMS = {"instagram": (1.3, 1.2), "tiktok": (1.2, 0.9), "facebook": (0.7, 1.1), "x": (0.8, 0.8)}
"""Factors on the like and the comment rate, equally many accounts on each; they average 1, so that a band's mean is
what was planted."""

CATEGORIES = ("beauty", "food", "sport", "technology", "travel")
"""Subjects of accounts; they change nothing, and fall by chance."""


def draw_accounts(
    planted: World, *, n: int, rng: np.random.Generator, quotas: bool = True, edges: Sequence[float] = BANDS
) -> "pd.DataFrame":
    """Draw accounts: size, platform and own level of likes and comments.

    Parameters
    ----------
    planted : World
        Gives the expected rates.
    n : int
        Number of accounts.
    rng : numpy.random.Generator
        Source of randomness.
    quotas : bool, default True
        Equally many accounts from each band and platform; otherwise band and platform fall by chance.
    edges : sequence of float
        Edges of the bands that accounts are drawn from; their rates are those of the world's own bands.

    Returns
    -------
    pandas.DataFrame
        One row for each account: account_id, platform, followers, kind, category, and the account's own expected
        like_rate and comment_rate.
    """
    import pandas as pd

    aside = rng.spawn(1)[0]  # what was added later draws from a stream of its own, so that the rest stays as it was
    bands, names = len(edges) - 1, list(PLATFORMS)
    band = np.arange(n) * bands // n if quotas else np.sort(rng.integers(bands, size=n))
    platform = np.array(names)[np.arange(n) % len(names) if quotas else rng.integers(len(names), size=n)]
    factors = np.array([PLATFORMS[name] for name in platform])
    low, high = np.array(edges)[band], np.array(edges)[band + 1]
    followers = low * (high / low) ** rng.beta(1, 1.4, n)
    rated = np.searchsorted(BANDS, low, side="right") - 1
    normal = rng.standard_normal((n, 2))
    comment_normal = LEVEL_CORRELATION * normal[:, 0] + np.sqrt(1 - LEVEL_CORRELATION**2) * normal[:, 1]
    like_level = np.exp(LIKE_SPREAD * normal[:, 0] - LIKE_SPREAD**2 / 2)
    comment_level = np.exp(COMMENT_SPREAD * comment_normal - COMMENT_SPREAD**2 / 2)
    return pd.DataFrame(
        {
            "account_id": [f"a{i:05d}" for i in range(1, n + 1)],
            "platform": platform,
            "followers": followers.astype(np.int64),
            "kind": rng.choice(["person", "brand", "publisher"], n, p=[0.7, 0.25, 0.05]),
            "category": aside.choice(CATEGORIES, n),
            "like_rate": np.array(planted.like_rates)[rated] * factors[:, 0] * like_level,
            "comment_rate": np.array(planted.comment_rates)[rated] * factors[:, 1] * comment_level,
        }
    )


def true_slopes(planted: World, *, per_cell: int = 400) -> dict[str, float]:
    """Compute the slopes that the estimator converges to in a world, from its planted rates without any noise.

    The planted rates are steps, so the slope depends on how accounts spread over sizes; this is its value for the
    spread that `draw_accounts` uses.

    Parameters
    ----------
    planted : World
        The world.
    per_cell : int, default 400
        Sizes evaluated in each band, at evenly spaced quantiles.

    Returns
    -------
    dict of str to float
        ``like_rate``, ``comment_rate`` and their ``difference`` (like minus comment).
    """
    import pandas as pd
    from scipy import stats

    from helpers.estimates import fit_slope

    quantiles = stats.beta(1, 1.4).ppf((np.arange(per_cell) + 0.5) / per_cell)
    low, high = np.array(BANDS[:-1])[:, None], np.array(BANDS[1:])[:, None]
    grid = {"followers": (low * (high / low) ** quantiles).ravel()}
    grid |= {
        "like_rate": np.repeat(planted.like_rates, per_cell),
        "comment_rate": np.repeat(planted.comment_rates, per_cell),
    }
    frame = pd.DataFrame(grid)
    fits = {name: fit_slope(frame, outcome=name) for name in ("like_rate", "comment_rate")}
    slopes = {name: float(fit.coefficients[1]) for name, fit in fits.items() if fit}
    return {**slopes, "difference": slopes["like_rate"] - slopes["comment_rate"]}
