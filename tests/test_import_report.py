"""Imports of native exports, from file to receipt: what is told, what is counted, and what nobody may find in it."""

import json
import shutil
import tomllib
import zipfile
from datetime import date

import duckdb
import pytest

from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.ground.freshness import Hashes
from helpers.reading.dataset import open_dataset
from helpers.running.plan import Project, imported
from helpers.sources import import_data, is_export, receipt

HEADER = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves"
)
OLD = HEADER.replace("Views", "Impressions")
SECRETS = (
    "janedoe",
    "Jane van Doe",
    "17841400000000001",
    "Geheim verhaal",
    "18000000000000001",
    "https://www.instagram.com",
)


def row(number, day, *, likes="5", views="90"):
    """Write one post of an Instagram export."""
    return (
        f'1800000000000000{number},17841400000000001,janedoe,Jane van Doe,"Geheim verhaal #zomer over, '
        f'de tuin",0,{day} 09:30,https://www.instagram.com/p/x{number},IG image,,Lifetime,{views},80,{likes},1,0,2,3'
    )


PROFILES = "account_id,platform,followers\n17841400000000001,instagram,1200\n"


@pytest.fixture
def exports(tmp_path):
    """Make a folder with two exports of one account and a list of followers."""
    folder = tmp_path / "exports"
    folder.mkdir()
    new = [row(1, "07/30/2024"), row(2, "08/01/2024", likes="")]
    old = [row(1, "07/30/2024", likes="4"), row(3, "03/01/2024", views="70")]
    (folder / "janedoe_new.csv").write_text("\n".join([HEADER, *new]), encoding="utf-8-sig")
    (folder / "janedoe_an_old.csv").write_text("\n".join([OLD, *old]), encoding="utf-8-sig")
    (folder / "profiles.csv").write_text(PROFILES)
    (folder / "photo of janedoe.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return folder


@pytest.fixture
def done(exports, tmp_path):
    return import_data(exports, "brand", to=tmp_path / "user")


def posts(folder):
    return open_dataset(folder).tables["posts"].collect("pandas").to_native()


def test_files_become_one_table_and_every_row_is_accounted_for(done):
    frame = posts(done.folder).sort_values("created_at").reset_index()
    assert done.rows == {"posts": 3, "accounts": 1}
    assert frame["followers"].tolist() == [1200] * 3
    assert frame["followers_at"].tolist() == ["capture"] * 3
    files = tomllib.loads((done.folder / "dataset.toml").read_text())["files"]
    assert sum(file["rows_read"] for file in files) == 5
    assert sum(file["rows_kept"] for file in files) == 4
    for file in files:
        assert file["rows_read"] == file["rows_kept"] + sum(file["dropped"].values())
    assert sum(sum(file["dropped"].values()) for file in files) == 1


def test_impressions_and_views_are_never_one_column(done):
    frame = posts(done.folder)
    assert frame["impressions"].dropna().tolist() == [70]
    assert sorted(frame["views"].dropna()) == [90, 90]
    assert any("impressions and views stay two columns" in note for note in done.notes)


def test_nothing_that_is_written_leads_to_a_person(done):
    for file in done.folder.iterdir():
        content = file.read_bytes()
        if file.suffix == ".parquet":
            rows = duckdb.connect().execute(f"SELECT * FROM read_parquet('{file}')").fetchall()
            content += repr(rows).encode()
        for secret in SECRETS:
            assert secret.encode() not in content, (file.name, secret)
    key = (done.folder / "key").read_bytes()
    for name in ("import.html", "import.txt", "dataset.toml"):
        assert key.hex() not in (done.folder / name).read_text()


def test_texts_and_file_names_stay_on_request(exports, tmp_path):
    folder = import_data(exports, "brand", keep_text=True, to=tmp_path / "user").folder
    assert posts(folder)["caption"].str.startswith("Geheim verhaal").all()
    assert "janedoe_new.csv" in (folder / "import.txt").read_text()
    assert "17841400000000001" not in (folder / "import.txt").read_text()


def test_the_receipt_tells_reader_evidence_columns_zone_gaps_and_claims(done):
    for name in ("import.html", "import.txt"):
        told = (done.folder / name).read_text()
        for words in (
            "Instagram",
            "Post ID",
            "Permalink",
            "America/Los_Angeles",
            "another capture",
            "caption",
        ):
            assert words in told, (name, words)
    text = (done.folder / "import.txt").read_text()
    assert "likes 1 missing" in text
    assert "3 of 3 posts without followers got those of their account at capture" in text
    assert "photo of" not in text
    assert "1 account: what compares accounts with each other needs 10 or more" in text


def test_the_page_asks_the_network_for_nothing_and_runs_no_script(done):
    page = (done.folder / "import.html").read_text()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "src=" not in page.replace("default-src", "")


def test_a_zip_gives_the_same_rows(exports, tmp_path, done):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in exports.iterdir():
            archive.write(file, f"inside/{file.name}")
    assert import_data(tmp_path / "all.zip", "zipped", to=tmp_path / "user").rows == done.rows


def test_without_followers_the_receipt_says_what_to_add(exports, tmp_path):
    (exports / "profiles.csv").unlink()
    text = (import_data(exports, "brand", to=tmp_path).folder / "import.txt").read_text()
    assert "add a file with the followers of each account" in text


def test_what_cannot_be_read_is_refused_at_once_and_leaves_what_was_there(exports, tmp_path, done):
    before = {file.name: file.read_bytes() for file in done.folder.iterdir()}
    (exports / "janedoe_new.csv").write_text("\n".join([HEADER, row(1, "07/30/2024", likes="-7")]))
    (exports / "broken.json").write_text('[{"a": 1}, {"a"')
    with pytest.raises(Refusal) as refused:
        import_data(exports, "brand", to=tmp_path / "user")
    assert "below -1" in str(refused.value)
    assert "broken.json" in str(refused.value)
    assert {file.name: file.read_bytes() for file in done.folder.iterdir()} == before
    assert [item.name for item in (tmp_path / "user").iterdir()] == ["brand"]


def test_an_unknown_table_is_answered_with_a_proposal(tmp_path):
    (tmp_path / "mine.csv").write_text("bericht,wie,hartjes\nx1,a,3\nx2,b,4\n")
    with pytest.raises(Refusal, match=r"(?s)no export that is known.*\[tables\.posts\]"):
        import_data(tmp_path / "mine.csv", "brand", to=tmp_path / "user")
    assert not (tmp_path / "user").exists()


def test_personal_downloads_become_a_diary(tmp_path):
    views = [{"Date": f"2024-05-0{day} 12:0{minute}:00", "Link": "x"} for day in (1, 2, 3) for minute in range(5)]
    likes = [{"date": "2024-05-02 12:03:00", "link": "x"}]
    download = {
        "Your Activity": {"Watch History": {"VideoList": views}, "Like List": {"ItemFavoriteList": likes}},
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": likes}},
    }
    (tmp_path / "user_data_tiktok.json").write_text(json.dumps(download))
    done = import_data(tmp_path / "user_data_tiktok.json", "me", to=tmp_path / "user", today=date(2024, 6, 1))
    assert done.rows == {"diary": 3}
    diary = open_dataset(done.folder).tables["diary"].collect("pandas").to_native()
    assert diary["person_id"].str.fullmatch("u_[0-9a-f]{16}").all()
    assert diary["passive_min"].sum() > 0
    assert "Personal data download (tiktok)" in (done.folder / "import.txt").read_text()


@pytest.mark.parametrize(
    "gap", ["posts.likes", "accounts.avg_likes", "posts.account_id", "diary.passive_min", "survey.age"]
)
def test_every_gap_has_words(gap):
    words = receipt.to_add(f"missing: {gap}")
    assert words
    assert "_" not in words


def test_every_gap_of_the_registry_has_words():
    from helpers.claims import registry

    for claim in registry().values():
        for option in claim.needs:
            gap = "missing: " + ", ".join(
                f"{table}.{column}" for table, columns in option.items() for column in columns
            )
            assert "_" not in receipt.to_add(gap)


def test_an_export_in_parquet_that_is_damaged_inside_is_refused(tmp_path):
    file = tmp_path / "in" / "scraped.parquet"
    file.parent.mkdir()
    cells = "'7_' || i AS status_id, 'photo' AS status_type, TIMESTAMP '2020-01-01' AS status_published"
    counts = "i AS num_comments, i AS num_shares, i AS num_reactions"
    duckdb.sql(f"COPY (SELECT {cells}, {counts} FROM range(9000) t(i)) TO '{file}'")
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + bytes([255]) * 4000 + whole[4004:])
    with pytest.raises(Refusal, match=r"scraped\.parquet is cut off, damaged or no Parquet file"):
        import_data(file.parent, "brand", to=tmp_path / "user")
    assert not (tmp_path / "user" / "brand").exists()


