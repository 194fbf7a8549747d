"""Exports of research tools and scrapers, written after their layouts with the damage that real files have."""

import hashlib
import json
import lzma
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pytest
from exports import csv_file, imported, json_file, json_lines, kept, made, table, values
from hypothesis import given, settings, strategies as st

from helpers.base.refusals import Refusal
from helpers.reading.work import File
from helpers.sources import intake, recognition
from helpers.sources.layouts import match
from helpers.sources.readers import conversations, crowdtangle, expressions, fourcat, lists, rewriting, scrapers
from helpers.tables import TABLES

LAYOUTS = [layout for module in (crowdtangle, fourcat, scrapers, lists, conversations) for layout in module.LAYOUTS]

FACEBOOK = (
    "Page Name,User Name,Facebook Id,Likes at Posting,Followers at Posting,Post Created,Type,Total Interactions,Likes,"
    "Comments,Shares,Love,Wow,Haha,Sad,Angry,Care,Post Views,Video Length,URL,Message,Sponsor Id,Overperforming Score"
)
PHOTO = (
    *("Dad Patrol", "dads", "161042861038324", "460935", "470000", "2021-07-05 18:02:45 BRT", "Photo", "407.137"),
    *("400000", "5000", "2000", "100", "20", "10", "5", "1", "1", "0", "N/A"),
    *("https://www.facebook.com/dads/posts/858090351333568", "Because\nof dads", "", "1,4"),
)
VIDEO = (
    *("Dad Patrol", "dads", "161042861038324", "460935", "470001", "2021-07-06 08:00:00 EDT", "Native Video", "1.250"),
    *("1000", "150", "100", "0", "0", "0", "0", "0", "0", "90210", "00:03:34"),
    *("https://www.facebook.com/dads/videos/99/", "Watch", "42", "-1.25"),
)
INSTAGRAM = (
    "Account,User Name,Followers at Posting,Post Created,Type,Total Interactions,Likes,Comments,Views,"
    "Like and View Counts Disabled,URL,Description,Sponsor Id"
)
CODE = "https://www.instagram.com/p/{}/"


def changed(row, header, **cells):
    """Change cells of a row by the names of their columns, with _ for spaces."""
    names, row = header.split(","), list(row)
    for name, cell in cells.items():
        row[names.index(name.replace("_", " "))] = cell
    return row


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_fills_what_its_table_needs(layout):
    given = {*layout.fields, *layout.constants}
    assert given <= set(TABLES[layout.table].columns)
    assert set(TABLES[layout.table].required) <= given
    for ours, field in layout.fields.items():
        allowed = TABLES[layout.table].columns[ours].categories
        assert not allowed or set(field.words.values()) <= set(allowed)
    assert all(set(parts) <= given for parts in layout.totals.values())


def test_layouts_have_names_of_their_own():
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)


