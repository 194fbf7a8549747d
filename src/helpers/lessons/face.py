"""What do the names that `import helpers` offers say to a table that does not fit?

Each is the function of its room; what is added is a look at the table first. Columns that are missing or hold text are
told all at once, with what is allowed and what to do next, as the loader does it for a file.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import wraps
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from helpers import claims, estimates, measures
from helpers.base.refusals import Refusal, nearest
from helpers.base.words import counted, listed
from helpers.reading.chosen import CHOOSING, refuse_absent


@dataclass(frozen=True)
class Asked:
    """What a function asks of the table that it is given first.

    Parameters
    ----------
    row : str
        What one row is.
    numbers, names : tuple of str
        Arguments that name a column of numbers, or of anything; one, or several in a list.
    fixed : tuple of str
        Columns of numbers that are asked for whatever the arguments are.
    texts : tuple of str
        Further columns that are asked for.
    tables : mapping of str to tuple of str
        Arguments that are tables themselves, and the columns that they need.
    """

    row: str
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def faults(self, table: pd.DataFrame, given: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with a table, given the other arguments."""
        wanted = [(f"{name}={column!r}", column, True) for name in self.numbers for column in _listed(given.get(name))]
        wanted += [(f"{name}={column!r}", column, False) for name in self.names for column in _listed(given.get(name))]
        wanted += [(f"column {column!r}", column, True) for column in self.fixed]
        wanted += [(f"column {column!r}", column, False) for column in self.texts]
        found = [fault for says, column, is_number in wanted if (fault := _fault(table, says, column, is_number))]
        inner = {name: given[name] for name in self.tables if given.get(name) is not None}
        for name, one in inner.items():
            gone = [] if _no_table(one) else [column for column in self.tables[name] if column not in one]
            found += [f"{name}= lacks the columns {listed(gone)}"] if gone else []
            found += [f"{name}= is a {_kind_of(one)}; a table is allowed"] if _no_table(one) else []
        return found


def _no_table(value: Any) -> bool:
    return not isinstance(value, pd.DataFrame)


def _kind_of(value: Any) -> str:
    return type(value).__name__


_ALIKE = 0.7
"""Share of two names of columns that has to be the same before one is suggested for the other."""


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)


def _fault(table: pd.DataFrame, says: str, column: Any, is_number: bool) -> str:
    """Say what is wrong with one column; its cells are never shown."""
    if column not in table:
        return f"{says} is not in the table{nearest(str(column), [str(name) for name in table], alike=_ALIKE)}"
    if isinstance(cells := table[column], pd.DataFrame):
        return f"{says} is in the table {cells.shape[1]} times; a name is allowed once"
    if is_number and not _holds_numbers(cells):
        return f"{says} holds {_kind(cells)}; numbers are allowed"
    if is_number and (endless := int(np.isinf(cells.to_numpy(float, na_value=np.nan)).sum())):
        return f"{says} is endless in {counted(endless, 'row')}; numbers and empty cells are allowed"
    return ""


