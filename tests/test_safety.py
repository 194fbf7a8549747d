"""What is given may be hostile, odd or in a bad place: it is read or refused, never believed, printed or left."""

import errno
import gc
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from exports import csv_file, workbook

from helpers import ROOT, __main__ as command
from helpers.base.refusals import Refusal, of_system, plain
from helpers.ground.filenames import file_label, is_plain, unnamed
from helpers.ground.freshness import Hashes
from helpers.ground.scratch import LOCK, OLD, private, put_back, scratch, sweep
from helpers.reading import areas, sheets
from helpers.reading.dataset import open_dataset
from helpers.reading.manifest import located, read_manifest
from helpers.reading.opened import mark_of
from helpers.sources import import_data, is_export
from helpers.sources.writing import replacing

PLACES = (ROOT.parent / "shared/cases/safety", ROOT.parent.parent / "shared/cases/safety")
CASES = next((place for place in PLACES if place.is_dir()), None)
POSTS = "post_id,account_id,likes\n1,a,3\n2,a,4\n"
on_linux = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture
def case(request, tmp_path):
    """Give a copy of a case that lies beside the project, without its description."""
    if CASES is None:
        pytest.skip("../shared/cases/safety is not here")
    place = tmp_path / "case"
    shutil.copytree(CASES / request.param, place)
    place.chmod(0o700)
    (place / "README.md").unlink()
    return place


def refused(source, folder) -> str:
    with pytest.raises(Refusal) as told:
        import_data(source, "brand", to=folder / "user")
    assert not (folder / "user" / "brand").exists()
    return str(told.value)


def case_of(name):
    return pytest.mark.parametrize("case", [name], indirect=True, ids=[name])


@case_of("comments-bad-date")
def test_case_comments_bad_date(case, tmp_path):
    assert "comments.csv: created_at: 1 value not readable as a date (line 3)" in refused(case, tmp_path)


@case_of("posts-text-column-bad-count")
def test_case_posts_text_column_bad_count(case, tmp_path):
    assert "posts.csv: likes: 1 value not readable as a number (line 3)" in refused(case, tmp_path)


@on_linux
@case_of("dangling-link")
def test_case_dangling_link(case, tmp_path):
    (case / "posts.csv").symlink_to("nowhere")
    assert "posts.csv is a link that leads nowhere" in refused(case, tmp_path)


@on_linux
@case_of("fifo")
def test_case_fifo(case, tmp_path):
    os.mkfifo(case / "posts.csv")
    assert "posts.csv is a pipe and no file" in refused(case, tmp_path)


@case_of("database-view-reads-files")
def test_case_database_view_reads_files(case, tmp_path):
    message = refused(case / "nice.duckdb", tmp_path)
    assert "the view posts reads more than its own database" in message
    with pytest.raises(Refusal, match="reads more than its own database"):
        open_dataset(case / "nice.duckdb")


