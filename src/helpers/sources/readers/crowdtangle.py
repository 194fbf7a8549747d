"""What do CrowdTangle's exports look like?

CrowdTangle closed in August 2024; its files still circulate. They alone have the followers at posting.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.refusals import Refusal
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.rewriting import Row, number_like_shown, rewritten
from helpers.tables import listed
from helpers.values import is_unknown

ZONES = {
    **{"UTC": "+0000", "GMT": "+0000", "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100"},
    **{"CEST": "+0200", "EET": "+0200", "EEST": "+0300", "SAST": "+0200", "MSK": "+0300", "TRT": "+0300"},
    **{"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600"},
    **{"PST": "-0800", "PDT": "-0700", "BRT": "-0300", "BRST": "-0200", "ART": "-0300"},
    **{"WIB": "+0700", "SGT": "+0800", "HKT": "+0800", "PHT": "+0800", "JST": "+0900", "KST": "+0900"},
    **{"AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300"},
}
"""What the abbreviations in `Post Created` stand for. CST and BST are those of the Americas and of Britain; IST is not
here, as it is the time of India, of Israel and of Ireland."""

_REACTIONS = ("likes", "love", "wow", "haha", "sad", "angry", "care")
_VIDEOS = ("video", "igtv", "reel")
_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) ([A-Za-z]{2,5})")
_CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2})")


def with_offset(text: str) -> str:
    """Write a time with its offset from UTC instead of its zone's abbreviation.

    Parameters
    ----------
    text : str
        A cell of `Post Created`.

    Returns
    -------
    str
        The time; what has another form stays as it is.

    Raises
    ------
    Refusal
        When the abbreviation is not known here.

    Examples
    --------
    >>> with_offset("2021-07-05 18:02:45 BRT")
    '2021-07-05 18:02:45-0300'
    """
    found = _STAMP.fullmatch(text.strip())
    if not found:
        return text
    moment, zone = found.groups()
    if zone.upper() not in ZONES:
        mend = f"replace it by an offset such as +0530; known are {listed(ZONES)}"
        raise Refusal("the time zone of 'Post Created' is not known", [f"it is {zone!r}"], mend)
    return moment + ZONES[zone.upper()]


def seconds(text: str) -> str:
    """Turn a length such as 00:03:34 into seconds; anything else is unknown.

    Examples
    --------
    >>> seconds("00:03:34"), seconds("N/A")
    ('214', '')
    """
    found = _CLOCK.fullmatch(text.strip())
    return str(int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])) if found else ""


def facebook_post(url: str) -> str:
    """Take a post's id out of its address; an address without one is replaced by a hash, as it may name a person.

    Examples
    --------
    >>> facebook_post("https://www.facebook.com/nasa/photos/a.1.2/10154199304051772/?type=3")
    '10154199304051772'
    >>> facebook_post("https://www.facebook.com/permalink.php?story_fbid=12&id=34")
    '12'
    """
    found = re.search(r"(?:story_fbid|fbid|[?&]v)=(\w+)", url) or re.search(r"/(pfbid\w+|\d+)/?(?:[?#]|$)", url)
    return found[1] if found else _hashed(url)


def instagram_post(url: str) -> str:
    """Take a post's short code out of its address.

    Examples
    --------
    >>> instagram_post("https://www.instagram.com/p/CQ8_x-1/")
    'CQ8_x-1'
    """
    found = re.search(r"/(?:p|tv|reel)/([\w-]+)", url)
    return found[1] if found else _hashed(url)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text.strip() else ""


def _reactions(row: Row) -> str:
    """Add up a post's reactions; columns that came later than the file count as none."""
    parts = [row.get(name, "") for name in _REACTIONS]
    counts = [number_like_shown(part) for part in parts if not is_unknown(part)]
    if None in counts:
        return "unreadable"  # refused with its line when the column is read
    return "" if is_unknown(row["likes"]) else str(sum(counts))


def _derived(rows: Iterator[Row]) -> Iterator[Row]:
    """Add up the reactions, and clear the views of what cannot be played and the counts that are hidden."""
    for row in rows:
        plays = any(word in row["type"].casefold() for word in _VIDEOS)
        hidden = row.get("like and view counts disabled", "").casefold() in ("true", "1", "yes")
        row["all reactions"] = "-1" if hidden else _reactions(row)
        row["plays"] = ("-1" if hidden else row.get("post views", row.get("views", ""))) if plays else ""
        yield row


def _flatten(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _derived, added=("All reactions", "Plays"))


_TAGGED = Field(("Sponsor Id", "Sponsor Name"), make=lambda text: "true" if text.strip(" -0") else "")
_SHARED = {
    "created_at": Field(("Post Created", "Created"), make=with_offset),
    "followers": Field(("Followers at Posting",)),
    "comments": Field(("Comments",)),
    "views": Field(("Plays",)),
    "sponsored": _TAGGED,
    "disclosed": _TAGGED,
}
_NOTES = (
    "followers are those at posting",
    "views are kept for videos only, as other posts have 0 there",
    "'Overperforming Score' compares a post with the account's own earlier ones and is left aside",
    "a sponsor is known only where the post has the platform's label; without one sponsored stays unknown",
)
_ZONE = "each time names its zone; those that do not are taken as UTC"

FACEBOOK = Layout(
    name="crowdtangle-facebook",
    title="CrowdTangle, Facebook posts",
    table="posts",
    signature=(
        *(("Page Name",), ("Total Interactions",), ("Post Created", "Created"), ("URL",)),
        *(("Likes",), ("Love",), ("Angry",), ("Type",), ("Shares",), ("Likes at Posting", "Followers at Posting")),
    ),
    fields=_SHARED
    | {
        "post_id": Field(("URL",), make=facebook_post),
        "account_id": Field(("Facebook Id", "User Name", "Page Name")),
        "format": Field(
            ("Type",),
            words={
                **{"photo": "image", "album": "carousel", "link": "link", "status": "text"},
                **{"native video": "video", "video": "video", "youtube": "video", "vine": "video", "reel": "reel"},
                **{"live video": "live", "live video complete": "live", "live video scheduled": "live"},
            },
        ),
        "likes": Field(("All reactions",)),
        "shares": Field(("Shares",)),
        "duration_s": Field(("Video Length",), make=seconds),
        "caption": Field(("Message",)),
    },
    constants={"platform": "facebook", "followers_at": "posting"},
    zone_reason=_ZONE,
    totals={"Total Interactions": ("likes", "comments", "shares")},
    notes=("likes are all reactions together, as Facebook counts them in its own exports", *_NOTES),
    flatten=_flatten,
)

INSTAGRAM = Layout(
    name="crowdtangle-instagram",
    title="CrowdTangle, Instagram posts",
    table="posts",
    signature=(
        *(("Account",), ("User Name",), ("Followers at Posting",), ("Post Created", "Created")),
        *(("Total Interactions",), ("Likes",), ("Type",), ("URL",)),
    ),
    unlike=("Page Name", "Shares"),
    fields=_SHARED
    | {
        "post_id": Field(("URL",), make=instagram_post),
        "account_id": Field(("User Name",)),
        "format": Field(
            ("Type",),
            words={"photo": "image", "album": "carousel", "video": "video", "igtv": "video", "reel": "reel"},
        ),
        "likes": Field(("All reactions",)),
        "caption": Field(("Description",)),
    },
    constants={"platform": "instagram", "followers_at": "posting"},
    zone_reason=_ZONE,
    totals={"Total Interactions": ("likes", "comments")},
    notes=_NOTES,
    flatten=_flatten,
)

LAYOUTS = (FACEBOOK, INSTAGRAM)
