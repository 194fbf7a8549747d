"""Who comes back: people who were answered, and at what length? From comments to strata of persons who are alike."""

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import measures
from helpers.base.times import seconds
from helpers.estimates import Estimate, weighted_mean
from helpers.families.dialogue.cells import ACCOUNT, collected
from helpers.measures import DAY_S, Reduced

RETURN_DAYS, PAST_DAYS = 28, 56
"""Who comments again within so many days has come back; and days at the start of an account's comments that only tell
who has been there before."""

REGULARS, RECENT_DAYS = (1, 2, 3, 5, 8), (7, 28)
"""Numbers of posts of the account under which a person commented before, and days since the last of them, at which
persons are told apart: owners answer those whom they know, and those come back anyway."""

STRATUM = [*ACCOUNT, "post_id", "newcomers", "often", "lately"]
"""Commenters under one post who were there before as often and as lately."""


def visits(comments: nw.LazyFrame | pd.DataFrame, posts: nw.LazyFrame) -> tuple[nw.LazyFrame, dict[str, int]]:
    """Give each visitor under each post whose past and whose following days are known, where the comments live.

    In an account's first days nobody's past is known, and commenters are left out; so are those whose days to come back
    in were not over.

    Parameters
    ----------
    comments : narwhals.LazyFrame or pandas.DataFrame
        Tidy comments with author_id, parent_id, created_at and is_owner; text, or text_length as imports make it, tells
        how long answers are.
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`.

    Returns
    -------
    tuple of narwhals.LazyFrame and dict of str to int
        Persons with what was before and after, whether they were answered, and the length of the longest answer; then
        commenters left out, by reason.
    """
    frame = nw.from_native(comments).lazy()
    expected = {"author_id": "String", "parent_id": "String", "created_at": "Datetime", "is_owner": "Boolean"}
    written = "text" in frame.collect_schema().names()
    frame = measures.completed(frame, expected | {"text": "String", "text_length": "Float64"})
    length = nw.col("text").str.len_chars().cast(nw.Float64) if written else nw.col("text_length").cast(nw.Float64)
    persons = _persons(frame.with_columns(_length=length), posts)
    last = frame.select(last=nw.col("created_at").max()).collect("pandas").to_native()["last"][0]
    # Without any time there is nobody whose days could be over.
    horizon = (last - measures.MONDAY).total_seconds() - RETURN_DAYS * DAY_S if last == last and last is not None else 0
    over, known = nw.col("first") <= horizon, nw.col("first") > nw.col("start") + PAST_DAYS * DAY_S
    reasons = {
        f"commenters whose {RETURN_DAYS} days were not over": ~over,
        f"commenters in the first {PAST_DAYS} days of an account's comments": over & ~known,
    }
    sums = persons.select(**{f"_{i}": reason.cast(nw.Int64).sum() for i, reason in enumerate(reasons.values())})
    excluded = dict(zip(reasons, sums.collect("pandas").to_native().fillna(0).iloc[0].astype(int), strict=True))
    return persons.filter(over & known), {reason: int(n) for reason, n in excluded.items() if n}


def returns_of(persons: nw.LazyFrame) -> pd.DataFrame:
    """Compare, under each post, the commenters who were answered with the others: who comments on the account again?

    Owners answer those whom they know, and who has come often comes again. So persons are set against others of the
    same post who commented on the account before as often (`REGULARS`) and as lately (`RECENT_DAYS`).

    Parameters
    ----------
    persons : narwhals.LazyFrame
        From `visits`.

    Returns
    -------
    pandas.DataFrame
        One row for each account and ``newcomers`` (1 for those who had not commented on it before, 0 for the others):
        commenters (in strata of a post that have both kinds), answered, weight, and the difference in the share who
        come back within `RETURN_DAYS` after their first comment under the post: ``elsewhere`` to another post of the
        account, ``anywhere`` also under the same. A stratum's difference weighs n1 n0 / (n1 + n0), as in a regression
        with a level for each stratum.
    """
    counts = {
        f"{name}{side}": nw.when(nw.col("answered") == side).then(nw.col(column)).otherwise(nw.lit(0))
        for side in (0, 1)
        for name, column in (("n", "one"), ("elsewhere", "elsewhere"), ("anywhere", "anywhere"))
    }
    sided = persons.with_columns(**counts)
    strata = sided.group_by(STRATUM).agg(**{name: nw.col(name).sum() for name in counts})
    both = strata.filter((nw.col("n0") > 0) & (nw.col("n1") > 0)).with_columns(commenters=nw.col("n0") + nw.col("n1"))
    both = both.with_columns(weight=nw.col("n0") * nw.col("n1") / nw.col("commenters"), answered=nw.col("n1"))
    gaps = {
        name: nw.col("weight") * (nw.col(f"{name}1") / nw.col("n1") - nw.col(f"{name}0") / nw.col("n0"))
        for name in ("elsewhere", "anywhere")
    }
    added = {name: nw.col(name).sum() for name in ("commenters", "answered", "weight", *gaps)}
    keys = [*ACCOUNT, "newcomers"]
    table = collected(both.with_columns(**gaps).group_by(keys).agg(**added), by=keys)
    shares = {name: table[name] / table["weight"] for name in gaps}
    return table[["account", *keys, "commenters", "answered", "weight"]].assign(**shares)


