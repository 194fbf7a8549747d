"""Which notebooks can the data speak to, and what stands in claims.csv for the others?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from helpers.claims import entries, record
from helpers.claims.verdicts import OWN_ACCOUNT
from helpers.ground.freshness import digest, write_text
from helpers.reading.chosen import refuse_absent
from helpers.reading.guards import is_aloud
from helpers.reading.manifest import Address
from helpers.running.folder import json_text
from helpers.running.plan import Run, Task, read_json
from helpers.running.project import Project

OWN_NOTEBOOK = "12-own-account"
"""Shows the posts of an account of one's own; it runs first where the data are of fewer than ten accounts."""


@dataclass(frozen=True)
class Speaking:
    """What data can speak to.

    Parameters
    ----------
    name, kind : str
        Of the data.
    own : bool
        Whether they are of an account of one's own, or of a few.
    speaks : sequence of str
        The claims that will get a verdict.
    rows : sequence of mapping
        What is known of the others: rows of claims.csv without ``p_holm``.
    seen : mapping
        Of an account of one's own, what a record says of the data: rows, period, posts left out, weeks.
    aloud : sequence of str
        What nobody may overlook of how the data were read.
    world : mapping
        What open data say (`world`). Whoever asks has loaded what it takes to work that out.
    """

    name: str
    kind: str
    own: bool = False
    speaks: Sequence[str] = ()
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)
    seen: Mapping[str, Any] = field(default_factory=dict)
    aloud: Sequence[str] = ()
    world: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, str]:
        """Name and kind of the data."""
        return {"name": self.name, "kind": self.kind}

    def silent(self, run: Run) -> set[str]:
        """Name the notebooks to which the data cannot speak.

        Parameters
        ----------
        run : Run
            The run.

        Returns
        -------
        set of str
            Notebooks none of whose claims will get a verdict. What is the same whatever data there are, as the lesson
            and the quoted figures, is said again for simulated data only.
        """
        if not (self.speaks or self.rows):
            return set()
        answered = {run.registry[claim_id].notebook for claim_id in self.speaks if claim_id in run.registry}
        known = {claim.notebook for claim in run.registry.values() if claim.kind != "Q"}
        heard = answered | ({OWN_NOTEBOOK} if self.own else set())
        return {task.name for task in run.tasks if task.name not in heard and (task.name in known or self._is_theirs)}

    @property
    def _is_theirs(self) -> bool:
        """Say whether somebody wants to hear of these data, and not of the method."""
        return self.own or self.kind != "simulated"


def ask(project: Project, data: Path | Address, engine: str, choices: Sequence[Mapping[str, Any]] = ()) -> Speaking:
    """Open the data, or refuse them or what was chosen of them, and ask what they can speak to.

    Parameters
    ----------
    project : Project
        Knows how data are opened and asked.
    data : Path or Address
        What it opens.
    engine : str
        What opens it.
    choices : sequence of mapping
        What notebooks choose of the data, as `Run.choices`.

    Returns
    -------
    Speaking
        Plain values, which another process can be sent.
    """
    dataset = project.open_dataset(data, engine=engine)
    for chosen in choices:
        refuse_absent(dataset.tables, **chosen)
    prospects = project.prospects(dataset)
    told = {claim_id: verdict for claim_id, verdict in prospects.items() if verdict.verdict}
    speaks = [claim_id for claim_id in prospects if claim_id not in told]
    own = [verdict for verdict in prospects.values() if verdict.scope == OWN_ACCOUNT]
    posts = next((verdict.data for verdict in own if verdict.data is not None), None)
    seen = record("", dataset=dataset, reduced=posts, answer="").plain()["data"] if posts else {}
    rows, aloud = entries(told, dataset=dataset), [*filter(is_aloud, dataset.notes)]
    return Speaking(dataset.name, dataset.kind, bool(own), speaks, rows, seen, aloud, world())


def world() -> dict[str, Any]:
    """Give what the index tells of open data, whatever data a run has: the keywords of `index_page`."""
    from helpers.evidence.questions import on_index

    return on_index()


def ask_each(
    project: Project, places: Mapping[Path | Address, Sequence[Mapping[str, Any]]], engine: str
) -> dict[Path | Address, Speaking]:
    """Ask several datasets what they can speak to, each with the choices made of it, as `ask` does each."""
    return {place: ask(project, place, engine, choices) for place, choices in places.items()}


def memory(folder: Path) -> Path:
    """Name the file beside a run's folder that keeps what its data can speak to."""
    return folder.parent / f".{folder.name}.speaking.json"


def kept(run: Run) -> Speaking | None:
    """Give what is known of what a run's data can speak to; None where they were not asked since they last changed."""
    found = read_json(memory(run.folder))
    return Speaking(**found["told"]) if found and found.get("mark") == _mark(run) else None


def keep(run: Run, told: Speaking) -> None:
    """Keep what a run's data can speak to, so that they need not be asked again."""
    write_text(memory(run.folder), json_text({"mark": _mark(run), "told": asdict(told)}))


def _mark(run: Run) -> str:
    """Fingerprint what it depends on: the data, what opens them, and the code with the registry."""
    return digest([[task.data_fingerprint for task in run.tasks][:1], run.engine, run.code])


def asked_for(run: Run, told: Speaking | None, *, everything: bool) -> list[Task]:
    """List the notebooks that a run wants and that the data can speak to.

    Parameters
    ----------
    run : Run
        The run.
    told : Speaking or None
        What the data can speak to; None where that is not known yet.
    everything : bool
        Whether the others are wanted too.

    Returns
    -------
    list of Task
        In the order in which they are run: what is about the account itself comes first.
    """
    silent = told.silent(run) if told and not everything else set()
    wanted = [task for task in run.tasks if task.name in run.wanted and task.name not in silent]
    return sorted(wanted, key=lambda task: not (told and told.own and task.name == OWN_NOTEBOOK))