class TestCrowdTangle:
    def test_facebook_posts(self, tmp_path):
        read = table(csv_file(tmp_path / "ct.csv", FACEBOOK, PHOTO, VIDEO), tmp_path / "scratch")
        assert read.layout == "crowdtangle-facebook"
        assert values(read.frame, "post_id", "account_id", "created_at", "format") == [
            ("858090351333568", "161042861038324", "2021-07-05 21:02:45", "image"),
            ("99", "161042861038324", "2021-07-06 12:00:00", "video"),
        ]
        assert values(read.frame, "likes", "comments", "shares", "views", "duration_s", "sponsored") == [
            (400_137, 5_000, 2_000, None, None, None),
            (1_000, 150, 100, 90_210, 214.0, True),
        ]
        assert values(read.frame, "followers", "followers_at", "platform") == [
            (470_000, "posting", "facebook"),
            (470_001, "posting", "facebook"),
        ]

    def test_the_total_with_a_thousands_dot_is_the_sum_of_its_parts(self, tmp_path):
        read = table(csv_file(tmp_path / "ct.csv", FACEBOOK, PHOTO, VIDEO), tmp_path / "scratch")
        assert any("'Total Interactions' is not the sum of likes, comments, shares in 0 of 2" in n for n in read.notes)

    def test_counts_written_as_the_total_are_confirmed_by_it(self, tmp_path):
        dotted = changed(PHOTO, FACEBOOK, Likes="400.000", Comments="5.000", Shares="2.000")
        read = table(csv_file(tmp_path / "ct.csv", FACEBOOK, dotted, VIDEO), tmp_path / "scratch")
        assert values(read.frame, "likes", "comments", "shares")[0] == (400_137, 5_000, 2_000)

    def test_an_unknown_zone_is_refused_by_name(self, tmp_path):
        strange = changed(PHOTO, FACEBOOK, Post_Created="2021-07-05 18:02:45 IST")
        (read,) = imported(csv_file(tmp_path / "ct.csv", FACEBOOK, strange), tmp_path / "scratch")
        assert len(read.faults) == 1
        assert "it is 'IST'" in read.faults[0]

    def test_ids_rounded_by_a_spreadsheet_are_reported(self, tmp_path):
        rounded = changed(PHOTO, FACEBOOK, Facebook_Id="1.61043E+14")
        (read,) = imported(csv_file(tmp_path / "ct.csv", FACEBOOK, rounded), tmp_path / "scratch")
        assert any("account_id: 1 value rounded by a spreadsheet" in fault for fault in read.faults)

    def test_a_part_that_is_no_plain_count_is_refused_not_left_out(self, tmp_path):
        rounded = changed(PHOTO, FACEBOOK, Likes="1.26E+06")
        (read,) = imported(csv_file(tmp_path / "ct.csv", FACEBOOK, VIDEO, rounded), tmp_path / "scratch")
        assert any("likes: 1 value not readable as a number" in fault for fault in read.faults)

    def test_the_order_of_columns_and_new_ones_change_nothing(self, tmp_path):
        names = FACEBOOK.split(",")
        order = sorted(range(len(names)), key=lambda at: names[at][::-1])
        header, row = [names[at] for at in order], [PHOTO[at] for at in order]
        path = csv_file(tmp_path / "ct.csv", ["Is Video Owner?", *header], ["-", *row])
        one, two = table(path, tmp_path / "one"), table(csv_file(tmp_path / "b.csv", FACEBOOK, PHOTO), tmp_path / "two")
        assert values(one.frame, *one.frame.columns) == values(two.frame, *one.frame.columns)

    def test_a_column_that_was_renamed_is_named(self, tmp_path):
        path = csv_file(tmp_path / "ct.csv", FACEBOOK.replace("Total Interactions", "Interactions in all"), PHOTO)
        with pytest.raises(Refusal, match="CrowdTangle, Facebook posts, but has no column 'Total Interactions'"):
            imported(path, tmp_path / "scratch")

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_a_file_that_breaks_off_is_refused_or_gives_the_rows_before(self, data):
        with TemporaryDirectory() as folder:
            path = csv_file(Path(folder) / "ct.csv", FACEBOOK, PHOTO, VIDEO, PHOTO)
            whole = table(path, Path(folder) / "whole").frame
            content = path.read_bytes()
            path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
            piece = intake.Piece(path, path.name, "")
            try:
                found = recognition.recognise(piece, scratch=Path(folder))
            except Refusal:
                return
            if isinstance(found, recognition.Unknown):
                return
            (read,) = imported(path, Path(folder) / "cut")
            if not read.faults:
                expected = values(whole, *whole.columns)
                assert values(read.frame, *whole.columns) == expected[: len(read.frame)]

    def test_instagram_posts_with_hidden_counts(self, tmp_path):
        shown = ("A", "a", "5000", "2021-01-01 00:00:00 UTC", "Album", "110", "100", "10", "0", "", CODE.format("Cx1"))
        hidden = (
            "A",
            "a",
            "5100",
            "2021-07-01 00:00:00 CEST",
            "Reel",
            "10",
            "3",
            "10",
            "0",
            "True",
            CODE.format("C_2"),
        )
        path = csv_file(tmp_path / "ct.csv", INSTAGRAM, (*shown, "sun", ""), (*hidden, "sea", "Brand"))
        read = table(path, tmp_path / "scratch")
        assert read.layout == "crowdtangle-instagram"
        assert values(read.frame, "post_id", "created_at", "format", "likes", "comments", "views", "disclosed") == [
            ("Cx1", "2021-01-01 00:00:00", "carousel", 100, 10, None, None),
            ("C_2", "2021-06-30 22:00:00", "reel", -1, 10, -1, True),
        ]

    def test_an_address_without_an_id_never_becomes_one(self):
        sql = crowdtangle.FACEBOOK.fields["post_id"].sql
        named = made(sql, "https://www.facebook.com/some.person")
        # The beginning of the address's SHA-256, computed apart.
        assert named == hashlib.sha256(b"https://www.facebook.com/some.person").hexdigest()[:16]
        assert made(sql, None) is made(sql, " ") is None
        assert made(sql, "https://www.facebook.com/nasa/photos/a.1.2/10154199304051772/?type=3") == "10154199304051772"
        assert made(sql, "https://www.facebook.com/permalink.php?story_fbid=12&id=34") == "12"

    @given(st.datetimes(datetime(2006, 1, 1), datetime(2024, 8, 14)), st.sampled_from(sorted(crowdtangle.ZONES)))
    def test_every_zone_known_becomes_an_offset(self, moment, zone):
        moment = moment.replace(microsecond=0)
        read = datetime.fromisoformat(made(crowdtangle.FACEBOOK.fields["created_at"].sql, f"{moment} {zone}"))
        assert read == datetime.fromisoformat(f"{moment}{crowdtangle.ZONES[zone]}")

    @pytest.mark.parametrize("text", ["", "N/A", "2021-07-05", "2021-07-05 18:02:45", "yesterday"])
    def test_what_names_no_zone_stays_as_it_is(self, text):
        assert made(crowdtangle.FACEBOOK.fields["created_at"].sql, text) == text


FOURCAT_INSTAGRAM = (
    "id,timestamp,thread_id,parent_id,url,body,author,media_type,num_media,hashtags,play_count,likes_hidden,num_likes,"
    "num_comments,unix_timestamp"
)


