"""Which format draws most? The family of notebook 05."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.formats import analysis, depth, own, world
from helpers.families.formats.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "05-format",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    published=analysis.published_ratios,
    study=STUDY,
    parts=(Part("depth", depth.truths, depth.draw, depth.card, place=3),),
    effect=world.EFFECT,
)
