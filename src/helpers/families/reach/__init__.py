"""Does reach tell what people do? The family of notebook 10."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.reach import analysis, outcomes, own, work_and_learning, world
from helpers.families.reach.study import STUDY
from helpers.simulate.parts import Part

FAMILY = Family(
    "10-reach-and-behaviour",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    labels=outcomes.LABELS,
    published=outcomes.on_our_scale,
    study=STUDY,
    parts=(
        Part("work_and_learning", work_and_learning.truths, work_and_learning.draw, work_and_learning.card, place=3),
    ),
    effect=world.EFFECT,
)
