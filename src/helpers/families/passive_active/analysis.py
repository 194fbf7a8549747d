"""What does passive and active use do to people? From diaries and surveys to the estimates of notebook 03."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.base.times import moment
from helpers.base.words import counted, listed
from helpers.claims import Claim, of_notebook, registry
from helpers.claims.analysis import Analysis, rows_of
from helpers.claims.wording import told as in_words
from helpers.estimates import Estimate, mean, on_t, regress, weighted_mean
from helpers.families.passive_active import clock, generations
from helpers.families.passive_active.autocorrelation import Answers, Autocorrelation, autocorrelation, orthonormal
from helpers.families.passive_active.estimators import PersonEffects, person_effects, weighted_share
from helpers.ground.disclosure import FEWEST
from helpers.ground.scales import spanned
from helpers.measures import Reduced, centred, days_of, own_spread
from helpers.reading.sampling import in_memory

USES = ("passive", "active")
MOODS = ("stress", "meaning", "positive_affect", "negative_affect", "loneliness")

ESTIMATORS = ("two steps", "centred regression", "mixed model")
"""Ways to the mean slope within persons: each person's own slope first, then their weighted mean; one regression of
all prompts, centred within persons; both steps at once by restricted likelihood."""

STAND_INS = {"stress": "negative_affect", "meaning": "positive_affect"}
"""What is taken, and said, where a diary did not ask for what the claim is about."""

MIXED_ROWS = 20_000
"""Prompts beyond which no mixed model is fitted: it would take longer than all the rest of the notebook."""


MANY = 0.25
"""From this share of persons on an effect is one of many of them."""

DUTCH = ("nl", "nld", "netherlands", "the netherlands", "nederland", "dutch")
"""How a survey may write the country that two claims are about."""

SURVEYED = ("weight", "age", "uses_social_media", "minutes_per_day", "passive_score", "active_score", "stress",
            "wellbeing", "loneliness")  # fmt: skip


def reduce(tables: Mapping[str, Any], *, start: str | None = None, end: str | None = None) -> Reduced:
    """Reduce a diary to persons and to the prompts that tell of a mood, and take what is needed of a survey.

    Use that was recorded by the hour, without any mood, is added up where it lives; only prompts that a person answered
    come into memory.

    Parameters
    ----------
    tables : mapping of str to narwhals.LazyFrame or pandas.DataFrame
        Tidy tables; ``diary`` and ``survey`` are used where they are there.
    start, end : str or None
        Only prompts from `start` up to and including `end`, as ``YYYY-MM-DD``.

    Returns
    -------
    Reduced
        Frames: ``items`` (by kind of use the unit it is counted in), ``persons`` (one row for each person: prompts,
        passive and active sums in that unit, ``share`` of passive in both), ``prompts`` (person_id, hours since the
        first of all, passive, active, the moods and ``balance``, positive less negative affect, each in spreads within
        persons) and ``survey``.
    """
    lazy = {name: nw.from_native(tables[name]).lazy() for name in ("diary", "survey") if name in tables}
    frames: dict[str, pd.DataFrame] = {}
    excluded: dict[str, int] = {}
    period, n_rows = None, 0
    if "diary" in lazy:
        diary = _in_period(lazy["diary"], start, end)
        frames["items"] = _items(diary)
        frames["persons"], period, excluded = _persons(diary, frames["items"])
        frames["prompts"] = _prompts(diary, frames["items"])
        n_rows = int(frames["persons"]["prompts"].sum())
    if "survey" in lazy:
        frames["survey"] = _respondents(lazy["survey"])
        n_rows += len(frames["survey"])
    sizes = {"persons": "persons", "respondents": "survey"}
    units = {unit: len(frames[name]) for unit, name in sizes.items() if name in frames}
    return Reduced(frames, n_rows, units, {reason: n for reason, n in excluded.items() if n}, period)


def _in_period(diary: nw.LazyFrame, start: str | None, end: str | None) -> nw.LazyFrame:
    from datetime import datetime, timedelta

    if start:
        diary = diary.filter(nw.col("observed_at") >= moment(datetime.fromisoformat(start)))
    if end:
        diary = diary.filter(nw.col("observed_at") < moment(datetime.fromisoformat(end) + timedelta(days=1)))
    return diary


def _known_uses(diary: nw.LazyFrame) -> list[str]:
    return [use for use in USES if f"{use}_min" in diary.collect_schema().names()]


def _items(diary: nw.LazyFrame) -> pd.DataFrame:
    """Find out whether use was told in minutes, or as yes (1) and no (0)."""
    rows = []
    for use in _known_uses(diary):
        minutes = nw.col(f"{use}_min")
        neither = ((minutes != 0) & (minutes != 1)).cast(nw.Int64).sum()
        told = diary.select(neither=neither, most=minutes.max()).collect("pandas").to_native().iloc[0]
        rows.append((use, "prompt with use" if told["neither"] == 0 and told["most"] == 1 else "hour"))
    return pd.DataFrame(rows, columns=["use", "unit"]).set_index("use")


def _persons(diary: nw.LazyFrame, items: pd.DataFrame) -> tuple[pd.DataFrame, Any, dict[str, int]]:
    """Add up use by person, over prompts on which both kinds are known."""
    both = nw.lit(len(items) == len(USES))
    for use in items.index:
        both = both & ~nw.col(f"{use}_min").is_null()
    sums = {use: nw.when(both).then(nw.col(f"{use}_min")) for use in items.index}
    marked = diary.with_columns(_both=both.cast(nw.Int64), **{f"_{use}": sums[use] for use in items.index})
    named = {use: nw.col(f"_{use}").sum() for use in items.index}
    ends = {"first": nw.col("observed_at").min(), "last": nw.col("observed_at").max()}
    grouped = marked.group_by("person_id").agg(prompts=nw.len(), both=nw.col("_both").sum(), **named, **ends)
    table = in_memory(grouped, unit="person_id").sort_values("person_id", ignore_index=True)
    for use in USES:
        unit = 60 if use in items.index and items.loc[use, "unit"] == "hour" else 1
        table[use] = table[use].astype(float) / unit if use in table else np.nan
    total = table["passive"] + table["active"]
    table["share"] = table["passive"] / total.where(total > 0) if _common_unit(items) else np.nan
    period = (table["first"].min().date(), table["last"].max().date()) if table["first"].notna().any() else None
    excluded = {"prompts that lack passive or active use": int((table["prompts"] - table["both"]).sum())}
    return table.drop(columns=["first", "last"]), period, excluded


def _common_unit(items: pd.DataFrame) -> bool:
    """Tell whether both kinds of use are there and counted alike."""
    return len(items) == len(USES) and len(set(items["unit"])) == 1


def _prompts(diary: nw.LazyFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Take the prompts that tell of a mood, use in hours (or 1 and 0)."""
    there = diary.collect_schema().names()
    moods = [mood for mood in MOODS if mood in there]
    asked = nw.lit(False)
    for mood in moods:
        asked = asked | ~nw.col(mood).is_null()
    told_of = diary.filter(asked) if moods else diary.head(0)
    wanted = told_of.select("person_id", "observed_at", *(f"{use}_min" for use in items.index), *moods)
    told = in_memory(wanted, unit="person_id").sort_values(["person_id", "observed_at"], ignore_index=True)
    numbers = {mood: told[mood].astype(float) if mood in moods else np.nan for mood in MOODS}
    frame = told[["person_id"]].assign(hours=_hours(told["observed_at"]), **numbers)
    for use in USES:
        unit = 60 if use in items.index and items.loc[use, "unit"] == "hour" else 1
        frame[use] = told[f"{use}_min"].astype(float) / unit if use in items.index else np.nan
    signs = {"positive_affect": 1, "negative_affect": -1}
    frame["balance"] = sum(sign * frame[mood] / _spread_within(frame, mood) for mood, sign in signs.items())
    return frame


