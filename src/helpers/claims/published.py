"""What have others found? Published figures with their addresses, beside an estimate."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT

if TYPE_CHECKING:
    import pandas as pd


SOURCES = {
    "document": "one of the five documents",
    "vendor": "published by a seller of such data or services",
    "study": "research",
    "other": "other page",
}
"""Who publishes a figure. Vendor figures outnumber the rest and are marked wherever they appear."""


def figures(
    question: str, *, measures: Sequence[str] = (), path: Path = ROOT / "data" / "published.csv"
) -> "pd.DataFrame":
    """Read the published figures on one question.

    Figures with different denominators are never pooled: ask for the measures that fit together.

    Parameters
    ----------
    question : str
        A question of the registry, such as ``"account-size"``.
    measures : sequence of str, default ()
        Only these measures; empty means all.
    path : Path
        The table of figures.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/published.csv``; shares are fractions. ``low`` and ``high`` are an interval only where
        ``bounds`` says ci95; a range is a span of figures or quartiles.

    Raises
    ------
    ValueError
        If a measure is not in the table.
    """
    import pandas as pd

    table = pd.read_csv(path, dtype={"year": "str", "n": "str", "k": "str"})
    table = table[table["question"] == question]
    if unknown := sorted(set(measures) - set(table["measure"])):
        known = ", ".join(sorted(table["measure"].unique()))
        raise ValueError(f"measure {', '.join(unknown)} is not published on {question}; there are: {known}")
    return table[table["measure"].isin(list(measures))] if measures else table


def ladders(table: "pd.DataFrame", *, fewest: int = 2) -> "pd.DataFrame":
    """Keep the sources that give several bands of account size, ready to be drawn as lines.

    Parameters
    ----------
    table : pandas.DataFrame
        Published figures with followers_low and followers_high.
    fewest : int, default 2
        Sources with fewer bands are left out.

    Returns
    -------
    pandas.DataFrame
        With ``middle`` (the geometric middle of the band; open bands reach down to a tenth of, or up to three times,
        their one edge) and ``ladder`` (source and platform), sorted for drawing.
    """
    table = table.dropna(subset=["estimate"])
    table = table[table["followers_low"].notna() | table["followers_high"].notna()]
    low = table["followers_low"].where(table["followers_low"] > 0, table["followers_high"] / 10)
    high = table["followers_high"].fillna(low * 3)
    table = table.assign(middle=(low * high) ** 0.5, ladder=table["study"] + ", " + table["platform"])
    size = table.groupby("ladder")["middle"].transform("nunique")
    return table[size >= fewest].sort_values(["ladder", "middle"], ignore_index=True)


def points(figures: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published figures on the scale of a claim out for `plots.forest_of`, without intervals.

    Parameters
    ----------
    figures : pandas.DataFrame
        Columns label, value and source; others are dropped.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high (not given) and source, for each figure that has a value.
    """
    told = figures.dropna(subset=["value"]).assign(low=float("nan"), high=float("nan"))
    return told[["label", "value", "low", "high", "source"]].reset_index(drop=True)


