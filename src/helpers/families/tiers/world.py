"""Which campaigns would a world give? Accounts of every tier that brands paid, with what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.simulate.accounts import ACCOUNTS_PER_BAND, draw_accounts
from helpers.simulate.posts import CAPTURED, draw_posts
from helpers.simulate.streams import factors
from helpers.simulate.worlds import BANDS, World, world

TIER_EDGES = (1e3, 1e4, 1e5, 5e5, 1e6, 1e7)
"""Followers of nano, micro, mid, macro and mega accounts."""

ACCOUNTS_PER_TIER = 125
"""Enough for a power of about 0.9 for each claim on tiers, in the sample of the world `documents`.

The claim that asks for most is micro against macro, planted at ln 1.34 = 0.290. A 95% interval leaves out 0 with power
0.8 (0.9) when the standard error is 0.290 / 2.80 (3.24) or less; a ratio so far above the margin of ln 1.1 is then not
taken for negligible. The error is root(v (1 / micro + 1 / macro)). From tiers alone v is 0.70 (six worlds of 400
accounts a tier), which asks for 130 (174) of them. The sample has 488 micro and 85 macro accounts besides, at v = 1.11
as some of their rates are very high: 43 (97) are left. With 125 the error is 0.084 and the power 0.93, or 0.89 where
the interval allows for the skewness of those rates; it is 0.99 or more for the other claims, for which 50 accounts a
tier would do.

