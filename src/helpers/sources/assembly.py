"""How do files of many kinds become the tables of one dataset?

Each file is recognised, files of one layout with the same columns are loaded together, what belongs to one tidy table
is put under one another by column name, and repeats go. Everything stays in DuckDB until it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal, plain
from helpers.base.words import counted, listed
from helpers.ground.filenames import file_label
from helpers.reading import accounts, textfiles
from helpers.reading.accounts import OF_ACCOUNTS
from helpers.reading.guards import is_aloud
from helpers.reading.manifest import (
    DATABASE_FILES,
    JSON_FILES,
    SHEET_FILES,
    TABLE_FILES,
    TableFiles,
)
from helpers.reading.meanings import meant, near_misses
from helpers.reading.sheets import number_of
from helpers.reading.values import plain_name
from helpers.reading.work import literal, one_row, quoted
from helpers.sources import joining
from helpers.sources.intake import Piece, fingerprint, gather
from helpers.sources.joining import FILE, PLACE, RULE
from helpers.sources.periods import EXPORTED, OF_A_PERIOD, added_up, period
from helpers.sources.privacy import DERIVED, made_of_text
from helpers.sources.proposals import together
from helpers.sources.receipt import FileRead, Section, template
from helpers.tables import TABLES

if TYPE_CHECKING:
    import duckdb

    from helpers.reading.loading import Loaded
    from helpers.sources.downloads import DiaryReading
    from helpers.sources.layouts import Layout, Match
    from helpers.sources.recognition import Recognised, Unknown

_WITH_DATA = (*TABLE_FILES, *SHEET_FILES, *JSON_FILES, *DATABASE_FILES, ".js", ".zip", ".gz")
_MEND = "mend or leave out these files, then run it again"

APART_S = 2 * 86_400
"""Seconds between the times of two captures of one post above which they are hardly of one, in whatever zone."""
PLACEHOLDER = "this "
"""What the account id of an export begins with that names no account, as in "this channel"."""

NOT_PROPOSED = "# Not proposed: "
"""What the lines of a proposal begin with that say of which files nothing is proposed, and why."""

READER = "tables"
"""What reads a folder of tidy tables, one file of posts or accounts, and what a dataset.toml maps."""


@dataclass
class Group:
    """Files of one layout with the same columns, which are loaded together.

    Parameters
    ----------
    match : Match
        What they were recognised as.
    spec : TableFiles
        How they are read.
    pieces : list of (Piece, int)
        For each file of `spec`, what it was made from and the number of that among all files.
    view : str
        Its rows in DuckDB, once loaded.
    columns : tuple of str
        Those of the tidy table that it has.
    read, dropped : mapping
        Rows of each file, and rows that its rules took out.
    notes : list of str
        What reading decided.
    aliases : str
        SQL for what else its accounts are called.
    """

    match: Match
    spec: TableFiles
    pieces: list[tuple[Piece, int]]
    view: str = ""
    columns: tuple[str, ...] = ()
    read: Mapping[int, int] = field(default_factory=dict)
    dropped: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    aliases: str = ""

    @property
    def layout(self) -> Layout:
        """What the files are."""
        return self.match.layout


@dataclass
class Assembly:
    """Tables that are ready to be reduced and written.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Where they are.
    views : mapping of str to str
        The view of each table.
    sections : list of Section
        What each reader did.
    notes : list of str
        What holds for all data.
    aloud : list of str
        What nobody may overlook: it is said on the screen.
    left_aside : tuple of str
        Files that were not read.
    source, kind, clock : str
        As in dataset.toml.
    """

    con: duckdb.DuckDBPyConnection
    views: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    aloud: list[str] = field(default_factory=list)
    left_aside: tuple[str, ...] = ()
    source: str = ""
    kind: str = "user"
    clock: str = "UTC"


def assemble(
    source: Path, *, con: duckdb.DuckDBPyConnection, scratch: Path, today: date, keep_text: bool = False
) -> Assembly:
    """Read a person's exports.

    Parameters
    ----------
    source : Path
        A file, a folder or an archive.
    con : duckdb.DuckDBPyConnection
        Where the tables are made.
    scratch : Path
        An empty folder for copies.
    today : date
        Later times in personal downloads are faults.
    keep_text : bool
        Whether file names are shown as they are.

    Returns
    -------
    Assembly
        Every table, unreduced, and what was done.

    Raises
    ------
    Refusal
        When nothing is recognised, or anything recognised cannot be read: every fault at once.
    """
    pieces = gather(source, scratch=scratch)
    labels = _labels([piece.name for piece in pieces], keep_text=keep_text)
    made = Assembly(con)
    with ThreadPoolExecutor(max_workers=1) as beside:
        seals = [beside.submit(fingerprint, piece.path) for piece in pieces]
        diary, rest = _downloads(pieces, today)
        groups, unknown, refused, left = _recognised(pieces, rest, scratch, labels)
        lists_only = all(group.spec.table in OF_ACCOUNTS for group in groups)
        if not (diary or refused) and (not groups or (lists_only and any(_holds_posts(one) for one in unknown))):
            raise _unknown(source, unknown)
        # What takes a while to load and is needed afterwards: pandas where clocks change, and the template of the page.
        if any(group.layout.zone != "UTC" for group in groups):
            beside.submit(_import_pandas)
        beside.submit(template)
        made.aloud += _tell_apart(groups)
        _carry_names(groups)
        if any(map(_other_names, groups)):
            groups.sort(key=lambda group: group.spec.table in OF_ACCOUNTS)  # the posts say which names they have
        for group in groups:
            if not keep_text:
                group.spec = replace(group.spec, reduced=made_of_text(group.spec))
            _choose_names(con, group, [_names(one) for one in groups if one.view and one.spec.table == "posts"])
            faults = _load(con, group, labels, scratch, len(made.sections))
            refused += [Refusal(f"{group.layout.title} cannot be used", faults, _MEND)] if faults else []
            made.sections.append(_section(con, group, labels, seals))
        if refused:
            raise _together(source, refused)
        if diary:
            _add_diary(made, diary, pieces, labels, seals)
    made.aloud += [f"{labels[at]}: {named} not read. {_SHEET}" for at, named in left.items()]
    made.aloud += _nameless(con, groups)
    _put_together(made, [group for group in groups if group.view])
    _advise(made, tables=any(found.header for found in unknown))
    if not made.views:
        titles = sorted({f"{section.title}: {note}" for section in made.sections for note in section.notes})
        raise Refusal(f"{source.name} holds nothing that a claim can be tested on", titles, "add an export of posts")
    asides = [(labels[pieces.index(found.piece)], found.says) for found in unknown]
    made.left_aside = tuple(f"{label} ({says})" if says else label for label, says in asides)
    made.source = "; ".join(dict.fromkeys(section.title for section in made.sections))
    return made


def _import_pandas() -> None:
    import pandas  # noqa: F401


def from_tables(source: Path, *, scratch: Path, lists: Sequence[Path] = (), keep_text: bool = False) -> Assembly:
    """Open tidy tables, or what a dataset.toml maps, for an import, with the lists of accounts that lie beside them.

    Parameters
    ----------
    source : Path
        As ``dataset.open_dataset`` takes it.
    scratch : Path
        An empty folder for copies.
    lists : sequence of Path
        Lists of accounts with their followers, which no dataset.toml names.
    keep_text : bool
        Whether file names are shown as they are.

    Returns
    -------
    Assembly
        Its tables as they are.

    Raises
    ------
    Refusal
        As ``dataset.open_dataset``.
    """
    from helpers.reading.dataset import open_dataset, settled

    dataset = open_dataset(source, without=lists)
    con, relations = settled(dataset)
    made = Assembly(con, kind=dataset.kind, source=dataset.source, clock=dataset.clock)
    for table, relation in relations.items():
        relation.create_view(f"given_{table}")
        made.views[table] = f"given_{table}"
    files, notes = [], list(dataset.notes)
    labels = _labels([path.name for path in (*dataset.file_rows, *lists)], keep_text=keep_text)
    for at, (path, rows) in enumerate(dataset.file_rows.items()):
        label, dropped = labels[at], dataset.file_dropped.get(path, {})
        files.append(FileRead(label, fingerprint(Path(path)), rows, rows - sum(dropped.values()), dropped))
        notes = [note.replace(path.name, label) for note in notes]
    beside = [path.name for path in others(source) if path not in dataset.file_rows and path not in lists]
    made.left_aside = tuple(
        f"{file_label(name, len(labels) + at, keep_text=keep_text)} (not named in dataset.toml, nor after a table)"
        for at, name in enumerate(beside, start=1)
    )
    made.sections.append(
        Section(
            reader=READER,
            title="Tables with the project's own columns, or mapped by a dataset.toml",
            table=", ".join(dataset.tables),
            files=tuple(files),
            zone=dataset.timezone,
            zone_reason=_NO_ZONE if dataset.timezone == "UTC" else "dataset.toml says so",
            notes=tuple(note for note in notes if not is_aloud(note)),
            aloud=tuple(filter(is_aloud, notes)),
        )
    )
    _add_lists(made, lists, scratch, labels=labels[len(dataset.file_rows) :])
    _advise(made, tables=bool(beside))
    return made


def _add_lists(made: Assembly, lists: Sequence[Path], scratch: Path, *, labels: Sequence[str]) -> None:
    """Join lists of accounts that lie beside tables to their posts."""
    if not ("posts" in made.views and lists):
        return
    pieces = [Piece(file, file.name) for file in lists]
    groups, _, refused, _ = _recognised(pieces, range(len(pieces)), scratch, labels)
    groups = [group for group in groups if group.spec.table in OF_ACCOUNTS]
    made.aloud += _tell_apart(groups)
    columns = _columns(made, "posts")
    called = {name: name for name in columns if plain_name(name) in accounts.called_accounts()}
    names = accounts.names_of(made.views["posts"], columns=columns, called=called)
    with ThreadPoolExecutor(max_workers=1) as beside:
        seals = [beside.submit(fingerprint, piece.path) for piece in pieces]
        for group in groups:
            _choose_names(made.con, group, [names])
            faults = _load(made.con, group, labels, scratch, len(made.sections))
            refused += [Refusal(f"{group.layout.title} cannot be used", faults, _MEND)] if faults else []
            made.sections.append(_section(made.con, group, labels, seals))
    if refused:
        raise _together(lists[0].parent, refused)
    for table in dict.fromkeys((*accounts.WHOSE, *OF_ACCOUNTS)):
        if table in made.views:
            numbered = f"SELECT *, -1 AS {FILE}, row_number() OVER () AS {PLACE} FROM {made.views[table]}"
            made.con.execute(f"CREATE TEMP TABLE joined_{table} AS {numbered}")
            made.views[table] = f"joined_{table}"
    for table in OF_ACCOUNTS:
        if parts := [group.view for group in groups if group.spec.table == table and group.view]:
            parts += [made.views[table]] if table in made.views else []
            _under_one_another(made, table, parts)
    columns = _columns(made, "posts")
    called = {name: name for name in columns if plain_name(name) in accounts.called_accounts()}
    _join(made, groups, [accounts.names_of(made.views["posts"], columns=columns, called=called)])


def others(source: Path) -> list[Path]:
    """List the files with data that lie in a folder of tables, those of the tables among them.

    Parameters
    ----------
    source : Path
        What is imported.

    Returns
    -------
    list of Path
        None where it is one file.
    """
    folder = source.parent if source.suffix == ".toml" else source
    return sorted(item for item in folder.iterdir() if item.suffix.lower() in _WITH_DATA) if folder.is_dir() else []


def _labels(names: Sequence[str], *, keep_text: bool) -> list[str]:
    """Give every file a label of its own."""
    labels: list[str] = []
    for at, name in enumerate(names, start=1):
        label = file_label(name, at, keep_text=keep_text)
        labels.append(f"{label} [{at}]" if label in labels else label)
    return labels


def _downloads(pieces: Sequence[Piece], today: date) -> tuple[DiaryReading | None, list[int]]:
    """Read what personal downloads hold: (the diary, places of the other files)."""
    from helpers.sources import downloads

    names = [f"{piece.archive}/{piece.name}" if piece.archive else piece.name for piece in pieces]
    if not downloads.recognised(names, [piece.path for piece in pieces]):
        return None, list(range(len(pieces)))
    diary = downloads.read({name: piece.path for name, piece in zip(names, pieces, strict=True)}, today=today)
    taken = {log.file for log in diary.files}
    return diary, [at for at, name in enumerate(names) if name not in taken]


def _recognised(
    pieces: Sequence[Piece], places: Iterable[int], scratch: Path, labels: Sequence[str]
) -> tuple[list[Group], list[Unknown], list[Refusal], dict[int, str]]:
    """Recognise the files and sort them by layout and columns: (groups, unknown files, refusals, sheets left aside)."""
    from helpers.sources import recognition

    groups: list[Group] = []
    unknown, refused = [], []
    left: dict[int, str] = {}
    for at in places:
        try:
            found = recognition.recognise(pieces[at], scratch=scratch)
        except Refusal as refusal:
            refused.append(_labelled(refusal, pieces[at], labels[at]))
            continue
        if isinstance(found, list):
            for one in found:
                _sort_in(groups, one, at, recognition.table_files(one))
                left |= {at: listed(one.left)} if one.left else {}
        else:
            unknown.append(found)
    return groups, unknown, refused, left


def _labelled(refusal: Refusal, piece: Piece, label: str) -> Refusal:
    """Call a file in a message as the receipt does."""

    def shown(text: str) -> str:
        return text.replace(piece.name, label).replace(piece.path.name, label)

    return Refusal(shown(refusal.what), map(shown, refusal.faults), shown(refusal.mend))


_SHEET = "What to do: where it is to be read, save it as a file of its own and import that"
_NO_ZONE = 'no other is stated; timezone = "Europe/Amsterdam", say, at the top of dataset.toml states one'


def _together(source: Path, refused: Sequence[Refusal]) -> Refusal:
    """Say everything that is wrong in one message."""
    if len(refused) == 1:
        return refused[0]
    return Refusal(f"{source.name} cannot be imported", map(_in_a_line, refused), _MEND)


def _sort_in(groups: list[Group], found: Recognised, at: int, spec: TableFiles) -> None:
    """Add a recognised file to the group that it fits, or begin one."""
    pieces = [(found.piece, at)] * (len(spec.files) or not spec.table)
    for group in groups:
        same_columns = set(group.match.ignored) == set(found.match.ignored)
        if (
            same_columns
            and replace(group.spec, files=()) == replace(spec, files=())
            and group.layout == found.match.layout
        ):
            group.spec = replace(group.spec, files=(*group.spec.files, *spec.files))
            group.pieces += pieces
            return
    groups.append(Group(found.match, spec, pieces))


def _tell_apart(groups: list[Group]) -> list[str]:
    """Let exports that name no account stand for one for each channel after which they are called, else each folder."""
    folders: dict[str, list[str]] = {}
    nameless = [group for group in groups if _is_nameless(group)]
    for group in nameless:
        for piece, _ in group.pieces:
            known = folders.setdefault(_platform(group), [])
            known += [] if _channel(piece) or _folder(piece) in known else [_folder(piece)]
    for group in nameless:
        known, anyone = folders[_platform(group)], group.spec.constants["account_id"]
        named = {_channel(piece): _channel(piece) for piece, _ in group.pieces}
        numbered = {folder: f"{anyone} {number}" for number, folder in enumerate(known[1:], start=2)}
        for place, account in (named | numbered).items():
            if place:
                _split(groups, group, place, account)
    return [
        f"exports that name no account ({platform}) lie in {len(known)} folders and count as those of {len(known)} "
        "accounts. What to do: where they are of one, put them into one folder"
        for platform, known in folders.items()
        if len(known) > 1
    ]


def _nameless(con: duckdb.DuckDBPyConnection, groups: Iterable[Group]) -> list[str]:
    """Say of exports that name no account where several of them, without a post in common, count as one."""
    said = []
    found: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        whose = group.spec.constants.get("account_id", "")
        is_one = all(piece.path.suffix.lower() in JSON_FILES or piece.path.suffix == ".js" for piece, _ in group.pieces)
        if group.view and group.spec.table == "posts" and whose.startswith(PLACEHOLDER) and not is_one:
            found.setdefault((group.layout.title, whose), []).append(group)
    for (title, whose), alike in found.items():
        rows = " UNION ALL ".join(f"SELECT post_id, {FILE} FROM {group.view}" for group in alike)
        shared = f"SELECT post_id FROM ({rows}) GROUP BY 1 HAVING count(DISTINCT {FILE}) > 1"
        linked = f"count(DISTINCT {FILE}) FILTER (post_id IN ({shared}))"
        files, together = one_row(con, f"SELECT count(DISTINCT {FILE}), {linked} FROM ({rows})")
        if files > 1 and together < files:
            said.append(
                f"WARNING: {counted(files, 'file')} ({title}) name no account, so that all of their posts count as "
                f"those of one ({whose.partition(' ')[2]}). What to do: where they are of several, put the files of "
                "each into a folder of its own, and give the folder that holds these"
            )
    return said


def _is_nameless(group: Group) -> bool:
    """Tell whether an export names no account."""
    return group.spec.constants.get("account_id", "").startswith(PLACEHOLDER)


def _platform(group: Group) -> str:
    """Name what the files of one account have in common: the beginning of their layouts' names."""
    return group.layout.name.partition("-")[0]


