"""How far do a person's answers resemble those close in time, and what does that do to a slope within persons?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import optimize

from helpers.estimates import ROUNDING

FURTHEST = 12
"""Answers further apart than so many places are taken as no more alike than any two of the person."""

BY_ORDER, BY_TIME = (0.3, 0.6, 0.85), (0.7, 2.0, 8.0)
"""How resemblance may fade: by so much from answer to answer, or over so many typical gaps between answers. Moods fade
either way, and over a night by less than its hours say; what the data show is put together of all six."""

FEWEST_ROWS = 50
"""Fewer answers say nothing about resemblance, and none is taken."""

MOST_ROWS = 100_000
"""Answers that resemblance is worked out from; it is one for all persons, and known well enough from so many."""


@dataclass(frozen=True)
class Answers:
    """When persons answered.

    Parameters
    ----------
    person : numpy.ndarray
        Whole numbers from 0, each person's rows together and in the order of time, shape (n,).
    hours : numpy.ndarray
        Hours since any moment, shape (n,).
    """

    person: np.ndarray
    hours: np.ndarray

    @cached_property
    def pace(self) -> float:
        """The typical hours from one answer to the next."""
        gaps = np.diff(self.hours)[self.person[1:] == self.person[:-1]]
        return max(float(np.median(gaps)), 1e-6) if len(gaps) else 1.0

    def summed(self, values: np.ndarray) -> np.ndarray:
        """Add rows up by person, shape (persons,)."""
        return np.bincount(self.person, values)

    def fading(self) -> Iterator[tuple[int, np.ndarray]]:
        """Give, by how many places two answers of a person lie apart, how far each way of fading lets them agree."""
        for lag in range(1, min(FURTHEST, len(self.person) - 1) + 1):
            same = self.person[lag:] == self.person[:-lag]
            gaps = (self.hours[lag:] - self.hours[:-lag]) / self.pace
            by_order = [np.full(len(gaps), rate**lag) for rate in BY_ORDER]
            yield lag, same * np.array([*by_order, *(np.exp(-np.abs(gaps) / scale) for scale in BY_TIME)])

    def first(self, rows: int) -> "tuple[Answers, int]":
        """Take whole persons, as many as fit into so many rows, and give their rows."""
        most = int(np.searchsorted(self.person, self.person[rows])) if len(self.person) > rows else len(self.person)
        return Answers(self.person[:most], self.hours[:most]), most


@dataclass(frozen=True)
class Autocorrelation:
    """The correlation between answers of one person, the same for all persons.

    Parameters
    ----------
    answers : Answers
        When they were given.
    shares : numpy.ndarray
        What part of the variance fades in each of the ways of `Answers.fading`, adding up to at most 1.
    """

    answers: Answers
    shares: np.ndarray

    def times(self, columns: np.ndarray) -> np.ndarray:
        """Multiply the matrix of correlations with columns, shape (n, k)."""
        made = columns.astype(float)
        for lag, ways in self.answers.fading():
            alike = (self.shares @ ways)[:, None]
            made[:-lag] += alike * columns[lag:]
            made[lag:] += alike * columns[:-lag]
        return made

    def inflation(self, columns: np.ndarray) -> np.ndarray:
        """Say how much larger than with independent errors the variance of each person's weighted sum is.

        Parameters
        ----------
        columns : numpy.ndarray
            Weights of the answers, shape (n, k).

        Returns
        -------
        numpy.ndarray
            Ratios of variances, shape (persons, k); 1 where all weights are 0.
        """
        answers, both = self.answers, columns * self.times(columns)
        alone = np.column_stack([answers.summed(column**2) for column in columns.T])
        together = np.column_stack([answers.summed(column) for column in both.T])
        return np.where(alone > 0, together / np.where(alone > 0, alone, 1), 1.0)

    @cached_property
    def swing(self) -> tuple[np.ndarray, np.ndarray]:
        """What part of the true variance shows around each person's own mean, and its degrees of freedom.

        With n independent answers it is all of it, on n - 1 degrees. Answers that resemble each other lie closer to
        their mean, and n of them tell less (the trace of the centred matrix, and the square of it over that of the
        matrix squared).
        """
        answers = self.answers
        n, ones = answers.summed(np.ones(len(answers.person))), np.ones((len(answers.person), 1))
        row_sums = self.times(ones)[:, 0]
        squares = n.copy()
        for lag, ways in answers.fading():
            squares += np.bincount(answers.person[lag:], 2 * (self.shares @ ways) ** 2, len(n))
        whole = answers.summed(row_sums) / n
        seen = np.maximum(n - whole, SMALLEST_SHARE * (n - 1))
        spread = squares - 2 * answers.summed(row_sums**2) / n + whole**2
        return seen / np.maximum(n - 1, 1), np.clip(seen**2 / np.maximum(spread, ROUNDING), 1.0, np.maximum(n - 1, 1))


SMALLEST_SHARE = 0.1
"""Part of the variance that shows around a person's mean at least; less would be a trend and no swing."""


