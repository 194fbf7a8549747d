"""Which events does a personal data download record, and in which file and keys?

This is the table that a new platform, or a layout that has changed, is added to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product, zip_longest
from pathlib import PurePosixPath
from typing import Literal

from helpers.ground.languages import activity
from helpers.reading.meanings import meant
from helpers.tables import TABLES

Kind = Literal["passive", "active", "advertisement"]
Texts = Mapping[str, Sequence[object]]
"""What stands at the places of a record that are looked at."""
ANY, EACH = "*", "[]"

_PAGE = re.compile(r"(?:_\d+| ?\(\d+\))$")

LOOKED = 50
"""Rows that tell whether a table is one of Google Takeout's."""
# Of these: whose id stands first in a row, what the columns of times are called, and Dutch names.
_IDS = {"Comment": re.compile(r"Ug[\w-]{16,}(?:\.[\w-]+)?"), "Video": re.compile(r"[\w-]{11}")}
_OF_PROGRAMS = re.compile(r"\w*_\w*|[a-z]+([A-Z][a-z]*)+")  # names of columns as interfaces have them
_CHANNEL = re.compile(r"UC[\w-]{22}")
_TOLD = ("posts", "comments")
_SEGMENT = re.compile(r'\s*\[?\{"\w+":')
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_STAMPS = {"Comment": ("Create",), "Video": ("Create", "Publish"), "Live Chat": ("Create",)}
_ENGLISH = {"Reactie-ID": "Comment ID", "Aanmaaktijdstempel reactie": "Comment create timestamp"}


@dataclass(frozen=True)
class Source:
    """One kind of event in a platform's download.

    Parameters
    ----------
    platform : str
        Whose download it is.
    kind : str
        ``passive`` (looking), ``active`` (doing something that is sent or kept) or ``advertisement``.
    event : str
        What one event is.
    files : tuple of str
        Names that the file can have, in small letters and without the number of a page such as ``_1``.
    lists : tuple of str
        Keys that lead to the list of records, joined by ``/``; ``|`` stands between names that a key has had, ``*`` at
        the beginning for any keys above, and an empty text says that the file itself is the list.
    times : tuple of str
        Where a record holds its time. ``*`` is any key, as labels are in the language of the account; ``[]`` is each
        element of a list, every one of which is an event. For CSV, names of columns.
    marks : tuple of str
        Keys of the file or of its first record, or columns, of which one has to be there; paths of keys count too.
    shared : tuple of str
        Those of `files` that other exports use too, so that the name alone says nothing.
    advertised : tuple of str and tuple of str
        Where a record may say that it is an advertisement, and the words by which it does.
    needs : tuple of str
        Keys of the first record, or columns, that must all be there.
    ending : str
        How any other name ends under which a file with `needs` is one of these too.
    signs : tuple of str
        Keys of the file, or the last two that lead to a list, in small letters, of which one is enough under any name.
    looked : tuple of str
        Further places of a record that `sort` looks at.
    sort : callable, optional
        Says of what stands there by which rule a record is left out: an empty text where it is an event, None where it
        belongs to another kind.
    doubt : callable, optional
        Tells of what stands there whether it is an event of this kind only for want of any other.
    is_one : bool
        Whether a record with several times is one event.
    is_main : bool
        Whether most of what a person does there is of this kind, so that without it nothing can be called 0.
    """

    platform: str
    kind: Kind
    event: str
    files: tuple[str, ...]
    lists: tuple[str, ...]
    times: tuple[str, ...]
    marks: tuple[str, ...]
    shared: tuple[str, ...] = ()
    advertised: tuple[str, tuple[str, ...]] = ("", ())
    needs: tuple[str, ...] = ()
    ending: str = ""
    signs: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()
    sort: Callable[[Texts], str | None] | None = None
    doubt: Callable[[Texts], bool] | None = None
    is_one: bool = False
    is_main: bool = False

    def is_in(self, file: str, keys: set[str]) -> bool:
        """Tell whether a file of this name, beginning with these keys, holds events of this kind."""
        if file in self.files and file not in self.shared:
            return True
        ends = {"/".join(key.casefold().split("/")[-2:]) for key in keys} if self.signs else set()
        if not ends.isdisjoint(self.signs):
            return True
        is_any = bool(self.ending) and file.endswith(self.ending)
        marked = bool(keys.intersection(self.marks)) and keys.issuperset(self.needs)
        return marked and (is_any or file in self.files)

    @cached_property
    def records(self) -> tuple[tuple[str, ...], ...]:
        """Every path at which a record of this kind can stand; case does not matter in them."""
        levels = [[key.casefold().split("|") for key in keys.split("/")] if keys else [] for keys in self.lists]
        return tuple((*path, EACH) for choices in levels for path in product(*choices))

    @cached_property
    def sections(self) -> frozenset[tuple[str, str]]:
        """The last two keys that lead to a list under any keys, its section and its own; none for other lists."""
        return frozenset((path[-3], path[-2]) for path in self.records if path[0] == ANY)

    @cached_property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """The paths inside a record that are looked at."""
        return tuple(tuple(keys.split("/")) for keys in (*self.times, self.advertised[0], *self.looked) if keys)


