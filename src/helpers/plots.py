"""What does it look like? Pictures that carry their own text alternative."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.estimates import Estimate

INK, OURS, DOCUMENT, PUBLISHED, PALE = "#1f2430", "#1b6ca8", "#c8472b", "#7a7f8c", "#c9ced8"
"""Colours: text, this data's estimates, the document's figures, other published figures, single accounts."""

SIZE = (6.2, 4.6)
"""Inches. Small, so that letters stay legible when a phone shrinks the picture to its width."""

KINDS = {"simulated": "simulated data", "user": "your data"}
"""Words that stand on each picture, so that none travels without saying what it shows."""


def style() -> None:
    """Set the look of every picture and table: plain axes, letters that can be read on a phone, no math in labels.

    Text from data is drawn as it is: a dollar sign starts no formula. No text in a table is cut off.
    """
    import matplotlib as mpl
    import pandas as pd
    import seaborn as sns

    pd.set_option("display.max_colwidth", None)
    sns.set_theme(style="ticks", font_scale=1.05)
    mpl.rcParams.update(
        {
            "figure.figsize": SIZE,
            "figure.dpi": 110,
            "savefig.dpi": 160,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.titlelocation": "left",
            "axes.titlesize": "medium",
            "axes.titleweight": "bold",
            "text.parse_math": False,
            "legend.frameon": False,
            "legend.fontsize": "small",
        }
    )


def show(figure: "Figure", *, alt: str) -> None:
    """Display a picture together with its text alternative, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The picture.
    alt : str
        What it shows, with its main numbers; made from computed values.

    Raises
    ------
    ValueError
        If the text alternative is empty.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if not alt.strip():
        raise ValueError("a picture needs a text alternative: pass alt= made from its numbers")
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)


def percent(rate: float) -> str:
    """Write a fraction as a percentage with two or three significant digits.

    Examples
    --------
    >>> percent(0.0237), percent(0.0004), percent(0.08)
    ('2.37%', '0.04%', '8%')
    """
    return f"{float(f'{100 * rate:.3g}'):g}%"


def _axes(ax: "Axes | None", *, size: tuple[float, float] = SIZE) -> "Axes":
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def _signed(ax: "Axes", data_kind: str) -> None:
    ax.set_title(
        KINDS[data_kind],
        loc="right",
        color=DOCUMENT if data_kind == "simulated" else OURS,
        fontweight="normal",
        fontsize="small",
    )


def _size_axis(ax: "Axes", *, rates: bool = True) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    from helpers.measures import short_number

    ax.set_xscale("log")
    ax.set_yscale("log")
    if not ax.has_data() or not np.isfinite(ax.dataLim.minpos).all():
        ax.set(xlim=(1e2, 1e8), ylim=(1e-5, 1))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
    ax.xaxis.set_major_locator(LogLocator(numticks=12))
    if rates:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("followers")


def _nothing(ax: "Axes", words: str, *, height: float = 0.5) -> None:
    """Say in the middle of a picture why it is empty."""
    ax.text(0.5, height, words, transform=ax.transAxes, ha="center")


def _not_drawn(ax: "Axes", words: str) -> None:
    """Tell in the corner what lies outside a log axis."""
    ax.text(0.01, 0.01, f"{words} at 0, not drawn", transform=ax.transAxes, fontsize="x-small", color=PUBLISHED)


def _margin(ax: "Axes", low: float, high: float, *, alpha: float = 0.5) -> None:
    ax.axvspan(low, high, color=PALE, alpha=alpha, linewidth=0, label="within the margin")


def _ends(rows: "pd.DataFrame", value: str = "value") -> "list[pd.Series]":
    """Give how far intervals reach to either side, 0 where there is none."""
    below, above = rows[value] - rows["low"], rows["high"] - rows[value]
    return [below.fillna(0).clip(lower=0), above.fillna(0).clip(lower=0)]


