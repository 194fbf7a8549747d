"""How do shares go over time?"""

from typing import TYPE_CHECKING

from helpers.families.trends.analysis import told_courses
from helpers.plots import Picture, say_empty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def courses(table: "pd.DataFrame", *, data_kind: str, ax: "Axes") -> Picture:
    """Name the axes of courses, or say why there are none.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.courses`.
    data_kind : str
        ``"simulated"`` or ``"user"``.
    ax : matplotlib.axes.Axes
        Axes on which the courses are drawn already, as by seaborn's lineplot.

    Returns
    -------
    Picture
        With both ends of every course in its text.
    """
    import seaborn as sns

    ax.set(xlabel="", ylabel="points of a hundred above own mean")
    if table.empty:
        say_empty(ax, "nothing to show: fewer than ten accounts post throughout a year")
    else:  # below the axes, never on a course
        sns.move_legend(ax, "upper center", bbox_to_anchor=(0.45, -0.12), title=None)
    return Picture(ax, told_courses(table), data_kind)
