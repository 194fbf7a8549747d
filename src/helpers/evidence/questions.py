"""What do open data answer to the questions that a visitor asks, in a sentence each, and how sure is that?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, spelled
from helpers.claims.wording import around, number_told, told, usual_telling
from helpers.evidence.answers import Answer, answers, in_plain_words, in_words
from helpers.evidence.datasets import open_data
from helpers.evidence.pooling import FEWEST, LEAST_SHARE
from helpers.ground.telling import Span

if TYPE_CHECKING:
    from helpers.claims import Claim


@dataclass(frozen=True)
class Question:
    """A question that is asked again and again.

    Parameters
    ----------
    asked : str
        In a visitor's words.
    claims : tuple of str
        The claims that answer it.
    """

    asked: str
    claims: tuple[str, ...]


QUESTIONS = (
    Question("Do small accounts engage more?", ("size-like-rate-falls",)),
    Question("Do micro-influencers beat macro-influencers?", ("tier-micro-beats-macro", "tier-nano-beats-mega")),
    Question(
        "Does looking on do harm, and taking part good?",
        ("use-passive-stress", "use-active-meaning", "use-active-better-than-passive"),
    ),
)

_BEGINS = {
    "supported": "yes",
    "direction supported": "yes in direction, while how much stays open",
    "negligible": "hardly, too little to matter",
    "contradicted": "no, the other way round",
    "direction contradicted": "rather the other way round, while how much stays open",
    "inconclusive": "the data cannot tell",
}
"""What is said of a verdict."""


def sentences(found: Mapping[str, Answer] | None = None) -> list[tuple[str, str]]:
    """Answer each question in a few sentences.

    Parameters
    ----------
    found : mapping of str to Answer, optional
        From `answers`; by default of the rows that are kept.

    Returns
    -------
    list of (str, str)
        The question, and what open data answer, with how sure that is.
    """
    given = answers() if found is None else found
    return [(question.asked, sentence(question, given)) for question in QUESTIONS]


def words() -> list[str]:
    """Give the answers alone, in the order of `QUESTIONS`; nothing where no open data were read."""
    found = answers()
    return [sentence(question, found) for question in QUESTIONS] if found else []


def set_by_set(found: Mapping[str, Answer] | None = None) -> list[list[str]]:
    """Tell what each open dataset gave on each question, for whoever unfolds it.

    Parameters
    ----------
    found : mapping of str to Answer, optional
        As in `sentences`.

    Returns
    -------
    list of list of str
        In the order of `QUESTIONS`: a sentence for each dataset and claim.
    """
    given = answers() if found is None else found
    return [
        [_in_one(given[one].claim, row) for one in asked.claims if one in given for row in given[one].rows]
        for asked in QUESTIONS
    ]


def on_index() -> dict[str, Any]:
    """Give what the index of a run tells of open data, in words alone: another process can be sent it.

    Returns
    -------
    dict
        answers (`words`), sets (`set_by_set`), and evidence, by claim id what `in_words` says.
    """
    evidence = {claim_id: in_words(answer) for claim_id, answer in answers().items()}
    return {"answers": words(), "sets": set_by_set(), "evidence": evidence}


def sentence(question: Question, found: Mapping[str, Answer]) -> str:
    """Answer one question.

    Parameters
    ----------
    question : Question
        The question.
    found : mapping of str to Answer
        From `answers`.

    Returns
    -------
    str
        A sentence for each claim, its verdict first and then the figures behind it over all datasets, and one on how
        sure that is. Datasets that were chosen by the outcome are not counted.
    """
    known = {claim_id: found[claim_id] for claim_id in question.claims if claim_id in found and found[claim_id].rows}
    if not known:
        return "No open dataset here can say."
    said = [*map(_part, known.values()), _sureness(list(known.values()))]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in said)


def _part(answer: Answer) -> str:
    """Tell what came out on one claim, in the words in which its notebook tells it."""
    claim = answer.claim
    words = claim.told or usual_telling(claim.unit)
    values, apart = [float(row["estimate"]) for row in answer.rows], _stood_in(answer.rows, claim.unit)
    if answer.verdict and answer.pool:
        said, interval = told(answer.pool.mean, words, claim.unit)
        _, each = told(replace(answer.pool.mean, low=min(values), high=max(values)), words, claim.unit)
        sets = counted(answer.pool.mean.n_units, "open dataset")
        verdict = _BEGINS.get(answer.verdict.verdict, answer.verdict.verdict)
        return f"{verdict}: in the mean of {sets} {said} (95% interval {interval}; single sets {each}){apart}"
    if {row["verdict"] for row in answer.rows} == {"inconclusive"}:
        open_claim = f"{_BEGINS['inconclusive']} on \u201c{claim.claim.rstrip('.')}\u201d"
        return f"{open_claim}: {_pointing(values)}{_doubt(answer.rows)}{apart}"
    ranked = sorted(map(_numbers_of, answer.rows))
    low, high = ranked[0], ranked[-1]
    said, interval = told(low, words, claim.unit)
    if len(values) == 1:
        return f"{_begins(answer.rows)}: in 1 open dataset {said} (95% interval {interval}){_doubt(answer.rows)}{apart}"
    if said == told(high, words, claim.unit)[0]:
        return f"{_begins(answer.rows)}: in {counted(len(values), 'open dataset')} {said}{_doubt(answer.rows)}{apart}"
    if len(values) == 2:  # two values are no interval
        other, its = told(high, number_told(words), claim.unit)
        pair = f"in one open dataset {said} (95% interval {interval}), in the other {other} ({its})"
        return f"{_begins(answer.rows)}: {pair}{_doubt(answer.rows)}{apart}"
    place, _ = around(words)
    _, span = told(low._replace(low=low.value, high=high.value), place, claim.unit)
    said = words.replace(place, f"from {span}")
    return f"{_begins(answer.rows)}: in {counted(len(values), 'open dataset')} {said}{_doubt(answer.rows)}{apart}"


def _stood_in(rows: Sequence[Mapping[str, str]], unit: str = "") -> str:
    """Say what was measured or counted instead where a dataset does not hold what a claim, in its unit, is about.

    Examples
    --------
    >>> mood = "measured by negative affect: stress was not asked"
    >>> _stood_in([{"reason": f"{mood}; too few", "parameters": ""}, {"reason": "", "parameters": ""}])
    ' (in one measured by negative affect: stress was not asked)'
    >>> _stood_in([{"reason": "", "parameters": "count = likes"}])
    ' (likes alone counted)'
    >>> _stood_in([{"reason": "", "parameters": "", "unit": "own SD per prompt with use"}], "own SD per hour")
    ' (counted per prompt with use)'
    """
    said = Counter(part for row in rows for part in row["reason"].split("; ") if part.startswith("measured by "))
    said.update(_RUN.get(row["parameters"], f"run with {row['parameters']}") for row in rows if row["parameters"])
    others = [row["unit"] for row in rows if unit and row["unit"] != unit]
    said.update(f"counted {found[0]}" for other in others if (found := re.search(r"\bper [^,]+", other)))
    parts = [f"{f'in {spelled(times)} ' if times < len(rows) else ''}{part}" for part, times in said.items()]
    return f" ({'; '.join(parts)})" if parts else ""


_RUN = {"count = likes": "likes alone counted"}
"""What a parameter of a dataset's runs means to a reader."""


