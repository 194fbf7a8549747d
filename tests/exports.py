"""Reads a file the way an import does, as far as the typed table."""

import csv
import io
import json
import tomllib
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from helpers.reading import loading
from helpers.reading.work import File, literal
from helpers.sources import intake, recognition


@dataclass
class Table:
    """One table out of a file, and what was said about it."""

    layout: str
    frame: pd.DataFrame
    rows: int
    dropped: dict
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def imported(source, scratch, *, timezone=None):
    """Recognise and load a file or folder: a table, or a list of tables where there are several."""
    scratch.mkdir(exist_ok=True)
    tables = []
    for piece in intake.gather(source, scratch=scratch):
        found = recognition.recognise(piece, scratch=scratch)
        assert isinstance(found, list), found
        tables += [_loaded(one, scratch, timezone) for one in found]
    return tables


def _loaded(found, scratch, timezone):
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        zone = timezone or found.match.layout.zone
        loaded = loading.load(con, recognition.table_files(found), timezone=zone, scratch=scratch)
        frame = pd.DataFrame() if loaded.faults else con.sql(loaded.query).df()
    said = (found.match.layout.name, frame, loaded.rows, dict(loaded.dropped), loaded.notes, loaded.faults)
    return Table(*said)


def table(path, scratch):
    """Import a file of which one table is made, which must be without faults."""
    (one,) = imported(path, scratch)
    assert not one.faults, one.faults
    return one


def csv_file(path, header, *rows, encoding="utf-8", delimiter=","):
    """Write a CSV file; a header of one text is parted at its commas."""
    names = header.split(",") if isinstance(header, str) else header
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows([names, *rows])
    return path


def records(header, *rows):
    """Pair names with cells."""
    return [dict(zip(header.split(","), row, strict=True)) for row in rows]


def json_file(path, value):
    """Write one JSON value."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def json_lines(path, *values):
    """Write one JSON value on each line."""
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def values(frame, *names):
    """List the cells of some columns, row by row, with missing ones as None and times as texts."""
    cells = frame[list(names)].astype(object)
    return [tuple(None if pd.isna(cell) else _plain(cell) for cell in row) for row in cells.to_numpy()]


def _plain(cell):
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, pd.Timestamp) else cell


def kept(source, folder):
    """Import a file or folder whole: its tables as they are written, what is said, what was dropped by which rule."""
    from helpers.sources import import_data

    done = import_data(source, "kept", to=folder)
    tables = {name: duckdb.read_parquet(str(done.folder / f"{name}.parquet")).df() for name in done.rows}
    files = tomllib.loads((done.folder / "dataset.toml").read_text(encoding="utf-8"))["files"]
    dropped = Counter()
    for file in files:
        dropped.update(file["dropped"])
    return tables, done.notes, dict(dropped)


def made(sql, cell, **columns):
    """Run a piece of a reader's SQL on one cell, and on those of other columns, named with _ for spaces."""
    names = ("the cell", *(name.replace("_", " ") for name in columns))
    texts = [f"CAST({'NULL' if text is None else literal(text)} AS VARCHAR)" for text in (cell, *columns.values())]
    file = File(Path("a"), "", names, tuple(texts), ("VARCHAR",) * len(texts))
    return duckdb.sql(f"SELECT {file.filled(sql, 'the cell')}").fetchone()[0]


def workbook(cells):
    """Write the cells of one sheet, by place as A1, as a workbook as small as one can be."""
    office = "http://schemas.openxmlformats.org"
    main, packs = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006"
    related = f"{office}/officeDocument/2006/relationships"
    rows = {}
    for place, cell in cells.items():
        row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows.setdefault(row, []).append(f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>')
    sheet = "".join(f'<row r="{row}">{"".join(inside)}</row>' for row, inside in rows.items())

    def leads(kind, to):
        link = f'<Relationship Id="a" Type="{related}/{kind}" Target="{to}"/>'
        return f'<Relationships xmlns="{packs}/relationships">{link}</Relationships>'

    sheets = '<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packs}/content-types"/>',
        "_rels/.rels": leads("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": leads("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name, part)
    return packed.getvalue()
