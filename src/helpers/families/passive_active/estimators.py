"""How do effects differ between persons, and what share of a population does something?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    import pandas as pd
from helpers.estimates import MOST_LEFT_OUT, ROUNDING, Estimate, design_effect, from_influence, linearised, with_weights


@dataclass(frozen=True)
class PersonEffects:
    """Effects of single persons, each with its error, and how far the true ones behind them differ.

    Parameters
    ----------
    effects, variances : numpy.ndarray
        Each person's estimate and its error variance, above 0, shape (n,).
    variance : float
        Variance of the true effects between persons, by moments (DerSimonian & Laird, with weights that allow for it).
    kept : numpy.ndarray or float, default 1
        The share of that variance that shows in each estimate: less than 1 where an effect is divided by a spread that
        it raises itself. An estimate varies by ``kept`` times the variance of true effects, plus its error.
    """

    effects: np.ndarray
    variances: np.ndarray
    variance: float
    kept: np.ndarray | float = 1.0

    @property
    def mean(self) -> Estimate:
        """The mean true effect, each person weighted by how well the own effect is known."""
        weights = 1 / (self.kept * self.variance + self.variances)
        centre = float(weights @ self.effects / weights.sum())
        own = weights / weights.sum()
        influence = own * (self.effects - centre) / (1 - np.minimum(own, MOST_LEFT_OUT))  # each person left out in turn
        return from_influence(centre, influence, method="two steps: mean of own slopes, weighted by their errors")

    @property
    def shrunken(self) -> np.ndarray:
        """Each person's effect drawn to the mean as far as its error asks (empirical Bayes), shape (n,)."""
        trust = np.minimum(1, self.variance / (self.kept * self.variance + self.variances))
        return self.mean.value + trust * (self.effects - self.mean.value)

    def share_beyond(self, margin: float, *, less: float = 0.5) -> Estimate:
        """Estimate the share of persons whose true effect is above a margin, less a share that it is held against.

        True effects are taken as normal. Every pair of mean and spread gives a share; the interval holds the shares
        that restricted likelihood does not rule out (profile likelihood). How much likelihood a true share loses by
        chance is simulated: where errors drown the differences it is much less than a chi-squared variable says, as no
        spread is below 0. Persons are simulated in groups of like errors, so that the time does not grow with them.

        Parameters
        ----------
        margin : float
            The effect that a person has to exceed.
        less : float, default 0.5
            The share that is subtracted and tested: one half is most persons.

        Returns
        -------
        Estimate
            Share minus `less`; its interval may touch the ends of the scale.

        References
        ----------
        Hardy, R. J. & Thompson, S. G. (1996). A likelihood approach to meta-analysis with random effects. Statistics in
        Medicine 15.
        Mathur, M. B. & VanderWeele, T. J. (2019). New metrics for meta-analyses of heterogeneous effects. Statistics in
        Medicine 38.
        Self, S. G. & Liang, K.-Y. (1987). Asymptotic properties of maximum likelihood estimators and likelihood ratio
        tests under nonstandard conditions. Journal of the American Statistical Association 82.
        """
        n, method = len(self.effects), "two steps: own slopes, normal between persons, profile likelihood"
        if n < 4:
            return Estimate.none(n, method=method)
        shares = np.linspace(0, 1, 1_001)
        z = scipy.stats.norm.ppf(np.clip(shares, 1e-9, 1 - 1e-9))
        spreads = np.concatenate([[0], np.geomspace(1e-3, 1, 120)])
        spreads *= 3 * self.effects.std() + np.sqrt(self.variances.min())
        whole = _Restricted(spreads, self.effects, self.effects**2, self.variances, self.kept)
        profile = whole.at(margin + z[:, None] * spreads)
        lost = 2 * (profile.max() - profile.max(axis=1))
        at_least = round(less * (len(shares) - 1))
        tried = np.union1d(np.arange(0, len(shares), 40), at_least)
        likely = spreads[profile[tried].argmax(axis=1)]
        chance = np.array(list(self._lost_by_chance(z[tried], likely, spreads[::3])))

        def ends(level: float) -> tuple[float, float]:
            kept = shares[lost <= np.interp(shares, shares[tried], np.quantile(chance, level, axis=1))] - less
            return float(kept.min()), float(kept.max())

        p_value = float((1 + np.sum(chance[tried == at_least] >= lost[at_least])) / (1 + chance.shape[1]))
        return Estimate.spanning(float(shares[lost.argmin()]) - less, ends, p_value=p_value, n_units=n, method=method)

    def _lost_by_chance(self, above: np.ndarray, spread: np.ndarray, spreads: np.ndarray) -> Iterator[np.ndarray]:
        """Simulate twice the ln likelihood that a truth loses, for means so many of their spreads above the margin."""
        rng = np.random.default_rng(0)  # the same draws for every share, so that limits run smoothly
        parts = np.array_split(np.argsort(self.variances), min(12, len(self.variances)))
        sizes = np.array([len(part) for part in parts])
        errors = np.array([1 / np.mean(1 / self.variances[part]) for part in parts])
        kept = np.array([np.broadcast_to(self.kept, self.variances.shape)[part].mean() for part in parts])
        shape = (1_000, len(parts))
        normal, gamma = rng.standard_normal(shape), rng.standard_gamma((sizes - 1) / 2, shape)
        for z, s in zip(above, spread, strict=True):
            variance = kept * s**2 + errors
            means = z * s + np.sqrt(variance / sizes) * normal
            squares = means**2 + variance * 2 * gamma / sizes
            drawn = _Restricted(spreads, means, squares, errors, kept, sizes)
            yield 2 * (drawn.level.max(axis=1) - drawn.at(z * spreads).max(axis=1))


