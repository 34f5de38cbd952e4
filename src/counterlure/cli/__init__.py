"""The command line: arguments, printing and exit codes; nothing else knows about them."""

from __future__ import annotations

import sys

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIPPED, EXIT_FOUND, EXIT_INTERRUPTED = 0, 1, 2, 3, 10, 130


def main() -> None:
    """Runs one command; whatever goes wrong outside the program becomes one line on standard error and an exit code."""
    try:
        from counterlure.cli.app import app
        from counterlure.cli.console import OutputClosed, finish
        from counterlure.cli.faults import Interrupted, complain_about, known_faults
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)  # nothing was begun
    try:
        try:
            app()
        finally:
            finish()
    except OutputClosed:
        sys.exit(EXIT_OK)
    except (KeyboardInterrupt, Interrupted):
        sys.stderr.write("interrupted; run the same command again, it goes on where it stopped\n")
        sys.exit(EXIT_INTERRUPTED)
    except known_faults() as fault:
        complain_about(fault)
        sys.exit(EXIT_ERROR)
