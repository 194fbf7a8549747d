"""Tables of minet and of dashboards, downloads in other languages, and posts inside their account."""

import csv
import io
import json
import zipfile
from functools import partial

import pytest

from helpers.base.refusals import Refusal
from helpers.ground.languages import languages
from helpers.reading import jsons
from helpers.reading.dataset import open_dataset
from helpers.reading.guards import _limits
from helpers.reading.values import read_times
from helpers.sources import import_data
from helpers.sources.readers import minet
from helpers.tables import TABLES


@pytest.fixture
def given(given):
    """Write files and import them with their texts."""
    return partial(given, keep_text=True)


def table(imported, name="posts"):
    return open_dataset(imported.folder).tables[name].collect("pandas").to_native()


def text(header, *rows):
    """Write CSV; rows are cells by name, and what is not named is empty."""
    out, names = io.StringIO(), header.split(",")
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# minet. The names of columns are those that its source writes; not all of them stand here.

TIKTOK = (
    "query,id,description,timestamp,utc_time,video_id,video_duration,author_id,author_unique_id,author_verified,"
    "author_follower_count,author_heart_count,author_digg_count,music_id,digg_count,share_count,comment_count,"
    "play_count,challenges_titles,is_ad"
)
VIDEO = {"author_unique_id": "shop", "author_follower_count": 1500, "author_digg_count": 9, "author_heart_count": 77}
VIDEO |= {"timestamp": 1704103200, "utc_time": "2024-01-01T10:00:00", "share_count": 2, "comment_count": 3}
VIDEO |= {"play_count": 400, "video_duration": 15, "challenges_titles": "cats|dogs", "is_ad": "false"}
POST = {
    "shortcode": "A1",
    "caption": "x",
    "hashtags": "cats|dogs",
    "comment_count": 2,
    "taken_at_timestamp": 1704103200,
}
USER = {"username": "shop", "follower_count": 800, "follow_count": 50, "is_private": "false", "is_verified": "true"}
SKY = {"uri": "at://did:plc:a/app.bsky.feed.post/3k1", "like_count": 5, "repost_count": 2, "reply_count": 1}
TUBE = {"channel_id": "UCa", "view_count": 100, "like_count": 7, "published_at": "2024-01-01T10:00:00Z"}
CROWD = {"ct_id": "5|1", "id": "8_1", "platform": "Facebook", "type": "photo", "datetime": "2020-10-01T10:00:00"}
CROWD |= {"actual_like_count": 5, "actual_love_count": 1, "expected_like_count": 900, "actual_comment_count": 3}
MINET = {
    "tiktok": (
        TIKTOK,
        [VIDEO | {"id": f"72{n}", "digg_count": 10 + n} for n in (0, 1, 1)],  # found twice by two queries
        *("posts", {"likes": 21, "followers": 3000, "views": 800, "shares": 4, "duration_s": 30}),
    ),
    "instagram": (
        "username,id,media_type,shortcode,caption,hashtags,like_and_view_counts_disabled,like_count,comment_count,"
        "medias_type,taken_at_timestamp,utc_time",
        [
            POST
            | {"username": "shop", "media_type": "GraphSidecar", "medias_type": "GraphImage|GraphVideo"}
            # A number that the account hides is no number of likes, whatever it is.
            | {"shortcode": f"A{n}", "like_count": 5, "like_and_view_counts_disabled": hidden}
            for n, hidden in enumerate(("false", "true"))
        ],
        *("posts", {"likes": 5, "comments": 4}),
    ),
    "instagram-lists": (
        "id,media_type,shortcode,caption,hashtags,liked_by_count,comment_count,preview_like_count,owner_id,"
        "taken_at_timestamp,utc_time",
        [POST | {"owner_id": "77", "media_type": "GraphImage", "liked_by_count": 11, "preview_like_count": 11}],
        *("posts", {"likes": 11, "comments": 2}),
    ),
    "instagram-users": (
        "username,id,is_private,is_verified,follower_count,follow_count,hide_like_and_view_counts,category_name",
        [USER, USER | {"username": "two"}],
        *("accounts", {"followers": 1600, "following": 100}),
    ),
    "twitter": (
        "id,timestamp_utc,user_screen_name,text,retweet_count,like_count,reply_count,user_id,user_followers,"
        "user_likes,retweeted_id,collection_time,hashtags",
        [
            {"id": n, "timestamp_utc": "1610005273.0", "user_screen_name": "u", "user_id": "5", "user_followers": 10}
            | {"user_likes": 99, "retweet_count": 1, "like_count": n, "retweeted_id": "" if n < 3 else "1"}
            for n in (1, 2, 3)
        ],
        *("posts", {"likes": 3, "followers": 20}),
    ),
    "twitter-users": (
        "id,screen_name,name,timestamp_utc,verified,tweets,followers,friends,likes,lists",
        [{"id": "1", "screen_name": "a", "tweets": 10, "followers": 500, "friends": 20, "likes": 7, "lists": 1}],
        *("accounts", {"followers": 500, "following": 20, "posts": 10}),
    ),
    "bluesky": (
        "cid,did,uri,url,timestamp_utc,indexed_at_utc,user_did,user_handle,text,original_text,repost_count,like_count,"
        "reply_count,quote_count,bookmark_count,repost_by_user_did,hashtags,collection_time",
        [
            SKY | {"user_did": "did:plc:a", "timestamp_utc": 1742116928, "bookmark_count": 3},
            SKY | {"uri": "at://b/c/3k2", "user_did": "did:plc:b", "repost_by_user_did": "did:plc:a"},
        ],
        *("posts", {"likes": 5, "shares": 2, "comments": 1, "saves": 3}),
    ),
    "youtube": (
        "video_id,title,published_at,channel_id,view_count,like_count,comment_count,duration",
        [TUBE | {"video_id": "v1", "duration": "PT1M3S"}],
        *("posts", {"likes": 7, "views": 100, "duration_s": 63}),
    ),
    "youtube-channels": (
        "channel_id,title,published_at,country,view_count,hidden_subscriber_count,subscriber_count,video_count",
        [
            {"channel_id": "UCa", "subscriber_count": 1000, "video_count": 12, "hidden_subscriber_count": "false"},
            {"channel_id": "UCb", "subscriber_count": 0, "video_count": 12, "hidden_subscriber_count": "true"},
        ],
        *("accounts", {"followers": 1000, "posts": 24}),
    ),
    "youtube-comments": (
        "video_id,comment_id,author_name,author_channel_id,text,like_count,published_at,reply_count,parent_comment_id",
        [
            {"video_id": "v", "comment_id": f"c{n}", "author_channel_id": "UCb", "text": "hi", "like_count": n}
            for n in (1, 2)
        ],
        *("comments", {"likes": 3}),
    ),
    "instagram-comments": (
        "post,id,index,parent_id,text,comment_like_count,child_comment_count,created_at_utc,utc_time,username,user_id",
        [
            {"post": "https://www.instagram.com/p/Ab1/?hl=en", "id": f"18{n}", "user_id": "5", "text": "hi"}
            | {"comment_like_count": n, "created_at_utc": 1714557610, "parent_id": "180" if n else ""}
            for n in (0, 2)
        ],
        *("comments", {"likes": 2}),
    ),
    "facebook-comments": (
        "post_url,post_id,id,user_id,user_handle,user_label,text,html,formatted_date,date,reactions,replies,in_reply_to",
        [
            {"post_url": "https://www.facebook.com/watch/?v=77", "post_id": "77", "id": f"18{n}", "user_id": "5"}
            | {"text": "hi", "formatted_date": "2024-05-01T10:00:00", "reactions": n, "in_reply_to": "180" if n else ""}
            for n in (0, 3)
        ],
        *("comments", {"likes": 3}),
    ),
    "facebook-posts": (
        "group_url,url,user_id,user_handle,user_label,text,html,formatted_date,date,reactions,comments",
        [
            {"url": f"https://www.facebook.com/groups/7/permalink/9{n}/", "user_id": f"5{n}", "text": "#cats #dogs"}
            | {"formatted_date": "2024-05-01T10:00:00", "reactions": n, "comments": 1}
            for n in (1, 2)
        ],
        *("posts", {"likes": 3, "comments": 2}),
    ),
    "reddit": (
        "title,url,author,scraped_points,approximated_points,scraped_number_comments,number_comments,published_date",
        [
            {"url": f"https://www.reddit.com/r/nl/comments/ab{n}/t/", "scraped_points": "1.2k"}
            | {"approximated_points": 1200, "number_comments": 30, "published_date": "2024-01-01T10:00:00+00:00"}
            for n in (1, 2)
        ],
        *("posts", {"likes": 2400, "comments": 60}),
    ),
    "telegram": (
        "link_to_message,user,user_link,text,nb_hashtags,hashtags,nb_links,views,datetime",
        [
            {"link_to_message": f"https://t.me/news/{n}", "user_link": "https://t.me/news", "hashtags": "cats|dogs"}
            | {"views": "1.2K", "datetime": "2024-01-01T10:00:00+00:00"}
            for n in (1, 2)
        ],
        *("posts", {"views": 2400}),
    ),
    "telegram-channels": (
        "title,name,link,description,nb_subscribers,nb_photos",
        [{"name": "@news", "link": "https://t.me/news", "nb_subscribers": "1.2K"}],
        *("accounts", {"followers": 1200}),
    ),
    "crowdtangle": (
        "ct_id,id,platform,type,datetime,updated,actual_like_count,expected_like_count,actual_favorite_count,"
        "actual_share_count,actual_comment_count,actual_love_count,account_id,account_subscriber_count",
        [
            CROWD | {"account_id": "88", "account_subscriber_count": 4000},
            # Instagram has favourites; a post without either is not one without likes.
            {"id": "9_1", "platform": "Instagram", "account_id": "9", "actual_favorite_count": 7},
            {"id": "9_2", "platform": "Instagram", "account_id": "9"},
        ],
        *("posts", {"likes": 13, "followers": 4000}),
    ),
}