def _multiples(ax: "Axes") -> None:
    """Write a log axis of ratios as 0.5×, 1×, 2×."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _straight(ax: "Axes", x: "pd.Series", y: "pd.Series", *, over: "pd.Series", **look: Any) -> None:
    """Draw the least-squares line of some points over a range, where they have one."""
    if np.ptp(x) > 0:
        slope, level = np.polyfit(x, y, 1)
        ends = np.array([over.min(), over.max()])
        ax.plot(ends, level + slope * ends, **look)


def rate_by_size(
    accounts: "pd.DataFrame",
    *,
    bands: "pd.DataFrame",
    line: "pd.DataFrame | None",
    outcome: str,
    label: str,
    document: Sequence[tuple[float, float]],
    data_kind: str,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw rates against followers: accounts, band means with intervals, the fitted line, the document's points.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row for each account, with followers and the outcome; accounts with a rate of 0 lie outside a log axis and
        are told in the corner.
    bands : pandas.DataFrame
        From `account_size.band_means`.
    line : pandas.DataFrame or None
        From `estimates.Fit.at`.
    outcome : str
        Column with the rate.
    label : str
        What the rate is, for the axis.
    document : sequence of (followers, rate)
        The document's figures, each at a typical size of its band.
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
    seen = accounts.loc[(accounts[outcome] > 0) & (accounts["followers"] > 0), ["followers", outcome]]
    if seen.empty:
        _nothing(ax, "no account with this rate in these data")
    few = seen.sample(min(len(seen), 3_000), random_state=0)
    ax.scatter(few["followers"], few[outcome], s=6, color=PALE, linewidths=0, label="one account", rasterized=True)
    if line is not None:
        ax.fill_between(line["size"], line["low"], line["high"], color=OURS, alpha=0.18, linewidth=0)
        ax.plot(line["size"], line["expected"], color=OURS, linewidth=1.5, label="fitted line, 95% interval")
    _band_means(ax, bands, fmt="o", color=INK, markersize=5, label="mean of a band, 95% interval", zorder=4)
    if document:
        ax.scatter(
            *zip(*document, strict=True), marker="D", s=42, color=DOCUMENT, zorder=5, label="the document's figure"
        )
    _size_axis(ax)
    ax.set_ylabel(label)
    if zeros := int((accounts[outcome] == 0).sum()):
        _not_drawn(ax, f"{zeros:,} accounts")
    ax.legend(loc="upper right")
    _signed(ax, data_kind)
    return ax


def _band_means(ax: "Axes", bands: "pd.DataFrame", **look: Any) -> None:
    """Draw means with their intervals; on a log axis an interval down to 0 ends just above the edge."""
    drawn = bands.dropna(subset=["low"])
    drawn = drawn[drawn["mean"] > 0]
    below = (drawn["mean"] - drawn["low"]).clip(upper=drawn["mean"] * 0.999)
    ax.errorbar(drawn["followers"], drawn["mean"], yerr=[below, drawn["high"] - drawn["mean"]], capsize=3, **look)


def ladder(published: "pd.DataFrame", *, bands: "pd.DataFrame", data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw each source's ladder of rates over account size, with this data's bands on top.

    Parameters
    ----------
    published : pandas.DataFrame
        From `published.ladders`; vendors are dashed and pale, others full.
    bands : pandas.DataFrame
        From `account_size.band_means`.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax, size=(6.2, 6.0))
    looks = {
        "vendor": ("--", PUBLISHED, "vendor"),
        "other": ("-.", PUBLISHED, "other page"),
        "study": ("-", INK, "research"),
    }
    labelled: set[str] = set()
    for name, rows in published.groupby("ladder", sort=False):
        dash, colour, word = looks[rows["source"].iloc[0]]
        is_source = name.startswith("Markerly")
        label = "Markerly 2016, the document's likely source" if is_source else f"published, {word}"
        ax.plot(
            rows["middle"], rows["estimate"], dash, marker=".", markersize=4, linewidth=2 if is_source else 0.9,
            color=DOCUMENT if is_source else colour, alpha=1 if is_source else 0.6,
            label=None if label in labelled else label,
        )  # fmt: skip
        labelled.add(label)
    look = {"color": OURS, "markersize": 6, "linewidth": 2, "label": "here, mean of a band, 95% interval"}
    _band_means(ax, bands, fmt="o-", zorder=5, **look)
    _size_axis(ax)
    ax.set_ylabel("rate per follower")
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.15), ncols=1)
    _signed(ax, data_kind)
    return ax


def specification_curve(
    table: "pd.DataFrame", *, margin: float, choices: Sequence[str], label: str, data_kind: str
) -> "Figure":
    """Draw the estimates of all specifications in order, with the choices behind each below.

    Parameters
    ----------
    table : pandas.DataFrame
        From `account_size.specifications`; its first row is the default.
    margin : float
        The claim's margin, drawn as a band around 0.
    choices : sequence of str
        Columns whose values are shown as rows of dots.
    label : str
        What is estimated.
    data_kind : str
        ``"simulated"`` or ``"user"``.

    Returns
    -------
    matplotlib.figure.Figure
        The picture.
    """
    import matplotlib.pyplot as plt

    drawn = table.dropna(subset=["value", "low"]).sort_values("value")
    place = range(len(drawn))
    rows = [(choice, value) for choice in choices for value in drawn[choice].unique()]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(6.2, 3.2 + 0.24 * len(rows)), sharex=True, layout="constrained",
        gridspec_kw={"height_ratios": [3, 0.24 * len(rows) + 0.2]},
    )  # fmt: skip
    top.axhspan(-margin, margin, color=PALE, alpha=0.5, linewidth=0, label="within the margin")
    top.axhline(0, color=INK, linewidth=0.8)
    top.vlines(place, drawn["low"], drawn["high"], color=OURS, linewidth=1, alpha=0.5)
    top.plot(place, drawn["value"], ".", color=OURS, markersize=4, label="a specification, 95% interval")
    if len(table) and table.index[0] in drawn.index:
        default = list(drawn.index).index(table.index[0])
        top.plot(
            default, drawn["value"].iloc[default], "o", color=DOCUMENT, markersize=7, label="the default", zorder=5
        )
    top.set_ylabel(label)
    if len(drawn):
        reach = max(drawn["value"].abs().max(), margin) * 1.6
        top.set_ylim(max(drawn["low"].min(), -reach), min(drawn["high"].max(), reach) + reach * 0.5)
    top.legend(loc="upper left")
    _signed(top, data_kind)
    for height, (choice, value) in enumerate(reversed(rows)):
        chosen = [x for x, found in zip(place, drawn[choice], strict=True) if found == value]
        bottom.plot(chosen, [height] * len(chosen), "|", color=INK, markersize=5)
    bottom.set_yticks(range(len(rows)), [_choice_name(*row) for row in reversed(rows)], fontsize="small")
    bottom.set_xticks([])
    bottom.set_xlabel(f"{len(drawn)} specifications, smallest estimate first")
    bottom.spines[["left", "bottom"]].set_visible(False)
    bottom.tick_params(length=0)
    return figure


def _choice_name(choice: str, value: Any) -> str:
    names: Mapping[str, str] = {
        "platform": f"platform: {value}",
        "min_posts": f"{value} or more posts",
        "edge_factor": f"band edges times {value}",
        "weeks_later": f"{value} weeks later" if value != 1 else "1 week later",
        "held": f"held fixed: {value}",
        "min_prompts": f"{value} or more prompts",
        "measure": f"mood: {value}",
        "hold_fixed": f"held fixed: {value}",
    }
    return names.get(choice, str(value))


def value_ratios(table: "pd.DataFrame", *, margin: float, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw estimates as a multiple of the published figure, one row for each claim, one mark for each definition.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns label, choice, ratio, low and high (95% interval of the ratio), in drawing order from the top.
    margin : float
        Drawn as a band around 1.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    labels, options = list(table["label"].unique()), list(table["choice"].unique())
    ax = _axes(ax, size=(6.2, max(2.5, 1.4 + 0.5 * len(labels))))
    _margin(ax, 1 - margin, 1 + margin)
    ax.axvline(1, color=DOCUMENT, linewidth=1)
    marks, colours = "osD^v", (OURS, INK, PUBLISHED, "#8a5fbf", "#3f8f5f")
    for i, option in enumerate(options):
        rows = table[(table["choice"] == option) & (table["ratio"] > 0)].dropna(subset=["low"])
        height = [len(labels) - 1 - labels.index(label) + 0.13 * (len(options) / 2 - i) for label in rows["label"]]
        below, above = _ends(rows, "ratio")
        ax.errorbar(
            rows["ratio"], height, xerr=[below.clip(upper=rows["ratio"] * 0.999), above], fmt=marks[i % 5],
            color=colours[i % 5], markersize=4.5, capsize=2, linewidth=1, label=option,
        )  # fmt: skip
    _multiples(ax)
    ax.set_yticks(range(len(labels)), labels[::-1], fontsize="small")
    ax.set_xlabel("estimate as a multiple of the published figure")
    if labels:
        ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.18 - 0.6 / len(labels)), ncols=2)
    else:
        _nothing(ax, "nothing to compare: no average could be tested")
    _signed(ax, data_kind)
    return ax


LABEL_WIDTH = 38
"""Letters of a label beside a forest picture before it gets a second line: more would leave the axis no room."""


def forest(
    table: "pd.DataFrame",
    *,
    label: str,
    data_kind: str,
    margin: float | None = None,
    null: float = 0.0,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw estimates with their intervals, one below the other, published figures beside ours.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analyses.forest_rows`: label, value, low, high and source (``here``, ``document``, ``study``, ``vendor``
        or ``other``), in drawing order from the top. A figure without an interval is a mark alone.
    label : str
        What is estimated, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    margin : float, optional
        The claims' margin, drawn as a band around `null`.
    null : float, default 0
        Where nothing differs.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    labels = [textwrap.fill(text, LABEL_WIDTH) for text in table["label"]]
    row = 0.46 if any("\n" in text for text in labels) else 0.34
    ax = _axes(ax, size=(6.2, 1.5 + row * max(len(table), 2)))
    if margin is not None:
        _margin(ax, null - margin, null + margin)
    ax.axvline(null, color=INK, linewidth=0.8)
    looks = {
        "here": ("o", OURS, "here, 95% interval"),
        "document": ("D", DOCUMENT, "the document's figure"),
        "study": ("s", INK, "research"),
        "vendor": ("v", PUBLISHED, "vendor"),
        "other": ("^", PUBLISHED, "other page"),
    }
    height = dict(zip(table.index, range(len(table) - 1, -1, -1), strict=True))
    for source, (mark, colour, word) in looks.items():
        rows = table[table["source"] == source].dropna(subset=["value"])
        if rows.empty:
            continue
        ax.errorbar(
            rows["value"], [height[place] for place in rows.index], xerr=_ends(rows), fmt=mark, color=colour,
            markersize=5, capsize=2.5, linewidth=1.3, label=word,
            fillstyle="none" if source in ("vendor", "other") else "full",
        )  # fmt: skip
    if table.empty:
        _nothing(ax, "nothing to show: these data give no estimate")
    ax.set_yticks(list(height.values()), labels, fontsize="small")
    ax.set_ylim(-0.7, max(len(table), 1) - 0.3)
    ax.set_xlabel(label)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.9 / (0.8 + row * max(len(table), 2))), ncols=3)
    _signed(ax, data_kind)
    return ax


def quoted_against_found(table: "pd.DataFrame", *, tolerance: float, ax: "Axes | None" = None) -> "Axes":
    """Draw each figure that was found as a multiple of the quoted one.

    Parameters
    ----------
    table : pandas.DataFrame
        From `quoted.compared`; intervals are drawn where there are any.
    tolerance : float
        Relative difference that still counts as the same, drawn as a band.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; full dots come from the source itself, hollow ones are the nearest figure from elsewhere.
    """
    from matplotlib.ticker import FuncFormatter

    ax = _axes(ax, size=(6.2, 1.4 + 0.5 * len(table)))
    ax.axvspan(1 - tolerance, 1 + tolerance, color=PALE, linewidth=0, label="counts as the same")
    ax.axvline(1, color=DOCUMENT, linewidth=1, label="the quoted figure")
    for is_near, fill, label in ((False, OURS, "found, with its 95% interval"), (True, "white", "nearest there is")):
        rows = table[(table["relation"] == "nearest") == is_near]
        look = {"fmt": "o", "color": OURS, "markerfacecolor": fill, "capsize": 3, "markersize": 6, "label": label}
        ax.errorbar(rows["ratio"], rows.index, xerr=_ends(rows, "ratio"), **look)
    for place, row in enumerate(table.itertuples()):
        ax.text(0, place + 0.2, row.label, fontsize="small", color=INK)
    ax.set(xlim=(0, 1.25), ylim=(-0.5, len(table) - 0.2), yticks=[], xlabel="found, as a multiple of the quoted figure")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=2)
    return ax


def stacked_counts(counts: "pd.DataFrame", *, label: str, ax: "Axes | None" = None) -> "Axes":
    """Draw counts as bars of parts, one bar for each row, with the number in each part.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; one row for each bar, one column for each part.
    label : str
        What is counted.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, the first row on top.
    """
    ax = _axes(ax, size=(6.2, 1.8 + 0.6 * len(counts)))
    colours = ("#2f855a", "#6b46a8", DOCUMENT, "#b7791f", PUBLISHED)
    names = [textwrap.fill(name, 24) for name in counts.index]
    start = np.zeros(len(counts))
    for part, colour in zip(counts.columns, colours, strict=False):
        bars = ax.barh(names, counts[part], left=start, color=colour, edgecolor="white", label=part)
        ax.bar_label(bars, [str(n) if n else "" for n in counts[part]], label_type="center", color="white")
        start += counts[part].to_numpy()
    ax.invert_yaxis()
    ax.set_xlabel(label)
    ax.legend(loc="upper center", bbox_to_anchor=(0.3, -0.55 / len(counts)), ncols=2)
    return ax


def intervals(table: "pd.DataFrame", *, series: str, label: str, ax: "Axes | None" = None) -> "Axes":
    """Draw estimates with intervals in rows, one mark for each value of a column.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns label, value, low, high and the one named by `series`; shares.
    series : str
        Column whose values are drawn beside each other.
    label : str
        What is shown, for the axis.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    labels, values = list(table["label"].unique()), list(table[series].unique())
    ax = _axes(ax, size=(6.2, 1.6 + 0.6 * len(labels)))
    for place, (value, colour) in enumerate(zip(values, (INK, OURS, PUBLISHED, DOCUMENT), strict=False)):
        rows = table[table[series] == value]
        height = [labels.index(name) + 0.16 * (len(values) - 1 - 2 * place) / 2 for name in rows["label"]]
        ax.errorbar(rows["value"], height, xerr=_ends(rows), fmt="o", color=colour, capsize=3, label=f"{value:g}")
    ax.set_yticks(range(len(labels)), labels, fontsize="small")
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(label)
    ax.legend(title=series.replace("_", " "), loc="upper center", bbox_to_anchor=(0.4, -0.6 / len(labels)), ncols=4)
    return ax


