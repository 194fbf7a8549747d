"""Exports of Meta, YouTube, TikTok, LinkedIn and X: small files after the layouts, damage included."""

import contextlib
import csv
import json
import zipfile
from xml.sax.saxutils import escape

import duckdb
import pandas as pd
import pytest
from exports import made
from test_real_data import real

from helpers.base.refusals import Refusal
from helpers.reading import loading, values
from helpers.sources import layouts, recognition
from helpers.sources.intake import Piece
from helpers.sources.readers import LAYOUTS, linkedin, meta, tiktok, x, youtube
from helpers.tables import TABLES

MINE = (*meta.LAYOUTS, *youtube.LAYOUTS, *tiktok.LAYOUTS, *linkedin.LAYOUTS, *x.LAYOUTS)


def written(path, rows, *, encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL, before=""):
    """Write rows as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write(before)
        csv.writer(stream, quoting=quoting, lineterminator="\n").writerows(rows)
    return path


OFFICE = "http://schemas.openxmlformats.org"
MAIN, PACKAGE = f"{OFFICE}/spreadsheetml/2006/main", f"{OFFICE}/package/2006"
LINKS, KIND = f"{OFFICE}/officeDocument/2006/relationships", "application/vnd.openxmlformats"
CELL = '<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'


def workbook(path, **sheets):
    """Write the smallest .xlsx that holds these sheets, with numbers as text as the exports have them."""
    sheet_kind = f"{KIND}-officedocument.spreadsheetml.worksheet+xml"
    parts, links, names = "", "", ""
    with zipfile.ZipFile(path, "w") as archive:
        for place, (name, rows) in enumerate(sheets.items(), 1):
            target = f"worksheets/sheet{place}.xml"
            parts += f'<Override PartName="/xl/{target}" ContentType="{sheet_kind}"/>'
            links += f'<Relationship Id="r{place}" Type="{LINKS}/worksheet" Target="{target}"/>'
            names += f'<sheet name="{name}" sheetId="{place}" r:id="r{place}"/>'
            body = "".join(f"<row>{''.join(CELL.format(escape(text)) for text in row)}</row>" for row in rows)
            archive.writestr(f"xl/{target}", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>')
        book = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        for file, inside in {"_rels/.rels": book, "xl/_rels/workbook.xml.rels": links}.items():
            archive.writestr(file, f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>')
        parts += f'<Default Extension="rels" ContentType="{KIND}-package.relationships+xml"/>'
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{parts}</Types>')
        sheets_of = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", sheets_of)
    return path


def recognised(path, scratch):
    """Recognise a file: its tables by the name of their layout."""
    scratch.mkdir(exist_ok=True)
    piece = Piece(path, path.name)
    found = recognition.recognise(piece, scratch=scratch)
    assert isinstance(found, list), found
    return {one.match.layout.name: one for one in found}


def load(found, scratch):
    """Load a recognised table."""
    con = duckdb.connect(config={"threads": 1})
    loaded = loading.load(con, recognition.table_files(found), timezone=found.match.layout.zone, scratch=scratch)
    assert loaded.faults == ()
    return loaded, con.execute(loaded.query).df()


def read(path, name, *, scratch=None):
    """Read a file of which one table is usable: what was loaded, and the table."""
    scratch = scratch or path.parent / "scratch"
    found = recognised(path, scratch)
    assert [one for one in found if found[one].match.layout.table] == [name]
    return load(found[name], scratch)


def best(*header):
    """Name the layout that fits a header best."""
    return layouts.match(header, LAYOUTS)[0].layout.name


def test_every_layout_fills_columns_that_its_table_has():
    for layout in MINE:
        assert layout.title
        assert layout.notes
        if not layout.table:
            assert not layout.fields
            continue
        table = TABLES[layout.table]
        assert {*layout.fields, *layout.constants} <= set(table.columns)
        assert set(table.required) <= {*layout.fields, *layout.constants}
        assert not set(layout.fields) & set(layout.constants)


def test_every_word_becomes_a_value_that_its_column_allows():
    for layout in MINE:
        for ours, it in layout.fields.items():
            column = TABLES[layout.table].columns[ours]
            allowed = column.categories or (("true", "false") if column.kind == "flag" else ())
            assert set(it.words.values()) <= set(allowed), (layout.name, ours)


def test_no_other_export_fits_a_header_as_well():
    for layout in MINE:
        names = [group[0] for group in layout.signature] + [it.names[0] for it in layout.fields.values()]
        fitting = layouts.match(list(dict.fromkeys(names)), LAYOUTS)
        rivals = [m for m in fitting if m.layout.signature != layout.signature]
        own = next(m for m in fitting if m.layout is layout)
        assert all(len(m.evidence) < len(own.evidence) for m in rivals), (layout.name, rivals[:1])


@pytest.mark.parametrize("layout", [layout for layout in MINE if layout.table], ids=lambda layout: layout.name)
def test_a_header_without_rows_is_told_and_never_a_table(tmp_path, layout):
    names = [group[0] for group in layout.signature] + [it.names[0] for it in layout.fields.values()]
    path = written(tmp_path / "export.csv", [list(dict.fromkeys(names))])
    found = {}
    with contextlib.suppress(Refusal):
        found = recognised(path, tmp_path / "scratch")
    for one in found.values():
        if one.files:
            spec = recognition.table_files(one)
            assert loading.load(duckdb.connect(), spec, timezone=layout.zone, scratch=tmp_path).faults


def test_no_metric_of_meta_takes_views_for_impressions():
    for layout in meta.LAYOUTS:
        if layout.table:
            names = {ours: {values.plain_name(name) for name in it.names} for ours, it in layout.fields.items()}
            assert not names["impressions"] & names.get("views", set())


# Meta Business Suite.

INSTAGRAM = {
    "Post ID": ("17900000000000001", "17900000000000002", "17900000000000003"),
    "Account ID": ("17841400000000001",) * 3,
    "Account username": ("brand",) * 3,
    "Account name": ("Brand",) * 3,
    "Description": ('Two lines\nwith "quotes" and #one #two', "𝗕𝗼𝗹𝗱", ""),
    "Duration (sec)": ("0", "31", "0"),
    "Publish time": ("07/04/2024 17:30", "01/15/2024 03:05", "12/31/2023 23:59"),
    "Permalink": (
        "https://www.instagram.com/p/a/",
        "https://www.instagram.com/reel/b/",
        "https://www.instagram.com/p/c/",
    ),
    "Post type": ("IG carousel", "IG reel", "IG image"),
    "Data comment": ("",) * 3,
    "Date": ("Lifetime",) * 3,
    "Views": ("1200", "", "300"),
    "Reach": ("900", "", "250"),
    "Likes": ("90", "45", "0"),
    "Shares": ("5", "1", "0"),
    "Follows": ("2", "0", ""),
    "Comments": ("7", "3", "0"),
    "Saves": ("11", "0", "1"),
}
DUTCH_INSTAGRAM = {
    **{"Post ID": "Bericht-ID", "Account ID": "Account-ID", "Account username": "Gebruikersnaam account"},
    **{"Account name": "Accountnaam", "Description": "Omschrijving", "Duration (sec)": "Duur (sec.)"},
    **{"Publish time": "Publicatietijdstip", "Post type": "Berichttype", "Views": "Weergaven", "Reach": "Bereik"},
    **{"Likes": "Vind-ik-leuks", "Shares": "Aantal keer gedeeld", "Follows": "Volgt", "Comments": "Opmerkingen"},
    **{"Saves": "Aantal keer opgeslagen", "Date": "Datum"},
}
DUTCH_TYPES = {"IG carousel": "Instagram-carrousel", "IG reel": "Instagram-reel", "IG image": "Instagram-afbeelding"}


def table(columns, **names):
    """Turn columns into rows with a header, under other names where given."""
    header = [names.get(name, name) for name in columns]
    return [header, *(list(row) for row in zip(*columns.values(), strict=True))]


@pytest.mark.parametrize("dutch", [False, True])
def test_instagram_posts_in_english_and_in_dutch(tmp_path, dutch):
    columns = dict(INSTAGRAM)
    if dutch:
        columns["Post type"] = tuple(DUTCH_TYPES[word] for word in columns["Post type"])
    rows = table(columns, **(DUTCH_INSTAGRAM if dutch else {}))
    path = written(tmp_path / "Jan-01-2024_Jul-31-2024_1234567890123456.csv", rows, quoting=csv.QUOTE_ALL)
    _, posts = read(path, "meta-instagram-content")
    assert posts["post_id"].tolist() == ["17900000000000001", "17900000000000002", "17900000000000003"]
    assert set(posts["account_id"]) == {"17841400000000001"}
    assert set(posts["platform"]) == {"instagram"}
    # 17:30 in Los Angeles in summer is 00:30 UTC, 03:05 in winter is 11:05.
    utc = ["2024-07-05 00:30", "2024-01-15 11:05", "2024-01-01 07:59"]
    assert posts["created_at"].tolist() == [pd.Timestamp(moment) for moment in utc]
    assert posts["format"].tolist() == ["carousel", "reel", "image"]
    sums = {"likes": 135, "comments": 10, "shares": 6, "saves": 12, "views": 1500, "reach": 1150}
    assert posts[list(sums)].sum().to_dict() == sums
    assert posts["views"].isna().tolist() == [False, True, False]
    assert posts["duration_s"].isna().tolist() == [True, False, True]
    assert posts["caption"].tolist()[0] == 'Two lines\nwith "quotes" and #one #two'
    assert "impressions" not in posts


def test_impressions_of_older_instagram_exports_stay_impressions(tmp_path):
    rows = table(INSTAGRAM, Views="Impressions")
    _, posts = read(written(tmp_path / "old.csv", rows), "meta-instagram-content")
    assert "views" not in posts
    assert posts["impressions"].sum() == 1500


def test_the_date_of_a_meta_export_is_never_the_day_of_posting():
    match = layouts.match(list(INSTAGRAM), LAYOUTS)[0]
    assert match.columns["created_at"] == "Publish time"
    assert "Date" in match.ignored
    assert match.lacking == ("impressions", "clicks")


def test_a_meta_export_by_day_is_refused_as_it_counts_a_post_many_times(tmp_path):
    rows = table({**INSTAGRAM, "Date": ("07/05/2024", "07/06/2024", "07/07/2024")})
    path, scratch = written(tmp_path / "daily.csv", rows), tmp_path / "scratch"
    found = recognised(path, scratch)["meta-instagram-content"]
    loaded = loading.load(duckdb.connect(), recognition.table_files(found), timezone="UTC", scratch=scratch)
    assert len(loaded.faults) == 1
    assert "counts every post once for each day" in loaded.faults[0]


def test_instagram_stories_have_replies_that_are_no_comments(tmp_path):
    columns = {name: cells for name, cells in INSTAGRAM.items() if name not in ("Comments", "Saves")}
    columns["Post type"] = ("IG story",) * 3
    columns |= dict.fromkeys(("Profile visits", "Replies", "Navigation", "Sticker taps"), ("4", "5", "6"))
    columns["Link clicks"] = ("1", "0", "2")
    _, posts = read(written(tmp_path / "stories.csv", table(columns)), "meta-instagram-stories")
    assert set(posts["format"]) == {"story"}
    assert posts["clicks"].sum() == 3
    assert "comments" not in posts


def test_portuguese_stories_are_recognised():
    names = {
        **{"Post ID": "Identificação do post", "Account username": "Nome de usuário da conta"},
        **{"Publish time": "Horário de publicação", "Navigation": "Navegação", "Likes": "Curtidas"},
    }
    header = [names.get(name, name) for name in ("Post ID", "Account username", "Publish time", "Navigation", "Likes")]
    match = layouts.match(header, LAYOUTS)[0]
    assert (match.layout.name, match.columns["likes"]) == ("meta-instagram-stories", "Curtidas")


def test_a_title_that_is_longer_is_the_text_of_a_post():
    sql = meta.LAYOUTS[2].fields["caption"].sql
    assert made(sql, "Short", title="A longer one") == made(sql, None, titel="A longer one") == "A longer one"
    assert made(sql, "Same", title="Size") == made(sql, "Same") == made(sql, "Same", title=None) == "Same"


FACEBOOK = {
    "Post ID": ("122100000000000001", "122100000000000002"),
    "Page ID": ("100060000000000", "100060000000000"),
    "Page name": ("Brand", "Brand"),
    "Title": ("", "A title that is longer"),
    "Description": ("The text", "Short"),
    "Duration (sec)": ("0", "62"),
    "Publish time": ("03/01/2024 08:00", "11/05/2024 20:15"),
    "Permalink": ("https://www.facebook.com/1", "https://www.facebook.com/2"),
    "Is share": ("0", "0"),
    "Post type": ("Photos", "Reels"),
    "Date": ("Lifetime", "Lifetime"),
    "Reach": ("1000", "2000"),
    "Reactions, Comments and Shares": ("60", "33"),
    "Reactions": ("40", "30"),
    "Comments": ("15", "2"),
    "Shares": ("5", "1"),
    "Total clicks": ("80", "70"),
    "Link Clicks": ("8", "7"),
    "Reach from Boosted posts": ("0", "500"),
    "Seconds viewed": ("", "5400"),
}
DUTCH_FACEBOOK = {
    **{"Post ID": "Bericht-ID", "Page ID": "Pagina-ID", "Page name": "Paginanaam", "Title": "Titel"},
    **{"Description": "Omschrijving", "Duration (sec)": "Duur (sec.)", "Publish time": "Publicatietijdstip"},
    **{"Post type": "Berichttype", "Date": "Datum", "Reach": "Bereik", "Reactions": "Reacties"},
    **{"Reactions, Comments and Shares": "Reacties, opmerkingen en deelacties", "Comments": "Opmerkingen"},
    **{"Shares": "Deelacties", "Total clicks": "Totaal aantal klikken", "Link Clicks": "Klikken op link"},
    **{"Reach from Boosted posts": "Bereik via Gepromote berichten", "Seconds viewed": "Seconden bekeken"},
    **{"Is share": "Is een gedeeld bericht"},
}


@pytest.mark.parametrize("dutch", [False, True])
def test_facebook_posts_where_dutch_reacties_are_reactions(tmp_path, dutch):
    rows = table(FACEBOOK, **(DUTCH_FACEBOOK if dutch else {}))
    loaded, posts = read(written(tmp_path / "facebook.csv", rows, quoting=csv.QUOTE_ALL), "meta-facebook-content")
    assert posts["likes"].tolist() == [40, 30]
    assert posts["comments"].tolist() == [15, 2]
    assert posts["shares"].tolist() == [5, 1]
    assert posts["clicks"].tolist() == [80, 70]
    assert posts["boosted"].tolist() == [False, True]
    assert posts["format"].tolist() == ["image", "reel"]
    assert posts["caption"].tolist() == ["The text", "A title that is longer"]
    assert posts["watch_time_s"].tolist()[1] == 5400
    # 5 November is after the clocks went back, 1 March before they go forward: both eight hours.
    utc = ["2024-03-01 16:00", "2024-11-06 04:15"]
    assert posts["created_at"].tolist() == [pd.Timestamp(moment) for moment in utc]
    assert any("is not the sum of likes, comments, shares in 0 of 2 rows" in note for note in loaded.notes)


def test_facebook_columns_that_come_and_go_are_named():
    header = [name for name in FACEBOOK if name not in ("Seconds viewed", "Shares")] + ["3-Second Video Views"]
    match = layouts.match(header, LAYOUTS)[0]
    assert match.layout.name == "meta-facebook-content"
    assert "3-Second Video Views" in match.ignored
    assert {"watch_time_s", "shares"} <= set(match.lacking)


def test_columns_may_stand_in_any_order(tmp_path):
    turned = dict(reversed(FACEBOOK.items()))
    _, posts = read(written(tmp_path / "turned.csv", table(turned)), "meta-facebook-content")
    assert posts[["likes", "comments", "shares"]].to_numpy().tolist() == [[40, 15, 5], [30, 2, 1]]


def test_a_renamed_column_is_refused_by_its_name(tmp_path):
    path = written(tmp_path / "drifted.csv", table(FACEBOOK, **{"Publish time": "Publishing moment"}))
    with pytest.raises(Refusal, match="Facebook posts, but has no column 'Publish time'"):
        recognised(path, tmp_path / "scratch")


def test_the_audience_in_blocks_is_known_and_not_usable(tmp_path):
    path = tmp_path / "Audience.csv"
    blocks = ['"Age & gender"', '"Age","Women","Men"', '"18-24","10","12"', "", '"Top cities"', '"Utrecht","7"']
    path.write_bytes(b"\xff\xfe" + "\r\n".join(["sep=,", *blocks, ""]).encode("utf-16-le"))
    assert list(recognised(path, tmp_path / "scratch")) == ["meta-insights-audience"]


def test_a_metric_by_day_in_utf_16_is_known_and_not_usable(tmp_path):
    path = tmp_path / "Reach.csv"
    rows = ['"Reach"', '"Date","Primary"', '"2025-08-01T00:00:00","20"', '"2025-08-02T00:00:00","31"']
    path.write_bytes(b"\xff\xfe" + "\r\n".join(["sep=,", *rows, ""]).encode("utf-16-le"))
    found = recognised(path, tmp_path / "scratch")
    assert list(found) == ["meta-insights-metric"]
    assert found["meta-insights-metric"].match.layout.table == ""
    assert "no claim" in found["meta-insights-metric"].match.layout.notes[0]


def test_page_insights_of_2015_with_two_header_rows(tmp_path):
    header = [
        *("Post ID", "Permalink", "Post Message", "Type", "Countries", "Languages", "Posted"),
        *("Lifetime Post Total Reach", "Lifetime Post Paid Reach", "Lifetime Post Total Impressions"),
        *("Lifetime Post Consumptions", "Lifetime Post Consumptions", "Lifetime Post stories by action type - like"),
    ]
    described = ["", "", "", "", "", "", "", *(["Lifetime: The total number of people (Unique Users)"] * 6)]
    post = [
        "12_34",
        "https://www.facebook.com/x",
        "Hello",
        "Photo",
        "",
        "",
        "10/1/2015 21:00",
        "90",
        "0",
        "150",
        "12",
        "9",
        "7",
    ]
    path = written(tmp_path / "insights.csv", [header, described, post])
    _, posts = read(path, "meta-page-insights-posts")
    row = posts.iloc[0]
    assert len(posts) == 1
    assert (row["post_id"], row["account_id"], row["format"], bool(row["boosted"])) == ("12_34", "12", "image", False)
    assert row[["likes", "reach", "impressions"]].tolist() == [7, 90, 150]
    assert "clicks" not in posts  # two columns have its name: of persons and of times
    assert row["created_at"] == pd.Timestamp("2015-10-02 04:00")


# YouTube Studio.


def test_youtube_table_without_its_row_of_totals(tmp_path):
    header = [
        "Content",
        "Video title",
        "Video publish time",
        "Duration",
        "Com\u00adments ad\u00added",
        "Likes",
        "Views",
    ]
    header += ["Watch time (hours)", "Subscribers", "Impressions click-through rate (%)", "Unique viewers"]
    rows = [
        header,
        ["Total", "", "", "", "5", "110", "3000", "150.5", "7", "4.1", ""],
        ["abcdefghij1", "One", "Dec 15, 2023", "0:03:25", "2", "60", "1000", "50.25", "-3", "3.9", "800"],
        ["abcdefghij2", "Two", "Feb 3, 2024", "213", "3", "50", "2000", "100.25", "10", "4.3", "1500"],
    ]
    loaded, posts = read(written(tmp_path / "Table data.csv", rows), "youtube-studio-videos")
    assert loaded.dropped == {"the row of totals": 1}
    assert posts["post_id"].tolist() == ["abcdefghij1", "abcdefghij2"]
    assert posts["created_at"].tolist() == [pd.Timestamp("2023-12-15"), pd.Timestamp("2024-02-03")]
    assert posts["duration_s"].tolist() == [205, 213]
    assert posts["watch_time_s"].tolist() == [50.25 * 3600, 100.25 * 3600]
    assert posts[["likes", "comments", "views"]].sum().tolist() == [110, 5, 3000]
    assert posts["reach"].tolist() == [800, 1500]
    assert "followers" not in posts


def test_youtube_tables_of_days_and_viewers_are_known_and_not_usable():
    chart = ("Date", "Content", "Video title", "Video publish time", "Views")
    assert best(*chart) == "youtube-studio-chart"
    assert best("Date", "Views") == "youtube-studio-totals"
    assert best("Viewer age", "Views (%)", "Watch time (hours) (%)") == "youtube-studio-viewers"
    assert [m.layout.name for m in layouts.match(("Date", "Views", "Likes", "Comments", "id"), youtube.LAYOUTS)] == []


def test_a_real_table_of_youtube_studio_adds_up(tmp_path):
    path = real("ytstudio-kenjee/Aggregated_Metrics_By_Video.csv")
    videos = pd.read_csv(path, encoding="utf-8-sig").rename(columns=values.plain_name).iloc[1:]
    loaded, posts = read(path, "youtube-studio-videos", scratch=tmp_path / "scratch")
    assert len(posts) == 223
    assert loaded.dropped == {"the row of totals": 1}
    assert set(posts["account_id"]) == {"this channel"}
    theirs = {"likes": "likes", "comments": "comments added", "shares": "shares", "impressions": "impressions"}
    for ours, name in {**theirs, "views": "video views"}.items():
        assert posts[ours].sum() == videos[name].sum()
    assert posts["watch_time_s"].sum() == pytest.approx(videos["watch time (hours)"].sum() * 3600)
    # A spreadsheet has written the first twelve days of each month anew, with the day first.
    written = videos["video publish time"].str.split("-", expand=True).astype(int)
    month = written[0].where(written[1] > 12, written[1])
    assert posts["created_at"].dt.month.tolist() == month.tolist()
    assert str(posts["created_at"].max())[:10] == "2022-01-17"


def test_no_comment_comes_before_the_video_that_a_spreadsheet_has_dated(tmp_path):
    _, posts = read(
        real("ytstudio-kenjee/Aggregated_Metrics_By_Video.csv"), "youtube-studio-videos", scratch=tmp_path / "scratch"
    )
    comments = pd.read_csv(real("ytstudio-kenjee/All_Comments_Final.csv"))
    first = pd.to_datetime(comments["Date"], utc=True).groupby(comments["VidId"]).min().dt.tz_localize(None)
    early = posts.set_index("post_id")["created_at"] - first
    assert (early > pd.Timedelta(days=7)).sum() <= 1  # 37 where every date was read with the month first


# TikTok Studio.

LINK = "https://www.tiktok.com/@Brand.shop/{}/{}"
TIKTOK_HEADER = ["Time", "Video title", "Video link", "Post time"] + [
    f"Total {metric}" for metric in ("likes", "comments", "shares", "views")
]


def tiktok_content(path, *rows):
    """Write Content.csv as TikTok does: every value quoted, quotation marks inside not doubled."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in (TIKTOK_HEADER, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_tiktok_videos_get_their_moment_from_the_id(tmp_path):
    first, second = 1_700_000_000 << 32 | 77, 1_609_459_200 << 32
    rows = [
        ["September 1", 'He said "hi", she "no"', LINK.format("video", first), "August 30", "10", "2", "1", "500"],
        ["September 1", 'Ends in "quotes"', LINK.format("photo", second), "23 augustus", "-3", "undefined", "", "90"],
    ]
    _, posts = read(tiktok_content(tmp_path / "Content.csv", *rows), "tiktok-studio-content")
    assert posts["post_id"].tolist() == [str(first), str(second)]
    assert posts["account_id"].tolist() == ["brand.shop", "brand.shop"]
    assert posts["created_at"].tolist() == [pd.Timestamp("2023-11-14 22:13:20"), pd.Timestamp("2021-01-01")]
    assert posts["caption"].tolist() == ['He said "hi", she "no"', 'Ends in "quotes"']
    assert posts["views"].tolist() == [500, 90]
    assert posts["likes"].isna().tolist() == [False, True]
    assert posts["comments"].isna().tolist() == [False, True]
    assert posts["format"].tolist() == ["video", "carousel"]


