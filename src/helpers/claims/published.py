"""What have others found? Published figures with their addresses, beside an estimate."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT

if TYPE_CHECKING:
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
