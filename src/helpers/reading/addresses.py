"""What lies at an address, and how does DuckDB come to read it?

Nothing here is asked for unless a person gives an address as data: it is the one thing that goes to the network.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import replace
from http.client import HTTPException
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from helpers.base.refusals import Refusal
from helpers.reading.databases import first_line
from helpers.reading.manifest import Address, Manifest
from helpers.reading.work import literal

if TYPE_CHECKING:
    import duckdb


_PATIENCE_S = 20
_INSTALL = "INSTALL httpfs"  # from where DuckDB itself says
_DOWNLOAD = "download the files, and give the folder"
_IN_ENVIRONMENT = {
    "KEY_ID": ("AWS_ACCESS_KEY_ID",),
    "SECRET": ("AWS_SECRET_ACCESS_KEY",),
    "SESSION_TOKEN": ("AWS_SESSION_TOKEN",),
    "REGION": ("AWS_REGION", "AWS_DEFAULT_REGION"),
}
"""What DuckDB wants to know for S3, and the variables that tell it."""


def reached(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Manifest:
    """Let DuckDB read the addresses of a dataset.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        What will read them; it gets the extension httpfs, which is installed where it is absent.
    manifest : Manifest
        Any dataset's; one without addresses comes back as it is.

    Returns
    -------
    Manifest
        With the files that a pattern means in its place.

    Raises
    ------
    Refusal
        When nothing answers at an address, it may not be read, or the extension cannot be had.
    """
    given = [file for spec in manifest.tables for file in spec.files if isinstance(file, Address)]
    if not given:
        return manifest
    _prepare(con, given)

    def meant(file: Path | Address) -> list[Path | Address]:
        return [Address(name) for name, *_ in _listing(con, file)] if _is_in_s3(file) else [file]

    tables = [replace(spec, files=tuple(chain(*map(meant, spec.files)))) for spec in manifest.tables]
    return replace(manifest, tables=tuple(tables))


def marks(addresses: Iterable[Address]) -> dict[Address, str]:
    """Say of each address what changes when its content does.

    Parameters
    ----------
    addresses : iterable of Address
        What to ask for.

    Returns
    -------
    dict of Address to str
        The server's ETag, or else size and time of the last change; where it tells neither, something new each time.

    Raises
    ------
    Refusal
        As `reached`.
    """
    from helpers.reading.connection import connected

    given = list(addresses)
    con = connected()
    _prepare(con, [address for address in given if _is_in_s3(address)])
    return {address: str(_listing(con, address)) if _is_in_s3(address) else _asked(address) for address in given}


def _is_in_s3(file: object) -> TypeGuard[Address]:
    return isinstance(file, Address) and file.startswith("s3:")


def _prepare(con: duckdb.DuckDBPyConnection, addresses: list[Address]) -> None:
    """Ask whether anything answers, then load what reads it."""
    import duckdb

    for address in addresses:
        if not _is_in_s3(address):
            _asked(address)
    if not addresses:
        return
    try:
        con.execute("LOAD httpfs")
    except duckdb.Error:
        _install(con)
    if any(map(_is_in_s3, addresses)):
        _give_credentials(con)


def _install(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    try:
        con.execute(_INSTALL)
        con.execute("LOAD httpfs")
    except duckdb.Error as error:
        what = "addresses are read by httpfs, an extension of DuckDB, which is not here and could not be installed"
        mend = f"run it again where the internet can be reached, as it is then kept, or {_DOWNLOAD}"
        raise Refusal(what, [first_line(error)], mend) from None


def _give_credentials(con: duckdb.DuckDBPyConnection) -> None:
    """Tell DuckDB, and nobody else, what the environment says of S3."""
    import duckdb

    told = {
        name: next(filter(None, map(os.environ.get, variables)), None) for name, variables in _IN_ENVIRONMENT.items()
    }
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    if endpoint.netloc:
        told |= {"ENDPOINT": endpoint.netloc, "URL_STYLE": "path", "USE_SSL": str(endpoint.scheme != "http").lower()}
    options = ", ".join(f"{name} {literal(value)}" for name, value in told.items() if value)
    try:
        if options:
            con.execute(f"CREATE TEMPORARY SECRET (TYPE s3, {options})")
    except duckdb.Error:  # its message would quote them
        mend = "see to AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL"
        raise Refusal("DuckDB takes no credentials for S3 from the environment", mend=mend) from None


def _asked(address: Address) -> str:
    """Fetch one byte, as not every server answers a HEAD, and return the mark of the whole."""
    request = Request(address, headers={"Range": "bytes=0-0", "User-Agent": "engagement-claims"})
    try:
        with urlopen(request, timeout=_PATIENCE_S) as answer:
            told = answer.headers
    except HTTPError as error:
        error.close()
        raise _unreachable(address, f"the server says {error.code} {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(address, str(getattr(error, "reason", error))) from None
    changed = (told["Last-Modified"], told["Content-Range"] or told["Content-Length"])
    return told["ETag"] or (" ".join(changed) if all(changed) else secrets.token_hex(16))


def _listing(con: duckdb.DuckDBPyConnection, address: Address) -> list[tuple[str, int, float]]:
    """List the files in S3 that an address means, with size and time of the last change."""
    import duckdb

    try:
        sql = f"SELECT filename, size, epoch(last_modified) FROM read_blob({literal(address)}) ORDER BY 1"
        found = con.execute(sql).fetchall()
    except duckdb.Error as error:
        raise _unreachable(address, first_line(error)) from None
    if not found:
        raise _unreachable(address, "no file there has such a name")
    return found


def _unreachable(address: Address, why: str) -> Refusal:
    mend = f"look whether the address is right and may be read from here, or {_DOWNLOAD}"
    return Refusal(f"{address} cannot be fetched", [why], mend)
