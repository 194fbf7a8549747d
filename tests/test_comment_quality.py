"""Comment quality: the rule and its errors, reductions by hand, estimates against dummies, planted truths."""

import time
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from conftest import CONNECTION, agrees, by_chance, on_duckdb
from test_real_data import real

from helpers import ROOT, claims, measures
from helpers.estimates import Estimate, wilson, within_slope
from helpers.families.comment_quality import FAMILY, analysis as comment_quality, world as planting
from helpers.families.comment_quality.world import EFFECT
from helpers.measures import Reduced
from helpers.reading import comment_rule
from helpers.simulate import panel
from helpers.simulate.worlds import WORLDS

ASKED = claims.of_notebook("07-comment-quality")
LABELS = ROOT / "tests" / "labels_kenjee.csv"


@pytest.fixture(scope="module")
def worlds(tables) -> dict[str, Reduced]:
    return {
        name: comment_quality.reduce({table: on_duckdb(frame) for table, frame in found.items()}, min_age_days=3.0)
        for name, found in tables.items()
    }


def test_the_list_of_phrases_is_the_rule(tmp_path):
    (tmp_path / "own.toml").write_text('mine = ["top of the bill", "can\'t wait"]')
    sql = comment_rule.quality("text", phrases=tmp_path / "own.toml")
    texts = [
        "Top of the  billll!!",
        "Can’t wait 🔥",
        "@jan @piet",
        "great",
        "top of the bill today",
        "мы @jan",
        "١٢",
        "!",
    ]
    found = CONNECTION.from_df(pd.DataFrame({"text": texts})).project(sql).fetchall()
    expected = ["stock", "stock", "stock", "substantive", "substantive", "substantive", "substantive", "emoji"]
    assert [row[0] for row in found] == expected


def test_a_million_comments_in_a_second():
    """The floor of the same run is lower-casing and measuring the same texts; alone the rule takes about as long."""
    texts = [text for kinds in planting.TEXTS.values() for text in kinds]
    con = duckdb.connect(config={"threads": 2})
    source = con.from_df(pd.DataFrame({"t": texts, "i": range(len(texts))}))
    source.create("texts")
    con.execute(f"CREATE TABLE c AS SELECT t AS text FROM range(1000000) r JOIN texts ON i = r.range % {len(texts)}")

    def seconds(sql: str) -> float:
        start = time.perf_counter()
        con.execute(f"SELECT count(DISTINCT made) FROM (SELECT {sql} AS made FROM c)").fetchall()
        return time.perf_counter() - start

    ratios = [seconds(comment_rule.quality("text")) / seconds("length(lower(text || text))") for _ in range(5)]
    assert min(ratios) < 12


def test_coded_quality_goes_before_the_rule_on_both_engines():
    frame = pd.DataFrame(
        {"post_id": ["1", "1", "2"], "text": ["nice", "Nice!", None], "quality": ["emoji", None, None]}
    )
    for table in (frame, on_duckdb(frame)):
        coded, ruled = (
            comment_rule.with_quality(table, coded=coded).collect("pandas").to_native()["quality"] for coded in (1, 0)
        )
        assert coded.fillna("none").tolist() == ["emoji", "stock", "none"]
        assert ruled.fillna("none").tolist() == ["stock", "stock", "none"]
    bare = comment_rule.with_quality(frame[["post_id"]]).collect("pandas").to_native()
    assert bare["quality"].isna().all()


