"""What was found, what of it was planted, and what can these data not be asked? The first screen of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.base.words import counted, listed
from helpers.claims.verdicts import FEWEST_UNITS, OWN_ACCOUNT, PLAIN
from helpers.claims.wording import is_fragile

STRENGTH = (
    "supported",
    "contradicted",
    "reproduced",
    "not reproduced",
    "direction supported",
    "direction contradicted",
    "negligible",
    "inconclusive",
)
"""Verdicts that rest on an interval, the strongest first."""

FINDINGS = 3
"""Findings that stand first."""

_COMPARES, _MISSING = "compares ", "missing: "


def is_judged(row: Mapping[str, Any]) -> bool:
    """Say whether data gave a claim a verdict, or should have: the notebook failed or was not run."""
    return row["kind"] != "Q" and (row.get("verdict") or "") in ("", *STRENGTH)


def strongest(views: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Choose what to tell first: the strongest verdicts, those that survive the number of claims before others.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.

    Returns
    -------
    list of mapping
        At most `FINDINGS`, each with an answer; what the data cannot tell is a finding only where nothing else is.
    """
    told = [view for view in views if view.get("verdict") in STRENGTH and view.get("answer")]
    found = [view for view in told if view["verdict"] != "inconclusive"]
    return sorted(found or told, key=_order)[:FINDINGS]


def _order(view: Mapping[str, Any]) -> tuple[int, bool, float]:
    p_value = view.get("p_value")
    return STRENGTH.index(view["verdict"]), view.get("survives") is False, 1.0 if p_value is None else float(p_value)


def headline(rows: Sequence[Mapping[str, Any]], *, own: bool = False, accounts: int = 1) -> str:
    """Say in a sentence what was found.

    Parameters
    ----------
    rows : sequence of mapping
        Claims of a run.
    own : bool
        Whether they are about the account at hand, or the few.
    accounts : int, default 1
        How many those are.

    Returns
    -------
    str
        How many claims have an answer, by answer.
    """
    asked = [row for row in rows if row["kind"] != "Q"]
    told = [row["verdict"] for row in asked if row.get("verdict") in STRENGTH]
    if not told:
        return "These data give no claim a verdict yet."
    of = f"{counted(len(told), 'claim')} that these data can speak to"
    answered = [verdict for verdict in told if verdict != "inconclusive"]
    if own:
        whose = "this account" if accounts == 1 else f"these {accounts} accounts"
        return _of_this_account(asked, answered, left=len(told) - len(answered), whose=whose)
    if not answered:
        return f"Of {of} none has an answer yet: the data cannot tell."
    left = len(told) - len(answered)
    rest = f"; on {left} the data cannot tell" if left else ""
    has = "has" if len(answered) == 1 else "have"
    return f"Of {of}, {len(answered)} {has} an answer: {_by_answer(answered)}{rest}.{_doubted(rows)}"


def _doubted(rows: Sequence[Mapping[str, Any]]) -> str:
    fragile = sum(is_fragile(row.get("robust_share")) for row in rows if row.get("verdict") in STRENGTH)
    are = "One of these answers is" if fragile == 1 else f"{fragile} of these answers are"
    return f" {are} fragile: most other ways to analyse the data say otherwise." if fragile else ""


def _by_answer(answered: Sequence[str]) -> str:
    words = [f"{answered.count(verdict)} \u201c{PLAIN[verdict]}\u201d" for verdict in STRENGTH if verdict in answered]
    return listed(words)


def _of_this_account(asked: Sequence[Mapping[str, Any]], answered: Sequence[str], *, left: int, whose: str) -> str:
    """Say of how many claims how many get a verdict, as the receipt of an import does, and how many an answer."""
    judged, own = len(answered) + left, [row for row in asked if row.get("scope") == OWN_ACCOUNT]
    here = sum(row.get("verdict") in STRENGTH for row in own)
    get = f"{judged} of {counted(len(asked), 'claim')} {'gets' if judged == 1 else 'get'} a verdict on these data"
    of = f"{get}, {here if here < judged else 'all'} of them for {whose}"
    if not answered:
        return f"{of}; to each it is \u201c{PLAIN['inconclusive']}\u201d so far."
    rest = f"; on {left} the data cannot tell" if left else ""
    has = "has" if len(answered) == 1 else "have"
    return f"{of}: {len(answered)} {has} an answer ({_by_answer(answered)}){rest}.{_doubted(asked)}"


