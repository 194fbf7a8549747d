"""What do open data answer to the questions that a visitor asks, in one sentence each, and how sure is that?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from helpers.base.words import counted, listed, spelled
from helpers.claims.wording import told, usual_telling
from helpers.estimates import Estimate
from helpers.evidence.answers import Answer, answers
from helpers.evidence.datasets import open_data
from helpers.evidence.pooling import FEWEST, LEAST_SHARE


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
    """Answer each question in one sentence.

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
        One sentence: the verdict, the figures behind it, and what makes it less sure. Datasets that were chosen by the
        outcome are not counted.
    """
    known = {claim_id: found[claim_id] for claim_id in question.claims if claim_id in found and found[claim_id].rows}
    if not known:
        return "No open dataset here can say."
    parts = "; ".join(map(_part, known.values()))
    return f"{parts[0].upper()}{parts[1:]}; {_sureness(list(known.values()))}."


def _part(answer: Answer) -> str:
    """Tell what came out on one claim, in the words in which its notebook tells it."""
    claim, verdicts = answer.claim, [row["verdict"] for row in answer.rows]
    words = claim.told or usual_telling(claim.unit)
    if answer.verdict and answer.pool:
        said, interval = told(answer.pool.mean, words, claim.unit)
        lowest, highest = (pick(float(row["estimate"]) for row in answer.rows) for pick in (min, max))
        _, each = told(replace(answer.pool.mean, low=lowest, high=highest), words, claim.unit)
        sets = counted(answer.pool.mean.n_units, "open dataset")
        return f"{_begins([answer.verdict.verdict])}: {said} in the mean of {sets} ({interval}; from set to set {each})"
    each = listed([_in_one(row, words, claim.unit) for row in answer.rows])
    return f"{_begins(verdicts)}: {each}"


def _begins(verdicts: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(_BEGINS.get(verdict, verdict) for verdict in verdicts))


def _in_one(row: Mapping[str, str], words: str, unit: str) -> str:
    """Tell what one dataset gave."""
    value, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    found = Estimate(value, low, high, low, high, math.nan, n_units=int(float(row["n_units"])))
    said, interval = told(found, words, unit)
    return f"in {row['dataset']} {said} ({interval})"


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
