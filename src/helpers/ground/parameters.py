"""Which parameters does a notebook declare, and which values does this run give them?"""

import ast
import io
import json
import re
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from helpers.base.refusals import Refusal, nearest
from helpers.ground.platforms import platform_named
from helpers.ground.root import ROOT

RESERVED = {"data": "DATA=", "engine": "ENGINE="}
"""Parameters that every notebook declares and that make's own variables set."""

WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "None": "nothing",
    "list[int]": "a list of whole numbers",
    "list[float]": "a list of numbers",
    "list[str]": "a list of texts",
}
"""The types that a parameter may have, in words."""

CAME = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a table"}

LARGEST = 1_000_000  # bytes of a file of parameters
DAY = "a day as 2025-01-31"
"""The bound of parameters that are a day."""
_NUMBER = r"(-?[\d,]+(?:\.\d+)?(?:e\d+)?)"

BOUNDS: dict[str, Callable[..., bool]] = {
    rf"{_NUMBER} to {_NUMBER}": lambda value, low, high: all(low <= one <= high for one in _each(value)),
    r"rising": lambda value: bool(value) and _rises(value),
    r"none or (\d+) rising": lambda value, many: len(value) in (0, many) and _rises(value),
    r"(\d+)\+ of them": lambda value, fewest: len(value) >= fewest,
    r"as many as (\w+)": lambda value, other: len(value) == len(other),
    DAY: lambda value: value is None or _is_day(value),
    r"a time zone such as Europe/Amsterdam": lambda value: value is None or value in available_timezones(),
}
"""What can stand in brackets behind a parameter's meaning, commas between several, and how a value is held to it."""


