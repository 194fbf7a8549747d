"""What do open data answer to the questions that a visitor asks, in a sentence each, and how sure is that?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, spelled
from helpers.claims import registry
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

MOST = 2
"""How many claims answer a question that is not among these."""
SILENT = "No open dataset here can say."

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


def words() -> dict[str, str]:
    """Give what open data answer to each of the registry's questions that they can say anything on.

    The claims of `QUESTIONS` answer where there are any, else the first of the question that open data speak to; where
    a claim was only put to accounts that speak for themselves, they do.
    """
    found = answers()
    told = {asked: sentence(question, found) for asked, question in _questions(found).items()}
    return {asked: said for asked, said in told.items() if said != SILENT}


def set_by_set(found: Mapping[str, Answer] | None = None) -> dict[str, list[str]]:
    """Tell what each open dataset gave on the questions of `QUESTIONS`, for whoever unfolds it.

    Parameters
    ----------
    found : mapping of str to Answer, optional
        As in `sentences`.

    Returns
    -------
    dict of str to list of str
        By the registry's questions: a sentence for each dataset and claim.
    """
    given = answers() if found is None else found
    claims = registry()
    return {
        claims[asked.claims[0]].question: [
            _in_one(given[one].claim, row) for one in asked.claims if one in given for row in given[one].rows
        ]
        for asked in QUESTIONS
    }


def _questions(found: Mapping[str, Answer]) -> dict[str, Question]:
    """Give the registry's questions and the claims by which they are answered."""
    claims = registry()
    first = {claims[question.claims[0]].question: question for question in QUESTIONS}
    asked: dict[str, list[str]] = {}
    for name, answer in found.items():
        if answer.rows or answer.own:
            asked.setdefault(answer.claim.question, []).append(name)
    others = {words: Question(words, tuple(names[:MOST])) for words, names in asked.items() if words not in first}
    return {**first, **others}


def on_index() -> dict[str, Any]:
    """Give what the pages of a run tell of open data, in words alone: another process can be sent it.

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
    asked = [found[claim_id] for claim_id in question.claims if claim_id in found]
    at_large = [answer for answer in asked if answer.rows]
    single = [replace(one, rows=one.own, pool=None) for one in asked if one.own and len(one.rows) < FEWEST]
    if not at_large and not single:
        return SILENT
    said = [*map(_part, at_large), *(_part(answer, few=True) for answer in single)]
    said += [_sureness(at_large)] if at_large else []
    said += ["what few accounts gave holds for them alone"] if single else []
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in said)


def _part(answer: Answer, *, few: bool = False) -> str:
    """Tell what came out on one claim, in the words in which its notebook tells it; datasets may be of few accounts."""
    claim = answer.claim
    words = claim.told or usual_telling(claim.unit)
    values, apart = [float(row["estimate"]) for row in answer.rows], _stood_in(answer.rows, claim.unit)
    if answer.verdict and answer.pool:
        said, interval = told(answer.pool.mean, words, claim.unit)
        _, each = told(replace(answer.pool.mean, low=min(values), high=max(values)), words, claim.unit)
        sets = _sets(answer.pool.mean.n_units)
        verdict = _BEGINS.get(answer.verdict.verdict, answer.verdict.verdict)
        return f"{verdict}: in the mean of {sets} {said} (95% interval {interval}; single sets {each}){apart}"
    if {row["verdict"] for row in answer.rows} == {"inconclusive"}:
        open_claim = f"{_BEGINS['inconclusive']} on \u201c{claim.claim.rstrip('.')}\u201d"
        return f"{open_claim}: {_pointing(values, few)}{_doubt(answer.rows)}{apart}"
    ranked = sorted(map(_numbers_of, answer.rows))
    low, high = ranked[0], ranked[-1]
    said, interval = told(low, words, claim.unit)
    if len(values) == 1:
        alone = f"{_begins(answer.rows)}: in {_in(_sets(1, few), said)} (95% interval {interval})"
        return f"{alone}{_doubt(answer.rows)}{apart}"
    if said == told(high, words, claim.unit)[0]:
        return f"{_begins(answer.rows)}: in {_in(_sets(len(values), few), said)}{_doubt(answer.rows)}{apart}"
    if len(values) == 2:  # two values are no interval
        other, its = told(high, number_told(words), claim.unit)
        pair = f"in one {_sets(1, few)[2:]} {said} (95% interval {interval}), in the other {other} ({its})"
        return f"{_begins(answer.rows)}: {pair}{_doubt(answer.rows)}{apart}"
    place, gap = around(words)
    _, span = told(low._replace(low=low.value, high=high.value), place, claim.unit)
    before, _, after = gap.partition("\u2026")
    said = f"{before}{span}{after.replace(' than ', ' as ', 1) if ' times as ' in span else after}"
    return f"{_begins(answer.rows)}: in {_in(_sets(len(values), few), said)}{_doubt(answer.rows)}{apart}"


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
    entries = open_data()
    said.update(
        f"about {entry.units}" for row in rows if (entry := entries.get(row.get("dataset", ""))) and entry.units
    )
    parts = [f"{f'in {spelled(times)} ' if times < len(rows) else ''}{part}" for part, times in said.items()]
    return f" ({'; '.join(parts)})" if parts else ""


_RUN = {"count = likes": "likes alone counted"}
"""What a parameter of a dataset's runs means to a reader."""


