"""What do the tables of minet look like, which asks platforms and reads their pages?

Names of columns are those of its source (CODE). Columns of what was asked may stand before them; words of one cell are
parted by bars.
"""

from __future__ import annotations

from helpers.reading.values import seconds
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import LAST_PART, NO_REPOST, among, column, found
from helpers.sources.readers.interfaces import CAPTURE, NO_FOLLOWERS, QUOTES

_FLAG = {"true": "true", "false": "false"}
_GRAPH = ("media_type", "medias_type", "type")
_TAKEN = ("taken_at_timestamp", "taken_at")

INSTAGRAM = Layout(
    name="minet-instagram",
    title="minet, Instagram posts",
    table="posts",
    signature=(("shortcode",), ("comment_count",), ("like_count",), _TAKEN, ("username",)),
    unlike=("node.shortcode",),
    fields={
        "post_id": Field(("shortcode",)),
        "account_id": Field(("username",)),
        "created_at": Field(_TAKEN),
        "format": Field(_GRAPH),
        "likes": Field(
            ("like_count",),
            sql=f"CASE WHEN {among(column('like_and_view_counts_disabled'), ('true', '1', 'yes'))} "
            "THEN '-1' ELSE {cell} END",
        ),
        "comments": Field(("comment_count",)),
        "views": Field(("video_view_count", "play_count")),
        "duration_s": Field(("video_duration",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("caption",)),
    },
    constants={"platform": "instagram"},
    notes=(NO_FOLLOWERS,),
)

INSTAGRAM_LISTS = Layout(
    name="minet-instagram-lists",
    title="minet, Instagram posts under a hashtag or at a place",
    table="posts",
    signature=(("shortcode",), ("liked_by_count",), ("comment_count",), ("owner_id",), _TAKEN),
    fields={
        "post_id": Field(("shortcode",)),
        "account_id": Field(("owner_id",)),
        "created_at": Field(_TAKEN),
        "format": Field(
            (*_GRAPH, "is_video"),
            words={"true": "video", "graphimage": "image", "graphvideo": "video", "graphsidecar": "carousel"},
            # That it is no video leaves open whether it is one picture or several.
            sql="CASE WHEN lower({cell}) <> 'false' THEN {cell} END",
        ),
        "likes": Field(("liked_by_count",)),
        "comments": Field(("comment_count",)),
        "views": Field(("video_view_count",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("caption",)),
    },
    constants={"platform": "instagram"},
    notes=(NO_FOLLOWERS,),
)

INSTAGRAM_USERS = Layout(
    name="minet-instagram-users",
    title="minet, Instagram accounts",
    table="accounts",
    signature=(("username",), ("follower_count",), ("follow_count",), ("hide_like_and_view_counts", "is_private")),
    fields={
        "account_id": Field(("username",)),
        "followers": Field(("follower_count",)),
        "following": Field(("follow_count",)),
        "category": Field(("category_name", "business_category_name")),
        "verified": Field(("is_verified",), words=_FLAG),
    },
    constants={"platform": "instagram"},
)

TIKTOK = Layout(
    name="minet-tiktok",
    title="minet, TikTok videos",
    table="posts",
    signature=(
        *(("id",), ("author_unique_id",), ("digg_count",), ("share_count",), ("comment_count",), ("play_count",)),
        ("timestamp", "utc_time"),
    ),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("author_unique_id", "author_id")),
        "created_at": Field(("timestamp", "utc_time")),
        "followers": Field(("author_follower_count",)),
        "likes": Field(("digg_count",)),
        "comments": Field(("comment_count",)),
        "shares": Field(("share_count",)),
        "views": Field(("play_count",)),
        "duration_s": Field(("video_duration",)),
        "boosted": Field(("is_ad",), words=_FLAG),
        "hashtags": Field(("challenges_titles",)),
        "caption": Field(("description",)),
    },
    constants={"platform": "tiktok", "format": "video", "followers_at": "capture"},
    zone_reason="timestamp is in seconds since 1970",
    notes=(CAPTURE,),
)

TWITTER = Layout(
    name="minet-twitter",
    title="minet, tweets",
    table="posts",
    signature=(
        *(("id",), ("timestamp_utc",), ("user_screen_name",), ("retweet_count",), ("like_count",), ("reply_count",)),
        ("user_followers",),
    ),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("user_id", "user_screen_name")),
        "created_at": Field(("timestamp_utc",)),
        "captured_at": Field(("collection_time",)),
        "followers": Field(("user_followers",)),
        "likes": Field(("like_count",)),
        "comments": Field(("reply_count",)),
        "shares": Field(("retweet_count",)),
        "views": Field(("impression_count",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("text",)),
    },
    constants={"platform": "x", "followers_at": "capture"},
    dropped={NO_REPOST: f"{column('retweeted_id')} IS NOT NULL"},
    notes=(CAPTURE, QUOTES),
)

