"""Files are recognised by content: tables in any dress, workbooks, JSON; drift, damage and strangers are named."""

import codecs
import csv
import io
import json
import tomllib
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from helpers.base.refusals import Refusal
from helpers.reading import sheets, unpacking
from helpers.reading.connection import connected
from helpers.reading.dataset import open_dataset
from helpers.reading.loading import Loaded, load
from helpers.sources import recognition
from helpers.sources.intake import Piece
from helpers.sources.layouts import Field, Layout
from helpers.sources.proposals import Table, propose
from helpers.sources.readers import LAYOUTS
from helpers.sources.recognition import Recognised, Unknown

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TOY = Layout(
    name="toy-posts",
    title="Toy, posts",
    table="posts",
    signature=(("Post ID", "Bericht-ID"), ("Author",), ("Publish time", "Publicatietijdstip"), ("Likes",)),
    fields={
        "post_id": Field(("Post ID", "Bericht-ID")),
        "account_id": Field(("Author",)),
        "created_at": Field(("Publish time", "Publicatietijdstip"), format="%m/%d/%Y %H:%M"),
        "likes": Field(("Likes",), hidden=("hidden",)),
        "format": Field(("Kind",), words={"Photo": "image", "Reel (new)": "reel"}),
        "duration_s": Field(("Length",), make=lambda text: str(sum(map(int, text.split(":"))))),
        "caption": Field(("Text",)),
    },
    constants={"platform": "toy", "format": "video"},
    zone="America/Los_Angeles",
    dropped={"the row of totals": (("Post ID", "Bericht-ID"), ("Total",))},
    unlike=("Campaign",),
)
DAYS = Layout("toy-days", "Toy, days", "", (("Day",), ("Views of the day",)), {})
HEADER = ("Post ID", "Author", "Publish time", "Likes", "Kind", "Length", "Text", "Secret")
ROWS = (
    ("Total", "", "", "1,300", "", "", "", ""),
    ("17841400000000001", "a", "05/01/2024 10:00", "1,200", "Photo", "1:30", 'caf\u00c3\u00a9, "said"\nhe', "s"),
    ("17841400000000002", "a", "05/31/2024 22:00", "hidden", "reel (NEW)", "2:15", "plain", ""),
    ("17841400000000003", "b", "06/01/2024 00:00", "100", "Hologram", "", "", "s"),
)


def written(header=HEADER, rows=ROWS, *, delimiter=",", above="") -> str:
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return above + made.getvalue()


def piece(folder: Path, content: str | bytes, name: str = "whatever.txt") -> Piece:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return Piece(file, name, "")


def recognised(given: Piece, layouts=(TOY, DAYS)) -> list[Recognised] | Unknown:
    scratch = given.path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return recognition.recognise(given, scratch=scratch, layouts=layouts)


def refused(given: Piece, layouts=(TOY, DAYS)) -> str:
    with pytest.raises(Refusal) as refusal:
        recognised(given, layouts)
    return str(refusal.value)


def loaded(found: Recognised, scratch: Path) -> tuple[Loaded, pd.DataFrame]:
    con = connected()
    read = load(con, recognition.table_files(found), timezone=found.match.layout.zone, scratch=scratch)
    return read, con.sql(read.query).df() if not read.faults else pd.DataFrame()


def table(given: Piece, layouts=(TOY, DAYS)) -> pd.DataFrame:
    (found,) = recognised(given, layouts)
    read, frame = loaded(found, given.path.parent)
    assert read.faults == ()
    return frame


def listed(column: pd.Series) -> list:
    return [None if pd.isna(value) else value for value in column]


