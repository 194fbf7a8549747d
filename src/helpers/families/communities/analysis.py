"""Are small communities livelier? From communities over periods, and customers, to the estimates of notebook 09."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.words import counted
from helpers.claims.analysis import Analysis, on_frame, rows_of
from helpers.claims.published import points
from helpers.claims.registry import registry
from helpers.claims.verdicts import Threat
from helpers.claims.wording import told
from helpers.doubts.threats import of_error
from helpers.estimates import ESTIMATORS, Estimate, fit_slope, fitted_line, ln_ratio_of_means, regress
from helpers.ground.scales import changed, spanned
from helpers.ground.telling import Span
from helpers.measures import CUSTOMERS, Reduced, account_rates, revenues, with_bands
from helpers.reading.sampling import in_memory

if TYPE_CHECKING:
    from helpers.claims import Verdict


OUTCOMES = {"active_share": "active_members", "contributions_per_member": "contributions"}
"""Rates over members, and the counts behind them, which the estimator "counts" takes instead."""

HELD = {
    "size": ["ln_members"],
    "size and platform": ["ln_members", "platform"],
    "bands of size": ["band"],
    "nothing": [],
}
"""What moderated and other communities that are compared must have in common."""


def reduce(tables: Mapping[str, Any], *, min_members: int = 1, min_periods: int = 1) -> Reduced:
    """Average the periods of each community where the tables live; take customers as they are.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; communities and customers are used where they are there.
    min_members : int, default 1
        Periods with fewer members are left out.
    min_periods : int, default 1
        Communities with fewer usable periods are left out.

    Returns
    -------
    Reduced
        Frames ``communities`` (one row for each: platform, members, ln_members, band, active_share, active_members,
        contributions_per_member, contributions, thread_depth, hostile_share, moderated and periods, each a mean over
        the periods in which it is known; ``at_posting``, the share of its rows that say of which period they are) and
        ``customers`` (member and retained as 0 and 1, revenue). A community that was moderated in some periods only
        counts as what it was in most, and as unknown where they are equally many.
    """
    rows, excluded = 0, dict[str, int]()
    communities = _no_communities()
    if "communities" in tables:
        communities, rows, excluded = _communities(tables["communities"], min_members, min_periods)
    customers, lost = _customers(tables.get("customers"))
    units = {"communities": len(communities), "customers": len(customers)}
    frames = {"communities": communities, "customers": customers}
    excluded = {reason: count for reason, count in {**excluded, **lost}.items() if count}
    return Reduced(frames, rows + len(customers), units, excluded)


MEANS = (
    *("members", "active_share", "active_members", "contributions_per_member", "contributions", "thread_depth"),
    "hostile_share",
)
"""What is averaged over the periods of a community."""

SHOWN = ("members", "active_share", "contributions_per_member", "thread_depth", "periods")
"""What the table of facts about communities shows."""

COUNTS = ("members", "active_members", "posts", "comments", "median_thread_depth", "hostile_share", "moderated")


def _no_communities() -> pd.DataFrame:
    columns = dict.fromkeys((*MEANS, "moderated", "periods", "at_posting"), "float64")
    texts = {"platform": "str", "community_id": "str"}
    return _sized(pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in {**texts, **columns}.items()}))


def _sized(communities: pd.DataFrame) -> pd.DataFrame:
    """Add ln members and the band of size."""
    bands = with_bands(communities[["members"]].set_axis(["followers"], axis=1))["band"]
    return communities.assign(ln_members=np.log(communities["members"]), band=bands)


def _communities(table: Any, min_members: int, min_periods: int) -> tuple[pd.DataFrame, int, dict[str, int]]:
    periods = nw.from_native(table).lazy()
    there = periods.collect_schema().names()
    known = (nw.col(name) if name in there else nw.lit(None, dtype=nw.Float64()).alias(name) for name in COUNTS)
    platform = nw.col("platform") if "platform" in there else nw.lit("not stated").alias("platform")
    told = (~nw.col("period").is_null()).cast(nw.Float64()) if "period" in there else nw.lit(0.0)
    periods = periods.select("community_id", platform, *known, _at_posting=told).with_columns(
        nw.col("platform").fill_null("not stated")
    )
    sized = (nw.col("members") >= max(min_members, 1)).fill_null(False)
    periods = periods.with_columns(_sized=sized).with_columns(**_rates())
    sums = {name: nw.col(f"_{name}").mean() for name in (*MEANS, "moderated", "at_posting")}
    found = periods.group_by("platform", "community_id").agg(n_all=nw.len(), periods=nw.col("_n").sum(), **sums)
    frame = in_memory(found, unit="community_id").sort_values(["platform", "community_id"], ignore_index=True)
    frame = frame.astype(dict.fromkeys((*MEANS, "moderated", "periods"), "float64"))
    few = (frame["periods"] > 0) & (frame["periods"] < min_periods)
    excluded = {
        f"periods with fewer than {counted(max(min_members, 1), 'member')}": int(
            (frame["n_all"] - frame["periods"]).sum()
        ),
        f"communities with fewer than {min_periods} periods": int(few.sum()),
    }
    kept = frame[frame["periods"] >= max(min_periods, 1)].drop(columns="n_all").reset_index(drop=True)
    share = kept["moderated"]
    kept = kept.assign(moderated=(share > 0.5).astype(float).where(share.notna() & (share != 0.5)))
    excluded["communities moderated in half of their periods"] = int((share == 0.5).sum())
    return _sized(kept), int(kept["periods"].sum()), excluded


def _rates() -> dict[str, Any]:
    """Say what each period contributes to the means of its community; null where it is not known."""
    sized, members, active = nw.col("_sized"), nw.col("members"), nw.col("active_members")
    written = nw.col("posts") + nw.col("comments")
    size = nw.when(sized).then(members)
    depth, moderated = nw.col("median_thread_depth"), nw.col("moderated")
    flag = nw.when(moderated.cast(nw.Boolean())).then(1.0).otherwise(0.0)
    return {
        "_n": sized.cast(nw.Int64),
        "_members": size,
        "_active_share": nw.when(sized).then(active) / size,
        "_active_members": nw.when(sized).then(active),
        "_contributions_per_member": nw.when(sized).then(written) / size,
        "_contributions": nw.when(sized).then(written),
        "_thread_depth": nw.when(sized).then(depth),
        "_hostile_share": nw.when(sized).then(nw.col("hostile_share")),
        "_moderated": nw.when(sized & ~moderated.is_null()).then(flag),
    }


def _customers(table: Any) -> tuple[pd.DataFrame, dict[str, int]]:
    columns = {"is_community_member": "member", "revenue_12m": "revenue", "retained_12m": "retained"}
    none = pd.DataFrame({name: pd.Series(dtype="float64") for name in columns.values()})
    there = [] if table is None else nw.from_native(table).lazy().collect_schema().names()
    if "is_community_member" not in there or not {"revenue_12m", "retained_12m"} & set(there):
        return none, {}
    used = [name for name in columns if name in there]
    frame = nw.from_native(table).lazy().select(*used).collect("pandas").to_native().reindex(columns=list(columns))
    flags = {name: frame[name].map({True: 1.0, False: 0.0}) for name in ("is_community_member", "retained_12m")}
    customers = frame.assign(**flags).astype("float64").rename(columns=columns)
    kept = customers[customers["member"].notna() & customers[["revenue", "retained"]].notna().any(axis=1)]
    lost = {"customers of unknown membership, or of whom nothing else is known": len(customers) - len(kept)}
    return kept.sort_values(["member", "revenue", "retained"], ignore_index=True), lost


def slope(
    communities: pd.DataFrame, *, outcome: str, estimator: str = "ppml", min_members: float = 0
) -> Estimate | None:
    """Estimate minus the slope of the ln expected outcome on ln members, each community one observation.

    One of the same id on several platforms is one unit.

    Parameters
    ----------
    communities : pandas.DataFrame
        From `reduce`.
    outcome : str
        ``"active_share"``, ``"contributions_per_member"`` or ``"thread_depth"``.
    estimator : str, default "ppml"
        One of `estimates.ESTIMATORS`; there are no counts behind a depth.
    min_members : float, default 0
        Smaller communities are left out: in a community of a few people a share moves in jumps.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    column = OUTCOMES[outcome] if estimator == "counts" else outcome
    part = communities[communities["members"] >= min_members]
    fit = fit_slope(part, outcome=column, size="members", estimator=estimator, cluster="community_id")
    return None if fit is None else -fit.slope


