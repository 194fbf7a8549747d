"""What do the answers of platforms' interfaces look like, and the files of tools that ask them?

Names of columns are those of the interfaces, from their documentation (CODE or DOC) and not from files that were seen.
"""

from __future__ import annotations

from helpers.reading.values import seconds
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import LAST_PART, NO_REPOST, X_TIME, column, first_of

CAPTURE = "followers are those at capture, not at posting"
NO_FOLLOWERS = "this file has no follower counts; a list of the accounts with theirs adds them"
QUOTES = "quotes are not counted among the shares"


YOUTUBE_API = Layout(
    name="youtube-data-api",
    title="YouTube Data API, videos",
    table="posts",
    signature=(("id",), ("snippet.publishedAt",), ("snippet.channelId",), ("statistics.viewCount",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("snippet.channelId",)),
        "created_at": Field(("snippet.publishedAt",)),
        "likes": Field(("statistics.likeCount",)),
        "comments": Field(("statistics.commentCount",)),
        "views": Field(("statistics.viewCount",)),
        "duration_s": Field(("contentDetails.duration",), make=seconds),
        "caption": Field(("snippet.title",)),
    },
    constants={"platform": "youtube", "format": "video"},
    notes=("likes and comments that a channel hides are not in the answer: they stay unknown", NO_FOLLOWERS),
)

_TOP = "snippet.topLevelComment.snippet."
YOUTUBE_THREADS = Layout(
    name="youtube-data-api-comments",
    title="YouTube Data API, threads of comments",
    table="comments",
    signature=(("snippet.videoId",), (f"{_TOP}publishedAt",), (f"{_TOP}textOriginal", f"{_TOP}textDisplay")),
    fields={
        "comment_id": Field(("snippet.topLevelComment.id", "id")),
        "post_id": Field(("snippet.videoId",)),
        "author_id": Field((f"{_TOP}authorChannelId.value", f"{_TOP}authorDisplayName")),
        "created_at": Field((f"{_TOP}publishedAt",)),
        "text": Field((f"{_TOP}textOriginal", f"{_TOP}textDisplay")),
        "likes": Field((f"{_TOP}likeCount",)),
    },
    notes=("the first comment of each thread is read; the replies under it are not",),
)

YOUTUBE_CHANNELS = Layout(
    name="youtube-data-api-channels",
    title="YouTube Data API, channels",
    table="accounts",
    signature=(("id",), ("snippet.title",), ("statistics.subscriberCount",), ("statistics.videoCount",)),
    fields={
        "account_id": Field(("id",)),
        "followers": Field(("statistics.subscriberCount",)),
        "posts": Field(("statistics.videoCount",)),
        "created_at": Field(("snippet.publishedAt",)),
        "country": Field(("snippet.country",)),
    },
    constants={"platform": "youtube"},
)

YOUTUBE_TOOLS = Layout(
    name="youtube-data-tools",
    title="YouTube Data Tools, list of videos",
    table="posts",
    signature=(("videoId",), ("channelId",), ("publishedAt",), ("viewCount",), ("likeCount",), ("commentCount",)),
    fields={
        "post_id": Field(("videoId",)),
        "account_id": Field(("channelId",)),
        "created_at": Field(("publishedAt",)),
        "likes": Field(("likeCount",)),
        "comments": Field(("commentCount",)),
        "views": Field(("viewCount",)),
        "duration_s": Field(("durationSec",)),
        "caption": Field(("videoTitle",)),
    },
    constants={"platform": "youtube", "format": "video"},
    notes=(NO_FOLLOWERS,),
)

YOUTUBE_TOOLS_CHANNELS = Layout(
    name="youtube-data-tools-channels",
    title="YouTube Data Tools, list of channels",
    table="accounts",
    signature=(("id",), ("title",), ("subscriberCount",), ("videoCount",), ("viewCount",)),
    unlike=("snippet.title",),
    fields={
        "account_id": Field(("id",)),
        "followers": Field(("subscriberCount",)),
        "posts": Field(("videoCount",)),
        "created_at": Field(("publishedAt",)),
        "country": Field(("country",)),
    },
    constants={"platform": "youtube"},
)

