"""What is planted on account size?"""

from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.worlds import BANDS, World, world

if TYPE_CHECKING:
    import pandas as pd
from helpers.simulate.accounts import draw_accounts
from helpers.simulate.posts import draw_posts


def classroom(name: str, *, seed: int, n: int = 120) -> "pd.DataFrame":
    """Draw a few posts to learn on.

    Parameters
    ----------
    name : str
        World, as in `world`.
    seed : int
        Seed; the same seed gives the same posts.
    n : int, default 120
        Number of accounts.

    Returns
    -------
    pandas.DataFrame
        Tidy posts.
    """
    rng = np.random.default_rng(seed)
    return draw_posts(draw_accounts(world(name), n=n, rng=rng), rng=rng)


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
    slopes = {name: float(fit_slope(frame, outcome=name).coefficients[1]) for name in ("like_rate", "comment_rate")}
    return {**slopes, "difference": slopes["like_rate"] - slopes["comment_rate"]}


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is."""
    slopes = true_slopes(world(name))
    return {
        "size-like-rate-falls": -slopes["like_rate"],
        "size-comment-rate-falls": -slopes["comment_rate"],
        "size-comments-fall-faster": slopes["difference"],
    }
