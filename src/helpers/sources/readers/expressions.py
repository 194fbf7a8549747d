"""Which pieces of SQL do several readers make their columns with?

They are written as ``layouts.Field`` says: ``{cell}`` is the cell, ``"like count"`` a column by its plain name.
"""

from __future__ import annotations

from helpers.ground.platforms import SITES
from helpers.reading.values import UNKNOWN, plain_name
from helpers.reading.work import literal

_FLAGGED = ("yes", "true", "1")
_UNEVEN = r"regexp_matches({cell}, '\s|,,|^,|,$')"
SPACED = f"if({_UNEVEN}, trim(regexp_replace({{cell}}, '[,\\s]+', ' ', 'g')), replace({{cell}}, ',', ' '))"
"""Words parted by spaces instead of commas."""

X_TIME = "coalesce(CAST(try_strptime({cell}, '%a %b %d %H:%M:%S +0000 %Y') AS VARCHAR) || 'Z', {cell})"
"""Times as X writes them, in UTC; others stay as they are."""


_WHENS = (
    f"WHEN regexp_matches({{cell}}, '(^|[/.]){site.replace('.', chr(92) + '.')}') THEN {literal(platform)}"
    for site, platform in SITES.items()
)
OF_LINK = f"CASE {' '.join(_WHENS)} END"
"""The platform that a link leads to."""

_ENDS = (
    r"/(?:watch|video|story|permalink|photo)[a-z./]*\?(?:[^#]*&)?(?:v|story_fbid|fbid)=([^&#]+)",
    r"/profile\.php/?\?(?:[^#]*&)?id=([0-9]+)",
    r"([^/?#]+)/*(?:[?#].*)?$",
)
_ENDING = [f"nullif(regexp_extract({{cell}}, '{end}', 1), '')" for end in _ENDS]
LAST_PART = f"coalesce({', '.join(_ENDING)}, {{cell}})"
"""What stands last in a link or an address, or what a page named without it asks for, as in watch?v=x."""

NO_REPOST = "reposts of others, whose counts belong to the original"


def column(name: str) -> str:
    """Name a column.

    Examples
    --------
    >>> column("Post Type")
    '"post type"'
    """
    return f'"{plain_name(name)}"'


def first_of(*names: str) -> str:
    """Take the first of several cells that is not empty.

    Examples
    --------
    >>> first_of("Title", "Titel")
    'coalesce("title", "titel")'
    """
    return f"coalesce({', '.join(map(column, names))})"


def among(cell: str, words: tuple[str, ...]) -> str:
    """Tell whether a cell is one of several words, whatever its case.

    Examples
    --------
    >>> among('"type"', ("reel", "igtv"))
    'coalesce(lower("type") IN (\\'reel\\', \\'igtv\\'), false)'
    """
    return f"coalesce(lower({cell}) IN ({', '.join(map(literal, words))}), false)"


def hidden_by(name: str, number: str = "{cell}") -> str:
    """Call a number hidden where another column says so, whatever stands in its own.

    Examples
    --------
    >>> print(hidden_by("likes_hidden"))
    CASE WHEN coalesce(lower("likes_hidden") IN ('yes', 'true', '1'), false) THEN '-1' ELSE {cell} END
    """
    return f"CASE WHEN {flagged(name)} THEN '-1' ELSE {number} END"


def flagged(name: str) -> str:
    """Tell whether a column says yes."""
    return among(column(name), _FLAGGED)


def is_some(*, empty: str = "0., ") -> str:
    """Turn a count into whether there is any; cells of nothing but these signs are none."""
    return f"CASE WHEN trim({{cell}}) <> '' THEN if(trim({{cell}}, '{empty}') = '', 'false', 'true') END"


def found(pattern: str, *, otherwise: str = "NULL") -> str:
    """Take the first group of a pattern out of the cell, or something else where the cell has none.

    Examples
    --------
    >>> found("/vi/([0-9]+)/", otherwise="{cell}")
    "coalesce(nullif(regexp_extract({cell}, '/vi/([0-9]+)/', 1), ''), {cell})"
    """
    return f"coalesce(nullif(regexp_extract({{cell}}, {literal(pattern)}, 1), ''), {otherwise})"


def is_unknown(cell: str) -> str:
    """Tell whether a cell says that there is no value, as ``values.is_unknown`` does."""
    return f"({cell} IS NULL OR lower(trim({cell})) IN ({', '.join(map(literal, sorted(UNKNOWN)))}))"


def count_like_shown(cell: str) -> str:
    """Read a count that its platform shows in full, so that any mark in it parts thousands: a number, or null."""
    plain = f"regexp_full_match(trim({cell}), '[0-9]{{1,18}}|[0-9]+([., ][0-9]{{3}})+')"
    return f"CASE WHEN {plain} THEN TRY_CAST(translate({cell}, '., ', '') AS BIGINT) END"


def clock_seconds(cell: str) -> str:
    """Turn a length such as 00:03:34 into seconds; anything else is unknown."""
    parts = [f"CAST(split_part({cell}, ':', {at}) AS BIGINT) * {of}" for at, of in ((1, 3600), (2, 60), (3, 1))]
    is_clock = f"regexp_full_match(trim({cell}), '[0-9]+:[0-9]{{2}}:[0-9]{{2}}')"
    return f"CASE WHEN {is_clock} THEN CAST({' + '.join(parts)} AS VARCHAR) END"


def x_moment(tweet_id: str = "{cell}") -> str:
    """Tell when a post on X was made, from its id, in UTC.

    Ids given since November 2010 hold milliseconds in all bits but the lowest 22; older ones hold none.
    """
    number = f"TRY_CAST({tweet_id} AS BIGINT)"
    moment = f"make_timestamp_ms(({number} >> 22) + 1288834974657)"
    return f"CASE WHEN {number} >= {1 << 35} AND regexp_full_match({tweet_id}, '[0-9]+') THEN {moment} || 'Z' END"
