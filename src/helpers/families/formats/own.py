"""How are the claims about formats put to one account, and what of it do tables and pictures show?"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.base.words import number
from helpers.claims.analysis import Own
from helpers.claims.own_account import (
    BEST,
    BLOCKS,
    CHOICES,
    FEWEST_WEEKS,
    OTHERS,
    PER,
    block_names,
    contrast,
    in_blocks,
    other_denominators,
    set_against,
    sides_of,
)
from helpers.claims.verdicts import Verdict, too_few
from helpers.claims.wording import told
from helpers.estimates import Estimate
from helpers.families.formats import analysis
from helpers.families.formats.analysis import KINDS
from helpers.measures import Reduced

STILLS = "images, carousels and texts"
"""What videos are set against; images alone are another question."""

SHORT_S = 60.0
"""A video up to this many seconds is short."""


def sides(treated: str, control: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Tell two groups of posts apart: 1 and 0, missing for posts of neither; a length without a format is a video's.

    The control may be a format too, such as images alone.
    """

    def side(posts: pd.DataFrame) -> pd.Series:
        kind = posts["format"].map(KINDS).mask(posts["format"] == control, control)
        kind = kind.mask(posts["format"].isna() & (posts["duration_s"] > 0), "video")
        length = pd.Series(np.where(posts["duration_s"] <= SHORT_S, "short", "long"), index=posts.index)
        kind = kind if treated in KINDS.values() else length.where((kind == "video") & posts["duration_s"].notna())
        return kind.map({treated: 1.0, control: 0.0})

    return side


def video(mine: Reduced, stills: str = STILLS, **how: Any) -> Estimate | None:
    """Set videos against stills, or against images alone."""
    return contrast(mine, treated=sides("video", "still" if stills == STILLS else "image"), **how)


_COUNTS = tuple({"posts": ("created_at", "format", name)} for name in ("likes", "comments"))

OWN = {
    "format-video-beats-image": Own(
        video,
        _COUNTS,
        choices={**CHOICES, "stills": (STILLS,)},
        others={**OTHERS, "stills": ("images",)},
        told=f"video draws {{change:more|less}} engagement {{per}} than stills ({STILLS}) of the same account",
    ),
    "format-short-beats-long-video": Own(
        partial(contrast, treated=sides("short", "long")),
        tuple({"posts": ("created_at", "duration_s", name)} for name in ("likes", "comments")),
        told="videos of up to a minute draw {change:more|less} engagement {per} than longer ones of the same account",
    ),
    "format-live-draws-comments": Own(
        partial(contrast, treated=sides("live", "video")),
        ({"posts": ("created_at", "format", "comments")},),
        choices={**CHOICES, "outcome": ("comments",)},
        others={"per": OTHERS["per"]},
        told="live broadcasts draw {change:more|fewer} comments {per} than recorded videos of the same account",
    ),
}
"""By claim."""


def words_of(reduced: Reduced, mine: Reduced | None, *, per: str, counted: str) -> str:
    """Say what a rate of these data is, such as "likes and comments per person reached".

    Parameters
    ----------
    reduced : Reduced
        From `analysis.reduce`.
    mine : Reduced or None
        From `claims.analysis.own_account`; None where there are ten accounts or more.
    per, counted : str
        As in `analysis.sides`; of one account likes and comments are counted.

    Returns
    -------
    str
        What is counted, and what it is set against.
    """
    if mine is None:
        return analysis.rate_words(reduced, per=per, counted=counted)
    return f"likes and comments {PER[set_against(mine.frames['posts'], per)]}"


def talk_words(mine: Reduced | None) -> str:
    """Say what comments are set against where live broadcasts are compared; ``mine`` as in `words_of`."""
    return f"comments {'per view' if mine is None else PER[set_against(mine.frames['posts'])]}"


def format_table(reduced: Reduced, mine: Reduced | None, *, per: str, counted: str) -> pd.DataFrame:
    """Set each format against other posts, of the same accounts or of the same weeks of one account.

    Parameters
    ----------
    reduced, mine, per, counted
        As in `words_of`.

    Returns
    -------
    pandas.DataFrame
        By format: posts, accounts (of one account weeks), the rate, named by `words_of`, and the ratio to the other
        posts with its 95% interval as text, empty where there are too few.
    """
    made = analysis.format_rates(reduced, per=per, counted=counted) if mine is None else _format_rates(mine, per=per)
    ends = zip(made["ratio"], made["low"], made["high"], strict=True)
    told = [f"{ratio:.2f} ({low:.2f} to {high:.2f})" if low == low else None for ratio, low, high in ends]
    named = made.rename(columns={"rate": words_of(reduced, mine, per=per, counted=counted)})
    return named.drop(columns=["ratio", "low", "high"]).assign(**{"ratio (interval)": told})


def _format_rates(mine: Reduced, *, per: str) -> pd.DataFrame:
    posts = mine.frames["posts"].dropna(subset=["format"])
    cells = sides_of(posts, lambda table: pd.Series(1.0, index=table.index), outcome="engagement", per=per)
    rows = []
    for name, own in cells.groupby("format"):
        found = contrast(mine, partial(_is_format, name=name), per=per)
        ends: tuple[float, ...] = (np.nan,) * 3
        if found and not too_few(found, FEWEST_WEEKS["contrast"]) and found.is_finite:
            ends = tuple(float(x) for x in np.exp([found.value, found.low, found.high]))
        rows.append((name, len(own), own["week"].nunique(), own["total"].sum() / own["per"].sum(), *ends))
    names = ["format", "posts", "weeks", "rate", "ratio", "low", "high"]
    return pd.DataFrame(rows, columns=names).set_index("format")


