"""Does engagement fall as accounts grow? The family of notebook 01."""

from helpers.families import Family
from helpers.families.account_size import analysis, world
from helpers.families.account_size.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "01-account-size",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    own_facts=analysis.own_facts,
    study=STUDY,
    parts=(Part("account_size", world.truths, place=0),),
)
