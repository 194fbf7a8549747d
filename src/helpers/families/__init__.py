"""Which families of claims are there? One folder for each, found by looking: no other room names a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Verdict
    from helpers.claims.analysis import Analysis
    from helpers.measures import Reduced
    from helpers.reading.dataset import Dataset
    from helpers.simulate.parts import Effect, Part, Whole
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
    leads : tuple of str
        The claims that its answer begins with, where they are not the registry's first ones.
    summed_up : callable, optional
        Called with the verdicts; says the whole answer, where single claims would not.
    own_facts : callable, optional
        Called with the reduced tables; gives facts and values, where rows used, units and period do not say it all.
    labels : mapping of str to str
        By claim id what it is called beside published figures.
    published : callable, optional
        Called with the published figures on its question; brings them onto the scale of its claims.
    parts : tuple of Part
        Tables of its own in the sample data.
    effect : Effect, optional
        What it plants on the posts of the panel.
    worlds : mapping of str to Whole
        Worlds of its own beside the sample, by name.
    study : Study, optional
        The worlds in which its estimators are calibrated.
    settled : callable, optional
        Gives the verdicts that rest on no data of a user's, by claim id.
    libraries : tuple of str
        Modules that its notebook imports and that take long, so that kernels start with them.
    """

    notebook: str
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    reduce: Callable[..., Reduced] | None = None
    leads: tuple[str, ...] = ()
    summed_up: Callable[[Mapping[str, Verdict]], str] | None = None
    own_facts: Callable[[Reduced], Sequence[tuple[str, str]]] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    published: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    parts: tuple[Part, ...] = ()
    effect: Effect | None = None
    worlds: Mapping[str, Whole] = field(default_factory=dict)
    study: Study | None = None
    settled: Callable[[], Mapping[str, Verdict]] | None = None
    libraries: tuple[str, ...] = ()

    def facts(self, data: Reduced, *, dataset: Dataset) -> pd.DataFrame:
        """List what there is and what is missing, before any result.

        Parameters
        ----------
        data : Reduced
            The reduced tables.
        dataset : Dataset
            The opened data, which say what was read and how.

        Returns
        -------
        pandas.DataFrame
            Columns fact (the index) and value, as text: rows of the tables that its claims ask for; rows used, units
            and period, or ``own_facts``; what was left out; and what reading the files decided.
        """
        import pandas as pd

        from helpers.base.words import with_commas
        from helpers.claims.registry import of_notebook
        from helpers.measures import days_of

        asked = {table for claim in of_notebook(self.notebook) for option in claim.needs for table in option}
        read = {f"rows read: {name}": count for name, count in dataset.rows.items() if name in asked}
        used = [*with_commas({"rows used": data.n_rows, **data.units}), ("period", days_of(data))]
        own, notes = self.own_facts(data) if self.own_facts else used, [("reading", note) for note in dataset.notes]
        listed = [*with_commas(read), *own, *with_commas(data.excluded), *notes]
        return pd.DataFrame(listed, columns=["fact", "value"]).set_index("fact")

    def answer(self, verdicts: Mapping[str, Verdict], *, data_kind: str) -> str:
        """Say in at most three sentences what came out.

        Parameters
        ----------
        verdicts : mapping of str to Verdict
            By claim id.
        data_kind : str
            ``"simulated"`` or ``"user"``.

        Returns
        -------
        str
            Plain words with computed numbers.
        """
        from helpers.claims.wording import say

        if self.summed_up:
            return self.summed_up(verdicts)
        return say(verdicts, leads=self.leads, data_kind=data_kind)


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
