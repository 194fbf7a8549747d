"""Do use and mood only follow the same clock? What is left of a slope with hour, week and day held fixed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.registry import registry
from helpers.claims.verdicts import Threat
from helpers.doubts.threats import between, telling
from helpers.estimates import Estimate
from helpers.measures import Reduced, centred

ROUNDS = (24.0, 12.0, 168.0, 84.0)
"""Hours in which everybody's days and weeks come round: evenings, and both ends of a week."""


def at_one_time(prompts: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Take out of columns what all persons share by the hour, the week and the day of their diary.

    Parameters
    ----------
    prompts : pandas.DataFrame
        Columns person_id, hours (since the first prompt of all) and `columns`.
    columns : list of str
        Uses and moods. Where one never changes for a person, it stays as it is.

    Returns
    -------
    pandas.DataFrame
        A copy.

    Examples
    --------
    >>> hours = np.arange(48.0)
    >>> told = pd.DataFrame({"person_id": "a", "hours": hours, "use": np.cos(2 * np.pi * hours / 24)})
    >>> bool(np.ptp(at_one_time(told, ["use"])["use"]) < 1e-9)
    True
    """
    day = (prompts["hours"] - prompts.groupby("person_id", observed=True)["hours"].transform("min")) / 24
    turns = {f"{wave.__name__} {hours:g}": wave(2 * np.pi * prompts["hours"] / hours)
             for hours in ROUNDS for wave in (np.cos, np.sin)}  # fmt: skip
    clock = prompts[["person_id"]].assign(**turns, day=day, bend=day**2)
    names, found = [*turns, "day", "bend"], prompts.copy()
    for column in columns:
        moved = prompts.groupby("person_id", observed=True)[column].transform("nunique") > 1
        used = clock.assign(value=prompts[column])[moved & prompts["hours"].notna()].dropna()
        if used.empty:
            continue
        split = centred(used, by="person_id", columns=[*names, "value"])
        x = split[[f"{name}_within" for name in names]].to_numpy()
        found.loc[used.index, column] = used["value"] - x @ np.linalg.lstsq(x, split["value_within"], rcond=None)[0]
    return found


def threatened(claim_id: str, estimate: Callable[..., Estimate | None]) -> Callable[..., list[Threat]]:
    """Say whether a result may be that use and mood follow the same clock.

    Parameters
    ----------
    claim_id : str
        The claim.
    estimate : callable
        Called with the reduced data and the choices of its `ANALYSES`.

    Returns
    -------
    callable
        Gives one `Threat`, or none where the result stands with hour, week and day of the diary held fixed.
    """

    def threats(data: Reduced, found: Estimate, **how: Any) -> list[Threat]:
        prompts = data.frames["prompts"]
        columns = [name for name in prompts if name not in ("person_id", "hours") and prompts[name].notna().any()]
        fixed = estimate(replace(data, frames={**data.frames, "prompts": at_one_time(prompts, columns)}), **how)
        if fixed is None or not fixed.is_finite:
            return []
        low, high = min(found.low, fixed.low), max(found.high, fixed.high)
        says = "use and mood may both follow the clock: at the same hour of the same day of the week and of the diary "
        says += f"it could be {between(low, high)}"
        return telling(registry()[claim_id], found, Threat(says, low, high), anyway=False)

    return threats