def test_a_tiktok_title_may_hold_what_separates_cells_and_lines(tmp_path):
    video = LINK.format("video", 1_700_000_000 << 32)
    rows = [["1", 'a "one","two" b\nnext line', video, "May 1", "1", "2", "3", "4"]]
    _, posts = read(tiktok_content(tmp_path / "Content.csv", *rows), "tiktok-studio-content")
    assert posts["caption"].tolist() == ['a "one","two" b\nnext line']
    assert posts[["likes", "comments", "shares", "views"]].iloc[0].tolist() == [1, 2, 3, 4]


def test_a_tiktok_id_that_is_no_moment_leaves_it_unknown():
    moment = tiktok.LAYOUTS[0].fields["created_at"].sql
    assert made(moment, LINK.format("video", 12 << 32)) is None
    assert made(moment, "https://vm.tiktok.com/Zabc/") is None
    assert made(moment, LINK.format("video", 7300000000000000000)) == "2023-11-11 00:48:18Z"


def followers(path, *days):
    header = ["Date", "Followers", "Difference in followers from previous day"]
    rows = [[day, str(100 + place), "1"] for place, day in enumerate(days)]
    return written(path, [header, *rows], encoding="utf-8", quoting=csv.QUOTE_ALL)


ENGLISH = ("December 30", "December 31", "January 1")
DUTCH = ("30 december", "31 december", "1 januari")
CHINESE = ("12月30日", "12月31日", "1月1日")


