"""Which runs does a grid ask for? One for each combination of parameters, or for each value of a column, or both."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal, nearest
from helpers.ground.freshness import digest
from helpers.ground.parameters import Parameter, read_file, settle

MOST_RUNS = 1000
"""More runs than this are a slip: ten parameters with ten values each would be ten thousand million."""

OWN = ("each", "only", "notebooks")
"""The keys of a grid that are no parameters."""

LONGEST = 48
"""Letters of a folder's name before its hash."""

PLAIN = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST - 1}}}")
"""A value that can name a folder as it is."""

DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that Windows keeps for itself."""

MEND = 'write a list for each parameter, as in min_posts = [1, 5], or each = "posts.platform"'


@dataclass(frozen=True)
class Combination:
    """One choice of a value for each parameter of the grid.

    Parameters
    ----------
    label : str
        For a reader, as ``min_posts = 5``; empty where the grid has no parameters.
    given : mapping
        As a parameter file holds it, with what PARAMS fixes.
    words : str
        The same in a reader's words, as ``least posts 5``, for headings.
    """

    label: str
    given: Mapping[str, Any]
    words: str = ""


@dataclass(frozen=True)
class Grid:
    """What a grid file asks for.

    Parameters
    ----------
    each : str
        A table and a column, as ``posts.brand``; empty where the data are not split.
    only : tuple of str
        The values of that column that are wanted; empty for all.
    notebooks : tuple of str
        The notebooks to run.
    combinations : tuple of Combination
        One at least.
    varied : mapping of str to str
        The parameters of the grid, by their words, with their meaning.
    """

    each: str
    only: tuple[str, ...]
    notebooks: tuple[str, ...]
    combinations: tuple[Combination, ...]
    varied: Mapping[str, str]


def read_grid(
    path: Path,
    *,
    collection: Mapping[str, Mapping[str, Parameter]],
    given: Mapping[str, Any],
    notebook: str | None = None,
) -> Grid:
    """Read a grid file.

    Parameters
    ----------
    path : Path
        TOML, laid out as a parameter file, with a list of values where that has one value; ``each``, ``only`` and
        ``notebooks`` at the top.
    collection : mapping of str to mapping
        The declared parameters of each notebook.
    given : mapping
        What a parameter file fixes for all runs, or an empty mapping.
    notebook : str, optional
        The one notebook to run, whatever the file says.

    Returns
    -------
    Grid
        Every combination, each ready to be settled.

    Raises
    ------
    Refusal
        With every fault: a name that is not known, a value that a parameter does not allow, a list that is empty or
        holds a value twice, a parameter that is fixed too, more runs than `MOST_RUNS`.
    """
    stated = read_file(path, variable="GRID", mend=MEND)
    own = {key: stated.pop(key) for key in OWN if key in stated}
    faults = _own_faults(own, list(collection))
    notebooks = (
        (notebook,) if notebook else tuple(own.get("notebooks", collection)) if not faults else tuple(collection)
    )
    chosen = {name: collection[name] for name in notebooks}
    axes = _axes(stated)
    faults += _strange(stated, collection, chosen)
    faults += [fault for axis in axes for fault in _axis_faults(axis, axes, given, chosen)]
    number = 1
    for _, _, values in axes:
        number *= len(values) if isinstance(values, list) else 1
    if number > MOST_RUNS:
        faults.append(f"it asks for {number:,} runs; {MOST_RUNS:,} are the most")
    if not axes and "each" not in own:
        faults.append("it asks for no run: it names neither a parameter nor each")
    if faults:
        raise Refusal(f"GRID={path} cannot be used", list(dict.fromkeys(faults)), MEND)
    varied = {_named(book, name, axes): _meaning(book, name, chosen) for book, name, _ in axes}
    combinations = tuple(_combinations(axes, given))
    return Grid(own.get("each", ""), tuple(own.get("only", ())), notebooks, combinations, varied)


def _own_faults(own: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Find what is wrong with the keys that are no parameters."""
    each, only, notebooks = own.get("each", "t.c"), own.get("only", []), own.get("notebooks", [])
    faults = []
    if not (isinstance(each, str) and re.fullmatch(r"[^.]+\.[^.].*", each)):
        faults.append(f'each: {each!r} came; allowed is a table and its column, as in "posts.platform"')
    if "only" in own and "each" not in own:
        faults.append("only: names values of each, and there is no each")
    for key, value in (("only", only), ("notebooks", notebooks)):
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)) or (key in own and not value):
            faults.append(f"{key}: {value!r} came; allowed is a list of texts")
    if isinstance(notebooks, list):
        strange = [name for name in notebooks if isinstance(name, str) and name not in names]
        faults += [f"notebooks: {name!r} is not there{nearest(name, names)}" for name in strange]
    return faults


