"""What does one account of one's own show? The family of notebook 12."""

from helpers.families import Family
from helpers.families.own_account import study, world

FAMILY = Family(
    "12-own-account",
    worlds=world.WHOLES,
    study=study.STUDY,
    libraries=("statsmodels.nonparametric.smoothers_lowess", "statsmodels.regression.linear_model"),
)
