"""Pictures: they draw what they are given, survive empty and hostile data, and never go without a text."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from helpers import account_size, plots
from helpers.measures import with_bands

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


def test_pictures_of_nothing_can_be_drawn(accounts):
    none = accounts.iloc[:0]
    bands = account_size.band_means(none, outcome="like_rate")
    drawn(
        plots.rate_by_size(
            none, bands=bands, line=None, outcome="like_rate", label="like rate", document=[], data_kind="simulated"
        )
    )
    table = account_size.no_specifications()
    plots.specification_curve(table, margin=0.05, choices=["estimator"], label="fall", data_kind="user").canvas.draw()
    empty = pd.DataFrame(columns=["label", "choice", "ratio", "low", "high"])
    drawn(plots.value_ratios(empty, margin=0.2, data_kind="user"))


def test_specification_curve_shows_every_specification(accounts):
    from helpers.claims import registry

    table = account_size.specifications(registry()["size-like-rate-falls"], accounts)
    figure = plots.specification_curve(
        table, margin=0.05, choices=["estimator", "definition", "platform", "min_posts"], label="fall", data_kind="user"
    )
    figure.canvas.draw()
    labels = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert "platform: all" in labels
    assert f"{table['value'].notna().sum()} specifications" in figure.axes[1].get_xlabel()


def test_a_platform_called_like_a_formula_is_drawn_as_text(accounts):
    from helpers.claims import registry

    two = accounts.assign(platform=np.where(accounts.index % 2, "$x_$", "<script>alert(1)</script>"))
    table = account_size.specifications(registry()["size-like-rate-falls"], two)
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
    assert [plots.percent(x) for x in (0.0237, 0.0004, 0.08, 0.0, 1.5)] == ["2.37%", "0.04%", "8%", "0%", "150%"]