def test_errors_of_the_rule_by_hand():
    rows = [("a", 10, "emoji", "emoji", 5), ("b", 90, "stock", "stock", 4), ("b", 90, "substantive", "stock", 6)]
    counts = pd.DataFrame(rows, columns=["stratum", "of", "label", "rule", "comments"])
    errors = comment_quality.errors_of_rule(counts).set_index("what")
    assert errors.loc["accuracy", "share"] == pytest.approx(0.1 + 0.9 * 0.4)
    assert errors.loc["stock, precision", ["share", "labelled"]].tolist() == [0.4, 10]
    assert errors.loc["stock, recall", "share"] == 1
    assert errors.loc["substantive, recall", "share"] == 0
    # One stratum, one domain: var = p (1 - p) / (n - 1), so n - 1 = 9 cases count.
    assert errors.loc["stock, precision", ["low", "high"]].tolist() == pytest.approx(wilson(0.4, n=9))
    assert errors.loc["emoji, recall", ["low", "high"]].tolist() == pytest.approx(wilson(1, n=5))
    # 81 of 263: Wilson 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, table I).
    assert wilson(81 / 263, n=263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_errors_kept_are_those_of_the_labels():
    file = real("ytstudio-kenjee/All_Comments_Final.csv")
    raw = pd.read_csv(file).rename(columns={"Comments": "text", "Comment_ID": "comment_id"}).dropna(subset=["text"])
    ruled = comment_rule.with_quality(raw[["comment_id", "text"]]).collect("pandas").to_native()
    labels = pd.read_csv(LABELS)
    assert list(labels) == ["comment_id", "stratum", "label"]
    assert len(labels) == labels["comment_id"].nunique() == 200
    found = labels[labels["label"] != "unreadable"].merge(ruled, on="comment_id")
    counts = found.groupby(["stratum", "label", "quality"]).size().rename("comments").reset_index()
    kept = pd.read_csv(comment_quality.ERRORS)
    pd.testing.assert_frame_equal(
        kept.drop(columns="of").rename(columns={"rule": "quality"}), counts, check_dtype=False
    )
    assert kept.drop_duplicates("stratum")["of"].sum() == len(raw)
    lengths = ruled.loc[ruled["quality"].eq("substantive"), "text"].str.len()
    assert kept.loc[kept["stratum"] == "long", "of"].iloc[0] == (lengths > 60).sum()  # no phrase is as long


def test_the_rule_finds_few_of_the_stock_phrases_and_calls_nothing_stock_that_is_not():
    errors = comment_quality.errors_of_rule().set_index("what")
    assert errors.loc["accuracy", "low"] > 0.8
    assert errors.loc["stock, precision", "share"] == 1
    assert errors.loc["stock, precision", "low"] > 0.75
    assert errors.loc["stock, recall", "high"] < 0.4  # said in the notebook
    table = comment_quality.confusion()
    assert table.to_numpy().sum() == (pd.read_csv(LABELS)["label"] != "unreadable").sum()
    assert "accuracy" in comment_quality.error_table(errors.reset_index()).index


@pytest.fixture
def small() -> dict[str, pd.DataFrame]:
    """Return two weeks of x, of which one post was not read, and one of y, about which nothing is said."""
    posts = pd.DataFrame(
        {
            "post_id": list("abcde"),
            "account_id": ["x", "x", "x", "x", "y"],
            "platform": [None] * 5,
            "created_at": pd.to_datetime(["2025-03-25", "2025-03-26", "2025-04-02", "2025-04-03", "2025-04-03"]),
            "comments": pd.array([3, 0, 1, 2, 5], dtype="Int64"),
            "reach": pd.array([10, 30, 50, -1, 7], dtype="Int64"),
            "boosted": pd.array([False, True, False, False, False], dtype="boolean"),
            "caption": ["one two  three #tag @name https://x.y", "", "  eén\ntwee ", None, "one"],
        }
    )
    comments = pd.DataFrame(
        {
            "comment_id": [str(i) for i in range(6)],
            "post_id": ["a", "a", "a", "a", "c", "nowhere"],
            "text": ["🔥", "nice", "Where is that?", "Thanks!", "  ", "nice"],
            "is_owner": pd.array([False, None, False, True, False, False], dtype="boolean"),
        }
    )
    return {"posts": posts, "comments": comments, "accounts": pd.DataFrame({"account_id": ["x"], "kind": ["brand"]})}


def test_reductions_by_hand_and_alike_on_two_engines(small):
    here = comment_quality.reduce(small)
    there = comment_quality.reduce({name: on_duckdb(frame) for name, frame in small.items()})
    for name, frame in here.frames.items():
        gaps = {"platform": "unknown"}
        pd.testing.assert_frame_equal(frame.fillna(gaps), there.frames[name].fillna(gaps), check_dtype=False)
    assert (here.units, here.excluded) == (there.units, there.excluded)
    weeks = here.frames["weeks"]
    assert weeks[["posts", "unread", "emoji", "stock", "substantive", "empty"]].to_numpy().tolist() == [
        [2, 0, 1, 1, 1, 0],  # the owner's thanks do not count, and b has no comments to read
        [2, 1, 0, 0, 0, 1],  # c has an empty one, d was not read
    ]
    assert weeks["reach"].tolist() == [20, 50]  # hidden reach is unknown
    assert weeks["organic_reach"].tolist() == [10, 50]
    terms = comment_quality.with_terms(weeks)
    assert terms["ln_reach"].tolist() == pytest.approx(np.log([10, 50]))
    assert terms[["share", "ln_nothing"]].isna().to_numpy().tolist() == [[False, False], [True, True]]
    assert terms["share"][0] == pytest.approx(1 / 3)
    accounts = here.frames["accounts"]
    assert accounts[["account_id", "kind", "comments"]].to_numpy().tolist() == [["x", "brand", 3]]
    cells = here.frames["captions"]
    assert cells[["account", "words", "comments"]].to_numpy().tolist() == [[0, 2, 1], [0, 3, 3], [1, 1, 5]]
    assert cells["ln1p"].tolist() == pytest.approx(np.log([2, 4, 6]))
    assert comment_quality.composition(here)["comments"].tolist() == ["1", "1", "1", "1"]


def test_words_that_an_import_counted_are_taken(small):
    posts = small["posts"].drop(columns="caption").assign(caption_words=[4, 0, 2, None, 1])
    cells = comment_quality.reduce({"posts": posts}).frames["captions"]
    assert cells["words"].tolist() == [2, 4, 1]


def test_later_reach_is_that_of_dummies():
    drawn = panel.draw("documents", rng=np.random.default_rng(1), accounts=60, weeks=12, effects=(EFFECT,))
    data = comment_quality.reduce(drawn)
    table = comment_quality.with_terms(data.frames["weeks"])
    other = table.set_index(["account", "week"])[["ln_reach", "share"]]
    at = {by: pd.MultiIndex.from_arrays([table["account"], table["week"] + by]) for by in (-1, 1)}
    before = other["share"].reindex(at[-1]).set_axis(table.index)
    before = before.fillna(table.groupby("account")["share"].transform("mean"))
    table = table.assign(later=other["ln_reach"].reindex(at[1]).to_numpy(), before=before)
    told = table.dropna(subset=["later", "share", "before", "ln_all", "ln_reach"])
    fit = smf.ols("later ~ share + before + ln_all + ln_reach + C(account) + C(week)", told).fit()
    assert comment_quality.substance_slope(data).value == pytest.approx(fit.params["share"], abs=1e-8)
    told = table.dropna(subset=["later", "ln_nothing"])
    fit = smf.ols("later ~ ln_nothing + ln_substantive + C(account)", told).fit()
    found = comment_quality.nothing_slope(data, held="nothing", weeks="left in")
    assert found.value == pytest.approx(fit.params["ln_nothing"], abs=1e-8)


def caption_posts() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"account": rng.integers(0, 8, 300), "words": rng.integers(1, 9, 300), "one": 1})
    return frame.assign(comments=rng.poisson(2 + frame["account"]), x=np.log(frame["words"]))


