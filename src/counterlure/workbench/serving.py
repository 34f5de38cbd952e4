"""Running the server: where it listens, the link it prints, and an orderly end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn

from counterlure.case.store import Clock
from counterlure.errors import CounterlureError
from counterlure.workbench.app import LOOPBACK, workbench
from counterlure.workbench.cases import Cases

GRACE_SECONDS = 5


def run(
    paths: Sequence[Path], *, host: str, port: int, tls: tuple[Path, Path] | None, names: Sequence[str], lang: str,
    clock: Clock, tell: Callable[[str], None],
) -> None:  # fmt: skip
    """Serves the cases until it is told to stop.

    Raises
    ------
    CounterlureError : the address is taken or may not be used. CaseError : a case cannot be opened, or what was judged
    in it cannot be read.
    """
    cases = Cases(paths, clock)
    for served in cases:
        served.judged()  # read before the link is printed, not when somebody waits for the first page
    hosts = frozenset({*names, host}) | (LOOPBACK if host in LOOPBACK else frozenset())
    server = _Server(host, port, tls, names)

    def link() -> None:
        if any(not served.has_members() for served in cases):
            tell(f"open {server.address}/?token={app.state.sessions.token}")
        else:
            tell(f"open {server.address}/ and sign in")

    app = workbench(cases, lang=lang, hosts=hosts, spent=link)
    server.serve(app, link)


class _Server:
    """Uvicorn, told of once it listens."""

    def __init__(self, host: str, port: int, tls: tuple[Path, Path] | None, names: Sequence[str]) -> None:
        self._host, self._port, self._tls, self._names = host, port, tls, names

    @property
    def address(self) -> str:
        """The address as a browser takes it."""
        shown = self._names[0] if self._names else f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{shown}:{self._port}"

    def serve(self, app: Any, ready: Callable[[], None]) -> None:
        """Listens until stopped; `ready` is called once requests are answered."""
        certificate, key = (str(part) for part in self._tls) if self._tls else (None, None)
        config = uvicorn.Config(
            app, host=self._host, port=self._port, log_level="warning", access_log=False, server_header=False,
            ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=GRACE_SECONDS, ws="none",
        )  # fmt: skip
        running = uvicorn.Server(config)
        begin = running.startup

        async def startup(sockets: Any = None) -> None:
            await begin(sockets)
            if running.started:
                self._port = running.servers[0].sockets[0].getsockname()[1]
                ready()

        running.startup = startup  # type: ignore[method-assign]
        try:
            running.run()
        except SystemExit as error:
            raise CounterlureError(
                f"{self._host}:{self._port} cannot be listened on; choose another --port, or 0 for a free one"
            ) from error
        except OSError as error:
            raise CounterlureError(f"{certificate}: cannot be used ({error}); give a PEM chain and its key") from error
