"""Which names of files may be shown? Those of common words: exports often carry a handle, or a number, in theirs."""

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from helpers.base.refusals import Refusal

_COMMON = """
abonnementen abonnes account accounts activity ads advanced aggregated all analytics and api apify apr april archive
audience aug august backup bad beitraege bereik bericht berichten bestand big broken bsky bursts by cat channel
channels chart comment comments connections content contenu copy creator creators crowdtangle csv cut daily damaged
dashboard data dataset datos day days de dec december demographics discovery download empty en engagement es export
exports extra facebook fb feb february feed feeds file files final first follower followers following form fourcat fr
from gegevens gender gone good googleplus half history hourly ig impressions in inbox influencers info inhoud insights
insta instagram instaloader items jaar jan january json jul july jun june kijkgeschiedenis labelled large latin legacy
licence license lifetime liked likes linkedin list live locked long loop maand mar march may mcl media messages meta
metadata metric metrics mine missing monthly multiple my ndjson new newer newspaper nl no none nothing nov november
nowhere oct october odd of old one organisations other oud outbox overview own page pages part payouts people per
photos platform post posts profile profiles prompts pseudonymised pt publicaciones publications published random raw
reach reacties reactions readme reels report reposts responses results sample scraped scraper search second seguidores
sep september shares short shorts six small snap snowball statistics statistieken statistiken statuses stories story
stream students studio subscriptions tabel tabela table tables takeout territories test threads three tidy tiktok time
to top total totals train transactions tweet tweets twitter two uebersicht uk updates us user utf vaccination video
videolist videos viewed viewers views visits volgend volgers votes watch watched weekly weergaven weights whole x
youtube ytstudio zeeschuimer zoekgeschiedenis
campaigns communities customers diary learning survey teams tenure
"""
"""Words in file names that lead to nobody."""

_ENDINGS = frozenset(
    (
        *("csv", "tsv", "tab", "txt", "json", "ndjson", "jsonl", "js", "parquet", "duckdb", "db", "sqlite", "toml"),
        *("xlsx", "xls", "xlsm", "xlsb", "ods", "zip", "tar", "tgz", "gz", "bz2", "xz", "7z", "rar", "md", "html"),
    )
)

_DAY = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01]))?"
    r"(?:[-_.T ]\d\d[-_.]?\d\d(?:[-_.]?\d\d(?:[-_.]\d{3})?)?)?|(?:19|20)\d\d)(?!\d)"
)
"""A year, a month or a day, and the time of the day behind it."""

_FEW = 2
"""Numbers of up to so many digits, and up to so many of them, count parts and copies; longer ones may be a telephone
number or a platform's number of a person, also where dashes part them."""


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.split())


def readable(name: str) -> str:
    """Write a name whose bytes are no UTF-8 with escapes.

    Examples
    --------
    >>> readable("caf\\udce9.csv")
    'caf\\\\xe9.csv'
    """
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def file_label(name: str, number: int, *, keep_text: bool = False) -> str:
    """Give the name under which reports, messages and dataset.toml know a file.

    Parameters
    ----------
    name : str
        The file's name, with its folders or archive.
    number : int
        Its place among the files read.
    keep_text : bool
        Whether names stay as they are.

    Returns
    -------
    str
        The name without its folders if it consists of common words, days and small numbers, else its place and ending.

    Examples
    --------
    >>> file_label("janedoe/Table data.csv", 1), file_label("janedoe_posts.csv", 2), file_label("0612345678.csv", 3)
    ('Table data.csv', 'file 2 (.csv)', 'file 3 (.csv)')
    """
    bare = readable(name.rpartition("/")[2])
    if keep_text or is_plain(bare):
        return bare
    ending = Path(bare).suffix.lower().removeprefix(".")
    return f"file {number} (.{ending})" if ending in _ENDINGS else f"file {number}"


def is_plain(name: str) -> bool:
    """Tell whether a name leads to nobody.

    Examples
    --------
    >>> is_plain("FollowerHistory-2025-09-30.csv"), is_plain("r2d2.csv"), is_plain("06-12-34-56-78.csv")
    (True, False, False)
    """
    spaced = _DAY.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    pieces = [piece for piece in re.split(r"[\s_.()\[\],&+*?-]+", spaced) if piece]
    numbers = [piece for piece in pieces if piece.isdigit()]
    if len(numbers) > _FEW or any(len(number) > _FEW for number in numbers):
        return False
    words = [piece.casefold() for piece in pieces if not piece.isdigit()]
    return name.isprintable() and all(map(_leads_nowhere, words[:-1])) and _may_end(words[-1:])


def _leads_nowhere(word: str) -> bool:
    """Tell a common word or a single letter, also with a small number behind it."""
    bare = word.rstrip("0123456789")
    return (len(bare) == 1 or bare in _common()) and len(word) - len(bare) <= _FEW


def _may_end(last: list[str]) -> bool:
    """Tell whether a name's last word is an ending or a common word."""
    return all(word in _ENDINGS or (_leads_nowhere(word) and len(word) > 1) for word in last)


def unnamed(refusal: Refusal, paths: Iterable[Path]) -> Refusal:
    """Take the names of files that may lead to a person out of a message.

    Parameters
    ----------
    refusal : Refusal
        What is to be said.
    paths : iterable of Path
        Files and folders that it may name, by their paths or by their names alone.

    Returns
    -------
    Refusal
        The same, with the labels of `file_label` in their place.

    Examples
    --------
    >>> print(unnamed(Refusal("instagram-jane.zip is cut off"), [Path("in/instagram-jane.zip")]).what)
    file 1 (.zip) is cut off
    """
    labels = _labels(dict.fromkeys(paths))
    said = {str(path): label for path, label in labels.items()}
    said |= {path.name: label for path, label in reversed(labels.items()) if path.name and label != path.name}
    if not said:
        return refusal
    # A name without an ending may be a word of the message, so it counts only where the name of a file stands.
    names = [f"(?:{re.escape(name)})" for name in sorted(said, key=len, reverse=True)]
    ended = [name for name, bare in zip(names, sorted(said, key=len, reverse=True), strict=True) if "." in bare]
    anywhere = rf"(?<![\w.@-])(?:{'|'.join(ended or ['(?!)'])})(?!\w)"
    pattern = re.compile(rf"{anywhere}|(?:(?<=\A)|(?<=[/'\"])|(?<=: ))(?:{'|'.join(names)})(?!\w)")

    def shown(text: str) -> str:
        return pattern.sub(lambda found: said[found[0]], text)

    return Refusal(shown(refusal.what), map(shown, refusal.faults), shown(refusal.mend))


def _labels(paths: Iterable[Path]) -> dict[Path, str]:
    """Number files among themselves; folders are called by what they are."""
    labels, place = {}, 0
    for path in paths:
        is_folder = path.is_dir()
        place += not is_folder
        labels[path] = ("the folder" if not is_plain(path.name) else path.name) if is_folder else ""
        labels[path] = labels[path] or file_label(path.name, place)
    return labels
