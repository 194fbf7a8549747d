"""What do the files of scrapers look like, and the data sets that were published from them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import among, column, first_of, found
from helpers.sources.readers.rewriting import Row, by_content, rewritten

_FLAG = {"true": "true", "false": "false"}
_CAPTURE = "followers are those at capture, not at posting"
_NO_FOLLOWERS = "this file has no follower counts; a file of the profiles adds them"


# Instaloader: one JSON object for each post or profile.

_GRAPH = {"graphimage": "image", "graphvideo": "video", "graphsidecar": "carousel"}
_NODE = "node.edge_media_to_caption.edges/0.node.text"

INSTALOADER = Layout(
    name="instaloader-post",
    title="Instaloader, posts",
    table="posts",
    signature=(("instaloader.node_type",), ("node.shortcode",), ("node.taken_at_timestamp", "node.date")),
    fields={
        "post_id": Field(("node.shortcode",)),
        "account_id": Field(("node.owner.username", "node.owner.id")),
        "created_at": Field(("node.taken_at_timestamp", "node.date")),
        "format": Field(("node.__typename",), words=_GRAPH),
        "followers": Field(("node.owner.edge_followed_by.count",)),
        "likes": Field(("node.edge_media_preview_like.count", "node.edge_liked_by.count")),
        "comments": Field(("node.edge_media_to_comment.count", "node.edge_media_to_parent_comment.count")),
        "views": Field(("node.video_view_count",)),
        "duration_s": Field(("node.video_duration",)),
        "caption": Field((_NODE, "node.caption")),
    },
    constants={"platform": "instagram", "followers_at": "capture"},
    notes=(_CAPTURE, "hidden likes come as -1 and stay hidden"),
)

INSTALOADER_PROFILE = Layout(
    name="instaloader-profile",
    title="Instaloader, profiles",
    table="accounts",
    signature=(("instaloader.node_type",), ("node.username",), ("node.edge_followed_by.count",)),
    fields={
        "account_id": Field(("node.username",)),
        "followers": Field(("node.edge_followed_by.count",)),
        "following": Field(("node.edge_follow.count",)),
        "posts": Field(("node.edge_owner_to_timeline_media.count",)),
        "category": Field(("node.business_category_name", "node.category_name")),
        "verified": Field(("node.is_verified",)),
    },
    constants={"platform": "instagram"},
)


# Apify: JSON, or CSV with slashes or dots in the names.

APIFY_INSTAGRAM = Layout(
    name="apify-instagram",
    title="Apify Instagram scraper, posts",
    table="posts",
    signature=(("shortCode",), ("likesCount",), ("commentsCount",), ("ownerUsername", "ownerId"), ("timestamp",)),
    fields={
        "post_id": Field(("shortCode",)),
        "account_id": Field(("ownerUsername", "ownerId")),
        "created_at": Field(("timestamp",)),
        "format": Field(("type",), words={"image": "image", "video": "video", "sidecar": "carousel"}),
        "likes": Field(("likesCount",)),
        "comments": Field(("commentsCount",)),
        "views": Field(("videoPlayCount", "videoViewCount")),
        "duration_s": Field(("videoDuration",)),
        "sponsored": Field(("isSponsored",), words=_FLAG),
        "disclosed": Field(("paidPartnership",), words=_FLAG),
        "caption": Field(("caption",)),
    },
    constants={"platform": "instagram"},
    notes=("likes that are hidden come as -1 and stay hidden", _NO_FOLLOWERS),
)

APIFY_PROFILE = Layout(
    name="apify-instagram-profile",
    title="Apify Instagram scraper, profiles",
    table="accounts",
    signature=(("username",), ("followersCount",), ("followsCount",), ("postsCount",)),
    fields={
        "account_id": Field(("username",)),
        "followers": Field(("followersCount",)),
        "following": Field(("followsCount",)),
        "posts": Field(("postsCount",)),
        "category": Field(("businessCategoryName",)),
        "verified": Field(("verified",), words=_FLAG),
    },
    constants={"platform": "instagram"},
)


def _either(name: str) -> tuple[str, str]:
    """Name a nested key as JSON and as a CSV file has it."""
    return name, name.replace(".", "/")


APIFY_TIKTOK = Layout(
    name="apify-tiktok",
    title="Apify TikTok scraper",
    table="posts",
    signature=(("diggCount",), ("shareCount",), ("playCount",), ("commentCount",), _either("authorMeta.name")),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(_either("authorMeta.name")),
        "created_at": Field(("createTimeISO", "createTime")),
        "format": Field(("isSlideshow",), words={"true": "carousel", "false": "video"}),
        "followers": Field(_either("authorMeta.fans")),
        "likes": Field(("diggCount",)),
        "comments": Field(("commentCount",)),
        "shares": Field(("shareCount",)),
        "saves": Field(("collectCount",)),
        "views": Field(("playCount",)),
        "duration_s": Field(_either("videoMeta.duration")),
        "sponsored": Field(("isSponsored",), words=_FLAG),
        "boosted": Field(("isAd",), words=_FLAG),
        "caption": Field(("text",)),
    },
    constants={"platform": "tiktok", "followers_at": "capture"},
    notes=(_CAPTURE,),
)


# yt-dlp: one info.json for each video.


_YOUTUBE = f"starts_with(lower({first_of('extractor_key', 'extractor')}), 'youtube')"
_LIKES = f"coalesce({column('like_count')}, CASE WHEN {_YOUTUBE} THEN '-1' END)"
# A day such as 20240131 would be taken for a number of seconds.
_POSTED = """coalesce("timestamp", regexp_replace("upload_date", '^([0-9]{4})([0-9]{2})([0-9]{2})$', '\\1-\\2-\\3'))"""

YTDLP = Layout(
    name="yt-dlp",
    title="yt-dlp, info.json",
    table="posts",
    signature=(("id",), ("upload_date",), ("view_count",), ("extractor", "extractor_key"), ("webpage_url",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("channel_id", "uploader_id", "channel", "uploader")),
        "platform": Field(("extractor_key", "extractor"), sql="lower(split_part({cell}, ':', 1))"),
        "created_at": Field(("timestamp", "upload_date"), sql=_POSTED),
        "captured_at": Field(("epoch",)),
        "followers": Field(("channel_follower_count",)),
        # Without a column of likes the extractor alone says that they are hidden.
        "likes": Field(("like_count", "extractor_key", "extractor"), sql=_LIKES),
        "comments": Field(("comment_count",)),
        "shares": Field(("repost_count",)),
        "views": Field(("view_count",)),
        "duration_s": Field(("duration",)),
        "caption": Field(("title",)),
    },
    constants={"format": "video", "followers_at": "capture"},
    latest_by="captured_at",
    notes=(
        _CAPTURE,
        "a YouTube video without like_count hides its likes (-1)",
        "where there is no timestamp the day of upload stands for it, without a time of day",
        "comments inside these files are not read",
    ),
)


# Instagram Graph API: one's own posts, as tables.

_PRODUCT = column("media_product_type")


def _insight(name: str) -> tuple[str, str]:
    """Name a figure as a column of its own, and as the interface nests it."""
    return name, f"insights.data:{name}"


GRAPH = Layout(
    name="instagram-graph-api",
    title="Instagram Graph API, posts",
    table="posts",
    signature=(
        *(("id", "ig_id"), ("timestamp",), ("media_type",), ("comments_count",)),
        ("media_product_type", "like_count", "permalink"),
    ),
    fields={
        "post_id": Field(("id", "ig_id")),
        "account_id": Field(("username", "owner.id", "owner")),
        "created_at": Field(("timestamp",)),
        "format": Field(
            ("media_type",),
            sql=f"CASE WHEN {among(_PRODUCT, ('reels', 'story'))} THEN {_PRODUCT} ELSE {{cell}} END",
            words={"image": "image", "video": "video", "carousel_album": "carousel", "reels": "reel", "story": "story"},
        ),
        "likes": Field(("like_count",)),
        "comments": Field(("comments_count",)),
        "shares": Field(_insight("shares")),
        "saves": Field(_insight("saved")),
        "reach": Field(_insight("reach")),
        "impressions": Field(_insight("impressions")),
        "views": Field((*_insight("views"), *_insight("plays"), *_insight("video_views"))),
        "caption": Field(("caption",)),
    },
    constants={"platform": "instagram", "account_id": "own account"},
    notes=(
        "where no column names the account, all posts are taken as those of one account",
        "the API leaves like_count out where likes are hidden and where it was not asked for: empty stays unknown",
        _NO_FOLLOWERS,
    ),
)


# facebook-page-post-scraper by minimaxir, behind many published data sets.


PAGE_POSTS = Layout(
    name="facebook-page-post-scraper",
    title="facebook-page-post-scraper, posts of Facebook pages",
    table="posts",
    signature=(
        *(("status_id",), ("status_type",), ("status_published",), ("num_comments",), ("num_shares",)),
        ("num_reactions", "num_likes"),
    ),
    fields={
        "post_id": Field(("status_id",)),
        "account_id": Field(("status_id",), sql="CASE WHEN contains({cell}, '_') THEN split_part({cell}, '_', 1) END"),
        "created_at": Field(("status_published",)),
        "format": Field(
            ("status_type",),
            words={"photo": "image", "video": "video", "link": "link", "status": "text", "note": "text"},
        ),
        "likes": Field(("num_reactions", "num_likes")),
        "comments": Field(("num_comments",)),
        "shares": Field(("num_shares",)),
        "caption": Field(("status_message",)),
    },
    constants={"platform": "facebook"},
    zone="Etc/GMT+5",
    zone_reason="the scraper took a fixed 5 hours from UTC for every page, summer and winter",
    notes=(
        "likes are num_reactions, all reactions together, as Facebook counts them in its own exports; before "
        "24 February 2016 there were likes only, so the two are one series and num_likes alone would break off there",
        _NO_FOLLOWERS,
    ),
)


# The UCI set "Facebook metrics": one page, no ids, no dates, and 500 rows, which are read in Python.


def _named_by_content(rows: Iterator[Row]) -> Iterator[Row]:
    """Name every row after its figures, and equal rows of one file apart."""
    seen: Counter[str] = Counter()
    for row in rows:
        name = by_content(row)
        seen[name] += 1
        row["made id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
        yield row


def _uci(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _named_by_content, added=("made id",))


UCI_METRICS = Layout(
    name="uci-facebook-metrics",
    title="UCI Facebook metrics",
    table="posts",
    signature=(
        ("Page total likes", "Me gusta totales de la página"),
        *(("Post Weekday",), ("Post Hour",), ("Paid",), ("Lifetime Post Total Reach",), ("Total Interactions",)),
    ),
    fields={
        "post_id": Field(("made id",)),
        "format": Field(("Type", "Tipo"), words={"photo": "image", "video": "video", "link": "link", "status": "text"}),
        "followers": Field(("Page total likes", "Me gusta totales de la página")),
        "likes": Field(("like",)),
        "comments": Field(("comment",)),
        "shares": Field(("share", "compartir")),
        "clicks": Field(("Lifetime Post Consumptions", "Consumos de publicación de por vida")),
        "reach": Field(("Lifetime Post Total Reach",)),
        "impressions": Field(("Lifetime Post Total Impressions",)),
        "boosted": Field(("Paid",)),
    },
    constants={"platform": "facebook", "account_id": "uci page", "followers_at": "posting"},
    totals={"Total Interactions": ("likes", "comments", "shares")},
    notes=(
        "the set has no ids: each post is named after its row's figures, so that copies of the set count once",
        "the set as published has 500 rows; fewer mean a damaged copy",
        "followers are the page's likes at posting",
        "there are no dates, only month, weekday and hour in no stated zone: created_at is unknown",
    ),
    flatten=_uci,
)


# Tables of tweets that were published with articles and challenges.


TWEET_RATIO = Layout(
    name="tweet-ratio",
    title="FiveThirtyEight, tweets with their replies",
    table="posts",
    signature=(("created_at",), ("text",), ("url",), ("replies",), ("retweets",), ("favorites",), ("user",)),
    fields={
        "post_id": Field(("url",), sql=found("/status(?:es)?/([0-9]+)")),
        "account_id": Field(("user",)),
        "created_at": Field(("created_at",), format="%m/%d/%y %H:%M"),
        "likes": Field(("favorites",)),
        "comments": Field(("replies",)),
        "shares": Field(("retweets",)),
        "caption": Field(("text",)),
    },
    constants={"platform": "x"},
    zone_reason="the file names no zone; the times inside the tweets' ids, which are UTC, agree with it to the minute",
    notes=(_NO_FOLLOWERS,),
)

KAGGLE_TWEETS = Layout(
    name="tweets-with-followers",
    title="Tweets with their authors' followers, as in the vaccination sets",
    table="posts",
    signature=(
        *(("id",), ("user_followers",), ("user_friends",), ("date",), ("text",), ("retweets",), ("favorites",)),
        ("user_id_hash", "user_name"),
    ),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("user_id_hash", "user_name")),
        "created_at": Field(("date",)),
        "followers": Field(("user_followers",)),
        "likes": Field(("favorites",)),
        "shares": Field(("retweets",)),
        "hashtags": Field(("hashtags",), sql="array_to_string(regexp_extract_all({cell}, '[\\pL\\pN_]+'), ' ')"),
        "caption": Field(("text",)),
    },
    constants={"platform": "x", "followers_at": "capture"},
    zone_reason="the file names no zone; the times inside the tweets' ids, which are UTC, agree with it to the second",
    dropped={"reposts of others, whose counts belong to the original": (("is_retweet",), ("True", "true"))},
    notes=(_CAPTURE, "counts were read minutes to hours after posting, so they are far from final"),
)

LAYOUTS = (
    *(INSTALOADER, INSTALOADER_PROFILE, APIFY_INSTAGRAM, APIFY_PROFILE, APIFY_TIKTOK, YTDLP, GRAPH),
    *(PAGE_POSTS, UCI_METRICS, TWEET_RATIO, KAGGLE_TWEETS),
)
