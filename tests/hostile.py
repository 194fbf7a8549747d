"""Data that somebody means harm with: markup in every text of every table, and ids that nobody may read."""

from pathlib import Path

import pandas as pd

from helpers import ROOT
from helpers.tables import TABLES

MARKS = (
    "<img/src=x/onerror=alert(1)>",
    '<meta/http-equiv="refresh"/content="0;url=https://evil.example/">',
    "<svg/onload=alert(2)>",
    "![p](https://evil.example/p.png)",
    '<script>location="https://evil.example/"</script>',
    "<iframe/src=https://evil.example/>",
    '<style>@import"https://evil.example/a.css";</style>',
    "</td></table><link/rel=stylesheet/href=https://evil.example/b.css>",
    "<base/href=https://evil.example/>",
    "[a](javascript:alert(3))",
    "$x_$",
)
"""Signs of attacks without a space, so that each is one hashtag."""

HANDLE = "canary.handle"
"""What every id holds."""

TEXTS = {"hashtags", "platform", "category", "country", "platforms", "period", "condition", "caption", "text", "owner"}
"""Columns of words that a person or a platform is free to choose."""


def hostile(folder: Path) -> Path:
    """Write the sample with an attack in each of its texts, and a handle in each of its ids."""
    folder.mkdir(parents=True)
    for name, table in TABLES.items():
        rows = pd.read_csv(ROOT / "data" / "sample" / f"{name}.csv", dtype="str", keep_default_na=False)
        ids = [column for column in rows if column in table.columns and table.columns[column].kind == "id"]
        for column in ids:
            rows[column] = rows[column].map(lambda cell: f"{MARKS[len(cell) % 3]}{HANDLE}.{cell}" if cell else "")
        for column in TEXTS.intersection(rows):
            rows[column] = _attacked(rows[column], table.columns.get(column))
        rows["a <b onclick=alert(4)>column</b>"] = MARKS[0]
        rows.to_csv(folder / f"{name}.csv", index=False)
    head = f'name = "{_toml(MARKS[0])}"\nkind = "user"\nsource = "{_toml(MARKS[1])}"\nnotes = ["{_toml(MARKS[3])}"]\n'
    (folder / "dataset.toml").write_text(head, encoding="utf-8")
    return folder


def _toml(text: str) -> str:
    return text.replace('"', '\\"')


def _attacked(column: pd.Series, known) -> pd.Series:
    """Put an attack behind each word, the same behind the same word; words that are checked stay as they are."""
    if known is not None and known.kind == "category":
        return column
    words = sorted({word for cell in column.unique() for word in cell.split()})
    attacks = {word: f"{word}{MARKS[place % len(MARKS)]}" for place, word in enumerate(words)}
    return column.map({cell: " ".join(attacks[word] for word in cell.split()) for cell in column.unique()})
