"""Which posts do the one before them over again: in the same format, with the same hashtags, soon after?"""

import narwhals as nw
import pandas as pd

from helpers.base.times import seconds
from helpers.families.dialogue.cells import ACCOUNT, collected, sums
from helpers.measures import DAY_S, MONDAY
from helpers.reading.tags import one_a_row

WITHIN_DAYS = (7, 28)
"""So many days after the post before, and no later, a post can repeat it; the first is the default."""

SHARED = 0.5
"""It has at least this share of the hashtags of the post before."""


def repeat_cells(posts: nw.LazyFrame) -> pd.DataFrame:
    """Add up the posts of each account and format that repeat the post before them, and the others.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`. A post without hashtags or after one without, or of unknown format, cannot be
        judged and is left out, and so is the first of an account. Only organic posts of known engagement count; what
        they repeat may have been boosted.

    Returns
    -------
    pandas.DataFrame
        Columns account, format, ``repeats_7`` and its kin for `WITHIN_DAYS` (0 or 1), posts, and the sums of
        `cells.sums`; empty without formats or hashtags.
    """
    flags = [f"repeats_{days}" for days in WITHIN_DAYS]
    keys = [*ACCOUNT, "format", *flags]
    if not {"format", "hashtags"} <= set(posts.collect_schema().names()):
        posts = posts.with_columns(format=nw.lit(None, dtype=nw.String()), hashtags=nw.lit(None, dtype=nw.String()))
    known = judged(posts).filter((nw.col("organic") == 1) & ~nw.col("engagement").is_null())
    return collected(known.group_by(keys).agg(posts=nw.len(), **sums()), by=keys)


def _words() -> nw.Expr:
    return nw.col("hashtags").str.to_lowercase().str.replace_all("#", "", literal=True)


def judged(posts: nw.LazyFrame) -> nw.LazyFrame:
    """Say of every post that can be judged whether it repeats the one before, where posts live.

    Parameters
    ----------
    posts : narwhals.LazyFrame
        Posts with platform, account_id, post_id, created_at, format and hashtags; of posts of one moment the one whose
        id sorts first comes first.

    Returns
    -------
    narwhals.LazyFrame
        The posts that can be judged, with a flag for each of `WITHIN_DAYS`.
    """
    told = posts.filter(~nw.col("created_at").is_null())
    # Rows of unknown platform never match in a join, so they have a name of their own for what is unknown.
    told = told.with_columns(
        _platform=nw.col("platform").fill_null(""), _at=seconds(told, "created_at", since=MONDAY), _one=nw.lit(1)
    )
    own = ["_platform", "account_id"]
    told = told.with_columns(_place=nw.col("_one").cum_sum().over(*own, order_by=["created_at", "post_id"]))
    tags = told.filter(~nw.col("hashtags").is_null()).select(*own, "_place", _tag=_words())
    tags = one_a_row(tags, "_tag").filter(nw.col("_tag") != "").unique()
    following = tags.with_columns(_place=nw.col("_place") + 1)
    place = [*own, "_place"]
    number = following.group_by(place).agg(_tags=nw.len())
    shared = following.join(tags, on=[*place, "_tag"], how="inner").group_by(place).agg(_shared=nw.len())
    before = told.select(*own, _place=nw.col("_place") + 1, _format=nw.col("format"), _then=nw.col("_at"))
    joined = told.join(before, on=place, how="inner").join(number, on=place, how="inner")
    tagged = tags.select(place).unique()
    joined = (
        joined.join(tagged, on=place, how="inner")
        .join(shared, on=place, how="left")
        .filter(~nw.col("format").is_null() & ~nw.col("_format").is_null())
    )
    alike = (nw.col("format") == nw.col("_format")) & (nw.col("_shared").fill_null(0) >= SHARED * nw.col("_tags"))
    since = nw.col("_at") - nw.col("_then")
    flags = {f"repeats_{days}": (alike & (since <= days * DAY_S)).cast(nw.Int64) for days in WITHIN_DAYS}
    return joined.with_columns(**flags)
