"""How might an unknown table be read: which of its columns may be which of ours, and what speaks for it?

A proposal is never acted on. It is a dataset.toml for a person to check, with the evidence beside every line. Every
tidy table is a candidate; the one whose columns are there in name and in kind is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpers.base.words import counted, listed
from helpers.ground.languages import gained, unit_words
from helpers.ground.platforms import WORDS
from helpers.reading.meanings import forms_of, meanings, worded
from helpers.reading.values import is_unknown, read_numbers, read_times
from helpers.tables import TABLES, Column, factors

MOSTLY = 0.95
"""Share of the cells with something in them that have to be readable before a line is proposed; the rest is told."""

CANDIDATES = (*("posts", "accounts", "comments", "campaigns", "survey", "diary", "post_history", "account_history"),)
"""Tables that files of people are tried as, those that are likelier first."""

TELLING: Mapping[str, tuple[str, ...]] = {
    "posts": (
        *("likes", "comments", "shares", "saves", "views", "reach", "impressions", "caption", "created_at"),
        *("format", "hashtags", "captured_at"),
    ),
    "accounts": ("followers", "following", "posts", "avg_likes", "avg_comments", "avg_shares", "avg_views", "is_fake"),
    "comments": ("text", "parent_id", "author_id"),
    "campaigns": ("fee", "revenue", "conversions", "campaign_id", "engagements"),
    "survey": (
        *("age", "uses_social_media", "minutes_per_day", "platforms", "stress", "wellbeing", "loneliness"),
        *("passive_score", "active_score"),
    ),
    "diary": ("observed_at", "passive_min", "active_min", "stress", "positive_affect", "negative_affect", "loneliness"),
    "post_history": ("hours",),
    "account_history": ("date", "followers"),
}
"""Columns that tell one table from another."""

LEAST: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "comments": (1, ("text",)),
    "campaigns": (1, ("fee", "revenue", "conversions", "campaign_id")),
    "survey": (2, TELLING["survey"]),
    "diary": (2, TELLING["diary"]),
    "post_history": (1, ("hours",)),
    "account_history": (2, ("date", "followers")),
}
"""How many of which columns a table needs to be a candidate at all."""

EXACT, MEANT, INSIDE = 3.0, 2.0, 1.0
"""What it counts that a column is called as ours, that its name means ours, and that its name holds a word for ours."""
_UNHELD = 0.3  # of it stays where the cells speak against it
_SHORTEST = 3  # letters of a word that is looked for inside a name
_ANSWERS = 10  # answers that one question may have which says yes or no
_FLAGS = {"true", "false", "yes", "no", "0", "1"}
_LONGEST = 60  # letters of a name
_QUESTION = 4  # words from which on a name is a question

_OF_SOMEBODY = {
    *("status", "type", "kind", "verified", "flag", "country", "language", "lang", "category", "created", "bio"),
    *("description", "image", "avatar", "picture", "gender", "age"),
}
"""Words that say in a name what somebody is or has, and not who it is."""
_FAMILY = 3  # columns whose names differ by a number only, as those of hours do
_TWOFOLD = {"reacties": "in Dutch exports of Meta this is reactions, elsewhere comments"}
_KEYS = {"posts": "post_id", "comments": "comment_id"}  # ids that may not come twice
_OF_WHOSE = {"YouTube": "youtube", "LinkedIn": "linkedin", "TikTok": "tiktok"}
_SIGNS = (
    ("a YouTube Studio table", "YouTube", re.compile(r"[\w-]{11}"), None),
    (
        "a Meta Business Suite export",
        "Business Suite",
        re.compile(r"[0-9]{15,}"),
        re.compile(r"instagram\.com/(?:p|reel|tv|stories)/|facebook\.com/"),
    ),
    ("a LinkedIn export", "LinkedIn", None, re.compile(r"linkedin\.com/feed/update/")),
    ("a TikTok Studio export", "TikTok", None, re.compile(r"tiktok\.com/@[\w.]+/(?:video|photo)/")),
)
"""What exports hold in any language: (what, whose language to set, ids in the first column, links in any)."""


@dataclass(frozen=True)
class Table:
    """The beginning of a table.

    Parameters
    ----------
    file : str
        The file's name.
    header : tuple of str
        Its columns.
    rows : tuple of tuple of str
        Its first rows.
    skip : int
        Lines above the header.
    sheet : str
        The sheet of a workbook.
    records : str
        Keys that lead to the list of records in a JSON file.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    skip: int = 0
    sheet: str = ""
    records: str = ""


