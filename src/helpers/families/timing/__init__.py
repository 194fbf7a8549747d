"""Do hours and hashtags matter? The family of notebook 06."""

from helpers.families import Family
from helpers.families.timing import analysis, world
from helpers.families.timing.study import STUDY

FAMILY = Family(
    "06-timing-hashtags",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    phrases=analysis.PHRASES,
    published=analysis.published_contrasts,
    study=STUDY,
    effect=world.EFFECT,
)