@case_of("dataset-toml-address")
def test_case_dataset_toml_address(case, tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.reading.addresses.urlopen", lambda *a, **b: pytest.fail("a request was sent"))
    assert "it names an address, and none is fetched because a file says so" in refused(case, tmp_path)
    with pytest.raises(Refusal, match="names an address"):
        open_dataset(case)


@pytest.mark.parametrize("named", ["{}/other.csv", "../other.csv", "sub/../../other.csv", "../*.csv"])
def test_a_dataset_says_when_it_reads_outside_its_folder(tmp_path, named):
    """It may come from somebody else, or be one's own: so it is said."""
    (tmp_path / "other.csv").write_text(POSTS)
    (tmp_path / "given" / "sub").mkdir(parents=True)
    toml = tmp_path / "given" / "dataset.toml"
    toml.write_text(f'[tables.posts]\nfile = "{named.format(tmp_path)}"\n')
    assert "read from outside the folder, as its dataset.toml says: 1 file" in read_manifest(toml.parent).notes
    (tmp_path / "given" / "own.csv").write_text(POSTS)
    toml.write_text('[tables.posts]\nfile = "own.csv"\n')
    assert not [note for note in read_manifest(toml.parent).notes if "outside" in note]


def test_a_folder_says_when_links_in_it_lead_out(tmp_path):
    (tmp_path / "other.csv").write_text(POSTS)
    given = tmp_path / "given"
    (given / "accounts").mkdir(parents=True)
    (given / "posts.csv").symlink_to(tmp_path / "other.csv")
    assert "read from outside the folder, as links in it lead there: 1 file" in read_manifest(given).notes
    (tmp_path / "link").symlink_to(given)  # a link to the folder itself is the person's own
    (given / "posts.csv").unlink()
    (given / "posts.csv").write_text(POSTS)
    assert not [note for note in read_manifest(tmp_path / "link").notes if "outside" in note]


@case_of("handle-in-message")
def test_case_handle_in_message(case, tmp_path):
    for source in (case, *sorted(case.iterdir())):
        message = refused(source, tmp_path)
        assert "canary" not in message
        assert "jane" not in message
    assert "file 1 (.zip) is damaged or cut off" in message


@on_linux
@case_of("non-utf8-file-name")
def test_case_non_utf8_file_name(case, tmp_path):
    odd = Path(os.fsdecode(os.fsencode(case) + b"/caf\xe9.csv"))
    odd.write_text(POSTS)
    for source, name in ((case, "folder"), (odd, "file")):
        assert import_data(source, name, to=tmp_path / "user").rows == {"posts": 2}
    kept = import_data(case, "names", to=tmp_path / "user", keep_text=True)
    assert kept.files == ("caf\\xe9.csv",)


@case_of("numeric-id-in-file-name")
def test_case_numeric_id_in_file_name(case, tmp_path):
    done = import_data(case, "brand", to=tmp_path / "user")
    assert done.files == ("file 1 (.csv)", "file 2 (.csv)", "file 3 (.csv)")
    told = "".join(
        file.read_text("utf-8") for file in done.folder.iterdir() if file.suffix in (".toml", ".html", ".txt")
    )
    assert not [name for name in ("100004512345678", "r2d2", "0612345678") if name in told]


@case_of("plain-csv-named-gz")
def test_case_plain_csv_named_gz(case, tmp_path):
    assert import_data(case, "brand", to=tmp_path / "user").rows == {"posts": 5}


@case_of("toml-encoding-punycode")
def test_case_toml_encoding_punycode(case, tmp_path):
    message = refused(case, tmp_path)
    assert "there is no encoding 'punycode' of texts that is read here" in message
    assert "utf-8" in message


@case_of("xlsx-far-cell")
def test_case_xlsx_far_cell(case, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_written", lambda *given: pytest.fail("it was opened"))
    begun = time.monotonic()
    assert "has a sheet of more than 20,000,000 cells" in refused(case, tmp_path)
    assert time.monotonic() - begun < 20


# What follows needs nothing beside the project: the same kinds of fault, and others like them.


@on_linux
@pytest.mark.parametrize("name", ["posts.csv", "janedoe.json", "deep/x.csv"])
@pytest.mark.parametrize("make", ["pipe", "socket", "dangling", "loop"])
def test_what_is_no_file_is_refused_wherever_it_lies(tmp_path, name, make):
    given = tmp_path / "given"
    (given / "deep").mkdir(parents=True)
    (given / "deep" / "tweets.csv").write_text(POSTS)
    place = given / name
    _no_file(place, make)
    for source in (given, place):
        message = refused(source, tmp_path)
        assert " is a " in message
        assert "jane" not in message


def _no_file(place, kind):
    import socket

    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(place.parent)  # the path of a socket must be short
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(place.name)
        os.chdir(here)
    else:
        place.symlink_to(place.name if kind == "loop" else "nowhere")


@on_linux
def test_a_pipe_of_the_shell_and_a_device_are_refused(tmp_path):
    read, write = os.pipe()
    try:
        for source in (f"/dev/fd/{read}", "/dev/zero", "/dev/null"):
            with pytest.raises(Refusal, match=r"is a (pipe|device) and no file"):
                located(source)
    finally:
        os.close(read)
        os.close(write)


@on_linux
def test_only_what_is_there_is_imported_before_a_run(tmp_path):
    os.mkfifo(tmp_path / "posts.csv")
    assert not is_export(tmp_path)
    with pytest.raises(Refusal, match="is a pipe and no file"):
        open_dataset(tmp_path)


@pytest.mark.parametrize(
    "sql",
    [
        "(SELECT content FROM read_text('{file}'))",
        "(SELECT a FROM read_csv('{file}', columns = {{'a': 'VARCHAR'}}, header = false))",
        "(SELECT any_value(file) FROM glob('{folder}/*'))",
        "(SELECT a FROM '{folder}/secret.parquet')",
        "(SELECT a FROM mine)",
    ],
)
@pytest.mark.parametrize("toml", [None, '[tables.posts]\nfile = "nice.duckdb"\n'])
def test_a_view_reaches_nothing_but_its_database(tmp_path, sql, toml, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    duckdb.sql(f"COPY (SELECT 'secret' AS a) TO '{tmp_path}/secret.parquet'")
    folder = tmp_path / "given"
    folder.mkdir()
    if toml:
        (folder / "dataset.toml").write_text(toml)
    mine = pd.DataFrame({"a": ["secret"]})  # which DuckDB would find by its name
    inner = sql.format(file=secret, folder=tmp_path)
    with duckdb.connect(str(folder / "nice.duckdb")) as con:
        columns = f"'p' || i AS post_id, 'a' AS account_id, {inner} AS hashtags"
        con.execute("CREATE TABLE mine AS SELECT 'x' AS a")
        con.execute(f"CREATE VIEW posts AS SELECT {columns} FROM range(3) t(i)")
        con.execute("DROP TABLE mine")
    with pytest.raises(Refusal) as told:
        open_dataset(folder if toml else folder / "nice.duckdb")
    assert "secret" not in str(told.value)
    assert len(mine) == 1


def test_a_database_does_not_learn_the_key_of_pseudonyms(tmp_path):
    file = tmp_path / "nice.duckdb"
    with duckdb.connect(str(file)) as con:
        key = "CAST(getvariable('inner_key') AS VARCHAR) || getvariable('brief_key')"
        con.execute(f"CREATE VIEW posts AS SELECT 'p' AS post_id, 'a' AS account_id, {key} AS hashtags, 1 AS likes")
    done = import_data(file, "brand", to=tmp_path / "user")
    kept = duckdb.read_parquet(str(done.folder / "posts.parquet")).df()
    assert "hashtags" not in kept or kept["hashtags"].isna().all()
    assert kept["post_id"].str.startswith("p_").all()


def test_a_database_is_imported_and_split_as_before(tmp_path):
    file = tmp_path / "mine.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute(
            "CREATE TABLE raw AS SELECT 'p' || i AS post_id, 'a' || i % 3 AS account_id, i AS likes FROM range(30) t(i)"
        )
        con.execute("CREATE VIEW posts AS FROM raw")
    assert import_data(file, "brand", to=tmp_path / "user").rows == {"posts": 30}
    dataset = open_dataset(file)
    assert dataset.tables["posts"].collect("pandas").to_native()["likes"].sum() == 435
    with pytest.raises(duckdb.Error):
        dataset.connection.execute("SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error):
        dataset.connection.execute("SET enable_external_access = true")


@pytest.mark.parametrize(
    ("cells", "area"),
    [
        ({"A1": "a", "B2": "b"}, 4),
        ({"A1": "a", "XFD1048576": "b"}, 16_384 * 1_048_576),
        ({"C3": "a"}, 9),
        ({"A1": "a", "ALL200000": "b"}, 1_000 * 200_000),
    ],
)
def test_the_area_of_a_workbook_is_known_before_it_is_opened(tmp_path, cells, area):
    (tmp_path / "table.xlsx").write_bytes(workbook(cells))
    assert areas.cells(tmp_path / "table.xlsx") == area
    if area < 100:
        assert list(sheets.to_csv(tmp_path / "table.xlsx", tmp_path)) == ["S"]
    else:
        with pytest.raises(Refusal, match="has a sheet of more than 20,000,000 cells"):
            sheets.to_csv(tmp_path / "table.xlsx", tmp_path)


def zipped(path, **parts):
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return path


@pytest.mark.parametrize(
    ("rows", "area"),
    [
        ("<row r='1048576'>" + "<c><v>1</v></c>" * 20_000 + "</row>", 20_000 * 1_048_576),
        ("<row><c><v>1</v></c><c/></row>" * 5, 10),
        ("<x:row r='2'><x:c s='1' r='D2'><x:v>1</x:v></x:c></x:row>", 8),
    ],
)
def test_cells_that_do_not_say_where_they_stand_are_counted(tmp_path, rows, area):
    file = zipped(tmp_path / "a.xlsx", xl__worksheets__sheet_dot_xml=f"<sheetData>{rows}</sheetData>")
    assert areas.cells(file) == area


ROW = '<table:table-row{}><table:table-cell office:value-type="float"{}/></table:table-row>'
MANY, WIDE = ' table:number-rows-repeated="1048576"', ' table:number-columns-repeated="16384"'
FILLED = "<table:table-cell><text:p>a</text:p></table:table-cell>"
BLANK = f"<table:table-row{MANY}><table:table-cell{WIDE}/></table:table-row>"


@pytest.mark.parametrize(
    ("rows", "area"),
    [
        (ROW.format("", ""), 1),
        (ROW.format(MANY, WIDE), 1_048_576 * 16_384),
        (ROW.format("", "") + BLANK, 1),  # as LibreOffice fills every sheet up
        (BLANK + ROW.format("", WIDE), 1_048_577 * 16_384),
        (f"<table:table-row><table:table-cell{WIDE}/>{FILLED}</table:table-row>", 16_385),
    ],
)  # fmt: skip
def test_repeated_cells_of_an_open_document_are_counted(tmp_path, rows, area):
    file = zipped(tmp_path / "a.ods", mimetype="x", content_dot_xml=f"<table:table>{rows}</table:table>")
    assert areas.cells(file) == area


def test_cells_of_a_binary_workbook_are_counted(tmp_path):
    def record(kind, first):
        return bytes([kind, 4]) + first.to_bytes(4, "little")

    content = record(0, 0) + record(5, 0) + record(0, 1_048_575) + record(5, 16_383)
    assert areas.cells(zipped(tmp_path / "a.xlsb", xl__worksheets__sheet1_dot_bin=content)) == 16_384 * 1_048_576


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded there")
def test_an_old_workbook_that_asks_for_too_much_ends_alone(tmp_path, monkeypatch):
    file = tmp_path / "old.xls"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Refusal, match="is damaged"):
        sheets.to_csv(file, tmp_path)
    monkeypatch.setattr(sheets, "MEMORY", 10_000_000)
    with pytest.raises(Refusal, match="is damaged or too large"):
        sheets.to_csv(file, tmp_path)


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "utf-7", "rot13", "hex", "unicode_escape", "base64", "no\0ne", "x" * 900]
)
def test_only_encodings_of_texts_are_taken(tmp_path, name):
    (tmp_path / "posts.csv").write_text("id,who\n1,a\n")
    stated = json.dumps(name).replace("\\u0000", "\\u0001")
    (tmp_path / "dataset.toml").write_text(f'[tables.posts]\nfile = "posts.csv"\nencoding = {stated}\n')
    with pytest.raises(Refusal, match="there is no encoding"):
        open_dataset(tmp_path)


