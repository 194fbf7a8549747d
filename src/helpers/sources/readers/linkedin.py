"""What do the exports of LinkedIn look like: of a page's posts and of a person's own?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.sources.layouts import Field, Layout, in_all_languages
from helpers.sources.readers.rewriting import Row, rewritten

_POST = re.compile(r"(?:activity|ugcPost|share)[:-]([0-9]{15,20})", re.IGNORECASE)
_DAY = "%m/%d/%Y"


def _id(link: str) -> str:
    """Take the post's id from its link, which may also hold a name and words of the post.

    Examples
    --------
    >>> _id("https://www.linkedin.com/feed/update/urn:li:activity:7140000000000000001")
    '7140000000000000001'
    """
    match = _POST.search(link)
    return match[1] if match else link


def _side_by_side(file: Path, folder: Path) -> tuple[Path, ...]:
    """Make one table of the two that stand side by side."""
    return rewritten(file, folder, _joined, added=())


def _joined(rows: Iterator[Row]) -> Iterable[Row]:
    """Join posts by engagements, on the left, with posts by impressions, on the right."""
    posts: dict[str, Row] = {}
    for row in rows:
        for side, metric in (("", "engagements"), (" 2", "impressions")):
            link = row.get(f"post url{side}", "")
            if link:
                known = {"post url": link, "post publish date": row[f"post publish date{side}"], metric: row[metric]}
                posts.setdefault(link, dict.fromkeys(row, "")).update(known)
    return posts.values()


_PAGE = Layout(
    name="linkedin-page-posts",
    title="LinkedIn page analytics, all posts",
    table="posts",
    signature=(("Post title",), ("Post link",), ("Post type",), ("Created date",)),
    fields={
        "post_id": Field(("Post link",), make=_id),
        "created_at": Field(("Created date",), format=_DAY),
        # The words for what a post is made of, and those for its type below, are KNOWN only.
        "format": Field(
            ("Content Type",),
            words={
                **{"image": "image", "video": "video", "text": "text", "article": "link", "document": "carousel"},
                **{"multi photo": "carousel", "multi image": "carousel"},
            },
        ),
        "likes": Field(("Likes",)),
        "comments": Field(("Comments",)),
        "shares": Field(("Reposts",)),
        "clicks": Field(("Clicks",)),
        "impressions": Field(("Impressions",)),
        "views": Field(("Views", "Views (Excluding offsite video views)")),
        "boosted": Field(("Post type",), words={"organic": "false", "sponsored": "true"}),
        "caption": Field(("Post title",)),
    },
    constants={"platform": "linkedin", "account_id": "this page"},
    zone_reason="the export says that all its dates and times are in UTC",
    notes=(
        "the export does not name the page: all posts count as one account",
        "posts have a day and no clock time",
        "LinkedIn's own engagement rate counts clicks too and is not used",
        "the title is the beginning of the post's text: it says nothing about length",
        "no followers are in this export",
    ),
)
_CREATOR = Layout(
    name="linkedin-creator-top-posts",
    title="LinkedIn creator analytics, top posts",
    table="posts",
    signature=(("Post URL",), ("Post Publish Date",), ("Engagements",), ("Impressions",)),
    fields={
        "post_id": Field(("Post URL",), make=_id),
        "created_at": Field(("Post Publish Date",), format=_DAY),
        "impressions": Field(("Impressions",)),
    },
    constants={"platform": "linkedin", "account_id": "this person"},
    zone_reason="the export has days without a clock; they are kept as they stand",
    notes=(
        "the fifty posts with most engagements and the fifty with most impressions: chosen by their result",
        "engagements cannot be told apart into likes, comments and shares, and are not used",
    ),
    flatten=_side_by_side,
)

_NO_POSTS = "totals of days or of the audience, without a single post: no claim here can be tested on them"
_METRICS = Layout(
    name="linkedin-page-metrics",
    title="LinkedIn page analytics, metrics by day",
    table="",
    signature=(("Date",), ("Impressions (organic)",), ("Impressions (total)",)),
    fields={},
    notes=(_NO_POSTS, "the sheet 'All posts' of the same file is what can be used"),
)
_ENGAGEMENT = Layout(
    name="linkedin-creator-engagement",
    title="LinkedIn creator analytics, engagement by day",
    table="",
    signature=(("Date",), ("Impressions",), ("Engagements",)),
    unlike=("Post URL", "Likes", "New follows", "Post id", "Tweet id", "Network", "Profile", "Platform", "Account"),
    fields={},
    notes=(_NO_POSTS,),
)
_FOLLOWERS = Layout(
    name="linkedin-creator-followers",
    title="LinkedIn creator analytics, new followers by day",
    table="",
    signature=(("Date",), ("New followers",)),
    fields={},
    notes=("new followers of each day; those who left are not in it, so no follower counts can be made of them",),
)
_DISCOVERY = Layout(
    name="linkedin-creator-discovery",
    title="LinkedIn creator analytics, overall performance",
    table="",
    signature=(("Overall Performance",),),
    fields={},
    notes=(_NO_POSTS,),
)
# What this sheet's columns are called is KNOWN only.
_DEMOGRAPHICS = Layout(
    name="linkedin-creator-demographics",
    title="LinkedIn creator analytics, demographics",
    table="",
    signature=(("Top Demographics",), ("Value",), ("Percentage",)),
    fields={},
    notes=(_NO_POSTS,),
)

LAYOUTS = (in_all_languages(_PAGE, "linkedin"), _CREATOR, _METRICS, _ENGAGEMENT, _FOLLOWERS, _DISCOVERY, _DEMOGRAPHICS)