YOUTUBE_TOOLS_COMMENTS = Layout(
    name="youtube-data-tools-comments",
    title="YouTube Data Tools, comments of a video",
    table="comments",
    signature=(("id",), ("replyCount",), ("likeCount",), ("authorName",), ("text",), ("isReplyTo", "isReply")),
    fields={
        "comment_id": Field(("id",)),
        "author_id": Field(("authorChannelId", "authorName")),
        "parent_id": Field(("isReplyTo",)),
        "created_at": Field(("publishedAt",)),
        "text": Field(("text",)),
        "likes": Field(("likeCount",)),
    },
    constants={"post_id": "this video"},
    notes=("the file does not name the video: all comments are taken as those of one",),
)

_FULL = r"^(t[0-9]_)?(.*)$"
_BARE = f"regexp_extract({{cell}}, '{_FULL}', 2)"

REDDIT = Layout(
    name="reddit-submissions",
    title="Reddit submissions, as Arctic Shift and Pushshift have them",
    table="posts",
    signature=(
        *(("id",), ("subreddit",), ("created_utc",), ("score",), ("num_comments",)),
        ("subreddit_id", "selftext", "permalink", "subreddit_subscribers"),
    ),
    unlike=("subscribers", "link_id"),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("subreddit",)),
        "created_at": Field(("created_utc",)),
        "captured_at": Field(("retrieved_utc", "retrieved_on")),
        "format": Field(("is_self",), words={"true": "text", "false": "link"}),
        "followers": Field(("subreddit_subscribers",)),
        "likes": Field(("score",)),
        "comments": Field(("num_comments",)),
        "caption": Field(("title",)),
    },
    constants={"platform": "reddit", "followers_at": "capture"},
    latest_by="captured_at",
    notes=(
        "the account is the community, not the author",
        "likes are the score, upvotes less downvotes; followers are the subscribers at capture",
        "these archives catch posts early: the score is that of retrieved_on",
    ),
)

REDDIT_COMMENTS = Layout(
    name="reddit-comments",
    title="Reddit comments, as Arctic Shift and Pushshift have them",
    table="comments",
    signature=(("id",), ("body",), ("link_id",), ("parent_id",), ("created_utc",), ("author",)),
    fields={
        "comment_id": Field(("id",)),
        "post_id": Field(("link_id",), sql=_BARE),
        "author_id": Field(("author",)),
        "parent_id": Field(("parent_id",), sql=f"CASE WHEN starts_with({{cell}}, 't1_') THEN {_BARE} END"),
        "created_at": Field(("created_utc",)),
        "text": Field(("body",)),
        "likes": Field(("score",), sql="CASE WHEN NOT starts_with({cell}, '-') THEN {cell} END"),
        "is_owner": Field(("is_submitter",), words={"true": "true", "false": "false"}),
    },
    notes=("a score below 0 is no number of likes and unknown here",),
)


def _view(name: str) -> tuple[str, str]:
    """Name a key of a post in a feed, and in a list of posts."""
    return f"post.{name}", name


BLUESKY = Layout(
    name="bluesky-posts",
    title="Bluesky, posts as its interface gives them",
    table="posts",
    signature=tuple(_view(name) for name in ("uri", "author.did", "likeCount", "repostCount", "replyCount")),
    fields={
        "post_id": Field(_view("uri"), sql=LAST_PART),
        "account_id": Field(_view("author.did")),
        "created_at": Field((*_view("record.createdAt"), *_view("indexedAt"))),
        "likes": Field(_view("likeCount")),
        "comments": Field(_view("replyCount")),
        "shares": Field(_view("repostCount")),
        "saves": Field(_view("bookmarkCount")),
        "caption": Field(_view("record.text")),
    },
    constants={"platform": "bluesky"},
    dropped={NO_REPOST: f"contains({column('reason.$type')}, 'reasonRepost')"},
    notes=(QUOTES, NO_FOLLOWERS),
)

MASTODON = Layout(
    name="mastodon-statuses",
    title="Mastodon, statuses as its interface gives them",
    table="posts",
    signature=(
        *(("id",), ("favourites_count",), ("reblogs_count",), ("replies_count",)),
        ("account.acct", "account.id", "account.username"),
    ),
    fields={
        "post_id": Field(("uri", "id")),
        "account_id": Field(("account.url", "account.acct", "account.username", "account.id")),
        "created_at": Field(("created_at",)),
        "format": Field(
            ("media_attachments", "media_attachments/0.type"),
            sql="CASE WHEN TRY_CAST({cell} AS INTEGER) > 1 THEN 'carousel' "
            f"ELSE {column('media_attachments/0.type')} END",
            words={"image": "image", "video": "video", "gifv": "video", "carousel": "carousel"},
        ),
        "followers": Field(("account.followers_count",)),
        "likes": Field(("favourites_count",)),
        "comments": Field(("replies_count",)),
        "shares": Field(("reblogs_count",)),
        "hashtags": Field(("tags",)),
        "caption": Field(("content",), sql="regexp_replace({cell}, '<[^>]*>', '', 'g')"),
    },
    constants={"platform": "mastodon", "followers_at": "capture"},
    dropped={NO_REPOST: f"{column('reblog.id')} IS NOT NULL"},
    notes=(CAPTURE, "a server knows the likes of other servers in part only"),
)

