"""How are pooled results told and judged?"""

from typing import TYPE_CHECKING

from helpers.base.words import number, percent
from helpers.claims import judge
from helpers.evidence.pooling import FEWEST

if TYPE_CHECKING:
    from helpers.claims import Claim, Verdict
    from helpers.evidence.pooling import Pooled

DECIDED = ("supported", "contradicted", "reproduced", "negligible")
"""How a verdict ends that takes a side, and so stands out among all that were tried."""


def judged(claim: "Claim", found: "Pooled | None", *, reason: str = "") -> "Verdict":
    """Judge a claim by the mean over datasets, with the rules for one dataset.

    Parameters
    ----------
    claim : Claim
        The claim.
    found : Pooled or None
        What its results come to; None where too few may be pooled.
    reason : str
        What else is to be said, as why results were left out.

    Returns
    -------
    Verdict
        `too little data` where nothing was pooled. Its units are datasets.
    """
    return judge(claim, found.mean if found else None, reason=reason, fewest=FEWEST)


def differences(found: "Pooled", *, unit: str = "") -> str:
    """Say in a sentence how much datasets differ by more than chance.

    Parameters
    ----------
    found : Pooled
        The pool.
    unit : str
        Of the results.

    Returns
    -------
    str
        The spread of the true effects with its interval, and the share of the variance that is more than chance.
    """
    scale = " on the ln scale" if found.scale == "ln" else ""
    unit = "" if scale else unit
    spread, low, high = (number(value, unit=unit) for value in (found.tau, found.tau_low, found.tau_high))
    more = f"{percent(found.share)} of the variance between the results is more than chance"
    if found.tau_low > 0:
        held = f"a standard deviation of {spread} ({low} to {high}){scale}"
        return f"The datasets differ by more than chance: true effects spread with {held}, and {more}."
    if found.tau_high == 0:
        return "The results lie closer together than chance alone usually leaves them: nothing speaks for differences."
    shown = f"the standard deviation of true effects is found to be {spread} and could be up to {high}{scale}"
    return f"That they differ by more than chance is not shown: {shown}{f'; {more}' if found.share else ''}."


def told(found: "Pooled", *, unit: str = "", tried: int = 0, stands_out: bool = False) -> str:
    """Tell a pool in plain sentences.

    Parameters
    ----------
    found : Pooled
        The pool.
    unit : str
        Of the results.
    tried : int
        How many pairs of claim and dataset were tried in all.
    stands_out : bool
        Whether its verdict takes a side; then the number tried is said beside it.

    Returns
    -------
    str
        The mean and its interval, where a further dataset would lie, how much they differ, what one alone does.
    """

    def written(value: float) -> str:
        return number(value, unit=unit)

    mean, many = found.mean, f"{found.mean.n_units:,} datasets"
    head = f"Mean of {many}: {written(mean.value)} ({written(mean.low)} to {written(mean.high)})"
    if found.further is None:
        head += "; where a further one would lie is not said, as its spread beyond chance is hardly known."
    else:
        low, high = map(written, found.further)
        head += f"; a further dataset of the same kind would lie between {low} and {high}."
    sentences = [head, differences(found, unit=unit)]
    if found.without:
        values = sorted(other.value for other in found.without.values())
        ends = f"{written(values[0])} and {written(values[-1])}"
        sentences.append(f"With any one of them left out the mean would lie between {ends}.")
    if stands_out and tried > 1:
        sentences.append(f"{tried:,} pairs of claim and dataset were tried: some stand out by chance.")
    return " ".join(sentences)


def takes_a_side(verdict: "Verdict") -> bool:
    """Say whether a verdict stands out among those that were tried."""
    return verdict.verdict.endswith(DECIDED)
