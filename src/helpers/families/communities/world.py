"""Which communities would a world give? Communities of every size over a few months, and customers in and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.simulate.customers import LOYAL, MEMBER_SHARE, MEMBERS, ZERO_SHARE, draw_customers
from helpers.simulate.streams import factors

COMMUNITIES, PERIODS, CUSTOMERS = 320, 3, 900

SIZES = (30.0, 300_000.0)
"""Members, evenly spread on a log scale."""

ACTIVE_SHARE, CONTRIBUTIONS, DEPTH = 0.1, 3.0, 3.0
"""In a community of 1,000 members: share who write in a month, posts and comments for each member, levels of a thread.
At all sizes more is written than there are writers."""

SPREADS = (0.35, 0.5, 0.2)
"""Standard deviation of the ln active share, contributions and depth between communities of one size."""

PERIOD_SPREAD = 0.15
"""The same between the periods of one community."""

POST_SHARE = 0.2
"""Share of the contributions that are posts; the others are comments."""


@dataclass(frozen=True)
class Effects:
    """What is planted.

    Parameters
    ----------
    takes_part, contributes, deeper : float
        Minus the slope of the ln expected active share, contributions for each member and depth on ln members; the
        first among communities that are moderated alike.
    moderated : float
        Ln ratio of the active share, moderated against not.
    kinder : float
        Minus the ln ratio of the hostile share of comments, moderated against not.
    """

    takes_part: float
    contributes: float
    deeper: float
    moderated: float
    kinder: float


HOSTILE, HOSTILE_SIZE, HOSTILE_SPREAD = 0.04, 0.08, 0.5
"""Share of comments that are hostile in a community of 1,000 members without moderators, slope of its ln on ln members,
and standard deviation of its ln between communities."""

EFFECTS = {
    "documents": Effects(0.20, 0.15, 0.08, float(np.log(1.35)), float(np.log(1.5))),
    "literature": Effects(float(np.log(0.33 / 0.23) / np.log(10)), 1 - 1.27, 0.0, 0.0, 0.0),
    "null": Effects(0.0, 0.0, 0.0, 0.0, 0.0),
}
"""The documents give no figures, so theirs are chosen well beyond the margins. In `literature` contributions grow
faster than members, with the exponent found on Reddit (2025), and a third instead of 23% of the members create content
in small communities (Higher Logic 2020), taking small as a tenth of the others; on the rest no figure was found."""


def draw(name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw communities of a world over some months, and customers.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables communities and customers.
    """
    return {
        "communities": draw_communities(name, n=COMMUNITIES, rng=rng),
        "customers": draw_customers(name, n=CUSTOMERS, rng=rng),
    }


def draw_communities(name: str, *, n: int, rng: np.random.Generator, periods: int = PERIODS) -> pd.DataFrame:
    """Draw communities; the larger one is, the likelier it is moderated.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    n, periods : int
        Number of communities, and months of each.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy communities, one row for each community and month.
    """
    start = np.exp(rng.uniform(np.log(SIZES[0]), np.log(SIZES[1]), n))
    moderated = rng.random(n) < moderated_share(start)
    levels = expected(name, start, moderated) * factors(np.array(SPREADS)[:, None], (3, n), rng=rng)
    own = levels[:, :, None] * factors(PERIOD_SPREAD, (3, n, periods), rng=rng)
    members = np.round(start[:, None] * np.exp(0.02 * rng.standard_normal((n, periods)))).astype(np.int64)
    written = rng.poisson(members * own[1])
    posts = rng.binomial(written, POST_SHARE)
    months = [f"2025-{6 - periods + 1 + i:02d}" for i in range(periods)]
    columns = {
        "community_id": np.repeat([f"c{i:04d}" for i in range(1, n + 1)], periods),
        "period": np.tile(months, n),
        "platform": np.repeat(rng.choice(["reddit", "facebook", "discord"], n), periods),
        "members": members.ravel(),
        "active_members": rng.binomial(members, np.minimum(own[0], 1)).ravel(),
        "posts": posts.ravel(),
        "comments": (written - posts).ravel(),
        "median_thread_depth": own[2].round(2).ravel(),
        "moderated": np.repeat(moderated, periods),
        "hostile_share": _hostile(name, start, moderated, written - posts, rng.spawn(1)[0]).ravel(),
    }
    return pd.DataFrame(columns)


def _hostile(
    name: str, members: np.ndarray, moderated: np.ndarray, comments: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw the share of comments that are hostile; missing in a month without comments."""
    own = HOSTILE * np.exp(HOSTILE_SIZE * np.log(members / 1_000) - EFFECTS[name].kinder * moderated)
    share = np.minimum(own * factors(HOSTILE_SPREAD, len(members), rng=rng), 0.9)
    counted = rng.binomial(comments, share[:, None])
    return (counted / np.where(comments > 0, comments, np.nan)).round(4)


def moderated_share(members: np.ndarray) -> np.ndarray:
    """Give the share of communities of a size that are moderated."""
    return 1 / (1 + (members / 3_000) ** -0.5)


def expected(name: str, members: np.ndarray, moderated: np.ndarray) -> np.ndarray:
    """Give the expected active share, contributions for each member and depth of communities, shape (3, n)."""
    effects, ln = EFFECTS[name], np.log(members / 1_000)
    slopes = (effects.takes_part, effects.contributes, effects.deeper)
    whole = [
        level * np.exp(-slope * ln) for level, slope in zip((ACTIVE_SHARE, CONTRIBUTIONS, DEPTH), slopes, strict=True)
    ]
    whole[0] = whole[0] * np.exp(effects.moderated * np.asarray(moderated))
    return np.stack(whole)


@cache
def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is.

    Large communities are moderated more often, so part of what moderation does shows as a slope on size where nothing
    is held fixed; the true slope of the active share is the one that the estimator finds on communities without noise.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.

    Returns
    -------
    dict of str to float
        True values of the estimands.
    """
    from helpers.estimates import fit_slope

    members = np.exp(np.linspace(np.log(SIZES[0]), np.log(SIZES[1]), 2_000))
    with_moderators = moderated_share(members)
    shares = [expected(name, members, np.full(len(members), kind))[0] for kind in (0, 1)]
    mixed = (1 - with_moderators) * shares[0] + with_moderators * shares[1]
    fit = fit_slope(pd.DataFrame({"members": members, "share": mixed}), outcome="share", size="members")
    effects = EFFECTS[name]
    return {
        "community-small-takes-part": round(-float(fit.coefficients[1]), 9) + 0.0 if fit else float("nan"),
        "community-small-contributes-more": effects.contributes,
        "community-small-talks-deeper": effects.deeper,
        "community-moderated-stays-active": effects.moderated,
        "community-moderated-kinder": effects.kinder,
        "community-members-worth-more": MEMBERS[name],
        "customers-loyal": LOYAL[name],
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what the communities and customers are."""
    return (
        f"- Communities: {COMMUNITIES} of {SIZES[0]:,.0f} to {SIZES[1]:,.0f} members, {PERIODS} months each; the"
        f" larger, the likelier moderated. {CUSTOMERS} customers, of whom {MEMBER_SHARE:.0%} are members of a"
        f" community; {ZERO_SHARE:.0%} bought nothing and a few were paid back.\n"
    )
