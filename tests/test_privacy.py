"""Privacy: what leads to a person does not get into an import, and what the claims need does."""

import hashlib
import hmac

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from helpers.reading import comment_rule
from helpers.sources import privacy

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    privacy.set_key(con, KEY)
    return con


def say(con, sql, *values):
    return con.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS cell)", values).fetchone()[0]


def kept(con, table, rows, *, keep_text=False):
    """Reduce rows given as one mapping of column to values."""
    con.register("rows_given", pd.DataFrame(rows))
    sql = privacy.reduced(table, list(rows), keep_text=keep_text)
    result = con.execute(f"SELECT {', '.join(sql)} FROM rows_given").df()
    con.unregister("rows_given")
    return result


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80))
def test_a_pseudonym_is_the_start_of_hmac_sha256(text):
    con = duckdb.connect()
    privacy.set_key(con, KEY)
    expected = hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[: privacy.DIGITS]
    assert say(con, privacy.pseudonym("cell", "a"), text) == f"a_{expected}"


@pytest.mark.parametrize("text", ["1245403438755852288", "été", "x" * 200])
def test_a_post_gets_one_keyed_sha256_under_a_key_of_its_own(con, text):
    second = hmac.new(KEY, b"posts and comments", hashlib.sha256).hexdigest()[:32]
    expected = hashlib.sha256((second + text).encode()).hexdigest()[: privacy.DIGITS]
    assert say(con, privacy.pseudonym("cell", "p"), text) == f"p_{expected}"
    assert second not in KEY.hex()


def test_a_pseudonym_stays_when_imported_again_and_nothing_stays_nothing(con):
    once = say(con, privacy.pseudonym("cell", "a"), "jane")
    assert say(con, privacy.pseudonym("cell", "a"), once) == once
    assert say(con, privacy.pseudonym("cell", "p"), once) != once
    assert say(con, privacy.pseudonym("cell", "a"), None) is None


def test_another_key_gives_other_pseudonyms(con):
    other = duckdb.connect()
    privacy.set_key(other, bytes(32))
    sql = privacy.pseudonym("cell", "a")
    assert say(con, sql, "jane") != say(other, sql, "jane")


def test_a_key_is_made_once_and_then_read(tmp_path):
    fresh = privacy.key_of(tmp_path)
    assert len(fresh) == 32
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "key").write_bytes(fresh)
    assert privacy.key_of(tmp_path) == fresh


def test_ids_agree_across_tables_and_other_columns_go(con):
    posts = kept(con, "posts", {"post_id": ["1"], "account_id": ["jane"], "likes": [3], "author_fullname": ["Jane D"]})
    comments = kept(con, "comments", {"comment_id": ["9"], "post_id": ["1"], "author_id": ["jane"]})
    assert list(posts.columns) == ["post_id", "account_id", "likes"]
    assert posts["post_id"].item() == comments["post_id"].item()
    assert posts["account_id"].item() == comments["author_id"].item()
    assert "jane" not in posts["account_id"].item()


def test_texts_become_what_the_claims_need(con):
    caption = "Wat een dag! #zomer #Zon_2024 met @jan\nhttps://example.org/a?b=c"
    posts = kept(con, "posts", {"post_id": ["1", "2"], "account_id": ["a", "a"], "caption": [caption, None]})
    assert list(posts.columns) == ["post_id", "account_id", "hashtags", "caption_words"]
    assert posts["hashtags"].iloc[0] == "zomer Zon_2024"
    assert posts["caption_words"].iloc[0] == 4  # Wat een dag! met
    assert posts[["hashtags", "caption_words"]].iloc[1].isna().all()


def test_hashtags_that_the_export_gives_stay(con):
    rows = {"post_id": ["1", "2"], "account_id": ["a", "a"], "caption": ["#x", "#y"], "hashtags": ["own", ""]}
    assert list(kept(con, "posts", rows)["hashtags"]) == ["own", "y"]


def test_texts_stay_on_request_and_ids_do_not(con):
    rows = {"comment_id": ["9"], "post_id": ["1"], "author_id": ["jane"], "text": ["Nice!"]}
    comments = kept(con, "comments", rows, keep_text=True)
    assert (comments["text"].item(), comments["text_length"].item()) == ("Nice!", 5)
    assert comments["author_id"].item().startswith("a_")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🔥🔥🔥", "emoji"),
        ("❤️ !!", "emoji"),
        ("Nice", "stock"),
        ("niceeee 😍 so cute!!", "stock"),
        ("Wat mooi @oma", "stock"),
        ("@oma", "stock"),
        ("love it, LOVE IT", "stock"),
        ("Waar heb je die jas gekocht?", "substantive"),
        ("nice jacket", "substantive"),
        ("don't do this", "substantive"),
        ("Прекрасно", "substantive"),
        ("  ", None),
        (None, None),
    ],
)
def test_how_much_a_comment_says(con, text, expected):
    assert say(con, comment_rule.quality("cell"), text) == expected


def test_a_quality_that_somebody_coded_is_kept(con):
    rows = {
        "comment_id": ["9", "8"],
        "post_id": ["1", "1"],
        "text": ["Nice!", "Nice!"],
        "quality": ["substantive", None],
    }
    assert list(kept(con, "comments", rows)["quality"]) == ["substantive", "stock"]


@pytest.mark.parametrize(
    "name", ["Table data.csv", "FollowerHistory-2025-09-30.csv", "liked_posts.json", "posts_1.json"]
)
def test_common_file_names_are_shown(name):
    assert privacy.file_label(f"janedoe/{name}", 3) == name


@pytest.mark.parametrize(
    "name", ["janedoe_posts.csv", "instagram-janedoe-2024-01-01.zip", "posts.janedoe", "JaneDoe.csv"]
)
def test_file_names_that_may_lead_to_a_person_are_not(name):
    label = privacy.file_label(name, 3)
    assert "jane" not in label.lower()
    assert label.startswith("file 3")
    assert privacy.file_label(f"x/{name}", 3, keep_text=True) == name


def test_ids_that_come_again_get_the_pseudonyms_that_they_get_row_by_row(con):
    con.execute(
        "CREATE OR REPLACE TABLE many AS SELECT CASE WHEN i % 7 > 0 THEN 'n' || i % 5 END AS account_id, i "
        "FROM range(5000) AS t(i)"
    )
    join, name = privacy.names_of("many", "account_id")
    one_by_one = privacy.pseudonym("account_id", "a")
    unlike = f"count(*) FILTER ({name} IS DISTINCT FROM {one_by_one})"
    found = con.execute(f"SELECT count(*), count({name}), {unlike} FROM many{join}").fetchone()
    assert found == (5000, 5000 - 715, 0)  # 0, 7, ... 4998 are 715 rows without an account


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        (" ", 0),
        ("  ", 0),
        ("\n", 0),
        ("one", 1),
        (" one two ", 2),
        ("one  two", 2),
        ("one  two\nthree", 3),
        ("#a b", 1),
        ("a\n\nb ", 2),
    ],
)
def test_words_stand_between_spaces(con, text, expected):
    assert say(con, privacy.words("cell"), text) == expected
