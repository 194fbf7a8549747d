"""What do the exports of TikTok Studio look like?

Its days are in the language of the app and have no year, so the moment of posting comes from the video's id.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from helpers.ground.languages import months
from helpers.reading import textfiles
from helpers.reading.work import literal
from helpers.sources.layouts import Field, Layout, in_all_languages
from helpers.sources.readers.expressions import found
from helpers.sources.readers.rewriting import rewritten, rows

_LINK = ("Video link",)
_VIDEO = r"/(?:video|photo|v)/([0-9]{15,20})"
_ID = found(_VIDEO, otherwise="{cell}")
_OWNER = r"tiktok\.com/@([\w.]+)"
_ACCOUNT = f"CASE WHEN {{cell}} <> '' THEN lower({found(_OWNER, otherwise=literal('this account'))}) END"
# Pictures have links with /photo/ (KNOWN only).
_FORMAT = "CASE WHEN {cell} <> '' THEN CASE WHEN contains({cell}, '/photo/') THEN 'carousel' ELSE 'video' END END"
# The upper 32 bits of a video's id are seconds since 1970. TikTok began in 2016; ids from before 2014 are not its own.
_SECONDS = f"TRY_CAST({found(_VIDEO)} AS UBIGINT) >> 32"
_POSTED = (
    f"CASE WHEN {_SECONDS} >= epoch(DATE '2014-01-01') AND {_SECONDS} < epoch(DATE '2100-01-01') "
    f"THEN make_timestamp(CAST({_SECONDS} AS BIGINT) * 1000000) || 'Z' END"
)
_TOTAL = "CASE WHEN NOT starts_with(ltrim({cell}), '-') THEN {cell} END"  # negative totals are mistakes of TikTok's
_TITLE = 1  # the column in Content.csv that people wrote themselves

_DAY_FIRST = re.compile(r"([0-9]{1,2})\.?(?: de)? ([^\W\d_]+)\.?")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2})")
_CHINESE = re.compile(r"([0-9]{1,2})月([0-9]{1,2})日")
_EXPORTED = re.compile(r"(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])")


def _mend_quotes(file: Path, folder: Path) -> Sequence[Path]:
    """Write Content.csv anew with quotation marks in titles doubled, as CSV has them.

    In Python: the file has a row for each video of one account in at most a year.
    """
    found = textfiles.layout(file)
    if not textfiles.malformed(found):
        return [file]
    with file.open(encoding=found.encoding, newline="") as text:
        lines = text.read().splitlines(keepends=True)[1:]
    fresh = folder / f"{file.stem}.csv"
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(found.header)
        writer.writerows(_split(lines, len(found.header)))
    return [fresh]


def _split(lines: Sequence[str], width: int) -> Iterator[list[str]]:
    """Split rows of quoted cells at `","`; what there is too much of belongs to the title."""
    held = ""
    for line in lines:
        held += line
        cells = held.strip("\r\n").split('","')
        if len(cells) >= width and cells[-1].endswith('"'):
            cells[0], cells[-1] = cells[0].removeprefix('"'), cells[-1].removesuffix('"')
            after = len(cells) - (width - _TITLE - 1)
            title = '","'.join(cells[_TITLE:after]).replace('""', '"')
            yield [*cells[:_TITLE], title, *cells[after:]]
            held = ""
    if held.strip():
        yield [held]


def _with_years(file: Path, folder: Path) -> tuple[Path, ...]:
    """Write the days with their years, if the file's name has the day of the export; otherwise nothing is usable."""
    exported = _exported(file.name)
    table = list(rows(file))
    name = next(iter(table[0]), "") if table else ""
    cells = [row[name] for row in table]
    days = [day for cell in cells if (day := _day(cell))]
    if not exported or len(days) < len(cells):
        return ()
    dated = _dated(days, exported)
    return rewritten(
        file, folder, lambda those: ({**row, name: day} for row, day in zip(those, dated, strict=True)), added=()
    )


