"""What do attached customers, engaged teams and active learners bring? The second part of notebook 10."""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.claims.analysis import Analysis, on_frame, rows_of
from helpers.claims.published import points
from helpers.estimates import Estimate, ln_ratio_of_means, standardised_difference
from helpers.families.reach.estimators import pooled_ratio, standardised_slope
from helpers.measures import CUSTOMERS, Reduced, completed, revenues
from helpers.tables import TABLES

NEEDED = {
    "customers": {"emotionally_connected": "flag", "revenue_12m": "number"},
    "teams": {"employees": "number", "engagement": "number", "leavers_12m": "number", "profit": "number"},
    "learning": {"condition": "text", "pace": "text", "score": "number", "delay_days": "number"},
}
"""Columns used of each table; one that is not there is unknown."""

ALIKE = ("employees", "teams")
"""Whether every employee or every team counts alike."""

CUTS = {"quarters": 0.25, "thirds": 1 / 3, "halves": 0.5}
"""Which part of the teams is top, and which bottom."""


def reduce(tables: Mapping[str, Any]) -> Reduced:
    """Take customers, teams and learners, one row for each.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables.

    Returns
    -------
    Reduced
        Frames ``customers`` (connected as 0 and 1, revenue), ``teams`` (employees, engagement, leavers, stayers,
        profit) and ``learning`` (condition, pace, score, delay_days); empty where the table is not there. Teams in
        which more left than there are employees keep their engagement and profit only.
    """
    frames = {name: _columns(name, tables.get(name), columns) for name, columns in NEEDED.items()}
    customers = frames["customers"].rename(columns={"emotionally_connected": "connected", "revenue_12m": "revenue"})
    known = customers.dropna(ignore_index=True)
    teams = frames["teams"].rename(columns={"leavers_12m": "leavers"})
    sound = (teams["employees"] > 0) & (teams["leavers"] >= 0) & (teams["leavers"] <= teams["employees"])
    broken = int((teams[["employees", "leavers"]].notna().all(axis=1) & ~sound).sum())
    leavers, employees = (teams[name].where(sound) for name in ("leavers", "employees"))
    teams = teams.assign(leavers=leavers, employees=employees, stayers=employees - leavers)
    excluded = {
        "customers of unknown attachment or revenue": len(customers) - len(known)
        if customers.notna().any().all()
        else 0,
        "teams with more leavers than employees, or none of either": broken,
    }
    frames = {"customers": known, "teams": teams, "learning": frames["learning"]}
    units = {"learners" if name == "learning" else name: len(frame) for name, frame in frames.items()}
    return Reduced(frames, sum(units.values()), units, {reason: n for reason, n in excluded.items() if n})


def _columns(name: str, table: Any, wanted: Mapping[str, str]) -> pd.DataFrame:
    """Take the wanted columns of a table as plain numbers and texts, in the order of its ids."""
    kinds = {"flag": "float64", "number": "float64", "text": "str"}
    if table is None:
        return pd.DataFrame({name: pd.Series(dtype=kinds[kind]) for name, kind in wanted.items()})
    frame = completed(nw.from_native(table).lazy(), dict.fromkeys(wanted, "Float64"))
    ids = list(TABLES[name].present_key(frame.collect_schema().names()))
    found = frame.select(*ids, *wanted).collect("pandas").to_native()
    found = (found.sort_values(ids, ignore_index=True) if ids else found)[list(wanted)]
    flags = {name: found[name].map({True: 1.0, False: 0.0}) for name, kind in wanted.items() if kind == "flag"}
    return found.assign(**flags).astype({name: kinds[kind] for name, kind in wanted.items()})


def emotion_pays(customers: pd.DataFrame, *, customers_counted: str = CUSTOMERS[0]) -> Estimate | None:
    """Estimate the ln ratio of mean revenue, emotionally connected customers against the others.

    Parameters
    ----------
    customers : pandas.DataFrame
        From `reduce`.
    customers_counted : str, default "all"
        One of `measures.CUSTOMERS`.

    Returns
    -------
    Estimate or None
        None when a mean is not above 0.
    """
    return ln_ratio_of_means(*revenues(customers, of="connected", counted=customers_counted))


