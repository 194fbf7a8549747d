"""Files as people have them: every case of ../shared/cases does what its README.md says."""

import shutil

import pytest

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.reading.dataset import open_dataset
from helpers.sources import import_data

CASES = ROOT.parent / "shared" / "cases"

POSTS = {
    "4cat_telegram": (12, {"views": 6_000}),
    "4cat_twitter": (12, {"likes": 186, "shares": 12}),
    "apify_tiktok_new": (6, {"likes": 75, "followers": 6_000}),
    "bluesky_api": (12, {"likes": 186, "shares": 12}),
    "epoch_ms": (12, {"likes": 186}),
    "fanpage_karma": (12, {"likes": 14_874}),
    "folder_with_posts_json": (8, {"likes": 28}),
    "followers_by_handle": (10, {"likes": 145, "followers": 130_000}),
    "format_words": (12, {"likes": 186}),
    "hashtags_python_list": (12, {"likes": 186}),
    "ig_ddp_insights": (8, {"likes": 15 + 60, "reach": 5_010 + 1_500}),
    "ig_graph_api_nested": (12, {"likes": 186, "reach": 6_000, "saves": 24}),
    "likes_words": (6, {"likes": 1_200 + 3_400 + 1_000_000 + 2_300_000 + 12 + 900}),
    "linkedin_page_nl": (12, {"likes": 186}),
    "meta_content_library": (12, {"likes": 186, "comments": 24, "shares": 12, "views": 6_000}),
    "meta_fb_short_rows": (10, {"likes": 55}),
    "meta_ig_day_first": (10, {"likes": 145}),
    "meta_ig_de": (10, {"likes": 145}),
    "meta_ig_es": (10, {"likes": 145}),
    "meta_two_accounts_followers": (10, {"followers": 130_000}),
    "minet_instagram": (12, {"likes": 186}),
    "ndjson_gz": (12, {"likes": 186}),
    "partly_unknown_folder": (10, {"likes": 145}),
    "reddit_arctic_shift": (12, {"likes": 186, "comments": 24, "followers": 60_000}),
    "softhyphen_mapped": (12, {"views": 6_600, "comments": 66}),
    "sprout_post_performance": (12, {"likes": 186}),
    "youtube_data_api": (12, {"views": 7_800, "likes": 186}),
    "youtube_data_tools": (12, {"views": 7_800, "likes": 186, "comments": 66}),
    "yt_studio_de": (12, {"views": 7_800, "likes": 186}),
    "yt_studio_footer": (12, {"views": 7_800}),
    "yt_studio_nl": (12, {"views": 7_800, "likes": 186}),
    "yt_studio_pt": (12, {"views": 7_800, "likes": 186}),
    "yt_studio_pt_mapped": (12, {"views": 7_800}),
    "zeeschuimer_twitter": (12, {"likes": 186, "followers": 12_000}),
}
"""Cases that are read: posts and sums of their columns."""

REFUSED = {
    "arrays_per_account": ("lists side by side (mediaLikeNumbers", "Unfold them to one record for each post"),
    "dutch_excel": ("[tables.posts]", 'post_id = "Link"', 'followers = "Volgers"', 'likes = "Vind-ik-leuks"'),
    "grailbird_archive": ("this old archive holds no counts", "ask X for a new archive"),
    "influencer_campaign_tables": (
        *("[tables.accounts]", "[tables.posts]", 'post_id = "url"', "[tables.campaigns]", 'fee = "total_payout"'),
    ),
    "influencer_list_kM": ("[tables.accounts]", 'avg_likes = "Likes"', "numbers from 10,500,000"),
    "mastodon_archive": ("no counts of likes", "/api/v1/accounts/"),
    "meta_ig_excel_resaved": ("post_id: 10 values rounded by a spreadsheet", "created_at: 10 values"),
    "no_post_id": ('say post_id = "row"',),
    "reddit_ddp": ("holds no counts", "Arctic Shift"),
    "snapchat_ddp": ("Snapchat's download", "nothing in it is read", "Instagram, TikTok"),
    "survey_questions": ("[tables.survey]", 'person_id = "row"', 'age = "1. What is your age?"'),
    "wide_platforms": ("a row for each account and platform",),
    "wrong_suggestion": ("posts needs account_id", "[tables.posts.constants]"),
    "x_account_overview": ("totals of days", "export the content in X analytics"),
}
"""Cases that are refused, and what is said."""

