"""Does it pay to answer, or to send? The family of notebook 04."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.dialogue import analysis, own, world
from helpers.families.dialogue.study import STUDY

FAMILY = Family(
    "04-dialogue",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    leads=analysis.LEADS,
    own_facts=analysis.own_facts,
    labels=analysis.LABELS,
    published=analysis.published_effects,
    study=STUDY,
    effect=world.EFFECT,
)
