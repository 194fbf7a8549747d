"""What was registered before the data were opened, and does a run keep to it?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from helpers.base.words import listed
from helpers.ground.freshness import digest

NOT_SEEN = "not yet seen"
"""What stands for the data's hash where nothing lies yet at the place that was named."""

REGISTRY = "data/claims.toml"
"""The file of the registry, whose claims are compared one by one and not as code."""

PARTS = ("data", "parameters", "notebooks", "code", "claims")
"""What a registration freezes."""

MANY = 3
"""Departures of one kind that are named; more are counted."""


def present(
    *,
    data: Mapping[str, Any],
    parameters: Mapping[str, Mapping[str, Any]],
    notebooks: Mapping[str, str],
    code: Sequence[tuple[str, str]],
    claims: Mapping[str, Any],
) -> dict[str, Any]:
    """Lay out everything that decides what a run will say, but for the data's content.

    Parameters
    ----------
    data : mapping
        name (as DATA names them) and sha256 (or `NOT_SEEN`).
    parameters : mapping of str to mapping
        By notebook each parameter's value.
    notebooks : mapping of str to str
        By notebook a fingerprint of its cells.
    code : sequence of (str, str)
        Names and hashes of the project's files.
    claims : mapping of str to Claim
        The registry.

    Returns
    -------
    dict
        As JSON holds it, what is not finite as text. Code is kept as one fingerprint for each room of the package and
        each other file.
    """
    rooms: dict[str, list[tuple[str, str]]] = {}
    for name, content in code:
        if name != REGISTRY:
            rooms.setdefault(_room(name), []).append((name, content))
    told = {
        "data": dict(data),
        "parameters": {name: dict(values) for name, values in parameters.items()},
        "notebooks": dict(notebooks),
        "code": {room: digest(files) for room, files in rooms.items()},
        "claims": {name: asdict(claim) if is_dataclass(claim) else claim for name, claim in claims.items()},  # type: ignore[arg-type]
    }
    plain: dict[str, Any] = json.loads(json.dumps(told, sort_keys=True, default=str), parse_constant=str)
    return plain


def _room(name: str) -> str:
    """Name the room of the package that a file is in; any other file is its own."""
    parts = name.split("/")
    return "/".join(parts[:3]) if parts[:2] == ["src", "helpers"] and len(parts) > 3 else name


def departures(registered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say where a run departs from what was registered.

    Parameters
    ----------
    registered, now : mapping
        From `present`.

    Returns
    -------
    list of str
        One for each thing that differs: registry, parameters, notebooks, code, data. Empty where the run keeps to it.
    """
    return [
        *_of_claims(registered, now),
        *_of_parameters(registered, now),
        *_of_code(registered, now),
        *_of_data(registered, now),
    ]


def _of_claims(registered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say which claims are judged by something else."""
    before, after = registered["claims"], now["claims"]
    changed = []
    for name in before.keys() & after.keys():
        fields = [field for field in after[name] if after[name][field] != before[name].get(field)]
        changed += [f"{name} ({', '.join(fields)})"] if fields else []
    told = [f"registry: other {_some(sorted(changed))}"] if changed else []
    told += [f"registry: without {_some(gone)}"] if (gone := sorted(before.keys() - after.keys())) else []
    return told + ([f"registry: also {_some(more)}"] if (more := sorted(after.keys() - before.keys())) else [])


def _of_parameters(registered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say which parameters have other values."""
    changed = []
    for notebook, values in now["parameters"].items():
        known = registered["parameters"].get(notebook, {})
        for name, value in values.items():
            if name in known and known[name] != value:
                changed.append(f"{name} of {notebook} {value!r}, registered {known[name]!r}")
    return [f"parameters: {_some(changed)}"] if changed else []


def _of_code(registered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say in which rooms of the code, and in which notebooks, something is different."""
    told = []
    for what, key in (("notebooks", "notebooks"), ("code version", "code")):
        before, after = registered[key], now[key]
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        told += [f"{what}: other {_some(changed)}"] if changed else []
    return told


def _of_data(registered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say whether the data are those that were registered."""
    before, after = registered["data"], now["data"]
    if before["sha256"] not in (NOT_SEEN, after["sha256"]):
        return [f"data: {after['name']} with another content than {before['name']} had"]
    if before["name"] != after["name"]:
        return [f"data: {after['name']}, registered {before['name']}"]
    return []


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MANY:,} more" if len(names) > MANY else ""
    return (", ".join(names[:MANY]) + more) if more else listed(names)


def told(registered: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Say in a sentence whether a run keeps to its registration.

    Parameters
    ----------
    registered : mapping
        The registration: what `present` gave then, with name and registered_at.
    now : mapping
        From `present`.

    Returns
    -------
    dict
        fits (whether it does), head (in a word), says (the sentence) and departs (where it does not).
    """
    when = f"registrations/{registered['name']}.json of {registered['registered_at'][:10]}"
    seen = registered["data"].get("analysed_before") or []
    sealed = registered["sha256"] == digest({key: part for key, part in registered.items() if key != "sha256"})
    after = f" These data had been analysed before it was made, in {_some(seen)}." if seen else ""
    departs = [
        *([] if sealed else ["registration: its file was changed after it was made"]),
        *departures(registered, now),
    ]
    if departs:
        return {
            "fits": False,
            "head": "Not as registered.",
            "departs": departs,
            "says": f"Departs from {when} in {'; '.join(departs)}.{after}",
        }
    data = "the data were not yet seen" if registered["data"]["sha256"] == NOT_SEEN else "the data are those registered"
    says = f"Keeps to {when}: registry, parameters and code are those registered, and {data}.{after}"
    head = "Registered after the data had been analysed." if seen else "Registered beforehand."
    return {"fits": True, "head": head, "departs": [], "says": says}


def as_text(registered: Mapping[str, Any]) -> str:
    """Write a registration for people.

    Parameters
    ----------
    registered : mapping
        As for `told`.

    Returns
    -------
    str
        Plain lines: the data, each claim with its estimand, margin and reason, every parameter, the code.
    """
    data = registered["data"]
    lines = [f"Registration {registered['name']}", f"Made: {registered['registered_at']}", ""]
    lines += [f"Data: {data['name']}", f"SHA-256 of the data: {data['sha256']}"]
    seen = data.get("analysed_before") or []
    lines += [
        f"Analysed before this registration, in: {', '.join(seen)}"
        if seen
        else "Not analysed before by a run that stands here."
    ]
    lines += ["", f"Code: version {registered['version']}, fingerprint {digest(registered['code'])}"]
    lines += [f"Whole registration: {registered['sha256']}", "", "Claims, judged by the rules of that code version"]
    for name, claim in registered["claims"].items():
        if claim["kind"] != "Q":
            lines += ["", name, f"  {claim['claim']}", f"  estimand: {claim.get('estimand', '')}"]
            value = "" if claim.get("published") is None else f"; published value {claim['published']}"
            lines += [f"  kind {claim['kind']}, margin {claim['margin']} ({claim['unit']}){value}"]
            lines += [f"  why this margin: {claim.get('margin_reason', '')}"]
    lines += ["", "Parameters"]
    for notebook, values in registered["parameters"].items():
        lines += [f"  {notebook}", *(f"    {name} = {value!r}" for name, value in values.items())]
    return "\n".join(lines) + "\n"
