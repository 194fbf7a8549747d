"""What does the main model of notebook 04 rest on, as statsmodels takes it?"""

from typing import Any

import pandas as pd

from helpers.claims import Verdict
from helpers.families.dialogue.analysis import replying
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, **choices: Any) -> pd.DataFrame:
    """Give the weeks of accounts behind the slope on replying, means of accounts and of weeks taken out.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on replying.
    **choices
        As in `analysis.replying`.

    Returns
    -------
    pandas.DataFrame
        The outcome as ``then``, ``share_answered``, and what is held fixed. Without rows where the verdict rests on no
        estimate over accounts.
    """
    if not rests_on(verdict):
        return pd.DataFrame({"then": [], "share_answered": []}, dtype="float64")
    return replying(data, **choices).centred()