def _rises(values: Sequence[Any]) -> bool:
    return all(one < other for one, other in pairwise(values))


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _is_day(value: str) -> bool:
    try:
        return len(value) == len("2025-01-31") and bool(date.fromisoformat(value))
    except ValueError:
        return False


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a notebook.

    Parameters
    ----------
    name, type : str
        As they stand in the notebook.
    default : object
        The literal value.
    meaning : str
        The comment behind the declaration.
    allowed : tuple of str
        The alternatives of the type, keys of `WORDS`; empty when `choices` decides.
    choices : tuple
        The values of a ``Literal``.
    bound : str
        What stands in brackets at the end of the comment: which values of the type are allowed, as `BOUNDS` has it.
    """

    name: str
    type: str
    default: Any
    meaning: str
    allowed: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    bound: str = ""

    def accept(self, value: Any) -> Any:
        """Return a value in the parameter's own type, or raise a ValueError that says what is allowed.

        A whole number is fine where a number is asked; true and false are not numbers. A date becomes a text where a
        day is asked, and nowhere else; platforms get the names that tables have.

        Examples
        --------
        >>> fewest = Parameter("min_posts", "int", 5, "fewest posts", allowed=("int",), bound="1 to 100")
        >>> fewest.accept(3)
        3
        >>> fewest.accept(-2)
        Traceback (most recent call last):
            ...
        ValueError: -2 (a whole number) came; allowed is a whole number: 1 to 100
        """
        value = self._in_our_words(value)
        for choice in self.choices:
            if type(choice) is type(value) and choice == value:
                return value
        for kind in self.allowed if self.is_within(value, {}) else ():
            if kind.startswith("list[") and isinstance(value, list):
                if all(_fits(item, kind[5:-1]) for item in value):
                    return [float(item) if kind == "list[float]" else item for item in value]
            elif _fits(value, kind):
                return float(value) if kind == "float" else value
        raise ValueError(f"{_shown(value)} came; allowed is {self.in_words()}")

    def _in_our_words(self, value: Any) -> Any:
        """Write a day as TOML has it as a text, and platforms as tables have them."""
        if type(value) is date and self.bound == DAY:
            return value.isoformat()
        if self.name == "platforms" and isinstance(value, list):
            return [platform_named(one) if isinstance(one, str) else one for one in value]
        return value

    def in_words(self) -> str:
        """Say which values are allowed."""
        words = [WORDS[kind] for kind in self.allowed]
        if self.choices:
            words.append("one of " + ", ".join(repr(choice) for choice in self.choices))
        return " or ".join(words) + (f": {self.bound}" if self.bound else "")

    def is_within(self, value: Any, others: Mapping[str, Any]) -> bool:
        """Hold a value against the bound, and against the other parameters that it names, where they are known."""
        try:
            return all(
                keeps(value, *(others[word] if word in others else float(word.replace(",", "")) for word in words))
                for keeps, words in _rules(self.bound)
                if not (words and words[0].isidentifier() and words[0] not in others)
            )
        except TypeError:  # one of another type keeps none
            return False


def _rules(bound: str) -> list[tuple[Callable[..., bool], tuple[str, ...]]]:
    """Read a bound: each rule with the numbers or the names that it takes."""
    rules = []
    for part in bound.split(", ") if bound else ():
        found = [(keeps, match.groups()) for form, keeps in BOUNDS.items() if (match := re.fullmatch(form, part))]
        if not found:
            raise ValueError(f"the bound {part!r} is not known; parameters.BOUNDS has those that are")
        rules += found
    return rules


def _fits(value: Any, kind: str) -> bool:
    if kind == "None":
        return value is None
    if kind == "float":
        return type(value) in (int, float) and abs(value) <= sys.float_info.max  # not so a NaN
    return type(value).__name__ == kind


def _shown(value: Any) -> str:
    if isinstance(value, list):
        kinds = sorted({CAME.get(type(item), f"a {type(item).__name__}") for item in value})
        return f"{value!r} (a list with {' and '.join(kinds)})" if kinds else "an empty list"
    return f"{value!r} ({CAME.get(type(value), f'a {type(value).__name__}')})"


def load_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook file without any library.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file in format 4, the one there is since 2014.

    Returns
    -------
    dict
        The notebook's JSON; the source of every cell is one text.

    Raises
    ------
    Refusal
        When the file is not a notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            f"{path.name} is not a notebook that can be read: {error}", mend="save it again in JupyterLab"
        ) from None
    return notebook


def declared(notebook: Mapping[str, Any], *, name: str) -> dict[str, Parameter]:
    """Read the parameters that a notebook declares in its cell tagged ``parameters``.

    Parameters
    ----------
    notebook : mapping
        The notebook's JSON, as `load_notebook` gives it.
    name : str
        The notebook's name, for messages.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell.

    Raises
    ------
    Refusal
        With every fault: no tagged cell, a line that is not ``name: type = literal``, a type that is not
        known, a default of another type or out of its bound, ``data`` or ``engine`` missing.

    Examples
    --------
    >>> source = 'data: str = "data/sample"  # where\\nengine: str = "duckdb"  # how\\nfewest: int = 5  # posts'
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    >>> declared({"cells": [cell]}, name="01")["fewest"].meaning
    'posts'
    """
    source = _parameters_cell(notebook, name)
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise Refusal(f"{name}: line {error.lineno} of the parameters cell cannot be read", [str(error.msg)]) from None
    comments, found, faults = _comments(source), {}, []
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module in ("typing", "__future__"):
            continue
        try:
            parameter = _declaration(statement, comments.get(statement.end_lineno or 0, ""))
            found[parameter.name] = parameter
        except ValueError as error:
            faults.append(f"line {statement.lineno}: {error}")
    faults += [f"{key}: str is not declared" for key in RESERVED if not faults and key not in found]
    if faults:
        raise Refusal(
            f"{name}: the parameters cell cannot be used", faults, "write one 'name: type = literal  # meaning' a line"
        )
    return found


def accepted(notebook: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Hold values against what a notebook declares of its parameters.

    Parameters
    ----------
    notebook : str
        Its name, without ``.ipynb``.
    values : mapping of str to object
        By parameter; what is none is passed over.

    Returns
    -------
    tuple of dict and list of str
        The values that may be, written as the notebook does, and what is wrong with the others.
    """
    taken, faults = dict[str, Any](), list[str]()
    of_it = declared(load_notebook(ROOT / "notebooks" / f"{notebook}.ipynb"), name=notebook)
    for name in (name for name in of_it if name in values):
        try:
            taken[name] = of_it[name].accept(list(values[name]) if isinstance(values[name], tuple) else values[name])
        except ValueError as error:
            faults.append(f"{name}: {error}")
    return taken, faults


def hold_to(notebook: str, values: Mapping[str, Any]) -> None:
    """Refuse what a person wrote by hand into the parameters of an open notebook and cannot be, all faults at once."""
    if faults := accepted(notebook, values)[1]:
        raise Refusal(f"the parameters of {notebook} cannot be used", faults, "mend the cell of parameters and run it")


def _parameters_cell(notebook: Mapping[str, Any], name: str) -> str:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in cell.get("metadata", {}).get("tags", []):
            return cell["source"]
    raise Refusal(f"{name}: no code cell is tagged 'parameters'", mend="tag the first code cell in JupyterLab")


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _declaration(statement: ast.stmt, meaning: str) -> Parameter:
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value):
        raise ValueError("not of the form name: type = literal")
    name, annotation = statement.target.id, statement.annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body  # quoted, so that Literal needs no import
    written = ast.unparse(annotation)
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise ValueError(f"the value of {name} is not a literal") from None
    allowed, choices = [], []
    for part in _alternatives(annotation):
        if isinstance(part, ast.Subscript) and ast.unparse(part.value) == "Literal":
            choices += _literals(part.slice)
        elif ast.unparse(part) in WORDS:
            allowed.append(ast.unparse(part))
        else:
            raise ValueError(f"type {written} of {name} is not known; known are {', '.join(WORDS)} and Literal[...]")
    bound = match[1] if (match := re.search(r"\[([^][]+)\]$", meaning)) else ""
    try:
        _rules(bound)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    parameter = Parameter(name, written, default, meaning, tuple(allowed), tuple(choices), bound)
    try:
        parameter.accept(default)
    except ValueError as error:
        raise ValueError(f"the default of {name} does not fit its type: {error}") from None
    return parameter


