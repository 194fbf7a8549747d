"""What does an account show when its posts are set against its own history?"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.base.words import counted, listed
from helpers.claims import lacking as gap_of, of_notebook, published, registry
from helpers.claims.analysis import judged
from helpers.claims.own_account import FEWEST_WEEKS, PER, weeks_of
from helpers.claims.planning import units_needed
from helpers.claims.verdicts import PLAIN, too_few
from helpers.claims.wording import WHERE, answered, around, told, usual_telling
from helpers.families import found as families
from helpers.families.own_account import world
from helpers.families.own_account.estimators import (
    FEWEST_TO_TELL,
    by_chance,
    limits,
    rate_over_time,
    scores,
    typical_ratio,
)
from helpers.ground.root import ROOT
from helpers.ground.telling import MANYFOLD, relative, times
from helpers.measures import Reduced, own_posts
from helpers.measures.own import NEARLY_ALL, denominator
from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.claims import Claim, Verdict
    from helpers.estimates import Estimate
    from helpers.families import Family
    from helpers.reading.dataset import Dataset

LESSON_SEED = 20250701
"""Seed of the account that stands in where data hold many; that which `make sample` writes by default."""

SEEN = {"reach": "were seen by {} as many people as", "views": "were viewed {} as often as"}
"""How many saw a post, by what tells it; the first that nearly all posts have is taken."""

WATCHED = {"reach": "people who saw it", "views": "views"}
"""What that is called in a picture."""

PARTS = ("0 to 4 h", "4 to 8 h", "8 to 12 h", "12 to 16 h", "16 to 20 h", "20 to 24 h")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THIRDS = ("short", "middle", "long")
MOST_TAGS = 8
"""Hashtags that are looked at: those on most posts."""

FEWEST_POSTS = 10
"""A format, an hour or a hashtag on fewer posts is not compared."""


@dataclass(frozen=True)
class Mine:
    """The account at hand, or the few.

    Parameters
    ----------
    dataset : Dataset
        Whose tables hold it; those of the lesson where the data have many simulated accounts.
    data : Reduced
        From `measures.own_posts`, posts that are old enough; none where the data have many accounts of others.
    posts : pandas.DataFrame
        All posts, the young ones too, with ``young``.
    said : str
        What account it is, in a sentence.
    kind : str
        ``"own"``, ``"lesson"`` or ``"many"``.
    """

    dataset: "Dataset"
    data: Reduced
    posts: pd.DataFrame
    said: str
    kind: str

    @property
    def reduced(self) -> Reduced | None:
        """What the record rests on: nothing where the account is not of these data."""
        return self.data if self.kind == "own" else None


def at_hand(dataset: "Dataset", *, zone: str | None = None, min_age_days: float = 3.0) -> Mine:
    """Take the account of the data, or of a few; a simulated one where simulated data hold many.

    Parameters
    ----------
    dataset : Dataset
        The opened data.
    zone : str, optional
        The clock of the account; by default that of the data.
    min_age_days : float, default 3
        Posts younger than this at capture are young.

    Returns
    -------
    Mine
        Without a single post where ten or more accounts of others are there.
    """
    dataset = replace(dataset, clock=zone or dataset.clock)
    found = _reduced(dataset, min_age_days=min_age_days)
    if found is not None:
        accounts = found[0].units.get("accounts", 0)
        said = "one account" if accounts == 1 else f"{counted(accounts, 'account')}, each against itself"
        return Mine(dataset, *found, f"These data hold {said}.", "own")
    lesson = taught(dataset)
    if (drawn := _reduced(lesson, min_age_days=min_age_days)) is None:
        raise ValueError("the lesson is one account")
    data, posts = drawn
    if dataset.kind == "simulated":
        said = "This is one simulated account, the lesson's own, as these data hold ten accounts or more."
        return Mine(lesson, data, posts, said, "lesson")
    none = replace(data, frames={name: frame.iloc[:0] for name, frame in data.frames.items()}, n_rows=0, period=None)
    there = "posts of ten or more" if "posts" in dataset.tables else "no posts"
    said = f"This notebook is for fewer than ten accounts: these data hold {there}, so it shows nothing."
    return Mine(replace(dataset, tables={}), replace(none, units={}, excluded={}), posts.iloc[:0], said, "many")


def _reduced(dataset: "Dataset", *, min_age_days: float) -> tuple[Reduced, pd.DataFrame] | None:
    """Give the posts that are old enough, and all of them."""
    old = own_posts(dataset.tables, zone=dataset.clock, min_age_days=min_age_days)
    every = own_posts(dataset.tables, zone=dataset.clock)
    if old is None or every is None:
        return None
    return old, every.frames["posts"].assign(young=lambda p: ~p["post_id"].isin(old.frames["posts"]["post_id"]))


def taught(dataset: "Dataset", *, name: str = "own-account", seed: int = LESSON_SEED) -> "Dataset":
    """Put the lesson's account in the place of a dataset's tables."""
    import narwhals as nw

    drawn = world.draw(name, rng=stream(seed, name))
    tables = {table: nw.from_native(frame).lazy() for table, frame in drawn.items()}
    rows = {table: len(frame) for table, frame in drawn.items()}
    return replace(dataset, kind="simulated", clock=world.ZONE, tables=tables, rows=rows, notes=())


def accounts(mine: Mine) -> Iterator[tuple[str, Reduced]]:
    """Give each account's own data, called "account 1", "account 2" and so on; a single one has an empty name."""
    posts = mine.data.frames["posts"]
    numbers = sorted(posts["account"].unique())
    for number in numbers:
        own = {name: frame for name, frame in mine.data.frames.items() if name != "posts"}
        data = replace(mine.data, frames={"posts": _with_per(posts[posts["account"] == number]), **own})
        yield f"account {number}" if len(numbers) > 1 else "", data


