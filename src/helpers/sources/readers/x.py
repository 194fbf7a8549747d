"""What do the exports of X look like: post analytics of today and of Twitter, and the archive?"""

from __future__ import annotations

from helpers.reading.work import literal
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import X_TIME, first_of, found, is_some, x_moment

_OWNER = r"^\s*https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/([A-Za-z0-9_]{1,15})/status/"
_ACCOUNT = f"CASE WHEN {{cell}} <> '' THEN lower({found(_OWNER, otherwise=literal('this account'))}) END"
_ALL_INTERACTIONS = "the engagements of X hold clicks on details and profiles; they are not used"
_NO_FOLLOWERS = "no followers are in this export"


# Whoever made an id up, or joined tables, has ids whose moments are not those of the days beside them.
_DAY = f"TRY_STRPTIME({first_of('Date')}, ['%a, %b %d, %Y', '%b %d, %Y', '%Y-%m-%d', '%m/%d/%Y'])"
_IS_NEAR = f"abs(epoch(TRY_CAST({x_moment()} AS TIMESTAMPTZ)) - epoch({_DAY})) < {3 * 86_400}"
_POSTED = f"CASE WHEN coalesce({_IS_NEAR}, {_DAY} IS NULL) THEN {x_moment()} ELSE {first_of('Date')} END"

_CONTENT = Layout(
    name="x-content-analytics",
    title="X analytics, posts",
    table="posts",
    signature=(("Post id", "Post ID"), ("Post text",), ("Post Link",), ("Reposts",), ("Impressions",)),
    fields={
        "post_id": Field(("Post id",)),
        "account_id": Field(("Post Link",), sql=_ACCOUNT),
        "created_at": Field(("Post id",), sql=_POSTED),
        "likes": Field(("Likes",)),
        "comments": Field(("Replies",)),
        # Their Shares are links that were passed on outside X.
        "shares": Field(("Reposts",)),
        "saves": Field(("Bookmarks",)),
        "clicks": Field(("URL Clicks",)),
        "impressions": Field(("Impressions",)),
        "caption": Field(("Post text",)),
    },
    constants={"platform": "x"},
    zone_reason="the moment of posting is that in the post's id, in UTC, where it is of the day that the export names",
    notes=("shares are reposts", _ALL_INTERACTIONS, _NO_FOLLOWERS),
)
_LEGACY = Layout(
    name="x-tweet-activity",
    title="Twitter analytics, tweet activity (until about 2024)",
    table="posts",
    signature=(("Tweet id",), ("Tweet permalink",), ("time",), ("impressions",), ("engagements",)),
    fields={
        "post_id": Field(("Tweet id",)),
        "account_id": Field(("Tweet permalink",), sql=_ACCOUNT),
        "created_at": Field(("time",)),
        "likes": Field(("likes", "favorites")),
        "comments": Field(("replies",)),
        "shares": Field(("retweets",)),
        "clicks": Field(("url clicks",)),
        "impressions": Field(("impressions",)),
        "boosted": Field(("promoted impressions",), sql=is_some(empty="-0., ")),
        "caption": Field(("Tweet text",)),
    },
    constants={"platform": "x"},
    zone_reason="every time names its offset",
    notes=("figures are those without promotion", _ALL_INTERACTIONS, _NO_FOLLOWERS),
)
_OVERVIEW = Layout(
    name="x-account-overview",
    title="X analytics, account by day",
    table="",
    signature=(("Date",), ("Impressions",), ("New follows",), ("Unfollows",)),
    fields={},
    notes=(
        "totals of days without a single post: no claim here can be tested on them",
        "export the content in X analytics: one row for each post",
    ),
)


def _key(name: str) -> tuple[str, str]:
    """Name a key of a post in the archive, with the wrapper of later years and without (KNOWN only)."""
    return (f"tweet.{name}", name)


# The archive marks reposts in nothing but their text.
_REPOST = f"starts_with({first_of(*_key('full_text'))}, 'RT @')"
_ARCHIVE = Layout(
    name="x-archive-tweets",
    title="X archive, tweets.js",
    table="posts",
    signature=tuple(_key(name) for name in ("id_str", "full_text", "created_at", "favorite_count", "retweet_count")),
    fields={
        "post_id": Field(_key("id_str")),
        "created_at": Field(_key("created_at"), sql=X_TIME),
        # The kind of what is attached is KNOWN only.
        "format": Field(
            _key("extended_entities.media/0.type"),
            words={"photo": "image", "video": "video", "animated_gif": "video"},
        ),
        "likes": Field(_key("favorite_count")),
        "shares": Field(_key("retweet_count")),
        "caption": Field(_key("full_text")),
    },
    constants={"platform": "x", "account_id": "this account"},
    zone_reason="every time names its offset",
    dropped={"reposts of others, whose counts belong to the original": _REPOST},
    notes=(
        "the archive does not count replies: comments are unknown",
        "one's own replies to others are among the posts",
        _NO_FOLLOWERS,
    ),
)
_ARCHIVE_LIKES = Layout(
    name="x-archive-likes",
    title="X archive, like.js",
    table="",
    signature=(("like.tweetId", "tweetId"), ("like.fullText", "fullText")),
    fields={},
    notes=("likes without a date: no claim here can be tested on them", "give data/tweets.js of the archive"),
)

LAYOUTS = (_CONTENT, _LEGACY, _OVERVIEW, _ARCHIVE, _ARCHIVE_LIKES)
