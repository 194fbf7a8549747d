"""Where do a project's pieces lie, and how does a reader see a path?"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.reading.manifest import Address, data_files


def _registry() -> Mapping[str, Any]:
    from helpers.claims import registry

    return registry()


def _holm(p_values: list[float | None]) -> list[float | None]:
    from helpers.claims import holm

    return holm(p_values)


def _documents() -> Mapping[str, str]:
    from helpers.claims import documents

    return documents()


def _untestable() -> Sequence[Any]:
    from helpers.claims import untestable

    return untestable()


def _open_dataset(path: Path | Address, *, engine: str) -> Any:
    from helpers.reading.dataset import open_dataset

    return open_dataset(path, engine=engine)


@dataclass(frozen=True)
class Project:
    """Where a project's pieces lie.

    Parameters
    ----------
    root, notebooks, reports : Path
        Its folders.
    registry, holm, documents, untestable, data_files, open_dataset : callable
        The functions of the same name in `helpers.claims` and `helpers.reading`; what is heavy is imported when called.
    """

    root: Path = ROOT
    notebooks: Path = ROOT / "notebooks"
    reports: Path = ROOT / "reports"
    registry: Callable[[], Mapping[str, Any]] = _registry
    holm: Callable[[list[float | None]], list[float | None]] = _holm
    documents: Callable[[], Mapping[str, str]] = _documents
    untestable: Callable[[], Sequence[Any]] = _untestable
    data_files: Callable[[Path | Address], Sequence[Path | Address]] = data_files
    open_dataset: Callable[..., Any] = _open_dataset

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
