"""Kinds of files that people have, each with a table of a few rows of our own."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from exports import workbook

from helpers import ROOT
from helpers.__main__ import main
from helpers.base.refusals import Refusal
from helpers.ground.languages import languages, months, totals
from helpers.measures.posts import account_rates
from helpers.reading.dataset import open_dataset
from helpers.sources import import_data, is_export, propose
from helpers.sources.layouts import called
from helpers.sources.proposals import Table, best, propose as proposed, wide

META = (
    "Post ID,Account ID,Account username,Account name,Description,Publish time,Post type,Date,Likes,Comments\n"
    "17890000000000001,101,shop.one,Shop,x,04/05/2025 10:00,IG image,Lifetime,10,2\n"
    "17890000000000002,102,shop.two,Shop,x,04/06/2025 10:00,IG reel,Lifetime,20,3\n"
    "17890000000000003,101,shop.one,Shop,x,04/07/2025 10:00,IG image,Lifetime,30,4\n"
)


def table(imported, name="posts"):
    return open_dataset(imported.folder).tables[name].collect("pandas").to_native()


def own(tmp_path, text, name="posts.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return open_dataset(tmp_path)


def read(dataset, name="posts"):
    return dataset.tables[name].collect("pandas").to_native()


def parquet(file):
    """Open a file as anybody does who knows nothing of this project."""
    return duckdb.read_parquet(str(file)).df()


# A. Absence is not success.


@pytest.mark.parametrize(
    "listed",
    [
        "account_id,platform,followers\n101,Instagram,1000\n102,INSTAGRAM,2000\n",
        "account_id,platform,followers\n@Shop.One,instagram,1000\nshop.two,ig,2000\n",
        "Gebruikersnaam;Platform;Volgers\nshop.one;Instagram;1.000\nshop.two;Instagram;2.000\n",
        "profile,followers\nhttps://www.instagram.com/shop.one/,1000\nhttps://www.instagram.com/shop.two,2000\n",
        "Konto;Abonnenten\nshop.one;1000\nshop.two;2000\n",
        "Kontoname;Plattform;Follower\nshop.one;IG;1.000\nshop.two;IG;2.000\n",
        "Nom d’utilisateur;Plateforme;Abonnés\nshop.one;Instagram;1 000\nshop.two;Instagram;2 000\n",
        "usuario;red;Numero de seguidores\nshop.one;Instagram;1000\nshop.two;Instagram;2000\n",
        "naam;kanaal;aantal volgers\nshop.one;Instagram;1000\nshop.two;Instagram;2000\n",
        "account_id,platform,Follower\nshop.one,instagram,1000\nshop.two,instagram,2000\n",
    ],
)
@pytest.mark.parametrize("name", ["accounts_DOT_csv", "lijst_DOT_csv"])
def test_followers_come_to_posts_by_id_handle_or_link(given, listed, name):
    done = given(export_DOT_csv=META, **{name: listed})
    posts, accounts = table(done), table(done, "accounts")
    assert posts["followers"].tolist() == [1000, 2000, 1000]
    assert set(accounts["account_id"]) == set(posts["account_id"])
    assert "3 of 3 posts joined with followers" in done.aloud


def test_a_name_that_two_accounts_share_gives_followers_to_neither(given):
    done = given(export_DOT_csv=META, list_DOT_csv="account,followers\nShop,1000\n")
    assert "followers" not in table(done).columns
    assert any(line.startswith("WARNING: 0 of 3 posts joined with followers") for line in done.aloud)
    assert any("Account ID" in line for line in done.aloud)


def test_followers_of_another_platform_are_not_taken(given):
    done = given(export_DOT_csv=META, accounts_DOT_csv="account_id,platform,followers\n101,tiktok,1\n102,tiktok,2\n")
    assert any("0 of 3 posts" in line for line in done.aloud)


def test_counts_by_day_are_joined_by_handle_too(given):
    done = given(export_DOT_csv=META, days_DOT_csv="account_id,date,followers\nshop.one,2025-04-04,500\n")
    assert table(done)["followers"].tolist()[::2] == [500, 500]
    assert any(line.startswith("2 of 3 posts joined with followers: ") for line in done.aloud)


@pytest.mark.parametrize(
    "listed",
    [
        "account_id,datum,volgers\nshop.one,2025-04-03,1000\nshop.one,2025-04-04,1500\nshop.two,2025-04-03,2000\n",
        "Username,Followers,Date\nshop.one,1000,2025-04-03\nshop.one,1500,2025-04-04\nshop.two,2000,2025-04-03\n",
        "naam;kanaal;volgers;peildatum\nshop.one;IG;1500;2025-04-04\nshop.one;TikTok;7;2025-04-04\n"
        "shop.two;Instagram;2000;2025-04-03\n",
    ],
)
def test_a_list_with_a_date_gives_the_followers_of_the_day(given, listed):
    done = given(export_DOT_csv=META, volgers_DOT_csv=listed)
    assert table(done)["followers"].tolist() == [1500, 2000, 1500]
    assert set(table(done)["followers_at"]) == {"posting"}
    assert done.rows["account_history"] == 3


def test_a_list_in_other_words_is_not_passed_over_in_silence(given):
    done = given(export_DOT_csv=META, lijst_DOT_csv="Wie,Anhang\nshop.one,1000\nshop.two,2000\n")
    assert any("account_id and followers" in line for line in done.aloud)
    done = given(export_DOT_csv=META, lijst_DOT_csv="account_id,Anhang\nshop.one,1000\nshop.two,2000\n")
    assert any(line.startswith("WARNING: 0 of 3 posts joined with followers") for line in done.aloud)


def test_a_table_of_ones_own_is_no_list_of_followers_that_lacks_a_column(given):
    rows = "".join(f"2024-01-{n}T14:05:00Z;w{n};1{n};2{n};https://www.instagram.com/p/d{n}/\n" for n in range(10, 15))
    with pytest.raises(Refusal, match=r"no export that is known[\s\S]*\[tables\.posts\]"):
        given(b_DOT_csv=f"Datum;Account;Volgers;Vind-ik-leuks;Link\n{rows}")


OWN = "Link;Gebruikersnaam;Vind-ik-leuks\nhttps://x/1;shop.one;10\nhttps://x/2;shop.two;20\n"
MAPPED = '[tables.posts]\nfile = "mijn.csv"\n[tables.posts.columns]\npost_id = "Link"\naccount_id = "Gebruikersnaam"\n'


@pytest.mark.parametrize("name", ["volgers_DOT_csv", "accounts_DOT_csv", "lijst_DOT_csv"])
@pytest.mark.parametrize(
    "listed",
    [
        "Gebruikersnaam;Platform;Volgers\n@Shop.One;IG;1.000\nshop.two;Instagram;2.000\n",
        "account_id,platform,followers\nhttps://instagram.com/shop.one/?hl=nl,instagram,1000\nSHOP.TWO,ig,2000\n",
    ],
)
def test_a_list_of_followers_beside_a_mapped_table_is_joined(given, name, listed, tmp_path):
    done = given(mijn_DOT_csv=OWN, dataset_DOT_toml=MAPPED, **{name: listed})
    assert table(done)["followers"].tolist() == [1000, 2000]
    said = open_dataset(done.folder).notes
    assert not any("joined with followers" in note for note in said)  # which would name the keys of pseudonyms
    assert done.aloud == ("2 of 2 files read", "2 of 2 posts joined with followers")
    is_ours = name.startswith("accounts") and listed.startswith("account_id")  # a tidy table, which is joined in place
    assert is_export(tmp_path / "given") is not is_ours


def test_what_a_dataset_toml_names_is_no_list_beside_it(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert not is_export(ROOT / "data" / "sample")
    assert not is_export(Path("data/sample/dataset.toml"))


def test_a_list_of_followers_beside_tidy_tables_is_joined_under_any_name(given):
    posts = "post_id,account_id,platform,likes\n1,one,instagram,1\n"
    done = given(posts_DOT_csv=posts, followers_DOT_csv="account_id,platform,followers\n@One,ig,5\n")
    assert table(done)["followers"].tolist() == [5]


def dated(*dates):
    """Write an export of Meta whose posts were made on 14 April, 3 April ... 2025."""
    head = "Post ID,Account ID,Account username,Publish time,Post type,Date,Likes\n"
    return head + "".join(f"17890000000{n:06},101,one,{day},IG image,Lifetime,{n}\n" for n, day in enumerate(dates))


APRIL = [pd.Timestamp(2025, 4, 14, 15, 30), pd.Timestamp(2025, 4, 3, 15, 30)]


@pytest.mark.parametrize(
    "dates",
    [
        ("04/14/2025 08:30", "04/03/2025 08:30"),  # as Business Suite writes them
        ("14.04.2025 08:30", "03.04.2025 08:30"),
        ("14/04/2025 08:30", "03/04/2025 08:30"),
        ("14-4-2025 8:30", "3-4-2025 8:30"),
        ("2025-04-14 08:30:00", "2025-04-03 08:30:00"),  # cells of a spreadsheet that are dates
    ],
)
def test_dates_of_an_export_are_read_as_a_whole_column_shows_them(given, dates):
    assert table(given(export_DOT_csv=dated(*dates)))["created_at"].tolist() == APRIL


def test_each_file_of_an_export_shows_its_own_dates(given):
    other = dated("14.04.2025 08:30").replace("17890", "17990")
    done = given(a_DOT_csv=dated("04/14/2025 08:30"), b_DOT_csv=other)
    assert table(done)["created_at"].tolist() == [APRIL[0]] * 2


@pytest.mark.parametrize(
    "dates",
    [
        ("3-4-2025 8:30", "4-4-2025 8:30"),
        (
            "04/14/2025 08:30",
            "2025-03-04 08:30:00",
        ),  # a spreadsheet took only some for dates, with day and month swapped
        ("14/04/2025 08:30", "04/15/2025 08:30"),
    ],
)
def test_dates_of_an_export_that_leave_a_doubt_are_refused_with_advice_that_works(given, dates):
    with pytest.raises(Refusal, match="write every date of the column as 2025-04-14 08:30") as refused:
        given(export_DOT_csv=dated(*dates))
    assert "dataset.toml" not in str(refused.value)
    done = given(export_DOT_csv=dated("2025-04-14 08:30", "2025-04-03 08:30"))
    assert table(done)["created_at"].tolist() == APRIL


def test_dates_of_linkedin_and_youtube_may_be_german(given):
    head = "Post title,Post link,Post type,Created date,Likes,Comments\n"
    link = "https://www.linkedin.com/feed/update/urn:li:activity:71400000000000000{}"
    rows = "".join(f"x,{link.format(n)},Organic,{n}.04.2025,1,2\n" for n in (14, 10))
    assert table(given(export_DOT_csv=head + rows))["created_at"].dt.day.tolist() == [14, 10]
    videos = (
        studio("vId00aBcDeF", "vId01aBcDeF")
        .replace('"Jan 1, 2024"', "01.04.2025")
        .replace('"Jan 2, 2024"', "02.04.2025")
    )
    assert table(given(export_DOT_csv=videos))["created_at"].dt.month.tolist() == [4, 4]


def studio(*names):
    """Write a table of videos of YouTube Studio."""
    rows = "".join(f'{name},Video {name},"Jan {n}, 2024",60,{n},{n}\n' for n, name in enumerate(names, start=1))
    return f"Content,Video title,Video publish time,Duration,Views,Likes\n{rows}"


def test_exports_that_name_no_account_are_said_to_be_taken_for_one(given):
    ones, twos = [f"vId0{n}aBcDeF" for n in range(3)], [f"vId1{n}aBcDeF" for n in range(3)]
    said = "WARNING: 2 files (YouTube Studio, table of videos) name no account"
    done = given(a_DOT_csv=studio(*ones), b_DOT_csv=studio(*twos))
    assert len(set(table(done)["account_id"])) == 1
    assert any(line.startswith(said) and "a folder of its own" in line for line in done.aloud)
    # A later export of the same channel has videos of the earlier one.
    done = given(a_DOT_csv=studio(*ones), b_DOT_csv=studio(*ones, *twos))
    assert not any("name no account" in line for line in done.aloud)


def test_the_advice_for_exports_that_name_no_account_works(given):
    done = given(one__a_DOT_csv=studio("vId00aBcDeF"), two__a_DOT_csv=studio("vId10aBcDeF"))
    assert table(done)["account_id"].nunique() == 2
    (said,) = [line for line in done.aloud if "name no account" in line]
    assert "count as those of 2 accounts" in said


def test_channels_are_told_apart_by_the_names_that_studio_gives_its_exports(given):
    red, again, blue = (f"{year}-01-01_{year}-12-31" for year in (2023, 2024, 2024))
    files = {
        f"Content {red} Red Fox__a_DOT_csv": studio("vId00aBcDeF"),
        f"Content {again} Red Fox (1)__a_DOT_csv": studio("vId10aBcDeF"),
        f"Content {blue} Blue Jay__a_DOT_csv": studio("vId20aBcDeF"),
    }
    done = given(**files)
    assert sorted(table(done)["account_id"].value_counts()) == [1, 2]
    assert not any("name no account" in line for line in done.aloud)


def test_a_list_of_followers_does_not_hinder_a_proposal(tmp_path):
    (tmp_path / "mijn.csv").write_text(OWN, encoding="utf-8")
    (tmp_path / "volgers.csv").write_text("account;volgers\nshop.one;1\nshop.two;2\n", encoding="utf-8")
    with pytest.raises(Refusal, match="no export that is known here"):
        import_data(tmp_path, "made", to=tmp_path / "user")
    assert propose(tmp_path) == tmp_path / "dataset.toml"
    done = import_data(tmp_path, "made", to=tmp_path / "user")
    assert table(done)["followers"].tolist() == [1, 2]


def test_one_list_that_contradicts_itself_is_refused_and_of_two_the_last_is_taken(given):
    head = "account_id,platform,followers\n"
    with pytest.raises(Refusal, match="1 account more than once with different followers"):
        given(export_DOT_csv=META, list_DOT_csv=f"{head}101,instagram,1\n101,instagram,2\n102,instagram,3\n")
    with pytest.raises(Refusal, match="1 account more than once with different followers"):
        given(export_DOT_csv=META, list_DOT_csv=f"{head}101,instagram,1\n@Shop.One,instagram,2\n")
    done = given(export_DOT_csv=META, list_DOT_csv=f"{head}101,ig,1\n", list2_DOT_csv=f"{head}@shop.one,ig,2\n")
    assert table(done)["followers"].tolist()[::2] == [2, 2]
    assert any(line.startswith("WARNING: 1 account in several files with different followers") for line in done.aloud)


def test_files_that_were_not_read_are_named_with_the_reason(given):
    done = given(export_DOT_csv=META, notes_DOT_csv="a,b\n1,2\n", overview_DOT_csv="Date,Primary\n2025-01-01,3\n")
    assert done.aloud[0] == "1 of 3 files read"
    assert sum("not read: " in line for line in done.aloud) == 2


def viewed(*times):
    return [{"Date": time, "Link": "x"} for time in times]


LIKED = [{"date": "2025-06-01 10:01:00", "link": "x"}, {"date": "2025-06-01 10:02:00", "link": "x"}]
WATCHED = viewed("2025-06-01 10:00:00", "2025-06-01 10:03:00")


@pytest.mark.parametrize(
    "where",
    [
        lambda lists: {"Your Activity": lists},
        lambda lists: {"Section of next year": {"Deeper": lists}},
        lambda lists: {"Activity": lists | {"Video Browsing History": lists["Watch History"]}},
        lambda lists: lists,
    ],
)
def test_lists_of_tiktok_are_found_under_any_keys(given, where):
    lists = {"Watch History": {"VideoList": WATCHED}, "Like List": {"ItemFavoriteList": LIKED}}
    diary = table(given(user_data_tiktok_DOT_json={"Comment": {}} | where(lists)), "diary")
    assert (diary["passive_events"].sum() % 2, diary["active_events"].sum()) == (0, 2)


def test_a_list_that_is_not_there_is_said_and_is_no_zero(given):
    lists = {"Watch History": {"VideoList": WATCHED}, "Share History": {"ShareHistoryList": None}}
    done = given(user_data_tiktok_DOT_json={"Your Activity": lists})
    assert table(done, "diary")["active_min"].isna().all() if "active_min" in table(done, "diary") else True
    assert any("not found, so unknown and not 0: video liked (Like List)" in line for line in done.aloud)
    assert not any("video shared" in line for line in done.aloud)


# B. Guards for everyone.

ROWS = "".join(f"p{n},a,2024-01-0{n},{n},{n * 10 + 1}\n" for n in range(1, 7))


@pytest.mark.parametrize("total", ["Total", "Totaal", "GESAMT", "Total general", "Somme", "total:"])
@pytest.mark.parametrize("first", [True, False])
def test_a_row_of_totals_is_left_out_of_own_tables(tmp_path, total, first):
    row = f"{total},,,21,216\n"
    rows = row + ROWS if first else ROWS + row
    dataset = own(tmp_path, "post_id,account_id,created_at,likes,views\n" + rows)
    assert read(dataset)["views"].sum() == 216
    assert any("a row of totals" in note for note in dataset.notes)
    (dropped,) = dataset.file_dropped.values()
    assert sum(dropped.values()) == 1


def test_a_row_that_is_the_sum_of_all_others_is_left_out_whatever_it_is_called(tmp_path):
    dataset = own(tmp_path, "post_id,account_id,created_at,likes,views\n" + ROWS + "Alles samen,a,,21,216\n")
    assert read(dataset)["likes"].sum() == 21
    # One with a time is a post, whatever its counts.
    posts = ROWS + "p7,a,2024-01-07,21,216\n"
    assert len(read(own(tmp_path, "post_id,account_id,created_at,likes,views\n" + posts))) == 7


VIDEOS = "".join(f'vId0{n}aBcDeF,My video {n},"Jan {n}, 2024",60,{100 + n},{n}\n' for n in range(1, 5))


@pytest.mark.parametrize("word", ["Gesamtwert", "Összesen", "Celkem", "Yhteensä", "Σύνολο"])
@pytest.mark.parametrize("views", [410, 900])  # at most 500 videos are listed, and the total is of all
def test_a_row_of_totals_needs_no_word_that_is_known(given, word, views, tmp_path):
    head = "Content,Video title,Video publish time,Duration,Views,Likes\n"
    done = given(table_DOT_csv=f"{head}{word},,,,{views},10\n{VIDEOS}")
    assert table(done)["views"].sum() == 410
    assert any("1 row left out: a row of totals" in line for line in done.aloud)
    toml = '[tables.posts]\nfile = "v.csv"\n[tables.posts.columns]\npost_id = "Film"\nviews = "Vues"\n'
    (tmp_path / "dataset.toml").write_text(f'{toml}[tables.posts.constants]\naccount_id = "me"\n', encoding="utf-8")
    rows = "".join(f"{row.split(',')[0]},{row.split(',')[-2]}\n" for row in VIDEOS.splitlines())
    assert read(own(tmp_path, f"Film,Vues\n{rows}{word},{views}\n", "v.csv"))["views"].sum() == 410


def test_a_row_that_may_be_one_of_totals_is_said(tmp_path):
    head = "post_id,account_id,created_at,likes,views\n"
    dataset = own(tmp_path, f"{head}{ROWS}p7,a,,30,500\n")
    assert len(read(dataset)) == 7
    assert any(note.startswith("posts.csv: WARNING: 1 row may be one of totals (line 8)") for note in dataset.notes)
    assert any("keep it if it is a post" in note for note in dataset.notes)
    # An id of another form, no time, and more than all others: but an account that posts.
    assert len(read(own(tmp_path, f"{head}{ROWS}viral_reel,a,,30,500\n"))) == 7
    assert len(read(own(tmp_path, f"{head}{ROWS}overall,,,30,500\n"))) == 6
    assert not own(tmp_path, f"{head}{ROWS}").notes


def test_the_largest_post_is_no_total_for_its_id(tmp_path):
    rows = "post_id,account_id,views\na1,a,1\na2,a,2\na3,a,1\nintro,a,900\n"
    assert len(read(own(tmp_path, rows))) == 4


DOUBLED = "Post ID,Account ID,Account username,Publish time,Post type,Date,Likes,Comments,{}\n" + "".join(
    f"1789000000000000{n},101,shop.one,04/0{n}/2025 10:00,IG image,Lifetime,{n},2,{{}}\n" for n in (1, 2)
)


@pytest.mark.parametrize("name", ["Likes", "likes ", "Li\u00adkes"])
def test_two_columns_of_one_name_are_one_where_they_are_equal(given, name):
    done = given(export_DOT_csv=DOUBLED.format(name, 1, 2))
    assert table(done)["likes"].tolist() == [1, 2]
    assert any("'Likes' is there more than once, with the same cells" in note for note in done.notes)
    with pytest.raises(Refusal, match="'Likes' is there more than once, with different cells") as refused:
        given(export_DOT_csv=DOUBLED.format(name, 1, 3777))
    assert "3777" not in str(refused.value)


def test_two_columns_of_one_name_in_a_table_of_ones_own(tmp_path):
    head, rows = "post_id,account_id,likes,likes\n", "1,a,5,5\n2,a,6,{}\n"
    assert read(own(tmp_path, head + rows.format(6)))["likes"].tolist() == [5, 6]
    with pytest.raises(Refusal, match="'likes' is there more than once, with different cells"):
        own(tmp_path, head + rows.format(7))


def test_an_account_may_be_called_total(tmp_path):
    rows = "account_id,followers,posts\nTotal,5,1\nb,7,2\nc,9,3\nd,1,1\n"
    assert len(read(own(tmp_path, rows, "accounts.csv"), "accounts")) == 4


@pytest.mark.parametrize("line", ["Showing top 500 results", "Top 500 resultaten weergegeven", "Die 500 besten"])
def test_a_line_under_a_table_is_left_out_and_tells_that_it_is_cut(tmp_path, line):
    dataset = own(tmp_path, "post_id,account_id,created_at,likes,views\n" + ROWS + line + "\n")
    assert len(read(dataset)) == 6
    assert any("the export is cut" in note and "500" in note for note in dataset.notes)


@pytest.mark.parametrize(
    "line",
    [
        *("Gemaakt op 1 mei 2025", "Stand: 01.05.2025, 14:05 Uhr", "Exported on May 3rd, 2025 at 10:05"),
        *("Au 1er mai 2025", "export 2025-05-01T10:00:00Z", "op 1-mei-2025", "tot 1 mei '25"),
    ],
)
def test_a_date_under_a_table_is_no_limit(tmp_path, line):
    text = "post_id,account_id,created_at,likes,views\n" + ROWS + '"{}"\n'
    dataset = own(tmp_path, text.format(line))
    assert len(read(dataset)) == 6
    assert "left out: a line under the table" in "".join(dataset.notes)
    assert "cut" not in "".join(dataset.notes)
    assert "is cut: a line under the table says so, with the number 2,000" in "".join(
        own(tmp_path, text.format(f"{line}: the first 2,000")).notes
    )


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("['cats', 'dogs']", "cats dogs"),
        ('["cats","dogs"]', "cats dogs"),
        ("['cats' 'dogs']", "cats dogs"),
        ("#cats#dogs", "cats dogs"),
        ("#cats\u00a0#dogs", "cats dogs"),
        ("cats, dogs", "cats dogs"),
        ("cats;dogs", "cats dogs"),
        ("a|b", "a b"),
        ("cats dogs", "cats dogs"),
        ('[{"id": 1, "name": "cats", "url": "https://example.org/cats"}]', "cats"),
        ("[]", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_tags_in_any_form_become_words(tmp_path, cell, tags, kind):
    frame = pd.DataFrame({"post_id": ["1", "2"], "account_id": ["a", "a"], "hashtags": [cell, "plain"]})
    if kind == "csv":
        frame.to_csv(tmp_path / "posts.csv", index=False)
    else:
        duckdb.from_df(frame).write_parquet(str(tmp_path / "posts.parquet"))
    read_tags = read(open_dataset(tmp_path))["hashtags"]
    assert [tag if isinstance(tag, str) else None for tag in read_tags] == [tags, "plain"]


@pytest.mark.parametrize("header", ["Com\u00adments", "\u200bComments", "Comments\u00a0", "\ufeffComments"])
def test_what_is_invisible_in_a_name_does_not_matter(tmp_path, header):
    (tmp_path / "t.csv").write_text(f"Id,{header}\n1,3\n2,4\n", encoding="utf-8")
    toml = '[tables.posts]\nfile = "t.csv"\n[tables.posts.columns]\npost_id = "Id"\ncomments = "Comments"\n'
    (tmp_path / "dataset.toml").write_text(toml + '[tables.posts.constants]\naccount_id = "me"\n')
    assert read(open_dataset(tmp_path))["comments"].tolist() == [3, 4]


def test_texts_with_links_are_not_kept(given):
    done = given(
        accounts_DOT_csv='account_id,category,country\na,"{""url"": ""https://example.org/x""}",NL\nb,food,BE\n'
    )
    accounts = table(done, "accounts")
    assert accounts["category"].dropna().tolist() == ["food"]
    assert accounts["country"].tolist() == ["NL", "BE"]


# C. Content before name.


def test_files_with_the_names_of_tables_are_not_taken_for_them(given):
    done = given(export_DOT_csv=META, posts_DOT_json=[{"x": 1}], comments_DOT_json={"a": 1}, accounts__a_DOT_json={})
    assert done.rows == {"posts": 3}


def test_an_export_called_as_a_table_is_an_export(given):
    assert given(posts_DOT_csv=META).rows == {"posts": 3}


def test_tidy_tables_beside_an_export_are_read_with_it_and_alone_they_stay(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,followers\na,1\n")
    assert not is_export(tmp_path)
    (tmp_path / "notes.csv").write_text("x,y\n1,2\n")
    assert not is_export(tmp_path)
    (tmp_path / "export.csv").write_text(META)
    assert is_export(tmp_path)


@pytest.mark.parametrize("name", ["lijst.csv", "q.csv"])
def test_a_tidy_table_is_told_by_its_columns(given, name):
    done = given(**{name.replace(".", "_DOT_"): "campaign_id,account_id,fee,conversions\n1,a,5,1\n2,b,6,2\n"})
    assert done.rows == {"campaigns": 2}


@pytest.mark.parametrize(
    ("kind", "name", "alone"),
    [
        ("text", "posts.json", True),
        ("text", "mine.jsonl", False),
        ("text", "posts.parquet", True),
        ("parquet", "posts.csv", False),
        ("parquet", "mine.json", True),
        ("parquet", "posts.pq", False),
    ],
)
def test_a_table_is_read_by_what_it_holds_and_not_by_what_it_is_called(tmp_path, kind, name, alone):
    folder = tmp_path / "given"
    folder.mkdir()
    rows = pd.DataFrame({"post_id": ["p1", "p2"], "account_id": ["a", "a"], "likes": [5, 6]})
    if kind == "text":
        rows.to_csv(folder / name, index=False)
    else:
        duckdb.from_df(rows).write_parquet(str(folder / name))
    found = import_data(folder / name if alone else folder, "made", to=tmp_path / "user")
    assert table(found)["likes"].tolist() == [5, 6]


def test_what_is_called_a_table_and_begins_as_none_is_still_said_to_be_damaged(tmp_path):
    for name, content in {"posts.parquet": b"PAR0 and more", "posts.json": b'[{"post_id": 1}, {"po'}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refusal, match="damaged"):
            import_data(tmp_path / name, "made", to=tmp_path / "user")


# D. Strict where it matters.


def test_rows_without_their_last_cells_are_read_with_a_note(tmp_path):
    dataset = own(tmp_path, "post_id,account_id,likes,comments,shares\n1,a,1,2,3\n2,a,4,5\n3,b,6\n4,b,7,8,9\n")
    assert read(dataset)["likes"].tolist() == [1, 4, 6, 7]
    assert any("2 rows without the last cells, taken as empty (lines 3, 4)" in note for note in dataset.notes)


@pytest.mark.parametrize(
    "rows",
    ["1,a,x,1,2\n2,a,be\ngun,1,2\n", "1,a,x,1,2\n2,a,be,7", "1,a,x,1,2\n2\n3,a,x,1,2\n4,b,x,1,2\n5,b,x,1,2\n"],
)
def test_rows_that_are_broken_or_cut_are_refused(tmp_path, rows):
    with pytest.raises(Refusal, match="fewer cells than the header"):
        own(tmp_path, "post_id,account_id,caption,likes,comments\n" + rows)


def test_months_in_words_are_read(tmp_path):
    days = ("13 mrt 2024", "March 13, 2024", "13. März 2024", "13 de marzo de 2024", '"Wed, Mar 13, 2024"')
    rows = "".join(f"{n},a,{day if day[0] == chr(34) else chr(34) + day + chr(34)}\n" for n, day in enumerate(days))
    posts = read(own(tmp_path, "post_id,account_id,created_at\n" + rows))
    assert set(posts["created_at"]) == {pd.Timestamp("2024-03-13")}


def test_words_for_formats_are_understood_and_others_named(tmp_path):
    words = ["Photo", "IMAGE", "GraphSidecar", "CAROUSEL_ALBUM", "Carousel album", "Reels", "Story", "Poll", "Poll"]
    rows = "".join(f"{n},a,{word}\n" for n, word in enumerate(words))
    dataset = own(tmp_path, "post_id,account_id,format\n" + rows)
    assert read(dataset)["format"].tolist() == [*["image"] * 2, *["carousel"] * 3, "reel", "story", "other", "other"]
    assert any("taken as other ('poll')" in note for note in dataset.notes)


def test_a_column_of_names_is_no_column_of_formats_and_is_not_printed(tmp_path):
    with pytest.raises(Refusal) as refusal:
        own(tmp_path, "post_id,account_id,format\n1,a,jane.doe\n2,a,jane.doe\n3,b,john\n")
    assert "jane" not in str(refusal.value)
    assert "not among the values allowed" in str(refusal.value)


# E. Proposals that a person can use.

NAMES = {
    "accounts": ("id,name,category,follower_count", "1,x,food,500", "2,y,art,700"),
    "posts": ("shortCode,ownerUsername,takenAt,n_likes", "p,x,2024-01-01,5", "q,x,2024-01-02,7"),
    "comments": ("commentId,videoId,commentText,likeCount", "c,v,nice one,0", "d,v,and so on,1"),
    "campaigns": ("influencer_id,orders,total_payout", "1,3,300", "2,4,400"),
    "survey": ("Timestamp,1. What is your age?,2. Do you use social media?", "x,20,Yes", "y,30,No"),
    "diary": ("participant,timestamp,stressed,lonely", "p,2024-01-01 10:00,1,2", "p,2024-01-01 12:00,1,2"),
    "post_history": ("video_id,hours,views", "v,1,10", "v,2,20"),
    "account_history": ("channel,date,subscribers", "c,2024-01-01,5", "c,2024-01-02,6"),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_table_is_proposed_as_what_it_is(name):
    header, *rows = (line.split(",") for line in NAMES[name])
    given = Table("t.csv", tuple(header), tuple(map(tuple, rows)))
    assert best(given)[0] == name
    assert proposed(given).splitlines()[1] == f"[tables.{name}]"


def test_nothing_is_proposed_for_a_table_without_a_word_of_ours():
    assert proposed(Table("t.csv", ("a", "b"), (("1", "2"), ("3", "4")))) == ""


@pytest.mark.parametrize("empty", ["", "#", "---", "\u200b", "\U0001f44d", "?./:"])
def test_a_column_whose_name_says_nothing_means_nothing(empty):
    rows = (("p1", "7", "a", "2024-03-01"), ("p2", "3", "b", "2024-03-02"))
    made = proposed(Table("t.csv", ("post_id", empty, "account_id", "created_at"), rows))
    assert 'post_id = "post_id"' in made
    assert f'"{empty}"' not in made


def test_a_proposal_is_written_on_request_and_used_as_it_is(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.csv").write_text("Datum;Vind-ik-leuks;Tekst\n13-01-2024;5;x\n14-01-2024;6;y\n15-01-2024;7;z\n")
    monkeypatch.setattr("helpers.sources.USER", tmp_path / "user")
    asked = ["import", f"--from={folder / 'mine.csv'}", "--name=mine"]
    assert main(asked) == 2
    assert "make import FROM=... NAME=... PROPOSE=1 writes it there" in capsys.readouterr().err
    assert not (folder / "dataset.toml").exists()
    assert main([*asked, "--propose=1"]) == 0
    assert "is a proposal: read and correct every line" in capsys.readouterr().out
    assert not (tmp_path / "user").exists()
    assert main(["import", f"--from={folder}", "--name=mine"]) == 0
    posts = read(open_dataset(tmp_path / "user" / "mine"))
    assert posts["likes"].tolist() == [5, 6, 7]
    assert posts["post_id"].nunique() == 3
    assert propose(folder) is None  # one that is there is not written over


def test_a_proposal_is_not_written_for_files_that_are_known(tmp_path):
    (tmp_path / "export.csv").write_text(META)
    assert propose(tmp_path) is None
    assert not (tmp_path / "dataset.toml").exists()


# F. Languages.


def test_every_language_has_months_totals_and_headers_that_layouts_use():
    assert {one.language for one in languages()} >= {"English", "Dutch", "German", "French", "Spanish", "Portuguese"}
    for one in languages():
        assert len(one.months.split()) == len(one.short.split()) == 12
        assert one.totals
    assert months()["maart"] == months()["märz"] == months()["mars"] == 3
    assert {"totaal", "gesamt", "total general"} <= totals()
    assert not list((ROOT / "data" / "languages").glob("*.json"))


@pytest.mark.parametrize("language", ["Dutch", "German", "French", "Spanish", "Portuguese"])
@pytest.mark.parametrize("family", ["youtube", "meta"])
def test_exports_are_read_in_every_language(given, language, family):
    told = next(one for one in languages() if one.language == language)

    def name(english):
        there = told.headers[family].get(english, [english])[0]
        return '"' + there.replace('"', '""') + '"'

    if family == "meta":
        header = META.split("\n", 1)[0].split(",")
        text = ",".join(map(name, header)) + "\n" + META.split("\n", 1)[1]
        sums = (3, 60, 9)
    else:
        header = ("Content", "Video title", "Video publish time", "Views", "Likes", "Comments added")
        rows = 'vId00aBcDeF,t,"Jan 1, 2024",9,10,2\nvId01aBcDeF,t,"Jan 2, 2024",8,50,7\n'
        text = ",".join(map(name, header)) + f"\n{told.totals[0]},,,17,60,9\n" + rows
        sums = (2, 60, 9)
    posts = table(given(export_DOT_csv=text))
    assert (len(posts), posts["likes"].sum(), posts["comments"].sum()) == sums


def test_dutch_reactions_of_facebook_are_likes_and_not_comments():
    assert "Reacties" in called("meta", "Reactions")
    assert "Reacties" not in called("meta", "Comments")


def test_an_export_in_another_language_is_told_which_language_to_set(given):
    header = "Innehåll,Titel,Tid,Visningar,Gilla\n"
    rows = 'Totalt,,,17,60\nvId00aBcDeF,t,"Jan 1, 2024",9,10\nvId01aBcDeF,t,"Jan 2, 2024",8,50\n'
    with pytest.raises(Refusal) as refusal:
        given(tabell_DOT_csv=header + rows)
    assert "set YouTube to English" in str(refusal.value)
    assert 'post_id = "Innehåll"' in str(refusal.value)
    assert 'created_at = "Tid"' in str(refusal.value)


# G. Layouts. Each is tried with the keys by which it is known; figures are counted here.

TWEETS = {
    "data": [
        {"id": f"17{n}", "author_id": "7", "created_at": "2024-01-01T10:00:00Z", "text": text}
        | {"public_metrics": {"like_count": n, "retweet_count": 1, "reply_count": 2}}
        for n, text in enumerate(("a", "b", "RT @x: c"))
    ],
    "includes": {
        "users": [{"id": "7", "username": "u", "public_metrics": {"followers_count": 99, "tweet_count": 3}}],
    },
}
STATUS = {
    **{"id": "1", "uri": "https://m/1", "created_at": "2024-01-01T10:00:00Z", "favourites_count": 3},
    **{"reblogs_count": 1, "replies_count": 0, "content": "<p>one <b>two</b></p>"},
    "account": {"acct": "a", "followers_count": 12},
}


def test_posts_of_x_come_with_the_followers_in_the_same_answer(given):
    done = given(tweets_DOT_json=TWEETS)
    posts = table(done)
    assert (done.rows, posts["likes"].sum()) == ({"posts": 2, "accounts": 1}, 1)
    assert posts["followers"].tolist() == [99, 99]


@pytest.mark.parametrize(
    ("name", "content", "column", "total"),
    [
        ("statuses.json", [STATUS, STATUS | {"id": "2", "uri": "https://m/2"}], "likes", 6),
        (
            "scraped.jsonl",
            json.dumps(
                {"id": 16, "date": "2023-01-01T10:00:00+00:00", "rawContent": "x", "user": {"id": 5, "username": "u"}}
                | {"replyCount": 1, "retweetCount": 2, "likeCount": 3, "quoteCount": 0}
            ),
            *("likes", 3),
        ),
        (
            "minet.csv",
            "id,timestamp_utc,user_screen_name,user_followers,text,retweet_count,like_count,reply_count\n"
            "1,1704103200,u,50,x,1,4,0\n",
            *("followers", 50),
        ),
        (
            "phantom.csv",
            "postUrl,profileUrl,username,likeCount,commentCount,pubDate,type\n"
            "https://www.instagram.com/p/AbC/,https://www.instagram.com/u/,u,7,1,2024-01-01T10:00:00.000Z,Photo\n",
            *("likes", 7),
        ),
        (
            "metricool.csv",
            "Date,Type,Content,URL,Reach,Likes,Comments,Saved,Interactions,Engagement\n"
            "2024-01-01 10:00,REEL,x,https://www.instagram.com/reel/AbC/,90,8,1,2,11,12.2\n",
            *("saves", 2),
        ),
        (
            "mcl.csv",
            "id,creation_time,text,media_type,post_owner.id,statistics.like_count,statistics.comment_count\n"
            "1,2024-01-01T10:00:00+00:00,t,IMAGE,o,5,1\n",
            *("likes", 5),
        ),
    ],
)
def test_layouts_of_interfaces_and_tools_are_read(given, name, content, column, total):
    posts = table(given(**{name.replace(".", "_DOT_"): content}))
    assert posts[column].sum() == total
    assert posts["created_at"].notna().all()


def test_counts_of_crowdtangle_over_time_become_a_history(given):
    post = {"platformId": "1_2", "date": "2020-01-01 10:00:00", "platform": "Facebook", "subscriberCount": 500}
    post |= {"account": {"id": 7}, "statistics": {"actual": {"likeCount": 3, "loveCount": 1, "commentCount": 2}}}
    post |= {"history": [{"date": "2020-01-01 13:00:00", "actual": {"likeCount": 2, "wowCount": 3, "commentCount": 1}}]}
    done = given(answer_DOT_json={"status": 200, "result": {"posts": [post]}})
    assert (table(done)["likes"].tolist(), table(done)["followers"].tolist()) == ([4], [500])
    assert table(done, "post_history")[["hours", "likes"]].to_numpy().tolist() == [[3.0, 5]]


def test_of_zeeschuimer_the_platforms_that_are_read_are_named(given):
    item = {"nav_index": "1", "item_id": "1", "timestamp_collected": 1, "source_platform": "9gag.com", "data": {"a": 1}}
    with pytest.raises(Refusal, match="Instagram, TikTok and X are read"):
        given(export_DOT_ndjson=json.dumps(item))


# H. Personal downloads.


def test_own_posts_and_stories_are_active_use(given):
    seen = [{"string_map_data": {"Time": {"timestamp": 1719828000 + 100 * n}}} for n in range(5)]
    pictures = [{"uri": name, "creation_timestamp": 1719828100} for name in "ab"]
    done = given(
        ads_and_topics__posts_viewed_DOT_json={"impressions_history_posts_seen": seen},
        media__posts_1_DOT_json=[{"media": pictures, "title": "t", "creation_timestamp": 1719828101}],
        media__stories_DOT_json={"ig_stories": [{"uri": "s", "creation_timestamp": 1719828200}]},
    )
    diary = table(done, "diary")
    assert (diary["passive_events"].sum(), diary["active_events"].sum()) == (5, 2)
    assert any("liked_posts.json is not among the files" in line for line in done.aloud)


def entry(link, header="YouTube", **more):
    kept = {"header": header, "title": "t", "titleUrl": link, "products": ["YouTube"]}
    return kept | {"time": "2024-05-01T10:00:00Z"} | more


def test_a_history_of_any_name_holds_videos_and_searches_and_nothing_else(given):
    youtube = "https://www.youtube.com"
    done = given(
        Verlauf_DOT_json=[
            entry(f"{youtube}/watch?v=abc"),
            entry(f"{youtube}/shorts/abcdefg", time="2024-05-01T10:09:00Z"),
            entry("https://music.youtube.com/watch?v=abc", header="YouTube Music"),
            entry(f"{youtube}/post/abc"),
            entry(f"{youtube}/playables/abcdef"),
            entry(f"{youtube}/results?search_query=abcd", time="2024-05-01T10:05:00Z"),
            entry("https://www.google.com/search?q=abc", header="Search"),
        ]
    )
    diary = table(done, "diary")
    assert (diary["passive_events"].sum(), diary["active_events"].sum()) == (2, 1)


def test_the_reactions_of_linkedin_are_active_use(given):
    done = given(Reactions_DOT_csv="Date,Type,Link\n2024-05-01 10:00:00,LIKE,x\n2024-05-01 10:01:00,LIKE,y\n")
    assert table(done, "diary")["active_events"].tolist() == [2]


# Hidden counts.


@pytest.mark.parametrize(
    "rows", ["1,a,100,-1,\n2,a,100,5,\n3,a,100,,\n", "1,a,100,,true\n2,a,100,5,false\n3,a,100,,\n"]
)
def test_hidden_counts_keep_three_states_in_memory_and_when_written(given, tmp_path, rows):
    text = "post_id,account_id,followers,likes,likes_hidden\n" + rows
    done = given(posts_DOT_csv=text)
    written = parquet(done.folder / "posts.parquet")
    assert written["likes"].sum() == 5
    for data in (open_dataset(tmp_path / "given"), open_dataset(done.folder)):
        reduced = account_rates(dict(data.tables))
        assert (reduced.excluded["likes hidden"], reduced.excluded["likes missing"]) == (1, 1)


def test_every_hidden_count_is_empty_with_a_flag(given):
    done = given(posts_DOT_csv="post_id,account_id,views,comments\n1,a,-1,-1\n2,a,5,6\n")
    written = parquet(done.folder / "posts.parquet")
    assert written[["views", "comments"]].isna().to_numpy().tolist() == [[True, True], [False, False]]
    assert written["views_hidden"].tolist() == written["comments_hidden"].tolist() == [True, False]
    assert written["views"].sum() == 5


def test_an_export_with_a_time_that_no_clock_showed_is_read(given):
    moved = META.replace("04/05/2025 10:00", "03/09/2025 02:30").replace("04/06/2025 10:00", "11/02/2025 01:30")
    done = given(meta_DOT_csv=moved)
    at = table(done).sort_values("post_id")["created_at"].dt.strftime("%m-%d %H:%M").tolist()
    assert sorted(at) == ["03-09 10:30", "04-07 17:00", "11-02 08:30"]
    assert sum("in the hour that the clocks" in line for line in done.aloud) == 2


def test_a_file_is_called_by_what_was_given_not_by_what_was_made_of_it(tmp_path):
    cells = [line.split(",") for line in META.replace(",10,2", ",many,2").splitlines()]
    content = workbook({f"{chr(65 + x)}{y}": cell for y, row in enumerate(cells, 1) for x, cell in enumerate(row)})
    book = tmp_path / "janedoe.xlsx"
    book.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        import_data(book, "made", to=tmp_path / "user")
    assert list(caught.value.faults) == ["file 1 (.xlsx): likes: 1 value not readable as a number (line 2)"]
    broken = tmp_path / "janedoe.json"
    broken.write_text('[{"post_id": 1', encoding="utf-8")
    with pytest.raises(Refusal, match=r"^file 1 \(\.json\) is cut off"):
        propose(broken)


def test_a_near_miss_in_a_tidy_table_among_exports_is_said_aloud(tmp_path):
    rows = [{"post_id": n, "account_id": "a", "volgers": 5, "Like_Count": 7} for n in range(3)]
    file = tmp_path / "posts.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    done = import_data(file, "made", to=tmp_path / "user")
    assert any("'volgers', 'Like_Count' are not used; if they are followers, likes" in line for line in done.aloud)


def test_a_number_beside_a_flag_that_hides_it_is_hidden_and_said(tmp_path):
    data = own(tmp_path, "post_id,account_id,likes,likes_hidden\n1,a,5,ja\n2,a,6,nee\n3,b,0,Verdadeiro\n4,b,,1\n")
    assert read(data)["likes"].tolist()[:3] == [-1, 6, -1]
    assert any("likes: 2 numbers taken as hidden, as likes_hidden says so" in note for note in data.notes)


def test_lines_of_files_of_one_name_are_told_apart(given):
    bad = META.replace("04/05/2025", "someday")
    with pytest.raises(Refusal) as caught:
        given(one__posts_DOT_csv=bad, two__posts_DOT_csv=bad.replace("1789", "1790"))
    assert "(posts.csv line 2; posts.csv [2] line 2)" in caught.value.faults[0]


def test_files_put_under_one_another_lose_the_headers_between(given, tmp_path):
    done = given(meta_DOT_csv=META + META.replace("1789", "1790"))
    assert table(done)["likes"].sum() == 120
    assert "1 row left out: the header once more (line 5)" in done.aloud
    data = own(tmp_path, "post_id,account_id\n1,a\npost_id,account_id\n2,b\n")
    assert sorted(read(data)["post_id"]) == ["1", "2"]


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a.xlsx"])
def test_content_says_what_a_table_is_whatever_its_ending(tmp_path, name):
    lines = [line.split(",") for line in META.splitlines()]
    book = workbook({f"{chr(65 + x)}{y}": cell for y, row in enumerate(lines, 1) for x, cell in enumerate(row)})
    for content in (book, META.encode()):
        (tmp_path / name).write_bytes(content)
        assert table(import_data(tmp_path / name, "made", to=tmp_path / "user"))["likes"].sum() == 60


def test_a_page_with_the_ending_of_a_workbook_is_named(tmp_path):
    (tmp_path / "a.xls").write_text("<html><body><table><tr><td>1</td></tr></table></body></html>", encoding="utf-8")
    with pytest.raises(Refusal, match="a web page, whatever its name says"):
        import_data(tmp_path / "a.xls", "made", to=tmp_path / "user")


def test_a_tag_that_says_that_there_is_none_is_no_tag(tmp_path):
    data = own(tmp_path, "post_id,account_id,hashtags\n1,a,nan\n2,a,None\n3,a,sea\n")
    assert read(data)["hashtags"].fillna("").tolist() == ["", "", "sea"]


def test_minutes_are_proposed_as_minutes_and_not_as_yes_or_no():
    ask = "Hoeveel minuten per dag gebruik je sociale media?"
    rows = tuple((str(20 + n), str(30 * n), str(n % 5), str(n % 7)) for n in range(12))
    header = ("Wat is je leeftijd?", ask, "Hoe eenzaam voel je je?", "Hoe gestrest voel je je?")
    told = proposed(Table("a.csv", header, rows))
    assert f'minutes_per_day = "{ask}"' in told
    assert "uses_social_media" not in told


def test_posts_that_name_no_account_take_the_one_that_is_listed(given):
    done = given(Table_DOT_csv=studio("vId00aBcDeF"), list_DOT_csv="channel,followers\nRed Fox,5000\n")
    assert "1 of 1 post joined with followers" in done.aloud
    assert any("taken for those of the one listed" in line for line in done.aloud)
    done = given(Table_DOT_csv=studio("vId00aBcDeF"), list_DOT_csv="channel,followers\nRed Fox,5000\nBlue,7\n")
    assert any(line.endswith("the posts name no account, so list theirs alone") for line in done.aloud)


def test_followers_by_day_of_one_platform_are_not_those_of_another(given):
    days = (
        '"Date","Followers","Difference in followers from previous day"\n"April 5","9000","1"\n"April 6","9001","1"\n'
    )
    one = "".join(line for line in META.splitlines(keepends=True) if ",102," not in line)
    done = given(**{"meta_DOT_csv": one, "FollowerHistory-2025-04-30_DOT_csv": days})
    assert "followers" not in table(done)
    assert any(line.startswith("WARNING: 0 of 2 posts joined with followers") for line in done.aloud)


def test_a_diary_in_dutch_is_proposed():
    rows = tuple((f"p{n % 3}", f"{n + 1}-1-2024 20:00", "3,5", "2", "4") for n in range(20))
    header = ("Deelnemer", "Datum en tijd", "Passief (min)", "Actief (min)", "Stress (1-7)")
    told = proposed(Table("a.csv", header, rows))
    assert "[tables.diary]" in told
    assert 'passive_min = "Passief (min)"' in told


def test_rows_of_totals_and_columns_without_a_name_do_not_hinder_a_proposal(tmp_path):
    rows = "".join(f"{n + 13}-1-2024,shop,{n},https://www.instagram.com/p/a{n}/,\n" for n in range(6))
    (tmp_path / "mine.csv").write_text(f"Posts,,,,Notes\n,,,,\nDatum,Account,Likes,Link,\n{rows},,,,\nTotaal,,15,,\n")
    assert propose(tmp_path) == tmp_path / "dataset.toml"
    assert open_dataset(tmp_path).tables["posts"].collect("pandas").to_native()["likes"].sum() == 15


def test_ids_that_parquet_holds_as_rounded_numbers_are_refused(tmp_path):
    duckdb.sql(
        "COPY (SELECT 1.78e17 + range * 1000 AS post_id, 'a' AS account_id FROM range(3)) "
        f"TO '{tmp_path / 'posts.parquet'}'"
    )
    with pytest.raises(Refusal, match="3 values rounded"):
        open_dataset(tmp_path)


STUDIO = tuple((f"vId0{n}aBcDeF", f"t {n}", f"{n} mar 2024", f"{n}", f"{5 * n - 10}", f"{7 * n}") for n in range(1, 8))


@pytest.mark.parametrize("word", ["Iscritti", "Abonnenten", "Abonnés", "Suscriptores", "Inscritos", "Abonnees"])
def test_subscribers_won_by_a_video_are_never_proposed_as_followers(word):
    told = proposed(Table("t.csv", ("X", "Titolo del video", "Y", "Kijktijd (uur)", word, "Mi piace"), STUDIO))
    assert "followers = " not in told
    assert 'post_id = "X"' in told
    assert 'caption = "Titolo del video"' in told
    assert '\n[tables.posts.units]   # what the names say that they are counted in\nwatch_time_s = "hours"\n' in told
    assert f'"{word}"\n# Subscribers there are those won by a video' in told


@pytest.mark.parametrize("word", ["Nieuwe volgers", "followers gained", "Neue Follower", "net_new_followers"])
def test_followers_that_were_won_are_no_followers(word):
    rows = tuple((f"p{n}", f"a{n % 2}", f"{n}", f"{n}") for n in range(6))
    assert "followers = " not in proposed(Table("t.csv", ("post_id", "account", "likes", word), rows))


@pytest.mark.parametrize(
    ("name", "unit"),
    [("Wiedergabezeit (Stunden)", "hours"), ("kijktijd_min", "minutes"), ("watch_time_ms", "milliseconds")],
)
def test_a_proposal_takes_the_unit_that_a_name_states(tmp_path, name, unit):
    rows = "".join(f"p{n},a{n % 2},{n}\n" for n in range(1, 6))
    (tmp_path / "mine.csv").write_text(f"id,account,{name}\n{rows}")
    assert f'\nwatch_time_s = "{unit}"\n' in propose(tmp_path).read_text()
    seconds = {"hours": 3600, "minutes": 60, "milliseconds": 0.001}[unit]
    assert read(open_dataset(tmp_path))["watch_time_s"].sum() == pytest.approx(15 * seconds)


def test_an_export_of_youtube_in_italian_is_read(given):
    head = "Contenuti,Titolo video,Data/ora di pubblicazione video,Durata,Visualizzazioni,Iscritti,Mi piace"
    rows = "".join(f"vId0{n}aBcDeF,t,{n} mar 2024,60,{100 * n},{n},{10 * n}\n" for n in range(1, 4))
    frame = table(given(tabella_DOT_csv=f"{head}\nTotale,,,,600,6,60\n{rows}"))
    assert (len(frame), frame["views"].sum(), frame["likes"].sum()) == (3, 600, 60)
    assert "followers" not in frame


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "{'cats', 'dogs'}",
            "{cats,dogs}",
            "frozenset({'cats', 'dogs'})",
            "array(['cats' 'dogs'])",
            "['cats' 'dogs']",
        ),
        *("cats\u2003dogs", "cats、dogs", "#cats，#dogs", '["c\\u0061ts", "dogs"]', "{'#cats', '#dogs'}"),
    ],
)
def test_hashtags_of_sets_databases_and_arrays_are_two_tags(tmp_path, cell):
    quoted = cell.replace('"', '""')
    frame = read(own(tmp_path, f'post_id,account_id,hashtags\np1,a,"{quoted}"\np2,a,set()\np3,a,{{}}\n'))
    assert frame["hashtags"].tolist()[0] == "cats dogs"
    assert frame["hashtags"].isna().tolist() == [False, True, True]


def test_hashtags_that_are_records_in_json_are_words_and_no_number(given):
    tags = [[{"text": "cats", "indices": [0, 4]}, {"text": "dogs"}], [{"tag": "cats"}, {"tag": "dogs"}], []]
    posts = [{"post_id": f"p{n}", "account_id": "a", "likes": n, "hashtags": some} for n, some in enumerate(tags)]
    frame = table(given(posts_DOT_json=posts))
    assert frame["hashtags"].tolist()[:2] == ["cats dogs", "cats dogs"]
    assert pd.isna(frame["hashtags"][2])


@pytest.mark.parametrize(
    ("cells", "first", "last"),
    [
        (("01/01/2024", "02/02/2024"), "2024-01-01", "2024-02-02"),
        (("20240103", "20241012"), "2024-01-03", "2024-10-12"),
    ],
)
def test_dates_that_leave_no_doubt_are_read(tmp_path, cells, first, last):
    frame = read(own(tmp_path, "post_id,account_id,created_at\n" + "".join(f"p{c},a,{c}\n" for c in cells)))
    assert frame["created_at"].dt.strftime("%Y-%m-%d").tolist() == [first, last]


FRAME = pd.DataFrame(
    {
        **{"post_id": [f"p{n}" for n in range(60)], "account_id": ["a", "b"] * 30},
        **{"likes": range(60), "comments": [n % 7 for n in range(60)]},
    }
)


@pytest.mark.parametrize("orient", ["columns", "index", "split", "records", "table"])
@pytest.mark.parametrize(
    "frame", [FRAME, FRAME[FRAME["likes"] > 5], FRAME.head(1)], ids=["whole", "filtered", "one row"]
)
def test_json_as_pandas_writes_it_is_read(given, orient, frame):
    made = table(given(posts_DOT_json=json.loads(frame.to_json(orient=orient))))
    assert made["likes"].sum() == frame["likes"].sum()
    assert len(made) == len(frame)


@pytest.mark.parametrize("orient", ["columns", "split"])
def test_json_by_columns_gets_a_proposal_for_all_rows(tmp_path, orient):
    FRAME.rename(columns={"account_id": "user"}).to_json(tmp_path / "mine.json", orient=orient)
    assert 'account_id = "user"   # 2 different values in 60 rows' in propose(tmp_path).read_text()
    assert read(open_dataset(tmp_path))["likes"].sum() == FRAME["likes"].sum()


def test_a_table_on_its_side_and_records_under_names_say_how_to_turn_them(tmp_path):
    sides = {
        "a.csv": (FRAME.T.to_csv(), "it stands on its side"),
        "b.csv": (FRAME.set_index("post_id").T.to_csv(), "it stands on its side"),
        "c.json": (json.dumps({name: {"likes": 1, "followers": 5} for name in "uvw"}), "under a name each"),
        "d.json": (json.dumps({name: [{"id": "p", "likes": 1}] * 3 for name in "uvw"}), "'account_id': name"),
        "e.json": ("[[1, 2], [3, 4]]", "it holds no records"),
    }
    for name, (text, says) in sides.items():
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text(text)
        with pytest.raises(Refusal, match=says):
            import_data(folder, "x", to=tmp_path / "user")
        with pytest.raises(Refusal, match=says):
            propose(folder)


def test_every_file_of_a_folder_gets_its_proposal_and_all_faults_are_told(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("id,user,likes\n1,a,2\n2,b,3\n")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "c.json").write_text('[{"a": 1,')
    (tmp_path / "d.csv").write_text("campaign,influencer,fee\n1,a,20\n2,b,30\n")
    assert main(["import", f"--from={tmp_path}", "--name=x", "--propose=1"]) == 0
    told = (tmp_path / "dataset.toml").read_text()
    assert all(f"\n[tables.{name}]\n" in told for name in ("posts", "campaigns"))
    said = capsys.readouterr().out
    for text in (told, said):
        assert "Not proposed: b.xlsx is damaged or cut off" in text
        assert "Not proposed: c.json is cut off" in text


@pytest.mark.parametrize(("ours", "theirs"), [("17840", "17840.0"), ("17840.0", "17840")])
def test_ids_that_a_program_wrote_as_decimals_join_whole_ones(given, ours, theirs):
    done = given(
        export_DOT_csv=f"post_id,account_id,likes\np1,{ours},3\n", list_DOT_csv=f"account_id,followers\n{theirs},100\n"
    )
    assert "1 of 1 post joined with followers" in done.aloud


def periods(given, **files):
    """Import exports of YouTube Studio with as many views as stand in each place, by the name of their folder."""
    head = "Content,Video title,Video publish time,Views,Unique viewers,Likes\n"
    tables = {
        f"{name}__Table_DOT_csv": head
        + "".join(
            f"vId0{n}aBcDeF,t,2023-02-{n:02d},{views},{views},{views // 10}\n" for n, views in enumerate(all_views, 1)
        )
        for name, all_views in files.items()
    }
    return given(**tables)


FIRST, SECOND = "Content 2023-01-01_2023-12-31 Fox", "Content 2024-01-01_2024-12-31 Fox"


def test_counts_of_periods_that_do_not_overlap_are_added_up(given):
    done = periods(given, **{FIRST: (100, 200), SECOND: (40, 50, 60)})
    frame = table(done).sort_values("created_at")
    assert frame["views"].tolist() == [140, 250, 60]
    assert frame["likes"].tolist() == [14, 25, 6]
    assert frame["reach"].isna().tolist() == [True, True, False]
    said = "2 videos in exports of several periods (2023-01-01 to 2023-12-31, 2024-01-01 to 2024-12-31): their counts"
    assert any(line.startswith(said) for line in done.aloud)
    assert any(line.startswith("1 of 3 videos were published before the first day") for line in done.aloud)


@pytest.mark.parametrize(
    ("first", "second", "is_warned"),
    [
        ("Content 2023-01-01_2024-06-30 Fox", SECOND, True),
        ("Content 2023-01-01_2024-12-31 Fox", SECOND, False),  # one has the other in it, and so the higher counts
        ("2023", "2024", True),  # of years alone nobody knows whether they are the days that are counted
    ],
)
def test_counts_of_periods_that_overlap_are_no_totals(given, first, second, is_warned):
    done = periods(given, **{first: (100, 200), second: (40, 50)})
    assert sorted(table(done)["views"]) == [100, 200]
    assert any("may be no totals" in line for line in done.aloud) == is_warned


@pytest.mark.parametrize("word", ["Gemiddelde", "Average", "Durchschnitt", "Moyenne", "Promedio", "Média", "Subtotaal"])
def test_rows_of_averages_are_no_persons(tmp_path, word):
    frame = read(own(tmp_path, f"person_id,stress\n1,3\n2,4\n3,5\n{word},4\n", "survey.csv"), "survey")
    assert frame["stress"].tolist() == [3, 4, 5]


def test_a_table_of_ones_own_with_days_and_views_is_proposed(tmp_path):
    rows = "".join(f"v{n},c{n % 2},2024-01-0{n},{n}\n" for n in range(1, 6))
    (tmp_path / "mine.csv").write_text(f"video_id,channel,date,views\n{rows}")
    assert 'post_id = "video_id"' in propose(tmp_path).read_text()


def test_a_key_that_repeats_is_a_row_only_where_its_name_is_not_sure():
    rows = tuple((f"p{n // 2}", "a", f"{n}") for n in range(8))
    sure = proposed(Table("t.csv", ("post_id", "account", "likes"), rows))
    assert '\n# post_id = "post_id"' in sure
    assert '\n# post_id = "row"   # instead' in sure
    assert '\npost_id = "row"   # instead' in proposed(Table("t.csv", ("my.post.uri", "account", "likes"), rows))


PAGE = {
    "data": [
        {
            **{"id": f"{n}", "text": "x", "author_id": "u", "created_at": f"2024-01-0{n}T10:00:00Z"},
            "public_metrics": {"retweet_count": 1, "reply_count": 2, "like_count": n, "quote_count": 0},
        }
        for n in (1, 2)
    ],
    "includes": {
        "users": [
            {
                "id": "u",
                "username": "someone",
                "public_metrics": {"followers_count": 70, "following_count": 1, "tweet_count": 2},
            }
        ]
    },
    "meta": {"result_count": 2},
}


@pytest.mark.parametrize("form", ["lines", "list"])
def test_answers_saved_page_after_page_are_read(given, form):
    later = PAGE | {"data": [{**post, "id": f"9{post['id']}"} for post in PAGE["data"]]}
    text = "\n".join(map(json.dumps, (PAGE, later))) if form == "lines" else json.dumps([PAGE, later])
    frame = table(given(answers_DOT_json=text))
    assert (len(frame), frame["likes"].sum(), frame["followers"].tolist()) == (4, 6, [70] * 4)


def test_lists_under_a_person_are_posts_of_the_author_that_they_name(given):
    posts = table(given(a_DOT_json=[{"username": name, "data": PAGE["data"]} for name in "ab"]))
    assert (len(posts), posts["account_id"].nunique(), posts["likes"].sum()) == (2, 1, 3)


def test_lists_under_what_names_no_account_are_no_pages(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"topic": name, "data": PAGE["data"]} for name in "ab"]))
    with pytest.raises(Refusal, match="each of its records holds many posts"):
        import_data(tmp_path, "x", to=tmp_path / "user")


def test_a_kind_of_post_that_is_new_in_an_export_is_another_one(given):
    head = "Text,Type,Published,Likes,Comments,Interactions,Engagement,URL\n"
    rows = "".join(f"x,HOLOGRAM,2024-01-1{n} 10:00,{n},0,{n},1,https://www.instagram.com/p/a{n}/\n" for n in range(3))
    done = given(metricool_DOT_csv=head + rows)
    assert table(done)["format"].tolist() == ["other"] * 3
    assert any("not among the words known" in line for line in done.aloud)


def test_brand_names_with_capitals_are_platforms_in_wide_tables():
    assert "TikTok followers" in wide(("creator", "TikTok followers", "YouTube followers"))


def test_the_reach_of_a_post_is_no_id():
    rows = tuple((f"2024-01-1{n}", "Image", f"{n}", f"{100 * n}") for n in range(1, 8))
    told = proposed(Table("t.csv", ("Post Date", "Post Type", "Reactions", "Post Reach"), rows))
    assert '\npost_id = "row"' in told
    assert '\nreach = "Post Reach"' in told


def test_a_count_that_an_export_calls_otherwise_is_said_aloud(given):
    head = META.splitlines()[0].replace("Comments", "Number of comments")
    done = given(export_DOT_csv="\n".join([head, *META.splitlines()[1:]]) + "\n")
    assert any(line.startswith("column 'Number of comments' is not used; if it is comments") for line in done.aloud)
    assert not any("not used" in line for line in given(export_DOT_csv=META).aloud)


def test_threads_of_comments_of_youtubes_interface_are_comments(given):
    threads = [
        {
            "id": f"c{n}",
            "snippet": {
                "videoId": "v",
                "topLevelComment": {
                    "id": f"c{n}",
                    "snippet": {
                        **{"textOriginal": "a word or two", "authorChannelId": {"value": f"UC{n}"}, "likeCount": n},
                        "publishedAt": f"2024-01-0{n}T10:00:00Z",
                    },
                },
            },
        }
        for n in (1, 2, 3)
    ]
    frame = table(given(answer_DOT_json={"kind": "youtube#commentThreadListResponse", "items": threads}), "comments")
    assert (len(frame), frame["likes"].sum(), frame["text_length"].tolist()) == (3, 6, [13] * 3)


LISTED = "influencer_id,handle,followers\n1,@one,100\n2,@two,200\n3,@three,300\n"


@pytest.mark.parametrize(
    ("posts", "mapped"),
    [
        ("post_id,account_id,likes\np1,1,5\np2,3,6\n", False),
        ("post_id,account_id,likes\np1,one,5\np2,three,6\n", False),
        ("id,by,likes\np1,1,5\np2,3,6\n", True),
    ],
)
def test_a_list_with_ids_and_handles_is_joined_by_those_that_the_posts_have(given, posts, mapped):
    columns = '[tables.posts]\nfile = "p.csv"\n[tables.posts.columns]\npost_id = "id"\naccount_id = "by"\n'
    done = given(p_DOT_csv=posts, who_DOT_csv=LISTED, **({"dataset_DOT_toml": columns} if mapped else {}))
    assert "2 of 2 posts joined with followers" in done.aloud
    assert table(done)["followers"].tolist() == [100, 300]


@pytest.mark.parametrize(
    "questions",
    [
        ("Wie alt sind Sie?", "Wie viele Stunden pro Tag nutzen Sie soziale Medien?", "Fühlen Sie sich einsam?"),
        ("Quel âge avez-vous ?", "Combien d'heures par jour y passez-vous ?", "Vous sentez-vous seul ?"),
        ("¿Cuál es su edad?", "¿Cuántas horas al día usa redes sociales?", "¿Se siente solo?"),
        ("Qual é a sua idade?", "Quantas horas por dia usa redes sociais?", "Sente-se sozinho?"),
        ("Qual è la sua età?", "Quante ore al giorno usa i social?", "Si sente solo?"),
    ],
)
def test_questions_of_many_languages_are_a_survey(questions):
    rows = tuple((f"{20 + n}", f"{n % 5}", f"{n % 4}") for n in range(12))
    told = proposed(Table("s.csv", questions, rows))
    assert '[tables.survey.columns]   # ours = "the file\'s"\nperson_id = "row"' in told
    assert f'age = "{questions[0]}"' in told
    assert f'minutes_per_day = "{questions[1]}"' in told
    assert 'minutes_per_day = "hours"' in told
    assert f'loneliness = "{questions[2]}"' in told


def test_columns_for_each_hour_are_no_totals_and_a_status_is_no_id():
    rows = tuple((f"p{n}", "active", f"{n}", f"{2 * n}", f"{3 * n}") for n in range(6))
    told = proposed(Table("t.csv", ("post_id", "author_ban_status", "h1_likes", "h6_likes", "h24_likes"), rows))
    assert "\nlikes = " not in told
    assert '# "h1_likes", "h6_likes", "h24_likes": names that differ by a number' in told
    assert "author_ban_status" not in told


def test_a_list_with_a_column_more_is_told_which(given):
    done = given(export_DOT_csv=META, list_DOT_csv="username,followers,bio\nshop.one,5,x\nshop.two,6,y\n")
    assert any("it would have to lack 'bio'" in line for line in done.aloud)
    done = given(export_DOT_csv=META, list_DOT_csv="profile url,followers\nhttps://instagram.com/shop.one/?hl=nl,5\n")
    assert any(line.startswith("2 of 3 posts joined with followers") for line in done.aloud)


@pytest.mark.parametrize("word", ["Subtotal shop", "Total selected", "Zwischensumme B", "Totaal (7)", "小计 店"])
def test_rows_of_subtotals_go_where_they_have_no_account(tmp_path, word):
    rows = "".join(f"p{n},{'ab'[n % 2]},2024-05-0{n},{n}0\n" for n in range(1, 7))
    dataset = own(tmp_path, f"post_id,account_id,created_at,likes\n{rows}{word},,,90\nTotal war,c,,5\n")
    assert read(dataset)["likes"].sum() == 210 + 5


EAST = {
    "Japanese": (
        "投稿ID,アカウント,投稿日,いいね数",
        "2024年{n}月1{n}日",
        "{n}.5万",
        "合計",
        "上位500件の結果を表示しています",
    ),
    "Chinese": ("作品ID,账号,发布时间,点赞数", "2024年0{n}月1{n}日 14:30", "{n}.5万", "总计", "仅显示前500条记录"),
    "Korean": (
        "게시물 ID,계정,게시일,좋아요 수",
        "2024. {n}. 1{n}. 오후 2:30",
        "{n}.5만",
        "합계",
        "상위 500개 결과 표시",
    ),
}


@pytest.mark.parametrize("language", EAST)
def test_tables_of_east_asia_are_proposed_whole_and_read(tmp_path, language, capsys):
    header, date, likes, total, footer = EAST[language]
    rows = "".join(f"p{n},店,{date.format(n=n)},{likes.format(n=n)}\n" for n in range(1, 7))
    file = tmp_path / "own.csv"
    file.write_text(f"{header}\n{rows}{total},,,\n{footer},,,\n", encoding="utf-8")
    assert propose(tmp_path).name == "dataset.toml"
    dataset = open_dataset(tmp_path)
    posts = read(dataset)
    assert posts["likes"].sum() == 10_000 * (21 + 6 * 0.5)
    assert posts["created_at"].dt.strftime("%m-%d").tolist() == [f"0{n}-1{n}" for n in range(1, 7)]
    assert any("500" in note and "the export is cut" in note for note in dataset.notes)


def test_a_total_of_one_account_is_none(given):
    done = given(export_DOT_csv=META.replace(",102,", ",101,"), list_DOT_csv="konto;follower\n101;1000\nGesamt;1000\n")
    assert table(done, "accounts")["followers"].tolist() == [1000]


def test_a_list_of_followers_may_be_korean(given):
    done = given(export_DOT_csv=META, list_DOT_csv="계정,팔로워 수\nshop.one,1.2만\nshop.two,900\n")
    assert table(done)["followers"].tolist() == [12_000, 900, 12_000]


COMMENTS = {
    "German": "Kommentar-ID;Video-ID;Kanal;Datum;Autor;Kommentar;Likes",
    "French": "Identifiant du commentaire;ID de la vidéo;Chaîne;Date;Auteur;Commentaire;Likes",
    "Spanish": "ID del comentario;ID del vídeo;Canal;Fecha;Autor;Comentario;Likes",
    "Portuguese": "ID do comentário;ID do vídeo;Canal;Data;Autor;Comentário;Likes",
    "Italian": "ID del commento;ID del video;Canale;Data;Autore;Commento;Likes",
    "Dutch": "Reactie-ID;Video-ID;Kanaal;Datum;Auteur;Reactie;Likes",
}


@pytest.mark.parametrize("language", COMMENTS)
def test_comments_of_several_channels_are_proposed_as_comments(language):
    rows = [(f"k{n}", f"v{n % 3}", f"c{n % 2}", f"{n}.05.2024", f"u{n}", "nice one", str(n)) for n in range(1, 9)]
    name, found = best(Table("t.csv", tuple(COMMENTS[language].split(";")), tuple(rows)))
    told = [found[ours] for ours in ("comment_id", "post_id", "author_id", "created_at", "text", "likes")]
    header = COMMENTS[language].split(";")
    assert (name, told) == ("comments", [header[0], header[1], header[4], header[3], header[5], header[6]])
