"""Does engagement fall as accounts grow? The family of notebook 01."""

from helpers.families import Family
from helpers.families.account_size import world
from helpers.families.account_size.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "01-account-size",
    study=STUDY,
    parts=(Part("account_size", world.truths, place=0),),
)
