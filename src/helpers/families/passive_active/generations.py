"""Which generation is on which network, and for how long a day? The part of notebook 03 that rests on ages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.estimates import Estimate, from_influence
from helpers.families.passive_active.estimators import gap_parts, weighted_gap
from helpers.measures import Reduced

YOUNG_BELOW = (30, 25)
"""Years of age below which respondents are young; the first is the default."""


@dataclass(frozen=True)
class Generation:
    """Whose network a text says that one is.

    Parameters
    ----------
    least, most : float
        Youngest and oldest age, both included.
    """

    least: float
    most: float

    def inside(self, age: pd.Series) -> pd.Series:
        """Say who belongs to it: 1 or 0, missing where the age is."""
        return age.between(self.least, self.most).astype(float).where(age.notna())

    def part(self, low: int, high: int) -> float:
        """Say what part of the whole years from `low` up to `high` belongs to it."""
        ages = np.arange(low, high)
        return float(np.mean((ages >= self.least) & (ages <= self.most)))


OLDER, MILLENNIALS = Generation(60, np.inf), Generation(29, 44)
"""Born until 1965, and from 1981 to 1996, as they are of age in the year of the texts, 2025."""

NETWORKS = {"nextdoor": OLDER, "facebook": OLDER, "threads": MILLENNIALS}
"""The networks of which document 001 (the first and the last) and 002 say whose they are."""

NETWORKS_NAMED = ("all that are named", *NETWORKS)
"""Which networks are averaged; the first is the default."""

ASKED = (*NETWORKS, "tiktok")


def networks_of(platforms: pd.Series | None, uses: pd.Series) -> dict[str, pd.Series]:
    """Say which respondent uses which network.

    Parameters
    ----------
    platforms : pandas.Series or None
        Names separated by spaces, in any case; a cell that holds a number tells no names.
    uses : pandas.Series
        1 for those who use social media, 0 for those who do not: the latter use no network.

    Returns
    -------
    dict of str to pandas.Series
        By name of `ASKED`: 1, 0, or missing where it is not told. A network that nobody names was perhaps not asked,
        and is missing throughout.
    """
    if platforms is None:
        return dict.fromkeys(ASKED, uses * np.nan)
    text = platforms.astype("object").where(platforms.notna(), "").astype(str).str.casefold().str.replace("-", "")
    named = text.str.contains("[a-z]", regex=True)
    told = {}
    for name in ASKED:
        there = text.str.split().map(lambda words, name=name: name in words).astype(float)
        known = there.where(named).mask(uses == 0, 0.0)
        told[name] = known if there.any() else known * np.nan
    return told


def _weights(survey: pd.DataFrame, weights: str) -> pd.Series | None:
    return survey["weight"] if weights == "survey weights" and survey["weight"].notna().any() else None


def _young(survey: pd.DataFrame, young_below: float) -> pd.Series:
    return (survey["age"] < young_below).astype(float).where(survey["age"].notna())


def young_longer(
    data: Reduced, *, weights: str = "survey weights", young_below: float = YOUNG_BELOW[0]
) -> Estimate | None:
    """Estimate by how many minutes a day young users are longer on social media than older ones.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    weights : str, default "survey weights"
        Or ``"none"``.
    young_below : float
        One of `YOUNG_BELOW`.

    Returns
    -------
    Estimate or None
        Minutes, over those who use social media or do not say; None where a side has nobody.
    """
    survey = data.frames["survey"]
    minutes = survey["minutes_per_day"].where(survey["uses_social_media"] != 0)
    return weighted_gap(minutes, _young(survey, young_below), _weights(survey, weights), skewed=True)


def young_on_tiktok(
    data: Reduced, *, weights: str = "survey weights", young_below: float = YOUNG_BELOW[0]
) -> Estimate | None:
    """Estimate by how much the share of users of TikTok is higher among the young; keywords as in `young_longer`."""
    survey = data.frames["survey"]
    return weighted_gap(survey["tiktok"], _young(survey, young_below), _weights(survey, weights))


def generations_differ(
    data: Reduced, *, weights: str = "survey weights", network: str = NETWORKS_NAMED[0]
) -> Estimate | None:
    """Estimate by how much more a network is used by the generation that the texts name, mean over networks.

    A respondent tells of several networks and moves each of their differences, so the influence values of one
    respondent are added up.

    Parameters
    ----------
    data : Reduced
        From `analysis.reduce`.
    weights : str, default "survey weights"
        Or ``"none"``.
    network : str, default "all that are named"
        Or one of `NETWORKS` alone.

    Returns
    -------
    Estimate or None
        Difference of shares; None where no respondent names a network.
    """
    survey = data.frames["survey"]
    names = list(NETWORKS) if network == NETWORKS_NAMED[0] else [network]
    sides = {name: NETWORKS[name].inside(survey["age"]) for name in names}
    parts = {name: gap_parts(survey[name], sides[name], _weights(survey, weights)) for name in names}
    found = {name: part for name, part in parts.items() if part is not None}
    if not found:
        return None
    moved = pd.concat([influence for _, influence in found.values()], axis=1)
    told = moved[moved.notna().any(axis=1)].sum(axis=1).to_numpy() / len(found)
    value = float(np.mean([gap for gap, _ in found.values()]))
    smallest = min(int((sides[name][found[name][1].notna()] == side).sum()) for name in found for side in (0, 1))
    made = from_influence(value, told, method="mean of differences of weighted shares, linearised")
    return replace(made, n_side=smallest)


def not_named(data: Reduced) -> Sequence[str]:
    """Say which networks nobody names, which are left out, and whether there are weights."""
    survey = data.frames["survey"]
    lost = [name.capitalize() for name in NETWORKS if survey[name].isna().all()]
    gaps = [f"no respondent names {' or '.join(lost)}"] if lost else []
    return [*gaps, *([] if survey["weight"].notna().any() else ["without survey weights"])]
