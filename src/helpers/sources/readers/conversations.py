"""What do conversations between customers and companies look like, and comments under videos?

A conversation becomes one post of the company's account and a comment for each message, so that what is answered, and
how soon, is counted as it is under any post. What was never answered stays in, with no reply of the owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reading.work import literal
from helpers.sources.layouts import Field, Layout
from helpers.sources.readers.expressions import X_TIME, column, x_moment
from helpers.sources.readers.rewriting import Row, rewritten

if TYPE_CHECKING:
    import duckdb
    import numpy as np

_THREAD = {
    "post_id": Field(("thread",)),
    "account_id": Field(("company",)),
    "comments": Field(("messages",)),
    "owner_replies": Field(("replies",)),
    "caption": Field(("first text",)),
}
_OPENED = (
    "each conversation is a post of the company's account; its first message opens it and is a comment too: what "
    "claims say of posts, as that repetition wears out, is said here of clients' messages"
)


# Customer Support on Twitter (TWCS): every tweet names the one that it answers.


_ANSWERED = """
    SELECT coalesce(p.place, t.rowid) AS answered FROM {raw} t LEFT JOIN
    (SELECT tweet_id, min(rowid) AS place FROM {raw} GROUP BY 1) p ON t.in_response_to_tweet_id = p.tweet_id
    ORDER BY t.rowid
"""
_NAMED = "SELECT t.tweet_id AS thread FROM firsts f JOIN {raw} t ON t.rowid = f.first ORDER BY f.place"
# Customers are numbers; the first account mentioned that is none is the company's.
COMPANY_NAMED = r"nullif(regexp_extract(text, '@([0-9]*[A-Za-z_]\w*)', 1), '')"
_THREADS = f"""
    WITH tweets AS (SELECT *, lower(inbound) = 'false' AS is_owner FROM read_parquet({{made}}, file_row_number = true)),
    sizes AS (
        SELECT thread, count(*) FILTER (tweet_id <> thread) AS messages,
            count(*) FILTER (is_owner AND tweet_id <> thread) AS replies,
            arg_min(author_id, file_row_number) FILTER (is_owner) AS brand
        FROM tweets GROUP BY 1
    )
    SELECT thread, coalesce(brand, {COMPANY_NAMED}, 'none') AS company, created_at AS opened,
        CAST(messages AS VARCHAR) AS messages, CAST(replies AS VARCHAR) AS replies, text AS "first text"
    FROM tweets JOIN sizes USING (thread) WHERE tweet_id = thread ORDER BY file_row_number
"""


def first_places(answered: np.ndarray) -> np.ndarray:
    """Find the place of the first message of each message's thread.

    Parameters
    ----------
    answered : array of int
        For each message the place of the one that it answers, or its own.

    Returns
    -------
    array of int
        Places of first messages; messages that answer one another in a circle have the first of them in the file.

    Examples
    --------
    >>> import numpy as np
    >>> first_places(np.array([0, 0, 1, 4, 3])).tolist()
    [0, 0, 0, 3, 3]
    """
    import numpy as np

    far, least = answered, np.minimum(answered, np.arange(answered.size))
    # Every round doubles the steps taken; after these, nothing is left but first messages and circles.
    for _ in range(answered.size.bit_length()):
        far, least = far[far], np.minimum(least, least[far])
    return np.where(answered[far] == far, far, least[far])


def _threaded(file: Path, folder: Path) -> tuple[duckdb.DuckDBPyConnection, Path]:
    """Write the tweets with the first of their thread, as far as the file reaches, once for both tables."""
    import numpy as np
    import pandas as pd

    from helpers.reading.connection import connected
    from helpers.reading.loading import texts

    con, made = connected(), folder.parent / f"{file.stem}.threads.parquet"
    if not made.exists():
        raw = texts(con, file, scratch=folder)
        firsts = first_places(con.execute(_ANSWERED.format(raw=raw)).fetchnumpy()["answered"])
        con.register("firsts", pd.DataFrame({"place": np.arange(firsts.size), "first": firsts}))
        con.execute(f"CREATE TEMP TABLE named AS {_NAMED.format(raw=raw)}")
        con.sql(f"FROM {raw} POSITIONAL JOIN named").write_parquet(str(made), compression="lz4")
    return con, made


def _tweet_messages(file: Path, folder: Path) -> tuple[Path, ...]:
    _, made = _threaded(file, folder)
    return (made,)


def _tweet_threads(file: Path, folder: Path) -> tuple[Path, ...]:
    con, made = _threaded(file, folder)
    threads = folder / f"{file.stem}.conversations.parquet"
    con.sql(_THREADS.format(made=literal(str(made)))).write_parquet(str(threads))
    return (threads,)


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
        "created_at": Field(("created_at",), sql=X_TIME),
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
    fields=_THREAD | {"created_at": Field(("opened",), sql=X_TIME)},
    constants={"platform": "x"},
    dropped={"conversations that name no company": (("company",), ("none",))},
    notes=(
        _OPENED,
        "a conversation without an answer has no replies of the owner (0): unanswered within the file, not missing",
    ),
    flatten=_tweet_threads,
)


# Document prediction for customer care on Twitter (IBM): a column names the session. Its 2,350 rows Python may read.

_AGENTS = ("agent", "agent_final")


# Agents' last messages have the time only inside their tweet's id.
_SENT = Field(("datetime",), sql=f"coalesce({{cell}}, {x_moment(column('tweet_id'))})")


def _session_messages(those: Iterable[Row]) -> Iterator[Row]:
    """Give each message the one before it in the session."""
    session, before = "", ""
    for row in those:
        if row["session_id"] != session:
            session, before = row["session_id"], ""
        yield row | {"before": before}
        before = row["tweet_id"]


def _sessions(those: Iterable[Row]) -> Iterator[Row]:
    """Make one row of each session."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in those:
        found[row["session_id"]].append(row)
    for name, said in found.items():
        replies = sum(row["role"] in _AGENTS for row in said)
        counts = {"messages": str(len(said)), "replies": str(replies)}
        yield said[0] | {"thread": name, "first text": said[0]["message"]} | counts


def _care_messages(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _session_messages, added=("before",))


def _care_sessions(file: Path, folder: Path) -> tuple[Path, ...]:
    return rewritten(file, folder, _sessions, added=("thread", "messages", "replies", "first text"))


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
        "created_at": _SENT,
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
    fields=_THREAD | {"created_at": _SENT},
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