def propose(table: Table) -> str:
    """Write a dataset.toml for an unknown table, for a person to check.

    Parameters
    ----------
    table : Table
        Its beginning.

    Returns
    -------
    str
        TOML, with what speaks for each line beside it; what is missing or doubtful is commented out.

    Examples
    --------
    >>> print(propose(Table("t.csv", ("id", "user", "likes"), (("7", "a", "1"), ("8", "a", "x")))))
    # Proposed from names and from the first 2 rows of t.csv. Check every line, then remove this one.
    [tables.posts]
    file = "t.csv"
    [tables.posts.columns]   # ours = "the file's"
    post_id = "id"   # a different value in each of 2 rows
    account_id = "user"   # 1 different value in 2 rows
    # likes = "likes"   # 1 of 2 values is not readable as a number
    """
    name, found = best(table)
    constants: list[str] = []
    if whose := foreign(table):
        name, found = "posts", _by_values(table, whose)
        constants += [f'platform = "{platform}"' for word, platform in _OF_WHOSE.items() if word in whose]
    if not name:
        return ""
    lines = [
        f"# Proposed from names and from the first {counted(len(table.rows), 'row')} of {_quoted(table.file)[1:-1]}. "
    ]
    lines[0] += "Check every line, then remove this one."
    lines += [f"[tables.{name}]", f"file = {_quoted(table.file)}"]
    lines += [f"skip = {table.skip}   # lines above the header"] if table.skip else []
    lines += [f"sheet = {_quoted(table.sheet)}"] if table.sheet else []
    lines += [f"records = {_quoted(table.records)}   # where the list is"] if table.records else []
    lines.append(f'[tables.{name}.columns]   # ours = "the file\'s"')
    for ours, column in TABLES[name].columns.items():
        if ours in found:
            lines.append(_line(table, name, ours, found[ours]))
            if ours == TABLES[name].required[0] and lines[-1].startswith("#") and _can_be_row(name, ours):
                # Where the name is sure, rows may be several captures of one; where it is not, each is one.
                doubt = "# " if _named([worded(found[ours])], ours, meanings(name)[ours]) >= MEANT else ""
                lines.append(f'{doubt}{ours} = "row"   # instead, if each row is {TABLES[name].meaning}')
        elif column.required and ours == "account_id" and not whose and (named := _repeating(table, found)):
            lines += _guessed(table, named)
        elif column.required:
            (constants if _is_shared(name, ours) else lines).append(_without(name, ours, column))
    left = [column for column in table.header if column and column not in found.values()] if whose else []
    if left:
        lines.append(f"# Which of these are views, likes, comments and shares? {', '.join(map(_quoted, left))}")
        lines += ["# Subscribers there are those won by a video, and no followers: leave them out."] * (
            "YouTube" in whose
        )
    lines += [_across(names) for names in _families(table.header) if _is_counted(names[0], name)]
    if units := list(_units(table, name, found)):
        lines += [f"[tables.{name}.units]   # what the names say that they are counted in", *units]
    if constants:
        lines += [f"[tables.{name}.constants]   # what every row shares", *constants]
    return "\n".join(lines)


def best(table: Table) -> tuple[str, dict[str, str]]:
    """Find the tidy table that a table is likeliest to be.

    Parameters
    ----------
    table : Table
        Its beginning.

    Returns
    -------
    (str, dict of str to str)
        The tidy table's name and its columns with the file's; an empty name where no column means anything here.
    """
    rated = {name: _rated(table, name) for name in CANDIDATES}
    name = max(rated, key=lambda name: rated[name][0])
    score, found = rated[name]
    return (name, found) if score > 0 and found else ("", {})


_CLOCK = '# timezone = "Europe/Amsterdam"   # of times without an offset, as spreadsheets have them; UTC without it'


def together(proposed: Iterable[str]) -> str:
    """Put the proposals for several files into one dataset.toml; of a table that comes again only the first stands.

    Parameters
    ----------
    proposed : iterable of str
        From `propose`.

    Returns
    -------
    str
        TOML.
    """
    parts: list[str] = []
    known = set()
    for text in proposed:
        if not parts and "created_at = " in text:
            parts.append(_CLOCK)
        table = text.partition("[tables.")[2].partition("]")[0]
        if table in known:
            lines = [line if line.startswith("#") else f"# {line}" for line in text.splitlines()]
            told = (
                f"# A second file of {table}: name both under file if their columns are the same, or import it alone."
            )
            text = "\n".join([told, *lines])
        known.add(table)
        parts.append(text)
    return "\n\n".join(parts) + "\n"


