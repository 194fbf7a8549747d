"""Do people take part more in small communities? The family of notebook 09."""

from helpers.families import Family
from helpers.families.communities import world
from helpers.families.communities.analysis import ANALYSES, reduce
from helpers.families.communities.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "09-communities",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    parts=(Part("communities", world.truths, world.draw, world.card),),
)
