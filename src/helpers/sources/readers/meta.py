"""What do the exports of Meta look like: Business Suite for Instagram and Facebook, and the older Page Insights?

Columns come and go every month, so an export is known by a few names that stay. Names here are English; those in other
languages stand in ``data/languages``.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpers.sources.layouts import Field, Layout, called, in_all_languages
from helpers.sources.readers.expressions import first_of, is_some

_PACIFIC = "America/Los_Angeles"
_ZONE_REASON = (
    "Business Suite writes Pacific Time in every language: posts of a European morning stand there at the night before"
)
_TIME = "%m/%d/%Y %H:%M"  # the American order, also under Dutch headers

_POST_ID = called("meta", "Post ID")
_PUBLISHED = called("meta", "Publish time")
_POST_TYPE = called("meta", "Post type")
_USERNAME = called("meta", "Account username")
_PAGE_ID = called("meta", "Page ID")
_TITLE = called("meta", "Title")
_DATE = called("meta", "Date")
_NAVIGATION = called("meta", "Navigation")

_FORMATS = {
    **{"IG image": "image", "IG carousel": "carousel", "IG reel": "reel", "IG story": "story", "IG video": "video"},
    **{"Photos": "image", "Videos": "video", "Reels": "reel", "Links": "link", "Text": "text", "Stories": "story"},
    "Live": "live",
}

_VIEWS_NOTE = "Meta replaced impressions by views in 2024 and counts them otherwise: they stay two columns"
_BLANK_NOTE = "reach and views can be blank for boosted and for old posts; blank is unknown, not 0"


_DATES = first_of(*_DATE)
_DAILY = (
    f"CASE WHEN {_DATES} <> 'Lifetime' AND regexp_matches({_DATES}, '[0-9]') THEN 'it counts every post once for each "
    "day: its column of dates holds days instead of ''Lifetime''; export lifetime figures from Business Suite' END"
)
_LONGER = (
    f"CASE WHEN length({first_of(*_TITLE)}) > coalesce(length({{cell}}), 0) THEN {first_of(*_TITLE)} ELSE {{cell}} END"
)
"""The text of a post, which stands in either of two columns."""

_COMMON: Mapping[str, Field] = {
    "post_id": Field(_POST_ID),
    "created_at": Field(_PUBLISHED, format=_TIME),
    "format": Field(_POST_TYPE, words=_FORMATS),
    "reach": Field(("Reach",)),
    "impressions": Field(("Impressions",)),
    "views": Field(("Views",)),
    "duration_s": Field(
        ("Duration (sec)",),
        # Images have a length of 0.
        sql="CASE WHEN {cell} >= '1' OR trim({cell}, '0., ') <> '' THEN {cell} END",
    ),
    "caption": Field(("Description",), sql=_LONGER),
}
_INSTAGRAM: Mapping[str, Field] = {
    **_COMMON,
    "account_id": Field(("Account ID",)),
    "likes": Field(("Likes",)),
    "shares": Field(("Shares",)),
    "clicks": Field(("Link clicks",)),
}

_CONTENT = Layout(
    name="meta-instagram-content",
    title="Meta Business Suite, Instagram posts",
    table="posts",
    signature=(_POST_ID, _USERNAME, _PUBLISHED, _POST_TYPE),
    unlike=(*_PAGE_ID, *_NAVIGATION),
    fields={
        **_INSTAGRAM,
        "comments": Field(("Comments",)),
        "saves": Field(("Saves",)),
    },
    constants={"platform": "instagram"},
    zone=_PACIFIC,
    zone_reason=_ZONE_REASON,
    notes=(_VIEWS_NOTE, _BLANK_NOTE, "no followers are in this export"),
    unfit=(_DAILY,),
)
_STORIES = Layout(
    name="meta-instagram-stories",
    title="Meta Business Suite, Instagram stories",
    table="posts",
    signature=(_POST_ID, _USERNAME, _PUBLISHED, _NAVIGATION),
    unlike=_PAGE_ID,
    fields=_INSTAGRAM,
    constants={"platform": "instagram"},
    zone=_PACIFIC,
    zone_reason=_ZONE_REASON,
    notes=(
        _VIEWS_NOTE,
        "replies to a story are private messages and not taken for comments",
        "no followers are in this export",
    ),
    unfit=(_DAILY,),
)
_FACEBOOK = Layout(
    name="meta-facebook-content",
    title="Meta Business Suite, Facebook posts",
    table="posts",
    signature=(_POST_ID, _PAGE_ID, _PUBLISHED, _POST_TYPE),
    fields={
        **_COMMON,
        "account_id": Field(_PAGE_ID),
        "likes": Field(("Reactions",)),
        "comments": Field(("Comments",)),
        "shares": Field(("Shares",)),
        "clicks": Field(("Total clicks",)),
        "watch_time_s": Field(("Seconds viewed",)),
        "boosted": Field(("Reach from Boosted posts",), sql=is_some()),
    },
    constants={"platform": "facebook"},
    zone=_PACIFIC,
    zone_reason=_ZONE_REASON,
    totals={
        "Reactions, Comments and Shares": ("likes", "comments", "shares"),
    },
    notes=(
        "likes are reactions of every kind: likes, hearts, laughs, anger",
        "clicks are all clicks, on links, pictures and elsewhere",
        "the text is the longer of title and description; most posts have one of them",
        _VIEWS_NOTE,
        _BLANK_NOTE,
        "no followers are in this export",
    ),
    unfit=(_DAILY,),
)
_PAGE_INSIGHTS = Layout(
    name="meta-page-insights-posts",
    title="Facebook Page Insights, posts (until about 2021)",
    table="posts",
    signature=(("Post ID",), ("Post Message",), ("Posted",), ("Lifetime Post Total Reach",)),
    fields={
        "post_id": Field(("Post ID",)),
        "account_id": Field(("Post ID",), sql="split_part({cell}, '_', 1)"),
        "created_at": Field(("Posted",), format=_TIME),
        "format": Field(("Type",), words={"photo": "image", "video": "video", "link": "link", "status": "text"}),
        # Spelled with a capital or a small s over the years; the comparison does not tell cases apart.
        "likes": Field(("Lifetime Post Stories by action type - like", "like")),
        "comments": Field(("Lifetime Post Stories by action type - comment", "comment")),
        "shares": Field(("Lifetime Post Stories by action type - share", "share")),
        "clicks": Field(("Lifetime Post Consumptions",)),
        "reach": Field(("Lifetime Post Total Reach",)),
        "impressions": Field(("Lifetime Post Total Impressions",)),
        "boosted": Field(("Lifetime Post Paid Reach",), sql=is_some()),
        "caption": Field(("Post Message",)),
    },
    constants={"platform": "facebook"},
    zone=_PACIFIC,
    zone_reason="Page Insights wrote Pacific Time; this is known from use and not documented",
    notes=(
        "clicks are all clicks on the post",
        "a name that stands over two figures, of persons and of times, is not read",
        "no followers are in this export",
    ),
    is_twofold=True,
    dropped={"the second header, which describes the columns": "trim(coalesce(\"post id\", '')) = ''"},
)

_NO_POSTS = "totals of days or of the audience, without a single post: no claim here can be tested on them"
_METRIC = Layout(
    name="meta-insights-metric",
    title="Meta Business Suite, one metric by day",
    table="",
    signature=(_DATE, ("Primary",)),
    fields={},
    notes=(_NO_POSTS, "export the content in Business Suite: one row for each post"),
)
_AUDIENCE = Layout(
    name="meta-insights-audience",
    title="Meta Business Suite, audience",
    table="",
    signature=(called("meta", "Age & gender"),),
    fields={},
    notes=(_NO_POSTS, "export the content in Business Suite: one row for each post"),
)

LAYOUTS = (
    *(in_all_languages(layout, "meta") for layout in (_CONTENT, _STORIES, _FACEBOOK)),
    *(_PAGE_INSIGHTS, _METRIC, _AUDIENCE),
)
