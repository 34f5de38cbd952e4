"""Two streams: standard output is data, standard error is progress, warnings and errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from counterlure.pipeline import Tell, silent


class OutputClosed(Exception):
    """Whoever read our output has seen enough; no fault."""


class Stream(Console):
    """A console that says when its reader has gone."""

    def on_broken_pipe(self) -> NoReturn:
        """Nothing more can be shown."""
        raise OutputClosed


out = Stream(highlight=False, soft_wrap=True)
err = Stream(stderr=True, highlight=False)


def data(text: str) -> None:
    """Text as it is, on standard output."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as gone:
        raise OutputClosed from gone


def finish() -> None:
    """Writes out what waits; a stream whose reader has gone is turned to nowhere, so that the end stays quiet."""
    closed = False
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            closed = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if closed:
        raise OutputClosed


def agreed(question: str) -> bool:
    """Asks on standard error, since standard output is data; anything but y or yes is a no."""
    err.print(question, "[y/N]: ", markup=False, end="", soft_wrap=True)
    try:
        return input().strip().lower() in ("y", "yes")
    except EOFError:
        return False


def counted(n: int, one: str, many: str) -> str:
    """ "1 delivery", "3 deliveries"."""
    return f"{n} {one if n == 1 else many}"


def complain(message: str) -> None:
    """One line about what went wrong and what to do."""
    err.print(f"[bold red]error[/] {escape(message)}", soft_wrap=True)


def warn(message: str) -> None:
    """One line that wants attention and stops nothing."""
    err.print(f"[yellow]warning[/] {escape(message)}", soft_wrap=True)


@contextmanager
def progress(quiet: bool) -> Iterator[Tell]:
    """A progress line on standard error while a command works; nothing when quiet or when nobody looks."""
    if quiet or not err.is_terminal:
        yield silent
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=escape(what), completed=done, total=total or None)

        yield tell
