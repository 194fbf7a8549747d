"""How is a claim put to one account? Its posts within the same weeks, and its weeks against one another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from helpers.estimates import Estimate, in_time, regress
from helpers.measures.own import DENOMINATORS, denominator

if TYPE_CHECKING:
    import pandas as pd

    from helpers.measures import Reduced

OUTCOMES = ("engagement", "likes", "comments")
"""What a post gathers: likes and comments together, or one of them; the first is the default."""

BLOCKS = {"week": 1, "four weeks": 4, "quarter": 13}
"""Posts are compared with those of the same block, the narrowest in which enough weeks have posts of both sides."""

FEWEST_WEEKS = {"contrast": 10, "slope": 26}
"""Fewer weeks than this are too little data: for posts of the same weeks, and for weeks against one another."""

_WORDS = ("per person reached", "per view", "per impression", "per follower", "per post")

PER = dict(zip((*DENOMINATORS, "posts"), _WORDS, strict=True))
"""What engagement is set against, by the column that tells it, in the words of a sentence."""

ONE = {"followers": "follower", "posts": "post"}
"""How notebooks call a denominator otherwise than its column."""

BEST = "best there is"
"""Set against what `measures.own.denominator` chooses."""


def set_against(posts: "pd.DataFrame", per: str = BEST) -> str:
    """Name the column that engagement is set against, ``"posts"`` for none.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `measures.own_posts`.
    per : str, default "best there is"
        `BEST`, a column of `PER`, or one follower or post.
    """
    return denominator(posts) if per == BEST else {one: name for name, one in ONE.items()}.get(per, per)


def other_denominators(data: "Reduced") -> list[str]:
    """List what engagement could be set against beside the best: the post, and what half of the posts have."""
    posts = data.frames["posts"]
    known = [name for name in PER if name == "posts" or (posts[name] > 0).mean() >= 0.5]
    return [ONE.get(name, name) for name in known if name != denominator(posts)]


CHOICES = {"outcome": OUTCOMES[:1], "block": ("narrowest", *BLOCKS), "per": (BEST,)}
"""What could reasonably be done otherwise where posts are compared."""

OTHERS = {"outcome": OUTCOMES[1:], "per": (other_denominators,)}
"""What makes it another question: likes or comments alone, and set against something else."""


def contrast(
    data: "Reduced",
    treated: "Callable[[pd.DataFrame], pd.Series]",
    *,
    outcome: str = "engagement",
    block: str = "narrowest",
    per: str = BEST,
) -> Estimate | None:
    """Estimate the ln ratio of what two kinds of posts of the same weeks gather.

    Posts of one account and block of weeks are compared with one another, so that neither the account's growth nor its
    seasons matter (Poisson pseudo-maximum likelihood with a level for each block); errors are over weeks, each left out
    in turn.

    Parameters
    ----------
    data : Reduced
        From `measures.own_posts`.
    treated : callable
        Called with the posts; gives 1 or true for the numerator of the ratio, 0 or false for its denominator, missing
        for posts of neither.
    outcome : str, default "engagement"
        One of `OUTCOMES`, or another column of counts.
    block : str, default "narrowest"
        One of `BLOCKS`; by default the narrowest in which enough weeks and half of the posts can be compared, else the
        widest. What the posts gathered plays no part in that.
    per : str, default "best there is"
        What it is set against, as in `set_against`; by default what the posts' ``per`` holds.

    Returns
    -------
    Estimate or None
        ``n_units`` are weeks. None when nothing can be compared.

    References
    ----------
    As for `estimates.regress`.
    """
    told = in_blocks(sides_of(data.frames["posts"], treated, outcome=outcome, per=per), block=block)
    fit = regress(
        told, outcome="total", terms=["treated"], adjust=["block"], cluster="week", link="log", exposure="per"
    )
    return fit.term("treated") if fit else None


def sides_of(
    posts: "pd.DataFrame", treated: "Callable[[pd.DataFrame], pd.Series]", *, outcome: str, per: str = BEST
) -> "pd.DataFrame":
    """Give account, week, format, treated, total and per of the posts of both sides; parameters as in `contrast`."""
    known = None if per == BEST else posts.get(set_against(posts, per))
    exposure = posts["per"] if per == BEST else 1.0 if known is None else known.where(known > 0)
    told = {"treated": treated(posts), "total": posts[outcome], "per": exposure}
    cells = posts.filter(["account", "week", "format"]).assign(**told)
    return cells.dropna(subset=["week", *told]).astype({"treated": "float64", "week": "int64"})


def in_blocks(cells: "pd.DataFrame", *, block: str = "narrowest") -> "pd.DataFrame":
    """Keep the posts that can be compared within a block of weeks, and name their block.

    Parameters
    ----------
    cells : pandas.DataFrame
        As `comparable` takes them.
    block : str, default "narrowest"
        As for `contrast`.

    Returns
    -------
    pandas.DataFrame
        From `comparable`.
    """
    told = cells
    for weeks in BLOCKS.values() if block == "narrowest" else [BLOCKS[block]]:
        told = comparable(cells, weeks)
        if told["week"].nunique() >= FEWEST_WEEKS["contrast"] and 2 * len(told) >= len(cells):
            break
    return told


def block_names(cells: "pd.DataFrame", weeks: int) -> "pd.Series":
    """Name the block of so many weeks that each post of an account lies in."""
    return cells["account"].astype(str) + " " + (cells["week"] // weeks).astype(str)


def comparable(cells: "pd.DataFrame", weeks: int) -> "pd.DataFrame":
    """Keep the posts of blocks of so many weeks in which an account has posts of both sides, and something was counted.

    Parameters
    ----------
    cells : pandas.DataFrame
        Posts with account, week, treated (1 or 0) and total.
    weeks : int
        Length of a block.

    Returns
    -------
    pandas.DataFrame
        With ``block``, its name.
    """
    cells = cells.assign(block=block_names(cells, weeks)).dropna(subset=["block"])
    codes = cells["block"].factorize()[0]
    posts, treated, total = (np.bincount(codes, column) for column in (None, cells["treated"], cells["total"]))
    return cells[((treated > 0) & (treated < posts) & (total > 0))[codes]]


def weeks_of(data: "Reduced", **columns: "Callable[[pd.DataFrame], pd.Series]") -> "pd.DataFrame":
    """Add posts up to weeks of accounts.

    Parameters
    ----------
    data : Reduced
        From `measures.own_posts`.
    **columns : callable
        Each is called with the posts and gives one number for each, whose mean over the week's posts is wanted.

    Returns
    -------
    pandas.DataFrame
        One row for each account and week with posts, sorted: account, week, posts, ln_rate (ln of all engagement over
        all that it is set against; missing where there was none) and the columns.
    """
    posts = data.frames["posts"].dropna(subset=["week"])
    known = posts["engagement"].notna() & (posts["per"] > 0)
    made = posts.assign(
        _counts=posts["engagement"].where(known),
        _per=posts["per"].where(known),
        **{k: of(posts) for k, of in columns.items()},
    )
    sums = made.groupby(["account", "week"], as_index=False).agg(
        posts=("per", "size"), _counts=("_counts", "sum"), _per=("_per", "sum"), **{k: (k, "mean") for k in columns}
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.log(sums["_counts"] / sums["_per"])
    return sums.drop(columns=["_counts", "_per"]).assign(ln_rate=rate.replace([np.inf, -np.inf], np.nan))


def weekly_slope(
    weeks: "pd.DataFrame", *, term: str, outcome: str = "ln_rate", held: Sequence[str] = (), later: int = 0
) -> Estimate | None:
    """Estimate how an account's weeks with more of something differ, growth taken out.

    Least squares of a week's outcome on the term, an account's level and a smooth trend (linear and quadratic) held
    fixed. A week moves the estimate by what leaving it out would do; neighbouring weeks resemble one another, which
    cosine weights allow for.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `weeks_of`.
    term : str
        Column of the cause.
    outcome : str, default "ln_rate"
        Column of the outcome.
    held : sequence of str, default ()
        Columns held fixed.
    later : int, default 0
        The outcome is that of so many weeks later.

    Returns
    -------
    Estimate or None
        ``n_units`` are weeks; None where the term does not vary or there are too few weeks to fit.

    References
    ----------
    Lazarus, E., Lewis, D. J., Stock, J. H. & Watson, M. W. (2018). HAR inference: recommendations for practice. Journal
    of Business & Economic Statistics 36.
    """
    then = weeks[["account", "week", outcome]].assign(week=weeks["week"] - later).rename(columns={outcome: "_outcome"})
    used = weeks.merge(then, on=["account", "week"]).dropna(subset=["_outcome", term, *held])
    if used.empty:
        return None
    design = np.column_stack([used[[term, *held]].to_numpy(dtype=float), _trends(used)])
    if len(used) <= design.shape[1] + 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ used["_outcome"].to_numpy(dtype=float)
    residuals = used["_outcome"].to_numpy(dtype=float) - design @ coefficients
    own = np.einsum("ij,jk,ik->i", design, inverse, design)
    moved = (design @ inverse)[:, 0] * residuals / (1 - np.minimum(own, 0.999))
    by_week = used.assign(_moved=moved).groupby("week")["_moved"].sum()
    method = "least squares on weeks, trend held fixed, each week left out"
    found = in_time(float(coefficients[0]), by_week.to_numpy(), method=method)
    return replace(found, influence=(by_week.index.to_numpy(), by_week.to_numpy()))


def _trends(weeks: "pd.DataFrame") -> np.ndarray:
    """Give each account its level, and a linear and a quadratic trend."""
    at = weeks.groupby("account")["week"].transform(lambda week: (week - week.mean()) / max(np.ptp(week) / 2, 1))
    accounts = weeks["account"].factorize()[0]
    levels = np.eye(accounts.max(initial=0) + 1)[accounts]
    columns = np.column_stack([levels, levels * at.to_numpy()[:, None], levels * at.to_numpy()[:, None] ** 2])
    return columns[:, np.abs(columns).max(axis=0) > 0]
