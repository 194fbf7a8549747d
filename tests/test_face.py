"""What `import helpers` offers: every name has an example that runs, and says what is wrong with a table."""

import doctest
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import helpers
from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.estimates import fit_slope, wilson

mpl.use("agg")
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_run():
    text = re.sub(r"^```.*$", "", PAGE, flags=re.M)
    test = doctest.DocTestParser().get_doctest(text, {}, "docs/api.md", "docs/api.md", 0)
    assert len(test.examples) > 40
    found = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    mpl.pyplot.close("all")
    assert found.failed == 0


def test_every_name_is_offered_listed_and_documented_with_an_example():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.S))
    for name in helpers.OFFERED:
        assert callable(getattr(helpers, name))
        assert name in dir(helpers)
        assert f"`{name}`" in PAGE
        assert name == "import_data" or f"helpers.{name}(" in code, name
    assert 20 <= len(helpers.OFFERED) <= 26
    with pytest.raises(AttributeError, match="fit_slope"):
        _ = helpers.fit_slop


def test_nothing_is_imported_before_it_is_asked_for():
    told = "import helpers, sys; print([m for m in ('pandas', 'numpy', 'seaborn', 'duckdb') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.fixture
def accounts():
    size = np.array([1e2, 1e3, 1e4, 1e5, 1e6])
    return pd.DataFrame({"account_id": list("abcde"), "followers": size, "like_rate": 0.5 * size**-0.2})


def refusal(call, *args, **given) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call(*args, **given)
    return refused.value


def test_a_name_gives_what_its_room_gives(accounts):
    assert helpers.fit_slope(accounts, outcome="like_rate").slope == fit_slope(accounts, outcome="like_rate").slope
    assert helpers.fit_slope.__doc__ == fit_slope.__doc__


def test_every_missing_column_is_told_with_the_nearest_that_there_is(accounts):
    told = refusal(helpers.fit_slope, accounts, outcome="like_rte", size="members", within="platform")
    assert told.what == "fit_slope cannot use this table"
    assert told.faults == (
        "outcome='like_rte' is not in the table (did you mean 'like_rate'?)",
        "size='members' is not in the table",
        "within='platform' is not in the table",
    )
    assert told.mend.startswith("name one of the columns that there are: account_id, followers, like_rate; or rename")
    terms = refusal(helpers.regress, accounts, outcome="like_rate", terms=["followers", "x"]).faults
    assert terms == ("terms='x' is not in the table",)


def test_text_where_numbers_belong_is_told_and_never_shown(accounts):
    told = refusal(helpers.fit_slope, accounts.assign(like_rate="@secret.handle"), outcome="like_rate")
    assert told.faults == ("outcome='like_rate' holds text; numbers are allowed",)
    assert "secret" not in str(told)
    assert "pandas.to_numeric" in told.mend
    assert refusal(helpers.mean, ["0.1", "@secret"]).faults == ("values holds text; numbers are allowed",)
    assert "one column is allowed" in refusal(helpers.mean, accounts).faults[0]
    times = accounts.assign(followers=pd.Timestamp("2025-01-01"))
    assert refusal(helpers.with_bands, times).faults == ("column 'followers' holds times; numbers are allowed",)


def test_a_name_that_is_there_twice_and_numbers_without_end_are_told(accounts):
    how = {"outcome": "like_rate", "size": "followers"}
    twice = pd.concat([accounts, accounts[["like_rate"]]], axis=1)
    endless = accounts.assign(like_rate=accounts["like_rate"].mask(accounts.index < 2, np.inf), followers=-np.inf)
    assert refusal(helpers.fit_slope, twice, **how).faults == (
        "outcome='like_rate' is in the table 2 times; a name is allowed once",
    )
    assert refusal(helpers.fit_slope, endless, **how).faults == (
        "outcome='like_rate' is endless in 2 rows; numbers and empty cells are allowed",
        f"size='followers' is endless in {len(accounts)} rows; numbers and empty cells are allowed",
    )
    helpers.fit_slope(
        accounts.assign(like_rate=accounts["like_rate"].astype("Float64").mask(accounts.index < 2)), **how
    )