class TestFourcat:
    def test_instagram_likes_that_are_hidden(self, tmp_path):
        first = ("Cx1", "2024-01-01 02:00:00", "Cx1", "Cx1", "u", "sun", "a", "mixed", "3", "sun,sea", "", "no", "12")
        second = ("Cx2", "2024-01-02 02:00:00", "Cx2", "Cx2", "u", "", "a", "video", "1", "", "40", "yes", "3")
        path = csv_file(
            tmp_path / "4cat.csv", FOURCAT_INSTAGRAM, (*first, "0", "1704067200"), (*second, "-1", "1704153600")
        )
        read = table(path, tmp_path / "scratch")
        assert read.layout == "4cat-instagram"
        assert values(read.frame, "post_id", "created_at", "format", "likes", "comments", "views", "hashtags") == [
            ("Cx1", "2024-01-01 00:00:00", "carousel", 12, 0, None, "sun sea"),
            ("Cx2", "2024-01-02 00:00:00", "video", -1, -1, 40, None),
        ]

    def test_tiktok(self, tmp_path):
        header = (
            "id,thread_id,author,author_full,author_followers,body,timestamp,unix_timestamp,is_ad,"
            "is_paid_partnership,likes,comments,shares,plays,hashtags"
        )
        row = ("7318231234567890123", "7318231234567890123", "a", "A", "1200", "hi", "2024-01-01 00:00:00")
        path = csv_file(tmp_path / "t.csv", header, (*row, "1704067200", "no", "yes", "5", "6", "7", "80", "x,y"))
        read = table(path, tmp_path / "scratch")
        assert read.layout == "4cat-tiktok"
        names = ("post_id", "followers", "followers_at", "likes", "comments", "shares", "views", "sponsored", "boosted")
        assert values(read.frame, *names) == [("7318231234567890123", 1200, "capture", 5, 6, 7, 80, True, False)]

    def test_tiktok_comments_name_the_comment_that_they_answer(self, tmp_path):
        header = (
            "id,thread_id,author,body,timestamp,unix_timestamp,likes,replies,post_id,post_url,is_comment_on_comment"
        )
        rows = [
            ("71", "9", "a", "first", "2024-01-01 00:00:00", "1704067200", "2", "1", "9", "u", "no"),
            ("72", "71", "b", "answer", "2024-01-01 00:01:00", "1704067260", "0", "0", "9", "u", "yes"),
        ]
        read = table(csv_file(tmp_path / "c.csv", header, *rows), tmp_path / "scratch")
        assert read.layout == "4cat-tiktok-comments"
        names = ("comment_id", "post_id", "parent_id", "author_id", "text", "likes")
        assert values(read.frame, *names) == [("71", "9", None, "a", "first", 2), ("72", "9", "71", "b", "answer", 0)]

    @pytest.mark.parametrize("followers", [False, True])
    def test_tweets_without_reposts(self, tmp_path, followers):
        header = "id,author,body,timestamp,unix_timestamp,retweet_count,reply_count,like_count,quote_count,is_retweet"
        header += ",impression_count" + (",author_followers" if followers else "")
        more = ["88"] if followers else []
        rows = [
            ("1", "a", "hi", "2024-01-01 00:00:00", "1704067200", "3", "2", "9", "1", "no", "700", *more),
            ("2", "a", "RT", "2024-01-01 00:00:00", "1704067200", "30", "0", "0", "0", "yes", "", *more),
        ]
        read = table(csv_file(tmp_path / "x.csv", header, *rows), tmp_path / "scratch")
        assert read.layout == ("4cat-twitterv2" if followers else "4cat-twitter")
        assert values(read.frame, "post_id", "likes", "comments", "shares", "views") == [("1", 9, 2, 3, 700)]
        assert list(read.dropped.values()) == [1]
        assert ("followers" in read.frame) == followers

    def test_threads_and_bluesky(self, tmp_path):
        threads = "id,thread_id,url,body,timestamp,author,likes,reposts,replies,quotes,hashtags,unix_timestamp"
        row = ("C1", "C1", "u", "hi", "2024-01-01 00:00:00", "a", "1", "2", "3", "4", "", "1704067200")
        read = table(csv_file(tmp_path / "threads.csv", threads, row), tmp_path / "one")
        assert read.layout == "4cat-threads"
        assert values(read.frame, "likes", "shares", "comments", "platform") == [(1, 2, 3, "threads")]
        bluesky = (
            "collected_at,id,thread_id,created_at,author,author_id,body,tags,like_count,quote_count,reply_count,"
            "repost_count,timestamp"
        )
        row = (
            "2024-05-01T00:00:00+00:00",
            "at://did:1/post/3k",
            "at://did:1/post/3k",
            "2024-01-01T01:00:00+01:00",
            "a",
            "did:1",
            "hi",
            "sun",
        )
        path = csv_file(tmp_path / "bsky.csv", bluesky, (*row, "1", "2", "3", "4", "1704067200.0"))
        read = table(path, tmp_path / "two")
        assert read.layout == "4cat-bluesky"
        assert values(read.frame, "post_id", "account_id", "created_at", "likes", "comments", "shares") == [
            ("3k", "did:1", "2024-01-01 00:00:00", 1, 3, 4)
        ]


def seen(item_id, at, platform, **data):
    return {"nav_index": "1:1", "item_id": item_id, "timestamp_collected": at, "source_platform": platform} | {
        "data": data
    }