def test_an_export_becomes_a_typed_table_and_is_told_about(tmp_path):
    (found,) = recognised(piece(tmp_path, written()))
    assert found.match.evidence == ("Post ID", "Author", "Publish time", "Likes")
    assert found.match.ignored == ("Secret",)
    read, frame = loaded(found, tmp_path)
    assert (read.rows, sum(read.file_rows.values()), dict(read.dropped)) == (3, 4, {"the row of totals": 1})
    assert "Secret" not in frame
    assert listed(frame["post_id"]) == ["17841400000000001", "17841400000000002", "17841400000000003"]
    assert listed(frame["likes"]) == [1200, -1, 100]
    assert listed(frame["format"]) == ["image", "reel", "other"]
    assert listed(frame["duration_s"]) == [31.0, 17.0, None]
    assert listed(frame["platform"]) == ["toy"] * 3
    assert listed(frame["caption"]) == ['café, "said"\nhe', "plain", None]
    assert frame["created_at"][0] == pd.Timestamp("2024-05-01 17:00")
    notes = "\n".join(read.notes)
    assert "format: 1 value not among the words known for it, taken as other" in notes
    assert "likes: 1 value hidden by the platform" in notes
    assert "caption: 1 value decoded wrongly before it came here, mended" in notes


@pytest.mark.parametrize(
    "content",
    [
        written(delimiter=";").encode(),
        written(delimiter="\t").encode("utf-16"),
        codecs.BOM_UTF16_BE + written().encode("utf-16-be"),
        written().encode("utf-8-sig"),
        written(delimiter=";", above="sep=;\r\n").encode("utf-16"),
        written(above='sep=,\r\n"Likes"\r\n').encode("utf-16"),
        written(above="Export of a page\r\nAll times are ours, not yours\r\n\r\n").encode(),
        written(header=("Bericht-ID", " author", "Publicatie\u00adtijdstip", "LIKES", *HEADER[4:])).encode(),
    ],
)
def test_dress_does_not_matter(tmp_path, content):
    plain = table(piece(tmp_path, written()))
    pd.testing.assert_frame_equal(table(piece(tmp_path, content, "dressed")), plain)


def test_text_in_cp1252_and_in_another_script_is_read(tmp_path):
    rows = [("1", "a", "05/01/2024 10:00", "1", "", "", text, "") for text in ("één café", "leuke façade")]
    assert listed(table(piece(tmp_path, written(rows=rows).encode("cp1252")))["caption"]) == [
        "één café",
        "leuke façade",
    ]
    russian = "Привет, как дела сегодня? Всё хорошо"
    rows = [("1", "a", "05/01/2024 10:00", "1", "", "", russian, "")] * 20
    assert listed(table(piece(tmp_path, written(rows=rows).encode("cp1251")))["caption"])[0] == russian


def test_lines_are_named_as_they_stand_in_the_file_whatever_is_above_and_dropped(tmp_path):
    rows = [*ROWS, ("5", "b", "31/12/2024", "1", "", "", "", "")]
    (found,) = recognised(piece(tmp_path, written(rows=rows, above="A title\r\n\r\n")))
    read, _ = loaded(found, tmp_path)
    # Two lines above the header in line 3, then four rows, of which one runs over two lines.
    (said,) = read.faults
    assert "created_at: 1 value not in the form '%m/%d/%Y %H:%M'; write every date" in said
    assert said.endswith(" (line 9)")


def test_a_make_that_fails_is_a_fault_with_its_line(tmp_path):
    rows = [("1", "a", "05/01/2024 10:00", "1", "", "long", "", "")]
    read, _ = loaded(recognised(piece(tmp_path, written(rows=rows)))[0], tmp_path)
    assert any("duration_s: 1 value not written as in the exports known (line 2)" in fault for fault in read.faults)


def test_only_totals_is_no_table(tmp_path):
    read, _ = loaded(recognised(piece(tmp_path, written(rows=ROWS[:1])))[0], tmp_path)
    assert any("no rows but those dropped: the row of totals" in fault for fault in read.faults)


def test_an_export_without_rows_of_ours_is_recognised_and_gives_no_file(tmp_path):
    (found,) = recognised(piece(tmp_path, "Day,Views of the day\r\n1 May,3\r\n"))
    assert (found.match.layout, found.files) == (DAYS, ())


def test_a_layout_that_drifted_is_named_with_the_column(tmp_path):
    header = tuple("Likes in total" if name == "Likes" else name for name in HEADER)
    said = refused(piece(tmp_path, written(header=header)))
    assert "looks like Toy, posts, but has no column 'Likes' (did you mean 'Likes in total'?)" in said
    another = tuple("Campaign" if name == "Likes" else name for name in HEADER)
    assert isinstance(recognised(piece(tmp_path, written(header=another))), Unknown)