def _folder(piece: Piece) -> str:
    """Say in which folder of what was given a file lies."""
    path = f"{piece.archive.rpartition('/')[0]}/{piece.name}" if piece.archive else piece.name
    return path.rpartition("/")[0].strip("/")


def _channel(piece: Piece) -> str:
    """Say of which channel YouTube Studio's export is that a file lies in, as its name says behind the period."""
    found = EXPORTED.search(f"/{piece.archive}/{piece.name}")
    return found[3] if found else ""


def _split(groups: list[Group], group: Group, place: str, account: str) -> None:
    """Move the files of a channel or a folder into a group with an account of its own."""
    inside = [(_channel(piece) or _folder(piece)) == place for piece, _ in group.pieces]
    if not any(inside):
        return
    constants = {**group.spec.constants, "account_id": account}
    theirs = tuple(file for file, here in zip(group.spec.files, inside, strict=True) if here)
    others = tuple(file for file, here in zip(group.spec.files, inside, strict=True) if not here)
    moved = [piece for piece, here in zip(group.pieces, inside, strict=True) if here]
    group.pieces = [piece for piece, here in zip(group.pieces, inside, strict=True) if not here]
    fresh = Group(group.match, replace(group.spec, files=theirs, constants=constants), moved)
    group.spec = replace(group.spec, files=others)
    groups.append(fresh)
    if not others:
        groups.remove(group)