def test_every_table_of_minet_is_tried():
    assert {layout.name.removeprefix("minet-") for layout in minet.LAYOUTS} == {*MINET}
    for layout in minet.LAYOUTS:
        assert set(TABLES[layout.table].required) <= {*layout.fields, *layout.constants}


@pytest.mark.parametrize("name", MINET)
def test_tables_of_minet_are_read(given, name):
    header, rows, ours, sums = MINET[name]
    done = given(made_DOT_csv=text(header, *rows))
    frame = table(done, ours)
    assert {column: frame[column].sum() for column in sums} == sums
    assert "hashtags" not in frame or set(frame["hashtags"].dropna()) == {"cats dogs"}
    if name in ("instagram-comments", "facebook-comments"):
        assert (frame["post_id"].nunique(), frame["created_at"].notna().all()) == (1, True)
        assert frame["parent_id"].tolist()[1] == frame["comment_id"].tolist()[0]
    if name == "crowdtangle":
        assert frame["likes"].isna().tolist() == [False, False, True]
    if name == "instagram":
        assert (frame["format"].tolist(), frame["likes_hidden"].tolist()) == (["carousel"] * 2, [False, True])
    if name == "youtube-channels":
        assert frame["followers"].isna().tolist() == [False, True]


# Dashboards.

