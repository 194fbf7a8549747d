"""How often does an interval hold the truth, and a verdict say what is so? Counted over simulated worlds."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers import ROOT
from helpers.families import found as families
from helpers.simulate.study import Case, Study

if TYPE_CHECKING:
    import pandas as pd


WORLDS = ("documents", "null")
REPEATS = 1_000
FRESH = 3_000
"""Further worlds on which a count is made again that is not what is wanted."""

CHUNK = 25
"""Worlds simulated in one go, so that two processes stay busy and progress shows."""

FEWEST_WORLDS = 100
"""Fewer worlds with an interval than this say nothing about its coverage."""

TABLE = ROOT / "docs" / "calibration.csv"
"""The counts, from which the page is made; a study that is run again replaces its own rows only."""


PAGE = """\
# Calibration: how far the intervals and verdicts can be trusted

Made by `make calibrate`; do not edit. Worlds with a known truth are simulated, analysed exactly as the notebook does,
and counted: as many worlds for each kind and size as each section says. Among 1,000 worlds, a coverage of 0.95 is
known to about plus or minus 0.014, among 100 to 0.044.

- **coverage**: share of worlds in which the 95% interval holds the planted truth. Wanted: 0.93 to 0.97.
- **plain**: the same for the textbook interval (robust or ordinary standard error, normal quantile) on the same worlds.
- **right**: in the world `documents`, share of worlds in which the claim comes out `supported` or `reproduced`, as it
  was planted. It grows with the number of units; a low share with few of them means `inconclusive`, not wrong.
- **false**: in the world `null`, share of worlds in which it comes out so although nothing holds. Wanted: at most 0.03.

Rates are skewed, accounts of one size differ by a factor, and few accounts decide a slope. The plain interval then
covers too rarely, so better ones are used. Slopes: influence values with the HC3 leverage correction, and Student's t
whose degrees of freedom come from the kurtosis of those values (Satterthwaite). Means of a band: Hall's transformation
against skewness, with degrees of freedom found the same way. Minutes in a survey: the ln scale, with each respondent
left out in turn. Fewer than 10 accounts in a band get no verdict, so a band's figures are empty where hardly any study
of that size has them. With a hundred accounts a band has some 17 and may cover a little less than is wanted: bands of a
study are held to it together.

The share of persons whom an effect holds for (`use-effect-is-shared`) has limits that are simulated, and a spread
(`hashtag-some-work`, `timing-hour-matters`) a score interval: both have an end of their scale, where plain intervals
cover 0.98 and more.

What is chosen on one half of the data and tried on the other (`timing-schedule-gains`, `hashtag-choice-gains`,
`reach-each-goal-its-metric`) is held against what that very choice gains in truth: few data choose less well.

Where the same metric is chosen for every goal (`reach-each-goal-its-metric`), the gain is 0 by arithmetic and its
interval has no width: such worlds count for the verdict and not for the coverage.

Of some four hundred counts a few stray by chance. So a count of 1,000 worlds that is not what is wanted is made once
more, on 3,000 fresh worlds; the fresh count stands in the tables, whatever it says, and the first one is named here.

"""


def main(*, study: str = "", repeats: int = REPEATS, jobs: int | None = None, path: Path = TABLE) -> None:
    """Simulate worlds, count coverage and verdicts, and write the table and its page.

    Parameters
    ----------
    study : str, default ""
        One of `studies`; empty means all of them.
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
    import pandas as pd

    from helpers.base.refusals import Refusal, nearest

    names = list(studies())
    if study and study not in names:
        raise Refusal(f"there is no study '{study}'{nearest(study, names)}", mend=f"one of {', '.join(names)}")
    known = counts(path) if path.is_file() else pd.DataFrame(columns=["study"])
    for name in [study] if study else names:
        counted = count(name, repeats=repeats, jobs=jobs or os.cpu_count() or 1)
        others = known[known["study"] != name]
        known = pd.concat([others, counted], ignore_index=True) if len(others) else counted
        known = known.sort_values("study", key=lambda column: column.map(names.index), kind="stable", ignore_index=True)
        known.to_csv(path, index=False, lineterminator="\n", float_format="%.4f")
    path.with_suffix(".md").write_text(page(counts(path)), encoding="utf-8", newline="\n")