def _with_per(posts: pd.DataFrame) -> pd.DataFrame:
    """Choose anew what an account's own engagement is set against."""
    return posts.assign(per=posts[named] if (named := denominator(posts)) != "posts" else 1.0)


def standing(mine: Mine) -> pd.DataFrame:
    """List what stands in the data, before any result.

    Parameters
    ----------
    mine : Mine
        The account, or the few.

    Returns
    -------
    pandas.DataFrame
        A column for each account; rows posts, young posts, period, weeks with posts, longest pause, formats, measures
        with the share of posts that have them, and what engagement is set against.
    """
    told = {name or "the account": _stands(data, mine.posts, clock=mine.dataset.clock) for name, data in accounts(mine)}
    return pd.DataFrame(told)


def _stands(data: Reduced, every: pd.DataFrame, *, clock: str) -> dict[str, str]:
    posts = data.frames["posts"]
    own = every[every["account"] == posts["account"].iloc[0]] if len(posts) else every
    at = posts["at"].dropna()
    pause = at.sort_values().diff().max()
    names = ("likes", "comments", "shares", "saves", "reach", "views", "impressions", "followers", "conversions")
    there = {name: float(posts[name].notna().mean()) for name in names if posts[name].notna().any()}
    counts = posts["format"].value_counts()
    told = f"by the clock of {clock}" if posts["hour"].notna().any() else "unknown"
    return {
        "posts": f"{len(posts):,}",
        "young posts, still gathering": f"{int(own['young'].sum()):,}",
        "period": f"{at.min():%Y-%m-%d} to {at.max():%Y-%m-%d}" if len(at) else "unknown: no post has a date",
        "weeks with posts": f"{posts['week'].nunique():,}",
        "longest pause": counted(pause.days, "day") if len(at) > 1 else "unknown",
        "hours": "unknown: dates only" if told == "unknown" and len(at) else told,
        "formats": ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "not told",
        "measures": ", ".join(
            name if share == 1 else f"{name} ({min(share, 0.99):.0%} of posts)" for name, share in there.items()
        ),
        "engagement is set": f"{PER[denominator(posts)]}",
    }


def scored(mine: Mine) -> pd.DataFrame:
    """Set every post against its account's own history.

    Returns
    -------
    pandas.DataFrame
        The posts of all accounts, young ones too, with ``account_name`` and the columns of `estimators.scores` and
        `estimators.limits`.
    """
    names, history = {}, mine.data.frames.get("post_history")
    for name, data in accounts(mine):
        names[int(data.frames["posts"]["account"].iloc[0])] = name
    every = mine.posts[mine.posts["account"].isin(list(names))]
    parts = [
        limits(scores(own, history=history)).assign(account_name=names[int(number)])
        for number, own in every.groupby("account")
    ]
    return pd.concat(parts, ignore_index=True) if parts else limits(scores(every)).assign(account_name="")


