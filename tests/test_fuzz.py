"""Exports are broken at random: each is refused with a message that a person can read, or explained by its receipt."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import shutil
import stat
import time
import tomllib
import zipfile
from pathlib import Path

import duckdb
import pytest
from exports import workbook

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.reading.dataset import open_dataset
from helpers.sources import import_data

MUTATIONS = 1_000 if os.environ.get("CI") else 120
"""How many exports are tried: all of them where the project's own checks run, a part of them otherwise."""

CHUNKS = 10  # which workers share
PATIENCE_S = 30
SEED = 17
CANARY = "jane.doe.canary"
SHARED = next((place for place in (ROOT.parent / "shared", ROOT.parent.parent / "shared") if place.is_dir()), None)

POSTS = "post_id,account_id,created_at,likes,comments,hashtags,caption\n" + "".join(
    f'{n},{CANARY},2024-07-0{n} 12:00,{n}0,{n},"a b","He said ""{CANARY}"", twice #x"\n' for n in range(1, 7)
)
ACCOUNTS = f"account_id,platform,followers\n{CANARY},instagram,1200\nb,tiktok,9\n"
META = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\n"
    + "".join(
        f"1800{n},1784,{CANARY},Jane,Hello {n},0,07/0{n}/2024 10:00,https://x.org/{n},IG image,,Lifetime,9{n},8{n},"
        "5,1,0,2,1\n"
        for n in range(1, 7)
    )
)
CRAWLED = [
    {"id": str(n), "ownerUsername": CANARY, "likesCount": n, "timestamp": f"2024-07-0{n}T10:00:00.000Z"}
    | {
        "commentsCount": 1,
        "type": "Image",
        "shortCode": f"c{n}",
        "caption": "x",
        "hashtags": ["a"],
        "url": "https://x.org",
    }
    for n in range(1, 7)
]
TOML = '[tables.posts]\nfile = "own.csv"\n[tables.posts.columns]\npost_id = "id"\naccount_id = "who"\nlikes = "n"\n'


