"""Which claims will get a verdict on these data? Told before a notebook runs, for runs, for receipts and for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.claims import FEWEST_UNITS, Claim, Verdict, lacking, registry
from helpers.claims.analysis import of_own_account
from helpers.claims.verdicts import OWN_ACCOUNT, compares_too_few
from helpers.families import found
from helpers.measures import own_posts
from helpers.measures.own import number_of_owners

if TYPE_CHECKING:
    import narwhals as nw

    from helpers.claims.analysis import Own
    from helpers.measures import Reduced
    from helpers.reading.dataset import Dataset

IDS: Mapping[str, str] = {
    "account": "account_id",
    "person": "person_id",
    "learner": "person_id",
    "community": "community_id",
    "customer": "customer_id",
    "team": "team_id",
}
"""The column that tells units of analysis apart."""


def prospects(dataset: Dataset) -> dict[str, Verdict]:
    """Say of every claim what is known of its verdict without running its notebook.

    Parameters
    ----------
    dataset : Dataset
        The opened data.

    Returns
    -------
    dict of str to Verdict
        By claim id, in the registry's order. The verdict is ``"no data"`` or ``"too little data"`` with the reason
        where there will be no other, that of its source for a quoted figure, and an empty text where the data can
        speak. With fewer than ten owners each claim that can be put to one account is judged for it, as its notebook
        does; of any other only the tables, the columns and the number of units are looked at.
    """
    families = found().values()
    analyses = {claim_id: one for family in families for claim_id, one in family.analyses.items()}
    settled = {claim_id: told for family in families if family.settled for claim_id, told in family.settled().items()}
    own = own_posts(dataset.tables, zone=dataset.clock)
    units: dict[tuple[str, str], int] = {}
    owners = None if own is None else number_of_units(dataset, "posts", IDS["account"])
    told = {}
    for claim_id, claim in registry().items():
        analysis = analyses.get(claim_id)
        if claim_id in settled:
            told[claim_id] = settled[claim_id]
        elif own is not None and analysis is not None and analysis.own is not None:
            told[claim_id] = of_this_account(claim, own, analysis.own, dataset=dataset)
        else:
            told[claim_id] = of_many(claim, dataset, units, owners=owners)
    return told


def of_this_account(claim: Claim, data: Reduced, own: Own, *, dataset: Dataset) -> Verdict:
    """Say whether a claim will get a verdict for the account at hand; an analysis that breaks says so in its notebook.

    Parameters
    ----------
    claim, data, own, dataset
        As in `analysis.of_own_account`.

    Returns
    -------
    Verdict
        As in `prospects`.
    """
    try:
        judged = of_own_account(claim, data, own, dataset=dataset)
    except Exception:  # an import must not fail because an estimator does
        return Verdict(claim, "", scope=OWN_ACCOUNT, data=data)
    verdict = "" if judged.estimate else judged.verdict
    return Verdict(judged.claim, verdict, reason=judged.reason, scope=judged.scope, data=judged.data)


def of_many(
    claim: Claim, dataset: Dataset, units: dict[tuple[str, str], int] | None = None, *, owners: int | None = None
) -> Verdict:
    """Say whether a claim about many accounts, persons or communities will get a verdict.

    Parameters
    ----------
    claim : Claim
        The claim.
    dataset : Dataset
        The opened data.
    units : dict, optional
        Numbers of units by table and column, filled as they are counted.
    owners : int, optional
        How many run the accounts that post, where they are fewer than ten: the data are theirs, and what compares
        accounts cannot be put to them whichever column is added.

    Returns
    -------
    Verdict
        As in `prospects`.
    """
    if gap := lacking(claim, dataset):
        first = "" if owners is None or claim.unit_of_analysis != "account" else compares_too_few(owners, "account")
        return Verdict(claim, "no data", reason="; ".join(filter(None, [first, gap])))
    column, known = IDS.get(claim.unit_of_analysis, ""), {} if units is None else units
    counts = []
    for option in claim.needs:
        if any(table not in dataset.tables for table in option):
            continue
        having = [table for table in option if column in dataset.tables[table].collect_schema().names()]
        for table in having:
            if (table, column) not in known:
                known[table, column] = number_of_units(dataset, table, column)
        counts += [min(known[table, column] for table in having)] if having else []
    if not counts or max(counts) >= FEWEST_UNITS:
        return Verdict(claim, "")
    return Verdict(claim, "too little data", reason=compares_too_few(max(counts), claim.unit_of_analysis))


def number_of_units(dataset: Dataset, table: str, column: str) -> int:
    """Count the units in a table; accounts of one owner are one."""
    import narwhals as nw

    frame: nw.LazyFrame = nw.from_native(dataset.tables[table]).lazy()
    if column == IDS["account"]:
        accounts = dataset.tables.get("accounts")
        return number_of_owners(frame, None if accounts is None else nw.from_native(accounts).lazy())
    return int(frame.select(n=nw.col(column).n_unique()).collect("pandas").to_native()["n"].iloc[0])