def test_what_is_no_table_and_what_is_no_argument(accounts):
    assert refusal(helpers.fit_slope, [1, 2], outcome="x").what == (
        "fit_slope takes a pandas DataFrame with one row for each account; a list came"
    )
    assert "nothing came" in refusal(helpers.fit_slope, outcome="x").what
    assert "no rows" in refusal(helpers.fit_slope, accounts[:0], outcome="like_rate").what
    told = refusal(helpers.fit_slope, accounts, outcom="like_rate")
    assert told.faults == ("outcom= is no argument (did you mean 'outcome'?)", "outcome= is missing")
    assert refusal(helpers.paired_difference, [1.0, 2.0]).faults == ("second is missing",)


def test_posts_are_looked_at_as_the_loader_does(accounts):
    posts = pd.DataFrame({"account_id": list("aabb"), "followers": [10, 10, 20, 20], "likes": [1, 2, 3, 4]})
    assert helpers.account_rates(posts).frame["like_rate"].round(3).tolist() == [0.15, 0.175]
    told = refusal(helpers.account_rates, posts.drop(columns=["account_id", "followers"]))
    assert [fault.split(" is not")[0] for fault in told.faults] == ["column 'followers'", "column 'account_id'"]
    assert "counts below 0" in refusal(helpers.account_rates, posts.assign(likes=-5)).faults[0]
    assert helpers.account_rates(posts.assign(likes=[-1, 2, 3, 4])).excluded == {
        "likes hidden": 1,
        "comments missing": 4,
    }
    assert "a list came" in refusal(helpers.account_rates, [1]).what
    assert refusal(helpers.account_rates, posts, platform=["x"]).faults == (
        "platform= is no argument (did you mean 'platforms'?)",
    )
    named = posts.assign(platform=["instagram", "x"] * 2)
    told = refusal(helpers.account_rates, named, platforms=["Instagram"])
    assert told.faults == ("platforms: 'Instagram' is in no table (did you mean 'instagram'?)",)
    assert told.mend == "choose of the platforms that there are: instagram, x"


def test_what_no_post_has_is_refused():
    posts = pd.DataFrame({"account_id": list("aabb"), "followers": [10, 10, 20, 20], "likes": [1, 2, 3, 4]})
    told = refusal(helpers.account_rates, posts.assign(created_at="2025-01-01"))
    assert told.faults == ("created_at holds text; times are allowed; pd.to_datetime makes them",)
    for odd, says in ((np.inf, "endless in 4 rows"), (1.5, "no whole number"), (True, "no whole number")):
        assert says in refusal(helpers.account_rates, posts.assign(likes=odd)).faults[0]
    assert "account_id is missing" in refusal(helpers.account_rates, posts.assign(account_id=None)).faults[0]
    assert "there twice" in refusal(helpers.account_rates, pd.concat([posts, posts[["likes"]]], axis=1)).faults[0]
    assert "a whole number from 1 is allowed" in refusal(helpers.account_rates, posts, min_posts="x").faults[0]
    assert "pairs are needed" in refusal(helpers.paired_difference, [1.0, 2.0], [1.0]).faults[0]
    assert "a DataFrame came" in refusal(helpers.judge, posts, None).what
    assert "a str came" in refusal(helpers.ask, "folder", "01-account-size").what


def test_edges_rise(accounts):
    assert helpers.with_bands(accounts, edges=np.array([1_000, 10_000]))["band"].notna().all()
    for odd in ([], [1_000, 100], ["a"], None, 1_000, "1000", [np.nan], [np.inf], [0]):
        assert "no rising numbers" in refusal(helpers.with_bands, accounts, edges=odd).what


