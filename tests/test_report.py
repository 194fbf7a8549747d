import csv
import io

import numpy as np
import pytest
from toys import CLAIMS, ENTRIES, NASTY, entry

from helpers import ROOT
from helpers.base.words import number
from helpers.claims import COLUMNS, MIME, Record, holm, registry as all_claims
from helpers.claims.wording import published
from helpers.pages.statements import statements
from helpers.running import units
from helpers.running.readme import MARKS, claims_page, fill_between, first_screen, readme_table
from helpers.running.score import claim_rows, claims_csv

REGISTRY = {claim.id: claim for claim in CLAIMS}


def rows(**changes):
    given = {"records": {"01-toy": {"claims": ENTRIES}}, "missing": {"02-other": "the notebook failed"}}
    beside = {"data": {"name": "toy", "kind": "user"}, "holm": lambda p_values: [1.0 if p else None for p in p_values]}
    return claim_rows(REGISTRY, **{**given, **beside, **changes})


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0804, "likes per follower (share)", "8.04%"),
        (0.0004, "(share)", "0.0400%"),
        (-0.3141, "slope", "−0.314"),
        (0.9999, "", "1.00"),
        (9.996, "", "10.0"),
        (1234.5, "", "1,234"),
        (0.0, "", "0"),
        (0.00001234, "", "1.23e−05"),
        (None, "", ""),
    ],
)
def test_numbers_have_three_digits(value, unit, text):
    assert number(value, unit=unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.08, "8%"), (0.0237, "2.37%"), (0.085, "8.5%"), (0.2, "20%"), (1.0, "100%"), (0.005, "0.5%")]
)
def test_published_figures_have_no_idle_noughts(value, text):
    assert published({"published": value, "unit": "(share)"}) == text


def test_a_record_holds_plain_numbers_only():
    record = Record("01", {"rows": {"posts": np.int64(3)}}, [{"claim_id": "a", "estimate": np.float64("nan")}], "Yes.")
    bundle = record._repr_mimebundle_()
    assert bundle[MIME]["data"] == {"rows": {"posts": 3}}
    assert type(bundle[MIME]["data"]["rows"]["posts"]) is int
    assert bundle[MIME]["claims"][0]["estimate"] is None


def test_a_record_refuses_what_json_cannot_write():
    with pytest.raises(TypeError, match="a set came"):
        Record("01", {"rows": {1, 2}}, [], "").plain()


def test_a_record_shows_an_escaped_table_by_hand():
    html = Record("01", {}, [entry(CLAIMS[0], verdict="supported")], NASTY)._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert '<th scope="row">toy-falls</th>' in html


def test_claims_csv_has_the_columns_of_the_contract():
    read = list(csv.DictReader(io.StringIO(claims_csv(rows()))))
    assert tuple(read[0]) == COLUMNS
    assert [row["claim_id"] for row in read] == ["toy-falls", "toy-level", "toy-none", "other-rises"]
    assert (read[0]["estimate"], read[0]["p_holm"], read[2]["p_holm"]) == ("0.31", "1.0", "")


def test_p_values_are_adjusted_within_a_question_and_what_pages_show_is_kept():
    other = entry(CLAIMS[3], verdict="supported", p_value=0.04, survives=False)
    records = {"01-toy": {"claims": ENTRIES}, "02-other": {"claims": [other]}}
    found = {row["claim_id"]: row for row in rows(records=records, missing={}, holm=holm)}
    # two p-values in the first notebook, one in the second
    assert [found[name]["p_holm"] for name in ("toy-falls", "toy-level", "other-rises")] == [2e-7, 0.002, 0.04]
    assert found["other-rises"]["survives"] is False
    assert {row["scope"] for row in found.values()} == {"general"}
    assert COLUMNS[-3:] == ("scope", "answer", "units_needed")


def test_how_many_units_would_do_is_told_of_every_claim():
    claims = [{**ENTRIES[0], "units_needed": 160}, {**ENTRIES[1], "units_needed": None, "reason": "no spread"}]
    lines = units.told(claims, data={"name": "toy", "kind": "simulated"}).splitlines()
    assert lines[0] == "From the spread in toy (simulated data), four times in five:"
    assert lines[1].endswith("160 accounts to show the direction of an effect as large as the margin")
    assert lines[2].endswith("unknown: no spread")


def test_a_claim_of_a_failed_notebook_has_a_row_without_a_verdict():
    row = rows()[3]
    assert (row["verdict"], row["reason"], row["data_kind"]) == (None, "the notebook failed", "user")


def test_a_claim_that_a_notebook_forgot_is_told():
    row = rows(records={"01-toy": {"claims": ENTRIES[:2]}})[2]
    assert (row["verdict"], row["reason"]) == (None, "the notebook does not report this claim")


def test_a_claim_of_a_notebook_that_is_not_in_the_collection_has_no_row():
    assert [row["claim_id"] for row in rows(missing={})] == ["toy-falls", "toy-level", "toy-none"]


def test_no_text_becomes_a_formula_in_claims_csv():
    hostile = [{**rows()[0], "data_name": "=HYPERLINK(1)", "estimate": -0.5}]
    read = next(csv.DictReader(io.StringIO(claims_csv(hostile))))
    assert read["data_name"] == "'=HYPERLINK(1)"
    assert read["estimate"] == "-0.5"


def test_the_readme_table_is_filled_from_claims_csv():
    table = readme_table(list(csv.DictReader(io.StringIO(claims_csv(rows())))), registry=REGISTRY)
    assert table.splitlines()[3] == (
        "| A toy does what it is said to do. | 002 | 8% | – | 5.12% (4.70% to 5.54%) | not reproduced |"
    )
    assert table.splitlines()[5].endswith("|  | the notebook failed |")
    filled = fill_between("x\n<b>\nold\n<e>\ny", table, begin="<b>", end="<e>")
    assert filled == f"x\n<b>\n{table}<e>\ny"
    with pytest.raises(ValueError, match="<b> and <e>"):
        fill_between("x", table, begin="<b>", end="<e>")


def test_the_readme_says_first_what_is_known_on_the_three_named_questions():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = readme.partition(MARKS[0])[2].partition(MARKS[1])[0].strip()
    assert told == first_screen().strip(), "run make readme"
    names = [line.split("**")[1] for line in told.splitlines() if line.startswith("| [**")]
    assert names == ["Account size", "Micro against macro", "Looking on or taking part"]
    assert f"{len(statements())} statements" in told
    assert len(readme.splitlines()) < 130  # the long table of claims stands in docs/claims.md


def test_the_page_of_claims_holds_every_claim_and_counts_every_statement():
    claims = all_claims()
    nothing = dict.fromkeys(("estimate", "ci_low", "ci_high", "published", "unit", "kind", "reason"), "")
    told = {name: {"claim_id": name, "document": claim.document} for name, claim in claims.items()}
    rows = [{**nothing, **row, "verdict": "supported"} for row in told.values()]
    page = claims_page(rows)
    assert all(claim.claim in page and claim.claim_nl in page for claim in claims.values())
    assert "| 001 Listening, and the marketer as most valuable person | 49 | 26 | 13 | 10 |" in page
    assert page.count("](http") > 30