@pytest.mark.parametrize("name", ["latin-1", "utf-16-le", "cp1251", "Shift_JIS", "gb2312", "mac_roman", "utf8"])
def test_encodings_that_people_have_are_taken(tmp_path, name):
    (tmp_path / "posts.csv").write_bytes("post_id,account_id\n1,a\n".encode(name))
    (tmp_path / "dataset.toml").write_text(f'[tables.posts]\nfile = "posts.csv"\nencoding = "{name}"\n')
    assert open_dataset(tmp_path).rows == {"posts": 1}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Table data.csv", True),
        ("FollowerHistory-2025-09-30.csv", True),
        ("dataset_tiktok-scraper_2025-01-01_00-00-00-000.csv", True),
        ("posts_1.json", True),
        ("Posts (2).csv", True),
        ("export-20240131.zip", True),
        ("2013_01.js", True),
        ("100004512345678_posts.csv", False),
        ("tweets-0612345678.csv", False),
        ("06-12-34-56-78.csv", False),
        ("+31 6 1234 5678.csv", False),
        ("r2d2.csv", False),
        ("123456.json", False),
        ("posts_1234.csv", False),
        ("posts\x1b[31m.csv", False),
        ("posts\u202evsc.csv", False),
        ("jane.doe.zip", False),
        ("19991.csv", False),
        ("posts.janedoe", False),
    ],
)
def test_numbers_are_no_common_words(name, shown):
    assert is_plain(name) is shown
    assert (file_label(name, 1) == name) is shown


