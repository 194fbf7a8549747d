"""Do comments count that say something? The family of notebook 07."""

from helpers.families import Family
from helpers.families.comment_quality import world
from helpers.families.comment_quality.analysis import ANALYSES, reduce
from helpers.families.comment_quality.study import STUDY

FAMILY = Family(
    "07-comment-quality",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    effect=world.EFFECT,
)
