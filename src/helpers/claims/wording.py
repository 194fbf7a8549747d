"""How are an estimate, a published figure, a verdict and an answer told in words?"""

import math
import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, listed, number
from helpers.claims.verdicts import PLAIN, VERDICTS, Verdict

if TYPE_CHECKING:
    from helpers.estimates import Estimate


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
    value: Any = claim.get("published")
    if text or isinstance(value, str):
        return text or value
    digits = number(value, unit=claim.get("unit") or "")
    return re.sub(r"\.0+(?=%?$)|(\.\d*?)0+(?=%?$)", r"\1", digits)


def answered(verdict: Verdict) -> str:
    """Answer a claim in one plain sentence that can be forwarded.

    Parameters
    ----------
    verdict : Verdict
        The claim with its verdict.

    Returns
    -------
    str
        The verdict in plain words, the claim, and what was found with its unit and how sure it is.
    """
    claim, found = verdict.claim, verdict.estimate
    plain = PLAIN.get(verdict.verdict, verdict.verdict)  # a quoted figure has a status of its own
    said = f"{plain[0].upper()}{plain[1:]}: {claim.claim.rstrip('.')}"
    if found is None or claim.kind == "Q":
        return f"{said} ({verdict.reason})." if verdict.reason else f"{said}."
    return f"{said}: {in_words(found, claim.unit)}, from {counted(found.n_units, claim.unit_of_analysis)}."


def in_words(found: "Estimate", unit: str) -> str:
    """Write an estimate with its interval and its unit for readers who are no statisticians.

    Parameters
    ----------
    found : Estimate
        The estimate.
    unit : str
        A claim's; a ln ratio is told as a ratio, the spread of relative engagement in per cent of what is usual.

    Returns
    -------
    str
        As part of a sentence.

    Examples
    --------
    >>> from helpers.estimates import Estimate
    >>> in_words(Estimate(0.47, 0.18, 0.74, 0.23, 0.70, 0.01, n_units=52), "ln ratio")
    'a ratio of 1.60 (1.20 to 2.10; 1 is no difference)'
    """
    name, _, of = unit.partition(", ")
    if name == "ln ratio":
        told = told_on("times", found)
        rest = "" if of in ("", "sign turned") else f", {of}"
        return f"a ratio of {told.value:.2f} ({told.low:.2f} to {told.high:.2f}; 1 is no difference){rest}"
    if name == "standard deviation":
        return f"a spread of {spanned(found, '.0%')} of what is usual"
    numbers = here({"estimate": found.value, "ci_low": found.low, "ci_high": found.high, "unit": unit})
    if name == "slope":
        return f"slope {numbers}" + ("" if of in ("", "sign turned") else f", {of}")
    return numbers if unit.endswith("(share)") else f"{numbers} {unit}"


WHERE = {"simulated": "In these simulated data", "user": "In your data"}
"""How a sentence on results begins, by kind of data."""

MEANING = {
    "supported": "which supports the claim",
    "direction supported": "in the claimed direction, perhaps too little to matter",
    "contradicted": "against the claim",
    "direction contradicted": "rather against the claim",
    "negligible": "too little to matter",
    "inconclusive": "which leaves the claim open",
}
"""How a sentence on an effect ends, by its verdict."""


@dataclass(frozen=True)
class Told:
    """An estimate on the scale on which it is told, for the phrases of a `Sentence`.

    In a phrase ``{change:+.0%}`` writes the number with its 95% interval, ``{change.value:+.0%}``,
    ``{change.low:+.0%}`` and ``{change.high:+.0%}`` one of them, ``{change.size:.0%}`` the number without its sign, and
    ``{change:more|less}`` a word for its sign.

    Parameters
    ----------
    value, low, high : float
        The number and the ends of its interval, the lower one first.
    """

    value: float
    low: float
    high: float

    @property
    def size(self) -> float:
        """The number without its sign."""
        return abs(self.value)

    def __format__(self, spec: str) -> str:
        if "|" in spec:
            above, below = spec.split("|")
            return above if self.value > 0 else below
        return f"{self.value:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


def _ratio(ln_ratio: float) -> float:
    return math.exp(ln_ratio) if ln_ratio < 700 else math.inf


def _change(ln_ratio: float) -> float:
    return math.expm1(ln_ratio) if ln_ratio < 700 else math.inf


SCALES: Mapping[str, Callable[[float], float]] = {
    "found": float,
    "change": _change,
    "fall": lambda x: _change(-x),
    "times": _ratio,
    "tenfold": lambda x: _change(-x * math.log(10)),
    "tenth": lambda x: _change(x * math.log(10)),
    "points": lambda x: 100 * x,
    "share": lambda x: x + 0.5,
    "many": lambda x: x + 0.25,
}
"""How an estimate is told: as it is; a ln ratio as a relative change, turned to the other side, or as a ratio; the fall
of a ln rate with ln size as the change of what is ten times as large, or a tenth as large; a fraction in per cent
points; a share that was estimated less one half, or less one quarter."""


def told_on(scale: str, estimate: "Estimate") -> Told:
    """Give an estimate and its interval on one of `SCALES`.

    Examples
    --------
    >>> from helpers.estimates import Estimate
    >>> f"{told_on('change', Estimate(0.1, 0.0, 0.2, 0.0, 0.2, 0.05, n_units=40)):+.0%}"
    '+11% (+0% to +22%)'
    """
    turn = SCALES[scale]
    low, high = sorted((turn(estimate.low), turn(estimate.high)))
    return Told(turn(estimate.value), low, high)


