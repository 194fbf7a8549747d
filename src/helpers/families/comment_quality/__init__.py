"""Do comments count that say something? The family of notebook 07."""

from helpers.families import Family
from helpers.families.comment_quality import analysis, world
from helpers.families.comment_quality.study import STUDY

FAMILY = Family(
    "07-comment-quality",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    phrases=analysis.PHRASES,
    own_facts=analysis.own_facts,
    labels=analysis.LABELS,
    study=STUDY,
    effect=world.EFFECT,
)
