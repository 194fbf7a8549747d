"""How are the claims about hours and hashtags put to one account?"""

from collections.abc import Collection
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.analysis import Own
from helpers.claims.own_account import BLOCKS, OUTCOMES, block_names, contrast
from helpers.estimates import Estimate
from helpers.families.timing.company import gain_of_formats, spread_of_formats
from helpers.families.timing.estimators import FEWEST_POSTS, shrunken, spread_between
from helpers.measures import Reduced

HOURS = ("part of the day", "hour of the day", "weekday and part of the day")
"""How the week may be divided; a part of the day is four hours. One account fills few cells, so the first is the
default."""


def cell_of(posts: pd.DataFrame, cells: str) -> pd.Series:
    """Name the cell of the week that each post lies in, as one of `HOURS` says; its weekday where hours are unknown."""
    if posts["hour"].isna().all():
        return posts["weekday"]
    part = posts["hour"] // 4
    return {HOURS[1]: posts["hour"], HOURS[2]: posts["weekday"] * 6 + part}.get(cells, part)


def halves(posts: pd.DataFrame) -> pd.Series:
    """Say which posts lie in the later half of their account's time: what is chosen before is tried there."""
    spans = posts.groupby("account")["week"]
    return posts["week"] > (spans.transform("min") + spans.transform("max")) / 2


def relative(posts: pd.DataFrame, *, outcome: str = "engagement", block: str = "four weeks") -> pd.DataFrame:
    """Give what each post gathered as a multiple of what posts of its account and block of weeks gather on average.

    Posts count alike in that average, however many people they reached: one that went round the world is one post, and
    posts that reach many, with fewer likes for each of them, do not make all others better than usual.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `measures.own_posts`.
    outcome : str, default "engagement"
        Column of counts.
    block : str, default "four weeks"
        One of `BLOCKS`.

    Returns
    -------
    pandas.DataFrame
        Columns week, relative (1 is as usual), block (its name) and among (posts of the block), with the index of the
        posts; without posts that have nothing, or whose block has nothing.
    """
    rate = posts[outcome] / posts["per"].where(posts["per"] > 0)
    name = block_names(posts, BLOCKS[block])
    usual = rate.groupby(name).transform("mean")
    table = posts[["week"]].assign(
        relative=rate / usual.where(usual > 0), block=name, among=rate.groupby(name).transform("count")
    )
    return table.dropna()


def in_cells(posts: pd.DataFrame, *, outcome: str, cells: str) -> pd.DataFrame:
    """Give every post its cell, and what it gathered as a multiple of what is usual at the time."""
    return relative(posts, outcome=outcome).assign(cell=cell_of(posts, cells)).dropna()


def with_tags(posts: pd.DataFrame, *, outcome: str) -> pd.DataFrame:
    """Give every post a row for each of its hashtags."""
    tags = posts["hashtags"].astype("object").fillna("").str.lower().str.split()
    table = relative(posts, outcome=outcome)
    return table.assign(cell=tags.map(lambda own: list(dict.fromkeys(own)))).explode("cell").dropna()


def spread(table: pd.DataFrame, *, parted: bool) -> Estimate | None:
    """Estimate the standard deviation of the effects of cells beyond noise, weeks as independent units.

    Parameters
    ----------
    table : pandas.DataFrame
        From `in_cells` or `with_tags`.
    parted : bool
        Whether each post has one cell, as with hours: the effect of a cell is then what it has more than all posts, its
        own among them, where few cells have many posts each. That of a hashtag is what posts have more that have it
        than those that do not.

    Returns
    -------
    Estimate or None
        None where no cell has `FEWEST_POSTS`.
    """
    common = table[table.groupby("cell")["week"].transform("size") >= FEWEST_POSTS]
    if common.empty:
        return None
    elsewhere = 1 - common.groupby(["block", "cell"])["week"].transform("size") / common["among"]
    others = 1 - common["cell"].map(common["cell"].value_counts(normalize=True)) if parted else 1.0
    rows = common.assign(deviation=common["relative"] - 1, exposure=elsewhere / others)
    return spread_between(rows, unit="week", cell="cell", total="deviation", exposure="exposure", block="block")


def best(table: pd.DataFrame) -> list:
    """Order cells by their shrunken effect, best first."""
    told = table.groupby("cell")["relative"].agg(["mean", "size"])
    told = told[told["size"] >= FEWEST_POSTS]
    noise = float(np.nanvar(table["relative"])) if len(table) > 1 else np.nan
    found = shrunken(told["mean"].to_numpy(), np.maximum(noise, 1e-12) / told["size"].to_numpy())
    return told.index[np.argsort(-found.means, kind="stable")].tolist()


