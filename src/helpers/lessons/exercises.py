"""Is an answer to an exercise right? The right one is worked out from the data at hand, when somebody asks."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from helpers.base.refusals import Refusal, nearest

if TYPE_CHECKING:
    from IPython.display import Markdown

NEAR = 0.005
"""A number is right where it differs from the right one by no more than this share of it, or is that one rounded."""

DIGITS = 2
"""So many digits that tell something have to be left by rounding."""

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
        Called with what is at hand and the answer, where many answers are right; true for those, a text that says what
        is wrong with another.
    is_ln : bool, default False
        Whether the right number is the ln of a ratio, which the ratio itself is often given for.
    """

    id: str
    right: Callable[[At], Any]
    hint: str
    lesson: str
    accepts: Callable[[At, Any], bool | str] | None = None
    is_ln: bool = False

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
        slip = f"{good} " if isinstance(good, str) else "" if good or self.accepts else self._slip(given, right)
        return f"**{self.id}: right.** {self.lesson}" if good is True else f"**{self.id}: not yet.** {slip}{self.hint}"

    def _slip(self, given: Any, right: Any) -> str:
        """Name a ratio that came for its ln, and what else is often done to a right number."""
        if self.is_ln and (_is_near(float(given), math.exp(right)) or _is_near(float(given), math.expm1(right))):
            return "That is the ratio, or the change that it makes: its ln is asked for. "
        return _slip(given, right)


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
    """Compare a whole number exactly, another to `NEAR` or as rounded, and words without their case."""
    if isinstance(right, int):
        return float(given) == right
    if isinstance(right, float):
        return _is_near(float(given), right)
    words = [right] if isinstance(right, str) else right
    return given.strip().casefold() in [word.strip().casefold() for word in words]


def _is_near(given: float, right: float) -> bool:
    """Tell whether a number is another one, to `NEAR` or rounded to `DIGITS` digits or more."""
    if not math.isfinite(given):
        return False
    rounded = [float(f"{right:.{DIGITS}g}")]
    told = Decimal(repr(given)).normalize().as_tuple()
    if len(told.digits) >= DIGITS:
        rounded.append(round(right, -int(told.exponent)))
    exact = math.isclose(given, right, rel_tol=NEAR, abs_tol=1e-12)
    return exact or any(math.isclose(given, one, rel_tol=1e-9) for one in rounded)


def _slip(given: Any, right: Any) -> str:
    """Name what is often done to a right number: its sign turned, per cent given for a share, rounded away."""
    if not isinstance(right, int | float) or not math.isfinite(number := float(given)):
        return ""
    if right and _is_same(-number, right):
        return "The size is right, the sign is not. "
    if right and isinstance(right, float) and (_is_near(number / 100, right) or _is_near(number * 100, right)):
        return (
            f"It is out by a factor of 100: {'per cent is' if abs(number) < abs(right) else 'a share is'} asked for. "
        )
    places = range(-12, 13) if isinstance(right, float) else ()
    if any(math.isclose(number, round(right, place), rel_tol=1e-9) for place in places):
        return f"It is rounded too far: give {DIGITS} digits or more that are not leading zeros. "
    return ""


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
