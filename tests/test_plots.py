"""Pictures: they draw what they are given, survive empty and hostile data, and never go without a text."""

from importlib import import_module
from inspect import isfunction
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from helpers import ROOT, estimates, plots
from helpers.base.words import percent
from helpers.claims import Verdict, judge, registry
from helpers.claims.analysis import specifications
from helpers.families.account_size import FAMILY, analysis as account_size
from helpers.families.account_size.pictures import ladder, value_ratios
from helpers.families.audience.pictures import histories
from helpers.families.dialogue.pictures import courses
from helpers.families.first_steps.pictures import rates_and_interval, verdict_rules
from helpers.families.formats.pictures import account_spread
from helpers.families.passive_active.estimators import PersonEffects
from helpers.families.passive_active.pictures import effect_distribution, person_lines, within_and_between
from helpers.families.quoted.pictures import counted_statuses, intervals, quoted_against_found
from helpers.families.reach import analysis as reach
from helpers.families.reach.pictures import course_of_attention
from helpers.families.timing.pictures import week_map
from helpers.ground.scales import SCALES, on_scale, reads
from helpers.measures import Reduced, with_bands

mpl.use("agg")

FAMILIES = ROOT / "src" / "helpers" / "families"


@pytest.fixture(autouse=True)
def _closed():
    plots.style()
    yield
    mpl.pyplot.close("all")


@pytest.fixture
def accounts() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    followers = np.geomspace(50, 5e7, 120)
    rates = {
        f"{o}_{part}": rng.lognormal(-4, 0.5, 120)
        for o in ("like", "comment")
        for part in ("rate", "ratio", "reach_rate")
    }
    frame = pd.DataFrame(
        {
            "account_id": "$x_$ <script>",
            "owner": [f"o{i}" for i in range(120)],
            "platform": "$x_$",
            "n_posts": 12.0,
            "followers": followers,
            **rates,
        }
    )
    return with_bands(frame.assign(likes=followers * 0.01, comments=followers * 0.001))


def drawn(ax) -> None:
    ax.figure.canvas.draw()


def test_rate_by_size(accounts):
    accounts.loc[:2, "like_rate"] = 0.0
    bands = account_size.band_means(accounts, outcome="like_rate")
    line = account_size.fitted_line(accounts, outcome="like_rate")
    look = {"label": "like rate, mean", "name": "like rate", "document": [(300, 0.08)], "data_kind": "user"}
    picture = plots.rate_by_size(accounts, bands=bands, line=line, outcome="like_rate", **look)
    drawn(picture.ax)
    assert picture.ax.get_title(loc="right") == "your data"
    assert any("3 accounts at 0" in text.get_text() for text in picture.ax.texts)
    first = bands.iloc[0]
    told = f"{first['band']} {percent(first['mean'])} ({percent(first['low'])} to {percent(first['high'])}); "
    assert picture.alt.startswith(f"Mean like rate by followers, with 95% interval: {told}")


def test_no_legend_names_means_where_none_is_drawn(accounts):
    bands = account_size.band_means(accounts, outcome="like_rate").iloc[:0]
    ax = plots.rate_by_size(accounts, bands=bands, outcome="like_rate", label="rate", data_kind="user").ax
    assert [name for name in ax.get_legend_handles_labels()[1] if "mean" in name] == []


def test_the_legend_of_a_rate_lies_below_and_says_what_the_cells_are(accounts):
    bands = account_size.band_means(accounts, outcome="like_rate")
    look = {"label": "like rate", "document": [(300, 0.08)], "data_kind": "user"}
    ax = plots.rate_by_size(accounts, bands=bands, outcome="like_rate", **look).ax
    drawn(ax)
    legend = ax.get_legend()
    assert legend.get_window_extent().y1 < ax.get_window_extent().y0
    assert "accounts: the darker, the more" in [text.get_text() for text in legend.get_texts()]
    (diamonds,) = [one for one in ax.collections if one.get_label() == "the document's figure"]
    assert len(diamonds.get_facecolors()) == 0  # hollow, and under the means
    assert diamonds.get_zorder() < max(line.get_zorder() for line in ax.lines)


def specified(accounts):
    verdicts = {"size-like-rate-falls": Verdict(registry()["size-like-rate-falls"], "inconclusive")}
    return specifications(verdicts, Reduced({"accounts": accounts}, len(accounts), {}), FAMILY.analyses)[
        "size-like-rate-falls"
    ]


def test_pictures_of_nothing_can_be_drawn(accounts):
    none = accounts.iloc[:0]
    bands = account_size.band_means(none, outcome="like_rate")
    look = {"outcome": "like_rate", "label": "like rate", "data_kind": "simulated"}
    rates = plots.rate_by_size(none, bands=bands, **look)
    drawn(rates.ax)
    assert rates.alt == "No band has enough accounts for a mean like rate."
    falls = registry()["size-like-rate-falls"]
    for choices in (["estimator"], []):
        curve = plots.specification_curve({}, claim=falls, choices=choices, label="fall", data_kind="user")
        drawn(curve.ax)
        assert curve.alt == "No specification could be estimated for the fall."
        assert curve.nothing == "Nothing to show here: no way of analysis gives an estimate."  # and no empty axes
    without_margin = next(claim for claim in registry().values() if claim.margin is None)
    drawn(plots.specification_curve({}, claim=without_margin, label="figure", data_kind="user").ax)
    empty = pd.DataFrame(columns=["label", "choice", "ratio", "low", "high"])
    drawn(value_ratios(empty, margin=0.2, data_kind="user").ax)