_MCL = (("id",), ("creation_time",), ("statistics.like_count",), ("statistics.comment_count",))
_MCL_FIELDS = {
    "post_id": Field(("id",)),
    "account_id": Field(("post_owner.id", "creator.id", "owner.id", "post_owner.username", "post_owner.name")),
    "created_at": Field(("creation_time",)),
    "format": Field(
        ("content_type", "media_type"),
        words={
            **{"photos": "image", "photo": "image", "image": "image", "videos": "video", "video": "video"},
            **{"albums": "carousel", "album": "carousel", "carousel": "carousel", "multi-media": "carousel"},
            **{"reels": "reel", "reel": "reel", "links": "link", "link": "link", "status": "text", "statuses": "text"},
            **{"live": "live", "stories": "story", "story": "story"},
        },
    ),
    "followers": Field(("post_owner.follower_count", "post_owner.followers", "creator.follower_count")),
    "likes": Field(("statistics.like_count",)),
    "comments": Field(("statistics.comment_count",)),
    "shares": Field(("statistics.share_count",)),
    "views": Field(("statistics.views", "statistics.view_count")),
    "sponsored": Field(("is_branded_content",)),
    "hashtags": Field(("hashtags",)),
    "caption": Field(("text",)),
}

CONTENT_LIBRARY_FACEBOOK = Layout(
    name="meta-content-library-facebook",
    title="Meta Content Library, Facebook posts",
    table="posts",
    signature=(*_MCL, ("statistics.reaction_count", "statistics.love_count", "surface.type")),
    fields=_MCL_FIELDS,
    constants={"platform": "facebook", "followers_at": "capture"},
    zone_reason="every time names its offset",
    notes=("likes are likes alone, without other reactions",),
)

CONTENT_LIBRARY_INSTAGRAM = Layout(
    name="meta-content-library-instagram",
    title="Meta Content Library, Instagram posts",
    table="posts",
    signature=_MCL,
    unlike=("statistics.reaction_count", "statistics.love_count", "surface.type"),
    fields=_MCL_FIELDS,
    constants={"platform": "instagram", "followers_at": "capture"},
    zone_reason="every time names its offset",
)

SNSCRAPE = Layout(
    name="snscrape-twitter",
    title="snscrape, tweets",
    table="posts",
    signature=(
        *(("id",), ("date",), ("likeCount",), ("retweetCount",), ("replyCount",), ("quoteCount",)),
        ("user.username", "username", "user.id", "user"),
    ),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("user.id", "user.username", "username", "user")),
        "created_at": Field(("date",)),
        "followers": Field(("user.followersCount", "followersCount")),
        "likes": Field(("likeCount",)),
        "comments": Field(("replyCount",)),
        "shares": Field(("retweetCount",)),
        "saves": Field(("bookmarkCount",)),
        "views": Field(("viewCount",)),
        "hashtags": Field(("hashtags",)),
        "caption": Field(("rawContent", "content", "renderedContent")),
    },
    constants={"platform": "x", "followers_at": "capture"},
    dropped={NO_REPOST: f"{column('retweetedTweet.id')} IS NOT NULL"},
    notes=(CAPTURE, QUOTES),
)


def _metric(name: str) -> tuple[str, str]:
    """Name a public figure as JSON has it, and as a table may."""
    return f"public_metrics.{name}", f"public_metrics_{name}"