def bases() -> dict[str, dict[str, bytes]]:
    """Give exports that can be read, by name: the content of each of their files."""
    crawled = json.dumps(CRAWLED).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        # A date of their own, so that the bytes are the same at any time.
        for file, content in {"data/dataset_instagram.json": crawled, "posts.csv": POSTS}.items():
            out.writestr(zipfile.ZipInfo(file, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    own = "id;who;n\n" + "".join(f"{n};{CANARY};{n}\n" for n in range(5))
    found = {
        "tidy": {"posts.csv": POSTS.encode(), "accounts.csv": ACCOUNTS.encode()},
        "meta": {"content.csv": META.encode("utf-8-sig")},
        "wide": {"content.csv": META.encode("utf-16")},
        "crawled": {"dataset_instagram.json": crawled},
        "lines": {"dataset.ndjson": b"\n".join(json.dumps(one).encode() for one in CRAWLED)},
        "zip": {"export.zip": packed.getvalue()},
        "gz": {"export.json.gz": gzip.compress(crawled, mtime=0)},
        "bz2": {"posts.csv.bz2": bz2.compress(POSTS.encode())},
        "xz": {"posts.csv.xz": lzma.compress(POSTS.encode())},
        "mapped": {"own.csv": own.encode(), "dataset.toml": TOML.encode()},
        "parquet": {"posts.parquet": _written("COPY ({}) TO '{}' (FORMAT parquet)")},
        "database": {"mine.duckdb": _database()},
        "workbook": {"table.xlsx": _workbook(POSTS)},
    }
    return found | _given()


def _given() -> dict[str, dict[str, bytes]]:
    """Give the small cases that lie beside the project, where they do."""
    cases = sorted((SHARED / "cases").iterdir()) if SHARED and (SHARED / "cases").is_dir() else []
    found = {}
    for case in cases:
        files = [file for file in sorted(case.rglob("*")) if file.is_file() and file.name != "README.md"]
        if case.name != "safety" and files and sum(file.stat().st_size for file in files) < 200_000:
            found[case.name] = {file.relative_to(case).as_posix(): file.read_bytes() for file in files}
    return found


ROWS = "SELECT i AS post_id, 'a' AS account_id, i AS likes FROM range(50) t(i)"


def _written(sql: str) -> bytes:
    file = Path(os.environ.get("TMPDIR", "/tmp"), f"fuzz-{os.getpid()}.parquet")
    duckdb.sql(sql.format(ROWS, file))
    content = file.read_bytes()
    file.unlink()
    return content


def _database() -> bytes:
    file = Path(os.environ.get("TMPDIR", "/tmp"), f"fuzz-{os.getpid()}.duckdb")
    with duckdb.connect(str(file)) as con:
        con.execute(f"CREATE TABLE posts AS {ROWS}")
    content = file.read_bytes()
    file.unlink()
    return content


def _workbook(text: str) -> bytes:
    """Write a table as a workbook."""
    rows = [line.split(",")[:4] for line in text.splitlines()]
    return workbook({f"{'ABCD'[x]}{y}": cell for y, row in enumerate(rows, 1) for x, cell in enumerate(row)})


ODD = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\r", b"\n\n", b"\t", b";", b",,,,", b"\x1b[31m", b"\x1a"),
    *(
        b"nan",
        b"inf",
        b"-1",
        b"-7",
        b"1e400",
        b"9" * 40,
        b"1.2K",
        b"0x10",
        b"31/31/2024",
        b"9999-12-31",
        b"null",
        b"[]",
    ),
    *(b"{", b"}", b"[" * 3000, b"\\ud800", b"\xed\xa0\x80", "é".encode("cp1252"), "𝟙٣".encode(), b"=1+1", b"{{7*7}}"),
    *(b"<img src=x onerror=alert(1)>", b"A" * 70_000, "\u202e".encode(), "\u00ad".encode(), "\u0000".encode()),
)


def _flip(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) or 1)
    return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _insert(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice(ODD) + content[at:]


def _cell(content: bytes, dice: random.Random) -> bytes:
    """Put something odd in place of a number or a word."""
    cells = [found.span() for found in re.finditer(rb"[\w.:-]+", content)] or [(0, 0)]
    start, end = dice.choice(cells)
    return content[:start] + dice.choice(ODD) + content[end:]


def _lines(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at = dice.randrange(len(lines))
    choice = dice.randrange(4)
    if choice == 0:
        return b"".join(lines[:at] + lines[at + 1 :])
    if choice == 1:
        return b"".join([*lines[:at], lines[at] * dice.choice((2, 50)), *lines[at + 1 :]])
    if choice == 2:
        dice.shuffle(lines)
        return b"".join(lines)
    return b"".join([*lines[:at], lines[at][: len(lines[at]) // 2], *lines[at + 1 :]])


def _recoded(content: bytes, dice: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(dice.choice(("utf-16", "utf-16-le", "cp1252", "utf-7", "utf-32", "cp037")), "replace")


def _swapped(content: bytes, dice: random.Random) -> bytes:
    return content.replace(b",", dice.choice((b";", b"\t", b"|", b"\x01", b", "))).replace(
        b"\n", dice.choice((b"\r\n", b"\n", b"\r"))
    )


WAYS = (_flip, _cut, _insert, _insert, _cell, _cell, _cell, _lines, _lines, _recoded, _swapped)


def mutated(number: int, known: dict[str, dict[str, bytes]]) -> tuple[str, dict[str, bytes]]:
    """Break an export, always the same one for a number."""
    dice = random.Random(f"{SEED} {number}")
    name = dice.choice(sorted(known))
    files = dict(known[name])
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        file, way = dice.choice(sorted(files)), dice.choice(WAYS)
        files[file] = way(files[file], dice)
    if dice.random() < 0.15:
        file = dice.choice(sorted(files))
        content = files.pop(file)
        files[
            dice.choice((f"{CANARY}.csv", "0612345678.json", "a\nb.csv", "posts.csv", "x.zip", "y.xlsx", "z.parquet"))
        ] = content
    return name, files


@pytest.fixture(scope="module")
def known():
    return bases()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_broken_export_is_refused_or_explained(known, tmp_path, monkeypatch, chunk):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    for number in range(chunk, MUTATIONS, CHUNKS):
        name, files = mutated(number, known)
        place = tmp_path / f"{number}"
        for file, content in files.items():
            (place / "given" / file).parent.mkdir(parents=True, exist_ok=True)
            (place / "given" / file).write_bytes(content)
        begun = time.monotonic()
        try:
            done = import_data(place / "given", "brand", to=place / "user")
        except Refusal as refusal:
            _readable(str(refusal))
            assert not (place / "user").exists() or not list((place / "user").iterdir()), (number, name)
        except BaseException as error:
            raise AssertionError(f"mutation {number} of {name}: {type(error).__name__}") from error
        else:
            _explained(done)
        assert time.monotonic() - begun < PATIENCE_S, (number, name)
        shutil.rmtree(place)


def _readable(message: str) -> None:
    """Check what every message keeps to."""
    assert len(message) < 8_000
    assert message.strip()
    assert CANARY not in message
    assert all(sign == "\n" or sign.isprintable() for sign in message), ascii(message)
    assert "What to do" in message


def _explained(done) -> None:
    """Check that the receipt accounts for every row, that the data open, and that they are their owner's alone."""
    toml = tomllib.loads((done.folder / "dataset.toml").read_text(encoding="utf-8"))
    for file in toml["files"]:
        gone = sum(file["dropped"].values())
        assert file["rows_read"] - gone <= file["rows_kept"] <= file["rows_read"], file
    assert open_dataset(done.folder).rows == done.rows
    text = "".join(
        path.read_text(encoding="utf-8") for path in done.folder.iterdir() if path.suffix in (".txt", ".toml")
    )
    assert CANARY not in text
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in done.folder.iterdir())
    assert stat.S_IMODE(done.folder.stat().st_mode) == 0o700


def test_mutations_are_the_same_each_time_and_many(known):
    first = [mutated(number, known) for number in range(60)]
    assert [mutated(number, known) for number in range(60)] == first
    assert len({name for name, _ in first}) >= 8
    assert sum(files != known[name] for name, files in first) >= 50


@pytest.mark.parametrize(
    "name", ["tidy", "meta", "wide", "crawled", "lines", "zip", "gz", "bz2", "xz", "parquet", "workbook"]
)
def test_what_is_broken_could_be_read_before(known, tmp_path, name):
    for file, content in known[name].items():
        (tmp_path / "given").mkdir(exist_ok=True)
        (tmp_path / "given" / file).write_bytes(content)
    assert sum(import_data(tmp_path / "given", "brand", to=tmp_path / "user").rows.values()) >= 6
