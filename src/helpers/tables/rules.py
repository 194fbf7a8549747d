"""What makes a table one that can be used?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal, nearest
from helpers.base.times import moment

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
    import pandera.pandas as pa
from helpers.base.words import counted, listed
from helpers.tables.columns import EARLIEST, HIDDEN, TABLES, Column, Table, find

SHOWN = 10
"""How many line numbers a message names."""


def missing(columns: Sequence[str], *, table: str) -> list[str]:
    """Name the required columns that are not there, all at once, with what they may be called here.

    Parameters
    ----------
    columns : sequence of str
        The columns there are.
    table : str
        The tidy table that they should form.

    Returns
    -------
    list of str
        One fault, or none.

    Examples
    --------
    >>> missing(["postid", "likes"], table="posts")
    ["posts needs post_id (did you mean 'postid'?), account_id, which are not there"]
    """
    gone = [name for name in find(table).required if name not in columns]
    if not gone:
        return []
    others, named = [name for name in columns if name not in TABLES[table].columns], []
    for name in gone:
        hint = nearest(name, others)
        others = [other for other in others if f"'{other}'" not in hint]
        named.append(name + hint)
    return [f"{table} needs {listed(named)}, which {'is' if len(gone) == 1 else 'are'} not there"]


def _limits(column: Column) -> list[tuple[str, str, object]]:
    """List a column's rules as (message, comparison that breaks the rule, bound)."""
    rules: list[tuple[str, str, object]] = []
    if column.kind == "count":
        rules.append((f"below {HIDDEN} (a count is 0 or more; {HIDDEN} means hidden)", "below", HIDDEN))
        rules.append((f"above {column.maximum:,.0f}, more than is possible", "above", column.maximum))
    elif column.kind == "number":
        if column.minimum is not None:
            rules.append((f"below {column.minimum:g}", "below", column.minimum))
        if column.maximum is not None:
            rules.append((f"above {column.maximum:,.0f}", "above", column.maximum))
    elif column.kind == "time":
        rules.append(
            (f"before {EARLIEST:%Y}, when there was no social medium; leave unknown times empty", "below", EARLIEST)
        )
    elif column.kind == "category":
        rules.append((f"not among the values allowed: {listed(column.categories)}", "outside", column.categories))
    return rules


def suspicious(frame: nw.LazyFrame, *, table: str) -> nw.LazyFrame:
    """Select the rows that may break a rule, in one pass where the data live.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The table, typed. Columns that the project does not know are carried along.
    table : str
        The tidy table that it should be.

    Returns
    -------
    narwhals.LazyFrame
        The offending rows, empty for clean data. Repeated keys need more than one row to be seen: ``check`` finds them.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> posts = pd.DataFrame({"post_id": ["1", "2"], "account_id": ["a", "a"], "likes": [3, -5]})
    >>> suspicious(nw.from_native(posts).lazy(), table="posts").collect()["likes"].to_list()
    [-5]
    """
    import narwhals as nw

    rules = []
    for name, comparison, bound in limits(frame.collect_schema().names(), table=table):
        cell = nw.col(name)
        if comparison == "missing":
            rules.append(cell.is_null())
        elif comparison == "outside":
            rules.append(~cell.is_in(list(bound)) & ~cell.is_null())
        else:
            limit = moment(bound) if isinstance(bound, datetime) else bound
            rules.append(cell < limit if comparison == "below" else cell > limit)
    return frame.filter(nw.any_horizontal(*rules, ignore_nulls=True))


def limits(names: Collection[str], *, table: str) -> list[tuple[str, str, object]]:
    """List what breaks a rule of a table.

    Parameters
    ----------
    names : collection of str
        The columns that there are.
    table : str
        The tidy table that they should make.

    Returns
    -------
    list of (str, str, object)
        The column, the comparison that breaks its rule ("missing", "below", "above" or "outside"), and the bound.
    """
    here = {name: column for name, column in find(table).columns.items() if name in names}
    missing = [(name, "missing", None) for name, column in here.items() if column.required]
    return missing + [(name, *rule[1:]) for name, column in here.items() for rule in _limits(column)]


def _rules(column: Column) -> list[pa.Check]:
    """Make a column's pandera checks from its declaration; where the type is wrong, only that is said."""
    import pandas as pd
    import pandera.pandas as pa

    types = pd.api.types
    typed: dict[str, tuple[Callable[[pd.Series], bool], str]] = {
        "count": (lambda s: types.is_numeric_dtype(s) and not types.is_bool_dtype(s), "not numbers"),
        "number": (lambda s: types.is_numeric_dtype(s) and not types.is_bool_dtype(s), "not numbers"),
        "time": (types.is_datetime64_any_dtype, "not times"),
    }
    fits, said = typed.get(column.kind, (lambda s: True, ""))
    checks = [pa.Check(fits, error=said)] if said else []
    if column.kind == "count":
        checks.append(pa.Check(lambda s: s % 1 == 0 if fits(s) else True, error="not whole"))
    if column.kind == "flag":
        checks.append(pa.Check(lambda s: s.isin([True, False]), error="neither true nor false"))
    for message, comparison, bound in _limits(column):
        keeps = _comparison(comparison, bound)
        checks.append(pa.Check(lambda s, keeps=keeps: keeps(s) if fits(s) else True, error=message))
    return checks


