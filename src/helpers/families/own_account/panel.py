"""What follows from other choices in notebook 12, moved by hand?"""

from dataclasses import replace

import pandas as pd

from helpers.base.words import counted
from helpers.claims.own_account import FEWEST_WEEKS
from helpers.families.own_account.analysis import CALLED, FEWEST_POSTS, Mine, forwarded, ratios
from helpers.families.own_account.pictures import compared
from helpers.lessons import ALL, Panel, periods
from helpers.plots import Picture

FIRST = "video"
"""What is compared where nobody chooses: all else is on the page already."""

NAMED = {"caption": "length of the caption", "video": "length of the video", "hour": "part of the day"}
"""What is compared, where it is called otherwise."""


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
        In a batch the length of videos, of all posts; what else can be compared has its picture on the page.
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
        picture = None if table.empty else compared(table, label=NAMED.get(compare, compare), data_kind=data_kind)
        return forwarded(table, compare), picture

    first = sorted(CALLED, key=lambda by: by != FIRST)
    return Panel(
        show,
        {"compare": first, "platform": [ALL, *(platforms if len(platforms) > 1 else [])], "period": list(times)},
    )


def _few(n: int, total: int) -> str:
    """Say that a choice holds too little of what all posts tell."""
    needed = f"{FEWEST_POSTS} posts of a kind, in {FEWEST_WEEKS['contrast']} weeks that have others as well, are needed"
    return f"Too few to compare: {counted(n, 'post')} of {total:,} are of this choice; {needed}."
