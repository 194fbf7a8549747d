"""How does a workbook become text tables, one for each sheet?"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from helpers.base.refusals import Refusal
from helpers.reading.unpacking import unpacked_size

LARGEST = 2_000_000_000
"""Bytes inside a workbook that are read: Excel's own bound of 1,048,576 rows with 20 columns takes less."""
EXACT = 10**15
"""From here on a spreadsheet keeps no more than 15 digits of a number, so that an id is no longer what it was."""

_LOCKED = "open it with its password and save it without one, or save the sheet as CSV (UTF-8)"
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
    except (zipfile.BadZipFile, OSError):
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
        Sheets by name, in their order. Lines are the sheet's rows where no cell holds a line break.

    Raises
    ------
    Refusal
        When it is damaged, locked or too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with file.open("rb") as stream:
        zipped = stream.read(2) == b"PK"
    if zipped and unpacked_size(file) > LARGEST:
        raise Refusal(f"{file.name} holds more than {LARGEST // 10**9} GB", mend="save its sheet as CSV (UTF-8)")
    written: dict[str, Path] = {}
    try:
        with CalamineWorkbook.from_path(str(file)) as book:
            for place, name in enumerate(book.sheet_names):
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if any(cell != "" for row in rows for cell in row):
                    plain = "".join(character if character.isalnum() else "_" for character in name)
                    written[name] = _write(rows, folder / f"{file.stem}-{place + 1}-{plain[:40]}.csv")
    except (CalamineError, ValueError, OSError) as error:
        locked = "password" in str(error).lower() or _is_locked(file)
        said, mend = ("is locked with a password", _LOCKED) if locked else ("is damaged or no workbook", _DAMAGED)
        raise Refusal(f"{file.name} {said}", mend=mend) from None
    except BaseException as error:
        # calamine is written in Rust; where it gives up, what comes is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal(f"{file.name} is damaged", mend=_DAMAGED) from None
    return written


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
