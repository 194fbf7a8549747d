"""What do conversations between customers and companies look like, and comments under videos?

A conversation becomes one post of the company's account and a comment for each message, so that what is answered, and
how soon, is counted as it is under any post. What was never answered stays in, with no reply of the owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.rewriting import Row, rewritten, rows, x_moment

_THREAD = {
    "post_id": Field(("thread",)),
    "account_id": Field(("company",)),
    "created_at": Field(("opened",)),
    "comments": Field(("messages",)),
    "owner_replies": Field(("replies",)),
    "caption": Field(("first text",)),
}
_ADDED = ("thread", "company", "opened", "messages", "replies", "first text")
_OPENED = "each conversation is a post of the company's account; its first message opens it and is a comment too"


# Customer Support on Twitter (TWCS): every tweet names the one that it answers.


def _roots(file: Path) -> dict[str, str]:
    """Find the first tweet of each tweet's thread, as far as the file reaches."""
    parents = {row["tweet_id"]: row["in_response_to_tweet_id"] for row in rows(file)}
    roots: dict[str, str] = {}
    for tweet in parents:
        path = []
        while tweet not in roots and parents.get(tweet) in parents and tweet not in path:
            path.append(tweet)
            tweet = parents[tweet]
        root = roots.get(tweet, tweet)
        roots |= dict.fromkeys([*path, tweet], root)
    return roots


def company_named(text: str) -> str:
    """Take the company out of a customer's tweet: the first account mentioned that is not a number, as customers are.

    Examples
    --------
    >>> company_named("@115712 @AppleSupport my battery"), company_named("hello")
    ('AppleSupport', '')
    """
    return next((name for name in re.findall(r"@(\w+)", text) if not name.isdecimal()), "")


def _tweet_messages(file: Path, folder: Path) -> tuple[Path, ...]:
    roots = _roots(file)

    def change(those: Iterator[Row]) -> Iterator[Row]:
        for row in those:
            yield row | {"thread": roots[row["tweet_id"]]}

    return rewritten(file, folder, change, added=("thread",))


def _tweet_threads(file: Path, folder: Path) -> tuple[Path, ...]:
    roots = _roots(file)
    sizes: dict[str, list[int]] = {}
    brands: dict[str, str] = {}
    for row in rows(file):
        root = roots[row["tweet_id"]]
        owner = row["inbound"].casefold() == "false"
        size = sizes.setdefault(root, [0, 0])
        size[0] += row["tweet_id"] != root
        size[1] += owner and row["tweet_id"] != root
        if owner:
            brands.setdefault(root, row["author_id"])

    def change(those: Iterator[Row]) -> Iterator[Row]:
        for row in those:
            root = row["tweet_id"]
            if roots[root] == root:
                company = brands.get(root) or company_named(row["text"]) or "none"
                opened = {"thread": root, "opened": row["created_at"], "first text": row["text"]}
                yield row | opened | {"company": company, "messages": sizes[root][0], "replies": sizes[root][1]}

    return rewritten(file, folder, change, added=_ADDED)


_TWCS = (
    *(("tweet_id",), ("author_id",), ("inbound",), ("created_at",), ("text",)),
    *(("response_tweet_id",), ("in_response_to_tweet_id",)),
)

TWCS_MESSAGES = Layout(
    name="twcs-messages",
    title="Customer Support on Twitter, messages",
    table="comments",
    signature=_TWCS,
    fields={
        "comment_id": Field(("tweet_id",)),
        "post_id": Field(("thread",)),
        "author_id": Field(("author_id",)),
        "parent_id": Field(("in_response_to_tweet_id",)),
        "created_at": Field(("created_at",)),
        "text": Field(("text",)),
        "is_owner": Field(("inbound",), words={"true": "false", "false": "true"}),
    },
    notes=("the time to a reply is that between a message and the one that it answers",),
    flatten=_tweet_messages,
)

