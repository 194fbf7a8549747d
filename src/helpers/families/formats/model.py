"""What does the main model of notebook 05 rest on, as statsmodels takes it?"""

import pandas as pd

from helpers.claims import Verdict
from helpers.families.formats.analysis import sides
from helpers.lessons import rests_on, two_sided
from helpers.measures import Reduced


def frame(data: Reduced, verdict: Verdict, *, per: str, counted: str) -> pd.DataFrame:
    """Give the accounts behind the comparison of video with stills, both sides of each in one row.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    verdict : Verdict
        The one on video.
    per, counted : str
        As in `analysis.sides`.

    Returns
    -------
    pandas.DataFrame
        As `lessons.two_sided` gives it. Without rows where the verdict rests on no estimate over accounts.
    """
    cells = sides(data, treated="video", control="still", per=per, counted=counted)
    cells = cells if rests_on(verdict) else cells.iloc[:0]
    return two_sided(cells, unit="account", treated="treated", total="total", exposure="exposure")