def wide(header: Sequence[str]) -> str:
    """Say that a table has a column for each platform, where it has.

    Examples
    --------
    >>> wide(("name", "ig_followers", "tt_followers"))
    'it has a column for each platform (ig_followers, tt_followers): a table needs a row for each account and platform'
    """
    kinds: dict[str, dict[str, str]] = {}
    for name in header:
        words = worded(name.lower()).split("_")  # TikTok is one word
        for at, word in enumerate(words):
            if word in WORDS and word != "x" and len(words) > 1:
                rest = "_".join(words[:at] + words[at + 1 :])
                kinds.setdefault(rest, {})[WORDS[word]] = name
    most = max(kinds.values(), key=len, default={})
    if len(most) < 2:
        return ""
    named = listed(most.values())
    return f"it has a column for each platform ({named}): a table needs a row for each account and platform"


def foreign(table: Table) -> str:
    """Say of what platform an export may be whose language is not known, by the form of its ids and links.

    Examples
    --------
    >>> rows = (("Tot", "", "3"), ("vId00aBcDeF", "a", "1"), ("vId01aBcDeF", "b", "2"))
    >>> foreign(Table("t.csv", ("Innehåll", "Titel", "Visningar"), rows))
    'it looks like a YouTube Studio table in a language that is not known: set YouTube to English and export it again'
    """
    if table.records.startswith("organic_insights"):
        what = "it looks like the insights of an Instagram download in a language that is not known"
        return f"{what}: set Instagram to English and ask for the download again"
    columns = list(zip(*table.rows, strict=True))
    for what, whose, ids, links in _SIGNS:
        looked = columns if links else columns[:1]  # ids alone tell something in the first column only
        is_named = ids is None or any(_mostly(cells, ids.fullmatch) for cells in looked)
        is_linked = links is None or any(_mostly(cells, links.search) for cells in columns)
        if is_named and is_linked and len(columns) > 2 and not (whose == "YouTube" and _names_accounts(table)):
            way = f"set {whose} to English{' or Dutch' if whose == 'Business Suite' else ''} and export it again"
            return f"it looks like {what} in a language that is not known: {way}"
    return ""


def _names_accounts(table: Table) -> bool:
    """Tell whether a column names who posted, which YouTube Studio never says."""
    return "account_id" in _found(table, "posts")[0]


def _by_values(table: Table, whose: str) -> dict[str, str]:
    """Find what names posts, when they were made and their title by the form of the cells, where names do not tell."""
    cells = {name: [row[at] for row in table.rows] for at, name in enumerate(table.header) if name}
    signs = [sign for _, _, ids, links in _SIGNS for sign in (ids and ids.fullmatch, links and links.search) if sign]
    named = [name for name in cells if any(_mostly(cells[name], sign) for sign in signs)]
    ids = [name for name in named if len({*cells[name]}) == len(table.rows)]
    told, _ = _found(table, "posts")
    post = told.get("post_id") if told.get("post_id") in ids else next(iter(ids), None)
    told, _ = _found(table, "posts", given={"post_id": post} if post else {})
    told = {ours: name for ours, name in told.items() if _holds(table, "posts", ours, table.header.index(name))}
    # What stands there is won by each video: no export of posts has the followers of a channel.
    told.pop("followers", None)
    free = [name for name in cells if name not in told.values()]
    looked = {
        "created_at": next((name for name in free if _are_dates(cells[name])), None),
        "caption": next((name for name in table.header[1:2] if name in free and "YouTube" in whose), None),
    }
    return {ours: name for ours, name in looked.items() if name is not None} | told


def _are_dates(cells: Sequence[str]) -> bool:
    """Tell whether cells are days or moments, and not numbers that might be."""
    filled = [cell for cell in cells if not is_unknown(cell)]
    return bool(filled) and not any(cell.isdecimal() for cell in filled) and _times(filled)[0]