EVENTS = {
    "ig_ddp_folder": {"passive": 6, "active": 4},
    "tiktok_ddp_2025": {"passive": 10, "active": 9},
    "yt_takeout_de": {"passive": 6},
    "yt_takeout_music_posts": {"passive": 7},
}
"""Personal downloads, and their events."""

ALOUD = {
    "folder_with_posts_json": ("1 of 2 files read", "not read: posts.json"),
    "followers_by_handle": ("2 of 2 files read", "10 of 10 posts joined with followers"),
    "format_words": ("taken as other ('post')",),
    "meta_two_accounts_followers": ("10 of 10 posts joined with followers",),
    "partly_unknown_folder": ("1 of 2 files read", "set Business Suite to English"),
    "yt_studio_footer": ("the export is cut", "500"),
    "yt_studio_pt_mapped": ("a row of totals (line 2)",),
}
"""What the screen has to say."""

ELSEWHERE = {"all_zero_likes", "exportcomments_blank_headers", "safety"}
"""Cases with a test of their own: below, with the verdicts, and among hostile files."""


def case(name, tmp_path):
    """Copy a case without its README."""
    if not (CASES / name).is_dir():
        pytest.skip(f"case {name} is not on this machine")
    shutil.copytree(CASES / name, tmp_path / name, ignore=shutil.ignore_patterns("README.md"))
    return tmp_path / name


def done(name, tmp_path):
    return import_data(case(name, tmp_path), "case", to=tmp_path / "user")


def frame(imported, table="posts"):
    return open_dataset(imported.folder).tables[table].collect("pandas").to_native()


def test_every_case_has_a_test():
    if not CASES.is_dir():
        pytest.skip("the cases are not on this machine")
    there = {folder.name for folder in CASES.iterdir() if folder.is_dir()}
    assert there == POSTS.keys() | REFUSED.keys() | EVENTS.keys() | ELSEWHERE


@pytest.mark.parametrize("name", POSTS)
def test_posts_are_read(name, tmp_path):
    rows, sums = POSTS[name]
    posts = frame(done(name, tmp_path))
    assert (len(posts), posts["post_id"].nunique()) == (rows, rows)
    assert {column: int(posts[column].sum()) for column in sums} == sums


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_with_what_to_do(name, tmp_path):
    with pytest.raises(Refusal) as refusal:
        done(name, tmp_path)
    said = str(refusal.value)
    assert [words for words in REFUSED[name] if words not in said] == []
    assert "did you mean 'hashtag_count'" not in said
    assert not (tmp_path / "user").exists()


@pytest.mark.parametrize("name", EVENTS)
def test_downloads_become_events(name, tmp_path):
    diary = frame(done(name, tmp_path), "diary")
    assert {kind: int(diary[f"{kind}_events"].sum()) for kind in EVENTS[name]} == EVENTS[name]


@pytest.mark.parametrize("name", ALOUD)
def test_what_nobody_may_overlook_is_on_the_screen(name, tmp_path):
    said = "\n".join(done(name, tmp_path).aloud)
    assert [words for words in ALOUD[name] if words not in said] == []


def test_comments_of_a_file_whose_header_has_blanks(tmp_path):
    comments = frame(done("exportcomments_blank_headers", tmp_path), "comments")
    assert (len(comments), comments["post_id"].nunique(), comments["comment_id"].nunique()) == (6, 1, 6)
    parents = comments.set_index("comment_id")["parent_id"].dropna()
    assert len(parents) == 3
    assert set(parents) <= set(comments["comment_id"])


