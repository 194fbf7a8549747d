"""How do personal data downloads become a diary of passive and active use, hour by hour?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain, takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal
from helpers.base.words import listed
from helpers.sources.events import SOURCES, UNREADABLE, Source, page
from helpers.sources.logs import Log, opening, read_log, sources_of
from helpers.sources.minutes import EVENT_MINUTES, GAP_MINUTES, check_rule, use_by_hour

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("passive", "active")
COLUMNS = ("person_id", "observed_at", "passive_min", "active_min", "passive_events", "active_events")
OUTSIDE = "outside the window"
REPEATED = "also in another file"

_ASK = (
    "order the download again in the format JSON (Instagram and Facebook: JSON, not HTML; TikTok: JSON, not TXT; "
    "Google Takeout: YouTube, several formats, history as JSON)"
)


@dataclass(frozen=True)
class DiaryReading:
    """What downloads say about a person's use.

    Parameters
    ----------
    frame : DataFrame
        One row for each person and hour in which something is recorded: `person_id`, `observed_at` (when the hour
        begins, UTC), `passive_min`, `active_min`, `passive_events`, `active_events`. A kind of use that the person's
        download does not record is empty, not zero.
    window : (datetime, datetime)
        From the first to the last moment that can count, all persons together.
    windows : mapping of str to (datetime, datetime)
        The same for each person.
    files : tuple of Log
        One for each file and kind of event, with the times that count.
    notes : tuple of str
        What reading decided, in sentences.
    aloud : tuple of str
        Kinds of events that the files should hold and do not: they are unknown, and not 0.
    """

    frame: pd.DataFrame
    window: tuple[datetime, datetime]
    windows: Mapping[str, tuple[datetime, datetime]]
    files: tuple[Log, ...]
    notes: tuple[str, ...]
    aloud: tuple[str, ...] = ()


def recognised(names: Iterable[str], paths: Iterable[Path] = ()) -> str | None:
    """Tell which platforms' personal downloads a set of files belongs to.

    Parameters
    ----------
    names : iterable of str
        The files' names; the folders in which they are do not matter.
    paths : iterable of Path
        Where they are, in the same order. Without paths only names count that no other export uses.

    Returns
    -------
    str or None
        Platforms joined by commas, or None. The pages and texts that platforms give beside JSON are recognised too, so
        that `read` can say what to ask for instead.

    Examples
    --------
    >>> recognised(["export/user_data_tiktok.json"]), recognised(["posts.csv"])
    ('tiktok', None)
    """
    names = list(names)
    where = dict(zip(names, paths, strict=False))
    found = {source.platform for name in names for source in sources_of(name, where.get(name))}
    found |= {source.platform for name in names if (source := _as_text(name))}
    return ", ".join(sorted(found)) or None


def read(
    files: Mapping[str, Path], *, today: date, gap_minutes: float = GAP_MINUTES, event_minutes: float = EVENT_MINUTES
) -> DiaryReading:
    """Read the downloads of one person or several as minutes of use, hour by hour.

    Passive and active use are cut to the window in which both are recorded. What was viewed is recorded from the first
    to the last event in its list, which is short (about two weeks at Instagram). What was done is recorded from the
    first day of the account up to the download. So the window is that of what was viewed; with several platforms, the
    one that they share.

    Parameters
    ----------
    files : mapping of str to Path
        By name with folders. Files that belong to no download are passed over.
    today : date
        The day of reading; times after the day that follows are faults.
    gap_minutes, event_minutes : float
        The rule by which events become minutes, as in `minutes.use_by_hour`.

    Returns
    -------
    DiaryReading
        One person, ``me``; where the same file is in several folders, one person for each folder.

    Raises
    ------
    Refusal
        When a file is damaged, is a page or text instead of JSON, when nothing has a time, or when a person's platforms
        share no window.
    """
    check_rule(gap_minutes, event_minutes)
    sources = {name: found for name, path in files.items() if (found := sources_of(name, path))}
    _refuse_texts(files, sources)
    read_all = _read_logs(files, sources, today)
    changed = _changed(files, read_all)
    logs = [log for log in read_all if log.found]
    aloud = [*_not_found(read_all), *changed, *_doubted(logs)]
    persons = _persons(sources)
    own: dict[str, list[Log]] = defaultdict(list)
    for log in logs:
        own[persons[log.file]].append(log)
    for kept in own.values():
        _drop_repeats(kept)
    windows = _windows(own, events=sum(log.events for log in read_all))
    frames = [
        _diary(person, own[person], window, gap_minutes=gap_minutes, event_minutes=event_minutes)
        for person, window in windows.items()
    ]
    notes = [_rule(gap_minutes, event_minutes), *_said(own, windows)]
    return replace(_reading(frames, windows, logs, notes), aloud=tuple(aloud))


def _not_found(logs: Sequence[Log]) -> list[str]:
    """Say which kinds of events are not there though they should be: lists in files, and files."""
    gone: dict[str, list[str]] = defaultdict(list)
    for log in logs:
        if not log.found and log.source.sections:
            gone[PurePosixPath(log.file).name].append(f"{log.source.event} ({listed(_titles(log.source))})")
    said = [f"{name}: not found, so unknown and not 0: {listed(kinds)}" for name, kinds in gone.items()]
    platforms = {log.source.platform for log in logs}
    for source in SOURCES:
        there = [log.source for log in logs if log.source.platform == source.platform]
        is_given = any(source.platform == log.source.platform and source.event == log.source.event for log in logs)
        if (
            source.is_main
            and source.platform in platforms
            and not is_given
            and {one.kind for one in there} >= set(KINDS)
        ):
            said.append(f"{source.files[0]} is not among the files: {source.event} is unknown and not 0")
    return said


def _doubted(logs: Sequence[Log]) -> list[str]:
    """Say where a history of several kinds of things is in a language that is not known.

    One without searches holds what was watched and nothing else.
    """
    mixed = {log.file for log in logs if log.source.event == "search" and log.events}
    return [
        f"WARNING: {PurePosixPath(log.file).name}: {log.doubtful:,} of {log.events:,} entries are in words that are "
        "not known, so that likes and visits among them count as videos watched. What to do: set the Google account to "
        "English, and order the history again"
        for log in logs
        if log.file in mixed and 2 * log.doubtful > log.events
    ]


def _titles(source: Source) -> list[str]:
    """Name the keys by which a list is known, as the platform writes them."""
    return list(dict.fromkeys(key for keys in source.lists for key in keys.split("/")[1].split("|")))


def _refuse_texts(files: Mapping[str, Path], sources: Mapping[str, Sequence[Source]]) -> None:
    """Refuse pages and texts whose contents are not there as JSON too, and sets of files that are no download."""
    readable = {source for found in sources.values() for source in found}
    texts = {name: source for name in files if (source := _as_text(name)) and source not in readable}
    if texts:
        faults = [f"{name}: {source.platform} as a page or text to read" for name, source in texts.items()]
        raise Refusal("this download is not in the format JSON", faults, _ASK)
    if not sources:
        raise Refusal("these files are no personal data download that is known", mend=_ASK)


def _as_text(name: str) -> Source | None:
    """Find what is in a file that is a page or text to read."""
    return UNREADABLE.get(page(name).name)


def _read_logs(files: Mapping[str, Path], sources: Mapping[str, Sequence[Source]], today: date) -> list[Log]:
    """Read every file, and tell all that cannot be read at once."""
    logs, faults = [], []
    for name, found in sources.items():
        try:
            logs += read_log(name, files[name], found, today=today)
        except Refusal as refusal:
            faults.append(refusal)
    if faults:
        told = [f"{refusal.what}: {fault}" for refusal in faults for fault in refusal.faults]
        raise Refusal("files of the download cannot be read", told, faults[0].mend)
    return logs


def _persons(sources: Mapping[str, Sequence[Source]]) -> dict[str, str]:
    """Say whose each file is: one person's, unless a file of the same name is in several folders.

    A name that no platform gives says nothing: such files that hold the same lists are of a person for each folder.
    """
    folders = {name: PurePosixPath(name.replace("\\", "/")).parts[:-1] for name in sources}
    levels = zip(*folders.values(), strict=False)
    shared = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
    tops = {name: "".join(parts[shared : shared + 1]) for name, parts in folders.items()}
    places: dict[tuple[Sequence[Source], str], set[str]] = defaultdict(set)
    strange = {found for name, found in sources.items() if _is_renamed(name, found)}
    for name, found in sources.items():
        places[found, "" if found in strange else PurePosixPath(name).name.casefold()].add(tops[name])
    together = Counter((found, tops[name]) for name, found in sources.items() if found in strange)
    if twice := [found[0] for (found, _), files in together.items() if files > 1]:
        raise Refusal(
            "it cannot be told whose these files are",
            [f"several files in one folder hold the same of {it.platform}, under names of their own" for it in twice],
            f"put the files of each person into a folder; of one, call them as platforms do, as {twice[0].files[0]}",
        )
    if all(len(place) == 1 for place in places.values()):
        return dict.fromkeys(sources, "me")
    ids = {top: f"person-{number:03d}" for number, top in enumerate(sorted(set(tops.values())), start=1)}
    return {name: ids[top] for name, top in tops.items()}


def _is_renamed(name: str, found: Sequence[Source]) -> bool:
    """Tell whether a file is known by what it holds alone."""
    return any(it.signs for it in found) and not any(page(name).name in it.files for it in found)


def _drop_repeats(logs: Iterable[Log]) -> None:
    """Leave out events that another file of the same person, such as an older download, has at the same moment."""
    alike: dict[Source, list[Log]] = defaultdict(list)
    for log in logs:
        alike[log.source].append(log)
    for first, *others in alike.values():
        seen = set(first.times) if others else set()
        for log in others:
            fresh = set(log.times) - seen
            log.keep(fresh.__contains__, REPEATED)
            seen |= fresh


def _windows(own: Mapping[str, Sequence[Log]], *, events: int) -> dict[str, tuple[float, float]]:
    """Find the window of each person who has any event."""
    windows, faults = {}, []
    for person, logs in sorted(own.items()):
        viewed: dict[str, list[float]] = defaultdict(list)
        for log in logs:
            if log.source.kind == "passive" and log.span:
                viewed[log.source.platform] += log.span
        done = list(chain.from_iterable(log.span for log in logs))
        spans = list(viewed.values()) or ([done] if done else [])
        if not spans:
            continue
        windows[person] = start, end = max(map(min, spans)), min(map(max, spans))
        if start > end:
            told = ", ".join(f"{name} {_told(min(at))} to {_told(max(at))}" for name, at in sorted(viewed.items()))
            faults.append(f"{person}: what was viewed is recorded at {told}")
    if faults:
        raise Refusal("downloads of one person share no window", faults, "import the platforms one at a time")
    if not windows:
        raise Refusal(
            "no event in these files has a time" + (" that can be read" if events else ""),
            mend="take the download as the platform gave it: a spreadsheet changes its dates"
            if events
            else "order the download with all data and for all time",
        )
    return windows


def _diary(
    person: str, logs: Sequence[Log], window: tuple[float, float], *, gap_minutes: float, event_minutes: float
) -> pd.DataFrame:
    """Cut a person's events to the window, and add them up by hour."""
    import pandas as pd

    start, end = window
    for log in logs:
        log.keep(lambda at: start <= at <= end, OUTSIDE)
    parts = []
    for kind in KINDS:
        times = chain.from_iterable(log.times for log in logs if log.source.kind == kind)
        use = use_by_hour(times, gap_minutes=gap_minutes, event_minutes=event_minutes)
        parts.append(use.rename(columns={"minutes": f"{kind}_min", "events": f"{kind}_events"}))
    frame = pd.concat(parts, axis=1, sort=True).fillna(0.0)
    for kind in _unrecorded(logs):
        frame[[f"{kind}_min", f"{kind}_events"]] = float("nan")
    if _lacks_main(logs):
        frame.loc[frame["active_events"] == 0, ["active_min", "active_events"]] = float("nan")
    frame = frame.astype({f"{kind}_events": "Int64" for kind in KINDS})
    return frame.rename_axis("observed_at").reset_index().assign(person_id=person)[list(COLUMNS)]