def _mostly(cells: Sequence[str], matches: Callable[[str], object]) -> bool:
    """Tell whether most cells of a column have a form; one of the first, which may be that of totals, is let pass."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    fitting = sum(bool(matches(cell)) for cell in filled)
    return fitting > 1 and fitting >= len(filled) - 1


def _named(forms: Sequence[str], ours: str, words: Sequence[str]) -> float:
    """Rate a name by how surely it means one of our columns; a name without a letter or digit means none."""
    if not forms:
        return 0.0
    if ours in forms[:2]:
        return EXACT
    place = next((place for place, word in enumerate(words) if word in forms), None)
    if place is not None or ours in forms:
        return MEANT + 0.5 * (1 - (place or 0) / (len(words) or 1))
    inside = (ours, *words) if forms[0].count("_") else ()
    is_inside = any(
        len(word) >= _SHORTEST and re.search(rf"(?:^|_){re.escape(word)}(?:_|$)", forms[0]) for word in inside
    )
    return INSIDE if is_inside else 0.0


def _found(table: Table, name: str, given: Mapping[str, str] | None = None) -> tuple[dict[str, str], dict[str, float]]:
    """Find the columns that may be ours, each of the file's used once, the surest first: (columns, ratings)."""
    pairs = []
    numbered = {theirs for names in _families(table.header) for theirs in names}
    for place, (ours, words) in enumerate(meanings(name).items()):
        for at, theirs in ((at, theirs) for at, theirs in enumerate(table.header) if theirs not in numbered):
            rating = _named(forms_of(theirs), ours, words)
            if rating and not _is_other(table, name, ours, at, rating):
                holds = _holds(table, name, ours, at)
                pairs.append((rating if holds else rating * _UNHELD, rating, -place, -at, ours, theirs))
    found: dict[str, str] = dict(given or {})
    ratings: dict[str, float] = {}
    for rating, named, _, _, ours, theirs in sorted(pairs, reverse=True):
        # A word inside a name that the cells do not bear out is no evidence.
        if ours not in found and theirs not in found.values() and (rating == named or named > INSIDE):
            found[ours], ratings[ours] = theirs, rating
    return found, ratings


def _across(names: Sequence[str]) -> str:
    """Say what may be done with columns whose names differ by a number."""
    told = "Where it is an hour or a day, each is a row of its own: docs/your-data.md says how, by across."
    return f"# {listed(map(_quoted, names[:_FAMILY]))}: names that differ by a number. {told}"


def _is_counted(theirs: str, name: str) -> bool:
    """Tell whether the name of a column, but for its numbers, holds a word for one of our counts."""
    forms, columns = forms_of(re.sub("[0-9]+", " ", theirs)), TABLES[name].columns
    return any(columns[ours].kind == "count" and _named(forms, ours, words) for ours, words in meanings(name).items())


def _families(header: Sequence[str]) -> list[list[str]]:
    """List the columns whose names differ by a number only, such as those of hours and days."""
    alike: dict[str, list[str]] = {}
    for name in header:
        alike.setdefault(re.sub(r"[0-9]+", "#", name), []).append(name)
    return [names for form, names in alike.items() if "#" in form and len(names) >= _FAMILY]


def _is_other(table: Table, name: str, ours: str, at: int, rating: float) -> bool:
    """Tell whether a name says something else than what a word in it means: followers won, or the reach of a post."""
    theirs, column = table.header[at], TABLES[name].columns[ours]
    if ours == "followers":
        return bool(gained() & {*worded(theirs).split("_")})
    forms = forms_of(theirs)
    if column.kind != "id" or rating != INSIDE:
        return False
    return bool(_OF_SOMEBODY & {*forms[0].split("_")}) or any(
        _named(forms, other, words) >= INSIDE and _holds(table, name, other, at)
        for other, words in meanings(name).items()
        if TABLES[name].columns[other].kind != "id"
    )


def _holds(table: Table, name: str, ours: str, at: int) -> bool:
    """Tell whether the cells of a column are what our column holds."""
    cells = [row[at] for row in table.rows]
    known = [cell for cell in cells if not is_unknown(cell)]
    return _evidence(known, TABLES[name].columns[ours], len(cells), is_key=ours == _KEYS.get(name))[0]


def _rated(table: Table, name: str) -> tuple[float, dict[str, str]]:
    """Rate how well a table fits one of ours: (rating, columns)."""
    found, ratings = _found(table, name)
    least, of = LEAST.get(name, (0, ()))
    if sum(ours in found for ours in of) < least and not (name == "survey" and _are_questions(table.header)):
        return 0.0, {}
    rating = sum(ratings.values()) + sum(ratings.get(ours, 0) > INSIDE for ours in TELLING[name])
    for ours in TABLES[name].required:
        if ours not in found:
            rating -= 0.5 if _is_shared(name, ours) or _can_be_row(name, ours) else 4
    return rating + _unique(table, name, found), found