def lengths_of(persons: nw.LazyFrame) -> pd.DataFrame:
    """Give, for each account, what a line of coming back on the length of the answer needs, under the same post.

    Only persons who were answered count, each set against others of its stratum, as in `returns_of`.

    Parameters
    ----------
    persons : narwhals.LazyFrame
        From `visits`; answers of unknown length are left out.

    Returns
    -------
    pandas.DataFrame
        One row for each account: answered (persons), sxx (sum of squares of the binary logarithm of the length around
        the means of strata) and its products with who comes back, elsewhere and anywhere.
    """
    used = persons.filter((nw.col("answered") == 1) & (nw.col("length") > 0))
    used = used.with_columns(x=nw.col("length").log() / float(np.log(2)))
    names = ("elsewhere", "anywhere")
    products = {"xx": nw.col("x") * nw.col("x"), **{f"x{name}": nw.col("x") * nw.col(name) for name in names}}
    added = {name: nw.col(name).sum() for name in ("one", "x", *names, *products)}
    strata = used.with_columns(**products).group_by(STRATUM).agg(**added)
    centred = {"sxx": nw.col("xx") - nw.col("x") * nw.col("x") / nw.col("one")}
    centred |= {name: nw.col(f"x{name}") - nw.col("x") * nw.col(name) / nw.col("one") for name in names}
    told = strata.filter(nw.col("one") > 1).select(*ACCOUNT, answered="one", **centred)
    return collected(told.group_by(ACCOUNT).agg(nw.col("answered", *centred).sum()), by=ACCOUNT)


def length_slope(data: Reduced, *, back: str = "elsewhere", average: str = "over commenters") -> Estimate | None:
    """Estimate by how much more often people come back for each doubling of the answer that they got.

    Parameters
    ----------
    data : Reduced
        With the frame ``lengths``.
    back, average
        As in `analysis.return_difference`.

    Returns
    -------
    Estimate or None
        Slope of the share who come back, errors over owners; None without accounts whose answers differ in length.
    """
    table = data.frames["lengths"]
    table = table[table["sxx"] > 1e-9]
    if len(table) < 2:
        return None
    weight = table["sxx"] if average == "over commenters" else None
    return weighted_mean(table[back] / table["sxx"], weight, units=table["owner"])


def _persons(comments: nw.LazyFrame, posts: nw.LazyFrame) -> nw.LazyFrame:
    """Give each visitor under each post: first comment, what was before it, whether answered, and whether back."""
    owner = (nw.col("is_owner") == nw.lit(True)).fill_null(False)
    told = comments.filter(owner & ~nw.col("parent_id").is_null())
    told = told.group_by("parent_id", "post_id").agg(length=nw.col("_length").max())
    told = told.select("post_id", "length", comment_id="parent_id", _told=nw.lit(1))
    visitors = comments.filter((nw.col("is_owner") == nw.lit(False)) & ~nw.col("author_id").is_null())
    visitors = visitors.filter(~nw.col("created_at").is_null())
    whose = posts.select("post_id", platform=nw.col("platform").fill_null(""), account_id="account_id")
    visitors = visitors.join(whose, on="post_id", how="inner").join(told, on=["comment_id", "post_id"], how="left")
    at = seconds(visitors, "created_at", since=measures.MONDAY)
    timed = visitors.with_columns(_seconds=at, _told=nw.col("_told").fill_null(0), one=nw.lit(1))
    persons = timed.group_by(*ACCOUNT, "post_id", "author_id").agg(
        first=nw.col("_seconds").min(), latest=nw.col("_seconds").max(), answered=nw.col("_told").max(),
        one=nw.col("one").max(), length=nw.col("length").max(),
    )  # fmt: skip
    turn = {"order_by": ["first", "post_id"]}
    one_person = [*ACCOUNT, "author_id"]
    persons = persons.with_columns(
        start=nw.col("first").min().over(ACCOUNT),
        _before=nw.col("one").cum_sum().over(one_person, **turn) - 1,
        _since=nw.col("first") - nw.col("first").shift(1).over(one_person, **turn),
        _until=nw.col("first").shift(-1).over(one_person, **turn) - nw.col("first"),
    )
    again = nw.col("latest") - nw.col("first")
    elsewhere = (nw.col("_until") <= RETURN_DAYS * DAY_S).fill_null(False)
    same = (again > 0) & (again <= RETURN_DAYS * DAY_S)
    return persons.with_columns(
        newcomers=(nw.col("_before") == 0).cast(nw.Int64),
        often=_steps(nw.col("_before"), [float(n) for n in REGULARS]),
        lately=_steps(nw.col("_since").fill_null(0), [days * DAY_S for days in RECENT_DAYS]),
        elsewhere=elsewhere.cast(nw.Int64),
        anywhere=(elsewhere | same).cast(nw.Int64),
    )


def _steps(value: nw.Expr, steps: Sequence[float]) -> nw.Expr:
    """Count the steps that a value has reached."""
    return nw.sum_horizontal(*((value >= step).cast(nw.Int64) for step in steps))