COMMENTS = "Name,Username,Profile ID,Date,Likes,Comment,User Verified,Comment ID,Profile URL,Comment URL"


KARMA = "Date;Profile;Message;Number of Likes;Number of comments;Post-ID;Link;Image Link;Reactions, Comments & Shares"
KARMA_POSTS = [
    f"1{n}/07/2025, 14:05;Shop {n % 2};hi;1.23{n};{n};p{n};https://www.instagram.com/p/A{n}/;x;1.24{n}"
    for n in range(1, 5)
]
KARMA_PROFILES = (
    "Profile;Social network;Follower;Number of posts;Number of Likes;Number of comments;Profile-ID;Link;Image Link\n"
    "Shop 0;INSTAGRAM;12.345;10;5;5;90;x;x\nShop 1;INSTAGRAM;2.345;10;5;5;91;x;x\n"
)


def test_posts_of_one_network_of_fanpage_karma_get_followers_from_its_profiles(given):
    above = ["Fanpage Karma;;;;;;;;", "July;;;;;;;;", "01.07.2025 - 31.07.2025;;;;;;;;", ";;;;;;;;"]
    total = ";;;4.930;10;SUMME;;;4.970"
    posts = "\n".join([*above, KARMA, *KARMA_POSTS, total])
    done = given(ig_DOT_csv=posts, profiles_DOT_csv=KARMA_PROFILES)
    frame = table(done)
    assert (len(frame), frame["likes"].sum(), frame["comments"].sum()) == (4, 4_930, 10)
    assert sorted(frame["followers"].tolist()) == [2_345, 2_345, 12_345, 12_345]
    assert set(frame["platform"]) == {"instagram"}
    assert frame["created_at"].min().day == 11


def test_posts_in_albums_of_phantombuster_are_carousels(given):
    cells = {"pubDate": "2021-05-01T10:00:00.000Z", "type": "Photo", "username": "shop", "likeCount": 5}
    rows = [
        cells | {"postUrl": f"https://www.instagram.com/p/A{n}/", "isSidecar": sidecar, "commentCount": 1}
        for n, sidecar in enumerate(("true", "false"))
    ]
    header = (
        "postUrl,description,commentCount,likeCount,pubDate,isSidecar,type,caption,profileUrl,username,timestamp,query"
    )
    assert table(given(result_DOT_csv=text(header, *rows)))["format"].tolist() == ["carousel", "image"]


@pytest.mark.parametrize(
    "link",
    [
        *("https://www.youtube.com/watch?v=abc{}", "https://www.facebook.com/story.php?story_fbid=9{}&id=5"),
        *(
            "https://www.facebook.com/watch/?ref=x&v=7{}#a",
            "https://www.facebook.com/permalink.php?story_fbid=9{}&id=5",
        ),
        *("https://www.facebook.com/photo/?fbid=7{}&set=a", "https://www.instagram.com/p/A{}/?img_index=1"),
    ],
)
def test_posts_are_told_apart_by_what_their_links_ask_for(given, link):
    head = "Date,Content,URL,Type,Impressions,Interactions,Engagement,Likes,Comments\n"
    rows = [f"2024-05-0{n} 10:00,x,{link.format(n)},Video,100,9,1.2,{n}0,{n}" for n in (1, 2, 3)]
    assert table(given(metricool_DOT_csv=head + "\n".join(rows)))["likes"].tolist() == [10, 20, 30]


def test_posts_of_several_days_with_one_id_are_said(given):
    head = "Date,Content,URL,Type,Impressions,Interactions,Engagement,Likes,Comments\n"
    rows = "2024-05-0{} 10:00,x,https://x.com/a/status/1,Video,100,9,1.2,{},1\n".format
    done = given(m_DOT_csv=head + rows(1, 10) + rows(4, 20) + rows(8, 30))
    assert any("2 rows left out as earlier captures, though of other days" in line for line in done.aloud)
    done = given(m_DOT_csv=head + rows(1, 10) + rows(1, 20) + rows(2, 30))
    assert (len(table(done)), any("earlier captures" in line for line in done.aloud)) == (1, False)


def test_comments_of_exportcomments_with_links_are_told_apart_by_their_posts(given):
    link = "https://www.instagram.com/p/{}/c/180{}".format
    cells = {"Profile ID": "1", "Date": "2026-06-01 22:41:57", "Likes": 3, "Comment": "Hello"}
    rows = [
        cells | {"Comment ID": "1801", "Comment URL": link("AbC", 1)},
        cells | {"Comment ID": "1802", "Comment URL": link("AbC", 1) + "/r/1802"},
        cells | {"Comment ID": "1803", "Comment URL": link("DeF", 3)},
    ]
    frame = table(given(e_DOT_csv=text(COMMENTS, *rows)), "comments")
    assert (len(frame), frame["likes"].sum(), frame["post_id"].nunique()) == (3, 9, 2)
    assert frame["parent_id"].tolist()[1] == frame["comment_id"].tolist()[0]
    assert frame["parent_id"].notna().sum() == 1


