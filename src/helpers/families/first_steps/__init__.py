"""How does a verdict come about? The family of notebook 00."""

from helpers.families import Family

FAMILY = Family(
    "00-start-here",
)
