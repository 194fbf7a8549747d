"""What is planted on account size?"""

from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.worlds import world

if TYPE_CHECKING:
    import pandas as pd
from helpers.simulate.accounts import draw_accounts, true_slopes
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


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is."""
    slopes = true_slopes(world(name))
    return {
        "size-like-rate-falls": -slopes["like_rate"],
        "size-comment-rate-falls": -slopes["comment_rate"],
        "size-comments-fall-faster": slopes["difference"],
    }