X_API = Layout(
    name="x-api-v2",
    title="X API v2, posts",
    table="posts",
    signature=(("id",), ("author_id",), _metric("like_count"), _metric("retweet_count"), _metric("reply_count")),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("author_id",)),
        "created_at": Field(("created_at",)),
        "followers": Field(("author.public_metrics.followers_count",)),
        "likes": Field(_metric("like_count")),
        "comments": Field(_metric("reply_count")),
        "shares": Field(_metric("retweet_count")),
        "saves": Field(_metric("bookmark_count")),
        "views": Field(_metric("impression_count")),
        "caption": Field(("note_tweet.text", "text")),
    },
    constants={"platform": "x", "followers_at": "capture"},
    dropped={
        NO_REPOST: f"coalesce({column('referenced_tweets/0.type')} = 'retweeted', false) OR "
        f"starts_with({column('text')}, 'RT @')"
    },
    notes=(CAPTURE, QUOTES),
)

X_USERS = Layout(
    name="x-api-v2-users",
    title="X API v2, accounts",
    table="accounts",
    signature=(("id",), ("username",), _metric("followers_count"), _metric("tweet_count")),
    fields={
        "account_id": Field(("id",)),
        "followers": Field(_metric("followers_count")),
        "following": Field(_metric("following_count")),
        "posts": Field(_metric("tweet_count")),
        "created_at": Field(("created_at",)),
        "verified": Field(("verified",)),
    },
    constants={"platform": "x"},
)

_SEEN = (("item_id",), ("timestamp_collected",), ("source_platform",))
_USER = "data.core.user_results.result"

ZEESCHUIMER_X = Layout(
    name="zeeschuimer-x",
    title="Zeeschuimer, X",
    table="posts",
    signature=(
        *_SEEN,
        *(("data.legacy.favorite_count",), ("data.legacy.retweet_count",), ("data.legacy.created_at",)),
    ),
    fields={
        "post_id": Field(("data.rest_id", "item_id")),
        "account_id": Field((f"{_USER}.legacy.screen_name", f"{_USER}.core.screen_name", f"{_USER}.rest_id")),
        "created_at": Field(("data.legacy.created_at",), sql=X_TIME),
        "captured_at": Field(("timestamp_collected",)),
        "followers": Field((f"{_USER}.legacy.followers_count",)),
        "likes": Field(("data.legacy.favorite_count",)),
        "comments": Field(("data.legacy.reply_count",)),
        "shares": Field(("data.legacy.retweet_count",)),
        "saves": Field(("data.legacy.bookmark_count",)),
        "views": Field(("data.views.count",)),
        "caption": Field(("data.legacy.full_text",)),
    },
    constants={"platform": "x", "followers_at": "capture"},
    latest_by="captured_at",
    dropped={NO_REPOST: f"starts_with({first_of('data.legacy.full_text')}, 'RT @')"},
    notes=(CAPTURE, QUOTES, "a post that was shown more than once is kept as it was shown last"),
)

ZEESCHUIMER_OTHER = Layout(
    name="zeeschuimer-other",
    title="Zeeschuimer, a platform that is not read",
    table="",
    signature=(*_SEEN, ("source_url", "source_platform_url", "nav_index")),
    fields={},
    notes=("of Zeeschuimer, Instagram, TikTok and X are read; 4CAT makes tables of the others, of which some are",),
)

TELEGRAM = Layout(
    name="4cat-telegram",
    title="4CAT, Telegram",
    table="posts",
    signature=(("id",), ("chat",), ("author",), ("body",), ("views",), ("reactions",)),
    fields={
        # Numbers of messages are those of their chat.
        "post_id": Field(("id",), sql=f"{first_of('thread_id', 'chat')} || ' ' || {{cell}}"),
        "account_id": Field(("chat",)),
        "created_at": Field(("unix_timestamp", "timestamp")),
        "views": Field(("views",)),
        "caption": Field(("body",)),
    },
    constants={"platform": "telegram"},
    zone_reason="unix_timestamp is UTC",
    notes=("the account is the chat or channel", "reactions are of many kinds and not taken for likes", NO_FOLLOWERS),
)

LAYOUTS = (
    *(YOUTUBE_API, YOUTUBE_THREADS, YOUTUBE_CHANNELS, YOUTUBE_TOOLS, YOUTUBE_TOOLS_CHANNELS, YOUTUBE_TOOLS_COMMENTS),
    *(REDDIT, REDDIT_COMMENTS, BLUESKY, MASTODON, CONTENT_LIBRARY_FACEBOOK, CONTENT_LIBRARY_INSTAGRAM),
    *(SNSCRAPE, X_API, X_USERS),
    *(ZEESCHUIMER_X, ZEESCHUIMER_OTHER, TELEGRAM),
)
