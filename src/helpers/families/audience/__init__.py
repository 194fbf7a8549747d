"""Who follows, and what is it worth? The family of notebook 08."""

from helpers.families import Family
from helpers.families.audience import analysis, world
from helpers.families.audience.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "08-audience",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    labels=analysis.LABELS,
    published=analysis.implied,
    study=STUDY,
    parts=(Part("audience", world.truths, world.draw, world.card),),
)