def proposal(source: Path, *, scratch: Path) -> str:
    """Write the dataset.toml that is proposed for files, where none of them is known.

    Parameters
    ----------
    source : Path
        A file or a folder.
    scratch : Path
        An empty folder for copies.

    Returns
    -------
    str
        Empty where any is known, or is a personal download; a list of accounts may lie beside them. What is wrong with
        files that cannot be read stands above the proposals for the others.

    Raises
    ------
    Refusal
        When there is no table among them that can be read, or they are packed; all faults at once.
    """
    from helpers.sources import downloads, recognition

    faults: list[str] = []
    pieces = gather(source, scratch=scratch, faults=faults)
    if downloads.recognised([piece.name for piece in pieces], [piece.path for piece in pieces]):
        return ""
    unknown, known, refused = [], [], []
    bare: list[str] = []
    for piece, label in zip(pieces, _labels([piece.name for piece in pieces], keep_text=False), strict=True):
        try:
            found = recognition.recognise(piece, scratch=scratch, proposing=True)
        except Refusal as fault:
            refused.append(_labelled(fault, piece, label))
            continue
        if isinstance(found, recognition.Unknown):
            unknown.append(found)
            bare += [f"{label}: {found.hint}"] if found.hint and not found.proposal else []
        else:
            known += found
    faults += map(_in_a_line, refused)
    if any(one.match.layout.table not in OF_ACCOUNTS for one in known) or not (unknown or faults):
        return ""
    refusal = _unknown(source, unknown)
    if not refusal.proposal:
        if refused and not unknown and len(faults) == len(refused):
            raise _together(source, refused)
        if faults:
            raise Refusal(f"{source.name} cannot be read", [*faults, *refusal.faults], _MEND)
        if known:
            return ""
        raise refusal
    if any(piece.archive for piece in pieces):
        raise Refusal(f"{source.name} is packed", mend="unpack it, and give the folder with PROPOSE=1")
    return "".join(f"{NOT_PROPOSED}{plain(' '.join(fault.split()))}\n" for fault in [*faults, *bare]) + refusal.proposal