def test_audiences_of_sprouts_profiles_by_day_are_followers_on_that_day(given):
    days = "Date,Network,Profile,Audience,Net Audience Growth,Impressions\n"
    days += '03-13-2024,Instagram,shop,"1,000",5,7\n03-14-2024,Instagram,shop,"2,000",5,7\n'
    days += "03-14-2024,Facebook,shop,77,5,7\n"
    posts = "Date,Network,Profile,Sent by,Link,Impressions,Engagements,Likes,Comments\n"
    posts += '3/14/2024 2:05 pm,Instagram,shop,me,https://www.instagram.com/p/A/,"1,200",9,"1,000",1\n'
    done = given(Profiles_DOT_csv=days, Posts_DOT_csv=posts)
    assert table(done)[["likes", "followers"]].to_numpy().tolist() == [[1000, 2000]]
    assert table(done, "account_history")["followers"].sum() == 3077


def test_marks_that_other_columns_show_decide_for_a_column_that_does_not(given):
    head = "post_id,account_id,likes,reach,views\n"
    rows = head + 'p1,a,"1,000","1,234",5\np2,a,"2,000","12,345",6\n'
    frame = table(given(posts_DOT_csv=rows))
    assert (frame["likes"].tolist(), frame["reach"].tolist()) == ([1000, 2000], [1234, 12345])
    with pytest.raises(Refusal, match="nothing that decides"):
        given(posts_DOT_csv=head + 'p1,a,"1,000",34,5\np2,a,"2,000",45,6\n')
    with pytest.raises(Refusal, match="nothing that decides"):  # two columns of which each says another
        given(posts_DOT_csv=head + 'p1,a,"1,000","1,234",1.234.567\np2,a,"2,000","12,345",6\n')


def test_counts_of_mastodon_and_crowdtangle_keep_tags_formats_and_all_reactions(given):
    status = {"id": "1", "uri": "https://m/1", "created_at": "2024-01-01T10:00:00Z", "favourites_count": 3}
    status |= {"reblogs_count": 1, "replies_count": 0, "content": "x", "account": {"acct": "a", "followers_count": 12}}
    tags = [{"name": "cats", "url": "u"}, {"name": "dogs", "url": "u"}]
    media = [[], [{"type": "image"}], [{"type": "image"}] * 2, [{"type": "gifv"}]]
    done = given(
        s_DOT_json=[
            status | {"uri": f"https://m/{n}", "tags": tags, "media_attachments": told} for n, told in enumerate(media)
        ]
    )
    assert set(table(done)["hashtags"]) == {"cats dogs"}
    assert table(done)["format"].fillna("").tolist() == ["", "image", "carousel", "video"]


# Insights of a download, whose labels are in the language of the account.

FIGURES = ("Accounts reached", "Impressions", "Likes", "Comments", "Shares", "Saves", "External link taps")
OF_REELS = ("Accounts reached", "Instagram Plays", "Instagram Likes", "Instagram Comments", "Instagram Saves")


def insight(labels, place, moment="Zeit é"):
    told = {label: {"href": "", "value": str(100 * n + place), "timestamp": 0} for n, label in enumerate(labels)}
    told |= {moment: {"href": "", "value": "", "timestamp": 1719828000 + 86400 * place}}
    return {"media_map_data": {"Bild": {"uri": "m.jpg", "creation_timestamp": 1, "title": "hé #één"}}} | {
        "string_map_data": told
    }


def as_meta_writes(value):
    """Write JSON whose texts are UTF-8 taken for Latin-1."""
    return json.dumps(json.loads(json.dumps(value, ensure_ascii=False).encode().decode("latin-1")))


@pytest.mark.parametrize("language", ["Dutch", "German", "French", "Spanish", "Portuguese", "Italian"])
def test_insights_of_a_download_are_read_in_every_language(given, language):
    told = next(one for one in languages() if one.language == language).headers["insights"]
    posts, reels = ([told.get(name, [name])[0] for name in names] for names in (FIGURES, OF_REELS))
    done = given(
        past__posts_DOT_json=as_meta_writes({"organic_insights_posts": [insight(posts, n) for n in (1, 2)]}),
        past__reels_DOT_json=as_meta_writes({"organic_insights_reels": [insight(reels, n) for n in (1, 2)]}),
    )
    frame = table(done).set_index("format")
    assert frame.loc["reel", ["reach", "views", "likes", "comments", "saves"]].sum().tolist() == [3, 203, 403, 603, 803]
    plain = frame[frame.index.isna()]
    sums = {"reach": 3, "impressions": 203, "likes": 403, "comments": 603, "shares": 803, "saves": 1003, "clicks": 1203}
    assert {name: plain[name].sum() for name in sums} == sums
    assert set(plain["caption"]) == {"hé #één"}
    assert frame["created_at"].dt.strftime("%Y-%m-%d").tolist() == ["2024-07-02", "2024-07-03"] * 2


def test_insights_in_a_language_that_is_not_known_are_refused_and_labels_that_are_not_are_said(given):
    unknown = {"organic_insights_posts": [insight(("Oslovené účty", "Zobrazení", "To se mi líbí"), n) for n in (1, 2)]}
    with pytest.raises(Refusal, match="set Instagram to English"):
        given(posts_DOT_json=unknown)
    done = given(
        posts_DOT_json={"organic_insights_posts": [insight(("Bereikte accounts", "Hartjes"), n) for n in (1, 2)]}
    )
    assert "likes" not in table(done)
    assert any("Hartjes" in line and "likes" in line for line in done.aloud)


# My Activity.


def entry(place, title, link):
    told = {"header": "YouTube", "title": title, "titleUrl": f"https://www.youtube.com/{link}", "products": ["YouTube"]}
    return told | {"time": f"2024-05-01T10:{place:02}:00.000Z"}


