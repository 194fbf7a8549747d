"""How large is an effect, and how sure are we?"""

from helpers.estimates.explained import gain_in_r2
from helpers.estimates.groups import design_effect, ln_ratio_of_means, standardised_difference, weighted_mean
from helpers.estimates.interval import (
    FEWEST_DEGREES,
    ROUNDING,
    Estimate,
    degrees_of_freedom,
    from_influence,
    mean,
    median,
    on_t,
)
from helpers.estimates.regression import (
    ESTIMATORS,
    MOST_KEPT,
    MOST_STEPS,
    Fit,
    Regression,
    demeaned,
    fit_slope,
    regress,
)
from helpers.estimates.shares import wilson
from helpers.estimates.sizes import band_means, fitted_line
from helpers.estimates.spread import Shrunken, shrunken
from helpers.estimates.within import paired_difference, within_ratio, within_slope