class TestZeeschuimer:
    def test_instagram(self, tmp_path):
        user = {"user": {"username": "a"}, "taken_at": 1704067200}
        lines = [
            seen("1", 1704153600000, "instagram.com", media_type=8, like_count=5, comment_count=1, **user)
            | {"last_updated": 1},
            seen(
                "2", 1704153600001, "instagram.com", media_type=2, like_count=3, comment_count=0, play_count=90, **user
            ),
        ]
        lines[0]["data"] |= {"caption": {"text": "two\nlines"}, "like_and_view_counts_disabled": False}
        lines[1]["data"] |= {"caption": None, "like_and_view_counts_disabled": True, "product_type": "clips"}
        read = table(json_lines(tmp_path / "z.ndjson", *lines), tmp_path / "scratch")
        assert read.layout == "zeeschuimer-instagram"
        names = (
            "post_id",
            "account_id",
            "created_at",
            "captured_at",
            "format",
            "likes",
            "comments",
            "views",
            "caption",
        )
        assert values(read.frame, *names) == [
            ("1", "a", "2024-01-01 00:00:00", "2024-01-02 00:00:00", "carousel", 5, 1, None, "two\nlines"),
            ("2", "a", "2024-01-01 00:00:00", "2024-01-02 00:00:00", "reel", -1, 0, -1, None),
        ]

    def test_tiktok_and_what_decides_between_repeats(self, tmp_path):
        item = {
            "createTime": 1704067200,
            "desc": "hi",
            "author": {"uniqueId": "a"},
            "authorStats": {"followerCount": 1200},
            "stats": {"diggCount": 5, "commentCount": 6, "shareCount": 7, "playCount": 80},
        }
        later = item | {"stats": item["stats"] | {"diggCount": 9}}
        lines = [seen("7", at, "tiktok.com", **data) for at, data in ((1704153600000, later), (1704150000000, item))]
        read = table(json_lines(tmp_path / "z.ndjson", *lines), tmp_path / "scratch")
        assert read.layout == "zeeschuimer-tiktok"
        assert fourcat.ZEESCHUIMER_TIKTOK.latest_by == fourcat.ZEESCHUIMER_INSTAGRAM.latest_by == "captured_at"
        assert values(read.frame, "post_id", "captured_at", "likes", "followers", "views") == [
            ("7", "2024-01-02 00:00:00", 9, 1200, 80),
            ("7", "2024-01-01 23:00:00", 5, 1200, 80),
        ]

    @pytest.mark.parametrize("order", [1, -1])
    def test_of_several_captures_the_latest_is_kept(self, tmp_path, order):
        item = {"createTime": 1704067200, "author": {"uniqueId": "a"}}
        lines = [
            seen("7", at, "tiktok.com", **item, stats={"diggCount": likes, "playCount": 80})
            for at, likes in ((1704150000000, 5), (1704153600000, 9), (1704140000000, 1))
        ]
        tables, _, dropped = kept(json_lines(tmp_path / "z.ndjson", *lines[::order]), tmp_path / "user")
        assert values(tables["posts"], "captured_at", "likes") == [("2024-01-02 00:00:00", 9)]
        assert sum(dropped.values()) == 2


NODE = {
    "instaloader": {"node_type": "Post", "version": "4.10"},
    "node": {
        "__typename": "GraphSidecar",
        "shortcode": "Cx1",
        "taken_at_timestamp": 1704067200,
        "edge_media_preview_like": {"count": -1},
        "edge_media_to_comment": {"count": 4},
        "edge_media_to_caption": {"edges": [{"node": {"text": "sun"}}]},
        "owner": {"id": "12", "username": "a"},
    },
}