def leave_less(teams: pd.DataFrame, *, alike: str = ALIKE[0], smallest_team: int = 1) -> Estimate | None:
    """Estimate minus the slope of the ln rate of leavers on engagement, in standard deviations between teams.

    Parameters
    ----------
    teams : pandas.DataFrame
        From `reduce`.
    alike : str, default "employees"
        One of `ALIKE`: leavers with employees as exposure, or the rate of each team.
    smallest_team : int, default 1
        Teams with fewer employees are left out.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    used = teams[teams["employees"] >= smallest_team]
    if alike == "employees":
        found = standardised_slope(used, outcome="leavers", term="engagement", link="log", exposure="employees")
    else:
        used = used.assign(rate=used["leavers"] / used["employees"])
        found = standardised_slope(used, outcome="rate", term="engagement", link="log")
    return None if found is None else -found


def earn_more(teams: pd.DataFrame, *, profit_of: str = "team") -> Estimate | None:
    """Estimate the slope of standardised profit on engagement in standard deviations between teams.

    Parameters
    ----------
    teams : pandas.DataFrame
        From `reduce`.
    profit_of : str, default "team"
        ``"team"``, or ``"employee"``: profit over employees.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    used = teams if profit_of == "team" else teams.assign(profit=teams["profit"] / teams["employees"])
    return standardised_slope(used, outcome="profit", term="engagement")