@pytest.mark.parametrize("days", [ENGLISH, DUTCH, CHINESE])
def test_follower_days_get_the_year_from_the_day_of_the_export(tmp_path, days):
    path = followers(tmp_path / "FollowerHistory-2025-01-02.csv", *days)
    _, history = read(path, "tiktok-studio-follower-history")
    assert history["date"].tolist() == [pd.Timestamp(day) for day in ("2024-12-30", "2024-12-31", "2025-01-01")]
    assert history["followers"].tolist() == [100, 101, 102]


def test_follower_days_after_the_day_of_the_export_are_of_the_year_before(tmp_path):
    path = followers(tmp_path / "FollowerHistory-20250102.csv", "January 2", "January 3")
    _, history = read(path, "tiktok-studio-follower-history")
    assert history["date"].tolist() == [pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-03")]


@pytest.mark.parametrize("name", ["FollowerHistory.csv", "FollowerHistory-2025-99-99.csv"])
def test_follower_days_without_a_year_are_left_aside(tmp_path, name):
    found = recognised(followers(tmp_path / name, "January 1"), tmp_path / "scratch")
    assert list(found) == ["tiktok-studio-follower-days"]


def test_other_tables_of_tiktok_studio_are_known_and_not_usable():
    assert best("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares") == "tiktok-studio-overview"
    assert best("Date", "Total Viewers", "New Viewers", "Returning Viewers") == "tiktok-studio-viewers"
    assert best("Gender", "Distribution") == "tiktok-studio-follower-groups"


# LinkedIn.

PAGE_HEADER = [
    *("Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Campaign start date"),
    *("Campaign end date", "Audience", "Impressions", "Views (Excluding offsite video views)", "Offsite Views"),
    *("Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows", "Engagement rate"),
    "Content Type",
]


def linkedin_post(activity, *, kind="Organic", views="", numbers=("959", "46", "37", "1", "5")):
    impressions, clicks, likes, comments, reposts = numbers
    link = f"https://www.linkedin.com/feed/update/urn:li:activity:{activity}"
    return [
        *("A title\nin two lines", link, kind, "", "Someone", "12/14/2023", "", "", "All followers"),
        *(impressions, views, "", clicks, "0.048", likes, comments, reposts, "", "0.0928", "Image"),
    ]


def test_linkedin_page_posts_from_the_second_sheet(tmp_path):
    sentence = "Aggregated engagement metrics of your posts. All dates and times are in UTC."
    metrics = [[sentence], ["Date", "Impressions (organic)", "Impressions (sponsored)", "Impressions (total)"]]
    metrics += [["12/14/2023", "10", "0", "10"], ["12/15/2023", "12", "0", "12"]]
    posts_sheet = [[sentence], PAGE_HEADER, linkedin_post("7140000000000000001")]
    posts_sheet.append(linkedin_post("7140000000000000002", kind="Sponsored", views="120"))
    path = workbook(tmp_path / "brand_content_1700000000.xlsx", **{"Metrics": metrics, "All posts": posts_sheet})
    found = recognised(path, tmp_path / "scratch")
    assert {name: one.match.layout.table for name, one in found.items()} == {
        **{"linkedin-page-metrics": "", "linkedin-page-posts": "posts"}
    }
    _, posts = load(found["linkedin-page-posts"], tmp_path / "scratch")
    assert posts["post_id"].tolist() == ["7140000000000000001", "7140000000000000002"]
    assert posts["boosted"].tolist() == [False, True]
    columns = ["impressions", "clicks", "likes", "comments", "shares"]
    assert posts[columns].iloc[0].tolist() == [959, 46, 37, 1, 5]
    assert posts["views"].isna().tolist() == [True, False]
    assert posts["created_at"].tolist() == [pd.Timestamp("2023-12-14")] * 2
    assert set(posts["format"]) == {"image"}


def creator_workbook(path):
    link = "https://www.linkedin.com/posts/jane-doe_words-of-the-post-activity-{}-AbCd"
    one, two, three = (link.format(7140000000000000001 + place) for place in range(3))
    top = [
        ["Maximum of 50 posts available to include in this list"],
        [],
        ["Post URL", "Post Publish Date", "Engagements", "", "Post URL", "Post Publish Date", "Impressions"],
        [one, "8/1/2024", "15", "", two, "7/30/2024", "2000"],
        [two, "7/30/2024", "9", "", one, "8/1/2024", "1500"],
        ["", "", "", "", three, "12/25/2023", "800"],
    ]
    return workbook(
        path,
        **{"DISCOVERY": [["Overall Performance", "8/1/2023 - 8/1/2024"], ["Impressions", "9000"]]},
        **{"ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["8/1/2024", "150", "4"]]},
        **{"TOP POSTS": top},
        **{"FOLLOWERS": [["Total followers on 8/1/2024:", "2713"], [], ["Date", "New followers"], ["8/1/2024", "3"]]},
        **{"DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Job titles", "Nurse", "< 1%"]]},
    )


