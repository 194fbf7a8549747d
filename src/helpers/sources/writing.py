"""How is an imported dataset written, so that an interruption leaves the one before?"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ground.root import ROOT
from helpers.ground.scratch import LOCK, OLD, held, private, put_back, sweep
from helpers.reading.manifest import TOML
from helpers.reading.work import one_row, quoted
from helpers.sources.joining import FILE, PLACE
from helpers.tables import HIDDEN, TABLES

if TYPE_CHECKING:
    from helpers.reading.dataset import Dataset
    from helpers.sources.assembly import Assembly
    from helpers.sources.receipt import Answers, Prospects, Receipt


def write(made: Assembly, folder: Path, *, prospects: Prospects, keep_text: bool = False) -> Receipt:
    """Reduce an assembled dataset, write it with its receipt, and open it again as a test.

    Parameters
    ----------
    made : Assembly
        The tables as they were read.
    folder : Path
        Where they belong; replaced when it is there, but for its key.
    prospects : callable
        Says of every claim whether the data will give a verdict on it.
    keep_text : bool
        Whether captions and comments stay.

    Returns
    -------
    Receipt
        What was done.

    Raises
    ------
    Refusal
        When the tables written break a rule; nothing is left then.
    """
    from helpers.reading.dataset import open_dataset
    from helpers.sources import privacy, receipt

    key = privacy.key_of(folder)
    privacy.set_key(made.con, key)
    with replacing(folder) as fresh:
        for table, view in made.views.items():
            _write_table(made, table, view, fresh / f"{table}.parquet", keep_text=keep_text)
        secret(fresh / privacy.KEY, key)
        _text(fresh / TOML, toml(_head(made, folder.name), _files(made)))
        # Rows of a diary were never in a file, so these are checked here for the first time.
        dataset = open_dataset(fresh, checked="diary" not in made.views)
        answers = receipt.answers(prospects(dataset), accounts=receipt.accounts_of(dataset))
        account = _account(made, dataset, folder.name, answers=answers, keep_text=keep_text)
        _text(fresh / receipt.PAGE, receipt.page(account))
        _text(fresh / receipt.TEXT, receipt.text(account))
    return account


def _write_table(made: Assembly, table: str, view: str, file: Path, *, keep_text: bool) -> None:
    """Write a table as Parquet, without optional columns in which there is not one value."""
    from helpers.sources import privacy

    names = [name for name, *_ in made.con.execute(f"DESCRIBE SELECT * FROM {view}").fetchall()]
    counts = one_row(made.con, f"SELECT {', '.join(f'count({quoted(name)})' for name in names)} FROM {view}")
    required = TABLES[table].required
    there = {name: number for name, number in zip(names, counts, strict=True) if number or name in required}
    joins = {name: privacy.names_of(view, name) for name in _repeating(made, table, view, there)}
    pseudonyms = {name: pseudonym for name, (_, pseudonym) in joins.items()}
    hidden = _hidden(made, table, view, there)
    kept = ", ".join(privacy.reduced(table, list(there), keep_text=keep_text, names=pseudonyms, hidden=hidden))
    # A join keeps the order of rows neither within nor between the groups that threads work on.
    numbered = view if PLACE in names else f"(SELECT *, 0 AS {FILE}, row_number() OVER () AS {PLACE} FROM {view})"
    joined = f"{numbered}{''.join(join for join, _ in joins.values())} ORDER BY {FILE}, {PLACE}"
    rows = f"SELECT {kept} FROM {joined if joins else view}"
    # Of 1 GB of CSV, Snappy leaves 100 MB; zstd would leave 50 and make the import a twentieth longer.
    made.con.sql(rows).write_parquet(str(file), compression="snappy")


def _hidden(made: Assembly, table: str, view: str, counts: Mapping[str, int]) -> list[str]:
    """Name the counts of which some are hidden."""
    columns = TABLES[table].columns
    names = [name for name in counts if name in columns and columns[name].kind == "count"]
    least = ", ".join(f"min({quoted(name)})" for name in names)
    found = one_row(made.con, f"SELECT {least} FROM {view}") if names else ()
    return [name for name, number in zip(names, found, strict=True) if number == HIDDEN]


def _repeating(made: Assembly, table: str, view: str, counts: Mapping[str, int]) -> list[str]:
    """Name the columns of ids in which most ids come again."""
    columns, key = TABLES[table].columns, TABLES[table].present_key(counts)
    ids = [name for name in counts if name in columns and columns[name].kind == "id" and name != key[-1]]
    distinct = ", ".join(f"approx_count_distinct({quoted(name)})" for name in ids)
    found = one_row(made.con, f"SELECT {distinct} FROM {view}") if ids else ()
    return [name for name, number in zip(ids, found, strict=True) if 2 * number < counts[name]]


def _text(file: Path, content: str) -> None:
    """Write a text with the same bytes on every system."""
    file.write_text(content, encoding="utf-8", newline="\n")


def _head(made: Assembly, name: str) -> dict[str, object]:
    """Say what stands at the top of dataset.toml. The tables hold UTC by now; each file keeps the zone of its times."""
    source = made.source or ", ".join(file.label for section in made.sections for file in section.files)
    notes: dict[str, object] = {"notes": made.notes} if made.notes else {}
    clock = {"clock": made.clock} if made.clock != "UTC" else {}
    return {"name": name, "kind": made.kind, "source": source, "timezone": "UTC"} | clock | notes


def _files(made: Assembly) -> list[dict[str, object]]:
    """Say for dataset.toml what was read of each file."""
    return [
        {"file": file.title, "sha256": file.sha256, "reader": section.reader, "timezone": section.zone}
        | {"rows_read": file.read, "rows_kept": file.kept, "dropped": file.dropped}
        for section in made.sections
        for file in section.files
    ]


def _account(made: Assembly, dataset: Dataset, name: str, *, answers: Answers, keep_text: bool) -> Receipt:
    """Draw up the receipt from what was done and from the dataset as it is now."""
    from helpers.sources.receipt import Receipt, few_accounts

    return Receipt(
        name=name,
        rows=dict(dataset.rows),
        sections=tuple(made.sections),
        notes=(*made.notes, *few_accounts(dataset)),
        answers=answers,
        aloud=(*made.aloud, *_hours(dataset)),
        left_aside=made.left_aside,
        keep_text=keep_text,
    )


def _hours(dataset: Dataset) -> list[str]:
    """Say by which clock hours are told, and how to have them by another."""
    from helpers.measures.own import times_of_day

    if "posts" not in dataset.tables or "created_at" not in dataset.tables["posts"].collect_schema():
        return []
    if (at := times_of_day(dataset.tables["posts"])) in ([], [0]):
        return ["Posts have days and no clock times: nothing can be told by hours"] if at else []
    other = "" if dataset.clock != "UTC" else "; CLOCK=Europe/Amsterdam with make import tells them by that one"
    return [f"Hours and weekdays are told by the clock of {dataset.clock}{other}"]


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes another's place when all has gone well, and leaves no trace otherwise.

    Parameters
    ----------
    folder : Path
        Where the result belongs; what is there stays until the last moment.

    Yields
    ------
    Path
        A folder beside it to write into.
    """
    _home(folder.parent)
    fresh, remove = held(f".{folder.name}-", folder.parent)
    try:
        yield fresh
        (fresh / LOCK).unlink()
        private(fresh)
        _swap(fresh, folder)
    finally:
        remove()


