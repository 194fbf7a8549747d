"""Is it going where the texts say? The family of notebook 13."""

from helpers.claims.analysis import with_own
from helpers.families import Family
from helpers.families.trends import analysis, own, world
from helpers.families.trends.study import STUDY

FAMILY = Family(
    "13-trends",
    analyses=with_own(analysis.ANALYSES, own.OWN),
    reduce=analysis.reduce,
    own_facts=analysis.own_facts,
    labels=analysis.LABELS,
    study=STUDY,
    effect=world.EFFECT,
)
