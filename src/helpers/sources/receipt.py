"""What does an import tell the person who made it? Which file was read how, what went, and what the data can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.base.words import counted, listed
from helpers.claims import FEWEST_UNITS
from helpers.claims.verdicts import OWN_ACCOUNT
from helpers.reading.work import one_row
from helpers.tables import TABLES

if TYPE_CHECKING:
    from jinja2 import Template

    from helpers.claims import Verdict
    from helpers.reading.dataset import Dataset

TEMPLATE = "import.html.j2"
PAGE, TEXT = "import.html", "import.txt"
"""Names of the two forms of the receipt."""

SHOWN_REASONS = 12
"""Files that were not read, named one by one on the screen; the receipt names all."""
SHOWN_FILES = 200
"""Files named one by one for each reader; dataset.toml names them all."""

TO_ADD: Mapping[str, str] = {
    "posts": "an export of posts",
    "accounts": "a list of accounts with their average figures",
    "comments": "an export of comments",
    "campaigns": "a table of campaigns with what was paid and what came of it",
    "diary": "personal data downloads of several people, or a diary study",
    "survey": "a survey among people",
    "communities": "a table of communities with members and active members",
    "post_history": "counts of the same posts at several moments",
    "account_history": "follower counts of the accounts over time",
    "follower_activity": "a table of followers by how long they have followed",
    "customers": "a table of customers with their revenue",
    "teams": "a table of teams with engagement and leavers",
    "learning": "scores of learners under several conditions",
    "posts.followers": "a file with the followers of each account, such as an export of profiles",
    "accounts.followers": "a file with the followers of each account, such as an export of profiles",
    "posts.likes": "an export with the likes of each post; here they are not in it or all hidden",
    "posts.comments": "an export with the comments on each post counted",
    "posts.created_at": "an export with the moment of posting",
    "posts.shares": "an export with the shares of each post",
    "posts.reach": "an export with how many people each post reached",
    "posts.format": "what each post is (an image, a carousel, a video, a reel, a live broadcast...)",
    "posts.hashtags": "the hashtags of each post",
    "posts.caption_words": "an export with the captions",
    "posts.owner_replies": "how often you answered under each post",
    "posts.intent": "what each post was meant for (promotion, value, conversation, story or bait)",
    "posts.boosted": "which posts were paid for",
}
"""In plain words, what brings a table or a column that is missing."""

MANY = f"the posts of {FEWEST_UNITS} accounts or more, each with its followers"
FOLLOWERS = (
    "add the followers of the account to the same folder: where it stands among accounts of its size (accounts.csv "
    "with account_id, platform and followers, or an export of the profile)"
)
UNKNOWN_SIZE = "posts.followers; or accounts.followers"
"""How a reason ends where an account's followers stand neither beside its posts nor in a list."""
LONGER = "a longer period, or more posts of each kind"
"""What brings what is there already, but too little of it."""

FORMS: Mapping[str, str] = {
    "comments.quality": "text",
    "comments.text_length": "text",
    "posts.caption_words": "caption",
}
"""What people have instead of a column that an import makes of it."""

STEPS, MOST_FILES = 3, 2
"""Next steps that are told, and files of a step whose form is told."""


@dataclass(frozen=True)
class FileRead:
    """One file that was read.

    Parameters
    ----------
    label : str
        Its name, or its place and ending where the name may lead to a person.
    sha256 : str
        Of its content.
    read, kept : int
        Rows.
    dropped : mapping of str to int
        Rows by the rule that took them out.
    part : str
        Which part of the file, where several are told apart.
    """

    label: str
    sha256: str
    read: int
    kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    part: str = ""

    @property
    def title(self) -> str:
        """The label, with the part."""
        return f"{self.label}, {self.part}" if self.part else self.label