class TestScrapers:
    def test_instaloader_post_packed_with_xz(self, tmp_path):
        path = tmp_path / "2024-01-01_00-00-00_UTC.json.xz"
        path.write_bytes(lzma.compress(json.dumps(NODE).encode()))
        read = table(path, tmp_path / "scratch")
        assert read.layout == "instaloader-post"
        assert values(read.frame, "post_id", "account_id", "created_at", "format", "likes", "comments", "caption") == [
            ("Cx1", "a", "2024-01-01 00:00:00", "carousel", -1, 4, "sun")
        ]

    def test_instaloader_profile(self, tmp_path):
        node = {"username": "a", "edge_followed_by": {"count": 12}, "edge_follow": {"count": 3}, "is_verified": True}
        profile = {"instaloader": {"node_type": "Profile"}, "node": node}
        read = table(json_file(tmp_path / "a_12.json", profile), tmp_path / "scratch")
        assert read.layout == "instaloader-profile"
        assert values(read.frame, "account_id", "followers", "following", "verified") == [("a", 12, 3, True)]

    def test_apify_instagram_as_json_and_csv(self, tmp_path):
        item = {"id": "1", "type": "Sidecar", "shortCode": "Cx1", "caption": "sun", "hashtags": ["sun", "sea"]}
        item |= {"commentsCount": 3, "likesCount": -1, "timestamp": "2024-01-01T10:00:00.000Z", "ownerUsername": "a"}
        reel = item | {
            "type": "Video",
            "shortCode": "Cx2",
            "likesCount": 10,
            "videoPlayCount": 99,
            "videoDuration": 4.5,
        }
        from_json = table(json_file(tmp_path / "apify.json", [item, reel]), tmp_path / "one")
        header = "type,shortCode,caption,hashtags/0,commentsCount,likesCount,timestamp,ownerUsername,videoPlayCount"
        rows = [("Sidecar", "Cx1", "sun", "sun", "3", "-1", "2024-01-01T10:00:00.000Z", "a", "")]
        rows += [("Video", "Cx2", "sun", "sun", "3", "10", "2024-01-01T10:00:00.000Z", "a", "99")]
        from_csv = table(csv_file(tmp_path / "apify.csv", header, *rows), tmp_path / "two")
        names = ("post_id", "account_id", "created_at", "format", "likes", "comments", "views")
        expected = [
            ("Cx1", "a", "2024-01-01 10:00:00", "carousel", -1, 3, None),
            ("Cx2", "a", "2024-01-01 10:00:00", "video", 10, 3, 99),
        ]
        assert values(from_json.frame, *names) == values(from_csv.frame, *names) == expected

    def test_apify_profile(self, tmp_path):
        item = {"username": "a", "followersCount": 10, "followsCount": 2, "postsCount": 5, "verified": False}
        read = table(json_file(tmp_path / "p.json", [item]), tmp_path / "scratch")
        assert read.layout == "apify-instagram-profile"
        assert values(read.frame, "account_id", "followers", "posts", "verified") == [("a", 10, 5, False)]

    @pytest.mark.parametrize("mark", [".", "/"])
    def test_apify_tiktok(self, tmp_path, mark):
        header = "id,text,createTimeISO,diggCount,shareCount,playCount,commentCount,collectCount,authorMeta.name"
        header = (header + ",authorMeta.fans,isSlideshow").replace(".", mark)
        row = ("7", "hi", "2024-01-01T10:00:00.000Z", "1", "2", "3", "4", "5", "a", "1200", "false")
        read = table(csv_file(tmp_path / "t.csv", header, row), tmp_path / "scratch")
        assert read.layout == "apify-tiktok"
        assert values(
            read.frame, "likes", "shares", "views", "comments", "saves", "followers", "account_id", "format"
        ) == [(1, 2, 3, 4, 5, 1200, "a", "video")]

    def test_ytdlp_without_likes_hides_them(self, tmp_path):
        video = {"id": "abcdefghijk", "title": "t", "channel_id": "UC1", "upload_date": "20240131", "duration": 61}
        video |= {"view_count": 100, "comment_count": None, "extractor": "youtube", "extractor_key": "Youtube"}
        video |= {"webpage_url": "u", "channel_follower_count": 12, "epoch": 1706800000, "tags": ["a", "b"]}
        liked = video | {"id": "bbcdefghijk", "like_count": 7, "timestamp": 1706700000}
        read = table(json_file(tmp_path / "a.info.json", video), tmp_path / "one")
        assert read.layout == "yt-dlp"
        names = ("post_id", "platform", "created_at", "likes", "comments", "views", "followers", "duration_s")
        first = ("abcdefghijk", "youtube", "2024-01-31 00:00:00", -1, None, 100, 12, 61.0)
        assert values(read.frame, *names) == [first]
        read = table(json_lines(tmp_path / "all.ndjson", video, liked), tmp_path / "two")
        assert values(read.frame, *names) == [first, ("bbcdefghijk", "youtube", "2024-01-31 11:20:00", 7, *first[4:])]

    @pytest.mark.parametrize("named", [True, False])
    def test_graph_api_leaves_omitted_likes_unknown(self, tmp_path, named):
        header = "id,timestamp,media_type,media_product_type,like_count,comments_count,saved" + ",username" * named
        rows = [
            ("1", "2024-01-01T10:00:00+0000", "VIDEO", "REELS", "", "2", "3"),
            ("2", "2024-01-02T10:00:00+0100", "CAROUSEL_ALBUM", "FEED", "9", "2", "3"),
        ]
        path = csv_file(tmp_path / "media.csv", header, *((*row, "a") if named else row for row in rows))
        read = table(path, tmp_path / "scratch")
        assert values(read.frame, "account_id", "created_at", "format", "likes", "saves") == [
            ("a" if named else "own account", "2024-01-01 10:00:00", "reel", None, 3),
            ("a" if named else "own account", "2024-01-02 09:00:00", "carousel", 9, 3),
        ]

    def test_page_posts_are_five_hours_behind_utc(self, tmp_path):
        header = "status_id,status_message,status_type,status_published,num_reactions,num_comments,num_shares,num_likes"
        rows = [("5_1", "hi", "photo", "2016-06-24 20:32:58", "12", "1", "2", "10")]
        rows += [("5_2", "", "event", "2016-01-24 08:32:58", "7", "1", "2", "7")]
        read = table(csv_file(tmp_path / "page.csv", header, *rows), tmp_path / "scratch")
        assert read.layout == "facebook-page-post-scraper"
        assert values(read.frame, "post_id", "account_id", "created_at", "format", "likes") == [
            ("5_1", "5", "2016-06-25 01:32:58", "image", 12),
            ("5_2", "5", "2016-01-24 13:32:58", "other", 7),
        ]

    def test_dates_that_a_spreadsheet_wrote_in_two_ways(self, tmp_path):
        header = "status_id,status_type,status_published,num_reactions,num_comments,num_shares"
        rows = [("5_1", "live", "4/22/2018 6:00", "1", "1", "2"), ("5_2", "photo", "4/11/18 04:53", "1", "1", "2")]
        read = table(csv_file(tmp_path / "page.csv", header, *rows, encoding="utf-8-sig"), tmp_path / "scratch")
        assert values(read.frame, "created_at") == [("2018-04-22 11:00:00",), ("2018-04-11 09:53:00",)]