def hours_matter(data: Reduced, *, outcome: str = "engagement", cells: str = HOURS[0]) -> Estimate | None:
    """Estimate how far hours differ beyond noise."""
    return spread(in_cells(data.frames["posts"], outcome=outcome, cells=cells), parted=True)


def tags_matter(data: Reduced, *, outcome: str = "engagement") -> Estimate | None:
    """Estimate how far hashtags differ beyond noise."""
    return spread(with_tags(data.frames["posts"], outcome=outcome), parted=False)


def schedule(data: Reduced, *, outcome: str = "engagement", cells: str = HOURS[0]) -> pd.Series:
    """Choose hours on the first half of the time: 1 for posts of the second half that lie in them, 0 for its others."""
    posts = data.frames["posts"]
    late = halves(posts)
    first = in_cells(posts[~late], outcome=outcome, cells=cells)
    sizes, chosen, kept = first.groupby("cell").size(), [], 0
    for cell in best(first):
        if kept < 0.25 * len(first):
            chosen.append(cell)
            kept += sizes[cell]
    return _tried(cell_of(posts, cells).isin(chosen), late, chosen)


def tags_chosen(data: Reduced, *, outcome: str = "engagement", number: int = 5) -> pd.Series:
    """Choose hashtags on the first half of the time: 1 for posts of the second half that have one, 0 for its others."""
    posts = data.frames["posts"]
    late = halves(posts)
    chosen = set(best(with_tags(posts[~late], outcome=outcome))[:number])
    tags = posts["hashtags"].astype("object").fillna("").str.lower().str.split()
    return _tried(tags.map(lambda own: bool(chosen & set(own))), late, chosen)


def _tried(has: pd.Series, late: pd.Series, chosen: Collection) -> pd.Series:
    """Tell the posts of the second half apart; none where nothing was chosen."""
    return has.astype(float).where(late & bool(chosen))


def schedule_gain(data: Reduced, *, outcome: str = "engagement", cells: str = HOURS[0]) -> Estimate | None:
    """Estimate on the second half what hours chosen on the first bring: the ln ratio."""
    return contrast(data, lambda _: schedule(data, outcome=outcome, cells=cells), outcome=outcome)


def tag_gain(data: Reduced, *, outcome: str = "engagement", number: int = 5) -> Estimate | None:
    """Estimate on the second half what posts with one of the hashtags chosen on the first bring: the ln ratio."""
    return contrast(data, lambda _: tags_chosen(data, outcome=outcome, number=number), outcome=outcome)


def rare(data: Reduced, *, late: bool = True) -> str:
    """Say so where no hashtag is on enough posts, those of the later half of the time among them or not."""
    posts = data.frames["posts"]
    used = with_tags(posts if late else posts[~halves(posts)], outcome=OUTCOMES[0])
    if used["cell"].value_counts().max() >= FEWEST_POSTS:
        return ""
    return f"no hashtag is on {FEWEST_POSTS} counted posts{'' if late else ' of the first half of the time'}"


_COUNTS = tuple({"posts": ("created_at", name)} for name in ("likes", "comments"))
_OUTCOME = {"outcome": OUTCOMES[:1]}
_TAGGED = tuple({"posts": ("created_at", "hashtags", name)} for name in ("likes", "comments"))

OWN = {
    "timing-hour-matters": Own(
        hours_matter,
        _COUNTS,
        choices=_OUTCOME | {"cells": HOURS},
        threats=spread_of_formats("timing-hour-matters", in_cells, whose="times"),
        told="among the {when} of the week, engagement {per} typically differs by {part} from the account's mean",
    ),
    "timing-schedule-gains": Own(
        schedule_gain,
        _COUNTS,
        choices=_OUTCOME | {"cells": HOURS},
        threats=gain_of_formats("timing-schedule-gains", relative, schedule, whose="times"),
        told="{when} chosen on earlier posts bring {change:more|less} engagement {per} on later ones",
    ),
    "hashtag-some-work": Own(
        tags_matter,
        _TAGGED,
        short=rare,
        choices=_OUTCOME,
        threats=spread_of_formats("hashtag-some-work", with_tags, whose="hashtags"),
        told="among hashtags, engagement {per} typically differs by {part} from the account's mean",
    ),
    "hashtag-choice-gains": Own(
        tag_gain,
        _TAGGED,
        short=partial(rare, late=False),
        choices=_OUTCOME | {"number": (5, 3, 10)},
        threats=gain_of_formats("hashtag-choice-gains", relative, tags_chosen, whose="hashtags"),
        told="hashtags chosen on earlier posts bring {change:more|less} engagement {per} on later ones",
    ),
}
"""By claim."""
