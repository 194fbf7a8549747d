"""What does the main model of notebook 08 rest on, as statsmodels takes it?"""

import pandas as pd

from helpers.claims import Verdict
from helpers.families.audience.analysis import HELD, OUTCOMES
from helpers.lessons import rests_on
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, *, outcome: str, held: str) -> pd.DataFrame:
    """Give the accounts behind the comparison of those that follow more than they are followed with the others.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on over-following.
    outcome, held : str
        As in `analysis.compared`.

    Returns
    -------
    pandas.DataFrame
        One row for each account: rate, overfollowing, and what is held fixed, text for groups. Without rows where the
        verdict rests on no estimate over accounts.
    """
    rate, names = OUTCOMES[outcome], ["overfollowing", *HELD[held]]
    table = data.frames["accounts"].dropna(subset=list(dict.fromkeys([rate, "ln_followers", *names])))
    table = table if rests_on(verdict) else table.iloc[:0]
    kept = table[names].astype({name: "str" for name in names if not pd.api.types.is_numeric_dtype(table[name])})
    return kept.assign(rate=table[rate].astype(float)).reset_index(drop=True)
