"""Does it pay to answer, or to send? The family of notebook 04."""

from helpers.families import Family
from helpers.families.dialogue import world
from helpers.families.dialogue.analysis import ANALYSES, reduce
from helpers.families.dialogue.study import STUDY

FAMILY = Family(
    "04-dialogue",
    analyses=ANALYSES,
    reduce=reduce,
    study=STUDY,
    effect=world.EFFECT,
)
