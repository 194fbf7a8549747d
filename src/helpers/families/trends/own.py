"""How are the claims about trends put to one account? Its weeks over at least a year."""

import math
from functools import partial

import numpy as np
import pandas as pd

from helpers.base.words import counted
from helpers.claims.analysis import Own
from helpers.claims.own_account import FEWEST_WEEKS
from helpers.estimates import Estimate, in_time, on_t
from helpers.estimates.series import long_run_variance, waves
from helpers.families.trends.analysis import LONGEST_GAP, SHARES, WEEKS_A_YEAR, YEAR_WEEKS
from helpers.measures import Reduced


def change(data: Reduced, *, share: str) -> Estimate | None:
    """Estimate the yearly change of a share over the weeks of an account, or of a few, each with a level of its own.

    Weeks weigh by the posts behind them; neighbouring weeks resemble one another, which cosine weights allow for. A
    trend is as slow as the cosines are, so that what is left after it is taken out holds too little of them: how much
    too little, and how many degrees of freedom remain, is worked out for weeks that do not resemble one another (Bell
    & McCaffrey 2002 do so for clusters).

    Parameters
    ----------
    data : Reduced
        From `measures.own_posts`.
    share : str
        One of `analysis.SHARES`.

    Returns
    -------
    Estimate or None
        ``n_units`` are weeks; None where nothing is known or all lies in one week.

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology 28.
    """
    weeks = _weeks(data.frames["posts"], share)
    weight = weeks["n"] / weeks["n"].sum()
    x, y = (_within(weeks, name) for name in ("x", "y"))
    spread = float((weight * x**2).sum())
    if len(weeks) < 3 or not spread > 0:
        return None
    slope = float((weight * x * y).sum() / spread)
    moved = weight * x * (y - slope * x) / spread
    by_week = moved.groupby(weeks["week"]).sum()
    found = in_time(slope, by_week.to_numpy(), method="least squares on weeks")
    if not found.is_finite:
        return found
    held, freedom = _held(weeks, weight.to_numpy(), (weight * x / spread).to_numpy())
    error = math.sqrt(long_run_variance(by_week.to_numpy()) / held)
    return on_t(slope, error, freedom, n_units=found.n_units, method=found.method)


def _held(weeks: pd.DataFrame, weight: np.ndarray, pull: np.ndarray) -> tuple[float, float]:
    """Say which part of the variance the cosines hold on average, and the degrees of freedom that they have."""
    levels = pd.get_dummies(weeks["account"]).to_numpy(float)
    design = np.column_stack([levels, weeks["x"]])
    left = np.eye(len(weeks)) - design @ np.linalg.solve(design.T @ (weight[:, None] * design), design.T * weight)
    of_week = pd.get_dummies(weeks["week"]).to_numpy(float).T
    seen = waves(len(of_week)) @ of_week @ (pull[:, None] * left / np.sqrt(weight))
    squares = seen @ seen.T
    mean = len(of_week) * np.trace(squares) / len(squares)
    return float(mean / (pull**2 / weight).sum()), float(np.trace(squares) ** 2 / (squares**2).sum())


def _within(weeks: pd.DataFrame, name: str) -> pd.Series:
    """Take each account's weighted mean out."""
    sums = (weeks["n"] * weeks[name]).groupby(weeks["account"]).transform("sum")
    return weeks[name] - sums / weeks.groupby("account")["n"].transform("sum")


def _weeks(posts: pd.DataFrame, share: str) -> pd.DataFrame:
    """Give each week of an account its share, and the posts behind it."""
    part, whole = _parts(posts, share)
    made = posts[["account", "week"]].assign(part=part, whole=whole).dropna()
    sums = made.groupby(["account", "week"], as_index=False).agg(
        part=("part", "sum"), whole=("whole", "sum"), n=("whole", "size")
    )
    sums = sums[sums["whole"] > 0]
    return sums.assign(y=sums["part"] / sums["whole"], x=sums["week"] / WEEKS_A_YEAR, n=sums["n"].astype(float))


def _parts(posts: pd.DataFrame, share: str) -> tuple[pd.Series, pd.Series]:
    """Give what of each post is in the share and what it is a share of; missing where it is not known."""
    if share == "conversation":
        whole = posts["likes"] + posts["comments"] + posts["shares"]
        return (posts["comments"] + posts["shares"]).where(whole > 0), whole.where(whole > 0)
    if share == "talk":
        known = posts["intent"].isin(["conversation", "promotion"])
        inside = posts["intent"].eq("conversation")
    else:
        known = posts["format"].notna()
        inside = posts["format"].isin(["video", "reel"] if share == "video" else ["live"])
    return inside.astype(float).where(known), pd.Series(1.0, index=posts.index).where(known, np.nan)


_NEEDS = {
    "conversation": ("created_at", "likes", "comments", "shares"),
    "talk": ("created_at", "intent"),
    "video": ("created_at", "format"),
    "live": ("created_at", "format"),
}

_CLAIMS = dict(zip(("trend-less-approval", "trend-conversation", "trend-video", "trend-live"), SHARES, strict=True))


def short(data: Reduced, *, share: str) -> str:
    """Say by what an account falls short of a year, which is a span of time, or of weeks with posts within it.

    Half of a year's weeks are enough where no pause is longer than `LONGEST_GAP`. With a longer one the weeks before it
    resemble one another, and those after it, too much to be told from a trend, and a year's number is needed.

    Parameters
    ----------
    data, share
        As in `change`; a week counts where a post tells the share.

    Returns
    -------
    str
        With both numbers, that which takes longer first; an empty text where nothing falls short.
    """
    weeks = _weeks(data.frames["posts"], share)
    there, of = weeks["week"].nunique(), weeks.groupby("account")["week"]
    span = int((of.max() - of.min() + 1).max()) if there else 0
    paused = bool((of.diff() > LONGEST_GAP).any())
    needed = YEAR_WEEKS if paused else FEWEST_WEEKS["slope"]
    long = f"{counted(span, 'week')} from the first post to the last; {YEAR_WEEKS} are needed"
    full = f"{counted(there, 'week')} with posts; {needed} are needed"
    full += f" where a pause is longer than {LONGEST_GAP} weeks" if paused else ""
    if there >= needed:
        return "" if span >= YEAR_WEEKS else f"{long} ({there} with posts)"
    if span >= YEAR_WEEKS:
        return f"{full} (of {span} from the first post to the last)"
    return "; ".join((long, full) if span / YEAR_WEEKS < there / needed else (full, long))


OWN = {
    claim_id: Own(
        partial(change, share=share),
        ({"posts": _NEEDS[share]},),
        fewest=FEWEST_WEEKS["slope"],
        choices={},
        short=partial(short, share=share),
    )
    for claim_id, share in _CLAIMS.items()
}
"""By claim. Less than a year from the first post to the last, or too few weeks of it with posts, is too little data."""