def spanned(estimate: "Estimate | None", spec: str = ".3f", *, scale: str = "found") -> str:
    """Write an estimate with its 95% interval; a dash where there is none.

    Parameters
    ----------
    estimate : Estimate or None
        The estimate.
    spec : str
        How its numbers are written, as in a format string.
    scale : str
        One of `SCALES`.

    Returns
    -------
    str
        With a true minus sign.
    """
    if estimate is None or not estimate.is_finite:
        return "–"
    return format(told_on(scale, estimate), spec).replace("-", "\N{MINUS SIGN}")


def changed(estimate: "Estimate | None") -> str:
    """Write a ln ratio as a change in per cent with its 95% interval; a dash where there is none."""
    return spanned(estimate, "+.0%", scale="change")


class _Writer(string.Formatter):
    """Writes as `str.format` does, with the minus sign that is wanted before numbers."""

    def __init__(self, minus: str) -> None:
        self.minus = minus

    def format_field(self, value: Any, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        return text.replace("-", self.minus) if isinstance(value, float | Told) else text


@dataclass(frozen=True)
class Sentence:
    """A sentence of an answer, and what it says of each of its claims.

    Parameters
    ----------
    text : str
        The sentence: ``{where}`` is one of `WHERE`, ``{told}`` what is said of the claims that could be estimated.
    claims : mapping of str to str
        By claim id its phrase: words, and numbers on any of `SCALES`, written as `Told` explains.
    each : str
        What every phrase is set into: ``{phrase}``, ``{verdict}``, ``{meaning}`` (one of `MEANING`), ``{caution}``,
        ``{unit}`` of the claim, ``{units}`` (as "40 accounts") and the numbers.
    joined : str
        What stands between phrases.
    caution : str
        Added where a claim is supported.
    otherwise : str
        Said instead where no claim could be estimated, with ``{verdict}`` and ``{reason}`` of the first.
    lost : str
        Said after it where some could not be: ``{n}`` of ``{all}``, or their ``{names}``, the words before the first
        number of their phrases.
    between_names : str
        What stands between names.
    minus : str
        Stands before numbers below 0.
    """

    text: str
    claims: Mapping[str, str]
    each: str = "{phrase}"
    joined: str = "; "
    caution: str = ""
    otherwise: str = ""
    lost: str = ""
    between_names: str = ", "
    minus: str = "\N{MINUS SIGN}"

    def written(self, verdicts: Mapping[str, Verdict], *, where: str) -> str:
        """Write the sentence; an empty text where there is nothing to say."""
        asked = [verdicts[claim_id] for claim_id in self.claims]
        told = [self._told(one, one.estimate) for one in asked if one.estimate]
        lost = [one for one in asked if not one.estimate]
        if told:
            said = self.text.format(where=where, told=self.joined.join(told))
        else:
            said = self.otherwise.format(where=where, verdict=lost[0].verdict, reason=lost[0].reason)
        names = self.between_names.join(self.claims[one.claim.id].partition(" {")[0] for one in lost)
        left = self.lost.format(names=names, n=len(lost), all=len(self.claims)) if lost else ""
        return " ".join(filter(None, (said, left)))

    def _told(self, verdict: Verdict, found: "Estimate") -> str:
        claim, writer = verdict.claim, _Writer(self.minus)
        words = {
            **{scale: told_on(scale, found) for scale in SCALES},
            "verdict": verdict.verdict,
            "meaning": MEANING.get(verdict.verdict, ""),
            "caution": self.caution if verdict.verdict == "supported" else "",
            "unit": claim.unit.removesuffix(", difference"),
            "units": counted(found.n_units, claim.unit_of_analysis),
        }
        phrase = writer.format(self.claims[claim.id], **words)
        return writer.format(self.each, phrase=phrase, **words)


Phrases = Sequence[Sentence | Callable[[Mapping[str, Verdict]], str]]
"""What a family says of its claims: sentences, and functions of the verdicts such as `tally`."""


def say(phrases: Phrases, verdicts: Mapping[str, Verdict], *, data_kind: str) -> str:
    """Say in a few sentences what came out.

    Parameters
    ----------
    phrases : sequence of Sentence or callable
        What is said, in its order.
    verdicts : mapping of str to Verdict
        By claim id.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    str
        Plain words with computed numbers.
    """
    where = WHERE[data_kind]
    told = [one.written(verdicts, where=where) if isinstance(one, Sentence) else one(verdicts) for one in phrases]
    return " ".join(filter(None, told)) or f"{where} none of these claims can be tested."


def came_back(verdicts: Mapping[str, Verdict], *, of: Callable[[int], str]) -> str:
    """Say how many published values were reproduced, of those that could be tested.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    of : callable
        Called with their number; names so many of them.

    Returns
    -------
    str
        One sentence; an empty text where none could be tested.
    """
    tested = [verdict.verdict for verdict in verdicts.values() if verdict.claim.kind == "V" and verdict.estimate]
    met = tested.count("reproduced") or "none"
    return f"Of {of(len(tested))} that could be tested, {met} came back." if tested else ""


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
