"""What is a tidy table: which columns, in which units, under which rules?

Everything that the project knows about its thirteen tables stands here once, as data. The rules that rows have to keep,
the reading of files and the page of tables are all made from these declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from helpers.base.refusals import Refusal, nearest
from helpers.base.words import listed

Kind = Literal["id", "text", "count", "number", "time", "flag", "category"]

PERSONS = 6_000_000_000
"""More than there are social-media users: 5.66 billion identities in October 2025 (DataReportal, Digital 2026).

Nobody likes, follows or saves twice, so a like count above this is a reading error. Comments and shares may come from
one person more than once; none is known to have come near it (the most liked post known has some 75 million likes).
"""

DISPLAYS = 1_000_000_000_000
"""Views and impressions repeat, so they may exceed the number of persons: sixty times the most viewed video known
(Baby Shark Dance on YouTube, some 16 billion views in 2025)."""

POSTS = 1_000_000_000
"""An account that had posted once a second since the first social networks of 2004 would have 660 million posts."""

EARLIEST = datetime(1990, 1, 1)
"""No social medium is older; earlier times are unknown ones, stored as 1970-01-01 or as a spreadsheet's day 0."""

HIDDEN = -1
"""A count that exists and that the platform does not show, in files that have no column to say so."""


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    kind : str
        ``id``, ``text``, ``count`` (whole, -1 hidden), ``number``, ``time`` (UTC), ``flag`` or ``category``.
    meaning : str
        What one value says.
    required : bool
        Whether the table is useless without it. An id among the required columns may not be empty.
    minimum, maximum : float, optional
        The smallest and the largest possible value.
    categories : tuple of str
        The values that a category allows.
    unit : str
        The unit, where it is not a count.
    words : mapping of str to str
        For a category, what files of all kinds call its values, in small letters.
    is_tags : bool
        Whether a text is a list of words separated by spaces, whatever separates them in a file.
    """

    kind: Kind
    meaning: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_tags: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its columns and what makes a row unique.

    Parameters
    ----------
    name : str
        The table's name, which is also the name of its file.
    meaning : str
        What one row is.
    columns : mapping of str to Column
        Every column that the project knows; others are kept and ignored.
    key : tuple of str
        Columns whose values together may come only once. Optional columns among them count where they are there.
    """

    name: str
    meaning: str
    columns: Mapping[str, Column] = field(repr=False)
    key: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(name for name, column in self.columns.items() if column.required)

    def present_key(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Give the key columns that a file with these columns has."""
        there = set(columns)
        return tuple(name for name in self.key if name in there)


def _id(meaning: str, *, required: bool = False) -> Column:
    return Column("id", meaning, required=required)


def _text(meaning: str, *, is_tags: bool = False) -> Column:
    return Column("text", meaning, is_tags=is_tags)


def _count(meaning: str, maximum: float = PERSONS) -> Column:
    return Column("count", meaning, minimum=HIDDEN, maximum=maximum)


def _number(meaning: str, unit: str, minimum: float | None = 0, maximum: float | None = None) -> Column:
    return Column("number", meaning, minimum=minimum, maximum=maximum, unit=unit)


def _required_number(meaning: str, unit: str) -> Column:
    return Column("number", meaning, required=True, minimum=0, unit=unit)


def _time(meaning: str, *, required: bool = False) -> Column:
    return Column("time", meaning, required=required, unit="UTC")


def _flag(meaning: str) -> Column:
    return Column("flag", meaning)


def _category(meaning: str, *categories: str, words: Mapping[str, str] | None = None) -> Column:
    return Column("category", meaning, categories=categories, words=words or {})


def _table(name: str, meaning: str, key: Sequence[str], /, **columns: Column) -> Table:
    return Table(name, meaning, MappingProxyType(columns), tuple(key))


FORMATS: Mapping[str, str] = {
    word.replace("_", space): ours
    for ours, words in {
        "image": "photo photos picture pictures images foto foto's fotos bild bilder imagen imagem afbeelding "
        "graphimage static_image single_image image_post ig_image",
        "carousel": "album albums carousel_album carousel_container sidecar graphsidecar slideshow gallery multi_photo "
        "multi_image multi_photos mixed carrousel carrossel carrusel karussell document carousel_post ig_carousel",
        "video": "videos native_video graphvideo igtv clip video's vidéo vídeo video_post ig_video",
        "reel": "reels shorts short clips ig_reel instagram_reel instagram_reels reels_video",
        "story": "stories verhaal verhalen storys ig_story instagram_story",
        "live": "live_video broadcast livestream",
        "text": "status note tweet tekst texto texte text_only text_post",
        "link": "links article url shared_link",
    }.items()
    for word in words.split()
    for space in "_ -"
}
"""What platforms, tools and people call formats, in small letters."""

_POSTS = _table(
    "posts",
    "one post",
    ("platform", "post_id"),
    post_id=_id("the platform's name for the post", required=True),
    account_id=_id("who posted", required=True),
    platform=_text("instagram, tiktok, youtube, facebook, x, linkedin, reddit ..."),
    created_at=_time("when it was posted"),
    captured_at=_time("when its counts were read"),
    format=_category(
        "what it is made of",
        "image",
        "carousel",
        "video",
        "reel",
        "story",
        "live",
        "text",
        "link",
        "other",
        words=FORMATS,
    ),
    followers=_count("followers of the account"),
    followers_at=_category("when the followers were counted", "posting", "capture"),
    likes=_count("likes, favourites or upvotes"),
    comments=_count("comments"),
    likes_hidden=_flag("likes are there, and hidden by the platform or the account"),
    comments_hidden=_flag("comments are there, and their number is hidden"),
    shares=_count("shares, reposts or retweets"),
    saves=_count("saves or bookmarks"),
    clicks=_count("clicks", DISPLAYS),
    conversions=_count("purchases, sign-ups or other goals reached"),
    reach=_count("persons who saw it"),
    impressions=_count("times it was displayed", DISPLAYS),
    views=_count("times it was played", DISPLAYS),
    watch_time_s=_number("time for which it was watched, all viewers together", "s"),
    duration_s=_number("length of the video", "s", 0, 10_000_000),
    sponsored=_flag("paid for by a brand"),
    disclosed=_flag("labelled as advertising"),
    boosted=_flag("spread against payment to the platform"),
    intent=_category("what the author wants of it", "promotion", "value", "conversation", "story", "bait"),
    goal=_category("what it is meant to bring about", "engage", "inform", "convert", "learn"),
    hashtags=_text("hashtags, separated by spaces", is_tags=True),
    caption=_text("the text of the post"),
    owner_replies=_count("replies of the account to comments"),
)

_ACCOUNTS = _table(
    "accounts",
    "one account",
    ("platform", "account_id"),
    account_id=_id("the platform's name for the account", required=True),
    platform=_text("instagram, tiktok, youtube, facebook, x, linkedin, reddit ..."),
    owner=_id("who runs it: one brand or person on several platforms"),
    followers=_count("followers, subscribers or members"),
    following=_count("accounts that it follows"),
    posts=_count("posts so far", POSTS),
    created_at=_time("when it was opened"),
    kind=_category("who is behind it", "person", "brand", "publisher", "community"),
    category=_text("subject"),
    country=_text("country"),
    verified=_flag("verified by the platform"),
    mutual_share=_number("share of followers whom it follows back", "share", 0, 1),
    is_fake=_flag("labelled as fake"),
    avg_likes=_number("mean likes of its posts", "likes per post", 0, PERSONS),
    avg_comments=_number("mean comments of its posts", "comments per post", 0, PERSONS),
    avg_shares=_number("mean shares of its posts", "shares per post", 0, PERSONS),
    avg_views=_number("mean views of its posts", "views per post", 0, DISPLAYS),
)

_COMMENTS = _table(
    "comments",
    "one comment",
    ("comment_id", "post_id"),
    comment_id=_id("the platform's name for the comment", required=True),
    post_id=_id("the post under which it stands", required=True),
    author_id=_id("who wrote it"),
    parent_id=_id("the comment that it answers"),
    created_at=_time("when it was written"),
    text=_text("the comment"),
    is_owner=_flag("written by the account that owns the post"),
    likes=_count("likes of the comment"),
    quality=_category("how much it says", "emoji", "stock", "substantive"),
)

_CAMPAIGNS = _table(
    "campaigns",
    "one account's part in one campaign",
    ("campaign_id", "account_id"),
    campaign_id=_id("the campaign", required=True),
    account_id=_id("the account that was paid", required=True),
    followers=_count("followers of the account"),
    fee=_number("what the account was paid", "currency"),
    posts=_count("posts in the campaign", POSTS),
    impressions=_count("times they were displayed", DISPLAYS),
    engagements=_count("likes, comments, shares and saves together", DISPLAYS),
    clicks=_count("clicks", DISPLAYS),
    conversions=_count("purchases, sign-ups or other goals reached"),
    revenue=_number("revenue that is ascribed to it", "currency", None),
    collaboration=_category("how the account took part", "placement", "cocreation"),
    style=_category("how it looks", "everyday", "polished"),
    disclosed=_flag("labelled as advertising"),
    fit=_number("how well account and brand fit", "points, 1 to 7", 1, 7),
    trust=_number("how far the audience trusts the account", "points, 1 to 7", 1, 7),
    started_at=_time("when it began"),
)

_DIARY = _table(
    "diary",
    "one answered prompt",
    ("person_id", "observed_at"),
    person_id=_id("the person", required=True),
    observed_at=_time("moment of the prompt", required=True),
    passive_min=_number("minutes of looking", "min"),
    active_min=_number("minutes of posting, commenting and messaging", "min"),
    stress=_number("stress", "points", None),
    meaning=_number("meaning", "points", None),
    positive_affect=_number("positive affect", "points", None),
    negative_affect=_number("negative affect", "points", None),
    loneliness=_number("loneliness", "points", None),
)

_SURVEY = _table(
    "survey",
    "one respondent",
    ("person_id",),
    person_id=_id("the respondent", required=True),
    weight=_number("survey weight", "weight"),
    age=_number("age", "years", 0, 122),
    country=_text("country"),
    uses_social_media=_flag("uses social media"),
    minutes_per_day=_number("use on a day", "min", 0, 1440),
    platforms=_text("platforms used, separated by spaces, or their number", is_tags=True),
    passive_score=_number("passive use", "points", None),
    active_score=_number("active use", "points", None),
    stress=_number("stress", "points", None),
    wellbeing=_number("wellbeing", "points", None),
    loneliness=_number("loneliness", "points", None),
)

_COMMUNITIES = _table(
    "communities",
    "one community, or one community in one period",
    ("community_id", "period"),
    community_id=_id("the community", required=True),
    period=_text("the period counted"),
    platform=_text("where it is"),
    members=_count("members"),
    active_members=_count("members who wrote in the period"),
    posts=_count("posts in the period", POSTS),
    comments=_count("comments in the period"),
    median_comment_words=_number("median length of a comment", "words"),
    median_thread_depth=_number("median depth of a thread", "levels"),
    moderated=_flag("has moderators"),
    hostile_share=_number("share of the comments that are hostile", "share", 0, 1),
)

_POST_HISTORY = _table(
    "post_history",
    "one post some hours after it was posted",
    ("post_id", "hours"),
    post_id=_id("the post", required=True),
    hours=_required_number("hours since it was posted", "hours"),
    likes=_count("likes so far"),
    comments=_count("comments so far"),
    shares=_count("shares so far"),
    views=_count("views so far", DISPLAYS),
)

_ACCOUNT_HISTORY = _table(
    "account_history",
    "one account on one day",
    ("account_id", "date"),
    account_id=_id("the account", required=True),
    date=_time("the day", required=True),
    followers=_count("followers on that day"),
    following=_count("accounts that it followed on that day"),
)

_FOLLOWER_ACTIVITY = _table(
    "follower_activity",
    "followers of one account who have followed it for equally long",
    ("account_id", "tenure_months"),
    account_id=_id("the account", required=True),
    tenure_months=_required_number("months for which they have followed", "months"),
    followers=_count("followers in the group"),
    likes=_count("likes that they gave"),
    comments=_count("comments that they wrote"),
)

_CUSTOMERS = _table(
    "customers",
    "one customer",
    ("customer_id",),
    customer_id=_id("the customer", required=True),
    emotionally_connected=_flag("emotionally connected to the brand"),
    is_community_member=_flag("member of the brand's community"),
    revenue_12m=_number("revenue in twelve months", "currency", None),
    retained_12m=_flag("still a customer after twelve months"),
)

_TEAMS = _table(
    "teams",
    "one team",
    ("team_id",),
    team_id=_id("the team", required=True),
    employees=_count("employees"),
    engagement=_number("engagement score", "points", None),
    leavers_12m=_count("employees who left in twelve months"),
    profit=_number("profit", "currency", None),
)

_LEARNING = _table(
    "learning",
    "one learner",
    ("person_id",),
    person_id=_id("the learner", required=True),
    condition=_category("how the material was given", "interactive", "one_way"),
    pace=_category("who set the pace", "own", "set"),
    score=_number("test score", "points", None),
    delay_days=_number("days between learning and test", "days"),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            *(_POSTS, _ACCOUNTS, _COMMENTS, _CAMPAIGNS, _DIARY, _SURVEY, _COMMUNITIES),
            *(_POST_HISTORY, _ACCOUNT_HISTORY, _FOLLOWER_ACTIVITY, _CUSTOMERS, _TEAMS, _LEARNING),
        )
    }
)
"""Every tidy table by name."""


def find(table: str) -> Table:
    """Look a table up by name.

    Parameters
    ----------
    table : str
        A name of a tidy table.

    Returns
    -------
    Table
        Its declaration.

    Raises
    ------
    Refusal
        When there is no table of that name.

    Examples
    --------
    >>> find("posts").required
    ('post_id', 'account_id')
    """
    if table not in TABLES:
        raise Refusal(f"there is no table {table!r}{nearest(table, list(TABLES))}", mend=f"use one of {listed(TABLES)}")
    return TABLES[table]
