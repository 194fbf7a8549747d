"""How often does a claim come out with a direction where nothing holds? Counted over seeds of the null world."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.ground.root import ROOT
from helpers.tools.calibrate import CHUNK, chunk, studies

if TYPE_CHECKING:
    import pandas as pd

SEEDS = 200
"""Seeds of the null world, so that a share of 0.05 is known to 0.015."""

MOST = 0.05
"""How often a direction may come out, the claimed one and its opposite together; two Monte Carlo errors are allowed."""

TABLE = ROOT / "docs" / "null.csv"
"""The counts; a study that is run again replaces its own rows only."""

UP, DOWN = ("supported", "direction supported"), ("contradicted", "direction contradicted")
"""Verdicts that name the claimed direction, and its opposite."""


def main(*, study: str = "", seeds: int = SEEDS, jobs: int | None = None, path: Path = TABLE) -> None:
    """Count the directions of every study in its null worlds, and write the table.

    Parameters
    ----------
    study : str, default ""
        One of `calibrate.studies`; empty means all.
    seeds : int, default SEEDS
        Seeds of each null world.
    jobs : int, optional
        Processes side by side; by default the machine's cores.
    path : Path
        The CSV file to write.
    """
    import pandas as pd

    for name in [study] if study else list(studies()):
        one = studies()[name]
        size, worlds = str(one.null_size or one.sizes[1]), one.null_worlds
        found = [
            directions(_worlds(name, world, size, seeds, jobs or os.cpu_count() or 1)).assign(
                study=name, world=world, size=size
            )
            for world in worlds
        ]
        print(f"{name}: {seeds} seeds of {len(worlds)} null worlds counted", file=sys.stderr, flush=True)
        known = pd.read_csv(path, keep_default_na=False) if path.is_file() else directions([])
        told = pd.concat([known[known["study"] != name], *found])
        order = list(studies())
        told = told.sort_values("study", key=lambda column: column.map(order.index), kind="stable")
        told[list(directions([]))].to_csv(path, index=False, lineterminator="\n", float_format="%.4f")


def _worlds(name: str, world: str, size: str, seeds: int, jobs: int) -> list[dict[str, Any]]:
    """Judge every claim of a study in so many seeds of a world, side by side."""
    parts = [range(start, min(start + CHUNK, seeds)) for start in range(0, seeds, CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        found = [pool.submit(chunk, name, world, size, part) for part in parts]
        return [row for one in found for row in one.result()]


def directions(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Count how often each direction claim was judged, and how often with a direction.

    Parameters
    ----------
    rows : sequence of dict
        From `calibrate.chunk`, with claim_id and verdict.

    Returns
    -------
    pandas.DataFrame
        Columns study, world and size (empty), claim_id, worlds (with a verdict that rests on an interval), up and
        down: the shares of these that name the claimed direction and its opposite.
    """
    import pandas as pd

    from helpers.claims import registry

    said: dict[str, list[str]] = {}
    for row in rows:
        if registry()[row["claim_id"]].kind == "D" and row["verdict"] not in ("too little data", "no data"):
            said.setdefault(row["claim_id"], []).append(row["verdict"])
    counted = [
        (
            *("", "", ""),
            claim_id,
            len(verdicts),
            *(sum(one in side for one in verdicts) / len(verdicts) for side in (UP, DOWN)),
        )
        for claim_id, verdicts in said.items()
    ]
    return pd.DataFrame(counted, columns=["study", "world", "size", "claim_id", "worlds", "up", "down"])
