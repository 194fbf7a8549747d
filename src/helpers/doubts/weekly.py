"""Does an outcome follow a cause that changes from week to week, or was it there before?

Accounts are compared with themselves, and weeks with their own mean. What is left can still deceive: an owner who
answers more while attention is high is followed by good weeks, and came after them too. So the same comparison is made
backwards in time: a week cannot be changed by a cause that came later. Attention goes with its own future as it goes
with its past, so the slope that it fakes is as large before the cause as after it: this placebo is as strong as the
fault that it looks for. The plain lead, next week's cause on this week's outcome, is no placebo: with a real effect and
habits that last it rejects in worlds where nothing is wrong.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.claims.verdicts import Threat
from helpers.estimates import Regression, demeaned, regress

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims.analysis import Analysis
    from helpers.estimates import Estimate
    from helpers.measures import Reduced

FARTHEST = 3
"""Weeks before and after a cause that its picture shows: a month of posts on either side."""

COURSE = ["weeks", "value", "low", "high", "placebo"]
"""Columns of what `Weekly.course` gives."""


def in_a_later_week(weeks: "pd.DataFrame", values: "pd.Series", *, by: int = 1) -> "pd.Series":
    """Look up what an account's value is a number of weeks later.

    Parameters
    ----------
    weeks : pandas.DataFrame
        From `measures.account_weeks`.
    values : pandas.Series
        One value for each of its rows.
    by : int, default 1
        Weeks later, exactly: where the account did not post in that week the value is missing.

    Returns
    -------
    pandas.Series
        With the rows of `weeks`.
    """
    import pandas as pd

    span = weeks["week"].max() - weeks["week"].min() + abs(by) + 1  # so that no week is another account's
    keys = pd.Index(weeks["account"].factorize()[0] * span + weeks["week"])
    return pd.Series(values.to_numpy(), index=keys).reindex(keys + by).set_axis(weeks.index)


@dataclass(frozen=True)
class Weekly:
    """A cause and an outcome of accounts that change from week to week.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each account and week, with the columns account, week and those named below.
    outcome : str
        Column with the ln outcome of the row's own week.
    terms : mapping of str to float
        Columns of the cause, with the weights of their slopes in the effect.
    later : int, default 1
        Weeks from the cause to the outcome that it is said to bring about.
    held : sequence of str, default ()
        Columns of the cause's week that are held fixed.
    now : bool, default True
        Whether the outcome of the cause's own week is held fixed, and the cause of the week before.
    few : str, default ""
        Column with 1 / n for the n posts behind an outcome, if any. The ln of a mean of few skewed posts lies lower
        than that of many, by about s / n, and tells less of what the week was like, so this is held fixed in the
        outcome's week, and the outcome of the cause's week is held fixed with a slope of its own for it.
    within : sequence of str, default ("account", "week")
        Columns of groups whose means are taken out.
    cluster : str, default ""
        Column of the independent unit; by default the owner where the table says who that is, else the account.
    """

    table: "pd.DataFrame"
    outcome: str
    terms: Mapping[str, float]
    later: int = 1
    held: Sequence[str] = ()
    now: bool = True
    few: str = ""
    within: Sequence[str] = ("account", "week")
    cluster: str = ""

    def fit(self, ahead: int | None = None) -> Regression | None:
        """Regress the outcome of a later week on the cause; by default of the week that the claim speaks of.

        Parameters
        ----------
        ahead : int, optional
            Weeks after the cause, from 0 on.

        Returns
        -------
        Regression or None
            The terms first; None where nothing can be fitted.
        """
        return self._regressed(*self.rows(ahead))

    def rows(self, ahead: int | None = None) -> "tuple[pd.DataFrame, list[str]]":
        """Give the table that `fit` rests on, with its outcome as ``then``, and the columns that are held fixed."""
        outcome = self.table[self.outcome]
        before = {f"{term} last week": self._at(term, -1) for term in self.terms} if self.now else {}
        return self._laid_out(outcome, self.later if ahead is None else ahead, self._fixed(outcome) | before)

    def centred(self) -> "pd.DataFrame":
        """Give what `fit` regresses, means of the groups within which rows are compared taken out.

        Returns
        -------
        pandas.DataFrame
            ``then``, the terms and what is held fixed, under names that a formula takes; rows with a gap are left out.
            Least squares on these columns without a constant gives the slopes of `fit` (Frisch & Waugh 1933).
        """
        import pandas as pd

        table, adjust = self.rows()
        names = ["then", *self.terms, *adjust]
        used = table[list(dict.fromkeys([*names, *self.within, self._units]))].dropna()
        values = demeaned(used[names].to_numpy(dtype=float), [used[name].factorize()[0] for name in self.within])
        return pd.DataFrame(values, columns=[re.sub(r"\W+", "_", name) for name in names])

    def effect(self, ahead: int | None = None) -> "Estimate | None":
        """Estimate by how much a later week differs for the cause, with its interval; the week is that of `fit`."""
        fit = self._fitted if ahead in (None, self.later) else self.fit(ahead)
        return fit.contrast(self.terms) if fit else None

    @property
    def _units(self) -> str:
        return self.cluster or ("owner" if "owner" in self.table else "account")

    @cached_property
    def _fitted(self) -> Regression | None:
        return self.fit()

    def placebo(self, before: int = 1) -> "Estimate | None":
        """Estimate by how much an earlier week differs already, which the cause cannot have changed.

        The mirror of `fit`: the earlier week's outcome on the cause, the same columns of the cause's week held fixed.
        Two things are taken out first, lest it fail in worlds where nothing is wrong. Earlier causes are like this one
        where habits last: what they brought about, by the slopes of `fit`, is subtracted from the outcomes. And of the
        cause only that part is used which the columns held fixed do not tell, as to answer to what everybody saw that
        week fakes no effect. The slopes are taken as known, which costs the interval little.

        Parameters
        ----------
        before : int, default 1
            Weeks before the cause.

        Returns
        -------
        Estimate or None
            On the scale of the effect; None where too few weeks follow one another.

        References
        ----------
        Granger, C. W. J. (1969). Investigating causal relations by econometric models. Econometrica 37.
        Robins, J. M. (1994). Correcting for non-compliance in randomized trials using structural nested mean models.
        Communications in Statistics 23. (Outcomes less what earlier causes did.)
        """
        if self._fitted is None:
            return None
        slopes = dict(zip(self._fitted.names, self._fitted.coefficients, strict=True))
        undone = self.table[self.outcome] - sum(slopes[term] * self._at(term, -self.later) for term in self.terms)
        table, adjust = self._laid_out(undone, -before, self._fixed(undone))
        found = self._regressed(table.assign(**self._untold()), adjust)
        return found.contrast(self.terms) if found else None

    def threats(self) -> list[Threat]:
        """Say so where the placebo fails: where its 95% interval does not hold 0. Anything may be true then.

        Returns
        -------
        list of Threat
            Without bounds, so that the verdict is `inconclusive`. By chance it comes in one valid world in twenty.
        """
        effect, found = self.effect(), self.placebo()
        if effect is None or found is None or not found.is_finite:
            return [Threat("no placebo: too few weeks follow one another", math.nan, math.nan)]
        if found.low <= 0 <= found.high:
            return []
        told = f"{found.value:+.2f}, 95% interval {found.low:+.2f} to {found.high:+.2f}"
        return [Threat(f"placebo: the week before differs already ({told}), which what came later cannot have done")]

    def course(self) -> "pd.DataFrame":
        """Estimate how the weeks around the cause differ.

        Returns
        -------
        pandas.DataFrame
            Columns weeks (after the cause; below 0 before it), value, low, high and placebo, at most `FARTHEST` weeks
            on either side. The cause's own week is left out where it is held fixed; so are weeks without an estimate.
        """
        import pandas as pd

        around = [by for by in range(-FARTHEST, FARTHEST + 1) if by or not self.now]
        found = [(by, self.placebo(-by) if by < 0 else self.effect(by)) for by in around]
        rows = [(by, one.value, one.low, one.high, by < 0) for by, one in found if one and one.is_finite]
        return pd.DataFrame(rows, columns=COURSE)

    def _fixed(self, outcome: "pd.Series") -> "dict[str, pd.Series]":
        """Give the columns of the cause's week that are held fixed."""
        if not self.now:
            return {name: self.table[name] for name in self.held}
        own = outcome - outcome.groupby(self.table["account"]).transform("mean")
        noise = {"now, of few": own * self.table[self.few]} if self.few and _varying(self.table, [self.few]) else {}
        return {"now": outcome, **noise, **{name: self.table[name] for name in self.held}}

    def _at(self, term: str, by: int) -> "pd.Series":
        """Give the cause of another week; that of an account's mean week where it is unknown."""
        found = in_a_later_week(self.table, self.table[term], by=by) if by else self.table[term]
        return found.fillna(self.table.groupby("account")[term].transform("mean"))

    def _untold(self) -> "dict[str, pd.Series]":
        """Give the part of the cause that the columns held fixed do not tell, within accounts and weeks."""
        import pandas as pd

        fixed = self._fixed(self.table[self.outcome])
        table = self.table.assign(**fixed)
        names = [*self.terms, *_varying(table, fixed)]
        used = table[[*names, *self.within]].dropna()
        values = demeaned(used[names].to_numpy(dtype=float), [used[name].factorize()[0] for name in self.within])
        cause, told = values[:, : len(self.terms)], values[:, len(self.terms) :]
        left = cause - told @ np.linalg.lstsq(told, cause, rcond=None)[0]
        return dict(pd.DataFrame(left, index=used.index, columns=list(self.terms)).reindex(table.index).items())

    def _laid_out(
        self, outcome: "pd.Series", ahead: int, fixed: "Mapping[str, pd.Series]"
    ) -> "tuple[pd.DataFrame, list[str]]":
        of_then = {"then": outcome} | ({"few then": self.table[self.few]} if self.few else {})
        if ahead:
            of_then = {name: in_a_later_week(self.table, column, by=ahead) for name, column in of_then.items()}
        table = self.table.assign(**of_then, **fixed)
        return table, _varying(table, [*list(of_then)[1:], *fixed])

    def _regressed(self, table: "pd.DataFrame", adjust: Sequence[str]) -> Regression | None:
        return regress(
            table,
            outcome="then",
            terms=list(self.terms),
            adjust=adjust,
            within=self.within,
            cluster=self._units,
        )


