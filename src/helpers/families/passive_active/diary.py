"""Which diary would a world give? Prompts of people who differ, with planted slopes within them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy

from helpers.claims import registry
from helpers.simulate.worlds import WORLDS

PERSONS, PROMPTS = 250, 30
"""As many as in the larger published studies by experience sampling: five prompts on each of six days."""

PROMPTS_A_DAY = 5

FEWEST_SHARE = 0.02
"""Share of persons who stop after three answers; the others answer 80% of their prompts on average, as in such
studies, some nearly all and some half."""

MISSING_SHARE = 0.02
"""Share of single items that an answered prompt lacks."""

SHAPE = 2.0
"""Shape of a prompt's minutes, passive and active together: many short spells and a few long ones."""

HOURS_SCALE, SCALE_SPREAD = 0.45, 0.3
"""Median scale of a person's hours per prompt, and the standard deviation of its ln between persons."""

SHARE_SPREAD = 0.12
"""Standard deviation of the passive share of time between persons."""

BETWEEN = -0.45
"""Correlation over persons between ln scale of use and mean mood: who uses more is less stressed and happier, in every
world, and whatever use does within a person."""

SCALES = {"stress": (50, 8, 0), "meaning": (50, 8, 0), "positive_affect": (4, 0.5, 2), "negative_affect": (4, 0.5, 2),
          "loneliness": (3, 0.5, 2)}  # fmt: skip
"""Middle of each scale, typical own spread of a person on it, and decimals: sliders of 0 to 100 beside 1 to 7."""

LEVEL_SPREAD = 1.0
"""Standard deviation of a person's mean, in typical own spreads."""

STRAIN = 0.5
"""What is common to positive and negative affect, as a share of the variance of their balance."""

HIGHEST = 0.9
"""Largest correlation of use and mood within a person, so that a drawn slope leaves mood some noise."""


@dataclass(frozen=True)
class Carried:
    """How far prompts of a person resemble those before.

    Parameters
    ----------
    share : float
        Part of the variance of moods, apart from what use does, that carries over from prompt to prompt.
    fade : float
        How much of that part is left at the next prompt: the autoregression of order one.
    use : float
        The same for the minutes of each kind of use, all of whose variance carries over.
    """

    share: float
    fade: float
    use: float = 0.0


AS_MEASURED = Carried(share=0.25, fade=0.85)
"""Between prompts of one person correlations of 0.21, 0.18 and 0.13 one, two and four apart, and none of use. Measured
in 6,217 prompts of 252 people (de Mello, Cheung & Inzlicht 2024, Communications Psychology), the bias of short series
taken out as `autocorrelation` does: positive affect 0.30, 0.22 and 0.15, its balance with negative affect 0.27, 0.19
and 0.13, negative affect 0.17, 0.11 and 0.08, sense of community 0.24, 0.18 and 0.12, scrolling 0.02, 0.01 and 0.01."""


@dataclass(frozen=True)
class Planted:
    """What holds in a world.

    Parameters
    ----------
    stress, meaning, balance : float
        Mean over persons of the own slope, in own standard deviations per hour: of stress on passive use, of meaning on
        active use, and of the balance of affect on active use; on passive use it is minus that.
    spread : float
        Standard deviation of each slope between persons.
    passive_share : float
        Mean over persons of the passive share of their time.
    """

    stress: float
    meaning: float
    balance: float
    spread: float
    passive_share: float


QUARTER = 0.05 / 0.6744897501960817
"""Standard deviation of slopes around 0 of which a quarter lie above the margin of 0.05: no more than many."""

PLANTED: Mapping[str, Planted] = dict(
    zip(WORLDS,
        (Planted(0.3, 0.3, 0.2, 0.2, 0.7), Planted(0.02, 0.03, 0.01, 0.25, 0.6), Planted(0, 0, 0, QUARTER, 0.5)),
        strict=True)
)  # fmt: skip
"""By world. `literature`: means far below any margin and persons who differ much, as Beyens and others (2020, 2021) and
Valkenburg and others (2022) found."""