def test_linkedin_creator_posts_from_two_tables_side_by_side(tmp_path):
    found = recognised(creator_workbook(tmp_path / "AggregateAnalytics.xlsx"), tmp_path / "scratch")
    usable = [name for name, one in found.items() if one.match.layout.table == "posts"]
    assert usable == ["linkedin-creator-top-posts"]
    _, posts = load(found["linkedin-creator-top-posts"], tmp_path / "scratch")
    posts = posts.set_index("post_id")
    assert posts["impressions"].to_dict() == {
        **{"7140000000000000001": 1500, "7140000000000000002": 2000, "7140000000000000003": 800}
    }
    assert posts["created_at"]["7140000000000000003"] == pd.Timestamp("2023-12-25")
    assert set(posts["account_id"]) == {"this person"}


# X.


def test_x_posts_of_today(tmp_path):
    header = [
        *("Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares"),
        *("New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks", "Hashtag Clicks"),
    ]
    post = [
        "1340539111971516416",
        "Sun, Dec 20, 2020",
        "Hello, #world",
        "https://x.com/Brand/status/1340539111971516416",
    ]
    post += ["1200", "30", "77", "4", "9", "1", "6", "5", "2", "20", "3", "0"]
    path = written(tmp_path / "account_analytics_content.csv", [header, post], encoding="utf-8")
    _, posts = read(path, "x-content-analytics")
    row = posts.iloc[0]
    assert (row["post_id"], row["account_id"], row["caption"]) == ("1340539111971516416", "brand", "Hello, #world")
    # The first tweet of ../shared/real/tw-vaccination, which gives its moment to the second.
    assert row["created_at"].floor("s") == pd.Timestamp("2020-12-20 06:06:44")
    columns = ["impressions", "likes", "comments", "shares", "saves", "clicks"]
    assert row[columns].tolist() == [1200, 30, 6, 5, 4, 3]


