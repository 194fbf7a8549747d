"""What do the files of scrapers look like, and the data sets that were published from them?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.rewriting import Row, as_table, by_content, rewritten

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


def upload_day(text: str) -> str:
    """Write a day such as 20240131 so that it is not taken for a number of seconds.

    Examples
    --------
    >>> upload_day("20240131"), upload_day("1706659200")
    ('2024-01-31', '1706659200')
    """
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch("[0-9]{8}", text) else text


def _no_likes(rows: Iterator[Row]) -> Iterator[Row]:
    """Call the likes of a YouTube video hidden where there are none given; and fall back on the day of upload."""
    for row in rows:
        youtube = row.get("extractor_key", row.get("extractor", "")).casefold().startswith("youtube")
        row["shown likes"] = row.get("like_count", "") or ("-1" if youtube else "")
        row["posted"] = row.get("timestamp", "") or row.get("upload_date", "")
        yield row


def _ytdlp(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(as_table(file, folder), folder, _no_likes, added=("shown likes", "posted"))


YTDLP = Layout(
    name="yt-dlp",
    title="yt-dlp, info.json",
    table="posts",
    signature=(("id",), ("upload_date",), ("view_count",), ("extractor", "extractor_key"), ("webpage_url",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("channel_id", "uploader_id", "channel", "uploader")),
        "platform": Field(("extractor_key", "extractor"), make=lambda text: text.partition(":")[0].casefold()),
        "created_at": Field(("posted", "timestamp", "upload_date"), make=upload_day),
        "captured_at": Field(("epoch",)),
        "followers": Field(("channel_follower_count",)),
        "likes": Field(("shown likes", "like_count")),
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
    flatten=_ytdlp,
)


# Instagram Graph API: one's own posts, as tables.

_PRODUCTS = ("reels", "story")


def _products(rows: Iterator[Row]) -> Iterator[Row]:
    """Tell reels and stories from what stands in the feed."""
    for row in rows:
        product = row.get("media_product_type", "").casefold()
        row["kind of post"] = product if product in _PRODUCTS else row["media_type"]
        yield row


def _graph(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(as_table(file, folder), folder, _products, added=("kind of post",))


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
            ("kind of post", "media_type"),
            words={"image": "image", "video": "video", "carousel_album": "carousel", "reels": "reel", "story": "story"},
        ),
        "likes": Field(("like_count",)),
        "comments": Field(("comments_count",)),
        "shares": Field(("shares",)),
        "saves": Field(("saved",)),
        "reach": Field(("reach",)),
        "impressions": Field(("impressions",)),
        "views": Field(("views",)),
        "caption": Field(("caption",)),
    },
    constants={"platform": "instagram", "account_id": "own account"},
    notes=(
        "where no column names the account, all posts are taken as those of one account",
        "the API leaves like_count out where likes are hidden and where it was not asked for: empty stays unknown",
        _NO_FOLLOWERS,
    ),
    flatten=_graph,
)


# facebook-page-post-scraper by minimaxir, behind many published data sets.


def page_of(status_id: str) -> str:
    """Take the page's id out of a post's.

    Examples
    --------
    >>> page_of("54971236771_10154199304051772"), page_of("17")
    ('54971236771', '')
    """
    page, mark, _ = status_id.partition("_")
    return page if mark else ""


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
        "account_id": Field(("status_id",), make=page_of),
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


# The UCI set "Facebook metrics": one page, no ids, no dates.


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


def last_number(url: str) -> str:
    """Take the id at the end of a tweet's address.

    Examples
    --------
    >>> last_number("https://twitter.com/BarackObama/status/920061541986250758")
    '920061541986250758'
    """
    found = re.search(r"/status(?:es)?/([0-9]+)", url)
    return found[1] if found else ""


def plain_tags(text: str) -> str:
    """Turn a list of hashtags as Python writes it into words.

    Examples
    --------
    >>> plain_tags("['PfizerBioNTech', 'COVID19']"), plain_tags("[]")
    ('PfizerBioNTech COVID19', '')
    """
    return " ".join(re.findall(r"[\w]+", text))


TWEET_RATIO = Layout(
    name="tweet-ratio",
    title="FiveThirtyEight, tweets with their replies",
    table="posts",
    signature=(("created_at",), ("text",), ("url",), ("replies",), ("retweets",), ("favorites",), ("user",)),
    fields={
        "post_id": Field(("url",), make=last_number),
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
        "hashtags": Field(("hashtags",), make=plain_tags),
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