def test_within_slope_is_that_of_poisson_with_dummies():
    posts = caption_posts()
    dummies = pd.get_dummies(posts["account"], dtype=float)
    design = dummies.assign(x=posts["x"])
    fit = sm.GLM(posts["comments"], design, family=sm.families.Poisson()).fit(tol=1e-12)
    single = within_slope(posts, unit="account", term="x", total="comments", exposure="one")
    assert single.value == pytest.approx(fit.params["x"], abs=1e-8)
    cells = posts.groupby(["account", "x"])[["comments", "one"]].sum().reset_index()
    added = within_slope(cells, unit="account", term="x", total="comments", exposure="one")
    assert (added.value, added.high) == pytest.approx((single.value, single.high), abs=1e-9)
    assert within_slope(posts.assign(x=1.0), unit="account", term="x", total="comments", exposure="one") is None


def test_captions_that_grew_longer_while_reach_fell_decide_nothing():
    rng, late = np.random.default_rng(6), np.tile(np.arange(60) >= 30, 30)
    posts = pd.DataFrame(
        {
            "post_id": np.arange(1800).astype(str),
            "account_id": np.repeat(np.arange(30), 60).astype(str),
            "created_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.tile(np.arange(60) * 6, 30), unit="D"),
            "caption_words": (rng.lognormal(3, 0.5, 1800) * np.where(late, 2, 1)).astype(int) + 1,
            "comments": rng.poisson(40 * np.where(late, 0.5, 1) * rng.lognormal(0, 0.5, 1800)),
        }
    )
    (claim,) = (claim for claim in ASKED if claim.id == "comment-caption-length")
    analysed, data = comment_quality.ANALYSES[claim.id], comment_quality.reduce({"posts": posts})
    choices = analysed.chosen({})
    found = analysed.estimate(data, **choices)
    assert claims.judge(claim, found).verdict == "contradicted"
    threats = analysed.threats(data, found, **choices)
    assert claims.judge(claim, found, threats=threats).verdict == "inconclusive"


