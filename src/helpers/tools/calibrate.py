"""How often does an interval hold the truth, and a verdict say what is so? Counted over simulated worlds."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.evidence import study as pools
from helpers.families import found as families
from helpers.ground.root import ROOT
from helpers.simulate.study import Case, Study, Warned

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim
    from helpers.estimates import Estimate


REPEATS = 1_000
FRESH = 2_000
"""Further worlds on which a coverage is counted again that is not what is wanted."""

CHUNK = 25
"""Worlds simulated in one go, so that two processes stay busy and progress shows."""

FEWEST_WORLDS = 100
"""Fewer worlds with an interval than this say nothing about its coverage."""

FEWEST_HELD = 30
"""From this number of units on intervals are held to `LEAST_COVERED`; below it the page names what falls short."""

LEAST_COVERED = 0.93
MOST_FALSE = {"inside": 0.025, "beyond": 0.05}
"""What is wanted: coverage; how often a verdict may say too much on one side where the truth lies inside the margin,
and how often it may say too little where the truth lies at or beyond it. Two Monte Carlo errors are allowed."""

MOST_MISSED = {"warned": 0.90, "clean": 0.10}
"""How often at least the warning comes where it must, and at most where nothing is to be warned of."""

TRUTHS = (-2.0, -1.0, -0.95, -0.5, 0.0, 0.5, 0.95, 1.0, 2.0)
"""Truths, in margins, to which every estimate is moved and judged again."""

TABLE = ROOT / "docs" / "calibration.csv"
"""The counts, from which the page is made; a study that is run again replaces its own rows only. Beside it stand
calibration-verdicts.csv and calibration-warnings.csv."""


PAGE = """\
# Calibration: how far the intervals and verdicts can be trusted

Made by `make calibrate`; do not edit. Worlds with a known truth are simulated, analysed exactly as the notebook does,
and counted: as many worlds for each kind and size as each section says. Among 1,000 worlds, a coverage of 0.95 is
known to about plus or minus 0.014, among 100 to 0.044. There are two lists: worlds that an estimate must cover, and
worlds that no estimate can cover, where a warning has to come.

**Coverage** is the share of worlds in which the 95% interval holds the truth; wanted is at least 0.93 from 30 units on.
Too wide is no fault in itself, so the median **width** of the interval stands beside it, as a multiple of that of an
interval that knows how far estimates stray. **Plain** is the coverage of the textbook interval (robust or ordinary
standard error, normal quantile) on the same worlds. **Right** is the share of worlds in which a planted claim comes out
`supported`, `direction supported` or `reproduced`, **false** the same where nothing holds, at most 0.025.

Rates are skewed, accounts of one size differ by a factor, and few accounts decide a slope. The plain interval then
covers too rarely, so better ones are used; the docstrings of `helpers.estimates` say which, and where each comes from.
Fewer than 10 accounts in a band get no verdict, so a band's figures are empty where hardly any study of that size has
them. Bands of a study are held to the coverage together.

The share of persons whom an effect holds for (`use-effect-is-shared`) has limits that are simulated, and a spread
(`hashtag-some-work`, `timing-hour-matters`) a score interval that spans that of a noncentral chi-square: both have an
end of their scale, where plain intervals cover 0.98 and more. Where the truth is 0 these cover 0.96 and more too, as
only one side can miss it.

What is chosen on one half of the data and tried on the other (`timing-schedule-gains`, `hashtag-choice-gains`,
`reach-each-goal-its-metric`) is held against what that very choice gains in truth: few data choose less well.

Where the same metric is chosen for every goal (`reach-each-goal-its-metric`), the gain is 0 by arithmetic and its
interval has no width: such worlds count for the verdict and not for the coverage.

Of some hundreds of counts a few stray by chance. So a coverage of 1,000 worlds that is not what is wanted is counted
once more, on fresh worlds; the fresh count stands in the tables, whatever it says, and the first one is named here.

What pools of several datasets hold is counted on a page of its own, [calibration-pooling.md](calibration-pooling.md).

## Limits that were measured

Worlds without any effect that real data may resemble, 40 to 300 of each, and what is not mended there. Elsewhere posts
of two kinds that were made at different times, on average, decide nothing where that could carry the verdict.

- A season that is in the middle of the time moves no mean date: reaction 1.6 times as high for eight weeks and videos
  four times as common then gave a direction in 0.49 with 30 accounts, at the end of the time in 0.10.
