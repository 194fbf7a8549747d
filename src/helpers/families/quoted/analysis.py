"""Does a quoted figure stand up? Its source, its arithmetic, and an interval where the sample is known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.base.words import SHARE, number
from helpers.claims import STATUSES, Claim, Verdict, documents, registry, sums, untestable
from helpers.claims.published import ADDRESSES, PROVENANCE
from helpers.claims.record import record as record_of
from helpers.estimates import Estimate, wilson

if TYPE_CHECKING:
    from helpers.claims import Record
    from helpers.reading.dataset import Dataset


RELATIONS = {
    "source": "the named source",
    "origin": "whoever first gave it",
    "parts": "whoever first gave it, in parts",
    "other": "another publisher",
    "nearest": "the nearest there is",
    "none": "nowhere",
}
"""Whose figure was found."""

ELSEWHERE = "seen at a source that the document does not name"
"""How a figure came to us that was read at whoever found it, where the document names somebody else."""

WAYS = [PROVENANCE["seen"], ELSEWHERE, PROVENANCE["reported"], PROVENANCE["document only"]]
"""How a quoted figure came to us, in words and in order."""

TOLERANCE = 0.01
"""Figures this close, relative to the quoted one, count as the same: they are quoted with two or three digits."""


@dataclass(frozen=True)
class Evidence:
    """What was found for a quoted figure; the fields are explained at the top of ``data/claims.toml``.

    Parameters
    ----------
    label : str
        A few words for pictures.
    said_by : str
        Who the document says found the figure; empty when it names nobody.
    relation : str
        One of `RELATIONS`.
    found : str
        What was found, in words.
    figure : float or None
        The figure found, in the claim's unit; none where there is no comparable one.
    n : int or None
        Persons, brands or other units behind it, where known.
    passing : bool
        Whether the address may not last.
    """

    label: str
    said_by: str
    relation: str
    found: str
    address: str
    provenance: str
    found_by: str = ""
    figure: float | None = None
    n: int | None = None
    n_text: str = ""
    difference: str = ""
    reading: str = ""
    passing: bool = False

    @property
    def way(self) -> str:
        """How it came to us, in words; who is read, and is not whom the document names, is not the named source."""
        publisher = self.found_by.partition(" ")[0].rstrip(",")
        elsewhere = self.provenance == "seen" and publisher not in self.said_by
        return ELSEWHERE if elsewhere else PROVENANCE[self.provenance]


def evidence(claim: Claim) -> Evidence:
    """Read a quoted figure's evidence from the registry; a figure that arithmetic gives is computed here.

    Parameters
    ----------
    claim : Claim
        Of kind Q.

    Returns
    -------
    Evidence
        What was found.

    Raises
    ------
    ValueError
        If the relation is unknown.
    """
    told = dict(claim.given("quoted"))
    if (name := told.pop("sum", None)) is not None:
        told["figure"] = quotient(next(entry for entry in sums() if entry["id"] == name))
    if told["relation"] not in RELATIONS:
        raise ValueError(f"{claim.id}: relation '{told['relation']}' is unknown; allowed: {', '.join(RELATIONS)}")
    return Evidence(**told)


def quotient(entry: Mapping[str, Any]) -> float:
    """Work out a sum of the registry: the product of its times, or the sum of its plus, over the product of its over.

    Parameters
    ----------
    entry : mapping
        With ``times`` or ``plus``, and ``over``, each a mapping of names to numbers.

    Returns
    -------
    float
        The result.

    Examples
    --------
    >>> round(quotient({"times": {"users": 14_800_000}, "over": {"share": 0.81}}))
    18271605
    """
    above = sum(entry["plus"].values()) if "plus" in entry else math.prod(entry["times"].values())
    return above / math.prod(entry["over"].values())


def status(claim: Claim, *, tolerance: float = TOLERANCE) -> str:
    """Give a quoted figure's status by the rules, fixed before it was looked for.

    `document only`: nobody is named, and the figure was found nowhere. `not found`: somebody is named, and the figure
    was not found there. `misattributed`: somebody else has it. `confirmed`: the named source, or whoever first gave the
    figure, has it within the tolerance; `confirmed with a difference`: the same, but the figure differs by more or is
    no number, or is there in parts only, or the year, the people or the meaning differs.

    Parameters
    ----------
    claim : Claim
        Of kind Q.
    tolerance : float, default 0.01
        Largest relative difference that still counts as the same figure.

    Returns
    -------
    str
        One of `claims.STATUSES`.
    """
    seen, quoted = evidence(claim), claim.published
    if seen.relation in ("nearest", "none"):
        return "not found" if seen.said_by else "document only"
    if seen.relation == "other":
        return "misattributed"
    differs = quoted is not None and (seen.figure is None or abs(seen.figure / quoted - 1) > tolerance)
    return "confirmed with a difference" if differs or seen.difference or seen.relation == "parts" else "confirmed"


def statuses(
    claims: Sequence[Claim], *, tolerance: float = TOLERANCE, design_effect: float = 1.0
) -> dict[str, Verdict]:
    """Give each quoted figure its status, with the figure found and its interval where the sample is known.

    Parameters
    ----------
    claims : sequence of Claim
        Of kind Q.
    tolerance, design_effect : float
        As in `status` and `estimates.wilson`.

    Returns
    -------
    dict of str to Verdict
        By claim id. There is an estimate only where the very figure was found or follows by arithmetic; the nearest
        figure to one that was not found stands in the reason.
    """
    verdicts = {}
    for claim in claims:
        word = status(claim, tolerance=tolerance)
        verdicts[claim.id] = Verdict(claim, word, _estimate(claim, design_effect), _reason(claim))
    return verdicts


def settled() -> dict[str, Verdict]:
    """Give every quoted figure its status; no data of a user's play a part in it."""
    return statuses([claim for claim in registry().values() if claim.kind == "Q"])