def test_specification_curve_shows_every_specification(accounts):
    falls, table = registry()["size-like-rate-falls"], specified(accounts)
    picture = plots.specification_curve({falls.id: table}, claim=falls, label="fall", data_kind="user")
    drawn(picture.ax)
    upper, lower = picture.figure.axes
    assert [label.get_text() for label in lower.get_yticklabels()][-1] == "platform: all"
    same = table[table["estimand"] == ""]
    assert f"{same['value'].notna().sum()} specifications" in lower.get_xlabel()
    (margin,) = (patch for patch in upper.patches if patch.get_label() == "within the margin")
    ends = [10**-falls.margin - 1, 10**falls.margin - 1]  # of a rate with ten times the followers
    assert sorted([margin.get_y(), margin.get_y() + margin.get_height()]) == pytest.approx(ends)
    values = same["value"].dropna()
    fewer = [f"{100 * (10**-value - 1):.3g}%".replace("-", "−") for value in (values.max(), values.min())]
    assert picture.alt.startswith(f"fall under {len(values)} specifications, from {fewer[0]} to {fewer[1]}: ")
    assert all(label.endswith("%") for label in ticks(upper.yaxis))
    less = plots.specification_curve(
        {falls.id: table}, claim=falls, choices=["estimator"], label="fall", data_kind="user"
    )
    assert set(ticks(less.figure.axes[1].yaxis)) == {f"estimator: {one}" for one in same.dropna()["estimator"]}


def test_no_interval_of_a_specification_is_cut_and_no_legend_lies_on_one():
    falls = registry()["size-like-rate-falls"]
    table = pd.DataFrame({"min_posts": [1, 3], "value": [0.3, 0.32], "low": [0.2, 0.1], "high": [0.4, 0.6]})
    tables = {falls.id: table.assign(verdict="supported", estimand=["", "another"])}
    picture = plots.specification_curve(tables, claim=falls, label="fall", data_kind="user")
    drawn(picture.ax)
    low, high = picture.ax.get_ylim()
    assert high > 10**falls.margin - 1  # the margin and 0 are in sight
    assert low < 10**-0.6 - 1
    assert ticks(picture.figure.axes[1].yaxis) == ["fewest posts: 1"]
    assert picture.ax.get_legend().get_window_extent().y0 >= picture.ax.get_window_extent().y1


def test_a_platform_called_like_a_formula_is_drawn_as_text(accounts):
    falls = registry()["size-like-rate-falls"]
    two = accounts.assign(platform=np.where(accounts.index % 2, "$x_$", "<script>alert(1)</script>"))
    tables = {falls.id: specified(two)}
    figure = plots.specification_curve(tables, claim=falls, choices=["platform"], label="fall", data_kind="user").figure
    figure.canvas.draw()
    assert "platform: $x_$" in ticks(figure.axes[1].yaxis)


def test_a_picture_needs_a_text_and_shows_itself_with_it_once():
    ax = mpl.pyplot.figure().subplots()
    with pytest.raises(ValueError, match="needs a text alternative"):
        plots.Picture(ax, alt=" ")
    assert plots.Picture(ax, alt="Twelve accounts.").ax.get_title(loc="right") == ""
    shell = InteractiveShell.instance()
    try:
        shell.user_ns["picture"] = plots.Picture(ax, alt="Twelve accounts.", data_kind="user")
        shell.display_formatter.formatters["image/png"].for_type(mpl.figure.Figure, lambda figure: b"png")
        with capture_output() as shown:
            shell.run_cell("picture")  # as the last line of a cell
    finally:
        InteractiveShell.clear_instance()
    (output,) = shown.outputs
    assert output.data["image/png"] == b"png"
    assert output.metadata == {"image/png": {"alt": "Twelve accounts.", "kind": "user"}}
    assert ax.get_title(loc="right") == "your data"
    assert not mpl.pyplot.get_fignums()


def test_a_picture_on_a_part_of_a_figure_shows_the_whole():
    figure = mpl.pyplot.figure()
    left, _ = figure.subfigures(1, 2)
    picture = plots.Picture(left.subplots(), alt="Twelve accounts.")
    assert picture.figure is figure
    with capture_output():
        picture._ipython_display_()
    assert not mpl.pyplot.get_fignums()


def test_only_its_picture_shows_a_figure_but_one_that_was_given(accounts):
    """What pyplot holds is shown at the end of a cell, without a text."""
    rows = pd.DataFrame([("a", 1.0, 0.5, 1.5, "here")], columns=["label", "value", "low", "high", "source"])
    plots.forest(rows, label="x", data_kind="user")
    plots.specification_curve({}, claim=registry()["size-like-rate-falls"], label="fall", data_kind="user")
    assert not mpl.pyplot.get_fignums()
    figure, (_, right) = mpl.pyplot.subplots(1, 2)
    assert plots.forest(rows, label="x", data_kind="user", ax=right).ax is right
    assert mpl.pyplot.get_fignums() == [figure.number]


