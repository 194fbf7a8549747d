"""What do downloads of one's own account look like that hold no counts, or counts of a few posts only?

Those without counts are known all the same, so that a person is told what to fetch instead.
"""

from __future__ import annotations

from helpers.sources.layouts import Field, Layout, called

_MOMENT = "string_map_data:timestamp"
_PLAYS = "Instagram Plays"


def _told(*names: str) -> tuple[str, ...]:
    """Name a figure in the insights of a download, in every language."""
    return tuple(f"string_map_data.{name}.value" for name in called("insights", *names))


def _insights(kind: str, figure: tuple[str, ...], *, unlike: tuple[str, ...], **fields: Field) -> Layout:
    """Declare a list of insights of an Instagram download; its posts are known by their moment of creation."""
    return Layout(
        name=f"instagram-download-{kind}-insights",
        title=f"Instagram download, insights of {kind}s",
        table="posts",
        signature=((_MOMENT,), _told(*figure)),
        unlike=(*_told("Date Range", "Follower Count"), *_told(*unlike)),
        fields={
            "post_id": Field((_MOMENT,), sql=f"'{kind} ' || {{cell}}"),
            "created_at": Field((_MOMENT,)),
            "reach": Field(_told("Accounts reached")),
            **fields,
        },
        constants={"platform": "instagram", "account_id": "this account"},
        zone_reason="the download gives moments in UTC",
        notes=(
            "posts are named after their moment of creation, as the download gives them no id",
            "a figure that an item lacks is unknown, not 0",
            "no followers are in these files",
        ),
    )


POST_INSIGHTS = _insights(
    "post",
    ("Accounts reached", "Impressions"),
    unlike=(_PLAYS,),
    likes=Field(_told("Likes")),
    comments=Field(_told("Comments")),
    shares=Field(_told("Shares")),
    saves=Field(_told("Saves")),
    clicks=Field(_told("External link taps")),
    impressions=Field(_told("Impressions")),
    caption=Field(("media_map_data:title",)),
)
REEL_INSIGHTS = _insights(
    "reel",
    (_PLAYS,),
    unlike=(),
    format=Field((_MOMENT,), sql="'reel'"),
    likes=Field(_told("Instagram Likes", "Likes")),
    comments=Field(_told("Instagram Comments", "Comments")),
    shares=Field(_told("Instagram Shares", "Shares")),
    saves=Field(_told("Instagram Saves", "Saves")),
    views=Field(_told(_PLAYS)),
    duration_s=Field(_told("Duration")),
    caption=Field(_told("Caption")),
)


def _without_counts(
    name: str, title: str, signature: tuple[tuple[str, ...], ...], *notes: str, unlike: tuple[str, ...] = ()
) -> Layout:
    """Declare a file in which no claim can be tested."""
    return Layout(name=name, title=title, table="", signature=signature, fields={}, notes=notes, unlike=unlike)


CROWDTANGLE_STEPS = _without_counts(
    "crowdtangle-post-history-table",
    "CrowdTangle, history of one post",
    (("Timestep",), ("Score Date", "Date", "Time"), ("Post Views", "Likes", "Total Interactions")),
    "counts of one post at each step of its life, without the post: its rows are no posts",
    "to use them, write post_id and hours (since posting) beside likes, comments and shares, as post_history.csv",
    unlike=("Post ID", "URL", "Link"),
)

GRAILBIRD = _without_counts(
    "twitter-archive-grailbird",
    "Twitter archive of before 2019 (Grailbird)",
    (("id_str",), ("text",), ("created_at",), ("source",), ("user.screen_name", "user.id_str")),
    "this old archive holds no counts of likes or retweets",
    "ask X for a new archive (Settings, Your account, Download an archive) and give its data/tweets.js",
    unlike=("favorite_count", "tweet.favorite_count", "retweet_count"),
)
MASTODON_OUTBOX = _without_counts(
    "mastodon-archive",
    "Mastodon archive, outbox.json",
    (("@context",), ("orderedItems",), ("totalItems", "type")),
    "the archive holds no counts of likes, boosts or replies",
    "fetch the same statuses with their counts: https://SERVER/api/v1/accounts/ID/statuses, saved as JSON",
)
_NO_REDDIT = (
    "Reddit's data request holds no counts: neither scores nor numbers of comments",
    "fetch the posts of a community or a user with their scores from Arctic Shift, as JSON lines",
)
REDDIT_POSTS = _without_counts(
    "reddit-data-request",
    "Reddit data request, posts and comments",
    (("id",), ("permalink",), ("date",), ("ip",), ("subreddit",)),
    *_NO_REDDIT,
    unlike=("score", "ups"),
)
REDDIT_VOTES = _without_counts(
    "reddit-data-request-votes",
    "Reddit data request, votes",
    (("id",), ("permalink",), ("direction",)),
    *_NO_REDDIT,
    unlike=("score",),
)
SNAPCHAT = _without_counts(
    "snapchat-download",
    "Snapchat download",
    (
        (
            *("Received Snap History", "Sent Snap History", "Received Saved Chat History", "Sent Saved Chat History"),
            *("Snap Counts", "Story Views", "Your Story Views", "Saved Stories", "Shared Story"),
        ),
    ),
    "Snapchat's download holds messages and no counts of views or likes: nothing in it is read",
    "what is read of personal downloads are those of Instagram, TikTok, Facebook, YouTube and LinkedIn",
)

LAYOUTS = (
    POST_INSIGHTS,
    REEL_INSIGHTS,
    CROWDTANGLE_STEPS,
    GRAILBIRD,
    MASTODON_OUTBOX,
    REDDIT_POSTS,
    REDDIT_VOTES,
    SNAPCHAT,
)
