"""Is an answer to an exercise right? The right one is worked out from the data at hand, when somebody asks."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from helpers.base.refusals import Refusal, nearest

if TYPE_CHECKING:
    from IPython.display import Markdown

NEAR = 0.005
"""A number is right where it differs from the right one by no more than this share of it: two or three digits do."""

NOUGHT = 0.0005
"""So near to nought a number of three places is printed as 0.000; no answer has to be nearer to the right one."""

At = SimpleNamespace
"""What the notebook has at hand, by name: reduced, dataset, verdicts, parameters, and what else the exercises need."""


@dataclass(frozen=True)
class Exercise:
    """A question that the data at hand can answer.

    Parameters
    ----------
    id : str
        Number of the notebook and of the exercise, such as ``"05-2"``.
    right : callable
        Called with what is at hand (`At`); gives the right answer: a number, a word, a collection of words of which
        each is right, or None where these data hold none.
    hint : str
        What to look at, said where an answer is wrong.
    lesson : str
        What there is to see in the right answer, said with it.
    accepts : callable, optional
        Called with what is at hand and the answer, where many answers are right; true for those.
    """

    id: str
    right: Callable[[At], Any]
    hint: str
    lesson: str
    accepts: Callable[[At, Any], bool] | None = None

    def says(self, at: At, answer: Any) -> str:
        """Say whether an answer is right, in Markdown.

        Parameters
        ----------
        at : types.SimpleNamespace
            What is at hand.
        answer : object
            A number, a word, or whatever `accepts` takes.

        Returns
        -------
        str
            Right, with the lesson; not yet, with the hint; or that these data cannot answer it.
        """
        right = self.right(at)
        if right is None:
            return f"**{self.id}:** these data cannot answer it. The sample data can: data/sample."
        given = getattr(answer, "value", answer)
        fault = None if self.accepts else _unlike(given, right)
        if fault:
            return f"**{self.id}: not yet.** {fault} {self.hint}"
        good = self.accepts(at, given) if self.accepts else _is_same(given, right)
        return f"**{self.id}: right.** {self.lesson}" if good else f"**{self.id}: not yet.** {self.hint}"


def checker(exercises: Iterable[Exercise], **at: Any) -> "Callable[[str, Any], Markdown | None]":
    """Give the function that a notebook checks answers with.

    Parameters
    ----------
    exercises : iterable of Exercise
        Those of the notebook.
    **at
        What is at hand, by name.

    Returns
    -------
    callable
        ``check("05-2", answer)`` says whether the answer is right. With three dots as the answer, as the notebook has
        them, it works nothing out and says nothing.
    """
    known = {exercise.id: exercise for exercise in exercises}

    def check(name: str, answer: Any) -> "Markdown | None":
        from IPython.display import Markdown

        if name not in known:
            raise Refusal(
                f"there is no exercise {name!r}{nearest(name, list(known))}", mend=f"there are: {', '.join(known)}"
            )
        return None if answer is ... else Markdown(known[name].says(SimpleNamespace(**at), answer))

    return check


def _unlike(given: Any, right: Any) -> str:
    """Say what kind of answer is asked for, where another came."""
    if isinstance(right, int | float) and not _is_number(given):
        return f"A number is asked for; {_kind(given)} came."
    if not isinstance(right, int | float) and not isinstance(given, str):
        return f"A word in quotes is asked for; {_kind(given)} came."
    return ""


def _is_number(given: Any) -> bool:
    """Say whether an answer is one number: no truth, and no array of several."""
    return not isinstance(given, bool) and hasattr(given, "__float__") and getattr(given, "ndim", 0) == 0


def _kind(given: Any) -> str:
    return "nothing" if given is None else f"a {type(given).__name__}"


def _is_same(given: Any, right: Any) -> bool:
    """Compare a number to `NEAR`, a whole one exactly, and words without their case."""
    if isinstance(right, int):
        return float(given) == right
    if isinstance(right, float):
        near = abs(float(given) - right) <= max(NEAR * abs(right), NOUGHT)
        return near or math.isclose(float(given), float(f"{right:.2g}"), rel_tol=1e-9)
    words = [right] if isinstance(right, str) else right
    return given.strip().casefold() in [word.strip().casefold() for word in words]


def valued(estimate: Any) -> float | None:
    """Give the value of an estimate as a right answer: None where there is none.

    Parameters
    ----------
    estimate : Estimate or None
        From an estimator.

    Returns
    -------
    float or None
        A plain number.
    """
    return float(estimate.value) if estimate is not None and estimate.is_finite else None
