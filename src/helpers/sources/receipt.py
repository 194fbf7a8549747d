"""What does an import tell the person who made it? Which file was read how, what went, and what the data can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.base.words import counted, listed
from helpers.reading.work import one_row
from helpers.tables import TABLES

if TYPE_CHECKING:
    from jinja2 import Template

    from helpers.claims import Claim
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
    "posts.caption_words": "an export with the captions",
}
"""In plain words, what brings a table or a column that is missing."""


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


@dataclass(frozen=True)
class Answers:
    """Which claims the data can speak to.

    Parameters
    ----------
    can : tuple of str
        The claims that they can.
    cannot : mapping of str to tuple of str
        By what would have to be added, in words, the claims that they cannot.
    """

    can: tuple[str, ...]
    cannot: Mapping[str, tuple[str, ...]]


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


def answers(registry: Mapping[str, Claim], dataset: Dataset) -> Answers:
    """Sort the claims by whether data can speak to them.

    Parameters
    ----------
    registry : mapping of str to Claim
        The claims.
    dataset : Dataset
        The data.

    Returns
    -------
    Answers
        For the others, what to add.
    """
    from helpers.claims import lacking

    can = []
    cannot: dict[str, list[str]] = {}
    for claim in (claim for claim in registry.values() if claim.needs):  # a quoted figure is not put to data
        gap = lacking(claim, dataset)
        if gap:
            cannot.setdefault(to_add(gap), []).append(claim.claim)
        else:
            can.append(claim.claim)
    return Answers(tuple(can), {words: tuple(claims) for words, claims in cannot.items()})


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
            columns.append(TABLES[table].columns[column].meaning)
    return ", and ".join(
        what + (f" (in it: {'; '.join(columns)})" if columns else "") for what, columns in said.items()
    )


def few_accounts(dataset: Dataset) -> list[str]:
    """Warn where data hold fewer accounts than a claim needs.

    Parameters
    ----------
    dataset : Dataset
        The data.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    from helpers.claims import FEWEST_UNITS

    tables = [name for name in ("posts", "accounts") if name in dataset.tables]
    ids = " UNION ".join(dataset.tables[name].select("account_id").to_native().sql_query() for name in tables)
    number = one_row(dataset.connection, f"SELECT count(*) FROM ({ids})")[0] if tables else FEWEST_UNITS
    if number >= FEWEST_UNITS:
        return []
    return [
        f"{counted(number, 'account')}: a claim about accounts needs at least {FEWEST_UNITS} on each side; with fewer "
        "its verdict is 'too little data'"
    ]


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
    lines += [f"These data can speak to {counted(len(receipt.answers.can), 'claim')}"]
    lines += [f"  {claim}" for claim in receipt.answers.can]
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
