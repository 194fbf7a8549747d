"""What do open data answer to the questions that a visitor asks, in one sentence each, and how sure is that?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpers.base.words import counted, listed, number, spelled
from helpers.evidence.answers import Answer, answers, figure
from helpers.evidence.datasets import open_data
from helpers.evidence.pooling import FEWEST, LEAST_SHARE


@dataclass(frozen=True)
class Question:
    """A question that is asked again and again.

    Parameters
    ----------
    asked : str
        In a visitor's words.
    claims : mapping of str to str
        The claims that answer it, with what of each is told.
    """

    asked: str
    claims: Mapping[str, str]


QUESTIONS = (
    Question(
        "Do small accounts engage more?",
        {"size-like-rate-falls": "the fall of likes per follower with size (slope, sign turned)"},
    ),
    Question(
        "Do micro-influencers beat macro-influencers?",
        {
            "tier-micro-beats-macro": "the ln ratio of engagement per follower, micro to macro accounts",
            "tier-nano-beats-mega": "the same of nano to mega accounts",
        },
    ),
    Question(
        "Does looking on do harm, and taking part good?",
        {
            "use-passive-stress": "the slope of stress on hours of looking",
            "use-active-meaning": "that of meaning or good mood on hours of taking part",
            "use-active-better-than-passive": "mood on hours of taking part less that on hours of looking",
        },
    ),
)

_BEGINS = {
    "supported": "yes",
    "direction supported": "yes in direction, while how much stays open",
    "negligible": "hardly, too little to matter",
    "contradicted": "no, the other way round",
    "direction contradicted": "rather the other way round, while how much stays open",
    "inconclusive": "open",
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
    told = answers() if found is None else found
    return [(question.asked, sentence(question, told)) for question in QUESTIONS]


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
    told = "; ".join(_part(answer, question.claims[claim_id]) for claim_id, answer in known.items())
    return f"{told[0].upper()}{told[1:]}; {_sureness(list(known.values()))}."


def _part(answer: Answer, what: str) -> str:
    """Tell what came out on one claim."""
    if answer.verdict and answer.pool:
        mean, unit = answer.pool.mean, answer.claim.unit
        value = f"{number(mean.value, unit=unit)} ({number(mean.low, unit=unit)} to {number(mean.high, unit=unit)})"
        each = f"{_lowest(answer.rows)} to {_highest(answer.rows)} from set to set"
        begins = _BEGINS.get(answer.verdict.verdict, answer.verdict.verdict)
        return f"{begins}: {what} is {value} in the mean of {counted(mean.n_units, 'open dataset')}, {each}"
    each = listed([f"{figure(row)} in {row['dataset']}" for row in answer.rows])
    verdicts = dict.fromkeys(_BEGINS.get(row["verdict"], row["verdict"]) for row in answer.rows)
    return f"{' and '.join(verdicts)}: {what} is {each}"


def _lowest(rows: Sequence[Mapping[str, str]]) -> str:
    return number(min(float(row["estimate"]) for row in rows), unit=rows[0]["unit"])


def _highest(rows: Sequence[Mapping[str, str]]) -> str:
    return number(max(float(row["estimate"]) for row in rows), unit=rows[0]["unit"])


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