def test_a_verdict_needs_a_claim_and_an_interval(accounts):
    assert "did you mean 'size-like-rate-falls'" in refusal(helpers.judge, "size-like-rate-fall", None).what
    assert "a float came" in refusal(helpers.judge, "size-like-rate-falls", 0.2).what
    assert helpers.judge("size-like-rate-falls", None, missing="no posts").verdict == "no data"


def test_a_call_that_lacks_an_argument_and_numbers_of_two_dimensions_are_refused(accounts):
    for called, lacking in ((helpers.judge, "estimate"), (helpers.units_needed, "estimate"), (helpers.ask, "question")):
        told = refusal(called, "size-like-rate-falls")
        assert f"'{lacking}'" in told.faults[0]
        assert lacking in told.mend
    assert "'n'" in refusal(helpers.wilson, 0.5).faults[0]
    assert len(refusal(helpers.wilson, 1.5, n=-2).faults) == 2
    assert helpers.wilson(np.float64(0.5), n=np.int64(100)) == wilson(0.5, n=100)
    for called in (helpers.mean, helpers.median, helpers.ln_ratio_of_means):
        assert "a ndarray came" in refusal(called, *2 * [accounts[["like_rate"]].to_numpy()]).faults[0]
    assert "nothing came" in refusal(helpers.mean, None).faults[0]


def test_a_question_is_asked_in_one_step():
    dataset = helpers.open_dataset(ROOT / "data" / "sample")
    verdicts = helpers.ask(dataset, "communities")
    assert verdicts["community-small-takes-part"].verdict == "supported"
    assert "did you mean '01-account-size'" in refusal(helpers.ask, dataset, "01-acount-size").what
    told = refusal(helpers.ask, dataset, "05-format", platform=["instagram"])
    assert told.faults == ("platform= is no parameter (did you mean 'platforms'?)",)
    told = refusal(helpers.ask, dataset, "04-dialogue", platforms=["Instagrm"], start="2031-01-01")
    assert len(told.faults) == 2
    assert "instagram" in told.mend
    assert "2025" in told.mend
    told = refusal(helpers.ask, dataset, "06-timing-hashtags", share=1.5, number=-2, min_post=3)
    assert [fault.split()[0] for fault in told.faults] == ["min_post=", "share:", "number:"]


def test_what_a_person_would_try_works_or_says_what_to_give(accounts, tmp_path):
    fit = helpers.fit_slope(accounts, outcome="like_rate")
    verdict = helpers.judge("size-like-rate-falls", -fit.slope)
    assert helpers.table(verdict).equals(helpers.table({verdict.claim.id: verdict}))
    assert list(helpers.table([verdict, verdict]).index) == [verdict.claim.claim]
    assert "a Estimate came" in refusal(helpers.table, fit.slope).what
    needed = [helpers.units_needed(one, -fit.slope) for one in (verdict.claim, verdict.claim.id, verdict)]
    assert needed == [needed[0]] * 3
    assert "did you mean 'size-like-rate-falls'" in refusal(helpers.units_needed, "size-like-rate-fall", None).what
    assert "a float came" in refusal(helpers.units_needed, "size-like-rate-falls", 0.2).what
    quoted = next(claim for claim in helpers.registry().values() if claim.kind == "Q")
    assert "no data judge" in refusal(helpers.units_needed, quoted, fit.slope).what
    told = refusal(lambda _: helpers.registry()["size-like-rate-fall"], None)
    assert "did you mean 'size-like-rate-falls'" in told.what
    assert helpers.registry().get("none") is None
    for opened in (helpers.open_dataset, helpers.import_data):
        told = refusal(opened, accounts)
        assert "a DataFrame came" in told.what
        assert "to_csv" in told.mend
    assert "no name for a dataset" in refusal(helpers.import_data, tmp_path).what
    with pytest.raises(AttributeError, match="did you mean 'fit_slope'"):
        _ = helpers.fit_slopes


