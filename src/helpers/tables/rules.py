"""What makes a table one that can be used?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helpers.base.refusals import nearest
from helpers.base.words import listed
from helpers.tables.columns import EARLIEST, HIDDEN, TABLES, Column, find

ALIKE = 0.75
"""Share of two names that has to be the same before one is suggested for the other."""
MANY_ROWS = ("diary", "post_history", "account_history", "follower_activity")
"""Tables that have many rows for what their first column names."""
SHOWN = 10
"""How many line numbers a message names."""


@dataclass(frozen=True)
class Rule:
    """What no cell of a column may be.

    Parameters
    ----------
    column : str
        The column.
    says : str
        What is said of cells that break the rule.
    breaks : str
        SQL, for DuckDB as for Spark, that is true of such cells; ``{}`` stands for the column.
    """

    column: str
    says: str
    breaks: str


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
    >>> missing(["postid", "likes"], table="posts")[0].partition(";")[0]
    "posts needs post_id (did you mean 'postid'?), account_id, which are not there"
    """
    gone = [name for name in find(table).required if name not in columns]
    if not gone:
        return []
    others, named = [name for name in columns if name not in TABLES[table].columns], []
    for name in gone:
        hint = nearest(name, others, alike=ALIKE)
        others = [other for other in others if f"'{other}'" not in hint]
        named.append(name + hint)
    said = f"{table} needs {listed(named)}, which {'is' if len(gone) == 1 else 'are'} not there"
    return ["; ".join([said, *(way for name in gone if (way := _way(name, table)))])]


def _way(name: str, table: str) -> str:
    """Say how a dataset.toml can make an id that no column holds."""
    if TABLES[table].columns[name].kind != "id":
        return ""
    if name == TABLES[table].required[0] and table not in MANY_ROWS:
        meaning = TABLES[table].meaning
        return f'where each row is {meaning}, say {name} = "row" under [tables.{table}.columns] in a dataset.toml'
    return f'if it is the same on all rows, say so under [tables.{table}.constants] in a dataset.toml: {name} = "..."'


def limits(names: Collection[str], *, table: str) -> list[Rule]:
    """List the rules that the cells of a table have to keep.

    Types are none of them, as a column has its type before it is looked at; and repeated keys and spoiled ids take more
    than one cell, or a part of the rows: ``reading.loading`` finds them.

    Parameters
    ----------
    names : collection of str
        The columns that there are.
    table : str
        The tidy table that they should make.

    Returns
    -------
    list of Rule
        In the order of the table's columns.

    Examples
    --------
    >>> [(rule.column, rule.breaks) for rule in limits(["post_id", "watch_time_s", "caption"], table="posts")]
    [('post_id', '{} IS NULL'), ('watch_time_s', '{} < 0')]
    """
    here = {name: column for name, column in find(table).columns.items() if name in names}
    return [Rule(name, *rule) for name, column in here.items() for rule in _limits(column)]


def _limits(column: Column) -> list[tuple[str, str]]:
    """List a column's rules as (what is said, SQL that breaks the rule)."""
    rules = [("missing", "{} IS NULL")] if column.required else []
    if column.kind == "count":
        rules.append((f"below {HIDDEN} (a count is 0 or more; {HIDDEN} means hidden)", f"{{}} < {HIDDEN}"))
        rules.append((f"above {column.maximum:,.0f}, more than is possible", f"{{}} > {column.maximum}"))
    elif column.kind == "number":
        if column.minimum is not None:
            rules.append((f"below {column.minimum:g}", f"{{}} < {column.minimum}"))
        if column.maximum is not None:
            rules.append((f"above {column.maximum:,.0f}", f"{{}} > {column.maximum}"))
    elif column.kind == "time":
        said = f"before {EARLIEST:%Y}, when there was no social medium; leave unknown times empty"
        rules.append((said, f"{{}} < TIMESTAMP '{EARLIEST}'"))
    elif column.kind == "category":
        words = ", ".join(f"'{word}'" for word in column.categories)
        rules.append((f"not among the values allowed: {listed(column.categories)}", f"{{}} NOT IN ({words})"))
    return rules
