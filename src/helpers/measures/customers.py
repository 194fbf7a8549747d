"""What did customers bring, those with a trait beside the others?"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CUSTOMERS = ("all", "who bought")
"""Whether customers without revenue count, as nothing, or are left out."""


def revenues(customers: "pd.DataFrame", *, of: str, counted: str = CUSTOMERS[0]) -> "tuple[pd.Series, pd.Series]":
    """Give the revenue of each customer, those with a trait and the others apart.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row for each customer, with revenue and the trait.
    of : str
        Column of the trait: 1 or 0.
    counted : str, default "all"
        One of `CUSTOMERS`.

    Returns
    -------
    tuple of pandas.Series
        With the trait, and without.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"member": [1.0, 0.0, 0.0], "revenue": [8.0, 4.0, 0.0]})
    >>> [len(side) for side in revenues(table, of="member", counted="who bought")]
    [1, 1]
    """
    used = customers if counted == "all" else customers[customers["revenue"] > 0]
    return used.loc[used[of] == 1, "revenue"], used.loc[used[of] == 0, "revenue"]