def table(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published figures out for reading.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.DataFrame
        Study, platform, contrast, figure and who published it, as text.
    """
    figure = rows["estimate"].map("{:,.12g}".format).where(rows["estimate"].notna(), "no figure given")
    told = rows.assign(figure=rows["measure"].str.replace("_", " ") + ": " + figure, by=rows["source"].map(SOURCES))
    return told[["study", "year", "platform", "contrast", "figure", "by"]].set_index("study")


def by_study(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published figures out with one row for each study, where a row for each figure would be a wall of them.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.DataFrame
        Study, year, among whom (the platform) and what it found, as text.
    """
    told = table(rows).reset_index()
    told = told.assign(found=told["contrast"] + " (" + told["figure"].str.removeprefix("finding: ") + ")")
    grouped = told.groupby(["study", "year"], sort=False, dropna=False)
    return grouped.agg(among=("platform", "first"), found=("found", "; ".join)).reset_index("year")


def pooled(rows: "pd.DataFrame", *, name: str, fewest: int = 3) -> str:
    """Sum studies up with random effects where that is meaningful, and say why not where it is not.

    Effects are pooled only where they are of one measure and each has a 95% interval: DerSimonian and Laird's estimate
    of the spread between studies, and an interval for what the next study would find.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`: measure, estimate, low, high and bounds.
    name : str
        What the effect is, for the sentence.
    fewest : int, default 3
        With fewer effects the spread between studies cannot be known.

    Returns
    -------
    str
        One sentence.

    References
    ----------
    DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7.
    Higgins, J. P. T., Thompson, S. G. & Spiegelhalter, D. J. (2009). A re-evaluation of random-effects meta-analysis.
    Journal of the Royal Statistical Society A 172.
    """
    import numpy as np
    from scipy import stats
    from statsmodels.stats.meta_analysis import combine_effects

    told = rows.dropna(subset=["estimate"])
    known = told[(told["bounds"] == "ci95") & (told["high"] > told["low"])]
    if len(known) < fewest or len(known["measure"].unique()) > 1:
        measures = known["measure"].nunique() if len(known) >= fewest else told["measure"].nunique()
        return (
            f"No summary is computed for the {name}: of {len(rows)} published rows {len(told)} give a figure, "
            f"{len(known)} of them with an interval, in {measures} different measure{'s' * (measures != 1)}; at least "
            f"{fewest} of one measure with intervals are needed."
        )
    errors = ((known["high"] - known["low"]) / (2 * stats.norm.ppf(0.975))).to_numpy()
    result = combine_effects(known["estimate"].to_numpy(), errors**2, method_re="chi2")
    middle, error = float(result.mean_effect_re), float(result.sd_eff_w_re)
    reach = stats.t.ppf(0.975, max(len(known) - 2, 1)) * np.sqrt(max(result.tau2, 0) + error**2)
    low, high = middle - stats.norm.ppf(0.975) * error, middle + stats.norm.ppf(0.975) * error
    return (
        f"Random-effects mean of {len(known)} published effects ({name}): {middle:.3f} (95% interval {low:.3f} to "
        f"{high:.3f}); the next study is expected between {middle - reach:.3f} and {middle + reach:.3f}."
    )


SUMMARISED = (
    ("Hancock et al.", "use ~ depression"),
    ("Yang, Liu & Rui", "use ~ depression"),
    ("Zhang et al.", "SNS use ~ loneliness"),
    ("Lien & Feng", "time spent ~ loneliness"),
)
"""Published correlations of one measure and one question, more use and more loneliness or depression, each from another
meta-analysis and with an interval or a number of persons."""


def with_intervals(published: "pd.DataFrame") -> "pd.DataFrame":
    """Give published correlations intervals: their own where stated, Fisher's where the number of persons is.

    Parameters
    ----------
    published : pandas.DataFrame
        Rows of `published.figures` with the measure ``r``.

    Returns
    -------
    pandas.DataFrame
        A copy in which low and high are 95% intervals or missing. Fisher's interval takes all persons of a
        meta-analysis as one study: it is too narrow where studies differ.
    """
    import numpy as np
    import pandas as pd

    n = pd.to_numeric(published["n"], errors="coerce")
    half = 1.96 / np.sqrt((n - 3).where(n > 3))
    stated = published["bounds"] == "ci95"
    z = np.arctanh(published["estimate"])
    low, high = np.tanh(z - half), np.tanh(z + half)
    return published.assign(low=published["low"].where(stated, low), high=published["high"].where(stated, high))


def summary_of_correlations(published: "pd.DataFrame") -> "dict[str, tuple[float, ...]]":
    """Summarise the correlations of `SUMMARISED` by a random-effects model.

    Parameters
    ----------
    published : pandas.DataFrame
        From `with_intervals`.

    Returns
    -------
    dict of str to tuple of float
        ``mean`` and ``prediction``: correlation, and the ends of the 95% interval of the mean, and of the correlation
        that a further study would have. Empty with fewer than three figures.

    References
    ----------
    Higgins, J. P. T., Thompson, S. G. & Spiegelhalter, D. J. (2009). A re-evaluation of random-effects meta-analysis.
    Journal of the Royal Statistical Society A 172.
    """
    import numpy as np
    from scipy import stats
    from statsmodels.stats.meta_analysis import combine_effects

    chosen = [pair in SUMMARISED for pair in zip(published["study"], published["contrast"], strict=True)]
    rows = published[chosen].dropna(subset=["low", "high"])
    k = len(rows)
    if k < 3:
        return {}
    z, errors = np.arctanh(rows["estimate"]), (np.arctanh(rows["high"]) - np.arctanh(rows["low"])) / (2 * 1.96)
    found = combine_effects(z.to_numpy(), errors.to_numpy() ** 2, method_re="iterated", use_t=True)
    centre, error = found.mean_effect_re, found.sd_eff_w_re_hksj
    low, high = found.conf_int()[3]
    wide = stats.t.ppf(0.975, k - 2) * np.sqrt(found.tau2 + error**2)
    return {
        "mean": tuple(map(float, np.tanh([centre, low, high]))),
        "prediction": tuple(map(float, np.tanh([centre, centre - wide, centre + wide]))),
    }


def correlation_rows(published: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published correlations out for `plots.forest`, their summary last.

    Parameters
    ----------
    published : pandas.DataFrame
        From `with_intervals`.

    Returns
    -------
    pandas.DataFrame
        Columns label, value, low, high and source.
    """
    import pandas as pd

    known = published.dropna(subset=["estimate"])
    first = known["study"].str.extract(r"^([^ ,]+)", expand=False)
    labels = known["contrast"] + " (" + first + " " + known["year"] + ")"
    rows = known.assign(label=labels, value=known["estimate"])[["label", "value", "low", "high", "source"]]
    told = {"mean": "four of them: mean", "prediction": "four of them: a further study"}
    extra = [(told[name], *span, "study") for name, span in summary_of_correlations(published).items()]
    return pd.concat([rows, pd.DataFrame(extra, columns=rows.columns)], ignore_index=True) if extra else rows