def _in_a_line(refusal: Refusal) -> str:
    """Say in one line what is wrong with a file, and what to do."""
    said = f"{refusal.what}: {'; '.join(refusal.faults)}" if refusal.faults else refusal.what
    return f"{said}; {refusal.mend}" if refusal.mend and refusal.mend != _MEND else said


def _unknown(source: Path, unknown: Sequence[Unknown]) -> Unrecognised:
    """Refuse what nothing is known of, with a proposal for each that is a table."""
    proposed = [found.proposal for found in unknown if found.proposal]
    what = f"{source.name}: no export that is known here"
    faults = [f"{counted(len(unknown), 'file')} looked at, {len(proposed)} of them tables"] if len(unknown) > 1 else []
    labels = _labels([found.piece.name for found in unknown], keep_text=False)
    hints = [(label, found.hint) for label, found in zip(labels, unknown, strict=True) if found.hint]
    faults += [f"{label}: {hint}" if len(unknown) > 1 else hint for label, hint in hints]
    if not proposed:
        mend = (
            "give the file, folder or zip as the platform gave it (docs/your-data.md says how to get one), or a table "
            "of your own whose columns have the names of docs/tables.md, or are named by a dataset.toml (README.md)"
        )
        return Unrecognised(what, faults, mend)
    text = together(proposed)
    mend = (
        "check this proposal, save it as dataset.toml beside the file, and give the folder; make import FROM=... "
        "NAME=... PROPOSE=1 writes it there, with the files' own names where they are not repeated here:\n\n"
    )
    return Unrecognised(what, faults, mend + text.rstrip("\n"), proposal=text)


def _holds_posts(found: Unknown) -> bool:
    """Tell whether a file may be read as posts, as its proposal says; a list of accounts alone says little then."""
    return "\n[tables.posts]\n" in found.proposal


class Unrecognised(Refusal):
    """The refusal of files of which nothing is known, with the dataset.toml that is proposed for them."""

    def __init__(self, what: str, faults: Iterable[str] = (), mend: str = "", proposal: str = "") -> None:
        super().__init__(what, faults, mend)
        self.proposal = proposal


