"""Real files that research tools and scrapers left, read as an import reads them, against figures found with pandas."""

import pandas as pd
import pytest
from exports import imported, kept, table
from test_real_data import real

from helpers.sources.readers.lists import trending_day

UTC5 = pd.Timedelta(hours=5)


def counts(frame, *names):
    """Sum columns."""
    return {name: int(frame[name].sum()) for name in names}


def x_times(ids):
    """Tell the times inside tweets' ids, computed apart from the readers."""
    return pd.to_datetime(ids.astype("int64") // 2**22 + 1288834974657, unit="ms")


@pytest.mark.parametrize("page", ["chelseafc", "nasa", "natgeo", "redbull", "starbucks"])
def test_posts_of_a_facebook_page(tmp_path, page):
    file = real(f"fb-pages-2016/{page}_facebook_statuses.csv")
    raw = pd.read_csv(file, dtype={"status_id": "str"})
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("facebook-page-post-scraper", len(raw))
    assert read.frame["post_id"].tolist() == raw["status_id"].tolist()
    assert set(read.frame["account_id"]) == set(raw["status_id"].str.split("_").str[0])
    theirs = {"likes": "num_reactions", "comments": "num_comments", "shares": "num_shares"}
    assert counts(read.frame, *theirs) == {ours: raw[name].sum() for ours, name in theirs.items()}
    times = pd.to_datetime(raw["status_published"]) + UTC5
    assert (read.frame["created_at"].min(), read.frame["created_at"].max()) == (times.min(), times.max())
    formats = raw["status_type"].replace({"photo": "image", "status": "text", "note": "text", "event": "other"})
    assert read.frame["format"].value_counts().to_dict() == formats.value_counts().to_dict()


def test_a_header_without_rows_is_recognised_and_said(tmp_path):
    (read,) = imported(real("fb-pages-2016/10ronaldinho_facebook_statuses.csv"), tmp_path / "scratch")
    assert read.layout == "facebook-page-post-scraper"
    assert read.rows == 0
    assert any("no rows" in said for said in (*read.faults, *read.notes))


def test_posts_of_live_sellers_with_two_kinds_of_date(tmp_path):
    file = real("uci-fb-live-thailand/Live.csv")
    raw = pd.read_csv(file)
    read = table(file, tmp_path / "scratch")
    times = pd.to_datetime(raw["status_published"], format="mixed", dayfirst=False) + UTC5
    assert (read.layout, read.rows) == ("facebook-page-post-scraper", 7_050)
    assert read.frame["created_at"].tolist() == times.tolist()
    assert (raw.duplicated().sum(), read.frame["post_id"].duplicated().sum()) == (51, 53)
    assert counts(read.frame, "likes", "comments", "shares") == {
        "likes": raw["num_reactions"].sum(),
        "comments": raw["num_comments"].sum(),
        "shares": raw["num_shares"].sum(),
    }
    assert read.frame["account_id"].nunique() == 9
    assert read.frame["format"].value_counts().to_dict() == {"image": 4288, "video": 2334, "text": 365, "link": 63}


METRICS = {
    "dataset_Facebook.csv": ("utf-8", "Page total likes", "share", 500),
    "dataset_Facebook_copy490.csv": ("utf-8", "Page total likes", "share", 490),
    "dataset_Facebook_es_latin1.csv": ("latin-1", "Me gusta totales de la página", "compartir", 500),
}


@pytest.mark.parametrize("name", METRICS)
def test_posts_of_one_page_without_ids(tmp_path, name):
    file = real(f"uci-facebook-metrics/{name}")
    encoding, followers, shares, size = METRICS[name]
    raw = pd.read_csv(file, sep=";", encoding=encoding)
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows, read.frame["post_id"].nunique()) == ("uci-facebook-metrics", size, size)
    theirs = {"followers": followers, "likes": "like", "comments": "comment", "shares": shares, "boosted": "Paid"}
    theirs |= {"reach": "Lifetime Post Total Reach", "impressions": "Lifetime Post Total Impressions"}
    assert counts(read.frame, *theirs) == {ours: raw[name].sum() for ours, name in theirs.items()}
    assert read.frame[["likes", "shares", "boosted"]].isna().sum().tolist() == [1, 4, 1]
    assert read.frame["clicks"].sum() == raw.iloc[:, 11].sum()
    assert any("'Total Interactions' is not the sum of likes, comments, shares in 0 of" in note for note in read.notes)
    types = raw.iloc[:, 1].str.casefold().replace({"photo": "image", "status": "text"})
    assert read.frame["format"].value_counts().to_dict() == types.value_counts().to_dict()


def test_copies_of_the_same_posts_have_the_same_ids(tmp_path):
    ids = {name: table(real(f"uci-facebook-metrics/{name}"), tmp_path / name).frame["post_id"] for name in METRICS}
    whole, part, spanish = (set(found) for found in ids.values())
    assert whole == spanish
    assert len(part) == len(part & whole) == 490