def planted(truth: Mapping[str, Any], *, registry: Mapping[str, Any]) -> dict[str, float]:
    """Give what simulated data were made to hold, by claim.

    Parameters
    ----------
    truth : mapping
        As ``truth.toml`` beside the data has it: claims, and the rates by band of account size.
    registry : mapping of str to Claim
        The claims.

    Returns
    -------
    dict of str to float
        The true value of the estimand, for each claim for which one is told.
    """
    told = {name: float(value) for name, value in truth.get("claims", {}).items() if name in registry}
    edges = [*truth.get("band_edges", [])[1:-1], float("inf")]
    for name, claim in registry.items():
        rates = truth.get(f"{getattr(claim, 'outcome', '')}s")
        upper = claim.followers[1] if getattr(claim, "followers", None) else None
        if rates and upper in edges:
            told.setdefault(name, float(rates[edges.index(upper)]))
    return told


def finds(row: Mapping[str, Any], truth: float) -> bool:
    """Say whether a verdict is the one that fits what was planted.

    Parameters
    ----------
    row : mapping
        A claim of a run, with kind, verdict, margin and published.
    truth : float
        What was planted.

    Returns
    -------
    bool
        A verdict that cannot tell is right only where nothing was planted.

    Examples
    --------
    >>> finds({"kind": "D", "verdict": "supported", "margin": 0.05}, 0.2)
    True
    >>> finds({"kind": "N", "verdict": "inconclusive", "margin": 0.05}, 0.0)
    False
    """
    verdict, margin = row.get("verdict") or "", float(row["margin"])
    if row["kind"] == "V":
        return verdict == ("reproduced" if abs(truth / float(row["published"]) - 1) <= margin else "not reproduced")
    small = abs(truth) <= margin
    if row["kind"] == "N":
        return verdict == ("supported" if small else "contradicted")
    side = ("supported", "direction supported") if truth > 0 else ("contradicted", "direction contradicted")
    return verdict in (*(side if truth else ("inconclusive",)), *(("negligible",) if small else ()))


def method(views: Sequence[Mapping[str, Any]], truths: Mapping[str, float]) -> str:
    """Say in a line how often the method finds what was planted; that says nothing about the world.

    Parameters
    ----------
    views : sequence of mapping
        The claims of a question on simulated data.
    truths : mapping of str to float
        From `planted`.

    Returns
    -------
    str
        With the number of claims for which nothing planted is told, and of those that most other analyses of the same
        data would have missed, where there are any.
    """
    asked = [view for view in views if view["kind"] != "Q"]
    known = [view for view in asked if view["claim_id"] in truths and view.get("verdict")]
    if not known:
        return "nothing planted is told" if asked else ""
    right = sum(finds(view, truths[view["claim_id"]]) for view in known)
    left = len(asked) - len(known)
    rest = f" ({left} more without a planted value or a verdict)" if left else ""
    fragile = sum(is_fragile(view.get("robust_share")) for view in known)
    rest += f"; on {fragile} of them most other ways to analyse the same data give another verdict" if fragile else ""
    return f"the method finds what was planted in {right} of {counted(len(known), 'claim')}{rest}"


def folded(views: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put the claims that the data cannot speak to together by the reason.

    Parameters
    ----------
    views : sequence of mapping
        From `claim_views`.

    Returns
    -------
    list of dict
        reason, wanted (what would answer them; may be empty) and claims, those that compare accounts first.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for view in views:
        if view["kind"] != "Q" and not is_judged(view):
            groups.setdefault(_reason(view), []).append(view)
    order = sorted(groups.items(), key=lambda item: (not item[0][0].startswith("They compare"), -len(item[1])))
    return [{"reason": reason, "wanted": wanted, "claims": claims} for (reason, wanted), claims in order]


def _reason(view: Mapping[str, Any]) -> tuple[str, str]:
    """Say why there is no verdict, and what would give one."""
    reason = view.get("reason") or ""
    if reason.startswith(_COMPARES):
        first = reason.partition("; ")[0].removeprefix(_COMPARES)
        unit = first.partition(" with ")[0]
        followers = ", each with its followers" if unit == "accounts" else ""
        return f"They compare {first}", f"the data of {FEWEST_UNITS} {unit} or more{followers}"
    if reason.startswith(_MISSING):
        option = reason.removeprefix(_MISSING).partition("; or ")[0]
        tables = dict.fromkeys(name.partition(".")[0] for name in option.split(", "))
        return f"Not in these data: columns of {listed(tables)}", ""
    return f"Too little of it in these data: {reason}" if reason else "Too little of it in these data", ""