@pytest.mark.parametrize(
    ("post", "day", "moment"),
    [
        ("1340539111971516416", "Sun, Dec 20, 2020", "2020-12-20 06:06:44"),
        ("1340539111971516416", "zo 20 dec 2020", "2020-12-20 06:06:44"),  # not read: the id tells
        ("1340539111971516416", "Mon, Mar 1, 2021", "2021-03-01"),
        ("17100000000000000", "Sun, Dec 20, 2020", "2020-12-20"),
        ("171", "Sun, Dec 20, 2020", "2020-12-20"),
    ],
)
def test_the_moment_in_an_id_of_x_counts_where_it_is_of_the_day_beside_it(given, post, day, moment):
    text = (
        f'Post id,Date,Post text,Post Link,Impressions,Likes,Reposts\n{post},"{day}",x,https://x.com/a/status/1,9,8,7\n'
    )
    done = given(account_analytics_content_DOT_csv=text)
    found = duckdb.read_parquet(str(done.folder / "posts.parquet")).df()["created_at"]
    assert found.dt.floor("s").tolist() == [pd.Timestamp(moment)]


def test_tweets_of_the_older_analytics(tmp_path):
    header = ["Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "engagements", "engagement rate"]
    header += ["retweets", "replies", "favorites", "url clicks", "promoted impressions", "promoted engagements"]
    link = "https://twitter.com/Brand/status/{}"
    one = ["649000000000000001", link.format("649000000000000001"), "One", "2015-09-30 18:42 +0000"]
    one += ["424.0", "11.0", "0.026", "2.0", "1.0", "5.0", "3.0", "-", "-"]
    two = ["649000000000000002", link.format("649000000000000002"), "Two", "2015-10-01 01:00 +0200"]
    two += ["100.0", "4.0", "0.04", "0.0", "0.0", "4.0", "0.0", "2500.0", "7.0"]
    _, posts = read(written(tmp_path / "tweet_activity.csv", [header, one, two]), "x-tweet-activity")
    assert posts["impressions"].tolist() == [424, 100]
    assert posts["likes"].tolist() == [5, 4]
    assert posts["shares"].tolist() == [2, 0]
    assert posts["boosted"].tolist() == [False, True]
    assert posts["created_at"].tolist() == [pd.Timestamp("2015-09-30 18:42"), pd.Timestamp("2015-09-30 23:00")]


def tweet(number, text, *, likes="3", **more):
    return {
        "tweet": {
            "id_str": f"10500000000000000{number:02}",
            "full_text": text,
            "created_at": "Wed Oct 10 20:19:24 +0000 2018",
            "favorite_count": likes,
            "retweet_count": "1",
            **more,
        }
    }


def archive(path, part, records):
    path.write_text(f"window.YTD.{part}.part0 = " + json.dumps(records, indent=2), encoding="utf-8")
    return path


def test_tweets_of_the_archive(tmp_path):
    media = {"extended_entities": {"media": [{"type": "photo", "id_str": "9"}]}}
    records = [tweet(1, "Plain"), tweet(2, "With a picture", likes="12", **media), tweet(3, "RT @other: theirs")]
    loaded, posts = read(archive(tmp_path / "tweets.js", "tweets", records), "x-archive-tweets")
    assert posts["post_id"].tolist() == ["1050000000000000001", "1050000000000000002"]
    assert list(loaded.dropped.values()) == [1]
    assert posts["likes"].tolist() == [3, 12]
    assert posts["created_at"].tolist() == [pd.Timestamp("2018-10-10 20:19:24")] * 2
    assert posts["format"].tolist()[1] == "image"
    assert "comments" not in posts


def test_likes_of_the_archive_are_known_and_not_usable(tmp_path):
    path = archive(tmp_path / "like.js", "like", [{"like": {"tweetId": "1", "fullText": "a"}}])
    assert list(recognised(path, tmp_path / "scratch")) == ["x-archive-likes"]


def test_days_of_an_account_on_x_are_known_and_not_usable():
    header = ("Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows")
    assert best(*header, "Replies", "Reposts", "Video views") == "x-account-overview"
