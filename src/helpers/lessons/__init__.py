"""How does somebody learn from a notebook, and live in it? Plain models beside verdicts, exercises, panels."""

from helpers.ground.parameters import hold_to
from helpers.lessons.exercises import At, Exercise, checker, valued
from helpers.lessons.models import beside, rests_on, two_sided
from helpers.lessons.panel import ALL, Panel, by_period, few, first_of, periods
