"""What is measured, and on which unit? One row for each account, week or person."""

from helpers.measures.customers import CUSTOMERS, revenues
from helpers.measures.own import own_posts
from helpers.measures.persons import centred, own_spread, sums_of_products
from helpers.measures.posts import (
    BAND_EDGES,
    COUNTED,
    OUTCOMES,
    Reduced,
    account_rates,
    accounts_with_size,
    band_labels,
    completed,
    counted_when,
    days_of,
    engagement,
    first_and_last_day,
    marked_posts,
    outside_or_young,
    read_averages,
    reduce_posts,
    size_contributions,
    with_bands,
    with_owner,
)
from helpers.measures.weeks import (
    DAY_S,
    MONDAY,
    WEEK_OUTCOMES,
    WEEK_S,
    account_weeks,
    local_seconds,
    prepared_posts,
)
