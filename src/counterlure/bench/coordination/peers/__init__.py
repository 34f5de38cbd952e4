"""The peers: each file adapts one published method to contact arrays. None of their code is part of this package.

What is installed goes into an environment of its own, given as `--python` (3.11 or later; the adapters themselves need
msgspec and NumPy there); what is a folder of sources goes below the folder given as `--peers`, under the name that
`SOURCES` tells. A peer that is not there is reported as absent.

    python -m venv peers
    peers/bin/pip install msgspec numpy scipy scikit-learn bicm coordination-network-toolkit
    sources/fraudar  : rgmining/fraudar, the maintained port of the authors' program (GPL-3.0)
    sources/UGFraud  : safe-graph/UGFraud (Apache-2.0)
"""

from __future__ import annotations

import importlib
from types import ModuleType

from counterlure.errors import MissingExtra

PEERS = ("degree", "fraudar", "ugfraud", "bicm", "toolkit", "cosine")
"""In the order in which they run; each is a module here with a function `rank`."""

SOURCES = {"fraudar": "fraudar", "ugfraud": "UGFraud"}
"""Peer -> folder below `--peers` that holds its sources."""


def need(module: str, how: str) -> ModuleType:
    """A module of a peer.

    Raises
    ------
    MissingExtra : it cannot be imported; the message says how to provide it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as fault:
        raise MissingExtra(f"{fault}: {how}") from fault