TWCS_THREADS = Layout(
    name="twcs-conversations",
    title="Customer Support on Twitter, conversations",
    table="posts",
    signature=_TWCS,
    fields=_THREAD,
    constants={"platform": "x"},
    dropped={"conversations that name no company": (("company",), ("none",))},
    notes=(
        _OPENED,
        "a conversation without an answer has no replies of the owner (0): unanswered within the file, not missing",
    ),
    flatten=_tweet_threads,
)


# Document prediction for customer care on Twitter (IBM): a column names the session.

_AGENTS = ("agent", "agent_final")


def _moment(row: Row) -> str:
    """Tell when a message was sent; agents' last messages have the time only inside their tweet's id."""
    return row["datetime"] or x_moment(row["tweet_id"])


def _session_messages(those: Iterable[Row]) -> Iterator[Row]:
    """Give each message its time and the message before it in the session."""
    session, before = "", ""
    for row in those:
        if row["session_id"] != session:
            session, before = row["session_id"], ""
        yield row | {"sent": _moment(row), "before": before}
        before = row["tweet_id"]


def _sessions(those: Iterable[Row]) -> Iterator[Row]:
    """Make one row of each session."""
    found: dict[str, Row] = {}
    for row in those:
        opened = {"thread": row["session_id"], "opened": _moment(row), "first text": row["message"]}
        thread = found.setdefault(row["session_id"], row | opened | {"messages": 0, "replies": 0})
        thread["messages"] += 1
        thread["replies"] += row["role"] in _AGENTS
    yield from found.values()


def _care_messages(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _session_messages, added=("sent", "before"))


def _care_sessions(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _sessions, added=[name for name in _ADDED if name != "company"])


_CARE = (("session_id",), ("company",), ("turn",), ("role",), ("datetime",), ("tweet_id",), ("message",))
_ALWAYS = "only conversations that were answered and ended in a link are in this set: it has no unanswered ones"

CARE_MESSAGES = Layout(
    name="customer-care-messages",
    title="Customer care on Twitter (IBM), messages",
    table="comments",
    signature=_CARE,
    fields={
        "comment_id": Field(("tweet_id",)),
        "post_id": Field(("session_id",)),
        "author_id": Field(("author",)),
        "parent_id": Field(("before",)),
        "created_at": Field(("sent",)),
        "text": Field(("message",)),
        "is_owner": Field(("role",), words={"client": "false", **dict.fromkeys(_AGENTS, "true")}),
    },
    notes=(
        "a message answers the one before it in its session",
        "an empty datetime is taken from the tweet's id, which agrees with datetime elsewhere to the second",
        _ALWAYS,
    ),
    flatten=_care_messages,
)

CARE_SESSIONS = Layout(
    name="customer-care-conversations",
    title="Customer care on Twitter (IBM), conversations",
    table="posts",
    signature=_CARE,
    fields=_THREAD,
    constants={"platform": "x"},
    notes=(_OPENED, _ALWAYS),
    flatten=_care_sessions,
)


# Comments under the videos of one channel.

VIDEO_COMMENTS = Layout(
    name="youtube-comments",
    title="Comments under YouTube videos",
    table="comments",
    signature=(("Comments",), ("Comment_ID",), ("Reply_Count",), ("Like_Count",), ("Date",), ("VidId",)),
    fields={
        "comment_id": Field(("Comment_ID",)),
        "post_id": Field(("VidId",)),
        "author_id": Field(("user_ID",)),
        "created_at": Field(("Date",)),
        "text": Field(("Comments",)),
        "likes": Field(("Like_Count",)),
    },
    zone_reason="the times end in Z",
    notes=("authors are numbered, so it is unknown which comments are the channel's own",),
)

LAYOUTS = (TWCS_MESSAGES, TWCS_THREADS, CARE_MESSAGES, CARE_SESSIONS, VIDEO_COMMENTS)