def test_messages_are_short_and_move_no_screen():
    hostile = "\x1b[2J\x1b]0;title\x07\r\u202e\u200b\ud800\u2028x\x00"
    message = str(Refusal(f"{hostile}" * 900, [hostile * 900] * 900, f"{hostile}\nnext" * 900))
    assert len(message) < 8_000
    assert all(sign == "\n" or sign.isprintable() for sign in message)
    message.encode()
    many = Refusal("x.csv", [f"fault {n}" for n in range(5_000)], "mend it")
    assert "more\nWhat to do: mend it" in str(many)
    assert len(many.faults) == 5_000
    assert plain("naïve 日本 👩‍👩‍👧") != ""


def test_a_hostile_header_is_told_in_a_few_kilobytes(tmp_path):
    names = [f"\x1b[31m{'x' * 900}{n}\u202e" for n in range(900)]
    message = refused(csv_file(tmp_path / "data.csv", names, ["1"] * 900), tmp_path)
    assert len(message) < 8_000
    assert all(sign == "\n" or sign.isprintable() for sign in message)


def test_names_are_taken_out_of_messages_and_words_are_not():
    said = Refusal(
        "jane.csv is a zip bomb", ["bomb: line 3 of jane.csv", "/home/x/jane.csv"], "ask where jane.csv is from"
    )
    message = str(unnamed(said, [Path("/home/x/jane.csv"), Path("bomb"), Path("posts.csv")]))
    assert "jane" not in message
    assert "a zip bomb" in message
    assert message.count("file 1 (.csv)") == 4