def test_a_column_more_or_less_is_no_drift(tmp_path):
    more = written(header=(*HEADER, "New"), rows=[(*row, "x") for row in ROWS])
    assert recognised(piece(tmp_path, more))[0].match.ignored == ("Secret", "New")
    less = written(header=HEADER[:4], rows=[row[:4] for row in ROWS])
    (found,) = recognised(piece(tmp_path, less))
    assert found.match.lacking == ("format", "duration_s", "caption")
    assert recognition.table_files(found).constants == {"platform": "toy", "format": "video"}


def test_two_exports_that_fit_equally_well_are_both_named(tmp_path):
    twin = Layout("twin", "Twin, posts", "posts", (("Author",), *TOY.signature[:1], *TOY.signature[2:]), TOY.fields)
    assert "fits Toy, posts, Twin, posts equally well" in refused(piece(tmp_path, written()), (TOY, twin))


def test_one_export_may_be_two_tables(tmp_path):
    people = Layout(
        "toy-people", "Toy, people", "accounts", TOY.signature, {"account_id": Field(("Author",))}, TOY.unlike
    )
    found = recognised(piece(tmp_path, written()), (TOY, people))
    assert [one.match.layout.table for one in found] == ["posts", "accounts"]


def test_a_reader_gets_the_header_first_and_its_columns_are_found_anew(tmp_path):
    def flatten(file: Path, folder: Path) -> list[Path]:
        text = file.read_text(encoding="utf-8-sig")
        assert text.startswith('"Post ID"')
        (folder / "made.csv").write_text(text.replace('"Kind"', '"Sort"'), encoding="utf-8")
        return [folder / "made.csv"]

    fields = {**TOY.fields, "format": Field(("Sort",), words={"Photo": "image"})}
    made = Layout("made", "Made", "posts", TOY.signature, fields, dropped=TOY.dropped, flatten=flatten)
    (found,) = recognised(piece(tmp_path, written(above="A title\r\n")), (made,))
    assert (found.match.columns["format"], found.match.evidence[0]) == ("Sort", "Post ID")
    assert listed(loaded(found, tmp_path)[1]["format"]) == ["image", "other", "other"]


def test_json_of_an_export_is_read_like_its_csv(tmp_path):
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    plain = table(piece(tmp_path, written()))
    pd.testing.assert_frame_equal(table(piece(tmp_path, json.dumps(records), "a.json")), plain)
    lines = "\n".join(map(json.dumps, records))
    pd.testing.assert_frame_equal(table(piece(tmp_path, lines, "b.ndjson")), plain)


def test_tidy_tables_are_recognised_too(tmp_path):
    (found,) = recognised(piece(tmp_path, "post_id,account_id,likes,mine\n1,a,3,x\n", "anything.csv"))
    assert (found.match.layout.name, found.match.ignored) == ("tidy-posts", ("mine",))
    (found,) = recognised(piece(tmp_path, "person_id,observed_at,stress\n1,2024-05-01,3\n", "diary.csv"))
    assert found.match.layout.table == "diary"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "Date: 2024-05-01 10:00:00\nLink: https://x\n\n", "TikTok download as text"),
        ("watch-history.html", "<html><div class='content-cell'>x</div></html>", "download as a web page"),
        (
            "liked.html",
            "<!DOCTYPE html><body class='_5vb_'><div class='pam _3-95 uiBoxWhite'>",
            "download as a web page",
        ),
        ("a.json", '[{"id": 1}, {"id"', "cut off, damaged or no JSON"),
        ("a.csv", b"a,b\n\x00\x01\x02", "damaged or not what its name says"),
        ("a.parquet", b"PAR1 and no more", "cut off, damaged or no Parquet file"),
        ("a.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged or no workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600), "locked"),
        ("a.db", b"SQLite format 3\x00" + bytes(100), "is a database"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, name, content, said):
    assert said in refused(piece(tmp_path, content, name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "# Data, and more\n\n| a, b | c |\n"),
        ("LICENSE", "MIT License, as is\n\nPermission is granted, free, of charge\nto any person\n\nA, B, C and D"),
        ("index.html", "<html><p>Hello</p></html>"),
        ("photo", b"\xff\xd8\xff\xe0" + bytes(range(256))),
        ("notes", "milk and eggs\nbread\n"),
        ("nothing", ""),
        ("a.csv", " \n"),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("settings.json", '"dark"'),
        ("empty.json", "{}"),
    ],
)
def test_what_is_clearly_no_data_is_passed_over(tmp_path, name, content):
    found = recognised(piece(tmp_path, content, name))
    assert isinstance(found, Unknown)
    assert found.says
    assert found.proposal == ""