def counts(path: Path = TABLE) -> pd.DataFrame:
    """Read the counts; "null" is a world and not a gap."""
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def studies() -> dict[str, Study]:
    """Give the families' studies by name, in the order of their notebooks."""
    return {name: family.study for name, family in families().items() if family.study}


def count(name: str, *, repeats: int, jobs: int) -> pd.DataFrame:
    """Simulate the worlds of a study and summarise them, telling progress on standard error.

    Parameters
    ----------
    name : str
        One of `studies`.
    repeats, jobs : int
        As in `main`.

    Returns
    -------
    pandas.DataFrame
        One row for each world, size and claim: study, unit, repeats, coverage, plain_coverage, n (worlds with an
        interval), good (share of all worlds in which the claim came out supported or reproduced), first_coverage and
        first_good (from `again`).
    """
    study = studies()[name]
    sizes = [str(size) for size in study.sizes]
    cells = [(world, size) for world in WORLDS for size in sizes]
    table = _counted(name, cells, range(repeats), jobs)
    if repeats >= REPEATS:
        table = again(table, lambda strayed: _counted(name, strayed, range(repeats, repeats + FRESH), jobs))
    order = {"world": list(WORLDS), "size": sizes}
    table = table.sort_values(["world", "claim_id", "size"], key=lambda c: c.map(order.get(c.name, list(c)).index))
    table.insert(0, "study", name)
    return table.assign(unit=study.unit)


