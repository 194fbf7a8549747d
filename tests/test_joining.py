"""Joining: what repeats goes and is counted, followers get to posts, breaks in a figure's meaning are told."""

from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from helpers.base.refusals import Refusal
from helpers.measures import account_rates
from helpers.reading import accounts
from helpers.reading.dataset import open_dataset
from helpers.sources import joining

DAY = datetime(2024, 5, 1, 12)


@pytest.fixture
def con():
    return duckdb.connect()


def table(con, name, **columns):
    """Put a small table into the database."""
    con.register("given", pd.DataFrame(columns))
    con.execute(f"CREATE TABLE {name} AS FROM given")
    con.unregister("given")
    return [column for column in columns if column not in ("from_file", "place")]


def marked(con, columns, **options):
    sql = joining.repeats("posts", table="posts", columns=columns, **options)
    return con.execute(f"SELECT post_id, likes, left_out FROM ({sql}) ORDER BY from_file, place").fetchall()


def test_the_last_capture_of_a_post_stays(con):
    columns = table(
        con,
        "posts",
        post_id=["1", "1", "1", "2"],
        account_id=["a"] * 4,
        likes=[5, 9, 7, 1],
        captured_at=[datetime(2024, 1, 1), datetime(2024, 3, 1), datetime(2024, 2, 1), DAY],
        from_file=[0, 0, 1, 1],
        place=[0, 1, 0, 1],
    )
    assert joining.has_repeats(con, "posts", table="posts", columns=columns)
    gone = [("1", 5, joining.EARLIER), ("1", 9, None), ("1", 7, joining.EARLIER), ("2", 1, None)]
    assert marked(con, columns, latest_by="captured_at") == gone


def test_without_a_moment_of_capture_the_highest_counts_stay_then_the_last_in_the_files(con):
    files = {"from_file": [1, 0], "place": [0, 7]}
    columns = table(con, "posts", post_id=["1", "1"], account_id=["a", "a"], likes=[5, 9], **files)
    assert marked(con, columns, latest_by="captured_at") == [("1", 9, None), ("1", 5, joining.LOWER)]
    con.execute("DROP TABLE posts")
    columns = table(con, "posts", post_id=["1", "1"], account_id=["a", "b"], likes=[5, 5], **files)
    assert [rule for *_, rule in marked(con, columns)] == [joining.LOWER, None]


def test_exact_repeats_are_told_from_earlier_captures(con):
    likes, places = [5, 5, 4, None], [0, 1, 2, 3]
    columns = table(con, "posts", post_id=["1"] * 4, account_id=["a"] * 4, likes=likes, from_file=[0] * 4, place=places)
    con.execute("UPDATE posts SET likes = 5 WHERE place = 3")
    rules = [rule for *_, rule in marked(con, columns)]
    assert rules == [None, joining.EXACT, joining.LOWER, joining.EXACT]


def test_the_same_number_on_two_platforms_is_two_posts(con):
    columns = table(con, "posts", post_id=["1", "1"], platform=["x", "tiktok"], account_id=["a", "a"])
    assert not joining.has_repeats(con, "posts", table="posts", columns=columns)


def test_profiles_give_followers_to_posts_that_lack_them(con):
    posts = table(
        con,
        "posts",
        post_id=["1", "2", "3", "4"],
        account_id=["a", "a", "b", "c"],
        followers=pd.array([None, 7, None, None], dtype="Int64"),
        followers_at=[None, "posting", None, None],
    )
    theirs = table(con, "accounts", account_id=["a", "b"], followers=pd.array([100, -1], dtype="Int64"))
    sql = accounts.with_followers("posts", columns=posts, accounts="accounts", theirs=theirs)
    rows = con.execute(f"SELECT post_id, followers, followers_at FROM ({sql}) ORDER BY 1").fetchall()
    assert rows == [("1", 100, "capture"), ("2", 7, "posting"), ("3", -1, "capture"), ("4", None, None)]


def test_profiles_of_another_platform_give_nothing(con):
    posts = table(con, "posts", post_id=["1"], account_id=["a"], platform=["x"])
    theirs = table(con, "accounts", account_id=["a"], platform=["tiktok"], followers=[100])
    sql = accounts.with_followers("posts", columns=posts, accounts="accounts", theirs=theirs)
    assert con.execute(f"SELECT followers, followers_at FROM ({sql})").fetchall() == [(None, None)]


