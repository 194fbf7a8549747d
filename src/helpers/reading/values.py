"""How is a number, a date or the name of a column, as people's files have it, read?

A cell alone often cannot say: '407.137' is a count of four hundred thousand in one country and a small decimal in
another, '4/11/18' is a day in April or in November. The whole column decides, by cells that can be read in one way
only. Where the column cannot decide either, nothing is guessed: the cells come back as faults, with the line in
dataset.toml that settles it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from helpers.base.words import listed
from helpers.ground.languages import months, unit_words

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = frozenset(
    {
        *("", "-", "--", "–", "—", "?", "n/a", "n/a'", "na", "n.a.", "nan", "null", "none", "undefined", "unknown"),
        # What spreadsheets write in English, Spanish, Dutch, German and French when a formula failed.
        # and databases for a day that was never set
        *("0000-00-00", "0000-00-00 00:00:00"),
        *("#n/a", "#value!", "#ref!", "#name?", "#div/0!", "#num!", "#null!"),
        *("#¡valor!", "#valor!", "#waarde!", "#n/b", "#deel/0!", "#wert!", "#nv", "#valeur!"),
    }
)
"""Cells that say that there is no value, whatever their case."""

SCALES = {
    **dict.fromkeys(("k", "tsd", "duizend", "thousand", "tausend", "mila", "tys", "тыс", "rb", "ribu"), Decimal(1_000)),
    **dict.fromkeys(("m", "mln", "mio", "miljoen", "million", "millions", "millionen", "mi"), Decimal(1_000_000)),
    **dict.fromkeys(("mn", "млн", "jt", "juta", "百万", "百萬", "백만"), Decimal(1_000_000)),
    **dict.fromkeys(("b", "bn", "mld", "mrd", "miljard", "milliarde", "milliarden", "млрд"), Decimal(1_000_000_000)),
    **dict.fromkeys(("千", "천"), Decimal(1_000)),
    **dict.fromkeys(("万", "萬", "만"), Decimal(10_000)),
    **dict.fromkeys(("lakh", "lakhs"), Decimal(100_000)),
    **dict.fromkeys(("crore", "crores", "千万", "千萬", "천만"), Decimal(10_000_000)),
    **dict.fromkeys(("億", "亿", "억"), Decimal(100_000_000)),
}
"""Abbreviations of thousand, million and thousand million in several languages, also with a point behind.
"Billion" is not here, as it is a thousand times more in German; "mil" is a thousand in Spanish and Portuguese alone."""

MOJIBAKE = "[Â-ô][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
"""What characters of UTF-8 become when they are read as Latin-1 or cp1252: texts with any are worth a closer look."""

STATE_MARK = 'state decimal = "," or thousands = "." (or the other way round) for this table in dataset.toml'
STATE_FORMAT = 'state the format in dataset.toml, as in [tables.posts.formats] created_at = "%d/%m/%Y %H:%M"'

WRITE_ISO = (
    "write every date of the column as 2025-04-14 08:30 (in a spreadsheet: the format yyyy-mm-dd hh:mm), or export "
    "again and give the file as it comes"
)
"""What to do about dates of a platform's export, for which no format can be stated."""

_DROPPED = dict.fromkeys(
    [
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        # Hangul fillers, signs that choose a form, anchors and tags, none of which is seen.
        *(0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xFFF0, 0xFFFC),
        *range(0xE0000, 0xE01F0),
    ]
)
_PLAINER = {
    **dict.fromkeys([0xA0, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x3000], " "),
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **{0x2212: "-", 0xFF0D: "-", 0xFF0B: "+", 0xFF0E: ".", 0xFF0C: ",", 0xFF05: "%", 0x2019: "'", 0x02BC: "'"},
}
_CHARACTERS = {**_DROPPED, **_PLAINER}
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0)
_ARABIC_MARKS = {0x66B: ".", 0x66C: ",", 0x60C: ","}
_OTHER_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)} | _ARABIC_MARKS
"""Digits of Arabic, Persian, Devanagari, Thai and other scripts, written the plain way in numbers and dates."""
_QUOTES = dict.fromkeys(map(ord, '"„“”«»'), " ")

_NUMBER = re.compile(
    r"([+-]?)([0-9., ']*[0-9])(?:e([+-]?[0-9]{1,3}))? ?(?:(%)|([^\W\d_]{1,10}?)\.?)?[回次人件個个名회명개]?",
    re.IGNORECASE,
)
_COUNTER = re.compile("[回次人件個个名회명개]$")  # as Chinese, Japanese and Korean put behind what is counted
_SPACED = re.compile(r"[0-9]{1,3}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*([.,][0-9]+)?")
_BOTH = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*(?!\1)([.,])[0-9]+")
_REPEATED = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+")
_LAKHS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(\.[0-9]+)?")
_EITHER = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_DECIMAL = re.compile(r"[0-9]*([.,])[0-9]+")
_CLOCKED = re.compile(r"()([0-9]{1,4}):([0-5]?[0-9]):([0-5][0-9])")
_MINUTES = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_PRIMED = re.compile(r"""([0-9]{1,3})['’′] ?([0-5]?[0-9])(?:["”″]|''|’’|′′)?""")
_BEHIND = re.compile(r"([0-9]+(?::[0-5][0-9]){1,2}) ?[(\[]?([^\W\d_]{1,12})\.?((?::[^\W\d_]{1,12}\.?){0,2})[)\]]?")
_LASTS = re.compile(r"P(?:([0-9]+)D)?T?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?", re.IGNORECASE)
_SPOKEN = re.compile(r"([0-9]+(?:[.,][0-9]{1,2})?) ?([^\W\d_]{1,12})\.?(?:,| and)? ?", re.IGNORECASE)
_IN_SECONDS = {
    **{"milliseconds": Decimal("0.001"), "s": Decimal(1), "seconds": Decimal(1), "m": Decimal(60)},
    **{"minutes": Decimal(60), "h": Decimal(3600), "hours": Decimal(3600)},
}
_TAG_NAMES = re.compile(r"""["'](?:name|title|text|tag|hashtag\w*)["']\s*:\s*["']([^"']*)["']""", re.IGNORECASE)
_TAG_SIGNS = re.compile(r"""[#＃]+([^\s#＃,;|/\\&+•·、，；\[\](){}"'“”„«»<>]+)""")
_TAG_LIST = re.compile(r"(?:(?:frozen)?set|array|Index|Series)\((.*?)(?:, *dtype=[^()]*)?\)", re.DOTALL)
_TAG_MARKS = re.compile(r"""[,;|•·、，；\t\r\n]+|(?<=['"])\s+(?=['"])""")
_DIGITS = 24  # so that every product with a scale and a factor is exact
_BEYOND = 2**63


