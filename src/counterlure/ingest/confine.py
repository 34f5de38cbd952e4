"""What a reading process gives up before it opens its first file.

Limits on memory, processor time and files always hold. The network is taken away by a namespace of its own, where
the kernel lets an ordinary process make one; `Confinement` says what held.
"""

from __future__ import annotations

import ctypes
import os
import resource
import time

import msgspec

from counterlure.ingest.limits import Limits

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9
_OPEN_FILES = 64


class Confinement(msgspec.Struct, array_like=True, frozen=True):
    """Which bounds hold in this process.

    network : no network interface but an empty one of its own.
    memory, files, processor : the limits of `Limits`, no file may grow, 64 open files.
    privileges : no program can give it more rights.
    """

    network: bool
    memory: bool
    files: bool
    processor: bool
    privileges: bool


def confine(limits: Limits) -> Confinement:
    """Gives up everything that reading does not need; call once, in a process without threads."""
    libc = ctypes.CDLL(None, use_errno=True)
    _call(libc, "prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    network = _own_network(libc)
    held = Confinement(
        network=network,
        memory=_limit(resource.RLIMIT_AS, limits.memory_bytes),
        files=all(
            [
                _limit(resource.RLIMIT_FSIZE, 0),
                _limit(resource.RLIMIT_NOFILE, _OPEN_FILES),
                _limit(resource.RLIMIT_CORE, 0),
            ]
        ),
        processor=allow_processor(limits.cpu_seconds),
        privileges=_call(libc, "prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    )
    _limit(resource.RLIMIT_NPROC, 0)
    return held


def allow_processor(seconds: int) -> bool:
    """Allows so many seconds of processor time from now on; the kernel ends the process behind them."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + 1 + seconds
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    except (ValueError, OSError):
        return False
    return True


def _own_network(libc: ctypes.CDLL) -> bool:
    # As root a network namespace needs no user namespace, and files of other people stay readable.
    if os.geteuid() == 0 and _call(libc, "unshare", _CLONE_NEWNET):
        return True
    return _call(libc, "unshare", _CLONE_NEWUSER | _CLONE_NEWNET)


def _call(libc: ctypes.CDLL, name: str, *numbers: int) -> bool:
    """Whether the system has this call and it succeeded; both are Linux's own."""
    function = getattr(libc, name, None)
    return function is not None and function(*numbers) == 0


def _limit(kind: int, value: int) -> bool:
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        return False
    return True