@pytest.mark.parametrize("name", ["BarackObama", "realDonaldTrump"])
def test_tweets_with_more_replies_than_likes(tmp_path, name):
    file = real(f"tw-538-ratio/{name}.csv")
    raw = pd.read_csv(file, encoding="latin-1")
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows, set(read.frame["account_id"])) == ("tweet-ratio", len(raw), {name})
    assert read.frame["post_id"].tolist() == raw["url"].str.split("/").str[-1].tolist()
    assert counts(read.frame, "likes", "comments", "shares") == {
        "likes": raw["favorites"].sum(),
        "comments": raw["replies"].sum(),
        "shares": raw["retweets"].sum(),
    }
    # The zone, which the file does not name, is that of the ids: UTC, to the minute.
    assert read.frame["created_at"].tolist() == x_times(read.frame["post_id"]).dt.floor("min").tolist()


def test_tweets_with_followers(tmp_path):
    file = real("tw-vaccination/vaccination_tweets_pseudonymised.csv")
    raw = pd.read_csv(file, dtype={"id": "str"})
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows, read.dropped) == ("tweets-with-followers", 8_082, dict.fromkeys(read.dropped, 0))
    assert read.frame["post_id"].tolist() == raw["id"].tolist()
    assert read.frame["created_at"].tolist() == x_times(raw["id"]).dt.floor("s").tolist()
    theirs = {"followers": "user_followers", "likes": "favorites", "shares": "retweets"}
    assert counts(read.frame, *theirs) == {ours: raw[name].sum() for ours, name in theirs.items()}
    tags = raw["hashtags"].dropna().map(lambda text: " ".join(part.strip("[]' ") for part in text.split(",")))
    assert read.frame["hashtags"].dropna().tolist() == tags.tolist()


def test_top_posts_of_communities(tmp_path):
    file = real("reddit-top-by-subreddit/reddit_sample_long.csv")
    raw = pd.read_csv(file, dtype={"id": "str"})
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("reddit-top-by-subreddit", 43_685)
    theirs = {"followers": "subscribers", "likes": "score", "comments": "num_comments"}
    assert counts(read.frame, *theirs) == {ours: raw[name].sum() for ours, name in theirs.items()}
    times = pd.to_datetime(raw["created_utc"], unit="s")
    assert (read.frame["created_at"].min(), read.frame["created_at"].max()) == (times.min(), times.max())
    assert read.frame["account_id"].value_counts().to_dict() == raw["subreddit"].value_counts().to_dict()
    assert (read.frame["format"] == "text").sum() == raw["is_self"].sum()
    assert set(read.frame["followers_at"]) == {"capture"}


def test_trending_days_that_became_numbers(tmp_path):
    file = real("yt-trending-us/USvideos.csv")
    raw = pd.read_csv(file, dtype={"date": "str", "video_id": "str"})
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("youtube-trending-2017", 7_998)
    assert counts(read.frame, "likes", "comments", "views") == {
        "likes": raw["likes"].sum(),
        "comments": raw["comment_total"].sum(),
        "views": raw["views"].sum(),
    }
    days = read.frame["captured_at"]
    assert (days.min(), days.max()) == (pd.Timestamp("2017-09-13"), pd.Timestamp("2017-10-22"))
    # 40 days in a row with 200 videos each, but for two lines that ran into others and four cells that say 100.
    assert (days.isna().sum(), days.nunique()) == (4, 40)
    assert sorted(days.value_counts())[:4] == [196, 199, 199, 200]
    named = raw["video_id"].str.fullmatch(r"[\w-]{11}", na=False)
    assert (read.frame["post_id"][named] == raw["video_id"][named]).mean() > 0.999
    assert read.frame["post_id"].nunique() == raw["thumbnail_link"].nunique() == 2_364


@pytest.mark.parametrize(("text", "day"), [("5.1", "2017-10-05"), ("10.1", "2017-10-10"), ("1.1", "2017-10-01")])
def test_a_month_that_lost_its_zero_is_october(text, day):
    assert trending_day(text) == day


@pytest.mark.parametrize(("name", "size"), [("train", 576), ("test", 120)])
def test_fake_and_genuine_accounts(tmp_path, name, size):
    file = real(f"ig-fake-spammer-genuine/{name}.csv")
    raw = pd.read_csv(file)
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("fake-and-genuine-accounts", size)
    assert read.frame["account_id"].nunique() == size
    theirs = {"followers": "#followers", "following": "#follows", "posts": "#posts", "is_fake": "fake"}
    assert counts(read.frame, *theirs) == {ours: raw[name].sum() for ours, name in theirs.items()}


def test_the_two_files_of_accounts_share_no_id(tmp_path):
    one, two = (
        set(table(real(f"ig-fake-spammer-genuine/{name}.csv"), tmp_path / name).frame["account_id"])
        for name in ("train", "test")
    )
    assert not one & two