def _estimate(claim: Claim, design_effect: float) -> Estimate | None:
    seen = evidence(claim)
    if seen.figure is None or seen.relation == "nearest":
        return None
    nothing = math.nan
    low, high, low_90, high_90 = nothing, nothing, nothing, nothing
    if seen.n and claim.unit.endswith(SHARE):
        low, high = wilson(seen.figure, n=seen.n, design_effect=design_effect)
        low_90, high_90 = wilson(seen.figure, n=seen.n, level=0.90, design_effect=design_effect)
    return Estimate(seen.figure, low, high, low_90, high_90, nothing, seen.n or 0, method="Wilson's interval")


def _reason(claim: Claim) -> str:
    seen = evidence(claim)
    if seen.relation == "nearest":
        return f"nearest: {seen.found} ({seen.found_by})"
    if seen.relation == "none":
        return seen.found
    return seen.difference


def record(verdicts: Mapping[str, Verdict], *, dataset: "Dataset", answer: str) -> "Record":
    """Put together what the notebook hands to its run.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.
    dataset : Dataset
        The data of the run; no status rests on them.
    answer : str
        The result in a sentence.

    Returns
    -------
    Record
        With the persons or brands behind a figure as units where they are known, and no rows of data.
    """
    made = record_of("11-quoted-figures", dataset=dataset, verdicts=verdicts, answer=answer)
    units = [evidence(verdict.claim).n for verdict in verdicts.values()]
    return replace(made, claims=[{**row, "n_units": n} for row, n in zip(made.claims, units, strict=True)])


def told(claim: Claim, value: float | None) -> str:
    """Write a figure in the claim's unit, as a reader would: 77%, 14.8 million, 141.

    Parameters
    ----------
    claim : Claim
        For its unit.
    value : float or None
        The figure.

    Returns
    -------
    str
        A dash where there is none.
    """
    if value is None:
        return "–"
    return number(value, unit=claim.unit) if claim.unit.endswith(SHARE) else spoken(value)