def test_every_picture_function_returns_a_picture():
    shared = [plots.forest, plots.forest_of, plots.groups_by_size, plots.rate_by_size, plots.specification_curve]
    names = [f"helpers.families.{path.parent.name}.pictures" for path in sorted(FAMILIES.glob("*/pictures.py"))]
    for module in map(import_module, names):
        found = [value for value in vars(module).values() if isfunction(value) and value.__module__ == module.__name__]
        public = [function for function in found if not function.__name__.startswith("_")]
        assert public
        shared += public
    assert {function.__annotations__["return"] for function in shared} == {plots.Picture}


def test_percent():
    assert [percent(x) for x in (0.0237, 0.0004, 0.08, 0.0, 1.5)] == ["2.37%", "0.04%", "8%", "0%", "150%"]


def marks(ax, label: str) -> np.ndarray:
    """Give where the marks with this name in the legend stand, as rows of x and y."""
    handles = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    line = getattr(handles[label], "lines", [handles[label]])[0]
    return np.array(line.get_data(orig=False), dtype=float).T


def bars(ax, label: str) -> np.ndarray:
    """Give the ends of the error bars with this name in the legend, one row for each mark."""
    handles = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    return np.array([segment[:, 0] for segment in handles[label].lines[2][0].get_segments()])


def colour(artist) -> str:
    return mpl.colors.to_hex(artist.get_color())


def band(ax) -> tuple[float, float]:
    """Give the ends of the band of the margin."""
    (patch,) = (patch for patch in ax.patches if patch.get_label() == "within the margin")
    return patch.get_x(), patch.get_x() + patch.get_width()


def words(ax) -> str:
    return " ".join(text.get_text() for text in ax.texts)


def ticks(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_ladder_gives_each_source_a_line_and_each_kind_one_name():
    rungs = [("Markerly 2016", "other", 0.08), ("A, x", "vendor", 0.05), ("B, x", "vendor", 0.04), ("C", "study", 0.02)]
    rows = [(name, source, size, rate * 1e3 / size) for name, source, rate in rungs for size in (1e3, 1e5)]
    published = pd.DataFrame(rows, columns=["ladder", "source", "middle", "estimate"])
    bands = pd.DataFrame({"followers": [3e3, 3e4], "mean": [0.04, 0.02], "low": [0.03, np.nan], "high": [0.05, np.nan]})
    bands["band"] = ["under 10k", "over 10k"]
    picture = ladder(published, bands=bands, data_kind="user")
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "published, vendor").tolist() == [[1e3, 0.05], [1e5, 0.0005]]
    names = ax.get_legend_handles_labels()[1]
    assert names.count("published, vendor") == 1
    assert "Markerly 2016, the document's likely source" in names
    assert colour(ax.lines[0]) == plots.DOCUMENT
    assert marks(ax, "here, mean of a band, 95% interval").tolist() == [[3e3, 0.04]]  # a band without interval is none
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert picture.alt == (
        "4 published ladders of rates by followers, 2 of them by vendors: 4 fall from their smallest band to their "
        "largest, 0 do not. Mean like rate by followers, with 95% interval: under 10k 4% (3% to 5%)."
    )
    empty = ladder(published[:0], bands=bands[:0], data_kind="simulated").ax
    drawn(empty)
    assert empty.get_xlim() == (1e2, 1e8)


def test_value_ratios_stand_in_the_order_of_the_table():
    rows = [("under 1k", "mean", 1.1, 0.9, 1.3), ("1k-10k", "mean", 0.5, -0.1, 2), ("1k-10k", "median", 2, 1, 4)]
    table = pd.DataFrame(rows, columns=["label", "choice", "ratio", "low", "high"])
    picture = value_ratios(table, margin=0.2, data_kind="user")
    ax = picture.ax
    drawn(ax)
    assert ticks(ax.yaxis) == ["1k-10k", "under 1k"]
    assert marks(ax, "mean")[:, 0].tolist() == [1.1, 0.5]
    assert marks(ax, "mean")[:, 1].round().tolist() == [1, 0]
    assert bars(ax, "mean")[0] == pytest.approx([0.9, 1.3])
    assert bars(ax, "mean")[1][0] == pytest.approx(0.0005)  # below 0, which a log axis cannot show
    assert band(ax) == pytest.approx((0.8, 1.2))
    assert picture.alt == (
        "Estimates as multiples of the published figure. mean: under 1k 1.10 times, 1k-10k 0.50 times; "
        "median: 1k-10k 2.00 times."
    )
    empty = value_ratios(table[:0], margin=0.2, data_kind="user")
    assert "nothing to compare" in words(empty.ax)
    assert empty.alt == "No quoted average could be tested."


