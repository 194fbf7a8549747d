"""Does it matter who follows an account? From accounts, their history and their followers to the estimates of 08."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.words import percent
from helpers.claims import Threat, registry
from helpers.claims.analysis import Analysis, on_frame, rows_of
from helpers.claims.published import points
from helpers.doubts.ranks import best_of_each
from helpers.doubts.threats import of_cut, of_error_held, of_hidden, unknown_share, with_unknown_at_none
from helpers.estimates import Estimate, fitted_line, regress, wilson, within_ratio
from helpers.ground.scales import changed
from helpers.measures import BAND_EDGES, Reduced, account_rates, read_averages, with_bands, with_owner
from helpers.reading.sampling import in_memory

OUTCOMES = {"likes": "like_rate", "comments": "comment_rate", "likes and comments": "engagement_rate"}
"""What of an account is set against its followers."""

HELD = {
    "size": ["ln_followers"],
    "size and platform": ["ln_followers", "platform"],
    "bands of size": ["band"],
    "nothing": [],
}
"""What accounts that are compared must have in common."""

EVIDENCE = ("label or step", "label before step", "label", "step")
"""What counts as bought followers: either sign; the label where there is one and the step elsewhere; one of them."""

WEIGHTS = ("accounts", "followers")
"""Whether every account counts alike in a comparison within accounts, or every follower."""

TENURE_EDGES = (3, 6, 12)
"""Months at which followers are split into new and old ones; six is the document's."""

FEWEST_DAYS = 14
"""With fewer daily changes than two weeks' nobody can say what is usual for an account."""

ONE_DAY = 1.5
"""Days between two counts up to which they are a day apart; a change over a longer gap is no jump of one day."""

RULES = {
    "one-day step in followers": "stepped",
    "follows more than it is followed": "overfollowing",
    "follows over twice as many": "follows_twice",
    "has never posted": "never_posted",
}
"""Rules that call an account fake, fixed before any data are seen, and the columns that hold their answers."""

TRAITS = ("platform", "account_id", "followers", "following", "posts", "mutual_share", "is_fake")


def reduce(
    tables: Mapping[str, Any],
    *,
    step_size: float = 8.0,
    step_share: float = 0.05,
    tenure_months: float = 6,
    min_age_days: float = 0.0,
    platforms: Sequence[str] = (),
) -> Reduced:
    """Reduce accounts, their history and their followers to what the claims need.

    Rates come from posts where an account has any, and else from its own averages.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; accounts, posts, account_history and follower_activity are used where they are there.
    step_size, step_share : float
        As in `follower_steps`.
    tenure_months : float, default 6
        Months below which a follower is new; added to `TENURE_EDGES` where it is none of them.
    min_age_days : float, default 0
        Posts younger than this at capture are left out.
    platforms : sequence of str, default ()
        Only these platforms; empty means all.

    Returns
    -------
    Reduced
        Frames ``accounts`` (one row for each account: rates, followers, ln_followers, band, and overfollowing, is_fake,
        stepped and the other `RULES` as 0 and 1, missing where unknown) and ``tenure`` (one row for each account and
        time since following: months is the lower edge; likes and likes_followers are summed over the same groups, as
        are comments and comments_followers). Each row says who owns the account.
    """
    rates, period, excluded = _rates(tables, min_age_days=min_age_days, platforms=platforms)
    best = best_of_each(rates["n_posts"], tables, min_age_days=min_age_days, platforms=platforms)
    accounts = _with_traits(rates, tables.get("accounts"), platforms=platforms).assign(best_of_each=best)
    steps = _no_steps()
    if "account_history" in tables:
        steps = follower_steps(tables["account_history"], step_size=step_size, step_share=step_share)
    accounts = flagged(accounts.merge(steps, on="account_id", how="left"))
    tenure = _tenure(tables.get("follower_activity"), edges=sorted({*TENURE_EDGES, tenure_months}))
    accounts, tenure = (with_owner(frame, tables.get("accounts")) for frame in (accounts, tenure))
    units = {
        "accounts": len(accounts),
        "accounts with followers by time since following": tenure["account_id"].nunique(),
    }
    return Reduced({"accounts": accounts, "tenure": tenure}, len(accounts), units, excluded, period)