def rates_and_interval(
    rates: "pd.Series", *, estimate: "Estimate", published: float, margin: float, ax: "Axes | None" = None
) -> "Axes":
    """Draw a few rates on a line, their mean with both intervals, and the published figure with its margin.

    Parameters
    ----------
    rates : pandas.Series
        One rate for each account, as fractions.
    estimate : Estimate
        Their mean.
    published, margin : float
        The figure that is tested, and the share of it that does not matter.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import PercentFormatter

    ax = _axes(ax, size=(6.2, 3.6))
    _margin(ax, published * (1 - margin), published * (1 + margin))
    ax.axvline(published, color=DOCUMENT, linewidth=1.2, label="published")
    height = rates.groupby(rates.round(6)).cumcount() * 0.16  # equal rates stand on each other
    ax.plot(rates, height, "o", color=PUBLISHED, markersize=6, label="one account")
    ax.plot([estimate.low, estimate.high], [1, 1], color=OURS, linewidth=1.5, label="95% interval of the mean")
    ax.plot([estimate.low_90, estimate.high_90], [1, 1], color=OURS, linewidth=5, alpha=0.5, label="90% interval")
    ax.plot(estimate.value, 1, "o", color=OURS, markersize=8, label="mean")
    ax.set(ylim=(-0.2, 1.4), yticks=[], xlabel="likes per follower")
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3)
    return ax


def verdict_rules(table: "pd.DataFrame", *, margin: float, ax: "Axes | None" = None) -> "Axes":
    """Draw one example of each verdict on a direction: where its intervals lie against nought and the margin.

    Parameters
    ----------
    table : pandas.DataFrame
        From `first_steps.examples`.
    margin : float
        Drawn as a band around nought.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax, size=(6.2, 1.4 + 0.42 * len(table)))
    _margin(ax, -margin, margin)
    ax.axvline(0, color=INK, linewidth=0.8)
    places = range(len(table))
    ax.hlines(places, table["low"], table["high"], color=OURS, linewidth=1.5, label="95% interval")
    ax.hlines(places, table["low_90"], table["high_90"], color=OURS, linewidth=5, alpha=0.5, label="90% interval")
    ax.plot(table["value"], places, "o", color=OURS, markersize=6)
    ax.set_yticks(places, table["verdict"])
    ax.invert_yaxis()
    ax.set_xlabel("effect in the claimed direction")
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=3)
    return ax


