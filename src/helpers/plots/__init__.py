"""What does it look like? The pictures that several families share."""

from helpers.plots.forest import LABEL_WIDTH, describe_forest, forest, forest_rows
from helpers.plots.sizes import groups_by_size, rate_by_size
from helpers.plots.specifications import describe_specifications, specification_curve
from helpers.plots.style import DOCUMENT, INK, KINDS, OURS, PALE, PUBLISHED, SIZE, show, style