@dataclass(frozen=True)
class Section:
    """What one reader made of its files.

    Parameters
    ----------
    reader, title : str
        The layout's short name and what a person calls it.
    table : str
        The tidy table; empty where the export holds nothing that a table takes.
    files : tuple of FileRead
        The files, all with the same columns.
    evidence, ignored, lacking : tuple of str
        As in ``layouts.Match``.
    used : mapping of str to str
        Our columns to the files'.
    zone, zone_reason : str
        Zone of times that name none, and how that was decided.
    gaps : mapping of str to (int, int)
        Hidden and missing cells by column.
    notes : tuple of str
        What reading decided, and what the layout has to say.
    aloud : tuple of str
        What nobody may overlook: it is said on the screen too.
    unit : str
        What a row of the files is.
    """

    reader: str
    title: str
    table: str
    files: tuple[FileRead, ...]
    evidence: tuple[str, ...] = ()
    used: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    zone: str = "UTC"
    zone_reason: str = ""
    gaps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    aloud: tuple[str, ...] = ()
    unit: str = "row"

    @property
    def rows(self) -> tuple[int, int]:
        """Rows read and kept, over all files."""
        return sum(file.read for file in self.files), sum(file.kept for file in self.files)

    @property
    def dropped(self) -> dict[str, int]:
        """Rows taken out by rule, over all files."""
        rules = dict.fromkeys(rule for file in self.files for rule in file.dropped)
        return {rule: sum(file.dropped.get(rule, 0) for file in self.files) for rule in rules}


Prospects = Callable[["Dataset"], Mapping[str, "Verdict"]]
"""What says of every claim whether data will give a verdict on it, as `helpers.families.prospects` does."""


@dataclass(frozen=True)
class Answers:
    """Which claims the data can speak to.

    Parameters
    ----------
    can : tuple of str
        The claims that will get a verdict.
    cannot : mapping of str to tuple of str
        By what would have to be added, in words, the claims that will not.
    own : int
        How many of the first are about the account at hand, where the data are of fewer than ten.
    steps : tuple of str
        What to add next, the best first, in which form, and what it brings.
    accounts : int, default 1
        How many accounts the data hold, where they are fewer than ten.
    """

    can: tuple[str, ...]
    cannot: Mapping[str, tuple[str, ...]]
    own: int = 0
    steps: tuple[str, ...] = ()
    accounts: int = 1

    @property
    def told(self) -> str:
        """Say how many claims will get a verdict."""
        number = len(self.can) + sum(map(len, self.cannot.values()))
        whose = self.own if self.own < len(self.can) else "all"
        these = "this account" if self.accounts == 1 else f"these {self.accounts} accounts"
        whom = f", {whose} of them for {these}" if self.own else ""
        return f"{len(self.can)} of {counted(number, 'claim')} will get a verdict on these data{whom}"

    @property
    def lines(self) -> tuple[str, ...]:
        """Say on the screen how many there are, and what to do next."""
        return (self.told, *(f"To know more: {step}" for step in self.steps))


@dataclass(frozen=True)
class Receipt:
    """An import's account.

    Parameters
    ----------
    name : str
        The dataset.
    rows : mapping of str to int
        Rows of each table written.
    sections : tuple of Section
        By reader.
    notes : tuple of str
        What holds for all of the data: joins, pages under two names, figures that changed their meaning.
    answers : Answers
        What the data can be asked.
    aloud : tuple of str
        What nobody may overlook: it is said on the screen too.
    left_aside : tuple of str
        Files that were not read, by their labels, with the reason.
    keep_text : bool
        Whether texts were kept.
    """

    name: str
    rows: Mapping[str, int]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    answers: Answers
    aloud: tuple[str, ...] = ()
    left_aside: tuple[str, ...] = ()
    keep_text: bool = False


def by_columns(dataset: Dataset) -> dict[str, Verdict]:
    """Say of every claim whether data have the tables and columns that it needs; a quoted figure needs none.

    Parameters
    ----------
    dataset : Dataset
        The data.

    Returns
    -------
    dict of str to Verdict
        As `Prospects` gives them.
    """
    from helpers.claims import Verdict, lacking, registry

    told = {claim_id: (claim, lacking(claim, dataset)) for claim_id, claim in registry().items()}
    return {name: Verdict(claim, "no data" if gap else "", reason=gap) for name, (claim, gap) in told.items()}