def moderated_gain(
    communities: pd.DataFrame, *, outcome: str = "active_share", estimator: str = "ppml", held: str = "size"
) -> Estimate | None:
    """Estimate the ln ratio of a share, moderated against not, communities of one size compared.

    Parameters
    ----------
    communities : pandas.DataFrame
        From `reduce`; communities whose moderation or share is unknown are left out.
    outcome : str, default "active_share"
        Or ``"hostile_share"``.
    estimator : str, default "ppml"
        ``"ppml"``, or ``"log-ols"``, which loses the communities in which the share is 0.
    held : str, default "size"
        One of `HELD`.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    table = communities.dropna(subset=[outcome, "moderated", "ln_members"])
    if estimator == "log-ols":
        table = table[table[outcome] > 0]
        table = table.assign(**{outcome: np.log(table[outcome])})
    link = "identity" if estimator == "log-ols" else "log"
    fit = regress(table, outcome=outcome, terms=["moderated"], adjust=HELD[held], cluster="community_id", link=link)
    if fit is None:
        return None
    sides = table.groupby("moderated")["community_id"].nunique().reindex([0, 1], fill_value=0)
    return replace(fit.term("moderated"), n_side=int(min(sides)))


def kinder(communities: pd.DataFrame, **choices: Any) -> Estimate | None:
    """Estimate minus the ln ratio of the hostile share of comments; keywords as in `moderated_gain`."""
    found = moderated_gain(communities, outcome="hostile_share", **choices)
    return found and -found


def loyal(customers: pd.DataFrame) -> Estimate | None:
    """Estimate by how much the share of customers retained is higher among members of a community.

    Parameters
    ----------
    customers : pandas.DataFrame
        From `reduce`; those of unknown membership, or of whom it is not known whether they stayed, are left out.

    Returns
    -------
    Estimate or None
        Difference of shares, errors by leaving out one customer at a time; None where a side has nobody or all of both
        sides stay.
    """
    used = customers.dropna(subset=["member", "retained"])
    fit = regress(used, outcome="retained", terms=["member"])
    if fit is None:
        return None
    sides = used["member"].sum(), (1 - used["member"]).sum()
    return replace(fit.term("member"), n_side=int(min(sides)))


def worth(customers: pd.DataFrame, *, customers_counted: str = CUSTOMERS[0]) -> Estimate | None:
    """Estimate the ln ratio of mean revenue, community members against other customers.

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
    return ln_ratio_of_means(
        *revenues(customers.dropna(subset=["member", "revenue"]), of="member", counted=customers_counted)
    )


