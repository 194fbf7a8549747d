"""What does notebook 01 show before it measures?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.simulate.accounts import draw_accounts
from helpers.simulate.posts import draw_posts
from helpers.simulate.worlds import world


def classroom(name: str, *, seed: int, n: int = 120) -> pd.DataFrame:
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


def mechanical_fall(
    sizes: Sequence[float], *, exponents: Sequence[float], likes_at_first: float = 50.0
) -> pd.DataFrame:
    """Show what happens to a rate when likes grow with followers to a power: 2 ** b times with twice as many.

    Parameters
    ----------
    sizes : sequence of float
        Numbers of followers; the first has `likes_at_first` likes whatever the exponent.
    exponents : sequence of float
        Values of b: 0, likes do not grow at all; 1, they grow as followers do.
    likes_at_first : float, default 50
        Likes of a post at the first size.

    Returns
    -------
    pandas.DataFrame
        Like rates (fractions), one row for each size, one column for each exponent, named by what twice as many bring.
    """
    rates = {
        f"twice as many bring {2**b - 1:.0%} more likes": [
            likes_at_first * (size / sizes[0]) ** b / size for size in sizes
        ]
        for b in exponents
    }
    return pd.DataFrame(rates, index=pd.Index([f"{size:,.0f}" for size in sizes], name="followers"))


def four_definitions(posts: pd.DataFrame) -> pd.DataFrame:
    """Compute four usual like rates over the same posts.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts with account_id, likes, followers and reach; rows where one of them is missing, hidden or (followers,
        reach) zero are left out of all four, so that only the definitions differ.

    Returns
    -------
    pandas.DataFrame
        Columns definition, formula and rate (a fraction), four rows.
    """
    columns = ["likes", "followers", "reach"]
    same = posts.dropna(subset=columns)
    same = same[(same["likes"] >= 0) & (same["followers"] > 0) & (same["reach"] > 0)]
    rate = same["likes"] / same["followers"]
    by_account = rate.groupby(same["account_id"]).mean()
    rows = [
        ("mean of post rates", "likes / followers, averaged over posts", rate.mean()),
        ("ratio of sums", "all likes / all followers", same["likes"].sum() / same["followers"].sum()),
        ("median of accounts", "the middle account's mean rate", by_account.median()),
        ("by reach", "likes / people reached, averaged over posts", (same["likes"] / same["reach"]).mean()),
    ]
    return pd.DataFrame(rows, columns=["definition", "formula", "rate"])
