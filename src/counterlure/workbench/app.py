"""The application: everything put together for a number of cases."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from counterlure import __version__
from counterlure.workbench import entry
from counterlure.workbench.api import ROOMS as INTERFACE
from counterlure.workbench.cases import Cases
from counterlure.workbench.faults import answer_faults
from counterlure.workbench.guard import guard
from counterlure.workbench.pages import ROOMS as PAGES
from counterlure.workbench.sessions import Attempts, Clock, Sessions

THREADS = 8
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def workbench(
    cases: Cases,
    *,
    lang: str = "en",
    hosts: frozenset[str] = LOOPBACK,
    clock: Clock = time.monotonic,
    spent: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The application that serves `cases`; it closes them when it ends.

    hosts : names under which browsers may ask for it. spent : told when the link with the token was used.
    """

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield
        cases.close()

    app = FastAPI(
        title="counterlure workbench", version=__version__, lifespan=running, docs_url=None, redoc_url=None,
        description="What the pages do, for programs. Sign in on the pages first; every change needs the session's"
        " token in the header `x-counterlure-csrf`.",
    )  # fmt: skip
    app.state.cases, app.state.lang, app.state.spent = cases, lang, spent
    app.state.sessions, app.state.attempts = Sessions(clock), Attempts(clock)
    answer_faults(app)
    guard(app, hosts)
    app.mount("/static", StaticFiles(directory=str(files(__package__).joinpath("static"))), name="static")
    for room in (entry, *PAGES, *INTERFACE):
        app.include_router(room.router)
    return app
