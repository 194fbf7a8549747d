"""How do people feel who scroll, and people who take part? The family of notebook 03."""

from helpers.families import Family
from helpers.families.passive_active import analysis, diary, survey
from helpers.families.passive_active.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "03-passive-active-use",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    leads=analysis.LEADS,
    own_facts=analysis.own_facts,
    study=STUDY,
    parts=(
        Part("diary", diary.truths, diary.draw, diary.card),
        Part("survey", survey.truths, survey.draw, survey.card),
    ),
    libraries=("statsmodels.regression.mixed_linear_model",),
)