def orthonormal(answers: Answers, columns: np.ndarray) -> np.ndarray:
    """Turn columns that are centred within persons into ones of length 1 within each person, at right angles.

    Parameters
    ----------
    answers : Answers
        Whose rows they are.
    columns : numpy.ndarray
        Shape (n, k).

    Returns
    -------
    numpy.ndarray
        Shape (n, k); 0 where a column does not vary or is a sum of others.
    """
    made: list[np.ndarray] = []
    for column in columns.T:
        left = column.astype(float)
        for other in made:
            left = left - other * answers.summed(other * left)[answers.person]
        length, before = np.sqrt(answers.summed(left**2)), np.sqrt(answers.summed(column**2))
        told = length > 1e-6 * before
        made.append(np.where(told, 1 / np.where(told, length, 1), 0.0)[answers.person] * left)
    return np.column_stack(made)


def autocorrelation(answers: Answers, outcome: np.ndarray, terms: np.ndarray) -> Autocorrelation:
    """Estimate how errors within persons resemble those close in time, without the bias that short series have.

    Residuals of n answers resemble each other less than the errors behind them, as each person's mean and slopes were
    fitted. How much less is known: with errors of covariance V residuals have M V M, M being what the fit leaves. The
    covariance of residuals is therefore fitted, by least squares over all pairs of answers of a person, with the
    images under M of the ways of fading and of plain noise, none of them below 0 (Hildreth and Houck's least squares
    for variances, as Henderson's method 3 and MINQUE have it; Lawson and Hanson solve it).

    Parameters
    ----------
    answers : Answers
        When persons answered.
    outcome : numpy.ndarray
        Centred within persons, on a scale on which noise is about equal, shape (n,).
    terms : numpy.ndarray
        What explains it, centred within persons, shape (n, k).

    Returns
    -------
    Autocorrelation
        Resemblance is never negative.

    References
    ----------
    Marriott, F. H. C. & Pope, J. A. (1954). Bias in the estimation of autocorrelations. Biometrika 41.
    Rao, C. R. (1971). Estimation of variance and covariance components: MINQUE theory. Journal of Multivariate
    Analysis 1.
    Lawson, C. L. & Hanson, R. J. (1974). Solving least squares problems, chapter 23.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> moods = np.array([rng.standard_normal(400)])
    >>> for _ in range(29):
    ...     moods = np.vstack([moods, 0.5 * moods[-1] + 0.75**0.5 * rng.standard_normal(400)])
    >>> answers = Answers(np.repeat(np.arange(400), 30), np.tile(3.0 * np.arange(30), 400))
    >>> found = autocorrelation(answers, (moods - moods.mean(axis=0)).T.ravel(), np.zeros((12_000, 1)))
    >>> round(float(found.shares @ next(found.answers.fading())[1][:, 0]), 1)
    0.5
    """
    none = Autocorrelation(answers, np.zeros(len(BY_ORDER) + len(BY_TIME)))
    if len(outcome) < FEWEST_ROWS:
        return none
    some, most = answers.first(MOST_ROWS)
    n = some.summed(np.ones(most))
    basis = np.column_stack([1 / np.sqrt(n)[some.person], orthonormal(some, terms[:most])])
    left = outcome[:most].astype(float)
    for column in basis.T[1:]:
        left = left - column * some.summed(column * left)[some.person]
    overlap, found = _moments(some, basis, left)
    if not (np.diag(overlap) > ROUNDING * len(left)).all():
        return none
    scale = np.sqrt(np.diag(overlap))
    values, vectors = np.linalg.eigh(overlap / scale[:, None] / scale)
    values = np.maximum(values, 1e-9 * values.max())
    parts = optimize.nnls((vectors * np.sqrt(values)).T, (vectors / np.sqrt(values)).T @ (found / scale))[0] / scale
    return Autocorrelation(answers, parts[1:] / parts.sum()) if parts.sum() > 0 else none


def _moments(answers: Answers, basis: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the normal equations: how the images of plain noise and of each way overlap, and with the residuals."""
    ways = len(BY_ORDER) + len(BY_TIME)
    images = np.array([basis, *np.zeros((ways, *basis.shape))])
    pairs, found = np.zeros((ways, ways)), np.zeros(ways)
    for lag, alike in answers.fading():
        images[1:, :-lag] += alike[:, :, None] * basis[lag:]
        images[1:, lag:] += alike[:, :, None] * basis[:-lag]
        pairs += 2 * alike @ alike.T
        found += 2 * alike @ (left[lag:] * left[:-lag])
    images[1:] += basis  # each way has ones on its diagonal
    n = float(len(left))
    whole = np.full((ways + 1, ways + 1), n)
    whole[1:, 1:] += pairs
    fitted = np.array(
        [[[answers.summed(one * other) for other in image.T] for one in basis.T] for image in images]
    )  # (ways + 1, k, k, persons)
    overlap = whole - 2 * np.einsum("ink,jnk->ij", images, images) + np.einsum("iklp,jklp->ij", fitted, fitted)
    return overlap, float(left @ left) + np.array([0.0, *found])
