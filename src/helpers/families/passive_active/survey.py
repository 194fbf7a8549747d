"""Which survey would a world give? Respondents of a panel that is too young, with weights that mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.families.passive_active import generations
from helpers.simulate.worlds import WORLDS

RESPONDENTS = 3_000
"""Enough that a share is known to about two percentage points in half of them."""

AGES = ((15, 30), (30, 50), (50, 65), (65, 91))
POPULATION = np.array((0.24, 0.32, 0.24, 0.20))
PANEL = np.array((0.38, 0.34, 0.18, 0.10))
"""Shares of the age groups among people, and among those who answer online surveys; weights are their ratio."""

BY_AGE = np.array((0.95, 0.88, 0.78, 0.566))
"""Share of each age group that uses social media where 81% of all do."""

MINUTES_BY_AGE = np.array((1.38, 0.98, 0.83, 0.75))
"""Minutes of users of an age relative to all, as in the Netherlands, where the young spend twice as long as the old."""

NETWORKS_BY_AGE: Mapping[str, tuple[float, ...]] = {
    "facebook": (0.25, 0.55, 0.80, 0.90),
    "instagram": (0.85, 0.60, 0.40, 0.25),
    "tiktok": (0.70, 0.40, 0.22, 0.10),
    "threads": (0.12, 0.40, 0.08, 0.02),
    "nextdoor": (0.02, 0.06, 0.18, 0.45),
}
"""Share of the users of each of `AGES` who are on a network where generations differ; else all as their mean."""

MINUTES_SPREAD = 0.6
"""Standard deviation of ln minutes among people of one age."""

ABROAD = ("BE", "DE", "FR", "GB", "US")
MISSING_SHARE = 0.02


@dataclass(frozen=True)
class Planted:
    """What holds in a world: shares of people who use social media, mean minutes a day of those in NL who do.

    Whether ages differ in their use, minutes and networks is said last.
    """

    share_nl: float
    share_world: float
    minutes_nl: float
    by_age: bool = True


PLANTED: Mapping[str, Planted] = dict(
    zip(
        WORLDS,
        (Planted(0.81, 0.639, 115), Planted(0.787, 0.639, 115), Planted(0.6, 0.5, 70, by_age=False)),
        strict=True,
    )
)
"""By world. In `null` every age is alike.
`literature`: Newcom reports 14.4 million users, not the 14.8 million that the document calls 81%."""


def draw_survey(name: str, *, n: int = RESPONDENTS, rng: np.random.Generator, quotas: bool = False) -> pd.DataFrame:
    """Draw a survey, half of it in the Netherlands.

    Parameters
    ----------
    name : str
        World, as in `PLANTED`.
    n : int
        Respondents.
    rng : numpy.random.Generator
        Source of randomness.
    quotas : bool, default False
        Users are as many in each age group and country as they should be; otherwise their number falls by chance.

    Returns
    -------
    pandas.DataFrame
        The table ``survey``, one row for each respondent; who uses no social media has no minutes.
    """
    planted = PLANTED[name]
    group = rng.choice(len(AGES), n, p=PANEL)
    low, high = np.array(AGES).T
    at_home = rng.random(n) < 0.5
    share = np.where(at_home, planted.share_nl, 2 * planted.share_world - planted.share_nl)
    level = rng.random(n)
    if quotas:
        cell = pd.Series(level).groupby([group, at_home])
        level = ((cell.rank() - 0.5) / cell.transform("size")).to_numpy()
    users = _users(planted)
    uses = level < users[group] * share / (users @ POPULATION)
    noise = np.exp(MINUTES_SPREAD * rng.standard_normal(n) - MINUTES_SPREAD**2 / 2)
    minutes = planted.minutes_nl * _relative(planted)[group] * noise
    scores, trait = rng.standard_normal((2, n)), rng.standard_normal(n)
    moods = {
        "passive_score": 4 + 1.2 * scores[0],
        "active_score": 3 + 1.2 * (0.5 * scores[0] + np.sqrt(0.75) * scores[1]),
        "stress": 3 + 0.8 * (0.08 * scores[0] + trait),
        "wellbeing": 5 + 0.9 * (0.08 * scores[1] - 0.5 * trait + 0.8 * rng.standard_normal(n)),
        "loneliness": 2.5 + 0.6 * (0.05 * scores[0] + 0.4 * trait + 0.9 * rng.standard_normal(n)),
    }
    frame = pd.DataFrame(
        {
            "person_id": [f"r{i:05d}" for i in range(1, n + 1)],
            "weight": (POPULATION / PANEL).round(4)[group],
            "age": rng.integers(low[group], high[group]),
            "country": np.where(at_home, "NL", rng.choice(ABROAD, n)),
            "uses_social_media": np.where(uses, "true", "false"),
            "platforms": _platforms(planted, group, uses, rng.spawn(1)[0]),
            "minutes_per_day": np.where(
                uses & (rng.random(n) >= MISSING_SHARE), minutes.clip(1, 1_000).round(), np.nan
            ),
            **{name: np.clip(value, 1, 7).round(1) for name, value in moods.items()},
        }
    )
    return frame.assign(**frame[list(moods)].mask(rng.random((n, len(moods))) < MISSING_SHARE))


def _users(planted: Planted) -> np.ndarray:
    """Give the relative share of users in each age group."""
    return BY_AGE if planted.by_age else np.ones(len(AGES))


def _relative(planted: Planted) -> np.ndarray:
    """Give the minutes of a user of each age group relative to the mean over all users."""
    users, minutes = POPULATION * _users(planted), MINUTES_BY_AGE if planted.by_age else np.ones(len(AGES))
    return minutes / (minutes @ users / users.sum())


def _on_networks(planted: Planted) -> dict[str, np.ndarray]:
    """Give the share of users of each age group who are on each network."""
    users = POPULATION * _users(planted) / (POPULATION @ _users(planted))
    shares = {name: np.array(by_age) for name, by_age in NETWORKS_BY_AGE.items()}
    return shares if planted.by_age else {name: np.full(len(AGES), users @ own) for name, own in shares.items()}


def _platforms(planted: Planted, group: np.ndarray, uses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write the networks of every respondent, names between spaces; those who use social media have one at least."""
    shares = _on_networks(planted)
    on = np.array([rng.random(len(group)) < own[group] for own in shares.values()])
    names = [" ".join(name for name, there in zip(shares, row, strict=True) if there) or "youtube" for row in on.T]
    written = np.array(names, dtype=object)
    written[~uses] = None
    return written