def history(watched, liked, visited):
    return [
        entry(0, watched.replace("…", "cats"), "watch?v=abcdefghijk"),
        entry(2, watched.replace("…", "Liked to be shared"), "watch?v=abcdefghij2"),
        entry(4, watched.replace("…", "Kochen geteilt"), "shorts/abcdefghij3"),
        entry(6, "?", "results?search_query=cats"),
        entry(8, liked.replace("…", "dogs"), "watch?v=abcdefghijl"),
        entry(10, visited.replace("…", "YouTube"), ""),
        entry(12, watched.replace("…", "end"), "watch?v=abcdefghijm"),
    ]


@pytest.mark.parametrize("language", [one.language for one in languages()])
def test_what_was_done_on_youtube_is_told_from_what_was_watched_in_every_language(given, language):
    told = next(one for one in languages() if one.language == language).activity
    for watched, liked, visited in zip(told["watched"][:2], told["done"][:2], told["visited"][:2], strict=False):
        done = given(MyActivity_DOT_json=history(watched, liked, visited))
        diary = table(done, "diary")
        assert (diary["passive_events"].sum(), diary["active_events"].sum()) == (4, 2)
        assert not any("words that are not known" in line for line in done.aloud)


def test_a_history_in_a_language_that_is_not_known_is_said(given):
    mixed = history("Zhlédnuto: …", "Líbí se vám …", "Navštíveno: …")
    done = given(MyActivity_DOT_json=mixed)
    assert any("words that are not known" in line and "English" in line for line in done.aloud)
    watched = [one for one in mixed if "results" not in one["titleUrl"]]  # the list of what was watched has no searches
    assert not any("words that are" in line for line in given(MyActivity_DOT_json=watched).aloud)


# Posts inside their account.


def media(number, **more):
    told = {"id": f"178{number}", "timestamp": "2024-01-01T10:00:00+0000", "media_type": "IMAGE", "like_count": number}
    return told | {"comments_count": 1, "permalink": "u"} | more


@pytest.mark.parametrize(
    ("answer", "followers", "accounts"),
    [
        ({"username": "shop", "media": [media(1), media(2)], "followers_count": 500, "id": "9"}, 1000, 1),
        (
            {
                "business_discovery": {
                    "username": "shop",
                    "followers_count": 500,
                    "media": {"data": [media(1), media(2)]},
                }
            }
            | {"id": "1"},
            *(1000, 1),
        ),
        (
            [
                {"username": n, "followers_count": 500, "media": {"data": [media(ord(n)), media(2 * ord(n))]}}
                for n in "ab"
            ],
            *(2000, 2),
        ),
        ({"data": [media(1), media(2)], "paging": {"next": "x"}}, 0, 1),
        # What others posted is not theirs: a list of tags, and posts that name another author.
        ({"username": "shop", "followers_count": 500, "tags": {"data": [media(1), media(2)]}}, 0, 1),
        (
            {"username": "shop", "followers_count": 500, "media": [media(1, username="shop"), media(2, username="b")]},
            *(500, 2),
        ),
        (
            {"account": "shop", "followers": 5, "posts": [{"post_id": "1", "account_id": "Shop", "likes": 3}]},
            5,
            1,
        ),
    ],
)
def test_posts_have_the_followers_of_the_account_around_them(given, answer, followers, accounts):
    lines = "\n".join(map(json.dumps, answer)) if isinstance(answer, list) else json.dumps(answer)
    for file in ({"a_DOT_json": answer}, {"a_DOT_json": lines}):
        frame = table(given(**file))
        assert (frame["followers"].sum() if "followers" in frame else 0) == followers
        assert "followers_at" not in frame or set(frame["followers_at"].dropna()) == {"capture"}
        assert frame["account_id"].nunique() == accounts


def test_profiles_with_their_latest_posts_give_both(given):
    post = {"type": "Image", "likesCount": 4, "commentsCount": 1, "timestamp": "2024-01-01T10:00:00.000Z"}
    profile = {"followersCount": 100, "followsCount": 3, "postsCount": 9}
    done = given(
        a_DOT_json=[
            profile
            | {"username": n, "latestPosts": [post | {"shortCode": f"{n}{k}", "ownerUsername": n} for k in "12"]}
            for n in "ab"
        ]
    )
    assert done.rows == {"posts": 4, "accounts": 2}
    assert table(done)["followers"].tolist() == [100] * 4


def test_what_stands_around_a_list_can_be_mapped(given):
    toml = '[tables.posts]\nfile = "a.json"\nrecords = "in.list"\n[tables.posts.columns]\npost_id = "nr"\n'
    toml += 'account_id = "^.naam"\nfollowers = "^.volgers"\nlikes = "h"\n'
    inner = {"volgers": 7, "list": [{"nr": "1", "h": 3}, {"nr": "2", "h": 4}]}
    done = given(a_DOT_json={"naam": "shop", "volgers": 70, "in": inner}, dataset_DOT_toml=toml)
    assert table(done)["followers"].tolist() == [7, 7]  # the nearer of two


def test_what_stands_around_a_list_is_found_after_it_too(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"a": {"x": 1}, "in": {"list": [{"n": [5]}], "last": True}, "z": None}))
    assert jsons.header(file, path="in.list") == ("n", "^.a.x", "^.last", "^.z")


