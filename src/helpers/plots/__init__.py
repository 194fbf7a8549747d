"""What does it look like? The pictures that several families share, and what a family's own are drawn with."""

from helpers.plots.event_study import event_study
from helpers.plots.forest import LABEL_WIDTH, forest, forest_of
from helpers.plots.picture import KINDS, Picture, axes
from helpers.plots.sizes import draw_means, groups_by_size, rate_by_size, size_axes, told_means
from helpers.plots.specifications import specification_curve
from helpers.plots.style import (
    DOCUMENT,
    INK,
    OURS,
    PAIR,
    PALE,
    PUBLISHED,
    bars,
    margin_band,
    ratio_axis,
    say_empty,
    style,
)
