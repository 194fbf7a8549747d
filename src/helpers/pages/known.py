"""What is known about the world on each question: what the texts say, studies, open data, and what is open?"""

import csv
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpers.base.words import counted, listed
from helpers.claims import questions as every_question
from helpers.claims.verdicts import PLAIN
from helpers.ground.root import ROOT

KNOWN = ROOT / "data" / "known.toml"
PUBLISHED = ROOT / "data" / "published.csv"
EVIDENCE = ROOT / "data" / "evidence.csv"
"""What each claim gave on each open dataset; not there before open data were read."""

NOT_READ = "No open dataset here can say."


@dataclass(frozen=True)
class Known:
    """What is known on one question; the texts are explained at the top of ``data/known.toml``.

    Parameters
    ----------
    question : str
        As the registry words it.
    name, texts, studies, open : str
        In our words.
    lead : bool
        Whether it is one of the three that stand first.
    cited : sequence of tuple
        Study and address (empty where none was kept).
    open_data : str
        What open data gave, in a few sentences.
    sets : sequence of str
        What the single open datasets gave.
    """

    question: str
    name: str
    texts: str
    studies: str
    open: str
    lead: bool
    cited: Sequence[tuple[str, str]]
    open_data: str
    sets: Sequence[str] = ()


def known(
    registry: Mapping[str, Any],
    questions: Mapping[str, str],
    *,
    evidence: Sequence[Mapping[str, str]] | None = None,
    answers: Sequence[str] = (),
    sets: Sequence[Sequence[str]] = (),
) -> list[Known]:
    """Say what is known on each question that the claims ask.

    Parameters
    ----------
    registry : mapping of str to Claim
        The claims.
    questions : mapping of str to str
        The registry's questions by their keys.
    evidence : sequence of mapping, optional
        Rows of evidence.csv; by default those that are kept, if any are.
    answers : sequence of str
        What open data answer to the three questions that stand first, in their order, where that is known in better
        words than a count of verdicts.
    sets : sequence of sequence of str
        For each of these what the single datasets gave.

    Returns
    -------
    list of Known
        The three that stand first, then the others in the registry's order.

    Raises
    ------
    ValueError
        If a study is cited that is not among the published figures on the question.
    """
    rows = read_evidence() if evidence is None else evidence
    told = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    found = []
    for key, words in questions.items():
        if key in told and any(claim.question == words for claim in registry.values()):
            entry = {"lead": False, **told[key]}
            asked = {name for name, claim in registry.items() if claim.question == words}
            mine = [row for row in rows if row["claim_id"] in asked]
            links = _addresses(key, entry.pop("cited"))
            found.append(Known(words, **entry, cited=links, open_data=open_data(mine)))
    found.sort(key=lambda one: not one.lead)
    singles = [*sets, *([()] * len(answers))]
    better = [
        replace(one, open_data=words, sets=each)
        for one, words, each in zip(found, answers, singles, strict=False)
        if one.lead
    ]
    return better + found[len(better) :]


def in_the_world(registry: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], answers: Sequence[str] = ()) -> str:
    """Say what open data gave on what a page of simulated data asks.

    Parameters
    ----------
    registry : mapping of str to Claim
        The claims.
    rows : sequence of mapping
        The claims of the page's record.
    answers : sequence of str
        As for `known`.

    Returns
    -------
    str
        Empty where no open dataset can say.
    """
    asked = {registry[row["claim_id"]].question for row in rows if row["claim_id"] in registry}
    told = known(registry, every_question(), answers=answers) if asked else []
    return " ".join(one.open_data for one in told if one.question in asked and one.open_data != NOT_READ)


def _addresses(question: str, cited: Sequence[str]) -> list[tuple[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        there = {row["study"]: row["url"] for row in csv.DictReader(file) if row["question"] == question}
    if missing := [name for name in cited if name not in there]:
        raise ValueError(f"known.toml, {question}: {listed(missing)} not among the published figures")
    return [(name, there[name]) for name in cited]


def read_evidence(path: Path = EVIDENCE) -> list[dict[str, str]]:
    """Read what open data gave; nothing where they were not read.

    Parameters
    ----------
    path : Path
        The table.

    Returns
    -------
    list of dict
        Rows that still hold, with an estimate.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["estimate"] and not row.get("superseded")]


def open_data(rows: Sequence[Mapping[str, str]]) -> str:
    """Say in a sentence what open data gave on the claims of a question.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of evidence.csv on them.

    Returns
    -------
    str
        How many claims were put to how many datasets, and the answers; that none was read is said.
    """
    if not rows:
        return NOT_READ
    sets, claims = {row["dataset"] for row in rows}, {row["claim_id"] for row in rows}
    answers = Counter(PLAIN.get(row["verdict"], row["verdict"]) for row in rows)
    words = [f"{n} \u201c{word}\u201d" for word, n in answers.most_common()]
    return f"{counted(len(claims), 'claim')} on {counted(len(sets), 'open dataset')}: {listed(words)}."


def in_markdown(one: Known) -> str:
    """Write what is known on a question as a list in Markdown, each study a link."""
    cited = "; ".join(f"[{name}]({url})" if url else f"{name} (no address kept)" for name, url in one.cited)
    told = {
        "The texts say": one.texts,
        "Studies say": f"{one.studies} ({cited})",
        "In open data": one.open_data,
        "Open": one.open,
    }
    return "\n".join(f"- **{head}.** {words}" for head, words in told.items())
