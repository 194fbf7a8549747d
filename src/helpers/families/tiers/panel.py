"""What follows from other choices in notebook 02, moved by hand?"""

from typing import Any

import seaborn as sns

from helpers.claims import judge, registry
from helpers.estimates import Estimate
from helpers.families.tiers.analysis import SETS, SIDES, Tiers, rate_column, reduce, tier_means, tier_ratio
from helpers.ground.disclosure import rare, without_few
from helpers.lessons import ALL, Panel, by_period, enough, first_of
from helpers.measures import Reduced
from helpers.plots import PUBLISHED, Picture, axes, rate_by_size
from helpers.reading.dataset import Dataset

ESTIMATORS, MICRO = ("ppml", "log-ols"), "tier-micro-beats-macro"


def explore(
    dataset: Dataset, reduced: Reduced, *, tiers: Tiers, count: str, base: str, estimator: str, **chosen: Any
) -> Panel:
    """Give a panel on micro and macro accounts.

    Parameters
    ----------
    dataset : Dataset
        The opened data, from which a period is reduced anew.
    reduced : Reduced
        What the notebook has reduced them to.
    tiers, count, base, estimator
        The notebook's choices.
    **chosen
        What the notebook chose of the data, as `analysis.reduce`.

    Returns
    -------
    Panel
        In a batch the notebook's own choices.
    """
    whole, posts = reduced.frames["accounts"], {k: table for k, table in dataset.tables.items() if k != "campaigns"}
    times, of = by_period(reduced, lambda **days: reduce(posts, **{**chosen, **days}))
    sets = {one.name: one for one in (tiers, *SETS.values())}
    rates = {name: name for name in whole.columns if " by " in str(name) and whole[name].notna().any()}
    own = rate_column(count, base)

    def show(*, definition: str, tiers: str, platform: str, estimator: str, period: str) -> tuple[str, Picture]:
        accounts = of(period).frames["accounts"]
        accounts = enough(accounts if platform == ALL else accounts[accounts["platform"] == platform], whole)
        counted, set_against = definition.split(" by ")
        part = Reduced({"accounts": accounts}, len(accounts), {})
        first, second = SIDES[MICRO]
        how: dict[str, Any] = {"tiers": sets[tiers], "count": counted, "base": set_against, "estimator": estimator}
        found = tier_ratio(part, first=first, second=second, **how)
        return sentence(found), _drawn(accounts, len(whole), dataset.kind, rate=definition, tiers=sets[tiers])

    platforms = whole["platform"].dropna().astype(str).value_counts().index[:6].tolist()
    choices = {
        "definition": first_of(own, [*rates]),
        "tiers": first_of(tiers.name, [*sets]),
        "platform": [ALL, *(platforms if len(platforms) > 1 else [])],
        "estimator": first_of(estimator, ESTIMATORS),
        "period": times,
    }
    return Panel(show, choices)


def sentence(found: Estimate) -> str:
    """Say how micro accounts compare with macro accounts, and which verdict that gives.

    Parameters
    ----------
    found : Estimate
        The ln ratio of their engagement rates.

    Returns
    -------
    str
        Markdown.
    """
    import math

    verdict = judge(registry()[MICRO], found)
    if verdict.estimate is None:
        return f"That micro accounts engage more than macro accounts: **{verdict.verdict}** ({verdict.reason})."
    value, low, high = (math.expm1(end) for end in (found.value, found.low, found.high))
    more = f"**{abs(value):.0%} {'more' if value >= 0 else 'less'} engagement**"
    return (
        f"Micro accounts get {more} than macro accounts (95% interval {low:+.0%} to {high:+.0%}): *{verdict.verdict}*."
    )


def _drawn(accounts: Any, total: int, data_kind: str, *, rate: str, tiers: Tiers) -> Picture:
    means, ax = without_few(tier_means(accounts, outcome=rate, tiers=tiers)), axes(None)
    seen, thresh = accounts[accounts[rate] > 0], rare(total, data_kind=data_kind)
    sns.histplot(seen, x="followers", y=rate, log_scale=True, bins=40, thresh=thresh, color=PUBLISHED, ax=ax)
    look: dict[str, Any] = {"label": rate, "name": f"engagement rate ({rate})", "by": "tier"}
    return rate_by_size(accounts, bands=means, outcome=rate, data_kind=data_kind, ax=ax, **look)
