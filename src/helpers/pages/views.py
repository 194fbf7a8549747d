"""How do a claim and the data behind it look wherever a page shows them? Words, signs, counts, an interval's bar."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from helpers.base.words import counted, number, p_text
from helpers.claims.planning import ASKED, chance
from helpers.claims.registry import documents
from helpers.claims.verdicts import PLAIN
from helpers.claims.wording import (
    FRAGILE,
    NOT_FOR_ALL,
    around,
    here,
    number_told,
    published,
    scale_told,
    told,
    usual_telling,
)
from helpers.ground.root import ROOT
from helpers.ground.scales import SCALES
from helpers.ground.telling import Span, per_cent
from helpers.tables import TABLES

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
            "text_nl": getattr(claim, "claim_nl", ""),
            "question": getattr(claim, "question", ""),
            "kind_text": KINDS.get(row["kind"], row["kind"]),
            "published_words": published(row, text=getattr(claim, "published_text", "") or ""),
            "here": here(row),
            **plainly(row),
            **briefly(row, claim),
            "unit_text": (row.get("unit") or "").removesuffix("(share)").strip(),
            "p_text": p_text(row.get("p_value")),
            "p_holm_text": p_text(row.get("p_holm")),
            "mark": mark,
            "group": group,
            "word": row.get("verdict") or "not computed",
            "bar": bar(row),
            "source": _source(row.get("document") or ""),
            **beside(row, claim),
        }
        views.append({**row, **view})
    return views


def _source(numbers: str) -> str:
    """Name the documents that make a claim, by number and title.

    Examples
    --------
    >>> _source("004"), _source("")
    ('document 004, “Interaction as strategy”', 'beside the documents')
    """
    titles = {number: f", “{title}”" for number, title in documents().items()}
    named = [f"{one}{titles.get(one, '')}" for one in numbers.split()]
    return f"document {' and '.join(named)}" if named else "beside the documents"


def plainly(row: Mapping[str, Any]) -> dict[str, str]:
    """Tell what was found in a layman's words, out of the claim's plain sentence.

    Parameters
    ----------
    row : mapping
        A claim of a record or of claims.csv.

    Returns
    -------
    dict
        plain_here, plain_interval and plain_units; all empty where the sentence tells no interval.

    Examples
    --------
    >>> said = "Yes: it is 30% more (95% interval 28% to 32% more; 90 accounts)."
    >>> plainly({"kind": "D", "verdict": "supported", "answer": said})
    {'plain_here': 'it is 30% more', 'plain_interval': '28% to 32% more', 'plain_units': '90 accounts'}
    >>> said = said.replace("Yes", f"Yes{NOT_FOR_ALL}")
    >>> plainly({"kind": "D", "verdict": "supported", "answer": said})["plain_here"]
    'it is 30% more'
    """
    said, sign, rest = (row.get("answer") or "").partition(" (95% interval ")
    if not sign:
        return {"plain_here": "", "plain_interval": "", "plain_units": ""}
    plain = PLAIN.get(row.get("verdict") or "", "")
    begun = f"{plain[:1].upper()}{plain[1:]}"
    words = said.removeprefix(f"{begun}: ").removeprefix(f"{begun}{NOT_FOR_ALL}: ")
    words = words.rpartition(", where ")[0] or words if row["kind"] == "V" else words
    units = _UNITS.search(rest)
    interval = rest.split(";")[0].split(")")[0]
    return {"plain_here": words, "plain_interval": interval, "plain_units": units[1] if units else ""}


_UNITS = re.compile(r"; ([\d,]+ [a-z ]+?)(?=[;)])")
"""The number of units behind an interval in a plain sentence."""


def briefly(row: Mapping[str, Any], claim: Any) -> dict[str, str]:
    """Tell what was found as a number alone, and what it is a number of, for a table of many runs.

    Parameters
    ----------
    row : mapping
        A claim of a record or of claims.csv.
    claim : Claim or None
        The registry's entry, which says how its estimate is told.

    Returns
    -------
    dict
        brief, brief_interval (with its brackets) and brief_of; the technical number where the registry tells none; and
        less, what the technical number is less than the one told.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> row = {"estimate": 0.72, "ci_low": 0.6, "ci_high": 0.74, "unit": "share, minus one quarter", "kind": "D"}
    >>> briefly(row, SimpleNamespace(told="it rises in {many} of persons"))["less"]
    'the 97% told here less the 25% that it is judged against'
    """
    value, low, high = (row.get(name) for name in ("estimate", "ci_low", "ci_high"))
    unit = row.get("unit") or ""
    if value is None or low is None or high is None or claim is None or row["kind"] == "Q":
        return {"brief": here(row), "brief_interval": "", "brief_of": "", "less": ""}
    place, rest = around(getattr(claim, "told", "") or usual_telling(unit))
    said, interval = told(Span(float(value), float(low), float(high)), place, unit)
    scale = scale_told(claim)
    against = f"the {said} told here less the {per_cent(SCALES[scale].turn(0))} that it is judged against"
    less = against if scale in ("share", "many") else ""
    return {"brief": said, "brief_interval": f"({interval})", "brief_of": rest, "less": less}


def beside(row: Mapping[str, Any], claim: Any) -> dict[str, Any]:
    """Say what stands beside every verdict: what was estimated, what matters, how robust it is, how many would do.

    Parameters
    ----------
    row : mapping
        A claim of a record or of claims.csv.
    claim : Claim or None
        The registry's entry.

    Returns
    -------
    dict
        plain, measured and margin_told (in natural units) with the margin's reason, estimand, margin_words and
        model_reason (on the model's scale), robust_words, hold and hold_words (whether other analyses agree),
        needs_words (the columns that can answer it), needed_words, fragile (whether the verdict would
        not survive the number of claims), curve (a picture of the chance of a verdict).
    """
    verdict, kind = row.get("verdict") or "", row["kind"]
    judged = kind in "DVN" and row.get("margin") is not None
    share = row.get("robust_share")
    reason = _BEFORE_REASON.sub("", getattr(claim, "margin_reason", "")) if judged else ""
    reason, modelled = reason[:1].upper() + reason[1:], bool(_MODELLED.search(reason))
    agreed = "" if share is None else f"{100 * float(share):.0f}% of the analyses tried"
    return {
        "plain": PLAIN.get(verdict, ""),
        "measured": measured(row, claim) if judged else "",
        "margin_told": margin_told(row, claim) if judged else "",
        "margin_reason": "" if modelled else reason,
        "estimand": getattr(claim, "estimand", "") if judged else "",
        "margin_words": margin_words(row) if judged else "",
        "model_reason": reason if modelled else "",
        "robust_words": agreed and f"{agreed}, this one among them, say the same",
        **held(None if share is None or not judged else float(share)),
        "needed_words": needed_words(row) if judged else "",
        "fragile": row.get("survives") is False,
        "needs_words": needs_words(claim) if judged else "",
        "curve": chance_curve(row) if judged else Markup(""),
    }


FIRM, MIXED = 0.9, FRAGILE
"""From which share of the analyses tried on a verdict is firm, or mixed; below that it is fragile."""


def held(share: float | None) -> dict[str, str]:
    """Say in a few words whether a verdict holds in other analyses.

    Parameters
    ----------
    share : float or None
        Of the analyses tried, the one at hand among them, that say the same.

    Returns
    -------
    dict of str to str
        hold (firm, mixed, fragile or nothing), which a chip shows by its border, and hold_words.

    Examples
    --------
    >>> held(0.4)
    {'hold': 'fragile', 'hold_words': 'fragile: 40% of the ways to analyse it agree'}
    """
    if share is None:
        return {"hold": "", "hold_words": ""}
    hold = "firm" if share >= FIRM else "mixed" if share >= MIXED else "fragile"
    return {"hold": hold, "hold_words": f"{hold}: {100 * share:.0f}% of the ways to analyse it agree"}


_BEFORE_REASON = re.compile(r"^ln [\d.]+(?:[^:,]*:|,) | \(ln [\d.]+\)", re.I)
"""The logarithm that the registry's reason for a margin names beside plain words."""

_MODELLED = re.compile(r"\b(?:ln|slope|standard deviation|0\.\d+)\b", re.I)
"""What a reason holds that speaks of a model's scale."""


def measured(row: Mapping[str, Any], claim: Any) -> str:
    """Say what was measured as the answer tells it, a gap in the place of the number.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> measured({}, SimpleNamespace(told="live draws {change:more|fewer} comments"))
    'live draws … comments'
    """
    words = getattr(claim, "told", "") or f"{getattr(claim, 'claim', '')} {usual_telling(row.get('unit') or '')}"
    return around(words)[1].strip()


def margin_told(row: Mapping[str, Any], claim: Any) -> str:
    """Write a margin on the scale on which the answer is told.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> row = {"kind": "D", "margin": 0.0953, "unit": "ln ratio"}
    >>> margin_told(row, SimpleNamespace(told="live draws {change:more|fewer} comments"))
    '10% more or 9.1% fewer'
    """
    unit, margin = row.get("unit") or "", float(row["margin"])
    words = number_told(getattr(claim, "told", "") or usual_telling(unit))
    if row["kind"] == "V" or around(words)[0].startswith("{found"):
        return margin_words(row)
    return " or ".join(dict.fromkeys(told(Span(end, end, end), words, unit)[0] for end in (margin, -margin)))


def margin_words(row: Mapping[str, Any]) -> str:
    """Write a margin: a share of the published figure, or a number with its unit."""
    margin, unit = float(row["margin"]), row.get("unit") or ""
    if row["kind"] == "V":
        return f"within {100 * margin:.0f}% of the published figure"
    rest = "" if unit.endswith("(share)") else f" {unit}"
    return f"{number(margin, unit=unit)}{rest} either way"


def needed_words(row: Mapping[str, Any]) -> str:
    """Say how many units would do, and how many there are; an empty text where that cannot be worked out."""
    needed, here_now = row.get("units_needed"), row.get("n_units")
    if not needed or not here_now:
        return ""
    unit = row.get("unit_of_analysis") or "unit"
    asked = f"{counted(int(float(needed)), unit)} like these would do to {ASKED[row['kind']]}, four times in five"
    return f"{asked}; here are {int(float(here_now)):,}"


def needs_words(claim: Any) -> str:
    """Name the tables and columns that can answer a claim, with the words that a column allows; a search finds them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> needs_words(SimpleNamespace(needs=[{"posts": ["likes"]}, {"posts": ["likes", "followers_at"]}]))
    'posts: likes, followers_at (posting, capture)'
    """
    asked: dict[str, list[str]] = {}
    for option in getattr(claim, "needs", ()):
        for table, columns in option.items():
            asked[table] = list(dict.fromkeys([*asked.get(table, ()), *columns]))
    return "; ".join(f"{table}: {', '.join(_allowed(table, name) for name in names)}" for table, names in asked.items())


def _allowed(table: str, name: str) -> str:
    column = TABLES[table].columns.get(name) if table in TABLES else None
    return f"{name} ({', '.join(column.categories)})" if column and column.categories else name


CURVE = (150, 46)
"""Width and height of the picture of chances, in pixels."""


def chance_curve(row: Mapping[str, Any]) -> Markup:
    """Draw how the chance of a verdict grows with the number of units, from the spread that these data show.

    Parameters
    ----------
    row : mapping
        kind, n_units and units_needed.

    Returns
    -------
    Markup
        An inline picture with its text alternative: the curve, four times in five as a dashed line, the number that
        there is as a dot; empty where the number needed is unknown.
    """
    words = needed_words(row)
    if not words:
        return Markup("")
    needed, now = float(row["units_needed"]), float(row["n_units"])
    start, end = math.log(min(now, needed, 10) / 1.5), math.log(max(now, needed) * 3)
    units = [*(math.exp(start + (end - start) * k / 39) for k in range(40)), now, needed]
    chances = chance(row["kind"], needed, units)
    width, height = CURVE
    x = [4 + (width - 8) * (math.log(number) - start) / (end - start) for number in units]
    y = [4 + (height - 8) * (1 - share) for share in chances]
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[:40], y[:40], strict=True))
    at = chances[40]
    told = f"Chance of that by number of units: {100 * at:.0f}% with the {int(now):,} here. {words}."
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(told)}">'
        f'<line class="target" x1="4" x2="{width - 4}" y1="{y[41]:.1f}" y2="{y[41]:.1f}"/>'
        f'<polyline class="range" fill="none" points="{line}"/>'
        f'<circle class="point" cx="{x[40]:.1f}" cy="{y[40]:.1f}" r="4"/></svg>'
    )


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
        f'role="img" aria-label="{escape(words)}">'
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


