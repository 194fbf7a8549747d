"""Open data: their registry, how files come, what is kept when a claim is asked again, and what is told of it."""

import csv
import fnmatch
import http.server
import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.claims import registry
from helpers.evidence import answers, fetching, questions, results
from helpers.evidence.datasets import OpenData, OpenFile, lay_out, open_data, sha256_of, together
from helpers.evidence.page import evidence_page
from helpers.evidence.results import COLUMNS, claim_hash, read_rows, renewed
from helpers.reading.dataset import open_dataset
from helpers.running.evidence import Places, make_evidence
from helpers.running.project import Project
from helpers.sources.proposals import Table, propose

REAL = ROOT.parent / "shared" / "real"


def real(entry):
    if not (REAL / entry.id).is_dir():
        pytest.skip(f"real dataset {entry.id} is not on this machine")
    return {file.name: REAL / entry.id / file.name for file in entry.files}


def told(**cells):
    """Write a row of evidence; what is not given is as in most rows."""
    usual = {"dataset": "a", "claim_id": "size-like-rate-falls", "kind": "D", "estimate": "0.2", "ci_low": "0.1"}
    usual |= {"ci_high": "0.3", "n_units": "40", "unit_of_analysis": "account", "scope": "general"}
    usual |= {"verdict": "supported", "unit": "slope, sign turned", "margin": "0.05", "selected": "no"}
    usual |= {"date": "2026-01-01", "versions": "helpers 1", "data_sha256": "d", "claim_sha256": "c"}
    return dict.fromkeys(COLUMNS, "") | usual | cells


# The registry


def test_the_registry_holds_each_dataset_of_the_real_ones_with_its_hash_and_size():
    entries = open_data()
    assert len(entries) == 27
    for entry in entries.values():
        assert all((entry.title, entry.citation, entry.licence, entry.address, entry.sampled, entry.faults))
        assert bool(entry.notebooks) or entry.silent
        for name, path in real(entry).items():
            file = next(file for file in entry.files if file.name == name)
            assert (sha256_of(path), path.stat().st_size) == (file.sha256, file.bytes), f"{entry.id}/{name}"


def test_a_published_file_that_was_never_opened_says_so():
    for entry in open_data().values():
        for file in entry.files:
            assert file.tried.startswith("not tried")
            assert file.published_sha256 in ("", file.sha256)
            assert bool(file.published_sha256) <= (not entry.changed), f"{entry.id} was changed: no hash can be known"


def test_the_claims_that_an_entry_keeps_are_asked_in_its_notebooks():
    for entry in open_data().values():
        asked = [claim.id for claim in registry().values() if claim.notebook in entry.notebooks]
        for pattern in entry.claims:
            assert fnmatch.filter(asked, pattern), f"{entry.id} keeps {pattern}, which none of its notebooks asks"


def test_entries_that_cannot_be_used_are_refused_together(tmp_path):
    (tmp_path / "open.toml").write_text('[[dataset]]\nid = "a"\nread = "guess"\nlicense = "MIT"\n')
    with pytest.raises(Refusal) as refused:
        open_data(tmp_path / "open.toml")
    said = str(refused.value)
    for part in ("a: licence is missing", "unknown key 'license' (did you mean 'licence'?)", "read is 'guess'"):
        assert part in said
    assert "name its files" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", list(open_data()))
def test_each_dataset_is_read(name, tmp_path):
    entry = open_data()[name]
    folder = lay_out(entry, real(entry), tmp_path)
    if entry.read == "import":
        from helpers.sources import import_data

        folder = import_data(folder, name, to=tmp_path / "user").folder
    dataset = open_dataset(folder)
    assert dataset.kind == "user"
    assert min(dataset.rows.values()) > 40


# What a dataset.toml can say since these sets were read


def opened(folder, table, toml, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "dataset.toml").write_text(toml)
    dataset = open_dataset(folder)
    return dataset, dataset.tables[table].collect("pandas").to_native()