class TestLists:
    TIKTOK = ("S.no", "Tiktoker name", "Tiktok name", "Subscribers", "Views avg.", "Likes\r\navg", "Comments avg.")

    def test_abbreviated_figures_under_headers_with_line_breaks(self, tmp_path):
        rows = [("1", "a", "A", "78.9m", "6.4M", "0.89k", "N/A'"), ("2", "b", "B", "1.1b", "1,200", "12", "#VALOR!")]
        read = table(csv_file(tmp_path / "top.csv", self.TIKTOK, *rows), tmp_path / "scratch")
        assert read.layout == "list-of-accounts-tiktok"
        assert values(read.frame, "account_id", "followers", "avg_views", "avg_likes", "avg_comments")[0] == (
            *("a", 78_900_000, 6_400_000.0, 890.0, None),
        )

    def test_engagement_under_a_header_with_a_line_break_is_no_average_of_likes(self, tmp_path):
        header = (
            *("Influencer insta name", "instagram name", "category_1", "category_2", "Followers"),
            *("Audience country(mostly)", "Authentic engagement\r\n", "Engagement avg\r\n"),
        )
        row = ("a", "A", "Music", "", "61.2M", "Spain", "1.1M", "1.2M")
        read = table(csv_file(tmp_path / "top.csv", header, row), tmp_path / "scratch")
        assert values(read.frame, "account_id", "followers", "category", "country") == [
            ("a", 61_200_000, "Music", "Spain")
        ]
        assert "avg_likes" not in read.frame

    def test_a_doubled_header_counts_where_its_figures_are(self, tmp_path):
        header = ("channel_info", "Followers", "Followers", "avg_likes", "60_day_eng_rate", "country")
        rows = [("a", "Music", "475.8m", "8.7m", "16.60%", "Spain"), ("b", "Sport", "366.2m", "8.3m", "1.37%", "")]
        read = table(csv_file(tmp_path / "top.csv", header, *rows), tmp_path / "scratch")
        assert values(read.frame, "account_id", "followers", "avg_likes", "country", "platform") == [
            ("a", 475_800_000, 8_700_000.0, "Spain", "instagram"),
            ("b", 366_200_000, 8_300_000.0, None, "instagram"),
        ]

    def test_a_name_over_the_wrong_column_is_refused_by_name(self, tmp_path):
        rows = [("1", "a", "A", "78.9m", "Spain", "890", "5"), ("2", "b", "B", "29.0m", "Brazil", "1.2k", "6")]
        with pytest.raises(Refusal) as refusal:
            imported(csv_file(tmp_path / "top.csv", self.TIKTOK, *rows), tmp_path / "scratch")
        assert "'views avg.' holds 2 values of 2 that are no numbers" in str(refusal.value)
        assert "Spain" not in str(refusal.value)

    def test_exchanged_names_are_seen_by_their_range(self, tmp_path):
        rows = [("1", "a", "A", "890", "6.4m", "78.9m", "5"), ("2", "b", "B", "1.2k", "7m", "29.0m", "6")]
        with pytest.raises(Refusal, match="'likes avg' is above 'subscribers' on 2 of 2 rows"):
            imported(csv_file(tmp_path / "top.csv", self.TIKTOK, *rows), tmp_path / "scratch")


TWCS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"


class TestConversations:
    def test_replies_and_what_stays_unanswered(self, tmp_path):
        at = "Tue Oct 31 {} +0000 2017".format
        rows = [
            ("3", "115712", "True", at("22:30:00"), "thanks", "", "2"),
            ("1", "115712", "True", at("22:00:00"), "@sprintcare help", "2", ""),
            ("2", "sprintcare", "False", at("22:10:30"), "@115712 sure", "3", "1"),
            ("8", "115713", "True", at("23:00:00"), "@115712 @AppleSupport hello?", "", ""),
            ("9", "115714", "True", at("23:00:00"), "to nobody", "", ""),
        ]
        read = {one.layout: one for one in imported(csv_file(tmp_path / "twcs.csv", TWCS, *rows), tmp_path / "scratch")}
        messages, threads = read["twcs-messages"].frame, read["twcs-conversations"]
        assert values(messages, "comment_id", "post_id", "parent_id", "is_owner", "created_at") == [
            ("3", "1", "2", False, "2017-10-31 22:30:00"),
            ("1", "1", None, False, "2017-10-31 22:00:00"),
            ("2", "1", "1", True, "2017-10-31 22:10:30"),
            ("8", "8", None, False, "2017-10-31 23:00:00"),
            ("9", "9", None, False, "2017-10-31 23:00:00"),
        ]
        assert values(threads.frame, "post_id", "account_id", "comments", "owner_replies") == [
            ("1", "sprintcare", 2, 1),
            ("8", "AppleSupport", 0, 0),
        ]
        assert list(threads.dropped.values()) == [1]

    def test_tweets_that_answer_one_another_end(self, tmp_path):
        at = "Tue Oct 31 22:00:00 +0000 2017"
        rows = [(str(n), "1", "True", at, "a @Brand", "", str(3 - n)) for n in (1, 2)]
        rows.append(("7", "Brand", "False", at, "b", "", "2"))
        read = {one.layout: one for one in imported(csv_file(tmp_path / "twcs.csv", TWCS, *rows), tmp_path / "scratch")}
        assert values(read["twcs-messages"].frame, "comment_id", "post_id") == [("1", "1"), ("2", "1"), ("7", "1")]
        assert values(read["twcs-conversations"].frame, "post_id", "account_id", "comments") == [("1", "Brand", 2)]

    @given(st.lists(st.integers(0, 30), min_size=1, max_size=31))
    def test_threads_found_by_doubling_are_those_found_step_by_step(self, answered):
        answered = [min(place, len(answered) - 1) for place in answered]
        expected = []
        for place in range(len(answered)):
            path = [place]
            while answered[path[-1]] not in path:
                path.append(answered[path[-1]])
            expected.append(min(path[path.index(answered[path[-1]]) :]))
        assert conversations.first_places(np.array(answered)).tolist() == expected


