"""What does the main model of notebook 13 rest on, as statsmodels takes it?"""

import pandas as pd

from helpers.claims import Verdict
from helpers.families.trends.analysis import own_changes
from helpers.lessons import rests_on
from helpers.measures import Reduced

COLUMNS = ("change", "owner")


def frame(data: Reduced, verdict: Verdict, *, block: str) -> pd.DataFrame:
    """Give the yearly changes behind the verdict on video.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on video.
    block : str
        As in `analysis.own_changes`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: its change in a year, and owner. Without rows where the verdict rests on no estimate
        over accounts.
    """
    if not rests_on(verdict):
        return pd.DataFrame(columns=list(COLUMNS))
    return own_changes(data.frames["weeks"], share="video", block=block)[list(COLUMNS)].reset_index(drop=True)