def test_columns_for_each_hour_become_rows_and_an_empty_cell_none(tmp_path):
    toml = """[tables.post_history]
    file = "t.csv"
    [tables.post_history.columns]
    post_id = "item"
    [tables.post_history.across]
    shares = "h{hours}"
    likes = "likes at {hours}"
    [tables.post_history.left_out]
    shares = "-1"
    """
    text = "item,h1,h24,likes at 1\na,3,9,2\nb,-1,4,\nc,,5,\n"
    _, history = opened(tmp_path, "post_history", toml, t=text)
    rows = history.sort_values(["post_id", "hours"])[["post_id", "hours", "shares"]].to_numpy().tolist()
    assert rows == [["a", 1.0, 3], ["a", 24.0, 9], ["b", 24.0, 4], ["c", 24.0, 5]]
    assert history.set_index(["post_id", "hours"])["likes"].to_dict()["a", 1.0] == 2
    assert history["likes"].isna().sum() == 3


def test_columns_that_no_pattern_fits_are_refused_by_name(tmp_path):
    toml = '[tables.post_history]\nfile = "t.csv"\n[tables.post_history.across]\nshares = "hour {hours}"\n'
    with pytest.raises(Refusal, match=r"there is no column 'hour \{hours\}'"):
        opened(tmp_path, "post_history", toml, t="post_id,h1\na,3\n")
    with pytest.raises(Refusal, match="one of ours in braces"):
        opened(tmp_path, "post_history", toml.replace("{hours}", ""), t="post_id,h1\na,3\n")


def test_rows_are_left_out_by_a_cell_or_its_beginning_and_counted(tmp_path):
    toml = """[tables.posts]
    file = "t.csv"
    [tables.posts.columns]
    post_id = "row"
    [tables.posts.left_out]
    kind = ["Retweet", ""]
    created_at = "2009-*"
    """
    text = "account_id,likes,kind,created_at\na,1,own,2010-01-01\na,2,retweet,2010-01-01\na,3,,2010-01-01\n"
    dataset, posts = opened(tmp_path, "posts", toml, t=text + "a,4,own,2009-05-01\n")
    assert posts["likes"].tolist() == [1]
    assert any("2 rows left out: kind is Retweet, empty" in note for note in dataset.notes)
    assert any("1 row left out: created_at is 2009-*" in note for note in dataset.notes)
    (tmp_path / "t.csv").write_text("account_id,likes\na,1\n")
    with pytest.raises(
        Refusal, match=r"there is no column 'kind', which dataset\.toml names for rows left out by kind"
    ):
        open_dataset(tmp_path)


def test_a_proposal_takes_no_yes_and_no_and_no_number_for_a_text_and_knows_a_post_by_its_name():
    header = ("post", "page", "likes", "has_hashtag", "text_chars")
    rows = tuple((f"p{at}", "a", str(at), "True" if at else "False", str(20 + at)) for at in range(5))
    proposed = propose(Table("t.csv", header, rows))
    assert 'post_id = "post"   # a different value in each of 5 rows' in proposed
    for text in ("hashtags =", "caption ="):
        assert not any(line.startswith(text) for line in proposed.splitlines())


def test_a_number_of_words_stands_for_a_caption(tmp_path):
    toml = '[tables.posts]\nfile = "t.csv"\n[tables.posts.columns]\ncaption_words = "words"\n'
    _, posts = opened(tmp_path, "posts", toml, t="post_id,account_id,comments,words\n1,a,2,12\n")
    assert posts["caption_words"].astype(float).tolist() == [12.0]


# Where files come from


def entry_of(content: bytes, address: str = "", *, known: bool = True, tmp: Path) -> OpenData:
    (tmp / "of").mkdir(exist_ok=True)
    (tmp / "of" / "t.csv").write_bytes(content)
    mark = sha256_of(tmp / "of" / "t.csv")
    file = OpenFile("t.csv", mark, len(content), address, mark if known else "", "not tried")
    base = next(iter(open_data().values()))
    return replace(base, id="set", files=(file,))


