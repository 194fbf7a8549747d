"""What is a tidy table, and when can it be used?"""

from helpers.tables.columns import DISPLAYS, EARLIEST, HIDDEN, PERSONS, POSTS, TABLES, Column, Kind, Table, find
from helpers.tables.rules import SHOWN, Rule, limits, missing
from helpers.tables.units import UNITS, factors
