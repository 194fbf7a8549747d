"""How is a cell typed in SQL while its file is read, and which cells are kept as text for ``mending`` to read?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from helpers.ground.platforms import SIGNS, WORDS, platform_named
from helpers.reading.manifest import TableFiles
from helpers.reading.values import MOJIBAKE, Span, spans
from helpers.reading.work import TYPED, Work, literal, quoted
from helpers.tables import HIDDEN, TABLES, Column

TYPES = {"count": "BIGINT", "number": "DOUBLE", "time": "TIMESTAMP", "flag": "BOOLEAN"}
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "t", "y", "1.0", "ja", "waar", "wahr", "oui", "vrai", "sí", "sim"), "true"),
    **dict.fromkeys(("j", "si", "sì", "verdadero", "verdadeiro", "vero"), "true"),
    **dict.fromkeys(("false", "0", "no", "f", "n", "0.0", "nee", "onwaar", "nein", "falsch", "non", "não"), "false"),
    **dict.fromkeys(("nao", "falso"), "false"),
}
"""Words that every flag may have."""

DECIMAL_ID = "^([0-9]+)[.]0$"
"""An id as programs write it that took it for a decimal, as 17840.0, which joins no 17840."""
MESSY = r"[#＃\[\](){}'\"“”„«»•·,;|\t\r\n\x{A0}\x{2000}-\x{200A}\x{3000}、，；\\]|  |^ | $|^(?i:nan|null|none|n/a|-)$"
"""What a list of words separated by spaces does not hold."""

_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_CLOCK = r"[ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ISO = {True: rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_CLOCK}Z?)?", False: rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}Z"}
_OFFSET = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}[+-](0[0-9]|1[0-4]):?[0-5][0-9]"
_EPOCH = r"[0-9]{9,10}(\.0*)?"
_NUMBER = {
    # Without three digits alone after the point, which may also be thousands.
    None: r"-?([0-9]+|0\.[0-9]+|[0-9]{4,}\.[0-9]+|[0-9]{1,3}\.([0-9]{1,2}|[0-9]{4,}))",
    ".": r"-?[0-9]+(\.[0-9]+)?",
    ",": r"-?[0-9]+",
}
_SQL_FORMAT = re.compile(r"(?:%[YmdHMS]|[^%])+")  # letters that mean the same in SQL and in Python


def keeps_odd(ours: str, work: Work) -> bool:
    """Tell whether cells of a column may be kept as text for Python.

    Parameters
    ----------
    ours : str
        Our column.
    work : Work
        The table on its way in.

    Returns
    -------
    bool
        Whether ``typed`` gives SQL for such cells.
    """
    column, spec = TABLES[work.table].columns[ours], work.spec
    kind = column.kind
    if ours == "platform" and ours not in spec.values and ours not in spec.makes:
        return False
    if (kind == "text" and spec.export) or column.is_tags:
        return True
    return kind not in ("id", "text") or ours in spec.values or ours in spec.makes


def typed(cell: str, kind: str, ours: str, work: Work) -> tuple[str, str]:
    """Write SQL for a typed column and for the cells that are not written the plain way.

    Parameters
    ----------
    cell, kind : str
        SQL of the file's column, and its type.
    ours : str
        Our column.
    work : Work
        The table on its way in.

    Returns
    -------
    tuple of str
        SQL of the column, and of its odd cells: null where a cell was plain. The second may name the first by `TYPED`.
    """
    column, spec = TABLES[work.table].columns[ours], work.spec
    as_text = cell if kind == "VARCHAR" else f"CAST({cell} AS VARCHAR)"
    is_number_in_words = column.kind == "number" and ours in spec.values
    if is_number_in_words:
        stated = {there.strip().lower(): literal(number) for there, number in spec.values[ours].items()}
        as_text = f"coalesce({_word(as_text, stated)}, {as_text})"
    if ours in spec.hidden:
        as_text = f"CASE WHEN {is_among(as_text, spec.hidden[ours])} THEN '{HIDDEN}' ELSE {as_text} END"
    if ours in spec.makes:
        return f"NULL::{TYPES.get(column.kind, 'VARCHAR')}", f"nullif({as_text}, '')"
    if column.kind in ("flag", "category") or (ours in spec.values and not is_number_in_words):
        as_is = kind == "BOOLEAN" and column.kind == "flag" and ours not in spec.values
        return (cell, "NULL::VARCHAR") if as_is else _left(_word(as_text, _words(ours, column, spec)), as_text, ours)
    if ours == "platform":
        return platform(as_text), "NULL::VARCHAR"
    if column.kind in ("id", "text"):
        return _text(as_text, column, ours, work)
    given = ours in spec.units or ours in spec.formats
    native = None if given or ours in spec.hidden or is_number_in_words else _native(cell, kind, ours, work)
    if native:
        return native
    if ours in spec.formats and (time := local_time(as_text, spec.formats[ours])):
        return _left(time, as_text, ours)
    if given:
        return f"NULL::{TYPES[column.kind]}", as_text
    # What is written as DuckDB writes it is plain; a pattern would take twice as long.
    whole = f"TRY_CAST({as_text} AS BIGINT)"
    same = f"WHEN CAST({whole} AS VARCHAR) = {as_text} THEN {whole}"
    if column.kind == "count":
        return _left(f"CASE {same} END", as_text, ours)
    plain = _ISO[work.timezone == "UTC"] if column.kind == "time" else _NUMBER[_decimal(spec)]
    value = f"TRY_CAST({as_text} AS {TYPES[column.kind]})"
    cases = f"WHEN regexp_full_match({as_text}, {literal(plain)}) THEN {value}"
    if column.kind == "number":
        cases = f"{same} {cases}"
    if column.kind == "time":
        if work.timezone == "UTC":  # 19 characters, as the words "infinity" and "epoch" are times to DuckDB
            cases = f"WHEN strlen({as_text}) = 19 AND CAST({value} AS VARCHAR) = {as_text} THEN {value} {cases}"
        seconds = f"CAST(split_part({as_text}, '.', 1) AS BIGINT)"
        cases += f" WHEN regexp_full_match({as_text}, {literal(_EPOCH)}) THEN make_timestamp({seconds} * 1000000)"
        zoned = f"timezone('UTC', TRY_CAST({as_text} AS TIMESTAMPTZ))"
        cases += f" WHEN regexp_full_match({as_text}, {literal(_OFFSET)}) THEN {zoned}"
    return _left(f"CASE {cases} END", as_text, ours)


def platform(cell: str) -> str:
    """Write SQL that gives our word for a platform; one that is not known in small letters.

    Parameters
    ----------
    cell : str
        SQL of the cell.

    Returns
    -------
    str
        SQL, null where the cell is empty.
    """
    words = {word: literal(ours) for word, ours in WORDS.items()}
    bare = f"regexp_replace(lower({cell}), {literal(SIGNS)}, '', 'g')"
    return _looked_up(cell, bare, words, otherwise=f"nullif(lower(trim({cell})), '')")


def is_local(ours: str, work: Work) -> bool:
    """Tell whether SQL reads a column of times on the clock of a zone; they are still to be brought to UTC then."""
    return ours in work.spec.formats and ours not in work.spec.makes and work.timezone != "UTC"


def local_time(cell: str, fmt: str | None = None) -> str | None:
    """Write SQL for the wall clock time in a cell that names no zone.

    Parameters
    ----------
    cell : str
        SQL of the cell.
    fmt : str, optional
        The format of the column; without it, times are read that are written the plain way.

    Returns
    -------
    str, optional
        SQL, null where the cell holds no such time; None when SQL does not know the format.
    """
    if not fmt:
        return f"CASE WHEN regexp_full_match({cell}, {literal(_ISO[True])}) THEN TRY_CAST({cell} AS TIMESTAMP) END"
    # A year of fewer than four digits is none in Python.
    time = f"TRY_STRPTIME({cell}, {literal(fmt)})"
    return f"CASE WHEN {time} >= '1000-01-01' THEN {time} END" if _SQL_FORMAT.fullmatch(fmt) else None


def in_utc(time: str, timezone: str) -> str:
    """Write SQL that brings wall clock times of a zone to UTC.

    Parameters
    ----------
    time : str
        SQL of the time, best a column: it is read several times.
    timezone : str
        The zone.

    Returns
    -------
    str
        SQL, null in the hours that the clocks repeat or leave out, and far from our days.
    """
    return _halved(time, spans(timezone))


def _halved(time: str, choice: Sequence[Span]) -> str:
    """Write SQL that finds a time's span by halving, as there are some hundred."""
    if len(choice) == 1:
        (span,) = choice
        shifted = f"{time} - to_seconds({int(span.offset.total_seconds())})"
        return f"CASE WHEN {time} >= TIMESTAMP '{span.start}' AND {time} < TIMESTAMP '{span.end}' THEN {shifted} END"
    middle = len(choice) // 2
    before, after = _halved(time, choice[:middle]), _halved(time, choice[middle:])
    return f"CASE WHEN {time} < TIMESTAMP '{choice[middle].start}' THEN {before} ELSE {after} END"


