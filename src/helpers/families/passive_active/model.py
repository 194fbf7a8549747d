"""What does the main model of notebook 03 rest on, as statsmodels takes it?"""

import numpy as np
import pandas as pd

from helpers.claims import Verdict
from helpers.families.passive_active.estimators import PersonEffects
from helpers.lessons import rests_on


def frame(effects: PersonEffects | None, verdict: Verdict) -> pd.DataFrame:
    """Give the own slopes of persons, each with the weight of what is known of it.

    Parameters
    ----------
    effects : PersonEffects or None
        From `analysis.slopes_of`.
    verdict : Verdict
        The one on their mean.

    Returns
    -------
    pandas.DataFrame
        One row for each person: slope, and weight, one over the variance of true slopes and of the own error together.
        Without rows where the verdict rests on no estimate over persons.
    """
    if effects is None or not rests_on(verdict):
        return pd.DataFrame({"slope": [], "weight": []}, dtype="float64")
    weight = 1 / (np.asarray(effects.kept) * effects.variance + effects.variances)
    return pd.DataFrame({"slope": np.asarray(effects.effects), "weight": weight})