def answers(prospects: Mapping[str, Verdict], *, accounts: int = 1) -> Answers:
    """Sort the claims by whether they will get a verdict.

    Parameters
    ----------
    prospects : mapping of str to Verdict
        As `helpers.families.prospects` gives them.
    accounts : int, default 1
        As in `Answers`.

    Returns
    -------
    Answers
        For the others, what to add.
    """
    asked = [verdict for verdict in prospects.values() if verdict.claim.kind != "Q"]  # which is not put to data
    can = [verdict for verdict in asked if not verdict.verdict]
    cannot: dict[str, list[Verdict]] = {}
    for verdict in asked:
        if verdict.verdict:
            cannot.setdefault(wanted(verdict), []).append(verdict)
    own = any(verdict.scope == OWN_ACCOUNT for verdict in asked)
    near = {words: told for words, told in cannot.items() if not own or _is_near(told)}
    best = sorted(near.items(), key=lambda item: (own and item[0] == MANY, -len(item[1])))
    steps = _steps(dict(best))
    size = [FOLLOWERS] if own and any(UNKNOWN_SIZE in verdict.reason for verdict in asked) else []
    return Answers(
        tuple(verdict.claim.claim for verdict in can),
        {words: tuple(verdict.claim.claim for verdict in told) for words, told in cannot.items()},
        sum(verdict.scope == OWN_ACCOUNT for verdict in can),
        tuple([*size, *steps][:STEPS]),
        accounts,
    )


def _is_near(told: Sequence[Verdict]) -> bool:
    """Say whether the owner of an account can have what is wanted: more of it, or other accounts to compare it with."""
    return any(verdict.scope == OWN_ACCOUNT or verdict.reason.startswith("compares accounts") for verdict in told)


def wanted(verdict: Verdict) -> str:
    """Say in plain words what would give a verdict on a claim that gets none.

    Parameters
    ----------
    verdict : Verdict
        With the reason why it gets none.

    Returns
    -------
    str
        What to add.
    """
    if _compares(verdict):
        unit = verdict.claim.unit_of_analysis
        return MANY if unit == "account" else f"rows of {counted(FEWEST_UNITS, unit)} or more"
    if "missing: " in verdict.reason:
        return to_add(verdict.reason)
    return LONGER


