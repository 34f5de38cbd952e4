"""Physical lines of a text, with their number and bounded: one by one, or some hundred that are looked at together."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from itertools import islice

from counterlure.errors import InputError

_AHEAD_CHARS = 1 << 15
_REREAD_CHARS = 64 << 20


class TooLong(Exception):
    """A row grew past its limit."""


class Lines:
    """The lines of a text, able to give those of a broken row once more.

    pieces : the text, never cut between a carriage return and its line feed.
    limit : characters of one row.
    """

    def __init__(self, pieces: Iterator[str], limit: int) -> None:
        self.number = 0
        self.limit = limit
        self._pieces = pieces
        self._fault: Exception | None = None
        self._ahead: deque[str] = deque()
        self._rest = ""  # behind the last line end
        self._taken: list[str] = []
        self._chars = 0
        self._reread = 0

    def begin(self) -> None:
        """A row starts with the next line."""
        self._taken.clear()
        self._chars = 0

    def again(self) -> None:
        """Every line of this row but the first is read again, as the start of rows of its own."""
        behind = self._taken[1:]
        self._reread += sum(map(len, behind))
        if self._reread <= _REREAD_CHARS:
            self._ahead.extendleft(reversed(behind))
            self.number -= len(behind)

    def ahead(self, count: int) -> list[str]:
        """Up to `count` lines that come next and stay; none where they might hold a row past the limit."""
        if not self._ahead:
            self._read()
        lines = list(islice(self._ahead, count))
        return lines if sum(map(len, lines)) <= self.limit else []

    def pass_over(self, count: int) -> None:
        """Leaves out the next lines, as many as `ahead` gave at most."""
        for _ in range(count):
            self._ahead.popleft()
        self.number += count

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line; `TooLong` where it takes the row past the limit."""
        line = self._line()
        if not line:
            raise StopIteration
        self.number += 1
        self._chars += len(line)
        self._taken.append(line)
        if self._chars > self.limit:
            self._drop_rest(line)
            raise TooLong(f"row exceeds {self.limit:,} characters")
        return line

    def _drop_rest(self, line: str) -> None:
        if not line.endswith(("\n", "\r")):
            self._taken[-1] = f"{line}\n"  # where it comes again, the line behind it must not be dropped
        while len(line) > self.limit and not line.endswith(("\n", "\r")):
            line = self._line()

    def _line(self) -> str:
        if not self._ahead:
            self._read()
        if self._ahead:
            return self._ahead.popleft()
        if self._fault is not None:
            raise self._fault
        return ""

    def _read(self) -> None:
        """Reads on up to the end of some line; a line past the limit is cut, and its end comes as another line.

        What cannot be read ends the text, and is raised once the lines before it were given.
        """
        pieces, size, cut = [self._rest], len(self._rest), 0
        try:
            while size <= self.limit and (size < _AHEAD_CHARS or not cut):
                piece = next(self._pieces, None)
                if piece is None:
                    cut = size
                    break
                end = max(piece.rfind("\n"), piece.rfind("\r")) + 1
                cut = size + end if end else cut
                pieces.append(piece)
                size += len(piece)
        except (InputError, UnicodeDecodeError) as error:
            self._fault, self._pieces = error, iter(())
        text = "".join(pieces)
        if self._fault is None and not cut:
            cut = size
        self._ahead.extend(_split(text[:cut]))
        self._rest = "" if self._fault is not None else text[cut:]


def _split(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    # `str` knows ends of lines that files do not.
    return lines if len(lines) == text.count("\n") else list(io.StringIO(text, newline=""))