def test_the_usual_column_and_tables_among_the_arguments_are_looked_at_too(accounts):
    told = refusal(helpers.fit_slope, accounts.drop(columns="followers"), outcome="like_rate")
    assert told.faults == ("size='followers' is not in the table",)
    assert "go by name" in refusal(helpers.fit_slope, accounts, "like_rate").faults[0]
    bands = helpers.band_means(helpers.with_bands(accounts, edges=[1_000]), outcome="like_rate")
    look = {"outcome": "like_rate", "label": "rate"}
    told = refusal(helpers.rate_by_size, accounts, bands=None, data_kind="mine", **look)
    assert told.faults == (
        "bands: nothing came; a table from helpers.band_means is needed",
        "data_kind: 'mine' came; allowed are 'user', 'simulated'",
    )
    told = refusal(helpers.rate_by_size, accounts, bands=bands.drop(columns="low"), data_kind="user", **look)
    assert told.faults == ("bands= lacks the columns low",)
    with pytest.raises(ValueError, match="'mine'; allowed are 'simulated', 'user'"):
        helpers.Picture(None, alt="x", data_kind="mine")


def test_a_period_of_data_without_dates_is_refused_in_these_words(accounts):
    posts = pd.DataFrame({"account_id": ["a"], "followers": [10], "likes": [1]})
    told = refusal(helpers.account_rates, posts, start="2025-01-01")
    assert told.faults == ("start and end: nothing in the data has a date, so that no period can be chosen",)
    assert told.mend == "leave start and end empty"


ODD = {
    "a dict": {"a": [1]},
    "nothing": None,
    "dicts": [{"a": 1}],
    "an array": np.zeros((3, 2)),
    "a set": {1, 2},
}
TAKE_A_TABLE = ("account_rates", "with_bands", "mean", "median", "fit_slope", "regress", "band_means", "within_ratio")
TAKE_A_TABLE += ("within_slope", "paired_difference", "standardised_difference", "ln_ratio_of_means", "forest")
TAKE_A_TABLE += ("rate_by_size", "groups_by_size")


@pytest.mark.parametrize("name", TAKE_A_TABLE)
@pytest.mark.parametrize("came", ODD.values(), ids=ODD)
def test_what_is_no_table_is_refused_by_every_name(name, came):
    with pytest.raises(Refusal, match=f"{name} (takes|cannot)") as refused:
        getattr(helpers, name)(came)
    assert refused.value.mend


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: helpers.mean(values={"a": [1]}), "values: a dict came; one column is allowed"),
        (lambda t: helpers.mean(t["y"], units=["x"]), "units: one for each of the 4 values is allowed"),
        (lambda t: helpers.mean(t["y"], null=None), "null: a NoneType came; a number is allowed"),
        (lambda t: helpers.mean([1.0, float("inf")]), "values is endless in 1 row"),
        (lambda t: helpers.mean(t["kind"].astype("category")), "values holds text; numbers are allowed"),
        (lambda t: helpers.fit_slope(t, outcome="y", size="y", estimator="best"), "allowed: ppml, log-ols, counts"),
        (lambda t: helpers.fit_slope(t, outcome=["y"], size="y"), "outcome: a list came; a name is allowed"),
        (lambda t: helpers.fit_slope(t, outcome="y", leverage=[1]), "leverage: a list came; True or False is allowed"),
        (lambda t: helpers.regress(t, outcome="y", terms=["y"], adjust="kind"), "names in a list are allowed"),
        (lambda t: helpers.account_rates({"posts": {"likes": [1]}}), "posts: a dict came"),
        (lambda t: helpers.account_rates(t, 3), "all but the table go by name"),
    ],
)
def test_arguments_of_no_kind_are_refused(call, says):
    table = pd.DataFrame({"y": [1.0, 2, 3, 4], "kind": list("abab")})
    with pytest.raises(Refusal) as refused:
        call(table)
    assert says in str(refused.value)
