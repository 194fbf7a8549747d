"""How does a workbook become text tables, one for each sheet?"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from helpers.base.refusals import FULL, Refusal
from helpers.ground.root import ROOT
from helpers.reading.areas import cells
from helpers.reading.unpacking import BROKEN, unpacked_size

LARGEST = 2_000_000_000
"""Bytes inside a workbook that are read: Excel's own bound of 1,048,576 rows with 20 columns takes less."""
CELLS = 20_000_000
"""Cells of a sheet from its first to its last, empty ones too: Excel's own bound of rows with 19 columns."""
MEMORY = 6_000_000_000
"""Bytes that reading a workbook of the old binary form may take, which is done in a process of its own."""
EXACT = 10**15
"""From here on a spreadsheet keeps no more than 15 digits of a number, so that an id is no longer what it was."""

_HIDDEN = ".hidden"
"""What the name of a sheet's copy ends in that is hidden; no other has a point in it."""

_LOCKED = "open it with its password and save it without one, or save the sheet as CSV (UTF-8)"
_AS_TEXT = "save the sheet as CSV (UTF-8)"
_DAMAGED = "download it again, or save the sheet as CSV (UTF-8)"


def is_workbook(file: Path) -> bool:
    """Tell whether a file is an Excel or OpenDocument workbook, by its content.

    Parameters
    ----------
    file : Path
        Any file.

    Returns
    -------
    bool
        Also for the old binary form, and for a workbook that is locked.
    """
    with file.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return True
    if not start.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except BROKEN:
        return file.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods")
    return any(name.startswith("xl/") for name in names) or {"mimetype", "content.xml"} <= set(names)


def to_csv(file: Path, folder: Path) -> dict[str, Path]:
    """Write every sheet that has cells as CSV, UTF-8 with commas.

    Dates become ISO texts and whole numbers lose their '.0'. A number of more than 15 digits, of which a spreadsheet
    has lost the last ones, is written with an exponent, so that it is never taken for an id.

    Parameters
    ----------
    file : Path
        A workbook: .xls, .xlsx, .xlsm, .xlsb or .ods.
    folder : Path
        An empty folder.

    Returns
    -------
    dict of str to Path
        Sheets by name, in their order, hidden ones last. Lines are the sheet's rows where no cell holds a line break.

    Raises
    ------
    Refusal
        When it is damaged, locked or too large.
    """
    with file.open("rb") as stream:
        zipped = stream.read(2) == b"PK"
    if not zipped:
        return _apart(file, folder)
    if unpacked_size(file) > LARGEST:
        raise Refusal(f"{file.name} holds more than {LARGEST // 10**9} GB", mend=_AS_TEXT)
    if cells(file) > CELLS:
        said = f"{file.name} has a sheet of more than {CELLS:,} cells from its first to its last"
        raise Refusal(
            said, ["cells far away from the table count too"], f"delete what stands outside it, or {_AS_TEXT}"
        )
    return _written(file, folder)


def number_of(copy: Path) -> int:
    """Say which sheet of its workbook a file is that `to_csv` wrote, from 1.

    Examples
    --------
    >>> number_of(Path("my-book-2-Sheet_2.csv"))
    2
    """
    return int(copy.stem.rsplit("-", 2)[-2])


def is_hidden(copy: Path) -> bool:
    """Tell whether a file that `to_csv` wrote is a sheet that is hidden, beside others that are not.

    Examples
    --------
    >>> is_hidden(Path("book-2-old.hidden.csv"))
    True
    """
    return copy.stem.endswith(_HIDDEN)


def _apart(file: Path, folder: Path) -> dict[str, Path]:
    """Read a workbook of the old binary form in a process whose memory is bounded: what it says may be anything."""
    ask = f"from helpers.reading.sheets import answer; answer({str(file)!r}, {str(folder)!r}, {MEMORY})"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, env=_with_ourselves())
    try:
        said, *rest = json.loads(done.stdout)
    except ValueError:  # it was ended, most often for the memory that it asked for
        raise Refusal(f"{file.name} is damaged or too large", mend=_DAMAGED) from None
    if said == "refused":
        raise Refusal(*rest)
    return {name: Path(place) for name, place in rest[0].items()}


def _with_ourselves() -> dict[str, str]:
    """Let another process find this package where this one did."""
    places = (str(ROOT / "src"), os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)), "PYTHONIOENCODING": "utf-8"}


def answer(file: str, folder: str, memory: int) -> None:
    """Print as JSON what `to_csv` would return or refuse, within a bound on memory where systems have one."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        said = ["done", {name: str(place) for name, place in _written(Path(file), Path(folder)).items()}]
    except Refusal as refusal:
        said = ["refused", refusal.what, refusal.faults, refusal.mend]
    print(json.dumps(said))


def _written(file: Path, folder: Path) -> dict[str, Path]:
    """Write the sheets of a workbook of which it is known that it is no bomb."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    written: dict[str, Path] = {}
    try:
        # By its content, as tools save one form under the name of another.
        with file.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            seen = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
            for place, name in enumerate(book.sheet_names):
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if any(cell != "" for row in rows for cell in row):
                    plain = "".join(character if character.isalnum() else "_" for character in name)
                    end = "" if seen.get(name, True) else _HIDDEN
                    written[name] = _write(rows, folder / f"{file.stem}-{place + 1}-{plain[:40]}{end}.csv")
    except (CalamineError, ValueError, OSError) as error:
        if getattr(error, "errno", None) in FULL:  # there was no room for what was read
            raise
        locked = "password" in str(error).lower() or _is_locked(file)
        said, mend = ("is locked with a password", _LOCKED) if locked else ("is damaged or no workbook", _DAMAGED)
        raise Refusal(f"{file.name} {said}", mend=mend) from None
    except BaseException as error:
        # calamine is written in Rust; where it gives up, what comes is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal(f"{file.name} is damaged", mend=_DAMAGED) from None
    return dict(sorted(written.items(), key=lambda sheet: is_hidden(sheet[1])))


def _is_locked(file: Path) -> bool:
    """Tell whether an Office file holds an encrypted package."""
    with file.open("rb") as stream:
        return "EncryptedPackage".encode("utf-16-le") in stream.read(1 << 20)


def _write(rows: Iterable[Iterable[object]], to: Path) -> Path:
    """Write a sheet."""
    with to.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([_text(cell) for cell in row] for row in rows)
    return to


def _text(cell: object) -> str:
    """Write a cell as text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell).replace("\x00", "")


def _number(cell: float) -> str:
    """Write a number; whole ones without a fraction, and those that lost digits so that it shows."""
    if cell != cell or abs(cell) == float("inf"):
        return ""
    if abs(cell) >= EXACT:
        return f"{cell:.14E}"
    return str(int(cell)) if cell == int(cell) else repr(cell)