def _lacks_main(logs: Sequence[Log]) -> bool:
    """Tell whether a list in one file that holds most of what a person does is not there: what is left is no 0 then."""
    shared = {(log.file, log.source.platform) for log in logs if log.source.sections}
    found = {(log.file, log.source.platform) for log in logs if log.source.is_main and log.source.sections}
    return bool(shared - found)


def _unrecorded(logs: Iterable[Log]) -> list[str]:
    """Name the kinds of use that a person's files say nothing about.

    A list of what was done may be empty because nothing was done; an empty list of what was viewed has been switched
    off or deleted.
    """
    logs = list(logs)
    known = {"passive": any(log.source.kind == "passive" and log.span for log in logs)}
    known["active"] = any(log.source.kind == "active" for log in logs)
    return [kind for kind in KINDS if not known[kind]]


def _reading(
    frames: Sequence[pd.DataFrame],
    windows: Mapping[str, tuple[float, float]],
    logs: Iterable[Log],
    notes: Iterable[str],
) -> DiaryReading:
    """Put the persons together."""
    import pandas as pd

    moments = {person: (_moment(start), _moment(end)) for person, (start, end) in windows.items()}
    whole = min(start for start, _ in moments.values()), max(end for _, end in moments.values())
    return DiaryReading(pd.concat(frames, ignore_index=True), whole, moments, tuple(logs), tuple(notes))


