"""What does the trend of notebook 12 rest on, as statsmodels takes it?"""

from typing import Any

import pandas as pd

from helpers.estimates import Estimate
from helpers.families.own_account.analysis import Mine, breaks, in_weeks, trends
from helpers.families.own_account.estimators import steps_within


def frame(mine: Mine) -> tuple[pd.DataFrame, Estimate | None]:
    """Give the weeks behind the trend of the first account that has one, and that trend.

    Parameters
    ----------
    mine : Mine
        From `analysis.at_hand`.

    Returns
    -------
    pandas.DataFrame
        One row for each week: ln_rate, quarters (weeks over 13), and for each change of the metric a step of 0 and 1.
        Without rows where no account has a trend.
    Estimate or None
        From `analysis.trends`.
    """
    found = {name: trend for name, trend in trends(mine).items() if trend and trend.is_finite}
    weeks, changed = in_weeks(mine), breaks(mine)
    name = next(iter(found), None)
    weeks = weeks[weeks["account"] == name]
    steps = changed.loc[changed["matters"], "at"]
    columns = {f"step_{place}": step for place, step in enumerate(steps_within(weeks, steps), start=1)}
    kept = weeks[["ln_rate"]].astype(float).assign(quarters=weeks["week"].astype(float) / 13, **columns)
    return kept.reset_index(drop=True), found.get(name) if name is not None else None


def errors(plain: Any, newey_west: Any) -> str:
    """Say what other software would print for the error of the trend.

    Parameters
    ----------
    plain, newey_west : results of statsmodels, or None
        The same model with two kinds of errors.

    Returns
    -------
    str
        One sentence; an empty text where nothing was fitted.
    """
    if plain is None or newey_west is None:
        return ""
    told = [f"{fit.bse['quarters']:.4f}" for fit in (plain, newey_west)]
    return f"Its standard error is {told[0]} by the plain formula and {told[1]} by that of Newey and West."
