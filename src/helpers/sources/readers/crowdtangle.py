"""What do CrowdTangle's exports look like?

CrowdTangle closed in August 2024; its files still circulate. They alone have the followers at posting.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from helpers.base.words import listed
from helpers.reading import jsons
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import (
    clock_seconds,
    column,
    count_like_shown,
    first_of,
    found,
    hidden_by,
    is_unknown,
)

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

_ABBREVIATION = "upper(substr(trim({cell}), 21))"
_KNOWN = ", ".join(f"'{zone}': '{offset}'" for zone, offset in ZONES.items())
_OFFSET = f"(map {{{_KNOWN}}})[{_ABBREVIATION}]"
# What has another form stays as it is.
_WITH_OFFSET = f"coalesce(left(trim({{cell}}), 19) || {_OFFSET}, {{cell}})"

_IS_STAMP = r"regexp_full_match(trim({cell}), '\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [A-Za-z]{2,5}')"
_STRANGE = f"CASE WHEN {_OFFSET} IS NULL AND {_IS_STAMP} THEN {_ABBREVIATION} END"
_UNKNOWN_ZONE = (
    f"'the time zone of ''Post Created'' is not known: it is ''' || {_STRANGE} || '''; "
    f"replace it by an offset such as +0530; known are {listed(ZONES)}'"
).replace("{cell}", first_of("Post Created", "Created"))

_REACTIONS = ("likes", "love", "wow", "haha", "sad", "angry", "care")
_HIDES = "like and view counts disabled"
_PLAYS = f"regexp_matches(lower({column('Type')}), 'video|igtv|reel')"


def _reactions() -> str:
    """Add up a post's reactions; columns that came later than the file count as none."""
    cells = [column(name) for name in _REACTIONS]
    plain = " + ".join(f"coalesce(TRY_CAST({cell} AS BIGINT), 0)" for cell in cells)
    shown = " + ".join(f"CASE WHEN {is_unknown(cell)} THEN 0 ELSE {count_like_shown(cell)} END" for cell in cells)
    # Nearly all cells are plain digits, which are told at once. What cannot be read is refused when the column is read.
    are_plain = f"{cells[0]} IS NOT NULL AND regexp_full_match(concat({', '.join(cells)}), '[0-9]+')"
    return (
        f"CASE WHEN {are_plain} THEN CAST({plain} AS VARCHAR) WHEN ({shown}) IS NULL THEN 'unreadable' "
        f"WHEN NOT {is_unknown(cells[0])} THEN CAST({shown} AS VARCHAR) END"
    )


# For an address without an id, as it may name a person.
_HASHED = "CASE WHEN trim({cell}) <> '' THEN left(sha256({cell}), 16) END"
_FACEBOOK_NAMED = found(r"(?:story_fbid|fbid|[?&]v)=(\w+)")
_FACEBOOK_LAST = found(r"/(pfbid\w+|[0-9]+)/?(?:[?#]|$)", otherwise=_HASHED)
_FACEBOOK_POST = f"coalesce(CASE WHEN contains({{cell}}, '=') THEN {_FACEBOOK_NAMED} END, {_FACEBOOK_LAST})"
_INSTAGRAM_POST = found(r"/(?:p|tv|reel)/([\w-]+)", otherwise=_HASHED)

_TAGGED = Field(("Sponsor Id", "Sponsor Name"), sql="CASE WHEN trim({cell}, ' -0') <> '' THEN 'true' END")
_SHARED = {
    "created_at": Field(("Post Created", "Created"), sql=_WITH_OFFSET),
    "followers": Field(("Followers at Posting",)),
    "likes": Field(("Likes",), sql=hidden_by(_HIDES, _reactions())),
    "comments": Field(("Comments",)),
    "views": Field(("Post Views", "Views"), sql=f"CASE WHEN {_PLAYS} THEN {hidden_by(_HIDES)} END"),
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
        "post_id": Field(("URL",), sql=_FACEBOOK_POST),
        "account_id": Field(("Facebook Id", "User Name", "Page Name")),
        "format": Field(
            ("Type",),
            words={
                **{"photo": "image", "album": "carousel", "link": "link", "status": "text"},
                **{"native video": "video", "video": "video", "youtube": "video", "vine": "video", "reel": "reel"},
                **{"live video": "live", "live video complete": "live", "live video scheduled": "live"},
            },
        ),
        "shares": Field(("Shares",)),
        "duration_s": Field(("Video Length",), sql=clock_seconds("{cell}")),
        "caption": Field(("Message",)),
    },
    constants={"platform": "facebook", "followers_at": "posting"},
    zone_reason=_ZONE,
    totals={"Total Interactions": ("likes", "comments", "shares")},
    notes=("likes are all reactions together, as Facebook counts them in its own exports", *_NOTES),
    unfit=(_UNKNOWN_ZONE,),
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
        "post_id": Field(("URL",), sql=_INSTAGRAM_POST),
        "account_id": Field(("User Name",)),
        "format": Field(
            ("Type",),
            words={"photo": "image", "album": "carousel", "video": "video", "igtv": "video", "reel": "reel"},
        ),
        "caption": Field(("Description",)),
    },
    constants={"platform": "instagram", "followers_at": "posting"},
    zone_reason=_ZONE,
    totals={"Total Interactions": ("likes", "comments")},
    notes=_NOTES,
    unfit=(_UNKNOWN_ZONE,),
)