def _steps(groups: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """Say what to add step by step: each names only what no step before it has asked for, and all that then follows."""
    asked: set[str] = set()
    left, steps = dict(groups), list[str]()
    for words, told in groups.items():
        if words not in left:
            continue
        names = _gaps(told)
        new = [name for name in names if name not in asked]
        asked.update(new)
        follow = [words, *(other for other, more in left.items() if _are_filled(more, asked))]
        number = sum(len(left.pop(other)) for other in dict.fromkeys(follow))
        last = 0 < len(new) < len(names)
        what = f"then add {to_add(', '.join(new))}" if last else f"add {words}"
        steps.append(f"{what}: {counted(number, 'more claim')}{_form(new if last else names)}")
    return steps


def _are_filled(told: Sequence[Verdict], asked: set[str]) -> bool:
    """Say whether claims lack nothing but what was asked for already."""
    gaps = [name for verdict in told for name in ([verdict.reason] if _compares(verdict) else _gaps([verdict]))]
    return bool(gaps) and asked.issuperset(gaps)


def _compares(verdict: Verdict) -> bool:
    """Say whether a claim gets no verdict because there are too few to compare."""
    return verdict.reason.startswith("compares ")


def _gaps(told: Sequence[Verdict]) -> list[str]:
    """List the columns that claims lack, each in its nearest option."""
    gaps = [verdict.reason.partition("missing: ")[2].split("; or ")[0] for verdict in told]
    return list(dict.fromkeys(name for gap in gaps if gap for name in gap.split(", ")))


def _form(names: Sequence[str]) -> str:
    """Say in which form columns are added: a table's file, with its columns."""
    columns: dict[str, dict[str, None]] = {}
    for name in names:
        table, _, column = name.partition(".")
        columns.setdefault(table, dict.fromkeys(TABLES[table].required))[FORMS.get(name, column)] = None
    files = [f"{table}.csv with {listed(names)}" for table, names in columns.items()]
    return f" ({'; '.join(files[:MOST_FILES])})" if files else ""


def to_add(gap: str) -> str:
    """Say in plain words what fills a gap.

    Parameters
    ----------
    gap : str
        As ``claims.lacking`` says it; its first option counts, which is the nearest.

    Returns
    -------
    str
        What to add.

    Examples
    --------
    >>> to_add("missing: posts.followers; or accounts.followers, accounts.avg_likes")
    'a file with the followers of each account, such as an export of profiles'
    >>> to_add("missing: posts.saves")
    'an export of posts (in it: saves or bookmarks)'
    >>> to_add("missing: comments, comments.quality")
    'an export of comments (in it: how much it says)'
    """
    option = gap.removeprefix("missing: ").split("; or ")[0]
    said: dict[str, list[str]] = {}
    for name in option.split(", "):
        table, _, column = name.partition(".")
        columns = said.setdefault(TO_ADD.get(name, TO_ADD[table]), [])
        if name not in TO_ADD and column not in TABLES[table].required:
            known = column if column in TABLES[table].columns else FORMS[name]  # what is worked out on the way in
            columns.append(TABLES[table].columns[known].meaning)
    return ", and ".join(
        what + (f" (in it: {'; '.join(columns)})" if columns else "") for what, columns in said.items()
    )


def accounts_of(dataset: Dataset) -> int:
    """Count the accounts of posts and of lists of accounts; 0 where there is neither."""
    tables = [name for name in ("posts", "accounts") if name in dataset.tables]
    ids = " UNION ".join(dataset.tables[name].select("account_id").to_native().sql_query() for name in tables)
    return one_row(dataset.connection, f"SELECT count(DISTINCT account_id) FROM ({ids})")[0] if tables else 0


def few_accounts(dataset: Dataset) -> list[str]:
    """Say how data of fewer accounts than a comparison needs are looked at.

    Parameters
    ----------
    dataset : Dataset
        The data.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    number = accounts_of(dataset)
    if not 0 < number < FEWEST_UNITS:
        return []
    own = "; what compares posts or weeks is judged for this account alone" if "posts" in dataset.tables else ""
    them = own if number == 1 else own.replace("this account alone", "these accounts, each against itself")
    return [f"{counted(number, 'account')}: what compares accounts with each other needs {FEWEST_UNITS} or more{them}"]


def page(receipt: Receipt) -> str:
    """Write the receipt as one HTML file that opens offline.

    Parameters
    ----------
    receipt : Receipt
        The account.

    Returns
    -------
    str
        HTML in the look of the reports.
    """
    from helpers.pages.assets import written

    return written(TEMPLATE, {"receipt": receipt, "meaning": _meaning, "shown_files": SHOWN_FILES})


def template() -> Template:
    """Load the page's template, which takes a quarter of a second: it can be asked for while files are still read."""
    from helpers.pages import assets

    return assets.template(TEMPLATE)


def _meaning(table: str, column: str) -> str:
    """Say what one of our columns holds, where it is one of a tidy table."""
    known = TABLES[table].columns.get(column) if table in TABLES else None
    return known.meaning if known else ""


def text(receipt: Receipt) -> str:
    """Write the receipt as plain text.

    Parameters
    ----------
    receipt : Receipt
        The account.

    Returns
    -------
    str
        Lines.
    """
    lines = [f"Import of {receipt.name}", "", *summary(receipt), "", *said_aloud(receipt), ""]
    for section in receipt.sections:
        lines += _section_lines(section)
    if receipt.notes or receipt.aloud:
        lines += ["For all of the data", *(f"  {note}" for note in (*receipt.aloud, *receipt.notes)), ""]
    if receipt.left_aside:
        lines += ["Not read, as they are no export that is known", f"  {listed(receipt.left_aside)}", ""]
    lines += [receipt.answers.told]
    lines += [f"  {claim}" for claim in receipt.answers.can]
    lines += ["", "To know more", *(f"  {step}" for step in receipt.answers.steps)] if receipt.answers.steps else []
    for words, claims in receipt.answers.cannot.items():
        lines += ["", f"For {counted(len(claims), 'more claim')} add {words}", *(f"  {claim}" for claim in claims)]
    return "\n".join(lines) + "\n"


def summary(receipt: Receipt) -> list[str]:
    """Say in a few lines what was read and kept.

    Parameters
    ----------
    receipt : Receipt
        The account.

    Returns
    -------
    list of str
        One line for each reader and one for the tables.
    """
    lines = []
    for section in receipt.sections:
        read, kept = section.rows
        gone = "; ".join(f"{rule}: {rows:,}" for rule, rows in section.dropped.items())
        files = counted(len({file.label for file in section.files}), "file")
        said = f"{section.title}: {files}, {counted(read, section.unit)} read, {kept:,} kept" if section.table else ""
        lines.append((said or f"{section.title}: {files}, not used") + (f" ({gone})" if gone else ""))
    tables = listed(f"{table} {rows:,}" for table, rows in receipt.rows.items())
    return [*lines, f"Rows in the tables: {tables}"]


def said_aloud(receipt: Receipt) -> list[str]:
    """Say how many of the files were read and why the others were not, and what else nobody may overlook.

    Parameters
    ----------
    receipt : Receipt
        The account.

    Returns
    -------
    list of str
        Lines for the screen.
    """
    aloud = [note for section in receipt.sections for note in section.aloud]
    return [*_files_read(receipt), *dict.fromkeys([*aloud, *receipt.aloud])]


def _files_read(receipt: Receipt) -> list[str]:
    """Say how many of the files were read, and why the others were not."""
    read = {file.label for section in receipt.sections if section.table for file in section.files}
    unused = {
        f"{file.label} ({section.title}: {section.notes[0] if section.notes else 'nothing in it is used'})": file.label
        for section in receipt.sections
        if not section.table
        for file in section.files
    }
    why = [said for said, label in unused.items() if label not in read]
    size = len(read) + len(set(unused.values()) - read) + len(receipt.left_aside)
    shown = [*why, *receipt.left_aside]
    lines = [f"{len(read):,} of {counted(size, 'file')} read"]
    lines += [f"  not read: {said}" for said in shown[:SHOWN_REASONS]]
    more = len(shown) - SHOWN_REASONS
    return [*lines, f"  not read: {counted(more, 'more file')}, named in import.html"] if more > 0 else lines


def _section_lines(section: Section) -> list[str]:
    """Write what one reader did."""
    rows = [f"  {file.title}: {file.read:,} read, {file.kept:,} kept" for file in section.files[:SHOWN_FILES]]
    more = len(section.files) - len(rows)
    parts = {
        "recognised by": listed(section.evidence) if section.evidence else "",
        "columns used": listed(f"{ours} from {theirs!r}" for ours, theirs in section.used.items()),
        "columns ignored": listed(section.ignored),
        "columns that this export can have and has not": listed(section.lacking),
        "time zone": f"{section.zone}: {section.zone_reason}" if section.table else "",
        "left out": "; ".join(f"{rule}: {number:,}" for rule, number in section.dropped.items()),
        "hidden or missing": "; ".join(_gap_words(section.gaps)),
    }
    said = [f"  {what}: {words}" for what, words in parts.items() if words and words != "none"]
    rows += [f"  and {counted(more, 'more file')}"] if more > 0 else []
    return [section.title, *rows, *said, *(f"  {note}" for note in (*section.aloud, *section.notes)), ""]


def _gap_words(gaps: Mapping[str, tuple[int, int]]) -> Iterable[str]:
    """Say what is hidden and missing in each column."""
    for column, (hidden, missing) in gaps.items():
        said = [f"{hidden:,} hidden"] if hidden else []
        yield f"{column} " + " and ".join([*said, f"{missing:,} missing"] if missing else said)
