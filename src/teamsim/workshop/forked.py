"""Kernels as children of one process that has everything loaded, where the system can fork safely (Linux)."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

__all__ = ["SURROUNDINGS", "Child", "Nursery", "available"]

SURROUNDINGS = {
    "OPENBLAS_NUM_THREADS": "1",  # a process with threads of its own is not to be forked
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # thirty kernels on one laptop: what is freed goes back to it
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
"""What the process finds in its environment, and its children with it."""


def available() -> bool:
    """Whether this system can do it.

    Examples
    --------
    >>> available() in (True, False)
    True
    """
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Child:
    """A kernel that is somebody else's child, with as much of `subprocess.Popen` as its manager needs."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid, self.returncode, self._seen = pid, None, -1
        with suppress(ProcessLookupError):
            self._seen = os.pidfd_open(pid)

    def poll(self, seconds: float | None = 0.0) -> int | None:
        """Return 0 once it has ended, and None as long as it lives."""
        if self._seen >= 0:
            ended = select.poll()  # `select` takes no number above 1,023, and a class of pages has more files open
            ended.register(self._seen, select.POLLIN)
            if ended.poll(None if seconds is None else 1000 * seconds):
                os.close(self._seen)
                self._seen = -1
        return None if self._seen >= 0 else 0

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended."""
        return self.poll(timeout)

    def send_signal(self, number: int) -> None:
        """Send a signal; nobody else can get it, though the number be taken anew."""
        if self._seen >= 0:
            signal.pidfd_send_signal(self._seen, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class Nursery:
    """The process that has the children; from its start on, every kernel that this process starts is one.

    Parameters
    ----------
    workshop, language : str
        What its children will show, and in which language.

    Attributes
    ----------
    process : subprocess.Popen
        It itself.
    """

    def __init__(self, workshop: str, language: str) -> None:
        asked = [sys.executable, "-m", "teamsim.workshop.nursery", workshop, language]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(asked, env={**os.environ, **SURROUNDINGS}, **pipes)
        if self._answer() != "ready":
            self.close()
            raise RuntimeError("the process that kernels are children of did not start")
        KernelProvisionerFactory.clear_instance()  # a kernel begun before has made one of the usual kind
        _Factory.instance().nursery = self

    def birth(self, argv: list[str], env: dict[str, str], cwd: str | None) -> Child:
        """Have a kernel."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"argv": argv, "env": env, "cwd": cwd}) + "\n")
        self.process.stdin.flush()
        return Child(int(self._answer()))

    def close(self) -> None:
        """End it, and all its children with it."""
        _Factory.clear_instance()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return str(self.process.stdout.readline()).strip()


class _Forked(LocalProvisioner):  # type: ignore[misc,unused-ignore]
    """A kernel of the nursery's."""

    nursery: Nursery
    process: Any

    async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
        argv = cmd[cmd.index("-f") :]
        child = self.nursery.birth(argv, dict(given.get("env") or os.environ), given.get("cwd"))
        self.process, self.pid, self.pgid = child, child.pid, None
        return self.connection_info


class _Factory(KernelProvisionerFactory):  # type: ignore[misc,unused-ignore]
    nursery: Nursery

    def create_provisioner_instance(self, kernel_id: str, kernel_spec: Any, parent: Any) -> Any:
        made = _Forked(kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent)
        made.nursery = self.nursery
        return made