def _load(con: duckdb.DuckDBPyConnection, group: Group, labels: Sequence[str], scratch: Path, number: int) -> list[str]:
    """Bring a group into DuckDB under a name of its own, its rows numbered by file and place."""
    from helpers.reading.loading import load

    if not group.layout.table:
        return []
    room = scratch / f"load-{number}"
    room.mkdir()
    loaded = load(con, group.spec, timezone=group.layout.zone, scratch=room)
    group.notes = [_cleaned(note, group, labels) for note in loaded.notes]
    table, used = group.layout.table, group.match.columns
    group.notes += near_misses(_may_be_lacking(group), table=table, used=used)
    if loaded.is_empty:
        group.notes += [_cleaned(fault, group, labels) for fault in loaded.faults]
        return []
    if loaded.faults:
        return [_named(fault, group, labels) for fault in loaded.faults]
    described = con.execute(f"DESCRIBE {loaded.query}").fetchall()
    derived = (*DERIVED.get(loaded.table, ()), *(name for made in group.spec.reduced.values() for name in made))
    known = (*TABLES[loaded.table].columns, *derived)
    group.columns = tuple(name for name, *_ in described if name in known)
    group.view = _numbered(con, group, loaded, number)
    called = {theirs: ours for theirs, ours in loaded.work.extras.items() if plain_name(theirs) in group.spec.beside}
    named = accounts.names_of(loaded.source, columns=group.columns, called=called)
    group.aliases = named if group.spec.beside else ""
    sizes = [loaded.file_rows.get(file, 0) for file in group.spec.files]
    group.read = _by_piece(group, sizes)
    group.dropped = _dropped(con, group, loaded)
    return []


def _other_names(group: Group) -> list[str]:
    """Name further columns of a list of accounts that may name them, such as a handle beside an id."""
    is_list = group.layout.is_closed and group.layout.table in OF_ACCOUNTS
    called = {plain_name(name) for name in group.layout.fields["account_id"].names} if is_list else ()
    return [name for name in group.match.ignored if plain_name(name) in called]


def _names(group: Group) -> str:
    """Write SQL for the names of the accounts of a group of posts."""
    return group.aliases or f"SELECT account_id AS name FROM {group.view}"


def _choose_names(con: duckdb.DuckDBPyConnection, group: Group, names: Sequence[str]) -> None:
    """Of several columns that name the accounts of a list, take the one that names most of those that posted."""
    if not (others := _other_names(group)):
        return
    found = con.execute(" UNION ".join(f"SELECT name FROM ({sql})" for sql in names)).fetchall() if names else []
    posted = {accounts.account_named(name)[0] for (name,) in found if name}
    held: dict[str, set[str]] = {}
    for name in (group.spec.columns["account_id"], *others):
        for file in (file for file in group.spec.files if isinstance(file, Path)):
            layout = textfiles.layout(file, skip=group.spec.skip)
            at = layout.header.index(name)
            cells = (row[at] for _, row in textfiles.rows(layout) if len(row) > at and row[at])
            held.setdefault(name, set()).update(posted.intersection(accounts.account_named(cell)[0] for cell in cells))
    best = max(held, key=lambda name: len(held[name]))
    group.spec = replace(group.spec, columns={**group.spec.columns, "account_id": best})
    group.match = replace(group.match, columns={**group.match.columns, "account_id": best})


def _may_be_lacking(group: Group) -> Iterable[str]:
    """Name columns that nothing asks for and that may be ours; of an export those that it counts elsewhere."""
    if group.layout.is_tidy:
        return [name for name in group.match.ignored if "/0." not in name]
    table = TABLES[group.layout.table].columns
    lacking = {ours for ours in group.match.lacking if table[ours].kind == "count"}
    bare = {name: name.removeprefix("string_map_data.").removesuffix(".value") for name in group.match.ignored}
    plain = (name for name, own in bare.items() if not re.search("[./:]", own))
    return [name for name in plain if meant(name, group.layout.table) in lacking]


def _carry_names(groups: Iterable[Group]) -> None:
    """Let posts carry what else their accounts are called, where accounts are given beside them."""
    if any(group.spec.table in OF_ACCOUNTS for group in groups):
        for group in groups:
            if group.spec.table == "posts":
                group.spec = replace(group.spec, beside=frozenset(accounts.called_accounts()))


def _cleaned(note: str, group: Group, labels: Sequence[str]) -> str:
    """Take file names out of a note of the loader, and what it begins with where it is about all of the group."""
    note, label = _named(note, group, labels), re.escape(_called(group, 0, labels))
    return re.sub(rf"^({re.escape(group.spec.table)} \([0-9,]+ files\)|{label}): ", "", note)


def _named(said: str, group: Group, labels: Sequence[str]) -> str:
    """Call files, of which some were made of what a person gave, by names that lead to nobody."""
    alike: dict[str, list[str]] = {}
    for place, file in enumerate(group.spec.files):
        alike.setdefault(file.name, []).append(_called(group, place, labels))
    for name, called in alike.items():
        # Files of one name come in their order; where some of them do not come, nothing tells which do.
        parts = said.split(name)
        one = called[0] if len(called) == 1 else f"one of {listed(called)}"
        each = called if len(called) == len(parts) - 1 else [one] * (len(parts) - 1)
        said = "".join(part + label for part, label in zip(parts, [*each, ""], strict=False)) if parts[1:] else said
    return said


def _called(group: Group, place: int, labels: Sequence[str]) -> str:
    """Name a file of a group, with its sheet where several are of one workbook."""
    piece, at = group.pieces[place]
    several = sum(other == at for _, other in group.pieces) > 1 and piece.path.suffix.lower() in SHEET_FILES
    return f"{labels[at]} sheet {number_of(Path(group.spec.files[place].name))}" if several else labels[at]


def _numbered(con: duckdb.DuckDBPyConnection, group: Group, loaded: Loaded, number: int) -> str:
    """Number the rows of what was loaded by file and place."""
    columns = ", ".join(quoted(name) for name in group.columns)
    rows = f"(SELECT {columns}, {loaded.row} AS {PLACE} FROM {loaded.source})"
    starts, start = [], 0
    for file, (_, at) in zip(group.spec.files, group.pieces, strict=True):
        starts.append((start, at))
        start += loaded.file_rows.get(file, 0)
    sql = f"SELECT *, {starts[0][1]} AS {FILE} FROM {rows}"
    if len(starts) > 1:
        told = f"(SELECT * FROM (VALUES {', '.join(map(str, starts))}) AS s(start, {FILE}))"
        sql = f"SELECT r.*, s.{FILE} FROM {rows} r ASOF JOIN {told} s ON r.{PLACE} >= s.start ORDER BY r.{PLACE}"
    con.execute(f"CREATE TEMP VIEW numbered_{number} AS {sql}")
    return f"numbered_{number}"


