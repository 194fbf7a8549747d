"""Where do a project's pieces lie, and how does a reader see a path?"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.claims import Verdict, documents, holm, registry, untestable
from helpers.ground.root import ROOT
from helpers.pages.statements import counts
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import Address, data_files

MANY = 10
"""So many accounts in simulated data are there to try every notebook on."""


def prospects(dataset: Any) -> Mapping[str, Verdict]:
    """Say of every claim whether data will give a verdict on it.

    Parameters
    ----------
    dataset : Dataset
        The opened data.

    Returns
    -------
    mapping of str to Verdict
        As `helpers.families.prospects` gives them; nothing for simulated data of many accounts, or without posts: those
        are made so that every notebook has something to say.
    """
    if dataset.kind == "simulated" and not _of_few(dataset):
        return {}
    from helpers.families import prospects as families

    return families.prospects(dataset)


def _of_few(dataset: Any) -> bool:
    """Say whether the posts are those of a few accounts."""
    import narwhals as nw

    if "posts" not in dataset.tables:
        return False
    posts = nw.from_native(dataset.tables["posts"]).lazy()
    return int(posts.select(n=nw.col("account_id").n_unique()).collect("pandas").to_native()["n"].iloc[0]) < MANY


@dataclass(frozen=True)
class Project:
    """Where a project's pieces lie.

    Parameters
    ----------
    root, notebooks, reports : Path
        Its folders.
    registry, holm, documents, untestable, data_files, open_dataset : callable
        The functions of the same name in `helpers.claims` and `helpers.reading`.
    tally : callable
        `helpers.pages.statements.counts`.
    prospects : callable
        `prospects`.
    """

    root: Path = ROOT
    notebooks: Path = ROOT / "notebooks"
    reports: Path = ROOT / "reports"
    registry: Callable[[], Mapping[str, Any]] = registry
    holm: Callable[[list[float | None]], list[float | None]] = holm
    documents: Callable[[], Mapping[str, str]] = documents
    untestable: Callable[[], Sequence[Any]] = untestable
    tally: Callable[[], Mapping[str, Mapping[str, int]]] = counts
    data_files: Callable[[Path | Address], Sequence[Path | Address]] = data_files
    open_dataset: Callable[..., Any] = open_dataset
    prospects: Callable[[Any], Mapping[str, Verdict]] = prospects

    @property
    def user(self) -> Path:
        """Where imports are kept."""
        return self.root / "data" / "user"


def shown(path: Path | Address) -> str:
    """Write a path as it is seen from here."""
    if isinstance(path, Address):
        return path
    near = Path(os.path.relpath(path)) if os.path.splitdrive(path)[0] == os.path.splitdrive(os.getcwd())[0] else path
    return str(path if ".." in near.parts else near)