def _hours(moments: pd.Series) -> pd.Series:
    """Give the hours since the first moment."""
    return (moments - moments.min()) / pd.Timedelta(hours=1)


def _spread_within(prompts: pd.DataFrame, mood: str) -> float:
    """Give the standard deviation within persons over all of them, which takes out how long a scale is."""
    known = prompts.dropna(subset=[mood])
    within = centred(known, by="person_id", columns=[mood])[f"{mood}_within"]
    freedom = len(known) - known["person_id"].nunique()
    return float(np.sqrt((within**2).sum() / freedom)) if freedom > 0 and within.any() else np.nan


def _respondents(survey: nw.LazyFrame) -> pd.DataFrame:
    there = [name for name in ("country", "platforms", *SURVEYED) if name in survey.collect_schema().names()]
    told = in_memory(survey.select("person_id", *there), unit="person_id").sort_values("person_id", ignore_index=True)
    numbers = {name: told[name].astype(float) if name in there else np.nan for name in SURVEYED}
    country = told["country"] if "country" in there else None
    frame = told[["person_id"]].assign(country=country, **numbers)
    return frame.assign(**generations.networks_of(told.get("platforms"), frame["uses_social_media"]))


def usable(
    prompts: pd.DataFrame, *, outcome: str, terms: Sequence[str], scale: str = "own SD", min_prompts: int = 3
) -> pd.DataFrame:
    """Take the prompts that a slope rests on, with the outcome in standard deviations.

    Parameters
    ----------
    prompts : pandas.DataFrame
        From `reduce`.
    outcome : str
        A mood, or ``balance``.
    terms : sequence of str
        ``passive``, ``active`` or both.
    scale : str, default "own SD"
        What the outcome is divided by: ``"own SD"`` (each person's own), ``"common SD"`` (that within persons, over all
        of them) or ``"points"`` (nothing).
    min_prompts : int, default 3
        Persons with fewer such prompts are left out.

    Returns
    -------
    pandas.DataFrame
        Columns person_id, hours, y and the terms. Persons whose use never changes tell nothing and are left out; those
        whose mood never changes have no own SD and are left out there, and have a slope of 0 on the other scales. Moods
        that resemble their neighbours swing less within few prompts than over many: the standard deviations are those
        of many (`_lasting`).
    """
    used = prompts.dropna(subset=[outcome, *terms])[["person_id", "hours", outcome, *terms]]
    groups = used.groupby("person_id", observed=True)
    moved = groups[list(terms)].transform("nunique").gt(1).any(axis=1)
    told = moved & (groups[outcome].transform("size") >= min_prompts)
    if scale == "own SD":
        told &= groups[outcome].transform("nunique") > 1
    used = used[told]
    if used.empty:
        return used.rename(columns={outcome: "y"})
    spread = {
        "own SD": lambda: own_spread(used[outcome], by=used["person_id"]),
        "common SD": lambda: _spread_within(used, outcome),
        "points": lambda: 1.0,
    }[scale]()
    used = used.assign(y=used[outcome] / spread)[["person_id", "hours", "y", *terms]].dropna()
    return used if scale == "points" or used.empty else used.assign(y=used["y"] * _lasting(used, terms, scale))


def _errors(table: pd.DataFrame, terms: Sequence[str]) -> tuple[Autocorrelation, np.ndarray]:
    """Estimate how errors resemble their neighbours; give that, and the terms centred within persons."""
    split = centred(table, by="person_id", columns=["y", *terms])
    answers = Answers(split["person_id"].factorize()[0], split["hours"].to_numpy())
    columns = split[[f"{term}_within" for term in terms]].to_numpy()
    return autocorrelation(answers, split["y_within"].to_numpy(), columns), columns