def test_temporary_folders_are_private_and_go(tmp_path):
    with scratch(inside=tmp_path) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        sweep(tmp_path)
        assert folder.is_dir()
    assert not folder.exists()


@on_linux
def test_what_a_kill_leaves_is_swept_at_the_next_start_and_nothing_else(tmp_path):
    (tmp_path / "engagement-claims-foreign").mkdir()
    (tmp_path / "ec-other").mkdir()
    (tmp_path / "mine").mkdir()
    ask = f"folder = held(inside={str(tmp_path)!r})[0]; print(folder, flush=True); signal.pause()"
    ask = f"import signal; from helpers.ground.scratch import held; {ask}"
    killed = subprocess.Popen([sys.executable, "-c", ask], stdout=subprocess.PIPE, text=True)
    folder = Path(killed.stdout.readline().strip())
    (folder / "copy.csv").write_text("raw")
    sweep(tmp_path)
    assert (folder / "copy.csv").exists()
    killed.kill()
    killed.wait()
    killed.stdout.close()
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ec-other", "engagement-claims-foreign", "mine"]


@on_linux
@pytest.mark.slow
def test_a_killed_import_leaves_nothing_after_the_next_start(tmp_path):
    rows = "".join(f"{n},a{n % 50},{n % 90},tag{n % 7}\n" for n in range(400_000))
    (tmp_path / "posts.csv").write_bytes(f"post_id,account_id,likes,hashtags\n{rows}".encode("utf-16"))
    place = tmp_path / "tmp"
    place.mkdir()
    ask = (
        "import sys; from pathlib import Path; from helpers import sources, __main__ as command; "
        f"sources.USER = Path({str(tmp_path / 'user')!r}); sys.exit(command.main())"
    )
    given = [sys.executable, "-c", ask, "import", f"--from={tmp_path / 'posts.csv'}", "--name=brand"]
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT / "src")}
    for seconds in (1.0, 2.5):
        with subprocess.Popen(given, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            time.sleep(seconds)
            process.kill()
            process.stdout.read()  # until what it had started, which sees that it is gone, has ended too
    assert subprocess.run(given, env=environment, capture_output=True).returncode == 0
    assert list(place.iterdir()) == []
    assert [path.name for path in (tmp_path / "user").iterdir()] == ["brand"]


def test_temporary_folders_are_locked_or_lie_in_one_that_is():
    """One that nobody holds is swept by nobody: a kill would leave what is in it. Tools hold simulated data only."""
    loose = re.compile(r"TemporaryDirectory|NamedTemporaryFile|mk[ds]temp\((?!dir=)")
    code = {
        path: path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py") if path.parent.name != "tools"
    }
    examples = re.compile(r"^ *(?:>>>|\.\.\.).*$", re.M)
    assert [path.name for path, text in code.items() if loose.search(examples.sub("", text))] == []


@on_linux
@pytest.mark.slow
def test_ctrl_c_in_an_import_ends_without_a_traceback(tmp_path):
    rows = "".join(f"{n},a{n % 50},{n % 90},tag{n % 7}\n" for n in range(1_500_000))
    (tmp_path / "posts.csv").write_text(f"post_id,account_id,likes,hashtags\n{rows}")
    ask = (
        "import signal, sys; from pathlib import Path; from helpers import sources, __main__ as command; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); print('ready', flush=True); "
        f"sources.USER = Path({str(tmp_path / 'user')!r}); sys.exit(command.main())"
    )
    given = [sys.executable, "-c", ask, "import", f"--from={tmp_path / 'posts.csv'}", "--name=brand"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for seconds in (0.5, 1.5, 3.0):
        process = subprocess.Popen(given, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        assert process.returncode in (0, 130), said  # it may have been done by then
        assert said in ("", "stopped\n")


def test_a_query_that_was_stopped_is_ctrl_c(monkeypatch, capsys):
    def stopped(options):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise RuntimeError("Query interrupted") from error

    monkeypatch.setitem(command.COMMANDS, "bench", stopped)
    assert command.main(["bench"]) == 130
    assert capsys.readouterr().err == "stopped\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_full_disk_and_a_closed_folder_end_with_status_2_and_what_to_do(monkeypatch, capsys, number):
    def broken(options):
        raise OSError(number, os.strerror(number), "/home/janedoe/posts.csv")

    monkeypatch.setitem(command.COMMANDS, "bench", broken)
    assert command.main(["bench"]) == 2
    said = capsys.readouterr().err
    assert "What to do: " in said
    assert "TMPDIR" in said
    assert "jane" not in said
    assert of_system(OSError(errno.EBADF, "Bad file descriptor")) is None


def _large(ending):
    """Write posts that take a megabyte where they are read: as text, packed, or as a workbook."""
    if ending == "xlsx":
        cells = {"A1": "post_id", "B1": "account_id"} | {f"A{n}": f"{n:040}" for n in range(2, 30_000)}
        return workbook(cells | {f"B{n}": "a" for n in range(2, 30_000)})
    text = f"{POSTS}{''.join(f'x{n},a,1' + chr(10) for n in range(90_000))}".encode("utf-16")
    if ending == "csv":
        return text
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("posts.csv", text)
    return packed.getvalue()


@on_linux
@pytest.mark.parametrize(("target", "ending"), [("user", "csv"), ("tmp", "csv"), ("tmp", "zip"), ("tmp", "xlsx")])
def test_a_place_with_no_room_is_refused(tmp_path, monkeypatch, target, ending):
    """A file system of a megabyte, where this machine lets us make one."""
    given = tmp_path / f"posts.{ending}"
    given.write_bytes(_large(ending))
    place = tmp_path / target
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        if target == "tmp":
            monkeypatch.setattr("tempfile.tempdir", str(place))
        with pytest.raises(Exception, match=r".") as told:
            import_data(given, "brand", to=tmp_path / "user")
        message = str(told.value if isinstance(told.value, Refusal) else of_system(told.value))
        del told
        gc.collect()  # a process that ends does it by itself
        assert "the disk is full" in message
        assert not (tmp_path / "user" / "brand").exists()
        assert [path for path in place.iterdir() if path.name != "posts.csv"] == []
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@on_linux
@pytest.mark.parametrize("mask", [0o022, 0o000, 0o077])
def test_what_is_imported_is_its_owners_alone(tmp_path, mask):
    (tmp_path / "posts.csv").write_text(POSTS)
    before = os.umask(mask)
    try:
        folder = import_data(tmp_path / "posts.csv", "brand", to=tmp_path / "user").folder
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}


def test_a_mask_that_gives_less_is_respected(tmp_path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "a").chmod(0o444)
    private(tmp_path)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o400
    (tmp_path / "a").chmod(0o600)


def test_a_dataset_that_was_being_replaced_is_put_back(tmp_path):
    (tmp_path / f"{OLD}1" / "brand").mkdir(parents=True)
    (tmp_path / f"{OLD}1" / LOCK).touch()
    (tmp_path / f"{OLD}1" / "brand" / "key").write_text("k")
    put_back(tmp_path)
    assert (tmp_path / "brand" / "key").read_text() == "k"
    with replacing(tmp_path / "other") as fresh:
        (fresh / "a").write_text("a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brand", "other"]
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["a"]


@on_linux
def test_an_edit_of_the_same_size_whose_time_was_put_back_is_seen(tmp_path):
    file, cache = tmp_path / "posts.csv", tmp_path / "cache.json"
    file.write_text(POSTS)
    os.utime(file, ns=(10**18, 10**18))
    hashes = Hashes(cache)
    first, mark = hashes.of(file), mark_of(read_manifest(file), engine="duckdb")
    hashes.save()
    time.sleep(0.02)
    file.write_text(POSTS.replace("3", "9"))
    os.utime(file, ns=(10**18, 10**18))
    assert Hashes(cache).of(file) != first
    assert mark_of(read_manifest(file), engine="duckdb") != mark


def test_a_file_named_by_a_handle_is_not_named_where_tables_are_opened(tmp_path):
    for name, content in {"jane.doe.csv": "post_id,account_id,likes\n1,a,x\n", "jane.doe.parquet": "PAR1"}.items():
        (tmp_path / name).write_text(content)
        with pytest.raises(Refusal) as told:
            open_dataset(tmp_path / name)
        assert "jane" not in str(told.value)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "jane.doe.csv").write_text("a\n1\n")
    (tmp_path / "in" / "posts.csv").write_text(POSTS)
    assert "jane" not in " ".join(open_dataset(tmp_path / "in").notes)


def test_folders_nested_deeper_than_python_calls_itself_are_read(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    deep = place
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "tweets.csv").write_text(POSTS)
    assert import_data(place, "brand", to=tmp_path / "user").rows == {"posts": 2}


@pytest.mark.parametrize(
    "view",
    [
        "SELECT *, (SELECT max(value) FROM duckdb_settings()) AS hashtags FROM t",
        'SELECT *, (SELECT max(value) FROM "duckdb_settings"()) AS hashtags FROM t',
        "SELECT *, current_setting('temp_directory') AS hashtags FROM t",
        "SELECT *, (SELECT max(table_name) FROM information_schema.tables) AS hashtags FROM t",
        "SELECT *, (SELECT max(name) FROM pragma_database_list) AS hashtags FROM t",
        "SELECT * FROM query('SELECT *, 1 AS shares FROM ' || 't')",
        "SELECT *, seen() AS hashtags FROM t",
        "SELECT * FROM other",
    ],
)
def test_a_view_does_not_tell_of_the_machine(tmp_path, view):
    file = tmp_path / "mine.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE t AS SELECT i AS post_id, 'a' AS account_id, i AS likes FROM range(12) r(i)")
        con.execute("CREATE MACRO seen() AS (SELECT max(path) FROM duckdb_databases())")
        con.execute("CREATE VIEW other AS SELECT *, (SELECT max(path) FROM duckdb_databases()) AS hashtags FROM t")
        con.execute(f"CREATE VIEW posts AS {view}")
    assert "reads more than its own database" in refused(file, tmp_path)