def _comparison(comparison: str, bound: object) -> Callable[[pd.Series], pd.Series]:
    """Turn a rule into a function that is true where the rule is kept."""
    if comparison == "outside":
        return lambda s: s.isin(list(bound))
    if comparison == "below":
        return lambda s: s >= bound
    return lambda s: s <= bound


def schema(table: str, *, columns: Iterable[str] | None = None) -> pa.DataFrameSchema:
    """Make the pandera schema of a tidy table.

    Parameters
    ----------
    table : str
        A name of a tidy table.
    columns : iterable of str, optional
        The columns that the frame has. They decide the key: posts without a platform are unique by ``post_id`` alone.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Columns that the table does not know are let through.

    Examples
    --------
    >>> list(schema("customers").columns)[:2]
    ['customer_id', 'emotionally_connected']
    """
    import pandera.pandas as pa

    declared = find(table)
    key = declared.required if columns is None else declared.present_key(columns)
    return pa.DataFrameSchema(
        {
            name: pa.Column(None, checks=_rules(column), nullable=not column.required, required=column.required)
            for name, column in declared.columns.items()
        },
        unique=list(key) or None,
        report_duplicates="exclude_first",
        name=table,
    )


def faults(
    frame: pd.DataFrame, *, table: str, where: Callable[[Sequence], str] | None = None, keys: bool = True
) -> list[str]:
    """List everything that is wrong with a table, with counts and places, never with what a cell says.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, or the rows of it that are suspicious.
    table : str
        The tidy table that it should be.
    where : callable, optional
        Turns index labels into words such as "lines 3, 7"; by default "rows 3, 7".
    keys : bool
        Whether to look for repeated keys too.

    Returns
    -------
    list of str
        One sentence for each fault; empty for a sound table.

    Examples
    --------
    >>> import pandas as pd
    >>> faults(pd.DataFrame({"customer_id": ["a", "a", None]}), table="customers")
    ['customer_id: 1 value missing (row 2)', 'customer_id: 1 row repeats an earlier row (row 1)']
    """
    from pandera.errors import SchemaErrors

    absent = missing([str(name) for name in frame.columns], table=table)
    if absent:
        return absent
    declared = schema(table, columns=frame.columns if keys else ())
    try:
        declared.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return _described(errors.failure_cases, frame, TABLES[table], where or _rows)
    return []


def _rows(labels: Sequence) -> str:
    """Name rows by their index labels."""
    shown = listed(str(label) for label in labels[:SHOWN])
    return f"row{'' if len(labels) == 1 else 's'} {shown}{' ...' if len(labels) > SHOWN else ''}"


def _described(cases: pd.DataFrame, frame: pd.DataFrame, table: Table, where: Callable[[Sequence], str]) -> list[str]:
    """Put pandera's failure cases into sentences, in the order of the table's columns."""
    found: dict[tuple[str, str], list] = {}
    for column, check, label in zip(cases["column"], cases["check"], cases["index"], strict=True):
        repeated = check == "multiple_fields_uniqueness" or check == "field_uniqueness"
        name = listed(table.present_key(frame.columns)) if repeated else str(column)
        rows = found.setdefault((name, "repeated" if repeated else check), [])
        if label is not None and label == label and label not in rows[-1:]:
            rows.append(label)
    order = {name: place for place, name in enumerate(table.columns)}
    ordered = sorted(found.items(), key=lambda item: (item[0][1] == "repeated", order.get(item[0][0], 0)))
    return [_sentence(name, check, rows, where) for (name, check), rows in ordered]


def _sentence(name: str, check: str, rows: list, where: Callable[[Sequence], str]) -> str:
    """Say one fault: column, count, what is wrong, where."""
    rows = sorted(set(rows))
    place = f" ({where(rows)})" if rows else ""
    if check == "repeated":
        return f"{name}: {counted(len(rows), 'row')} {'repeats' if len(rows) == 1 else 'repeat'} an earlier row{place}"
    said = "missing" if check == "not_nullable" else check
    return f"{name}: {counted(len(rows), 'value') if rows else 'the values are'} {said}{place}"


def check(frame: pd.DataFrame, *, table: str) -> None:
    """Refuse a pandas frame that is not the tidy table it should be, with every fault at once.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each unit of the table; columns that the project does not know are ignored.
    table : str
        The tidy table that it should be.

    Raises
    ------
    Refusal
        When required columns or values are missing, a count is below -1 or above what is possible, a value is not
        among those allowed, a key comes twice, or there is no row.

    Examples
    --------
    >>> import pandas as pd
    >>> check(pd.DataFrame({"post_id": ["1"], "account_id": ["a"], "likes": [-1]}), table="posts")
    """
    found = faults(frame, table=table)
    if not found and frame.empty:
        found = [f"{table} has no rows"]
    if found:
        raise Refusal(
            f"the table {table} cannot be used", found, f"see what {table} holds with helpers.tables.TABLES[{table!r}]"
        )
