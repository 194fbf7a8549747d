"""How do the runs of a batch compare? First which claims they agree on, then where they differ, then every figure."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from helpers.base.words import counted, listed, number
from helpers.claims import FEWEST_UNITS
from helpers.claims.wording import here
from helpers.pages.assets import written
from helpers.pages.views import claim_views, counts, yardstick

FEW = 6
"""Up to so many runs stand side by side as columns; more of them stand in a strip of letters."""

LETTERS = {
    "supported": "S",
    "direction supported": "s",
    "reproduced": "R",
    "contradicted": "C",
    "direction contradicted": "c",
    "not reproduced": "X",
    "negligible": "N",
    "inconclusive": "I",
    "too little data": "t",
    "no data": "–",
    "not computed": "!",
}
"""One letter for each verdict, so that colour is never alone."""

FOR = {"supported", "direction supported", "reproduced"}
"""What a run says that finds the claim."""

AGAINST = {"contradicted", "direction contradicted", "not reproduced"}
"""What a run says that finds its opposite, or another figure."""

SILENT = ("too little data", "no data", "not computed")
"""What a run says that cannot tell."""

GROUPS = {
    "opposed": (
        "Runs contradict each other",
        "In some runs the claim holds; others contradict it or do not reproduce its figure.",
    ),
    "differ": ("Runs differ", "Runs come to different verdicts, none the opposite of another."),
    "leaning": (
        "Runs agree as far as they decide",
        "All that decide do so alike; others stay inconclusive. How far apart their estimates lie stands below.",
    ),
    "agree": ("Every run that can tell says the same", "Runs with too little data or none are left out of this count."),
    "same": ("The same figures in every run", "What varies between the runs does not touch these claims."),
    "silent": ("No run can tell", "No run has the data for these claims, or enough of them."),
}
"""How far the runs agree on a claim: heading and explanation, in the order of the page."""

FALSE_SUPPORT = 0.025
"""How often a 95% interval lies above nought where the truth is nought."""

POOLING = (
    "Together: random effects (spread between runs by restricted likelihood, errors by Knapp and Hartung, Student's "
    "t). The mean is that over runs like these, whatever their size; where runs differ much, the difference is what "
    "was found, and the mean says little. Runs that share accounts are counted once, and those of one account apart."
)
"""How results of runs were pooled."""

FRAME = (720.0, 84.0)
"""Width and height of a claim's picture."""


@dataclass(frozen=True)
class Divided:
    """How data were split into runs.

    Parameters
    ----------
    column : str
        As ``posts.brand``.
    unknown : int
        Rows of the table without a value, which are in no run.
    followed : mapping of str to str
        For each table how it was split; an empty text where every run reads the same rows.
    """

    column: str
    unknown: int
    followed: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What one run says.

    Parameters
    ----------
    label, folder : str
        For a reader, and where its pages are.
    rows : int or None
        Rows of the table that was split; None where the data were not split.
    data : mapping
        name and kind of the data.
    claims : sequence of mapping
        Rows as in claims.csv, with plain numbers.
    notebooks : sequence of mapping
        name, title, state, answer, message.
    """

    label: str
    folder: str
    rows: int | None
    data: Mapping[str, Any]
    claims: Sequence[Mapping[str, Any]]
    notebooks: Sequence[Mapping[str, Any]]


def agreement(verdicts: Sequence[str], *, same: bool = False) -> str:
    """Say how far runs agree on a claim.

    Parameters
    ----------
    verdicts : sequence of str
        One of each run, in the words of the page.
    same : bool
        Whether the figures are the same in all runs.

    Returns
    -------
    str
        A key of `GROUPS`.

    Examples
    --------
    >>> agreement(["supported", "too little data", "supported"]), agreement(["supported", "inconclusive"])
    ('agree', 'leaning')
    >>> agreement(["contradicted", "supported"]), agreement(["negligible", "supported"]), agreement(["no data"])
    ('opposed', 'differ', 'silent')
    """
    told = {verdict for verdict in verdicts if verdict not in SILENT}
    if not told:
        return "silent"
    if same and len(verdicts) > 1:
        return "same"
    if told & FOR and told & AGAINST:
        return "opposed"
    if len(told) == 1:
        return "agree"
    sides = told - {"inconclusive"}
    return "leaning" if len(sides) == 1 or sides <= FOR or sides <= AGAINST else "differ"


def page(
    runs: Sequence[Told],
    *,
    name: str,
    registry: Mapping[str, Any],
    notebooks: Sequence[str],
    split: Divided | None,
    varied: bool,
    fingerprint: str,
    pools: Sequence[Mapping[str, Any]] = (),
    first: bool = False,
    remarks: Sequence[str] = (),
) -> str:
    """Write the page that compares the runs of a batch, or of a pool.

    Parameters
    ----------
    runs : sequence of Told
        In their order.
    name : str
        The batch's name.
    registry : mapping of str to Claim
        For the wordings.
    notebooks : sequence of str
        Those that were run.
    split : Divided or None
        How the data were split.
    varied : bool
        Whether parameters vary between the runs.
    fingerprint : str
        Kept in the page, so that a later call knows that it is current.
    pools : sequence of mapping, default ()
        What the runs come to together, claim by claim (`helpers.evidence.over_runs`).
    first : bool
        Whether that is what the page is for, and stands first.
    remarks : sequence of str, default ()
        Further sentences for the page's end.

    Returns
    -------
    str
        One HTML file that opens offline.
    """
    views = [claim_views(run.claims, registry=registry) for run in runs]
    together = [{**view, **row} for view, row in zip(claim_views(pools, registry=registry), pools, strict=True)]
    found = [_compared(places, runs, together) for places in _by_claim(views)]
    claims = [claim for claim in found if not claim["quoted"]] or found  # quoted figures are the same whatever the data
    groups = [_group(key, claims) for key in GROUPS]
    context = {
        "name": name,
        "runs": [_run(run, own, notebooks) for run, own in zip(runs, views, strict=True)],
        "few": len(runs) <= FEW,
        "kinds": sorted({run.data["kind"] for run in runs if run.data["kind"] != "none"}),
        "groups": [group for group in groups if group["claims"]],
        "pools": together,
        "first": first,
        "notes": [
            *_notes(runs, split, varied=varied),
            *_left(len(found) - len(claims)),
            *remarks,
            *([POOLING] if pools else []),
        ],
        "letters": LETTERS,
        "marks": {view["word"]: view["group"] for own in views for view in own},
        "fingerprint": fingerprint,
        "pictured": len(runs) > FEW and any(claim["picture"] for group in groups for claim in group["claims"]),
    }
    return written("compare.html.j2", context, script="compare.js")


def _left(quoted: int) -> list[str]:
    """Say how many claims are not compared, as no data can change them."""
    where = "no data change them. Each run's index and claims.csv have them"
    return [f"Not compared: {counted(quoted, 'figure')} that the documents quote, as {where}."] if quoted else []


def _by_claim(views: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[tuple[int, Mapping[str, Any]]]]:
    """Put what the runs say on one claim together, each with its run's place."""
    found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for place, own in enumerate(views):
        for view in own:
            found.setdefault(view["claim_id"], []).append((place, view))
    return list(found.values())


