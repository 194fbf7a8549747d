"""What do open data answer to the questions that a visitor asks, in a sentence each, and how sure is that?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted, spelled
from helpers.claims import registry
from helpers.claims.verdicts import PLAIN, VERDICTS
from helpers.claims.wording import around, number_told, told, usual_telling
from helpers.evidence.answers import Answer, Row, answers, in_plain_words, in_words
from helpers.evidence.datasets import open_data
from helpers.evidence.pooling import FEWEST, LEAST_SHARE
from helpers.evidence.results import number as read_number
from helpers.ground.disclosure import FEWEST as FEWEST_TOLD
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
"""How many claims answer a question that is not among these, and how many notes stand behind an answer."""
SILENT = "No open dataset here can say."
ALONE = f"{PLAIN['inconclusive']}: in 1 dataset "
"""How a single dataset without an answer begins."""
SWING = ", where 1 is a person's usual swing"
"""What is said once of a scale, and not behind every number on it."""

_OF_SEVERAL = {"direction supported": "yes in direction", "inconclusive": "undecided"}
"""What is said of a verdict, shorter than in `PLAIN`, where those of several datasets stand beside each other."""


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
        answers (`words`), leads, the claim with which each begins, sets (`set_by_set`), and evidence, by claim id what
        `in_words` says.
    """
    found = answers()
    evidence = {claim_id: in_words(answer) for claim_id, answer in found.items()}
    leads = {words: asked.claims[0] for words, asked in _questions(found).items()}
    return {"answers": words(), "leads": leads, "sets": set_by_set(), "evidence": evidence}


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
    asked = [answer for answer in asked if answer.rows or answer.own]
    if not asked:
        return SILENT
    at_large = [answer for answer in asked if answer.rows]
    sure = [_sureness(at_large)] if at_large else ["how sure: of these few accounts alone"]
    sure += ["what few accounts gave holds for them alone"] if at_large and any(map(_few, asked)) else []
    said = [*_joined(asked), "; ".join([*sure, *_notes(asked)])]
    first, swing, rest = " ".join(f"{part[0].upper()}{part[1:]}." for part in said).partition(SWING)
    return f"{first}{swing}{rest.replace(SWING, '')}"


def _joined(asked: Sequence[Answer]) -> list[str]:
    """Tell each claim, those that one and the same dataset leaves open in one sentence."""
    parts: list[str] = []
    for before, answer in zip([None, *asked], asked, strict=False):
        part = _part(answer)
        same = before is not None and {row["dataset"] for row in before.rows} == {row["dataset"] for row in answer.rows}
        if same and part.startswith(ALONE) and parts[-1].startswith(ALONE):
            parts[-1] += f", and {re.sub(_OF_THEM, '', part.removeprefix(ALONE))}"
        else:
            parts.append(part)
    return parts


def _few(answer: Answer) -> Sequence[Row]:
    """Give the datasets of few accounts, which are told where fewer than three are of many."""
    return answer.own if len(answer.rows) < FEWEST else ()


def _part(answer: Answer) -> str:
    """Tell what came out on one claim, in the words in which its notebook tells it."""
    claim, few = answer.claim, _few(answer)
    words = claim.told or usual_telling(claim.unit)
    about = f"on \u201c{claim.claim.rstrip('.')}\u201d " if claim.kind == "N" else ""  # the opposite of what?
    if answer.verdict and answer.pool:
        said, interval = told(answer.pool.mean, words, claim.unit)
        sets = f"{counted(answer.pool.mean.n_units, 'dataset')}{_together(answer.rows)}"
        each = _range(claim, answer.rows, number_told(words))
        verdict = PLAIN[answer.verdict.verdict]
        return f"{about}{verdict}: in the mean of {sets} {said} (95% interval {interval}; single sets {each})"
    if not answer.rows:
        return f"{about}{_single(claim, few, of=' of few accounts')}"
    beside = _range(claim, few, number_told(words)) if few else ""
    beside = (
        f"; in {counted(len(few), 'dataset')} of few accounts {beside} ({_verdicts(few, why=False)})" if few else ""
    )
    return f"{about}{_single(claim, answer.rows)}{beside}"


