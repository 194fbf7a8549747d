"""How does docs/evidence.md tell what open data say?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from helpers.base.words import counted
from helpers.evidence.answers import (
    Answer,
    answers,
    as_markdown,
    figure,
    frame_of,
    sampling,
    units_of,
    verdict_with_reason,
    verdict_words,
)
from helpers.evidence.pooling import by_kind, scale_of
from helpers.evidence.questions import sentences
from helpers.evidence.results import estimated
from helpers.evidence.telling import takes_a_side, told

if TYPE_CHECKING:
    from helpers.claims import Claim
    from helpers.evidence.datasets import OpenData
    from helpers.evidence.pooling import Pooled

_HEAD = """# What open data say

Made by `make evidence` from `data/evidence.csv`; do not edit. Each claim was put to every open dataset that can speak
to it, with the same notebook, estimand and margin. The datasets, their licences and how each is read stand in
[data/open.toml](../data/open.toml); what a verdict means, in the [README](../README.md). None of these datasets was
drawn from all accounts or persons: a figure holds for those in it. Pseudonyms differ from copy to copy: accounts
that two datasets share cannot be found, and count twice in a mean. No row of a dataset is kept here.
"""

_HEADS = {
    "dataset": "dataset",
    "figure": "estimate (95% interval)",
    "units": "units",
    "verdict": "verdict",
    "where": "platform, counted",
    "how": "how it was sampled",
}


def evidence_page(
    rows: Sequence[Mapping[str, str]], entries: Mapping[str, OpenData], *, registry: Mapping[str, Claim]
) -> str:
    """Write docs/evidence.md.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of evidence.csv, earlier ones too.
    entries : mapping of str to OpenData
        The datasets.
    registry : mapping of str to Claim
        The claims.

    Returns
    -------
    str
        Markdown.
    """
    present = [row for row in rows if not row["superseded"]]
    found = answers(present, registry=registry)
    parts = [_HEAD, _three(found), _counted(present, found, entries, registry)]
    parts += ["## Claim by claim\n", *(_claim(answer, entries, len(present)) for answer in found.values())]
    parts += [_unheard(found, registry), _datasets(present, entries), _past([row for row in rows if row["superseded"]])]
    return "\n".join(filter(None, parts)).rstrip() + "\n"


def _three(found: Mapping[str, Answer]) -> str:
    lines = ["## Three questions\n"]
    lines += [f"**{asked}** {answer}\n" for asked, answer in sentences(found)]
    return "\n".join(lines)


def _counted(
    present: Sequence[Mapping[str, str]],
    found: Mapping[str, Answer],
    entries: Mapping[str, OpenData],
    registry: Mapping[str, Claim],
) -> str:
    """Say how much was tried, and what came of it."""
    cells = estimated(present)
    own = sum(claim.kind != "Q" for claim in registry.values())
    sets = {row["dataset"] for row in cells}
    directions = sum(row["kind"] == "D" for row in cells)
    pooled = sum(answer.pool is not None for answer in found.values())
    claims = counted(len({row["claim_id"] for row in cells}), "claim")
    little = len(present) - len(cells)
    return (
        f"## How much was tried\n\nOf {len(entries)} datasets and {own} claims, {counted(len(present), 'pair')} could "
        f"be tried. {len(cells)} gave an estimate ({directions} of them on a direction), on {claims} and "
        f"{counted(len(sets), 'dataset')}; in {little} there was too little data. {pooled} claims have three or more "
        "datasets that may be pooled. With so many pairs some verdicts stand out by chance: where nothing is there, "
        "one in forty says that a direction holds, and as many the opposite.\n"
    )


def _claim(answer: Answer, entries: Mapping[str, OpenData], tried: int) -> str:
    """Tell one claim: its mean, then each dataset."""
    claim = answer.claim
    lines = [
        f"### {claim.claim}\n",
        f"`{claim.id}`: {claim.estimand[0].lower()}{claim.estimand[1:]}; margin {claim.margin:g}.\n",
    ]
    if answer.pool and answer.verdict:
        side = takes_a_side(answer.verdict)
        lines.append(
            f"**{verdict_words(answer).capitalize()}.** "
            f"{told(answer.pool, unit=claim.unit, tried=tried, stands_out=side)}{_left(answer.pool)}"
            f"{_explained(answer, entries)}\n"
        )
    groups = (
        ("", answer.rows),
        ("Chosen by the outcome, and left out of any mean:", answer.selected),
        ("About the one account of a dataset, or its few:", answer.own),
    )
    for head, rows in groups:
        if rows:
            lines += [f"{head}\n"] * bool(head)
            lines.append(as_markdown([_cells(row, entries) for row in rows], _HEADS))
    if answer.without:
        each = "; ".join(f"{row['dataset']} ({row['reason'] or row['verdict']})" for row in answer.without)
        lines.append(f"Too little data: {each}.\n")
    return "\n".join(lines)


def _explained(answer: Answer, entries: Mapping[str, OpenData]) -> str:
    """Say what the datasets of a mean differ by, where at least two kinds of them have enough each."""
    rows = [row for row in answer.rows if row["dataset"] in entries]
    kinds = {
        "platform": [entries[row["dataset"]].platform for row in rows],
        "number of units": [float(row["n_units"]) for row in rows],
    }
    said = ""
    for word, values in kinds.items():
        each = by_kind(frame_of(rows).assign(kind=values), kind="kind", scale=scale_of(answer.claim.kind))
        unit = answer.claim.unit
        means = [f"{name} {one.mean.value:.3g} {unit} ({one.mean.n_units} datasets)" for name, one in each.items()]
        said += f" By {word}: {'; '.join(means)}." * bool(means)
    none = " What the datasets differ by cannot be told: no two kinds of them have enough, by platform or by size."
    return said or none


def _left(pool: Pooled) -> str:
    """Say which datasets are not in a mean, and why."""
    return "".join(f" Not in the mean: {name}, which {why}." for name, why in pool.left_out.items())


def _cells(row: Mapping[str, str], entries: Mapping[str, OpenData]) -> dict[str, str]:
    entry = entries.get(row["dataset"])
    return {
        "dataset": row["dataset"],
        "figure": figure(row),
        "units": units_of(row),
        "verdict": verdict_with_reason(row),
        "where": f"{entry.platform}, {entry.captured}" if entry else "",
        "how": sampling(entry, row) if entry else "",
    }


def _unheard(found: Mapping[str, Answer], registry: Mapping[str, Claim]) -> str:
    silent = [claim.id for claim in registry.values() if claim.kind != "Q" and claim.id not in found]
    if not silent:
        return ""
    names = ", ".join(f"`{name}`" for name in silent)
    return f"## Claims on which no open dataset here holds anything\n\n{len(silent)} claims: {names}.\n"


def _datasets(present: Sequence[Mapping[str, str]], entries: Mapping[str, OpenData]) -> str:
    """List the datasets with licence, sampling and faults."""
    lines = ["## The datasets\n"]
    for entry in entries.values():
        mine = [row for row in present if row["dataset"] == entry.id]
        lines.append(f"- {_about(entry, mine)}")
    return "\n".join(lines) + "\n"


def _about(entry: OpenData, mine: Sequence[Mapping[str, str]]) -> str:
    """Tell one dataset."""
    days = sorted({row["date"] for row in mine})
    given = f"{counted(len(estimated(mine)), 'estimate')}, of {days[0]}" if days else "no estimate"
    given += f" to {days[-1]}" if len(days) > 1 else ""
    unheard = f" Not asked or not answered: {entry.silent}." if entry.silent else ""
    picked = " Chosen by the outcome." if entry.selected else ""
    copy = f" A changed copy was read ({entry.changed}); the published file: {_tried(entry)}." if entry.changed else ""
    return (
        f"**[{entry.title}]({entry.address})** (`{entry.id}`, {entry.licence}): {entry.citation}. "
        f"Platform: {entry.platform}; counted: {entry.captured}. "
        f"{entry.sampled[0].upper()}{entry.sampled[1:]}.{picked} What is wrong with it: {'; '.join(entry.faults)}."
        f"{copy}{unheard} {given[0].upper()}{given[1:]}."
    )


def _tried(entry: OpenData) -> str:
    return "; ".join(dict.fromkeys(file.tried for file in entry.files))


def _past(rows: Iterable[Mapping[str, str]]) -> str:
    """List verdicts that rest on an earlier wording of a claim."""
    lines = [
        f"- `{row['claim_id']}` on {row['dataset']}: {row['verdict']}, {figure(row)}, margin {row['margin']}, of "
        f"{row['date']}; the claim was changed by {row['superseded']}"
        for row in rows
    ]
    return "\n".join(["## Verdicts under earlier wordings\n", *lines]) + "\n" if lines else ""
