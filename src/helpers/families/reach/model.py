"""What does the main model of notebook 10 rest on, as statsmodels takes it?"""

import pandas as pd

from helpers.claims import Verdict
from helpers.families.reach.analysis import GROUPS, account_correlations
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, *, measures: str, fewest_posts: int) -> pd.DataFrame:
    """Give each account's own rank correlation of reach measures with conversions.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on reach and behaviour.
    measures : str
        One of `analysis.GROUPS`.
    fewest_posts : int
        As in `analysis.account_correlations`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: correlation, the mean over measures. Without rows where the verdict rests on no
        estimate over accounts.
    """
    if not rests_on(verdict):
        return pd.DataFrame({"correlation": []}, dtype="float64")
    chosen = GROUPS[measures]
    own = account_correlations(
        data.frames["ranks"], behaviour="conversions", measures=chosen, fewest_posts=fewest_posts
    ).mean(axis=1)
    return pd.DataFrame({"correlation": own.astype(float)}).reset_index(drop=True)
