"""What do boosted weeks do: to the followers whom an account had, and where it connects with its public or does not?"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import measures
from helpers.base.times import seconds
from helpers.doubts.weekly import Weekly, in_a_later_week
from helpers.estimates import Estimate, regress
from helpers.measures import WEEK_S, Reduced
from helpers.reading.sampling import in_memory


def with_followers_before(weeks: pd.DataFrame, posts: nw.LazyFrame, history: Any) -> pd.DataFrame:
    """Add to weeks of accounts the followers that were counted last in the week before.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `measures.account_weeks`.
    posts : narwhals.LazyFrame
        From `measures.prepared_posts`: where there is no history, posts that tell the followers at posting do.
    history : narwhals.LazyFrame, pandas.DataFrame or None
        Tidy account_history.

    Returns
    -------
    pandas.DataFrame
        With ``followers_before``, missing where nobody counted; followers of the day of capture are those of after,
        and never taken.
    """
    counted = [*_from_history(history), *_from_posts(posts)]
    known = pd.Series(np.nan, index=weeks.index)
    for table in counted:
        keys = [name for name in ("platform", "account_id") if name in table]
        once = weeks.groupby("account_id")["account"].transform("nunique") == 1
        before = table.assign(week=table["week"] + 1)
        found = weeks[[*keys, "week"]].merge(before, on=[*keys, "week"], how="left")["followers"].set_axis(weeks.index)
        known = known.fillna(found if len(keys) == 2 else found.where(once))
    return weeks.assign(followers_before=known.where(known > 0))


def _from_history(history: Any) -> list[pd.DataFrame]:
    """Give the followers that were counted last in each week of an account."""
    frame = None if history is None else nw.from_native(history).lazy()
    if frame is None or not {"date", "followers"} <= set(frame.collect_schema().names()):
        return []
    known = frame.filter((nw.col("followers") >= 0) & ~nw.col("date").is_null())
    timed = known.select("account_id", "followers", _at=seconds(known, "date", since=measures.MONDAY))
    timed = timed.with_columns(week=nw.col("_at") // WEEK_S)
    last = timed.filter(nw.col("_at") == nw.col("_at").max().over("account_id", "week"))
    table = in_memory(last.group_by("account_id", "week").agg(nw.col("followers").mean()))
    return [table.astype({"week": "int64", "followers": "float64"})]


def _from_posts(posts: nw.LazyFrame) -> list[pd.DataFrame]:
    """Give the mean followers at posting of each week of an account."""
    if not {"followers", "followers_at"} <= set(posts.collect_schema().names()):
        return []
    known = posts.filter((nw.col("followers_at") == "posting") & (nw.col("followers") >= 0) & ~nw.col("week").is_null())
    keys = ["platform", "account_id", "week"]
    known = known.with_columns(followers=nw.col("followers").cast(nw.Float64))
    table = in_memory(known.group_by(keys).agg(nw.col("followers").mean()))
    return [table.astype({"week": "int64", "followers": "float64", **dict.fromkeys(keys[:2], "object")})]


def waking(data: Reduced, *, outcome: str = "engagement") -> Weekly:
    """Set what other posts gather for each follower of the week before against whether one of the week was boosted.

    New followers of a boosted week are in its counts and not in the followers before, so this tells of fans only as far
    as new ones are few beside them; the number of posts is held fixed, as for `analysis.paid`.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    outcome : str, default "engagement"
        One of `measures.WEEK_OUTCOMES`.

    Returns
    -------
    Weekly
        Its effect is a ln ratio, errors over owners.
    """
    weeks = data.frames["weeks"]
    per = weeks[f"organic_{outcome}"] / weeks["followers_before"]
    known = weeks["organic_known_posts"]
    table = weeks.assign(
        ln=np.log(per.where(per > 0)), few=1 / known.where(known > 0), posts=weeks["posts"].astype(float)
    )
    return Weekly(table, "ln", {"boosted": 1.0}, later=0, held=("posts",), now=False, few="few")


def connection(data: Reduced, *, outcome: str = "engagement", posts: str = "all posts") -> Estimate | None:
    """Estimate by how much more a boosted week brings where all comments of the week before were answered.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    outcome : str, default "engagement"
        One of `measures.WEEK_OUTCOMES`.
    posts : str, default "all posts"
        Whose engagement counts, or ``"organic"``: only of those that were not boosted.

    Returns
    -------
    Estimate or None
        Interaction of the two on ln engagement, each alone and the number of posts held fixed, levels of accounts and
        of weeks taken out; errors over owners. The share of the week before is taken, as that of the same week falls
        where comments pour in.
    """
    weeks = data.frames["weeks"]
    gathered = weeks[outcome if posts == "all posts" else f"organic_{outcome}"]
    share = in_a_later_week(weeks, weeks["share_answered"], by=-1)
    terms = {"both": weeks["boosted"] * share, "share": share, "n": weeks["posts"].astype(float)}
    table = weeks.assign(ln=np.log(gathered.where(gathered > 0)), **terms)
    held: Mapping[str, Any] = {"within": ["account", "week"], "cluster": "owner"}
    varying = ["n"] if table["n"].std() > 0 else []
    fit = regress(table, outcome="ln", terms=["both", "boosted", "share", *varying], **held)
    return fit.term("both") if fit else None
