"""Which events does a personal data download record, and in which file and keys?

This is the table that a new platform, or a layout that has changed, is added to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["passive", "active", "advertisement"]
ANY, EACH = "*", "[]"

_PAGE = re.compile(r"(?:_\d+| ?\(\d+\))$")


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
        Keys that lead to the list of records, joined by ``/``; ``|`` stands between names that a key has had, and an
        empty text says that the file itself is the list.
    times : tuple of str
        Where a record holds its time. ``*`` is any key, as labels are in the language of the account; ``[]`` is each
        element of a list, every one of which is an event. For CSV, names of columns.
    marks : tuple of str
        Keys of the file or of its first record, or columns, of which one has to be there.
    shared : tuple of str
        Those of `files` that other exports use too, so that the name alone says nothing.
    advertised : tuple of str and tuple of str
        Where a record may say that it is an advertisement, and the words by which it does.
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

    @cached_property
    def records(self) -> tuple[tuple[str, ...], ...]:
        """Every path at which a record of this kind can stand."""
        levels = [[key.split("|") for key in keys.split("/")] if keys else [] for keys in self.lists]
        return tuple((*path, EACH) for choices in levels for path in product(*choices))

    @cached_property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """The paths inside a record that are looked at."""
        return tuple(tuple(keys.split("/")) for keys in (*self.times, self.advertised[0]) if keys)


def _instagram(kind: Kind, event: str, file: str, root: str) -> Source:
    """Declare a file of Instagram: the older layout has a root key and labels, the newer is a bare list."""
    dialects = ("label_values", "string_map_data", "string_list_data")
    times = ("timestamp", "string_map_data/*/timestamp", "string_list_data/[]/timestamp")
    return Source("instagram", kind, event, (file,), ("", root), times, (*root.split("|"), *dialects))


def _tiktok(kind: Kind, event: str, path: str) -> Source:
    """Declare a list in TikTok's one file, which mixes `Date` and `date`."""
    sections = (
        *("Activity", "Ads and data", "App Settings", "Comment", "Direct Message", "Income+ Wallet"),
        *("Likes and Favorites", "Location Review", "Post", "Profile", "Profile And Settings", "TikTok Live"),
        *("TikTok Shop", "Video", "Your Activity"),
    )
    files = ("user_data_tiktok.json", "user_data.json")
    return Source("tiktok", kind, event, files, (path,), ("Date", "date"), sections, ("user_data.json",))


def _takeout(kind: Kind, event: str, *files: str) -> Source:
    """Declare a history of Google Takeout."""
    marks, advertised = ("titleUrl", "activityControls", "products"), ("details/[]/name", ("google ads",))
    return Source("youtube", kind, event, files, ("",), ("time",), marks, ("search-history.json",), advertised)


def _comments(file: str, *columns: str) -> Source:
    """Declare the table of comments in Google Takeout."""
    return Source("youtube", "active", "comment", (file,), (), columns, columns, (file,))


def _facebook(event: str, file: str, root: str, *shared: str) -> Source:
    """Declare a file of Facebook, in the older layout with a root key and in the newer one without."""
    return Source("facebook", "active", event, (file,), ("", root), ("timestamp",), (root, "label_values"), shared)


SOURCES = (
    _instagram("passive", "post viewed", "posts_viewed.json", "impressions_history_posts_seen"),
    _instagram("passive", "video watched", "videos_watched.json", "impressions_history_videos_watched"),
    _instagram("passive", "thread viewed", "threads_viewed.json", "text_post_app_text_post_app_posts_seen"),
    _instagram("advertisement", "advertisement viewed", "ads_viewed.json", "impressions_history_ads_seen"),
    _instagram("active", "post liked", "liked_posts.json", "likes_media_likes"),
    _instagram("active", "comment liked", "liked_comments.json", "likes_comment_likes"),
    _instagram("active", "story liked", "story_likes.json", "story_activities_story_likes"),
    _instagram("active", "comment on a post", "post_comments.json", "comments_media_comments"),
    _instagram("active", "comment on a reel", "reels_comments.json", "comments_reels_comments"),
    _instagram("active", "post saved", "saved_posts.json", "saved_saved_media"),
    _instagram("active", "search", "word_or_phrase_searches.json", "searches_user|searches_keyword"),
    _tiktok("passive", "video watched", "Your Activity|Activity/Watch History|Video Browsing History/VideoList"),
    _tiktok("active", "video liked", "Likes and Favorites|Activity/Like List/ItemFavoriteList"),
    _tiktok("active", "video saved", "Likes and Favorites|Activity/Favorite Videos/FavoriteVideoList"),
    _tiktok("active", "video shared", "Your Activity|Activity/Share History/ShareHistoryList"),
    _tiktok("active", "search", "Your Activity|Activity/Searches|Search History/SearchList"),
    _tiktok("active", "comment", "Comment/Comments/CommentsList"),
    _takeout("passive", "video watched", "watch-history.json", "kijkgeschiedenis.json"),
    _takeout("active", "search", "search-history.json", "zoekgeschiedenis.json"),
    _comments("comments.csv", "Comment create timestamp", "Comment Create Timestamp"),
    _comments("reacties.csv", "Aanmaaktijdstempel reactie"),
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
    _facebook("reaction", "likes_and_reactions.json", "reactions_v2"),
    _facebook("comment", "comments.json", "comments_v2", "comments.json"),
    _facebook("comment in a group", "your_comments_in_groups.json", "group_comments_v2"),
    _facebook("post in a group", "group_posts_and_comments.json", "group_posts_v2"),
    _facebook("item saved", "your_saved_items.json", "saves_v2"),
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
