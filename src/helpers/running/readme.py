"""How do the README's table of claims and the page of tables come to be as the code and the sample say?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.claims import registry
from helpers.claims.wording import here, published
from helpers.ground.freshness import write_text
from helpers.running.score import read_claims
from helpers.running.tables_page import page

MARKS = ("<!-- claims:begin -->", "<!-- claims:end -->")
"""Between these the README holds the table of claims."""


def fill_readme(root: Path) -> None:
    """Fill the README's table of claims from the run of the sample, and write docs/tables.md.

    Parameters
    ----------
    root : Path
        The project's folder.

    Raises
    ------
    Refusal
        When the sample has not been run, or the README has no place for the table; nothing is written then.
    """
    path = root / "README.md"
    table = readme_table(read_claims(root / "reports" / "sample" / "claims.csv"), registry=registry())
    try:
        filled = fill_between(path.read_text(encoding="utf-8"), table, begin=MARKS[0], end=MARKS[1])
    except ValueError as error:
        raise Refusal(f"README.md has no place for the table: {error}", mend="put both marks back") from None
    write_text(path, filled)
    write_text(root / "docs" / "tables.md", page())


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
