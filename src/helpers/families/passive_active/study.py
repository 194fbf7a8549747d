"""How well do the estimators of notebook 03 do on worlds with a known truth?"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from helpers.families.passive_active import diary, survey
from helpers.simulate.study import Case, Study, estimated, textbook

if TYPE_CHECKING:
    from helpers.measures import Reduced


HARD = {
    f"AR {fade:g}": diary.Carried(share=1.0, fade=fade, use=0.5) if fade else diary.Carried(0.0, 0.0, use=0.5)
    for fade in (0.0, 0.3, 0.6)
}
"""Moods that carry over by so much from prompt to prompt, while use does by half."""


SLOPES = {"use-passive-stress": ("stress", "passive"), "use-active-meaning": ("meaning", "active")}
"""Outcome and term of the claims that have a textbook interval: least squares on centred prompts."""


def cases(name: str, size: str, rng: np.random.Generator) -> Iterator[Case]:
    """Simulate a diary and a survey of as many people, and estimate every claim as the notebook does."""
    from helpers.families.passive_active.analysis import ANALYSES, reduce

    counts, _, hard = size.partition(", ")
    persons, prompts = map(int, counts.split(" x "))
    carried = HARD[hard] if hard else diary.AS_MEASURED
    tables = {
        "diary": diary.draw_diary(name, persons=persons, prompts=prompts, rng=rng, quotas=False, carried=carried),
        "survey": survey.draw_survey(name, n=persons, rng=rng),
    }
    tables["survey"]["uses_social_media"] = tables["survey"]["uses_social_media"] == "true"
    data = reduce(tables)
    return estimated(ANALYSES, data, diary.truths(name) | survey.truths(name), plain=_plain)


def _plain(claim_id: str, data: "Reduced") -> tuple[float, float] | None:
    """Give the textbook interval: every prompt an independent observation, every respondent of the same weight."""
    from helpers.families.passive_active.analysis import surveyed, usable

    if claim_id in SLOPES:
        outcome, term = SLOPES[claim_id]
        table = usable(data.frames["prompts"], outcome=outcome, terms=[term])
        x, y = (table[name] - table.groupby("person_id")[name].transform("mean") for name in (term, "y"))
        slope = (x @ y) / (x @ x)
        return textbook(slope, math.sqrt(((y - slope * x) ** 2).sum() / (len(x) - 1) / (x @ x)))
    if claim_id == "use-mostly-watching":
        values, shift = data.frames["persons"]["share"].dropna(), -0.5
    elif claim_id.startswith("use-share") or claim_id == "use-minutes-nl":
        part = surveyed(data, home=claim_id.endswith("nl"))
        values, shift = part["minutes_per_day" if "minutes" in claim_id else "uses_social_media"].dropna(), 0.0
    else:
        return None
    return textbook(values.mean() + shift, values.std(ddof=1) / math.sqrt(len(values)))


SIZES = tuple(f"{persons} x {prompts}" for persons in (30, 100, 300) for prompts in (10, 60))
HARD_SIZES = tuple(f"{counts}, {hard}" for counts in ("30 x 20", "200 x 20") for hard in HARD)

STUDY = Study(
    unit="persons x prompts",
    sizes=(*SIZES, *HARD_SIZES),
    cases=cases,
    bounded=("use-effect-is-shared", "use-mostly-watching"),
    null_size="300 x 60",
)
"""Persons in a simulated diary and survey, and prompts that each is sent in the diary, which resemble each other as
those of real people do, or as `HARD` says."""