def _instagram(kind: Kind, event: str, file: str, root: str) -> Source:
    """Declare a file of Instagram: the older layout has a root key and labels, the newer is a bare list."""
    dialects = ("label_values", "string_map_data", "string_list_data")
    times = ("timestamp", "string_map_data/*/timestamp", "string_list_data/[]/timestamp")
    roots = tuple(root.split("|"))
    return Source("instagram", kind, event, (file,), ("", root), times, (*roots, *dialects), signs=roots)


def _own(event: str, file: str, root: str) -> Source:
    """Declare a file of what a person posted on Instagram, where a post with several pictures is one event."""
    times = ("creation_timestamp", "media/[]/creation_timestamp", "timestamp")
    marks = (root,) if root else ("creation_timestamp", "media/[]/creation_timestamp")
    return Source(
        platform="instagram",
        kind="active",
        event=event,
        files=(file,),
        lists=("", root) if root else ("",),
        times=times,
        marks=marks,
        shared=(file,),
        signs=(root,) if root else (),
        is_one=True,
    )


def _tiktok(kind: Kind, event: str, path: str, *, is_main: bool = False) -> Source:
    """Declare a list in TikTok's one file, which mixes `Date` and `date` and moves lists from section to section."""
    sections = (
        *("Activity", "Ads and data", "App Settings", "Comment", "Direct Message", "Income+ Wallet"),
        *("Likes and Favorites", "Location Review", "Post", "Profile", "Profile And Settings", "TikTok Live"),
        *("TikTok Shop", "Video", "Your Activity"),
    )
    return Source(
        platform="tiktok",
        kind=kind,
        event=event,
        files=("user_data_tiktok.json", "user_data.json"),
        lists=(f"*/{path}",),
        times=("Date", "date"),
        marks=sections,
        shared=("user_data.json",),
        signs=_TIKTOK_LISTS,
        is_main=is_main,
    )


_TIKTOK_LISTS = (
    *("watch history/videolist", "video browsing history/videolist", "like list/itemfavoritelist"),
    *("favorite videos/favoritevideolist", "share history/sharehistorylist", "searches/searchlist"),
    *("search history/searchlist", "comments/commentslist"),
)
"""Lists that show a file to be TikTok's under any name, as where studies call it after a number."""
_SEARCHED = re.compile(r"/results\?(?:.*&)?search_query=")
_VIDEO = re.compile(
    r"youtu\.be/|youtube(?:-nocookie)?\.com/(?:watch|shorts/|live/|clip/|embed/|v/)|youtubekids\.com/watch"
)
_SURVEY = re.compile(r"survey|enquête|umfrage|encuesta|sondage|pesquisa|sondaggio", re.IGNORECASE)
_NO_VIDEOS = {
    re.compile(r"music\.youtube\.com"): "music, which is no use of social media",
    re.compile(r"/playables?/"): "a game, no video",
    re.compile(r"youtube\.com/(?:post/|channel/[^/]+/community|@[^/]+/community)"): "a community post, no video",
}