def _is_format(posts: pd.DataFrame, *, name: str) -> pd.Series:
    return posts["format"].eq(name).astype(float).where(posts["format"].notna())


UNITS = {"weeks": BLOCKS["week"], "periods of four weeks": BLOCKS["four weeks"], "quarters": BLOCKS["quarter"]}
"""What blocks of weeks are called, and how many weeks they have."""


def pairs(
    reduced: Reduced, mine: Reduced | None, *, treated: str, control: str, per: str = BEST, **how: str
) -> pd.DataFrame:
    """Put two groups of posts beside one another, of each account or of each block of weeks of one account.

    Parameters
    ----------
    reduced, mine
        As in `words_of`.
    treated, control : str
        As in `analysis.sides`.
    per : str
        As in `analysis.sides`; live broadcasts are set against views, those of one account against the best there is.
    **how
        ``counted`` of many accounts.

    Returns
    -------
    pandas.DataFrame
        One row for each account and side, as `analysis.sides` gives it; of one account a block of weeks takes the place
        of an account, the narrowest that its claim is judged with, named in ``attrs["units"]``.
    """
    if mine is None:
        return analysis.sides(reduced, treated=treated, control=control, per=per, **how)
    outcome, per = ("comments", BEST) if per == "view" else ("engagement", per)
    cells = in_blocks(sides_of(mine.frames["posts"], sides(treated, control), outcome=outcome, per=per))
    made = cells.groupby(["block", "treated"]).agg(
        total=("total", "sum"), exposure=("per", "sum"), posts=("total", "size")
    )
    table = made.reset_index().rename(columns={"block": "account"}).astype({"treated": int})
    table = table.assign(owner=table["account"], rate=table["total"] / table["exposure"])
    table.attrs["units"] = next(
        name for name, weeks in UNITS.items() if (cells["block"] == block_names(cells, weeks)).all()
    )
    return table


def ratios(reduced: Reduced, mine: Reduced | None, **how: str) -> pd.Series:
    """Give each account's, or each block's, own ratio of two groups of posts; parameters as in `pairs`.

    ``attrs["units"]`` says what the ratios are of.
    """
    rows = pairs(reduced, mine, **how)
    found = analysis.ratios_of(rows)
    found.attrs["units"] = rows.attrs.get("units", "accounts")
    return found


def bars(ratios: pd.Series, mine: Reduced | None, *, data_kind: str) -> dict[str, Any]:
    """Say how ratios are put into bars, as `analysis.bars` does; weeks of one's own account need not be held back."""
    if mine is None:
        return analysis.bars(ratios, data_kind=data_kind)
    return {"bins": 12, "stat": "count", "log_scale": len(ratios) > 0}


def in_digits(cell: object) -> str:
    """Write a cell of a table of rates: three digits of a rate, however small or large, whole counts as they are.

    Examples
    --------
    >>> [in_digits(cell) for cell in (1389.734, 68.3395, 0.03812, 1212, None, "0.07 (0.05 to 0.09)")]
    ['1,390', '68.3', '0.0381', '1,212', '–', '0.07 (0.05 to 0.09)']
    """
    if isinstance(cell, (int, np.integer)):
        return f"{cell:,}"
    if isinstance(cell, (float, np.floating)):
        return "–" if np.isnan(cell) else number(float(cell))
    return "–" if cell is None else str(cell)


def side_table(reduced: Reduced, mine: Reduced | None, *, per: str, counted: str) -> pd.DataFrame:
    """Sum up both sides of the first claim: how many units and posts, and the rate in the middle.

    Parameters
    ----------
    reduced, mine, per, counted
        As in `words_of`.

    Returns
    -------
    pandas.DataFrame
        Rows still and video.
    """
    rows = pairs(reduced, mine, treated="video", control="still", per=per, counted=counted)
    named = {rows.attrs.get("units", "accounts"): ("account", "nunique"), "posts": ("posts", "sum")}
    middle = {f"{words_of(reduced, mine, per=per, counted=counted)} (median)": ("rate", "median")}
    return rows.assign(side=rows["treated"].map({0: "still", 1: "video"})).groupby("side").agg(**named, **middle)


def set_otherwise(mine: Reduced | None, verdict: Verdict, *, words: str, per: str) -> str:
    """Say what engagement is set against, and what one account shows against images alone or something else.

    Parameters
    ----------
    mine : Reduced or None
        As in `words_of`.
    verdict : Verdict
        On video.
    words : str
        From `words_of`.
    per : str
        As in `words_of`.

    Returns
    -------
    str
        A sentence, and for one account one against images alone and one for each other count that its posts have.
    """
    said = [f"Engagement is set against what there is: here it is {words}."]
    if mine is None or not verdict.estimate:
        return said[0]
    told_words = OWN["format-video-beats-image"].told
    ways = [("Set against something else it is another question", name, STILLS) for name in other_denominators(mine)]
    for first, name, stills in [("Against images alone", per, "images"), *ways]:
        found = video(mine, per=name, stills=stills)
        if (
            (name, stills) == (per, STILLS)
            or not found
            or too_few(found, FEWEST_WEEKS["contrast"])
            or not found.is_finite
        ):
            continue
        its_words = told_words.replace("{per}", PER[set_against(mine.frames["posts"], name)])
        its_words = its_words.replace(f"stills ({STILLS})", stills) if stills != STILLS else its_words
        sentence, interval = told(found, its_words)
        said.append(f"{first}: {sentence} (95% interval {interval}).")
    return " ".join(said)