def test_captions_by_other_ways_are_lines_with_dummies():
    posts = caption_posts().assign(post_id=lambda one: one.index.astype(str), caption_words=lambda one: one["words"])
    data = comment_quality.reduce({"posts": posts.assign(account_id=posts["account"].astype(str))})
    fit = smf.ols("np.log1p(comments) ~ x + C(account)", posts).fit().params["x"]
    assert comment_quality.caption_slope(data, zeros="ln(1 + c)").value == pytest.approx(fit, abs=1e-8)
    some = posts[posts["comments"] > 0]
    fit = smf.ols("np.log(comments) ~ x + C(account)", some).fit().params["x"]
    assert comment_quality.caption_slope(data, zeros="left out").value == pytest.approx(fit, abs=1e-8)


def test_only_expected_counts_give_the_slope_of_small_counts():
    """A planted slope of 0.3 on about one comment a post: ln(1 + c) finds about half, leaving zeros out less still."""
    rng = np.random.default_rng(5)
    posts = pd.DataFrame(
        {"account_id": np.repeat(np.arange(40).astype(str), 200), "caption_words": rng.integers(1, 40, 8_000)}
    )
    posts = posts.assign(comments=rng.poisson(0.5 * posts["caption_words"] ** 0.3), post_id=range(8_000))
    data = comment_quality.reduce({"posts": posts})
    found = {zeros: comment_quality.caption_slope(data, zeros=zeros) for zeros in comment_quality.ZEROS}
    assert found["kept"].low < 0.3 < found["kept"].high
    assert found["ln(1 + c)"].high < 0.25
    assert found["left out"].high < 0.25


def test_the_share_of_communities_is_a_difference_of_means(worlds):
    table = worlds["documents"].frames["accounts"]
    table = table[table["comments"] >= 10]
    means = table.groupby("kind")["share"].mean()
    found = comment_quality.community_difference(worlds["documents"])
    assert found.value == pytest.approx(means["community"] - means["brand"])
    assert found.n_side == min(table["kind"].value_counts()[["community", "brand"]])


def judged(data: Reduced) -> dict[str, claims.Verdict]:
    ways = comment_quality.ANALYSES
    return {one.id: claims.judge(one, ways[one.id].estimate(data, **ways[one.id].chosen({}))) for one in ASKED}


@pytest.mark.parametrize("name", WORLDS)
def test_planted_truths_lie_in_the_intervals(worlds, name):
    truths = planting.truths(name)
    for claim_id, verdict in judged(worlds[name]).items():
        assert agrees(verdict.estimate, truths[claim_id]), claim_id  # of twelve 95% intervals one may miss by chance


def test_planted_verdicts(worlds):
    for verdict in judged(worlds["documents"]).values():
        # The sample is small for claims of no effect: they may stay open.
        assert verdict.verdict in {"supported"} | ({"inconclusive"} if verdict.claim.kind == "N" else set())
    null = judged(worlds["null"])
    assert by_chance(verdict.verdict for verdict in null.values())
    for claim_id in ("comment-stock-phrases-do-nothing", "comment-caption-length"):
        assert null[claim_id].verdict == "contradicted"


