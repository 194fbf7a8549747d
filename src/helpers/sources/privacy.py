"""What is kept of what would lead to a person? Ids become keyed pseudonyms, texts what the claims need of them.

A pseudonym of a person, account or organisation is the start of HMAC-SHA256 (RFC 2104) of its id under a key that lies
beside the data and nowhere else. Posts and comments are as many as there are rows: theirs is the start of one SHA-256
over a second key, made from the first by HMAC, and the id. Cut to a quarter, it cannot be extended, which is what the
second round of HMAC is there to prevent. The same id gives the same pseudonym in every table and in every later import
under the same name.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.ground.filenames import file_label  # noqa: F401  what is kept of names, with the rest of what is kept
from helpers.reading.comment_rule import quality
from helpers.reading.work import literal, quoted
from helpers.tables import HIDDEN, TABLES, Column

if TYPE_CHECKING:
    import duckdb

    from helpers.reading.manifest import TableFiles

KEY = "key"
"""Name of the file with the key."""

PREFIXES: Mapping[str, str] = {
    **{"account_id": "a", "author_id": "a", "post_id": "p", "comment_id": "c", "parent_id": "c", "person_id": "u"},
    **{"campaign_id": "k", "community_id": "g", "customer_id": "b", "team_id": "t"},
}
"""What a pseudonym begins with: accounts and authors share theirs, so that an account can be found among authors."""

DERIVED: Mapping[str, tuple[str, ...]] = {
    "posts": ("caption_words",),
    "comments": ("text_length",),
    "diary": ("passive_events", "active_events"),
}
"""Columns that imports add to the tidy tables."""

BRIEF = ("p", "c")
"""Prefixes of ids that hardly ever come again, for which two rounds of HMAC would be a fifth of an import."""

DIGITS = 16  # 64 bits: among ten million ids two coincide with a chance of 3 in a million; with 12 digits it is 1 in 6
_LONG = 50_000  # bytes; no platform has longer captions
_BLOCK = 64  # bytes that SHA-256 works on at a time
_TAG = r"#([\p{L}\p{M}\p{N}_]+)"


def key_of(folder: Path) -> bytes:
    """Read the key that lies in a dataset's folder, or make one.

    Parameters
    ----------
    folder : Path
        Where a dataset is or will be.

    Returns
    -------
    bytes
        32 random bytes; nothing is written.
    """
    file = folder / KEY
    return file.read_bytes() if file.is_file() else secrets.token_bytes(32)


def set_key(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the database the key, in the two forms that HMAC mixes in, and the second key that is made from it.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database in which pseudonyms will be made.
    key : bytes
        At most 64 bytes.
    """
    padded = key.ljust(_BLOCK, b"\0")
    for name, mask in (("inner_key", 0x36), ("outer_key", 0x5C)):
        con.execute(f"SET VARIABLE {name} = from_hex('{bytes(byte ^ mask for byte in padded).hex()}')")
    # 32 digits and an id of up to 23 fill one block of SHA-256.
    con.execute(f"SET VARIABLE brief_key = '{second_key(key)}'")


def second_key(key: bytes) -> str:
    """Make the key of posts and comments from that of persons: 32 hexadecimal digits."""
    return hmac.new(key, b"posts and comments", "sha256").hexdigest()[:32]


def pseudonym(cell: str, prefix: str) -> str:
    """Write SQL for the pseudonym of an id; one that is a pseudonym already stays.

    Parameters
    ----------
    cell : str
        SQL for the id, a text.
    prefix : str
        What the pseudonym begins with.

    Returns
    -------
    str
        SQL; `set_key` has to come before it is run.
    """
    inner = f"from_hex(sha256(getvariable('inner_key') || encode({cell})))"
    whole = f"getvariable('brief_key') || {cell}" if prefix in BRIEF else f"getvariable('outer_key') || {inner}"
    made = f"left(sha256({whole}), {DIGITS})"
    # The pattern is read slowly, and hardly any id begins like a pseudonym.
    done = f"starts_with({cell}, '{prefix}_') AND regexp_full_match({cell}, '{prefix}_[0-9a-f]{{{DIGITS}}}')"
    return f"CASE WHEN {done} THEN {cell} WHEN {cell} IS NOT NULL THEN '{prefix}_' || {made} END"


def names_of(view: str, column: str) -> tuple[str, str]:
    """Write SQL that makes each pseudonym of a column once, however many rows an id has.

    Parameters
    ----------
    view : str
        The table.
    column : str
        Its column of ids.

    Returns
    -------
    tuple of str
        SQL of a join to the table, and of the column's pseudonym in it.
    """
    own, made = quoted(f"{column} known"), quoted(f"{column} pseudonym")
    ids = f"(SELECT DISTINCT {quoted(column)} AS {own} FROM {view})"
    names = f"(SELECT {own}, {pseudonym(own, PREFIXES[column])} AS {made} FROM {ids})"
    return f" LEFT JOIN {names} ON {quoted(column)} = {own}", made