def _by_piece(group: Group, sizes: Sequence[int]) -> dict[int, int]:
    """Add up figures of files that were made from one piece."""
    read: dict[int, int] = {}
    for (_, at), rows in zip(group.pieces, sizes, strict=True):
        read[at] = read.get(at, 0) + rows
    return read


def _dropped(con: duckdb.DuckDBPyConnection, group: Group, loaded: Loaded) -> dict[int, dict[str, int]]:
    """Say for each file how many rows the layout's own rules took out."""
    rules = {rule: rows for rule, rows in loaded.dropped.items() if rows}
    if not rules:
        return {}
    if len(group.read) == 1:
        return {next(iter(group.read)): rules}
    kept = dict(con.execute(f"SELECT {FILE}, count(*) FROM {group.view} GROUP BY 1").fetchall())
    gone = {at: rows - kept.get(at, 0) for at, rows in group.read.items()}
    return {at: {" or ".join(rules): rows} for at, rows in gone.items() if rows}


def _section(
    con: duckdb.DuckDBPyConnection, group: Group, labels: Sequence[str], seals: Sequence[Future[str]]
) -> Section:
    """Tell what a group was, before repeats are taken out."""
    layout, hashes = group.layout, {at: seals[at].result() for _, at in group.pieces}
    files = tuple(
        FileRead(
            label=labels[at],
            sha256=digest,
            read=group.read.get(at, 0),
            kept=group.read.get(at, 0) - sum(group.dropped.get(at, {}).values()),
            dropped=group.dropped.get(at, {}),
        )
        for at, digest in hashes.items()
    )
    kinds = {name: TABLES[layout.table].columns[name].kind for name in group.match.columns} if group.view else {}
    return Section(
        reader=layout.name,
        title=layout.title,
        table=layout.table,
        files=files,
        evidence=group.match.evidence,
        used=group.match.columns,
        ignored=group.match.ignored,
        lacking=tuple(name for name in layout.fields if name in group.match.lacking),
        zone=layout.zone,
        zone_reason=layout.zone_reason,
        gaps=joining.gaps(con, group.view, columns=kinds) if group.view else {},
        notes=(*layout.notes, *(note for note in group.notes if not is_aloud(note))),
        aloud=tuple(filter(is_aloud, group.notes)),
    )


def _add_diary(
    made: Assembly, diary: DiaryReading, pieces: Sequence[Piece], labels: Sequence[str], seals: Sequence[Future[str]]
) -> None:
    """Add the table that personal downloads become, and tell of their files."""
    made.con.register("diary_read", diary.frame)
    made.con.execute("CREATE TEMP TABLE diary_rows AS FROM diary_read")
    made.con.unregister("diary_read")
    made.views["diary"] = "diary_rows"
    named = {f"{piece.archive}/{piece.name}" if piece.archive else piece.name: at for at, piece in enumerate(pieces)}
    files = []
    for log in diary.files:
        at = named[log.file]
        part = f"{log.source.event} ({log.source.kind})"
        files.append(FileRead(labels[at], seals[at].result(), log.events, len(log.times), dict(log.dropped), part))
    platforms = ", ".join(sorted({log.source.platform for log in diary.files}))
    made.sections.append(
        Section(
            reader="downloads",
            title=f"Personal data download ({platforms})",
            table="diary",
            files=tuple(files),
            zone_reason="downloads give moments in UTC; rows are events here and hours in the table",
            notes=diary.notes,
            aloud=diary.aloud,
            unit="event",
        )
    )


def _put_together(made: Assembly, groups: Sequence[Group]) -> None:
    """Make every table from its groups: one under the other, repeats out, followers in."""
    for table in TABLES:
        own = [group for group in groups if group.spec.table == table]
        if own:
            _unite(made, table, own)
    _name_accounts(made, groups)
    _join(made, groups, [group.aliases for group in groups if group.aliases])
    if "posts" in made.views:
        made.notes += joining.breaks(made.con, made.views["posts"], columns=_columns(made, "posts"))


def _unite(made: Assembly, table: str, groups: Sequence[Group]) -> None:
    """Put the groups of a table under one another and take repeats out; accounts have to be known first."""
    con = made.con
    _under_one_another(made, table, [group.view for group in groups])
    columns = _columns(made, table)
    # Ids that are all different, as in nearly every export, can neither be shared by two pages nor be repeats.
    repeat = table != "posts" or joining.come_again(con, made.views[table], ["post_id"])
    if table == "posts":
        _add_up(made, groups)
        made.notes += _page_notes(joining.same_pages(con, made.views[table], columns=columns, ids_repeat=repeat), made)
    if repeat and table not in OF_ACCOUNTS:
        _once(made, table, groups)


def _add_up(made: Assembly, groups: Sequence[Group]) -> None:
    """Add up what several exports counted of one video, each within a period of its own."""
    spans = {at: period(piece) for group in groups if group.layout.name in OF_A_PERIOD for piece, at in group.pieces}
    if spans:
        sql, said = added_up(made.con, made.views["posts"], columns=_columns(made, "posts"), periods=spans)
        made.con.execute(f"CREATE TEMP VIEW added_posts AS {sql}")
        made.views["posts"] = "added_posts"
        made.aloud += said


def _under_one_another(made: Assembly, table: str, views: Sequence[str]) -> None:
    """Make one view of several."""
    parts = " UNION ALL BY NAME ".join(f"SELECT * FROM {view}" for view in views)
    made.con.execute(f"CREATE TEMP VIEW all_{table} AS {parts}")
    made.views[table] = f"all_{table}"