def test_a_view_of_a_view_of_data_is_read(tmp_path):
    file = tmp_path / "mine.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE t AS SELECT i AS post_id, 'a' AS account_id, i AS likes FROM range(12) r(i)")
        con.execute("CREATE VIEW v AS SELECT * FROM t WHERE likes > 2")
        con.execute("CREATE VIEW posts AS SELECT * FROM v")
    assert open_dataset(file).rows["posts"] == 9


STRANGE = [
    *(
        '""',
        '"\\u0000"',
        f'"{"x" * 4_000}"',
        "-1",
        "99999999999999999999",
        "nan",
        "true",
        "2024-01-01",
        "[]",
        "[[]]",
        "{}",
    ),
    *('"**"', '"**x"', '"["', '"../"', '"."', '"~"', '"\'; DROP TABLE x; --"', '"utf-16"', '"{hours}"', '["a", "b"]'),
]
PARTS = ("columns", "constants", "units", "formats", "values", "hidden", "across", "left_out")
ALONE = ("file", "delimiter", "encoding", "decimal", "thousands", "repeated", "skip", "sheet", "records", *PARTS)
OWN = "id,who,n,d\n" + "".join(f"{n},a,{n},2024-01-0{n}\n" for n in range(1, 7))


def _strange(value):
    """Write dataset.toml in which one thing at a time has a value that nobody expects."""
    columns = '[tables.posts.columns]\npost_id = "id"\naccount_id = "who"\n'
    named = '[tables.posts]\nfile = "own.csv"\n'
    yield from (f"{key} = {value}\n{named}{columns}" for key in ("name", "kind", "timezone", "clock", "tables"))
    for key in ALONE:
        start = "[tables.posts]\n" if key == "file" else named
        yield f"{start}{key} = {value}\n{'' if key == 'columns' else columns}"
    for part in PARTS[1:]:
        for ours, theirs in (("likes", "n"), ("created_at", "d"), ("platform", "who"), ("sponsored", "n")):
            mapped = "" if part in ("constants", "across") else f'{ours} = "{theirs}"\n'
            yield f"{named}{columns}{mapped}[tables.posts.{part}]\n{ours} = {value}\n"