The number itself was set by eye before this was computed, from runs in which one account decided the comparison.
"""

CAMPAIGNS = (2, 5)
"""Fewest and most campaigns of an account."""

LEVEL_SPREAD, ROW_SPREAD = 0.5, 0.4
"""Standard deviation of the ln rate, price and revenue between accounts, and between campaigns of one account."""

TRUST_SPREADS = (0.8, 0.5)
"""Standard deviation of trust between accounts and between campaigns of one account, in points."""

YEARS = 2
"""For so many years before the day of capture there were campaigns."""

FIT = (4.5, 1.2)
"""Mean and standard deviation of fit, in points."""

UNKNOWN_TRUST = 0.1
"""Share of accounts whose audience was not asked."""


@dataclass(frozen=True)
class Effects:
    """What is planted among campaigns; small accounts are nano and micro, large ones macro and mega.

    Parameters
    ----------
    trust : float
        Points by which small accounts are trusted more than large ones.
    cheaper : float
        Ln ratio of the fee per engagement, large accounts to small ones.
    sells : float
        Ln ratio of the revenue per follower, small accounts to large ones.
    cocreation, everyday : float
        Ln ratio of engagement per impression to that of placement, and of polished pictures.
    fit : float
        Change of ln engagement per impression for each point of fit.
    fit_trusted, open_trusted : float
        Points of trust for each point of fit, and for a label that says that it is paid.
    smaller : float
        By how much the share of nano and micro accounts among those that are paid rises in a year.
    """

    trust: float
    cheaper: float
    sells: float
    cocreation: float
    everyday: float
    fit: float
    fit_trusted: float
    open_trusted: float
    smaller: float


EFFECTS = {
    "documents": Effects(0.4, np.log(1.5), np.log(2), np.log(1.25), np.log(1.25), np.log(1.08), 0.2, 0.35, 0.10),
    "literature": Effects(0.0, np.log(3), np.log(0.265 / 0.049), 0.0, 0.0, np.log(1.05), 0.0, 0.0, 0.0),
    "null": Effects(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
"""The documents give no figures for these claims, so theirs are chosen well beyond the margins. In `literature` revenue
per follower is that of Beichert et al. (2024), small accounts are cheaper by less than vendors say, and trust differs
as little as Christodoulaki (2018) found; on co-creation and style nothing was found, and Boerman (2020)
found that disclosure does no damage."""


def draw(name: str, *, rng: np.random.Generator, per_tier: int = ACCOUNTS_PER_TIER) -> dict[str, pd.DataFrame]:
    """Draw influencers of a world, their posts and the campaigns that brands paid them for.

    Parameters
    ----------
    name : str
        World, as in `world`.
    rng : numpy.random.Generator
        Source of randomness.
    per_tier : int
        Accounts in each of the five tiers.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tidy tables: campaigns, and accounts and posts of the same influencers.
    """
    planted = world(name)
    owners = draw_accounts(planted, n=per_tier * (len(TIER_EDGES) - 1), rng=rng, edges=TIER_EDGES)
    owners = owners.assign(account_id=[f"c{i:05d}" for i in range(1, len(owners) + 1)], kind="person")
    posts = draw_posts(owners, rng=rng, disclosure=planted.disclosure)
    posts["post_id"] = posts["post_id"].str.replace("p", "c", n=1)
    return {
        "posts": posts,
        "accounts": owners[["account_id", "platform", "followers", "kind", "category"]],
        "campaigns": draw_campaigns(owners, name, rng=rng),
    }


def draw_campaigns(owners: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the campaigns of influencers.

    Parameters
    ----------
    owners : pandas.DataFrame
        One row for each account: account_id and followers.
    name : str
        World, as in `world`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy campaigns.
    """
    effects, followers, accounts = EFFECTS[name], owners["followers"].to_numpy(), len(owners)
    tier = np.searchsorted(TIER_EDGES, followers, side="right") - 1
    small = np.array([1.0, 1.0, 0.5, 0.0, 0.0])[tier]
    levels = factors(LEVEL_SPREAD, (3, accounts), rng=rng)
    trust = _trust(effects.trust * small, rng)
    of = np.repeat(np.arange(accounts), rng.integers(CAMPAIGNS[0], CAMPAIGNS[1] + 1, accounts))
    n = len(of)
    noise = factors(ROW_SPREAD, (3, n), rng=rng) * levels[:, of]
    posts = rng.integers(1, 6, n)
    impressions = 1 + rng.poisson(followers[of] * posts * 0.4 * factors(0.3, n, rng=rng))
    cocreation, everyday, disclosed = rng.random((3, n)) < 0.5
    fit = np.clip(np.round(rng.normal(*FIT, n) * 2) / 2, 1, 7)
    warmth = effects.fit_trusted * (fit - FIT[0]) + effects.open_trusted * (disclosed - 0.5)
    appeal = effects.cocreation * cocreation + effects.everyday * everyday + effects.fit * (fit - FIT[0])
    engagements = rng.poisson(impressions * 0.04 * np.exp(appeal) * noise[0])
    price = 0.5 * np.exp(-effects.cheaper * small[of]) * noise[1]
    revenue = 0.05 * np.exp(effects.sells * small[of]) * noise[2] * followers[of]
    return pd.DataFrame(
        {
            "campaign_id": [f"k{i:05d}" for i in range(1, n + 1)],
            "account_id": owners["account_id"].to_numpy()[of],
            "followers": followers[of],
            "fee": (price * np.maximum(engagements, 1)).round(2),
            "posts": posts,
            "impressions": impressions,
            "engagements": engagements,
            "revenue": revenue.round(2),
            "collaboration": np.where(cocreation, "cocreation", "placement"),
            "style": np.where(everyday, "everyday", "polished"),
            "disclosed": disclosed,
            "fit": fit,
            "trust": np.clip(trust[of] + rng.normal(0, TRUST_SPREADS[1], n) + warmth, 1, 7).round(1),
            "started_at": _started(small[of] == 1, effects.smaller, rng.spawn(1)[0]),
        }
    )


def _started(small: np.ndarray, rise: float, rng: np.random.Generator) -> np.ndarray:
    """Spread campaigns evenly over `YEARS`, those of small accounts later by as much as their share rises in a year.

    Among campaigns of one kind the density of s, time from -1 to 1, is (1 + k s) / 2 with k the rise over the share of
    the kind; a uniform number is turned into s by the inverse of its distribution.
    """
    share = small.mean()
    k = rise * YEARS / 2 * np.where(small, 1 / share, -1 / (1 - share))
    even = rng.random(len(small))
    with np.errstate(invalid="ignore", divide="ignore"):
        tilted = (np.sqrt((1 - k) ** 2 + 4 * k * even) - 1) / k
    s = np.where(k == 0, 2 * even - 1, tilted)
    days = np.floor((s - 1) / 2 * YEARS * 365.25).astype(np.int64)
    return CAPTURED + days * np.timedelta64(86_400, "s")


