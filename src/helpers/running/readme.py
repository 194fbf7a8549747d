"""How do what the README says is known, the page of claims and the page of tables come to be as the code says?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.claims import documents, questions, registry
from helpers.claims.wording import here, published
from helpers.ground.freshness import write_text
from helpers.pages.known import in_markdown, known
from helpers.pages.statements import counts
from helpers.running.score import read_claims
from helpers.running.tables_page import page

MARKS = ("<!-- known:begin -->", "<!-- known:end -->")
"""Between these the README says what is known on the three questions that stand first."""

CLAIMS = """# The claims

Made by `make readme`; do not edit. What is known on each question, what was done about every statement of the five
texts, and every claim with what the documents say and what the sample data give.
"""

SAMPLE = """## Every claim

The sample data are **simulated**, with the documents' figures planted in them. A verdict on them shows that the method
finds what was planted; it says nothing about the world. For a quoted figure *here* is what its source says. Claims
without a document stand beside the documents: they are what readers ask next, and in no document's tally.
"""


def fill_readme(root: Path) -> None:
    """Fill what the README says is known, and write docs/claims.md from the run of the sample, and docs/tables.md.

    Parameters
    ----------
    root : Path
        The project's folder.

    Raises
    ------
    Refusal
        When the sample has not been run, or the README has no place for it; nothing is written then.
    """
    path, rows = root / "README.md", read_claims(root / "reports" / "sample" / "claims.csv")
    try:
        filled = fill_between(path.read_text(encoding="utf-8"), first_screen(), begin=MARKS[0], end=MARKS[1])
    except ValueError as error:
        raise Refusal(f"README.md has no place for what is known: {error}", mend="put both marks back") from None
    write_text(path, filled)
    write_text(root / "docs" / "claims.md", claims_page(rows))
    write_text(root / "docs" / "tables.md", page())


def first_screen() -> str:
    """Say for the README what is known on the three questions that stand first, and where the others are."""
    from helpers.evidence.questions import words

    world = known(registry(), questions(), answers=words())
    books = {claim.question: claim.notebook for claim in registry().values()}
    lines = ["| | The texts say | Studies say | In open data, and what is open |", "|---|---|---|---|"]
    for one in world:
        if one.lead:
            link = f"[**{one.name}**](notebooks/{books[one.question]}.ipynb)"
            lines.append(f"| {link} | {one.texts} | {one.studies} | {one.open_data} {one.open} |")
    also = ", ".join(one.name[:1].lower() + one.name[1:] for one in world if not one.lead)
    whole = sum(told["statements"] for told in counts().values())
    lines += [
        "",
        f"Also: {also}, and the figures that the texts quote. Of {whole} statements that could be checked none is",
    ]
    lines[-1] += " left out: [each is tested, looked up, or left with a reason](docs/claims.md)."
    return "\n".join(lines) + "\n"


def claims_page(rows: Sequence[Mapping[str, str]]) -> str:
    """Write docs/claims.md: what is known, what was done about every statement, and every claim.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of claims.csv of the sample's run.

    Returns
    -------
    str
        Markdown.
    """
    from helpers.evidence.questions import words

    given = known(registry(), questions(), answers=words())
    world = [f"### {one.name}: {one.question}\n\n{in_markdown(one)}\n" for one in given]
    ways = [way for way in next(iter(counts().values())) if way != "statements"]
    tally = [f"| document | statements | {' | '.join(ways)} |", "|---|---:" + "|---:" * len(ways) + "|"]
    for number, told in counts().items():
        tally.append(f"| {number} {documents()[number]} | {' | '.join(map(str, told.values()))} |")
    counted = "\n".join(tally)
    parts = [CLAIMS, "## What is known\n", *world, f"## The statements of the five texts\n\n{counted}\n", SAMPLE]
    return "\n".join([*parts, readme_table(rows, registry=registry())])


def readme_table(rows: Sequence[Mapping[str, str]], *, registry: Mapping[str, Any]) -> str:
    """Write the table of claims in Markdown.

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
    from helpers.evidence.answers import answers, in_words

    given = answers()
    lines = [
        "| claim | document | published | in open data | here (95% interval) | verdict |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        claim = registry.get(row["claim_id"])
        read = {**row, **{name: _float(row[name]) for name in ("estimate", "ci_low", "ci_high", "published")}}
        text = published(read, text=getattr(claim, "published_text", None) or "")
        dutch = getattr(claim, "claim_nl", "")
        cells = (
            getattr(claim, "claim", row["claim_id"]) + (f"<br>*{dutch}*" if dutch else ""),
            row["document"],
            text,
            in_words(given[row["claim_id"]]) if row["claim_id"] in given else "–",
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
