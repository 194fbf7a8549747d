"""What do published correlations of use with wellbeing say, each outcome for itself?"""

from typing import TYPE_CHECKING

from helpers.claims.published import Studies, told as in_words
from helpers.evidence.summaries import QUANTILE, Summary, standard_errors, summary

if TYPE_CHECKING:
    import pandas as pd


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


def by_study(rows: "pd.DataFrame") -> Studies:
    """Lay published figures out with one row for each study, where a row for each figure would be a wall of them.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `figures`.

    Returns
    -------
    Studies
        Among whom (the platforms), what was found, n and what was compared, and by whom; what rows share is told once.
    """
    found = rows["contrast"] + " (" + in_words(rows)["found"].str.removeprefix("finding: ") + ")"
    words = in_words(rows).assign(found=found, among=rows["platform"])
    grouped = words.groupby("study", sort=False)
    told_once = grouped[["among", "found", "n, compared", "by"]].agg(lambda column: "; ".join(column.unique()))
    return Studies(told_once.assign(url=grouped["url"].first()).reset_index())