def _rates(
    tables: Mapping[str, Any], *, min_age_days: float, platforms: Sequence[str]
) -> tuple[pd.DataFrame, Any, dict[str, int]]:
    """Give every account its rates: from its posts, or else from its averages."""
    known = {name: tables[name] for name in ("posts", "accounts") if name in tables}
    found = account_rates(known, min_age_days=min_age_days, platforms=platforms)
    excluded = dict(found.excluded)
    if "posts" not in known or "accounts" not in known:
        return found.frame, found.period, excluded
    averages = read_averages(tables["accounts"], platforms=platforms).frame
    others = averages[~averages["account_id"].isin(found.frame["account_id"]) & averages["like_rate"].notna()]
    parts = [frame for frame in (found.frame, others) if len(frame)]
    return (pd.concat(parts, ignore_index=True) if parts else found.frame), found.period, excluded


def _with_traits(rates: pd.DataFrame, accounts: Any, *, platforms: Sequence[str]) -> pd.DataFrame:
    """Put what the table of accounts says beside the rates; accounts without a rate stay, for the marking of rules."""
    traits = pd.DataFrame(columns=list(TRAITS))
    if accounts is not None:
        frame = nw.from_native(accounts).lazy()
        there = [name for name in TRAITS if name in frame.collect_schema().names()]
        traits = in_memory(frame.select(there)).reindex(columns=list(TRAITS))
    traits = traits[traits["platform"].isin(list(platforms))] if platforms else traits
    keys = (
        ["account_id"]
        if traits["platform"].isna().all() or rates["platform"].isna().all()
        else ["platform", "account_id"]
    )
    told = traits.rename(columns={"followers": "followers_now"}).drop(columns={"platform"} - {*keys})
    table = rates.merge(told, on=keys, how="outer")
    numbers = ["followers", "followers_now", "following", "posts", "mutual_share", "like_rate", "comment_rate"]
    table = table.astype(dict.fromkeys(numbers, "float64"))
    return table.assign(is_fake=table["is_fake"].map({True: 1.0, False: 0.0}).astype("float64"))


def flagged(accounts: pd.DataFrame) -> pd.DataFrame:
    """Add size and the answers of the rules, each missing where it cannot be known.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account: platform, like_rate, comment_rate, followers (of the rates), followers_now, following,
        posts, and steps and days as `follower_steps` gives them.

    Returns
    -------
    pandas.DataFrame
        With engagement_rate, ln_followers, band and the columns of `RULES` as 0 and 1.
    """
    size = accounts["followers_now"].fillna(accounts["followers"])
    following, posts = accounts["following"], accounts["posts"]
    both = size.notna() & following.notna()
    accounts = accounts.assign(
        engagement_rate=accounts["like_rate"] + accounts["comment_rate"],
        ln_followers=np.log(accounts["followers"].where(accounts["followers"] > 0)),
        platform=accounts["platform"].astype("object").where(accounts["platform"].notna(), "not stated"),
        overfollowing=(following > size).astype(float).where(both),
        follows_twice=(following > 2 * size).astype(float).where(both),
        never_posted=(posts == 0).astype(float).where(posts.notna()),
        stepped=(accounts["steps"] > 0).astype(float).where(accounts["days"] >= FEWEST_DAYS),
    )
    return with_bands(accounts, edges=BAND_EDGES)


