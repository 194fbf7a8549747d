"""What follows from other choices in notebook 01, moved by hand?"""

from collections.abc import Sequence
from typing import Any

import seaborn as sns

from helpers.base.words import short_number
from helpers.claims import judge, registry
from helpers.estimates import ESTIMATORS, Estimate
from helpers.families.account_size.analysis import (
    band_means,
    column,
    document_points,
    fall,
    fitted_line,
    largest_platforms,
    reduce,
)
from helpers.ground.disclosure import rare, without_few
from helpers.lessons import ALL, Panel, by_period, enough, first_of
from helpers.measures import BAND_EDGES, DEFINITIONS, Reduced, with_bands
from helpers.plots import PUBLISHED, Picture, axes, rate_by_size
from helpers.reading.dataset import Dataset

EDGES = (BAND_EDGES, (10_000, 1_000_000), (500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000))
"""Edges of bands to choose from: the document's, a coarse set, a fine one."""


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
    ) -> tuple[str, Picture]:
        data, whole = of(period), reduced.frames["accounts"]
        accounts = data.frames["accounts"]
        accounts = enough(accounts if platform == ALL else accounts[accounts["platform"] == platform], whole)
        part = Reduced({"accounts": accounts}, len(accounts), {})
        found = fall(part, outcome="like_rate", definition=definition, estimator=estimator)
        return sentence(found), _drawn(accounts, len(whole), dataset.kind, definition=definition, edges=edges)

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


def sentence(found: Estimate | None) -> str:
    """Say what a slope means for an account of ten times the followers, and which verdict it gives.

    Parameters
    ----------
    found : Estimate or None
        The fall of the ln like rate with ln followers.

    Returns
    -------
    str
        Markdown.
    """
    verdict = judge(registry()["size-like-rate-falls"], found)
    if verdict.estimate is None:
        return f"That likes fall with size: **{verdict.verdict}** ({verdict.reason})."
    value, low, high = (1 - 10.0**-end for end in (verdict.estimate.value, verdict.estimate.low, verdict.estimate.high))
    than = f"**{abs(value):.0%} {'fewer' if value >= 0 else 'more'} likes for each follower**"
    lost = f"95% interval of what is lost: {low:.0%} to {high:.0%}"
    return f"Ten times the followers go with {than} ({lost}): *{verdict.verdict}*."


def _drawn(accounts: Any, total: int, data_kind: str, *, definition: str, edges: Sequence[float]) -> Picture:
    name, ax = column("like_rate", definition=definition), axes(None)
    banded = with_bands(accounts, edges=edges)
    bands = without_few(band_means(banded, outcome="like_rate", definition=definition))
    seen, thresh = banded[banded[name] > 0], rare(total, data_kind=data_kind)
    sns.histplot(seen, x="followers", y=name, log_scale=True, bins=40, thresh=thresh, color=PUBLISHED, ax=ax)
    line = fitted_line(accounts, outcome="like_rate", definition=definition)
    look: dict[str, Any] = {
        "label": f"like rate, {definition}",
        "name": "like rate",
        "document": document_points("like_rate"),
    }
    return rate_by_size(banded, bands=bands, line=line, outcome=name, data_kind=data_kind, ax=ax, **look)
