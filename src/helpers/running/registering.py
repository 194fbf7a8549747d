"""How is an analysis registered before its data are opened?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.evidence.registration import as_text, departures
from helpers.ground.freshness import Hashes, digest, write_text
from helpers.ground.parameters import read_file, settle
from helpers.ground.progress import tell
from helpers.running import plan
from helpers.running.content import laid_out, registered, registration_file
from helpers.running.folder import json_text
from helpers.running.project import Project, shown


def register(
    *,
    data: str,
    run: str,
    now: str,
    params: str | None = None,
    project: Project | None = None,
    say: Callable[[str], None] = tell,
) -> int:
    """Freeze what will be asked of data, and how, before they are opened.

    Parameters
    ----------
    data, run, params : str
        As make's variables. The data may not be there yet; where they are, their files are hashed and not read.
    now : str
        The time, as it is to stand in the registration.
    project : Project
        Where the pieces lie.
    say : callable
        Takes one line of progress.

    Returns
    -------
    int
        0.

    Raises
    ------
    Refusal
        When a name or a parameter cannot be used, or something else was registered under this name: a registration is
        never overwritten.
    """
    project = project or Project()
    plan.check_names(run=run, engine="duckdb")
    hashes = Hashes(project.reports / ".fingerprints.json")
    shelf = plan.read_shelf(project, hashes)
    settled = settle(read_file(Path(params)) if params else {}, shelf.declared)
    try:
        place = plan.find_data(data, root=project.root)
    except Refusal:
        place = None
    about: dict[str, Any] = {"cells": shelf.cells, "code": shelf.code, "project": project, "hashes": hashes}
    said = laid_out(place, data, parameters=settled, **about)
    hashes.save()
    path = registration_file(project, run)
    known = registered(project, run)
    if known:
        if departed := departures(known, said):
            mend = "choose another RUN, or remove the file if nobody relies on it"
            raise Refusal(f"{shown(path)} registers something else already, and stays", departed, mend)
        say(f"nothing to do: {shown(path)} registers this already, since {known['registered_at']}")
        return 0
    said["data"]["analysed_before"] = _analysed(project, said["data"]["name"])
    whole = {**said, "name": run, "version": _version(project), "registered_at": now}
    whole["sha256"] = digest(whole)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json_text(whole))
    write_text(path.with_suffix(".txt"), as_text(whole))
    say(f"{shown(path)} and {path.stem}.txt are written: commit or deposit them before the data are opened")
    say(f"Next: make reports DATA={data} RUN={run}; its pages say whether it keeps to the registration")
    return 0


def _analysed(project: Project, name: str) -> list[str]:
    """Name the runs under reports/ that have read these data already."""
    found = set()
    for path in [*project.reports.glob("*/*.json"), *project.reports.glob("*/*/*.json")]:
        if (plan.read_json(path) or {}).get("read") == name:
            found.add(path.parent.relative_to(project.reports).as_posix())
    return sorted(found)


def _version(project: Project) -> str:
    """Read the package's version from where it is declared."""
    import tomllib

    try:
        return str(tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError):
        return "unknown"
