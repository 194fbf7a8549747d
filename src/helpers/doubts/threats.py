"""What else could have made a result that compares accounts of different size? Threats with their bounds."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.base.words import percent
from helpers.claims.planning import borders
from helpers.claims.registry import Claim
from helpers.claims.verdicts import Threat, judge
from helpers.doubts.errors import error_needed, filled, lower_edge, without_error

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimates import Estimate

YEARLY = 0.26
"""Standard deviation between accounts of a year's growth of ln followers: that of 3,425 journals on Twitter from August
2022 to August 2023 (A. Nishikawa-Pacher's counts, CC0). Growth that all share does nothing to a slope."""

UNSAID = 0.4
"""Error in ln followers where the data do not say when they were counted: a year and a half of unlike growth."""

MOST_UNKNOWN = 0.05
"""Share of unknown counts above which an edge tells of counts that are hidden, and not of posts that were left out."""


def plausible_error(accounts: "pd.DataFrame") -> tuple[float, str]:
    """Say how far off follower counts may be, from what the data tell about when they were counted.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account, with at_posting (share of its posts whose followers are of that day) and years (from
        its posts to the count that is said to be of the capture, unknown where nothing says so).

    Returns
    -------
    tuple of float and str
        Standard deviation of the error in ln followers, and why, in words.
    """
    table = accounts.reindex(columns=["at_posting", "years"]).astype(float)
    unsaid, years = 1 - table["at_posting"].fillna(0), table["years"].clip(lower=0)
    error = float(np.sqrt((unsaid * (YEARLY * years).fillna(UNSAID) ** 2).mean()))
    if (years.isna() & (unsaid > 0)).mean() > 0.5:
        return error, "the data do not say when they were counted"
    if unsaid.mean() > 0.5:
        return error, f"they were counted {years.mean():.1f} years after the posts"
    return error, "they were counted when the posts were made"


def spread_of_sizes(accounts: "pd.DataFrame") -> float:
    """Give the variance of ln followers within platforms."""
    sizes = np.log(accounts["followers"].astype(float))
    within = sizes - sizes.groupby(accounts["platform"].astype("object"), dropna=False).transform("mean")
    return float(within.pow(2).sum() / max(len(sizes) - accounts["platform"].nunique(dropna=False), 1))


def of_error(
    claim: Claim, estimate: "Estimate", accounts: "pd.DataFrame", *, mechanical: float = 1.0, counted: str = "follower"
) -> list[Threat]:
    """Say whether plausible error in followers could carry a fall of a rate with size.

    Parameters
    ----------
    claim : Claim
        Signed so that a rate that falls with size is positive.
    estimate : Estimate
        As it was made.
    accounts : pandas.DataFrame
        The accounts behind it: followers, platform, and what `plausible_error` asks for.
    mechanical : float, default 1
        As in `estimates.without_error`.
    counted : str, default "follower"
        Who is counted, in words.

    Returns
    -------
    list of Threat
        One, or none where the result stands.
    """
    variance, (error, why) = spread_of_sizes(accounts), plausible_error(accounts)
    share = error**2 / variance if variance > 0 else math.inf
    low, high = _ends(claim, estimate)
    lowest, least = (
        min(end, without_error(end, share=share, mechanical=mechanical)) if share < 1 else -math.inf
        for end in (low, estimate.low_90)
    )
    needed = error_needed(estimate.value, variance=variance, mechanical=mechanical)
    vanish = f"if they were off by {off(needed)}, this difference would vanish; " if needed == needed else ""
    says = f"{counted} counts: {vanish}off by {off(error)} is plausible, as {why}, and leaves {between(lowest, high)}"
    return telling(claim, estimate, Threat(says, lowest, high), anyway=estimate.low_90 > 0 >= least)


def of_error_held(claim: Claim, estimate: "Estimate", accounts: "pd.DataFrame", *, side: "pd.Series") -> list[Threat]:
    """Say whether error in followers could have made a difference between two groups with ln followers held fixed.

    Held fixed is the size as it was measured. Accounts of one measured size lie nearer to the mean of their own group
    than that says, by the error's share of the variance within groups; so that share of the groups' distance is left in
    the difference, where counts grow in step with followers, and less where they grow more slowly.

    Parameters
    ----------
    claim : Claim
        Signed so that the group said to have less makes it positive.
    estimate : Estimate
        Minus the ln ratio of the group's rate to that of the others.
    accounts : pandas.DataFrame
        As in `of_error`.
    side : pandas.Series
        1 for the group, 0 for the others.

    Returns
    -------
    list of Threat
        One, or none where the result stands.
    """
    sizes = np.log(accounts["followers"].astype(float))
    within = float((sizes - sizes.groupby(side).transform("mean")).pow(2).sum() / max(len(sizes) - 2, 1))
    error, why = plausible_error(accounts)
    apart = float(sizes[side == 1].mean() - sizes[side == 0].mean())
    left = apart * min(error**2 / within if within > 0 else 1.0, 1.0)
    low, high = _ends(claim, estimate)
    lowest, highest = min(low, low + left), max(high, high + left)
    says = (
        f"follower counts: off by {off(error)} is plausible, as {why}; as the groups differ in size, holding it fixed "
        f"leaves {between(lowest, highest)}"
    )
    least, most = min(estimate.low_90, estimate.low_90 + left), max(estimate.high_90, estimate.high_90 + left)
    reaches = estimate.low_90 > 0 >= least or estimate.high_90 < 0 <= most
    return telling(claim, estimate, Threat(says, lowest, highest), anyway=reaches)


def unknown_share(accounts: "pd.DataFrame", names: Sequence[str]) -> float:
    """Give the share of posts whose counts are hidden or missing.

    Parameters
    ----------
    accounts : pandas.DataFrame
        As `measures.account_rates` gives them.
    names : sequence of str
        Counts, of like and comment.

    Returns
    -------
    float
        0 where there are none.
    """
    unknown, known = (accounts[[f"{name}_{part}" for name in names]].sum().sum() for part in ("unknown", "posts"))
    return float(unknown / (unknown + known)) if unknown else 0.0


def with_unknown_at_none(accounts: "pd.DataFrame", names: Sequence[str]) -> "pd.DataFrame":
    """Fill counts that are hidden or missing with 0, in every rate that is made of them.

    Parameters
    ----------
    accounts, names
        As for `unknown_share`.

    Returns
    -------
    pandas.DataFrame
        A copy.
    """
    columns = {}
    for name in names:
        known, unknown = (accounts[f"{name}_{part}"].to_numpy(dtype=float) for part in ("posts", "unknown"))
        for column in (f"{name}s", f"{name}_rate", f"{name}_ratio", f"{name}_reach_rate"):
            columns[column] = filled(accounts[column].to_numpy(dtype=float), known=known, unknown=unknown)
    return accounts.assign(**columns)


def off(error: float) -> str:
    """Write a standard deviation of ln followers as a share of them."""
    return f"{percent(math.expm1(error))} (one standard deviation)"


def of_cut(
    claim: Claim,
    estimate: "Estimate",
    accounts: "pd.DataFrame",
    *,
    names: Sequence[str],
    again: "Callable[[pd.Series], Estimate | None]",
    lowest: float = -math.inf,
    highest: float = math.inf,
) -> list[Threat]:
    """Say whether posts with few likes or comments were left out, and what is left beyond the reach of that.

    Parameters
    ----------
    claim, estimate, accounts
        As in `of_error`; accounts with like_least, likes, like_posts and like_unknown, the same of comments, and
        best_of_each, as `ranks.best_of_each` says it.
    names : sequence of str
        Counts that may have been cut, of like and comment. Where many of one are unknown its posts are there, and
        `of_hidden` says what that does.
    again : callable
        Called with which accounts to keep; gives the estimate of these alone, or None where they cannot tell.
    lowest, highest : float
        Between which the truth lies where they cannot tell.

    Returns
    -------
    list of Threat
        One for each count that was cut; its bounds are the interval among accounts so large that none of them comes
        near the edge. Before them one for the best posts of each account: they make averages too large, and of
        differences anything may be true, as whoever posts more has better ones among as many.
    """
    found = []
    if "best_of_each" in accounts and accounts["best_of_each"].any():
        low, high = (lowest, highest) if claim.kind == "V" else (-math.inf, math.inf)
        says = (
            "most accounts have the same number of posts, none with few likes for its account, as if their best ones "
        )
        says += f"had been taken: the truth could be {between(low, high)}"
        found += telling(claim, estimate, Threat(says, low, high), anyway=True)
    for name in names:
        columns = (f"{name}_least", f"{name}s", f"{name}_posts")
        least, mean, posts = (accounts[one].to_numpy(dtype=float) for one in columns)
        unknown = accounts[f"{name}_unknown"].sum()
        if unknown <= MOST_UNKNOWN * (unknown + posts.sum()) and (edge := lower_edge(least, mean, posts)):
            beyond = again(accounts["followers"] > accounts["followers"].where(least < 2 * edge).max())
            sure = beyond is not None and judge(claim, beyond).estimate is not None
            low, high = _ends(claim, beyond) if beyond is not None and sure else (lowest, highest)
            left = "accounts too large to be touched by it give" if sure else "the truth could be"
            says = f"no post has fewer than {edge:,.0f} {name}s, as if others were left out: {left} "
            says += between(low, high)
            found += telling(claim, estimate, Threat(says, low, high), anyway=True)
    return found


def of_hidden(claim: Claim, estimate: "Estimate", *, share: float, ends: "Sequence[Estimate | None]") -> list[Threat]:
    """Say whether counts that are hidden or missing could carry a result.

    Parameters
    ----------
    claim, estimate
        As in `of_error`.
    share : float
        Of the posts whose count is unknown.
    ends : sequence of Estimate or None
        The estimates with every unknown count at 0. As it was made, it takes them to be like the known ones; the truth
        lies between where the same rule hides counts in all accounts and hidden posts do no better than others.

    Returns
    -------
    list of Threat
        One, or none where the result stands.
    """
    spans = [_ends(claim, one) for one in (estimate, *ends) if one is not None and one.is_finite]
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    first, last = _ends(claim, estimate)
    matters = max((borders(claim)[1] - borders(claim)[0]) / 2, (last - first) / 10)
    says = (
        f"{percent(share)} of the counts are hidden or missing: had those posts none at all, or as many as others "
        f"of their account, the truth could be {between(low, high)}"
    )
    reaches = max(first - low, high - last) > matters
    return telling(claim, estimate, Threat(says, low, high), anyway=reaches) if share > 0 else []


def _ends(claim: Claim, estimate: "Estimate") -> tuple[float, float]:
    """Give the interval that the verdict rests on: of 90% where something is shown to be within the margin."""
    verdict = judge(claim, estimate).verdict
    within = verdict in ("negligible", "reproduced") or (claim.kind, verdict) == ("N", "supported")
    return (estimate.low_90, estimate.high_90) if within else (estimate.low, estimate.high)


def telling(claim: Claim, estimate: "Estimate", threat: Threat, *, anyway: bool) -> list[Threat]:
    """Keep a threat that changes a verdict by a border beyond the interval; of an open one, what matters anyway.

    Parameters
    ----------
    claim, estimate
        As in `of_error`.
    threat : Threat
        The threat.
    anyway : bool
        Whether it is told where the verdict is `inconclusive` without it.

    Returns
    -------
    list of Threat
        The threat, or nothing.
    """
    plain, (low, high) = judge(claim, estimate).verdict, _ends(claim, estimate)
    asked = {0.0, *borders(claim)} if claim.kind == "D" else borders(claim)
    reached = any(threat.low <= border <= threat.high and not low <= border <= high for border in asked)
    changed = reached and judge(claim, estimate, threats=[threat]).verdict != plain
    return [threat] if (anyway if plain == "inconclusive" else changed) else []


def between(low: float, high: float) -> str:
    """Write from where to where something may lie, as in "anything up to 2"."""
    if math.isinf(low):
        return "anything" if math.isinf(high) else f"anything up to {high:.2g}"
    return f"anything from {low:.2g}" if math.isinf(high) else f"{low:.2g} to {high:.2g}"