def test_addresses_in_a_dataset_toml_are_not_imported(tmp_path):
    address = "https://host.invalid/posts.parquet"
    (tmp_path / "dataset.toml").write_text(f'[tables.posts]\nfile = "{address}"\n')
    with pytest.raises(Refusal, match="names an address, and none is fetched"):
        import_data(tmp_path, "brand", to=tmp_path / "user")


def test_exports_are_told_from_tables(exports, tmp_path):
    assert is_export(exports)
    assert is_export(exports / "janedoe_new.csv")
    assert not is_export(exports / "profiles.csv")
    own = tmp_path / "own"
    own.mkdir()
    assert not is_export(own)
    (own / "comments.csv").write_text("Comment ID,Channel ID\n1,2\n")
    assert is_export(own)
    (own / "posts.csv").write_text('\ufeff"post_id";"account_id"\n1;2\n')
    assert not is_export(own)


@pytest.fixture
def project(tmp_path):
    return Project(root=tmp_path / "project", reports=tmp_path / "project" / "reports")


def test_data_that_are_exports_are_imported_once(exports, project):
    said = []
    for _ in range(2):
        hashes = Hashes(project.reports / ".fingerprints.json")
        folder = imported(exports, project=project, hashes=hashes, say=said.append)
        hashes.save()
    assert folder.parent == project.user
    assert folder.name.startswith("exports-")
    assert len(said) == 3
    assert "it is imported first" in said[0]
    assert said[1] == said[2]
    assert str(folder) in said[1]
    (exports / "profiles.csv").write_text(PROFILES.replace("1200", "1300"))
    again = imported(exports, project=project, hashes=hashes, say=said.append)
    assert again != folder
    assert posts(again)["followers"].tolist() == [1300] * 3


