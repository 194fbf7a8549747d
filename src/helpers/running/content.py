"""What do the data hold, and all else that a run rests on? Fingerprints say what is stale, or not as registered."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.base.refusals import Refusal
from helpers.evidence.registration import NOT_SEEN, PARTS, present
from helpers.ground.freshness import Hashes, content, digest, named_hashes
from helpers.reading.manifest import Address
from helpers.running.processes import aside
from helpers.running.project import Project, shown


def data_content(data: Path | Address, *, project: Project, hashes: Hashes) -> list[tuple[str, str]]:
    """List the files of a dataset with what they hold, its own name first.

    Parameters
    ----------
    data : Path or Address
        What can be opened.
    project : Project
        Knows which files make up a dataset.
    hashes : Hashes
        The memory.

    Returns
    -------
    list of (str, str)
        Names and SHA-256; of an address what `helpers.reading.addresses.marks` says.
    """
    base = Path(data) if Path(data).is_dir() else Path(data).parent
    files = project.data_files(data)
    afar = [file for file in files if isinstance(file, Address)]
    here = named_hashes([file for file in files if isinstance(file, Path)], base=base, hashes=hashes)
    if not hashes.afar.keys() >= set(afar):
        hashes.afar |= aside(_marks, afar)
    return [(data.name, ""), *here, *((str(file), hashes.afar[file]) for file in afar)]


def _marks(addresses: Sequence[Address]) -> dict[Address, str]:
    from helpers.reading.addresses import marks

    return marks(addresses)


def registration_file(project: Project, run: str) -> Path:
    """Name the file of a run's registration. It lies outside ``reports/``, which make clean empties."""
    return project.root / "registrations" / f"{run}.json"


def registered(project: Project, run: str) -> dict[str, Any] | None:
    """Read what was registered for a run.

    Parameters
    ----------
    project : Project
        Where registrations lie.
    run : str
        The run's name.

    Returns
    -------
    dict or None
        None where nothing was.

    Raises
    ------
    Refusal
        When there is a file that is no registration.
    """
    path = registration_file(project, run)
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.keys() >= {*PARTS, "name", "registered_at", "sha256"}:
            return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError):
        pass
    mend = "put back the file that make register wrote, or move it away and say so"
    raise Refusal(f"{shown(path)} is no registration that can be read", mend=mend)


def laid_out(
    place: Path | Address | None,
    data: str,
    *,
    parameters: Mapping[str, Mapping[str, Any]],
    cells: Mapping[str, Sequence[Mapping[str, Any]]],
    code: Sequence[tuple[str, str]],
    project: Project,
    hashes: Hashes,
) -> dict[str, Any]:
    """Lay out what a run rests on, as `helpers.evidence.registration.present` does.

    Parameters
    ----------
    place : Path, Address or None
        Where the data lie; None where nothing is there yet.
    data : str
        As DATA names them.
    parameters : mapping of str to mapping
        By notebook the value of every parameter.
    cells : mapping of str to sequence
        By notebook its cells.
    code : sequence of (str, str)
        Names and hashes of the project's files.
    project : Project
        Where the pieces lie.
    hashes : Hashes
        The memory of what files hold.

    Returns
    -------
    dict
        As JSON holds it.
    """
    inside = isinstance(place, Path) and place.is_relative_to(project.root)
    name = Path(place).relative_to(project.root).as_posix() if place is not None and inside else data.rstrip("/")
    return present(
        data={"name": name, "sha256": NOT_SEEN if place is None else _hash(place, project, hashes)},
        parameters=parameters,
        notebooks={book: digest(content(own)) for book, own in cells.items()},
        code=code,
        claims=project.registry(),
    )


def _hash(place: Path | Address, project: Project, hashes: Hashes) -> str:
    """Hash the files of a dataset, whatever they are: nothing in them is read as data."""
    if isinstance(place, Address) or not place.exists():
        return digest(data_content(place, project=project, hashes=hashes))
    if place.is_file():
        return hashes.of(place)
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return digest(named_hashes(files, base=place, hashes=hashes))