def test_counts_by_day_give_the_followers_at_posting_else_the_nearest(con):
    days = [datetime(2024, 4, 1), datetime(2024, 5, 1), datetime(2024, 5, 20), None]
    posts = table(con, "posts", post_id=["old", "now", "late", "when"], account_id=["a"] * 4, created_at=days)
    days = [datetime(2024, 4, 30), datetime(2024, 5, 1)]
    history = table(con, "history", account_id=["a"] * 2, date=days, followers=[90, 100])
    sql = accounts.with_history("posts", columns=posts, accounts="history", theirs=history)
    rows = con.execute(f"SELECT post_id, followers, followers_at FROM ({sql}) ORDER BY 1").fetchall()
    captured = [("old", 90, "capture"), ("when", 100, "capture")]
    assert rows == [("late", 100, "capture"), ("now", 100, "posting"), *captured]
    (said,) = accounts.far_counts(con, "posts", columns=posts, accounts="history")
    assert said.startswith("3 posts joined with followers of the nearest day listed")
    assert "24 days away at the median, 29 at most" in said  # 19 and 29 days; the post without a time has none


def test_one_dated_count_is_that_of_the_account(con):
    posts = table(con, "posts", post_id=["1", "2"], account_id=["a", "b"])
    history = table(con, "history", account_id=["a", "a"], date=[datetime(2024, 4, 30)] * 2, followers=[90, -1])
    sql = accounts.with_history("posts", columns=posts, accounts="history", theirs=history)
    rows = con.execute(f"SELECT post_id, followers, followers_at FROM ({sql}) ORDER BY 1").fetchall()
    assert rows == [("1", 90, "capture"), ("2", None, None)]
    (said,) = accounts.far_counts(con, "posts", columns=posts, accounts="history")
    assert said.startswith("1 post joined")
    assert "away" not in said


def test_a_page_under_two_names_is_found_by_its_posts(con):
    ids = [str(number) for number in range(12)]
    columns = table(con, "posts", post_id=[*ids, *ids[:3], "99"], account_id=["a"] * 12 + ["b"] * 4)
    assert joining.same_pages(con, "posts", columns=columns) == [joining.SamePage("a", "b", 3, 4, "the same post ids")]


def test_a_page_under_two_names_is_found_by_moments_and_counts(con):
    moments = [datetime(2024, 1, day, 12) for day in range(1, 13)]
    columns = table(
        con,
        "posts",
        post_id=[f"{name}{number}" for name in "abc" for number in range(12)],
        account_id=[name for name in "abc" for _ in range(12)],
        created_at=moments * 3,
        likes=[*range(12), *range(11), 99, *range(50, 62)],
        comments=[1] * 36,
    )
    (pair,) = joining.same_pages(con, "posts", columns=columns)
    assert (pair.first, pair.second, pair.shared, pair.of) == ("a", "b", 11, 12)


def test_few_posts_in_common_are_chance(con):
    columns = table(
        con,
        "posts",
        post_id=["a1", "b1"],
        account_id=["a", "b"],
        created_at=[DAY, DAY],
        likes=[5, 5],
        comments=[1, 1],
    )
    assert joining.same_pages(con, "posts", columns=columns) == []


def test_every_break_has_a_day_a_source_and_columns_that_exist():
    from helpers.tables import TABLES

    found = joining.changes()
    assert {change.platform for change in found} == {"instagram", "facebook", "x", "youtube"}
    for change in found:
        assert isinstance(change.date, date)
        assert set(change.columns) <= set(TABLES["posts"].columns)
        assert set(change.formats) <= set(TABLES["posts"].columns["format"].categories)
        assert change.sources
        assert all(source.startswith("https://") for source in change.sources)


def test_posts_on_both_sides_of_a_break_are_told(con):
    days = [datetime(2016, 2, 23), datetime(2016, 2, 24), datetime(2016, 2, 25)]
    columns = table(
        con,
        "posts",
        post_id=["1", "2", "3"],
        account_id=["a"] * 3,
        platform=["facebook"] * 3,
        created_at=days,
        likes=[1] * 3,
    )
    (note,) = joining.breaks(con, "posts", columns=columns)
    assert note.startswith("24 February 2016: Facebook brought in reactions")
    assert "1 post from before and 2 posts from then on" in note
    con.execute("DELETE FROM posts WHERE post_id = '1'")
    assert joining.breaks(con, "posts", columns=columns) == []


def test_impressions_and_views_stay_two_columns(con):
    columns = table(
        con,
        "posts",
        post_id=["1", "2"],
        account_id=["a", "a"],
        platform=["instagram", "instagram"],
        impressions=pd.array([5, None], dtype="Int64"),
        views=pd.array([None, 7], dtype="Int64"),
    )
    (note,) = joining.breaks(con, "posts", columns=columns)
    assert note.endswith("impressions and views stay two columns.")
    con.execute("UPDATE posts SET views = NULL")
    assert joining.breaks(con, "posts", columns=columns) == []