def draw_diary(
    name: str,
    *,
    persons: int = PERSONS,
    prompts: int = PROMPTS,
    rng: np.random.Generator,
    quotas: bool = True,
    carried: Carried | None = None,
) -> pd.DataFrame:
    """Draw a diary.

    Minutes of passive and active use are gamma with one scale for each person, so that the passive share of any number
    of prompts has the person's own share as its mean. Every mood is level + own spread x (slope x hours + noise), the
    noise scaled so that its standard deviation over prompts is the own spread: slopes in own standard deviations are
    then planted exactly.

    Parameters
    ----------
    name : str
        World, as in `PLANTED`.
    persons, prompts : int
        Persons, and prompts that each is sent; about 80% are answered.
    rng : numpy.random.Generator
        Source of randomness.
    quotas : bool, default True
        Slopes of persons are the quantiles of their distribution, each once; otherwise they fall by chance.
    carried : Carried, optional
        How prompts resemble those before; by default they do not.

    Returns
    -------
    pandas.DataFrame
        The table ``diary``, one row for each answered prompt.
    """
    planted = PLANTED[name]
    person, at = _answered(persons, prompts, rng)
    use, variances, bent = _use(planted, persons, person, rng, _Noise(person, at, rng, carried))
    noise = _Noise(person, at, rng, carried)
    columns = {"person_id": np.array([f"p{i:04d}" for i in range(1, persons + 1)])[person]}
    columns["observed_at"] = _moments(at, rng)
    columns |= {f"{kind}_min": minutes for kind, minutes in use.items()}
    hours = {kind: minutes / 60 for kind, minutes in use.items()}
    slopes = planted.spread * _own(persons, quotas, rng)
    means = {"stress": ("passive", planted.stress), "meaning": ("active", planted.meaning)}
    for number, (mood, (kind, mean)) in enumerate(means.items()):
        signal, share = _signal({kind: mean + slopes[number]}, hours, variances, person)
        value = signal + np.sqrt(1 - share)[person] * noise.of_moods()
        columns[mood] = _on_scale(mood, value, person, rng, bent=-bent if mood == "stress" else bent)
    own = {"active": planted.balance + slopes[2], "passive": slopes[3] - planted.balance}
    signal, share = _signal(own, hours, variances, person)
    balance = signal + np.sqrt(1 - share)[person] * noise.of_moods()
    strain = np.sqrt(STRAIN) * noise.of_moods()
    spread = rng.gamma(16, 1 / 16, persons)
    for mood, value, side in (("positive_affect", balance + strain, 1), ("negative_affect", strain - balance, -1)):
        columns[mood] = _on_scale(mood, value / np.sqrt(2), person, rng, bent=side * bent, spread=spread)
    columns["loneliness"] = _on_scale("loneliness", noise.of_moods(), person, rng, bent=-bent)
    frame = pd.DataFrame(columns)
    moods = list(SCALES)
    return frame.assign(**frame[moods].mask(rng.random((len(frame), len(moods))) < MISSING_SHARE))


@dataclass(frozen=True)
class _Noise:
    """Standard normal values for prompts that were answered, which resemble those before."""

    person: np.ndarray
    at: np.ndarray
    rng: np.random.Generator
    carried: Carried | None

    def of_moods(self) -> np.ndarray:
        if self.carried is None:
            return self.rng.standard_normal(len(self.person))
        kept = self._faded(self.carried.fade) * np.sqrt(self.carried.share)
        return kept + np.sqrt(1 - self.carried.share) * self.rng.standard_normal(len(self.person))

    def of_use(self) -> np.ndarray | None:
        return self._faded(self.carried.use) if self.carried and self.carried.use else None

    def _faded(self, fade: float) -> np.ndarray:
        """Draw a series for every person, prompts without an answer among them."""
        series = self.rng.standard_normal((int(self.at.max()) + 1, int(self.person.max()) + 1))
        for before, now in pairwise(series):
            now *= np.sqrt(1 - fade**2)
            now += fade * before
        return series[self.at, self.person]


def _own(persons: int, quotas: bool, rng: np.random.Generator) -> np.ndarray:
    """Draw four independent standard normal values for each person, by quota or by chance."""
    if not quotas:
        return rng.standard_normal((4, persons))
    quantiles = scipy.stats.norm.ppf((np.arange(persons) + 0.5) / persons)
    return np.array([rng.permutation(quantiles) for _ in range(4)])