# Workbooks.


def workbook(to: Path, **contents: list[list[object]]) -> Path:
    """Write the smallest .xlsx with these sheets: texts, numbers, and days as (number of a day,)."""

    def cell(value: object) -> str:
        if isinstance(value, tuple):
            return f'<c s="1"><v>{value[0]}</v></c>'
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>' if isinstance(value, str) else f"<c><v>{value}</v></c>"

    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    named = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(contents, 1))
    linked = "".join(
        f'<Relationship Id="r{i}" Type="{kinds}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(contents) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {rels}><Relationship Id="r" Type="{kinds}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{kinds}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {rels}>{linked}<Relationship Id="st" Type="{kinds}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(contents.values(), 1):
        inside = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/s{number}.xml"] = f"<worksheet {main}><sheetData>{inside}</sheetData></worksheet>"
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return to


def test_sheets_become_tables_with_whole_numbers_iso_dates_and_honest_ids(tmp_path):
    file = workbook(
        tmp_path / "a.xlsx", Data=[["id", "n", "at"], [178414000000000000, 7, (45413.5,)], ["=1+1", 0.25, ""]]
    )
    (copy,) = sheets.to_csv(file, tmp_path).values()
    assert copy.read_text().splitlines() == ["id,n,at", "1.78414000000000E+17,7,2024-05-01 12:00:00", "=1+1,0.25,"]


def test_each_sheet_of_a_workbook_is_recognised_for_itself(tmp_path):
    posts = [["All times are ours"], list(HEADER), *map(list, ROWS)]
    file = workbook(
        tmp_path / "a.xlsx", Cover=[["Hello"]], Posts=posts, Days=[["Day", "Views of the day"], ["1 May", 3]]
    )
    found = recognised(Piece(file, "a.xlsx", ""))
    assert [(one.match.layout.name, one.part) for one in found] == [("toy-posts", "Posts"), ("toy-days", "Days")]
    _, frame = loaded(found[0], tmp_path)
    pd.testing.assert_frame_equal(frame, table(piece(tmp_path, written())))


def test_a_sheet_of_unknown_data_beside_a_known_one_is_named_by_its_number_alone(tmp_path):
    own = [["shop", "visitors"], ["north", 3], ["south", 4]]
    sheets_ = {"Cover": [["Hello"]], "Posts": [list(HEADER), *map(list, ROWS)], "Anna-de-Vries": own}
    (found,) = recognised(Piece(workbook(tmp_path / "a.xlsx", **sheets_), "a.xlsx", ""))
    assert found.left == ("sheet 3 (a table of 2 columns, no export that is known)",)


def test_a_tidy_sheet_has_our_columns_in_any_case(tmp_path):
    header = ["Post_ID", "account_id", "Likes", "likes", "PLATFORM"]
    file = workbook(tmp_path / "a.xlsx", A=[header, ["p1", "a", 5, 6, "IG"], ["p2", "a", 7, 8, "IG"]])
    (found,) = recognised(Piece(file, "a.xlsx", ""))
    ours = {"post_id": "Post_ID", "account_id": "account_id", "likes": "likes", "platform": "PLATFORM"}
    assert (found.match.columns, found.match.ignored) == (ours, ("Likes",))


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "FREE_OF_RATIO", 1000)
    file = workbook(tmp_path / "a.xlsx", A=[["x" * 3_000_000]])
    assert "zip bomb" in refused(Piece(file, "a.xlsx", ""))


