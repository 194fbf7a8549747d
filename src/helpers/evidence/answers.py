"""What did open data say on a claim: in figures, in words, as rows of a picture, as a table?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from helpers.base.words import counted
from helpers.claims import registry as all_claims
from helpers.claims.verdicts import OWN_ACCOUNT
from helpers.claims.wording import bare, here, plainly, published, technical, usual_telling
from helpers.estimates import Estimate
from helpers.evidence.datasets import open_data
from helpers.evidence.pooling import Pooled, pooled, scale_of
from helpers.evidence.results import EVIDENCE, NUMBERS, estimated, number as read_number, read_rows
from helpers.evidence.telling import judged
from helpers.ground.disclosure import FEW, FEWEST

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim, Verdict

NONE = "no open dataset here can speak to it"
"""What is said of a claim without a row."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What open data said on one claim.

    Parameters
    ----------
    claim : Claim
        The claim as it is now.
    rows : sequence of mapping
        Estimates about accounts, persons or communities at large, from datasets that were not chosen by the outcome.
    selected : sequence of mapping
        Estimates from datasets that were.
    own : sequence of mapping
        Estimates about the one account, or the few, of a dataset.
    without : sequence of mapping
        Datasets that hold what is asked for, and too little of it.
    pool : Pooled or None
        What `rows` come to; None with fewer than three.
    verdict : Verdict or None
        The claim judged by that.
    """

    claim: Claim
    rows: Sequence[Row] = ()
    selected: Sequence[Row] = ()
    own: Sequence[Row] = ()
    without: Sequence[Row] = ()
    pool: Pooled | None = None
    verdict: Verdict | None = None

    @property
    def all(self) -> list[Row]:
        """Every estimate."""
        return [*self.rows, *self.selected, *self.own]


def answers(rows: Iterable[Row] | None = None, *, registry: Mapping[str, Claim] | None = None) -> dict[str, Answer]:
    """Collect what open data said, claim by claim.

    Parameters
    ----------
    rows : iterable of mapping, optional
        Rows of evidence.csv; by default those that are kept.
    registry : mapping of str to Claim, optional
        The claims; by default all.

    Returns
    -------
    dict of str to Answer
        In the registry's order, those claims that at least one dataset holds something on.
    """
    if rows is None and registry is None:
        return dict(_kept(EVIDENCE.read_bytes() if EVIDENCE.is_file() else b""))
    present = [row for row in (read_rows() if rows is None else rows) if not row["superseded"]]
    found = {}
    for claim_id, claim in (all_claims() if registry is None else registry).items():
        mine = [row for row in present if row["claim_id"] == claim_id]
        if mine:
            found[claim_id] = _answer(claim, mine)
    return found


@lru_cache(1)
def _kept(content: bytes) -> dict[str, Answer]:
    """Collect the answers of the table that is kept, once for all pages that show them."""
    return answers(read_rows())


def _answer(claim: Claim, mine: Sequence[Row]) -> Answer:
    told = estimated(mine)
    own = [row for row in told if row["scope"] == OWN_ACCOUNT]
    others = [row for row in told if row["scope"] != OWN_ACCOUNT]
    selected = [row for row in others if row["selected"] == "yes"]
    rows = [row for row in others if row["selected"] != "yes"]
    pool = pooled(frame_of(rows), scale=scale_of(claim.kind)) if rows else None
    verdict = judged(claim, pool) if pool else None
    return Answer(claim, rows, selected, own, [row for row in mine if not row["estimate"]], pool, verdict)


def frame_of(rows: Sequence[Row]) -> pd.DataFrame:
    """Give rows as pooling takes them.

    Parameters
    ----------
    rows : sequence of mapping
        Of one claim.

    Returns
    -------
    pandas.DataFrame
        As `pooling.pooled` takes it.
    """
    import pandas as pd

    cells = {name: [float(row[name]) for row in rows] for name in ("estimate", "ci_low", "ci_high", "n_units")}
    selected = [row["selected"] == "yes" for row in rows]
    return pd.DataFrame({"dataset": [row["dataset"] for row in rows], **cells, "selected": selected})


def units_of(row: Row) -> str:
    """Write the number of units of a row, and what they are; a small one is not told.

    Examples
    --------
    >>> units_of({"n_units": "1200", "unit_of_analysis": "community"})
    '1,200 communities'
    """
    units = read_number(row["n_units"])
    if units is None:
        return ""
    several = counted(FEWEST, row["unit_of_analysis"]).partition(" ")[2]
    return f"{FEW} {several}" if 0 < units < FEWEST else counted(int(units), row["unit_of_analysis"])


def figure(row: Row) -> str:
    """Write the estimate of a row with its interval."""
    return here(_numbers(row))


def _numbers(row: Row) -> dict[str, Any]:
    return {**row, **{name: read_number(row[name]) for name in NUMBERS}}


def in_plain_words(row: Row, claim: Claim, *, sign: str = "") -> str:
    """Tell the estimate of a row as its claim is told, or as its unit is where another one was measured.

    The interval follows in brackets, behind `sign`.

    Examples
    --------
    >>> row = {"estimate": "0.14", "ci_low": "0.05", "ci_high": "0.23", "unit": "own SD per prompt with use"}
    >>> in_plain_words(row, all_claims()["use-passive-stress"])
    "0.14 higher at a prompt with use than at one without, where 1 is a person's usual swing (0.05 to 0.23 higher)"
    """
    value, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    found = Estimate(value, low, high, low, high, math.nan, n_units=0)
    same = row["unit"] == claim.unit
    return plainly(
        found, claim if same else replace(claim, told=usual_telling(row["unit"]), unit=row["unit"]), sign=sign
    )


def verdict_with_reason(row: Row) -> str:
    """Write the verdict of a row, with what is said against it or was measured instead."""
    return f"{row['verdict']} ({row['reason']})" if row["reason"] else row["verdict"]


def verdict_counts(rows: Sequence[Row]) -> str:
    """Say how often each verdict came out.

    Examples
    --------
    >>> verdict_counts([{"verdict": "supported"}, {"verdict": "inconclusive"}, {"verdict": "supported"}])
    'supported in 2, inconclusive in 1'
    """
    return ", ".join(
        f"{verdict} in {times}" for verdict, times in Counter(row["verdict"] for row in rows).most_common()
    )


def _alone(row: Row, claim: Claim) -> str:
    """Tell the number of a row alone, without what its claim says around it."""
    told = claim.told if row["unit"] == claim.unit else ""
    return in_plain_words(row, bare(replace(claim, told=told, unit=row["unit"])))


def in_words(answer: Answer | None) -> str:
    """Say in a few words what open data gave on a claim.

    Parameters
    ----------
    answer : Answer or None
        From `answers`; None where there is nothing.

    Returns
    -------
    str
        How many datasets, which verdicts, their mean where it may be taken; what was selected by the outcome, is of one
        account, or was too little stands apart.
    """
    if answer is None:
        return NONE
    parts = []
    if answer.rows:
        one = f": {_alone(answer.rows[0], answer.claim)}" if len(answer.rows) == 1 else ""
        parts.append(f"{counted(len(answer.rows), 'dataset')}{one}, {verdict_counts(answer.rows)}")
    if answer.pool:
        mean = answer.pool.mean
        few = "" if mean.n_units == len(answer.rows) else f" of {mean.n_units}:"
        parts.append(f"mean{few} {plainly(mean, bare(answer.claim))}")
    if answer.selected:
        parts.append(f"chosen by the outcome: {verdict_counts(answer.selected)}")
    if answer.own:
        parts.append(f"of one account or a few: {verdict_counts(answer.own)}")
    if answer.without:
        parts.append(f"too little data in {len(answer.without)}")
    return "; ".join(parts)


def verdict_words(answer: Answer | None) -> str:
    """Give the verdict of open data in words: of their mean where it may be taken, else how often each came out.

    Parameters
    ----------
    answer : Answer or None
        From `answers`.

    Returns
    -------
    str
        Of datasets that were not chosen by the outcome and are not of one account, where there are any.
    """
    if answer is None or not answer.all:
        return "no verdict"
    if answer.pool and answer.verdict:
        return f"{answer.verdict.verdict}, mean of {counted(answer.pool.mean.n_units, 'dataset')}"
    return verdict_counts(answer.rows or answer.selected or answer.own)


def as_markdown(rows: Sequence[Mapping[str, str]], heads: Mapping[str, str]) -> str:
    """Write rows as a Markdown table.

    Parameters
    ----------
    rows : sequence of mapping
        Texts.
    heads : mapping of str to str
        Of the columns that are shown, what they are called.

    Returns
    -------
    str
        With a line at its end.

    Examples
    --------
    >>> print(as_markdown([{"a": "x|y"}], {"a": "A"}), end="")
    | A |
    |---|
    | x\\|y |
    """
    lines = [f"| {' | '.join(heads.values())} |", f"|{'---|' * len(heads)}"]
    lines += ["| " + " | ".join(str(row[name]).replace("|", r"\|") for name in heads) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def beside(verdicts: Mapping[str, Verdict]) -> pd.DataFrame:
    """Put the published figure, this data's and that of open data of each claim into one row.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        Texts, by claim.
    """
    import pandas as pd

    found = answers(registry={claim_id: verdict.claim for claim_id, verdict in verdicts.items()})
    told: dict[str, dict[str, str]] = {}
    for claim_id, verdict in verdicts.items():
        row: dict[str, Any] = verdict.row(data_name="", data_kind="", n_rows=None)
        told[verdict.claim.claim] = {
            "published": published(row, text=verdict.claim.published_text),
            "here (95% interval)": plainly(verdict.estimate, verdict.claim) if verdict.estimate else verdict.verdict,
            "in open data": in_words(found.get(claim_id)),
        }
    return pd.DataFrame.from_dict(told, orient="index")


def datasets_table(claim_ids: Iterable[str]) -> pd.DataFrame | None:
    """List what each open dataset gave on claims, with how it was sampled.

    Parameters
    ----------
    claim_ids : iterable of str
        The claims.

    Returns
    -------
    pandas.DataFrame or None
        One row for each dataset and claim with an estimate, as texts; none where there is none, as `beside` says so.
    """
    import pandas as pd

    entries, found = open_data(), answers()
    told = [
        {
            "claim": found[claim_id].claim.claim,
            "dataset": row["dataset"],
            "estimate (95% interval)": in_plain_words(row, found[claim_id].claim),
            "units": units_of(row),
            "verdict": verdict_with_reason(row),
            "how it was sampled": sampling(entries[row["dataset"]], row) if row["dataset"] in entries else "",
            "technical": technical(_numbers(row)),
        }
        for claim_id in claim_ids
        if claim_id in found
        for row in found[claim_id].all
    ]
    return pd.DataFrame(told).set_index("claim") if told else None


def sampling(entry: Any, row: Row) -> str:
    """Say how a dataset was sampled, with what changes the reading of a row."""
    marks = ["chosen by the outcome"] * (row["selected"] == "yes") + [row["units"]] * bool(row["units"])
    marks += [f"run with {row['parameters']}"] * bool(row["parameters"]) + [row["note"]] * bool(row["note"])
    return "; ".join([entry.sampled, *marks])


def with_open_data(labels: Mapping[str, str], published: pd.DataFrame | None = None) -> pd.DataFrame:
    """Put the estimates of open data under published figures, for `plots.forest_of`.

    Parameters
    ----------
    labels : mapping of str to str
        By claim id what its row is called in the picture; only these are taken.
    published : pandas.DataFrame, optional
        Published figures on the same scale: label, value, low, high and source.

    Returns
    -------
    pandas.DataFrame
        Those rows, and one for each dataset, whose source is ``open`` or, where it was chosen by the outcome,
        ``selected``.
    """
    import pandas as pd

    columns, found = ["label", "value", "low", "high", "source"], answers()
    told = [
        (
            f"{label}: {row['dataset']}{' (by weeks)' * (row['scope'] == OWN_ACCOUNT)}",
            *(float(row[name]) if row[name] else float("nan") for name in ("estimate", "ci_low", "ci_high")),
            "selected" if row["selected"] == "yes" else "open",
        )
        for claim_id, label in labels.items()
        if claim_id in found
        for row in found[claim_id].all
    ]
    rows = pd.DataFrame(told, columns=columns)
    if published is None or published.empty:
        return rows
    return pd.concat([published[columns], rows], ignore_index=True) if told else published[columns]