def _once(made: Assembly, table: str, groups: Sequence[Group]) -> None:
    """Take repeats out of a table."""
    con, view, columns = made.con, made.views[table], _columns(made, table)
    if not joining.has_repeats(con, view, table=table, columns=columns):
        return
    latest = next((group.layout.latest_by for group in groups if group.layout.latest_by), "captured_at")
    marked = joining.repeats(view, table=table, columns=columns, latest_by=latest)
    con.execute(f"CREATE TEMP TABLE marked_{table} AS {marked}")
    con.execute(
        f"CREATE TEMP VIEW once_{table} AS SELECT * EXCLUDE ({RULE}) FROM marked_{table} WHERE {RULE} IS NULL "
        f"ORDER BY {FILE}, {PLACE}"
    )
    made.views[table] = f"once_{table}"
    _count_out(made, table, groups)
    if table == "posts" and "created_at" in columns:
        _doubt_captures(made)


def _doubt_captures(made: Assembly) -> None:
    """Say where rows that were taken for captures of a post are of other days, as of posts that share an id."""
    names = TABLES["posts"].present_key(_columns(made, "posts"))
    same = " AND ".join(f"m.{name} IS NOT DISTINCT FROM o.{name}" for name in names)
    apart = f"m.{RULE} IS NOT NULL AND abs(epoch(m.created_at) - epoch(o.created_at)) > {APART_S}"
    sql = f"SELECT count(*) FROM marked_posts m JOIN once_posts o ON {same} WHERE {apart}"
    if n := one_row(made.con, sql)[0]:
        made.aloud.append(
            f"WARNING: {counted(n, 'row')} left out as earlier captures, though of other days than the posts with the "
            "same id. What to do: if these are posts of their own, map a column that tells them apart as post_id in a "
            "dataset.toml"
        )


def _count_out(made: Assembly, table: str, groups: Sequence[Group]) -> None:
    """Tell each file's section how many of its rows were repeats."""
    sql = f"SELECT {FILE}, {RULE}, count(*) FROM marked_{table} WHERE {RULE} IS NOT NULL GROUP BY ALL ORDER BY ALL"
    gone: dict[int, dict[str, int]] = {}
    for at, rule, rows in made.con.execute(sql).fetchall():
        gone.setdefault(at, {})[rule] = rows
    for place, section in enumerate(made.sections):
        group = next((group for group in groups if group.view == f"numbered_{place}"), None)
        if group:
            numbers = dict.fromkeys(at for _, at in group.pieces)
            files = zip(section.files, numbers, strict=True)
            made.sections[place] = replace(section, files=tuple(_less(file, gone.get(at, {})) for file, at in files))


def _less(file: FileRead, gone: Mapping[str, int]) -> FileRead:
    """Take repeats off a file's rows."""
    return replace(file, kept=file.kept - sum(gone.values()), dropped={**file.dropped, **gone})


def _columns(made: Assembly, table: str) -> tuple[str, ...]:
    """Name the columns of a table, without those that number files and rows."""
    described = made.con.execute(f"DESCRIBE SELECT * FROM {made.views[table]}").fetchall()
    return tuple(name for name, *_ in described if name not in (FILE, PLACE))


def _name_accounts(made: Assembly, groups: Sequence[Group]) -> None:
    """Give exports that name no account that of the posts or of the list beside them, where there is only one."""
    found: dict[str, list[str]] = {}
    sites = {_platform(group) for group in groups if _is_nameless(group) and group.spec.table == "account_history"}
    for table in [table for table in ("posts", *OF_ACCOUNTS) if table in made.views]:
        sql = f"SELECT DISTINCT account_id FROM {made.views[table]} ORDER BY ALL LIMIT 2"
        found[table] = [name for (name,) in made.con.execute(sql).fetchall()]
        if "platform" in _columns(made, table):
            sql = f"SELECT DISTINCT platform FROM {made.views[table]} WHERE platform IS NOT NULL LIMIT 2"
            sites |= {site for (site,) in made.con.execute(sql).fetchall()}
    known = {name for names in found.values() for name in names if not name.startswith(PLACEHOLDER)}
    nameless = {table: names for table, names in found.items() if len(names) == 1 and names[0].startswith(PLACEHOLDER)}
    if "posts" not in found or len(known) != 1 or len(sites) > 1 or max(map(len, found.values())) > 1:
        return
    for table in nameless:
        named = f"SELECT * REPLACE ({literal(*known)} AS account_id) FROM {made.views[table]}"
        made.con.execute(f"CREATE TEMP VIEW named_{table} AS {named}")
        made.views[table] = f"named_{table}"
        what = {"posts": "posts", "account_history": "follower counts by day"}.get(table, "followers")
        whose = "listed" if table == "posts" else "that posted"
        made.aloud.append(f"the {what} name no account; they are taken for those of the one {whose}")


def _join(made: Assembly, groups: Sequence[Group], names: Sequence[str]) -> None:
    """Let all tables know each account by one id, keep one row of it in the lists, and give posts its followers."""
    named = ""
    if "posts" in made.views and names:
        named = "names_of_accounts"
        made.con.execute(f"CREATE TEMP TABLE {named} AS {' UNION ALL '.join(names)}")
    _respell(made, named)
    faults = []
    for table in [table for table in OF_ACCOUNTS if table in made.views]:
        if named:
            _rename(made, table, named)
        faults += _contradicted(made, table)
        _once(made, table, [group for group in groups if group.spec.table == table])
    if faults:
        raise Refusal("a list of accounts contradicts itself", faults, _MEND)
    _give_followers(made)


