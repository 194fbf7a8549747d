"""How are an estimate, a published figure, a verdict and an answer told in words?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from helpers.base.words import SHARE, counted, number
from helpers.claims.registry import Claim
from helpers.claims.verdicts import PLAIN, Verdict
from helpers.ground.scales import SCALES
from helpers.ground.telling import USUAL, Spanning, side

if TYPE_CHECKING:
    import pandas as pd

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


def technical(claim: Mapping[str, Any]) -> str:
    """Write this data's estimate as `here` does, with its unit behind it where its numbers do not show it."""
    return f"{here(claim)} {(claim.get('unit') or '').removesuffix(SHARE)}".strip() if here(claim) else ""


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


NOT_FOR_ALL = ", but not once all claims of the question are counted"
"""What a verdict is followed by that does not hold with an interval widened for their number."""


def answered(verdict: Verdict, *, data_kind: str = "user") -> str:
    """Answer a claim in one plain sentence that can be forwarded.

    Parameters
    ----------
    verdict : Verdict
        The claim with its verdict.
    data_kind : str, default "user"
        ``"simulated"`` stands with the units, as a sentence is copied without the page around it.

    Returns
    -------
    str
        The verdict in plain words, and what was found as the registry tells it (``told``), with its 95% interval and
        the number of units; where the data cannot tell, what they leave open; without an estimate the claim itself and
        the reason.
    """
    claim, found = verdict.claim, verdict.estimate
    # A quoted figure has a status of its own.
    plain = PLAIN.get(verdict.verdict, verdict.verdict) + NOT_FOR_ALL * (verdict.survives is False)
    said = f"{plain[0].upper()}{plain[1:]}: "
    if found is None or claim.kind == "Q":
        return f"{said}{claim.claim.rstrip('.')}{f' ({verdict.reason})' if verdict.reason else ''}."
    units = counted(found.n_units, f"{'simulated ' * (data_kind == 'simulated')}{claim.unit_of_analysis}")
    doubt = "; fragile: most other ways to analyse the data say otherwise" if is_fragile(verdict.robust_share) else ""
    words = claim.told or f"{claim.claim.rstrip('.')}: {usual_telling(claim.unit)}"
    against = f", where {published({'published': claim.published, 'unit': claim.unit})} was published"
    against = against if claim.kind == "V" else ""
    if verdict.verdict == "inconclusive":
        return _undecided(found, words, claim.unit, against=against, units=units, reason=verdict.reason)
    words, interval = told(found, words, claim.unit)
    words = f"hardly any difference; {words}" if claim.kind == "N" and verdict.verdict == "supported" else words
    return f"{said}{words}{against} (95% interval {interval}; {units}{doubt})."


def _undecided(found: "Estimate", words: str, unit: str, *, against: str, units: str, reason: str) -> str:
    """Say what the data cannot tell; the number that they happen to give stands behind it, and is no message.

    Where the interval lies on one side of 0 all the same, it is the reason that leaves the answer open.
    """
    before, value, after, interval = _around(found, words, unit)
    both = found.low < 0 < found.high
    because, fits = (f": {reason}" if reason and not both else ""), ", all of which would fit" if both else ""
    if (place := _place(words))[2] and (both or because):
        asked = f"whether {before}{place[2]} or {place[3]}{words[place.end() :]}{against}{because}"
        return f"The data cannot tell {asked} (95% interval {interval}{fits}; {value} here; {units})."
    asked = f"{before}anything from {interval}{after}{against}{because}"
    return f"The data cannot tell: {asked} (95% interval {interval}; {value} here; {units})."


FRAGILE = 0.5
"""A verdict that a smaller share of the ways to analyse gives is fragile: most other ways say something else."""


def is_fragile(share: float | None) -> bool:
    """Say whether most other ways to analyse the data give another verdict; not where none was tried."""
    return share is not None and share < FRAGILE


