"""Which names that `import helpers` offers stand above the rooms of `lessons.face`? All steps at once, and pictures."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from helpers import plots
from helpers.base.refusals import Refusal, nearest
from helpers.base.words import listed
from helpers.claims import of_notebook
from helpers.claims.analysis import judged
from helpers.families import Family, found
from helpers.ground.parameters import accepted
from helpers.lessons.face import Asked, complete, forgiving
from helpers.reading.chosen import CHOOSING

if TYPE_CHECKING:
    from helpers.claims import Verdict
    from helpers.reading.dataset import Dataset

MIN_AGE_DAYS = 3.0
"""Posts younger than this at capture are still gathering and are left out, as in the notebooks."""


@complete
def ask(dataset: Dataset, question: str, **parameters: Any) -> dict[str, Verdict]:
    """Reduce the tables of a dataset and judge the claims of one question, as its notebook does.

    Parameters
    ----------
    dataset : Dataset
        From `open_dataset`.
    question : str
        A notebook, such as ``"01-account-size"``, or its family, such as ``"account_size"``.
    **parameters
        Parameters of the notebook that the reduction or an analysis takes, such as ``platforms=["instagram"]``.

    Returns
    -------
    dict of str to Verdict
        By claim id.

    Raises
    ------
    Refusal
        When there is no such question, a parameter is not known there, or the data hold nothing of what was chosen.
    """
    if not hasattr(dataset, "having"):
        came = type(dataset).__name__
        raise Refusal(
            f"ask takes an opened dataset; a {came} came", mend="write helpers.ask(helpers.open_dataset(...))"
        )
    family = _named(question)
    assert family.reduce is not None  # those without are not offered
    known = inspect.signature(family.reduce).parameters
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values())
    named = [name for name in known if name not in ("tables", "zone")]
    of_data = ("min_posts", "min_age_days", *CHOOSING) if takes_all else named
    choices = {name for analysis in family.analyses.values() for name in analysis.choices}
    allowed = sorted({*of_data, *choices})
    strange = [name for name in parameters if name not in {*of_data, *choices}]
    taken, faults = accepted(family.notebook, parameters)
    parameters |= taken
    if faults := [f"{name}= is no parameter{nearest(name, allowed)}" for name in strange] + faults:
        raise Refusal(f"{family.notebook} cannot be asked so", faults, f"its parameters are {listed(allowed)}")
    dataset.having(**{name: parameters[name] for name in CHOOSING if parameters.get(name)})
    usual = {"min_age_days": MIN_AGE_DAYS, "zone": dataset.clock, "timezone": dataset.clock}
    given = {name: value for name, value in {**usual, **parameters}.items() if name in (*of_data, *{"zone"} & {*known})}
    reduced = family.reduce(dataset.tables, **given)
    return judged(
        of_notebook(family.notebook), reduced, family.analyses, dataset=dataset, parameters={**usual, **parameters}
    )


def _named(question: str) -> Family:
    """Find the family of a question, or refuse it."""
    offered = {name: family for name, family in found().items() if family.reduce and family.analyses}
    names = {**{family.notebook: family for family in offered.values()}, **offered}
    if not isinstance(question, str) or question not in names:
        notebooks = [family.notebook for family in offered.values()]
        near = nearest(str(question), list(names))
        raise Refusal(f"there is no question {question!r}{near}", mend=f"there are: {listed(notebooks)}")
    return names[question]


forest = forgiving(plots.forest, Asked("estimate", fixed=("value", "low", "high"), texts=("label", "source")))
_MEANS = {"bands": ("band", "followers", "mean", "low", "high")}
rate_by_size = forgiving(plots.rate_by_size, Asked("account", ("outcome",), fixed=("followers",), tables=_MEANS))
groups_by_size = forgiving(plots.groups_by_size, Asked("unit", ("size", "outcome"), ("group",)))