def _lasting(table: pd.DataFrame, terms: Sequence[str], scale: str) -> np.ndarray:
    """Say by what to multiply moods over a standard deviation within persons, for that of ever so many prompts.

    Of the true variance only a part shows around the mean of few prompts that resemble each other. Over the own
    standard deviation of n prompts with noise alone, a weak slope comes out too large by the root of that, and by 1 +
    3 / (4 d) - f / (h (n - 1)) to second order, d being the degrees of freedom of the variance, h the part that shows
    and f the inflation of the slope's error. For independent prompts that is c4, which `measures.own_spread` has taken
    out.
    """
    errors, columns = _errors(table, terms)
    seen, freedom = errors.swing
    if scale == "common SD":
        n = errors.answers.summed(np.ones(len(table))) - 1
        return np.full(len(table), np.sqrt(seen @ n / n.sum()))
    n = errors.answers.summed(np.ones(len(table)))
    inflated = errors.inflation(orthonormal(errors.answers, columns)).mean(axis=1)
    small = (1 + 0.75 / freedom - inflated / seen / (n - 1)) / (1 - 0.25 / (n - 1))
    return (np.sqrt(seen) / small)[errors.answers.person]


SMALLEST_ERROR = 0.1
"""Share of a slope's error that is left at least, where theory for weak effects would take more of it away."""


def person_slopes(
    table: pd.DataFrame, *, contrast: Mapping[str, float], scale: str = "own SD"
) -> "tuple[pd.DataFrame, PersonEffects | None]":
    """Fit every person's own slope, and how far slopes differ between persons.

    Parameters
    ----------
    table : pandas.DataFrame
        From `usable`.
    contrast : mapping of str to float
        By term the weight of its slope, such as ``{"active": 1, "passive": -1}``; terms of weight 0 are held fixed.
    scale : str
        As in `usable`.

    Returns
    -------
    pandas.DataFrame
        One row for each person whose prompts tell the terms apart: person_id, prompts, slope, variance (of its error).
    PersonEffects or None
        As `estimators.person_effects`.

    Notes
    -----
    The noise is taken as equally large for all persons, which it nearly is once each is measured by the own spread. An
    own error for everyone would itself be known from a few prompts only, and weights made of it would follow chance.
    It resembles its neighbours in time as `autocorrelation` finds over all persons; where use does so too, slopes are
    less well known than least squares says, and persons would seem to differ more than they do.

    A slope over the own spread of few prompts is tamed by it: the chance, or the effect, that makes the slope large
    makes the spread large too. Taking the noise at its full size therefore made persons look too much alike (`_tamed`).
    """
    terms = list(contrast)
    if table.empty:
        return table[["person_id"]].assign(prompts=0, slope=np.nan, variance=np.nan), None
    errors, x = _errors(table, terms)
    codes, persons = table["person_id"].factorize()
    n, k = len(persons), len(terms)
    y = centred(table, by="person_id", columns=["y"])["y_within"].to_numpy()
    own = np.array([[np.bincount(codes, x[:, i] * x[:, j], n) for j in range(k)] for i in range(k)]).transpose(2, 0, 1)
    both = np.column_stack([np.bincount(codes, x[:, i] * y, n) for i in range(k)])
    prompts = np.bincount(codes, minlength=n)
    size = np.einsum("nii->n", own)
    told = (np.linalg.det(own) > 1e-6 * size**k / max(k, 1) ** k) & (prompts >= k + 2)
    if not told.any():
        return table.iloc[:0][["person_id"]].assign(prompts=0, slope=np.nan, variance=np.nan), None
    inverse, weights = np.linalg.inv(own[told]), np.array(list(contrast.values()))
    slopes = np.einsum("nij,nj->ni", inverse, both[told])
    moved, error = np.bincount(codes, y**2, n)[told], np.einsum("i,nij,j->n", weights, inverse, weights)
    own_weights = np.zeros((n, k))
    own_weights[told] = inverse @ weights
    inflated = errors.inflation((x * own_weights[codes]).sum(axis=1, keepdims=True))[told, 0]
    frame: dict[str, Any] = {"person_id": persons[told], "prompts": prompts[told], "slope": slopes @ weights}
    kept: np.ndarray | float = 1.0
    if scale == "own SD":
        seen, freedom = (of[told] for of in errors.swing)
        alone = error * inflated / seen * moved / (prompts[told] - 1)
        frame["variance"], kept = _tamed(frame["slope"], alone, inflated / seen / (prompts[told] + 1), freedom)
    else:
        left = moved - np.einsum("ni,ni->n", slopes, both[told])
        fitted = errors.inflation(orthonormal(errors.answers, x))[told].sum(axis=1)
        seen = errors.swing[0][told] * (prompts[told] - 1)
        frame["variance"] = error * inflated * left.sum() / (seen - fitted).sum()
    variance = frame["variance"]
    effects = person_effects(frame["slope"], variance, kept)
    return table.iloc[:0][[]].reindex(range(len(variance))).assign(**frame), effects


