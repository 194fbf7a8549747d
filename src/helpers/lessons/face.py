"""What do the names that `import helpers` offers say to a table that does not fit?

Each is the function of its room; what is added is a look at the table first. Columns that are missing or hold text are
told all at once, with what is allowed and what to do next, as the loader does it for a file.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pandas as pd

from helpers import claims, estimates, measures
from helpers.base.refusals import Refusal, nearest
from helpers.base.words import listed
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
    """

    row: str
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def faults(self, table: pd.DataFrame, given: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with a table, given the other arguments."""
        wanted = [(f"{name}={column!r}", column, True) for name in self.numbers for column in _listed(given.get(name))]
        wanted += [(f"{name}={column!r}", column, False) for name in self.names for column in _listed(given.get(name))]
        wanted += [(f"column {column!r}", column, True) for column in self.fixed]
        wanted += [(f"column {column!r}", column, False) for column in self.texts]
        return [fault for says, column, is_number in wanted if (fault := _fault(table, says, column, is_number))]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)


def _fault(table: pd.DataFrame, says: str, column: Any, is_number: bool) -> str:
    """Say what is wrong with one column; its cells are never shown."""
    if column not in table:
        return f"{says} is not in the table{nearest(str(column), [str(name) for name in table])}"
    if is_number and not pd.api.types.is_numeric_dtype(table[column]):
        return f"{says} holds {_kind(table[column])}; numbers are allowed"
    return ""


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(column):
        return "times"
    return "text" if column.dropna().map(lambda cell: isinstance(cell, str)).any() else str(column.dtype)


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

    @wraps(function)
    def looked_at(table: Any = None, **given: Any) -> Any:
        called = function.__name__
        _refuse_arguments(called, given, known, first)
        if not isinstance(table, pd.DataFrame):
            came = "nothing" if table is None else f"a {type(table).__name__}"
            what = f"{called} takes a pandas DataFrame with one row for each {asked.row}; {came} came"
            raise Refusal(what, mend=f"write helpers.{called}(table, ...); docs/api.md has an example of ten rows")
        if table.empty:
            raise Refusal(f"{called}: the table has no rows", mend=f"give one row for each {asked.row}")
        if "edges" in given:
            given = {**given, "edges": _rising(called, given["edges"])}
        if faults := asked.faults(table, given):
            raise Refusal(f"{called} cannot use this table", faults, _mend(table, faults))
        return function(table, **given)

    return looked_at


def _refuse_arguments(
    called: str, given: Mapping[str, Any], known: Mapping[str, inspect.Parameter], first: str
) -> None:
    """Refuse a misspelt argument, and a call that lacks one."""
    names = [name for name in known if name != first]
    needed = [name for name in names if known[name].default is inspect.Parameter.empty]
    faults = [f"{name}= is no argument{nearest(name, names)}" for name in given if name not in names]
    faults += [f"{name}= is missing" for name in needed if name not in given]
    if faults:
        raise Refusal(
            f"{called} cannot be called so", faults, f"its arguments are {listed(names)}; help({called}) has more"
        )


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
    return "; ".join(says)


def account_rates(posts: Any, **chosen: Any) -> measures.Reduced:
    """Reduce posts to one row for each account, with its like and comment rates.

    Parameters
    ----------
    posts : pandas.DataFrame, or mapping of str to table
        Tidy posts, or tidy tables by name, as ``dataset.tables``.
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
    if isinstance(chosen.get("platforms"), str):
        chosen = {**chosen, "platforms": [chosen["platforms"]]}
    numbers = [name for name in ("min_posts", "min_age_days") if name in chosen and not _is_number(chosen[name])]
    if numbers or not isinstance(chosen.get("platforms") or [], Iterable):
        faults = [f"{name}: a {type(chosen[name]).__name__} came; a number is allowed" for name in numbers]
        faults += [] if isinstance(chosen.get("platforms") or [], Iterable) else ["platforms: names are allowed"]
        raise Refusal("account_rates cannot be called so", faults, "write min_posts=3, platforms=['instagram']")
    tables = {"posts": posts} if isinstance(posts, pd.DataFrame) else posts
    if not isinstance(tables, Mapping) or not {"posts", "accounts"} & set(tables):
        came = f"a {type(posts).__name__}" if posts is not None else "nothing"
        what = f"account_rates takes posts as a pandas DataFrame, or tables by name; {came} came"
        raise Refusal(what, mend="write helpers.account_rates(posts), or helpers.account_rates(dataset.tables)")
    names = [name for name in inspect.signature(measures.account_rates).parameters if name != "tables"]
    if faults := [f"{name}= is no argument{nearest(name, names)}" for name in chosen if name not in names]:
        raise Refusal("account_rates cannot be called so", faults, f"its arguments are {listed(names)}")
    table = tables.get("posts")
    if isinstance(table, pd.DataFrame):
        _refuse_posts(table, sized="accounts" in tables)
        tables = {**tables, "posts": table if "post_id" in table else table.assign(post_id=range(len(table)))}
    refuse_absent(tables, **{name: chosen[name] for name in CHOOSING if name in chosen})
    return measures.account_rates(tables, **chosen)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
    known = claims.registry()
    if not isinstance(claim, str | claims.Claim):
        raise Refusal(f"judge takes a claim or its id; a {type(claim).__name__} came", mend="see helpers.registry()")
    if isinstance(claim, str) and claim not in known:
        raise Refusal(f"there is no claim {claim!r}{nearest(claim, list(known))}", mend="see helpers.registry()")
    if estimate is not None and not isinstance(estimate, estimates.Estimate):
        what = f"judge takes an estimate with its intervals; a {type(estimate).__name__} came"
        raise Refusal(what, mend="give what an estimator gives, such as helpers.mean(values)")
    return claims.judge(known[claim] if isinstance(claim, str) else claim, estimate, **more)


def _of_numbers(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Let a function of one or two columns of numbers look at them first."""
    names = list(inspect.signature(function).parameters)[:count]

    @wraps(function)
    def looked_at(*values: Any, **given: Any) -> Any:
        faults = [f"{name} is missing" for name in names[len(values) :] if name not in given]
        series = [pd.Series(one) if not isinstance(one, pd.DataFrame) else None for one in values]
        for name, one in zip(names, series, strict=False):
            if one is None:
                faults.append(f"{name}: a DataFrame came; one column is allowed, as table['like_rate']")
            elif len(one) and not pd.api.types.is_numeric_dtype(one):
                faults.append(f"{name} holds {_kind(one)}; numbers are allowed")
        sizes = [len(one) for one in series if one is not None]
        if not faults and count == 2 and function.__name__.startswith("paired") and sizes[0] != sizes[1]:
            faults.append(f"first has {sizes[0]} values, second {sizes[1]}; pairs are needed")
        if faults:
            mend = "give one number for each account or person; pandas.to_numeric makes numbers of text"
            raise Refusal(f"{function.__name__} cannot use these values", faults, mend)
        return function(*(one.to_numpy() for one in series[:count] if one is not None), *values[count:], **given)

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