@pytest.mark.parametrize("value", STRANGE)
def test_a_dataset_toml_of_strange_values_is_read_or_refused(tmp_path, value):
    for place, text in enumerate(_strange(value)):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "own.csv").write_text(OWN, encoding="utf-8")
        (folder / "dataset.toml").write_text(text, encoding="utf-8")
        said = ""
        try:
            open_dataset(folder)
        except Refusal as refusal:
            said = str(refusal)
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", said), text


@pytest.mark.parametrize("text", [f"a = {'[' * 5_000}{']' * 5_000}\n", f"{'.'.join('a' * 5_000)} = 1\n"])
def test_a_dataset_toml_without_end_is_refused(tmp_path, text):
    (tmp_path / "posts.csv").write_text("post_id,account_id\np,a\n", encoding="utf-8")
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match="brackets in brackets"):
        open_dataset(tmp_path)


def test_files_from_outside_a_folder_are_told_of_on_the_screen(tmp_path):
    (tmp_path / "received").mkdir()
    (tmp_path / "secret.csv").write_text("post_id,account_id,likes\np,a,1\n", encoding="utf-8")
    (tmp_path / "received" / "dataset.toml").write_text('[tables.posts]\nfile = "../secret.csv"\n', encoding="utf-8")
    done = import_data(tmp_path / "received", "x", to=tmp_path / "out")
    assert "read from outside the folder, as its dataset.toml says: 1 file" in done.aloud


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_texts_without_a_mark_are_refused_with_what_to_do(tmp_path, codec):
    (tmp_path / "posts.csv").write_bytes("post_id,account_id,likes\np,a,1\n".encode(codec))
    message = refused(tmp_path / "posts.csv", tmp_path)
    assert "UTF-16 or UTF-32, without a mark that is read" in message
    assert "save it as CSV (UTF-8)" in message


