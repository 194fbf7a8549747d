"""What is a tidy table: which columns, in which units, under which rules?

Everything that the project knows about its thirteen tables stands here once, as data. The pandera schema, the narwhals
expression that finds rows which may break a rule, and the reading of files are all made from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from helpers.refusals import Refusal, nearest
from helpers.times import moment

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
    import pandera.pandas as pa

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
"""A count that exists and that the platform does not show."""

PAGE_HEAD = """\
# Tidy tables

Made by `make readme` from `src/helpers/tables.py`; do not edit. A dataset is a folder of CSV or Parquet files with the
names below, in one file (`posts.csv`) or many (`posts-2024.csv`, `posts/*.parquet`). Only the **bold** columns must be
there; a column that is not listed is kept and ignored.

Counts are whole numbers: an empty cell is unknown and never 0, and -1 is a count that exists and is hidden. Times are
UTC. Your own column names and units go into a `dataset.toml`; the README shows one.
"""

SHOWN = 10
"""How many line numbers a message names."""


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
    """

    kind: Kind
    meaning: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    unit: str = ""


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


def _text(meaning: str) -> Column:
    return Column("text", meaning)


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


def _category(meaning: str, *categories: str) -> Column:
    return Column("category", meaning, categories=categories)


def _table(name: str, meaning: str, key: Sequence[str], /, **columns: Column) -> Table:
    return Table(name, meaning, MappingProxyType(columns), tuple(key))


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
        "what it is made of", "image", "carousel", "video", "reel", "story", "live", "text", "link", "other"
    ),
    followers=_count("followers of the account"),
    followers_at=_category("when the followers were counted", "posting", "capture"),
    likes=_count("likes, favourites or upvotes"),
    comments=_count("comments"),
    shares=_count("shares, reposts or retweets"),
    saves=_count("saves or bookmarks"),
    clicks=_count("clicks", DISPLAYS),
    conversions=_count("purchases, sign-ups or other goals reached"),
    reach=_count("persons who saw it"),
    impressions=_count("times it was displayed", DISPLAYS),
    views=_count("times it was played", DISPLAYS),
    watch_time_s=_number("time for which it was watched, all viewers together", "s"),
    duration_s=_number("length of the video", "s"),
    sponsored=_flag("paid for by a brand"),
    disclosed=_flag("labelled as advertising"),
    boosted=_flag("spread against payment to the platform"),
    intent=_category("what the author wants of it", "promotion", "value", "conversation", "story", "bait"),
    goal=_category("what it is meant to bring about", "engage", "inform", "convert", "learn"),
    hashtags=_text("hashtags, separated by spaces"),
    caption=_text("the text of the post"),
    owner_replies=_count("replies of the account to comments"),
)

