"""Were posts taken by rank, as the best ones of each account?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.measures import completed
from helpers.measures.posts import EXPECTED, is_outside, is_young
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    import pandas as pd

FEWEST_POSTS, FEWEST_LIKES = 5, 30
"""Accounts with fewer posts, or fewer likes for each, tell nothing of where their likes begin: whole numbers are too
coarse."""

FEWEST_ACCOUNTS = 20
"""With fewer accounts than this chance decides."""

ALIKE = 0.5
"""Share of the accounts that have one and the same number of posts, from which on it may have been chosen."""

HARD_END = 0.8
"""How far the smallest count lies below the mean, on the ln scale and in standard deviations, over how far it would for
normal values. The best half and tenth of the posts of an account, normal, heavy-tailed and partly viral ones, gave 0.52
to 0.76, all posts 0.85 and more; the best 1,000 posts of real communities on Reddit 0.62, whole samples of real
accounts 0.88 to 1.08."""


def best_of_each(
    numbers: "pd.Series",
    tables: Mapping[str, Any],
    *,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
    **_: Any,
) -> bool:
    """Say whether posts look as if the best ones of each account had been taken.

    Two signs have to come together. Most accounts have exactly as many posts as one another; and their likes begin
    sharply: where the best are taken, the lower tail that all of them have is cut off, and the smallest count lies next
    to the others. A fixed number of the latest posts, or of posts by chance, has its tail. Of 60 accounts the best 10
    of 40 posts are recognised in more than 0.9 of worlds, the best 5 in a third: so few hardly show where they begin.

    Parameters
    ----------
    numbers : pandas.Series
        How many posts each account has; what these got is looked at only where most have as many.
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``posts`` is used.
    min_age_days, platforms, start, end
        As in `measures.account_rates`.

    Returns
    -------
    bool
        Never of few accounts, or without posts.
    """
    import narwhals as nw

    enough = numbers[numbers >= FEWEST_POSTS]
    alike = len(enough) >= FEWEST_ACCOUNTS and enough.value_counts(normalize=True).iloc[0] >= ALIKE
    if "posts" not in tables or not alike:
        return False
    posts = completed(nw.from_native(tables["posts"]).lazy(), EXPECTED)
    count = nw.col("likes").cast(nw.Float64())
    known = (count >= 0) & ~nw.col("likes_hidden").fill_null(False)
    used = posts.filter(~is_outside(platforms, start, end) & ~is_young(min_age_days) & known)
    used = used.with_columns(_count=count, _ln=(count + 0.5).log()).with_columns(_square=nw.col("_ln") * nw.col("_ln"))
    sums = {name: nw.col(f"_{of}").mean() for name, of in (("likes", "count"), ("mean", "ln"), ("square", "square"))}
    grouped = used.group_by("platform", "account_id").agg(posts=nw.len(), least=nw.col("_ln").min(), **sums)
    return begins_sharply(in_memory(grouped.filter(nw.col("posts") >= FEWEST_POSTS)))


def begins_sharply(accounts: "pd.DataFrame") -> bool:
    """Say whether the likes of accounts have no lower tail.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each: posts, likes (their mean), and of the ln likes mean, square (the mean of their squares) and
        least.

    Returns
    -------
    bool
        Never where there are few accounts with posts and likes enough.

    References
    ----------
    Blom, G. (1958). Statistical estimates and transformed beta-variables. Wiley. (How far the least of n normal values
    lies below their mean.)
    """
    from scipy import special

    told = accounts[(accounts["posts"] >= FEWEST_POSTS) & (accounts["likes"] >= FEWEST_LIKES)]
    if len(told) < FEWEST_ACCOUNTS:
        return False
    n, mean, square, least = (told[name].to_numpy(dtype=float) for name in ("posts", "mean", "square", "least"))
    spread = np.sqrt(np.maximum(square - mean**2, 0) * n / (n - 1)) / (1 - 1 / (4 * n))
    below = (mean - least) / -special.ndtri(0.625 / (n + 0.25))
    return bool(below.sum() < HARD_END * spread.sum())