- Hours differ as far as what is posted then does: videos with 1.6 times the engagement, mostly posted in the evening,
  made `timing-hour-matters` in 0.38, and a schedule gained in 0.17, of ten accounts or more. Of one account, what
  formats alone do is allowed for.
- With 2% of posts going viral 40 times over, `dialogue-repetition-wears-out` covered 0.85, 0.86 and 0.90 with 14, 30
  and 60 accounts, `format-video-beats-image` 0.93, 0.90 and 0.94.
- Where formats do better on some accounts than on others by 0.3, and one of 14 accounts has more posts than all others,
  `format-video-beats-image` covered 0.89; with 30 accounts 0.93.
- Who looks on more after a bad hour (0.5 for each standard deviation of moods that last, AR 0.5) made
  `use-passive-stress` cover 0.66 with 30 persons: a slope within persons says how both go together.
- Comments rounded to hundreds are mostly 0: `size-comments-fall-faster` covered 0.86 with 14 accounts.
- A season that all accounts share is no trend, and little more than a year hardly tells them apart: a share of videos
  that swings by 5 points over the year gave `trend-video` a direction in 0.77 of 120 worlds with 30 accounts over 56
  weeks, 0.51 over 60 and 0.43 over 104, where they begin with its rise or its fall. The same weeks a year apart then
  tell something else, and it is given in 0.37, 0.11 and 0.01; a swing of 2.5 points over 60 weeks in 0.13 of 60.
- Members of communities of 1,000 to 10,000 who are miscounted by 0.4 (standard deviation of ln members) made small
  ones take part and contribute more in 0.60 and 0.38 of 40 worlds with 40 communities, 1.00 and 0.85 with 150. Where
  a table names no period this decides nothing (0 to 0.03); where it does, members are taken as counted in it.

"""


def main(*, study: str = "", repeats: int = REPEATS, jobs: int | None = None, path: Path = TABLE) -> None:
    """Simulate worlds, count coverage and verdicts, and write the table and its page.

    Parameters
    ----------
    study : str, default ""
        One of `studies`, or `POOLING`; empty means all of them.
    repeats : int, default REPEATS
        Worlds for each kind and size.
    jobs : int, optional
        Processes side by side; by default the machine's cores.
    path : Path
        The CSV file to write; the page goes beside it.

    Raises
    ------
    Refusal
        If there is no such study.
    """

    from helpers.base.refusals import Refusal, nearest

    names = list(studies())
    if study and study not in [*names, POOLING]:
        raise Refusal(
            f"there is no study '{study}'{nearest(study, names)}", mend=f"one of {', '.join(names)}, {POOLING}"
        )
    if study in ("", POOLING):
        _count_pools(path.with_name(f"{path.stem}-{POOLING}.csv"), pools.WORLDS if repeats >= REPEATS else repeats)
    for name in [study] if study in names else () if study else names:
        for kind, counted in count(name, repeats=repeats, jobs=jobs or os.cpu_count() or 1).items():
            _replace(path.with_name(f"{path.stem}{kind}.csv"), name, counted, order=names)
    path.with_suffix(".md").write_text(page(*(counts(path, kind) for kind in KINDS)), encoding="utf-8", newline="\n")


def _count_pools(path: Path, worlds: int) -> None:
    """Count what pools of datasets hold, and write the table and its page."""
    table = pools.count(worlds=worlds)
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.4f")
    path.with_suffix(".md").write_text(pools.page(table), encoding="utf-8", newline="\n")


POOLING = "pooling"
"""The study of pools of datasets, which is no family's; it has a table and a page of its own."""

KINDS = ("", "-verdicts", "-warnings")
"""The three tables, by what their file is called."""


def _replace(path: Path, study: str, counted: pd.DataFrame, *, order: Sequence[str]) -> None:
    """Replace the rows of one study."""
    import pandas as pd

    known = pd.read_csv(path, keep_default_na=False, na_values=[""]) if path.is_file() else counted.head(0)
    known = pd.concat([known[known["study"] != study].dropna(axis=1, how="all"), counted], ignore_index=True)
    known = known.sort_values("study", key=lambda column: column.map(order.index), kind="stable", ignore_index=True)
    known[list(counted)].to_csv(path, index=False, lineterminator="\n", float_format="%.4f")


def counts(path: Path = TABLE, kind: str = "") -> pd.DataFrame:
    """Read one of the tables of `KINDS`; "null" is a world and not a gap."""
    import pandas as pd

    return pd.read_csv(path.with_name(f"{path.stem}{kind}.csv"), keep_default_na=False, na_values=[""])