def test_forest_draws_rows_from_the_top_and_tells_sources_apart():
    rows = [("ours", 0.5, 0.2, 0.9, "here"), ("a vendor", 0.3, np.nan, np.nan, "vendor"), ("x" * 60, 0, -1, 1, "study")]
    table = pd.DataFrame(rows, columns=["label", "value", "low", "high", "source"], index=[7, 8, 9])
    picture = plots.forest(table, label="ln ratio", data_kind="simulated", margin=0.1, null=0.5)
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "here, 95% interval").tolist() == [[0.5, 2]]
    assert bars(ax, "here, 95% interval").tolist() == [[0.2, 0.9]]
    assert marks(ax, "vendor").tolist() == [[0.3, 1]]
    assert bars(ax, "vendor").tolist() == [[0.3, 0.3]]
    assert band(ax) == pytest.approx((0.4, 0.6))
    assert [ax.get_title(loc="right"), ax.get_xlabel()] == ["simulated data", "ln ratio"]
    assert "x" * plots.LABEL_WIDTH + "\n" in ticks(ax.yaxis)[2]
    assert picture.alt == f"ln ratio: ours 0.5 (0.2 to 0.9); a vendor 0.3; {'x' * 60} 0 (−1 to 1)."
    others = plots.forest(table[1:], label="ln ratio", data_kind="user")
    assert (others.data_kind, others.ax.get_title(loc="right")) == ("", "")  # nothing of it is anybody's own data
    empty = plots.forest(table[:0], label="ln ratio", name="ratio", data_kind="user")
    assert "these data give no estimate" in words(empty.ax)
    assert empty.alt == "Nothing to show for ratio: 0 estimates."


@pytest.mark.parametrize(
    ("scale", "value", "low", "high", "first", "last"),
    [
        ("times", np.log(2), 0.0, np.log(8), "2×", "5×"),
        ("tenfold", 0.5, 0.0, 1.0, "−80%", "0%"),
        ("part", 0.2, 0.1, 0.3, "0%", "30%"),
        ("points", 0.2, 0.1, 0.3, "0", "30"),
    ],
)
def test_a_forest_has_the_scale_that_a_reader_knows(scale, value, low, high, first, last):
    rows = pd.DataFrame([("ours", value, low, high, "here")], columns=["label", "value", "low", "high", "source"])
    picture = plots.forest(rows, label="x", data_kind="user", margin=0.1, scale=scale)
    drawn(picture.ax)
    turn = SCALES[scale].turn
    assert marks(picture.ax, "here, 95% interval").tolist() == [[pytest.approx(turn(value)), 0]]
    assert bars(picture.ax, "here, 95% interval")[0].tolist() == pytest.approx(sorted((turn(low), turn(high))))
    assert sorted(band(picture.ax)) == pytest.approx(sorted((turn(-0.1), turn(0.1))))
    assert {first, last} <= set(ticks(picture.ax.xaxis))
    assert f"ours {reads(scale)(turn(value))} (" in picture.alt  # the text has the scale of the axis


def test_three_lines_of_a_label_do_not_lie_on_the_next():
    named = [f"{'a long name ' * 3}of row {place}: {'another-name ' * 3}(by weeks)" for place in range(4)]
    rows = pd.DataFrame({"label": named, "value": 0.1, "low": 0.0, "high": 0.2, "source": "open"})
    ax = plots.forest(rows, label="x", data_kind="user").ax
    drawn(ax)
    assert all(label.count("\n") == 2 for label in ticks(ax.yaxis))
    boxes = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
    assert all(lower.y1 <= upper.y0 for lower, upper in pairwise(boxes))


def test_a_scale_is_turned_with_its_lower_end_first_and_written_in_its_own_way():
    rows = pd.DataFrame({"value": [0.5, np.nan], "low": [0.2, np.nan], "high": [0.7, np.nan]})
    turned = on_scale(rows, "fall")
    assert turned.iloc[0].tolist() == pytest.approx(np.expm1([-0.5, -0.7, -0.2]))
    assert turned.iloc[1].isna().all()
    written = {scale: reads(scale)(-0.305) for scale in SCALES}
    assert {written[scale] for scale in ("found", "points", "swing", "hours")} == {"−0.305"}
    assert (written["times"], written["change"], written["pairs"]) == ("−0.305×", "−30.5%", "−30.5%")


def test_no_upright_label_of_specifications_reaches_into_the_choices_below():
    claim = registry()["comment-substance-lifts-reach"]
    table = pd.DataFrame({"held": ["reach now"], "value": [0.4], "low": [0.3], "high": [0.5]})
    tables = {claim.id: table.assign(verdict="supported", estimand="")}
    look = {"label": "reach, all substantive against none", "data_kind": "user"}
    picture = plots.specification_curve(tables, claim=claim, **look)
    drawn(picture.ax)
    below = picture.figure.axes[1].yaxis.get_tightbbox().y1
    assert picture.ax.yaxis.label.get_window_extent().y0 >= below


def test_forest_of_verdicts_puts_published_figures_under_them_and_takes_the_margin_of_a_claim():
    falls = registry()["size-like-rate-falls"]
    found = judge(falls, estimates.Estimate(0.5, 0.2, 0.9, 0.3, 0.8, 0.01, n_units=99))
    verdicts = {falls.id: found, "silent": judge(falls, None), "of another picture": found}
    labels = {"silent": "nothing", falls.id: "ours", "not asked": "x"}
    others = pd.DataFrame(
        [("theirs", 0.3, np.nan, np.nan, "study")], columns=["label", "value", "low", "high", "source"]
    )
    look = {"label": "fall", "data_kind": "user"}
    both = plots.forest_of(verdicts, labels=labels, published=others, margin_of=falls.id, **look)
    assert both.alt == "fall: ours 0.5 (0.2 to 0.9); theirs 0.3."
    assert band(both.ax) == (-falls.margin, falls.margin)
    assert marks(both.ax, "research").tolist() == [[0.3, 0]]
    ours = plots.forest_of(verdicts, labels=labels, published=others[:0], **look)
    assert ours.alt == "fall: ours 0.5 (0.2 to 0.9)."
    assert not ours.ax.patches
    theirs = plots.forest_of({}, labels=labels, published=others, name="falls", **look)
    assert theirs.alt == "falls: theirs 0.3."
    assert plots.forest_of({}, labels=labels, **look).alt == "Nothing to show for fall: 0 estimates."