_ACCOUNTS = _table(
    "accounts",
    "one account",
    ("platform", "account_id"),
    account_id=_id("the platform's name for the account", required=True),
    platform=_text("instagram, tiktok, youtube, facebook, x, linkedin, reddit ..."),
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
    platforms=_text("platforms used, separated by spaces, or their number"),
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


def listed(names: Iterable[str]) -> str:
    """Write names one after another, for a message.

    Examples
    --------
    >>> listed(["likes", "shares"])
    'likes, shares'
    """
    return ", ".join(names) or "none"


def counted(number: int, noun: str, verb: str = "") -> str:
    """Write a count with its noun in the right number, for a message.

    Examples
    --------
    >>> counted(1, "row"), counted(2500, "row")
    ('1 row', '2,500 rows')
    """
    plural = noun if number == 1 else f"{noun}s"
    return f"{number:,} {plural}{verb}"


def missing(columns: Sequence[str], *, table: str) -> list[str]:
    """Name the required columns that are not there, all at once, with what they may be called here.

    Parameters
    ----------
    columns : sequence of str
        The columns there are.
    table : str
        The tidy table that they should form.

    Returns
    -------
    list of str
        One fault, or none.

    Examples
    --------
    >>> missing(["postid", "likes"], table="posts")
    ["posts needs post_id (did you mean 'postid'?), account_id, which are not there"]
    """
    gone = [name for name in find(table).required if name not in columns]
    if not gone:
        return []
    others, named = [name for name in columns if name not in TABLES[table].columns], []
    for name in gone:
        hint = nearest(name, others)
        others = [other for other in others if f"'{other}'" not in hint]
        named.append(name + hint)
    return [f"{table} needs {listed(named)}, which {'is' if len(gone) == 1 else 'are'} not there"]


def _limits(column: Column) -> list[tuple[str, str, object]]:
    """List a column's rules as (message, comparison that breaks the rule, bound)."""
    rules: list[tuple[str, str, object]] = []
    if column.kind == "count":
        rules.append((f"below {HIDDEN} (a count is 0 or more; {HIDDEN} means hidden)", "below", HIDDEN))
        rules.append((f"above {column.maximum:,.0f}, more than is possible", "above", column.maximum))
    elif column.kind == "number":
        if column.minimum is not None:
            rules.append((f"below {column.minimum:g}", "below", column.minimum))
        if column.maximum is not None:
            rules.append((f"above {column.maximum:,.0f}", "above", column.maximum))
    elif column.kind == "time":
        rules.append(
            (f"before {EARLIEST:%Y}, when there was no social medium; leave unknown times empty", "below", EARLIEST)
        )
    elif column.kind == "category":
        rules.append((f"not among the values allowed: {listed(column.categories)}", "outside", column.categories))
    return rules


def suspicious(frame: nw.LazyFrame, *, table: str) -> nw.LazyFrame:
    """Select the rows that may break a rule, in one pass where the data live.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The table, typed. Columns that the project does not know are carried along.
    table : str
        The tidy table that it should be.

    Returns
    -------
    narwhals.LazyFrame
        The offending rows, empty for clean data. Repeated keys need more than one row to be seen: ``check`` finds them.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> posts = pd.DataFrame({"post_id": ["1", "2"], "account_id": ["a", "a"], "likes": [3, -5]})
    >>> suspicious(nw.from_native(posts).lazy(), table="posts").collect()["likes"].to_list()
    [-5]
    """
    import narwhals as nw

    rules = []
    for name, comparison, bound in limits(frame.collect_schema().names(), table=table):
        cell = nw.col(name)
        if comparison == "missing":
            rules.append(cell.is_null())
        elif comparison == "outside":
            rules.append(~cell.is_in(list(bound)) & ~cell.is_null())
        else:
            limit = moment(bound) if isinstance(bound, datetime) else bound
            rules.append(cell < limit if comparison == "below" else cell > limit)
    return frame.filter(nw.any_horizontal(*rules, ignore_nulls=True))


def limits(names: Collection[str], *, table: str) -> list[tuple[str, str, object]]:
    """List what breaks a rule of a table.

    Parameters
    ----------
    names : collection of str
        The columns that there are.
    table : str
        The tidy table that they should make.

    Returns
    -------
    list of (str, str, object)
        The column, the comparison that breaks its rule ("missing", "below", "above" or "outside"), and the bound.
    """
    here = {name: column for name, column in find(table).columns.items() if name in names}
    missing = [(name, "missing", None) for name, column in here.items() if column.required]
    return missing + [(name, *rule[1:]) for name, column in here.items() for rule in _limits(column)]


def _rules(column: Column) -> list[pa.Check]:
    """Make a column's pandera checks from its declaration; where the type is wrong, only that is said."""
    import pandas as pd
    import pandera.pandas as pa

    types = pd.api.types
    typed: dict[str, tuple[Callable[[pd.Series], bool], str]] = {
        "count": (lambda s: types.is_numeric_dtype(s) and not types.is_bool_dtype(s), "not numbers"),
        "number": (lambda s: types.is_numeric_dtype(s) and not types.is_bool_dtype(s), "not numbers"),
        "time": (types.is_datetime64_any_dtype, "not times"),
    }
    fits, said = typed.get(column.kind, (lambda s: True, ""))
    checks = [pa.Check(fits, error=said)] if said else []
    if column.kind == "count":
        checks.append(pa.Check(lambda s: s % 1 == 0 if fits(s) else True, error="not whole"))
    if column.kind == "flag":
        checks.append(pa.Check(lambda s: s.isin([True, False]), error="neither true nor false"))
    for message, comparison, bound in _limits(column):
        keeps = _comparison(comparison, bound)
        checks.append(pa.Check(lambda s, keeps=keeps: keeps(s) if fits(s) else True, error=message))
    return checks


def _comparison(comparison: str, bound: object) -> Callable[[pd.Series], pd.Series]:
    """Turn a rule into a function that is true where the rule is kept."""
    if comparison == "outside":
        return lambda s: s.isin(list(bound))
    if comparison == "below":
        return lambda s: s >= bound
    return lambda s: s <= bound


def schema(table: str, *, columns: Iterable[str] | None = None) -> pa.DataFrameSchema:
    """Make the pandera schema of a tidy table.

    Parameters
    ----------
    table : str
        A name of a tidy table.
    columns : iterable of str, optional
        The columns that the frame has. They decide the key: posts without a platform are unique by ``post_id`` alone.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Columns that the table does not know are let through.

    Examples
    --------
    >>> list(schema("customers").columns)[:2]
    ['customer_id', 'emotionally_connected']
    """
    import pandera.pandas as pa

    declared = find(table)
    key = declared.required if columns is None else declared.present_key(columns)
    return pa.DataFrameSchema(
        {
            name: pa.Column(None, checks=_rules(column), nullable=not column.required, required=column.required)
            for name, column in declared.columns.items()
        },
        unique=list(key) or None,
        report_duplicates="exclude_first",
        name=table,
    )


def faults(
    frame: pd.DataFrame, *, table: str, where: Callable[[Sequence], str] | None = None, keys: bool = True
) -> list[str]:
    """List everything that is wrong with a table, with counts and places, never with what a cell says.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, or the rows of it that are suspicious.
    table : str
        The tidy table that it should be.
    where : callable, optional
        Turns index labels into words such as "lines 3, 7"; by default "rows 3, 7".
    keys : bool
        Whether to look for repeated keys too.

    Returns
    -------
    list of str
        One sentence for each fault; empty for a sound table.

    Examples
    --------
    >>> import pandas as pd
    >>> faults(pd.DataFrame({"customer_id": ["a", "a", None]}), table="customers")
    ['customer_id: 1 value missing (row 2)', 'customer_id: 1 row repeats an earlier row (row 1)']
    """
    from pandera.errors import SchemaErrors

    absent = missing([str(name) for name in frame.columns], table=table)
    if absent:
        return absent
    declared = schema(table, columns=frame.columns if keys else ())
    try:
        declared.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return _described(errors.failure_cases, frame, TABLES[table], where or _rows)
    return []


def _rows(labels: Sequence) -> str:
    """Name rows by their index labels."""
    shown = listed(str(label) for label in labels[:SHOWN])
    return f"row{'' if len(labels) == 1 else 's'} {shown}{' ...' if len(labels) > SHOWN else ''}"


def _described(cases: pd.DataFrame, frame: pd.DataFrame, table: Table, where: Callable[[Sequence], str]) -> list[str]:
    """Put pandera's failure cases into sentences, in the order of the table's columns."""
    found: dict[tuple[str, str], list] = {}
    for column, check, label in zip(cases["column"], cases["check"], cases["index"], strict=True):
        repeated = check == "multiple_fields_uniqueness" or check == "field_uniqueness"
        name = listed(table.present_key(frame.columns)) if repeated else str(column)
        rows = found.setdefault((name, "repeated" if repeated else check), [])
        if label is not None and label == label and label not in rows[-1:]:
            rows.append(label)
    order = {name: place for place, name in enumerate(table.columns)}
    ordered = sorted(found.items(), key=lambda item: (item[0][1] == "repeated", order.get(item[0][0], 0)))
    return [_sentence(name, check, rows, where) for (name, check), rows in ordered]


def _sentence(name: str, check: str, rows: list, where: Callable[[Sequence], str]) -> str:
    """Say one fault: column, count, what is wrong, where."""
    rows = sorted(set(rows))
    place = f" ({where(rows)})" if rows else ""
    if check == "repeated":
        return f"{name}: {counted(len(rows), 'row')} {'repeats' if len(rows) == 1 else 'repeat'} an earlier row{place}"
    said = "missing" if check == "not_nullable" else check
    return f"{name}: {counted(len(rows), 'value') if rows else 'the values are'} {said}{place}"


def check(frame: pd.DataFrame, *, table: str) -> None:
    """Refuse a pandas frame that is not the tidy table it should be, with every fault at once.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each unit of the table; columns that the project does not know are ignored.
    table : str
        The tidy table that it should be.

    Raises
    ------
    Refusal
        When required columns or values are missing, a count is below -1 or above what is possible, a value is not
        among those allowed, a key comes twice, or there is no row.

    Examples
    --------
    >>> import pandas as pd
    >>> check(pd.DataFrame({"post_id": ["1"], "account_id": ["a"], "likes": [-1]}), table="posts")
    """
    found = faults(frame, table=table)
    if not found and frame.empty:
        found = [f"{table} has no rows"]
    if found:
        raise Refusal(
            f"the table {table} cannot be used", found, f"see what {table} holds with helpers.tables.TABLES[{table!r}]"
        )


def page() -> str:
    """Describe every table for a reader.

    Returns
    -------
    str
        The Markdown of ``docs/tables.md``.
    """
    parts = [PAGE_HEAD, *(_section(table) for table in TABLES.values())]
    return "\n".join(parts)


def _section(table: Table) -> str:
    rows = [
        f"| {f'**{name}**' if c.required else name} | {c.kind} | {_words(c)} |" for name, c in table.columns.items()
    ]
    key = " and ".join(f"`{name}`" for name in table.key)
    head = f"## {table.name}\n\nOne row is {table.meaning}; {key} may come only once.\n"
    return "\n".join([head, "| column | kind | what it says |", "|---|---|---|", *rows, ""])


def _words(column: Column) -> str:
    extra = f" ({', '.join(column.categories)})" if column.categories else f" ({column.unit})" if column.unit else ""
    return column.meaning + extra