def courses(table: "pd.DataFrame", *, label: str, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw how groups go from week to week, each with its interval as a band.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns group, date, value, low and high; at most three groups.
    label : str
        What the value is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    ax = _axes(ax, size=(6.2, 3.6))
    ax.axhline(0, color=INK, linewidth=0.8)
    looks = (("-", OURS), ("--", INK), (":", PUBLISHED))
    for (group, rows), (dash, colour) in zip(table.groupby("group", sort=False), looks, strict=False):
        ax.plot(rows["date"], rows["value"], dash, color=colour, label=f"{group}, 95% interval")
        ax.fill_between(rows["date"], rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)
    if table.empty:
        _nothing(ax, "nothing to show: no group can be followed", height=0.6)
        ax.set_xticks([])
    else:
        locator = AutoDateLocator(maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.12), ncols=2)
    ax.set_ylabel(label)
    _signed(ax, data_kind)
    return ax


def groups_by_size(
    table: "pd.DataFrame",
    *,
    size: str,
    outcome: str,
    group: str | None,
    names: Sequence[str],
    lines: "Sequence[pd.DataFrame | None]",
    label: str,
    data_kind: str,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw an outcome against size on log scales, groups in two colours with a fitted line each.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each unit. Units at 0 lie outside a log axis and are told in the corner.
    size, outcome : str
        Columns; the size also names the axis.
    group : str or None
        Column with 0 and 1, missing where unknown; None draws all units as one group.
    names : sequence of str
        What the groups are called: one name, or those of 0 and 1.
    lines : sequence of pandas.DataFrame or None
        From `estimates.Fit.at`, one for each name.
    label : str
        What the outcome is, for the axis.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import FuncFormatter

    ax = _axes(ax)
    known = table if group is None else table[table[group].notna()]
    seen = known[(known[outcome] > 0) & (known[size] > 0)]
    if seen.empty:
        _nothing(ax, "nothing to show: these data do not have it")
    for number, (name, line, colour) in enumerate(zip(names, lines, (OURS, DOCUMENT), strict=False)):
        units = seen if group is None else seen[seen[group] == number]
        few = units.sample(min(len(units), 2_000), random_state=0)
        ax.scatter(few[size], few[outcome], s=8, color=colour, alpha=0.35, linewidths=0, rasterized=True)
        if line is not None:
            ax.fill_between(line["size"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
            ax.plot(line["size"], line["expected"], color=colour, linewidth=1.8, label=f"{name} (n = {len(units):,})")
    _size_axis(ax, rates=False)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xlabel(size)
    ax.set_ylabel(label)
    if zeros := int((known[outcome] == 0).sum()):
        _not_drawn(ax, f"{zeros:,}")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="best")
    _signed(ax, data_kind)
    return ax


def histories(history: "pd.DataFrame", *, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw how the followers of a few accounts grew.

    Parameters
    ----------
    history : pandas.DataFrame
        Tidy account_history of a few accounts, whose account_id names the line.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, followers as a multiple of the first day's.
    """
    ax = _axes(ax, size=(6.2, 3.4))
    looks = (("-", PUBLISHED), ("-", DOCUMENT), ("--", OURS))
    for place, (name, days) in enumerate(history.groupby("account_id", sort=False)):
        dash, colour = looks[place % len(looks)]
        since = (days["date"] - days["date"].min()).dt.days
        ax.plot(since, days["followers"] / days["followers"].iloc[0], dash, color=colour, label=name)
    ax.set_xlabel("day")
    ax.set_ylabel("followers, times the first day's")
    ax.legend(loc="upper left")
    _signed(ax, data_kind)
    return ax


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


def week_map(table: "pd.DataFrame", *, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw the effect of each hour of the week; what is not sure is pale, what has no posts is left white.

    Parameters
    ----------
    table : pandas.DataFrame
        From `timing.week`: weekday (0 for Monday), hour, effect (shrunk) and error.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    import matplotlib as mpl

    from helpers.timing import DAYS

    ax = _axes(ax, size=(6.2, 3.4))
    reach = max(0.05, float(table["effect"].abs().max())) if len(table) else 0.05
    scale = mpl.cm.ScalarMappable(mpl.colors.Normalize(-100 * reach, 100 * reach), "RdBu_r")
    grid = np.ones((7, 24, 4))
    for row in table.itertuples():
        colour = np.array(scale.to_rgba(100 * row.effect))
        # Full colour from two standard errors on; below that the cell fades towards white.
        sureness = min(1.0, abs(row.effect) / row.error / 2) ** 2 if row.error > 0 else 1.0
        grid[int(row.weekday), int(row.hour)] = 1 - (1 - colour) * max(0.12, sureness)
    ax.imshow(grid, aspect="auto", interpolation="nearest", extent=(-0.5, 23.5, 6.5, -0.5))
    ax.set_yticks(range(7), [day[:3] for day in DAYS])
    ax.set_xticks(range(0, 24, 3), [f"{hour} h" for hour in range(0, 24, 3)])
    ax.set_xlabel("hour, local time; pale: not sure, white: no posts")
    if len(table):
        ax.figure.colorbar(scale, ax=ax, shrink=0.9, label="% above own mean")
    else:
        _nothing(ax, "nothing to show: no account was followed long enough")
    _signed(ax, data_kind)
    return ax


def account_spread(
    ratios: "pd.Series", *, label: str, average: float | None, data_kind: str, ax: "Axes | None" = None
) -> "Axes":
    """Draw each account's own ratio, and the estimate that they add up to.

    Parameters
    ----------
    ratios : pandas.Series
        One ratio above 0 for each account.
    label : str
        What the ratio is of, for the axis.
    average : float, optional
        The estimated ratio.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = _axes(ax, size=(6.2, 3.4))
    if len(ratios):
        reach = max(1.5, float(ratios.quantile(0.98)), 1 / float(ratios.quantile(0.02)))
        ax.hist(ratios.clip(1 / reach, reach), bins=np.geomspace(1 / reach, reach, 31), color=PALE)
    else:
        ax.set_xlim(0.5, 2)
        _nothing(ax, "nothing to show: no account has both")
    _multiples(ax)
    ax.axvline(1, color=INK, linewidth=0.8)
    if average is not None:
        ax.axvline(average, color=OURS, linewidth=2, label=f"estimate: {average:.2f}×")
        ax.legend(loc="upper right")
    ax.set_xlabel(label)
    ax.set_ylabel("accounts")
    _signed(ax, data_kind)
    return ax


def course_of_attention(table: "pd.DataFrame", *, limit: float, data_kind: str, ax: "Axes | None" = None) -> "Axes":
    """Draw which share of the engagement is there after how many hours.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns hours, value, low and high; shares of the last capture. Hours of 0 cannot be shown.
    limit : float
        Hours with which the half-life is compared.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    from matplotlib.ticker import PercentFormatter, ScalarFormatter

    ax = _axes(ax, size=(6.2, 3.6))
    shown = table[table["hours"] > 0]
    if shown.empty:
        _nothing(ax, "nothing to show: no post was followed")
        ax.set_xticks([])
    else:
        ax.axhline(0.5, color=INK, linewidth=0.8)
        ax.axvline(limit, color=DOCUMENT, linestyle="--", label=f"{limit:g} hours")
        ax.fill_between(shown["hours"], shown["low"], shown["high"], color=OURS, alpha=0.2, linewidth=0)
        ax.plot(shown["hours"], shown["value"], "o-", color=OURS, label="mean over accounts, 95% interval")
        ax.set_xscale("log")
        ticks = [
            hours for hours in (1, 2, 4, 8, 24, 48, 96, 168) if shown["hours"].min() <= hours <= shown["hours"].max()
        ]
        ax.set_xticks(ticks or [float(shown["hours"].iloc[0])])
        ax.xaxis.set_major_formatter(ScalarFormatter())
        ax.minorticks_off()
        ax.set_ylim(0, 1.05)
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.18), ncols=2)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel="hours after posting", ylabel="share of the last capture")
    _signed(ax, data_kind)
    return ax