# Messages.


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("Rows: 3", ""),
        ("3 of 3 rows", ""),
        ("Showing 1 to 3 of 3 entries", ""),
        ("Page 1 of 1", ""),
        ("Rows: 1,200", "1,200"),
        ("Showing 1 to 3 of 12 entries", "12"),
        ("Top 3 results", "3"),
        ("Die 3 besten Beiträge", "3"),
    ],
)
def test_a_number_of_rows_under_a_table_says_that_it_is_cut_only_where_it_is(given, line, cut):
    rows = "".join(f"p{n},a,{n + 4},2024-01-0{n}\n" for n in (1, 2, 3))
    done = given(posts_DOT_csv=f"post_id,account_id,likes,created_at\n{rows}{line},,,\n")
    assert len(table(done)) == 3
    said = [told for told in done.aloud if "cut" in told]
    assert [told.rpartition(" ")[2] for told in said] == ([cut] if cut else [])


def test_limits_are_those_of_the_largest_file():
    assert _limits(["Rows: 5"], {5, 9}) == []
    assert _limits(["2024-03-01, 10:00"], {5}) == []


@pytest.mark.parametrize(
    ("cell", "other"),
    [
        *(("31/31/2025", "14/03/2025"), ("2025-02-30", "2025-03-01"), ("31/02/2025", ""), ("04/31/2025 10:00", "")),
        *(("2025-01-01 25:61", ""), ("30 februari 2025", "1 mei 2025"), ("Feb 31, 2025", "Mar 1, 2025")),
    ],
)
def test_a_date_that_there_is_not_is_named_with_what_is_allowed(given, cell, other):
    with pytest.raises(Refusal) as refusal:
        given(posts_DOT_csv=f'post_id,account_id,created_at\np1,a,"{other}"\np2,a,"{cell}"\n')
    told = f"created_at: 1 value that no calendar or clock has ('{cell}'): a month goes from 1 to 12, a day from 1 to"
    assert told in str(refusal.value)
    assert "(line 3)" in str(refusal.value)


def test_a_date_that_there_is_not_decides_nothing_and_names_nobody():
    read = read_times(["31/31/2025", "04/05/2025", "Jane 31 februari 2025"])
    assert ["31/31/2025" in fault.says for fault in read.faults] == [False, True]
    assert not any("Jane" in fault.says for fault in read.faults)
    assert read.faults[0].at == (1,)
    assert read_times(["0000-00-00", "2025-01-02"]).faults == ()


# What was read wrongly without a word.


def test_keys_of_json_that_come_late_are_columns_of_tidy_tables_too(given):
    lines = [{"post_id": f"p{n}", "account_id": "a", "created_at": "2025-03-14"} for n in range(300)]
    lines[260]["likes"] = 5
    assert table(given(x_DOT_jsonl="\n".join(map(json.dumps, lines))))["likes"].sum() == 5


def sheets_of(path, *sheets, hidden=()):
    """Write a workbook of several sheets of texts, as small as one can be."""
    office = "http://schemas.openxmlformats.org"
    main, packs = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006"
    related = f"{office}/officeDocument/2006/relationships"
    named = range(1, len(sheets) + 1)
    state = {n: ' state="hidden"' if n in hidden else "" for n in named}
    told = "".join(f'<sheet name="S{n}" sheetId="{n}"{state[n]} r:id="r{n}"/>' for n in named)
    leads = '<Relationships xmlns="{}/relationships">{}</Relationships>'.format
    lead = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'.format
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packs}/content-types"/>',
        "_rels/.rels": leads(packs, lead("a", related, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets>{told}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": leads(
            packs, "".join(lead(f"r{n}", related, "worksheet", f"worksheets/sheet{n}.xml") for n in named)
        ),
    }
    for n, rows in enumerate(sheets, start=1):
        cells = ""
        for at, row in enumerate(rows, start=1):
            inside = (f'<c r="{chr(65 + k)}{at}" t="inlineStr"><is><t>{c}</t></is></c>' for k, c in enumerate(row) if c)
            cells += f'<row r="{at}">{"".join(inside)}</row>'
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as out:
        for name, part in parts.items():
            out.writestr(name, part)


HEAD = ["post_id", "account_id", "created_at", "likes"]
MARCH = [HEAD, ["p1", "a", "2025-03-14", "5"], ["p2", "a", "2025-03-15", "6"], ["p3", "a", "2025-03-16", "7"]]


def test_hidden_sheets_are_not_read_and_said(tmp_path):
    sheets_of(tmp_path / "b.xlsx", [HEAD, ["p9", "a", "2025-03-14", "999"]], MARCH, hidden=(1,))
    done = import_data(tmp_path / "b.xlsx", "made", to=tmp_path / "user")
    assert table(done)["likes"].tolist() == [5, 6, 7]
    assert any("sheet 1 (hidden) not read" in line for line in done.aloud)
    sheets_of(tmp_path / "c.xlsx", MARCH, hidden=(1,))  # where all are, there is nothing else to read
    assert table(import_data(tmp_path / "c.xlsx", "made", to=tmp_path / "user"))["likes"].sum() == 18


