"""How might an unknown table be read: which of its columns may be which of ours, and what speaks for it?

A proposal is never acted on. It is a dataset.toml for a person to check, with the evidence beside every line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.base.words import counted
from helpers.tables import TABLES, Column
from helpers.tables.values import is_unknown, read_numbers, read_times

MOSTLY = 0.95
"""Share of the cells with something in them that have to be readable before a line is proposed; the rest is told."""

NAMES = {
    "posts": {
        "post_id": "id status_id tweet_id video_id media_id item_id shortcode bericht_id bericht permalink url link",
        "account_id": (
            "user_id author_id page_id channel_id owner_id user_id_hash account username user_name user author owner "
            "channel page page_name pagina gebruikersnaam gebruiker accountnaam account_naam naam subreddit handle"
        ),
        "platform": "network medium platform_name",
        "created_at": (
            "created created_utc timestamp date datetime time posted posted_at published published_at publish_time "
            "status_published post_date datum tijdstip geplaatst_op publicatietijdstip publicatiedatum tijd"
        ),
        "captured_at": "scraped_at collected_at retrieved_at opgehaald_op",
        "format": "type post_type status_type media_type soort berichttype kind content_type",
        "followers": (
            "user_followers author_followers follower_count followers_count num_followers subscribers subscriber_count "
            "fans followers_at_posting volgers aantal_volgers abonnees"
        ),
        "likes": (
            "like num_likes like_count likes_count likescount favorites favourites favorite_count score num_reactions "
            "reactions hearts vind_ik_leuks aantal_likes digg_count"
        ),
        "comments": (
            "comment num_comments comment_count comments_count commentscount comment_total replies reply_count "
            "opmerkingen reacties aantal_reacties"
        ),
        "shares": (
            "share num_shares share_count retweets retweet_count reposts repost_count gedeeld aantal_keer_gedeeld "
            "deelacties"
        ),
        "saves": "saved save_count bookmarks bookmark_count collect_count opgeslagen aantal_keer_opgeslagen",
        "clicks": "click link_clicks url_clicks klikken",
        "reach": "bereik unique_views accounts_reached",
        "impressions": "impression_count impressies vertoningen",
        "views": "view_count plays play_count video_views weergaven",
        "watch_time_s": "watch_time kijktijd",
        "duration_s": "duration length video_length duur lengte",
        "sponsored": "is_ad paid_partnership gesponsord advertentie",
        "hashtags": "tags hashtag",
        "caption": (
            "text message body description title content tekst omschrijving beschrijving titel full_text status_message"
        ),
    },
    "accounts": {
        "account_id": "username user_name user id user_id handle account name channel gebruikersnaam",
        "followers": (
            "follower_count followers_count num_followers subscribers subscriber_count fans volgers aantal_volgers"
        ),
        "following": "follows following_count friends_count volgend gevolgd",
        "posts": "post_count media_count statuses_count video_count berichten aantal_berichten",
        "created_at": "created created_utc date_joined aangemaakt",
        "category": "categorie topic onderwerp",
        "country": "land audience_country",
        "verified": "is_verified geverifieerd",
        "is_fake": "fake nep",
    },
    "comments": {
        "comment_id": "id reactie_id opmerking_id",
        "post_id": "video_id status_id media_id bericht_id thread_id",
        "author_id": "author user user_id username auteur",
        "parent_id": "reply_to in_reply_to parent",
        "created_at": "created timestamp date datum time published_at",
        "text": "comment body message content_text tekst reactie opmerking comment_text",
        "likes": "like_count likes_count vind_ik_leuks",
    },
}
"""What files of people call our columns, in English and Dutch: for proposals only, never to read a file by."""

_TWOFOLD = {"reacties": "in Dutch exports of Meta this is reactions, elsewhere comments"}


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
    name, found = max(((name, _candidates(table, name)) for name in NAMES), key=lambda one: _score(*one))
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
            lines.append(_line(table, ours, column, found[ours]))
        elif column.required:
            lines.append(f'# {ours} = "..."   # needed, and no column has a name like it: {column.meaning}')
    return "\n".join(lines)


def _candidates(table: Table, name: str) -> dict[str, str]:
    """Find the columns whose names may mean ours; each of the file's is used once, the likeliest name first."""
    free = {
        re.sub(r"\W+", "_", column.strip().casefold()).strip("_"): column for column in reversed(table.header) if column
    }
    found: dict[str, str] = {}
    for exact in (True, False):
        for ours in TABLES[name].columns:
            words = [ours] if exact else NAMES[name].get(ours, "").split()
            word = next((word for word in words if word in free), None)
            if ours not in found and word:
                found[ours] = free.pop(word)
    return found


def _score(name: str, found: dict[str, str]) -> tuple[int, int]:
    """Rate a table by how much of what it needs is there, then by how much there is."""
    return sum(ours in found for ours in TABLES[name].required) - len(TABLES[name].required), len(found)


def _line(table: Table, ours: str, column: Column, theirs: str) -> str:
    """Write one line with its evidence; commented out where the cells speak against it."""
    place = table.header.index(theirs)
    cells = [row[place] for row in table.rows]
    holds, evidence = _evidence([cell for cell in cells if not is_unknown(cell)], ours, column, len(cells))
    word = re.sub(r"\W+", "_", theirs.strip().casefold()).strip("_")
    doubt = f"; {_TWOFOLD[word]}" if word in _TWOFOLD else ""
    return f"{'' if holds else '# '}{ours} = {_quoted(theirs)}   # {evidence}{doubt}"


def _evidence(cells: Sequence[str], ours: str, column: Column, size: int) -> tuple[bool, str]:
    """Say what a column's cells speak for: (whether the line may stand, the evidence). No cell is quoted."""
    if not cells:
        return False, f"empty in all of {counted(size, 'row')}"
    if column.kind == "id":
        different = len(set(cells))
        if different == size and ours in ("post_id", "comment_id"):
            return True, f"a different value in each of {counted(size, 'row')}"
        said = f"{counted(different, 'different value')} in {counted(size, 'row')}"
        return ours not in ("post_id", "comment_id"), said
    if column.kind in ("count", "number"):
        return _numbers(cells, column)
    if column.kind == "time":
        return _times(cells)
    filled = f"filled in {len(cells):,} of {counted(size, 'row')}"
    if column.kind in ("category", "flag"):
        return True, f"{counted(len(set(cells)), 'different word')}; say under values which is which of ours"
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