def studies() -> dict[str, Study]:
    """Give the families' studies by name, in the order of their notebooks."""
    return {name: family.study for name, family in families().items() if family.study}


def count(name: str, *, repeats: int, jobs: int) -> dict[str, pd.DataFrame]:
    """Simulate the worlds of a study and summarise them, telling progress on standard error.

    Parameters
    ----------
    name : str
        One of `studies`.
    repeats, jobs : int
        As in `main`.

    Returns
    -------
    dict of str to pandas.DataFrame
        The tables of `KINDS`: from `summary` with first_coverage from `again`, from `verdict_rates`, and from
        `warnings`, each with study, unit and repeats.
    """
    study = studies()[name]
    cells = [(world, size) for world in study.worlds for size in map(str, study.sizes)]
    rows = _counted(name, cells, range(repeats), jobs)
    table = summary(rows).assign(repeats=repeats)
    if repeats >= REPEATS:
        fresh = range(repeats, repeats + FRESH)
        table = again(table, lambda strayed: summary(_counted(name, strayed, fresh, jobs)).assign(repeats=FRESH))
    else:
        table["first_coverage"] = math.nan
    order = {"world": list(study.worlds), "size": [str(size) for size in study.sizes]}
    table = table.sort_values(["world", "claim_id", "size"], key=lambda c: c.map(order.get(c.name, list(c)).index))
    threatened = [(world, size) for world in study.threatened for size in map(str, study.threatened_sizes)]
    told = warnings(_counted(name, threatened, range(repeats), jobs)) if threatened else warnings([])
    tables = dict(zip(KINDS, (table, verdict_rates(rows), told), strict=True))
    return {kind: _named_study(one, name, study, repeats) for kind, one in tables.items()}


def _named_study(table: pd.DataFrame, name: str, study: Study, repeats: int) -> pd.DataFrame:
    table = table if "repeats" in table else table.assign(repeats=repeats)
    table.insert(0, "study", name)
    return table.assign(unit=study.unit)


