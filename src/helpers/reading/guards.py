"""Which rows of a table are none of its observations: empty ones, those of the future, totals, lines under it?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from helpers.base.words import counted
from helpers.ground.languages import limits, months, totals
from helpers.reading.meanings import UNUSED, meant
from helpers.reading.work import AGAIN, BLANK, ODD, Work, literal, quoted
from helpers.tables import HIDDEN, TABLES

ALOUD = (
    *("left out: later than", "left out: a row of totals", "left out: a line under", "left out: under the table"),
    *("the export is cut", "not among the words known", "joined with followers", "in several spellings"),
    *("may be one of totals", *UNUSED, "in the hour that the clocks", "taken as hidden, as", "left out: the header"),
    *("may not be in seconds", "read from outside the folder"),
)
"""What a note says that nobody may overlook."""
TOTALS = "a row of totals"
LINE = "a line under the table"
SECOND = "under the table, with ids alone, as of a second table"
MAYBE = "may be one of totals"
EMPTY = "no cell is filled"
HEADER = "the header once more"
HAPPENED = {"posts": "created_at", "comments": "created_at", "diary": "observed_at"}
"""Tables whose rows have happened by the time that they are captured, and the column that says when."""
FEWEST_ROWS, FEWEST_COLUMNS = 3, 2
"""A row without a word for it is one of totals when so many others add up to it, in so many columns."""
HOUR, LONG = 3600, 4 * 3600
"""Seconds above which half of all videos hardly are, if they are whole minutes and at all."""
FEWEST_LENGTHS = 4
"""So many lengths that are whole minutes are no chance."""
SEARCHED = 5_000_000
"""Rows up to which such rows are looked for where it takes long; larger tables were written by programs."""
_ID_FORMS = (r"[\w-]{11}", r"[0-9]{5,}", r"https?://.*", r"\S*[0-9]\S*")
"""What ids of posts look like; a row of totals has a word in their place, whatever the language."""
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_UNSPACED = r"[\x{3040}-\x{30FF}\x{4E00}-\x{9FFF}]{4}"
"""Words of Japanese and Chinese, as RE2 of DuckDB writes it: a name of four signs alone in its row is a line, too."""
_UNSUMMED = ("followers", "following", "reach", "members")
"""Counts of persons, who may be the same in several rows: a total need not be their sum."""


def leave_out_empty(work: Work) -> None:
    """Leave out rows without any cell, as spreadsheets write where something once stood, and those of another header.

    Parameters
    ----------
    work : Work
        The table on its way in; rows go from it, and a note tells of them.
    """
    key = TABLES[work.table].required[0]
    if not work.is_empty and not (work.is_view and _is_none(work, f"{quoted(key)} IS NULL")):
        _leave_out(work, BLANK, EMPTY)
        if not work.is_view:
            _leave_out(work, AGAIN, HEADER)


def leave_out_lines(work: Work) -> None:
    """Leave out rows that a word calls totals, and lines of text under the table.

    Parameters
    ----------
    work : Work
        The table on its way in, its odd cells not read yet; rows go from it, and notes tell of them.
    """
    untimed = _untimed(work)
    if _is_none(work, untimed):
        return
    called = _said([*_key(work), *_odd_times(work), *_first(work)])
    _leave_out(work, f"{untimed} AND ({called} OR {_begun(work)})", TOTALS)
    filled, texts = _filled(work), _texts(work)
    if len(filled) < FEWEST_ROWS or not texts:
        return
    alone = f"{untimed} AND {' + '.join(f'({cell})::INTEGER' for cell in filled)} = 1"
    first = f"trim(coalesce({', '.join(texts)}))"
    line = f"CASE WHEN {alone} THEN {_is_line(first)} END"
    if key := next(iter(_key(work)), ""):
        # A comma in a line may have parted it into several cells.
        told = f"{untimed} AND {' AND '.join(f'{cell} IS NULL' for cell in _counts(work)) or 'false'}"
        only = f"(SELECT count(*) FROM {work.raw} WHERE {_is_line(key)} AND NOT ({told})) = 0"
        line = f"coalesce({line}, false) OR ({told} AND {_is_line(key)} AND {only})"
    sql = f"SELECT DISTINCT concat_ws(',', {', '.join(texts)}) FROM {work.raw} WHERE {line}"
    said = work.con.execute(sql).fetchall()
    _leave_out(work, line, LINE)
    cut = _limits([text for (text,) in said if text], _sizes(work))
    work.notes += [f"the export is cut: a line under the table says so, with the number {number}" for number in cut]


def leave_out_second_tables(work: Work) -> None:
    """Leave out what stands under posts as another table: rows with nothing but ids, behind an empty row or a header.

    Parameters
    ----------
    work : Work
        The table on its way in, its odd cells not read yet; rows go from it, and a note tells of them.
    """
    more = [cell for name, cells in _mapped(work).items() if _kind(work, name) != "id" for cell in cells]
    if work.table != "posts" or work.is_view or work.is_empty or not more or len(work.files) > 1:
        return
    told = f"coalesce({', '.join(f'CAST({cell} AS VARCHAR)' for cell in more)})"
    (last,) = work.one(f"SELECT max(rowid) FILTER ({told} IS NOT NULL) FROM {work.raw}")
    if last is None:
        return
    cells = [cell for name, cells in _mapped(work).items() if _kind(work, name) == "id" for cell in cells]
    sql = f"SELECT {', '.join(cells)} FROM {work.raw} WHERE rowid = {last + 1}"
    names = [name for name in (cells and work.con.execute(sql).fetchone()) or () if name]
    is_header = len(names) >= min(len(cells), 2) > 0 and all(
        any(meant(name, table) for table in TABLES) for name in names
    )
    if is_header or last + 1 in work.gone.get(EMPTY, ()):
        _leave_out(work, f"rowid > {last}", SECOND)


def _sizes(work: Work) -> set[int]:
    """Count the rows of each file without the lines under its table, with the rows of totals and without."""
    sizes = set()
    for start, end in zip([0, *work.bounds], work.bounds, strict=False):
        rows = [row for rule in work.gone.values() for row in rule if start <= row < end]
        lines = sum(start <= row < end for row in work.gone.get(LINE, ()))
        sizes |= {end - start - lines, end - start - len(rows)}
    return sizes


def ahead(names: Collection[str], table: str) -> dict[str, str]:
    """Write SQL, for DuckDB as for Spark, for rows that had not happened when they were captured, or have not today.

    Parameters
    ----------
    names : collection of str
        The columns that there are.
    table : str
        The tidy table.

    Returns
    -------
    dict of str to str
        By what is said of such rows. A day is let pass, as a time zone may be wrong.

    Examples
    --------
    >>> list(ahead(["post_id", "created_at"], "posts"))
    ['later than today (created_at)']
    """
    time = HAPPENED.get(table, "")
    if time not in names:
        return {}
    today = {f"later than today ({time})": f"{time} > CAST(current_date AS TIMESTAMP) + INTERVAL 2 DAY"}
    late = {f"later than their capture ({time} after captured_at)": f"{time} > captured_at + INTERVAL 1 DAY"}
    return {**(late if "captured_at" in names else {}), **today}


def doubt_lengths(work: Work) -> None:
    """Say where videos are so long that their lengths are hardly in seconds.

    Parameters
    ----------
    work : Work
        The table on its way in, with every cell read; a note is added to it.
    """
    if "duration_s" not in work.ours or work.is_empty or (work.bounds and work.bounds[-1] > SEARCHED):
        return
    odd = "count(*) FILTER (duration_s % 60 <> 0), count(DISTINCT duration_s)"
    middle, uneven, different = work.one(f"SELECT coalesce(median(duration_s), 0), {odd} FROM {work.raw}")
    if middle >= HOUR and not uneven and different >= FEWEST_LENGTHS:
        work.notes.append(
            "WARNING: duration_s: half of the videos last an hour or more, all of them whole minutes, so that it may "
            "not be in seconds: a spreadsheet may have taken 3:25 for 3 hours and 25 minutes. What to do: if it has, "
            "write lengths as seconds there, with =A2*1440 for the one in A2"
        )
    elif middle > LONG:
        work.notes.append(
            "WARNING: duration_s: half of the videos are longer than 4 hours, so that it may not be in seconds. What "
            'to do: say duration_s = "milliseconds" under [tables.posts.units] in a dataset.toml, if it is so'
        )


def leave_out_ahead(work: Work) -> None:
    """Leave out rows that cannot have happened yet when they were captured: planned posts, and wrong dates.

    Parameters
    ----------
    work : Work
        The table on its way in, with every cell read; rows go from it, and notes tell of them.
    """
    for rule, where in ahead(work.ours, work.table).items():
        if not work.is_empty:
            _leave_out(work, where, rule)


def leave_out_sums(work: Work) -> None:
    """Leave out a row without a time whose counts are the sums of all others; say of one that may be such a row.

    A word for totals is not needed: a row is one of totals where its counts are the sums of the others and it alone has
    no time or an id of another form, or where they are as large at least and it has neither a time, such an id, nor a
    text. One whose account other rows have too is one of totals only where several counts are such sums.

    Parameters
    ----------
    work : Work
        The table on its way in, with every cell read; rows go from it, and notes tell of them.
    """
    counts, untimed = [name for name in work.ours if _is_summed(work, name)], _untimed(work)
    is_large = bool(work.bounds) and work.bounds[-1] > SEARCHED
    asked = untimed if is_large else f"({untimed} OR {_said(_key(work))})"  # totals may have the first day of a period
    if not counts or _is_none(work, asked):
        return
    cells = {name: (f"r.{quoted(name)}", f"a.{quoted(f's {name}')}") for name in counts}
    sums = [f"sum(greatest({quoted(name)}, 0)) AS {quoted(f's {name}')}" for name in counts]
    same = " AND ".join(f"coalesce(2 * {cell} = {of}, {of} = 0)" for cell, of in cells.values())
    least = " AND ".join(f"coalesce(2 * {cell} >= {of}, true)" for cell, of in cells.values())
    told = " + ".join(f"coalesce({of} > 0 AND {cell} > 0, false)::INTEGER" for cell, of in cells.values())
    forms, unlike, coded = _forms(work)
    alone = "a.n_untimed = 1" if untimed != "true" else "false"
    timeless, ownerless = f"({coded})" if untimed == "true" else alone, _ownerless(work)
    sure = [
        f"{same} AND (({told}) >= {FEWEST_COLUMNS} AND a.n > {FEWEST_ROWS} OR ({_said(_texts(work))}) AND a.n > 2)",
        f"{same} AND {ownerless} AND ({alone} AND a.n > {FEWEST_ROWS} OR {unlike} AND a.n > 2)",
        f"{least} AND {ownerless} AND {timeless} AND {unlike} AND {_wordless(work)} AND a.n > 2",
    ]
    maybe = f"{least} AND ({alone} OR {unlike}) AND a.n > {FEWEST_ROWS}"
    known = [*sums, "count(*) AS n", f"count(*) FILTER ({untimed}) AS n_untimed", *forms]
    rows = f"{work.raw} r, (SELECT {', '.join(known)} FROM {work.raw}) a"  # a column of the file may be called n
    is_sure = f"coalesce({' OR '.join(f'({one})' for one in sure)}, false)"
    sql = f"SELECT r.{work.row}, {is_sure} FROM {rows} WHERE {asked} AND ({told}) > 0 AND ({is_sure} OR {maybe})"
    found = work.con.execute(sql).fetchall()
    if len(found) != 1:
        return
    ((row, is_total),) = found
    if is_total:
        work.leave_out([row], f"{TOTALS}: its counts are the sums of the others, or more")
    else:
        work.notes.append(
            f"WARNING: 1 row {MAYBE} ({work.where([row])}): without a time or with an id of another form, and as large "
            "as all others together. What to do: keep it if it is a post that did so well; if not, delete it from the "
            "file, or leave it out by a cell with left_out in a dataset.toml"
        )


def leave_out_total(work: Work) -> None:
    """Leave out a row of a list of accounts that a word calls totals and whose followers are the sum of the others.

    Parameters
    ----------
    work : Work
        The table on its way in, with every cell read; rows go from it, and notes tell of them.
    """
    if work.table != "accounts" or work.is_empty or not {"account_id", "followers"} <= set(work.ours):
        return
    of = f"(SELECT sum(greatest(followers, 0)) AS total, count(*) AS n FROM {work.raw}) a"
    largest = f"({_said(['account_id'])}) AND a.n > 1 AND followers > 0 AND 2 * followers >= a.total"
    sql = f"SELECT {work.row}, 2 * followers = a.total FROM {work.raw}, {of} WHERE {largest}"
    for row, is_sum in work.con.execute(sql).fetchall():
        if is_sum:
            work.leave_out([row], f"{TOTALS}: its followers are the sum of the others")
        else:
            work.notes.append(
                f"WARNING: 1 row {MAYBE} ({work.where([row])}), with more followers than all others together. What to "
                "do: delete it from the file, if it is no account"
            )


def _forms(work: Work) -> tuple[list[str], str, str]:
    """Write SQL that counts the ids of each known form, and that tells whether a row alone has another one.

    The last tells it of the first form only, whose ids are of one length and cannot be somebody's own.
    """
    key = next(iter(_key(work)), "")
    if not key:
        return [], "false", "false"
    counted = [f"count(*) FILTER (regexp_full_match({key}, '{form}')) AS f{at}" for at, form in enumerate(_ID_FORMS)]
    alone = [f"a.f{at} = a.n - 1 AND NOT regexp_full_match(r.{key}, '{form}')" for at, form in enumerate(_ID_FORMS)]
    return counted, f"coalesce({' OR '.join(alone)}, false)", f"coalesce({alone[0]}, false)"


def _wordless(work: Work) -> str:
    """Write SQL that tells whether a row has neither a text of the post nor a length."""
    names = [name for name in ("caption", "duration_s", "format", "hashtags") if name in _mapped(work)]
    return " AND ".join(f"r.{quoted(name)} IS NULL" for name in names) or "true"


def _ownerless(work: Work) -> str:
    """Write SQL that tells whether no other row has the account of a row, as of totals."""
    if "account_id" not in _mapped(work):
        return "true"
    return f"(SELECT count(*) FROM {work.raw} o WHERE o.account_id = r.account_id) < 2"


def hide_flagged(work: Work) -> None:
    """Take counts for hidden where the column beside them says so, whatever number stands there.

    A platform that hides a count may still give one, as 0 or with some of them.

    Parameters
    ----------
    work : Work
        The table on its way in; its cells and notes are changed.
    """
    for flag in [name for name in work.ours if name.endswith("_hidden")]:
        name = flag.removesuffix("_hidden")
        told = f"{quoted(flag)} AND {quoted(name)} >= 0"
        if name in work.ours and (n := work.one(f"SELECT count(*) FROM {work.raw} WHERE {told}")[0]):
            work.keep()
            work.con.execute(f"UPDATE {work.raw} SET {quoted(name)} = {HIDDEN} WHERE {told}")
            said = f"{name}: {counted(n, 'number')} taken as hidden, as {flag} says so beside it"
            work.notes.append(f"{said}; where the number counts, leave that cell empty")


def is_aloud(note: str) -> bool:
    """Tell whether a note is one that nobody may overlook.

    Examples
    --------
    >>> is_aloud("1 row left out: a row of totals (line 2)")
    True
    """
    return any(said in note for said in ALOUD)


def _is_none(work: Work, untimed: str) -> bool:
    """Tell at once where no row can be one of totals, as all have a time, or where there are too many to look."""
    is_large = work.is_view and bool(work.bounds) and work.bounds[-1] > SEARCHED
    if is_large or work.is_empty:
        return True
    return work.con.execute(f"SELECT 1 FROM {work.raw} WHERE {untimed} LIMIT 1").fetchone() is None


def _is_summed(work: Work, name: str) -> bool:
    """Tell whether a column counts what adds up over rows."""
    return TABLES[work.table].columns[name].kind == "count" and name not in (*_UNSUMMED, *work.spec.constants)


def _untimed(work: Work) -> str:
    """Write SQL for rows without a time, as totals and lines under a table have none."""
    times = [quoted(name) for name in work.ours if TABLES[work.table].columns[name].kind == "time"]
    mapped = [name for name in times if name.strip('"') not in work.spec.constants]
    return " AND ".join(f"{name} IS NULL" for name in mapped) or "true"


def _mapped(work: Work) -> dict[str, list[str]]:
    """Name the columns in which the cells of ours are that the files fill: read, and still odd."""
    names = [name for name in work.ours if name not in work.spec.constants and not work.is_row(name)]
    columns = {name for name, *_ in work.con.execute(f"DESCRIBE {work.raw}").fetchall()}
    return {name: [quoted(here) for here in (name, name + ODD) if here in columns] for name in names}


def _filled(work: Work) -> list[str]:
    """Write SQL that tells for each of our columns whether a row has a cell in it."""
    return [f"({' OR '.join(f'{cell} IS NOT NULL' for cell in cells)})" for cells in _mapped(work).values()]


def _key(work: Work) -> list[str]:
    """Give the column that names a row, unless its names are those of accounts, of which one may be called Total."""
    first = TABLES[work.table].required[0]
    plain = first in work.ours and first not in work.spec.constants and not work.is_row(first)
    return [quoted(first)] if plain and first != "account_id" else []


def _odd_times(work: Work) -> list[str]:
    """Give what stands in columns of times and is not read."""
    return [cells[-1] for name, cells in _mapped(work).items() if _kind(work, name) == "time" and len(cells) > 1]


def _first(work: Work) -> list[str]:
    """Give the first column of the file, where it is none of ours and kept beside them."""
    called = work.extras.get(work.files[0].header[0]) if work.files else None
    return [f"CAST({quoted(called)} AS VARCHAR)"] if called and not work.spec.export else []


def _texts(work: Work) -> list[str]:
    """Give SQL for the cells of our columns that can hold words."""
    plain = [cell for name, cells in _mapped(work).items() if _kind(work, name) in ("id", "text") for cell in cells]
    odd = [
        cells[-1] for name, cells in _mapped(work).items() if _kind(work, name) in ("category", "time") and cells[1:]
    ]
    return [*plain, *odd]


def _counts(work: Work) -> list[str]:
    """Give SQL for the cells of our columns that hold counts and other numbers."""
    return [cell for name, cells in _mapped(work).items() if _kind(work, name) in ("count", "number") for cell in cells]


def _kind(work: Work, name: str) -> str:
    return TABLES[work.table].columns[name].kind


def _said(cells: Iterable[str]) -> str:
    """Write SQL that tells whether any of several cells is a word for totals, also with a colon behind it."""
    words = ", ".join(literal(word + end) for word in sorted(totals()) for end in ("", ":", " :"))
    found = [f"lower({cell}) IN ({words})" for cell in cells]
    return f"coalesce({' OR '.join(found)}, false)" if found else "false"


def _begun(work: Work) -> str:
    """Write SQL that tells whether an id begins with a word for totals, as Subtotal shop, in a row of no account."""
    key, account = next(iter(_key(work)), ""), _mapped(work).get("account_id", [])
    if not (key and account):
        return "false"
    ownerless = " AND ".join(f"{cell} IS NULL" for cell in account)
    begun = " OR ".join(f"starts_with(lower({key}), {literal(word + ' ')})" for word in sorted(totals()))
    return f"coalesce({ownerless} AND ({begun}), false)"


def _is_line(cell: str) -> str:
    """Write SQL that tells whether a cell holds several words; Chinese and Japanese have no spaces between theirs."""
    return f"(contains({cell}, ' ') OR regexp_matches({cell}, '{_UNSPACED}'))"


def _limits(lines: Iterable[str], sizes: Collection[int]) -> list[str]:
    """Find the numbers in lines under a table that tell of more rows than there are, or of a limit that is reached.

    A number that is none of rows, as of pages, is smaller; one that is a date is none.

    Examples
    --------
    >>> _limits(["Rows: 5"], {5}), _limits(["Top 5 results"], {5}), _limits(["Showing 1 to 5 of 1,200"], {5})
    ([], ['5'], ['1,200'])
    """
    found: dict[str, None] = {}
    for line in lines:
        words = {*re.findall(r"[^\W\d_]+", line.casefold())}
        numbers = [text.rstrip(".,") for text in re.findall("[0-9][0-9.,]*", _dates().sub(" ", line))]
        known = {text: int(re.sub("[.,]", "", text)) for text in numbers if _WHOLE.fullmatch(text)}
        told = [text for text, number in known.items() if number > max(sizes)]
        told += [text for text, number in known.items() if number in sizes and words & limits()]
        found |= dict.fromkeys(told[-1:])
    return sorted(found)


@cache
def _dates() -> re.Pattern[str]:
    """Write a pattern for days, years and hours inside a line, in all languages: they are no limit of an export."""
    month, day = f"(?:{'|'.join(map(re.escape, months()))})", r"[0-3]?[0-9](?:\.|º|st|nd|rd|th|er)?"
    forms = (
        rf"\b{day}[ -]?(?:de |of )?{month}\b(?:[ -]?['’-][0-9]{{2,4}})?",
        rf"\b{month}\b\.? ?{day}(?![0-9])",
        r"\b[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}",
        r"(?<![0-9])[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?",
        r"\b20(?:0[1-9]|[1-3][0-9])(?:[0-9]{4})?\b",  # 2000 may be a limit
    )
    return re.compile("|".join(forms), re.IGNORECASE)


def _leave_out(work: Work, where: str, rule: str) -> None:
    """Leave out the rows of which something is true."""
    rows = [row for (row,) in work.con.execute(f"SELECT {work.row} FROM {work.raw} WHERE {where}").fetchall()]
    if not rows:
        return
    work.leave_out(rows, rule)
    work.is_empty = work.bounds[-1] == sum(work.dropped.values())
    if work.is_empty:
        work.faults.append(f"{work.table} has no rows but those left out: {', '.join(work.dropped)}")