def _tamed(
    slopes: np.ndarray, alone: np.ndarray, unsure: np.ndarray, freedom: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the error variances of slopes over the own spread, and the share of true variance that shows in each.

    With n prompts and independent noise alone the variance is exactly that of a correlation, 1 / (n - 1), over that of
    use; `alone` has it. A weak effect beta adds 1 - 3 / (n + 1) = (n - 2) / (n + 1) of beta squared and not all of it:
    the first term of the noncentral beta distribution of a squared correlation. That is divided by the square of
    `measures.own_spread`'s factor, nearly 1 - 1 / 2d with d the variance's degrees of freedom. Where noise resembles
    its neighbours, 1 / (n + 1) is to be multiplied with what that does to the slope's error, and d is smaller (second
    order of the same expansion): `unsure` and `freedom`.

    References
    ----------
    Johnson, N. L., Kotz, S. & Balakrishnan, N. (1995). Continuous Univariate Distributions 2, 2nd ed., chapter 30.
    Yuan, K.-H. & Chan, W. (2011). Biases and standard errors of standardized regression coefficients. Psychometrika 76.
    """
    kept = np.maximum((1 + 0.5 / freedom) * (1 - 3 * unsure), SMALLEST_ERROR)
    found = person_effects(slopes, alone, kept)
    centre = found.mean.value if found else 0.0
    return np.maximum(alone - (1 - kept) * centre**2, SMALLEST_ERROR * alone), kept


def mean_slope(
    prompts: pd.DataFrame,
    *,
    outcome: str,
    contrast: Mapping[str, float],
    scale: str = "own SD",
    estimator: str = "two steps",
    min_prompts: int = 3,
) -> Estimate | None:
    """Estimate the mean slope of a mood on use within persons.

    Parameters
    ----------
    prompts : pandas.DataFrame
        From `reduce`.
    outcome, scale, min_prompts
        As in `usable`.
    contrast : mapping of str to float
        As in `person_slopes`.
    estimator : str, default "two steps"
        One of `ESTIMATORS`. The centred regression weights persons by how much their use varies, the others by how well
        their own slope is known given how far slopes differ.

    Returns
    -------
    Estimate or None
        None where nothing can be fitted.
    """
    table = usable(prompts, outcome=outcome, terms=list(contrast), scale=scale, min_prompts=min_prompts)
    if table["person_id"].nunique() < 4:
        return None
    if estimator == "centred regression":
        found = regress(table, outcome="y", terms=list(contrast), within=["person_id"], cluster="person_id")
        return found.contrast(contrast) if found else None
    if estimator == "mixed model":
        fitted = mixed_model(table, contrast=contrast)
        return fitted[0] if fitted else None
    effects = person_slopes(table, contrast=contrast, scale=scale)[1]
    return effects.mean if effects else None


def mixed_model(table: pd.DataFrame, *, contrast: Mapping[str, float]) -> tuple[Estimate, float] | None:
    """Fit slopes that differ between persons by restricted likelihood, with noise that is independent over time.

    Parameters
    ----------
    table : pandas.DataFrame
        From `usable`.
    contrast : mapping of str to float
        As in `person_slopes`, with one or two terms; each term has slopes of its own that differ between persons.

    Returns
    -------
    tuple of Estimate and float, or None
        The mean slope, and the standard deviation of slopes between persons. None beyond `MIXED_ROWS` prompts and where
        the fit did not converge.

    References
    ----------
    Laird, N. M. & Ware, J. H. (1982). Random-effects models for longitudinal data. Biometrics 38.
    """
    if len(table) > MIXED_ROWS:
        return None
    split = centred(table, by="person_id", columns=["y", *contrast])
    x = split[[f"{term}_within" for term in contrast]].to_numpy()
    persons = np.unique(split["person_id"].to_numpy(), return_inverse=True)[1]
    fitted = _random_slopes(*(of.tobytes() for of in (split["y_within"].to_numpy(), x, persons.astype(float))))
    if fitted is None:
        return None
    slopes, covariance, between = fitted
    weights = np.array(list(contrast.values()))
    with np.errstate(invalid="ignore"):
        error, spread = (float(np.sqrt(weights @ of @ weights)) for of in (covariance, between))
    if not error > 0:
        return None
    n = table["person_id"].nunique()
    method = "mixed model with random slopes, restricted likelihood"
    return on_t(float(slopes @ weights), error, n - 1, n_units=n, method=method), spread


@lru_cache(maxsize=8)
def _random_slopes(y: bytes, x: bytes, persons: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Fit slopes, their covariance and their covariance between persons; None where the fit did not converge.

    The dearest of all fits, and the same in the curve of specifications and in `spread_table`: done once. It begins at
    least squares, with slopes that differ less than noise does: from 0 and slopes that differ as much, some do not end.
    """
    import warnings

    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

    outcome, groups = np.frombuffer(y), np.frombuffer(persons)
    terms = np.frombuffer(x).reshape(len(outcome), -1)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # whether the fit is one is read from it, below
        try:
            least = np.linalg.lstsq(terms, outcome, rcond=None)[0]
            begin = MixedLMParams.from_components(fe_params=least, cov_re=0.1 * np.eye(terms.shape[1]))
            fit = MixedLM(outcome, terms, groups=groups, exog_re=terms).fit(start_params=begin, method="bfgs")
            covariance = fit.cov_params()[: terms.shape[1], : terms.shape[1]]
        except (np.linalg.LinAlgError, ValueError):
            return None
    return (fit.fe_params, covariance, fit.cov_re) if fit.converged else None


def _outcome(prompts: pd.DataFrame, asked: str, measure: str) -> str:
    """Name the mood to be used: the one that the claim is about where it was asked for, or what stands in for it."""
    stand_in = STAND_INS[asked]
    return stand_in if measure == "affect" or not prompts[asked].notna().any() else asked


def _slope(data: Reduced, *, asked: str, use: str, measure: str, hold_fixed: str, **how: Any) -> Estimate | None:
    """Estimate the slope of a mood on one kind of use."""
    other = USES[use == "passive"]
    contrast = {use: 1.0} | ({other: 0.0} if hold_fixed == "the other use" else {})
    prompts = data.frames["prompts"]
    return mean_slope(prompts, outcome=_outcome(prompts, asked, measure), contrast=contrast, **how)


def passive_stress(
    data: Reduced, *, measure: str = "as claimed", hold_fixed: str = "nothing", **how: Any
) -> Estimate | None:
    """Estimate the slope of stress on passive use; the keywords are choices of `ANALYSES`."""
    return _slope(data, asked="stress", use="passive", measure=measure, hold_fixed=hold_fixed, **how)


