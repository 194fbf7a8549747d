"""How far do accounts differ in what one format brings against another?"""

from typing import TYPE_CHECKING

from helpers.families.formats.analysis import bars, without_ends
from helpers.plots import INK, OURS, PALE, Picture, axes, ratio_axis, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def account_spread(
    ratios: "pd.Series",
    *,
    label: str,
    name: str,
    average: float | None,
    data_kind: str,
    ax: "Axes | None" = None,
) -> Picture:
    """Draw each account's own ratio, and the estimate that they add up to.

    Parameters
    ----------
    ratios : pandas.Series
        One ratio above 0 for each account, or for each block of weeks of one account; ``attrs["units"]`` says which.
    label : str
        What the ratio is of, for the axis.
    name : str
        What it is of, for the text alternative.
    average : float, optional
        The estimated ratio.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes, optional
        Axes on which the ratios are drawn already, as by seaborn's histplot.

    Returns
    -------
    Picture
        With the spread of the ratios in its text.
    """
    import seaborn as sns

    units = ratios.attrs.get("units", "accounts")
    bare, ax = ax is None, axes(ax, size=(6.2, 3.4))
    if bare and len(ratios):
        sns.histplot(without_ends(ratios), **bars(ratios, data_kind=data_kind), color=PALE, ax=ax)
    elif not len(ratios):
        ax.set_xlim(0.5, 2)
        say_empty(ax, f"nothing to show: {'no account has' if units == 'accounts' else f'no {units} have'} both")
    ratio_axis(ax)
    ax.axvline(1, color=INK, linewidth=0.8, label="1×: no difference")
    if average is not None:
        ax.axvline(average, color=OURS, linewidth=2, label=f"{average:.2f}×: the estimate over all {units}")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)  # never on the bars, nor over either line
    ax.set_xlabel(label)
    ax.set_ylabel(units if ax.get_ylabel() != "Density" else f"density of {units}")
    return Picture(ax, _told(ratios, name=name, units=units), data_kind)


def _told(ratios: "pd.Series", *, name: str, units: str) -> str:
    if ratios.empty:
        return f"{name}: 0 {units} have both, nothing to show."
    low, middle, high = ratios.quantile([0.1, 0.5, 0.9])
    above = (ratios > 1).mean()
    return (
        f"{name}, {len(ratios)} {units}: median {middle:.2f}, a tenth below {low:.2f}, a tenth above {high:.2f};"
        f" {above:.0%} lie above 1."
    )
