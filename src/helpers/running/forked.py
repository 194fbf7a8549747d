"""How does jupyter_client get its kernels from the server of `helpers.running.warm`? By a kernel provisioner."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from helpers.running.warm import LAUNCHER, STATUS

PATIENCE = 60.0
"""Seconds to wait for a server that still imports; then the kernel starts plainly."""


class ForkedKernel:
    """A kernel that the server forked, with the face of a `subprocess.Popen`.

    Parameters
    ----------
    pid : int
        Its process id, which is that of its process group too.
    connection : socket
        Where the server will send the exit status; not blocking. When it closes, the server kills the kernel.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        """Keep both."""
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """Return the exit status, None while the kernel lives."""
        if self.returncode is None:
            try:
                told = self._connection.recv(STATUS.size)
            except BlockingIOError:
                return None
            except OSError:
                told = b""
            self._connection.close()
            # a server that is gone takes its kernels along
            self.returncode = STATUS.unpack(told)[0] if told else -signal.SIGKILL
        return self.returncode

    wait = poll
    """jupyter_client waits only for a kernel that has ended."""

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and the processes that it started."""
        if self.poll() is None:
            with suppress(ProcessLookupError, PermissionError):  # just ended; macOS permits no signal to the dead
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class ForkingProvisioner(LocalProvisioner):
    """A kernel provisioner that lets the server fork, and starts a plain kernel where that does not work.

    Parameters
    ----------
    server : str
        Path of the server's socket.
    options
        As for every provisioner.
    """

    def __init__(self, *, server: str, **options: Any) -> None:
        """Keep the path."""
        super().__init__(**options)
        self._server = server

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked.

        Parameters
        ----------
        cmd : list of str
            The command of a plain kernel. One that is not of this Python, or more than ipykernel's, is obeyed as it is.
        kwargs
            env and cwd; anything more is for a plain kernel.

        Returns
        -------
        dict
            How to connect.
        """
        if cmd[:3] == [sys.executable, "-m", LAUNCHER] and set(kwargs) <= {"env", "cwd"}:
            request = {"arguments": cmd[3:], "env": kwargs["env"], "cwd": os.path.abspath(kwargs.get("cwd") or "")}
            kernel = await _forked(self._server, request)
            if kernel:
                self.process = kernel  # type: ignore[assignment]  # it has of Popen what jupyter_client calls
                self.pid, self.cwd = kernel.pid, request["cwd"]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


async def _forked(server: str, request: dict[str, Any]) -> ForkedKernel | None:
    """Ask the server for a kernel; None when it is gone."""
    loop = asyncio.get_running_loop()
    connection = socket.socket(socket.AF_UNIX)
    connection.setblocking(False)
    try:
        async with asyncio.timeout(PATIENCE):
            await loop.sock_connect(connection, server)
            await loop.sock_sendall(connection, json.dumps(request).encode() + b"\n")
            answer = await loop.sock_recv(connection, STATUS.size)
    except OSError:  # TimeoutError is one
        answer = b""
    except BaseException:
        connection.close()
        raise
    if not answer:
        connection.close()
        return None
    return ForkedKernel(STATUS.unpack(answer)[0], connection)
