"""What would it take to undo a result? Sentences on error in followers and on hidden causes."""

import math
from typing import TYPE_CHECKING

from helpers.base.words import counted, percent
from helpers.doubts.errors import error_needed
from helpers.doubts.hidden import robustness_value
from helpers.doubts.threats import off, plausible_error, spread_of_sizes

if TYPE_CHECKING:
    import pandas as pd

    from helpers.doubts.hidden import Twin
    from helpers.estimates import Estimate


def told_error(name: str, estimate: "Estimate", accounts: "pd.DataFrame", *, mechanical: float = 1.0) -> str:
    """Say in a sentence how much error in followers would explain a fall away, and how much is plausible.

    Parameters
    ----------
    name : str
        What falls, as the sentence's subject.
    estimate, accounts, mechanical
        As in `of_error`.

    Returns
    -------
    str
        Plain text.
    """
    needed = error_needed(estimate.value, variance=spread_of_sizes(accounts), mechanical=mechanical)
    error, why = plausible_error(accounts)
    if needed != needed:
        so_much = "a rise" if estimate.value <= 0 else "so much"
        return f"{name}: no error in follower counts would give {so_much}."
    return (
        f"{name}: follower counts would have to be off by {off(needed)} to give this alone; off by "
        f"{percent(math.expm1(error))} is plausible, as {why}."
    )


def told_strength(name: str, twin: "Twin | None", *, by: str) -> str:
    """Say in a sentence how strong a hidden cause must be to undo a difference between accounts.

    Parameters
    ----------
    name : str
        What was compared, as the sentence's subject.
    twin : Twin or None
        From `estimates.linear_twin`.
    by : str
        By what accounts differ.

    Returns
    -------
    str
        Plain text, the quantity named as one of least squares.
    """
    if twin is None:
        return f"{name}: too few accounts to say how strong a hidden cause must be."
    slope, interval = (robustness_value(twin.t, twin.freedom, level=level) for level in (None, 0.95))
    zeros = f"; {counted(twin.left_out, 'account')} at 0 left out" if twin.left_out else ""
    value = f"{twin.value:+.2f}".replace("-", "\N{MINUS SIGN}")
    return (
        f"{name}: a hidden cause that explains less than {percent(slope)} of what is left of the spread of both ln"
        f" rates and {by} cannot bring the difference to 0, nor one below {percent(interval)} its 95% interval"
        f" (robustness value of least squares on ln rates, {value}{zeros})."
    )