@dataclass(frozen=True)
class Remark:
    """Something to say about cells: what, and which.

    Parameters
    ----------
    says : str
        What there is to say; never what a cell holds.
    at : tuple of int
        Positions in what was given, from 0.
    """

    says: str
    at: tuple[int, ...]


_NOTHING = Remark("", ())


@dataclass(frozen=True)
class Reading:
    """A column that has been read.

    Parameters
    ----------
    column : pandas.Series
        What was read, with the index that came; missing where a cell says nothing or could not be read.
    notes : tuple of Remark
        What was decided.
    faults : tuple of Remark
        What could not be read. With faults the column is not to be used.
    decimal : str
        What numbers in it showed to be their decimal mark; empty where nothing did.
    """

    column: pd.Series
    notes: tuple[Remark, ...] = ()
    faults: tuple[Remark, ...] = ()
    decimal: str = ""


@dataclass(frozen=True)
class _Token:
    """A number as it is written: which mark it has, and what that mark may be."""

    text: str
    decimal: str = ""  # the mark that can only be a decimal mark here
    thousands: str = ""  # the mark that can only part thousands here
    either: str = ""  # the mark that can be both
    scale: Decimal = Decimal(1)
    percent: bool = False
    short: bool = False

    def value(self, decimal: str) -> Decimal:
        """Compute the number, given the column's decimal mark; that of 3,4K is one whatever other marks are."""
        decimal = self.decimal if self.short and self.decimal else decimal
        body = self.text.replace("," if decimal == "." else ".", "").replace(decimal, ".")
        return Decimal(body) * self.scale


def cleaned(text: str) -> str:
    """Take away what is invisible, and write digits, spaces and signs the plain way.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    str
        The same without direction marks, with plain digits, spaces and signs, without space around it.

    Examples
    --------
    >>> cleaned("\\u200e１２\\u202f345\\u00a0")
    '12 345'
    """
    return text.translate(_CHARACTERS).strip()


def visible(name: str) -> str:
    """Write a column's name as a person sees it, and would type it.

    Soft hyphens, joiners, direction and byte-order marks go; spaces of all kinds, apostrophes and accents get one form.

    Examples
    --------
    >>> visible("Com\\u00adments\\u00a0added\\u200b")
    'Comments added'
    """
    return cleaned(unicodedata.normalize("NFC", name))


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Reduce a column's name to what tells it apart.

    What is invisible, line breaks, quotation marks, case and repeated spaces go.

    Examples
    --------
    >>> plain_name(' "Com\\u00adments ad\\u00added" ')
    'comments added'
    """
    text = unicodedata.normalize("NFKC", visible(name))
    return " ".join(text.translate(_QUOTES).split()).casefold()


def is_unknown(text: str) -> bool:
    """Tell whether a cell says that there is no value.

    Examples
    --------
    >>> is_unknown("N/A"), is_unknown("0")
    (True, False)
    """
    return cleaned(text).casefold() in UNKNOWN


def tags(text: str) -> str:
    """Write hashtags in any form as tags separated by spaces, without their sign.

    Read are lists and sets of Python, JSON and databases, of texts or of records with a name, and tags that stand
    behind their signs, glued to one another, or between commas, semicolons, bars or spaces of any kind. A tag of
    several words gets low lines.

    Examples
    --------
    >>> tags("['cats', 'dogs']"), tags("#cats#dogs"), tags("[]"), tags("summer sale; shoes")
    ('cats dogs', 'cats dogs', '', 'summer_sale shoes')
    """
    plain = cleaned(unicodedata.normalize("NFC", text))
    plain = found[1] if (found := _TAG_LIST.fullmatch(plain)) else plain
    if "\\u" in plain:
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), plain)
    named = _TAG_NAMES.findall(plain) if "{" in plain else []
    if not named and re.search("[#＃]", plain):
        named = [tag.strip(".:!?") for tag in _TAG_SIGNS.findall(plain)]
    if not named and not ("{" in plain and ":" in plain):
        inner = plain.strip("[](){} ")
        named = _TAG_MARKS.split(inner) if _TAG_MARKS.search(inner) else inner.split() if inner == plain else [inner]
    words = ("_".join(re.sub("^[-*] +", "", tag).strip(" '\"“”„«»‘’`#＃").split()) for tag in named)
    return " ".join(word for word in words if word and "://" not in word and word.casefold() not in UNKNOWN)


def seconds(text: str, *, of_video: bool = False) -> str:
    """Write a length such as 0:03:25 or PT3M25S as seconds; what is written otherwise stays.

    Parameters
    ----------
    text : str
        A cell.
    of_video : bool
        Whether it is the length of a video, of which 3:25 is minutes and seconds, and 3m is minutes; else they may be
        hours, and millions.

    Examples
    --------
    >>> seconds("1:03:25"), seconds("PT1M3S"), seconds("P1DT1S"), seconds("3:25")
    ('3805', '63', '86401', '3:25')
    >>> [seconds(text, of_video=True) for text in ("3:25", "3 min 25 s", "3:25 min", "1h", "1:30 h", "1.5K")]
    ['205', '205', '205', '3600', '5400', '1.5K']
    """
    plain = text.strip()
    found = _CLOCKED.fullmatch(plain) or (_LASTS.fullmatch(plain) if plain.upper().startswith("P") else None)
    if found:
        days, hours, minutes, rest = (int(part or 0) for part in found.groups())
        return str(((days * 24 + hours) * 60 + minutes) * 60 + rest)
    if of_video and (behind := _BEHIND.fullmatch(plain)):
        return _with_unit(text, *behind.groups())
    if of_video and (short := _MINUTES.fullmatch(plain) or _PRIMED.fullmatch(plain)):
        return str(60 * int(short[1]) + int(short[2]))
    parts = _SPOKEN.findall(plain) if of_video and not _SPOKEN.sub("", plain) else []
    named = [unit_words().get(word.casefold(), word.casefold()) for _, word in parts]
    lasting = [_IN_SECONDS[name] for name in named if name in _IN_SECONDS]
    if not parts or len({*lasting}) < len(parts) or sorted(lasting, reverse=True) != lasting:
        return text
    told = zip(parts, lasting, strict=True)
    return f"{sum((Decimal(number.replace(',', '.')) * of for (number, _), of in told), Decimal()).normalize():f}"


def _with_unit(text: str, clock: str, unit: str, more: str) -> str:
    """Write a length such as 3:25 min as seconds: the word behind says what the first of two parts counts."""
    kind = {"mm": "minutes", "m": "minutes", "hh": "hours", "h": "hours"}.get(unit.casefold(), unit.casefold())
    kind, parts = unit_words().get(kind, kind), clock.count(":") + 1
    if kind not in ("minutes", "hours") or (more and more.count(":") + 1 != parts):
        return text
    return seconds(f"{clock}:00" if kind == "hours" and parts == 2 else clock, of_video=True)


def mended(text: str) -> str:
    """Decode anew what had been decoded wrongly, and nothing else.

    The decision is ftfy's (Speer, 2019, Zenodo 2591652): a text is changed only when the change makes it likelier.

    Examples
    --------
    >>> mended("cafÃ©"), mended("São Paulo")
    ('café', 'São Paulo')
    """
    if text.isascii() or not re.search(MOJIBAKE, text):
        return text
    import ftfy

    return ftfy.fix_encoding(text)


def harmless(text: str) -> str:
    """Take the effect from a text that a spreadsheet would run as a formula, by an apostrophe before it.

    For texts in CSV files that a person opens; numbers stay as they are. The signs are those of OWASP's page on CSV
    injection.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-1.5"), harmless("plain")
    ("'=1+1", '-1.5', 'plain')
    """
    is_risky = text[:1] in ("=", "+", "-", "@", "\t", "\r") and _tokenise(text) is None
    return f"'{text}" if is_risky else text


def _tokenise(text: str) -> _Token | None:
    """Take a number apart; None when it is no number in any notation known here."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    sign, body, exponent, percent, word = match.groups()
    suffix = percent or _COUNTER.sub("", (word or "").lower())
    if suffix not in SCALES and suffix not in ("", "%"):
        return None
    marks = _marks(body) if len(body) <= _DIGITS else None
    if marks is None or (exponent and (marks.get("thousands") or marks.get("either") or suffix)):
        return None
    scale = SCALES.get(suffix, Decimal("0.01") if suffix == "%" else Decimal(1))
    return _Token(
        text=sign + re.sub("[ ']", "", body),
        scale=scale.scaleb(int(exponent or 0)),
        percent=suffix == "%",
        short=suffix in SCALES or int(exponent or 0) > 0,
        **marks,
    )