@pytest.mark.parametrize("name", ["documents", "null"])
def test_what_the_estimators_converge_to(name):
    drawn = panel.draw(name, rng=np.random.default_rng(11), accounts=3_000, effects=(EFFECT,))
    weeks = planting.counts_by_week(drawn["posts"], drawn["comments"]).rename_axis(["account", "week"]).reset_index()
    weeks = weeks[weeks.groupby("account")["all"].transform("sum") > 0]
    weeks = weeks.assign(s=np.log1p(weeks["substantive"]), c=np.log1p(weeks["all"]))
    weeks = weeks.assign(e=np.log1p(weeks["all"] - weeks["substantive"]), share=weeks["substantive"] / weeks["all"])
    how = {"within": ["account", "week"], "cluster": "account"}
    share = comment_quality.regress(weeks, outcome="s", terms=["share"], adjust=["c"], **how).coefficients[0]
    empty = comment_quality.regress(weeks, outcome="c", terms=["e"], adjust=["s"], **how).coefficients[0]
    if name == "documents":
        sums = weeks.groupby("account")[["substantive", "all"]].sum().loc[lambda one: one["all"] >= 10]
        kinds = drawn["accounts"].set_index("account_id")["kind"]
        means = (sums["substantive"] / sums["all"]).groupby(kinds).mean()
        assert share == pytest.approx(planting.SHARE_SLOPE, abs=0.05)
        gap = planting.PLANTED[name].community * planting.SHARE_GAP
        assert means["community"] - means["brand"] == pytest.approx(
            gap, abs=0.045
        )  # 250 accounts a side with a standard deviation of 0.15: 0.0135 each way
    else:
        assert empty == pytest.approx(planting.EMPTY_SLOPE, abs=0.02)


def test_made_up_texts_are_what_they_are_said_to_be():
    for (kind, _), texts in planting.TEXTS.items():
        ruled = comment_rule.with_quality(pd.DataFrame({"text": texts})).collect("pandas").to_native()["quality"]
        assert set(ruled) == {kind}


def test_a_tide_lifts_every_count_and_not_the_share():
    table = comment_quality.classroom(accounts=400)["slope"].astype(float)
    assert table.iloc[0] > 0.1
    assert table.iloc[1] > 0.1
    assert abs(table.iloc[3]) < 0.03


def test_words_and_pictures(worlds):
    data = worlds["documents"]
    assert set(comment_quality.by_kind(data)["label"].str.split(" ").str[0]) >= {"brand", "community"}
    told = FAMILY.answer(judged(data), data_kind="simulated")
    assert "does not prove" in told
    assert "Of 4 claims put to simulated data the answer is " in told
    facts = FAMILY.facts(data, dataset=SimpleNamespace(rows={"posts": 5}, notes=["a note"]))["value"]
    assert "community" in facts["kinds of accounts with comments"]
    assert facts["reading"] == "a note"


def test_nothing_and_one_comment_give_nothing(small):
    empty = comment_quality.reduce({})
    assert comment_quality.by_kind(empty).empty
    assert comment_quality.composition(empty)["share"].tolist() == ["–"] * 4
    assert list(FAMILY.facts(empty, dataset=SimpleNamespace(rows={}, notes=[])).index) == [
        "posts used",
        "period",
        "accounts",
    ]
    assert {verdict.verdict for verdict in judged(comment_quality.reduce(small)).values()} == {"too little data"}
    lone = {"posts": small["posts"][:0], "comments": small["comments"][:0]}
    assert len(comment_quality.reduce(lone).frames["weeks"]) == 0


def test_prepared_posts_keep_captions(small):
    assert "caption" in measures.prepared_posts(small["posts"])[0].collect_schema().names()


def test_slopes_on_a_number_are_drawn_by_what_twice_as_much_brings():
    found = {
        name: claims.judge(claims.registry()[name], estimate)
        for name, estimate in {
            "comment-substance-lifts-reach": Estimate(0.4, 0.3, 0.5, 0.32, 0.48, 0.01, n_units=40),
            "comment-caption-length": Estimate(0.2, 0.1, 0.3, 0.12, 0.28, 0.01, n_units=40),
        }.items()
    }
    columns = ["label", "value", "low", "high", "source"]
    others = pd.DataFrame([("twice the words in a caption, comments: x", 1.0, 0.5, np.nan, "open")], columns=columns)
    rows = comment_quality.on_one_scale(found, others)
    assert rows["value"].tolist() == pytest.approx([0.4, 0.2 * np.log(2), np.log(2)])
    assert rows["low"].tolist() == pytest.approx([0.3, 0.1 * np.log(2), 0.5 * np.log(2)])
    assert rows["source"].tolist() == ["here", "here", "open"]
    assert comment_quality.on_one_scale({}, others)["value"].tolist() == pytest.approx([np.log(2)])
    assert comment_quality.on_one_scale({}, others[:0]).empty