def _begins(rows: Sequence[Mapping[str, str]]) -> str:
    """Say what the verdicts of the datasets are, and of how many where they differ."""
    verdicts = Counter(_BEGINS.get(row["verdict"], row["verdict"]) for row in rows)
    if len(verdicts) == 1:
        return next(iter(verdicts))
    return ", ".join(f"{verdict} in {spelled(times)}" for verdict, times in verdicts.most_common())


def _pointing(values: Sequence[float]) -> str:
    """Say how many datasets point where a claim does.

    Examples
    --------
    >>> _pointing([0.2, 0.3]), _pointing([-0.1])
    ('2 open datasets point that way', '1 open dataset points the other way')
    """
    sets, above = counted(len(values), "open dataset"), sum(value > 0 for value in values)
    if 0 < above < len(values):
        return f"{above} of {sets} {'points' if above == 1 else 'point'} that way"
    return f"{sets} {'points' if len(values) == 1 else 'point'} {'that way' if above else 'the other way'}"


def _doubt(rows: Sequence[Mapping[str, str]]) -> str:
    """Say how many intervals allow the opposite of what was found too."""
    open_ended = sum(float(row["ci_low"]) < 0 < float(row["ci_high"]) for row in rows)
    if not open_ended:
        return ""
    each = "its interval allows" if len(rows) == 1 else "each interval allows"
    some = f"{spelled(open_ended)} of the intervals {'allows' if open_ended == 1 else 'allow'}"
    return f", but {each if open_ended == len(rows) else some} the opposite too"


def _in_one(claim: Claim, row: Mapping[str, str]) -> str:
    """Tell what one dataset gave."""
    said = in_plain_words(row, claim, sign="95% interval ")
    return f"{row['dataset']}: {_BEGINS.get(row['verdict'], row['verdict'])}; {said}{_stood_in([row])}"


def _numbers_of(row: Mapping[str, str]) -> Span:
    """Give the figures of a dataset, to be told."""
    return Span(*(float(row[name]) for name in ("estimate", "ci_low", "ci_high")))


def _sureness(known: Sequence[Answer]) -> str:
    """Say how sure an answer is, by the number of datasets, where they are from and how much they differ."""
    return f"how sure: {_by_number(known)}{_by_platform(known)}"


def _by_platform(known: Sequence[Answer]) -> str:
    """Say where all datasets are from, if that is one platform."""
    entries = open_data()
    names = {row["dataset"] for answer in known for row in answer.rows}
    platforms = {entries[name].platform if name in entries else "" for name in names}
    is_one = len(platforms) == 1 and len(names) > 1 and not platforms & {"", "any"}
    return f", all of them from {platforms.pop()}" if is_one else ""


def _by_number(known: Sequence[Answer]) -> str:
    fewest = min(len(answer.rows) for answer in known)
    sets = dict.fromkeys(row["dataset"] for answer in known for row in answer.rows)
    if fewest < FEWEST:
        return f"little, as it rests on {counted(len(sets), 'dataset')}"
    if any(answer.pool and answer.pool.tau_low > 0 for answer in known):
        return f"in the mean only, as {counted(len(sets), 'dataset')} differ by more than chance"
    if any(answer.pool and answer.pool.share >= LEAST_SHARE for answer in known):
        return f"somewhat, as {counted(len(sets), 'dataset')} may differ by more than chance"
    return f"fairly for data like these {spelled(len(sets))} datasets"
