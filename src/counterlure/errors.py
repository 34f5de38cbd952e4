"""Every error raised on purpose.

CounterlureError
├── InputError          a file given to us cannot be read at all; the run goes on without it
│   ├── LimitError      it is larger, deeper or denser than the stated limits
│   └── FormatError     it is not what its name says, or a layout we do not know
├── RowError            one row of a file cannot be read; the file goes on without it
├── CaseError           the case directory is missing, damaged or of another version
│   └── CaseBusy        another program is writing to it; later it may go
├── RuleError           a rule, fragment or likelihood file of ours is wrong
├── ForbiddenColumn     a detector asked for a column that no detector may read
└── MissingExtra        an optional package is needed for this call
"""

from __future__ import annotations


class CounterlureError(Exception):
    """Something went wrong that the person at the keyboard can act on; the message says how."""


class InputError(CounterlureError):
    """A file cannot be read at all: `source` names it, `reason` says why and what to do."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class LimitError(InputError):
    """A file exceeds a stated limit (`ingest/limits.py`)."""


class FormatError(InputError):
    """A file is not what its name says, or has a layout we do not know."""


class RowError(CounterlureError):
    """One row cannot be read; `reason` names the column, the value and the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CaseError(CounterlureError):
    """The case directory is missing, damaged or of another version."""


class CaseBusy(CaseError):
    """Another program is writing to the case and did not end in time; nothing was changed."""


class RuleError(CounterlureError):
    """A rule, fragment, combination or likelihood file is wrong; the message names file and entry."""


class ForbiddenColumn(CounterlureError):
    """A detector asked for a column outside `detect/columns.yml`."""


class MissingExtra(CounterlureError):
    """An optional package is needed; the message says which extra installs it."""
