"""Notebook 12 on one account, its null, several, many, without dates and with hostile names."""

import re

import pandas as pd
import pytest
from notebook_reports import HOSTILE
from test_real_data import real

from helpers.families.own_account import world
from helpers.simulate.streams import stream

NOTEBOOK = "12-own-account"
WORLDS = ("documents", "own-account", "own-account-null")


def sentences(reports, run: str) -> list[str]:
    """List what can be forwarded: the findings that the page tells apart."""
    told = [text for output in reports.outputs(run) for text in (output.get("data", {}).get("text/markdown", ""),)]
    return [line for text in told for line in "".join(text).splitlines() if line.startswith("- ") and "**" in line]


def test_an_account_of_one_s_own(reports):
    reports.on_world("own-account")
    record = reports.record("own-account")
    assert record["data"]["units"] == {"accounts": 1, "weeks": record["data"]["units"]["weeks"]}
    assert re.match(
        r"In these simulated data, yes: [\w ]+ (were seen|got) .* times as (many|often)", record["answer"]
    )  # what was found comes first
    found = sentences(reports, "own-account")
    assert any("Reels" in line and "1." in line for line in found)
    told = r"\(95% interval ([\d.]+ to [\d.]+|[\d.]+% to [\d.]+% (fewer|less often)); \d+ simulated posts\)"
    assert all(re.search(told, line) for line in found)
    page = reports.page("own-account")
    assert "lie outside what is usual" in page or "lies outside what is usual" in page
    assert "by the clock of Europe/Amsterdam" in page
    assert "Metric changes: 2024-07-02" in page


def test_many_simulated_accounts_get_the_lesson(reports):
    reports.on_world("documents")
    record = reports.record("documents")
    assert record["answer"].startswith("In this lesson's simulated account, yes: live broadcasts got ")
    assert "ten accounts or more" not in record["answer"]  # the banner says whose it is, the answer what was found
    assert record["data"]["analysed"] is False
    page = reports.page("documents")
    assert "The example on this page is the lesson's own and was made for it" in page
    assert "the answer compares likes and comments per person reached" in page


def test_the_null_account_tells_nothing_apart_beyond_chance(reports):
    """Five pictures of two outcomes, each wrong in 5% of accounts: more than three are so once in 900."""
    reports.on_world("own-account-null")
    pictures = {re.sub(r"\d|[A-Z]", "", line)[:20] for line in sentences(reports, "own-account-null")}
    assert len(pictures) <= 3


def test_accounts_of_others_are_not_shown(reports, tmp_path):
    posts = pd.DataFrame(
        {"post_id": [f"p{i}" for i in range(120)], "account_id": [f"person{i % 12}" for i in range(120)]}
    )
    posts = posts.assign(created_at=pd.date_range("2024-01-01", periods=120, freq="31h"), likes=7_777, comments=3)
    posts.to_csv(tmp_path / "posts.csv", index=False)
    reports.make(tmp_path / "posts.csv", "many")
    page = re.sub(r"data:image/png;base64,[\w+/=]+", "", reports.page("many"))  # letters of a picture spell anything
    assert "so it shows nothing" in page
    assert "7,777" not in page
    assert "7777" not in re.sub(r"data:[\w/+;-]+,[^\"')\s]+", "", page)  # letters that stand for bytes mean nothing
    assert "person1" not in page


def test_two_accounts_without_a_date_or_a_format(reports, tmp_path):
    posts = world.draw("own-account", rng=stream(1, "two"))["posts"]
    posts = posts.assign(account_id=["a", "b"] * 90).drop(columns=["format", "reach", "views", "impressions"])
    posts.to_csv(tmp_path / "posts.csv", index=False)
    reports.make(tmp_path, "two")
    assert "account 2" in reports.page("two")
    (tmp_path / "undated").mkdir()
    posts.drop(columns="created_at").to_csv(tmp_path / "undated" / "posts.csv", index=False)
    reports.make(tmp_path / "undated", "undated")
    assert "no post has a date" in reports.page("undated")


def test_hostile_names(reports, tmp_path):
    posts = pd.DataFrame(
        {"post_id": [f"<img src=x onerror=alert({i})>" for i in range(80)], "account_id": HOSTILE * 20}
    )
    tags = ["#<script>alert(2)</script> #$x_$", "", "   ", "#a #a"] * 20
    posts = posts.assign(created_at=pd.date_range("2024-01-01", periods=80, freq="83h"), likes=range(80), hashtags=tags)
    posts.assign(comments=1).to_csv(tmp_path / "posts.csv", index=False)
    reports.on_hostile(tmp_path / "posts.csv")


@pytest.mark.parametrize("name", ["ytstudio-kenjee", "uci-facebook-metrics/dataset_Facebook.csv"])
def test_real_accounts(reports, name):
    source = real(name)
    run = name.split("/")[0]
    reports.make(source, run)
    nothing = "Too few to tell: no two kinds of posts can be compared, which takes dates and 10 posts of a kind."
    told = "The data cannot tell: of 16 comparisons of formats, hours" if name == "ytstudio-kenjee" else nothing
    assert reports.record(run)["answer"].startswith(told)