def _no_steps() -> pd.DataFrame:
    kinds = {"account_id": "str", "days": "float64", "steps": "float64", "largest": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def follower_steps(history: Any, *, step_size: float = 8.0, step_share: float = 0.05) -> pd.DataFrame:
    """Count the days on which an account's followers jumped.

    A day is a step when the relative growth of that day lies more than `step_size` robust standard deviations (1.4826
    times the median absolute deviation) above the account's own median, and is at least `step_share` of its followers.
    Median and deviation are hardly moved by the jumps that are looked for. The deviation alone would not do: an account
    that hardly moves has one near zero, and then any follower is a jump.

    Parameters
    ----------
    history : narwhals.LazyFrame or pandas.DataFrame
        Tidy account_history: account_id, date, followers; days without a count are passed over, and so are changes over
        more than one day.
    step_size : float, default 8
        Robust standard deviations; daily growth has heavy tails, so that three or four of them come up by chance.
    step_share : float, default 0.05
        Share of the followers of the day before; less than that changes a rate by less than the margin of 10%, even if
        it happens twice.

    Returns
    -------
    pandas.DataFrame
        One row for each account: account_id, days (daily changes known), steps (days with a jump) and largest (largest
        growth of one day, as a share).

    References
    ----------
    Leys, C. et al. (2013). Detecting outliers: do not use standard deviation around the mean, use absolute deviation
    around the median. Journal of Experimental Social Psychology 49.
    """
    growth = _daily_growth(history)

    growth = growth.join(_medians(growth, "_growth", "_middle"), on="account_id", how="left")
    growth = growth.with_columns(_above=nw.col("_growth") - nw.col("_middle"))
    growth = growth.with_columns(_off=nw.col("_above").abs())
    growth = growth.join(_medians(growth, "_off", "_spread"), on="account_id", how="left")
    usual = nw.col("_above") <= nw.col("_spread") * (1.4826 * step_size)
    jumped = ~usual & (nw.col("_growth") >= step_share)
    counted = growth.with_columns(_step=nw.when(jumped).then(1.0).otherwise(0.0)).group_by("account_id")
    found = counted.agg(days=nw.len(), steps=nw.col("_step").sum(), largest=nw.col("_growth").max())
    return in_memory(found).sort_values("account_id", ignore_index=True)


def _medians(growth: Any, name: str, median: str) -> Any:
    """Find each account's median of a column by its place in order, exact at every size.

    DuckDB keeps all values of a median in memory, beyond its limit; what it sorts goes to disk where memory is short.
    """
    place, number = nw.col(name).rank("ordinal").over("account_id"), nw.len().over("account_id")
    placed = growth.select("account_id", name, _twice=2 * place, _of=number)
    middle = placed.filter((nw.col("_twice") >= nw.col("_of")) & (nw.col("_twice") <= nw.col("_of") + 2))
    return middle.group_by("account_id").agg(nw.col(name).mean().alias(median))


def _daily_growth(history: Any) -> Any:
    """Set each day's followers against those of the day before."""
    counts = nw.from_native(history).lazy().filter(~nw.col("followers").is_null() & (nw.col("followers") >= 0))
    before = nw.col("followers").shift(1).over("account_id", order_by="date")
    then = nw.col("date").shift(1).over("account_id", order_by="date")
    counts = counts.with_columns(_before=before, _then=then).filter(
        ~nw.col("_before").is_null() & (nw.col("_before") > 0)
    )
    counts = counts.filter(nw.col("date") - nw.col("_then") <= nw.lit(timedelta(days=ONE_DAY)))
    return counts.select("account_id", _growth=nw.col("followers") / nw.col("_before") - 1)


def _tenure(activity: Any, *, edges: Sequence[float]) -> pd.DataFrame:
    """Sum followers and what they gave by account and time since following, where the table lives."""
    names = ["account_id", "months", "likes", "likes_followers", "comments", "comments_followers"]
    if activity is None:
        return pd.DataFrame(columns=names).astype(dict.fromkeys(names[1:], "float64"))
    groups = nw.from_native(activity).lazy()
    there = groups.collect_schema().names()
    unknown = nw.lit(None, dtype=nw.Float64())
    counts = (nw.col(name) if name in there else unknown.alias(name) for name in ("followers", "likes", "comments"))
    groups = groups.select("account_id", "tenure_months", *counts)
    months = nw.lit(0.0)
    for edge in edges:
        months = nw.when(nw.col("tenure_months") >= edge).then(nw.lit(float(edge))).otherwise(months)
    groups = groups.filter(~nw.col("tenure_months").is_null()).with_columns(months=months)
    sums: dict[str, nw.Expr] = {}
    for count in ("likes", "comments"):
        known = (nw.col("followers") > 0) & (nw.col(count) >= 0)
        groups = groups.with_columns(
            **{
                f"_{count}": nw.when(known).then(nw.col(count)),
                f"_{count}_of": nw.when(known).then(nw.col("followers")),
            }
        )
        sums |= {count: nw.col(f"_{count}").sum(), f"{count}_followers": nw.col(f"_{count}_of").sum()}
    table = in_memory(groups.group_by("account_id", "months").agg(**sums))
    table = table[names].astype(dict.fromkeys(names[1:], "float64"))
    return table.sort_values(["account_id", "months"], ignore_index=True)


def bought(accounts: pd.DataFrame, *, evidence: str = EVIDENCE[0]) -> pd.Series:
    """Say which accounts count as having bought followers.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `reduce`.
    evidence : str
        One of `EVIDENCE`.

    Returns
    -------
    pandas.Series
        1, 0, or missing where neither a label nor a history is known.

    Raises
    ------
    ValueError
        If the evidence is unknown.
    """
    label, step = accounts["is_fake"], accounts["stepped"]
    answers = {
        "label or step": np.fmax(label, step),
        "label before step": label.fillna(step),
        "label": label,
        "step": step,
    }
    if evidence not in answers:
        raise ValueError(f"evidence '{evidence}' is unknown; allowed: {', '.join(EVIDENCE)}")
    return answers[evidence]


def compared(
    accounts: pd.DataFrame, *, group: str, outcome: str = "likes", estimator: str = "ppml", held: str = "size"
) -> Estimate | None:
    """Estimate minus the ln ratio of two groups' expected rates, accounts of one size compared.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `reduce`; accounts without a rate, a size or a known group are left out.
    group : str
        Column with 1 for the group that is said to have less, and 0 for the others.
    outcome : str, default "likes"
        One of `OUTCOMES`.
    estimator : str, default "ppml"
        ``"ppml"``, or ``"log-ols"``, which loses the accounts without any.
    held : str, default "size"
        One of `HELD`.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    found = _slope(accounts, term=group, outcome=outcome, estimator=estimator, held=held)
    if found is None:
        return None
    estimate, used = found
    return replace(-estimate, n_side=min(used.loc[used[group] == side, "owner"].nunique() for side in (0, 1)))


def _slope(
    accounts: pd.DataFrame, *, term: str, outcome: str, estimator: str, held: str
) -> tuple[Estimate, pd.DataFrame] | None:
    """Fit the ln expected rate on one term and what is held fixed; give its coefficient and the rows it rests on."""
    rate = OUTCOMES[outcome]
    table = accounts.dropna(subset=[rate, term, "ln_followers"])
    if estimator == "log-ols":
        table = table[table[rate] > 0]
        table = table.assign(**{rate: np.log(table[rate])})
    link = "log" if estimator == "ppml" else "identity"
    fit = regress(table, outcome=rate, terms=[term], adjust=HELD[held], cluster="owner", link=link)
    return None if fit is None else (fit.term(term), table)


def by_acquaintance(
    accounts: pd.DataFrame, *, outcome: str = "likes", estimator: str = "ppml", mutual_held: str = "nothing"
) -> Estimate | None:
    """Estimate the slope of the ln expected rate on the share of followers who are followed back, 0 to 1.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `reduce`.
    outcome, estimator
        As in `compared`.
    mutual_held : str, default "nothing"
        One of `HELD`; the claim sets small circles against large audiences, so that by default nothing is.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    found = _slope(accounts, term="mutual_share", outcome=outcome, estimator=estimator, held=mutual_held)
    return None if found is None else found[0]


def by_tenure(
    tenure: pd.DataFrame, *, outcome: str, tenure_months: float = 6, weights: str = WEIGHTS[0]
) -> Estimate | None:
    """Estimate the ln ratio of what new and old followers give each, every account compared with itself.

    Parameters
    ----------
    tenure : pandas.DataFrame
        From `reduce`.
    outcome : str
        ``"likes"`` or ``"comments"``.
    tenure_months : float, default 6
        Followers of less than this are new; one of the edges that the table was made with.
    weights : str, default "accounts"
        ``"accounts"`` sets counts and followers of each account against its own followers, so that no giant decides;
        ``"followers"`` takes them as they are.

    Returns
    -------
    Estimate or None
        As `estimates.within_ratio` gives.
    """
    followers = tenure[f"{outcome}_followers"]
    whole = followers.groupby(tenure["account_id"]).transform("sum") if weights == "accounts" else 1.0
    cells = tenure.assign(new=tenure["months"] < tenure_months, given=tenure[outcome] / whole, of=followers / whole)
    return within_ratio(cells, unit="account_id", cluster="owner", treated="new", total="given", exposure="of")


def _bought(data: Reduced, *, evidence: str, **choices: Any) -> Estimate | None:
    accounts = data.frames["accounts"]
    return compared(accounts.assign(bought=bought(accounts, evidence=evidence)), group="bought", **choices)


def _marked_accounts(data: Reduced) -> int:
    accounts = data.frames["accounts"]
    return int((accounts["like_rate"].notna() & bought(accounts).notna()).sum())


def threatened(
    data: Reduced, estimate: Estimate, *, claim_id: str, of: Callable[..., Estimate | None], **choices: Any
) -> list[Threat]:
    """Say what else could have made a difference between groups of accounts.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    estimate : Estimate
        What `of` gave for the data and the choices.
    claim_id : str
        A claim of notebook 08 that compares accounts.
    of : callable
        Gives the estimate again for changed data.
    **choices
        Of the analysis.

    Returns
    -------
    list of Threat
        Error in followers, where a size that is held fixed leaves part of it in; posts chosen by their likes; counts
        that are hidden.
    """
    accounts = data.frames["accounts"]
    if not estimate.is_finite or not {"like_least", "like_posts", "like_unknown", "likes"} <= set(accounts):
        return []
    claim, outcome = registry()[claim_id], choices.get("outcome", "likes")
    names = [name for name in ("like", "comment") if name in outcome]
    group = group_of(accounts, claim_id, evidence=choices.get("evidence", EVIDENCE[0]))
    used = accounts[accounts[OUTCOMES[outcome]].notna() & group.notna() & (accounts["followers"] > 0)]

    def again(changed: pd.DataFrame) -> Estimate | None:
        told = changed.assign(engagement_rate=changed["like_rate"] + changed["comment_rate"])
        return of(replace(data, frames={**data.frames, "accounts": told}), **choices)

    share = unknown_share(used, names)
    ends = [again(with_unknown_at_none(used, names))] if share else []
    held = choices.get("held", tuple(HELD)[-1]) != tuple(HELD)[-1]
    return [
        *(of_error_held(claim, estimate, used, side=group[used.index]) if held else []),
        *of_cut(claim, estimate, used, names=["like"], again=lambda kept: again(used[kept])),
        *of_hidden(claim, estimate, share=share, ends=ends),
    ]


def group_of(accounts: pd.DataFrame, claim_id: str, *, evidence: str = EVIDENCE[0]) -> pd.Series:
    """Give what a claim compares accounts by.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `reduce`.
    claim_id : str
        A claim of notebook 08 that compares accounts.
    evidence : str
        As in `bought`.

    Returns
    -------
    pandas.Series
        1 for the group and 0 for the others, or a share from 0 to 1; missing where it is not known.
    """
    if claim_id == "audience-bought-lower":
        return bought(accounts, evidence=evidence)
    return accounts["overfollowing" if claim_id == "audience-overfollowing-lower" else "mutual_share"]


def _between(claim_id: str, of: Callable[..., Estimate | None], choices: Mapping[str, Any], **more: Any) -> Analysis:
    """Give the analysis of a claim that compares accounts, with what could fake it."""
    return Analysis(of, choices, threats=partial(threatened, claim_id=claim_id, of=of), **more)


_RATES = {"outcome": tuple(OUTCOMES)[:1], "estimator": ("ppml", "log-ols")}
_OTHER_RATES = {"outcome": tuple(OUTCOMES)[1:]}
_SIZED, _OF_ANY_SIZE = {"held": tuple(HELD)[:-1]}, {"held": tuple(HELD)[-1:]}
_TENURE, _OTHER_TENURE = {"tenure_months": (6,), "weights": WEIGHTS}, {"tenure_months": (3, 12)}

ANALYSES: Mapping[str, Analysis] = {
    "audience-overfollowing-lower": _between(
        "audience-overfollowing-lower",
        on_frame("accounts", compared, group="overfollowing"),
        {**_RATES, **_SIZED},
        rows=rows_of("accounts", "like_rate", "overfollowing"),
        others={**_OTHER_RATES, **_OF_ANY_SIZE},
    ),
    "audience-bought-lower": _between(
        "audience-bought-lower",
        _bought,
        {"evidence": EVIDENCE, **_RATES, **_SIZED},
        rows=_marked_accounts,
        others={**_OTHER_RATES, **_OF_ANY_SIZE},
    ),
    "audience-acquaintances-higher": _between(
        "audience-acquaintances-higher",
        on_frame("accounts", by_acquaintance),
        {**_RATES, "mutual_held": ("nothing", "size", "size and platform")},
        rows=rows_of("accounts", "like_rate", "mutual_share"),
        others=_OTHER_RATES,
    ),
    "audience-new-followers-like-more": Analysis(
        on_frame("tenure", by_tenure, outcome="likes"), _TENURE, rows=rows_of("tenure"), others=_OTHER_TENURE
    ),
    "audience-new-followers-comment-more": Analysis(
        on_frame("tenure", by_tenure, outcome="comments"), _TENURE, rows=rows_of("tenure"), others=_OTHER_TENURE
    ),
}
"""How each claim of notebook 08 is estimated, and what could be done otherwise."""

LABELS = {
    "audience-overfollowing-lower": "follows more than it is followed: loss",
    "audience-bought-lower": "bought followers: loss",
    "audience-acquaintances-higher": "all against no acquaintances: gain",
    "audience-new-followers-like-more": "new against old followers, likes: gain",
    "audience-new-followers-comment-more": "new against old followers, comments: gain",
}
"""What the rows of the picture are called."""


def raw_and_held(data: Reduced, *, outcome: str = "likes", estimator: str = "ppml") -> pd.DataFrame:
    """Set the comparison of accounts as they are beside that of accounts of one size.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    outcome, estimator
        As in `compared`.

    Returns
    -------
    pandas.DataFrame
        One row for each trait that can be told apart: the change of the rate that goes with it, as text, with nothing
        held fixed and with size held fixed.
    """
    accounts = data.frames["accounts"]
    accounts = accounts.assign(bought=bought(accounts))
    rows = []
    for name, term in (("follows more than it is followed", "overfollowing"), ("bought followers", "bought"),
                       ("all against no acquaintances", "mutual_share")):  # fmt: skip
        held = (_slope(accounts, term=term, outcome=outcome, estimator=estimator, held=h) for h in ("nothing", "size"))
        rows.append((name, *(changed(found and found[0]) for found in held)))
    return pd.DataFrame(rows, columns=["account", "as they are", "size held fixed"]).set_index("account")


def marks(data: Reduced) -> pd.DataFrame:
    """Mark the rules for fake accounts against labels: what they hit, and what they call fake wrongly.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        One row for each rule that can be marked: rule, hits (fakes that it finds), fakes, passed (genuine accounts that
        it leaves alone), genuine; sensitivity and specificity (shares) with Wilson's 95% intervals (sensitivity_low and
        so on). Accounts without a label, or for which the rule has no answer, are left out.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22.
    """
    accounts = data.frames["accounts"]
    rows = []
    for rule, column in RULES.items():
        known = accounts.dropna(subset=["is_fake", column])
        fake, flagged = known["is_fake"] == 1, known[column] == 1
        if not (fake.any() and (~fake).any()):
            continue
        sides = ((fake & flagged).sum(), fake.sum()), ((~fake & ~flagged).sum(), (~fake).sum())
        counts = [(int(k), int(n)) for k, n in sides]
        rows.append((rule, *counts[0], *counts[1], *(x for k, n in counts for x in (k / n, *wilson(k / n, n=n)))))
    shares = [f"{share}{end}" for share in ("sensitivity", "specificity") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["rule", "hits", "fakes", "passed", "genuine", *shares])


def marks_table(table: pd.DataFrame, *, share: float) -> pd.DataFrame:
    """Lay the marks of rules out for reading, with what a flag is worth where fakes are rarer than in the file.

    Parameters
    ----------
    table : pandas.DataFrame
        From `marks`.
    share : float
        Share of fakes among the accounts that somebody would look at, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row for each rule, as text; the last column is Bayes' rule.
    """
    rows = [
        (
            row.rule,
            f"{percent(row.sensitivity)} ({percent(row.sensitivity_low)} to {percent(row.sensitivity_high)})",
            f"{percent(row.specificity)} ({percent(row.specificity_low)} to {percent(row.specificity_high)})",
            flag_worth(row.sensitivity, row.specificity, share=share),
        )
        for row in table.itertuples()
    ]
    names = ["rule", "sensitivity (95%)", "specificity (95%)", f"flags that are right, if {percent(share)} are fake"]
    return pd.DataFrame(rows, columns=names).set_index("rule")


def flag_worth(sensitivity: float, specificity: float, *, share: float) -> str:
    """Say what share of flagged accounts is fake, by Bayes' rule.

    Examples
    --------
    >>> flag_worth(0.8, 0.9, share=0.1)
    '47.1%'
    """
    hits, alarms = share * sensitivity, (1 - share) * (1 - specificity)
    return percent(hits / (hits + alarms)) if hits + alarms else "nothing flagged"


def describe_marks(table: "pd.DataFrame") -> str:
    """Tell the marks of the rules in words.

    Parameters
    ----------
    table : pandas.DataFrame
        From `marks`.

    Returns
    -------
    str
        One sentence for each rule, or what is missing.
    """
    told = [
        f"The rule \N{LEFT DOUBLE QUOTATION MARK}{row.rule}\N{RIGHT DOUBLE QUOTATION MARK} finds {row.hits:,} of"
        f" {row.fakes:,} accounts labelled fake and calls {row.genuine - row.passed:,} of {row.genuine:,} genuine ones"
        " fake."
        for row in table.itertuples()
    ]
    nothing = "These data have no accounts labelled fake and genuine that a rule could be marked on."
    return " ".join(told) or nothing


def lines(accounts: pd.DataFrame, *, group: str, rate: str) -> tuple[list[str], list[pd.DataFrame | None]]:
    """Fit a line of the expected rate on followers for each of two groups, for a picture.

    Parameters
    ----------
    accounts : pandas.DataFrame
        From `reduce`.
    group : str
        Column with 0 and 1.
    rate : str
        Column with the rate.

    Returns
    -------
    tuple of list of str and list of (pandas.DataFrame or None)
        What the groups are called, and their lines as `estimates.fitted_line` gives them.
    """
    found = [fitted_line(accounts[accounts[group] == side], outcome=rate, cluster="owner") for side in (0, 1)]
    return ["follows fewer or as many", "follows more than it is followed"], found


def diluted(shares: Sequence[float]) -> pd.DataFrame:
    """Show what followers who never react do to a rate: nothing but a larger denominator.

    Parameters
    ----------
    shares : sequence of float
        Shares of the followers that are bought, 0 to below 1.

    Returns
    -------
    pandas.DataFrame
        Share bought, rate left as a multiple of what it was, and minus the ln ratio.

    Examples
    --------
    >>> diluted([0.5]).iloc[0].round(3).tolist()
    [0.5, 0.5, 0.693]
    """
    bought = np.asarray(shares, dtype=float)
    return pd.DataFrame({"share bought": bought, "rate left": 1 - bought, "minus ln ratio": -np.log1p(-bought)})


def implied(figures: pd.DataFrame) -> pd.DataFrame:
    """Put published shares of suspicious followers on the scale of the claim about bought ones.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives: the loss if such followers never react, and there are none elsewhere.
    """
    shares = figures[figures["measure"] == "suspicious_followers_share"]
    value = -np.log1p(-shares["estimate"])
    label = "what " + shares["estimate"].map(percent) + " suspicious followers cost (" + shares["year"] + ")"
    return points(shares.assign(label=label, value=value))