def _marks(body: str) -> dict[str, str] | None:
    """Say which marks of a number can be what."""
    if re.fullmatch("[0-9]+", body):
        return {}
    if match := _SPACED.fullmatch(body):
        return {"decimal": match[2][0]} if match[2] else {}
    if match := _BOTH.fullmatch(body):
        return {"thousands": match[1], "decimal": match[2]}
    if match := _REPEATED.fullmatch(body):
        return {"thousands": match[1]}
    if match := _LAKHS.fullmatch(body):  # as in India
        return {"thousands": ",", "decimal": "." if match[1] else ""}
    if match := _EITHER.fullmatch(body):
        return {"either": match[1]}
    if match := _DECIMAL.fullmatch(body):
        return {"decimal": match[1]}
    return None


_CURRENCY = "[€$£¥]|EUR|USD|GBP|CHF"
_MONEY = re.compile(rf"(?P<before>{_CURRENCY}) ?(?P<front>[-0-9].*)|(?P<back>.*[0-9]) ?(?P<after>{_CURRENCY})")


def read_numbers(
    values: Iterable[str | None],
    *,
    kind: Literal["count", "number"],
    decimal: str | None = None,
    thousands: str | None = None,
    factor: Decimal = Decimal(1),
    expected: Sequence[float | None] | None = None,
    grouped: bool = False,
) -> Reading:
    """Read a column of numbers in the notations people's files have.

    Read are plain numbers, '424.0', '475.8m', '1.2K', '1.234.567', '12 345' with any space, "1'234", '1.5E+06', and
    where no count belongs '1,39%' (1% is 0.01) and '1.000,50 €'. Cells such as 'N/A', '-' or '#VALOR!' are unknown.
    What '.' and ',' stand for is decided for the whole column, by cells that allow one reading only; a column of
    counts takes the only reading in which all are whole, unless counts above 999 also come without any mark. -1 stays
    -1, hidden.

    Parameters
    ----------
    values : iterable of str or None
        The cells of one column, or its distinct cells.
    kind : {"count", "number"}
        Counts have to be whole.
    decimal, thousands : str, optional
        What the marks stand for, where the person who has the file says so: "." or ",".
    factor : Decimal
        By which every value is multiplied, for a column that counts in thousands or in hours.
    expected : sequence of float or None, optional
        For each cell the value that a column of totals in the file asks for. It decides where nothing else does.
    grouped : bool
        Whether counts come from a program that writes none with decimals, so that 1.000 is a thousand if anything is.

    Returns
    -------
    Reading
        Its column is ``Int64`` for counts and ``float64`` for numbers.

    Examples
    --------
    >>> read_numbers(["1.2K", "475.8m", "N/A", "-1"], kind="count").column.tolist()
    [1200, 475800000, <NA>, -1]
    >>> read_numbers(["407.137", "5612"], kind="count").faults[0].at
    (0,)
    """
    texts, money = _texts(values), {}
    if kind == "number":
        money = {at: found for at, text in enumerate(texts) if (found := _MONEY.fullmatch(text))}
        texts = [
            money[at]["front"] or money[at]["back"] or "" if at in money else text for at, text in enumerate(texts)
        ]
    signs = sorted({found["before"] or found["after"] for found in money.values()})
    unknown = [at for at, text in enumerate(texts) if text and text.casefold() in UNKNOWN]
    tokens = {at: _tokenise(text) for at, text in enumerate(texts) if text.casefold() not in UNKNOWN}
    read = {at: token for at, token in tokens.items() if token}
    notes = [Remark("unknown ('N/A', '-' and the like)", tuple(unknown))]
    odd = {at for at, token in tokens.items() if not token}
    mil = {at for at in odd if texts[at].casefold().rstrip(".").endswith("mil")}
    turkish = tuple(at for at, token in read.items() if token.decimal == "," and texts[at].casefold().endswith("b"))
    faults = [
        Remark("not readable as a number", tuple(sorted(odd - mil))),
        Remark("with 'mil', which may be a thousand or a million; write K or M", tuple(sorted(mil))),
        Remark(
            "with 'B' behind a decimal comma, which may be a thousand or a thousand million; write K or bn", turkish
        ),
    ]
    mark, decided, undecided = _decide(read, kind, _stated(decimal, thousands), factor, expected, grouped=grouped)
    results = {at: token.value(mark) for at, token in read.items() if at not in undecided.at}
    hidden = {at for at, value in results.items() if kind == "count" and value == -1}
    results = {at: value if at in hidden else value * factor for at, value in results.items()}
    faults += _not_counts(read, results) if kind == "count" else _half_percent(read)
    notes += [
        decided,
        Remark(
            "abbreviated (1.2K, 3M, 1.5E+06), as exact as they are written", _where(read, lambda token: token.short)
        ),
        Remark("with a percent sign, read as shares (1% is 0.01)", _where(read, lambda token: token.percent)),
        Remark(f"in {listed(signs)}, read without the sign", tuple(money)),
    ]
    if len(signs) > 1:
        faults.append(Remark("of several currencies; bring all to one", tuple(money)))
    beyond = tuple(at for at, value in results.items() if abs(value) >= _BEYOND)
    faults += [undecided, Remark("beyond any number that belongs here", beyond)]
    refused = {at for fault in faults for at in fault.at}
    kept = [None if at in refused else results.get(at) for at in range(len(texts))]
    is_shown = any(token.decimal or token.thousands or token.either for token in read.values()) and not undecided.at
    return Reading(_numbers(kept, values, kind), _some(notes), _some(faults), mark if is_shown else "")


