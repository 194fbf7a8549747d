"""Pictures: they draw what they are given, survive empty and hostile data, and never go without a text."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from helpers import estimates, plots
from helpers.base.words import percent
from helpers.claims import Verdict, registry
from helpers.claims.analysis import no_specifications, specifications
from helpers.families.account_size import FAMILY, analysis as account_size
from helpers.families.account_size.pictures import ladder, value_ratios
from helpers.families.audience.pictures import histories
from helpers.families.dialogue.pictures import courses
from helpers.families.first_steps.pictures import rates_and_interval, verdict_rules
from helpers.families.formats.pictures import account_spread
from helpers.families.passive_active.pictures import effect_distribution, person_lines, within_and_between
from helpers.families.quoted.pictures import intervals, quoted_against_found, stacked_counts
from helpers.families.reach.pictures import course_of_attention
from helpers.families.timing.pictures import week_map
from helpers.measures import Reduced, with_bands

mpl.use("agg")


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
        {"account_id": "$x_$ <script>", "platform": "$x_$", "n_posts": 12.0, "followers": followers, **rates}
    )
    return with_bands(frame.assign(likes=followers * 0.01, comments=followers * 0.001))


def drawn(ax) -> None:
    ax.figure.canvas.draw()


def test_rate_by_size(accounts):
    accounts.loc[:2, "like_rate"] = 0.0
    bands = account_size.band_means(accounts, outcome="like_rate")
    line = account_size.fitted_line(accounts, outcome="like_rate")
    ax = plots.rate_by_size(
        accounts,
        bands=bands,
        line=line,
        outcome="like_rate",
        label="like rate",
        document=[(300, 0.08)],
        data_kind="user",
    )
    drawn(ax)
    assert ax.get_title(loc="right") == "your data"
    assert any("3 accounts at 0" in text.get_text() for text in ax.texts)


def specified(accounts):
    verdicts = {"size-like-rate-falls": Verdict(registry()["size-like-rate-falls"], "inconclusive")}
    return specifications(verdicts, Reduced({"accounts": accounts}, len(accounts), {}), FAMILY.analyses)[
        "size-like-rate-falls"
    ]


def test_pictures_of_nothing_can_be_drawn(accounts):
    none = accounts.iloc[:0]
    bands = account_size.band_means(none, outcome="like_rate")
    drawn(
        plots.rate_by_size(
            none, bands=bands, line=None, outcome="like_rate", label="like rate", document=[], data_kind="simulated"
        )
    )
    table = no_specifications(FAMILY.analyses["size-like-rate-falls"])
    plots.specification_curve(table, margin=0.05, choices=["estimator"], label="fall", data_kind="user").canvas.draw()
    empty = pd.DataFrame(columns=["label", "choice", "ratio", "low", "high"])
    drawn(value_ratios(empty, margin=0.2, data_kind="user"))


def test_specification_curve_shows_every_specification(accounts):
    table = specified(accounts)
    figure = plots.specification_curve(
        table, margin=0.05, choices=["estimator", "definition", "platform", "min_posts"], label="fall", data_kind="user"
    )
    figure.canvas.draw()
    labels = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert "platform: all" in labels
    assert f"{table['value'].notna().sum()} specifications" in figure.axes[1].get_xlabel()


def test_a_platform_called_like_a_formula_is_drawn_as_text(accounts):
    two = accounts.assign(platform=np.where(accounts.index % 2, "$x_$", "<script>alert(1)</script>"))
    table = specified(two)
    figure = plots.specification_curve(table, margin=0.05, choices=["platform"], label="fall", data_kind="user")
    figure.canvas.draw()
    assert "platform: $x_$" in [label.get_text() for label in figure.axes[1].get_yticklabels()]


def test_show_needs_a_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: shown.append(kwargs["metadata"]))
    figure = mpl.pyplot.figure()
    with pytest.raises(ValueError, match="needs a text alternative"):
        plots.show(figure, alt=" ")
    plots.show(figure, alt="Twelve accounts.")
    assert shown == [{"image/png": {"alt": "Twelve accounts."}}]
    assert not mpl.pyplot.get_fignums()


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
    ax = ladder(published, bands=bands, data_kind="user")
    drawn(ax)
    assert marks(ax, "published, vendor").tolist() == [[1e3, 0.05], [1e5, 0.0005]]
    names = ax.get_legend_handles_labels()[1]
    assert names.count("published, vendor") == 1
    assert "Markerly 2016, the document's likely source" in names
    assert colour(ax.lines[0]) == plots.DOCUMENT
    assert marks(ax, "here, mean of a band, 95% interval").tolist() == [[3e3, 0.04]]  # a band without interval is none
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    empty = ladder(published[:0], bands=bands[:0], data_kind="simulated")
    drawn(empty)
    assert empty.get_xlim() == (1e2, 1e8)


def test_value_ratios_stand_in_the_order_of_the_table():
    rows = [("under 1k", "mean", 1.1, 0.9, 1.3), ("1k-10k", "mean", 0.5, -0.1, 2), ("1k-10k", "median", 2, 1, 4)]
    table = pd.DataFrame(rows, columns=["label", "choice", "ratio", "low", "high"])
    ax = value_ratios(table, margin=0.2, data_kind="user")
    drawn(ax)
    assert ticks(ax.yaxis) == ["1k-10k", "under 1k"]
    assert marks(ax, "mean")[:, 0].tolist() == [1.1, 0.5]
    assert marks(ax, "mean")[:, 1].round().tolist() == [1, 0]
    assert bars(ax, "mean")[0] == pytest.approx([0.9, 1.3])
    assert bars(ax, "mean")[1][0] == pytest.approx(0.0005)  # below 0, which a log axis cannot show
    assert band(ax) == pytest.approx((0.8, 1.2))
    empty = value_ratios(table[:0], margin=0.2, data_kind="user")
    assert "nothing to compare" in words(empty)


def test_forest_draws_rows_from_the_top_and_tells_sources_apart():
    rows = [("ours", 0.5, 0.2, 0.9, "here"), ("a vendor", 0.3, np.nan, np.nan, "vendor"), ("x" * 60, 0, -1, 1, "study")]
    table = pd.DataFrame(rows, columns=["label", "value", "low", "high", "source"], index=[7, 8, 9])
    ax = plots.forest(table, label="ln ratio", data_kind="simulated", margin=0.1, null=0.5)
    drawn(ax)
    assert marks(ax, "here, 95% interval").tolist() == [[0.5, 2]]
    assert bars(ax, "here, 95% interval").tolist() == [[0.2, 0.9]]
    assert marks(ax, "vendor").tolist() == [[0.3, 1]]
    assert bars(ax, "vendor").tolist() == [[0.3, 0.3]]
    assert band(ax) == pytest.approx((0.4, 0.6))
    assert [ax.get_title(loc="right"), ax.get_xlabel()] == ["simulated data", "ln ratio"]
    assert "x" * plots.LABEL_WIDTH + "\n" in ticks(ax.yaxis)[2]
    assert "these data give no estimate" in words(plots.forest(table[:0], label="ln ratio", data_kind="user"))


def test_quoted_figures_are_full_from_the_source_and_hollow_from_near():
    rows = [("a", "source", 1.0, 0.9, 1.1), ("b", "nearest", 0.6, np.nan, np.nan)]
    table = pd.DataFrame(rows, columns=["label", "relation", "ratio", "low", "high"])
    ax = quoted_against_found(table, tolerance=0.05)
    drawn(ax)
    assert marks(ax, "found, with its 95% interval").tolist() == [[1.0, 0]]
    assert bars(ax, "found, with its 95% interval")[0] == pytest.approx([0.9, 1.1])
    assert marks(ax, "nearest there is").tolist() == [[0.6, 1]]
    assert ax.containers[1].lines[0].get_markerfacecolor() == "white"
    assert ax.get_xlim() == (0, 1.25)
    assert words(ax) == "a b"


def test_stacked_counts_number_every_part_but_nought():
    counts = pd.DataFrame({"confirmed": [3, 0], "not found": [1, 2]}, index=["document 1", "document 2"])
    ax = stacked_counts(counts, label="figures")
    drawn(ax)
    assert [[bar.get_x(), bar.get_width()] for bar in ax.containers[1]] == [[3, 1], [0, 2]]
    assert words(ax).split() == ["3", "1", "2"]
    assert ax.yaxis_inverted()
    assert ticks(ax.yaxis) == ["document 1", "document 2"]


def test_intervals_stand_beside_each_other_by_series():
    table = pd.DataFrame({"label": ["a", "a", "b"], "design_effect": [1.0, 2.0, 1.0], "value": [0.5, 0.5, 0.3]})
    ax = intervals(table.assign(low=0.2, high=0.6), series="design_effect", label="share")
    drawn(ax)
    one, two = marks(ax, "1"), marks(ax, "2")
    assert one[:, 0].tolist() == [0.5, 0.3]
    assert one[1, 1] - one[0, 1] == 1  # a row each
    assert one[0, 1] - two[0, 1] == pytest.approx(0.16)
    assert bars(ax, "2")[0] == pytest.approx([0.2, 0.6])
    assert ax.get_legend().get_title().get_text() == "design effect"
    assert ticks(ax.yaxis) == ["a", "b"]


def test_equal_rates_stand_on_each_other_under_their_mean():
    rates = pd.Series([0.02, 0.02, 0.05, 0.03])
    found = estimates.mean(rates, null=0.04)
    ax = rates_and_interval(rates, estimate=found, published=0.04, margin=0.25)
    drawn(ax)
    assert marks(ax, "one account").tolist() == [[0.02, 0], [0.02, 0.16], [0.05, 0], [0.03, 0]]
    assert marks(ax, "mean").tolist() == [[pytest.approx(0.03), 1]]
    assert marks(ax, "90% interval")[:, 0].tolist() == [found.low_90, found.high_90]
    assert marks(ax, "published")[:, 0].tolist() == [0.04, 0.04]
    assert band(ax) == pytest.approx((0.03, 0.05))


def test_verdict_rules_show_one_row_each_from_the_top():
    table = pd.DataFrame({"verdict": ["supported", "inconclusive"], "value": [2.0, 0.1], "low": [1.0, -1.0]})
    table = table.assign(high=[3.0, 1.2], low_90=[1.2, -0.8], high_90=[2.8, 1.0])
    ax = verdict_rules(table, margin=0.5)
    drawn(ax)
    lines = {collection.get_label(): collection.get_segments() for collection in ax.collections}
    assert [segment[:, 0].tolist() for segment in lines["95% interval"]] == [[1.0, 3.0], [-1.0, 1.2]]
    assert [segment[:, 0].tolist() for segment in lines["90% interval"]] == [[1.2, 2.8], [-0.8, 1.0]]
    assert band(ax) == (-0.5, 0.5)
    assert ticks(ax.yaxis) == ["supported", "inconclusive"]
    assert ax.yaxis_inverted()


def test_courses_give_each_group_a_line_and_a_band():
    weeks = pd.DataFrame({"date": pd.date_range("2025-01-06", periods=3, freq="7D"), "value": [0.0, 0.1, 0.2]})
    weeks = weeks.assign(low=weeks["value"] - 0.1, high=weeks["value"] + 0.1)
    table = pd.concat([weeks.assign(group="answering"), weeks.assign(group="silent", value=0.05)], ignore_index=True)
    ax = courses(table, label="ln engagement", data_kind="user")
    drawn(ax)
    assert marks(ax, "answering, 95% interval")[:, 1].tolist() == [0.0, 0.1, 0.2]
    assert marks(ax, "silent, 95% interval")[:, 1].tolist() == [0.05] * 3
    assert [sorted(set(band.get_paths()[0].vertices[:, 1].round(9))) for band in ax.collections] == [
        [-0.1, 0.0, 0.1, 0.2, 0.3]
    ] * 2
    assert ax.get_ylabel() == "ln engagement"
    empty = courses(table[:0], label="ln engagement", data_kind="user")
    drawn(empty)
    assert "no group can be followed" in words(empty)


def test_groups_by_size_counts_units_and_names_those_at_nought():
    table = pd.DataFrame({"members": [10.0, 100, 1e3, 1e4], "posts": [1.0, 5, 0, 20], "moderated": [0, 1, 1, np.nan]})
    line = pd.DataFrame({"size": [10, 1e4], "expected": [1.0, 9], "low": [0.5, 7], "high": [2.0, 12]})
    how = {"size": "members", "outcome": "posts", "label": "posts", "data_kind": "user"}
    ax = plots.groups_by_size(table, group="moderated", names=["open", "moderated"], lines=[line, line], **how)
    drawn(ax)
    assert ax.get_legend_handles_labels()[1] == ["open (n = 1)", "moderated (n = 1)"]
    assert [dots.get_offsets().tolist() for dots in ax.collections[::2]] == [[[10, 1]], [[100, 5]]]
    assert [colour(ax.lines[0]), colour(ax.lines[1])] == [plots.OURS, plots.DOCUMENT]
    assert words(ax) == "1 at 0, not drawn"
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "members")
    alone = plots.groups_by_size(table, group=None, names=["all"], lines=[line], **how)
    assert alone.get_legend_handles_labels()[1] == ["all (n = 3)"]
    empty = plots.groups_by_size(table[:0], group=None, names=["all"], lines=[None], **how)
    drawn(empty)
    assert "these data do not have it" in words(empty)


def test_histories_start_at_one():
    days = pd.date_range("2025-01-01", periods=3)
    history = pd.DataFrame({"account_id": ["a"] * 3 + ["b"] * 3, "date": [*days, *days]})
    ax = histories(history.assign(followers=[100, 110, 150, 10, 10, 30]), data_kind="simulated")
    drawn(ax)
    assert marks(ax, "a").tolist() == [[0, 1], [1, 1.1], [2, 1.5]]
    assert marks(ax, "b").tolist() == [[0, 1], [1, 1], [2, 3]]


def test_person_lines_run_through_the_origin_and_show_whether_they_rise():
    lines = pd.DataFrame({"slope": [1.0, 1.0, -1.0], "low": [-1.0] * 3, "high": [2.0] * 3})
    how = {"xlabel": "minutes", "ylabel": "stress", "data_kind": "user"}
    ax = person_lines(lines, mean_slope=0.5, **how)
    drawn(ax)
    own = ax.lines[:3]
    assert sorted(tuple(line.get_ydata()) for line in own) == [(-1, 2), (-1, 2), (1, -2)]
    assert {colour(line): line.get_ydata()[1] for line in own} == {plots.DOCUMENT: 2, plots.OURS: -2}
    assert marks(ax, "mean slope").tolist() == [[-1, -0.5], [2, 1]]
    steep = person_lines(lines.assign(slope=50.0), mean_slope=50.0, **how)
    assert steep.get_ylim() == (-2.5, 2.5)
    assert "no person has a slope" in words(person_lines(lines[:0], mean_slope=np.nan, **how))


def test_effect_distribution_draws_the_true_spread_as_a_density():
    effects = np.random.default_rng(1).normal(0.2, 0.5, 200)
    ax = effect_distribution(effects, curve=(0.2, 0.3), margin=0.1, label="slope", data_kind="user")
    drawn(ax)
    x, height = marks(ax, "true slopes behind them").T
    assert np.trapezoid(height, x) == pytest.approx(1, abs=0.001)
    assert x[np.argmax(height)] == pytest.approx(0.2, abs=0.01)
    assert band(ax) == (-0.1, 0.1)
    alike = effect_distribution(effects, curve=(0.2, 0.0), margin=0.1, label="slope", data_kind="user")
    assert marks(alike, "true slope, the same for all")[:, 0].tolist() == [0.2, 0.2]
    empty = effect_distribution(effects[:0], curve=None, margin=0.1, label="slope", data_kind="user")
    assert "no person has a slope" in words(empty)


def test_lines_within_persons_rise_where_that_between_them_falls():
    table = pd.DataFrame({"who": ["a", "a", "b", "b", "c"], "hours": [1.0, 2, 3, 4, 9]})
    table = table.assign(stress=[50.0, 60, 30, 40, np.nan])
    how = {"person": "who", "x": "hours", "y": "stress", "labels": ("hours", "stress"), "data_kind": "simulated"}
    ax = within_and_between(table, **how)
    drawn(ax)
    assert marks(ax, "within one person") == pytest.approx(np.array([[1, 50], [2, 60]]))
    # The means are (1.5, 55) and (3.5, 35): a fall of 10 an hour, drawn over the hours of all prompts with both.
    assert marks(ax, "between persons, through their means") == pytest.approx(np.array([[1, 60], [4, 30]]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hours", "stress")
    still = within_and_between(table[:1], **how)
    assert still.get_legend_handles_labels()[1] == ["one prompt"]  # one point has no line
    assert "no prompt has both" in words(within_and_between(table[4:], **how))


def test_week_map_colours_sure_hours_and_leaves_hours_without_posts_white():
    rows = [(0, 9, 0.3, 0.01), (6, 23, -0.3, 0.01), (2, 12, 0.3, 3.0)]
    table = pd.DataFrame(rows, columns=["weekday", "hour", "effect", "error"])
    ax = week_map(table, data_kind="user")
    drawn(ax)
    grid = np.asarray(ax.images[0].get_array())
    assert grid.shape == (7, 24, 4)
    high, low, unsure = grid[0, 9], grid[6, 23], grid[2, 12]
    assert high[0] > high[2]  # red above the own mean, blue below
    assert low[2] > low[0]
    assert (1 - unsure[:3]).sum() == pytest.approx(0.12 * (1 - high[:3]).sum())
    assert (grid[1] == 1).all()
    assert ticks(ax.yaxis)[0] == "Mon"
    assert "no account was followed long enough" in words(week_map(table[:0], data_kind="user"))


def test_account_spread_counts_every_account_and_marks_the_estimate():
    ax = account_spread(pd.Series([0.5, 1.0, 2.0, 4.0]), label="video to image", average=1.4, data_kind="user")
    drawn(ax)
    assert sum(bar.get_height() for bar in ax.patches) == 4
    assert marks(ax, "estimate: 1.40×")[:, 0].tolist() == [1.4, 1.4]
    assert ax.get_xscale() == "log"
    assert {"0.5×", "1×", "2×"} <= set(ticks(ax.xaxis))
    empty = account_spread(pd.Series([], dtype=float), label="video to image", average=None, data_kind="user")
    drawn(empty)
    assert "no account has both" in words(empty)
    assert empty.get_xlim() == (0.5, 2)


def test_course_of_attention_shows_hours_after_posting_only():
    table = pd.DataFrame({"hours": [0, 1, 8, 24], "value": [0.0, 0.3, 0.7, 1.0], "low": 0.0, "high": 1.0})
    ax = course_of_attention(table, limit=24, data_kind="user")
    drawn(ax)
    assert marks(ax, "mean over accounts, 95% interval").tolist() == [[1, 0.3], [8, 0.7], [24, 1.0]]
    assert marks(ax, "24 hours")[:, 0].tolist() == [24, 24]
    assert ticks(ax.xaxis) == ["1", "2", "4", "8", "24"]
    assert ax.get_ylim() == (0, 1.05)
    assert "no post was followed" in words(course_of_attention(table[:1], limit=24, data_kind="user"))


def test_style_keeps_dollar_signs_and_does_not_cut_tables():
    assert mpl.rcParams["text.parse_math"] is False
    assert pd.get_option("display.max_colwidth") is None
