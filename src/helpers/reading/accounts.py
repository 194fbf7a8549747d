"""Which accounts of two tables are the same, whatever they are called there, and what do their followers give to posts?

A person's list names accounts as they see them: @Name, a link, a name in capitals. Platforms have handles without case,
so that all of these are one account. The same pieces serve tables that are opened and exports that are imported.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from helpers.base.words import counted
from helpers.ground.languages import languages
from helpers.ground.platforms import WORDS, platform_at
from helpers.reading.guards import SEARCHED
from helpers.reading.values import cleaned, plain_name
from helpers.reading.work import Work, literal, one_row, quoted
from helpers.tables import TABLES

if TYPE_CHECKING:
    import duckdb

OF_ACCOUNTS = ("account_history", "accounts")
"""Tables that may give followers to posts, the better one first."""

LISTED = (
    "call the columns of a list of followers account_id and followers; platform, and date for counts by day, may stand "
    "beside them"
)
"""What a list of accounts needs to be understood."""

MIXED = 0.2
"""Share of ids with small letters, capitals and digits from which on a column holds codes: handles hardly have all."""

WHOSE = {
    **dict.fromkeys(("posts", "campaigns", "follower_activity"), "account_id"),
    "comments": "author_id",
}
"""Where the spelling of an account is that of the posts: the tables of accounts are asked for their names instead."""

_SERIALS = itertools.count()
_CHANNEL = r"UC[\w-]{22}"
_CODE = r"[a-z0-9][A-Z].*[a-z0-9][A-Z]"
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:[\w-]+\.)+[a-z]{2,}/", re.IGNORECASE)
_LED = (
    *("channel", "c", "user", "company", "in", "school", "showcase", "pages", "people", "r", "u", "profile", "add"),
    *("groups", "pg", "stories", "s"),
)
"""What stands before a name in the path of a link."""


@cache
def called_accounts() -> tuple[str, ...]:
    """Give what exports call the handle or the name of an account that they know by an id, as plain names.

    Handles come first, as names of several accounts may be the same.
    """

    def meta(name: str) -> list[str]:
        return [name, *(word for one in languages() for word in one.headers.get("meta", {}).get(name, []))]

    names = (
        *meta("Account username"),
        *("username", "user name", "user_name", "screen_name", "handle", "account", "author", "author_username"),
        *("user_screen_name", "ownerUsername", "owner.username", "user.username", "node.owner.username"),
        *("data.user.username", "data.author.uniqueId", "post.author.handle", "author.handle"),
        *("post_owner.username", "account.username", "account.acct", "authorMeta.name", "authorMeta/name"),
        *("uploader_id", "profile", "Profile-ID", "Profil-ID"),
        *meta("Account name"),
        *meta("Page name"),
        *("name", "page", "channel", "channel_title", "channelTitle", "snippet.channelTitle", "author_fullname"),
        *("ownerFullName", "post_owner.name", "uploader", "user.displayname", "channel title"),
    )
    return tuple(dict.fromkeys(map(plain_name, names)))


def account_named(text: str) -> tuple[str, str]:
    """Say which account a handle, a name or a link names: (its name in small letters, the platform of a link).

    Ids of channels on YouTube keep their case, as they have one.

    Examples
    --------
    >>> account_named("@ Shop.One"), account_named("https://m.instagram.com/Shop.One/?hl=en#")
    (('shop.one', ''), ('shop.one', 'instagram'))
    >>> account_named("youtube.com/@Shop/videos"), account_named("https://www.linkedin.com/company/shop/posts/")
    (('shop', 'youtube'), ('shop', 'linkedin'))
    """
    plain, platform = cleaned(text), ""
    if _LINK.match(plain):
        plain, platform = _of_link(plain)
    elif found := re.fullmatch(r"/?(?:r|u|user)/([^/]+)/?", plain):
        plain = found[1]
    bare = plain.lstrip("@＠ ").rstrip("/ ")
    return bare if re.fullmatch(_CHANNEL, bare) else bare.lower(), platform


def _of_link(link: str) -> tuple[str, str]:
    """Take the name out of a link to a profile; of a link without one the whole."""
    try:
        parts = urlsplit(link if re.match("[^/]*//", link) else f"//{link}")
        platform = platform_at(parts.hostname or "")
    except ValueError:
        return link, ""
    steps = [step for part in parts.path.split("/") if (step := cleaned(unquote(part)))]
    if steps and steps[0].lower() == "profile.php":
        return next(iter(parse_qs(parts.query).get("id", [])), link), platform
    if steps[:1] and steps[0].lower() in ("pages", "people") and steps[-1].isdecimal():
        return steps[-1], platform
    if len(steps) > 1 and steps[0].lower() in _LED:
        steps = steps[1:]
    return steps[0] if steps else link, platform


def keyed(con: duckdb.DuckDBPyConnection, cells: Iterable[str]) -> str:
    """Make a table that says of texts which account they name.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    cells : iterable of str
        SQL that gives such texts in its only column.

    Returns
    -------
    str
        A table with ``cell``, ``known`` and ``site``, as `account_named`; only texts that are no plain handle come into
        Python.
    """
    import pandas as pd

    table, odd = f"keys_{next(_SERIALS)}", "known IS NULL"
    plain = (
        rf"CASE WHEN regexp_full_match(cell, '{_CHANNEL}') THEN cell "
        r"WHEN regexp_full_match(cell, '@?[\w.-]+') THEN lower(ltrim(cell, '@')) END"
    )
    given = " UNION ".join(f"(SELECT cell FROM ({sql}) AS t(cell))" for sql in cells)
    con.execute(
        f"CREATE TEMP TABLE {table} AS SELECT cell, {plain} AS known, NULL::VARCHAR AS site FROM ({given}) "
        "WHERE cell IS NOT NULL"
    )
    texts = [text for (text,) in con.execute(f"SELECT cell FROM {table} WHERE {odd}").fetchall()]
    if texts:
        read = [(text, *account_named(text)) for text in texts]
        con.register("odd_names", pd.DataFrame(read, columns=["cell", "known", "site"], dtype="str"))
        put = "known = o.known, site = nullif(o.site, '')"
        con.execute(f"UPDATE {table} SET {put} FROM odd_names o WHERE {table}.cell = o.cell")
        con.unregister("odd_names")
    return table


def names_of(source: str, *, columns: Iterable[str], called: Mapping[str, str]) -> str:
    """Write SQL for what accounts are called in a table of posts.

    Parameters
    ----------
    source : str
        The table.
    columns : iterable of str
        Its columns of ours.
    called : mapping of str to str
        Its columns that hold handles or names, by what the file calls them.

    Returns
    -------
    str
        SQL that gives account_id, platform, name and how far it is to be believed: less is more.
    """
    platform, ranks = "platform" if "platform" in columns else "NULL::VARCHAR", called_accounts()
    parts = [f"SELECT DISTINCT account_id, {platform} AS platform, account_id AS name, 0 AS believed FROM {source}"]
    for theirs, column in called.items():
        rank = ranks.index(plain_name(theirs)) + 1
        parts.append(
            f"SELECT DISTINCT account_id, {platform}, CAST({quoted(column)} AS VARCHAR), {rank} FROM {source} "
            f"WHERE {quoted(column)} IS NOT NULL"
        )
    return " UNION ALL ".join(parts)


def matched(names: str, *, keys: str, accounts: str, row: str, columns: Iterable[str]) -> str:
    """Write SQL that finds the ids by which posts know the accounts of a list.

    They are found by id, handle or name, whatever the case, with or without an @ and as a link; a handle that stands
    for two accounts of a platform names neither.

    Parameters
    ----------
    names : str
        A table as `names_of` makes it.
    keys : str
        A table as `keyed` makes it, of the names and of the list's ids.
    accounts : str
        The list.
    row : str
        SQL that tells its rows apart, of which the table is called a.
    columns : iterable of str
        Its columns.

    Returns
    -------
    str
        SQL that gives row, found and found_at: the id and the platform of the posts.
    """
    own = "a.platform" if "platform" in columns else "NULL::VARCHAR"
    return f"""
        WITH held AS (
            SELECT k.known, coalesce(n.platform, k.site) AS site, n.believed, any_value(n.platform) AS platform,
                min(n.account_id) AS account_id
            FROM {names} n JOIN {keys} k ON n.name = k.cell GROUP BY ALL HAVING count(DISTINCT n.account_id) = 1
            UNION ALL
            SELECT '=' || n.account_id, n.platform, -1, n.platform, n.account_id FROM {names} n WHERE n.believed = 0
        ),
        asked AS (
            SELECT {row} AS row, coalesce({own}, k.site) AS site, unnest([k.known, '=' || a.account_id]) AS known
            FROM {accounts} a JOIN {keys} k ON a.account_id = k.cell
        )
        SELECT a.row, h.account_id AS found, h.platform AS found_at
        FROM asked a JOIN held h ON a.known = h.known AND (a.site IS NULL OR h.site IS NULL OR a.site = h.site)
        QUALIFY row_number() OVER (PARTITION BY a.row ORDER BY h.believed, h.account_id, h.platform) = 1
    """


def with_followers(posts: str, *, columns: Sequence[str], accounts: str, theirs: Sequence[str]) -> str:
    """Write SQL that gives posts without a follower count that of their account.

    Parameters
    ----------
    posts, accounts : str
        The two tables.
    columns, theirs : sequence of str
        Their columns.

    Returns
    -------
    str
        SQL for all posts; a count that came from the accounts is one at capture.
    """
    keys = [name for name in ("account_id", "platform") if name in columns and name in theirs]
    on = " AND ".join(f"p.{name} IS NOT DISTINCT FROM a.{name}" for name in keys)
    own, at, rest = _own(columns)
    # An account of which posts do not say the platform may be on several, with other followers on each.
    sure = "HAVING count(DISTINCT followers) < 2"
    taken = f"coalesce({at}, CASE WHEN coalesce({own}, a.followers) IS NOT NULL THEN 'capture' END)"
    return (
        f"SELECT {rest}, coalesce({own}, a.followers) AS followers, {taken} AS followers_at FROM {posts} p LEFT JOIN "
        f"(SELECT {', '.join(keys)}, any_value(followers) AS followers FROM {accounts} GROUP BY ALL {sure}) a ON {on}"
    )


def with_history(posts: str, *, columns: Sequence[str], accounts: str, theirs: Sequence[str]) -> str:
    """Write SQL that gives posts without a follower count that of their account that was counted nearest to posting.

    Parameters
    ----------
    posts, accounts : str
        The posts, and the follower counts by day.
    columns, theirs : sequence of str
        Their columns.

    Returns
    -------
    str
        SQL for all posts. The last count before a post, else the first one after it; one of at most a week before
        counts as one at posting, any other as one at capture. A post without a time gets the last count of all.
    """
    (own, at, rest), (nearest, fresh, _) = _own(columns), _nearest(accounts, columns)
    got = "coalesce(b.followers, a.followers)"
    when = f"CASE WHEN {fresh} THEN 'posting' ELSE 'capture' END"
    taken = f"CASE WHEN {own} IS NULL AND {got} IS NOT NULL THEN {when} ELSE {at} END"
    return f"SELECT {rest}, coalesce({own}, {got}) AS followers, {taken} AS followers_at FROM {posts} p {nearest}"


def _nearest(accounts: str, columns: Sequence[str]) -> tuple[str, str, str]:
    """Write SQL that joins to posts, p, the last count before, b, and the first after, a.

    Beside it comes SQL that tells whether the count is of the week before, and how many days away the nearest one is. A
    post without a time is later than all counts.
    """
    # An ASOF JOIN has to name a column of each side.
    created = "p.created_at" if "created_at" in columns else "CASE WHEN p.account_id IS NULL THEN TIMESTAMP 'epoch' END"
    posted = f"coalesce({created}, TIMESTAMP 'infinity')"
    counts = f"(SELECT account_id, date, followers FROM {accounts} WHERE followers >= 0)"
    joins = (
        f"ASOF LEFT JOIN {counts} {name} ON p.account_id = {name}.account_id AND {posted} {sign} {name}.date"
        for name, sign in (("b", ">="), ("a", "<"))
    )
    days = f"abs(date_diff('day', coalesce(b.date, a.date), nullif({posted}, TIMESTAMP 'infinity')))"
    return " ".join(joins), f"coalesce({posted} < b.date + INTERVAL 7 DAY, false)", days


def far_counts(con: duckdb.DuckDBPyConnection, posts: str, *, columns: Sequence[str], accounts: str) -> list[str]:
    """Say how many posts get a count of followers that is not of the week before, and how far away that one lies.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts, columns, accounts
        As for `with_history`.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    (own, *_), (nearest, fresh, days) = _own(columns), _nearest(accounts, columns)
    far = f"{own} IS NULL AND coalesce(b.date, a.date) IS NOT NULL AND NOT {fresh}"
    told = "count(*), CAST(median(days) AS BIGINT), max(days)"
    n, half, most = one_row(con, f"SELECT {told} FROM (SELECT {days} AS days FROM {posts} p {nearest} WHERE {far})")
    away = "" if half is None else f": {counted(half, 'day')} away at the median, {most:,} at most"
    said = f"{counted(n, 'post')} joined with followers of the nearest day listed, as none is of the week before"
    return [f"{said}{away}; they count as those at capture"] if n else []


