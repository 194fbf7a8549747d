"""What does the main model of notebook 07 rest on, as statsmodels takes it?"""

from typing import Any

import pandas as pd

from helpers.claims import Verdict
from helpers.families.comment_quality.analysis import substance
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, **choices: Any) -> pd.DataFrame:
    """Give the weeks of accounts behind the slope on substance, means of accounts and of weeks taken out.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on substantive comments.
    **choices
        As in `analysis.substance`.

    Returns
    -------
    pandas.DataFrame
        The outcome as ``then``, ``share``, and what is held fixed. Without rows where the verdict rests on no estimate
        over accounts.
    """
    if not rests_on(verdict):
        return pd.DataFrame({"then": [], "share": []}, dtype="float64")
    return substance(data, **choices).centred()
