"""The pictures of notebook 03."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import DOCUMENT, INK, OURS, PALE, _axes, _margin, _nothing, _signed, _straight


def person_lines(
    lines: "pd.DataFrame", *, mean_slope: float, xlabel: str, ylabel: str, data_kind: str, ax: "Axes | None" = None
) -> "Axes":
    """Draw each person's own line through the person's own middle, and the mean slope over them.

    Parameters
    ----------
    lines : pandas.DataFrame
        One row for each person: slope, low and high (smallest and largest deviation of use from the own mean).
    mean_slope : float
        Drawn through the origin; nothing is drawn where it is no number.
    xlabel, ylabel : str
        What the axes are, units included.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax)
    drawn = lines.sample(min(len(lines), 120), random_state=0)
    for row in drawn.itertuples():
        rises = row.slope > 0
        ends = np.array([row.low, row.high])
        ax.plot(ends, row.slope * ends, color=DOCUMENT if rises else OURS, alpha=0.25, linewidth=0.8)
    if len(drawn):
        reach = np.array([drawn["low"].quantile(0.1), drawn["high"].quantile(0.9)])
        ax.plot(reach, mean_slope * reach, color=INK, linewidth=2.5, label="mean slope")
        for colour, word in ((DOCUMENT, "a person whose line rises"), (OURS, "a person whose line falls")):
            ax.plot([], [], color=colour, linewidth=1, label=word)
        ax.set_ylim(*np.clip(ax.get_ylim(), -2.5, 2.5))
        ax.legend(loc="upper left")
    else:
        _nothing(ax, "nothing to show: no person has a slope")
    ax.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    _signed(ax, data_kind)
    return ax


def effect_distribution(
    effects: np.ndarray,
    *,
    curve: "tuple[float, float] | None",
    margin: float,
    label: str,
    data_kind: str,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how effects are spread over persons, with the margin that an effect has to exceed.

    Parameters
    ----------
    effects : numpy.ndarray
        Each person's effect as estimated from the own prompts, shape (n,).
    curve : tuple of float or None
        Mean and standard deviation of the true effects behind them; a spread of 0 is drawn as a line.
    margin : float
        Drawn as a band around 0.
    label : str
        What is estimated, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax)
    _margin(ax, -margin, margin, alpha=0.7)
    if len(effects):
        low, high = np.quantile(effects, [0.01, 0.99])
        bins = np.linspace(low, high, 41) if high > low else 10
        ax.hist(np.clip(effects, low, high), bins=bins, density=True, color=PALE, edgecolor="white",
                label="own slopes, errors included")  # fmt: skip
    else:
        _nothing(ax, "nothing to show: no person has a slope")
    if curve is not None and curve[1] > 0:
        x = np.linspace(curve[0] - 3.5 * curve[1], curve[0] + 3.5 * curve[1], 200)
        height = np.exp(-(((x - curve[0]) / curve[1]) ** 2) / 2) / curve[1] / np.sqrt(2 * np.pi)
        ax.plot(x, height, color=OURS, linewidth=2, label="true slopes behind them")
        ax.fill_between(x, height, where=x > margin, color=OURS, alpha=0.25, linewidth=0, label="beyond the margin")
    elif curve is not None:
        ax.axvline(curve[0], color=OURS, linewidth=2, label="true slope, the same for all")
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set(xlabel=label, ylabel="density of persons", yticks=[])
    ax.legend(loc="upper right")
    _signed(ax, data_kind)
    return ax


def within_and_between(
    table: "pd.DataFrame", *, person: str, x: str, y: str, labels: tuple[str, str], data_kind: str,
    ax: "Axes | None" = None,
) -> "Axes":  # fmt: skip
    """Draw observations of a few persons, each person's own line, and the line through the persons' means.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each observation.
    person, x, y : str
        Columns.
    labels : tuple of str
        What the axes are, units included.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax)
    known = table.dropna(subset=[x, y])
    for number, (_, own) in enumerate(known.groupby(person)):
        ax.plot(own[x], own[y], ".", color=PALE, markersize=4, label=None if number else "one prompt")
        _straight(ax, own[x], own[y], over=own[x], color=OURS, label=None if number else "within one person")
    means = known.groupby(person)[[x, y]].mean()
    ax.plot(means[x], means[y], "o", color=DOCUMENT, markersize=5)
    if known.empty:
        _nothing(ax, "nothing to show: no prompt has both")
    else:
        look = {"color": DOCUMENT, "linestyle": "--", "label": "between persons, through their means"}
        _straight(ax, means[x], means[y], over=known[x], **look)
        ax.legend(loc="upper right")
    ax.set(xlabel=labels[0], ylabel=labels[1])
    _signed(ax, data_kind)
    return ax
