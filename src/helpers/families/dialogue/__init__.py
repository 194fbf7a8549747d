"""Does it pay to answer, or to send? The family of notebook 04."""

from helpers.families import Family
from helpers.families.dialogue import analysis, world
from helpers.families.dialogue.study import STUDY

FAMILY = Family(
    "04-dialogue",
    analyses=analysis.ANALYSES,
    reduce=analysis.reduce,
    phrases=analysis.PHRASES,
    own_facts=analysis.own_facts,
    labels=analysis.LABELS,
    published=analysis.published_effects,
    study=STUDY,
    effect=world.EFFECT,
)