def _of_members(claim_id: str) -> "Callable[..., list[Threat]]":
    """Say whether members that were counted at another time could carry a fall, as every member stands below too."""

    def threats(data: Reduced, found: Estimate, *, min_members: float = 0, **_: Any) -> list[Threat]:
        table = data.frames["communities"]
        sized = table[table["members"] >= min_members].assign(followers=table["members"])
        return of_error(registry()[claim_id], found, sized, counted="member") if found.is_finite else []

    return threats


def _uncounted(estimate: "Callable[..., Estimate | None]") -> "Callable[..., Estimate | None]":
    """Take the default where a notebook asks for counts and there are none."""
    return lambda data, estimator="ppml", **choices: estimate(
        data, estimator="ppml" if estimator == "counts" else estimator, **choices
    )


_SIZES = {"min_members": (0, 30, 300)}

ANALYSES: Mapping[str, Analysis] = {
    "community-small-takes-part": Analysis(
        on_frame("communities", slope, outcome="active_share"),
        {"estimator": ESTIMATORS, **_SIZES},
        rows=rows_of("communities", "active_share", add="periods"),
        threats=_of_members("community-small-takes-part"),
    ),
    "community-small-contributes-more": Analysis(
        on_frame("communities", slope, outcome="contributions_per_member"),
        {"estimator": ESTIMATORS, **_SIZES},
        rows=rows_of("communities", "contributions_per_member", add="periods"),
        threats=_of_members("community-small-contributes-more"),
    ),
    "community-small-talks-deeper": Analysis(
        _uncounted(on_frame("communities", slope, outcome="thread_depth")),
        {"estimator": ("ppml", "log-ols"), **_SIZES},
        rows=rows_of("communities", "thread_depth", add="periods"),
    ),
    "community-moderated-stays-active": Analysis(
        _uncounted(on_frame("communities", moderated_gain)),
        {"estimator": ("ppml", "log-ols"), "held": tuple(HELD)[:-1]},
        rows=rows_of("communities", "active_share", "moderated", add="periods"),
        others={"held": tuple(HELD)[-1:]},
    ),
    "community-moderated-kinder": Analysis(
        _uncounted(on_frame("communities", kinder)),
        {"estimator": ("ppml", "log-ols"), "held": tuple(HELD)[:-1]},
        rows=rows_of("communities", "hostile_share", "moderated", add="periods"),
        others={"held": tuple(HELD)[-1:]},
    ),
    "community-members-worth-more": Analysis(
        on_frame("customers", worth),
        {"customers_counted": CUSTOMERS[:1]},
        rows=rows_of("customers", "member", "revenue"),
        others={"customers_counted": CUSTOMERS[1:]},
    ),
    "customers-loyal": Analysis(on_frame("customers", loyal), rows=rows_of("customers", "member", "retained")),
}
"""How each claim of notebook 09 is estimated, and what could be done otherwise."""

