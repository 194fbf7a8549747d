"""How is each claim of a notebook put to the test: by default, and in every other reasonable way?

A notebook's module declares an `Analysis` for each claim; judging them, trying their other choices and telling the
outcome is the same for all and stands here.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from helpers.base.words import p_text, plural
from helpers.claims.own_account import BEST, CHOICES, FEWEST_WEEKS, OTHERS, PER, set_against
from helpers.claims.registry import Claim, lacking, registry
from helpers.claims.verdicts import OWN_ACCOUNT, VERDICTS, Threat, Verdict, corrected, judge, of_too_few
from helpers.claims.wording import bare, here, plainly
from helpers.estimates import Estimate, joint_test
from helpers.measures import own_posts
from helpers.reading import sampling

if TYPE_CHECKING:
    import pandas as pd

    from helpers.measures import Reduced
    from helpers.reading.dataset import Dataset


MOST_UNITS = 20_000
"""Units on which the other ways of analysis are tried: a hundred fits to a million accounts would take minutes."""

_UNITS = ("account_id", "person_id", "community_id", "customer_id", "team_id")


@dataclass(frozen=True)
class Own:
    """The way from the posts of one account, or of a few, to the estimate of a claim that compares its posts or weeks.

    Parameters
    ----------
    estimate : callable
        Called with what `measures.own_posts` gives and the choices as keywords; gives the estimate over weeks, signed
        as the claim is, or None.
    needs : tuple of mapping of str to tuple of str
        Tables and columns, any of the options; without them there is no data.
    fewest : int
        Weeks below which it is too little data, from `own_account.FEWEST_WEEKS`.
    choices, threats, others
        As in `Analysis`; others of what is no choice are left out.
    short : callable, optional
        Called with the posts; says what they are short of for a verdict, beside `fewest`; nothing where all is there.
    told : str
        How its answer is told, with ``{per}`` for what engagement is set against and ``{when}``, which is days where
        no post has a clock time; by default as the registry has it.
    """

    estimate: "Callable[..., Estimate | None]"
    needs: tuple[Mapping[str, tuple[str, ...]], ...]
    fewest: int = FEWEST_WEEKS["contrast"]
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=lambda: CHOICES)
    threats: "Callable[..., Sequence[Threat]] | None" = None
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=lambda: OTHERS)
    short: "Callable[[Reduced], str] | None" = None
    told: str = ""

    def analysis(self) -> "Analysis":
        """Give it as an analysis of the account's posts."""
        others = {name: values for name, values in self.others.items() if name in self.choices}
        return Analysis(self.estimate, self.choices, rows=rows_of("posts"), threats=self.threats, others=others)


