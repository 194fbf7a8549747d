"""What have others found? Published figures with their addresses, beside an estimate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT
from helpers.estimates import Estimate, on_t

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


SOURCES = {
    "document": "one of the five documents",
    "vendor": "published by a seller of such data or services",
    "study": "research",
    "other": "other page",
}
"""Who publishes a figure. Vendor figures outnumber the rest and are marked wherever they appear."""


QUANTILE = 1.959964
"""How many standard errors the 95% interval of a normal distribution reaches to each side."""


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


@dataclass(frozen=True)
class Summary:
    """What studies of one kind say together.

    Parameters
    ----------
    mean : Estimate
        The mean effect over studies.
    further : tuple of float
        Between which ends a further study of the same kind would lie, 95 times in 100.
    between : float
        Variance of the true effects between studies.
    """

    mean: Estimate
    further: tuple[float, float]
    between: float


def summary(effects: "np.ndarray", errors: "np.ndarray", *, fewest: int = 3) -> Summary | None:
    """Sum studies of one kind up with random effects.

    The spread between studies is that of the greatest restricted likelihood, which statsmodels does not have (its Paule
    and Mandel covers a little less where errors are uneven: docs/calibration-pooling.md). The error of the mean is
    Knapp and Hartung's, never below that without their correction, and both intervals have Student's t with k - 1
    degrees of freedom, as R's metafor has them with ``test="adhoc"``.

    Parameters
    ----------
    effects, errors : numpy.ndarray
        Each study's effect and its standard error, above 0, shape (k,).
    fewest : int, default 3
        With fewer studies the spread between them cannot be known.

    Returns
    -------
    Summary or None
        None with too few studies.

    References
    ----------
    Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model.
    Journal of Educational and Behavioral Statistics 30.
    Knapp, G. & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate.
    Statistics in Medicine 22.
    Roever, C., Knapp, G. & Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification for random-
    effects meta-analysis with few studies. BMC Medical Research Methodology 15.
    Viechtbauer, W. (2010). Conducting meta-analyses in R with the metafor package. Journal of Statistical Software 36.

    Examples
    --------
    >>> import numpy as np
    >>> found = summary(np.array([0.1, 0.3, 0.5]), np.array([0.1, 0.1, 0.1]))
    >>> round(found.mean.value, 3), round(found.mean.low, 3), round(found.further[0], 3)
    (0.3, -0.197, -0.596)
    """
    if len(effects) < fewest:
        return None
    between = spread_between(effects, errors)
    weights = 1 / (errors**2 + between)
    mean = float(weights @ effects / weights.sum())
    stray = float(weights @ (effects - mean) ** 2) / (len(effects) - 1)
    return about(mean, math.sqrt(max(stray, 1.0) / weights.sum()), between=between, studies=len(effects))


def spread_between(effects: "np.ndarray", errors: "np.ndarray") -> float:
    """Find the variance of true effects between studies that makes their restricted likelihood greatest.

    Parameters
    ----------
    effects, errors : numpy.ndarray
        As for `summary`.

    Returns
    -------
    float
        0 where studies differ by no more than chance.

    Examples
    --------
    >>> import numpy as np
    >>> round(spread_between(np.array([0.1, 0.3, 0.5]), np.array([0.1, 0.1, 0.1])), 3)
    0.03
    """
    import numpy as np
    from scipy import optimize

    def unlikely(spread: float) -> float:
        variances = errors**2 + spread**2
        weights = 1 / variances
        mean = weights @ effects / weights.sum()
        return float(np.log(variances).sum() + np.log(weights.sum()) + weights @ (effects - mean) ** 2)

    if not (widest := float(np.ptp(effects))):
        return 0.0
    found = optimize.minimize_scalar(unlikely, bounds=(0.0, widest), method="bounded", options={"xatol": 1e-7 * widest})
    return float(found.x**2) if found.fun < unlikely(0.0) else 0.0


def about(value: float, error: float, *, between: float, studies: int) -> Summary:
    """Put the interval of the mean, and that of a further study, around a mean of studies.

    Parameters
    ----------
    value, error : float
        Mean over studies and its standard error.
    between : float
        Variance of true effects between studies.
    studies : int
        Their number.

    Returns
    -------
    Summary
        Both with Student's t on one degree less than there are studies.
    """
    mean = on_t(
        value, error, studies - 1, n_units=studies, method="random effects, restricted likelihood, Knapp-Hartung"
    )
    further = on_t(value, math.hypot(error, math.sqrt(between)), studies - 1)
    return Summary(mean, (further.low, further.high), between)


def pooled(rows: "pd.DataFrame", *, name: str, fewest: int = 3) -> str:
    """Sum studies up where that is meaningful, and say why not where it is not.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`: contrast, measure, estimate, low, high and bounds. Effects are pooled only where all that have a
        95% interval are of one measure and one contrast.
    name : str
        What the effect is, for the sentence.
    fewest : int, default 3
        As in `summary`.

    Returns
    -------
    str
        One sentence.
    """
    told = rows.dropna(subset=["estimate"])
    known = told[(told["bounds"] == "ci95") & (told["high"] > told["low"])]
    counted = known if len(known) >= fewest else told
    kinds = len(counted[["measure", "contrast"]].drop_duplicates())
    found = summary(known["estimate"].to_numpy(), standard_errors(*known[["low", "high"]].to_numpy().T), fewest=fewest)
    if found is None or kinds > 1:
        return (
            f"No summary is computed for the {name}: of {len(rows)} published rows {len(told)} give a figure, "
            f"{len(known)} of them with an interval, of {kinds} different kind{'s' * (kinds != 1)}; at least "
            f"{fewest} of one measure and one contrast with intervals are needed."
        )
    mean, (low, high) = found.mean, found.further
    return (
        f"Random-effects mean of {len(known)} published effects ({name}): {mean.value:.3f} (95% interval "
        f"{mean.low:.3f} to {mean.high:.3f}); a further study of the same kind is expected between {low:.3f} and "
        f"{high:.3f}."
    )


def standard_errors(low: "np.ndarray", high: "np.ndarray") -> "np.ndarray":
    """Give the standard errors that 95% intervals have, taken as normal ones."""
    return (high - low) / (2 * QUANTILE)


SUMMARISED = {
    "depression": (("Hancock et al.", "use ~ depression"), ("Yang, Liu & Rui", "use ~ depression")),
    "loneliness": (("Zhang et al.", "SNS use ~ loneliness"), ("Lien & Feng", "time spent ~ loneliness")),
}
"""By outcome the published correlations of more use with more of it, each from another meta-analysis and with an
interval or a number of persons. Different outcomes are not mixed."""


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
    half = QUANTILE / np.sqrt((n - 3).where(n > 3))
    stated = published["bounds"] == "ci95"
    z = np.arctanh(published["estimate"])
    low, high = np.tanh(z - half), np.tanh(z + half)
    return published.assign(low=published["low"].where(stated, low), high=published["high"].where(stated, high))


def summaries_of_correlations(published: "pd.DataFrame") -> dict[str, Summary]:
    """Summarise the correlations of each outcome in `SUMMARISED` on Fisher's scale.

    Parameters
    ----------
    published : pandas.DataFrame
        From `with_intervals`.

    Returns
    -------
    dict of str to Summary
        By outcome, as correlations; an outcome with fewer than three figures is left out.
    """
    import numpy as np

    pairs, found = list(zip(published["study"], published["contrast"], strict=True)), {}
    for outcome, chosen in SUMMARISED.items():
        rows = published[[pair in chosen for pair in pairs]].dropna(subset=["low", "high"])
        z = np.arctanh(rows[["estimate", "low", "high"]])
        if told := summary(z["estimate"].to_numpy(), standard_errors(*z[["low", "high"]].to_numpy().T)):
            low, high = np.tanh(told.further)
            found[outcome] = Summary(told.mean.on_scale(np.tanh), (float(low), float(high)), told.between)
    return found


def correlation_rows(published: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published correlations out for `plots.forest`, summaries of those that ask for the same outcome last.

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
    extra = []
    for outcome, told in summaries_of_correlations(published).items():
        mean, ends = told.mean, told.further
        extra.append((f"{outcome}: mean of {mean.n_units}", mean.value, mean.low, mean.high, "study"))
        extra.append((f"{outcome}: a further study", mean.value, *ends, "study"))
    return pd.concat([rows, pd.DataFrame(extra, columns=rows.columns)], ignore_index=True) if extra else rows
