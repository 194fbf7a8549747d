"""What follows from other choices in notebook 12, moved by hand?"""

from dataclasses import replace

import pandas as pd

from helpers.base.words import counted
from helpers.claims.own_account import FEWEST_WEEKS
from helpers.families.own_account.analysis import CALLED, FEWEST_POSTS, Mine, forwarded, ratios
from helpers.families.own_account.pictures import compared
from helpers.lessons import ALL, Panel, periods
from helpers.plots import Picture


def explore(mine: Mine, *, data_kind: str) -> Panel:
    """Give a panel on what an account's own choices bring.

    Parameters
    ----------
    mine : Mine
        From `analysis.at_hand`.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    Panel
        All posts by format first.
    """
    posts, times = mine.data.frames["posts"], periods(mine.data.period)
    named = posts["platform"].dropna().astype(str) if "platform" in posts else pd.Series(dtype="str")
    platforms = sorted(named.unique())

    def show(*, compare: str, platform: str, period: str) -> tuple[str, Picture | None]:
        start, end = times[period]
        kept = pd.Series(data=True, index=posts.index)
        if period != ALL:
            kept &= posts["at"].between(pd.Timestamp(start), pd.Timestamp(end) + pd.Timedelta(days=1), inclusive="left")
        if platform != ALL:
            kept &= posts["platform"] == platform
        part = replace(mine.data, frames={**mine.data.frames, "posts": posts[kept]})
        table = ratios(replace(mine, data=part), compare)
        if table.empty and not kept.all() and not ratios(mine, compare).empty:
            return _few(int(kept.sum()), len(posts)), None
        return forwarded(table, compare), compared(table, label=compare, data_kind=data_kind)

    return Panel(
        show,
        {"compare": list(CALLED), "platform": [ALL, *(platforms if len(platforms) > 1 else [])], "period": list(times)},
    )


def _few(n: int, total: int) -> str:
    """Say that a choice holds too little of what all posts tell."""
    needed = f"{FEWEST_POSTS} posts of a kind, in {FEWEST_WEEKS['contrast']} weeks that have others as well, are needed"
    return f"Too few to compare: {counted(n, 'post')} of {total:,} are of this choice; {needed}."