@pytest.mark.parametrize(
    "rows", [[["account_id", "followers"], ["a", "100"]], [["Owner", "Jane"], ["Made", "by hand"]]]
)
def test_a_second_table_under_the_first_is_no_posts_and_said(given, tmp_path, rows):
    sheets_of(tmp_path / "b.xlsx", [*MARCH, [], *rows])
    done = import_data(tmp_path / "b.xlsx", "made", to=tmp_path / "user")
    assert table(done)["likes"].tolist() == [5, 6, 7]
    assert any(f"{len(rows)} rows left out: under the table" in line for line in done.aloud)
    # Without an empty row its header tells; without that of columns that are known, they are posts.
    padded = "post_id,account_id,likes,comments\np1,a,5,1\np2,a,6,2\n{},,\na,1000,,\n"
    assert len(table(given(posts_DOT_csv=padded.format("account_id,followers")))) == 2
    assert len(table(given(posts_DOT_csv=padded.format("Datum,Volgers")))) == 2
    assert len(table(given(posts_DOT_csv=padded.format("p3,b")))) == 4
    with pytest.raises(Refusal, match="if they are a second table, save it as a file of its own"):
        given(posts_DOT_csv="post_id,account_id,likes,comments,shares\np1,a,5,1,1\np2,a,6,2,1\nid,fans\na,1\n")
    # Where others have nothing but ids too, or one alone has, they are posts.
    bare = "post_id,account_id,likes\np1,a,\np2,a,5\np3,a,\np4,a,\n"
    assert len(table(given(posts_DOT_csv=bare))) == 4
    assert len(table(given(posts_DOT_csv="post_id,account_id,likes\np1,a,3\np2,a,5\np3,a,\n"))) == 3


def test_lengths_on_a_clock_are_seconds_and_those_in_other_units_are_said(given):
    head = "post_id,account_id,duration_s\n"
    assert table(given(posts_DOT_csv=f"{head}p1,a,0:03:25\np2,a,PT10S\np3,a,5\n"))["duration_s"].tolist() == [
        205,
        10,
        5,
    ]
    assert table(given(posts_DOT_csv=f"{head}p1,a,3:25\np2,a,1:03:25\np3,a,2m5s\n"))["duration_s"].tolist() == [
        205,
        3805,
        125,
    ]
    watched = "post_id,account_id,watch_time_s\n"
    with pytest.raises(
        Refusal, match="watch_time_s: 1 value not readable"
    ):  # minutes and seconds, or hours and minutes
        given(posts_DOT_csv=f"{watched}p1,a,3:25\n")
    assert table(given(posts_DOT_csv=f"{watched}p1,a,3:25\np2,a,1:03:25\n"))["watch_time_s"].tolist() == [205, 3805]
    done = given(posts_DOT_csv=f"{head}p1,a,205000\np2,a,30000\n")
    assert any("may not be in seconds" in line for line in done.aloud)
    with pytest.raises(Refusal, match="above 10,000,000"):
        given(posts_DOT_csv=f"{head}p1,a,205000000\n")


@pytest.mark.parametrize("word", ["Total", "Gesamt", "Totaal:"])
def test_totals_that_have_a_date_are_no_post(given, word):
    rows = [f"p{at},a,2024-05-0{at} 10:00,{at},{at + 2}" for at in range(1, 5)]
    told = "\n".join(["post_id,account_id,created_at,likes,comments", f"{word},a,2024-05-01 00:00,10,18", *rows])
    done = given(posts_DOT_csv=told)
    assert (len(table(done)), table(done)["likes"].sum()) == (4, 10)
    assert any("a row of totals" in line for line in done.aloud)
    assert len(table(given(posts_DOT_csv=told.replace(",10,18", ",9,1")))) == 5  # it may be a post called so


def test_rows_that_are_one_cell_each_are_explained(given):
    rows = ['"Post ID,Account username,Publish time,Likes"', '"1,a,05/01/2024 10:00,5"', '"2,a,05/02/2024 10:00,5"']
    with pytest.raises(Refusal, match="each of its rows is one cell"):
        given(mine_DOT_csv="\n".join(rows))


def test_columns_of_a_persons_own_may_have_any_name(given):
    head = "post_id,account_id,n,n_untimed,f0,s likes,s views,total,likes,views"
    rows = [f"p{at},a,1,1,1,1,1,1,{at},{at + 2}" for at in range(1, 5)]
    total = "Total,,4,4,4,4,4,4,10,18"
    assert len(table(given(posts_DOT_csv="\n".join([head, *rows, total])))) == 4
    listed = "account_id,platform,n,total,followers\na,x,1,1,5\nb,x,1,1,6\nTotal,x,2,2,11\n"
    assert len(table(given(accounts_DOT_csv=listed), "accounts")) == 2


def test_a_second_table_is_seen_where_accounts_are_the_only_ids(given):
    toml = (
        '[tables.posts]\nfile = "mine.csv"\n[tables.posts.columns]\npost_id = "row"\naccount_id = "who"\nlikes = "n"\n'
    )
    rows = ["who,n,x", "a,5,1", "b,6,1", "{},,", "c,,"]
    for word, left in (("Handle", 2), ("d", 4)):
        assert len(table(given(mine_DOT_csv="\n".join(rows).format(word), dataset_DOT_toml=toml))) == left


def test_lengths_that_a_spreadsheet_took_for_hours_are_said(given):
    rows = [
        f"p{at},a,{hours:02}:{minutes:02}:00" for at, (hours, minutes) in enumerate([(3, 25), (0, 59), (12, 1), (2, 7)])
    ]
    done = given(posts_DOT_csv="\n".join(["post_id,account_id,duration_s", *rows]))
    assert any("taken 3:25 for 3 hours and 25 minutes" in line for line in done.aloud)
    rows[0] = "p0,a,03:25:07"
    done = given(posts_DOT_csv="\n".join(["post_id,account_id,duration_s", *rows]))
    assert not any("taken 3:25" in line for line in done.aloud)


