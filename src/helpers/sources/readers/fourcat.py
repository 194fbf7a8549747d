"""What do the files of 4CAT and of Zeeschuimer look like?

Zeeschuimer records what a browser is shown, one JSON object on a line; 4CAT makes a CSV
file of that for each platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.rewriting import Row, as_table, rewritten

_YES = ("yes", "true", "1")
_FLAG = {"yes": "true", "no": "false"}
_WRITTEN = Field(("unix_timestamp", "timestamp"))
_CLOCK = "unix_timestamp is UTC; it is preferred to timestamp, which older versions wrote in their server's time"
_RETWEETS = {"reposts of others, whose counts belong to the original": (("is_retweet",), ("yes", "true", "True"))}
_CAPTURE = "followers are those at capture, not at posting"


def spaced(text: str) -> str:
    """Part hashtags by spaces instead of commas.

    Examples
    --------
    >>> spaced("sun, sea,sand")
    'sun sea sand'
    """
    return " ".join(text.replace(",", " ").split())


def record_key(uri: str) -> str:
    """Take a post's own key out of its address on Bluesky, which else names the author.

    Examples
    --------
    >>> record_key("at://did:plc:abc/app.bsky.feed.post/3kabc")
    '3kabc'
    """
    return uri.rstrip("/").rpartition("/")[2]


def _likes_hidden(rows: Iterator[Row]) -> Iterator[Row]:
    """Call the likes hidden where a column says so, whatever number stands there."""
    for row in rows:
        row["shown likes"] = "-1" if row.get("likes_hidden", "").casefold() in _YES else row["num_likes"]
        yield row


def _instagram(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _likes_hidden, added=("shown likes",))


def _parents(rows: Iterator[Row]) -> Iterator[Row]:
    """Name the comment that a comment answers; the thread of a first comment is its post."""
    for row in rows:
        answers = row.get("is_comment_on_comment", "").casefold() in _YES
        row["answered"] = row["thread_id"] if answers else ""
        yield row


def _tiktok_comments(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _parents, added=("answered",))


def _tweets(name: str, title: str, *, followers: bool) -> Layout:
    """Declare 4CAT's table of tweets, with or without the author's followers."""
    fields = {
        "post_id": Field(("id",)),
        "account_id": Field(("author_id", "author")),
        "created_at": _WRITTEN,
        "likes": Field(("like_count",)),
        "comments": Field(("reply_count",)),
        "shares": Field(("retweet_count",)),
        "views": Field(("impression_count",)),
        "hashtags": Field(("hashtags",), make=spaced),
        "caption": Field(("body",)),
    }
    theirs = (("id",), ("author",), ("body",), ("retweet_count",), ("reply_count",), ("like_count",), ("quote_count",))
    quotes = "quotes are not counted among the shares"
    return Layout(
        name=name,
        title=title,
        table="posts",
        signature=(*theirs, ("author_followers",)) if followers else theirs,
        unlike=() if followers else ("author_followers",),
        fields=fields | ({"followers": Field(("author_followers",))} if followers else {}),
        constants={"platform": "x"} | ({"followers_at": "capture"} if followers else {}),
        zone_reason=_CLOCK,
        dropped=_RETWEETS,
        notes=(quotes, _CAPTURE) if followers else (quotes, "this export has no follower counts"),
    )


INSTAGRAM = Layout(
    name="4cat-instagram",
    title="4CAT, Instagram",
    table="posts",
    signature=(("id",), ("thread_id",), ("author",), ("body",), ("num_likes",), ("num_comments",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("author",)),
        "created_at": _WRITTEN,
        "format": Field(
            ("media_type", "type"),
            words={"photo": "image", "picture": "image", "mixed": "carousel", "carousel": "carousel", "video": "video"},
        ),
        "likes": Field(("shown likes", "num_likes")),
        "comments": Field(("num_comments",)),
        "views": Field(("play_count",)),
        "hashtags": Field(("hashtags",), make=spaced),
        "caption": Field(("body",)),
    },
    constants={"platform": "instagram"},
    zone_reason=_CLOCK,
    dropped={"comments among the posts": (("type",), ("comment",))},
    notes=(
        "likes are hidden (-1) where likes_hidden is yes, whatever num_likes says; num_comments may be hidden too",
        "this export has no follower counts",
    ),
    flatten=_instagram,
)

TIKTOK = Layout(
    name="4cat-tiktok",
    title="4CAT, TikTok",
    table="posts",
    signature=(("id",), ("author",), ("author_followers",), ("body",), ("likes",), ("shares",), ("plays",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("author",)),
        "created_at": _WRITTEN,
        "followers": Field(("author_followers",)),
        "likes": Field(("likes",)),
        "comments": Field(("comments",)),
        "shares": Field(("shares",)),
        "views": Field(("plays",)),
        "sponsored": Field(("is_paid_partnership",), words=_FLAG),
        "boosted": Field(("is_ad",), words=_FLAG),
        "hashtags": Field(("hashtags",), make=spaced),
        "caption": Field(("body",)),
    },
    constants={"platform": "tiktok", "format": "video", "followers_at": "capture"},
    zone_reason=_CLOCK,
    notes=(_CAPTURE,),
)

TIKTOK_COMMENTS = Layout(
    name="4cat-tiktok-comments",
    title="4CAT, TikTok comments",
    table="comments",
    signature=(("id",), ("thread_id",), ("author",), ("body",), ("post_id",), ("is_comment_on_comment",)),
    fields={
        "comment_id": Field(("id",)),
        "post_id": Field(("post_id",)),
        "author_id": Field(("author",)),
        "parent_id": Field(("answered",)),
        "created_at": _WRITTEN,
        "text": Field(("body",)),
        "likes": Field(("likes",)),
    },
    zone_reason=_CLOCK,
    notes=("who posted the video is not in this export, so it is unknown which comments are the owner's",),
    flatten=_tiktok_comments,
)

THREADS = Layout(
    name="4cat-threads",
    title="4CAT, Threads",
    table="posts",
    signature=(("id",), ("author",), ("body",), ("likes",), ("reposts",), ("replies",), ("quotes",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("author",)),
        "created_at": _WRITTEN,
        "likes": Field(("likes",)),
        "comments": Field(("replies",)),
        "shares": Field(("reposts",)),
        "sponsored": Field(("is_paid_partnership",), words=_FLAG),
        "hashtags": Field(("hashtags",), make=spaced),
        "caption": Field(("body",)),
    },
    constants={"platform": "threads"},
    zone_reason=_CLOCK,
    notes=("quotes are not counted among the shares", "this export has no follower counts"),
)

BLUESKY = Layout(
    name="4cat-bluesky",
    title="4CAT, Bluesky",
    table="posts",
    signature=(("id",), ("author",), ("body",), ("like_count",), ("quote_count",), ("reply_count",), ("repost_count",)),
    fields={
        "post_id": Field(("id",), make=record_key),
        "account_id": Field(("author_id", "author")),
        "created_at": Field(("created_at", "unix_timestamp", "timestamp")),
        "captured_at": Field(("collected_at",)),
        "likes": Field(("like_count",)),
        "comments": Field(("reply_count",)),
        "shares": Field(("repost_count",)),
        "hashtags": Field(("tags",), make=spaced),
        "caption": Field(("body",)),
    },
    constants={"platform": "bluesky"},
    latest_by="captured_at",
    notes=("quotes are not counted among the shares", "this export has no follower counts"),
)


def _seen_instagram(rows: Iterator[Row]) -> Iterator[Row]:
    """Call likes and plays hidden where the item says so, and tell reels from other videos."""
    for row in rows:
        hidden = row.get("data.like_and_view_counts_disabled", "").casefold() in _YES
        row["shown likes"] = "-1" if hidden else row.get("data.like_count", "")
        row["shown plays"] = "-1" if hidden else row.get("data.play_count", "")
        reel = row.get("data.product_type", "") == "clips"
        row["kind of post"] = "reel" if reel else row.get("data.media_type", "")
        yield row


def _zeeschuimer_instagram(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(
        as_table(file, folder), folder, _seen_instagram, added=("shown likes", "shown plays", "kind of post")
    )


_SEEN = (("item_id",), ("timestamp_collected",), ("source_platform",))
_SCROLLED = "a post that was shown more than once is kept as it was shown last"

ZEESCHUIMER_INSTAGRAM = Layout(
    name="zeeschuimer-instagram",
    title="Zeeschuimer, Instagram",
    table="posts",
    signature=(*_SEEN, ("data.taken_at",), ("data.like_count",), ("data.user.username",)),
    fields={
        "post_id": Field(("data.code", "item_id")),
        "account_id": Field(("data.user.username",)),
        "created_at": Field(("data.taken_at",)),
        "captured_at": Field(("timestamp_collected",)),
        "format": Field(
            ("kind of post", "data.media_type"), words={"1": "image", "2": "video", "8": "carousel", "reel": "reel"}
        ),
        "likes": Field(("shown likes", "data.like_count")),
        "comments": Field(("data.comment_count",)),
        "views": Field(("shown plays", "data.play_count")),
        "duration_s": Field(("data.video_duration",)),
        "caption": Field(("data.caption.text",)),
    },
    constants={"platform": "instagram"},
    latest_by="captured_at",
    notes=(_SCROLLED, "this export has no follower counts"),
    flatten=_zeeschuimer_instagram,
)

ZEESCHUIMER_TIKTOK = Layout(
    name="zeeschuimer-tiktok",
    title="Zeeschuimer, TikTok",
    table="posts",
    signature=(*_SEEN, ("data.stats.diggCount",), ("data.stats.playCount",), ("data.createTime",)),
    fields={
        "post_id": Field(("item_id",)),
        "account_id": Field(("data.author.uniqueId", "data.author.id", "data.author")),
        "created_at": Field(("data.createTime",)),
        "captured_at": Field(("timestamp_collected",)),
        "followers": Field(("data.authorStats.followerCount",)),
        "likes": Field(("data.stats.diggCount",)),
        "comments": Field(("data.stats.commentCount",)),
        "shares": Field(("data.stats.shareCount",)),
        "saves": Field(("data.stats.collectCount",)),
        "views": Field(("data.stats.playCount",)),
        "duration_s": Field(("data.video.duration",)),
        "boosted": Field(("data.isAd",)),
        "caption": Field(("data.desc",)),
    },
    constants={"platform": "tiktok", "format": "video", "followers_at": "capture"},
    latest_by="captured_at",
    notes=(_SCROLLED, _CAPTURE),
)

LAYOUTS = (
    INSTAGRAM,
    TIKTOK,
    TIKTOK_COMMENTS,
    _tweets("4cat-twitter", "4CAT, tweets collected with Zeeschuimer", followers=False),
    _tweets("4cat-twitterv2", "4CAT, tweets with their authors' followers", followers=True),
    THREADS,
    BLUESKY,
    ZEESCHUIMER_INSTAGRAM,
    ZEESCHUIMER_TIKTOK,
)
