"""What do people and tools call a platform, and to which one does a link lead?"""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    word: platform
    for platform, words in {
        "instagram": "ig insta instagramcom wwwinstagramcom instagrambusiness",
        "facebook": "fb facebookcom wwwfacebookcom fbcom facebookpage facebookpages",
        "youtube": "yt youtubecom wwwyoutubecom",
        "tiktok": "tt tiktokcom wwwtiktokcom",
        "x": "twitter tw xcom twittercom wwwtwittercom xtwitter twitterx xformerlytwitter xvoorheentwitter "
        "xehemalstwitter",
        "linkedin": "li linkedincom wwwlinkedincom linkedinpage",
        "reddit": "redditcom",
        "threads": "threadsnet threadscom",
        "snapchat": "snap snapchatcom",
        "pinterest": "pinterestcom",
        "twitch": "twitchtv",
        "bluesky": "bsky bskyapp blueskysocial",
        "telegram": "tg",
        "mastodon": "",
    }.items()
    for word in (platform, *words.split())
}
"""The platforms by what they are called, in small letters and without anything but letters and digits."""

SITES: Mapping[str, str] = {
    **{"instagram.com": "instagram", "facebook.com": "facebook", "fb.com": "facebook", "fb.watch": "facebook"},
    **{"tiktok.com": "tiktok", "youtube.com": "youtube", "youtu.be": "youtube", "linkedin.com": "linkedin"},
    **{"x.com": "x", "twitter.com": "x", "threads.net": "threads", "threads.com": "threads"},
    **{"reddit.com": "reddit", "bsky.app": "bluesky", "snapchat.com": "snapchat", "twitch.tv": "twitch"},
}
"""The platforms by the ends of their addresses."""

SIGNS = r"[^\p{L}\p{N}]+"
"""What a platform's name is compared without, for DuckDB and for Spark."""


def platform_named(text: str) -> str:
    """Give our word for a platform; one that is not known comes back in small letters.

    Examples
    --------
    >>> platform_named(" IG "), platform_named("Tik Tok"), platform_named("X (Twitter)"), platform_named("Koo")
    ('instagram', 'tiktok', 'x', 'koo')
    """
    return WORDS.get(re.sub(r"[\W_]+", "", text.lower()), text.strip().lower())


def platform_at(host: str) -> str:
    """Give the platform that an address is one of; empty where it is none.

    Examples
    --------
    >>> platform_at("m.instagram.com"), platform_at("example.com")
    ('instagram', '')
    """
    return next((platform for site, platform in SITES.items() if f".{host.lower()}".endswith(f".{site}")), "")
