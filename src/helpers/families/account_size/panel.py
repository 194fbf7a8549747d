"""What follows from other choices in notebook 01, moved by hand?"""

from collections.abc import Sequence
from typing import Any

import seaborn as sns

from helpers.base.words import short_number
from helpers.claims import judge, registry
from helpers.claims.wording import told
from helpers.estimates import ESTIMATORS, Estimate
from helpers.families.account_size.analysis import (
    DEFINITIONS,
    band_means,
    column,
    document_points,
    fall,
    fitted_line,
    largest_platforms,
    reduce,
)
from helpers.ground.disclosure import rare, without_few
from helpers.lessons import ALL, Panel, by_period, few, first_of
from helpers.measures import BAND_EDGES, Reduced, with_bands
from helpers.plots import PUBLISHED, Picture, axes, rate_by_size
from helpers.reading.dataset import Dataset

EDGES = (BAND_EDGES, (10_000, 1_000_000), (500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000))
"""Edges of bands to choose from: the document's, a coarse set, a fine one."""

PER = {"by reach": "person reached"}
"""What likes are set against, where it is not followers."""


def explore(
    dataset: Dataset,
    reduced: Reduced,
    *,
    definition: str,
    estimator: str,
    edges: Sequence[float],
    **chosen: Any,
) -> Panel:
    """Give a panel on the like rate and size.

    Parameters
    ----------
    dataset : Dataset
        The opened data, from which a period is reduced anew.
    reduced : Reduced
        What the notebook has reduced them to.
    definition, estimator, edges
        The notebook's choices.
    **chosen
        What the notebook chose of the data, as `analysis.reduce`.

    Returns
    -------
    Panel
        In a batch the notebook's own choices.
    """
    times, of = by_period(reduced, lambda **days: reduce(dataset.tables, **{**chosen, **days}))

    def show(
        *, definition: str, edges: tuple[float, ...], platform: str, estimator: str, period: str
    ) -> tuple[str, Picture | None]:
        accounts, total = of(period).frames["accounts"], len(reduced.frames["accounts"])
        accounts = accounts if platform == ALL else accounts[accounts["platform"] == platform]
        name = column("like_rate", definition=definition, estimator=estimator)
        reason = few(len(accounts)) or few(int(accounts[name].notna().sum()), "account with this rate")
        if reason and not few(total):
            return sentence(None, reason=reason), None  # a few of others
        part = Reduced({"accounts": accounts}, len(accounts), {})
        found = fall(part, outcome="like_rate", definition=definition, estimator=estimator)
        look: dict[str, Any] = {"definition": _shown(definition, estimator), "estimator": estimator, "edges": edges}
        said = sentence(found, per=PER.get(look["definition"], "follower"), reason=reason)
        return said, _drawn(accounts, total, dataset.kind, **look)

    names = [str(name) for name in largest_platforms(reduced)]
    choices = {
        "definition": first_of(definition, list(DEFINITIONS)),
        "edges": first_of(tuple(edges), EDGES),
        "platform": [ALL, *names],
        "estimator": first_of(estimator, ESTIMATORS),
        "period": times,
    }
    return Panel(show, choices, words=_written)


def _written(value: Any) -> str:
    """Write edges as short numbers, and all else as it is."""
    return ", ".join(map(short_number, value)) if isinstance(value, tuple) else str(value)


def _shown(definition: str, estimator: str) -> str:
    """Name the rate that an estimator estimates: counts are set against followers, whatever rate is asked for."""
    return next(iter(DEFINITIONS)) if estimator == "counts" and definition in PER else definition


def sentence(found: Estimate | None, *, per: str = "follower", reason: str = "") -> str:
    """Say what a slope means for an account of ten times the followers, and which verdict it gives.

    Parameters
    ----------
    found : Estimate or None
        The fall of the ln like rate with ln followers.
    per : str
        What likes are set against.
    reason : str, optional
        Why there is too little, where it is known.

    Returns
    -------
    str
        Markdown.
    """
    verdict = judge(registry()["size-like-rate-falls"], found, reason=reason)
    if verdict.estimate is None:
        return f"That likes fall with size: **{verdict.verdict}** ({verdict.reason})."
    said, interval = told(verdict.estimate, f"**{{tenfold:more|fewer}} likes for each {per}**")
    return f"Ten times the followers go with {said} (95% interval {interval}): *{verdict.verdict}*."


def _drawn(
    accounts: Any, total: int, data_kind: str, *, definition: str, estimator: str, edges: Sequence[float]
) -> Picture:
    name, ax = column("like_rate", definition=definition), axes(None)
    banded = with_bands(accounts, edges=edges)
    bands = without_few(band_means(banded, outcome="like_rate", definition=definition))
    seen, thresh = banded[banded[name] > 0], rare(total, data_kind=data_kind)
    ax.set(xlabel="followers", ylabel=name)  # else seaborn makes ticks only to see whether names can be read
    sns.histplot(seen, x="followers", y=name, log_scale=True, bins=40, thresh=thresh, color=PUBLISHED, ax=ax)
    line = fitted_line(accounts, outcome="like_rate", definition=definition, estimator=estimator)
    look: dict[str, Any] = {
        "label": f"like rate, {definition}",
        "name": "like rate",
        "document": () if definition in PER else document_points("like_rate"),
    }
    return rate_by_size(banded, bands=bands, line=line, outcome=name, data_kind=data_kind, ax=ax, **look)