def test_quoted_figures_are_full_from_the_source_and_hollow_from_near():
    rows = [("a", "source", 1.0, 0.9, 1.1), ("b", "nearest", 0.6, np.nan, np.nan)]
    table = pd.DataFrame(rows, columns=["label", "relation", "ratio", "low", "high"]).assign(
        provenance="seen at the named source"
    )
    picture = quoted_against_found(table, tolerance=0.05)
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "seen at the source, with its 95% interval").tolist() == [[1.0, 0]]
    assert bars(ax, "seen at the source, with its 95% interval")[0] == pytest.approx([0.9, 1.1])
    assert marks(ax, "nearest there is").tolist() == [[0.6, 1]]
    assert ax.containers[2].lines[0].get_markerfacecolor() == "white"
    assert ax.get_xlim() == (0, 1.25)
    assert ticks(ax.yaxis) == ["a", "b"]
    assert picture.alt == (
        "1 of 2 figures found are the quoted ones to within 0.05 of them. "
        "b, 0.60 times the quoted figure (the nearest there is, seen at the named source)."
    )


def test_counted_statuses_have_every_number_in_its_cell():
    counts = pd.DataFrame({"confirmed": [3, 0], "not found": [1, 2]}, index=["001 x", "002 y"])
    picture = counted_statuses(counts, label="figures")
    ax = picture.ax
    drawn(ax)
    assert words(ax).split() == ["3", "1", "0", "2"]
    assert ax.yaxis_inverted()
    assert ticks(ax.yaxis) == ["001 x", "002 y"]
    assert ticks(ax.xaxis) == ["confirmed", "not found"]
    ours = sns.heatmap(counts, ax=mpl.pyplot.figure().add_subplot())
    assert counted_statuses(counts, label="figures", ax=ours).alt == picture.alt
    assert picture.alt == "Document 001 x: 3 confirmed, 1 not found. Document 002 y: 2 not found."


def test_intervals_stand_beside_each_other_by_series():
    table = pd.DataFrame({"label": ["a", "a", "b"], "design_effect": [1.0, 2.0, 1.0], "value": [0.5, 0.5, 0.3]})
    picture = intervals(table.assign(low=0.2, high=0.6), series="design_effect", label="share")
    ax = picture.ax
    drawn(ax)
    one, two = marks(ax, "1"), marks(ax, "2")
    assert one[:, 0].tolist() == [0.5, 0.3]
    assert one[1, 1] - one[0, 1] == 1  # a row each
    assert one[0, 1] - two[0, 1] == pytest.approx(0.16)
    assert bars(ax, "2")[0] == pytest.approx([0.2, 0.6])
    assert ax.get_legend().get_title().get_text() == "design effect"
    assert ticks(ax.yaxis) == ["a", "b"]
    ends = "20.0% to 60.0% at a design effect of"
    assert picture.alt == f"a: 50.0%, {ends} 1 and {ends} 2. b: 30.0%, {ends} 1."


def test_equal_rates_stand_on_each_other_under_their_mean():
    rates = pd.Series([0.02, 0.02, 0.05, 0.03])
    found = estimates.mean(rates, null=0.04)
    picture = rates_and_interval(rates, estimate=found, published=0.04, margin=0.25)
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "one account").tolist() == [[0.02, 0], [0.02, 0.16], [0.05, 0], [0.03, 0]]
    assert marks(ax, "mean").tolist() == [[pytest.approx(0.03), 1]]
    assert marks(ax, "90% interval")[:, 0].tolist() == [found.low_90, found.high_90]
    assert marks(ax, "published")[:, 0].tolist() == [0.04, 0.04]
    assert band(ax) == pytest.approx((0.03, 0.05))
    assert picture.alt == (
        f"4 rates from 2.0% to 5.0%. Their mean is 3.0%, its 95% interval {found.low:.1%} to {found.high:.1%}, its 90% "
        f"interval {found.low_90:.1%} to {found.high_90:.1%}. The published figure is 4.0% and its margin 3.0% to 5.0%."
    )


def test_verdict_rules_show_one_row_each_from_the_top():
    table = pd.DataFrame({"verdict": ["supported", "inconclusive"], "value": [2.0, 0.1], "low": [1.0, -1.0]})
    table = table.assign(high=[3.0, 1.2], low_90=[1.2, -0.8], high_90=[2.8, 1.0])
    picture = verdict_rules(table, margin=0.5)
    ax = picture.ax
    drawn(ax)
    lines = {collection.get_label(): collection.get_segments() for collection in ax.collections}
    assert [segment[:, 0].tolist() for segment in lines["95% interval"]] == [[1.0, 3.0], [-1.0, 1.2]]
    assert [segment[:, 0].tolist() for segment in lines["90% interval"]] == [[1.2, 2.8], [-0.8, 1.0]]
    assert band(ax) == (-0.5, 0.5)
    assert ticks(ax.yaxis) == ["supported", "inconclusive"]
    told = "1.000 to 3.000: supported; -1.000 to 1.200: inconclusive"
    assert picture.alt == f"Examples of 95% intervals with their verdicts: {told}."
    assert ax.yaxis_inverted()