@pytest.mark.parametrize(
    ("column", "cells", "views"),
    [
        ("n", ["1,2 mil", "345", "12 mil"], [1200, 345, 12_000]),
        ("n", ["1.2 mil", "345", "2.5 mi"], [1200, 345, 2_500_000]),
        ("fecha", ["1.5 mil", "345", "2 mil"], [1500, 345, 2000]),
    ],
)
def test_mil_is_a_thousand_in_spanish_and_portuguese(given, column, cells, views):
    rows = [f"p{at};a;x;{cell}" for at, cell in enumerate(cells)]
    done = given(posts_DOT_csv="\n".join([f"post_id;account_id;{column};views", *rows]))
    assert table(done)["views"].tolist() == views
    assert any("'mil', read as a thousand" in note for note in done.notes)


@pytest.mark.parametrize("cells", [["1.2 mil", "345"], ["1,2 mil", "3 k"]])
def test_mil_that_may_be_a_million_is_refused(given, cells):
    rows = [f"p{at};a;{cell}" for at, cell in enumerate(cells)]
    with pytest.raises(Refusal, match="with 'mil', which may be a thousand or a million"):
        given(posts_DOT_csv="\n".join(["post_id;account_id;views", *rows]))


def test_a_line_whose_number_has_a_comma_is_no_post(given):
    done = given(posts_DOT_csv="post_id,account_id,likes\np1,a,3\np2,a,5\np3,a,6\nRows: 1,200,\n")
    assert len(table(done)) == 3
    assert any("the export is cut" in line and "1,200" in line for line in done.aloud)
    assert len(table(given(posts_DOT_csv="post_id,account_id,likes\npost 1,a,3\npost 2,a,\n"))) == 2


@pytest.mark.parametrize(
    ("content", "says"), [(b"ARROW1\0\0", "save it as Parquet"), (b"\0" * 8 + b"DUCK" + b"\0" * 9, "give the database")]
)
def test_other_forms_of_tables_are_named(tmp_path, content, says):
    (tmp_path / "a.bin").write_bytes(content)
    (tmp_path / "n.md").write_text("x")
    with pytest.raises(Refusal, match=says):
        import_data(tmp_path, "made", to=tmp_path / "user")


@pytest.mark.parametrize(
    ("head", "row", "platform", "ours"),
    [
        (
            "Title,Date,Link,Impressions,Organic impressions,Reach,Reactions,Comments,Shares,Clicks,"
            "Link clicks,Engagement",
            "x,2024-01-1{n} 10:00,https://www.facebook.com/x/posts/{n},100,90,80,1{n},2,1,9,1,5.2",
            *("facebook", {"likes": 36, "clicks": 3}),
        ),
        (
            "Date,Title,Link,Type,Views,Likes,Comments,Shares,Reach,Duration,Engagement",
            "2024-01-1{n} 10:00,x,https://www.tiktok.com/@x/video/712{n},VIDEO,100,1{n},2,1,80,00:15,5.2",
            *("tiktok", {"likes": 36, "duration_s": 45}),
        ),
        (
            "Title,Published,Link,Views,Watch time,Average view duration,Likes,Dislikes,Comments,Shares,Engagement",
            "x,2024-01-1{n} 10:00,https://www.youtube.com/watch?v=vid0000000{n},100,5,30,1{n},0,2,1,5.2",
            *("youtube", {"likes": 36, "views": 300}),
        ),
    ],
)
def test_tables_of_one_network_of_metricool(given, head, row, platform, ours):
    frame = table(given(posts_DOT_csv="\n".join([head, *(row.format(n=n) for n in (1, 2, 3))])))
    assert set(frame["platform"]) == {platform}
    assert {name: frame[name].sum() for name in ours} == ours


def test_a_table_with_names_of_accounts_is_none_of_metricool(given):
    head = "Date,Who,Link,Likes,Comments,Engagement\n"
    rows = [f"2024-01-1{n} 10:00,shop {n},https://www.facebook.com/x/posts/{n},1{n},2,5.2" for n in (1, 2, 3)]
    with pytest.raises(Refusal, match="no column 'Interactions'"):
        given(own_DOT_csv=head + "\n".join(rows))


def test_posts_of_fanpage_karma_without_ids_are_told_apart_by_links(given):
    head = "Date,Time,Profile,Network,Message,Type,Link,Number of Likes,Number of Comments,Number of Shares\n"
    rows = [
        f"2024-01-1{n},14:05,Shop,Facebook,x,photo,https://www.facebook.com/x/posts/{n},1{n},2,3" for n in (1, 2, 3)
    ]
    frame = table(given(posts_DOT_csv=head + "\n".join(rows)))
    assert (frame["post_id"].nunique(), frame["likes"].sum(), frame["shares"].sum()) == (3, 36, 9)


@pytest.mark.parametrize(
    ("renamed", "whose"),
    [
        (
            "Identifiant du post lui-même,Identifiant du compte,Nom d’utilisateur du compte,Heure de publication,"
            "Type de publication,Commentaires",
            "Meta Business Suite",
        ),
    ],
)
def test_an_export_in_another_language_that_lacks_one_column_names_whose_language_to_set(given, renamed, whose):
    row = "1800000000000000{n},1784,shop,01/1{n}/2025 10:00,IG image,2"
    with pytest.raises(Refusal, match=f"set {whose} to English and export it again"):
        given(export_DOT_csv="\n".join([renamed, *(row.format(n=n) for n in (1, 2, 3))]))


def test_counts_of_one_post_over_time_are_no_posts(given):
    rows = "".join(f"2021-07-0{n} 10:00:00,{n},100,{n}0,3,2\n" for n in range(1, 9))
    with pytest.raises(Refusal, match=r"its rows are no posts(.|\n)*as post_history\.csv"):
        given(history_DOT_csv=f"Score Date,Timestep,Post Views,Likes,Comments,Shares\n{rows}")
