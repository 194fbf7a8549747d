"""Where do a project's pieces lie, and how does a reader see a path?"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.claims import documents, holm, registry, untestable
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import Address, data_files


@dataclass(frozen=True)
class Project:
    """Where a project's pieces lie.

    Parameters
    ----------
    root, notebooks, reports : Path
        Its folders.
    registry, holm, documents, untestable, data_files, open_dataset : callable
        The functions of the same name in `helpers.claims` and `helpers.reading`.
    """

    root: Path = ROOT
    notebooks: Path = ROOT / "notebooks"
    reports: Path = ROOT / "reports"
    registry: Callable[[], Mapping[str, Any]] = registry
    holm: Callable[[list[float | None]], list[float | None]] = holm
    documents: Callable[[], Mapping[str, str]] = documents
    untestable: Callable[[], Sequence[Any]] = untestable
    data_files: Callable[[Path | Address], Sequence[Path | Address]] = data_files
    open_dataset: Callable[..., Any] = open_dataset

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