def test_courses_give_each_group_a_line_and_a_band():
    weeks = pd.DataFrame({"date": pd.date_range("2025-01-06", periods=3, freq="7D"), "value": [1.0, 1.5, 3.0]})
    weeks = weeks.assign(low=weeks["value"] / 2, high=weeks["value"] * 2)
    table = pd.concat([weeks.assign(group="answering"), weeks.assign(group="silent", value=1.1)], ignore_index=True)
    picture = courses(table, label="engagement, times own mean", data_kind="user")
    ax = picture.ax
    drawn(ax)
    assert [list(line.get_ydata()) for line in ax.lines if len(line.get_ydata()) == 3] == [[1.0, 1.5, 3.0], [1.1] * 3]
    assert ax.get_legend_handles_labels()[1] == ["answering", "silent"]
    assert [sorted(set(band.get_paths()[0].vertices[:, 1].round(9))) for band in ax.collections] == [
        [0.5, 0.75, 1.5, 2.0, 3.0, 6.0]
    ] * 2
    assert (ax.get_ylabel(), ax.get_yscale()) == ("engagement, times own mean", "log")
    assert "1×" in ticks(ax.yaxis)
    assert picture.alt == (
        "Engagement of a week as a multiple of the account's own mean: answering from 1.00 to 3.00 over 3 weeks; "
        "silent from 1.10 to 1.10 over 3 weeks."
    )
    empty = courses(table[:0], label="engagement", data_kind="user")
    drawn(empty.ax)
    assert "no group can be followed" in words(empty.ax)
    assert empty.alt == "Nothing to show: 0 groups of accounts can be followed."


def test_event_study_marks_the_weeks_before_as_a_placebo():
    names = {"dialogue-reply-raises-engagement": "answering", "dialogue-bait-does-not-help": "bait"}
    verdicts = {name: judge(registry()[name], None) for name in names}
    rows = [(-1, 0.02, -0.05, 0.09, True), (1, 0.2, 0.1, 0.3, False), (2, 0.0, -0.1, 0.1, False)]
    table = pd.DataFrame(rows, columns=["weeks", "value", "low", "high", "placebo"])
    tables = dict(zip(names, (table, table.head(0)), strict=True))
    picture = plots.event_study(tables, verdicts=verdicts, labels=names, label="engagement", data_kind="user")
    upper, lower = picture.figure.axes
    before, after = ([*one.lines[0].get_xdata()] for one in upper.containers)
    assert (before, after) == ([-1], [1, 2])
    assert upper.containers[0].lines[0].get_fillstyle() == "none"
    assert [ax.get_title(loc="left") for ax in (upper, lower)] == ["answering", "bait"]
    margin = verdicts["dialogue-reply-raises-engagement"].claim.margin
    high = upper.patches[0].get_extents().transformed(upper.transData.inverted()).height
    assert high == pytest.approx(np.exp(margin) - np.exp(-margin))
    assert "nothing to show" in lower.texts[0].get_text()
    assert picture.alt == (  # e^0.2 = 1.221, e^0.1 = 1.105, e^0.3 = 1.350
        "engagement, by weeks after the cause, those before it as a placebo: answering: -1 2.02% (−4.88% to 9.42%),"
        " +1 22.1% (10.5% to 35%), +2 0% (−9.52% to 10.5%); bait: 0 estimates."
    )
    drawn(picture.ax)
    assert all(label.endswith("%") for label in ticks(upper.yaxis))


def test_groups_by_size_counts_units_and_names_those_at_nought():
    table = pd.DataFrame({"members": [10.0, 100, 1e3, 1e4], "posts": [1.0, 5, 0, 20], "moderated": [0, 1, 1, np.nan]})
    line = pd.DataFrame({"size": [10, 1e4], "expected": [1.0, 9], "low": [0.5, 7], "high": [2.0, 12]})
    how = {"size": "members", "outcome": "posts", "label": "posts", "data_kind": "user"}
    picture = plots.groups_by_size(table, group="moderated", names=["open", "moderated"], lines=[line, None], **how)
    assert picture.alt == "Expected posts by members. open: 1 at 10 members, 9 at 10,000."
    ax = plots.groups_by_size(table, group="moderated", names=["open", "moderated"], lines=[line, line], **how).ax
    drawn(ax)
    assert ax.get_legend_handles_labels()[1] == ["open (n = 1)", "moderated (n = 1)"]
    assert [dots.get_offsets().tolist() for dots in ax.collections[::2]] == [[[10, 1]], [[100, 5]]]
    assert [colour(ax.lines[0]), colour(ax.lines[1])] == [plots.OURS, plots.DOCUMENT]
    assert words(ax) == "1 at 0, not drawn"
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "members")
    alone = plots.groups_by_size(table, group=None, names=["all"], lines=[line], **how).ax
    assert alone.get_legend_handles_labels()[1] == ["all (n = 3)"]
    rates = plots.groups_by_size(table, group=None, names=["all"], lines=[line], rates=True, name="share", **how)
    assert rates.alt == "Expected share by members. all: 100% at 10 members, 900% at 10,000."
    drawn(rates.ax)
    assert sum(text.endswith("%") for text in ticks(rates.ax.yaxis)) >= 3
    empty = plots.groups_by_size(table[:0], group=None, names=["all"], lines=[None], **how)
    drawn(empty.ax)
    assert "these data do not have it" in words(empty.ax)
    assert empty.alt == "No posts can be shown: 0 lines fitted."