@on_linux
@pytest.mark.parametrize("variable", ["params", "grid"])
@pytest.mark.parametrize("kind", ["pipe", "device", "long", "large", "deep"])
def test_files_of_parameters_are_read_or_refused_and_never_waited_for(tmp_path, capsys, variable, kind):
    file = tmp_path / ("x" * 300 if kind == "long" else "given.toml")
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file = Path("/dev/zero")
    elif kind != "long":
        file.write_text("a = 1\n" * 200_000 if kind == "large" else f"a = {'[' * 5_000}\n", encoding="utf-8")
    options = ["reports", "--params"] if variable == "params" else ["batch", "--grid"]
    assert command.main([options[0], f"{options[1]}={file}"]) == 2
    assert "What to do: " in capsys.readouterr().err


@pytest.mark.parametrize("options", [["import", "--name=x", "--from"], ["reports", "--data"]])
@pytest.mark.parametrize("path", ["a" * 5_000, f"/tmp/{'é' * 200}.csv", "~nobody-of-that-name/posts.csv"])
def test_paths_that_cannot_be_are_refused(capsys, options, path):
    assert command.main([*options[:-1], f"{options[-1]}={path}"]) == 2
    message = capsys.readouterr().err
    assert "the path that was given" in message
    assert len(message) < 1_000


def test_a_dataset_toml_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.reading.manifest._LARGEST_TOML", 10)
    (tmp_path / "dataset.toml").write_text("name = 'brand'\n", encoding="utf-8")
    with pytest.raises(Refusal, match="too large for what it is"):
        open_dataset(tmp_path)