def _single(claim: Claim, rows: Sequence[Row], of: str = "") -> str:
    """Tell what single datasets gave: of one or two the intervals, of more how far they range.

    Where nothing is decided and nothing excluded, the interval is what is told.
    """
    words, begins, n = claim.told or usual_telling(claim.unit), _verdicts(rows), len(rows)
    sets = f"{counted(n, 'dataset')}{of or _together(rows)}"
    if n > MOST:
        return f"{begins}: in {_in(sets, _range(claim, rows, words))}"
    rows = sorted(rows, key=_numbers_of)
    spans = list(map(_numbers_of, rows))
    values, intervals = zip(*(told(span, words, claim.unit) for span in spans), strict=True)
    if {row["verdict"] for row in rows} == {"inconclusive"} and all(span.low < 0 < span.high for span in spans):
        other = f", in the other{_together(rows[1:])} from {intervals[-1]}" if n > 1 else ""
        sets = f"one dataset{of or _together(rows[:1])}" if n > 1 else sets
        return f"{begins}: in {_in(sets, _put(words, f'anything from {intervals[0]}'))}{other}"
    if n == 1 and spans[0].value == spans[0].low == 0:  # a spread that is not told from none
        most = told(Span(*[spans[0].high] * 3), number_told(words), claim.unit)[0]
        return f"{begins}: in {_in(sets, _put(words, f'at most {most}'))}"
    if len(set(values)) == 1:
        each, side = "intervals" if n > 1 else "interval", f" {intervals[0].rpartition(' ')[2]}"
        ends = [one.removesuffix(side) if intervals[-1].endswith(side) else one for one in intervals[:-1]]
        return f"{begins}: in {_in(sets, values[0])} (95% {each} {' and '.join([*ends, intervals[-1]])})"
    other, its = told(spans[-1], number_told(words), claim.unit)  # two values are no interval
    one, another = (of or _together([row]) for row in rows)
    here = f"in {_in(f'one dataset{one}', values[0])} (95% interval {intervals[0]})"
    return f"{begins}: {here}, in the other{another if another != of else ''} {other} ({its})"


def _together(rows: Sequence[Row]) -> str:
    """Say how many accounts or persons datasets hold together, in brackets; nothing where one does not tell it.

    Examples
    --------
    >>> row = {"dataset": "", "n_units": "1200", "unit_of_analysis": "account"}
    >>> _together([row, row]), _together([row, {**row, "n_units": "4"}])
    (' (2,400 accounts)', '')
    """
    numbers, kinds = [read_number(row["n_units"]) or 0 for row in rows], {row["unit_of_analysis"] for row in rows}
    entries = [open_data().get(row["dataset"]) for row in rows]
    told = len(kinds) == 1 and min(numbers) >= FEWEST_TOLD and not any(entry and entry.units for entry in entries)
    return f" ({counted(int(sum(numbers)), kinds.pop())})" if told else ""


def _put(words: str, number: str) -> str:
    """Put a number that is written already into what is told."""
    before, _, after = around(words)[1].partition("\u2026")
    return f"{before}{number}{after.replace(' than ', ' as ', 1) if ' times as ' in number else after}"


def _range(claim: Claim, rows: Sequence[Row], words: str) -> str:
    """Tell between which values the estimates of datasets lie."""
    values = [_numbers_of(row).value for row in rows]
    low, high = min(values), max(values)
    said, span = told(Span(low, low, high), around(words)[0], claim.unit)
    return _put(words, said if low == high else span)


_OF_THEM = re.compile(r"^\([^)]*\) ")
"""How many accounts or persons a dataset holds, as `_together` writes it."""
_STANDS = re.compile(r"measured by ([^:;]+): ([^;]+) was not asked")
"""How a reason says that another mood was taken."""
_RUN = {"count = likes": "likes alone are counted"}
"""What a parameter of a dataset's runs means to a reader."""