def active_meaning(
    data: Reduced, *, measure: str = "as claimed", hold_fixed: str = "nothing", **how: Any
) -> Estimate | None:
    """Estimate the slope of meaning on active use; the keywords are choices of `ANALYSES`."""
    return _slope(data, asked="meaning", use="active", measure=measure, hold_fixed=hold_fixed, **how)


def active_less_passive(data: Reduced, **how: Any) -> Estimate | None:
    """Estimate the slope of the balance of affect on active use less that on passive use, both in one model."""
    if not _common_unit(data.frames["items"]):
        return None
    return mean_slope(data.frames["prompts"], outcome="balance", contrast={"active": 1.0, "passive": -1.0}, **how)


PATHS = {
    "stress on passive": ("stress", {"passive": 1.0}),
    "meaning on active": ("meaning", {"active": 1.0}),
    "balance on active less passive": ("balance", {"active": 1.0, "passive": -1.0}),
}
"""Slopes of which it can be asked how many persons share them: mood and contrast."""


def slopes_of(
    data: Reduced, *, path: str = "stress on passive", min_prompts: int = 3, measure: str = "as claimed"
) -> tuple[pd.DataFrame, PersonEffects | None]:
    """Fit the own slopes that a claim about persons rests on.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    path : str
        One of `PATHS`.
    min_prompts, measure
        As in `ANALYSES`.

    Returns
    -------
    pandas.DataFrame
        As `person_slopes`.
    PersonEffects or None
        As `person_slopes`; None where the data lack the mood or the use.
    """
    outcome, contrast = PATHS[path]
    if "prompts" not in data.frames:
        return pd.DataFrame(columns=["person_id", "prompts", "slope", "variance"]), None
    prompts = data.frames["prompts"]
    outcome = _outcome(prompts, outcome, measure) if outcome in STAND_INS else outcome
    return person_slopes(
        usable(prompts, outcome=outcome, terms=list(contrast), min_prompts=min_prompts), contrast=contrast
    )


def effect_is_shared(
    data: Reduced, *, path: str = "stress on passive", measure: str = "as claimed", min_prompts: int = 3,
    threshold: float | None = None,
) -> Estimate | None:  # fmt: skip
    """Estimate the share of persons whose own slope exceeds the margin, less one quarter.

    Many is read as at least one in four, which was fixed before any data, and not as most.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    path, measure, min_prompts
        As in `slopes_of`.
    threshold : float, optional
        The slope that a person has to exceed; by default the claim's margin.

    Returns
    -------
    Estimate or None
        From minus one quarter, nobody, to three quarters, everybody.
    """
    effects = slopes_of(data, path=path, measure=measure, min_prompts=min_prompts)[1]
    margin = registry()["use-effect-is-shared"].given("margin") if threshold is None else threshold
    return effects.share_beyond(margin, less=MANY) if effects else None


def mostly_watching(data: Reduced, *, average: str = "mean of persons", fewest_told: int = 1) -> Estimate | None:
    """Estimate the passive share of time, less one half.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    average : str, default "mean of persons"
        Each person's share counts once, or (``"all time together"``) each hour does.
    fewest_told : int, default 1
        Persons with fewer prompts that tell of both kinds of use are left out.

    Returns
    -------
    Estimate or None
        None where the two kinds of use are not counted alike.
    """
    persons = data.frames["persons"].dropna(subset=["share"])
    persons = persons[persons["both"] >= fewest_told]
    if persons.empty:
        return None
    if average == "all time together":
        return weighted_mean(persons["share"], persons["passive"] + persons["active"], null=0.5).shifted(-0.5)
    return mean(persons["share"].to_numpy(), null=0.5).shifted(-0.5)


def surveyed(data: Reduced, *, home: bool) -> pd.DataFrame:
    """Take the respondents of the Netherlands, or all of them; without any country all are taken."""
    survey = data.frames["survey"]
    if not home or survey["country"].isna().all():
        return survey
    return survey[survey["country"].astype(str).str.strip().str.casefold().isin(DUTCH)]


def _weights(survey: pd.DataFrame, weights: str) -> pd.Series | None:
    return survey["weight"] if weights == "survey weights" and survey["weight"].notna().any() else None


def minutes_nl(data: Reduced, *, weights: str = "survey weights", who: str = "users") -> Estimate | None:
    """Estimate the mean minutes a day in the Netherlands.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    weights : str, default "survey weights"
        Or ``"none"``.
    who : str, default "users"
        Respondents who say that they use social media (or do not say), or ``"everyone"``, the others with 0 minutes.

    Returns
    -------
    Estimate or None
        Minutes.
    """
    survey = surveyed(data, home=True)
    minutes, without = survey["minutes_per_day"], survey["uses_social_media"] == 0
    minutes = minutes.where(~without, 0.0) if who == "everyone" else minutes.where(~without)
    published = registry()["use-minutes-nl"].given("published")
    return weighted_mean(minutes, _weights(survey, weights), null=published, skewed=True)


def share_of_users(data: Reduced, *, claim_id: str, weights: str = "survey weights") -> Estimate | None:
    """Estimate the share of people who use social media; `claim_id` says where."""
    survey = surveyed(data, home=claim_id == "use-share-nl")
    answers = survey["uses_social_media"]
    return weighted_share(answers, _weights(survey, weights), null=registry()[claim_id].given("published"))


_WAYS: Mapping[str, tuple[Any, ...]] = {
    "estimator": ESTIMATORS[:2],
    "scale": ("own SD",),
    "min_prompts": (3, 10),
}
_SCALES = {"scale": ("common SD",)}
_MEASURES, _AFFECT = {"measure": ("as claimed",)}, {"measure": ("affect",)}
_HELD = {"hold_fixed": ("nothing", "the other use")}
_WEIGHTS = {"weights": ("survey weights", "none")}