LABELS = {
    "community-small-takes-part": "members who take part",
    "community-small-contributes-more": "contributions of a member",
    "community-small-talks-deeper": "depth of a thread",
}
"""What the slopes are called in the picture."""


def line(communities: pd.DataFrame, *, outcome: str, side: int | None = None) -> pd.DataFrame | None:
    """Fit the line that a picture shows: expected outcome over the sizes there are.

    Parameters
    ----------
    communities : pandas.DataFrame
        From `reduce`.
    outcome : str
        As in `slope`.
    side : int, optional
        1 for moderated communities only, 0 for the others; by default all.

    Returns
    -------
    pandas.DataFrame or None
        As `estimates.fitted_line` gives.
    """
    part = communities if side is None else communities[communities["moderated"] == side]
    return fitted_line(part, outcome=outcome, size="members")


def raw_and_held(data: Reduced) -> pd.DataFrame:
    """Set the comparison of communities as they are beside that of communities of one size.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        The change of the active share that goes with moderation, as text, with nothing and with size held fixed.
    """
    found = [moderated_gain(data.frames["communities"], held=held) for held in ("nothing", "size")]
    told = [changed(estimate) for estimate in found]
    return pd.DataFrame([told], columns=["as they are", "size held fixed"], index=["moderated"])


def from_posts(tables: Mapping[str, Any]) -> pd.DataFrame:
    """Say what posts alone tell about size where there is no table of communities: how counts grow with followers.

    This is no verdict on a claim: posts do not say how many members were active or silent, and a list of the most
    liked posts is selected on the outcome.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; posts are used, each account_id taken as a community and its followers as members.

    Returns
    -------
    pandas.DataFrame
        For comments and likes of a post: communities, exponent b of the count on members (1: the count grows as
        members do), low and high (95% interval). Empty without posts.
    """
    rows = []
    if "posts" in tables:
        accounts = account_rates({name: tables[name] for name in ("posts", "accounts") if name in tables}).frame
        for count in ("comments", "likes"):
            fit = fit_slope(accounts, outcome=count, estimator="counts", cluster="owner")
            if fit is not None and fit.slope.is_finite:
                b = fit.slope.shifted(1)
                rows.append((f"{count} of a post", b.n_units, b.value, b.low, b.high))
    return pd.DataFrame(rows, columns=["count", "communities", "exponent b", "low", "high"])


