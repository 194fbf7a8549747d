"""What does it look like? The pictures that several families share, and what a family's own are drawn with."""

from helpers.plots.forest import LABEL_WIDTH, forest, forest_of
from helpers.plots.picture import Picture
from helpers.plots.sizes import draw_means, groups_by_size, rate_by_size, told_means
from helpers.plots.specifications import specification_curve
from helpers.plots.style import (
    DOCUMENT,
    INK,
    KINDS,
    OURS,
    PALE,
    PUBLISHED,
    SIZE,
    axes,
    bar_lengths,
    margin_band,
    mark_kind,
    multiples_axis,
    say_empty,
    size_axes,
    style,
)
