"""How do a claim and the data behind it look wherever a page shows them? Words, signs, counts, an interval's bar."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from helpers.base.words import number, p_text
from helpers.claims.wording import here, published

MARKS = {
    "supported": ("✓", "good"),
    "direction supported": ("↗", "good"),
    "reproduced": ("✓", "good"),
    "contradicted": ("✗", "bad"),
    "direction contradicted": ("↘", "bad"),
    "not reproduced": ("≠", "bad"),
    "negligible": ("≈", "even"),
    "inconclusive": ("?", "open"),
    "too little data": ("…", "none"),
    "no data": ("–", "none"),
    "confirmed": ("✓", "good"),
    "confirmed with a difference": ("≈", "even"),
    "misattributed": ("✗", "bad"),
    "not found": ("?", "open"),
    "document only": ("–", "none"),
    "": ("!", "none"),
}
"""A sign and a colour group for each verdict and for each status of a quoted figure; the word always stands beside
them. Counts are told in this order."""

KINDS = {"D": "direction", "V": "value", "N": "no effect", "Q": "quoted figure"}
"""The kinds of claim in words."""

BAR = (150, 26)
"""Width and height of an interval bar, in pixels."""


def claim_views(rows: Sequence[Mapping[str, Any]], *, registry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Turn rows of claims into what a table shows.

    Parameters
    ----------
    rows : sequence of mapping
        Claims of a record or of claims.csv, with plain numbers.
    registry : mapping of str to Claim
        For the wordings.

    Returns
    -------
    list of dict
        Texts, the bar, the verdict's sign and colour group, and numbers to sort by.
    """
    views = []
    for row in rows:
        claim = registry.get(row["claim_id"])
        mark, group = MARKS.get(row.get("verdict") or "", MARKS[""])
        view = {
            "text": getattr(claim, "claim", row["claim_id"]),
            "question": getattr(claim, "question", ""),
            "kind_text": KINDS.get(row["kind"], row["kind"]),
            "published_words": published(row, text=getattr(claim, "published_text", "") or ""),
            "here": here(row),
            "unit_text": (row.get("unit") or "").removesuffix("(share)").strip(),
            "p_text": p_text(row.get("p_value")),
            "p_holm_text": p_text(row.get("p_holm")),
            "mark": mark,
            "group": group,
            "word": row.get("verdict") or "not computed",
            "bar": bar(row),
        }
        views.append({**row, **view})
    return views


def bar(row: Mapping[str, Any]) -> Markup:
    """Draw an estimate's interval against what it is judged by.

    Parameters
    ----------
    row : mapping
        estimate, ci_low, ci_high, margin, published, kind, unit.

    Returns
    -------
    Markup
        An inline picture with its text alternative; empty when there is no interval, or nothing to judge it by.
    """
    numbers = [float(row[name]) for name in ("estimate", "ci_low", "ci_high") if row.get(name) is not None]
    quoted_in_words = row["kind"] == "Q" and not isinstance(row.get("published"), int | float)
    if quoted_in_words or len(numbers) < 3:
        return Markup("")
    value, low, high = numbers
    target, near, far = yardstick(row)
    start, end = min(low, near, target), max(high, far, target)
    width, height = BAR
    scale = (width - 12) / ((end - start) or 1.0)
    x = [round(6 + (place - start) * scale, 1) for place in (near, far, target, low, high, value)]
    middle = height / 2
    unit = row.get("unit") or ""
    against, margin = number(target, unit=unit), f"{number(near, unit=unit)} to {number(far, unit=unit)}"
    words = f"{here(row)}, judged against {against}" + (f"; margin {margin}" if far > near else "")
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{words}">'
        f'<rect class="margin" x="{x[0]}" y="3" width="{round(x[1] - x[0], 1)}" height="{height - 6}"/>'
        f'<line class="target" x1="{x[2]}" x2="{x[2]}" y1="0" y2="{height}"/>'
        f'<line class="range" x1="{x[3]}" x2="{x[4]}" y1="{middle}" y2="{middle}"/>'
        f'<circle class="point" cx="{x[5]}" cy="{middle}" r="4"/></svg>'
    )


def yardstick(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return what an estimate is judged by and its margin's ends: the published value, else nought."""
    margin, stated = float(row.get("margin") or 0), row.get("published")
    if row["kind"] in "VQ" and isinstance(stated, int | float):
        return float(stated), stated * (1 - margin), stated * (1 + margin)
    return 0.0, -margin, margin


def counts(views: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[str, str, str], int]]:
    """Count the verdicts, in the order of `MARKS`.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.

    Returns
    -------
    list of ((word, sign, colour group), int)
        Only verdicts that there are.

    Examples
    --------
    >>> views = [{"word": word, "mark": "", "group": ""} for word in ("no data", "supported", "no data")]
    >>> [(word, count) for (word, _, _), count in counts(views)]
    [('supported', 1), ('no data', 2)]
    """
    order = {word or "not computed": place for place, word in enumerate(MARKS)}
    found = Counter((view["word"], view["mark"], view["group"]) for view in views)
    return sorted(found.items(), key=lambda item: order.get(item[0][0], len(order)))


def facts(data: Mapping[str, Any], *, tables: Collection[str] = ()) -> list[str]:
    """Say in short phrases what data a record is about.

    Parameters
    ----------
    data : mapping
        The record's part ``data``.
    tables : collection of str, default ()
        The tables to tell the rows of; empty means all.

    Returns
    -------
    list of str
        Rows of each table, the units analysed, the period, what was left out.

    Examples
    --------
    >>> facts({"rows": {"posts": 1200}, "units": {"accounts": 78}, "period": ["2024-01-01", "2025-01-01"]})
    ['1,200 rows of posts', '78 accounts analysed', '2024-01-01 to 2025-01-01']
    """
    rows = [(table, count) for table, count in _largest_first(data.get("rows")) if table in tables or not tables]
    phrases = [f"{count:,} rows of {table}" for table, count in rows]
    phrases += [f"{count:,} {unit} analysed" for unit, count in _largest_first(data.get("units"))]
    period = [str(end)[:10] for end in data.get("period") or [] if end]
    phrases += [" to ".join(period)] if period else []
    gone = [f"{why} {count:,}" for why, count in _largest_first(data.get("excluded")) if count]
    return phrases + (["left out: " + ", ".join(gone)] if gone else [])


def _largest_first(counts: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return sorted((counts or {}).items(), key=lambda item: (-item[1], item[0]))
