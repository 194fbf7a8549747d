"""What a person gives is taken in safely: archives of all kinds, bombs, links, names that lead elsewhere, damage."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from helpers.base.refusals import Refusal
from helpers.reading.unpacking import FREE_OF_RATIO
from helpers.sources import intake

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TABLE = b"post_id,account_id\n1,a\n"


def gathered(source: Path, scratch: Path) -> dict[str, bytes]:
    scratch.mkdir(exist_ok=True)
    pieces = intake.gather(source, scratch=scratch)
    assert all(hashlib.sha256(p.path.read_bytes()).hexdigest() == intake.fingerprint(p.path) for p in pieces)
    return {piece.name: piece.path.read_bytes() for piece in pieces}


def refused(source: Path, scratch: Path) -> str:
    with pytest.raises(Refusal) as refusal:
        gathered(source, scratch)
    return str(refusal.value)


def zipped(members: dict[str, bytes], to: Path | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    if to:
        to.write_bytes(made.getvalue())
    return made.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as packed:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return made.getvalue()


def saved(folder: Path, name: str, content: bytes = TABLE) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


@pytest.fixture
def scratch(tmp_path):
    return tmp_path / "scratch"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "given"
    made.mkdir()
    return made


def test_one_file_stays_where_it_is(folder, scratch):
    file = saved(folder, "posts.csv")
    assert gathered(file, scratch) == {"posts.csv": TABLE}
    assert not list(scratch.iterdir())


def test_a_folder_gives_all_files_in_order_but_hidden_ones_media_and_our_own(folder, scratch):
    for name in ("b/2.csv", "a.csv", "b/1.csv"):
        saved(folder, name)
    for name in (".hidden", ".git/x.csv", "__MACOSX/a.csv", "b/photo.JPG", "film.mp4", "dataset.toml"):
        saved(folder, name)
    saved(folder, "brand/posts.parquet")
    saved(folder, "brand/dataset.toml", b'name = "brand"\n[[files]]\nfile = "x"\n')
    for name in ("index.html", "claims.csv", "01-account-size.html"):
        saved(folder, f"reports/{name}")
    assert list(gathered(folder, scratch)) == ["a.csv", "b/1.csv", "b/2.csv"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("export.zip", zipped({"in/posts.csv": TABLE, "__MACOSX/x": b"x", "photo.png": b"x", "empty/": b""})),
        ("export.tar", tarred({"in/posts.csv": TABLE, ".DS_Store": b"x"})),
        ("export.tar.gz", tarred({"in/posts.csv": TABLE}, "w:gz")),
        ("export.tgz", tarred({"in/posts.csv": TABLE}, "w:gz")),
        ("export.tar.xz", tarred({"in/posts.csv": TABLE}, "w:xz")),
        ("export.tar.bz2", tarred({"in/posts.csv": TABLE}, "w:bz2")),
        ("no-suffix", zipped({"in/posts.csv": TABLE})),
    ],
)
def test_archives_are_known_by_content_and_give_their_files(folder, scratch, name, content):
    assert gathered(saved(folder, name, content), scratch) == {"in/posts.csv": TABLE}


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("xz", lzma.compress), ("bz2", bz2.compress)])
def test_a_file_packed_alone_loses_its_last_suffix(folder, scratch, suffix, pack):
    saved(folder, f"post.json.{suffix}", pack(TABLE))
    (piece,) = intake.gather(folder, scratch=scratch)
    assert (piece.name, piece.archive, piece.path.name) == ("post.json", f"post.json.{suffix}", "post.json")
    assert piece.path.read_bytes() == TABLE


def test_an_archive_in_an_archive_is_opened_and_one_deeper_is_refused(folder, scratch):
    inner = zipped({"posts.csv": TABLE})
    pieces = intake.gather(saved(folder, "1.zip", zipped({"part/2.zip": inner})), scratch=scratch)
    assert [(piece.name, piece.archive) for piece in pieces] == [("posts.csv", "1.zip: part/2.zip")]
    deep = saved(folder, "3.zip", zipped({"2.zip": zipped({"1.zip": inner})}))
    assert "archive in an archive in an archive" in refused(deep, scratch / "deep")


def test_a_workbook_is_no_archive(folder, scratch):
    book = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert gathered(saved(folder, "a.xlsx", book), scratch) == {"a.xlsx": book}


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "..\\out.csv", "C:\\out.csv", "\\out.csv"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_elsewhere_are_refused_and_nothing_is_written(folder, scratch, pack, name):
    said = refused(saved(folder, "evil.bin", pack({"good.csv": TABLE, name: b"x"})), scratch)
    assert "1 name leading out of the folder" in said
    assert not list(folder.parent.rglob("out.csv"))


def test_links_devices_and_pipes_in_archives_are_refused(folder, scratch):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as packed:
        for name, kind in (
            ("a", tarfile.SYMTYPE),
            ("b", tarfile.LNKTYPE),
            ("c", tarfile.CHRTYPE),
            ("d", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            packed.addfile(member)
    assert "4 members other than plain files" in refused(saved(folder, "a.tar", made.getvalue()), scratch)
    link = zipfile.ZipInfo("posts.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert "1 member other than plain files" in refused(folder / "a.zip", scratch)


def test_links_in_a_folder_are_refused_by_name(folder, scratch):
    saved(folder, "a.csv")
    os.symlink("/etc/passwd", folder / "b.csv")
    os.symlink(folder, folder / "loop")
    said = refused(folder, scratch)
    assert "b.csv is a link" in said
    assert "loop is a link" in said


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, bz2.compress, lambda zeros: zipped({"posts.csv": zeros})]
)
def test_a_bomb_is_stopped_while_it_unpacks(folder, scratch, pack):
    said = refused(saved(folder, "bomb", pack(bytes(60_000_000))), scratch)
    assert "zip bomb" in said
    assert sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file()) <= FREE_OF_RATIO * 1.2


def test_a_bomb_that_lies_about_its_size_is_stopped_too(folder, scratch):
    content = zipped({"posts.csv": bytes(60_000_000)})
    lied = content.replace((60_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert lied != content
    said = refused(saved(folder, "bomb.zip", lied), scratch)
    assert "bomb" in said or "damaged" in said


def test_the_total_and_the_number_of_files_are_bounded(folder, scratch, monkeypatch):
    many = saved(folder, "many.zip", zipped({f"{n}.csv": TABLE for n in range(30)}))
    monkeypatch.setattr(intake, "MEMBERS", 20)
    assert "more than 20 files" in refused(many, scratch)
    monkeypatch.setattr(intake, "MEMBERS", 100)
    monkeypatch.setattr(intake, "TOTAL", 100)
    assert "the archives hold more than" in refused(many, scratch / "again")


def test_a_locked_zip_is_refused(folder, scratch):
    content = bytearray(zipped({"posts.csv": TABLE}))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + offset] |= 1
    assert "locked with a password" in refused(saved(folder, "a.zip", bytes(content)), scratch)


@pytest.mark.parametrize(
    ("name", "sign"), [("a.7z", b"7z\xbc\xaf\x27\x1c\x00\x04"), ("a.rar", b"Rar!\x1a\x07\x01\x00")]
)
def test_archives_that_are_not_read_say_what_to_do(folder, scratch, name, sign):
    assert "unpack it yourself and give the folder" in refused(saved(folder, name, sign + bytes(50)), scratch)


ARCHIVES = {
    "a.zip": zipped({"posts.csv": os.urandom(3000), "b.csv": TABLE}),
    "a.tar": tarred({"posts.csv": os.urandom(3000), "b.csv": TABLE})[:5632],  # without what fills its last record
    "a.gz": gzip.compress(os.urandom(3000)),
    "a.xz": lzma.compress(os.urandom(3000)),
    "a.bz2": bz2.compress(os.urandom(3000)),
}


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("left", [0.3, 0.6, 0.8])
def test_archives_that_are_cut_off_are_refused(folder, scratch, name, left):
    content = ARCHIVES[name]
    assert "damaged or cut off" in refused(saved(folder, name, content[: int(len(content) * left)]), scratch)


@quick
@given(
    name=st.sampled_from(sorted(ARCHIVES)),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4),
)
def test_changed_bytes_give_the_files_or_a_refusal(tmp_path_factory, name, changes):
    folder = tmp_path_factory.mktemp("changed")
    content = bytearray(ARCHIVES[name])
    for place, value in changes:
        content[int(place * len(content))] = value
    try:
        pieces = intake.gather(saved(folder, name, bytes(content)), scratch=folder / "scratch")
    except Refusal:
        return
    assert all(piece.path.is_file() and folder in piece.path.parents for piece in pieces)


def test_everything_that_is_wrong_is_told_at_once(folder, scratch):
    saved(folder, "1.zip", ARCHIVES["a.zip"][:500])
    saved(folder, "2.rar", b"Rar!\x1a\x07\x01\x00")
    saved(folder, "3.csv")
    said = refused(folder, scratch)
    assert "1.zip" in said
    assert "2.rar" in said


def test_nothing_to_read_is_refused(folder, scratch):
    assert "no file with data" in refused(folder, scratch)
    assert "no file with data" in refused(saved(folder, "photo.jpg"), scratch)
    assert "there is no file or folder" in refused(folder / "absent", scratch)