WHOM = ROOT / "data" / "whom.toml"
"""Whom the claims are asked of that answers begin with."""


def asked_of(rows: Sequence[Mapping[str, Any]], data: Mapping[str, Any], answer: str) -> str:
    """Say which units stand behind the numbers of an answer, where the units analysed do not say it.

    Parameters
    ----------
    rows : sequence of mapping
        Claims of a record.
    data : mapping
        The record's part ``data``.
    answer : str
        The record's answer.

    Returns
    -------
    str
        Empty where each number stands among the units analysed.

    Examples
    --------
    >>> said = "Yes: video draws 53% more engagement (95% interval 49% to 57% more; 204 accounts)."
    >>> row = {"claim_id": "format-video-beats-image", "kind": "D", "verdict": "supported", "answer": said}
    >>> row |= {"n_units": 204, "unit_of_analysis": "account"}
    >>> asked_of([row], {"units": {"accounts": 3349}}, said)
    '204 accounts that posted both video and stills'
    >>> asked_of([row], {"units": {"accounts": 204}}, said)
    ''
    """
    known, told = tomllib.loads(WHOM.read_text(encoding="utf-8")), dict[str, dict[str, None]]()
    for row in rows:
        words = plainly(row)
        said, n = words["plain_here"], row.get("n_units")
        if n and said and said in answer and n not in (data.get("units") or {}).values():
            units = words["plain_units"].replace("simulated ", "") or counted(int(n), row["unit_of_analysis"])
            whom = known.get(row["claim_id"], "") if row.get("scope") != "own account" else ""
            told.setdefault(units, {})[whom] = None
    return "; ".join(f"{units} {', or '.join(filter(None, whom))}".strip() for units, whom in told.items())


