"""Do comments count that say something? The family of notebook 07."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.comment_quality import analysis, own, world
from helpers.families.comment_quality.study import STUDY

FAMILY = Family(
    "07-comment-quality",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    own_facts=analysis.own_facts,
    labels=analysis.LABELS,
    study=STUDY,
    effect=world.EFFECT,
)
