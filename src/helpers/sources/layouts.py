"""What does a native export look like, and what do its columns mean to us?

A reader is a declaration: how its export is recognised, and which of its columns is which of ours, in every language
known. Reading numbers, dates, encodings and archives is shared and stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from helpers.ground.languages import languages
from helpers.reading.jsons import OVER
from helpers.reading.values import plain_name


@dataclass(frozen=True)
class Field:
    """One of our columns, in a file's words.

    Parameters
    ----------
    names : tuple of str
        What the column is called there, in any language and age of the export; the first one found is taken. For JSON a
        name is a path of keys joined by dots.
    unit : str
        The unit that the file counts in, as in a dataset.toml.
    format : str
        ``strptime`` format of a time, where the file has one that cannot be told from its values.
    words : mapping of str to str
        Their words for a category or flag to ours, compared without regard to case; a word that is not listed becomes
        ``other`` for a format and unknown elsewhere, with a note.
    hidden : tuple of str
        Cells that say that the platform hides the number; they become -1.
    sql : str
        Makes the value when it needs more than the cell, such as a time from a video id, or hangs on other cells of the
        row: SQL for a text, with ``{cell}`` for the cell and ``"likes hidden"`` for a column by its plain name,
        which is null in files without it. Empty cells are null.
    make : callable, optional
        The same in Python, for exports that are small by nature: it gets and returns texts, and sees no empty one.
    """

    names: tuple[str, ...]
    unit: str = ""
    format: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    sql: str = ""
    make: Callable[[str], str] | None = None


TIDY = "tidy-"
"""What the names of layouts begin with that are tables of our own form."""


@dataclass(frozen=True)
class Layout:
    """One native export: how it is recognised and read.

    Parameters
    ----------
    name, title : str
        Short id, such as ``meta-instagram-content``, and what a person calls it.
    table : str
        The tidy table that it becomes.
    signature : tuple of tuple of str
        Each group holds names for one column; a file is recognised when it has one of each group.
    fields : mapping of str to Field
        Our columns.
    unlike : tuple of str
        Columns that another, similar export has and this one never.
    constants : mapping of str to str
        Our columns that are the same on every row.
    zone, zone_reason : str
        Zone of times that name none, and why it is taken.
    dropped : mapping of str to (tuple of str, tuple of str), or to str
        By rule, in words: names of a column, and the cells that make a row no observation, such as a total; or SQL
        that tells it, as in a field.
    unfit : tuple of str
        SQL, as in a field, that is null where a row can be used and else says in words why the file cannot be.
    totals : mapping of str to tuple of str
        Their columns that are sums of ours, which confirm ambiguous numbers.
    latest_by : str
        Our column by which the last of several captures of one post is kept; empty where repeats are plain duplicates.
    notes : tuple of str
        What a reader of the result has to know about these data.
    is_closed : bool
        Whether a file with any column that neither a field nor the signature names is another.
    aside : tuple of str
        Columns that are known beside those and not read, which a closed one may have.
    is_twofold : bool
        Whether one name may stand over two figures, such as persons and times; neither is read then.
    flatten : callable, optional
        Turns a file that is no plain table into one: gets the file and an empty folder, writes CSV or Parquet files
        with the names above as header, and returns them.
    """

    name: str
    title: str
    table: str
    signature: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Field]
    unlike: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    zone_reason: str = "the export's times are UTC"
    dropped: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]] | str] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    latest_by: str = ""
    notes: tuple[str, ...] = ()
    is_closed: bool = False
    aside: tuple[str, ...] = ()
    is_twofold: bool = False
    flatten: Callable[[Path, Path], Iterable[Path]] | None = None

    @property
    def is_tidy(self) -> bool:
        """Whether it is a table of our own form, which came among exports."""
        return self.name.startswith(TIDY)


@dataclass(frozen=True)
class Match:
    """A file recognised as an export.

    Parameters
    ----------
    layout : Layout
        The export.
    columns : mapping of str to str
        Our columns to the file's own names.
    evidence : tuple of str
        The file's columns that gave it away.
    ignored : tuple of str
        The file's columns that nothing asks for.
    lacking : tuple of str
        Our columns that this export can have and this file has not.
    """

    layout: Layout
    columns: Mapping[str, str]
    evidence: tuple[str, ...]
    ignored: tuple[str, ...]
    lacking: tuple[str, ...]


def called(family: str, *names: str, words: bool = False) -> tuple[str, ...]:
    """Give the names of a column in every language in which they are known, those given first.

    Parameters
    ----------
    family : str
        The family of exports, as in the files of ``data/languages``.
    *names : str
        What the column is called in English.
    words : bool
        Whether these are words in a column instead.

    Returns
    -------
    tuple of str
        Without repeats.

    Examples
    --------
    >>> called("meta", "Reach")[:3]
    ('Reach', 'Bereik', 'Couverture')
    """
    wanted, found = {plain_name(name) for name in names}, list(names)
    for language in languages():
        told = (language.words if words else language.headers).get(family, {})
        found += [name for english, theirs in told.items() if plain_name(english) in wanted for name in theirs]
    return tuple(dict.fromkeys(found))


@cache
def translated() -> frozenset[str]:
    """Give the names that columns of exports have in languages other than English, and in English none has.

    Examples
    --------
    >>> "weergaven" in translated(), "likes" in translated()
    (True, False)
    """
    told = [names for language in languages() for names in language.headers.values()]
    theirs = {plain_name(name) for names in told for known in names.values() for name in known}
    return frozenset(theirs - {plain_name(english) for names in told for english in names})


def in_all_languages(layout: Layout, family: str) -> Layout:
    """Let a layout that is declared in English know the names of its columns and words in every language.

    Parameters
    ----------
    layout : Layout
        The layout.
    family : str
        As for ``called``.

    Returns
    -------
    Layout
        The same with more names.
    """
    fields = {
        ours: replace(
            it,
            names=called(family, *it.names),
            words={there: word for name, word in it.words.items() for there in called(family, name, words=True)},
        )
        for ours, it in layout.fields.items()
    }
    return replace(
        layout,
        signature=tuple(called(family, *group) for group in layout.signature),
        unlike=called(family, *layout.unlike),
        fields=fields,
        totals={there: parts for name, parts in layout.totals.items() for there in called(family, name)},
    )


def match(header: Sequence[str], layouts: Iterable[Layout]) -> list[Match]:
    """Find the exports that a header fits, the best first.

    Parameters
    ----------
    header : sequence of str
        The file's column names, or the dotted paths of a JSON record.
    layouts : iterable of Layout
        The exports there are.

    Returns
    -------
    list of Match
        Those whose whole signature is there and none of whose `unlike`; more evidence first, then more columns of ours.
    """
    known = {plain_name(name): name for name in reversed(header)}
    found = [_matched(known, header, layout) for layout in layouts]
    fitting = [matched for matched in found if matched is not None]
    return sorted(fitting, key=lambda m: (-len(m.evidence), -len(m.columns), m.layout.name))


def _matched(known: Mapping[str, str], header: Sequence[str], layout: Layout) -> Match | None:
    evidence = [name for group in layout.signature if (name := _first(known, group)) is not None]
    if len(evidence) < len(layout.signature) or _first(known, layout.unlike) is not None:
        return None
    named = (*layout.signature, *(it.names for it in layout.fields.values()), layout.aside)
    own = {name for name in known if not name.startswith(f"{OVER}.")}
    if layout.is_closed and not own <= {plain_name(name) for names in named for name in names}:
        return None
    columns = {ours: there for ours, it in layout.fields.items() if (there := _first(known, it.names)) is not None}
    rules = [_first(known, rule[0]) for rule in layout.dropped.values() if not isinstance(rule, str)]
    totals = [_first(known, [name]) for name in layout.totals]
    used = {*columns.values(), *evidence, *rules, *totals}
    ignored = tuple(name for name in header if name not in used)
    lacking = tuple(ours for ours in layout.fields if ours not in columns)
    return Match(layout, columns, tuple(evidence), ignored, lacking)


def _first(known: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((known[plain_name(name)] for name in names if plain_name(name) in known), None)
