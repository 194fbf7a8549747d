"""What does the main model of notebook 01 rest on, as statsmodels takes it?"""

import numpy as np
import pandas as pd

from helpers.claims import Verdict
from helpers.families.account_size.analysis import column
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(
    data: Reduced, verdict: Verdict, *, outcome: str = "like_rate", definition: str = "mean of post rates"
) -> pd.DataFrame:
    """Give the accounts behind the slope of a rate within platforms.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on that slope.
    outcome, definition : str
        As in `analysis.fall`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: rate, ln_followers and platform; those of a platform where no size differs or nobody
        was liked tell nothing. Without rows where the verdict rests on no estimate over accounts.
    """
    accounts = data.frames["accounts"]
    names = {"rate": accounts[column(outcome, definition=definition)].astype(float), "size": accounts["followers"]}
    table = accounts[[]].assign(**names, platform=accounts["platform"].astype("object").fillna("unknown").astype("str"))
    table = table[table["rate"].notna() & (table["size"] > 0)] if rests_on(verdict) else table.iloc[:0]
    table = table.assign(ln_followers=np.log(table["size"].astype(float)))
    groups = table.groupby("platform")
    told = (groups["ln_followers"].transform("nunique") > 1) & (groups["rate"].transform("max") > 0)
    return table.loc[told, ["rate", "ln_followers", "platform"]].reset_index(drop=True)