def test_data_that_are_tables_are_left_where_they_are(project, tmp_path):
    (tmp_path / "posts.csv").write_text("post_id,account_id\n1,2\n")
    for path in (tmp_path / "posts.csv", tmp_path):
        assert imported(path, project=project, hashes=Hashes(tmp_path / "none"), say=print) == path
    assert not project.root.exists()


def test_a_handle_in_a_file_name_does_not_get_into_the_name_of_an_import(exports, project):
    shutil.copy(exports / "janedoe_new.csv", exports.parent / "janedoe.csv")
    hashes = Hashes(exports / "none")
    assert "jane" not in imported(exports.parent / "janedoe.csv", project=project, hashes=hashes, say=print).name


def test_the_command_says_where_the_data_are_and_what_to_type_next(exports, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("helpers.sources.USER", tmp_path / "user")
    monkeypatch.chdir(tmp_path)
    assert main(["import", "--from", str(exports), "--name", "brand"]) == 0
    said = capsys.readouterr().out
    assert "Rows in the tables: posts 3, accounts 1" in said
    assert "user/brand/import.html" in said
    assert said.splitlines()[-1] == "Next: make reports DATA=user/brand RUN=brand"
    assert "jane" not in said


def test_the_command_keeps_texts_on_request_only(exports, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("helpers.sources.USER", tmp_path / "user")
    monkeypatch.setenv("KEEP_TEXT", "1")
    assert main(["import", "--from", str(exports), "--name", "brand"]) == 0
    assert "caption" in posts(tmp_path / "user" / "brand").columns
    monkeypatch.setenv("KEEP_TEXT", "perhaps")
    assert main(["import", "--from", str(exports), "--name", "brand"]) == 2
    assert "KEEP_TEXT=1" in capsys.readouterr().err


VIDEOS = """Video,Video title,Video publish time,Views,Likes
Total,,,30,3
{0}1,A,"Dec 15, 2023",10,1
{0}2,B,"Dec 16, 2023",20,2
"""


def test_exports_that_name_no_account_are_one_account_for_each_folder(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "Table data.csv").write_text(VIDEOS.format(folder))
    (tmp_path / "in" / "two" / "Table data again.csv").write_text(VIDEOS.format("more"))
    done = import_data(tmp_path / "in", "channels", to=tmp_path / "user")
    frame = posts(done.folder)
    assert done.rows == {"posts": 6}
    assert sorted(frame.groupby("account_id").size()) == [2, 4]
    assert [line.partition("(")[2] for line in done.summary[:-1]] == ["the row of totals: 1)", "the row of totals: 2)"]


def test_follower_counts_by_day_go_to_the_posts_of_the_one_account(tmp_path):
    (tmp_path / "in").mkdir()
    number = 1_725_148_800 << 32  # 1 September 2024, midnight UTC
    head = '"Time","Video title","Video link","Post time","Total likes","Total comments","Total shares","Total views"\n'
    link = f"https://www.tiktok.com/@janedoe/video/{number}"
    line = f'"September 2","a","{link}","September 1","5","1","0","90"\n'
    (tmp_path / "in" / "Content.csv").write_text(head + line)
    head = '"Date","Followers","Difference in followers from previous day"\n'
    days = head + '"August 31","990","1"\n"September 1","1000","10"\n'
    (tmp_path / "in" / "FollowerHistory-2024-09-02.csv").write_text(days)
    done = import_data(tmp_path / "in", "clips", to=tmp_path / "user")
    frame = posts(done.folder)
    assert (frame["followers"].item(), frame["followers_at"].item()) == (1000, "posting")
    history = open_dataset(done.folder).tables["account_history"].collect("pandas").to_native()
    assert set(history["account_id"]) == set(frame["account_id"])
    assert "janedoe" not in (done.folder / "import.txt").read_text()


def test_a_file_without_rows_beside_others_is_told_and_alone_is_refused(exports, tmp_path):
    empty = exports / "janedoe_empty.csv"
    empty.write_text(VIDEOS.splitlines()[0] + "\n")
    done = import_data(exports, "brand", to=tmp_path / "user")
    assert done.rows["posts"] == 3
    assert any("has no rows, only a header" in note for note in done.notes)
    assert "janedoe" not in (done.folder / "import.txt").read_text()
    with pytest.raises(Refusal, match="only a header"):
        import_data(empty, "bare", to=tmp_path / "user")


def test_strays_beside_exports_are_passed_over_and_said(exports, tmp_path):
    strays = {
        "janedoe_2.csv": b"",
        "posts.csv": b" \n",
        "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(600),
        "notes.txt": b"a\n",
    }
    strays |= {"desktop.ini": b"[.ShellClassInfo]\r\n", "~$a.xlsx": b"\x05jane" + bytes(50), "later.json": b""}
    for name, content in strays.items():
        (exports / name).write_bytes(content)
    (exports / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    done = import_data(exports, "brand", to=tmp_path / "user")
    assert done.rows["posts"] == 3
    assert done.aloud[0] == f"3 of {3 + len(strays)} files read"
    assert not any("janedoe" in line for line in done.aloud)
    with pytest.raises(Refusal, match="it is empty: save or download it again"):
        import_data(exports / "janedoe_2.csv", "bare", to=tmp_path / "user")
