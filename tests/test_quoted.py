"""Quoted figures and statements: intervals against textbooks, arithmetic, rules, and the notebook on any data."""

import csv
import hashlib
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from helpers import ROOT
from helpers.claims import STATUSES, Claim, documents, lacking, of_notebook, registry, sums, untestable
from helpers.claims.published import PROVENANCE
from helpers.estimates import wilson
from helpers.families.quoted import FAMILY, analysis as quoted, pictures
from helpers.pages import statements
from helpers.running.plan import Project
from helpers.running.reports import make_reports

ASKED = of_notebook("11-quoted-figures")
SHARED = ROOT.parent / "shared" / "claims.md"
DOCUMENTS = ROOT.parent / "shared" / "documents"

ITEMS = {  # section 11 of the list of claims, item by item
    "63.9%": ["quoted-world-users"],
    "2 h 21 min": ["quoted-world-minutes"],
    "81% and 14.8 million": ["quoted-nl-share", "quoted-nl-users"],
    "115 minutes": ["quoted-nl-minutes"],
    "Threads 100 million in five days": ["quoted-threads-five-days"],
    "Taiwan one in five": ["quoted-taiwan-one-in-five"],
    "40% live": ["quoted-live-forty"],
    "low trust in AI": ["quoted-ai-trust"],
    "most people want harmful content limited": ["quoted-harmful-content"],
    "77% of brands": ["quoted-brands-disappear"],
    "8-17%": ["quoted-brand-commitment"],
    "69%": ["quoted-youth-ban"],
    "emotional lifetime value": ["quoted-customer-value"],
    "turnover and profit": ["quoted-staff-turnover", "quoted-staff-profit"],
    "twice as often": ["quoted-staff-stay-twice"],
    "11 of 17 million": ["quoted-nl-daily-users"],
}

LATER = [  # what reading the texts once more added, in the order of the second list
    "quoted-nl-facebook",
    "quoted-nl-still-rising",
    "quoted-ai-act",
    "quoted-nl-networks",
    "quoted-creators-guide",
    "quoted-generations",
    "quoted-threads-discussion",
    "quoted-news-products",
    "quoted-users-want",
]

FOUND = {  # what looking the figures up gave, as evidence/README.md and the second list of claims tell it
    "quoted-world-users": "confirmed with a difference",
    "quoted-world-minutes": "confirmed",
    "quoted-nl-share": "not found",
    "quoted-nl-users": "confirmed with a difference",
    "quoted-nl-minutes": "confirmed",
    "quoted-threads-five-days": "confirmed with a difference",
    "quoted-taiwan-one-in-five": "not found",
    "quoted-live-forty": "not found",
    "quoted-ai-trust": "confirmed with a difference",
    "quoted-harmful-content": "misattributed",
    "quoted-brands-disappear": "confirmed",
    "quoted-brand-commitment": "not found",
    "quoted-youth-ban": "confirmed",
    "quoted-customer-value": "confirmed with a difference",
    "quoted-staff-turnover": "confirmed with a difference",
    "quoted-staff-profit": "confirmed with a difference",
    "quoted-staff-stay-twice": "not found",
    "quoted-nl-daily-users": "confirmed with a difference",
    "quoted-nl-facebook": "confirmed",
    "quoted-nl-still-rising": "document only",
    "quoted-ai-act": "confirmed with a difference",
    "quoted-nl-networks": "confirmed with a difference",
    "quoted-creators-guide": "not found",
    "quoted-generations": "not found",
    "quoted-threads-discussion": "not found",
    "quoted-news-products": "not found",
    "quoted-users-want": "not found",
}


