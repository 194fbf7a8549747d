"""What do the tables of dashboards and of small extraction tools look like?

Columns of ExportComments were seen, those of Fanpage Karma and PhantomBuster read in programs that take such files; the
others are KNOWN or from documentation. Their zone is that of the account in the tool, which no file names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from helpers.ground.languages import languages
from helpers.ground.platforms import SIGNS, SITES, WORDS
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import LAST_PART, OF_LINK, among, column, first_of
from helpers.sources.readers.rewriting import Row, by_position, rewritten

_ZONE = "the tool's times are those of the zone set in it, which the file does not name: they are taken as UTC"
_FANS = "followers are those that the tool shows beside the post; whether at posting or at export is not said"
_NO_FOLLOWERS = "no followers are in this table"

SPROUT = Layout(
    name="sprout-post-performance",
    title="Sprout Social, post performance",
    table="posts",
    signature=(("Network",), ("Profile",), ("Sent by",), ("Link",), ("Impressions",), ("Engagements",), ("Comments",)),
    fields={
        "post_id": Field(("Link",)),
        "account_id": Field(("Profile",)),
        "platform": Field(("Network",)),
        "created_at": Field(("Date",), format="%m/%d/%Y %I:%M %p"),
        "format": Field(("Content Type", "Post Type")),
        "likes": Field(("Likes", "Reactions")),
        "comments": Field(("Comments",)),
        "shares": Field(("Shares",)),
        "saves": Field(("Saves",)),
        "clicks": Field(("Post Link Clicks", "Post Clicks (All)")),
        "reach": Field(("Reach",)),
        "impressions": Field(("Impressions",)),
        "views": Field(("Video Views",)),
        "caption": Field(("Post",)),
    },
    zone_reason=_ZONE,
    notes=("engagements and rates of the tool are left aside, as they hold clicks", _NO_FOLLOWERS),
)

_DAY, _CLOCK = ("Date", "Datum"), ("Time", "Zeit", "Uhrzeit", "Tijd")
_LIKES = ("Number of Likes", "Anzahl Likes", "Anzahl der Likes", "Aantal likes", "Number of Reactions")
_COMMENTS = ("Number of comments", "Anzahl Kommentare", "Anzahl der Kommentare", "Aantal reacties")
_SHARES = ("Number of shares", "Anzahl Shares", "Aantal shares", "Anzahl geteilter Inhalte")
_PROFILE, _POST = ("Profile", "Profil", "Profiel"), ("Message-ID", "Post-ID", "Nachrichten-ID", "Beitrags-ID")
_NETWORK = ("Network", "Social network", "Netzwerk", "Soziales Netzwerk", "Netwerk", "Sociaal netwerk")
_FANS_THERE = ("Fans", "Follower", "Followers", "Volgers")
_POSTS_THERE = ("Number of posts", "Anzahl Posts", "Anzahl der Posts", "Aantal posts")

FANPAGE_KARMA = Layout(
    name="fanpage-karma-posts",
    title="Fanpage Karma, posts",
    table="posts",
    signature=((*_POST, "Link"), ("Profile-ID", "Profil-ID", *_PROFILE), _DAY, _LIKES, ("Link", *_NETWORK)),
    unlike=_POSTS_THERE,
    fields={
        "post_id": Field((*_POST, "Link")),
        "account_id": Field(("Profile-ID", "Profil-ID", *_PROFILE)),
        "platform": Field((*_NETWORK, "Link"), sql=f"CASE WHEN {{cell}} LIKE '%/%' THEN {OF_LINK} ELSE {{cell}} END"),
        "created_at": Field(_DAY, sql=f"trim(concat_ws(' ', {{cell}}, {first_of(*_CLOCK)}))"),
        "followers": Field(_FANS_THERE),
        "likes": Field(_LIKES),
        "comments": Field(_COMMENTS),
        "shares": Field(_SHARES),
        "reach": Field(("Reach per post", "Reichweite pro Beitrag")),
        "caption": Field(("Message", "Nachricht", "Bericht")),
    },
    zone_reason=_ZONE,
    totals={"Reactions, Comments & Shares": ("likes", "comments", "shares")},
    notes=(_FANS, "the tool's own engagement is left aside, and impressions or views per post, as one column has both"),
)

FANPAGE_KARMA_PROFILES = Layout(
    name="fanpage-karma-profiles",
    title="Fanpage Karma, profiles",
    table="accounts",
    signature=(_PROFILE, _NETWORK, _FANS_THERE, _POSTS_THERE),
    unlike=(*_POST, *_DAY),
    fields={
        "account_id": Field(_PROFILE),
        "platform": Field(_NETWORK),
        "followers": Field(_FANS_THERE),
        "posts": Field(_POSTS_THERE),
    },
    notes=("profiles are known by their names, as tables of posts have no other",),
)

METRICOOL = Layout(
    name="metricool-posts",
    title="Metricool, posts",
    table="posts",
    signature=(
        *(("Date", "Published", "Publish date", "Fecha"), ("URL", "Link", "Permalink")),
        *(("Interactions", "Interacciones"), ("Engagement",), ("Likes", "Me gusta"), ("Comments", "Comentarios")),
    ),
    unlike=("Account username", "Profile"),
    fields={
        "post_id": Field(("URL", "Link", "Permalink"), sql=LAST_PART),
        "platform": Field(("URL", "Link", "Permalink"), sql=OF_LINK),
        "created_at": Field(("Date", "Published", "Publish date", "Fecha")),
        "format": Field(("Type", "Tipo")),
        "likes": Field(("Likes", "Me gusta")),
        "comments": Field(("Comments", "Comentarios")),
        "shares": Field(("Shares", "Compartidos")),
        "saves": Field(("Saved", "Saves", "Guardados")),
        "clicks": Field(("Clicks", "Link clicks", "Clics")),
        "reach": Field(("Reach", "Alcance")),
        "impressions": Field(("Impressions", "Impresiones")),
        "views": Field(("Views", "Video views", "Reproducciones")),
        "caption": Field(("Content", "Text", "Texto", "Contenido")),
    },
    constants={"account_id": "this account"},
    zone_reason=_ZONE,
    notes=("the table does not name the account: all posts count as those of one", _NO_FOLLOWERS),
)

_DATED = ("Date", "Published", "Publish date", "Fecha", "Fecha de publicación")
_LINKED, _LIKED = ("URL", "Link", "Permalink", "Enlace"), ("Likes", "Me gusta", "Reactions", "Reacciones")

METRICOOL_NETWORKS = replace(
    METRICOOL,
    name="metricool-posts-of-a-network",
    title="Metricool, posts of one network",
    signature=(_DATED, _LINKED, ("Engagement",), _LIKED, ("Comments", "Comentarios")),
    unlike=("Interactions", "Interacciones"),
    fields={
        **METRICOOL.fields,
        "post_id": replace(METRICOOL.fields["post_id"], names=_LINKED),
        "platform": replace(METRICOOL.fields["platform"], names=_LINKED),
        "created_at": Field(_DATED),
        "likes": Field(_LIKED),
        "clicks": Field(("Link clicks", "Clicks", "Clics")),
        "duration_s": Field(("Duration", "Duración")),
        "caption": Field((*METRICOOL.fields["caption"].names, "Title", "Título")),
    },
    aside=(
        "Title",
        "Título",
        "Content",
        "Clicks",
        "Organic impressions",
        "Paid impressions",
        "Organic reach",
        "Paid reach",
        "Dislikes",
        "Watch time",
        "Average view duration",
        "Average time watched",
        "Full video watched rate",
        "Type",
    ),
    is_closed=True,
)

PHANTOMBUSTER = Layout(
    name="phantombuster-posts",
    title="PhantomBuster, posts",
    table="posts",
    signature=(("postUrl",), ("likeCount",), ("commentCount",), ("profileUrl", "username", "query")),
    fields={
        "post_id": Field(("postUrl",), sql=LAST_PART),
        "account_id": Field(("username", "profileUrl", "query"), sql=LAST_PART),
        "platform": Field(("postUrl",), sql=OF_LINK),
        "created_at": Field(("pubDate", "postTimestamp", "publicationDate")),
        "captured_at": Field(("timestamp",)),
        "format": Field(
            ("type",), sql=f"CASE WHEN {among(column('isSidecar'), ('true', '1'))} THEN 'carousel' ELSE {{cell}} END"
        ),
        "likes": Field(("likeCount",)),
        "comments": Field(("commentCount",)),
        "shares": Field(("repostCount", "shareCount")),
        "views": Field(("viewCount", "playCount")),
        "sponsored": Field(("isSponsored",)),
        "caption": Field(("description", "postContent", "caption")),
    },
    latest_by="captured_at",
    notes=(_NO_FOLLOWERS,),
)


_OF_POST = re.compile(
    r"/(?:p|reels?|tv|videos?|photo|status|posts)/([\w.-]+)|[?&]v=([\w-]+)|(?:activity|share)[:-]([0-9]+)"
)
_ANSWERED = re.compile(r"/c/([0-9]+)/r/[0-9]+")


def _numbered(file: Path, folder: Path) -> tuple[Path, ...]:
    """Name comments by their id and by the post in their link.

    Older files have numbers instead, in columns without a name, of which replies have two, as 3-1.
    """
    start = by_position(file)

    def change(those: Iterator[Row]) -> Iterator[Row]:
        last = 0
        for place, row in enumerate(those, start=1):
            number = next((row[name] for name in ("", " 2", "#", "# 2") if row.get(name)), str(place))
            main, _, reply = number.partition("-")
            link = row.get("comment url", "")
            post, answered = _OF_POST.search(link), _ANSWERED.search(link)
            parent = f"{start} {last if reply and not main.isdecimal() else main}" if reply else ""
            last = last if reply else place
            yield row | {
                "made id": row.get("comment id") or f"{start} {number}",
                "made parent": answered[1] if answered else parent,
                "made post": next(filter(None, post.groups())) if post else start,
            }

    return rewritten(file, folder, change, added=("made id", "made parent", "made post"))


EXPORT_COMMENTS = Layout(
    name="exportcomments",
    title="ExportComments.com, comments of a post",
    table="comments",
    signature=(
        *(("Profile ID", "Author ID"), ("Date",), ("Likes",), ("Comment",)),
        ("(view source)", "View source", "Comment ID", "Comment URL"),
    ),
    fields={
        "comment_id": Field(("made id",)),
        "post_id": Field(("made post",)),
        "parent_id": Field(("made parent",)),
        "author_id": Field(("Profile ID", "Author ID")),
        "created_at": Field(("Date",)),
        "text": Field(("Comment",)),
        "likes": Field(("Likes",)),
    },
    zone_reason="the file names no zone",
    notes=("where comments have no link, those of a file are of one post, named here after the file's content",),
    flatten=_numbered,
)

_HANDLES = (
    *("account_id", "account", "accounts", "account name", "account username", "username", "user name", "user"),
    *("handle", "profile", "page", "page name", "name", "screen_name"),
)
_PLACES = ("channel", "kanaal", "kanal", "canal", "chaîne", "canale")
"""What is the account where nothing else is, and beside its name the platform."""
_MORE = {
    "following": ("following", "follows"),
    "posts": ("posts", "post_count"),
    "country": ("country",),
    "category": ("category",),
}


def _meant(table: str, ours: str, *names: str) -> tuple[str, ...]:
    """Give what people call a column, in every language, also without accents."""
    told = [word for one in languages() for word in one.meanings.get(table, {}).get(ours, "").split()]
    spaced = [name.replace("_", " ") for name in told]
    elided = [name.replace(" d ", f" d{sign}") for name in spaced if " d " in name for sign in "'’"]
    every = [*names, *told, *spaced, *elided]
    plain = [re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", name)) for name in every]
    return tuple(dict.fromkeys([*every, *plain]))


_NAMED = tuple(name for name in _meant("accounts", "account_id", *_HANDLES) if name not in _PLACES)
_ACCOUNT = (*_NAMED, *_PLACES)
_PLATFORM = _meant("accounts", "platform", "platform")
_FOLLOWERS = _meant("accounts", "followers", "followers")
_DATES = _meant("account_history", "date", "date")
_HANDLE = "ltrim({cell}, '@')"


def _at_its_site(names: tuple[str, ...]) -> str:
    """Write SQL for an account as a link, as counts by day have no column for the platform that another one names."""
    sites = {platform: site for site, platform in reversed([*SITES.items()])}
    known = " ".join(f"WHEN '{word}' THEN '{sites[ours]}/'" for word, ours in WORDS.items() if ours in sites)
    word = f"regexp_replace(lower({first_of(*names)}), '{SIGNS}', '', 'g')"
    return f"CASE WHEN {{cell}} NOT LIKE '%/%' THEN CASE {word} {known} ELSE '' END ELSE '' END || {_HANDLE}"


SPROUT_PROFILES = Layout(
    name="sprout-profile-performance",
    title="Sprout Social, profiles by day",
    table="account_history",
    signature=(("Date",), ("Network",), ("Profile",), ("Audience", "Followers", "Fans"), ("Net Audience Growth",)),
    fields={
        "account_id": Field(("Profile",), sql=_at_its_site(("Network",))),
        "date": Field(("Date",)),
        "followers": Field(("Audience", "Followers", "Fans")),
        "following": Field(("Following",)),
    },
    zone_reason="the export has days without a clock; they are kept as they stand",
    notes=("figures of days other than followers are left aside",),
)


def _list_of_followers(account: tuple[str, ...], platform: tuple[str, ...], *, by_day: bool) -> Layout:
    """Declare a list of accounts with their followers, in people's own words."""
    table = "account_history" if by_day else "accounts"
    more = {ours: Field(_meant("accounts", ours, *names)) for ours, names in _MORE.items()}
    own = {name: field for name, field in more.items() if name == "following"} if by_day else more
    at = "by-channel" if platform == _PLACES else "by-platform" if platform else "plain"
    return Layout(
        name=f"list-of-followers-{at}{'-by-day' if by_day else ''}",
        title=f"A list of accounts with their followers{' by day' if by_day else ''}",
        table=table,
        signature=tuple(filter(None, (account, platform, _DATES if by_day else (), _FOLLOWERS))),
        fields={
            "account_id": Field(account, sql=_at_its_site(platform) if platform and by_day else _HANDLE),
            **({"date": Field(_DATES)} if by_day else {"platform": Field(platform)} if platform else {}),
            "followers": Field(_FOLLOWERS),
            **own,
        },
        zone_reason="its days are taken as those of UTC" if by_day else "the list has no times",
        is_closed=True,
    )


FOLLOWER_LISTS = tuple(
    _list_of_followers(account, platform, by_day=by_day)
    for by_day in (False, True)
    for account, platform in ((_ACCOUNT, ()), (_ACCOUNT, _PLATFORM), (_NAMED, _PLACES))
)

LAYOUTS = (
    SPROUT,
    SPROUT_PROFILES,
    FANPAGE_KARMA,
    FANPAGE_KARMA_PROFILES,
    METRICOOL,
    METRICOOL_NETWORKS,
    PHANTOMBUSTER,
    EXPORT_COMMENTS,
    *FOLLOWER_LISTS,
)
