"""What do published lists look like: top accounts with average figures, trending posts, tables of a study?

Whoever is on a list of the best was chosen by the outcome, which every note here says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from helpers.base.refusals import Refusal
from helpers.base.words import counted
from helpers.reading.values import is_unknown, plain_name, read_numbers
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import found
from helpers.sources.readers.rewriting import Row, by_position, rewritten, rows

_CHOSEN = "a list of the most successful is chosen by the outcome: differences by size are partly that choice"


# Lists of accounts with average figures. Their headers are unreliable: a name comes twice, or stands over another
# column than its own, so that every column of figures is tried before it is believed. Lists, and the sets of accounts
# and of prompts below, have some thousand rows, so Python may read them.

_FIGURES = {
    "followers": ("Followers", "Followers count", "Subscribers", "Subscribers count", "follower count"),
    "posts": ("posts", "posts count"),
    "avg_likes": ("Likes avg.", "Likes avg", "avg likes", "avg_likes", "average likes"),
    "avg_comments": ("Comments avg.", "Comments avg", "avg comments", "avg_comments", "average comments"),
    "avg_shares": ("Shares avg.", "Shares avg", "avg shares", "avg_shares", "average shares"),
    "avg_views": ("Views avg.", "Views avg", "avg views", "avg_views", "average views"),
}
_COUNTRY = ("Audience country(mostly)", "Audience Country", "Country")


def _column(header: Row, ours: str) -> list[str]:
    """List the columns that may hold a figure, those with the name doubled after the plain ones."""
    names = [plain_name(name) for name in _FIGURES[ours]]
    return [name for name in header if re.sub(r" [0-9]+$", "", name) in names or name in names]


def _filled(table: list[Row], name: str) -> list[str]:
    return [row[name] for row in table if not is_unknown(row[name])]


def _misnamed(table: list[Row], name: str) -> int:
    """Count the cells under a name of figures that are none."""
    cells = _filled(table, name)
    read = read_numbers(cells, kind="number").column
    return int(read.isna().sum()) if cells else 0


def _chosen(table: list[Row], ours: str) -> tuple[str, list[str]]:
    """Choose the column that holds a figure: (name, faults)."""
    faults = []
    for name in _column(table[0], ours):
        wrong, size = _misnamed(table, name), len(_filled(table, name))
        if size and wrong <= size / 2:
            return name, []
        if size:
            faults.append(f"{name!r} holds {counted(wrong, 'value')} of {size:,} that are no numbers")
    return "", faults


def _beyond(table: list[Row], followers: str, likes: str) -> list[str]:
    """Find likes above the followers on most rows, as when two names are exchanged."""
    both = [row for row in table if not is_unknown(row[followers]) and not is_unknown(row[likes])]
    most, liked = (read_numbers([row[name] for row in both], kind="number").column for name in (followers, likes))
    above = int((liked > most).sum())
    return [f"{likes!r} is above {followers!r} on {above:,} of {len(both):,} rows"] if above > len(both) / 2 else []


def _believed(file: Path, folder: Path) -> tuple[Path, ...]:
    """Copy the figures into columns named as ours, after trying each, or refuse the list."""
    table = list(rows(file))
    if not table:
        return (file,)
    found = {ours: _chosen(table, ours) for ours in _FIGURES}
    names = {ours: name for ours, (name, _) in found.items() if name}
    faults = [fault for _, said in found.values() for fault in said]
    if {"followers", "avg_likes"} <= set(names):
        faults += _beyond(table, names["followers"], names["avg_likes"])
    if faults:
        raise Refusal(
            f"{file.name} has names over the wrong columns", faults, "correct the names in its first row, or empty them"
        )
    added = {ours: f"figure {ours}" for ours in names}

    def change(those: Iterator[Row]) -> Iterator[Row]:
        for row in those:
            yield row | {called: row[names[ours]] for ours, called in added.items()}

    return rewritten(file, folder, change, added=added.values())


def _list(platform: str, handles: tuple[str, ...]) -> Layout:
    """Declare a list of one platform's accounts, which is told by what it calls their names."""
    averages = tuple(name for ours, names in _FIGURES.items() if ours.startswith("avg_") for name in names)
    return Layout(
        name=f"list-of-accounts-{platform}",
        title=f"List of {platform} accounts with average figures",
        table="accounts",
        signature=(handles, _FIGURES["followers"], (*averages, "Engagement avg", "Engagement avg.")),
        fields={
            "account_id": Field(handles),
            **{ours: Field((f"figure {ours}", *names)) for ours, names in _FIGURES.items()},
            "category": Field(("category_1", "Category", "Category-1")),
            "country": Field(_COUNTRY),
        },
        constants={"platform": platform},
        notes=(
            *(_CHOSEN, "figures such as 78.9m are as exact as they are written", "engagement rates are left aside"),
            "of two columns with one name the one that holds figures is taken",
        ),
        flatten=_believed,
    )