def _texts(values: Iterable) -> list[str]:
    """List the cells as cleaned text, empty where missing."""
    import pandas as pd

    return ["" if pd.isna(cell) else cleaned(str(cell)).translate(_OTHER_DIGITS) for cell in values]


def _some(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Keep the remarks that are about something."""
    return tuple(remark for remark in remarks if remark.at)


def _where(read: dict[int, _Token], holds: Callable[[_Token], object]) -> tuple[int, ...]:
    """List the positions of the tokens of which something holds."""
    return tuple(at for at, token in read.items() if holds(token))


def _stated(decimal: str | None, thousands: str | None) -> str | None:
    """Turn what was stated about the marks into the decimal mark."""
    if decimal:
        return decimal
    return {None: None, "": None, ".": ",", ",": "."}.get(thousands, ".")


def _decide(
    read: dict[int, _Token],
    kind: str,
    stated: str | None,
    factor: Decimal,
    expected: Sequence[float | None] | None,
    *,
    grouped: bool,
) -> tuple[str, Remark, Remark]:
    """Decide the decimal mark: (mark, what to note, what is at fault)."""
    evidence = _marks_shown(read)
    if evidence["."] and evidence[","]:
        # Abbreviated ones such as 1.2K and 3,4K can be read each for itself.
        evidence = _marks_shown({at: token for at, token in read.items() if not (token.short and token.decimal)})
    if stated:
        other = "," if stated == "." else "."
        return stated, _NOTHING, Remark(f"written against the stated decimal mark {stated!r}", evidence[other])
    if evidence["."] and evidence[","]:
        fewer, more = sorted(evidence, key=lambda mark: len(evidence[mark]))
        at = evidence[fewer]
        return (
            more,
            _NOTHING,
            Remark(f"with '.' and ',' used the other way round than in other cells; {STATE_MARK}", at),
        )
    either = _where(read, lambda token: token.either)
    for mark in (".", ","):
        if evidence[mark]:
            return mark, _noted(read, mark, "as other cells of the column show"), _NOTHING
    if not either:
        return ".", _NOTHING, _NOTHING
    return _decide_either(read, either, kind, factor, expected, grouped=grouped)


def _marks_shown(read: dict[int, _Token]) -> dict[str, tuple[int, ...]]:
    """Say which cells show which decimal mark."""
    return {
        ".": _where(read, lambda token: token.decimal == "." or token.thousands == ","),
        ",": _where(read, lambda token: token.decimal == "," or token.thousands == "."),
    }


def _decide_either(
    read: dict[int, _Token],
    either: tuple[int, ...],
    kind: str,
    factor: Decimal,
    expected: Sequence[float | None] | None,
    *,
    grouped: bool,
) -> tuple[str, Remark, Remark]:
    """Decide for cells such as '407.137' in a column in which nothing else shows what the mark is."""
    if expected is not None:
        for mark in (".", ","):
            if all(_agrees(read[at].value(mark) * factor, expected[at]) for at in either):
                return mark, _noted(read, mark, "as the file's column of totals confirms"), _NOTHING
    marks = {read[at].either for at in either}
    as_decimal = marks.copy().pop()
    as_thousands = "," if as_decimal == "." else "."
    bare = any(token.value(".") > 999 and not token.short for token in read.values() if not token.either)
    whole = all(_is_whole(read[at].value(as_decimal) * factor) for at in either)
    if kind == "count" and len(marks) == 1 and not bare and not (whole and not grouped):
        why = "as no export writes counts with decimals" if whole else "as only so all are whole"
        return as_thousands, _noted(read, as_thousands, why), _NOTHING
    said = f"with a '.' or ',' that may part thousands or decimals, and nothing that decides; {STATE_MARK}"
    return ".", _NOTHING, Remark(said, either)


def _is_whole(value: Decimal) -> bool:
    """Tell whether a number is whole."""
    return value == value.to_integral_value()


def _agrees(value: Decimal, wanted: float | None) -> bool:
    """Tell whether a value is the one that the totals ask for."""
    return wanted is not None and wanted == wanted and value == Decimal(wanted)


def _noted(read: dict[int, _Token], mark: str, why: str) -> Remark:
    """Note what the marks were taken for; '.' as decimal mark in a plain number needs no note."""
    thousands = "," if mark == "." else "."
    if mark == ",":
        at = _where(read, lambda token: token.decimal or token.thousands or token.either)
        return Remark(f"read with ',' for decimals and '.' between thousands, {why}", at)
    at = _where(read, lambda token: token.thousands or token.either == thousands)
    return Remark(f"read with '.' for decimals and ',' between thousands, {why}", at)


def _not_counts(read: dict[int, _Token], results: dict[int, Decimal]) -> list[Remark]:
    """Find what cannot be a count."""
    plain = {at: value for at, value in results.items() if not read[at].percent}
    return [
        Remark("a percentage, where a count belongs", _where(read, lambda token: token.percent)),
        Remark("not whole, where a count belongs", tuple(at for at, value in plain.items() if not _is_whole(value))),
    ]


def _half_percent(read: dict[int, _Token]) -> list[Remark]:
    """Find numbers without a percent sign in a column that has the sign elsewhere; 0 is 0 either way."""
    bare = _where(read, lambda token: not token.percent and token.text.strip("+-0.,") != "")
    mixed = bare if any(token.percent for token in read.values()) else ()
    return [Remark("without a percent sign, where other cells of the column have one", mixed)]


def _numbers(kept: list[Decimal | None], values: Iterable, kind: str) -> pd.Series:
    """Make the typed column."""
    import pandas as pd

    index = values.index if isinstance(values, pd.Series) else None
    if kind == "count":
        return pd.Series([None if value is None else int(value) for value in kept], index=index, dtype="Int64")
    return pd.Series([None if value is None else float(value) for value in kept], index=index, dtype="float64")


_ZONE = r"(?: ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_CLOCK = r"(?:[T ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?([AP])\.? ?M\b\.?)?)?"
_ISO = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}{_ZONE}", re.IGNORECASE)
_PARTS = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_CLOCK}{_ZONE}", re.IGNORECASE)
_DIGITS_ONLY = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
# Seconds, milliseconds, microseconds, and nanoseconds as of programs that have no finer clock, so that no id is one.
_EPOCH = re.compile(r"([0-9]{9,10}|[0-9]{12,13}|1[0-9]{15}|1[0-9]{15}000)(?:\.([0-9]+))?")
_LETTERS = r"[^\W\d_]"
_OPENS = rf"(?:{_LETTERS}{{2,12}}\.?,? )?"  # the day of the week
_YEAR = r"([0-9]{4}|(?<=-)[0-9]{2})"
_AT = r"(?:,? (?:at|om|um|à|às|a las|alle))?"
_DAY_NAMED = re.compile(
    rf"{_OPENS}([0-9]{{1,2}})(?:st|nd|rd|th|er|\.)?(?: de| of)?[ -]?({_LETTERS}{{3,10}})\.?,?(?: de| del)?[ -]"
    rf"{_YEAR}{_AT}{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    rf"{_OPENS}({_LETTERS}{{3,10}})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}{_AT}{_CLOCK}{_ZONE}", re.IGNORECASE
)
_NAMED_DATES = 3  # dates that there are not, named in a message
_X_ARCHIVE = "%a %b %d %H:%M:%S %z %Y"
_X_SHAPE = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9:]{8} [+-][0-9]{4} [0-9]{4}")
_DAYS = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
_SHORTENED = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]{1,2}", re.IGNORECASE)
_MONTH_ALONE = re.compile(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d|[^\W\d]{3,}\.? (?:19|20)\d\d"
)
_NAMED_ZONE = re.compile(r".*[0-9]:[0-9]{2} ?(?:\(?[A-Za-z]{2,5}\)?|[A-Z][a-z]+/[A-Za-z_]+)", re.DOTALL)


def _clock_of(found: re.Match[str]) -> str:
    """Write a clock with 0 for what is not there."""
    return ":".join([found[1], *((part or "00").zfill(2) for part in found.groups()[1:])])


def _of_digits(found: re.Match[str]) -> str:
    """Write a moment plainly that is one row of digits."""
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}"


_SPELLED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일号號]?"), r"\1-\2-\3 "),
    (re.compile(r"^([0-9]{4})\. ?([0-9]{1,2})\. ?([0-9]{1,2})\.?(?= |$)"), r"\1-\2-\3 "),  # as in Korea
    (re.compile(r"[(（][月火水木金土日一二三四五六월화수목금토일][)）]|(?:星期|周|週)[一二三四五六日天]"), " "),
    (re.compile(r"上午|午前|오전"), " AM "),
    (re.compile(r"下午|午後|오후"), " PM "),
    (re.compile(r"([0-9]{1,2}) ?[時时点點시] ?(?:([0-9]{1,2}) ?[分분])?(?: ?([0-9]{1,2}) ?[秒초])?"), _clock_of),
    (re.compile(r"(AM|PM) +([0-9]{1,2}:[0-9:]+)"), r"\2 \1"),
    (re.compile(r"(?<=[ ,T])([0-9]{1,2}) ?h(?: ?([0-5][0-9])(?: ?min)?)?(?: ?([0-5][0-9]) ?s)?$"), _clock_of),
    (re.compile(r"(?<=[0-9]) ?Uhr$"), ""),
    (re.compile(r"(?<=[0-9]{4})(,? )([0-9]{1,2})\.([0-5][0-9])$"), r"\1\2:\3"),
    (re.compile(r"(?<=[0-9])[ ,]+(?:[-–|·•@]|kl\.?) +(?=[0-9]{1,2}:)"), " "),
    (re.compile(r"(?:GMT|UTC)(?=[+-][0-9])"), ""),
    (re.compile(r"(?<=[+-][0-9]{4}) \([^()]*\)$"), ""),
    (
        re.compile(r"^((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])[T ]?([0-2][0-9])([0-5][0-9])([0-5][0-9])?(?=Z|$)"),
        _of_digits,
    ),
)
"""What else stands in dates and clocks, and how the same is written plainly."""


@dataclass(frozen=True)
class _Parts:
    """A date whose first two parts are day and month in an order still to be found."""

    first: int
    second: int
    year: int
    short: bool  # the year has two digits
    padded: bool | None  # the first part begins with a 0; unknown where it has two digits by itself
    mark: str
    clock: tuple[int, int, int, int]
    zone: timezone | None

    def moment(self, day_first: bool) -> datetime | None:
        """Build the date in the order found; None when the calendar has no such day."""
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        return _built(self.year, month, day, self.clock, self.zone)


def read_times(
    values: Iterable[str | None], *, timezone: str = "UTC", fmt: str | None = None, mend: str = STATE_FORMAT
) -> Reading:
    """Read a column of dates and times in the notations people's files have, as UTC.

    Read are ISO dates and times with or without fraction and offset, days as 20240131, seconds to nanoseconds since
    1970, the form of X archives ('Wed Oct 10 20:19:24 +0000 2018'), months in words ('Dec 15, 2023', '13 mrt 2024
    14:05') and day and month as numbers ('4/22/2018 6:00', '22.04.18'). Which of them comes first is decided for the
    whole column by parts above 12; where none is, the day does in dates with points and whole years, as nobody writes
    the month before it so. Named zones other than UTC and GMT are refused: the same abbreviation stands for several.

    Parameters
    ----------
    values : iterable of str or None
        The cells of one column, or its distinct cells.
    timezone : str
        The zone of times that name none, as in "Europe/Amsterdam".
    fmt : str, optional
        The format of every cell, in the letters of ``datetime.strptime``; then nothing has to be decided.
    mend : str
        What to do where cells do not decide.

    Returns
    -------
    Reading
        Its column is ``datetime64[us]`` in UTC, without a zone.

    Examples
    --------
    >>> read_times(["4/22/2018 6:00", "4/11/18 04:53"]).column.dt.strftime("%d %b %Y").tolist()
    ['22 Apr 2018', '11 Apr 2018']
    >>> read_times(["4/11/18 04:53", "3/11/18 04:53"]).faults[0].at
    (0, 1)
    """
    texts = _texts(values)
    unknown = {at for at, text in enumerate(texts) if text.casefold() in UNKNOWN}
    read = {at: _stated_time(text, fmt) if fmt else _moment(text) for at, text in enumerate(texts) if at not in unknown}
    never = {at for at, found in read.items() if found is None or (isinstance(found, _Parts) and not _is_day(found))}
    never = {at for at in never if _is_impossible(texts[at])}
    read |= dict.fromkeys(never)
    parts = {at: found for at, found in read.items() if isinstance(found, _Parts)}
    day_first, notes, faults = _day_first(parts, mend)
    turned: set[int] = set()
    if not faults:
        turned, why, doubts = _turned(parts, day_first, mend)
        notes, faults = notes + why, faults + doubts
    moments = {
        at: found.moment(day_first != (at in turned)) if isinstance(found, _Parts) else found
        for at, found in read.items()
    }
    undecided = {at for fault in faults for at in fault.at}
    faults += [_impossible(never, texts)] if never else []
    faults += _unread({at for at, found in moments.items() if found is None} - undecided - never, texts, fmt, mend)
    utc, zone_notes, gaps = _to_utc({at: found for at, found in moments.items() if found}, timezone)
    said = tuple(at for at in sorted(unknown) if texts[at])
    notes += [Remark("unknown ('N/A', '-' and the like)", said), *zone_notes]
    faults += gaps
    refused = {at for fault in faults for at in fault.at}
    kept = [None if at in refused else utc.get(at) for at in range(len(texts))]
    return Reading(_times(kept, values), _some(notes), _some(faults))


def _built(year: int, month: int, day: int, clock: tuple[int, int, int, int], zone: timezone | None) -> datetime | None:
    """Build a date; None when the calendar or the clock has no such moment."""
    try:
        return datetime(year, month, day, *clock, tzinfo=zone)
    except ValueError:
        return None


def _clock(hour: str | None, minute: str, second: str, fraction: str, half: str) -> tuple[int, int, int, int] | None:
    """Read the time of day; None when the clock has none such."""
    if hour is None:
        return (0, 0, 0, 0)
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.upper() == "P" else 0)
    return (hours, int(minute), int(second or 0), int(((fraction or "") + "000000")[:6]))


def _zone(text: str | None) -> timezone | None:
    """Read an offset from UTC."""
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset) if offset < timedelta(hours=24) else None


def _moment(text: str) -> datetime | _Parts | None:
    """Read one cell; None when it is no time in any notation known here."""
    if match := _ISO.fullmatch(text):
        year, _, month, day, *clock, zone = match.groups()
        found = _clock(*clock)
        return _built(int(year), int(month), int(day), found, _zone(zone)) if found else None
    if match := _PARTS.fullmatch(text):
        first, mark, second, year, *clock, zone = match.groups()
        found = _clock(*clock)
        # Two-digit years: nothing here is older than 1990.
        full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 90 else 2000)
        padded = first[0] == "0" if int(first) < 10 else None
        return (
            _Parts(int(first), int(second), full, len(year) == 2, padded, mark, found, _zone(zone)) if found else None
        )
    if match := _DIGITS_ONLY.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _built(year, month, day, (0, 0, 0, 0), None)
    if match := _EPOCH.fullmatch(text):
        whole = match[1][:16]
        moment = int(whole) * (1 if len(whole) == 16 else 1_000 if len(whole) > 10 else 1_000_000)
        part = 0 if len(whole) > 10 else int(((match[2] or "") + "000000")[:6])
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment + part)
    told = _stated_time(text, _X_ARCHIVE) if _X_SHAPE.fullmatch(text) else _with_month_named(text)
    return told or (_moment(plain) if (plain := _spelled(text)) != text else None)


def _spelled(text: str) -> str:
    """Write a date the plain way that has words or other signs between its parts.

    Examples
    --------
    >>> _spelled("2024年5月3日 下午2:30"), _spelled("3 mai 2024 à 14h05"), _spelled("20240503T143000Z")
    ('2024-5-3 2:30 PM', '3 mai 2024 à 14:05:00', '2024-05-03 14:30:00Z')
    """
    for form, plain in _SPELLED:
        text = form.sub(plain, text)
    return " ".join(text.split())


def _with_month_named(text: str) -> datetime | None:
    """Read a time whose month is a word, such as 'Dec 15, 2023' or '13 januari 2024 14:05'."""
    if match := _DAY_NAMED.fullmatch(text):
        day, name, year, *clock, zone = match.groups()
    elif match := _MONTH_NAMED.fullmatch(text):
        name, day, year, *clock, zone = match.groups()
    else:
        return None
    month, found = months().get(name.casefold()), _clock(*clock)
    full = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= 90 else 2000)
    return _built(full, month, int(day), found, _zone(zone)) if month and found else None


def _stated_time(text: str, fmt: str) -> datetime | None:
    """Read one cell in a format that is known."""
    try:
        return datetime.strptime(text, fmt)
    except ValueError:
        return None


def _is_day(parts: _Parts) -> bool:
    """Tell whether the calendar has a day of these parts, in either order."""
    return any(parts.moment(day_first) for day_first in (True, False))


def _is_impossible(text: str) -> bool:
    """Tell whether a cell is written as a date, with a day or an hour that there is not."""
    found = _moment(text)
    is_written = any(form.fullmatch(text) for form in (_ISO, _PARTS, _DAY_NAMED, _MONTH_NAMED))
    is_named = not any(form.fullmatch(text) for form in (_ISO, _PARTS)) and not _month_in(text)
    return is_written and not is_named and (found is None or (isinstance(found, _Parts) and not _is_day(found)))


def _month_in(text: str) -> bool:
    """Tell whether a word in a cell is a month."""
    return any(word in months() for word in re.findall(rf"{_LETTERS}+", text.casefold()))


def _impossible(never: set[int], texts: Sequence[str]) -> Remark:
    """Say of dates that there are none such; named are those of digits, and of months, which name nobody."""
    plain = [texts[at] for at in sorted(never) if not re.search(rf"{_LETTERS}{{3}}", texts[at]) or _is_bare(texts[at])]
    named = (
        f" ({listed(map(repr, plain[:_NAMED_DATES]))}{' ...' if len(never) > _NAMED_DATES else ''})" if plain else ""
    )
    told = "a month goes from 1 to 12, a day from 1 to the last one of its month, a clock from 00:00 to 23:59"
    return Remark(f"that no calendar or clock has{named}: {told}", tuple(sorted(never)))


def _is_bare(text: str) -> bool:
    """Tell whether all longer words in a cell are months."""
    return all(word in months() for word in re.findall(rf"{_LETTERS}{{3,}}", text.casefold()))


def _day_first(parts: dict[int, _Parts], mend: str) -> tuple[bool, list[Remark], list[Remark]]:
    """Decide whether the day or the month comes first: (day first, notes, faults)."""
    if not parts:
        return True, [], []
    at = tuple(parts)
    days = tuple(place for place, part in parts.items() if part.first > 12)
    months = tuple(place for place, part in parts.items() if part.second > 12)
    if days and months:
        fewer = min(days, months, key=len)
        return True, [], [Remark(f"with day and month the other way round than in other cells; {mend}", fewer)]
    if not days and not months and all(part.mark == "." and not part.short for part in parts.values()):
        return True, [Remark("read as day.month.year, as dates with points are", at)], []
    if not days and not months:
        if all(part.first == part.second and not part.short for part in parts.values()):
            return True, [], []
        said = f"with a day and a month that may be exchanged, and no cell with a part above 12; {mend}"
        return True, [], [Remark(said, at)]
    # With two-digit years only, 17/10/16 may also begin with the year, unless the first part runs like days.
    if days and all(part.short and 6 <= part.first <= 29 for part in parts.values()):
        return True, [], [Remark(f"with two-digit parts of which the first may be day or year; {mend}", at)]
    order = "day/month/year" if days else "month/day/year"
    return bool(days), [Remark(f"read as {order}, as parts above 12 show", at)], []


FEWEST_REWRITTEN = 3
"""So many cells on each side are enough to say that a column is written in two ways."""


def _turned(parts: dict[int, _Parts], day_first: bool, mend: str) -> tuple[set[int], list[Remark], list[Remark]]:
    """Find the cells of a column that a spreadsheet has written anew, day and month the other way round.

    A spreadsheet reads the dates that its own order allows and leaves the others as they are, so that all cells that
    may be exchanged are written in another way than all that show their order. What it made of them, the months tell:
    those of the others, and one more on each side, hold all of them in one order and not in the other.

    Parameters
    ----------
    parts : dict of int to _Parts
        By place.
    day_first : bool
        As the other cells show.
    mend : str
        What to do where the months do not tell.

    Returns
    -------
    set of int
        The places of those that are the other way round.
    list of Remark
        Of notes, then of faults.
    """
    open_ones = {at: part for at, part in parts.items() if part.first <= 12 and part.second <= 12}
    showing = [part for at, part in parts.items() if at not in open_ones]
    doubtful = {at: part for at, part in open_ones.items() if part.first != part.second}
    if not any(_apart(showing, list(doubtful.values()), way) for way in ("padded", "short", "mark")):
        return set(), [], []
    months = [12 * part.year + (part.second if day_first else part.first) for part in showing]
    span = range(min(months) - 1, max(months) + 2)
    as_shown, other = (
        all(12 * part.year + (part.second if order else part.first) in span for part in doubtful.values())
        for order in (day_first, not day_first)
    )
    told = "written in another way than all that show their order, as by a spreadsheet"
    if as_shown == other:
        return set(), [], [Remark(f"with a day and a month that may be exchanged, {told}; {mend}", tuple(doubtful))]
    if as_shown:
        return set(), [], []
    order = "month/day/year" if day_first else "day/month/year"
    why = f"{told}: the other order puts some beyond all other months"
    return set(doubtful), [Remark(f"read as {order}, as they are {why}", tuple(doubtful))], []


def _apart(some: Sequence[_Parts], others: Sequence[_Parts], way: str) -> bool:
    """Say whether all of these are written in one way, and all of those in another."""
    here, there = ([getattr(part, way) for part in group if getattr(part, way) is not None] for group in (some, others))
    enough = min(len(here), len(there)) >= FEWEST_REWRITTEN
    return enough and len(set(here)) == len(set(there)) == 1 and here[0] != there[0]


def _unread(at: set[int], texts: list[str], fmt: str | None, mend: str) -> list[Remark]:
    """Say why cells could not be read."""
    told = {
        _NAMED_ZONE: "with a named time zone other than UTC or GMT; write offsets such as +0200, or none and state "
        "timezone",
        _DAYS: "a number of days, as spreadsheets keep dates; give the cells the format yyyy-mm-dd hh:mm and save anew",
        _SHORTENED: "shortened by a spreadsheet, which has lost their last digits; take the file as it came, or give "
        "the cells the format 0 before saving",
        _MONTH_ALONE: "a month without a day; write each with its day",
    }
    if fmt:
        del told[_NAMED_ZONE]
    kinds = {said: {place for place in at if form.fullmatch(texts[place])} for form, said in told.items()}
    rest = "not readable as a date"
    if fmt:
        is_stated = mend == STATE_FORMAT
        rest = f"not in the stated format {fmt!r}" if is_stated else f"not in the form {fmt!r}; {mend}"
    kinds = {rest: at.difference(*kinds.values()), **kinds}
    return [Remark(said, tuple(sorted(places))) for said, places in kinds.items()]


def date_form(text: str) -> str:
    """Say in which form a date is written, its clock included; empty where it is none, and where it says nothing.

    Examples
    --------
    >>> date_form("14.04.2025 08:30"), date_form("04/14/2025"), date_form("2025-04-14"), date_form("Total")
    ('. :', '/', 'year first', '')
    """
    plain = cleaned(text)
    found, clock = _moment(plain), " :" if ":" in plain else ""
    if isinstance(found, _Parts):
        return found.mark + clock
    return ("year first" if _ISO.fullmatch(plain) else "named") + clock if found else ""


@dataclass(frozen=True)
class Span:
    """Wall clock time in which every moment came once: from `start` to before `end`, by `offset` ahead of UTC."""

    start: datetime
    end: datetime
    offset: timedelta


@cache
def spans(timezone: str, *, first: int = 1990, last: int = 2050) -> tuple[Span, ...]:
    """List when a zone's clocks were how far ahead of UTC; hours that they repeat or leave out are in no span.

    Parameters
    ----------
    timezone : str
        The zone, as in "Europe/Amsterdam".
    first, last : int
        The years that are covered.

    Returns
    -------
    tuple of Span
        In order.

    Examples
    --------
    >>> [str(span.offset) for span in spans("Europe/Amsterdam", first=2024, last=2024)]
    ['1:00:00', '2:00:00', '1:00:00']
    """
    zone, day = ZoneInfo(timezone), timedelta(days=1)
    at, offset = datetime(first, 1, 1, tzinfo=UTC), _offset(zone, datetime(first, 1, 1, tzinfo=UTC))
    found, start = [], at.replace(tzinfo=None) + offset
    while at.year <= last:
        if _offset(zone, at + day) != offset:
            change = _change(zone, at, at + day)
            moment, new = change.replace(tzinfo=None), _offset(zone, change)
            found.append(Span(start, moment + min(offset, new), offset))
            start, offset = moment + max(offset, new), new
        at += day
    return (*found, Span(start, at.replace(tzinfo=None) + offset, offset))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    """Say how far a zone's clocks are ahead of UTC."""
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which a zone's clocks change."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def in_zone(name: str) -> str:
    """Say of times that name no zone what was done with them."""
    return f"taken as {name} time and brought to UTC"


def _to_utc(moments: dict[int, datetime], name: str) -> tuple[dict[int, datetime], list[Remark], list[Remark]]:
    """Bring every moment to UTC: (moments, notes, faults)."""
    zone, naive, utc = ZoneInfo(name), [], {}
    twice: list[int] = []
    never: list[int] = []
    beyond: list[int] = []
    for at, moment in moments.items():
        if moment.tzinfo is None:
            local = moment.replace(tzinfo=zone)
            naive.append(at)
            if local.utcoffset() != local.replace(fold=1).utcoffset():
                back = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
                (twice if back == moment else never).append(at)
            moment = local
        try:
            utc[at] = moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            beyond.append(at)
    converted = tuple(naive) if name != "UTC" else ()
    left_out = f"that the clocks leave out in {name}, taken as the hour after it; is the time zone right?"
    notes = [
        Remark(in_zone(name), converted),
        Remark("in the hour that the clocks repeat in autumn, taken as the first of the two", tuple(twice)),
        Remark(f"in the hour {left_out}", tuple(never)),
    ]
    return utc, notes, [Remark(f"that no calendar has, brought from {name} to UTC", tuple(beyond))]


def _times(kept: list[datetime | None], values: Iterable) -> pd.Series:
    """Make the typed column."""
    import pandas as pd

    index = values.index if isinstance(values, pd.Series) else None
    return pd.Series(kept, index=index, dtype="datetime64[us]")
