"""How does a verdict come about, step by step, on rows that a student can check by hand?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from helpers.base.refusals import Refusal
from helpers.claims import Claim, judge, lacking, questions, registry
from helpers.estimates import ROUNDING, Estimate
from helpers.evidence.questions import words
from helpers.pages.known import in_markdown, known

if TYPE_CHECKING:
    from helpers.reading.dataset import Dataset


def rows(*, followers: Sequence[int], likes: Sequence[int]) -> pd.DataFrame:
    """Lay a few accounts out as a table, one post of each.

    Parameters
    ----------
    followers, likes : sequence of int
        One number for each account.

    Returns
    -------
    pandas.DataFrame
        Columns followers and likes; the accounts are numbered from 1.

    Raises
    ------
    Refusal
        When the two do not fit together.

    Examples
    --------
    >>> rows(followers=[100, 200], likes=[5, 12])["likes"].tolist()
    [5, 12]
    """
    faults = []
    if len(followers) != len(likes):
        faults.append(f"followers holds {len(followers)} numbers, likes holds {len(likes)}")
    if len(followers) < 2:
        faults.append("there are fewer than two accounts, so nothing varies")
    if any(size <= 0 for size in followers) or any(count < 0 for count in likes):
        faults.append("followers are above 0 and likes are not below 0")
    if faults:
        raise Refusal("the small table cannot be used", faults, "give one number of followers and of likes an account")
    index = pd.RangeIndex(1, len(followers) + 1, name="account")
    return pd.DataFrame({"followers": followers, "likes": likes}, index=index)


def stacked(rates: "pd.Series") -> "pd.DataFrame":
    """Set equal rates on each other, so that a picture shows every one: columns rate and height."""
    return pd.DataFrame({"rate": rates, "height": rates.groupby(rates.round(6)).cumcount() * 0.16})


def by_hand(rates: pd.Series | np.ndarray, *, null: float = 0.0) -> Estimate:
    """Estimate a mean with Student's interval, as one would on paper.

    Parameters
    ----------
    rates : pandas.Series or numpy.ndarray
        One value for each account, shape (n,), none missing.
    null : float, default 0
        The value that the p-value tests against.

    Returns
    -------
    Estimate
        The mean plus and minus Student's t times the standard error; not finite when nothing varies.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6.

    Examples
    --------
    >>> round(by_hand(np.array([1.0, 2.0, 3.0])).high, 3)  # 2 + 4.303 / sqrt(3)
    4.484
    """
    n = len(rates)
    value, error = float(np.mean(rates)), float(np.std(rates, ddof=1)) / np.sqrt(n)
    t, method = scipy.stats.t(n - 1), "mean, Student's interval"
    if not error > ROUNDING * abs(value):
        return Estimate.none(n, value=value, null=null, method=method)

    def ends(level: float) -> tuple[float, float]:
        reach = float(t.ppf(0.5 + level / 2) * error)
        return value - reach, value + reach

    p_value = float(2 * t.sf(abs(value - null) / error))
    return Estimate.spanning(value, ends, p_value=p_value, n_units=n, null=null, method=method)


def steps(table: pd.DataFrame, *, claim: Claim) -> pd.DataFrame:
    """Write down each step from the rates to the verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        From `rows`.
    claim : Claim
        A value claim about a rate.

    Returns
    -------
    pandas.DataFrame
        Step, how it is worked out, and its result, as text.
    """
    rates = table["likes"] / table["followers"]
    found, n = by_hand(rates), len(rates)
    spread, t_95, t_90 = rates.std(), scipy.stats.t(n - 1).ppf(0.975), scipy.stats.t(n - 1).ppf(0.95)
    published, margin = claim.given("published"), claim.given("margin")
    low, high = found.low_90 / published, found.high_90 / published
    near, far = 1 - margin, 1 + margin
    told = [
        ("mean", f"sum of the rates ÷ {n}", f"{found.value:.2%}"),
        ("spread", f"root of the squared distances from the mean ÷ {n - 1}", f"{spread:.2%}"),
        ("standard error", f"spread ÷ root of {n}", f"{spread / np.sqrt(n):.2%}"),
        ("95% interval", f"mean ± {t_95:.3f} × standard error", f"{found.low:.2%} to {found.high:.2%}"),
        ("90% interval", f"mean ± {t_90:.3f} × standard error", f"{found.low_90:.2%} to {found.high_90:.2%}"),
        ("ratio to the published figure", f"90% interval ÷ {published:.0%}", f"{low:.2f} to {high:.2f}"),
        ("margin", f"1 ± {margin:g}", f"{near:g} to {far:g}"),
        ("verdict", "does the margin hold the ratio?", judge(claim, found).verdict),
    ]
    return pd.DataFrame(told, columns=["step", "how", "result"]).set_index("step")


def answer(table: pd.DataFrame, *, claim: Claim) -> str:
    """Say in a sentence what came out.

    Parameters
    ----------
    table, claim
        As in `steps`.

    Returns
    -------
    str
        With computed numbers.
    """
    found = by_hand(table["likes"] / table["followers"])
    return (
        f"On {len(table)} made-up accounts that can be worked by hand the like rate is {found.value:.1%} "
        f"({found.low:.1%} to {found.high:.1%}), against a published {claim.published:.0%}: "
        f"{judge(claim, found).verdict}."
    )


def with_one_changed(table: pd.DataFrame, *, claim: Claim, factor: float = 2.0) -> pd.DataFrame:
    """Change one account's likes at a time and judge again.

    Parameters
    ----------
    table, claim
        As in `steps`.
    factor : float, default 2
        What the likes are multiplied by.

    Returns
    -------
    pandas.DataFrame
        One row for each account changed: the mean, its 90% interval and the verdict, as text.
    """
    told = []
    for account in table.index:
        likes = table["likes"].where(table.index != account, table["likes"] * factor)
        found = by_hand(likes / table["followers"])
        ends = f"{found.low_90:.2%} to {found.high_90:.2%}"
        told.append((account, f"{found.value:.2%}", ends, judge(claim, found).verdict))
    columns = ["changed account", "mean", "90% interval", "verdict"]
    return pd.DataFrame(told, columns=columns).set_index("changed account")


EXAMPLES = ((3.0, 0.8), (0.6, 0.2), (2.0, 0.8), (0.0, 0.4), (-0.6, 0.2), (-2.0, 0.8), (-3.0, 0.8), (0.7, 0.9))
"""Effects and standard errors, in margins: one for each verdict on a direction, and some that surprise."""


def examples(claim: Claim) -> pd.DataFrame:
    """Show where intervals lie that lead to each verdict on a direction.

    Parameters
    ----------
    claim : Claim
        A direction claim; its margin is the yardstick.

    Returns
    -------
    pandas.DataFrame
        Columns value, low, high, low_90, high_90 and verdict, by the rules of `claims.judge`.
    """
    normal, margin, told = scipy.stats.norm, claim.given("margin"), []
    for value, error in EXAMPLES:
        value, wide, narrow = (margin * x for x in (value, normal.ppf(0.975) * error, normal.ppf(0.95) * error))
        found = Estimate(value, value - wide, value + wide, value - narrow, value + narrow, 1.0, n_units=100)
        verdict = judge(claim, found).verdict
        told.append((value, found.low, found.high, found.low_90, found.high_90, verdict))
    return pd.DataFrame(told, columns=["value", "low", "high", "low_90", "high_90", "verdict"])


def what_is_known() -> str:
    """Tell what is known on the three questions that stand first, and in a line each on the others.

    Returns
    -------
    str
        Markdown: what the texts say, what studies and open data say, what is open, with the notebook of each.
    """
    books = {claim.question: claim.notebook for claim in registry().values()}
    world = known(registry(), questions(), answers=words())
    lead = [
        f"**{one.name}: {one.question}** `{books[one.question]}`\n\n{in_markdown(one)}" for one in world if one.lead
    ]
    also = [f"- **{one.question}** `{books[one.question]}` {one.studies}" for one in world if not one.lead]
    return "\n\n".join([*lead, "**Also**", "\n".join(also)])


def map_of_notebooks(dataset: "Dataset", *, claims: Mapping[str, Claim] | None = None) -> pd.DataFrame:
    """List the notebooks with their question, and how many of their claims these data can speak to.

    Parameters
    ----------
    dataset : Dataset
        The opened data.
    claims : mapping of str to Claim, optional
        The registry by default.

    Returns
    -------
    pandas.DataFrame
        One row for each notebook that answers claims, in the order of their numbers.
    """
    told: dict[str, list] = {}
    for claim in (registry() if claims is None else claims).values():
        row = told.setdefault(claim.notebook, [claim.question, 0, 0])
        row[1] += 1
        row[2] += not lacking(claim, dataset)
    frame = pd.DataFrame.from_dict(told, orient="index", columns=["question", "claims", "these data can speak to"])
    return frame.rename_axis("notebook").sort_index()


def what_to_bring(claims: Mapping[str, Claim] | None = None) -> pd.DataFrame:
    """List the tables that claims ask for: the columns they use, and how many claims each table helps to answer.

    Parameters
    ----------
    claims : mapping of str to Claim, optional
        The registry by default.

    Returns
    -------
    pandas.DataFrame
        One row for each table, the most useful first.
    """
    columns: dict[str, dict[str, None]] = {}
    helped: dict[str, set[str]] = {}
    for claim in (registry() if claims is None else claims).values():
        for table, names in ((table, names) for option in claim.needs for table, names in option.items()):
            columns.setdefault(table, {}).update(dict.fromkeys(names))
            helped.setdefault(table, set()).add(claim.id)
    told = [(table, ", ".join(names), len(helped[table])) for table, names in columns.items()]
    frame = pd.DataFrame(told, columns=["table", "columns that claims ask for", "claims"])
    return frame.sort_values(["claims", "table"], ascending=[False, True]).set_index("table")