def _begins(rows: Sequence[Mapping[str, str]]) -> str:
    """Say what the verdicts of the datasets are, and of how many where they differ."""
    verdicts = Counter(_BEGINS.get(row["verdict"], row["verdict"]) for row in rows)
    if len(verdicts) == 1:
        return next(iter(verdicts))
    between = "; " if any("," in verdict for verdict in verdicts) else ", "
    return between.join(f"{verdict} in {spelled(times)}" for verdict, times in verdicts.most_common())


def _sets(number: int, few: bool = False) -> str:
    """Count open datasets, which may each be of few accounts."""
    return counted(number, "open dataset") + " of few accounts" * few


def _pointing(values: Sequence[float], few: bool = False) -> str:
    """Say how many datasets point where a claim does.

    Examples
    --------
    >>> _pointing([0.2, 0.3]), _pointing([-0.1], few=True)
    ('2 open datasets point that way', '1 open dataset of few accounts points the other way')
    """
    sets, above = _sets(len(values), few), sum(value > 0 for value in values)
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


def _in(sets: str, said: str) -> str:
    """Put datasets before what they said, so that neither is read into the other.

    Examples
    --------
    >>> _in("2 open datasets", "of a hundred likes"), _in("1 open dataset", "video draws more")
    ('2 open datasets, of a hundred likes', '1 open dataset video draws more')
    """
    return f"{sets}{',' if said.startswith(('of ', 'among ')) else ''} {said}"


def _is_open(answer: Answer) -> bool:
    """Tell whether nothing can be said on a claim, by its datasets together or, where they are few, by any of them."""
    verdicts = {answer.verdict.verdict} if answer.verdict else {row["verdict"] for row in answer.rows}
    return verdicts == {"inconclusive"}


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
    if all(_is_open(answer) for answer in known):
        return f"not yet, with {counted(len(sets), 'dataset')}"
    if fewest < FEWEST:
        return f"little, as it rests on {counted(len(sets), 'dataset')}"
    if any(answer.pool and answer.pool.tau_low > 0 for answer in known):
        return f"in the mean only, as {counted(len(sets), 'dataset')} differ by more than chance"
    if any(answer.pool and answer.pool.share >= LEAST_SHARE for answer in known):
        return f"somewhat, as {counted(len(sets), 'dataset')} may differ by more than chance"
    return f"fairly for data like these {spelled(len(sets))} datasets"