def _notes(asked: Sequence[Answer]) -> list[str]:
    """Say once for a question what is in doubt and what else was measured, in how many of its datasets.

    The first `MOST` of what there is; all of it stands set by set.
    """
    sets: dict[str, set[str]] = {}
    rows = [(one.claim, row, not one.pool) for one in asked for row in one.rows]
    rows += [(one.claim, row, False) for one in asked for row in _few(one)]
    for doubts in (True, False):
        for claim, row, judged in rows:
            for note in (_doubts_of(row) if judged else []) if doubts else _notes_of(row, claim.unit):
                sets.setdefault(note, set()).add(row["dataset"])
    n, together = len({row["dataset"] for _, row, _ in rows}), defaultdict(list)
    for note, names in list(sets.items())[:MOST]:
        together[frozenset(names)].append(note)
    return [
        f"{f'in {spelled(len(names))} ' if len(names) < n else ''}{' and '.join(notes)}"
        for names, notes in together.items()
    ]


def _notes_of(row: Row, unit: str) -> list[str]:
    """Say what was measured or counted instead where a dataset does not hold what a claim, in its unit, is about.

    Examples
    --------
    >>> mood = {"reason": "measured by negative affect: stress was not asked; too few", "parameters": ""}
    >>> _notes_of({**mood, "unit": "own SD per prompt with use"}, "own SD per hour")
    ['negative affect stands for stress', 'figures are per prompt with use (not per hour)']
    >>> _notes_of({"reason": "", "parameters": "count = likes", "unit": "ln ratio"}, "ln ratio")
    ['likes alone are counted']
    """
    said = [f"{mood} stands for {asked}" for mood, asked in _STANDS.findall(row["reason"])]
    said += [_RUN.get(row["parameters"], f"it was run with {row['parameters']}")] if row["parameters"] else []
    here, claimed = (re.search(r"\bper [^,]+", one) for one in (row["unit"], unit))
    if here and row["unit"] != unit:
        said.append(f"figures are {here[0]}{f' (not {claimed[0]})' if claimed else ''}")
    entry = open_data().get(row.get("dataset", ""))
    return [*said, *([f"it is about {entry.units}"] if entry and entry.units else [])]


def _doubts_of(row: Row) -> list[str]:
    """Say what speaks against a verdict."""
    widened = "does not hold with an interval widened" in row["reason"]
    return ["the answer does not hold once all claims of the question are counted"] if widened else []


def _verdicts(rows: Sequence[Row], *, why: bool = True) -> str:
    """Say what the verdicts of datasets are, and of how many where they differ.

    Examples
    --------
    >>> yes, open = {"verdict": "supported"}, {"verdict": "inconclusive", "reason": "", "ci_low": "-1", "ci_high": "1"}
    >>> _verdicts([yes, yes, open])
    'yes in two, undecided in one'
    >>> _verdicts([yes, {**open, "ci_low": "0.1", "reason": "placebo: the week before tells as much"}])
    'yes in one, undecided in one (placebo)'
    """
    verdicts = Counter(row["verdict"] for row in rows)
    if len(verdicts) == 1:
        return PLAIN[rows[0]["verdict"]]
    several, open_for = PLAIN | _OF_SEVERAL, dict.fromkeys(filter(None, map(_left_open, rows)))
    ordered = sorted(verdicts, key=lambda verdict: (-verdicts[verdict], VERDICTS.index(verdict)))
    because = {"inconclusive": f" ({'; '.join(open_for)})" if why and open_for else ""}
    return ", ".join(
        f"{several[verdict]} in {spelled(verdicts[verdict])}{because.get(verdict, '')}" for verdict in ordered
    )


def _left_open(row: Row) -> str:
    """Say why there is no verdict although the interval leaves 0 out."""
    left_out = row["verdict"] == "inconclusive" and not float(row["ci_low"]) < 0 < float(row["ci_high"])
    return row["reason"].partition(":")[0] if left_out else ""


def _in_one(claim: Claim, row: Row) -> str:
    """Tell what one dataset gave."""
    said = in_plain_words(row, claim, sign="95% interval ")
    notes = "; ".join(filter(None, [*_notes_of(row, claim.unit), *_doubts_of(row), _left_open(row)]))
    return f"{row['dataset']}: {PLAIN[row['verdict']]}; {said}{f' ({notes})' if notes else ''}"


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


def _numbers_of(row: Row) -> Span:
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