JOINS: Mapping[str, Callable[..., str]] = {"account_history": with_history, "accounts": with_followers}
"""How each table gives followers to posts."""


def _own(columns: Sequence[str]) -> tuple[str, str, str]:
    """Give SQL for the followers that posts have, for when these were counted, and for their other columns."""
    own = "p.followers" if "followers" in columns else "NULL::BIGINT"
    at = "p.followers_at" if "followers_at" in columns else "NULL::VARCHAR"
    gone = ", ".join(name for name in ("followers", "followers_at") if name in columns)
    return own, at, f"p.* EXCLUDE ({gone})" if gone else "p.*"


def joined(con: duckdb.DuckDBPyConnection, posts: str, *, lists: Sequence[str], known: str = "account_id") -> str:
    """Say how many posts have a number of followers, and what to do for the others.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts : str
        The table, with followers joined.
    lists : sequence of str
        The tables of accounts that gave them.
    known : str
        What the posts' files call the account; empty where they name none.

    Returns
    -------
    str
        Sentences that nobody may overlook.
    """

    def platform(relation: str) -> str:
        names = [name for name, *_ in con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
        return "platform" if "platform" in names else "NULL::VARCHAR"

    asked = f"asked_{next(_SERIALS)}"
    con.execute(
        f"CREATE TEMP TABLE {asked} AS SELECT account_id, {platform(posts)} AS platform, count(*) AS n, "
        f"count(*) FILTER (followers >= 0) AS got FROM {posts} GROUP BY ALL"
    )
    # A list has none for an account where its cell is empty, or hides it.
    bare = " UNION ALL ".join(
        f"SELECT account_id, {platform(name)} AS platform FROM {name} WHERE coalesce(followers, -1) < 0"
        for name in lists
    )
    same = "b.account_id = p.account_id AND coalesce(b.platform = p.platform, true)"
    sql = f"""
        SELECT sum(n), sum(got), count(DISTINCT account_id) FILTER (got < n AND NOT listed),
            count(DISTINCT account_id) FILTER (got < n AND listed)
        FROM (SELECT *, EXISTS (SELECT 1 FROM ({bare}) b WHERE {same}) AS listed FROM {asked} p)
    """
    size, having, absent, listed = one_row(con, sql)
    both = f"SELECT account_id FROM {asked} WHERE got > 0 GROUP BY 1 HAVING count(DISTINCT platform) > 1"
    open_lists = [name for name in lists if platform(name) != "platform"]
    shared = " OR ".join(f"account_id IN (SELECT account_id FROM {name})" for name in open_lists) or "false"
    (twice,) = one_row(con, f"SELECT count(*) FROM ({both}) WHERE {shared}")
    con.execute(f"DROP TABLE {asked}")
    said = [f"{having:,} of {counted(size, 'post')} joined with followers"]
    if absent:
        what = f"the list of accounts has none for posts of {counted(absent, 'account')}"
        what = what if having or listed else "the list of accounts names none of theirs"
        mend = f"write into its column account_id what the posts have as {known}, or their handle or link, and the same"
        mend = f"{mend} platform" if known else "the posts name no account, so list theirs alone"
        said[0] += f": {what}. What to do: {mend}"
    if listed:
        lacks = f"no number of followers, or a hidden one, for posts of {counted(listed, 'account')} in it"
        said.append(f"The list has {lacks}. What to do: fill in its cell")
    if twice:
        said.append(
            f"WARNING: {counted(twice, 'account name')} in posts of several platforms got the same followers on each, "
            "as the list names no platform. What to do: give a list with a column platform and a row for each"
        )
    return ("" if having else "WARNING: ") + ". ".join(said)


def unnamed(posts: int) -> str:
    """Say that a list of accounts has no column of followers among those that are known, and what to do.

    Examples
    --------
    >>> unnamed(3)[:50]
    'WARNING: 0 of 3 posts joined with followers: the l'
    """
    return (
        f"WARNING: 0 of {counted(posts, 'post')} joined with followers: the list of accounts has no column that is "
        f"known for them. What to do: {LISTED}"
    )


@dataclass(frozen=True)
class Spelled:
    """Accounts that stand in posts under several spellings.

    Parameters
    ----------
    table : str
        In the database: platform, cell and ours, the spelling that is kept.
    accounts : int
        How many accounts these are.
    doubtful : int
        How many ids are alike but for case, an @ or a link, and are kept apart.
    """

    table: str
    accounts: int
    doubtful: int

    @property
    def notes(self) -> list[str]:
        """What nobody may overlook."""
        said = []
        if self.accounts:
            said.append(
                f"{counted(self.accounts, 'account')} in several spellings (case, @ or link), each taken as one, as "
                "handles have no case"
            )
        if self.doubtful:
            said.append(
                f"WARNING: {counted(self.doubtful, 'account name')} in several spellings (case, @ or link) kept apart, "
                "as the platform is not known, or they may be codes or names of channels on YouTube. What to do: where "
                "they are one account, write it in one way, and its platform beside it"
            )
        return said


def spelled(con: duckdb.DuckDBPyConnection, posts: str, *, columns: Iterable[str]) -> Spelled | None:
    """Find ids of accounts in posts that differ only by what handles have none of: case, an @, the link around them.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    posts : str
        The table.
    columns : iterable of str
        Its columns.

    Returns
    -------
    Spelled or None
        None where every account has one spelling. Ids of a platform that is not known here are kept apart, and codes,
        which case tells apart.
    """
    platform = "platform" if "platform" in columns else "NULL::VARCHAR"
    odd = "bool_or(NOT regexp_full_match(account_id, '[\\w.-]+'))"
    ids = f"(SELECT DISTINCT account_id FROM {posts})"
    if not any(one_row(con, f"SELECT count(DISTINCT lower(account_id)) < count(account_id), {odd} FROM {ids}")):
        return None
    keys, table = keyed(con, [f"SELECT DISTINCT account_id FROM {posts}"]), f"spelled_{next(_SERIALS)}"
    kinds = " AND ".join(f"regexp_matches(account_id, '[{kind}]')" for kind in ("a-z", "A-Z", "0-9"))
    # What channels on YouTube are called beside their handles has a case, and need not be theirs alone.
    bare = "count(*) FILTER (NOT regexp_matches(account_id, '^[@＠]|/')) OVER (PARTITION BY site, known)"
    con.execute(f"""
        CREATE TEMP TABLE {table} AS
        WITH ids AS (
            SELECT p.platform, p.account_id, p.n, coalesce(p.platform, k.site) AS site, k.known,
                count(*) OVER (PARTITION BY coalesce(p.platform, k.site), k.known) AS ways, {kinds} AS mixed
            FROM (SELECT {platform} AS platform, account_id, count(*) AS n FROM {posts} GROUP BY ALL) p
            JOIN {keys} k ON p.account_id = k.cell
        ),
        told AS (
            SELECT *, coalesce(avg(mixed::INTEGER) FILTER (ways = 1) OVER (PARTITION BY site), 0) AS codes FROM ids
        )
        SELECT platform, account_id AS cell, site, known,
            first_value(account_id) OVER (PARTITION BY site, known ORDER BY n DESC, account_id) AS ours,
            (site IS NULL OR site IN ({", ".join(map(literal, sorted(set(WORDS.values()))))})) AND codes <= {MIXED}
                AND NOT bool_or(mixed AND regexp_matches(account_id, '{_CODE}')) OVER (PARTITION BY site, known)
                AND (site IS DISTINCT FROM 'youtube' OR {bare} < 2) AS sure
        FROM told WHERE ways > 1
    """)
    count = "count(DISTINCT (site, known)) FILTER ({})"
    sure, doubtful = one_row(con, f"SELECT {count.format('sure')}, {count.format('sure IS NOT true')} FROM {table}")
    con.execute(f"DELETE FROM {table} WHERE sure IS NOT true OR cell = ours")
    con.execute(f"DROP TABLE {keys}")
    return Spelled(table, sure, doubtful) if sure or doubtful else None


def contradictions(
    con: duckdb.DuckDBPyConnection, view: str, *, table: str, columns: Sequence[str], within: str = ""
) -> int:
    """Count the accounts that a list names more than once with different followers.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The database.
    view : str
        The list.
    table : str
        The tidy table that it is.
    columns : sequence of str
        Its columns.
    within : str, optional
        The column that tells in which file a row stands; rows of several files may be several captures.

    Returns
    -------
    int
        For follower counts by day: accounts and days.
    """
    if "followers" not in columns:
        return 0
    key = ", ".join(quoted(name) for name in (*TABLES[table].present_key(columns), *filter(None, [within])))
    sql = f"SELECT 1 FROM {view} GROUP BY {key} HAVING count(DISTINCT followers) > 1"
    return one_row(con, f"SELECT count(*) FROM ({sql})")[0]


def contradicted(number: int, *, table: str) -> str:
    """Say that a list gives one account several follower counts, and what to do."""
    by_day = table == "account_history"
    when = " for one day" if by_day else ""
    mend = ", or give a column date, so that each count has its day"
    mend = ", or no dates, where one name is on several platforms" if by_day else mend
    return (
        f"{table}: {counted(number, 'account')} more than once with different followers{when}, a handle, an @name and "
        f"a link being the same: keep one row of each{mend}"
    )


def acquaint(con: duckdb.DuckDBPyConnection, works: Mapping[str, Work]) -> tuple[list[str], list[str]]:
    """Let the tables of a dataset know each account by one id, and give posts the followers that lists have.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Where they are.
    works : mapping of str to Work
        The tables, loaded; accounts and posts are changed where they are called otherwise.

    Returns
    -------
    (list of str, list of str)
        Notes and faults.
    """
    posts = works.get("posts")
    if posts is None:
        return [], []
    is_large = posts.is_view and posts.bounds[-1] > SEARCHED
    found = None if is_large else spelled(con, posts.raw, columns=posts.ours)
    notes = found.notes if found else []
    if found and found.accounts:
        for table, column in WHOSE.items():
            if table in works and column in works[table].ours:
                _respell(works[table], column, found.table)
    if found:
        con.execute(f"DROP TABLE {found.table}")
    known = [table for table in OF_ACCOUNTS if table in works]
    lists = [table for table in known if "followers" in works[table].ours and _lacking(posts)]
    faults = _renamed(con, posts, [works[table] for table in known]) if lists or (found and found.accounts) else []
    if known and not any("followers" in works[table].ours for table in known) and _lacking(posts):
        notes += [unnamed(posts.bounds[-1])] if any(works[table].extras for table in known) else []
    if faults or not lists:
        return notes, faults
    source, columns = posts.raw, list(dict.fromkeys([*posts.ours, "followers"]))
    source = source if "followers" in posts.ours else f"(SELECT *, NULL::BIGINT AS followers FROM {source})"
    for table in lists:
        if table == "account_history":
            notes += far_counts(con, source, columns=columns, accounts=works[table].raw)
        if is_large or (posts.is_view and table == "accounts"):  # it stays where it is: reductions join it
            sql = JOINS[table](source, columns=columns, accounts=works[table].raw, theirs=list(works[table].ours))
            source, columns = f"({sql})", list(dict.fromkeys([*columns, "followers_at"]))
        elif _followed(posts, JOINS[table], works[table]):
            source = posts.raw
    notes.append(joined(con, source, lists=[works[table].raw for table in lists]))
    return notes, []


def _lacking(posts: Work) -> bool:
    """Tell whether any post has no follower count."""
    having = "followers" in posts.ours
    return not having or posts.one(f"SELECT count(*) > count(followers) FROM {posts.raw}")[0]


def _respell(work: Work, column: str, spellings: str) -> None:
    """Write accounts in the one spelling that is kept."""
    alike = f"{work.raw}.{quoted(column)} = s.cell"
    if "platform" in work.ours:
        alike += f" AND {work.raw}.platform IS NOT DISTINCT FROM s.platform"
    if work.con.execute(f"SELECT 1 FROM {work.raw}, {spellings} s WHERE {alike} LIMIT 1").fetchone():
        work.keep()
        work.con.execute(f"UPDATE {work.raw} SET {quoted(column)} = s.ours FROM {spellings} s WHERE {alike}")


def _renamed(con: duckdb.DuckDBPyConnection, posts: Work, lists: Iterable[Work]) -> list[str]:
    """Give lists of accounts the ids by which the posts know them, one row for each; give the faults."""
    called = {theirs: ours for theirs, ours in posts.extras.items() if plain_name(theirs) in called_accounts()}
    names, faults = f"names_{next(_SERIALS)}", []
    con.execute(f"CREATE TEMP TABLE {names} AS {names_of(posts.raw, columns=posts.ours, called=called)}")
    for work in lists:
        keys = keyed(con, [f"SELECT DISTINCT name FROM {names}", f"SELECT DISTINCT account_id FROM {work.raw}"])
        put = {"account_id": "m.found", "platform": f"coalesce(m.found_at, {work.raw}.platform)"}
        put = {name: sql for name, sql in put.items() if name in work.ours}
        unlike = " OR ".join(f"{work.raw}.{name} IS DISTINCT FROM {sql}" for name, sql in put.items())

        def changed(work: Work = work, keys: str = keys, unlike: str = unlike) -> str:
            found = matched(names, keys=keys, accounts=work.raw, row=f"a.{work.row}", columns=work.ours)
            return f"({found}) m WHERE {work.raw}.{work.row} = m.row AND ({unlike})"

        if con.execute(f"SELECT 1 FROM {work.raw}, {changed()} LIMIT 1").fetchone():
            work.keep()
            cells = ", ".join(f"{name} = {sql}" for name, sql in put.items())
            con.execute(f"UPDATE {work.raw} SET {cells} FROM {changed()}")
            faults += _once(work)
        con.execute(f"DROP TABLE {keys}")
    con.execute(f"DROP TABLE {names}")
    return faults


def _once(work: Work) -> list[str]:
    """Keep one row for each account of a list that names some twice, unless the rows contradict one another."""
    columns = list(work.ours)
    if number := contradictions(work.con, work.raw, table=work.table, columns=columns):
        return [contradicted(number, table=work.label)]
    key = ", ".join(quoted(name) for name in TABLES[work.table].present_key(columns))
    sql = f"SELECT rowid FROM {work.raw} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY rowid) > 1"
    again = [row for (row,) in work.con.execute(sql).fetchall()]
    if again:
        work.leave_out(again, "an account that stands in another row, under another spelling")
    return []


def _followed(posts: Work, join: Callable[..., str], accounts: Work) -> bool:
    """Put posts with followers in the place of posts without, and tell whether any got theirs."""
    sql = join(posts.raw, columns=list(posts.ours), accounts=accounts.raw, theirs=list(accounts.ours))
    had = f"count({'followers' if 'followers' in posts.ours else 'NULL'})"
    if posts.one(f"SELECT count(followers) FROM ({sql})") == posts.one(f"SELECT {had} FROM {posts.raw}"):
        return False
    posts.keep()
    posts.con.execute(f"CREATE TEMP TABLE joined_posts AS {sql} ORDER BY p.rowid")
    posts.con.execute(f"DROP TABLE {posts.raw}")
    posts.con.execute(f"ALTER TABLE joined_posts RENAME TO {posts.raw}")
    posts.ours |= dict.fromkeys(("followers", "followers_at"), False)
    return True
