"""One reading process as the asking side sees it: started when needed, spoken to in frames, ended for good."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import BinaryIO, cast

from counterlure.errors import CounterlureError
from counterlure.ingest.confine import Confinement
from counterlure.ingest.context import Context
from counterlure.ingest.frames import MEMORY_EXIT, Frame, Garbage, Request, decode, receive, send
from counterlure.ingest.jobs import Job
from counterlure.ingest.limits import DEFAULT, Limits

_COMMAND = (sys.executable, "-P", "-s", "-X", "utf8", "-m", "counterlure.ingest.worker")
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
# A reading process may start no thread, and numerical libraries end a process that cannot start theirs.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_SIGXCPU = 24
_EXIT_SECONDS = 5


def confinement(limits: Limits = DEFAULT) -> Confinement:
    """What a reading process gives up on this machine; starts one to see. `CounterlureError` where none starts."""
    process = Process(limits)
    try:
        process.send(Request(Job("", b"/", [], single=False), Context(limits)))
        held = decode(process.receive())
    except (ProcessEnded, Garbage, OSError) as error:
        raise CounterlureError(f"no reading process can be started: {error}") from None
    finally:
        process.close()
    if not isinstance(held, Confinement):
        raise CounterlureError("a reading process does not say how it is confined")
    return held


def environment() -> dict[str, str]:
    """The variables that a reading process sees: where Python lies, and that libraries start no threads."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD


class ProcessEnded(Exception):
    """The process is gone; the message says why as far as its exit tells."""


class Process:
    """A reading process; after `close` the next `send` starts another one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._killed = False
        self._stopped = False

    def renew(self) -> None:
        """Before a job: a process that was killed or ended by itself makes room for a new one."""
        with self._guard:
            gone = self._killed or (self._running is not None and self._running.poll() is not None)
            self._killed = False
        if gone:
            self.close()

    def send(self, frame: Frame) -> None:
        """Sends a frame; `ProcessEnded` where nobody reads any more."""
        running = self._start()
        try:
            send(cast(BinaryIO, running.stdin), frame, self._limits.frame_bytes)
        except OSError:
            raise ProcessEnded(self._reason()) from None

    def receive(self) -> bytes:
        """The next frame undecoded; `ProcessEnded` where there is none, `Garbage` where it is no frame."""
        running = self._start()
        data = receive(cast(BinaryIO, running.stdout), self._limits.frame_bytes)
        if data is None:
            raise ProcessEnded(self._reason())
        return data

    def kill(self) -> None:
        """Ends the process at once, from any thread."""
        with self._guard:
            self._killed = True
            if self._running is not None:
                self._running.kill()

    def stop(self) -> None:
        """Ends the process at once and for good, from any thread."""
        with self._guard:
            self._stopped = True
        self.kill()

    def close(self) -> None:
        """Ends the process and frees what it held."""
        with self._guard:
            running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        for pipe in (running.stdin, running.stdout):
            with suppress(OSError):  # what nobody reads any more
                cast(BinaryIO, pipe).close()
        running.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._stopped:
                raise ProcessEnded("reading was stopped")
            if self._running is None:
                try:
                    self._running = subprocess.Popen(
                        _COMMAND,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL,
                        env=environment(),
                    )
                except OSError as error:
                    raise ProcessEnded(f"no reading process can be started: {error.strerror}") from None
            return self._running

    def _reason(self) -> str:
        with self._guard:
            running = self._running
        if running is None:
            return "reading was stopped"
        try:
            code = running.wait(timeout=_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            code = running.wait()
        if code == -_SIGXCPU:
            return f"reading took more than {self._limits.cpu_seconds} s of processor time"
        if code == MEMORY_EXIT:
            return f"reading took more than {self._limits.memory_bytes:,} bytes of memory"
        return f"the reading process ended before it was done (exit {code})"