def _first(record: Texts, place: str) -> str:
    return str(next(iter(record.get(place, ())), ""))


def is_no_video(record: Texts) -> str | None:
    """Say why an entry of a history is no video that was watched, in any language: its link and product tell.

    Examples
    --------
    >>> is_no_video({"header": ["YouTube"], "titleUrl": ["https://www.youtube.com/watch?v=x"]})
    ''
    >>> is_no_video({"header": ["YouTube"], "titleUrl": ["https://www.youtube.com/post/x"]})
    'a community post, no video'
    """
    link, header = _first(record, "titleUrl"), _first(record, "header").casefold()
    if _SEARCHED.search(link) or is_not_done(record) == "" or not ("youtube" in header or "youtu" in link):
        return None
    if "music" in header:
        return "music, which is no use of social media"
    if _is("visited", title := _first(record, "title")):
        return "a visit, no video"
    if not link:  # of a video that was removed the link is gone; a survey has none either
        return "a survey, no video" if _SURVEY.search(title) else ""
    why = next((why for sign, why in _NO_VIDEOS.items() if sign.search(link)), "")
    return why or ("" if _VIDEO.search(link) or "youtu" not in link else "no video")


def is_no_search(record: Texts) -> str | None:
    """Say that an entry of a history is no search, unless its link is one.

    Examples
    --------
    >>> is_no_search({"titleUrl": ["https://www.youtube.com/results?search_query=x"]})
    ''
    """
    return "" if _SEARCHED.search(_first(record, "titleUrl")) else None


def is_not_done(record: Texts) -> str | None:
    """Say that an entry of a history is nothing that was done, such as a like, unless its title says so.

    Examples
    --------
    >>> is_not_done({"title": ["Liked Cats"]}), is_not_done({"title": ["Watched Cats"]})
    ('', None)
    """
    return "" if _is("done", _first(record, "title")) else None


def _is(kind: str, title: str) -> bool:
    """Tell what an entry of My Activity is; where it may be a video that was watched, it is one."""
    return bool(activity(kind).fullmatch(title)) and not activity("watched").fullmatch(title)


def is_doubtful(record: Texts) -> bool:
    """Tell whether nothing says that an entry is a video that was watched, as in a language that is not known.

    Examples
    --------
    >>> is_doubtful({"title": ["Video zhlédnuto: Kočky"]}), is_doubtful({"title": ["Watched Cats"]})
    (True, False)
    """
    return not activity("watched").fullmatch(_first(record, "title"))


def _takeout(kind: Kind, event: str, sort: Callable[[Texts], str | None], *files: str) -> Source:
    """Declare a kind of entry in the histories of Google Takeout, which are called by names in every language."""
    marks, advertised = ("titleUrl", "activityControls", "products"), ("details/[]/name", ("google ads",))
    return Source(
        platform="youtube",
        kind=kind,
        event=event,
        files=files,
        lists=("",),
        times=("time",),
        marks=marks,
        shared=("search-history.json",),
        advertised=advertised,
        needs=("header", "title", "time", "products"),
        ending=".json",
        looked=("titleUrl", "header", "title"),
        sort=sort,
        doubt=is_doubtful if kind == "passive" else None,
    )


def _linkedin(event: str, file: str, *columns: str) -> Source:
    """Declare a table of LinkedIn's download of a member's data."""
    return Source("linkedin", "active", event, (file,), (), ("Date",), (columns[-1],), (file,), needs=columns)


