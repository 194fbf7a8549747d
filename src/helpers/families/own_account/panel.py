"""What follows from other choices in notebook 12, moved by hand?"""

from dataclasses import replace

import pandas as pd

from helpers.families.own_account.analysis import CALLED, Mine, forwarded, ratios
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
        In a batch all posts, by format.
    """
    posts, times = mine.data.frames["posts"], periods(mine.data.period)
    named = posts["platform"].dropna().astype(str) if "platform" in posts else pd.Series(dtype="str")
    platforms = sorted(named.unique())

    def show(*, compare: str, platform: str, period: str) -> tuple[str, Picture]:
        start, end = times[period]
        kept = pd.Series(data=True, index=posts.index)
        if period != ALL:
            kept &= posts["at"].between(pd.Timestamp(start), pd.Timestamp(end) + pd.Timedelta(days=1), inclusive="left")
        if platform != ALL:
            kept &= posts["platform"] == platform
        part = replace(mine.data, frames={**mine.data.frames, "posts": posts[kept]})
        table = ratios(replace(mine, data=part), compare)
        return forwarded(table, compare), compared(table, label=compare, data_kind=data_kind)

    return Panel(
        show,
        {"compare": list(CALLED), "platform": [ALL, *(platforms if len(platforms) > 1 else [])], "period": list(times)},
    )