def test_conversations_with_customer_care(tmp_path):
    file = real("support-ibm-twitter-cdp/messages_tidy.csv")
    raw = pd.read_csv(file, dtype="str")
    read = {one.layout: one for one in imported(file, tmp_path / "scratch")}
    messages, sessions = read["customer-care-messages"], read["customer-care-conversations"]
    assert (messages.faults, sessions.faults) == ((), ())
    assert (messages.rows, sessions.rows) == (2_350, 1_025)
    assert messages.frame["is_owner"].sum() == 148 + 1_025
    assert messages.frame["author_id"].isna().sum() == 34
    times = x_times(raw["tweet_id"])
    assert ((times - messages.frame["created_at"]).dt.total_seconds().between(0, 1)).all()
    waits = times - times.groupby(raw["session_id"]).shift()
    found = messages.frame.merge(messages.frame, left_on=["post_id", "parent_id"], right_on=["post_id", "comment_id"])
    assert len(found) == waits.notna().sum()
    gap = (found["created_at_x"] - found["created_at_y"]).dt.total_seconds().sum() - waits.dt.total_seconds().sum()
    assert abs(gap) < len(found)
    assert sessions.frame["comments"].sum() == 2_350
    assert sessions.frame["owner_replies"].sum() == 148 + 1_025
    assert sessions.frame["account_id"].nunique() == 25
    assert set(messages.frame["post_id"]) == set(sessions.frame["post_id"])


def test_comments_under_the_videos_of_a_channel(tmp_path):
    file = real("ytstudio-kenjee/All_Comments_Final.csv")
    raw = pd.read_csv(file)
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("youtube-comments", 10_240)
    assert read.frame["comment_id"].tolist() == raw["Comment_ID"].tolist()
    assert read.frame["likes"].sum() == raw["Like_Count"].sum()
    times = pd.to_datetime(raw["Date"]).dt.tz_localize(None)
    assert (read.frame["created_at"].min(), read.frame["created_at"].max()) == (times.min(), times.max())
    assert (read.frame["post_id"].nunique(), read.frame["text"].isna().sum()) == (219, 1)


def test_prompts_of_twitter_users(tmp_path):
    file = real("esm-twitter-wellbeing/data.csv")
    raw = pd.read_csv(file, low_memory=False)
    read = table(file, tmp_path / "scratch")
    assert (read.layout, read.rows) == ("twitter-experience-sampling", 6_218)
    assert read.frame["person_id"].nunique() == 252
    assert read.frame["passive_min"].sum() == 1_195
    active = raw[["w_tweeted", "w_rt", "w_liked", "w_commented", "w_messaged"]].any(axis=1)
    assert read.frame["active_min"].tolist() == active.astype(float).tolist()
    for ours, theirs in {"positive_affect": "pos_aff", "negative_affect": "neg_aff", "loneliness": "lonely"}.items():
        assert read.frame[ours].tolist() == raw[theirs].tolist()
    parts = raw["time"].str.extract(r"^(?:(?P<H>\d+)H )?(?:(?P<M>\d+)M )?(?P<S>\d+)S$").astype("float64").fillna(0)
    times = pd.to_datetime(raw["day"]) + pd.to_timedelta(parts["H"] * 3600 + parts["M"] * 60 + parts["S"], unit="s")
    assert (read.frame["observed_at"].min(), read.frame["observed_at"].max()) == (times.min(), times.max())
    assert not read.frame.duplicated(["person_id", "observed_at"]).any()


def test_repeated_posts_are_dropped_and_counted(tmp_path):
    file = real("uci-fb-live-thailand/Live.csv")
    raw = pd.read_csv(file)
    tables, _, dropped = kept(file, tmp_path)
    assert sorted(dropped.values()) == [2, 51]
    # The two ids that differ have the same counts under two dates.
    once = raw.drop_duplicates("status_id")
    assert len(tables["posts"]) == len(once) == 6_997
    assert counts(tables["posts"], "likes") == {"likes": once["num_reactions"].sum()}


def test_a_folder_with_a_file_without_rows_is_read_and_it_is_said(tmp_path):
    folder = real("fb-pages-2016")
    sizes = [len(pd.read_csv(file).drop_duplicates("status_id")) for file in folder.glob("*_facebook_statuses.csv")]
    tables, notes, dropped = kept(folder, tmp_path)
    assert (len(tables["posts"]), sum(dropped.values())) == (sum(sizes), 2)
    assert any("without rows" in note for note in notes)


def test_three_copies_of_one_set_are_one_set(tmp_path):
    tables, _, dropped = kept(real("uci-facebook-metrics"), tmp_path)
    assert (len(tables["posts"]), sum(dropped.values())) == (500, 990)


def test_a_trending_video_is_kept_as_it_stood_on_the_last_day(tmp_path):
    file = real("yt-trending-us/USvideos.csv")
    tables, _, dropped = kept(file, tmp_path)
    posts = tables["posts"]
    assert (len(posts), sum(dropped.values())) == (2_364, 7_998 - 2_364)
    # The file runs from the first day to the last.
    last = pd.read_csv(file).drop_duplicates("thumbnail_link", keep="last")
    assert counts(posts, "views", "likes", "comments") == {
        "views": last["views"].sum(),
        "likes": last["likes"].sum(),
        "comments": last["comment_total"].sum(),
    }
