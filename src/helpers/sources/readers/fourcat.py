"""What do the files of 4CAT and of Zeeschuimer look like?

Zeeschuimer records what a browser is shown, one JSON object on a line; 4CAT makes a CSV
file of that for each platform.
"""

from __future__ import annotations

from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import SPACED, flagged, hidden_by

_FLAG = {"yes": "true", "no": "false"}
_WRITTEN = Field(("unix_timestamp", "timestamp"))
_CLOCK = "unix_timestamp is UTC; it is preferred to timestamp, which older versions wrote in their server's time"
_RETWEETS = {"reposts of others, whose counts belong to the original": (("is_retweet",), ("yes", "true", "True"))}
_CAPTURE = "followers are those at capture, not at posting"


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
        "hashtags": Field(("hashtags",), sql=SPACED),
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
        "likes": Field(("num_likes",), sql=hidden_by("likes_hidden")),
        "comments": Field(("num_comments",)),
        "views": Field(("play_count",)),
        "hashtags": Field(("hashtags",), sql=SPACED),
        "caption": Field(("body",)),
    },
    constants={"platform": "instagram"},
    zone_reason=_CLOCK,
    dropped={"comments among the posts": (("type",), ("comment",))},
    notes=(
        "likes are hidden (-1) where likes_hidden is yes, whatever num_likes says; num_comments may be hidden too",
        "this export has no follower counts",
    ),
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
        "hashtags": Field(("hashtags",), sql=SPACED),
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
        "parent_id": Field(("thread_id",), sql=f"CASE WHEN {flagged('is_comment_on_comment')} THEN {{cell}} END"),
        "created_at": _WRITTEN,
        "text": Field(("body",)),
        "likes": Field(("likes",)),
    },
    zone_reason=_CLOCK,
    notes=("who posted the video is not in this export, so it is unknown which comments are the owner's",),
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
        "hashtags": Field(("hashtags",), sql=SPACED),
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
        "post_id": Field(("id",), sql="split_part(rtrim({cell}, '/'), '/', -1)"),
        "account_id": Field(("author_id", "author")),
        "created_at": Field(("created_at", "unix_timestamp", "timestamp")),
        "captured_at": Field(("collected_at",)),
        "likes": Field(("like_count",)),
        "comments": Field(("reply_count",)),
        "shares": Field(("repost_count",)),
        "hashtags": Field(("tags",), sql=SPACED),
        "caption": Field(("body",)),
    },
    constants={"platform": "bluesky"},
    latest_by="captured_at",
    notes=("quotes are not counted among the shares", "this export has no follower counts"),
)


_HIDES = "data.like_and_view_counts_disabled"
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
            ("data.media_type",),
            words={"1": "image", "2": "video", "8": "carousel", "reel": "reel"},
            sql="CASE \"data.product_type\" WHEN 'clips' THEN 'reel' ELSE {cell} END",
        ),
        "likes": Field(("data.like_count",), sql=hidden_by(_HIDES)),
        "comments": Field(("data.comment_count",)),
        "views": Field(("data.play_count",), sql=hidden_by(_HIDES)),
        "duration_s": Field(("data.video_duration",)),
        "caption": Field(("data.caption.text",)),
    },
    constants={"platform": "instagram"},
    latest_by="captured_at",
    notes=(_SCROLLED, "this export has no follower counts"),
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