def _unique(table: Table, name: str, found: Mapping[str, str]) -> float:
    """Rate whether ids come once or again, as they do in such a table."""
    size = len(table.rows)
    first = TABLES[name].required[0]
    different = len({row[table.header.index(found[first])] for row in table.rows}) if first in found else 0
    once, again = different == size and size > 0, 0 < different < size
    if name == "posts":
        untold = not {"created_at", "caption", "hashtags", "format"} & found.keys()
        return 1.5 if once else -3.0 if first not in found and untold else 0.0
    if name == "accounts":
        return 1.5 if once else -3.0
    if name in ("diary", "post_history", "account_history"):
        return 1.0 if again else -4.0
    return 3.0 if name == "survey" and _are_questions(table.header) else 0.0


def _are_questions(header: Sequence[str]) -> bool:
    """Tell whether names of columns are questions, as a form writes them."""
    asked = [name for name in header if name.rstrip().endswith("?") or len(name.split()) > _QUESTION]
    return 2 * len(asked) >= len(header) and len(asked) > 1


def _can_be_row(name: str, ours: str) -> bool:
    """Tell whether each row may stand for one of what a table is about."""
    return ours == TABLES[name].required[0] and name in ("posts", "comments", "campaigns", "survey", "learning")


def _is_shared(name: str, ours: str) -> bool:
    """Tell whether all rows may be of one account, or under one post."""
    return (name, ours) in (("posts", "account_id"), ("comments", "post_id"), ("campaigns", "account_id"))


def _without(name: str, ours: str, column: Column) -> str:
    """Write the line of an id that no column holds."""
    if _is_shared(name, ours):
        return f'{ours} = "this one"   # no column has a name like it: say so only if it is the same for all rows'
    if _can_be_row(name, ours):
        return f'{ours} = "row"   # no column has a name like it, so that each row is {TABLES[name].meaning}'
    return f'# {ours} = "..."   # needed, and no column has a name like it: {column.meaning}'


def _repeating(table: Table, found: Mapping[str, str]) -> list[str]:
    """Name the columns left whose words come again and again, as names of pages and channels do."""
    names = []
    for at, theirs in enumerate(table.header):
        cells = [cell.strip() for row in table.rows if not is_unknown(cell := row[at])]
        words = {cell.casefold() for cell in cells}
        again = 1 < len(words) <= len(cells) / 2 and MOSTLY * len(table.rows) <= len(cells)
        plain = not words <= _FLAGS and all(len(word) <= _LONGEST and not _is_measure(word) for word in words)
        if theirs and theirs not in found.values() and again and plain and not _is_ours(theirs):
            names.append(theirs)
    return names


def _is_measure(word: str) -> bool:
    """Tell whether a cell holds a number or a time, which name nobody."""
    return not read_numbers([word], kind="number").faults or not read_times([word]).faults


def _is_ours(theirs: str) -> bool:
    """Tell whether the name of a column means one of ours, in any table, that is no id."""
    forms = forms_of(theirs)
    return any(
        _named(forms, ours, words) >= MEANT
        for name in CANDIDATES
        for ours, words in meanings(name).items()
        if TABLES[name].columns[ours].kind != "id"
    )


def _guessed(table: Table, named: Sequence[str]) -> list[str]:
    """Write who posted as the first column that may say it, with the others that may, and the way where none does."""
    first, *others = named
    cells = {row[table.header.index(first)].strip() for row in table.rows}
    told = f"{counted(len(cells), 'different value')} in {counted(len(table.rows), 'row')}"
    says = f"account_id = {_quoted(first)}   # {told}, a guess, as no name says it: does it say who posted?"
    other = f" it may be {' or '.join(map(_quoted, others))};" if others else ""
    return [says, f'# if not,{other} where all rows are of one account: account_id = "this one", under constants']


def _line(table: Table, name: str, ours: str, theirs: str) -> str:
    """Write one line with its evidence; commented out where the cells speak against it."""
    place = table.header.index(theirs)
    cells = [row[place] for row in table.rows]
    known, is_key = [cell for cell in cells if not is_unknown(cell)], ours == _KEYS.get(name)
    holds, evidence = _evidence(known, TABLES[name].columns[ours], len(cells), is_key=is_key)
    doubt = f"; {_TWOFOLD[worded(theirs)]}" if worded(theirs) in _TWOFOLD else ""
    return f"{'' if holds else '# '}{ours} = {_quoted(theirs)}   # {evidence}{doubt}"


