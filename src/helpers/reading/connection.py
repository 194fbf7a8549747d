"""How is DuckDB started, with how much memory and room on disk?"""

from __future__ import annotations

import os
import secrets
import shutil
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.base.refusals import Refusal
from helpers.ground.scratch import PREFIXES, held

if TYPE_CHECKING:
    import duckdb


ENGINES = ("duckdb", "spark")
"""What opens the data."""

_SHARE_OF_MEMORY = 0.6  # the rest is for the notebook's own tables and for the notebooks beside it
_DUCKDB_SHARE = 0.8  # what DuckDB takes of its own accord

SPILL = "ENGAGEMENT_CLAIMS_SPILL"
"""The variable that names a folder for what does not fit into memory; a run sets it, and removes the folder also when a
notebook was killed. Otherwise the system's temporary folder is taken, which TMPDIR names."""

MEMORY_LIMIT = "ENGAGEMENT_CLAIMS_MEMORY"
"""The variable of the process environment with which a batch of runs shares memory out among its notebooks."""


def connected(memory_limit: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Start DuckDB in memory; the folder for what does not fit is its owner's alone and goes with the connection.

    Parameters
    ----------
    memory_limit, threads
        As for `open_dataset`.

    Returns
    -------
    duckdb.DuckDBPyConnection
        With times in UTC, and without access to the network until an address is given (``addresses.reached``).

    Raises
    ------
    Refusal
        When a limit is none.
    """
    import duckdb

    connection = duckdb.connect()
    spill = _spill(connection)
    # A pragma, not a setting: in a notebook without ipywidgets DuckDB refuses the setting even to switch the bar off.
    connection.execute("PRAGMA disable_progress_bar")
    settings = {
        "TimeZone": "UTC",
        "temp_directory": str(spill),
        "parquet_metadata_cache": True,  # of some hundred row groups it takes as long to read as a query
        "memory_limit": memory_limit or os.environ.get(MEMORY_LIMIT) or _memory(connection),
        # No extension is ever fetched from the network, but where a person gives an address.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        **({"threads": threads} if threads else {}),
    }
    for name, value in settings.items():
        text = str(value).replace("'", "''")
        try:
            connection.execute(f"SET {name} = '{text}'")
        except duckdb.Error:
            raise Refusal(
                f"{name} cannot be {value!r}", mend="give memory as in '4GB' and threads as a number"
            ) from None
    return connection


def _spill(connection: duckdb.DuckDBPyConnection) -> Path:
    """Name a folder for what does not fit into memory: in the run's own, which is private, or one that is made so."""
    if inside := os.environ.get(SPILL):
        folder = Path(inside, f"{PREFIXES[0]}{secrets.token_hex(6)}")
        weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
        return folder
    folder, remove = held()
    weakref.finalize(connection, remove)
    return folder


def machine_memory() -> int:
    """Return the bytes of memory that this machine, or the container that it is, has for programs."""
    import duckdb

    return int(_own_limit(duckdb.connect()) / _DUCKDB_SHARE)


def _memory(connection: duckdb.DuckDBPyConnection) -> str:
    """Take our share of the machine from DuckDB's own, which knows of containers."""
    return f"{int(_own_limit(connection) * _SHARE_OF_MEMORY / _DUCKDB_SHARE)}B"


def _own_limit(connection: duckdb.DuckDBPyConnection) -> float:
    ((own,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = own.split()
    return float(number) * 1024.0 ** ["bytes", "KiB", "MiB", "GiB", "TiB"].index(unit)