def test_histories_start_at_one():
    days = pd.date_range("2025-01-01", periods=3)
    history = pd.DataFrame({"account_id": ["a"] * 3 + ["b"] * 3, "date": [*days, *days]})
    steps = pd.DataFrame({"account_id": ["a", "b"], "steps": [0, 1], "largest": [0.4, 2.0]})
    history = history.assign(followers=[100, 110, 150, 10, 10, 30])
    picture = histories(history, steps=steps, data_kind="simulated")
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "a").tolist() == [[0, 1], [1, 1.1], [2, 1.5]]
    assert marks(ax, "b").tolist() == [[0, 1], [1, 1], [2, 3]]
    told = "a: 0 steps, largest day +40.0%; b: 1 steps, largest day +200.0%"
    assert picture.alt == f"Followers of two simulated accounts over 3 days. {told}."


def test_person_lines_run_through_the_origin_and_show_whether_they_rise():
    lines = pd.DataFrame({"slope": [1.0, 1.0, -1.0], "low": [-1.0] * 3, "high": [2.0] * 3})
    how = {"margin": 0.1, "xlabel": "minutes", "ylabel": "stress", "data_kind": "user"}
    three = PersonEffects(np.array([1.5, 1.5, -1.5]), np.full(3, 0.5), variance=1.0)
    picture = person_lines(lines, effects=three, **how)
    ax = picture.ax
    drawn(ax)
    own = ax.lines[:3]
    assert sorted(tuple(line.get_ydata()) for line in own) == [(-1, 2), (-1, 2), (1, -2)]
    assert {colour(line): line.get_ydata()[1] for line in own} == {plots.DOCUMENT: 2, plots.OURS: -2}
    assert marks(ax, "mean of all persons").tolist() == [[-1, -0.5], [2, 1]]
    steep = person_lines(lines.assign(slope=50.0), effects=three, **how).ax
    assert steep.get_ylim() == (-2.5, 2.5)
    assert ax.get_legend().get_title().get_text().startswith("a thin line is a person, drawn towards the mean")
    assert picture.alt == (
        "Own lines of 3 persons, each drawn towards the mean slope of 0.50, the less its own prompts say the more: so "
        "drawn 2 rise and 1 fall, which is no count of persons."  # of three no share is told
    )
    empty = person_lines(lines[:0], effects=None, **how)
    assert "no person has a slope" in words(empty.ax)
    assert empty.alt == "No person has a slope of their own: 0 lines."


def test_lines_drawn_to_the_mean_all_rise_and_the_share_is_that_of_the_distribution():
    slopes = np.random.default_rng(1).normal(0.3, 0.5, 200)
    effects = PersonEffects(slopes, np.full(200, 0.24), variance=0.01)
    lines = pd.DataFrame({"slope": effects.shrunken, "low": -1.0, "high": 1.0})
    how = {"effects": effects, "margin": 0.1, "data_kind": "user"}
    lined = person_lines(lines, xlabel="minutes", ylabel="stress", **how).alt
    spread = effect_distribution(label="slope", **how).alt
    assert "200 rise and 0 fall" in lined
    assert (slopes < 0).sum() > 40  # as many own slopes fall
    assert lined.partition("True slopes: ")[2] == spread.partition("; ")[2] != ""


def test_effect_distribution_draws_the_true_spread_as_a_density():
    slopes = np.random.default_rng(1).normal(0, 0.5, 200)
    slopes += 0.2 - slopes.mean()
    look = {"margin": 0.1, "label": "slope", "data_kind": "user"}
    effects = PersonEffects(slopes, np.full(200, 0.16), variance=0.09)
    picture = effect_distribution(effects, **look)
    ax = picture.ax
    drawn(ax)
    x, height = marks(ax, "true slopes behind them").T
    assert np.trapezoid(height, x) == pytest.approx(1, abs=0.001)
    assert x[np.argmax(height)] == pytest.approx(0.2, abs=0.01)
    assert band(ax) == (-0.1, 0.1)
    share = effects.share_beyond(0.1)
    assert picture.alt == (
        "Slopes of 200 persons: mean 0.20, standard deviation of the true ones 0.30; "
        f"{share.value + 0.5:.0%} beyond the margin of 0.1 ({share.low + 0.5:.0%} to {share.high + 0.5:.0%})."
    )
    alike = effect_distribution(PersonEffects(slopes, np.full(200, 0.25), variance=0.0), **look).ax
    assert marks(alike, "true slope, the same for all")[:, 0] == pytest.approx([0.2, 0.2])
    empty = effect_distribution(None, **look)
    assert "no person has a slope" in words(empty.ax)
    assert empty.alt == "No distribution of slopes: 0 persons."


