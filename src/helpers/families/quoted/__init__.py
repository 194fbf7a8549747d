"""Do the figures that the documents quote stand in their sources? The family of notebook 11."""

from helpers.families import Family
from helpers.families.quoted import analysis

FAMILY = Family(
    "11-quoted-figures",
    settled=analysis.settled,
    summed_up=analysis.how_many_stand,
)
