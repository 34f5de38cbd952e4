"""What a reading process can no longer do, tried from inside one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from counterlure.ingest import confinement
from counterlure.ingest.process import environment

TRIES = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "resolve": "import socket; socket.getaddrinfo('example.org', 80)",
    "write": "f = open({path!r}, 'wb'); f.write(b'x'); f.flush()",
    "grow": "data = bytearray(2 << 30)",
    "files": "held = [open('/dev/null') for _ in range(100)]",
    "interfaces": "import socket; names = [n for _, n in socket.if_nameindex() if n != 'lo']; assert not names, names; 1 / 0",
}


def tried(code: str) -> subprocess.CompletedProcess[str]:
    program = (
        "from counterlure.ingest.confine import confine; from counterlure.ingest.limits import DEFAULT\n"
        f"confine(DEFAULT)\ntry:\n    exec({code!r})\nexcept BaseException as error:\n    print(type(error).__name__)\n"
        "else:\n    print('done')\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("name", TRIES)
def test_a_reading_process_cannot(name: str, tmp_path: Path) -> None:
    if name in ("connect", "resolve", "interfaces") and not confinement().network:
        pytest.skip("this kernel gives an ordinary process no namespace of its own")
    outcome = tried(TRIES[name].format(path=str(tmp_path / "out")))
    assert outcome.stdout.strip() in (
        "ConnectionRefusedError",
        "OSError",
        "gaierror",
        "MemoryError",
        "ZeroDivisionError",
    )
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size == 0


def test_a_reading_process_says_what_holds() -> None:
    held = confinement()
    assert held.memory
    assert held.files
    assert held.processor
    assert held.privileges


def test_a_reading_process_starts_without_what_it_does_not_need() -> None:
    program = "import sys, counterlure.ingest.worker; print(*sys.modules)"
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    heavy = {"typer", "rich", "duckdb", "openpyxl", "numpy", "sqlite3", "pdfplumber", "jinja2", "yaml", "email"}
    assert not heavy & set(outcome.stdout.split())


def test_reading_a_picture_starts_no_thread() -> None:
    # Only root may start threads behind `confine`; for everybody else OpenBLAS ends the process.
    program = (
        "import numpy as np; from counterlure.portrait import eyes, views\n"
        "grey = np.arange(128 * 128, dtype=np.uint16).reshape(128, 128).astype(np.uint8)\n"
        "views.hashes(grey); eyes.find(grey)\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('Threads:')))"
    )
    command = [sys.executable, "-c", program]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment())
    assert outcome.stdout.strip() == "1"
