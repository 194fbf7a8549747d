"""What is claimed, and what verdict do the data give?"""

from helpers.claims.planning import chance, units_needed
from helpers.claims.record import COLUMNS, MIME, Record, entries, record
from helpers.claims.registry import (
    KINDS,
    QUOTED,
    STATUSES,
    Claim,
    Untestable,
    documents,
    lacking,
    of_notebook,
    questions,
    registry,
    sums,
    untestable,
)
from helpers.claims.verdicts import FEWEST_EVENTS, FEWEST_UNITS, PLAIN, VERDICTS, Threat, Verdict, holm, judge
from helpers.claims.wording import table
from helpers.ground.scales import changed