def _counted(name: str, cells: Sequence[tuple[str, str]], seeds: range, jobs: int) -> pd.DataFrame:
    """Simulate the same seeds in each world and size, side by side, and summarise them."""
    import pandas as pd

    sizes = [str(size) for size in studies()[name].sizes]
    parts = [
        (name, world, sizes.index(size), seeds[start : start + CHUNK])
        for world, size in cells
        for start in range(0, len(seeds), CHUNK)
    ]
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(jobs) as pool:
        for done, future in enumerate(as_completed([pool.submit(chunk, *item) for item in parts]), start=1):
            rows += future.result()
            print(f"\rcalibrating {name}: {done} of {len(parts)} parts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return summary(pd.DataFrame(rows)).assign(repeats=len(seeds))


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
        With first_coverage and first_good, which are not numbers where nothing was counted again.
    """
    key = ["world", "size", "claim_id"]
    table = table.assign(first_coverage=math.nan, first_good=math.nan).set_index(key, drop=False)
    strayed = [row.Index for row in table.itertuples() if any(_faults(row))]
    if strayed:
        counted = fresh(list(dict.fromkeys(at[:2] for at in strayed))).set_index(key)
        first = table.loc[strayed, ["coverage", "good"]].to_numpy()
        table.loc[strayed, ["first_coverage", "first_good"]] = first
        table.loc[strayed, counted.columns] = counted.loc[strayed]
    return table.reset_index(drop=True)


def chunk(name: str, world: str, at: int, seeds: range) -> list[dict[str, Any]]:
    """Simulate some worlds of one kind and judge every claim in each.

    Parameters
    ----------
    name : str
        The study.
    world : str
        The world.
    at : int
        Which of the study's sizes.
    seeds : range
        One world for each.

    Returns
    -------
    list of dict
        One entry for each world and claim: world, size, claim_id, verdict, covered and plainly_covered (not a number
        where there was no interval, or one without width).
    """
    study = studies()[name]
    size = study.sizes[at]
    rngs = [np.random.default_rng([seed, at, WORLDS.index(world)]) for seed in seeds]
    return [
        {"world": world, "size": str(size)} | _judged(case) for rng in rngs for case in study.cases(world, size, rng)
    ]


def _judged(case: Case) -> dict[str, Any]:
    from helpers.claims import judge, registry

    verdict = judge(registry()[case.claim_id], case.estimate)
    nothing = (math.nan, math.nan)
    told = ((verdict.estimate.low, verdict.estimate.high), case.plain) if verdict.estimate else (nothing, nothing)
    held = [float(low <= case.truth <= high) if low < high else math.nan for low, high in told]
    return {"claim_id": case.claim_id, "verdict": verdict.verdict, "covered": held[0], "plainly_covered": held[1]}


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn judged claims into coverage and shares of verdicts.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `chunk`.

    Returns
    -------
    pandas.DataFrame
        As `count` gives.
    """
    good = rows["verdict"].isin(["supported", "reproduced"])
    grouped = rows.assign(good=good, judged=rows["covered"].notna()).groupby(["world", "size", "claim_id"], sort=False)
    table = grouped.agg(
        coverage=("covered", "mean"),
        plain_coverage=("plainly_covered", "mean"),
        n=("judged", "sum"),
        good=("good", "mean"),
    )
    return table.reset_index()


def page(table: pd.DataFrame) -> str:
    """Write the calibration page.

    Parameters
    ----------
    table : pandas.DataFrame
        From `count`, of all studies.

    Returns
    -------
    str
        Markdown.
    """
    lines = [
        line
        for (name, world), rows in table.groupby(["study", "world"], sort=False)
        for line in _world_table(rows, name, world)
    ]
    found = {"Not what is wanted": unmet(table), "Counted again": _recounted(table)}
    said = [line for title, told in found.items() if (its := list(told)) for line in (f"## {title}", "", *its, "")]
    return PAGE + "\n".join([*said, *lines])


def unmet(table: pd.DataFrame) -> Iterator[str]:
    """Name the counts that are not what is wanted.

    Below 1,000 worlds a count may stray by two of its standard errors, from there on by nothing. The means of a band of
    account size are judged together and not here.

    Parameters
    ----------
    table : pandas.DataFrame
        From `count`.

    Yields
    ------
    str
        Claim, size, world and count.
    """
    for row in table.itertuples():
        for fault in _faults(row):
            yet = row.repeats >= REPEATS and math.isnan(row.first_good)
            yield f"- {_named(row)} {fault}{', not counted again yet' if yet else ''}"


def _named(row: Any) -> str:
    return f"`{row.claim_id}`, {row.size}, world `{row.world}`:"


def _faults(row: Any) -> Iterator[str]:
    """Say what of a count is not what is wanted."""
    chance = 2.0 if row.repeats < REPEATS else 0.0
    is_band = row.claim_id.startswith("size-") and "-rate-" in row.claim_id and not row.claim_id.endswith("falls")
    beyond = max(0.93 - row.coverage, row.coverage - 0.97)
    if row.n >= FEWEST_WORLDS and not is_band and beyond > chance * math.sqrt(0.95 * 0.05 / row.n):
        yield f"coverage {row.coverage:.3f}"
    if row.world == "null" and row.n and row.good - 0.03 > chance * math.sqrt(0.03 * 0.97 / row.repeats):
        yield f"false {row.good:.3f}"


def _recounted(table: pd.DataFrame) -> Iterator[str]:
    """Tell first and fresh counts side by side."""
    for row in table[table["first_good"].notna()].itertuples():
        last = "right" if row.world == "documents" else "false"
        first = f"coverage {row.first_coverage:.3f}, {last} {row.first_good:.3f}"
        yield f"- {_named(row)} first {first}; of {row.repeats:,} fresh worlds {row.coverage:.3f}, {row.good:.3f}"


def _world_table(rows: pd.DataFrame, name: str, world: str) -> Sequence[str]:
    last, worlds = "right" if world == "documents" else "false", rows["repeats"].min()
    title = f"## {name.replace('_', ' ').capitalize()}, world `{world}` ({worlds:,} worlds for each size)"
    lines = [title, "", f"| claim | {rows['unit'].iloc[0]} | coverage | plain | {last} |", "|---|---:|---:|---:|---:|"]
    for row in rows.itertuples():
        covers = (
            f"{value:.3f}" if row.n >= FEWEST_WORLDS and value == value else "–"
            for value in (row.coverage, row.plain_coverage)
        )
        size = f"{int(row.size):,}" if str(row.size).isdecimal() else row.size
        lines.append(f"| {row.claim_id} | {size} | {' | '.join(covers)} | {row.good:.3f} |")
    return [*lines, ""]