def doubted(verdicts: Mapping[str, Verdict]) -> str:
    """Say on how many claims most other ways to analyse the data give another verdict.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id, with their robust shares.

    Returns
    -------
    str
        What follows a sentence before its point, with a semicolon; an empty text where there are none.
    """
    n, of = sum(is_fragile(one.robust_share) for one in verdicts.values()), len(verdicts)
    which = "it is" if of == 1 else f"{n} of these {of} answers {'is' if n == 1 else 'are'}"
    return f"; {which} fragile: most other ways to analyse the data say otherwise" if n else ""


WHERE = {"simulated": "In these simulated data", "user": "In your data"}
"""How a sentence on results begins, by kind of data."""


_PLACE = re.compile(r"\{(\w+)(?::([^|}]*)\|([^}]*))?\}")
"""Where a number stands in what is told: its scale, and words for above and below."""


def usual_telling(unit: str) -> str:
    """Say how an estimate in a unit is told: as the longest beginning in `USUAL` has it, else as it is.

    Examples
    --------
    >>> usual_telling("ln ratio, all answered against none"), usual_telling("minutes a day")
    ('{change:more|less}', '{found} minutes a day')
    """
    known = [name for name in USUAL if unit == name or unit.startswith(f"{name}, ")]
    rest = "" if unit.endswith("(share)") else f" {unit}"
    return USUAL[max(known, key=len)] if known else f"{{found}}{rest}".rstrip()


def told(estimate: Spanning, words: str, unit: str = "") -> tuple[str, str]:
    """Tell an estimate in words, and its 95% interval on the same scale.

    Parameters
    ----------
    estimate : Spanning
        An estimate, or its value and the ends of its interval.
    words : str
        With one ``{scale}`` or ``{scale:above|below}``, a scale of `SCALES` and the words that say to which side.
    unit : str
        The claim's; a share is told in per cent where the scale is ``found``.

    Returns
    -------
    tuple of str
        The words, and the interval.

    Examples
    --------
    >>> from helpers.estimates import Estimate
    >>> slope = Estimate(0.154, 0.143, 0.165, 0.145, 0.163, 0.01, n_units=350)
    >>> told(slope, "with ten times the followers {tenfold:more|fewer} likes per follower")
    ('with ten times the followers 30% fewer likes per follower', '28% to 32% fewer')
    """
    before, said, after, interval = _around(estimate, words, unit)
    return f"{before}{said}{after}", interval


def _place(words: str) -> re.Match[str]:
    """Find where the number stands."""
    if (place := _PLACE.search(words)) is None:
        raise ValueError(f"no place for a number in: {words}")
    return place


def _around(estimate: Spanning, words: str, unit: str) -> tuple[str, str, str, str]:
    """Give the words before the number, the number, the words after it, and the interval."""
    place = _place(words)
    name, above, below = place[1], place[2] or "", place[3] or ""
    scale = SCALES[name]
    value, ends = scale.turn(estimate.value), sorted((scale.turn(estimate.low), scale.turn(estimate.high)))
    if below and ends[1] <= 0:
        ends = ends[::-1]  # the smaller change first
    every, plain = (value, *ends), [number(abs(end) if above else end, unit=unit) for end in (value, *ends)]
    written = zip(plain if name == "found" else scale.write(*every), every, strict=True)
    texts = [(text, side(text, end, above, below)) for text, end in written]
    said, low, high = (f"{text} {sided}".rstrip() for text, sided in texts)
    interval = (
        high
        if low == high and low.startswith("over ")
        else f"{texts[1][0].removesuffix(' times') if texts[1][1] == texts[2][1] else low} to {high}"
    )
    rest = words[place.end() :]  # times as many as, not more than
    return words[: place.start()], said, rest.replace(" than ", " as ", 1) if " times as " in said else rest, interval


def scale_told(claim: Claim) -> str:
    """Name the scale of `SCALES` on which a claim's estimate is told."""
    return _place(claim.told or usual_telling(claim.unit))[1]


def around(words: str) -> tuple[str, str]:
    """Take what is told apart: the place of the number, and the words with a gap for it.

    Examples
    --------
    >>> around("live broadcasts draw {change:more|fewer} comments")
    ('{change:more|fewer}', 'live broadcasts draw … comments')
    """
    return "".join(found[0] for found in [_PLACE.search(words)] if found), _PLACE.sub("…", words, count=1)