def test_hidden_and_missing_are_counted_apart(con):
    table(con, "posts", post_id=["1", "2", "3"], likes=pd.array([-1, None, 4], dtype="Int64"), shares=[1, 2, 3])
    found = joining.gaps(con, "posts", columns={"post_id": "id", "likes": "count", "shares": "count"})
    assert found == {"likes": (1, 1)}


def test_rows_without_an_account_or_a_post_are_no_page(con):
    columns = table(
        con,
        "posts",
        post_id=[None] * 12 + [f"p{number}" for number in range(12)] * 2,
        account_id=["a"] * 6 + ["b"] * 6 + [None] * 12 + ["c"] * 12,
        created_at=[DAY] * 36,
        likes=[5] * 36,
        comments=[None] * 36,
    )
    assert joining.same_pages(con, "posts", columns=columns) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@ Shop", "shop"),
        ("\u00a0@shop ", "shop"),
        ("SHOP", "shop"),
        ("https://www.instagram.com/shop/?igsh=MTIz", "shop"),
        ("http://m.instagram.com/shop/#", "shop"),
        ("instagram.com/shop?hl=en", "shop"),
        ("https://www.tiktok.com/@shop?lang=nl", "shop"),
        ("https://www.tiktok.com/@shop/video/7100", "shop"),
        ("youtube.com/@shop", "shop"),
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuV/", "UCabcdefghijklmnopqrstuV"),
        ("https://www.linkedin.com/company/shop/posts/?feedView=all", "shop"),
        ("https://x.com/Shop/status/1", "shop"),
        ("https://www.facebook.com/profile.php?id=1000&sk=about", "1000"),
        ("https://www.facebook.com/people/Shop-One/1000/", "1000"),
        ("https://www.reddit.com/r/Shop/", "shop"),
        ("https://bsky.app/profile/shop.bsky.social", "shop.bsky.social"),
        ("https://example.com/caf%C3%A9", "café"),
        ("https://[shop", "https://[shop"),
        ("ab/cd==", "ab/cd=="),
    ],
)
def test_a_profile_is_the_same_however_it_is_written(text, name):
    assert accounts.account_named(text)[0] == name