def _trust(lift: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw how far each account is trusted; some audiences were not asked."""
    trust = 4.5 + lift + rng.normal(0, TRUST_SPREADS[0], len(lift))
    return np.where(rng.random(len(lift)) < UNKNOWN_TRUST, np.nan, trust)


def truths(name: str) -> dict[str, float]:
    """Say what is planted for the claims on influencer tiers.

    Parameters
    ----------
    name : str
        World, as in `world`.

    Returns
    -------
    dict of str to float
        By claim id, on the scale of the estimand.
    """
    planted, effects = world(name), EFFECTS[name]
    nano, micro, macro, mega, beyond = (BANDS.index(edge) for edge in (1e3, 1e4, 1e5, 1e6, 1e7))
    alike = ACCOUNTS_PER_BAND + ACCOUNTS_PER_TIER
    of_fit, of_label = (_spread_by(name, term) for term in ("fit", "disclosed"))
    return {
        "tier-micro-beats-macro": rate_ratio(planted, micro, {macro: 1}),
        "tier-nano-beats-mega": rate_ratio(planted, nano, {mega: alike, beyond: ACCOUNTS_PER_BAND}),
        "tier-small-more-trusted": effects.trust / trust_spread(name),
        "tier-fit-trusted": effects.fit_trusted / of_fit,
        "tier-disclosure-trusted": effects.open_trusted / of_label,
        "trend-smaller-creators": effects.smaller,
        "tier-small-cheaper": float(effects.cheaper),
        "tier-small-sells-more-per-follower": float(effects.sells),
        "tier-cocreation-beats-placement": float(effects.cocreation),
        "tier-everyday-beats-polished": float(effects.everyday),
        "tier-fit-helps": float(effects.fit),
        "tier-disclosure-helps": planted.disclosure,
    }


def rate_ratio(planted: World, first: int, second: Mapping[int, float]) -> float:
    """Give the ln ratio of the mean engagement rates (likes + comments) of a band and of a mixture of bands.

    Parameters
    ----------
    planted : World
        The world.
    first : int
        Place of a band in `BANDS`.
    second : mapping of int to float
        Places of bands, with the number of accounts in each.

    Returns
    -------
    float
        Ln of the mean rate of the first over that of the second.
    """
    rates = np.array(planted.like_rates) + np.array(planted.comment_rates)
    return float(np.log(rates[first] / np.average(rates[list(second)], weights=list(second.values()))))


def trust_spread(name: str) -> float:
    """Give the standard deviation of an account's mean trust: between accounts, and what is left of that within."""
    effects = EFFECTS[name]
    within = TRUST_SPREADS[1] ** 2 + (effects.fit_trusted * FIT[1]) ** 2 + effects.open_trusted**2 / 4
    share = np.mean([1 / n for n in range(CAMPAIGNS[0], CAMPAIGNS[1] + 1)])
    return float(np.sqrt(TRUST_SPREADS[0] ** 2 + within * share))


@cache
def _spread_by(name: str, term: str) -> float:
    """Give the standard deviation of trust over accounts whose campaigns alike in a term are averaged, of a large draw.

    It holds small accounts being trusted more, scales that end and campaigns that differ in number, which no short sum
    does.
    """
    rng = np.random.default_rng(1)
    followers = np.sqrt(np.array(TIER_EDGES[:-1]) * np.array(TIER_EDGES[1:]))
    owners = pd.DataFrame({"account_id": np.arange(LARGE), "followers": np.resize(followers, LARGE)})
    drawn = draw_campaigns(owners, name, rng=rng).dropna(subset=["trust"])
    return float(drawn.groupby(["account_id", term])["trust"].mean().std())


LARGE = 20_000
"""Accounts of the large draw."""


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell what is in the simulated campaigns, as Markdown.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The sample's tables.

    Returns
    -------
    str
        A section of the card.
    """
    campaigns, posts = tables["campaigns"], tables["posts"]
    return f"""## Campaigns and sponsored posts

- campaigns.csv: {len(campaigns):,} rows; one row is one account's part in one campaign. The
  {campaigns["account_id"].nunique():,} accounts are persons, equally many of each tier, and have posts too. Campaigns
  of one account resemble each other (standard deviation of ln rate {LEVEL_SPREAD} between accounts, {ROW_SPREAD}
  within), and {campaigns["trust"].isna().sum():,} rows lack trust: the audiences of these accounts were not asked.
  {ACCOUNTS_PER_TIER} accounts a tier, with those of the size bands, give each planted claim on tiers of the world
  `documents` a power of at least 0.9 (micro against macro 0.93; 43 would do for 0.8, 97 for 0.9). The number was set by
  eye first and its power computed afterwards.
- {posts["sponsored"].sum():,} posts are sponsored and {posts["disclosed"].sum():,} of them say so. Disclosure changes
  their likes and comments by the planted factor; sponsored posts together get what all others get.

"""
