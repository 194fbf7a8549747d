"""Do hours and hashtags matter? The family of notebook 06."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.timing import analysis, own, world
from helpers.families.timing.study import STUDY

FAMILY = Family(
    "06-timing-hashtags",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    leads=analysis.LEADS,
    published=analysis.published_contrasts,
    study=STUDY,
    effect=world.EFFECT,
)
