"""Say whether two runs say the same: python tools/same.py reports/before reports/after.

Compared are claims.csv (numbers to 1e-12 of themselves, all else to the letter), the text of every page outside its
code, the text alternatives of the pictures, and the records; versions and fingerprints are left out. Every difference
is printed; the status is 1 where there is one.
"""

import csv
import difflib
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

NEAR = 1e-12
"""Largest relative difference between two numbers that are the same."""

OWN = {"versions", "fingerprint", "data_fingerprint"}
"""What a record says of the machine and the code, and not of the result."""


class Text(HTMLParser):
    """The text of a page outside code, scripts and styles, and the text alternatives of its pictures.

    Parameters
    ----------
    page : str
        HTML.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.alternatives: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hide code, and note a picture's text."""
        given = dict(attrs)
        self._hidden += tag in ("pre", "script", "style")
        if tag == "img":
            self.alternatives.append(given.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows code."""
        self._hidden -= tag in ("pre", "script", "style")

    def handle_data(self, data: str) -> None:
        """Keep visible text."""
        if not self._hidden and data.strip() and "Fingerprint of the content" not in data:
            self.lines.append(" ".join(data.split()))


def alike(one: Any, other: Any) -> bool:
    """Compare two values as claims.csv and records hold them."""
    try:
        first, second = float(one), float(other)
    except (TypeError, ValueError):
        return one == other
    return first == second or abs(first - second) <= NEAR * max(abs(first), abs(second))


def rows_apart(before: Path, after: Path) -> Iterator[str]:
    """Compare the tables of claims cell by cell."""
    first, second = (
        {row["claim_id"]: row for row in csv.DictReader(path.open(encoding="utf-8"))} for path in (before, after)
    )
    yield from (f"claims.csv: {claim} is only in one run" for claim in sorted(first.keys() ^ second.keys()))
    for claim in sorted(first.keys() & second.keys()):
        for name in first[claim]:
            if not alike(first[claim][name], second[claim].get(name)):
                yield f"claims.csv: {claim}, {name}: {first[claim][name]!r} became {second[claim].get(name)!r}"


def pages_apart(before: Path, after: Path) -> Iterator[str]:
    """Compare text and text alternatives of two pages."""
    first, second = (Text(path.read_text(encoding="utf-8")) for path in (before, after))
    for what in ("lines", "alternatives"):
        found = difflib.unified_diff(getattr(first, what), getattr(second, what), lineterm="", n=0)
        yield from (f"{after.name}: {what}: {line}" for line in found if re.match(r"[+-](?![+-])", line))


def records_apart(before: Any, after: Any, at: str) -> Iterator[str]:
    """Compare two records, whatever is in them."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted((before.keys() | after.keys()) - OWN):
            yield from records_apart(before.get(key), after.get(key), f"{at} {key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from records_apart(*pair, f"{at} {place}")
    elif not alike(before, after):
        yield f"{at}: {before!r} became {after!r}"


def main(before: Path, after: Path) -> int:
    """Print every difference between two runs, and count them."""
    found = list(rows_apart(before / "claims.csv", after / "claims.csv"))
    pages = sorted({path.name for folder in (before, after) for path in folder.glob("*.html")})
    for name in pages:
        found += pages_apart(before / name, after / name)
    for name in (Path(page).with_suffix(".json").name for page in pages if page != "index.html"):
        first, second = (json.loads((folder / name).read_text(encoding="utf-8")) for folder in (before, after))
        found += records_apart(first, second, name)
    print(*found, f"{len(pages)} pages compared, {len(found)} differences", sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