def source(tmp_path, *, folder=None, download=None, answer=False):
    return fetching.Source(folder, download, tmp_path / "cache", lambda question: answer)


def test_files_are_taken_from_the_folder_where_their_hash_fits(tmp_path):
    entry = entry_of(b"a\n1\n", tmp=tmp_path)
    folder = tmp_path / "given"
    (folder / "set").mkdir(parents=True)
    (folder / "set" / "t.csv").write_bytes(b"a\n1\n")
    found = fetching.find(entry, source(tmp_path, folder=folder))
    assert found.hashes == {"t.csv": entry.files[0].sha256}
    (folder / "set" / "t.csv").write_bytes(b"a\n2\n")
    found = fetching.find(entry, source(tmp_path, folder=folder))
    assert found.changed
    assert "another file than the registered one" in found.why


def test_nothing_is_downloaded_unless_somebody_says_yes(tmp_path):
    entry = entry_of(b"a\n1\n", "http://127.0.0.1:9/t.csv", tmp=tmp_path)
    for found in (fetching.find(entry, source(tmp_path)), fetching.find(entry, source(tmp_path, download=False))):
        assert "not downloaded" in found.why
        assert not found.changed
    unknown = entry_of(b"a\n1\n", "http://127.0.0.1:9/t.csv", known=False, tmp=tmp_path)
    assert "their hash is not known" in fetching.find(unknown, source(tmp_path, download=True)).why
    assert not (tmp_path / "cache").exists()


@pytest.fixture
def served(tmp_path):
    """Serve a folder on this machine."""
    (tmp_path / "web").mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "web")
    handler.log_message = lambda *said: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path / "web", f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_download_is_checked_and_kept_and_a_changed_or_dead_one_is_said(tmp_path, served, monkeypatch):
    monkeypatch.setattr(fetching, "RETRIES", 0)
    web, address = served
    (web / "t.csv").write_bytes(b"a\n1\n")
    entry = entry_of(b"a\n1\n", f"{address}/t.csv", tmp=tmp_path)
    found = fetching.find(entry, source(tmp_path, download=True))
    assert found.published
    assert found.places["t.csv"].read_bytes() == b"a\n1\n"
    (web / "t.csv").write_bytes(b"a\n2\n")
    assert isinstance(fetching.find(entry, source(tmp_path, answer=True)), fetching.Found)  # from the cache
    other = source(tmp_path / "other", download=True)
    assert "is another file" in fetching.find(entry, other).why
    (web / "t.csv").unlink()
    gone = fetching.find(entry, other)
    assert (gone.changed, "cannot be reached" in gone.why) == (True, True)


def test_one_hash_stands_for_several_files():
    # printf '00ff  a.csv\n11ee  b.csv\n' | sha256sum, GNU coreutils 9.1
    expected = "75042a02c5ab251a0202f97babcf46da220a762777bea6c431a5d976433371ec"
    assert together({"b.csv": "11ee", "a.csv": "00ff"}) == expected


# What is kept


def test_figures_that_come_out_again_keep_their_date_and_changed_ones_give_way():
    old = told()
    assert renewed([old], [told(date="2026-02-02", versions="helpers 2")], today="2026-02-02") == [old]
    (new,) = renewed([old], [told(date="2026-02-02", data_sha256="e")], today="2026-02-02")
    assert new["date"] == "2026-02-02"


def test_a_claim_that_is_changed_later_is_dated_and_keeps_its_old_verdict():
    past, present = renewed([told()], [told(claim_sha256="c2", margin="0.5", verdict="negligible")], today="2026-03-03")
    assert (past["verdict"], past["margin"], past["superseded"]) == ("supported", "0.05", "2026-03-03")
    assert (present["verdict"], present["superseded"]) == ("negligible", "")
    again = renewed([past, present], [dict(present)], today="2026-04-04")
    assert again == [past, present]
    (gone,) = renewed([told()], [], today="2026-03-03")
    assert gone["superseded"] == "2026-03-03"