def _stood_in(data: Reduced, *, mood: str) -> list[str]:
    """Say that a mood was not asked, and what it is measured by."""
    if data.frames["prompts"][mood].notna().any():
        return []
    return [f"measured by {STAND_INS[mood].replace('_', ' ')}: {mood} was not asked"]


def _counted_apart(data: Reduced) -> list[str]:
    """Say that the two kinds of use are counted in different units."""
    alike = _common_unit(data.frames["items"])
    return [] if alike else ["passive and active use are counted in different units"]


def _survey_gaps(data: Reduced, *, home: bool) -> list[str]:
    """Say that respondents have no weight, or no country where it matters."""
    survey = data.frames["survey"]
    gaps = [] if survey["weight"].notna().any() else ["without survey weights"]
    if home and survey["country"].isna().all():
        gaps.append("no country is told, so all respondents are taken as Dutch")
    return gaps


def _of_the_world(data: Reduced) -> list[str]:
    """Say what `_survey_gaps` does, and where respondents of one country stand for the world."""
    countries = data.frames["survey"]["country"].dropna().astype(str).str.strip().str.casefold().unique()
    one = ["all respondents live in one country, and the figure is about the world"]
    return _survey_gaps(data, home=False) + one * (len(countries) == 1)


_MIXED = {"estimator": ("mixed model",)}
_STRESS, _MEANING = (partial(_stood_in, mood=mood) for mood in STAND_INS)
_DUTCH, _ANYWHERE = (partial(_survey_gaps, home=home) for home in (True, False))

ANALYSES: Mapping[str, Analysis] = {
    "use-passive-stress": Analysis(
        passive_stress,
        {**_WAYS, **_MEASURES, **_HELD},
        rows=rows_of("prompts"),
        slow=_MIXED,
        remarks=_STRESS,
        others={**_SCALES, **_AFFECT},
        threats=clock.threatened("use-passive-stress", passive_stress),
    ),
    "use-active-meaning": Analysis(
        active_meaning,
        {**_WAYS, **_MEASURES, **_HELD},
        rows=rows_of("prompts"),
        slow=_MIXED,
        remarks=_MEANING,
        others={**_SCALES, **_AFFECT},
        threats=clock.threatened("use-active-meaning", active_meaning),
    ),
    "use-active-better-than-passive": Analysis(
        active_less_passive,
        _WAYS,
        rows=rows_of("prompts"),
        slow=_MIXED,
        remarks=_counted_apart,
        others=_SCALES,
        threats=clock.threatened("use-active-better-than-passive", active_less_passive),
    ),
    "use-effect-is-shared": Analysis(
        effect_is_shared,
        {"path": tuple(PATHS)[:1], "min_prompts": (3, 10), **_MEASURES},
        rows=rows_of("prompts"),
        remarks=_STRESS,
        others={"path": tuple(PATHS)[1:], **_AFFECT},
        threats=clock.threatened("use-effect-is-shared", effect_is_shared),
    ),
    "use-mostly-watching": Analysis(
        mostly_watching,
        {"fewest_told": (1, 10), "average": ("mean of persons",)},
        rows=rows_of("persons", add="both"),
        remarks=_counted_apart,
        others={"average": ("all time together",)},
    ),
    "use-minutes-nl": Analysis(
        minutes_nl,
        {**_WEIGHTS, "who": ("users",)},
        rows=rows_of("survey"),
        remarks=_DUTCH,
        others={"who": ("everyone",)},
    ),
    "use-young-longer": Analysis(
        generations.young_longer,
        {**_WEIGHTS, "young_below": generations.YOUNG_BELOW},
        rows=rows_of("survey", "age", "minutes_per_day"),
        remarks=_ANYWHERE,
    ),
    "use-generations-differ": Analysis(
        generations.generations_differ,
        {**_WEIGHTS, "network": generations.NETWORKS_NAMED[:1]},
        rows=rows_of("survey", "age"),
        remarks=generations.not_named,
        others={"network": generations.NETWORKS_NAMED[1:]},
    ),
    "use-tiktok-young": Analysis(
        generations.young_on_tiktok,
        {**_WEIGHTS, "young_below": generations.YOUNG_BELOW},
        rows=rows_of("survey", "age", "tiktok"),
        remarks=_ANYWHERE,
    ),
    "use-share-world": Analysis(
        partial(share_of_users, claim_id="use-share-world"), _WEIGHTS, rows=rows_of("survey"), remarks=_of_the_world
    ),
    "use-share-nl": Analysis(
        partial(share_of_users, claim_id="use-share-nl"), _WEIGHTS, rows=rows_of("survey"), remarks=_DUTCH
    ),
}


BY_AGE = ("use-young-longer", "use-generations-differ", "use-tiktok-young")
"""Claims that set ages against each other."""

_USE_OF = {
    "use-passive-stress": "passive", "use-active-meaning": "active",
    "use-active-better-than-passive": "passive", "use-mostly-watching": "passive",
}  # fmt: skip


def asked(data: Reduced) -> list[Claim]:
    """Give the claims of notebook 03, in the unit that these data count use in.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    list of Claim
        In the registry's order.
    """
    return [_with_unit(claim, data) for claim in of_notebook("03-passive-active-use")]


def _with_unit(claim: Claim, data: Reduced) -> Claim:
    """Say in the claim's unit that use is yes or no where it is."""
    if unit_of(data, _USE_OF.get(claim.id, "")) != "prompt with use":
        return claim
    return replace(claim, unit=claim.unit.replace("hour", "prompt with use").replace("time", "prompts with use"))