def _axes(stated: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """List the parameters of the grid as (notebook, or nothing for all of them; name; values)."""
    shared = [("", name, values) for name, values in stated.items() if not isinstance(values, dict)]
    tables = [(book, inner) for book, inner in stated.items() if isinstance(inner, dict)]
    return shared + [(book, name, values) for book, inner in tables for name, values in inner.items()]


def _strange(stated: Mapping[str, Any], collection: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[str]:
    """Find tables that are named after no notebook, or after one that is not run."""
    return [
        f"[{book}]: this notebook is not among those to run"
        if book in collection
        else f"[{book}]: no notebook has this name{nearest(book, list(collection))}"
        for book, inner in stated.items()
        if isinstance(inner, dict) and book not in chosen
    ]


def _axis_faults(
    axis: tuple[str, str, Any],
    axes: Sequence[tuple[str, str, Any]],
    given: Mapping[str, Any],
    chosen: Mapping[str, Mapping[str, Parameter]],
) -> list[str]:
    """Find what is wrong with one parameter: each of its values is settled as a parameter file's would be."""
    book, name, values = axis
    where = f"[{book}] {name}" if book else name
    if not isinstance(values, list) or not values:
        return [f"{where}: {values!r} came; allowed is a list of the values to try"]
    if book and book not in chosen:
        return []
    faults: list[str] = []
    for value in values:
        try:
            settle({book: {name: value}} if book else {name: value}, chosen)
        except Refusal as refusal:
            faults += refusal.faults
    if len({repr(value) for value in values}) < len(values):
        faults.append(f"{where}: a value stands there twice")
    if name in given or any(name in inner for inner in given.values() if isinstance(inner, dict)):
        faults.append(f"{where}: PARAMS fixes it too; keep it in one of the two files")
    if not book and any(other for other, same, _ in axes if same == name):
        faults.append(f"{name}: stands at the top and under a notebook; keep one of the two")
    return faults


def _combinations(axes: Sequence[tuple[str, str, list[Any]]], given: Mapping[str, Any]) -> list[Combination]:
    names = Counter(name for _, name, _ in axes)
    made = []
    for values in itertools.product(*(values for _, _, values in axes)):
        mine: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in given.items()}
        labels, words = [], []
        for (book, name, _), value in zip(axes, values, strict=True):
            (mine.setdefault(book, {}) if book else mine)[name] = value
            labels.append(f"{f'{book} ' if names[name] > 1 else ''}{name} = {_written(value)}")
            words.append(f"{_named(book, name, axes)} {_said(name, value)}")
        made.append(Combination(", ".join(labels), mine, ", ".join(words)))
    return made


IN_WORDS = {"min": "least", "max": "most", "n": "number of"}
"""Parts of a parameter's name that stand for a word."""

UNITS = ("hours", "days", "weeks", "months", "minutes")
"""Ends of a parameter's name that are the unit of its value."""


def _named(book: str, name: str, axes: Sequence[tuple[str, str, Any]]) -> str:
    """Name a parameter in words, with its notebook where two have it: ``min_age_days`` is the least age."""
    parts = name.split("_")
    parts = parts[:-1] if parts[-1] in UNITS and len(parts) > 1 else parts
    several = sum(other == name for _, other, _ in axes) > 1
    return " ".join([*([book] if several and book else []), *(IN_WORDS.get(part, part) for part in parts)])


def _said(name: str, value: Any) -> str:
    """Write a value as it is read aloud: whole numbers without a point, with the unit that the name ends on."""
    unit = name.rpartition("_")[2]
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    text = ("none" if not value else ", ".join(map(str, value))) if isinstance(value, list) else _written(whole)
    return f"{text} {unit.removesuffix('s') if whole == 1 else unit}" if unit in UNITS and name != unit else text


def _meaning(book: str, name: str, chosen: Mapping[str, Mapping[str, Parameter]]) -> str:
    """Give what the notebook says of a parameter, with its name there."""
    holders = [chosen[book]] if book in chosen else list(chosen.values())
    meaning = next((one[name].meaning for one in holders if name in one and one[name].meaning), "")
    return f"{name}: {meaning}" if meaning else name


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def folder_names(labels: Sequence[str]) -> dict[str, str]:
    """Give each run a folder's name that it keeps whatever other runs there are.

    A label of letters, digits, dashes and underscores names its folder itself. Any other, one that Windows would not
    take, and labels that only differ by case, get what can be kept of them and eight digits of their hash.

    Parameters
    ----------
    labels : sequence of str
        All different.

    Returns
    -------
    dict of str to str
        Folder names that are different on every file system.

    Examples
    --------
    >>> folder_names(["nike", "../../etc"])
    {'nike': 'nike', '../../etc': 'etc-3a03851d'}
    """
    folded = Counter(label.casefold() for label in labels)
    names = {}
    for label in labels:
        plain = PLAIN.fullmatch(label) and not DEVICES.fullmatch(label) and folded[label.casefold()] == 1
        names[label] = label if plain else f"{_kept(label)}-{digest(label)[:8]}"
    return names


def _kept(label: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", label.lower()))[:LONGEST].strip("-") or "run"
