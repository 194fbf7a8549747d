"""Which format draws most? The family of notebook 05."""

from helpers.families import Family
from helpers.families.formats import depth, world
from helpers.families.formats.analysis import ANALYSES, reduce
from helpers.families.formats.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "05-format",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    parts=(Part("depth", depth.truths, depth.draw, depth.card, place=3),),
    effect=world.EFFECT,
)