def test_the_margin_is_part_of_what_is_frozen_and_the_wording_is_not():
    claim = registry()["size-like-rate-falls"]
    assert claim_hash(claim) == claim_hash(replace(claim, claim="Otherwise worded."))
    assert claim_hash(claim) != claim_hash(replace(claim, margin=claim.margin * 2))
    assert claim_hash(claim) != claim_hash(replace(claim, estimand="Another one"))


# What is told


def three(*, values=("0.2", "0.3", "0.4"), **cells):
    wide = [(v, f"{float(v) - 0.1:.2f}", f"{float(v) + 0.1:.2f}") for v in values]
    names = "abcdefgh"
    return [
        told(dataset=names[at], estimate=v, ci_low=low, ci_high=high, **cells) for at, (v, low, high) in enumerate(wide)
    ]


def test_selected_datasets_and_those_of_one_account_stand_apart_and_enter_no_mean():
    rows = [*three(), told(dataset="s", selected="yes", estimate="9", ci_low="8", ci_high="10")]
    rows += [told(dataset="o", scope="own account"), told(dataset="w", estimate="", verdict="too little data")]
    answer = answers.answers(rows)["size-like-rate-falls"]
    assert [len(part) for part in (answer.rows, answer.selected, answer.own, answer.without)] == [3, 1, 1, 1]
    # equal errors: the mean of 0.2, 0.3 and 0.4 whatever the spread
    assert answer.pool.mean.value == pytest.approx(0.3, abs=1e-12)
    words = answers.in_words(answer)
    for part in ("3 datasets", "mean 50% fewer (", "chosen by the outcome: supported in 1", "too little data in 1"):
        assert part in words
    assert answers.answers(three()[:2])["size-like-rate-falls"].pool is None
    assert answers.in_words(None) == answers.NONE


def test_units_under_ten_are_not_told():
    assert answers.units_of(told(n_units="9")) == "under 10 accounts"
    assert answers.units_of(told(n_units="10")) == "10 accounts"


def test_each_question_is_answered_in_a_sentence_for_each_claim_and_one_on_how_sure_that_is():
    found = answers.answers(three(values=("0.28", "0.30", "0.32", "0.31")))
    asked = questions.sentences(found)
    assert [question for question, _ in asked] == [question.asked for question in questions.QUESTIONS]
    first, second, _ = (answer for _, answer in asked)
    assert first.startswith("Yes: ")
    assert "in the mean of 4 datasets" in first
    assert "How sure: fairly for data like these four datasets" in first
    assert (first.count(". "), first[-1]) == (1, ".")
    assert first.count("(95% interval ") == 1
    assert second == "No open dataset here can say."
    apart = answers.answers(three(values=("0.2", "0.4", "0.5", "0.6", "0.7", "0.9")))
    assert "How sure: in the mean only, as 6 datasets differ by more than chance" in questions.sentences(apart)[0][1]
    against = answers.answers(three(values=("-0.79", "-0.8", "-0.81")))
    assert questions.sentences(against)[0][1].startswith("The opposite: in the mean of 3 datasets")
    few = answers.answers(three()[:1])
    assert "How sure: little, as it rests on 1 dataset" in questions.sentences(few)[0][1]