def describe_outside(table: pd.DataFrame) -> str:
    """Say how many posts lie outside what is usual, and how many would by chance alone, a sentence for each account."""
    said = []
    for name, own in table.dropna(subset=["usual"]).groupby("account_name", sort=False):
        n, outside = len(own), int(own["outside"].sum())
        mean, most = by_chance(n)
        who = (
            f"{name[0].upper()}{name[1:]}: **{outside:,} of {n:,}** posts"
            if name
            else f"**{outside:,} of {n:,}** posts"
        )
        verb = "lies" if outside == 1 else "lie"
        chance = f"chance alone gives about {mean:.2g}, and seldom more than {most}"
        more = "; that is more than chance gives" if outside > most else ""
        said.append(f"{who} {verb} outside what is usual; {chance}{more}.")
    return (
        "\n\n".join(said) or f"Fewer than {FEWEST_TO_TELL} posts have a date and a count: too few to say what is usual."
    )


def standing_out(table: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """List the posts that stand out: those outside the usual first, then those with the highest and lowest scores.

    Parameters
    ----------
    table : pandas.DataFrame
        From `scored`.
    most : int, default 10
        Rows.

    Returns
    -------
    pandas.DataFrame
        Columns account (where there are several), date, format, got and expected (likes and comments), score and usual
        range, with a word where the post lies outside it; ``first words`` where captions are kept. Posts that cannot be
        set against others are not among them.
    """
    table = table[table["score"].notna() | table["outside"]]
    far = np.log(table["score"].where(table["score"] > 0)).abs().fillna(0)
    order = table.assign(_far=far).sort_values(["outside", "_far"], ascending=False, kind="stable").index[:most]
    own = table.loc[order]
    shown = pd.DataFrame(
        {
            "account": own["account_name"],
            "date": own["at"].dt.strftime("%Y-%m-%d"),
            "hour": own["hour"].map(lambda hour: "" if pd.isna(hour) else f"{int(hour)} h"),
            "format": own["format"].fillna("not told"),
            "got": own["actual"],
            "expected": own["expected"],
            "score": own["score"],
            "usual range": [_range(row.low, row.high, row.outside) for row in own.itertuples()],
            "first words": own["caption"].astype("object").fillna("").str.split().str[:6].str.join(" "),
        }
    )
    empty = [name for name in ("account", "hour", "first words") if not shown[name].astype(bool).any()]
    return shown.drop(columns=empty).reset_index(drop=True)


def _range(low: float, high: float, outside: bool) -> str:
    """Write between which whole counts the usual lies, so that what is outside stands outside as it is printed."""
    low, high = low if math.isnan(low) else math.ceil(low), high if math.isnan(high) else math.floor(high)
    return "" if math.isnan(low) else f"{low:,.0f} to {high:,.0f}{', outside' if outside else ''}"


def outcomes_of(posts: pd.DataFrame) -> dict[str, str]:
    """Say what can be compared over posts: how many saw them, where that is known, and engagement.

    Returns
    -------
    dict of str to str
        By column, how a sentence says it: a gap for the ratio.
    """
    seen = next((name for name in SEEN if len(posts) and (posts[name] > 0).mean() >= NEARLY_ALL), None)
    per = PER[denominator(posts)]
    gathered = (
        {"engagement": f"got {{}} as many likes and comments {per} as"} if posts["engagement"].notna().any() else {}
    )
    return ({seen: SEEN[seen]} if seen else {}) | gathered


def levels(posts: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sort posts into the levels of something that their maker chooses.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `measures.own_posts`.
    by : str
        ``"format"``, ``"hour"``, ``"weekday"``, ``"caption"`` or ``"video"`` (their length), or ``"hashtag"``.

    Returns
    -------
    pandas.DataFrame
        A column for each level: 1 for posts of it, 0 for those that it is compared with, missing for others. A format
        is compared with the commonest one, the long third with the short third, all else with all other posts.
    """
    if by == "hashtag":
        tags = posts["hashtags"].astype("object").fillna("").str.lower().str.split()
        common = tags.explode().dropna().value_counts().index[:MOST_TAGS]
        has = {f"#{tag.lstrip('#')}": tags.map(lambda own, tag=tag: float(tag in own)) for tag in common}
        return pd.DataFrame(has, index=posts.index)
    of = _sorted(posts, by)
    names = [
        name for name in (DAYS + PARTS + THIRDS if by != "format" else of.value_counts().index) if (of == name).any()
    ]
    reference = {"format": names[:1], "caption": ["short"], "video": ["short"]}.get(by, [])
    control = of.isin(reference) if reference else of.notna()
    told = {name: (of == name).astype(float).where((of == name) | control) for name in names if name not in reference}
    return pd.DataFrame(told, index=posts.index)


def _sorted(posts: pd.DataFrame, by: str) -> pd.Series:
    """Name the level of each post."""
    if by == "format":
        return posts["format"]
    if by == "hour":
        return (posts["hour"] // 4).map(dict(enumerate(PARTS)))
    if by == "weekday":
        return posts["weekday"].map(dict(enumerate(DAYS)))
    number = posts["words"] if by == "caption" else posts["duration_s"].where(posts["duration_s"] > 0)
    ranks = number.rank(pct=True, method="average")
    return pd.cut(ranks, [0, 1 / 3, 2 / 3, 1], labels=THIRDS).astype("object")


def ratios(mine: Mine, by: str) -> pd.DataFrame:
    """Compare what a typical post of each level gathers, within the same weeks of the account.

    Whatever is no format is compared with formats held fixed: who posts videos in the evening has no better evening.

    Parameters
    ----------
    mine : Mine
        The account, or the few.
    by : str
        As in `levels`.

    Returns
    -------
    pandas.DataFrame
        Columns account, outcome (a column of posts), what (what it is, in words), said, level, against, posts, weeks,
        ratio, low, high: intervals hold at 95% for all levels of an account and outcome together; found, the estimate
        of the ln ratio. Levels that few posts have are missing.
    """
    columns = ["account", "outcome", "what", "said", "level", "against", "posts", "weeks"]
    columns += ["ratio", "low", "high", "found"]
    rows = [row for name, data in accounts(mine) for row in _ratios(data, by, account=name)]
    return pd.DataFrame(rows, columns=columns)


def _ratios(data: Reduced, by: str, *, account: str) -> Iterator[tuple[Any, ...]]:
    posts = data.frames["posts"]
    sides = levels(posts, by)
    others = OTHERS + (OF_A_FORMAT if len(set(posts["format"].dropna())) > 1 else "")
    against = {"format": _commonest(posts), "caption": "short", "video": "short"}.get(by, others)
    for outcome, said in outcomes_of(posts).items():
        what = WATCHED.get(outcome) or f"likes and comments {PER[denominator(posts)]}"
        with np.errstate(divide="ignore", invalid="ignore"):
            ln = np.log(posts[outcome]) if outcome in SEEN else np.log((posts[outcome] + 0.5) / posts["per"])
        held = None if by == "format" else posts["format"]
        found = {name: typical_ratio(posts, treated=sides[name], ln=ln, held=held) for name in sides}
        enough = {name: one for name, one in found.items() if one and not too_few(one, FEWEST_WEEKS["contrast"])}
        for name, one in enough.items():
            if (n := int((sides[name] == 1).sum())) >= FEWEST_POSTS:
                low, high = np.exp(one.at(1 - 0.05 / len(enough)))
                ends = float(np.exp(one.value)), low, high
                yield account, outcome, what, said, name, against, n, one.n_units, *ends, one


def _commonest(posts: pd.DataFrame) -> str:
    return str(next(iter(posts["format"].value_counts().index), ""))


OTHERS, OF_A_FORMAT = "other posts", " of the same format"
"""What posts are set against, where they are neither formats nor lengths."""

FORMATS = {"live": "live broadcasts", "story": "stories", "other": "other posts", "text": "texts"}
"""What posts of a format are called, where its name with an s will not do."""

CALLED = {
    "format": "{}",
    "hour": "posts from {}",
    "weekday": "posts on a {}",
    "caption": "posts with a {} caption",
    "video": "{} videos",
    "hashtag": "posts with {}",
}
"""What a level's posts are called."""


def forwarded(table: pd.DataFrame, by: str, *, data_kind: str = "user") -> str:
    """Say what was found, each finding in a sentence that can be forwarded.

    Parameters
    ----------
    table : pandas.DataFrame
        From `ratios`.
    by : str
        As in `levels`.
    data_kind : str, default "user"
        ``"simulated"`` stands with the posts.

    Returns
    -------
    str
        A list in Markdown: a sentence for each interval that leaves 1 out, the largest difference first; else one that
        says that nothing is told apart, and how large a difference could hide.
    """
    if table.empty:
        return f"Nothing can be said of this: {_nothing(by)}."
    apart = table[(table["low"] > 1) | (table["high"] < 1)]
    apart = apart.reindex(np.log(apart["ratio"]).abs().sort_values(ascending=False).index)
    said = [_sentence(row, by, data_kind) for row in apart.itertuples()]
    rest = table.drop(apart.index)
    if len(rest):
        order = np.log(rest["high"] / rest["low"]).sort_values().index
        spans = [" to ".join(_in_reach(rest.loc[row, end]) for end in ("low", "high")) for row in (order[0], order[-1])]
        some = spans[0] if len(rest) == 1 else f"{spans[0]} times as much in the surest, {spans[1]} in the least sure"
        many = " times as much" if len(rest) == 1 else ""
        said.append(
            f"In {counted(len(rest), 'comparison')} no difference can be told from chance: anything from {some}{many} "
            "would fit."
        )
    return "\n".join(f"- {sentence}" for sentence in said)


def _in_reach(ratio: float) -> str:
    """Write an end of an interval that may be as good as endless."""
    return relative(ratio - 1, MANYFOLD)[0].removesuffix(" times")


def _nothing(by: str) -> str:
    return {
        "format": "the table names no two formats that posts of the same weeks have, or no dates",
        "hour": "the table has no hours, or too few posts at any",
        "weekday": "the table has no dates, or too few posts on any day",
        "caption": "the table has neither captions nor their number of words",
        "video": "the table has no lengths of videos",
        "hashtag": "no hashtag is on enough posts",
    }[by]


def _sentence(row: Any, by: str, data_kind: str) -> str:
    name = (lambda level: FORMATS.get(level, f"{level}s")) if by == "format" else str
    who = CALLED[by].format(name(row.level))
    whom = row.against if row.against.startswith(OTHERS) else CALLED[by].format(name(row.against))
    start = f"{row.account[0].upper()}{row.account[1:]}: {who}" if row.account else f"{who[0].upper()}{who[1:]}"
    posts = f"{row.posts:,} {'simulated ' * (data_kind == 'simulated')}posts"
    if row.ratio < 1:
        said = row.said.replace("as many", "fewer").replace("as often", "less often").removesuffix("as") + "than"
        less, low, high = relative(row.ratio - 1, row.high - 1, row.low - 1)
        told = f"{low} to {high} {'less often' if 'often' in said else 'fewer'}"
        return f"{start} {said.format(f'**{less}**')} {whom} (95% interval {told}; {posts})."
    ratio, interval = f"**{times(row.ratio)} times**", f"95% interval {times(row.low)} to {times(row.high)}"
    return f"{start} {row.said.format(ratio)} {whom} ({interval}; {posts})."


def rate_words(mine: Mine) -> str:
    """Say what the rates of this notebook are, such as "likes and comments per person reached"."""
    used = dict.fromkeys(PER[denominator(data.frames["posts"])] for _, data in accounts(mine))
    return f"likes and comments {' or '.join(used)}".strip()


def in_weeks(mine: Mine) -> pd.DataFrame:
    """Give each account's weeks: account, at (its Monday), posts, rate (engagement over what it is set against)."""
    parts = [weeks_of(data).assign(account=name) for name, data in accounts(mine)]
    columns = ["account", "week", "posts", "ln_rate"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    at = pd.Timestamp("1969-12-29") + pd.to_timedelta(7 * table["week"].astype("float64"), unit="D")
    return (
        table.assign(at=at, rate=np.exp(table["ln_rate"].astype(float))).dropna(subset=["rate"]).reset_index(drop=True)
    )


def breaks(mine: Mine) -> pd.DataFrame:
    """List the days within the account's time on which its platform changed what a figure means.

    Returns
    -------
    pandas.DataFrame
        Columns at, columns, change, and ``matters``: whether a figure of these results is concerned. From
        data/metric_changes.toml, which names the source of each.
    """
    told = tomllib.loads((ROOT / "data" / "metric_changes.toml").read_text(encoding="utf-8"))["change"]
    at = mine.data.frames["posts"]["at"].dropna()
    used = {denominator(data.frames["posts"]) for _, data in accounts(mine)} | {"likes", "comments"}
    platforms = _platforms(mine)
    rows = [
        (pd.Timestamp(one["date"]), ", ".join(one["columns"]), one["change"], bool(used & set(one["columns"])))
        for one in told
        if one["platform"] in platforms and len(at) and at.min() < pd.Timestamp(one["date"]) <= at.max()
    ]
    return pd.DataFrame(rows, columns=["at", "columns", "change", "matters"])


def _platforms(mine: Mine) -> set[str]:
    posts = mine.dataset.tables.get("posts")
    if posts is None or "platform" not in posts.collect_schema().names():
        return set()
    return set(posts.select("platform").unique().collect("pandas").to_native()["platform"].dropna())


def trends(mine: Mine) -> "dict[str, Estimate | None]":
    """Estimate the growth of each account's rate in a quarter of a year: a ln ratio, steps of its metric held fixed."""
    table, changed = in_weeks(mine), breaks(mine)
    steps = changed.loc[changed["matters"], "at"]
    return {name: rate_over_time(own, steps=steps) for name, own in table.groupby("account", sort=False)}


def describe_trends(mine: Mine) -> str:
    """Say how each account has changed, with its uncertainty, a sentence each."""
    table, found = in_weeks(mine), trends(mine)
    said = [_changed(name, found[name], table[table["account"] == name], mine) for name in found]
    return "\n\n".join(said) or "Nothing can be said of time: no post has a date."


def _changed(name: str, found: "Estimate | None", weeks: pd.DataFrame, mine: Mine) -> str:
    who = f"{name[0].upper()}{name[1:]}: engagement" if name else "Engagement"
    posts = dict(accounts(mine))[name].frames["posts"]
    per, typical = denominator(posts), weeks["rate"].median()
    hundred = f"{100 * typical:.2g} likes and comments for 100 {'people reached' if per == 'reach' else per}"
    level = (
        f"{who}, in the middle week: {hundred if per != 'posts' else f'{_plain(typical)} likes and comments per post'}"
    )
    if found is None and len(weeks) >= FEWEST_WEEKS["slope"]:
        return f"{level}; no trend can be told from these weeks."
    if found is None or too_few(found, FEWEST_WEEKS["slope"]):
        return (
            f"{level}; {counted(len(weeks), 'week')} are too few to tell a trend, which takes {FEWEST_WEEKS['slope']}."
        )
    change, low, high = (100 * math.expm1(value) for value in (found.value, found.low, found.high))
    course = "It has grown" if low > 0 else "It has fallen" if high < 0 else "Whether it grows or falls is open"
    return (
        f"{level}. {course}: {change:+.1f}% a quarter (95% interval {low:+.1f}% to {high:+.1f}%; {len(weeks)} weeks "
        "with posts)."
    ).replace("-", "\N{MINUS SIGN}")


def _plain(number: float) -> str:
    """Write a number of likes and comments with three digits, in full however large.

    Examples
    --------
    >>> _plain(89_312.4), _plain(3.456)
    ('89,300', '3.46')
    """
    return f"{float(f'{number:.3g}'):,.0f}" if number >= 100 else f"{number:.3g}"


def ladder(mine: Mine) -> pd.DataFrame:
    """Set each account's engagement per follower beside what was published for accounts of its size.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high, source, as `plots.forest` wants them; empty where followers are unknown.
    """
    platforms = _platforms(mine)
    rows = [row for name, data in accounts(mine) for row in _rungs(name, data.frames["posts"], platforms)]
    return pd.DataFrame(rows, columns=["label", "value", "low", "high", "source"]).drop_duplicates(ignore_index=True)


def no_ladder(mine: Mine) -> str:
    """Say why an account stands on no ladder, and what would bring it there."""
    if mine.kind == "many":
        return "the data hold no account of one's own"
    if (mine.data.frames["posts"]["followers"] > 0).any():
        return f"that takes {FEWEST_WEEKS['contrast']} weeks with dated posts, likes, comments and followers"
    return (
        "the followers of the account are unknown; a list of them in the same folder (accounts.csv with account_id, "
        "platform and followers) or an export of the profile brings this picture"
    )


def _rungs(name: str, posts: pd.DataFrame, platforms: set[str]) -> Iterator[tuple[Any, ...]]:
    known = posts[(posts["followers"] > 0) & posts["engagement"].notna() & posts["week"].notna()]
    weeks = known.groupby("week", as_index=False)[["engagement", "followers"]].sum()
    if len(weeks) < FEWEST_WEEKS["contrast"]:
        return
    from helpers.estimates import in_time

    value = weeks["engagement"].sum() / weeks["followers"].sum()
    moved = (weeks["engagement"] - value * weeks["followers"]) / weeks["followers"].sum()
    own = in_time(float(value), moved.to_numpy())
    size = float(known["followers"].iloc[-1])
    yield f"{name or 'your account'}, {size:,.0f} followers", own.value, own.low, own.high, "here"
    rates = published.figures("account-size", measures=["engagement_rate"]).dropna(subset=["estimate"])
    low, high = rates["followers_low"].fillna(0), rates["followers_high"].fillna(np.inf)
    at_size = rates[(low <= size) & (size < high) & (rates["followers_low"].notna() | rates["followers_high"].notna())]
    same = at_size[at_size["platform"].str.lower().isin(platforms)] if platforms else at_size
    for row in same.itertuples():
        yield f"{row.study}, {row.platform} {row.year}, {row.contrast}", row.estimate, np.nan, np.nan, row.source


def verdicts(mine: Mine, *, min_age_days: float = 3.0) -> "dict[str, Verdict]":
    """Judge every claim that can be put to one account.

    Returns
    -------
    dict of str to Verdict
        By claim id, as their own notebooks judge them; none where the data hold many accounts.
    """
    told: dict[str, Verdict] = {}
    for family in families().values() if mine.kind != "many" else ():
        own = [registry()[claim_id] for claim_id, analysis in family.analyses.items() if analysis.own]
        rest = _beside(own, family, mine.dataset)
        data = family.reduce(mine.dataset.tables) if rest and family.reduce else mine.data
        chosen = {"min_age_days": min_age_days}
        found = judged([*own, *rest], data, family.analyses, dataset=mine.dataset, parameters=chosen, own=mine.data)
        told |= {claim.id: found[claim.id] for claim in own}
    return told


OF_ACCOUNTS = {"posts", "accounts", "comments", "post_history", "account_history"}
"""Tables of accounts: of fewer than ten no claim that rests on these alone is judged at large."""


def _beside(own: "Sequence[Claim]", family: "Family", dataset: "Dataset") -> "list[Claim]":
    """List the claims of a question that other tables can answer: they count among its judged ones."""
    of_it = of_notebook(family.notebook) if own else []
    rest = [claim for claim in of_it if claim not in own and claim.id in family.analyses and not gap_of(claim, dataset)]
    return [claim for claim in rest if any(not set(option) <= OF_ACCOUNTS for option in claim.needs)]


ANSWERED = ("supported", "contradicted", "negligible", "reproduced")
"""How a verdict ends that answers its claim."""


def said_of(found: "Mapping[str, Verdict]", *, data_kind: str = "user") -> pd.DataFrame:
    """Give the claims that the account answers, the answer in a sentence, and in which notebook it is worked out."""
    rows = [
        (one.claim.claim, answered(one, data_kind=data_kind), one.claim.notebook)
        for one in found.values()
        if one.verdict.endswith(ANSWERED)
    ]
    return pd.DataFrame(rows, columns=["claim", "answer", "worked out in"])


def not_yet(found: "Mapping[str, Verdict]", mine: Mine) -> pd.DataFrame:
    """List what the account cannot tell yet, and in how many weeks it could at its present pace.

    Parameters
    ----------
    found : mapping of str to Verdict
        From `verdicts`.
    mine : Mine
        The account, or the few.

    Returns
    -------
    pandas.DataFrame
        Columns claim, weeks so far, ``would show now`` (the smallest effect that so many weeks tell from none, four
        times in five), weeks needed (for one that just matters; for a first verdict where there are too few for any),
        and at the present pace, as text; what lacks a column is not among them. A week counts where it has posts that
        can be compared.
    """
    at = mine.data.frames["posts"]["week"].dropna()
    elapsed = float(at.max() - at.min() + 1) if len(at) else math.nan
    rows = [
        (one.claim.claim, *_needed(one, elapsed))
        for one in found.values()
        if one.verdict in ("inconclusive", "too little data")
    ]
    return pd.DataFrame(
        rows, columns=["claim", "weeks so far", "would show now", "weeks needed", "at the present pace"]
    )


def _needed(verdict: "Verdict", elapsed: float) -> tuple[str, str, str, str]:
    estimate = verdict.estimate
    if estimate is None or not estimate.n_units:
        return _first_verdict(verdict.reason, elapsed)
    needed = units_needed(verdict.claim, estimate)
    if needed is None:
        return f"{estimate.n_units:,}", "–", "–", "cannot be worked out"
    when = _when(estimate.n_units, needed, elapsed)
    value = verdict.claim.given("margin") * math.sqrt(needed / estimate.n_units)
    place, words = around(verdict.claim.told or usual_telling(verdict.claim.unit))
    shows = told(replace(estimate, value=value), place, verdict.claim.unit)[0]
    shows += next((f" {of}" for of in ("of 100 pairs", "of a hundred") if of in words), "")
    return f"{estimate.n_units:,}", shows, f"{needed:,}", when


TOO_FEW_WEEKS = re.compile(
    r"([\d,]+) weeks?(?: on a side| with posts| from the first post to the last)?(?: with anything to count)?; "
    r"([\d,]+) are needed"
)
"""How a reason tells that an account has too few weeks for any verdict."""


def _first_verdict(reason: str, elapsed: float) -> tuple[str, str, str, str]:
    """Say in how many weeks there could be a first verdict, where there are too few for any."""
    if (short := TOO_FEW_WEEKS.search(reason)) is None:
        return "–", "–", "–", reason or "too little to tell"
    there, needed = (int(text.replace(",", "")) for text in short.groups())
    when = f"{_when(there, needed, elapsed)} a first verdict" if there else "none so far"
    return f"{there:,}", "–", f"{needed:,}", when


def _when(there: int, needed: int, elapsed: float) -> str:
    """Say when so many weeks will be there, if the account goes on as in the weeks that have gone by."""
    more = (needed - there) * elapsed / there
    return "any week now" if more <= 0 else f"in about {math.ceil(more):,} weeks" if more < 520 else "not in ten years"


def lacking(found: "Mapping[str, Verdict]") -> str:
    """Say for what the account's tables lack a column, in a line for each reason."""
    gone: dict[str, list[str]] = {}
    for verdict in found.values():
        if verdict.verdict == "no data":
            gone.setdefault(verdict.reason, []).append(f"\u201c{verdict.claim.claim.rstrip('.')}\u201d")
    return (
        "\n".join(f"- {reason}: {listed(texts)}" for reason, texts in gone.items())
        or "Every table that is asked for is there."
    )


def answer(mine: Mine, tables: Mapping[str, pd.DataFrame]) -> str:
    """Say in at most three sentences what the account shows, each with its verdict in plain words.

    Parameters
    ----------
    mine : Mine
        The account, or the few.
    tables : mapping of str to pandas.DataFrame
        From `ratios`, by what is compared.

    Returns
    -------
    str
        The largest differences, those first that stand with intervals widened for all comparisons of the page, and of
        the others that they do not; then how many accounts they are of, where there are several.
    """
    if mine.kind == "many":
        return mine.said
    several = mine.kind == "own" and mine.data.units.get("accounts") != 1  # of one the page says so
    rest = [mine.said] if several else []
    if not any(map(len, tables.values())):
        few = "no two kinds of posts can be compared, which takes dates and"
        return " ".join([f"{_began('too little data')}: {few} {FEWEST_POSTS} posts of a kind.", *rest])
    every = pd.concat([table.assign(by=by) for by, table in tables.items()], ignore_index=True)
    apart = every[(every["low"] > 1) | (every["high"] < 1)]
    if apart.empty:
        of = f"of {counted(len(every), 'comparison')} of formats, hours, weekdays, hashtags and lengths"
        none = f"{_began('inconclusive')}: {of} none shows a difference that can be told from chance."
        return " ".join([none, *rest])
    widened = [one.at(1 - 0.05 / len(every)) for one in apart["found"]]
    apart = apart.assign(
        holds=[low > 0 or high < 0 for low, high in widened], size=np.log(apart["ratio"].astype(float)).abs()
    )
    first = apart.sort_values(["holds", "size"], ascending=False, kind="stable").head(3 - len(rest))
    doubt = f", but not once all {len(every)} comparisons are counted"
    led = [_led(row, "" if row.holds else doubt, mine.dataset.kind) for row in first.itertuples(index=False)]
    if mine.dataset.kind == "simulated":
        where = "In this lesson's simulated account" if mine.kind == "lesson" else WHERE["simulated"]
        led[0] = f"{where}, {led[0]}"
    return " ".join([*(f"{one[0].upper()}{one[1:]}" for one in led), *rest])


def _began(verdict: str) -> str:
    """Begin a sentence with a verdict in plain words."""
    return PLAIN[verdict].capitalize()


def _led(row: Any, doubt: str, data_kind: str) -> str:
    """Tell a difference as the answer to whether there is one."""
    said = _sentence(row._replace(account=""), row.by, data_kind).replace("**", "")
    who = f", in {row.account or 'this account'}" if row.account or data_kind != "simulated" else ""
    return f"{PLAIN['supported']}{who}{doubt}: {said[0].lower()}{said[1:]}"


def tallied(found: "Mapping[str, Verdict]") -> str:
    """Say how many claims get a verdict, and how many of them have an answer."""
    answered_ones = [one for one in found.values() if one.verdict.endswith(ANSWERED)]
    n, alone = len(answered_ones), sum(one.survives is False for one in answered_ones)
    doubt = f" ({alone} of them not once all claims of the question are counted)" if alone else ""
    judged_ones = sum(one.estimate is not None for one in found.values())
    left = f", on {judged_ones - n} the data cannot tell" if judged_ones > n else ""
    get = f"{judged_ones or 'none'} {'gets' if judged_ones < 2 else 'get'} a verdict on these data"
    rest = f": {n or 'none'} {'has' if n < 2 else 'have'} an answer{doubt}{left}" if judged_ones else ""
    return f"Of the {counted(len(found), 'claim')} that can be put to one account {get}{rest}."