# What its interface gave, as JSON; with the history of each post where that was asked for (DOC).

_ACTUAL = "statistics.actual."
_KINDS = (
    *("likeCount", "favoriteCount", "loveCount", "wowCount", "hahaCount", "sadCount", "angryCount"),
    *("thankfulCount", "careCount"),
)
_ADDED = " + ".join(f"coalesce(TRY_CAST({column(_ACTUAL + name)} AS BIGINT), 0)" for name in _KINDS)
_OF_INTERFACE = (("platformId", "id"), ("date",), ("account.subscriberCount", "subscriberCount"))
_COUNTED = ((f"{_ACTUAL}likeCount", f"{_ACTUAL}favoriteCount"),)
_INTERFACE = Layout(
    name="crowdtangle-interface",
    title="CrowdTangle, posts as its interface gave them",
    table="posts",
    signature=(*_OF_INTERFACE, *_COUNTED),
    unlike=("history",),
    fields={
        "post_id": Field(("platformId", "id")),
        "account_id": Field(("account.platformId", "account.id", "account.handle")),
        "platform": Field(("platform",), sql="lower({cell})"),
        "created_at": Field(("date",)),
        "captured_at": Field(("updated",)),
        "format": Field(("type",)),
        "followers": Field(("subscriberCount",)),
        "likes": Field(_COUNTED[0], sql=f"CAST({_ADDED} AS VARCHAR)"),
        "comments": Field((f"{_ACTUAL}commentCount",)),
        "shares": Field((f"{_ACTUAL}shareCount",)),
        "caption": Field(("message", "description", "title")),
    },
    constants={"followers_at": "posting"},
    latest_by="captured_at",
    zone_reason="the interface gave times in UTC",
    notes=("likes are all reactions together", "followers are those at posting"),
)


def _moments(file: Path, folder: Path) -> tuple[Path, ...]:
    """Write a row for each moment at which a post was counted."""
    path = "result.posts" if jsons.shape(file) == "one" else ""
    to = folder / f"{file.stem}.history.csv"
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["post", "posted", "counted", "likes", "comments", "shares"])
        for record in jsons.records(file, path=path):
            post, history = jsons.flat(record), record.get("history")
            for moment in history if isinstance(history, list) else ():
                told = jsons.flat(moment)
                kinds = [cell for name in _KINDS if (cell := told.get(f"actual.{name}", "")).isdecimal()]
                likes = str(sum(map(int, kinds))) if kinds else ""
                figures = [likes, *(told.get(f"actual.{name}", "") for name in ("commentCount", "shareCount"))]
                named = post.get("platformId") or post.get("id", "")
                writer.writerow([named, post.get("date", ""), told.get("date", ""), *figures])
    return (to,)


_HOURS = (
    f"CAST(epoch(TRY_CAST({{cell}} AS TIMESTAMP)) - epoch(TRY_CAST({column('posted')} AS TIMESTAMP)) AS DOUBLE) / 3600"
)
_HISTORY = Layout(
    name="crowdtangle-post-history",
    title="CrowdTangle, counts of posts over time",
    table="post_history",
    signature=(*_OF_INTERFACE, *_COUNTED, ("history",)),
    fields={
        "post_id": Field(("post",)),
        "hours": Field(("counted",), sql=f"CAST({_HOURS} AS VARCHAR)"),
        "likes": Field(("likes",)),
        "comments": Field(("comments",)),
        "shares": Field(("shares",)),
    },
    notes=("counts are those at each moment that the interface kept", "likes are all reactions together"),
    flatten=_moments,
)

LAYOUTS = (
    FACEBOOK,
    INSTAGRAM,
    _INTERFACE,
    replace(_INTERFACE, name="crowdtangle-interface-history", signature=_HISTORY.signature, unlike=()),
    _HISTORY,
)