def test_tags_times_formats_and_accounts_are_what_the_cases_say(tmp_path):
    tags = frame(done("hashtags_python_list", tmp_path / "tags"))["hashtags"]
    assert tags.fillna("").tolist() == ["cats dogs"] * 4 + [""] * 8
    times = frame(done("epoch_ms", tmp_path / "times"))["created_at"]
    assert (times.min().strftime("%Y-%m-%d"), times.max().strftime("%Y-%m-%d")) == ("2024-07-01", "2024-07-01")
    formats = frame(done("format_words", tmp_path / "formats"))["format"]
    assert formats.value_counts().to_dict() == {"image": 4, "carousel": 4, "reel": 2, "other": 2}
    for name in ("bluesky_api", "4cat_twitter", "fanpage_karma", "meta_content_library"):
        assert frame(done(name, tmp_path / name))["account_id"].nunique() == 3


def test_a_row_can_be_said_to_be_a_post(tmp_path):
    folder = case("no_post_id", tmp_path)
    toml = folder / "dataset.toml"
    toml.write_text(toml.read_text().replace("[tables.posts.columns]", '[tables.posts.columns]\npost_id = "row"'))
    posts = frame(import_data(folder, "case", to=tmp_path / "user"))
    assert (len(posts), posts["post_id"].nunique(), int(posts["likes"].sum())) == (12, 12, 186)


@pytest.mark.parametrize(
    "name", ["dutch_excel", "influencer_campaign_tables", "influencer_list_kM", "survey_questions"]
)
def test_what_is_proposed_can_be_used(name, tmp_path):
    from helpers.sources import propose

    folder = case(name, tmp_path)
    assert propose(folder) == folder / "dataset.toml"
    imported = import_data(folder, "case", to=tmp_path / "user")
    rows = {
        "dutch_excel": {"posts": 12},
        "influencer_campaign_tables": {"posts": 24, "accounts": 12, "campaigns": 12},
        "influencer_list_kM": {"accounts": 12},
        "survey_questions": {"survey": 12},
    }
    assert imported.rows == rows[name]
    if name == "dutch_excel":
        posts = frame(imported)
        assert int(posts["likes"].sum()) == 12 * 1_234 + 66
        assert [f"{at:%Y-%m-%d}" for at in (posts["created_at"].min(), posts["created_at"].max())] == [
            *("2024-01-13", "2024-01-24"),
        ]
    if name == "influencer_list_kM":
        assert frame(imported, "accounts")["followers"].min() == 10_500_000


def test_two_marks_that_exclude_each_other_are_refused_and_a_word_can_mean_hidden(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "posts.csv").write_text('post_id,account_id,likes\n1,a,"1,234"\n2,a,1.234\n3,b,Verborgen\n')
    with pytest.raises(Refusal) as refusal:
        import_data(folder, "own", to=tmp_path / "user")
    assert "likes" in str(refusal.value)
    assert "line 4" in str(refusal.value)
    (folder / "posts.csv").write_text("post_id,account_id,likes\n1,a,1234\n2,a,12\n3,b,Verborgen\n")
    (folder / "dataset.toml").write_text('[tables.posts.hidden]\nlikes = "Verborgen"\n')
    posts = frame(import_data(folder, "own", to=tmp_path / "user"))
    assert int(posts["likes"].sum()) == 1_246
    assert posts["likes_hidden"].tolist() == [False, False, True]


def test_likes_of_a_few_posts_are_too_little_for_any_verdict_on_likes(tmp_path):
    folder = case("all_zero_likes", tmp_path)
    posts = open_dataset(folder).tables["posts"].collect("pandas").to_native()
    assert (len(posts), int(posts["likes"].sum())) == (240, 2)