# A labelled set of accounts without names.


def _numbered(file: Path, folder: Path) -> tuple[Path, ...]:
    start = by_position(file)

    def change(those: Iterator[Row]) -> Iterator[Row]:
        for place, row in enumerate(those, start=1):
            yield row | {"made id": f"{start}-{place}"}

    return rewritten(file, folder, change, added=("made id",))


FAKE_ACCOUNTS = Layout(
    name="fake-and-genuine-accounts",
    title="Instagram accounts labelled as fake or genuine",
    table="accounts",
    signature=(("#posts",), ("#followers",), ("#follows",), ("fake",), ("nums/length username",)),
    fields={
        "account_id": Field(("made id",)),
        "followers": Field(("#followers",)),
        "following": Field(("#follows",)),
        "posts": Field(("#posts",)),
        "is_fake": Field(("fake",)),
    },
    constants={"platform": "instagram"},
    notes=(
        "the accounts have no names: ids are made from the file and the row's position, so that equal rows stay apart",
        "half of the accounts were chosen as fake, so their share says nothing of a real audience",
    ),
    flatten=_numbered,
)


# Top posts of communities, and trending videos.

REDDIT_TOP = Layout(
    name="reddit-top-by-subreddit",
    title="Top posts of subreddits",
    table="posts",
    signature=(("subreddit",), ("subscribers",), ("created_utc",), ("score",), ("num_comments",), ("id",)),
    fields={
        "post_id": Field(("id",)),
        "account_id": Field(("subreddit",)),
        "created_at": Field(("created_utc",)),
        "format": Field(("is_self",), words={"true": "text", "false": "link"}),
        "followers": Field(("subscribers",)),
        "likes": Field(("score",)),
        "comments": Field(("num_comments",)),
        "caption": Field(("title",)),
    },
    constants={"platform": "reddit", "followers_at": "capture"},
    notes=(
        *("the account is the community, not the author", "likes are the score, upvotes less downvotes"),
        *("followers are the subscribers at capture, not at posting", _CHOSEN),
    ),
)


def trending_day(text: str) -> str:
    """Read a day that was written DD.MM in autumn 2017 and then turned into a number, which lost its last zero.

    The part after the point is a month of two digits, so .1 can only have been .10: January would be .01. A day that
    ran into the video id of the next line is still legible; anything else is unknown.

    Examples
    --------
    >>> trending_day("5.1"), trending_day("13.09"), trending_day("24.09xcaeyJTx4Co"), trending_day("100")
    ('2017-10-05', '2017-09-13', '2017-09-24', '')
    """
    found = re.fullmatch(r"([0-9]{1,2})\.([01][0-9]?)(?:[\w-]{11})?", text)
    return f"2017-{found[2].ljust(2, '0')}-{found[1].zfill(2)}" if found else ""


