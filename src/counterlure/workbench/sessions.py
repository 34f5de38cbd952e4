"""Who is at the keyboard: sessions kept in memory, opened by a one-time token or by name and password.

References
----------
OWASP ASVS 5.0, V7 (sessions: at least 128 bits from the operating system, idle and absolute limits, a new one at each
login) and 6.3.1 (attempts limited).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from counterlure.workbench.roles import Role

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 3600
FREE_ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 300
NAMES_REMEMBERED = 1_000
SESSIONS_MAX = 1_000

Clock = Callable[[], float]
"""Seconds that only go forward."""


@dataclass
class Session:
    """One browser at work.

    roles : by case id. csrf : what every request that changes something must bring along. seals : of the membership in
    each case as it was at sign-in (`Served.seal`). revealed : pseudonyms whose names were asked for here, by case id.
    """

    id: str
    user: str
    roles: dict[str, Role]
    csrf: str
    lang: str
    began: float
    seen: float
    seals: dict[str, str | None] = field(default_factory=dict)
    revealed: dict[str, set[str]] = field(default_factory=dict)

    def shows(self, case: str) -> set[str]:
        """The pseudonyms revealed in a case."""
        return self.revealed.setdefault(case, set())


class Sessions:
    """All open sessions; may be used from several threads."""

    def __init__(self, clock: Clock, make_token: Callable[[], str] = secrets.token_urlsafe) -> None:
        self._clock, self._make = clock, make_token
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()
        self._token = make_token()

    @property
    def token(self) -> str:
        """The token that opens the next session without a password; each is good for one."""
        return self._token

    def spend(self, token: str) -> bool:
        """Whether this was the token; it is then replaced by another."""
        with self._lock:
            if not hmac.compare_digest(token.encode(), self._token.encode()):
                return False
            self._token = self._make()
            return True

    def begin(self, user: str, roles: dict[str, Role], lang: str, seals: dict[str, str | None]) -> Session:
        """A new session."""
        now = self._clock()
        session = Session(self._make(), user, roles, self._make(), lang, now, now, seals)
        with self._lock:
            self._drop_old(now)
            if len(self._open) >= SESSIONS_MAX:
                del self._open[min(self._open, key=lambda one: self._open[one].seen)]
            self._open[session.id] = session
        return session

    def find(self, given: str | None) -> Session | None:
        """The session of a cookie, unless it has ended."""
        now = self._clock()
        with self._lock:
            session = self._open.get(given or "")
            if session is None or _ended(session, now):
                self._open.pop(given or "", None)
                return None
            session.seen = now
            return session

    def end(self, session: Session) -> None:
        """Closes a session."""
        with self._lock:
            self._open.pop(session.id, None)

    def _drop_old(self, now: float) -> None:
        for one in [key for key, session in self._open.items() if _ended(session, now)]:
            del self._open[one]


def _ended(session: Session, now: float) -> bool:
    return now - session.seen > IDLE_SECONDS or now - session.began > ABSOLUTE_SECONDS


class Attempts:
    """How often a password was wrong: after a few for one name, each further one has to wait twice as long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str) -> int:
        """Seconds until this name may be tried again, 0 for now."""
        with self._lock:
            count, last = self._failed.get(name, (0, 0.0))
        if count < FREE_ATTEMPTS:
            return 0
        pause = min(2.0 ** (count - FREE_ATTEMPTS + 1), LONGEST_WAIT_SECONDS)
        return max(0, round(last + pause - self._clock() + 0.5))

    def failed(self, name: str) -> None:
        """Notes a wrong password."""
        with self._lock:
            if name not in self._failed and len(self._failed) >= NAMES_REMEMBERED:
                del self._failed[min(self._failed, key=lambda one: self._failed[one][1])]
            self._failed[name] = (self._failed.get(name, (0, 0.0))[0] + 1, self._clock())

    def right(self, name: str) -> None:
        """Forgets earlier failures."""
        with self._lock:
            self._failed.pop(name, None)