def spoken(value: float) -> str:
    """Write a number with three digits, and millions and billions in words.

    Examples
    --------
    >>> spoken(14_800_000), spoken(8.2e9), spoken(231.48), spoken(12.5)
    ('14.8 million', '8.2 billion', '231', '12.5')
    """
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def overview(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Lay the quoted figures out for reading: who is named, what was found, and the status.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.

    Returns
    -------
    pandas.DataFrame
        One row for each figure, as text.
    """
    rows = []
    for verdict in verdicts.values():
        claim, seen = verdict.claim, evidence(verdict.claim)
        said, way = seen.said_by or "nobody", seen.way
        name = f"{seen.label[:1].upper()}{seen.label[1:]}"
        rows.append((name, claim.document, claim.published_text, said, verdict.verdict, way))
    columns = ["figure", "document", "quoted", "said to be from", "status", "what was found is"]
    return pd.DataFrame(rows, columns=columns).set_index("figure")


def sources(verdicts: Mapping[str, Verdict]) -> str:
    """Tell what was found for each figure, with its address, its sample and what a reader should know.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.

    Returns
    -------
    str
        A list in Markdown, one item for each figure.
    """
    return "\n".join(_source(evidence(verdict.claim)) for verdict in verdicts.values())


def kept(seen: Evidence) -> str:
    """Say whether a reader can count on the address: ``"not kept"``, ``"passing"``, or nothing where it can be."""
    return "" if seen.address and not seen.passing else "passing" if seen.address else "not kept"


def _source(seen: Evidence) -> str:
    said = f" From {seen.found_by}" if seen.found_by else ""
    said = f" From [{seen.found_by}]({seen.address})" if seen.address else said
    how = f"{seen.way}{ADDRESSES[kept(seen)] if kept(seen) else ''}"
    lines = [f"{said}, {how}." if said else f"{how[:1].upper()}{how[1:]}."]
    lines += [f"Sample: {seen.n_text}." if seen.n_text else ""]
    lines += [f"*Difference: {seen.difference}.*" if seen.difference else "", seen.reading]
    rest = " ".join(line.strip() for line in lines if line)
    return f"- **{seen.label[:1].upper()}{seen.label[1:]}**: {seen.found}. {rest}".rstrip()


def worked_sums() -> pd.DataFrame:
    """Work out the arithmetic of the documents' figures.

    Returns
    -------
    pandas.DataFrame
        The question, the sum, its result and what it tells, as text.
    """
    rows = []
    for entry in sums():
        signs = (" + ", entry["plus"]) if "plus" in entry else (" × ", entry["times"])
        times = signs[0].join(map(_term, signs[1].values()))
        sum_told = " ÷ ".join([times, *map(_term, entry["over"].values())])
        unit = entry["unit"]
        result = number(quotient(entry), unit=SHARE) if unit == "share" else f"{spoken(quotient(entry))} {unit}"
        result = f"a factor of {spoken(quotient(entry))}" if unit == "factor" else result
        rows.append((entry["asks"], sum_told, result, entry["reading"]))
    return pd.DataFrame(rows, columns=["question", "sum", "result", "what it tells"]).set_index("question")


def _term(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def compared(verdicts: Mapping[str, Verdict], *, design_effect: float = 1.0) -> pd.DataFrame:
    """Set each figure found against the quoted one, as a ratio.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.
    design_effect : float
        As in `estimates.wilson`.

    Returns
    -------
    pandas.DataFrame
        Columns label (both figures in words), ratio, low, high, relation and provenance; one row for each figure with a
        number on both sides. low and high are missing where no sample is known or the figure is no share.
    """
    rows = []
    for claim in (verdict.claim for verdict in verdicts.values()):
        seen = evidence(claim)
        if claim.published is None or seen.figure is None:
            continue
        estimate = _estimate(claim, design_effect)
        ends = (estimate.low, estimate.high) if estimate else (math.nan, math.nan)
        words = f"{seen.label}: {claim.published_text}, found {told(claim, seen.figure)}"
        ratios = [end / claim.published for end in (seen.figure, *ends)]
        rows.append((words, *ratios, seen.relation, seen.way))
    frame = pd.DataFrame(rows, columns=["label", "ratio", "low", "high", "relation", "provenance"])
    return frame.sort_values("ratio", ignore_index=True)


def copied(verdicts: Mapping[str, Verdict], *, tolerance: float = TOLERANCE) -> str:
    """Say how often a number itself was copied correctly.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.
    tolerance : float, default 0.01
        As in `status`.

    Returns
    -------
    str
        One sentence with computed numbers.
    """
    table = compared(verdicts)
    direct = table[table["relation"].isin(["source", "origin"])]
    same = int(((direct["ratio"] - 1).abs() <= tolerance).sum())
    seen = int((direct["provenance"] == PROVENANCE["seen"]).sum())
    words = sum(verdict.verdict == "confirmed with a difference" for verdict in verdicts.values())
    return (
        f"Of the {len(direct)} numbers that could be held against what their source is said to have, {same} were "
        f"copied as they stand there, to within {tolerance:.2g} of the figure; {seen} of the {len(direct)} could be "
        f"seen at the source itself. Over all figures, with a number or in words, {words} were confirmed with a "
        "difference."
    )


def by_document(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Count the statuses in each document.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.

    Returns
    -------
    pandas.DataFrame
        One row for each document with quoted figures, one column for each status there is.
    """
    titles = documents()
    names = [f"{v.claim.document} {titles[v.claim.document]}" for v in verdicts.values()]
    words = [verdict.verdict for verdict in verdicts.values()]
    counts = pd.crosstab(pd.Series(names, name="document"), pd.Series(words, name="status"))
    return counts[[word for word in STATUSES if word in counts]]


def how_many_stand(verdicts: Mapping[str, Verdict]) -> str:
    """Say in three sentences how many figures stand up, and how many of those were seen where they are said to stand.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.

    Returns
    -------
    str
        Plain words with computed numbers.
    """
    words = [verdict.verdict for verdict in verdicts.values()]
    counts = {word: words.count(word) for word in STATUSES}
    exact, near = counts["confirmed"], counts["confirmed with a difference"]
    whole = [verdict for verdict in verdicts.values() if verdict.verdict == "confirmed"]
    seen = sum(evidence(verdict.claim).way == PROVENANCE["seen"] for verdict in whole)
    rest = [f"{n} {word}" for word, n in counts.items() if n and not word.startswith("confirmed")]
    return (
        f"Of {len(words)} quoted figures {exact} are confirmed: {seen} seen at the named source, {exact - seen} "
        f"reported by another page. {near} are confirmed with a difference that matters to a reader; the other "
        f"{len(words) - exact - near}: {', '.join(rest) or 'none'}."
    )


def interval_widths(verdicts: Mapping[str, Verdict], *, design_effects: Sequence[float]) -> pd.DataFrame:
    """Show how the intervals of the shares widen when the sample was not a simple draw.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.
    design_effects : sequence of float
        To try.

    Returns
    -------
    pandas.DataFrame
        Columns label, design_effect, value, low and high.
    """
    rows = []
    for claim in (verdict.claim for verdict in verdicts.values()):
        seen = evidence(claim)
        for effect in design_effects:
            estimate = _estimate(claim, effect)
            if estimate and math.isfinite(estimate.low):
                rows.append((seen.label, effect, estimate.value, estimate.low, estimate.high))
    return pd.DataFrame(rows, columns=["label", "design_effect", "value", "low", "high"])


def by_provenance(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Count the statuses by how the evidence came to us.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `statuses`.

    Returns
    -------
    pandas.DataFrame
        One row for each status, one column for each provenance in words.
    """
    words = [verdict.verdict for verdict in verdicts.values()]
    ways = [evidence(verdict.claim).way for verdict in verdicts.values()]
    counts = pd.crosstab(pd.Series(words, name="status"), pd.Series(ways, name="evidence"))
    there = [word for word in STATUSES if word in counts.index]
    return counts.loc[there, [way for way in WAYS if way in counts]]


def not_testable() -> pd.DataFrame:
    """List what the documents state and no data can test.

    Returns
    -------
    pandas.DataFrame
        Statement, document and reason, as text.
    """
    rows = [(entry.statement, entry.document, entry.reason) for entry in untestable()]
    return pd.DataFrame(rows, columns=["statement", "document", "why it is not tested"]).set_index("statement")


def facts(claims: Sequence[Claim]) -> pd.DataFrame:
    """Count what was checked, before any result.

    Parameters
    ----------
    claims : sequence of Claim
        Of kind Q.

    Returns
    -------
    pandas.DataFrame
        Fact and value.
    """
    seen = [evidence(claim) for claim in claims]
    rows = [
        ("quoted figures", len(seen)),
        ("documents that quote one", len({claim.document for claim in claims})),
        ("said to be from a named source", sum(bool(one.said_by) for one in seen)),
        ("something found, the figure or one near it", sum(one.relation != "none" for one in seen)),
        ("an address that a reader can open", sum(bool(one.address) for one in seen)),
        *((way, sum(one.way == way for one in seen)) for way in WAYS),
        ("sample known", sum(one.n is not None for one in seen)),
        ("sums worked out", len(sums())),
        ("statements that no data can test", len(untestable())),
    ]
    return pd.DataFrame(rows, columns=["fact", "value"]).set_index("fact")
