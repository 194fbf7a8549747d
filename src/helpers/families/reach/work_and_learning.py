"""Which teams and learners would a world give? Teams with leavers and profit, and learners with test scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.simulate.customers import CONNECTED
from helpers.simulate.streams import stream

TEAMS, LEARNERS = 160, 300

EMPLOYEES, EMPLOYEE_SPREAD = 150.0, 0.5
"""Median employees of a team, and the spread of their ln."""

ENGAGEMENT = (3.9, 0.4)
"""Mean and standard deviation of the engagement score, on a scale of 1 to 5."""

TEAM_SPREAD = 0.12
"""Spread of the log odds to leave between teams of one engagement."""

PROFIT, PROFIT_SPREAD = 90_000.0, 0.5
"""Mean profit of a team, and its standard deviation as a share of it."""

SCORE, SCORE_SPREAD = 60.0, 12.0
"""Mean test score, and its standard deviation among learners who were taught alike."""

DELAYS = (0, 7, 28)
"""Days between learning and test."""


@dataclass(frozen=True)
class Effects:
    """What is planted.

    Parameters
    ----------
    leaving : float
        Chance to leave within a year at mean engagement.
    staying : float
        Slope of the log odds of staying on engagement in standard deviations.
    profit : float
        Correlation of profit with engagement.
    doing, own_pace : float
        Standardised differences of test scores.
    """

    leaving: float
    staying: float
    profit: float
    doing: float
    own_pace: float


QUARTERS_APART = 2.54
"""Distance of the means of the top and the bottom quarter of a normal distribution, in standard deviations."""

EFFECTS = {
    "documents": Effects(leaving=0.40, staying=0.0, profit=0.30, doing=0.45, own_pace=0.40),
    "literature": Effects(
        leaving=0.16,
        staying=float(-np.log((1 - 0.21) * (1 - 0.51)) / 2 / QUARTERS_APART),
        profit=0.23 / PROFIT_SPREAD / QUARTERS_APART,
        doing=0.47,
        own_pace=0.0,
    ),
    "null": Effects(0.16, 0.0, 0.0, 0.0, 0.0),
}
"""In `documents` twice as many stay in the top quarter (the slope follows from that, see `slope`), which asks for a
trade in which many leave: where five in six stay anyway, nobody can stay twice as often. The others are chosen beyond
the margins. In `literature`: Gallup's 21% to 51% less turnover (its geometric middle) and 23% more profit between top
and bottom quarters, Freeman et al. (2014) on active learning; on pace nothing was found."""


def draw(name: str, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw teams and learners of a world.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables teams and learning.
    """
    seed = int(rng.integers(2**32))
    return {
        "teams": draw_teams(name, n=TEAMS, rng=stream(seed, "teams")),
        "learning": draw_learners(name, n=LEARNERS, rng=stream(seed, "learning")),
    }


def draw_teams(name: str, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw teams; size has nothing to do with engagement.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    n : int
        Number of teams.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy teams.
    """
    z, noise = rng.standard_normal(n), rng.standard_normal((3, n))
    employees = np.maximum(4, np.round(EMPLOYEES * np.exp(EMPLOYEE_SPREAD * noise[0]))).astype(np.int64)
    chance = _leaving(slope(name) * z - TEAM_SPREAD * noise[1], EFFECTS[name].leaving)
    correlation = EFFECTS[name].profit
    profit = correlation * z + np.sqrt(1 - correlation**2) * noise[2]
    columns = {
        "team_id": [f"t{i:04d}" for i in range(1, n + 1)],
        "employees": employees,
        "engagement": (ENGAGEMENT[0] + ENGAGEMENT[1] * z).round(3),
        "leavers_12m": rng.binomial(employees, chance),
        "profit": (PROFIT * (1 + PROFIT_SPREAD * profit)).round(0),
    }
    return pd.DataFrame(columns)


def _leaving(staying: np.ndarray, usual: float) -> np.ndarray:
    """Give the chance to leave for log odds of staying beyond the mean team's, whose people leave as usual."""
    return 1 / (1 + (1 - usual) / usual * np.exp(staying))


def draw_learners(name: str, *, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw learners, who were given a way of learning and a pace by lot.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.
    n : int
        Number of learners.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Tidy learning.
    """
    doing, own = rng.permutation(np.arange(n) % 2), rng.permutation(np.arange(n) % 2)
    shifts = _shifts(EFFECTS[name])
    score = shifts[0] * (doing - 0.5) + shifts[1] * (own - 0.5) + rng.standard_normal(n)
    columns = {
        "person_id": [f"l{i:04d}" for i in range(1, n + 1)],
        "condition": np.where(doing, "interactive", "one_way"),
        "pace": np.where(own, "own", "set"),
        "score": (SCORE + SCORE_SPREAD * score).round(1),
        "delay_days": rng.choice(DELAYS, n),
    }
    return pd.DataFrame(columns)


def _shifts(effects: Effects) -> np.ndarray:
    """Give the shifts behind two standardised differences, each of which has the other shift in its spread."""
    g = np.array([effects.doing, effects.own_pace])
    return np.sign(g) * np.sqrt(g**2 * (1 + g[::-1] ** 2 / 4) / (1 - np.prod(g**2) / 16))


def _expected(staying: float, usual: float) -> tuple[float, float]:
    """Give minus the slope of the ln rate of leavers, and the ratio of shares of quarters, for a slope of log odds."""
    from scipy import stats

    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    z = stats.norm.ppf((np.arange(4_000) + 0.5) / 4_000)
    chance = _leaving(staying * z[:, None] + TEAM_SPREAD * nodes, usual) @ weights / weights.sum()
    fitted = 0.0
    for _ in range(50):  # Poisson scores of intercept and slope on the distribution itself
        rate = np.exp(-fitted * z)
        rate *= chance.mean() / rate.mean()
        fitted += np.mean(z * (rate - chance)) / np.mean(rate * (z - np.mean(rate * z) / rate.mean()) ** 2)
    top, bottom = chance[-1_000:].mean(), chance[:1_000].mean()
    return float(fitted), float((1 - top) / (1 - bottom))


@cache
def slope(name: str) -> float:
    """Give the slope of the log odds of staying; in `documents` the one that doubles the share between quarters."""
    from scipy.optimize import brentq

    usual = EFFECTS[name].leaving
    if name != "documents":
        return EFFECTS[name].staying
    return float(brentq(lambda staying: _expected(staying, usual)[1] - 2, 0.0, 2.0, xtol=1e-10))


@cache
def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, signed as the claim is; attachment is planted in `simulate.customers`.

    Parameters
    ----------
    name : str
        World, as in `worlds.world`.

    Returns
    -------
    dict of str to float
        True values of the estimands.
    """
    effects = EFFECTS[name]
    less, twice = _expected(slope(name), effects.leaving)
    return {
        "loyalty-emotion-pays": CONNECTED[name],
        "staff-engaged-leave-less": round(less, 9) + 0.0,
        "staff-engaged-earn-more": effects.profit,
        "staff-engaged-stay-twice": round(twice, 9),
        "learning-doing-beats-watching": effects.doing,
        "learning-own-pace": effects.own_pace,
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what teams and learners are."""
    return (
        f"- teams.csv: {len(tables['teams'])} teams with an engagement score, leavers of a year and profit."
        f" learning.csv: {len(tables['learning'])} learners, taught by doing or watching and at their own or a set"
        f" pace by lot, tested after {', '.join(map(str, DELAYS))} days.\n"
    )