def unit_of(data: Reduced, use: str) -> str:
    """Say what a kind of use is counted in: ``hour``, or ``prompt with use`` where prompts only say yes or no."""
    items = data.frames.get("items")
    return items.loc[use, "unit"] if items is not None and use in items.index else "hour"


def own_facts(data: Reduced) -> list[tuple[str, str]]:
    """List what the diary and the survey are: who told what, and when."""
    own = []
    if "persons" in data.frames:
        persons = data.frames["persons"]
        few = int((persons["prompts"] <= 3).sum())
        middle = f"median {persons['prompts'].median():.0f}" if len(persons) else "none"
        own += [
            ("persons in the diary", f"{len(persons):,}"),
            ("prompts of a person", f"{middle}; {counted(few, 'person')} with three or fewer"),
            *((f"{use} use is counted in", f"{unit}s") for use, unit in data.frames["items"]["unit"].items()),
        ]
        known = [mood.replace("_", " ") for mood in MOODS if data.frames["prompts"][mood].notna().any()]
        own.append(("moods asked", listed(known) if known else "none"))
    if "survey" in data.frames:
        survey = data.frames["survey"]
        own.append(("respondents, of them in the Netherlands", f"{len(survey):,}, {_n_dutch(survey)}"))
    return [*own, ("period of the diary", days_of(data))]


def _n_dutch(survey: pd.DataFrame) -> str:
    if survey["country"].isna().all():
        return "no country told"
    return f"{survey['country'].astype(str).str.strip().str.casefold().isin(DUTCH).sum():,}"


def losses(data: Reduced, *, min_prompts: int = 3) -> pd.DataFrame:
    """Count for each slope the persons that it rests on, and those who tell nothing, by reason.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    min_prompts : int, default 3
        As in `usable`.

    Returns
    -------
    pandas.DataFrame
        One row for each mood and kind of use: prompts, persons used, and persons left out because they gave too few
        prompts, told the same mood every time or the same use every time.
    """
    prompts, rows = data.frames.get("prompts", pd.DataFrame()), []
    for mood, use in ((mood, use) for mood in MOODS for use in USES if len(prompts)):
        known = prompts.dropna(subset=[mood, use]).groupby("person_id")
        counts = known.agg(n=(mood, "size"), moods=(mood, "nunique"), uses=(use, "nunique"))
        few, still = counts["n"] < min_prompts, counts["moods"] == 1
        used = ~few & ~still & (counts["uses"] > 1)
        if len(counts):
            left = (few.sum(), (~few & still).sum(), (~few & ~still & (counts["uses"] == 1)).sum())
            rows.append((f"{mood.replace('_', ' ')} on {use} use", int(counts["n"][used].sum()), used.sum(), *left))
    left_out = [f"under {min_prompts} prompts", "same mood", "same use"]
    names = ["slope of", "prompts", "persons", *left_out]
    return pd.DataFrame(rows, columns=names).set_index("slope of")


def all_slopes(data: Reduced, *, min_prompts: int = 3) -> pd.DataFrame:
    """Set the slope within persons, in points and in own standard deviations, beside the order between persons.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    min_prompts : int, default 3
        As in `usable`.

    Returns
    -------
    pandas.DataFrame
        One row for each mood and kind of use that the data have: unit of use; the plain centred regression in points of
        the scale; the mean of own slopes, where 1 is a person's usual swing; between persons, of how many of a hundred
        pairs who uses more also has more of the mood; Pearson's r of the persons' means under technical. Text, with 95%
        intervals.
    """
    prompts, rows = data.frames.get("prompts", pd.DataFrame()), []
    for mood, use in ((mood, use) for mood in MOODS for use in USES if len(prompts)):
        if prompts[mood].notna().any() and prompts[use].notna().any():
            how: dict[str, Any] = {"outcome": mood, "contrast": {use: 1.0}, "min_prompts": min_prompts}
            plain = mean_slope(prompts, **how, scale="points", estimator="centred regression")
            own = mean_slope(prompts, **how)
            r = between_persons(prompts, mood=mood, use=use)
            told = spanned(plain), spanned(own, ".2f"), in_pairs(r), f"r {spanned(r)}"
            rows.append((f"{mood.replace('_', ' ')} on {use} use", unit_of(data, use), *told))
    names = ["mood on use", "per", "within: points", "within: usual swings", "between: of 100 pairs", "technical"]
    return pd.DataFrame(rows, columns=names).set_index("mood on use")


def in_pairs(r: Estimate | None) -> str:
    """Tell a correlation between persons as how many of a hundred pairs agree in their order."""
    if r is None:
        return "–"
    said, interval = in_words(r, "{agreeing}")
    return f"{said} ({interval})"


def between_persons(prompts: pd.DataFrame, *, mood: str, use: str) -> Estimate | None:
    """Correlate persons' mean mood with their mean use.

    Parameters
    ----------
    prompts : pandas.DataFrame
        From `reduce`.
    mood, use : str
        Columns.

    Returns
    -------
    Estimate or None
        Pearson's r with Fisher's interval; None with fewer than five persons or no variation.

    References
    ----------
    Fisher, R. A. (1921). On the probable error of a coefficient of correlation deduced from a small sample. Metron 1.
    """
    means = prompts.dropna(subset=[mood, use]).groupby("person_id")[[mood, use]].mean()
    return correlation(means[mood].to_numpy(), means[use].to_numpy())


def correlation(first: np.ndarray, second: np.ndarray) -> Estimate | None:
    """Estimate Pearson's r with Fisher's interval; pairs with a missing value are left out.

    Examples
    --------
    >>> r = correlation(np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 3, 2, 5, 4]))
    >>> round(r.value, 2), round(r.low, 2), round(r.high, 2)
    (0.8, -0.28, 0.99)
    """
    known = np.isfinite(first) & np.isfinite(second)
    first, second = first[known], second[known]
    n = len(first)
    if n < 5 or not np.ptp(first) > 0 or not np.ptp(second) > 0:
        return None
    r = float(np.clip(np.corrcoef(first, second)[0, 1], -0.999999, 0.999999))
    found = on_t(float(np.arctanh(r)), 1 / np.sqrt(n - 3), np.inf, n_units=n, method="Pearson's r, Fisher's interval")
    return replace(found.on_scale(np.tanh), value=r)


