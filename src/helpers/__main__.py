"""What can be done from the command line? Every command that make calls."""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from helpers.ground.root import ROOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m helpers", description="Claims about engagement, put to the test.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    reports = commands.add_parser("reports", help="run the notebooks on DATA and write reports/RUN")
    _run_options(reports, run="sample")
    _everything(reports)
    many = commands.add_parser("batch", help="run the notebooks for each combination or value in GRID, and compare")
    _option(many, "grid", "GRID", None, "a TOML file with lists of values, or a column to split by")
    _option(many, "memory", "MEMORY", None, "what all notebooks side by side may take, as 4GB")
    _run_options(many, run=None)
    _everything(many)
    open_data = commands.add_parser("evidence", help="run the claims on the open datasets of data/open.toml")
    _option(open_data, "from", "FROM", None, "a folder that holds their files; else they are downloaded", dest="source")
    _option(open_data, "yes", "YES", "", "1 downloads without asking")
    _option(open_data, "jobs", "JOBS", None, "notebooks side by side; by default one for each core", kind=_count)
    pool = commands.add_parser("pool", help="pool the claims of several finished runs into reports/RUN")
    _option(pool, "runs", "RUNS", "", "names of finished runs, with spaces between")
    _option(pool, "run", "RUN", "pooled", "name of the pool's folder under reports/")
    needed = commands.add_parser("plan", help="say how many units a notebook's claims would need")
    _run_options(needed, run="sample")
    frozen = commands.add_parser("register", help="freeze claims, parameters and code before data are opened")
    _option(frozen, "data", "DATA", "data/sample", "where the data are or will be")
    _option(frozen, "run", "RUN", "sample", "name of the run that it is for, and of its file in registrations/")
    _option(frozen, "params", "PARAMS", None, "a TOML file with parameters")
    reading = commands.add_parser("import", help="read native exports into data/user/NAME")
    _option(reading, "from", "FROM", None, "a file, a folder or a zip", dest="source")
    _option(reading, "name", "NAME", None, "name of the dataset")
    _option(reading, "propose", "PROPOSE", "", "1 writes a proposed dataset.toml beside files that are not known")
    _option(reading, "keep-text", "KEEP_TEXT", "", "1 keeps captions, comments and file names", dest="keep_text")
    _option(reading, "clock", "CLOCK", "", "time zone by whose clock hours are told, such as Europe/Amsterdam")
    sample = commands.add_parser("sample", help="write simulated data")
    _option(sample, "world", "WORLD", "documents", "documents, literature, null, own-account or own-account-null")
    _option(sample, "seed", "SEED", None, "seed of the random numbers", kind=_count)
    sample.add_argument("--to", type=Path, help="folder to write (data/sample; another world: data/worlds/WORLD)")
    calibrate = commands.add_parser("calibrate", help="measure how often the intervals and verdicts are right")
    _option(calibrate, "study", "STUDY", "", "one family of estimators only")
    _option(calibrate, "worlds", "WORLDS", None, "worlds for each setting", kind=_count)
    calibrate.add_argument("--null", action="store_true", help="count directions where nothing holds, docs/null.csv")
    _option(calibrate, "jobs", "JOBS", os.cpu_count() or 1, "processes side by side", kind=_count)
    commands.add_parser("bench", help="measure what a report costs")
    commands.add_parser(
        "readme",
        help="fill what the README says is known, and write docs/claims.md from reports/sample and docs/tables.md",
    )
    return parser


def _run_options(parser: argparse.ArgumentParser, *, run: str | None) -> None:
    """Add what a run and a batch of runs have in common."""
    _option(parser, "data", "DATA", "data/sample", "a folder of tables or exports, one file or zip, or a dataset.toml")
    _option(parser, "run", "RUN", run, "name of the folder under reports/")
    _option(parser, "params", "PARAMS", None, "a TOML file with parameters")
    _option(parser, "engine", "ENGINE", "duckdb", "what opens the data")
    _option(parser, "notebook", "NOTEBOOK", None, "one notebook only")
    _option(parser, "jobs", "JOBS", None, "notebooks side by side; by default one for each core", kind=_count)
    _option(parser, "warm", "WARM", "1", "0 starts each kernel plainly, not forked from one with its libraries loaded")


def _everything(parser: argparse.ArgumentParser) -> None:
    """Add whether the notebooks too are run to which the data cannot speak."""
    asked = os.environ.get("ALL", "") not in ("", "0")
    parser.add_argument("--all", dest="everything", action="store_true", default=asked, help="run every notebook (ALL)")


def _option(
    parser: argparse.ArgumentParser,
    name: str,
    variable: str,
    default: object,
    words: str,
    *,
    kind: Callable[[str], object] | None = None,
    dest: str | None = None,
) -> None:
    """Add an option that make's variable of the same meaning fills too; an empty text is not given."""
    value = os.environ.get(variable) or default

    def read(text: str) -> object:
        return kind(text) if kind and text else text or value

    words = f"{words} ({value})" if value else words
    parser.add_argument(f"--{name}", dest=dest or name, default=value, type=read, metavar=variable, help=words)


def _count(text: str) -> int:
    if not str(text).isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _reports(options: argparse.Namespace) -> int:
    from helpers.running.reports import make_reports

    return make_reports(**_chosen(options), everything=options.everything)


def _plan(options: argparse.Namespace) -> int:
    from helpers.running.units import units_page

    status, text = units_page(**_chosen(options))
    print(text, end="\n" if text else "")
    return status