def _home(place: Path) -> None:
    """Make the folder of all datasets its owner's alone, and set right what a kill has left there."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.resolve() == (ROOT / "data" / "user").resolve():
        with suppress(PermissionError):  # somebody else's, who lets us write there
            place.chmod(stat.S_IMODE(place.stat().st_mode) & 0o700)
    put_back(place)
    sweep(place, (".",))


def _swap(fresh: Path, folder: Path) -> None:
    """Put the fresh folder in place; the old one goes last and comes back if that fails."""
    if not folder.exists():
        fresh.rename(folder)
        return
    old, remove = held(OLD, folder.parent)
    try:
        folder.rename(old / folder.name)
        fresh.rename(folder)
    except BaseException:
        if not folder.exists():
            (old / folder.name).rename(folder)
        raise
    finally:
        remove()


def secret(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read.

    Parameters
    ----------
    file : Path
        Where; it must not be there yet.
    content : bytes
        What.
    """
    file.touch(mode=0o600)
    file.write_bytes(content)


def toml(head: Mapping[str, object], files: Sequence[Mapping[str, object]]) -> str:
    """Write the text of a dataset.toml.

    Parameters
    ----------
    head : mapping
        What stands at its top.
    files : sequence of mapping
        What is told of each file that was read.

    Returns
    -------
    str
        TOML.
    """
    parts = ["\n".join(f"{key} = {_value(value)}" for key, value in head.items())]
    for file in files:
        parts.append("\n".join(["[[files]]", *(f"{key} = {_value(value)}" for key, value in file.items())]))
    return "\n\n".join(parts) + "\n"


def _value(value: object) -> str:
    """Write a TOML value."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_value(str(key))} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'
