"""Personal data downloads: from files as the platforms lay them out to minutes of use, hour by hour."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from helpers.base.refusals import Refusal
from helpers.reading.textfiles import LONGEST_CELL
from helpers.sources.downloads import read, recognised
from helpers.sources.logs import moment
from helpers.sources.minutes import use_by_hour

TODAY = date(2024, 5, 20)
EMPTY = [None, [], {}, "", "N/A", "None"]


def at(text):
    """Seconds since 1970 of a time in May 2024, as in '01 12:30:00' (UTC)."""
    return int(datetime.fromisoformat(f"2024-05-{text}").replace(tzinfo=UTC).timestamp())


def legacy(root, *times, label="Time", who="Author"):
    records = [
        {"title": "", "string_map_data": {who: {"value": "someone"}, label: {"href": "", "timestamp": time}}}
        for time in times
    ]
    return {root: records}


def likes(*times, root="likes_media_likes"):
    entries = [[{"href": "https://example.org/p", "value": "\u00f0\u009f\u0091\u008d", "timestamp": t}] for t in times]
    return {root: [{"title": "someone", "string_list_data": entry} for entry in entries]}


def recent(*times):
    labels = [{"label": "URL", "value": "https://example.org"}, {"title": "Owner", "dict": [{"label": "Name"}]}]
    return [{"timestamp": t, "media": [], "fbid": "17841", "label_values": labels} for t in times]


def watched(*times, **more):
    record = {"header": "YouTube", "title": "Watched", "titleUrl": "https://example.org", "products": ["YouTube"]}
    return [record | {"time": time} | more for time in times]


ADVERTISED = {"details": [{"name": "From Google Ads"}]}


@pytest.fixture
def download(tmp_path):
    """Write files and give them as `read` takes them."""

    def write(contents):
        files = {}
        for number, (name, content) in enumerate(contents.items()):
            path = tmp_path / f"{number}{name[name.rindex('.') :]}"
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            files[name] = path
        return files

    return write


def hours(reading, column):
    """The values of a column, by day and hour."""
    return dict(zip(reading.frame["observed_at"].dt.strftime("%d %H"), reading.frame[column], strict=True))


def found(reading, file, event=None):
    return next(it for it in reading.files if it.file == file and event in (None, it.source.event))


# The rule for minutes


@pytest.mark.parametrize(
    ("times", "minutes"),
    [
        ([], {}),
        (["01 10:00:00"], {"01 10": 1.0}),
        # 3 minutes to the next, 1 for the last.
        (["01 10:00:00", "01 10:03:00"], {"01 10": 4.0}),
        # Exactly the gap is one session; a second more is two events that stand alone.
        (["01 10:00:00", "01 10:05:00"], {"01 10": 6.0}),
        (["01 10:00:00", "01 10:05:01"], {"01 10": 2.0}),
        # 10:58 to 11:01 is 2 minutes before the hour and 1 after; the last one adds 1.
        (["01 10:58:00", "01 11:01:00"], {"01 10": 2.0, "01 11": 2.0}),
        # The last minute before midnight is half on the next day, in which nothing begins.
        (["01 23:59:30"], {"01 23": 0.5, "02 00": 0.5}),
        # It ends with the hour: the next has no row.
        (["01 10:59:00"], {"01 10": 1.0}),
        # Two at the same moment last once.
        (["01 10:00:00", "01 10:00:00"], {"01 10": 1.0}),
    ],
)
def test_the_minutes_of_events_by_hand(times, minutes):
    use = use_by_hour([at(time) for time in times], gap_minutes=5, event_minutes=1)
    assert dict(zip(use.index.strftime("%d %H"), use["minutes"], strict=True)) == pytest.approx(minutes)
    assert use["events"].sum() == len(times)


def test_a_long_gap_is_split_over_all_hours_in_between():
    use = use_by_hour([at("01 10:30:00"), at("01 13:15:00")], gap_minutes=180, event_minutes=1)
    assert use["minutes"].tolist() == [30, 60, 60, 16]
    assert use["events"].tolist() == [1, 0, 0, 1]


seconds = st.lists(st.integers(at("01 00:00:00"), at("01 06:00:00")), min_size=1, max_size=60)
rules = st.tuples(st.floats(0.1, 200), st.floats(0.01, 1)).map(lambda rule: (rule[0], rule[0] * rule[1]))


@settings(deadline=None)
@given(seconds, rules, st.randoms())
def test_minutes_stay_in_the_span_and_know_no_order(times, rule, random):
    gap, event = rule
    use = use_by_hour(times, gap_minutes=gap, event_minutes=event)
    assert use["minutes"].sum() <= (max(times) - min(times)) / 60 + event + 1e-6
    assert use["minutes"].between(0, 60 + 1e-6).all()
    shuffled = random.sample(times, len(times))
    pd.testing.assert_frame_equal(use, use_by_hour(shuffled, gap_minutes=gap, event_minutes=event))


@settings(deadline=None)
@given(seconds, rules)
def test_splitting_over_hours_keeps_the_minutes(times, rule):
    gap, event = rule
    steps = np.diff(sorted(times)) / 60
    whole = steps[steps <= gap].sum() + event * (1 + (steps > gap).sum())
    assert use_by_hour(times, gap_minutes=gap, event_minutes=event)["minutes"].sum() == pytest.approx(whole)


@pytest.mark.parametrize("rule", [(0, 1), (5, 0), (5, 6), (float("nan"), 1), (float("inf"), 1)])
def test_a_rule_that_counts_minutes_twice_is_refused(rule):
    with pytest.raises(Refusal, match="minutes"):
        use_by_hour([0], gap_minutes=rule[0], event_minutes=rule[1])


# Times


@pytest.mark.parametrize(
    "value",
    [
        1714566896,
        "1714566896",
        "2024-05-01T12:34:56Z",
        "2024-05-01T12:34:56.000Z",
        "2024-05-01 12:34:56",
        "2024-05-01 12:34:56 UTC",
        "2024-05-01T14:34:56+02:00",
    ],
)
def test_a_time_is_read_in_every_form(value):
    assert moment(value) == 1714566896


@pytest.mark.parametrize("value", [0, "", "N/A", "None", "2024-05-01", "²", "9" * 5000, "yesterday evening!"])
def test_what_is_no_time(value):
    assert moment(value) is None


# Platforms


def test_instagram_in_the_older_layout(download):
    files = download(
        {
            "ads_information/posts_viewed.json": legacy(
                "impressions_history_posts_seen", at("01 10:00:00"), at("01 10:02:00"), at("14 20:00:00")
            ),
            "ads_information/videos_watched.json": legacy("impressions_history_videos_watched", at("01 10:03:00")),
            "ads_information/ads_viewed.json": legacy("impressions_history_ads_seen", at("01 10:01:00")),
            "activity/liked_posts.json": likes(at("01 10:02:30"), at("14 20:30:00"), 1_500_000_000),
            "activity/post_comments_1.json": legacy("comments_media_comments", at("14 20:00:00"), who="Comment"),
            "activity/post_comments_2.json": legacy("comments_media_comments", at("14 19:58:00"), who="Comment"),
        }
    )
    reading = read(files, today=TODAY)
    assert recognised(files, files.values()) == "instagram"
    # Views 10:00, 10:02, 10:03 are 3 minutes and 1 for the last.
    assert hours(reading, "passive_min") == {"01 10": 4.0, "14 19": 0.0, "14 20": 1.0}
    # Comments at 19:58 and 20:00; the like half an hour after the last view is outside the window.
    assert hours(reading, "active_min") == {"01 10": 1.0, "14 19": 2.0, "14 20": 1.0}
    assert hours(reading, "active_events") == {"01 10": 1, "14 19": 1, "14 20": 1}
    assert reading.window == (datetime(2024, 5, 1, 10, tzinfo=UTC), datetime(2024, 5, 14, 20, tzinfo=UTC))
    liked = found(reading, "activity/liked_posts.json")
    assert (liked.events, len(liked.times), liked.dropped) == (3, 1, {"outside the window": 2})
    assert found(reading, "ads_information/ads_viewed.json").dropped == {"advertisement": 1}
    assert set(reading.frame["person_id"]) == {"me"}


@pytest.mark.parametrize(
    "label", ["Time", "Tijd", "Opgeslagen op", "Godzina zapisania", "HorÃ¡rio", "Opgeslagen op (sec.)"]
)
def test_labels_are_in_any_language(download, label):
    viewed = legacy("impressions_history_posts_seen", at("01 10:00:00"), at("02 10:00:00"), label=label, who="Auteur")
    saved = legacy("saved_saved_media", at("01 10:00:00"), label=label, who="Media-eigenaar")
    reading = read(download({"posts_viewed.json": viewed, "saved_posts.json": saved}), today=TODAY)
    assert hours(reading, "active_events") == {"01 10": 1, "02 10": 0}


def test_instagram_in_the_newer_layout_beside_the_older(download):
    files = {
        "a/posts_viewed.json": recent(at("01 10:00:00"), at("01 10:04:00")),
        "b/story_likes.json": recent(at("01 10:01:00")),
    }
    comments = legacy("x", at("01 10:02:00"))["x"]
    reading = read(download(files | {"b/post_comments_1.json": comments}), today=TODAY)
    assert hours(reading, "passive_min") == {"01 10": 5.0}
    assert hours(reading, "active_min") == {"01 10": 2.0}


def test_a_label_without_a_time_has_a_zero(download):
    searched = {"Search": {"value": "x", "timestamp": 0}, "Time": {"timestamp": at("01 10:01:00")}}
    files = {
        "posts_viewed.json": recent(at("01 10:00:00"), at("01 10:04:00")),
        "word_or_phrase_searches.json": {"searches_keyword": [{"string_map_data": searched}]},
    }
    assert hours(read(download(files), today=TODAY), "active_events") == {"01 10": 1}


TIKTOK = {
    "newer": {
        "Direct Message": {
            "Direct Messages": {"ChatHistory": {"Chat History with x:": [{"Date": "2024-05-01 10:00:30"}]}}
        },
        "Your Activity": {
            "Watch History": {
                "VideoList": [{"Date": "2024-05-01 10:00:00", "Link": ""}, {"Date": "2024-05-01 10:02:00"}]
            },
            "Searches": {"SearchList": [{"Date": "2024-05-01 10:01:40", "SearchTerm": "x"}]},
        },
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": [{"date": "2024-05-01 10:01:00", "link": ""}]}},
        "Comment": {"Comments": {"CommentsList": [{"date": "2024-05-01 10:02:00 UTC", "comment": "N/A"}]}},
    },
    "older": {
        "Activity": {
            "Video Browsing History": {"VideoList": [{"Date": "2024-05-01 10:00:00"}, {"Date": "2024-05-01 10:02:00"}]},
            "Like List": {"ItemFavoriteList": [{"Date": "2024-05-01 10:01:00", "Link": ""}]},
            "Search History": {"SearchList": [{"Date": "2024-05-01 10:01:40"}]},
        },
        "Comment": {"Comments": {"CommentsList": [{"Date": "2024-05-01 10:02:00"}]}},
    },
}


@pytest.mark.parametrize("name", ["user_data_tiktok.json", "user_data.json"])
@pytest.mark.parametrize("age", TIKTOK)
def test_tiktok(download, age, name):
    files = download({name: TIKTOK[age]})
    reading = read(files, today=TODAY)
    assert recognised(files, files.values()) == "tiktok"
    assert hours(reading, "passive_min") == {"01 10": 3.0}
    assert hours(reading, "active_min") == {"01 10": 2.0}
    assert hours(reading, "active_events") == {"01 10": 3}


@pytest.mark.parametrize("empty", EMPTY)
def test_an_empty_section_holds_no_event(download, empty):
    content = {**TIKTOK["newer"], "Comment": {"Comments": {"CommentsList": empty}}}
    content["Likes and Favorites"] = {"Like List": empty}
    reading = read(download({"user_data_tiktok.json": content}), today=TODAY)
    assert hours(reading, "active_events") == {"01 10": 1}
    assert found(reading, "user_data_tiktok.json", "comment").events == 0


IDS = "Ugxk3Qw8aTvN0eLmZpB4AaABAg,UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("Kommentare/Kommentare.csv", "Kommentar-ID,Kanal-ID,Zeitpunkt,Preis,Video-ID,Kommentartext"),
        ("commentaires/commentaires.csv", "Identifiant,Identifiant de la chaîne,Horodatage,Prix,Vidéo,Texte"),
        ("comentarios/comentarios.csv", "ID del comentario,ID del canal,Fecha,Precio,ID del vídeo,Texto"),
        ("comentários/comentários.csv", "ID do comentário,ID do canal,Data,Preço,ID do vídeo,Texto"),
        ("reacties/Reacties(1).csv", "Reactie-ID,Kanaal-ID,Tijdstip,Prijs,Video-ID,Reactietekst"),  # other words
    ],
)
def test_comments_of_takeout_are_known_by_their_ids_in_any_language(download, table, header):
    rows = [f'{IDS},2024-05-01T10:03:00+00:00,0,dQw4w9WgXcQ,"{{""text"":""one""}}"', f"{IDS},2020-01-01T00:00:00Z,0,,x"]
    views = watched("2024-05-01T10:00:00.123Z", "2024-05-01T10:02:00Z", "2024-05-01T10:04:00Z")
    comments = "\n".join([header, *rows])
    files = download({"Takeout/YouTube/watch-history.json": views, f"Takeout/YouTube/{table}": comments})
    assert recognised([table], [files[f"Takeout/YouTube/{table}"]]) == "youtube"
    assert hours(read(files, today=TODAY), "active_events") == {"01 10": 1}


@pytest.mark.parametrize(("text", "is_one"), [('"{""text"":""one""}"', True), ("one", False)])
def test_comments_of_a_person_with_several_channels_are_told_from_those_of_others(tmp_path, text, is_one):
    rows = [f"{IDS[:-1]}{end},2024-05-01T10:0{at}:00+00:00,{text}" for at, end in enumerate("vwx")]
    table = tmp_path / "Kommentare.csv"
    table.write_text("\n".join(["Kommentar-ID,Kanal-ID,Erstellt,Kommentartext", *rows]), encoding="utf-8")
    assert (recognised([table.name], [table]) == "youtube") == is_one
    if is_one:
        assert hours(read({table.name: table}, today=TODAY), "active_events") == {"01 10": 3}


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: f"\n\n{text}\n,,\n".encode(),
        lambda text: text.replace(IDS, f"{IDS[:26]},", 1).encode(),  # the first has no channel
    ],
)
def test_comments_of_takeout_are_read_as_spreadsheets_save_them(tmp_path, saved):
    rows = [f"{IDS},2024-05-01T10:0{minute}:00+00:00" for minute in (3, 1)]
    table = tmp_path / "Kommentare.csv"
    table.write_bytes(saved("\n".join(["Kommentar-ID,Kanal-ID,Erstellt", *rows])))
    reading = read({"Kommentare.csv": table}, today=TODAY)
    assert hours(reading, "active_events") == {"01 10": 2}


def tiktok(day):
    moments = [{"Date": f"2024-05-{day} 10:0{minute}:00"} for minute in (0, 2)]
    return {"Your Activity": {"Watch History": {"VideoList": moments}, "Like List": {"ItemFavoriteList": moments[:1]}}}


@pytest.mark.parametrize(
    ("name", "content", "platform"),
    [
        ("P01/p01.json", tiktok("01"), "tiktok"),
        ("mine.json", {"likes_media_likes": [{"string_list_data": [{"timestamp": at("01 10:00:00")}]}]}, "instagram"),
        ("mine.json", {"impressions_history_posts_seen": [{"string_map_data": {}}]}, "instagram"),
        ("mine.json", {"reactions_v2": [{"timestamp": at("01 10:00:00")}]}, "facebook"),
        ("mine.json", {"Post": [{"Date": "2024-05-01"}], "Activity": 1}, None),
    ],
)
def test_renamed_downloads_are_known_by_what_they_hold(download, name, content, platform):
    files = download({name: content})
    assert recognised([name], [files[name]]) == platform


@pytest.mark.parametrize("other", ["P02/p02.json", "P02/user_data_tiktok.json"])
def test_renamed_downloads_in_several_folders_are_of_several_persons(download, other):
    reading = read(download({"P01/p01.json": tiktok("01"), other: tiktok("02")}), today=TODAY)
    assert reading.frame.groupby("person_id")["passive_events"].sum().tolist() == [2, 2]


@pytest.mark.parametrize("other", ["p02.json", "user_data_tiktok.json"])
def test_renamed_downloads_in_one_folder_may_be_of_several_persons(download, other):
    with pytest.raises(Refusal, match="cannot be told whose these files are"):
        read(download({"p01.json": tiktok("01"), other: tiktok("02")}), today=TODAY)


def test_dates_that_a_spreadsheet_has_changed_are_said(download):
    files = download({"Reactions.csv": "Date;Type;Link\n1-5-2024 10:03;LIKE;x\n"})
    with pytest.raises(Refusal, match=r"has a time that can be read\n.*a spreadsheet changes its dates"):
        read(files, today=TODAY)


def test_messages_in_live_chats_are_active_use(tmp_path):
    table = tmp_path / "live chats.csv"
    table.write_text(f"Live Chat ID,Channel ID,Live Chat Create Timestamp\nx,{IDS[27:]},2024-05-01T10:03:00+00:00\n")
    reading = read({"live chats.csv": table}, today=TODAY)
    assert found(reading, "live chats.csv", "message in a live chat").events == 1
    assert hours(reading, "active_events") == {"01 10": 1}


def test_videos_of_takeout_are_known_by_their_ids_in_any_language(download):
    header = "Video-ID,Dauer,Kanal-ID,Titel,Erstellt,Veröffentlicht"
    row = "dQw4w9WgXcQ,61000,UCabcdefghijklmnopqrstuv,Katze,2024-05-01T10:03:00+00:00,2024-05-01T11:03:00+00:00"
    views = watched("2024-05-01T10:00:00.123Z", "2024-05-01T10:02:00Z", "2024-05-01T10:04:00Z")
    files = download({"watch-history.json": views, "Videometadaten/Videos.csv": f"{header}\n{row}"})
    assert hours(read(files, today=TODAY), "active_events") == {"01 10": 1}  # made at 10, not published at 11


@pytest.mark.parametrize(
    "text",
    [
        "Date,Type,Link\n2024-05-01 10:03:00,LIKE,https://example.org/a",  # LinkedIn's columns, in another file
        f"id,kanal,tekst\n{IDS},x",
        "Video-ID,Zeitpunkt\ndQw4w9WgXcQ,2024-05-01T10:03:00+00:00",  # a list to watch later
        f"comment_id,author,published\n{IDS},2024-05-01T10:03:00Z",  # an interface's names
        f"commentId,authorChannelId,publishedAt\n{IDS},2024-05-01T10:03:00Z",
        f"Kommentar-ID,Kanal-ID,Zeitpunkt,Likes\n{IDS},2024-05-01T10:03:00Z,5",  # what others did
        f"Comment ID,Channel ID,Published\n{IDS},2024-05-01T10:03:00Z",  # no words of Google Takeout
        f"Id,Kanal,Tijd\n{IDS},2024-05-01T10:03:00Z\n{IDS[:-1]}w,2024-05-01T10:04:00Z",  # of two channels
    ],
)
def test_other_tables_are_no_downloads(tmp_path, text):
    (tmp_path / "table.csv").write_text(text)
    assert recognised(["table.csv"], [tmp_path / "table.csv"]) is None


@pytest.mark.parametrize("empty", EMPTY)
def test_an_empty_file_says_that_nothing_was_done(download, empty):
    files = {"posts_viewed.json": recent(at("01 10:00:00")), "liked_posts.json": json.dumps(empty)}
    reading = read(download(files), today=TODAY)
    assert hours(reading, "active_min") == {"01 10": 0.0}


@pytest.mark.parametrize(
    ("history", "table", "header"),
    [
        ("watch-history.json", "comments.csv", "Comment ID,Channel ID,Comment create timestamp,Price,Comment text"),
        ("kijkgeschiedenis.json", "reacties.csv", "Reactie-ID,Kanaal-ID,Aanmaaktijdstempel reactie,Prijs,Reactietekst"),
    ],
)
def test_takeout(download, history, table, header):
    views = [
        *watched("2024-05-01T10:00:00.123Z", "2024-05-01T10:02:00Z"),
        *watched("2024-05-01T10:01:00Z", **ADVERTISED),
        {"header": "YouTube", "title": "Watched a video that has been removed", "time": "2024-05-01T10:04:00Z"},
    ]
    comments = (
        header
        + '\r\na,b,2024-05-01T10:03:00.000000+00:00,0,"{""text"":""one\r\ntwo""}"\r\na,b,2020-01-01T00:00:00Z,0,x\r\n'
    )
    files = download({f"Takeout/YouTube/{history}": views, f"Takeout/YouTube/{table}": "\ufeff" + comments})
    reading = read(files, today=TODAY)
    assert recognised(files, files.values()) == "youtube"
    assert hours(reading, "passive_events") == {"01 10": 3}
    assert hours(reading, "active_events") == {"01 10": 1}
    assert found(reading, f"Takeout/YouTube/{history}").dropped == {"advertisement": 1}
    assert any("advertisements left out of passive use: 1" in note for note in reading.notes)


def test_facebook(download):
    viewed = [
        {"name": "Videos", "entries": [{"timestamp": at("01 10:00:00"), "data": {"name": "x", "uri": "y"}}]},
        {"name": "Shows", "children": [{"name": "All", "entries": [{"timestamp": at("01 10:04:00")}]}]},
        {"name": "Ads", "entries": [{"timestamp": at("01 10:02:00")}]},
        {"name": "Menu items", "description": "none"},
    ]
    comment = {"timestamp": at("01 10:01:00"), "data": [{"comment": {"timestamp": at("01 10:01:00"), "comment": "x"}}]}
    files = download(
        {
            "logged_information/recently_viewed.json": {"recently_viewed": viewed},
            "your_facebook_activity/comments.json": {"comments_v2": [comment]},
            "your_facebook_activity/likes_and_reactions_1.json": [{"timestamp": at("01 10:03:00"), "data": []}],
            "your_facebook_activity/likes_and_reactions_2.json": recent(at("01 10:02:00")),
            "messages/message_1.json": {"messages": [{"timestamp_ms": 1714557720000, "content": "x"}]},
        }
    )
    reading = read(files, today=TODAY)
    assert recognised(files, files.values()) == "facebook"
    assert hours(reading, "passive_min") == {"01 10": 5.0}
    assert hours(reading, "active_events") == {"01 10": 3}
    assert found(reading, "logged_information/recently_viewed.json").events == 3
    assert not any("message" in it.file for it in reading.files)


def test_nothing_but_times_and_kinds_is_kept(download):
    files = {
        "posts_viewed.json": legacy("impressions_history_posts_seen", at("01 10:00:00")),
        "liked_posts.json": likes(at("01 10:00:00")),
    }
    reading = read(download(files), today=TODAY)
    told = f"{reading.frame.to_csv()} {reading.files} {reading.notes}"
    assert not any(word in told for word in ("someone", "example.org", "\u00f0"))


# Which files


def test_names_that_other_exports_use_need_their_keys(download):
    files = download(
        {
            "comments.csv": "comment_id,post_id\n1,2\n",
            "comments.json": {"comments": []},
            "user_data.json": {"name": "x"},
            "recently_viewed.json": [1, 2],
            "search-history.json": [{"term": "x"}],
        }
    )
    assert recognised(files) is None
    assert recognised(files, files.values()) is None
    with pytest.raises(Refusal, match="no personal data download"):
        read(files, today=TODAY)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("a/b/Posts_Viewed.json", "instagram"),
        ("kijkgeschiedenis.json", "youtube"),
        ("kijkgeschiedenis.html", "youtube"),
        ("Kijkgeschiedenis.txt", "tiktok"),
        ("likes_and_reactions_3.json", "facebook"),
        ("posts.html", None),
        ("readme.txt", None),
    ],
)
def test_a_download_is_recognised_by_a_name(name, platform):
    assert recognised(["media.jpg", name]) == platform


@pytest.mark.parametrize(
    "name", ["watch-history.html", "liked_posts.html", "post_comments_1.html", "TikTok/Watch History.txt"]
)
def test_a_page_or_text_is_refused_with_what_to_ask_for(download, name):
    comments = "Comment ID,Comment create timestamp\na,2024-05-01T10:03:00Z\n"
    with pytest.raises(Refusal, match=r"(?s)page or text.*JSON"):
        read(download({name: "<html>", "comments.csv": comments}), today=TODAY)


def test_a_page_beside_the_same_as_json_does_not_matter(download):
    views = watched("2024-05-01T10:00:00Z")
    reading = read(download({"watch-history.html": "<html>", "kijkgeschiedenis.json": views}), today=TODAY)
    assert hours(reading, "passive_events") == {"01 10": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("liked_posts.json", '{"likes_media_likes": [{"string_list_data": [{"timestamp": 1714'),
        ("liked_posts.json", ""),
        ("liked_posts.json", "<html></html>"),
        ("liked_posts.json", "[" * 1_000_000),
        ("comments.csv", 'Comment ID,Comment create timestamp\na,"2024-05-01T10:0'),
        ("comments.csv", "Comment ID,Comment create timestamp\na," + "x" * (LONGEST_CELL + 1)),
    ],
)
def test_a_damaged_file_is_refused_by_name(download, name, content):
    with pytest.raises(Refusal, match=name):
        read(download({name: content, "posts_viewed.json": recent(at("01 10:00:00"))}), today=TODAY)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["liked_posts.json", "watch-history.json", "comments.csv"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, name):
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(b"Comment create timestamp\n" * (name == "comments.csv") + content)
    with pytest.raises(Refusal):
        read({name: path}, today=TODAY)


@settings(deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_is_refused(tmp_path_factory, data):
    whole = json.dumps(TIKTOK["newer"])
    path = tmp_path_factory.getbasetemp() / "cut"
    path.write_text(whole[: data.draw(st.integers(0, len(whole) - 1))], encoding="utf-8")
    with pytest.raises(Refusal, match="cut off"):
        read({"user_data_tiktok.json": path}, today=TODAY)


def test_a_layout_that_has_changed_is_told(download):
    files = {"posts_viewed.json": recent(at("01 10:00:00")), "someone/liked_posts.json": {"likes_v9": [{"when": 1}]}}
    reading = read(download(files), today=TODAY)
    assert any(line.startswith("liked_posts.json: no event found") for line in reading.aloud)


# Windows, faults, persons


def test_times_that_cannot_be_are_dropped_and_counted(download):
    times = [at("01 10:00:00"), at("21 23:59:59"), at("22 00:00:00"), 10**400, 946_684_799, -5, 0, None, "soon"]
    reading = read(download({"posts_viewed.json": recent(*times)}), today=TODAY)
    assert reading.files[0].events == 9
    assert len(reading.files[0].times) == 2
    assert reading.files[0].dropped == {"after the day of reading": 2, "before 2000": 2, "no time": 3}


def test_use_that_is_not_recorded_is_empty_and_not_zero(download):
    passive = read(download({"posts_viewed.json": recent(at("01 10:00:00"))}), today=TODAY)
    assert passive.frame[["active_min", "active_events"]].isna().all(axis=None)
    active = read(download({"liked_posts.json": likes(at("01 10:00:00"), at("03 10:00:00"))}), today=TODAY)
    assert active.frame[["passive_min", "passive_events"]].isna().all(axis=None)
    assert active.frame["active_min"].tolist() == [1.0, 1.0]
    assert any("passive use is not recorded" in note for note in active.notes)


def test_platforms_of_one_person_share_a_window(download):
    files = {
        "ig/posts_viewed.json": recent(at("05 10:00:00"), at("14 10:00:00")),
        "ig/liked_posts.json": likes(at("02 10:00:00"), at("06 10:00:00")),
        "yt/watch-history.json": watched("2024-05-01T10:00:00Z", "2024-05-05T10:02:00Z", "2024-05-12T10:00:00Z"),
    }
    reading = read(download(files), today=TODAY)
    assert reading.window == (datetime(2024, 5, 5, 10, tzinfo=UTC), datetime(2024, 5, 12, 10, tzinfo=UTC))
    # Views of both platforms are one stream: 2 minutes to the next and 1.
    assert hours(reading, "passive_min") == {"05 10": 3.0, "06 10": 0.0, "12 10": 1.0}
    files["yt/watch-history.json"] = watched("2024-05-01T10:00:00Z")
    with pytest.raises(Refusal, match="share no window"):
        read(download(files), today=TODAY)


def test_several_downloads_are_several_persons(download):
    files = {}
    for day, who in enumerate(("zoë", "adam"), start=1):
        files[f"study/{who}/ads/posts_viewed.json"] = recent(at(f"0{day} 10:00:00"))
        files[f"study/{who}/likes/liked_posts.json"] = likes(at(f"0{day} 10:00:00"))
    reading = read(download(files), today=TODAY)
    assert reading.frame["person_id"].tolist() == ["person-001", "person-002"]
    assert reading.frame["observed_at"].dt.day.tolist() == [2, 1]
    assert reading.windows["person-002"][0] == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert "2 folders hold the same files" in " ".join(reading.notes)
    assert not any("zoë" in note for note in reading.notes)


def test_an_older_download_of_the_same_person_does_not_count_twice(download):
    files = {"posts_viewed.json": recent(at("01 10:00:00"), at("01 10:00:00"), at("02 10:00:00"))}
    files["posts_viewed_2.json"] = recent(at("02 10:00:00"), at("03 10:00:00"))
    reading = read(download(files), today=TODAY)
    assert hours(reading, "passive_events") == {"01 10": 2, "02 10": 1, "03 10": 1}
    assert found(reading, "posts_viewed_2.json").dropped == {"also in another file": 1}


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_records_does_not_matter(tmp_path_factory, order):
    folder = tmp_path_factory.getbasetemp()
    times = [at(f"01 10:{minute:02}:00") for minute in (0, 2, 3, 9, 20, 59)]
    (folder / "viewed").write_text(json.dumps(recent(*(times[place] for place in order))), encoding="utf-8")
    reading = read({"posts_viewed.json": folder / "viewed"}, today=TODAY)
    assert hours(reading, "passive_min") == {"01 10": 2 + 1 + 1 + 1 + 1 + 1}


def test_the_diary_has_the_columns_of_the_table(download):
    from helpers.tables import TABLES

    frame = read(download({"user_data_tiktok.json": TIKTOK["newer"]}), today=TODAY).frame
    assert {"person_id", "observed_at", "passive_min", "active_min"} <= set(TABLES["diary"].columns)
    assert frame.columns.tolist()[:4] == ["person_id", "observed_at", "passive_min", "active_min"]
    assert frame["observed_at"].dtype == "datetime64[us]"
    assert frame["passive_events"].dtype == "Int64"


# Size

MEASURE = """
import resource, sys
from datetime import date
from pathlib import Path
import pandas, ijson
from helpers.sources.downloads import read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read({"user_data_tiktok.json": Path(sys.argv[1])}, today=date(2030, 1, 1))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(int(reading.frame["passive_events"].sum()), (after - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource is of POSIX")
def test_a_large_download_is_streamed(tmp_path):
    """80 MB take a fraction of their size, so that 500 MB stay far under 1 GB."""
    path = tmp_path / "user_data_tiktok.json"
    record = '{"Date": "2024-%02d-%02d %02d:%02d:%02d", "Link": "%s"}'
    link = "https://example.org/" + "x" * 150
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            '{"Direct Message": {"Chat": ["%s"]}, "Your Activity": {"Watch History": {"VideoList": [' % ("y" * 1000)
        )
        for n in range(400_000):
            stream.write("," * (n > 0) + record % (n % 12 + 1, n % 28 + 1, n % 24, n % 60, n % 59, link))
        stream.write("]}}}")
    assert path.stat().st_size > 80e6
    command = [sys.executable, "-c", MEASURE, str(path)]
    events, megabytes = map(int, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert events == 400_000
    assert megabytes < 60


@pytest.mark.parametrize("inside", [{"LikedVideoList": [{"Date": "2024-05-02 10:00:00"}]}, {"Years": {"2025": []}}])
def test_a_section_that_was_laid_out_anew_is_unknown_and_no_zero(download, inside):
    activity = {"Watch History": {"VideoList": [{"Date": "2024-05-01 10:00:00"}]}, "Like List": inside}
    reading = read(download({"user_data_tiktok.json": {"Your Activity": activity}}), today=TODAY)
    assert any("video liked (Like List)" in line for line in reading.aloud)
    assert reading.frame["active_events"].isna().all()


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("liked_posts.json", {"likes_media_likes_v2": [{"timestamp": at("01 10:01:00")}]}, "keys that are not known"),
        ("liked_posts.json", [{"when": at("01 10:01:00"), "label_values": []}], "no event has a time that can be read"),
    ],
)
def test_a_file_in_which_nothing_is_found_is_unknown_and_no_zero(download, file, content, why):
    viewed = [{"timestamp": at("01 10:00:00") + 60 * n, "label_values": []} for n in range(4)]
    reading = read(download({"posts_viewed.json": viewed, file: content}), today=TODAY)
    assert any(why in line and line.endswith("unknown and not 0: post liked") for line in reading.aloud)
    assert reading.frame["passive_events"].sum() == 4
    assert reading.frame["active_events"].isna().all()


@pytest.mark.parametrize(
    ("watched", "done", "visited"),
    [
        ("Watched {}", ("Liked {}", "Shared {}", "Commented on {}"), "Visited YouTube"),
        ("{} bekeken", ("{} leuk gevonden", "{} gedeeld"), "YouTube bezocht"),
        ("{} angesehen", ("Mag ich-Bewertung: {} hinzugefügt",), "YouTube besucht"),
        ("Liked and shared {} bekeken", ("{} opgeslagen",), "YouTube gebruikt"),
    ],
)
def test_what_was_done_on_youtube_is_no_video_watched(download, watched, done, visited):
    titles = [watched.format("a"), *(title.format("b") for title in done), visited, watched.format("c")]
    records = [
        {
            **{"header": "YouTube", "title": title, "products": ["YouTube"], "time": f"2024-05-01T12:{n:02d}:00Z"},
            **({} if title == visited else {"titleUrl": f"https://www.youtube.com/watch?v={n}"}),
        }
        for n, title in enumerate(titles)
    ]
    reading = read(download({"MyActivity.json": records}), today=TODAY)
    assert reading.frame["passive_events"].sum() == 2
    assert reading.frame["active_events"].sum() == len(done)
