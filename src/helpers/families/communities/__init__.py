"""Do people take part more in small communities? The family of notebook 09."""

from helpers.families import Family
from helpers.families.communities import analysis, world
from helpers.families.communities.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "09-communities",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    labels=analysis.LABELS,
    published=analysis.exponents,
    study=STUDY,
    parts=(Part("communities", world.truths, world.draw, world.card),),
)