def describe_posts(table: "pd.DataFrame | None") -> str:
    """Tell what posts say where there is no table of communities.

    Parameters
    ----------
    table : pandas.DataFrame or None
        From `from_posts`; None where there is a table of communities.

    Returns
    -------
    str
        One sentence for each count, or why there is none.
    """
    if table is None:
        return "These data have a table of communities; their posts are not needed."
    said = []
    for count, accounts, *exponent in table.itertuples(index=False, name=None):
        more, interval = told(Span(*exponent), f"{{doubled:more|fewer}} {count}")
        said.append(f"Over {accounts:,} accounts twice the followers bring {more} (95% interval {interval}).")
    return " ".join(said) or "These data have neither a table of communities nor posts with followers and comments."


def growth(sizes: Sequence[float], *, exponents: Sequence[float], each: float = 2.0) -> pd.DataFrame:
    """Show contributions of a member when all contributions grow with members to a power: 2 ** b with twice as many.

    Parameters
    ----------
    sizes : sequence of float
        Numbers of members; in the first, a member contributes `each` times whatever the exponent.
    exponents : sequence of float
        Values of b: 1, contributions grow as members do.
    each : float, default 2
        Contributions of a member at the first size.

    Returns
    -------
    pandas.DataFrame
        One row for each size, one column for each exponent, named by what twice as many bring.
    """
    columns = {
        f"twice as many bring {2**b - 1:.0%} more": [each * (size / sizes[0]) ** (b - 1) for size in sizes]
        for b in exponents
    }
    return pd.DataFrame(columns, index=pd.Index([f"{size:,.0f}" for size in sizes], name="members"))


def exponents(figures: pd.DataFrame) -> pd.DataFrame:
    """Put published scaling exponents on the scale of the claim about contributions.

    Parameters
    ----------
    figures : pandas.DataFrame
        From `published.figures`.

    Returns
    -------
    pandas.DataFrame
        As `published.points` gives, value 1 - b: above 0 where small communities contribute more for each member.
        Bounds such as "above 1" are no points and are left out.
    """
    shown = figures[figures["measure"] == "scaling_exponent"]
    label = shown["platform"] + ", " + shown["contrast"].str.replace(r" vs .*| \(.*", "", regex=True)
    return points(shown.assign(label=label, value=1 - shown["estimate"]))


def ratio_table(verdicts: "Mapping[str, Verdict]") -> pd.DataFrame:
    """Say what the slopes mean: what a community ten times as small has more.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By claim id.

    Returns
    -------
    pandas.DataFrame
        One row for each slope that could be estimated: the change for a tenth of the members, and slope and exponent
        under technical, as text.
    """
    rows = []
    for claim_id, label in LABELS.items():
        if found := verdicts[claim_id].estimate:
            technical = f"slope {spanned(-found)}, exponent {1 - found.value:.3f}"
            rows.append((label, spanned(found, "+.0%", scale="tenth"), technical))
    names = ["what", "a tenth of the members", "technical"]
    return pd.DataFrame(rows, columns=names).set_index("what")
