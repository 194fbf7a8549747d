"""How far do slopes within persons differ from one person to the next, and from the slope between persons?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.base.words import counted, spelled
from helpers.families.passive_active.analysis import in_groups
from helpers.ground.disclosure import edges
from helpers.measures import centred
from helpers.plots import DOCUMENT, INK, OURS, PALE, Picture, axes, margin_band, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.families.passive_active.estimators import PersonEffects

BELOW: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.45, -0.16), "ncols": 2}
"""Where a legend stands that would lie on lines or curves."""


def person_lines(
    lines: "pd.DataFrame", *, effects: "PersonEffects | None", margin: float, xlabel: str, ylabel: str, data_kind: str,
    ax: "Axes | None" = None,
) -> Picture:  # fmt: skip
    """Draw persons' own lines through their own middle, groups of like slopes together, and the mean slope over them.

    Lines that are drawn to the mean are no count of who rises or falls: that is told from the true slopes.

    Parameters
    ----------
    lines : pandas.DataFrame
        From `analysis.lines_of`, one row for each person: slope, drawn to the mean, low and high (smallest and largest
        deviation of use from the own mean).
    effects : PersonEffects or None
        The slopes that the lines were made of; their mean is drawn through the origin.
    margin : float
        That a true slope has to exceed to be counted.
    xlabel, ylabel : str
        What the axes are, units included.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    Picture
        With how many true slopes exceed the margin, and how many lines rise and fall, in its text.
    """
    ax, mean_slope = axes(ax), effects.mean.value if effects else float("nan")
    drawn, word = in_groups(lines)
    for row in drawn.itertuples():
        rises = row.slope > 0
        ends = np.array([row.low, row.high])
        ax.plot(ends, row.slope * ends, color=DOCUMENT if rises else OURS, alpha=0.45, linewidth=1)
    if len(drawn):
        reach = np.array([drawn["low"].quantile(0.1), drawn["high"].quantile(0.9)])
        ax.plot(reach, mean_slope * reach, color=INK, linewidth=2, label="mean of all persons")
        rising_lines = int((drawn["slope"] > 0).sum())
        for colour, way, n in ((DOCUMENT, "rises", rising_lines), (OURS, "falls", len(drawn) - rising_lines)):
            ax.plot([], [], color=colour, linewidth=1, label=f"{way}: {counted(n, 'line') if n else 'none'}")
        ax.set_ylim(*np.clip(ax.get_ylim(), -2.5, 2.5))
        ax.legend(**BELOW, title=f"a thin line is {word}, drawn towards the mean")
    else:
        say_empty(ax, "nothing to show: no person has a slope")
    ax.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if lines.empty:
        return Picture(ax, "No person has a slope of their own: 0 lines.", data_kind)
    rising = int((lines["slope"] > 0).sum())
    told = (
        f"Own lines of {len(lines)} persons, each drawn towards the mean slope of {mean_slope:.2f}, the less its own "
        f"prompts say the more: so drawn {rising} rise and {len(lines) - rising} fall, which is no count of persons."
    )
    beyond = effects and _beyond(effects, margin=margin)
    return Picture(ax, told + (f" True slopes: {beyond}." if beyond else ""), data_kind)


def effect_distribution(
    effects: "PersonEffects | None", *, margin: float, label: str, data_kind: str, ax: "Axes | None" = None
) -> Picture:
    """Draw how effects are spread over persons, with the margin that an effect has to exceed.

    Parameters
    ----------
    effects : PersonEffects or None
        Each person's effect as estimated from the own prompts, and the true ones behind them; where those do not differ
        they are drawn as a line.
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
    Picture
        With mean and spread of the true effects, and the share beyond the margin, in its text.
    """
    bare, ax = ax is None, axes(ax)
    margin_band(ax, -margin, margin, alpha=0.7)
    if effects is not None:
        if bare:
            _draw_effects(ax, effects.effects, data_kind=data_kind)
        _draw_true_effects(ax, effects.mean.value, effects.variance**0.5, margin=margin)
    else:
        say_empty(ax, "nothing to show: no person has a slope")
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set(xlabel=label, ylabel="density of persons", yticks=[])
    ax.legend(**BELOW)
    return Picture(ax, _told_effects(effects, margin=margin), data_kind)


def _draw_effects(ax: "Axes", effects: np.ndarray, *, data_kind: str) -> None:
    import seaborn as sns

    shown = np.clip(effects, *np.quantile(effects, [0.01, 0.99]))
    sns.histplot(
        shown,
        stat="density",
        bins=edges(shown, most=40, data_kind=data_kind),
        color=PALE,
        label="own slopes, errors included",
        ax=ax,
    )


def _draw_true_effects(ax: "Axes", centre: float, spread: float, *, margin: float) -> None:
    if not spread > 0:
        ax.axvline(centre, color=OURS, linewidth=2, label="true slope, the same for all")
        return
    x = np.linspace(centre - 3.5 * spread, centre + 3.5 * spread, 200)
    height = np.exp(-(((x - centre) / spread) ** 2) / 2) / spread / np.sqrt(2 * np.pi)
    ax.plot(x, height, color=OURS, linewidth=2, label="true slopes behind them")
    ax.fill_between(x, height, where=x > margin, color=OURS, alpha=0.25, linewidth=0, label="beyond the margin")


def _told_effects(effects: "PersonEffects | None", *, margin: float) -> str:
    if effects is None:
        return "No distribution of slopes: 0 persons."
    beyond = _beyond(effects, margin=margin)
    return (
        f"Slopes of {len(effects.effects)} persons: mean {effects.mean.value:.2f}, standard deviation of the true ones "
        f"{effects.variance**0.5:.2f}{f'; {beyond}' if beyond else ''}."
    )


def _beyond(effects: "PersonEffects", *, margin: float) -> str:
    """Say how many true slopes exceed the margin, as the table does; nothing where persons are too few for that."""
    share = effects.share_beyond(margin).shifted(0.5)
    if not share.is_finite:
        return ""
    return f"{share.value:.0%} beyond the margin of {margin:g} ({share.low:.0%} to {share.high:.0%})"


def within_and_between(
    table: "pd.DataFrame", *, person: str, x: str, y: str, labels: tuple[str, str], data_kind: str,
    ax: "Axes | None" = None,
) -> Picture:  # fmt: skip
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
    Picture
        With the correlations within persons and between their means in its text.
    """
    ax = axes(ax)
    known = table.dropna(subset=[x, y])
    for number, (_, own) in enumerate(known.groupby(person)):
        ax.plot(own[x], own[y], ".", color=PALE, markersize=4, label=None if number else "one prompt")
        _straight_line(ax, own[x], own[y], over=own[x], color=OURS, label=None if number else "within one person")
    means = known.groupby(person)[[x, y]].mean()
    ax.plot(means[x], means[y], "o", color=DOCUMENT, markersize=5)
    if known.empty:
        say_empty(ax, "nothing to show: no prompt has both")
    else:
        look = {"color": DOCUMENT, "linestyle": "--", "label": "between persons, through their means"}
        _straight_line(ax, means[x], means[y], over=known[x], **look)
        ax.legend(**BELOW)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    return Picture(ax, _told_correlations(known, person=person, x=x, y=y), data_kind)


def _told_correlations(known: "pd.DataFrame", *, person: str, x: str, y: str) -> str:
    if len(known) < 2:
        return f"{len(known)} prompts with both: no correlation."
    split = centred(known, by=person, columns=[x, y])
    inside, across = (split[f"{x}_{part}"].corr(split[f"{y}_{part}"]) for part in ("within", "mean"))
    people = spelled(split[person].nunique()).capitalize()
    return f"{people} people: r within them {inside:.2f}, r between their means {across:.2f}."


def _straight_line(ax: "Axes", x: "pd.Series", y: "pd.Series", *, over: "pd.Series", **look: Any) -> None:
    """Draw the least-squares line of some points over a range, where they have one."""
    if np.ptp(x) > 0:
        slope, level = np.polyfit(x, y, 1)
        ends = np.array([over.min(), over.max()])
        ax.plot(ends, level + slope * ends, **look)