def is_among(cell: str, cells: Iterable[str]) -> str:
    """Write SQL that tells whether a cell is one of several, whatever its case and the space around it.

    Parameters
    ----------
    cell : str
        SQL of the cell.
    cells : iterable of str
        The texts.

    Returns
    -------
    str
        SQL of a truth value.
    """
    texts = ", ".join(literal(text.strip().lower()) for text in cells)
    return f"coalesce(lower(trim(CAST({cell} AS VARCHAR))) IN ({texts}), false)" if texts else "false"


def _left(typed: str, as_text: str, ours: str) -> tuple[str, str]:
    """Leave what SQL could not type to Python."""
    return typed, f"CASE WHEN {quoted(TYPED + ours)} IS NULL THEN {as_text} END"


def _text(as_text: str, column: Column, ours: str, work: Work) -> tuple[str, str]:
    """Write SQL for ids, and for texts of which those that may have been decoded wrongly are left to Python."""
    if column.kind == "id":
        # Most ids are neither padded nor decimals, and regular expressions take eight times as long.
        odd = f"contains({as_text}, ' ') OR ends_with({as_text}, '.0')"
        whole = f"regexp_replace(trim({as_text}), '{DECIMAL_ID}', '\\1')"
        return f"nullif(CASE WHEN {odd} THEN {whole} ELSE {as_text} END, '')", ""
    value = f"nullif({as_text}, '')"
    if not keeps_odd(ours, work):
        return value, ""
    if column.is_tags:
        return value, f"CASE WHEN regexp_matches({as_text}, {literal(MESSY)}) THEN {as_text} END"
    # Texts of plain ASCII, which have as many bytes as characters, are not searched.
    search = f"WHEN regexp_matches({as_text}, {literal(MOJIBAKE)}) THEN {as_text}"
    return value, f"CASE WHEN strlen({as_text}) = length({as_text}) THEN NULL {search} END"