def _compared(
    places: Sequence[tuple[int, Mapping[str, Any]]], runs: Sequence[Told], together: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Tell one claim over all runs."""
    views = [view for _, view in places]
    figures = {(view["word"], view.get("estimate"), view.get("ci_low"), view.get("ci_high")) for view in views}
    first, cells = views[0], [_cell(view, runs[place]) for place, view in places]
    return {
        "claim_id": first["claim_id"],
        "text": first["text"],
        "document": first["document"],
        "kind_text": first["kind_text"],
        "quoted": first["kind"] == "Q",
        "published_words": next((view["published_words"] for view in views if view["published_words"]), ""),
        "agreement": agreement([view["word"] for view in views], same=len(figures) == 1),
        "counts": counts(views),
        "cells": cells,
        "ranked": sorted(cells, key=_rank),
        "technical": any(cell["technical"] for cell in cells),
        "range": _range_in_words(views),
        "reason": _reason(views),
        "unit": first["unit_text"],
        "brief_of": next((view["brief_of"] for view in views if view["brief_of"]), ""),
        "picture": picture(views),
        "pools": [pool for pool in together if pool["claim_id"] == first["claim_id"]],
    }


def _cell(view: Mapping[str, Any], run: Told) -> dict[str, Any]:
    """Tell what one run says on one claim."""
    book = next((book for book in run.notebooks if book["name"] == view["notebook"]), {"state": "done"})
    where = {"done": f"{run.folder}/{view['notebook']}.html#{view['claim_id']}"}
    where["failed"] = f"{run.folder}/failed/{view['notebook']}.html"
    words = ": ".join([run.label, view["word"]]) + (f", {view['here']}" if view["here"] else "")
    return {
        "run": run.label,
        "link": where.get(book["state"], f"{run.folder}/index.html"),
        "word": view["word"],
        "letter": LETTERS.get(view["word"], view["mark"]),
        "group": view["group"],
        "here": view["here"],
        **{name: view[name] for name in ("brief", "brief_interval")},
        "technical": bool(view["brief_interval"]) and view["here"] != f"{view['brief']} {view['brief_interval']}",
        "reason": view.get("reason") or "",
        "units": view.get("n_units"),
        "estimate": view.get("estimate"),
        "title": words,
    }


def _rank(cell: Mapping[str, Any]) -> tuple[bool, float]:
    return cell["estimate"] is None, -(cell["estimate"] or 0.0)


def _reason(views: Sequence[Mapping[str, Any]]) -> str:
    """Say why no run can tell: the reason of all, or that of one as an example."""
    reasons = list(dict.fromkeys(view.get("reason") or "" for view in views))
    return reasons[0] if len(reasons) == 1 else f"for example: {next(filter(None, reasons))}"


def _range_in_words(views: Sequence[Mapping[str, Any]]) -> str:
    """Say from where to where the estimates go."""
    told = [view for view in views if view.get("estimate") is not None]
    if not told:
        return ""
    if len(told) == 1:
        return f"One run has an estimate: {here(told[0])}."
    ranked = sorted(told, key=lambda view: float(view["estimate"]))
    low, middle, high = (_alone(view) for view in (ranked[0], ranked[(len(ranked) - 1) // 2], ranked[-1]))
    return f"Estimates of {len(ranked):,} runs: from {low} to {high}, the middle one {middle}."


def _alone(view: Mapping[str, Any]) -> str:
    """Write an estimate without its interval, as it is told, else as a number."""
    return view["brief"] if view["brief_interval"] else number(float(view["estimate"]), unit=view.get("unit") or "")


def picture(views: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw the intervals of all runs side by side, from the smallest estimate to the largest.

    Parameters
    ----------
    views : sequence of mapping
        The claim in each run.

    Returns
    -------
    Markup
        An inline picture with its text alternative; empty for fewer than two intervals.
    """
    told = [view for view in views if view.get("estimate") is not None and view.get("ci_low") is not None]
    told = sorted((view for view in told if view.get("ci_high") is not None), key=lambda view: view["estimate"])
    if len(told) < 2:
        return Markup("")
    target, near, far = yardstick(told[0])
    low, high = _frame(told, (target, near, far))
    width, height = FRAME

    def y(value: float) -> float:
        return round(height - 4 - (min(max(value, low), high) - low) / (high - low) * (height - 8), 1)

    step = width / len(told)
    strokes: dict[str, list[str]] = {}
    dots: dict[str, list[str]] = {}
    for place, view in enumerate(told):
        x = round((place + 0.5) * step, 1)
        strokes.setdefault(view["group"], []).append(f"M{x} {y(view['ci_low'])}V{y(view['ci_high'])}")
        dots.setdefault(view["group"], []).append(f"M{x} {y(view['estimate'])}h0")
    drawn = "".join(f'<path class="range {group}" d="{"".join(path)}"/>' for group, path in strokes.items())
    drawn += "".join(f'<path class="point {group}" d="{"".join(path)}"/>' for group, path in dots.items())
    above = sum(view["ci_low"] > target for view in told)
    below = sum(view["ci_high"] < target for view in told)
    against = number(target, unit=told[0].get("unit") or "")
    words = f"{_range_in_words(told)} {above} intervals lie above {against}, {below} below."
    return Markup(
        f'<svg class="runs" viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words)}"><rect class="margin" x="0" width="{width:g}" y="{y(far)}" '
        f'height="{round(max(y(near) - y(far), 0), 1)}"/>'
        f'<line class="target" x1="0" x2="{width:g}" y1="{y(target)}" y2="{y(target)}"/>{drawn}</svg>'
    )


def _frame(told: Sequence[Mapping[str, Any]], yard: tuple[float, float, float]) -> tuple[float, float]:
    """Frame all estimates; of intervals that are much wider than the usual one only a part is shown."""
    half = statistics.median((view["ci_high"] - view["ci_low"]) / 2 for view in told)
    low = min(*yard, told[0]["estimate"] - 1.5 * half)
    high = max(*yard, told[-1]["estimate"] + 1.5 * half)
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _group(key: str, claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    title, words = GROUPS[key]
    return {"key": key, "title": title, "words": words, "claims": [c for c in claims if c["agreement"] == key]}


def _run(run: Told, views: Sequence[Mapping[str, Any]], notebooks: Sequence[str]) -> dict[str, Any]:
    failed = [book for book in run.notebooks if book["state"] == "failed" and book["name"] in notebooks]
    about = {"label": run.label, "folder": run.folder, "rows": run.rows}
    told = counts([view for view in views if view["kind"] != "Q"] or views)
    return {**about, "counts": told, "failed": [{**book, "message": book["message"].split("\n")[0]} for book in failed]}


def _notes(runs: Sequence[Told], split: Divided | None, *, varied: bool) -> list[str]:
    """Say what a reader must know before comparing."""
    notes = []
    if varied:
        notes.append(
            "Runs that differ in parameters see the same data: where they agree, that is no confirmation by other data."
        )
    if split:
        by = {how: [table for table, way in split.followed.items() if way == how] for how in split.followed.values()}
        notes.append("Split " + "; ".join(f"{how}: {listed(tables)}" for how, tables in by.items() if how) + ".")
        if by.get(""):
            notes.append(f"Not split, the same rows in every run: {listed(by[''])}.")
        if split.unknown:
            notes.append(f"{split.unknown:,} rows have no value in {split.column} and are in no run.")
        by_chance = FALSE_SUPPORT * len(runs)
        notes.append(
            f"Each run is judged on its own. Of {len(runs):,} runs in which a direction does not hold at all, about "
            f"{by_chance:.2g} would still come out as supported by chance. A run needs {FEWEST_UNITS} accounts or "
            "persons on each side before it can tell anything."
        )
    return notes
