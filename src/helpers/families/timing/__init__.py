"""Do hours and hashtags matter? The family of notebook 06."""

from helpers.families import Family
from helpers.families.timing import world
from helpers.families.timing.analysis import ANALYSES, reduce
from helpers.families.timing.study import STUDY

FAMILY = Family(
    "06-timing-hashtags",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    effect=world.EFFECT,
)