def test_a_large_file_is_recognised_by_its_beginning_and_nothing_is_written_beside_it(tmp_path):
    rows = [(str(n), "a", "05/01/2024 10:00", "1", "Photo", "", "x" * 50, "") for n in range(8000)]
    for encoding in ("utf-8", "utf-16"):
        given = piece(tmp_path, written(rows=rows, above="A title\r\n").encode(encoding), "big.csv")
        assert len(table(given)) == 8000
    piece(tmp_path, written(header=[f"{name} x" for name in HEADER], rows=rows), "big.csv")
    assert isinstance(recognised(given), Unknown)
    assert sorted(item.name for item in tmp_path.iterdir() if not item.name[0].isdigit()) == ["big.csv", "scratch"]


def test_a_sheet_that_drifted_is_not_lost_beside_one_that_is_known(tmp_path):
    header = ["Likes in total" if name == "Likes" else name for name in HEADER]
    sheets_ = {"Days": [["Day", "Views of the day"], ["1 May", 3]], "Posts": [header, *map(list, ROWS)]}
    assert "has no column 'Likes'" in refused(Piece(workbook(tmp_path / "a.xlsx", **sheets_), "a.xlsx", ""))


def test_two_tables_in_one_file_and_nul_bytes_far_down_are_refused_with_lines(tmp_path):
    (found,) = recognised(piece(tmp_path, written() + "\r\nDay,Views of the day\r\n1 May,3\r\n", "two.csv"))
    said = "\n".join(loaded(found, tmp_path)[0].faults)
    assert "2 rows with fewer cells than the header, which has 8 (lines 8, 9)" in said
    rows = [(str(n), "a", "05/01/2024 10:00", "1", "Photo", "", "x" * 50, "") for n in range(8000)]
    (found,) = recognised(piece(tmp_path, written(rows=rows).encode() + b"9,a,\x00,1,,,,\r\n", "nul.csv"))
    assert "NUL bytes from line 8,002 on" in "\n".join(loaded(found, tmp_path)[0].faults)


def test_formulas_stay_the_texts_that_they_are(tmp_path):
    rows = [("1", "a", "05/01/2024 10:00", "1", "", "", '=HYPERLINK("http://x")', "")]
    assert listed(table(piece(tmp_path, written(rows=rows)))["caption"]) == ['=HYPERLINK("http://x")']
    rows = [("1", "a", "05/01/2024 10:00", "=1+1", "", "", "", "")]
    read, _ = loaded(recognised(piece(tmp_path, written(rows=rows)))[0], tmp_path)
    assert any("likes: 1 value not readable as a number (line 2)" in fault for fault in read.faults)


# What is not known.


def test_an_unknown_table_comes_with_a_proposal_that_can_be_used(tmp_path):
    rows = "".join(f"{n};user{n % 3};2024-05-{n + 1:02};{n * 10};{n};veel\n" for n in range(20))
    given = piece(tmp_path, "Bericht;Gebruiker;Datum;Vind ik leuks;Reacties;Rest\n" + rows, "eigen.csv")
    found = recognised(given, LAYOUTS)
    assert isinstance(found, Unknown)
    assert found.header == ("Bericht", "Gebruiker", "Datum", "Vind ik leuks", "Reacties", "Rest")
    stated = tomllib.loads(found.proposal)["tables"]["posts"]
    assert stated["columns"] == {
        **{"post_id": "Bericht", "account_id": "Gebruiker", "created_at": "Datum"},
        **{"likes": "Vind ik leuks", "comments": "Reacties"},
    }
    assert 'likes = "Vind ik leuks"   # whole numbers from 0 to 190' in found.proposal
    assert "in Dutch exports of Meta this is reactions" in found.proposal
    (tmp_path / "dataset.toml").write_text(found.proposal, encoding="utf-8")
    assert open_dataset(tmp_path).rows["posts"] == 20


