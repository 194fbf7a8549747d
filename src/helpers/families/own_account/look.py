"""What do the pictures of an account's history stand on: their posts, colours and axes?"""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL = 2.6
"""Inches that a panel of one account is high."""

NOT_TOLD = "not told"
"""What the format of a post is called where the table does not say it."""


COLOURED = ("image", "carousel", "reel", "live", "video", "text", "link", NOT_TOLD, "story", "other")
"""The formats in the order of seaborn's palette for the colour-blind: each has its colour in every picture and run."""

MARKED = ("o", "s", "^", "D", "v", "P", "X", ".", "p", "*")
"""The mark of each, in the same order: colours alone do not tell them apart for everybody, nor in print."""


def colours() -> dict[str, str]:
    """Give each format its colour, for seaborn's ``palette``."""
    import seaborn as sns

    return dict(zip(COLOURED, sns.color_palette("colorblind", len(COLOURED)).as_hex(), strict=True))


def marks() -> dict[str, str]:
    """Give each format its mark, for seaborn's ``markers``."""
    return dict(zip(COLOURED, MARKED, strict=True))


def dots(table: pd.DataFrame) -> pd.DataFrame:
    """Give the posts that a picture over time can show: dated and counted, half a one added for the log axis.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.scored`.

    Returns
    -------
    pandas.DataFrame
        Those posts by account and date, with ``shown`` beside what the table has; a format that is not told is
        `NOT_TOLD`.
    """
    dated = table.dropna(subset=["at", "engagement"]).sort_values(["account_name", "at"])
    return dated.assign(shown=dated["engagement"] + 0.5, format=dated["format"].fillna(NOT_TOLD))


def panels(table: pd.DataFrame, *, name: str = "account_name") -> "dict[str, Axes]":
    """Give each account axes of its own, one below the other.

    Parameters
    ----------
    table : pandas.DataFrame
        What is to be drawn, in the order of accounts.
    name : str
        The column with their names.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
        By name; none where the table is empty.
    """
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(table[name]))
    if not names:
        return {}
    figure, _ = plt.subplots(
        len(names), 1, figsize=(6.2, 1.6 + PANEL * len(names)), squeeze=False, layout="constrained"
    )
    plt.close(figure)  # its picture shows it
    for ax, title in zip(figure.axes, names, strict=True):
        ax.set_title(title, fontsize="small", fontweight="normal")
    return dict(zip(names, figure.axes, strict=True))
