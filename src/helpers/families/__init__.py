"""Which families of claims are there? One folder for each, found by looking: no other room names a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.claims.analysis import Analysis
    from helpers.simulate.parts import Effect, Part
    from helpers.simulate.study import Study


@dataclass(frozen=True)
class Family:
    """A family of claims: what its notebook, the sample data and the calibration need of it.

    Parameters
    ----------
    notebook : str
        The notebook that answers its claims, without ``.ipynb``.
    analyses : mapping of str to Analysis
        By claim: how it is estimated, and what could be done otherwise.
    reduce : callable, optional
        Turns tidy tables into one row for each account, person or cell.
    parts : tuple of Part
        Tables of its own in the sample data.
    effect : Effect, optional
        What it plants on the posts of the panel.
    study : Study, optional
        The worlds in which its estimators are calibrated.
    libraries : tuple of str
        Modules that its notebook imports and that take long, so that kernels start with them.
    """

    notebook: str
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    reduce: Callable[..., Any] | None = None
    parts: tuple[Part, ...] = ()
    effect: Effect | None = None
    study: Study | None = None
    libraries: tuple[str, ...] = ()


@cache
def found() -> dict[str, Family]:
    """Find the families: the folders beside this file, each with a `Family` named FAMILY.

    Returns
    -------
    dict of str to Family
        By the folder's name, in the order of their notebooks.
    """
    names = [module.name for module in iter_modules(__path__) if module.ispkg]
    families = {name: import_module(f"{__name__}.{name}").FAMILY for name in names}
    return dict(sorted(families.items(), key=lambda item: item[1].notebook))