def test_a_column_that_may_name_the_account_is_proposed_and_said_to_be_a_guess():
    """Where a text comes again and again, all rows are not taken for one account's."""
    header, days = ("Nr", "date", "Merk", "Shop", "country", "likes"), ("2025-01-01", "2025-01-02", "2025-01-03")
    rows = tuple((str(at), days[at % 3], "ab"[at % 2], "xyz"[at % 3], "NL", "1") for at in range(6))
    told = propose(Table("t.csv", header, rows))
    assert 'account_id = "Merk"   # 2 different values in 6 rows, a guess' in told
    assert '# if not, it may be "Shop"; where all rows are of one account: account_id = "this one"' in told
    assert "[tables.posts.constants]" not in told
    alone = tuple((*row[:2], f"title {row[0]}", row[0], *row[4:]) for row in rows)  # nothing comes again
    assert 'account_id = "this one"   # no column has a name like it' in propose(Table("t.csv", header, alone))


def test_a_proposal_leaves_out_what_the_cells_speak_against(tmp_path):
    rows = tuple((str(n % 4), "a", "soon" if n % 2 else "2024-05-01", str(n / 3)) for n in range(20))
    made = propose(Table("t.csv", ("id", "user", "date", "likes"), rows, skip=2, sheet="Data"))
    assert "# post_id = " in made
    assert "# created_at = " in made
    assert "# likes = " in made
    assert "soon" not in made
    stated = tomllib.loads(made)["tables"]["posts"]
    assert (stated["columns"], stated["skip"], stated["sheet"]) == ({"account_id": "user"}, 2, "Data")


@pytest.mark.parametrize("kind", ["xlsx", "json", "inner.json", "parquet"])
def test_own_files_of_other_kinds_are_proposed_and_opened(tmp_path, kind):
    frame = pd.DataFrame({"id": ["1", "2"], "user": ["a", "b"], "favorites": [3, 4], "mood": ["x", "y"]})
    file = tmp_path / f"own.{kind}"
    if kind == "xlsx":
        workbook(file, Data=[["my data"], list(frame), *frame.to_numpy().tolist()])
    elif kind == "json":
        frame.to_json(file, orient="records")
    elif kind == "inner.json":
        file.write_text(f'{{"ok": true, "data": {{"posts": {frame.to_json(orient="records")}}}}}')
    else:
        duckdb.from_df(frame).write_parquet(str(file))
    found = recognised(Piece(file, file.name, ""))
    assert isinstance(found, Unknown)
    (tmp_path / "dataset.toml").write_text(found.proposal, encoding="utf-8")
    opened = open_dataset(tmp_path).tables["posts"].collect("pandas").to_native()
    assert listed(opened["post_id"]) == ["1", "2"]
    assert listed(opened["likes"]) == [3, 4]


# Whatever comes.


@quick
@given(order=st.permutations(range(len(HEADER))))
def test_shuffled_columns_give_the_same_table(tmp_path, order):
    mixed = written([HEADER[at] for at in order], [[row[at] for at in order] for row in ROWS])
    pd.testing.assert_frame_equal(table(piece(tmp_path, mixed, "mixed")), table(piece(tmp_path, written())))


@quick
@given(left=st.floats(0, 1))
def test_a_cut_file_gives_whole_rows_or_a_refusal(tmp_path, left):
    whole, content = table(piece(tmp_path, written())), written().encode()
    given = piece(tmp_path, content[: int(len(content) * left)], "cut.csv")
    try:
        found = recognised(given)
    except Refusal:
        return
    if isinstance(found, list):
        read, frame = loaded(found[0], tmp_path)
        # Where the cut is inside the last cell of a row nobody can see it; in all before, nothing may have changed.
        if not read.faults:
            pd.testing.assert_frame_equal(frame[:-1], whole[: max(0, len(frame) - 1)], check_dtype=False)


@quick
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=100).map(str.encode)
    | st.lists(st.lists(st.text("a1,;\"'=-. é\n", max_size=4), max_size=4), max_size=5).map(
        lambda rows: written(rows=rows).encode()
    ),
    name=st.sampled_from(["a", "a.csv", "a.json", "a.xlsx", "a.parquet", "a.txt", "a.html"]),
)
def test_random_content_never_ends_in_a_traceback(tmp_path, content, name):
    try:
        found = recognised(piece(tmp_path, content, name), (TOY, DAYS, *LAYOUTS))
    except Refusal:
        return
    for one in found if isinstance(found, list) else []:
        if one.files:
            read, _ = loaded(one, tmp_path)
            assert read.faults or read.rows