class _Restricted:
    """The restricted ln likelihood of spreads between persons, in groups of equal errors.

    Parameters
    ----------
    spreads : numpy.ndarray
        Standard deviations of true effects to try, shape (k,).
    means, squares : numpy.ndarray
        Mean effect and mean squared effect of each group, shape (..., groups).
    errors, kept, sizes : numpy.ndarray or float
        Error variance, share of the spread that shows and number of persons of each group, shape (groups,).
    """

    def __init__(
        self,
        spreads: np.ndarray,
        means: np.ndarray,
        squares: np.ndarray,
        errors: np.ndarray,
        kept: np.ndarray | float,
        sizes: np.ndarray | float = 1.0,
    ) -> None:
        """Find the best mean for every spread."""
        weights = 1 / (spreads[:, None] ** 2 * kept + errors)
        self._total = (weights * sizes).sum(axis=1)
        self._centre = means @ (weights * sizes).T / self._total
        misfit = squares @ (weights * sizes).T - self._total * self._centre**2
        self.level = 0.5 * ((np.log(weights) * sizes).sum(axis=1) - np.log(self._total) - misfit)

    def at(self, mean: np.ndarray) -> np.ndarray:
        """Give the ln likelihood of each spread with a mean of its own that is not the best."""
        return self.level - 0.5 * self._total * (mean - self._centre) ** 2


def person_effects(effects: np.ndarray, variances: np.ndarray, kept: np.ndarray | float = 1.0) -> PersonEffects | None:
    """Find by moments how far true effects differ behind estimates that each have their own error.

    Parameters
    ----------
    effects, variances : numpy.ndarray
        Each person's estimate and its error variance, shape (n,); persons whose variance is not above 0 and finite are
        left out.
    kept : numpy.ndarray or float, default 1
        As in `PersonEffects`.

    Returns
    -------
    PersonEffects or None
        None with fewer than four persons or effects that do not vary.

    References
    ----------
    DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7.
    DerSimonian, R. & Kacker, R. (2007). Random-effects model for meta-analysis of clinical trials: an update.
    Contemporary Clinical Trials 28. (Two-step version.)

    Examples
    --------
    >>> found = person_effects(np.array([0.0, 0.2, 0.4, 0.6]), np.full(4, 0.01))
    >>> round(found.variance, 4), round(found.mean.value, 2)
    (0.0567, 0.3)
    """
    known = np.isfinite(effects) & np.isfinite(variances) & (variances > 0)
    shown = np.broadcast_to(np.asarray(kept, dtype=float), known.shape)[known]
    effects, variances = np.asarray(effects, dtype=float)[known], np.asarray(variances, dtype=float)[known]
    if len(effects) < 4 or not np.ptp(effects) > ROUNDING:
        return None
    variance = 0.0
    for _ in range(2):
        variance = _between(effects, variances, 1 / (variances + shown * variance), shown)
    return PersonEffects(effects, variances, variance, shown)


