"""What does the main model of notebook 09 rest on, as statsmodels takes it?"""

import numpy as np
import pandas as pd

from helpers.claims import Verdict
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, *, outcome: str = "contributions_per_member") -> pd.DataFrame:
    """Give the communities behind a slope on size.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on that slope.
    outcome : str
        As in `analysis.slope`.

    Returns
    -------
    pandas.DataFrame
        One row for each community: each (the outcome) and ln_members. Without rows where the verdict rests on no
        estimate over communities.
    """
    table = data.frames["communities"]
    table = table[table[outcome].notna() & (table["members"] > 0)] if rests_on(verdict) else table.iloc[:0]
    columns = {"each": table[outcome].astype(float), "ln_members": np.log(table["members"].astype(float))}
    return pd.DataFrame(columns).reset_index(drop=True)