TWITTER_USERS = Layout(
    name="minet-twitter-users",
    title="minet, accounts of X",
    table="accounts",
    signature=(("screen_name",), ("tweets",), ("followers",), ("friends",), ("lists",)),
    fields={
        "account_id": Field(("id", "screen_name")),
        "followers": Field(("followers",)),
        "following": Field(("friends",)),
        "posts": Field(("tweets",)),
        "created_at": Field(("timestamp_utc",)),
        "verified": Field(("verified",)),
    },
    constants={"platform": "x"},
)

BLUESKY = Layout(
    name="minet-bluesky",
    title="minet, Bluesky posts",
    table="posts",
    signature=(
        *(("uri",), ("user_did", "author_did"), ("like_count",), ("repost_count",), ("reply_count",)),
        ("timestamp_utc", "created_at"),
    ),
    unlike=("author.did",),
    fields={
        "post_id": Field(("uri",), sql=LAST_PART),
        "account_id": Field(("user_did", "author_did")),
        "created_at": Field(("timestamp_utc", "created_at")),
        "captured_at": Field(("collection_time",)),
        "likes": Field(("like_count",)),
        "comments": Field(("reply_count",)),
        "shares": Field(("repost_count",)),
        "saves": Field(("bookmark_count",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("original_text", "text")),
    },
    constants={"platform": "bluesky"},
    dropped={NO_REPOST: f"{column('repost_by_user_did')} IS NOT NULL"},
    notes=(QUOTES, NO_FOLLOWERS),
)

YOUTUBE = Layout(
    name="minet-youtube",
    title="minet, YouTube videos",
    table="posts",
    signature=(("video_id",), ("channel_id",), ("published_at",), ("view_count",), ("like_count",), ("comment_count",)),
    fields={
        "post_id": Field(("video_id",)),
        "account_id": Field(("channel_id",)),
        "created_at": Field(("published_at",)),
        "likes": Field(("like_count",)),
        "comments": Field(("comment_count",)),
        "views": Field(("view_count",)),
        "duration_s": Field(("duration",), make=seconds),
        "caption": Field(("title",)),
    },
    constants={"platform": "youtube", "format": "video"},
    notes=(NO_FOLLOWERS,),
)

YOUTUBE_CHANNELS = Layout(
    name="minet-youtube-channels",
    title="minet, YouTube channels",
    table="accounts",
    signature=(("channel_id",), ("subscriber_count",), ("video_count",), ("view_count",)),
    fields={
        "account_id": Field(("channel_id",)),
        "followers": Field(
            ("subscriber_count",),
            sql=f"CASE WHEN NOT {among(column('hidden_subscriber_count'), ('true', '1'))} THEN {{cell}} END",
        ),
        "posts": Field(("video_count",)),
        "created_at": Field(("published_at",)),
        "country": Field(("country",)),
    },
    constants={"platform": "youtube"},
)

YOUTUBE_COMMENTS = Layout(
    name="minet-youtube-comments",
    title="minet, YouTube comments",
    table="comments",
    signature=(("video_id",), ("comment_id",), ("author_channel_id", "author_name"), ("text",), ("parent_comment_id",)),
    fields={
        "comment_id": Field(("comment_id",)),
        "post_id": Field(("video_id",)),
        "author_id": Field(("author_channel_id", "author_name")),
        "parent_id": Field(("parent_comment_id",)),
        "created_at": Field(("published_at",)),
        "text": Field(("text",)),
        "likes": Field(("like_count",)),
    },
)

REDDIT = Layout(
    name="minet-reddit",
    title="minet, Reddit posts",
    table="posts",
    signature=(("url",), ("approximated_points",), ("number_comments",), ("published_date",)),
    fields={
        "post_id": Field(("url",), sql=found("/comments/([a-z0-9]+)", otherwise="{cell}")),
        "account_id": Field(("url", "subreddit"), sql=found("/r/([^/]+)", otherwise=column("subreddit"))),
        "created_at": Field(("published_date",)),
        "likes": Field(("approximated_points",)),
        "comments": Field(("number_comments",)),
        "caption": Field(("title",)),
    },
    constants={"platform": "reddit"},
    notes=("the account is the community, not the author", "likes are the score, as exact as Reddit shows it"),
)

TELEGRAM = Layout(
    name="minet-telegram",
    title="minet, Telegram messages",
    table="posts",
    signature=(("link_to_message",), ("user_link",), ("text",), ("views",), ("datetime",)),
    fields={
        "post_id": Field(("link_to_message",)),
        "account_id": Field(("user_link",), sql=LAST_PART),
        "created_at": Field(("datetime",)),
        "views": Field(("views",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("text",)),
    },
    constants={"platform": "telegram"},
    notes=("the account is the channel", "this page of a channel shows neither reactions nor comments", NO_FOLLOWERS),
)

TELEGRAM_CHANNELS = Layout(
    name="minet-telegram-channels",
    title="minet, Telegram channels",
    table="accounts",
    signature=(("name",), ("link",), ("nb_subscribers",)),
    fields={
        "account_id": Field(("link", "name"), sql=LAST_PART),
        "followers": Field(("nb_subscribers",)),
    },
    constants={"platform": "telegram"},
)

_ASKED = ("post_url", "post", "shortcode", "url", "post_id")
"""What the column of the posts is called that were asked for, which stands before the others."""
INSTAGRAM_COMMENTS = Layout(
    name="minet-instagram-comments",
    title="minet, Instagram comments",
    table="comments",
    signature=(
        *(("id",), _ASKED, ("text",), ("comment_like_count",), ("user_id", "username")),
        ("created_at_utc", "utc_time"),
    ),
    fields={
        "comment_id": Field(("id",)),
        "post_id": Field(_ASKED, sql=LAST_PART),
        "author_id": Field(("user_id", "username")),
        "parent_id": Field(("parent_id",)),
        "created_at": Field(("created_at_utc", "utc_time")),
        "text": Field(("text",)),
        "likes": Field(("comment_like_count",)),
    },
)

FACEBOOK_COMMENTS = Layout(
    name="minet-facebook-comments",
    title="minet, Facebook comments",
    table="comments",
    signature=(("id",), ("post_id", "post_url"), ("text",), ("reactions",), ("replies",), ("in_reply_to", "parent_id")),
    fields={
        "comment_id": Field(("id",)),
        "post_id": Field(("post_id", "post_url"), sql=LAST_PART),
        "author_id": Field(("user_id", "user_handle", "author_url", "author.url", "author_name", "author.name")),
        "parent_id": Field(("in_reply_to", "parent_id")),
        "created_at": Field(("created_time", "formatted_date")),
        "text": Field(("text",)),
        "likes": Field(("reactions",)),
    },
    zone_reason="its dates name no zone",
    notes=("likes are all reactions together",),
)

FACEBOOK_POSTS = Layout(
    name="minet-facebook-posts",
    title="minet, Facebook posts",
    table="posts",
    signature=(("url",), ("user_id", "user_handle"), ("formatted_date",), ("reactions",), ("comments",), ("text",)),
    unlike=("in_reply_to", "replies"),
    fields={
        "post_id": Field(("url",), sql=LAST_PART),
        "account_id": Field(("user_id", "user_handle")),
        "created_at": Field(("formatted_date",)),
        "likes": Field(("reactions",)),
        "comments": Field(("comments",)),
        "caption": Field(("text",)),
    },
    constants={"platform": "facebook"},
    zone_reason="its dates name no zone",
    notes=("likes are all reactions together", NO_FOLLOWERS),
)

_KINDS = ("like", "favorite", "love", "wow", "haha", "sad", "angry", "thankful", "care")
_ADDED = " + ".join(f"coalesce(TRY_CAST({column(f'actual_{kind}_count')} AS BIGINT), 0)" for kind in _KINDS)
CROWDTANGLE = Layout(
    name="minet-crowdtangle",
    title="minet, posts from CrowdTangle",
    table="posts",
    signature=(("ct_id",), ("actual_like_count",), ("actual_comment_count",), ("account_subscriber_count",)),
    fields={
        "post_id": Field(("id", "ct_id")),
        "account_id": Field(("account_id", "account_handle")),
        "platform": Field(("platform",), sql="lower({cell})"),
        "created_at": Field(("datetime", "date")),
        "captured_at": Field(("updated",)),
        "format": Field(("type",)),
        "followers": Field(("account_subscriber_count",)),
        "likes": Field(
            ("ct_id",),
            sql=f"CASE WHEN coalesce({column('actual_like_count')}, {column('actual_favorite_count')}) IS NOT NULL "
            f"THEN CAST({_ADDED} AS VARCHAR) END",
        ),
        "comments": Field(("actual_comment_count",)),
        "shares": Field(("actual_share_count",)),
        "caption": Field(("message", "description", "title")),
    },
    constants={"followers_at": "capture"},
    latest_by="captured_at",
    zone_reason="the interface gave times in UTC",
    notes=("likes are all reactions together", CAPTURE),
)

LAYOUTS = (
    *(INSTAGRAM, INSTAGRAM_LISTS, INSTAGRAM_USERS, TIKTOK, TWITTER, TWITTER_USERS, BLUESKY),
    *(INSTAGRAM_COMMENTS, FACEBOOK_COMMENTS, FACEBOOK_POSTS),
    *(YOUTUBE, YOUTUBE_CHANNELS, YOUTUBE_COMMENTS, REDDIT, TELEGRAM, TELEGRAM_CHANNELS, CROWDTANGLE),
)