@pytest.mark.parametrize(
    ("cases", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_a_textbook(cases, n, low, high):
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I,
    # method 3, printed with four decimals
    assert wilson(cases / n, n=n) == pytest.approx((low, high), abs=5e-5)
    ours = wilson(cases / n, n=n, level=0.90)
    assert ours == pytest.approx(proportion_confint(cases, n, alpha=0.10, method="wilson"), abs=1e-12)


def test_wilson_with_a_design_effect_is_that_of_a_smaller_sample():
    assert wilson(0.69, n=1000, design_effect=2) == pytest.approx(wilson(0.69, n=500), abs=1e-12)
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(69, n=1000)


def test_arithmetic():
    results = {entry["id"]: quoted.quotient(entry) for entry in sums()}
    # worked with a calculator
    assert results == pytest.approx(
        {
            "nl-whole": 18_271_604.94,
            "nl-users-ratio": 0.972972973,
            "world-whole": 8_200_312_989,
            "threads-pace": 231.4814815,
            "taiwan-people": 4_600_000,
            "taiwan-weekly": 0.0817391304,
            "nl-daily-share": 0.6470588235,
            "nl-daily-parts": 12_400_000,
            "nl-facebook-change": 0.8947368421,
            "likes-factor": 5,
            "comments-factor": 12.5,
        },
        rel=1e-9,
    )
    assert {entry["claim"] for entry in sums()} <= set(registry())
    told = quoted.worked_sums()["result"].tolist()
    assert told[0] == "18.3 million people"
    assert told[3] == "231 accounts a second"
    assert told[6:9] == ["64.7%", "12.4 million daily users", "a factor of 0.895"]
    assert told[9:] == ["a factor of 5", "a factor of 12.5"]


def test_every_quoted_figure_is_there_and_none_twice():
    ids = [name for names in ITEMS.values() for name in names] + LATER
    assert sorted(ids) == sorted(claim.id for claim in ASKED)
    assert len(set(ids)) == len(ids)
    assert len({claim.claim for claim in ASKED}) == len(ASKED)


def test_the_items_are_those_of_the_list_of_claims():
    if not SHARED.exists():
        pytest.skip("the list of claims is not there")
    section = SHARED.read_text(encoding="utf-8").split("## 11 quoted figures (Q)\n")[1]
    assert section.split(". Each with")[0].split("; ") == list(ITEMS)
    last = section.split("nothing from the documents is silently dropped: ")[1]
    assert len(last.split("; ")) <= len(untestable())


def test_statuses_follow_from_what_was_found():
    assert {claim.id: quoted.status(claim) for claim in ASKED} == FOUND
    assert set(FOUND.values()) == set(STATUSES)


def changed(claim: Claim, **evidence) -> Claim:
    return replace(claim, quoted={**claim.quoted, **evidence})


def test_the_rules_of_a_status_at_their_borders():
    claim = registry()["quoted-youth-ban"]
    assert quoted.status(changed(claim, figure=0.69 * 1.0099)) == "confirmed"
    assert quoted.status(changed(claim, figure=0.69 * 1.0101)) == "confirmed with a difference"
    assert quoted.status(changed(claim, figure=0.69 * 1.0101), tolerance=0.02) == "confirmed"
    assert quoted.status(changed(claim, figure=None)) == "confirmed with a difference"  # no number to compare with
    assert quoted.status(changed(claim, difference="another year")) == "confirmed with a difference"
    assert quoted.status(changed(claim, relation="other")) == "misattributed"
    assert quoted.status(changed(claim, relation="parts")) == "confirmed with a difference"
    assert quoted.status(changed(claim, relation="nearest")) == "not found"
    assert quoted.status(changed(claim, relation="nearest", said_by="")) == "document only"
    with pytest.raises(ValueError, match="relation 'elsewhere' is unknown"):
        quoted.evidence(changed(claim, relation="elsewhere"))


def test_estimates_only_where_the_very_figure_was_found():
    verdicts = quoted.statuses(ASKED)
    ban = verdicts["quoted-youth-ban"].estimate
    assert (ban.low, ban.high) == pytest.approx(wilson(0.69, n=1000))
    assert ban.low < ban.low_90 < ban.value < ban.high_90 < ban.high
    assert verdicts["quoted-live-forty"].estimate is None
    assert "73%" in verdicts["quoted-live-forty"].reason
    assert not verdicts["quoted-nl-minutes"].estimate.is_finite  # no spread was published
    added_up = verdicts["quoted-nl-daily-users"]
    assert added_up.estimate.value == 7.6e6 + 2.2e6 + 2.1e6 + 0.5e6  # no count of people, and its reason says so
    assert "twice" in added_up.reason
    assert "identities" in verdicts["quoted-world-users"].reason


def test_what_is_shown_counts_every_figure():
    verdicts = quoted.statuses(ASKED)
    assert quoted.by_document(verdicts).to_numpy().sum() == len(ASKED)
    assert quoted.by_provenance(verdicts).to_numpy().sum() == len(ASKED)
    assert quoted.sources(verdicts).count("\n- ") == len(ASKED) - 1
    compared = quoted.compared(verdicts)
    assert compared["ratio"].min() == pytest.approx(1.88 / 23 / 0.2)
    told = pictures.quoted_against_found(compared, tolerance=0.01).alt
    assert "0.41 times the quoted figure (the nearest there is, reported by another page)" in told
    widths = quoted.interval_widths(verdicts, design_effects=[1, 4])
    assert len(widths) == 6
    told = pictures.intervals(widths, series="design_effect", label="share").alt
    assert "at a design effect of 4" in told


def test_the_answer_holds_word_for_word_against_its_own_table():
    verdicts = quoted.statuses(ASKED)
    table, ways = quoted.overview(verdicts), quoted.WAYS
    cells = pd.crosstab(table["status"], table["what was found is"]).reindex(index=STATUSES, columns=ways, fill_value=0)
    assert quoted.by_provenance(verdicts).equals(cells.loc[:, cells.any()].loc[cells.any(axis="columns")])
    counts = cells.sum(axis="columns")
    others = [f"{counts[word]} {word}" for word in STATUSES[2:] if counts[word]]
    seen, elsewhere, other, nowhere = cells.loc["confirmed"]
    assert elsewhere == nowhere == 0
    assert FAMILY.answer(verdicts, data_kind="user") == (
        f"Of {len(table)} quoted figures {counts['confirmed']} are confirmed: {seen} {ways[0]}, {other} {ways[2]}. "
        f"{counts['confirmed with a difference']} are confirmed with a difference that matters to a reader; "
        f"the other {counts.loc[list(STATUSES[2:])].sum()}: {', '.join(others)}."
    )
    facts = quoted.facts(ASKED)["value"]
    assert facts[ways].tolist() == cells.sum().tolist()
    assert facts["an address that a reader can open"] == sum(bool(quoted.evidence(claim).address) for claim in ASKED)


def test_seen_means_read_at_whoever_has_the_figure():
    """A figure that is seen has an address at the publisher that is named; a news page or a blog is another page."""
    publishers = {  # read one by one
        "quoted-live-forty": "business.yougov.com",
        "quoted-threads-discussion": "www.technologyreview.com",
        "quoted-harmful-content": "tumthinktank.de",
        "quoted-brand-commitment": "www.edelman.com",
        "quoted-youth-ban": "www.unicef.nl",
    }
    evidence = {claim.id: quoted.evidence(claim) for claim in ASKED}
    assert {
        name: seen.address.split("/")[2] for name, seen in evidence.items() if seen.provenance == "seen"
    } == publishers
    named = {name for name, seen in evidence.items() if seen.way == PROVENANCE["seen"]}
    assert named == {"quoted-brand-commitment", "quoted-youth-ban"}  # the others are not whom the document names
    assert {evidence[name].way for name in publishers.keys() - named} == {quoted.ELSEWHERE}
    for seen in evidence.values():
        assert (seen.provenance == "document only") == (seen.relation == "none") == (not seen.address)
        assert seen.passing == bool(re.search(r"[?&](p|query)=|//staging", seen.address))
    told = quoted.sources(quoted.statuses(ASKED)).splitlines()
    assert all(("](http" in line) != ("no address kept" in line) for line in told)


def test_what_cannot_be_tested_has_a_reason_and_a_document():
    entries = untestable()
    assert len(entries) == len({entry.id for entry in entries}) == len({entry.statement for entry in entries})
    assert not {entry.id for entry in entries} & set(registry())
    for entry in entries:
        assert entry.document in documents()
        assert len(entry.reason) > 20
    assert len(quoted.not_testable()) == len(entries)


LISTED = pd.DataFrame(statements.statements()).astype({"sentence": int})


def test_no_statement_without_a_claim_a_quoted_figure_or_a_reason():
    claims, reasons = registry(), {entry.id for entry in untestable()}
    assert list(LISTED) == ["document", "sentence", "statement", "claim", "quoted", "reason", "fingerprint", "way"]
    for row in LISTED.itertuples():
        assert bool(row.claim or row.quoted) != bool(row.reason), row.statement
        assert row.reason in reasons | {""}, row.statement
        for name in f"{row.claim} {row.quoted}".split():
            assert row.document in claims[name].document.split(), f"{name}: {row.statement}"
        assert {claims[name].kind for name in row.quoted.split()} <= {"Q"}
        assert "Q" not in {claims[name].kind for name in row.claim.split()}
    assert not LISTED.duplicated(["document", "statement"]).any()
    assert all(rows["sentence"].is_monotonic_increasing for _, rows in LISTED.groupby("document"))


def test_no_claim_of_a_document_without_a_statement():
    stated = {(row.document, name) for row in LISTED.itertuples() for name in f"{row.claim} {row.quoted}".split()}
    claimed = {(number, claim.id) for claim in registry().values() for number in claim.document.split()}
    assert stated == claimed  # claims beside the documents have no document, and no statement
    assert set(LISTED["reason"]) - {""} == {entry.id for entry in untestable()}


def test_statements_are_counted_for_each_document():
    counts = statements.tally()
    assert counts["statements"].tolist() == [*LISTED["document"].value_counts(sort=False), len(LISTED)]
    assert (counts[list(statements.WAYS)].sum(axis="columns") == counts["statements"]).all()


def test_statements_stand_in_the_sentence_that_is_named():
    if not DOCUMENTS.exists():
        pytest.skip("the documents are not there")
    texts = {path.name[:3]: path.read_text(encoding="utf-8") for path in DOCUMENTS.glob("*.txt")}
    counted = {number: statements.sentences(text) for number, text in texts.items()}
    assert set(LISTED["document"]) == set(counted) == set(documents())
    for row in LISTED.itertuples():
        sentence = counted[row.document][row.sentence - 1]
        assert hashlib.sha256(sentence.encode()).hexdigest()[:12] == row.fingerprint, f"{row.document}, {row.sentence}"
        assert row.statement not in sentence


def test_no_dutch_claim_is_a_sentence_of_the_texts():
    """Seven words in ten of one sentence are that sentence; where a figure is quoted, its words cannot be others."""
    if not DOCUMENTS.exists():
        pytest.skip("the documents are not there")
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS.glob("*.txt")]
    words = [set(re.findall(r"[\w’'-]+", part.lower())) for text in texts for part in statements.sentences(text)]
    for claim in registry().values():
        said = re.findall(r"[\w’'-]+", claim.claim_nl.lower())
        if not any(character.isdigit() for character in claim.claim_nl):
            assert max(sum(word in sentence for word in said) for sentence in words) < 0.7 * len(said), claim.id


def test_registry_entries_of_quoted_figures_are_sound():
    for claim in ASKED:
        seen = quoted.evidence(claim)
        assert claim.kind == "Q"
        assert claim.margin is None
        assert claim.document in documents()
        assert not seen.address or re.match(r"https?://", seen.address)
        assert seen.provenance in PROVENANCE
        assert seen.found
        assert bool(seen.n) == bool(seen.n_text)
        assert lacking(claim, None) == ""


@pytest.fixture(scope="module")
def project(tmp_path_factory, warmed):
    return replace(Project(), reports=tmp_path_factory.mktemp("reports"))


def rows_of(project, data, run, notebook="11-quoted-figures"):
    assert make_reports(data=str(data), run=run, project=project, notebook=notebook, say=lambda line: None) == 0
    with (project.reports / run / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim_id"]: row for row in csv.DictReader(file)}


def test_the_notebook_fills_claims_csv_whatever_the_data(project, tmp_path):
    hostile = tmp_path / "posts.csv"
    hostile.write_text(
        "post_id,account_id,likes\n" + "".join(f"<b>{i},=A{i},-1\n" for i in range(12)), encoding="utf-8"
    )
    sample = rows_of(project, ROOT / "data" / "sample", "sample")
    other = rows_of(project, hostile, "hostile")
    for rows, kind in ((sample, "simulated"), (other, "user")):
        quotes = {name: row for name, row in rows.items() if row["kind"] == "Q"}
        assert {name: row["verdict"] for name, row in quotes.items()} == FOUND
        assert {row["data_kind"] for row in quotes.values()} == {kind}
        assert {row["margin"] + row["p_value"] + row["p_holm"] + row["n_rows"] for row in quotes.values()} == {""}
        assert {name for name, row in quotes.items() if row["n_units"]} == {
            claim.id for claim in ASKED if quoted.evidence(claim).n
        }
        for row in quotes.values():
            assert row["verdict"] == "confirmed" or row["reason"]
    share = sample["quoted-brands-disappear"]
    assert float(share["ci_low"]) < 0.77 < float(share["ci_high"])
    for run in ("sample", "hostile"):
        page = (project.reports / run / "11-quoted-figures.html").read_text(encoding="utf-8")
        assert "Looked up." in page
        assert "imulated" not in page  # what texts and sources say was not simulated, nor is it cited so
        assert "The figures were looked up; the page names their sources." in page
        assert ">Found (95% interval)<" in page
        assert "14,400,000 people</span></td>" in page  # its unit once
    assert "nan" not in re.sub(r'src="data:[^"]*"', "", page).split("<article>")[1].lower().split()
    index = (project.reports / "hostile" / "index.html").read_text(encoding="utf-8")
    assert index.count('<tr role="row" id="listening-improves-products">') == 1


def test_the_first_notebook_has_a_record_without_claims(project):
    rows_of(project, ROOT / "data" / "sample", "start", notebook="00-start-here")
    record = json.loads((project.reports / "start" / "00-start-here.json").read_text(encoding="utf-8"))
    assert record["claims"] == []
    assert "7.6% (6.4% to 8.8%)" in record["answer"]
    index = (project.reports / "start" / "index.html").read_text(encoding="utf-8")
    assert 'href="00-start-here.html"' in index
    assert record["answer"] in index
