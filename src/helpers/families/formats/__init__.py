"""Which format draws most? The family of notebook 05."""

from helpers.families import Family
from helpers.families.formats import analysis, depth, world
from helpers.families.formats.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "05-format",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    phrases=analysis.PHRASES,
    published=analysis.published_ratios,
    study=STUDY,
    parts=(Part("depth", depth.truths, depth.draw, depth.card, place=3),),
    effect=world.EFFECT,
)