def plainly(estimate: "Estimate | None", claim: Claim, *, sign: str = "") -> str:
    """Tell an estimate as its claim is told, its 95% interval in brackets behind `sign`; a dash where there is none."""
    if estimate is None:
        return "–"
    words, interval = told(estimate, claim.told or usual_telling(claim.unit), claim.unit)
    return f"{words} ({sign}{interval})"


def number_told(words: str) -> str:
    """Give the place of a number in what is told, with its unit alone.

    Examples
    --------
    >>> number_told("they get {times} times the likes"), number_told("it draws {change:more|less} comments")
    ('{times} times', '{change:more|less}')
    """
    place, rest = around(words)
    unit = re.match(" (times|hours|minutes|of 100 pairs)", rest.partition("\u2026")[2])
    return place + (unit[0] if unit else "")


def bare(claim: Claim) -> Claim:
    """Give a claim whose estimate is told by its number and unit alone."""
    return replace(claim, told=number_told(claim.told or usual_telling(claim.unit)))


def table(verdicts: Mapping[str, Verdict]) -> "pd.DataFrame":
    """Lay verdicts out for reading.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        One row for each claim by its words, as text: published, here (as the claim is told, with its 95% interval), n
        (accounts or persons), verdict, and the estimate itself with its unit under technical.
    """
    import pandas as pd

    rows = [
        (
            one.claim.published_text,
            plainly(one.estimate, one.claim),
            f"{one.estimate.n_units:,}" if one.estimate else "–",
            one.verdict + (f" ({one.reason})" if one.reason else ""),
            technical(one.row(data_name="", data_kind="", n_rows=None)) or "–",
        )
        for one in verdicts.values()
    ]
    words = pd.Index([one.claim.claim for one in verdicts.values()], name="claim")
    columns = ["published", "here (95% interval)", "n", "verdict", "technical"]
    return pd.DataFrame(rows, index=words, columns=columns)


LEADING = 2
"""Claims of a notebook that are told one by one; a sentence on all of them follows."""


def say(verdicts: Mapping[str, Verdict], *, leads: Sequence[str] = (), data_kind: str) -> str:
    """Say in at most three sentences what came out.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id, in the registry's order.
    leads : sequence of str
        The claims that come first, where it is not the registry's first ones.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    str
        The answers to the first two claims that could be estimated, then how many claims have which.
    """
    where = WHERE[data_kind]
    ordered = [verdicts[claim_id] for claim_id in dict.fromkeys([*leads, *verdicts]) if claim_id in verdicts]
    first = [one for one in ordered if one.estimate][:LEADING]
    if not first:
        why = next((one.reason for one in ordered if one.reason), "")
        return f"{where} none of these claims can be tested{f': {why}' if why else ''}."
    sentences = [answered(one, data_kind=data_kind) for one in first]
    told, unsure = sentences[0], sentences[0].removeprefix("The data ")
    sentences[0] = f"{where}, {told[0].lower()}{told[1:]}" if told == unsure else f"{where[3:].capitalize()} {unsure}"
    return " ".join(sentences + ([tally(verdicts, data_kind=data_kind)] if len(ordered) > len(first) else []))


def tally(verdicts: Mapping[str, Verdict], *, data_kind: str = "user") -> str:
    """Count verdicts in plain words.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.
    data_kind : str, default "user"
        ``"simulated"`` is said.

    Returns
    -------
    str
        One sentence with computed numbers, such as "Of 9 claims the answer is “yes” to 5 and “not in these data” to 4."
    """
    found = [verdict.verdict for verdict in verdicts.values()]
    of = f"{counted(len(found), 'claim')}{' put to simulated data' * (data_kind == 'simulated')}"
    parts = [f"“{PLAIN[name]}” to {found.count(name)}" for name in PLAIN if name in found]
    if len(parts) == 1:
        return f"To all {of} the answer is “{PLAIN[found[0]]}”."
    joined = " and ".join([", ".join(parts[:-1]), parts[-1]])
    return f"Of {of} the answer is {joined}."
