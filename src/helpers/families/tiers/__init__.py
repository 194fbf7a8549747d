"""Do small influencers engage more than large ones, and at what price? The family of notebook 02."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.tiers import analysis, own, world
from helpers.families.tiers.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "02-influencer-tiers",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    own_facts=analysis.own_facts,
    study=STUDY,
    parts=(Part("campaigns", world.truths, world.draw, world.card),),
)