def facts(data: Mapping[str, Any], *, tables: Collection[str] = (), asked: str = "") -> list[str]:
    """Say in short phrases what data a record is about.

    Parameters
    ----------
    data : mapping
        The record's part ``data``.
    tables : collection of str, default ()
        The tables to tell the rows of; empty means all.
    asked : str, default ""
        From `asked_of`.

    Returns
    -------
    list of str
        Rows of each table, the units analysed, those behind the answer, the period, what was left out.

    Examples
    --------
    >>> facts({"rows": {"posts": 1200}, "units": {"accounts": 78}, "period": ["2024-01-01", "2025-01-01"]})
    ['1,200 rows of posts', 'analysed: 78 accounts', '2024-01-01 to 2025-01-01']
    >>> facts({"units": {"communities": 1, "accounts with rank correlations": 1}})
    ['analysed: 1 account with rank correlations, 1 community']
    >>> facts({"rows": {"posts": 9, "accounts": 4}, "units": {"accounts": 3}}, asked="2 accounts that posted video")[2:]
    ['analysed: 3 accounts with posts that count', 'in the answer: 2 accounts that posted video']
    >>> facts({"excluded": {"likes hidden": 1200, "posts too young at capture": 3}})
    ['left out: 1,200 posts with likes hidden; 3 posts too young at capture']
    """
    rows = [(table, count) for table, count in _largest_first(data.get("rows")) if table in tables or not tables]
    phrases = [f"{counted(count, 'row')} of {table}" for table, count in rows]
    every = _largest_first(data.get("units"))
    units = [(unit, count) for unit, count in every if count] or every
    told = [f"{count:,} {_one(unit) if count == 1 else unit}{_with_posts(unit, count, data)}" for unit, count in units]
    phrases += [f"analysed: {', '.join(told)}"] if told else []
    phrases += [f"in the answer: {asked}"] if asked else []
    period = [str(end)[:10] for end in data.get("period") or [] if end]
    phrases += [" to ".join(period)] if period else []
    gone = [f"{count:,} {_with_unit(why)}" for why, count in _largest_first(data.get("excluded")) if count]
    return phrases + (["left out: " + "; ".join(gone)] if gone else [])


def _with_posts(unit: str, count: int, data: Mapping[str, Any]) -> str:
    """Say what separates the accounts analysed from the rows of accounts, where fewer have posts that count."""
    rows = data.get("rows") or {}
    return " with posts that count" if unit == "accounts" and "posts" in rows and count < rows.get(unit, 0) else ""


def _one(units: str) -> str:
    """Give the singular of the word with which the name of units begins."""
    word, space, rest = units.partition(" ")
    return (f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")) + space + rest


def _with_unit(why: str) -> str:
    """Say what was left out where a reason names only what it lacks: a column of the posts."""
    return f"posts with {why}" if why.partition(" ")[0] in TABLES["posts"].columns else why


def _largest_first(counts: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return sorted((counts or {}).items(), key=lambda item: (-item[1], item[0]))