def _rule(gap_minutes: float, event_minutes: float) -> str:
    return (
        f"minutes: events at most {gap_minutes:g} min apart are one session and each lasts until the next; "
        f"the last of a session, and one that stands alone, lasts {event_minutes:g} min; "
        "searches, likes, saves, shares and comments are active use, messages are never read"
    )


def _changed(files: Mapping[str, Path], logs: Iterable[Log]) -> list[str]:
    """Take events for unknown where a file has none that is found or has a time: its layout may have changed."""
    alike: dict[str, list[Log]] = defaultdict(list)
    for log in logs:
        alike[log.file].append(log)
    said = []
    for name, own in alike.items():
        marks = {mark for log in own for mark in log.source.marks}
        is_strange = not any(log.events for log in own) and (keys := opening(name, files[name])) and not marks & {*keys}
        gone = [log for log in own if log.found and (is_strange or 0 < log.events == log.dropped["no time"])]
        for log in gone:
            log.found = False
        if gone:
            why = "no event has a time that can be read"
            why = "no event found, and keys that are not known" if is_strange else why
            kinds = listed(log.source.event for log in gone)
            said.append(f"{PurePosixPath(name).name}: {why}: its layout may have changed; unknown and not 0: {kinds}")
    return said


def _said(own: Mapping[str, Sequence[Log]], windows: Mapping[str, tuple[float, float]]) -> list[str]:
    """Tell what was decided for each person."""
    notes = []
    if len(own) > 1:
        notes.append(f"{len(own)} folders hold the same files, so they are taken for {len(own)} persons")
    for person, logs in sorted(own.items()):
        if person not in windows:
            notes.append(f"{person}: left out, no event has a time")
            continue
        outside = sum(log.dropped[OUTSIDE] for log in logs)
        start, end = windows[person]
        notes.append(f"{person}: window {_told(start)} to {_told(end)} UTC; events outside it: {outside:,}")
        advertisements = sum(log.dropped["advertisement"] for log in logs)
        notes.append(f"{person}: advertisements left out of passive use: {advertisements:,}")
        notes += [f"{person}: {kind} use is not recorded in these files, so it is empty" for kind in _unrecorded(logs)]
    return [*notes, "hours in which nothing is recorded have no row"]


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _told(at: float) -> str:
    return f"{_moment(at):%Y-%m-%d %H:%M}"