def test_few_datasets_are_told_together_and_each_stands_behind_a_fold():
    about = {"claim_id": "tier-micro-beats-macro", "unit": "ln ratio", "verdict": "inconclusive"}
    wide = [
        told(dataset=name, estimate=value, ci_low="-1.2", ci_high="2.5", **about)
        for name, value in (("set-a", "0.5"), ("set-b", "1.0"))
    ]
    found = answers.answers(wide)
    answer = questions.sentences(found)[1][1]
    assert answer.startswith(  # exp(-1.2) and exp(2.5)
        "The data cannot tell: in one dataset (40 accounts) micro-influencers engage anything from 0.3 to 12 times as "
        "much of their followers as macro-influencers do, in the other (40 accounts) from 0.3 to 12 times as much. How "
        "sure"
    )
    assert "set-a" not in answer
    one, other = questions.set_by_set(found)[registry()["tier-micro-beats-macro"].question]
    assert one.startswith("set-a: the data cannot tell; ")
    assert "2.7 times as much of their followers" in other  # exp(1); with its interval on one scale
    assert "(95% interval 0.3 to 12 times as much)" in other  # exp(-1.2) and exp(2.5)
    mixed = answers.answers([wide[0], {**wide[1], "verdict": "supported", "ci_low": "0.5"}])
    answer = questions.sentences(mixed)[1][1]
    assert answer.startswith("Yes in one, undecided in one: in one dataset (40 accounts) micro-influencers engage 1.6")
    assert (
        "as macro-influencers do (95% interval 0.3 to 12 times as much), in the other (40 accounts) 2.7 times as much"
        " (1.6" in answer
    )
    alike = answers.answers([{**wide[0], "verdict": "supported", "ci_low": "0.1"}, {**wide[1], "estimate": "0.5"}])
    assert (
        "2 datasets (80 accounts) micro-influencers engage 65% more of their followers than macro-influencers do (95% "
        not in (questions.sentences(alike)[1][1])
    )
    about = {"claim_id": "tier-nano-beats-mega", "unit": "ratio", "verdict": "supported"}
    about |= {"ci_low": "1.2", "ci_high": "6"}  # exp: 3.32 and 403
    values = (("set-a", "1.4446"), ("set-b", "5.2417"))  # ln 4.24 and ln 189
    two = [told(dataset=name, estimate=value, **about) for name, value in values]
    assert (
        "Yes: in one dataset (40 accounts) nano-influencers engage 4.24 times the share of followers that celebrity "
        "accounts engage (95% interval 3.32 to 403), in the other (40 accounts) 189 times (3.32 to 403). How sure: "
        "little"
    ) in questions.sentences(answers.answers(two))[1][1]


def test_accounts_that_speak_for_themselves_answer_where_fewer_than_three_datasets_are_of_many():
    about = {"claim_id": "format-video-beats-image", "unit": "ln ratio", "scope": "own account"}
    values = (("set-a", "-0.1744", "inconclusive", "-0.5", "0.2"), ("set-b", "1.9021", "supported", "1.5", "2.2"))
    own = [told(dataset=a, estimate=b, verdict=c, ci_low=d, ci_high=e, **about) for a, b, c, d, e in values]
    third = told(dataset="set-c", estimate="0.5", verdict="supported", ci_low="0.1", ci_high="0.9", **about)
    asked = questions.Question("video?", ("format-video-beats-image",))
    assert questions.sentence(asked, answers.answers([*own, third])) == (  # exp: 0.84 and 6.7
        "Yes in two, undecided in one: in 3 datasets of few accounts video draws 0.84 to 6.7 times as much engagement "
        "as stills (images, carousels and texts) of the same account. How sure: of these few accounts alone."
    )
    general = told(dataset="set-d", **{**about, "scope": "general"}, estimate="0.5", verdict="supported")
    both = questions.sentence(asked, answers.answers([general, *own]))
    assert both.startswith("Yes: in 1 dataset (40 accounts) video draws 65% more")
    assert "; in 2 datasets of few accounts 0.84 to 6.7 times as much (yes in one, undecided in one). How sure" in both
    assert both.endswith("How sure: little, as it rests on 1 dataset; what few accounts gave holds for them alone.")
    many = [told(dataset=name, **{**about, "scope": "general"}) for name in ("e", "f", "g")]
    assert "few accounts" not in questions.sentence(asked, answers.answers([*many, *own]))


def test_every_question_of_the_registry_that_open_data_speak_to_is_answered():
    told = questions.words()
    asked = {one.claim.question for one in answers.answers().values() if one.rows or one.own}
    assert set(told) == asked
    assert "; in one it is about projects, not accounts" in told[registry()["reach-is-not-behaviour"].question]


