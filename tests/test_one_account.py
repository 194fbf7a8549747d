"""The account of one person or brand, from its export to its pages: what can speak, what is counted, what is shown."""

import csv
import datetime as dt
import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.claims import FEWEST_UNITS, registry
from helpers.claims.analysis import judged, of_own_account
from helpers.claims.verdicts import OWN_ACCOUNT
from helpers.claims.wording import answered
from helpers.families import found
from helpers.families.own_account import analysis as own
from helpers.families.prospects import of_many, prospects
from helpers.families.timing import analysis as timing
from helpers.families.timing.estimators import FEWEST_POSTS
from helpers.families.timing.pictures import week_map
from helpers.measures import own_posts
from helpers.pages.findings import folded, headline, strongest
from helpers.reading.dataset import open_dataset
from helpers.running.project import Project
from helpers.running.reports import make_reports
from helpers.running.speaking import OWN_NOTEBOOK, Speaking, ask, ask_each, asked_for, world
from helpers.running.split import split_by
from helpers.sources import import_data
from helpers.sources.receipt import accounts_of, answers, by_columns, few_accounts

DUTCH = (
    "Bericht-ID,Account-ID,Gebruikersnaam account,Accountnaam,Omschrijving,Duur (sec.),Publicatietijdstip,Permalink,"
    "Berichttype,Weergaven,Bereik,Vind-ik-leuks,Aantal keer gedeeld,Opmerkingen,Aantal keer opgeslagen"
)
RATES = {"Instagram-reel": 0.06, "Instagram-afbeelding": 0.03, "Instagram-carrousel": 0.08}
TAGS = ("#koffie", "#winkel", "#nieuw", "#zomer", "#actie", "#buurt")
DIRECTIONS = ("supported", "direction supported", "contradicted", "direction contradicted")


def dutch_export(path, *, seed=5):
    """Write what Meta gives a Dutch account: 150 posts over a year, formats, hashtags and lengths that vary."""
    rng, at, rows = np.random.default_rng(seed), dt.datetime(2025, 1, 3, 9), []
    for number in range(150):
        at += dt.timedelta(hours=float(rng.uniform(20, 96)))
        kind = str(rng.choice(list(RATES)))
        reach = int(rng.lognormal(7, 0.6))
        likes = int(reach * RATES[kind] * rng.lognormal(0, 0.4))
        caption = " ".join(
            ["woord"] * int(rng.integers(2, 60)) + list(rng.choice(TAGS, int(rng.integers(0, 5)), False))
        )
        length = int(rng.integers(8, 120)) if kind == "Instagram-reel" else 0
        post = [1000 + number, 77, "zaak", "Zaak", caption, length, f"{at:%m/%d/%Y %H:%M}", "x", kind, int(1.3 * reach)]
        rows.append([*post, reach, likes, int(rng.integers(0, 9)), int(0.1 * likes), int(rng.integers(0, 20))])
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        csv.writer(out).writerows([DUTCH.split(","), *rows])
    return path


