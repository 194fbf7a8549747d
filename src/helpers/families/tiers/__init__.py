"""Do small influencers engage more than large ones, and at what price? The family of notebook 02."""

from helpers.families import Family
from helpers.families.tiers import world
from helpers.families.tiers.analysis import ANALYSES, reduce
from helpers.families.tiers.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "02-influencer-tiers",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    parts=(Part("campaigns", world.truths, world.draw, world.card),),
)