def surveyed_correlations(data: Reduced) -> pd.DataFrame:
    """Correlate scores of use with moods over the respondents of a survey.

    Parameters
    ----------
    data : Reduced
        From `reduce`.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of columns that the survey has: of how many of a hundred pairs who scores higher on one
        does so on the other, respondents, and r under technical, as text with 95% intervals.
    """
    survey, rows = data.frames.get("survey", pd.DataFrame()), []
    scores, moods = ("passive_score", "active_score"), ("stress", "wellbeing", "loneliness")
    for score, mood in ((score, mood) for score in scores for mood in moods if len(survey)):
        found = correlation(survey[score].to_numpy(), survey[mood].to_numpy())
        if found:
            pair = f"{score.replace('_', ' ')} ~ {mood}"
            rows.append((pair, in_pairs(found), f"{found.n_units:,}", f"r {spanned(found)}"))
    names = ["over respondents", "of 100 pairs, higher on both", "n", "technical"]
    return pd.DataFrame(rows, columns=names).set_index("over respondents")


def classroom(*, seed: int = 3) -> pd.DataFrame:
    """Simulate the trap of this notebook: six people, each stressed by looking, those who look most the calmest.

    Parameters
    ----------
    seed : int
        Seed.

    Returns
    -------
    pandas.DataFrame
        Columns person_id, hours and stress, twelve prompts for each person.
    """
    rng = np.random.default_rng(seed)
    usual = np.repeat(np.linspace(0.5, 3, 6), 12)
    hours = usual + rng.uniform(-0.5, 0.5, len(usual))
    stress = 70 - 12 * usual + 8 * (hours - usual) + rng.normal(0, 1.5, len(usual))
    person = np.repeat(list("abcdef"), 12)
    return pd.DataFrame({"person_id": person, "hours": hours.round(2), "stress": stress.round(1)})


def lines_of(data: Reduced, *, path: str = "stress on passive", min_prompts: int = 3) -> pd.DataFrame:
    """Lay persons' own lines out for `plots.person_lines`: slopes drawn to the mean, over the range of own use.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    path, min_prompts
        As in `slopes_of`; only paths with one kind of use.

    Returns
    -------
    pandas.DataFrame
        One row for each person: slope (shrunken), low and high (deviations of use from the own mean).
    """
    slopes, effects = slopes_of(data, path=path, min_prompts=min_prompts)
    if effects is None:
        return pd.DataFrame(columns=["slope", "low", "high"])
    (use,) = PATHS[path][1]
    split = centred(data.frames["prompts"].dropna(subset=[use]), by="person_id", columns=[use])
    reach = split.groupby("person_id")[f"{use}_within"].agg(low="min", high="max")
    return reach.loc[slopes["person_id"]].assign(slope=effects.shrunken).reset_index(drop=True)


def spread_table(data: Reduced, *, min_prompts: int = 3) -> pd.DataFrame:
    """Say for each path how far slopes differ between persons and how many exceed the margin.

    Parameters
    ----------
    data : Reduced
        From `reduce`.
    min_prompts : int, default 3
        As in `slopes_of`.

    Returns
    -------
    pandas.DataFrame
        One row for each path that can be fitted: persons, the share of them whose slope is beyond the margin with its
        95% interval, as text; under technical the mean slope, and the SD of true slopes by moments and by the mixed
        model.
    """
    rows = []
    for path, (outcome, contrast) in PATHS.items():
        effects = slopes_of(data, path=path, min_prompts=min_prompts)[1]
        if effects is None:
            continue
        prompts = data.frames["prompts"]
        used = _outcome(prompts, outcome, "as claimed") if outcome in STAND_INS else outcome
        table = usable(prompts, outcome=used, terms=list(contrast), min_prompts=min_prompts)
        fitted = mixed_model(table, contrast=contrast)
        share = effects.share_beyond(registry()["use-effect-is-shared"].given("margin")).shifted(0.5)
        told = f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"
        name = path.replace(outcome, used.replace("_", " ")) if used != outcome else path
        mixed = f"{fitted[1]:.2f}" if fitted else "–"
        apart = f"SD of slopes {effects.variance**0.5:.2f}, by a mixed model {mixed}"
        scale = f"mean slope {spanned(effects.mean)}, {apart}"
        rows.append((name, len(effects.effects), told, scale))
    names = ["slope of", "persons", "beyond the margin", "technical"]
    return pd.DataFrame(rows, columns=names).set_index("slope of")


def in_groups(lines: pd.DataFrame, *, most: int = 10) -> tuple[pd.DataFrame, str]:
    """Put persons of like slopes together, ten at least; fewer than ten, who are one's own, stay alone.

    Parameters
    ----------
    lines : pandas.DataFrame
        From `lines_of`.
    most : int, default 10
        Groups at most, so that their lines can be told apart.

    Returns
    -------
    tuple of pandas.DataFrame and str
        Means of slope, low and high in each group, steepest fall first, and what one row is.
    """
    groups = min(most, len(lines) // FEWEST)
    if groups < 1:
        return lines, "a person"
    ranked = lines[["slope", "low", "high"]].sort_values("slope", ignore_index=True)
    return ranked.groupby(np.arange(len(ranked)) * groups // len(ranked)).mean(), f"{len(lines) // groups} persons"


LEADS = ("use-passive-stress", "use-active-better-than-passive")
"""The claims that the answer begins with."""