def tidy(seed=1, *, posts=240, weeks=80, format_effect=0.0):
    """Draw a tidy table of one account whose level drifts from week to week, with skewed reach and counts."""
    rng = np.random.default_rng(seed)
    level = np.zeros(weeks + 1)
    for week in range(1, weeks + 1):
        level[week] = 0.5 * level[week - 1] + rng.normal(0, 0.25)
    hours = np.sort(rng.uniform(0, 24 * 7 * weeks, posts))
    formats = rng.choice(["image", "carousel", "reel", "live"], posts, p=[0.3, 0.3, 0.3, 0.1])
    video = np.isin(formats, ["reel", "live"])
    reach = rng.lognormal(7, 0.7, posts)
    rate = 0.05 * np.exp(level[(hours // 168).astype(int)] + format_effect * video + rng.normal(0, 0.5, posts))
    tags = [" ".join(rng.choice(TAGS, int(rng.integers(0, 4)), False)) for _ in range(posts)]
    return pd.DataFrame(
        {
            "post_id": [f"p{number}" for number in range(posts)],
            "account_id": "mine",
            "created_at": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(hours.round(2), unit="h"),
            "format": formats,
            "duration_s": np.where(video, rng.integers(5, 200, posts), np.nan),
            "reach": reach.round(),
            "views": (1.3 * reach).round(),
            "likes": rng.poisson(0.9 * rate * reach),
            "comments": rng.poisson(0.1 * rate * reach),
            "hashtags": tags,
            "caption": ["word " * int(number) for number in rng.integers(1, 60, posts)],
        }
    )


def in_folder(folder, frame):
    folder.mkdir(parents=True)
    frame.to_csv(folder / "posts.csv", index=False)
    (folder / "dataset.toml").write_text('name = "mine"\nkind = "user"\n')
    return folder


def verdicts(dataset):
    """Judge every claim that can be put to one account, by the analyses alone."""
    data, told = own_posts(dataset.tables, zone=dataset.clock), {}
    for family in found().values():
        for claim_id, analysis in family.analyses.items():
            if analysis.own:
                claim = registry()[claim_id]
                told[claim_id] = of_own_account(claim, data, analysis.own, dataset=dataset)
    return told


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return dutch_export(tmp_path_factory.mktemp("meta") / "export.csv")


@pytest.fixture(scope="module")
def imported(export, tmp_path_factory):
    folder = tmp_path_factory.mktemp("user")
    return import_data(export, "zaak", to=folder, prospects=prospects)


@pytest.fixture(scope="module")
def mine(imported):
    return open_dataset(imported.folder)


def test_the_receipt_counts_what_will_get_a_verdict(imported, mine):
    judged = [verdict for verdict in verdicts(mine).values() if verdict.estimate]
    claims = sum(claim.kind != "Q" for claim in registry().values())
    assert len(judged) >= 6
    first = f"{len(judged)} of {claims} claims will get a verdict on these data, all of them for this account"
    assert imported.asked[0] == first
    assert "10 of" not in imported.asked[0]
    assert first in (imported.folder / "import.html").read_text()


def test_three_next_steps_are_named_with_their_form(imported):
    steps = imported.asked[1:]
    assert len(steps) == 3
    assert "accounts.csv with account_id, platform and followers" in steps[0]
    assert any("posts.csv with post_id, account_id, intent" in step for step in steps)


def test_followers_are_no_next_step_where_they_are_known(tmp_path):
    folder = in_folder(tmp_path / "known", tidy(posts=60))
    assert any("followers of the account" in step for step in answers(prospects(open_dataset(folder))).steps)
    (folder / "accounts.csv").write_text("account_id,followers\nmine,900\n")
    assert not any("followers of the account" in step for step in answers(prospects(open_dataset(folder))).steps)
    beside = in_folder(tmp_path / "beside the posts", tidy(posts=60).assign(followers=900))
    assert not any("followers of the account" in step for step in answers(prospects(open_dataset(beside))).steps)


def _lazy(table):
    import narwhals as nw

    return nw.from_native(table).lazy()


def test_accounts_are_counted_and_not_rows_on_a_folder_of_posts(tmp_path):
    (line,) = few_accounts(open_dataset(in_folder(tmp_path / "one", tidy(posts=40))))
    assert line.startswith("1 account: ")
    many = tidy(posts=40).assign(account_id=[f"a{number % 12}" for number in range(40)])
    assert few_accounts(open_dataset(in_folder(tmp_path / "many", many))) == []
    two = open_dataset(in_folder(tmp_path / "two", tidy().assign(account_id=["a", "b"] * 120)))
    told = answers(prospects(two), accounts=accounts_of(two)).told
    assert told.endswith("claims will get a verdict on these data, all of them for these 2 accounts")


def test_a_tidy_table_of_eighty_weeks_answers_eight_claims(tmp_path):
    told = prospects(open_dataset(in_folder(tmp_path / "tidy", tidy())))
    own = [verdict for verdict in told.values() if verdict.scope == OWN_ACCOUNT and not verdict.verdict]
    assert len(own) >= 8


def test_what_is_foretold_is_what_comes_out(tmp_path):
    dataset = open_dataset(in_folder(tmp_path / "tidy", tidy(seed=4)))
    told = prospects(dataset)
    for claim_id, verdict in verdicts(dataset).items():
        assert told[claim_id].verdict == ("" if verdict.estimate else verdict.verdict)
        assert told[claim_id].reason == verdict.reason or verdict.estimate


def test_a_planted_format_is_found_and_a_null_account_finds_no_more_than_chance(tmp_path):
    planted = verdicts(open_dataset(in_folder(tmp_path / "planted", tidy(seed=3, format_effect=0.7))))
    assert planted["format-video-beats-image"].verdict == "supported"
    judged, wrong = 0, 0
    for seed in range(8):
        told = verdicts(open_dataset(in_folder(tmp_path / f"null{seed}", tidy(seed=100 + seed)))).values()
        judged += sum(verdict.estimate is not None for verdict in told)
        wrong += sum(verdict.verdict in DIRECTIONS and verdict.claim.kind == "D" for verdict in told)
    assert judged >= 64
    # each direction in 2.5% at most: of 72 with a rate of 5%, more than 9 come in 1 of 200 series (binomial)
    assert wrong <= 9, (wrong, judged)


def test_claims_about_many_need_ten_units_of_their_own_kind(tmp_path):
    diary = pd.DataFrame(
        {"person_id": ["me"] * 30, "observed_at": pd.date_range("2024-01-01", periods=30, freq="D", tz="UTC")}
    ).assign(passive_min=10, active_min=5, stress=3, positive_affect=3, negative_affect=2)
    (tmp_path / "diary").mkdir()
    diary.to_csv(tmp_path / "diary" / "diary.csv", index=False)
    dataset = open_dataset(tmp_path / "diary")
    alone = of_many(registry()["use-passive-stress"], dataset)
    assert alone.verdict == "too little data"
    assert alone.reason == f"compares persons with each other: {FEWEST_UNITS} are needed, these data hold 1"
    several = {"diary": _lazy(pd.concat([diary.assign(person_id=f"p{n}") for n in range(FEWEST_UNITS)]))}
    assert of_many(registry()["use-passive-stress"], SimpleNamespace(tables=several)).verdict == ""


def run_of(*names, wanted=None):
    tasks = [SimpleNamespace(name=name) for name in names]
    return SimpleNamespace(tasks=tasks, wanted=wanted or names, registry=registry())


NAMES = ("00-start-here", "01-account-size", "05-format", "11-quoted-figures", OWN_NOTEBOOK)


def test_only_notebooks_run_that_the_data_can_speak_to_and_the_own_account_comes_first(mine):
    project = Project(open_dataset=lambda data, engine: mine)
    told = ask(project, "here", "duckdb")
    assert told.own
    assert [task.name for task in asked_for(run_of(*NAMES), told, everything=False)] == [OWN_NOTEBOOK, "05-format"]
    assert len(asked_for(run_of(*NAMES), told, everything=True)) == len(NAMES)
    known = {row["claim_id"]: row for row in told.rows}
    assert not set(known) & set(told.speaks)
    assert set(known) | set(told.speaks) == set(registry())
    assert known["size-like-rate-falls"]["reason"].startswith(
        "compares accounts with each other: 10 are needed, these data hold 1"
    )
    assert known["quoted-world-users"]["verdict"] == "confirmed with a difference"
    assert told.seen["units"]["accounts"] == 1
    assert told.world["answers"]
    assert told.world == world()  # nobody else need work it out


def test_simulated_data_of_many_accounts_run_everything():
    assert asked_for(run_of(*NAMES), Speaking("sample", "simulated"), everything=False) == run_of(*NAMES).tasks


def test_data_of_many_accounts_run_neither_the_lesson_nor_the_quoted_figures():
    told = Speaking("many", "user", speaks=["size-like-rate-falls", "format-video-beats-image"])
    assert [task.name for task in asked_for(run_of(*NAMES), told, everything=False)] == ["01-account-size", "05-format"]


def test_each_part_of_a_folder_of_brands_is_an_account_of_its_own(tmp_path):
    brands = pd.concat(
        [tidy(seed, posts=120).assign(account_id=brand, brand=brand, post_id=lambda p: p["account_id"] + p["post_id"])
         for seed, brand in enumerate(f"brand{number}" for number in range(12))]
    )  # fmt: skip
    whole = in_folder(tmp_path / "brands", brands)
    split = split_by(open_dataset, whole, "duckdb", "posts.brand", ["brand0", "brand7"], tmp_path / "parts", "mark")
    places = [tmp_path / "parts" / part.folder for part in split.parts]
    told = ask_each(Project(), {place: [] for place in (whole, *places)}, "duckdb")
    assert [told[place].own for place in (whole, *places)] == [False, True, True]
    for place in places:
        assert "format-video-beats-image" in told[place].speaks
        assert "01-account-size" in told[place].silent(run_of(*NAMES))


@pytest.mark.usefixtures("warmed")
def test_the_pages_of_one_account(imported, mine, tmp_path):
    project = Project(reports=tmp_path / "reports")
    ran = []
    assert make_reports(data=str(imported.folder), run="zaak", project=project, say=ran.append) == 0
    done = {path.stem for path in (tmp_path / "reports" / "zaak").glob("0*.json")}
    assert done == {"04-dialogue", "05-format", "06-timing-hashtags", "07-comment-quality"}
    with (tmp_path / "reports" / "zaak" / "claims.csv").open(encoding="utf-8") as file:
        rows = {row["claim_id"]: row for row in csv.DictReader(file)}
    assert set(rows) >= set(registry())
    assert all(row["verdict"] and row["answer"] for row in rows.values())
    assert sum(bool(row["ci_low"]) for row in rows.values() if row["scope"] == OWN_ACCOUNT) >= 6
    page = (tmp_path / "reports" / "zaak" / "index.html").read_text()
    first = page.partition('id="counts"')[0].partition("What was found")[2]
    assert "this account" in first
    assert first.index("times as many likes and comments per person reached as images") < first.index("claims get")
    _assert_one_text(tmp_path / "reports" / "zaak", rows, first, own.verdicts(own.at_hand(mine)))
    figures = [claim_id for claim_id, claim in registry().items() if claim.kind == "Q"]
    assert figures
    assert not any(claim_id in page.partition('id="quoted"')[0] for claim_id in figures)
    assert "What each notebook found" not in page  # each finding is told once, and then with its verdict
    findings = re.findall(r'<li><span class="small">(.*?)</span> (.*?)</li>', first.partition("</ol>")[0])
    assert len(findings) == 3
    assert "come closest to an answer:" in first  # what the data cannot tell is no finding like the sentences above it
    for claim, finding in findings:
        assert claim in {one.claim for one in registry().values()}  # else nobody knows what the opposite is of
        assert page.count(finding) == 1
        assert re.search(r" \(95% interval .*\d.* to .*\d.*; \d+ weeks?\)\.", finding), finding
        asks, number = finding.startswith("The data cannot tell"), re.search(r"\d", finding.partition(" (95%")[0])
        assert number or asks, finding
    ran.clear()
    assert make_reports(data=str(imported.folder), run="zaak", project=project, say=ran.append) == 0
    assert len(ran) == 1
    assert ran[0].startswith("nothing to do")


def _assert_one_text(folder, rows, first, judged_by_12):
    """The same sentences and the same counts in claims.csv, in the records and on the index, the account's once."""
    answer = json.loads((folder / "12-own-account.json").read_text(encoding="utf-8"))["answer"]
    sentence = answer.partition(" (95%")[0]
    assert first.count(sentence) == 1
    told = [row for row in rows.values() if row["scope"] == OWN_ACCOUNT and row["ci_low"]]
    judged = re.search(r"(\d+) of \d+ claims get a verdict on these data, all of them for this account", first)
    assert int(judged[1]) == len(told)
    page = (folder / "12-own-account.html").read_text(encoding="utf-8")
    assert f"one account {len(told)} get a verdict on these data" in page
    for row in told:
        record = json.loads((folder / f"{row['notebook']}.json").read_text(encoding="utf-8"))
        assert row["answer"] in [claim["answer"] for claim in record["claims"]]
        assert row["answer"] == answered(judged_by_12[row["claim_id"]])  # with the caveat where the others have it


VIEW = {"kind": "D", "reason": "", "survives": True, "p_value": 0.01}


def test_findings_are_the_strongest_first():
    names = ("inconclusive", "negligible", "direction supported", "supported", "no data")
    views = [{**VIEW, "verdict": name, "answer": name} for name in names]
    assert [view["answer"] for view in strongest(views)] == ["supported", "direction supported", "negligible"]
    assert [view["answer"] for view in strongest([*views[:2], views[0]])] == ["negligible"]  # no finding beside one
    assert len(strongest([views[0]] * 4)) == 3
    assert headline(views, own=True) == (
        "4 of 5 claims get a verdict on these data, 0 of them for this account: 3 have an answer ("
        "1 \u201cyes\u201d, 1 \u201cyes, perhaps too little to matter\u201d, "
        "1 \u201ctoo small to matter\u201d); on 1 the data cannot tell."
    )
    assert "0 of them for these 6 accounts: 3 have" in headline(views, own=True, accounts=6)
    assert headline([{**VIEW, "verdict": "no data"}]) == "These data give no claim a verdict yet."


def test_claims_that_cannot_be_asked_are_one_line_for_each_reason():
    reasons = (
        "compares accounts with each other: 10 are needed, these data hold 1; missing: posts.followers",
        "compares accounts with each other: 10 are needed, these data hold 1",
        "missing: customers.is_community_member; or teams.profit",
    )
    groups = folded([{**VIEW, "verdict": "no data", "reason": reason} for reason in reasons])
    assert [len(group["claims"]) for group in groups] == [2, 1]
    assert groups[0]["reason"] == "They compare accounts with each other: 10 are needed, these data hold 1"
    assert groups[0]["wanted"] == "the data of 10 accounts or more, each with its followers"
    assert groups[1]["reason"] == "Not in these data: columns of customers"


def test_without_the_families_tables_and_columns_decide(mine):
    told = by_columns(mine)
    assert told["format-video-beats-image"].verdict in ("", "no data")
    assert told["community-small-takes-part"].reason.startswith("missing: communities.members")


def test_where_all_posts_are_too_young_the_reason_says_so(tmp_path):
    posts = tidy(posts=60)
    posts["captured_at"] = pd.to_datetime(posts["created_at"]) + pd.Timedelta(days=1)
    dataset, analyses = open_dataset(in_folder(tmp_path / "young", posts)), found()["formats"].analyses
    data = own_posts(dataset.tables, zone=dataset.timezone, min_age_days=3.0)
    told = [
        of_own_account(registry()[name], data, one.own, dataset=dataset) for name, one in analyses.items() if one.own
    ]
    spoken = [one.reason for one in told if one.verdict == "too little data"]
    assert spoken
    assert all(reason.startswith("no row is left (") and ": 60" in reason for reason in spoken)


def test_every_reason_says_what_is_missing(tmp_path):
    """All columns that an account can have, but followers of one day and hashtags on two posts each."""
    rng, frame = np.random.default_rng(2), tidy(posts=120, weeks=60)
    n = len(frame)
    frame = frame.assign(
        followers=5_000, boosted=rng.random(n) < 0.2, intent=rng.choice(["value", "promotion", "bait"], n),
        owner_replies=rng.poisson(2, n), shares=rng.poisson(4, n), hashtags=[f"#t{number // 2}" for number in range(n)],
    )  # fmt: skip
    dataset = open_dataset(in_folder(tmp_path / "all", frame))
    told = {claim_id: one.reason for claim_id, one in verdicts(dataset).items() if one.verdict == "too little data"}
    assert told["dialogue-campaigns-wake-fans"].startswith("every post has the same number of followers; that on the")
    assert told["hashtag-some-work"] == f"no hashtag is on {FEWEST_POSTS} counted posts"
    assert told["hashtag-choice-gains"].endswith(" counted posts of the first half of the time")
    for name in ("dialogue", "account_size", "tiers"):
        family = found()[name]
        asked = [registry()[claim_id] for claim_id in family.analyses]
        for one in judged(asked, family.reduce(dataset.tables), family.analyses, dataset=dataset).values():
            if one.verdict == "too little data" and one.scope != OWN_ACCOUNT:
                assert one.reason == "compares accounts with each other: 10 are needed, these data hold 1", one.claim.id


def test_the_map_of_one_account_is_filled_and_says_how_many_posts_each_part_has(mine):
    reduced = timing.reduce(mine.tables, min_age_days=3.0)
    table = timing.week(reduced)
    assert table["posts"].sum() == reduced.frames["hours"]["posts"].sum()
    assert set(table["hour"]) <= set(range(0, 24, 4))
    grid = timing.on_map(table, data_kind="user")
    assert grid.shape == (7, 6)
    ends = timing.limits(grid)
    inside = (grid.abs() <= ends["vmax"]).to_numpy()[grid.notna()]
    assert 0.85 <= inside.mean() < 1  # nine in ten fill the colours, and the bar says that there is more
    assert ends["cbar_kws"]["extend"] == "both"
    drawn = week_map(table, data_kind="user", zone="UTC")
    written = sorted(text.get_text() for text in drawn.ax.texts)
    few = table["posts"] < timing.MANY_POSTS
    assert few.any()
    assert not few.all()
    assert written == sorted(f"({n})" if n < timing.MANY_POSTS else f"{n}" for n in table["posts"])
    pale = drawn.ax.collections[0].get_alpha() < 1
    assert np.count_nonzero(pale[grid.notna()]) == few.sum()
    assert f"{few.sum()} with fewer than 5 posts are pale" in drawn.alt
    assert all(label.get_text() for label in drawn.ax.get_xticklabels())


def test_no_step_asks_again_for_what_one_before_it_has_asked_for(tmp_path):
    """Without dates nothing is compared, so that every claim lacks them first: they are asked for once."""
    told = prospects(open_dataset(in_folder(tmp_path / "undated", tidy(posts=60).drop(columns="created_at"))))
    _, dates, *then = answers(told).steps
    assert "created_at" in dates
    lacking = [one.reason for one in told.values() if one.reason.startswith("missing: ") and one.scope == OWN_ACCOUNT]
    first = [reason.removeprefix("missing: ").partition("; or ")[0] for reason in lacking]
    assert f": {first.count('posts.created_at')} more claims (" in dates
    assert then
    for step in then:
        assert step.startswith("then add ")
        assert "created_at" not in step
        assert "moment of posting" not in step
    columns = [name for step in then for name in step.rpartition(" with ")[2].strip(")").split(", ")]
    assert len(set(columns) - {"post_id", "account_id"}) == len(then)
