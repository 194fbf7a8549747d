"""What do the tables of YouTube Studio's advanced mode look like?"""

from __future__ import annotations

import re

from helpers.ground.languages import totals
from helpers.sources.layouts import Field, Layout, called, in_all_languages

_VIDEO = ("Content", "Video")
_TITLE = ("Video title",)
_PUBLISHED = ("Video publish time",)
_VIEWS = ("Views", "Video views")

_LENGTH = re.compile(r"(?:([0-9]+):)?([0-9]{1,2}):([0-9]{2})")


def _seconds(cell: str) -> str:
    """Write '0:03:25' or '3:25' as seconds; plain seconds stay.

    Examples
    --------
    >>> _seconds("1:03:25"), _seconds("213")
    ('3805', '213')
    """
    match = _LENGTH.fullmatch(cell.strip())
    return str(int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])) if match else cell


_VIDEOS = Layout(
    name="youtube-studio-videos",
    title="YouTube Studio, table of videos",
    table="posts",
    signature=(_VIDEO, _TITLE, _PUBLISHED),
    unlike=("Date",),
    fields={
        "post_id": Field(_VIDEO),
        "created_at": Field(_PUBLISHED),
        "likes": Field(("Likes",)),
        "comments": Field(("Comments added", "Comments")),
        "shares": Field(("Shares",)),
        "reach": Field(("Unique viewers",)),
        "impressions": Field(("Impressions",)),
        "views": Field(_VIEWS),
        "watch_time_s": Field(("Watch time (hours)",), unit="hours"),
        "duration_s": Field(("Duration",), make=_seconds),
        "caption": Field(_TITLE),
    },
    constants={"platform": "youtube", "account_id": "this channel"},
    zone_reason="the export has days without a clock; they are kept as they stand",
    dropped={"the row of totals": (called("youtube", *_VIDEO), tuple(totals()))},
    notes=(
        "the export names no channel: all videos count as one account, so a claim about accounts needs more channels",
        "videos have a day and no clock time: nothing can be said about the hour of posting",
        "at most 500 videos are exported: with exactly 500, the others are missing and the list may be the most viewed",
        "subscribers in this export are those won by a video, at times below 0; they are not the channel's followers",
    ),
)

_NO_VIDEOS = "figures of days or of groups of viewers, not of videos: no claim here can be tested on them"
_MEND = "what can be used is Table data.csv of the breakdown by content"
_CHART = Layout(
    name="youtube-studio-chart",
    title="YouTube Studio, chart data by day",
    table="",
    signature=(("Date",), _VIDEO, _TITLE, _PUBLISHED),
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)
# That this file has a date and the metric of the chart is KNOWN only.
_TOTALS = Layout(
    name="youtube-studio-totals",
    title="YouTube Studio, totals by day",
    table="",
    signature=(("Date",), _VIEWS),
    unlike=(
        *(
            *_VIDEO,
            *_TITLE,
            "Likes",
            "Comments",
            "Post ID",
            "ID",
            "URL",
            "Link",
            "Title",
            "Reach",
            "post_id",
            "video_id",
        ),
        *(
            "Video ID",
            "Channel",
            "channel_id",
            "Account",
            "account_id",
            "Username",
            "User",
            "Author",
            "Platform",
            "Profile",
        ),
    ),
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)
_VIEWERS = Layout(
    name="youtube-studio-viewers",
    title="YouTube Studio, groups of viewers",
    table="",
    signature=(
        ("Geography", "Cities", "Viewer age", "Viewer gender", "Subscription status"),
        (*_VIEWS, "Views (%)", "Watch time (hours)", "Watch time (hours) (%)"),
    ),
    unlike=(*_VIDEO, *_TITLE),
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)

# A table of days in another language has too few columns to be told from one of a person's own.
LAYOUTS = (*(in_all_languages(layout, "youtube") for layout in (_VIDEOS, _CHART)), _TOTALS, _VIEWERS)
