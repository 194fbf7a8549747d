"""What have others found? Published figures with their addresses, beside an estimate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT
from helpers.estimates import Estimate, on_t
from helpers.ground.markup import clean_html

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


@dataclass(frozen=True)
class Studies:
    """A table of studies, each a link to where it can be read; the last line of a cell, it shows itself.

    Parameters
    ----------
    data : pandas.DataFrame
        Columns study and url (missing where no address was kept), and what is told, as text.
    """

    data: "pd.DataFrame"

    def _repr_html_(self) -> str:
        """Write the table as HTML, all of it escaped but for the links."""
        import pandas as pd
        from markupsafe import Markup, escape

        link = Markup('<a href="{}">{}</a>').format
        cells = self.data.drop(columns="url").map(lambda text: str(escape(text)))
        linked = [str(link(url, name)) for name, url in zip(self.data["study"], self.data["url"], strict=True)]
        cells["study"] = pd.Series(linked, cells.index).where(self.data["url"].notna(), cells["study"])
        with pd.option_context("display.max_colwidth", None):
            return clean_html(cells.set_index("study").to_html(escape=False))


def told(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Lay published figures out in words.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    pandas.DataFrame
        Study with its year, about (platform and contrast), found (the figure, or the finding where none was given), n
        with between or within whom was compared, and by (who published it, and how it came to us), as text, with url.
        What is not known is said.
    """
    one, span = rows["estimate"].map("{:,.12g}".format), rows["low"].map("{:g}".format)
    figure = rows["measure"].str.replace("_", " ") + ": "
    figure += one.where(rows["estimate"].notna(), span + rows["high"].map(" to {:g}".format))
    known = rows[["estimate", "low"]].notna().any(axis="columns")
    found = figure.where(known, rows["finding"].fillna("no figure given"))
    found += rows["note"].map(" ({})".format).where(rows["note"].notna(), "")
    counts = rows["n"].fillna("").str.cat(rows["k"].fillna(""), sep="; ").str.strip("; ").str.replace(">", "over ")
    counts = counts.str.replace(r"\b\d{4,}\b", lambda number: f"{int(number[0]):,}", regex=True)
    counts = counts.replace("", "not stated") + rows["design"].map("; {}".format).where(rows["design"].notna(), "")
    by = rows["source"].map(SOURCES) + ", " + rows["provenance"].map(PROVENANCE)
    by += rows["address"].map(ADDRESSES).fillna("")
    study = rows["study"] + rows["year"].map(" ({})".format).where(rows["year"].notna(), "")
    words = {"about": rows["platform"].fillna("") + ": " + rows["contrast"], "found": found, "n, compared": counts}
    return rows[[]].assign(study=study, **words, by=by, url=rows["url"])


def table(rows: "pd.DataFrame") -> Studies:
    """Lay published figures out for reading.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    Studies
        What `told` tells.
    """
    return Studies(told(rows))


def by_study(rows: "pd.DataFrame") -> Studies:
    """Lay published figures out with one row for each study, where a row for each figure would be a wall of them.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    Studies
        Among whom (the platform), what was found, n and what was compared, and by whom.
    """
    found = rows["contrast"] + " (" + told(rows)["found"].str.removeprefix("finding: ") + ")"
    words = told(rows).assign(found=found, among=rows["platform"])
    kept = {column: (column, "first") for column in ("n, compared", "by", "url")}
    grouped = words.groupby("study", sort=False)
    return Studies(grouped.agg(among=("among", "first"), found=("found", "; ".join), **kept).reset_index())


@dataclass(frozen=True)
class Summary:
    """What studies of one kind say together.

    Parameters
    ----------
    mean : Estimate
        The mean effect over studies.
    further : tuple of float
        Between which ends a further study of the same kind would lie, 95 times in 100.
    """

    mean: Estimate
    further: tuple[float, float]


def summary(effects: "np.ndarray", errors: "np.ndarray", *, fewest: int = 3) -> Summary | None:
    """Sum studies of one kind up with random effects.

    The spread between studies is Paule and Mandel's, the error of the mean Knapp and Hartung's, never below that
    without their correction, and both intervals have Student's t with k - 1 degrees of freedom, as R's metafor has them
    with ``test="knha"``. The mean is held in 95 of 100 pools of five studies; a further study in 85 to 95, as
    the spread is taken for known.

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
    Paule, R. C. & Mandel, J. (1982). Consensus values and weighting factors. Journal of Research of the National Bureau
    of Standards 87.
    Knapp, G. & Hartung, J. (2003). Improved tests for a random effects meta-regression with a single covariate.
    Statistics in Medicine 22.
    Viechtbauer, W. (2010). Conducting meta-analyses in R with the metafor package. Journal of Statistical Software 36.

    Examples
    --------
    >>> import numpy as np
    >>> found = summary(np.array([0.1, 0.3, 0.5]), np.array([0.1, 0.1, 0.1]))
    >>> round(found.mean.value, 3), round(found.mean.low, 3), round(found.further[0], 3)
    (0.3, -0.197, -0.596)
    """
    from statsmodels.stats.meta_analysis import combine_effects

    if len(effects) < fewest:
        return None
    found = combine_effects(effects, errors**2, method_re="iterated", use_t=True)
    between, error = max(float(found.tau2), 0.0), max(found.sd_eff_w_re, found.sd_eff_w_re_hksj)
    return about(float(found.mean_effect_re), float(error), between=between, studies=len(effects))


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
    mean = on_t(value, error, studies - 1, n_units=studies, method="random effects, Paule-Mandel, Knapp-Hartung")
    further = on_t(value, math.hypot(error, math.sqrt(between)), studies - 1)
    return Summary(mean, (further.low, further.high))


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
    found = summary(known["estimate"].to_numpy(), errors_of(known["low"], known["high"]), fewest=fewest)
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


def errors_of(low: "pd.Series", high: "pd.Series") -> "np.ndarray":
    """Give the standard errors that 95% intervals have."""
    return ((high - low) / (2 * QUANTILE)).to_numpy()