def _alternatives(annotation: ast.expr) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        yield from _alternatives(annotation.left)
        yield from _alternatives(annotation.right)
    else:
        yield annotation


def _literals(inside: ast.expr) -> list[Any]:
    value = ast.literal_eval(inside)
    return list(value) if isinstance(value, tuple) else [value]


def read_file(
    path: Path, *, variable: str = "PARAMS", mend: str = "write name = value, as TOML asks"
) -> dict[str, Any]:
    """Read a parameter file, or another that a person has written for a run.

    Parameters
    ----------
    path : Path
        TOML: keys at the top apply to every notebook that declares them, a table named after a notebook to that one.
    variable : str
        The variable of make that names it.
    mend : str
        What to do where it is not TOML.

    Returns
    -------
    dict
        What the file holds, unchecked.

    Raises
    ------
    Refusal
        When there is no such file or it is not TOML, with the line.
    """
    is_file = "write its content into a TOML file, and name that"
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe could be waited for without end
            raise Refusal(f"{variable}={path} is a pipe or a device and no file", mend=is_file)
        if path.exists() and path.stat().st_size > LARGEST:
            raise Refusal(f"{variable}={path} is too large for a file of parameters", mend=is_file)
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise Refusal(f"{variable}={path} cannot be read", ["brackets in brackets without end"], mend) from None
    except OSError as error:
        raise Refusal(f"{variable}={path}: {error.strerror}", mend="name a TOML file that exists") from None
    except ValueError as error:
        raise Refusal(f"{variable}={path} cannot be read", [str(error)], mend) from None


def settle(given: Mapping[str, Any], collection: Mapping[str, Mapping[str, Parameter]]) -> dict[str, dict[str, Any]]:
    """Give every parameter of every notebook its value.

    Parameters
    ----------
    given : mapping
        What a parameter file holds (`read_file`), or an empty mapping.
    collection : mapping of str to mapping
        The declared parameters of each notebook.

    Returns
    -------
    dict of str to dict
        For each notebook every parameter but ``data`` and ``engine``, plain values only.

    Raises
    ------
    Refusal
        With every fault: a name that no notebook declares, a value of another type, a value that is not a choice.

    Examples
    --------
    >>> fewest = Parameter("fewest", "int", 5, "posts", allowed=("int",))
    >>> settle({"fewest": 3}, {"01": {"fewest": fewest}})
    {'01': {'fewest': 3}}
    """
    faults: list[str] = []
    shared = {key: value for key, value in given.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in given.items() if isinstance(value, dict)}
    names = sorted({name for parameters in collection.values() for name in parameters} - set(RESERVED))
    faults += [_unknown(key, names) for key in shared if key not in names]
    faults += [
        f"[{key}]: no notebook has this name{nearest(key, list(collection))}" for key in tables if key not in collection
    ]
    settled = {}
    for notebook, parameters in collection.items():
        own = tables.get(notebook, {})
        faults += [
            f"[{notebook}] {_unknown(key, sorted(set(parameters) - set(RESERVED)))}"
            for key in own
            if key not in parameters or key in RESERVED
        ]
        settled[notebook] = _values(parameters, {**shared, **own}, own, notebook, faults)
    if faults:
        mend = f"the parameters are {', '.join(names)}" if names else "the notebooks declare no parameters of their own"
        mend = mend if any("no notebook" in fault for fault in faults) else "give each a value that is allowed"
        raise Refusal("PARAMS cannot be used", list(dict.fromkeys(faults)), mend)
    return settled


def _unknown(key: str, names: Sequence[str]) -> str:
    if key in RESERVED:
        return f"{key}: is not set here; use {RESERVED[key]} instead"
    return f"{key}: no notebook declares this parameter{nearest(key, names)}"


def _values(
    parameters: Mapping[str, Parameter],
    wanted: Mapping[str, Any],
    own: Mapping[str, Any],
    notebook: str,
    faults: list[str],
) -> dict[str, Any]:
    values = {}
    for name, parameter in parameters.items():
        if name in RESERVED:
            continue
        try:
            values[name] = parameter.accept(wanted.get(name, parameter.default))
        except ValueError as error:
            faults.append(f"[{notebook}] {name}: {error}" if name in own else f"{name}: {error}")
    faults += [
        f"[{notebook}] {name}: {_shown(value)} came; allowed is {parameters[name].in_words()}"
        for name, value in values.items()
        if not parameters[name].is_within(value, values)
    ]
    return values
