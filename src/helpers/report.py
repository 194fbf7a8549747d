"""What does a run leave behind: the record of a notebook, its numbers in words, and the table of claims?"""

import csv
import html
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MIME = "application/vnd.engagement-claims.record+json"
"""The type under which a notebook hands its record to the batch."""

COLUMNS = (
    "claim_id",
    "document",
    "notebook",
    "kind",
    "verdict",
    "estimate",
    "ci_low",
    "ci_high",
    "unit",
    "published",
    "margin",
    "n_rows",
    "n_units",
    "unit_of_analysis",
    "robust_share",
    "p_value",
    "p_holm",
    "data_name",
    "data_kind",
    "reason",
)
"""The columns of claims.csv, in their order."""

SHARE = "(share)"
"""A unit that ends with this is a fraction, shown as per cent."""


@dataclass(frozen=True)
class Record:
    """The result of one notebook: what data it saw, its verdicts and the answer in one sentence.

    Shown in JupyterLab as a table of verdicts; the batch takes the whole record from the executed notebook.
    It writes no file.

    Parameters
    ----------
    notebook : str
        The notebook's name.
    data : mapping
        name, kind, source, rows, period, excluded, units.
    claims : sequence of mapping
        One for each claim, with the columns of claims.csv except ``p_holm``.
    answer : str
        One computed sentence.

    Examples
    --------
    >>> record = Record("01", {"name": "sample"}, [], "Yes.")
    >>> record._repr_mimebundle_()["text/plain"]
    'Yes.'
    """

    notebook: str
    data: Mapping[str, Any]
    claims: Sequence[Mapping[str, Any]]
    answer: str

    def plain(self) -> dict[str, Any]:
        """Return the record as JSON writes it: plain numbers, None where a number is missing or not finite."""
        fields = {"notebook": self.notebook, "data": self.data, "claims": self.claims, "answer": self.answer}
        return _plain(fields)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.plain(), "text/html": self._table(), "text/plain": self.answer}

    def _table(self) -> str:
        head = "".join(
            f'<th scope="col">{name}</th>' for name in ("Claim", "Published", "Here (95% interval)", "Verdict")
        )
        rows = []
        for claim in self.plain()["claims"]:
            cells = (published(claim), here(claim), claim.get("verdict") or claim.get("reason"))
            rest = "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells)
            rows.append(f'<tr><th scope="row">{html.escape(claim["claim_id"])}</th>{rest}</tr>')
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return f"<p>{html.escape(self.answer)}</p>{table}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a record holds texts, numbers, lists and mappings; a {type(value).__name__} came")


def number(value: float | None, *, unit: str = "") -> str:
    """Write a number with three significant digits, a fraction as per cent.

    Parameters
    ----------
    value : float or None
        The number; None gives an empty text.
    unit : str
        Its unit; one that ends with ``(share)`` makes it per cent.

    Returns
    -------
    str
        With a comma between thousands and a true minus sign.

    Examples
    --------
    >>> number(0.0804, unit="likes per follower (share)"), number(-0.3141), number(12345.6)
    ('8.04%', '−0.314', '12,346')
    """
    if value is None:
        return ""
    percent = unit.endswith(SHARE)
    size = float(f"{value * 100 if percent else value:.3g}")
    if size == 0:
        text = "0"
    elif abs(size) < 1e-4:
        text = f"{size:.2e}"
    elif abs(size) >= 1000:
        text = f"{value * 100 if percent else value:,.0f}"
    else:
        text = f"{size:.{max(0, 2 - math.floor(math.log10(abs(size))))}f}"
    return text.replace("-", "−") + ("%" if percent else "")


def here(claim: Mapping[str, Any]) -> str:
    """Write this data's estimate with its 95% interval.

    Parameters
    ----------
    claim : mapping
        estimate, ci_low, ci_high and unit; numbers or None.

    Returns
    -------
    str
        An empty text when there is no estimate.

    Examples
    --------
    >>> here({"estimate": 0.31, "ci_low": 0.28, "ci_high": 0.34, "unit": "per ln follower"})
    '0.310 (0.280 to 0.340)'
    >>> here({"estimate": 141.0, "kind": "Q", "unit": "minutes a day"})
    '141 minutes a day'
    """
    value, low, high = claim.get("estimate"), claim.get("ci_low"), claim.get("ci_high")
    unit = claim.get("unit") or ""
    if value is None:
        return ""
    if claim.get("kind") == "Q" and low is None:  # a figure of somebody else's, who published no sample
        return number(value, unit=unit) + ("" if unit.endswith("(share)") else f" {unit}")
    interval = (
        "no interval" if low is None or high is None else f"{number(low, unit=unit)} to {number(high, unit=unit)}"
    )
    return f"{number(value, unit=unit)} ({interval})"