def test_nothing_is_called_sure_where_the_data_cannot_tell():
    wide = three(values=("-0.5", "0.1", "0.6"))
    found = answers.answers(wide)
    assert found["size-like-rate-falls"].verdict.verdict == "inconclusive"
    said = questions.sentence(questions.QUESTIONS[0], found)
    assert said.startswith("The data cannot tell: in the mean of 3 datasets")
    assert "How sure: not yet, with 3 datasets" in said


def test_what_stood_in_for_a_mood_and_what_speaks_against_a_verdict_is_told():
    reason = "measured by negative affect: stress was not asked; does not hold with an interval widened"
    about = {"claim_id": "use-passive-stress", "unit": "own SD per hour", "verdict": "supported"}
    wide = [told(dataset="a", **about), told(dataset="b", reason=reason, **about)]
    answer = questions.sentences(answers.answers(wide))[2][1]
    doubt = "the answer does not hold once all claims of the question are counted"
    assert answer.endswith(f"datasets; in one {doubt} and negative affect stands for stress.")
    alone = questions.set_by_set(answers.answers(wide))[registry()["use-passive-stress"].question]
    assert [one.endswith(f" (negative affect stands for stress; {doubt})") for one in alone] == [False, True]
    page = evidence_page(wide, open_data(), registry=registry())
    assert f"| supported ({reason}) |" in page


def test_the_forest_shows_open_data_with_marks_of_their_own():
    from helpers import plots

    rows = answers.with_open_data({"size-like-rate-falls": "likes"})
    kept = [row for row in read_rows() if row["claim_id"] == "size-like-rate-falls" and row["estimate"]]
    assert Counter(rows["source"]) == Counter("selected" if row["selected"] == "yes" else "open" for row in kept)
    picture = plots.forest(rows, label="slope", data_kind="user")
    assert "open data" in [text.get_text() for text in picture.ax.get_legend().get_texts()]
    assert "tw-vaccination" in picture.alt


# The table that is kept, and the command


def test_the_kept_table_holds_what_was_promised():
    rows = read_rows()
    cells = results.estimated(rows)
    assert len(cells) >= 70
    assert sum(row["kind"] == "D" for row in cells) >= 40
    assert len({row["claim_id"] for row in cells}) >= 15
    assert len({row["dataset"] for row in cells}) >= 12
    assert set(Counter((row["dataset"], row["claim_id"]) for row in rows).values()) == {1}
    entries = open_data()
    for row in rows:
        assert row["verdict"]
        assert bool(row["estimate"]) == (row["verdict"] != "too little data"), row
        date.fromisoformat(row["date"])
        entry = entries[row["dataset"]]
        assert row["data_sha256"] == together({file.name: file.sha256 for file in entry.files})
        assert row["selected"] == ("yes" if entry.selected else "no")


def test_the_kept_rows_are_of_the_claims_as_they_are_now():
    claims = registry()
    stale = {row["claim_id"] for row in read_rows() if row["claim_sha256"] != claim_hash(claims[row["claim_id"]])}
    assert not stale, f"run 'make evidence FROM=../shared/real': these claims were changed since: {sorted(stale)}"


def test_the_page_says_what_datasets_differ_by_where_there_are_enough_of_a_kind():
    """Three of X around 0.2, three of Facebook around 0.4, all with one error."""
    own = [(site, one.id) for site in ("X", "Facebook") for one in open_data().values() if one.platform == site]
    chosen = list(zip(("0.19", "0.20", "0.21"), [one for site, one in own if site == "X"], strict=False))
    chosen += zip(("0.39", "0.40", "0.41"), [one for site, one in own if site == "Facebook"], strict=False)
    rows = [told(dataset=name, estimate=value) for value, name in chosen]
    page = evidence_page(rows, open_data(), registry=registry())
    assert "By platform: Facebook 0.4 slope, sign turned (3 datasets); X 0.2 slope, sign turned (3 datasets)." in page
    assert "What the datasets differ by cannot be told" in evidence_page(rows[:3], open_data(), registry=registry())