def _between(effects: np.ndarray, variances: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> float:
    """Solve for the variance at which the weighted squares are as large as they are expected to be."""
    total = weights.sum()
    centre = weights @ effects / total
    found = weights @ (effects - centre) ** 2
    own = weights - weights**2 / total
    return float(max(0.0, (found - own @ variances) / (own @ kept)))


def weighted_gap(
    values: "pd.Series", inside: "pd.Series", weights: "pd.Series | None" = None, *, skewed: bool = False
) -> Estimate | None:
    """Estimate by how much a weighted mean or share differs between two groups of one survey.

    Each mean is a ratio of sums, and respondents of the two groups are independent, so that their linearised influence
    values stand side by side.

    Parameters
    ----------
    values : pandas.Series
        One value for each respondent, or 0 and 1 for a share; missing ones are left out.
    inside : pandas.Series
        1 for the group that the claim names, 0 for the other, missing for neither.
    weights : pandas.Series, optional
        Survey weights in the same order.
    skewed : bool, default False
        Whether the values have a long tail to the right, as minutes have.

    Returns
    -------
    Estimate or None
        Mean of the group minus that of the other; ``n_side`` is the smaller one. None where one has fewer than two.

    References
    ----------
    Lumley, T. (2010). Complex Surveys, section 2.2. (On linearisation and domains.)

    Examples
    --------
    >>> import pandas as pd
    >>> found = weighted_gap(pd.Series([1.0, 1, 0, 0, 1, 0]), pd.Series([1.0, 1, 1, 0, 0, 0]))
    >>> round(found.value, 3), found.n_side
    (0.333, 3)
    """
    parts = gap_parts(values, inside, weights)
    if parts is None:
        return None
    value, influence = parts
    sides = [int(((inside == side) & influence.notna()).sum()) for side in (1, 0)]
    moved = influence[influence.notna() & inside.notna()].to_numpy()
    found = from_influence(value, moved, skewed=skewed, method="difference of weighted means, linearised")
    return replace(found, n_side=min(sides))


def gap_parts(
    values: "pd.Series", inside: "pd.Series", weights: "pd.Series | None" = None
) -> "tuple[float, pd.Series] | None":
    """Give a difference of weighted means and what each respondent does to it, missing for those that tell nothing.

    Parameters
    ----------
    values, inside, weights
        As in `weighted_gap`.

    Returns
    -------
    tuple of float and pandas.Series, or None
        The difference, and the influence with the index of the values; None where a group has fewer than two.
    """
    known = values.notna() & inside.notna() & (True if weights is None else weights.notna() & (weights > 0))
    moved, means = values.astype(float) * np.nan, []
    for side, sign in ((1, 1.0), (0, -1.0)):
        part = known & (inside == side)
        if part.sum() < 2:
            return None
        own = np.ones(int(part.sum())) if weights is None else weights[part].to_numpy(dtype=float)
        centre, influence = linearised(values[part].to_numpy(dtype=float), own)
        moved[part] = sign * influence
        means.append(sign * centre)
    return float(sum(means)), moved


def weighted_share(
    answers: "pd.Series | np.ndarray", weights: "pd.Series | np.ndarray | None" = None, *, null: float = 0.0
) -> Estimate:
    """Estimate the share of yes in a weighted sample, with an interval that holds near 0 and 1.

    Wilson's interval with the effective number of persons: as many as would tell as much without weights and with the
    same share.

    Parameters
    ----------
    answers : pandas.Series or numpy.ndarray
        1 or true for yes, 0 or false for no; missing answers are left out.
    weights, null
        As in `weighted_mean`.

    Returns
    -------
    Estimate
        0 to 1; not finite where all answer alike.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22.
    Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24.

    Examples
    --------
    >>> share = weighted_share(np.array([1.0] * 8 + [0.0] * 2))
    >>> share.value, round(share.low, 2), round(share.high, 2)
    (0.8, 0.47, 0.95)
    """
    answers, weights = with_weights(answers, weights)
    n, method = len(answers), "weighted share, Wilson's interval"
    if n < 4 or not np.ptp(answers) > 0:
        return Estimate.none(n, value=float(answers.mean()) if n else np.nan, null=null, method=method)
    share, influence = linearised(answers, weights)
    size = share * (1 - share) / np.sum(influence**2)

    def ends(level: float) -> tuple[float, float]:
        q = scipy.stats.norm.ppf(0.5 + level / 2) ** 2 / size
        middle, reach = share + q / 2, np.sqrt(q * share * (1 - share) + q**2 / 4)
        return float((middle - reach) / (1 + q)), float((middle + reach) / (1 + q))

    # As Wilson's interval does, the test takes the error that would hold if the share were the one tested.
    error = np.sqrt(null * (1 - null) / size) if 0 < null < 1 else np.sqrt(share * (1 - share) / size)
    p_value = float(2 * scipy.stats.norm.sf(abs(share - null) / error))
    method += f", design effect {design_effect(weights):.2f}"
    return Estimate.spanning(share, ends, p_value=p_value, n_units=n, null=null, method=method)
