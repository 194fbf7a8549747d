"""What do the tables of YouTube Studio's advanced mode look like?"""

from __future__ import annotations

import re

from helpers.sources.layouts import Field, Layout

_VIDEO = ("Content", "Video")
_TITLE = ("Video title",)
_PUBLISHED = ("Video publish time",)
_VIEWS = ("Views", "Video views")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN_OUT = re.compile(r"([A-Z][a-z]{2})[a-z]* ([0-9]{1,2}), ([0-9]{4})")
_LENGTH = re.compile(r"(?:([0-9]+):)?([0-9]{1,2}):([0-9]{2})")


def _day(cell: str) -> str:
    """Write 'Dec 15, 2023' as 2023-12-15; days in figures stay, and the column decides what comes first.

    Examples
    --------
    >>> _day("Dec 15, 2023"), _day("08-05-2020")
    ('2023-12-15', '08-05-2020')
    """
    match = _WRITTEN_OUT.fullmatch(cell.strip())
    if not match or match[1].lower() not in _MONTHS:
        return cell
    return f"{match[3]}-{_MONTHS.index(match[1].lower()) + 1:02}-{int(match[2]):02}"


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
        "created_at": Field(_PUBLISHED, make=_day),
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
    dropped={"the row of totals": (_VIDEO, ("Total", "Totaal"))},  # the Dutch word is KNOWN only
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
    unlike=(*_VIDEO, *_TITLE, "Likes", "Comments", "Post ID", "Post id", "ID", "URL", "Link", "Title", "Reach"),
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

LAYOUTS = (_VIDEOS, _CHART, _TOTALS, _VIEWERS)
