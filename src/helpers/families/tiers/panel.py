"""What follows from other choices in notebook 02, moved by hand?"""

from typing import Any

import numpy as np
import seaborn as sns

from helpers.claims import judge, registry
from helpers.claims.wording import told
from helpers.estimates import Estimate
from helpers.families.tiers.analysis import SETS, SIDES, Tiers, rate_column, reduce, tier_means, tier_ratio
from helpers.ground.disclosure import rare, without_few
from helpers.lessons import ALL, Panel, by_period, few, first_of
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
        The notebook's own choices first.
    """
    whole, posts = reduced.frames["accounts"], {k: table for k, table in dataset.tables.items() if k != "campaigns"}
    times, of = by_period(reduced, lambda **days: reduce(posts, **{**chosen, **days}))
    sets = {one.name: one for one in (tiers, *SETS.values())}
    rates = {name: name for name in whole.columns if " by " in str(name) and whole[name].notna().any()}
    own = rate_column(count, base)

    def show(*, definition: str, tiers: str, platform: str, estimator: str, period: str) -> tuple[str, Picture | None]:
        accounts = of(period).frames["accounts"]
        accounts = accounts if platform == ALL else accounts[accounts["platform"] == platform]
        reason = few(len(accounts)) or few(int(accounts[definition].notna().sum()), "account with this rate")
        if reason and not few(len(whole)):
            return sentence(None, reason=reason), None  # a few of others
        counted, set_against = definition.split(" by ")
        part = Reduced({"accounts": accounts}, len(accounts), {})
        first, second = SIDES[MICRO]
        how: dict[str, Any] = {"tiers": sets[tiers], "count": counted, "base": set_against, "estimator": estimator}
        found = tier_ratio(part, first=first, second=second, **how)
        look: dict[str, Any] = {"rate": definition, "tiers": sets[tiers], "estimator": estimator}
        said = f"{sentence(found, reason=reason)} {_beside(estimator)}"
        return said, _drawn(accounts, len(whole), dataset.kind, **look)

    platforms = whole["platform"].dropna().astype(str).value_counts().index[:6].tolist()
    choices = {
        "definition": first_of(own, [*rates]),
        "tiers": first_of(tiers.name, [*sets]),
        "platform": [ALL, *(platforms if len(platforms) > 1 else [])],
        "estimator": first_of(estimator, ESTIMATORS),
        "period": times,
    }
    return Panel(show, choices)


def _beside(estimator: str) -> str:
    """Say what the picture shows beside the comparison."""
    means = "Means" if estimator == "ppml" else "Geometric means, of accounts above 0,"
    return f"{means} are drawn as they are; the comparison holds platform and category fixed."


def sentence(found: Estimate | None, *, reason: str = "") -> str:
    """Say how micro accounts compare with macro accounts, and which verdict that gives.

    Parameters
    ----------
    found : Estimate or None
        The ln ratio of their engagement rates.
    reason : str, optional
        Why there is too little, where it is known.

    Returns
    -------
    str
        Markdown.
    """
    verdict = judge(registry()[MICRO], found, reason=reason)
    if verdict.estimate is None:
        return f"That micro accounts engage more than macro accounts: **{verdict.verdict}** ({verdict.reason})."
    words = "Micro accounts get **{change:more|less} engagement** than macro accounts"
    said, interval = told(verdict.estimate, words)
    return f"{said} (95% interval {interval}): *{verdict.verdict}*."


def _means(accounts: Any, rate: str, tiers: Tiers, estimator: str) -> Any:
    """Average the rates of each tier as an estimator does: geometric means where it compares ln rates."""
    if estimator == "ppml":
        return tier_means(accounts, outcome=rate, tiers=tiers)
    above = accounts[accounts[rate] > 0]
    means = tier_means(above.assign(**{rate: np.log(above[rate])}), outcome=rate, tiers=tiers)
    return means.assign(**np.exp(means[["mean", "low", "high", "median"]].astype(float)))


def _drawn(accounts: Any, total: int, data_kind: str, *, rate: str, tiers: Tiers, estimator: str) -> Picture:
    means, ax = without_few(_means(accounts, rate, tiers, estimator)), axes(None)
    kind = "" if estimator == "ppml" else ", geometric means"
    seen, thresh = accounts[accounts[rate] > 0], rare(total, data_kind=data_kind)
    ax.set(xlabel="followers", ylabel=rate)  # else seaborn makes ticks only to see whether names can be read
    sns.histplot(seen, x="followers", y=rate, log_scale=True, bins=40, thresh=thresh, color=PUBLISHED, ax=ax)
    look: dict[str, Any] = {"label": f"{rate}{kind}", "name": f"engagement rate ({rate}{kind})", "by": "tier"}
    return rate_by_size(accounts, bands=means, outcome=rate, data_kind=data_kind, ax=ax, **look)