def _varying(table: "pd.DataFrame", names: Iterable[str]) -> list[str]:
    """Keep the columns that change within some account; of the others an account's level holds fixed all there is."""
    accounts = table.groupby("account")
    return [name for name in names if (accounts[name].max() > accounts[name].min()).any()]


def placebo_of(weekly: Callable[..., Weekly]) -> Callable[..., Sequence[Threat]]:
    """Let the placebo of a weekly claim speak, as `Analysis` wants its threats.

    Parameters
    ----------
    weekly : callable
        Called with the reduced tables and the choices as keywords; gives the `Weekly` that is estimated.
    """
    return lambda data, estimate, **choices: weekly(data, **choices).threats()


def courses(
    weekly: Mapping[str, Callable[..., Weekly]],
    data: "Reduced",
    analyses: "Mapping[str, Analysis]",
    *,
    parameters: Mapping[str, Any],
) -> "dict[str, pd.DataFrame]":
    """Follow every weekly claim from before its cause until after it.

    Parameters
    ----------
    weekly : mapping of str to callable
        By claim id, each called with the reduced tables and the choices as keywords.
    data : Reduced
        The reduced tables; without weeks every course is empty.
    analyses : mapping of str to Analysis
        By claim id, with the choices.
    parameters : mapping of str
        The notebook's.

    Returns
    -------
    dict of str to pandas.DataFrame
        By claim id, from `Weekly.course`.
    """
    import pandas as pd

    if "weeks" not in data.frames:
        return dict.fromkeys(weekly, pd.DataFrame(columns=COURSE))
    return {claim: made(data, **analyses[claim].chosen(parameters)).course() for claim, made in weekly.items()}