def _answered(persons: int, prompts: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Say who answered which prompt; a few stop after three."""
    wont = rng.beta(2, 8, persons)
    answered = rng.random((persons, prompts)) >= wont[:, None]
    stopped = rng.random(persons) < FEWEST_SHARE
    answered[stopped] = np.arange(prompts) < 3
    return np.nonzero(answered)


def _moments(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Spread a day's prompts over 8 to 23 hours, three hours apart, each up to two hours late."""
    minutes = (at // PROMPTS_A_DAY) * 1440 + 480 + 180 * (at % PROMPTS_A_DAY) + rng.integers(0, 120, len(at))
    return np.datetime64("2025-03-03T00:00:00") + minutes.astype("timedelta64[m]").astype("timedelta64[s]")


def _use(
    planted: Planted, persons: int, person: np.ndarray, rng: np.random.Generator, noise: _Noise
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Draw whole minutes; give each person's variance of hours within, and how much they use for their mean mood."""
    normal = rng.standard_normal((2, persons))
    scale = HOURS_SCALE * np.exp(SCALE_SPREAD * normal[0])
    share = planted.passive_share
    weight = share * (1 - share) / SHARE_SPREAD**2 - 1
    passive = np.clip(rng.beta(share * weight, (1 - share) * weight, persons), 0.02, 0.98)
    shapes = {"passive": SHAPE * passive, "active": SHAPE * (1 - passive)}
    minutes = {}
    for kind, shape in shapes.items():
        level = noise.of_use()
        hours = (
            rng.gamma(shape[person], scale[person])
            if level is None
            else scale[person] * scipy.stats.gamma.ppf(scipy.stats.norm.cdf(level), shape[person])
        )
        minutes[kind] = np.rint(60 * hours)
    variances = {kind: shape * scale**2 for kind, shape in shapes.items()}
    return minutes, variances, -BETWEEN * normal[0] + np.sqrt(1 - BETWEEN**2) * normal[1]


def _signal(
    slopes: Mapping[str, np.ndarray], hours: Mapping[str, np.ndarray], variances: Mapping[str, np.ndarray],
    person: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Add up what use does to mood, in own standard deviations; give each person's share of variance that it makes."""
    share = sum(slopes[kind] ** 2 * variances[kind] for kind in slopes)
    shrunk = np.minimum(1, HIGHEST / np.sqrt(np.maximum(share, 1e-12)))
    signal = sum((slopes[kind] * shrunk)[person] * hours[kind] for kind in slopes)
    return signal, share * shrunk**2


def _on_scale(
    mood: str, value: np.ndarray, person: np.ndarray, rng: np.random.Generator, *, bent: np.ndarray,
    spread: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Put a mood on its scale: the person's own level and own spread, rounded to what the scale tells apart."""
    middle, unit, decimals = SCALES[mood]
    persons = len(bent)
    own = rng.gamma(16, 1 / 16, persons) if spread is None else spread
    level = np.clip(LEVEL_SPREAD * bent, -2.5, 2.5)
    centred = (
        value - (np.bincount(person, value, persons) / np.maximum(np.bincount(person, minlength=persons), 1))[person]
    )
    return np.round(middle + unit * (level[person] + own[person] * centred), decimals)


def draw(name: str, *, rng: np.random.Generator) -> dict[str, "pd.DataFrame"]:
    """Draw the diary of a world, as `helpers.simulate.PARTS` asks."""
    return {"diary": draw_diary(name, rng=rng)}


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim, on the scale of its estimand."""
    planted, margin = PLANTED[name], registry()["use-effect-is-shared"].given("margin")
    beyond = scipy.stats.norm.cdf((planted.stress - margin) / planted.spread)
    return {
        "use-passive-stress": planted.stress,
        "use-active-meaning": planted.meaning,
        "use-active-better-than-passive": 2 * planted.balance,
        "use-effect-is-shared": float(beyond) - 0.25,
        "use-mostly-watching": planted.passive_share - 0.5,
    }


def card(tables: Mapping[str, "pd.DataFrame"]) -> str:
    """Tell in Markdown what is in the diary."""
    diary = tables["diary"]
    answers = diary.groupby("person_id").size()
    return f"""
## diary.csv

{len(diary):,} answered prompts of {len(answers):,} persons, each of whom was sent {PROMPTS}: half of them answered
{answers.median():.0f} or fewer, and {(answers <= 3).sum()} no more than three. Minutes of passive and active use since
the prompt before, and moods on scales of different length. {diary["stress"].isna().sum()} prompts lack stress.

- Within a person, mood moves with use by the person's own slope; slopes differ between persons.
- Between persons, those who use more are less stressed and happier. That is planted in every world, and says nothing
  about what use does to a person.
- Noise is independent from prompt to prompt, which moods of real people are not.
"""
