"""What is claimed? The registry, fixed before any data are seen."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from helpers.ground.root import ROOT

if TYPE_CHECKING:
    from helpers.reading.dataset import Dataset


KINDS = {"D": "direction", "V": "value", "N": "no effect", "Q": "quoted figure"}
"""The kinds of claim, in words."""

STATUSES = ("confirmed", "confirmed with a difference", "misattributed", "not found", "document only")
"""What stands in the place of a verdict for a quoted figure; the family `quoted` says how each comes about."""


@dataclass(frozen=True)
class Claim:
    """One claim of the registry; the fields are explained at the top of ``data/claims.toml``."""

    id: str
    document: str
    notebook: str
    question: str
    kind: str
    claim: str
    estimand: str
    published_text: str
    margin: float | None
    margin_reason: str
    unit: str
    unit_of_analysis: str
    needs: tuple[Mapping[str, tuple[str, ...]], ...]
    published: float | None = None
    outcome: str | None = None
    followers: tuple[float, float] | None = None
    claim_nl: str = ""
    quoted: Mapping[str, Any] | None = None
    told: str = ""

    @overload
    def given(self, field: Literal["margin", "published"]) -> float: ...
    @overload
    def given(self, field: Literal["followers"]) -> tuple[float, float]: ...
    @overload
    def given(self, field: Literal["outcome"]) -> str: ...
    @overload
    def given(self, field: Literal["quoted"]) -> Mapping[str, Any]: ...
    def given(self, field: str) -> Any:
        """Give a field that not every claim has, where this one must have it; a ValueError says that it has not."""
        if (value := getattr(self, field)) is None:
            raise ValueError(f"{self.id}: a claim of kind {self.kind} without {field}, which is needed here")
        return value


@dataclass(frozen=True)
class Untestable:
    """What a document states and no data that a user would hold can test.

    Parameters
    ----------
    id, document : str
        Its name, and the number of the document.
    statement, reason : str
        In our words, and why it cannot be tested.
    """

    id: str
    document: str
    statement: str
    reason: str


@cache
def registry(path: Path = ROOT / "data" / "claims.toml") -> dict[str, Claim]:
    """Read the registry of claims.

    Parameters
    ----------
    path : Path
        The registry's file.

    Returns
    -------
    dict of str to Claim
        Claims by their id, in the registry's order.

    Raises
    ------
    ValueError
        If an id stands twice or a kind is unknown.
    """
    told = _contents(path)
    claims = [_claim({**entry, "question": told["questions"][entry["question"]]}) for entry in told["claim"]]
    by_id = {claim.id: claim for claim in claims}
    if len(by_id) < len(claims):
        raise ValueError(f"{path.name}: a claim id stands twice")
    return by_id


_parsed = cache(tomllib.loads)  # every page asks for some of it


def _contents(path: Path = ROOT / "data" / "claims.toml") -> dict[str, Any]:
    return _parsed(path.read_text(encoding="utf-8"))


def documents() -> dict[str, str]:
    """Give the documents' titles in English by their number."""
    return dict(_contents()["documents"])


def questions() -> dict[str, str]:
    """Give the questions that the claims ask by their keys, in the registry's order."""
    return dict(_contents()["questions"])


def untestable() -> list[Untestable]:
    """Give what the documents state and no data can test, in the registry's order."""
    return [Untestable(**entry) for entry in _contents()["untestable"]]


@cache
def sums() -> tuple[dict[str, Any], ...]:
    """Give the arithmetic on the documents' own figures, in the registry's order."""
    return tuple(_contents()["sum"])


QUOTED: Mapping[str, Any] = {
    "estimand": "The figure that the named source gives",
    "margin": None,
    "margin_reason": "A quoted figure is held against its source; the family `quoted` says how near is near enough.",
    "needs": [],
}
"""What every quoted figure has in common in the registry: no data judge it."""


def _claim(entry: Mapping[str, Any]) -> Claim:
    entry = {**QUOTED, **entry} if entry["kind"] == "Q" else entry
    needs = tuple({table: tuple(columns) for table, columns in option.items()} for option in entry["needs"])
    followers = tuple(entry["followers"]) if "followers" in entry else None
    if entry["kind"] not in KINDS:
        raise ValueError(f"{entry['id']}: kind '{entry['kind']}' is unknown; allowed: {', '.join(KINDS)}")
    return Claim(**{**entry, "needs": needs, "followers": followers})


def of_notebook(notebook: str) -> list[Claim]:
    """Give the claims that a notebook answers, in the registry's order."""
    return [claim for claim in registry().values() if claim.notebook == notebook]


def lacking(claim: Claim, dataset: "Dataset") -> str:
    """Say which tables or columns a dataset lacks to speak to a claim.

    Parameters
    ----------
    claim : Claim
        The claim.
    dataset : Dataset
        The opened data.

    Returns
    -------
    str
        An empty text when the data can speak; otherwise what is missing, the nearest option first.
    """
    gaps = [_gaps(option, dataset) for option in claim.needs]
    if not gaps or not all(gaps):
        return ""
    nearest = [gap for gap in gaps if not any(set(other) < set(gap) for other in gaps)]
    return "missing: " + "; or ".join(dict.fromkeys(", ".join(gap) for gap in sorted(nearest, key=len)))


def _gaps(option: Mapping[str, Sequence[str]], dataset: "Dataset") -> list[str]:
    gaps = []
    for table, columns in option.items():
        there = dataset.tables[table].collect_schema().names() if table in dataset.tables else []
        gaps += [f"{table}.{column}" for column in columns if column not in there]
    return gaps
