"""How large is an effect, and how sure are we?"""

from helpers.estimates.explained import gain_in_r2
from helpers.estimates.groups import ln_ratio_of_means, standardised_difference
from helpers.estimates.interval import (
    FEWEST_DEGREES,
    MOST_LEFT_OUT,
    ROUNDING,
    Estimate,
    Noise,
    degrees_of_freedom,
    design_effect,
    from_influence,
    linearised,
    mean,
    median,
    on_t,
    summed,
    weighted_mean,
    with_weights,
)
from helpers.estimates.jointly import joint_test
from helpers.estimates.regression import ESTIMATORS, Fit, Regression, demeaned, fit_slope, regress
from helpers.estimates.series import in_time
from helpers.estimates.shares import wilson
from helpers.estimates.sizes import band_means, fitted_line
from helpers.estimates.within import paired_difference, within_ratio, within_slope