def test_an_estimate_in_another_unit_is_told_in_its_own():
    claim = registry()["use-passive-stress"]
    row = told(claim_id=claim.id, unit=claim.unit, estimate="0.14", ci_low="0.05", ci_high="0.23")
    assert answers.in_plain_words(row, claim).startswith("an hour more of looking goes with stress that is 0.14 higher")
    other = answers.in_plain_words({**row, "unit": "own SD per prompt with use"}, claim)
    assert "hour" not in other
    assert other.startswith("0.14 higher at a prompt with use")
    assert answers.datasets_table(["quoted-nl-share"]) is None
    table = answers.datasets_table(["size-like-rate-falls"])
    assert table is not None
    assert not table["estimate (95% interval)"].str.contains("slope").any()
    assert table["technical"].str.contains("slope, sign turned").all()


def test_the_page_is_made_from_the_kept_table():
    page = evidence_page(read_rows(past=True), open_data(), registry=registry())
    assert (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8") == page


def places_in(tmp_path) -> Places:
    project = replace(Project(), reports=tmp_path / "reports")
    project.reports.mkdir()
    return Places(project, ROOT / "data" / "open.toml", tmp_path / "evidence.csv", tmp_path / "evidence.md")


@pytest.mark.slow
def test_two_sets_go_from_their_files_to_the_table_as_they_are_kept(tmp_path):
    names = ("esm-covid-students-fried", "tw-bursts-and-stars")
    for name in names:
        real(open_data()[name])
    places, said = places_in(tmp_path), []
    how = {"source": str(REAL), "only": names, "places": places, "jobs": 1, "say": said.append}
    assert make_evidence(**how, today=date(2026, 1, 1)) == 0
    with places.table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    figures = ("dataset", "claim_id", "estimate", "ci_low", "ci_high", "n_units", "verdict")
    kept = [row for row in read_rows() if row["dataset"] in names]
    assert [[row[name] for name in figures] for row in rows] == [[row[name] for name in figures] for row in kept]
    assert {row["date"] for row in rows} == {"2026-01-01"}
    assert not any(path.suffix == ".parquet" for path in tmp_path.rglob("*"))
    before = places.table.read_bytes()
    assert make_evidence(**how, today=date(2026, 2, 2)) == 0
    assert said[-1].startswith("nothing to do")
    assert places.table.read_bytes() == before


def test_without_a_folder_and_without_yes_nothing_is_downloaded_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "asked", lambda question: False)
    monkeypatch.setattr(fetching, "usual_cache", lambda: tmp_path / "cache")
    places, said = places_in(tmp_path), []
    assert make_evidence(places=places, say=said.append) == 0
    assert sum("not downloaded" in line or "not known" in line for line in said) == len(open_data())
    assert "no file of an open dataset is here" in said[-1]
    assert not (tmp_path / "cache").exists()


def test_whoever_said_yes_to_all_is_told_the_licence(tmp_path, monkeypatch):
    def served(entry, source):
        return fetching.Found({}, {file.name: file.sha256 for file in entry.files}, published=True)

    monkeypatch.setattr(fetching, "find", served)
    places, said = places_in(tmp_path), []
    assert make_evidence(download=True, only=["tw-journals-follower-history"], places=places, say=said.append) == 0
    assert said[0] == "tw-journals-follower-history: the published files, licence: CC0 1.0"


def test_figures_whose_file_has_changed_stay_and_are_marked_with_the_day(tmp_path):
    places, said = places_in(tmp_path), []
    places.table.write_text(results.as_csv([told(dataset="tw-agri-longterm-2019")]))
    folder = tmp_path / "given" / "tw-agri-longterm-2019"
    folder.mkdir(parents=True)
    (folder / "tweets.csv").write_text("post,account\n1,a\n")
    how = {"source": str(tmp_path / "given"), "places": places, "say": said.append}
    assert make_evidence(only=["tw-agri-longterm-2019"], today=date(2026, 5, 5), **how) == 0
    (row,) = read_rows(places.table)
    assert row["estimate"] == "0.2"
    assert row["note"].startswith("not renewed since 2026-05-05: tweets.csv in FROM is another file")
    assert any("another file than the registered one" in line for line in said)
