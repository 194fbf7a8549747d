"""The picture of notebook 05."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

from helpers.plots.style import INK, OURS, PALE, _axes, _multiples, _nothing, _signed


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
