"""Real files, damage included: opened through a dataset.toml with facts counted independently, or refused helpfully."""

import pandas as pd
import pytest

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.reading.dataset import open_dataset

REAL = ROOT.parent / "shared" / "real"


def real(name: str):
    path = REAL / name
    if not path.exists():
        pytest.skip(f"real file {name} is not on this machine")
    return path


def case(name: str):
    """Find a hostile case beside the project."""
    path = REAL.parent / "cases" / "safety" / name
    if not path.exists():
        pytest.skip(f"the case {name} is not on this machine")
    return path


def mapped(folder, file, *, columns, constants=None, top="", more=""):
    """Write a dataset.toml that maps one real file."""
    lines = [top, "[tables.posts]", f"file = '{file}'", more, "[tables.posts.columns]"]
    lines += [f'{ours} = "{theirs}"' for ours, theirs in columns.items()]
    lines += ["[tables.posts.constants]", *(f'{ours} = "{value}"' for ours, value in (constants or {}).items())]
    (folder / "dataset.toml").write_text("\n".join(lines))
    return folder


def opened(folder):
    dataset = open_dataset(folder)
    return dataset, dataset.tables["posts"].collect("pandas").to_native()


def refused(path) -> str:
    with pytest.raises(Refusal) as refusal:
        open_dataset(path)
    return str(refusal.value)


def test_tweets_with_the_follower_count_of_their_author(tmp_path):
    file = real("tw-vaccination/vaccination_tweets_pseudonymised.csv")
    columns = {"post_id": "id", "account_id": "user_id_hash", "created_at": "date"}
    columns |= {"followers": "user_followers", "likes": "favorites", "shares": "retweets"}
    dataset, posts = opened(mapped(tmp_path, file, columns=columns, constants={"platform": "x"}))
    raw = pd.read_csv(file, dtype={"id": "str"})
    assert dataset.notes == ("read from outside the folder, as its dataset.toml says: 1 file",)
    assert posts["post_id"].tolist() == raw["id"].tolist()
    for ours, theirs in {"followers": "user_followers", "likes": "favorites", "shares": "retweets"}.items():
        assert posts[ours].tolist() == raw[theirs].tolist()
    assert posts["created_at"].tolist() == pd.to_datetime(raw["date"]).tolist()
    assert (len(posts), posts["followers"].max(), posts["likes"].max(), posts["shares"].max()) == (
        *(8082, raw["user_followers"].max(), 2315, 678),
    )


def test_top_posts_with_the_size_of_their_community(tmp_path):
    file = real("reddit-top-by-subreddit/reddit_sample_long.csv")
    columns = {"post_id": "id", "account_id": "subreddit", "created_at": "created_utc"}
    columns |= {"followers": "subscribers", "likes": "score", "comments": "num_comments"}
    _, posts = opened(mapped(tmp_path, file, columns=columns))
    raw = pd.read_csv(file, dtype={"id": "str"})
    assert len(posts) == 43_685
    assert posts["account_id"].nunique() == 46
    assert (posts["followers"].min(), posts["followers"].max()) == (raw["subscribers"].min(), raw["subscribers"].max())
    assert posts["likes"].sum() == raw["score"].sum()
    assert posts["created_at"].tolist() == pd.to_datetime(raw["created_utc"], unit="s").tolist()


LIVE = {"post_id": "status_id", "created_at": "status_published", "likes": "num_reactions", "comments": "num_comments"}


def test_repeated_posts_are_refused_with_their_number(tmp_path):
    file = real("uci-fb-live-thailand/Live.csv")
    said = refused(mapped(tmp_path, file, columns=LIVE, constants={"account_id": "shop", "platform": "facebook"}))
    raw = pd.read_csv(file)
    assert f"platform, post_id: {raw['status_id'].duplicated().sum()} rows repeat an earlier row (lines 1700," in said
    assert raw["status_id"].iloc[0] not in said


def test_two_date_formats_in_one_column_are_both_read(tmp_path):
    file = real("uci-fb-live-thailand/Live.csv")
    raw = pd.read_csv(file, encoding="utf-8-sig").drop_duplicates("status_id")
    raw.to_csv(tmp_path / "once.csv", index=False)
    dataset, posts = opened(mapped(tmp_path, "once.csv", columns=LIVE, constants={"account_id": "shop"}))
    expected = pd.to_datetime(raw["status_published"], format="mixed", dayfirst=False)
    assert posts["created_at"].tolist() == expected.tolist()
    assert posts["created_at"].max() < pd.Timestamp("2018-06-14")
    assert f"{len(raw):,} values read as month/day/year" in " ".join(dataset.notes)


def test_posts_without_a_name_are_refused_with_what_to_write(tmp_path):
    for name in ("dataset_Facebook.csv", "dataset_Facebook_es_latin1.csv"):
        said = refused(real(f"uci-facebook-metrics/{name}"))
        assert "is neither a table of posts nor one of accounts" in said
        assert 'likes = "like"' in said
    assert "categoría".casefold() in said.casefold()


def test_tweets_in_no_declared_encoding_are_read_with_a_note(tmp_path):
    file = real("tw-538-ratio/realDonaldTrump.csv")
    columns = {
        "post_id": "url",
        "account_id": "user",
        "likes": "favorites",
        "comments": "replies",
        "shares": "retweets",
    }
    dataset, posts = opened(mapped(tmp_path, file, columns=columns))
    raw = pd.read_csv(file, encoding="latin-1")
    assert any("is not UTF-8: read as latin-1" in note for note in dataset.notes)
    assert len(posts) == 3_232
    assert posts["likes"].tolist() == raw["favorites"].tolist()
    assert posts["created_at"].tolist() == pd.to_datetime(raw["created_at"], format="%m/%d/%y %H:%M").tolist()
    mapped(tmp_path, file, columns=columns, more='encoding = "latin-1"')
    assert not any("UTF-8" in note for note in open_dataset(tmp_path).notes)


def test_dates_that_became_numbers_are_refused(tmp_path):
    file = real("yt-trending-us/USvideos.csv")
    columns = {"post_id": "video_id", "account_id": "channel_title", "created_at": "date", "comments": "comment_total"}
    said = refused(mapped(tmp_path, file, columns=columns))
    raw = pd.read_csv(file)
    assert f"created_at: {raw['date'].notna().sum():,} values not readable as a date (lines 2, 3," in said
    assert f"post_id: {raw['video_id'].isna().sum()} values missing" in said
    assert not any(str(title) in said for title in raw["title"].unique())


def test_a_file_with_a_header_only_is_refused(tmp_path):
    file = real("fb-pages-2016/10ronaldinho_facebook_statuses.csv")
    assert "it has a header and no rows" in refused(file)
    columns = {"post_id": "status_id"}
    said = refused(mapped(tmp_path, file, columns=columns, constants={"account_id": "page"}))
    assert "posts has no rows, only a header" in said


def test_captions_over_several_lines_do_not_shift_line_numbers(tmp_path):
    file = real("fb-pages-2016/nasa_facebook_statuses.csv")
    columns = {"post_id": "status_id", "likes": "num_reactions", "created_at": "status_published"}
    said = refused(mapped(tmp_path, file, columns=columns, constants={"account_id": "nasa"}))
    repeated = pd.read_csv(file)["status_id"].duplicated().idxmax()
    before = file.read_bytes().split(pd.read_csv(file)["status_id"][repeated].encode())
    line = b"".join([*before[:1], b"x", before[1]]).count(b"\n") + 1
    assert f"post_id: 1 row repeats an earlier row (line {line})" in said
