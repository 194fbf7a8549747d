"""How are an estimate, a published figure and a verdict told in words?"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, listed
from helpers.claims.verdicts import VERDICTS, Verdict

if TYPE_CHECKING:
    pass
from helpers.base.words import number


def here(claim: Mapping[str, Any]) -> str:
    """Write this data's estimate with its 95% interval.

    Parameters
    ----------
    claim : mapping
        estimate, ci_low, ci_high and unit; numbers or None.

    Returns
    -------
    str
        An empty text when there is no estimate.

    Examples
    --------
    >>> here({"estimate": 0.31, "ci_low": 0.28, "ci_high": 0.34, "unit": "per ln follower"})
    '0.310 (0.280 to 0.340)'
    >>> here({"estimate": 141.0, "kind": "Q", "unit": "minutes a day"})
    '141 minutes a day'
    """
    value, low, high = claim.get("estimate"), claim.get("ci_low"), claim.get("ci_high")
    unit = claim.get("unit") or ""
    if value is None:
        return ""
    if claim.get("kind") == "Q" and low is None:  # a figure of somebody else's, who published no sample
        return number(value, unit=unit) + ("" if unit.endswith("(share)") else f" {unit}")
    interval = (
        "no interval" if low is None or high is None else f"{number(low, unit=unit)} to {number(high, unit=unit)}"
    )
    return f"{number(value, unit=unit)} ({interval})"


def published(claim: Mapping[str, Any], *, text: str = "") -> str:
    """Write the published figure: the registry's own words for it, else the number.

    Parameters
    ----------
    claim : mapping
        published and unit.
    text : str
        The registry's words, where there are any.

    Returns
    -------
    str
        An empty text when nothing was published.

    Examples
    --------
    >>> published({"published": 0.08, "unit": "likes per follower (share)"})
    '8%'
    """
    value = claim.get("published")
    if text or isinstance(value, str):
        return text or value
    digits = number(value, unit=claim.get("unit") or "")
    return re.sub(r"\.0+(?=%?$)|(\.\d*?)0+(?=%?$)", r"\1", digits)


WHERE = {"simulated": "In these simulated data", "user": "In your data"}
"""How a sentence on results begins, by kind of data."""

MEANING = {
    "supported": "which supports the claim",
    "contradicted": "against the claim",
    "negligible": "too little to matter",
    "inconclusive": "which leaves the claim open",
}
"""How a sentence on an effect ends, by its verdict."""


def tally(verdicts: Mapping[str, Verdict]) -> str:
    """Count verdicts in words.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    str
        One sentence with computed numbers, such as "Of 9 claims 5 are supported and 4 have no data."
    """
    counts = {name: sum(verdict.verdict == name for verdict in verdicts.values()) for name in VERDICTS}
    told = [f"{count} {_be_or_have(name, count)} {name}" for name, count in counts.items() if count]
    joined = " and ".join([listed(told[:-1]), told[-1]] if len(told) > 1 else told)
    return f"Of {counted(len(verdicts), 'claim')} {joined}."


def _be_or_have(verdict: str, count: int) -> str:
    """Give the verb that goes with a verdict: data are had, all else one is."""
    if verdict.endswith("data"):
        return "has" if count == 1 else "have"
    return "is" if count == 1 else "are"