def _exported(name: str) -> date | None:
    """Find the day of the export in a file's name."""
    match = _EXPORTED.search(name)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _day(cell: str) -> tuple[int, int] | None:
    """Read a day without a year as (month, day), in the languages known and with Chinese signs."""
    text = cell.strip().casefold()
    if match := _CHINESE.fullmatch(text):
        return int(match[1]), int(match[2])
    if match := _DAY_FIRST.fullmatch(text):
        return (months()[match[2]], int(match[1])) if match[2] in months() else None
    if match := _MONTH_FIRST.fullmatch(text):
        return (months()[match[1]], int(match[2])) if match[1] in months() else None
    return None


def _dated(days: Sequence[tuple[int, int]], exported: date) -> list[str]:
    """Give days in their order the year in which the last is not after the export."""
    years, year, later = [], exported.year, (exported.month, exported.day)
    for day in reversed(days):
        year -= day > later
        years.append(year)
        later = day
    return [f"{year}-{month:02}-{day:02}" for year, (month, day) in zip(reversed(years), days, strict=True)]


_CONTENT = Layout(
    name="tiktok-studio-content",
    title="TikTok Studio, videos",
    table="posts",
    signature=(_LINK, ("Post time",), ("Total likes",), ("Total views",)),
    fields={
        "post_id": Field(_LINK, sql=_ID),
        "account_id": Field(_LINK, sql=_ACCOUNT),
        "created_at": Field(_LINK, sql=_POSTED),
        "format": Field(_LINK, sql=_FORMAT),
        "likes": Field(("Total likes",), sql=_TOTAL),
        "comments": Field(("Total comments",), sql=_TOTAL),
        "shares": Field(("Total shares",), sql=_TOTAL),
        "views": Field(("Total views",), sql=_TOTAL),
        "caption": Field(("Video title",)),
    },
    constants={"platform": "tiktok"},
    zone_reason="the moment of posting is taken from the video's id, to within minutes and in UTC; "
    "the export's own days have no year",
    notes=("negative totals, which TikTok exports at times, are unknown", "no followers are in this export"),
    flatten=_mend_quotes,
)
_FOLLOWERS = Layout(
    name="tiktok-studio-follower-history",
    title="TikTok Studio, followers by day",
    table="account_history",
    signature=(("Date",), ("Followers",), ("Difference in followers from previous day",)),
    fields={"date": Field(("Date",)), "followers": Field(("Followers",))},
    constants={"account_id": "this account"},
    zone_reason="the export has days; they are kept as they stand",
    notes=("days got their year from the day of the export in the file's name", "the export does not name the account"),
    flatten=_with_years,
)
# The same file once more, so that it is known by name where nothing in it can be used.
_YEARLESS = Layout(
    name="tiktok-studio-follower-days",
    title="TikTok Studio, days without a year",
    table="",
    signature=_FOLLOWERS.signature,
    fields={},
    notes=(
        "its days have no year: put the day of the export into the file's name, as in FollowerHistory-2025-09-30.csv; "
        "without it, the days are left aside",
        "months are read in the languages of data/languages, and in Chinese",
    ),
)

_NO_VIDEOS = "figures of days or of groups of viewers, not of videos: no claim here can be tested on them"
_MEND = "what can be used is Content.csv"
_OVERVIEW = Layout(
    name="tiktok-studio-overview",
    title="TikTok Studio, account by day",
    table="",
    signature=(("Date",), ("Video Views",), ("Profile Views",)),
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)
_VIEWERS = Layout(
    name="tiktok-studio-viewers",
    title="TikTok Studio, viewers by day",
    table="",
    signature=(("Date",), ("Total Viewers",), ("New Viewers",), ("Returning Viewers",)),
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)
_GROUPS = Layout(
    name="tiktok-studio-follower-groups",
    title="TikTok Studio, groups of followers",
    table="",
    signature=(("Gender", "Top territories", "Territories"), ("Distribution",)),  # of these, only Gender has been seen
    fields={},
    notes=(_NO_VIDEOS, _MEND),
)

LAYOUTS = (
    *(in_all_languages(layout, "tiktok") for layout in (_CONTENT, _FOLLOWERS, _YEARLESS, _OVERVIEW)),
    *(_VIEWERS, _GROUPS),
)
