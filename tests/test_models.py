"""The plain models of statsmodels that notebooks show: on which rows they are fitted, and what is said beside them."""

import ast

import matplotlib as mpl
import nbformat
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
import statsmodels.formula.api as smf
from statsmodels.genmod.families import Binomial, Poisson

from helpers import ROOT, plots
from helpers.claims import Verdict, judge, registry
from helpers.doubts.weekly import Weekly
from helpers.estimates import fit_slope, regress, within_ratio
from helpers.families.account_size import model as account_size
from helpers.families.audience import analysis as audience, model as over_following
from helpers.families.formats import analysis as formats, pictures as spread
from helpers.families.own_account import pictures as scores
from helpers.families.passive_active import pictures as slopes
from helpers.families.timing import analysis as timing, pictures as hours
from helpers.lessons import beside, two_sided
from helpers.measures import Reduced

mpl.use("agg")

EXACT = {"tol": 1e-10, "tol_criterion": "params"}
FALLS = registry()["size-like-rate-falls"]
MODELS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITHOUT_MODEL = {"11-quoted-figures"}


def rates(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    size = np.exp(rng.uniform(5, 14, n))
    table = pd.DataFrame({"followers": size, "platform": rng.choice(["a", "b"], n), "owner": np.arange(n).astype(str)})
    return table.assign(like_rate=0.1 * size**-0.2 * rng.lognormal(0, 0.5, n), account_id=table["owner"], n_posts=5)


def verdict_on(table: pd.DataFrame, claim=FALLS) -> Verdict:
    fit = fit_slope(table, outcome="like_rate", within="platform", cluster="owner")
    return judge(claim, -fit.slope)


def test_a_slope_is_that_of_statsmodels_and_is_said_to_be():
    table = rates()
    lost = pd.DataFrame({"followers": [0.0, 5, 9], "platform": ["a", "c", "c"], "like_rate": [0.1, 0, 0]})
    data = Reduced({"accounts": pd.concat([table, lost], ignore_index=True)}, 43, {})
    verdict = verdict_on(table)
    rows = account_size.frame(data, verdict)
    assert len(rows) == 40  # no size, and a platform where nobody was liked
    fit = smf.glm("rate ~ ln_followers + platform", rows, family=Poisson()).fit(**EXACT)
    assert -fit.params["ln_followers"] == pytest.approx(verdict.estimate.value, abs=1e-9)
    said = beside(fit, "ln_followers", verdict, sign=-1)
    assert "the same to 1e-6" in said
    assert f"**{verdict.estimate.value:.6f}**" in said
    assert "not the same" in beside(fit, "ln_followers", verdict, sign=-1, plus=2e-6)
    assert "the same to 1e-6" in beside(fit, "ln_followers", verdict, sign=-1, plus=0.9e-6)


def test_a_negative_number_has_a_true_minus_sign():
    table = rates()
    rows = account_size.frame(Reduced({"accounts": table}, 40, {}), verdict_on(table))
    fit = smf.glm("rate ~ ln_followers + platform", rows, family=Poisson()).fit(**EXACT)
    found = fit_slope(table, outcome="like_rate", within="platform", cluster="owner").slope
    said = beside(fit, "ln_followers", found)
    assert "\N{MINUS SIGN}0." in said
    assert "-0." not in said


def test_where_there_is_no_estimate_there_are_no_rows_and_it_is_said_why():
    none = judge(FALLS, None, missing="posts.likes is missing")
    rows = account_size.frame(Reduced({"accounts": rates()}, 40, {}), none)
    assert rows.empty
    assert beside(None, "ln_followers", none) == (
        "Nothing is fitted here. The verdict is *no data*: posts.likes is missing."
    )
    own = Verdict(FALLS, "supported", verdict_on(rates()).estimate, scope="own account")
    assert account_size.frame(Reduced({"accounts": rates()}, 40, {}), own).empty
    assert "weeks of the account at hand" in beside(None, "ln_followers", own)
    assert "nothing to estimate from" in beside(None, "quarters", None)


def test_a_binomial_model_is_the_comparison_within_units():
    rng = np.random.default_rng(2)
    cells = pd.DataFrame({"unit": np.repeat(np.arange(30), 2), "side": [0, 1] * 30})
    cells = cells.assign(posts=rng.integers(1, 9, 60).astype(float), likes=rng.poisson(4, 60).astype(float))
    one_sided = pd.DataFrame({"unit": [90, 91, 91], "side": [1, 0, 1], "posts": [1.0] * 3, "likes": [5.0, 0, 0]})
    cells = pd.concat([cells, one_sided], ignore_index=True)
    how = {"unit": "unit", "treated": "side", "total": "likes", "exposure": "posts"}
    rows = two_sided(cells, **how)
    known = {"offset": rows["ln_exposure"], "var_weights": rows["total"]}
    fit = smf.glm("share ~ 1", rows, family=Binomial(), **known).fit(**EXACT)
    assert fit.params["Intercept"] == pytest.approx(within_ratio(cells, **how).value, abs=1e-9)
    assert two_sided(cells.iloc[:0], **how).empty


def test_weeks_less_their_means_give_the_slope_of_the_two_way_fit():
    rng = np.random.default_rng(3)
    weeks = pd.DataFrame({"account": np.repeat(np.arange(12), 10), "week": np.tile(np.arange(10), 12)})
    weeks = weeks.assign(share=rng.uniform(size=120), ln=rng.normal(size=120))
    weekly = Weekly(weeks, "ln", {"share": 1.0})
    rows = weekly.centred()
    assert list(rows) == ["then", "share", "now", "share_last_week"]
    fit = smf.ols("then ~ 0 + share + now + share_last_week", rows).fit()
    assert fit.params["share"] == pytest.approx(weekly.effect().value, abs=1e-9)
    table, held = weekly.rows()
    known = table.dropna()
    dummies = smf.ols("then ~ share + now + Q('share last week') + C(account) + C(week)", known).fit()
    assert dummies.params["share"] == pytest.approx(weekly.effect().value, abs=1e-9)
    assert held == ["now", "share last week"]


def test_what_is_held_fixed_stands_in_the_frame():
    table = rates().assign(overfollowing=np.tile([0.0, 1.0], 20), band="small")
    table = table.assign(ln_followers=np.log(table["followers"]))
    found = audience.compared(table, group="overfollowing", held="size and platform")
    verdict = judge(registry()["audience-overfollowing-lower"], found)
    rows = over_following.frame(
        Reduced({"accounts": table}, 40, {}), verdict, outcome="likes", held="size and platform"
    )
    fit = smf.glm("rate ~ overfollowing + ln_followers + platform", rows, family=Poisson()).fit(**EXACT)
    assert -fit.params["overfollowing"] == pytest.approx(found.value, abs=1e-8)
    plain = regress(rows, outcome="rate", terms=["overfollowing"], adjust=["ln_followers", "platform"], link="log")
    assert plain.term("overfollowing").value == pytest.approx(-found.value, abs=1e-9)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_stands_unfolded_with_the_verdict_behind_it(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    fits = [place for place, cell in enumerate(cells) if "smf." in cell.source and "import" not in cell.source]
    if path.stem in WITHOUT_MODEL:
        assert not fits
    else:
        (place,) = fits
        assert "unfolded" in cells[place].metadata.tags
        assert 3 <= len(cells[place].source.splitlines()) <= 6
        assert "beside(" in cells[place + 1].source
    drawing = [cell for cell in cells if any("sns." in ast.unparse(node) for node in ast.parse(cell.source).body)]
    assert all("unfolded" in cell.metadata.tags for cell in drawing)
    assert drawing


@pytest.mark.filterwarnings("ignore:vert")  # seaborn 0.13 asks matplotlib so; pyproject.toml bounds matplotlib
def test_helpers_add_to_what_seaborn_has_drawn_and_draw_it_themselves_without():
    accounts = rates().assign(posts=1)
    bands = pd.DataFrame({"band": ["all"], "followers": [1e4], "mean": [0.02], "low": [0.01], "high": [0.03]})
    look = {"bands": bands, "outcome": "like_rate", "label": "rate", "data_kind": "user"}
    few = accounts.iloc[:9]
    assert len(plots.rate_by_size(few, **look).ax.collections[0].get_offsets()) == 9
    assert plots.rate_by_size(accounts, **look).ax.collections[0].get_array() is not None  # a density
    ax = sns.histplot(accounts, x="followers", y="like_rate", log_scale=True, thresh=9)
    before = len(ax.collections)
    assert plots.rate_by_size(accounts, ax=ax, **look).ax is ax
    assert len(ax.collections) == before + 1  # the interval of the mean
    drawn = pd.DataFrame({"score": [0.5, 1, 2, 4], "format": ["reel", "reel", "image", "image"]})
    assert scores.score_boxes(drawn, data_kind="user").alt == "Median score by format: image 3.00, reel 0.75; 4 posts."
    assert scores.score_boxes(drawn[:0], data_kind="user").alt == "Median score by format: none; 0 posts."
    mpl.pyplot.close("all")


def test_cells_with_nothing_to_draw_draw_nothing_and_warn_of_nothing():
    none = pd.DataFrame({"followers": [], "rate": [], "effect": [], "error": [], "accounts": []}, dtype="float64")
    ax = sns.histplot(none, x="followers", y="rate", log_scale=True, bins=40, thresh=9, color=plots.PUBLISHED)
    ax.figure.canvas.draw()
    mpl.pyplot.close("all")
    ratios = pd.Series([], dtype="float64")
    ax = sns.histplot(formats.without_ends(ratios), bins=30, log_scale=False, color=plots.PALE)
    spread.account_spread(ratios, average=None, label="ratio", name="Ratio", data_kind="user", ax=ax)
    mpl.pyplot.close("all")
    week = none.assign(weekday=0, hour=0)
    grid = timing.on_map(week, data_kind="user")
    ax = sns.heatmap(grid, **timing.limits(grid), cmap="RdBu_r")
    assert "0 hours" in hours.week_map(week, data_kind="user", ax=ax).alt
    mpl.pyplot.close("all")
    ax = sns.histplot(ratios, stat="density", bins=40, color=plots.PALE, label="own slopes, errors included")
    assert "0 persons" in slopes.effect_distribution(None, margin=0.1, label="slope", data_kind="user", ax=ax).alt
    mpl.pyplot.close("all")
    kinds = pd.DataFrame(columns=["label", "value", "low", "high", "source"])
    ax = sns.barplot(kinds[::-1], x="value", y="label", color=plots.PALE)
    plots.forest(kinds, label="share", data_kind="user", ax=ax)
    mpl.pyplot.close("all")
    course = pd.DataFrame({"date": [], "value": [], "group": []})
    sns.lineplot(course, x="date", y="value", errorbar=None)
    mpl.pyplot.close("all")


def test_an_hour_of_few_accounts_of_others_is_left_out():
    week = pd.DataFrame({"weekday": [0, 0], "hour": [8, 9], "effect": [0.2, 0.1], "error": [0.05, 0.1]})
    grid = timing.on_map(week.assign(accounts=[9, 10]), data_kind="user")
    assert np.isnan(grid.loc[0, 8])
    assert grid.loc[0, 9] == pytest.approx(10)
    sure = timing.on_map(week.assign(accounts=[9, 10]), data_kind="user", value="sure")
    assert sure.loc[0, 9] == pytest.approx(0.25)  # one standard error off: the square of a half
    simulated = timing.on_map(week.assign(accounts=[9, 10]), data_kind="simulated")
    assert simulated.loc[0, 8] == pytest.approx(20)
    assert timing.on_map(week.assign(accounts=[1, 1]), data_kind="user").loc[0, 8] == pytest.approx(20)  # one's own
    bar = {"label": "% above own mean", "extend": "neither"}
    assert timing.limits(grid) == {"vmin": -10.0, "vmax": 10.0, "cbar_kws": bar}
    assert timing.limits(grid / 10) == {"vmin": -5.0, "vmax": 5.0, "cbar_kws": bar}
