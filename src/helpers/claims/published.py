"""What have others found? Published figures with their addresses, beside an estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ground.markup import clean_html
from helpers.ground.root import ROOT

if TYPE_CHECKING:
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
        Study with its year, about (platform and contrast), found (the figure, with its interval if it has one, or the
        finding), n with between or within whom was compared, and by (who published it, and how it came to us), as text,
        with url. What is not known is said.
    """
    one, span = rows["estimate"].map("{:,.12g}".format), rows["low"].map("{:g}".format)
    figure = rows["measure"].str.replace("_", " ") + ": "
    figure += one.where(rows["estimate"].notna(), span + rows["high"].map(" to {:g}".format))
    figure += (" (95%: " + span + rows["high"].map(" to {:g})".format)).where(rows["bounds"] == "ci95", "")
    twice = (2 ** rows["estimate"]).map(" ({:.2g} times with twice as many)".format)
    figure += twice.where(rows["measure"] == "scaling_exponent", "")
    found = figure.where(rows[["estimate", "low"]].notna().any(axis=1), rows["finding"].fillna("no figure given"))
    found += rows["note"].map(" ({})".format).where(rows["note"].notna(), "")
    counts = rows["n"].fillna("").str.cat(rows["k"].fillna(""), sep="; ").str.strip("; ").str.replace(">", "over ")
    counts = counts.str.replace(r"(?<!\()(?<!in )\b\d{4,}\b", lambda number: f"{int(number[0]):,}", regex=True)
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