YOUTUBE_TRENDING = Layout(
    name="youtube-trending-2017",
    title="Trending YouTube videos, September and October 2017",
    table="posts",
    signature=(
        *(("video_id",), ("channel_title",), ("views",), ("likes",), ("comment_total",), ("thumbnail_link",)),
        ("date",),
    ),
    fields={
        "post_id": Field(("thumbnail_link",), sql=found(r"/vi/([\w-]{11})/")),
        "account_id": Field(("channel_title",)),
        "captured_at": Field(("date",), make=trending_day),
        "likes": Field(("likes",)),
        "comments": Field(("comment_total",)),
        "views": Field(("views",)),
        "caption": Field(("title",)),
    },
    constants={"platform": "youtube", "format": "video"},
    latest_by="captured_at",
    notes=(
        "date is the day on which a video was trending, written DD.MM without a year and later turned into a number: "
        "5.1 is 5 October, as January would be 5.01; the year is that of the published set, 2017",
        "ids are taken from the pictures' addresses, as video_id is empty where a spreadsheet took it for a formula",
        "a video that was trending on several days is kept as it stood on the last; created_at is unknown",
        "empty likes or comments may be switched off by the channel; they stay unknown",
        _CHOSEN,
    ),
)


# Experience sampling of Twitter use.

_ACTIVE = ("w_tweeted", "w_rt", "w_liked", "w_commented", "w_messaged")


def clock(text: str) -> str:
    """Write a time of day such as 14H 1M 47S with colons.

    Examples
    --------
    >>> clock("14H 1M 47S"), clock("47S")
    ('14:01:47', '00:00:47')
    """
    parts = {unit: int(number) for number, unit in re.findall(r"([0-9]+)([HMS])", text)}
    return ":".join(f"{parts.get(unit, 0):02}" for unit in "HMS")


def _used(those: Iterator[Row]) -> Iterator[Row]:
    """Say 1 or 0 for looking and for taking part, nothing where it was not asked, and when the prompt was answered."""
    for row in those:
        row["answered"] = f"{row['day']}T{clock(row['time'])}"
        said = [row.get(name, "").casefold() for name in _ACTIVE]
        row["looked"] = {"true": "1", "false": "0"}.get(row["w_scrolled"].casefold(), "")
        row["took part"] = "1" if "true" in said else "0" if "false" in said else ""
        yield row


def _prompts(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _used, added=("answered", "looked", "took part"))


TWITTER_ESM = Layout(
    name="twitter-experience-sampling",
    title="Experience sampling of Twitter use",
    table="diary",
    signature=(("random_id",), ("day",), ("time",), ("w_scrolled",), ("w_tweeted",), ("w_liked",), ("pos_aff",)),
    fields={
        "person_id": Field(("random_id",)),
        "observed_at": Field(("answered",)),
        "passive_min": Field(("looked",)),
        "active_min": Field(("took part",)),
        "positive_affect": Field(("pos_aff",)),
        "negative_affect": Field(("neg_aff",)),
        "loneliness": Field(("lonely",)),
    },
    zone_reason="the file names none",
    notes=(
        "most times are between 7 and 22 hours, so they seem to be local; only their order and distance are certain",
        "passive_min and active_min are no minutes here: 1 is yes and 0 no in the 30 minutes before the prompt",
        "looking is scrolling; taking part is tweeting, retweeting, liking, commenting or messaging; both can be yes",
        "moods are points from 0 to 4; loneliness is that of the moment; stress was not asked",
    ),
    flatten=_prompts,
)

LAYOUTS = (
    _list("instagram", ("Influencer insta name", "channel_info", "instagram name", "Instagram account")),
    _list("tiktok", ("Tiktoker name", "Tiktok name", "Tiktok account")),
    _list("youtube", ("Youtube channel", "youtuber name", "channel name")),
    *(FAKE_ACCOUNTS, REDDIT_TOP, YOUTUBE_TRENDING, TWITTER_ESM),
)