def tidy(folder, **files):
    """Write tidy tables as CSV and open them."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    dataset = open_dataset(folder)
    return dataset, {name: one.collect("pandas").to_native() for name, one in dataset.tables.items()}


POSTS = "post_id,account_id,platform,likes\n1,one,IG,5\n2,two,insta,6\n3,three,Instagram,7\n"


def test_tidy_tables_are_joined_as_imports_are(tmp_path):
    rows = "https://m.instagram.com/One/?hl=en#,instagram,10\n@ TWO,INSTAGRAM,20\nthree,instagram.com,30\n"
    dataset, tables = tidy(tmp_path, posts=POSTS, accounts=f"account_id,platform,followers\n{rows}")
    assert tables["posts"]["followers"].tolist() == [10, 20, 30]
    assert tables["posts"]["followers_at"].tolist() == ["capture"] * 3
    assert set(tables["posts"]["platform"]) == set(tables["accounts"]["platform"]) == {"instagram"}
    assert set(tables["posts"]["account_id"]) == set(tables["accounts"]["account_id"])
    assert dataset.notes[-1] == "3 of 3 posts joined with followers"


def test_posts_of_no_platform_get_no_followers_of_one_of_two(tmp_path):
    rows = "account_id,platform,followers\none,instagram,1\none,tiktok,2\ntwo,tiktok,3\n"
    dataset, tables = tidy(tmp_path, posts="post_id,account_id,likes\n1,one,5\n2,two,6\n", accounts=rows)
    assert tables["posts"]["followers"].isna().tolist() == [True, False]
    assert dataset.notes[-1].startswith("1 of 2 posts joined with followers")


WAYS = "IG,insta,INSTAGRAM,instagram.com,twitter,X,x.com,X (Twitter),yt,YouTube,fb,Facebook,LinkedIn,tik tok,TT,Koo"
OURS = "instagram " * 4 + "x " * 4 + "youtube " * 2 + "facebook " * 2 + "linkedin tiktok tiktok koo"


def test_a_platform_has_one_name_wherever_it_is_read(tmp_path):
    rows = "".join(f"{n},a,{way}\n" for n, way in enumerate(WAYS.split(",")))
    toml = '[tables.communities.constants]\nplatform = "Tik Tok"\n'
    (tmp_path / "dataset.toml").write_text(toml, encoding="utf-8")
    dataset, tables = tidy(tmp_path, posts=f"post_id,account_id,platform\n{rows}", communities="community_id\nc\n")
    assert tables["posts"]["platform"].tolist() == OURS.split()
    assert tables["communities"]["platform"].tolist() == ["tiktok"]
    with pytest.raises(Refusal, match="did you mean 'instagram'"):
        dataset.having(platforms=["IG"])


def test_a_name_in_a_column_beside_the_id_is_known_too(tmp_path):
    posts = "post_id,account_id,username,likes\n1,101,one,5\n2,102,two,6\n"
    _, tables = tidy(tmp_path, posts=posts, accounts="account_id,followers\n@One,10\n102,20\n")
    assert tables["posts"]["followers"].tolist() == [10, 20]


def test_tidy_counts_by_day_are_joined(tmp_path):
    posts = "post_id,account_id,created_at\n1,one,2025-04-05T00:00:00Z\n2,one,2025-06-05T00:00:00Z\n"
    dataset, tables = tidy(tmp_path, posts=posts, account_history="account_id,date,followers\n@ONE,2025-04-04,9\n")
    assert tables["posts"]["followers"].tolist() == [9, 9]
    assert tables["posts"]["followers_at"].tolist() == ["posting", "capture"]
    assert dataset.notes[-2].startswith("1 post joined with followers of the nearest day listed")
    assert dataset.notes[-1] == "2 of 2 posts joined with followers"


def test_a_tidy_table_of_other_accounts_gives_a_warning_nobody_overlooks(tmp_path):
    dataset, tables = tidy(tmp_path, posts=POSTS, accounts="account_id,platform,followers\nelse,instagram,1\n")
    assert "followers" not in tables["posts"]
    assert dataset.notes[-1].startswith("WARNING: 0 of 3 posts joined with followers")


def test_a_partial_join_names_a_remedy(tmp_path):
    dataset, _ = tidy(tmp_path, posts=POSTS, accounts="account_id,platform,followers\none,instagram,1\n")
    assert dataset.notes[-1].startswith("1 of 3 posts joined with followers: ")
    assert "2 accounts. What to do: write into its column account_id" in dataset.notes[-1]


@pytest.mark.parametrize("cell", ["", "-1"])
def test_an_account_listed_without_a_number_is_not_joined_and_its_id_not_doubted(cell, tmp_path):
    rows = f"account_id,platform,followers\none,instagram,0\ntwo,instagram,{cell}\nthree,instagram,3\n"
    dataset, _ = tidy(tmp_path, posts=POSTS, accounts=rows)
    assert dataset.notes[-1].startswith("2 of 3 posts joined with followers. The list has no number of followers")
    assert "column account_id" not in dataset.notes[-1]


def test_one_count_for_a_name_on_two_platforms_is_said(tmp_path):
    posts = "post_id,account_id,platform\n1,shop,instagram\n2,shop,tiktok\n3,one,x\n"
    dataset, _ = tidy(tmp_path, posts=posts, accounts="account_id,followers\nshop,1000\none,5\n")
    assert dataset.notes[-1].startswith(
        "3 of 3 posts joined with followers. WARNING: 1 account name in posts of several"
    )
    rows = "account_id,platform,followers\nshop,ig,1000\nshop,tiktok,7\none,x,5\n"
    assert tidy(tmp_path, posts=posts, accounts=rows)[0].notes[-1] == "3 of 3 posts joined with followers"


def test_a_list_whose_followers_have_an_unknown_name_gives_a_warning(tmp_path):
    dataset, _ = tidy(tmp_path, posts=POSTS, accounts="account_id,platform,Anhang\none,instagram,1\n")
    assert dataset.notes[-1].startswith(
        "WARNING: 0 of 3 posts joined with followers: the list of accounts has no column"
    )


@pytest.mark.parametrize(
    ("last", "rows", "said"),
    [
        ("Totaal,,5", 2, "1 row left out: a row of totals: its followers are the sum of the others (line 4)"),
        ("Gesamt:,,6", 3, "WARNING: 1 row may be one of totals (line 4)"),
        ("total,instagram,1", 3, ""),
    ],
)
def test_a_row_of_totals_in_a_list_of_followers_is_no_account(last, rows, said, tmp_path):
    listed = f"account_id,platform,followers\none,instagram,2\ntwo,instagram,3\n{last}\n"
    dataset, tables = tidy(tmp_path, posts=POSTS, accounts=listed)
    assert len(tables["accounts"]) == rows
    assert any(said in note for note in dataset.notes) if said else not any("totals" in note for note in dataset.notes)


def test_tidy_tables_without_followers_to_join_say_nothing(tmp_path):
    dataset, _ = tidy(tmp_path, posts="post_id,account_id,followers\n1,a,5\n", accounts="account_id,followers\nb,1\n")
    assert dataset.notes == ()


def test_an_account_twice_with_different_followers_is_refused(tmp_path):
    with pytest.raises(Refusal, match="1 account more than once with different followers"):
        tidy(tmp_path, posts=POSTS, accounts="account_id,platform,followers\none,instagram,1\n@One,instagram,2\n")


def test_an_account_twice_with_the_same_followers_is_one(tmp_path):
    dataset, tables = tidy(tmp_path, posts=POSTS, accounts="account_id,platform,followers\none,ig,1\n@One,ig,1\n")
    assert tables["accounts"]["account_id"].tolist() == ["one"]
    assert dataset.rows["accounts"] == 1


def test_a_handle_in_two_cases_is_one_account(tmp_path):
    rows = "post_id,account_id,platform\n1,Drie,instagram\n2,drie,IG\n3,@drie,ig\n4,drie,ig\n5,Drie,tiktok\n"
    campaigns = "campaign_id,account_id,fee\nk,@drie,5\n"
    dataset, tables = tidy(tmp_path, posts=rows, campaigns=campaigns)
    assert tables["posts"]["account_id"].tolist() == ["drie"] * 4 + ["Drie"]
    assert tables["campaigns"]["account_id"].tolist() == ["drie"]
    assert any(note.startswith("1 account in several spellings") for note in dataset.notes)


@pytest.mark.parametrize(
    "rows",
    [
        "1,Drie,myforum\n2,drie,myforum\n",  # where nobody here knows what handles are
        "1,Zm9vYmFy,instagram\n2,zm9vymfy,instagram\n",  # codes, in which case tells apart
        "1,MrShop,youtube\n2,mrshop,youtube\n",  # names of channels, which need not be one's own
        "1,aB1,instagram\n2,Ab1,instagram\n3,xY2,instagram\n4,Qr7,instagram\n5,m8K,instagram\n",
    ],
)
def test_ids_that_may_be_codes_are_kept_apart_and_counted(rows, tmp_path):
    dataset, tables = tidy(tmp_path, posts=f"post_id,account_id,platform\n{rows}")
    assert tables["posts"]["account_id"].nunique() == rows.count("\n")
    assert any(note.startswith("WARNING: 1 account name in several spellings") for note in dataset.notes)


def test_without_a_platform_handles_are_handles(tmp_path):
    _, tables = tidy(tmp_path, posts="post_id,account_id\n1,Drie\n2,@drie\n3,CocaCola\n4,cocacola\n5,drie\n")
    assert tables["posts"]["account_id"].nunique() == 2


def test_channel_ids_of_youtube_have_a_case(tmp_path):
    rows = "1,UCabcdefghijklmnopqrstuV,youtube\n2,UCABCDEFGHIJKLMNOPQRSTUV,youtube\n"
    dataset, tables = tidy(tmp_path, posts=f"post_id,account_id,platform\n{rows}")
    assert tables["posts"]["account_id"].nunique() == 2
    assert dataset.notes == ()


@pytest.mark.parametrize("looked", [0, 10])
def test_parquet_stays_where_it_is_and_its_joins_are_counted(looked, tmp_path, monkeypatch):
    monkeypatch.setattr(accounts, "SEARCHED", looked)
    posts = "SELECT unnest(['1', '2']) AS post_id, unnest(['one', 'two']) AS account_id, 'IG' AS platform, 3 AS likes"
    duckdb.sql(posts).write_parquet(str(tmp_path / "posts.parquet"))
    listed = "SELECT '@One' AS account_id, 'ig' AS platform, 9 AS followers"
    duckdb.sql(listed).write_parquet(str(tmp_path / "accounts.parquet"))
    dataset = open_dataset(tmp_path)
    assert dataset.notes[-1].startswith("1 of 2 posts joined with followers")
    assert "followers" not in dataset.tables["posts"].collect_schema().names()
    found = account_rates(dataset.tables).frame
    assert found[["platform", "account_id"]].iloc[0].tolist() == ["instagram", "one"]
    assert found["like_rate"].tolist() == [3 / 9]
