"""What is known about the world on each question: what the texts say, studies, open data, and what is open?"""

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from helpers.base.words import listed
from helpers.ground.root import ROOT
from helpers.pages.takeaways import sentences

KNOWN = ROOT / "data" / "known.toml"
PUBLISHED = ROOT / "data" / "published.csv"

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
    answers: Mapping[str, str] = MappingProxyType({}),
    sets: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Known]:
    """Say what is known on each question that the claims ask.

    Parameters
    ----------
    registry : mapping of str to Claim
        The claims.
    questions : mapping of str to str
        The registry's questions by their keys.
    answers : mapping of str to str
        What open data answer, by question as the registry words it; none can say on the others.
    sets : mapping of str to sequence of str
        What the single datasets gave, likewise.

    Returns
    -------
    list of Known
        The three that stand first, then the others in the registry's order.

    Raises
    ------
    ValueError
        If a study is cited that is not among the published figures on the question.
    """
    told = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    asked = {claim.question for claim in registry.values()}
    found = []
    for key, words in questions.items():
        if key in told and words in asked:
            entry = {"lead": False, **told[key]}
            links = _addresses(key, entry.pop("cited"))
            given = answers.get(words, NOT_READ)
            found.append(Known(words, **entry, cited=links, open_data=given, sets=sets.get(words, ())))
    return sorted(found, key=lambda one: not one.lead)


def in_the_world(registry: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], answers: Mapping[str, str]) -> str:
    """Say what open data gave on what a page of simulated data asks.

    Parameters
    ----------
    registry : mapping of str to Claim
        The claims.
    rows : sequence of mapping
        The claims of the page's record.
    answers : mapping of str to str
        As for `known`.

    Returns
    -------
    str
        Empty where no open dataset can say.
    """
    asked = dict.fromkeys(registry[row["claim_id"]].question for row in rows if row["claim_id"] in registry)
    return " ".join(answers[question] for question in asked if question in answers)


def _addresses(question: str, cited: Sequence[str]) -> list[tuple[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        there = {row["study"]: row["url"] for row in csv.DictReader(file) if row["question"] == question}
    if missing := [name for name in cited if name not in there]:
        raise ValueError(f"known.toml, {question}: {listed(missing)} not among the published figures")
    return [(name, there[name]) for name in cited]


def in_short(one: Known) -> str:
    """Tell what open data gave on a question's first claim and how sure that is, else what studies say.

    Examples
    --------
    >>> words = ("A?", "A", "Texts.", "Studies say so.", "Open.", False, [])
    >>> in_short(Known(*words, open_data="Yes: 3% more. No: 2% less. How sure: little, as it rests on 2 datasets."))
    'In real open data, yes: 3% more. How sure: little.'
    >>> in_short(Known(*words, open_data=NOT_READ))
    'From studies. Studies say so.'
    """
    if one.open_data == NOT_READ:
        return f"From studies. {one.studies}"
    first, *others = sentences(one.open_data)
    sure = [f"{re.split('[,;.]', said)[0]}." if said.startswith("How sure: ") else said for said in others[-1:]]
    where, said = "In real open data, ", f"{first[0].lower()}{first[1:]}"
    return " ".join([f"{where}{said}".replace(f"{where}the data cannot", "Real open data cannot"), *sure])


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