@dataclass(frozen=True)
class Analysis:
    """The way from reduced tables to the estimate of one claim.

    Parameters
    ----------
    estimate : callable
        Called with the reduced tables and the choices as keywords; gives the estimate, signed as the claim is, or None
        where these data have nothing to estimate from.
    choices : mapping of str to tuple
        For each thing that could reasonably be done otherwise its values, the default first. A function among the later
        ones is called with the reduced tables and gives values that only the data know, such as their platforms.
    rows : callable, optional
        Called with the reduced tables; counts the rows of data that the claim rests on, where it is not all of them.
    sound : callable, optional
        Called with choices as keywords; false where they make no sense together, which is not tried then.
    slow : mapping of str to tuple
        Values that take too long for every combination: each is tried once, all else as the notebook has it.
    remarks : callable, optional
        Called with the reduced tables; gives what stands out in them and is said with the verdict.
    others : mapping of str to tuple
        Values of choices that estimate something else, such as a median for a mean: each is tried once, all else as the
        notebook has it, shown under its own name and not counted among the specifications. A function as in `choices`.
    threats : callable, optional
        Called with the reduced tables, the estimate, and the choices as keywords; gives what else could have made it.
    own : Own, optional
        How the claim is put to one account, where it compares posts or weeks of an account with each other.
    """

    estimate: "Callable[..., Estimate | None]"
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    rows: "Callable[[Reduced], int] | None" = None
    sound: Callable[..., bool] | None = None
    slow: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    remarks: "Callable[[Reduced], Sequence[str]] | None" = None
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    threats: "Callable[..., Sequence[Threat]] | None" = None
    own: Own | None = None

    def chosen(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Take the choices from a notebook's parameters, defaults where it has none."""
        return {name: parameters.get(name, values[0]) for name, values in self.choices.items()}

    def combined(self, data: "Reduced", own: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Give every combination of choices that makes sense, a notebook's own first, and what is slow once each."""
        for values in product(*(self._options(name, data, own[name]) for name in self.choices)):
            choices = dict(zip(self.choices, values, strict=True))
            if choices == own or self.sound is None or self.sound(**choices):
                yield choices
        yield from ({**own, name: value} for name, values in self.slow.items() for value in values)

    def _options(self, name: str, data: "Reduced", own: Any) -> list[Any]:
        """List the values of a choice, a notebook's own first; only that where it estimates something else."""
        if own in _known(self.others.get(name, ()), data):
            return [own]
        return list(dict.fromkeys([own, *_known(self.choices[name], data)]))

    def elsewhere(self, data: "Reduced", own: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give what estimates something else, each with its name."""
        for name, values in self.others.items():
            for value in _known(values, data):
                if own.get(name) != value:
                    yield f"{name.replace('_', ' ')}: {value}", {**own, name: value}


def _known(values: Sequence[Any], data: "Reduced") -> list[Any]:
    """List values, those that only the data know among them."""
    return [one for value in values for one in (value(data) if callable(value) else [value])]


def with_own(analyses: Mapping[str, Analysis], own: Mapping[str, Own]) -> dict[str, Analysis]:
    """Add to each analysis how its claim is put to one account, where it can be."""
    return {claim_id: replace(analysis, own=own.get(claim_id)) for claim_id, analysis in analyses.items()}


def on_frame(name: str, estimate: "Callable[..., Estimate | None]", **fixed: Any) -> "Callable[..., Estimate | None]":
    """Let an estimate take the reduced tables instead of the one frame that it works on.

    Parameters
    ----------
    name : str
        The frame.
    estimate : callable
        Called with the frame, and keywords.
    **fixed
        Keywords that are no choice.

    Returns
    -------
    callable
        As `Analysis` wants it.
    """
    return lambda data, **choices: estimate(data.frames[name], **fixed, **choices)


def rows_of(name: str, *known: str, add: str = "") -> "Callable[[Reduced], int]":
    """Count the rows that a claim rests on.

    Parameters
    ----------
    name : str
        The frame.
    *known : str
        Columns that must be known.
    add : str
        A column with numbers of rows behind each one, which are added up; by default each one counts.

    Returns
    -------
    callable
        As `Analysis` wants it.
    """

    def count(data: "Reduced") -> int:
        frame = data.frames[name]
        frame = frame[frame[list(known)].notna().all(axis=1)] if known else frame
        return int(frame[add].sum()) if add else len(frame)

    return count


def judged(
    claims: Sequence[Claim],
    data: "Reduced",
    analyses: Mapping[str, Analysis],
    *,
    dataset: "Dataset",
    parameters: Mapping[str, Any] | None = None,
    own: "Reduced | None" = None,
) -> dict[str, Verdict]:
    """Judge the claims of a notebook on reduced tables.

    Parameters
    ----------
    claims : sequence of Claim
        The notebook's claims.
    data : Reduced
        The reduced tables.
    analyses : mapping of str to Analysis
        By claim id.
    dataset : Dataset
        The opened data, which say what is missing.
    parameters : mapping of str, optional
        The notebook's parameters; those that are a choice of an analysis replace its default.
    own : Reduced, optional
        What `own_account` gives, where that is known already.

    Returns
    -------
    dict of str to Verdict
        By claim id, in the order of the claims.
    """
    own = own or own_account(analyses, dataset=dataset, parameters=parameters or {})
    units, verdicts = {**data.units, **(own.units if own else {})}, {}
    for claim in claims:
        analysis = analyses[claim.id]
        if own is not None and analysis.own is not None:
            verdicts[claim.id] = of_own_account(claim, own, analysis.own, dataset=dataset, parameters=parameters)
        else:
            gap = lacking(claim, dataset)
            verdict = _of_all(claim, data, analysis, gap=gap, parameters=parameters or {})
            verdicts[claim.id] = of_too_few(verdict, units.get(plural(claim.unit_of_analysis)))
    return corrected(verdicts)


def own_account(
    analyses: Mapping[str, Analysis], *, dataset: "Dataset", parameters: Mapping[str, Any]
) -> "Reduced | None":
    """Give the posts of an account of one's own, or of a few, where a claim can be put to it.

    Parameters
    ----------
    analyses, dataset, parameters
        As in `judged`.

    Returns
    -------
    Reduced or None
        From `measures.own_posts`: what verdicts of scope `OWN_ACCOUNT` rest on.
    """
    if not any(analysis.own for analysis in analyses.values()):
        return None
    chosen = {name: parameters[name] for name in ("min_age_days", "platforms", "start", "end") if name in parameters}
    return own_posts(dataset.tables, zone=parameters.get("timezone") or dataset.clock, **chosen)


def _of_all(claim: Claim, data: "Reduced", analysis: Analysis, *, gap: str, parameters: Mapping[str, Any]) -> Verdict:
    """Judge a claim on reduced tables."""
    choices = analysis.chosen(parameters)
    found = None if gap else analysis.estimate(data, **choices)
    threats = analysis.threats(data, found, **choices) if analysis.threats and found else ()
    rows = None if analysis.rows is None else 0 if gap else analysis.rows(data)
    verdict = judge(claim, found, missing=gap, threats=threats, reason=_nothing(data, rows))
    reasons = [verdict.reason, *(analysis.remarks(data) if analysis.remarks and not gap else [])]
    return replace(verdict, n_rows=rows, reason="; ".join(filter(None, reasons)))


def _nothing(data: "Reduced", rows: int | None) -> str:
    """Say what was left out, where no row is left."""
    gone = [] if rows or data.n_rows else [f"{why}: {count:,}" for why, count in data.excluded.items() if count]
    return f"no row is left ({'; '.join(gone)})" if gone else ""


ALIKE = "nothing to compare: its posts are all of one kind in this, or never of both in the same weeks"


def of_own_account(
    claim: Claim, data: "Reduced", own: Own, *, dataset: "Dataset", parameters: Mapping[str, Any] | None = None
) -> Verdict:
    """Judge a claim for the account at hand: its units are weeks.

    Parameters
    ----------
    claim : Claim
        The claim.
    data : Reduced
        From `measures.own_posts`.
    own : Own
        How it is put to one account.
    dataset, parameters
        As in `judged`.

    Returns
    -------
    Verdict
        Of scope `OWN_ACCOUNT`.
    """
    analysis = own.analysis()
    choices = analysis.chosen(parameters or {})
    per = PER[set_against(data.frames["posts"], choices.get("per", BEST))]
    when = "days" if data.frames["posts"]["hour"].isna().all() else "hours"
    told = (own.told or claim.told).replace("{per}", per).replace("{when}", when)
    claim = replace(claim, needs=own.needs, unit_of_analysis="week", told=told)
    gap = lacking(claim, dataset)
    short = own.short(data) if own.short and not gap else ""
    found = None if gap or short else analysis.estimate(data, **choices)
    threats = own.threats(data, found, **choices) if own.threats and found else ()
    rows = 0 if gap else len(data.frames["posts"])
    reason = _nothing(data, rows) or short or ("" if found or gap else ALIKE)
    verdict = judge(claim, found, missing=gap, threats=threats, fewest=own.fewest, reason=reason)
    return replace(verdict, n_rows=rows, scope=OWN_ACCOUNT, data=data)


def specifications(
    verdicts: Mapping[str, Verdict],
    data: "Reduced",
    analyses: Mapping[str, Analysis],
    *,
    parameters: Mapping[str, Any] | None = None,
) -> "dict[str, pd.DataFrame]":
    """Judge every claim that the data can speak to under all combinations of its choices.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `judged`; claims without data are left out.
    data, analyses, parameters
        As in `judged`.

    Returns
    -------
    dict of str to pandas.DataFrame
        By claim id: one row for each combination, the notebook's own first, with its choices, value, low, high,
        verdict, and under ``estimand`` the name of what is estimated instead, empty where it is the same; its
        ``attrs["joint"]`` is the p-value of `estimates.joint_test` over those of the same estimand, or None. Of very
        many units those are tried that `drawn` takes.
    """
    data = replace(data, frames={name: drawn(frame) for name, frame in data.frames.items()})
    tables = {}
    for claim_id, verdict in verdicts.items():
        if verdict.verdict == "no data":
            continue
        analysis, own = analyses[claim_id], analyses[claim_id].own
        of, way = (verdict.data, own.analysis()) if verdict.data is not None and own else (data, analysis)
        tables[claim_id] = _tried(verdict.claim, of, way, parameters or {})
    return tables


def _tried(claim: Claim, data: "Reduced", analysis: Analysis, parameters: Mapping[str, Any]) -> "pd.DataFrame":
    """Estimate one claim in every way."""
    import pandas as pd

    own = analysis.chosen(parameters)
    ways = [*(("", choices) for choices in analysis.combined(data, own)), *analysis.elsewhere(data, own)]
    found = [analysis.estimate(data, **choices) for _, choices in ways]
    rows = [
        {**specified(claim, estimate, choices), "estimand": name}
        for estimate, (name, choices) in zip(found, ways, strict=True)
    ]
    table = pd.DataFrame(rows)
    same = [estimate for estimate, (name, _) in zip(found, ways, strict=True) if estimate and not name]
    table.attrs["joint"] = joint_test(same) if claim.kind == "D" else None
    return table


def drawn(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Take all rows of `MOST_UNITS` units where there are more, drawn by a hash of their ids.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of accounts, persons or communities, or cells, which all stay.

    Returns
    -------
    pandas.DataFrame
        As `sampling.drawn` gives it; everything where no column names units.
    """
    unit = next((name for name in _UNITS if name in frame), None)
    return sampling.drawn(frame, unit=unit, most=MOST_UNITS) if unit else frame


def specified(claim: Claim, estimate: "Estimate | None", choices: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of a table of specifications: the choices, value, low, high and verdict."""
    verdict = judge(claim, estimate)
    found = verdict.estimate
    ends = (found.value, found.low, found.high) if found else (float("nan"),) * 3
    return {**choices, **dict(zip(("value", "low", "high"), ends, strict=True)), "verdict": verdict.verdict}


def with_robust_shares(verdicts: Mapping[str, Verdict], tables: "Mapping[str, pd.DataFrame]") -> dict[str, Verdict]:
    """Add to each verdict the share of specifications that reach it.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        From `judged`.
    tables : mapping of str to pandas.DataFrame
        From `specifications`.

    Returns
    -------
    dict of str to Verdict
        The same verdicts; a claim that was not, or could not be, tried in other ways has no share.
    """
    return {
        claim_id: replace(verdict, robust_share=robust_share(verdict, tables[claim_id]) if claim_id in tables else None)
        for claim_id, verdict in verdicts.items()
    }


def same_estimand(table: "pd.DataFrame") -> "pd.DataFrame":
    """Keep the specifications that estimate the same, of a table from `specifications`."""
    return table[table["estimand"] == ""] if "estimand" in table else table


def robust_share(verdict: Verdict, table: "pd.DataFrame") -> float | None:
    """Give the share of specifications that reach the same verdict.

    Parameters
    ----------
    verdict : Verdict
        The verdict of the main specification.
    table : pandas.DataFrame
        From `specifications`; those with too little data, and those of another estimand, do not count.

    Returns
    -------
    float or None
        0 to 1; None when nothing could be estimated, or in one way only: agreement with oneself is no robustness.
    """
    table = same_estimand(table)
    judged = table.loc[table["verdict"] != "too little data", "verdict"]
    return float((judged == verdict.verdict).mean()) if len(judged) > 1 and verdict.estimate else None


def summary_of_specifications(tables: Mapping[str, "pd.DataFrame"]) -> "pd.DataFrame":
    """Count the verdicts that other ways of analysis give.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        From `specifications`, by claim id.

    Returns
    -------
    pandas.DataFrame
        One row for each claim by its words, one column for each verdict that occurs, numbers of specifications of the
        same estimand; then the p-value of their joint test against no effect, as text.
    """
    import pandas as pd

    counts = {claim_id: same_estimand(table)["verdict"].value_counts() for claim_id, table in tables.items()}
    frame = pd.DataFrame({claim_id: told for claim_id, told in counts.items() if len(told)}).T.fillna(0).astype(int)
    frame = frame[[verdict for verdict in VERDICTS if verdict in frame]]
    frame["joint test, p"] = [p_text(tables[claim_id].attrs.get("joint")) or "–" for claim_id in frame.index]
    return frame.rename(lambda claim_id: registry()[claim_id].claim).rename_axis(index="claim", columns=None)


def other_estimands(tables: Mapping[str, "pd.DataFrame"]) -> "pd.DataFrame":
    """Show what else could be asked of the same data, under its own name; it counts in no robust share.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        From `specifications`, by claim id.

    Returns
    -------
    pandas.DataFrame
        One row for each claim, by its words, and other estimand: what is estimated instead, what it gives (told by its
        number), what the rules would say of it, and the estimate itself under technical, as text.
    """
    import pandas as pd

    asked, rows = registry(), []
    for claim_id, table in tables.items():
        for row in table[table["estimand"] != ""].itertuples():
            known = Estimate(row.value, row.low, row.high, row.low, row.high, math.nan, n_units=0)
            found = known if known.is_finite else None
            figures = {"estimate": row.value, "ci_low": row.low, "ci_high": row.high, "unit": asked[claim_id].unit}
            told = plainly(found, bare(asked[claim_id])), row.verdict, here(figures) if found else "–"
            rows.append((asked[claim_id].claim, row.estimand, *told))
    columns = ["claim", "instead", "here (95% interval)", "the rules would say", "technical"]
    return pd.DataFrame(rows, columns=columns).set_index("claim")