def reduced(
    table: str,
    columns: Sequence[str],
    *,
    keep_text: bool = False,
    names: Mapping[str, str] = MappingProxyType({}),
    hidden: Sequence[str] = (),
) -> list[str]:
    """Write the SQL of every column of a table that is kept, in the form in which it is kept.

    Parameters
    ----------
    table : str
        A tidy table.
    columns : sequence of str
        The columns there are; those that the table does not know are dropped.
    keep_text : bool
        Whether captions and comments stay beside what is made of them.
    names : mapping of str to str
        SQL of the pseudonyms that are made already, by column.
    hidden : sequence of str
        Counts of which some are hidden: these become empty, and a flag beside them says so.

    Returns
    -------
    list of str
        Expressions with their names.
    """
    texts = {"caption", "text"} - (TABLES[table].columns.keys() if keep_text else set())
    made = {}
    for name, column in TABLES[table].columns.items():
        if name in columns and name not in texts and name not in made:
            is_id = column.kind == "id" and name not in names
            made[name] = pseudonym(quoted(name), PREFIXES[name]) if is_id else names.get(name, _kept(name, column))
        if name in hidden:
            told = f"coalesce({quoted(f'{name}_hidden')}, false) OR " if f"{name}_hidden" in columns else ""
            made[name] = f"nullif({quoted(name)}, {HIDDEN})"
            made[f"{name}_hidden"] = f"{told}coalesce({quoted(name)} = {HIDDEN}, false)"
    made |= {name: quoted(name) for name in DERIVED.get(table, ()) if name in columns}
    of_text = {
        name: f"CASE WHEN {quoted(text)} = '' THEN {name} ELSE {write(text)} END" if name in columns else write(text)
        for text, writes in OF_TEXT.get(table, {}).items()
        if text in columns
        for name, write in writes.items()
    }
    if "caption_words" in of_text:
        given = "hashtags" if "hashtags" in columns else "NULL"
        made["hashtags"] = f"coalesce(nullif({given}, ''), {of_text['caption_tags']})"
        made["caption_words"] = of_text["caption_words"]
    if "text_length" in of_text:
        given = "quality" if "quality" in columns else "NULL"
        made["quality"] = f"coalesce({given}, {of_text['text_quality']})"
        made["text_length"] = of_text["text_length"]
    return [f"{sql} AS {quoted(name)}" for name, sql in made.items()]


def _kept(name: str, column: Column) -> str:
    """Write SQL for what is kept of a cell as it is: of texts none with a link or a record in it."""
    if column.kind != "text" or name in ("caption", "text"):
        return quoted(name)
    return f"CASE WHEN NOT regexp_matches({quoted(name)}, '://|^\\s*[\\[{{]') THEN {quoted(name)} END"


def hashtags(cell: str) -> str:
    """Write SQL for the hashtags of a text, without their sign and separated by spaces."""
    found = f"array_to_string(regexp_extract_all({quoted(cell)}, {literal(_TAG)}, 1), ' ')"
    return f"CASE WHEN contains({quoted(cell)}, '#') THEN nullif({found}, '') END"


def words(cell: str) -> str:
    """Write SQL for the number of words of a text: what stands between spaces and is no hashtag, name or address.

    Hashtags, names after an @ and addresses are counted by their signs, and a sign that stands alone is a word: a
    pattern for letters would take longer than the rest of an import.
    """
    text = quoted(cell)
    parts = f"string_split(replace({text}, chr(10), ' '), ' ')"
    filtered = f"len(list_filter({parts}, part -> part <> ''))"
    # Splitting is slow. In a text of one line without two spaces in a row, spaces are counted by comparing it with a
    # line of spaces, sign by sign.
    odd = f"contains({text}, '  ') OR contains({text}, chr(10)) OR {text} = '' OR strlen({text}) > {_LONG}"
    others = f"hamming({text}, substring(repeat(' ', {_LONG}), 1, strlen({text})))"
    edges = f"starts_with({text}, ' ')::INTEGER + ends_with({text}, ' ')::INTEGER"
    between = f"CASE WHEN {odd} THEN {filtered} ELSE strlen({text}) - {others} + 1 - ({edges}) END"
    signs = (
        f"WHEN contains({text}, '{sign}') THEN len(string_split({text}, '{sign}')) - 1" for sign in ("#", "@", "http")
    )
    no_words = " - ".join(f"CASE {sign} ELSE 0 END" for sign in signs)
    return f"CASE WHEN {text} IS NOT NULL THEN greatest(0, {between} - {no_words}) END"


def length(cell: str) -> str:
    """Write SQL for the number of characters of a text."""
    return f"length({quoted(cell)})"


def trace(cell: str) -> str:
    """Write SQL for a number by which equal texts are known."""
    return f"hash({quoted(cell)})"


OF_TEXT: Mapping[str, Mapping[str, Mapping[str, Callable[[str], str]]]] = {
    "posts": {"caption": {"caption_words": words, "caption_tags": hashtags, "caption_trace": trace}},
    "comments": {"text": {"text_length": length, "text_quality": quality, "text_trace": trace}},
}
"""By table and text, what is made of the text; where it is made already, an empty text stands for the one it was."""


def made_of_text(spec: TableFiles) -> dict[str, Mapping[str, Callable[[str], str]]]:
    """Say what is made of the texts in an export while it is read, so that they need not be stored.

    Parameters
    ----------
    spec : TableFiles
        The export.

    Returns
    -------
    dict
        By text, for ``TableFiles.reduced``; without texts that Python has to make.
    """
    return {text: made for text, made in OF_TEXT.get(spec.table, {}).items() if text not in spec.makes}
