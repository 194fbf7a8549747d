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
    from pandas.io.formats.style import Styler


SOURCES = {
    "document": "one of the five documents",
    "vendor": "published by a seller of such data or services",
    "study": "research",
    "other": "other page",
}
"""Who publishes a figure. Vendor figures outnumber the rest and are marked wherever they appear."""

PROVENANCE = {
    "seen": "seen at the named source",
    "reported": "reported by another page",
    "document only": "only in the document",
}
"""How a figure came to us."""

ADDRESSES = {"not kept": "; no address kept", "passing": "; the address may not last"}
"""What is said of an address that a reader cannot count on."""


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


def told(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published figures out in words.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.DataFrame
        Study, year, platform, contrast, found (the figure, or the finding where none was given), n, compared (between
        or within whom) and by (who published it, and how it came to us), as text, with url. What is not known is said.
    """
    one, span = (
        rows["estimate"].map("{:,.12g}".format),
        rows["low"].map("{:g}".format) + rows["high"].map(" to {:g}".format),
    )
    figure = rows["measure"].str.replace("_", " ") + ": " + one.where(rows["estimate"].notna(), span)
    known = rows[["estimate", "low"]].notna().any(axis="columns")
    found = figure.where(known, rows["finding"].fillna("no figure given"))
    found += rows["note"].map(" ({})".format).where(rows["note"].notna(), "")
    counts = rows["n"].fillna("").str.cat(rows["k"].fillna(""), sep="; ").str.strip("; ").str.replace(">", "over ")
    counts = counts.str.replace(r"\b\d{4,}\b", lambda number: f"{int(number[0]):,}", regex=True)
    kept = rows["address"].map(ADDRESSES).fillna("")
    by = rows["source"].map(SOURCES) + ", " + rows["provenance"].map(PROVENANCE) + kept
    words = rows.assign(found=found, n=counts.replace("", "not stated"), compared=rows["design"], by=by)
    columns = ["study", "year", "platform", "contrast", "found", "n", "compared", "by", "url"]
    return words[columns].fillna(dict.fromkeys(columns[:-1], "\N{EN DASH}"))


def linked(table: "pd.DataFrame") -> "Styler":
    """Show a table of studies, each a link to where it can be read.

    Parameters
    ----------
    table : pandas.DataFrame
        With columns study and url, the latter missing where no address was kept.

    Returns
    -------
    pandas.io.formats.style.Styler
        Shows itself in a notebook; the study stands first.
    """
    from markupsafe import Markup, escape

    def link(name: str, url: object) -> str:
        return Markup('<a href="{}">{}</a>').format(url, name) if isinstance(url, str) else escape(name)

    names = [str(link(name, url)) for name, url in zip(table["study"], table["url"], strict=True)]
    shown = table.drop(columns=["study", "url"]).set_axis(names, axis="index").rename_axis("study")
    return shown.style.format(escape="html").format_index(escape=None)


def table(rows: "pd.DataFrame") -> "Styler":
    """Lay published figures out for reading: each study is a link, with its n, what was compared and who published it.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.io.formats.style.Styler
        From `linked`.
    """
    return linked(told(rows))


def by_study(rows: "pd.DataFrame") -> "Styler":
    """Lay published figures out with one row for each study, where a row for each figure would be a wall of them.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.io.formats.style.Styler
        Study, year, among whom (the platform), what it found, n, what was compared and by whom.
    """
    words = told(rows)
    words = words.assign(found=words["contrast"] + " (" + words["found"].str.removeprefix("finding: ") + ")")
    grouped = words.groupby(["study", "year"], sort=False, dropna=False)
    kept = {column: (column, "first") for column in ("n", "compared", "by", "url")}
    return linked(grouped.agg(among=("platform", "first"), found=("found", "; ".join), **kept).reset_index())


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