def _batch(options: argparse.Namespace) -> int:
    from helpers.running.batch import make_batch

    return make_batch(**_chosen(options), everything=options.everything, grid=options.grid, memory=options.memory)


def _pool(options: argparse.Namespace) -> int:
    from helpers.running.pooling import make_pool

    return make_pool(runs=options.runs, run=options.run)


def _register(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from helpers.running.registering import register

    now = datetime.now(UTC).isoformat(timespec="seconds")
    return register(data=options.data, run=options.run, params=options.params, now=now)


def _chosen(options: argparse.Namespace) -> dict[str, Any]:
    from helpers.base.refusals import Refusal

    if options.warm not in ("0", "1"):
        raise Refusal(f"WARM is {options.warm!r}", mend="WARM=0 starts each kernel plainly; leave it out for speed")
    chosen = {name: getattr(options, name) for name in ("data", "run", "params", "engine", "jobs", "notebook")}
    return {**chosen, "warm": options.warm == "1"}


def _import(options: argparse.Namespace) -> int:
    from helpers.base.refusals import Refusal, plain

    if not (options.source and options.name):
        raise Refusal("FROM and NAME are both needed", mend="make import FROM=path NAME=brand")
    if options.keep_text not in ("", "0", "1"):
        raise Refusal(
            f"KEEP_TEXT is {options.keep_text!r}", mend="KEEP_TEXT=1 keeps texts; leave it out to reduce them"
        )
    if options.propose not in ("", "0", "1"):
        raise Refusal(
            f"PROPOSE is {options.propose!r}", mend="PROPOSE=1 writes a proposed dataset.toml; else leave it out"
        )
    keep = options.keep_text == "1"
    from helpers.running.project import prospects
    from helpers.sources import import_data, propose

    if options.propose == "1" and (written := propose(options.source)):
        print(f"{_near(written)} is a proposal: read and correct every line of it. Nothing was imported yet.")
        print(f"Next: make import FROM={shlex.quote(str(_near(written.parent)))} NAME={options.name}")
        return 0
    done = import_data(options.source, options.name, keep_text=keep, clock=options.clock or None, prospects=prospects)
    near = _near(done.folder)
    print(
        *map(plain, done.summary),
        *map(plain, done.asked),
        *map(plain, done.aloud),
        f"Data: {near}",
        f"What was read, left out and why: {near / 'import.html'}",
        sep="\n",
    )
    print(f"Next: make reports DATA={shlex.quote(str(near))} RUN={options.name}")
    return 0


def _near(path: Path) -> Path:
    """Write a path from where the person is, if it is below."""
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path


def _evidence(options: argparse.Namespace) -> int:
    from helpers.base.refusals import Refusal
    from helpers.running.evidence import make_evidence

    if options.yes not in ("", "0", "1"):
        raise Refusal(f"YES is {options.yes!r}", mend="YES=1 downloads without asking; leave it out to be asked")
    wanted = {"": None, "0": False, "1": True}[options.yes]
    return make_evidence(source=options.source, download=wanted, jobs=options.jobs)


def _sample(options: argparse.Namespace) -> int:
    seed = {"seed": options.seed} if options.seed else {}
    from helpers.tools.sample import write_sample

    folder = _near(write_sample(options.world, folder=options.to, **seed))
    number = sum(1 for _ in folder.glob("*.csv"))
    print(f"{folder}: {number} tables of the world {options.world!r}; what is planted in them stands in its README.md")
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from helpers.tools import calibrate, nothing

    if options.null:
        nothing.main(study=options.study, seeds=options.worlds or nothing.SEEDS, jobs=options.jobs)
        return 0
    calibrate.main(study=options.study, repeats=options.worlds or calibrate.REPEATS, jobs=options.jobs)
    return 0


def _bench(options: argparse.Namespace) -> int:
    from helpers.tools.bench import main as measure

    return measure() or 0


def _readme(options: argparse.Namespace) -> int:
    from helpers.running.readme import fill_readme

    fill_readme(ROOT)
    return 0


COMMANDS = {
    "reports": _reports,
    "plan": _plan,
    "batch": _batch,
    "evidence": _evidence,
    "pool": _pool,
    "register": _register,
    "import": _import,
    "sample": _sample,
    "calibrate": _calibrate,
    "bench": _bench,
    "readme": _readme,
}
"""Each command with what it calls; heavy libraries are imported there only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks.

    Parameters
    ----------
    arguments : sequence of str
        The command and its options; those of the process by default.

    Returns
    -------
    int
        0 when done, 1 when a notebook failed, 2 when something was refused, 130 when interrupted.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options = _parser().parse_args(arguments)
        from helpers.ground.scratch import sweep

        sweep()
        return COMMANDS[options.command](options)
    except KeyboardInterrupt:
        return _stopped()
    except Exception as error:
        return _stopped() if _was_interrupted(error) else _refused(error)


def _stopped() -> int:
    print("stopped", file=sys.stderr)
    return 130


def _was_interrupted(error: BaseException | None) -> bool:
    """Tell Ctrl-C in the middle of a query, of which DuckDB makes an error of its own."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _refused(error: Exception) -> int:
    """Say what was refused, by us or by the machine; any other error is a fault of ours and goes on."""
    from helpers.base.refusals import Refusal, of_system

    refusal = error if isinstance(error, Refusal) else of_system(error)
    if refusal is None:
        raise error
    print(refusal, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