def draw(name: str, *, rng: np.random.Generator) -> dict[str, "pd.DataFrame"]:
    """Draw the survey of a world, as `helpers.simulate.PARTS` asks."""
    return {"survey": draw_survey(name, rng=rng, quotas=True)}


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, on the scale of its estimand."""
    planted = PLANTED[name]
    users, relative, on = POPULATION * _users(planted), _relative(planted), _on_networks(planted)
    share = users / POPULATION * _share_of_all(planted) / (users.sum())
    young = planted.minutes_nl * (relative[0] - relative[1:] @ users[1:] / users[1:].sum())
    return {
        "use-young-longer": float(young) + 0.0,
        "use-tiktok-young": _gap(share * on["tiktok"], (1.0, 0.0, 0.0, 0.0)),
        "use-generations-differ": float(np.mean([_gap(share * on[name], of) for name, of in _OF_NETWORK.items()])),
        "use-minutes-nl": planted.minutes_nl,
        "use-share-world": planted.share_world,
        "use-share-nl": planted.share_nl,
    }


def _share_of_all(planted: Planted) -> float:
    """Give the share of all respondents, half of them in the Netherlands, who use social media."""
    return planted.share_world


_OF_NETWORK = {
    name: tuple(generation.part(low, high) for low, high in AGES) for name, generation in generations.NETWORKS.items()
}
"""What part of each age group belongs to the generation whose network it is said to be; ages are even within groups."""


def _gap(share: np.ndarray, part: Sequence[float]) -> float:
    """Give the difference of a share between those of the age groups who belong to a generation and all others."""
    inside, outside = POPULATION * np.array(part), POPULATION * (1 - np.array(part))
    return round(float(inside @ share / inside.sum() - outside @ share / outside.sum()), 9) + 0.0


def card(tables: Mapping[str, "pd.DataFrame"]) -> str:
    """Tell in Markdown what is in the survey."""
    survey = tables["survey"]
    return f"""
## survey.csv

{len(survey):,} respondents, {(survey["country"] == "NL").sum():,} of them in the Netherlands. The panel is younger than
the people it stands for, and the young use social media more: without the weights every share comes out too high.
{survey["minutes_per_day"].isna().sum():,} have no minutes, most of them because they use no social media.
"""