def _counted(name: str, cells: Sequence[tuple[str, str]], seeds: range, jobs: int) -> list[dict[str, Any]]:
    """Simulate the same seeds in each world and size, side by side."""
    parts = [
        (name, world, size, seeds[start : start + CHUNK])
        for world, size in cells
        for start in range(0, len(seeds), CHUNK)
    ]
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(jobs) as pool:
        for done, future in enumerate(as_completed([pool.submit(chunk, *item) for item in parts]), start=1):
            rows += future.result()
            print(f"\rcalibrating {name}: {done} of {len(parts)} parts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def again(table: pd.DataFrame, fresh: Callable[[list[tuple[str, str]]], pd.DataFrame]) -> pd.DataFrame:
    """Count again on fresh worlds what is not what is wanted, and keep the first count beside it.

    Parameters
    ----------
    table : pandas.DataFrame
        Counts of one study, as `summary` gives them, with repeats.
    fresh : callable
        Called with the worlds and sizes that have such a count; gives a table of fresh worlds.

    Returns
    -------
    pandas.DataFrame
        With first_coverage, which is not a number where nothing was counted again.
    """
    key = ["world", "size", "claim_id"]
    table = table.assign(first_coverage=math.nan).set_index(key, drop=False)
    strayed = [row.Index for row in table.itertuples() if _fault(row)]
    if strayed:
        counted = fresh(list(dict.fromkeys(at[:2] for at in strayed))).set_index(key)
        table.loc[strayed, "first_coverage"] = table.loc[strayed, "coverage"].to_numpy()
        table.loc[strayed, counted.columns] = counted.loc[strayed]
    return table.reset_index(drop=True)


def chunk(name: str, world: str, size: str, seeds: range) -> list[dict[str, Any]]:
    """Simulate some worlds of one kind and judge every claim in each.

    Parameters
    ----------
    name : str
        The study.
    world : str
        One of the study's worlds, or of those that threaten it.
    size : str
        One of the study's sizes, as text.
    seeds : range
        One world for each.

    Returns
    -------
    list of dict
        One entry for each world and claim, from `judged_case` or `judged_warning`, with world, size and claim_id.
    """
    study = studies()[name]
    names, sizes = (
        [*study.worlds, *study.threatened],
        study.threatened_sizes if world in study.threatened else study.sizes,
    )
    at = [str(one) for one in sizes].index(size)
    rngs = [np.random.default_rng([seed, at, names.index(world)]) for seed in seeds]
    there = {"world": world, "size": size}
    if world in study.threatened:
        return [there | judged_warning(one) for rng in rngs for one in study.threatened[world](sizes[at], rng)]
    return [
        there | judged_case(case, bounded=case.claim_id in study.bounded)
        for rng in rngs
        for case in study.cases(world, sizes[at], rng)
    ]


def judged_case(case: Case, *, bounded: bool = False) -> dict[str, Any]:
    """Judge a claim in a world, as it is and moved to other truths.

    Parameters
    ----------
    case : Case
        The claim with its estimate and its truth.
    bounded : bool, default False
        Whether the estimate cannot be moved.

    Returns
    -------
    dict
        claim_id, verdict, covered and plainly_covered (not a number where there was no interval, or one without
        width), width of the interval and error of the estimate, and the verdicts at `TRUTHS` (`moved`; empty where
        there is no interval).
    """
    from helpers.claims import judge, registry

    claim = registry()[case.claim_id]
    verdict = judge(claim, case.estimate)
    found, nothing = verdict.estimate, (math.nan, math.nan)
    told = ((found.low, found.high), case.plain) if found else (nothing, nothing)
    held = [float(low <= case.truth <= high) if low < high else math.nan for low, high in told]
    moved = (
        [judge(claim, moved_to(found, case.truth, claim, k)).verdict for k in TRUTHS] if found and not bounded else []
    )
    return {
        "claim_id": case.claim_id,
        "verdict": verdict.verdict,
        "covered": held[0],
        "plainly_covered": held[1],
        "width": found.high - found.low if found else math.nan,
        "error": found.value - case.truth if found else math.nan,
        "moved": moved,
    }


def moved_to(estimate: Estimate, truth: float, claim: Claim, margins: float) -> Estimate:
    """Move an estimate to where it would be if the truth lay so many margins from 0, or from the published value.

    Differences move by adding, values above 0 by multiplying.
    """
    if claim.kind == "V":
        factor = claim.given("published") * (1 + margins * claim.given("margin")) / truth
        return estimate.on_scale(lambda value: value * factor)
    return estimate.shifted(margins * claim.given("margin") - truth)


def judged_warning(told: Warned) -> dict[str, Any]:
    """Say whether a warning came, and whether the verdict takes a side all the same."""
    sides = ("supported", "contradicted", "reproduced", "negligible")
    return {
        "claim_id": told.claim_id,
        "warned": float(bool(told.threats)),
        "decided": float(told.verdict.endswith(sides)),
    }


def summary(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Turn judged claims into coverage and shares of verdicts.

    Parameters
    ----------
    rows : sequence of mapping
        From `chunk`.

    Returns
    -------
    pandas.DataFrame
        One row for each world, size and claim: coverage, plain_coverage, n (worlds with an interval), good (share of
        all worlds in which the claim came out as claimed), width (median of the interval's), known_width (of an
        interval that knows how far the estimates of these worlds stray).
    """
    import pandas as pd

    table = pd.DataFrame(rows)
    good = table["verdict"].isin(["supported", "direction supported", "reproduced"])
    table = table.assign(good=good, judged=table["covered"].notna())
    return (
        table.groupby(["world", "size", "claim_id"], sort=False)
        .agg(
            coverage=("covered", "mean"),
            plain_coverage=("plainly_covered", "mean"),
            n=("judged", "sum"),
            good=("good", "mean"),
            width=("width", "median"),
            known_width=("error", lambda error: 2 * 1.96 * error.std()),
        )
        .reset_index()
    )


def verdict_rates(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Count what verdicts say too much or too little, over all worlds and sizes of a study.

    Parameters
    ----------
    rows : sequence of mapping
        From `chunk`; only those whose estimate was moved.

    Returns
    -------
    pandas.DataFrame
        One row for each claim and truth of `TRUTHS`: worlds, and the shares that say more than the margin (the worse
        side), less, and that name the claimed direction or its opposite (up, down; directions only).
    """
    import pandas as pd

    from helpers.claims import registry

    told: dict[tuple[str, float], list[str]] = {}
    for row in rows:
        for k, verdict in zip(TRUTHS, row.get("moved", ()), strict=False):
            told.setdefault((row["claim_id"], k), []).append(verdict)
    shares = [
        {"claim_id": claim_id, "truth": k, "worlds": len(said), **_shares(registry()[claim_id].kind, said)}
        for (claim_id, k), said in told.items()
    ]
    names = ["claim_id", "truth", "worlds", "more", "less", "up", "down"]
    return pd.DataFrame(shares, columns=names).sort_values(["claim_id", "truth"], kind="stable", ignore_index=True)


def _shares(kind: str, said: Sequence[str]) -> dict[str, float]:
    """Give the shares of verdicts that say more than a margin, less than one, and that name a direction."""
    counted = Counter(said)
    of = {name: count / len(said) for name, count in counted.items()}
    more = {"D": ("supported", "contradicted"), "V": ("not reproduced",), "N": ("contradicted",)}[kind]
    less = {"D": "negligible", "V": "reproduced", "N": "supported"}[kind]
    up, down = (of.get(f"direction {side}", 0.0) + of.get(side, 0.0) for side in ("supported", "contradicted"))
    return {
        "more": max(of.get(name, 0.0) for name in more),
        "less": of.get(less, 0.0),
        "up": up if kind == "D" else math.nan,
        "down": down if kind == "D" else math.nan,
    }


def warnings(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Count how often a warning came, and how often the verdict took a side all the same.

    Parameters
    ----------
    rows : sequence of mapping
        From `chunk`, in worlds that no estimate can cover and in clean ones.

    Returns
    -------
    pandas.DataFrame
        One row for each world, size and claim: warned and decided, shares of worlds.
    """
    import pandas as pd

    names = ["world", "size", "claim_id", "warned", "decided"]
    table = pd.DataFrame(rows, columns=names)
    return table.groupby(names[:3], sort=False)[names[3:]].mean().reset_index()


def page(table: pd.DataFrame, rates: pd.DataFrame, told: pd.DataFrame) -> str:
    """Write the calibration page.

    Parameters
    ----------
    table, rates, told : pandas.DataFrame
        The tables of `KINDS`.

    Returns
    -------
    str
        Markdown.
    """
    found = {"Not what is wanted": unmet(table, rates, told), "Counted again": _recounted(table)}
    said = [line for title, lines in found.items() if (its := list(lines)) for line in (f"## {title}", "", *its, "")]
    covered = [
        line
        for (name, world), rows in table.groupby(["study", "world"], sort=False)
        for line in _world_table(rows, name, world)
    ]
    first = ["## First list: worlds that an estimate must cover", "", *covered, *_rates_table(rates)]
    return PAGE + "\n".join([*said, *first, *_warnings_table(told)])


def unmet(table: pd.DataFrame, rates: pd.DataFrame, told: pd.DataFrame) -> Iterator[str]:
    """Name what is not what is wanted.

    The means of a band of account size are judged together and not here.

    Parameters
    ----------
    table, rates, told : pandas.DataFrame
        The tables of `KINDS`.

    Yields
    ------
    str
        Claim, size, world and count.
    """
    for row in table.itertuples():
        if fault := _fault(row):
            yet = ", not counted again yet" if row.repeats >= REPEATS and math.isnan(row.first_coverage) else ""
            yield f"- `{row.claim_id}`, {row.size}, world `{row.world}`: {fault}{yet}"
    for row in rates.itertuples():
        yield from (f"- `{row.claim_id}`, truth at {row.truth:g} margins: {fault}" for fault in _false_rates(row))
    for row in told.itertuples():
        if fault := _missed(row):
            yield f"- `{row.claim_id}`, {row.size}, world `{row.world}`: {fault}"


def least_covered(world: str) -> float:
    """Say what coverage is wanted in a world: `LEAST_COVERED`, but where a study says that less is known."""
    own = (study.least_covered[world] for study in studies().values() if world in study.least_covered)
    return min(own, default=LEAST_COVERED)


def _fault(row: Any) -> str:
    """Say that a coverage is not what is wanted, strictly from 1,000 worlds on, below with two Monte Carlo errors."""
    chance = 2.0 if row.repeats < REPEATS else 0.0
    is_band = row.claim_id.startswith("size-") and "-rate-" in row.claim_id and not row.claim_id.endswith("falls")
    short = least_covered(row.world) - row.coverage > chance * math.sqrt(0.95 * 0.05 / max(row.n, 1))
    return f"coverage {row.coverage:.3f}" if row.n >= FEWEST_WORLDS and short and not is_band else ""


def _false_rates(row: Any) -> Iterator[str]:
    """Say which verdicts come too often at a truth, two Monte Carlo errors allowed."""

    def above(share: float, most: float) -> bool:
        return share > most + 2 * math.sqrt(most * (1 - most) / row.worlds)

    inside, beyond = MOST_FALSE["inside"], MOST_FALSE["beyond"]
    if abs(row.truth) < 1 and above(row.more, inside):
        yield f"more than the margin in {row.more:.3f}"
    if abs(row.truth) >= 1 and above(row.less, beyond):
        yield f"less than the margin in {row.less:.3f}"
    if row.truth == 0:
        yield from (
            f"direction {side} in {share:.3f}"
            for side, share in (("up", row.up), ("down", row.down))
            if above(share, inside)
        )


def _missed(row: Any) -> str:
    """Say that a warning came too rarely, or where there is nothing to warn of; two Monte Carlo errors allowed."""
    clean = row.world.startswith("clean")
    wanted = MOST_MISSED["clean" if clean else "warned"]
    short = row.warned - wanted if clean else wanted - row.warned
    return f"warned in {row.warned:.3f}" if short > 2 * math.sqrt(0.09 / row.repeats) else ""


def _recounted(table: pd.DataFrame) -> Iterator[str]:
    """Tell first and fresh counts side by side."""
    for row in table[table["first_coverage"].notna()].itertuples():
        named = f"`{row.claim_id}`, {row.size}, world `{row.world}`"
        yield f"- {named}: first {row.first_coverage:.3f}; of {row.repeats:,} fresh worlds {row.coverage:.3f}"


def _world_table(rows: pd.DataFrame, name: str, world: str) -> Sequence[str]:
    last, worlds = "false" if world == "null" else "right", rows["repeats"].min()
    title = f"### {name.replace('_', ' ').capitalize()}, world `{world}` ({worlds:,} worlds for each size)"
    head = f"| claim | {rows['unit'].iloc[0]} | coverage | plain | width | {last} |"
    lines = [title, "", head, "|---|---:|---:|---:|---:|---:|"]
    for row in rows.itertuples():
        shown = (row.coverage, row.plain_coverage, row.width / row.known_width if row.known_width else math.nan)
        covers = (f"{value:.3f}" if row.n >= FEWEST_WORLDS and value == value else "–" for value in shown)
        size = f"{int(row.size):,}" if str(row.size).isdecimal() else row.size
        lines.append(f"| {row.claim_id} | {size} | {' | '.join(covers)} | {row.good:.3f} |")
    return [*lines, ""]


def _rates_table(rates: pd.DataFrame) -> Sequence[str]:
    """Show the worst rates of each claim: inside the margin, at nothing, at or beyond the margin."""
    if rates.empty:
        return []
    lines = [
        "### What verdicts say where the truth is known",
        "",
        "Every estimate of the worlds above moved to truths of 0, 0.5, 0.95, 1 and 2 margins on both sides and judged\n"
        "again, over all sizes; estimates with an end of their scale are left out. *More*: `supported`,\n"
        "`contradicted` or `not reproduced`, the worse side, with the truth inside the margin (wanted: at most\n"
        "0.025). *Direction*: any direction, the worse side, with a truth of 0 (0.025). *Less*: `negligible`,\n"
        "`reproduced` or no effect, with the truth at or beyond the margin (0.05). Two Monte Carlo errors are allowed.",
        "",
        "| claim | worlds | more | direction | less |",
        "|---|---:|---:|---:|---:|",
    ]
    for claim_id, rows in rates.groupby("claim_id", sort=False):
        inside, at, beyond = (
            rows[mask] for mask in (abs(rows["truth"]) < 1, rows["truth"] == 0, abs(rows["truth"]) >= 1)
        )
        direction = at[["up", "down"]].to_numpy().max() if len(at) else math.nan
        shown = (inside["more"].max(), direction, beyond["less"].max())
        told = " | ".join("–" if value != value else f"{value:.3f}" for value in shown)
        lines.append(f"| {claim_id} | {rows['worlds'].min():,} | {told} |")
    return [*lines, ""]


def _warnings_table(told: pd.DataFrame) -> Sequence[str]:
    """Show how often warnings come, in worlds that no estimate can cover and in clean ones."""
    if told.empty:
        return []
    lines = [
        "## Second list: worlds that no estimate can cover",
        "",
        "What is wanted here is not coverage but a warning: in at least 0.90 of such worlds, in at most 0.10 of clean\n"
        "ones. *Decided* is the share of worlds in which the verdict took a side all the same.",
        "",
        "| world | claim | size | worlds | warned | decided |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for row in told.itertuples():
        lines.append(
            f"| {row.world} | {row.claim_id} | {row.size} | {row.repeats:,} | {row.warned:.3f} | {row.decided:.3f} |"
        )
    return [*lines, ""]