def test_lines_within_persons_rise_where_that_between_them_falls():
    table = pd.DataFrame({"who": ["a", "a", "b", "b", "c"], "hours": [1.0, 2, 3, 4, 9]})
    table = table.assign(stress=[50.0, 60, 30, 40, np.nan])
    how = {"person": "who", "x": "hours", "y": "stress", "labels": ("hours", "stress"), "data_kind": "simulated"}
    picture = within_and_between(table, **how)
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "within one person") == pytest.approx(np.array([[1, 50], [2, 60]]))
    # The means are (1.5, 55) and (3.5, 35): a fall of 10 an hour, drawn over the hours of all prompts with both.
    assert marks(ax, "between persons, through their means") == pytest.approx(np.array([[1, 60], [4, 30]]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hours", "stress")
    assert picture.alt == "Two people: r within them 1.00, r between their means -1.00."
    still = within_and_between(table[:1], **how)
    assert still.ax.get_legend_handles_labels()[1] == ["one prompt"]  # one point has no line
    assert still.alt == "1 prompts with both: no correlation."
    assert "r between their means nan" in within_and_between(table[:2], **how).alt  # one person alone
    empty = within_and_between(table[4:], **how)
    assert "no prompt has both" in words(empty.ax)
    assert empty.alt == "0 prompts with both: no correlation."


def test_week_map_colours_sure_hours_and_leaves_hours_without_posts_white():
    rows = [(0, 9, 0.3, 0.01, 12), (6, 23, -0.3, 0.01, 12), (2, 12, 0.3, 3.0, 12)]
    table = pd.DataFrame(rows, columns=["weekday", "hour", "effect", "error", "accounts"])
    picture = week_map(table, data_kind="user", zone="Europe/Amsterdam")
    ax = picture.ax
    drawn(ax)
    (cells,) = ax.collections
    grid = np.ma.filled(cells.get_array(), np.nan)
    assert grid.shape == (7, 24)
    assert [grid[0, 9], grid[6, 23], grid[2, 12]] == pytest.approx([30, -30, 30])
    assert cells.get_alpha()[[0, 6, 2], [9, 23, 12]] == pytest.approx([1, 1, 0.12])
    assert np.isnan(grid[1]).all()
    high, low = (cells.to_rgba(value) for value in (30, -30))
    assert high[0] > high[2]  # red above the own mean, blue below
    assert low[2] > low[0]
    assert ticks(ax.yaxis)[0] == "Mon"
    assert ax.get_xlabel().startswith("hour, Europe/Amsterdam;")
    assert picture.alt == (
        "Hours of the week (Europe/Amsterdam), 3 of 168 with posts: shrunk effects from Sunday 23 h (-30%) to Monday "
        "9 h (+30%); 2 lie more than two standard errors from the mean and are drawn in full colour."
    )
    empty = week_map(table[:0], data_kind="user")
    assert "no account was followed long enough" in words(empty.ax)
    assert empty.nothing  # a bar of colours beside nothing is nothing
    assert empty.alt == "Nothing to show: 0 hours of the week have posts."


def test_account_spread_counts_every_account_and_marks_the_estimate():
    look = {"label": "video to image", "name": "Video against image", "data_kind": "user"}
    picture = account_spread(pd.Series([0.5, 1.0, 2.0, 4.0]), average=1.4, **look)
    ax = picture.ax
    drawn(ax)
    assert sum(bar.get_height() for bar in ax.patches) == 4
    assert marks(ax, "1.40×: the estimate over all accounts")[:, 0].tolist() == [1.4, 1.4]
    assert ax.get_legend().get_window_extent().y1 < ax.get_window_extent().y0  # over neither line
    assert ax.get_xscale() == "log"
    assert {"0.5×", "1×", "2×"} <= set(ticks(ax.xaxis))
    assert picture.alt == (
        "Video against image, 4 accounts: median 1.50, a tenth below 0.65, a tenth above 3.40; 50% lie above 1."
    )
    empty = account_spread(pd.Series([], dtype=float), average=None, **look)
    drawn(empty.ax)
    assert "no account has both" in words(empty.ax)
    assert empty.ax.get_xlim() == (0.5, 2)
    assert empty.alt == "Video against image: 0 accounts have both, nothing to show."


def test_course_of_attention_shows_hours_after_posting_only():
    table = pd.DataFrame({"hours": [0, 1, 8, 24], "value": [0.0, 0.3, 0.7, 1.0], "low": 0.0, "high": 1.0})
    half_life = estimates.Estimate(np.log(6), np.log(5), np.log(7), np.log(5.5), np.log(6.5), 0.01, n_units=9)
    picture = course_of_attention(table, half_life=half_life, limit=24, data_kind="user")
    ax = picture.ax
    drawn(ax)
    assert marks(ax, "mean over accounts, 95% interval").tolist() == [[1, 0.3], [8, 0.7], [24, 1.0]]
    assert marks(ax, "24 hours")[:, 0].tolist() == [24, 24]
    assert ticks(ax.xaxis) == ["1", "2", "4", "8", "24"]
    assert ax.get_ylim() == (0, 1.05)
    assert picture.alt.startswith("Share of the engagement at the last capture: 0% after 0 hours; 30% after 1 hours; ")
    assert picture.alt.endswith(reach.in_hours(half_life))
    early = course_of_attention(table[:1], half_life=None, limit=24, data_kind="user")
    assert "no post was followed" in words(early.ax)
    empty = course_of_attention(table[:0], half_life=None, limit=24, data_kind="user")
    assert empty.alt == "No course of attention can be shown: 0 posts were followed."


def test_style_keeps_dollar_signs_and_does_not_cut_tables():
    assert mpl.rcParams["text.parse_math"] is False
    assert pd.get_option("display.max_colwidth") is None