def _holds_numbers(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(column):
        return "times"
    return "text" if any(isinstance(cell, str) for cell in column.dropna()) else str(column.dtype)


def forgiving(function: Callable[..., Any], asked: Asked) -> Callable[..., Any]:
    """Let a function look at its table before it works.

    Parameters
    ----------
    function : callable
        Takes a table first and everything else by keyword.
    asked : Asked
        What it asks of the table.

    Returns
    -------
    callable
        The same, but that a `Refusal` says what came, what is allowed and what to do next.
    """
    known = inspect.signature(function).parameters
    first = next(iter(known))
    usual = {name: one.default for name, one in known.items() if isinstance(one.default, str)}

    @wraps(function)
    def looked_at(table: Any = None, *more: Any, **given: Any) -> Any:
        called = function.__name__
        _refuse_arguments(called, given, known, first, more=len(more))
        if _no_table(table):
            came = "nothing" if table is None else f"a {type(table).__name__}"
            what = f"{called} takes a pandas DataFrame with one row for each {asked.row}; {came} came"
            raise Refusal(what, mend=f"write helpers.{called}(table, ...); docs/api.md has an example of ten rows")
        if table.empty:
            raise Refusal(f"{called}: the table has no rows", mend=f"give one row for each {asked.row}")
        if "edges" in given:
            given = {**given, "edges": _rising(called, given["edges"])}
        if faults := asked.faults(table, {**usual, **given}):
            raise Refusal(f"{called} cannot use this table", faults, _mend(table, faults))
        try:
            return function(table, **given)
        except ValueError as fault:  # a choice that there is none of: it names those that there are
            raise Refusal(f"{called} cannot be called so", [str(fault)], f"help({called}) has more") from None

    return looked_at


def _refuse_arguments(
    called: str, given: Mapping[str, Any], known: Mapping[str, inspect.Parameter], first: str, *, more: int = 0
) -> None:
    """Refuse a misspelt argument, one without its name or of nothing, data of no kind, and a call that lacks one."""
    names = [name for name in known if name != first]
    needed = [name for name in names if known[name].default is inspect.Parameter.empty]
    faults = [f"{name}= is no argument{nearest(name, names)}" for name in given if name not in names]
    faults += [f"{name}= is missing" for name in needed if name not in given and not more]
    faults += ["all but the table go by name, as in outcome='like_rate'"] if more else []
    nothing = [name for name in needed if name in given and given[name] is None and not _may_be_none(known[name])]
    faults += [f"{name}: nothing came" + (_BANDS if name == "bands" else "") for name in nothing]
    kind = given.get("data_kind", "user")
    words = repr(kind) if isinstance(kind, str) else f"a {_kind_of(kind)}"
    if not (isinstance(kind, str) and kind in KINDS):
        faults.append(f"data_kind: {words} came; allowed are {listed(map(repr, KINDS))}")
    faults += [fault for name in names if name in given and (fault := _no_name(name, given[name], known[name]))]
    if faults:
        raise Refusal(
            f"{called} cannot be called so", faults, f"its arguments are {listed(names)}; help({called}) has more"
        )


def _no_name(name: str, value: Any, parameter: inspect.Parameter) -> str:
    """Say that no name came, or no names in a list, where the function asks for such."""
    asks = inspect.formatannotation(parameter.annotation).strip("\"'").removeprefix("collections.abc.")
    came = "nothing" if value is None else f"a {_kind_of(value)}"
    if name == "data_kind" or (value is None and (_may_be_none(parameter) or parameter.default is parameter.empty)):
        return ""
    if asks == "bool" and not isinstance(value, bool):
        return f"{name}: {came} came; True or False is allowed"
    if asks.startswith("str") and not isinstance(value, str | int):
        return f"{name}: {came} came; a name is allowed"
    if asks.startswith("Sequence[str]") and not isinstance(value, list | tuple):
        return f"{name}: {came} came; names in a list are allowed"
    return ""


def _may_be_none(parameter: inspect.Parameter) -> bool:
    return str(parameter.annotation).strip("\"'").endswith("None") or parameter.annotation in (Any, "Any")


KINDS = ("user", "simulated")
"""Whose data a picture shows, as in `Dataset.kind`."""
_BANDS = "; a table from helpers.band_means is needed"


def _rising(called: str, edges: Any) -> list[float]:
    """Give edges as a list, or refuse what are no rising numbers above 0."""
    listed_ones = list(edges) if isinstance(edges, Iterable) and not isinstance(edges, str) else []
    known = all(hasattr(one, "__float__") and 0 < one < float("inf") for one in listed_ones)
    if not listed_ones or not known or listed_ones != sorted(set(listed_ones)):
        raise Refusal(f"{called}: edges are no rising numbers above 0", mend="write edges=[1_000, 10_000]")
    return listed_ones


def _mend(table: pd.DataFrame, faults: Sequence[str]) -> str:
    """Say what to do next."""
    says = []
    if any("not in the table" in fault for fault in faults):
        says += [f"name one of the columns that there are: {listed(str(name) for name in list(table)[:40])}"]
        says += ["or rename yours: table.rename(columns={'Likes': 'likes'})"]
    if any("numbers are allowed" in fault for fault in faults):
        says += ["make numbers of text with pandas.to_numeric, which says what it cannot read"]
    if any("allowed once" in fault for fault in faults):
        says += ["keep one of them: table.loc[:, ~table.columns.duplicated()]"]
    if any("is endless" in fault for fault in faults):
        says += ["make them empty: table.replace([numpy.inf, -numpy.inf], numpy.nan)"]
    if any("lacks the columns" in fault or "a table is allowed" in fault for fault in faults):
        says += ["give what helpers.band_means gives"]
    return "; ".join(says)


def account_rates(posts: Any = None, *more: Any, **chosen: Any) -> measures.Reduced:
    """Reduce posts to one row for each account, with its like and comment rates.

    Parameters
    ----------
    posts : pandas.DataFrame, or mapping of str to table
        Tidy posts, or tidy tables by name, as ``dataset.tables``.
    *more
        Nothing: all else goes by name.
    **chosen
        min_posts, min_age_days, platforms, start and end, as in `measures.account_rates`.

    Returns
    -------
    Reduced
        Its ``frame`` has a row for each account.

    Raises
    ------
    Refusal
        When columns are missing or hold no numbers, or nothing of what was chosen is there.
    """
    if more:
        raise Refusal("account_rates cannot be called so", ["all but the table go by name, as in min_posts=3"])
    if isinstance(chosen.get("platforms"), str):
        chosen = {**chosen, "platforms": [chosen["platforms"]]}
    faults = _odd_bounds(chosen)
    faults += [] if isinstance(chosen.get("platforms") or [], Iterable) else ["platforms: names are allowed"]
    if faults:
        raise Refusal("account_rates cannot be called so", faults, "write min_posts=3, platforms=['instagram']")
    tables = {"posts": posts} if isinstance(posts, pd.DataFrame) else posts
    if not isinstance(tables, Mapping) or not {"posts", "accounts"} & set(tables):
        came = f"a {type(posts).__name__}" if posts is not None else "nothing"
        what = f"account_rates takes posts as a pandas DataFrame, or tables by name; {came} came"
        raise Refusal(what, mend="write helpers.account_rates(posts), or helpers.account_rates(dataset.tables)")
    names = [name for name in inspect.signature(measures.account_rates).parameters if name != "tables"]
    if faults := [f"{name}= is no argument{nearest(name, names)}" for name in chosen if name not in names]:
        raise Refusal("account_rates cannot be called so", faults, f"its arguments are {listed(names)}")
    if strange := [f"{name}: a {_kind_of(one)} came" for name, one in tables.items() if not _is_tabular(one)]:
        raise Refusal("account_rates takes tables by name", strange, "write helpers.account_rates(dataset.tables)")
    table = tables.get("posts")
    if isinstance(table, pd.DataFrame):
        _refuse_posts(table, sized="accounts" in tables)
        tables = {**tables, "posts": table if "post_id" in table else table.assign(post_id=range(len(table)))}
    refuse_absent(tables, **{name: chosen[name] for name in CHOOSING if name in chosen})
    found = measures.account_rates(tables, **chosen)
    if found.frame.empty and chosen.get("min_posts", 1) > 1:
        most = measures.account_rates(tables, **{**chosen, "min_posts": 1}).frame["n_posts"].max()
        fault = f"min_posts: {chosen['min_posts']:,} came; no account has more than {0 if pd.isna(most) else most:,}"
        raise Refusal("no account is left", [fault], "ask for fewer posts")
    return found


def _odd_bounds(chosen: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with the fewest posts and the least age that are asked for."""
    rules: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
        "min_posts": ("a whole number from 1", lambda n: n >= 1 and n % 1 == 0),
        "min_age_days": ("a number from 0", lambda days: 0 <= days < math.inf),
    }
    faults = []
    for name, (words, fits) in rules.items():
        is_number = _is_number(value := chosen.get(name, 1))
        if not (is_number and fits(value)):
            faults.append(f"{name}: {repr(value) if is_number else f'a {_kind_of(value)}'} came; {words} is allowed")
    return faults


def _is_tabular(value: Any) -> bool:
    return isinstance(value, pd.DataFrame) or hasattr(value, "collect_schema")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _odd(posts: pd.DataFrame, counts: Sequence[str]) -> list[str]:
    """Say which columns hold what no post has: part of a like, a time that is text, an account without a name."""
    faults = [f"column {name!r} is there twice" for name in dict.fromkeys(posts.columns[posts.columns.duplicated()])]
    if faults:
        return faults
    for name in ("created_at", "captured_at"):
        if name in posts and posts[name].notna().any() and not pd.api.types.is_datetime64_any_dtype(posts[name]):
            faults.append(f"{name} holds {_kind(posts[name])}; times are allowed; pd.to_datetime makes them")
    for name in (one for one in counts if pd.api.types.is_numeric_dtype(posts[one])):
        known = posts[name].dropna().astype(float)
        if pd.api.types.is_bool_dtype(posts[name]) or not (known % 1 == 0).all():
            faults.append(f"{name} holds what is no whole number; counts are allowed, an empty cell is unknown")
    if "account_id" in posts and posts["account_id"].isna().any():
        faults.append("account_id is missing in some rows; an id is needed in each")
    elif "account_id" in posts and posts["account_id"].map(lambda one: isinstance(one, list | dict | set)).any():
        faults.append("account_id holds lists; text or whole numbers are allowed")
    return faults


def _refuse_posts(posts: pd.DataFrame, *, sized: bool) -> None:
    counts = [name for name in ("likes", "comments") if name in posts]
    if len(set(posts.columns)) < len(posts.columns):
        raise Refusal("account_rates cannot use these posts", _odd(posts, counts), "keep one column of each name")
    asked = Asked("post", fixed=(*counts, *(() if sized else ("followers",))), texts=("account_id",))
    faults = asked.faults(posts, {})
    if not counts:
        near = nearest("likes", [str(name) for name in posts])
        faults.append(f"columns 'likes' and 'comments' are both not in the table{near}")
    negative = [name for name in counts if not faults and (posts[name] < -1).any()]
    faults += _odd(posts, counts)
    faults += [
        f"{name} holds counts below 0; 0 and above are allowed, an empty cell is unknown, -1 hidden"
        for name in negative
    ]
    if faults:
        raise Refusal("account_rates cannot use these posts", faults, _mend(posts, faults) or "mend these counts")


def complete(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function refuse a call that lacks an argument, or gives one that there is none of."""
    signature = inspect.signature(function)

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        try:
            signature.bind(*given, **named)
        except TypeError as fault:
            names = listed([name for name in signature.parameters if name not in ("more", "choices")])
            mend = f"its arguments are {names}; help({function.__name__}) has more"
            raise Refusal(f"{function.__name__} cannot be called so", [str(fault)], mend) from None
        return function(*given, **named)

    return called


@complete
def judge(claim: Any, estimate: Any, **more: Any) -> claims.Verdict:
    """Give the verdict that the rules prescribe.

    Parameters
    ----------
    claim : str or Claim
        Its id, such as ``"size-like-rate-falls"``, or the claim.
    estimate : Estimate or None
        Signed as the claim is.
    **more
        As in `claims.judge`.

    Returns
    -------
    Verdict
        With the estimate.

    Raises
    ------
    Refusal
        When there is no such claim, or a plain number came: a verdict needs an interval.
    """
    return claims.judge(_claim("judge", claim), None if estimate is None else _estimate("judge", estimate), **more)


class Known(dict[str, claims.Claim]):
    """Claims by their id; one that is not there is refused with the nearest name."""

    def __missing__(self, claim: Any) -> claims.Claim:
        """Refuse what is no id of a claim."""
        raise Refusal(
            f"there is no claim {claim!r}{nearest(str(claim), list(self))}", mend="see list(helpers.registry())"
        )


@complete
def registry() -> Known:
    """Give every claim by its id, as `claims.registry`."""
    return Known(claims.registry())


def _claim(called: str, claim: Any) -> claims.Claim:
    """Find a claim by its id, or refuse what is none."""
    claim = claim.claim if isinstance(claim, claims.Verdict) else claim
    if not isinstance(claim, str | claims.Claim):
        raise Refusal(f"{called} takes a claim or its id; a {_kind_of(claim)} came", mend="see helpers.registry()")
    return registry()[claim] if isinstance(claim, str) else claim


def _estimate(called: str, estimate: Any) -> estimates.Estimate:
    if not isinstance(estimate, estimates.Estimate):
        what = f"{called} takes an estimate with its intervals; a {_kind_of(estimate)} came"
        raise Refusal(what, mend="give what an estimator gives, such as helpers.mean(values), or fit.slope of a line")
    return estimate


def table(verdicts: Any) -> pd.DataFrame:
    """Lay verdicts out for reading.

    Parameters
    ----------
    verdicts : Verdict, sequence of Verdict, or mapping of str to Verdict
        One, several, or as `ask` gives them.

    Returns
    -------
    pandas.DataFrame
        As `claims.table` gives it.

    Raises
    ------
    Refusal
        When something else came.
    """
    several = verdicts if isinstance(verdicts, Mapping | list | tuple) else [verdicts]
    named = several if isinstance(several, Mapping) else dict(enumerate(several))
    if strange := [one for one in named.values() if not isinstance(one, claims.Verdict)]:
        came = _kind_of(strange[0])
        raise Refusal(f"table takes verdicts; a {came} came", mend="give what helpers.judge or helpers.ask gives")
    return claims.table({name if isinstance(name, str) else one.claim.id: one for name, one in named.items()})


@complete
def units_needed(claim: Any, estimate: Any) -> int | None:
    """Say how many units like these a verdict would need, four times in five.

    Parameters
    ----------
    claim : str, Claim or Verdict
        A claim's id, the claim, or its verdict; of a kind that data judge.
    estimate : Estimate
        From data whose spread is taken for the spread elsewhere.

    Returns
    -------
    int or None
        As `claims.units_needed` gives it.

    Raises
    ------
    Refusal
        When there is no such claim, data do not judge it, or no estimate came.
    """
    known = _claim("units_needed", claim)
    if known.kind == "Q":
        what = f"units_needed: {known.id} is a quoted figure, which no data judge"
        raise Refusal(what, mend="take a claim whose kind is D, V or N: helpers.registry()[...].kind")
    return claims.units_needed(known, _estimate("units_needed", estimate))


def _is_column(value: Any) -> bool:
    """Say whether values in an order and of one dimension came; what they are is looked at afterwards."""
    several = isinstance(value, Iterable) and not isinstance(value, str | Mapping | Set | pd.DataFrame)
    return several and getattr(value, "ndim", 1) == 1


def _of_numbers(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Let a function of one or two columns of numbers look at them first."""
    names, plain = list(inspect.signature(function).parameters)[:count], complete(function)

    @wraps(function)
    def looked_at(*first: Any, **given: Any) -> Any:
        faults = [f"{name} is missing" for name in names[len(first) :] if name not in given]
        values = [*first, *(given.pop(name) for name in names[len(first) :] if name in given)]
        series = [pd.Series(one) if _is_column(one) else None for one in values[:count]]
        for name, came, one in zip(names, values, series, strict=False):
            if one is None:
                what = "nothing" if came is None else f"a {_kind_of(came)}"
                faults.append(f"{name}: {what} came; one column is allowed, as table['like_rate']")
            elif len(one) and not _holds_numbers(one):
                faults.append(f"{name} holds {_kind(one)}; numbers are allowed")
            elif endless := int(np.isinf(one.to_numpy(float, na_value=np.nan)).sum()):
                faults.append(f"{name} is endless in {counted(endless, 'row')}; numbers and empty cells are allowed")
        sizes = [len(one) for one in series if one is not None]
        units, null = given.get("units"), given.get("null", 0.0)
        if units is not None and not (_is_column(units) and [len(units)] == sizes[:1]):
            faults.append(f"units: one for each of the {sizes[0] if sizes else 0} values is allowed")
        faults += [] if _is_number(null) else [f"null: a {_kind_of(null)} came; a number is allowed"]
        if not faults and count == 2 and function.__name__.startswith("paired") and sizes[0] != sizes[1]:
            faults.append(f"first has {sizes[0]} values, second {sizes[1]}; pairs are needed")
        if faults:
            mend = "give one number for each account or person; pandas.to_numeric makes numbers of text"
            raise Refusal(f"{function.__name__} cannot use these values", faults, mend)
        return plain(*(one.to_numpy() for one in series if one is not None), *values[count:], **given)

    return looked_at


_SIDES = Asked("unit and side", numbers=("total", "exposure"), names=("unit", "treated", "stratum", "cluster"))
_LINE = Asked("account", numbers=("outcome", "size"), names=("within", "cluster"))
_TERMS = Asked("account", numbers=("outcome", "terms", "exposure"), names=("adjust", "within", "cluster"))

with_bands = forgiving(measures.with_bands, Asked("account", fixed=("followers",)))
band_means = forgiving(estimates.band_means, Asked("account", ("outcome", "size"), ("cluster",), texts=("band",)))
fit_slope = forgiving(estimates.fit_slope, _LINE)
regress = forgiving(estimates.regress, _TERMS)
within_ratio = forgiving(estimates.within_ratio, _SIDES)
within_slope = forgiving(estimates.within_slope, Asked("unit", ("term", "total", "exposure"), ("unit", "cluster")))
mean, median = _of_numbers(estimates.mean, 1), _of_numbers(estimates.median, 1)
paired_difference = _of_numbers(estimates.paired_difference, 2)
standardised_difference = _of_numbers(estimates.standardised_difference, 2)
ln_ratio_of_means = _of_numbers(estimates.ln_ratio_of_means, 2)


@complete
@wraps(estimates.wilson)
def wilson(share: Any, *, n: Any, **more: Any) -> tuple[float, float]:
    """Refuse what is no share, or no number of people."""
    faults = [] if _is_number(share) and 0 <= share <= 1 else [f"share: {share!r} came; 0 to 1 is allowed"]
    faults += [] if _is_number(n) and n > 0 else [f"n: {n!r} came; a number above 0 is allowed"]
    if faults:
        raise Refusal("wilson cannot use these numbers", faults, "write helpers.wilson(0.5, n=100)")
    return estimates.wilson(share, n=n, **more)
