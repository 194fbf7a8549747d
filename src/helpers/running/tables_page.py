"""How are the tidy tables told to a reader?"""

from __future__ import annotations

from helpers.tables.columns import TABLES, Column, Table

PAGE_HEAD = """\
# Tidy tables

Made by `make readme` from `src/helpers/tables/columns.py`; do not edit. A dataset is a folder of CSV or Parquet files
with the names below, in one file (`posts.csv`) or many (`posts-2024.csv`, `posts/*.parquet`). Only the **bold** columns
must be there; a column that is not listed is kept and ignored. Case, spaces around a name and what is invisible in it
do not matter: `Likes` is `likes`.

Counts are whole numbers: an empty cell is unknown and never 0. A count that exists and is hidden is an empty cell with
`likes_hidden` (`comments_hidden`) true beside it; -1 is read as that too. Times are UTC. Your own column names and
units go into a `dataset.toml`; the README shows one.

A platform has one name: IG, insta and Instagram are `instagram`, Twitter and x.com are `x`. An account has one, too:
its id, @handle, handle in capitals and link are the same, in all tables. Posts without followers get those of their
account from `account_history` (the last count before, else the first one after; one of at most a week before is one at
posting, any other one at capture) or from `accounts` (as one at capture); how many did is said, and how far away the
counts lie; an account that comes twice with different followers is refused.
"""


def page() -> str:
    """Describe every table for a reader.

    Returns
    -------
    str
        The Markdown of ``docs/tables.md``.
    """
    parts = [PAGE_HEAD, *(_section(table) for table in TABLES.values())]
    return "\n".join(parts)


def _section(table: Table) -> str:
    rows = [
        f"| {f'**{name}**' if c.required else name} | {c.kind} | {_words(c)} |" for name, c in table.columns.items()
    ]
    key = " and ".join(f"`{name}`" for name in table.key)
    head = f"## {table.name}\n\nOne row is {table.meaning}; {key} may come only once.\n"
    return "\n".join([head, "| column | kind | what it says |", "|---|---|---|", *rows, ""])


def _words(column: Column) -> str:
    extra = f" ({', '.join(column.categories)})" if column.categories else f" ({column.unit})" if column.unit else ""
    return column.meaning + extra
