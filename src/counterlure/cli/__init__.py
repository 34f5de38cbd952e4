"""The command line: arguments, printing and exit codes; nothing else knows about them."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

GC_THRESHOLD = 200_000
EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIPPED, EXIT_FOUND, EXIT_INTERRUPTED = 0, 1, 2, 3, 10, 130


def main() -> None:
    """Runs one command; whatever goes wrong outside the program becomes one line on standard error and an exit code."""
    # Hundreds of thousands of records live to the end; looking for cycles among them costs a fifth of the time.
    gc.set_threshold(GC_THRESHOLD)
    try:
        from counterlure.cli.app import app
        from counterlure.cli.console import OutputClosed, finish
        from counterlure.cli.faults import Interrupted, complain_about, known_faults
    except KeyboardInterrupt:
        _interrupted()
    try:
        try:
            app()
        finally:
            finish()
    except OutputClosed:
        sys.exit(EXIT_OK)
    except (KeyboardInterrupt, Interrupted):
        _interrupted()
    except known_faults() as fault:
        complain_about(fault)
        sys.exit(EXIT_ERROR)


def _interrupted() -> NoReturn:
    sys.stderr.write("interrupted; run the same command again, it goes on where it stopped\n")
    sys.exit(EXIT_INTERRUPTED)