def _respell(made: Assembly, named: str) -> None:
    """Write accounts in one spelling, in all tables and in the names by which they are known."""
    posts = made.views.get("posts", "")
    found = accounts.spelled(made.con, posts, columns=_columns(made, "posts")) if posts else None
    made.aloud += found.notes if found else []
    if not (found and found.accounts):
        return
    for table, column in [(table, column) for table, column in accounts.WHOSE.items() if table in made.views]:
        columns = _columns(made, table)
        if column in columns:
            on = " AND t.platform IS NOT DISTINCT FROM s.platform" if "platform" in columns else ""
            cell = f"coalesce(s.ours, t.{column}) AS {column}"
            own = f"(SELECT DISTINCT ON (cell{', platform' if on else ''}) * FROM {found.table}) s"
            sql = f"SELECT t.* REPLACE ({cell}) FROM {made.views[table]} t LEFT JOIN {own} ON t.{column} = s.cell{on}"
            made.con.execute(f"CREATE TEMP TABLE respelled_{table} AS {sql} ORDER BY {FILE}, {PLACE}")
            made.views[table] = f"respelled_{table}"
    if named:
        same = f"{named}.account_id = s.cell AND {named}.platform IS NOT DISTINCT FROM s.platform"
        made.con.execute(f"UPDATE {named} SET account_id = s.ours FROM {found.table} s WHERE {same}")


def _rename(made: Assembly, table: str, named: str) -> None:
    """Give the accounts of a list the ids by which the posts know them."""
    con, view, columns = made.con, made.views[table], _columns(made, table)
    keys = accounts.keyed(con, [f"SELECT DISTINCT name FROM {named}", f"SELECT DISTINCT account_id FROM {view}"])
    row = f"struct_pack(f := a.{FILE}, p := a.{PLACE})"
    found = accounts.matched(named, keys=keys, accounts=view, row=row, columns=columns)
    put = "coalesce(m.found, a.account_id) AS account_id"
    put += ", coalesce(m.found_at, a.platform) AS platform" if "platform" in columns else ""
    sql = f"SELECT a.* REPLACE ({put}) FROM {view} a LEFT JOIN ({found}) m ON m.row = {row}"
    con.execute(f"CREATE TEMP TABLE known_{table} AS {sql} ORDER BY {FILE}, {PLACE}")
    made.views[table] = f"known_{table}"


def _contradicted(made: Assembly, table: str) -> list[str]:
    """Refuse a file that gives one account two follower counts; of several files, say that the last one counts."""
    view, columns = made.views[table], _columns(made, table)
    inside = accounts.contradictions(made.con, view, table=table, columns=columns, within=FILE)
    if inside:
        return [accounts.contradicted(inside, table=table)]
    if number := accounts.contradictions(made.con, view, table=table, columns=columns):
        made.aloud.append(
            f"WARNING: {counted(number, 'account')} in several files with different followers: those of the last file "
            "are used, in the order of the files' names. What to do: leave out the older file"
        )
    return []


def _give_followers(made: Assembly) -> None:
    """Give posts without followers those of their account, from profiles or from counts by day."""
    is_asked = "posts" in made.views and _lacking(made) > 0
    for table, join in accounts.JOINS.items():
        if not {"posts", table} <= set(made.views):
            continue
        theirs, columns = _columns(made, table), _columns(made, "posts")
        if "followers" not in theirs:
            continue
        lacking = _lacking(made)
        if table == "account_history":
            far = accounts.far_counts(made.con, made.views["posts"], columns=columns, accounts=made.views[table])
            made.aloud += far
        sql = join(made.views["posts"], columns=columns, accounts=made.views[table], theirs=theirs)
        order = f" ORDER BY {FILE}, {PLACE}"
        made.con.execute(f"CREATE TEMP TABLE posts_with_{table} AS {sql}{order}")
        made.views["posts"] = f"posts_with_{table}"
        given = lacking - _lacking(made)
        when = "by day" if table == "account_history" else "at capture"
        said = f"{given:,} of {counted(lacking, 'post')} without followers got those of their account {when}"
        made.notes += [said] if lacking else []
    there = [table for table in OF_ACCOUNTS if table in made.views]
    lists = [made.views[table] for table in there if "followers" in _columns(made, table)]
    if is_asked and lists:
        used = {section.used.get("account_id", "") for section in made.sections if section.table == "posts"}
        named = f"SELECT bool_or(NOT starts_with(account_id, '{PLACEHOLDER}')) FROM {made.views['posts']}"
        known = " or ".join(sorted(filter(None, used))) or ("account_id" if one_row(made.con, named)[0] else "")
        made.aloud.append(accounts.joined(made.con, made.views["posts"], lists=lists, known=known))
    elif is_asked and any(section.ignored for section in made.sections if section.table in OF_ACCOUNTS):
        made.aloud.append(accounts.unnamed(_lacking(made)))


def _advise(made: Assembly, *, tables: bool) -> None:
    """Say what a list of followers has to look like, where posts have none and tables beside them were not read."""
    if tables and "posts" in made.views and "followers" not in _columns(made, "posts"):
        said = "No post has followers. Where a file that was not read lists them"
        made.aloud.append(f"{said}: {accounts.LISTED}, and no other column")


def _lacking(made: Assembly) -> int:
    """Count posts without a follower count."""
    if "followers" not in _columns(made, "posts"):
        return one_row(made.con, f"SELECT count(*) FROM {made.views['posts']}")[0]
    return one_row(made.con, f"SELECT count(*) - count(followers) FROM {made.views['posts']}")[0]


def _page_notes(pairs: Sequence[joining.SamePage], made: Assembly) -> list[str]:
    """Report pages that stand under two account ids, by their pseudonyms."""
    from helpers.sources.privacy import PREFIXES, pseudonym

    notes = []
    for pair in pairs:
        names = [pseudonym(literal(name), PREFIXES["account_id"]) for name in (pair.first, pair.second)]
        first, second = one_row(made.con, f"SELECT {', '.join(names)}")
        notes.append(
            f"{first} and {second} seem to be one page under two names: {pair.shared:,} of {pair.of:,} posts have "
            f"{pair.how}; they were not merged"
        )
    return notes