class TestExpressions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("sun, sea,sand", "sun sea sand"), (",a,,b,", "a b"), ("a,b", "a b"), (" ", ""), (None, None)],
    )
    def test_words_parted_by_commas(self, text, expected):
        assert made(expressions.SPACED, text) == expected

    @pytest.mark.parametrize(("said", "expected"), [("Yes", "-1"), ("TRUE", "-1"), ("no", "3"), (None, "3")])
    def test_a_number_that_another_column_hides(self, said, expected):
        assert made(expressions.hidden_by("Likes hidden"), "3", likes_hidden=said) == expected

    def test_a_column_that_the_file_lacks_hides_nothing(self):
        assert made(expressions.hidden_by("likes hidden"), "3") == "3"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("407.137", 407_137), ("1 234,567", 1_234_567), ("12", 12), ("1,4", None), ("1E+6", None)],
    )
    def test_counts_as_their_platform_shows_them(self, text, expected):
        assert made(expressions.count_like_shown("{cell}"), text) == expected

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            ({"likes": "1.200", "love": "30", "care": "1"}, "1231"),
            ({"likes": "12", "love": "3"}, "15"),
            ({"likes": "12", "love": "N/A"}, "12"),
            ({"likes": "-", "love": "3"}, None),
            ({"likes": "12", "love": "1,4"}, "unreadable"),
            ({"likes": None, "love": "1,4"}, "unreadable"),
            ({"likes": "12", "like_and_view_counts_disabled": "true"}, "-1"),
        ],
    )
    def test_reactions_are_added_up(self, cells, expected):
        assert made(crowdtangle.FACEBOOK.fields["likes"].sql, cells["likes"], **cells) == expected

    @pytest.mark.parametrize(
        ("text", "expected"), [("00:03:34", "214"), ("1:00:00", "3600"), ("N/A", None), ("3:34", None)]
    )
    def test_lengths_in_hours_minutes_and_seconds(self, text, expected):
        assert made(expressions.clock_seconds("{cell}"), text) == expected

    @pytest.mark.parametrize(("text", "expected"), [("0", "false"), ("0.0", "false"), ("2500.0", "true"), (" ", None)])
    def test_whether_there_is_any(self, text, expected):
        assert made(expressions.is_some(), text) == expected

    @pytest.mark.parametrize(
        ("field", "text", "expected"),
        [
            (fourcat.BLUESKY.fields["post_id"], "at://did:plc:abc/app.bsky.feed.post/3kabc/", "3kabc"),
            (scrapers.PAGE_POSTS.fields["account_id"], "54971236771_10154199304051772", "54971236771"),
            (scrapers.PAGE_POSTS.fields["account_id"], "17", None),
            (
                scrapers.TWEET_RATIO.fields["post_id"],
                "https://twitter.com/a/status/920061541986250758",
                "920061541986250758",
            ),
            (scrapers.KAGGLE_TWEETS.fields["hashtags"], "['Pfizer', 'COVID19']", "Pfizer COVID19"),
            (scrapers.KAGGLE_TWEETS.fields["hashtags"], "[]", ""),
            (lists.YOUTUBE_TRENDING.fields["post_id"], "https://i.ytimg.com/vi/-Ifnaxi2LQg/default.jpg", "-Ifnaxi2LQg"),
            (crowdtangle.INSTAGRAM.fields["post_id"], "https://www.instagram.com/p/CQ8_x-1/", "CQ8_x-1"),
        ],
    )
    def test_what_stands_inside_a_cell(self, field, text, expected):
        assert made(field.sql, text) == expected

    def test_names_with_quotation_marks_dots_and_braces_are_only_names(self):
        names = ('say "hi"', "a.b", "{cell}", "Likes", "it's; --")
        cells = ("'1'", "'2'", "'3'", "'4'", "'5'")
        file = File(Path("a"), "", names, cells, ("VARCHAR",) * len(names))
        sql = """concat("say hi", "a.b", {cell}, "it's; --", "likes", "not there")"""
        assert duckdb.sql(f"SELECT {file.filled(sql, 'Likes')}").fetchone() == ("12454",)

    @pytest.mark.parametrize(
        ("twice", "fault"), [(("12", "no"), ""), (("99", "no"), "num_"), (("12", "yes"), "likes_")]
    )
    def test_of_a_name_that_comes_twice_one_is_taken_where_both_are_equal(self, tmp_path, twice, fault):
        header = [*FOURCAT_INSTAGRAM.split(","), "num_likes", "likes_hidden"]
        row = (
            "Cx1",
            "2024-01-01 02:00:00",
            "Cx1",
            "Cx1",
            "u",
            "sun",
            "a",
            "mixed",
            "3",
            "",
            "",
            "no",
            "12",
            "0",
            "1704067200",
        )
        file = csv_file(tmp_path / "a.csv", header, (*row, *twice))
        if fault:
            (read,) = imported(file, tmp_path / "scratch")
            assert read.faults[0].startswith(f"a.csv: '{fault}")
            assert "with different cells" in read.faults[0]
            return
        read = table(file, tmp_path / "scratch")
        assert values(read.frame, "likes") == [(12,)]
        assert any("'num_likes' is there more than once, with the same cells" in note for note in read.notes)

    @pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("latin-1", ";"), ("utf-8-sig", ",")])
    def test_cells_are_made_in_any_encoding(self, tmp_path, encoding, delimiter):
        row = changed(PHOTO, FACEBOOK, Message='Één\r\n"café"; of\ttwee')
        path = csv_file(tmp_path / "ct.csv", FACEBOOK, row, VIDEO, encoding=encoding, delimiter=delimiter)
        read = table(path, tmp_path / "scratch")
        assert values(read.frame, "likes", "created_at", "caption") == [
            (400_137, "2021-07-05 21:02:45", 'Één\r\n"café"; of\ttwee'),
            (1_000, "2021-07-06 12:00:00", "Watch"),
        ]

    def test_rows_that_do_not_fit_are_named_by_their_line_in_any_encoding(self, tmp_path):
        path = csv_file(
            tmp_path / "ct.csv", FACEBOOK, changed(PHOTO, FACEBOOK, Message="é"), PHOTO[:5], encoding="latin-1"
        )
        (read,) = imported(path, tmp_path / "scratch")
        assert any("1 row with fewer cells than the header" in fault and "line 3" in fault for fault in read.faults)