def _tabulated(event: str, row: str, *files: str) -> Source:
    """Declare a table of Google Takeout, which has the ids of a row and of the channel beside times."""
    times = tuple(
        name for what in _STAMPS[row] for name in (f"{row} {what} Timestamp", f"{row} {what.lower()} timestamp")
    )
    return Source("youtube", "active", event, files, (), times, times, files, needs=(f"{row} ID",), ending=".csv")


def in_english(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Name the columns of Google Takeout's comments and videos as an account in English has them.

    Their names are in the language of the account, but the ids of what was made and of the channel, which is one, and
    the moments at which it was made, look the same in all. Tables of an interface, which tells of others too, have
    names of programs, counts, or several channels and plain texts.

    Parameters
    ----------
    header : sequence of str
        The columns as they are called.
    rows : sequence of sequence of str
        The first rows below them.

    Examples
    --------
    >>> row = ["Ugxk3Qw8aTvN0eLmZpB4AaABAg", "UCabcdefghijklmnopqrstuv", "2024-05-01T10:00:00+00:00"]
    >>> in_english(["Kommentar-ID", "Kanal-ID", "Erstellt"], [row])
    ['Comment ID', 'Channel ID', 'Comment Create Timestamp']
    """
    known = [_ENGLISH.get(name.strip(), name.strip()) for name in header]
    kind = next((kind for kind, form in _IDS.items() if all(row and form.fullmatch(row[0]) for row in rows)), None)
    if not rows or kind is None or any(name.startswith(kind) and "imestamp" in name for name in known):
        return known
    columns = list(enumerate(zip_longest(*(row[: len(known)] for row in rows), fillvalue="")))[1:]
    moments = [at for at, cells in columns if all(map(_MOMENT.match, cells))]
    channels = {at: set(filter(None, cells)) for at, cells in columns if any(map(_CHANNEL.fullmatch, cells))}
    is_english = header[0].strip() == f"{kind} ID"  # with other names of times than those of Google Takeout
    theirs = is_english or any(_OF_PROGRAMS.fullmatch(name) or _counts(name) for name in known)
    # A person may have several channels; no interface gives what was written in segments, as {"text":"..."}.
    is_segmented = any(any(cells) and all(map(_SEGMENT.match, filter(None, cells))) for _, cells in columns)
    most = len(rows) if is_segmented else 1
    if theirs or not moments or len(channels) != 1 or len(next(iter(channels.values()))) > most:
        return known
    known[0], known[next(iter(channels))] = f"{kind} ID", "Channel ID"
    for at, what in zip(moments, _STAMPS[kind], strict=False):  # made first, published later
        known[at] = f"{kind} {what} Timestamp"
    return known


def _counts(name: str) -> bool:
    """Tell whether a column counts what others did, which Google Takeout does not tell."""
    return any(TABLES[table].columns[ours].kind == "count" for table in _TOLD if (ours := meant(name, table)))


def _facebook(event: str, file: str, root: str, *shared: str) -> Source:
    """Declare a file of Facebook, in the older layout with a root key and in the newer one without."""
    places, marks = (("", root), ("timestamp",)), (root, "label_values")
    return Source("facebook", "active", event, (file,), *places, marks, shared, signs=(root,))


SOURCES = (
    _instagram("passive", "post viewed", "posts_viewed.json", "impressions_history_posts_seen"),
    _instagram("passive", "video watched", "videos_watched.json", "impressions_history_videos_watched"),
    _instagram("passive", "thread viewed", "threads_viewed.json", "text_post_app_text_post_app_posts_seen"),
    _instagram("advertisement", "advertisement viewed", "ads_viewed.json", "impressions_history_ads_seen"),
    replace(_instagram("active", "post liked", "liked_posts.json", "likes_media_likes"), is_main=True),
    _instagram("active", "comment liked", "liked_comments.json", "likes_comment_likes"),
    _instagram("active", "story liked", "story_likes.json", "story_activities_story_likes"),
    _instagram("active", "comment on a post", "post_comments.json", "comments_media_comments"),
    _instagram("active", "comment on a reel", "reels_comments.json", "comments_reels_comments"),
    _instagram("active", "post saved", "saved_posts.json", "saved_saved_media"),
    _instagram("active", "search", "word_or_phrase_searches.json", "searches_user|searches_keyword"),
    _own("own post", "posts.json", ""),
    _own("own reel", "reels.json", "ig_reels_media"),
    _own("own story", "stories.json", "ig_stories"),
    _own("own video", "igtv_videos.json", "ig_igtv_media"),
    _own("own thread", "threads_and_replies.json", "text_post_app_text_posts"),
    _tiktok("passive", "video watched", "Watch History|Video Browsing History/VideoList"),
    _tiktok("active", "video liked", "Like List/ItemFavoriteList", is_main=True),
    _tiktok("active", "video saved", "Favorite Videos/FavoriteVideoList"),
    _tiktok("active", "video shared", "Share History/ShareHistoryList"),
    _tiktok("active", "search", "Searches|Search History/SearchList"),
    _tiktok("active", "comment", "Comments/CommentsList"),
    _tiktok("active", "own video", "Posts|Videos/VideoList"),
    _takeout("passive", "video watched", is_no_video, "watch-history.json", "kijkgeschiedenis.json"),
    _takeout("active", "search", is_no_search, "search-history.json", "zoekgeschiedenis.json"),
    _takeout("active", "like, share, save or comment", is_not_done),
    _tabulated("own video", "Video", "videos.csv"),
    _tabulated("comment", "Comment", "comments.csv", "reacties.csv"),
    _tabulated("message in a live chat", "Live Chat", "live chats.csv"),
    Source(
        platform="facebook",
        kind="passive",
        event="item viewed",
        files=("recently_viewed.json",),
        lists=("recently_viewed",),
        times=("entries/[]/timestamp", "children/[]/entries/[]/timestamp"),
        marks=("recently_viewed",),
        shared=("recently_viewed.json",),
        advertised=("name", ("ads", "advertenties")),
    ),
    replace(_facebook("reaction", "likes_and_reactions.json", "reactions_v2"), is_main=True),
    _facebook("own post", "your_posts.json", "status_updates"),
    _facebook("own post", "your_posts__check_ins__photos_and_videos.json", "status_updates"),
    _facebook("own story", "archived_stories.json", "archived_stories_v2"),
    _facebook("comment", "comments.json", "comments_v2", "comments.json"),
    _facebook("comment in a group", "your_comments_in_groups.json", "group_comments_v2"),
    _facebook("post in a group", "group_posts_and_comments.json", "group_posts_v2"),
    _facebook("item saved", "your_saved_items.json", "saves_v2"),
    _linkedin("reaction", "reactions.csv", "Date", "Type", "Link"),
    _linkedin("comment", "comments.csv", "Date", "Link", "Message"),
    _linkedin("own post", "shares.csv", "Date", "ShareLink", "ShareCommentary"),
)
"""Every kind of event that is read."""

_TEXTS = ("user_data_tiktok.txt", "watch history.txt", "kijkgeschiedenis.txt", "like list.txt", "likelijst.txt")

UNREADABLE = {
    **{f"{PurePosixPath(name).stem}.html": it for it in SOURCES for name in it.files if name not in it.shared},
    **dict.fromkeys(_TEXTS, next(source for source in SOURCES if source.platform == "tiktok")),
}
"""Files that platforms give as a page or text when one does not ask for JSON, and what is in them."""


def page(name: str) -> PurePosixPath:
    """Reduce a file's name to small letters without folder and page number.

    Examples
    --------
    >>> str(page("anna/comments/Post_Comments_1.json")), str(page("comments(2).csv"))
    ('post_comments.json', 'comments.csv')
    """
    last = PurePosixPath(name.replace("\\", "/").casefold())
    return PurePosixPath(_PAGE.sub("", last.stem) + last.suffix)