def _units(table: Table, name: str, found: Mapping[str, str]) -> Iterator[str]:
    """Write the units that names state and that are not ours, as hours in `watch time (hours)`."""
    for ours, theirs in found.items():
        allowed = factors(TABLES[name].columns[ours])
        unit = next((unit for word in worded(theirs).split("_") if (unit := unit_words().get(word)) in allowed), "")
        if unit and allowed[unit] != 1 and _holds(table, name, ours, table.header.index(theirs)):
            yield f'{ours} = "{unit}"'


def _evidence(cells: Sequence[str], column: Column, size: int, *, is_key: bool) -> tuple[bool, str]:
    """Say what a column's cells speak for: (whether the line may stand, the evidence). No cell is quoted."""
    if not cells:
        return False, f"empty in all of {counted(size, 'row')}"
    if column.kind == "id":
        different = len(set(cells))
        if different == size and is_key:
            return True, f"a different value in each of {counted(size, 'row')}"
        said = f"{counted(different, 'different value')} in {counted(size, 'row')}"
        return not is_key, said
    if column.kind in ("count", "number"):
        return _numbers(cells, column)
    if column.kind == "time":
        return _times(cells)
    filled = f"filled in {len(cells):,} of {counted(size, 'row')}"
    if column.kind in ("category", "flag"):
        return _words_of(cells, column)
    return _texts(cells, column, filled)


def _words_of(cells: Sequence[str], column: Column) -> tuple[bool, str]:
    """Say how many of a column's words are understood as they are, and how the others are told."""
    known = {*column.categories, *column.words, *(_FLAGS if column.kind == "flag" else ())}
    words = {cell.strip().casefold() for cell in cells}
    said = counted(len(words), "different word")
    if words <= known:
        return True, f"{said}, all understood as they are"
    if column.kind == "flag" and (len(words) > _ANSWERS or any(word.isdecimal() for word in words - known)):
        return False, f"{said}, where yes or no belong"
    example = column.categories[0] if column.categories else "1"
    told = f'{{ "a word" = "{example}" }}' if column.categories else '{ "a word" = 1 }'
    return True, f"{said}, {len(words - known)} not understood: under values say which is which of ours, as in {told}"


def _texts(cells: Sequence[str], column: Column, filled: str) -> tuple[bool, str]:
    """Say whether cells can be texts: not where they only say yes or no, or are numbers of something."""
    if {cell.strip().casefold() for cell in cells} <= _FLAGS:
        return False, f"{filled}, and says yes or no only"
    if "number" not in column.meaning and all(cell.strip().replace(".", "", 1).isdecimal() for cell in cells):
        return False, f"{filled}, and holds numbers only"
    return True, filled


def _numbers(cells: Sequence[str], column: Column) -> tuple[bool, str]:
    """Say how many cells are numbers, and from where to where they go."""
    read = read_numbers(cells, kind="count" if column.kind == "count" else "number")
    wrong = len({at for fault in read.faults for at in fault.at})
    if wrong > (1 - MOSTLY) * len(cells):
        why = read.faults[0].says if read.faults else ""
        return False, f"{wrong:,} of {counted(len(cells), 'value')} {'is' if wrong == 1 else 'are'} {why}"
    low, high = read.column.min(), read.column.max()
    said = f"{'whole numbers' if column.kind == 'count' else 'numbers'} from {low:,} to {high:,}"
    if column.maximum is not None and high > column.maximum:
        return False, f"{said}, more than there can be"
    return True, said + (f"; {wrong:,} cannot be read" if wrong else "")


def _times(cells: Sequence[str]) -> tuple[bool, str]:
    """Say how many cells are times, and from when to when they go."""
    read = read_times(cells)
    wrong = len({at for fault in read.faults for at in fault.at})
    if wrong > (1 - MOSTLY) * len(cells):
        return (
            False,
            f"{wrong:,} of {counted(len(cells), 'value')} {'is' if wrong == 1 else 'are'} {read.faults[0].says}",
        )
    said = f"from {read.column.min():%Y-%m-%d} to {read.column.max():%Y-%m-%d}, if its times are UTC"
    return True, said + (f"; {wrong:,} cannot be read" if wrong else "")


def _quoted(text: str) -> str:
    """Write a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'