class TestRewriting:
    def test_rows_that_do_not_fit_are_refused_with_their_line(self, tmp_path):
        path = tmp_path / "cut.csv"
        path.write_text(FACEBOOK + "\nA,b\n", encoding="utf-8")
        with pytest.raises(Refusal, match=r"1 row with fewer cells than the header.*line 2"):
            list(rewriting.rows(path))

    @pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("latin-1", ";"), ("utf-8-sig", ",")])
    def test_any_encoding_and_delimiter(self, tmp_path, encoding, delimiter):
        header = [*("Me gusta totales de la página", "Tipo", "Post Weekday", "Post Hour", "Paid", "like", "compartir")]
        header += ["comment", "Lifetime Post Total Reach", "Total Interactions"]
        row = ("139441", "Photo", "4", "3", "0", "79", "17", "4", "2752", "100")
        path = csv_file(tmp_path / "uci.csv", header, row, row, encoding=encoding, delimiter=delimiter)
        read = table(path, tmp_path / "scratch")
        assert read.layout == "uci-facebook-metrics"
        assert (
            values(read.frame, "followers", "format", "likes", "shares", "boosted")
            == [(139_441, "image", 79, 17, False)] * 2
        )
        assert read.frame["post_id"].nunique() == 2

    def test_names_that_come_again_are_numbered(self, tmp_path):
        path = csv_file(tmp_path / "a.csv", ("a", "A", "b", "a"), ("1", "2", "3", "4"))
        assert list(rewriting.rows(path)) == [{"a": "1", "a 2": "2", "b": "3", "a 3": "4"}]

    def test_equal_rows_of_one_file_stay_apart_and_copies_agree(self, tmp_path):
        header = [*map(str, range(4))]
        for name in ("one", "two"):
            csv_file(tmp_path / f"{name}.csv", header, *(["1", "2", "3", "4"],) * 2)
            (tmp_path / f"out-{name}").mkdir()
        one, two = (
            [
                row["made id"]
                for row in rewriting.rows(scrapers._uci(tmp_path / f"{name}.csv", tmp_path / f"out-{name}")[0])
            ]
            for name in ("one", "two")
        )
        assert one == two
        assert len(set(one)) == 2

    def test_a_tweet_tells_its_time_by_its_id(self):
        moment = datetime.fromtimestamp(((920061541986250758 >> 22) + 1288834974657) // 1000, tz=UTC)
        read = datetime.fromisoformat(made(expressions.x_moment(), "920061541986250758"))
        assert read.replace(microsecond=0) == moment
        assert [made(expressions.x_moment(), text) for text in ("20", None, "1.2E+18", "a")] == [None] * 4


def test_a_file_of_another_kind_is_not_taken_for_one_of_these():
    assert match(["post_id", "account_id", "likes", "comments", "created_at"], LAYOUTS) == []
    assert match(["date", "name", "value"], LAYOUTS) == []