def top_and_bottom(teams: pd.DataFrame, *, cut: str = "quarters") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the teams with the highest and with the lowest engagement.

    Parameters
    ----------
    teams : pandas.DataFrame
        From `reduce`; teams without engagement or numbers of leavers are left out.
    cut : str, default "quarters"
        One of `CUTS`.

    Returns
    -------
    tuple of pandas.DataFrame
        Top and bottom. Teams at the border belong to both sides of it; where all are alike both are empty.
    """
    known = teams.dropna(subset=["engagement", "leavers", "employees"])
    low, high = known["engagement"].quantile([CUTS[cut], 1 - CUTS[cut]])
    if not low < high and cut != "halves":
        return known[:0], known[:0]
    top, bottom = known["engagement"] >= high, known["engagement"] <= low
    return known[top & ~bottom], known[bottom & ~top]


def stay_twice(teams: pd.DataFrame, *, cut: str = "quarters", ratio_of: str = "shares") -> Estimate | None:
    """Estimate the ratio of the shares of people who stay, top against bottom teams by engagement.

    Parameters
    ----------
    teams : pandas.DataFrame
        From `reduce`.
    cut : str, default "quarters"
        One of `CUTS`.
    ratio_of : str, default "shares"
        ``"odds"`` reads "twice as often" as twice the odds: where most people stay anyway, no ratio of shares comes
        near 2, and that of odds can.

    Returns
    -------
    Estimate or None
        None with fewer than two teams on a side, or when one team has everybody who counts on its side.
    """
    known = teams.dropna(subset=["engagement", "leavers", "employees"]).sort_values("engagement")
    top, bottom = top_and_bottom(known, cut=cut)
    # The border between groups is drawn by the same teams, which adds to the error: those nearest to it say how much.
    near = max(5, round(len(known) * CUTS[cut] / 4))
    borders = [known.iloc[max(0, at - near) : at + near] for at in (len(known) - len(top), len(bottom))]
    others = {"shares": "employees", "odds": "leavers"}[ratio_of]
    return pooled_ratio(top, bottom, cases="stayers", others=others, borders=borders, n_ranked=len(known))


def staying(teams: pd.DataFrame, *, cut: str = "quarters") -> pd.DataFrame:
    """Count who stays in top and bottom teams, and set the ratio of shares beside that of odds.

    Parameters
    ----------
    teams : pandas.DataFrame
        From `reduce`.
    cut : str, default "quarters"
        One of `CUTS`.

    Returns
    -------
    pandas.DataFrame
        Rows top, bottom and ratio; columns teams, employees, share_stays and odds_of_staying.
    """
    sides = top_and_bottom(teams, cut=cut)
    rows = []
    for side in sides:
        stay, leave = float(side["stayers"].sum()), float(side["leavers"].sum())
        share = stay / (stay + leave) if stay + leave else float("nan")
        rows.append((len(side), stay + leave, share, stay / leave if leave else float("nan")))
    table = pd.DataFrame(
        rows, index=["top", "bottom"], columns=["teams", "employees", "share_stays", "odds_of_staying"]
    )
    table.loc["ratio"] = table.loc["top"] / table.loc["bottom"].where(table.loc["bottom"] > 0)
    return table


def learning_gain(
    learning: pd.DataFrame, *, column: str, first: str, second: str, least_delay_days: float = 0
) -> Estimate | None:
    """Estimate the standardised difference of test scores between two ways of learning.

    Parameters
    ----------
    learning : pandas.DataFrame
        From `reduce`.
    column : str
        ``"condition"`` or ``"pace"``.
    first, second : str
        Values of the column; the result is first minus second.
    least_delay_days : float, default 0
        Learners who were tested sooner after learning, or nobody knows when, are left out; 0 takes all.

    Returns
    -------
    Estimate or None
        None where nobody is left.
    """
    used = learning[learning["delay_days"] >= least_delay_days] if least_delay_days else learning
    groups = [used.loc[used[column] == kind, "score"].dropna() for kind in (first, second)]
    return standardised_difference(*groups) if all(map(len, groups)) else None


_DELAYS = {"least_delay_days": (0, 7)}

ANALYSES: Mapping[str, Analysis] = {
    "loyalty-emotion-pays": Analysis(
        on_frame("customers", emotion_pays),
        {"customers_counted": CUSTOMERS},
        rows=rows_of("customers", "connected", "revenue"),
    ),
    "staff-engaged-leave-less": Analysis(
        on_frame("teams", leave_less),
        {"alike": ALIKE, "smallest_team": (1, 10)},
        rows=rows_of("teams", "engagement", "leavers", "employees"),
    ),
    "staff-engaged-earn-more": Analysis(
        on_frame("teams", earn_more), {"profit_of": ("team", "employee")}, rows=rows_of("teams", "engagement", "profit")
    ),
    "staff-engaged-stay-twice": Analysis(
        on_frame("teams", stay_twice),
        {"cut": tuple(CUTS), "ratio_of": ("shares",)},
        rows=rows_of("teams", "engagement", "leavers", "employees"),
        others={"ratio_of": ("odds",)},
    ),
    "learning-doing-beats-watching": Analysis(
        on_frame("learning", learning_gain, column="condition", first="interactive", second="one_way"),
        _DELAYS,
        rows=rows_of("learning", "condition", "score"),
    ),
    "learning-own-pace": Analysis(
        on_frame("learning", learning_gain, column="pace", first="own", second="set"),
        _DELAYS,
        rows=rows_of("learning", "pace", "score"),
    ),
}
"""How the claims about customers, teams and learners are estimated, and what could be done otherwise."""

LABELS = {
    "loyalty-emotion-pays": "revenue of attached customers, ln ratio",
    "staff-engaged-leave-less": "fall of leavers with engagement",
    "staff-engaged-earn-more": "rise of profit with engagement",
    "staff-engaged-stay-twice": "ratio of the shares who stay",
    "learning-doing-beats-watching": "doing against watching",
    "learning-own-pace": "own against set pace",
}
"""What the estimates are called."""

RATIO_LABELS = {
    "loyalty-emotion-pays": "spending of attached customers",
    "staff-engaged-leave-less": "leavers with one usual step less engagement",
}
"""Those that a ratio tells."""

PAIR_LABELS = {name: LABELS[name] for name in ("learning-doing-beats-watching", "learning-own-pace")}
"""Those that are told by how often the one is the higher of two."""

QUARTERS_APART = 2.54
"""Standard deviations between the means of the top and the bottom quarter of a normal distribution, 2 phi(z) / 0.25."""


def on_our_scale(figures: pd.DataFrame) -> pd.DataFrame:
    """Bring published figures onto the scale of the claims, as far as that can be done.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives: the ln of one plus a difference in spending; the same for turnover,
        its sign turned, for one standard deviation of engagement; standardised differences as they are.
    """
    spending, turnover = (figures["contrast"].str.contains(word) for word in ("spend", "turnover"))
    standardised = figures["measure"] == "standardised_difference"
    ln = np.log1p(figures["estimate"].where(spending | turnover))
    value = figures["estimate"].where(standardised).fillna(ln.where(spending)).fillna(-ln / QUARTERS_APART)
    study = (
        figures["study"].str.replace(r" \(.*", "", regex=True).str.replace("HBR New Science.*", "HBR 2015", regex=True)
    )
    label = study + ", " + figures["contrast"].str.replace(r".*: ", "", regex=True)
    return points(figures.assign(label=label, value=value))