def published(claim: Mapping[str, Any], *, text: str = "") -> str:
    """Write the published figure: the registry's own words for it, else the number.

    Parameters
    ----------
    claim : mapping
        published and unit.
    text : str
        The registry's words, where there are any.

    Returns
    -------
    str
        An empty text when nothing was published.

    Examples
    --------
    >>> published({"published": 0.08, "unit": "likes per follower (share)"})
    '8%'
    """
    value = claim.get("published")
    if text or isinstance(value, str):
        return text or value
    digits = number(value, unit=claim.get("unit") or "")
    return re.sub(r"\.0+(?=%?$)|(\.\d*?)0+(?=%?$)", r"\1", digits)


def p_text(value: float | None) -> str:
    """Write a p-value with three decimals.

    Examples
    --------
    >>> p_text(0.0000004), p_text(0.0312), p_text(None)
    ('<0.001', '0.031', '')
    """
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def split_heading(source: str) -> tuple[str, str]:
    """Split a Markdown text into its first heading of the first level and the rest.

    Parameters
    ----------
    source : str
        Markdown.

    Returns
    -------
    tuple of str
        The heading in plain words, empty when there is none, and the text without it.

    Examples
    --------
    >>> split_heading("# Does *size* matter?")
    ('Does size matter?', '')
    """
    found = re.search(r"^# +(.+?)\s*#*$", source, flags=re.M)
    if not found:
        return "", source
    return re.sub(r"[*`]", "", found[1]), source[: found.start()] + source[found.end() :]


def claim_rows(
    registry: Mapping[str, Any],
    *,
    records: Mapping[str, Mapping[str, Any]],
    missing: Mapping[str, str],
    data: Mapping[str, str],
    holm: Callable[[list[float | None]], list[float | None]],
) -> list[dict[str, Any]]:
    """Collect one row for each claim of the run's notebooks.

    Parameters
    ----------
    registry : mapping of str to Claim
        Every claim; decides the order.
    records : mapping of str to mapping
        The records of the notebooks that finished.
    missing : mapping of str to str
        The notebooks without a record, each with the reason.
    data : mapping
        name and kind of the data, for the claims that were not computed.
    holm : callable
        Adjusts the p-values over the whole run.

    Returns
    -------
    list of dict
        With the keys of `COLUMNS`. A claim that was not computed has no verdict, and a reason.
    """
    found = {claim["claim_id"]: claim for record in records.values() for claim in record["claims"]}
    rows = []
    for claim_id, claim in registry.items():
        reason = missing.get(claim.notebook, "the notebook does not report this claim")
        if claim_id in found:
            rows.append(dict(found.pop(claim_id)))
        elif claim.notebook in records or claim.notebook in missing:
            names = ("document", "notebook", "kind", "unit", "published", "margin", "unit_of_analysis")
            known = {name: getattr(claim, name, None) for name in names}
            rows.append(
                {"claim_id": claim_id, **known, "data_name": data["name"], "data_kind": data["kind"], "reason": reason}
            )
    rows += [dict(claim) for claim in found.values()]
    for row, p_holm in zip(rows, holm([row.get("p_value") for row in rows]), strict=True):
        row["p_holm"] = p_holm
    return [{column: row.get(column) for column in COLUMNS} for row in rows]


def claims_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of `claim_rows` as the text of claims.csv; no text of a user's becomes a formula in it."""
    from .values import harmless

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return out.getvalue()


def readme_table(rows: Sequence[Mapping[str, str]], *, registry: Mapping[str, Any]) -> str:
    """Write the README's table of claims in Markdown.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of claims.csv as `csv.DictReader` gives them.
    registry : mapping of str to Claim
        Has the claims' wordings.

    Returns
    -------
    str
        A Markdown table with a line at its end.
    """
    lines = ["| claim | document | published | here (95% interval) | verdict |", "|---|---|---|---|---|"]
    for row in rows:
        claim = registry.get(row["claim_id"])
        read = {**row, **{name: _float(row[name]) for name in ("estimate", "ci_low", "ci_high", "published")}}
        text = published(read, text=getattr(claim, "published_text", None) or "")
        cells = (
            getattr(claim, "claim", row["claim_id"]),
            row["document"],
            text,
            here(read),
            row["verdict"] or row["reason"],
        )
        lines.append("| " + " | ".join(str(cell).replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _float(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def fill_between(text: str, content: str, *, begin: str, end: str) -> str:
    """Replace what stands between two marks.

    Parameters
    ----------
    text, content : str
        The whole text, and what is to stand between the marks.
    begin, end : str
        The marks, each on a line of its own; they stay.

    Returns
    -------
    str
        The new text.

    Raises
    ------
    ValueError
        When a mark is missing.

    Examples
    --------
    >>> fill_between("a\\n<b>\\nold\\n<e>\\n", "new\\n", begin="<b>", end="<e>")
    'a\\n<b>\\nnew\\n<e>\\n'
    """
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{begin} and {end} must both be there")
    return f"{head}{begin}\n{content}{end}{tail}"