def _words(ours: str, column: Column, spec: TableFiles) -> dict[str, str]:
    """Say which words stand for which values in SQL: the file's, as stated, and our own."""
    stated = {there.strip().lower(): word for there, word in spec.values.get(ours, {}).items()}
    if column.kind == "flag":
        return {**FLAGS, **stated}
    known = {**{name: name for name in column.categories}, **column.words, **stated}  # the likeliest are asked first
    told = platform_named if ours == "platform" else str
    return {word: literal(told(value)) for word, value in known.items()}


def _word(cell: str, words: Mapping[str, str]) -> str:
    """Write SQL that turns words into values, whatever their case and the space around them."""
    return _looked_up(cell, f"lower(trim({cell}))", words)


def _looked_up(cell: str, bare: str, words: Mapping[str, str], *, otherwise: str = "NULL") -> str:
    """Write SQL that looks up what a cell means by its bare form; one that is our own word already is left as it is.

    Looked up in a map, a word is worked out once for each entry of a dictionary as Parquet has them; a case for each
    word takes every row, and took a quarter of the time of a reduction.
    """
    if not words:
        return f"CAST({otherwise} AS VARCHAR)"
    found = f"MAP {{{', '.join(f'{literal(word)}: {value}' for word, value in words.items())}}}[{bare}]"
    if otherwise != "NULL":
        found = f"CASE WHEN {found} IS NOT NULL THEN {found} ELSE {otherwise} END"
    ours = [literal(word) for word, value in words.items() if value == literal(word)]
    return f"CASE WHEN contains([{', '.join(ours)}], {cell}) THEN {cell} ELSE {found} END" if ours else found


def _native(cell: str, kind: str, ours: str, work: Work) -> tuple[str, str] | None:
    """Write SQL for a column that Parquet types already."""
    column, nothing = TABLES[work.table].columns[ours], "NULL::VARCHAR"
    if column.kind == "count" and kind in _INTEGERS:
        return f"CAST({cell} AS BIGINT)", nothing
    if column.kind in ("count", "number") and (kind in (*_INTEGERS, "FLOAT", "DOUBLE") or kind.startswith("DECIMAL")):
        number = f"CAST({cell} AS DOUBLE)"
        plain = f"isfinite({number})" + (f" AND trunc({number}) = {number}" if column.kind == "count" else "")
        whole = f"CASE WHEN {plain} THEN TRY_CAST({cell} AS {TYPES[column.kind]}) END"
        return _left(whole, f"CASE WHEN NOT isnan({number}) THEN CAST({cell} AS VARCHAR) END", ours)
    if column.kind == "time" and kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {cell})", nothing
    if column.kind == "time" and kind in _TIMES and work.timezone == "UTC":
        return f"CAST({cell} AS TIMESTAMP)", nothing
    return None


def _decimal(spec: TableFiles) -> str | None:
    """Say which decimal mark dataset.toml states."""
    if spec.decimal:
        return spec.decimal
    return {".": ",", None: None}.get(spec.thousands, ".")
